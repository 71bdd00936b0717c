/*
 * The detectors' speed: the exact matrix profile beside the same recurrence one pair at a time and beside stump (peers/stump.py: Debian 12
 * has numba and not STUMPY), the light set over minutes beside reading the columns once, an outlet-month of
 * minutes beside what a province-month may take, plain and as loggers send it, and a plant-year of hours as CSV from bytes to findings beside the 200 ms it may take.
 */
#include "bench.h"
#include "monitor/detect/habits.h"
#include "monitor/detect/profile.h"
#include "../tests/monitor/detect/plant_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t seed = 1;

static double unit(void)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (double)(seed * UINT64_C(2685821657736338717) >> 11) / 9007199254740992.0;
}

static double normal(void)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += unit();
    return sum;
}

/* Processor seconds of the peer over this series, and its profile; 0: numba is not installed (packages-bench.txt). */
static double peer_profile(struct arena *a, const double *x, size_t n, size_t m, double *ret)
{
    char in[] = "/tmp/xiezhi-series-XXXXXX", out[] = "/tmp/xiezhi-profile-XXXXXX";
    int series = mkstemp(in), profile = mkstemp(out);
    size_t bytes = n * sizeof *x, wanted = (n - m + 1) * sizeof *ret;
    double took = 0;
    CHECK(series >= 0 && profile >= 0);
    if (write(series, x, bytes) == (ssize_t)bytes) {
        FILE *f = popen(arena_printf(a, "${PYTHON:-/usr/bin/python3} " PEERS "/stump.py %s %zu %zu %s 2>/dev/null", in, m, m / 4, out).p, "r");
        if (!f || fscanf(f, "%lf", &took) != 1 || read(profile, ret, wanted) != (ssize_t)wanted)
            took = 0;
        if (f)
            pclose(f);
    }
    close(series), close(profile);
    unlink(in), unlink(out);
    return took;
}

static void bench_profile(void)
{
    enum { N = 65536, M = 50, ROUNDS = 3 };
    AUTO_ARENA(a);
    double *x = NEW_ARRAY(a, N, double), *r = NEW_ARRAY(a, N, double), *plain = NEW_ARRAY(a, N, double), *peer = NEW_ARRAY(a, N, double), level = 0, took[2] = {1e9, 1e9};
    size_t *at = NEW_ARRAY(a, N, size_t);
    seed = 7;
    for (size_t i = 0; i < N; i++)
        x[i] = level = 0.95 * level + normal();
    for (int round = 0; round <= ROUNDS; round++) {
        AUTO_ARENA(scratch);
        bool best = round < ROUNDS;
        double start = bench_cpu();
        profile_self(scratch, x, N, M, M / 4, best ? PROFILE_BEST : PROFILE_PLAIN, best ? r : plain, at);
        took[!best] = fmin(took[!best], bench_cpu() - start);
    }
    for (size_t i = 0; i + M <= N; i++)
        CHECK(fabs(r[i] - plain[i]) < 1e-9);
    bench_line("matrix profile, n=65536 m=50", took[0] * 1000, "ms cpu", took[1] / took[0], "one pair at a time");
    double theirs = peer_profile(a, x, N, M, peer);
    if (theirs <= 0) {
        printf("%-40s no python3-numba: nothing to compare with\n", "matrix profile beside stump");
        return;
    }
    for (size_t i = 0; i + M <= N; i++)
        CHECK(fabs(r[i] - peer[i]) < 1e-7);
    bench_line("stump of numba, the same profile", theirs * 1000, "ms cpu", theirs / took[0], "as long as ours (wanted: 15)");
}

/* Seven channels of a gas outlet, minutes or hours. */
enum { CHANNELS = 7 };
static const char *const factor[CHANNELS] = {"a21026", "a21002", "a34013", "a19001", "a00000", "a01012", "a01014"};
static const double base[CHANNELS] = {20, 40, 5, 9, 150, 85, 10}, slope[CHANNELS] = {0.1, 0.2, 0.03, -0.05, 1.5, 0.3, 0.02},
                    rough[CHANNELS] = {1, 2, 0.5, 0.2, 2, 1, 0.2};

static void fill(int64_t *const *value, size_t n)
{
    double load = 0, own[CHANNELS] = {0};
    seed = 11;
    for (size_t i = 0; i < n; i++) {
        load += -0.05 * load + 3 * normal();
        for (int k = 0; k < CHANNELS; k++) {
            own[k] = 0.8 * own[k] + normal();
            value[k][i] = llround(100 * fmax(0.01, base[k] + slope[k] * load + rough[k] * own[k]));
        }
    }
}

static struct table minutes_of(struct arena *a, size_t n)
{
    struct column *column = NEW_ARRAY(a, CHANNELS, struct column);
    int64_t *value[CHANNELS];
    for (int k = 0; k < CHANNELS; k++) {
        value[k] = NEW_ARRAY(a, n, int64_t);
        column[k] = (struct column){.factor = str_of(factor[k]), .decimals = 2, .q = 1, .value = value[k]};
    }
    fill(value, n);
    return (struct table){.step_s = 60, .n = n, .columns = column, .columns_n = CHANNELS};
}

static void bench_light(void)
{
    enum { N = 43200 * 6 };
    AUTO_ARENA(a);
    struct table t = minutes_of(a, N);
    struct detect_options light = {.light = true};
    struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
    double best = 1e9, read = 1e9;
    for (int round = 0; round < 5; round++) {
        AUTO_ARENA(b);
        struct hits hits;
        double start = bench_cpu();
        detect_table(b, &t, &light, &hits, runs);
        double took = bench_cpu() - start;
        best = took < best ? took : best;
        start = bench_cpu();
        int64_t sum = 0;
        for (int k = 0; k < CHANNELS; k++)
            for (size_t i = 0; i < N; i++)
                sum += t.columns[k].value[i];
        __asm__ volatile("" ::"r"(sum));
        took = bench_cpu() - start;
        read = took < read ? took : read;
    }
    bench_line("light set, minutes", CHANNELS * (double)N / best / 1e6, "M readings/s", read / best, "summing the columns once");
}

/* Seconds of a processor until a table has its findings, the least of some rounds. */
static double findings_of(const struct table *t, bool light, int rounds)
{
    AUTO_ARENA(a);
    struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
    struct detect_options o = {.light = light};
    double best = 1e9;
    for (int round = 0; round < rounds; round++) {
        AUTO_ARENA(b);
        struct hits hits;
        struct findings findings;
        double start = bench_cpu();
        detect_table(b, t, &o, &hits, runs);
        fuse(b, t, &hits, &FUSE_DEFAULTS, &findings);
        double took = bench_cpu() - start;
        best = took < best ? took : best;
    }
    return best;
}

enum { MONTH = 43200, WANTED = 2400000000 / 60 / 2 };

static void month_line(const char *what, double readings, double took)
{
    bench_line(what, readings / took / 1e6, "M readings/s", readings / took / WANTED, "2.4 G readings in 60 s on 2 cores");
}

/* A province-month of minutes is 2.4 G readings, which two cores have 60 s for: one outlet-month of it, through every detector. */
static void bench_month(void)
{
    AUTO_ARENA(a);
    struct table t = minutes_of(a, MONTH);
    month_line("outlet-month of minutes, light set", CHANNELS * (double)MONTH, findings_of(&t, true, 7));
    month_line("outlet-month of minutes, all detectors", CHANNELS * (double)MONTH, findings_of(&t, false, 7));
}

/*
 * The same of what loggers really send: values with their minima and maxima, converted values, totals, flags, gaps, stops and starts, and for
 * water results every two hours that stand until the next. A reading is a value of a column that came; its minimum, maximum and flag are not
 * counted again.
 */
static void bench_loggers(void)
{
    static const struct { enum plant_kind kind; const char *what; } sent[] = {
        {PLANT_COAL_BOILER, "as loggers send it: a coal boiler"}, {PLANT_INCINERATOR, "an incinerator"}, {PLANT_CEMENT_KILN, "a cement kiln"},
        {PLANT_SEWAGE_WORKS, "a sewage works"}, {PLANT_INDUSTRIAL_WATER, "an industry's water"}};
    double readings = 0, took = 0;
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) {
        AUTO_ARENA(a);
        const struct plant *p = plant_new(a, sent[i].kind, 7);
        const struct table *t = plant_table(a, p, plant_report(a, p, day_start(day_from_civil(2025, 3, 1)), 60, MONTH), NULL);
        double n = (double)table_readings(t), best = findings_of(t, false, 5);
        month_line(sent[i].what, n, best);
        readings += n;
        took += best;
    }
    month_line("together, as loggers send it", readings, took);
}

/* Where the time of an outlet-month goes: each detector alone, less what comes before all of them (columns, predictions). */
static void bench_each(void)
{
    enum { N = 43200, ROUNDS = 7 };
    AUTO_ARENA(a);
    struct table t = minutes_of(a, N);
    struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
    double before = 0, sum = 0, readings = CHANNELS * (double)N;
    /* D1 needs records this table lacks: what a run with it alone takes is what all take */
    for (size_t d = 0; d <= detector_count(); d++) {
        const struct detector *only = d ? detector_at(d - 1) : detector_find(S("D1"));
        struct detect_options o = {.only = only};
        double best = 1e9;
        for (int round = 0; round < ROUNDS; round++) {
            AUTO_ARENA(b);
            struct hits hits;
            double start = bench_cpu();
            detect_table(b, &t, &o, &hits, runs);
            double took = bench_cpu() - start;
            best = took < best ? took : best;
        }
        before = d ? before : best;
        if (d && runs[d - 1].outcome == DETECT_LACKED)
            continue;
        double own = d ? fmax(0, best - before) : best;
        sum += own;
        printf("%-4s %-20s %8.2f ms %8.2f ns a reading\n", d ? only->id : "", d ? only->name : "prepared", own * 1e3, own * 1e9 / readings);
    }
    printf("%-25s %8.2f ms %8.2f ns a reading\n", "together", sum * 1e3, sum * 1e9 / readings);
}

static void bench_year(void)
{
    enum { N = 8760 };
    AUTO_ARENA(a);
    int64_t *value[CHANNELS];
    buf b = buf_make(a, 8 << 20);
    for (int k = 0; k < CHANNELS; k++)
        value[k] = NEW_ARRAY(a, N, int64_t);
    fill(value, N);
    buf_add(&b, S("time"));
    for (int k = 0; k < CHANNELS; k++)
        buf_printf(&b, ",%s-Avg", factor[k]);
    for (size_t i = 0; i < N; i++) {
        struct civil c = civil_of(day_start(day_from_civil(2025, 1, 1)) + (usec)i * USEC_HOUR);
        buf_printf(&b, "\n%d-%02d-%02d %02d:00:00", c.year, c.month, c.dom, c.hour);
        for (int k = 0; k < CHANNELS; k++)
            buf_printf(&b, ",%lld.%02lld", (long long)value[k][i] / 100, (long long)value[k][i] % 100);
    }
    double best = 1e9, habit = 1e9;
    for (int round = 0; round < 5; round++) {
        AUTO_ARENA(r);
        struct table_source s = {S("year"), buf_str(&b)};
        struct table *t;
        struct table_fault *faults;
        size_t n;
        struct hits hits;
        struct findings findings;
        struct detect_run *runs = NEW_ARRAY(r, detector_count(), struct detect_run);
        double start = bench_cpu();
        CHECK(!table_from_csv(r, &s, &t, &faults, &n));
        detect_table(r, t, NULL, &hits, runs);
        fuse(r, t, &hits, &FUSE_DEFAULTS, &findings);
        double took = bench_cpu() - start;
        best = took < best ? took : best;
        struct habits h;
        start = bench_cpu();
        habits_of(r, t, NULL, &h);
        took = bench_cpu() - start;
        habit = took < habit ? took : habit;
    }
    bench_line("habits of that year", habit * 1e6, "us cpu", best / habit, "its findings");
    bench_line("plant-year CSV to findings", best * 1000, "ms cpu", 200 / (best * 1000), "the 200 ms it may take");
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--each") == 0) {
        bench_each();
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "--month") == 0) {
        bench_month();
        bench_loggers();
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "--profile") == 0) {
        bench_profile();
        return 0;
    }
    bench_profile();
    bench_light();
    bench_month();
    bench_loggers();
    bench_year();
    return 0;
}
