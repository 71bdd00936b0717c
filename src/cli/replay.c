/* xiezhi replay --db FROM --into URL: rebuilds the state tables from the ledger into an empty store of either kind. */
#include "cli/cli.h"
#include "cli/copy.h"

static err *replay_into(struct cli *c, struct store *from, struct store *into)
{
    struct ledger_keys keys = {0};
    int applied;
    int64_t acts = 0, files = 0;
    struct progress progress = progress_start("重放");
    usec started = time_monotonic();
    TRY(store_migrate(into, true, &applied));
    TRY(ledger_keys_load(from, false, &keys));
    err *bad = acts_replay(from, &keys, into, progress_step, &progress, &acts);
    progress_end(&progress);
    ledger_keys_clear(&keys);
    TRY(bad);
    /* keys, witness, blobs: the other half of a store; readings are facts, not acts, and stay where they are */
    TRY(folder_copy_except(store_folder(from), store_folder(into), S(COPY_READINGS), &files));
    double seconds = (double)(time_monotonic() - started) / 1e6;
    if (cli_has(c, "json"))
        printf("{\"acts\":%lld,\"seconds\":%.3f}\n", (long long)acts, seconds);
    else
        printf("重放%lld条，用时%.1f秒\n", (long long)acts, seconds);
    return NULL;
}

static err *replay(struct cli *c, int *ret_exit)
{
    (void)ret_exit;
    str into_url = cli_text(c, "into", NULL);
    if (!into_url.n)
        return cli_usage("请用--into指明空的目标数据库");
    AUTO_STORE *from = NULL, *into = NULL;
    TRY(cli_store_current(c, STORE_READ, &from));
    TRY(store_open(into_url, cli_text(c, "into-data", ""), STORE_CREATE, &into));
    return replay_into(c, from, into);
}

const struct command command_replay = {
    "replay", "", "由账本重建状态到另一个空库（SQLite或PostgreSQL）",
    (const struct cli_option[]){CLI_DB, CLI_DATA, CLI_JSON, {"into", "URL", "目标数据库，须为空"},
                                {"into-data", "FOLDER", "目标的数据目录（目标为PostgreSQL时必填）"}, {0}},
    0, 0, replay};
