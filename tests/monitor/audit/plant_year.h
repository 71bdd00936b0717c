/*
 * A year of hours of a boiler that does not exist, with three stretches that cannot be as they are: as the CSV detectors read, and as a
 * platform's workbook of the same values (title, two rows of headers, units in them, — for missing, a row of means at the foot).
 */
#pragma once
#include "base/base.h"

enum { YEAR_HOURS = 8760, YEAR_CHANNELS = 6 };
struct plant_year { int64_t value[YEAR_CHANNELS][YEAR_HOURS]; /* in 10^-decimals; INT64_MIN missing */ char flag[YEAR_HOURS]; };
extern const int plant_year_decimals[YEAR_CHANNELS];
struct plant_year *plant_year_make(struct arena *a, bool forged);
/* 'shape': what the lines end with, how cells are parted, how a missing value is written. */
struct year_shape { const char *line_end, *missing; char separator, point; bool backwards; };
str plant_year_csv(struct arena *a, const struct plant_year *y, const struct year_shape *shape /* NULL: plain */);
str plant_year_book(struct arena *a, const struct plant_year *y);
/* What the platform hands out as CSV: headers in Chinese, UTF-8. */
str plant_year_platform_csv(struct arena *a, const struct plant_year *y);
