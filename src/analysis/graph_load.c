/*
 * The graph out of its tables. All of it by primary key, which is how the rows lie; later by the entry they came with, in
 * pages. A relation's name and digest of an identity number belong to its `person`, to `a` where both are.
 */
#include "analysis/graph_private.h"

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

/* Rows of a query in the order of RELATION_COLUMNS. */
static err *take_rows(struct graph *g, struct arena *a, struct db_rows *rows, int64_t until, size_t *ret_n, str *ret_id, int64_t *ret_seq)
{
    struct page *page = NEW(a, struct page);
    bool more;
    for (;;) {
        TRY(db_next(rows, &more));
        if (!more)
            break;
        CHECK(page->n < PAGE_ROWS);
        TRY(read_row(rows, until, &page->tie[page->n], &page->name[2 * page->n]));
        page->digest[page->n++] = db_str(rows, 11);
        *ret_id = db_str(rows, 12);
        *ret_seq = db_int(rows, 10);
    }
    *ret_n = page->n;
    return take_page(g, page);
}

static err *all_relations(struct graph *g, struct db *d, int64_t until)
{
    AUTO_ARENA(keys);
    AUTO_ARENA(a);
    str after = S("");
    for (size_t n = PAGE_ROWS; n == PAGE_ROWS;) {
        struct db_rows rows;
        int64_t seq;
        arena_reset(a);
        TRY(db_query(d, a, "SELECT " RELATION_COLUMNS " FROM relation WHERE id > :after AND seq <= :until ORDER BY id" PAGE_LIMIT,
                     DB_ARGS(DB_T("after", after), DB_I("until", until)), &rows));
        str last = after;
        TRY(take_rows(g, a, &rows, until, &n, &last, &seq));
        if (n == PAGE_ROWS) {
            str copy = arena_str(a, last); /* `after` may be what keys holds */
            arena_reset(keys);
            after = arena_str(keys, copy);
        }
    }
    return NULL;
}

/* An entry makes one row, so a page may end anywhere: the next begins behind its last entry. */
static err *later_relations(struct graph *g, struct db *d, int64_t since, int64_t until)
{
    for (size_t n = PAGE_ROWS; n == PAGE_ROWS;) {
        AUTO_ARENA(a);
        struct db_rows rows;
        str id = STR_NONE;
        TRY(db_query(d, a, "SELECT " RELATION_COLUMNS " FROM relation WHERE seq > :since AND seq <= :until ORDER BY seq" PAGE_LIMIT,
                     DB_ARGS(DB_I("since", since), DB_I("until", until)), &rows));
        TRY(take_rows(g, a, &rows, until, &n, &id, &since));
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
