/* Counting under strata; nothing is estimated that a table of four numbers does not say. */
#include "analysis/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- near limits ---- */

static int by_stratum(const void *l, const void *r)
{
    const struct limit_value *a = l, *b = r;
    if (a->stratum != b->stratum)
        return a->stratum < b->stratum ? -1 : 1;
    return a->provider < b->provider ? -1 : a->provider > b->provider;
}

static bool just_below(double ratio)
{
    return ratio >= NEAR_LIMIT_LOW && ratio <= 1;
}

struct sum { struct limit_result r; double observed, expected, variance; };

/* One provider in one stratum: a of n values just below, of m among all N. */
static void add_stratum(struct sum *s, size_t a, size_t n, size_t m, size_t all)
{
    double N = (double)all, in = (double)n, out = N - in, low = (double)m;
    s->observed += (double)a;
    s->expected += in * low / N;
    s->variance += N > 1 ? in * out * low * (N - low) / (N * N * (N - 1)) : 0;
    s->r.n += n, s->r.below += a;
    s->r.peers += all - n, s->r.peers_below += m - a;
}

/* P(X >= k) of a Poisson number: with few values the normal tail is too thin. */
static double poisson_tail(double mean, double k)
{
    double sum = 0, term = exp(-mean + k * log(mean) - lgamma(k + 1));
    for (int i = 0; i < 1000 && (i < 2 || term > sum * 1e-12); i++) {
        sum += term;
        term *= mean / (k + i + 1);
    }
    return sum < 1 ? sum : 1;
}

static void close_sum(struct sum *s)
{
    bool enough = s->r.n >= NEAR_LIMIT_LEAST && s->r.peers >= NEAR_LIMIT_LEAST && s->variance > 0 && s->expected > 0;
    double z = enough ? (s->observed - s->expected - 0.5) / sqrt(s->variance) : -1;
    s->r.p = 1;
    if (z > 0) {
        double normal = 0.5 * erfc(z / M_SQRT2), few = poisson_tail(s->expected, s->observed);
        s->r.p = normal > few ? normal : few;
    }
}

static int by_p(const void *l, const void *r)
{
    const struct limit_result *a = l, *b = r;
    if (a->p < b->p || a->p > b->p)
        return a->p < b->p ? -1 : 1;
    return a->provider < b->provider ? -1 : 1;
}

static int by_provider(const void *l, const void *r)
{
    const struct limit_result *a = l, *b = r;
    return a->provider < b->provider ? -1 : a->provider > b->provider;
}

static bool large(const struct limit_result *r)
{
    double own = (double)r->below / (double)r->n, peers = ((double)r->peers_below + 1) / ((double)r->peers + 1);
    return own >= NEAR_LIMIT_TIMES * peers;
}

/* Benjamini and Hochberg 1995: q of the k-th smallest p is the least of p_j m / j for j >= k. */
static void control(struct limit_result *r, size_t n)
{
    double least = 1;
    qsort(r, n, sizeof *r, by_p);
    for (size_t k = n; k-- > 0;) {
        double q = r[k].p * (double)n / (double)(k + 1);
        least = q < least ? q : least;
        r[k].q = least;
        r[k].named = least <= NEAR_LIMIT_RATE && large(&r[k]);
    }
    qsort(r, n, sizeof *r, by_provider);
}

struct limit_result *limit_spread(struct arena *a, const struct limit_value *values, size_t n, size_t *ret_n)
{
    uint32_t most = 0;
    struct limit_value *v = NEW_ARRAY(a, n + 1, struct limit_value);
    if (n)
        memcpy(v, values, n * sizeof *v);
    qsort(v, n, sizeof *v, by_stratum);
    for (size_t i = 0; i < n; i++)
        most = v[i].provider > most ? v[i].provider : most;
    struct sum *sum = NEW_ARRAY(a, (size_t)most + 1, struct sum);
    for (size_t from = 0, to; from < n; from = to) {
        size_t below = 0;
        for (to = from; to < n && v[to].stratum == v[from].stratum; to++)
            below += just_below(v[to].ratio);
        for (size_t p = from, end; p < to; p = end) {
            size_t own = 0;
            for (end = p; end < to && v[end].provider == v[p].provider; end++)
                own += just_below(v[end].ratio);
            if (end - p < to - from) /* somebody else measures against this limit, too */
                add_stratum(&sum[v[p].provider], own, end - p, below, to - from);
        }
    }
    struct limit_result *r = NEW_ARRAY(a, (size_t)most + 1, struct limit_result);
    *ret_n = 0;
    for (uint32_t p = 0; n && p <= most; p++)
        if (sum[p].r.n) {
            sum[p].r.provider = p;
            close_sum(&sum[p]);
            r[(*ret_n)++] = sum[p].r;
        }
    control(r, *ret_n);
    return r;
}

/* ---- speed ---- */

int64_t reading_seconds(size_t characters, size_t pictures)
{
    return (int64_t)(characters / READ_PER_SECOND + pictures * READ_PICTURE_SECONDS);
}

static int by_officer(const void *l, const void *r)
{
    const struct look_time *a = l, *b = r;
    if (a->officer != b->officer)
        return a->officer < b->officer ? -1 : 1;
    return a->verified < b->verified ? -1 : a->verified > b->verified;
}

static int by_gap(const void *l, const void *r)
{
    usec a = *(const usec *)l, b = *(const usec *)r;
    return a < b ? -1 : a > b;
}

static struct speed_result speed_of(struct arena *a, const struct look_time *v, size_t n)
{
    struct speed_result r = {.officer = v[0].officer};
    usec *gap = NEW_ARRAY(a, n + 1, usec);
    for (size_t i = 0; i < n; i++) {
        /* Free for this one since it came in, or since the one before was done, whichever is later. */
        usec since = i && v[i - 1].verified > v[i].submitted ? v[i - 1].verified : v[i].submitted;
        if (v[i].seconds < READ_LEAST_SECONDS)
            continue;
        gap[r.n++] = v[i].verified - since;
        r.fast += v[i].verified - since < v[i].seconds * USEC_SECOND;
    }
    qsort(gap, r.n, sizeof *gap, by_gap);
    r.median_gap = r.n ? gap[r.n / 2] : 0;
    r.named = r.fast >= SPEED_LEAST && (double)r.fast >= SPEED_SHARE * (double)r.n;
    return r;
}

struct speed_result *reading_speed(struct arena *a, struct look_time *v, size_t n, size_t *ret_n)
{
    VEC(struct speed_result) found = {0};
    qsort(v, n, sizeof *v, by_officer);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from; to < n && v[to].officer == v[from].officer; to++)
            ;
        struct speed_result r = speed_of(a, v + from, to - from);
        if (r.n)
            vec_push(a, &found, r);
    }
    *ret_n = found.n;
    return found.p;
}
