#include "testing.h"

#include <time.h>

static void civil_against_libc(void **state)
{
    (void)state;
    for (day d = day_from_civil(1899, 12, 1); d <= day_from_civil(2200, 2, 1); d++) {
        time_t t = (time_t)d * 86400;
        struct tm tm;
        gmtime_r(&t, &tm);
        struct civil c = civil_of_day(d);
        if (c.year != tm.tm_year + 1900 || c.month != tm.tm_mon + 1 || c.dom != tm.tm_mday ||
            c.weekday != (tm.tm_wday ? tm.tm_wday : 7))
            fail_msg("day %d is %d-%d-%d (%d)", d, c.year, c.month, c.dom, c.weekday);
        assert_int_equal(day_from_civil(c.year, c.month, c.dom), d);
    }
}

static void no_such_day(void **state)
{
    (void)state;
    assert_int_equal(day_from_civil(1970, 1, 1), 0);
    assert_int_equal(day_from_civil(2000, 2, 29), 11016);
    assert_int_equal(day_from_civil(1900, 2, 29), DAY_NONE);
    assert_int_equal(day_from_civil(2100, 2, 29), DAY_NONE);
    assert_int_equal(day_from_civil(2023, 2, 29), DAY_NONE);
    assert_int_equal(day_from_civil(2023, 4, 31), DAY_NONE);
    assert_int_equal(day_from_civil(2023, 0, 1), DAY_NONE);
    assert_int_equal(day_from_civil(2023, 13, 1), DAY_NONE);
    assert_int_equal(day_from_civil(2023, 1, 0), DAY_NONE);
}

static const struct {
    const char *text;
    const char *back; /* NULL: refused */
} times[] = {
    {"2026-03-02T09:30:00+08:00", "2026-03-02T09:30:00+08:00"},
    {"2026-03-02T01:30:00Z", "2026-03-02T09:30:00+08:00"},
    {"2026-03-02t01:30:00z", "2026-03-02T09:30:00+08:00"},
    {"2026-03-01T20:30:00-05:00", "2026-03-02T09:30:00+08:00"},
    {"2026-03-02T07:15:00+05:45", "2026-03-02T09:30:00+08:00"},
    {"2026-03-02T09:30:00.5+08:00", "2026-03-02T09:30:00.500000+08:00"},
    {"2026-03-02T09:30:00.000001+08:00", "2026-03-02T09:30:00.000001+08:00"},
    {"2026-03-02T09:30:00.0000019+08:00", "2026-03-02T09:30:00.000001+08:00"},
    {"2026-03-02T09:30:00.000+08:00", "2026-03-02T09:30:00+08:00"},
    {"2024-02-29T00:00:00+08:00", "2024-02-29T00:00:00+08:00"},
    {"1900-01-01T00:00:00+08:00", "1900-01-01T00:00:00+08:00"},
    {"2199-12-31T23:59:59.999999+08:00", "2199-12-31T23:59:59.999999+08:00"},
    {"1969-12-31T23:59:59.999999Z", "1970-01-01T07:59:59.999999+08:00"},
    {"2016-12-31T23:59:60Z", "2017-01-01T07:59:59+08:00"}, /* leap seconds */
    {"2017-01-01T07:59:60+08:00", "2017-01-01T07:59:59+08:00"},
    {"2016-12-31T12:59:60Z", NULL},
    {"2016-12-31T23:59:60+08:00", NULL},
    {"2016-12-31T23:59:61Z", NULL},
    {"2026-03-02T09:30:00", NULL}, /* zones */
    {"2026-03-02T09:30:00.5", NULL},
    {"2026-03-02T09:30:00+8:00", NULL},
    {"2026-03-02T09:30:00+0800", NULL},
    {"2026-03-02T09:30:00+08", NULL},
    {"2026-03-02T09:30:00+24:00", NULL},
    {"2026-03-02T09:30:00+08:60", NULL},
    {"2026-03-02T09:30:00 +08:00", NULL},
    {"2026-03-02T09:30:00+08:00x", NULL},
    {"2026-03-02T09:30:00ZZ", NULL},
    {"2026-03-02T09:30:00CST", NULL},
    {"2026-03-02 09:30:00+08:00", NULL}, /* forms */
    {"2026-03-02T09:30+08:00", NULL},
    {"2026-03-02T9:30:00+08:00", NULL},
    {"2026-03-02T09:30:00.+08:00", NULL},
    {"2026-03-02T09:30:00,5+08:00", NULL},
    {"2026-03-02T24:00:00+08:00", NULL},
    {"2026-03-02T09:60:00+08:00", NULL},
    {"2026-3-2T09:30:00+08:00", NULL},
    {"2023-02-29T00:00:00Z", NULL},
    {"1899-12-31T00:00:00Z", NULL},
    {"2200-01-01T00:00:00Z", NULL},
    {"+2026-03-02T09:30:00Z", NULL},
    {"", NULL},
    {"2026-03-02", NULL},
    {"２０２６-03-02T09:30:00Z", NULL},
};

static void times_in_and_out(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        usec t = 77, again;
        err *e = time_parse(str_of(times[i].text), &t);
        if (!times[i].back) {
            if (!e)
                fail_msg("accepted %s", times[i].text);
            assert_int_equal(e->kind, ERR_INPUT);
            assert_str(e->got, times[i].text);
            assert_true(e->want.n && e->example.n);
            assert_int_equal(t, 77); /* outputs only on success */
            continue;
        }
        assert_ok(e);
        assert_str(time_rfc3339(a, t), times[i].back);
        assert_ok(time_parse(time_rfc3339(a, t), &again));
        assert_int_equal(again, t);
    }
    err_clear();
}

static void missing_zone_is_said(void **state)
{
    (void)state;
    usec t;
    const err *e = assert_err(time_parse(S("2026-03-02T09:30:00"), &t), ERR_INPUT);
    assert_true(str_find(e->text, S("没有时区")) >= 0);
    err_clear();
}

static void days_in_and_out(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    day d = 0;
    assert_ok(day_parse(S("2024-02-29"), &d));
    assert_str(day_iso(a, d), "2024-02-29");
    assert_str(day_chinese(a, d), "2024年2月29日");
    static const char *const bad[] = {"2023-02-29", "2026-2-3",    "2026-13-01", "2026-00-01",
                                      "2026-01-00", "2026-04-31",  "20260101",   "2026/01/01",
                                      "",           "2026-01-01 ", "1899-12-31", "2200-01-01"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        day left = 5;
        assert_err(day_parse(str_of(bad[i]), &left), ERR_INPUT);
        assert_int_equal(left, 5);
    }
    assert_null(day_iso(a, DAY_NONE).p);
    assert_null(time_rfc3339(a, USEC_NONE).p);
    assert_null(time_chinese(a, USEC_NONE).p);
    assert_null(day_chinese(a, DAY_NONE).p);
    err_clear();
}

static void chinese_days_begin_at_sixteen_utc(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    usec t;
    assert_ok(time_parse(S("2026-03-04T15:59:59.999999Z"), &t));
    assert_str(day_iso(a, day_of(t)), "2026-03-04");
    assert_str(time_chinese(a, t), "2026年3月4日 23:59");
    assert_str(day_iso(a, day_of(t + 1)), "2026-03-05");
    assert_int_equal(day_start(day_of(t + 1)), t + 1);
    assert_int_equal(civil_of(t + 1).hour, 0);
    assert_int_equal(civil_of(t).usec, 999999);
    assert_int_equal(civil_of(t).weekday, 3);
    assert_int_equal(day_of(-1), 0); /* 07:59 of 1 January 1970 in China */
    assert_int_equal(day_of(-8 * USEC_HOUR - 1), -1);
}

static void clocks(void **state)
{
    (void)state;
    usec before = time_monotonic();
    assert_true(time_monotonic() >= before);
    assert_true(time_now() > INT64_C(1700000000) * USEC_SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(civil_against_libc),
        cmocka_unit_test(no_such_day),
        cmocka_unit_test(times_in_and_out),
        cmocka_unit_test(missing_zone_is_said),
        cmocka_unit_test(days_in_and_out),
        cmocka_unit_test(chinese_days_begin_at_sixteen_utc),
        cmocka_unit_test(clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
