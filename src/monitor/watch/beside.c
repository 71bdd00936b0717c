/*
 * What a table carries beside its columns, in full runs: the frames its hours came in, live values of the last week, officers'
 * inspections, the company's other outlets, the levels of its trade, and how often clues came of what its keeper keeps. Each is bounded, so that a
 * worker holds one outlet's span and little more. Other outlets have numbers here, no names: a finding is read by third parties.
 */
#include "monitor/watch/watch_private.h"

#include <stdlib.h>
#include <string.h>

enum { LIVE_DAYS = 7, FRAME_DAYS = 31, BESIDE_MOST = 6, FIGURES_MOST = 20000 };

/* ---- frames ---- */
struct collecting { struct arena *a; usec as_of; VEC(struct table_frame) frames; };

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

static err *collect(void *context, const struct spool_frame *f, usec slot)
{
    static const struct hj_options options = {.crc = HJ_CRC_ANY, .edition_2025 = true};
    struct collecting *c = context;
    struct hj_frame hj;
    struct hj_cut cut = hj_cut(f->raw, true);
    if (cut.kind != HJ_CUT_FRAME || (c->as_of != USEC_NONE && f->arrived > c->as_of) || str_eq(f->peer, S("import")))
        return NULL; /* of what was imported the times are the import's */
    hj_decode(&cut, &options, NULL, NULL, 0, &hj);
    vec_push(c->a, &c->frames, ((struct table_frame){.arrived = f->arrived, .qn = hj.qn_time, .data_time = hj.data_time == USEC_NONE ? slot : hj.data_time,
                                                     .peer = peer_of(f->peer), .crc = (uint8_t)hj.crc, .shape = shape_of(hj.data),
                                                     .resubmitted = hj.resubmitted || f->arrived > slot + 3 * USEC_HOUR}));
    return NULL;
}

static int by_arrival(const void *x, const void *y)
{
    const struct table_frame *a = x, *b = y;
    if (a->arrived != b->arrived)
        return a->arrived < b->arrived ? -1 : 1;
    return (a->qn > b->qn) - (a->qn < b->qn);
}

static err *frames(struct watch *w, struct arena *a, const struct watch_outlet *o, day first, day last, usec as_of, struct table *t)
{
    struct collecting c = {.a = a, .as_of = as_of};
    TRY(device_frames(w->readings, o->mn, PERIOD_HOUR, last - first >= FRAME_DAYS ? (day)(last - FRAME_DAYS + 1) : first, last, collect, &c));
    if (c.frames.n)
        qsort(c.frames.p, c.frames.n, sizeof *c.frames.p, by_arrival);
    t->frames = c.frames.p, t->frames_n = c.frames.n;
    return NULL;
}

/* ---- live values behind the minutes ---- */
static err *live(struct watch *w, struct arena *a, const struct watch_outlet *o, day first, day last, usec as_of, struct table *t)
{
    struct table *fine, *minutes = t;
    if (t->step_s > 60 && !t->finer)
        return NULL;
    TRY(watch_grid(w, a, o, PERIOD_LIVE, 0, last - first >= LIVE_DAYS ? (day)(last - LIVE_DAYS + 1) : first, last, as_of, &fine));
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

static err *beside(struct watch *w, struct arena *a, const struct watch_outlet *other, size_t n, day first, day last, usec as_of, struct table *t)
{
    const struct table **list = NEW_ARRAY(a, BESIDE_MOST, const struct table *);
    for (size_t i = 0; i < n && t->step_s == 3600; i++) {
        struct table *one;
        TRY(watch_grid(w, a, &other[i], PERIOD_HOUR, 3600, first, last, as_of, &one));
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

static err *put_figure(struct watch *w, str run, str outlet, str trade, const struct series *s, double median, double spread)
{
    pthread_mutex_lock(&w->lock);
    err *e = db_exec(w->db, "INSERT INTO reading_watch_figure (run, outlet, trade, factor, grp, median, spread) VALUES (:run, :outlet, :trade, :factor, :grp,"
                            " :median, :spread) ON CONFLICT (run, outlet, factor, grp) DO NOTHING",
                     DB_ARGS(DB_T("run", run), DB_T("outlet", outlet), DB_T("trade", trade), DB_T("factor", s->factor), DB_I("grp", s->group),
                             DB_I("median", (int64_t)(median * 1e6)), DB_I("spread", (int64_t)(spread * 1e6))), NULL);
    pthread_mutex_unlock(&w->lock);
    return e;
}

static err *figures_of(struct watch *w, struct reading_scan *scan, const struct watch_outlet *o, str run, day first, day last)
{
    AUTO_ARENA(a);
    struct series *list;
    size_t n;
    str trade = trade_of(a, o);
    if (!trade.n)
        return NULL;
    TRY(series_list(w->readings, a, &(struct series_filter){.mn = o->mn, .period = PERIOD_HOUR, .group = -1}, &list, &n));
    for (size_t i = 0; i < n; i++) {
        struct means m = {.a = a};
        if (list[i].group > GROUP_CONVERTED)
            continue;
        TRY(reading_scan_heads(scan, list[i].id, first, last, mean_of_day, &m));
        if (m.x.n < 20)
            continue;
        double median, spread;
        table_figure_of(m.x.p, m.x.n, &median, &spread);
        if (median > 0 && median < 1e9)
            TRY(put_figure(w, run, o->id, trade, &list[i], median, spread));
    }
    return NULL;
}

err *figures_make(struct watch *w, const struct watch_outlet *outlets, size_t n, str run, day first, day last)
{
    AUTO_ARENA(a);
    struct reading_scan *scan;
    int64_t known;
    pthread_mutex_lock(&w->lock);
    err *e = db_one_int(w->db, "SELECT COUNT(*) FROM reading_watch_figure WHERE run = :run", DB_ARGS(DB_T("run", run)), 0, &known);
    pthread_mutex_unlock(&w->lock);
    if (e || known)
        return e; /* made once: what a finding was compared with stays */
    TRY(reading_scan_open(w->readings, a, &scan));
    for (size_t i = 0; i < n && !e; i++)
        e = figures_of(w, scan, &outlets[i], run, first, last);
    reading_scan_close(scan);
    return e;
}

static err *trade_in(struct watch *w, struct arena *a, const struct watch_outlet *o, str run, struct table *t)
{
    struct db_rows rows;
    bool more;
    VEC(struct table_figure) list = {0};
    str trade = trade_of(a, o);
    if (!trade.n)
        return NULL;
    TRY(db_query(w->db, a, "SELECT factor, grp, median, spread FROM reading_watch_figure WHERE run = :run AND trade = :trade AND outlet <> :outlet"
                           " ORDER BY outlet, factor, grp LIMIT :n",
                 DB_ARGS(DB_T("run", run), DB_T("trade", trade), DB_T("outlet", o->id), DB_I("n", FIGURES_MOST)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &list, ((struct table_figure){.factor = db_str(&rows, 0), .group = db_int(&rows, 1) == GROUP_CONVERTED ? COLUMN_CONVERTED : COLUMN_VALUE,
                                                  .median = (double)db_int(&rows, 2) / 1e6, .spread = (double)db_int(&rows, 3) / 1e6}));
    }
    t->figures = list.p, t->figures_n = list.n;
    return NULL;
}

/* ---- all of it ---- */
err *watch_beside(struct watch *w, struct arena *a, const struct watch_outlet *o, str run, const struct keepers *k, day first, day last, usec as_of,
                  struct table *t)
{
    struct db *house;
    struct watch_outlet *other = NULL;
    size_t n = 0;
    TRY(db_open(w->house, false, &house));
    err *e = inspections_in(house, a, o, day_start(last + 1), as_of, t);
    if (!e)
        e = others_in(house, a, o, &other, &n);
    db_close(house);
    TRY(e);
    TRY(frames(w, a, o, first, last, as_of, t));
    TRY(live(w, a, o, first, last, as_of, t));
    TRY(beside(w, a, other, n, first, last, as_of, t));
    pthread_mutex_lock(&w->lock);
    e = trade_in(w, a, o, run, t);
    if (!e)
        e = records_in(w, a, o->mn, as_of, t);
    pthread_mutex_unlock(&w->lock);
    TRY(e);
    t->keeper = keeper_of(k, o->subject);
    return NULL;
}
