/*
 * Who owns himself through others: parties of a sheet that hold each other in a circle are the strongly connected parts of its
 * ownership rows. Tarjan's algorithm, one pass over rows however long the chains are, with a stack of its own: a chain of a
 * hundred thousand must not be a recursion of as many. (R. Tarjan, Depth-first search and linear graph algorithms, 1972.)
 */
#include "acts/relation_rows.h"

struct shares {
    struct map *party;      /* "subject:s1" -> uint32_t * */
    uint32_t parties;
    uint32_t *from, *to;    /* by row; NOBODY: not an ownership */
    uint32_t *first, *held; /* by party: what it holds, as a slice of held */
};
enum { NOBODY = UINT32_MAX };

static uint32_t number_of(struct arena *a, struct shares *s, str party)
{
    uint32_t *n = map_get(s->party, party);
    if (!n) {
        n = NEW(a, uint32_t);
        *n = s->parties++;
        map_put(s->party, party, n);
    }
    return *n;
}

static struct shares shares_of(struct arena *a, const struct relation_row *rows, size_t n, const bool *ok)
{
    struct shares s = {.party = map_new(a), .from = NEW_ARRAY(a, n + 1, uint32_t), .to = NEW_ARRAY(a, n + 1, uint32_t)};
    for (size_t i = 0; i < n; i++) {
        s.from[i] = s.to[i] = NOBODY;
        if (!ok[i] || !str_eq(rows[i].type, S("ownership")))
            continue;
        s.from[i] = number_of(a, &s, rows[i].a);
        s.to[i] = number_of(a, &s, rows[i].b);
    }
    s.first = NEW_ARRAY(a, (size_t)s.parties + 2, uint32_t);
    s.held = NEW_ARRAY(a, n + 1, uint32_t);
    for (size_t i = 0; i < n; i++)
        if (s.from[i] != NOBODY)
            s.first[s.from[i] + 2]++;
    for (uint32_t p = 0; p < s.parties; p++)
        s.first[p + 2] += s.first[p + 1];
    for (size_t i = 0; i < n; i++) /* first[p + 1] runs from the start of p's slice to its end */
        if (s.from[i] != NOBODY)
            s.held[s.first[s.from[i] + 1]++] = s.to[i];
    return s;
}

struct walk {
    const struct shares *s;
    uint32_t *seen, *low;       /* order of discovery from 1, and the oldest still open one that is reached */
    uint32_t *next, *part;      /* place in held; number of the part from 1, 0: still open */
    uint32_t *path, *open;      /* parties being looked at; parties without a part yet */
    uint32_t path_n, open_n, order, parts;
};

static void enter(struct walk *w, uint32_t p)
{
    w->seen[p] = w->low[p] = ++w->order;
    w->next[p] = w->s->first[p];
    w->path[w->path_n++] = w->open[w->open_n++] = p;
}

static void leave(struct walk *w, uint32_t p, uint32_t *size)
{
    w->path_n--;
    if (w->path_n && w->low[p] < w->low[w->path[w->path_n - 1]])
        w->low[w->path[w->path_n - 1]] = w->low[p];
    if (w->low[p] != w->seen[p])
        return;
    uint32_t one;
    w->parts++;
    do {
        one = w->open[--w->open_n];
        w->part[one] = w->parts;
        size[w->parts]++;
    } while (one != p);
}

static void walk_from(struct walk *w, uint32_t root, uint32_t *size)
{
    for (enter(w, root); w->path_n;) {
        uint32_t p = w->path[w->path_n - 1];
        if (w->next[p] == w->s->first[p + 1]) {
            leave(w, p, size);
            continue;
        }
        uint32_t to = w->s->held[w->next[p]++];
        if (!w->seen[to])
            enter(w, to);
        else if (!w->part[to] && w->seen[to] < w->low[p])
            w->low[p] = w->seen[to];
    }
}

void relation_circles(struct arena *a, const struct relation_row *rows, size_t n, const bool *ok, uint32_t *ret)
{
    struct shares s = shares_of(a, rows, n, ok);
    size_t room = (size_t)s.parties + 1;
    uint32_t *size = NEW_ARRAY(a, room, uint32_t);
    struct walk w = {.s = &s, .seen = NEW_ARRAY(a, room, uint32_t), .low = NEW_ARRAY(a, room, uint32_t),
                     .next = NEW_ARRAY(a, room, uint32_t), .part = NEW_ARRAY(a, room, uint32_t),
                     .path = NEW_ARRAY(a, room, uint32_t), .open = NEW_ARRAY(a, room, uint32_t)};
    for (uint32_t p = 0; p < s.parties; p++)
        if (!w.seen[p])
            walk_from(&w, p, size);
    for (size_t i = 0; i < n; i++)
        ret[i] = s.from[i] != NOBODY && w.part[s.from[i]] == w.part[s.to[i]] ? size[w.part[s.from[i]]] : 0;
}
