/* xiezhi monitor chart: one series as a picture, from the readings store or from a table in a file. */
#include "cli/cli.h"
#include "monitor/chart/chart.h"
#include "monitor/detect/detect.h"

#include <math.h>
#include <string.h>

enum { OUT_SVG, OUT_PNG };

static err *format_of(str path, int *ret)
{
    *ret = str_ends(path, S(".png")) ? OUT_PNG : OUT_SVG;
    if (str_ends(path, S(".png")) || str_ends(path, S(".svg")))
        return NULL;
    return err_got(cli_usage("请用--out指明图片文件"), path, S("以.svg或.png结尾的文件名"), S("--out so2.svg"));
}

/* A day, or a time with its zone. The last day counts whole. */
static err *moment(const struct cli *c, const char *option, bool end, usec missing, usec *ret)
{
    str text = cli_text(c, option, "");
    day d;
    *ret = missing;
    if (!text.n)
        return NULL;
    if (text.n != 10)
        return err_at(time_parse(text, ret), str_of(option));
    err *e = day_parse(text, &d);
    if (!e)
        *ret = day_start(end ? d + 1 : d);
    return err_at(e, str_of(option));
}

static err *word(const struct cli *c, const char *option, const char *missing, const char *const *words, int n, int *ret)
{
    str text = cli_text(c, option, missing);
    for (*ret = 0; *ret < n; ++*ret)
        if (str_eq(text, str_of(words[*ret])))
            return NULL;
    buf all = buf_make(c->arena, 200);
    for (int i = 0; i < n; i++)
        buf_printf(&all, "%s%s", i ? " " : "", words[i]);
    return err_got(cli_usage("选项--%s不能识别", option), text, buf_str(&all), str_of(words[0]));
}

struct wanted { int period, group, format; int64_t width, height; str mn, factor, out; };

static err *wanted_of(const struct cli *c, struct wanted *w)
{
    static const char *const periods[] = {"live", "minute", "hour", "day"}, *const groups[] = {"value", "converted", "total"};
    w->out = cli_text(c, "out", "");
    w->mn = cli_text(c, "mn", "");
    w->factor = hj_factor_2017(cli_text(c, "factor", ""));
    TRY(format_of(w->out, &w->format));
    TRY(word(c, "period", "hour", periods, 4, &w->period));
    TRY(word(c, "group", "value", groups, 3, &w->group));
    TRY(cli_int(c, "width", 1040, CHART_WIDTH_MIN, CHART_WIDTH_MAX, &w->width));
    TRY(cli_int(c, "height", 380, CHART_HEIGHT_MIN, CHART_HEIGHT_MAX, &w->height));
    if (!w->factor.n || (!w->mn.n && !cli_has(c, "csv")))
        return err_got(cli_usage("请用--mn（或--csv）和--factor指明设备和因子"), STR_NONE, S("设备编码和HJ 212因子编码"), S("--factor a21026"));
    return NULL;
}

static err *draw(struct cli *c, const struct chart *chart, int format, str path)
{
    str bytes;
    if (format == OUT_PNG)
        TRY(chart_png(c->arena, chart, &bytes));
    else
        TRY(chart_svg(c->arena, chart, &bytes));
    TRY(file_write_atomic(path, bytes, 0644));
    printf("%.*s：%d×%d，%zu字节\n", STR_ARG(path), chart->width, chart->height, bytes.n);
    return NULL;
}

static err *from_store(struct cli *c, struct readings *r, const struct wanted *w)
{
    struct series s;
    struct chart chart;
    usec from, to, now = time_now();
    TRY(series_find(r, c->arena, w->mn, (enum reading_period)w->period, w->factor, (enum reading_group)w->group, &s));
    TRY(moment(c, "from", false, day_start(s.first), &from));
    TRY(moment(c, "to", true, day_start(s.last + 1), &to));
    if (from >= to)
        return cli_usage("起止时间颠倒或没有数据");
    TRY(chart_of(r, c->arena, &s, from, to, now, (int)w->width, (int)w->height, &chart));
    chart.large = cli_has(c, "large");
    chart.title = arena_printf(c->arena, "%.*s · %.*s", STR_ARG(w->mn), STR_ARG(chart.title));
    return draw(c, &chart, w->format, w->out);
}

/* ---- a table in a file ---- */
static struct chart_series column_series(struct arena *a, const struct table *t, const struct column *k, const struct series *named)
{
    const int64_t *value[3] = {k->low ? k->low : k->value, k->value, k->high ? k->high : k->value};
    double *out[3];
    usec *at = NEW_ARRAY(a, t->n, usec);
    usec step = t->step_s * USEC_SECOND;
    for (int c = 0; c < 3; c++) {
        out[c] = NEW_ARRAY(a, t->n, double);
        for (size_t i = 0; i < t->n; i++)
            out[c][i] = value[c][i] == VALUE_NONE ? NAN : chart_decimal(value[c][i], k->decimals);
    }
    for (size_t i = 0; i < t->n; i++)
        at[i] = t->from + (usec)i * step + step / 2;
    return (struct chart_series){chart_series_name(a, named), chart_unit(named), t->n, step, at, k->low ? out[0] : NULL, out[1],
                                 k->high ? out[2] : NULL, (const uint8_t *)k->flag, NULL, NULL, k->decimals};
}

static err *from_table(struct cli *c, const struct wanted *w)
{
    static const enum column_group groups[] = {COLUMN_VALUE, COLUMN_CONVERTED, COLUMN_TOTAL};
    struct table_source source = {.name = cli_text(c, "csv", "")};
    struct table *t;
    struct table_fault *faults;
    size_t faults_n;
    usec from, to;
    TRY(file_read(c->arena, source.name, LIMIT_TABLE_BYTES, &source.bytes));
    TRY(err_at(table_from_csv(c->arena, &source, &t, &faults, &faults_n), source.name));
    const struct column *k = table_column(t, arena_cstr(c->arena, w->factor), groups[w->group]);
    if (!k || !k->value || !t->n)
        return err_new(ERR_MISSING, "表“%.*s”中没有因子%.*s的这类数值", STR_ARG(source.name), STR_ARG(w->factor));
    struct series named = {.factor = w->factor, .kind = S(""), .group = (uint8_t)w->group,
                           .period = t->step_s >= 86400 ? PERIOD_DAY : t->step_s >= 3600 ? PERIOD_HOUR : PERIOD_MINUTE};
    struct chart_series series = column_series(c->arena, t, k, &named);
    TRY(moment(c, "from", false, t->from, &from));
    TRY(moment(c, "to", true, t->from + (usec)t->n * t->step_s * USEC_SECOND, &to));
    struct chart chart = {.width = (int)w->width, .height = (int)w->height, .from = from, .to = to, .series = &series, .series_n = 1,
                          .large = cli_has(c, "large"), .title = arena_printf(c->arena, "%.*s · %.*s", STR_ARG(source.name), STR_ARG(series.label))};
    return draw(c, &chart, w->format, w->out);
}

static err *monitor_chart(struct cli *c, int *ret_exit)
{
    (void)ret_exit;
    struct wanted w = {0};
    struct readings *r;
    AUTO_STORE *store = NULL;
    TRY(wanted_of(c, &w));
    if (cli_has(c, "csv"))
        return from_table(c, &w);
    TRY(cli_store_current(c, STORE_READ, &store));
    TRY(readings_open(store, READINGS_READ, &r));
    err *e = from_store(c, r, &w);
    readings_close(r);
    return e;
}

const struct command command_monitor_chart = {
    "monitor chart", "", "把一个监测数据系列画成图（SVG或PNG），带限值、标记、平台原因和不同上报值",
    (const struct cli_option[]){
        CLI_DB, CLI_DATA, {"csv", "FILE", "不用数据库，画一个CSV表（首列time，其余为“因子-类别”）"}, {"mn", "MN", "设备编码"}, {"factor", "CODE", "因子编码，如a21026"},
        {"period", "P", "live、minute、hour（默认）、day"}, {"group", "G", "value（默认，实测）、converted（折算）、total（累计）"},
        {"from", "TIME", "起：日期或带时区的时间"}, {"to", "TIME", "止：日期（含当日）或带时区的时间"}, {"width", "N", "图宽（默认1040像素）"},
        {"height", "N", "图高（默认380像素）"}, {"large", NULL, "大字"}, {"out", "FILE", "写到哪个文件（.svg或.png）"}, {0}},
    0, 0, monitor_chart};
