/*
 * Drawing without putting back: who is hit leaves, the rest keep their weights. That is what a person with a bag of
 * lots does, so it can be explained; the sums stand in a binary indexed tree, so that a draw costs the logarithm of the
 * pool, and only as many are drawn as are needed.
 */
#include "analysis/draw.h"

#include <string.h>

struct draw_bag {
    uint64_t *tree, total;
    const int64_t *weights;
    size_t n, top;
    uint64_t round;
    uint8_t text[SM3_BYTES + 12];
    size_t text_n;
};

struct sm3 draw_seed_1(const str *secrets, size_t n)
{
    struct sm3_state s;
    sm3_init(&s);
    for (size_t i = 0; i < n; i++) {
        sm3_add(&s, secrets[i].p ? secrets[i].p : "", secrets[i].n);
        sm3_add(&s, "\n", 1);
    }
    return sm3_end(&s);
}

static uint64_t big_endian(const uint8_t *p)
{
    uint64_t n = 0;
    for (int i = 0; i < 8; i++)
        n = n << 8 | p[i];
    return n;
}

static uint64_t drawn_number(struct draw_bag *bag)
{
    for (int i = 0; i < 8; i++)
        bag->text[bag->text_n - 8 + (size_t)i] = (uint8_t)(bag->round >> (56 - 8 * i));
    struct sm3 x = sm3_of(bag->text, bag->text_n);
    unsigned __int128 rest = 0;
    for (int i = 0; i < SM3_BYTES; i += 8)
        rest = (rest << 64 | big_endian(x.byte + i)) % bag->total;
    return (uint64_t)rest;
}

struct draw_bag *draw_bag_new(struct arena *a, const struct sm3 *seed, int64_t stratum, const int64_t *weights, size_t n)
{
    struct draw_bag *bag = NEW(a, struct draw_bag);
    *bag = (struct draw_bag){.tree = NEW_ARRAY(a, n + 1, uint64_t), .weights = weights, .n = n, .top = 1};
    for (size_t i = 1; i <= n; i++) {
        CHECK(weights[i - 1] >= 0);
        bag->total += (uint64_t)weights[i - 1];
        bag->tree[i] += (uint64_t)weights[i - 1];
        size_t up = i + (i & -i);
        if (up <= n)
            bag->tree[up] += bag->tree[i];
    }
    CHECK(bag->total < UINT64_C(1) << 47);
    while (bag->top * 2 <= n)
        bag->top *= 2;
    memcpy(bag->text, seed->byte, SM3_BYTES);
    bag->text_n = SM3_BYTES;
    for (int i = 0; stratum && i < 4; i++)
        bag->text[bag->text_n++] = (uint8_t)(stratum >> (24 - 8 * i));
    bag->text_n += 8;
    return bag;
}

/* Index of the element whose stretch holds the number; the stretch is taken out of the sums. */
size_t draw_bag_take(struct draw_bag *bag)
{
    if (!bag->total)
        return DRAW_NOBODY;
    bag->round++;
    uint64_t at = drawn_number(bag);
    size_t before = 0;
    for (size_t step = bag->top; step; step /= 2)
        if (before + step <= bag->n && bag->tree[before + step] <= at) {
            before += step;
            at -= bag->tree[before];
        }
    for (size_t i = before + 1; i <= bag->n; i += i & -i)
        bag->tree[i] -= (uint64_t)bag->weights[before];
    bag->total -= (uint64_t)bag->weights[before];
    return before;
}

void draw_order_1(struct arena *a, const struct sm3 *seed, const int64_t *weights, size_t n, int64_t *ret_rank)
{
    struct draw_bag *bag = draw_bag_new(a, seed, 0, weights, n);
    for (size_t i = 0; i < n; i++)
        ret_rank[i] = 0;
    size_t hit;
    for (int64_t round = 1; (hit = draw_bag_take(bag)) != DRAW_NOBODY; round++)
        ret_rank[hit] = round;
}
