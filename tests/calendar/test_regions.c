#include "csv.h"

#include "calendar/calendar.h"

static void same_as_the_table(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str text, cells[LIMIT_CSV_CELLS];
    size_t rows = 0, levels[128] = {0};
    assert_ok(file_read(a, S(TABLES "/hubei-regions.csv"), 1 << 20, &text));
    assert_int_equal(csv_row(a, &text, cells), 6);
    while (csv_row(a, &text, cells)) {
        int64_t code, parent = 0;
        assert_true(str_int64(cells[0], &code));
        const struct region *r = region_find((int)code);
        if (str_eq(cells[2], S("placeholder"))) {
            assert_null(r);
            continue;
        }
        assert_ptr_equal(r, region_at(rows++));
        assert_true(str_eq(cells[1], str_of(r->name)));
        levels[(int)r->level]++;
        if (str_int64(cells[3], &parent))
            assert_int_equal(r->parent, parent);
        else
            assert_int_equal(r->level, 'P');
    }
    assert_int_equal(rows, region_count());
    assert_int_equal(levels['P'], 1);
    assert_int_equal(levels['C'], 17);  /* 13 cities and prefectures, 4 under the province itself */
    assert_int_equal(levels['D'], 101); /* 99 of GB/T 2260 and 2 of statistics only */
    assert_null(region_find(0));
    assert_null(region_find(429000));
    assert_null(region_find(999999));
}

/* The digits say the same as the column of parents, for each pair. */
static void covers_as_the_parents_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < region_count(); i++) {
        for (size_t j = 0; j < region_count(); j++) {
            const struct region *outer = region_at(i), *up = region_at(j);
            while (up && up != outer)
                up = region_find(up->parent);
            int inner = region_at(j)->code;
            if (region_covers(outer->code, inner) != (up == outer))
                fail_msg("%d and %d", outer->code, inner);
            if ((inner >= outer->code && inner <= region_last(outer->code)) != (up == outer))
                fail_msg("%d to %d, and %d", outer->code, region_last(outer->code), inner);
        }
    }
}

static void codes_outside_the_table(void **state)
{
    (void)state;
    assert_true(region_covers(420000, 429004));
    assert_true(region_covers(420000, 420118)); /* private code of a functional zone */
    assert_true(region_covers(420100, 420118));
    assert_true(region_covers(420800, 420821)); /* a county until 2018 */
    assert_true(region_covers(421000, 421071)); /* of statistics only */
    assert_false(region_covers(420000, 430000));
    assert_false(region_covers(420100, 420202));
    assert_false(region_covers(420102, 420100)); /* not upwards */
    assert_false(region_covers(429004, 429005));
    assert_false(region_covers(429000, 429004)); /* no authority stands behind it */
    assert_false(region_covers(430000, 430100)); /* another province: nothing known */
    assert_true(region_covers(430100, 430100));
    assert_false(region_covers(420000, 42));
    assert_false(region_covers(420000, -1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_as_the_table),
        cmocka_unit_test(covers_as_the_parents_say),
        cmocka_unit_test(codes_outside_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
