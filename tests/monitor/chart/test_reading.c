/* Columns out of the store are what a plain loop over what was sent gives; what belongs beside a series comes with it. */
#include "monitor/chart/chart.h"
#include "monitor/province.h"

#include <math.h>

static char folder[] = "/tmp/xiezhi-chart-XXXXXX";
static struct store *store;
static struct readings *readings;
static usec now;
static const struct province_outlet outlet = {"o1", "烟囱", "jiang", "420102A8900016F000169DC0", "gas", PLANT_COAL_BOILER, 5, 114.3, 30.6, 2,
                                              HJ_CRC_OK};
enum { DAYS = 12, MINUTE_DAYS = 2 };

static int open_store(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    int applied;
    now = time_now();
    assert_non_null(mkdtemp(folder));
    assert_ok(store_open(arena_printf(a, "sqlite:%s/x.db", folder), S(""), STORE_CREATE, &store));
    assert_ok(store_migrate(store, true, &applied));
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(store, true, &d));
    assert_ok(db_exec(d, "INSERT INTO subject (id, seq, name, region) VALUES ('jiang', 1, '江汉化工', 420102)", NULL, NULL));
    assert_ok(readings_open(store, READINGS_WRITE, &readings));
    province_outlets(store, &outlet, 1, now);
    province_frames(readings, &outlet, 1, now, DAYS, MINUTE_DAYS);
    return 0;
}

static int close_store(void **state)
{
    (void)state;
    char command[64];
    readings_close(readings);
    store_close(store);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void find(struct arena *a, enum reading_period period, enum reading_group group, struct series *ret)
{
    assert_ok(series_find(readings, a, str_of(outlet.mn), period, S("a21026"), group, ret));
}

static size_t sulphur(const struct plant *p, int *ret_decimals)
{
    const struct plant_channel *c;
    size_t n = plant_channels(p, &c), i = 0;
    while (i < n && strcmp(c[i].factor, "a21026"))
        i++;
    assert_true(i < n);
    *ret_decimals = c[i].decimals;
    return i;
}

/* Every width from one slot to a day and odd ones between, over a span that begins within a slot. */
static void columns_are_what_was_sent(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct series s;
    struct plant *p = plant_new(a, outlet.plant, outlet.seed);
    int decimals;
    size_t channel = sulphur(p, &decimals);
    usec day0 = day_start(day_of(now) - MINUTE_DAYS), from = day0 + 7 * USEC_HOUR + 13 * USEC_MINUTE, to = day0 + USEC_DAY + 5 * USEC_HOUR;
    struct plant_series *sent = plant_report(a, p, day0, 60, 2 * 1440);
    double unit = pow(10, decimals);
    find(a, PERIOD_MINUTE, GROUP_VALUE, &s);
    for (int columns = 1; columns <= 2000; columns = columns * 3 + 1) {
        struct chart_series got;
        assert_ok(chart_read(readings, a, &s, from + 20 * USEC_SECOND, to, columns, &got));
        assert_true(got.n <= (size_t)columns && got.width % USEC_MINUTE == 0);
        int64_t all = 0;
        for (size_t i = 0; i < got.n; i++) {
            double low = NAN, high = NAN, sum = 0;
            int64_t n = 0, first = (from - day0) / USEC_MINUTE + (int64_t)i * got.width / USEC_MINUTE;
            for (int64_t m = first; m < first + got.width / USEC_MINUTE && m < 2 * 1440; m++) {
                if (sent->average[channel][m] == INT64_MIN)
                    continue;
                low = fmin(low, (double)sent->minimum[channel][m] / unit);
                high = fmax(high, (double)sent->maximum[channel][m] / unit);
                sum += (double)sent->average[channel][m] / unit;
                n++;
            }
            assert_true(got.counted[i] <= n); /* what is to come has not been sent yet */
            if (got.counted[i] != n)
                continue;
            all += n;
            assert_true(n ? fabs(got.low[i] - low) < 1e-9 && fabs(got.high[i] - high) < 1e-9 && fabs(got.mid[i] - sum / (double)n) < 1e-9
                          : isnan(got.mid[i]));
        }
        assert_true(all > 1000 || columns == 1);
    }
}

static void a_series_with_what_belongs_to_it(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct series s;
    struct chart c;
    str svg;
    usec to = day_start(day_of(now) + 1), from = to - 20 * USEC_DAY;
    find(a, PERIOD_HOUR, GROUP_CONVERTED, &s);
    struct platform_hour failed = {S(""), day_start(day_of(now) - 4) + 5 * USEC_HOUR, CAUSE_SERVER_DOWN, 3600, 1};
    assert_ok(platform_cause_add(readings, &failed, 1));
    assert_ok(chart_of(readings, a, &s, from, to, now, 1040, 380, &c));
    assert_int_equal(c.limits_n, 1);
    assert_true(c.limits[0].value == 50);
    size_t kinds[BAND_KINDS] = {0};
    for (size_t i = 0; i < c.bands_n; i++)
        kinds[c.bands[i].kind]++;
    assert_int_equal(kinds[BAND_MARK], 1);
    assert_int_equal(kinds[BAND_PLATFORM], 1);
    assert_ok(chart_svg(a, &c, &svg));
    assert_true(str_find(svg, S(">小时限值 50<")) > 0);
    find(a, PERIOD_HOUR, GROUP_VALUE, &s);
    assert_ok(chart_of(readings, a, &s, from, to, now, 1040, 380, &c));
    assert_int_equal(c.limits_n, 0); /* the limit is on converted values */
    assert_true(c.versions_n >= 1 && c.versions[0] == day_start(day_of(now) - 2) + 9 * USEC_HOUR);
    usec half = day_start(day_of(now) - 190); /* the limit was tightened 180 days ago: both, with their dates */
    find(a, PERIOD_HOUR, GROUP_CONVERTED, &s);
    assert_ok(chart_of(readings, a, &s, half, to, now, 1040, 380, &c));
    assert_int_equal(c.limits_n, 2);
}

static void what_cannot_be_read(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct series s;
    struct chart_series got;
    find(a, PERIOD_HOUR, GROUP_VALUE, &s);
    assert_err(chart_read(readings, a, &s, now, now, 10, &got), ERR_INPUT);
    assert_err(chart_read(readings, a, &s, now - 1, now, 0, &got), ERR_INPUT);
    assert_err(chart_read(readings, a, &s, now - 1, now, CHART_COLUMNS + 1, &got), ERR_INPUT);
    err_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(columns_are_what_was_sent), cmocka_unit_test(a_series_with_what_belongs_to_it),
                                       cmocka_unit_test(what_cannot_be_read)};
    return cmocka_run_group_tests_name("chart-reading", tests, open_store, close_store);
}
