/* The frames a device's days came in, by period: each batch is read once, however many of its frames are wanted. */
#include "monitor/series/readings_private.h"
#include "monitor/series/slab.h"

#include <stdlib.h>

struct wanted { int64_t batch; int32_t at; usec slot; };

static int by_place(const void *x, const void *y)
{
    const struct wanted *a = x, *b = y;
    if (a->batch != b->batch)
        return a->batch < b->batch ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

static err *wanted_of(struct readings *r, struct arena *a, str mn, enum reading_period period, day d, struct wanted **ret, size_t *ret_n)
{
    AUTO_LEASE lease = {0};
    struct frame_list frames = {0};
    str bytes;
    VEC(struct wanted) list = {0};
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_one_str(lease.db, a, "SELECT f.data FROM reading_frames f JOIN reading_device x ON x.id = f.device WHERE x.mn = :mn AND f.day = :day",
                   DB_ARGS(DB_T("mn", mn), DB_I("day", d)), &bytes));
    if (bytes.p)
        TRY(frames_decode(a, bytes, &frames));
    for (size_t i = 0; i < frames.n; i++)
        if (frames.p[i].period == period)
            vec_push(a, &list, ((struct wanted){frames.p[i].batch, frames.p[i].at, day_start(d) + frames.p[i].second * USEC_SECOND}));
    if (list.n)
        qsort(list.p, list.n, sizeof *list.p, by_place);
    *ret = list.p, *ret_n = list.n;
    return NULL;
}

/* A batch that is no longer there (its spool day was taken away) is passed over: frames are evidence where they are, and no duty here. */
static err *batch_for(struct readings *r, struct arena *a, int64_t batch, struct spool_batch *ret)
{
    err *e = batch_read(r, a, batch, ret);
    if (e && e->kind == ERR_MISSING) {
        err_clear();
        *ret = (struct spool_batch){0};
        return NULL;
    }
    return e;
}

err *device_frames(struct readings *r, str mn, enum reading_period period, day first, day last,
                   err *(*each)(void *context, const struct spool_frame *f, usec slot), void *context)
{
    for (day d = first; d <= last; d++) {
        AUTO_ARENA(a);
        struct wanted *list;
        size_t n;
        struct spool_batch b = {0};
        TRY(wanted_of(r, a, mn, period, d, &list, &n));
        for (size_t i = 0; i < n; i++) {
            if (i == 0 || list[i].batch != list[i - 1].batch)
                TRY(batch_for(r, a, list[i].batch, &b));
            if (list[i].at >= 0 && (size_t)list[i].at < b.n)
                TRY(each(context, &b.frames[list[i].at], list[i].slot));
        }
    }
    return NULL;
}
