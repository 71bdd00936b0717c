/* The demo's loggers: what they sent is whole, anchored, says what the plants marked in time, and holds the one series that stands still. */
#include "testing.h"
#include "cli/demo.h"
#include "cli/demo_readings.h"
#include "monitor/series/overlays.h"

enum { DAYS = 5 };
static usec until;
static struct store *store;
static struct readings *readings;
static struct demo_readings made;

static void bad(void *context, str what)
{
    (void)context;
    print_error("%.*s\n", STR_ARG(what));
    fail();
}

static int make(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct acts *acts;
    struct demo_account *accounts;
    size_t n;
    int64_t performed;
    int applied;
    until = day_start(day_from_civil(2026, 3, 20)) + 10 * USEC_HOUR + 40 * USEC_MINUTE;
    struct demo_options options = {.seed = 71, .small = true, .until = until};
    assert_ok(store_open(S("sqlite::memory:"), S(""), STORE_CREATE, &store));
    assert_ok(store_migrate(store, true, &applied));
    assert_ok(readings_open(store, READINGS_WRITE, &readings));
    assert_ok(acts_open(store, ACTS_SIMULATE | ACTS_NO_THREAD, &acts));
    assert_ok(demo_province(acts, a, &options, &accounts, &n, &performed));
    assert_ok(demo_readings(acts, readings, until, &made));
    acts_close(acts);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    readings_close(readings);
    store_close(store);
    return 0;
}

static void whole_and_anchored(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct reading_anchor *left;
    struct db *d;
    int64_t chunks, anchored, counted;
    size_t n;
    assert_int_equal(made.outlets, 8);
    assert_int_equal(made.days, DAYS);
    assert_true(made.frames > 8 * DAYS * 24);
    assert_ok(readings_verify(readings, bad, NULL, &chunks));
    assert_true(chunks > 0);
    assert_ok(readings_to_anchor(readings, a, &left, &n));
    assert_int_equal(n, 0);
    assert_ok(db_open(store, false, &d));
    assert_ok(db_one_int(d, "SELECT COUNT(*) FROM readings_anchor", NULL, 0, &anchored));
    assert_ok(db_one_int(d, "SELECT COALESCE(SUM(chunks), 0) FROM readings_anchor", NULL, 0, &counted));
    db_close(d);
    assert_int_equal(anchored, made.history);
    assert_int_equal(counted, chunks);
}

static str mn_of(struct arena *a, const char *outlet)
{
    struct db *d;
    str mn;
    assert_ok(db_open(store, false, &d));
    assert_ok(db_one_str(d, a, "SELECT mn FROM outlet WHERE id = :id", DB_ARGS(DB_T("id", str_of(outlet))), &mn));
    db_close(d);
    assert_true(mn.n > 0);
    return mn;
}

static struct aggregate_hour *hours_of(struct arena *a, str mn, const char *factor, day d, size_t *n)
{
    struct aggregate_hour *h;
    struct aggregate_rules rules = aggregate_rules_of(str_of(factor));
    assert_ok(aggregate_hours(readings, a, mn, str_of(factor), GROUP_VALUE, d, d, &rules, &h, n));
    return h;
}

/* Four days ago from 01:00 to 07:00 the first plant stood still: marked in time, and its logger said so. */
static void marks_and_flags_agree(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    size_t n;
    day d = day_of(until) - 4;
    str mn = mn_of(a, "wuhan-p1");
    struct aggregate_hour *h = hours_of(a, mn, "a21026", d, &n);
    int stopped = 0;
    for (size_t i = 0; i < n; i++)
        stopped += h[i].reported_flag == 'F' || h[i].reported_flag == 'D';
    assert_true(n >= 20);
    assert_true(stopped >= 6);
}

static void one_series_stands_still(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    size_t n, same = 0, moving = 0;
    day d = day_of(until) - 1;
    struct aggregate_hour *h = hours_of(a, mn_of(a, "wuhan-p4"), "a21026", d, &n);
    for (size_t i = 1; i < n; i++)
        same += h[i].reported && h[i - 1].reported && h[i].reported_mantissa == h[i - 1].reported_mantissa;
    h = hours_of(a, mn_of(a, "wuhan-p1"), "a21026", d, &n);
    for (size_t i = 1; i < n; i++)
        moving += h[i].reported && h[i - 1].reported && h[i].reported_mantissa != h[i - 1].reported_mantissa;
    assert_true(same >= 15);
    assert_true(moving >= 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(whole_and_anchored), cmocka_unit_test(marks_and_flags_agree),
                                       cmocka_unit_test(one_series_stands_still)};
    return cmocka_run_group_tests(tests, make, drop);
}
