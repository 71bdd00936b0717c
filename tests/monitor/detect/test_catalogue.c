/* Descriptors are whole, the pages for developers and officers say what they say, and no text a detector can print accuses anybody. */
#include "scene.h"

#include <dirent.h>

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

/* What officers read about: every rule that speaks, none that does not. */
static void test_the_officers_page_names_all_that_speak(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page;
    size_t rows = 0;
    assert_ok(file_read(a, S(DOCS "/zh/monitor-audit.md"), 1 << 20, &page));
    for (size_t i = 0; i < detector_count(); i++) {
        const struct detector *d = detector_at(i);
        str row = arena_printf(a, "\n| %s | %s | %s | %s |\n", d->id, d->label, d->sees, d->see_again);
        if (!d->background && str_find(page, row) < 0) {
            fprintf(stderr, "docs/zh/monitor-audit.md lacks:%.*s", STR_ARG(row));
            fail();
        }
        rows += !d->background;
    }
    for (const char *id = "ABCDE"; *id; id++)
        for (int n = 1; n < 40; n++)
            rows -= str_find(page, arena_printf(a, "\n| %c%d | ", *id, n)) >= 0;
    assert_int_equal(rows, 0);
}

/* Every literal of the folder: a sentence, a label, a note. Words of guilt and of law's findings have no place in any of them. */
static void test_no_text_accuses(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char *const never[] = {"造假", "作假", "弄虚", "违法", "违规", "篡改", "伪造", "编造", "疑似稀释", "嫌疑", "作弊", "偷排", "故意", "欺骗", "虚假", "谎报",
                                        "瞒报", "罪", "处罚", "检查人员", "任取", "可疑"};
    DIR *folder = opendir(DETECT);
    assert_non_null(folder);
    size_t files = 0;
    for (struct dirent *d; (d = readdir(folder));) {
        str name = str_of(d->d_name), text;
        if (name.n < 3 || !str_eq(str_sub(name, name.n - 2, name.n), S(".c")))
            continue;
        files++;
        assert_ok(file_read(a, arena_printf(a, "%s/%s", DETECT, d->d_name), 1 << 20, &text));
        for (size_t k = 0; k < sizeof never / sizeof *never; k++)
            if (str_find(text, str_of(never[k])) >= 0) {
                print_error("%s says %s\n", d->d_name, never[k]);
                fail();
            }
    }
    closedir(folder);
    assert_true(files > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_descriptors_are_whole), cmocka_unit_test(test_explanations_exist),
                                       cmocka_unit_test(test_documentation_says_the_same),
                                       cmocka_unit_test(test_the_officers_page_names_all_that_speak), cmocka_unit_test(test_no_text_accuses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
