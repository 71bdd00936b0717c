/* The table of settings is sound, and what the law fixes cannot be moved. */
#include "testing.h"

#include "acts/acts.h"
#include "acts/settings.h"

static void rows_are_sound(void **state)
{
    (void)state;
    str rest = str_of(SETTING_NAMES), name;
    for (size_t i = 0; i < setting_count(); i++) {
        const struct setting *s = setting_at(i);
        assert_true(str_next(&rest, ' ', &name));
        assert_str(name, s->name);
        assert_ptr_equal(setting_find(name), s); /* names are unique */
        assert_true(s->lowest <= s->default_value && s->default_value <= s->highest);
        assert_true(s->kind != SETTING_FLAG || (s->lowest >= 0 && s->highest <= 1));
        assert_true(!s->locked || s->lowest == s->highest);
        assert_true(!s->locked || s->anchor != ANCHOR_PRACTICE); /* a lock names its law */
        assert_true(*s->label && *s->why && s->unit);
    }
    assert_null(rest.p);
    assert_null(setting_at(setting_count()));
    assert_null(setting_find(S("no_such_setting")));
    assert_null(setting_find(STR_NONE));
}

/* Every anchor a value could leave has a rule of policy.set that says so, and the others are mere ranges. */
static void anchors_have_rules(void **state)
{
    (void)state;
    const struct act_type *set = act_type_find(S("policy.set"));
    assert_non_null(set);
    for (size_t i = 0; i < setting_count(); i++) {
        struct law_facts f = {.policy_leaves = 1, .policy_anchor = setting_at(i)->anchor};
        uint8_t broken[LIMIT_ACT_RULES];
        size_t n = 0;
        while (set->rules[n] != LAW_RULE_COUNT)
            n++;
        assert_int_equal(law_judge(&f, set->rules, n, 20600, false, NULL, 0, broken), VERDICT_REFUSED);
    }
}

static void the_locked_ones(void **state)
{
    (void)state;
    static const struct { const char *name; int64_t value; } locked[] = {
        {"helper_suspended_during_objection", 1}, {"clue_third_party_sees_outcome", 0}, {"unverified_material_in_case", 0},
        {"archive_requires_filing_record", 1}, {"terminate_on_confirmed_violation", 1}, {"refusal_affects_score", 0},
        {"track_location_outside_visit", 0}};
    for (size_t i = 0; i < sizeof locked / sizeof *locked; i++) {
        const struct setting *s = setting_find(str_of(locked[i].name));
        assert_non_null(s);
        assert_true(s->locked);
        assert_int_equal(s->default_value, locked[i].value);
    }
    assert_int_equal(setting_find(S("min_officers_on_site"))->lowest, 2);
    assert_int_equal(setting_find(S("audit_log_retention_months"))->lowest, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_are_sound), cmocka_unit_test(anchors_have_rules),
                                       cmocka_unit_test(the_locked_ones)};
    return cmocka_run_group_tests_name("acts/settings", tests, NULL, NULL);
}
