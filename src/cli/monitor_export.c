/*
 * xiezhi monitor export: one factor of a device as CSV (UTF-8 with BOM): values as they came, flags, and every version of a
 * slot that has more than one; with --frames the frames themselves.
 */
#include "cli/cli.h"
#include "monitor/series/readings.h"

#include <string.h>

struct export {
    struct cli *cli;
    struct readings *r;
    struct series series;
    day first, last;
    struct reading_version *versions;
    size_t versions_n, at;
};

static void print_time(usec t)
{
    struct civil c = civil_of(t);
    printf("%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.dom, c.hour, c.minute, c.second);
}

/* Text of a device: quoted where CSV needs it, and never a formula for the program that opens it. */
static void print_text(str s)
{
    bool formula = s.n && strchr("=+@", s.p[0]), quote = formula;
    for (size_t i = 0; i < s.n; i++)
        quote |= strchr(",\"\r\n", s.p[i]) != NULL;
    if (!quote) {
        fwrite(s.p, 1, s.n, stdout);
        return;
    }
    putchar('"');
    if (formula)
        putchar('\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            putchar('"');
        putchar(s.p[i]);
    }
    putchar('"');
}

static const struct chunk_escape *escape_of(const struct chunk_day *d, size_t *at, int slot, int column)
{
    while (*at < d->escapes_n && (d->escapes[*at].slot < slot || (d->escapes[*at].slot == slot && d->escapes[*at].column < column)))
        ++*at;
    return *at < d->escapes_n && d->escapes[*at].slot == slot && d->escapes[*at].column == column ? &d->escapes[*at] : NULL;
}

static void print_number(int64_t v, int decimals)
{
    char digits[32];
    uint64_t m = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    int n = snprintf(digits, sizeof digits, "%0*llu", decimals + 1, (unsigned long long)m);
    printf("%s%.*s%s%s", v < 0 ? "-" : "", n - decimals, digits, decimals ? "." : "", digits + n - decimals);
}

static void print_value(const struct chunk_day *d, int slot, int column, const struct chunk_escape *e)
{
    if (column > 0 && d->shape == CHUNK_ONE)
        return;
    if (e && e->kind == CHUNK_TEXT) {
        print_text(e->text);
    } else if (!e || e->kind == CHUNK_DECIMALS) {
        int64_t v = d->wide ? d->v64[column][slot] : d->v[column][slot];
        for (int more = e ? d->decimals - e->decimals : 0; more > 0; more--)
            v /= 10;
        print_number(v, e ? e->decimals : d->decimals);
    }
}

/* The versions of a slot, oldest first; the one that stands is in its row already and comes here, too, with its frame. */
static void print_versions(struct export *x, usec at)
{
    while (x->at < x->versions_n && x->versions[x->at].at < at)
        x->at++;
    for (; x->at < x->versions_n && x->versions[x->at].at == at; x->at++) {
        const struct reading_version *v = &x->versions[x->at];
        print_time(at);
        putchar(',');
        print_text(v->average);
        putchar(',');
        print_text(v->minimum);
        putchar(',');
        print_text(v->maximum);
        printf(",%.1s,版本,", v->flag == CHUNK_NO_FLAG ? "" : &v->flag);
        print_time(v->arrived);
        printf(",%lld:%d\r\n", (long long)v->frame.batch, v->frame.at);
    }
}

static err *print_day(void *context, const struct chunk_day *d)
{
    struct export *x = context;
    size_t at = 0;
    for (int slot = 0; slot < d->slots; slot++) {
        if (d->flag[slot] == CHUNK_MISSING)
            continue;
        usec t = day_start(d->day) + (usec)slot * d->cadence_s * USEC_SECOND;
        print_time(t);
        for (int column = 0; column < 3; column++) {
            putchar(',');
            print_value(d, slot, column, escape_of(d, &at, slot, column));
        }
        printf(",%.1s,,,\r\n", d->flag[slot] == CHUNK_NO_FLAG ? "" : (const char *)&d->flag[slot]);
        print_versions(x, t);
    }
    return NULL;
}

static err *print_frames_of(struct export *x, usec at, struct spool_place *last)
{
    AUTO_ARENA(a);
    struct spool_place *places;
    size_t n;
    TRY(reading_frames(x->r, a, x->series.id, at, 1000, &places, &n));
    for (size_t i = 0; i < n; i++) {
        struct spool_frame f;
        if (places[i].batch == last->batch && places[i].at == last->at)
            continue;
        *last = places[i];
        TRY(spool_get(x->r, a, places[i], &f, NULL));
        fwrite(f.raw.p, 1, f.raw.n, stdout);
        if (!str_ends(f.raw, S("\n")))
            printf("\r\n");
    }
    return NULL;
}

static err *frames_of_day(void *context, const struct chunk_day *d)
{
    struct export *x = context;
    struct spool_place last = {-1, -1};
    for (int slot = 0; slot < d->slots; slot++)
        if (d->flag[slot] != CHUNK_MISSING)
            TRY(print_frames_of(x, day_start(d->day) + (usec)slot * d->cadence_s * USEC_SECOND, &last));
    return NULL;
}

static err *read_days(struct export *x)
{
    struct cli *c = x->cli;
    x->first = x->series.first;
    x->last = x->series.last;
    if (cli_has(c, "from"))
        TRY(err_at(day_parse(cli_text(c, "from", ""), &x->first), S("--from")));
    if (cli_has(c, "to"))
        TRY(err_at(day_parse(cli_text(c, "to", ""), &x->last), S("--to")));
    return x->first <= x->last ? NULL : cli_usage("--from在--to之后");
}

static err *read_series(struct export *x)
{
    struct cli *c = x->cli;
    static const char *const periods[PERIODS] = {"live", "minute", "hour", "day", "state"};
    str period = cli_text(c, "period", "minute");
    int p = 0;
    while (p < PERIODS && !str_eq(period, str_of(periods[p])))
        p++;
    if (p == PERIODS)
        return err_got(cli_usage("选项--period看不懂"), period, S("live minute hour day state"), STR_NONE);
    enum reading_group g = cli_has(c, "converted") ? GROUP_CONVERTED : cli_has(c, "total") ? GROUP_TOTAL
                           : p == PERIOD_STATE     ? GROUP_OTHER
                                                   : GROUP_VALUE;
    if (!cli_text(c, "mn", "").n || !cli_text(c, "factor", "").n)
        return cli_usage("请用--mn和--factor指明设备和因子");
    TRY(series_find(x->r, c->arena, cli_text(c, "mn", ""), (enum reading_period)p, hj_factor_2017(cli_text(c, "factor", "")), g,
                    &x->series));
    return NULL;
}

static err *export_all(struct export *x)
{
    struct reading_scan *scan;
    bool frames = cli_has(x->cli, "frames");
    TRY(read_series(x));
    TRY(read_days(x));
    TRY(reading_versions(x->r, x->cli->arena, x->series.id, day_start(x->first), day_start(x->last + 1), 90000, &x->versions,
                         &x->versions_n));
    TRY(reading_scan_open(x->r, x->cli->arena, &scan));
    if (!frames)
        printf("\xef\xbb\xbf时间,平均,最小,最大,标记,版本,到达,原文\r\n");
    err *bad = reading_scan_days(scan, x->series.id, x->first, x->last, USEC_NONE, frames ? frames_of_day : print_day, x);
    reading_scan_close(scan);
    return bad;
}

static err *export(struct cli *c, int *ret_exit)
{
    (void)ret_exit;
    AUTO_STORE *store = NULL;
    struct export x = {.cli = c};
    TRY(cli_store_current(c, STORE_READ, &store));
    TRY(readings_open(store, READINGS_READ, &x.r));
    err *bad = export_all(&x);
    readings_close(x.r);
    return bad;
}

const struct command command_monitor_export = {
    "monitor export", "", "把一台设备一个因子的数据输出为CSV：原值、标记和各个版本；或输出原始报文",
    (const struct cli_option[]){CLI_DB, CLI_DATA, {"mn", "MN", "设备"}, {"factor", "CODE", "因子代码"},
                                {"period", "PERIOD", "live、minute（默认）、hour、day、state"}, {"from", "DAY", "从哪天（含）"},
                                {"to", "DAY", "到哪天（含）"}, {"converted", NULL, "折算值"}, {"total", NULL, "累计量"},
                                {"frames", NULL, "输出数据所在的原始报文"}, {0}},
    0, 0, export};
