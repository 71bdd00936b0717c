/*
 * What acts say over readings, read from the house's own tables: marks, corrections, limits with their dates, outlets, settings.
 * These take a connection; the functions of the same names in readings.h (reading_marks and so on) open one.
 */
#pragma once
#include "monitor/series/aggregate_core.h"
#include "monitor/series/readings.h"

MUST_USE err *overlay_marks(struct db *d, struct arena *a, str mn, usec from, usec to, struct reading_mark **ret, size_t *ret_n);
MUST_USE err *overlay_limits(struct db *d, struct arena *a, str mn, day from, day to, struct reading_limit **ret, size_t *ret_n);
MUST_USE err *overlay_corrections(struct db *d, struct arena *a, str mn, str factor, enum reading_period period, bool converted,
                                  usec from, usec to, struct reading_correction **ret, size_t *ret_n);
MUST_USE err *overlay_outlet(struct db *d, struct arena *a, str mn, day today, struct reading_outlet *ret);
/* A published setting (acts/settings.h): its value as policy.set left it, else `missing`, which must be its default. */
MUST_USE err *overlay_setting(struct db *d, str name, int64_t missing, int64_t *ret);
/* aggregate_rules_of, as the house's settings have it. */
MUST_USE err *overlay_rules(struct db *d, str factor, struct aggregate_rules *ret);
/* substitute_defaults, the same way. */
MUST_USE err *overlay_substitutes(struct db *d, struct substitute_rules *ret);

/* Does a mark concern this factor? */
bool mark_covers(const struct reading_mark *m, str factor);
/* Marks of the monitoring itself (维护 校准 故障 通讯中断): values under them are not valid. The others tell of the plant: a
 * furnace that starts still emits, and its values stand. */
bool mark_invalidates(const struct reading_mark *m);
/* 停运: nothing is owed. */
bool mark_stops(const struct reading_mark *m);
