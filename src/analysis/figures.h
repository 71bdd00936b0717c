/*
 * The figures an office owes, each with its definition: what is counted (numerator), out of what (denominator), when a row
 * belongs to the period, and where the figure comes from. Two SELECTs per figure give its rows; the figure is their sum and nothing
 * else, so whoever opens it sees what it adds up from. The same rows make table, chart, map, CSV, page and API.
 *
 * A row: id, thing it is one of (acts/things: "visits"), agency, region, day, value. Scope: rows of the reader's own agency and of
 * those in its region; rows that are no agency's (subjects) by region. Clues about staff are in no figure: their number would tell.
 * Thread-safe; a db per thread.
 */
#pragma once
#include "store/store.h"

enum figure_unit { FIGURE_SHARE /* percent */, FIGURE_COUNT, FIGURE_MONEY /* fen, and percent */ };
struct figure {
    const char *id, *label;          /* "coverage", "检查覆盖率" */
    enum figure_unit unit;
    const char *numerator, *denominator; /* words; denominator NULL: a count */
    const char *when;                /* when a row belongs to the period */
    const char *source;              /* where the figure comes from */
    bool stock;                      /* the denominator is what there is, not what happened: no month has its own */
    const char *rows, *of;           /* SELECTs; parameters :from :to (days, closed) :from_at :to_at (microseconds, half open) */
};
size_t figure_count(void);
const struct figure *figure_at(size_t index);
const struct figure *figure_find(str id); /* NULL */

struct figure_scope {
    str agency;                      /* the reader's own, "" none */
    int region_low, region_high;     /* whose agencies and subjects; 0 0: the own agency's only */
    day from, to;                    /* closed; at most LIMIT_FIGURE_DAYS */
    int within;                      /* 0, or a region: rows of this city or county only */
};
enum { LIMIT_FIGURE_DAYS = 3660, LIMIT_FIGURE_ROWS = 200 /* of one page */ };
enum figure_part { FIGURE_NUMERATOR, FIGURE_DENOMINATOR };
struct figure_value { int64_t numerator, denominator, rows; /* of the numerator */ };
MUST_USE err *figure_sum(struct db *d, const struct figure *f, const struct figure_scope *s, struct figure_value *ret);

enum figure_group { FIGURE_BY_MONTH, FIGURE_BY_CITY, FIGURE_BY_COUNTY };
struct figure_part_of { int key; /* 202603, 420100 */ int64_t numerator, denominator; };
MUST_USE err *figure_groups(struct db *d, struct arena *a, const struct figure *f, const struct figure_scope *s, enum figure_group by,
                            struct figure_part_of **ret, size_t *ret_n); /* by key */

struct figure_row { str id, thing; str agency; int region; day on; int64_t value; };
/* By thing and id. after_*: of the last one of the page before, "" from the start. */
MUST_USE err *figure_rows(struct db *d, struct arena *a, const struct figure *f, enum figure_part part, const struct figure_scope *s,
                          str after, int limit, struct figure_row **ret, size_t *ret_n, str *ret_next /* "" at the end */);
/* "37.5%", "12", "1,234.50元（12.3%）", "—" when there is nothing to divide by. */
str figure_text(struct arena *a, const struct figure *f, int64_t numerator, int64_t denominator);

/* All figures as a table, for CSV and for whoever writes workbooks: a head and rows of text. */
struct figure_table { size_t columns, rows; const str *head; const str *cell; /* rows x columns */ uint32_t numbers; /* bit per column: a number or "" */ };
MUST_USE err *figure_table(struct db *d, struct arena *a, const struct figure_scope *s, struct figure_table *ret);
MUST_USE err *figure_rows_table(struct db *d, struct arena *a, const struct figure *f, enum figure_part part, const struct figure_scope *s,
                                struct figure_table *ret); /* at most LIMIT_FIGURE_TABLE rows: ERR_LIMIT beyond */
enum { LIMIT_FIGURE_TABLE = 50000 };
str figure_csv(struct arena *a, const struct figure_table *t); /* UTF-8 with BOM, RFC 4180; a cell that looks like a formula is quoted by ' */
