/* What a taken-over reader could still do: nothing with files, sockets or other processes, nor with what its parent held open. */
#include "../testing.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MEMORY = 64 << 20, SECONDS = 1 };
enum { ALLOWED = 2, FAILED = 3 }; /* how a child ends */

static int tried(int (*what)(int held))
{
    int held = open("/dev/null", O_WRONLY), status, ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        if (!sandbox_only(ends[1]) || !sandbox_enter(&(struct sandbox){.memory = MEMORY, .seconds = SECONDS}))
            _exit(1);
        _exit(what(held) >= 0 ? ALLOWED : FAILED);
    }
    close(held);
    close(ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    close(ends[0]); /* until then somebody listens */
    return status;
}

static int open_a_file(int held)
{
    (void)held;
    return open("/etc/passwd", O_RDONLY);
}

static int open_a_socket(int held)
{
    (void)held;
    return socket(AF_INET, SOCK_STREAM, 0);
}

static int start_a_process(int held)
{
    (void)held;
    return (int)fork();
}

static int become_another(int held)
{
    (void)held;
    return execl("/bin/true", "true", (char *)NULL);
}

static int use_what_was_open(int held)
{
    return (int)write(held, "x", 1);
}

static int answer(int held)
{
    (void)held;
    return (int)write(1, "x", 1);
}

static int take_memory(int held)
{
    (void)held;
    return mmap(NULL, 2 * (size_t)MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

static int never_end(int held)
{
    for (volatile unsigned i = 1; i; i += 2)
        ; /* never 0 */
    return held;
}

static void assert_killed(int status, int by)
{
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), by);
}

static void assert_ended(int status, int with)
{
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), with);
}

static void no_hands(void **state)
{
    (void)state;
    assert_ended(tried(open_a_file), FAILED);
    assert_killed(tried(open_a_socket), SIGSYS);
    assert_killed(tried(start_a_process), SIGSYS);
    assert_killed(tried(become_another), SIGSYS);
}

/* A child of the server is born with the server's database in its hands. */
static void nothing_inherited(void **state)
{
    (void)state;
    assert_ended(tried(use_what_was_open), FAILED);
}

static void it_may_answer(void **state)
{
    (void)state;
    assert_ended(tried(answer), ALLOWED);
}

static void bounded(void **state)
{
    (void)state;
    assert_ended(tried(take_memory), FAILED);
    assert_killed(tried(never_end), SIGXCPU);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_hands), cmocka_unit_test(nothing_inherited), cmocka_unit_test(it_may_answer),
                                       cmocka_unit_test(bounded)};
    return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
