/* RFC 6962, section 2.1, word for word: slow, recursive, and nobody's optimisation. */
#pragma once
#include "testing.h"
#include "ledger/ledger.h"

static inline size_t naive_split(size_t n)
{
    size_t k = 1;
    while (k * 2 < n)
        k *= 2;
    return k;
}

static inline struct sm3 naive_join(struct sm3 left, struct sm3 right)
{
    uint8_t bytes[1 + 2 * SM3_BYTES] = {1};
    memcpy(bytes + 1, &left, SM3_BYTES);
    memcpy(bytes + 1 + SM3_BYTES, &right, SM3_BYTES);
    return sm3_of(bytes, sizeof bytes);
}

/* MTH */
static inline struct sm3 naive_root(const struct sm3 *leaf, size_t n)
{
    if (n == 0)
        return sm3_of("", 0);
    if (n == 1)
        return leaf[0];
    size_t k = naive_split(n);
    return naive_join(naive_root(leaf, k), naive_root(leaf + k, n - k));
}

/* PATH */
static inline void naive_path(size_t m, const struct sm3 *leaf, size_t n, struct proof *p)
{
    if (n == 1)
        return;
    size_t k = naive_split(n);
    if (m < k) {
        naive_path(m, leaf, k, p);
        p->node[p->n++] = naive_root(leaf + k, n - k);
    } else {
        naive_path(m - k, leaf + k, n - k, p);
        p->node[p->n++] = naive_root(leaf, k);
    }
}

/* SUBPROOF */
static inline void naive_subproof(size_t m, const struct sm3 *leaf, size_t n, bool whole,
                                  struct proof *p)
{
    if (m == n) {
        if (!whole)
            p->node[p->n++] = naive_root(leaf, n);
        return;
    }
    size_t k = naive_split(n);
    if (m <= k) {
        naive_subproof(m, leaf, k, whole, p);
        p->node[p->n++] = naive_root(leaf + k, n - k);
    } else {
        naive_subproof(m - k, leaf + k, n - k, false, p);
        p->node[p->n++] = naive_root(leaf, k);
    }
}

#define assert_digest(left, right) assert_memory_equal((left).byte, (right).byte, SM3_BYTES)

static inline void assert_proof(const struct proof *got, const struct proof *want)
{
    assert_int_equal(got->n, want->n);
    assert_memory_equal(got->node, want->node, want->n * sizeof *want->node);
}
