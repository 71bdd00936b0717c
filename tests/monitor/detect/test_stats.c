/* Selecting and sorting as the plainest way says, in every order that a pivot may dislike. */
#include "testing.h"
#include "monitor/detect/stats.h"

#include <string.h>

static uint64_t seed = 88172645463325252u;

static uint64_t random_next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

enum { RANDOM, RISING, FALLING, VALLEY, FEW, SAME, SAWS, ORDERS };

static void fill(double *x, size_t n, int order)
{
    for (size_t i = 0; i < n; i++) {
        double wide = (double)(int64_t)random_next() / 1e15, at = (double)i;
        x[i] = order == RISING ? at : order == FALLING ? -at : order == VALLEY ? fabs(at - (double)n / 2) : order == FEW ? (double)(random_next() % 3)
             : order == SAME ? 7 : order == SAWS ? (double)(i % 10) - 5 : wide;
    }
}

static const size_t sizes[] = {1, 2, 3, 5, 15, 16, 17, 18, 47, 48, 49, 99, 100, 101, 116, 720, 4095, 4096, 4097, 9000};

static void quantiles_are_those_of_the_sorted(void **state)
{
    (void)state;
    static const double asked[] = {0, 0.1, 0.25, 0.5, 0.77, 0.99, 1};
    AUTO_ARENA(a);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int order = 0; order < ORDERS; order++) {
            size_t n = sizes[s];
            double *x = NEW_ARRAY(a, n, double);
            fill(x, n, order);
            double *sorted = arena_copy(a, x, n * sizeof *x);
            qsort(sorted, n, sizeof *sorted, compare);
            for (size_t k = 0; k < sizeof asked / sizeof *asked; k++) {
                double place = asked[k] * (double)(n - 1), part = place - floor(place), low = sorted[(size_t)place];
                double want = part > 0 && (size_t)place + 1 < n ? low + (sorted[(size_t)place + 1] - low) * part : low;
                double *copy = arena_copy(a, x, n * sizeof *x);
                assert_true(quantile_of(copy, n, asked[k]) == want);
                qsort(copy, n, sizeof *copy, compare); /* nothing lost, nothing twice */
                assert_memory_equal(copy, sorted, n * sizeof *copy);
            }
        }
}

static void sorted_is_sorted(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int order = 0; order < ORDERS; order++) {
            size_t n = sizes[s];
            double *x = NEW_ARRAY(a, n, double);
            fill(x, n, order);
            if (n > 5)
                x[1] = -0.0, x[n / 2] = INFINITY, x[2] = -INFINITY, x[3] = 4.9e-324, x[n - 1] = 0;
            double *want = arena_copy(a, x, n * sizeof *x);
            qsort(want, n, sizeof *want, compare);
            sort_doubles(x, n);
            for (size_t i = 0; i < n; i++)
                assert_true(x[i] == want[i]);
        }
}

/* Whatever is guessed: near, beside it, nothing. */
static void a_guess_changes_nothing(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes && sizes[s] <= 4096; s++)
        for (int order = 0; order < ORDERS; order++) {
            size_t n = sizes[s], used = 0, there;
            double *x = NEW_ARRAY(a, n, double), *known = NEW_ARRAY(a, n, double);
            fill(x, n, order);
            for (size_t i = 0; i < n; i++) {
                x[i] = n > 3 && i % 7 == 3 ? (double)NAN : fabs(x[i]);
                if (!isnan(x[i]))
                    known[used++] = x[i];
            }
            double want = median_of(known, used);
            const double guesses[] = {want, 0.8 * want, 1.3 * want, 10 * want, want / 10, 0};
            for (size_t g = 0; g < sizeof guesses / sizeof *guesses; g++) {
                assert_true(median_there(x, n, guesses[g], &there) == want);
                assert_int_equal(there, used);
            }
        }
    double none[] = {(double)NAN, (double)NAN};
    size_t there;
    assert_true(isnan(median_there(none, 2, 1, &there)) && there == 0);
}

/* The center may lie beside all values, on one, or between two. */
static void distances_of_the_sorted(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int order = 0; order < ORDERS; order++) {
            size_t n = sizes[s];
            double *x = NEW_ARRAY(a, n, double);
            fill(x, n, order);
            qsort(x, n, sizeof *x, compare);
            const double centers[] = {x[0] - 1, x[0], x[n / 3], x[n / 2], (x[n / 2] + x[n - 1]) / 2, x[n - 1], x[n - 1] + 1};
            for (size_t k = 0; k < sizeof centers / sizeof *centers; k++)
                assert_true(mad_of_sorted(x, n, centers[k]) == mad_of(arena_copy(a, x, n * sizeof *x), n, centers[k]));
        }
}

/* Units of the last place that two doubles of one sign lie apart. */
static int64_t apart(double x, double y)
{
    int64_t a, b;
    memcpy(&a, &x, sizeof a);
    memcpy(&b, &y, sizeof b);
    return a > b ? a - b : b - a;
}

static void logarithms_are_those_of_libm(void **state)
{
    (void)state;
    enum { N = 200000 };
    AUTO_ARENA(a);
    double *x = NEW_ARRAY(a, N, double), *y = NEW_ARRAY(a, N, double), none[] = {0, -0.0, -1, -INFINITY, INFINITY, NAN, 0x1p-1023, 5e-324};
    for (size_t i = 0; i < N; i++) {
        double part = 1 + (double)(random_next() >> 12) / 0x1p52; /* of all exponents, and around one, where logarithms are small */
        x[i] = i % 3 == 0 ? ldexp(part, (int)(random_next() % 2046) - 1022) : i % 3 == 1 ? 0.7 + part / 3 : 1 + (part - 1.5) * 0x1p-20;
    }
    x[0] = 0x1p-1022, x[1] = 0x1.fffffffffffffp1023, x[2] = 1, x[3] = nextafter(1, 0), x[4] = nextafter(1, 2), x[5] = M_SQRT1_2, x[6] = nextafter(M_SQRT1_2, 0), x[7] = M_SQRT2;
    logs_of(x, N, y);
    for (size_t i = 0; i < N; i++)
        assert_true(apart(y[i], log(x[i])) <= 2);
    assert_true(y[2] == 0);
    logs_of(none, sizeof none / sizeof *none, none);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_true(isnan(none[i]));
    logs_of(x, 5, x); /* in place, and not a multiple of any lane */
    for (size_t i = 0; i < 5; i++)
        assert_true(apart(x[i], y[i]) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_guess_changes_nothing), cmocka_unit_test(distances_of_the_sorted), cmocka_unit_test(logarithms_are_those_of_libm),
                                       cmocka_unit_test(quantiles_are_those_of_the_sorted), cmocka_unit_test(sorted_is_sorted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
