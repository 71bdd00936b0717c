/*
 * Rows of limit.import. Two kinds of limit come in by it: emission limits (a row with `factor`) and the thresholds of public
 * procurement (a row with `tier`, read by acts/procurement.c). Private to acts/.
 */
#pragma once
#include "acts/acts.h"

struct limit_row {
    bool emission;                /* else a threshold of procurement: nothing below is set */
    str outlet, industry;         /* exactly one of outlet, industry, region */
    int64_t region;               /* 0: none */
    str factor, value, unit, period, source;
    bool converted, lower;
    day from;
    bool ends;
    day to;
};

/* ERR_INPUT names the member: rows[3].value. References are not followed. */
MUST_USE err *limit_row_read(struct arena *a, const struct json *row, size_t position, struct limit_row *ret);

/* "0.050", "-3": at most 18 digits, no exponent: what a measured value, a limit or a correction may look like. */
bool decimal_valid(str s);
/* A factor's code: a letter and five digits (HJ 524, HJ 525), or a code of 2005: three digits, or B, S and two. */
bool factor_valid(str s);
