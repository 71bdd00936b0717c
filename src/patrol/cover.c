/*
 * How much was seen, and what was not. The union of 10^5 quadrilaterals is measured along lines: on each line the edges cut it exactly,
 * a walk from left to right knows at every stretch how many photographs saw it and whether it lies in the area; lengths times the
 * distance of lines are areas. No polygon is ever united with another, so nothing can fail on touching edges, memory is that of one
 * line, and the same input gives the same figures on every machine. Across lines it is the midpoint rule: the relative error of a
 * footprint cut by m lines is below 1 / m^2, and with thousands of them the errors cancel.
 *
 * Stretches of the area that nobody saw are joined from line to line by union-find: those are the holes.
 */
#include "patrol/patrol.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 8192, SHARED_LINES = 256 };
static const double FINEST = 0.01; /* metres between lines */

double ring_area(const struct ring *r)
{
    double twice = 0;
    for (size_t i = 0, j = r->n ? r->n - 1 : 0; i < r->n; j = i++)
        twice += (r->p[j].x - r->p[0].x) * (r->p[i].y - r->p[0].y) - (r->p[i].x - r->p[0].x) * (r->p[j].y - r->p[0].y);
    return fabs(twice) / 2;
}

/* ---- edges, by where they begin ---- */

struct edge { double low, high, x, slope; uint32_t shape; /* footprints first, then the area's */ };
struct cut { double x; uint32_t shape; };
struct run { double x0, x1; uint32_t label; };
struct part { double area, longest; struct point low, high, at; uint32_t parent; };

struct lines {
    struct arena *a;
    VEC(struct edge) edges;
    VEC(struct part) parts;
    VEC(struct run) before, now;
    struct cut *cuts;
    uint8_t *inside; /* by shape, on the line walked */
    size_t seen_n;   /* shapes below are footprints */
    double step, y;
    struct cover *out;
};

static void add_ring(struct lines *l, const struct ring *r, uint32_t shape)
{
    for (size_t i = 0, j = r->n ? r->n - 1 : 0; i < r->n; j = i++) {
        struct point p = r->p[j], q = r->p[i];
        if (p.y == q.y)
            continue;
        if (p.y > q.y) {
            struct point t = p;
            p = q, q = t;
        }
        vec_push(l->a, &l->edges, ((struct edge){p.y, q.y, p.x, (q.x - p.x) / (q.y - p.y), shape}));
    }
}

static int by_low(const void *x, const void *y)
{
    const struct edge *p = x, *q = y;
    return p->low < q->low ? -1 : p->low > q->low ? 1 : p->shape < q->shape ? -1 : p->shape > q->shape;
}

static int by_x(const void *x, const void *y)
{
    const struct cut *p = x, *q = y;
    return p->x < q->x ? -1 : p->x > q->x ? 1 : p->shape < q->shape ? -1 : p->shape > q->shape;
}

/* ---- holes ---- */

static uint32_t root(struct lines *l, uint32_t i)
{
    while (l->parts.p[i].parent != i)
        i = l->parts.p[i].parent = l->parts.p[l->parts.p[i].parent].parent;
    return i;
}

static void join(struct lines *l, uint32_t i, uint32_t j)
{
    i = root(l, i), j = root(l, j);
    if (i == j)
        return;
    if (j < i) {
        uint32_t t = i;
        i = j, j = t;
    }
    struct part *p = &l->parts.p[i], *q = &l->parts.p[j];
    p->area += q->area;
    p->low = (struct point){fmin(p->low.x, q->low.x), fmin(p->low.y, q->low.y)};
    p->high = (struct point){fmax(p->high.x, q->high.x), fmax(p->high.y, q->high.y)};
    if (q->longest > p->longest)
        p->longest = q->longest, p->at = q->at;
    q->parent = i;
}

static err *unseen(struct lines *l, double x0, double x1)
{
    struct run *last = l->now.n ? &l->now.p[l->now.n - 1] : NULL;
    if (last && last->x1 == x0) { /* the count changed and is none again, or the area's own edge was passed */
        last->x1 = x1;
        return NULL;
    }
    if (l->parts.n >= LIMIT_PATROL_HOLES)
        return err_new(ERR_LIMIT, "未覆盖的碎块超过%d处，请缩小任务区域或分次核算", LIMIT_PATROL_HOLES);
    vec_push(l->a, &l->now, ((struct run){x0, x1, (uint32_t)l->parts.n}));
    vec_push(l->a, &l->parts, ((struct part){.parent = (uint32_t)l->parts.n}));
    return NULL;
}

static void settle_runs(struct lines *l)
{
    for (size_t i = 0; i < l->now.n; i++) {
        struct run *r = &l->now.p[i];
        double length = r->x1 - r->x0;
        l->parts.p[r->label] = (struct part){length * l->step, length, {r->x0, l->y - l->step / 2}, {r->x1, l->y + l->step / 2},
                                             {(r->x0 + r->x1) / 2, l->y}, r->label};
    }
    for (size_t i = 0, j = 0; i < l->before.n && j < l->now.n;) {
        struct run *p = &l->before.p[i], *q = &l->now.p[j];
        if (p->x0 < q->x1 && q->x0 < p->x1)
            join(l, p->label, q->label);
        if (p->x1 < q->x1)
            i++;
        else
            j++;
    }
    struct run *t = l->before.p;
    size_t capacity = l->before.capacity;
    l->before.p = l->now.p, l->before.n = l->now.n, l->before.capacity = l->now.capacity;
    l->now.p = t, l->now.n = 0, l->now.capacity = capacity;
}

/* ---- one line ---- */

static err *walk(struct lines *l, size_t n)
{
    int64_t seen = 0, area = 0;
    struct cover *o = l->out;
    for (size_t i = 0; i < n; i++) {
        uint32_t shape = l->cuts[i].shape;
        int step = l->inside[shape] ? -1 : 1;
        l->inside[shape] ^= 1;
        if (shape < l->seen_n)
            seen += step;
        else
            area += step;
        double length = i + 1 < n ? l->cuts[i + 1].x - l->cuts[i].x : 0;
        if (!(length > 0))
            continue;
        length *= l->step;
        o->union_area += seen ? length : 0;
        if (!area)
            continue;
        o->area += length;
        o->once += seen >= 1 ? length : 0;
        o->twice += seen >= 2 ? length : 0;
        o->thrice += seen >= 3 ? length : 0;
        if (!seen)
            TRY(unseen(l, l->cuts[i].x, l->cuts[i + 1].x));
    }
    CHECK(!seen && !area); /* every ring is closed */
    settle_runs(l);
    return NULL;
}

static int by_size(const void *x, const void *y)
{
    const struct hole *p = x, *q = y;
    return p->area > q->area ? -1 : p->area < q->area ? 1 : p->at.y > q->at.y ? -1 : p->at.y < q->at.y ? 1 : p->at.x < q->at.x ? -1 : 1;
}

static void gather_holes(struct lines *l, double least)
{
    VEC(struct hole) holes = {0};
    for (size_t i = 0; i < l->parts.n; i++) {
        const struct part *p = &l->parts.p[i];
        if (p->parent != i)
            continue;
        l->out->holes_area += p->area;
        if (p->area >= least)
            vec_push(l->a, &holes, ((struct hole){p->area, p->high.x - p->low.x, p->high.y - p->low.y, p->at, p->low, p->high}));
    }
    if (holes.n)
        qsort(holes.p, holes.n, sizeof *holes.p, by_size);
    l->out->holes = holes.p, l->out->holes_n = holes.n;
}

err *cover_measure(struct arena *a, const struct zone *r, const struct ring *footprints, size_t n, double step, double least,
                   struct cover *ret)
{
    *ret = (struct cover){0};
    struct lines l = {.a = a, .seen_n = n, .out = ret};
    for (size_t i = 0; i < n; i++) {
        ret->sum += ring_area(&footprints[i]);
        add_ring(&l, &footprints[i], (uint32_t)i);
    }
    for (size_t i = 0; r && i < r->n; i++)
        for (size_t k = 0; k < r->shapes[i].n; k++)
            add_ring(&l, &r->shapes[i].rings[k], (uint32_t)(n + i));
    if (!l.edges.n)
        return NULL;
    qsort(l.edges.p, l.edges.n, sizeof *l.edges.p, by_low);
    double low = l.edges.p[0].low, high = low;
    for (size_t i = 0; i < l.edges.n; i++)
        high = fmax(high, l.edges.p[i].high);
    l.step = ret->step = step > 0 ? step : fmax(FINEST, (high - low) / LINES);
    l.inside = NEW_ARRAY(a, n + (r ? r->n : 0), uint8_t);
    l.cuts = NEW_ARRAY(a, l.edges.n, struct cut);
    uint32_t *active = NEW_ARRAY(a, l.edges.n, uint32_t);
    size_t active_n = 0, next = 0;
    for (int64_t k = 0; (l.y = low + ((double)k + 0.5) * l.step) < high; k++) {
        size_t cuts = 0, kept = 0;
        while (next < l.edges.n && l.edges.p[next].low <= l.y)
            active[active_n++] = (uint32_t)next++;
        for (size_t i = 0; i < active_n; i++) {
            const struct edge *e = &l.edges.p[active[i]];
            if (e->high <= l.y)
                continue;
            active[kept++] = active[i];
            l.cuts[cuts++] = (struct cut){e->x + (l.y - e->low) * e->slope, e->shape};
        }
        active_n = kept;
        if (cuts)
            qsort(l.cuts, cuts, sizeof *l.cuts, by_x);
        TRY(walk(&l, cuts));
    }
    gather_holes(&l, least);
    return NULL;
}

/* ---- two rings ---- */

static void extent(const struct ring *r, struct point *low, struct point *high)
{
    *low = *high = r->p[0];
    for (size_t i = 1; i < r->n; i++) {
        *low = (struct point){fmin(low->x, r->p[i].x), fmin(low->y, r->p[i].y)};
        *high = (struct point){fmax(high->x, r->p[i].x), fmax(high->y, r->p[i].y)};
    }
}

static bool extents_meet(const struct ring *a, const struct ring *b, struct point *low, struct point *high)
{
    struct point al, ah, bl, bh;
    if (!a->n || !b->n)
        return false;
    extent(a, &al, &ah);
    extent(b, &bl, &bh);
    *low = (struct point){fmax(al.x, bl.x), fmax(al.y, bl.y)};
    *high = (struct point){fmin(ah.x, bh.x), fmin(ah.y, bh.y)};
    return low->x <= high->x && low->y <= high->y;
}

enum { LIMIT_CUTS = 2 * FOOTPRINT_POINTS };

static size_t cuts_of(const struct ring *r, double y, uint32_t shape, struct cut *out, size_t n)
{
    for (size_t i = 0, j = r->n - 1; i < r->n && n < LIMIT_CUTS; j = i++)
        if ((r->p[i].y > y) != (r->p[j].y > y))
            out[n++] = (struct cut){r->p[i].x + (y - r->p[i].y) / (r->p[j].y - r->p[i].y) * (r->p[j].x - r->p[i].x), shape};
    return n;
}

double rings_shared(const struct ring *a, const struct ring *b)
{
    struct point low, high;
    struct cut cuts[LIMIT_CUTS];
    double all = 0;
    CHECK(a->n <= FOOTPRINT_POINTS && b->n <= FOOTPRINT_POINTS);
    if (!extents_meet(a, b, &low, &high))
        return 0;
    for (int k = 0; k < SHARED_LINES; k++) {
        double y = low.y + (high.y - low.y) * (k + 0.5) / SHARED_LINES;
        size_t n = cuts_of(b, y, 1, cuts, cuts_of(a, y, 0, cuts, 0));
        bool in[2] = {false};
        qsort(cuts, n, sizeof *cuts, by_x);
        for (size_t i = 0; i + 1 < n; i++) {
            in[cuts[i].shape] = !in[cuts[i].shape];
            all += in[0] && in[1] ? cuts[i + 1].x - cuts[i].x : 0;
        }
    }
    return all * (high.y - low.y) / SHARED_LINES;
}

static bool ring_holds(const struct ring *r, struct point p)
{
    bool in = false;
    for (size_t i = 0, j = r->n ? r->n - 1 : 0; i < r->n; j = i++)
        if ((r->p[i].y > p.y) != (r->p[j].y > p.y) &&
            p.x < r->p[i].x + (p.y - r->p[i].y) / (r->p[j].y - r->p[i].y) * (r->p[j].x - r->p[i].x))
            in = !in;
    return in;
}

bool zone_holds(const struct zone *r, struct point p)
{
    for (size_t i = 0; i < r->n; i++) {
        bool in = false;
        for (size_t k = 0; k < r->shapes[i].n; k++)
            in ^= ring_holds(&r->shapes[i].rings[k], p);
        if (in)
            return true;
    }
    return false;
}

static double side(struct point a, struct point b, struct point p)
{
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

bool rings_meet(const struct ring *a, const struct ring *b)
{
    struct point low, high;
    if (!extents_meet(a, b, &low, &high))
        return false;
    for (size_t i = 0, j = a->n - 1; i < a->n; j = i++)
        for (size_t k = 0, m = b->n - 1; k < b->n; m = k++) {
            struct point p = a->p[j], q = a->p[i], r = b->p[m], s = b->p[k];
            if (side(p, q, r) * side(p, q, s) <= 0 && side(r, s, p) * side(r, s, q) <= 0 && fmax(p.x, q.x) >= fmin(r.x, s.x) &&
                fmax(r.x, s.x) >= fmin(p.x, q.x) && fmax(p.y, q.y) >= fmin(r.y, s.y) && fmax(r.y, s.y) >= fmin(p.y, q.y))
                return true;
        }
    return ring_holds(a, b->p[0]) || ring_holds(b, a->p[0]);
}
