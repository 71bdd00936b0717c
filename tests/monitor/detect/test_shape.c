/* Family A: each forged example is found where it is, and its innocent twin is not. */
#include "scene.h"

enum { AT = 1500 };

static void test_honest_scene_has_no_finding(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct scene s;
        scene_make(&s, seed);
        scene_range(&s, SO2);
        scene_run(&s, NULL);
        assert_int_equal(s.findings.n, 0);
        scene_end(&s);
    }
}

static void test_constant_run_is_a_clue(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 7);
    for (size_t i = AT; i < AT + 48; i++)
        s.value[NOX][i] = 6038;
    scene_run(&s, NULL);
    const struct hit *h = scene_hit(&s, "A1", NOX, AT, 48);
    assert_non_null(h);
    assert_true(h->first <= AT && h->first + h->n >= AT + 48 && h->n <= 50);
    assert_true(h->hard);
    assert_int_equal(h->number[0], 6038);
    assert_string_equal(h->number_unit[0], "毫克/立方米");
    assert_null(h->number_unit[1]);
    assert_true(str_find(h->sentence, S("一直为60.38毫克/立方米，")) > 0);
    assert_int_equal(scene_clues(&s), 1);
    assert_non_null(scene_clue(&s, NOX, AT, 48));
    scene_end(&s);
}

/* The same run under flag M, under a mark, on our own failure, or at the bottom. */
static void test_constant_run_has_innocent_twins(void **state)
{
    (void)state;
    for (int twin = 0; twin < 4; twin++) {
        struct scene s;
        scene_make(&s, 8);
        struct table_mark mark = {.from = table_at(&s.t, AT), .to = table_at(&s.t, AT + 48), .kind = MARKED_STOPPED};
        uint8_t *platform = NEW_ARRAY(s.a, s.t.n, uint8_t);
        for (size_t i = AT; i < AT + 48; i++) {
            s.value[NOX][i] = twin == 3 ? 0 : 6038;
            s.flag[NOX][i] = twin == 0 ? 'M' : 'N';
            platform[i] = twin == 2;
        }
        /* a detection limit is met at other times, too */
        for (size_t i = 100; i < SCENE_HOURS && twin == 3; i += 50)
            s.value[NOX][i] = 0;
        s.t.marks = &mark;
        s.t.marks_n = twin == 1;
        s.t.platform = twin == 2 ? platform : NULL;
        scene_run(&s, "A1");
        assert_null(scene_hit(&s, "A1", NOX, AT, 48));
        scene_end(&s);
    }
}

/* A logger that holds everything is a fault of the logger: a hint at most. */
static void test_all_channels_held_is_no_clue(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 9);
    for (int k = 0; k < SCENE_FACTORS; k++)
        for (size_t i = AT; i < AT + 30; i++)
            s.value[k][i] = s.value[k][AT];
    scene_run(&s, NULL);
    assert_int_equal(scene_clues(&s), 0);
    scene_end(&s);
}

/* A slow analyser repeats each result for two hours: no run; and six equal results are one. */
static void test_results_are_counted_not_slots(void **state)
{
    (void)state;
    for (int forged = 0; forged < 2; forged++) {
        struct scene s;
        scene_make(&s, 10);
        s.t.step_s = 600;
        for (size_t i = 0; i < s.t.n; i++)
            s.value[NOX][i] = s.value[NOX][i / 12 * 12];
        for (size_t i = AT / 12 * 12; forged && i < AT / 12 * 12 + 12 * 20; i++)
            s.value[NOX][i] = 4321;
        scene_run(&s, "A1");
        assert_int_equal(scene_hit(&s, "A1", NOX, AT, 200) != NULL, forged);
        scene_end(&s);
    }
}

static void test_variance_collapse(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 11);
    for (size_t i = AT; i < AT + 120; i++)
        s.value[NOX][i] = 4000 + (int64_t)(20 * scene_unit(&s));
    scene_run(&s, NULL);
    assert_non_null(scene_hit(&s, "A2", NOX, AT, 120));
    assert_null(scene_hit(&s, "A2", SO2, 0, SCENE_HOURS));
    scene_end(&s);
}

static void test_synthetic_noise(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 12);
    for (size_t i = AT; i < AT + 120; i++)
        s.value[NOX][i] = 3000 + (int64_t)(2000 * scene_unit(&s));
    scene_run(&s, NULL);
    assert_non_null(scene_hit(&s, "A12", NOX, AT, 120));
    assert_null(scene_hit(&s, "A12", SO2, 0, SCENE_HOURS));
    scene_end(&s);
}

static void test_clipping(void **state)
{
    (void)state;
    for (int forged = 0; forged < 2; forged++) {
        struct scene s;
        scene_make(&s, 13);
        for (size_t i = AT; forged && i < AT + 120; i++)
            s.value[NOX][i] = s.value[NOX][i] > 3900 ? 3900 : s.value[NOX][i];
        scene_run(&s, "A4");
        assert_int_equal(scene_hit(&s, "A4", NOX, AT, 120) != NULL, forged);
        scene_end(&s);
    }
}

static void test_exact_copy_is_a_clue(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 14);
    memcpy(s.value[SO2] + AT, s.value[SO2] + AT - 168, 48 * sizeof *s.value[SO2]);
    scene_run(&s, NULL);
    const struct hit *h = scene_hit(&s, "A7", SO2, AT, 48);
    assert_non_null(h);
    assert_true(h->hard);
    assert_int_equal(h->first, AT);
    assert_int_equal(h->n, 48);
    assert_int_equal(scene_clues(&s), 1);
    assert_non_null(scene_clue(&s, SO2, AT, 48));
    scene_end(&s);
}

/* Pieces that are put in lie some slots apart, and hashes are made a thousand at once: a copy is found wherever it and its original begin. */
static void test_copies_begin_anywhere(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 141);
    int64_t *before = arena_copy(s.a, s.value[NOX], SCENE_HOURS * sizeof *before);
    for (size_t i = 0; i < 24; i++) {
        size_t to = 1000 + 5 * i, from = 1024 - 13 * (i % 7) - 200 - i, n = 14;
        memcpy(s.value[NOX], before, SCENE_HOURS * sizeof *before);
        scene_run(&s, "A7");
        assert_null(scene_hit(&s, "A7", NOX, 0, SCENE_HOURS));
        memcpy(s.value[NOX] + to, before + from, n * sizeof *before);
        scene_run(&s, "A7");
        const struct hit *h = scene_hit(&s, "A7", NOX, to, n);
        assert_non_null(h);
        assert_true(h->first == to && h->n == n);
    }
    scene_end(&s);
}

/* Whole numbers near the floor repeat by chance; and a resolution that was coarse for a while does. */
static void test_coarse_series_may_repeat(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 15);
    for (size_t i = 0; i < SCENE_HOURS; i++) {
        s.value[SO2][i] = 100 * (2 + (int64_t)(3 * scene_unit(&s)));
        s.value[NOX][i] = i > 2000 ? (s.value[NOX][i] + 100) / 200 * 200 : s.value[NOX][i];
    }
    scene_run(&s, NULL);
    for (size_t i = 0; i < s.hits.n; i++)
        assert_false(s.hits.p[i].hard);
    assert_int_equal(scene_clues(&s), 0);
    scene_end(&s);
}

/* A coarse series that stood still for four days and never near so long otherwise; its twin once stood for 30 hours anyway. */
static void test_coarse_series_beyond_its_habit(void **state)
{
    (void)state;
    for (int twin = 0; twin < 2; twin++) {
        struct scene s;
        scene_make(&s, 21);
        for (size_t i = 0; i < SCENE_HOURS; i++)
            s.value[NOX][i] = (s.value[NOX][i] + 100) / 200 * 200;
        for (size_t i = AT; i < AT + 96; i++)
            s.value[NOX][i] = 4000;
        for (size_t i = 400; twin && i < 430; i++)
            s.value[NOX][i] = 4200;
        scene_run(&s, "A1");
        const struct hit *h = scene_hit(&s, "A1", NOX, AT, 96);
        assert_non_null(h);
        assert_int_equal(h->hard, !twin);
        scene_end(&s);
    }
}

/* Two days within two hundredths while the load would have moved it; its twin is as calm because the plant was. */
static void test_standstill_is_hard_while_the_plant_moves(void **state)
{
    (void)state;
    for (int twin = 0; twin < 2; twin++) {
        struct scene s;
        scene_make(&s, 22);
        for (int k = 0; k < SCENE_FACTORS; k++)
            for (size_t i = AT; (twin || k == NOX) && i < AT + 48; i++)
                s.value[k][i] = s.value[k][AT] + (int64_t)(3 * scene_unit(&s));
        scene_run(&s, "A3");
        const struct hit *h = scene_hit(&s, "A3", NOX, AT, 48);
        assert_int_equal(h != NULL && h->hard, !twin);
        scene_end(&s);
    }
}

static void test_affine_copy_is_a_clue(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 16);
    for (size_t i = AT; i < AT + 48; i++)
        s.value[NOX][i] = llround(0.8 * (double)s.value[NOX][i - 100]) + 150;
    scene_run(&s, NULL);
    const struct hit *h = scene_hit(&s, "A8", NOX, AT, 48);
    assert_non_null(h);
    assert_true(h->hard);
    assert_in_range(h->number[0], 790, 810);
    assert_non_null(scene_clue(&s, NOX, AT, 48));
    scene_end(&s);
}

/* Two flat stretches with a step between them correlate to 0.99999 and mean nothing. */
static void test_step_guard(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 17);
    for (int part = 0; part < 2; part++)
        for (size_t i = 0; i < 60; i++)
            s.value[NOX][500 + 1000 * (size_t)part + i] = (i < 30 ? 3000 : 6000) + (int64_t)(6 * scene_unit(&s));
    scene_run(&s, "A8");
    assert_null(scene_hit(&s, "A8", NOX, 0, SCENE_HOURS));
    scene_end(&s);
}

static void test_lattice(void **state)
{
    (void)state;
    for (int forged = 0; forged < 2; forged++) {
        struct scene s;
        scene_make(&s, 18);
        for (size_t i = AT; forged && i < AT + 40; i++)
            s.value[FLOW][i] = s.value[FLOW][i] / 25 * 25;
        scene_run(&s, "A11");
        assert_int_equal(scene_hit(&s, "A11", FLOW, AT, 40) != NULL, forged);
        scene_end(&s);
    }
}

/* Whole numbers for 60 hours, five of them like the one before; three values before and two behind are even by chance. What is said is of the whole numbers. */
static void test_lattice_ends_where_it_is_coarser(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 18);
    for (size_t i = AT - 3; i < AT + 62; i++)
        s.value[FLOW][i] = i >= AT && i < AT + 60 ? s.value[FLOW][i] / 100 * 100 : s.value[FLOW][i] / 10 * 10 + 4;
    s.value[FLOW][AT - 4] |= 1, s.value[FLOW][AT + 62] |= 1;
    for (size_t i = AT + 10; i < AT + 60; i += 10)
        s.value[FLOW][i] = s.value[FLOW][i - 1];
    scene_run(&s, "A11");
    const struct hit *h = scene_hit(&s, "A11", FLOW, AT, 60);
    assert_true(h && h->first == AT && h->n == 60);
    assert_true(h->number[0] == 100 && h->number[1] == 1 && h->number[2] == 60);
    assert_true(str_find(h->sentence, S("60小时内60个数值全部落在1.00的整倍数上，平时刻度为0.01")) > 0);
    scene_end(&s);
}

static void test_fillers(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        static const int64_t filler[] = {0, 999900, -9900};
        struct scene s;
        scene_make(&s, 19);
        for (size_t i = AT; i < AT + 5; i++) {
            s.value[NOX][i] = filler[kind];
            s.value[SO2][i] = filler[kind];
            s.flag[SO2][i] = 'D'; /* the logger said so itself */
        }
        scene_run(&s, "A16");
        assert_non_null(scene_hit(&s, "A16", NOX, AT, 5));
        assert_null(scene_hit(&s, "A16", SO2, AT, 5));
        scene_end(&s);
    }
}

/* A twentieth and a third of a column that never stands still otherwise: what is called usual does not know of it. */
static void test_usual_leaves_out_what_is_accused(void **state)
{
    (void)state;
    for (int wide = 0; wide < 2; wide++) {
        struct scene s;
        size_t n = wide ? 900 : 150, equal = 0;
        scene_make(&s, 26);
        s.t.n = 2700;
        for (size_t i = AT; i < AT + n; i++)
            s.value[NOX][i] = 6038;
        for (size_t i = AT + 70; i < AT + 75; i++)
            s.flag[NOX][i] = i % 2 ? 'D' : 'N';
        for (size_t i = 0; i + 1 < s.t.n; i++)
            equal += (i + 1 < AT || i >= AT + n) && s.value[NOX][i] == s.value[NOX][i + 1];
        scene_run(&s, NULL);
        const struct hit *h = scene_hit(&s, "A1", NOX, AT, n);
        assert_non_null(h);
        assert_int_equal(h->number[1], n - 2);
        assert_true(str_find(h->sentence, wide ? S("内正常上报的898个数值一直为60.38") : S("150小时内正常上报的148个数值一直为60.38")) > 0);
        assert_int_equal(h->number[2], llround(1e4 * (double)equal / (double)(s.t.n - 1 - n - 1)));
        for (size_t i = 0; i < s.findings.n; i++)
            for (size_t k = 0; k < s.findings.p[i].traps_n && s.findings.p[i].first >= AT && s.findings.p[i].first + s.findings.p[i].n <= AT + n + 2; k++)
                if (strcmp(s.findings.p[i].traps[k].id, "cycle") == 0 && s.findings.p[i].lead->columns[0] == NOX)
                    assert_true(str_find(s.findings.p[i].traps[k].text, S("平时相邻相等的占0.")) == 0);
        const struct hit *calm = scene_hit(&s, "A2", NOX, AT, n);
        assert_true(!wide || !calm || calm->number[1] > 2000); /* 60 by the whole column's middle */
        scene_end(&s);
    }
}

/* Without flags nothing is said to be marked; where another pollutant is marked as stopped, zeros have their reason. */
static void test_fillers_and_flags(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct scene s;
        scene_make(&s, 19);
        for (size_t k = 0; k < SCENE_FACTORS; k++)
            s.column[k].flag = kind == 0 && k != NOX ? NULL : s.flag[k];
        for (size_t i = AT; i < AT + 90; i++) {
            if (i % 30 != 7) /* one within is another value */
                s.value[SO2][i] = s.value[TEMPERATURE][i] = 0;
            s.flag[NOX][i] = kind == 2 ? 'F' : kind == 1 && i % 2 ? 'F' : 'N';
        }
        scene_run(&s, "A16");
        const struct hit *h = scene_hit(&s, "A16", SO2, AT, 90);
        assert_int_equal(h != NULL, kind != 2);
        assert_int_equal(scene_hit(&s, "A16", TEMPERATURE, AT, 90) != NULL, kind != 2);
        if (h) {
            assert_int_equal(h->number[1], 87);
            assert_true(h->number[2] > 1000); /* not the zeros, which are 3 % */
            assert_true(str_find(h->sentence, S("90小时内87次上报0.00")) > 0);
            assert_int_equal(str_find(h->sentence, S("而标志为正常")) > 0, kind == 1);
            assert_int_equal(str_find(h->sentence, S("没有随数据上报标志")) > 0, kind == 0);
        }
        scene_end(&s);
    }
}

static void test_steps_down_and_up(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 20);
    for (size_t i = AT; i < AT + 60; i++)
        s.value[O2][i] -= 250;
    scene_run(&s, NULL);
    assert_non_null(scene_hit(&s, "A17", O2, AT, 60));
    assert_true(str_find(scene_hit(&s, "A17", O2, AT, 60)->sentence, S("个百分点，")) > 0 && str_find(scene_hit(&s, "B2", O2, AT, 60)->sentence, S("个百分点，")) > 0);
    assert_non_null(scene_hit(&s, "B2", O2, AT, 60));
    assert_non_null(scene_clue(&s, O2, AT, 60));
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_honest_scene_has_no_finding), cmocka_unit_test(test_constant_run_is_a_clue),
        cmocka_unit_test(test_constant_run_has_innocent_twins), cmocka_unit_test(test_all_channels_held_is_no_clue),
        cmocka_unit_test(test_results_are_counted_not_slots), cmocka_unit_test(test_variance_collapse), cmocka_unit_test(test_synthetic_noise),
        cmocka_unit_test(test_clipping), cmocka_unit_test(test_exact_copy_is_a_clue), cmocka_unit_test(test_copies_begin_anywhere), cmocka_unit_test(test_coarse_series_may_repeat),
        cmocka_unit_test(test_coarse_series_beyond_its_habit), cmocka_unit_test(test_standstill_is_hard_while_the_plant_moves),
        cmocka_unit_test(test_affine_copy_is_a_clue), cmocka_unit_test(test_step_guard), cmocka_unit_test(test_lattice),
        cmocka_unit_test(test_lattice_ends_where_it_is_coarser),
        cmocka_unit_test(test_fillers), cmocka_unit_test(test_fillers_and_flags),
        cmocka_unit_test(test_usual_leaves_out_what_is_accused), cmocka_unit_test(test_steps_down_and_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
