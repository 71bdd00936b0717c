/*
 * Addresses of series: factor, group, period, and a span that ends on a day. Everything is checked here and named when it is
 * wrong, because such addresses stand in papers and are typed by hand.
 */
#include "web/monitor.h"

#include <string.h>

static const struct { const char *name; usec length; } spans[SPANS] = {
    [SPAN_YEAR] = {"year", 365 * USEC_DAY}, [SPAN_MONTH] = {"month", 30 * USEC_DAY}, [SPAN_WEEK] = {"week", 7 * USEC_DAY},
    [SPAN_DAY] = {"day", USEC_DAY}, [SPAN_HOUR] = {"hour", USEC_HOUR}, [SPAN_FREE] = {"free", 0}};
static const char *const groups[GROUPS] = {[GROUP_VALUE] = "value", [GROUP_CONVERTED] = "converted", [GROUP_TOTAL] = "total",
                                           [GROUP_OTHER] = "other"};
static const char *const periods[PERIODS] = {[PERIOD_LIVE] = "live", [PERIOD_MINUTE] = "minute", [PERIOD_HOUR] = "hour",
                                             [PERIOD_DAY] = "day", [PERIOD_STATE] = "state"};

const char *span_name(enum span s)
{
    return spans[s].name;
}

const char *group_word(uint8_t group)
{
    return group < GROUPS ? groups[group] : "other";
}

const char *period_word(uint8_t period)
{
    return period < PERIODS ? periods[period] : "state";
}

err *period_read(str text, int *ret)
{
    *ret = -1;
    for (int i = 0; i < PERIODS; i++)
        if (str_eq(text, str_of(periods[i])))
            *ret = i;
    if (!text.n || *ret >= 0)
        return NULL;
    return err_got(err_at(err_new(ERR_INPUT, "周期不能识别"), S("period")), text, S("live minute hour day state"), S("hour"));
}

err *group_read(str text, int *ret)
{
    *ret = -1;
    for (int i = 0; i < GROUPS; i++)
        if (str_eq(text, str_of(groups[i])))
            *ret = i;
    if (!text.n || *ret >= 0)
        return NULL;
    return err_got(err_at(err_new(ERR_INPUT, "数值类别不能识别"), S("group")), text, S("value converted total other"), S("value"));
}

static err *number(struct request *q, const char *name, int missing, int least, int most, int *ret)
{
    str text = form_get(&q->params, str_of(name));
    int64_t n;
    *ret = missing;
    if (!text.n)
        return NULL;
    if (!str_int64(text, &n) || n < least || n > most)
        return err_got(err_at(err_new(ERR_INPUT, "“%s”应为%d至%d的整数", name, least, most), str_of(name)), text,
                       arena_printf(q->a, "%d至%d", least, most), arena_printf(q->a, "%d", missing));
    *ret = (int)n;
    return NULL;
}

/* A day, a minute on China's clock as a form field sends it, or RFC 3339. USEC_NONE when absent. */
static err *moment(struct request *q, const char *name, usec *ret)
{
    str text = form_get(&q->params, str_of(name));
    day d;
    *ret = USEC_NONE;
    if (!text.n)
        return NULL;
    err *e = text.n == 10 ? day_parse(text, &d) : NULL;
    if (text.n == 10 && !e)
        *ret = day_start(d);
    else if (text.n == 16)
        e = time_parse(arena_printf(q->a, "%.*s:00+08:00", STR_ARG(text)), ret);
    else if (!e)
        e = time_parse(text, ret);
    if (!e)
        return NULL;
    return err_got(err_at(err_new(ERR_INPUT, "“%s”不是日期或时间", name), str_of(name)), text,
                   S("日期，或带时区的时间"), S("2026-03-02"));
}

static err *span_read(str text, enum span *ret)
{
    *ret = SPAN_MONTH;
    for (int i = 0; i < SPAN_FREE; i++)
        if (str_eq(text, str_of(spans[i].name))) {
            *ret = (enum span)i;
            return NULL;
        }
    if (!text.n)
        return NULL;
    return err_got(err_at(err_new(ERR_INPUT, "时段不能识别"), S("span")), text, S("year month week day hour"), S("month"));
}

/* Where a span that holds `at` begins and ends: a month is a month of the calendar, a week begins on Monday. */
static void span_around(enum span span, usec at, usec *ret_from, usec *ret_to)
{
    day d = day_of(at);
    struct civil c = civil_of_day(d);
    if (span == SPAN_HOUR) {
        *ret_from = at - (at - day_start(d)) % USEC_HOUR;
        *ret_to = *ret_from + USEC_HOUR;
        return;
    }
    day first = d, last = d;
    if (span == SPAN_YEAR) {
        first = day_from_civil(c.year, 1, 1);
        last = day_from_civil(c.year, 12, 31);
    } else if (span == SPAN_MONTH) {
        first = day_from_civil(c.year, c.month, 1);
        last = (c.month == 12 ? day_from_civil(c.year + 1, 1, 1) : day_from_civil(c.year, c.month + 1, 1)) - 1;
    } else if (span == SPAN_WEEK) {
        first = d - (c.weekday - 1);
        last = first + 6;
    }
    *ret_from = day_start(first);
    *ret_to = day_start(last + 1);
}

err *chart_query_read(struct request *q, struct chart_query *ret)
{
    usec at;
    int large;
    *ret = (struct chart_query){.factor = form_get(&q->params, S("factor")), .kind = form_get(&q->params, S("kind"))};
    TRY(period_read(form_get(&q->params, S("period")), &ret->period));
    TRY(group_read(form_get(&q->params, S("group")), &ret->group));
    TRY(span_read(form_get(&q->params, S("span")), &ret->span));
    TRY(moment(q, "from", &ret->from));
    TRY(moment(q, "to", &ret->to));
    TRY(moment(q, "at", &at));
    TRY(moment(q, "focus-from", &ret->focus_from));
    TRY(moment(q, "focus-to", &ret->focus_to));
    TRY(number(q, "width", 1040, CHART_WIDTH_MIN, CHART_WIDTH_MAX, &ret->width));
    TRY(number(q, "height", 380, CHART_HEIGHT_MIN, CHART_HEIGHT_MAX, &ret->height));
    TRY(number(q, "large", 0, 0, 1, &large));
    ret->large = large;
    if ((ret->from == USEC_NONE) != (ret->to == USEC_NONE))
        return err_at(err_new(ERR_INPUT, "起止时间应同时给出"), ret->from == USEC_NONE ? S("from") : S("to"));
    if (ret->from != USEC_NONE)
        ret->span = SPAN_FREE;
    else
        span_around(ret->span, at == USEC_NONE ? q->now : at, &ret->from, &ret->to);
    if (ret->from >= ret->to || ret->to - ret->from > 20 * 366 * USEC_DAY)
        return err_at(err_new(ERR_INPUT, "止应在起之后，相隔不超过20年"), S("to"));
    return NULL;
}

/* ---- which series ---- */
static int rank(const struct series *s, const struct chart_query *c)
{
    static const char *const key[] = {"a21026", "a21002", "a34013", "w01018", "w21003", "w21011", "w21001", "a01014"};
    bool fine = c->to - c->from <= 7 * USEC_DAY;
    int points = 0;
    for (int i = 0; i < 8; i++)
        if (str_eq(s->factor, str_of(key[i])))
            points += 100 - 10 * i;
    if (!c->factor.n)
        points *= 2;
    points += s->group == GROUP_CONVERTED ? 8 : s->group == GROUP_VALUE ? 6 : 0;
    points += s->period == PERIOD_HOUR ? (fine ? 3 : 5) : s->period == PERIOD_MINUTE ? 4 : s->period == PERIOD_DAY ? 2 : 0;
    return points;
}

static bool fits(const struct series *s, const struct chart_query *c)
{
    return (!c->factor.n || str_eq(c->factor, s->factor)) && (c->period < 0 || c->period == s->period) &&
           (c->group < 0 || c->group == s->group) && (!c->kind.n || str_eq(c->kind, s->kind));
}

err *series_meant(struct request *q, struct readings *r, const struct outlet *o, struct chart_query *c, struct series **ret_all,
                  size_t *ret_n, struct series *ret)
{
    const struct series *best = NULL;
    TRY(series_list(r, q->a, &(struct series_filter){.mn = o->mn, .period = -1, .group = -1}, ret_all, ret_n));
    if (c->factor.n)
        c->factor = hj_factor_2017(c->factor);
    for (size_t i = 0; i < *ret_n; i++) {
        const struct series *s = &(*ret_all)[i];
        if (fits(s, c) && (!best || rank(s, c) > rank(best, c)))
            best = s;
    }
    *ret = best ? *best : (struct series){0};
    if (best || (!*ret_n && !c->factor.n))
        return NULL;
    return err_at(err_new(ERR_MISSING, "这个点位没有“%.*s”的这类数据", STR_ARG(c->factor.n ? factor_name(c->factor) : S("所选项目"))),
                  S("factor"));
}

err *series_chart(struct request *q, struct readings *r, const struct series *s, const struct chart_query *c, int width, int height,
                  struct chart *ret)
{
    TRY(chart_of(r, q->a, s, c->from, c->to, q->now, width, height, ret));
    ret->large = c->large;
    if (c->focus_from == USEC_NONE || c->focus_to == USEC_NONE || c->focus_from >= c->focus_to)
        return NULL;
    struct chart_band *bands = NEW_ARRAY(q->a, ret->bands_n + 1, struct chart_band);
    if (ret->bands_n)
        memcpy(bands, ret->bands, ret->bands_n * sizeof *bands);
    bands[ret->bands_n] = (struct chart_band){c->focus_from, c->focus_to, BAND_FOCUS, S("关注时段")};
    ret->bands = bands;
    ret->bands_n++;
    return NULL;
}

void put_series_query(struct out *o, const struct series *s)
{
    w(o, H("factor="), U(s->factor), H("&amp;group="), group_word(s->group), H("&amp;period="), period_word(s->period));
    if (s->kind.n)
        w(o, H("&amp;kind="), U(s->kind));
}
