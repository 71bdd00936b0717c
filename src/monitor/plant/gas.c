/*
 * What leaves a stack: coal boiler, incinerator, cement kiln. The physics is small and each line has one reason: excess
 * air falls with load; abatement is regulated on the converted value, so the measured one moves against oxygen; NOx
 * follows oxygen and load until the ammonia catches up; behind a wet scrubber the gas is saturated; what stops cools by
 * itself.
 */
#include "monitor/plant/plant_private.h"

#include <math.h>

enum {
    NOISE_FAST,
    NOISE_O2,
    NOISE_O2_SLOW,
    NOISE_SO2,
    NOISE_SO2_SLOW,
    NOISE_NOX,
    NOISE_NOX_SLOW,
    NOISE_DUST,
    NOISE_DUST_SLOW,
    NOISE_CO,
    NOISE_CO_SLOW,
    NOISE_HCL,
    NOISE_HCL_SLOW,
    NOISE_TEMPERATURE,
    NOISE_TEMPERATURE_SLOW,
    NOISE_HUMIDITY,
    NOISE_HUMIDITY_SLOW,
    NOISE_VELOCITY,
    NOISE_VELOCITY_SLOW,
    NOISE_PRESSURE,
    NOISE_PRESSURE_SLOW,
    NOISE_AIR,
    NOISE_FURNACE,
    NOISE_FURNACE_1,
    NOISE_FURNACE_2,
    NOISE_FURNACE_3,
    NOISE_FURNACE_4,
    NOISE_LOAD,
    NOISE_FUEL,
    NOISE_MOOD,
    NOISES_GAS
};
_Static_assert((int)NOISES_GAS <= (int)NOISES, "room");
enum { STREAM_MILL = 201, STREAM_PULSE, STREAM_STEP };

/* step in minutes, memory in steps */
static const struct {
    int step;
    double memory;
} noises[NOISES_GAS] = {
    [NOISE_FAST] = {1, 3},
    [NOISE_O2] = {1, 9},
    [NOISE_O2_SLOW] = {30, 8},
    [NOISE_SO2] = {1, 14},
    [NOISE_SO2_SLOW] = {30, 7},
    [NOISE_NOX] = {1, 7},
    [NOISE_NOX_SLOW] = {30, 6},
    [NOISE_DUST] = {1, 22},
    [NOISE_DUST_SLOW] = {60, 9},
    [NOISE_CO] = {1, 5},
    [NOISE_CO_SLOW] = {60, 6},
    [NOISE_HCL] = {1, 18},
    [NOISE_HCL_SLOW] = {30, 9},
    [NOISE_TEMPERATURE] = {1, 20},
    [NOISE_TEMPERATURE_SLOW] = {60, 10},
    [NOISE_HUMIDITY] = {1, 25},
    [NOISE_HUMIDITY_SLOW] = {60, 8},
    [NOISE_VELOCITY] = {1, 4},
    [NOISE_VELOCITY_SLOW] = {60, 6},
    [NOISE_PRESSURE] = {1, 6},
    [NOISE_PRESSURE_SLOW] = {60, 7},
    [NOISE_AIR] = {60, 40},
    [NOISE_FURNACE] = {1, 10},
    [NOISE_FURNACE_1] = {1, 6},
    [NOISE_FURNACE_2] = {1, 6},
    [NOISE_FURNACE_3] = {1, 6},
    [NOISE_FURNACE_4] = {1, 6},
    [NOISE_LOAD] = {30, 12},
    [NOISE_FUEL] = {60, 50},
    [NOISE_MOOD] = {60, 40},
};

bool plant_gas(const struct plant *p)
{
    return p->kind <= PLANT_CEMENT_KILN;
}

void run_begin(struct run *r, const struct plant *p)
{
    r->p = p;
    r->history.year = 0;
    r->begun = false;
    if (plant_gas(p))
        for (int i = 0; i < NOISES_GAS; i++)
            noise_make(&r->noise[i], p->seed, (uint64_t)i + 1, noises[i].step, noises[i].memory);
    else /* water: outfall, per analyte a fast and a slow one */
        for (int i = 0; i < NOISES; i++)
            noise_make(&r->noise[i], p->seed, (uint64_t)i + 1, i % 2 ? 60 : 1, i % 2 ? 30 : 20);
}

/* Temperature outdoors, the season's, the day's and the weather's share. */
static double outdoors(struct run *r, int64_t m)
{
    double d = (double)m / DAY_MINUTES;
    return 16 + 11 * plant_wave((d - 110) / 365.25) + 4 * plant_wave((d - 0.38)) +
           3 * noise_at(&r->noise[NOISE_AIR], m);
}

/* Where the dispatcher wants the load: two peaks a day, less at weekends and between the seasons, in steps of 2 %. */
static double wanted(struct run *r, int64_t m)
{
    const struct plant *p = r->p;
    double d = (double)m / DAY_MINUTES, hour = (double)(m % DAY_MINUTES) / 60;
    double daily = plant_wave((hour - 8.5) / 24) * 0.6 + plant_wave((hour - 7.5) / 12) * 0.4;
    int weekday = (int)((m / DAY_MINUTES + 3) % 7); /* 1970-01-01 was a Thursday; 0 is Monday */
    double load = p->load * (1 + p->swing * daily + 0.25 * p->swing * plant_wave((d - 60) / 182.6) -
                             (weekday >= 5 ? 0.3 * p->swing : 0)) +
                  (0.012 + 0.12 * p->swing) * noise_at(&r->noise[NOISE_LOAD], m);
    load = floor(load / 0.02 + 0.5) * 0.02;
    return load < 0.3 ? 0.3 : load > 1.06 ? 1.06 : load;
}

static double ramp(double from, double to, double most)
{
    return to > from + most ? from + most : to < from - most ? from - most : to;
}

/* The raw mill of a kiln is off some hours of most days (dear electricity): gas goes round it, hotter, drier, with its
 * SO2. */
static double mill_wanted(const struct plant *p, int64_t m)
{
    uint64_t d = (uint64_t)(m / DAY_MINUTES);
    double from = 420 + 360 * plant_hash(p->seed, STREAM_MILL, d * 2),
           length = 400 * plant_hash(p->seed, STREAM_MILL, d * 2 + 1) - 60;
    double at = (double)(m % DAY_MINUTES);
    return at >= from && at < from + length ? 0 : 1;
}

/* Filter cleaning: one pulse in each 50 minutes, decaying over four. */
static double pulse(const struct plant *p, int64_t m, double every)
{
    double sum = 0;
    int64_t cell = (int64_t)((double)m / every);
    for (int64_t k = cell - 1; k <= cell; k++) {
        double at = ((double)k + plant_hash(p->seed, STREAM_PULSE, (uint64_t)k * 2)) * every,
               u = plant_hash(p->seed, STREAM_PULSE, (uint64_t)k * 2 + 1);
        if ((double)m >= at)
            sum += 3 * u * u * u * plant_exp(-((double)m - at) / 4);
    }
    return sum;
}

static double saturation(double celsius) /* kPa; Magnus */
{
    return 0.61094 * plant_exp(17.625 * celsius / (celsius + 243.04));
}

static double at_least(double x, double least)
{
    return x > least ? x : least;
}

struct moment {
    int64_t m;
    size_t i;
    double load, burn, o2, air, k /* converted per measured */, slope /* of load */,
        mood /* calm days, restless days */;
};

static void oxygen(struct run *r, struct moment *t)
{
    const struct plant *p = r->p;
    double wobble = p->kind == PLANT_INCINERATOR ? 0.55 : p->kind == PLANT_CEMENT_KILN ? 0.3 : 0.16;
    wobble *= t->mood;
    double o2 = p->o2 + p->o2_slope * (1 - t->load) + wobble * noise_at(&r->noise[NOISE_O2], t->m) +
                0.7 * wobble * noise_at(&r->noise[NOISE_O2_SLOW], t->m) +
                (p->kind == PLANT_CEMENT_KILN ? 1.3 * (r->mill - 0.8) : 0);
    o2 = o2 < 2 ? 2 : o2 > 18 ? 18 : o2;
    t->o2 = 20.9 - (20.9 - o2) * t->burn;
    if (t->burn < 0.02)
        t->o2 = 20.9 + 0.03 * noise_at(&r->noise[NOISE_O2], t->m);
    t->k = (21 - p->o2_reference) / (21 - (t->o2 > 20 ? 20 : t->o2));
    r->truth[ROLE_O2][t->i] = t->o2;
}

static void pollutants(struct run *r, const struct moment *t)
{
    const struct plant *p = r->p;
    double cold = 1 - r->envelope[t->i], so2 = p->size[ROLE_SO2],
           kiln = p->kind == PLANT_CEMENT_KILN ? 1.2 - 0.25 * r->mill : 1;
    so2 *= plant_exp(
        t->mood * (0.09 * noise_at(&r->noise[NOISE_SO2], t->m) + 0.07 * noise_at(&r->noise[NOISE_SO2_SLOW], t->m)) +
        0.03 * noise_at(&r->noise[NOISE_FUEL], t->m) + 6 * t->slope);
    r->truth[ROLE_SO2][t->i] = so2 * kiln * (1 + 1.5 * cold) / t->k * t->burn;
    /* Raw NOx, and the ammonia that follows it with a lag of a quarter of an hour. */
    double raw = 0.10 * (t->o2 - p->o2) + 0.35 * (t->load - 1) + 0.05 * noise_at(&r->noise[NOISE_FAST], t->m);
    if (!r->begun)
        r->nox_slow = raw;
    r->nox_slow += (raw - r->nox_slow) / 14;
    double off = raw - r->nox_slow,
           wander = 0.04 * noise_at(&r->noise[NOISE_NOX], t->m) + 0.04 * noise_at(&r->noise[NOISE_NOX_SLOW], t->m);
    double nox = p->size[ROLE_NOX] * plant_exp(t->mood * (0.55 * off + wander));
    r->truth[ROLE_NOX][t->i] = nox * (1 + 0.8 * cold) / t->k * t->burn;
    double dust = p->size[ROLE_DUST] * plant_exp(t->mood * (0.13 * noise_at(&r->noise[NOISE_DUST], t->m) +
                                                            0.14 * noise_at(&r->noise[NOISE_DUST_SLOW], t->m)));
    dust *= 1 + (p->kind == PLANT_CEMENT_KILN ? 0.9 : 0.25) * pulse(p, t->m, p->kind == PLANT_CEMENT_KILN ? 50 : 170);
    r->truth[ROLE_DUST][t->i] = dust * (1 + 2 * cold) / t->k * at_least(t->burn, 0.02);
    if (p->of_role[ROLE_CO] < 0)
        return;
    double co = p->size[ROLE_CO] *
                plant_exp(0.35 * noise_at(&r->noise[NOISE_CO], t->m) + 0.3 * noise_at(&r->noise[NOISE_CO_SLOW], t->m) +
                          0.7 * at_least(p->o2 - 0.8 - t->o2, 0));
    r->truth[ROLE_CO][t->i] = co * (1 + 5 * cold * (t->burn > 0.02)) / t->k * t->burn;
    double hcl = p->size[ROLE_HCL] * plant_exp(t->mood * (0.14 * noise_at(&r->noise[NOISE_HCL], t->m) +
                                                          0.12 * noise_at(&r->noise[NOISE_HCL_SLOW], t->m)));
    r->truth[ROLE_HCL][t->i] = hcl * (1 + cold) / t->k * t->burn;
}

static void duct(struct run *r, const struct moment *t)
{
    const struct plant *p = r->p;
    double slow = noise_at(&r->noise[NOISE_TEMPERATURE_SLOW], t->m), n = noise_at(&r->noise[NOISE_TEMPERATURE], t->m);
    double hot = p->size[ROLE_TEMPERATURE],
           wet = p->wet_temperature + 5 * (t->load - 1) + 0.35 * n + 0.5 * slow + 0.03 * (t->air - 16);
    if (p->kind == PLANT_CEMENT_KILN)
        hot += 55 * (1 - r->mill);
    bool saturated = p->kind == PLANT_COAL_BOILER && !(p->habits & HABIT_REHEATER);
    double target = saturated ? wet : hot + 12 * (t->load - 1) + 0.9 * n + 1.2 * slow + 0.1 * (t->air - 16);
    double stopped = r->stopped[t->i];
    if (stopped >= 0)
        target = t->air + 2 + (target - t->air) * plant_exp(-stopped / 500);
    else
        target = t->air + 8 + (target - t->air - 8) * (1 - (1 - t->burn) * (1 - t->burn));
    if (!r->begun)
        r->warm = target;
    r->warm += (target - r->warm) / 9;
    r->truth[ROLE_TEMPERATURE][t->i] = r->warm;
    double share; /* of water vapour */
    if (p->kind == PLANT_COAL_BOILER)
        share = 100000 * saturation(saturated && r->warm < wet ? r->warm : wet) / p->pressure;
    else
        share = p->size[ROLE_HUMIDITY] + (p->kind == PLANT_CEMENT_KILN ? 4 * (r->mill - 1) : 4 * (t->load - 1));
    share += 0.18 * noise_at(&r->noise[NOISE_HUMIDITY], t->m) + 0.22 * noise_at(&r->noise[NOISE_HUMIDITY_SLOW], t->m);
    double dry = 100000 * saturation(t->air) * 0.7 / p->pressure;
    r->truth[ROLE_HUMIDITY][t->i] = at_least(dry + (share - dry) * t->burn, 0.3);
    double v = p->size[ROLE_VELOCITY] * (0.22 + 0.78 * t->load) * (273 + r->warm) / (273 + hot) *
               (1 + 0.012 * noise_at(&r->noise[NOISE_VELOCITY], t->m) +
                0.012 * noise_at(&r->noise[NOISE_VELOCITY_SLOW], t->m)) *
               t->burn;
    double draught = at_least(0.02 * (r->warm - t->air) + 0.15 + 0.1 * noise_at(&r->noise[NOISE_VELOCITY], t->m), 0);
    v = v > draught ? v : draught;
    r->truth[ROLE_VELOCITY][t->i] = v;
    r->truth[ROLE_PRESSURE][t->i] = -0.16 + 0.0007 * v * v + 0.012 * noise_at(&r->noise[NOISE_PRESSURE], t->m) +
                                    0.012 * noise_at(&r->noise[NOISE_PRESSURE_SLOW], t->m);
}

/* Upper and middle section, two thermocouples each. A long stop ends with a day of drying out on the burners. */
static void furnace(struct run *r, const struct moment *t)
{
    const struct plant *p = r->p;
    double fire = p->size[ROLE_FURNACE_1] + 90 * (t->load - 1) - 9 * (t->o2 - p->o2) * (t->burn > 0.9) +
                  14 * noise_at(&r->noise[NOISE_FURNACE], t->m);
    double stopped = r->stopped[t->i];
    if (stopped >= 0) {
        fire = t->air + 20 + (fire - t->air) * plant_exp(-stopped / 1300);
        double left = r->to_start[t->i];
        if (left >= 0 && left < DAY_MINUTES && stopped > 3 * DAY_MINUTES)
            fire += 420 * (1 - left / DAY_MINUTES);
    } else if (r->envelope[t->i] < 1 && r->state[t->i] == PLANT_START)
        fire = 450 + (fire - 450) * (1 - (1 - r->envelope[t->i]) * (1 - r->envelope[t->i]));
    static const double offset[4] = {-28, -34, 0, 9};
    for (int k = 0; k < 4; k++)
        r->truth[ROLE_FURNACE_1 + k][t->i] = at_least(
            fire + (offset[k] + 7 * noise_at(&r->noise[NOISE_FURNACE_1 + k], t->m)) * (fire > 300 ? 1 : 0.2), t->air);
}

void run_gas(struct run *r)
{
    const struct plant *p = r->p;
    for (size_t i = 0; i < BLOCK; i++) {
        struct moment t = {.m = r->minute + (int64_t)i, .i = i};
        double target = wanted(r, t.m), mill = mill_wanted(p, t.m), before = r->load;
        r->load = r->begun ? ramp(r->load, target, 0.006) : target;
        r->mill = r->begun ? r->mill + (mill - r->mill) / 10 : mill;
        t.slope = r->begun ? r->load - before : 0;
        double envelope = r->envelope[i];
        t.load = (r->load + 0.004 * noise_at(&r->noise[NOISE_FAST], t.m)) * (0.3 + 0.7 * envelope);
        t.burn = envelope >= 1 ? 1 : 1 - (1 - envelope) * (1 - envelope);
        t.air = outdoors(r, t.m);
        t.mood = plant_exp(0.37 * noise_at(&r->noise[NOISE_MOOD], t.m) - 0.12);
        oxygen(r, &t);
        pollutants(r, &t);
        duct(r, &t);
        if (p->of_role[ROLE_FURNACE_1] >= 0)
            furnace(r, &t);
        r->begun = true;
    }
}
