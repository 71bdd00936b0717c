/* xiezhi monitor audit FILE.csv: a table of readings through all detectors; one finding a line, a summary at the end. */
#include "cli/cli.h"
#include "monitor/detect/detect.h"

#include <string.h>

enum { LIMIT_LINE = 4 << 20 };

/* "a21026=35" or "a21026=35.0": a limit on hourly values over the whole table. Zs values where the table has them. */
static err *read_limit(struct cli *c, struct table *t, str text, struct table_limit *ret)
{
    str rest = text, factor;
    int64_t value = 0;
    int places = 0;
    str_next(&rest, '=', &factor);
    bool bad = !rest.n || !factor.n || rest.n > 15;
    for (size_t i = 0; i < rest.n && !bad; i++) {
        if (rest.p[i] == '.' && !places && i + 1 < rest.n) {
            places = (int)(rest.n - i - 1);
            continue;
        }
        bad = rest.p[i] < '0' || rest.p[i] > '9';
        value = value * 10 + (rest.p[i] - '0');
    }
    if (bad || value <= 0 || places > LIMIT_TABLE_DECIMALS)
        return err_got(cli_usage("选项--limit看不懂"), text, S("因子=限值"), S("--limit a21026=35"));
    char *name = arena_cstr(c->arena, factor);
    enum column_group g = table_column(t, name, COLUMN_CONVERTED) ? COLUMN_CONVERTED : COLUMN_VALUE;
    if (!table_column(t, name, g))
        return err_got(cli_usage("选项--limit：表中没有因子%.*s", STR_ARG(factor)), text, S("表中的因子"), STR_NONE);
    *ret = (struct table_limit){.factor = str_of(name), .group = (uint8_t)g, .mantissa = value, .decimals = (int8_t)places, .from = INT64_MIN,
                                .to = INT64_MAX};
    return NULL;
}

static err *read_limits(struct cli *c, struct table *t)
{
    str rest = cli_text(c, "limit", NULL), one;
    VEC(struct table_limit) list = {0};
    while (rest.n && str_next(&rest, ',', &one)) {
        struct table_limit l;
        TRY(read_limit(c, t, str_trim(one), &l));
        vec_push(c->arena, &list, l);
    }
    t->limits = list.p;
    t->limits_n = list.n;
    return NULL;
}

static void print_findings(struct cli *c, const struct table *t, const struct findings *f, int *ret_exit)
{
    for (size_t i = 0; i < f->n; i++) {
        buf b = buf_make(c->arena, LIMIT_LINE);
        struct json_out o = {&b, false};
        finding_json(&o, t, &f->p[i]);
        CHECK(!b.overflow);
        cli_print(buf_str(&b));
        if (f->p[i].level == LEVEL_CLUE)
            *ret_exit = 1;
    }
}

static err *audit(struct cli *c, int *ret_exit)
{
    struct table_source source = {.name = str_of(c->arguments[0])};
    struct table *t;
    struct table_fault *faults;
    size_t faults_n;
    struct hits hits;
    struct findings findings;
    struct detect_run *runs = NEW_ARRAY(c->arena, detector_count(), struct detect_run);
    struct fuse_options o = FUSE_DEFAULTS;
    TRY(file_read(c->arena, source.name, LIMIT_TABLE_BYTES, &source.bytes));
    TRY(err_at(table_from_csv(c->arena, &source, &t, &faults, &faults_n), source.name));
    TRY(read_limits(c, t));
    o.background = cli_has(c, "all");
    detect_table(c->arena, t, NULL, &hits, runs);
    fuse(c->arena, t, &hits, &o, &findings);
    print_findings(c, t, &findings, ret_exit);
    buf b = buf_make(c->arena, LIMIT_LINE);
    struct json_out out = {&b, false};
    summary_json(&out, t, &findings, runs, faults, faults_n);
    CHECK(!b.overflow);
    cli_print(buf_str(&b));
    return NULL;
}

const struct command command_monitor_audit = {
    "monitor audit", "FILE.csv", "检查监测数据表，每行输出一条发现（JSON），最后一行为汇总；有线索时退出码为1",
    (const struct cli_option[]){CLI_JSON,
                                {"limit", "因子=限值,…", "小时限值，用于贴限、改低等研判"},
                                {"all", NULL, "连同尚无实测准确率的检测器一并输出"},
                                {0}},
    1, 1, audit};
