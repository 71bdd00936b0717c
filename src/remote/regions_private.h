/* Between regions.c (runs, parts), chains.c (boundaries) and rings.c (splitting). Private to remote/. */
#pragma once
#include "remote/regions.h"

#include <string.h>

/* ---- pool: things of one size, named by number, in pieces that never move; what is given back is used first ---- */
struct pool {
    struct arena *arena;
    uint32_t n, free, used;         /* free: head of the list; 0 is nobody */
    VEC(void *) piece;              /* POOL_PIECE things each */
};
enum { POOL_SHIFT = 8, POOL_PIECE = 1 << POOL_SHIFT };
void pool_open(struct pool *p, struct arena *a);
uint32_t pool_more(struct pool *p, size_t size); /* one never used before */
/* The size is known where these are called, so that they become a shift and a few stores: a scene takes and gives millions of corners. */
static inline void *pool_at(const struct pool *p, uint32_t i, size_t size)
{
    return (char *)p->piece.p[i >> POOL_SHIFT] + (size_t)(i % POOL_PIECE) * size;
}
static inline uint32_t pool_take(struct pool *p, size_t size) /* zeroed */
{
    uint32_t i = p->free;
    p->used++;
    if (!i)
        return pool_more(p, size);
    void *at = pool_at(p, i, size);
    memcpy(&p->free, at, sizeof p->free);
    memset(at, 0, size);
    return i;
}
static inline void pool_give(struct pool *p, uint32_t i, size_t size)
{
    memcpy(pool_at(p, i, size), &p->free, sizeof p->free);
    p->free = i;
    p->used--;
}

/* ---- boundaries ---- */
/* A corner of a boundary being followed. `cross`: two diagonal pixels meet there, so the ring may come by again. */
struct corner { uint32_t next : 31, cross : 1; uint16_t x, y; };
_Static_assert(LIMIT_RASTER_EDGE <= UINT16_MAX && sizeof(struct corner) == 8, "a corner is eight bytes: rings are walked from one to the next, out of the nearest caches or not");
/* An open end of a chain of corners: where its boundary goes on in the next row. */
struct end { uint32_t corner, partner; bool head; };
struct loop { uint32_t first, next; }; /* a closed ring, and the next one of its part */

struct run { int32_t x0, x1; uint32_t part, left, right; /* ends that hang from its walls */ };
struct row { struct run *p; size_t n; };

struct part {
    uint32_t parent, whole;        /* parent 0: a root; whole: the 8-connected region, `eight` only */
    uint32_t loops, loops_last;
    uint32_t next;                 /* closed parts of one whole */
    int32_t seen;                  /* row it was last in */
    struct region_sums sums;
};
struct whole { uint32_t parent, parts, parts_last, ending /* parts that end in this row */; int32_t seen; struct region_sums sums; };

struct regions {
    struct regions_options o;
    struct arena *arena;
    struct pool corners, ends, loops, parts, wholes;
    struct row above, here;
    uint64_t *valid_above, *bits, *valid_bits; /* of the row above; of this one, when it came in bytes */
    int32_t *packed;
    const int32_t **index;
    bool judged_above, over;
    int32_t y;                     /* of the row being read */
    VEC(uint32_t) merged, merged_wholes; /* in this row: nobody refers to them once it is over */
    VEC(struct region_point) points, turned; /* of the region handed out; of one ring as it was linked */
    VEC(struct region_ring) rings;
    VEC(bool) crossings;
    struct region_totals totals;
};
#define OF(kind, pool)                                                                              \
    static inline struct kind *kind##_of(const struct regions *r, uint32_t i)                       \
    {                                                                                               \
        return pool_at(&r->pool, i, sizeof(struct kind));                                           \
    }
OF(corner, corners)
OF(end, ends)
OF(loop, loops)
OF(part, parts)
OF(whole, wholes)
#undef OF
static inline uint32_t part_root(struct regions *r, uint32_t i)
{
    for (uint32_t up; (up = part_of(r, i)->parent); i = up) {
        uint32_t above = part_of(r, up)->parent;
        if (!above)
            return up;
        part_of(r, i)->parent = above; /* path halving */
        up = above;
    }
    return i;
}
/* chains.c: the boundaries between the row above and this one; closed ones go to their part. */
MUST_USE err *chains_follow(struct regions *r, const uint64_t *valid);
void loops_give(struct regions *r, uint32_t loop); /* with their corners */
/* rings.c: the rings of a part, split, appended to r->points and r->rings; the outer one first. */
void part_rings(struct regions *r, const struct part *p);
