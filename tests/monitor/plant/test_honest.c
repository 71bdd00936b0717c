/*
 * "Honest" is measured: statistics of generated plants stand within what was measured on public honest series
 * (monitoring dossier 10.6: gas turbine, ambient stations, inflow, works). A detector calibrated on either sees the
 * same world. Both sides are tested: not more regular than nature, and not so wild that finding forgeries becomes a
 * child's game.
 */
#include "testing.h"
#include "monitor/plant/plant.h"

#include <math.h>
#include <time.h>

enum { SEEDS = 4, DAYS = 120, HOURS = DAYS * 24 };

static usec start(void)
{
    usec ret;
    assert_ok(time_parse(S("2025-04-01T00:00:00+08:00"), &ret));
    return ret;
}

/* A channel's running, valid values; NAN elsewhere. */
static double *values(struct arena *a, const struct plant_series *s, size_t c)
{
    double *x = NEW_ARRAY(a, s->n, double);
    for (size_t i = 0; i < s->n; i++)
        x[i] = s->flag[c][i] == 'N' && s->state[i] == PLANT_RUN ? (double)s->average[c][i] : NAN;
    return x;
}

static int compare(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static double quantile(double *x, size_t n, double q)
{
    assert_true(n > 0);
    qsort(x, n, sizeof *x, compare);
    return x[(size_t)(q * (double)(n - 1))];
}

struct spread {
    double median, mad;
    bool whole;
};

static struct spread spread_of(const double *x, size_t n)
{
    double v[1440];
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            v[k++] = x[i];
    if (k < n - n / 8)
        return (struct spread){0};
    double median = quantile(v, k, 0.5);
    for (size_t i = 0; i < k; i++)
        v[i] = fabs(v[i] - median);
    return (struct spread){median, 1.4826 * quantile(v, k, 0.5), true};
}

static bool pollutant(const struct plant_channel *c)
{
    return c->converted;
}

static bool high_resolution(const struct plant_channel *c)
{
    return pollutant(c) && c->resolution == 1 && strcmp(c->factor, "a34013") != 0;
}

static double correlation(const double *x, const double *y, size_t n)
{
    double sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]) || isnan(y[i]))
            return 0;
        sx += x[i];
        sy += y[i];
    }
    sx /= (double)n;
    sy /= (double)n;
    for (size_t i = 0; i < n; i++) {
        xx += (x[i] - sx) * (x[i] - sx);
        yy += (y[i] - sy) * (y[i] - sy);
        xy += (x[i] - sx) * (y[i] - sy);
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

/* Nearest other window by correlation: exact matrix profile, diagonal by diagonal. Returns the largest r; -1 where no two windows have room. */
static double profile(const double *x, size_t n, size_t l)
{
    if (n < 2 * l)
        return -1;
    size_t windows = n - l + 1;
    double *mean = calloc(windows, sizeof *mean), *norm = calloc(windows, sizeof *norm), best = -1;
    for (size_t i = 0; i < windows; i++) {
        double s = 0, ss = 0;
        for (size_t k = 0; k < l; k++)
            s += x[i + k];
        mean[i] = s / (double)l;
        for (size_t k = 0; k < l; k++)
            ss += (x[i + k] - mean[i]) * (x[i + k] - mean[i]);
        norm[i] = sqrt(ss); /* NAN where a value is missing: such a window is nobody's neighbour */
    }
    for (size_t lag = l; lag < windows; lag++) {
        double dot = 0;
        bool broken = true;
        for (size_t i = 0; i + lag < windows; i++) {
            size_t j = i + lag;
            if (isnan(norm[i]) || isnan(norm[j])) {
                broken = true;
                continue;
            }
            if (broken || i % 256 == 0) {
                dot = 0;
                for (size_t k = 0; k < l; k++)
                    dot += x[i + k] * x[j + k];
                broken = false;
            } else
                dot += x[i + l - 1] * x[j + l - 1] - x[i - 1] * x[j - 1];
            if (norm[i] > 0 && norm[j] > 0) {
                double r = (dot - (double)l * mean[i] * mean[j]) / (norm[i] * norm[j]);
                best = r > best ? r : best;
            }
        }
    }
    free(mean);
    free(norm);
    return best;
}

/* Everything that is measured over plants of the gas kinds, hour by hour. */
struct measured {
    size_t run, repeats, cv_n, ratio_n;
    double pair, motif24, motif48;
    double cv[200000], ratio[200000];
    double digit_worst;
};

static size_t longest_run(const double *x, size_t n)
{
    size_t best = 1, run = 1;
    for (size_t i = 1; i < n; i++) {
        run = x[i] == x[i - 1] ? run + 1 : 1;
        best = run > best ? run : best;
    }
    return best;
}

/* Windows of 8 that stand there twice, digit by digit. */
static size_t exact_repeats(const double *x, size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i + 16 <= n; i++)
        for (size_t j = i + 8; j + 8 <= n; j++) {
            size_t k = 0;
            while (k < 8 && x[i + k] == x[j + k])
                k++;
            found += k == 8;
        }
    return found;
}

/* Chi square of the last printed digit: 9 degrees of freedom, 27.9 at one in a thousand. */
static double last_digit(const double *x, size_t n)
{
    double count[10] = {0}, total = 0, chi = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i])) {
            count[(int64_t)x[i] % 10]++;
            total++;
        }
    for (int d = 0; d < 10 && total > 500; d++)
        chi += (count[d] - total / 10) * (count[d] - total / 10) / (total / 10);
    return chi;
}

static void measure_channel(struct measured *m, const struct plant *p, const struct plant_series *s, size_t c,
                            const double *x)
{
    const struct plant_channel *channel;
    plant_channels(p, &channel);
    if (!high_resolution(&channel[c]) || plant_places(p, c, s->from) < channel[c].decimals)
        return;
    struct spread whole = spread_of(x, 1200);
    if (whole.whole && whole.median < 3 * (double)channel[c].floor)
        return; /* at the detection limit nothing is high resolution */
    size_t run = longest_run(x, s->n);
    m->run = run > m->run ? run : m->run;
    m->repeats += exact_repeats(x, s->n);
    double chi = last_digit(x, s->n), r24 = profile(x, s->n, 24), r48 = profile(x, s->n, 48);
    m->digit_worst = chi > m->digit_worst ? chi : m->digit_worst;
    m->motif24 = r24 > m->motif24 ? r24 : m->motif24;
    m->motif48 = r48 > m->motif48 ? r48 : m->motif48;
    double mads[DAYS], sorted[30];
    size_t days = 0;
    for (size_t d = 0; d < s->n / 24; d++) {
        struct spread day_ = spread_of(x + d * 24, 24);
        if (!day_.whole)
            continue;
        if (strcmp(channel[c].factor, "a21002") == 0 && m->cv_n < 200000)
            m->cv[m->cv_n++] = day_.mad / day_.median;
        mads[days++] = day_.mad;
        if (days > 30) {
            memcpy(sorted, mads + days - 31, sizeof sorted);
            m->ratio[m->ratio_n++] = day_.mad / quantile(sorted, 30, 0.5);
        }
    }
}

static bool tied(const char *x, const char *y)
{
    static const char *const pairs[][2] = {
        {"a01011", "a00000"}, {"a01012", "a01014"}, {"a01011", "a01013"}, {"a01013", "a00000"}, {"i333", "i333"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strncmp(x, pairs[i][0], strlen(pairs[i][0])) == 0 && strncmp(y, pairs[i][1], strlen(pairs[i][1])) == 0)
            return true;
    return false;
}

static void measure_pairs(struct measured *m, const struct plant_channel *channel, double *const *x, size_t channels,
                          size_t n)
{
    for (size_t c = 0; c < channels; c++)
        for (size_t d = c + 1; d < channels; d++) {
            if (tied(channel[c].factor, channel[d].factor) || tied(channel[d].factor, channel[c].factor))
                continue;
            for (size_t i = 0; i + 24 <= n; i += 6) {
                double r = fabs(correlation(x[c] + i, x[d] + i, 24));
                m->pair = r > m->pair ? r : m->pair;
            }
        }
}

static void test_gas_is_like_nature(void **state)
{
    (void)state;
    struct measured *m = calloc(1, sizeof *m);
    size_t plants = 0;
    for (int k = PLANT_COAL_BOILER; k <= PLANT_CEMENT_KILN; k++)
        for (uint64_t seed = 100; seed < 100 + SEEDS; seed++) {
            AUTO_ARENA(a);
            const struct plant *p = plant_new(a, (enum plant_kind)k, seed);
            struct plant_series *s = plant_report(a, p, start(), 3600, HOURS);
            const struct plant_channel *channel;
            size_t channels = plant_channels(p, &channel);
            double *x[PLANT_CHANNELS];
            for (size_t c = 0; c < channels; c++) {
                x[c] = values(a, s, c);
                measure_channel(m, p, s, c, x[c]);
            }
            measure_pairs(m, channel, x, channels, s->n);
            plants++;
        }
    double cv_low = quantile(m->cv, m->cv_n, 0.001), cv_one = quantile(m->cv, m->cv_n, 0.01),
           cv_mid = quantile(m->cv, m->cv_n, 0.5);
    double ratio_low = quantile(m->ratio, m->ratio_n, 0.001), ratio_one = quantile(m->ratio, m->ratio_n, 0.01);
    print_message("%zu plants: run %zu, repeats %zu, pair r %.4f, motif r %.4f (24) %.4f (48), digit chi %.1f\n",
                  plants, m->run, m->repeats, m->pair, m->motif24, m->motif48, m->digit_worst);
    print_message(
        "NOx CV of 24 h: %.4f (0.1 %%) %.4f (1 %%) %.4f (median) of %zu; MAD ratio %.3f (0.1 %%) %.3f (1 %%) of %zu\n",
        cv_low, cv_one, cv_mid, m->cv_n, ratio_low, ratio_one, m->ratio_n);
    assert_true(m->cv_n > 400 && m->ratio_n > 800);
    assert_true(m->run <= 5);
    assert_int_equal(m->repeats, 0);
    assert_true(m->pair < 0.998);
    assert_true(m->motif24 > 0.97 && m->motif24 < 0.9987);
    assert_true(m->motif48 > 0.9 && m->motif48 < 0.9971);
    assert_true(m->digit_worst < 40);
    assert_true(cv_low > 0.005 && cv_low < 0.015 && cv_one > 0.009 && cv_one < 0.022 && cv_mid < 0.1);
    assert_true(ratio_low > 0.1 && ratio_low < 0.3 && ratio_one > 0.17 && ratio_one < 0.4);
    free(m);
}

/* Minutes remember: lag-one correlation of an honest analyser is high, and not perfect. */
static void test_minutes_remember(void **state)
{
    (void)state;
    for (int k = PLANT_COAL_BOILER; k <= PLANT_CEMENT_KILN; k++)
        for (uint64_t seed = 100; seed < 103; seed++) {
            AUTO_ARENA(a);
            const struct plant *p = plant_new(a, (enum plant_kind)k, seed);
            struct plant_series *s = plant_report(a, p, start() + 40 * USEC_DAY, 60, 10 * 1440);
            const struct plant_channel *channel;
            size_t channels = plant_channels(p, &channel);
            for (size_t c = 0; c < channels; c++) {
                if (!pollutant(&channel[c]) || channel[c].resolution > 1)
                    continue;
                double *x = values(a, s, c), low[5] = {0};
                size_t days = 0;
                for (size_t i = 0; i + 721 <= s->n; i += 720) {
                    double r = correlation(x + i, x + i + 1, 300);
                    if (r != 0 && days < 5)
                        low[days++] = r;
                }
                if (days == 5) {
                    double middle = quantile(low, 5, 0.5);
                    assert_true(middle > 0.6 && middle < 0.999);
                }
            }
        }
}

/* Water analysers step with their cycle, and only with it; results do not repeat each other digit by digit for long. */
static void test_water_steps(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        AUTO_ARENA(a);
        const struct plant *p = plant_new(a, PLANT_SEWAGE_WORKS, seed);
        struct plant_series *s = plant_report(a, p, start(), 60, 20 * 1440);
        int cycle = plant_facts(p).cycle_s / 60;
        assert_int_equal(cycle, 120);
        size_t steps = 0, last = 0, n = 0;
        double *results = NEW_ARRAY(a, s->n, double);
        for (size_t i = 1; i < s->n; i++) {
            if (s->flag[0][i] != 'N' || s->flag[0][i - 1] != 'N' || s->average[0][i] == s->average[0][i - 1])
                continue;
            if (last)
                assert_int_equal((i - last) % (size_t)cycle, 0);
            last = i;
            steps++;
            results[n++] = (double)s->average[0][i];
        }
        assert_true(steps > 60 && steps <= 20 * 12); /* batch reactors discharge, and measure, a third of the time */
        assert_true(longest_run(results, n) <= 4);
        assert_true(exact_repeats(results, n) == 0);
    }
}

/* Rain: flow up, everything thinner, and nobody diluted anything. */
static void test_rain_thins(void **state)
{
    (void)state;
    size_t wet = 0;
    for (uint64_t seed = 0; seed < 6; seed++) {
        AUTO_ARENA(a);
        const struct plant *p = plant_new(a, PLANT_SEWAGE_WORKS, seed);
        struct plant_series *s = plant_report(a, p, start() + 60 * USEC_DAY, 3600, 60 * 24);
        double *flow = values(a, s, 5), *salt = values(a, s, 7), flows[60], salts[60];
        size_t n = 0;
        for (size_t d = 0; d < 60; d++) {
            struct spread f = spread_of(flow + d * 24, 24), c = spread_of(salt + d * 24, 24);
            if (f.whole && c.whole) {
                flows[n] = f.median;
                salts[n++] = c.median;
            }
        }
        if (n > 40 && flows[0] > 0)
            wet += correlation(flows, salts, n) < -0.5;
    }
    assert_true(wet >= 2); /* batch reactors hide it in their on and off */
}

static void test_night_without_discharge(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        AUTO_ARENA(a);
        const struct plant *p = plant_new(a, PLANT_INDUSTRIAL_WATER, seed);
        struct plant_series *s = plant_report(a, p, start(), 60, 14 * 1440);
        size_t night = 0, by_day = 0;
        for (size_t i = 0; i < s->n; i++) {
            size_t hour = i % 1440 / 60;
            if (s->flag[5][i] == 'N' && s->average[5][i] > 0)
                (hour < 7 || hour >= 23) ? night++ : by_day++;
        }
        assert_int_equal(night, 0);
        assert_true(by_day > 1500);
    }
}

/* A plant-year of minutes, ten channels: two seconds of a processor (checked with room for sanitizers). */
static void test_speed(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct plant *p = plant_new(a, PLANT_COAL_BOILER, 3);
    struct timespec from, to;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    struct plant_series *s = plant_report(a, p, start() - 80 * USEC_DAY, 60, 365 * 1440);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    double took = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    print_message("a plant-year of minutes x %zu channels: %.2f s\n", s->channels, took);
    assert_true(took < 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gas_is_like_nature),
        cmocka_unit_test(test_minutes_remember),
        cmocka_unit_test(test_water_steps),
        cmocka_unit_test(test_rain_thins),
        cmocka_unit_test(test_night_without_discharge),
        cmocka_unit_test(test_speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
