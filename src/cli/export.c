/* xiezhi export: what leaves the house as a file. */
#include "cli/export.h"

static err *export(struct cli *c, int *ret_exit)
{
    if (cli_has(c, "case"))
        return export_case(c, ret_exit);
    return cli_usage("请写明导出什么，例如 --case 案卷编号");
}

const struct command command_export = {
    "export", "", "导出案卷包：一个可自行核验的ZIP，供法院留存",
    (const struct cli_option[]){CLI_DB, CLI_DATA, CLI_JSON,
                                {"case", "ID", "案卷编号"},
                                {"out", "FILE", "写到哪个文件"},
                                {"as-of", "DATE", "截至哪一天（含）或哪一时刻所知的内容"},
                                {"by", "USER", "导出人的账号"},
                                {"purpose", "TEXT", "导出给谁、作何用途"},
                                {0}},
    0, 0, export};
