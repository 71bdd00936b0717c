/*
 * monitor/plant/: plants that do not exist: seeded generators of honest monitoring series, and of the fourteen ways to forge
 * them. Pure and deterministic: a seed gives the same bytes on every machine (integer and table arithmetic where it matters,
 * one own generator of random numbers, libm only where results are rounded to the instrument's resolution afterwards).
 * Who uses it: the logger simulator (fleet/), the demo province, tests, and the forgery benchmark, which needs honest plants
 * with every innocent oddity a detector could stumble over, and attacks with exact labels.
 * Source: monitoring dossier 8, 10.3, 10.6, 10.7, 11.
 */
#pragma once
#include "base/base.h"

enum plant_kind { PLANT_COAL_BOILER, PLANT_INCINERATOR, PLANT_CEMENT_KILN, PLANT_SEWAGE_WORKS, PLANT_INDUSTRIAL_WATER, PLANT_KINDS };
const char *plant_kind_name(enum plant_kind k); /* "coal-boiler": stable */
enum { PLANT_CHANNELS = 16 };
struct plant_channel {
    const char *factor;      /* 2017 code */
    int8_t decimals;         /* of what the logger prints */
    int64_t resolution;      /* smallest step, in 10^-decimals */
    int64_t span;            /* upper end of the range, in 10^-decimals */
    bool converted;          /* a Zs value is sent as well */
    int64_t limit;           /* in 10^-decimals; 0 none */
};
struct plant; /* one outlet */
/* A plant of this kind; `seed` decides its size, control, habits and history (load, stops, starts, maintenance, calibrations,
 * analyser cycles, weather). Lives in `a`. */
struct plant *plant_new(struct arena *a, enum plant_kind kind, uint64_t seed);
size_t plant_channels(const struct plant *p, const struct plant_channel **ret);
enum plant_state { PLANT_RUN, PLANT_START, PLANT_SHUT, PLANT_STOPPED, PLANT_FAULT };

/* What the plant reported over [from, from + n * step): column-wise. step: 60 s or 3600 s (hours are the mean of their valid
 * minutes, as the logger would send them; Zs computed per minute). Values in 10^-decimals; flag as sent; INT64_MIN: no value came. */
struct plant_series {
    usec from; int32_t step_s; size_t n, channels;
    int64_t *average[PLANT_CHANNELS], *minimum[PLANT_CHANNELS], *maximum[PLANT_CHANNELS], *converted[PLANT_CHANNELS], *total[PLANT_CHANNELS];
    char *flag[PLANT_CHANNELS];
    uint8_t *state;          /* enum plant_state: the truth, and the marks an honest operator enters */
};
struct plant_series *plant_report(struct arena *a, const struct plant *p, usec from, int32_t step_s, size_t n);

/* ---- forgery ---- */
enum attack_kind {
    ATTACK_CONSTANT, ATTACK_CONSTANT_NOISE, ATTACK_BOUNDED_RANDOM, ATTACK_CLIP_SPAN, ATTACK_SCALE_NEAR_LIMIT, ATTACK_HOLD_PEAKS,
    ATTACK_REPLAY, ATTACK_REPLAY_AFFINE, ATTACK_COPY_CHANNEL, ATTACK_OXYGEN_DROP, ATTACK_ZERO_FLOW, ATTACK_MARK_PEAKS,
    ATTACK_GAP_PEAKS, ATTACK_REVISE_DOWN, ATTACKS
};
const char *attack_name(enum attack_kind k); /* "replay-affine": stable */
struct attack {
    enum attack_kind kind;
    int strength;            /* 1..5; 5 is full */
    int channel;             /* the victim; a kind that needs others picks them by its rules */
    size_t first, n;         /* slots */
    uint64_t seed;
};
/* Forges in place, as the plant's own logger would have sent it (identities a clumsy forger forgets are broken, those a program
 * keeps are kept; which, depends on kind and strength). ATTACK_REVISE_DOWN fills `before` with what had been sent first.
 * False: this attack makes no sense on this plant or channel. */
bool attack_apply(struct plant_series *s, const struct plant *p, const struct attack *k, struct plant_series *before);

/* ---- random numbers: one generator for all of it ---- */
struct plant_random { uint64_t s[4]; };
struct plant_random plant_random_of(uint64_t seed, uint64_t stream);
uint64_t plant_random_next(struct plant_random *r);
double plant_random_unit(struct plant_random *r);   /* [0, 1) */
double plant_random_normal(struct plant_random *r);
