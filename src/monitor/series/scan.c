/*
 * Reading columns. A month's chunks come from its sealed file, its open file, or both (late revisions); days that are not yet
 * chunks, and late values that are not yet in them, come from slabs and are laid over. Connections stay with the scan, so a
 * series-year is twelve look-ups and its decoding.
 *
 * as_of goes by the time a revision was made. What stood in slabs then is not known any more, so it is left out; the versions
 * and frames of a slot say when each value came.
 */
#include "monitor/series/drain.h"

#include <stdlib.h>
#include <string.h>

enum { SCAN_LEASES = 40 };
struct held { int kind; int64_t key; uint64_t used; struct lease lease; };
struct month_row { int month; int64_t sealing; bool late; };
struct segment_row { int64_t id; int month; int64_t first, last; str file; };
struct reading_scan {
    struct readings *r;
    struct arena *arena;        /* the catalogue */
    struct arena *room_arena, *work;
    struct lease index;
    struct chunk_room *room;
    struct series_day *build;
    int64_t counter;            /* of the drain, when the catalogue was read */
    VEC(struct month_row) months;
    VEC(struct segment_row) segments;
    struct held held[SCAN_LEASES];
    size_t held_n;
    uint64_t tick;
};
struct entry { day day; int32_t revision; str bytes; };
typedef VEC(struct entry) entry_list;

err *reading_scan_open(struct readings *r, struct arena *a, struct reading_scan **ret)
{
    struct reading_scan *s = NEW(a, struct reading_scan);
    *s = (struct reading_scan){.r = r, .arena = arena_new(), .room_arena = arena_new(), .work = arena_new(), .counter = -1};
    s->room = chunk_room_new(s->room_arena);
    s->build = NEW(s->room_arena, struct series_day);
    err *bad = lease_take(r, PLACE_INDEX, 0, false, &s->index);
    if (bad) {
        reading_scan_close(s);
        return bad;
    }
    *ret = s;
    return NULL;
}

void reading_scan_close(struct reading_scan *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->held_n; i++)
        lease_end(&s->held[i].lease);
    lease_end(&s->index);
    arena_free(s->work);
    arena_free(s->room_arena);
    arena_free(s->arena);
}

/* ---- the catalogue of months ---- */

static err *load_months(struct reading_scan *s)
{
    struct db_rows rows;
    TRY(db_query(s->index.db, s->arena, "SELECT month, sealing, late FROM reading_month ORDER BY month", NULL, &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(s->arena, &s->months, ((struct month_row){(int)db_int(&rows, 0), db_int(&rows, 1), db_int(&rows, 2) != 0}));
    }
    TRY(db_query(s->index.db, s->arena, "SELECT id, month, first_series, last_series, file FROM reading_segment ORDER BY month, id", NULL,
                 &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        vec_push(s->arena, &s->segments,
                 ((struct segment_row){db_int(&rows, 0), (int)db_int(&rows, 1), db_int(&rows, 2), db_int(&rows, 3), db_str(&rows, 4)}));
    }
}

static err *catalogue(struct reading_scan *s)
{
    int64_t counter;
    TRY(db_one_int(s->index.db, "SELECT value FROM reading_state WHERE name = 'drain'", NULL, 0, &counter));
    if (counter == s->counter)
        return NULL;
    arena_reset(s->arena);
    memset(&s->months, 0, sizeof s->months);
    memset(&s->segments, 0, sizeof s->segments);
    TRY(load_months(s));
    s->counter = counter;
    return NULL;
}

/* A connection to a place, kept; absent (*ret NULL) when there is no such file. */
static err *hold(struct reading_scan *s, enum place_kind kind, int64_t key, str file, struct db **ret)
{
    struct held *oldest = NULL;
    for (size_t i = 0; i < s->held_n; i++) {
        struct held *h = &s->held[i];
        if (h->kind == (int)kind && h->key == key) {
            h->used = ++s->tick;
            *ret = h->lease.db;
            return NULL;
        }
        if (!oldest || h->used < oldest->used)
            oldest = h;
    }
    struct lease lease = {0};
    err *bad = kind == PLACE_SEGMENT ? lease_segment(s->r, key, file, &lease) : lease_take(s->r, kind, key, false, &lease);
    *ret = NULL;
    if (bad)
        return bad->kind == ERR_MISSING && kind == PLACE_CHUNKS ? NULL : bad;
    if (s->held_n < SCAN_LEASES)
        oldest = &s->held[s->held_n++];
    else
        lease_end(&oldest->lease);
    *oldest = (struct held){kind, key, ++s->tick, lease};
    *ret = lease.db;
    return NULL;
}

/* ---- a month of a series ---- */

static void add_entry(struct arena *a, entry_list *list, day d, int32_t revision, str bytes)
{
    for (size_t i = list->n; i-- > 0 && list->p[i].day >= d;)
        if (list->p[i].day == d) {
            if (revision > list->p[i].revision)
                list->p[i] = (struct entry){d, revision, bytes};
            return;
        }
    vec_push(a, list, ((struct entry){d, revision, bytes}));
    for (size_t i = list->n - 1; i > 0 && list->p[i - 1].day > d; i--) {
        struct entry e = list->p[i];
        list->p[i] = list->p[i - 1];
        list->p[i - 1] = e;
    }
}

static err *from_segment(struct reading_scan *s, int month, int64_t series, day first, day last, usec as_of, entry_list *list)
{
    const struct segment_row *g = NULL;
    for (size_t i = 0; i < s->segments.n; i++)
        if (s->segments.p[i].month == month && s->segments.p[i].first <= series && s->segments.p[i].last >= series)
            g = &s->segments.p[i];
    if (!g)
        return NULL;
    struct db *d;
    str blob;
    struct month_entry *e;
    size_t n;
    TRY(hold(s, PLACE_SEGMENT, g->id, g->file, &d));
    TRY(db_one_str(d, s->work, "SELECT data FROM reading_month_series WHERE series = :series", DB_ARGS(DB_I("series", series)), &blob));
    if (!blob.p)
        return NULL;
    TRY(month_blob_decode(s->work, blob, &e, &n));
    for (size_t i = 0; i < n; i++)
        if (e[i].day >= first && e[i].day <= last && e[i].made <= as_of)
            add_entry(s->work, list, e[i].day, e[i].revision, e[i].bytes);
    return NULL;
}

/* Chunks put but not listed yet (a run is on its way, or was broken off) are not there. */
static err *from_open(struct reading_scan *s, int64_t key, int64_t series, day first, day last, usec as_of, entry_list *list)
{
    struct db *d;
    struct db_rows rows;
    TRY(hold(s, PLACE_CHUNKS, key, STR_NONE, &d));
    if (!d)
        return NULL;
    struct db_args *args = DB_ARGS(DB_I("series", series), DB_I("first", first), DB_I("last", last), DB_I("as_of", as_of));
    VEC(struct entry) listed = {0};
    TRY(db_query(s->index.db, s->work,
                 "SELECT day, MAX(revision) FROM reading_chunk_stat WHERE series = :series AND day >= :first AND day <= :last"
                 " AND made <= :as_of GROUP BY day ORDER BY day",
                 args, &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(s->work, &listed, ((struct entry){(day)db_int(&rows, 0), (int32_t)db_int(&rows, 1), STR_NONE}));
    }
    TRY(db_query(d, s->work,
                 "SELECT day, revision, data FROM reading_chunk WHERE series = :series AND day >= :first AND day <= :last"
                 " AND made <= :as_of ORDER BY day, revision",
                 args, &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        for (size_t i = 0; i < listed.n; i++)
            if (listed.p[i].day == db_int(&rows, 0) && listed.p[i].revision == db_int(&rows, 1))
                add_entry(s->work, list, listed.p[i].day, listed.p[i].revision, db_str(&rows, 2));
    }
}

static err *month_entries(struct reading_scan *s, int month, int64_t series, day first, day last, usec as_of, entry_list *list)
{
    const struct month_row *m = NULL;
    for (size_t i = 0; i < s->months.n; i++)
        if (s->months.p[i].month == month)
            m = &s->months.p[i];
    first = first > month_first(month) ? first : month_first(month);
    last = last < month_first(month + 1) - 1 ? last : month_first(month + 1) - 1;
    if (m && s->r->files)
        TRY(from_segment(s, month, series, first, last, as_of, list));
    if (!m || m->late || !s->r->files)
        TRY(from_open(s, month_key(month, m ? m->sealing : 0), series, first, last, as_of, list));
    return NULL;
}

/* ---- slabs ---- */

struct hours { VEC(struct slab *) p; uint8_t period; };

static err *load_hours(struct reading_scan *s, int64_t series, day first, day last, struct hours *h)
{
    struct db_rows rows;
    TRY(db_query(s->index.db, s->work,
                 "SELECT b.hour, b.data, s.period FROM reading_series s JOIN reading_slab b ON b.device = s.device"
                 " WHERE s.id = :series AND b.hour >= :first AND b.hour < :end ORDER BY b.hour",
                 DB_ARGS(DB_I("series", series), DB_I("first", (int64_t)first * 24 - 8), DB_I("end", ((int64_t)last + 1) * 24 - 8)),
                 &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct slab *slab = NEW(s->work, struct slab);
        slab->hour = db_int(&rows, 0);
        h->period = (uint8_t)db_int(&rows, 2);
        TRY(slab_decode(s->work, db_str(&rows, 1), slab));
        for (size_t i = 0; i < slab->series.n; i++)
            if (slab->series.p[i].series == series && slab->series.p[i].n) {
                slab->series.p[0] = slab->series.p[i];
                vec_push(s->work, &h->p, slab);
                break;
            }
    }
}

static void lay_over(struct series_day *into, const struct slab *slab)
{
    int64_t first = (int64_t)into->day * 24 - 8;
    const struct slab_series *one = &slab->series.p[0];
    for (size_t i = 0; i < one->n; i++)
        into->cell[(slab->hour - first) * HOUR_MINUTES + one->p[i].minute] = one->p[i].cell;
}

/* ---- days ---- */

struct walk {
    err *(*each)(void *context, const struct chunk_day *d);
    void *context;
    int64_t series;
    struct hours hours;
    size_t at;                  /* hours already passed */
    int32_t cadence_s;
};

static err *give(struct reading_scan *s, struct walk *w, day d, const struct entry *e)
{
    size_t end = w->at;
    while (end < w->hours.p.n && day_of_hour(w->hours.p.p[end]->hour) == d)
        end++;
    struct chunk_day *decoded = NULL;
    if (e)
        TRY(chunk_decode(s->room, e->bytes, &decoded));
    if (end > w->at) {
        series_day_clear(s->build, d, w->hours.period);
        if (decoded)
            series_day_of_chunk(s->work, s->build, decoded);
        for (size_t i = w->at; i < end; i++)
            lay_over(s->build, w->hours.p.p[i]);
        decoded = series_day_to_chunk(s->room, s->work, s->build, w->cadence_s, e ? e->revision + 1 : 0);
    }
    w->at = end;
    return decoded ? w->each(w->context, decoded) : NULL;
}

static err *give_hours_before(struct reading_scan *s, struct walk *w, day d)
{
    while (w->at < w->hours.p.n && day_of_hour(w->hours.p.p[w->at]->hour) < d)
        TRY(give(s, w, day_of_hour(w->hours.p.p[w->at]->hour), NULL));
    return NULL;
}

err *reading_scan_days(struct reading_scan *s, int64_t series, day first, day last, usec as_of,
                       err *(*each)(void *context, const struct chunk_day *d), void *context)
{
    struct walk w = {.each = each, .context = context, .series = series};
    struct db_rows rows;
    bool more;
    arena_reset(s->work);
    TRY(catalogue(s));
    TRY(db_query(s->index.db, s->work, "SELECT first_day, last_day, cadence_s FROM reading_series WHERE id = :id",
                 DB_ARGS(DB_I("id", series)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_new(ERR_MISSING, "没有这个数据序列");
    first = first > db_int(&rows, 0) ? first : (day)db_int(&rows, 0);
    last = last < db_int(&rows, 1) ? last : (day)db_int(&rows, 1);
    w.cadence_s = (int32_t)db_int(&rows, 2);
    if (first > last || db_int(&rows, 0) == DAY_NONE)
        return NULL;
    if (as_of == USEC_NONE)
        TRY(load_hours(s, series, first, last, &w.hours));
    for (int month = month_of(first); month <= month_of(last); month++) {
        entry_list list = {0};
        TRY(month_entries(s, month, series, first, last, as_of == USEC_NONE ? INT64_MAX : as_of, &list));
        for (size_t i = 0; i < list.n; i++) {
            TRY(give_hours_before(s, &w, list.p[i].day));
            TRY(give(s, &w, list.p[i].day, &list.p[i]));
        }
    }
    TRY(give_hours_before(s, &w, last + 1));
    return NULL;
}

/* ---- heads ---- */

struct heads { err *(*each)(void *context, const struct chunk_head *h); void *context; };

/* Of a day that stands in slabs there is no head yet: it is made, and its head read. */
static err *head_of_day(void *context, const struct chunk_day *d)
{
    const struct heads *h = context;
    AUTO_ARENA(a);
    struct chunk_head head;
    TRY(chunk_head_read(chunk_encode(a, d), false, &head));
    return h->each(h->context, &head);
}

static struct chunk_head head_row(struct db_rows *rows)
{
    return (struct chunk_head){.day = (day)db_int(rows, 0), .revision = (int32_t)db_int(rows, 1), .cadence_s = (int32_t)db_int(rows, 2),
                               .slots = (int16_t)db_int(rows, 3), .valid = (int16_t)db_int(rows, 4),
                               .decimals = (int8_t)db_int(rows, 5), .shape = (uint8_t)db_int(rows, 6), .wide = db_int(rows, 7) != 0,
                               .minimum = db_int(rows, 8), .maximum = db_int(rows, 9), .sum = db_int(rows, 10)};
}

err *reading_scan_heads(struct reading_scan *s, int64_t series, day first, day last,
                        err *(*each)(void *context, const struct chunk_head *h), void *context)
{
    struct heads heads = {each, context};
    struct db_rows rows;
    AUTO_ARENA(a);
    TRY(db_query(s->index.db, a,
                 "SELECT c.day, c.revision, c.cadence_s, c.slots, c.valid, c.decimals, c.shape, c.wide, c.minimum, c.maximum, c.total,"
                 " (SELECT count(*) FROM reading_slab b WHERE b.device = s.device AND b.hour >= c.day * 24 - 8"
                 " AND b.hour < c.day * 24 + 16) FROM reading_series s JOIN reading_chunk_stat c ON c.series = s.id"
                 " WHERE s.id = :series AND c.day >= :first AND c.day <= :last AND c.revision ="
                 " (SELECT MAX(n.revision) FROM reading_chunk_stat n WHERE n.series = c.series AND n.day = c.day) ORDER BY c.day",
                 DB_ARGS(DB_I("series", series), DB_I("first", first), DB_I("last", last)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct chunk_head h = head_row(&rows);
        if (h.day > first)
            TRY(reading_scan_days(s, series, first, h.day - 1, USEC_NONE, head_of_day, &heads));
        if (db_int(&rows, 11))
            TRY(reading_scan_days(s, series, h.day, h.day, USEC_NONE, head_of_day, &heads));
        else
            TRY(each(context, &h));
        first = h.day + 1;
    }
    if (first <= last)
        TRY(reading_scan_days(s, series, first, last, USEC_NONE, head_of_day, &heads));
    return NULL;
}
