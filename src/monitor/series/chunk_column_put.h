/* Packing of a column of WORDs (uint32_t, uint64_t): included twice by chunk_column_put.c. PUT(name) names a function. */

enum { PUT(BITS) = 8 * sizeof(WORD) };

static unsigned PUT(length)(WORD u)
{
    return u ? (unsigned)(sizeof(WORD) == 8 ? 64 - __builtin_clzll(u) : 32 - __builtin_clz((uint32_t)u)) : 0;
}

/* Bits of a signed value such that it fits n bits in two's complement when this is at most n (0 fits none). */
static unsigned PUT(signed_length)(WORD d)
{
    return PUT(length)(d << 1 ^ (WORD)((SIGNED)d >> (PUT(BITS) - 1)));
}

/* Bytes that hold v in two's complement: 1, 2, 4 or 8, as its logarithm. */
static unsigned PUT(base_size)(WORD v)
{
    unsigned bits = PUT(signed_length)(v);
    return bits <= 8 ? 0 : bits <= 16 ? 1 : bits <= 32 ? 2 : 3;
}

static WORD PUT(smallest)(const WORD *v, size_t n)
{
    SIGNED least = (SIGNED)v[0];
    for (size_t i = 1; i < n; i++)
        least = (SIGNED)v[i] < least ? (SIGNED)v[i] : least;
    return (WORD)least;
}

/* What goes into each group when the column is packed from its smallest value up. */
static size_t PUT(plan_for)(const WORD *v, size_t rows, struct plan *plan)
{
    size_t bytes = 1;
    plan->kind = COLUMN_FOR;
    plan->shift = 0;
    plan->base_size = 0;
    for (size_t g = 0, from = 0; from < rows; g++, from += GROUP_ROWS) {
        size_t n = group_rows(rows, from);
        const WORD *group = v + from * CHUNK_LANES;
        WORD base = PUT(smallest)(group, n * CHUNK_LANES);
        uint16_t lengths[65] = {0};
        for (size_t i = 0; i < n * CHUNK_LANES; i++)
            lengths[PUT(length)(group[i] - base)]++;
        bytes += group_choose(lengths, n, PUT(BITS), &plan->group[g]);
        plan->group[g].base = base;
        unsigned size = PUT(base_size)(base);
        plan->base_size = size > plan->base_size ? size : plan->base_size;
    }
    return bytes + (((rows + GROUP_ROWS - 1) / GROUP_ROWS) << plan->base_size);
}

static size_t PUT(plan_delta)(const WORD *lanes, const WORD *deltas, size_t rows, unsigned shift, struct plan *plan)
{
    size_t bytes = 1;
    plan->kind = COLUMN_DELTA;
    plan->shift = shift;
    plan->base_size = 0;
    for (size_t l = 0; l < CHUNK_LANES; l++) {
        unsigned size = PUT(base_size)(lanes[l]);
        plan->base_size = size > plan->base_size ? size : plan->base_size;
    }
    for (size_t g = 0, from = 0; from < rows; g++, from += GROUP_ROWS) {
        size_t n = group_rows(rows, from);
        const WORD *group = deltas + from * CHUNK_LANES;
        uint16_t lengths[65] = {0};
        for (size_t i = 0; i < n * CHUNK_LANES; i++)
            lengths[PUT(signed_length)(group[i])]++;
        bytes += group_choose(lengths, n, PUT(BITS), &plan->group[g]);
        plan->group[g].base = 0;
    }
    return bytes + ((size_t)CHUNK_LANES << plan->base_size);
}

/* One group: head, packed low bits, patches (what stands above the width, for those that have it). */
static uint8_t *PUT(group)(uint8_t *p, const WORD *v, size_t rows, enum column_kind kind, const struct group *g)
{
    const unsigned width = g->width;
    WORD half = kind == COLUMN_DELTA && width ? (WORD)1 << (width - 1) : 0;
    uint32_t low[GROUP_VALUES], high[GROUP_VALUES];
    for (size_t i = 0; i < rows * CHUNK_LANES; i++) {
        WORD u = v[i] - (WORD)g->base + half;
        low[i] = (uint32_t)u;
        high[i] = (uint32_t)((uint64_t)u >> 32);
    }
    *p++ = (uint8_t)(width | (g->patches ? GROUP_PATCHED : 0));
    if (g->patches) {
        *p++ = (uint8_t)g->patches;
        *p++ = (uint8_t)g->patch_bytes;
    }
    const struct chunk_engine *e = chunk_engine();
    e->pack(width < 32 ? width : 32, low, rows, p);
    p += packed_bytes(rows, width < 32 ? width : 32);
    if (width > 32) {
        e->pack(width - 32, high, rows, p);
        p += packed_bytes(rows, width - 32);
    }
    uint8_t *above = p + g->patches;
    for (size_t i = 0; g->patches && i < rows * CHUNK_LANES; i++) {
        WORD d = v[i] - (WORD)g->base;
        if ((kind == COLUMN_DELTA ? PUT(signed_length)(d) : PUT(length)(d)) <= width)
            continue;
        /* Rounded to the middle of the signed window, without the sum that could overflow. */
        uint64_t over = kind == COLUMN_FOR ? (uint64_t)(d >> width)
                                           : (uint64_t)((SIGNED)d >> width) + (width ? d >> (width - 1) & 1 : 0);
        *p++ = (uint8_t)i;
        put_le(above, over, g->patch_bytes);
        above += g->patch_bytes;
    }
    return above;
}

static size_t PUT(column)(uint8_t *start, WORD *v, size_t slots)
{
    const size_t rows = (slots + CHUNK_LANES - 1) / CHUNK_LANES, n = rows * CHUNK_LANES;
    uint8_t *p = start;
    bool same = true;
    for (size_t i = slots; i < n; i++)
        v[i] = v[slots - 1];
    for (size_t i = 1; same && i < slots; i++)
        same = v[i] == v[0];
    if (same) {
        unsigned size = PUT(base_size)(v[0]);
        *p++ = column_tag(COLUMN_CONST, size, 0);
        put_le(p, v[0], 1U << size);
        return 1 + ((size_t)1 << size);
    }
    struct plan best, other;
    size_t least = PUT(plan_for)(v, rows, &best);
    WORD lanes[CHUNK_ROOM], deltas[CHUNK_ROOM];
    for (size_t r = 0; r < rows; r++) {
        for (size_t l = 0; l < CHUNK_LANES; l++)
            lanes[r * CHUNK_LANES + l] = v[l * rows + r];
    }
    for (unsigned shift = 0; shift <= COLUMN_SHIFT_MAX; shift++) {
        PUT(delta)(lanes, rows, shift, deltas);
        size_t bytes = PUT(plan_delta)(lanes, deltas, rows, shift, &other);
        if (bytes < least) {
            least = bytes;
            best = other;
        }
    }
    *p++ = column_tag(best.kind, best.base_size, best.shift);
    if (best.kind == COLUMN_DELTA) {
        for (size_t l = 0; l < CHUNK_LANES; l++, p += 1U << best.base_size)
            put_le(p, lanes[l], 1U << best.base_size);
        PUT(delta)(lanes, rows, best.shift, deltas);
    }
    for (size_t g = 0, from = 0; from < rows; g++, from += GROUP_ROWS) {
        if (best.kind == COLUMN_FOR) {
            put_le(p, best.group[g].base, 1U << best.base_size);
            p += 1U << best.base_size;
        }
        const WORD *group = (best.kind == COLUMN_FOR ? v : deltas) + from * CHUNK_LANES;
        p = PUT(group)(p, group, group_rows(rows, from), best.kind, &best.group[g]);
    }
    CHECK((size_t)(p - start) == least);
    return least;
}

#undef PUT
#undef WORD
#undef SIGNED
