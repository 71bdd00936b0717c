/*
 * The matrix profile of a series: for each window of m values the most similar other window, by Pearson's r (z-normalised
 * distance d = sqrt(2 m (1 - r))). Exact: every pair at least `apart` slots from each other is compared, along diagonals, by
 * the recurrence of Zimmerman and others (MPX). Windows that hold a NAN or are constant match nothing.
 */
#pragma once
#include "base/base.h"

enum profile_way { PROFILE_BEST, PROFILE_PLAIN /* one pair at a time: tests and benchmarks */ };
/* r and at have n - m + 1 elements: best r (0 where none is positive) and where (SIZE_MAX none). m at least 3. */
void profile_self(struct arena *scratch, const double *x, size_t n, size_t m, size_t apart, enum profile_way way, double *r, size_t *at);
/* The same where only likenesses of at least `least` are asked for: r and at are those of profile_self where r is at least that, else 0 and
 * SIZE_MAX. Most of the work of keeping bests falls away. */
void profile_above(struct arena *scratch, const double *x, size_t n, size_t m, size_t apart, enum profile_way way, double least, double *r, size_t *at);
