/*
 * Unpacking a column. Every length is checked before a byte of it is read; what the bytes say is otherwise taken as it is,
 * since words wrap. Patches are linear (value += high << width), so they may be added behind the kernels, and the minimum
 * and maximum come out of their kernels as absolute values.
 */
#include "monitor/series/chunk_private.h"

struct group_read {
    uint64_t base;
    unsigned width, patches, patch_bytes;
    const uint8_t *low, *high, *places, *above;
};

/* Head and extent of one group; r is behind it afterwards. */
static err *group_read(struct chunk_reader *r, size_t rows, unsigned base_bytes, unsigned word_bits, struct group_read *ret)
{
    if (chunk_left(r) < base_bytes + 1U)
        return chunk_damaged(r, "数据组在组头处中断");
    struct group_read g = {.base = (uint64_t)get_le_signed(r->p, base_bytes ? base_bytes : 1)};
    r->p += base_bytes;
    g.width = *r->p & 0x7f;
    bool patched = *r->p & GROUP_PATCHED;
    if (g.width > word_bits || (patched && g.width == word_bits))
        return chunk_damaged(r, "数据组位宽超出范围");
    r->p++;
    if (patched) {
        if (chunk_left(r) < 2)
            return chunk_damaged(r, "数据组在补丁头处中断");
        g.patches = r->p[0];
        g.patch_bytes = r->p[1];
        if (!g.patches || g.patch_bytes > word_bits / 8 || !g.patch_bytes || g.patch_bytes & (g.patch_bytes - 1))
            return chunk_damaged(r, "数据组补丁的个数或字节数超出范围");
        r->p += 2;
    }
    size_t low = packed_bytes(rows, g.width < 32 ? g.width : 32), high = g.width > 32 ? packed_bytes(rows, g.width - 32) : 0;
    if (chunk_left(r) < low + high + g.patches * (1 + g.patch_bytes))
        return chunk_damaged(r, "数据组不完整");
    g.low = r->p;
    g.high = g.low + low;
    g.places = g.high + high;
    g.above = g.places + g.patches;
    for (unsigned i = 0; rows < GROUP_ROWS && i < g.patches; i++) {
        if (g.places[i] >= rows * CHUNK_LANES)
            return chunk_damaged(r, "补丁位置超出数据组");
    }
    r->p = g.above + g.patches * g.patch_bytes;
    *ret = g;
    return NULL;
}

/* Adds the patches of a group; `sign` is -1 where the column is subtracted. */
static void patch(const struct group_read *g, uint32_t sign, uint32_t *out)
{
    const uint8_t *places = g->places, *above = g->above;
    const unsigned n = g->patches, width = g->width;
    switch (g->patch_bytes) {
    case 1:
        for (unsigned i = 0; i < n; i++)
            out[places[i]] += sign * ((uint32_t)(int8_t)above[i] << width);
        break;
    case 2:
        for (unsigned i = 0; i < n; i++)
            out[places[i]] += sign * ((uint32_t)get_le_signed(above + 2 * i, 2) << width);
        break;
    default:
        for (unsigned i = 0; i < n; i++)
            out[places[i]] += sign * ((uint32_t)get_le(above + 4 * i, 4) << width);
    }
}

/* The kernels read a whole group: near the chunk's end a shorter one is read from a copy. */
static const uint8_t *whole_group(struct chunk_room *room, const struct chunk_reader *r, const uint8_t *packed, size_t rows,
                                  unsigned width)
{
    if ((size_t)(r->end - packed) >= packed_bytes(GROUP_ROWS, width))
        return packed;
    memcpy(room->tail, packed, packed_bytes(rows, width));
    return room->tail;
}

static err *tag_read(struct chunk_reader *r, unsigned word_bytes, enum column_kind *ret_kind, unsigned *ret_base, unsigned *ret_shift)
{
    if (chunk_left(r) < 1)
        return chunk_damaged(r, "缺少数据列");
    unsigned tag = *r->p, kind = tag & 3, base = 1U << (tag >> 2 & 3), shift = tag >> 4;
    if (kind > COLUMN_DELTA || base > word_bytes || shift > COLUMN_SHIFT_MAX || (shift && kind != COLUMN_DELTA))
        return chunk_damaged(r, "数据列标记无法识别");
    r->p++;
    size_t bases = kind == COLUMN_CONST ? base : kind == COLUMN_DELTA ? base * CHUNK_LANES : 0;
    if (chunk_left(r) < bases)
        return chunk_damaged(r, "数据列在基值处中断");
    *ret_kind = (enum column_kind)kind;
    *ret_base = base;
    *ret_shift = shift;
    return NULL;
}

static size_t rows_from(size_t rows, size_t from)
{
    return rows - from < GROUP_ROWS ? rows - from : GROUP_ROWS;
}

/* A whole group to where it belongs. `average` is not read when the column stands alone. */
static void unpack(const struct chunk_engine *e, enum column_place place, unsigned width, const uint8_t *packed, uint32_t base,
                   const uint32_t *average, uint32_t *out)
{
    if (place == COLUMN_ALONE)
        e->unpack(width, packed, base, out);
    else if (place == COLUMN_BELOW)
        e->unpack_below(width, packed, base, average, out);
    else
        e->unpack_above(width, packed, base, average, out);
}

static err *get_for(struct chunk_room *room, struct chunk_reader *r, size_t rows, unsigned base_bytes, enum column_place place,
                    const uint32_t *average, uint32_t *out)
{
    const struct chunk_engine *e = chunk_engine();
    for (size_t from = 0; from < rows; from += GROUP_ROWS) {
        struct group_read g;
        size_t n = rows_from(rows, from), at = from * CHUNK_LANES;
        TRY(group_read(r, n, base_bytes, 32, &g));
        const uint8_t *packed = whole_group(room, r, g.low, n, g.width);
        unpack(e, place, g.width, packed, (uint32_t)g.base, average + at, out + at);
        if (g.patches)
            patch(&g, place == COLUMN_BELOW ? UINT32_MAX : 1, out + at);
    }
    return NULL;
}

static err *get_delta(struct chunk_room *room, struct chunk_reader *r, size_t rows, unsigned base_bytes, unsigned shift, uint32_t *out)
{
    const struct chunk_engine *e = chunk_engine();
    uint32_t base[CHUNK_LANES];
    for (size_t l = 0; l < CHUNK_LANES; l++, r->p += base_bytes)
        base[l] = (uint32_t)get_le_signed(r->p, base_bytes);
    for (size_t from = 0; from < rows; from += GROUP_ROWS) {
        struct group_read g;
        size_t n = rows_from(rows, from);
        TRY(group_read(r, n, 0, 32, &g));
        uint32_t *deltas = room->deltas + from * CHUNK_LANES;
        uint32_t half = g.width ? UINT32_C(1) << (g.width - 1) : 0;
        e->unpack(g.width, whole_group(room, r, g.low, n, g.width), -half, deltas);
        if (g.patches)
            patch(&g, 1, deltas);
    }
    e->undelta(room->deltas, rows, base, shift, out);
    return NULL;
}

err *column_get(struct chunk_room *room, struct chunk_reader *r, size_t slots, enum column_place place, const uint32_t *average,
                uint32_t *out)
{
    const size_t rows = (slots + CHUNK_LANES - 1) / CHUNK_LANES;
    enum column_kind kind;
    unsigned base_bytes, shift;
    TRY(tag_read(r, 4, &kind, &base_bytes, &shift));
    if (kind == COLUMN_FOR)
        return get_for(room, r, rows, base_bytes, place, average, out);
    const struct chunk_engine *e = chunk_engine();
    if (kind == COLUMN_CONST) {
        uint32_t value = (uint32_t)get_le_signed(r->p, base_bytes);
        r->p += base_bytes;
        for (size_t from = 0; from < rows * CHUNK_LANES; from += GROUP_VALUES)
            unpack(e, place, 0, NULL, value, average + from, out + from);
        return NULL;
    }
    uint32_t *column = place == COLUMN_ALONE ? out : room->column;
    TRY(get_delta(room, r, rows, base_bytes, shift, column));
    if (place != COLUMN_ALONE)
        e->place(place == COLUMN_BELOW, column, average, rows, out);
    return NULL;
}

/* ---- 64-bit words: totals. Low and high halves of a group are packed one behind the other. ---- */

static err *group_wide(struct chunk_room *room, struct chunk_reader *r, size_t rows, unsigned base_bytes, enum column_kind kind,
                       uint64_t *out)
{
    const struct chunk_engine *e = chunk_engine();
    struct group_read g;
    TRY(group_read(r, rows, base_bytes, 64, &g));
    uint32_t low[GROUP_VALUES] __attribute__((aligned(64))), high[GROUP_VALUES] __attribute__((aligned(64))) = {0};
    unsigned low_width = g.width < 32 ? g.width : 32;
    e->unpack(low_width, whole_group(room, r, g.low, rows, low_width), 0, low);
    if (g.width > 32)
        e->unpack(g.width - 32, whole_group(room, r, g.high, rows, g.width - 32), 0, high);
    uint64_t base = kind == COLUMN_FOR ? g.base : -(g.width ? UINT64_C(1) << (g.width - 1) : 0);
    for (size_t i = 0; i < rows * CHUNK_LANES; i++)
        out[i] = base + (low[i] | (uint64_t)high[i] << 32);
    for (unsigned i = 0; i < g.patches; i++)
        out[g.places[i]] += (uint64_t)get_le_signed(g.above + i * g.patch_bytes, g.patch_bytes) << g.width;
    return NULL;
}

static void undelta_wide(const uint64_t *deltas, size_t rows, const uint64_t base[CHUNK_LANES], unsigned shift, uint64_t *out)
{
    for (size_t l = 0; l < CHUNK_LANES; l++) {
        uint64_t s = base[l] << shift;
        for (size_t row = 0; row < rows; row++) {
            uint64_t d = deltas[row * CHUNK_LANES + l];
            out[l * rows + row] = (uint64_t)((int64_t)s >> shift) + d;
            s += d;
        }
    }
}

err *column_get_wide(struct chunk_room *room, struct chunk_reader *r, size_t slots, enum column_place place,
                     const uint64_t *average, uint64_t *out)
{
    const size_t rows = (slots + CHUNK_LANES - 1) / CHUNK_LANES, n = rows * CHUNK_LANES;
    enum column_kind kind;
    unsigned base_bytes, shift;
    TRY(tag_read(r, 8, &kind, &base_bytes, &shift));
    uint64_t base[CHUNK_LANES];
    for (size_t l = 0; kind != COLUMN_FOR && l < (kind == COLUMN_CONST ? 1 : CHUNK_LANES); l++, r->p += base_bytes)
        base[l] = (uint64_t)get_le_signed(r->p, base_bytes);
    uint64_t *packed = kind == COLUMN_DELTA ? room->wide : out;
    for (size_t from = 0; kind != COLUMN_CONST && from < rows; from += GROUP_ROWS)
        TRY(group_wide(room, r, rows_from(rows, from), kind == COLUMN_FOR ? base_bytes : 0, kind, packed + from * CHUNK_LANES));
    if (kind == COLUMN_DELTA)
        undelta_wide(packed, rows, base, shift, out);
    for (size_t i = 0; kind == COLUMN_CONST && i < n; i++)
        out[i] = base[0];
    for (size_t i = 0; place != COLUMN_ALONE && i < n; i++)
        out[i] = place == COLUMN_BELOW ? average[i] - out[i] : average[i] + out[i];
    return NULL;
}
