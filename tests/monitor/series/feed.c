#include "feed.h"

#include <fcntl.h>

struct feed feed_open(struct scene *s)
{
    struct feed f = {.scene = s, .a = s->arena, .arrived = at("2026-01-02 03:04:10")};
    assert_ok(readings_open(s->store, READINGS_WRITE, &f.r));
    return f;
}

void feed_close(struct feed *f)
{
    readings_close(f->r);
}

usec at(const char *text)
{
    AUTO_ARENA(a);
    usec t;
    assert_ok(time_parse(arena_printf(a, "%.10sT%s+08:00", text, text + 11), &t));
    return t;
}

void feed_raw(struct feed *f, str raw, enum spool_state state)
{
    struct spool_frame one = {.arrived = f->arrived, .arrived_mono = f->arrived / 2, .connection = 7, .peer = S("10.0.0.7:51234"),
                              .state = (uint8_t)state, .raw = raw};
    f->arrived += USEC_SECOND;
    vec_push(f->a, &f->waiting, one);
}

void feed_part(struct feed *f, const char *mn, int cn, int pnum, int pno, const char *data)
{
    struct civil c = civil_of(f->arrived);
    buf b = buf_make(f->a, HJ_LIMIT_FRAME);
    struct hj_head h = {.edition = HJ_2017, .st = S("31"), .pw = S("123456"), .mn = str_of(mn), .flag = pnum ? 7 : 5, .pnum = pnum,
                        .pno = pno, .crc = HJ_CRC_OK};
    h.cn = arena_printf(f->a, "%d", cn);
    h.qn = arena_printf(f->a, "%04d%02d%02d%02d%02d%02d%03lld", c.year, c.month, c.dom, c.hour, c.minute, c.second,
                        (long long)(f->serial++ % 1000));
    assert_ok(hj_encode(&b, &h, str_of(data)));
    feed_raw(f, buf_str(&b), SPOOL_ACCEPTED);
}

void feed_frame(struct feed *f, const char *mn, int cn, const char *data)
{
    feed_part(f, mn, cn, 0, 0, data);
}

int64_t feed_commit(struct feed *f)
{
    int64_t batch = 0;
    static const struct spool_clock clock = {1500, 40, true};
    if (f->waiting.n)
        assert_ok(spool_append(f->r, f->waiting.p, f->waiting.n, &clock, &batch));
    f->waiting.n = 0;
    return batch;
}

struct drain_report feed_drain(struct feed *f, usec now)
{
    struct drain_report report;
    feed_commit(f);
    assert_ok(readings_drain(f->r, now, &report));
    return report;
}

struct series feed_series(struct feed *f, const char *mn, enum reading_period p, const char *factor, enum reading_group g)
{
    struct series s;
    assert_ok(series_find(f->r, f->a, str_of(mn), p, str_of(factor), g, &s));
    return s;
}

struct slot_read { usec at; struct feed *feed; const char *text; };

static err *read_slot(void *context, const struct chunk_day *d)
{
    struct slot_read *s = context;
    int64_t offset = (s->at - day_start(d->day)) / USEC_SECOND;
    if (offset < 0 || offset >= 86400 || offset % d->cadence_s)
        return NULL;
    int slot = (int)(offset / d->cadence_s);
    if (d->flag[slot] == CHUNK_MISSING)
        return NULL;
    struct series_day *minutes = NEW(s->feed->a, struct series_day);
    series_day_of_chunk(s->feed->a, minutes, d);
    const struct cell *c = &minutes->cell[offset / 60];
    str v[3];
    for (int k = 0; k < 3; k++)
        v[k] = cell_value_text(s->feed->a, c, k);
    s->text = arena_printf(s->feed->a, "%.*s/%.*s/%.*s %c", STR_ARG(v[0]), STR_ARG(v[1]), STR_ARG(v[2]), d->flag[slot]).p;
    return NULL;
}

const char *feed_slot(struct feed *f, int64_t series, usec t, usec as_of)
{
    struct slot_read s = {t, f, ""};
    struct reading_scan *scan;
    assert_ok(reading_scan_open(f->r, f->a, &scan));
    assert_ok(reading_scan_days(scan, series, day_of(t) - 3, day_of(t) + 3, as_of, read_slot, &s));
    reading_scan_close(scan);
    return s.text;
}

int64_t feed_count(struct feed *f, const char *sql)
{
    AUTO_LEASE lease = {0};
    int64_t n;
    assert_ok(lease_take(f->r, PLACE_INDEX, 0, false, &lease));
    assert_ok(db_one_int(lease.db, sql, NULL, -1, &n));
    return n;
}

struct sm3 feed_digest(struct feed *f)
{
    AUTO_ARENA(a);
    AUTO_LEASE lease = {0};
    struct sm3_state state;
    struct db_rows rows;
    sm3_init(&state);
    assert_ok(lease_take(f->r, PLACE_INDEX, 0, false, &lease));
    assert_ok(db_query(lease.db, a,
                       "SELECT s.key, c.series, c.day, c.revision FROM reading_chunk_stat c JOIN reading_series s ON s.id = c.series"
                       " ORDER BY s.key, c.day, c.revision",
                       NULL, &rows));
    for (bool more;;) {
        str bytes;
        assert_ok(db_next(&rows, &more));
        if (!more)
            break;
        assert_ok(chunk_get_revision(f->r, lease.db, a, db_int(&rows, 1), (day)db_int(&rows, 2), (int32_t)db_int(&rows, 3), &bytes));
        assert_non_null(bytes.p);
        struct sm3 leaf = chunk_leaf(db_str(&rows, 0), bytes);
        sm3_add(&state, leaf.byte, SM3_BYTES);
    }
    struct reading_anchor *anchors;
    size_t n;
    assert_ok(readings_to_anchor(f->r, a, &anchors, &n));
    for (size_t i = 0; i < n; i++)
        sm3_add(&state, anchors[i].root.byte, SM3_BYTES);
    return sm3_end(&state);
}

struct faults { int64_t n; str first; struct arena *a; };

static void fault(void *context, str what)
{
    struct faults *f = context;
    if (!f->n++)
        f->first = arena_str(f->a, what);
}

int64_t feed_verify(struct feed *f, str *ret_first)
{
    struct faults faults = {.a = f->a};
    int64_t chunks;
    assert_ok(readings_verify(f->r, fault, &faults, &chunks));
    if (ret_first)
        *ret_first = faults.first;
    else if (faults.n)
        print_error("%.*s\n", STR_ARG(faults.first));
    return faults.n;
}
