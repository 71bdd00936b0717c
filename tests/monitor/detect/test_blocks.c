/* Blocks of slots: what they sum, count and compare is what a plain loop over the same slots does, gaps and odd ends included. */
#include "testing.h"
#include "monitor/detect/blocks.h"

enum { N = 1000, GAP_EVERY = 97, GAP_LONG = 5 };
static double x[N], y[N];
static float f[N], g[N];
static const size_t sizes[] = {1, 2, 3, 4, 5, 15, 40, 64, 333};

static bool close_to(double got, double want)
{
    return fabs(got - want) <= 1e-9 * fmax(1, fabs(want));
}

/* Values with repeats, and gaps at different places in x and y. gaps false: everything is there. */
static void fill(uint64_t seed, bool gaps)
{
    double level = 0;
    for (size_t i = 0; i < N; i++) {
        level = 0.9 * level + (double)(test_random(&seed) % 2001) / 1000 - 1;
        x[i] = gaps && i % GAP_EVERY < GAP_LONG ? (double)NAN : round(10 * level) / 10;
        y[i] = gaps && (i + 40) % GAP_EVERY < GAP_LONG ? (double)NAN : level + (double)(test_random(&seed) % 100) / 100;
        f[i] = (float)((double)(test_random(&seed) % 5) - 2);
        g[i] = (float)((double)(test_random(&seed) % 7) - 3);
    }
}

static struct blocks blocks_from(size_t first, size_t size)
{
    return (struct blocks){first, size, (N - first) / size};
}

static void check_extremes(struct blocks b)
{
    struct extremes e[N + 1];
    struct top top[N + 1];
    struct below below[N + 1];
    blocks_extremes(x, y, b, e);
    blocks_top(x, b, top);
    blocks_below(x, 0.3, b, below);
    for (size_t k = 0; k < b.n; k++) {
        double low = INFINITY, high = -INFINITY, most = -INFINITY;
        size_t both = 0, used = 0, times = 0, under = 0;
        for (size_t i = b.first + k * b.size; i < b.first + (k + 1) * b.size; i++) {
            if (isnan(x[i]))
                continue;
            used++;
            under += x[i] <= 0.3;
            times = x[i] > most ? 1 : times + (x[i] == most);
            most = fmax(most, x[i]);
            if (!isnan(y[i]))
                low = fmin(low, x[i]), high = fmax(high, x[i]), both++;
        }
        assert_true(e[k].low == low && e[k].high == high && e[k].used == both);
        assert_true(top[k].high == most && top[k].times == times && top[k].used == used);
        assert_true(below[k].used == used && below[k].low == under);
    }
}

static void check_steps(struct blocks b)
{
    struct steps_seen s[N + 1];
    struct lags lags[N + 1];
    blocks_steps(x, 0.5, b, s);
    blocks_lags(x, 0.2, b, lags);
    for (size_t k = 0; k < b.n; k++) {
        size_t n = 0, high = 0;
        double sum = 0, square = 0, one = 0, two = 0;
        for (size_t i = b.first + k * b.size; i < b.first + (k + 1) * b.size; i++) {
            n += i && !isnan(x[i] - x[i - 1]);
            high += i && fabs(x[i] - x[i - 1]) >= 0.5;
            sum += x[i] - 0.2;
            square += (x[i] - 0.2) * (x[i] - 0.2);
            one += i ? (x[i] - 0.2) * (x[i - 1] - 0.2) : 0;
            two += i > 1 ? (x[i] - 0.2) * (x[i - 2] - 0.2) : 0;
        }
        assert_true(s[k].n == n && s[k].high == high);
        assert_int_equal(lags[k].whole, !isnan(square) && !isnan(one) && !isnan(two));
        if (lags[k].whole)
            assert_true(close_to(lags[k].sum, sum) && close_to(lags[k].square, square) && close_to(lags[k].one, one) && close_to(lags[k].two, two));
    }
}

/* A gap is closed: the value before is the last one that was there, in whatever block. */
static void check_memory(struct blocks b)
{
    struct memory m[N + 1];
    blocks_memory(x, 0.2, b, m);
    for (size_t k = 0; k < b.n; k++) {
        double sum = 0, square = 0, product = 0, first = 0, first_product = 0, last = 0;
        size_t used = 0;
        for (size_t i = b.first + k * b.size; i < b.first + (k + 1) * b.size; i++) {
            size_t before = i;
            while (before > 0 && isnan(x[before - 1]))
                before--;
            double one = x[i] - 0.2, by = before > 0 ? one * (x[before - 1] - 0.2) : 0;
            if (isnan(one))
                continue;
            if (!used++)
                first = one, first_product = by;
            sum += one, square += one * one, product += by, last = one;
        }
        assert_int_equal(m[k].used, used);
        assert_true(close_to(m[k].sum, sum) && close_to(m[k].square, square) && close_to(m[k].product, product));
        assert_true(!used || (m[k].first == first && m[k].last == last && close_to(m[k].first_product, first_product)));
    }
}

static void check_pairs(struct blocks b)
{
    struct tie_sums tie[N + 1];
    blocks_tie(x, 0.2, y, -0.3, b, tie);
    for (size_t k = 0; k < b.n; k++) {
        struct tie_sums want = {0};
        for (size_t i = b.first + k * b.size; i < b.first + (k + 1) * b.size; i++) {
            double one = x[i] - 0.2, other = y[i] + 0.3;
            if (isnan(one) || isnan(other))
                continue;
            want.x += one, want.y += other, want.xx += one * one, want.yy += other * other, want.xy += one * other, want.used++;
        }
        assert_int_equal(tie[k].used, want.used);
        assert_true(close_to(tie[k].x, want.x) && close_to(tie[k].y, want.y) && close_to(tie[k].xx, want.xx) && close_to(tie[k].yy, want.yy) &&
                    close_to(tie[k].xy, want.xy));
    }
}

static void check_products(struct blocks b, size_t back)
{
    struct products p[N + 1];
    size_t from = back > b.first ? (back - b.first + b.size - 1) / b.size : 0;
    double sum = 0, square = 0;
    size_t used = 0;
    blocks_products(f, g, back, b, from, p);
    for (size_t k = from; k < b.n; k++) {
        for (size_t i = b.first + k * b.size; i < b.first + (k + 1) * b.size; i++) {
            double one = (double)f[i] * (double)g[i - back];
            sum += one, square += one * one, used += one != 0;
        }
        /* whole numbers: exact */
        assert_true(p[k + 1].sum == sum && p[k + 1].square == square && p[k + 1].used == used);
    }
}

/* Whole numbers up to 2: sums of single precision are exact, too. */
static void check_rows(struct blocks b)
{
    AUTO_ARENA(a);
    struct rows r = rows_for(a, b);
    struct products want[N + 1];
    double sum[N + 1], square[N + 1];
    rows_fill(f, 0.5, b, &r);
    for (size_t back = 0; back <= b.n + 1; back = back * 3 + 1) {
        if (back > b.n)
            continue;
        blocks_products(f, f, back * b.size, b, back, want);
        rows_products(&r, back, b, sum, square);
        for (size_t k = back; k <= b.n; k++)
            assert_true(16 * square[k] == want[k].square && 4 * sum[k] == want[k].sum);
    }
}

static void blocks_are_plain_loops(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t first = 0; first < 4; first++)
            for (int gaps = 0; gaps < 2; gaps++) {
                struct blocks b = blocks_from(first, sizes[s]);
                fill(31 * s + first, gaps);
                check_extremes(b);
                check_steps(b);
                check_memory(b);
                check_pairs(b);
                check_products(b, 0);
                check_products(b, 144);
                check_rows(b);
            }
}

/* A table shorter than the way to its first window has no block, and nothing of it is read: a sanitizer sees it if it is. */
static void short_tables_have_no_block(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    double *few = NEW_ARRAY(a, 4, double);
    struct memory m[1];
    for (size_t i = 0; i < 4; i++)
        few[i] = NAN;
    blocks_memory(few, 0, (struct blocks){.first = 4096, .size = 10, .n = 0}, m);
}

static void no_window_cuts_a_block(void **state)
{
    (void)state;
    static const int32_t steps[] = {60, 300, 420, 600, 3600};
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++)
        for (usec from = -7; from < 8; from++) {
            struct table t = {.from = from * 11 * steps[s] * USEC_SECOND, .step_s = steps[s], .n = 5000};
            size_t length[3] = {slots_of(&t, 12), slots_of(&t, 24), slots_of(&t, 48)}, hop[3];
            for (int k = 0; k < 3; k++)
                hop[k] = length[k] / 4;
            struct blocks b = blocks_of(&t, length, hop, 3);
            assert_true(b.first + b.n * b.size <= t.n);
            for (int k = 0; k < 3; k++) {
                assert_int_equal(length[k] % b.size, 0);
                for (size_t first = window_first(&t, hop[k]); first + length[k] <= t.n; first += hop[k]) {
                    assert_true(first >= b.first);
                    assert_int_equal((first - b.first) % b.size, 0);
                    assert_true((first - b.first + length[k]) / b.size <= b.n);
                }
            }
        }
}

static int ascending(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

/* A tail begins at the upper decile, falls with the score, and is a rank where the upper half is one score. */
static void tails_are_those_of_the_sorted(void **state)
{
    (void)state;
    for (size_t n = 20; n < 900; n += 77) {
        AUTO_ARENA(a);
        double *score = NEW_ARRAY(a, n, double);
        uint64_t seed = n;
        for (size_t i = 0; i < n; i++)
            score[i] = (double)(test_random(&seed) % 1000);
        double *sorted = arena_copy(a, score, n * sizeof *score);
        qsort(sorted, n, sizeof *sorted, ascending);
        struct calibration c = calibrate(a, score, n);
        assert_true(c.u == sorted[n * 9 / 10] && c.middle == sorted[n / 2]);
        assert_true(calibrated_p(&c, c.u) == 1);
        double last = 0.1 + 1e-12;
        for (double over = c.u + 1; over < 5000; over *= 1.3) {
            double p = calibrated_p(&c, over);
            assert_true(p > 0 && p <= last);
            last = p;
        }
    }
    AUTO_ARENA(a);
    double flat[100] = {0};
    flat[17] = 3, flat[60] = 2;
    struct calibration c = calibrate(a, flat, 100);
    assert_true(close_to(calibrated_p(&c, 3), 2.0 / 101) && close_to(calibrated_p(&c, 2), 3.0 / 101) && close_to(calibrated_p(&c, 4), 1.0 / 101));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_plain_loops),
        cmocka_unit_test(no_window_cuts_a_block), cmocka_unit_test(short_tables_have_no_block),
        cmocka_unit_test(tails_are_those_of_the_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
