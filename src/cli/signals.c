/* Signals are taken by one thread that waits for them, never by a handler. */
#include "cli/signals.h"

#include <pthread.h>
#include <signal.h>

static sigset_t ending(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

void signals_block(void)
{
    sigset_t set = ending();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

void signals_wait(void)
{
    sigset_t set = ending();
    int which;
    sigwait(&set, &which);
}
