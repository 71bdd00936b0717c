/*
 * xiezhi export: by what is asked for. A THING goes out as a sheet; the files for systems beside us go by their own names. Each way
 * is one function here, so that another kind of export is one line more.
 */
#include "cli/export.h"
#include "exchange/exchange.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool step(void *progress, size_t done)
{
    progress_step(progress, (int64_t)done, 0);
    return true;
}

static str thing_names(struct arena *a)
{
    buf b = buf_make(a, 8000);
    for (size_t i = 0; i < thing_count(); i++)
        buf_printf(&b, "%s%s", i ? " " : "", thing_at(i)->name);
    return buf_str(&b);
}

static err *format_of(struct cli *c, enum sheet_format *ret)
{
    str path = cli_text(c, "out", "");
    if (!path.n)
        return cli_usage("请用--out写明存为哪个文件");
    if (!str_ends(path, S(".csv")) && !str_ends(path, S(".xlsx")))
        return err_got(cli_usage("文件名应以.xlsx或.csv结尾"), path, S(".xlsx .csv"), S("subjects.xlsx"));
    *ret = str_ends(path, S(".csv")) ? SHEET_CSV : SHEET_XLSX;
    return NULL;
}

static err *filters_of(struct cli *c, struct thing_filter **ret, size_t *ret_n)
{
    str rest = cli_text(c, "where", ""), one, name;
    VEC(struct thing_filter) list = {0};
    while (rest.n && str_next(&rest, ',', &one)) {
        if (!str_next(&one, '=', &name) || !one.p)
            return err_got(cli_usage("筛选条件看不懂"), one, S("列=值,列=值"), S("region=420100"));
        vec_push(c->arena, &list, ((struct thing_filter){name, one}));
    }
    *ret = list.p;
    *ret_n = list.n;
    return NULL;
}

static err *export_thing(struct cli *c, const struct thing *t)
{
    AUTO_STORE *store = NULL;
    AUTO_DB struct db *db = NULL;
    struct exchange_export x = {.thing = t, .path = cli_text(c, "out", "")};
    struct thing_filter *filters;
    int64_t rows;
    TRY(format_of(c, &x.format));
    TRY(filters_of(c, &filters, &x.filters_n));
    x.filters = filters;
    TRY(cli_store_current(c, STORE_READ, &store));
    TRY(db_open(store, false, &db));
    struct reader reader;
    if (cli_has(c, "by")) {
        TRY(reader_load(db, c->arena, cli_text(c, "by", ""), &reader));
        x.reader = &reader;
    }
    struct progress p = progress_start("导出");
    x.db = db, x.progress = step, x.context = &p;
    err *bad = exchange_export(&x, &rows);
    progress_end(&p);
    if (bad)
        unlink(arena_cstr(c->arena, x.path)); /* half a sheet looks like a whole one */
    TRY(bad);
    if (cli_has(c, "json"))
        cli_print(arena_printf(c->arena, "{\"thing\":\"%s\",\"rows\":%lld}", t->name, (long long)rows));
    else
        printf("%s %lld行\n", t->label, (long long)rows);
    return NULL;
}

static err *export(struct cli *c, int *ret_exit)
{
    if (cli_has(c, "case"))
        return export_case(c, ret_exit);
    if (!c->n)
        return cli_usage("请写明导出什么");
    const struct thing *t = thing_find(str_of(c->arguments[0]));
    if (t)
        return export_thing(c, t);
    return err_got(cli_usage("没有“%s”这类事项", c->arguments[0]), str_of(c->arguments[0]), thing_names(c->arena), S("subjects"));
}

const struct command command_export = {
    "export", "THING|--case ID", "导出一类事项为XLSX或CSV；或导出案卷包（可自行核验的ZIP，供法院留存）",
    (const struct cli_option[]){CLI_DB, CLI_DATA, CLI_JSON, {"out", "FILE", "存为哪个文件（.xlsx或.csv）"},
                                {"by", "USER", "以谁能看到的为限（默认全部）"}, {"where", "列=值,…", "筛选条件"},
                                {"case", "ID", "导出这一案的案卷包"}, {"as-of", "DATE", "案卷包截至哪一天（含）或哪一时刻所知"},
                                {"purpose", "TEXT", "案卷包导出给谁、作何用途"}, {0}},
    0, 1, export};
