/*
 * What overlapping windows are made of: blocks of slots that no window cuts. What is summed, counted and compared over a block is done
 * once, not once for each window that holds it. Detectors ask blocks whether any window can matter at all; only where one can
 * do they look at windows themselves. Such a screen must never say no where the window would say yes: sums in another order differ
 * in their last digits, so a bound is given a margin. Private to this folder; pure, so thread-safe.
 */
#pragma once
#include "monitor/detect/detect_private.h"

struct blocks { size_t first /* slot */, size, n; };
/* Blocks for windows of these lengths, each every so many slots on absolute time (window_first). */
struct blocks blocks_of(const struct table *t, const size_t *length, const size_t *hop, size_t kinds);
enum { LIMIT_BLOCK_KINDS = 8 };
struct blocks blocks_of_quarters(const struct table *t, const size_t *length, size_t kinds); /* each every quarter of its length */

/* Extremes and number of x where `with` is there, too. low > high: there were none. */
struct extremes { double low, high; uint32_t used; };
void blocks_extremes(const double *x, const double *with, struct blocks b, struct extremes *ret);
/* The largest value and how often it is there; -INFINITY: none is. */
struct top { double high; uint32_t times, used; };
void blocks_top(const double *x, struct blocks b, struct top *ret);
/* Steps to a slot from the one before it, both there: how many, and how many of them are at least `least` high. */
struct steps_seen { uint32_t n, high; };
void blocks_steps(const double *x, double least, struct blocks b, struct steps_seen *ret);
/* Sums of x - center; products with the value before, however far back it is (gaps are closed). Of each block alone. */
struct memory { double sum, square, product, first, first_product /* of the first one there, with what is before it */, last; uint32_t used; };
void blocks_memory(const double *x, double center, struct blocks b, struct memory *ret);
/* Sums of x - center_x, y - center_y over slots where both are there. */
struct tie_sums { double x, y, xx, yy, xy; uint32_t used; };
void blocks_tie(const double *x, double center_x, const double *y, double center_y, struct blocks b, struct tie_sums *ret);
/* Products of x with the y `back` slots before: their sum, the sum of their squares, how many are not 0. Of blocks from `from` on, added
 * up: ret[k] is of all before block k, for k from `from` to b.n. */
struct products { double sum, square; uint32_t used; };
void blocks_products(const float *x, const float *y, size_t back, struct blocks b, size_t from, struct products *ret);
/* The same a dozen times as fast, in single precision and of one series alone: slot j of all blocks is a row, so lanes are blocks, and nothing
 * is summed across lanes. What is put in lies between -3 and 3; sum and square are off by less than 1e-4 of the root of `square`. Products of
 * each block with the one `back` blocks before, added up as above, for k from `back` to b.n. */
struct rows { float *x; size_t stride; };
struct rows rows_for(struct arena *a, struct blocks b);
void rows_fill(const float *x, double scale, struct blocks b, const struct rows *ret);
void rows_products(const struct rows *r, size_t back, struct blocks b, double *ret_sum, double *ret_square);
/* How many are there, and how many of them at most `bound`. */
struct below { uint32_t used, low; };
void blocks_below(const double *x, double bound, struct blocks b, struct below *ret);
/* Sums of x - center and its products with one and two slots before, where the series has begun; whole: none of them is missing. */
struct lags { double sum, square, one, two; bool whole; };
void blocks_lags(const double *x, double center, struct blocks b, struct lags *ret);
