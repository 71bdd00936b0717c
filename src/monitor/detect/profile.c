/*
 * Vectors run across diagonals, not along them: the recurrence of one diagonal is a chain, neighbours are independent. Better
 * pairs become rare after the first rows, so the vector part only asks whether there is one, and a plain loop takes it. Work goes
 * strip by strip of columns (profile_kernel.h): nothing of a column is loaded twice, where diagonals would load all of it for each row.
 */
#include "monitor/detect/profile.h"

#include <math.h>
#include <string.h>

enum { STRIP = 32 /* columns at once, at most */ };
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
#define KERNEL_VECTORS 4
#define KERNEL_MOVED(before, x) __builtin_shufflevector(before, x, 7, 8, 9, 10, 11, 12, 13, 14)
#define KERNEL_LEAST(x, y) (KERNEL(real)) _mm512_min_pd((__m512d)(x), (__m512d)(y))
#define KERNEL_PLUS(a, b, c) (KERNEL(real)) _mm512_fmadd_pd((__m512d)(a), (__m512d)(b), (__m512d)(c))
#define KERNEL_BELOW(mask, x, limit) (unsigned)_mm512_mask_cmp_pd_mask((__mmask8)(mask), (__m512d)(x), (__m512d)(limit), _CMP_NGT_UQ)
#define KERNEL_ALL 0xffu
#include "monitor/detect/profile_kernel.h"
#undef KERNEL_NAME
#undef KERNEL_TARGET
#undef KERNEL_LANES
#undef KERNEL_VECTORS
#undef KERNEL_MOVED
#undef KERNEL_LEAST
#undef KERNEL_PLUS
#undef KERNEL_BELOW
#undef KERNEL_ALL

#define KERNEL_NAME half
#define KERNEL_TARGET __attribute__((target("avx2,fma")))
#define KERNEL_LANES 4
#define KERNEL_VECTORS 2
#define KERNEL_MOVED(before, x) __builtin_shufflevector(before, x, 3, 4, 5, 6)
#define KERNEL_LEAST(x, y) (KERNEL(real)) _mm256_min_pd((__m256d)(x), (__m256d)(y))
#define KERNEL_PLUS(a, b, c) (KERNEL(real)) _mm256_fmadd_pd((__m256d)(a), (__m256d)(b), (__m256d)(c))
#define KERNEL_BELOW(mask, x, limit) ((mask) & (unsigned)_mm256_movemask_pd(_mm256_cmp_pd((__m256d)(x), (__m256d)(limit), _CMP_NGT_UQ)))
#define KERNEL_ALL 0xfu
#include "monitor/detect/profile_kernel.h"
#undef KERNEL_NAME
#undef KERNEL_TARGET
#undef KERNEL_LANES
#undef KERNEL_VECTORS
#undef KERNEL_MOVED
#undef KERNEL_LEAST
#undef KERNEL_PLUS
#undef KERNEL_BELOW
#undef KERNEL_ALL
#endif
#define KERNEL_NAME pair
#define KERNEL_TARGET
#define KERNEL_LANES 2
#define KERNEL_VECTORS 4
#define KERNEL_MOVED(before, x) __builtin_shufflevector(before, x, 1, 2)
#define KERNEL_LEAST(x, y) ((KERNEL(real)){(x)[0] < (y)[0] ? (x)[0] : (y)[0], (x)[1] < (y)[1] ? (x)[1] : (y)[1]})
#define KERNEL_PLUS(a, b, c) ((a) * (b) + (c))
#define KERNEL_BELOW(mask, x, limit) ((mask) & ((unsigned)!((x)[0] > (limit)[0]) | (unsigned)!((x)[1] > (limit)[1]) << 1))
#define KERNEL_ALL 0x3u
#include "monitor/detect/profile_kernel.h"

__attribute__((noinline)) static void plain_rows(const struct profile *p, size_t k, double cov)
{
    for (size_t i = 0; i + k < p->n; i++) {
        size_t j = i + k;
        if (i)
            cov += p->df[i] * p->dg[j] + p->dg[i] * p->df[j];
        double r = cov * p->norm[i] * p->norm[j];
        if (r > p->r[i])
            p->r[i] = r, p->at[i] = j;
        if (r > p->r[j])
            p->r[j] = r, p->at[j] = i;
    }
}

typedef void rows_fn(const struct profile *p, size_t k, size_t last, double *edge, const double *floor, double *cov);
struct way { rows_fn *rows; size_t strip; };

static struct way way_best(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return (struct way){kernel_rows_wide, 32};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return (struct way){kernel_rows_half, 8};
#endif
    return (struct way){kernel_rows_pair, 8};
}

/* The last rows of a strip, where one column after the other comes too near: what is left of its covariances, one by one, up to its edge. */
static void corner(const struct profile *p, size_t k, size_t strip, size_t apart, const double *cov_of, double *edge)
{
    size_t last = k - apart; /* of the strip's first column; `cov` holds that row */
    for (size_t l = 0; l + 1 < strip; l++) {
        double cov = cov_of[l];
        for (size_t i = last + 1, j = k + l + 1; j < k + strip; i++, j++) {
            cov += p->df[i] * p->dg[j] + p->dg[i] * p->df[j];
            double r = cov * (p->norm[i] * p->norm[j]);
            if (r > p->r[i])
                p->r[i] = r, p->at[i] = j;
            if (r > p->r[j])
                p->r[j] = r, p->at[j] = i;
            if (j + 1 == k + strip)
                edge[i] = cov;
        }
    }
}

/* first: covariances of row 0 with each column. */
static void strips(struct arena *scratch, const struct profile *p, struct way by, size_t apart, double begin, const double *first)
{
    double *edge = NEW_ARRAY(scratch, p->n + STRIP, double), *floor = begin > 0 ? NEW_ARRAY(scratch, p->n + STRIP, double) : NULL;
    for (size_t i = 0; floor && i < p->n; i++)
        floor[i] = p->norm[i] > 0 ? (1 - 1e-12) * begin / p->norm[i] : (double)INFINITY;
    for (size_t k = apart; k < p->n; k += by.strip) {
        double cov[STRIP];
        for (size_t l = 0; l < by.strip; l++)
            cov[l] = first[k + l];
        by.rows(p, k, k - apart, edge, floor, cov);
        corner(p, k, by.strip, apart, cov, edge);
    }
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
    double *clean = NEW_ARRAY(scratch, n, double), *mean = NEW_ARRAY(scratch, windows, double), *first = NEW_ARRAY(scratch, windows + STRIP, double);
    double *df = NEW_ARRAY(scratch, windows + STRIP, double), *dg = NEW_ARRAY(scratch, windows + STRIP, double);
    double *norm = NEW_ARRAY(scratch, windows + STRIP, double), *best = NEW_ARRAY(scratch, windows + STRIP, double);
    size_t *where = NEW_ARRAY(scratch, windows + STRIP, size_t);
    prepare(scratch, x, n, m, clean, mean, norm);
    for (size_t i = 1; i < windows; i++) {
        df[i] = (clean[i + m - 1] - clean[i - 1]) / 2;
        dg[i] = clean[i + m - 1] - mean[i] + (clean[i - 1] - mean[i - 1]);
    }
    for (size_t i = 0; i < windows; i++)
        where[i] = SIZE_MAX, best[i] = begin;
    for (size_t k = apart; k < windows; k++)
        for (size_t s = 0; s < m; s++)
            first[k] += (clean[s] - mean[0]) * (clean[k + s] - mean[k]);
    struct profile p = {windows, df, dg, norm, best, where};
    if (way == PROFILE_PLAIN)
        for (size_t k = apart; k < windows; k++)
            plain_rows(&p, k, first[k]);
    else
        strips(scratch, &p, way_best(), apart, begin, first);
    for (size_t i = 0; i < windows; i++)
        r[i] = where[i] == SIZE_MAX ? 0 : best[i];
    memcpy(at, where, windows * sizeof *at);
}
