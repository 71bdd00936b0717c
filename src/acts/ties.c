/*
 * The graph is the writer's own (in its world) or the readers' shared one under a lock. It is brought up to date before every
 * use; what has not been recorded yet, the change an act is about, is put in for the length of a screen and cut back.
 *
 * Only the new counts: paths that were known when an entrustment was approved were judged then.
 */
#include "acts/ties.h"

struct ties {
    struct act *a;
    struct graph *g;
    struct graph_scratch *s;
    struct graph_when when;
    uint32_t fresh; /* the tie that is not on record yet, and its id */
    str fresh_id;
};

#define PARTIES(name) struct { graph_party *p; size_t n, capacity; } name
struct sets {
    PARTIES(ours);
    PARTIES(officers);
    PARTIES(subjects);
    str agency, provider;
};

static err *shared_graph(struct act *a, struct ties *t)
{
    struct relations *r = a->world->shared;
    if (!a->world->locked) {
        pthread_mutex_lock(&r->lock);
        a->world->locked = true;
    }
    r->graph = r->graph ? r->graph : graph_new();
    r->scratch = r->scratch ? r->scratch : graph_scratch_new();
    t->g = r->graph;
    t->s = r->scratch;
    TRY(graph_load(t->g, a->db, INT64_MAX));
    if (graph_overlay_large(t->g))
        graph_compact(t->g);
    /* This reader's snapshot may be older than what others have put in. */
    return db_one_int(a->db, "SELECT MAX(seq) FROM ledger_entry", NULL, 0, &t->when.known);
}

static err *own_graph(struct act *a, struct ties *t)
{
    struct world *w = a->world;
    if (!w->graph) {
        w->graph = graph_new();
        w->scratch = graph_scratch_new();
        err *bad = graph_load(w->graph, a->db, w->committed);
        if (bad) {
            graph_free(w->graph);
            w->graph = NULL;
            graph_scratch_free(w->scratch);
            w->scratch = NULL;
            return bad;
        }
        w->settled = graph_mark(w->graph);
    }
    t->g = w->graph;
    t->s = w->scratch;
    t->when.known = INT64_MAX;
    return graph_load(t->g, a->db, INT64_MAX);
}

static err *ties_open(struct act *a, struct ties *t)
{
    struct db_value look_back;
    *t = (struct ties){.a = a, .fresh = GRAPH_NOBODY};
    TRY(a->world->shared ? shared_graph(a, t) : own_graph(a, t));
    CHECK(act_lookup(a, S("look_back_day"), &look_back));
    t->when.on = day_of(a->at);
    t->when.look_back = (day)look_back.i;
    return NULL;
}

/* ---- who ---- */

#define ADD(t, list, kind, id) vec_push((t)->a->arena, &(list), graph_find((t)->g, (kind), (id)))

/* Side, kind, id. Accounts of members need no row: a member and his account are one. */
#define PEOPLE_OF                                                                                            \
    "SELECT 0, 'provider', e.provider, e.agency FROM entrustment e WHERE e.id = CAST(:e AS TEXT)"            \
    " UNION ALL SELECT 0, 'member', m.member, NULL FROM entrustment_member m WHERE m.entrustment = CAST(:e AS TEXT)" \
    " UNION ALL SELECT 1, 'user', o.user_id, NULL FROM entrustment_officer o WHERE o.entrustment = CAST(:e AS TEXT)" \
    " UNION ALL SELECT 2, 'subject', s.subject, NULL FROM entrustment_subject s WHERE s.entrustment = CAST(:e AS TEXT)"

static err *people_of(struct ties *t, str entrustment, struct sets *ret)
{
    struct db_rows rows;
    bool more;
    *ret = (struct sets){0};
    TRY(db_query(t->a->db, t->a->arena, PEOPLE_OF, DB_ARGS(DB_T("e", entrustment)), &rows));
    for (;;) {
        enum graph_kind kind;
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        CHECK(graph_kind_of(db_str(&rows, 1), &kind));
        int64_t side = db_int(&rows, 0);
        str id = db_str(&rows, 2);
        if (side == 0)
            ADD(t, ret->ours, kind, id);
        else if (side == 1)
            ADD(t, ret->officers, kind, id);
        else
            ADD(t, ret->subjects, kind, id);
        if (kind == GRAPH_PROVIDER) {
            ret->provider = id;
            ret->agency = db_str(&rows, 3);
        }
    }
}

static str party_text(struct ties *t, graph_party p)
{
    return arena_printf(t->a->arena, "%s:%.*s", graph_kinds[graph_party_kind(t->g, p)], STR_ARG(graph_party_id(t->g, p)));
}

/* ---- a path as text ---- */

static err *tie_text(struct ties *t, uint32_t tie, buf *b)
{
    struct graph_tie x = graph_tie(t->g, tie);
    str id = STR_NONE;
    if (tie == t->fresh)
        id = t->fresh_id;
    else if (x.origin == GRAPH_OF_MEMBER)
        id = arena_printf(t->a->arena, "@%.*s", STR_ARG(graph_party_id(t->g, x.a)));
    else
        TRY(db_one_str(t->a->db, t->a->arena, "SELECT id FROM relation WHERE seq = :seq", DB_ARGS(DB_I("seq", x.known)), &id));
    buf_printf(b, " -%.*s- ", STR_ARG(id));
    return NULL;
}

static err *path_text(struct ties *t, const struct graph_path *p, str *ret)
{
    buf b = buf_make(t->a->arena, 2000);
    graph_party at = p->source;
    buf_add(&b, party_text(t, at));
    for (int i = 0; i <= p->n; i++) {
        graph_party next = i < p->n ? p->step[i].from : p->target;
        if (next != at) {
            buf_add(&b, S(" = "));
            buf_add(&b, party_text(t, next));
        }
        if (i == p->n)
            break;
        TRY(tie_text(t, p->step[i].tie, &b));
        at = p->step[i].to;
        buf_add(&b, party_text(t, at));
    }
    *ret = buf_str(&b);
    return NULL;
}

/* ---- screening ---- */

static err *known_path(struct ties *t, str entrustment, str path, bool *ret)
{
    int64_t n;
    TRY(db_one_int(t->a->db, "SELECT COUNT(*) FROM tie WHERE entrustment = :e AND path = :path",
                   DB_ARGS(DB_T("e", entrustment), DB_T("path", path)), 0, &n));
    *ret = n > 0;
    return NULL;
}

static err *keep(struct ties *t, const struct graph_path *p, str entrustment, bool officer, bool new_only)
{
    struct act *a = t->a;
    str path;
    bool known = false;
    TRY(path_text(t, p, &path));
    if (new_only)
        TRY(known_path(t, entrustment, path, &known));
    if (known || a->found.n >= LIMIT_FOUND)
        return NULL;
    vec_push(a->arena, &a->found,
             ((struct relation_found){.thing = entrustment, .party = party_text(t, p->source), .subject = party_text(t, p->target),
                             .path = path, .level = p->level, .score = p->score, .hops = p->n, .officer = officer}));
    return NULL;
}

enum { OFFICER_HOPS = 2 }; /* what ties an officer further off is nobody's business */

struct filter { uint32_t tie; bool new_only; enum graph_level least; };

static bool passes(const struct graph_path *p, const struct filter *f)
{
    return p->level >= f->least && (f->tie == GRAPH_NOBODY || graph_path_uses(p, f->tie));
}

struct tally { int64_t direct, indirect, hint, officer_direct, officer_indirect; };

static err *side(struct ties *t, const graph_party *from, size_t from_n, const struct sets *s, str entrustment, bool officer,
                 const struct filter *f, struct tally *tally)
{
    struct graph_paths paths;
    size_t kept = 0;
    graph_screen(t->g, t->s, &t->when, from, from_n, s->subjects.p, s->subjects.n, &paths);
    for (size_t i = 0; i < paths.n; i++) {
        const struct graph_path *p = &paths.path[i];
        if (officer && p->n > OFFICER_HOPS)
            continue;
        bool direct = officer ? p->n <= 1 && p->level >= GRAPH_REVIEW : p->level == GRAPH_DIRECT;
        tally->direct += !officer && direct;
        tally->indirect += !officer && !direct && p->level >= GRAPH_REVIEW;
        tally->hint += !officer && p->level == GRAPH_HINT;
        tally->officer_direct += officer && direct;
        tally->officer_indirect += officer && !direct && p->level >= GRAPH_REVIEW;
        if (kept < LIMIT_FOUND_EACH && passes(p, f)) {
            TRY(keep(t, p, entrustment, officer, f->new_only));
            kept++;
        }
    }
    return NULL;
}

/* ---- who could take the place ---- */

static bool free_of_ties(struct ties *t, const graph_party *who, size_t n, const struct sets *s)
{
    struct graph_paths paths;
    graph_screen(t->g, t->s, &t->when, who, n, s->subjects.p, s->subjects.n, &paths);
    return paths.n == 0 || paths.path[0].level < GRAPH_REVIEW;
}

static err *first_free(struct ties *t, const char *sql, const struct db_args *args, enum graph_kind kind, const struct sets *s,
                       str *ret)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(t->a->db, t->a->arena, sql, args, &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        graph_party who = graph_find(t->g, kind, db_str(&rows, 0));
        if (ret->p || !free_of_ties(t, &who, 1, s))
            continue;
        *ret = arena_printf(t->a->arena, "%s:%.*s", graph_kinds[kind], STR_ARG(db_str(&rows, 0)));
    }
}

/* Another member where a member is tied, else another admitted provider with an agreement in force; in order of id. */
static err *propose(struct ties *t, const struct sets *s, str entrustment, bool member, str *ret)
{
    *ret = STR_NONE;
    if (member)
        TRY(first_free(t, "SELECT m.id FROM member m WHERE m.provider = :provider AND m.state = 'admitted'"
                          " AND (m.to_date IS NULL OR m.to_date >= :day) AND NOT EXISTS (SELECT 1 FROM entrustment_member em"
                          " WHERE em.entrustment = CAST(:e AS TEXT) AND em.member = m.id) ORDER BY m.id LIMIT 50",
                       DB_ARGS(DB_T("provider", s->provider), DB_I("day", t->when.on), DB_T("e", entrustment)), GRAPH_MEMBER, s, ret));
    if (ret->p)
        return NULL;
    return first_free(t, "SELECT p.id FROM provider p WHERE p.state = 'admitted' AND p.id <> :provider AND EXISTS (SELECT 1"
                         " FROM agreement g WHERE g.provider = p.id AND g.agency = :agency AND g.state = 'effective'"
                         " AND g.from_date <= :day AND g.to_date >= :day) AND COALESCE(p.ban_until, 0) < :day"
                         " ORDER BY p.id LIMIT 50",
                      DB_ARGS(DB_T("provider", s->provider), DB_T("agency", s->agency), DB_I("day", t->when.on)), GRAPH_PROVIDER, s,
                      ret);
}

/* For what was found from `first` on of this entrustment: one proposal for each kind of party that is tied. */
static err *propose_for(struct ties *t, const struct sets *s, str entrustment, size_t first)
{
    str by_kind[2] = {STR_NONE, STR_NONE};
    bool asked[2] = {false, false};
    for (size_t i = first; i < t->a->found.n; i++) {
        struct relation_found *f = &t->a->found.p[i];
        if (f->officer || f->level < GRAPH_REVIEW)
            continue;
        bool member = !str_starts(f->party, S("provider:"));
        if (!asked[member])
            TRY(propose(t, s, entrustment, member, &by_kind[member]));
        asked[member] = true;
        f->proposal = by_kind[member];
    }
    return NULL;
}

static err *say_path(struct act *a, const char *name, const struct relation_found *f)
{
    struct path_view v;
    TRY(relation_path_read(a->db, a->arena, f->path, &v));
    act_say(a, name, v.brief);
    return NULL;
}

static err *say_proposal(struct act *a, str proposal)
{
    struct path_view v;
    act_say(a, "proposal", S(""));
    if (!proposal.p)
        return NULL;
    TRY(relation_path_read(a->db, a->arena, proposal, &v));
    act_say(a, "proposal", arena_printf(a->arena, "，可改由%.*s承担", STR_ARG(v.party[0].name)));
    return NULL;
}

/* The sentences, by the best of each sort. */
static err *say_found(struct act *a)
{
    const struct relation_found *direct = NULL, *indirect = NULL, *officer = NULL;
    for (size_t i = 0; i < a->found.n; i++) {
        const struct relation_found *f = &a->found.p[i];
        if (f->officer)
            officer = officer ? officer : f;
        else if (f->level == GRAPH_DIRECT)
            direct = direct ? direct : f;
        else if (f->level >= GRAPH_REVIEW)
            indirect = indirect ? indirect : f;
    }
    if (direct || indirect)
        TRY(say_path(a, "relation", direct ? direct : indirect));
    if (indirect)
        TRY(say_path(a, "relation_indirect", indirect));
    if (officer)
        TRY(say_path(a, "officer_relation", officer));
    return say_proposal(a, direct ? direct->proposal : indirect ? indirect->proposal : STR_NONE);
}

static const struct filter everything = {GRAPH_NOBODY, false, GRAPH_HINT};

static err *screen_sets(struct ties *t, const struct sets *s, str entrustment, const struct filter *f, struct tally *tally)
{
    size_t first = t->a->found.n;
    TRY(side(t, s->ours.p, s->ours.n, s, entrustment, false, f, tally));
    TRY(side(t, s->officers.p, s->officers.n, s, entrustment, true, f, tally));
    return propose_for(t, s, entrustment, first);
}

err *ties_of_entrustment(struct act *a, str entrustment)
{
    struct ties t;
    struct sets s;
    struct tally tally = {0};
    TRY(ties_open(a, &t));
    TRY(people_of(&t, entrustment, &s));
    TRY(screen_sets(&t, &s, entrustment, &everything, &tally));
    a->facts.relations_direct = tally.direct;
    a->facts.relations_indirect = tally.indirect;
    a->facts.relations_hint = tally.hint;
    a->facts.officer_relations = tally.officer_direct;
    a->facts.officer_ties = tally.officer_indirect;
    return say_found(a);
}

static void add_list(struct ties *t, const struct act_value *list, enum graph_kind kind, struct sets *s, int which)
{
    for (size_t i = 0; i < list->n; i++)
        if (which == 0)
            ADD(t, s->ours, kind, list->child[i].s);
        else if (which == 1)
            ADD(t, s->officers, kind, list->child[i].s);
        else
            ADD(t, s->subjects, kind, list->child[i].s);
}

err *ties_of_draft(struct act *a)
{
    struct ties t;
    struct sets s = {0};
    struct tally tally = {0};
    struct db_rows rows;
    bool more;
    if (act_get(a, "subjects")->n == 0)
        return NULL;
    TRY(ties_open(a, &t));
    TRY(act_query(a, "SELECT provider, agency FROM agreement WHERE id = :agreement", &rows));
    TRY(db_next(&rows, &more));
    if (more) {
        s.provider = db_str(&rows, 0);
        s.agency = db_str(&rows, 1);
        ADD(&t, s.ours, GRAPH_PROVIDER, s.provider);
    }
    db_rows_end(&rows);
    add_list(&t, act_get(a, "members"), GRAPH_MEMBER, &s, 0);
    add_list(&t, act_get(a, "officers"), GRAPH_USER, &s, 1);
    add_list(&t, act_get(a, "subjects"), GRAPH_SUBJECT, &s, 2);
    TRY(screen_sets(&t, &s, a->id, &everything, &tally));
    a->facts.relations_foreseen = tally.direct + tally.indirect;
    a->facts.officer_ties = tally.officer_direct + tally.officer_indirect;
    return say_found(a);
}

err *ties_of_amendment(struct act *a, str entrustment)
{
    struct ties t;
    struct sets s;
    struct tally tally = {0};
    const struct act_value *officers = act_get(a, "officers"), *members = act_get(a, "members");
    if (!officers->present && !members->present)
        return NULL;
    TRY(ties_open(a, &t));
    TRY(people_of(&t, entrustment, &s));
    s.ours.n = s.officers.n = 0;
    add_list(&t, officers, GRAPH_USER, &s, 1);
    add_list(&t, members, GRAPH_MEMBER, &s, 0);
    TRY(screen_sets(&t, &s, entrustment, &everything, &tally));
    a->facts.officer_relations = tally.officer_direct;
    a->facts.officer_ties = tally.officer_indirect;
    a->facts.relations_foreseen = tally.direct + tally.indirect;
    return say_found(a);
}

/* ---- changes ---- */

static err *put_in(struct ties *t, const struct ties_change *c, uint32_t *ret_tie, bool *ret_news)
{
    *ret_tie = GRAPH_NOBODY;
    *ret_news = c->bond;
    if (c->tie) {
        struct graph_tie x = c->relation;
        TRY(graph_intern(t->g, c->a_kind, c->a_id, &x.a));
        TRY(graph_intern(t->g, c->b_kind, c->b_id, &x.b));
        x.known = t->when.known; /* INT64_MAX for the writer: no entry yet */
        TRY(graph_add(t->g, &x, ret_tie));
        t->fresh = *ret_tie;
        *ret_news = *ret_news || (*ret_tie != GRAPH_NOBODY && !graph_tie_repeats(t->g, *ret_tie, &t->when));
    }
    return NULL;
}

static err *bond_in(struct ties *t, const struct ties_change *c, graph_party *x, graph_party *y)
{
    *x = *y = GRAPH_NOBODY;
    if (!c->bond)
        return NULL;
    TRY(graph_intern(t->g, c->c_kind, c->c_id, x));
    TRY(graph_intern(t->g, c->d_kind, c->d_id, y));
    return graph_bond(t->g, *x, *y, t->when.known);
}

typedef VEC(str) ids;

static err *ids_of(struct ties *t, const char *sql, const struct db_args *args, ids *ret)
{
    struct db_rows rows;
    TRY(db_query(t->a->db, t->a->arena, sql, args, &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        vec_push(t->a->arena, ret, db_str(&rows, 0));
    }
}

#define RUNNING "e.state IN ('approved', 'accepted')"

static int by_text(const void *l, const void *r)
{
    return str_cmp(*(const str *)l, *(const str *)r);
}

/* Running entrustments about the subjects, each once, in order. */
static err *entrustments_about(struct ties *t, const graph_party *subjects, size_t n, ids *ret)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        TRY(ids_of(t, "SELECT e.id FROM entrustment_subject s JOIN entrustment e ON e.id = s.entrustment WHERE s.subject = :subject AND "
                      RUNNING, DB_ARGS(DB_T("subject", graph_party_id(t->g, subjects[i]))), ret));
    if (ret->n)
        qsort(ret->p, ret->n, sizeof *ret->p, by_text);
    for (size_t i = 0; i < ret->n; i++)
        if (i == 0 || !str_eq(ret->p[i], ret->p[i - 1]))
            ret->p[kept++] = ret->p[i];
    ret->n = kept;
    return NULL;
}

static int64_t held_from(const struct act *a, size_t first)
{
    int64_t held = 0;
    str last = STR_NONE;
    for (size_t i = first; i < a->found.n; i++) {
        const struct relation_found *f = &a->found.p[i];
        if (f->pair || f->officer || f->level < GRAPH_HOLDS || (last.p && str_eq(last, f->thing)))
            continue;
        held++;
        last = f->thing;
    }
    return held;
}

static err *screen_listed(struct ties *t, const ids *list, const struct filter *f)
{
    for (size_t i = 0; i < list->n; i++) {
        struct sets s;
        struct tally tally = {0};
        TRY(people_of(t, list->p[i], &s));
        TRY(screen_sets(t, &s, list->p[i], f, &tally));
    }
    return NULL;
}

/* A change that reaches more subjects than can be named is screened against all that runs. */
static err *screen_touched(struct ties *t, const struct ties_change *c, uint32_t tie, graph_party x, graph_party y)
{
    graph_party *by_tie = NULL, *by_bond = NULL;
    size_t by_tie_n = 0, by_bond_n = 0;
    bool tie_more = false, bond_more = false;
    VEC(graph_party) subjects = {0};
    ids list = {0};
    if (tie != GRAPH_NOBODY)
        graph_touched(t->g, t->s, &t->when, tie, t->a->arena, &by_tie, &by_tie_n, &tie_more);
    if (c->bond)
        graph_touched_by_bond(t->g, t->s, &t->when, x, y, t->a->arena, &by_bond, &by_bond_n, &bond_more);
    for (size_t i = 0; i < by_tie_n; i++)
        vec_push(t->a->arena, &subjects, by_tie[i]);
    for (size_t i = 0; i < by_bond_n; i++)
        vec_push(t->a->arena, &subjects, by_bond[i]);
    if (tie_more || bond_more)
        TRY(ids_of(t, "SELECT e.id FROM entrustment e WHERE " RUNNING " ORDER BY e.id", NULL, &list));
    else
        TRY(entrustments_about(t, subjects.p, subjects.n, &list));
    /* A bond's paths are those not on record for the entrustment; a tie's are those that use it. */
    return screen_listed(t, &list, &(struct filter){c->bond ? GRAPH_NOBODY : tie, c->bond, GRAPH_REVIEW});
}

err *ties_of_change(struct act *a, const struct ties_change *c, int64_t *ret_held)
{
    struct ties t;
    uint32_t tie;
    graph_party x, y;
    bool news;
    size_t first = a->found.n;
    *ret_held = 0;
    TRY(ties_open(a, &t));
    t.fresh_id = c->id;
    struct graph_mark before = graph_mark(t.g);
    err *bad = put_in(&t, c, &tie, &news);
    if (!bad)
        bad = bond_in(&t, c, &x, &y);
    if (!bad && news)
        bad = screen_touched(&t, c, tie, x, y);
    graph_back(t.g, before);
    *ret_held = held_from(a, first);
    return bad;
}

err *ties_of_roster(struct act *a, str agency, int64_t *ret_held)
{
    struct ties t;
    ids list = {0};
    TRY(ties_open(a, &t));
    TRY(ids_of(&t, "SELECT e.id FROM entrustment e WHERE e.agency = :agency AND " RUNNING " ORDER BY e.id", DB_ARGS(DB_T("agency", agency)),
               &list));
    TRY(screen_listed(&t, &list, &(struct filter){GRAPH_NOBODY, true, GRAPH_REVIEW}));
    *ret_held = held_from(a, 0);
    return NULL;
}

/* ---- back under another name ---- */

static err *removed_providers(struct ties *t, str but, struct sets *s)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(t->a->db, t->a->arena,
                 "SELECT id FROM provider WHERE id <> :but AND (state = 'removed' OR ban_until >= :day OR closed_at IS NOT NULL)"
                 " ORDER BY state_seq DESC", DB_ARGS(DB_T("but", but), DB_I("day", t->when.on)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        ADD(t, s->subjects, GRAPH_PROVIDER, db_str(&rows, 0));
    }
}

static err *own_people(struct ties *t, str provider, struct sets *s)
{
    struct db_rows rows;
    bool more;
    ADD(t, s->ours, GRAPH_PROVIDER, provider);
    TRY(db_query(t->a->db, t->a->arena, "SELECT id FROM member WHERE provider = :provider AND state <> 'retired' ORDER BY id",
                 DB_ARGS(DB_T("provider", provider)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        ADD(t, s->ours, GRAPH_MEMBER, db_str(&rows, 0));
    }
}

/* A competitor, a debt, a quarrel do not make two firms one; owners, people, addresses, telephones, instruments do. */
static bool speaks_of_one(struct ties *t, const struct graph_path *p, unsigned *weak)
{
    if (p->n > 2 || p->hub)
        return false;
    for (int i = 0; i < p->n; i++) {
        enum graph_type type = graph_tie(t->g, p->step[i].tie).type;
        if (type == GRAPH_COMPETITOR || type == GRAPH_DEBT || type == GRAPH_LITIGATION || type == GRAPH_SERVICE)
            return false;
        if (graph_types[type].weak)
            *weak |= 1u << type;
    }
    return true;
}

err *ties_of_return(struct act *a, str provider)
{
    struct ties t;
    struct sets s = {0};
    struct graph_paths paths;
    unsigned weak = 0;
    TRY(ties_open(a, &t));
    t.when.posts = true;
    TRY(own_people(&t, provider, &s));
    TRY(removed_providers(&t, provider, &s));
    graph_screen(t.g, t.s, &t.when, s.ours.p, s.ours.n, s.subjects.p, s.subjects.n, &paths);
    for (size_t i = 0; i < paths.n; i++) {
        struct path_view v;
        str text;
        if (paths.path[i].level < GRAPH_REVIEW || !speaks_of_one(&t, &paths.path[i], &weak))
            continue;
        bool strong = paths.path[i].level >= GRAPH_HOLDS;
        if (a->facts.provider_returns + a->facts.provider_returns_hint == 0) {
            TRY(path_text(&t, &paths.path[i], &text));
            TRY(relation_path_read(a->db, a->arena, text, &v));
            act_say(a, "returned", v.party[v.n - 1].name);
            act_say(a, "returned_why", v.brief);
        }
        a->facts.provider_returns += strong;
        a->facts.provider_returns_hint += !strong;
    }
    if ((weak & (weak - 1)) != 0) /* the same address and the same telephone: no accident */
        a->facts.provider_returns++;
    return NULL;
}

/* ---- for draws, and for namesakes ---- */

static graph_party crew_member(const struct ties *t, bool officer, str id)
{
    if (officer)
        return graph_find(t->g, GRAPH_USER, id);
    graph_party member = graph_find(t->g, GRAPH_MEMBER, id);
    return member != GRAPH_NOBODY ? member : graph_find(t->g, GRAPH_PROVIDER, id);
}

/* The pool may hold a hundred thousand objects: each person's neighbourhood is walked instead, and what lies in it looked up. */
err *ties_of_crew(struct act *a, bool officers, const str *who, size_t who_n,
                  bool (*asked)(void *context, size_t person, str subject), void *context, int64_t *ret_n, str *ret_path)
{
    struct ties t;
    *ret_n = 0;
    *ret_path = STR_NONE;
    TRY(ties_open(a, &t));
    for (size_t i = 0; i < who_n; i++) {
        AUTO_ARENA(own);
        graph_party person = crew_member(&t, officers, who[i]), *subjects;
        size_t n;
        bool more;
        if (person == GRAPH_NOBODY)
            continue;
        graph_touched_by_bond(t.g, t.s, &t.when, person, person, own, &subjects, &n, &more);
        for (size_t k = 0; k < n; k++) {
            struct graph_paths paths;
            if (!asked(context, i, graph_party_id(t.g, subjects[k])))
                continue;
            graph_screen(t.g, t.s, &t.when, &person, 1, &subjects[k], 1, &paths);
            if (paths.n == 0 || paths.path[0].level < GRAPH_HOLDS || (officers && paths.path[0].n > OFFICER_HOPS))
                continue;
            if ((*ret_n)++ == 0)
                TRY(path_text(&t, &paths.path[0], ret_path));
        }
    }
    return NULL;
}

err *ties_in_common(struct act *a, enum graph_kind a_kind, str a_id, enum graph_kind b_kind, str b_id, bool *ret)
{
    struct ties t;
    struct graph_paths paths;
    TRY(ties_open(a, &t));
    t.when.posts = true;
    graph_party from = graph_find(t.g, a_kind, a_id), to = graph_find(t.g, b_kind, b_id);
    graph_screen(t.g, t.s, &t.when, &from, 1, &to, 1, &paths);
    *ret = false;
    for (size_t i = 0; i < paths.n; i++)
        *ret = *ret || (paths.path[i].n <= 2 && !paths.path[i].hub);
    return NULL;
}

/* ---- applying ---- */

static err *tie_row(struct act *a, size_t i, str objection)
{
    const struct relation_found *f = &a->found.p[i];
    str subject = f->subject, kind;
    str_next(&subject, ':', &kind);
    return db_put(a->db,
                  "INSERT INTO tie (id, seq, entrustment, agency, party, subject, officer, level, score, hops, path, proposal,"
                  " objection) SELECT :tie, CAST(:seq AS BIGINT), e.id, e.agency, :party, :subject, CAST(:officer AS BIGINT),"
                  " CAST(:level AS BIGINT), CAST(:score AS BIGINT), CAST(:hops AS BIGINT), :path, :proposal, :objection"
                  " FROM entrustment e WHERE e.id = :e",
                  DB_ARGS(DB_T("tie", arena_printf(a->arena, "%lld-%zu", (long long)a->seq, i + 1)), DB_I("seq", a->seq),
                          DB_T("party", f->party), DB_T("subject", subject), DB_I("officer", f->officer), DB_I("level", f->level),
                          DB_I("score", f->score), DB_I("hops", f->hops), DB_T("path", f->path), DB_T("proposal", f->proposal),
                          DB_T("objection", objection), DB_T("e", f->thing)));
}

err *ties_note(struct act *a)
{
    for (size_t i = 0; i < a->found.n; i++)
        if (!a->found.p[i].pair)
            TRY(tie_row(a, i, STR_NONE));
    return NULL;
}

static err *open_todo(struct act *a, const char *kind, const char *role, str entrustment, const char *act, const char *due)
{
    struct db_value by;
    CHECK(act_lookup(a, str_of(due), &by));
    return db_put(a->db,
                  "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at) SELECT :todo,"
                  " CAST(:seq AS BIGINT), :kind, e.agency, :role, 'entrustment', e.id, :act, CAST(:due AS BIGINT)"
                  " FROM entrustment e WHERE e.id = :e",
                  DB_ARGS(DB_T("todo", arena_printf(a->arena, "%lld-%s-%.*s", (long long)a->seq, kind, STR_ARG(entrustment))),
                          DB_I("seq", a->seq), DB_T("kind", str_of(kind)), DB_T("role", str_of(role)),
                          DB_T("act", *act ? str_of(act) : STR_NONE), (struct db_arg){S("due"), by}, DB_T("e", entrustment)));
}

/* Art. 8: this entrustment only. The helpers pause by an objection nobody had to lodge; the head decides. */
static err *hold(struct act *a, const struct relation_found *f, str objection)
{
    str subject = f->subject, kind;
    struct db_value due;
    str_next(&subject, ':', &kind);
    CHECK(act_lookup(a, S("workday_objection_decide_workdays"), &due));
    TRY(db_put(a->db,
               "INSERT INTO objection (id, seq, entrustment, subject, ground, author, lodged_at, freezes, state) VALUES (:o,"
               " :seq, :e, :subject, 'interest', 'system', :at, 1, 'lodged') ON CONFLICT DO NOTHING",
               DB_ARGS(DB_T("o", objection), DB_I("seq", a->seq), DB_T("e", f->thing), DB_T("subject", subject), DB_I("at", a->at))));
    TRY(db_put(a->db, "UPDATE entrustment SET frozen = frozen + 1 WHERE id IN (SELECT o.entrustment FROM objection o"
                      " WHERE o.id = :o AND o.seq = :seq)", DB_ARGS(DB_T("o", objection), DB_I("seq", a->seq))));
    return db_put(a->db,
                  "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at) SELECT :todo, o.seq,"
                  " 'objection_decide', e.agency, 'head', 'objection', o.id, 'objection.decide', CAST(:due AS BIGINT)"
                  " FROM objection o JOIN entrustment e ON e.id = o.entrustment WHERE o.id = :o AND o.seq = :seq",
                  DB_ARGS(DB_T("todo", arena_printf(a->arena, "%lld-o-%.*s", (long long)a->seq, STR_ARG(objection))),
                          DB_I("seq", a->seq), (struct db_arg){S("due"), due}, DB_T("o", objection)));
}

/* The objection's id must be an id itself: the named form where it fits, else by entry and place. */
static str objection_id(struct act *a, str entrustment, size_t i)
{
    str own = a->id.p ? a->id : arena_printf(a->arena, "%lld", (long long)a->seq);
    str named = arena_printf(a->arena, "relation-%.*s-%.*s", STR_ARG(own), STR_ARG(entrustment));
    return named.n <= 64 ? named : arena_printf(a->arena, "relation-%lld-%zu", (long long)a->seq, i + 1);
}

static err *apply_to_one(struct act *a, size_t first, size_t end)
{
    int64_t level = -1;
    bool officer = false;
    str objection = STR_NONE, entrustment = a->found.p[first].thing;
    for (size_t i = first; i < end; i++) {
        const struct relation_found *f = &a->found.p[i];
        officer = officer || f->officer;
        if (f->officer || f->level <= level)
            continue;
        level = f->level;
        if (level >= GRAPH_HOLDS && !objection.p) {
            objection = objection_id(a, entrustment, first);
            TRY(hold(a, f, objection));
        }
    }
    for (size_t i = first; i < end; i++)
        TRY(tie_row(a, i, a->found.p[i].officer ? STR_NONE : objection));
    if (level == GRAPH_REVIEW)
        TRY(open_todo(a, "relation_review", "legal", entrustment, "", "workday_2"));
    return officer ? open_todo(a, "officer_recusal", "head", entrustment, "entrustment.amend", "workday_2") : NULL;
}

err *ties_apply(struct act *a)
{
    for (size_t i = 0, end; i < a->found.n; i = end) {
        for (end = i + 1; end < a->found.n && !a->found.p[end].pair && str_eq(a->found.p[end].thing, a->found.p[i].thing);)
            end++;
        if (!a->found.p[i].pair)
            TRY(apply_to_one(a, i, end));
    }
    return NULL;
}
