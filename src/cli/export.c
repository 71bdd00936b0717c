/*
 * xiezhi export: by what is asked for. A THING goes out as a sheet, the files for systems beside us by their own names. Each way is
 * one function here, so that another kind of export is one line in export().
 */
#include "cli/export.h"
#include "exchange/exchange.h"

#include <stdio.h>

static bool step(void *progress, size_t done)
{
    progress_step(progress, (int64_t)done, 0);
    return true;
}

static str thing_names(struct arena *a)
{
    buf b = buf_make(a, 8000);
    buf_add(&b, S("dual_random publication archive figures"));
    for (size_t i = 0; i < thing_count(); i++)
        buf_printf(&b, " %s", thing_at(i)->name);
    return buf_str(&b);
}

static err *format_of(struct cli *c, str *ret)
{
    static const char *const formats[] = {"xlsx", "csv", "xml", "json"};
    str path = cli_text(c, "out", "");
    if (!path.n)
        return cli_usage("请用--out写明存为哪个文件");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (str_ends(path, arena_printf(c->arena, ".%s", formats[i]))) {
            *ret = str_of(formats[i]);
            return NULL;
        }
    return err_got(cli_usage("文件名应以.xlsx、.csv、.xml或.json结尾"), path, S(".xlsx .csv .xml .json"), S("subjects.xlsx"));
}

/* Through the same door as the page: judged, numbered, marked with a code, as the user named by --by. */
static err *export_what(struct cli *c, str what)
{
    AUTO_STORE *store = NULL;
    AUTO_ACTS *acts = NULL;
    AUTO_DB struct db *db = NULL;
    struct exchange_taken taken;
    struct exchange_take t = {.what = what, .by = cli_text(c, "by", ""), .request = cli_text(c, "request", ""),
                              .filters = cli_text(c, "where", ""), .path = cli_text(c, "out", "")};
    TRY(format_of(c, &t.format));
    if (!t.by.n)
        return cli_usage("请用--by写明以谁的名义导出：导出要编号、留痕、加水印");
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(acts_open(store, ACTS_NO_THREAD, &acts));
    TRY(db_open(store, false, &db));
    struct progress p = progress_start("导出");
    t.acts = acts, t.db = db, t.progress = step, t.context = &p;
    err *bad = exchange_take(c->arena, &t, &taken);
    progress_end(&p);
    TRY(bad);
    if (taken.answer.verdict != ACT_ALLOWED) {
        cli_has(c, "json") ? cli_print(taken.answer.json) : cli_print_answer(&taken.answer);
        return taken.answer.invalid ? taken.answer.invalid : err_new(ERR_DENIED, "没有导出");
    }
    if (cli_has(c, "json"))
        cli_print(arena_printf(c->arena,
                               "{\"what\":\"%.*s\",\"rows\":%lld,\"code\":\"%.*s\",\"seq\":%lld}",
                               STR_ARG(what), (long long)taken.rows, STR_ARG(taken.code),
                               (long long)taken.answer.seq));
    else
        printf("%s %lld行，水印%.*s\n", export_label(what), (long long)taken.rows, STR_ARG(taken.code));
    return NULL;
}

static err *export(struct cli *c, int *ret_exit)
{
    if (cli_has(c, "case"))
        return export_case(c, ret_exit);
    if (!c->n)
        return cli_usage("请写明导出什么：一类事项，或 --case 案卷编号");
    if (export_label(str_of(c->arguments[0])))
        return export_what(c, str_of(c->arguments[0]));
    return err_got(cli_usage("没有“%s”这类事项", c->arguments[0]), str_of(c->arguments[0]), thing_names(c->arena), S("subjects"));
}

const struct command command_export = {
    "export", "THING|--case ID",
    "导出一类事项（XLSX、CSV）、双随机名录、采购公开清单、归档元数据、统计与检查点；或一案的案卷包（可自行核验的ZIP，供法院留存）",
    (const struct cli_option[]){CLI_DB, CLI_DATA, CLI_JSON, {"out", "FILE", "存为哪个文件（.xlsx或.csv；案卷包为.zip）"},
                                {"by", "USER", "以谁的名义导出，范围即其能看到的"}, {"request", "ID", "已批准的导出申请"},
                                {"where", "列=值,…", "筛选条件"},
                                {"case", "ID", "导出这一案的案卷包"}, {"as-of", "DATE", "案卷包截至哪一天（含）或哪一时刻所知"},
                                {"purpose", "TEXT", "案卷包导出给谁、作何用途"}, {0}},
    0, 1, export};
