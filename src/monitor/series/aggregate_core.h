/*
 * Means of a period, exactly: integer sums, the interval that the rounding of each value leaves, and what was left out and
 * why. Pure; arrays in, numbers out; needs no store. Sources: HJ 212-2017 appendix D, HJ 75-2017, HJ 356-2019.
 */
#pragma once
#include "base/base.h"

/* Beyond this many units of the last place a value is no measurement: it is counted as not valid. */
#define LIMIT_AGGREGATE_VALUE INT64_C(1000000000000)
enum { AGGREGATE_DIGITS = 6 /* of the interval, behind the decimals of the values */ };

enum aggregate_skip { SLOT_USE, SLOT_MARKED /* a mark takes it out */, SLOT_NO_NUMBER /* text, or no average was sent */ };

struct aggregate_input {
    size_t n;                /* slots of the period */
    int8_t decimals;
    const int64_t *value;    /* in 10^-decimals */
    const uint8_t *flag;     /* 0 missing, else a letter; '?' none came */
    const int8_t *places;    /* decimals as printed: half of the last one is the rounding; NULL: all as `decimals` */
    const uint8_t *skip;     /* enum aggregate_skip; NULL: none */
    const int64_t *weight;   /* flow, in any unit; below 0 or no number: INT64_MIN; NULL: arithmetic mean */
    const char *valid_flags;
    int need;                /* so many valid slots make the period valid */
};
struct aggregate_mean {
    int received, valid, marked;
    bool enough, weighted;
    int64_t sum, divisor;    /* lowest terms; divisor 0: nothing valid */
    int64_t low, high;       /* in 10^-(decimals + AGGREGATE_DIGITS), outward */
};
void aggregate_mean(const struct aggregate_input *in, struct aggregate_mean *ret);

/* `need` of a period with `slots` slots, where `of_full` of `full` are asked for. */
int aggregate_need(int slots, int of_full, int full);

/* The mean as it is shown, with `places` decimals; ties to even. False: nothing valid, or out of range. */
bool aggregate_round(int64_t sum, int64_t divisor, int8_t decimals, int8_t places, int64_t *ret);

/* part / whole in 0.01 %, ties to even; 0 of 0 is 10000: nothing was owed. 传输率 is received of owed, 有效率 valid of
 * received; their product, 有效传输率, is valid of owed. */
int rate_hundredths(int64_t part, int64_t whole);

/* ---- values in place of missing hours: for emission mass only, never for judging a concentration ---- */
enum substitute_rule { SUBSTITUTE_SHORT, SUBSTITUTE_LONG, SUBSTITUTE_LOW, SUBSTITUTE_MEAN, SUBSTITUTE_MEDIAN };
struct substitute_rules { int gap_hours, hours_short, hours_long, hours_low, capture_good, capture_least; /* per cent */ };
struct substitute_rules substitute_defaults(void);
struct substitute {
    int64_t sum, divisor;    /* the value is sum / divisor, in the unit of the hours given */
    size_t used, wanted;     /* hours it rests on; hours the rule asks for */
    enum substitute_rule rule;
};
const char *substitute_rule_name(enum substitute_rule rule); /* "HJ 75-2017 短时失效：失效前有效小时的最大值" */
/* Hours before the gap (before the last calibration that passed, where the instrument was out of control), oldest first.
 * False: no rule gives a value (capture rate too low, no valid hour): then only a material balance can. */
bool substitute_gas(const int64_t *hour, const bool *valid, size_t n, int gap_hours, int64_t captured, int64_t owed,
                    const struct substitute_rules *rules, struct substitute *ret);
/* Water: the mean of an equally long span before the gap; pH its median. */
bool substitute_water(struct arena *a, const int64_t *hour, const bool *valid, size_t n, int gap_hours, bool median,
                      struct substitute *ret);
