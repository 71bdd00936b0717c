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

/* A flag that is another in every minute is as many marks as minutes, and hides nothing. */
static void test_marks_of_a_minute_each(void **state)
{
    (void)state;
    struct scene s;
    results_make(&s, 32);
    for (size_t i = 10 * DAY; i < MINUTES - CYCLE; i++)
        s.flag[PHOSPHORUS][i] = i % 2 ? 'M' : 'D';
    scene_run(&s, "C10");
    assert_null(scene_hit(&s, "C10", PHOSPHORUS, 10 * DAY, MINUTES - 10 * DAY - CYCLE));
    scene_end(&s);
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

/* Clean water for five days: most results are what the analyser tells at least, and those differ little because they cannot. */
static void test_calm_at_the_detection_limit(void **state)
{
    (void)state;
    enum { LIMIT = 2200, CLEAN = 2150 /* what it really is */ };
    for (uint64_t seed = 0; seed < 6; seed++) {
        struct scene s;
        results_make(&s, 60 + seed);
        size_t first = 20 * DAY, n = 5 * DAY;
        int64_t held = CLEAN;
        for (size_t i = 0; i < MINUTES; i++) {
            bool clean = i >= first && i < first + n;
            held = i % CYCLE == phase[COD] && !checked(i) ? llround(CLEAN * (1 + 0.06 * scene_normal(&s))) : held;
            int64_t x = clean ? held : s.value[COD][i] + 300;
            s.value[COD][i] = x < LIMIT ? LIMIT : x;
        }
        scene_run(&s, "A2");
        assert_null(scene_hit(&s, "A2", COD, first, n));
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

/* Checks of two days that show other numbers of the level that was told. Twins: two standards, one after the other; checks that show them from then on. */
static void test_checks_show_what_was_measured(void **state)
{
    (void)state;
    enum { MEASURED, STANDARDS, FROM_THEN_ON, TWINS };
    for (int twin = MEASURED; twin < TWINS; twin++) {
        struct scene s;
        results_make(&s, 21);
        for (size_t d = 60; d < (twin == FROM_THEN_ON ? DAYS : 62); d++) {
            int64_t held = s.value[PHOSPHORUS][d * DAY + 499], standard = llround(4000 + 40 * scene_normal(&s));
            for (size_t i = d * DAY + 500; i < d * DAY + 500 + CHECKED; i++)
                s.value[PHOSPHORUS][i] = twin == STANDARDS ? held * (d == 60 ? 8 : 13) / 10 : twin == MEASURED ? held + 30 + 7 * (int64_t)(d - 60) : standard;
        }
        scene_run(&s, "C18");
        const struct hit *h = scene_hit(&s, "C18", PHOSPHORUS, 60 * DAY, 2 * DAY);
        assert_true(twin == FROM_THEN_ON || h);
        bool hard = false;
        for (size_t i = 0; i < s.hits.n; i++)
            hard |= s.hits.p[i].hard;
        assert_int_equal(hard, twin == MEASURED);
        scene_end(&s);
    }
}

/* ---- an outfall that runs dry between its tanks ---- */
enum { WATER = ANALYSERS, TANKS = 3 };

/* When a tank of a day begins and how long it runs. */
static size_t tank_begins(size_t d, size_t k)
{
    return d * DAY + 420 + 300 * k + d * 37 % 50;
}

static bool runs(size_t i)
{
    for (size_t k = 0; k < TANKS; k++)
        if (i >= tank_begins(i / DAY, k) && i < tank_begins(i / DAY, k) + 170)
            return true;
    return false;
}

/* holds: without water the analysers go on telling their last result as normal; else they are marked. */
static void dry_make(struct scene *s, uint64_t seed, bool holds)
{
    static const double base[ANALYSERS] = {60, 9, 40};
    results_make(s, seed);
    s->t.facts.kind = OUTLET_WATER;
    scene_add(s, "w00000", COLUMN_VALUE);
    double slow = 0;
    for (size_t i = 0; i < MINUTES; i++) {
        slow = 0.97 * slow + 0.004 * scene_normal(s);
        s->value[WATER][i] = runs(i) ? llround(2000 * (1 + slow)) : 0;
        s->low[WATER][i] = s->value[WATER][i] * 99 / 100, s->high[WATER][i] = s->value[WATER][i] * 101 / 100;
    }
    s->column[WATER].low = s->low[WATER], s->column[WATER].high = s->high[WATER];
    for (size_t k = 0; k < ANALYSERS; k++) {
        int64_t held = llround(100 * base[k]);
        for (size_t i = 0; i < MINUTES; i++) {
            bool starts = runs(i) && (i == 0 || !runs(i - 1));
            if (starts || (runs(i) && i % CYCLE == phase[k] && !checked(i)))
                held = llround(100 * base[k] * exp(0.1 * scene_normal(s)));
            s->value[k][i] = runs(i) || holds ? held : 10;
            s->flag[k][i] = !runs(i) ? (holds ? 'N' : 'F') : checked(i) ? 'C' : 'N';
        }
    }
}

/* No flow for an hour and a half of a tank, results all the same. Twins: a meter that reads nothing for the last minutes of each tank is a
 * habit; analysers that hold their last value say nothing of water. */
static void test_results_without_water(void **state)
{
    (void)state;
    enum { FORGED, TRICKLES, HOLDS, TWINS };
    for (int twin = FORGED; twin < TWINS; twin++) {
        struct scene s;
        dry_make(&s, 60, twin == HOLDS);
        size_t first = tank_begins(40, 1) + 30, n = 130;
        for (size_t d = 0; d < DAYS; d++)
            for (size_t k = 0; k < TANKS && twin == TRICKLES; k++)
                for (size_t i = tank_begins(d, k) + 100; i < tank_begins(d, k) + 170; i++)
                    s.value[WATER][i] = 0;
        for (size_t i = first; i < first + n; i++)
            s.value[WATER][i] = s.low[WATER][i] = s.high[WATER][i] = 0;
        scene_run(&s, "B4");
        const struct hit *h = scene_hit(&s, "B4", WATER, 0, MINUTES);
        assert_int_equal(h != NULL, twin == FORGED);
        if (h) {
            assert_true(h->first >= first && h->first + h->n <= first + n + 1);
            assert_true(h->number[0] >= 2);
        }
        scene_end(&s);
    }
}

/* A factor on the flow for two hours. Twins: a pump, whose minutes of switching hold both levels; a logger that sends neither least nor most. */
static void test_flow_by_a_factor(void **state)
{
    (void)state;
    enum { FACTOR, PUMP, AVERAGES, TWINS };
    for (int twin = FACTOR; twin < TWINS; twin++) {
        struct scene s;
        dry_make(&s, 61, false);
        size_t first = tank_begins(40, 1) + 25, n = 120;
        for (size_t i = first; i < first + n; i++)
            s.value[WATER][i] = s.value[WATER][i] * 6 / 10, s.low[WATER][i] = s.low[WATER][i] * 6 / 10, s.high[WATER][i] = s.high[WATER][i] * 6 / 10;
        if (twin == PUMP)
            s.high[WATER][first] = s.high[WATER][first - 1], s.high[WATER][first + n - 1] = s.high[WATER][first + n];
        if (twin == AVERAGES)
            s.column[WATER].low = s.column[WATER].high = NULL;
        scene_run(&s, "A17");
        const struct hit *h = scene_hit(&s, "A17", WATER, first, n);
        assert_non_null(h);
        assert_int_equal(h->first, first);
        assert_int_equal(h->n, n);
        assert_int_equal(h->hard, twin == FACTOR);
        scene_end(&s);
    }
}

/* Written over within one tank: seen as where water never ends. Untouched: nothing, though each tank begins with a result of its own. */
static void test_written_over_between_tanks(void **state)
{
    (void)state;
    for (int forged = 0; forged < 2; forged++) {
        struct scene s;
        dry_make(&s, 62, false);
        size_t first = tank_begins(40, 2) + 20, n = 110;
        assert_true(first % CYCLE != phase[AMMONIA] && (first + n) % CYCLE != phase[AMMONIA]);
        if (forged)
            forge(&s, AMMONIA, first, n, 0.01);
        scene_run(&s, "C18");
        const struct hit *h = scene_hit(&s, "C18", AMMONIA, first, n);
        assert_int_equal(h && h->hard, forged);
        if (!forged)
            assert_int_equal(s.hits.n, 0);
        scene_end(&s);
    }
}

/* Marked from a result until the water ends, on four days, where it was high. Twin: from a minute in which none was due. */
static void test_marks_until_the_water_ends(void **state)
{
    (void)state;
    for (int forged = 0; forged < 2; forged++) {
        struct scene s;
        dry_make(&s, 63, false);
        size_t many = 0;
        for (size_t d = 30; d < 34; d++)
            for (size_t i = tank_begins(d, 1) + 1; i < tank_begins(d, 1) + 170; i++) {
                if (i % CYCLE != phase[AMMONIA] + (forged ? 0 : 9) || i + 20 > tank_begins(d, 1) + 170)
                    continue;
                for (size_t k = i; k < tank_begins(d, 1) + 170; k++)
                    s.value[AMMONIA][k] = 2500 + 10 * (int64_t)d, s.flag[AMMONIA][k] = 'M';
                many++;
                break;
            }
        assert_int_equal(many, 4);
        scene_run(&s, "C10");
        const struct hit *h = scene_hit(&s, "C10", AMMONIA, 30 * DAY, 4 * DAY);
        assert_int_equal(h && h->hard, forged);
        scene_end(&s);
    }
}

/* Four tanks of a fortnight marked from water to water, results coming all the while, the highest of all. Twins: tanks as others are; a technician whose
 * visits are on record. */
static void test_marks_over_high_tanks(void **state)
{
    (void)state;
    enum { HIGH, AS_OTHERS, VISITS, TWINS };
    for (int twin = HIGH; twin < TWINS; twin++) {
        struct scene s;
        struct table_mark visit[5];
        dry_make(&s, 64, false);
        for (size_t m = 0; m < 5; m++) {
            size_t first = tank_begins(40 + 2 * m, 2), end = first + 170;
            for (size_t i = first; i < end; i++) {
                s.value[AMMONIA][i] = twin == AS_OTHERS ? s.value[AMMONIA][i] : 1300 + s.value[AMMONIA][i] / 10;
                s.flag[AMMONIA][i] = 'M';
            }
            visit[m] = (struct table_mark){.from = table_at(&s.t, first), .to = table_at(&s.t, end), .kind = MARKED_MAINTENANCE};
        }
        if (twin == VISITS)
            s.t.marks = visit, s.t.marks_n = 5;
        scene_run(&s, "C10");
        const struct hit *h = scene_hit(&s, "C10", AMMONIA, 40 * DAY, 10 * DAY);
        assert_int_equal(h && h->p < 1e-3, twin == HIGH);
        assert_false(h && h->hard);
        scene_run(&s, "D3");
        assert_int_equal(scene_hit(&s, "D3", AMMONIA, 40 * DAY, 10 * DAY) != NULL, twin != VISITS);
        scene_end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_checks_show_what_was_measured), cmocka_unit_test(test_results_without_water),
                                       cmocka_unit_test(test_flow_by_a_factor), cmocka_unit_test(test_written_over_between_tanks),
                                       cmocka_unit_test(test_marks_until_the_water_ends), cmocka_unit_test(test_marks_over_high_tanks),
                                       cmocka_unit_test(test_honest),         cmocka_unit_test(test_written_over),     cmocka_unit_test(test_innocent_changes),
                                       cmocka_unit_test(test_shows_through),  cmocka_unit_test(test_marks_on_results), cmocka_unit_test(test_gaps_on_results),
                                       cmocka_unit_test(test_marks_of_a_minute_each),
                                       cmocka_unit_test(test_calm_in_whole_numbers), cmocka_unit_test(test_calm_at_the_detection_limit), cmocka_unit_test(test_capped_results)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
