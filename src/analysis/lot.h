/*
 * The lot of back-checks, method "xiezhi-lot-1": so that anybody with the ledger can draw it again.
 *
 * Seed: SM3("xiezhi-lot-1" 0x0a root 0x0a agency 0x0a from 0x0a to), root the 32 bytes of the ledger's tree at the end of the
 * period, agency its id, from and to as 2026-03-02. Of n pieces of material the ceil(n x percent / 100) with the least
 * SM3(seed || 0x00 || id), compared as bytes, are drawn. The checker of a piece is number SM3(seed || 0x01 || id) mod m
 * (first eight bytes, most significant first) of the m officers who may, in the order of their ids.
 * Pure; any thread.
 */
#pragma once
#include "crypto/crypto.h"

struct sm3 lot_seed(const struct sm3 *root, str agency, day from, day to);
size_t lot_size(size_t n, int64_t percent);
void lot_draw(struct arena *a, const struct sm3 *seed, const str *ids, size_t n, size_t chosen, bool *ret_chosen);
size_t lot_pick(const struct sm3 *seed, str id, size_t n); /* 0..n-1; n > 0 */
