/* One series with everything that belongs beside it: limits of its period, marks, our own failures, gaps, versions. */
#include "monitor/chart/chart.h"
#include "monitor/series/overlays.h"

#include <math.h>
#include <string.h>

enum { GAPS = 150, VERSIONS = 5000 };

const char *chart_period_text(uint8_t period)
{
    static const char *const texts[PERIODS] = {[PERIOD_LIVE] = "实时", [PERIOD_MINUTE] = "分钟", [PERIOD_HOUR] = "小时",
                                               [PERIOD_DAY] = "日", [PERIOD_STATE] = "状态"};
    return period < PERIODS ? texts[period] : "其他";
}

const char *chart_group_text(uint8_t group)
{
    static const char *const texts[GROUPS] = {[GROUP_VALUE] = "实测值", [GROUP_CONVERTED] = "折算值", [GROUP_TOTAL] = "累计量",
                                              [GROUP_OTHER] = "其他"};
    return group < GROUPS ? texts[group] : "其他";
}

str chart_series_name(struct arena *a, const struct series *s)
{
    int row = hj_factor_find(s->factor);
    str name = row >= 0 ? str_of(hj_factor_at((size_t)row)->name) : s->factor;
    if (s->group == GROUP_OTHER)
        return arena_printf(a, "%.*s %.*s（%s）", STR_ARG(name), STR_ARG(s->kind), chart_period_text(s->period));
    return arena_printf(a, "%.*s %s（%s）", STR_ARG(name), chart_group_text(s->group), chart_period_text(s->period));
}

str chart_unit(const struct series *s)
{
    int row = hj_factor_find(s->factor);
    if (row < 0)
        return S("");
    const struct hj_factor *f = hj_factor_at((size_t)row);
    str unit = str_of(s->group == GROUP_TOTAL ? f->emission_unit : f->unit);
    return unit.n ? unit : S("");
}

typedef VEC(struct chart_band) bands;

static void add_gaps(struct arena *a, bands *v, const struct chart_series *s, usec begin, usec end)
{
    size_t made = 0;
    for (size_t i = 0, n; i < s->n && made < GAPS; i += n) {
        for (n = 1; i + n < s->n && isnan(s->mid[i]) == isnan(s->mid[i + n]);)
            n++;
        usec from = s->at[i] - s->width / 2, to = s->at[i + n - 1] + s->width - s->width / 2;
        from = from < begin ? begin : from;
        to = to > end ? end : to;
        if (!isnan(s->mid[i]) || from >= to)
            continue;
        vec_push(a, v, ((struct chart_band){from, to, BAND_GAP, S("无数据")}));
        made++;
    }
}

static err *add_marks(struct readings *r, struct arena *a, bands *v, const struct series *s, usec from, usec to)
{
    struct reading_mark *marks;
    size_t n;
    TRY(reading_marks(r, a, s->mn, from, to, &marks, &n));
    for (size_t i = 0; i < n; i++)
        if (mark_covers(&marks[i], s->factor))
            vec_push(a, v, ((struct chart_band){marks[i].from, marks[i].to, BAND_MARK, str_of(chart_mark_text(marks[i].kind))}));
    return NULL;
}

/* Hours of one cause that follow each other are one band. */
static err *add_causes(struct readings *r, struct arena *a, bands *v, str mn, usec from, usec to)
{
    struct platform_hour *hours;
    size_t n, first = v->n;
    TRY(platform_causes(r, a, mn, from, to, &hours, &n));
    for (size_t i = 0; i < n; i++) {
        str label = str_of(platform_cause_text((enum platform_cause)hours[i].cause));
        bool joined = false;
        for (size_t j = first; j < v->n && !joined; j++)
            if (v->p[j].to == hours[i].hour && str_eq(v->p[j].label, label)) {
                v->p[j].to += USEC_HOUR;
                joined = true;
            }
        if (!joined)
            vec_push(a, v, ((struct chart_band){hours[i].hour, hours[i].hour + USEC_HOUR, BAND_PLATFORM, label}));
    }
    return NULL;
}

const char *chart_mark_text(str kind)
{
    static const char *const texts[][2] = {
        {"stopped", "停运"}, {"start", "启炉"}, {"shut", "停炉"}, {"bake", "烘炉"}, {"fault", "故障"}, {"accident", "事故"},
        {"maintenance", "维护"}, {"calibration", "校准"}, {"network", "通讯中断"}, {"other", "其他标记"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (str_eq(kind, str_of(texts[i][0])))
            return texts[i][1];
    return "其他标记";
}

double chart_decimal(int64_t mantissa, int scale)
{
    double unit = 1;
    for (int i = 0; i < scale; i++)
        unit *= 10;
    return (double)mantissa / unit;
}

static err *add_limits(struct readings *r, struct arena *a, struct chart *c, const struct series *s)
{
    struct reading_limit *limits;
    size_t n, kept = 0;
    TRY(reading_limits(r, a, s->mn, day_of(c->from), day_of(c->to - 1), &limits, &n));
    struct chart_line *lines = NEW_ARRAY(a, n + 1, struct chart_line);
    uint8_t period = s->period == PERIOD_DAY ? PERIOD_DAY : PERIOD_HOUR;
    for (size_t i = 0; i < n; i++) {
        const struct reading_limit *l = &limits[i];
        if (!str_eq(l->factor, s->factor) || l->period != period || (l->converted != 0) != (s->group == GROUP_CONVERTED) ||
            s->group > GROUP_CONVERTED)
            continue;
        double value = chart_decimal(l->mantissa, l->scale);
        lines[kept++] = (struct chart_line){
            l->from == DAY_NONE ? USEC_NONE : day_start(l->from), l->to == DAY_NONE ? USEC_NONE : day_start(l->to + 1), value,
            arena_printf(a, "%s%s限值 %.10g", chart_period_text(l->period), l->lower ? "下" : "", value), chart_unit(s), l->lower};
    }
    c->limits = lines;
    c->limits_n = kept;
    return NULL;
}

/* Slots with more than one value: first value and correction are two entries of one slot. */
static err *add_versions(struct readings *r, struct arena *a, struct chart *c, const struct series *s)
{
    struct reading_version *versions;
    size_t n, kept = 0;
    TRY(reading_versions(r, a, s->id, c->from, c->to, VERSIONS, &versions, &n));
    usec *at = NEW_ARRAY(a, n + 1, usec);
    struct map *seen = map_new(a);
    for (size_t i = 0; i < n; i++) {
        str key = {arena_copy(a, &versions[i].at, sizeof(usec)), sizeof(usec)};
        if (map_get(seen, key))
            at[kept++] = versions[i].at;
        map_put(seen, key, seen);
    }
    c->versions = at;
    c->versions_n = kept;
    return NULL;
}

err *chart_of(struct readings *r, struct arena *a, const struct series *s, usec from, usec to, usec now, int width, int height,
              struct chart *ret)
{
    struct chart_series *columns = NEW(a, struct chart_series);
    bands v = {0};
    int across = width > 1000 ? 1000 : width;
    struct chart c = {.width = width, .height = height, .from = from, .to = to, .title = chart_series_name(a, s), .series = columns,
                      .series_n = 1};
    TRY(chart_read(r, a, s, from, to, across > 60 ? across - 50 : 10, columns));
    usec due = now - 2 * (s->cadence_s > 0 ? s->cadence_s : 60) * USEC_SECOND; /* what is not due yet is not missing */
    add_gaps(a, &v, columns, s->first == DAY_NONE ? now : day_start(s->first), due);
    TRY(add_causes(r, a, &v, s->mn, from, to));
    TRY(add_marks(r, a, &v, s, from, to));
    c.bands = v.p;
    c.bands_n = v.n;
    TRY(add_limits(r, a, &c, s));
    TRY(add_versions(r, a, &c, s));
    *ret = c;
    return NULL;
}
