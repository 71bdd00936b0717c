#include "csv.h"

#include "calendar/calendar.h"

static const struct calendar *const builtin = &calendar_builtin;

static day date(const char *iso)
{
    day d;
    assert_ok(day_parse(str_of(iso), &d));
    return d;
}

static bool workday(const struct calendar *c, const char *iso, enum calendar_answer want)
{
    bool work;
    if (calendar_is_workday(c, date(iso), &work) != want)
        fail_msg("%s: wanted %s", iso, want == CALENDAR_OK ? "an answer" : "unknown");
    return work;
}

static void vectors(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str text, cells[LIMIT_CSV_CELLS];
    int rows = 0;
    assert_ok(file_read(a, S(TABLES "/workday-vectors.csv"), 1 << 20, &text));
    assert_int_equal(csv_row(a, &text, cells), 6);
    assert_str(cells[0], "start");
    assert_str(cells[4], "expected_due_rolled");
    for (size_t n; (n = csv_row(a, &text, cells)); rows++) {
        assert_int_equal(n, 6);
        day start, want, want_rolled, due, plain;
        int64_t count;
        enum deadline_unit unit = UNIT_WORKDAY;
        if (str_eq(cells[1], S("NATURAL")))
            unit = UNIT_NATURAL;
        else
            assert_str(cells[1], "WORK");
        assert_ok(day_parse(cells[0], &start));
        assert_true(str_int64(cells[2], &count));
        assert_ok(day_parse(cells[3], &want));
        assert_ok(day_parse(cells[4], &want_rolled));
        assert_int_equal(calendar_due(builtin, start, unit, (int)count, &due, &plain), CALENDAR_OK);
        assert_str(day_iso(a, plain), day_iso(a, want).p);
        assert_str(day_iso(a, due), day_iso(a, want_rolled).p);
    }
    assert_int_equal(rows, 10);
}

/* The whole table, against weekdays taken another way. */
static void every_listed_day(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str text, cells[LIMIT_CSV_CELLS];
    size_t rows = 0;
    assert_ok(file_read(a, S(TABLES "/cn-holidays-2019-2026.csv"), 1 << 20, &text));
    assert_int_equal(csv_row(a, &text, cells), 5);
    while (csv_row(a, &text, cells)) {
        bool work;
        day d;
        assert_ok(day_parse(cells[0], &d));
        assert_int_equal(calendar_is_workday(builtin, d, &work), CALENDAR_OK);
        assert_true(calendar_knows(builtin, d));
        assert_int_equal(work, str_eq(cells[1], S("WORK")));
        assert_int_equal(builtin->days[rows].day, d);
        rows++;
    }
    assert_int_equal(rows, builtin->n);
    assert_int_equal(builtin->years_n, 8);
    for (int i = 0; i < 8; i++)
        assert_int_equal(builtin->years[i], 2019 + i);
}

static void known_and_unknown(void **state)
{
    (void)state;
    assert_true(workday(builtin, "2026-10-10", CALENDAR_OK));  /* make-up Saturday */
    assert_false(workday(builtin, "2026-10-11", CALENDAR_OK)); /* plain Sunday */
    assert_false(workday(builtin, "2026-10-01", CALENDAR_OK));
    assert_true(workday(builtin, "2026-10-09", CALENDAR_OK));
    assert_true(workday(builtin, "2026-12-31", CALENDAR_OK));
    assert_true(workday(builtin, "2027-01-01", CALENDAR_UNKNOWN)); /* only a guess */
    assert_false(workday(builtin, "2027-01-02", CALENDAR_UNKNOWN));
    assert_true(workday(builtin, "2018-12-28", CALENDAR_UNKNOWN));
    assert_true(workday(builtin, "2018-12-29", CALENDAR_OK)); /* ruled by the notice for 2019 */
    assert_false(workday(builtin, "2018-12-31", CALENDAR_OK));
    assert_false(calendar_knows(builtin, date("2027-01-01")));
    assert_false(calendar_knows(builtin, date("2018-12-28")));
    assert_true(calendar_knows(builtin, date("2018-12-29")));
}

static const struct {
    const char *start;
    enum deadline_unit unit;
    int n;
    enum calendar_answer answer;
    const char *due, *plain;
} dues[] = {
    {"2026-03-02", UNIT_WORKDAY, 0, CALENDAR_OK, "2026-03-02", "2026-03-02"},
    {"2026-03-07", UNIT_WORKDAY, 0, CALENDAR_OK, "2026-03-09", "2026-03-09"},
    {"2026-03-07", UNIT_WORKDAY, 1, CALENDAR_OK, "2026-03-09", "2026-03-09"}, /* from a Saturday */
    {"2026-12-30", UNIT_WORKDAY, 1, CALENDAR_OK, "2026-12-31", "2026-12-31"},
    {"2026-12-30", UNIT_WORKDAY, 2, CALENDAR_UNKNOWN, "2027-01-01", "2027-01-01"},
    {"2018-12-27", UNIT_WORKDAY, 2, CALENDAR_UNKNOWN, "2018-12-29", "2018-12-29"},
    {"2018-12-28", UNIT_WORKDAY, 2, CALENDAR_OK, "2019-01-02", "2019-01-02"},
    {"2026-12-01", UNIT_NATURAL, 30, CALENDAR_OK, "2026-12-31", "2026-12-31"},
    {"2026-12-02", UNIT_NATURAL, 30, CALENDAR_UNKNOWN, "2027-01-01", "2027-01-01"},
    {"2026-12-02", UNIT_NATURAL, 31, CALENDAR_UNKNOWN, "2027-01-04", "2027-01-02"},
    {"2026-03-06", UNIT_NATURAL, 1, CALENDAR_OK, "2026-03-09", "2026-03-07"}, /* weekend */
    {"2026-02-27", UNIT_NATURAL, 1, CALENDAR_OK, "2026-02-28", "2026-02-28"}, /* make-up Saturday */
    {"2026-03-07", UNIT_NATURAL, 0, CALENDAR_OK, "2026-03-09", "2026-03-07"},
    {"2025-01-31", UNIT_MONTH, 1, CALENDAR_OK, "2025-02-28", "2025-02-28"}, /* no 31 February */
    {"2024-01-31", UNIT_MONTH, 1, CALENDAR_OK, "2024-02-29", "2024-02-29"},
    {"2025-08-31", UNIT_MONTH, 6, CALENDAR_OK, "2026-02-28", "2026-02-28"},
    {"2025-08-15", UNIT_MONTH, 6, CALENDAR_OK, "2026-02-24", "2026-02-15"}, /* Spring Festival */
    {"2025-10-31", UNIT_MONTH, 2, CALENDAR_OK, "2025-12-31", "2025-12-31"},
    {"2025-12-31", UNIT_MONTH, 2, CALENDAR_OK, "2026-02-28", "2026-02-28"},
    {"2024-02-29", UNIT_YEAR, 1, CALENDAR_OK, "2025-02-28", "2025-02-28"},
    {"2020-02-29", UNIT_YEAR, 4, CALENDAR_OK, "2024-02-29", "2024-02-29"},
    {"2026-03-02", UNIT_YEAR, 3, CALENDAR_UNKNOWN, "2029-03-02", "2029-03-02"},
    {"2026-10-01", UNIT_HOUR, 24, CALENDAR_OK, "2026-10-02", "2026-10-02"}, /* through holidays */
    {"2026-10-01", UNIT_HOUR, 25, CALENDAR_OK, "2026-10-03", "2026-10-03"},
    {"2026-10-01", UNIT_HOUR, 0, CALENDAR_OK, "2026-10-01", "2026-10-01"},
    {"2026-01-01", UNIT_DATE, 0, CALENDAR_OK, "2027-03-31", "2027-03-31"},
    {"2026-12-31", UNIT_DATE, 0, CALENDAR_OK, "2027-03-31", "2027-03-31"},
};

static void due_days(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    for (size_t i = 0; i < sizeof dues / sizeof *dues; i++) {
        day due, plain, due_alone;
        day start = date(dues[i].start);
        enum calendar_answer answer =
            calendar_due(builtin, start, dues[i].unit, dues[i].n, &due, &plain);
        if (answer != dues[i].answer)
            fail_msg("row %zu: answer %d", i, answer);
        assert_str(day_iso(a, due), dues[i].due);
        assert_str(day_iso(a, plain), dues[i].plain);
        calendar_due(builtin, start, dues[i].unit, dues[i].n, &due_alone, NULL);
        assert_int_equal(due_alone, due);
    }
    day due;
    assert_int_equal(calendar_due(builtin, 20000, UNIT_TEXT, 0, &due, NULL), CALENDAR_UNKNOWN);
    assert_int_equal(due, DAY_NONE);
}

static void negative(void)
{
    day due;
    calendar_due(builtin, 20000, UNIT_NATURAL, -1, &due, NULL);
}

static void too_long(void)
{
    day due;
    calendar_due(builtin, 20000, UNIT_WORKDAY, 4001, &due, NULL);
}

static void periods_have_limits(void **state)
{
    (void)state;
    assert_aborts(negative);
    assert_aborts(too_long);
    day due;
    calendar_due(builtin, 20000, UNIT_WORKDAY, 4000, &due, NULL);
    assert_true(due > 20000 + 5000);
    calendar_due(builtin, 20000, UNIT_YEAR, 4000, &due, NULL);
    assert_int_equal(civil_of_day(due).year, 6024);
}

/* Counting to a due day gives the period back, from every day of the known years. */
static void counting_back(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (day start = date("2019-01-01"); start < date("2026-06-01"); start++) {
        int n = (int)(test_random(&seed) % 40) + 1, count;
        day due;
        bool work;
        assert_int_equal(calendar_due(builtin, start, UNIT_WORKDAY, n, &due, NULL), CALENDAR_OK);
        assert_int_equal(calendar_workdays_between(builtin, start, due, &count), CALENDAR_OK);
        assert_int_equal(count, n);
        calendar_is_workday(builtin, due, &work);
        assert_true(work);
        calendar_workdays_between(builtin, start, due - 1, &count);
        assert_int_equal(count, n - 1);
    }
}

static void between_edges(void **state)
{
    (void)state;
    int n;
    day monday = date("2026-03-02");
    assert_int_equal(calendar_workdays_between(builtin, monday, monday, &n), CALENDAR_OK);
    assert_int_equal(n, 0);
    calendar_workdays_between(builtin, monday, monday - 10, &n);
    assert_int_equal(n, 0);
    calendar_workdays_between(builtin, monday, monday + 7, &n);
    assert_int_equal(n, 5);
    assert_int_equal(calendar_workdays_between(builtin, date("2026-12-31"), date("2027-01-03"), &n),
                     CALENDAR_UNKNOWN);
    assert_int_equal(n, 1);
    calendar_workdays_between(builtin, date("2025-12-31"), date("2026-12-31"), &n);
    assert_int_equal(n, 248); /* the working days of 2026 by the notice */
}

static void extended(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct holiday extra[] = {
        {date("2027-01-01"), HOLIDAY_OFF},  {date("2026-10-10"), HOLIDAY_OFF}, /* replaces */
        {date("2027-01-09"), HOLIDAY_WORK}, {date("2026-12-31"), HOLIDAY_OFF}, /* not in order */
        {date("2017-01-02"), HOLIDAY_OFF},  {date("2027-01-09"), HOLIDAY_WORK},
        {date("2026-10-01"), HOLIDAY_NONE}, /* taken back */
    };
    const int years[] = {2027, 2017, 2026};
    const struct calendar *c =
        calendar_extend(a, builtin, extra, sizeof extra / sizeof *extra, years, 3);
    assert_int_equal(c->n, builtin->n + 4);
    assert_int_equal(c->years_n, builtin->years_n + 2);
    for (size_t i = 1; i < c->n; i++)
        assert_true(c->days[i - 1].day < c->days[i].day);
    for (size_t i = 1; i < c->years_n; i++)
        assert_true(c->years[i - 1] < c->years[i]);
    assert_false(workday(c, "2027-01-01", CALENDAR_OK));
    assert_true(workday(c, "2027-01-04", CALENDAR_OK));
    assert_true(workday(c, "2027-01-09", CALENDAR_OK));
    assert_false(workday(c, "2026-10-10", CALENDAR_OK));
    assert_false(workday(c, "2026-12-31", CALENDAR_OK));
    assert_true(workday(c, "2026-10-01", CALENDAR_OK)); /* a Thursday again */
    assert_true(workday(c, "2017-01-03", CALENDAR_OK));
    assert_true(workday(c, "2018-01-03", CALENDAR_UNKNOWN));
    assert_true(workday(builtin, "2026-10-10", CALENDAR_OK)); /* the base is as it was */
    const struct calendar *same = calendar_extend(a, builtin, NULL, 0, NULL, 0);
    assert_int_equal(same->n, builtin->n);
    const struct calendar none = {0};
    const struct calendar *only = calendar_extend(a, &none, extra, 1, years, 1);
    assert_int_equal(only->n, 1);
    assert_true(workday(&none, "2026-10-01", CALENDAR_UNKNOWN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),
        cmocka_unit_test(every_listed_day),
        cmocka_unit_test(known_and_unknown),
        cmocka_unit_test(due_days),
        cmocka_unit_test(periods_have_limits),
        cmocka_unit_test(counting_back),
        cmocka_unit_test(between_edges),
        cmocka_unit_test(extended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
