/* xiezhi monitor recompute: hours and days computed again from what they are made of, beside what the device reported. */
#include "cli/cli.h"
#include "monitor/series/aggregate_core.h"
#include "monitor/series/readings.h"

enum { LIMIT_RECOMPUTE_DAYS = 400, PLACES_MORE = 2 /* shown behind the places of the values */ };

struct wanted {
    str mn, factor;
    enum reading_period period;
    enum reading_group group;
    day first, last;
    bool json;
};

/* ---- options ---- */

static err *day_option(const struct cli *c, const char *name, day *ret)
{
    str text = cli_text(c, name, "");
    if (!text.n)
        return err_got(cli_usage("请用--from和--to指明起止日期"), STR_NONE, S("日期"), S("--from 2026-03-01 --to 2026-03-31"));
    return err_at(day_parse(text, ret), str_of(name));
}

static err *wanted_of(const struct cli *c, struct wanted *w)
{
    str period = cli_text(c, "period", "hour"), group = cli_text(c, "group", "value");
    *w = (struct wanted){.mn = cli_text(c, "mn", ""), .factor = hj_factor_2017(cli_text(c, "factor", "")),
                         .period = str_eq(period, S("day")) ? PERIOD_DAY : PERIOD_HOUR,
                         .group = str_eq(group, S("converted")) ? GROUP_CONVERTED : GROUP_VALUE, .json = cli_has(c, "json")};
    if (!w->mn.n || !w->factor.n)
        return err_got(cli_usage("请用--mn和--factor指明设备和因子"), STR_NONE, S("设备编码和HJ 212因子编码"), S("--factor a21026"));
    if (!str_eq(period, S("day")) && !str_eq(period, S("hour")))
        return err_got(cli_usage("选项--period不能识别"), period, S("hour day"), S("hour"));
    if (!str_eq(group, S("value")) && !str_eq(group, S("converted")))
        return err_got(cli_usage("选项--group不能识别"), group, S("value converted"), S("value"));
    TRY(day_option(c, "from", &w->first));
    TRY(day_option(c, "to", &w->last));
    if (w->last < w->first || w->last - w->first >= LIMIT_RECOMPUTE_DAYS)
        return cli_usage("起止日期颠倒，或超过%d日", LIMIT_RECOMPUTE_DAYS);
    return NULL;
}

/* ---- output ---- */

static str decimal(struct arena *a, int64_t v, int places)
{
    str digits = arena_printf(a, "%0*lld", places + 1, (long long)(v < 0 ? -v : v));
    if (!places)
        return arena_printf(a, "%lld", (long long)v);
    size_t whole = digits.n - (size_t)places;
    return arena_printf(a, "%s%.*s.%.*s", v < 0 ? "-" : "", STR_ARG(str_sub(digits, 0, whole)), STR_ARG(str_sub(digits, whole, digits.n)));
}

/* A number of the interval, or the mean, as it is shown. */
static str shown(struct arena *a, int64_t sum, int64_t divisor, int decimals, int places)
{
    int64_t v;
    return aggregate_round(sum, divisor, (int8_t)decimals, (int8_t)places, &v) ? decimal(a, v, places) : STR_NONE;
}

static void print_json(struct arena *a, const struct aggregate_hour *h)
{
    buf b = buf_make(a, 4096);
    struct json_out o = {&b, false};
    bool there = h->divisor > 0;
    int fine = h->decimals + AGGREGATE_DIGITS;
    json_open(&o, '{');
    json_put_str(&o, S("at"), time_rfc3339(a, h->at));
    json_put_int(&o, S("expected"), h->expected);
    json_put_int(&o, S("received"), h->received);
    json_put_int(&o, S("valid"), h->valid);
    json_put_int(&o, S("marked"), h->marked);
    json_put_bool(&o, S("enough"), h->enough);
    json_put_bool(&o, S("weighted"), h->weighted);
    json_put_bool(&o, S("corrected"), h->corrected);
    json_put_str(&o, S("mean"), there ? shown(a, h->sum, h->divisor, h->decimals, fine) : STR_NONE);
    json_put_str(&o, S("low"), there ? decimal(a, h->low, fine) : STR_NONE);
    json_put_str(&o, S("high"), there ? decimal(a, h->high, fine) : STR_NONE);
    json_put_str(&o, S("reported"), h->reported ? decimal(a, h->reported_mantissa, h->reported_scale) : STR_NONE);
    json_put_str(&o, S("flag"), h->reported_flag ? (str){&h->reported_flag, 1} : STR_NONE);
    json_put_bool(&o, S("agrees"), aggregate_agrees(h));
    json_close(&o, '}');
    printf("%.*s\n", STR_ARG(buf_str(&b)));
}

static void print_row(struct arena *a, const struct aggregate_hour *h, bool days)
{
    int places = h->decimals + PLACES_MORE;
    str mean = h->divisor > 0 ? shown(a, h->sum, h->divisor, h->decimals, places) : S("—");
    str reported = h->reported ? decimal(a, h->reported_mantissa, h->reported_scale) : S("—");
    printf("%.*s  %d/%d  %.*s  %.*s %c%s%s%s%s%s\n", STR_ARG(days ? day_iso(a, day_of(h->at)) : time_chinese(a, h->at)), h->valid, h->expected,
           STR_ARG(mean), STR_ARG(reported), h->reported_flag ? h->reported_flag : ' ', h->divisor > 0 && !h->enough ? " 有效数据不足" : "",
           h->marked ? " 有标记" : "", h->weighted ? " 流量加权" : "", h->corrected ? " 已修正" : "",
           aggregate_agrees(h) ? "" : " 上报与重算不一致");
}

static void print_rates(struct arena *a, const struct aggregate_rate *r, size_t n, const struct aggregate_rules *rules)
{
    for (size_t i = 0; i < n; i++) {
        int effective = rate_hundredths(r[i].valid, r[i].owed);
        printf("%.*s  应收%d（停运%d，平台原因%d） 传输率%.*s%% 有效率%.*s%% 有效传输率%.*s%%%s\n", STR_ARG(day_iso(a, r[i].day)), r[i].owed,
               r[i].stopped, r[i].platform, STR_ARG(decimal(a, rate_hundredths(r[i].received, r[i].owed), 2)),
               STR_ARG(decimal(a, rate_hundredths(r[i].valid, r[i].received), 2)), STR_ARG(decimal(a, effective, 2)),
               effective < rules->transmission_percent_least * 100 ? " 低于下限" : "");
    }
}

/* ---- the command ---- */

static err *from_store(struct cli *c, struct readings *r, const struct wanted *w)
{
    struct aggregate_rules rules;
    struct aggregate_hour *h;
    struct aggregate_rate *rates;
    size_t n, rates_n;
    bool days = w->period == PERIOD_DAY;
    TRY(aggregate_rules_set(r, w->factor, &rules));
    TRY((days ? aggregate_days : aggregate_hours)(r, c->arena, w->mn, w->factor, w->group, w->first, w->last, &rules, &h, &n));
    for (size_t i = 0; i < n; i++)
        if (w->json)
            print_json(c->arena, &h[i]);
        else
            print_row(c->arena, &h[i], days);
    if (w->json)
        return NULL;
    TRY(aggregate_rates(r, c->arena, w->mn, w->factor, days ? PERIOD_HOUR : PERIOD_MINUTE, w->first, w->last, &rules, &rates, &rates_n));
    print_rates(c->arena, rates, rates_n, &rules);
    if (!n && !rates_n)
        printf("没有数据\n");
    return NULL;
}

static err *monitor_recompute(struct cli *c, int *ret_exit)
{
    (void)ret_exit;
    struct wanted w;
    struct readings *r;
    AUTO_STORE *store = NULL;
    TRY(wanted_of(c, &w));
    TRY(cli_store_current(c, STORE_READ, &store));
    TRY(readings_open(store, READINGS_READ, &r));
    err *e = from_store(c, r, &w);
    readings_close(r);
    return e;
}

const struct command command_monitor_recompute = {
    "monitor recompute", "", "由分钟重算小时、由小时重算日，与上报值并列，并给出传输率和有效率",
    (const struct cli_option[]){
        CLI_DB, CLI_DATA, {"mn", "MN", "设备编码"}, {"factor", "CODE", "因子编码，如a21026"},
        {"period", "P", "hour（默认）、day"}, {"group", "G", "value（默认，实测）、converted（折算）"}, {"from", "DATE", "起始日期"},
        {"to", "DATE", "截止日期（含当日）"}, {"json", NULL, "每行一个JSON对象，含可能范围"}, {0}},
    0, 0, monitor_recompute};
