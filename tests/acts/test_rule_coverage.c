/* Every rule has a story that names it: where it refuses, holds or warns (`simulate` checks that it does there). */
#include "testing.h"
#include "acts/edit.h"

#include <ftw.h>

static const char *root;
static struct arena *files;
static bool told[LAW_RULE_COUNT];
static int faults;

/* Rules no story can reach, and where they are shown instead. */
static const struct { enum law_rule rule; const char *why; } elsewhere[] = {
    {RULE_late_entry, "a story has no server clock beside its own: tests/acts/test_perform.c"},
    {RULE_payment_over_budget, "behind it stand award, fee and budget.adjust, which all keep within the budget"}};

static int read_story(const char *path, const struct stat *s, int type, struct FTW *where)
{
    (void)s, (void)where;
    struct life story;
    if (type != FTW_F || !str_ends(str_of(path), S(".jsonl")))
        return 0;
    assert_ok(life_read(files, str_of(path), &story));
    for (size_t i = 0; i < story.n; i++) {
        str name = json_string(story.line[i], S("rule"));
        int rule = name.p ? law_rule_find(name.p, name.n) : 0;
        if (rule < 0 && ++faults)
            print_error("%s names a rule that is none: %.*s\n", path, STR_ARG(name));
        if (name.p && rule >= 0)
            told[rule] = true;
    }
    arena_reset(files);
    return 0;
}

static void every_rule_has_a_story(void **state)
{
    (void)state;
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/stories", root);
    files = arena_new();
    assert_int_equal(nftw(path, read_story, 16, FTW_PHYS), 0);
    arena_free(files);
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        if (told[elsewhere[i].rule] && ++faults)
            print_error("%s has a story after all\n", law_rule_info[elsewhere[i].rule].name);
        told[elsewhere[i].rule] = true;
    }
    for (int i = 0; i < LAW_RULE_COUNT; i++)
        if (!told[i] && ++faults)
            print_error("rule %s has no story that names it\n", law_rule_info[i].name);
    assert_int_equal(faults, 0);
}

int main(int argc, char **argv)
{
    root = argc > 1 ? argv[1] : ".";
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_rule_has_a_story)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
