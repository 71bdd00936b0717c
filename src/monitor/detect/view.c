/*
 * Columns as detectors see them: doubles with NAN wherever a value may not be looked at, and the robust figures everybody
 * needs. Figures come from an even sample, so that a year of minutes costs no more than a year of hours.
 */
#include "base/lanes.h"
#include "monitor/detect/detect_private.h"

#include <string.h>

enum { NEAR_DIGIT = 1 << 11 };

static const double tens[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

const struct column *table_column(const struct table *t, const char *factor, enum column_group g)
{
    for (size_t i = 0; i < t->columns_n; i++)
        if (t->columns[i].group == g && str_eq(t->columns[i].factor, str_of(factor)))
            return &t->columns[i];
    return NULL;
}

LANES static int64_t there(const int64_t *value, size_t n)
{
    int64_t many = 0;
    for (size_t i = 0; i < n; i++)
        many += value[i] != VALUE_NONE;
    return many;
}

int64_t table_readings(const struct table *t)
{
    int64_t n = 0;
    for (size_t c = 0; c < t->columns_n; c++)
        n += t->columns[c].value ? there(t->columns[c].value, t->n) : 0;
    return n;
}

static size_t slot_clip(const struct table *t, usec at, bool up)
{
    usec step = t->step_s * USEC_SECOND;
    if (at <= t->from)
        return 0;
    usec slot = (at - t->from + (up ? step - 1 : 0)) / step;
    return slot < (usec)t->n ? (size_t)slot : t->n;
}

/* 1 where nothing may be said of values. NULL when that is nowhere. */
static const uint8_t *exempt_slots(struct arena *a, const struct table *t)
{
    bool any = t->platform != NULL;
    for (size_t i = 0; i < t->marks_n; i++)
        any |= t->marks[i].kind != MARKED_OTHER;
    if (!any)
        return NULL;
    uint8_t *exempt = NEW_ARRAY(a, t->n, uint8_t);
    if (t->platform)
        memcpy(exempt, t->platform, t->n);
    for (size_t i = 0; i < t->marks_n; i++) {
        size_t from = slot_clip(t, t->marks[i].from, false), to = slot_clip(t, t->marks[i].to, true);
        if (t->marks[i].kind != MARKED_OTHER && to > from)
            memset(exempt + from, 1, to - from);
    }
    return exempt;
}

/* False: one has more bits than double_of() takes. */
LANES static bool converted(const int64_t *value, size_t n, double unit, double *ret)
{
    const uint64_t half = UINT64_C(1) << 51;
    uint64_t over = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t there = value[i] != VALUE_NONE ? (uint64_t)value[i] : 0; /* of any size: it wraps, and is told below */
        over |= (there + half) >> 52;
        ret[i] = value[i] != VALUE_NONE ? double_of(there) * unit : (double)NAN;
    }
    return over == 0;
}

LANES static void without_flagged(const char *flag, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = ((flag[i] == 'N') | (flag[i] == 'n')) ? x[i] : (double)NAN;
}

LANES static void without_exempt(const uint8_t *exempt, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = exempt[i] == 0 ? x[i] : (double)NAN;
}

LANES static void without_stops(const uint8_t *state, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = ((state[i] == SLOT_STANDS) | (state[i] == SLOT_EDGE)) ? (double)NAN : x[i];
}

LANES static size_t counted(const double *x, size_t n)
{
    uint64_t many = 0;
    for (size_t i = 0; i < n; i++)
        many += x[i] == x[i];
    return (size_t)many;
}

static double *usable(struct arena *a, const struct table *t, const struct column *c, const uint8_t *exempt)
{
    double *x = ROOM_ARRAY(a, t->n, double), unit = 1 / tens[c->decimals];
    if (!c->value) {
        for (size_t i = 0; i < t->n; i++)
            x[i] = NAN;
        return x;
    }
    if (!converted(c->value, t->n, unit, x))
        for (size_t i = 0; i < t->n; i++)
            x[i] = c->value[i] != VALUE_NONE ? (double)c->value[i] * unit : (double)NAN;
    if (c->flag)
        without_flagged(c->flag, t->n, x);
    if (exempt)
        without_exempt(exempt, t->n, x);
    return x;
}

/* The lowest value when it is repeated: a detection limit, a zero. */
static double floor_of(const double *sorted, size_t n)
{
    size_t same = 1;
    while (same < n && sorted[same] == sorted[0])
        same++;
    return same >= 5 && same * 200 >= n ? sorted[0] : (double)NAN;
}

static bool sorted_step(const double *x, size_t i, double low, double high)
{
    return x[i] != x[i - 1] && x[i] >= low && x[i] <= high;
}

/* By two digits of how far it lies above the lowest. */
static void sort_near(uint32_t *x, size_t n)
{
    ROOM uint32_t other[VIEW_SAMPLE];
    uint16_t count[2][NEAR_DIGIT] = {0};
    for (size_t i = 0; i < n; i++)
        count[0][x[i] % NEAR_DIGIT]++, count[1][x[i] / NEAR_DIGIT]++;
    for (size_t k = 0, low = 0, high = 0; k < NEAR_DIGIT; k++) {
        size_t many = count[0][k], more = count[1][k];
        count[0][k] = (uint16_t)low, count[1][k] = (uint16_t)high;
        low += many, high += more;
    }
    for (size_t i = 0; i < n; i++)
        other[count[0][x[i] % NEAR_DIGIT]++] = x[i];
    for (size_t i = 0; i < n; i++)
        x[count[1][other[i] / NEAR_DIGIT]++] = other[i];
}

/* sort_doubles() of values that are multiples of a unit and lie near to each other, as nearly all do. */
static void sort_sample(const int64_t *value, double unit, double *x, size_t n)
{
    ROOM uint32_t above[VIEW_SAMPLE];
    int64_t low = INT64_MAX, high = INT64_MIN;
    for (size_t i = 0; i < n; i++) {
        low = value[i] < low ? value[i] : low;
        high = value[i] > high ? value[i] : high;
    }
    if ((uint64_t)high - (uint64_t)low >= (uint64_t)NEAR_DIGIT * NEAR_DIGIT) {
        sort_doubles(x, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        above[i] = (uint32_t)(value[i] - low);
    sort_near(above, n);
    for (size_t i = 0; i < n; i++)
        x[i] = (double)(low + (int64_t)above[i]) * unit;
}

static void figures(struct view *v, const struct table *t)
{
    v->p01 = v->p05 = v->p10 = v->median = v->p90 = v->p95 = v->p99 = v->levels = v->grain = v->mad = v->equal = v->step_mad = 0;
    v->coarse = false;
    ROOM double sample[VIEW_SAMPLE], step[VIEW_SAMPLE];
    ROOM int64_t value[VIEW_SAMPLE];
    size_t stride = stride_of(t->n, VIEW_SAMPLE), n = 0, steps = 0, equal = 0;
    for (size_t i = 0; i < t->n; i += stride) {
        if (isnan(v->x[i]))
            continue;
        value[n] = v->c->value[i];
        sample[n++] = v->x[i];
        if (i + 1 < t->n && !isnan(v->x[i + 1])) {
            equal += v->x[i] == v->x[i + 1];
            step[steps++] = v->x[i + 1] - v->x[i];
        }
    }
    v->floor = NAN;
    if (!n)
        return;
    sort_sample(value, v->unit, sample, n);
    double at[] = {0.01, 0.05, 0.10, 0.25, 0.5, 0.75, 0.90, 0.95, 0.99};
    double figure[sizeof at / sizeof *at];
    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        figure[i] = sample[(size_t)(at[i] * (double)(n - 1) + 0.5)];
    v->p01 = figure[0], v->p05 = figure[1], v->p10 = figure[2], v->median = figure[4];
    v->p90 = figure[6], v->p95 = figure[7], v->p99 = figure[8];
    /* A column that changed its resolution, or was converted from another unit, has a fine q and still few values. */
    for (size_t i = 1; i < n; i++)
        v->levels += sorted_step(sample, i, figure[3], figure[5]);
    v->levels = fmin(v->levels, (figure[5] - figure[3]) / v->q);
    v->grain = fmax(v->q, (figure[5] - figure[3]) / fmax(1, v->levels));
    v->coarse = v->levels < 30;
    v->floor = floor_of(sample, n);
    v->mad = mad_of_sorted(sample, n, v->median);
    v->equal = steps ? (double)equal / (double)steps : 0;
    v->step_mad = steps ? mad_of(step, steps, 0) : 0;
}

int64_t table_exempt(const struct table *t)
{
    AUTO_ARENA(scratch);
    const uint8_t *exempt = exempt_slots(scratch, t);
    int64_t n = 0;
    for (size_t c = 0; c < t->columns_n; c++) {
        const struct column *k = &t->columns[c];
        for (size_t i = 0; k->value && (exempt || k->flag) && i < t->n; i++)
            n += k->value[i] != VALUE_NONE && ((exempt && exempt[i]) || (k->flag && k->flag[i] != 'N' && k->flag[i] != 'n'));
    }
    return n;
}

void views_make(struct arena *a, const struct table *t, struct view *ret)
{
    const uint8_t *exempt = exempt_slots(a, t), *state;
    double **x = NEW_ARRAY(a, t->columns_n + 1, double *);
    for (size_t i = 0; i < t->columns_n; i++) {
        const struct column *c = &t->columns[i];
        CHECK(c->decimals >= 0 && c->decimals <= LIMIT_TABLE_DECIMALS);
        struct view *v = &ret[i];
        *v = (struct view){.c = c, .at = (uint16_t)i, .factor = factor_find(c->factor), .unit = 1 / tens[c->decimals]};
        v->q = (double)(c->q > 0 ? c->q : 1) * v->unit;
        v->x = x[i] = usable(a, t, c, exempt);
        v->used = counted(v->x, t->n);
        figures(v, t);
    }
    bool water = water_table(t);
    state = slot_states(a, t, ret);
    for (size_t i = 0; state && i < t->columns_n; i++) {
        struct view *v = &ret[i];
        v->state = state;
        if (water)
            continue; /* runs dry between tanks, every day: what its analysers tell then is looked at */
        without_stops(state, t->n, x[i]);
        size_t used = counted(v->x, t->n);
        if (used != v->used) {
            v->used = used;
            figures(v, t);
        }
    }
}

const struct view *views_of_finer(struct detect_context *c, const struct table *t)
{
    if (!c->finer) {
        struct view *views = NEW_ARRAY(c->prepared, t->finer->columns_n + 1, struct view);
        views_make(c->prepared, t->finer, views);
        c->finer = views;
    }
    return c->finer;
}

struct view view_of(const struct table *t, const struct view *v, const double *x)
{
    struct view ret = *v;
    ret.x = x;
    ret.used = counted(x, t->n);
    ret.levels = 0;
    figures(&ret, t);
    return ret;
}

struct view view_outside(struct arena *a, const struct table *t, const struct view *v, size_t first, size_t n)
{
    enum { SMALL_PART = 50, LEAST_OUTSIDE = 48 };
    if (n <= t->n / SMALL_PART || first + n > t->n)
        return *v;
    double *x = arena_copy(a, v->x, t->n * sizeof *x);
    for (size_t i = first; i < first + n; i++)
        x[i] = NAN;
    struct view ret = view_of(t, v, x);
    return ret.used < LEAST_OUTSIDE || ret.mad <= 0 || ret.step_mad <= 0 ? *v : ret;
}

double equal_outside(const struct table *t, const struct view *v, size_t first, size_t n)
{
    size_t stride = stride_of(t->n, (size_t)4 * VIEW_SAMPLE), equal = 0, all = 0;
    for (size_t i = 0; i + 1 < t->n; i += stride)
        if ((i + 1 < first || i >= first + n) && !isnan(v->x[i]) && !isnan(v->x[i + 1])) {
            equal += v->x[i] == v->x[i + 1];
            all++;
        }
    return all ? (double)equal / (double)all : v->equal;
}

double equal_around(const struct table *t, const struct view *v, size_t first, size_t n)
{
    size_t around = slots_of(t, 30 * 24), from = first > around ? first - around : 0;
    size_t to = first + n + around < t->n ? first + n + around : t->n, stride = stride_of(to - from, 2000), equal = 0, all = 0;
    for (size_t i = from; i + 1 < to; i += stride)
        if ((i + 1 < first || i >= first + n) && !isnan(v->x[i]) && !isnan(v->x[i + 1])) {
            equal += v->x[i] == v->x[i + 1];
            all++;
        }
    return ((double)equal + 1) / ((double)all + 2);
}

const double half_of_places[LIMIT_TABLE_DECIMALS + 1] = {0.5, 0.5 / 1e1, 0.5 / 1e2, 0.5 / 1e3, 0.5 / 1e4, 0.5 / 1e5, 0.5 / 1e6, 0.5 / 1e7, 0.5 / 1e8, 0.5 / 1e9};

double room_step(const struct table *t, const struct view *v)
{
    enum { SURE = 60 /* minima and maxima */ };
    size_t stride = stride_of(t->n, VIEW_SAMPLE);
    int64_t step = v->c->q > 0 ? v->c->q : 1;
    for (int power = 0; power < LIMIT_TABLE_DECIMALS; power++) {
        int64_t next = 10 * step;
        size_t n = 0, on = 0;
        for (size_t i = 0; v->c->low && v->c->high && i < t->n; i += stride)
            if (!isnan(v->x[i]) && v->c->low[i] != VALUE_NONE && v->c->high[i] != VALUE_NONE) {
                n += 2;
                on += (v->c->low[i] % next == 0) + (size_t)(v->c->high[i] % next == 0);
            }
        if (n < SURE || on * 20 < n * 19)
            break;
        step = next;
    }
    return fmax(v->q, (double)step * v->unit);
}

enum { TOP_SHARED = 5 };

LANES static int64_t greatest(const int64_t *value, const double *x, size_t n)
{
    int64_t most = INT64_MIN;
    for (size_t i = 0; i < n; i++) {
        int64_t one = x[i] == x[i] ? value[i] : INT64_MIN;
        most = one > most ? one : most;
    }
    return most;
}

LANES static size_t counted_equal(const int64_t *value, const double *x, size_t n, int64_t to)
{
    uint64_t many = 0;
    for (size_t i = 0; i < n; i++)
        many += (x[i] == x[i]) & (value[i] == to);
    return (size_t)many;
}

int64_t range_top(const struct view *v, size_t n)
{
    int64_t top = v->c->high ? greatest(v->c->high, v->x, n) : VALUE_NONE;
    return top != VALUE_NONE && counted_equal(v->c->high, v->x, n, top) >= TOP_SHARED ? top : INT64_MAX;
}
