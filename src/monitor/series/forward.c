/*
 * The spool read by place, for those who pass frames on. Batches of a day are numbered as they were committed, days follow each other;
 * a clock set back puts newer batches into an earlier day, which the reader of the spool has to notice (gateway/forward.c).
 */
#include "monitor/series/readings_private.h"

struct walk {
    struct spool_place after;
    size_t left;
    err *(*each)(void *context, const struct spool_frame *f, struct spool_place place);
    void *context;
};

static err *walk_batch(struct walk *w, str data, int64_t batch)
{
    AUTO_ARENA(a);
    struct spool_batch b;
    TRY(batch_decode(a, data, &b));
    size_t first = batch == w->after.batch ? (size_t)(w->after.at + 1) : 0;
    for (size_t i = first; i < b.n && w->left; i++, w->left--)
        TRY(w->each(w->context, &b.frames[i], (struct spool_place){batch, (int32_t)i}));
    return NULL;
}

static err *walk_day(struct readings *r, struct walk *w, int64_t d)
{
    AUTO_LEASE lease = {0};
    int64_t next = d << SPOOL_DAY_SHIFT;
    TRY(lease_take(r, PLACE_SPOOL, d, false, &lease));
    next = w->after.batch > next ? w->after.batch : next;
    while (w->left) {
        AUTO_ARENA(a);
        struct db_rows rows;
        bool more;
        TRY(db_query(lease.db, a,
                     "SELECT batch, data FROM reading_spool WHERE batch >= :next AND batch < :end ORDER BY batch LIMIT 1",
                     DB_ARGS(DB_I("next", next), DB_I("end", (d + 1) << SPOOL_DAY_SHIFT)), &rows));
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        next = db_int(&rows, 0) + 1;
        TRY(walk_batch(w, db_str(&rows, 1), next - 1));
    }
    return NULL;
}

err *spool_scan_after(struct readings *r, struct spool_place after, size_t limit,
                      err *(*each)(void *context, const struct spool_frame *f, struct spool_place place), void *context)
{
    AUTO_ARENA(a);
    struct walk w = {after, limit, each, context};
    int64_t *days;
    size_t n;
    TRY(spool_days(r, a, &days, &n));
    for (size_t i = 0; i < n && w.left; i++)
        if (days[i] >= after.batch >> SPOOL_DAY_SHIFT)
            TRY(walk_day(r, &w, days[i]));
    return NULL;
}

err *spool_end(struct readings *r, struct spool_place *ret)
{
    AUTO_ARENA(a);
    int64_t *days, batch = 0;
    size_t n;
    struct spool_batch b = {0};
    TRY(spool_days(r, a, &days, &n));
    while (n && !batch) {
        AUTO_LEASE lease = {0};
        int64_t d = days[--n];
        TRY(lease_take(r, PLACE_SPOOL, d, false, &lease));
        TRY(db_one_int(lease.db, "SELECT MAX(batch) FROM reading_spool WHERE batch >= :first AND batch < :end",
                       DB_ARGS(DB_I("first", d << SPOOL_DAY_SHIFT), DB_I("end", (d + 1) << SPOOL_DAY_SHIFT)), 0, &batch));
    }
    if (batch)
        TRY(batch_read(r, a, batch, &b));
    *ret = (struct spool_place){batch, (int32_t)b.n - 1};
    return NULL;
}

err *forward_place_get(struct readings *r, str target, struct spool_place *ret, bool *ret_known)
{
    AUTO_ARENA(a);
    AUTO_LEASE lease = {0};
    struct db_rows rows;
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_query(lease.db, a, "SELECT batch, place FROM reading_forward WHERE target = :target", DB_ARGS(DB_T("target", target)), &rows));
    TRY(db_next(&rows, ret_known));
    if (*ret_known)
        *ret = (struct spool_place){db_int(&rows, 0), (int32_t)db_int(&rows, 1)};
    return NULL;
}

err *forward_place_put(struct readings *r, str target, struct spool_place place)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(r, PLACE_INDEX, 0, true, &lease));
    return db_exec(lease.db,
                   "INSERT INTO reading_forward (target, batch, place) VALUES (:target, :batch, :place)"
                   " ON CONFLICT (target) DO UPDATE SET batch = :batch, place = :place",
                   DB_ARGS(DB_T("target", target), DB_I("batch", place.batch), DB_I("place", place.at)), NULL);
}
