/*
 * Two looks at numbers that should scatter.
 *
 * Near limits: of a provider's values under a dated limit, how many lie just below it (NEAR_LIMIT_LOW..1 of the limit), against
 * the other providers' values under the same limit of the same factor: a Cochran-Mantel-Haenszel test over factors and limits
 * (Mantel and Haenszel 1959), one-sided, its tail never thinner than Poisson's, with Benjamini-Hochberg's control of the false discovery rate over all providers looked
 * at. A provider is named only when the difference is also large: NEAR_LIMIT_TIMES the share of its peers.
 *
 * Verification speed: an officer can have read a report no sooner than its length allows. Reading is counted as fast as skilled
 * skimming of Chinese text gets (READ_PER_SECOND), so what is faster was not read then; it may have been read before.
 *
 * Pure; any thread.
 */
#pragma once
#include "base/base.h"

#define NEAR_LIMIT_LOW 0.95
#define NEAR_LIMIT_TIMES 2.0
#define NEAR_LIMIT_RATE 0.05     /* false discoveries among those named */
enum { NEAR_LIMIT_LEAST = 20 };  /* values of a provider, and of its peers */
struct limit_value { uint32_t provider, stratum; double ratio; /* of the limit */ };
struct limit_result {
    uint32_t provider;
    size_t n, below, peers, peers_below; /* values under limits that peers have, too; just below */
    double p, q;                 /* of the test; after the control */
    bool named;
};
/* Results by provider; *ret_n of them. */
struct limit_result *limit_spread(struct arena *a, const struct limit_value *v, size_t n, size_t *ret_n);

enum { READ_PER_SECOND = 15 /* characters */, READ_PICTURE_SECONDS = 2, READ_LEAST_SECONDS = 20, SPEED_LEAST = 5 };
#define SPEED_SHARE 0.3
struct look_time { uint32_t officer; usec submitted, verified; int64_t seconds; /* least it takes; 0 unknown */ };
struct speed_result { uint32_t officer; size_t n, fast; usec median_gap; bool named; };
/* Sorts `v`. What takes less than READ_LEAST_SECONDS is not counted. */
struct speed_result *reading_speed(struct arena *a, struct look_time *v, size_t n, size_t *ret_n);
int64_t reading_seconds(size_t characters, size_t pictures);
