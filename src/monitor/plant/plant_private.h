/* Private to plant/. Time inside is the minute of China: minutes since 1970-01-01 00:00 of UTC+8. */
#pragma once
#include "monitor/plant/plant.h"

/* Arithmetic that gives the same bits everywhere: sums, products, quotients, square roots, and these. The folder is
 * compiled without contraction, and calls nothing of libm whose last bit may differ. */
double plant_exp(double x);
double plant_wave(double turns);                                /* sine, 1 = a whole turn */
double plant_hash(uint64_t seed, uint64_t stream, uint64_t at); /* [0, 1): a fair die for every place in time */
double plant_hash_normal(uint64_t seed, uint64_t stream, uint64_t at);

enum {
    BLOCK = 240, /* minutes computed at a time; divides a day */
    WARM = 3,    /* blocks run through before the first that is reported: longer than any memory of filters and holds */
    DAY_MINUTES = 1440
};

/* ---- noise ----
 * First-order autoregression with unit variance that can be entered anywhere: its value at every 240th step is drawn by
 * itself, and the path between is the exact conditional one (a bridge). Steps longer than a minute are joined by lines.
 */
struct noise {
    uint64_t seed, stream;
    int32_t step;       /* minutes */
    double keep, sigma; /* x' = keep * x + sigma * normal */
    int64_t block;
    double at[BLOCK + 1], weight[BLOCK + 1];
};
void noise_make(struct noise *n, uint64_t seed, uint64_t stream, int step, double memory_steps);
double noise_at(struct noise *n, int64_t minute);

/* ---- what happens to a plant in a year ---- */
enum episode_kind {
    EPISODE_STOP,
    EPISODE_TRIP,
    EPISODE_VISIT,
    EPISODE_FAULT,
    EPISODE_BROKEN,
    EPISODE_OUTAGE,
    EPISODE_LOST,
    EPISODE_RAIN
};
struct episode {
    int64_t from, to; /* minutes */
    uint8_t kind;
    int32_t shut, start; /* STOP, TRIP: minutes of going down before `from` and of coming up after `to` */
    double size;         /* RAIN: 0..1 */
    uint8_t channel;     /* FAULT, BROKEN: which */
};
enum { EPISODES = 320 };
struct history {
    int year;
    size_t n;
    struct episode e[EPISODES];
};
void history_year(const struct plant *p, int year, struct history *ret);
int history_year_of(int64_t minute);

/* ---- channels ---- */
enum role {
    ROLE_SO2,
    ROLE_NOX,
    ROLE_DUST,
    ROLE_CO,
    ROLE_HCL,
    ROLE_O2,
    ROLE_TEMPERATURE,
    ROLE_HUMIDITY,
    ROLE_PRESSURE,
    ROLE_VELOCITY,
    ROLE_FLOW,
    ROLE_FURNACE_1,
    ROLE_FURNACE_2,
    ROLE_FURNACE_3,
    ROLE_FURNACE_4,
    ROLE_COD,
    ROLE_AMMONIA,
    ROLE_PHOSPHORUS,
    ROLE_NITROGEN,
    ROLE_PH,
    ROLE_WATER_FLOW,
    ROLE_WATER_TEMPERATURE,
    ROLE_CONDUCTIVITY,
    ROLES
};
enum instrument {
    INSTRUMENT_GAS /* extractive: daily zero and span, back-flush, ranges */,
    INSTRUMENT_DUST /* in the duct */,
    INSTRUMENT_SENSOR /* always there */,
    INSTRUMENT_DERIVED /* computed by the logger */,
    INSTRUMENT_CYCLE /* a water analyser: one result a cycle */
};
struct channel_kind {
    uint8_t role, instrument;
    const char *factor;
    int8_t decimals, total_decimals; /* -1: no total */
    double span, floor /* detection limit */, limit, limit_daily, spread /* within a minute, of the value */,
        spread_least, white;
    bool converted;
};
const struct channel_kind *plant_channel_kinds(enum plant_kind k, size_t *ret_n);

/* Habits: the innocent oddities. */
enum habit {
    HABIT_BASE_LOAD = 1,         /* hardly any daily pattern */
    HABIT_TIGHT = 2,             /* set-points at 0.78 to 0.88 of the limit */
    HABIT_COARSE_DUST = 4,       /* whole mg */
    HABIT_COARSE_NOX = 8,        /* tenths */
    HABIT_RANGE_SWITCH = 16,     /* coarser above a third of the range */
    HABIT_SHARED = 32,           /* one analyser for two ducts: five minutes here, five there */
    HABIT_HOLD_CALIBRATION = 64, /* the last value stands during calibration */
    HABIT_FLUSH_NORMAL = 128,    /* held during back-flush, flag N */
    HABIT_FLOOR_ZERO = 256,      /* below the detection limit: 0 instead of the limit */
    HABIT_SILENT_STOP = 512,     /* flag N while stopped */
    HABIT_REHEATER = 1024,
    HABIT_SPRING_STOP = 2048,
    HABIT_CAP_ALPHA = 4096, /* air: conversion capped; else unconverted */
    HABIT_SBR = 8192,
    HABIT_STOP_MISSING = 16384 /* water: no value without water, else the last one with F */
};

struct plant {
    enum plant_kind kind;
    uint64_t seed;
    unsigned habits;
    size_t n;
    struct plant_channel channel[PLANT_CHANNELS];
    const struct channel_kind *made_of; /* n of them */
    int8_t of_role[ROLES];              /* channel, or -1 */
    double size[ROLES];                 /* level of each: set-point, full-load velocity, ... */
    double load, swing, o2, o2_slope, o2_reference, area, pressure /* of the air, Pa */, wet_temperature;
    int calibrate_at, calibrate_for, flush_every, flush_for, flush_phase, cycle[2] /* minutes; [1] total nitrogen */;
    int64_t logger_changed, limit_changed; /* minute; INT64_MIN never */
};

/* ---- a way through time ---- */
enum { NOISES = 40 };
struct run {
    const struct plant *p;
    struct history history;
    struct noise noise[NOISES];
    /* of the block */
    int64_t minute;
    uint8_t state[BLOCK];
    bool lost[BLOCK];
    bool late[BLOCK];
    double envelope[BLOCK]; /* 1 in full operation, 0 stopped */
    double stopped[BLOCK];  /* minutes since the stop began; -1 not stopped */
    double to_start[BLOCK]; /* minutes until it ends, while stopped */
    double rain[BLOCK];
    double truth[ROLES][BLOCK];
    double measured[PLANT_CHANNELS][BLOCK], low[PLANT_CHANNELS][BLOCK], high[PLANT_CHANNELS][BLOCK],
        lawful[PLANT_CHANNELS][BLOCK];
    int32_t grain[PLANT_CHANNELS][BLOCK]; /* step of the printed value, in its last place */
    char flag[PLANT_CHANNELS][BLOCK];
    /* carried */
    bool begun;
    double load, nox_slow, warm, mill;
    double held[PLANT_CHANNELS];
    bool holds[PLANT_CHANNELS];
};
void run_begin(struct run *r, const struct plant *p);
void run_state(struct run *r);   /* state, envelope, rain, losses of the block at r->minute */
void run_gas(struct run *r);     /* truth of a furnace with a stack */
void run_water(struct run *r);   /* truth of an outfall */
void run_measure(struct run *r); /* truth to what the instruments say */
void run_advance(struct run *r, int64_t minute); /* all of these for the block at `minute` */
bool plant_gas(const struct plant *p);
/* Conversion factor to the reference oxygen, as this plant's logger computes it. */
double plant_conversion(const struct plant *p, double o2);
