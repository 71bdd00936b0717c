/*
 * Plants that stop, in every way an honest one does: for hours and for weeks, at once and by ramps, flagged, marked or not, in hours and in minutes;
 * and loggers that tell one number for all. No clue may come of it. Beside each its forged twin: a stop that other channels contradict.
 */
#include "monitor/detect/detect_private.h"
#include "plant_table.h"
#include "scene.h"

enum { AT = 1500 };

/* As much of it runs as `part` says: 0 stands. */
static void slow_down(struct scene *s, size_t i, double part)
{
    static const double stop[SCENE_FACTORS] = {0.3, 0.5, 20.9, 0.5, 25, 0}, wide[SCENE_FACTORS] = {0.3, 0.4, 0.1, 0.4, 3, 0};
    for (int k = 0; k < SCENE_FACTORS; k++) {
        double x = fmax(0, stop[k] + wide[k] * (scene_unit(s) - 0.5));
        s->value[k][i] = llround(part * (double)s->value[k][i] + (1 - part) * 100 * x);
    }
}

enum told { NOBODY, FLAGS, FLAGS_IN_THE_MIDDLE, A_MARK, ALL_TOLD };

static void stop(struct scene *s, size_t first, size_t n, size_t ramp, enum told told)
{
    static struct table_mark mark;
    for (size_t i = first; i < first + n; i++) {
        size_t from_end = i - first < first + n - 1 - i ? i - first : first + n - 1 - i;
        slow_down(s, i, from_end < ramp ? 1 - (double)(from_end + 1) / (double)(ramp + 1) : 0);
        for (size_t k = 0; k < s->t.columns_n; k++)
            if (told == FLAGS || (told == FLAGS_IN_THE_MIDDLE && from_end >= ramp))
                s->flag[k][i] = 'F';
    }
    mark = (struct table_mark){.from = table_at(&s->t, first), .to = table_at(&s->t, first + n), .kind = MARKED_STOPPED};
    if (told == A_MARK)
        s->t.marks = &mark, s->t.marks_n = 1;
}

static void no_clue(struct scene *s, const char *what, size_t n)
{
    scene_run(s, NULL);
    for (size_t i = 0; i < s->findings.n; i++)
        if (s->findings.p[i].level == LEVEL_CLUE)
            fail_msg("%s of %zu: %.*s", what, n, STR_ARG(s->findings.p[i].lead->sentence));
}

static void test_stops_are_no_clue(void **state)
{
    (void)state;
    static const size_t length[] = {3, 6, 12, 24, 36, 100, 336}, ramp[] = {0, 1, 3};
    for (size_t l = 0; l < sizeof length / sizeof *length; l++)
        for (size_t r = 0; r < sizeof ramp / sizeof *ramp && 2 * ramp[r] < length[l]; r++)
            for (int told = 0; told < ALL_TOLD; told++) {
                struct scene s;
                scene_make(&s, 900 + l + 10 * r + (uint64_t)(100 * told));
                stop(&s, AT, length[l], ramp[r], (enum told)told);
                no_clue(&s, "stop", length[l]);
                scene_end(&s);
            }
}

static void test_many_stops(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 931);
    for (size_t k = 0; k < 8; k++)
        stop(&s, 200 + 330 * k, 10 + 9 * k, k % 3, NOBODY);
    no_clue(&s, "stops", 8);
    scene_end(&s);
}

static size_t slots_standing(struct scene *s, size_t first, size_t n)
{
    struct view *views = NEW_ARRAY(s->a, s->t.columns_n + 1, struct view);
    views_make(s->a, &s->t, views);
    return slots_in_state(&views[0], first, n, STATES_STANDING);
}

/* A kiln that burns two days of five and says nothing: what it reads at the middle of the year is what it reads while it stands. */
static void test_mostly_standing(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 4; seed++) {
        struct scene s;
        scene_make(&s, 940 + seed);
        for (size_t first = 48 + 12 * seed; first + 72 <= s.t.n; first += 120)
            stop(&s, first, 72, 2, NOBODY);
        no_clue(&s, "mostly standing", seed);
        assert_true(slots_standing(&s, AT, 600) > 300);
        scene_end(&s);
    }
}

/*
 * A fire that is kept in: the draught is shut, leaks bring the gas to sixteen or seventeen per cent of oxygen, the stack stays warm for days, the analysers see
 * a fifth. It stands, whatever nobody flagged. With the flow as usual it does not.
 */
static void test_banked_fires(void **state)
{
    (void)state;
    static const size_t length[] = {24, 130, 240};
    for (size_t l = 0; l < sizeof length / sizeof *length; l++)
        for (int flows = 0; flows < 2; flows++) {
            struct scene s;
            scene_make(&s, 960 + l);
            for (size_t i = AT; i < AT + length[l]; i++) {
                double warm = exp(-(double)(i - AT) / 30);
                s.value[SO2][i] /= 5, s.value[NOX][i] /= 5;
                s.value[O2][i] = 1720 + (int64_t)(60 * (scene_unit(&s) - 0.5));
                s.value[TEMPERATURE][i] = llround(7500 + warm * ((double)s.value[TEMPERATURE][i] - 7500) + 60 * (scene_unit(&s) - 0.5));
                s.value[LOAD][i] = 0;
                s.value[FLOW][i] = flows ? s.value[FLOW][i] : 0;
            }
            if (flows) {
                assert_int_equal(slots_standing(&s, AT, length[l]), 0);
            } else {
                assert_true(slots_standing(&s, AT, length[l]) == length[l]);
                no_clue(&s, "banked", length[l]);
            }
            scene_end(&s);
        }
}

/* What pumps can do at most, reached on every fifth hour, does not move: of a flow that may explain a calm stretch; of a gas, and of a top reached once, it may
 * not. */
static void test_what_pumps_can_do(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct scene s;
        struct view views[SCENE_FACTORS + 4];
        int k = kind == 1 ? NOX : FLOW;
        scene_make(&s, 951);
        for (size_t i = 0; i < s.t.n; i++)
            if ((i >= AT && i < AT + 12) || (kind < 2 && i % 100 < 20))
                s.value[k][i] = 40000 + (int64_t)(3 * scene_unit(&s));
        views_make(s.a, &s.t, views);
        struct hit hit = {.detector = detector_find(S("A2")), .first = AT, .n = 12, .columns = {(uint16_t)k}, .columns_n = 1};
        const struct hit *hits[] = {&hit};
        struct finding f = {.first = AT, .n = 12, .hits = hits, .hits_n = 1, .lead = &hit};
        assert_int_equal(trap_check(s.a, &s.t, views, &f, S("set-point"), true).result == TRAP_POSSIBLE, kind == 0);
        scene_end(&s);
    }
}

/* A stop is said to have been where it was, by the readings and by flags, though these mask the readings. */
static void test_stops_are_explained(void **state)
{
    (void)state;
    for (int told = NOBODY; told <= FLAGS; told++) {
        struct scene s;
        scene_make(&s, 941);
        stop(&s, AT, 24, 0, (enum told)told);
        struct hit one[] = {{.detector = detector_find(S("B11")), .first = AT, .n = 24, .columns = {FLOW}, .columns_n = 1, .p = 1e-12, .hard = true, .sentence = S("一")}};
        s.hits = (struct hits){one, 1};
        fuse(s.a, &s.t, &s.hits, &FUSE_DEFAULTS, &s.findings);
        assert_int_equal(s.findings.n, 1);
        assert_int_equal(s.findings.p[0].level, LEVEL_HINT);
        bool seen = false;
        for (size_t i = 0; i < s.findings.p[0].traps_n; i++)
            if (strcmp(s.findings.p[0].traps[i].id, "stopped") == 0) {
                seen = true;
                assert_int_equal(s.findings.p[0].traps[i].result, TRAP_POSSIBLE);
                assert_true(str_eq(s.findings.p[0].traps[i].text, S("区间24个时段中，读数或标志显示24个停运、0个正在启停")));
            }
        assert_true(seen);
        one[0].first = 500; /* and nowhere else */
        fuse(s.a, &s.t, &s.hits, &FUSE_DEFAULTS, &s.findings);
        assert_int_equal(s.findings.p[0].level, LEVEL_CLUE);
        scene_end(&s);
    }
}

/* A forger's stop: flow and load as usual, or oxygen, or electricity; a flag over a plant that runs. */
static void test_forged_stops(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        struct scene s;
        scene_make(&s, 951 + (uint64_t)kind);
        scene_add(&s, "power_production", COLUMN_VALUE);
        for (size_t i = 0; i < s.t.n; i++)
            s.value[SCENE_FACTORS][i] = s.value[LOAD][i] * 30 + (int64_t)(3000 * scene_unit(&s));
        for (size_t i = AT; i < AT + 72; i++)
            switch (kind) {
            case 0: /* the probe in air */
                s.value[SO2][i] = 20 + (int64_t)(30 * scene_unit(&s)), s.value[NOX][i] = 20 + (int64_t)(30 * scene_unit(&s));
                s.value[O2][i] = 2080 + (int64_t)(20 * scene_unit(&s));
                break;
            case 1: /* no flow, and no gas, but the oxygen of a fire */
                s.value[FLOW][i] = 10, s.value[SO2][i] = 20 + (int64_t)(30 * scene_unit(&s)), s.value[NOX][i] = 20 + (int64_t)(30 * scene_unit(&s));
                break;
            case 2:
                slow_down(&s, i, 0); /* all of it, but the meter of the electricity */
                break;
            default:
                for (size_t k = 0; k < s.t.columns_n; k++)
                    s.flag[k][i] = 'F';
            }
        scene_run(&s, NULL);
        if (kind == 0 && !scene_hit(&s, "B11", SO2, AT, 72) && !scene_hit(&s, "B11", NOX, AT, 72))
            fail_msg("the probe in air has no hit");
        if (kind == 1 && !scene_hit(&s, "B4", FLOW, AT, 72))
            fail_msg("no flow beside a fire has no hit");
        if (kind == 2 && (!scene_hit(&s, "B15", SCENE_FACTORS, AT, 72) && !scene_hit(&s, "B15", FLOW, AT, 72)))
            fail_msg("a stop that eats electricity has no hit");
        if (kind == 2 && slots_standing(&s, AT, 72) > 0)
            fail_msg("a stop that eats electricity is believed");
        if (kind == 3 && !scene_clue(&s, O2, AT, 72))
            fail_msg("a flag over a plant that runs is no clue");
        scene_end(&s);
    }
}

/* All channels tell one number for a while. */
static void test_one_number(void **state)
{
    (void)state;
    static const size_t length[] = {3, 12, 48, 168, 336};
    static const int64_t number[] = {0, 1, 100};
    for (size_t l = 0; l < sizeof length / sizeof *length; l++)
        for (size_t k = 0; k < sizeof number / sizeof *number; k++) {
            struct scene s;
            scene_make(&s, 961 + l);
            for (size_t i = AT; i < AT + length[l]; i++)
                for (size_t c = 0; c < s.t.columns_n; c++)
                    s.value[c][i] = number[k];
            no_clue(&s, "one number", length[l]);
            assert_true(s.findings.n > 0); /* a hint, for a line or a logger failed */
            for (size_t i = 0; i < s.findings.n; i++) /* what is said of it says so */
                for (size_t j = 0; j < s.findings.p[i].traps_n; j++)
                    if (strcmp(s.findings.p[i].traps[j].id, "filler") == 0)
                        assert_int_equal(s.findings.p[i].traps[j].result, TRAP_POSSIBLE);
            scene_end(&s);
        }
}

/* Where one channel is at zero and the others go on, it is that channel. */
static void test_one_channel_at_zero(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 971);
    memset(s.value[FLOW] + AT, 0, 48 * sizeof *s.value[FLOW]);
    scene_run(&s, NULL);
    assert_non_null(scene_hit(&s, "B4", FLOW, AT, 48));
    scene_end(&s);
}

/* What is told of a lowered channel begins and ends where it was lowered. */
static void test_intervals_are_the_core(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 981);
    for (size_t i = AT + 5; i < AT + 105; i++)
        s.value[NOX][i] = s.value[NOX][i] * 6 / 10;
    scene_run(&s, "B11");
    const struct hit *h = scene_hit(&s, "B11", NOX, AT, 110);
    assert_non_null(h);
    assert_in_range(h->first, AT + 3, AT + 9);
    assert_in_range(h->first + h->n, AT + 101, AT + 107);
    scene_end(&s);
}

static const struct trap_result *trap_of(const struct finding *f, const char *id)
{
    for (size_t i = 0; i < f->traps_n; i++)
        if (strcmp(f->traps[i].id, id) == 0)
            return &f->traps[i];
    return NULL;
}

/* Flow in another unit is no clue; lowered to a tenth, at the usual places, or to half it is none of them. */
static void test_other_units(void **state)
{
    (void)state;
    static const double by[] = {1 / 100.0, 10, 100, 1000, 3600, 1 / 10.0, 1 / 2.0};
    enum { KINDS = sizeof by / sizeof *by };
    for (size_t k = 0; k < KINDS; k++) {
        struct scene s;
        scene_make(&s, 991);
        for (size_t i = AT; i < AT + 120; i++)
            s.value[FLOW][i] = llround((double)s.value[FLOW][i] * by[k]);
        struct hit one[] = {{.detector = detector_find(S("B11")), .first = AT, .n = 120, .columns = {FLOW}, .columns_n = 1, .p = 1e-12, .hard = true, .sentence = S("一")}};
        s.hits = (struct hits){one, 1};
        fuse(s.a, &s.t, &s.hits, &FUSE_DEFAULTS, &s.findings);
        assert_int_equal(s.findings.n, 1);
        assert_int_equal(s.findings.p[0].level, k + 2 < KINDS ? LEVEL_HINT : LEVEL_CLUE);
        assert_int_equal(trap_of(&s.findings.p[0], "unit")->result, k + 2 < KINDS ? TRAP_POSSIBLE : TRAP_RULED_OUT);
        one[0].detector = detector_find(S("B5")); /* no unit makes two instruments' noise the same */
        fuse(s.a, &s.t, &s.hits, &FUSE_DEFAULTS, &s.findings);
        assert_int_equal(s.findings.p[0].level, LEVEL_CLUE);
        scene_end(&s);
    }
}

/* Sulphur dioxide in ppm while its converted value is in mg; lowered by a factor that is no conversion it stays a clue. */
static void test_ppm(void **state)
{
    (void)state;
    static const double by[] = {2.857, 2.4};
    for (size_t k = 0; k < 2; k++) {
        struct scene s;
        scene_make(&s, 995);
        scene_add(&s, "a21026", COLUMN_CONVERTED);
        for (size_t i = 0; i < s.t.n; i++) {
            s.value[SCENE_FACTORS][i] = llround((double)s.value[SO2][i] * 15 / (21 - (double)s.value[O2][i] / 100));
            if (i >= AT && i < AT + 120)
                s.value[SO2][i] = llround((double)s.value[SO2][i] / by[k]);
        }
        scene_run(&s, "B1");
        assert_int_equal(scene_clues(&s), k);
        assert_true(s.findings.n > 0);
        scene_end(&s);
    }
}

/* One 9999 among the values is said, flagged or not. */
static void test_fillers_are_counted_raw(void **state)
{
    (void)state;
    for (int flagged = 0; flagged < 2; flagged++) {
        struct scene s;
        scene_make(&s, 997);
        s.value[SO2][AT + 7] = 999900;
        s.flag[SO2][AT + 7] = flagged ? 'D' : 'N';
        struct hit one[] = {{.detector = detector_find(S("B10")), .first = AT, .n = 42, .columns = {SO2}, .columns_n = 1, .p = 1e-12, .sentence = S("一")}};
        s.hits = (struct hits){one, 1};
        fuse(s.a, &s.t, &s.hits, &FUSE_DEFAULTS, &s.findings);
        const struct trap_result *r = trap_of(&s.findings.p[0], "filler");
        assert_int_equal(r->result, flagged ? TRAP_RULED_OUT : TRAP_POSSIBLE);
        assert_true(str_find(r->text, S("有1个9999.00这样的数")) >= 0);
        scene_end(&s);
    }
}

/* The plants of the pages' scene: none was forged, all of them stop and trip. */
static void test_years_of_plants(void **state)
{
    (void)state;
    static const struct { enum plant_kind kind; uint64_t seed; } plants[] = {{PLANT_COAL_BOILER, 100}, {PLANT_INCINERATOR, 101}, {PLANT_CEMENT_KILN, 102}};
    for (size_t k = 0; k < sizeof plants / sizeof *plants; k++)
        for (int told = 0; told < 3; told++) {
            AUTO_ARENA(a);
            const struct plant_channel *of;
            struct plant *p = plant_new(a, plants[k].kind, plants[k].seed);
            struct plant_series *series = plant_report(a, p, day_start(day_from_civil(2026, 7, 1)), 3600, 150 * 24);
            struct table *t = plant_table(a, p, series, NULL);
            struct hits hits;
            struct findings f;
            struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
            if (told < 2)
                t->marks_n = 0;
            for (size_t c = 0; told == 0 && c < plant_channels(p, &of); c++)
                for (size_t i = 0; i < series->n; i++)
                    series->flag[c][i] = series->flag[c][i] == 'F' ? 'N' : series->flag[c][i];
            detect_table(a, t, NULL, &hits, runs);
            fuse(a, t, &hits, &FUSE_DEFAULTS, &f);
            for (size_t i = 0; i < f.n; i++)
                if (f.p[i].level == LEVEL_CLUE)
                    fail_msg("plant %zu%s: %.*s", k, told == 2 ? ", marked" : told ? ", flagged" : ", silent", STR_ARG(f.p[i].lead->sentence));
        }
}

/* A stop that is not believed, for electricity goes on: what oxygen and temperature share is that they stop. The twin is one of them written over the
 * other. */
static void test_a_stop_is_no_copy(void **state)
{
    (void)state;
    static const size_t ramp[] = {0, 1, 3, 12};
    for (size_t r = 0; r < sizeof ramp / sizeof *ramp; r++)
        for (int copied = 0; copied < 2; copied++) {
            struct scene s;
            scene_make(&s, 1001 + r);
            scene_add(&s, "power_production", COLUMN_VALUE);
            for (size_t i = 0; i < s.t.n; i++)
                s.value[SCENE_FACTORS][i] = 200000 + (int64_t)(3000 * scene_unit(&s));
            for (size_t i = AT; i < AT + 90; i++) {
                size_t from_end = i - AT < AT + 89 - i ? i - AT : AT + 89 - i;
                slow_down(&s, i, from_end < ramp[r] ? 1 - (double)(from_end + 1) / (double)(ramp[r] + 1) : 0);
                if (copied)
                    s.value[TEMPERATURE][i] = 9000 - 3 * s.value[O2][i];
            }
            scene_run(&s, "B5");
            if (copied && !scene_hit(&s, "B5", TEMPERATURE, AT, 90) && !scene_hit(&s, "B5", O2, AT, 90))
                fail_msg("a copy within a stop has no hit, ramp %zu", ramp[r]);
            if (!copied && s.hits.n)
                fail_msg("ramp %zu: %.*s", ramp[r], STR_ARG(s.hits.p[0].sentence));
            scene_end(&s);
        }
}

enum { MINUTES = 20 * 1440, MINUTE_COLUMNS = 5 };

/* Minutes of a plant that stops for ten hours, by ramps of so many minutes; fed: it uses electricity all the while. forged: dust is the
 * temperature's. */
static void minutes(struct scene *s, uint64_t seed, size_t ramp, bool fed, bool forged)
{
    static const char *const factor[MINUTE_COLUMNS] = {"a21026", "a34013", "a01012", "a19001", "a00000"};
    static const double base[MINUTE_COLUMNS] = {24, 5, 130, 8, 800}, slope[MINUTE_COLUMNS] = {4, 0.8, 6, -0.6, 90}, rough[MINUTE_COLUMNS] = {1.5, 0.35, 1, 0.15, 15};
    static const double still[MINUTE_COLUMNS] = {0.3, 0.03, 26, 20.9, 1.5}, wide[MINUTE_COLUMNS] = {0.5, 0.05, 3, 0.2, 3};
    enum { FIRST = 10000, STOPPED = 600 };
    *s = (struct scene){.a = arena_new(), .random = seed * UINT64_C(0x9E3779B97F4A7C15) + 1};
    s->t = (struct table){.outlet = S("分钟"), .from = day_start(day_from_civil(2026, 1, 1)), .step_s = 60, .n = MINUTES, .columns = s->column};
    for (int k = 0; k < MINUTE_COLUMNS; k++)
        scene_add(s, factor[k], COLUMN_VALUE);
    if (fed)
        scene_add(s, "power_production", COLUMN_VALUE);
    double load = 0, own[MINUTE_COLUMNS] = {0};
    for (size_t i = 0; i < s->t.n; i++) {
        load += -0.06 * load + 0.35 * scene_normal(s);
        bool in = i >= FIRST && i < FIRST + STOPPED;
        size_t from_end = !in ? 0 : i - FIRST < FIRST + STOPPED - 1 - i ? i - FIRST : FIRST + STOPPED - 1 - i;
        double runs = !in ? 1 : from_end < ramp ? 1 - (double)(from_end + 1) / (double)(ramp + 1) : 0;
        for (size_t k = 0; k < MINUTE_COLUMNS; k++) {
            own[k] = 0.7 * own[k] + scene_normal(s);
            double x = base[k] + slope[k] * load + rough[k] * own[k], stop = still[k] + wide[k] * (scene_unit(s) - 0.5);
            s->value[k][i] = llround(100 * fmax(0, runs * x + (1 - runs) * stop));
        }
        if (fed)
            s->value[MINUTE_COLUMNS][i] = 200000 + (int64_t)(3000 * scene_unit(s));
        if (forged && i >= 20000 && i < 20600)
            s->value[1][i] = s->value[2][i] / 20 + (int64_t)(3 * scene_unit(s));
    }
}

static void test_stops_in_minutes(void **state)
{
    (void)state;
    static const size_t ramp[] = {0, 10, 60};
    for (size_t r = 0; r < sizeof ramp / sizeof *ramp; r++)
        for (int fed = 0; fed < 2; fed++) {
            struct scene s;
            minutes(&s, 1011 + r, ramp[r], fed, false);
            if (fed)
                scene_run(&s, "B5");
            else
                no_clue(&s, "stop in minutes", 600);
            for (size_t i = 0; i < s.hits.n; i++)
                if (strcmp(s.hits.p[i].detector->id, "B5") == 0)
                    fail_msg("ramp %zu, %s: %.*s", ramp[r], fed ? "fed" : "seen", STR_ARG(s.hits.p[i].sentence));
            scene_end(&s);
        }
    struct scene s;
    minutes(&s, 1021, 0, false, true);
    scene_run(&s, "B5");
    assert_non_null(scene_hit(&s, "B5", 1, 20000, 600));
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stops_are_no_clue), cmocka_unit_test(test_many_stops), cmocka_unit_test(test_mostly_standing),
        cmocka_unit_test(test_banked_fires), cmocka_unit_test(test_what_pumps_can_do),
        cmocka_unit_test(test_stops_are_explained), cmocka_unit_test(test_forged_stops),
        cmocka_unit_test(test_one_number), cmocka_unit_test(test_one_channel_at_zero), cmocka_unit_test(test_intervals_are_the_core),
        cmocka_unit_test(test_other_units), cmocka_unit_test(test_ppm), cmocka_unit_test(test_fillers_are_counted_raw), cmocka_unit_test(test_years_of_plants),
        cmocka_unit_test(test_a_stop_is_no_copy), cmocka_unit_test(test_stops_in_minutes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
