/* Instruments, articles, tasks: what the rules cite must exist and be explained. */
#include "testing.h"
#include "law/law.h"

static bool is_article(const char *s)
{
    if (!*s)
        return true;
    for (; *s; s++)
        if (*s < '0' || *s > '9')
            return false;
    return true;
}

static void rules_cite_what_exists(void **state)
{
    (void)state;
    int faults = 0;
    for (int i = 0; i < LAW_RULE_COUNT; i++) {
        const struct law_rule_info *r = &law_rule_info[i];
        bool ours = strcmp(r->instrument, "hubei-2022-71") == 0, known = false;
        known = law_instrument_find(r->instrument, strlen(r->instrument)) != NULL;
        /* Article "" of the regulation means the act's own article, which the catalogue test checks. */
        bool told = law_article_summary(r->instrument, r->article) != NULL;
        if (known && is_article(r->article) && (told || (ours && !*r->article)))
            continue;
        print_error("rule %s cites %s article \"%s\": instrument %s, article %s, summary %s\n", r->name,
                    r->instrument, r->article, known ? "known" : "UNKNOWN",
                    is_article(r->article) ? "readable" : "NO BARE NUMBER", told ? "there" : "MISSING");
        faults++;
    }
    assert_int_equal(faults, 0);
}

static void rules_are_well_formed(void **state)
{
    (void)state;
    int faults = 0;
    for (int i = 0; i < LAW_RULE_COUNT; i++) {
        const struct law_rule_info *r = &law_rule_info[i];
        bool lifts = r->lifted_by != LAW_NOBODY;
        const char *fault = NULL;
        if (lifts != (r->severity == LAW_HOLD))
            fault = "a hold and only a hold is lifted by a role";
        else if (lifts && (ROLE_BIT(r->lifted_by) & ROLES_THIRD_PARTY))
            fault = "a third party would lift it";
        else if (r->from > r->to)
            fault = "ends before it begins";
        else if (!*r->because || !*r->remedy)
            fault = "says nothing to the person";
        else if (utf8_count(str_of(r->because)) > 80)
            fault = "because is longer than 80 characters";
        else if (strcmp(r->instrument, "hubei-2022-71") == 0 && *r->article && r->from < LAW_2022_08_12)
            fault = "judges before the regulation's first day";
        if (fault && ++faults)
            print_error("rule %s: %s\n", r->name, fault);
    }
    assert_int_equal(faults, 0);
}

static void facts_have_ranges(void **state)
{
    (void)state;
    for (int i = 0; i < LAW_FACT_COUNT; i++) {
        const struct law_fact_info *f = &law_fact_info[i];
        assert_true(f->lowest <= 0 && f->highest >= 0); /* a fact nobody loaded is 0 and sound */
        assert_true(f->kind != FACT_FLAG || (f->lowest == 0 && f->highest == 1));
        assert_int_equal(law_fact_find(f->name, strlen(f->name)), i);
    }
    assert_int_equal(law_fact_find("no_such_fact", 12), -1);
    struct law_facts facts = {0};
    assert_int_equal(law_facts_unsound(&facts), -1);
    for (int i = 0; i < LAW_FACT_COUNT; i++) {
        if (law_fact_info[i].highest == INT64_MAX)
            continue;
        law_fact_set(&facts, (enum law_fact)i, law_fact_info[i].highest + 1);
        assert_int_equal(law_facts_unsound(&facts), i);
        law_fact_set(&facts, (enum law_fact)i, 0);
    }
}

static void all_fifteen_articles_are_told(void **state)
{
    (void)state;
    for (int i = 1; i <= 15; i++) {
        char article[4];
        snprintf(article, sizeof article, "%d", i);
        const char *told = law_article_summary("hubei-2022-71", article);
        assert_non_null(told);
        assert_true(utf8_count(str_of(told)) <= 80);
    }
    assert_null(law_article_summary("hubei-2022-71", "16"));
    assert_null(law_article_summary("no-such-law", "1"));
}

static void tasks_are_the_closed_set(void **state)
{
    (void)state;
    int allowed = 0, never = 0;
    for (const struct law_task *t = law_tasks; t->code; t++) {
        t->forbidden ? never++ : allowed++;
        assert_int_equal(t->code[0], t->forbidden ? 'X' : 'T');
        assert_false(t->forbidden && t->with_officers);
        assert_true(*t->name && *t->article);
    }
    assert_int_equal(allowed, 16);
    assert_int_equal(never, 13);
}

static void instruments_have_days(void **state)
{
    (void)state;
    const struct law_instrument *i = law_instrument_find("hubei-2022-71", 13);
    assert_non_null(i);
    assert_int_equal(i->from, LAW_2022_08_12);
    assert_int_equal(i->to, INT32_MAX);
    assert_string_equal(i->number, "鄂环执法〔2022〕71号");
    assert_null(law_instrument_find("hubei-2022-7", 12));
    assert_null(law_instrument_find("hubei-2022-711", 14));
    assert_null(law_instrument_find("", 0));
}

/* 2026-08-14 and the day after (domain: the Code repeals the Environmental Protection Law). */
static void basis_of_inspection_switches(void **state)
{
    (void)state;
    const char *instrument, *article;
    int32_t last = day_from_civil(2026, 8, 14);
    law_inspection_basis(last, &instrument, &article);
    assert_string_equal(instrument, "epl-2014");
    assert_string_equal(article, "24");
    assert_int_equal(law_instrument_find(instrument, strlen(instrument))->to, last);
    law_inspection_basis(last + 1, &instrument, &article);
    assert_string_equal(instrument, "eco-code-2026");
    assert_string_equal(article, "51");
    assert_int_equal(law_instrument_find(instrument, strlen(instrument))->from, last + 1);
    assert_non_null(law_article_summary(instrument, article));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_cite_what_exists),   cmocka_unit_test(rules_are_well_formed),
        cmocka_unit_test(facts_have_ranges),        cmocka_unit_test(all_fifteen_articles_are_told),
        cmocka_unit_test(tasks_are_the_closed_set), cmocka_unit_test(instruments_have_days),
        cmocka_unit_test(basis_of_inspection_switches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
