/* Rings of a scene's document stand on corners of pixels, so on their own grid runs are exact; on another grid the centre of the pixel decides. */
#include "remote/lineage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SAME_IOU 0.3
#define GREW 1.2

struct corner { double x, y; };
struct edge { struct corner a, b; };
struct crossings { double *x; size_t n; };

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static int by_top(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    return (x->a.y > y->a.y) - (x->a.y < y->a.y);
}

static struct corner corner_on(const struct json *ring, size_t i, const struct grid *from, const struct grid *on, bool same)
{
    struct corner p = {ring->child[i].number, ring->child[i + 1].number};
    double lon, lat;
    if (same)
        return p;
    grid_degrees(from, p.x, p.y, &lon, &lat);
    grid_place(on, lon, lat, &p.x, &p.y);
    return p;
}

/* Edges that cross rows, the upper end first. */
static size_t edges_of(struct arena *a, const struct json *rings, const struct grid *from, const struct grid *on, struct edge **ret)
{
    bool same = from == on || grid_same(from, on);
    VEC(struct edge) list = {0};
    for (size_t r = 0; rings && rings->kind == JSON_ARRAY && r < rings->n; r++) {
        const struct json *ring = &rings->child[r];
        if (ring->kind != JSON_ARRAY || ring->n < 6 || ring->n % 2)
            continue;
        struct corner before = corner_on(ring, ring->n - 2, from, on, same);
        for (size_t i = 0; i < ring->n; i += 2) {
            struct corner now = corner_on(ring, i, from, on, same);
            if (before.y != now.y)
                vec_push(a, &list, (before.y < now.y ? (struct edge){before, now} : (struct edge){now, before}));
            before = now;
        }
    }
    if (list.n)
        qsort(list.p, list.n, sizeof *list.p, by_top);
    *ret = list.p;
    return list.n;
}

static void sum(struct cover *c)
{
    double x = 0, y = 0;
    for (int i = 0; i < c->rows; i++)
        for (size_t k = c->first[i]; k < c->first[i + 1]; k++) {
            int n = c->run[k].to - c->run[k].from;
            c->pixels += n;
            x += n * ((c->run[k].from + c->run[k].to) / 2.0);
            y += n * (c->y0 + i + 0.5);
            c->x0 = c->run[k].from < c->x0 ? c->run[k].from : c->x0, c->x1 = c->run[k].to > c->x1 ? c->run[k].to : c->x1;
        }
    c->x = c->pixels ? x / (double)c->pixels : 0, c->y = c->pixels ? y / (double)c->pixels : 0;
    if (!c->pixels)
        c->x0 = c->x1 = 0;
}

err *cover_of(struct arena *a, const struct json *rings, const struct grid *from, const struct grid *on, struct cover *ret)
{
    struct edge *e;
    size_t n = edges_of(a, rings, from, on, &e), start = 0;
    double top = INFINITY, bottom = -INFINITY;
    *ret = (struct cover){.x0 = INT32_MAX, .first = NEW_ARRAY(a, 1, size_t)};
    for (size_t i = 0; i < n; i++)
        top = fmin(top, e[i].a.y), bottom = fmax(bottom, e[i].b.y);
    if (!n || !(bottom > 0) || !(top < on->height)) {
        sum(ret);
        return NULL;
    }
    int y0 = top < 0 ? 0 : (int)floor(top), y1 = bottom > on->height ? on->height : (int)ceil(bottom);
    VEC(struct run) runs = {0};
    double *x = NEW_ARRAY(a, n, double);
    size_t *open = NEW_ARRAY(a, n, size_t), open_n = 0;
    ret->y0 = y0, ret->rows = y1 - y0;
    ret->first = NEW_ARRAY(a, (size_t)ret->rows + 1, size_t);
    for (int i = 0; i < ret->rows; i++) {
        double y = y0 + i + 0.5;
        size_t m = 0, kept = 0;
        while (start < n && e[start].a.y <= y)
            open[open_n++] = start++;
        for (size_t k = 0; k < open_n; k++) {
            const struct edge *g = &e[open[k]];
            if (g->b.y <= y)
                continue;
            open[kept++] = open[k];
            x[m++] = g->a.x + (y - g->a.y) * (g->b.x - g->a.x) / (g->b.y - g->a.y);
        }
        open_n = kept;
        qsort(x, m, sizeof *x, by_size);
        for (size_t k = 0; k + 1 < m; k += 2) {
            double left = ceil(x[k] - 0.5), right = ceil(x[k + 1] - 0.5);
            left = left < 0 ? 0 : left, right = right > on->width ? on->width : right;
            if (left >= right)
                continue;
            if (runs.n == LIMIT_COVER_RUNS)
                return err_new(ERR_LIMIT, "图斑的轮廓太复杂");
            vec_push(a, &runs, ((struct run){(int)left, (int)right}));
        }
        ret->first[i + 1] = runs.n;
    }
    ret->run = runs.p;
    sum(ret);
    return NULL;
}

int64_t cover_common(const struct cover *a, const struct cover *b)
{
    int64_t n = 0;
    int from = a->y0 > b->y0 ? a->y0 : b->y0, to = a->y0 + a->rows < b->y0 + b->rows ? a->y0 + a->rows : b->y0 + b->rows;
    for (int y = from; y < to; y++) {
        size_t i = a->first[y - a->y0], k = b->first[y - b->y0], i_end = a->first[y - a->y0 + 1], k_end = b->first[y - b->y0 + 1];
        while (i < i_end && k < k_end) {
            int left = a->run[i].from > b->run[k].from ? a->run[i].from : b->run[k].from, right = a->run[i].to < b->run[k].to ? a->run[i].to : b->run[k].to;
            n += right > left ? right - left : 0;
            if (a->run[i].to < b->run[k].to)
                i++;
            else
                k++;
        }
    }
    return n;
}

bool cover_holds(const struct cover *c, double x, double y)
{
    int row = (int)floor(y) - c->y0;
    if (row < 0 || row >= c->rows)
        return false;
    for (size_t k = c->first[row]; k < c->first[row + 1]; k++)
        if (x >= c->run[k].from && x < c->run[k].to)
            return true;
    return false;
}

struct likeness cover_like(const struct cover *a, const struct cover *b)
{
    struct likeness l = {.common = cover_common(a, b)};
    int64_t both = a->pixels + b->pixels - l.common;
    l.iou = both ? (double)l.common / (double)both : 0;
    l.middle = l.common && (cover_holds(a, b->x, b->y) || cover_holds(b, a->x, a->y));
    return l;
}

bool same_thing(const struct likeness *l)
{
    return l->iou >= SAME_IOU || l->middle;
}

enum became became_of(int64_t before, int64_t now, bool ever)
{
    if (!now)
        return BECAME_GONE;
    if (before <= 0)
        return ever ? BECAME_BACK : BECAME_FIRST;
    if ((double)now > (double)before * GREW)
        return BECAME_GREW;
    return (double)now * GREW < (double)before ? BECAME_SHRANK : BECAME_STAYED;
}

const char *became_text(enum became b)
{
    static const char *const texts[BECAME_WORDS] = {"首次出现", "增大", "缩小", "没有明显变化", "消失", "再次出现"};
    return texts[b];
}
