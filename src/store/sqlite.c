/*
 * SQLite. Writers run in WAL mode with synchronous=FULL: what is committed survives the power cut.
 * Only connections opened for writing checkpoint, and within a process one of them writes at a
 * time.
 *
 * Values are bound without copying: every statement is stepped to its end before the call returns,
 * and the next use binds every parameter anew.
 *
 * A memory store is a database of the memdb VFS under a name of its own, shared by the connections
 * of the store. It has no WAL: a reader inside db_begin_read and a writer exclude each other.
 */
#include "store/engine.h"
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

_Static_assert(SQLITE_VERSION_NUMBER >= 3051003, "WAL-reset fault");

enum { CACHE_KB_WRITER = 32 * 1024, CACHE_KB_READER = 8 * 1024, WAL_LEFT_BYTES = 64 << 20 };
#define MAP_BYTES (INT64_C(1) << 31) /* of an immutable file */

static bool disk_full(sqlite3 *q, int code)
{
    int system = (code & 0xff) == SQLITE_IOERR ? sqlite3_system_errno(q) : 0;
    return (code & 0xff) == SQLITE_FULL || system == ENOSPC || system == EDQUOT || system == EFBIG;
}

static err *error_of(sqlite3 *q, int code)
{
    if (disk_full(q, code))
        return err_new(ERR_FULL, "磁盘空间不足，什么也没有写入；请腾出空间后重试");
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_new(ERR_BUSY, "数据库正被另一个程序写入，请稍后再试");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return err_new(ERR_DAMAGED, "数据库文件已损坏或不是数据库，请停止写入并从备份恢复");
    case SQLITE_READONLY:
        return err_new(ERR_DATABASE, "数据库文件或所在目录不可写");
    case SQLITE_CANTOPEN:
        return err_new(ERR_DATABASE, "打不开数据库文件");
    default:
        return err_new(ERR_DATABASE, "数据库操作失败");
    }
}

err *sqlite_error(struct sqlite3 *q, int code, const char *sql)
{
    char detail[512];
    snprintf(detail, sizeof detail, "%s (%d) in: %.300s",
             q ? sqlite3_errmsg(q) : sqlite3_errstr(code), code, sql);
    return err_detail(error_of(q, code), detail);
}

static err *script(struct sqlite3 *q, const char *sql)
{
    int code = sqlite3_exec(q, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? NULL : sqlite_error(q, code, sql);
}

/* ---- connections ---- */

static err *connect_file(const char *path, int flags, int wait_ms, struct sqlite3 **ret)
{
    sqlite3 *q = NULL;
    int code = sqlite3_open_v2(path, &q, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK) {
        err *e = sqlite_error(q, code, path);
        sqlite3_close(q);
        return err_got(e, str_of(path), S("可以读写的数据库文件"), STR_NONE);
    }
    sqlite3_busy_timeout(q, wait_ms);
    sqlite3_db_config(q, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(q, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    *ret = q;
    return NULL;
}

/* A pragma whose answer must be `want`. */
static err *demand(struct sqlite3 *q, const char *sql, const char *want, const char *complaint)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(q, sql, -1, &s, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(s);
    err *e = NULL;
    if (code != SQLITE_ROW)
        e = sqlite_error(q, code, sql);
    else if (strcmp((const char *)sqlite3_column_text(s, 0), want) != 0)
        e = err_new(ERR_DATABASE, "%s", complaint);
    sqlite3_finalize(s);
    return e;
}

/* An immutable file is named by a URI; the characters that mean something there are escaped. */
static err *connect_immutable(const char *path, int wait_ms, struct sqlite3 **ret)
{
    AUTO_ARENA(a);
    buf b = buf_make(a, 4 * 4096);
    buf_add(&b, S("file:"));
    for (const char *p = path; *p; p++)
        if (strchr("%?#", *p))
            buf_printf(&b, "%%%02X", (unsigned)*p);
        else
            buf_char(&b, *p);
    buf_add(&b, S("?immutable=1"));
    buf_char(&b, '\0');
    if (b.overflow)
        return err_new(ERR_LIMIT, "数据库文件的路径太长");
    TRY(connect_file(b.p, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, wait_ms, ret));
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA mmap_size=%lld", (long long)MAP_BYTES);
    return script(*ret, sql);
}

static err *page_size(struct sqlite3 *q, int bytes)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA page_size=%d", bytes);
    return bytes ? script(q, sql) : NULL;
}

/* The first look at a file: is it a database, and one we can use? A new one becomes WAL. */
static err *look(struct sqlite3 *q, const struct store *store)
{
    bool read_only = store->mode == STORE_READ;
    TRY(demand(q, "PRAGMA encoding", "UTF-8", "数据库文件的编码不是UTF-8，不是本程序的数据库"));
    if (read_only)
        TRY(script(q, "SELECT count(*) FROM sqlite_schema"));
    else if (store->options.single_file)
        TRY(demand(q, "PRAGMA journal_mode=DELETE", "delete", "数据库文件正被另一个程序使用"));
    else
        TRY(demand(q, "PRAGMA journal_mode=WAL", "wal",
                   "数据库所在的文件系统不支持预写日志（WAL），请放到本机磁盘上"));
    return NULL;
}

static err *open_memory(struct store *s)
{
    static atomic_int count;
    char name[64];
    snprintf(name, sizeof name, "file:/xiezhi-%d?vfs=memdb", atomic_fetch_add(&count, 1));
    free(s->url);
    s->url = strdup(name);
    CHECK(s->url);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI;
    return connect_file(s->url, flags, s->wait_ms, &s->keeper);
}

err *sqlite_make_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(str_of(path));
    close(fd);
    return NULL;
}

static err *sqlite_store_open(struct store *s)
{
    CHECK(sqlite3_libversion_number() >= 3051003);
    if (s->memory)
        return open_memory(s);
    bool there;
    TRY(file_exists(str_of(s->url), &there));
    if (!there && s->mode != STORE_CREATE)
        return err_new(ERR_MISSING, "数据库文件%s不存在", s->url);
    if (!there)
        TRY(sqlite_make_file(s->url));
    if (s->options.immutable) /* looked at when it was sealed */
        return NULL;
    int flags = s->mode == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    sqlite3 *q = NULL;
    TRY(connect_file(s->url, flags, s->wait_ms, &q));
    err *e = there ? NULL : page_size(q, s->options.page_bytes);
    if (!e)
        e = look(q, s);
    sqlite3_close(q);
    return e;
}

static void sqlite_store_close(struct store *s)
{
    sqlite3_close(s->keeper);
}

static err *sqlite_open(struct db *d)
{
    if (d->store->options.immutable)
        return connect_immutable(d->store->url, d->store->wait_ms, &d->sqlite);
    bool memory = d->store->keeper, write = d->writer || memory;
    TRY(connect_file(d->store->url, write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY,
                     d->store->wait_ms, &d->sqlite));
    sqlite3 *q = d->sqlite;
    TRY(search_tokenizer_register(q));
    char sql[256];
    snprintf(sql, sizeof sql,
             "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA cache_size=-%d;"
             " PRAGMA journal_size_limit=%d", /* what is erased by order is overwritten, too */
             d->writer ? CACHE_KB_WRITER : CACHE_KB_READER, WAL_LEFT_BYTES);
    TRY(script(q, sql));
    if (!d->writer) {
        sqlite3_wal_autocheckpoint(q, 0);
        sqlite3_db_config(q, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        TRY(script(q, "PRAGMA query_only=1"));
    }
    return NULL;
}

static void drop(struct statements *all, struct statement *s)
{
    statement_remove(all, s);
    sqlite3_finalize(s->sqlite);
    statement_free(s);
}

static void sqlite_close(struct db *d)
{
    for (struct statement *s; (s = statement_oldest(&d->statements));)
        drop(&d->statements, s);
    int code = sqlite3_close(d->sqlite);
    CHECK(code == SQLITE_OK);
}

/* ---- statements ---- */

static err *prepare(struct db *d, const char *sql, struct statement **ret)
{
    if (d->statements.n == LIMIT_DB_STATEMENTS)
        drop(&d->statements, statement_oldest(&d->statements));
    struct statement *s = statement_new(STORE_SQLITE, sql);
    const char *tail = "";
    int code = sqlite3_prepare_v3(d->sqlite, s->text.p, (int)s->text.n + 1,
                                  SQLITE_PREPARE_PERSISTENT, &s->sqlite, &tail);
    if (code != SQLITE_OK) {
        err *e = sqlite_error(d->sqlite, code, sql);
        statement_free(s);
        return e;
    }
    CHECK(str_trim(str_of(tail)).n == 0); /* one statement at a time */
    s->changes = s->changes && !sqlite3_stmt_readonly(s->sqlite);
    CHECK(sqlite3_bind_parameter_count(s->sqlite) == (int)s->n);
    statement_add(&d->statements, s, sql);
    *ret = s;
    return NULL;
}

static int bind_one(sqlite3_stmt *q, int i, const struct db_value *v)
{
    switch (v->kind) {
    case DB_INT:
        return sqlite3_bind_int64(q, i, v->i);
    case DB_TEXT:
        return sqlite3_bind_text64(q, i, v->s.p, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
    case DB_BLOB:
        return sqlite3_bind_blob64(q, i, v->s.p, v->s.n, SQLITE_STATIC);
    case DB_NULL:
        break;
    }
    return sqlite3_bind_null(q, i);
}

static err *start(struct db *d, const char *sql, const struct db_args *args, struct statement **ret)
{
    struct statement *s = statement_find(&d->statements, sql);
    if (!s)
        TRY(prepare(d, sql, &s));
    for (size_t i = 0; i < s->n; i++) {
        d->binding = true;
        struct db_value value = statement_value(s, i, args);
        d->binding = false;
        if (value.kind == DB_TEXT)
            TRY(text_check(s, s->param[i].name, value.s));
        int code = bind_one(s->sqlite, (int)i + 1, &value);
        if (code != SQLITE_OK)
            return sqlite_error(d->sqlite, code, sql);
    }
    *ret = s;
    return NULL;
}

static err *sqlite_exec(struct db *d, const char *sql, const struct db_args *args,
                        int64_t *ret_changed)
{
    struct statement *s;
    TRY(start(d, sql, args, &s));
    int code;
    do
        code = sqlite3_step(s->sqlite);
    while (code == SQLITE_ROW);
    err *e = code == SQLITE_DONE ? NULL : sqlite_error(d->sqlite, code, sql);
    sqlite3_reset(s->sqlite);
    if (!e && ret_changed)
        *ret_changed = s->changes ? sqlite3_changes64(d->sqlite) : 0;
    return e;
}

static err *sqlite_put(struct db *d, const char *sql, const struct db_args *args)
{
    return sqlite_exec(d, sql, args, NULL);
}

/* ---- rows ---- */

/* Text is read as its bytes: asked for as text, SQLite would copy it once more to put a NUL behind
 * it. A real number is no value of ours; its text is. */
static err *read_column(sqlite3_stmt *q, int i, struct rows *rows, struct db_value *ret)
{
    const void *p;
    switch (sqlite3_column_type(q, i)) {
    case SQLITE_NULL:
        return NULL;
    case SQLITE_INTEGER:
        ret->kind = DB_INT;
        ret->i = sqlite3_column_int64(q, i);
        return NULL;
    case SQLITE_FLOAT:
        ret->kind = DB_TEXT;
        p = sqlite3_column_text(q, i);
        break;
    case SQLITE_TEXT:
        ret->kind = DB_TEXT;
        p = sqlite3_column_blob(q, i);
        break;
    default:
        ret->kind = DB_BLOB;
        p = sqlite3_column_blob(q, i);
        break;
    }
    return rows_copy(rows, ret, p, (size_t)sqlite3_column_bytes(q, i));
}

/* Columns are counted after the first step, which is where a changed schema is noticed. */
static err *read_rows(struct db *d, struct statement *s, struct rows *ret)
{
    int code = sqlite3_step(s->sqlite);
    ret->columns = sqlite3_column_count(s->sqlite);
    for (; code == SQLITE_ROW; code = sqlite3_step(s->sqlite)) {
        struct db_value *value;
        TRY(rows_add(ret, &value));
        for (int i = 0; i < ret->columns; i++)
            TRY(read_column(s->sqlite, i, ret, &value[i]));
    }
    return code == SQLITE_DONE ? NULL : sqlite_error(d->sqlite, code, s->sql.p);
}

/* A query that changes rows (RETURNING) needs the writer's place as any change does. */
static err *start_query(struct db *d, const char *sql, const struct db_args *args,
                        struct statement **ret)
{
    TRY(start(d, sql, args, ret));
    if ((*ret)->changes && d->tx != TX_WRITE)
        return err_detail(err_new(ERR_DATABASE, "写入只能在写事务中进行"), sql);
    return NULL;
}

static err *sqlite_query(struct db *d, const char *sql, const struct db_args *args,
                         struct rows *ret)
{
    struct statement *s;
    TRY(start_query(d, sql, args, &s));
    err *e = read_rows(d, s, ret);
    ret->name = NEW_ARRAY(ret->arena, (size_t)ret->columns, str);
    for (int i = 0; i < ret->columns; i++)
        ret->name[i] = arena_str(ret->arena, str_of(sqlite3_column_name(s->sqlite, i)));
    sqlite3_reset(s->sqlite);
    return e;
}

static err *sqlite_one(struct db *d, struct arena *a, const char *sql, const struct db_args *args,
                       struct db_value *ret)
{
    struct statement *s;
    TRY(start_query(d, sql, args, &s));
    int code = sqlite3_step(s->sqlite);
    err *e = NULL;
    if (code == SQLITE_ROW) {
        struct rows one = {.arena = a};
        int kind = sqlite3_column_type(s->sqlite, 0);
        CHECK(a || kind == SQLITE_INTEGER || kind == SQLITE_NULL);
        e = read_column(s->sqlite, 0, &one, ret);
    } else if (code != SQLITE_DONE) {
        e = sqlite_error(d->sqlite, code, sql);
    }
    sqlite3_reset(s->sqlite);
    return e;
}

/* ---- transactions ---- */

static err *sqlite_begin(struct db *d, bool write)
{
    return sqlite_exec(d, write ? "BEGIN IMMEDIATE" : "BEGIN", NULL, NULL);
}

/* An error may have ended the transaction already (disk full, say): then there is nothing to roll
 * back. */
static void sqlite_rollback(struct db *d)
{
    if (sqlite3_get_autocommit(d->sqlite))
        return;
    err *e = sqlite_exec(d, "ROLLBACK", NULL, NULL);
    if (e)
        log_err("rollback", e);
    CHECK(sqlite3_get_autocommit(d->sqlite));
}

static err *sqlite_commit(struct db *d)
{
    err *e = sqlite_exec(d, "COMMIT", NULL, NULL);
    if (e)
        sqlite_rollback(d);
    return e;
}

static err *sqlite_savepoint(struct db *d)
{
    return sqlite_exec(d, "SAVEPOINT act", NULL, NULL);
}

static err *sqlite_release(struct db *d)
{
    return sqlite_exec(d, "RELEASE act", NULL, NULL);
}

static bool sqlite_undo(struct db *d)
{
    if (sqlite3_get_autocommit(d->sqlite))
        return false;
    err *e = sqlite_exec(d, "ROLLBACK TO act", NULL, NULL);
    if (!e)
        e = sqlite_release(d);
    if (e)
        log_err("undo", e);
    return !e;
}

const struct engine engine_sqlite = {
    .id = STORE_SQLITE,
    .store_open = sqlite_store_open,
    .store_close = sqlite_store_close,
    .open = sqlite_open,
    .close = sqlite_close,
    .put = sqlite_put,
    .exec = sqlite_exec,
    .query = sqlite_query,
    .one = sqlite_one,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .savepoint = sqlite_savepoint,
    .release = sqlite_release,
    .undo = sqlite_undo,
};
