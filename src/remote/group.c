/*
 * Boundaries are walked in steps of a pixel and noted in a grid of cells; two regions are close when noted points of both are. Only regions above the recipe's
 * smallest area come here, so this is boundaries of thousands, not of millions.
 */
#include "remote/group.h"

#include <stdlib.h>
#include <string.h>

enum { CELL = 4 };
struct note { int32_t cx, cy, x, y; uint32_t who; };
struct notes { struct arena *a; VEC(struct note) v; };

err *keep_patch(void *context, const struct patch *r, const struct grid *g, uint32_t flags, int kind)
{
    struct kept_list *l = context;
    (void)g;
    if (l->v.n == LIMIT_SCENE_PATCHES)
        return err_new(ERR_LIMIT, "达到最小面积的图斑超过%d个，方法或波段可能用错", LIMIT_SCENE_PATCHES);
    struct kept k = {.sums = r->sums, .kind = kind, .flags = flags, .points_n = r->points_n, .rings_n = r->rings_n, .group = (uint32_t)l->v.n};
    k.points = arena_copy(l->a, r->points, r->points_n * sizeof *r->points);
    k.rings = arena_copy(l->a, r->rings, r->rings_n * sizeof *r->rings);
    vec_push(l->a, &l->v, k);
    return NULL;
}

static uint32_t root(struct kept_list *l, uint32_t i)
{
    while (l->v.p[i].group != i)
        i = l->v.p[i].group = l->v.p[l->v.p[i].group].group;
    return i;
}

static void join(struct kept_list *l, uint32_t a, uint32_t b)
{
    a = root(l, a), b = root(l, b);
    if (a < b)
        l->v.p[b].group = a;
    else
        l->v.p[a].group = b;
}

static void note_ring(struct notes *n, const struct region_point *p, uint32_t count, uint32_t who)
{
    for (uint32_t i = 0; i < count; i++) {
        struct region_point q = p[i], to = p[(i + 1) % count];
        int dx = (to.x > q.x) - (to.x < q.x), dy = (to.y > q.y) - (to.y < q.y);
        for (; q.x != to.x || q.y != to.y; q.x += dx, q.y += dy)
            vec_push(n->a, &n->v, ((struct note){q.x / CELL, q.y / CELL, q.x, q.y, who}));
    }
}

static int by_cell(const void *a, const void *b)
{
    const struct note *x = a, *y = b;
    if (x->cy != y->cy)
        return x->cy < y->cy ? -1 : 1;
    if (x->cx != y->cx)
        return x->cx < y->cx ? -1 : 1;
    return (x->who > y->who) - (x->who < y->who);
}

/* First note at or behind a cell. */
static size_t cell_start(const struct notes *n, int cx, int cy)
{
    size_t low = 0, high = n->v.n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        const struct note *m = &n->v.p[mid];
        if (m->cy < cy || (m->cy == cy && m->cx < cx))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void join_close(struct kept_list *l, const struct notes *n)
{
    for (size_t i = 0; i < n->v.n; i++) {
        const struct note *a = &n->v.p[i];
        for (int cy = a->cy; cy <= a->cy + 1; cy++)
            for (size_t k = cell_start(n, cy == a->cy ? a->cx : a->cx - 1, cy); k < n->v.n && n->v.p[k].cy == cy && n->v.p[k].cx <= a->cx + 1; k++) {
                const struct note *b = &n->v.p[k];
                if (a->who != b->who && l->v.p[a->who].kind == l->v.p[b->who].kind && abs(a->x - b->x) < GROUP_GAP && abs(a->y - b->y) < GROUP_GAP)
                    join(l, a->who, b->who);
            }
    }
}

static int by_group(const void *a, const void *b)
{
    const struct kept *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return x->sums.first_y != y->sums.first_y ? (x->sums.first_y < y->sums.first_y ? -1 : 1) : (x->sums.first_x > y->sums.first_x) - (x->sums.first_x < y->sums.first_x);
}

static int by_worth(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->sums.pixels != y->sums.pixels)
        return x->sums.pixels > y->sums.pixels ? -1 : 1;
    return x->first < y->first ? -1 : 1;
}

/* A group is as doubtful as its largest region; small ones around it do not make it worse. */
static void take(struct group *g, const struct kept *k, int64_t *largest)
{
    struct region_sums *s = &g->sums;
    if (k->sums.pixels > *largest)
        *largest = k->sums.pixels, g->flags = k->flags;
    if (!s->pixels) {
        *s = k->sums;
        return;
    }
    s->pixels += k->sums.pixels, s->x += k->sums.x, s->y += k->sums.y, s->edges += k->sums.edges, s->index += k->sums.index;
    s->x0 = k->sums.x0 < s->x0 ? k->sums.x0 : s->x0, s->y0 = k->sums.y0 < s->y0 ? k->sums.y0 : s->y0;
    s->x1 = k->sums.x1 > s->x1 ? k->sums.x1 : s->x1, s->y1 = k->sums.y1 > s->y1 ? k->sums.y1 : s->y1;
}

struct group *groups_of(struct kept_list *l, size_t *ret_n)
{
    struct notes notes = {.a = l->a};
    struct group *g = NEW_ARRAY(l->a, l->v.n + 1, struct group);
    size_t n = 0;
    int64_t largest = 0;
    for (size_t i = 0; i < l->v.n; i++)
        for (size_t r = 0; r < l->v.p[i].rings_n; r++)
            note_ring(&notes, l->v.p[i].points + l->v.p[i].rings[r].first, l->v.p[i].rings[r].n, (uint32_t)i);
    if (notes.v.n)
        qsort(notes.v.p, notes.v.n, sizeof *notes.v.p, by_cell);
    join_close(l, &notes);
    for (size_t i = 0; i < l->v.n; i++)
        l->v.p[i].group = root(l, (uint32_t)i);
    if (l->v.n)
        qsort(l->v.p, l->v.n, sizeof *l->v.p, by_group);
    for (size_t i = 0; i < l->v.n; i++) {
        if (!i || l->v.p[i].group != l->v.p[i - 1].group) {
            largest = 0;
            g[n++] = (struct group){.first = i, .kind = l->v.p[i].kind};
        }
        g[n - 1].n++;
        take(&g[n - 1], &l->v.p[i], &largest);
        g[n - 1].score = patch_score(g[n - 1].flags);
    }
    qsort(g, n, sizeof *g, by_worth);
    *ret_n = n;
    return g;
}
