/*
 * Vectors run across diagonals, not along them: the recurrence of one diagonal is a chain, neighbours are independent. Better
 * pairs become rare after the first rows, so the vector part only asks whether there is one, and a plain loop takes it.
 */
#include "monitor/detect/profile.h"

#include <math.h>
#include <string.h>

enum { BLOCK = 64 /* diagonals at once, at most */ };
struct profile { size_t n; const double *df, *dg, *norm; double *r; size_t *at; };

static void take(const struct profile *p, size_t i, size_t j, const double *found, int lanes)
{
    for (int l = 0; l < lanes; l++) {
        if (found[l] > p->r[i])
            p->r[i] = found[l], p->at[i] = j + (size_t)l;
        if (found[l] > p->r[j + (size_t)l])
            p->r[j + (size_t)l] = found[l], p->at[j + (size_t)l] = i;
    }
}

#define KERNEL_PASTE_2(a, b) kernel_##a##_##b
#define KERNEL_PASTE(a, b) KERNEL_PASTE_2(a, b)
#define KERNEL(name) KERNEL_PASTE(name, KERNEL_NAME)
#if defined(__x86_64__)
#include <immintrin.h>

#define KERNEL_NAME wide
#define KERNEL_TARGET __attribute__((target("avx512f,avx512dq,avx512vl")))
#define KERNEL_LANES 8
#define KERNEL_VECTORS 8
#define KERNEL_BEATS(found, best, row) \
    ((unsigned)_mm512_cmp_pd_mask(found, best, _CMP_GT_OQ) | (unsigned)_mm512_cmp_pd_mask(found, row, _CMP_GT_OQ))
#include "monitor/detect/profile_kernel.h"
#undef KERNEL_NAME
#undef KERNEL_TARGET
#undef KERNEL_LANES
#undef KERNEL_VECTORS
#undef KERNEL_BEATS

#define KERNEL_NAME half
#define KERNEL_TARGET __attribute__((target("avx2,fma")))
#define KERNEL_LANES 4
#define KERNEL_VECTORS 6
#define KERNEL_BEATS(found, best, row) \
    (unsigned)_mm256_movemask_pd(_mm256_or_pd(_mm256_cmp_pd(found, best, _CMP_GT_OQ), _mm256_cmp_pd(found, row, _CMP_GT_OQ)))
#include "monitor/detect/profile_kernel.h"
#undef KERNEL_NAME
#undef KERNEL_TARGET
#undef KERNEL_LANES
#undef KERNEL_VECTORS
#undef KERNEL_BEATS
#endif
#define KERNEL_NAME pair
#define KERNEL_TARGET
#define KERNEL_LANES 2
#define KERNEL_VECTORS 4
#define KERNEL_BEATS(found, best, row) \
    ((unsigned)((found)[0] > (best)[0]) | (unsigned)((found)[1] > (best)[1]) | (unsigned)((found)[0] > (row)[0]) | (unsigned)((found)[1] > (row)[1]))
#include "monitor/detect/profile_kernel.h"

__attribute__((noinline)) static void plain_rows(const struct profile *p, size_t k, double cov)
{
    for (size_t i = 0; i + k < p->n; i++) {
        size_t j = i + k;
        cov += p->df[i] * p->dg[j] + p->dg[i] * p->df[j];
        double r = cov * p->norm[i] * p->norm[j];
        if (r > p->r[i])
            p->r[i] = r, p->at[i] = j;
        if (r > p->r[j])
            p->r[j] = r, p->at[j] = i;
    }
}

struct way { void (*rows)(const struct profile *p, size_t k, double *cov); size_t diagonals; };

static struct way way_best(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return (struct way){kernel_rows_wide, 64};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return (struct way){kernel_rows_half, 24};
#endif
    return (struct way){kernel_rows_pair, 8};
}

/* x with NAN closed by 0 and centred; mean and inverse norm of each window, 0 where it holds a NAN or nothing moves. */
static void prepare(struct arena *a, const double *x, size_t n, size_t m, double *clean, double *mean, double *norm)
{
    size_t *bad = NEW_ARRAY(a, n + 1, size_t), used = 0;
    double center = 0, largest = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            center += (x[i] - center) / (double)++used;
    for (size_t i = 0; i < n; i++) {
        bad[i + 1] = bad[i] + (isnan(x[i]) != 0);
        clean[i] = isnan(x[i]) ? 0 : x[i] - center;
        largest = fmax(largest, fabs(clean[i]));
    }
    for (size_t i = 0; i + m <= n; i++) {
        double sum = 0, square = 0;
        for (size_t k = i; k < i + m; k++)
            sum += clean[k];
        mean[i] = sum / (double)m;
        for (size_t k = i; k < i + m; k++)
            square += (clean[k] - mean[i]) * (clean[k] - mean[i]);
        norm[i] = bad[i + m] > bad[i] || square <= 1e-18 * largest * largest ? 0 : 1 / sqrt(square);
    }
}

void profile_self(struct arena *scratch, const double *x, size_t n, size_t m, size_t apart, enum profile_way way, double *r, size_t *at)
{
    profile_above(scratch, x, n, m, apart, way, 0, r, at);
}

void profile_above(struct arena *scratch, const double *x, size_t n, size_t m, size_t apart, enum profile_way way, double least, double *r, size_t *at)
{
    double begin = least > 0 ? nextafter(least, 0) : 0; /* a pair must be better than the best so far */
    CHECK(m >= 3 && apart >= 1);
    if (n < m)
        return;
    size_t windows = n - m + 1;
    double *clean = NEW_ARRAY(scratch, n, double), *mean = NEW_ARRAY(scratch, windows, double);
    double *df = NEW_ARRAY(scratch, windows + BLOCK, double), *dg = NEW_ARRAY(scratch, windows + BLOCK, double);
    double *norm = NEW_ARRAY(scratch, windows + BLOCK, double), *best = NEW_ARRAY(scratch, windows + BLOCK, double);
    size_t *where = NEW_ARRAY(scratch, windows + BLOCK, size_t);
    prepare(scratch, x, n, m, clean, mean, norm);
    for (size_t i = 1; i < windows; i++) {
        df[i] = (clean[i + m - 1] - clean[i - 1]) / 2;
        dg[i] = clean[i + m - 1] - mean[i] + (clean[i - 1] - mean[i - 1]);
    }
    for (size_t i = 0; i < windows; i++)
        where[i] = SIZE_MAX, best[i] = begin;
    struct profile p = {windows, df, dg, norm, best, where};
    struct way by = way == PROFILE_PLAIN ? (struct way){NULL, 1} : way_best();
    for (size_t k = apart; k < windows; k += by.diagonals) {
        double cov[BLOCK] = {0};
        for (size_t d = 0; d < by.diagonals && k + d < windows; d++)
            for (size_t s = 0; s < m; s++)
                cov[d] += (clean[s] - mean[0]) * (clean[k + d + s] - mean[k + d]);
        if (by.rows)
            by.rows(&p, k, cov);
        else
            plain_rows(&p, k, cov[0]);
    }
    for (size_t i = 0; i < windows; i++)
        r[i] = where[i] == SIZE_MAX ? 0 : best[i];
    memcpy(at, where, windows * sizeof *at);
}
