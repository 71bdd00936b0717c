/*
 * monitor/detect/: finding monitoring data that cannot be as it is. Its door.
 *
 * A detector is a constant descriptor and one pure function over columns: no clock, no I/O, no randomness but a seed that is
 * named. It reports hits: where two things that belong together contradict each other, or where a series is more regular than
 * nature. A hit is never an accusation; clues are made from hits by fusion (fuse.c): calibrated on the site's own history, a hard
 * contradiction or two independent families, innocent explanations checked. A reported number is the interval
 * [x - q/2, x + q/2]; identities are broken only when the intervals are disjoint.
 *
 * The same input gives the same hits, in the same order, whether it came hour by hour or as a year.
 * Source: monitoring dossier 8 to 11.
 */
#pragma once
#include "base/base.h"

/* ---- columns ---- */
enum column_group { COLUMN_VALUE, COLUMN_CONVERTED, COLUMN_TOTAL, COLUMN_GROUPS };
enum { COLUMN_ABSENT_ = 0 };
#define VALUE_NONE INT64_MIN
/* One factor of one outlet on the table's grid. Values are integers in 10^-decimals. Arrays may be NULL where nothing was sent. */
struct column {
    str factor;            /* 2017 code */
    uint8_t group;         /* enum column_group */
    int8_t decimals;
    int64_t q;             /* smallest step seen or known, in 10^-decimals: half of it is the rounding of each value */
    const int64_t *value;  /* n; VALUE_NONE missing */
    const int64_t *low, *high;   /* minimum and maximum of the period; NULL */
    const char *flag;      /* n; 0 missing; NULL: none were sent */
    const int8_t *places;  /* decimals as each value was printed; NULL: unknown */
};
struct table_version { size_t slot; uint16_t column; int64_t before, after; usec arrived; bool resubmitted; };
struct table_frame { usec arrived, qn, data_time; uint32_t peer; uint8_t crc; uint16_t shape; /* digest of field order and decimals */ bool resubmitted; };
struct table_event { usec at; uint8_t kind; str text; };   /* calibration, parameter change, visit, boot, serial number, command */
enum table_event_kind { EVENT_CALIBRATION, EVENT_PARAMETER, EVENT_VISIT, EVENT_BOOT, EVENT_SERIAL, EVENT_CLOCK, EVENT_SILENCE };
struct table_mark { usec from, to, entered; uint8_t kind; str text; };
enum table_mark_kind { MARK_STOPPED_, MARK_START_, MARK_SHUT_, MARK_FAULT_, MARK_MAINTENANCE_, MARK_CALIBRATION_, MARK_NETWORK_, MARK_OTHER_ };
struct table_limit { str factor; uint8_t group, daily, lower; int64_t mantissa; int8_t decimals; usec from, to; };
struct outlet_facts { int o2_reference_permille; /* 0 unknown */ int64_t area_mm2; int kind; /* 0 unknown, 1 gas, 2 water */
                      str industry; str pseudonym; int32_t analyser_cycle_s; /* water: 7200; 0 unknown */ };
/* Everything known of one outlet over a span on one grid. Slots begin at from + i * step_s. */
struct table {
    str outlet;            /* MN or file name */
    usec from; int32_t step_s; size_t n;
    const struct column *columns; size_t columns_n;
    const struct table *finer;             /* the minutes behind these hours; NULL none */
    const struct table *daily;             /* the days of these hours as reported; NULL none */
    const struct table_version *versions; size_t versions_n;
    const struct table_frame *frames; size_t frames_n;
    const struct table_event *events; size_t events_n;
    const struct table_mark *marks; size_t marks_n;
    const struct table_limit *limits; size_t limits_n;
    const uint8_t *platform;               /* n; 1: our own failure, no finding may rest on this slot; NULL */
    struct outlet_facts facts;
};
const struct column *table_column(const struct table *t, const char *factor, enum column_group g); /* NULL */

/* ---- detectors ---- */
enum family { FAMILY_SHAPE, FAMILY_PHYSICS, FAMILY_PROTOCOL, FAMILY_QUALITY, FAMILY_PEERS, FAMILIES };
enum need { NEED_MINUTES = 1, NEED_HOURS = 2, NEED_FLAGS = 4, NEED_CONVERTED = 8, NEED_TOTALS = 16, NEED_LIMITS = 32, NEED_VERSIONS = 64,
            NEED_FRAMES = 128, NEED_EVENTS = 256, NEED_MARKS = 512, NEED_PEERS = 1024, NEED_RANGE = 2048 /* minimum and maximum */,
            NEED_FINER = 4096, NEED_DAILY = 8192, NEED_OXYGEN = 16384, NEED_FLOW = 32768 };
struct detector_parameter { const char *name, *label; double value; }; /* defaults; ends with name NULL */
struct detector;
struct hit {
    const struct detector *detector;
    size_t first, n;              /* slots */
    uint16_t columns[4]; uint8_t columns_n;
    double score;                 /* larger is stranger; comparable within a detector only */
    double p;                     /* chance under honest history, 1 where no model gives one */
    bool hard;                    /* a contradiction beyond rounding: one alone makes a clue */
    int64_t number[3]; int8_t number_decimals[3]; /* the three numbers an officer is shown */
    str sentence;                 /* the contradiction in one sentence, Chinese, no word of guilt */
};
struct detect_context;            /* arena, hits, parameters, scratch memory with a bound */
typedef void detect_fn(struct detect_context *c, const struct table *t);
struct detector {
    const char *id;               /* "A1": of the dossier */
    const char *name, *label;     /* "constant-run", "恒值" */
    enum family family;
    unsigned needs;
    bool background;              /* no measured precision yet: runs, shows nobody anything */
    const struct detector_parameter *parameters;
    const char *traps;            /* innocent explanations it checks itself, ids of traps.c, blank-separated */
    const char *legal;            /* hypotheses: "T8 F5" (monitoring dossier 10.2) */
    const char *see_again;        /* how an officer looks at it on site, one sentence, Chinese */
    detect_fn *run;
};
size_t detector_count(void);
const struct detector *detector_at(size_t i);
const struct detector *detector_find(str id_or_name);

struct hits { struct hit *p; size_t n; };
struct detect_run { const struct detector *detector; uint8_t outcome; str lacked; }; /* 已检未见异常 is a result, too */
enum detect_outcome { DETECT_CLEAN, DETECT_HITS, DETECT_LACKED };
/* Runs every detector the table can feed. Hits by slot, then detector. `runs` has detector_count() elements. */
MUST_USE err *detect_table(struct arena *a, const struct table *t, const struct detector_parameter *overrides, struct hits *ret,
                           struct detect_run *runs);

/* ---- fusion: hits to findings ---- */
enum finding_level { LEVEL_HINT, LEVEL_CLUE };
struct trap_result { const char *id, *label; uint8_t result; str text; };
enum trap_outcome { TRAP_RULED_OUT, TRAP_POSSIBLE, TRAP_NO_DATA };
struct finding {
    char id[33];                  /* deterministic: SM3 of rule versions and inputs, 32 hexadecimal digits */
    enum finding_level level;
    size_t first, n;
    const struct hit **hits; size_t hits_n;
    const struct hit *lead;       /* whose sentence and numbers are shown */
    double score, severity;       /* calibrated exceedance rank; consequence. Never a probability of guilt */
    const struct trap_result *traps; size_t traps_n;
};
struct findings { struct finding *p; size_t n; };
struct fuse_options { double false_discovery; int budget; /* clues at most; 0 none */ };
MUST_USE err *fuse(struct arena *a, const struct table *t, const struct hits *hits, const struct fuse_options *o, struct findings *ret);

/* ---- tables from files ---- */
struct table_source { str name, bytes; };
struct table_fault { int64_t line; int column; str text; }; /* what is wrong, where */
/* A CSV of design.md (`time,<factor>-<kind>,...`), UTF-8 or GB 18030, any order of lines. Faults that are findings about the data
 * (duplicates, unsorted) are listed; what cannot be read is an error naming line and column. Never a clue from a parsing fault. */
MUST_USE err *table_from_csv(struct arena *a, const struct table_source *s, struct table **ret, struct table_fault **ret_faults, size_t *ret_n);
