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

static void scalar_pack(unsigned width, const uint32_t *in, size_t rows, uint8_t *out)
{
    memset(out, 0, packed_bytes(rows, width));
    for (size_t i = 0; width && i < rows * CHUNK_LANES; i++) {
        size_t bit = i / CHUNK_LANES * width, word = bit / 32, shift = bit % 32;
        uint8_t *p = out + 4 * (word * CHUNK_LANES + i % CHUNK_LANES);
        uint64_t u = (uint64_t)(in[i] & mask_of(width)) << shift;
        put_le(p, get_le(p, 4) | (u & UINT32_MAX), 4);
        if (shift + width > 32)
            put_le(p + 4 * CHUNK_LANES, u >> 32, 4);
    }
}

static void scalar_delta(const uint32_t *lanes, size_t rows, unsigned shift, uint32_t *deltas)
{
    for (size_t l = 0; l < CHUNK_LANES; l++) {
        uint32_t s = lanes[l] << shift;
        for (size_t i = l; i < rows * CHUNK_LANES; i += CHUNK_LANES) {
            deltas[i] = lanes[i] - (uint32_t)((int32_t)s >> shift);
            s += deltas[i];
        }
    }
}

const struct chunk_engine chunk_scalar = {"scalar", scalar_unpack, scalar_unpack_below, scalar_unpack_above,
                                          scalar_undelta, scalar_pack, scalar_delta};

/* ---- eight at a time; packed words are little-endian, so only where memory is ---- */

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
typedef uint32_t word8 __attribute__((vector_size(32)));
typedef int32_t word8_signed __attribute__((vector_size(32)));
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

static const struct chunk_engine *vector_engine(void)
{
    return __builtin_cpu_supports("avx2") ? &avx2_engine : &base_engine;
}
#else
static const struct chunk_engine *vector_engine(void)
{
    return &base_engine;
}
#endif
#else
static const struct chunk_engine *vector_engine(void)
{
    return NULL;
}
#endif

static atomic_bool vector_off;

const struct chunk_engine *chunk_engine(void)
{
    const struct chunk_engine *e = vector_engine();
    return e && !atomic_load_explicit(&vector_off, memory_order_relaxed) ? e : &chunk_scalar;
}

void chunk_vector_disable(bool off)
{
    atomic_store(&vector_off, off);
}

bool chunk_vector_available(void)
{
    return vector_engine() != NULL;
}
