/*
 * The log of looking. It is keyed by the minute, as the faint code over the pages is: whoever brings a photo of a page to discipline brings
 * reader and minute, and this says which pages those were.
 */
#include "web/looks.h"

#include <string.h>

enum { USER_BYTES = 72, KIND_BYTES = 40, THING_BYTES = 72 };
struct held { int64_t minute; char user[USER_BYTES], kind[KIND_BYTES], thing[THING_BYTES]; };
struct looks {
    pthread_mutex_t lock;
    struct held row[LOOKS_HELD];
    size_t n;
    usec oldest;   /* when the first of them came */
    day pruned;    /* the day old rows were last dropped */
};

struct looks *looks_new(struct arena *a)
{
    struct looks *l = NEW(a, struct looks);
    *l = (struct looks){0};
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

static bool fits(char *to, size_t size, str s)
{
    if (s.n >= size)
        return false;
    if (s.n)
        memcpy(to, s.p, s.n);
    to[s.n] = '\0';
    return true;
}

/* "/things/users/x" is users x; "/cases/x" and what lies below it is cases x. */
static void thing_of_route(const struct request *q, str *ret_kind, str *ret_thing)
{
    str rest = str_sub(q->path, 1, q->path.n), first;
    bool things = str_starts(q->path, S("/things/"));
    str_next(&rest, '/', &first);
    *ret_kind = things ? q->part[0] : first;
    *ret_thing = things ? q->part[1] : q->part[0];
    if (!ret_thing->p)
        *ret_thing = S("");
}

void looks_add(struct request *q)
{
    struct looks *l = q->web->looks;
    struct held h = {.minute = q->now / USEC_MINUTE};
    str kind, thing;
    thing_of_route(q, &kind, &thing);
    if (!q->session.open || !fits(h.user, USER_BYTES, q->session.user) || !fits(h.kind, KIND_BYTES, kind) || !fits(h.thing, THING_BYTES, thing))
        return;
    pthread_mutex_lock(&l->lock);
    bool known = false;
    for (size_t i = l->n; i > 0 && !known; i--)
        known = !memcmp(&l->row[i - 1], &h, sizeof h);
    if (!l->n)
        l->oldest = q->now;
    if (!known && l->n < LOOKS_HELD)
        l->row[l->n++] = h;
    bool due = l->n >= LOOKS_HELD / 2 || l->oldest + LOOKS_SECONDS * USEC_SECOND < q->now;
    pthread_mutex_unlock(&l->lock);
    if (!due)
        return;
    err *e = request_may_wait(q);
    if (!e && (e = looks_flush(q->web))) /* the page is shown all the same: the rows stay and are tried again */
        log_err("looks", e);
    if (e)
        err_clear();
}

/* ---- writing ---- */
struct batch { struct held *row; size_t n; int64_t before; };

static err *write_step(struct db *d, void *context)
{
    const struct batch *b = context;
    for (size_t i = 0; i < b->n; i++)
        TRY(db_exec(d, "INSERT INTO access_look (minute, user_id, kind, thing) VALUES (:minute, :user, :kind, :thing) ON CONFLICT DO NOTHING",
                    DB_ARGS(DB_I("minute", b->row[i].minute), DB_T("user", str_of(b->row[i].user)), DB_T("kind", str_of(b->row[i].kind)),
                            DB_T("thing", str_of(b->row[i].thing))), NULL));
    return b->before ? db_exec(d, "DELETE FROM access_look WHERE minute < :before", DB_ARGS(DB_I("before", b->before)), NULL) : NULL;
}

static err *kept_since(struct web *web, usec now, int64_t *ret)
{
    int64_t months;
    pthread_mutex_lock(&web->access_lock);
    err *e = setting_now(web->access_db, S("audit_log_retention_months"), &months);
    pthread_mutex_unlock(&web->access_lock);
    TRY(e);
    *ret = (now - months * 31 * USEC_DAY) / USEC_MINUTE;
    return NULL;
}

err *looks_flush(struct web *web)
{
    struct looks *l = web->looks;
    AUTO_ARENA(a);
    struct batch b = {.row = NEW_ARRAY(a, LOOKS_HELD, struct held)};
    usec now = time_now();
    pthread_mutex_lock(&l->lock);
    b.n = l->n;
    memcpy(b.row, l->row, b.n * sizeof *b.row);
    l->n = 0;
    bool prune = l->pruned != day_of(now);
    pthread_mutex_unlock(&l->lock);
    err *e = prune ? kept_since(web, now, &b.before) : NULL;
    if (!e && (b.n || b.before))
        e = access_write(web, write_step, &b);
    pthread_mutex_lock(&l->lock);
    if (!e)
        l->pruned = day_of(now);
    for (size_t i = 0; e && i < b.n && l->n < LOOKS_HELD; i++)
        l->row[l->n++] = b.row[i];
    l->oldest = now;
    pthread_mutex_unlock(&l->lock);
    return e;
}

void looks_end(struct web *web)
{
    err *e = web->access_db ? looks_flush(web) : NULL; /* a server that did not start has no connection */
    if (e)
        log_err("looks", e);
    err_clear();
    pthread_mutex_destroy(&web->looks->lock);
}

/* ---- reading ---- */
/* Readers of the own agencies, and of third parties that have an agreement with one of them. */
#define KNOWN_READER                                                                                \
    "(u.agency = :agency OR u.agency IN (SELECT g.id FROM agency g WHERE g.region BETWEEN :low AND :high) OR (u.provider IS NOT NULL AND EXISTS" \
    " (SELECT 1 FROM agreement x JOIN agency g ON g.id = x.agency WHERE x.provider = u.provider AND (g.id = :agency OR g.region BETWEEN :low AND :high))))"

err *looks_find(struct request *q, const struct look_query *query, struct look **ret, size_t *ret_n)
{
    struct db *d;
    struct db_rows r;
    VEC(struct look) v = {0};
    TRY(looks_flush(q->web));
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a,
                 "SELECT l.minute, l.user_id, u.name, l.kind, l.thing FROM access_look l JOIN users u ON u.id = l.user_id WHERE " KNOWN_READER
                 " AND (CAST(:user AS TEXT) = '' OR l.user_id = CAST(:user AS TEXT)) AND (CAST(:kind AS TEXT) = '' OR l.kind = CAST(:kind AS TEXT))"
                 " AND (CAST(:thing AS TEXT) = '' OR l.thing = CAST(:thing AS TEXT)) AND (CAST(:minute AS BIGINT) = 0 OR l.minute ="
                 " CAST(:minute AS BIGINT)) ORDER BY l.minute DESC, l.user_id, l.kind, l.thing LIMIT :limit",
                 DB_ARGS(DB_T("agency", q->reader.agency), DB_I("low", q->reader.region), DB_I("high", region_last(q->reader.region)),
                         DB_T("user", query->user), DB_T("kind", query->kind), DB_T("thing", query->thing), DB_I("minute", query->minute),
                         DB_I("limit", query->limit)), &r));
    for (;;) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        vec_push(q->a, &v, ((struct look){db_int(&r, 0), db_str(&r, 1), db_str(&r, 2), db_str(&r, 3), db_str(&r, 4)}));
    }
    *ret = v.p;
    *ret_n = v.n;
    return NULL;
}
