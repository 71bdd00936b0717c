/* Read by keyset pages, so that a nation's outlets pass the row limit of a query; the whole list is a few hundred kilobytes. */
#include "monitor/gateway/access.h"

#include <string.h>

enum { PAGE = 20000 };

struct row { struct listed listed; VEC(struct network) networks; };
struct access {
    struct arena *arena; /* holds this too */
    struct map *by_mn;
};

static err *has_table(struct db *d, struct arena *a, const char *name, bool *ret)
{
    str *names;
    size_t n;
    TRY(store_tables(d, a, &names, &n));
    *ret = false;
    for (size_t i = 0; i < n; i++)
        *ret |= str_eq(names[i], str_of(name));
    return NULL;
}

/* One logger may report for several outlets; one that may report from anywhere opens the MN. */
static err *outlets(struct db *d, struct access *l)
{
    str after = S("");
    for (bool more = true; more;) {
        AUTO_ARENA(passing);
        struct db_rows rows;
        size_t n = 0;
        TRY(db_query(d, passing,
                     "SELECT o.mn, MIN(CASE WHEN EXISTS (SELECT 1 FROM outlet_network w WHERE w.outlet = o.id) THEN 1 ELSE 0 END)"
                     " FROM outlet o WHERE o.closed_at IS NULL AND o.mn > :after GROUP BY o.mn ORDER BY o.mn LIMIT :page",
                     DB_ARGS(DB_T("after", after), DB_I("page", PAGE)), &rows));
        for (;; n++) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            struct row *r = NEW(l->arena, struct row);
            r->listed.mn = after = arena_str(l->arena, db_str(&rows, 0));
            r->listed.restricted = db_int(&rows, 1) != 0;
            map_put(l->by_mn, r->listed.mn, r);
        }
        more = n == PAGE;
    }
    return NULL;
}

/* A network that cannot be read is left out and said; it does not open the door to everybody. */
static void network_add(struct access *l, str mn, str text)
{
    struct row *r = map_get(l->by_mn, mn);
    struct network n;
    if (!r)
        return;
    if (network_parse(text, &n))
        vec_push(l->arena, &r->networks, n);
    else
        log_event(LOG_WARN, "gateway-network-unreadable", "mn", arena_cstr(l->arena, mn), "network", arena_cstr(l->arena, text), NULL);
    r->listed.networks = r->networks.p;
    r->listed.networks_n = r->networks.n;
}

static err *networks(struct db *d, struct access *l)
{
    str after_mn = S(""), after = S("");
    for (bool more = true; more;) {
        AUTO_ARENA(passing);
        struct db_rows rows;
        size_t n = 0;
        TRY(db_query(d, passing,
                     "SELECT o.mn, w.network FROM outlet_network w JOIN outlet o ON o.id = w.outlet"
                     " WHERE o.closed_at IS NULL AND (o.mn > :mn OR (o.mn = :mn AND w.network > :network))"
                     " ORDER BY o.mn, w.network LIMIT :page",
                     DB_ARGS(DB_T("mn", after_mn), DB_T("network", after), DB_I("page", PAGE)), &rows));
        for (;; n++) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            after_mn = arena_str(l->arena, db_str(&rows, 0));
            after = arena_str(l->arena, db_str(&rows, 1));
            network_add(l, after_mn, after);
        }
        more = n == PAGE;
    }
    return NULL;
}

static err *fill(struct store *s, struct access *l)
{
    AUTO_DB struct db *d = NULL;
    AUTO_ARENA(a);
    bool there;
    TRY(db_open(s, false, &d));
    TRY(has_table(d, a, "outlet", &there));
    if (!there)
        return NULL;
    TRY(outlets(d, l));
    return networks(d, l);
}

err *access_list_read(struct store *s, struct access **ret)
{
    struct arena *a = arena_new();
    struct access *l = NEW(a, struct access);
    *l = (struct access){a, map_new(a)};
    err *e = fill(s, l);
    if (e) {
        arena_free(a);
        return err_seen_(e, HERE);
    }
    *ret = l;
    return NULL;
}

void access_list_free(struct access *l)
{
    if (l)
        arena_free(l->arena);
}

const struct listed *access_list_find(const struct access *l, str mn)
{
    return l ? map_get(l->by_mn, mn) : NULL; /* the row begins with what is listed */
}

bool listed_from(const struct listed *o, const struct address *a)
{
    for (size_t i = 0; i < o->networks_n; i++)
        if (network_has(&o->networks[i], a))
            return true;
    return !o->restricted;
}
