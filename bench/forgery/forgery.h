/*
 * bench/forgery/: how well forged monitoring data is found, and who is accused in vain.
 *
 * A seeded generator makes outlet-quarters of honest plants (src/monitor/plant) and forges stretches of them: 14
 * attacks, 5 strengths, 4 lengths, placements drawn from the seed. A competitor sees one table (hours, the minutes
 * behind them, the days made of them, marks, limits, versions) and gives intervals. The scorer asks: how many forgeries
 * are met at a budget of false clues measured on other, honest outlets; how well the interval fits; how long after the
 * beginning; how many innocents are accused. A new competitor is one row of competitors.c and one function.
 */
#pragma once
#include "monitor/detect/detect.h"
#include "monitor/plant/plant.h"

#include <stdio.h>

enum {
    FORGERY_DAYS = 90,
    FORGERY_HOURS = FORGERY_DAYS * 24,
    FORGERY_LENGTHS = 4,
    FORGERY_STRENGTHS = 5,
    FORGERY_BEFORE = 30 * 24 /* hours of clean history */
};
extern const int forgery_lengths[FORGERY_LENGTHS]; /* hours: 3, 12, 48, 168 */

/* ---- cases ---- */
struct outlet {
    enum plant_kind kind;
    uint64_t seed;
    usec from;
    struct plant *plant;
    struct plant_series *minutes, *hours, *days; /* honest; never written to */
    const struct plant_mark *marks;
    size_t marks_n;
    const struct plant_event *events;
    size_t events_n;
};
/* Outlet number i of a seed: its kind goes round, its quarter of the year is drawn. Lives in `a`. */
struct outlet *outlet_make(struct arena *a, uint64_t seed, int i);

struct forgery {
    enum attack_kind kind;
    int strength, length; /* 1..5; index into forgery_lengths */
    int channel;
    size_t first, n; /* hours of the quarter: the label */
    uint64_t seed;
};
/* Room for one forged quarter at a time: the forged stretch is put back before the next. */
struct forger {
    const struct outlet *o;
    struct plant_series *minutes, *hours, *days, *before, *before_hours;
    struct arena *arena;
};
struct forger *forger_new(struct arena *a, const struct outlet *o);
/* Forges; false when this attack makes no sense anywhere on this outlet (20 placements were tried). Fills f->channel,
 * first, n. */
bool forger_forge(struct forger *r, struct forgery *f);
/* Hours and days of the forged stretch as the logger makes them of its minutes. */
void forger_follow(struct forger *r, const struct forgery *f);
void forger_restore(struct forger *r, const struct forgery *f);
/* What a competitor sees. forgery NULL: the honest quarter. Lives in `a`. */
struct table *forgery_table(struct arena *a, const struct outlet *o, const struct forger *r, const struct forgery *f);

/* Hours alone, of any span, with marks, events and limits of the outlet; nothing else of it is read. Lives in `a`. */
struct table *forgery_hours(struct arena *a, const struct outlet *o, const struct plant_series *hours);

/* ---- competitors ---- */
struct interval {
    size_t first, n;
    double score;
}; /* hours of the quarter */
struct intervals {
    struct interval *p;
    size_t n;
};
struct competitor {
    const char *name, *what;
    bool decides; /* its intervals are clues as they are; else the score that keeps the budget is the threshold */
    err *(*find)(struct arena *a, const struct table *t, struct intervals *ret);
};
extern const struct competitor competitors[];
extern const size_t competitors_n;
/* A program of bench/peers/ as one long-lived child: hours of features in, a score an hour out. */
MUST_USE err *forest_start(const char *script);
bool forest_running(void);
void forest_stop(void);

/* What our own detectors saw of a case (f NULL: of an honest quarter), appended to `out`. Any thread. */
void trace_case(FILE *out, const struct outlet *o, int number, const struct table *t, const struct forgery *f);

/* ---- scores ---- */
/* What one competitor gave for one table; attack -1: honest. */
struct outcome {
    int32_t outlet, attack, strength, length;
    uint32_t first, n;
    uint32_t intervals;
    double seconds;
};
struct outcomes {
    struct outcome *p;
    struct interval **intervals;
    size_t n;
};
struct score {
    double threshold, false_per_quarter; /* false clues on the measuring half of the honest outlets */
    int innocents, accused;              /* honest outlets measured; of these with a clue */
    int cases, met;
    double recall_full;          /* strength 5, 48 h and longer */
    double iou, hours_to_detect; /* medians over what was met */
    double recall[ATTACKS], by_strength[FORGERY_STRENGTHS], by_length[FORGERY_LENGTHS];
    double seconds; /* of a processor, a table */
};
/* Threshold from honest outlets with even numbers, everything else from the odd ones and the forged tables. */
struct score score_of(struct arena *a, const struct outcomes *all, bool decides, double budget);
double interval_iou(size_t first_a, size_t n_a, size_t first_b, size_t n_b);
