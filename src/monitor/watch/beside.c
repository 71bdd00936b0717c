/*
 * What a table carries beside its columns, in full runs: the frames its hours came in, live values of the last week, officers'
 * inspections, the company's other outlets, the levels of its trade, and how often clues came of what its keeper keeps. Each is bounded, so that a
 * worker holds one outlet's span and little more. Other outlets have numbers here, no names: a finding is read by third parties.
 */
#include "monitor/watch/watch_private.h"

#include <stdlib.h>
#include <string.h>

enum { LIVE_DAYS = 7, FRAME_DAYS = 31, BESIDE_MOST = 6, FIGURES_MOST = 20000, FIGURES_OF_ONE = 4096 /* series of a device */ };

/* ---- frames ---- */
static int compare(int64_t x, int64_t y)
{
    return (x > y) - (x < y);
}

static int by_arrival(const void *x, const void *y)
{
    const struct table_frame *a = x, *b = y;
    int c = compare(a->arrived, b->arrived);
    c = c ? c : compare(a->qn, b->qn);
    c = c ? c : compare(a->data_time, b->data_time);
    return c ? c : compare(a->shape, b->shape);
}

static err *frames(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, day first, day last, usec as_of, struct table *t)
{
    struct frame_trace *list;
    size_t n, kept = 0;
    TRY(device_traces(e->w->readings, a, o->mn, last - first >= FRAME_DAYS ? (day)(last - FRAME_DAYS + 1) : first, last, &list, &n));
    struct table_frame *out = NEW_ARRAY(a, n + 1, struct table_frame);
    for (size_t i = 0; i < n; i++) {
        const struct frame_trace *f = &list[i];
        if (f->imported || (as_of != USEC_NONE && f->arrived > as_of))
            continue;
        out[kept++] = (struct table_frame){.arrived = f->arrived, .qn = f->qn, .data_time = f->data_time == USEC_NONE ? f->slot : f->data_time, .peer = f->peer,
                                           .crc = f->crc, .shape = f->shape, .resubmitted = f->resubmitted || f->arrived > f->slot + 3 * USEC_HOUR};
    }
    if (kept)
        qsort(out, kept, sizeof *out, by_arrival);
    t->frames = kept ? out : NULL, t->frames_n = kept;
    return NULL;
}

/* ---- live values behind the minutes ---- */
static err *live(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, day first, day last, usec as_of, struct table *t)
{
    struct table *fine, *minutes = t;
    if (t->step_s > 60 && !t->finer)
        return NULL;
    TRY(watch_grid(e, a, o, PERIOD_LIVE, 0, last - first >= LIVE_DAYS ? (day)(last - LIVE_DAYS + 1) : first, last, as_of, &fine));
    if (t->step_s > 60) {
        minutes = arena_copy(a, t->finer, sizeof *t->finer);
        t->finer = minutes;
    }
    minutes->finer = fine;
    return NULL;
}

/* ---- inspections ---- */
static int by_time(const void *x, const void *y)
{
    const struct table_event *a = x, *b = y;
    return a->at != b->at ? (a->at < b->at ? -1 : 1) : (a->kind > b->kind) - (a->kind < b->kind);
}

static err *inspections_in(struct db *house, struct arena *a, const struct watch_outlet *o, usec to, usec as_of, struct table *t)
{
    VEC(struct table_event) list = {0};
    struct db_rows rows;
    bool more;
    for (size_t i = 0; i < t->events_n; i++)
        vec_push(a, &list, t->events[i]);
    TRY(db_query(house, a, "SELECT v.starts FROM visit v WHERE v.subject = :subject AND v.state = 'closed' AND v.starts >= :from AND v.starts < :to"
                           " AND v.closed_at <= :as_of ORDER BY v.starts LIMIT 10000",
                 DB_ARGS(DB_T("subject", o->subject), DB_I("from", t->from), DB_I("to", to), DB_I("as_of", as_of == USEC_NONE ? INT64_MAX : as_of)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &list, ((struct table_event){.at = db_int(&rows, 0), .kind = EVENT_INSPECTION}));
    }
    if (list.n)
        qsort(list.p, list.n, sizeof *list.p, by_time);
    t->events = list.n ? list.p : t->events;
    t->events_n = list.n;
    return NULL;
}

/* ---- other outlets of the company ---- */
static err *others_in(struct db *house, struct arena *a, const struct watch_outlet *o, struct watch_outlet **ret, size_t *ret_n)
{
    VEC(struct watch_outlet) list = {0};
    struct db_rows rows;
    bool more;
    TRY(db_query(house, a, "SELECT x.id, x.mn FROM outlet x JOIN outlet own ON own.id = :id WHERE x.subject = own.subject AND x.kind = own.kind"
                           " AND x.id <> own.id AND x.mn <> own.mn AND x.closed_at IS NULL ORDER BY x.id LIMIT 6", DB_ARGS(DB_T("id", o->id)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &list, ((struct watch_outlet){.id = db_str(&rows, 0), .mn = db_str(&rows, 1),
                                                  .name = arena_printf(a, "同单位其他点位之%zu", list.n + 1), .kind = o->kind}));
    }
    *ret = list.p, *ret_n = list.n;
    return NULL;
}

static err *beside(struct watch_eye *e, struct arena *a, const struct watch_outlet *other, size_t n, day first, day last, usec as_of, struct table *t)
{
    const struct table **list = NEW_ARRAY(a, BESIDE_MOST, const struct table *);
    for (size_t i = 0; i < n && t->step_s == 3600; i++) {
        struct table *one;
        TRY(watch_grid(e, a, &other[i], PERIOD_HOUR, 3600, first, last, as_of, &one));
        if (one)
            list[t->beside_n++] = one;
    }
    t->beside = list;
    return NULL;
}

/* ---- the trade ---- */
static str trade_of(struct arena *a, const struct watch_outlet *o)
{
    return o->industry.n ? arena_printf(a, "%d:%.*s", (int)o->kind, STR_ARG(o->industry)) : S("");
}

struct means { VEC(double) x; struct arena *a; };

static err *mean_of_day(void *context, const struct chunk_head *h)
{
    struct means *m = context;
    double ten = 1;
    for (int i = 0; i < h->decimals; i++)
        ten *= 10;
    if (h->valid * 2 >= h->slots && h->valid > 0)
        vec_push(m->a, &m->x, (double)h->sum / h->valid / ten);
    return NULL;
}

err *figures_of(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, day first, day last, struct outlet_figures *ret)
{
    AUTO_ARENA(own);
    struct series *list;
    size_t n;
    *ret = (struct outlet_figures){.outlet = o->id, .trade = trade_of(a, o)};
    if (!ret->trade.n)
        return NULL;
    TRY(series_list(e->w->readings, own, &(struct series_filter){.mn = o->mn, .period = PERIOD_HOUR, .group = -1}, &list, &n));
    ret->p = NEW_ARRAY(a, n + 1, struct table_figure);
    for (size_t i = 0; i < n; i++) {
        struct means m = {.a = own};
        if (list[i].group > GROUP_CONVERTED)
            continue;
        TRY(reading_scan_heads(e->scan, list[i].id, first, last, mean_of_day, &m));
        if (m.x.n < 20)
            continue;
        struct table_figure one = {.factor = arena_str(a, list[i].factor), .group = list[i].group};
        table_figure_of(m.x.p, m.x.n, &one.median, &one.spread);
        if (one.median > 0 && one.median < 1e9)
            ret->p[ret->n++] = one;
    }
    return NULL;
}

static err *put_figure(struct db *own, str run, const struct outlet_figures *o, const struct table_figure *f)
{
    return db_put(own, "INSERT INTO reading_watch_figure (run, outlet, trade, factor, grp, median, spread) VALUES (:run, :outlet, :trade, :factor, :grp,"
                       " :median, :spread) ON CONFLICT (run, outlet, factor, grp) DO NOTHING",
                  DB_ARGS(DB_T("run", run), DB_T("outlet", o->outlet), DB_T("trade", o->trade), DB_T("factor", f->factor), DB_I("grp", f->group),
                          DB_I("median", (int64_t)(f->median * 1e6)), DB_I("spread", (int64_t)(f->spread * 1e6))));
}

static err *put_figures(struct db *own, str run, const struct outlet_figures *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < list[i].n; k++)
            TRY(put_figure(own, run, &list[i], &list[i].p[k]));
    return NULL;
}

err *figures_put(struct watch *w, str run, const struct outlet_figures *list, size_t n)
{
    pthread_mutex_lock(&w->lock);
    err *e = db_begin_write(w->db);
    if (!e)
        e = db_end(w->db, put_figures(w->db, run, list, n));
    pthread_mutex_unlock(&w->lock);
    return e;
}

err *figures_made(struct watch *w, str run, bool *ret)
{
    int64_t known;
    pthread_mutex_lock(&w->lock);
    err *e = db_one_int(w->db, "SELECT COUNT(*) FROM reading_watch_figure WHERE run = :run", DB_ARGS(DB_T("run", run)), 0, &known);
    pthread_mutex_unlock(&w->lock);
    *ret = !e && known > 0;
    return e;
}

/*
 * A trade's figures are read once a run and shared: read again for each outlet, under the lock of the one connection, they cost more than the detectors.
 * The outlet's own are left out where they are used.
 */
struct trade_figure { str outlet; struct table_figure figure; };
struct trade { VEC(struct trade_figure) list; };
struct trades { struct arena *arena; struct map *by_name; str run; }; /* under the watch's lock; a trade that is there changes no more */

struct trades *trades_new(struct arena *a, str run)
{
    struct trades *t = NEW(a, struct trades);
    *t = (struct trades){a, map_new(a), run};
    return t;
}

static err *load_trade(struct db *own, struct trades *t, str name, struct trade **ret)
{
    AUTO_ARENA(a);
    struct db_rows rows;
    bool more;
    struct trade *trade = NEW(t->arena, struct trade);
    TRY(db_query(own, a, "SELECT outlet, factor, grp, median, spread FROM reading_watch_figure WHERE run = :run AND trade = :trade ORDER BY outlet, factor,"
                         " grp LIMIT :n", DB_ARGS(DB_T("run", t->run), DB_T("trade", name), DB_I("n", FIGURES_MOST + FIGURES_OF_ONE)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct trade_figure f = {.outlet = arena_str(t->arena, db_str(&rows, 0)),
                                 .figure = {.factor = arena_str(t->arena, db_str(&rows, 1)), .group = db_int(&rows, 2) == GROUP_CONVERTED ? COLUMN_CONVERTED : COLUMN_VALUE,
                                            .median = (double)db_int(&rows, 3) / 1e6, .spread = (double)db_int(&rows, 4) / 1e6}};
        vec_push(t->arena, &trade->list, f);
    }
    map_put(t->by_name, arena_str(t->arena, name), trade);
    *ret = trade;
    return NULL;
}

static err *trade_find(struct watch *w, struct trades *t, str name, struct trade **ret)
{
    err *e = NULL;
    pthread_mutex_lock(&w->lock);
    *ret = map_get(t->by_name, name);
    if (!*ret)
        e = load_trade(w->db, t, name, ret);
    pthread_mutex_unlock(&w->lock);
    return e;
}

static err *trade_in(struct watch *w, struct arena *a, const struct watch_outlet *o, struct trades *trades, struct table *t)
{
    struct trade *trade;
    str name = trade_of(a, o);
    if (!name.n)
        return NULL;
    TRY(trade_find(w, trades, name, &trade));
    struct table_figure *out = NEW_ARRAY(a, trade->list.n + 1, struct table_figure);
    size_t n = 0;
    for (size_t i = 0; i < trade->list.n && n < FIGURES_MOST; i++)
        if (!str_eq(trade->list.p[i].outlet, o->id))
            out[n++] = trade->list.p[i].figure;
    t->figures = n ? out : NULL, t->figures_n = n;
    return NULL;
}

/* ---- all of it ---- */
err *watch_beside(struct watch_eye *e, struct arena *a, const struct watch_outlet *o, struct trades *trades, const struct keepers *k, day first, day last,
                  usec as_of, struct table *t)
{
    struct watch_outlet *other = NULL;
    size_t n = 0;
    TRY(inspections_in(e->house, a, o, day_start(last + 1), as_of, t));
    TRY(others_in(e->house, a, o, &other, &n));
    TRY(frames(e, a, o, first, last, as_of, t));
    TRY(live(e, a, o, first, last, as_of, t));
    TRY(beside(e, a, other, n, first, last, as_of, t));
    TRY(trade_in(e->w, a, o, trades, t));
    pthread_mutex_lock(&e->w->lock);
    err *bad = records_in(e->w, a, o->mn, as_of, t);
    pthread_mutex_unlock(&e->w->lock);
    TRY(bad);
    t->keeper = keeper_of(k, o->subject);
    return NULL;
}
