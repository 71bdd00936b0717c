/* xiezhi figures: the statistics as CSV, or the rows that one figure adds up from. */
#include "analysis/figures.h"
#include "cli/cli.h"

static err *scope_of(struct cli *c, struct figure_scope *ret)
{
    int64_t region;
    struct civil now = civil_of(time_now());
    *ret = (struct figure_scope){.from = day_from_civil(now.year, 1, 1), .to = day_of(time_now())};
    TRY(cli_int(c, "region", 420000, 110000, 659999, &region));
    if (cli_has(c, "from"))
        TRY(err_at(day_parse(cli_text(c, "from", ""), &ret->from), S("--from")));
    if (cli_has(c, "to"))
        TRY(err_at(day_parse(cli_text(c, "to", ""), &ret->to), S("--to")));
    ret->region_low = (int)region;
    ret->region_high = region_last((int)region);
    return NULL;
}

static err *run(struct cli *c, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    AUTO_DB struct db *d = NULL;
    struct figure_scope s;
    struct figure_table t;
    (void)ret_exit;
    TRY(scope_of(c, &s));
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(db_open(store, false, &d));
    if (c->n) {
        const struct figure *f = figure_find(str_of(c->arguments[0]));
        if (!f)
            return err_got(err_new(ERR_INPUT, "没有这个指标"), str_of(c->arguments[0]), S("coverage completion …，不带参数列出全部"), S("coverage"));
        TRY(figure_rows_table(d, c->arena, f, cli_has(c, "of") ? FIGURE_DENOMINATOR : FIGURE_NUMERATOR, &s, &t));
    } else {
        TRY(figure_table(d, c->arena, &s, &t));
    }
    str csv = figure_csv(c->arena, &t);
    fwrite(csv.p, 1, csv.n, stdout);
    return NULL;
}

const struct command command_figures = {
    "figures", "[FIGURE]", "统计指标（CSV）；带指标名时列出构成它的各行",
    (const struct cli_option[]){CLI_DB, CLI_DATA, {"from", "DATE", "期间自（默认本年1月1日）"}, {"to", "DATE", "期间至（默认今天）"},
                                {"region", "CODE", "区划代码（默认全省）"}, {"of", NULL, "列出分母的各行"}, {0}},
    0, 1, run};
