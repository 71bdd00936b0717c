/* The matrix profile: every way of computing it gives what the definition gives. */
#include "testing.h"
#include "monitor/detect/profile.h"
#include "monitor/detect/stats.h"

static void fill(double *x, size_t n, uint64_t seed)
{
    double level = 0;
    for (size_t i = 0; i < n; i++) {
        level = 0.9 * level + (double)(test_random(&seed) % 2001) / 1000 - 1;
        x[i] = 50 + level;
    }
}

static void by_definition(const double *x, size_t n, size_t m, size_t apart, double *r)
{
    size_t windows = n - m + 1;
    for (size_t i = 0; i < windows; i++) {
        r[i] = 0;
        for (size_t j = 0; j < windows; j++) {
            double one = (i > j ? i - j : j - i) >= apart ? correlation_of(x + i, x + j, m) : (double)NAN;
            r[i] = one > r[i] ? one : r[i];
        }
    }
}

static void test_against_definition(void **state)
{
    (void)state;
    static const size_t lengths[] = {3, 8, 24, 63, 64, 65, 200, 777};
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++)
        for (size_t m = 3; m <= 24; m += 7) {
            AUTO_ARENA(a);
            size_t n = lengths[k] + m;
            double *x = NEW_ARRAY(a, n, double), *want = NEW_ARRAY(a, n, double), *got = NEW_ARRAY(a, n, double);
            size_t *at = NEW_ARRAY(a, n, size_t);
            fill(x, n, k * 31 + m);
            by_definition(x, n, m, m / 2 + 1, want);
            for (int way = 0; way < 2; way++) {
                profile_self(a, x, n, m, m / 2 + 1, way ? PROFILE_PLAIN : PROFILE_BEST, got, at);
                for (size_t i = 0; i + m <= n; i++) {
                    assert_true(fabs(got[i] - want[i]) < 1e-9);
                    if (at[i] != SIZE_MAX)
                        assert_true(fabs(correlation_of(x + i, x + at[i], m) - want[i]) < 1e-9);
                }
            }
        }
}

static void test_gaps_and_flat_windows_match_nothing(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    enum { N = 500, M = 24 };
    double x[N], r[N];
    size_t at[N];
    fill(x, N, 9);
    x[100] = (double)NAN;
    for (int i = 300; i < 340; i++)
        x[i] = 50;
    profile_self(a, x, N, M, M, PROFILE_BEST, r, at);
    for (size_t i = 77; i <= 100; i++)
        assert_true(r[i] == 0 && at[i] == SIZE_MAX);
    for (size_t i = 300; i <= 340 - M; i++)
        assert_true(r[i] == 0 && at[i] == SIZE_MAX);
    assert_true(r[0] > 0);
}

static void test_affine_copy_is_found_where_it_is(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    enum { N = 5000, M = 50 };
    double *x = NEW_ARRAY(a, N, double), *r = NEW_ARRAY(a, N, double);
    size_t *at = NEW_ARRAY(a, N, size_t);
    fill(x, N, 4);
    for (int i = 0; i < M; i++)
        x[4100 + i] = 3 * x[700 + i] - 20;
    profile_self(a, x, N, M, M, PROFILE_BEST, r, at);
    assert_true(r[4100] > 1 - 1e-12 && at[4100] == 700);
    assert_true(r[700] > 1 - 1e-12 && at[700] == 4100);
}

/* What is at least so alike is met as ever, what is less is not. */
static void test_above_is_the_same_from_there(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    enum { N = 3000, M = 24, W = N - M + 1 };
    static const double limits[] = {0.2, 0.8, 0.95};
    double *x = NEW_ARRAY(a, N, double), *r = NEW_ARRAY(a, N, double), *high = NEW_ARRAY(a, N, double);
    size_t *at = NEW_ARRAY(a, N, size_t), *high_at = NEW_ARRAY(a, N, size_t), met = 0, left = 0;
    fill(x, N, 12);
    x[700] = (double)NAN;
    profile_self(a, x, N, M, M, PROFILE_BEST, r, at);
    for (size_t k = 0; k < sizeof limits / sizeof *limits; k++)
        for (int way = PROFILE_BEST; way <= PROFILE_PLAIN; way++) {
            if (way == PROFILE_PLAIN)
                profile_self(a, x, N, M, M, PROFILE_PLAIN, r, at);
            profile_above(a, x, N, M, M, (enum profile_way)way, limits[k], high, high_at);
            for (size_t i = 0; i < W; i++) {
                bool above = r[i] >= limits[k];
                assert_true(above ? high[i] == r[i] && high_at[i] == at[i] : high[i] == 0 && high_at[i] == SIZE_MAX);
                met += above, left += !above;
            }
            profile_self(a, x, N, M, M, PROFILE_BEST, r, at);
        }
    assert_true(met > 100 && left > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_definition), cmocka_unit_test(test_gaps_and_flat_windows_match_nothing),
                                       cmocka_unit_test(test_affine_copy_is_found_where_it_is), cmocka_unit_test(test_above_is_the_same_from_there)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
