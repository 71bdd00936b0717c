/*
 * What the other channels say a channel should be. A ridge regression on the (at most LIMIT_DRIVERS) most correlated channels,
 * their squares and the hour of day, over the site's own history: small enough to be explained to an officer, and enough to
 * see that a pollutant stopped following its plant. Kin of a channel (NO and NOx, flow and velocity) never drive it: what the
 * same instrument sends would agree even when it is not measured.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

enum { LIMIT_DRIVERS = 8, LIMIT_TERMS = 2 * LIMIT_DRIVERS + 3 };

static bool may_drive(const struct view *driver, const struct view *y)
{
    if (driver == y || driver->c->group != COLUMN_VALUE || driver->mad <= 0 || str_eq(driver->c->factor, y->c->factor))
        return false;
    return !(driver->factor->kin && driver->factor->kin == y->factor->kin);
}

/* Correlation over the even sample. */
static double sample_correlation(const struct table *t, const struct view *x, const struct view *y)
{
    double a[VIEW_SAMPLE], b[VIEW_SAMPLE];
    size_t stride = stride_of(t->n, VIEW_SAMPLE), n = 0;
    for (size_t i = 0; i < t->n; i += stride)
        if (!isnan(x->x[i]) && !isnan(y->x[i])) {
            a[n] = fmin(fmax(x->x[i], x->p01), x->p99);
            b[n++] = fmin(fmax(y->x[i], y->p01), y->p99);
        }
    double r = n >= 48 ? correlation_of(a, b, n) : 0;
    return isnan(r) || (double)n < 0.5 * (double)(t->n / stride) ? 0 : fabs(r);
}

static size_t choose(const struct table *t, const struct view *views, const struct view *y, const struct view **ret)
{
    double best[LIMIT_DRIVERS];
    size_t n = 0;
    for (size_t i = 0; i < t->columns_n; i++) {
        if (!may_drive(&views[i], y) || !view_fit(&views[i], 48))
            continue;
        double r = sample_correlation(t, &views[i], y);
        size_t at = n < LIMIT_DRIVERS ? n : LIMIT_DRIVERS;
        if (r < 0.1)
            continue;
        for (; at > 0 && best[at - 1] < r; at--)
            if (at < LIMIT_DRIVERS)
                best[at] = best[at - 1], ret[at] = ret[at - 1];
        if (at < LIMIT_DRIVERS) {
            best[at] = r, ret[at] = &views[i];
            n += n < LIMIT_DRIVERS;
        }
    }
    return n;
}

struct design { const struct view *driver[LIMIT_DRIVERS]; size_t drivers, terms; const double *day_sin, *day_cos; };

static bool terms_at(const struct design *d, size_t slot, double *ret)
{
    for (size_t k = 0; k < d->drivers; k++) {
        const struct view *v = d->driver[k];
        double z = (v->x[slot] - v->median) / v->mad;
        if (isnan(z))
            return false;
        z = fmin(fmax(z, -5), 5);
        ret[2 * k] = z;
        ret[2 * k + 1] = fmin(z * z, 9) - 1;
    }
    ret[2 * d->drivers] = d->day_sin[slot];
    ret[2 * d->drivers + 1] = d->day_cos[slot];
    ret[2 * d->drivers + 2] = 1;
    return true;
}

/* Cholesky on the normal equations; the ridge keeps them positive. */
static void solve(double *m, double *b, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k < j; k++)
            m[j * n + j] -= m[j * n + k] * m[j * n + k];
        m[j * n + j] = sqrt(fmax(m[j * n + j], 1e-12));
        for (size_t i = j + 1; i < n; i++) {
            for (size_t k = 0; k < j; k++)
                m[i * n + j] -= m[i * n + k] * m[j * n + k];
            m[i * n + j] /= m[j * n + j];
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= m[i * n + k] * b[k];
        b[i] /= m[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= m[k * n + i] * b[k];
        b[i] /= m[i * n + i];
    }
}

static double target(const struct view *y, size_t slot)
{
    return fmin(fmax((y->x[slot] - y->median) / y->mad, -6), 6);
}

/* Least squares over at most this many slots, evenly spread. */
enum { FIT_SAMPLE = 8192 };

static size_t fit(const struct table *t, const struct view *y, const struct design *d, double *ret)
{
    double m[LIMIT_TERMS * LIMIT_TERMS] = {0}, term[LIMIT_TERMS];
    size_t stride = stride_of(t->n, FIT_SAMPLE), n = d->terms, seen = 0;
    memset(ret, 0, n * sizeof *ret);
    for (size_t s = 0; s < t->n; s += stride) {
        if (isnan(y->x[s]) || !terms_at(d, s, term))
            continue;
        double goal = target(y, s);
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j <= i; j++)
                m[i * n + j] += term[i] * term[j];
            ret[i] += term[i] * goal;
        }
        seen++;
    }
    for (size_t i = 0; i < n; i++)
        m[i * n + i] += 1e-3 * (double)seen + 1e-9;
    if (seen >= 10 * n)
        solve(m, ret, n);
    return seen;
}

static void expect(struct arena *a, const struct table *t, const struct view *y, const struct design *d, const double *weight,
                   struct prediction *ret)
{
    double *expected = NEW_ARRAY(a, t->n, double), rest[VIEW_SAMPLE], term[LIMIT_TERMS], goal[VIEW_SAMPLE];
    size_t n = 0, stride = stride_of(t->n, VIEW_SAMPLE);
    for (size_t s = 0; s < t->n; s++) {
        expected[s] = NAN;
        if (!terms_at(d, s, term))
            continue;
        double sum = 0;
        for (size_t i = 0; i < d->terms; i++)
            sum += weight[i] * term[i];
        expected[s] = y->median + sum * y->mad;
        if (s % stride == 0 && !isnan(y->x[s])) {
            goal[n] = target(y, s);
            rest[n] = goal[n] - sum;
            n++;
        }
    }
    double spread = n ? variance_of(goal, n) : 0;
    ret->expected = expected;
    ret->skill = n >= 48 && spread > 0 ? 1 - variance_of(rest, n) / spread : 0;
    ret->rest_mad = n ? mad_of(rest, n, median_of(rest, n)) * y->mad : 0;
    ret->drivers = (uint16_t)d->drivers;
}

void predict(struct arena *a, struct arena *scratch, const struct table *t, const struct view *views, struct prediction *ret)
{
    double *day_sin = NEW_ARRAY(scratch, t->n, double), *day_cos = NEW_ARRAY(scratch, t->n, double);
    for (size_t s = 0; s < t->n; s++) {
        double part = 2 * M_PI * (double)((table_at(t, s) % USEC_DAY + USEC_DAY) % USEC_DAY) / (double)USEC_DAY;
        day_sin[s] = sin(part);
        day_cos[s] = cos(part);
    }
    for (size_t i = 0; i < t->columns_n; i++) {
        const struct view *y = &views[i];
        struct design d = {.day_sin = day_sin, .day_cos = day_cos};
        double weight[LIMIT_TERMS];
        ret[i] = (struct prediction){0};
        if (!view_fit(y, 200) || y->mad <= 0 || y->c->group == COLUMN_TOTAL)
            continue;
        d.drivers = choose(t, views, y, d.driver);
        d.terms = 2 * d.drivers + 3;
        if (d.drivers && fit(t, y, &d, weight) >= 10 * d.terms)
            expect(a, t, y, &d, weight, &ret[i]);
    }
}
