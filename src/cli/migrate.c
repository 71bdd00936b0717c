/* xiezhi migrate: takes the steps of the schema the database does not have yet. */
#include "cli/cli.h"
#include "monitor/series/readings.h"

static err *migrate(struct cli *c, int *ret_exit)
{
    (void)ret_exit;
    AUTO_STORE *store = NULL;
    int applied = 0;
    TRY(cli_store(c, STORE_EXISTING, &store));
    TRY(store_migrate(store, true, &applied));
    TRY(readings_migrate(store));
    if (cli_has(c, "json"))
        printf("{\"applied\":%d,\"steps\":%zu}\n", applied, migration_count());
    else
        printf("执行%d步，共%zu步\n", applied, migration_count());
    return NULL;
}

const struct command command_migrate = {
    "migrate", "", "把数据库升级到本程序的结构",
    (const struct cli_option[]){CLI_DB, CLI_DATA, CLI_JSON, {0}}, 0, 0, migrate};
