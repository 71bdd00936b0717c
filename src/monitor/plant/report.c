/*
 * What the logger sends: measured values printed at their step, conversion and mass for every minute, hours and days
 * made of them. A report runs through half a day before its beginning, longer than anything remembers, so that two
 * reports agree on the minutes they share.
 */
#include "monitor/plant/plant_private.h"

#include <math.h>
#include <string.h>

static struct plant_series *series_new(struct arena *a, const struct plant *p, usec from, int32_t step_s, size_t n)
{
    struct plant_series *s = NEW(a, struct plant_series);
    *s = (struct plant_series){.from = from, .step_s = step_s, .n = n, .channels = p->n};
    for (size_t c = 0; c < p->n; c++) {
        s->average[c] = NEW_ARRAY(a, n, int64_t);
        s->minimum[c] = NEW_ARRAY(a, n, int64_t);
        s->maximum[c] = NEW_ARRAY(a, n, int64_t);
        s->flag[c] = NEW_ARRAY(a, n, char);
        if (p->channel[c].converted)
            s->converted[c] = NEW_ARRAY(a, n, int64_t);
        if (p->channel[c].total_decimals >= 0)
            s->total[c] = NEW_ARRAY(a, n, int64_t);
    }
    s->state = NEW_ARRAY(a, n, uint8_t);
    s->late = NEW_ARRAY(a, n, bool);
    return s;
}

struct plant_series *plant_series_copy(struct arena *a, const struct plant_series *s)
{
    struct plant_series *ret = arena_copy(a, s, sizeof *s);
    for (size_t c = 0; c < s->channels; c++) {
        ret->average[c] = arena_copy(a, s->average[c], s->n * sizeof(int64_t));
        ret->minimum[c] = arena_copy(a, s->minimum[c], s->n * sizeof(int64_t));
        ret->maximum[c] = arena_copy(a, s->maximum[c], s->n * sizeof(int64_t));
        ret->flag[c] = arena_copy(a, s->flag[c], s->n);
        if (s->converted[c])
            ret->converted[c] = arena_copy(a, s->converted[c], s->n * sizeof(int64_t));
        if (s->total[c])
            ret->total[c] = arena_copy(a, s->total[c], s->n * sizeof(int64_t));
    }
    ret->state = arena_copy(a, s->state, s->n);
    ret->late = arena_copy(a, s->late, s->n * sizeof *s->late);
    return ret;
}

/* ---- minutes ---- */

static const double tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

static int64_t printed(double x, int decimals, int32_t grain)
{
    return (int64_t)floor(x * tens[decimals] / grain + 0.5) * grain;
}

static void absent(struct plant_series *s, size_t c, size_t to)
{
    s->average[c][to] = s->minimum[c][to] = s->maximum[c][to] = PLANT_NONE;
    if (s->converted[c])
        s->converted[c][to] = PLANT_NONE;
    if (s->total[c])
        s->total[c][to] = PLANT_NONE;
    s->flag[c][to] = 0;
}

/* kg of a minute from mg/m3 and m3/s, or from mg/L and L/s; m3 of a minute where the channel is the flow. */
static double minute_total(const struct run *r, size_t c, size_t i)
{
    const struct plant *p = r->p;
    bool gas = plant_gas(p);
    size_t f = (size_t)p->of_role[gas ? ROLE_FLOW : ROLE_WATER_FLOW];
    double flow = r->lawful[f][i];
    if (c == f)
        return gas ? flow * 60 : flow * 0.06;
    return r->lawful[c][i] * flow * 60 * 1e-6;
}

static void slot(const struct run *r, struct plant_series *s, size_t i, size_t to)
{
    const struct plant *p = r->p;
    s->state[to] = r->state[i];
    s->late[to] = r->late[i];
    double o2 = p->of_role[ROLE_O2] < 0 ? 0 : r->lawful[p->of_role[ROLE_O2]][i];
    int64_t coarse = r->minute + (int64_t)i < p->logger_changed ? 10 : 1;
    for (size_t c = 0; c < p->n; c++) {
        if (r->lost[i] || r->flag[c][i] == 0) {
            absent(s, c, to);
            continue;
        }
        int d = p->channel[c].decimals;
        int32_t grain = r->grain[c][i];
        s->average[c][to] = printed(r->measured[c][i], d, grain);
        s->minimum[c][to] = printed(r->low[c][i], d, grain);
        s->maximum[c][to] = printed(r->high[c][i], d, grain);
        s->flag[c][to] = r->flag[c][i];
        if (s->converted[c])
            s->converted[c][to] = printed(r->measured[c][i] * plant_conversion(p, o2), d, (int32_t)coarse);
        if (s->total[c])
            s->total[c][to] = printed(minute_total(r, c, i), p->channel[c].total_decimals, 1);
    }
}

void run_advance(struct run *r, int64_t minute)
{
    r->minute = minute;
    run_state(r);
    if (plant_gas(r->p))
        run_gas(r);
    else
        run_water(r);
    run_measure(r);
}

/* ---- hours and days ---- */

static int64_t mean_of(__int128 sum, __int128 n)
{
    __int128 twice = 2 * sum + n; /* half up */
    return (int64_t)(twice >= 0 ? twice / (2 * n) : -((-twice + 2 * n - 1) / (2 * n)));
}

/* The flag most of the slots have, among those that are there. */
static char common_flag(const char *flag, size_t n, bool without_n)
{
    static const char letters[] = "NFMSDCTB";
    size_t most = 0;
    char ret = 0;
    for (const char *l = letters + without_n; *l; l++) {
        size_t k = 0;
        for (size_t i = 0; i < n; i++)
            k += flag[i] == *l;
        if (k > most) {
            most = k;
            ret = *l;
        }
    }
    return ret;
}

struct sums {
    int64_t low, high;
    __int128 value, converted, weighted;
    int64_t weight, n;
};

static struct sums add_up(const struct plant_series *s, size_t c, size_t from, size_t n, const int64_t *weight,
                          bool valid_only)
{
    struct sums ret = {.low = INT64_MAX, .high = INT64_MIN};
    for (size_t i = from; i < from + n; i++) {
        if (s->flag[c][i] == 0 || s->average[c][i] == PLANT_NONE || (valid_only && s->flag[c][i] != 'N'))
            continue;
        ret.n++;
        ret.value += s->average[c][i];
        ret.converted += s->converted[c] ? s->converted[c][i] : 0;
        ret.low = s->minimum[c][i] < ret.low ? s->minimum[c][i] : ret.low;
        ret.high = s->maximum[c][i] > ret.high ? s->maximum[c][i] : ret.high;
        if (weight && weight[i] != PLANT_NONE) {
            ret.weight += weight[i];
            ret.weighted += (__int128)s->average[c][i] * weight[i];
        }
    }
    return ret;
}

static int64_t clip(int64_t x, int64_t low, int64_t high)
{
    return x < low ? low : x > high ? high : x;
}

static void whole_slot(const struct plant *p, const struct plant_series *s, size_t c, size_t from, size_t n,
                       size_t enough, struct plant_series *ret, size_t to)
{
    const int64_t *weight = p->channel[c].stepwise ? s->total[p->of_role[ROLE_WATER_FLOW]] : NULL;
    struct sums sums = add_up(s, c, from, n, weight, true);
    bool valid = (size_t)sums.n >= enough;
    if (!valid)
        sums = add_up(s, c, from, n, weight, false);
    absent(ret, c, to);
    if (sums.n == 0)
        return;
    int64_t grain =
        p->channel[c].decimals == plant_places(p, c, ret->from + (usec)to * ret->step_s * USEC_SECOND) ? 1 : 10;
    int64_t mean = sums.weight > 0 ? mean_of(sums.weighted, sums.weight) : mean_of(sums.value, sums.n);
    mean = mean_of(mean, grain) * grain;
    ret->average[c][to] = clip(mean, sums.low, sums.high);
    ret->minimum[c][to] = sums.low;
    ret->maximum[c][to] = sums.high;
    ret->flag[c][to] = valid ? 'N' : common_flag(s->flag[c] + from, n, true);
    if (ret->flag[c][to] == 0)
        ret->flag[c][to] = p->channel[c].stepwise ? 'F' : 'D'; /* too few, though none is bad: the rest never came */
    if (ret->converted[c])
        ret->converted[c][to] = mean_of(mean_of(sums.converted, sums.n), grain) * grain;
    if (ret->total[c]) {
        int64_t total = 0;
        for (size_t i = from; i < from + n; i++)
            total += s->total[c][i] == PLANT_NONE ? 0 : s->total[c][i];
        ret->total[c][to] = total;
    }
}

static void whole(const struct plant *p, const struct plant_series *s, size_t from, size_t n, struct plant_series *ret,
                  size_t to)
{
    size_t enough = n == 24 ? 20 : n * 3 / 4;
    for (size_t c = 0; c < p->n; c++)
        whole_slot(p, s, c, from, n, enough, ret, to);
    size_t most = 0;
    for (uint8_t state = 0; state <= PLANT_FAULT; state++) {
        size_t k = 0;
        for (size_t i = from; i < from + n; i++)
            k += s->state[i] == state;
        if (k > most) {
            most = k;
            ret->state[to] = state;
        }
    }
    ret->late[to] = s->late[from + n / 2];
}

static bool on_step(usec from, int32_t step_s)
{
    return (from + 8 * USEC_HOUR) % (step_s * USEC_SECOND) == 0;
}

struct plant_series *plant_aggregate(struct arena *a, const struct plant *p, const struct plant_series *s,
                                     int32_t step_s)
{
    CHECK(step_s % s->step_s == 0 && step_s > s->step_s && on_step(s->from, step_s));
    size_t each = (size_t)(step_s / s->step_s);
    struct plant_series *ret = series_new(a, p, s->from, step_s, s->n / each);
    for (size_t i = 0; i < ret->n; i++)
        whole(p, s, i * each, each, ret, i);
    return ret;
}

struct plant_series *plant_report(struct arena *a, const struct plant *p, usec from, int32_t step_s, size_t n)
{
    CHECK((step_s == 60 || step_s == 3600) && on_step(from, step_s) && from >= 0);
    struct plant_series *ret = series_new(a, p, from, step_s, n);
    AUTO_ARENA(room);
    struct run *r = NEW(room, struct run);
    run_begin(r, p);
    struct plant_series *block = series_new(room, p, from, 60, BLOCK);
    int64_t first = (from + 8 * USEC_HOUR) / USEC_MINUTE, last = first + (int64_t)n * (step_s / 60);
    size_t each = (size_t)step_s / 60;
    for (int64_t m = first / BLOCK * BLOCK - WARM * BLOCK; m < last; m += BLOCK) {
        run_advance(r, m);
        int64_t begin = m < first ? first : m, end = m + BLOCK > last ? last : m + BLOCK;
        if (step_s == 60) {
            for (int64_t at = begin; at < end; at++)
                slot(r, ret, (size_t)(at - m), (size_t)(at - first));
            continue;
        }
        for (size_t i = 0; begin < end && i < BLOCK; i++)
            slot(r, block, i, i);
        for (int64_t at = begin; at < end; at += 60)
            whole(p, block, (size_t)(at - m), each, ret, (size_t)(at - first) / each);
    }
    return ret;
}
