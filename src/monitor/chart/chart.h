/*
 * monitor/chart/: a series over time as a picture: minimum and maximum per pixel column, average line, limits with their dates,
 * marks and gaps as bands, versions as ticks, an interval to look at. SVG for pages, PNG for papers; the same bytes for the same
 * input. Text in Chinese (pango, Noto CJK). Pure drawing: data comes as columns.
 */
#pragma once
#include "monitor/series/readings.h"

struct chart_band { usec from, to; uint8_t kind; str label; };
enum chart_band_kind { BAND_MARK, BAND_PLATFORM /* our own failure */, BAND_FOCUS /* the interval somebody should look at */, BAND_GAP };
struct chart_line { usec from, to; double value; str label; bool lower; };
struct chart_series { str label, unit; size_t n; const usec *at; const double *low, *mid, *high; const uint8_t *flag; };
struct chart {
    int width, height;       /* 320..4000, 120..2000 */
    usec from, to;
    str title;
    const struct chart_series *series; size_t series_n; /* 1..8, same unit shares an axis */
    const struct chart_line *limits; size_t limits_n;
    const struct chart_band *bands; size_t bands_n;
    const usec *versions; size_t versions_n;
    bool large;              /* 大字 */
};
enum { CHART_POINTS = 4000 };
MUST_USE err *chart_svg(struct arena *a, const struct chart *c, str *ret);
MUST_USE err *chart_png(struct arena *a, const struct chart *c, str *ret);
/* Minimum, mean and maximum per pixel of a series between two instants, from the readings store (a year in about a millisecond). */
MUST_USE err *chart_read(struct readings *r, struct arena *a, int64_t series, usec from, usec to, int columns, struct chart_series *ret);
/* The whole picture of one series with its limits, marks, platform causes and versions: page and `monitor chart`. */
MUST_USE err *chart_of(struct readings *r, struct arena *a, int64_t series, usec from, usec to, int width, int height, struct chart *ret);
