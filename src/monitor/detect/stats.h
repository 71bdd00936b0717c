/* Robust statistics over plain arrays. No allocation but where an arena is passed; NAN never goes in. */
#pragma once
#include "base/base.h"

/* Work space of a function called once a window: the build clears what lies on the stack, which would cost more than the work. */
#define ROOM __attribute__((uninitialized))
#include <math.h>
#include <string.h>

#define MAD_SCALE 1.4826 /* MAD of a normal distribution to its standard deviation */

/* Reorder x. q in [0, 1]; n at least 1. */
double quantile_of(double *x, size_t n, double q);
double median_of(double *x, size_t n);
double mad_of(double *x, size_t n, double center); /* scaled; overwrites x */
/* The median of what is there (no NAN; how many: ret), x stays, n at most 4096; NAN of none. A guess, of what is not negative, saves most of
 * the looking: windows that overlap have medians that differ little. */
double median_there(const double *x, size_t n, double guess, size_t *ret);
double mad_of_sorted(const double *x, size_t n, double center); /* the same of what ascends; x stays */
double select_of(double *x, size_t n, size_t k);   /* the k-th smallest; none before it is larger, none behind it smaller */
void sort_doubles(double *x, size_t n);

/* An integer of at most 51 bits, by the double's own bits: processors without wider lanes convert one by one. */
static inline double double_of(uint64_t x)
{
    const uint64_t offset = UINT64_C(0x4338000000000000); /* 1.5 * 2^52 */
    double ret;
    x += offset;
    memcpy(&ret, &x, sizeof ret);
    return ret - 6755399441055744.0;
}
/* Natural logarithms of normal numbers above zero, within two units of the last place and the same bits on every processor (those of libm are
 * neither side by side nor the same everywhere); NAN of anything else. ret may be x. */
void logs_of(const double *x, size_t n, double *ret);
/* fmax and fmin without a call; a missing x is the bound. */
static inline double at_least(double x, double bound)
{
    return x > bound ? x : bound;
}
static inline double at_most(double x, double bound)
{
    return x < bound ? x : bound;
}

int64_t common_step(int64_t a, int64_t b);           /* greatest common divisor, not negative */
double mean_of(const double *x, size_t n);
double variance_of(const double *x, size_t n); /* population */
double correlation_of(const double *x, const double *y, size_t n); /* NAN when either is constant */
double lag_correlation_of(const double *x, size_t n, size_t lag);

double normal_tail(double z);                        /* P(Z >= z) */
double binomial_tail(int64_t n, int64_t k, double p); /* P(X >= k), exact */
double chi_square_tail(double x, int freedom);       /* P(X >= x) */
/* Chance of a run of `run` equal neighbours somewhere among n, each neighbour equal with probability p. */
double run_chance(double n, double run, double p);
