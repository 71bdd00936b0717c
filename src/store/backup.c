/* Backup of a SQLite database by its own online copy: one moment, readers and the writer go on. */
#include "store/engine.h"
#include "store/sqlite.h"

#include <sqlite3.h>
#include <unistd.h>

static err *copy_all(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *copy = sqlite3_backup_init(to, "main", from, "main");
    if (!copy)
        return sqlite_error(to, sqlite3_extended_errcode(to), "backup");
    int code = sqlite3_backup_step(copy, -1);
    sqlite3_backup_finish(copy);
    if (code != SQLITE_DONE)
        return sqlite_error(to, code, "backup");
    /* a single file: the copy carries the mark of WAL mode until it is taken off */
    code = sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    return code == SQLITE_OK ? NULL : sqlite_error(to, code, "backup");
}

static err *copy_to(struct store *s, const char *path)
{
    struct db *from AUTO_DB = NULL;
    TRY(db_open(s, false, &from));
    sqlite3 *to = NULL;
    TRY(sqlite_make_file(path));
    int code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL);
    err *e = code == SQLITE_OK ? copy_all(from->sqlite, to) : sqlite_error(to, code, path);
    sqlite3_close(to);
    return e;
}

err *store_backup(struct store *s, str path)
{
    if (s->engine->id != STORE_SQLITE)
        return err_new(ERR_INPUT, "PostgreSQL数据库请用 pg_basebackup 备份");
    AUTO_ARENA(a);
    bool there;
    TRY(file_exists(path, &there));
    if (there)
        return err_new(ERR_CONFLICT, "%.*s已存在，备份不会覆盖它", STR_ARG(path));
    const char *part = arena_printf(a, "%.*s.part", STR_ARG(path)).p;
    unlink(part);
    err *e = copy_to(s, part);
    if (!e && os_rename(part, arena_cstr(a, path)) < 0)
        e = err_errno(S("为备份定名"));
    if (e) {
        unlink(part);
        return err_seen_(e, HERE);
    }
    TRY(folder_sync_of(path));
    return NULL;
}
