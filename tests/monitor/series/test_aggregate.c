/* Means and their intervals, conversions, rates and substitutes: against numbers worked out by hand, and against brute force. */
#include "testing.h"

#include "monitor/series/aggregate_core.h"
#include "monitor/series/flue.h"
#include "monitor/series/overlays.h"

enum { N = 60 };
static int64_t value[N], weight[N];
static uint8_t flag[N], skip[N];
static int8_t places[N];

/* An hour of N normal minutes with values 1..60. */
static struct aggregate_input hour(int8_t decimals)
{
    for (int i = 0; i < N; i++) {
        value[i] = i + 1;
        flag[i] = 'N';
        skip[i] = SLOT_USE;
        places[i] = decimals;
        weight[i] = 1;
    }
    return (struct aggregate_input){.n = N, .decimals = decimals, .value = value, .flag = flag, .places = places, .skip = skip,
                                    .valid_flags = "N?", .need = 45};
}

#define assert_fraction(m, above, below)                                                            \
    do {                                                                                            \
        assert_int_equal((m).sum, above);                                                           \
        assert_int_equal((m).divisor, below);                                                       \
    } while (0)

/* (1 + 60) / 2 = 30.5 units of 0.1; each within half a unit, so the mean is within 30.0 .. 31.0 units. */
static void a_whole_hour(void **state)
{
    (void)state;
    struct aggregate_input in = hour(1);
    struct aggregate_mean m;
    aggregate_mean(&in, &m);
    assert_fraction(m, 61, 2);
    assert_true(m.enough && !m.weighted && m.valid == 60 && m.received == 60 && m.marked == 0);
    assert_int_equal(m.low, 30000000);
    assert_int_equal(m.high, 31000000);
}

static void forty_five_minutes_make_an_hour(void **state)
{
    (void)state;
    struct aggregate_input in = hour(0);
    struct aggregate_mean m;
    for (int i = 45; i < N; i++)
        flag[i] = i % 2 ? 'D' : 0; /* fault, missing */
    aggregate_mean(&in, &m);
    assert_true(m.enough && m.valid == 45);
    assert_int_equal(m.received, 53); /* 45 and the odd ones of 45..59: eight */
    assert_fraction(m, 23, 1);   /* (1 + 45) / 2 */
    skip[44] = SLOT_MARKED;
    aggregate_mean(&in, &m);
    assert_true(!m.enough && m.valid == 44 && m.marked == 1);
    skip[44] = SLOT_NO_NUMBER;
    aggregate_mean(&in, &m);
    assert_true(!m.enough && m.valid == 44 && m.marked == 0);
    skip[44] = SLOT_USE;
    value[44] = LIMIT_AGGREGATE_VALUE + 1; /* no measurement has thirteen digits */
    aggregate_mean(&in, &m);
    assert_true(!m.enough && m.valid == 44);
    flag[43] = '?'; /* came without a flag: taken as normal */
    value[44] = 45;
    aggregate_mean(&in, &m);
    assert_int_equal(m.valid, 45);
    memset(flag, 0, sizeof flag);
    aggregate_mean(&in, &m);
    assert_true(!m.enough && m.received == 0 && m.divisor == 0);
    assert_int_equal(aggregate_need(60, 45, 60), 45);
    assert_int_equal(aggregate_need(6, 45, 60), 5); /* ten-minute values: 4.5 of 6 */
    assert_int_equal(aggregate_need(24, 20, 24), 20);
}

/* 1.00 and "2": (1.00 - 0.005 + 2 - 0.5) / 2 = 1.2475 to (1.005 + 2.5) / 2 = 1.7525. */
static void each_value_has_its_own_rounding(void **state)
{
    (void)state;
    struct aggregate_input in = hour(2);
    struct aggregate_mean m;
    in.n = 2;
    in.need = 2;
    value[0] = 100;
    value[1] = 200;
    places[1] = 0;
    aggregate_mean(&in, &m);
    assert_fraction(m, 150, 1);
    assert_int_equal(m.low, 124750000);
    assert_int_equal(m.high, 175250000);
    value[0] = -100;
    value[1] = -201;
    places[1] = 2;
    aggregate_mean(&in, &m);
    assert_fraction(m, -301, 2);
    assert_int_equal(m.low, -151000000); /* (-100.5 - 201.5) / 2 */
    assert_int_equal(m.high, -150000000);
}

/* 10 at flow 3, 40 at flow 1: (30 + 40) / 4 = 17.5. Lowest: 9.5 at 3.5, 39.5 at 0.5: (33.25 + 19.75) / 4 = 13.25; highest: 10.5
 * at 2.5, 40.5 at 1.5: (26.25 + 60.75) / 4 = 21.75. */
static void water_is_weighted_by_flow(void **state)
{
    (void)state;
    struct aggregate_input in = hour(0);
    struct aggregate_mean m;
    in.n = 2;
    in.need = 2;
    in.weight = weight;
    value[0] = 10;
    value[1] = 40;
    weight[0] = 3;
    weight[1] = 1;
    aggregate_mean(&in, &m);
    assert_true(m.weighted && m.enough);
    assert_fraction(m, 35, 2);
    assert_int_equal(m.low, 13250000);
    assert_int_equal(m.high, 21750000);
    weight[0] = weight[1] = 0; /* no discharge: the arithmetic mean */
    aggregate_mean(&in, &m);
    assert_false(m.weighted);
    assert_fraction(m, 25, 1);
    weight[0] = 3;
    weight[1] = INT64_MIN; /* flow missing for one of two: half is not the period */
    aggregate_mean(&in, &m);
    assert_false(m.weighted);
    in.need = 1;
    aggregate_mean(&in, &m);
    assert_true(m.weighted);
    assert_fraction(m, 10, 1);
}

/* The extremes over every choice of the weights' ends: 2^n of them. */
static void corners(const struct aggregate_input *in, int side, long double *ret)
{
    bool first = true;
    for (unsigned bits = 0; bits < 1u << in->n; bits++) {
        long double s = 0, w = 0;
        for (size_t i = 0; i < in->n; i++) {
            long double own = (long double)in->weight[i] + (bits >> i & 1 ? 0.5L : in->weight[i] ? -0.5L : 0);
            s += own * ((long double)in->value[i] + side * 0.5L);
            w += own;
        }
        if (w <= 0)
            continue;
        if (first || (side > 0 ? s / w > *ret : s / w < *ret))
            *ret = s / w;
        first = false;
    }
}

static void weighted_intervals_by_brute_force(void **state)
{
    (void)state;
    uint64_t seed = 212;
    for (int round = 0; round < 300; round++) {
        struct aggregate_input in = hour(0);
        struct aggregate_mean m;
        in.n = 3 + (size_t)(round % 6);
        in.need = 1;
        in.weight = weight;
        for (size_t i = 0; i < in.n; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            value[i] = (int64_t)(seed >> 40) % 1000 - 200;
            weight[i] = (int64_t)(seed >> 20 & 7) + (i == 0);
        }
        long double low = 0, high = 0;
        aggregate_mean(&in, &m);
        corners(&in, -1, &low);
        corners(&in, 1, &high);
        assert_true(m.weighted);
        assert_true((long double)m.low <= low * 1e6L + 1e-3L && (long double)m.low > low * 1e6L - 1.001L);
        assert_true((long double)m.high >= high * 1e6L - 1e-3L && (long double)m.high < high * 1e6L + 1.001L);
    }
}

static void rounding_goes_to_even(void **state)
{
    (void)state;
    static const struct { int64_t sum, divisor; int8_t decimals, places; int64_t want; } rows[] = {
        {1, 2, 0, 0, 0}, {3, 2, 0, 0, 2}, {5, 2, 0, 0, 2}, {-1, 2, 0, 0, 0}, {-3, 2, 0, 0, -2}, {2, 3, 0, 0, 1},
        {61, 2, 1, 2, 305},  /* 3.05 */
        {125, 1, 2, 1, 12},  /* 1.25 to 1.2 */
        {135, 1, 2, 1, 14},  /* 1.35 to 1.4 */
        {1251, 1, 3, 1, 13}, /* 1.251 */
        {7, 3, 0, 4, 23333}};
    int64_t got;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(aggregate_round(rows[i].sum, rows[i].divisor, rows[i].decimals, rows[i].places, &got));
        assert_int_equal(got, rows[i].want);
    }
    assert_false(aggregate_round(1, 0, 0, 0, &got));
    assert_false(aggregate_round(INT64_MAX, 1, 0, 3, &got));
}

/* Sums that do not fit 64 bits keep their mean to the digits of the interval. */
static void large_sums(void **state)
{
    (void)state;
    struct aggregate_input in = hour(0);
    struct aggregate_mean m;
    int64_t got;
    in.weight = weight;
    for (int i = 0; i < N; i++) {
        value[i] = 999999999990 + i % 7;
        weight[i] = 1000003 + i * 7919;
    }
    aggregate_mean(&in, &m);
    __int128 s = 0, w = 0;
    for (int i = 0; i < N; i++) {
        s += (__int128)value[i] * weight[i];
        w += weight[i];
    }
    assert_true(m.weighted && m.low < m.high);
    assert_true(aggregate_round(m.sum, m.divisor, 0, 5, &got));
    assert_true(got - (int64_t)(s * 100000 / w) <= 1 && got >= (int64_t)(s * 100000 / w));
}

/* ---- App. D ---- */

static void conversions_by_hand(void **state)
{
    (void)state;
    int64_t v, low, high;
    /* 50 * (21 - 6) / (21 - 7.5) = 750 / 13.5 = 55.5555.. */
    assert_true(flue_converted(DECIMAL(50, 0), DECIMAL(75, 1), 60, &v));
    assert_int_equal(v, 55555556);
    assert_true(convert_to_reference(500, 1, 75, 1, 60, &v)); /* 50.0 is 50 */
    assert_int_equal(v, 55555556);
    assert_true(flue_converted(DECIMAL(50, 0), DECIMAL(6, 0), 60, &v)); /* at the reference nothing changes */
    assert_int_equal(v, 50000000);
    assert_true(flue_converted(DECIMAL(50, 0), DECIMAL(2099, 2), 60, &v)); /* 750 / 0.01 */
    assert_int_equal(v, INT64_C(75000000000));
    assert_false(flue_converted(DECIMAL(50, 0), DECIMAL(21, 0), 60, &v));
    assert_false(flue_converted(DECIMAL(50, 0), DECIMAL(2101, 2), 60, &v));
    assert_false(flue_converted(DECIMAL(50, 0), DECIMAL(75, 1), 0, &v));
    assert_false(flue_converted(DECIMAL(50, 0), DECIMAL(75, 1), 210, &v));
    /* 49.5 * 15 / 13.55 = 54.797047.., 50.5 * 15 / 13.45 = 56.319702.. */
    assert_true(flue_converted_interval(DECIMAL(50, 0), DECIMAL(75, 1), 60, &low, &high));
    assert_int_equal(low, 54797047);
    assert_int_equal(high, 56319703);
    assert_false(flue_converted_interval(DECIMAL(50, 0), DECIMAL(2096, 2), 60, &low, &high) && high > INT64_C(30000000000000));
    assert_false(flue_converted_interval(DECIMAL(50, 0), DECIMAL(21, 0), 60, &low, &high));
}

static void states_and_flows_by_hand(void **state)
{
    (void)state;
    int64_t v;
    /* 100 * 101.325 / 99.5 * 393 / 273 = 146.596444.. */
    assert_true(flue_standard_state(DECIMAL(100, 0), DECIMAL(100, 0), DECIMAL(-5, 1), DECIMAL(120, 0), &v));
    assert_int_equal(v, 146596444);
    assert_true(flue_standard_state(DECIMAL(100, 0), DECIMAL(101325, 3), DECIMAL(0, 0), DECIMAL(273, 0), &v)); /* twice as hot */
    assert_int_equal(v, 200000000);
    assert_false(flue_standard_state(DECIMAL(100, 0), DECIMAL(0, 0), DECIMAL(0, 0), DECIMAL(120, 0), &v));
    assert_false(flue_standard_state(DECIMAL(100, 0), DECIMAL(100, 0), DECIMAL(0, 0), DECIMAL(-273, 0), &v));
    /* 85.3 / (1 - 0.082) = 92.919389.. */
    assert_true(flue_dry(DECIMAL(853, 1), DECIMAL(82, 1), &v));
    assert_int_equal(v, 92919390);
    assert_false(flue_dry(DECIMAL(853, 1), DECIMAL(100, 0), &v));
    assert_false(flue_dry(DECIMAL(853, 1), DECIMAL(-1, 0), &v));
    /* 64.06 / 22.4 * 10 = 28.598214.., 30 * 46 / 30 + 12.5 = 58.5 */
    assert_true(flue_from_ppm(DECIMAL(10, 0), DECIMAL(6406, 2), &v));
    assert_int_equal(v, 28598214);
    assert_true(flue_nox(DECIMAL(30, 0), DECIMAL(125, 1), &v));
    assert_int_equal(v, 58500000);
    /* 3600 * 12.5 * 8.4 = 378000; * 273 / 393 * 99.5 / 101.325 * 0.918 = 236706.969901.. */
    assert_true(flue_flow_wet(DECIMAL(125, 1), DECIMAL(84, 1), &v));
    assert_int_equal(v, INT64_C(378000000000));
    assert_true(flue_flow_standard(DECIMAL(378000, 0), DECIMAL(120, 0), DECIMAL(100, 0), DECIMAL(-5, 1), DECIMAL(82, 1), &v));
    assert_int_equal(v, INT64_C(236706969901));
    assert_false(flue_flow_standard(DECIMAL(378000, 0), DECIMAL(120, 0), DECIMAL(100, 0), DECIMAL(0, 0), DECIMAL(101, 0), &v));
    /* 28.6 * 236812.5 / 10^6 = 6.7728375: a tie, to even */
    assert_true(flue_mass(DECIMAL(286, 1), DECIMAL(2368125, 1), &v));
    assert_int_equal(v, 6772838);
    assert_true(water_volume(DECIMAL(125, 1), DECIMAL(600, 0), &v)); /* 12.5 L/s for ten minutes */
    assert_int_equal(v, 7500000);
    assert_true(water_mass(DECIMAL(362, 1), DECIMAL(75, 1), &v)); /* 36.2 mg/L in 7.5 m3 */
    assert_int_equal(v, 271500);
    assert_false(water_mass(DECIMAL(INT64_MAX, 0), DECIMAL(INT64_MAX, 0), &v));
}

static void decimals_as_text(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "-", ".5", "5.", "1e3", "1.2.3", "+1", " 1", "--1", "1234567890123456789", "NaN"};
    struct decimal d;
    assert_true(decimal_parse(S("12.30"), &d));
    assert_true(d.mantissa == 1230 && d.scale == 2);
    assert_true(decimal_parse(S("-0.05"), &d));
    assert_true(d.mantissa == -5 && d.scale == 2);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(decimal_parse(str_of(bad[i]), &d));
}

/* ---- rates and substitutes ---- */

static void rates(void **state)
{
    (void)state;
    assert_int_equal(rate_hundredths(23, 24), 9583); /* 95.83 % */
    assert_int_equal(rate_hundredths(24, 24), 10000);
    assert_int_equal(rate_hundredths(0, 24), 0);
    assert_int_equal(rate_hundredths(0, 0), 10000);
    assert_int_equal(rate_hundredths(1, 32), 312); /* 3.125 %: to even */
}

static void missing_gas_hours_take_the_maximum(void **state)
{
    (void)state;
    enum { HOURS = 3000 };
    static int64_t h[HOURS];
    static bool ok[HOURS];
    struct substitute_rules rules = substitute_defaults();
    struct substitute s;
    for (int i = 0; i < HOURS; i++) {
        h[i] = HOURS - i; /* falls: the maximum is the oldest that is looked at */
        ok[i] = i % 2 == 0;
    }
    /* 180 valid hours are every second of the last 360: i = 2640, value 360. */
    assert_true(substitute_gas(h, ok, HOURS, 24, 95, 100, &rules, &s));
    assert_true(s.sum == 360 && s.divisor == 1 && s.used == 180 && s.rule == SUBSTITUTE_SHORT);
    /* 720 of the last 1440. */
    assert_true(substitute_gas(h, ok, HOURS, 25, 90, 100, &rules, &s));
    assert_true(s.sum == 1440 && s.used == 720 && s.rule == SUBSTITUTE_LONG);
    /* Below 90 %: 2160 wanted, 1500 there are. */
    assert_true(substitute_gas(h, ok, HOURS, 1, 8999, 10000, &rules, &s));
    assert_true(s.sum == 3000 && s.used == 1500 && s.wanted == 2160 && s.rule == SUBSTITUTE_LOW);
    assert_false(substitute_gas(h, ok, HOURS, 1, 7499, 10000, &rules, &s)); /* below 75 % no rule */
    memset(ok, 0, sizeof ok);
    assert_false(substitute_gas(h, ok, HOURS, 1, 95, 100, &rules, &s));
    assert_non_null(strstr(substitute_rule_name(SUBSTITUTE_SHORT), "HJ 75"));
}

static void missing_water_hours_take_the_mean(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const int64_t h[] = {100, 7, 1, 9, 2};
    static const bool all[] = {true, true, true, true, true}, some[] = {true, false, true, true, false};
    struct substitute s;
    assert_true(substitute_water(a, h, all, 5, 3, false, &s)); /* (1 + 9 + 2) / 3 */
    assert_true(s.sum == 12 && s.divisor == 3 && s.rule == SUBSTITUTE_MEAN);
    assert_true(substitute_water(a, h, all, 5, 3, true, &s));
    assert_true(s.sum == 2 && s.divisor == 1 && s.rule == SUBSTITUTE_MEDIAN);
    assert_true(substitute_water(a, h, all, 5, 4, true, &s)); /* 1 2 7 9 */
    assert_true(s.sum == 9 && s.divisor == 2);
    assert_true(substitute_water(a, h, some, 5, 3, false, &s));
    assert_true(s.sum == 10 && s.divisor == 2 && s.used == 2);
    assert_true(substitute_water(a, h, all, 5, 50, false, &s)); /* as much as there is */
    assert_true(s.sum == 119 && s.divisor == 5);
    assert_false(substitute_water(a, h, some, 5, 1, false, &s));
    assert_false(substitute_water(a, h, all, 5, 0, false, &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_hour), cmocka_unit_test(forty_five_minutes_make_an_hour),
        cmocka_unit_test(each_value_has_its_own_rounding), cmocka_unit_test(water_is_weighted_by_flow),
        cmocka_unit_test(weighted_intervals_by_brute_force), cmocka_unit_test(rounding_goes_to_even),
        cmocka_unit_test(large_sums), cmocka_unit_test(conversions_by_hand), cmocka_unit_test(states_and_flows_by_hand),
        cmocka_unit_test(decimals_as_text), cmocka_unit_test(rates), cmocka_unit_test(missing_gas_hours_take_the_maximum),
        cmocka_unit_test(missing_water_hours_take_the_mean)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
