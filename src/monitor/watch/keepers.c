/*
 * Who keeps an outlet, and how often clues came of what he keeps, against all others. Counted once, when a run begins, and kept with it: findings
 * are added while it goes on, and what one worker finds first must not decide what another says; nor may a replay see clues of later days.
 */
#include "monitor/watch/watch_private.h"

#include <string.h>

struct keepers { struct map *of_subject; /* struct table_keeper of who keeps it; none where nobody is on record */ };

const struct table_keeper *keeper_of(const struct keepers *k, str subject)
{
    return map_get(k->of_subject, subject);
}

/* ---- counting ---- */

static err *services(struct db *house, struct arena *a, day last, struct map *ret)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(house, a,
                 "SELECT CASE WHEN r.b_kind = 'subject' THEN r.b_id ELSE r.a_id END, CASE WHEN r.b_kind = 'subject' THEN r.a_kind || ':' || r.a_id"
                 " ELSE r.b_kind || ':' || r.b_id END FROM relation r WHERE r.type = 'service' AND (r.b_kind = 'subject' OR r.a_kind = 'subject')"
                 " AND (r.from_date IS NULL OR r.from_date <= :last) AND (r.to_date IS NULL OR r.to_date >= :last)"
                 " AND (r.ended_on IS NULL OR r.ended_on >= :last) ORDER BY r.id LIMIT 90000", DB_ARGS(DB_I("last", last)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        if (map_get(ret, db_str(&rows, 0)))
            continue; /* the first on record */
        str *keeper = NEW(a, str);
        *keeper = db_str(&rows, 1);
        map_put(ret, db_str(&rows, 0), keeper);
    }
}

static err *suspects(struct watch *w, struct arena *a, usec as_of, struct map *ret)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(w->db, a, "SELECT DISTINCT outlet FROM reading_watch_finding WHERE level = 1 AND state = 1 AND found < :as_of LIMIT 90000",
                 DB_ARGS(DB_I("as_of", as_of)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        map_put(ret, db_str(&rows, 0), ret);
    }
}

/* Counts by who keeps what, put under each subject that is kept. */
static err *count_now(struct watch *w, struct arena *a, const struct watch_outlet *outlets, size_t n, day last, usec as_of, struct keepers *k)
{
    struct map *suspect = map_new(a), *keeper_of_subject = map_new(a), *count = map_new(a);
    struct db *house;
    int64_t all_suspect = 0;
    TRY(db_open(w->house, false, &house));
    err *e = services(house, a, last, keeper_of_subject);
    db_close(house);
    TRY(e);
    pthread_mutex_lock(&w->lock);
    e = suspects(w, a, as_of, suspect);
    pthread_mutex_unlock(&w->lock);
    TRY(e);
    for (size_t i = 0; i < n; i++) {
        const str *keeper = map_get(keeper_of_subject, outlets[i].subject);
        bool is = map_get(suspect, outlets[i].id) != NULL;
        all_suspect += is;
        if (!keeper)
            continue;
        struct table_keeper *c = map_get(count, *keeper);
        if (!c) {
            c = NEW(a, struct table_keeper);
            map_put(count, *keeper, c);
        }
        c->outlets++;
        c->suspect += is;
        if (!map_get(k->of_subject, outlets[i].subject))
            map_put(k->of_subject, outlets[i].subject, c);
    }
    for (size_t i = 0; i < map_count(count); i++) {
        str name;
        void *value;
        map_at(count, i, &name, &value);
        struct table_keeper *c = value;
        c->others = (int64_t)n - c->outlets;
        c->others_suspect = all_suspect - c->suspect;
    }
    return NULL;
}

/* ---- kept with the run ---- */
static err *put(struct watch *w, str run, str subject, const struct table_keeper *c)
{
    return db_exec(w->db, "INSERT INTO reading_watch_keeper (run, subject, outlets, suspect, others, others_suspect) VALUES (:run, :subject, :outlets, :suspect,"
                          " :others, :others_suspect) ON CONFLICT (run, subject) DO NOTHING",
                   DB_ARGS(DB_T("run", run), DB_T("subject", subject), DB_I("outlets", c->outlets), DB_I("suspect", c->suspect), DB_I("others", c->others),
                           DB_I("others_suspect", c->others_suspect)), NULL);
}

static err *keep(struct watch *w, str run, const struct keepers *k)
{
    static const struct table_keeper none;
    for (size_t i = 0; i < map_count(k->of_subject); i++) {
        str subject;
        void *value;
        map_at(k->of_subject, i, &subject, &value);
        TRY(put(w, run, subject, value));
    }
    return put(w, run, S(""), &none); /* last: a run cut off before it counts again */
}

static err *kept(struct watch *w, struct arena *a, str run, struct keepers *k, bool *ret_made)
{
    struct db_rows rows;
    bool more;
    *ret_made = false;
    TRY(db_query(w->db, a, "SELECT subject, outlets, suspect, others, others_suspect FROM reading_watch_keeper WHERE run = :run ORDER BY subject LIMIT 100000",
                 DB_ARGS(DB_T("run", run)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        str subject = db_str(&rows, 0);
        *ret_made |= subject.n == 0;
        if (!subject.n)
            continue;
        struct table_keeper *c = NEW(a, struct table_keeper);
        *c = (struct table_keeper){db_int(&rows, 1), db_int(&rows, 2), db_int(&rows, 3), db_int(&rows, 4)};
        map_put(k->of_subject, subject, c);
    }
}

err *keepers_load(struct watch *w, struct arena *a, str run, struct keepers **ret, bool *ret_made)
{
    struct keepers *k = NEW(a, struct keepers);
    k->of_subject = map_new(a);
    pthread_mutex_lock(&w->lock);
    err *e = kept(w, a, run, k, ret_made);
    pthread_mutex_unlock(&w->lock);
    TRY(e);
    *ret = k;
    return NULL;
}

err *keepers_make(struct watch *w, struct arena *a, const struct watch_outlet *outlets, size_t n, str run, day last, usec as_of, struct keepers **ret)
{
    bool made;
    TRY(keepers_load(w, a, run, ret, &made));
    if (made)
        return NULL;
    struct keepers *k = NEW(a, struct keepers);
    k->of_subject = map_new(a);
    TRY(count_now(w, a, outlets, n, last, as_of, k));
    pthread_mutex_lock(&w->lock);
    err *e = keep(w, run, k);
    pthread_mutex_unlock(&w->lock);
    *ret = k;
    return e;
}
