/* Packing of a column of WORDs (uint32_t, uint64_t): included twice by chunk_column_put.c, which gives the parts that differ:
 * range, delta, lanes, lengths and split. PUT(name) names a function. */

enum { PUT(BITS) = 8 * sizeof(WORD) };

/* Bytes that hold v in two's complement: 1, 2, 4 or 8, as its logarithm. */
static unsigned PUT(base_size)(WORD v)
{
    SIGNED s = (SIGNED)v;
    return s == (int8_t)s ? 0 : s == (int16_t)s ? 1 : s == (int32_t)s ? 2 : 3;
}

/* Bounds that a calibration is outside of: the middle of five values and eight times the distance of its neighbours. */
static void PUT(reach)(const WORD *v, size_t n, SIGNED *ret_low, SIGNED *ret_high)
{
    SIGNED five[5];
    for (size_t i = 0; i < 5; i++) {
        SIGNED x = (SIGNED)v[n * (2 * i + 1) / 10];
        size_t at = i;
        for (; at && five[at - 1] > x; at--)
            five[at] = five[at - 1];
        five[at] = x;
    }
    SIGNED reach;
    if (__builtin_sub_overflow(five[3], five[1], &reach) || __builtin_mul_overflow(reach, 8, &reach))
        reach = SIGNED_MAX;
    if (__builtin_sub_overflow(five[2], reach, ret_low))
        *ret_low = SIGNED_MIN;
    if (__builtin_add_overflow(five[2], reach, ret_high))
        *ret_high = SIGNED_MAX;
}

/* A group packed from a base up: from its smallest value, or, when strays on both sides are fewer bytes as patches, with the
 * mean in the middle of what the width spans. */
static size_t PUT(group_for)(const WORD *v, size_t rows, struct group *ret)
{
    WORD least, most, mean;
    UNSET uint16_t above[65];
    struct group middle;
    SIGNED low, high;
    PUT(reach)(v, rows * CHUNK_LANES, &low, &high);
    PUT(range)(v, rows, low, high, &least, &most, &mean);
    unsigned longest = PUT(lengths)(v, rows, least, false, above);
    size_t cost = group_choose(above, longest, rows, PUT(BITS), ret);
    ret->base = least;
    longest = PUT(lengths)(v, rows, mean, true, above);
    size_t other = group_choose(above, longest, rows, PUT(BITS), &middle);
    if (other >= cost)
        return cost;
    *ret = middle;
    ret->base = mean - half_of(ret->width);
    return other;
}

static size_t PUT(plan_for)(const WORD *v, size_t rows, struct plan *plan)
{
    size_t cost = 1, groups = 0;
    *plan = (struct plan){.kind = COLUMN_FOR};
    for (size_t from = 0; from < rows; from += GROUP_ROWS, groups++) {
        struct group *g = &plan->group[groups];
        cost += PUT(group_for)(v + from * CHUNK_LANES, group_rows(rows, from), g);
        unsigned size = PUT(base_size)((WORD)g->base);
        plan->base_size = size > plan->base_size ? size : plan->base_size;
    }
    return cost + (groups << plan->base_size);
}

static size_t PUT(plan_delta)(const WORD *lanes, const WORD *deltas, size_t rows, unsigned shift, struct plan *plan)
{
    size_t cost = 1;
    *plan = (struct plan){.kind = COLUMN_DELTA, .shift = shift};
    for (size_t l = 0; l < CHUNK_LANES; l++) {
        unsigned size = PUT(base_size)(lanes[l]);
        plan->base_size = size > plan->base_size ? size : plan->base_size;
    }
    for (size_t g = 0, from = 0; from < rows; g++, from += GROUP_ROWS) {
        UNSET uint16_t above[65];
        unsigned longest = PUT(lengths)(deltas + from * CHUNK_LANES, group_rows(rows, from), 0, true, above);
        cost += group_choose(above, longest, group_rows(rows, from), PUT(BITS), &plan->group[g]);
        plan->group[g].base = -half_of(plan->group[g].width); /* not stored: the decoder knows it */
    }
    return cost + ((size_t)CHUNK_LANES << plan->base_size);
}

/* One group: head, packed low bits, patches (what stands outside the width, by how many widths). */
static uint8_t *PUT(group)(uint8_t *p, const WORD *v, size_t rows, const struct group *g)
{
    const unsigned width = g->width;
    const size_t n = rows * CHUNK_LANES;
    const WORD base = (WORD)g->base, limit = width == PUT(BITS) ? (WORD)-1 : ((WORD)1 << width) - 1;
    *p++ = (uint8_t)(width | (g->patches ? GROUP_PATCHED : 0));
    if (g->patches) {
        *p++ = (uint8_t)g->patches;
        *p++ = (uint8_t)g->patch_bytes;
    }
    p = PUT(low)(p, v, rows, base, width);
    uint8_t *above = p + g->patches;
    for (size_t i = 0; g->patches && i < n; i++) {
        WORD u = v[i] - base;
        if (u <= limit)
            continue;
        *p++ = (uint8_t)i;
        put_le(above, (uint64_t)((SIGNED)u >> width), g->patch_bytes);
        above += g->patch_bytes;
    }
    return above;
}

/* The shift that leaves the smallest deltas, by a measure that a few strays cannot turn. */
static unsigned PUT(shift_choose)(const WORD *lanes, size_t rows, WORD *deltas)
{
    unsigned best = 0;
    uint64_t least = UINT64_MAX;
    for (unsigned shift = 0; shift <= COLUMN_SHIFT_MAX; shift++) {
        uint32_t sums[CHUNK_GROUPS];
        uint64_t bits = 0;
        PUT(delta)(lanes, rows, shift, deltas, sums);
        for (size_t g = 0, from = 0; from < rows; g++, from += GROUP_ROWS)
            bits += log2_sixteenths(sums[g] + 1) * group_rows(rows, from);
        if (bits < least) {
            least = bits;
            best = shift;
        }
    }
    return best;
}

static size_t PUT(column)(uint8_t *start, WORD *v, size_t slots)
{
    const size_t rows = (slots + CHUNK_LANES - 1) / CHUNK_LANES;
    uint8_t *p = start;
    struct plan plan, delta;
    WORD least, most, mean;
    UNSET WORD lanes[CHUNK_ROOM];
    UNSET WORD deltas[CHUNK_ROOM];
    for (size_t i = slots; i < rows * CHUNK_LANES; i++)
        v[i] = v[slots - 1];
    PUT(range)(v, rows, SIGNED_MIN, SIGNED_MAX, &least, &most, &mean);
    if (least == most) {
        unsigned size = PUT(base_size)(least);
        *p++ = column_tag(COLUMN_CONST, size, 0);
        put_le(p, least, 1U << size);
        return 1 + ((size_t)1 << size);
    }
    size_t cost = PUT(plan_for)(v, rows, &plan);
    PUT(lanes)(v, rows, lanes);
    unsigned shift = PUT(shift_choose)(lanes, rows, deltas);
    uint32_t sums[CHUNK_GROUPS];
    PUT(delta)(lanes, rows, shift, deltas, sums);
    size_t delta_cost = PUT(plan_delta)(lanes, deltas, rows, shift, &delta);
    if (delta_cost + delta_cost / DELTA_MUST_SAVE < cost)
        plan = delta;
    *p++ = column_tag(plan.kind, plan.base_size, plan.shift);
    for (size_t l = 0; plan.kind == COLUMN_DELTA && l < CHUNK_LANES; l++, p += 1U << plan.base_size)
        put_le(p, lanes[l], 1U << plan.base_size);
    const WORD *packed = plan.kind == COLUMN_FOR ? v : deltas;
    for (size_t g = 0, from = 0; from < rows; g++, from += GROUP_ROWS) {
        if (plan.kind == COLUMN_FOR) {
            put_le(p, plan.group[g].base, 1U << plan.base_size);
            p += 1U << plan.base_size;
        }
        p = PUT(group)(p, packed + from * CHUNK_LANES, group_rows(rows, from), &plan.group[g]);
    }
    return (size_t)(p - start);
}

#undef PUT
#undef WORD
#undef SIGNED
#undef SIGNED_MIN
#undef SIGNED_MAX
