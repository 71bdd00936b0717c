/* Between regions.c (runs, parts), chains.c (boundaries) and rings.c (splitting). Private to remote/. */
#pragma once
#include "remote/regions.h"

/* ---- pool: things of one size, named by number, in pieces that never move; what is given back is used first ---- */
struct pool {
    struct arena *arena;
    size_t size;
    uint32_t shift, n, free, used;  /* 1 << shift things a piece; free: head of the list; 0 is nobody */
    VEC(void *) piece;
};
void pool_open(struct pool *p, struct arena *a, size_t size, uint32_t shift);
uint32_t pool_take(struct pool *p); /* zeroed */
void pool_give(struct pool *p, uint32_t i);
static inline void *pool_at(const struct pool *p, uint32_t i)
{
    return (char *)p->piece.p[i >> p->shift] + (size_t)(i & ((1u << p->shift) - 1)) * p->size;
}

/* ---- boundaries ---- */
/* A corner of a boundary being followed. `cross`: two diagonal pixels meet there, so the ring may come by again. */
struct corner { uint32_t next; int32_t x; uint32_t y : 31, cross : 1; };
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
    uint8_t *valid_above;          /* of the row above; NULL: every pixel was judged */
    bool judged_above, over;
    int32_t y;                     /* of the row being read */
    VEC(uint32_t) merged, merged_wholes; /* in this row: nobody refers to them once it is over */
    VEC(struct region_point) points, turned; /* of the region handed out */
    VEC(struct region_ring) rings;
    VEC(uint32_t) crossings;
    struct region_totals totals;
};
uint32_t part_root(struct regions *r, uint32_t i);
/* chains.c: the boundaries between the row above and this one; closed ones go to their part. */
MUST_USE err *chains_follow(struct regions *r, const uint8_t *valid);
void loops_give(struct regions *r, uint32_t loop); /* with their corners */
/* rings.c: the rings of a part, split, appended to r->points and r->rings; the outer one first. */
void part_rings(struct regions *r, const struct part *p);
