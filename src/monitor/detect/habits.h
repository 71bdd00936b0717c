/*
 * How an outlet's time is taken out of judgement, whether or not anything is odd about it: marks by kind, flags, missing values, our own
 * failures. Exempt states and valid marks are honoured by every detector; how often, how long, how late and beside which values they come is
 * the outlet's habit. It is told as a fact and accuses nobody: detectors C9 and C10 alone ask whether chance explains it.
 *
 * Shapes. Span: all slots of the table, [from, from + n steps). A mark counts where it touches the span and is longer than nothing; its hours are
 * those within the span, overlapping ones once. A slot of a column is exactly one of: flagged (a flag other than N, with a value or without), normal
 * (a value; N, or no flags were sent for the column), excused (nothing came, and our own failure lies over it), missing (nothing came). Of the slots
 * that are judged (values that are normal, no exempting mark, no failure of ours), those at `high` of the hourly limit in force or above in some column are
 * high; a mark begins after a high slot when the newest judged slot that ended within the hour before the slot it begins in was high.
 *
 * Units: usec for durations, counts otherwise; percentages are left to who prints them (habit_percent). Pure: no I/O, no clock, the same table the
 * same numbers. Thread-safe. Errors: none; what is not known says so (marks_known, limited, entered). Costs one pass over flags and values, and one
 * more over columns with a limit: no part of a run of detectors.
 */
#pragma once
#include "monitor/detect/detect.h"

/*
 * Settings. high: per cent of the limit from which a value is called high (C9 and C10 use the same). capture_least: what a quarter owes, per cent of
 * hours that were not stopped (HJ 75-2017: data capture of each quarter at least 75 %, monitoring dossier 8.1; published as setting
 * capture_percent_least). It is a rule for flue gas; for water none is known here, and the share is told without one.
 */
struct habit_rules { int high, capture_least; };
#define HABIT_DEFAULTS ((struct habit_rules){90, 75})
enum { HABIT_KINDS = MARKED_KINDS };

struct mark_habit {
    int64_t n;                  /* marks that touch the span */
    usec covered, longest;      /* of the span, overlapping ones once; longest without a break */
    int64_t entered, late;      /* whose time of entry is known; of them, entered after the mark's end */
    usec delay;                 /* median of the late ones, end to entry; USEC_NONE: none was late */
    int64_t begun, compared, high; /* begin within the span; of them, with a judged slot in the hour before; of them, that one high */
};
struct flag_habit { char flag; /* upper case; '?': none, or no letter */ int64_t n; };
struct column_habit {
    uint16_t column;
    int64_t normal, missing, excused, flagged;
    int64_t unmarked;           /* of the missing: no mark of any kind touches the slot */
    struct flag_habit *flags; size_t flags_n; /* by letter; their sum is `flagged` */
    usec longest;               /* missing in a row */
    int64_t gaps;               /* of an hour or more */
};
/* A quarter of the calendar, as far as the table has it, and the pollutant of which it has the least. */
struct quarter_habit {
    usec from, to;
    bool whole, ruled;          /* the span has all of it; capture_least is asked of this pollutant */
    uint16_t column;
    int64_t owed, valid;        /* slots that were not stopped or excused; of them, normal and not mostly under maintenance, calibration, fault, network */
    int64_t idle;               /* of the owed: flagged F and under no mark of standing still. By the letter of HJ 212-2017 the instrument stands, not the
                                   plant, so they are owed; many loggers mean the plant, so both shares are told */
    int64_t below, pollutants;  /* ruled pollutants below capture_least; pollutants that owed something */
};
struct habits {
    struct habit_rules rules;
    usec span;
    int64_t slots, platform;    /* slots of our own failure */
    bool marks_known;           /* false: nobody said whether there were any */
    struct mark_habit all, kind[HABIT_KINDS];
    bool limited;               /* an hourly limit was in force over some value */
    int64_t judged, high;       /* slots with a judged value under a limit; of them, high */
    struct column_habit *columns; size_t columns_n; /* of those that have values or flags */
    struct quarter_habit *quarters; size_t quarters_n; /* none where the step is longer than an hour */
};
/* rules NULL: HABIT_DEFAULTS. */
void habits_of(struct arena *a, const struct table *t, const struct habit_rules *rules, struct habits *ret);

const char *habit_kind_label(enum table_mark_kind k); /* "维护" */
const char *habit_kind_name(enum table_mark_kind k);  /* "maintenance" */
/* part of whole in 0.01 %, rounded to nearest, halves up; -1 of nothing. */
int64_t habit_percent(int64_t part, int64_t whole);
/* One object as a value: "habits" of the summary. */
void habits_json(struct json_out *o, const struct table *t, const struct habits *h);
