/*
 * The relations graph against a reference that knows nothing of rows, marks or overlays: it tries every sequence of at most
 * three ties. Thousands of small random graphs with hubs, cycles, ties of a party with itself, ends, bonds and partings, each
 * screened now and as it was known earlier, and again after cutting back and after compacting.
 */
#include "testing.h"

#include "analysis/graph.h"

enum { PARTIES = 24, TIES = 60, BONDS = 4 };

struct world {
    struct graph_tie tie[TIES];
    size_t ties;
    struct { graph_party a, b; int64_t known, parted; } bond[BONDS];
    size_t bonds;
    size_t parties;
};

static uint64_t seed;
static uint32_t upto(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

/* ---- the reference ---- */

static bool counts(const struct graph_tie *t, const struct graph_when *w)
{
    day ended = t->ended_known <= w->known ? t->ended : GRAPH_OPEN_END;
    return t->a != t->b && t->known <= w->known && t->from <= w->on && t->to >= w->look_back && ended >= w->look_back;
}

static uint32_t degree(const struct world *x, graph_party p, enum graph_type type, const struct graph_when *w)
{
    uint32_t n = 0;
    for (size_t i = 0; i < x->ties; i++)
        n += x->tie[i].a != x->tie[i].b && x->tie[i].type == type && x->tie[i].known <= w->known &&
             (x->tie[i].a == p || x->tie[i].b == p);
    return n;
}

static uint32_t one_with(const struct world *x, graph_party p, const struct graph_when *w)
{
    uint32_t set = 1u << p;
    for (int again = 0; again < BONDS; again++)
        for (size_t i = 0; i < x->bonds; i++)
            if (x->bond[i].known <= w->known && (x->bond[i].parted == INT64_MAX || x->bond[i].parted > w->known) &&
                (set & (1u << x->bond[i].a | 1u << x->bond[i].b)))
                set |= 1u << x->bond[i].a | 1u << x->bond[i].b;
    return set;
}

static int32_t strength(const struct world *x, const struct graph_tie *t, const struct graph_when *w)
{
    if (t->type == GRAPH_OWNERSHIP && t->percent >= 0)
        return t->percent > 10000 ? 10000 : t->percent;
    int32_t s = graph_types[t->type].strength;
    if (!graph_types[t->type].shared)
        return s;
    uint32_t a = degree(x, t->a, t->type, w), b = degree(x, t->b, t->type, w), n = a > b ? a : b;
    return n < 3 ? s : (int32_t)(s * 2 / (int64_t)n);
}

struct seen { uint32_t ties[3]; int n; int32_t score; bool hub; graph_party source, target; };
struct seens { struct seen p[40000]; size_t n; };

static bool hub(const struct world *x, const struct seen *s, const graph_party *from, const graph_party *to, const struct graph_when *w)
{
    for (int i = 0; i < s->n; i++) {
        const struct graph_tie *t = &x->tie[s->ties[i]];
        uint32_t most = graph_types[t->type].hub;
        bool all = graph_types[t->type].shared;
        if (most && (all || i > 0) && degree(x, from[i], t->type, w) > most)
            return true;
        if (most && (all || i < s->n - 1) && degree(x, to[i], t->type, w) > most)
            return true;
    }
    return false;
}

/* Ties so far end at `at`; `used`: whoever may not come again. */
static void try_all(const struct world *x, const struct graph_when *w, uint32_t sources, uint32_t targets, const graph_party *origin,
                    struct seen so_far, graph_party *from, graph_party *to, uint32_t at_set, uint32_t used, struct seens *out)
{
    for (size_t i = 0; i < x->ties && so_far.n < 3; i++) {
        const struct graph_tie *t = &x->tie[i];
        if (!counts(t, w))
            continue;
        for (int side = 0; side < 2; side++) {
            graph_party u = side ? t->b : t->a, v = side ? t->a : t->b;
            if (!(at_set & 1u << u) || used & 1u << v)
                continue;
            struct seen s = so_far;
            if (s.n == 0)
                s.source = origin[u];
            from[s.n] = u, to[s.n] = v;
            s.ties[s.n++] = (uint32_t)i;
            if (targets & 1u << v) {
                s.target = origin[v];
                s.score = 10000;
                for (int k = 0; k < s.n; k++)
                    s.score = (int32_t)((int64_t)s.score * strength(x, &x->tie[s.ties[k]], w) / 10000);
                s.hub = hub(x, &s, from, to, w);
                assert_true(out->n < sizeof out->p / sizeof *out->p);
                out->p[out->n++] = s;
                continue;
            }
            if (sources & 1u << v)
                continue;
            uint32_t all = one_with(x, v, w);
            try_all(x, w, sources, targets, origin, s, from, to, all, used | all, out);
        }
    }
}

static struct seens reference(const struct world *x, const struct graph_when *w, const graph_party *s, size_t sn,
                              const graph_party *t, size_t tn)
{
    static struct seens out;
    graph_party origin[PARTIES] = {0}, from[3], to[3];
    uint32_t sources = 0, targets = 0;
    out.n = 0;
    for (size_t i = 0; i < sn; i++)
        for (uint32_t p = 0; p < PARTIES; p++)
            if (one_with(x, s[i], w) & 1u << p && !(sources & 1u << p)) {
                sources |= 1u << p;
                origin[p] = s[i];
            }
    for (size_t i = 0; i < tn; i++) {
        uint32_t all = one_with(x, t[i], w);
        if (all & sources) {
            out.p[out.n++] = (struct seen){.score = 10000, .source = origin[t[i]], .target = t[i]};
            continue;
        }
        for (uint32_t p = 0; p < PARTIES; p++)
            if (all & 1u << p && !(targets & 1u << p)) {
                targets |= 1u << p;
                origin[p] = t[i];
            }
    }
    try_all(x, w, sources, targets, origin, (struct seen){0}, from, to, sources, sources, &out);
    return out;
}

/* ---- comparing ---- */

static bool same_path(const struct graph_path *p, const struct seen *s)
{
    if (p->n != s->n || p->score != s->score || p->hub != s->hub || p->source != s->source || p->target != s->target)
        return false;
    for (int i = 0; i < s->n; i++)
        if (p->step[i].tie != s->ties[i])
            return false;
    return true;
}

static int worst_first(const void *l, const void *r)
{
    const struct seen *a = l, *b = r;
    return a->score < b->score ? -1 : a->score > b->score;
}

static void compare(const struct world *x, const struct graph *g, struct graph_scratch *scratch, const struct graph_when *w,
                    const uint32_t *tie_of /* of the graph, by our number */, uint64_t round)
{
    graph_party s[3], t[2];
    for (int i = 0; i < 3; i++)
        s[i] = upto((uint32_t)x->parties);
    for (int i = 0; i < 2; i++)
        t[i] = upto((uint32_t)x->parties);
    struct graph_paths got;
    graph_screen(g, scratch, w, s, 3, t, 2, &got);
    struct seens want = reference(x, w, s, 3, t, 2);
    if (got.found != want.n)
        fail_msg("graph %llu: %llu paths, the reference has %zu", (unsigned long long)round, (unsigned long long)got.found, want.n);
    assert_int_equal(got.n, want.n < LIMIT_GRAPH_PATHS ? want.n : LIMIT_GRAPH_PATHS);
    enum graph_level last = GRAPH_DIRECT;
    for (size_t i = 0; i < got.n; i++) {
        bool found = false;
        for (size_t k = 0; k < want.n && !found; k++) {
            struct seen mapped = want.p[k];
            for (int n = 0; n < mapped.n; n++)
                mapped.ties[n] = tie_of[mapped.ties[n]];
            found = same_path(&got.path[i], &mapped);
        }
        if (!found)
            fail_msg("graph %llu: path %zu of %d ties, score %d, hub %d, %u to %u, is not in the reference", (unsigned long long)round, i,
                     got.path[i].n, got.path[i].score, got.path[i].hub, got.path[i].source, got.path[i].target);
        assert_true(got.path[i].level <= last);
        assert_true(!i || got.path[i].level < last || got.path[i].score <= got.path[i - 1].score);
        last = got.path[i].level;
    }
    qsort(want.p, want.n, sizeof *want.p, worst_first);
    for (size_t k = 0; k < want.n && got.n == LIMIT_GRAPH_PATHS; k++) /* nothing better was left out */
        if (!want.p[k].hub && want.p[k].n == 1 && !graph_types[x->tie[want.p[k].ties[0]].type].weak)
            assert_int_equal(got.path[0].level, GRAPH_DIRECT);
}

/* ---- making ---- */

static struct graph_tie random_tie(const struct world *x, int64_t known)
{
    bool to_hub = upto(3) == 0;
    struct graph_tie t = {.a = to_hub ? 0 : upto((uint32_t)x->parties), .b = upto((uint32_t)x->parties),
                          .type = (enum graph_type)upto(GRAPH_TYPES), .known = known, .ended = GRAPH_OPEN_END,
                          .percent = upto(4) ? (int32_t)upto(12000) : GRAPH_PERCENT_UNKNOWN,
                          .from = upto(4) ? GRAPH_OPEN_START : (day)upto(200), .to = upto(4) ? GRAPH_OPEN_END : (day)upto(200)};
    if (to_hub)
        t.type = GRAPH_SHARED_PHONE;
    return t;
}

static void make(struct world *x, struct graph *g, uint32_t *tie_of, uint64_t round)
{
    *x = (struct world){.parties = 4 + upto(PARTIES - 4)};
    for (size_t i = 0; i < x->parties; i++) {
        graph_party p;
        char id[32];
        snprintf(id, sizeof id, "p%zu", i);
        assert_ok(graph_intern(g, (enum graph_kind)(i % GRAPH_KINDS), str_of(id), &p));
        assert_int_equal(p, i);
    }
    size_t ties = upto(TIES), compact_at = upto(TIES);
    struct graph_mark mark = {0};
    for (size_t i = 0; i < ties; i++) {
        if (i == compact_at)
            graph_compact(g);
        if (round % 3 == 0 && i == ties / 2 && compact_at < i) { /* a transaction that does not come to pass */
            mark = graph_mark(g);
            for (int k = 0; k < 5; k++) {
                struct graph_tie t = random_tie(x, 1000 + k);
                uint32_t tie;
                assert_ok(graph_add(g, &t, &tie));
            }
            assert_ok(graph_bond(g, 1, 2, 1010));
            if (i > 0 && tie_of[0] != GRAPH_NOBODY)
                graph_end(g, tie_of[0], 3, 1011);
            graph_back(g, mark);
        }
        x->tie[i] = random_tie(x, (int64_t)i + 1);
        if (upto(8) == 0) {
            x->tie[i].ended = (day)upto(200);
            x->tie[i].ended_known = (int64_t)i + 1;
        }
        assert_ok(graph_add(g, &x->tie[i], &tie_of[i]));
        x->ties++;
        assert_int_equal(tie_of[i] == GRAPH_NOBODY, x->tie[i].a == x->tie[i].b);
    }
    for (x->bonds = 0; x->bonds < upto(BONDS + 1); x->bonds++) {
        graph_party a = upto((uint32_t)x->parties), b = upto((uint32_t)x->parties);
        bool again = a == b;
        for (size_t i = 0; i < x->bonds; i++) /* parting parts every bond of the two: keep them one each */
            again = again || (x->bond[i].a == a && x->bond[i].b == b) || (x->bond[i].a == b && x->bond[i].b == a);
        if (again)
            break;
        x->bond[x->bonds].a = a, x->bond[x->bonds].b = b;
        x->bond[x->bonds].known = 20 + (int64_t)x->bonds;
        x->bond[x->bonds].parted = INT64_MAX;
        assert_ok(graph_bond(g, a, b, x->bond[x->bonds].known));
        if (upto(2)) {
            x->bond[x->bonds].parted = 40;
            graph_part(g, a, b, 40);
        }
    }
}

static void the_reference_agrees(void **state)
{
    (void)state;
    struct graph_scratch *scratch = graph_scratch_new();
    for (uint64_t round = 0; round < 2500; round++) {
        struct world x;
        uint32_t tie_of[TIES];
        struct graph *g = graph_new();
        seed = round * 7919 + 1;
        make(&x, g, tie_of, round);
        struct graph_when now = {INT64_MAX, (day)upto(200), (day)upto(200)}, then = {(int64_t)upto(60), now.on, now.look_back};
        for (int again = 0; again < 3; again++) {
            compare(&x, g, scratch, &now, tie_of, round);
            compare(&x, g, scratch, &then, tie_of, round);
        }
        graph_compact(g);
        compare(&x, g, scratch, &now, tie_of, round);
        compare(&x, g, scratch, &then, tie_of, round);
        graph_free(g);
    }
    graph_scratch_free(scratch);
}

/* Whatever subject a screen finds through the tie at review or above is among those touched. */
static void what_a_tie_touches(void **state)
{
    (void)state;
    struct graph_scratch *s = graph_scratch_new();
    size_t met = 0;
    for (uint64_t round = 0; round < 600; round++) {
        AUTO_ARENA(a);
        struct world x;
        uint32_t tie_of[TIES];
        struct graph *g = graph_new();
        seed = round * 104729 + 3;
        make(&x, g, tie_of, round);
        struct graph_when now = {INT64_MAX, 100, 50};
        for (size_t i = 0; i < x.ties; i++) {
            graph_party *touched;
            size_t n;
            bool more;
            graph_touched(g, s, &now, tie_of[i], a, &touched, &n, &more);
            assert_false(more);
            for (graph_party from = 0; from < x.parties; from++)
                for (graph_party to = 2; to < x.parties && from % GRAPH_KINDS != 2 && from % GRAPH_KINDS != 4; to += GRAPH_KINDS) {
                    struct graph_paths p;
                    bool listed = false, wanted = false;
                    graph_screen(g, s, &now, &from, 1, &to, 1, &p);
                    for (size_t k = 0; k < p.n; k++)
                        wanted = wanted || (p.path[k].level >= GRAPH_REVIEW && graph_path_uses(&p.path[k], tie_of[i]));
                    for (size_t k = 0; k < n; k++)
                        listed = listed || touched[k] == to;
                    met += wanted;
                    if (wanted && !listed)
                        fail_msg("graph %llu: tie %zu touches %u, not told", (unsigned long long)round, i, to);
                }
        }
        graph_free(g);
    }
    assert_true(met > 400);
    graph_scratch_free(s);
}

/* ---- by hand ---- */

static graph_party who(struct graph *g, const char *name)
{
    str id = str_of(name), kind;
    enum graph_kind k;
    graph_party p;
    str_next(&id, ':', &kind);
    assert_true(graph_kind_of(kind, &k));
    assert_ok(graph_intern(g, k, id, &p));
    return p;
}

static uint32_t tie(struct graph *g, const char *a, const char *b, enum graph_type type, int32_t percent, int64_t known)
{
    uint32_t t;
    assert_ok(graph_add(g, &(struct graph_tie){.a = who(g, a), .b = who(g, b), .type = type, .percent = percent, .known = known,
                                               .from = GRAPH_OPEN_START, .to = GRAPH_OPEN_END, .ended = GRAPH_OPEN_END}, &t));
    return t;
}

static struct graph_paths between(struct graph *g, const char *a, const char *b, int64_t known)
{
    struct graph_paths p;
    struct graph_scratch *s = graph_scratch_new();
    graph_party from = who(g, a), to = who(g, b);
    graph_screen(g, s, &(struct graph_when){known, 20000, 19000}, &from, 1, &to, 1, &p);
    graph_scratch_free(s);
    return p;
}

static void chains_multiply_and_cycles_end(void **state)
{
    (void)state;
    struct graph *g = graph_new();
    tie(g, "provider:jia", "person:yi", GRAPH_OWNERSHIP, 6000, 1);
    tie(g, "person:yi", "provider:jia", GRAPH_OWNERSHIP, 9000, 2); /* A owns B owns A */
    tie(g, "person:yi", "subject:bing", GRAPH_OWNERSHIP, 5000, 3);
    tie(g, "subject:bing", "subject:bing", GRAPH_OWNERSHIP, 10000, 4);
    struct graph_paths p = between(g, "provider:jia", "subject:bing", INT64_MAX);
    assert_int_equal(p.found, 2); /* by either of the two ties, and round the cycle never */
    assert_int_equal(p.path[0].score, 4500);
    assert_int_equal(p.path[1].score, 3000);
    assert_int_equal(p.path[0].level, GRAPH_HOLDS);
    tie(g, "provider:jia", "subject:bing", GRAPH_OWNERSHIP, 15000, 5);
    assert_int_equal(between(g, "provider:jia", "subject:bing", INT64_MAX).path[0].score, 10000);
    graph_free(g);
}

static void a_shared_telephone_is_weighed(void **state)
{
    (void)state;
    for (int phones = 2; phones < 12; phones++) {
        struct graph *g = graph_new();
        tie(g, "provider:jia", "person:agent", GRAPH_SHARED_PHONE, -1, 1);
        tie(g, "subject:yi", "person:agent", GRAPH_SHARED_PHONE, -1, 2);
        for (int i = 2; i < phones; i++) {
            char id[32];
            snprintf(id, sizeof id, "subject:more%d", i);
            tie(g, id, "person:agent", GRAPH_SHARED_PHONE, -1, i + 1);
        }
        struct graph_paths p = between(g, "provider:jia", "subject:yi", INT64_MAX);
        assert_int_equal(p.found, 1);
        assert_int_equal(p.path[0].hub, phones > (int)graph_types[GRAPH_SHARED_PHONE].hub);
        int each = 6000 * 2 / phones;
        assert_int_equal(p.path[0].score, 10000 * each / 10000 * each / 10000);
        assert_true(p.path[0].level <= GRAPH_REVIEW);
        /* another tie beside it still counts */
        tie(g, "person:zhang", "provider:jia", GRAPH_DIRECTORSHIP, -1, 50);
        tie(g, "person:zhang", "subject:yi", GRAPH_OWNERSHIP, 3000, 51);
        p = between(g, "provider:jia", "subject:yi", INT64_MAX);
        assert_int_equal(p.path[0].level, GRAPH_HOLDS);
        assert_int_equal(p.path[0].score, 2700);
        graph_free(g);
    }
}

static void as_it_was_known_then(void **state)
{
    (void)state;
    struct graph *g = graph_new();
    uint32_t t = tie(g, "provider:jia", "subject:yi", GRAPH_SERVICE, -1, 10);
    graph_end(g, t, 18000, 20);
    assert_int_equal(between(g, "provider:jia", "subject:yi", 9).found, 0);
    assert_int_equal(between(g, "provider:jia", "subject:yi", 19).found, 1); /* its end was not known */
    assert_int_equal(between(g, "provider:jia", "subject:yi", 20).found, 0); /* over before the look-back */
    tie(g, "provider:jia", "person:li", GRAPH_EMPLOYMENT, -1, 30);
    tie(g, "person:li2", "subject:yi", GRAPH_DIRECTORSHIP, -1, 31);
    assert_int_equal(between(g, "provider:jia", "subject:yi", 31).found, 0); /* a namesake is nobody */
    assert_ok(graph_bond(g, who(g, "person:li"), who(g, "person:li2"), 40));
    struct graph_paths p = between(g, "provider:jia", "subject:yi", 40);
    assert_int_equal(p.found, 1);
    assert_int_equal(p.path[0].n, 2);
    assert_int_equal(p.path[0].score, 7200);
    assert_int_equal(between(g, "provider:jia", "subject:yi", 39).found, 0);
    graph_part(g, who(g, "person:li2"), who(g, "person:li"), 50);
    assert_int_equal(between(g, "provider:jia", "subject:yi", 50).found, 0);
    assert_int_equal(between(g, "provider:jia", "subject:yi", 49).found, 1);
    graph_free(g);
}

static void digests_make_one(void **state)
{
    (void)state;
    struct graph *g = graph_new();
    static const char x[] = "sm3:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    static const char y[] = "sm3:10112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    tie(g, "provider:jia", "person:li", GRAPH_EMPLOYMENT, -1, 1);
    tie(g, "person:li2", "subject:yi", GRAPH_DIRECTORSHIP, -1, 2);
    assert_ok(graph_digest(g, who(g, "person:li"), str_of(x), 1));
    assert_ok(graph_digest(g, who(g, "person:li2"), str_of(y), 2));
    assert_int_equal(between(g, "provider:jia", "subject:yi", INT64_MAX).found, 0);
    struct graph_mark m = graph_mark(g);
    assert_ok(graph_digest(g, who(g, "person:li2"), str_of(x), 3));
    assert_int_equal(between(g, "provider:jia", "subject:yi", INT64_MAX).found, 1);
    graph_back(g, m);
    assert_int_equal(between(g, "provider:jia", "subject:yi", INT64_MAX).found, 0);
    assert_ok(graph_digest(g, who(g, "person:li2"), S("no digest"), 4));
    assert_int_equal(between(g, "provider:jia", "subject:yi", INT64_MAX).found, 0);
    graph_free(g);
}

/* A telephone of a hundred thousand, and a bank with as many debtors: found, hinted at, and cheap. */
static void hubs_of_a_hundred_thousand(void **state)
{
    (void)state;
    struct graph *g = graph_new();
    for (int i = 0; i < 100000; i++) {
        char id[32];
        snprintf(id, sizeof id, "subject:s%d", i);
        tie(g, id, "person:agent", GRAPH_SHARED_PHONE, -1, 2 * i + 1);
        tie(g, "person:bank", id, GRAPH_DEBT, -1, 2 * i + 2);
    }
    tie(g, "provider:jia", "person:agent", GRAPH_SHARED_PHONE, -1, 300000);
    tie(g, "provider:jia", "person:bank", GRAPH_DEBT, -1, 300001);
    graph_compact(g);
    struct graph_paths p = between(g, "provider:jia", "subject:s77", INT64_MAX);
    assert_int_equal(p.found, 2);
    assert_int_equal(p.path[0].level, GRAPH_HINT);
    assert_int_equal(p.path[0].score, 4900);
    assert_true(p.path[0].hub && p.path[1].hub);
    assert_int_equal(p.path[1].score, 0);
    struct graph_scratch *s = graph_scratch_new();
    graph_party from = who(g, "provider:jia"), to = who(g, "subject:s99");
    usec before = time_monotonic();
    for (int i = 0; i < 1000; i++)
        graph_screen(g, s, &(struct graph_when){INT64_MAX, 20000, 19000}, &from, 1, &to, 1, &p);
    assert_true(time_monotonic() - before < USEC_SECOND); /* a thousand screens; walking the hub would take minutes */
    AUTO_ARENA(a);
    graph_party *touched;
    size_t n;
    bool more;
    graph_touched(g, s, &(struct graph_when){INT64_MAX, 20000, 19000}, tie(g, "provider:yi", "person:agent", GRAPH_SHARED_PHONE, -1, 300002),
                  a, &touched, &n, &more);
    assert_int_equal(n, 0); /* a hub asks nobody */
    graph_scratch_free(s);
    graph_free(g);
}

/* More pages than go round between the two threads, and a row nobody can read in the middle: the error reaches who asked. */
static void loads_in_pages(void **state)
{
    enum { ROWS = 9500 };
    (void)state;
    AUTO_DB struct db *d = NULL;
    struct store *store;
    int applied;
    graph_party a, b;
    assert_ok(store_open(S("sqlite::memory:"), S(""), STORE_CREATE, &store));
    assert_ok(store_migrate(store, true, &applied));
    assert_ok(db_open(store, true, &d));
    assert_ok(db_begin_write(d));
    assert_ok(db_exec(d, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9500) INSERT INTO relation (id, seq, a_kind, a_id,"
                         " b_kind, b_id, type) SELECT 'r' || (100000 + i), i, 'person', 'x' || (i % 97), 'subject', 's' || i, 'debt' FROM n", NULL, NULL));
    assert_ok(db_commit(d));
    struct graph *g = graph_new();
    assert_ok(graph_load(g, d, INT64_MAX));
    assert_int_equal(graph_tie_count(g), ROWS);
    assert_int_equal(graph_party_count(g), ROWS + 97);
    for (uint32_t i = 0; i < ROWS; i++) { /* in the order of their keys */
        struct graph_tie t = graph_tie(g, i);
        assert_int_equal(t.known, i + 1);
        assert_true(graph_party_kind(g, t.a) == GRAPH_PERSON && graph_party_kind(g, t.b) == GRAPH_SUBJECT);
    }
    a = graph_find(g, GRAPH_PERSON, S("x1"));
    b = graph_find(g, GRAPH_SUBJECT, S("s9410")); /* 9410 = 97 x 97 + 1 */
    assert_true(a != GRAPH_NOBODY && graph_tie(g, 9409).a == a && graph_tie(g, 9409).b == b);
    graph_free(g);
    assert_ok(db_exec(d, "UPDATE relation SET type = 'friend' WHERE id = 'r105500'", NULL, NULL));
    g = graph_new();
    assert_err(graph_load(g, d, INT64_MAX), ERR_DAMAGED);
    graph_free(g);
    db_close_at(&d);
    d = NULL;
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_agrees),
        cmocka_unit_test(what_a_tie_touches),
        cmocka_unit_test(chains_multiply_and_cycles_end),
        cmocka_unit_test(a_shared_telephone_is_weighed),
        cmocka_unit_test(as_it_was_known_then),
        cmocka_unit_test(digests_make_one),
        cmocka_unit_test(hubs_of_a_hundred_thousand),
        cmocka_unit_test(loads_in_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
