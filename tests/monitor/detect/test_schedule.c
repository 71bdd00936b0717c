/*
 * Analysers with a schedule: what C18, C9, C10, A2 and A4 see of results that were written over, beside the innocent things that look
 * like it. Three analysers, a result every two hours each at its own minute, held in between and while they are checked every day.
 */
#include "scene.h"

enum { DAYS = 90, DAY = 1440, MINUTES = DAYS * DAY, CYCLE = 120, CHECKED = 60 };
enum { COD, AMMONIA, PHOSPHORUS, ANALYSERS };
static const size_t phase[ANALYSERS] = {0, 103, 69};

/* Minutes [from, to) of a day's check: it holds what it had. */
static bool checked(size_t i)
{
    return i % DAY >= 500 && i % DAY < 500 + CHECKED;
}

static void results_make(struct scene *s, uint64_t seed)
{
    static const char *const factor[ANALYSERS] = {"w01018", "w21003", "w21011"};
    static const double base[ANALYSERS] = {24, 9, 40};
    *s = (struct scene){.a = arena_new(), .random = seed * UINT64_C(0x9E3779B97F4A7C15) + 1};
    s->t = (struct table){.outlet = S("场景"), .from = day_start(day_from_civil(2026, 1, 1)), .step_s = 60, .n = MINUTES, .columns = s->column};
    for (size_t k = 0; k < ANALYSERS; k++) {
        scene_add(s, factor[k], COLUMN_VALUE);
        double slow = 0;
        int64_t held = llround(100 * base[k]);
        for (size_t i = 0; i < MINUTES; i++) {
            if (i % CYCLE == phase[k] && !checked(i)) {
                slow = 0.92 * slow + 0.05 * scene_normal(s);
                held = llround(100 * base[k] * exp(slow + 0.06 * scene_normal(s)));
            }
            s->value[k][i] = held;
            s->flag[k][i] = checked(i) ? 'C' : 'N';
        }
    }
}

/* Writes over what was normal in [first, first + n), result by result. */
static void forge(struct scene *s, size_t k, size_t first, size_t n, double spread)
{
    int64_t now = 0, before = 0;
    for (size_t i = first; i < first + n; i++) {
        if (i == first || s->value[k][i] != before)
            now = llround((k == COD ? 2400 : k == AMMONIA ? 800 : 3500) * (1 + spread * scene_normal(s)));
        before = s->value[k][i];
        if (s->flag[k][i] == 'N')
            s->value[k][i] = now;
    }
}

static void test_honest(void **state)
{
    (void)state;
    static const char *const ids[] = {"C18", "C9", "C10", "A2", "A4"};
    struct scene s;
    results_make(&s, 1);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        scene_run(&s, ids[i]);
        assert_int_equal(s.hits.n, 0);
    }
    scene_end(&s);
}

static void test_written_over(void **state)
{
    (void)state;
    struct scene s;
    results_make(&s, 2);
    size_t first = 20 * DAY + 600, n = 180; /* three hours: no check lies within */
    forge(&s, AMMONIA, first, n, 0.01);
    scene_run(&s, "C18");
    const struct hit *h = scene_hit(&s, "C18", AMMONIA, first, n);
    assert_non_null(h);
    assert_true(h->hard && h->first == first && h->n == n + 1 && h->number[0] == 2 && h->number[1] == CYCLE);
    assert_int_equal(s.hits.n, 1);
    scene_end(&s);
}

/* What else changes a reading between results. */
enum innocent { RESTARTED, LOGGER, VISITED, ABOVE_LIMIT, SLIPPED, USUAL, INNOCENTS };

static void innocent_make(struct scene *s, enum innocent of, struct table_event *visit, struct table_limit *limit)
{
    size_t at = 20 * DAY + 640;
    switch (of) {
    case RESTARTED: /* its schedule is another from then on, and another once more */
        for (size_t i = at; i < MINUTES; i++) {
            size_t moved = i + (i < at + 3 * DAY ? 37 : 11);
            s->value[AMMONIA][i] = moved % CYCLE == phase[AMMONIA] ? 900 + (int64_t)(60 * scene_normal(s)) : s->value[AMMONIA][i - 1];
        }
        break;
    case LOGGER: /* a logger that adds a tenth to everything for three hours */
        for (size_t k = 0; k < ANALYSERS; k++)
            for (size_t i = at; i < at + 180; i++)
                s->value[k][i] = s->value[k][i] * 11 / 10;
        break;
    case VISITED: /* measured by hand while somebody is there */
    case ABOVE_LIMIT: /* measured again, since the limit was exceeded */
        for (size_t i = at; i % CYCLE != phase[AMMONIA]; i++)
            s->value[AMMONIA][i] = 855;
        for (size_t i = at + 181; i % CYCLE != phase[AMMONIA]; i++)
            s->value[AMMONIA][i] = 876;
        for (size_t i = at - 57; of == ABOVE_LIMIT && i < at + 303; i++) /* from result to result */
            s->value[AMMONIA][i] += 2000;
        for (size_t i = 0; i < 3; i++)
            visit[i] = (struct table_event){table_at(&s->t, at + 90 * i), EVENT_VISIT, STR_NONE};
        if (of == VISITED)
            s->t.events = visit, s->t.events_n = 3;
        *limit = (struct table_limit){S("w21003"), COLUMN_VALUE, true, false, 2000, 2, INT64_MIN, INT64_MAX};
        s->t.limits = limit, s->t.limits_n = of == ABOVE_LIMIT;
        break;
    case SLIPPED: /* a minute early or late */
        for (size_t i = DAY + phase[AMMONIA]; i + 1 < MINUTES; i += 5 * CYCLE)
            s->value[AMMONIA][i] = s->value[AMMONIA][i - 1];
        break;
    default: /* once in a while it measures twice, all through the year */
        for (size_t i = 60 + 24 * CYCLE; i + CYCLE < MINUTES; i += 25 * CYCLE)
            for (size_t j = i; j % CYCLE != phase[AMMONIA]; j++)
                s->value[AMMONIA][j] += 31;
    }
}

static void test_innocent_changes(void **state)
{
    (void)state;
    for (int of = 0; of < INNOCENTS; of++) {
        struct scene s;
        struct table_event visit[3];
        struct table_limit limit;
        results_make(&s, 10 + (uint64_t)of);
        innocent_make(&s, (enum innocent)of, visit, &limit);
        scene_run(&s, "C18");
        for (size_t i = 0; i < s.hits.n; i++)
            assert_false(s.hits.p[i].hard);
        assert_int_equal(scene_clues(&s), 0);
        scene_end(&s);
    }
}

/* Begun and ended with a result: what was measured shows through while it is checked. Twin: for a week it shows the standard then. */
static void test_shows_through(void **state)
{
    (void)state;
    for (int forged = 0; forged < 2; forged++) {
        struct scene s;
        results_make(&s, 20);
        size_t first = 20 * DAY, n = 7 * DAY;
        if (forged)
            forge(&s, COD, first, n, 0.01);
        for (size_t i = first; !forged && i < first + n; i++)
            if (checked(i))
                s.value[COD][i] = 2500;
        scene_run(&s, "C18");
        const struct hit *h = scene_hit(&s, "C18", COD, first, n);
        assert_non_null(h);
        assert_int_equal(h->hard, forged);
        scene_end(&s);
    }
}

/* Marked from result to result, three times, where it was high. Twins: at any minute; low ones as well. */
static void test_marks_on_results(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct scene s;
        results_make(&s, 30);
        for (size_t m = 0; m < 3; m++) {
            size_t from = (22 + m) * DAY + 6 * CYCLE + phase[PHOSPHORUS] + (kind == 1) * 17;
            for (size_t i = from - from % CYCLE + phase[PHOSPHORUS]; i < from + CYCLE && kind != 1; i++)
                s.value[PHOSPHORUS][i] = kind == 2 && m == 1 ? 2000 : 9000;
            memset(s.flag[PHOSPHORUS] + from, 'M', CYCLE);
        }
        scene_run(&s, "C10");
        const struct hit *h = scene_hit(&s, "C10", PHOSPHORUS, 22 * DAY, 3 * DAY);
        assert_int_equal(h && h->hard, kind == 0);
        scene_end(&s);
    }
}

static void test_gaps_on_results(void **state)
{
    (void)state;
    for (int forged = 0; forged < 2; forged++) {
        struct scene s;
        results_make(&s, 31);
        for (size_t g = 0; g < 3; g++) {
            size_t from = (22 + g) * DAY + 6 * CYCLE + phase[PHOSPHORUS] + (forged ? 0 : 13 * (g + 1));
            for (size_t k = 0; k < ANALYSERS; k++)
                for (size_t i = from; i < from + (g == 1 ? 2 : 1) * CYCLE; i++)
                    s.value[k][i] = VALUE_NONE, s.flag[k][i] = 0;
        }
        scene_run(&s, "C9");
        const struct hit *h = scene_hit(&s, "C9", PHOSPHORUS, 22 * DAY, 3 * DAY);
        assert_int_equal(h && h->hard, forged);
        scene_end(&s);
    }
}

/* Printed in whole mg/L, three days of one number and those beside it are seen; days that are calm all through the season are its habit. */
static void test_calm_in_whole_numbers(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        struct scene s;
        results_make(&s, 40);
        size_t first = 20 * DAY, n = 3 * DAY;
        if (kind == 0)
            forge(&s, COD, first, n, 0.01);
        for (size_t i = 0; i < MINUTES; i++) {
            if (kind == 1 && i / DAY % 6 < 3) /* calm every other three days: a site's habit */
                s.value[COD][i] = 2400 + (s.value[COD][i] - 2400) / 5;
            s.value[COD][i] = (s.value[COD][i] + 50) / 100 * 100;
        }
        s.column[COD].q = 100;
        scene_run(&s, "A2");
        const struct hit *h = scene_hit(&s, "A2", COD, first, n);
        assert_int_equal(h && h->p < 1e-5, kind == 0);
        scene_end(&s);
    }
}

/* Results that stop at one value again and again, beside those of another analyser that do not. */
static void test_capped_results(void **state)
{
    (void)state;
    struct scene s;
    results_make(&s, 50);
    size_t first = 20 * DAY, n = 7 * DAY;
    for (size_t i = first; i < first + n; i++)
        s.value[AMMONIA][i] = s.value[AMMONIA][i] > 900 ? 900 : s.value[AMMONIA][i];
    scene_run(&s, "A4");
    const struct hit *h = scene_hit(&s, "A4", AMMONIA, first, n);
    bool hard = false;
    for (size_t i = 0; i < s.hits.n; i++)
        hard |= s.hits.p[i].hard && s.hits.p[i].number[0] == 900;
    assert_non_null(h);
    assert_true(hard);
    assert_null(scene_hit(&s, "A4", COD, 0, MINUTES));
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_honest),         cmocka_unit_test(test_written_over),     cmocka_unit_test(test_innocent_changes),
                                       cmocka_unit_test(test_shows_through),  cmocka_unit_test(test_marks_on_results), cmocka_unit_test(test_gaps_on_results),
                                       cmocka_unit_test(test_calm_in_whole_numbers), cmocka_unit_test(test_capped_results)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
