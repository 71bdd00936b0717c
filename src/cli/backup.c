/*
 * xiezhi backup FOLDER: an online copy. The database first, by SQLite's backup, then the data folder: what the
 * database names is in the folder before it is named, so a later copy of the folder has it all.
 * FOLDER/xiezhi.db and FOLDER/xiezhi.db.d are a store as they stand; keys are in there, so keep it as you keep them.
 * It is made under a passing name: what is called FOLDER is whole. FOLDER/blobs.txt names the attachments, so that restoring sees
 * when one has been lost since: the ledger cannot tell, it also speaks of originals that never lay here.
 */
#include "cli/cli.h"
#include "cli/copy.h"
#include "monitor/series/readings.h"

/* The witness must not be newer than the database it stands beside: it is read before the database is copied. */
static err *witness_before(struct cli *c, struct store *s, str *ret)
{
    str path = arena_printf(c->arena, "%.*s/witness.txt", STR_ARG(store_folder(s)));
    bool there;
    TRY(file_exists(path, &there));
    return there ? file_read(c->arena, path, 1 << 20, ret) : NULL;
}

/* Sealed months are compared with their digests on the way. */
static err *copy_readings(struct store *s, str data, int64_t *ret_files)
{
    struct readings *r;
    int64_t files;
    err *bad = readings_open(s, READINGS_READ, &r);
    if (bad && bad->kind == ERR_MISSING)
        return NULL;
    TRY(bad);
    bad = readings_copy(r, data, &files);
    readings_close(r);
    *ret_files += files;
    return bad;
}

static err *copy_store(struct cli *c, struct store *s, str folder, int64_t *ret_files)
{
    str database = arena_printf(c->arena, "%.*s/" COPY_DATABASE, STR_ARG(folder)), witness = STR_NONE;
    str data = arena_printf(c->arena, "%.*s.d", STR_ARG(database));
    TRY(witness_before(c, s, &witness));
    TRY(folder_make(folder));
    TRY(store_backup(s, database));
    TRY(folder_copy_except(store_folder(s), data, S(COPY_READINGS), ret_files));
    TRY(copy_readings(s, data, ret_files));
    str copied = arena_printf(c->arena, "%.*s/witness.txt", STR_ARG(data));
    return witness.p ? file_write_atomic(copied, witness, 0600) : NULL;
}

static err *make_backup(struct cli *c, struct store *s, str folder, str passing, int64_t *ret_files)
{
    str blobs, data = arena_printf(c->arena, "%.*s/" COPY_DATABASE ".d", STR_ARG(passing));
    TRY(copy_store(c, s, passing, ret_files));
    TRY(blob_names(c->arena, data, &blobs));
    TRY(file_write_atomic(arena_printf(c->arena, "%.*s/" COPY_BLOBS, STR_ARG(passing)), blobs, 0600));
    if (os_rename(arena_cstr(c->arena, passing), arena_cstr(c->arena, folder)) != 0)
        return err_errno(folder);
    return folder_sync_of(folder);
}

static err *backup(struct cli *c, int *ret_exit)
{
    (void)ret_exit;
    str folder = str_of(c->arguments[0]);
    while (folder.n > 1 && folder.p[folder.n - 1] == '/')
        folder.n--;
    str passing = arena_printf(c->arena, "%.*s.part", STR_ARG(folder));
    bool there, begun;
    int64_t files = 0;
    AUTO_STORE *store = NULL;
    TRY(file_exists(folder, &there));
    TRY(file_exists(passing, &begun));
    if (there)
        return err_new(ERR_CONFLICT, "“%.*s”已经存在，备份只写入新的目录", STR_ARG(folder));
    if (begun)
        return err_new(ERR_CONFLICT, "“%.*s”是正在做或没有做完的备份；没有别的备份在运行的，请删去它再试", STR_ARG(passing));
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    err *bad = make_backup(c, store, folder, passing, &files);
    if (bad) {
        folder_remove(passing);
        return bad;
    }
    TRY(file_write_atomic(arena_printf(c->arena, "%.*s/" STORE_BACKUP_MARK, STR_ARG(store_folder(store))),
                          arena_printf(c->arena, "%.*s %.*s\n", STR_ARG(time_rfc3339(c->arena, time_now())), STR_ARG(folder)), 0600));
    printf("已备份到%.*s：数据库和%lld个文件\n", STR_ARG(folder), (long long)files);
    return NULL;
}

const struct command command_backup = {
    "backup", "FOLDER", "在线备份数据库、附件和密钥到一个新目录（PostgreSQL用其自带工具）",
    (const struct cli_option[]){CLI_DB, CLI_DATA, {0}}, 1, 1, backup};
