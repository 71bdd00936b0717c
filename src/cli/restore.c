/*
 * xiezhi restore FOLDER --db sqlite:PATH: a backup becomes a store again, and proves itself before anybody uses it.
 * The witness file comes along as it was; whoever keeps a newer one elsewhere puts it into its place, and the
 * store says on opening when the backup is older than what was signed.
 */
#include "cli/cli.h"
#include "cli/copy.h"
#include "cli/verify_readings.h"

static void print_fault(void *context, str what)
{
    ++*(int64_t *)context;
    printf("备份的监测数据：%.*s\n", STR_ARG(what));
}

static err *verify_copy(struct cli *c, str url, str data, struct ledger_report *report, int64_t *ret_faults)
{
    AUTO_STORE *store = NULL;
    struct db *d = NULL;
    struct ledger_keys keys = {0};
    TRY(store_open(url, data, STORE_READ, &store));
    TRY(db_open(store, false, &d));
    struct progress progress = progress_start("核验备份");
    err *bad = ledger_keys_load(store, false, &keys);
    if (!bad)
        bad = ledger_verify(store, d, &keys, c->arena, progress_step, &progress, report);
    progress_end(&progress);
    int64_t chunks;
    if (!bad)
        bad = verify_readings(store, d, print_fault, ret_faults, &chunks);
    ledger_keys_clear(&keys);
    db_close(d);
    return bad;
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
    if (!there)
        TRY(file_exists(*ret_data, &there));
    return there ? err_new(ERR_CONFLICT, "“%.*s”已经存在，不覆盖", STR_ARG(*ret_path)) : NULL;
}

static err *restore(struct cli *c, int *ret_exit)
{
    str folder = str_of(c->arguments[0]), path, data;
    struct ledger_report report = {0};
    int64_t files = 0, faults = 0;
    TRY(target_path(c, &path, &data));
    str database = arena_printf(c->arena, "%.*s/" COPY_DATABASE, STR_ARG(folder));
    str beside = arena_printf(c->arena, "%.*s.d", STR_ARG(database));
    TRY(verify_copy(c, arena_printf(c->arena, "sqlite:%.*s", STR_ARG(database)), beside, &report, &faults));
    if (report.bad.p) {
        printf("备份第%lld条：%.*s；没有恢复\n", (long long)report.bad_seq, STR_ARG(report.bad));
        *ret_exit = 1;
        return NULL;
    }
    if (faults) {
        printf("备份的监测数据有%lld处不符；没有恢复\n", (long long)faults);
        *ret_exit = 1;
        return NULL;
    }
    TRY(folder_copy(beside, data, &files));
    TRY(file_copy(database, path));
    printf("已恢复%lld条记录和%lld个文件，根%.*s\n", (long long)report.entries, (long long)files,
           STR_ARG(sm3_text(c->arena, &report.root)));
    return NULL;
}

const struct command command_restore = {
    "restore", "FOLDER", "核验备份并恢复成一个新库；有一处不符就不恢复",
    (const struct cli_option[]){CLI_DB, CLI_DATA, {0}}, 1, 1, restore};
