/* Workbooks for tests: whole ones, and packages put together part by part. */
#pragma once
#include "base/base.h"

struct part { const char *name; str bytes; bool stored; };
/* A ZIP of these parts. */
str package_of(struct arena *a, const struct part *parts, size_t n);
/* A workbook whose only sheet, "表1", holds this sheetData; `strings` are <si> elements, `formats` the inside of cellXfs. */
str book_of(struct arena *a, const char *rows, const char *strings, const char *formats);
