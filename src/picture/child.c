/* The child: no file, no socket, no other process, a bounded heap and bounded time; it ends by _exit. */
#include "picture/child.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum picture_fault picture_size_fault(int64_t width, int64_t height)
{
    if (width < PICTURE_EDGE_LEAST || height < PICTURE_EDGE_LEAST)
        return PICTURE_TOO_SMALL;
    return width > LIMIT_PICTURE_EDGE || height > LIMIT_PICTURE_EDGE || width * height > LIMIT_PICTURE_PIXELS ? PICTURE_TOO_LARGE
                                                                                                              : PICTURE_FINE;
}

enum picture_fault picture_decode(str bytes, struct picture_answer *ret)
{
    return str_starts(bytes, S("\x89PNG")) ? png_decode(bytes, ret) : jpeg_decode(bytes, ret);
}

static bool limit(int what, rlim_t value)
{
    return setrlimit(what, &(struct rlimit){value, value}) == 0;
}

/* On top of what the parent has mapped, which the child inherits without using it. */
static bool limit_memory(void)
{
    char text[64] = "";
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    long pages = n > 0 ? strtol(text, NULL, 10) : 0;
    return pages > 0 && limit(RLIMIT_AS, (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + LIMIT_PICTURE_MEMORY);
}

static bool no_hands(void)
{
    static const int allowed[] = {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap),
                                  SCMP_SYS(madvise), SCMP_SYS(mprotect), SCMP_SYS(futex), SCMP_SYS(getrandom), SCMP_SYS(rt_sigreturn),
                                  SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigprocmask), SCMP_SYS(getpid), SCMP_SYS(gettid),
                                  SCMP_SYS(tgkill),
#ifdef __SANITIZE_ADDRESS__ /* its runtime asks for the stack before a function that does not return */
                                  SCMP_SYS(sigaltstack), SCMP_SYS(prlimit64), SCMP_SYS(sched_getaffinity), SCMP_SYS(clock_gettime),
#endif
    };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool good = filter != NULL;
    for (size_t i = 0; good && i < sizeof allowed / sizeof *allowed; i++)
        good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
    /* A decoder that wants a file gets none, and goes on without. */
    good = good && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 0) == 0;
    good = good && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CPU, LIMIT_PICTURE_SECONDS);
    good = good && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return good;
}

_Noreturn void picture_child(str bytes, int out)
{
    struct picture_answer *answer = calloc(1, sizeof *answer);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!answer)
        _exit(1);
    answer->magic = PICTURE_MAGIC;
    answer->fault = !limit_memory() || !no_hands() ? PICTURE_NO_SANDBOX : picture_decode(bytes, answer);
    for (size_t at = 0; at < sizeof *answer;) {
        ssize_t n = write(out, (const char *)answer + at, sizeof *answer - at);
        if (n < 0 && errno != EINTR)
            _exit(1);
        at += n > 0 ? (size_t)n : 0;
    }
    _exit(0);
}
