/*
 * Slabs into chunks. A station's day that is over, and whose hour and day values have had time to come, becomes one chunk a
 * series; late values make a new revision of the series they touch. First the chunks are put and committed, then the index
 * lists them, drops the slabs and keeps their frames, in one transaction. Broken off between the two, the same slabs give the
 * same chunks again.
 */
#include "monitor/series/drain.h"

#include <stdlib.h>

struct station_day { int64_t device; day day; };
struct meta { int64_t id; uint8_t period; int32_t cadence_s, cadence_new; str key; };
struct done_day { int64_t device; str mn; str frames, traces /* absent: no hour came */; };
struct step {
    struct readings *r;
    struct arena *arena;
    struct db *index;
    struct chunk_room *room;
    day day;
    usec now;
    int64_t counter, chunks_key;
    struct series_day *build;
    VEC(struct chunk_row) chunks;
    VEC(struct done_day) days;
    VEC(struct meta) cadences;
};

/* ---- one station's day ---- */

struct station {
    VEC(struct slab *) slabs;
    VEC(struct meta) series;
    struct frame_list frames;   /* of the whole day, seconds since it began */
    struct trace_list traces;
    bool chunked;
};

static err *load_slabs(struct step *s, int64_t device, struct station *st)
{
    struct db_rows rows;
    int64_t first = (int64_t)s->day * 24 - 8;
    str bytes;
    TRY(db_one_str(s->index, s->arena, "SELECT data FROM reading_frames WHERE device = :device AND day = :day",
                   DB_ARGS(DB_I("device", device), DB_I("day", s->day)), &bytes));
    st->chunked = bytes.p != NULL;
    if (bytes.p)
        TRY(frames_decode(s->arena, bytes, &st->frames));
    TRY(db_one_str(s->index, s->arena, "SELECT data FROM reading_trace WHERE device = :device AND day = :day",
                   DB_ARGS(DB_I("device", device), DB_I("day", s->day)), &bytes));
    if (bytes.p)
        TRY(traces_decode(s->arena, bytes, &st->traces));
    TRY(db_query(s->index, s->arena,
                 "SELECT hour, data FROM reading_slab WHERE device = :device AND hour >= :first AND hour < :end ORDER BY hour",
                 DB_ARGS(DB_I("device", device), DB_I("first", first), DB_I("end", first + 24)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct slab *slab = NEW(s->arena, struct slab);
        slab->hour = db_int(&rows, 0);
        TRY(slab_decode(s->arena, db_str(&rows, 1), slab));
        vec_push(s->arena, &st->slabs, slab);
        for (size_t i = 0; i < slab->frames.n; i++) {
            slab->frames.p[i].second += (int32_t)(slab->hour - first) * 3600;
            frames_add(s->arena, &st->frames, &slab->frames.p[i]);
        }
        for (size_t i = 0; i < slab->traces.n; i++)
            vec_push(s->arena, &st->traces, slab->traces.p[i]);
    }
}

static err *load_series(struct step *s, int64_t device, struct station *st, str *ret_mn)
{
    struct db_rows rows;
    TRY(db_query(s->index, s->arena, "SELECT id, period, cadence_s, key, mn FROM reading_series WHERE device = :device ORDER BY key",
                 DB_ARGS(DB_I("device", device)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        *ret_mn = db_str(&rows, 4);
        vec_push(s->arena, &st->series,
                 ((struct meta){db_int(&rows, 0), (uint8_t)db_int(&rows, 1), (int32_t)db_int(&rows, 2), 0, db_str(&rows, 3)}));
    }
}

/* The slabs' cells of a series over what stands in `build`; false when nothing is new. */
static bool overlay(struct step *s, const struct station *st, int64_t series)
{
    bool changed = false;
    int64_t first = (int64_t)s->day * 24 - 8;
    for (size_t i = 0; i < st->slabs.n; i++)
        for (size_t k = 0; k < st->slabs.p[i]->series.n; k++) {
            const struct slab_series *one = &st->slabs.p[i]->series.p[k];
            for (size_t c = 0; one->series == series && c < one->n; c++) {
                struct cell *at = &s->build->cell[(st->slabs.p[i]->hour - first) * HOUR_MINUTES + one->p[c].minute];
                changed |= !cell_equal(at, &one->p[c].cell);
                *at = one->p[c].cell;
            }
        }
    return changed;
}

static bool has_cells(const struct station *st, int64_t series)
{
    for (size_t i = 0; i < st->slabs.n; i++)
        for (size_t k = 0; k < st->slabs.p[i]->series.n; k++)
            if (st->slabs.p[i]->series.p[k].series == series && st->slabs.p[i]->series.p[k].n)
                return true;
    return false;
}

static err *make_series(struct step *s, const struct station *st, struct meta *m)
{
    int32_t revision = -1;
    str bytes = STR_NONE;
    series_day_clear(s->build, s->day, m->period);
    if (st->chunked) {
        AUTO_ARENA(a);
        struct chunk_day *before;
        TRY(chunk_get(s->r, s->index, a, m->id, s->day, USEC_NONE, &bytes, &revision));
        if (bytes.p) {
            TRY(chunk_decode(s->room, bytes, &before));
            series_day_of_chunk(s->arena, s->build, before);
        }
    }
    if (!overlay(s, st, m->id))
        return NULL;
    struct chunk_day *d = series_day_to_chunk(s->room, s->arena, s->build, m->period == PERIOD_MINUTE ? m->cadence_s : 0, revision + 1);
    CHECK(d);
    vec_push(s->arena, &s->chunks,
             ((struct chunk_row){m->id, s->day, revision + 1, s->now, chunk_encode(s->arena, d), m->key}));
    if (d->cadence_s != m->cadence_s) {
        m->cadence_new = d->cadence_s;
        vec_push(s->arena, &s->cadences, *m);
    }
    return NULL;
}

static int by_place(const void *left, const void *right)
{
    const struct slab_frame *a = left, *b = right;
    if (a->batch != b->batch)
        return a->batch < b->batch ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

/* Slabs and chunks of before there were traces have none: then all of the day's are made of its frames. */
static err *make_traces(struct step *s, struct station *st, str *ret)
{
    size_t hours = 0;
    for (size_t i = 0; i < st->frames.n; i++)
        hours += st->frames.p[i].period == PERIOD_HOUR;
    if (st->traces.n != hours) {
        st->traces = (struct trace_list){0};
        TRY(traces_of_frames(s->r, s->arena, &st->frames, s->day, &st->traces));
    }
    *ret = st->traces.n ? traces_encode(s->arena, st->traces.p, st->traces.n) : STR_NONE;
    return NULL;
}

static err *make_station(struct step *s, int64_t device)
{
    struct station st = {0};
    struct done_day done = {.device = device};
    TRY(load_slabs(s, device, &st));
    TRY(load_series(s, device, &st, &done.mn));
    for (size_t i = 0; i < st.series.n; i++)
        if (has_cells(&st, st.series.p[i].id))
            TRY(make_series(s, &st, &st.series.p[i]));
    if (st.frames.n)
        qsort(st.frames.p, st.frames.n, sizeof *st.frames.p, by_place);
    done.frames = frames_encode(s->arena, st.frames.p, st.frames.n);
    TRY(make_traces(s, &st, &done.traces));
    vec_push(s->arena, &s->days, done);
    return NULL;
}

/* ---- the index ---- */

static err *list_day(struct step *s, struct db *d, const struct done_day *one)
{
    int64_t first = (int64_t)s->day * 24 - 8;
    TRY(db_put(d,
               "INSERT INTO reading_frames (device, day, data) VALUES (:device, :day, :data)"
               " ON CONFLICT (device, day) DO UPDATE SET data = excluded.data",
               DB_ARGS(DB_I("device", one->device), DB_I("day", s->day), DB_B("data", one->frames))));
    if (one->traces.p)
        TRY(db_put(d,
                   "INSERT INTO reading_trace (device, day, data) VALUES (:device, :day, :data)"
                   " ON CONFLICT (device, day) DO UPDATE SET data = excluded.data",
                   DB_ARGS(DB_I("device", one->device), DB_I("day", s->day), DB_B("data", one->traces))));
    TRY(db_put(d, "DELETE FROM reading_slab WHERE device = :device AND hour >= :first AND hour < :end",
               DB_ARGS(DB_I("device", one->device), DB_I("first", first), DB_I("end", first + 24))));
    TRY(db_put(d, "UPDATE reading_device SET chunked_to = :day WHERE id = :device AND chunked_to < :day",
               DB_ARGS(DB_I("day", s->day), DB_I("device", one->device))));
    return NULL;
}

static err *list_all(struct step *s, struct db *d)
{
    int64_t counter, generation;
    TRY(db_one_int(d, "SELECT value FROM reading_state WHERE name = 'drain'", NULL, 0, &counter));
    if (counter != s->counter)
        return err_new(ERR_BUSY, "另一个程序同时在整理监测数据，请稍后再试");
    TRY(db_put(d,
               "INSERT INTO reading_day (day, generation) VALUES (:day, 1)"
               " ON CONFLICT (day) DO UPDATE SET generation = reading_day.generation + 1",
               DB_ARGS(DB_I("day", s->day))));
    TRY(db_one_int(d, "SELECT generation FROM reading_day WHERE day = :day", DB_ARGS(DB_I("day", s->day)), 0, &generation));
    for (size_t i = 0; i < s->chunks.n; i++)
        TRY(chunk_stat_put(d, &s->chunks.p[i], generation));
    for (size_t i = 0; i < s->days.n; i++)
        TRY(list_day(s, d, &s->days.p[i]));
    for (size_t i = 0; i < s->cadences.n; i++)
        TRY(db_put(d, "UPDATE reading_series SET cadence_s = :cadence WHERE id = :id",
                   DB_ARGS(DB_I("cadence", s->cadences.p[i].cadence_new), DB_I("id", s->cadences.p[i].id))));
    if (s->chunks.n)
        TRY(db_put(d, "UPDATE reading_month SET late = 1 WHERE month = :month", DB_ARGS(DB_I("month", month_of(s->day)))));
    TRY(db_put(d,
               "INSERT INTO reading_state (name, value) VALUES ('drain', :value)"
               " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
               DB_ARGS(DB_I("value", counter + 1))));
    return NULL;
}

/* What the drain remembers stays right, so that it need not be read anew. */
static void remember(struct step *s)
{
    struct drain *d = s->r->drain;
    if (!d || !d->devices || d->counter != s->counter)
        return;
    d->counter++;
    for (size_t i = 0; i < s->days.n; i++) {
        struct dev *v = s->days.p[i].mn.p ? map_get(d->devices, s->days.p[i].mn) : NULL;
        if (v && v->chunked_to < s->day)
            v->chunked_to = s->day;
    }
}

static err *list(struct step *s)
{
    AUTO_LEASE lease = {0};
    TRY(lease_take(s->r, PLACE_INDEX, 0, true, &lease));
    TRY(db_begin_write(lease.db));
    TRY(list_all(s, lease.db));
    TRY(db_commit(lease.db));
    remember(s);
    return NULL;
}

static err *make_step(struct readings *r, struct chunk_room *room, const struct station_day *p, size_t n, usec now,
                      struct drain_report *report)
{
    AUTO_ARENA(a);
    AUTO_LEASE lease = {0};
    struct step s = {.r = r, .arena = a, .room = room, .day = p[0].day, .now = now, .build = NEW(a, struct series_day)};
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    s.index = lease.db;
    TRY(db_one_int(s.index, "SELECT value FROM reading_state WHERE name = 'drain'", NULL, 0, &s.counter));
    TRY(chunks_key(s.index, month_of(s.day), &s.chunks_key));
    for (size_t i = 0; i < n; i++)
        TRY(make_station(&s, p[i].device));
    if (s.chunks.n)
        TRY(chunks_put(r, s.chunks_key, s.chunks.p, s.chunks.n));
    TRY(list(&s));
    report->chunks += (int64_t)s.chunks.n;
    return NULL;
}

static err *candidates(struct readings *r, struct arena *a, usec now, struct station_day **ret, size_t *ret_n)
{
    AUTO_LEASE lease = {0};
    struct db_rows rows;
    day over = day_of(now - GRACE_S * USEC_SECOND); /* days before this one are over */
    TRY(lease_take(r, PLACE_INDEX, 0, false, &lease));
    TRY(db_query(lease.db, a,
                 "SELECT x.device, x.day FROM (SELECT device, (hour + 8) / 24 AS day, MAX(newest) AS newest FROM reading_slab"
                 " WHERE hour < :end GROUP BY device, (hour + 8) / 24) x"
                 " LEFT JOIN reading_frames f ON f.device = x.device AND f.day = x.day"
                 " WHERE f.device IS NULL OR x.newest <= :settled ORDER BY x.day, x.device LIMIT 50000",
                 DB_ARGS(DB_I("end", (int64_t)over * 24 - 8), DB_I("settled", now - LATE_SETTLE_S * USEC_SECOND)), &rows));
    VEC(struct station_day) list = {0};
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &list, ((struct station_day){db_int(&rows, 0), (day)db_int(&rows, 1)}));
    }
    *ret = list.p;
    *ret_n = list.n;
    return NULL;
}

err *compact_days(struct readings *r, usec now, struct drain_report *report)
{
    AUTO_ARENA(room_arena);
    struct chunk_room *room = chunk_room_new(room_arena);
    for (;;) {
        AUTO_ARENA(a);
        struct station_day *p;
        size_t n;
        TRY(candidates(r, a, now, &p, &n));
        if (!n)
            return NULL;
        for (size_t i = 0, end; i < n; i = end) {
            for (end = i; end < n && end < i + COMPACT_STEP && p[end].day == p[i].day;)
                end++;
            TRY(make_step(r, room, p + i, end - i, now, report));
        }
    }
}
