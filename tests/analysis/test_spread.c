/* Clusters below a limit and readers faster than reading: planted ones are named, honest ones hardly ever. */
#include "testing.h"
#include "analysis/lot.h"
#include "analysis/spread.h"

#include <math.h>

static double uniform(uint64_t *r)
{
    return (double)(test_random(r) >> 11) / 9007199254740992.0;
}

static double normal(uint64_t *r)
{
    return sqrt(-2 * log(uniform(r) + 1e-18)) * cos(2 * M_PI * uniform(r));
}

enum { PROVIDERS = 30, STRATA = 6, VALUES = 40 };

/* Each stratum has its own level; provider `forger` moves what lies above the limit to just below it. */
static size_t values(struct limit_value *v, uint64_t *r, uint32_t forger, bool near_limit)
{
    size_t n = 0;
    for (uint32_t s = 0; s < STRATA; s++) {
        double level = near_limit ? 0.9 : 0.4 + 0.1 * s;
        for (uint32_t p = 0; p < PROVIDERS; p++)
            for (int i = 0; i < VALUES / STRATA + 1; i++) {
                double ratio = level + 0.25 * normal(r);
                if (p == forger && ratio > 0.8)
                    ratio = 0.96 + 0.03 * uniform(r);
                v[n++] = (struct limit_value){p, s, ratio > 0.01 ? ratio : 0.01};
            }
    }
    return n;
}

static void honest_providers_are_hardly_named(void **state)
{
    (void)state;
    size_t named = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        AUTO_ARENA(a);
        uint64_t r = seed * 7919;
        struct limit_value *v = NEW_ARRAY(a, PROVIDERS * STRATA * VALUES, struct limit_value);
        size_t k, n = values(v, &r, UINT32_MAX, seed % 2);
        struct limit_result *found = limit_spread(a, v, n, &k);
        bool any = false;
        for (size_t i = 0; i < k; i++)
            any = any || found[i].named;
        named += any;
    }
    assert_in_range(named, 0, 10); /* in one of twenty provinces at most */
}

static void clusters_are_named(void **state)
{
    (void)state;
    size_t named = 0, others = 0;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        AUTO_ARENA(a);
        uint64_t r = seed * 104729;
        struct limit_value *v = NEW_ARRAY(a, PROVIDERS * STRATA * VALUES, struct limit_value);
        size_t k, n = values(v, &r, 7, seed % 2);
        struct limit_result *found = limit_spread(a, v, n, &k);
        for (size_t i = 0; i < k; i++) {
            named += found[i].named && found[i].provider == 7;
            others += found[i].named && found[i].provider != 7;
        }
    }
    assert_in_range(named, 47, 50);
    assert_in_range(others, 0, 3);
}

/* Who alone measures against a limit has no peers, and is not judged. */
static void no_peers_no_finding(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct limit_value v[100];
    for (size_t i = 0; i < 100; i++)
        v[i] = (struct limit_value){i < 60, i < 60 ? 1 : 2, 0.97};
    size_t n;
    struct limit_result *found = limit_spread(a, v, 100, &n);
    for (size_t i = 0; i < n; i++)
        assert_false(found[i].named);
    assert_int_equal(n, 0);
    limit_spread(a, v, 0, &n);
    assert_int_equal(n, 0);
}

static void fast_readers_are_seen(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct look_time v[60];
    size_t n = 0, k;
    for (int i = 0; i < 20; i++) { /* a batch within minutes, each of 6,000 characters: 400 seconds */
        v[n++] = (struct look_time){1, 0, USEC_HOUR + i * 30 * USEC_SECOND, reading_seconds(6000, 0)};
        v[n++] = (struct look_time){2, 0, USEC_HOUR + i * 900 * USEC_SECOND, reading_seconds(6000, 0)};
        v[n++] = (struct look_time){3, 0, USEC_HOUR + i * 5 * USEC_SECOND, reading_seconds(0, 3)}; /* too short to say anything */
    }
    struct speed_result *r = reading_speed(a, v, n, &k);
    assert_int_equal(k, 2);
    assert_true(r[0].officer == 1 && r[0].named && r[0].fast == 19 && r[0].median_gap == 30 * USEC_SECOND);
    assert_true(r[1].officer == 2 && !r[1].named && r[1].fast == 0);
}

static void late_submission_starts_the_clock(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct look_time v[SPEED_LEAST];
    size_t k;
    for (int i = 0; i < SPEED_LEAST; i++)
        v[i] = (struct look_time){1, i * USEC_DAY, i * USEC_DAY + 60 * USEC_SECOND, 400};
    assert_true(reading_speed(a, v, SPEED_LEAST, &k)[0].named); /* handed in a minute before it was verified */
    for (int i = 0; i < SPEED_LEAST; i++)
        v[i].submitted -= USEC_HOUR;
    assert_false(reading_speed(a, v, SPEED_LEAST, &k)[0].named);
}

/* ---- the lot ---- */

static void lots_are_even_and_depend_on_the_root_alone(void **state)
{
    (void)state;
    enum { N = 40, DRAWS = 4000 };
    AUTO_ARENA(a);
    str ids[N], reversed[N];
    size_t times[N] = {0};
    for (int i = 0; i < N; i++)
        ids[i] = arena_printf(a, "m-%d", i);
    for (int i = 0; i < N; i++)
        reversed[i] = ids[N - 1 - i];
    for (int d = 0; d < DRAWS; d++) {
        AUTO_ARENA(b);
        bool chosen[N], again[N];
        struct sm3 root = sm3_of(&d, sizeof d), seed = lot_seed(&root, S("wuhan"), 20000, 20006);
        lot_draw(b, &seed, ids, N, lot_size(N, 5), chosen);
        lot_draw(b, &seed, reversed, N, lot_size(N, 5), again);
        for (int i = 0; i < N; i++) {
            times[i] += chosen[i];
            assert_int_equal(chosen[i], again[N - 1 - i]);
        }
    }
    double chi = 0, want = DRAWS * 2.0 / N; /* 5 % of 40 */
    for (int i = 0; i < N; i++)
        chi += ((double)times[i] - want) * ((double)times[i] - want) / want;
    assert_true(chi < 72); /* 39 degrees of freedom: 0.1 % beyond */
}

static void every_input_changes_the_seed(void **state)
{
    (void)state;
    struct sm3 root = sm3_of("r", 1), other = sm3_of("s", 1), x = lot_seed(&root, S("wuhan"), 20000, 20006);
    struct sm3 all[] = {lot_seed(&other, S("wuhan"), 20000, 20006), lot_seed(&root, S("yichang"), 20000, 20006),
                        lot_seed(&root, S("wuhan"), 20001, 20006), lot_seed(&root, S("wuhan"), 20000, 20007)};
    for (size_t i = 0; i < 4; i++)
        assert_memory_not_equal(&x, &all[i], sizeof x);
    assert_int_equal(lot_size(0, 5), 0);
    assert_int_equal(lot_size(1, 5), 1);
    assert_int_equal(lot_size(40, 5), 2);
    assert_int_equal(lot_size(41, 5), 3);
    assert_int_equal(lot_size(7, 100), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_providers_are_hardly_named), cmocka_unit_test(clusters_are_named), cmocka_unit_test(no_peers_no_finding),
        cmocka_unit_test(fast_readers_are_seen), cmocka_unit_test(late_submission_starts_the_clock),
        cmocka_unit_test(lots_are_even_and_depend_on_the_root_alone), cmocka_unit_test(every_input_changes_the_seed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
