/*
 * Flags. Most slots of a day carry one letter; the others come in short runs (a lost minute, a calibration of ten). So the
 * commonest letter is the ground and a run is two bytes: how far it is from the end of the run before, and its
 * length and letter together, the letter as the low digit in base "other letters there are".
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
    uint8_t digit[256];
    UNSET struct run runs[CHUNK_SLOTS];
    size_t runs_n = runs_of(flag, slots, runs), ground = 0, n = 2;
    uint32_t others = 0, told = 0;
    for (size_t i = 0; i < runs_n; i++)
        count[flag[runs[i].from]] = (uint16_t)(count[flag[runs[i].from]] + runs[i].length);
    for (size_t letter = 1; letter < 256; letter++)
        ground = count[letter] > count[ground] ? letter : ground;
    for (size_t letter = 0; letter < 256; letter++) {
        if (count[letter] && letter != ground) {
            digit[letter] = (uint8_t)others++;
            p[n++] = (uint8_t)letter;
        }
    }
    p[0] = (uint8_t)ground;
    p[1] = (uint8_t)others;
    if (!others)
        return n;
    for (size_t i = 0; i < runs_n; i++)
        told += flag[runs[i].from] != ground;
    n += chunk_varint_put(p + n, told);
    for (size_t i = 0, end = 0; i < runs_n; i++) {
        uint8_t letter = flag[runs[i].from];
        if (letter == ground)
            continue;
        n += chunk_varint_put(p + n, (uint32_t)(runs[i].from - end));
        n += chunk_varint_put(p + n, (runs[i].length - 1U) * others + digit[letter]);
        end = runs[i].from + runs[i].length;
    }
    return n;
}

err *flags_get(struct chunk_reader *r, uint8_t *flag, size_t slots)
{
    if (chunk_left(r) < 2 || chunk_left(r) < 2U + r->p[1])
        return chunk_damaged(r, "标记段中断");
    uint32_t others = r->p[1], runs, gap, run;
    const uint8_t *letter = r->p + 2;
    memset(flag, r->p[0], (slots + CHUNK_PAD - 1) / CHUNK_PAD * CHUNK_PAD);
    r->p += 2 + others;
    if (!others)
        return NULL;
    if (!chunk_varint(r, &runs))
        return chunk_damaged(r, "标记段数无法读出");
    size_t at = 0;
    for (uint32_t i = 0; i < runs; i++) {
        if (!chunk_varint(r, &gap) || !chunk_varint(r, &run))
            return chunk_damaged(r, "标记段无法读出");
        size_t length = run / others + 1;
        if (gap > slots - at || length > slots - at - gap)
            return chunk_damaged(r, "标记段超出当日时段数");
        at += gap;
        if (length == 1)
            flag[at] = letter[run % others];
        else
            memset(flag + at, letter[run % others], length);
        at += length;
    }
    return NULL;
}
