/*
 * Reports that do not exist: sentences of invented plants out of a grammar, seeded. Each report has passages everybody uses,
 * quotations of law, a house form of its provider, words of its own and a table of readings.
 */
#pragma once
#include "testing.h"

struct report_maker { uint64_t random; };
/* `own` sentences of its own, a table of `rows` readings. */
str report_make(struct report_maker *m, struct arena *a, int provider, int own, int rows, bool law, bool shared);
/* The same report with other numbers and the name of another plant, some sentences moved: what a copier does. */
str report_disguise(struct report_maker *m, struct arena *a, str report);
str table_make(struct report_maker *m, struct arena *a, int rows, int decimals, double level, double spread);
