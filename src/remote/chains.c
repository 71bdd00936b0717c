/*
 * Boundaries are linked while the rows go by (as by the two arms of GDAL 3.7), so that no mask has to be kept: a
 * vertical side of a run hangs an open end of a chain of corners into the next row; at each corner of the line between two
 * rows at most four sides meet, and are paired so that diagonal pixels stay apart.
 *
 * Direction: the region lies to the right of the way. Left sides go up and right sides down, upper sides go right and lower sides left; so the lower end
 * of a left side is where a chain begins (its tail), that of a right side is where it goes on (its head).
 */
#include "remote/regions_private.h"

struct walk { struct regions *r; uint32_t level /* the end that runs along the line; 0 none */; };

static uint32_t corner_new(struct regions *r, int32_t x, bool cross)
{
    uint32_t i = pool_take(&r->corners, sizeof(struct corner));
    *corner_of(r, i) = (struct corner){.x = (uint16_t)x, .y = (uint16_t)r->y, .cross = cross};
    return i;
}

static void corner_link(struct regions *r, uint32_t from, uint32_t to)
{
    corner_of(r, from)->next = to & 0x7fffffffu;
}

/* A chain of one corner; the end that goes down, the other one runs along the line. */
static uint32_t chain_new(struct walk *w, int32_t x, bool cross, bool down_is_head)
{
    struct regions *r = w->r;
    uint32_t corner = corner_new(r, x, cross), down = pool_take(&r->ends, sizeof(struct end)), level = pool_take(&r->ends, sizeof(struct end));
    *end_of(r, down) = (struct end){corner, level, down_is_head};
    *end_of(r, level) = (struct end){corner, down, !down_is_head};
    w->level = level;
    return down;
}

static void extend(struct regions *r, uint32_t at, int32_t x, bool cross)
{
    struct end *e = end_of(r, at);
    uint32_t corner = corner_new(r, x, cross);
    if (e->head)
        corner_link(r, e->corner, corner);
    else
        corner_link(r, corner, e->corner);
    e->corner = corner;
}

static void loop_add(struct regions *r, uint32_t part, uint32_t first)
{
    struct part *p = part_of(r, part_root(r, part));
    uint32_t i = pool_take(&r->loops, sizeof(struct loop));
    loop_of(r, i)->first = first;
    if (p->loops)
        loop_of(r, p->loops_last)->next = i;
    else
        p->loops = i;
    p->loops_last = i;
}

/* Two ends meet in a corner: a longer chain, or a ring of `part`. */
static void join(struct regions *r, uint32_t a, uint32_t b, int32_t x, bool cross, uint32_t part)
{
    struct end *head = end_of(r, end_of(r, a)->head ? a : b), *tail = end_of(r, end_of(r, a)->head ? b : a);
    uint32_t corner = corner_new(r, x, cross);
    CHECK(head->head && !tail->head);
    corner_link(r, head->corner, corner);
    corner_link(r, corner, tail->corner);
    if (end_of(r, head->partner) == tail) {
        loop_add(r, part, corner);
    } else {
        end_of(r, head->partner)->partner = tail->partner;
        end_of(r, tail->partner)->partner = head->partner;
    }
    pool_give(&r->ends, a, sizeof(struct end));
    pool_give(&r->ends, b, sizeof(struct end));
}

/* Sides along the line of what lies beside pixels that could not be judged. */
static void level_blind(struct regions *r, uint32_t part, int32_t from, int32_t to, const uint64_t *beyond)
{
    int64_t n = 0;
    for (int32_t x = from; x < to; x++)
        n += !bit_at(beyond, x);
    if (n)
        part_of(r, part_root(r, part))->sums.blind += n;
}

void loops_give(struct regions *r, uint32_t loop)
{
    while (loop) {
        struct loop *l = loop_of(r, loop);
        uint32_t next_loop = l->next, at = l->first;
        do {
            uint32_t next = corner_of(r, at)->next;
            pool_give(&r->corners, at, sizeof(struct corner));
            at = next;
        } while (at != l->first);
        pool_give(&r->loops, loop, sizeof(struct loop));
        loop = next_loop;
    }
}

err *chains_follow(struct regions *r, const uint64_t *valid)
{
    struct walk w = {.r = r};
    const struct run *p = r->above.p, *p_end = p + r->above.n;
    struct run *c = r->here.p, *c_end = c + r->here.n;
    bool in_above = false, in_here = false;
    int32_t from = 0;
    if (r->o.rings && r->corners.used + 4 * (r->above.n + r->here.n) > LIMIT_REGION_CORNERS)
        return err_new(ERR_LIMIT, "判出的范围过于零碎：到第%d行，未闭合的边界超过%d个角点；请换更大的最小面积、先平滑，或核对波段", (int)r->y,
                       LIMIT_REGION_CORNERS);
    for (;;) {
        int32_t px = p == p_end ? INT32_MAX : in_above ? p->x1 : p->x0, cx = c == c_end ? INT32_MAX : in_here ? c->x1 : c->x0;
        int32_t x = px < cx ? px : cx;
        if (x == INT32_MAX)
            break;
        bool up = px == x, down = cx == x, level = in_above != in_here, cross = up && down && level;
        if (level && in_above && valid)
            level_blind(r, p->part, from, x, valid);
        else if (level && in_here && !r->judged_above)
            level_blind(r, c->part, from, x, r->valid_above);
        if (r->o.rings) {
            uint32_t up_end = !up ? 0 : in_above ? p->right : p->left, down_end = 0;
            uint32_t part = in_above ? p->part : in_here ? c->part : 0;
            if (cross && in_above) { /* upper left and lower right */
                join(r, up_end, w.level, x, true, part);
                down_end = chain_new(&w, x, true, false);
            } else if (cross) {
                uint32_t along = w.level;
                extend(r, along, x, true);
                down_end = along;
                extend(r, up_end, x, true);
                w.level = up_end;
            } else if (up && down) {
                down_end = up_end;
            } else if (up && level) {
                join(r, up_end, w.level, x, false, part);
                w.level = 0;
            } else if (up) {
                extend(r, up_end, x, false);
                w.level = up_end;
            } else if (level) {
                extend(r, w.level, x, false);
                down_end = w.level;
                w.level = 0;
            } else {
                down_end = chain_new(&w, x, false, in_here);
            }
            if (down && in_here)
                c->right = down_end;
            else if (down)
                c->left = down_end;
        }
        if (up) {
            p += in_above;
            in_above = !in_above;
        }
        if (down) {
            c += in_here;
            in_here = !in_here;
        }
        from = x;
    }
    return NULL;
}
