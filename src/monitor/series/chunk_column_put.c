/*
 * Packing a column. Frame of reference and deltas are costed from histograms of bit lengths, and the shorter wins. All
 * that decides is integer arithmetic on the values, so every machine writes the same bytes.
 *
 * Frame of reference suits noise around a level, deltas suit drift. In between stands what an analyser gives: a slow level
 * under white noise, where a delta carries the noise twice. There `shift` predicts by the exponential mean of what went
 * before, s / 2^shift with s += d: the decoder's sum stays one addition a value, and shift 0 is the plain delta.
 */
#include "monitor/series/chunk_private.h"

/* What takes longer to read must be worth it: deltas one part in so many, patches so many bytes a group. */
enum { DELTA_MUST_SAVE = 32, PATCHED_MUST_SAVE = 8 };
enum { STRAY = 0xffff /* deltas count no more than this in the choice */ };

struct group {
    uint64_t base;
    unsigned width, patches, patch_bytes;
};
struct plan {
    enum column_kind kind;
    unsigned base_size, shift;
    struct group group[CHUNK_GROUPS];
};

static size_t group_rows(size_t rows, size_t from)
{
    return rows - from < GROUP_ROWS ? rows - from : GROUP_ROWS;
}

static uint8_t column_tag(enum column_kind kind, unsigned base_size, unsigned shift)
{
    return (uint8_t)(kind | base_size << 2 | shift << 4);
}

/* Half of what a width spans: deltas are packed with it added, so that both signs fit. */
static uint64_t half_of(unsigned width)
{
    return width ? UINT64_C(1) << (width - 1) : 0;
}

/* Bytes for so many bits, sign among them: 1, 2, 4 or 8, and never more than the word. */
static unsigned bytes_for(unsigned bits, unsigned word_bits)
{
    unsigned bytes = bits <= 8 ? 1 : bits <= 16 ? 2 : bits <= 32 ? 4 : 8;
    return bytes < word_bits / 8 ? bytes : word_bits / 8;
}

/* 16 * log2(v), the fraction linear between powers of two. */
static uint64_t log2_sixteenths(uint32_t v)
{
    unsigned whole = 31 - (unsigned)__builtin_clz(v);
    return whole * 16 + (uint32_t)(((uint64_t)v << 4 >> whole) & 15);
}

/* above[w]: values longer than w bits, for w up to the longest. Finds the width at which low bits and patches are shortest.
 * Returns the cost in bytes. */
static size_t group_choose(const uint16_t above[65], unsigned longest, size_t rows, unsigned word_bits, struct group *ret)
{
    size_t least = SIZE_MAX;
    for (unsigned width = longest + 1; width-- > 0 && above[width] <= UINT8_MAX;) {
        unsigned patch_bytes = bytes_for(longest - width + 1, word_bits);
        size_t cost = 1 + packed_bytes(rows, width < 32 ? width : 32) + (width > 32 ? packed_bytes(rows, width - 32) : 0) +
                       (above[width] ? 2U + PATCHED_MUST_SAVE + above[width] * (1 + patch_bytes) : 0);
        if (cost < least) {
            least = cost;
            ret->width = width;
            ret->patches = above[width];
            ret->patch_bytes = patch_bytes;
        }
    }
    return least;
}

/* ---- 32 bits: the engine does it ---- */

static void put32_range(const uint32_t *v, size_t rows, int32_t low, int32_t high, uint32_t *ret_least, uint32_t *ret_most,
                        uint32_t *ret_mean)
{
    struct chunk_range r = chunk_engine()->range(v, rows, low, high);
    *ret_least = (uint32_t)r.least;
    *ret_most = (uint32_t)r.most;
    *ret_mean = (uint32_t)(r.sum / (int64_t)(rows * CHUNK_LANES));
}

static void put32_delta(const uint32_t *lanes, size_t rows, unsigned shift, uint32_t *deltas, uint32_t sums[CHUNK_GROUPS])
{
    chunk_engine()->delta(lanes, rows, shift, STRAY, deltas, sums);
}

static void put32_lanes(const uint32_t *v, size_t rows, uint32_t *lanes)
{
    chunk_engine()->lanes(v, rows, lanes);
}

static unsigned put32_lengths(const uint32_t *v, size_t rows, uint32_t from, bool is_signed, uint16_t above[65])
{
    return chunk_engine()->lengths(v, rows, from, is_signed, above);
}

static uint8_t *put32_low(uint8_t *p, const uint32_t *v, size_t rows, uint32_t base, unsigned width)
{
    chunk_engine()->pack(width, v, base, rows, p);
    return p + packed_bytes(rows, width);
}

/* ---- 64 bits: totals, seldom; plainly ---- */

static void put64_range(const uint64_t *v, size_t rows, int64_t low, int64_t high, uint64_t *ret_least, uint64_t *ret_most,
                        uint64_t *ret_mean)
{
    int64_t least = (int64_t)v[0], most = least;
    __int128 sum = 0;
    for (size_t i = 0; i < rows * CHUNK_LANES; i++) {
        int64_t x = (int64_t)v[i];
        least = x < least ? x : least;
        most = x > most ? x : most;
        sum += x < low ? low : x > high ? high : x;
    }
    *ret_least = (uint64_t)least;
    *ret_most = (uint64_t)most;
    *ret_mean = (uint64_t)(int64_t)(sum / (int64_t)(rows * CHUNK_LANES));
}

static void put64_delta(const uint64_t *lanes, size_t rows, unsigned shift, uint64_t *deltas, uint32_t sums[CHUNK_GROUPS])
{
    memset(sums, 0, CHUNK_GROUPS * sizeof *sums);
    for (size_t l = 0; l < CHUNK_LANES; l++) {
        uint64_t s = lanes[l] << shift;
        for (size_t i = l; i < rows * CHUNK_LANES; i += CHUNK_LANES) {
            uint64_t d = lanes[i] - (uint64_t)((int64_t)s >> shift), zigzag = d << 1 ^ (uint64_t)((int64_t)d >> 63);
            s += d;
            deltas[i] = d;
            sums[i / GROUP_VALUES] += (uint32_t)(zigzag < STRAY ? zigzag : STRAY);
        }
    }
}

static void put64_lanes(const uint64_t *v, size_t rows, uint64_t *lanes)
{
    for (size_t i = 0; i < rows * CHUNK_LANES; i++)
        lanes[i] = v[i % CHUNK_LANES * rows + i / CHUNK_LANES];
}

static unsigned put64_lengths(const uint64_t *v, size_t rows, uint64_t from, bool is_signed, uint16_t above[65])
{
    uint16_t count[65] = {0};
    unsigned longest = 0, more = 0;
    for (size_t i = 0; i < rows * CHUNK_LANES; i++) {
        uint64_t u = v[i] - from;
        u = is_signed ? u << 1 ^ (uint64_t)((int64_t)u >> 63) : u;
        unsigned length = u ? 64 - (unsigned)__builtin_clzll(u) : 0;
        longest = length > longest ? length : longest;
        count[length]++;
    }
    for (unsigned w = longest + 1; w-- > 0; more += count[w])
        above[w] = (uint16_t)(more <= UINT8_MAX ? more : UINT8_MAX + 1);
    return longest;
}

static uint8_t *put64_low(uint8_t *p, const uint64_t *v, size_t rows, uint64_t base, unsigned width)
{
    uint32_t half[GROUP_VALUES];
    for (unsigned from = 0; from < 64 && (from == 0 || width > from); from += 32) {
        unsigned bits = width - from < 32 ? width - from : 32;
        for (size_t i = 0; i < rows * CHUNK_LANES; i++)
            half[i] = (uint32_t)((v[i] - base) >> from);
        p = put32_low(p, half, rows, 0, bits);
    }
    return p;
}

#define WORD uint32_t
#define SIGNED int32_t
#define SIGNED_MIN INT32_MIN
#define SIGNED_MAX INT32_MAX
#define PUT(name) put32_##name
#include "monitor/series/chunk_column_put.h"

#define WORD uint64_t
#define SIGNED int64_t
#define SIGNED_MIN INT64_MIN
#define SIGNED_MAX INT64_MAX
#define PUT(name) put64_##name
#include "monitor/series/chunk_column_put.h"

size_t column_put(uint8_t *p, uint32_t *values, size_t slots)
{
    return put32_column(p, values, slots);
}

size_t column_put_wide(uint8_t *p, uint64_t *values, size_t slots)
{
    return put64_column(p, values, slots);
}
