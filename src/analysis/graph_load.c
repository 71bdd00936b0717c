/*
 * The graph out of its tables. All of it by primary key, which is how the rows lie; later by the entry they came with, in
 * pages. The first load is two halves of about equal cost, the store's rows and the graph's memory: each has a thread.
 * A relation's name and digest of an identity number belong to its `person`, to `a` where both are.
 */
#include "analysis/graph_private.h"

#include <pthread.h>

enum { PAGE_ROWS = 1000 }; /* a page stays in the cache */
#define PAGE_LIMIT " LIMIT 1000"

#define RELATION_COLUMNS                                                                                     \
    "a_kind, a_id, b_kind, b_id, type, percent, from_date, to_date, ended_on, ended_seq, seq, id_digest, id"
#define MEMBER_COLUMNS "id, provider, user_id, seq, retired_at, retired_seq"
#define IDENTITY_COLUMNS "a_kind, a_id, b_kind, b_id, same_seq, ended_seq"

static day day_or(const struct db_rows *rows, int column, day missing)
{
    struct db_value v = db_column(rows, column);
    return v.kind == DB_INT ? (day)v.i : missing;
}

static err *party_at(struct graph *g, const struct db_rows *rows, int column, graph_party *ret)
{
    enum graph_kind kind;
    str name = db_str(rows, column);
    if (!graph_kind_of(name, &kind))
        return err_got(err_new(ERR_DAMAGED, "关系表中有不认识的当事方类别"), name, S("provider member subject user person"), STR_NONE);
    return graph_intern(g, kind, db_str(rows, column + 1), ret);
}

static err *name_at(const struct db_rows *rows, int column, struct name *ret)
{
    str name = db_str(rows, column);
    if (!graph_kind_of(name, &ret->kind))
        return err_got(err_new(ERR_DAMAGED, "关系表中有不认识的当事方类别"), name, S("provider member subject user person"), STR_NONE);
    ret->id = db_str(rows, column + 1);
    return NULL;
}

/* A row without its parties, which come as names[0] and names[1]. */
static err *read_row(const struct db_rows *rows, int64_t until, struct graph_tie *t, struct name *names)
{
    *t = (struct graph_tie){.from = day_or(rows, 6, GRAPH_OPEN_START), .to = day_or(rows, 7, GRAPH_OPEN_END),
                            .ended = day_or(rows, 8, GRAPH_OPEN_END), .ended_known = db_int(rows, 9), .known = db_int(rows, 10),
                            .percent = day_or(rows, 5, GRAPH_PERCENT_UNKNOWN)};
    if (t->ended_known > until) { /* its end comes later */
        t->ended = GRAPH_OPEN_END;
        t->ended_known = 0;
    }
    if (!graph_type_of(db_str(rows, 4), &t->type))
        return err_got(err_new(ERR_DAMAGED, "关系表中有不认识的关系类型"), db_str(rows, 4), S("relation.record所列类型"), STR_NONE);
    TRY(name_at(rows, 0, &names[0]));
    return name_at(rows, 2, &names[1]);
}

struct page { struct graph_tie tie[PAGE_ROWS]; struct name name[2 * PAGE_ROWS]; uint32_t hash[2 * PAGE_ROWS];
              graph_party party[2 * PAGE_ROWS]; str digest[PAGE_ROWS]; size_t n; };

static err *take_page(struct graph *g, struct page *page)
{
    TRY(graph_intern_many(g, page->name, 2 * page->n, page->hash, page->party));
    for (size_t i = 0; i < page->n; i++) {
        struct graph_tie *t = &page->tie[i];
        uint32_t tie;
        t->a = page->party[2 * i];
        t->b = page->party[2 * i + 1];
        TRY(graph_add(g, t, &tie));
        bool a = page->name[2 * i].kind == GRAPH_PERSON, b = page->name[2 * i + 1].kind == GRAPH_PERSON;
        if (page->digest[i].p && (a || b))
            TRY(graph_digest(g, a ? t->a : t->b, page->digest[i], t->known));
    }
    page->n = 0;
    return NULL;
}

/* Rows of a query in the order of RELATION_COLUMNS, as a page: the last one's id and entry are told. */
static err *read_page(struct db_rows *rows, int64_t until, struct page *page, str *ret_id, int64_t *ret_seq)
{
    bool more;
    for (page->n = 0;;) {
        TRY(db_next(rows, &more));
        if (!more)
            return NULL;
        CHECK(page->n < PAGE_ROWS);
        TRY(read_row(rows, until, &page->tie[page->n], &page->name[2 * page->n]));
        page->digest[page->n++] = db_str(rows, 11);
        *ret_id = db_str(rows, 12);
        *ret_seq = db_int(rows, 10);
    }
}

/* ---- the first load: one thread reads pages, another builds of them ---- */

/* Pages go round: the reader fills one while the builder takes another. The connection stays with the reader, the graph with the
 * builder until it has ended. */
enum { RING = 4 };
struct building {
    struct graph *g;
    struct page *page[RING];
    struct arena *arena[RING]; /* what the page's names are in */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    size_t filled, taken;      /* pages, ever */
    bool end, stuck;           /* no page comes any more; the page `taken` could not be taken */
    bool threaded;
    pthread_t thread;
};

static void *build(void *context)
{
    struct building *b = context;
    pthread_mutex_lock(&b->lock);
    for (;;) {
        while (b->taken == b->filled && !b->end)
            pthread_cond_wait(&b->wake, &b->lock);
        if (b->taken == b->filled)
            break;
        struct page *page = b->page[b->taken % RING];
        size_t n = page->n;
        pthread_mutex_unlock(&b->lock);
        err *bad = take_page(b->g, page);
        pthread_mutex_lock(&b->lock);
        if (bad) { /* an error belongs to its thread: the reader takes the page again and has it */
            page->n = n;
            b->stuck = true;
            break;
        }
        b->taken++;
        pthread_cond_signal(&b->wake);
    }
    pthread_cond_signal(&b->wake);
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

/* The next page to fill, NULL when the builder is stuck. */
static struct page *free_page(struct building *b, struct arena **ret)
{
    pthread_mutex_lock(&b->lock);
    while (b->filled - b->taken == RING && !b->stuck)
        pthread_cond_wait(&b->wake, &b->lock);
    struct page *page = b->stuck ? NULL : b->page[b->filled % RING];
    *ret = b->arena[b->filled % RING];
    pthread_mutex_unlock(&b->lock);
    return page;
}

static err *hand_over(struct building *b)
{
    if (!b->threaded) {
        TRY(take_page(b->g, b->page[b->filled % RING]));
        b->filled++;
        b->taken++;
        return NULL;
    }
    pthread_mutex_lock(&b->lock);
    b->filled++;
    pthread_cond_signal(&b->wake);
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

static err *read_pages(struct building *b, struct db *d, int64_t until)
{
    AUTO_ARENA(keys);
    str after = S("");
    for (size_t n = PAGE_ROWS; n == PAGE_ROWS;) {
        struct arena *a;
        struct page *page = free_page(b, &a);
        struct db_rows rows;
        str last = after;
        int64_t seq;
        if (!page)
            return NULL;
        arena_reset(a);
        TRY(db_query(d, a, "SELECT " RELATION_COLUMNS " FROM relation WHERE id > :after AND seq <= :until ORDER BY id" PAGE_LIMIT,
                     DB_ARGS(DB_T("after", after), DB_I("until", until)), &rows));
        TRY(read_page(&rows, until, page, &last, &seq));
        n = page->n;
        if (n == PAGE_ROWS) {
            str copy = arena_str(a, last); /* `after` may be what keys holds */
            arena_reset(keys);
            after = arena_str(keys, copy);
        }
        TRY(hand_over(b));
    }
    return NULL;
}

static err *all_relations(struct graph *g, struct db *d, int64_t until)
{
    AUTO_ARENA(pages);
    struct building b = {.g = g, .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};
    for (int i = 0; i < RING; i++) {
        b.page[i] = NEW(pages, struct page);
        b.arena[i] = arena_new();
    }
    b.threaded = pthread_create(&b.thread, NULL, build, &b) == 0; /* else one thread does both */
    err *bad = read_pages(&b, d, until);
    if (b.threaded) {
        pthread_mutex_lock(&b.lock);
        b.end = true;
        pthread_cond_signal(&b.wake);
        pthread_mutex_unlock(&b.lock);
        pthread_join(b.thread, NULL);
    }
    if (!bad && b.stuck)
        bad = take_page(g, b.page[b.taken % RING]);
    for (int i = 0; i < RING; i++)
        arena_free(b.arena[i]);
    pthread_cond_destroy(&b.wake);
    pthread_mutex_destroy(&b.lock);
    return bad;
}

/* An entry makes one row, so a page may end anywhere: the next begins behind its last entry. */
static err *later_relations(struct graph *g, struct db *d, int64_t since, int64_t until)
{
    for (size_t n = PAGE_ROWS; n == PAGE_ROWS;) {
        AUTO_ARENA(a);
        struct page *page = NEW(a, struct page);
        struct db_rows rows;
        str id = STR_NONE;
        TRY(db_query(d, a, "SELECT " RELATION_COLUMNS " FROM relation WHERE seq > :since AND seq <= :until ORDER BY seq" PAGE_LIMIT,
                     DB_ARGS(DB_I("since", since), DB_I("until", until)), &rows));
        TRY(read_page(&rows, until, page, &id, &since));
        n = page->n;
        TRY(take_page(g, page));
    }
    return NULL;
}

static uint32_t tie_known_by(const struct graph *g, graph_party a, graph_party b, int64_t known, enum graph_type type)
{
    struct arc arc;
    for (struct arcs i = arcs_of(g, a); arcs_next(&i, &arc);)
        if (arc.other == b && g->tie.p[arc.tie].known == known && g->tie.p[arc.tie].type == type)
            return arc.tie;
    return NO_TIE;
}

static err *end_row(struct graph *g, const struct db_rows *rows)
{
    graph_party x, y;
    enum graph_type type;
    TRY(party_at(g, rows, 0, &x));
    TRY(party_at(g, rows, 2, &y));
    uint32_t tie = graph_type_of(db_str(rows, 4), &type) ? tie_known_by(g, x, y, db_int(rows, 10), type) : NO_TIE;
    if (tie != NO_TIE)
        graph_end(g, tie, day_or(rows, 8, GRAPH_OPEN_END), db_int(rows, 9));
    return NULL;
}

static err *later_ends(struct graph *g, struct db *d, int64_t since, int64_t until)
{
    for (size_t n = PAGE_ROWS; n == PAGE_ROWS;) {
        AUTO_ARENA(a);
        struct db_rows rows;
        bool more;
        TRY(db_query(d, a, "SELECT " RELATION_COLUMNS " FROM relation WHERE ended_seq > :since AND ended_seq <= :until"
                     " ORDER BY ended_seq" PAGE_LIMIT, DB_ARGS(DB_I("since", since), DB_I("until", until)), &rows));
        for (n = 0;; n++) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            since = db_int(&rows, 9);
            TRY(end_row(g, &rows));
        }
    }
    return NULL;
}

/* A member works for his provider; his account is he. */
static err *member_row(struct graph *g, const struct db_rows *rows, int64_t since, int64_t until)
{
    graph_party member, provider, user;
    uint32_t tie;
    struct db_value retired = db_column(rows, 4);
    int64_t known = db_int(rows, 3), retired_known = db_int(rows, 5);
    day gone = retired.kind == DB_INT ? day_of(retired.i) : GRAPH_OPEN_END;
    TRY(graph_intern(g, GRAPH_MEMBER, db_str(rows, 0), &member));
    TRY(graph_intern(g, GRAPH_PROVIDER, db_str(rows, 1), &provider));
    if (known > since && known <= until) {
        TRY(graph_add(g, &(struct graph_tie){.a = member, .b = provider, .type = GRAPH_EMPLOYMENT, .origin = GRAPH_OF_MEMBER,
                                             .percent = GRAPH_PERCENT_UNKNOWN, .from = GRAPH_OPEN_START, .to = GRAPH_OPEN_END,
                                             .ended = GRAPH_OPEN_END, .known = known}, &tie));
        if (db_str(rows, 2).p) {
            TRY(graph_intern(g, GRAPH_USER, db_str(rows, 2), &user));
            TRY(graph_bond(g, member, user, known));
        }
    } else
        tie = known > until ? NO_TIE : tie_known_by(g, member, provider, known, GRAPH_EMPLOYMENT);
    if (gone != GRAPH_OPEN_END && retired_known > since && retired_known <= until && tie != NO_TIE)
        graph_end(g, tie, gone, retired_known);
    return NULL;
}

static err *identity_row(struct graph *g, const struct db_rows *rows, int64_t since, int64_t until)
{
    graph_party a, b;
    int64_t same = db_int(rows, 4), ended = db_int(rows, 5);
    TRY(party_at(g, rows, 0, &a));
    TRY(party_at(g, rows, 2, &b));
    if (same > since && same <= until)
        TRY(graph_bond(g, a, b, same));
    if (ended > since && ended > same && ended <= until)
        graph_part(g, a, b, ended);
    return NULL;
}

static err *each_row(struct graph *g, struct db *d, const char *sql, int64_t since, int64_t until,
                     err *(*take)(struct graph *, const struct db_rows *, int64_t, int64_t))
{
    AUTO_ARENA(a);
    struct db_rows rows;
    bool more;
    TRY(db_query(d, a, sql, DB_ARGS(DB_I("since", since)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        TRY(take(g, &rows, since, until));
    }
}

err *graph_load(struct graph *g, struct db *d, int64_t until)
{
    int64_t since = g->since;
    bool first = !g->loaded;
    if (first) {
        g->bulk = true;
        err *bad = all_relations(g, d, until);
        graph_compact(g);
        TRY(bad);
    } else {
        TRY(later_relations(g, d, since, until));
        TRY(later_ends(g, d, since, until));
    }
    TRY(each_row(g, d, "SELECT " MEMBER_COLUMNS " FROM member WHERE seq > :since OR retired_seq > :since ORDER BY seq, id", since, until,
                 member_row));
    TRY(each_row(g, d, "SELECT " IDENTITY_COLUMNS " FROM identity WHERE same_seq > :since OR ended_seq > :since"
                       " ORDER BY same_seq, id", since, until, identity_row));
    g->loaded = true;
    return NULL;
}
