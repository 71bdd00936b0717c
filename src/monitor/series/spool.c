/*
 * The spool: batches in the order of their commits, a file or partition a day. One insert, one commit; SQLite runs with
 * synchronous=FULL, PostgreSQL's commit counts only without a warning (store/postgres.c), so what is answered survived.
 *
 * A day's number comes from the clock, but nothing else does: when the clock jumps, batches go into another day's file and are
 * drained from there all the same, because every day has its own mark.
 */
#include "monitor/series/readings_private.h"

static err *make_partition(struct readings *r, day d)
{
    AUTO_ARENA(a);
    AUTO_LEASE lease = {0};
    struct civil c = civil_of_day(d);
    TRY(lease_take(r, PLACE_SPOOL, d, true, &lease));
    str sql = arena_printf(a,
                           "CREATE TABLE IF NOT EXISTS reading_spool_%04d%02d%02d PARTITION OF reading_spool"
                           " FOR VALUES FROM (%lld) TO (%lld)",
                           c.year, c.month, c.dom, (long long)d << SPOOL_DAY_SHIFT, (long long)(d + 1) << SPOOL_DAY_SHIFT);
    TRY(db_exec(lease.db, sql.p, NULL, NULL));
    return NULL;
}

/* The drain must know the day before a batch of it is answered for. */
static err *announce_day(struct readings *r, day d)
{
    pthread_mutex_lock(&r->lock);
    bool known = r->spool_day == d;
    pthread_mutex_unlock(&r->lock);
    if (known)
        return NULL;
    if (!r->files)
        TRY(make_partition(r, d));
    AUTO_LEASE index = {0};
    TRY(lease_take(r, PLACE_INDEX, 0, true, &index));
    TRY(db_exec(index.db,
                "INSERT INTO reading_spool_day (day, drained, done) VALUES (:day, 0, 0)"
                " ON CONFLICT (day) DO UPDATE SET done = 0",
                DB_ARGS(DB_I("day", d)), NULL));
    pthread_mutex_lock(&r->lock);
    r->spool_day = d;
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

static err *insert(struct db *d, day on, const struct spool_frame *frames, size_t n, str data, int64_t *ret_batch)
{
    int64_t base = (int64_t)on << SPOOL_DAY_SHIFT, newest;
    TRY(db_one_int(d, "SELECT MAX(batch) FROM reading_spool WHERE batch >= :base AND batch < :end",
                   DB_ARGS(DB_I("base", base), DB_I("end", base + (INT64_C(1) << SPOOL_DAY_SHIFT))), base, &newest));
    usec t0 = frames[0].arrived, t1 = t0;
    for (size_t i = 1; i < n; i++) {
        t0 = frames[i].arrived < t0 ? frames[i].arrived : t0;
        t1 = frames[i].arrived > t1 ? frames[i].arrived : t1;
    }
    *ret_batch = newest + 1;
    TRY(db_put(d, "INSERT INTO reading_spool (batch, t0, t1, n, data) VALUES (:batch, :t0, :t1, :n, :data)",
               DB_ARGS(DB_I("batch", *ret_batch), DB_I("t0", t0), DB_I("t1", t1), DB_I("n", (int64_t)n), DB_B("data", data))));
    return NULL;
}

err *spool_append(struct readings *r, const struct spool_frame *frames, size_t n, const struct spool_clock *clock,
                  int64_t *ret_batch)
{
    AUTO_ARENA(a);
    CHECK(n > 0);
    str data;
    day today = day_of(time_now());
    TRY(batch_encode(a, frames, n, clock, &data));
    TRY(announce_day(r, today));
    AUTO_LEASE lease = {0};
    TRY(lease_take(r, PLACE_SPOOL, today, true, &lease));
    TRY(db_begin_write(lease.db));
    int64_t batch = 0;
    TRY(insert(lease.db, today, frames, n, data, &batch));
    TRY(db_commit(lease.db));
    *ret_batch = batch;
    return NULL;
}

static err *no_batch(int64_t batch)
{
    return err_new(ERR_MISSING, "没有第%lld批报文", (long long)batch);
}

err *batch_read(struct readings *r, struct arena *a, int64_t batch, struct spool_batch *ret)
{
    AUTO_LEASE lease = {0};
    str data;
    err *bad = lease_take(r, PLACE_SPOOL, batch >> SPOOL_DAY_SHIFT, false, &lease);
    if (bad)
        return bad->kind == ERR_MISSING ? no_batch(batch) : bad;
    AUTO_ARENA(own);
    TRY(db_one_str(lease.db, own, "SELECT data FROM reading_spool WHERE batch = :batch", DB_ARGS(DB_I("batch", batch)), &data));
    if (!data.p)
        return no_batch(batch);
    TRY(batch_decode(a, data, ret));
    return NULL;
}

err *spool_get(struct readings *r, struct arena *a, struct spool_place place, struct spool_frame *ret,
               struct spool_clock *ret_clock)
{
    AUTO_ARENA(own);
    struct spool_batch b;
    TRY(batch_read(r, own, place.batch, &b));
    if (place.at < 0 || (size_t)place.at >= b.n)
        return err_new(ERR_MISSING, "第%lld批没有第%d帧", (long long)place.batch, place.at);
    *ret = b.frames[place.at];
    ret->peer = arena_str(a, ret->peer);
    ret->raw = arena_str(a, ret->raw);
    if (ret_clock)
        *ret_clock = b.clock;
    return NULL;
}

struct scan {
    usec from, to;
    err *(*each)(void *context, const struct spool_frame *f, struct spool_place place);
    void *context;
};

static err *scan_batch(const struct scan *s, str data, int64_t batch)
{
    AUTO_ARENA(a);
    struct spool_batch b;
    TRY(batch_decode(a, data, &b));
    for (size_t i = 0; i < b.n; i++)
        if (b.frames[i].arrived >= s->from && b.frames[i].arrived < s->to)
            TRY(s->each(s->context, &b.frames[i], (struct spool_place){batch, (int32_t)i}));
    return NULL;
}

static err *scan_day(struct readings *r, const struct scan *s, int64_t d)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(r, PLACE_SPOOL, d, false, &lease));
    for (int64_t batch = d << SPOOL_DAY_SHIFT;;) {
        AUTO_ARENA(a);
        struct db_rows rows;
        bool more;
        TRY(db_query(lease.db, a,
                     "SELECT batch, data FROM reading_spool WHERE batch > :batch AND batch < :end AND t0 < :to AND t1 >= :from"
                     " ORDER BY batch LIMIT 1",
                     DB_ARGS(DB_I("batch", batch), DB_I("end", (d + 1) << SPOOL_DAY_SHIFT), DB_I("from", s->from),
                             DB_I("to", s->to)),
                     &rows));
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        batch = db_int(&rows, 0);
        TRY(scan_batch(s, db_str(&rows, 1), batch));
    }
}

err *spool_scan(struct readings *r, usec from, usec to,
                err *(*each)(void *context, const struct spool_frame *f, struct spool_place place), void *context)
{
    AUTO_ARENA(a);
    struct scan s = {from, to, each, context};
    int64_t *days;
    size_t n;
    TRY(spool_days(r, a, &days, &n));
    /* a batch may be committed on the day after its frames came, or before when the clock was set back: one day around */
    for (size_t i = 0; i < n; i++)
        if (days[i] >= day_of(from) - 1 && days[i] <= day_of(to) + 1)
            TRY(scan_day(r, &s, days[i]));
    return NULL;
}
