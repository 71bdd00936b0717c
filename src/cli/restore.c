/*
 * xiezhi restore FOLDER --db sqlite:PATH: a backup becomes a store again, and proves itself before anybody uses it.
 * The witness file comes along as it was; whoever keeps a newer one elsewhere puts it into its place, and the
 * store says on opening when the backup is older than what was signed.
 */
#include "cli/cli.h"
#include "cli/copy.h"
#include "cli/verify_store.h"

#include <stdio.h>

/* Attachments that were in the backup when it was made and no longer are. Backups of older programs have no list. */
static err *missing_blobs(struct cli *c, str folder, str data, int64_t *ret_bad)
{
    str path = arena_printf(c->arena, "%.*s/" COPY_BLOBS, STR_ARG(folder)), names, name;
    bool there;
    TRY(file_exists(path, &there));
    if (!there)
        return NULL;
    TRY(file_read(c->arena, path, 1 << 30, &names));
    while (str_next(&names, '\n', &name)) {
        if (!name.n)
            continue;
        TRY(file_exists(arena_printf(c->arena, "%.*s/blobs/%.*s", STR_ARG(data), STR_ARG(name)), &there));
        *ret_bad += !there;
        if (!there)
            printf("blob %.*s：备份时有这个附件，现在没有了\n", STR_ARG(name));
    }
    return NULL;
}

static err *verify_copy(struct cli *c, str folder, str url, str data, struct ledger_report *report, int64_t *ret_bad)
{
    AUTO_STORE *store = NULL;
    int applied;
    int64_t missing = 0;
    TRY(store_open(url, data, STORE_READ, &store));
    bool current = !store_migrate(store, false, &applied); /* else a backup of an older program: migrated when it stands */
    err_clear();
    if (!current)
        printf("备份的结构不是本程序的，不逐表比对；恢复后请运行 xiezhi migrate，再运行 xiezhi verify\n");
    TRY(verify_store(c, store, current, report, ret_bad));
    TRY(missing_blobs(c, folder, data, &missing));
    *ret_bad += missing;
    return NULL;
}

/* Where --db says the store is to stand: a SQLite file that is not there yet. */
static err *target_path(struct cli *c, str *ret_path, str *ret_data)
{
    str url = cli_text(c, "db", "");
    bool there;
    if (!str_starts(url, S("sqlite:")) || str_eq(url, S("sqlite::memory:")))
        return cli_usage("请用--db sqlite:路径指明恢复到哪里");
    *ret_path = str_sub(url, 7, url.n);
    *ret_data = cli_has(c, "data") ? cli_text(c, "data", "") : arena_printf(c->arena, "%.*s.d", STR_ARG(*ret_path));
    TRY(file_exists(*ret_path, &there));
    if (there)
        return err_new(ERR_CONFLICT, "“%.*s”已经存在，不覆盖", STR_ARG(*ret_path));
    TRY(file_exists(*ret_data, &there));
    return there ? err_new(ERR_CONFLICT, "“%.*s”已经存在，不覆盖；是上次没有恢复完的，请删去它再试", STR_ARG(*ret_data)) : NULL;
}

/* The database comes last and by its name at once: where it stands, the rest is there. */
static err *put_in_place(struct cli *c, str database, str beside, str path, str data, int64_t *ret_files)
{
    str passing = arena_printf(c->arena, "%.*s.part", STR_ARG(path));
    remove(passing.p);
    err *bad = folder_copy(beside, data, ret_files);
    if (!bad)
        bad = file_copy(database, passing);
    if (!bad && os_rename(passing.p, arena_cstr(c->arena, path)) != 0)
        bad = err_errno(path);
    if (!bad)
        return folder_sync_of(path);
    remove(passing.p);
    folder_remove(data);
    return bad;
}

static err *restore(struct cli *c, int *ret_exit)
{
    str folder = str_of(c->arguments[0]), path, data;
    struct ledger_report report = {0};
    int64_t files = 0, bad = 0;
    TRY(target_path(c, &path, &data));
    str database = arena_printf(c->arena, "%.*s/" COPY_DATABASE, STR_ARG(folder));
    str beside = arena_printf(c->arena, "%.*s.d", STR_ARG(database));
    TRY(verify_copy(c, folder, arena_printf(c->arena, "sqlite:%.*s", STR_ARG(database)), beside, &report, &bad));
    if (bad) {
        printf("备份有%lld处不符；没有恢复\n", (long long)bad);
        *ret_exit = 1;
        return NULL;
    }
    TRY(put_in_place(c, database, beside, path, data, &files));
    printf("已恢复%lld条记录和%lld个文件，根%.*s\n", (long long)report.entries, (long long)files,
           STR_ARG(sm3_text(c->arena, &report.root)));
    return NULL;
}

const struct command command_restore = {
    "restore", "FOLDER", "核验备份并恢复成一个新库；有一处不符就不恢复",
    (const struct cli_option[]){CLI_DB, CLI_DATA, {0}}, 1, 1, restore};
