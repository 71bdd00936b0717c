/*
 * The defect list. tests/stories/defects/X.jsonl seeds one defect, is refused at the seal, explained and sealed; X-twin.jsonl is the
 * same file without it: sealed in one step, and no act of it draws a single remark.
 */
#include "acts/life.h"

#include <dirent.h>

static void play_quietly(struct life *l, const char *path)
{
    AUTO_ARENA(a);
    str text, line;
    assert_ok(file_read(a, str_of(path), 1 << 20, &text));
    while (str_next(&text, '\n', &line)) {
        const struct json *json;
        struct act_answer answer;
        if (!str_trim(line).n)
            continue;
        assert_ok(json_parse(a, line, LIMIT_ACT_BYTES, &json));
        str include = json_string(json, S("include"));
        if (include.n) {
            char other[4096];
            snprintf(other, sizeof other, STORIES "/defects/%.*s", STR_ARG(include));
            life_play(l->acts, other);
            continue;
        }
        assert_ok(act_perform(l->acts, a, &(struct act_request){.json = line}, &answer));
        if (answer.verdict != ACT_ALLOWED || answer.n)
            print_error("%s\n%.*s\n%.*s\n", path, STR_ARG(line), STR_ARG(answer.json));
        assert_int_equal(answer.verdict, ACT_ALLOWED);
        assert_int_equal(answer.n, 0);
    }
}

/* Runs one story on a store of its own and looks at the list that is left. */
static void one_story(const char *name, bool twin)
{
    void *state;
    struct defect *list;
    size_t n;
    char path[4096];
    snprintf(path, sizeof path, STORIES "/defects/%s", name);
    life_setup(&state);
    struct life *l = state;
    life_open(l, ACTS_SIMULATE | ACTS_NO_THREAD);
    assert_ok(acts_batch_begin(l->acts));
    if (twin)
        play_quietly(l, path);
    else
        life_play(l->acts, path);
    assert_ok(acts_batch_end(l->acts));
    assert_ok(case_defects(l->scene->db, l->arena, S("k1"), time_now(), &list, &n));
    if (twin) {
        assert_int_equal(n, 0);
    } else {
        assert_int_equal(n, 1);
        assert_true(list[0].explained_seq > 0 && list[0].explanation.n && list[0].paper.n && list[0].who.n);
        assert_true(str_find(list[0].because, list[0].paper) >= 0 && str_find(list[0].because, S("{")) < 0);
        str file = str_of(name);
        for (size_t i = 0; i + 7 < list[0].name.n; i++) /* defect_served_without_receipt is told in served-without-receipt.jsonl */
            assert_int_equal(list[0].name.p[i + 7] == '_' ? '-' : list[0].name.p[i + 7], file.p[i]);
    }
    int64_t sealed;
    assert_ok(db_one_int(l->scene->db, "SELECT COUNT(*) FROM casefile WHERE state = 'sealed'", NULL, 0, &sealed));
    assert_int_equal(sealed, 1);
    life_teardown(&state);
}

static bool is_defect_story(str name)
{
    return str_ends(name, S(".jsonl")) && !str_starts(name, S("explained-")) && !str_starts(name, S("corrected-")) &&
           !str_starts(name, S("bundle-"));
}

static void seeded_and_twin(void **state)
{
    (void)state;
    DIR *folder = opendir(STORIES "/defects");
    struct dirent *entry;
    int seeded = 0, twins = 0, kinds = 0;
    str rest = str_of(defect_names), one;
    assert_non_null(folder);
    while (str_next(&rest, ' ', &one))
        kinds++;
    while ((entry = readdir(folder))) {
        bool twin = str_ends(str_of(entry->d_name), S("-twin.jsonl"));
        if (!is_defect_story(str_of(entry->d_name)))
            continue;
        one_story(entry->d_name, twin);
        *(twin ? &twins : &seeded) += 1;
    }
    closedir(folder);
    assert_int_equal(seeded, kinds);
    assert_int_equal(twins, kinds);
}

static void labels(void **state)
{
    (void)state;
    assert_string_equal(defect_label(S("defect_served_without_receipt")), "没有送达回证的文书");
    assert_string_equal(defect_label(S("no_such")), "卷内缺陷");
    str rest = str_of(defect_names), one;
    while (str_next(&rest, ' ', &one))
        assert_true(law_rule_find(one.p, one.n) >= 0);
}

static void no_such_case(void **state)
{
    struct life *l = *state;
    struct defect *list;
    size_t n;
    assert_err(case_defects(l->scene->db, l->arena, S("k9"), time_now(), &list, &n), ERR_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(seeded_and_twin), cmocka_unit_test(labels), life_test(no_such_case)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
