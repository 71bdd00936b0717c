/*
 * Runs instead of pixels: a scene has a hundred million pixels and a few million runs. A part's label lives while a run of
 * the current row bears it, so labels are few and their numbers are used again; what makes the order is the place of the first
 * pixel, never a label.
 */
#include "remote/regions_private.h"

#include <string.h>

/* ---- pool ---- */
void pool_open(struct pool *p, struct arena *a, size_t size, uint32_t shift)
{
    CHECK(size >= sizeof(uint32_t));
    *p = (struct pool){.arena = a, .size = size, .shift = shift, .n = 1};
}

uint32_t pool_take(struct pool *p)
{
    uint32_t i = p->free;
    p->used++;
    if (i) {
        memcpy(&p->free, pool_at(p, i), sizeof p->free);
        memset(pool_at(p, i), 0, p->size);
        return i;
    }
    i = p->n++;
    CHECK(i < UINT32_MAX);
    if (i >> p->shift == p->piece.n)
        vec_push(p->arena, &p->piece, arena_alloc(p->arena, (size_t)1 << p->shift, p->size));
    return i;
}

void pool_give(struct pool *p, uint32_t i)
{
    memcpy(pool_at(p, i), &p->free, sizeof p->free);
    p->free = i;
    p->used--;
}

/* ---- parts and wholes ---- */
static struct part *part_of(const struct regions *r, uint32_t i)
{
    return pool_at(&r->parts, i);
}

static struct whole *whole_of(const struct regions *r, uint32_t i)
{
    return pool_at(&r->wholes, i);
}

uint32_t part_root(struct regions *r, uint32_t i)
{
    while (part_of(r, i)->parent) {
        uint32_t above = part_of(r, part_of(r, i)->parent)->parent;
        if (!above)
            return part_of(r, i)->parent;
        part_of(r, i)->parent = above; /* path halving */
        i = above;
    }
    return i;
}

static uint32_t whole_root(struct regions *r, uint32_t i)
{
    while (whole_of(r, i)->parent)
        i = whole_of(r, i)->parent;
    return i;
}

static void sums_add(struct region_sums *s, const struct region_sums *more)
{
    if (!more->pixels)
        return;
    if (!s->pixels) {
        int64_t edges = s->edges, rim = s->rim, blind = s->blind;
        *s = *more;
        s->edges += edges, s->rim += rim, s->blind += blind;
        return;
    }
    if (more->first_y < s->first_y || (more->first_y == s->first_y && more->first_x < s->first_x))
        s->first_y = more->first_y, s->first_x = more->first_x;
    s->x0 = more->x0 < s->x0 ? more->x0 : s->x0;
    s->y0 = more->y0 < s->y0 ? more->y0 : s->y0;
    s->x1 = more->x1 > s->x1 ? more->x1 : s->x1;
    s->y1 = more->y1 > s->y1 ? more->y1 : s->y1;
    s->index_min = more->index_min < s->index_min ? more->index_min : s->index_min;
    s->index_max = more->index_max > s->index_max ? more->index_max : s->index_max;
    s->pixels += more->pixels;
    s->x += more->x, s->y += more->y, s->xx += more->xx, s->yy += more->yy, s->xy += more->xy;
    s->index += more->index, s->index_square += more->index_square;
    s->edges += more->edges, s->rim += more->rim, s->blind += more->blind;
}

static bool earlier(const struct region_sums *a, const struct region_sums *b)
{
    return a->first_y < b->first_y || (a->first_y == b->first_y && a->first_x < b->first_x);
}

static void wholes_join(struct regions *r, uint32_t a, uint32_t b)
{
    a = whole_root(r, a), b = whole_root(r, b);
    if (a == b)
        return;
    struct whole *to = whole_of(r, a), *from = whole_of(r, b);
    from->parent = a;
    sums_add(&to->sums, &from->sums);
    if (from->parts && to->parts)
        part_of(r, to->parts_last)->next = from->parts;
    if (from->parts && !to->parts)
        to->parts = from->parts;
    if (from->parts)
        to->parts_last = from->parts_last;
    vec_push(r->arena, &r->merged_wholes, b);
}

static uint32_t parts_join(struct regions *r, uint32_t a, uint32_t b)
{
    a = part_root(r, a), b = part_root(r, b);
    if (a == b)
        return a;
    if (earlier(&part_of(r, b)->sums, &part_of(r, a)->sums)) {
        uint32_t swap = a;
        a = b, b = swap;
    }
    struct part *to = part_of(r, a), *from = part_of(r, b);
    from->parent = a;
    sums_add(&to->sums, &from->sums);
    if (from->loops && to->loops)
        ((struct loop *)pool_at(&r->loops, to->loops_last))->next = from->loops;
    if (from->loops && !to->loops)
        to->loops = from->loops;
    if (from->loops)
        to->loops_last = from->loops_last;
    if (r->o.eight)
        wholes_join(r, to->whole, from->whole);
    vec_push(r->arena, &r->merged, b);
    return a;
}

/* ---- a row ---- */
static void find_runs(struct regions *r, const uint8_t *mask)
{
    struct row *row = &r->here;
    int width = r->o.width, x = 0;
    row->n = 0;
    while (x < width) {
        uint64_t eight;
        while (x + 8 <= width && (memcpy(&eight, mask + x, 8), eight == 0))
            x += 8;
        while (x < width && !mask[x])
            x++;
        if (x == width)
            break;
        struct run *run = &row->p[row->n++];
        run->x0 = x;
        while (x + 8 <= width && (memcpy(&eight, mask + x, 8), eight == UINT64_C(0x0101010101010101)))
            x += 8;
        while (x < width && mask[x])
            x++;
        run->x1 = x;
        run->part = run->left = run->right = 0;
    }
}

/* Sum of k and of k² over [0, n). */
static int64_t sum_1(int64_t n)
{
    return n * (n - 1) / 2;
}

static int64_t sum_2(int64_t n)
{
    return (n - 1) * n * (2 * n - 1) / 6;
}

static void run_sums(const struct regions *r, const struct run *run, const int32_t *index, struct region_sums *ret)
{
    int64_t n = run->x1 - run->x0, y = r->y, sx = sum_1(run->x1) - sum_1(run->x0);
    *ret = (struct region_sums){.pixels = n, .x0 = run->x0, .x1 = run->x1, .y0 = r->y, .y1 = r->y + 1, .first_x = run->x0, .first_y = r->y,
                                .x = sx, .y = n * y, .xx = sum_2(run->x1) - sum_2(run->x0), .yy = n * y * y, .xy = sx * y, .edges = 2,
                                .rim = (run->x0 == 0) + (run->x1 == r->o.width), .index_min = INT32_MAX, .index_max = INT32_MIN};
    for (int32_t x = run->x0; index && x < run->x1; x++) {
        int64_t v = index[x];
        ret->index += v;
        ret->index_square += v * v / 1000000;
        ret->index_min = index[x] < ret->index_min ? index[x] : ret->index_min;
        ret->index_max = index[x] > ret->index_max ? index[x] : ret->index_max;
    }
}

static uint32_t part_new(struct regions *r)
{
    uint32_t i = pool_take(&r->parts);
    if (r->o.eight)
        part_of(r, i)->whole = pool_take(&r->wholes);
    return i;
}

/* Every run gets the part of the runs above it, joining those it connects, or a new one. */
static void label_runs(struct regions *r, const int32_t *index, const uint8_t *valid)
{
    size_t above = 0;
    for (size_t i = 0; i < r->here.n; i++) {
        struct run *run = &r->here.p[i];
        struct region_sums sums;
        run_sums(r, run, index, &sums);
        if (valid)
            sums.blind = (run->x0 > 0 && !valid[run->x0 - 1]) + (run->x1 < r->o.width && !valid[run->x1]);
        while (above < r->above.n && r->above.p[above].x1 < run->x0)
            above++;
        for (size_t k = above; k < r->above.n && r->above.p[k].x0 < run->x1; k++)
            if (r->above.p[k].x1 > run->x0)
                run->part = run->part ? parts_join(r, run->part, r->above.p[k].part) : part_root(r, r->above.p[k].part);
        if (!run->part)
            run->part = part_new(r);
        sums_add(&part_of(r, run->part)->sums, &sums);
        for (size_t k = above; r->o.eight && k < r->above.n && r->above.p[k].x0 <= run->x1; k++)
            if (r->above.p[k].x1 == run->x0 || r->above.p[k].x0 == run->x1)
                wholes_join(r, part_of(r, part_root(r, run->part))->whole, part_of(r, part_root(r, r->above.p[k].part))->whole);
    }
}

/* ---- what ended ---- */
static err *hand_out(struct regions *r, const struct region_sums *sums)
{
    struct patch one = {.sums = *sums, .points = r->points.p, .points_n = r->points.n, .rings = r->rings.p, .rings_n = r->rings.n};
    r->totals.kept++;
    r->totals.kept_pixels += sums->pixels;
    CHECK(r->totals.kept <= UINT32_MAX);
    one.number = (uint32_t)r->totals.kept;
    return r->o.region ? r->o.region(r->o.context, &one) : NULL;
}

static bool counted(struct regions *r, const struct region_sums *sums)
{
    r->totals.regions++;
    r->totals.pixels += sums->pixels;
    r->points.n = r->rings.n = 0;
    return sums->pixels >= r->o.least;
}

static void part_free(struct regions *r, uint32_t i)
{
    loops_give(r, part_of(r, i)->loops);
    pool_give(&r->parts, i);
}

static err *whole_end(struct regions *r, uint32_t i)
{
    struct whole *w = whole_of(r, i);
    err *e = NULL;
    bool keep = counted(r, &w->sums);
    for (uint32_t p = w->parts; p && keep; p = part_of(r, p)->next)
        part_rings(r, part_of(r, p));
    if (keep)
        e = hand_out(r, &w->sums);
    for (uint32_t p = w->parts, next; p; p = next) {
        next = part_of(r, p)->next;
        part_free(r, p);
    }
    pool_give(&r->wholes, i);
    return e;
}

static err *part_end(struct regions *r, uint32_t i)
{
    struct part *p = part_of(r, i);
    if (!r->o.eight) {
        err *e = NULL;
        if (counted(r, &p->sums)) {
            part_rings(r, p);
            e = hand_out(r, &p->sums);
        }
        part_free(r, i);
        return e;
    }
    struct whole *w = whole_of(r, p->whole);
    sums_add(&w->sums, &p->sums);
    if (w->parts)
        part_of(r, w->parts_last)->next = i;
    else
        w->parts = i;
    w->parts_last = i;
    w->ending--;
    return w->seen == r->y || w->ending ? NULL : whole_end(r, p->whole);
}

/* Parts of the row above that have no run in this one are over, and with its last part a whole. */
static err *end_parts(struct regions *r)
{
    for (size_t i = 0; i < r->here.n; i++) {
        struct run *run = &r->here.p[i];
        run->part = part_root(r, run->part);
        struct part *p = part_of(r, run->part);
        p->seen = r->y;
        if (r->o.eight)
            whole_of(r, p->whole = whole_root(r, p->whole))->seen = r->y;
    }
    size_t n = 0; /* parts that end, each once, written over the row above from its beginning */
    for (size_t i = 0; i < r->above.n; i++) {
        uint32_t at = part_root(r, r->above.p[i].part);
        struct part *p = part_of(r, at);
        if (p->seen == r->y)
            continue;
        p->seen = r->y; /* listed */
        if (r->o.eight)
            whole_of(r, p->whole = whole_root(r, p->whole))->ending++;
        r->above.p[n++].part = at;
    }
    for (size_t i = 0; i < n; i++)
        TRY(part_end(r, r->above.p[i].part));
    return NULL;
}

static void forget_merged(struct regions *r)
{
    for (size_t i = 0; i < r->merged.n; i++)
        pool_give(&r->parts, r->merged.p[i]);
    for (size_t i = 0; i < r->merged_wholes.n; i++)
        pool_give(&r->wholes, r->merged_wholes.p[i]);
    r->merged.n = r->merged_wholes.n = 0;
}

static err *one_row(struct regions *r, const uint8_t *mask, const int32_t *index, const uint8_t *valid)
{
    if (mask)
        find_runs(r, mask);
    else
        r->here.n = 0;
    label_runs(r, index, valid);
    TRY(chains_follow(r, valid));
    TRY(end_parts(r));
    forget_merged(r);
    struct row swap = r->above;
    r->above = r->here;
    r->here = swap;
    r->judged_above = !valid;
    if (valid)
        memcpy(r->valid_above, valid, (size_t)r->o.width);
    r->y++;
    return NULL;
}

struct regions *regions_new(struct arena *a, const struct regions_options *o)
{
    struct regions *r = NEW(a, struct regions);
    CHECK(o->width > 0 && o->width <= LIMIT_RASTER_EDGE);
    r->o = *o;
    r->arena = a;
    r->judged_above = true;
    pool_open(&r->corners, a, sizeof(struct corner), 10);
    pool_open(&r->ends, a, sizeof(struct end), 9);
    pool_open(&r->loops, a, sizeof(struct loop), 8);
    pool_open(&r->parts, a, sizeof(struct part), 6);
    pool_open(&r->wholes, a, sizeof(struct whole), 6);
    r->above.p = NEW_ARRAY(a, (size_t)o->width / 2 + 1, struct run);
    r->here.p = NEW_ARRAY(a, (size_t)o->width / 2 + 1, struct run);
    r->valid_above = NEW_ARRAY(a, (size_t)o->width, uint8_t);
    return r;
}

err *regions_row(struct regions *r, const uint8_t *mask, const int32_t *index, const uint8_t *valid)
{
    CHECK(!r->over && mask && r->y < LIMIT_RASTER_EDGE);
    return one_row(r, mask, index, valid);
}

err *regions_end(struct regions *r, struct region_totals *ret)
{
    CHECK(!r->over);
    r->over = true;
    TRY(one_row(r, NULL, NULL, NULL));
    CHECK(!r->corners.used && !r->ends.used && !r->loops.used && !r->parts.used && !r->wholes.used);
    *ret = r->totals;
    return NULL;
}

size_t regions_memory(const struct regions *r)
{
    return arena_used(r->arena);
}
