/*
 * The passes. A pass reads batches behind the marks until it has enough, merges their frames into slabs in memory, and commits
 * all of it with the new marks. When anything fails, nothing of the pass is kept and nothing remembered: the next one starts
 * from what the index says.
 */
#include "monitor/series/drain.h"

#include <stdlib.h>
#include <string.h>

static void pass_clear(struct drain *d)
{
    for (size_t i = 0; i < d->touched.n; i++) {
        struct dev *v = d->touched.p[i];
        memset(&v->open, 0, sizeof v->open);
        v->in_pass = false;
        for (size_t k = 0; k < v->series.n; k++)
            v->series.p[k].base = NULL;
    }
    memset(&d->touched, 0, sizeof d->touched);
    memset(&d->versions, 0, sizeof d->versions);
    memset(&d->events, 0, sizeof d->events);
    d->marks = NULL;
    d->marks_n = 0;
    d->frames = 0;
    arena_reset(d->pass);
}

static struct drain *drain_new(struct readings *r)
{
    struct drain *d = calloc(1, sizeof *d);
    CHECK(d);
    d->readings = r;
    d->arena = arena_new();
    d->pass = arena_new();
    d->room_arena = arena_new();
    d->room = chunk_room_new(d->room_arena);
    d->values = NEW_ARRAY(d->room_arena, HJ_LIMIT_VALUES, struct hj_value);
    d->pending = arena_alloc(d->room_arena, 1, pending_bytes());
    return d;
}

void drain_forget(struct readings *r)
{
    struct drain *d = r->drain;
    if (!d)
        return;
    arena_free(d->pass);
    arena_free(d->arena);
    arena_free(d->room_arena);
    free(d);
    r->drain = NULL;
}

static err *marks_load(struct drain *d)
{
    struct db_rows rows;
    TRY(db_query(d->index.db, d->pass, "SELECT day, drained FROM reading_spool_day WHERE done = 0 ORDER BY day", NULL, &rows));
    VEC(struct mark) marks = {0};
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        int64_t on = db_int(&rows, 0), base = on << SPOOL_DAY_SHIFT, drained = db_int(&rows, 1);
        vec_push(d->pass, &marks, ((struct mark){(day)on, drained > base ? drained : base, false, false}));
    }
    d->marks = marks.p;
    d->marks_n = marks.n;
    return NULL;
}

/* ---- frames ---- */

/* MNs of a batch, from frame `from` on, that the index does not know: registered in one transaction. */
static err *register_unknown(struct drain *d, const struct spool_batch *b, size_t from)
{
    AUTO_ARENA(a);
    struct map *seen = map_new(a);
    VEC(str) names = {0};
    for (size_t i = from; i < b->n; i++) {
        struct hj_frame hj;
        struct dev *v;
        if (b->frames[i].state != SPOOL_ACCEPTED)
            continue;
        hj_decode_spooled(&b->frames[i], NULL, 0, &hj);
        if (!hj.mn.n || hj.mn.n > HJ_LIMIT_MN || map_get(seen, hj.mn))
            continue;
        map_put(seen, hj.mn, (void *)1);
        TRY(device_of(d, hj.mn, &v));
        if (!v)
            vec_push(a, &names, hj.mn);
    }
    if (names.n)
        TRY(devices_register(d, names.p, names.n));
    return NULL;
}

static bool mn_fits(str mn)
{
    if (!mn.n || mn.n > HJ_LIMIT_MN || utf8_bad(mn) >= 0)
        return false;
    for (size_t i = 0; i < mn.n; i++)
        if ((unsigned char)mn.p[i] <= ' ' || mn.p[i] == '|' || mn.p[i] == 0x7f)
            return false;
    return true;
}

static err *take_frame(struct drain *d, const struct spool_batch *b, int64_t batch, size_t i, const struct sm3 *digest)
{
    struct frame_in f = {.spool = &b->frames[i], .place = {batch, (int32_t)i}, .digest = digest->byte};
    hj_decode_spooled(f.spool, d->values, HJ_LIMIT_VALUES, &f.hj);
    if (f.hj.command < 0 || !mn_fits(f.hj.mn)) {
        d->report->unreadable++;
        return NULL;
    }
    struct dev *v;
    TRY(device_of(d, f.hj.mn, &v));
    if (!v) {
        TRY(register_unknown(d, b, i));
        TRY(device_of(d, f.hj.mn, &v));
        CHECK(v);
    }
    if (f.hj.encrypted && !f.hj.n)
        drain_event(d, v->mn, "encrypted", f.hj.cn, f.spool->arrived);
    TRY(frame_merge(d, v, &f));
    return NULL;
}

static err *take_batch(struct drain *d, int64_t batch, str data)
{
    struct arena *a = d->pass; /* texts of cells point into the frames until the commit */
    struct spool_batch b;
    TRY(batch_decode(a, data, &b));
    str *raw = NEW_ARRAY(a, b.n ? b.n : 1, str);
    struct sm3 *digest = NEW_ARRAY(a, b.n ? b.n : 1, struct sm3);
    for (size_t i = 0; i < b.n; i++)
        raw[i] = str_trim(b.frames[i].raw); /* a line end more or less makes no other frame */
    sm3_many(b.n, raw, -1, digest);
    for (size_t i = 0; i < b.n; i++) {
        d->frames++;
        d->report->frames++;
        if (b.frames[i].state == SPOOL_ACCEPTED)
            TRY(take_frame(d, &b, batch, i, &digest[i]));
    }
    return NULL;
}

/* ---- a pass ---- */

static bool pass_full(const struct drain *d)
{
    return d->frames >= DRAIN_PASS_FRAMES || arena_used(d->pass) > DRAIN_PASS_BYTES;
}

static err *take_day(struct drain *d, struct mark *m)
{
    AUTO_LEASE spool = {0};
    err *bad = lease_take(d->readings, PLACE_SPOOL, m->day, false, &spool);
    if (bad && bad->kind == ERR_MISSING) /* announced, but nothing was appended */
        return NULL;
    TRY(bad);
    while (!pass_full(d)) {
        struct db_rows rows;
        bool more;
        AUTO_ARENA(a);
        TRY(db_query(spool.db, a,
                     "SELECT batch, data FROM reading_spool WHERE batch > :after AND batch < :end ORDER BY batch LIMIT 1",
                     DB_ARGS(DB_I("after", m->drained), DB_I("end", (int64_t)(m->day + 1) << SPOOL_DAY_SHIFT)), &rows));
        TRY(db_next(&rows, &more));
        if (!more) {
            m->done = m->day < day_of(time_now()) - SPOOL_DONE_DAYS;
            return NULL;
        }
        err *e = take_batch(d, db_int(&rows, 0), db_str(&rows, 1));
        if (e && e->kind == ERR_DAMAGED)
            err_at(e, arena_printf(d->pass, "spool %lld", (long long)db_int(&rows, 0)));
        TRY(e);
        m->drained = db_int(&rows, 0);
        m->moved = true;
    }
    return NULL;
}

static err *pass(struct drain *d, bool *ret_any)
{
    bool changed = false;
    TRY(lease_take(d->readings, PLACE_INDEX, 0, false, &d->index));
    TRY(index_load(d));
    TRY(marks_load(d));
    for (size_t i = 0; i < d->marks_n && !pass_full(d); i++)
        TRY(take_day(d, &d->marks[i]));
    TRY(parts_expire(d, d->now));
    for (size_t i = 0; i < d->marks_n; i++)
        changed |= d->marks[i].moved || d->marks[i].done;
    if (changed || d->touched.n || d->events.n)
        TRY(pass_commit(d));
    *ret_any = d->frames > 0;
    return NULL;
}

static err *all_passes(struct readings *r, usec now, struct drain_report *report)
{
    enum { TRIES = 5 }; /* another process drained or sealed meanwhile: the pass is done again */
    int tries = 0;
    for (bool any = true; any;) {
        struct drain *d = r->drain ? r->drain : (r->drain = drain_new(r));
        struct drain_report before = *report;
        d->report = report;
        d->now = now;
        err *bad = pass(d, &any);
        lease_end(&d->index);
        if (bad) {
            *report = before;
            drain_forget(r);
            if (bad->kind == ERR_BUSY && ++tries < TRIES)
                continue;
            return bad;
        }
        pass_clear(d);
    }
    return NULL;
}

err *readings_drain(struct readings *r, usec now, struct drain_report *ret)
{
    struct drain_report report = {0};
    pthread_mutex_lock(&r->draining);
    err *bad = all_passes(r, now, &report);
    if (!bad)
        bad = compact_days(r, now, &report);
    pthread_mutex_unlock(&r->draining);
    if (ret)
        *ret = report;
    return bad;
}
