/*
 * Moving bits, plainly and with vectors, and the choice between them. A group is 32 rows of eight lanes; lane l of row r
 * stands in the l-th word of eight, r * width bits down its stream of words. So eight neighbours are
 * unpacked by one shift, and on a machine without vectors the same bytes are read word by word.
 */
#include "monitor/series/chunk_private.h"

#include <stdatomic.h>

/* ---- one value at a time: the meaning of the bytes ---- */

static uint32_t mask_of(unsigned width)
{
    return width == 32 ? UINT32_MAX : (UINT32_C(1) << width) - 1;
}

static uint32_t value_at(const uint8_t *in, unsigned width, size_t row, size_t lane)
{
    if (width == 0)
        return 0;
    size_t bit = row * width, word = bit / 32, shift = bit % 32;
    uint32_t u = (uint32_t)get_le(in + 4 * (word * CHUNK_LANES + lane), 4) >> shift;
    if (shift + width > 32)
        u |= (uint32_t)get_le(in + 4 * ((word + 1) * CHUNK_LANES + lane), 4) << (32 - shift);
    return u & mask_of(width);
}

static void scalar_unpack(unsigned width, const uint8_t *in, uint32_t base, uint32_t *out)
{
    for (size_t i = 0; i < GROUP_VALUES; i++)
        out[i] = base + value_at(in, width, i / CHUNK_LANES, i % CHUNK_LANES);
}

static void scalar_unpack_below(unsigned width, const uint8_t *in, uint32_t base, const uint32_t *average, uint32_t *out)
{
    for (size_t i = 0; i < GROUP_VALUES; i++)
        out[i] = average[i] - base - value_at(in, width, i / CHUNK_LANES, i % CHUNK_LANES);
}

static void scalar_unpack_above(unsigned width, const uint8_t *in, uint32_t base, const uint32_t *average, uint32_t *out)
{
    for (size_t i = 0; i < GROUP_VALUES; i++)
        out[i] = average[i] + base + value_at(in, width, i / CHUNK_LANES, i % CHUNK_LANES);
}

static void scalar_undelta(const uint32_t *deltas, size_t rows, const uint32_t base[CHUNK_LANES], unsigned shift, uint32_t *out)
{
    for (size_t l = 0; l < CHUNK_LANES; l++) {
        uint32_t s = base[l] << shift;
        for (size_t r = 0; r < rows; r++) {
            uint32_t d = deltas[r * CHUNK_LANES + l];
            out[l * rows + r] = (uint32_t)((int32_t)s >> shift) + d;
            s += d;
        }
    }
}

static void scalar_place(bool below, const uint32_t *column, const uint32_t *average, size_t rows, uint32_t *out)
{
    for (size_t i = 0; i < rows * CHUNK_LANES; i++)
        out[i] = below ? average[i] - column[i] : average[i] + column[i];
}

static void scalar_pack(unsigned width, const uint32_t *in, uint32_t base, size_t rows, uint8_t *out)
{
    memset(out, 0, packed_bytes(rows, width));
    for (size_t i = 0; width && i < rows * CHUNK_LANES; i++) {
        size_t bit = i / CHUNK_LANES * width, word = bit / 32, shift = bit % 32;
        uint8_t *p = out + 4 * (word * CHUNK_LANES + i % CHUNK_LANES);
        uint64_t u = (uint64_t)((in[i] - base) & mask_of(width)) << shift;
        put_le(p, get_le(p, 4) | (u & UINT32_MAX), 4);
        if (shift + width > 32)
            put_le(p + 4 * CHUNK_LANES, u >> 32, 4);
    }
}

static void scalar_lanes(const uint32_t *in, size_t rows, uint32_t *out)
{
    for (size_t i = 0; i < rows * CHUNK_LANES; i++)
        out[i] = in[i % CHUNK_LANES * rows + i / CHUNK_LANES];
}

static uint32_t zigzag(uint32_t d)
{
    return d << 1 ^ (uint32_t)((int32_t)d >> 31);
}

static void scalar_delta(const uint32_t *lanes, size_t rows, unsigned shift, uint32_t stray, uint32_t *deltas,
                         uint32_t sums[CHUNK_GROUPS])
{
    memset(sums, 0, CHUNK_GROUPS * sizeof *sums);
    for (size_t l = 0; l < CHUNK_LANES; l++) {
        uint32_t s = lanes[l] << shift;
        for (size_t i = l; i < rows * CHUNK_LANES; i += CHUNK_LANES) {
            uint32_t d = lanes[i] - (uint32_t)((int32_t)s >> shift);
            deltas[i] = d;
            s += d;
            sums[i / GROUP_VALUES] += zigzag(d) < stray ? zigzag(d) : stray;
        }
    }
}

static unsigned scalar_lengths(const uint32_t *v, size_t rows, uint32_t from, bool is_signed, uint16_t above[65])
{
    uint16_t count[33] = {0};
    unsigned longest = 0, more = 0;
    for (size_t i = 0; i < rows * CHUNK_LANES; i++) {
        uint32_t u = is_signed ? zigzag(v[i] - from) : v[i] - from;
        unsigned length = u ? 32 - (unsigned)__builtin_clz(u) : 0;
        longest = length > longest ? length : longest;
        count[length]++;
    }
    for (unsigned w = longest + 1; w-- > 0; more += count[w])
        above[w] = (uint16_t)(more <= UINT8_MAX ? more : UINT8_MAX + 1);
    return longest;
}

static struct chunk_range scalar_range(const uint32_t *v, size_t rows, int32_t low, int32_t high)
{
    struct chunk_range r = {(int32_t)v[0], (int32_t)v[0], 0};
    for (size_t i = 0; i < rows * CHUNK_LANES; i++) {
        int32_t x = (int32_t)v[i];
        r.least = x < r.least ? x : r.least;
        r.most = x > r.most ? x : r.most;
        r.sum += x < low ? low : x > high ? high : x;
    }
    return r;
}

const struct chunk_engine chunk_scalar = {
    "scalar",     scalar_unpack, scalar_unpack_below, scalar_unpack_above, scalar_undelta, scalar_place,
    scalar_pack,  scalar_lanes,  scalar_delta,        scalar_lengths,      scalar_range,
};

/* ---- eight at a time; packed words are little-endian, so only where memory is ---- */

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#if defined(__has_feature)
#define CHUNK_SANITIZED (__has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer))
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CHUNK_SANITIZED 1
#else
#define CHUNK_SANITIZED 0
#endif
#if CHUNK_SANITIZED
#define KERNEL_INLINE
#else
#define KERNEL_INLINE inline __attribute__((always_inline))
#endif

typedef uint32_t word8 __attribute__((vector_size(32)));
typedef int32_t word8_signed __attribute__((vector_size(32)));
typedef float float8 __attribute__((vector_size(32)));
typedef int8_t byte32 __attribute__((vector_size(32)));
typedef uint64_t word4 __attribute__((vector_size(32)));
typedef uint32_t word8_any __attribute__((vector_size(32), aligned(1), may_alias)); /* anywhere in memory */

#define KERNEL(name) base_##name
#define KERNEL_TARGET
#define KERNEL_NAME "vector"
#include "monitor/series/chunk_kernels.h"

#if defined(__x86_64__)
#define KERNEL(name) avx2_##name
#define KERNEL_TARGET __attribute__((target("avx2")))
#define KERNEL_NAME "avx2"
#include "monitor/series/chunk_kernels.h"
#endif
#endif

size_t chunk_engines(const struct chunk_engine *ret[CHUNK_ENGINES])
{
    size_t n = 0;
    ret[n++] = &chunk_scalar;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    ret[n++] = &base_engine;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        ret[n++] = &avx2_engine;
#endif
#endif
    return n;
}

static atomic_bool vector_off;

const struct chunk_engine *chunk_engine(void)
{
    const struct chunk_engine *engines[CHUNK_ENGINES];
    size_t n = chunk_engines(engines);
    return atomic_load_explicit(&vector_off, memory_order_relaxed) ? engines[0] : engines[n - 1];
}

void chunk_vector_disable(bool off)
{
    atomic_store(&vector_off, off);
}

bool chunk_vector_available(void)
{
    const struct chunk_engine *engines[CHUNK_ENGINES];
    return chunk_engines(engines) > 1;
}
