/*
 * Hours and days computed again from what they are made of, beside what the device said. A day at a time: the values, the flow
 * that weighs them and the reported means are three series, read through three ways, so that a year needs no more memory than
 * a day. Marks and corrections lie over the columns before anything is summed.
 */
#include "monitor/series/overlays.h"
#include "monitor/series/aggregate_core.h"

#include <string.h>

static const char flow_water[] = "w00000";

/* ---- a day of a series as columns ---- */

struct columns {
    bool there;
    int32_t cadence_s;
    size_t n;
    int8_t decimals;
    int64_t value[CHUNK_SLOTS];
    uint8_t flag[CHUNK_SLOTS], skip[CHUNK_SLOTS];
    int8_t places[CHUNK_SLOTS];
    bool corrected[CHUNK_SLOTS];
};

static err *take_day(void *context, const struct chunk_day *d)
{
    struct columns *c = context;
    c->there = true;
    c->cadence_s = d->cadence_s;
    c->n = (size_t)d->slots;
    c->decimals = d->decimals;
    for (size_t i = 0; i < c->n; i++) {
        c->value[i] = d->wide ? d->v64[0][i] : d->v[0][i];
        c->flag[i] = d->flag[i];
        c->places[i] = d->decimals;
    }
    memset(c->skip, SLOT_USE, sizeof c->skip);
    memset(c->corrected, 0, sizeof c->corrected);
    for (size_t i = 0; i < d->escapes_n; i++) {
        const struct chunk_escape *e = &d->escapes[i];
        if (e->column != 0)
            continue;
        if (e->kind == CHUNK_DECIMALS)
            c->places[e->slot] = e->decimals;
        else
            c->skip[e->slot] = SLOT_NO_NUMBER;
    }
    return NULL;
}

/* One series, day by day; a series there is not has no days. */
struct source {
    struct reading_scan *scan;
    struct series series;
    bool there;
};

static err *source_open(struct readings *r, struct arena *a, str mn, enum reading_period period, str factor,
                        enum reading_group group, struct source *ret)
{
    *ret = (struct source){0};
    err *e = series_find(r, a, mn, period, factor, group, &ret->series);
    if (e && e->kind == ERR_MISSING)
        return NULL;
    TRY(e);
    TRY(reading_scan_open(r, a, &ret->scan));
    ret->there = true;
    return NULL;
}

static void source_close(struct source *s)
{
    if (s->there)
        reading_scan_close(s->scan);
    s->there = false;
}

static err *source_day(struct source *s, day d, struct columns *ret)
{
    ret->there = false;
    ret->n = 0;
    return s->there ? reading_scan_days(s->scan, s->series.id, d, d, USEC_NONE, take_day, ret) : NULL;
}

/* ---- marks and corrections over the columns ---- */

static size_t slot_at(const struct columns *c, day d, usec t)
{
    usec in = t - day_start(d), step = (usec)c->cadence_s * USEC_SECOND;
    return in <= 0 ? 0 : in >= USEC_DAY ? c->n : (size_t)(in / step);
}

/* A slot is out when what no mark covers is less than the part of an hour that makes an hour valid: a quarter of an hour of
 * calibration leaves the hour, and takes its fifteen minutes. Marks come by beginning; where they overlap they count once. */
static void lay_marks(struct columns *c, day d, const struct reading_mark *marks, size_t n, str factor, const struct aggregate_rules *rules)
{
    usec step = (usec)c->cadence_s * USEC_SECOND, open = day_start(d), end = day_start(d + 1);
    usec covered[CHUNK_SLOTS] = {0};
    for (size_t m = 0; m < n && c->there; m++) {
        usec from = marks[m].from > open ? marks[m].from : open, to = marks[m].to < end ? marks[m].to : end;
        if (!mark_invalidates(&marks[m]) || !mark_covers(&marks[m], factor) || to <= from)
            continue;
        open = to;
        for (size_t i = slot_at(c, d, from); i < c->n && day_start(d) + (usec)i * step < to; i++) {
            usec begin = day_start(d) + (usec)i * step;
            covered[i] += (to < begin + step ? to : begin + step) - (from > begin ? from : begin);
        }
    }
    for (size_t i = 0; i < c->n && c->there; i++)
        if (covered[i] * 60 > step * (60 - rules->minutes_valid) && c->skip[i] == SLOT_USE)
            c->skip[i] = SLOT_MARKED;
}

/* A correction finer than the day's values makes all of them finer; how they were printed stays. */
static void refine(struct columns *c, int8_t decimals)
{
    for (; c->decimals < decimals; c->decimals++)
        for (size_t i = 0; i < c->n; i++)
            c->value[i] = c->value[i] > LIMIT_AGGREGATE_VALUE || c->value[i] < -LIMIT_AGGREGATE_VALUE ? c->value[i] : c->value[i] * 10;
}

static void lay_corrections(struct columns *c, day d, const struct reading_correction *corrections, size_t n)
{
    for (size_t k = 0; k < n && c->there; k++) {
        const struct reading_correction *x = &corrections[k];
        if (day_of(x->slot) != d)
            continue;
        size_t i = slot_at(c, d, x->slot);
        if (i >= c->n)
            continue;
        refine(c, x->scale);
        int64_t value = x->mantissa;
        for (int8_t s = x->scale; s < c->decimals && value < LIMIT_AGGREGATE_VALUE && value > -LIMIT_AGGREGATE_VALUE; s++)
            value *= 10;
        c->value[i] = value;
        c->places[i] = x->scale;
        c->flag[i] = 'N';
        c->skip[i] = SLOT_USE;
        c->corrected[i] = true;
    }
}

/* ---- one period out of a part of the columns ---- */

static void weigh(const struct columns *c, const struct columns *flow, int64_t *weight)
{
    bool fits = flow->there && flow->n == c->n;
    for (size_t i = 0; i < c->n; i++)
        weight[i] = fits && flow->flag[i] && flow->skip[i] == SLOT_USE ? flow->value[i] : INT64_MIN;
}

static void period_of(const struct columns *c, const int64_t *weight, size_t first, size_t n, int of_full, int full,
                      const char *valid_flags, struct aggregate_hour *ret)
{
    struct aggregate_mean m;
    struct aggregate_input in = {.n = n, .decimals = c->decimals, .value = c->value + first, .flag = c->flag + first,
                                 .places = c->places + first, .skip = c->skip + first, .weight = weight ? weight + first : NULL,
                                 .valid_flags = valid_flags, .need = aggregate_need((int)n, of_full, full)};
    aggregate_mean(&in, &m);
    ret->expected = (int)n;
    ret->received = m.received;
    ret->valid = m.valid;
    ret->marked = m.marked;
    ret->enough = m.enough;
    ret->weighted = m.weighted;
    ret->sum = m.sum;
    ret->divisor = m.divisor;
    ret->decimals = c->decimals;
    ret->low = m.low;
    ret->high = m.high;
    for (size_t i = 0; i < n; i++)
        ret->corrected |= c->corrected[first + i];
}

/* Values came out in the last places of the column: what a device printed with fewer is given back as it was printed. */
static void reported_of(const struct columns *c, size_t slot, struct aggregate_hour *ret)
{
    if (!c->there || slot >= c->n || !c->flag[slot])
        return;
    ret->reported_flag = (char)c->flag[slot];
    ret->reported = c->skip[slot] != SLOT_NO_NUMBER;
    ret->reported_mantissa = c->value[slot];
    ret->reported_scale = c->decimals;
    while (ret->reported_scale > c->places[slot] && ret->reported_mantissa % 10 == 0) {
        ret->reported_mantissa /= 10;
        ret->reported_scale--;
    }
}

/* ---- hours from minutes, days from hours ---- */

struct job {
    struct readings *readings;
    struct arena *arena;
    str mn, factor;
    enum reading_group group;
    enum reading_period fine, coarse;
    const struct aggregate_rules *rules;
    struct source values, flow, reported;
    struct reading_mark *marks;
    struct reading_correction *corrections;
    size_t marks_n, corrections_n;
    struct columns *value_day, *flow_day, *reported_day;
    int64_t *weight;
    VEC(struct aggregate_hour) out;
};

static err *job_open(struct job *j)
{
    TRY(source_open(j->readings, j->arena, j->mn, j->fine, j->factor, j->group, &j->values));
    TRY(source_open(j->readings, j->arena, j->mn, j->coarse, j->factor, j->group, &j->reported));
    if (j->rules->flow_weighted && !str_eq(j->factor, str_of(flow_water)))
        TRY(source_open(j->readings, j->arena, j->mn, j->fine, str_of(flow_water), GROUP_VALUE, &j->flow));
    j->value_day = NEW(j->arena, struct columns);
    j->flow_day = NEW(j->arena, struct columns);
    j->reported_day = NEW(j->arena, struct columns);
    j->weight = NEW_ARRAY(j->arena, CHUNK_SLOTS, int64_t);
    return NULL;
}

static void job_close(struct job *j)
{
    source_close(&j->values);
    source_close(&j->flow);
    source_close(&j->reported);
}

static err *job_overlays(struct job *j, usec from, usec to)
{
    if (j->rules->marks_invalidate)
        TRY(reading_marks(j->readings, j->arena, j->mn, from, to, &j->marks, &j->marks_n));
    if (j->group != GROUP_VALUE && j->group != GROUP_CONVERTED)
        return NULL;
    return reading_corrections(j->readings, j->arena, j->mn, j->factor, j->fine, j->group == GROUP_CONVERTED, from, to,
                               &j->corrections, &j->corrections_n);
}

static void hours_of_day(struct job *j, day d)
{
    const struct columns *c = j->value_day;
    size_t each = c->there && c->cadence_s > 0 && c->cadence_s < 3600 ? 3600 / (size_t)c->cadence_s : 0;
    for (size_t hour = 0; hour < 24; hour++) {
        struct aggregate_hour h = {.at = day_start(d) + (usec)hour * USEC_HOUR};
        if (each)
            period_of(c, j->flow_day->there ? j->weight : NULL, hour * each, each, j->rules->minutes_valid, 60,
                      j->rules->valid_flags, &h);
        if (j->reported_day->there)
            reported_of(j->reported_day, slot_at(j->reported_day, d, h.at), &h);
        if (h.received || h.corrected || h.reported_flag)
            vec_push(j->arena, &j->out, h);
    }
}

static void day_of_hours(struct job *j, day d)
{
    const struct columns *c = j->value_day;
    struct aggregate_hour h = {.at = day_start(d)};
    if (c->there)
        period_of(c, j->flow_day->there ? j->weight : NULL, 0, c->n, j->rules->hours_valid, 24, j->rules->valid_flags, &h);
    if (j->reported_day->there)
        reported_of(j->reported_day, 0, &h);
    if (h.received || h.corrected || h.reported_flag)
        vec_push(j->arena, &j->out, h);
}

static err *job_run(struct job *j, day first, day last)
{
    TRY(job_open(j));
    TRY(job_overlays(j, day_start(first), day_start(last + 1)));
    for (day d = first; d <= last; d++) {
        TRY(source_day(&j->values, d, j->value_day));
        TRY(source_day(&j->flow, d, j->flow_day));
        TRY(source_day(&j->reported, d, j->reported_day));
        lay_marks(j->value_day, d, j->marks, j->marks_n, j->factor, j->rules);
        lay_corrections(j->value_day, d, j->corrections, j->corrections_n);
        if (j->flow_day->there && j->value_day->there)
            weigh(j->value_day, j->flow_day, j->weight);
        if (j->coarse == PERIOD_HOUR)
            hours_of_day(j, d);
        else
            day_of_hours(j, d);
    }
    return NULL;
}

static err *aggregate(struct job *j, day first, day last, struct aggregate_hour **ret, size_t *ret_n)
{
    err *bad = job_run(j, first, last);
    job_close(j);
    TRY(bad);
    *ret = j->out.p;
    *ret_n = j->out.n;
    return NULL;
}

err *aggregate_hours(struct readings *r, struct arena *a, str mn, str factor, enum reading_group group, day first, day last,
                     const struct aggregate_rules *rules, struct aggregate_hour **ret, size_t *ret_n)
{
    struct job j = {.readings = r, .arena = a, .mn = mn, .factor = factor, .group = group, .fine = PERIOD_MINUTE,
                    .coarse = PERIOD_HOUR, .rules = rules};
    return aggregate(&j, first, last, ret, ret_n);
}

err *aggregate_days(struct readings *r, struct arena *a, str mn, str factor, enum reading_group group, day first, day last,
                    const struct aggregate_rules *rules, struct aggregate_hour **ret, size_t *ret_n)
{
    struct job j = {.readings = r, .arena = a, .mn = mn, .factor = factor, .group = group, .fine = PERIOD_HOUR,
                    .coarse = PERIOD_DAY, .rules = rules};
    return aggregate(&j, first, last, ret, ret_n);
}

/* [2x - 1, 2x + 1] halves of the reported value's last place against [low, high], on the finer of the two scales. */
bool aggregate_agrees(const struct aggregate_hour *h)
{
    __int128 down = 2 * (__int128)h->reported_mantissa - 1, up = down + 2, low = 2 * (__int128)h->low, high = 2 * (__int128)h->high;
    int finer = h->decimals + AGGREGATE_DIGITS - h->reported_scale;
    bool huge = h->reported_mantissa > LIMIT_AGGREGATE_VALUE || h->reported_mantissa < -LIMIT_AGGREGATE_VALUE;
    if (!h->reported || !h->enough)
        return true;
    if (huge)
        return false;
    for (; finer > 0; finer--) {
        down *= 10;
        up *= 10;
    }
    for (; finer < 0; finer++) {
        low *= 10;
        high *= 10;
    }
    return down <= high && low <= up;
}

/* ---- rates ---- */

static bool within_marks(const struct reading_mark *marks, size_t n, usec at)
{
    for (size_t i = 0; i < n; i++)
        if (mark_stops(&marks[i]) && marks[i].from <= at && at < marks[i].to)
            return true;
    return false;
}

static bool within_causes(const struct platform_hour *causes, size_t n, usec at)
{
    for (size_t i = 0; i < n; i++)
        if (causes[i].hour <= at && at < causes[i].hour + USEC_HOUR)
            return true;
    return false;
}

static bool counts(const struct columns *c, size_t i, const struct aggregate_rules *rules)
{
    return c->skip[i] == SLOT_USE && strchr(rules->valid_flags, c->flag[i]) != NULL;
}

struct rates {
    const struct reading_mark *marks;
    const struct platform_hour *causes;
    size_t marks_n, causes_n;
    const struct aggregate_rules *rules;
    int32_t cadence_s;
};

static void rate_day(const struct rates *x, day d, const struct columns *c, struct aggregate_rate *ret)
{
    *ret = (struct aggregate_rate){.day = d, .slots = 86400 / x->cadence_s};
    for (int i = 0; i < ret->slots; i++) {
        usec at = day_start(d) + (usec)i * x->cadence_s * USEC_SECOND;
        bool came = c->there && (size_t)i < c->n && c->flag[i];
        if (within_marks(x->marks, x->marks_n, at))
            ret->stopped++;
        else if (!came && within_causes(x->causes, x->causes_n, at))
            ret->platform++;
        else {
            ret->owed++;
            ret->received += came;
            ret->valid += came && counts(c, (size_t)i, x->rules);
        }
    }
}

static err *rate_days(struct source *s, struct arena *a, str factor, const struct rates *x, day first, day last, struct aggregate_rate *ret)
{
    struct columns *c = NEW(a, struct columns);
    for (day d = first; d <= last; d++) {
        TRY(source_day(s, d, c));
        if (x->rules->marks_invalidate)
            lay_marks(c, d, x->marks, x->marks_n, factor, x->rules);
        rate_day(x, d, c, &ret[d - first]);
    }
    return NULL;
}

err *aggregate_rates(struct readings *r, struct arena *a, str mn, str factor, enum reading_period period, day first, day last,
                     const struct aggregate_rules *rules, struct aggregate_rate **ret, size_t *ret_n)
{
    struct source s;
    struct reading_mark *marks;
    struct platform_hour *causes;
    size_t marks_n, causes_n;
    *ret = NULL;
    *ret_n = 0;
    TRY(reading_marks(r, a, mn, day_start(first), day_start(last + 1), &marks, &marks_n));
    TRY(platform_causes(r, a, mn, day_start(first), day_start(last + 1), &causes, &causes_n));
    TRY(source_open(r, a, mn, period, factor, GROUP_VALUE, &s));
    if (!s.there || s.series.cadence_s <= 0 || last < first) {
        source_close(&s);
        return NULL;
    }
    *ret_n = (size_t)(last - first + 1);
    *ret = NEW_ARRAY(a, *ret_n, struct aggregate_rate);
    struct rates x = {marks, causes, marks_n, causes_n, rules, s.series.cadence_s};
    err *bad = rate_days(&s, a, factor, &x, first, last, *ret);
    source_close(&s);
    return bad;
}
