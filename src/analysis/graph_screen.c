/*
 * Paths of at most three ties. The targets' neighbours are marked first, then the sources walk two ties and look for marks:
 * that is the whole of three hops for the price of two. A party in the middle with very many ties is not walked: the
 * marked ones are looked up among its sorted ties instead, so that a telephone a hundred thousand firms share costs a few
 * binary searches.
 *
 * Marks are stamped with the number of the screen, so nothing is cleared between two.
 */
#include "analysis/graph_private.h"

#include <stdlib.h>
#include <string.h>

struct near { uint32_t tie, from, to, next; }; /* from: the marked party's own end; to: of the target's class */
struct mark { uint32_t stamp, origin, near; uint16_t role; bool walked; };
enum role { ROLE_NONE, ROLE_SOURCE, ROLE_TARGET };

struct graph_scratch {
    struct mark *mark;
    size_t marks;
    uint32_t stamp;
    struct near *near;
    size_t near_n, near_capacity;
    uint32_t *place; /* marked parties, each once */
    size_t places_n, places_capacity;
};

struct screen {
    const struct graph *g;
    struct graph_scratch *s;
    const struct graph_when *when;
    struct graph_paths *out;
};

struct graph_scratch *graph_scratch_new(void)
{
    struct graph_scratch *s = calloc(1, sizeof *s);
    CHECK(s);
    return s;
}

void graph_scratch_free(struct graph_scratch *s)
{
    if (!s)
        return;
    free(s->mark), free(s->near), free(s->place);
    free(s);
}

static void begin(struct graph_scratch *s, const struct graph *g)
{
    if (s->marks < g->party.n) {
        size_t n = g->party.n + g->party.n / 8 + 64;
        s->mark = realloc(s->mark, n * sizeof *s->mark);
        CHECK(s->mark != NULL);
        memset(s->mark + s->marks, 0, (n - s->marks) * sizeof *s->mark);
        s->marks = n;
    }
    if (++s->stamp == 0) {
        memset(s->mark, 0, s->marks * sizeof *s->mark);
        s->stamp = 1;
    }
    s->near_n = s->places_n = 0;
}

static struct mark *mark_of(struct graph_scratch *s, uint32_t p)
{
    struct mark *m = &s->mark[p];
    if (m->stamp != s->stamp)
        *m = (struct mark){.stamp = s->stamp, .near = NO_TIE};
    return m;
}

static uint32_t role_of(const struct graph_scratch *s, uint32_t p)
{
    return s->mark[p].stamp == s->stamp ? s->mark[p].role : ROLE_NONE;
}

static size_t class_of(const struct screen *x, uint32_t p, uint32_t ret[LIMIT_GRAPH_BOND])
{
    if (x->g->bond_head.p[p] == NO_TIE) {
        ret[0] = p;
        return 1;
    }
    return graph_class(x->g, p, x->when, ret);
}

/* ---- judging and keeping a path ---- */

static bool rests_on_hub(const struct screen *x, const struct graph_path *p)
{
    for (int i = 0; i < p->n; i++) {
        const struct tie *t = &x->g->tie.p[p->step[i].tie];
        const struct graph_type_info *info = &graph_types[t->type];
        if (!info->hub)
            continue;
        bool from = info->shared || i > 0, to = info->shared || i + 1 < p->n;
        if ((from && graph_degree(x->g, p->step[i].from, (enum graph_type)t->type, x->when) > info->hub) ||
            (to && graph_degree(x->g, p->step[i].to, (enum graph_type)t->type, x->when) > info->hub))
            return true;
    }
    return false;
}

static enum graph_level level_of(const struct screen *x, const struct graph_path *p)
{
    bool weak = true;
    if (p->n == 0)
        return GRAPH_DIRECT;
    for (int i = 0; i < p->n; i++)
        weak = weak && graph_types[x->g->tie.p[p->step[i].tie].type].weak;
    if (p->hub)
        return GRAPH_HINT;
    if (p->n == 1 && !weak)
        return GRAPH_DIRECT;
    if (!weak && p->score >= graph_hold[p->n])
        return GRAPH_HOLDS;
    return p->score >= graph_review[p->n] ? GRAPH_REVIEW : GRAPH_HINT;
}

static int name_cmp(const struct graph *g, uint32_t l, uint32_t r)
{
    if (l == r)
        return 0;
    int kind = (int)graph_party_kind(g, l) - (int)graph_party_kind(g, r);
    return kind ? kind : str_cmp(graph_party_id(g, l), graph_party_id(g, r));
}

#define BY(left, right) \
    if ((left) != (right)) return (left) < (right) ? -1 : 1
static int path_cmp(const struct graph *g, const struct graph_path *l, const struct graph_path *r)
{
    BY(r->level, l->level);
    BY(r->score, l->score);
    BY(l->n, r->n);
    for (int i = 0; i < l->n; i++)
        BY(g->tie.p[l->step[i].tie].known, g->tie.p[r->step[i].tie].known);
    int by = name_cmp(g, l->source, r->source);
    for (int i = 0; i < l->n && !by; i++) {
        by = name_cmp(g, l->step[i].from, r->step[i].from);
        by = by ? by : name_cmp(g, l->step[i].to, r->step[i].to);
    }
    if (by || (by = name_cmp(g, l->target, r->target)) != 0)
        return by;
    for (int i = 0; i < l->n; i++) {
        const struct tie *a = &g->tie.p[l->step[i].tie], *b = &g->tie.p[r->step[i].tie];
        BY(a->type, b->type);
        BY(a->percent, b->percent);
        BY(a->from, b->from);
        BY(a->to, b->to);
    }
    return 0;
}
#undef BY

static void keep(struct screen *x, struct graph_path *p)
{
    struct graph_paths *out = x->out;
    int64_t score = 10000;
    for (int i = 0; i < p->n; i++)
        score = score * graph_strength(x->g, p->step[i].tie, x->when) / 10000;
    p->score = (int32_t)score;
    p->hub = rests_on_hub(x, p);
    p->level = level_of(x, p);
    out->found++;
    size_t at = out->n;
    if (at == LIMIT_GRAPH_PATHS) {
        if (path_cmp(x->g, p, &out->path[at - 1]) >= 0)
            return;
        at--;
    } else
        out->n++;
    for (; at > 0 && path_cmp(x->g, p, &out->path[at - 1]) < 0; at--)
        out->path[at] = out->path[at - 1];
    out->path[at] = *p;
}

bool graph_path_uses(const struct graph_path *p, uint32_t tie)
{
    for (int i = 0; i < p->n; i++)
        if (p->step[i].tie == tie)
            return true;
    return false;
}

/* ---- marking ---- */

static void mark_set(struct screen *x, const graph_party *set, size_t n, uint16_t role)
{
    uint32_t same[LIMIT_GRAPH_BOND];
    for (size_t i = 0; i < n; i++) {
        if (set[i] == GRAPH_NOBODY)
            continue;
        size_t k = class_of(x, set[i], same);
        for (size_t c = 0; c < k; c++) {
            struct mark *m = mark_of(x->s, same[c]);
            if (role == ROLE_TARGET && m->role == ROLE_SOURCE && c == 0) /* both sides at once */
                keep(x, &(struct graph_path){.source = m->origin, .target = set[i]});
            if (m->role)
                continue; /* named twice, or one with somebody named before */
            m->role = role;
            m->origin = set[i];
        }
    }
}

static void add_near(struct screen *x, uint32_t party, uint32_t tie, uint32_t from, uint32_t to)
{
    struct graph_scratch *s = x->s;
    struct mark *m = mark_of(s, party);
    if (s->near_n == s->near_capacity) {
        s->near_capacity = s->near_capacity * 2 + 64;
        s->near = realloc(s->near, s->near_capacity * sizeof *s->near);
        CHECK(s->near != NULL);
    }
    if (m->near == NO_TIE) {
        if (s->places_n == s->places_capacity) {
            s->places_capacity = s->places_capacity * 2 + 64;
            s->place = realloc(s->place, s->places_capacity * sizeof *s->place);
            CHECK(s->place != NULL);
        }
        s->place[s->places_n++] = party;
    }
    s->near[s->near_n] = (struct near){tie, from, to, m->near};
    m->near = (uint32_t)s->near_n++;
}

/* What stands one tie from a target; a source that does is a path already. */
static void mark_near(struct screen *x, uint32_t target)
{
    uint32_t same[LIMIT_GRAPH_BOND];
    struct arc arc;
    for (struct arcs i = arcs_of(x->g, target); arcs_next(&i, &arc);) {
        uint32_t role = role_of(x->s, arc.other);
        if (role == ROLE_TARGET || !graph_counts(x->g, arc.tie, x->when))
            continue;
        if (role == ROLE_SOURCE) {
            keep(x, &(struct graph_path){.source = mark_of(x->s, arc.other)->origin, .target = mark_of(x->s, target)->origin,
                                         .step = {{arc.tie, arc.other, target}}, .n = 1});
            continue;
        }
        size_t n = class_of(x, arc.other, same);
        for (size_t c = 0; c < n; c++)
            add_near(x, same[c], arc.tie, arc.other, target);
    }
}

/* ---- walking ---- */

struct walk { uint32_t source; struct graph_step first; uint32_t middle; /* one with first.to */ const uint32_t *same; size_t same_n; };

static bool among(const uint32_t *list, size_t n, uint32_t p)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == p)
            return true;
    return false;
}

static void meet(struct screen *x, const struct walk *w, const struct graph_step *second, uint32_t at)
{
    for (uint32_t k = x->s->mark[at].near; k != NO_TIE; k = x->s->near[k].next) {
        const struct near *n = &x->s->near[k];
        struct graph_path p = {.source = w->source, .target = x->s->mark[n->to].origin, .step[0] = w->first, .n = 2};
        if (second)
            p.step[p.n++ - 1] = *second;
        p.step[p.n - 1] = (struct graph_step){n->tie, n->from, n->to};
        keep(x, &p);
    }
}

static void second_tie(struct screen *x, const struct walk *w, uint32_t tie, uint32_t other)
{
    const struct mark *m = &x->s->mark[other];
    if (m->stamp != x->s->stamp || m->near == NO_TIE || m->role || among(w->same, w->same_n, other) ||
        !graph_counts(x->g, tie, x->when))
        return;
    meet(x, w, &(struct graph_step){tie, w->middle, other}, other);
}

static const struct arc *first_arc(const struct arc *at, const struct arc *end, uint32_t other)
{
    while (at < end) {
        const struct arc *half = at + (end - at) / 2;
        if (half->other < other)
            at = half + 1;
        else
            end = half;
    }
    return at;
}

/* The ties between the middle and each marked party: rows by binary search, the overlay of the marked one by looking. */
static void second_ties_by_mark(struct screen *x, const struct walk *w)
{
    const struct graph *g = x->g;
    struct arcs middle = arcs_of(g, w->middle);
    for (size_t i = 0; i < x->s->places_n; i++) {
        uint32_t y = x->s->place[i];
        for (const struct arc *at = first_arc(middle.at, middle.end, y); at < middle.end && at->other == y; at++)
            second_tie(x, w, at->tie, y);
        struct arcs late = {.g = g, .over = g->over_head.p[y]};
        struct arc arc;
        while (arcs_next(&late, &arc))
            if (arc.other == w->middle)
                second_tie(x, w, arc.tie, y);
    }
}

static void walk_middle(struct screen *x, const struct walk *w)
{
    struct arc arc;
    const struct mark *m = &x->s->mark[w->middle];
    if (w->middle == w->first.to && m->stamp == x->s->stamp && m->near != NO_TIE)
        meet(x, w, NULL, w->middle); /* not again for each that is one with it: their marks are its own, too */
    if (x->g->total.p[w->middle] > 64 && x->g->total.p[w->middle] / 16 > x->s->places_n) {
        second_ties_by_mark(x, w);
        return;
    }
    for (struct arcs i = arcs_of(x->g, w->middle); arcs_next(&i, &arc);)
        second_tie(x, w, arc.tie, arc.other);
}

static void walk_source(struct screen *x, uint32_t at)
{
    uint32_t source = mark_of(x->s, at)->origin;
    uint32_t same[LIMIT_GRAPH_BOND];
    struct arc arc;
    for (struct arcs i = arcs_of(x->g, at); arcs_next(&i, &arc);) {
        if (role_of(x->s, arc.other) || !graph_counts(x->g, arc.tie, x->when))
            continue;
        size_t n = class_of(x, arc.other, same);
        for (size_t c = 0; c < n; c++)
            walk_middle(x, &(struct walk){source, {arc.tie, at, arc.other}, same[c], same, n});
    }
}

/* Each party of a set and whoever is one with it, once; a party on both sides stays with the sources. */
static void from_each(struct screen *x, const graph_party *set, size_t n, uint16_t role, void (*go)(struct screen *, uint32_t))
{
    uint32_t same[LIMIT_GRAPH_BOND];
    for (size_t i = 0; i < n; i++) {
        size_t k = set[i] == GRAPH_NOBODY ? 0 : class_of(x, set[i], same);
        for (size_t c = 0; c < k; c++) {
            struct mark *m = mark_of(x->s, same[c]);
            if (m->role != role || m->walked)
                continue;
            m->walked = true;
            go(x, same[c]);
        }
    }
}

void graph_screen(const struct graph *g, struct graph_scratch *s, const struct graph_when *when, const graph_party *sources,
                  size_t sources_n, const graph_party *targets, size_t targets_n, struct graph_paths *ret)
{
    struct screen x = {g, s, when, ret};
    ret->n = 0;
    ret->found = 0;
    begin(s, g);
    mark_set(&x, sources, sources_n, ROLE_SOURCE);
    mark_set(&x, targets, targets_n, ROLE_TARGET);
    from_each(&x, targets, targets_n, ROLE_TARGET, mark_near);
    from_each(&x, sources, sources_n, ROLE_SOURCE, walk_source);
}

/* ---- what a new tie may change ---- */

struct reached { uint32_t party; uint8_t hops; int32_t score; uint32_t by; };
struct ball { struct reached *p; size_t n, capacity; };
enum { LIMIT_BALL = 200000 };

static bool hub_in_middle(const struct screen *x, uint32_t tie, uint32_t party)
{
    const struct tie *t = &x->g->tie.p[tie];
    const struct graph_type_info *info = &graph_types[t->type];
    if (!info->hub)
        return false;
    if (info->shared)
        return graph_degree(x->g, t->a, (enum graph_type)t->type, x->when) > info->hub ||
               graph_degree(x->g, t->b, (enum graph_type)t->type, x->when) > info->hub;
    return graph_degree(x->g, party, (enum graph_type)t->type, x->when) > info->hub;
}

static void ball_add(struct screen *x, struct ball *b, struct arena *a, struct reached r)
{
    uint32_t same[LIMIT_GRAPH_BOND];
    size_t n = class_of(x, r.party, same);
    for (size_t c = 0; c < n && b->n < LIMIT_BALL; c++) {
        if (b->n == b->capacity)
            b->p = vec_grow_(a, b->p, b->n, &b->capacity, sizeof *b->p);
        r.party = same[c];
        b->p[b->n++] = r;
    }
}

/* Everybody within `hops` of `from`, walking away from the tie `by` (NO_TIE: a bond). A party may stand there twice. */
static struct ball ball_of(struct screen *x, struct arena *a, uint32_t from, uint32_t by, int hops)
{
    struct ball b = {0};
    ball_add(x, &b, a, (struct reached){from, 0, 10000, by});
    for (size_t i = 0; i < b.n; i++) {
        struct reached r = b.p[i];
        struct arc arc;
        if (r.hops == hops || (r.by != NO_TIE && hub_in_middle(x, r.by, r.party)))
            continue;
        for (struct arcs k = arcs_of(x->g, r.party); arcs_next(&k, &arc);) {
            if (arc.tie == by || arc.tie == r.by || !graph_counts(x->g, arc.tie, x->when) ||
                hub_in_middle(x, arc.tie, r.party))
                continue;
            /* Rounded up: the screen that follows has the last word. */
            int32_t score = (int32_t)((int64_t)r.score * graph_strength(x->g, arc.tie, x->when) / 10000) + 1;
            if (score >= graph_review[2] || (by == NO_TIE && r.hops == 0)) /* a direct tie needs no score */
                ball_add(x, &b, a, (struct reached){arc.other, (uint8_t)(r.hops + 1), score, arc.tie});
        }
    }
    return b;
}

static bool ours(const struct graph *g, uint32_t p)
{
    enum graph_kind k = graph_party_kind(g, p);
    return k == GRAPH_PROVIDER || k == GRAPH_MEMBER || k == GRAPH_USER;
}

static int by_number(const void *l, const void *r)
{
    uint32_t a = *(const uint32_t *)l, b = *(const uint32_t *)r;
    return a < b ? -1 : a > b;
}

/* Subjects of one ball that somebody of ours in the other comes near enough to. */
static void pair_up(struct screen *x, const struct ball *ends, const struct ball *subjects, int hops, uint32_t *list, size_t *n)
{
    int nearest = hops + 1;
    for (size_t i = 0; i < ends->n; i++)
        if (ours(x->g, ends->p[i].party) && ends->p[i].hops < nearest)
            nearest = ends->p[i].hops;
    for (size_t i = 0; i < subjects->n && *n < LIMIT_GRAPH_TOUCHED * 4; i++)
        if (graph_party_kind(x->g, subjects->p[i].party) == GRAPH_SUBJECT && subjects->p[i].hops + nearest <= hops)
            list[(*n)++] = subjects->p[i].party;
}

static void touched(struct screen *x, uint32_t u, uint32_t v, uint32_t tie, struct arena *a, graph_party **ret, size_t *ret_n,
                    bool *ret_more)
{
    int hops = tie == NO_TIE ? LIMIT_GRAPH_HOPS : LIMIT_GRAPH_HOPS - 1;
    struct ball left = ball_of(x, a, u, tie, hops), right = ball_of(x, a, v, tie, hops);
    uint32_t *list = NEW_ARRAY(a, LIMIT_GRAPH_TOUCHED * 4, uint32_t);
    size_t n = 0, kept = 0;
    pair_up(x, &left, &right, hops, list, &n);
    pair_up(x, &right, &left, hops, list, &n);
    *ret_more = n == LIMIT_GRAPH_TOUCHED * 4 || left.n == LIMIT_BALL || right.n == LIMIT_BALL;
    if (n)
        qsort(list, n, sizeof *list, by_number);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || list[i] != list[i - 1])
            list[kept++] = list[i];
    *ret_more = *ret_more || kept > LIMIT_GRAPH_TOUCHED;
    *ret = list;
    *ret_n = kept > LIMIT_GRAPH_TOUCHED ? LIMIT_GRAPH_TOUCHED : kept;
}

void graph_touched(const struct graph *g, struct graph_scratch *s, const struct graph_when *when, uint32_t tie,
                   struct arena *a, graph_party **ret, size_t *ret_n, bool *ret_more)
{
    struct screen x = {g, s, when, NULL};
    *ret = NULL;
    *ret_n = 0;
    *ret_more = false;
    if (tie == NO_TIE || !graph_counts(g, tie, when))
        return;
    touched(&x, g->tie.p[tie].a, g->tie.p[tie].b, tie, a, ret, ret_n, ret_more);
}

void graph_touched_by_bond(const struct graph *g, struct graph_scratch *s, const struct graph_when *when, graph_party p,
                           graph_party q, struct arena *a, graph_party **ret, size_t *ret_n, bool *ret_more)
{
    struct screen x = {g, s, when, NULL};
    /* They are bonded already: a ball around one is a ball around both. */
    touched(&x, p, q, NO_TIE, a, ret, ret_n, ret_more);
}
