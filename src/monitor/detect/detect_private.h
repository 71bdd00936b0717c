/* What detectors share: columns prepared once, parameters, hits, calibration. Private to this folder. */
#pragma once
#include "monitor/detect/detect.h"
#include "monitor/detect/stats.h"

/* What a factor measures decides which channels may be tied and which drive which. */
enum role { ROLE_OTHER, ROLE_POLLUTANT, ROLE_OXYGEN, ROLE_FLOW, ROLE_VELOCITY, ROLE_TEMPERATURE, ROLE_PRESSURE, ROLE_HUMIDITY,
            ROLE_LOAD, ROLE_FURNACE, ROLE_PH, ROLE_CONDUCTIVITY, ROLES };
struct factor_info { const char *code, *label; enum role role; uint8_t kin; /* factors of the same kin are physically tied; 0 none */ };
/* Never NULL: unknown codes get ROLE_OTHER and no label. */
const struct factor_info *factor_find(str code);
/* What is put in to make and to treat (physics_supply.c): columns by our own names, or by the codes of HJ 212 for pumps, fans and dosing. */
bool is_power(str code);   /* power_production, power_treatment */
bool is_reagent(str code); /* reagent; dosing, slurry, limestone, ammonia */
str factor_label(struct arena *a, const struct column *c); /* "二氧化硫（a21026）", "二氧化硫折算值（a21026）" */
/* What HJ 212 measures it in, Chinese; "" where that is unknown or, as with flows, tables say it in another unit and do not say so. */
const char *factor_unit(const struct column *c);
const char *factor_unit_apart(const struct column *c); /* of a difference: of two shares in %, 个百分点 */

/* A column, prepared once for all detectors. */
struct view {
    const struct column *c;
    uint16_t at;               /* its place in table.columns */
    const struct factor_info *factor;
    double unit;               /* 10^-decimals */
    double q;                  /* rounding step in the unit */
    const double *x;           /* n; NAN where the value may not be looked at */
    const uint8_t *state;      /* n, enum slot_state: of the outlet, the same in all views of a table; NULL: it runs throughout */
    size_t used;               /* slots that are no NAN */
    /* robust figures of usable values, from at most VIEW_SAMPLE of them evenly spread over the table */
    double median, mad, p01, p05, p10, p90, p95, p99;
    double step_mad;           /* scaled MAD of differences of neighbours */
    double equal;              /* share of equal neighbours */
    double levels;             /* different values within the middle half: how many steps the grid really has there */
    double grain;              /* middle half / levels, at least q: the step the data really has */
    double floor;              /* a value that lies at the bottom and is repeated (detection limit, zero); NAN none */
    bool coarse;               /* fewer than 30 levels: digits and repeats prove little */
};
/* What the outlet does in a slot, by its own readings (standing.c). EDGE: it starts up or shuts down. ONE_NUMBER: all its channels tell the same
 * number, which a logger or a line does. Nothing is asked of values of STANDS and EDGE (of water: by what other channels expect), and nothing by
 * what they expect (model.c) in ONE_NUMBER. */
enum slot_state { SLOT_RUNS, SLOT_STANDS, SLOT_EDGE, SLOT_ONE_NUMBER };
enum { STATES_STANDING = 1 << SLOT_STANDS, STATES_STOP = 1 << SLOT_STANDS | 1 << SLOT_EDGE, STATES_ONE_NUMBER = 1 << SLOT_ONE_NUMBER };
enum { RUNS_OXYGEN = 1, RUNS_WARM = 2, RUNS_FLOW = 4, RUNS_LOAD = 8, RUNS_FURNACE = 16 };
enum { VIEW_SAMPLE = 4096, LIMIT_HITS = 4096 /* per detector */ };

struct hit_vec { struct hit *p; size_t n, capacity; };
struct detect_context {
    struct arena *a;           /* of hits and texts */
    struct arena *scratch;     /* reset after each detector */
    const struct detector *detector;
    const struct detector_parameter *overrides;
    const struct view *views;  /* columns_n of the table */
    const struct prediction *predictions; /* columns_n; physics_model.c; NULL in light runs */
    struct hit_vec hits;
    size_t own;                /* hits of the detector that runs */
    const struct mark_index *marks; /* of the table (marks.c) */
    const struct table *hours; /* the table these readings lie behind (minutes.c); NULL */
    struct arena *prepared;    /* of views: lives as long as the run */
    const struct view *finer;  /* of table.finer; views_of_finer() */
    struct rooms_kept *rooms;  /* rooms.h; NULL until somebody asks for oxygen's */
    const char *lacked;        /* what it looked for in vain, Chinese: without it nothing was looked at; NULL */
};
double parameter(const struct detect_context *c, const char *name);
/* Slots of `hours` hours, at least 1. */
size_t slots_of(const struct table *t, double hours);
static inline bool view_fit(const struct view *v, size_t least)
{
    return !v->c->unfit && v->used >= least;
}
/* Adds a hit; NULL when this detector has LIMIT_HITS already. `columns` end with -1. */
struct hit *hit_add(struct detect_context *c, size_t first, size_t n, const struct view *v);
void hit_also(struct hit *h, const struct view *v);
/* Of two of one detector, for qsort: by slot, columns, length, chance, score and what they say, so that only what is the same twice is equal. */
int hit_order(const struct hit *a, const struct hit *b);
void hit_number(struct hit *h, int i, const char *label, double value, int decimals);
/* A value of a column and a difference of two, with its decimals, as many more, and its unit. */
void hit_amount(struct hit *h, int i, const char *label, double value, const struct column *c, int more);
void hit_apart(struct hit *h, int i, const char *label, double value, const struct column *c, int more);
void hit_sentence(struct detect_context *c, struct hit *h, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* So that at most `sample` of n are looked at. Odd: results that stand for two hours are met at every phase. */
static inline size_t stride_of(size_t n, size_t sample)
{
    return n / sample == 0 ? 1 : (n / sample + 1) | 1;
}
/* Value as the logger would print it. */
str value_text(struct arena *a, const struct view *v, double x);
str amount_text(struct arena *a, const struct view *v, double x); /* the same with its unit */
str slot_text(struct arena *a, const struct table *t, size_t slot); /* "3月5日9时" with minutes where the step is short */
str span_text(struct arena *a, const struct table *t, size_t n);    /* "102小时" */
/* Share of equal neighbours in the month around, without the stretch itself: a column may have been coarser for a while. */
double equal_around(const struct table *t, const struct view *v, size_t first, size_t n);
/*
 * What is called usual in a sentence leaves out the stretch the sentence is about. equal_outside: of the whole table without it, at most 4 * VIEW_SAMPLE pairs.
 * view_outside: figures without it; of the whole column where the stretch is a fiftieth of the table, which moves no median, or where nothing that
 * moves is left.
 * view_of: figures of other values `x` in its place.
 */
double equal_outside(const struct table *t, const struct view *v, size_t first, size_t n);
struct view view_outside(struct arena *a, const struct table *t, const struct view *v, size_t first, size_t n);
struct view view_of(const struct table *t, const struct view *v, const double *x);
/* Interval of a reported value, half its rounding to either side. */
struct interval { double low, high; };
extern const double half_of_places[LIMIT_TABLE_DECIMALS + 1];
static inline struct interval value_interval(const struct view *v, size_t slot, int64_t value)
{
    const struct column *c = v->c;
    double half = v->q / 2, x = (double)value * v->unit;
    if (c->places && c->places[slot] >= 0) {
        double printed = half_of_places[c->places[slot] <= LIMIT_TABLE_DECIMALS ? c->places[slot] : LIMIT_TABLE_DECIMALS];
        half = printed > half ? printed : half;
    }
    half += fabs(x) * 1e-12; /* of the double itself */
    return (struct interval){x - half, x + half};
}
static inline bool disjoint(struct interval x, struct interval y)
{
    return x.high < y.low || y.high < x.low;
}

/* Windows of `length` slots every `hop`, on absolute time: number k covers slots [first, first + length) with the table's
 * origin at a multiple of hop since 1970. Calls each() for those with at least `least` usable values. */
size_t window_first(const struct table *t, size_t hop); /* slot of the first window that begins inside the table */

/*
 * Scores of many windows against each other. p of a score beyond the upper decile: a tail fitted to the upper half without its
 * top (attacked windows may sit there), so that one clean year can say less than 1/n; its conformal rank where the upper half is all one
 * score. Up to the decile p is 1: nobody asks how ordinary a score is.
 */
struct calibration { double *sorted /* only for ranks */; size_t n; double u, scale /* exponential */, middle, sigma /* normal; 0: exponential */, front /* of its tail */; };
struct calibration calibrate(struct arena *a, const double *scores, size_t n);
double calibrated_p(const struct calibration *c, double score);

/*
 * Stretches of windows that stand out from everything elsewhere (standout.c): first, end and best number windows. `score` has n
 * elements, NAN where nothing can be said; `overlap` windows share a slot; least_scale: the smallest distance from the middle
 * that counts as one. Those with a chance of at most `limit`, strongest first; returns how many.
 */
enum { STANDOUTS = 4 };
struct standout { size_t first, end, best; double score, p; };
size_t standouts(struct arena *a, const double *score, size_t n, size_t overlap, double least_scale, double limit, struct standout *ret);
/* A stretch goes on while windows are above this part of its height, `gap` windows below it apart at most (standouts: a fifth, six overlaps: long
 * windows that wander by themselves would then chain up to a habit). */
size_t standouts_grown(struct arena *a, const double *score, size_t n, size_t overlap, double least_scale, double limit, double part, size_t gap,
                       struct standout *ret);
/* p of every window, by calibration or by standing out, whichever is smaller, twice for having had the choice. `p` holds the former. */
void standouts_join(struct arena *a, const double *score, size_t n, size_t overlap, double least_scale, double *p);

/*
 * What the other channels say a channel should be: ridge regression on standardised drivers and their squares within the
 * site's own history. expected is NAN where it cannot be said.
 */
struct prediction { const double *expected; double skill; /* 1 - var(rest) / var, over the history */ double rest_mad; uint16_t drivers; };
void predict(struct arena *a, struct arena *scratch, const struct table *t, const struct view *views, struct prediction *ret);

/* Values of the column of which most can be used. Nothing found in three days is no "found in order". */
size_t longest_history(const struct table *t, const struct view *views);

/* The detectors marked `minutes` over the readings behind the hours; their hits on the slots and columns of `t` (minutes.c). */
void detect_minutes(struct detect_context *c, const struct table *t, const struct detect_options *o, struct detect_run *runs);
unsigned table_has(const struct table *t); /* as a set of needs */

struct sm3_state;
void digest_int(struct sm3_state *s, int64_t x); /* of what a digest is over: eight bytes, the lowest first (finding_json.c) */

/* The catalogue, one array per family; each ends with id NULL. */
extern const struct detector detectors_shape[], detectors_physics[], detectors_protocol[], detectors_quality[], detectors_peers[];
/* run functions: one file or two per family */
detect_fn detect_constant_run, detect_variance_collapse, detect_small_fluctuation, detect_clipping, detect_bunching, detect_waveform,
    detect_exact_copy, detect_affine_copy, detect_last_digit, detect_first_digit, detect_lattice, detect_synthetic_noise,
    detect_level_shift, detect_perfect_zero, detect_floor_sticking, detect_filler, detect_steps, detect_staircase;
detect_fn detect_conversion, detect_oxygen, detect_mass, detect_flow, detect_together, detect_stopped_running, detect_thermal_state,
    detect_species, detect_independent, detect_residual, detect_water, detect_dilution, detect_balance, detect_power, detect_effort,
    detect_furnace, detect_pressure, detect_beside;
detect_fn detect_order, detect_reaggregation, detect_totals, detect_versions, detect_backfill, detect_clock, detect_gaps, detect_flags,
    detect_parameters, detect_identity, detect_traffic, detect_decimals, detect_range, detect_marked_values, detect_live, detect_repeats,
    detect_refusals, detect_schedule;
detect_fn detect_remote, detect_exact_checks, detect_cadence, detect_inspections, detect_comparison;
detect_fn detect_peer_gap, detect_calendar, detect_keeper, detect_declared;
/* The column of a factor that can be looked at; NULL none. */
const struct view *view_find(const struct detect_context *c, const struct table *t, str factor, enum column_group g);
/* Slots of which `is` says yes, with at most `gap` others between: the next spell at or behind *i, which moves behind it. */
struct spell { size_t first, n, count; };
bool next_spell(const uint8_t *is, size_t n, size_t gap, size_t *i, struct spell *ret);
/* The slot an instant falls into; SIZE_MAX outside the table. */
size_t slot_at(const struct table *t, usec at);
/* A stretch in which `off` of `n` looked at depart, when that happens with `often` otherwise: over how many starting places. */
double stretch_chance(double places, size_t n, size_t off, double often);
/* The hit of a spell of at least `hours` whose chance, by how often the other slots looked at are off (`all` with the spell's), is at most
 * `chance`; its first number is how many are off, called `words`. NULL: none. */
struct hit *spell_hit(struct detect_context *c, const struct table *t, const struct spell *s, size_t looked, size_t all, const struct view *lead,
                      const char *words);

/* The same questions asked of readings of a minute (minute_*.c). */
detect_fn detect_minute_room, detect_minute_gaps, detect_minute_flags, detect_minute_moving, detect_minute_copy, detect_minute_together,
    detect_minute_calm, detect_minute_clip, detect_minute_steps;
/* When an analyser's results are due. at: slots in which its reading changed; phase of the cycle (slots) by the changes around; off: away from it. */
struct schedule { size_t *at; uint16_t *phase; uint8_t *off; size_t n, cycle; double results; };
bool schedule_make(struct arena *scratch, const struct table *t, const struct view *v, struct schedule *ret); /* false: none is kept */
size_t schedule_away(const struct schedule *s, size_t slot); /* slots from the nearest due one */
/* C9 and C10 where results have a schedule (minute_aligned.c): gaps of all channels; the marks of one. */
void detect_aligned_gaps(struct detect_context *c, const struct table *t, const struct spell *gaps, size_t n);
void detect_aligned_marks(struct detect_context *c, const struct table *t, const struct view *v);
/* Marks of a table, made once (marks.c): whether one of these kinds (bits) begins before `to` and ends behind `from`. */
const struct mark_index *mark_index_make(struct arena *a, const struct table *t);
bool mark_met(const struct mark_index *x, usec from, usec to, unsigned kinds);
/* Whether a mark of one of these kinds lies over the slots of the table that is looked at, or within so much of them. */
bool slot_marked(const struct detect_context *c, const struct table *t, size_t first, size_t n, unsigned kinds, usec margin);
static inline bool minutes_table(const struct table *t)
{
    return t->step_s <= 600;
}
/* A pollutant whose readings are a staircase: one result a cycle. */
bool view_steps(const struct table *t, const struct view *v);
/* Whether a visit, a calibration out of turn or a mark lies within a day of an instant (protocol_parameters.c). */
bool change_explained(const struct table *t, usec at);
/* The limit in force for a column at an instant, for hours (else for days); NAN none. */
double limit_at(const struct table *t, const struct column *c, usec at);

/* Last digits (endings.c): how many of each lie before a block. digit: n, 10 and more where there is none; one: what the last digit counts. */
enum { ENDING_BLOCK = 24 /* slots */ };
struct endings { uint32_t (*before)[10]; size_t blocks; };
struct endings endings_of(struct arena *a, const struct view *v, const uint8_t *digit, size_t n, double one);
/* Of [first, first + blocks) and of all other blocks. */
void endings_within(const struct endings *e, size_t first, size_t blocks, uint32_t ret_in[10], uint32_t ret_rest[10], size_t *ret_n, size_t *ret_rest_n);

/* Innocent explanations (traps.c). named: by a `traps` list of one of the finding's detectors. */
typedef enum trap_outcome trap_fn(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str *ret_text);
struct trap_result trap_check(struct arena *a, const struct table *t, const struct view *views, const struct finding *f, str id, bool named);
const char *trap_at(size_t i); /* ids; NULL behind the last */
trap_fn trap_unit, trap_filler; /* traps_written.c */
bool filler_code(double x);     /* 9999, -999 and the like: numbers that stand for none */
void views_make(struct arena *a, const struct table *t, struct view *ret);
/* States of the slots; NULL: it runs in all. Views have their figures. */
const uint8_t *slot_states(struct arena *a, const struct table *t, const struct view *views);
bool water_table(const struct table *t); /* of an outfall, by its registration or its factors */
/* A16 of all channels at once: hits of at least so many slots. */
void one_number_told(struct detect_context *c, const struct table *t, double least);
size_t slots_in_state(const struct view *v, size_t first, size_t n, unsigned states /* bits */);
/* Kinds of channels that look as while the outlet runs, as bits (RUNS_): of raw values, flags and marks aside. except: NULL none. */
unsigned running_signs(const struct table *t, const struct view *views, size_t i, const struct view *except);
/* Whatever its flag; NAN missing. */
static inline double raw_value(const struct view *v, size_t i)
{
    return v->c->value && v->c->value[i] != VALUE_NONE ? (double)v->c->value[i] * v->unit : (double)NAN;
}
/* Of the readings behind the hours, made when first asked for. The table has a finer one. */
const struct view *views_of_finer(struct detect_context *c, const struct table *t);
/* The step in which minima and maxima are printed, in the column's unit, not below q: the mean of readings in whole mg has decimals, the least and the
 * most of them have none. */
double room_step(const struct table *t, const struct view *v);
/* The highest maximum of a column where several slots share it: there an analyser shows the top of its range, and no room can be; else INT64_MAX. */
int64_t range_top(const struct view *v, size_t n);
/* Whose room is its instrument's noise. That of a flow of water is pumps that switch: as many kinds of room as there are pumps. */
static inline bool has_own_room(const struct view *v)
{
    enum role r = v->factor->role;
    return r == ROLE_POLLUTANT || r == ROLE_OXYGEN || (r == ROLE_FLOW && v->c->factor.p[0] != 'w');
}
