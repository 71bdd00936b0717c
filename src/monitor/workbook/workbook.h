/*
 * monitor/workbook/: a sheet as platforms export it (a workbook or a CSV; two or three rows of Chinese headers, units in them, — for
 * missing, sums at the foot) into the CSV that detectors read. Its door.
 *
 *   workbook ── workbook_guess ── profile (a person looks at it, corrects and keeps it) ── workbook_csv ── table_from_csv
 *
 * The same values reach the detectors as from the plain CSV: texts are carried over, a unit that differs by a power of ten only
 * moves the decimal point, and no value is computed. A flow by the hour, the minute or the day stays in that and is said so; any other column whose unit does
 * not convert exactly is left out, with its unit as the reason.
 */
#pragma once
#include "monitor/detect/detect.h"
#include "sheet/sheet.h"

enum { LIMIT_WORKBOOK_COLUMNS = 250, LIMIT_WORKBOOK_HEAD = 12 /* rows looked at for headers */, LIMIT_PROFILE_BYTES = 1 << 20,
       LIMIT_WORKBOOK_FAULTS = 100, LIMIT_WORKBOOK_CSV = 768 << 20 };

#define FACTOR_ROW "all"
struct workbook_column {
    uint32_t column;     /* in the sheet, from 1 */
    str head;            /* header rows joined, as people see them */
    str factor, kind;    /* "a21026" "ZsAvg"; factor "": not read; FACTOR_ROW with "Flag": the flag of the whole row, of which there may be several */
    int8_t shift;        /* decimal point moves right by this to reach the factor's unit */
    str unit;            /* what the values are in, where that is not the factor's unit and not a power of ten away: "m³/h"; else "" */
    str why;             /* Chinese: how it was recognised, or why it is not read */
};
struct workbook_profile {
    str sheet;           /* "" the first */
    uint32_t first_row;  /* of values */
    uint32_t time_column;
    size_t n;
    struct workbook_column *columns;
};
/* Reads the head of the workbook or CSV and proposes a profile. ERR_INPUT: no column of times was found, with what was seen. */
MUST_USE err *workbook_guess(struct arena *a, str bytes, str sheet, struct workbook_profile *ret);
str workbook_profile_json(struct arena *a, const struct workbook_profile *p);
/* Errors name the field. Factors and kinds are checked. */
MUST_USE err *workbook_profile_parse(struct arena *a, str json, struct workbook_profile *ret);

/* Whether `made` for another sheet fits one whose guess is `seen`: the same columns under the same headers. Where values begin does not matter. */
bool workbook_profile_fits(const struct workbook_profile *made, const struct workbook_profile *seen);
/* Headers and their columns as one text, the same for sheets of one make. */
str workbook_profile_heads(struct arena *a, const struct workbook_profile *p);
/* Up to `n` values of a column, from the first row on, as the sheet has them; "" where there is none. */
MUST_USE err *workbook_samples(struct arena *a, str bytes, const struct workbook_profile *p, size_t n, str **ret /* by column, then row */);

/* What was passed over and where ("C7"); `times` of the same sort, place is the first. */
struct workbook_fault { str place, text; int64_t times; };
/* The CSV of design.md. A row whose time cannot be read is passed over and listed; a value that is neither number nor a known
 * sign for missing is ERR_INPUT naming the cell. */
MUST_USE err *workbook_csv(struct arena *a, str bytes, const struct workbook_profile *p, str *ret_csv, struct workbook_fault **ret_faults,
                           size_t *ret_n);

/* ---- words of headers (words.c), pure ---- */
struct header_reading { str factor; const char *kind, *as /* workbook_column.unit; NULL */; int8_t shift; bool time, known, exact; };
/* "二氧化硫 折算浓度(mg/m³)": water: the sheet is about water (流量, 温度 mean other codes). */
struct header_reading header_read(str head, bool water);
/* The factors headers may name, each once, and the word for it; false: no more. */
bool header_factor_at(size_t i, const char **ret_code, const char **ret_word);
/* A unit whose values move the point by `shift` (not 0) to reach the factor's own: for choices. "" none is known. */
const char *header_unit(str factor, str kind, int shift);
bool header_is_water(str head); /* speaks of a factor only water has */
/* Times people write, as 2026-03-02T08:00:00; false: none. A span "08:00~09:00" is its beginning. */
bool time_read(str text, char ret[20]);
/* The same of a spreadsheet's day number ("45658.0416667", "45658"), 1990 to 2099: what a workbook has where its column is not set to show times. */
bool serial_read(str text, char ret[20]);
