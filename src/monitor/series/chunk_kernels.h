/*
 * The kernels with vectors of eight words, for GCC and clang vector extensions: no intrinsics, so NEON and LASX get them
 * as well. Included once for each processor: KERNEL(name) gives a function its name, KERNEL_TARGET its attribute.
 *
 * The width is a constant in every copy of unpack_rows(): after inlining each of the 32 rows is one shift, one mask
 * and, where a value straddles two words, a second shift and an or.
 */

#define ROWS_32(row)                                                                            \
    row(0) row(1) row(2) row(3) row(4) row(5) row(6) row(7) row(8) row(9) row(10) row(11)       \
    row(12) row(13) row(14) row(15) row(16) row(17) row(18) row(19) row(20) row(21) row(22)     \
    row(23) row(24) row(25) row(26) row(27) row(28) row(29) row(30) row(31)
/* With sanitizers a check stands before every access: unrolled, they would take minutes to compile. */
#if CHUNK_SANITIZED
#define EACH_ROW(row) for (unsigned each = 0; each < GROUP_ROWS; each++) row(each)
#else
#define EACH_ROW(row) ROWS_32(row)
#endif
#define EIGHT(of) of(0) of(1) of(2) of(3) of(4) of(5) of(6) of(7)

#define UNPACK_ROW(r)                                                                           \
    {                                                                                           \
        const unsigned bit = (r) * width, shift = bit % 32;                                     \
        word8 u = in[bit / 32] >> shift;                                                        \
        if (shift + width > 32)                                                                 \
            u |= in[bit / 32 + 1] << (32 - shift) % 32;                                         \
        u &= mask;                                                                              \
        if (place == COLUMN_ALONE)                                                              \
            out[r] = u + base;                                                                  \
        else if (place == COLUMN_BELOW)                                                         \
            out[r] = average[r] - base - u;                                                     \
        else                                                                                    \
            out[r] = average[r] + base + u;                                                     \
    }
#define FILL_ROW(r)                                                                             \
    {                                                                                           \
        if (place == COLUMN_ALONE)                                                              \
            out[r] = zero + base;                                                               \
        else if (place == COLUMN_BELOW)                                                         \
            out[r] = average[r] - base;                                                         \
        else                                                                                    \
            out[r] = average[r] + base;                                                         \
    }

KERNEL_TARGET static KERNEL_INLINE void
KERNEL(unpack_rows)(const unsigned width, const enum column_place place, const word8_any *restrict in, uint32_t base,
                    const word8_any *average, word8_any *restrict out)
{
    if (width == 0) {
        const word8 zero = {0};
        EACH_ROW(FILL_ROW)
        return;
    }
    const uint32_t mask = width == 32 ? UINT32_MAX : (UINT32_C(1) << width) - 1;
    EACH_ROW(UNPACK_ROW)
}

#define WIDTH(w)                                                   \
    case w:                                                        \
        KERNEL(unpack_rows)(w, place, in, base, average, out);     \
        return;
#if CHUNK_SANITIZED
#define WIDTHS                                                     \
    CHECK(width <= 32);                                            \
    KERNEL(unpack_rows)(width, place, in, base, average, out);
#else
#define WIDTHS                                                     \
    switch (width) {                                               \
        ROWS_32(WIDTH)                                             \
        WIDTH(32)                                                  \
    default:                                                       \
        CHECK(width <= 32);                                        \
    }
#endif

KERNEL_TARGET static void KERNEL(unpack)(unsigned width, const uint8_t *bytes, uint32_t base, uint32_t *words)
{
    const enum column_place place = COLUMN_ALONE;
    const word8_any *in = (const word8_any *)bytes, *average = NULL;
    word8_any *out = (word8_any *)words;
    WIDTHS
}

KERNEL_TARGET static void KERNEL(unpack_below)(unsigned width, const uint8_t *bytes, uint32_t base,
                                               const uint32_t *averages, uint32_t *words)
{
    const enum column_place place = COLUMN_BELOW;
    const word8_any *in = (const word8_any *)bytes, *average = (const word8_any *)averages;
    word8_any *out = (word8_any *)words;
    WIDTHS
}

KERNEL_TARGET static void KERNEL(unpack_above)(unsigned width, const uint8_t *bytes, uint32_t base,
                                               const uint32_t *averages, uint32_t *words)
{
    const enum column_place place = COLUMN_ABOVE;
    const word8_any *in = (const word8_any *)bytes, *average = (const word8_any *)averages;
    word8_any *out = (word8_any *)words;
    WIDTHS
}

#define SUM_ROW(i)                                  \
    {                                               \
        const word8 d = in[i];                      \
        x##i = (word8)((word8_signed)s >> shift) + d; \
        s += d;                                     \
    }
#define PAIR_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define PAIR_HIGH(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define QUAD_LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define QUAD_HIGH(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define HALF_LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define HALF_HIGH(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
/* Eight rows of eight become eight columns: y##i is the i-th word of x0 to x7. */
#define TRANSPOSE                                                                                                     \
    const word8 a0 = PAIR_LOW(x0, x1), a1 = PAIR_HIGH(x0, x1), a2 = PAIR_LOW(x2, x3), a3 = PAIR_HIGH(x2, x3);         \
    const word8 a4 = PAIR_LOW(x4, x5), a5 = PAIR_HIGH(x4, x5), a6 = PAIR_LOW(x6, x7), a7 = PAIR_HIGH(x6, x7);         \
    const word8 b0 = QUAD_LOW(a0, a2), b1 = QUAD_HIGH(a0, a2), b2 = QUAD_LOW(a1, a3), b3 = QUAD_HIGH(a1, a3);         \
    const word8 b4 = QUAD_LOW(a4, a6), b5 = QUAD_HIGH(a4, a6), b6 = QUAD_LOW(a5, a7), b7 = QUAD_HIGH(a5, a7);         \
    const word8 y0 = HALF_LOW(b0, b4), y1 = HALF_LOW(b1, b5), y2 = HALF_LOW(b2, b6), y3 = HALF_LOW(b3, b7);           \
    const word8 y4 = HALF_HIGH(b0, b4), y5 = HALF_HIGH(b1, b5), y6 = HALF_HIGH(b2, b6), y7 = HALF_HIGH(b3, b7);
#define STORE_LANE(l) *(word8_any *)(out + (l) * rows + r) = y##l;
#define STORE_LAST(l) out[(l) * rows + r] = x0[l];
#define LOAD_LANE(l) const word8 x##l = *(const word8_any *)(in + (l) * rows + r);
#define STORE_ROW(i) *(word8_any *)(out + (r + (i)) * CHUNK_LANES) = y##i;
#define STORE_WORD(l) out[r * CHUNK_LANES + (l)] = in[(l) * rows + r];

KERNEL_TARGET static inline __attribute__((always_inline)) void
KERNEL(undelta_by)(const uint32_t *deltas, size_t rows, const uint32_t *base, const unsigned shift, uint32_t *out)
{
    word8 s = *(const word8_any *)base << shift, x0, x1, x2, x3, x4, x5, x6, x7;
    const word8_any *in = (const word8_any *)deltas;
    size_t r = 0;
    for (; r + 8 <= rows; r += 8, in += 8) {
        EIGHT(SUM_ROW)
        TRANSPOSE
        EIGHT(STORE_LANE)
    }
    for (; r < rows; r++, in++) {
        SUM_ROW(0)
        EIGHT(STORE_LAST)
    }
}

KERNEL_TARGET static void KERNEL(lanes)(const uint32_t *in, size_t rows, uint32_t *out)
{
    size_t r = 0;
    for (; r + 8 <= rows; r += 8) {
        EIGHT(LOAD_LANE)
        TRANSPOSE
        EIGHT(STORE_ROW)
    }
    for (; r < rows; r++) {
        EIGHT(STORE_WORD)
    }
}

KERNEL_TARGET static void KERNEL(undelta)(const uint32_t *deltas, size_t rows, const uint32_t base[CHUNK_LANES],
                                          unsigned shift, uint32_t *out)
{
    if (shift == 0)
        KERNEL(undelta_by)(deltas, rows, base, 0, out);
    else
        KERNEL(undelta_by)(deltas, rows, base, shift, out);
}

KERNEL_TARGET static void KERNEL(place)(bool below, const uint32_t *column, const uint32_t *average, size_t rows, uint32_t *out)
{
    const word8_any *c = (const word8_any *)column, *a = (const word8_any *)average;
    word8_any *o = (word8_any *)out;
    for (size_t r = 0; r < rows; r++)
        o[r] = below ? a[r] - c[r] : a[r] + c[r];
}

KERNEL_TARGET static void KERNEL(pack)(unsigned width, const uint32_t *words, uint32_t base, size_t rows, uint8_t *bytes)
{
    if (width == 0)
        return;
    const uint32_t mask = width == 32 ? UINT32_MAX : (UINT32_C(1) << width) - 1;
    const word8_any *in = (const word8_any *)words;
    word8_any *out = (word8_any *)bytes;
    word8 held = {0};
    unsigned bits = 0;
    for (size_t r = 0; r < rows; r++) {
        const word8 u = (in[r] - base) & mask;
        held |= u << bits;
        bits += width;
        if (bits >= 32) {
            *out++ = held;
            bits -= 32;
            held = bits ? u >> (width - bits) : (word8){0};
        }
    }
    if (bits)
        *out = held;
}

KERNEL_TARGET static void KERNEL(delta)(const uint32_t *lanes, size_t rows, unsigned shift, uint32_t stray, uint32_t *deltas,
                                        uint32_t sums[CHUNK_GROUPS])
{
    const word8_any *in = (const word8_any *)lanes;
    word8_any *out = (word8_any *)deltas;
    word8 s = in[0] << shift;
    for (size_t from = 0; from < rows; from += GROUP_ROWS) {
        word8 sum = {0};
        const size_t end = rows - from < GROUP_ROWS ? rows : from + GROUP_ROWS;
        for (size_t r = from; r < end; r++) {
            const word8 d = in[r] - (word8)((word8_signed)s >> shift);
            const word8 z = d << 1 ^ (word8)((word8_signed)d >> 31), far = (word8)(z > stray);
            out[r] = d;
            s += d;
            sum += (z & ~far) | (far & stray);
        }
        sums[from / GROUP_ROWS] = sum[0] + sum[1] + sum[2] + sum[3] + sum[4] + sum[5] + sum[6] + sum[7];
    }
}

/* A bit length is the exponent of the number as a float. Of two set bits at the top one is taken away first, so that rounding
 * cannot carry into the next power of two; the topmost bit, a sign to the conversion, is told apart. Four rows of lengths
 * then go into the bytes of one vector, and a comparison counts 32 at a time: a table of counters would make every
 * value wait for the one before. */
KERNEL_TARGET static unsigned KERNEL(lengths)(const uint32_t *v, size_t rows, uint32_t from, bool is_signed, uint16_t above[65])
{
    const word8_any *in = (const word8_any *)v;
    UNSET word8 bytes[GROUP_ROWS / 4];
    word8 all = {0};
    const size_t quads = (rows + 3) / 4;
    for (size_t q = 0; q < quads; q++) {
        word8 four = {0};
        for (size_t r = 4 * q; r < 4 * q + 4 && r < rows; r++) {
            word8 u = in[r] - from;
            if (is_signed)
                u = u << 1 ^ (word8)((word8_signed)u >> 31);
            all |= u;
            const word8 top = (word8)((word8_signed)u >> 31), one = u & ~(u >> 1) & ~top;
            const word8 exponent = (word8)__builtin_convertvector((word8_signed)one, float8) >> 23;
            four = four << 8 | ((exponent - 126) & (word8)(one != 0)) | (top & 32);
        }
        bytes[q] = four;
    }
    const uint32_t any = all[0] | all[1] | all[2] | all[3] | all[4] | all[5] | all[6] | all[7];
    const unsigned longest = any ? 32 - (unsigned)__builtin_clz(any) : 0;
    unsigned more = 0;
    for (unsigned w = longest + 1; w-- > 0;) {
        if (more <= UINT8_MAX) {
            byte32 count = {0};
            for (size_t q = 0; q < quads; q++)
                count -= (byte32)bytes[q] > (int8_t)w;
            const word4 four = (word4)count;
            uint64_t sums = four[0] + four[1] + four[2] + four[3];
            sums = (sums & UINT64_C(0x00ff00ff00ff00ff)) + (sums >> 8 & UINT64_C(0x00ff00ff00ff00ff));
            more = (unsigned)(sums * UINT64_C(0x0001000100010001) >> 48);
        }
        above[w] = (uint16_t)(more <= UINT8_MAX ? more : UINT8_MAX + 1);
    }
    return longest;
}

KERNEL_TARGET static struct chunk_range KERNEL(range)(const uint32_t *v, size_t rows, int32_t low, int32_t high)
{
    const word8_any *in = (const word8_any *)v;
    word8_signed least = (word8_signed)in[0], most = least, upper = {0};
    word8 lower = {0};
    for (size_t r = 0; r < rows; r++) {
        const word8_signed x = (word8_signed)in[r];
        const word8_signed less = x < least, more = x > most, below = x < low, above = x > high;
        least = (x & less) | (least & ~less);
        most = (x & more) | (most & ~more);
        const word8_signed held = (x & ~below & ~above) | (below & low) | (above & high);
        lower += (word8)held & 0xffff; /* at most 192 rows: neither half can overflow */
        upper += held >> 16;
    }
    struct chunk_range ret = {least[0], most[0], 0};
    for (int l = 0; l < CHUNK_LANES; l++) {
        ret.least = least[l] < ret.least ? least[l] : ret.least;
        ret.most = most[l] > ret.most ? most[l] : ret.most;
        ret.sum += (int64_t)upper[l] * 65536 + lower[l];
    }
    return ret;
}

static const struct chunk_engine KERNEL(engine) = {
    KERNEL_NAME,     KERNEL(unpack), KERNEL(unpack_below), KERNEL(unpack_above), KERNEL(undelta), KERNEL(place),
    KERNEL(pack),    KERNEL(lanes),  KERNEL(delta),        KERNEL(lengths),      KERNEL(range),
};

#undef ROWS_32
#undef EIGHT
#undef EACH_ROW
#undef UNPACK_ROW
#undef FILL_ROW
#undef WIDTH
#undef WIDTHS
#undef SUM_ROW
#undef PAIR_LOW
#undef PAIR_HIGH
#undef QUAD_LOW
#undef QUAD_HIGH
#undef HALF_LOW
#undef HALF_HIGH
#undef STORE_LANE
#undef STORE_LAST
#undef TRANSPOSE
#undef LOAD_LANE
#undef STORE_ROW
#undef STORE_WORD
#undef KERNEL
#undef KERNEL_TARGET
#undef KERNEL_NAME
