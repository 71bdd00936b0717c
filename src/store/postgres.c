/*
 * PostgreSQL. Write transactions are READ COMMITTED behind one advisory lock per schema: each
 * statement sees all that earlier writers committed, and nobody else writes meanwhile. (REPEATABLE
 * READ would take its snapshot while still waiting for the lock.) Read transactions are REPEATABLE
 * READ.
 *
 * Trap: a commit whose wait for the standby is cancelled answers COMMIT, with a warning. Any
 * warning during a commit is therefore taken as "not confirmed".
 */
#include "store/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION_LEAST = 150000 };
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_NUMERIC = 1700
};

/* ---- errors ---- */

static err *error_of(const char *state)
{
    static const struct {
        const char *state; /* SQLSTATE or its class */
        enum err_kind kind;
        const char *text;
    } table[] = {
        {"53100", ERR_FULL, "数据库服务器磁盘空间不足，什么也没有写入；请腾出空间后重试"},
        {"55P03", ERR_BUSY, "数据库正被另一个程序写入，请稍后再试"},
        {"40", ERR_BUSY, "与另一项操作相冲突，请稍后再试"},
        {"53300", ERR_BUSY, "数据库连接已满，请稍后再试"},
        {"57P", ERR_BUSY, "数据库服务器正在停止或启动，请稍后再试"},
        {"57014", ERR_BUSY, "操作超时被取消，请稍后再试"},
        {"XX001", ERR_DAMAGED, "数据库文件已损坏，请停止写入并从备份恢复"},
        {"XX002", ERR_DAMAGED, "数据库索引已损坏，请停止写入并从备份恢复"},
        {"0800", ERR_DATABASE, "与数据库的连接中断"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strncmp(state, table[i].state, strlen(table[i].state)) == 0)
            return err_new(table[i].kind, "%s", table[i].text);
    return err_new(ERR_DATABASE, "数据库操作失败");
}

err *postgres_error(PGconn *conn, const PGresult *result, const char *sql)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *text = result ? PQresultErrorMessage(result) : PQerrorMessage(conn);
    char detail[768];
    snprintf(detail, sizeof detail, "%.400s in: %.300s", text, sql);
    return err_detail(error_of(state                              ? state
                               : PQstatus(conn) == CONNECTION_BAD ? "08006"
                                                                  : ""),
                      detail);
}

/* ---- rows ---- */

static err *read_value(const PGresult *result, int column, struct rows *rows, struct db_value *ret)
{
    if (PQgetisnull(result, 0, column))
        return NULL;
    str text = {PQgetvalue(result, 0, column), (size_t)PQgetlength(result, 0, column)};
    switch (PQftype(result, column)) {
    case OID_BOOL:
        *ret = (struct db_value){DB_INT, text.p[0] == 't', STR_NONE};
        return NULL;
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
    case OID_NUMERIC: /* sums are; one with a fraction stays text */
        if (str_int64(text, &ret->i)) {
            ret->kind = DB_INT;
            return NULL;
        }
        break;
    case OID_BYTEA: /* \x and digits */
        ret->kind = DB_BLOB;
        char *bytes;
        TRY(rows_room(rows, (text.n - 2) / 2, &ret->s, &bytes));
        CHECK(hex_decode(str_sub(text, 2, text.n), (uint8_t *)bytes, ret->s.n));
        return NULL;
    default:
        break;
    }
    ret->kind = DB_TEXT;
    return rows_copy(rows, ret, text.p, text.n);
}

err *postgres_rows(const PGresult *result, struct rows *ret)
{
    if (!ret->name) {
        ret->columns = PQnfields(result);
        ret->name = NEW_ARRAY(ret->arena, (size_t)ret->columns, str);
        for (int i = 0; i < ret->columns; i++)
            ret->name[i] = arena_str(ret->arena, str_of(PQfname(result, i)));
    }
    if (PQntuples(result) == 0) /* the result that ends the rows */
        return NULL;
    struct db_value *value;
    TRY(rows_add(ret, &value));
    for (int i = 0; i < ret->columns; i++)
        TRY(read_value(result, i, ret, &value[i]));
    return NULL;
}

/* ---- connections ---- */

static void notice(void *context, const PGresult *result)
{
    struct pipe *p = context;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (p->committing && severity && strcmp(severity, "WARNING") == 0)
        p->warned = true;
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    log_event(p->warned ? LOG_WARN : LOG_DEBUG, "postgres-notice", "text", text ? text : "", NULL);
}

/* Read-only by default: what writes begins a write transaction and says so. */
static err *settings(const struct db *d, PGconn *conn)
{
    static const char sql[] =
        "SELECT set_config('lock_timeout', $1, false),"
        " set_config('default_transaction_read_only', 'on', false),"
        " set_config('bytea_output', 'hex', false),"
        " set_config('standard_conforming_strings', 'on', false),"
        " set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit')"
        " IN ('off', 'local', 'remote_write') THEN 'on'"
        " ELSE current_setting('synchronous_commit') END, false), current_schema()";
    char wait[16];
    snprintf(wait, sizeof wait, "%d", d->store->wait_ms);
    const char *values[] = {wait};
    PGresult *r = PQexecParams(conn, sql, 1, NULL, values, NULL, NULL, 0);
    err *e = NULL;
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        e = postgres_error(conn, r, sql);
    else if (PQgetisnull(r, 0, 5))
        e = err_new(ERR_DATABASE, "数据库地址中指定的模式（search_path）不存在");
    PQclear(r);
    return e;
}

static err *check_server(PGconn *conn)
{
    int version = PQserverVersion(conn);
    if (version < VERSION_LEAST)
        return err_new(ERR_VERSION,
                       "PostgreSQL版本为%d，本程序需要15或更新的版本，请先升级数据库服务器",
                       version / 10000);
    const char *encoding = PQparameterStatus(conn, "server_encoding");
    if (!encoding || strcmp(encoding, "UTF8") != 0)
        return err_new(ERR_DATABASE, "PostgreSQL数据库的编码不是UTF8，请用UTF8重新建库");
    return NULL;
}

static err *ready(struct db *d)
{
    PGconn *conn = d->pipe->conn;
    if (PQstatus(conn) != CONNECTION_OK)
        return err_detail(err_new(ERR_DATABASE, "连不上PostgreSQL数据库"), PQerrorMessage(conn));
    TRY(check_server(conn));
    TRY(settings(d, conn));
    CHECK(PQenterPipelineMode(conn));
    return NULL;
}

static err *postgres_open(struct db *d)
{
    /* What stands before `dbname` may be changed by the URL, what stands behind may not. */
    static const char *const names[] = {"connect_timeout", "fallback_application_name", "dbname",
                                        "client_encoding", NULL};
    const char *values[] = {"10", "xiezhi", d->store->url, "UTF8", NULL};
    struct pipe *p = calloc(1, sizeof *p);
    CHECK(p);
    d->pipe = p;
    p->scratch = arena_new();
    p->conn = PQconnectdbParams(names, values, 1);
    CHECK(p->conn);
    PQsetNoticeReceiver(p->conn, notice, p);
    TRY(ready(d));
    return NULL;
}

static void postgres_close(struct db *d)
{
    if (!d->pipe)
        return;
    pipe_forget(d);
    PQfinish(d->pipe->conn);
    arena_free(d->pipe->scratch);
    free(d->pipe);
}

/* Between transactions a lost connection is made anew: the server may have been restarted. Often
 * that shows only when something is sent, so whoever changed nothing yet may call this after a
 * failure and try again. */
static bool lost(const struct db *d)
{
    return PQstatus(d->pipe->conn) != CONNECTION_OK;
}

static err *reconnect(struct db *d)
{
    pipe_forget(d);
    PQreset(d->pipe->conn);
    TRY(ready(d));
    return NULL;
}

static err *postgres_store_open(struct store *s)
{
    struct db *d;
    TRY(db_open(s, false, &d));
    db_close(d);
    return NULL;
}

static void postgres_store_close(struct store *s)
{
    (void)s;
}

/* ---- statements ---- */

static err *postgres_put(struct db *d, const char *sql, const struct db_args *args)
{
    return pipe_send(d, sql, args);
}

static err *postgres_exec(struct db *d, const char *sql, const struct db_args *args,
                          int64_t *ret_changed)
{
    struct answer answer = {0};
    TRY(pipe_call(d, sql, args, &answer));
    if (ret_changed)
        *ret_changed = answer.changed;
    return NULL;
}

static err *postgres_query(struct db *d, const char *sql, const struct db_args *args,
                           struct rows *ret)
{
    struct answer answer = {.rows = ret};
    err *e = pipe_call(d, sql, args, &answer);
    if (e && d->tx == TX_NONE && lost(d) && !ret->name) {
        TRY(reconnect(d));
        e = pipe_call(d, sql, args, &answer);
    }
    return e;
}

static err *postgres_one(struct db *d, struct arena *a, const char *sql, const struct db_args *args,
                         struct db_value *ret)
{
    AUTO_ARENA(own);
    struct rows rows = {.arena = a ? a : own};
    TRY(postgres_query(d, sql, args, &rows));
    if (rows.n)
        *ret = rows.first->value[0];
    CHECK(a || ret->kind == DB_INT || ret->kind == DB_NULL);
    return NULL;
}

/* ---- transactions ---- */

static void postgres_rollback(struct db *d)
{
    PGconn *conn = d->pipe->conn;
    (void)pipe_wait(d, NULL); /* whatever it says, it is being taken back */
    if (PQtransactionStatus(conn) == PQTRANS_IDLE || PQstatus(conn) != CONNECTION_OK)
        return;
    err *e = pipe_call(d, "ROLLBACK", NULL, NULL);
    if (e)
        log_err("rollback", e);
}

static err *begin_once(struct db *d, bool write)
{
    if (!write)
        return pipe_call(d, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL, NULL);
    TRY(pipe_send(d, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", NULL));
    const char *order = d->store->options.order;
    TRY(pipe_call(d,
                  "SELECT pg_advisory_xact_lock(hashtextextended(CAST(:order AS TEXT) ||"
                  " current_schema(), 0))",
                  DB_ARGS(DB_T("order", str_of(order ? order : "xiezhi "))), NULL));
    return NULL;
}

static err *postgres_begin(struct db *d, bool write)
{
    err *e = begin_once(d, write);
    if (e && lost(d)) {
        TRY(reconnect(d));
        e = begin_once(d, write);
    }
    if (e)
        postgres_rollback(d);
    return e;
}

static err *postgres_commit(struct db *d)
{
    struct pipe *p = d->pipe;
    struct answer answer = {0};
    p->committing = true;
    err *e = pipe_call(d, "COMMIT", NULL, &answer);
    if (!e && p->warned)
        e = err_new(ERR_DATABASE, "备机未确认这次提交，不能视为已保存；请核对后重试");
    if (!e && !answer.committed)
        e = err_new(ERR_DATABASE, "数据库拒绝了这次提交，什么也没有写入");
    if (e)
        postgres_rollback(d);
    p->committing = p->warned = false;
    return e;
}

static err *postgres_savepoint(struct db *d)
{
    TRY(pipe_wait(d, NULL)); /* an error from before is not the act's */
    TRY(pipe_send(d, "SAVEPOINT act", NULL));
    return NULL;
}

static err *postgres_release(struct db *d)
{
    TRY(pipe_call(d, "RELEASE act", NULL, NULL));
    return NULL;
}

static bool postgres_undo(struct db *d)
{
    (void)pipe_wait(d, NULL);
    err *e = pipe_send(d, "ROLLBACK TO act", NULL);
    if (!e)
        e = postgres_release(d);
    if (e)
        log_err("undo", e);
    return !e;
}

const struct engine engine_postgres = {
    .id = STORE_POSTGRES,
    .store_open = postgres_store_open,
    .store_close = postgres_store_close,
    .open = postgres_open,
    .close = postgres_close,
    .put = postgres_put,
    .exec = postgres_exec,
    .query = postgres_query,
    .one = postgres_one,
    .begin = postgres_begin,
    .commit = postgres_commit,
    .rollback = postgres_rollback,
    .savepoint = postgres_savepoint,
    .release = postgres_release,
    .undo = postgres_undo,
};
