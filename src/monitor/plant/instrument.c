/*
 * From what is in the duct to what the instruments say. This is where most innocent oddities live: zero and span every
 * day, drift in between, back-flush, results every two hours that stand in between, one analyser for two ducts, ranges,
 * floors, steps, flags. What the logger uses for the conversion during a calibration is the last good oxygen, as
 * loggers do.
 */
#include "monitor/plant/plant_private.h"

#include <math.h>
#include <string.h>

enum { STREAM_METER = 401, STREAM_DRIFT = 451, STREAM_RESULT = 501 };

struct reading {
    double x, spread;
    char flag;
    bool hold;
};

static bool pollutant(const struct channel_kind *k)
{
    return k->limit > 0 || k->limit_daily > 0;
}

/* The episode on this channel's instrument, or a visit; 0 none. */
static char trouble(const struct run *r, size_t c, int64_t m)
{
    char ret = 0;
    enum instrument of = r->p->made_of[c].instrument;
    for (size_t k = 0; k < r->history.n; k++) {
        const struct episode *e = &r->history.e[k];
        if (m < e->from || m >= e->to)
            continue;
        if (e->kind == EPISODE_FAULT && e->channel == c && of != INSTRUMENT_DERIVED)
            return 'D';
        if (e->kind == EPISODE_BROKEN && e->channel == c && of != INSTRUMENT_DERIVED)
            return 'B';
        if (e->kind == EPISODE_VISIT && (of == INSTRUMENT_GAS || of == INSTRUMENT_DUST || of == INSTRUMENT_CYCLE))
            ret = 'M';
    }
    return ret;
}

/* Minutes of the block with trouble, so that the list is searched once a block where nothing happens. */
static void troubles(const struct run *r, size_t c, char *ret)
{
    memset(ret, 0, BLOCK);
    for (size_t k = 0; k < r->history.n; k++) {
        const struct episode *e = &r->history.e[k];
        bool mine =
            e->kind == EPISODE_VISIT || ((e->kind == EPISODE_FAULT || e->kind == EPISODE_BROKEN) && e->channel == c);
        if (!mine || e->to <= r->minute || e->from >= r->minute + BLOCK)
            continue;
        for (size_t i = 0; i < BLOCK; i++)
            ret[i] = trouble(r, c, r->minute + (int64_t)i);
        return;
    }
}

/* Bias grows from calibration to calibration, each day at its own rate. */
static double drift(const struct plant *p, size_t c, int64_t m, double span)
{
    int64_t since = m - p->calibrate_at, d = since / DAY_MINUTES;
    return span * 0.0022 * plant_hash_normal(p->seed, STREAM_DRIFT + c, (uint64_t)d) * (double)(since % DAY_MINUTES) /
           DAY_MINUTES;
}

static struct reading gas(struct run *r, size_t c, size_t i, char bad, double white)
{
    const struct plant *p = r->p;
    const struct channel_kind *k = &p->made_of[c];
    int64_t m = r->minute + (int64_t)i;
    double truth = r->truth[k->role][i], x = truth + white * k->span;
    int calibrating = (int)(m % DAY_MINUTES) - p->calibrate_at;
    bool calibration = k->instrument == INSTRUMENT_GAS && calibrating >= 0 && calibrating < p->calibrate_for;
    bool stopped = r->state[i] == PLANT_STOPPED;
    char quiet = stopped && !(p->habits & HABIT_SILENT_STOP) ? 'F' : 'N';
    if (k->instrument == INSTRUMENT_GAS)
        x += drift(p, c, m, k->span);
    if (bad == 'D')
        return (struct reading){fabs(white) * k->span, 0, 'D', false};
    if (bad)
        return (struct reading){x, 0, bad, true};
    if (calibration) {
        if (p->habits & HABIT_HOLD_CALIBRATION)
            return (struct reading){x, 0, 'C', true};
        int half = p->calibrate_for / 2, into = calibrating < half ? calibrating : calibrating - half;
        double before = calibrating < half ? r->held[c] : 0, target = calibrating < half   ? 0
                                                                      : k->role == ROLE_O2 ? 20.9
                                                                                           : 0.8 * k->span;
        x = target + (before - target) * plant_exp(-(into + 0.5) / 0.8) + 2 * white * k->span;
        return (struct reading){x, 0.004 * k->span * plant_exp(-into / 1.5), 'C', false};
    }
    if (k->instrument == INSTRUMENT_GAS && !stopped && (m - p->flush_phase) % p->flush_every < p->flush_for)
        return (struct reading){x, 0, p->habits & HABIT_FLUSH_NORMAL ? 'N' : 'M', true};
    if (k->instrument == INSTRUMENT_GAS && p->habits & HABIT_SHARED && m % 10 >= 5)
        return (struct reading){x, 0, quiet, true};
    return (struct reading){x, k->spread * fabs(x), quiet, false};
}

static struct reading sensor(struct run *r, size_t c, size_t i, char bad, double white)
{
    const struct channel_kind *k = &r->p->made_of[c];
    double truth = r->truth[k->role][i], x = truth + white * k->span;
    char quiet = r->state[i] == PLANT_STOPPED && plant_gas(r->p) && !(r->p->habits & HABIT_SILENT_STOP) ? 'F' : 'N';
    if (bad == 'D')
        return (struct reading){0, 0, 'D', false};
    if (bad == 'B')
        return (struct reading){x, 0, 'B', true};
    if (k->role == ROLE_WATER_FLOW && truth <= 0)
        return (struct reading){0, 0, quiet, false};
    return (struct reading){x, k->spread * fabs(x) + k->spread_least, quiet, false};
}

/* A result every cycle, none without water, none while somebody or the daily standard has the analyser. */
static struct reading analyser(struct run *r, size_t c, size_t i, char bad)
{
    const struct plant *p = r->p;
    const struct channel_kind *k = &p->made_of[c];
    int64_t m = r->minute + (int64_t)i;
    int cycle = p->cycle[k->role == ROLE_NITROGEN], calibrating = (int)(m % DAY_MINUTES) - p->calibrate_at;
    bool dry = r->truth[ROLE_WATER_FLOW][i] <= 0, calibration = calibrating >= 0 && calibrating < p->calibrate_for;
    if (bad == 'D')
        return (struct reading){0, 0, 'D', false};
    if (dry && p->kind == PLANT_INDUSTRIAL_WATER)
        return (struct reading){0, 0, p->habits & HABIT_STOP_MISSING ? 0 : 'F', false};
    bool due = (m + 17 * (int)c) % cycle == 0 && !bad && !calibration && !dry;
    if (due || !r->holds[c] ||
        (p->kind == PLANT_INDUSTRIAL_WATER &&
         r->flag[c][i ? i - 1 : BLOCK - 1] == (p->habits & HABIT_STOP_MISSING ? 0 : 'F'))) {
        double g = plant_hash_normal(p->seed, STREAM_RESULT + c, (uint64_t)m);
        return (struct reading){r->truth[k->role][i] * (1 + 0.012 * g) + 0.1 * k->floor * g, 0,
                                bad           ? bad
                                : calibration ? 'C'
                                              : 'N',
                                false};
    }
    return (struct reading){0, 0, bad ? bad : calibration ? 'C' : 'N', true};
}

static void keep(struct run *r, size_t c, size_t i, struct reading got, double below, double above)
{
    const struct plant *p = r->p;
    const struct channel_kind *k = &p->made_of[c];
    int64_t m = r->minute + (int64_t)i;
    int32_t grain = (int32_t)p->channel[c].resolution;
    if (got.hold && !r->holds[c])
        got.hold = false;
    if (got.hold) {
        got.x = r->held[c];
        got.spread = 0;
    }
    if (!got.hold && (got.flag == 'N' || got.flag == 'F')) {
        r->held[c] = got.x;
        r->holds[c] = true;
    }
    double low = got.x - got.spread * (0.6 + 0.8 * below), high = got.x + got.spread * (0.6 + 0.8 * above);
    double least = k->role == ROLE_PRESSURE ? -1e9 : 0;
    if (k->floor > 0 && got.flag != 'C' && got.flag != 'D' && got.flag != 0) {
        double shown = p->habits & HABIT_FLOOR_ZERO ? 0 : k->floor;
        got.x = got.x < k->floor ? shown : got.x;
        low = low < k->floor ? shown : low;
        high = high < k->floor ? shown : high;
    }
    if (got.x > k->span && got.flag == 'N')
        got.flag = 'T';
    got.x = got.x < least ? least : got.x > k->span ? k->span : got.x;
    low = low < least ? least : low > got.x ? got.x : low;
    high = high > k->span ? k->span : high < got.x ? got.x : high;
    if (p->habits & HABIT_RANGE_SWITCH && k->instrument == INSTRUMENT_GAS && k->role != ROLE_O2 &&
        got.x > k->span / 3 && grain < 10)
        grain = 10;
    if (pollutant(k) && m < p->logger_changed && grain < 10)
        grain = 10;
    r->measured[c][i] = got.x;
    r->low[c][i] = low;
    r->high[c][i] = high;
    r->lawful[c][i] = got.flag == 'N' || got.flag == 'F' || !r->holds[c] ? got.x : r->held[c];
    r->grain[c][i] = grain;
    r->flag[c][i] = got.flag;
}

/* Dry flow at standard conditions (HJ 212 appendix D): area, velocity, temperature, pressure, humidity. */
static double standard_flow(const struct plant *p, double v, double celsius, double kilopascal, double humidity)
{
    return p->area * v * 273 / (273 + celsius) * (p->pressure + 1000 * kilopascal) / 101325 * (1 - humidity / 100);
}

static void flow(struct run *r, size_t c)
{
    const struct plant *p = r->p;
    size_t v = (size_t)p->of_role[ROLE_VELOCITY], t = (size_t)p->of_role[ROLE_TEMPERATURE],
           h = (size_t)p->of_role[ROLE_HUMIDITY], s = (size_t)p->of_role[ROLE_PRESSURE];
    for (size_t i = 0; i < BLOCK; i++) {
        double whole = standard_flow(p, 1, r->measured[t][i], r->measured[s][i], r->measured[h][i]);
        r->measured[c][i] = r->lawful[c][i] = whole * r->measured[v][i];
        r->low[c][i] = whole * r->low[v][i];
        r->high[c][i] = whole * r->high[v][i];
        r->grain[c][i] = 1;
        char bad = r->flag[v][i];
        r->flag[c][i] = bad == 'B' ? 'D' : bad;
    }
}

void run_measure(struct run *r)
{
    const struct plant *p = r->p;
    char bad[BLOCK];
    for (size_t c = 0; c < p->n; c++) {
        const struct channel_kind *k = &p->made_of[c];
        if (k->instrument == INSTRUMENT_DERIVED)
            continue;
        troubles(r, c, bad);
        struct plant_random random = plant_random_of(p->seed + STREAM_METER + c, (uint64_t)r->minute);
        for (size_t i = 0; i < BLOCK; i++) {
            double white = k->white * plant_random_normal(&random);
            uint64_t two = plant_random_next(&random);
            struct reading got = k->instrument == INSTRUMENT_CYCLE    ? analyser(r, c, i, bad[i])
                                 : k->instrument == INSTRUMENT_SENSOR ? sensor(r, c, i, bad[i], white)
                                                                      : gas(r, c, i, bad[i], white);
            keep(r, c, i, got, (double)(two >> 32) * 0x1p-32, (double)(two & UINT32_MAX) * 0x1p-32);
        }
    }
    if (p->of_role[ROLE_FLOW] >= 0)
        flow(r, (size_t)p->of_role[ROLE_FLOW]);
}
