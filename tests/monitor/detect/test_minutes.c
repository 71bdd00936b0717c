/* Detectors that look at readings of a minute: each with something forged, and beside it the innocent thing that looks like it. */
#include "scene.h"

enum { DAYS = 30, DAY = 1440, MINUTES = DAYS * DAY, CYCLE = 120 };
enum { GAS, OTHER, OXYGEN, STAIRS, CHANNELS };

/* A gas with a slow level, peaks of an hour, noise of its own in each minute and room on either side of it; another gas; oxygen; an
 * analyser with a result every two hours. */
static void minutes_make(struct scene *s, uint64_t seed)
{
    static const char *const factor[CHANNELS] = {"a21026", "a21002", "a19001", "w01018"};
    static const double base[CHANNELS] = {40, 90, 9, 25}, slow[CHANNELS] = {3, 6, 0.4, 3}, white[CHANNELS] = {0.4, 0.9, 0.05, 0};
    *s = (struct scene){.a = arena_new(), .random = seed * UINT64_C(0x9E3779B97F4A7C15) + 1};
    s->t = (struct table){.outlet = S("场景"), .from = day_start(day_from_civil(2026, 1, 1)), .step_s = 60, .n = MINUTES, .columns = s->column};
    for (int k = 0; k < CHANNELS; k++) {
        scene_add(s, factor[k], COLUMN_VALUE);
        double own = 0, held = 0;
        for (size_t i = 0; i < MINUTES; i++) {
            own = 0.995 * own + 0.1 * scene_normal(s);
            double x = base[k] + slow[k] * own + white[k] * scene_normal(s), room = 0.02 * x;
            if (k == STAIRS)
                x = held = i % CYCLE == 0 ? x : held, room = 0;
            s->value[k][i] = llround(100 * x);
            s->low[k][i] = llround(100 * (x - room * (0.6 + 0.8 * scene_unit(s))));
            s->high[k][i] = llround(100 * (x + room * (0.6 + 0.8 * scene_unit(s))));
        }
        s->column[k].low = s->low[k], s->column[k].high = s->high[k];
    }
}

static void test_honest_minutes(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct scene s;
        minutes_make(&s, seed);
        scene_run(&s, NULL);
        assert_int_equal(scene_clues(&s), 0);
        scene_end(&s);
    }
}

static void test_room(void **state)
{
    (void)state;
    struct scene s;
    minutes_make(&s, 3);
    size_t first = 12 * DAY + 300, n = 600;
    for (size_t i = first; i < first + n; i++) { /* the value stays, its room shrinks to a third */
        s.low[GAS][i] = s.value[GAS][i] - (s.value[GAS][i] - s.low[GAS][i]) / 3;
        s.high[GAS][i] = s.value[GAS][i] + (s.high[GAS][i] - s.value[GAS][i]) / 3;
        /* twin: half the level, and half the room with it, as an instrument has it */
        s.value[OTHER][i] /= 2, s.low[OTHER][i] /= 2, s.high[OTHER][i] /= 2;
    }
    for (size_t i = 200; i + 5 < MINUTES; i += 240) /* twin: the probe is flushed, and the last value held for five minutes */
        for (size_t k = 1; k < 5; k++)
            s.value[OXYGEN][i + k] = s.low[OXYGEN][i + k] = s.high[OXYGEN][i + k] = s.value[OXYGEN][i];
    scene_run(&s, "C17");
    const struct hit *h = scene_hit(&s, "C17", GAS, first, n);
    assert_non_null(h);
    assert_true(h->hard && h->first + 120 > first && h->first + h->n < first + n + 120);
    assert_null(scene_hit(&s, "C17", OTHER, 0, MINUTES));
    assert_null(scene_hit(&s, "C17", OXYGEN, 0, MINUTES));
    scene_end(&s);
}

/* The room of minutes that were measured, beside values that were not. */
static void test_room_of_another(void **state)
{
    (void)state;
    struct scene s;
    minutes_make(&s, 11);
    size_t first = 14 * DAY + 120, n = 600;
    for (int k = GAS; k <= OTHER; k++) /* both gases swing by a seventh within the hour, and their room with them */
        for (size_t i = 0; i < MINUTES; i++) {
            double by = 1 + 0.15 * sin((double)i / 9);
            int64_t x = s.value[k][i];
            s.value[k][i] = llround((double)x * by);
            s.low[k][i] = s.value[k][i] - llround((double)(x - s.low[k][i]) * by);
            s.high[k][i] = s.value[k][i] + llround((double)(s.high[k][i] - x) * by);
        }
    for (size_t i = first; i < first + n; i++) { /* yesterday's values; twin: yesterday's messages, whole */
        int64_t below = s.value[GAS][i] - s.low[GAS][i], above = s.high[GAS][i] - s.value[GAS][i];
        s.value[GAS][i] = s.value[GAS][i - DAY - 14];
        s.low[GAS][i] = s.value[GAS][i] - below, s.high[GAS][i] = s.value[GAS][i] + above;
        s.value[OTHER][i] = s.value[OTHER][i - DAY - 14];
        s.low[OTHER][i] = s.low[OTHER][i - DAY - 14], s.high[OTHER][i] = s.high[OTHER][i - DAY - 14];
    }
    scene_run(&s, "C17");
    bool hard = false;
    for (size_t i = 0; i < s.hits.n; i++) {
        const struct hit *h = &s.hits.p[i];
        hard |= h->columns[0] == GAS && h->hard && h->first + 120 > first && h->first + h->n < first + n + 120;
    }
    assert_true(hard);
    assert_null(scene_hit(&s, "C17", OTHER, 0, MINUTES));
    scene_end(&s);
}

static void test_new_without_room(void **state)
{
    (void)state;
    struct scene s;
    minutes_make(&s, 12);
    size_t first = 21 * DAY;
    for (size_t i = 0; i < 6; i++) { /* six peaks that stop at one value, five minutes each */
        size_t at = first + i * 25;
        for (size_t k = 0; k < 5; k++)
            s.value[GAS][at + k] = s.low[GAS][at + k] = s.high[GAS][at + k] = 4600;
        /* twin: held for five minutes, six times in the same hours */
        for (size_t k = 1; k < 6; k++)
            s.value[OTHER][at + k] = s.low[OTHER][at + k] = s.high[OTHER][at + k] = s.value[OTHER][at];
    }
    scene_run(&s, "C17");
    bool six = false;
    for (size_t i = 0; i < s.hits.n; i++)
        six |= s.hits.p[i].columns[0] == GAS && s.hits.p[i].hard && s.hits.p[i].number[0] == 6 && s.hits.p[i].first == first;
    assert_true(six);
    assert_null(scene_hit(&s, "C17", OTHER, 0, MINUTES));
    scene_end(&s);
}

/* What is the same in all of them: oxygen 1 % lower for five hours, from one minute to the next. */
static void lower(struct scene *s, size_t first, size_t n, int64_t by, size_t ramp)
{
    for (size_t i = first; i < first + n; i++) {
        size_t edge = i - first < first + n - 1 - i ? i - first : first + n - 1 - i;
        int64_t less = ramp && edge < ramp ? by * (int64_t)edge / (int64_t)ramp : by;
        s->value[OXYGEN][i] -= less, s->low[OXYGEN][i] -= less, s->high[OXYGEN][i] -= less;
    }
}

static void test_steps_of_a_minute(void **state)
{
    (void)state;
    enum { SWITCHED, RAMP /* a load that is taken back in twenty minutes */, VALVE /* another channel jumps with it */, TENDED /* somebody was there */, TWINS };
    size_t first = 16 * DAY + 33, n = 300;
    for (int twin = SWITCHED; twin < TWINS; twin++) {
        struct scene s;
        minutes_make(&s, 13);
        lower(&s, first, n, 100, twin == RAMP ? 20 : 0);
        for (size_t i = first; i < first + n && twin == VALVE; i++)
            s.value[OTHER][i] += 1500, s.low[OTHER][i] += 1500, s.high[OTHER][i] += 1500;
        struct table_event visit = {.at = table_at(&s.t, first) + 20 * USEC_MINUTE, .kind = EVENT_VISIT};
        if (twin == TENDED)
            s.t.events = &visit, s.t.events_n = 1;
        scene_run(&s, "A17");
        const struct hit *h = scene_hit(&s, "A17", OXYGEN, first, n);
        if (twin == SWITCHED || twin == TENDED) {
            assert_non_null(h);
            assert_int_equal(h->first, first);
            assert_int_equal(h->n, n);
            assert_int_equal(h->hard, twin == SWITCHED);
        } else {
            assert_null(h);
        }
        scene_end(&s);
    }
}

static void test_oxygen_with_room_of_a_higher_one(void **state)
{
    (void)state;
    struct scene s;
    minutes_make(&s, 14);
    size_t first = 18 * DAY, n = 2 * DAY;
    lower(&s, first, n, 100, 0);
    for (size_t i = 0; i < MINUTES; i++) /* twin: a calmer month of a gas, room and level */
        if (i >= 5 * DAY && i < 8 * DAY)
            s.value[GAS][i] = s.value[GAS][i] * 9 / 10, s.low[GAS][i] = s.low[GAS][i] * 9 / 10, s.high[GAS][i] = s.high[GAS][i] * 9 / 10;
    scene_run(&s, "C17");
    const struct hit *h = scene_hit(&s, "C17", OXYGEN, first, n);
    assert_non_null(h);
    assert_false(h->hard);
    assert_null(scene_hit(&s, "C17", GAS, 0, MINUTES));
    scene_end(&s);
}

static void test_copies(void **state)
{
    (void)state;
    struct scene s;
    minutes_make(&s, 4);
    size_t first = 20 * DAY, n = DAY;
    for (size_t i = first; i < first + n; i++) {
        s.value[GAS][i] = llround((double)s.value[GAS][i - 3 * DAY] * 1.1 * (1 + 0.01 * scene_normal(&s)));
        /* twin: the same curve every day, measured anew */
        double wave = 900 * sin((double)(i % DAY) / DAY * 6.283185);
        for (size_t k = i; k < MINUTES; k += 5 * DAY)
            s.value[OTHER][k] += llround(wave);
    }
    scene_run(&s, "A8");
    const struct hit *h = scene_hit(&s, "A8", GAS, first, n);
    assert_non_null(h);
    assert_true(h->hard);
    assert_int_equal(h->number[1], 3);
    assert_null(scene_hit(&s, "A8", OTHER, 0, MINUTES));
    scene_end(&s);
}

static void test_two_instruments(void **state)
{
    (void)state;
    struct scene s;
    minutes_make(&s, 5);
    size_t first = 9 * DAY + 100, n = 720;
    double load = 0;
    for (size_t i = 0; i < MINUTES; i++) { /* twin: one load moves both gases, every day and slowly */
        load = 0.999 * load + 0.1 * scene_normal(&s);
        s.value[GAS][i] += llround(80 * load);
        s.value[OTHER][i] += llround(160 * load);
    }
    scene_run(&s, "B5");
    assert_null(scene_hit(&s, "B5", GAS, 0, MINUTES));
    for (size_t i = first; i < first + n; i++)
        s.value[GAS][i] = 4000 + 8 * (s.value[OXYGEN][i] - 900);
    scene_run(&s, "B5");
    bool hard = false; /* by windows of two hours; a window of a day is half of its own */
    for (size_t i = 0; i < s.hits.n; i++) {
        const struct hit *h = &s.hits.p[i];
        hard |= h->hard && h->columns[0] == GAS && h->columns[1] == OXYGEN && h->first < first + n && first < h->first + h->n;
    }
    assert_true(hard);
    scene_end(&s);
}

/* Peaks of twenty minutes, twelve a day for two days. */
static bool peak(size_t i)
{
    return i >= 10 * DAY && i < 12 * DAY && i % 120 < 20;
}

static void test_marks(void **state)
{
    (void)state;
    struct scene s;
    minutes_make(&s, 6);
    for (size_t i = 0; i < MINUTES; i++) {
        if (peak(i)) {
            s.value[GAS][i] += 3000;
            s.value[OTHER][i] += 6000;
            s.flag[GAS][i] = 'M';
        }
        if (i % 170 > 0 && i % 170 < 5) { /* twin: flushed by the clock, whatever the level, holding what was before */
            s.flag[OTHER][i] = 'M';
            s.value[OTHER][i] = s.value[OTHER][i - 1];
        }
    }
    scene_run(&s, "C10");
    const struct hit *h = scene_hit(&s, "C10", GAS, 10 * DAY, 2 * DAY);
    assert_non_null(h);
    assert_true(h->hard);
    assert_null(scene_hit(&s, "C10", OTHER, 0, MINUTES));
    scene_run(&s, "D3"); /* nobody noted a visit, and the analyser went on measuring */
    assert_non_null(scene_hit(&s, "D3", GAS, 10 * DAY, 2 * DAY));
    assert_null(scene_hit(&s, "D3", OTHER, 0, MINUTES));
    struct table_mark visit = {table_at(&s.t, 10 * DAY), table_at(&s.t, 12 * DAY), 0, MARKED_MAINTENANCE, S("运维")};
    s.t.marks = &visit, s.t.marks_n = 1;
    scene_run(&s, "D3");
    assert_null(scene_hit(&s, "D3", GAS, 0, MINUTES));
    scene_end(&s);
}

/* Three peaks, each marked: on one gas alone, or (twin) on both, as when the probe is flushed. */
static void test_marked_alone(void **state)
{
    (void)state;
    for (int twin = 0; twin < 2; twin++) {
        struct scene s;
        minutes_make(&s, 15);
        for (size_t i = 0; i < MINUTES; i++) {
            bool high = i >= 10 * DAY && i < 10 * DAY + 360 && i % 120 < 20, flushed = i % 170 > 0 && i % 170 < 5;
            for (int k = GAS; k <= OTHER; k++) {
                s.value[k][i] += high ? 3000 : 0;
                if (flushed || (high && (k == GAS || twin)))
                    s.flag[k][i] = 'M';
                if (flushed)
                    s.value[k][i] = s.value[k][i - 1];
            }
        }
        scene_run(&s, "C10");
        const struct hit *h = scene_hit(&s, "C10", GAS, 10 * DAY, 360);
        assert_true(twin ? !h || h->p > 1e-5 : h && h->p < 1e-6);
        scene_end(&s);
    }
}

static void test_gaps(void **state)
{
    (void)state;
    for (int forged = 0; forged < 2; forged++) {
        struct scene s;
        minutes_make(&s, 7);
        for (size_t i = 0; i < MINUTES; i++) {
            if (peak(i) || peak(i + 10) || peak(i > 10 ? i - 10 : 0))
                s.value[GAS][i] += peak(i) ? 3000 : 1000;
            bool gone = forged ? peak(i) : i >= 10 * DAY && i < 12 * DAY && i % 120 >= 60 && i % 120 < 80;
            for (int k = 0; gone && k < CHANNELS; k++)
                s.value[k][i] = s.low[k][i] = s.high[k][i] = VALUE_NONE, s.flag[k][i] = 0;
        }
        scene_run(&s, "C9");
        const struct hit *h = scene_hit(&s, "C9", GAS, 10 * DAY, 2 * DAY);
        assert_true(forged ? h && h->hard : !h);
        assert_null(scene_hit(&s, "C9", OTHER, 0, MINUTES));
        scene_end(&s);
    }
}

/* Gaps so few that no window holds enough of them: nothing was looked at, and nothing is said. */
static void test_few_gaps(void **state)
{
    (void)state;
    struct scene s;
    minutes_make(&s, 17);
    for (size_t gap = 0; gap < 3; gap++)
        for (size_t i = (4 + 9 * gap) * DAY; i < (4 + 9 * gap) * DAY + 40; i++)
            for (int k = 0; k < CHANNELS; k++)
                s.value[k][i] = s.low[k][i] = s.high[k][i] = VALUE_NONE, s.flag[k][i] = 0;
    scene_run(&s, "C9");
    assert_int_equal(s.hits.n, 0);
    scene_end(&s);
}

static void test_results(void **state)
{
    (void)state;
    struct scene s;
    minutes_make(&s, 8);
    scene_run(&s, "A18");
    assert_int_equal(s.hits.n, 0);
    scene_run(&s, "A2");
    assert_null(scene_hit(&s, "A2", STAIRS, 0, MINUTES));
    size_t first = 15 * DAY, n = 4 * DAY;
    for (size_t i = first; i < first + n; i++) /* forged result by result: the staircase is kept, its height is not */
        s.value[STAIRS][i] = i % CYCLE == 0 ? 2500 + (int64_t)(6 * scene_normal(&s)) : s.value[STAIRS][i - 1];
    scene_run(&s, "A2");
    const struct hit *h = scene_hit(&s, "A2", STAIRS, first, n);
    assert_non_null(h);
    assert_true(h->p < 1e-7);
    for (size_t i = first; i < first + 600; i++) /* forged minute by minute */
        s.value[STAIRS][i] = 2500 + (int64_t)(6 * scene_normal(&s));
    scene_run(&s, "A18");
    h = scene_hit(&s, "A18", STAIRS, first, 600);
    assert_non_null(h);
    assert_true(h->hard);
    scene_end(&s);
}

/* What is found among readings is told on the hours they belong to. */
static void test_told_in_hours(void **state)
{
    (void)state;
    struct scene s;
    minutes_make(&s, 9);
    for (size_t i = 12 * DAY; i < 12 * DAY + 600; i++)
        s.low[OTHER][i] = s.high[OTHER][i] = s.value[OTHER][i];
    struct table hours = s.t;
    int64_t *value = NEW_ARRAY(s.a, MINUTES / 60, int64_t);
    for (size_t i = 0; i < MINUTES / 60; i++)
        value[i] = s.value[OTHER][i * 60];
    struct column one = {.factor = S("a21002"), .decimals = 2, .q = 1, .value = value};
    hours.step_s = 3600, hours.n = MINUTES / 60, hours.columns = &one, hours.columns_n = 1, hours.finer = &s.t;
    s.runs = NEW_ARRAY(s.a, detector_count(), struct detect_run);
    detect_table(s.a, &hours, NULL, &s.hits, s.runs);
    const struct hit *h = scene_hit(&s, "C17", 0, 12 * 24, 10);
    assert_non_null(h);
    assert_true(h->hard && h->first + 2 >= 12 * 24 && h->first + h->n <= 12 * 24 + 13);
    for (size_t i = 0; i < s.hits.n; i++) /* no other channel has hours */
        assert_int_equal(s.hits.p[i].columns[0], 0);
    struct detect_options light = {.light = true};
    detect_table(s.a, &hours, &light, &s.hits, s.runs);
    assert_null(scene_hit(&s, "C17", 0, 0, hours.n));
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_honest_minutes), cmocka_unit_test(test_room),    cmocka_unit_test(test_copies),
                                       cmocka_unit_test(test_room_of_another), cmocka_unit_test(test_new_without_room), cmocka_unit_test(test_steps_of_a_minute),
                                       cmocka_unit_test(test_oxygen_with_room_of_a_higher_one),
                                       cmocka_unit_test(test_two_instruments), cmocka_unit_test(test_marks),  cmocka_unit_test(test_marked_alone),  cmocka_unit_test(test_gaps), cmocka_unit_test(test_few_gaps),
                                       cmocka_unit_test(test_results),         cmocka_unit_test(test_told_in_hours)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
