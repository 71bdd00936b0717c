/*
 * monitor/detect/: finding monitoring data that cannot be as it is. Its door.
 *
 *   file or store ── struct table ── detect_table ── hits ── fuse ── findings (hints and clues)
 *
 * A detector is a constant descriptor and one pure function over columns: no clock, no I/O, no randomness. It reports hits:
 * where two things that belong together contradict each other, or where a series is more regular than nature. A hit is never
 * an accusation. Fusion makes findings of hits: calibrated on the site's own history, false discoveries controlled, a clue only
 * for a hard contradiction or two independent families, innocent explanations checked and shown.
 *
 * A reported number is the interval [x - q/2, x + q/2]; an identity is broken only when both sides' intervals are disjoint.
 * Slots that failed on our side (`platform`), slots under an exempt mark and values whose flag is not N carry no finding about
 * values; how often and when they are so is looked at by detectors of family C alone.
 *
 * The same input gives the same hits in the same order. Windows lie on absolute time, so a window that is complete in a
 * prefix of the table is looked at the same way in the whole.
 *
 * Ownership: everything returned lives in the arena passed in; tables are read only. Thread-safe: no state but arguments.
 * Errors: detectors have none. Only files can be wrong (table_from_csv). Source: monitoring dossier 8 to 11.
 */
#pragma once
#include "base/base.h"

/* ---- columns ---- */
enum column_group { COLUMN_VALUE, COLUMN_CONVERTED /* Zs: at the reference oxygen */, COLUMN_TOTAL /* Cou */, COLUMN_GROUPS };
enum { LIMIT_TABLE_COLUMNS = 256, LIMIT_TABLE_SLOTS = 1 << 25, LIMIT_TABLE_DECIMALS = 9 };
#define VALUE_NONE INT64_MIN
/* One factor of one outlet on the table's grid. Values are integers in 10^-decimals. Arrays may be NULL where nothing was sent. */
struct column {
    str factor;            /* 2017 code; any other name is a process variable of unknown physics */
    uint8_t group;         /* enum column_group */
    int8_t decimals;
    int64_t q;             /* smallest step seen or known, in 10^-decimals, at least 1: half of it is the rounding of each value */
    const int64_t *value;  /* n; VALUE_NONE missing */
    const int64_t *low, *high;   /* minimum and maximum of the period; NULL */
    const char *flag;      /* n; 0 missing; NULL: none were sent, all count as N */
    const int8_t *places;  /* decimals as each value was printed (rounding of a value: 10^-places); NULL: unknown */
    bool unfit;            /* units seem mixed, or the like: in the summary, and no detector looks at it */
};
/* A value that was received again with another value. `column` is an index into table.columns. */
struct table_version { size_t slot; uint16_t column; int64_t before, after; usec arrived; bool resubmitted; };
/* One frame of this outlet, in order of arrival. qn, data_time: USEC_NONE where the frame had none. peer: any number that
 * tells addresses apart; shape: digest of field order and decimals; crc: enum hj_crc. */
struct table_frame { usec arrived, qn, data_time; uint32_t peer; uint8_t crc; uint16_t shape; bool resubmitted; };
enum table_event_kind { EVENT_CALIBRATION, EVENT_PARAMETER, EVENT_VISIT /* of who maintains it */, EVENT_BOOT, EVENT_SERIAL, EVENT_CLOCK, EVENT_SILENCE,
                        EVENT_INSPECTION /* of officers */ };
/* A parameter's change may say which factor it is of (else empty), and its value before and after in 10^-decimals; equal: unknown. */
struct table_event { usec at; uint8_t kind; str text, factor; int8_t decimals; int64_t before, after; };
/* A 标记 by [from, to). STOPPED, START, SHUT exempt values from judgement; so do FAULT, MAINTENANCE, CALIBRATION and NETWORK. */
enum table_mark_kind { MARKED_STOPPED, MARKED_START, MARKED_SHUT, MARKED_FAULT, MARKED_MAINTENANCE, MARKED_CALIBRATION, MARKED_NETWORK,
                       MARKED_OTHER /* exempts nothing */, MARKED_KINDS };
struct table_mark { usec from, to, entered /* USEC_NONE: not known */; uint8_t kind; str text; };
/* A limit in force over [from, to); group says of which values, daily of which mean, lower: a floor (furnace temperature, pH). */
struct table_limit { str factor; uint8_t group; bool daily, lower; int64_t mantissa; int8_t decimals; usec from, to; };
/* What was checked against what, in 10^-decimals of the factor's unit. measured: what the instrument said, VALUE_NONE unknown; nominal: the gas or
 * standard given, or what a laboratory found. A sample: that the analyser took one, no values. A total: nominal was declared elsewhere for
 * [at, at + seconds). before: the reading before a remote check; seconds: until nine tenths of the change were shown; -1 unknown. */
enum table_check_kind { CHECK_ZERO, CHECK_SPAN, CHECK_STANDARD, CHECK_REMOTE, CHECK_COMPARISON, CHECK_SAMPLE, CHECK_TOTAL, CHECK_KINDS };
struct table_check { usec at; uint8_t kind; int8_t decimals; str factor; int64_t measured, nominal, before; int64_t seconds; };
int table_check_order(const void *x, const void *y); /* for qsort: by time, factor, kind */
/* A command to the logger and whether it was refused (QnRtn other than 1). */
struct table_command { usec at; int32_t cn; bool refused; };
/* One other outlet of the same trade over the same span: middle and spread of the daily means of a factor. */
struct table_figure { str factor; uint8_t group; double median, spread; };
/* Of the daily means of one factor, n at least 1; reorders x. */
void table_figure_of(double *x, size_t n, double *ret_median, double *ret_spread);
/* How often clues came of the outlets that are kept by who keeps this one, and of the others. No name: findings are read by third parties. */
struct table_keeper { int64_t outlets, suspect /* of them, with a clue */, others, others_suspect; };
enum outlet_kind { OUTLET_UNKNOWN, OUTLET_GAS, OUTLET_WATER };
struct outlet_facts {
    int o2_reference_permille; /* 0 unknown */
    int64_t area_mm2;          /* of the duct; 0 unknown */
    enum outlet_kind kind;
    int32_t analyser_cycle_s;  /* water: 7200; 0 unknown */
    str industry, pseudonym;
};
/* Everything known of one outlet over a span on one grid. Slot i begins at from + i * step_s. */
struct table {
    str outlet;            /* MN or file name: for texts only, no detector looks at it */
    str identity;          /* of an outlet in a store: two that report the same numbers have two findings; "" a file, whatever it is called */
    usec from; int32_t step_s; size_t n;
    const struct column *columns; size_t columns_n;   /* at most LIMIT_TABLE_COLUMNS */
    const struct table *finer;             /* the minutes behind these hours, the live values behind these minutes; NULL none */
    const struct table *daily;             /* the days of these hours as reported; NULL none */
    const struct table_version *versions; size_t versions_n; /* NULL: not known whether there were any; so, too, events */
    const struct table_frame *frames; size_t frames_n;
    const struct table_event *events; size_t events_n;
    const struct table_mark *marks; size_t marks_n;
    const struct table_limit *limits; size_t limits_n;
    const struct table_check *checks; size_t checks_n;       /* by time */
    const struct table_command *commands; size_t commands_n; /* by time */
    const struct table *const *beside; size_t beside_n;      /* other outlets on this grid, that could be copied from */
    const struct table_figure *figures; size_t figures_n;    /* of other outlets of the same trade */
    const struct table_keeper *keeper;     /* NULL: unknown */
    const uint8_t *platform;               /* n; 1: our own failure, no finding may rest on this slot; NULL */
    struct outlet_facts facts;
};
const struct column *table_column(const struct table *t, const char *factor, enum column_group g); /* NULL */
static inline usec table_at(const struct table *t, size_t slot)
{
    return t->from + (usec)slot * t->step_s * USEC_SECOND;
}
/* SM3 over columns, limits, marks, versions, frames, events, checks and commands: what a finding's id rests on. Not the outlet's name. */
void table_inputs_digest(const struct table *t, uint8_t ret[32]);
/* The lattice a column's values lie on: their greatest common step, at least 1. */
int64_t table_step(const int64_t *value, size_t n);
int64_t table_readings(const struct table *t); /* values that are there */
/* Those of them that no detector judges: under an exempt mark, or with a flag that is not N. */
int64_t table_exempt(const struct table *t);

/* ---- detectors ---- */
enum family { FAMILY_SHAPE, FAMILY_PHYSICS, FAMILY_PROTOCOL, FAMILY_QUALITY, FAMILY_PEERS, FAMILIES };
const char *family_label(enum family f); /* "形态" */
/* What a table must have for a detector to run; what is missing is reported, never guessed. */
enum need { NEED_MINUTES = 1 /* step at most 10 min */, NEED_HOURS = 2 /* step at most 1 h */, NEED_FLAGS = 4, NEED_CONVERTED = 8,
            NEED_TOTALS = 16, NEED_LIMITS = 32, NEED_VERSIONS = 64, NEED_FRAMES = 128, NEED_EVENTS = 256, NEED_MARKS = 512,
            NEED_PEERS = 1024, NEED_RANGE = 2048 /* minimum and maximum */, NEED_FINER = 4096, NEED_DAILY = 8192, NEED_OXYGEN = 16384,
            NEED_FLOW = 32768, NEED_DRIVERS = 65536 /* two columns at least */, NEED_PLACES = 131072,
            NEED_REMOTE = 1 << 18, NEED_CHECKS = 1 << 19 /* zero, span, standard */, NEED_COMPARISON = 1 << 20, NEED_CYCLE = 1 << 21 /* of a water analyser */,
            NEED_INSPECTIONS = 1 << 22, NEED_COMMANDS = 1 << 23, NEED_LIVE = 1 << 24, NEED_DECLARED = 1 << 25, NEED_POWER = 1 << 26,
            NEED_REAGENT = 1 << 27, NEED_HUMIDITY = 1 << 28, NEED_FURNACE = 1 << 29, NEED_KEEPER = 1 << 30 };
enum { HISTORY_USUAL = 200 };
struct detector_parameter { const char *name, *label; double value; }; /* defaults; ends with name NULL */
struct detector;
enum { HIT_COLUMNS = 4, HIT_NUMBERS = 3 };
struct hit {
    const struct detector *detector;
    size_t first, n;              /* slots */
    uint16_t columns[HIT_COLUMNS]; /* the first is the one looked at */
    uint8_t columns_n;
    double score;                 /* larger is stranger; comparable within a detector only */
    double p;                     /* chance that honest history shows this anywhere in the table; 1 where no model gives one */
    bool hard;                    /* a contradiction beyond rounding: one alone makes a clue */
    int64_t number[HIT_NUMBERS];  /* the three numbers an officer is shown */
    int8_t number_decimals[HIT_NUMBERS];
    const char *number_label[HIT_NUMBERS];
    const char *number_unit[HIT_NUMBERS]; /* Chinese; NULL or "": none, unknown, or in the label */
    str sentence;                 /* the contradiction in one sentence, Chinese, no word of guilt */
    str quoted;                   /* what the sentence says that is not in the table: the name of another outlet. Part of the finding's id; "" none */
};
struct detect_context;            /* arena, hits, parameters, prepared columns (detect_private.h) */
typedef void detect_fn(struct detect_context *c, const struct table *t);
struct detector {
    const char *id;               /* "A1": of the dossier */
    const char *name, *label;     /* "constant-run", "恒值" */
    enum family family;
    unsigned needs;
    uint16_t history;             /* usable values one column must have, that it can say anything; 0: HISTORY_USUAL */
    bool background;              /* no measured precision yet: runs, shows nobody anything */
    bool light;                   /* a few passes over the columns: belongs to the set run over a whole province */
    bool minutes;                 /* looks at the readings behind the hours, too (table.finer); not in light runs */
    const struct detector_parameter *parameters;
    const char *traps;            /* innocent explanations of its hits: ids of traps.c, blank-separated */
    const char *legal;            /* hypotheses: "T8 F5" (monitoring dossier 10.2) */
    const char *sees;             /* what it looks for, one sentence, Chinese */
    const char *see_again;        /* how an officer looks at it on site, one sentence, Chinese */
    detect_fn *run;
};
size_t detector_count(void);
const struct detector *detector_at(size_t i);      /* by family, then number */
const struct detector *detector_find(str id_or_name);
/* How many chances a run over this table takes (detectors that speak, times columns): false discoveries are controlled over them. */
size_t detect_tests(const struct table *t);
/* Version of the rule set: goes into every id. Changes when any detector's answer may. */
const char *detect_rules_version(void);

struct hits { struct hit *p; size_t n; };
/* 已检未见异常 is a result, too. lacked: what was missing, Chinese. */
enum detect_outcome { DETECT_CLEAN, DETECT_HITS, DETECT_LACKED };
struct detect_run { const struct detector *detector; enum detect_outcome outcome; str lacked; };
/* `only`: run this one alone; `light`: the light set alone. overrides: "A1.least" -> value; ends with name NULL; may be NULL. */
struct detect_options { const struct detector *only; bool light; const struct detector_parameter *overrides; };
/* Runs every detector the table can feed. Hits by slot, then detector, then column. `runs` has detector_count() elements. */
void detect_table(struct arena *a, const struct table *t, const struct detect_options *o, struct hits *ret, struct detect_run *runs);

/* ---- fusion: hits to findings ---- */
enum finding_level { LEVEL_HINT, LEVEL_CLUE };
enum trap_outcome { TRAP_RULED_OUT, TRAP_POSSIBLE, TRAP_NO_DATA };
struct trap_result { const char *id, *label; enum trap_outcome result; str text; };
const char *trap_outcome_label(enum trap_outcome o); /* "已排除" */
enum { FINDING_ID = 32 };
struct finding {
    char id[FINDING_ID + 1];      /* deterministic: SM3 of rule version, table and interval, hexadecimal */
    enum finding_level level;
    size_t first, n;
    const struct hit **hits; size_t hits_n; /* members, strongest first */
    const struct hit *lead;       /* whose sentence and numbers are shown */
    double score;                 /* -log10 of the lead's chance; never a probability of guilt */
    double severity;              /* orders the queue: consequence, strength, length */
    unsigned families;            /* bit set of enum family */
    const struct trap_result *traps; size_t traps_n;
};
struct findings { struct finding *p; size_t n; };
/* background: let detectors without measured precision speak, too (for measuring them). */
struct fuse_options { double false_discovery; int budget /* clues at most, by severity; 0 no bound */; bool background; };
#define FUSE_DEFAULTS ((struct fuse_options){0.05, 0, false})
/* Findings by slot. Clues beyond the budget come back as hints. */
void fuse(struct arena *a, const struct table *t, const struct hits *hits, const struct fuse_options *o, struct findings *ret);

/* One object without a line end: what `monitor audit` prints and an API may return. */
void finding_json(struct json_out *o, const struct table *t, const struct finding *f);
/* {"summary": {...}}: readings, clues, hints, detectors clean, hit and lacking, habits of marks and missing values (habits.h), notes about the file. */
struct table_fault;
void summary_json(struct json_out *o, const struct table *t, const struct findings *f, const struct detect_run *runs,
                  const struct table_fault *faults, size_t faults_n);

/* ---- tables from files ---- */
enum { LIMIT_TABLE_BYTES = 1 << 30, LIMIT_TABLE_CELLS = 1 << 28 /* lines times columns */, LIMIT_TABLE_FAULTS = 100 };
struct table_source { str name, bytes; };
/* What is odd about a file and where; column counts from 1, 0: the whole line. `times`: how often (line is the first). */
struct table_fault { int64_t line; int column; int64_t times; str text; };
/* A CSV of design.md (`time,<factor>-<kind>,...`; `Flag` alone: of all factors of the row without one of their own), UTF-8 or GB 18030, any order of lines, comma, semicolon or tab. What is odd
 * but readable (duplicates, unsorted, off the grid, units that seem mixed) is listed; what cannot be read is ERR_INPUT naming
 * line and column. Never a finding from a parsing fault. */
MUST_USE err *table_from_csv(struct arena *a, const struct table_source *s, struct table **ret, struct table_fault **ret_faults,
                             size_t *ret_n);
/* Flags as people write them: '正常' N, '停运' F ...; a letter itself; 0 unknown. */
char flag_read(str word);
/* "状态", "数据标记", "Flag" and the like, which name no factor: the flag of everything in the row. */
bool flag_head(str head);
/* Whether the first line is a head that table_from_csv reads: the time and at least one `<factor>-<kind>`. */
bool table_csv_plain(str bytes);
bool table_csv_time(str head); /* "time", "时间" and what else such a line may begin with */
/*
 * What is known beside the readings, from a second CSV, one record a line: `time,kind,factor,measured,nominal,seconds,before,text`, columns
 * by name in any order, `time` and `kind` required. kinds (words in Chinese or English, table_records.c): checks, commands, events,
 * marks (seconds: how long; entered: when it was put in, where known). Adds to what the table has and keeps each list by time. ERR_INPUT names line and column.
 */
enum { LIMIT_TABLE_RECORDS = 200000 };
MUST_USE err *table_records(struct arena *a, const struct table_source *s, struct table *t, size_t *ret_n);
