/*
 * What leaves an outfall: municipal works (people's day, rain in the sewers, or decanting batch reactors) and industry
 * that discharges tank by tank while people are at work. Rain raises the flow and thins everything: it looks like
 * dilution and is none.
 */
#include "monitor/plant/plant_private.h"

#include <math.h>

/* Even numbers have minutes of memory, odd ones a day. */
enum {
    FAST_FLOW = 0,
    SLOW_FLOW = 1,
    FAST_COD = 2,
    SLOW_COD = 3,
    FAST_AMMONIA = 4,
    SLOW_AMMONIA = 5,
    FAST_PHOSPHORUS = 6,
    SLOW_PHOSPHORUS = 7,
    FAST_NITRATE = 8,
    SLOW_NITRATE = 9,
    FAST_PH = 10,
    SLOW_PH = 11,
    FAST_TEMPERATURE = 12,
    SLOW_TEMPERATURE = 13,
    FAST_SALT = 14,
    SLOW_SALT = 15
};
enum { STREAM_BATCH = 301, STREAM_TANK, SBR_MINUTES = 360, DECANT_MINUTES = 70 };

static double n(struct run *r, int which, int64_t m)
{
    return noise_at(&r->noise[which], m);
}

/* Rises and falls over ten minutes at both ends. */
static double gate(double at, double length)
{
    double edge = at < length - at ? at : length - at;
    return at < 0 || at >= length ? 0 : edge >= 10 ? 1 : edge / 10;
}

static double municipal_flow(struct run *r, int64_t m)
{
    const struct plant *p = r->p;
    double hour = (double)(m % DAY_MINUTES) / 60;
    double people = 1 + 0.24 * plant_wave((hour - 7) / 24) + 0.10 * plant_wave((hour - 5.5) / 12);
    double open = 1;
    if (p->habits & HABIT_SBR) {
        double a = (double)(m % SBR_MINUTES), b = (double)((m + SBR_MINUTES / 2) % SBR_MINUTES);
        open = 2.4 * (gate(a - 280, DECANT_MINUTES) + gate(b - 280, DECANT_MINUTES));
    }
    return p->size[ROLE_WATER_FLOW] * (people + 0.9 * r->rain[m - r->minute]) * open *
           (1 + 0.025 * n(r, FAST_FLOW, m) + 0.05 * n(r, SLOW_FLOW, m));
}

/* Two to four tanks a working day between 8 and 22 o'clock; ret_tank numbers the tank. */
static double industrial_flow(struct run *r, int64_t m, uint64_t *ret_tank)
{
    const struct plant *p = r->p;
    int64_t d = m / DAY_MINUTES;
    int tanks = 2 + (int)(3 * plant_hash(p->seed, STREAM_BATCH, (uint64_t)d * 16));
    bool sunday = (d + 3) % 7 == 6;
    double at = (double)(m % DAY_MINUTES), each = 840.0 / tanks, open = 0;
    *ret_tank = (uint64_t)d * 8;
    for (int k = 0; k < tanks; k++) {
        double from = 480 + each * (k + 0.3 * plant_hash(p->seed, STREAM_BATCH, (uint64_t)d * 16 + 1 + (uint64_t)k));
        double length = each * (0.4 + 0.28 * plant_hash(p->seed, STREAM_BATCH, (uint64_t)d * 16 + 8 + (uint64_t)k));
        if (at >= from - 5)
            *ret_tank = (uint64_t)d * 8 + (uint64_t)k;
        open += gate(at - from, length);
    }
    if (sunday || r->envelope[m - r->minute] < 1)
        open = 0;
    return open * p->size[ROLE_WATER_FLOW] * (1 + 0.02 * n(r, FAST_FLOW, m) + 0.06 * n(r, SLOW_FLOW, m));
}

static void municipal(struct run *r, int64_t m, size_t i)
{
    const struct plant *p = r->p;
    double d = (double)m / DAY_MINUTES, thin = 1 / (1 + 0.45 * r->rain[i]), season = plant_wave((d - 110) / 365.25);
    double day_wave = plant_wave(d - 0.45);
    r->truth[ROLE_WATER_FLOW][i] = municipal_flow(r, m);
    r->truth[ROLE_COD][i] = p->size[ROLE_COD] * thin * (1 + 0.05 * day_wave) *
                            plant_exp(0.05 * n(r, FAST_COD, m) + 0.13 * n(r, SLOW_COD, m));
    double ammonia = p->size[ROLE_AMMONIA] * thin * (1 - 0.45 * season + 0.25 * day_wave) *
                     plant_exp(0.1 * n(r, FAST_AMMONIA, m) + 0.35 * n(r, SLOW_AMMONIA, m));
    r->truth[ROLE_AMMONIA][i] = ammonia;
    r->truth[ROLE_PHOSPHORUS][i] =
        p->size[ROLE_PHOSPHORUS] * thin * plant_exp(0.06 * n(r, FAST_PHOSPHORUS, m) + 0.22 * n(r, SLOW_PHOSPHORUS, m));
    r->truth[ROLE_NITROGEN][i] = ammonia + p->size[ROLE_NITROGEN] * thin * (1 - 0.06 * day_wave) *
                                               plant_exp(0.03 * n(r, FAST_NITRATE, m) + 0.1 * n(r, SLOW_NITRATE, m));
    r->truth[ROLE_PH][i] = p->size[ROLE_PH] + 0.03 * n(r, FAST_PH, m) + 0.09 * n(r, SLOW_PH, m) - 0.08 * r->rain[i];
    r->truth[ROLE_WATER_TEMPERATURE][i] = 19.5 + 6.5 * season + 0.35 * plant_wave(d - 0.42) +
                                          0.05 * n(r, FAST_TEMPERATURE, m) + 0.6 * n(r, SLOW_TEMPERATURE, m) -
                                          0.8 * r->rain[i];
    r->truth[ROLE_CONDUCTIVITY][i] = p->size[ROLE_CONDUCTIVITY] / (1 + 0.35 * r->rain[i]) *
                                     plant_exp(0.006 * n(r, FAST_SALT, m) + 0.035 * n(r, SLOW_SALT, m));
}

static void industrial(struct run *r, int64_t m, size_t i)
{
    const struct plant *p = r->p;
    uint64_t tank;
    double d = (double)m / DAY_MINUTES, season = plant_wave((d - 110) / 365.25);
    r->truth[ROLE_WATER_FLOW][i] = industrial_flow(r, m, &tank);
    double g[5]; /* what is in this tank */
    for (uint64_t k = 0; k < 5; k++)
        g[k] = plant_hash_normal(p->seed, STREAM_TANK + k, tank);
    r->truth[ROLE_COD][i] =
        p->size[ROLE_COD] * plant_exp(0.16 * g[0] + 0.05 * n(r, FAST_COD, m) + 0.1 * n(r, SLOW_COD, m));
    double ammonia =
        p->size[ROLE_AMMONIA] * plant_exp(0.3 * g[1] + 0.05 * n(r, FAST_AMMONIA, m) + 0.2 * n(r, SLOW_AMMONIA, m));
    r->truth[ROLE_AMMONIA][i] = ammonia;
    r->truth[ROLE_PHOSPHORUS][i] = p->size[ROLE_PHOSPHORUS] * plant_exp(0.2 * g[2] + 0.06 * n(r, FAST_PHOSPHORUS, m) +
                                                                        0.15 * n(r, SLOW_PHOSPHORUS, m));
    r->truth[ROLE_NITROGEN][i] =
        ammonia +
        p->size[ROLE_NITROGEN] * plant_exp(0.15 * g[2] + 0.04 * n(r, FAST_NITRATE, m) + 0.1 * n(r, SLOW_NITRATE, m));
    r->truth[ROLE_PH][i] = p->size[ROLE_PH] + 0.2 * g[3] + 0.03 * n(r, FAST_PH, m) + 0.08 * n(r, SLOW_PH, m);
    r->truth[ROLE_WATER_TEMPERATURE][i] = 23 + 5 * season + 0.9 * plant_wave(d - 0.42) +
                                          0.08 * n(r, FAST_TEMPERATURE, m) + 0.7 * n(r, SLOW_TEMPERATURE, m);
    r->truth[ROLE_CONDUCTIVITY][i] =
        p->size[ROLE_CONDUCTIVITY] * plant_exp(0.12 * g[4] + 0.008 * n(r, FAST_SALT, m) + 0.05 * n(r, SLOW_SALT, m));
}

void run_water(struct run *r)
{
    for (size_t i = 0; i < BLOCK; i++) {
        int64_t m = r->minute + (int64_t)i;
        if (r->p->kind == PLANT_SEWAGE_WORKS)
            municipal(r, m, i);
        else
            industrial(r, m, i);
    }
}
