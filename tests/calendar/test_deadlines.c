#include "csv.h"

#include "calendar/calendar.h"

static enum deadline_unit unit_of(str name)
{
    static const char *const names[] = {"WORKDAY", "NATURAL", "HOUR", "MONTH",
                                        "YEAR",    "DATE",    "TEXT"};
    for (int i = 0; i < 7; i++)
        if (str_eq(name, str_of(names[i])))
            return (enum deadline_unit)i;
    fail_msg("unit %.*s", STR_ARG(name));
    return UNIT_TEXT;
}

static void same_as_the_table(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str text, cells[LIMIT_CSV_CELLS];
    size_t rows = 0;
    assert_ok(file_read(a, S(TABLES "/deadlines.csv"), 1 << 20, &text));
    assert_int_equal(csv_row(a, &text, cells), 8);
    for (; csv_row(a, &text, cells); rows++) {
        const struct deadline *d = deadline_find(cells[0]);
        assert_non_null(d);
        assert_ptr_equal(d, deadline_at(rows));
        int64_t n = 0; /* no number: a date or a word */
        bool counted = str_int64(cells[2], &n);
        assert_int_equal(counted, d->unit != UNIT_DATE && d->unit != UNIT_TEXT);
        assert_int_equal(d->n, n);
        assert_int_equal(d->unit, unit_of(cells[3]));
        assert_true(str_eq(cells[1], str_of(d->trigger)));
        assert_true(str_eq(cells[4], str_of(d->force)));
        assert_true(str_eq(cells[5], str_of(d->source)));
        assert_int_equal(d->verified, str_eq(cells[6], S("yes")));
    }
    assert_int_equal(rows, deadline_count());
    assert_int_equal(rows, 48);
}

static void some_by_name(void **state)
{
    (void)state;
    const struct deadline *d = deadline_find(S("pen.statement"));
    assert_int_equal(d->n, 5);
    assert_int_equal(d->unit, UNIT_WORKDAY);
    assert_string_equal(d->force, "hard");
    assert_int_equal(deadline_find(S("arc.case"))->unit, UNIT_DATE);
    assert_int_equal(deadline_find(S("reg71.clue"))->unit, UNIT_TEXT);
    assert_int_equal(deadline_find(S("reg71.notice"))->unit, UNIT_TEXT);
    assert_int_equal(deadline_find(S("rem.litigation"))->unit, UNIT_MONTH);
    assert_null(deadline_find(S("no.such")));
    assert_null(deadline_find(S("")));
    assert_null(deadline_find(STR_NONE));
}

static void never_bare_days(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_str(deadline_text(a, UNIT_WORKDAY, 5), "5个工作日");
    assert_str(deadline_text(a, UNIT_NATURAL, 30), "30个自然日");
    assert_str(deadline_text(a, UNIT_HOUR, 24), "24小时");
    assert_str(deadline_text(a, UNIT_MONTH, 6), "6个月");
    assert_str(deadline_text(a, UNIT_YEAR, 15), "15年");
    assert_str(deadline_text(a, UNIT_DATE, 0), "次年3月31日前");
    assert_true(deadline_text(a, UNIT_TEXT, 0).n > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_as_the_table),
        cmocka_unit_test(some_by_name),
        cmocka_unit_test(never_bare_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
