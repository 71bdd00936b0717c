/*
 * A17: down a step and up again. A parameter that is changed and changed back, a signal that is switched over and back, leave
 * two edges of the same height with an offset between them. Looked for in what the other channels leave unexplained, where they
 * explain something, so that load does not make edges.
 */
#include "monitor/detect/detect_private.h"

#include <stdlib.h>

enum { SIDE = 4 /* slots on each side of an edge */ };
struct edge { size_t at; double height, p; };

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

/* Heights of the step at each slot; NAN where a side is missing. */
static void heights(const struct table *t, const double *z, double *ret)
{
    for (size_t i = 0; i < t->n; i++) {
        double before, after;
        ret[i] = NAN;
        if (i >= SIDE && i + SIDE <= t->n && side_median(z, i - SIDE, &before) && side_median(z, i, &after))
            ret[i] = after - before;
    }
}

static size_t edges_of(struct detect_context *c, const struct table *t, const double *height, struct edge *ret)
{
    double *score = NEW_ARRAY(c->scratch, t->n + 1, double);
    size_t n = 0, edges = 0;
    for (size_t i = 0; i < t->n; i += SIDE)
        if (!isnan(height[i]))
            score[n++] = fabs(height[i]);
    if (n < 100)
        return 0;
    struct calibration cal = calibrate(c->scratch, score, n);
    for (size_t i = SIDE; i + SIDE < t->n; i++) {
        bool top = !isnan(height[i]);
        for (size_t k = i - SIDE + 1; k < i + SIDE && top; k++)
            top = isnan(height[k]) || fabs(height[k]) < fabs(height[i]) || k == i || (k > i && fabs(height[k]) <= fabs(height[i]));
        double p = top ? calibrated_p(&cal, fabs(height[i])) : 1;
        if (p < 0.02)
            ret[edges++] = (struct edge){i, height[i], p};
    }
    return edges;
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

static void brackets(struct detect_context *c, const struct table *t, const struct view *v, const double *z)
{
    double *height = NEW_ARRAY(c->scratch, t->n, double);
    struct edge *edge = NEW_ARRAY(c->scratch, t->n + 1, struct edge);
    heights(t, z, height);
    size_t n = edges_of(c, t, height, edge), most = slots_of(t, 10 * 24), end = 0;
    for (size_t i = 0; i < n; i++) {
        const struct edge *down = &edge[i], *best = NULL;
        double best_p = 1;
        if (down->height >= 0 || down->at < end)
            continue;
        for (size_t k = i + 1; k < n && edge[k].at <= down->at + most; k++) {
            const struct edge *up = &edge[k];
            double ratio = -up->height / down->height, p = (double)t->n * (double)(up->at - down->at) * down->p * up->p;
            if (ratio > 0.6 && ratio < 1.7 && p < best_p && stays_down(c, t, z, down->at, up->at, down->height))
                best = up, best_p = p;
        }
        if (!best || best_p > parameter(c, "chance"))
            continue;
        struct hit *h = hit_add(c, down->at, best->at - down->at, v);
        if (!h)
            return;
        end = best->at;
        h->score = -log10(fmax(best_p, 1e-300));
        h->p = best_p;
        hit_number(h, 0, "下降", -down->height, v->c->decimals + 1);
        hit_number(h, 1, "回升", best->height, v->c->decimals + 1);
        hit_number(h, 2, "平时离散度", v->mad, v->c->decimals + 1);
        hit_sentence(c, h, "%.*s在%.*s突然下降%.*f，%.*s后又突然回升%.*f", STR_ARG(factor_label(c->scratch, v->c)), STR_ARG(slot_text(c->scratch, t, down->at)),
                     v->c->decimals, -down->height, STR_ARG(span_text(c->scratch, t, best->at - down->at)), v->c->decimals, best->height);
    }
}

void detect_steps(struct detect_context *c, const struct table *t)
{
    if (minutes_table(t)) {
        detect_minute_steps(c, t);
        return;
    }
    double *z = NEW_ARRAY(c->scratch, t->n, double);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        const struct prediction *y = c->predictions ? &c->predictions[k] : NULL;
        enum role r = v->factor->role;
        if (!view_fit(v, 200) || v->coarse || v->equal > 0.3 || v->mad <= 0 || v->c->group != COLUMN_VALUE ||
            (r != ROLE_POLLUTANT && r != ROLE_OXYGEN && r != ROLE_FLOW))
            continue;
        for (size_t i = 0; i < t->n; i++)
            z[i] = y && y->expected && y->skill > 0.2 ? v->x[i] - y->expected[i] : v->x[i];
        brackets(c, t, v, z);
    }
}
