/*
 * The hand a JPEG was written in. A camera writes all its files alike: the same order of segments, the same Huffman tables, the same sampling of colour.
 * Quantisation tables it may change from picture to picture to hold a size (the FC300S does), so tables themselves are not compared, only whether they
 * are Annex K's scaled the way libjpeg scales them, which is what most programs write and few cameras do.
 */
#include "patrol/private.h"

#include <string.h>

enum { ZIGZAG = 64 };
/* Rec. ITU-T T.81, tables K.1 and K.2, in the zigzag order in which a file holds them. */
static const uint8_t bright[ZIGZAG] = {16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40,  26,  24,  22,  22,  24,  49, 35, 37,  29, 40,  58,  51,  61, 60, 57, 51,
                                       56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95,  98,  103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99};
static const uint8_t coloured[ZIGZAG] = {17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
                                         99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};

static uint32_t hash(uint32_t h, const uint8_t *p, size_t n)
{
    h = h ? h : 2166136261u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * 16777619u;
    return h ? h : 1;
}

static bool scaled(const uint8_t *table, const uint8_t *standard)
{
    for (int quality = 1; quality <= 100; quality++) {
        int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality, k = 0;
        for (; k < ZIGZAG; k++) {
            int v = (standard[k] * scale + 50) / 100;
            if (table[k] != (v < 1 ? 1 : v > 255 ? 255 : v))
                break;
        }
        if (k == ZIGZAG)
            return true;
    }
    return false;
}

/* One segment may hold several tables. */
static void quantisation(struct coding *c, str s)
{
    const uint8_t *p = (const uint8_t *)s.p;
    for (size_t at = 0; at < s.n;) {
        size_t n = 1 + (p[at] >> 4 ? 2 * ZIGZAG : ZIGZAG);
        if (n > s.n - at)
            return;
        bool own = p[at] >> 4 || !scaled(p + at + 1, p[at] & 15 ? coloured : bright);
        c->tables = own || c->tables == TABLES_OWN ? TABLES_OWN : TABLES_SCALED;
        at += n;
    }
}

void coding_segment(struct coding *c, uint8_t *last, uint8_t marker, str s)
{
    const uint8_t *p = (const uint8_t *)s.p;
    bool application = marker >= 0xe0 && marker <= 0xef;
    if (marker != *last || application) {
        uint32_t before = c->order;
        c->order = hash(c->order, &marker, 1);
        if (application) /* whose it is; long ones go over many segments, which count once */
            c->order = hash(c->order, p, s.n < 4 ? s.n : 4);
        if (marker == *last && s.n >= 4 && !memcmp(&c->last_kind, p, 4))
            c->order = before;
        c->last_kind = 0;
        if (application && s.n >= 4)
            memcpy(&c->last_kind, p, 4);
    }
    *last = marker;
    if (marker == 0xdb)
        quantisation(c, s);
    else if (marker == 0xc4)
        c->huffman = hash(c->huffman, p, s.n);
    else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc8 && marker != 0xcc && s.n > 6) {
        c->sampling = hash(hash(0, &marker, 1), p, 1); /* process and depth; then how often each colour is sampled */
        for (size_t i = 7; i < s.n; i += 3)
            c->sampling = hash(c->sampling, p + i, 1);
    } else if (marker == 0xe2 && str_starts(s, S("MPF\0"))) {
        c->parts |= PART_MORE_PICTURES;
    }
}

/* Long segments of raw counts are written in pieces: a camera may write one more or one less. */
str coding_text(struct arena *a, const struct coding *c)
{
    return arena_printf(a, "%x-%x-%x-%x-%x", c->order, c->huffman, c->sampling, c->tables, c->parts);
}

void coding_read(str s, struct coding *ret)
{
    uint32_t v[5] = {0};
    size_t n = 0, digits = 0;
    for (size_t i = 0; i <= s.n && n < 5; i++) {
        if (i == s.n || s.p[i] == '-') {
            if (!digits)
                return;
            n++, digits = 0;
            continue;
        }
        int d = s.p[i] >= '0' && s.p[i] <= '9' ? s.p[i] - '0' : s.p[i] >= 'a' && s.p[i] <= 'f' ? s.p[i] - 'a' + 10 : -1;
        if (d < 0 || ++digits > 8)
            return;
        v[n] = v[n] << 4 | (uint32_t)d;
    }
    if (n == 5 && v[3] <= TABLES_OWN)
        *ret = (struct coding){.order = v[0], .huffman = v[1], .sampling = v[2], .tables = v[3], .parts = v[4]};
}
