/*
 * The pipeline of one PostgreSQL connection: commands go out, answers are fetched at the next sync. Every
 * statement takes this way, so what was put costs no round trip of its own, and a statement used for the
 * first time is prepared in the same breath. Private to store/.
 */
#pragma once
#include "store/engine.h"

#include <libpq-fe.h>

enum {
    PIPE_COMMANDS = 1024, /* unanswered ones, then the pipe is emptied: bounds memory on both sides */
    PIPE_FLUSH = 32,      /* commands after which the server gets to see them */
};

struct pipe {
    PGconn *conn;
    struct arena *scratch; /* parameters of the command being sent */
    uint64_t named;        /* statements named so far */
    bool committing, warned;
    size_t n;
    struct {
        struct statement *s; /* NULL: some other command */
        bool prepare;
    } command[PIPE_COMMANDS];
};

/* What the last command of a sync gave. */
struct answer {
    struct rows *rows; /* NULL: none wanted */
    int64_t changed;
    bool committed; /* its tag was COMMIT: to a failed transaction the server answers ROLLBACK */
};

/* Puts a command into the pipe. */
err *pipe_send(struct db *d, const char *sql, const struct db_args *args);
/* Fetches all answers; the first error of any of them. *answer is of the last command; NULL: not wanted. */
err *pipe_wait(struct db *d, struct answer *answer);
/* Both: one round trip. */
err *pipe_call(struct db *d, const char *sql, const struct db_args *args, struct answer *answer);
/* Forgets all statements: the connection is a new one. */
void pipe_forget(struct db *d);

err *postgres_error(PGconn *conn, const PGresult *result, const char *sql);
/* Adds the rows of one result. */
err *postgres_rows(const PGresult *result, struct rows *ret);
