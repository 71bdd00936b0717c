/* Two widths of one kernel; where a processor has neither, rows of floats do it. */
#include "remote/plain.h"

#include <math.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define NEAR 0x1p-21f

#define LANES_N 16
#define VECTOR __m512
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi,popcnt")))
#define NAME(x) wide_##x
#define NUMBERS(p) _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const void *)(p))))
#define ALL(f) _mm512_set1_ps(f)
#define WHERE(op, a, b) (uint32_t)_mm512_cmp_ps_mask(a, b, op)
#define ABS(v) _mm512_abs_ps(v)
#define TURN(v, by) _mm512_xor_ps(v, _mm512_and_ps(by, ALL(-0.0f)))
#define HALF(v) _mm512_or_ps(_mm512_and_ps(v, ALL(-0.0f)), ALL(0.5f))
#define LEAST(a, b) _mm512_min_ps(a, b)
#define MOST(a, b) _mm512_max_ps(a, b)
#define PACK(to, v, bits) _mm512_storeu_si512(to, _mm512_maskz_compress_epi32((__mmask16)(bits), _mm512_cvttps_epi32(v)))
#include "remote/plain_lanes.h"

#define AVX2 __attribute__((target("avx2,bmi,popcnt")))
AVX2 static inline void pack8(int32_t *to, __m256i v, uint32_t bits)
{
    int32_t all[8];
    _mm256_storeu_si256((void *)all, v);
    for (; bits; bits &= bits - 1)
        *to++ = all[__builtin_ctz(bits)];
}

#define LANES_N 8
#define VECTOR __m256
#define TARGET AVX2
#define NAME(x) narrow_##x
#define NUMBERS(p) _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)(p))))
#define ALL(f) _mm256_set1_ps(f)
#define WHERE(op, a, b) (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(a, b, op))
#define ABS(v) _mm256_andnot_ps(ALL(-0.0f), v)
#define TURN(v, by) _mm256_xor_ps(v, _mm256_and_ps(by, ALL(-0.0f)))
#define HALF(v) _mm256_or_ps(_mm256_and_ps(v, ALL(-0.0f)), ALL(0.5f))
#define LEAST(a, b) _mm256_min_ps(a, b)
#define MOST(a, b) _mm256_max_ps(a, b)
#define PACK(to, v, bits) pack8(to, _mm256_cvttps_epi32(v), bits)
#include "remote/plain_lanes.h"

/* Sizes at which no step overflows or leaves the normal numbers, so that what is a number stays one and NEAR holds. */
static bool tame(const struct convert *k)
{
    float scale = fabsf(k->scale);
    return k->sample == SAMPLE_U16 && scale >= 1e-6f && scale <= 1e6f && fabsf(k->add) <= 1e9f;
}

const struct plain_kernel *plain_kernel(const struct plain_job *j, int most)
{
    static const struct plain_kernel wide = {"AVX-512", wide_judge, wide_index}, narrow = {"AVX2", narrow_judge, narrow_index};
    float t = fabsf(j->plain.threshold);
    if (!tame(&j->left) || !tame(&j->right) || !(t == 0 || (t >= 1e-6f && t <= 1e6f)))
        return NULL;
    if (most >= 2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("popcnt"))
        return &wide;
    return most >= 1 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") ? &narrow : NULL;
}

#else

const struct plain_kernel *plain_kernel(const struct plain_job *j, int most)
{
    (void)j, (void)most;
    return NULL;
}

#endif
