/* Readings whose minimum and maximum belong to other values: each forged, and beside it the innocent thing that looks like it. */
#include "scene.h"

enum { DAYS = 30, DAY = 1440, MINUTES = DAYS * DAY };
enum { GAS, OTHER, OXYGEN, HEAT, WIND, CHANNELS };
static const double base[CHANNELS] = {40, 90, 9, 120, 80}, white[CHANNELS] = {0.4, 0.9, 0.05, 0.6, 0.6};

/* Two gases, oxygen, the temperature and the flow of a duct: each with a slow course of its own, noise in each minute, and room by its level. */
static void duct_make(struct scene *s, uint64_t seed)
{
    static const char *const factor[CHANNELS] = {"a21026", "a21002", "a19001", "a01012", "a00000"};
    static const double slow[CHANNELS] = {4, 9, 0.4, 6, 5};
    *s = (struct scene){.a = arena_new(), .random = seed * UINT64_C(0x9E3779B97F4A7C15) + 1};
    s->t = (struct table){.outlet = S("场景"), .from = day_start(day_from_civil(2026, 1, 1)), .step_s = 60, .n = MINUTES, .columns = s->column};
    for (int k = 0; k < CHANNELS; k++) {
        double own = 0;
        scene_add(s, factor[k], COLUMN_VALUE);
        for (size_t i = 0; i < MINUTES; i++) {
            own = 0.98 * own + 0.2 * scene_normal(s);
            double x = base[k] + slow[k] * own + white[k] * scene_normal(s), room = 0.02 * x;
            s->value[k][i] = llround(100 * x);
            s->low[k][i] = llround(100 * (x - room * (0.6 + 0.8 * scene_unit(s))));
            s->high[k][i] = llround(100 * (x + room * (0.6 + 0.8 * scene_unit(s))));
        }
        s->column[k].low = s->low[k], s->column[k].high = s->high[k];
    }
}

/* Another value for the same message: minimum and maximum are moved along. */
static void move(struct scene *s, int k, size_t i, double to)
{
    int64_t by = llround(to) - s->value[k][i];
    s->value[k][i] += by, s->low[k][i] += by, s->high[k][i] += by;
}

/* Wider or narrower by a factor about the value. */
static void widen(struct scene *s, int k, size_t i, double by)
{
    s->low[k][i] = s->value[k][i] - llround((double)(s->value[k][i] - s->low[k][i]) * by);
    s->high[k][i] = s->value[k][i] + llround((double)(s->high[k][i] - s->value[k][i]) * by);
}

static double of_heat(const struct scene *s, size_t i)
{
    return (double)s->value[HEAT][i] / 100 / base[HEAT] - 1; /* about a twentieth, up and down */
}

static const struct hit *following(const struct scene *s, size_t column)
{
    for (size_t i = 0; i < s->hits.n; i++)
        if (s->hits.p[i].columns[0] == column && s->hits.p[i].columns_n == 2 && s->hits.p[i].columns[1] == HEAT)
            return &s->hits.p[i];
    return NULL;
}

static void test_room_follows_another_channel(void **state)
{
    (void)state;
    enum { MIXED, DRIVEN /* the gas itself follows, and its room with it */, ALWAYS /* turbulence: room follows all month */, DUCT /* for two days, of both gases */, CASES };
    size_t first = 14 * DAY, n = 2 * DAY;
    for (int twin = MIXED; twin < CASES; twin++) {
        struct scene s;
        duct_make(&s, 21);
        for (size_t i = 0; i < MINUTES; i++) {
            bool in = i >= first && i < first + n;
            double x = (double)s.value[GAS][i], mixed = x * (1 + 1.5 * of_heat(&s, i));
            if (twin == MIXED && in) {
                move(&s, GAS, i, mixed);
            } else if (twin == DRIVEN && in) {
                move(&s, GAS, i, mixed);
                widen(&s, GAS, i, mixed / x);
            } else if ((twin == ALWAYS || (twin == DUCT && in))) {
                widen(&s, GAS, i, 1 - 1.5 * of_heat(&s, i));
                widen(&s, OTHER, i, 1 - (twin == DUCT ? 1.5 * of_heat(&s, i) : 0));
            }
        }
        scene_run(&s, "C17");
        const struct hit *h = following(&s, GAS);
        if (twin == MIXED) {
            assert_non_null(h);
            assert_true(h->hard && h->first + DAY > first && h->first + h->n < first + n + DAY);
        } else if (twin == DUCT) {
            assert_non_null(h);
            assert_false(h->hard);
        } else {
            assert_null(h);
        }
        assert_true(twin == DUCT || !following(&s, OTHER));
        scene_end(&s);
    }
}

/* What jumps from a quarter of an hour to the next is not measured; what is noisier for two days is. */
static void test_room_that_jumps(void **state)
{
    (void)state;
    size_t first = 11 * DAY + 180, n = 720;
    struct scene s;
    duct_make(&s, 22);
    for (size_t i = first; i < first + n; i++)
        move(&s, GAS, i, (double)s.value[GAS][i] * (1 + 0.12 * sin((double)(i / 15) * 2.4)));
    for (size_t i = 20 * DAY; i < 22 * DAY; i++)
        widen(&s, OTHER, i, 1.25);
    scene_run(&s, "C17");
    const struct hit *h = scene_hit(&s, "C17", GAS, first, n);
    assert_non_null(h);
    bool hard = false;
    for (size_t i = 0; i < s.hits.n; i++) {
        hard |= s.hits.p[i].columns[0] == GAS && s.hits.p[i].hard;
        assert_true(s.hits.p[i].columns[0] == GAS || !s.hits.p[i].hard);
    }
    assert_true(hard);
    scene_end(&s);
}

/* Lowered over hours, so that no edge tells: it is the level of the stretch that the room belies. */
static void test_lowered_by_what_its_room_says(void **state)
{
    (void)state;
    enum { TAKEN_OFF, NOISIER /* the level stays */, LOW /* a load, and its room with it */, BOTH /* not by as much as the room says */, CASES };
    size_t first = 15 * DAY, n = 3 * DAY, ramp = 60;
    for (int twin = TAKEN_OFF; twin < CASES; twin++) {
        struct scene s;
        duct_make(&s, 23);
        for (size_t i = first; i < first + n; i++) {
            size_t edge = i - first < first + n - 1 - i ? i - first : first + n - 1 - i;
            double less = (twin == BOTH ? 20.0 : 80.0) * (edge < ramp ? (double)edge / (double)ramp : 1), x = (double)s.value[OXYGEN][i];
            if (twin != NOISIER)
                move(&s, OXYGEN, i, x - less);
            if (twin == LOW)
                widen(&s, OXYGEN, i, (x - less) / x);
            if (twin == NOISIER || twin == BOTH)
                widen(&s, OXYGEN, i, 1.1);
        }
        scene_run(&s, "A17");
        const struct hit *h = scene_hit(&s, "A17", OXYGEN, first, n);
        if (twin == TAKEN_OFF) {
            assert_non_null(h);
            assert_false(h->hard);
            assert_true(h->first + 120 > first && h->first + h->n < first + n + 120 && h->n + 240 > n);
        } else {
            assert_null(h);
        }
        scene_end(&s);
    }
}

/* Two instruments do not share their noise; unless a fan hunts, which all gases of the duct show. */
static void test_moves_with_another_alone(void **state)
{
    (void)state;
    size_t first = 17 * DAY, n = DAY;
    for (int twin = 0; twin < 2; twin++) {
        struct scene s;
        duct_make(&s, 24);
        for (size_t i = first; i < first + n; i++)
            for (int k = GAS; k <= (twin ? OXYGEN : GAS); k++) {
                double own = (double)s.value[k][i] / 100, wind = ((double)s.value[WIND][i] / 100 - base[WIND]) / white[WIND];
                s.value[k][i] = llround(100 * (own + 0.6 * white[k] * wind));
            }
        scene_run(&s, "B5");
        const struct hit *h = scene_hit(&s, "B5", GAS, first, n);
        assert_non_null(h);
        assert_int_equal(h->columns[1], WIND);
        assert_int_equal(h->hard, !twin);
        scene_end(&s);
    }
}

/* A factor on the flow, beside a fan that ran down and up again: the steps of the latter say nothing about a running one. */
static void test_steps_of_a_running_fan(void **state)
{
    (void)state;
    size_t first = 19 * DAY, n = 600, stop = 6 * DAY;
    for (int factor = 0; factor < 2; factor++) {
        struct scene s;
        duct_make(&s, 25);
        for (size_t i = stop; i < stop + 400; i++)
            s.value[WIND][i] = i < stop + 10 ? s.value[WIND][i] / (int64_t)(2 + i - stop) : 60 + (int64_t)(i * 7 % 13);
        for (size_t i = first; i < first + n && factor; i++)
            s.value[WIND][i] = s.value[WIND][i] * 8 / 10;
        scene_run(&s, "A17");
        const struct hit *h = scene_hit(&s, "A17", WIND, 0, MINUTES);
        if (factor) {
            assert_non_null(h);
            assert_int_equal(h->first, first);
            assert_int_equal(h->n, n);
            assert_true(h->hard);
        } else {
            assert_null(h);
        }
        scene_end(&s);
    }
}

/* Four numbers put in; and a line of which one sample came in each of these minutes, of every channel. */
static void test_new_values_of_one_channel(void **state)
{
    (void)state;
    size_t first = 9 * DAY + 40;
    for (int line = 0; line < 2; line++) {
        struct scene s;
        duct_make(&s, 26);
        for (size_t i = first; i < first + 120; i += 30)
            for (int k = GAS; k <= (line ? WIND : GAS); k++)
                s.low[k][i] = s.high[k][i] = s.value[k][i] = s.value[k][i] + 7;
        scene_run(&s, "C17");
        const struct hit *h = scene_hit(&s, "C17", GAS, first, 100);
        assert_non_null(h);
        assert_int_equal(h->number[0], 4);
        assert_int_equal(h->hard, !line);
        scene_end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_room_follows_another_channel), cmocka_unit_test(test_room_that_jumps),
                                       cmocka_unit_test(test_lowered_by_what_its_room_says), cmocka_unit_test(test_moves_with_another_alone),
                                       cmocka_unit_test(test_steps_of_a_running_fan), cmocka_unit_test(test_new_values_of_one_channel)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
