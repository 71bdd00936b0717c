/*
 * Packing a column. Every way of packing is costed exactly, from a histogram of bit lengths, and the cheapest wins; a tie
 * goes to the one tried first, so the bytes depend on the values alone.
 *
 * Frame of reference suits noise around a level, deltas suit drift. In between stands what an analyser gives: a slow level
 * under white noise, where a delta carries the noise twice. There `shift` predicts by the exponential mean of what went
 * before, s / 2^shift with s += d: the decoder's sum stays one addition a value, and shift 0 is the plain delta.
 */
#include "monitor/series/chunk_private.h"

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

/* lengths[b]: values of b bits. Finds the width at which low bits and patches together are shortest. */
static size_t group_choose(const uint16_t lengths[65], size_t rows, unsigned word_bits, struct group *ret)
{
    unsigned longest = word_bits, above = 0;
    while (longest && !lengths[longest])
        longest--;
    size_t least = SIZE_MAX;
    for (unsigned width = longest;; width--) {
        unsigned high = (longest - width) / 8 + 1, most = word_bits / 8;
        unsigned patch_bytes = high < most ? high : most;
        size_t bytes = 1 + packed_bytes(rows, width < 32 ? width : 32) + (width > 32 ? packed_bytes(rows, width - 32) : 0) +
                       (above ? 2 + above * (1 + patch_bytes) : 0);
        if (bytes < least) {
            least = bytes;
            ret->width = width;
            ret->patches = above;
            ret->patch_bytes = patch_bytes;
        }
        above += lengths[width];
        if (width == 0 || above > UINT8_MAX)
            return least;
    }
}

static void put32_delta(const uint32_t *lanes, size_t rows, unsigned shift, uint32_t *deltas)
{
    chunk_engine()->delta(lanes, rows, shift, deltas);
}

static void put64_delta(const uint64_t *lanes, size_t rows, unsigned shift, uint64_t *deltas)
{
    for (size_t l = 0; l < CHUNK_LANES; l++) {
        uint64_t s = lanes[l] << shift;
        for (size_t i = l; i < rows * CHUNK_LANES; i += CHUNK_LANES) {
            deltas[i] = lanes[i] - (uint64_t)((int64_t)s >> shift);
            s += deltas[i];
        }
    }
}

#define WORD uint32_t
#define SIGNED int32_t
#define PUT(name) put32_##name
#include "monitor/series/chunk_column_put.h"

#define WORD uint64_t
#define SIGNED int64_t
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
