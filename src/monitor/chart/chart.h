/*
 * monitor/chart/: a series over time as a picture: minimum and maximum per pixel column, average line, limits with their dates,
 * marks and gaps as hatched bands, versions as ticks, an interval to look at. SVG for pages, with its words as words; PNG for
 * papers. Same input, same bytes. Drawing is pure: data comes as columns; reading.c brings them from the readings store.
 *
 * Coordinates are whole tenths of a pixel and text is measured by a table of our own, so that both pictures have one geometry
 * on every machine. Thread-safe. Errors: ERR_INPUT for a picture nobody could draw (size, span, number of series).
 */
#pragma once
#include "monitor/series/readings.h"

enum chart_band_kind { BAND_MARK, BAND_PLATFORM /* our own failure */, BAND_FOCUS /* what somebody should look at */, BAND_GAP, BAND_KINDS };
struct chart_band { usec from, to; uint8_t kind; str label; };
struct chart_line { usec from, to; double value; str label, unit /* of the series it belongs to */; bool lower; };
/* Columns, oldest first; `at` is the middle of a column, `width` its length. NaN: nothing there. `flag`: 'N', the first other
 * letter of the column, or 0; NULL: none. low and high may be NULL: only a line is drawn. */
struct chart_series { str label, unit; size_t n; usec width; const usec *at; const double *low, *mid, *high; const uint8_t *flag;
                      const int64_t *counted; /* numbers in a column; NULL unknown */
                      const int64_t *odd; /* how many slots are not in the ordinary state; NULL: those flagged, whole */
                      int decimals; /* as reported */ };
struct chart {
    int width, height;       /* pixels: 240..4000, 120..2000 */
    usec from, to;
    str title;
    const struct chart_series *series; size_t series_n; /* 0..8; one panel per unit, never two scales in one */
    const struct chart_line *limits; size_t limits_n;
    const struct chart_band *bands; size_t bands_n;
    const usec *versions; size_t versions_n;
    bool large;              /* 大字 */
};
enum { CHART_WIDTH_MIN = 240, CHART_WIDTH_MAX = 4000, CHART_HEIGHT_MIN = 120, CHART_HEIGHT_MAX = 2000, CHART_SERIES = 8,
       CHART_COLUMNS = 4000, CHART_BANDS = 400, LIMIT_SVG_BYTES = 4 << 20, LIMIT_PNG_BYTES = 32 << 20 };
MUST_USE err *chart_svg(struct arena *a, const struct chart *c, str *ret);
MUST_USE err *chart_png(struct arena *a, const struct chart *c, str *ret);
/* The same series in `columns` equal columns of [from, to): lowest, mean, highest, first state that is not ordinary. */
struct chart_series chart_reduce(struct arena *a, const struct chart_series *s, usec from, usec to, int columns);
const char *chart_flag_text(char flag); /* "仪器故障"; "其他状态" for a letter outside the tables */

/* Minimum, mean and maximum per column of a series over [from, to), a column being the least multiple of the cadence that
 * keeps to `columns` (1..CHART_COLUMNS). A year of minutes takes about a millisecond. `from` is moved to a slot's start. */
MUST_USE err *chart_read(struct readings *r, struct arena *a, const struct series *s, usec from, usec to, int columns,
                         struct chart_series *ret);
/* The whole picture of one series with its limits, marks, our own failures, gaps up to `now` and versions. */
MUST_USE err *chart_of(struct readings *r, struct arena *a, const struct series *s, usec from, usec to, usec now, int width,
                       int height, struct chart *ret);
/* Title, name and unit of a series as people call it: "二氧化硫 折算浓度（小时）". */
str chart_series_name(struct arena *a, const struct series *s);
str chart_unit(const struct series *s);
const char *chart_mark_text(str kind); /* of a 标记: "停运" */
double chart_decimal(int64_t mantissa, int scale);
const char *chart_period_text(uint8_t period);
const char *chart_group_text(uint8_t group);
