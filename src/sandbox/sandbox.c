/*
 * The filter names what may be called and kills for the rest: a list of what is forbidden would be out of date with the next kernel.
 * Opening a file is refused instead: old libraries look for a seed or a folder, and go on without.
 */
#include "sandbox/sandbox.h"
#include "base/sanitized.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static bool limit(int what, rlim_t value)
{
    return setrlimit(what, &(struct rlimit){value, value}) == 0;
}

/* On top of what is mapped already: a forked child inherits all of its parent's and uses none of it. */
static bool limit_memory(size_t bytes)
{
    char text[64] = "";
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    long pages = n > 0 ? strtol(text, NULL, 10) : 0;
    return pages > 0 && limit(RLIMIT_AS, (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + bytes);
}

static bool rules(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (seccomp_rule_add(filter, action, calls[i], 0) != 0)
            return false;
    return true;
}

bool sandbox_only(int out)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    return nowhere >= 0 && dup2(out, 1) == 1 && dup2(nowhere, 0) == 0 && dup2(nowhere, 2) == 2 && close_range(3, ~0U, 0) == 0;
}

bool sandbox_enter(const struct sandbox *s)
{
    static const int common[] = {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap),
                                 SCMP_SYS(madvise), SCMP_SYS(mprotect), SCMP_SYS(futex), SCMP_SYS(getrandom), SCMP_SYS(clock_gettime),
                                 SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(tgkill),
                                 SCMP_SYS(exit), SCMP_SYS(exit_group),
#if ADDRESS_SANITIZED /* its runtime asks for the stack before a function that does not return */
                                 SCMP_SYS(sigaltstack), SCMP_SYS(prlimit64), SCMP_SYS(sched_getaffinity),
#endif
    };
    static const int looking[] = {SCMP_SYS(openat), SCMP_SYS(newfstatat)};
    if (!limit_memory(s->memory) || !limit(RLIMIT_CORE, 0) || !limit(RLIMIT_FSIZE, 0) ||
        setrlimit(RLIMIT_CPU, &(struct rlimit){(rlim_t)s->seconds, (rlim_t)s->seconds + 2}) != 0)
        return false;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool good = filter && rules(filter, SCMP_ACT_ALLOW, common, sizeof common / sizeof *common) &&
                rules(filter, SCMP_ACT_ALLOW, s->allowed, s->allowed_n) &&
                rules(filter, SCMP_ACT_ERRNO(EACCES), looking, sizeof looking / sizeof *looking) &&
                rules(filter, SCMP_ACT_ERRNO(EACCES), s->refused, s->refused_n) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                seccomp_load(filter) == 0;
    seccomp_release(filter);
    return good;
}
