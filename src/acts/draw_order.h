/*
 * The order of a draw, so that anybody can compute it again from what is published: method "xiezhi-draw-1".
 *
 * Seed: SM3 over the parties' secrets in the order of the parties' names (bytes), each secret followed by one line feed.
 * Each party has committed to SM3 of its secret before any was known, so no single one decides.
 * Order: for r = 1, 2, .. let T be the sum of the weights still in the draw and x = SM3(seed || r), r as eight bytes,
 * most significant first, x read as one number of 256 bits, most significant byte first. The element drawn as number r
 * is the one in whose stretch x mod T falls, stretches of length weight laid end to end in the order of positions.
 * Without weights every weight is 1. Nothing is rejected; T < 2^47 leaves a bias below 2^-208.
 * Pure; any thread.
 */
#pragma once
#include "crypto/crypto.h"

struct sm3 draw_seed(const str *secrets, size_t n);
/* Weight 0 leaves an element out; the sum must be below 2^47. ret_rank[i] is 1 for the first drawn, 0 for those left
 * out. */
void draw_order(struct arena *a, const struct sm3 *seed, const int64_t *weights, size_t n, int64_t *ret_rank);
