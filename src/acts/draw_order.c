/* A Fenwick tree over the weights keeps a draw of n elements at n log n: finding a stretch and closing it are both
 * one walk down. */
#include "acts/draw_order.h"

#include <string.h>

struct sm3 draw_seed(const str *secrets, size_t n)
{
    struct sm3_state s;
    sm3_init(&s);
    for (size_t i = 0; i < n; i++) {
        sm3_add(&s, secrets[i].p ? secrets[i].p : "", secrets[i].n);
        sm3_add(&s, "\n", 1);
    }
    return sm3_end(&s);
}

static uint64_t drawn_number(const struct sm3 *seed, uint64_t round, uint64_t total)
{
    uint8_t bytes[SM3_BYTES + 8];
    memcpy(bytes, seed->byte, SM3_BYTES);
    for (int i = 0; i < 8; i++)
        bytes[SM3_BYTES + i] = (uint8_t)(round >> (56 - 8 * i));
    struct sm3 x = sm3_of(bytes, sizeof bytes);
    uint64_t rest = 0;
    for (int i = 0; i < SM3_BYTES; i++)
        rest = (rest * 256 + x.byte[i]) % total;
    return rest;
}

/* Index of the element whose stretch holds `at`; the stretch is taken out of the sums. */
static size_t take_at(uint64_t *tree, size_t n, size_t top, uint64_t at, const int64_t *weights)
{
    size_t before = 0;
    for (size_t step = top; step; step /= 2)
        if (before + step <= n && tree[before + step] <= at) {
            before += step;
            at -= tree[before];
        }
    for (size_t i = before + 1; i <= n; i += i & -i)
        tree[i] -= (uint64_t)weights[before];
    return before;
}

void draw_order(struct arena *a, const struct sm3 *seed, const int64_t *weights, size_t n, int64_t *ret_rank)
{
    uint64_t *tree = NEW_ARRAY(a, n + 1, uint64_t), total = 0;
    size_t top = 1;
    for (size_t i = 0; i < n; i++) {
        CHECK(weights[i] >= 0);
        total += (uint64_t)weights[i];
        ret_rank[i] = 0;
        for (size_t k = i + 1; k <= n; k += k & -k)
            tree[k] += (uint64_t)weights[i];
    }
    CHECK(total < UINT64_C(1) << 47);
    while (top * 2 <= n)
        top *= 2;
    for (int64_t round = 1; total; round++) {
        size_t i = take_at(tree, n, top, drawn_number(seed, (uint64_t)round, total), weights);
        ret_rank[i] = round;
        total -= (uint64_t)weights[i];
    }
}
