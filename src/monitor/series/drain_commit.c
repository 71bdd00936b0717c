/*
 * The end of a pass: one transaction holds slabs, series, versions, events, open groups and the marks of the spool. Before it
 * writes, it looks whether another process has drained since (the counter); then this pass is void.
 */
#include "monitor/series/drain.h"

#include <string.h>

static err *put_slab(struct drain *d, struct db *db, const struct slab *s)
{
    AUTO_ARENA(a);
    TRY(db_put(db,
               "INSERT INTO reading_slab (device, hour, newest, data) VALUES (:device, :hour, :newest, :data)"
               " ON CONFLICT (device, hour) DO UPDATE SET newest = excluded.newest, data = excluded.data",
               DB_ARGS(DB_I("device", s->device), DB_I("hour", s->hour), DB_I("newest", s->newest),
                       DB_B("data", slab_encode(a, s)))));
    d->report->slabs++;
    return NULL;
}

static err *put_series(struct db *db, struct dev *v, struct dev_series *s)
{
    if (!s->fresh && !s->dirty)
        return NULL;
    TRY(db_put(db,
               "INSERT INTO reading_series (id, key, device, mn, period, factor, grp, kind, cadence_s, first_day, last_day)"
               " VALUES (:id, :key, :device, :mn, :period, :factor, :grp, :kind, :cadence, :first, :last)"
               " ON CONFLICT (id) DO UPDATE SET first_day = excluded.first_day, last_day = excluded.last_day",
               DB_ARGS(DB_I("id", s->id), DB_T("key", s->key), DB_I("device", v->id), DB_T("mn", v->mn),
                       DB_I("period", s->period), DB_T("factor", s->factor), DB_I("grp", s->group), DB_T("kind", s->kind),
                       DB_I("cadence", s->cadence_s), DB_I("first", s->first), DB_I("last", s->last))));
    return NULL;
}

static err *put_part(struct db *db, const struct dev *v, struct part *p)
{
    if (!p->dirty)
        return NULL;
    struct db_args *key = DB_ARGS(DB_I("device", v->id), DB_I("cn", p->cn), DB_I("pnum", p->pnum), DB_I("at", p->at),
                                  DB_I("arrived", p->arrived),
                                  DB_B("seen", ((str){(const char *)p->seen, (size_t)p->pnum / 8 + 1})));
    if (p->done)
        TRY(db_put(db, "DELETE FROM reading_part WHERE device = :device AND cn = :cn AND pnum = :pnum AND at = :at", key));
    else
        TRY(db_put(db,
                   "INSERT INTO reading_part (device, cn, pnum, at, arrived, seen)"
                   " VALUES (:device, :cn, :pnum, :at, :arrived, :seen)"
                   " ON CONFLICT (device, cn, pnum, at) DO UPDATE SET seen = excluded.seen",
                   key));
    p->dirty = false;
    return NULL;
}

static err *put_device(struct drain *d, struct db *db, struct dev *v)
{
    for (size_t i = 0; i < v->open.n; i++)
        if (v->open.p[i]->changed)
            TRY(put_slab(d, db, v->open.p[i]));
    for (size_t i = 0; i < v->series.n; i++)
        TRY(put_series(db, v, &v->series.p[i]));
    size_t left = 0;
    for (size_t i = 0; i < v->parts.n; i++) {
        TRY(put_part(db, v, v->parts.p[i]));
        if (!v->parts.p[i]->done)
            v->parts.p[left++] = v->parts.p[i];
    }
    v->parts.n = left;
    return NULL;
}

static err *put_version(struct db *db, const struct version_row *v)
{
    TRY(db_put(db,
               "INSERT INTO reading_version (series, at, batch, place, arrived, resubmitted, flag, average, minimum, maximum)"
               " VALUES (:series, :at, :batch, :place, :arrived, :resubmitted, :flag, :average, :minimum, :maximum)"
               " ON CONFLICT (series, at, batch, place) DO NOTHING",
               DB_ARGS(DB_I("series", v->series), DB_I("at", v->at), DB_I("batch", v->place.batch),
                       DB_I("place", v->place.at), DB_I("arrived", v->arrived), DB_I("resubmitted", v->resubmitted),
                       DB_I("flag", v->flag), ((struct db_arg){S("average"), {v->value[0].p ? DB_BLOB : DB_NULL, 0, v->value[0]}}),
                       ((struct db_arg){S("minimum"), {v->value[1].p ? DB_BLOB : DB_NULL, 0, v->value[1]}}),
                       ((struct db_arg){S("maximum"), {v->value[2].p ? DB_BLOB : DB_NULL, 0, v->value[2]}}))));
    return NULL;
}

static err *put_event(struct db *db, const struct event_row *e)
{
    TRY(db_put(db,
               "INSERT INTO reading_event (mn, day, kind, detail, at, times) VALUES (:mn, :day, :kind, :detail, :at, 1)"
               " ON CONFLICT (mn, day, kind, detail) DO UPDATE SET times = reading_event.times + 1",
               DB_ARGS(DB_T("mn", e->mn), DB_I("day", day_of(e->at)), DB_T("kind", e->kind), DB_T("detail", e->detail),
                       DB_I("at", e->at))));
    return NULL;
}

static err *put_marks(struct drain *d, struct db *db)
{
    for (size_t i = 0; i < d->marks_n; i++)
        if (d->marks[i].moved || d->marks[i].done)
            TRY(db_put(db, "UPDATE reading_spool_day SET drained = :drained, done = :done WHERE day = :day",
                       DB_ARGS(DB_I("drained", d->marks[i].drained), DB_I("done", d->marks[i].done), DB_I("day", d->marks[i].day))));
    return NULL;
}

static err *put_all(struct drain *d, struct db *db)
{
    int64_t counter;
    TRY(db_one_int(db, "SELECT value FROM reading_state WHERE name = 'drain'", NULL, 0, &counter));
    if (counter != d->counter)
        return err_new(ERR_BUSY, "另一个程序同时在整理监测数据，请稍后再试");
    for (size_t i = 0; i < d->touched.n; i++)
        TRY(put_device(d, db, d->touched.p[i]));
    for (size_t i = 0; i < d->versions.n; i++)
        TRY(put_version(db, &d->versions.p[i]));
    for (size_t i = 0; i < d->events.n; i++)
        TRY(put_event(db, &d->events.p[i]));
    TRY(put_marks(d, db));
    TRY(db_put(db,
               "INSERT INTO reading_state (name, value) VALUES ('drain', :value)"
               " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
               DB_ARGS(DB_I("value", counter + 1))));
    return NULL;
}

err *pass_commit(struct drain *d)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(d->readings, PLACE_INDEX, 0, true, &lease));
    TRY(db_begin_write(lease.db));
    TRY(put_all(d, lease.db));
    TRY(db_commit(lease.db));
    d->counter++;
    for (size_t i = 0; i < d->touched.n; i++)
        for (size_t k = 0; k < d->touched.p[i]->series.n; k++)
            d->touched.p[i]->series.p[k].fresh = d->touched.p[i]->series.p[k].dirty = false;
    return NULL;
}

/* ---- groups of packets ---- */

static struct part *part_add(struct drain *d, struct dev *v, int cn, int pnum, usec at, usec arrived)
{
    struct part *p = NEW(d->arena, struct part);
    *p = (struct part){.cn = cn, .pnum = pnum, .at = at, .arrived = arrived};
    p->seen = NEW_ARRAY(d->arena, (size_t)pnum / 8 + 1, uint8_t);
    vec_push(d->arena, &v->parts, p);
    return p;
}

err *parts_load(struct drain *d, struct dev *v)
{
    AUTO_ARENA(a);
    struct db_rows rows;
    TRY(db_query(d->index.db, a, "SELECT cn, pnum, at, arrived, seen FROM reading_part WHERE device = :device ORDER BY cn, pnum, at",
                 DB_ARGS(DB_I("device", v->id)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct part *p = part_add(d, v, (int)db_int(&rows, 0), (int)db_int(&rows, 1), db_int(&rows, 2), db_int(&rows, 3));
        str seen = db_str(&rows, 4);
        memcpy(p->seen, seen.p, seen.n < (size_t)p->pnum / 8 + 1 ? seen.n : (size_t)p->pnum / 8 + 1);
    }
}

static void touch(struct drain *d, struct dev *v)
{
    if (!v->in_pass)
        vec_push(d->pass, &d->touched, v);
    v->in_pass = true;
}

static bool part_whole(const struct part *p)
{
    for (int i = 0; i < p->pnum; i++)
        if (!(p->seen[i / 8] & 1 << i % 8))
            return false;
    return true;
}

/* Of a packet without a time, that of the group it goes on with: the packet before it has come and it has not. */
static struct part *part_inherited(struct dev *v, const struct frame_in *f)
{
    for (size_t i = v->parts.n; i-- > 0;) {
        struct part *p = v->parts.p[i];
        int before = f->hj.pno - 2;
        if (!p->done && p->cn == f->hj.command && p->pnum == f->hj.pnum && before >= 0 && (p->seen[before / 8] & 1 << before % 8) &&
            !(p->seen[(before + 1) / 8] & 1 << (before + 1) % 8))
            return p;
    }
    return NULL;
}

err *part_note(struct drain *d, struct dev *v, struct frame_in *f, usec at)
{
    enum { PARTS_MOST = 64 };
    struct part *p = NULL;
    int pno = f->hj.pno;
    if (pno < 1 || pno > f->hj.pnum || f->hj.pnum > 9999)
        return NULL;
    if (at == USEC_NONE) {
        p = part_inherited(v, f);
        if (p)
            f->hj.data_time = p->at;
    }
    for (size_t i = 0; at != USEC_NONE && i < v->parts.n && !p; i++)
        if (!v->parts.p[i]->done && v->parts.p[i]->cn == f->hj.command && v->parts.p[i]->pnum == f->hj.pnum && v->parts.p[i]->at == at)
            p = v->parts.p[i];
    if (!p && (at == USEC_NONE || v->parts.n >= PARTS_MOST))
        return NULL;
    if (!p)
        p = part_add(d, v, f->hj.command, f->hj.pnum, at, f->spool->arrived);
    p->seen[(pno - 1) / 8] |= (uint8_t)(1 << (pno - 1) % 8);
    p->dirty = true;
    p->done = part_whole(p);
    touch(d, v);
    return NULL;
}

static void part_end(struct drain *d, struct dev *v, struct part *p)
{
    buf lacking = buf_make(d->pass, 200);
    for (int i = 0; i < p->pnum && lacking.n < 100; i++)
        if (!(p->seen[i / 8] & 1 << i % 8))
            buf_printf(&lacking, "%s%d", lacking.n ? "," : "", i + 1);
    drain_event(d, v->mn, "incomplete-group",
                arena_printf(d->pass, "CN=%d 数据时间%.*s 共%d包，缺第%.*s包", p->cn, STR_ARG(time_chinese(d->pass, p->at)), p->pnum,
                             STR_ARG(buf_str(&lacking))),
                p->arrived);
    p->done = p->dirty = true;
    touch(d, v);
}

/* Groups whose timer is over. What has come of them stays; that the rest did not is an event. */
err *parts_expire(struct drain *d, usec now)
{
    struct db_rows rows;
    usec limit = now - PART_TIMER_S * USEC_SECOND;
    TRY(db_query(d->index.db, d->pass,
                 "SELECT DISTINCT v.mn FROM reading_part p JOIN reading_device v ON v.id = p.device WHERE p.arrived < :limit"
                 " ORDER BY v.mn",
                 DB_ARGS(DB_I("limit", limit)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct dev *v;
        TRY(device_of(d, db_str(&rows, 0), &v));
        if (v)
            touch(d, v);
    }
    for (size_t i = 0; i < d->touched.n; i++)
        for (size_t k = 0; k < d->touched.p[i]->parts.n; k++) {
            struct part *p = d->touched.p[i]->parts.p[k];
            if (!p->done && p->arrived < limit)
                part_end(d, d->touched.p[i], p);
        }
    return NULL;
}
