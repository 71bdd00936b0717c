/*
 * monitor/plant/: plants that do not exist: seeded generators of honest monitoring series, and of the fourteen ways to
 * forge them. Pure and deterministic: a seed gives the same bytes on every machine (own exponential and sine, no
 * contraction, one generator of random numbers), and any minute can be asked for by itself: reports of overlapping
 * spans agree where they overlap. Who uses it: the logger simulator (fleet/), the demo province, tests, and the forgery
 * benchmark, which needs honest plants with every innocent oddity a detector could stumble over, and attacks with exact
 * labels. docs/plants.md says what is modelled. Source: monitoring dossier 8, 10.3, 10.6, 10.7, 11.
 */
#pragma once
#include "base/base.h"

enum plant_kind {
    PLANT_COAL_BOILER,
    PLANT_INCINERATOR,
    PLANT_CEMENT_KILN,
    PLANT_SEWAGE_WORKS,
    PLANT_INDUSTRIAL_WATER,
    PLANT_KINDS
};
const char *plant_kind_name(enum plant_kind k); /* "coal-boiler": stable */
enum { PLANT_CHANNELS = 16 };
struct plant_channel {
    const char *factor;    /* 2017 code */
    int8_t decimals;       /* of what the logger prints (plant_places: what it printed then) */
    int8_t total_decimals; /* of the total (kg, m3); -1: none is sent */
    int64_t resolution;    /* smallest step, in 10^-decimals */
    int64_t span;          /* upper end of the range, in 10^-decimals */
    int64_t floor;         /* detection limit, in 10^-decimals; 0 none */
    bool converted;        /* a Zs value is sent as well */
    bool stepwise;         /* an analyser with a cycle: the value stands until the next result */
    int64_t limit; /* of the hour, of the day where the hour has none; in 10^-decimals, converted where Zs is sent; 0
                      none */
    int64_t limit_daily; /* 0 none */
};
struct plant; /* one outlet */
/* A plant of this kind; `seed` decides its size, control, habits and history (load, stops, starts, maintenance,
 * calibrations, analyser cycles, weather). Lives in `a`. */
struct plant *plant_new(struct arena *a, enum plant_kind kind, uint64_t seed);
size_t plant_channels(const struct plant *p, const struct plant_channel **ret);
int plant_channel_find(const struct plant *p, const char *factor); /* its index, -1: it has none */
/* Decimals printed at a time (a replaced logger may print more), and the limit then (limits change with their date). */
int plant_places(const struct plant *p, size_t channel, usec at);
int64_t plant_limit(const struct plant *p, size_t channel, usec at);
/* What is on file about the outlet. Gas: area, pressure of the air, reference oxygen (0 none). Water: the analysers'
 * cycle. */
struct plant_facts {
    bool gas;
    int64_t area_mm2;
    int32_t pressure_pa, o2_reference_permille, cycle_s;
};
struct plant_facts plant_facts(const struct plant *p);

enum plant_state { PLANT_RUN, PLANT_START, PLANT_SHUT, PLANT_STOPPED, PLANT_FAULT };
/* What an honest operator marks, the morning after; and what is logged: visits, calibrations, boots, a logger replaced.
 */
enum plant_mark_kind {
    PLANT_MARK_STOPPED,
    PLANT_MARK_START,
    PLANT_MARK_SHUT,
    PLANT_MARK_FAULT,
    PLANT_MARK_BAKE,
    PLANT_MARK_COOLING,
    PLANT_MARK_MAINTENANCE,
    PLANT_MARK_NETWORK,
    PLANT_MARKS
};
const char *plant_mark_label(enum plant_mark_kind k); /* "停炉": Chinese */
struct plant_mark {
    usec from, to, entered;
    enum plant_mark_kind kind;
};
size_t plant_marks(struct arena *a, const struct plant *p, usec from, usec to,
                   const struct plant_mark **ret); /* by time */
enum plant_event_kind { PLANT_EVENT_CALIBRATION, PLANT_EVENT_VISIT, PLANT_EVENT_BOOT, PLANT_EVENT_LOGGER };
struct plant_event {
    usec at;
    enum plant_event_kind kind;
};
size_t plant_events(struct arena *a, const struct plant *p, usec from, usec to,
                    const struct plant_event **ret); /* by time */

/* What the plant reported over [from, from + n * step): column-wise. step: 60 s or 3600 s (hours are the mean of their
 * valid minutes, as the logger would send them; Zs computed per minute). `from` is a whole step in China. Values in
 * 10^-decimals; flag as sent; PLANT_NONE: no value came (flag 0). */
#define PLANT_NONE INT64_MIN
struct plant_series {
    usec from;
    int32_t step_s;
    size_t n, channels;
    int64_t *average[PLANT_CHANNELS], *minimum[PLANT_CHANNELS], *maximum[PLANT_CHANNELS];
    int64_t *converted[PLANT_CHANNELS], *total[PLANT_CHANNELS]; /* NULL where the channel has none */
    char *flag[PLANT_CHANNELS];
    uint8_t *state; /* enum plant_state: the truth, and the marks an honest operator enters */
    bool *late;     /* the network was down: it came afterwards, as a resubmission */
};
struct plant_series *plant_report(struct arena *a, const struct plant *p, usec from, int32_t step_s, size_t n);
/* Hours from minutes, days from hours (45 valid of 60, 20 of 24; water weighted by flow): what the same logger makes of
 * them. */
struct plant_series *plant_aggregate(struct arena *a, const struct plant *p, const struct plant_series *s,
                                     int32_t step_s);
struct plant_series *plant_series_copy(struct arena *a, const struct plant_series *s);

/* ---- forgery ---- */
enum attack_kind {
    ATTACK_CONSTANT,
    ATTACK_CONSTANT_NOISE,
    ATTACK_BOUNDED_RANDOM,
    ATTACK_CLIP_SPAN,
    ATTACK_SCALE_NEAR_LIMIT,
    ATTACK_HOLD_PEAKS,
    ATTACK_REPLAY,
    ATTACK_REPLAY_AFFINE,
    ATTACK_COPY_CHANNEL,
    ATTACK_OXYGEN_DROP,
    ATTACK_ZERO_FLOW,
    ATTACK_MARK_PEAKS,
    ATTACK_GAP_PEAKS,
    ATTACK_REVISE_DOWN,
    ATTACKS
};
const char *attack_name(enum attack_kind k); /* "replay-affine": stable */
struct attack {
    enum attack_kind kind;
    int strength;    /* 1..5; 5 is full */
    int channel;     /* the victim; OXYGEN_DROP and ZERO_FLOW take the oxygen and the flow whatever stands here */
    size_t first, n; /* slots */
    uint64_t seed;
};
/* Which identities still hold after an attack of this strength: a signal forged in front of the logger keeps all, a
 * value forged behind it forgets some. */
struct attack_keeps {
    bool converted /* Zs from C and O2 */, total /* mass from C and flow */, range /* Min <= Avg <= Max */,
        flow /* flow from velocity */;
};
struct attack_keeps attack_keeps(enum attack_kind k, int strength);
/* Forges in place, as the plant's own logger would have sent it: minutes (hours follow with plant_aggregate) or hours.
 * Only slots [first, first + n) of running hours with valid flags are touched. ATTACK_REVISE_DOWN writes what had been
 * sent first into the touched slots of `before` (of the same shape, plant_series_copy; else NULL). False, and nothing
 * is changed: the attack makes no sense here (no such channel, no peaks to hide, the plant stands, no past to replay).
 */
bool attack_apply(struct plant_series *s, const struct plant *p, const struct attack *k, struct plant_series *before);

/* ---- random numbers: one generator for all of it ---- */
struct plant_random {
    uint64_t s[4];
};
struct plant_random plant_random_of(uint64_t seed, uint64_t stream);
uint64_t plant_random_next(struct plant_random *r);
double plant_random_unit(struct plant_random *r); /* [0, 1) */
double plant_random_normal(struct plant_random *r);
