/*
 * Hours and days computed again on the real store: frames go into the spool and become readings, marks, corrections and settings
 * come by acts, and what comes out stands beside what the device reported. Both engines.
 */
#include "testing.h"
#include "acts/life.h"
#include "monitor/series/aggregate_core.h"
#include "monitor/series/overlays.h"

#define MN_GAS "420102A1B2C3D4E5F6000001"

struct plant {
    struct life *life;
    struct readings *readings;
    struct arena *arena;
    VEC(struct spool_frame) frames;
    day day;
};

static void doing(struct plant *p, const char *json)
{
    struct act_answer answer = life_do(p->life, NULL, json);
    if (answer.verdict != ACT_ALLOWED)
        print_error("%s\n%.*s\n", json, STR_ARG(answer.json));
    assert_int_equal(answer.verdict, ACT_ALLOWED);
}

static int plant_setup(void **state)
{
    struct plant *p = calloc(1, sizeof *p);
    void *life;
    life_setup(&life);
    p->life = life;
    p->arena = p->life->arena;
    p->day = day_from_civil(2026, 3, 2);
    life_open(p->life, ACTS_SIMULATE | ACTS_NO_THREAD);
    life_play(p->life->acts, STORIES "/prefix-outlet.jsonl");
    assert_ok(readings_open(p->life->scene->store, READINGS_WRITE, &p->readings));
    *state = p;
    return 0;
}

static int plant_teardown(void **state)
{
    struct plant *p = *state;
    void *life = p->life;
    readings_close(p->readings);
    free(p);
    return life_teardown(&life);
}
#define plant_test(fn) cmocka_unit_test_setup_teardown(fn, plant_setup, plant_teardown)

static const char *stamp(struct plant *p, usec t)
{
    struct civil c = civil_of(t);
    return arena_cstr(p->arena, arena_printf(p->arena, "%04d%02d%02d%02d%02d%02d", c.year, c.month, c.dom, c.hour, c.minute, c.second));
}

/* A frame about the period that begins at `at` and came `after` it began. */
static void send(struct plant *p, const char *cn, usec at, usec after, const char *values)
{
    usec arrived = at + after;
    buf b = buf_make(p->arena, 4096);
    struct hj_head h = {.edition = HJ_2017, .qn = arena_printf(p->arena, "%s000", stamp(p, arrived)), .st = values[0] == 'w' ? S("32") : S("31"),
                        .cn = str_of(cn), .pw = S("123456"), .mn = S(MN_GAS), .flag = 5};
    assert_ok(hj_encode(&b, &h, arena_printf(p->arena, "DataTime=%s;%s", stamp(p, at), values)));
    struct spool_frame f = {.arrived = arrived, .arrived_mono = arrived, .connection = 1, .peer = S("10.0.0.7:4000"), .crc = HJ_CRC_OK,
                            .state = SPOOL_ACCEPTED, .raw = arena_str(p->arena, buf_str(&b))};
    vec_push(p->arena, &p->frames, f);
}

static void store(struct plant *p)
{
    struct spool_clock clock = {.synchronised = true};
    struct drain_report report;
    int64_t batch;
    assert_ok(spool_append(p->readings, p->frames.p, p->frames.n, &clock, &batch));
    assert_ok(readings_drain(p->readings, day_start(p->day + 2), &report));
    assert_int_equal(report.frames, p->frames.n);
    assert_int_equal(report.unreadable, 0);
}

static usec clock_at(const struct plant *p, int hour, int minute)
{
    return day_start(p->day) + hour * USEC_HOUR + minute * USEC_MINUTE;
}

static void minute(struct plant *p, int hour, int m, const char *values)
{
    send(p, "2051", clock_at(p, hour, m), USEC_MINUTE + 2 * USEC_SECOND, values);
}

static const char *sulphur(struct plant *p, int tenths, char flag)
{
    return arena_cstr(p->arena, arena_printf(p->arena, "a21026-Min=%d.%d,a21026-Avg=%d.%d,a21026-Max=%d.%d,a21026-Flag=%c", tenths / 10,
                                             tenths % 10, tenths / 10, tenths % 10, tenths / 10, tenths % 10, flag));
}

static const struct aggregate_hour *hour_of(const struct aggregate_hour *h, size_t n, usec at)
{
    for (size_t i = 0; i < n; i++)
        if (h[i].at == at)
            return &h[i];
    return NULL;
}

/* 08: thirty minutes of 30.0 and thirty of 31.0, mean 30.5, reported 30.5. 09: half an hour under maintenance. 10: 44 minutes,
 * and one more by an officer. 11: only reported. */
static void hours_from_minutes(void **state)
{
    struct plant *p = *state;
    struct aggregate_rules rules;
    struct aggregate_hour *h;
    size_t n;
    for (int m = 0; m < 60; m++) {
        minute(p, 8, m, sulphur(p, m % 2 ? 310 : 300, 'N'));
        minute(p, 9, m, sulphur(p, m < 30 ? 5 : 400, 'N'));
        if (m < 50)
            minute(p, 10, m, sulphur(p, 200, m < 44 ? 'N' : 'D'));
    }
    send(p, "2061", clock_at(p, 8, 0), USEC_HOUR + USEC_MINUTE, sulphur(p, 305, 'N'));
    send(p, "2061", clock_at(p, 11, 0), USEC_HOUR + USEC_MINUTE, sulphur(p, 290, 'D'));
    store(p);
    doing(p, "{\"at\":\"2026-03-02T20:00:00+08:00\",\"by\":\"fang\",\"act\":\"outlet.mark\",\"id\":\"m1\",\"outlet\":\"jiang-gas-1\",\"kind\":\"maintenance\","
             "\"from\":\"2026-03-02T09:00:00+08:00\",\"to\":\"2026-03-02T09:30:00+08:00\",\"reason\":\"换管\",\"factors\":[\"a21026\"]}");
    assert_ok(aggregate_rules_set(p->readings, S("a21026"), &rules));
    assert_ok(aggregate_hours(p->readings, p->arena, S(MN_GAS), S("a21026"), GROUP_VALUE, p->day, p->day, &rules, &h, &n));
    assert_int_equal(n, 4);
    const struct aggregate_hour *eight = hour_of(h, n, clock_at(p, 8, 0)), *nine = hour_of(h, n, clock_at(p, 9, 0)),
                                *ten = hour_of(h, n, clock_at(p, 10, 0)), *eleven = hour_of(h, n, clock_at(p, 11, 0));
    assert_true(eight && nine && ten && eleven);
    assert_true(eight->enough && eight->valid == 60 && eight->expected == 60 && eight->decimals == 1);
    assert_true(eight->sum == 305 && eight->divisor == 1 && eight->low == 304500000 && eight->high == 305500000);
    assert_true(eight->reported && eight->reported_mantissa == 305 && eight->reported_scale == 1 && eight->reported_flag == 'N');
    assert_true(aggregate_agrees(eight) && aggregate_agrees(nine) && aggregate_agrees(eleven)); /* 305 in 304.5 .. 305.5 */
    assert_true(!nine->enough && nine->valid == 30 && nine->marked == 30 && nine->sum == 400 && nine->divisor == 1 && !nine->reported);
    assert_true(!ten->enough && ten->valid == 44 && ten->received == 50);
    assert_true(!eleven->enough && eleven->divisor == 0 && eleven->reported && eleven->reported_flag == 'D');

    doing(p, "{\"at\":\"2026-03-02T21:00:00+08:00\",\"by\":\"wei\",\"act\":\"outlet.correct\",\"id\":\"c1\",\"outlet\":\"jiang-gas-1\",\"factor\":\"a21026\","
             "\"period\":\"minute\",\"slot\":\"2026-03-02T10:44:00+08:00\",\"value\":\"24.50\",\"reason\":\"比对\"}");
    assert_ok(aggregate_hours(p->readings, p->arena, S(MN_GAS), S("a21026"), GROUP_VALUE, p->day, p->day, &rules, &h, &n));
    ten = hour_of(h, n, clock_at(p, 10, 0));
    /* (44 * 20.00 + 24.50) / 45 = 904.5 / 45 = 20.1 */
    assert_true(ten->enough && ten->corrected && ten->valid == 45 && ten->decimals == 2 && ten->sum == 2010 && ten->divisor == 1);
    assert_false(hour_of(h, n, clock_at(p, 8, 0))->corrected);
    /* Marks that take nothing out, by a setting. */
    rules.marks_invalidate = false;
    assert_ok(aggregate_hours(p->readings, p->arena, S(MN_GAS), S("a21026"), GROUP_VALUE, p->day, p->day, &rules, &h, &n));
    nine = hour_of(h, n, clock_at(p, 9, 0));
    assert_true(nine->enough && nine->valid == 60 && nine->marked == 0);
}

/* COD 20 at 1.0 L/s for half an hour, 40 at 3.0 for the other: (20 + 120) / 4 = 35, where the plain mean says 30. */
static void water_hours_are_weighted(void **state)
{
    struct plant *p = *state;
    struct aggregate_rules rules;
    struct aggregate_hour *h;
    size_t n;
    for (int m = 0; m < 60; m++)
        minute(p, 8, m, m < 30 ? "w00000-Avg=1.0,w00000-Flag=N;w01018-Avg=20.0,w01018-Flag=N" : "w00000-Avg=3.0,w00000-Flag=N;w01018-Avg=40.0,w01018-Flag=N");
    store(p);
    assert_ok(aggregate_rules_set(p->readings, S("w01018"), &rules));
    assert_ok(aggregate_hours(p->readings, p->arena, S(MN_GAS), S("w01018"), GROUP_VALUE, p->day, p->day, &rules, &h, &n));
    assert_int_equal(n, 1);
    assert_true(h[0].weighted && h[0].enough && h[0].divisor == 1 && h[0].sum == 350);
    rules.flow_weighted = false;
    assert_ok(aggregate_hours(p->readings, p->arena, S(MN_GAS), S("w01018"), GROUP_VALUE, p->day, p->day, &rules, &h, &n));
    assert_true(!h[0].weighted && h[0].sum == 300 && h[0].divisor == 1);
}

/* Hours 0..20 came, value 10.0 + hour; 3 is a fault; from 20 to 22 the plant stood still; 21 and 22 did not
 * come; 23 we failed to take. */
static void days_and_rates(void **state)
{
    struct plant *p = *state;
    struct aggregate_rules rules;
    struct aggregate_hour *d;
    struct aggregate_rate *r;
    size_t n;
    for (int hour = 0; hour <= 20; hour++)
        send(p, "2061", clock_at(p, hour, 0), USEC_HOUR + USEC_MINUTE, sulphur(p, 100 + 10 * hour, hour == 3 ? 'D' : 'N'));
    send(p, "2031", clock_at(p, 0, 0), USEC_DAY + USEC_MINUTE, sulphur(p, 199, 'N'));
    store(p);
    assert_ok(aggregate_rules_set(p->readings, S("a21026"), &rules));
    assert_ok(aggregate_days(p->readings, p->arena, S(MN_GAS), S("a21026"), GROUP_VALUE, p->day, p->day, &rules, &d, &n));
    assert_int_equal(n, 1);
    /* Sum of 10..30 without 13: 420 - 13 = 407, over 20 hours = 20.35. */
    assert_true(d[0].enough && d[0].valid == 20 && d[0].received == 21 && d[0].sum == 407 && d[0].divisor == 2 && d[0].decimals == 1);
    assert_true(d[0].reported && d[0].reported_mantissa == 199);
    assert_false(aggregate_agrees(&d[0])); /* 19.9 is not what the hours say: 20.30 to 20.40 */
    rules.hours_valid = 21;
    assert_ok(aggregate_days(p->readings, p->arena, S(MN_GAS), S("a21026"), GROUP_VALUE, p->day, p->day, &rules, &d, &n));
    assert_false(d[0].enough);

    /* A calibration of fifteen minutes leaves its hour; with one that overlaps and ends a minute later the hour is out: 407 - 18. */
    rules.hours_valid = 20;
#define CALIBRATION(id, from, to) "{\"at\":\"2026-03-03T09:00:00+08:00\",\"by\":\"fang\",\"act\":\"outlet.mark\",\"id\":\"" id "\",\"outlet\":\"jiang-gas-1\",\"kind\":\"calibration\"," \
    "\"from\":\"2026-03-02T" from ":00+08:00\",\"to\":\"2026-03-02T" to ":00+08:00\",\"reason\":\"校准\"}"
    doing(p, CALIBRATION("c1", "08:00", "08:15"));
    doing(p, CALIBRATION("c2", "08:05", "08:15"));
    assert_ok(aggregate_days(p->readings, p->arena, S(MN_GAS), S("a21026"), GROUP_VALUE, p->day, p->day, &rules, &d, &n));
    assert_true(d[0].enough && d[0].valid == 20 && d[0].marked == 0);
    doing(p, CALIBRATION("c3", "08:10", "08:16"));
    assert_ok(aggregate_days(p->readings, p->arena, S(MN_GAS), S("a21026"), GROUP_VALUE, p->day, p->day, &rules, &d, &n));
    assert_true(!d[0].enough && d[0].valid == 19 && d[0].marked == 1 && d[0].sum == 3890 && d[0].divisor == 19);
    doing(p, "{\"at\":\"2026-03-03T10:00:00+08:00\",\"by\":\"fang\",\"act\":\"outlet.unmark\",\"mark\":\"c3\",\"reason\":\"填错\"}");

    doing(p, "{\"at\":\"2026-03-03T09:00:00+08:00\",\"by\":\"fang\",\"act\":\"outlet.mark\",\"id\":\"m1\",\"outlet\":\"jiang-gas-1\",\"kind\":\"stopped\","
             "\"from\":\"2026-03-02T20:00:00+08:00\",\"to\":\"2026-03-02T22:00:00+08:00\",\"reason\":\"停炉\"}");
    struct platform_hour down = {.mn = S(""), .hour = clock_at(p, 23, 0), .cause = CAUSE_SERVER_DOWN, .seconds = 3600, .count = 1};
    assert_ok(platform_cause_add(p->readings, &down, 1));
    assert_ok(aggregate_rates(p->readings, p->arena, S(MN_GAS), S("a21026"), PERIOD_HOUR, p->day, p->day, &rules, &r, &n));
    assert_int_equal(n, 1);
    assert_true(r[0].slots == 24 && r[0].stopped == 2 && r[0].platform == 1 && r[0].owed == 21);
    assert_true(r[0].received == 20 && r[0].valid == 19);
    assert_int_equal(rate_hundredths(r[0].received, r[0].owed), 9524);
    assert_int_equal(rate_hundredths(r[0].valid, r[0].received), 9500);
    assert_ok(aggregate_rates(p->readings, p->arena, S("nobody"), S("a21026"), PERIOD_HOUR, p->day, p->day, &rules, &r, &n));
    assert_int_equal(n, 0);
}

/* 30.45 to 30.55 was computed: 30.4 may be 30.45 rounded, 30.3 may not; 31 of a device without decimals may. */
static void agreement(void **state)
{
    (void)state;
    static const struct { int64_t mantissa; int8_t scale; bool agrees; } rows[] = {
        {305, 1, true}, {304, 1, true}, {306, 1, true}, {303, 1, false}, {307, 1, false}, {30, 0, true}, {31, 0, true}, {29, 0, false},
        {30450, 3, true}, {30449, 3, false}, {30551, 3, false}, {3050000000, 8, true}, {3056000000, 8, false},
        {INT64_MAX, 18, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct aggregate_hour h = {.enough = true, .divisor = 1, .sum = 305, .decimals = 1, .low = 304500000, .high = 305500000,
                                   .reported = true, .reported_mantissa = rows[i].mantissa, .reported_scale = rows[i].scale};
        if (aggregate_agrees(&h) != rows[i].agrees)
            print_error("%lld at %d\n", (long long)rows[i].mantissa, rows[i].scale);
        assert_int_equal(aggregate_agrees(&h), rows[i].agrees);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {plant_test(hours_from_minutes), plant_test(water_hours_are_weighted), plant_test(days_and_rates), cmocka_unit_test(agreement)};
    return scene_run("monitor/series/recompute", tests);
}
