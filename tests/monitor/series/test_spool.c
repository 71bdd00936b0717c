/* The spool: what goes in comes out byte for byte, in order, on both engines, and is refused whole or kept whole. */
#include "feed.h"

struct seen { struct feed *feed; int n; str last; struct spool_place place; };

static err *see(void *context, const struct spool_frame *f, struct spool_place place)
{
    struct seen *s = context;
    s->n++;
    s->last = arena_str(s->feed->a, f->raw);
    s->place = place;
    return NULL;
}

static void round_trip(void **state)
{
    struct feed f = feed_open(*state);
    uint64_t seed = 7;
    char noise[300];
    for (int i = 0; i < 40; i++) {
        for (size_t k = 0; k < sizeof noise; k++)
            noise[k] = (char)test_random(&seed);
        feed_raw(&f, arena_str(f.a, (str){noise, (size_t)i * 7}), (enum spool_state)(i % 3));
    }
    struct spool_frame *given = arena_copy(f.a, f.waiting.p, f.waiting.n * sizeof *given);
    int64_t first = feed_commit(&f);
    feed_frame(&f, "M1", 2011, "DataTime=20260102030400;a21026-Rtd=1,a21026-Flag=N");
    int64_t second = feed_commit(&f);
    assert_int_equal(second, first + 1);
    for (int i = 0; i < 40; i++) {
        struct spool_frame got;
        struct spool_clock clock;
        assert_ok(spool_get(f.r, f.a, (struct spool_place){first, i}, &got, &clock));
        assert_true(str_eq(got.raw, given[i].raw) && str_eq(got.peer, given[i].peer));
        assert_int_equal(got.arrived, given[i].arrived);
        assert_int_equal(got.arrived_mono, given[i].arrived_mono);
        assert_int_equal(got.state, given[i].state);
        assert_int_equal(got.connection, 7);
        assert_int_equal(clock.offset_us, 1500);
        assert_true(clock.synchronised);
    }
    struct spool_frame none;
    assert_err(spool_get(f.r, f.a, (struct spool_place){first, 40}, &none, NULL), ERR_MISSING);
    assert_err(spool_get(f.r, f.a, (struct spool_place){second + 1, 0}, &none, NULL), ERR_MISSING);
    struct seen s = {.feed = &f};
    assert_ok(spool_scan(f.r, 0, INT64_MAX, see, &s));
    /* batches stand under the day they were committed, frames under their arrival: a scan by arrival looks around that day */
    feed_close(&f);
}

static void scan_by_arrival(void **state)
{
    struct feed f = feed_open(*state);
    f.arrived = time_now();
    usec from = f.arrived + 3 * USEC_SECOND;
    for (int i = 0; i < 10; i++)
        feed_raw(&f, arena_printf(f.a, "frame %d", i), SPOOL_QUARANTINED);
    feed_commit(&f);
    struct seen s = {.feed = &f};
    assert_ok(spool_scan(f.r, from, from + 2 * USEC_SECOND, see, &s));
    assert_int_equal(s.n, 2);
    assert_str(s.last, "frame 4");
    assert_int_equal(s.place.at, 4);
    feed_close(&f);
}

static void a_damaged_batch_is_named(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct spool_frame frame = {.raw = S("##0010abc"), .peer = S("p")}, *p = &frame;
    struct spool_clock clock = {0};
    struct spool_batch back;
    str bytes;
    assert_ok(batch_encode(a, p, 1, &clock, &bytes));
    assert_ok(batch_decode(a, bytes, &back));
    for (size_t i = 0; i < bytes.n; i++) {
        char *copy = arena_copy(a, bytes.p, bytes.n);
        copy[i] = (char)(copy[i] ^ 0x10);
        assert_err(batch_decode(a, (str){copy, bytes.n}, &back), ERR_DAMAGED);
    }
    for (size_t n = 0; n < bytes.n; n++)
        assert_err(batch_decode(a, str_sub(bytes, 0, n), &back), ERR_DAMAGED);
}

static void limits_have_names(void **state)
{
    struct feed f = feed_open(*state);
    struct spool_frame frame = {.raw = S("x"), .peer = arena_printf(f.a, "%0300d", 1)};
    struct spool_clock clock = {0};
    int64_t batch;
    assert_err(spool_append(f.r, &frame, 1, &clock, &batch), ERR_LIMIT);
    assert_int_equal(feed_count(&f, "SELECT count(*) FROM reading_spool_day"), 0);
    feed_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {scene_test(round_trip), scene_test(scan_by_arrival), scene_test(a_damaged_batch_is_named),
                                       scene_test(limits_have_names)};
    return scene_run("spool", tests);
}
