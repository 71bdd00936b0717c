/*
 * Runs instead of pixels: a scene has a hundred million pixels and a few million runs. A part's label lives while a run of
 * the current row bears it, so labels are few and their numbers are used again; what makes the order is the place of the first
 * pixel, never a label.
 */
#include "remote/regions_private.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* ---- pool ---- */
void pool_open(struct pool *p, struct arena *a)
{
    *p = (struct pool){.arena = a, .n = 1};
}

uint32_t pool_more(struct pool *p, size_t size)
{
    uint32_t i = p->n++;
    CHECK(i < UINT32_MAX);
    if (i >> POOL_SHIFT == p->piece.n)
        vec_push(p->arena, &p->piece, arena_alloc(p->arena, POOL_PIECE, size));
    return i;
}

/* ---- parts and wholes ---- */
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
        loop_of(r, to->loops_last)->next = from->loops;
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
void bits_of(const uint8_t *bytes, size_t n, uint64_t *ret)
{
    for (size_t x = 0; x < n; x += 64) {
        uint64_t word = 0;
        size_t end = n - x < 64 ? n - x : 64, i = 0;
#ifdef __SSE2__
        for (; i + 16 <= end; i += 16)
            word |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_slli_epi16(_mm_loadu_si128((const void *)(bytes + x + i)), 7)) << i;
#endif
        for (uint64_t eight; i + 8 <= end; i += 8) {
            memcpy(&eight, bytes + x + i, 8);
            word |= (eight * UINT64_C(0x0102040810204080) >> 56) << i; /* the lowest bit of each byte to its place in the highest */
        }
        for (; i < end; i++)
            word |= (uint64_t)bytes[x + i] << i;
        *ret++ = word;
    }
}

void index_pack(const uint64_t *mask, const int32_t *index, int width, int32_t *to, const int32_t **ret)
{
    for (int column = 0; column < width; column += INDEX_COLUMNS) {
        *ret++ = to;
        for (int x = column; x < width && x < column + INDEX_COLUMNS; x += 64)
            for (uint64_t set = mask[x / 64]; set; set &= set - 1)
                *to++ = index[x + __builtin_ctzll(set)];
    }
}

/* Where a pixel differs from the one before it a run begins or ends. */
static void find_runs(struct regions *r, const uint64_t *mask)
{
    struct run *run = r->here.p;
    uint64_t before = 0;
    bool inside = false;
    for (size_t i = 0; i < bits_words(r->o.width); i++) {
        uint64_t change = mask[i] ^ (mask[i] << 1 | before);
        before = mask[i] >> 63;
        for (; change; change &= change - 1) {
            int x = (int)i * 64 + __builtin_ctzll(change);
            if (inside)
                run++->x1 = x;
            else
                *run = (struct run){.x0 = x};
            inside = !inside;
        }
    }
    if (inside)
        run++->x1 = r->o.width;
    r->here.n = (size_t)(run - r->here.p);
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

/* Where the next run of a row finds its values. */
struct cursor { const int32_t *const *index, *next; int32_t column; };

static void index_sums(struct region_sums *s, struct cursor *c, int32_t x0, int32_t x1)
{
    int64_t sum = 0, square = 0;
    int32_t least = s->index_min, most = s->index_max;
    for (int32_t x = x0; x < x1;) {
        int32_t column = x / INDEX_COLUMNS, upto = (column + 1) * INDEX_COLUMNS < x1 ? (column + 1) * INDEX_COLUMNS : x1;
        const int32_t *p = column == c->column ? c->next : c->index[column], *end = p + (upto - x);
        for (; p < end; p++) {
            int64_t v = *p;
            sum += v;
            square += (int64_t)((uint64_t)(v * v) / 1000000);
            least = *p < least ? *p : least;
            most = *p > most ? *p : most;
        }
        c->next = end;
        c->column = column;
        x = upto;
    }
    s->index += sum, s->index_square += square;
    s->index_min = least, s->index_max = most;
}

/* Runs come from left to right and rows from above: what a part has of pixels already lies before this run in reading order. */
static void run_add(const struct regions *r, struct region_sums *s, const struct run *run, struct cursor *index, const uint64_t *valid)
{
    int64_t n = run->x1 - run->x0, y = r->y, sx = sum_1(run->x1) - sum_1(run->x0);
    if (!s->pixels) {
        s->x0 = s->first_x = run->x0, s->x1 = run->x1;
        s->y0 = s->first_y = r->y;
        s->index_min = INT32_MAX, s->index_max = INT32_MIN;
    }
    s->x0 = run->x0 < s->x0 ? run->x0 : s->x0;
    s->x1 = run->x1 > s->x1 ? run->x1 : s->x1;
    s->y1 = r->y + 1;
    s->pixels += n;
    s->x += sx, s->y += n * y;
    s->xx += sum_2(run->x1) - sum_2(run->x0), s->yy += n * y * y, s->xy += sx * y;
    s->edges += 2 + 2 * n;
    s->rim += (run->x0 == 0) + (run->x1 == r->o.width) + (r->y == 0 ? n : 0);
    if (valid)
        s->blind += (run->x0 > 0 && !bit_at(valid, run->x0 - 1)) + (run->x1 < r->o.width && !bit_at(valid, run->x1));
    if (index->index)
        index_sums(s, index, run->x0, run->x1);
}

static uint32_t part_new(struct regions *r)
{
    uint32_t i = pool_take(&r->parts, sizeof(struct part));
    if (r->o.eight)
        part_of(r, i)->whole = pool_take(&r->wholes, sizeof(struct whole));
    return i;
}

/* Every run gets the part of the runs above it, joining those it connects, or a new one. */
static void label_runs(struct regions *r, const int32_t *const *index, const uint64_t *valid)
{
    const struct run *above = r->above.p, *end = above + r->above.n;
    struct cursor cursor = {index, index ? index[0] : NULL, 0};
    for (struct run *run = r->here.p; run < r->here.p + r->here.n; run++) {
        while (above < end && above->x1 < run->x0)
            above++;
        int64_t shared = 0; /* sides that lie between it and the row above, where nothing ends */
        for (const struct run *k = above; k < end && k->x0 < run->x1; k++)
            if (k->x1 > run->x0) {
                run->part = run->part ? parts_join(r, run->part, k->part) : part_root(r, k->part);
                shared += (k->x1 < run->x1 ? k->x1 : run->x1) - (k->x0 > run->x0 ? k->x0 : run->x0);
            }
        if (!run->part)
            run->part = part_new(r);
        struct region_sums *s = &part_of(r, run->part)->sums;
        run_add(r, s, run, &cursor, valid);
        s->edges -= 2 * shared;
        for (const struct run *k = above; r->o.eight && k < end && k->x0 <= run->x1; k++)
            if (k->x1 == run->x0 || k->x0 == run->x1)
                wholes_join(r, part_of(r, part_root(r, run->part))->whole, part_of(r, part_root(r, k->part))->whole);
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
    pool_give(&r->parts, i, sizeof(struct part));
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
    pool_give(&r->wholes, i, sizeof(struct whole));
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
        pool_give(&r->parts, r->merged.p[i], sizeof(struct part));
    for (size_t i = 0; i < r->merged_wholes.n; i++)
        pool_give(&r->wholes, r->merged_wholes.p[i], sizeof(struct whole));
    r->merged.n = r->merged_wholes.n = 0;
}

static err *one_row(struct regions *r, const uint64_t *mask, const int32_t *const *index, const uint64_t *valid)
{
    if (mask)
        find_runs(r, mask);
    else
        r->here.n = 0;
    label_runs(r, index, valid);
    if (r->over) /* the lowest row */
        for (size_t i = 0; i < r->above.n; i++)
            part_of(r, part_root(r, r->above.p[i].part))->sums.rim += r->above.p[i].x1 - r->above.p[i].x0;
    if (r->o.rings || valid || !r->judged_above)
        TRY(chains_follow(r, valid));
    TRY(end_parts(r));
    forget_merged(r);
    struct row swap = r->above;
    r->above = r->here;
    r->here = swap;
    r->judged_above = !valid;
    if (valid)
        memcpy(r->valid_above, valid, bits_words(r->o.width) * sizeof *valid);
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
    pool_open(&r->corners, a);
    pool_open(&r->ends, a);
    pool_open(&r->loops, a);
    pool_open(&r->parts, a);
    pool_open(&r->wholes, a);
    r->above.p = NEW_ARRAY(a, (size_t)o->width / 2 + 2, struct run);
    r->here.p = NEW_ARRAY(a, (size_t)o->width / 2 + 2, struct run);
    r->valid_above = NEW_ARRAY(a, bits_words(o->width), uint64_t);
    r->bits = NEW_ARRAY(a, bits_words(o->width), uint64_t);
    r->packed = NEW_ARRAY(a, (size_t)o->width, int32_t);
    r->index = NEW_ARRAY(a, (size_t)o->width / INDEX_COLUMNS + 1, const int32_t *);
    r->valid_bits = NEW_ARRAY(a, bits_words(o->width), uint64_t);
    return r;
}

err *regions_row(struct regions *r, const uint8_t *mask, const int32_t *index, const uint8_t *valid)
{
    size_t width = (size_t)r->o.width;
    bits_of(mask, width, r->bits);
    if (valid)
        bits_of(valid, width, r->valid_bits);
    if (index)
        index_pack(r->bits, index, r->o.width, r->packed, r->index);
    return regions_row_bits(r, r->bits, index ? r->index : NULL, valid ? r->valid_bits : NULL);
}

err *regions_row_bits(struct regions *r, const uint64_t *mask, const int32_t *const *index, const uint64_t *valid)
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
