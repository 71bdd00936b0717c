/*
 * What an hour's frame tells beside its values: when it came and was made, from where, how it was checked, how it was laid out. Noted as the drain passes
 * it, kept with the slab, and by day with the chunks. A day that has no notes (it became chunks before there were any) is read from its frames
 * in the spool, where each costs a batch.
 */
#include "monitor/series/drain.h"

#include <stdlib.h>

/* ---- of one frame ---- */

/* Field order and decimals of a message: names as they are, of numbers the places behind the point. */
static uint16_t shape_of(str data)
{
    uint32_t h = 2166136261u;
    bool value = false, point = false;
    for (size_t i = 0; i < data.n; i++) {
        char c = data.p[i];
        value = c == '=' ? true : c == ',' || c == ';' ? false : value;
        point = value && (c == '.' || (point && c >= '0' && c <= '9'));
        if (value && !point && c >= '0' && c <= '9')
            continue;
        h = (h ^ (uint8_t)(point && c != '.' ? '#' : c)) * 16777619u;
    }
    return (uint16_t)(h ^ h >> 16);
}

static uint32_t peer_of(str address)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < address.n && address.p[i] != ':'; i++) /* the port changes with each connection */
        h = (h ^ (uint8_t)address.p[i]) * 16777619u;
    return h;
}

struct frame_trace trace_of(const struct spool_frame *f, const struct hj_frame *hj, usec slot)
{
    return (struct frame_trace){.slot = slot, .arrived = f->arrived, .qn = hj->qn_time, .data_time = hj->data_time, .peer = peer_of(f->peer),
                                .shape = shape_of(hj->data), .crc = (uint8_t)hj->crc, .resubmitted = hj->resubmitted, .imported = str_eq(f->peer, S("import"))};
}

/* ---- out of the spool ---- */

static int by_place(const void *x, const void *y)
{
    const struct slab_frame *a = *(const struct slab_frame *const *)x, *b = *(const struct slab_frame *const *)y;
    if (a->batch != b->batch)
        return a->batch < b->batch ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

/* A batch that is no longer there (its spool day was taken away) is passed over: frames are evidence where they are, and no duty here. */
static err *batch_for(struct readings *r, struct arena *a, int64_t batch, struct spool_batch *ret)
{
    *ret = (struct spool_batch){0};
    err *e = batch_read(r, a, batch, ret);
    if (e && e->kind == ERR_MISSING) {
        err_clear();
        return NULL;
    }
    return e;
}

err *traces_of_frames(struct readings *r, struct arena *a, const struct frame_list *frames, day d, struct trace_list *ret)
{
    AUTO_ARENA(own);
    const struct slab_frame **wanted = NEW_ARRAY(own, frames->n + 1, const struct slab_frame *);
    size_t n = 0;
    struct spool_batch b = {0};
    for (size_t i = 0; i < frames->n; i++)
        if (frames->p[i].period == PERIOD_HOUR)
            wanted[n++] = &frames->p[i];
    qsort(wanted, n, sizeof *wanted, by_place);
    for (size_t i = 0; i < n; i++) {
        struct hj_frame hj;
        if (i == 0 || wanted[i]->batch != wanted[i - 1]->batch)
            TRY(batch_for(r, own, wanted[i]->batch, &b));
        if (wanted[i]->at < 0 || (size_t)wanted[i]->at >= b.n)
            continue;
        hj_decode_spooled(&b.frames[wanted[i]->at], NULL, 0, &hj);
        if (hj.command >= 0)
            vec_push(a, ret, trace_of(&b.frames[wanted[i]->at], &hj, day_start(d) + wanted[i]->second * USEC_SECOND));
    }
    return NULL;
}

/* ---- asked from outside ---- */

static err *noted(struct db *index, struct arena *a, str mn, day first, day last, bool *there, struct trace_list *ret)
{
    struct db_rows rows;
    TRY(db_query(index, a, "SELECT t.day, t.data FROM reading_trace t JOIN reading_device x ON x.id = t.device WHERE x.mn = :mn AND t.day >= :first"
                           " AND t.day <= :last ORDER BY t.day", DB_ARGS(DB_T("mn", mn), DB_I("first", first), DB_I("last", last)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        TRY(traces_decode(a, db_str(&rows, 1), ret));
        there[db_int(&rows, 0) - first] = true;
    }
}

err *device_traces(struct readings *r, struct arena *a, str mn, day first, day last, struct frame_trace **ret, size_t *ret_n)
{
    AUTO_LEASE lease = {0};
    struct trace_list list = {0};
    CHECK(last >= first && last - first < LIMIT_TRACE_DAYS);
    bool *there = NEW_ARRAY(a, (size_t)(last - first) + 1, bool);
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(noted(lease.db, a, mn, first, last, there, &list));
    for (day d = first; d <= last; d++) {
        AUTO_ARENA(own);
        struct frame_list frames = {0};
        str bytes;
        if (there[d - first])
            continue;
        TRY(db_one_str(lease.db, own, "SELECT f.data FROM reading_frames f JOIN reading_device x ON x.id = f.device WHERE x.mn = :mn AND f.day = :day",
                       DB_ARGS(DB_T("mn", mn), DB_I("day", d)), &bytes));
        if (!bytes.p)
            continue;
        TRY(frames_decode(own, bytes, &frames));
        TRY(traces_of_frames(r, a, &frames, d, &list));
    }
    *ret = list.p;
    *ret_n = list.n;
    return NULL;
}
