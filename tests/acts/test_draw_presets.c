/* The places' own words, and what was made of them: the table in the program against tables/dual-random-presets.csv. */
#include "testing.h"

#include "acts/draw.h"
#include "acts/settings.h"

static str table;

static void every_row_is_the_tables(void **state)
{
    (void)state;
    str rest = table, line, cell;
    size_t n = 0;
    assert_true(str_next(&rest, '\n', &line)); /* the head */
    while (rest.p && str_next(&rest, '\n', &line) && line.n) {
        const struct draw_preset *p = &draw_presets[n++];
        assert_true(n <= draw_presets_n);
        const char *want[] = {p->jurisdiction, NULL, p->class, p->level, p->rule, p->period};
        for (size_t i = 0; i < 6; i++) {
            assert_true(str_next(&line, ',', &cell));
            if (want[i])
                assert_str(cell, want[i]);
        }
    }
    assert_int_equal(n, draw_presets_n);
}

/* The first number before a percent sign, in 0.01 %; what stands behind "1:". */
static void numbers_are_what_the_rule_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < draw_presets_n; i++) {
        const struct draw_preset *p = &draw_presets[i];
        const char *percent = strchr(p->rule, '%'), *colon = strstr(p->rule, "1:");
        int64_t ratio = 0, per = colon ? atoi(colon + 2) : 0;
        if (percent) {
            const char *digits = percent;
            while (digits > p->rule && digits[-1] >= '0' && digits[-1] <= '9')
                digits--;
            ratio = atoi(digits) * 100;
        }
        assert_int_equal(p->ratio, ratio);
        assert_int_equal(p->per, per);
        assert_in_range(p->place, 1, setting_find(S("draw_preset_place"))->highest);
        assert_true(!strcmp(p->of, "key") || !strcmp(p->of, "general") || !strcmp(p->of, "special"));
    }
}

int main(int n, char **arguments)
{
    AUTO_ARENA(a);
    if (n != 2 || file_read(a, str_of(arguments[1]), 1 << 16, &table))
        return 2;
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_is_the_tables), cmocka_unit_test(numbers_are_what_the_rule_says)};
    return cmocka_run_group_tests_name("acts/draw_presets", tests, NULL, NULL);
}
