/*
 * After an error the server skips the rest of a pipeline up to the sync, so everything between two
 * syncs is one breath: its first error is the error, and a PREPARE that was skipped did not happen.
 * An explicit transaction outlives the sync.
 *
 * libpq stays in blocking mode: when the socket is full it reads while it waits, so neither side
 * can hang. Rows come one at a time (single-row mode), so that a query without end cannot fill the
 * memory.
 */
#include "store/postgres.h"

#include <stdio.h>

static void add_command(struct pipe *p, struct statement *s, bool prepare)
{
    p->command[p->n].s = s;
    p->command[p->n].prepare = prepare;
    p->n++;
    if (s)
        s->pending++;
}

static err *evict(struct db *d)
{
    struct pipe *p = d->pipe;
    struct statement *s = statement_oldest(&d->statements);
    if (s->pending)
        TRY(pipe_wait(d, NULL));
    if (s->ready) {
        char sql[48];
        snprintf(sql, sizeof sql, "DEALLOCATE s%llu", (unsigned long long)s->number);
        if (!PQsendQueryParams(p->conn, sql, 0, NULL, NULL, NULL, NULL, 0))
            return postgres_error(p->conn, NULL, sql);
        add_command(p, NULL, false);
    }
    statement_remove(&d->statements, s);
    statement_free(s);
    return NULL;
}

static err *find(struct db *d, const char *sql, struct statement **ret)
{
    struct pipe *p = d->pipe;
    struct statement *s = statement_find(&d->statements, sql);
    if (!s) {
        if (d->statements.n == LIMIT_DB_STATEMENTS)
            TRY(evict(d));
        s = statement_new(STORE_POSTGRES, sql);
        s->number = ++p->named;
        statement_add(&d->statements, s, sql);
    }
    if (!s->ready) {
        char name[24];
        snprintf(name, sizeof name, "s%llu", (unsigned long long)s->number);
        if (!PQsendPrepare(p->conn, name, s->text.p, 0, NULL))
            return postgres_error(p->conn, NULL, sql);
        s->ready = true;
        add_command(p, s, true);
    }
    *ret = s;
    return NULL;
}

struct params {
    const char *value[LIMIT_SQL_PARAMS];
    int length[LIMIT_SQL_PARAMS], format[LIMIT_SQL_PARAMS];
};

static err *set_param(struct arena *a, struct params *params, size_t i, const struct statement *s,
                      struct db_value v)
{
    params->value[i] = NULL;
    params->length[i] = (int)v.s.n;
    params->format[i] = v.kind == DB_BLOB;
    switch (v.kind) {
    case DB_NULL:
        break;
    case DB_INT:
        params->value[i] = arena_printf(a, "%lld", (long long)v.i).p;
        break;
    case DB_TEXT:
        TRY(text_check(s, s->param[i].name, v.s));
        params->value[i] = arena_cstr(a, v.s);
        break;
    case DB_BLOB:
        params->value[i] = v.s.p;
        break;
    }
    return NULL;
}

err *pipe_send(struct db *d, const char *sql, const struct db_args *args)
{
    struct pipe *p = d->pipe;
    if (p->n + 4 > PIPE_COMMANDS) /* room for DEALLOCATE, PREPARE, the command */
        TRY(pipe_wait(d, NULL));
    struct statement *s;
    TRY(find(d, sql, &s));
    arena_reset(p->scratch);
    struct params params;
    for (size_t i = 0; i < s->n; i++) {
        d->binding = true;
        struct db_value value = statement_value(s, i, args);
        d->binding = false;
        TRY(set_param(p->scratch, &params, i, s, value));
    }
    char name[24];
    snprintf(name, sizeof name, "s%llu", (unsigned long long)s->number);
    if (!PQsendQueryPrepared(p->conn, name, (int)s->n, params.value, params.length, params.format,
                             0))
        return postgres_error(p->conn, NULL, sql);
    add_command(p, s, false);
    if (p->n % PIPE_FLUSH == 0)
        PQflush(p->conn);
    return NULL;
}

static err *take_result(const struct pipe *p, const struct statement *s, PGresult *r,
                        struct answer *answer)
{
    switch (PQresultStatus(r)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
        if (!answer)
            return NULL;
        str tag = str_of(PQcmdStatus(r));
        answer->committed = str_eq(tag, S("COMMIT"));
        if (str_starts(tag, S("SELECT")) || !str_int64(str_of(PQcmdTuples(r)), &answer->changed))
            answer->changed = 0;
        return answer->rows ? postgres_rows(r, answer->rows) : NULL;
    case PGRES_PIPELINE_ABORTED:
        return NULL; /* an earlier command has the error */
    default:
        return postgres_error(p->conn, r, s ? s->sql.p : "");
    }
}

/* All results of command i. After its first error the rest is read and dropped. */
static err *take_command(struct pipe *p, size_t i, struct answer *answer)
{
    struct statement *s = p->command[i].s;
    if (i + 1 < p->n)
        answer = NULL;
    if (answer && answer->rows)
        PQsetSingleRowMode(p->conn);
    err *first = NULL;
    bool done = false;
    for (PGresult *r; (r = PQgetResult(p->conn)); PQclear(r)) {
        done = PQresultStatus(r) == PGRES_COMMAND_OK;
        err *e = first ? NULL : take_result(p, s, r, answer);
        if (e)
            first = e;
    }
    if (p->command[i].prepare && !done)
        s->ready = false;
    if (s)
        s->pending--;
    return first;
}

err *pipe_wait(struct db *d, struct answer *answer)
{
    struct pipe *p = d->pipe;
    if (!p->n)
        return NULL;
    err *first = NULL;
    if (!PQpipelineSync(p->conn))
        first = postgres_error(p->conn, NULL, "sync");
    for (size_t i = 0; i < p->n; i++) {
        err *e = take_command(p, i, answer);
        if (!first)
            first = e;
    }
    p->n = 0;
    bool synced = false;
    for (PGresult *r; !synced && (r = PQgetResult(p->conn)); PQclear(r))
        synced = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
    if (!synced && !first)
        first = postgres_error(p->conn, NULL, "sync");
    return first;
}

err *pipe_call(struct db *d, const char *sql, const struct db_args *args, struct answer *answer)
{
    err *e = pipe_send(d, sql, args);
    if (!e)
        return pipe_wait(d, answer);
    if (d->tx == TX_NONE) /* what did go out is not to be answered to the next caller */
        (void)pipe_wait(d, NULL);
    return e;
}

void pipe_forget(struct db *d)
{
    d->pipe->n = 0;
    for (struct statement *s; (s = statement_oldest(&d->statements));) {
        statement_remove(&d->statements, s);
        statement_free(s);
    }
}
