/*
 * Flags. Most slots of a day carry one letter; the others come in short runs (a lost minute, a calibration of ten). So the
 * commonest letter is the ground, and a run upon it is three bytes: its letter, its slot and its length. They are
 * of one size because guessing the size of the next one wrong costs a processor more than reading it.
 */
#include "monitor/series/chunk_private.h"

err *chunk_damaged(const struct chunk_reader *r, const char *what)
{
    return err_new(ERR_DAMAGED, "读数块第%zu字节：%s", (size_t)(r->p - r->from), what);
}

size_t chunk_varint_put(uint8_t *p, uint32_t v)
{
    size_t n = 0;
    for (; v >= 0x80; v >>= 7)
        p[n++] = (uint8_t)(v | 0x80);
    p[n++] = (uint8_t)v;
    return n;
}

bool chunk_varint(struct chunk_reader *r, uint32_t *ret)
{
    uint32_t v = 0;
    for (unsigned i = 0; i < 4 && i < chunk_left(r); i++) {
        v |= (uint32_t)(r->p[i] & 0x7f) << 7 * i;
        if (r->p[i] & 0x80)
            continue;
        if (i && !r->p[i])
            return false; /* longer than need be: there is one way to write a number */
        r->p += i + 1;
        *ret = v;
        return true;
    }
    return false;
}

struct run {
    uint16_t from, length;
};

/* Neighbours of one letter, eight slots at a step. */
static size_t runs_of(const uint8_t *flag, size_t slots, struct run *runs)
{
    size_t n = 0;
    for (size_t from = 0, to = 0; from < slots; from = to) {
        const uint64_t letters = flag[from] * UINT64_C(0x0101010101010101);
        while (to + 8 <= slots && get_le(flag + to, 8) == letters)
            to += 8;
        while (to < slots && flag[to] == flag[from])
            to++;
        runs[n++] = (struct run){(uint16_t)from, (uint16_t)(to - from)};
    }
    return n;
}

size_t flags_put(uint8_t *p, const uint8_t *flag, size_t slots)
{
    uint16_t count[256] = {0};
    UNSET struct run runs[CHUNK_SLOTS];
    size_t runs_n = runs_of(flag, slots, runs), ground = 0, n = 3, told = 0;
    for (size_t i = 0; i < runs_n; i++)
        count[flag[runs[i].from]] = (uint16_t)(count[flag[runs[i].from]] + runs[i].length);
    for (size_t letter = 1; letter < 256; letter++)
        ground = count[letter] > count[ground] ? letter : ground;
    for (size_t i = 0; i < runs_n; i++) {
        const unsigned from = runs[i].from, length = runs[i].length;
        const bool is_short = length < 1 << RUN_LENGTH_BITS;
        if (flag[from] == ground)
            continue;
        p[n] = flag[from];
        put_le(p + n + 1, from << RUN_LENGTH_BITS | (is_short ? length : 0), 2);
        n += 3;
        if (!is_short) {
            put_le(p + n, length, 2);
            n += 2;
        }
        told++;
    }
    p[0] = (uint8_t)ground;
    put_le(p + 1, told, 2);
    return n;
}

err *flags_get(struct chunk_reader *r, uint8_t *flag, size_t slots)
{
    if (chunk_left(r) < 3)
        return chunk_damaged(r, "标记段中断");
    const uint8_t ground = *r->p;
    size_t runs = get_le(r->p + 1, 2), end = 0;
    memset(flag, ground, (slots + CHUNK_PAD - 1) / CHUNK_PAD * CHUNK_PAD);
    r->p += 3;
    for (size_t i = 0; i < runs; i++) {
        if (chunk_left(r) < 3)
            return chunk_damaged(r, "标记段中断");
        const uint8_t letter = *r->p;
        size_t from = get_le(r->p + 1, 2) >> RUN_LENGTH_BITS, length = r->p[1] & ((1 << RUN_LENGTH_BITS) - 1);
        const bool is_long = length == 0;
        if (is_long && chunk_left(r) < RUN_BYTES_MAX)
            return chunk_damaged(r, "标记段中断");
        if (is_long)
            length = get_le(r->p + 3, 2);
        if (from < end || !length || length > slots || from > slots - length)
            return chunk_damaged(r, "标记段不按时序或超出当日时段数");
        r->p += is_long ? RUN_BYTES_MAX : 3;
        end = from + length;
        if (length <= sizeof(uint64_t)) { /* eight letters, then the ground again behind the run */
            memset(flag + from, letter, sizeof(uint64_t));
            memset(flag + end, ground, sizeof(uint64_t));
        } else {
            memset(flag + from, letter, length);
        }
    }
    return NULL;
}
