/* Chunks for good: anchors and proofs, sealed months, late values after them, faults that are found, both engines alike. */
#include "feed.h"
#include "ledger/ledger.h"

#include <fcntl.h>
#include <sys/stat.h>

/* Two devices, three days of ten-minute and hour values; seeded. */
static void fill(struct feed *f)
{
    uint64_t seed = 20260101;
    f->arrived = at("2026-01-05 00:00:00");
    for (int d = 1; d <= 3; d++)
        for (int m = 0; m < 1440; m += 10)
            for (int device = 0; device < 2; device++) {
                const char *mn = device ? "M2" : "M1";
                int64_t v = (int64_t)(test_random(&seed) % 1000);
                feed_frame(f, mn, 2051,
                           arena_printf(f->a, "DataTime=202601%02d%02d%02d00;a21026-Min=%lld.1,a21026-Avg=%lld.25,a21026-Max=%lld.9,"
                                              "a21026-Flag=%c;w01018-Avg=%s,w01018-Flag=N",
                                        d, m / 60, m % 60, (long long)v, (long long)v, (long long)v, v % 97 ? 'N' : 'C',
                                        v % 89 ? "7.5" : "NaN")
                               .p);
                if (m % 60 == 0)
                    feed_frame(f, mn, 2061, arena_printf(f->a, "DataTime=202601%02d%02d0000;a21026-Avg=%lld.2,a21026-Cou=3,a21026-Flag=N",
                                                         d, m / 60, (long long)v).p);
            }
    feed_drain(f, at("2026-01-06 00:00:00"));
}

static void anchors_and_proofs(void **state)
{
    struct feed f = feed_open(*state);
    struct reading_anchor *anchors;
    size_t n;
    fill(&f);
    assert_ok(readings_to_anchor(f.r, f.a, &anchors, &n));
    assert_int_equal(n, 3);
    struct series s = feed_series(&f, "M2", PERIOD_MINUTE, "a21026", GROUP_VALUE);
    struct reading_proof proof;
    assert_err(readings_prove(f.r, s.id, anchors[0].day, &proof), ERR_MISSING);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(anchors[i].chunks, 8);
        assert_int_equal(anchors[i].revision, 0);
        assert_ok(readings_anchored(f.r, &anchors[i], 100 + (int64_t)i));
        assert_ok(readings_anchored(f.r, &anchors[i], 100 + (int64_t)i)); /* again is fine */
    }
    struct sm3 first_root = anchors[0].root;
    day d = anchors[0].day;
    assert_ok(readings_to_anchor(f.r, f.a, &anchors, &n));
    assert_int_equal(n, 0);
    struct series *all;
    struct series_filter any = {.period = -1, .group = -1};
    assert_ok(series_list(f.r, f.a, &any, &all, &n));
    assert_int_equal(n, 8);
    for (size_t i = 0; i < n; i++) {
        assert_ok(readings_prove(f.r, all[i].id, d, &proof));
        assert_int_equal(proof.seq, 100);
        struct proof p = {.n = proof.n};
        memcpy(p.node, proof.node, proof.n * sizeof *p.node);
        assert_true(proof_inclusion_holds(&proof.leaf, proof.index + 1, proof.anchor.chunks, &p, &first_root));
        proof.leaf.byte[3] ^= 1;
        assert_false(proof_inclusion_holds(&proof.leaf, proof.index + 1, proof.anchor.chunks, &p, &first_root));
    }
    /* a late value: the day is offered again, and until then proves against what was anchored */
    f.arrived = at("2026-01-06 01:00:00");
    feed_frame(&f, "M2", 2051, "DataTime=20260101001000;a21026-Avg=5.55,a21026-Flag=N");
    assert_int_equal(feed_drain(&f, at("2026-01-06 02:00:00")).chunks, 1);
    assert_ok(readings_prove(f.r, s.id, d, &proof));
    assert_memory_equal(&proof.anchor.root, &first_root, sizeof first_root);
    assert_ok(readings_to_anchor(f.r, f.a, &anchors, &n));
    assert_int_equal(n, 1);
    assert_int_equal(anchors[0].revision, 1);
    struct reading_anchor wrong = anchors[0];
    wrong.root.byte[0] ^= 1;
    assert_err(readings_anchored(f.r, &wrong, 200), ERR_CONFLICT);
    assert_ok(readings_anchored(f.r, &anchors[0], 200));
    assert_ok(readings_prove(f.r, s.id, d, &proof));
    assert_int_equal(proof.seq, 200);
    assert_int_equal(feed_verify(&f, NULL), 0);
    feed_close(&f);
}

static err *count_day(void *context, const struct chunk_day *d)
{
    (void)d;
    ++*(int *)context;
    return NULL;
}

static err *count_head(void *context, const struct chunk_head *h)
{
    assert_true(h->valid > 0);
    ++*(int *)context;
    return NULL;
}

static void days_and_heads(struct feed *f, const char *mn, int want)
{
    struct reading_scan *scan;
    struct series s = feed_series(f, mn, PERIOD_MINUTE, "a21026", GROUP_VALUE);
    int days = 0, heads = 0;
    assert_ok(reading_scan_open(f->r, f->a, &scan));
    assert_ok(reading_scan_days(scan, s.id, 0, 100000, USEC_NONE, count_day, &days));
    assert_ok(reading_scan_heads(scan, s.id, 0, 100000, count_head, &heads));
    reading_scan_close(scan);
    assert_int_equal(days, want);
    assert_int_equal(heads, want);
}

static void sealed_and_late(void **state)
{
    struct feed f = feed_open(*state);
    f.r->segment_bytes = 3000; /* several files even of this little */
    fill(&f);
    feed_frame(&f, "M1", 2051, "DataTime=20260104001000;a21026-Avg=5.55,a21026-Flag=N");
    feed_drain(&f, at("2026-01-04 05:00:00"));
    assert_err(readings_seal_month(f.r, 2026, 1), ERR_CONFLICT); /* a slab waits */
    feed_drain(&f, at("2026-01-06 05:00:00"));
    assert_err(readings_seal_month(f.r, 2025, 12), ERR_MISSING);
    struct sm3 before = feed_digest(&f);
    days_and_heads(&f, "M1", 4);
    struct series s = feed_series(&f, "M1", PERIOD_MINUTE, "a21026", GROUP_VALUE);
    const char *slot = feed_slot(&f, s.id, at("2026-01-02 00:10:00"), USEC_NONE);
    assert_ok(readings_seal_month(f.r, 2026, 1));
    struct sm3 after = feed_digest(&f);
    assert_memory_equal(&before, &after, sizeof before);
    days_and_heads(&f, "M1", 4);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 00:10:00"), USEC_NONE), slot);
    assert_int_equal(feed_verify(&f, NULL), 0);
    if (f.r->files)
        assert_true(feed_count(&f, "SELECT count(*) FROM reading_segment") > 1);
    /* late values after sealing stand beside it, and are folded in when it is sealed again */
    f.arrived = at("2026-02-10 00:00:00");
    feed_frame(&f, "M1", 2051, "DataTime=20260102001000;a21026-Avg=6.66,a21026-Flag=N");
    assert_int_equal(feed_drain(&f, at("2026-02-10 05:00:00")).chunks, 1);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 00:10:00"), USEC_NONE), "6.66// N");
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 00:10:00"), at("2026-02-01 00:00:00")), slot);
    assert_int_equal(feed_verify(&f, NULL), 0);
    assert_ok(readings_seal_month(f.r, 2026, 1));
    assert_int_equal(feed_count(&f, "SELECT late FROM reading_month"), 0);
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 00:10:00"), USEC_NONE), "6.66// N");
    assert_string_equal(feed_slot(&f, s.id, at("2026-01-02 00:10:00"), at("2026-02-01 00:00:00")), slot);
    days_and_heads(&f, "M1", 4);
    days_and_heads(&f, "M2", 3);
    assert_int_equal(feed_verify(&f, NULL), 0);
    feed_close(&f);
}

/* ---- faults ---- */

static void flip(const char *path, off_t at_byte)
{
    chmod(path, 0600);
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    char c;
    assert_int_equal(pread(fd, &c, 1, at_byte), 1);
    c = (char)(c ^ 0x40);
    assert_int_equal(pwrite(fd, &c, 1, at_byte), 1);
    close(fd);
}

/* Where in the file these bytes stand; the file is a database at rest. */
static off_t place_of(struct arena *a, const char *path, str bytes)
{
    str all;
    assert_ok(file_read(a, str_of(path), 64 << 20, &all));
    ptrdiff_t where = str_find(all, bytes);
    assert_true(where >= 0);
    return (off_t)where;
}

static void reopen(struct feed *f)
{
    readings_close(f->r);
    assert_ok(readings_open(f->scene->store, READINGS_WRITE, &f->r));
}

static void update(struct feed *f, enum place_kind kind, int64_t key, const char *sql)
{
    AUTO_LEASE lease = {0};
    assert_ok(lease_take(f->r, kind, key, true, &lease));
    assert_ok(db_exec(lease.db, sql, NULL, NULL));
}

static void flipped_bytes_are_found(void **state)
{
    struct feed f = feed_open(*state);
    str what;
    fill(&f);
    feed_frame(&f, "M1", 2051, "DataTime=20260104001000;a21026-Avg=5.55,a21026-Flag=N");
    feed_drain(&f, at("2026-01-04 05:00:00"));
    int64_t batch = feed_count(&f, "SELECT drained FROM reading_spool_day");
    struct reading_anchor *anchors;
    size_t n;
    assert_ok(readings_to_anchor(f.r, f.a, &anchors, &n));
    assert_ok(readings_anchored(f.r, &anchors[0], 100));
    assert_int_equal(feed_verify(&f, NULL), 0);
    bool files = f.r->files;
    const char *cut = files ? "UPDATE reading_spool SET data = CAST(substr(data, 1, 40) || zeroblob(1) || substr(data, 42) AS BLOB)"
                            : "UPDATE reading_spool SET data = set_byte(data, 40, get_byte(data, 40) # 64)";
    update(&f, PLACE_SPOOL, batch >> SPOOL_DAY_SHIFT, cut);
    assert_true(feed_verify(&f, &what) > 0);
    assert_true(str_find(what, S("报文库")) == 0 && str_find(what, S("CRC32C")) > 0);
    update(&f, PLACE_INDEX, 0, "UPDATE reading_spool_day SET drained = drained + 1");
    assert_true(feed_verify(&f, &what) > 1);
    update(&f, PLACE_INDEX, 0, "UPDATE reading_anchored SET root = (SELECT leaf FROM reading_chunk_stat LIMIT 1)");
    update(&f, PLACE_INDEX, 0, "UPDATE reading_chunk_stat SET maximum = maximum + 1 WHERE series = 1 AND day = (SELECT MIN(day) FROM reading_day)");
    int64_t faults = feed_verify(&f, &what);
    assert_int_equal(faults, 5); /* two batches, the mark beyond them, the root, the daily figures */
    feed_close(&f);
}

static void flipped_bytes_of_files(void **state)
{
    struct feed f = feed_open(*state);
    AUTO_ARENA(a);
    str what, bytes;
    fill(&f);
    if (!f.r->files) {
        feed_close(&f);
        return;
    }
    struct series s = feed_series(&f, "M1", PERIOD_MINUTE, "a21026", GROUP_VALUE);
    {
        AUTO_LEASE lease = {0};
        assert_ok(lease_take(f.r, PLACE_INDEX, 0, false, &lease));
        assert_ok(chunk_get_revision(f.r, lease.db, a, s.id, day_of(at("2026-01-02 00:00:00")), 0, &bytes));
    }
    str path = place_path(f.r, a, PLACE_CHUNKS, month_key(2026 * 12, 0));
    reopen(&f); /* the last connection closed: the write-ahead log is in the file */
    off_t where = place_of(a, path.p, str_sub(bytes, 0, 100));
    flip(path.p, where + 60);
    reopen(&f);
    assert_int_equal(feed_verify(&f, &what), 1);
    assert_true(str_find(what, S("M1|minute|a21026|value 2026-01-02 第0版")) == 0);
    assert_err(readings_seal_month(f.r, 2026, 1), ERR_DAMAGED); /* and is not sealed */
    flip(path.p, where + 60);
    reopen(&f);
    assert_ok(readings_seal_month(f.r, 2026, 1));
    assert_int_equal(feed_verify(&f, NULL), 0);
    path = arena_printf(a, "%.*s/readings-2026-01-s0.db", STR_ARG(f.r->folder));
    reopen(&f);
    flip(path.p, place_of(a, path.p, str_sub(bytes, 0, 100)) + 60);
    reopen(&f);
    assert_int_equal(feed_verify(&f, &what), 2); /* the chunk, and the file's digest */
    assert_int_equal(chmod(path.p, 0600), 0);
    assert_int_equal(unlink(path.p), 0);
    reopen(&f);
    assert_true(feed_verify(&f, &what) > 8);
    feed_close(&f);
}

/* Same spool, two engines: the same chunks, the same roots. The digest of SQLite's run is compared with PostgreSQL's. */
static void engines_agree(void **state)
{
    static struct sm3 first;
    static bool any;
    struct feed f = feed_open(*state);
    fill(&f);
    f.arrived = at("2026-01-06 01:00:00");
    feed_frame(&f, "M2", 2051, "DataTime=20260101001000;a21026-Avg=5.55,a21026-Flag=N");
    feed_drain(&f, at("2026-01-06 02:00:00"));
    struct sm3 digest = feed_digest(&f);
    assert_int_equal(feed_count(&f, "SELECT MAX(revision) FROM reading_chunk_stat"), 1);
    if (any)
        assert_memory_equal(&digest, &first, sizeof first);
    first = digest;
    any = true;
    feed_close(&f);
}

static void a_reader_makes_nothing(void **state)
{
    struct scene *s = *state;
    struct readings *r;
    assert_err(readings_open(s->store, READINGS_READ, &r), ERR_MISSING);
    struct feed f = feed_open(s);
    fill(&f);
    feed_close(&f);
    struct store *again = scene_open_again(s, STORE_READ);
    assert_ok(readings_open(again, READINGS_READ, &f.r));
    days_and_heads(&f, "M1", 3);
    assert_int_equal(feed_verify(&f, NULL), 0);
    feed_close(&f);
    store_close(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {scene_test(anchors_and_proofs), scene_test(sealed_and_late), scene_test(flipped_bytes_are_found),
                                       scene_test(flipped_bytes_of_files), scene_test(engines_agree), scene_test(a_reader_makes_nothing)};
    return scene_run("months", tests);
}
