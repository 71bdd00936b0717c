/*
 * Fourteen ways to forge a series, after what published cases show. Two kinds of forgers: one who sits in front of the
 * logger (a signal injector, a parameter, a bottle at the probe): the logger then computes Zs, mass, minimum and
 * maximum of what it is given and all identities hold; and one behind it (a program on the industrial computer, a hand
 * in the database), who forgets some the more he changes. Which is which stands in one table. Slots with flags and
 * slots of a standing plant are left alone: nobody forges those.
 */
#include "monitor/plant/plant_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Up to which strength each identity is kept. */
static const struct {
    const char *name;
    int8_t converted, total, range, flow;
} rows[ATTACKS] = {
    [ATTACK_CONSTANT] = {"constant", 5, 5, 5, 5},
    [ATTACK_CONSTANT_NOISE] = {"constant-noise", 5, 5, 5, 5},
    [ATTACK_BOUNDED_RANDOM] = {"bounded-random", 5, 4, 3, 5},
    [ATTACK_CLIP_SPAN] = {"clip-span", 5, 5, 5, 5},
    [ATTACK_SCALE_NEAR_LIMIT] = {"scale-near-limit", 5, 3, 4, 5},
    [ATTACK_HOLD_PEAKS] = {"hold-peaks", 5, 4, 4, 5},
    [ATTACK_REPLAY] = {"replay", 4, 3, 5, 5},
    [ATTACK_REPLAY_AFFINE] = {"replay-affine", 5, 4, 5, 5},
    [ATTACK_COPY_CHANNEL] = {"copy-channel", 5, 5, 5, 5},
    [ATTACK_OXYGEN_DROP] = {"oxygen-drop", 5, 5, 5, 5},
    [ATTACK_ZERO_FLOW] = {"zero-flow", 5, 5, 5, 3},
    [ATTACK_MARK_PEAKS] = {"mark-peaks", 5, 5, 5, 5},
    [ATTACK_GAP_PEAKS] = {"gap-peaks", 5, 5, 5, 5},
    [ATTACK_REVISE_DOWN] = {"revise-down", 5, 2, 3, 5},
};
/* What strength 1..5 means: the share of the forged value, of the treated peaks, the factor, ... */
static const double share[6] = {0, 0.3, 0.5, 0.7, 0.9, 1}, residue[6] = {1, 0.5, 0.25, 0.1, 0.03, 0},
                    treated[6] = {0, 0.2, 0.4, 0.6, 0.8, 1}, factor[6] = {1, 0.95, 0.9, 0.85, 0.8, 0.7},
                    cap_at[6] = {1, 0.98, 0.95, 0.9, 0.8, 0.6}, jitter[6] = {0, 0.04, 0.015, 0.005, 0.0015, 0},
                    oxygen_less[6] = {0, 0.3, 0.6, 1, 1.5, 2.5}, flow_left[6] = {1, 0.8, 0.6, 0.4, 0.2, 0};
static const double near_limit = 0.9, tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
enum {
    WHOLE_PERCENT = 60 /* of the window must be running, with flag N */,
    PEAKS_LEAST = 2,
    STREAM_PEAK = 601,
    STREAM_VALUE
};

const char *attack_name(enum attack_kind k)
{
    CHECK(k < ATTACKS);
    return rows[k].name;
}

struct attack_keeps attack_keeps(enum attack_kind k, int strength)
{
    CHECK(k < ATTACKS && strength >= 1 && strength <= 5);
    return (struct attack_keeps){strength <= rows[k].converted, strength <= rows[k].total, strength <= rows[k].range,
                                 strength <= rows[k].flow};
}

struct forge {
    struct plant_series *s;
    const struct plant *p;
    const struct attack *k;
    struct plant_series *before;
    struct attack_keeps keeps;
    size_t c, first, last; /* victim; slots [first, last) */
    int o2, flow;          /* channels, -1 none */
    struct arena *room;
};

static bool open_to(const struct forge *f, size_t c, size_t i)
{
    return f->s->flag[c][i] == 'N' && f->s->average[c][i] != PLANT_NONE && f->s->state[i] == PLANT_RUN;
}

static usec slot_time(const struct forge *f, size_t i)
{
    return f->s->from + (usec)i * f->s->step_s * USEC_SECOND;
}

/* What the forger wants to stay below: the day's limit where there is one (incinerators), else the hour's. */
static double limit_aimed_at(const struct forge *f, size_t i)
{
    const struct plant_channel *c = &f->p->channel[f->c];
    double limit = (double)plant_limit(f->p, f->c, slot_time(f, i));
    return c->limit_daily > 0 ? limit * (double)c->limit_daily / (double)c->limit : limit;
}

static int64_t on_grain(const struct forge *f, size_t c, size_t i, double x)
{
    int64_t grain = f->p->channel[c].resolution;
    if (plant_places(f->p, c, slot_time(f, i)) < f->p->channel[c].decimals && grain < 10)
        grain = 10;
    return (int64_t)floor(x / (double)grain + 0.5) * grain;
}

static double conversion(const struct forge *f, int64_t o2)
{
    return plant_conversion(f->p, (double)o2 / tens[f->p->channel[f->o2].decimals]);
}

static void follow_converted(struct forge *f, size_t c, size_t i, int64_t old)
{
    int64_t *zs = f->s->converted[c], now = f->s->average[c][i];
    if (!zs || zs[i] == PLANT_NONE)
        return;
    bool minute = f->s->step_s == 60 && f->o2 >= 0 && f->s->flag[f->o2][i] == 'N';
    if (minute)
        zs[i] = on_grain(f, c, i, (double)now * conversion(f, f->s->average[f->o2][i]));
    else if (old != 0)
        zs[i] = on_grain(f, c, i, (double)zs[i] * (double)now / (double)old);
}

static void follow_total(struct forge *f, size_t c, size_t i, int64_t old)
{
    int64_t *total = f->s->total[c], now = f->s->average[c][i];
    if (!total || total[i] == PLANT_NONE || (int)c == f->flow)
        return;
    const struct plant_channel *of = &f->p->channel[c], *flow = &f->p->channel[f->flow];
    if (f->s->step_s == 60 && f->s->flag[f->flow][i] == 'N')
        total[i] = (int64_t)floor((double)now / tens[of->decimals] * (double)f->s->average[f->flow][i] /
                                      tens[flow->decimals] * 60e-6 * tens[of->total_decimals] +
                                  0.5);
    else if (old != 0)
        total[i] = (int64_t)floor((double)total[i] * (double)now / (double)old + 0.5);
}

/* Puts x into the slot and lets follow what the forger thinks of. `spread`: how much of the distance to minimum and
 * maximum is left. */
static void put(struct forge *f, size_t c, size_t i, double x, double spread)
{
    struct plant_series *s = f->s;
    int64_t old = s->average[c][i], now = on_grain(f, c, i, x < 0 && old >= 0 ? 0 : x);
    s->average[c][i] = now;
    if (f->keeps.range) {
        int64_t low = on_grain(f, c, i, (double)now - spread * (double)(old - s->minimum[c][i]));
        int64_t high = on_grain(f, c, i, (double)now + spread * (double)(s->maximum[c][i] - old));
        s->minimum[c][i] = low < 0 && old >= 0 ? 0 : low > now ? now : low;
        s->maximum[c][i] = high < now ? now : high;
    }
    if (f->keeps.converted)
        follow_converted(f, c, i, old);
    if (f->keeps.total)
        follow_total(f, c, i, old);
}

static int compare(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

/* Quantile of the victim's values in the window. */
static double quantile(const struct forge *f, size_t c, double q)
{
    int64_t *v = NEW_ARRAY(f->room, f->last - f->first, int64_t);
    size_t n = 0;
    for (size_t i = f->first; i < f->last; i++)
        if (open_to(f, c, i))
            v[n++] = f->s->average[c][i];
    CHECK(n > 0);
    qsort(v, n, sizeof *v, compare);
    return (double)v[(size_t)(q * (double)(n - 1))];
}

static bool mostly_open(const struct forge *f, size_t c)
{
    size_t n = 0;
    for (size_t i = f->first; i < f->last; i++)
        n += open_to(f, c, i);
    return n > 0 && n * 100 >= (f->last - f->first) * WHOLE_PERCENT;
}

/* An analyser with a cycle is forged result by result: numbers the results of the window. */
static uint64_t result_number(const struct forge *f, size_t i, uint64_t before)
{
    if (!f->p->channel[f->c].stepwise || i == f->first)
        return before + 1;
    return before + (f->s->average[f->c][i] != f->s->average[f->c][i - 1] || f->s->step_s >= 3600);
}

/* ---- attacks on the whole window ---- */

static bool level(struct forge *f)
{
    if (!mostly_open(f, f->c))
        return false;
    const struct attack *k = f->k;
    double at = quantile(f, f->c, 0.5), limit = limit_aimed_at(f, f->first);
    if (limit > 0 && at > 0.85 * limit)
        at = 0.85 * limit;
    double w = k->kind == ATTACK_CONSTANT ? 1 - residue[k->strength] : share[k->strength];
    int64_t *raw = arena_copy(f->room, f->s->average[f->c], f->s->n * sizeof *raw);
    uint64_t number = 0;
    int64_t previous = 0;
    for (size_t i = f->first; i < f->last; i++) {
        bool same = f->p->channel[f->c].stepwise && f->s->step_s < 3600 && i > f->first && raw[i] == previous;
        previous = raw[i];
        number += !same;
        if (!open_to(f, f->c, i))
            continue;
        double forged = at;
        if (k->kind == ATTACK_CONSTANT_NOISE)
            forged = at * (1 + 0.012 * plant_hash_normal(k->seed, STREAM_VALUE, number));
        else if (k->kind == ATTACK_BOUNDED_RANDOM)
            forged = at * (0.93 + 0.14 * plant_hash(k->seed, STREAM_VALUE, number));
        put(f, f->c, i, (1 - w) * (double)raw[i] + w * forged, 1 - w);
    }
    return true;
}

static bool clip_span(struct forge *f)
{
    if (!mostly_open(f, f->c))
        return false;
    double cap = quantile(f, f->c, cap_at[f->k->strength]);
    if (quantile(f, f->c, 1) <= cap)
        return false; /* nothing is above */
    for (size_t i = f->first; i < f->last; i++) {
        if (!open_to(f, f->c, i))
            continue;
        if ((double)f->s->average[f->c][i] > cap)
            put(f, f->c, i, cap, 0);
        int64_t *high = &f->s->maximum[f->c][i];
        *high = (double)*high > cap ? (int64_t)cap : *high;
        *high = *high < f->s->average[f->c][i] ? f->s->average[f->c][i] : *high;
    }
    return true;
}

/* Yesterday, or the same days before; sometimes further back. */
static bool replay(struct forge *f)
{
    size_t a_day = (size_t)(86400 / f->s->step_s), n = f->last - f->first, c = f->c;
    size_t lag = (n + a_day - 1) / a_day * a_day, weeks = (n + 7 * a_day - 1) / (7 * a_day) * 7 * a_day;
    if (f->k->seed % 3 == 0 && f->first >= weeks)
        lag = weeks;
    if (f->first < lag || !mostly_open(f, c))
        return false;
    struct forge past = *f;
    past.first -= lag;
    past.last -= lag;
    if (!mostly_open(&past, c))
        return false;
    bool affine = f->k->kind == ATTACK_REPLAY_AFFINE;
    double a = affine ? 0.7 + 0.5 * plant_hash(f->k->seed, STREAM_VALUE, 1) : 1, rough = jitter[f->k->strength];
    double middle = quantile(&past, c, 0.5),
           b = affine ? 0.1 * middle * plant_hash_normal(f->k->seed, STREAM_VALUE, 2) : 0;
    a = affine && a > 0.95 && a < 1.05 ? 0.9 : a;
    uint64_t number = 0;
    for (size_t i = f->first; i < f->last; i++) {
        size_t from = i - lag;
        number = result_number(&past, from, number);
        if (!open_to(f, c, i) || !open_to(f, c, from))
            continue;
        double x = (a * (double)f->s->average[c][from] + b) *
                   (1 + rough * plant_hash_normal(f->k->seed, STREAM_VALUE, 10 + number));
        put(f, c, i, x, 1);
        if (!affine && rough == 0) { /* the whole record */
            f->s->minimum[c][i] = f->s->minimum[c][from];
            f->s->maximum[c][i] = f->s->maximum[c][from];
            if (f->s->converted[c] && !f->keeps.converted)
                f->s->converted[c][i] = f->s->converted[c][from];
        }
    }
    return true;
}

struct moments {
    double mean, deviation;
};

static struct moments moments_of(const struct forge *f, size_t c)
{
    double sum = 0, squares = 0, n = 0;
    for (size_t i = f->first; i < f->last; i++)
        if (open_to(f, f->c, i) && open_to(f, c, i)) {
            double x = (double)f->s->average[c][i];
            sum += x;
            squares += x * x;
            n++;
        }
    if (n < 2)
        return (struct moments){0};
    double mean = sum / n, variance = squares / n - mean * mean;
    return (struct moments){mean, variance > 0 ? sqrt(variance) : 0};
}

/* A unit number set wrong on purpose: another instrument's signal stands in, scaled to look like the victim's. */
static bool copy_channel(struct forge *f)
{
    size_t candidates[PLANT_CHANNELS], n = 0;
    for (size_t c = 0; c < f->p->n; c++)
        if (c != f->c && f->p->made_of[c].instrument == INSTRUMENT_SENSOR && mostly_open(f, c) &&
            moments_of(f, c).deviation >= 4 * (double)f->p->channel[c].resolution)
            candidates[n++] = c;
    if (n == 0 || !mostly_open(f, f->c))
        return false;
    size_t other = candidates[f->k->seed % n];
    struct moments mine = moments_of(f, f->c), theirs = moments_of(f, other);
    if (mine.deviation <= 0 || theirs.deviation <= 0)
        return false;
    double a = mine.deviation / theirs.deviation, w = share[f->k->strength];
    if (a * theirs.deviation * 3 > mine.mean)
        a = mine.mean / (3 * theirs.deviation);
    for (size_t i = f->first; i < f->last; i++) {
        if (!open_to(f, f->c, i) || !open_to(f, other, i))
            continue;
        double forged = mine.mean + a * ((double)f->s->average[other][i] - theirs.mean);
        put(f, f->c, i, (1 - w) * (double)f->s->average[f->c][i] + w * forged, 1);
    }
    return true;
}

/* ---- oxygen and flow ---- */

static bool oxygen_drop(struct forge *f)
{
    if (f->o2 < 0 || !mostly_open(f, (size_t)f->o2))
        return false;
    size_t o = (size_t)f->o2;
    double less = oxygen_less[f->k->strength] * tens[f->p->channel[o].decimals],
           least = tens[f->p->channel[o].decimals];
    for (size_t i = f->first; i < f->last; i++) {
        if (!open_to(f, o, i))
            continue;
        int64_t old = f->s->average[o][i];
        double now = (double)old - less;
        put(f, o, i, now < least ? least : now, 1);
        double change = conversion(f, f->s->average[o][i]) / conversion(f, old);
        for (size_t c = 0; c < f->p->n; c++) {
            if (!f->s->converted[c] || f->s->converted[c][i] == PLANT_NONE)
                continue;
            double zs = f->s->step_s == 60 ? (double)f->s->average[c][i] * conversion(f, f->s->average[o][i])
                                           : (double)f->s->converted[c][i] * change;
            f->s->converted[c][i] = on_grain(f, c, i, zs);
        }
    }
    return true;
}

static void scale_slot(struct forge *f, size_t c, size_t i, double by)
{
    int64_t *all[3] = {f->s->average[c], f->s->minimum[c], f->s->maximum[c]};
    for (int j = 0; j < 3; j++)
        if (all[j][i] != PLANT_NONE)
            all[j][i] = on_grain(f, c, i, (double)all[j][i] * by);
}

static bool zero_flow(struct forge *f)
{
    if (f->flow < 0 || !mostly_open(f, (size_t)f->flow))
        return false;
    size_t flow = (size_t)f->flow;
    int velocity = f->p->of_role[ROLE_VELOCITY];
    double by = flow_left[f->k->strength];
    if (quantile(f, flow, 0.5) <= 0)
        return false;
    for (size_t i = f->first; i < f->last; i++) {
        if (!open_to(f, flow, i))
            continue;
        scale_slot(f, flow, i, by);
        if (velocity >= 0 && f->keeps.flow && open_to(f, (size_t)velocity, i))
            scale_slot(f, (size_t)velocity, i, by);
        for (size_t c = 0; c < f->p->n; c++)
            if (f->s->total[c] && f->s->total[c][i] != PLANT_NONE &&
                (c == flow || f->s->step_s > 60 || f->s->flag[c][i] != 'N'))
                f->s->total[c][i] = (int64_t)floor((double)f->s->total[c][i] * by + 0.5);
            else
                follow_total(f, c, i, f->s->average[c][i]);
    }
    return true;
}

/* ---- attacks on peaks ---- */

static bool is_peak(const struct forge *f, size_t i)
{
    double limit = limit_aimed_at(f, i);
    int64_t x = f->s->converted[f->c] ? f->s->converted[f->c][i] : f->s->average[f->c][i];
    return limit > 0 && open_to(f, f->c, i) && x != PLANT_NONE && (double)x > near_limit * limit;
}

/* Peaks with short pauses between them are one; ret[i - first] numbers them from 1. */
static size_t number_peaks(const struct forge *f, uint32_t *ret)
{
    size_t pause = f->s->step_s == 60 ? 15 : 1, n = 0, since = SIZE_MAX / 2, peaks = 0;
    for (size_t i = f->first; i < f->last; i++) {
        if (!is_peak(f, i)) {
            since++;
            continue;
        }
        peaks++;
        if (since > pause)
            n++;
        for (size_t j = since <= pause ? i - since : i; j <= i; j++)
            ret[j - f->first] = (uint32_t)n;
        since = 0;
    }
    return peaks >= PEAKS_LEAST ? n : 0;
}

static bool chosen(const struct forge *f, uint32_t peak)
{
    return peak == 1 || plant_hash(f->k->seed, STREAM_PEAK, peak) < treated[f->k->strength];
}

static void remember(struct forge *f, size_t i)
{
    if (!f->before)
        return;
    size_t c = f->c;
    f->before->average[c][i] = f->s->average[c][i];
    f->before->minimum[c][i] = f->s->minimum[c][i];
    f->before->maximum[c][i] = f->s->maximum[c][i];
    f->before->flag[c][i] = f->s->flag[c][i];
    if (f->s->converted[c])
        f->before->converted[c][i] = f->s->converted[c][i];
    if (f->s->total[c])
        f->before->total[c][i] = f->s->total[c][i];
}

static void gap(struct forge *f, size_t i)
{
    for (size_t c = 0; c < f->p->n; c++) { /* the logger was "off": nothing came */
        f->s->average[c][i] = f->s->minimum[c][i] = f->s->maximum[c][i] = PLANT_NONE;
        if (f->s->converted[c])
            f->s->converted[c][i] = PLANT_NONE;
        if (f->s->total[c])
            f->s->total[c][i] = PLANT_NONE;
        f->s->flag[c][i] = 0;
    }
}

static void peak_slot(struct forge *f, size_t i, double held)
{
    size_t c = f->c;
    double limit = limit_aimed_at(f, i), x = (double)f->s->average[c][i];
    double zs = f->s->converted[c] ? (double)f->s->converted[c][i] : x;
    switch (f->k->kind) {
    case ATTACK_SCALE_NEAR_LIMIT:
        if (is_peak(f, i))
            put(f, c, i, x * factor[f->k->strength], factor[f->k->strength]);
        break;
    case ATTACK_HOLD_PEAKS: /* the last good value, and less where the oxygen would lift it over the line again */
        put(f, c, i, zs > 0 && held * zs / x > 0.88 * limit ? 0.88 * limit * x / zs : held, 0);
        break;
    case ATTACK_MARK_PEAKS:
        f->s->flag[c][i] = 'M';
        break;
    case ATTACK_GAP_PEAKS:
        gap(f, i);
        break;
    case ATTACK_REVISE_DOWN:
        if (!is_peak(f, i))
            break;
        remember(f, i);
        put(f, c, i, x * near_limit * limit / zs * (0.78 + 0.2 * plant_hash(f->k->seed, STREAM_VALUE, i)), 0.9);
        break;
    default:
        CHECK(false);
    }
}

static bool peaks(struct forge *f)
{
    uint32_t *number = NEW_ARRAY(f->room, f->last - f->first, uint32_t);
    if (number_peaks(f, number) == 0)
        return false;
    double limit = limit_aimed_at(f, f->first), held = -1;
    for (size_t i = f->first; i < f->last; i++) {
        uint32_t peak = number[i - f->first];
        if (!open_to(f, f->c, i))
            continue;
        if (peak == 0 || !chosen(f, peak)) {
            held = (double)f->s->average[f->c][i];
            continue;
        }
        peak_slot(f, i, held >= 0 && held < 0.88 * limit ? held : 0.85 * limit);
    }
    return true;
}

bool attack_apply(struct plant_series *s, const struct plant *p, const struct attack *k, struct plant_series *before)
{
    CHECK(k->kind < ATTACKS && k->strength >= 1 && k->strength <= 5 && k->channel >= 0 && (size_t)k->channel < p->n);
    CHECK(k->first <= s->n && k->n <= s->n - k->first && s->step_s < 86400);
    AUTO_ARENA(room);
    int flow = p->of_role[ROLE_FLOW] >= 0 ? p->of_role[ROLE_FLOW] : p->of_role[ROLE_WATER_FLOW];
    struct forge f = {.s = s,
                      .p = p,
                      .k = k,
                      .before = before,
                      .keeps = attack_keeps(k->kind, k->strength),
                      .c = (size_t)k->channel,
                      .first = k->first,
                      .last = k->first + k->n,
                      .o2 = p->of_role[ROLE_O2],
                      .flow = flow,
                      .room = room};
    if (k->n == 0)
        return false;
    switch (k->kind) {
    case ATTACK_CONSTANT:
    case ATTACK_CONSTANT_NOISE:
    case ATTACK_BOUNDED_RANDOM:
        return level(&f);
    case ATTACK_CLIP_SPAN:
        return clip_span(&f);
    case ATTACK_REPLAY:
    case ATTACK_REPLAY_AFFINE:
        return replay(&f);
    case ATTACK_COPY_CHANNEL:
        return copy_channel(&f);
    case ATTACK_OXYGEN_DROP:
        return oxygen_drop(&f);
    case ATTACK_ZERO_FLOW:
        return zero_flow(&f);
    default:
        return peaks(&f);
    }
}
