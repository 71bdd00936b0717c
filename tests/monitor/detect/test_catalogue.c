/* Descriptors are whole, and docs/detectors.md says what they say. */
#include "scene.h"

static void test_descriptors_are_whole(void **state)
{
    (void)state;
    static const char family[FAMILIES] = {'A', 'B', 'C', 'D', 'E'};
    for (size_t i = 0; i < detector_count(); i++) {
        const struct detector *d = detector_at(i);
        assert_int_equal(d->id[0], family[d->family]);
        assert_true(*d->name && *d->label && *d->legal && *d->sees && *d->see_again && d->run && d->parameters);
        assert_ptr_equal(detector_find(str_of(d->id)), d);
        assert_ptr_equal(detector_find(str_of(d->name)), d);
    }
    assert_null(detector_find(S("Z9")));
    assert_null(detector_at(detector_count()));
}

/* A detector that names an unknown explanation aborts as soon as it has a finding: ask for each once. */
static void test_explanations_exist(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 61);
    s.t.n = 500;
    for (size_t i = 0; i < detector_count(); i++) {
        const struct detector *d = detector_at(i);
        struct hit h = {.detector = d, .first = 100, .n = 10, .columns_n = 1, .p = 1e-9, .hard = true, .sentence = S("x")};
        struct hits hits = {&h, 1};
        struct fuse_options o = FUSE_DEFAULTS;
        o.background = true;
        fuse(s.a, &s.t, &hits, &o, &s.findings);
        assert_int_equal(s.findings.n, 1);
        assert_true(s.findings.p[0].traps_n > 0);
    }
    scene_end(&s);
}

static str table_text(struct arena *a)
{
    buf b = buf_make(a, 1 << 18);
    buf_add(&b, S("| id | name | label | speaks | sees | parameters | innocent explanations | tags | on site |\n|---|---|---|---|---|---|---|---|---|\n"));
    for (size_t i = 0; i < detector_count(); i++) {
        const struct detector *d = detector_at(i);
        buf_printf(&b, "| %s | %s | %s | %s | %s |", d->id, d->name, d->label, d->background ? "background" : "yes", d->sees);
        for (const struct detector_parameter *p = d->parameters; p->name; p++)
            buf_printf(&b, "%s %s = %g", p == d->parameters ? "" : ",", p->name, p->value);
        buf_printf(&b, " | %s | %s | %s |\n", d->traps, d->legal, d->see_again);
    }
    return buf_str(&b);
}

static void test_documentation_says_the_same(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page, want = table_text(a);
    assert_ok(file_read(a, S(DOCS "/detectors.md"), 1 << 20, &page));
    if (str_find(page, want) < 0) {
        fprintf(stderr, "docs/detectors.md does not hold this table:\n%.*s", STR_ARG(want)); /* print_error() cuts it short */
        fail();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_descriptors_are_whole), cmocka_unit_test(test_explanations_exist),
                                       cmocka_unit_test(test_documentation_says_the_same)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
