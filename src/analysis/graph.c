/*
 * Memory of the graph. Grown arrays are plain realloc: they live as long as the process, and an arena would keep every
 * size they ever had. Everything that is added is added at an end, so cutting back is taking off ends in reverse order;
 * parties stay interned (one without ties is nobody's neighbour).
 */
#include "analysis/graph_private.h"

#include <stdlib.h>
#include <string.h>

const struct graph_type_info graph_types[GRAPH_TYPES] = {
    [GRAPH_OWNERSHIP] = {"ownership", 5000, 0, false, false},
    [GRAPH_DIRECTORSHIP] = {"directorship", 9000, 30, false, false},
    [GRAPH_EMPLOYMENT] = {"employment", 8000, 500, false, false},
    [GRAPH_KINSHIP] = {"kinship", 9000, 0, false, false},
    [GRAPH_SERVICE] = {"service", 8000, 50, false, false},
    [GRAPH_DEBT] = {"debt", 7000, 50, false, false},
    [GRAPH_LITIGATION] = {"litigation", 7000, 50, false, false},
    [GRAPH_COMPETITOR] = {"competitor", 5000, 50, false, false},
    [GRAPH_SHARED_ADDRESS] = {"shared_address", 5000, 8, true, true},
    [GRAPH_SHARED_PHONE] = {"shared_phone", 6000, 8, true, true},
    [GRAPH_SHARED_INSTRUMENT] = {"shared_instrument", 7000, 8, true, false},
};
const char *const graph_kinds[GRAPH_KINDS] = {"provider", "member", "subject", "user", "person"};
const int32_t graph_hold[LIMIT_GRAPH_HOPS + 1] = {0, 0, 1000, 2500}, graph_review[LIMIT_GRAPH_HOPS + 1] = {0, 300, 300, 1500};

/* The first letter is compared first: a load asks three million times. */
static bool is_word(str name, const char *word)
{
    return name.n && name.p[0] == word[0] && str_eq(name, str_of(word));
}

bool graph_type_of(str name, enum graph_type *ret)
{
    for (int i = 0; i < GRAPH_TYPES; i++)
        if (is_word(name, graph_types[i].name)) {
            *ret = (enum graph_type)i;
            return true;
        }
    return false;
}

bool graph_kind_of(str name, enum graph_kind *ret)
{
    for (int i = 0; i < GRAPH_KINDS; i++)
        if (is_word(name, graph_kinds[i])) {
            *ret = (enum graph_kind)i;
            return true;
        }
    return false;
}

/* ---- arrays ---- */

static void *resized(void *p, size_t n, size_t size)
{
    void *q = realloc(p, n ? n * size : 1);
    CHECK(q != NULL);
    return q;
}

#define ROOM(v, more)                                                                    \
    do {                                                                                 \
        if ((v)->n + (more) > (v)->capacity) {                                           \
            (v)->capacity = (v)->capacity + (v)->capacity / 2 + (more) + 16;             \
            (v)->p = resized((v)->p, (v)->capacity, sizeof *(v)->p);                     \
        }                                                                                \
    } while (0)
#define APPEND(v, value)              \
    do {                              \
        ROOM(v, 1);                   \
        (v)->p[(v)->n++] = (value);   \
    } while (0)

struct graph *graph_new(void)
{
    struct graph *g = calloc(1, sizeof *g);
    CHECK(g);
    return g;
}

void graph_free(struct graph *g)
{
    if (!g)
        return;
    free(g->names.p), free(g->party.p), free(g->over_head.p), free(g->bond_head.p), free(g->big.p), free(g->total.p);
    free(g->degree.p), free(g->slot), free(g->tie.p), free(g->over_next.p), free(g->first), free(g->arc);
    free(g->ends.p), free(g->bond.p), free(g->parted.p), free(g->digest.p), free(g->digest_slot);
    free(g);
}

size_t graph_bytes(const struct graph *g)
{
    return sizeof *g + g->slots * sizeof *g->slot + g->names.capacity + g->party.capacity * sizeof *g->party.p +
           (g->over_head.capacity + g->bond_head.capacity + g->big.capacity + g->total.capacity + g->over_next.capacity +
            g->digest_slots + (g->first ? g->base_parties + 1 : 0)) * sizeof(uint32_t) +
           g->degree.capacity * sizeof *g->degree.p + g->tie.capacity * sizeof *g->tie.p +
           2 * g->base_ties * sizeof *g->arc + g->ends.capacity * sizeof *g->ends.p +
           g->bond.capacity * sizeof *g->bond.p + g->digest.capacity * sizeof *g->digest.p;
}

/* ---- parties ---- */

static uint32_t name_hash(enum graph_kind kind, str id)
{
    uint64_t h = (str_hash(id) + (uint64_t)kind) * 0x9e3779b97f4a7c15u;
    return (uint32_t)(h >> 32);
}

static bool named(const struct graph *g, uint32_t p, enum graph_kind kind, str id)
{
    const char *name = g->names.p + g->party.p[p].name;
    return g->party.p[p].length == id.n && name[0] == (char)kind && memcmp(name + 1, id.p, id.n) == 0;
}

/* A slot holds the number and the hash: names of others are not looked at, not even to grow. */
static size_t slot_from(const struct graph *g, uint32_t hash, enum graph_kind kind, str id)
{
    size_t at = hash & (g->slots - 1);
    while (g->slot[at].party != NO_TIE && !(g->slot[at].hash == hash && named(g, g->slot[at].party, kind, id)))
        at = (at + 1) & (g->slots - 1);
    return at;
}

static size_t slot_of(const struct graph *g, enum graph_kind kind, str id)
{
    return slot_from(g, name_hash(kind, id), kind, id);
}

static void room_for_slots(struct graph *g, size_t parties)
{
    size_t slots = g->slots ? g->slots : 1024;
    while (parties * 3 >= slots * 2)
        slots *= 2;
    if (slots == g->slots)
        return;
    struct slot *old = g->slot;
    size_t old_n = g->slots;
    g->slots = slots;
    g->slot = resized(NULL, slots, sizeof *g->slot);
    memset(g->slot, 0xff, slots * sizeof *g->slot);
    for (size_t i = 0; i < old_n; i++) {
        size_t at = old[i].hash & (slots - 1);
        while (old[i].party != NO_TIE && g->slot[at].party != NO_TIE)
            at = (at + 1) & (slots - 1);
        if (old[i].party != NO_TIE)
            g->slot[at] = old[i];
    }
    free(old);
}

static err *intern_hashed(struct graph *g, uint32_t hash, enum graph_kind kind, str id, graph_party *ret)
{
    size_t at = slot_from(g, hash, kind, id);
    if (g->slot[at].party != NO_TIE) {
        *ret = g->slot[at].party;
        return NULL;
    }
    if (g->party.n == LIMIT_GRAPH_PARTIES || g->names.n + id.n + 1 > UINT32_MAX)
        return err_new(ERR_LIMIT, "关系图中的当事方超过%d个", LIMIT_GRAPH_PARTIES);
    struct party p = {(uint32_t)g->names.n, (uint32_t)id.n};
    ROOM(&g->names, id.n + 1);
    g->names.p[g->names.n] = (char)kind;
    if (id.n)
        memcpy(g->names.p + g->names.n + 1, id.p, id.n);
    g->names.n += id.n + 1;
    *ret = (uint32_t)g->party.n;
    g->slot[at] = (struct slot){*ret, hash};
    APPEND(&g->party, p);
    APPEND(&g->over_head, NO_TIE);
    APPEND(&g->bond_head, NO_TIE);
    APPEND(&g->big, 0);
    APPEND(&g->total, 0);
    return NULL;
}

err *graph_intern(struct graph *g, enum graph_kind kind, str id, graph_party *ret)
{
    room_for_slots(g, g->party.n + 1);
    return intern_hashed(g, name_hash(kind, id), kind, id, ret);
}

/* A name is three steps into memory nobody has touched lately: slot, party, name. With many at hand the next ones are sent for
 * while one is looked at. */
err *graph_intern_many(struct graph *g, const struct name *names, size_t n, uint32_t *hash, graph_party *ret)
{
    enum { FAR = 24, MIDDLE = 16, NEAR = 8 };
    room_for_slots(g, g->party.n + n);
    for (size_t i = 0; i < n; i++)
        hash[i] = name_hash(names[i].kind, names[i].id);
    for (size_t i = 0; i < n + FAR; i++) {
        if (i < n)
            __builtin_prefetch(&g->slot[hash[i] & (g->slots - 1)]);
        if (i >= MIDDLE - NEAR && i - (MIDDLE - NEAR) < n) {
            uint32_t p = g->slot[hash[i - (MIDDLE - NEAR)] & (g->slots - 1)].party;
            if (p != NO_TIE)
                __builtin_prefetch(&g->party.p[p]);
        }
        if (i >= MIDDLE && i - MIDDLE < n) {
            uint32_t p = g->slot[hash[i - MIDDLE] & (g->slots - 1)].party;
            if (p != NO_TIE) {
                __builtin_prefetch(g->names.p + g->party.p[p].name);
                __builtin_prefetch(&g->total.p[p]);
            }
        }
        if (i >= FAR)
            TRY(intern_hashed(g, hash[i - FAR], names[i - FAR].kind, names[i - FAR].id, &ret[i - FAR]));
    }
    return NULL;
}

graph_party graph_find(const struct graph *g, enum graph_kind kind, str id)
{
    return g->slots ? g->slot[slot_of(g, kind, id)].party : GRAPH_NOBODY;
}

enum graph_kind graph_party_kind(const struct graph *g, graph_party p)
{
    return (enum graph_kind)g->names.p[g->party.p[p].name];
}

str graph_party_id(const struct graph *g, graph_party p)
{
    return (str){g->names.p + g->party.p[p].name + 1, g->party.p[p].length};
}

size_t graph_party_count(const struct graph *g)
{
    return g->party.n;
}

size_t graph_tie_count(const struct graph *g)
{
    return g->tie.n;
}

/* ---- degrees: kept only for parties with more than a few ties, else counted on the spot ---- */

static void count_all(struct graph *g, uint32_t p)
{
    struct degrees d = {0};
    struct arc arc;
    for (struct arcs i = arcs_of(g, p); arcs_next(&i, &arc);)
        d.n[g->tie.p[arc.tie].type]++;
    APPEND(&g->degree, d);
    g->big.p[p] = (uint32_t)g->degree.n;
}

static void count_tie(struct graph *g, uint32_t p, uint8_t type)
{
    g->total.p[p]++;
    if (g->big.p[p])
        g->degree.p[g->big.p[p] - 1].n[type]++;
    else if (g->total.p[p] > DEGREE_SMALL)
        count_all(g, p); /* the new tie is linked already */
}

static void uncount_tie(struct graph *g, uint32_t p, uint8_t type)
{
    g->total.p[p]--;
    if (g->big.p[p])
        g->degree.p[g->big.p[p] - 1].n[type]--;
}

/* Ties on record at that time, ended or not: how many share the thing. */
uint32_t graph_degree(const struct graph *g, uint32_t p, enum graph_type type, const struct graph_when *when)
{
    if (when->known >= g->since && g->big.p[p])
        return g->degree.p[g->big.p[p] - 1].n[type];
    uint32_t n = 0;
    struct arc arc;
    for (struct arcs i = arcs_of(g, p); arcs_next(&i, &arc);)
        n += g->tie.p[arc.tie].type == type && g->tie.p[arc.tie].known <= when->known;
    return n;
}

/* ---- ties ---- */

static uint16_t percent_kept(int32_t percent)
{
    return percent < 0 ? PERCENT_NONE : percent > 10000 ? 10000 : (uint16_t)percent;
}

static void link_side(struct graph *g, uint32_t tie, uint32_t party, uint32_t side)
{
    uint32_t at = 2 * (uint32_t)(tie - g->base_ties) + side;
    g->over_next.p[at] = g->over_head.p[party];
    g->over_head.p[party] = at;
}

err *graph_add(struct graph *g, const struct graph_tie *t, uint32_t *ret)
{
    *ret = NO_TIE;
    if (t->a == t->b)
        return NULL;
    if (g->tie.n == LIMIT_GRAPH_TIES)
        return err_new(ERR_LIMIT, "关系图中的关系超过%d条", LIMIT_GRAPH_TIES);
    CHECK(t->a < g->party.n && t->b < g->party.n);
    *ret = (uint32_t)g->tie.n;
    APPEND(&g->tie, ((struct tie){.a = t->a, .b = t->b, .known = t->known, .from = t->from, .to = t->to,
                                  .percent = percent_kept(t->percent), .type = (uint8_t)t->type, .ended = GRAPH_OPEN_END,
                                  .flags = t->origin == GRAPH_OF_MEMBER ? TIE_OF_MEMBER : 0}));
    if (g->bulk) { /* compacting will link and count */
        g->total.p[t->a]++;
        g->total.p[t->b]++;
    } else {
        ROOM(&g->over_next, 2);
        g->over_next.n += 2;
        link_side(g, *ret, t->a, 0);
        link_side(g, *ret, t->b, 1);
        count_tie(g, t->a, (uint8_t)t->type);
        count_tie(g, t->b, (uint8_t)t->type);
    }
    if (t->known > g->since && t->known != INT64_MAX)
        g->since = t->known;
    if (t->ended != GRAPH_OPEN_END)
        graph_end(g, *ret, t->ended, t->ended_known);
    return NULL;
}

void graph_end(struct graph *g, uint32_t tie, day ended, int64_t known)
{
    struct tie *t = &g->tie.p[tie];
    if (t->flags & TIE_ENDED && t->ended == ended)
        return;
    APPEND(&g->ends, ((struct end_note){tie, t->ended, t->flags, known}));
    t->ended = ended;
    t->flags |= TIE_ENDED;
    if (known > g->since && known != INT64_MAX)
        g->since = known;
}

/* Ends are few, and looked up only for what was known earlier. */
static day ended_as_of(const struct graph *g, uint32_t tie, int64_t known)
{
    day ended = g->tie.p[tie].ended;
    for (size_t i = g->ends.n; i-- > 0;)
        if (g->ends.p[i].tie == tie && g->ends.p[i].known > known)
            ended = g->ends.p[i].before;
    return ended;
}

struct graph_tie graph_tie(const struct graph *g, uint32_t tie)
{
    CHECK(tie < g->tie.n);
    const struct tie *t = &g->tie.p[tie];
    struct graph_tie r = {.a = t->a, .b = t->b, .type = (enum graph_type)t->type, .from = t->from, .to = t->to,
                          .origin = t->flags & TIE_OF_MEMBER ? GRAPH_OF_MEMBER : GRAPH_OF_RELATION,
                          .percent = t->percent == PERCENT_NONE ? GRAPH_PERCENT_UNKNOWN : t->percent,
                          .ended = t->ended, .known = t->known};
    for (size_t i = 0; i < g->ends.n && t->flags & TIE_ENDED; i++)
        if (g->ends.p[i].tie == tie)
            r.ended_known = g->ends.p[i].known;
    return r;
}

bool graph_counts(const struct graph *g, uint32_t tie, const struct graph_when *when)
{
    const struct tie *t = &g->tie.p[tie];
    if (t->flags & TIE_OF_MEMBER && !when->posts)
        return false;
    if (t->known > when->known || t->from > when->on || t->to < when->look_back)
        return false;
    if (!(t->flags & TIE_ENDED))
        return true;
    return (when->known >= g->since ? t->ended : ended_as_of(g, tie, when->known)) >= when->look_back;
}

bool graph_tie_repeats(const struct graph *g, uint32_t tie, const struct graph_when *when)
{
    const struct tie *t = &g->tie.p[tie];
    uint32_t near = g->total.p[t->a] <= g->total.p[t->b] ? t->a : t->b, far = near == t->a ? t->b : t->a;
    struct arc arc;
    for (struct arcs i = arcs_of(g, near); arcs_next(&i, &arc);)
        if (arc.other == far && arc.tie < tie && g->tie.p[arc.tie].type == t->type && graph_counts(g, arc.tie, when) &&
            graph_strength(g, arc.tie, when) >= graph_strength(g, tie, when)) /* a larger share is news */
            return true;
    return false;
}

int32_t graph_strength(const struct graph *g, uint32_t tie, const struct graph_when *when)
{
    const struct tie *t = &g->tie.p[tie];
    const struct graph_type_info *info = &graph_types[t->type];
    if (t->type == GRAPH_OWNERSHIP && t->percent != PERCENT_NONE)
        return t->percent;
    if (!info->shared)
        return info->strength;
    uint32_t a = graph_degree(g, t->a, (enum graph_type)t->type, when), b = graph_degree(g, t->b, (enum graph_type)t->type, when);
    uint32_t n = a > b ? a : b;
    return n <= 2 ? info->strength : (int32_t)((int64_t)info->strength * 2 / n);
}

/* ---- bonds ---- */

err *graph_bond(struct graph *g, graph_party a, graph_party b, int64_t known)
{
    if (a == b)
        return NULL;
    if (g->bond.n == LIMIT_GRAPH_PARTIES)
        return err_new(ERR_LIMIT, "关系图中的同一性认定超过%d项", LIMIT_GRAPH_PARTIES);
    uint32_t n = (uint32_t)g->bond.n;
    APPEND(&g->bond, ((struct bond){a, b, known, INT64_MAX, {g->bond_head.p[a], g->bond_head.p[b]}}));
    g->bond_head.p[a] = 2 * n;
    g->bond_head.p[b] = 2 * n + 1;
    if (known > g->since && known != INT64_MAX)
        g->since = known;
    return NULL;
}

void graph_part(struct graph *g, graph_party a, graph_party b, int64_t known)
{
    for (uint32_t at = g->bond_head.p[a]; at != NO_TIE; at = g->bond.p[at / 2].next[at % 2]) {
        struct bond *x = &g->bond.p[at / 2];
        if ((x->a == b || x->b == b) && x->parted == INT64_MAX) {
            x->parted = known;
            APPEND(&g->parted, ((struct part_note){at / 2}));
        }
    }
    if (known > g->since && known != INT64_MAX)
        g->since = known;
}

size_t graph_class(const struct graph *g, uint32_t p, const struct graph_when *when, uint32_t ret[LIMIT_GRAPH_BOND])
{
    size_t n = 0;
    ret[n++] = p;
    for (size_t i = 0; i < n; i++)
        for (uint32_t at = g->bond_head.p[ret[i]]; at != NO_TIE; at = g->bond.p[at / 2].next[at % 2]) {
            const struct bond *x = &g->bond.p[at / 2];
            uint32_t other = at % 2 ? x->a : x->b;
            bool seen = x->known > when->known || (x->parted != INT64_MAX && x->parted <= when->known);
            for (size_t k = 0; k < n && !seen; k++)
                seen = ret[k] == other;
            if (!seen && n < LIMIT_GRAPH_BOND)
                ret[n++] = other;
        }
    return n;
}

static size_t digest_slot_of(const struct graph *g, const uint64_t key[2])
{
    size_t at = key[0] & (g->digest_slots - 1);
    while (g->digest_slot[at] != NO_TIE && memcmp(g->digest.p[g->digest_slot[at]].key, key, 16) != 0)
        at = (at + 1) & (g->digest_slots - 1);
    return at;
}

static void grow_digests(struct graph *g)
{
    g->digest_slots = g->digest_slots ? g->digest_slots * 2 : 1024;
    g->digest_slot = resized(g->digest_slot, g->digest_slots, sizeof *g->digest_slot);
    memset(g->digest_slot, 0xff, g->digest_slots * sizeof *g->digest_slot);
    for (size_t i = 0; i < g->digest.n; i++)
        g->digest_slot[digest_slot_of(g, g->digest.p[i].key)] = (uint32_t)i;
}

err *graph_digest(struct graph *g, graph_party p, str digest, int64_t known)
{
    uint64_t key[2];
    uint8_t bytes[16];
    str hex = str_starts(digest, S("sm3:")) ? str_sub(digest, 4, 32) : str_sub(digest, 0, 32);
    if (hex.n != 32 || !hex_decode(hex, bytes, 16))
        return NULL; /* not a digest: says nothing */
    memcpy(key, bytes, sizeof key);
    if (g->digest.n * 3 >= g->digest_slots * 2)
        grow_digests(g);
    size_t at = digest_slot_of(g, key);
    if (g->digest_slot[at] == NO_TIE) {
        g->digest_slot[at] = (uint32_t)g->digest.n;
        APPEND(&g->digest, ((struct digest_entry){{key[0], key[1]}, p, known}));
        return NULL;
    }
    const struct digest_entry *first = &g->digest.p[g->digest_slot[at]];
    struct graph_when now = {.known = INT64_MAX};
    uint32_t same[LIMIT_GRAPH_BOND];
    size_t n = graph_class(g, first->party, &now, same);
    for (size_t i = 0; i < n; i++)
        if (same[i] == p)
            return NULL;
    return graph_bond(g, first->party, p, known > first->known ? known : first->known);
}

/* ---- cutting back ---- */

struct graph_mark graph_mark(const struct graph *g)
{
    return (struct graph_mark){g->tie.n, g->ends.n, g->bond.n, g->parted.n, g->digest.n, g->since};
}

static void drop_tie(struct graph *g)
{
    const struct tie t = g->tie.p[--g->tie.n];
    g->over_next.n -= 2;
    g->over_head.p[t.b] = g->over_next.p[g->over_next.n + 1];
    g->over_head.p[t.a] = g->over_next.p[g->over_next.n];
    uncount_tie(g, t.a, t.type);
    uncount_tie(g, t.b, t.type);
}

void graph_back(struct graph *g, struct graph_mark m)
{
    CHECK(m.ties >= g->base_ties && m.ties <= g->tie.n && m.ends <= g->ends.n && m.bonds <= g->bond.n);
    while (g->ends.n > m.ends) {
        const struct end_note *e = &g->ends.p[--g->ends.n];
        g->tie.p[e->tie].ended = e->before;
        g->tie.p[e->tie].flags = e->flags_before;
    }
    while (g->tie.n > m.ties)
        drop_tie(g);
    while (g->parted.n > m.parted)
        g->bond.p[g->parted.p[--g->parted.n].bond].parted = INT64_MAX;
    while (g->bond.n > m.bonds) {
        const struct bond x = g->bond.p[--g->bond.n];
        g->bond_head.p[x.b] = x.next[1];
        g->bond_head.p[x.a] = x.next[0];
    }
    if (g->digest.n > m.digests) {
        g->digest.n = m.digests;
        memset(g->digest_slot, 0xff, g->digest_slots * sizeof *g->digest_slot);
        for (size_t i = 0; i < g->digest.n; i++)
            g->digest_slot[digest_slot_of(g, g->digest.p[i].key)] = (uint32_t)i;
    }
    g->since = m.since;
}

/* ---- compact rows ---- */

static int by_other(const void *l, const void *r)
{
    const struct arc *x = l, *y = r;
    if (x->other != y->other)
        return x->other < y->other ? -1 : 1;
    return x->tie < y->tie ? -1 : x->tie > y->tie;
}

static void sort_row(struct arc *row, size_t n)
{
    if (n > 24) {
        qsort(row, n, sizeof *row, by_other);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct arc x = row[i];
        size_t k = i;
        for (; k > 0 && by_other(&row[k - 1], &x) > 0; k--)
            row[k] = row[k - 1];
        row[k] = x;
    }
}

void graph_compact(struct graph *g)
{
    size_t parties = g->party.n, ties = g->tie.n;
    g->first = resized(g->first, parties + 1, sizeof *g->first);
    g->arc = resized(g->arc, 2 * ties, sizeof *g->arc);
    uint32_t at = 0;
    for (size_t p = 0; p < parties; p++) { /* first[p]: where the next arc of p goes */
        g->first[p] = at;
        at += g->total.p[p];
    }
    for (size_t i = 0; i < ties; i++) {
        const struct tie *t = &g->tie.p[i];
        g->arc[g->first[t->a]++] = (struct arc){t->b, (uint32_t)i};
        g->arc[g->first[t->b]++] = (struct arc){t->a, (uint32_t)i};
    }
    for (size_t p = parties; p-- > 0;) {
        g->first[p + 1] = g->first[p];
        g->over_head.p[p] = NO_TIE;
    }
    g->first[0] = 0;
    g->base_ties = ties;
    g->base_parties = parties;
    for (uint32_t p = 0; p < parties; p++) {
        sort_row(g->arc + g->first[p], g->first[p + 1] - g->first[p]);
        if (g->total.p[p] > DEGREE_SMALL && !g->big.p[p])
            count_all(g, p);
    }
    g->bulk = false;
    free(g->over_next.p);
    g->over_next.p = NULL;
    g->over_next.n = g->over_next.capacity = 0;
}

bool graph_overlay_large(const struct graph *g)
{
    size_t over = g->tie.n - g->base_ties;
    return over > 4096 && over > g->base_ties / 16;
}
