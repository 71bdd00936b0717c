/*
 * The power goes at any write or sync while frames are spooled, drained and made into chunks. Whatever spool_append answered
 * for is there afterwards, once; the drain goes on and every value comes out; nothing is damaged. The same with syncs that do
 * nothing must lose, or this proves nothing.
 *
 * XIEZHI_POWERCUTS sets how often (40; `./check powercut` 500 and more).
 */
#include "feed.h"
#include "power.h"

enum { ROUNDS = 40, MINUTES = 6 };
struct run {
    struct scene *scene;
    uint64_t seed;
    int acked;               /* rounds that were answered */
    int64_t batch[ROUNDS];
    int cuts, lost, damaged, made;
};

/* Round i: minutes of its own, values of their own; the days go on, so that chunks are made on the way. */
static usec round_time(int i)
{
    return at("2026-01-01 00:00:00") + (usec)i * 4 * USEC_HOUR;
}

static int64_t round_value(int i, int minute)
{
    return 1000 + i * 17 + minute * 3;
}

static void round_frames(struct feed *f, int i)
{
    f->arrived = round_time(i) + USEC_HOUR;
    f->serial = i * MINUTES;
    for (int m = 0; m < MINUTES; m++) {
        struct civil c = civil_of(round_time(i) + m * USEC_MINUTE);
        feed_frame(f, "M1", 2051,
                   arena_printf(f->a, "DataTime=%04d%02d%02d%02d%02d00;a21026-Avg=%lld,a21026-Flag=N;a19001-Avg=%d.5,a19001-Flag=N", c.year,
                                c.month, c.dom, c.hour, c.minute, (long long)round_value(i, m), m)
                       .p);
    }
}

static void work(struct run *run)
{
    struct feed f = {.scene = run->scene, .a = arena_new()};
    static const struct spool_clock clock = {0};
    err *bad = readings_open(run->scene->store, READINGS_WRITE, &f.r);
    for (int i = 0; !bad && i < ROUNDS; i++) {
        round_frames(&f, i);
        bad = spool_append(f.r, f.waiting.p, f.waiting.n, &clock, &run->batch[i]);
        f.waiting.n = 0;
        if (!bad)
            run->acked = i + 1;
        if (!bad && i % 3 == 2)
            bad = readings_drain(f.r, round_time(i) + 2 * USEC_HOUR, NULL);
    }
    if (bad)
        assert_true(power_gone());
    if (f.r)
        readings_close(f.r);
    arena_free(f.a);
    err_clear();
}

struct values { struct run *run; bool seen[ROUNDS][MINUTES]; };

static err *take_values(void *context, const struct chunk_day *d)
{
    struct values *v = context;
    for (int slot = 0; slot < d->slots; slot++) {
        usec t = day_start(d->day) + (usec)slot * d->cadence_s * USEC_SECOND - round_time(0);
        int64_t i = t / (4 * USEC_HOUR), m = t % (4 * USEC_HOUR) / USEC_MINUTE;
        if (d->flag[slot] != CHUNK_MISSING && i >= 0 && i < ROUNDS && m < MINUTES && d->v[0][slot] == round_value((int)i, (int)m))
            v->seen[i][m] = true;
    }
    return NULL;
}

/* Batches first, then the values after one more drain. */
static void look(struct run *run)
{
    struct feed f = {.scene = run->scene, .a = arena_new()};
    AUTO_ARENA(a);
    struct values *v = NEW(a, struct values);
    bool lost = false;
    err *bad = readings_open(run->scene->store, READINGS_WRITE, &f.r);
    for (int i = 0; !bad && i < run->acked; i++) {
        struct spool_batch b;
        err *e = batch_read(f.r, f.a, run->batch[i], &b);
        lost |= e || b.n != MINUTES;
        if (!e)
            run->made++;
    }
    if (!bad)
        bad = readings_drain(f.r, round_time(ROUNDS) + 3 * USEC_DAY, NULL);
    struct series s;
    struct reading_scan *scan;
    if (!bad && run->acked && !series_find(f.r, f.a, S("M1"), PERIOD_MINUTE, S("a21026"), GROUP_VALUE, &s)) {
        assert_ok(reading_scan_open(f.r, f.a, &scan));
        bad = reading_scan_days(scan, s.id, 0, 100000, USEC_NONE, take_values, v);
        reading_scan_close(scan);
    }
    for (int i = 0; i < run->acked; i++)
        for (int m = 0; m < MINUTES; m++)
            lost |= !v->seen[i][m];
    run->lost += lost;
    str what = STR_NONE;
    run->damaged += bad || (f.r && feed_verify(&f, &what) > 0);
    if (f.r)
        readings_close(f.r);
    arena_free(f.a);
    err_clear();
}

static void cut_once(struct run *run, void **state)
{
    void *scene;
    (void)state;
    assert_int_equal(scene_setup(&scene), 0);
    run->scene = scene;
    run->acked = 0;
    db_close(run->scene->db);
    run->scene->db = NULL;
    power_arm((int64_t)(test_random(&run->seed) % 800));
    work(run);
    run->cuts += power_gone();
    store_close(run->scene->store);
    power_back(&run->seed);
    run->scene->store = scene_open_again(run->scene, STORE_EXISTING);
    look(run);
    power_forget();
    assert_int_equal(scene_teardown(&scene), 0);
}

static int cuts_wanted(void)
{
    const char *n = getenv("XIEZHI_POWERCUTS");
    return n && *n ? atoi(n) : 40;
}

static void nothing_answered_is_lost(void **state)
{
    struct run run = {.seed = 4711};
    power_sync(POWER_SYNC_TRUE);
    for (int i = 0; i < cuts_wanted(); i++)
        cut_once(&run, state);
    print_message("%d of %d runs cut, %d batches answered and found, %d lost, %d damaged\n", run.cuts, cuts_wanted(), run.made, run.lost,
                  run.damaged);
    assert_int_equal(run.lost, 0);
    assert_int_equal(run.damaged, 0);
    assert_true(run.cuts > cuts_wanted() / 2);
    assert_true(run.made > cuts_wanted());
}

static void lying(void **state, enum power_sync how)
{
    struct run run = {.seed = 4711};
    power_sync(how);
    for (int i = 0; i < 60 && !run.lost; i++)
        cut_once(&run, state);
    power_sync(POWER_SYNC_TRUE);
    assert_true(run.lost + run.damaged > 0);
}

static void without_sync_it_is(void **state)
{
    lying(state, POWER_SYNC_NEVER);
}

static void without_sync_of_the_log_it_is(void **state)
{
    lying(state, POWER_SYNC_NOT_WAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_answered_is_lost), cmocka_unit_test(without_sync_it_is),
                                       cmocka_unit_test(without_sync_of_the_log_it_is)};
    power_install();
    return cmocka_run_group_tests_name("power", tests, NULL, NULL); /* SQLite alone: PostgreSQL has its own disk */
}
