/* What every unit test includes: cmocka, and assertions for our own types. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/base.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define assert_str(got, want) assert_str_((got), (want), #got, __FILE__, __LINE__)
static inline void assert_str_(str got, const char *want, const char *what, const char *file,
                               int line)
{
    if (str_eq(got, str_of(want)))
        return;
    print_error("%s is \"%.*s\", wanted \"%s\"\n", what, STR_ARG(got), want);
    _fail(file, line);
}

#define assert_ok(expression) assert_ok_((expression), #expression, __FILE__, __LINE__)
static inline void assert_ok_(const err *e, const char *what, const char *file, int line)
{
    if (!e)
        return;
    print_error("%s: %.*s (%s, field %.*s, %.*s)\n", what, STR_ARG(e->text), err_name(e->kind),
                STR_ARG(e->field), STR_ARG(e->detail));
    _fail(file, line);
}

/* The expression is an error of this kind; gives it back for a closer look. */
#define assert_err(expression, kind) \
    assert_err_((expression), (kind), #expression, __FILE__, __LINE__)
static inline const err *assert_err_(const err *e, enum err_kind kind, const char *what,
                                     const char *file, int line)
{
    if (!e)
        print_error("%s succeeded, wanted error %s\n", what, err_name(kind));
    else if (e->kind != kind)
        print_error("%s gave %s (%.*s), wanted %s\n", what, err_name(e->kind), STR_ARG(e->text),
                    err_name(kind));
    if (!e || e->kind != kind)
        _fail(file, line);
    return e;
}

/* fn() must end the process by a failed CHECK (it runs in a child). */
#define assert_aborts(fn) assert_aborts_((fn), #fn, __FILE__, __LINE__)
static inline void assert_aborts_(void (*fn)(void), const char *what, const char *file, int line)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit no_core = {0};
        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGABRT, SIG_DFL);
        if (!freopen("/dev/null", "w", stderr))
            _exit(3);
        fn();
        _exit(0);
    }
    int status = 0;
    if (child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
        WTERMSIG(status) == SIGABRT)
        return;
    print_error("%s did not abort\n", what);
    _fail(file, line);
}

/* Seeded pseudo-random numbers (xorshift64*): the same in every run. */
static inline uint64_t test_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}
