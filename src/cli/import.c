/*
 * xiezhi import KIND FILE: a sheet of a platform into acts, with the rights of --by. --dry-run says row by row what would happen;
 * --errors writes the sheet back with a column of messages. Beside a server that may be running.
 */
#include "cli/cli.h"
#include "exchange/exchange.h"

#include <string.h>

enum { SHOWN_ROWS = 20 };

struct counts { size_t of[ROW_OUTCOMES]; };

static bool step(void *progress, size_t done, size_t of)
{
    progress_step(progress, (int64_t)done, (int64_t)of);
    return true;
}

static bool bad(enum exchange_outcome o)
{
    return o == ROW_REFUSED || o == ROW_INVALID || o == ROW_HELD || o == ROW_DIFFERS || o == ROW_WAITS;
}

static void print_json(struct cli *c, uint32_t row, const struct exchange_result *r)
{
    AUTO_ARENA(a);
    buf b = buf_make(a, 256 << 10);
    struct json_out o = {&b, false};
    (void)c;
    json_open(&o, '{');
    json_put_int(&o, S("row"), row);
    json_put_str(&o, S("outcome"), str_of(exchange_outcome_id(r->outcome)));
    if (r->text.n)
        json_put_str(&o, S("text"), r->text);
    json_close(&o, '}');
    cli_print(buf_str(&b));
}

static void print_rows(struct cli *c, const struct exchange_table *t, const struct exchange_map *m, const struct exchange_result *results,
                       size_t n, struct counts *counts)
{
    bool json = cli_has(c, "json"), dry = cli_has(c, "dry-run");
    size_t shown = 0, kept = 0;
    for (size_t i = 0; i < n; i++) {
        const struct exchange_result *r = &results[i];
        uint32_t row = t->rows[m->header + 1 + i].number;
        counts->of[r->outcome]++;
        if (r->outcome == ROW_BLANK)
            continue;
        if (json)
            print_json(c, row, r);
        else if (bad(r->outcome) && shown++ < SHOWN_ROWS)
            printf("第%u行 %s：%.*s\n", row, exchange_outcome_word(r->outcome, dry), STR_ARG(r->text));
        else
            kept += bad(r->outcome);
    }
    if (kept)
        printf("……另有%zu行有问题，用--errors写出全部\n", kept);
}

static void print_summary(struct cli *c, const struct counts *counts, str unknown)
{
    bool dry = cli_has(c, "dry-run");
    if (cli_has(c, "json")) {
        buf b = buf_make(c->arena, 64 << 10);
        struct json_out o = {&b, false};
        json_open(&o, '{');
        json_key(&o, S("summary"));
        json_open(&o, '{');
        for (int i = 0; i < ROW_OUTCOMES; i++)
            json_put_int(&o, str_of(exchange_outcome_id(i)), (int64_t)counts->of[i]);
        json_put_bool(&o, S("dry_run"), dry);
        json_put_str(&o, S("unknown_columns"), unknown);
        json_close(&o, '}');
        json_close(&o, '}');
        cli_print(buf_str(&b));
        return;
    }
    if (unknown.n)
        printf("没有导入的列（认不出）：%.*s\n", STR_ARG(unknown));
    printf("%s：", dry ? "试运行，没有写入" : "完成");
    for (int i = 0; i < ROW_OUTCOMES; i++)
        if (counts->of[i] && i != ROW_BLANK)
            printf("%s%zu行 ", exchange_outcome_word(i, dry), counts->of[i]);
    putchar('\n');
}

static err *run_import(struct cli *c, const struct exchange_table *t, const struct exchange_map *m, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    AUTO_ACTS *acts = NULL;
    AUTO_DB struct db *db = NULL;
    struct exchange_result *results;
    size_t n;
    struct counts counts = {0};
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(acts_open(store, ACTS_NO_THREAD, &acts));
    TRY(db_open(store, false, &db));
    struct progress p = progress_start("导入");
    struct exchange_import job = {.acts = acts, .db = db, .table = t, .map = m, .by = cli_text(c, "by", ""), .dry = cli_has(c, "dry-run"),
                                  .progress = step, .context = &p};
    err *failed = exchange_import(c->arena, &job, &results, &n);
    progress_end(&p);
    TRY(failed);
    print_rows(c, t, m, results, n, &counts);
    print_summary(c, &counts, exchange_map_unknown(c->arena, m));
    if (cli_has(c, "errors"))
        TRY(exchange_errors(t, m, results, n, false, job.dry, cli_text(c, "errors", "")));
    for (int i = 0; i < ROW_OUTCOMES; i++)
        if (bad(i) && counts.of[i])
            *ret_exit = 1;
    return NULL;
}

static err *import(struct cli *c, int *ret_exit)
{
    const struct exchange_kind *k = exchange_kind_find(str_of(c->arguments[0]));
    struct exchange_table t;
    struct exchange_map m;
    str bytes;
    if (!k)
        return err_got(cli_usage("没有“%s”这种表", c->arguments[0]), str_of(c->arguments[0]), exchange_kind_names(c->arena), S("subjects"));
    if (cli_has(c, "template")) {
        bool csv = c->n > 1 && str_ends(str_of(c->arguments[1]), S(".csv"));
        return c->n > 1 ? exchange_template(k, csv ? SHEET_CSV : SHEET_XLSX, str_of(c->arguments[1])) : cli_usage("请写明模板存为哪个文件");
    }
    if (c->n < 2)
        return cli_usage("请写明要导入的文件");
    if (!cli_text(c, "by", "").n)
        return cli_usage("请用--by写明以谁的名义导入");
    TRY(file_read(c->arena, str_of(c->arguments[1]), LIMIT_SHEET_FILE, &bytes));
    TRY(exchange_read(c->arena, bytes, cli_text(c, "sheet", ""), &t));
    TRY(exchange_map_header(c->arena, k, &t, cli_text(c, "columns", ""), &m));
    return run_import(c, &t, &m, ret_exit);
}

const struct command command_import = {
    "import", "KIND [FILE]", "把平台或手工的表（XLSX、CSV）逐行办理：subjects officers providers members relations budgets plans holidays limits",
    (const struct cli_option[]){CLI_DB, CLI_DATA, CLI_JSON, {"by", "USER", "以谁的名义导入，权限即其权限"},
                                {"dry-run", NULL, "只说每行将会怎样，不写入"}, {"errors", "FILE", "把原表写出，加一列导入结果"},
                                {"sheet", "NAME", "工作簿中的哪张表（默认第一张有内容的）"},
                                {"columns", "\"3=uscc 4=\"", "指明第几列是什么，空为不导入"},
                                {"template", NULL, "不导入，把空白模板写到FILE"}, {0}},
    1, 2, import};
