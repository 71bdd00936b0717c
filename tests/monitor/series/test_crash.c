/*
 * kill -9 of a process that spools, drains and makes chunks, again and again: afterwards what it told was stored is there, and
 * going on gives the tables and chunk bytes of a run that was never interrupted. And a full disk: nothing is answered for, and
 * when there is room again everything goes on.
 *
 * XIEZHI_READING_KILLS sets how often (12).
 */
#include "feed.h"

#include <sys/stat.h>

enum { DAYS = 3, STEP = 30 /* minutes of a batch */, BATCHES = DAYS * 1440 / STEP };

static void batch_frames(struct feed *f, int n)
{
    f->arrived = at("2026-03-01 00:00:00") + (usec)n * STEP * USEC_MINUTE + STEP * USEC_MINUTE;
    f->serial = n * STEP * 3;
    for (int m = 0; m < STEP; m++)
        for (int device = 0; device < 3; device++) {
            usec t = at("2026-03-01 00:00:00") + ((usec)n * STEP + m) * USEC_MINUTE;
            /* each tenth batch says something else of an hour long gone: versions, and chunks made again */
            if (n % 10 == 9)
                t -= (usec)(1440 + 7 * m) * USEC_MINUTE;
            struct civil c = civil_of(t);
            feed_frame(f, device == 0 ? "M1" : device == 1 ? "M2" : "M3", 2051,
                       arena_printf(f->a, "DataTime=%04d%02d%02d%02d%02d00;a21026-Avg=%d.%d,a21026-Flag=N;w01018-Min=%d,w01018-Avg=%d,"
                                          "w01018-Max=%d,w01018-Flag=%c",
                                    c.year, c.month, c.dom, c.hour, c.minute, n, m, m, m + device, m + 9, n % 7 ? 'N' : 'D')
                           .p);
        }
}

/* What the clock of the drain shows after so many batches: a function of what is drained, not of the run. */
static usec drained_by(int batches)
{
    return at("2026-03-01 00:00:00") + (usec)batches * STEP * USEC_MINUTE + 3 * USEC_HOUR;
}

/* One batch at a time, each drained before the next: how far it came stands in the index. */
static int go_on(struct feed *f, int batches, bool tell)
{
    int done = (int)feed_count(f, "SELECT COALESCE(MAX(drained), 0) FROM reading_spool_day") & ((1 << SPOOL_DAY_SHIFT) - 1);
    AUTO_LEASE lease = {0};
    int64_t stored = 0;
    int64_t *days;
    size_t n;
    assert_ok(spool_days(f->r, f->a, &days, &n));
    if (n) {
        assert_ok(lease_take(f->r, PLACE_SPOOL, days[n - 1], false, &lease));
        assert_ok(db_one_int(lease.db, "SELECT count(*) FROM reading_spool", NULL, 0, &stored));
        lease_end(&lease);
    }
    if (done && done == stored) /* killed behind the last batch's readings: its chunks are made by its own clock */
        assert_ok(readings_drain(f->r, drained_by(done), NULL));
    for (int i = done < stored ? done : (int)stored; i < batches; i++) {
        if (i >= stored) {
            batch_frames(f, i);
            feed_commit(f);
            if (tell)
                assert_int_equal(write(STDOUT_FILENO, &i, sizeof i), sizeof i);
        }
        assert_ok(readings_drain(f->r, drained_by(i + 1), NULL));
    }
    return batches;
}

static int child(char **argv)
{
    struct scene s = {.arena = arena_new()};
    snprintf(s.url, sizeof s.url, "%s", argv[2]);
    snprintf(s.folder, sizeof s.folder, "%s", argv[3]);
    s.store = scene_open_again(&s, STORE_EXISTING);
    struct feed f = feed_open(&s);
    go_on(&f, BATCHES, true);
    return 0;
}

/* The index without what tells when: equal tables, whatever happened on the way. */
static int64_t shape(struct feed *f)
{
    return feed_count(f, "SELECT (SELECT count(*) FROM reading_version) * 1000000 + (SELECT count(*) FROM reading_chunk_stat) * 1000"
                         " + (SELECT count(*) FROM reading_slab)");
}

static int kills_wanted(void)
{
    const char *n = getenv("XIEZHI_READING_KILLS");
    return n && *n ? atoi(n) : 12;
}

static struct sm3 reference;
static int64_t reference_shape;
static usec whole; /* what a run takes that nobody kills */

static void uninterrupted(void **state)
{
    struct feed f = feed_open(*state);
    usec from = time_monotonic();
    go_on(&f, BATCHES, false);
    whole = time_monotonic() - from;
    reference = feed_digest(&f);
    reference_shape = shape(&f);
    assert_true(feed_count(&f, "SELECT MAX(revision) FROM reading_chunk_stat") > 0);
    assert_true(feed_count(&f, "SELECT count(*) FROM reading_version") > 0);
    feed_close(&f);
}

static void killed_again_and_again(void **state)
{
    struct scene *s = *state;
    uint64_t seed = 99;
    int told = -1, kills = 0;
    for (; kills < kills_wanted(); kills++) {
        int out;
        pid_t pid = scene_spawn(s, "child", &out);
        usleep((useconds_t)(20000 + test_random(&seed) % (uint64_t)(whole / 4 + 1))); /* however quick the machine is, several fit into a run */
        kill(pid, SIGKILL);
        for (int i; read(out, &i, sizeof i) == sizeof i;)
            told = i;
        close(out);
        int status;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (!WIFSIGNALED(status))
            break; /* it came to the end */
    }
    struct feed f = feed_open(s);
    int64_t *days;
    size_t n;
    assert_ok(spool_days(f.r, f.a, &days, &n));
    for (int i = 0; i <= told; i++) {
        struct spool_batch b;
        assert_ok(batch_read(f.r, f.a, (days[0] << SPOOL_DAY_SHIFT) + i + 1, &b));
        assert_int_equal(b.n, STEP * 3);
    }
    go_on(&f, BATCHES, false);
    assert_int_equal(feed_verify(&f, NULL), 0);
    struct sm3 digest = feed_digest(&f);
    assert_memory_equal(&digest, &reference, sizeof reference);
    assert_int_equal(shape(&f), reference_shape);
    assert_true(kills > 2);
    feed_close(&f);
}

/* A file of ours may not grow beyond this: to SQLite that is a full disk. */
static void full(bool on)
{
    struct rlimit limit = {on ? 1 << 20 : RLIM_INFINITY, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk(void **state)
{
    struct scene *s = *state;
    struct feed f = feed_open(s);
    static const struct spool_clock clock = {0};
    if (!f.r->files) {
        feed_close(&f);
        return;
    }
    int stored = 0;
    int64_t batch;
    full(true);
    err *bad = NULL;
    for (; !bad && stored < BATCHES; stored += !bad) {
        batch_frames(&f, stored);
        bad = spool_append(f.r, f.waiting.p, f.waiting.n, &clock, &batch);
        f.waiting.n = 0;
        if (!bad && stored % 4 == 0)
            bad = readings_drain(f.r, drained_by(stored), NULL);
    }
    assert_err(bad, ERR_FULL);
    assert_true(stored > 3);
    batch_frames(&f, stored);
    (void)!spool_append(f.r, f.waiting.p, f.waiting.n, &clock, &batch); /* still full, or only the drain was */
    f.waiting.n = 0;
    full(false);
    err_clear();
    go_on(&f, BATCHES, false);
    assert_int_equal(feed_verify(&f, NULL), 0);
    /* every minute is there, with its value */
    struct series one = feed_series(&f, "M2", PERIOD_MINUTE, "w01018", GROUP_VALUE);
    for (int n = 0; n < BATCHES; n++)
        for (int m = 0; n % 10 != 9 && m < STEP; m++) {
            usec t = at("2026-03-01 00:00:00") + ((usec)n * STEP + m) * USEC_MINUTE;
            assert_true(*feed_slot(&f, one.id, t, USEC_NONE));
        }
    feed_close(&f);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "child") == 0)
        return child(argv);
    const struct CMUnitTest tests[] = {scene_test(uninterrupted), scene_test(killed_again_and_again), scene_test(a_full_disk)};
    return scene_run("crash", tests);
}
