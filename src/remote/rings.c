/*
 * A ring may come by one corner twice, where two diagonal pixels meet. Such a ring is no ring to GEOS. It is cut there: the way
 * from the corner back to itself is a ring of its own. Of the rings of a 4-connected part exactly one goes round it; all others are holes.
 */
#include "remote/regions_private.h"

#include <stdlib.h>

int64_t ring_area_twice(const struct region_point *p, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        const struct region_point *a = &p[i], *b = &p[i + 1 == n ? 0 : i + 1];
        sum += (int64_t)a->x * b->y - (int64_t)b->x * a->y;
    }
    return sum; /* y points down: clockwise to the eye is positive */
}

/* Appends a ring that starts at its upper left corner: one form for one ring. */
static void ring_put(struct regions *r, const struct region_point *p, size_t n)
{
    size_t least = 0;
    for (size_t i = 1; i < n; i++)
        if (p[i].y < p[least].y || (p[i].y == p[least].y && p[i].x < p[least].x))
            least = i;
    struct region_ring ring = {.first = (uint32_t)r->points.n, .n = (uint32_t)n, .outer = ring_area_twice(p, n) > 0};
    for (size_t i = least; i < n; i++)
        vec_push(r->arena, &r->points, p[i]);
    for (size_t i = 0; i < least; i++)
        vec_push(r->arena, &r->points, p[i]);
    vec_push(r->arena, &r->rings, ring);
}

static int by_place(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (x[0] > y[0]) - (x[0] < y[0]);
}

/* At each pass of a corner: where in the ring the other pass is. Corners that are no crossing, or are passed once, name themselves. */
static uint32_t *other_passes(struct arena *a, const struct region_point *p, const bool *cross, size_t n)
{
    uint32_t *other = NEW_ARRAY(a, n, uint32_t);
    uint64_t (*seen)[2] = arena_alloc(a, n, sizeof *seen);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        other[i] = (uint32_t)i;
        if (cross[i]) {
            seen[k][0] = (uint64_t)(uint32_t)p[i].y << 32 | (uint32_t)p[i].x;
            seen[k++][1] = i;
        }
    }
    qsort(seen, k, sizeof *seen, by_place);
    for (size_t i = 0; i + 1 < k; i++)
        if (seen[i][0] == seen[i + 1][0]) {
            other[seen[i][1]] = (uint32_t)seen[i + 1][1];
            other[seen[i + 1][1]] = (uint32_t)seen[i][1];
            i++;
        }
    return other;
}

static void ring_split(struct regions *r, const struct region_point *p, const bool *cross, size_t n)
{
    AUTO_ARENA(a);
    uint32_t *other = other_passes(a, p, cross, n), *way = NEW_ARRAY(a, n, uint32_t), *place = NEW_ARRAY(a, n, uint32_t);
    struct region_point *piece = NEW_ARRAY(a, n, struct region_point);
    size_t depth = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t back = other[i];
        if (back < i && place[back]) { /* been here, and not cut off since */
            size_t start = place[back] - 1, k = 0;
            for (size_t j = start; j < depth; j++) {
                piece[k++] = p[way[j]];
                place[way[j]] = 0;
            }
            ring_put(r, piece, k);
            depth = start;
        }
        way[depth++] = (uint32_t)i;
        place[i] = (uint32_t)depth;
    }
    for (size_t j = 0; j < depth; j++)
        piece[j] = p[way[j]];
    ring_put(r, piece, depth);
}

static void loop_rings(struct regions *r, uint32_t first)
{
    size_t crossings = 0;
    r->turned.n = r->crossings.n = 0;
    uint32_t at = first;
    do {
        const struct corner *c = corner_of(r, at);
        vec_push(r->arena, &r->turned, ((struct region_point){c->x, c->y}));
        vec_push(r->arena, &r->crossings, c->cross);
        crossings += c->cross;
        at = c->next;
    } while (at != first);
    if (crossings < 2)
        ring_put(r, r->turned.p, r->turned.n);
    else
        ring_split(r, r->turned.p, r->crossings.p, r->turned.n);
}

void part_rings(struct regions *r, const struct part *p)
{
    size_t before = r->rings.n, outer = SIZE_MAX;
    for (uint32_t l = p->loops; l; l = loop_of(r, l)->next)
        loop_rings(r, loop_of(r, l)->first);
    for (size_t i = before; i < r->rings.n; i++) {
        CHECK(!r->rings.p[i].outer || outer == SIZE_MAX);
        outer = r->rings.p[i].outer ? i : outer;
    }
    if (r->rings.n == before)
        return;
    CHECK(outer != SIZE_MAX);
    struct region_ring first = r->rings.p[outer];
    for (size_t i = outer; i > before; i--)
        r->rings.p[i] = r->rings.p[i - 1];
    r->rings.p[before] = first;
}
