/*
 * Errors. NULL is success. An error says what kind it is, what to tell the person (Chinese), which
 * field or byte it is about, what was read, what is wanted. HTTP status and exit code follow from the
 * kind, in one table (err.c), so no handler picks them.
 *
 * Errors live in a small per-thread arena (never fail to be made) until err_clear(); the request loop,
 * the job loop and main() clear it. Bugs are CHECK(): on in production, prints where and aborts.
 */
#pragma once
#include "base/str.h"

enum err_kind {
    ERR_INPUT,    /* 400, 2: unreadable; field and example say how to mend it */
    ERR_AUTH,     /* 401, 2: not signed in */
    ERR_DENIED,   /* 403, 1: not for this role */
    ERR_MISSING,  /* 404, 1: no such thing, or not for these eyes */
    ERR_CONFLICT, /* 409, 1: state has moved on */
    ERR_LIMIT,    /* 413, 2: larger than a named limit */
    ERR_BUSY,     /* 503, 3: try again */
    ERR_FULL,     /* 507, 3: no space: nothing was stored */
    ERR_IO,       /* 500, 3: the system said no */
    ERR_DATABASE, /* 500, 3 */
    ERR_DAMAGED,  /* 500, 1: stored bytes are not what was stored */
    ERR_VERSION,  /* 500, 3: database older or newer than this program */
    ERR_KINDS
};

typedef struct err {
    enum err_kind kind;
    str text;    /* one sentence for the person, Chinese */
    str field;   /* JSON path of the field, "" when none: "content.who", "[3].amount" */
    str got;     /* what was read, shortened */
    str want;    /* what is wanted */
    str example; /* one value that would pass */
    str detail;  /* for the log: the library's own words, English */
    struct err *cause;
    const char *where[4]; /* file:line it was made at and passed through */
} err;

#define MUST_USE __attribute__((warn_unused_result))
#define ERR_HERE_2(line) #line
#define ERR_HERE_1(line) ERR_HERE_2(line)
#define HERE (__FILE__ ":" ERR_HERE_1(__LINE__))

/* err_new(ERR_INPUT, "时间%.*s没有时区", STR_ARG(s)) */
#define err_new(kind, ...) err_make_(HERE, (kind), __VA_ARGS__)
__attribute__((format(printf, 3, 4))) err *err_make_(const char *where, enum err_kind kind,
                                                     const char *format, ...);
/* Decorators: return their argument. Text is copied. NULL passes through.
 * err_at puts `field` in front of the path so far: each level of a reader adds its own name. */
err *err_at(err *e, str field);
err *err_got(err *e, str got, str want, str example);
err *err_detail(err *e, const char *detail);
err *err_seen_(err *e, const char *where);
err *err_errno_(const char *where, str what); /* from errno: ERR_FULL for ENOSPC/EDQUOT, else ERR_IO */
#define err_errno(what) err_errno_(HERE, (what))

#define TRY(expression)                                                                             \
    do {                                                                                            \
        err *try_ = (expression);                                                                   \
        if (try_)                                                                                   \
            return err_seen_(try_, HERE);                                                           \
    } while (0)

int err_http_status(enum err_kind kind);
int err_exit_code(enum err_kind kind);
const char *err_name(enum err_kind kind); /* "input": stable, for problem details and logs */
void err_clear(void);                     /* all errors of this thread are gone */

#define CHECK(condition)                                                                            \
    do {                                                                                            \
        if (__builtin_expect(!(condition), 0))                                                      \
            check_failed_(HERE, #condition);                                                        \
    } while (0)
_Noreturn void check_failed_(const char *where, const char *condition);
