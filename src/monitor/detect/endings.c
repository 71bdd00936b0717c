/*
 * Endings of numbers, block by block: how often each digit comes last. Digits of neighbours are independent only where neighbours lie
 * several digits apart: what stands or creeps brings its ending along, and a calm month would look typed. So blocks that move
 * little are left out, block by block and not column by column. (After a step of a normal spread of three digits the same last one comes back
 * in 13 of 100 instead of 10: a tenth more scatter of a share, which the limits leave room for.)
 */
#include "base/lanes.h"
#include "monitor/detect/detect_private.h"

#include <string.h>

enum { APART = 3 /* digits */ };

/* More than half of the steps between neighbours of [first, end) are wide enough, in units of the last digit. */
LANES static bool wide_steps(const struct view *v, size_t first, size_t end, double one)
{
    int64_t there = 0, wide = 0;
    for (size_t i = first + 1; i < end; i++) {
        double step = fabs(v->x[i] - v->x[i - 1]);
        there += step == step;
        wide += step >= 0.6745 * APART * one;
    }
    return there * 2 >= (int64_t)(end - first) && wide * 2 > there;
}

struct endings endings_of(struct arena *a, const struct view *v, const uint8_t *digit, size_t n, double one)
{
    struct endings e = {.blocks = n / ENDING_BLOCK};
    e.before = arena_alloc(a, e.blocks + 1, sizeof *e.before);
    memset(e.before, 0, (e.blocks + 1) * sizeof *e.before);
    for (size_t b = 0; b < e.blocks; b++) {
        size_t first = b * ENDING_BLOCK, end = first + ENDING_BLOCK;
        bool counts = wide_steps(v, first, end, one);
        memcpy(e.before[b + 1], e.before[b], sizeof *e.before);
        for (size_t i = first; counts && i < end; i++)
            if (digit[i] < 10 && (!i || v->x[i] != v->x[i - 1])) /* a result that stands is one */
                e.before[b + 1][digit[i]]++;
    }
    return e;
}

void endings_within(const struct endings *e, size_t first, size_t blocks, uint32_t ret_in[10], uint32_t ret_rest[10], size_t *ret_n, size_t *ret_rest_n)
{
    *ret_n = *ret_rest_n = 0;
    for (int d = 0; d < 10; d++) {
        ret_in[d] = e->before[first + blocks][d] - e->before[first][d];
        ret_rest[d] = e->before[e->blocks][d] - ret_in[d];
        *ret_n += ret_in[d], *ret_rest_n += ret_rest[d];
    }
}
