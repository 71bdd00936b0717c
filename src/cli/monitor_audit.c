/*
 * xiezhi monitor audit FILE: a table of readings through all detectors; one finding a line, a summary at the end. A workbook becomes
 * the CSV first, by the profile given or the one its headers suggest; what was passed over on the way stands in the summary.
 */
#include "cli/cli.h"
#include "monitor/detect/detect.h"
#include "monitor/workbook/workbook.h"

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

static bool is_workbook(str bytes)
{
    return str_starts(bytes, S("PK\x03\x04")) || str_starts(bytes, S("\xd0\xcf\x11\xe0"));
}

static err *profile_of(struct cli *c, str book, struct workbook_profile *ret)
{
    str path = cli_text(c, "profile", NULL), json;
    if (!path.n)
        return workbook_guess(c->arena, book, cli_text(c, "sheet", ""), ret);
    TRY(file_read(c->arena, path, LIMIT_PROFILE_BYTES, &json));
    return err_at(workbook_profile_parse(c->arena, json, ret), path);
}

/* The workbook's rows as CSV; faults of the way in are added to those of the table. */
static err *from_workbook(struct cli *c, struct table_source *source, struct table **ret, struct table_fault **ret_faults, size_t *ret_n)
{
    struct workbook_profile profile;
    struct workbook_fault *passed;
    struct table_fault *faults;
    size_t passed_n, n;
    TRY(profile_of(c, source->bytes, &profile));
    TRY(workbook_csv(c->arena, source->bytes, &profile, &source->bytes, &passed, &passed_n));
    TRY(table_from_csv(c->arena, source, ret, &faults, &n));
    struct table_fault *all = NEW_ARRAY(c->arena, n + passed_n + 1, struct table_fault);
    for (size_t i = 0; i < passed_n; i++)
        all[i] = (struct table_fault){.times = passed[i].times, .text = arena_printf(c->arena, "单元格%.*s：%.*s", STR_ARG(passed[i].place), STR_ARG(passed[i].text))};
    for (size_t i = 0; i < n; i++)
        all[passed_n + i] = faults[i];
    *ret_faults = all;
    *ret_n = passed_n + n;
    return NULL;
}

static void print_findings(struct cli *c, const struct table *t, const struct findings *f, int *ret_exit)
{
    str only = cli_text(c, "replay", "");
    for (size_t i = 0; i < f->n; i++) {
        if (only.n && !str_eq(only, str_of(f->p[i].id)))
            continue;
        buf b = buf_make(c->arena, LIMIT_LINE);
        struct json_out o = {&b, false};
        finding_json(&o, t, &f->p[i]);
        CHECK(!b.overflow);
        cli_print(buf_str(&b));
        if (f->p[i].level == LEVEL_CLUE)
            *ret_exit = 1;
    }
}

/* ---- beside the table ---- */
/* A finer or another table; what is odd about it is said of its own file. */
static err *read_table(struct cli *c, const char *option, str path, struct table **ret, struct table_fault **all, size_t *all_n)
{
    struct table_source source = {.name = path};
    struct table_fault *faults;
    size_t n;
    TRY(err_at(file_read(c->arena, path, LIMIT_TABLE_BYTES, &source.bytes), str_of(option)));
    TRY(err_at(table_from_csv(c->arena, &source, ret, &faults, &n), path));
    struct table_fault *joined = NEW_ARRAY(c->arena, *all_n + n + 1, struct table_fault);
    for (size_t i = 0; i < *all_n; i++)
        joined[i] = (*all)[i];
    for (size_t i = 0; i < n; i++) {
        joined[*all_n + i] = faults[i];
        joined[*all_n + i].text = arena_printf(c->arena, "%.*s：%.*s", STR_ARG(path), STR_ARG(faults[i].text));
    }
    *all = joined;
    *all_n += n;
    return NULL;
}

static err *finer(struct cli *c, const char *option, struct table *coarse, struct table **ret, struct table_fault **faults, size_t *n)
{
    TRY(read_table(c, option, cli_text(c, option, ""), ret, faults, n));
    if ((*ret)->step_s < coarse->step_s)
        return NULL;
    return err_got(cli_usage("选项--%s的表应比它上一级的表更细", option), arena_printf(c->arena, "步长%d秒", (*ret)->step_s),
                   arena_printf(c->arena, "小于%d秒", coarse->step_s), STR_NONE);
}

/* Minutes behind hours, live values behind minutes, other outlets, records. */
static err *read_beside(struct cli *c, struct table *t, struct table_fault **faults, size_t *n)
{
    struct table *minutes = t, *live;
    VEC(const struct table *) others = {0};
    size_t records;
    if (cli_has(c, "minutes")) {
        TRY(finer(c, "minutes", t, &minutes, faults, n));
        t->finer = minutes;
    }
    if (cli_has(c, "live")) {
        TRY(finer(c, "live", minutes, &live, faults, n));
        minutes->finer = live;
    }
    for (str rest = cli_text(c, "beside", ""), path; rest.n && str_next(&rest, ',', &path);) {
        struct table *other;
        TRY(read_table(c, "beside", str_trim(path), &other, faults, n));
        other->outlet = str_trim(path);
        vec_push(c->arena, &others, other);
    }
    t->beside = others.p, t->beside_n = others.n;
    if (cli_has(c, "records")) {
        struct table_source source = {.name = cli_text(c, "records", "")};
        TRY(file_read(c->arena, source.name, LIMIT_TABLE_BYTES, &source.bytes));
        TRY(err_at(table_records(c->arena, &source, t, &records), source.name));
    }
    return NULL;
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
    if (is_workbook(source.bytes) && cli_has(c, "show-profile")) {
        struct workbook_profile profile;
        TRY(profile_of(c, source.bytes, &profile));
        cli_print(workbook_profile_json(c->arena, &profile));
        return NULL;
    }
    if (is_workbook(source.bytes))
        TRY(err_at(from_workbook(c, &source, &t, &faults, &faults_n), source.name));
    else
        TRY(err_at(table_from_csv(c->arena, &source, &t, &faults, &faults_n), source.name));
    TRY(read_limits(c, t));
    TRY(read_beside(c, t, &faults, &faults_n));
    o.background = cli_has(c, "all");
    detect_table(c->arena, t, NULL, &hits, runs);
    fuse(c->arena, t, &hits, &o, &findings);
    print_findings(c, t, &findings, ret_exit);
    if (cli_has(c, "replay"))
        return NULL;
    buf b = buf_make(c->arena, LIMIT_LINE);
    struct json_out out = {&b, false};
    summary_json(&out, t, &findings, runs, faults, faults_n);
    CHECK(!b.overflow);
    cli_print(buf_str(&b));
    return NULL;
}

const struct command command_monitor_audit = {
    "monitor audit", "FILE", "检查监测数据表（CSV或Excel工作簿），每行输出一条发现（JSON），最后一行为汇总；有线索时退出码为1",
    (const struct cli_option[]){CLI_JSON,
                                {"limit", "因子=限值,…", "小时限值，用于贴限、改低等研判"},
                                {"minutes", "FILE", "同一点位的分钟数据表，用于重算均值等"},
                                {"live", "FILE", "同一点位的实时数据表，与分钟均值对照"},
                                {"records", "FILE", "核查、比对、检查、运维、参数、指令、标记等记录（CSV）"},
                                {"beside", "FILE,…", "其他点位的表，看有没有相同的数据"},
                                {"profile", "FILE", "工作簿的列对应（JSON）；不给则按表头识别"},
                                {"sheet", "NAME", "只看这张工作表"},
                                {"show-profile", NULL, "只输出识别出的列对应，供修改后用--profile"},
                                {"replay", "ID", "只输出这个编号的结果，同样的输入得到同样的字节"},
                                {"all", NULL, "连同尚无实测准确率的检测器一并输出"},
                                {0}},
    1, 1, audit};
