/*
 * A17: down a step and up again. A parameter that is changed and changed back, a signal that is switched over and back, leave
 * two edges of the same height with an offset between them. Looked for in what the other channels leave unexplained, where they
 * explain something, so that load does not make edges.
 */
#include "base/lanes.h"
#include "monitor/detect/detect_private.h"

#include <stdlib.h>

enum { SIDE = 4 /* slots on each side of an edge */ };
struct edge { size_t at; double height, p; };
struct edges { struct edge *p; size_t n, capacity; };
/* Room that serves one channel after another: n slots each. */
struct step_room { double *z, *median, *height, *score; };

static bool side_median(const double *z, size_t from, double *ret)
{
    double x[SIDE];
    size_t n = 0;
    for (size_t i = from; i < from + SIDE; i++)
        if (!isnan(z[i]))
            x[n++] = z[i];
    if (n < SIDE - 1)
        return false;
    *ret = median_of(x, n);
    return true;
}

/* side_median() of SIDE values that are all there, from each slot on: the mean of the inner two, by least and greatest. */
LANES static void medians(const double *z, size_t n, double *ret)
{
    for (size_t i = 0; i < n; i++) {
        double a = z[i], b = z[i + 1], c = z[i + 2], d = z[i + 3];
        double low = a < b ? a : b, high = a < b ? b : a, low_2 = c < d ? c : d, high_2 = c < d ? d : c;
        double one = low > low_2 ? low : low_2, two = high < high_2 ? high : high_2;
        double first = one < two ? one : two, second = one < two ? two : one;
        ret[i] = first + (second - first) * 0.5;
    }
}

/* Heights of the step at each slot; NAN where a side is missing. */
static void heights(const struct table *t, const double *z, double *median, double *ret)
{
    for (size_t i = 0; i < t->n; i++)
        ret[i] = NAN;
    if (t->n < 2 * SIDE)
        return;
    size_t last = t->n - SIDE; /* where a side begins at the latest */
    medians(z, last + 1, median);
    for (size_t i = 0; i < t->n; i++)
        if (isnan(z[i]))
            for (size_t k = i >= SIDE - 1 ? i - (SIDE - 1) : 0; k <= i && k <= last; k++)
                if (!side_median(z, k, &median[k]))
                    median[k] = NAN;
    for (size_t i = SIDE; i <= last; i++)
        ret[i] = median[i] - median[i - SIDE];
}

/* The largest of its SIDE neighbours to either side. */
static bool top_at(const double *height, size_t i)
{
    bool top = true;
    for (size_t k = i - SIDE + 1; k < i + SIDE && top; k++)
        top = isnan(height[k]) || fabs(height[k]) < fabs(height[i]) || k == i || (k > i && fabs(height[k]) <= fabs(height[i]));
    return top;
}

/* Edges that could be one of a pair: with the strangest of all as the other, and right beside it. */
static void edges_of(struct detect_context *c, const struct table *t, const struct step_room *r, double limit, struct edges *ret)
{
    double *score = r->score, *height = r->height, highest = 0;
    size_t n = 0;
    for (size_t i = 0; i < t->n; i += SIDE)
        if (!isnan(height[i]))
            score[n++] = fabs(height[i]);
    if (n < 100)
        return;
    struct calibration cal = calibrate(c->scratch, score, n);
    for (size_t i = 0; i < t->n; i++)
        highest = fabs(height[i]) > highest ? fabs(height[i]) : highest;
    double least = calibrated_p(&cal, highest), most = fmin(0.02, (1 + 1e-9) * limit / ((double)t->n * least));
    for (size_t i = SIDE; i + SIDE < t->n; i++) {
        double p = fabs(height[i]) > cal.u && top_at(height, i) ? calibrated_p(&cal, fabs(height[i])) : 1;
        if (p < most)
            vec_push(c->scratch, ret, ((struct edge){i, height[i], p}));
    }
}

/* Between the edges the level is off by their height. */
static bool stays_down(struct detect_context *c, const struct table *t, const double *z, size_t from, size_t to, double height)
{
    size_t around = slots_of(t, 48), n = 0, m = 0;
    double *in = NEW_ARRAY(c->scratch, to - from + 1, double), *out = NEW_ARRAY(c->scratch, 2 * around + 1, double);
    for (size_t i = from; i < to; i++)
        if (!isnan(z[i]))
            in[n++] = z[i];
    for (size_t i = from > around ? from - around : 0; i < to + around && i < t->n; i++)
        if ((i < from || i >= to) && !isnan(z[i]))
            out[m++] = z[i];
    if (n < 3 || m < 12)
        return false;
    double off = median_of(in, n) - median_of(out, m);
    return off < 0.5 * height && off > 2 * height; /* height is negative */
}

static void brackets(struct detect_context *c, const struct table *t, const struct view *v, const struct step_room *r)
{
    struct edges found = {0};
    const double limit = parameter(c, "chance"), *z = r->z;
    heights(t, z, r->median, r->height);
    edges_of(c, t, r, limit, &found);
    const struct edge *edge = found.p;
    size_t n = found.n, most = slots_of(t, 10 * 24), end = 0;
    for (size_t i = 0; i < n; i++) {
        const struct edge *down = &edge[i], *best = NULL;
        double best_p = nextafter(limit, 1); /* no other is looked for */
        if (down->height >= 0 || down->at < end)
            continue;
        for (size_t k = i + 1; k < n && edge[k].at <= down->at + most; k++) {
            const struct edge *up = &edge[k];
            double p = (double)t->n * (double)(up->at - down->at) * down->p * up->p;
            if (!(p < best_p))
                continue;
            double ratio = -up->height / down->height;
            if (ratio > 0.6 && ratio < 1.7 && stays_down(c, t, z, down->at, up->at, down->height))
                best = up, best_p = p;
        }
        if (!best)
            continue;
        struct hit *h = hit_add(c, down->at, best->at - down->at, v);
        if (!h)
            return;
        end = best->at;
        h->score = -log10(fmax(best_p, 1e-300));
        h->p = best_p;
        hit_apart(h, 0, "下降", -down->height, v->c, 1);
        hit_apart(h, 1, "回升", best->height, v->c, 1);
        hit_apart(h, 2, "平时离散度", view_outside(c->scratch, t, v, h->first, h->n).mad, v->c, 1);
        hit_sentence(c, h, "%.*s在%.*s突然下降%.*f%s，%.*s后又突然回升%.*f%s", STR_ARG(factor_label(c->scratch, v->c)), STR_ARG(slot_text(c->scratch, t, down->at)),
                     v->c->decimals, -down->height, factor_unit_apart(v->c), STR_ARG(span_text(c->scratch, t, best->at - down->at)), v->c->decimals,
                     best->height, factor_unit_apart(v->c));
    }
}

void detect_steps(struct detect_context *c, const struct table *t)
{
    if (minutes_table(t)) {
        detect_minute_steps(c, t);
        return;
    }
    struct step_room room = {NEW_ARRAY(c->scratch, t->n + 1, double), NEW_ARRAY(c->scratch, t->n + 1, double), NEW_ARRAY(c->scratch, t->n + 1, double),
                             NEW_ARRAY(c->scratch, t->n / SIDE + 1, double)};
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        const struct prediction *y = c->predictions ? &c->predictions[k] : NULL;
        enum role r = v->factor->role;
        if (!view_fit(v, 200) || v->coarse || v->equal > 0.3 || v->mad <= 0 || v->c->group != COLUMN_VALUE ||
            (r != ROLE_POLLUTANT && r != ROLE_OXYGEN && r != ROLE_FLOW))
            continue;
        bool explained = y && y->expected && y->skill > 0.2;
        for (size_t i = 0; i < t->n; i++)
            room.z[i] = explained ? v->x[i] - y->expected[i] : v->state && v->state[i] != SLOT_RUNS ? (double)NAN : v->x[i];
        brackets(c, t, v, &room);
    }
}
