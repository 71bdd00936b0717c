/*
 * Series as plants send them, made up from a seed: eight of gas (an autoregressive process, drift, a daily wave, the
 * noise of the instrument; resolutions of 0.001 to 0.1) and eight of water (four analysers that step every two hours, pH,
 * flow, temperature, conductivity). 1.5 % of the slots are missing, 94.8 % flagged N, the others F, C and M in
 * runs; a calibration sends the value to zero and to the end of its range. Noise is such that the entropy of deltas and distances
 * is near 1.45 bytes a reading, as in the storage dossier, so that sizes may be compared with the figures there.
 */
#pragma once
#include "base/base.h"

#include <math.h>
#include <string.h>

enum { SERIES_KINDS = 16, SERIES_MINUTES = 1440 };

struct series_kind {
    const char *name;
    int decimals;
    double level, walk, memory, wave, noise, spread; /* in units of the last decimal */
    int hold;                                        /* minutes a value stands */
};

static const struct series_kind series_kinds[SERIES_KINDS] = {
    {"gas SO2 0.01", 2, 3500, 19.2, 0.98, 300, 13.7, 17.6, 1},
    {"gas NOx 0.01", 2, 8200, 32, 0.98, 700, 19.5, 27.3, 1},
    {"gas dust 0.001", 3, 4100, 16, 0.97, 350, 15.6, 19.5, 1},
    {"gas O2 0.01", 2, 950, 8, 0.98, 60, 7.8, 9.75, 1},
    {"gas temperature 0.1", 1, 820, 2.4, 0.995, 45, 1.56, 2.34, 1},
    {"gas humidity 0.01", 2, 1150, 6.4, 0.99, 90, 5.85, 7.8, 1},
    {"gas velocity 0.01", 2, 1240, 12.8, 0.95, 80, 17.6, 31.2, 1},
    {"gas pressure 0.001", 3, -245, 8, 0.95, 20, 13.7, 21.4, 1},
    {"water COD", 2, 4500, 160, 0.9, 400, 30, 0, 120},
    {"water ammonia", 3, 1900, 80, 0.9, 200, 12, 0, 120},
    {"water phosphorus", 3, 310, 14, 0.9, 20, 3, 0, 120},
    {"water nitrogen", 2, 1250, 40, 0.9, 90, 9, 0, 120},
    {"water pH 0.01", 2, 740, 1.12, 0.99, 15, 1.56, 2.15, 1},
    {"water flow 0.01", 2, 56000, 93, 0.96, 9000, 112, 149, 1},
    {"water temperature 0.1", 1, 215, 0.32, 0.999, 18, 0.487, 0.585, 1},
    {"water conductivity 0.1", 1, 9600, 16, 0.99, 500, 9.75, 11.7, 1},
};

struct series_data {
    const struct series_kind *kind;
    size_t days;
    int32_t *v[3];
    uint8_t *flag;
};

static inline uint64_t series_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static inline double series_uniform(uint64_t *state)
{
    return (double)(series_random(state) >> 11) / 9007199254740992.0;
}

/* Normal enough: the sum of twelve uniform numbers, so that every libm gives the same series. */
static inline double series_normal(uint64_t *state)
{
    uint64_t a = series_random(state), b = series_random(state), c = series_random(state);
    uint64_t sum = 0;
    for (int i = 0; i < 4; i++, a >>= 16, b >>= 16, c >>= 16)
        sum += (a & 65535) + (b & 65535) + (c & 65535);
    return ((double)sum - 6.0 * 65535) / 65536;
}

/* Flags of the whole time: lost minutes, faults, maintenance, a calibration on some mornings. */
static inline void series_flags(struct series_data *s, uint64_t *random)
{
    size_t n = s->days * SERIES_MINUTES;
    for (size_t i = 0; i < n; i++)
        s->flag[i] = 'N';
    for (size_t i = 0; i < n;) {
        double u = series_uniform(random);
        size_t run = 0;
        uint8_t letter = 0;
        if (u < 0.0050) /* most gaps are single minutes, some an outage */
            run = 1 + (u < 0.00062 ? series_random(random) % 33 : 0);
        else if (u < 0.00519)
            run = 30 + series_random(random) % 180, letter = 'F';
        else if (u < 0.00531)
            run = 20 + series_random(random) % 120, letter = 'M';
        for (size_t k = 0; k < run && i + k < n; k++)
            s->flag[i + k] = letter;
        i += run + 1;
    }
    for (size_t d = 0; d < s->days; d++) {
        if (series_random(random) % 3 == 0)
            memset(s->flag + d * SERIES_MINUTES + 540 + series_random(random) % 60, 'C', 20);
    }
}

static inline struct series_data series_make(struct arena *a, const struct series_kind *k, size_t days, uint64_t seed)
{
    size_t n = days * SERIES_MINUTES;
    struct series_data s = {k, days, {NULL}, NEW_ARRAY(a, n, uint8_t)};
    for (int c = 0; c < 3; c++)
        s.v[c] = NEW_ARRAY(a, n, int32_t);
    uint64_t random = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
    series_flags(&s, &random);
    double walk = 0, drift = 0, held = k->level;
    for (size_t i = 0; i < n; i++) {
        double day_part = (double)(i % SERIES_MINUTES) / SERIES_MINUTES;
        double wave = 16 * day_part * (day_part - 0.5) * (day_part - 1) * 1.3; /* a day's rise and fall, without libm */
        walk = walk * k->memory + series_normal(&random) * k->walk * 0.3;
        drift += series_normal(&random) * k->walk * 0.004;
        if (i % (size_t)k->hold == 0)
            held = k->level + drift + walk + wave * k->wave + series_normal(&random) * k->noise;
        double low = k->spread * (1.63 + 0.58 * series_normal(&random)), high = k->spread * (1.63 + 0.58 * series_normal(&random));
        double value = s.flag[i] == 'C' ? (i % 20 < 10 ? 0 : 2 * k->level) + held / 100 : held;
        s.v[0][i] = (int32_t)lrint(value);
        s.v[1][i] = (int32_t)lrint(value - (low > 0 ? low : 0));
        s.v[2][i] = (int32_t)lrint(value + (high > 0 ? high : 0));
        if (s.flag[i] == 0 && i) {
            for (int c = 0; c < 3; c++)
                s.v[c][i] = s.v[c][i - 1];
        }
    }
    return s;
}

/* Bits a value takes for any coder that codes each by itself with frequencies known beforehand: Shannon's entropy. */
static inline double series_entropy(const int32_t *v, size_t n)
{
    enum { SPAN = 1 << 18 };
    static uint32_t count[SPAN];
    memset(count, 0, sizeof count);
    double bits = 0, spilled = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t at = (int64_t)v[i] + SPAN / 2;
        if (at >= 0 && at < SPAN)
            count[at]++;
        else
            spilled++;
    }
    for (size_t i = 0; i < SPAN; i++)
        bits -= count[i] ? count[i] * log2((double)count[i] / (double)n) : 0;
    return (bits + spilled * 32) / (double)n;
}
