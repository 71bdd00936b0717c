/* Findings: the same bytes every time, a name that outlives tomorrow's data, explanations checked, no word of guilt. */
#include "scene.h"

enum { AT = 1500 };

static str all_json(struct scene *s)
{
    buf b = buf_make(s->a, 1 << 20);
    struct json_out o = {&b, false};
    json_open(&o, '[');
    for (size_t i = 0; i < s->findings.n; i++)
        finding_json(&o, &s->t, &s->findings.p[i]);
    summary_json(&o, &s->t, &s->findings, s->runs, NULL, 0);
    json_close(&o, ']');
    assert_false(b.overflow);
    return buf_str(&b);
}

static void forge(struct scene *s)
{
    for (size_t i = AT; i < AT + 48; i++)
        s->value[NOX][i] = 6038;
    memcpy(s->value[SO2] + 700, s->value[SO2] + 500, 40 * sizeof *s->value[SO2]);
    for (size_t i = 900; i < 905; i++)
        s->value[FLOW][i] = 999900;
}

static void test_same_bytes(void **state)
{
    (void)state;
    struct scene s, again;
    scene_make(&s, 51);
    scene_make(&again, 51);
    forge(&s);
    forge(&again);
    again.t.outlet = S("另一个名字"); /* no part of what is found */
    scene_run(&s, NULL);
    scene_run(&again, NULL);
    str x = all_json(&s), y = all_json(&again);
    assert_true(s.findings.n >= 2);
    assert_true(str_eq(x, y));
    const struct json *read;
    assert_ok(json_parse(s.a, x, 1 << 20, &read));
    scene_end(&s);
    scene_end(&again);
}

/* A step and a level of the rest of one model are one witness; a step and the room within messages are two. */
static void test_one_source(void **state)
{
    (void)state;
    static const char *const other[] = {"B2", "B11", "C17"};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        struct scene s;
        scene_make(&s, 57);
        struct hit two[] = {{.detector = detector_find(S("A17")), .first = AT, .n = 18, .columns = {O2}, .columns_n = 1, .p = 1e-10, .sentence = S("一")},
                            {.detector = detector_find(str_of(other[i])), .first = AT, .n = 18, .columns = {O2}, .columns_n = 1, .p = 1e-5, .sentence = S("二")}};
        s.hits = (struct hits){two, 2};
        fuse(s.a, &s.t, &s.hits, &FUSE_DEFAULTS, &s.findings);
        assert_int_equal(scene_clues(&s), strcmp(other[i], "C17") == 0);
        scene_end(&s);
    }
}

/* Hits that are as strong at the same slot: which of them leads does not depend on the order they came in. */
static void test_one_order(void **state)
{
    (void)state;
    static const size_t length[] = {18, 20, 24};
    str first = STR_NONE;
    struct scene s;
    scene_make(&s, 58);
    for (int turn = 0; turn < 3; turn++) {
        struct hit three[3];
        struct findings found;
        for (int i = 0; i < 3; i++)
            three[i] = (struct hit){.detector = detector_find(S("A17")), .first = AT, .n = length[(turn + i) % 3], .columns = {O2}, .columns_n = 1, .p = 1e-10,
                                    .sentence = S("一")};
        fuse(s.a, &s.t, &(struct hits){three, 3}, &FUSE_DEFAULTS, &found);
        assert_int_equal(found.n, 1);
        str id = arena_str(s.a, str_of(found.p[0].id));
        assert_true(!turn || str_eq(first, id));
        first = id;
    }
    scene_end(&s);
}

/* Two families agree about the same hours, not about an afternoon and the ten days around it. */
static void test_same_hours(void **state)
{
    (void)state;
    static const size_t length[] = {18, 120, 360, 480};
    for (size_t i = 0; i < sizeof length / sizeof *length; i++) {
        struct scene s;
        scene_make(&s, 58);
        struct hit two[] = {{.detector = detector_find(S("D3")), .first = AT - length[i] / 3, .n = length[i], .columns = {NOX}, .columns_n = 1, .p = 1e-5, .sentence = S("一")},
                            {.detector = detector_find(S("A17")), .first = AT, .n = 7, .columns = {NOX}, .columns_n = 1, .p = 1e-5, .sentence = S("二")}};
        s.hits = (struct hits){two, 2};
        fuse(s.a, &s.t, &s.hits, &FUSE_DEFAULTS, &s.findings);
        assert_int_equal(scene_clues(&s), length[i] <= 20 * 7);
        scene_end(&s);
    }
}

/* What is said of the room of readings is not coarse where the room is wide, however narrow the level. */
static void test_coarse_is_asked_of_the_room(void **state)
{
    (void)state;
    for (int wide = 0; wide < 2; wide++) {
        struct scene s;
        scene_make(&s, 59);
        for (size_t i = 0; i < s.t.n; i++) {
            s.value[O2][i] = 600 + (int64_t)(i * 7 % 13); /* thirteen levels */
            s.low[O2][i] = s.value[O2][i] - (wide ? 20 : 1), s.high[O2][i] = s.value[O2][i] + (wide ? 20 : 1);
        }
        s.column[O2].low = s.low[O2], s.column[O2].high = s.high[O2];
        struct hit one = {.detector = detector_find(S("C17")), .first = AT, .n = 18, .columns = {O2}, .columns_n = 1, .p = 1e-12, .sentence = S("一")};
        s.hits = (struct hits){&one, 1};
        fuse(s.a, &s.t, &s.hits, &FUSE_DEFAULTS, &s.findings);
        assert_int_equal(s.findings.n, 1);
        bool asked = false;
        for (size_t i = 0; i < s.findings.p[0].traps_n; i++)
            if (strcmp(s.findings.p[0].traps[i].id, "coarse") == 0) {
                asked = true;
                assert_int_equal(s.findings.p[0].traps[i].result, wide ? TRAP_RULED_OUT : TRAP_POSSIBLE);
            }
        assert_true(asked);
        scene_end(&s);
    }
}

static void test_no_word_of_guilt(void **state)
{
    (void)state;
    static const char *const words[] = {"造假", "违法", "伪造", "篡改", "弄虚作假", "作弊", "犯罪", "嫌疑"};
    struct scene s;
    scene_make(&s, 52);
    forge(&s);
    scene_run(&s, NULL);
    str text = all_json(&s);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        assert_true(str_find(text, str_of(words[i])) < 0);
        for (size_t d = 0; d < detector_count(); d++) {
            const struct detector *one = detector_at(d);
            assert_true(str_find(str_of(one->label), str_of(words[i])) < 0 && str_find(str_of(one->sees), str_of(words[i])) < 0 &&
                        str_find(str_of(one->see_again), str_of(words[i])) < 0);
        }
    }
    scene_end(&s);
}

/* Runs and exact copies are decided by what lies around them: hour by hour gives the same hits, and the same names. */
static void test_growing_table_keeps_hits_and_names(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 53);
    forge(&s);
    scene_run(&s, NULL);
    char name[FINDING_ID + 1] = "";
    const struct finding *f = scene_clue(&s, NOX, AT, 48);
    assert_non_null(f);
    memcpy(name, f->id, sizeof name);
    for (size_t n = AT + 60; n < SCENE_HOURS; n += 240) {
        s.t.n = n;
        scene_run(&s, NULL);
        f = scene_clue(&s, NOX, AT, 48);
        assert_non_null(f);
        assert_string_equal(f->id, name);
        const struct hit *copy = scene_hit(&s, "A7", SO2, 700, 40);
        assert_non_null(copy);
        assert_int_equal(copy->first, 700);
        assert_int_equal(copy->n, 40);
    }
    scene_end(&s);
}

static const struct trap_result *trap(const struct finding *f, const char *id)
{
    for (size_t i = 0; i < f->traps_n; i++)
        if (strcmp(f->traps[i].id, id) == 0)
            return &f->traps[i];
    return NULL;
}

static void test_explanations_are_shown(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 54);
    forge(&s);
    scene_run(&s, NULL);
    const struct finding *f = scene_clue(&s, NOX, AT, 48);
    assert_non_null(f);
    assert_int_equal(trap(f, "coarse")->result, TRAP_RULED_OUT);
    assert_int_equal(trap(f, "held-logger")->result, TRAP_RULED_OUT);
    assert_int_equal(trap(f, "network")->result, TRAP_NO_DATA);
    for (size_t i = 0; i < f->traps_n; i++)
        assert_true(f->traps[i].text.n > 0);
    scene_end(&s);
}

/* One soft family is a hint. */
static void test_one_soft_family_is_a_hint(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 55);
    s.t.columns_n = 1; /* nothing to compare with */
    for (size_t i = AT; i < AT + 72; i++)
        s.value[0][i] = 2000 + (int64_t)(8 * scene_unit(&s));
    scene_run(&s, NULL);
    assert_true(s.findings.n >= 1);
    assert_int_equal(scene_clues(&s), 0);
    scene_end(&s);
}

static void test_budget(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 56);
    forge(&s);
    scene_run(&s, NULL);
    size_t had = scene_clues(&s);
    assert_true(had >= 2);
    struct fuse_options o = FUSE_DEFAULTS;
    o.budget = 1;
    fuse(s.a, &s.t, &s.hits, &o, &s.findings);
    assert_int_equal(scene_clues(&s), 1);
    scene_end(&s);
}

static void test_background_is_silent(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 57);
    struct table_limit limit = {.factor = S("a21002"), .group = COLUMN_VALUE, .mantissa = 45, .to = INT64_MAX};
    for (size_t i = 0; i < SCENE_HOURS; i++)
        s.value[NOX][i] = s.value[NOX][i] > 4500 ? 4300 + (int64_t)(190 * scene_unit(&s)) : s.value[NOX][i];
    s.t.limits = &limit;
    s.t.limits_n = 1;
    scene_run(&s, "A5");
    assert_true(detector_find(S("A5"))->background);
    assert_int_equal(s.findings.n, 1); /* asked for by name */
    scene_run(&s, NULL);
    for (size_t i = 0; i < s.findings.n; i++)
        for (size_t k = 0; k < s.findings.p[i].hits_n; k++)
            assert_false(s.findings.p[i].hits[k]->detector->background);
    scene_end(&s);
}

static void test_lacking_data_is_said(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 58);
    scene_run(&s, NULL);
    for (size_t i = 0; i < detector_count(); i++)
        if (strcmp(s.runs[i].detector->id, "B1") == 0) {
            assert_int_equal(s.runs[i].outcome, DETECT_LACKED);
            assert_str(s.runs[i].lacked, "折算值");
        } else if (strcmp(s.runs[i].detector->id, "A7") == 0) {
            assert_int_equal(s.runs[i].outcome, DETECT_CLEAN);
        }
    scene_end(&s);
}

static void test_tiny_and_empty_tables(void **state)
{
    (void)state;
    for (size_t n = 0; n < 60; n += n < 4 ? 1 : 7) {
        struct scene s;
        scene_make(&s, 59);
        s.t.n = n;
        scene_run(&s, NULL);
        assert_int_equal(s.findings.n, 0);
        s.t.columns_n = 0;
        scene_run(&s, NULL);
        assert_int_equal(s.findings.n, 0);
        scene_end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_one_source), cmocka_unit_test(test_one_order), cmocka_unit_test(test_same_hours), cmocka_unit_test(test_coarse_is_asked_of_the_room), cmocka_unit_test(test_no_word_of_guilt), cmocka_unit_test(test_growing_table_keeps_hits_and_names),
        cmocka_unit_test(test_explanations_are_shown), cmocka_unit_test(test_one_soft_family_is_a_hint), cmocka_unit_test(test_budget),
        cmocka_unit_test(test_background_is_silent), cmocka_unit_test(test_lacking_data_is_said), cmocka_unit_test(test_tiny_and_empty_tables)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
