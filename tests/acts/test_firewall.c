/* The delegation firewall over the whole catalogue, by enumeration: see docs/delegation-firewall.md. */
#include "testing.h"
#include "acts/act.h"
#include "firewall.h"

#ifndef FIREWALL_PAGE
#define FIREWALL_PAGE "docs/delegation-firewall.md"
#endif

static bool third_party_may(const struct act_type *t)
{
    return (t->roles & ROLES_THIRD_PARTY) != 0;
}

static void third_parties_write_nothing_of_the_authority(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    int faults = 0;
    for (size_t i = 0; i < act_type_count(); i++) {
        const struct act_type *t = act_type_at(i);
        struct table_write w[LIMIT_WRITES];
        size_t n = act_writes(a, t, w);
        if (act_writes_undeclared(t) && ++faults)
            print_error("%s: apply_more and firewall_more.def do not agree\n", t->name);
        for (size_t k = 0; k < n && third_party_may(t); k++)
            if (w[k].class != WRITE_OTHER && ++faults)
                print_error("%s: %.*s %.*s is %s\n", t->name, STR_ARG(w[k].verb), STR_ARG(w[k].table),
                            write_class_names[w[k].class]);
    }
    assert_int_equal(faults, 0);
}

/* The engine's own facts and rules for an actor with these roles, on a thing in whatever state. */
static void judge_actor(struct arena *arena, const struct act_type *type, uint32_t roles, bool of_provider, struct act *a)
{
    struct act_type *bare = arena_copy(arena, type, sizeof *type);
    bare->scope = NULL; /* whose the thing is needs a database; here it is nobody's */
    *a = (struct act){.arena = arena, .type = bare, .by = S("somebody")};
    a->at = a->received_at = day_start(day_from_civil(2026, 3, 2));
    a->actor.name = S("某人");
    a->actor.roles = roles;
    a->actor.provider = of_provider ? S("blueline") : STR_NONE;
    assert_ok(act_common_facts(a));
    a->type = type;
}

static bool cites(struct act *a, const char *article)
{
    for (size_t i = 0; i < a->rules_n; i++)
        if (a->broken[i] == LAW_REFUSE + 1 && str_eq(act_reason(a, i).article, str_of(article)))
            return true;
    return false;
}

/* Roles of a third party: lead, member, both; or an account of a provider with no role at all. */
static void others_acts_are_refused_to_third_parties(void **state)
{
    (void)state;
    static const uint32_t roles[] = {0, ROLE_BIT(ROLE_PROVIDER_LEAD), ROLE_BIT(ROLE_MEMBER), ROLES_THIRD_PARTY};
    int faults = 0, judged = 0;
    for (size_t i = 0; i < act_type_count(); i++) {
        const struct act_type *t = act_type_at(i);
        for (size_t r = 0; r < sizeof roles / sizeof *roles; r++) {
            if (roles[r] & t->roles)
                continue;
            AUTO_ARENA(arena);
            struct act *a = NEW(arena, struct act);
            judge_actor(arena, t, roles[r], true, a);
            act_judge(a, false);
            judged++;
            if (act_is_right(a)) /* a right of others: recorded, marked as not recognised, still Art. 4 */
                faults += a->mark != MARK_UNRECOGNISED;
            else if (a->verdict != VERDICT_REFUSED || !cites(a, "4") || !cites(a, t->article))
                print_error("%s is not refused to a third party by Art. 4 and %s\n", t->name, t->article), faults++;
        }
    }
    print_message("%d judgements\n", judged);
    assert_int_equal(faults, 0);
}

/* Whatever the other common facts are: all of their combinations, for the common rules of the law. */
static void no_fact_opens_the_door(void **state)
{
    (void)state;
    static const enum law_rule common[] = {RULE_power_of_authority, RULE_role, RULE_account_disabled, RULE_session_closed,
                                           RULE_foreign_thing, RULE_state, RULE_late_entry};
    enum { N = sizeof common / sizeof *common };
    for (int bits = 0; bits < 64; bits++) {
        struct law_facts f = {.actor_third_party = 1, .actor_not_permitted = 1, .actor_disabled = bits & 1,
                              .actor_session_closed = bits >> 1 & 1, .foreign_thing = bits >> 2 & 1,
                              .wrong_state = bits >> 3 & 1, .late_entry = bits >> 4 & 1, .before_regulation = bits >> 5 & 1};
        uint8_t broken[N];
        assert_int_equal(law_judge(&f, common, N, LAW_2022_08_12, false, NULL, 0, broken), VERDICT_REFUSED);
        assert_int_equal(broken[0], LAW_REFUSE + 1);
        /* A hold that somebody lifted lifts nothing of this. */
        assert_int_equal(law_judge(&f, common, N, LAW_2022_08_12, false, common, N, broken), VERDICT_REFUSED);
    }
}

/* Facts that change any rule of the act when set alone: the only ones that can matter. */
static size_t facts_that_matter(const struct act_type *t, enum law_fact *ret, size_t limit)
{
    size_t n = 0;
    for (int i = 0; i < LAW_FACT_COUNT; i++) {
        struct law_facts zero = {0}, low = {0}, high = {0};
        bool matters = false;
        law_fact_set(&low, (enum law_fact)i, law_fact_info[i].lowest);
        law_fact_set(&high, (enum law_fact)i, law_fact_info[i].highest);
        for (const enum law_rule *r = t->rules; *r != LAW_RULE_COUNT; r++)
            matters |= law_broken(*r, &zero) != law_broken(*r, &high) || law_broken(*r, &zero) != law_broken(*r, &low);
        if (matters && n < limit)
            ret[n++] = (enum law_fact)i;
    }
    return n;
}

static void set_power(struct arena *arena, struct act *a, const struct act_type *t, const char *power)
{
    *a = (struct act){.arena = arena, .type = t, .by = S("wei")};
    a->at = a->received_at = day_start(day_from_civil(2026, 3, 2));
    for (a->n = 0; t->fields[a->n].name;)
        a->n++;
    a->values = NEW_ARRAY(arena, a->n, struct act_value);
    for (size_t i = 0; i < a->n; i++) {
        a->values[i].field = &t->fields[i];
        if (strcmp(t->fields[i].name, "power") == 0)
            a->values[i] = (struct act_value){.field = &t->fields[i], .present = true, .s = str_of(power)};
    }
    assert_ok(t->facts_more(a));
}

/* Through the order's own code for each power, then over all combinations of every fact its rules look at. */
static void forbidden_powers_are_refused_in_orders(void **state)
{
    (void)state;
    const struct act_type *t = act_type_find(S("order.give"));
    assert_non_null(t);
    enum law_fact facts[20];
    size_t n = facts_that_matter(t, facts, 20);
    assert_true(n > 0 && n < 20);
    int64_t judged = 0;
    for (int p = 0; p < LAW_POWER_COUNT; p++) {
        AUTO_ARENA(arena);
        struct act *a = NEW(arena, struct act);
        set_power(arena, a, t, law_power_names[p].id);
        struct law_facts own = a->facts;
        assert_int_equal(own.power_forbidden, p >= POWER_FIRST_FORBIDDEN);
        for (uint32_t bits = 0; p >= POWER_FIRST_FORBIDDEN && bits < UINT32_C(1) << n; bits++, judged++) {
            a->facts = own;
            for (size_t i = 0; i < n; i++)
                if (facts[i] != FACT_ID_power_forbidden)
                    law_fact_set(&a->facts, facts[i], bits >> i & 1 ? law_fact_info[facts[i]].highest : 0);
            act_judge(a, false);
            if (a->verdict != VERDICT_REFUSED || !cites(a, "4"))
                fail_msg("power %s passes", law_power_names[p].id);
        }
        if (p < POWER_FIRST_FORBIDDEN) {
            act_judge(a, false);
            assert_int_equal(a->verdict, VERDICT_ALLOWED); /* the lawful twin */
        }
    }
    print_message("%lld judgements over %zu facts\n", (long long)judged, n);
}

static void worst_facts(struct law_facts *f, bool high)
{
    for (int i = 0; i < LAW_FACT_COUNT; i++)
        law_fact_set(f, (enum law_fact)i, high ? law_fact_info[i].highest : law_fact_info[i].lowest);
}

static void rights_are_never_stopped(void **state)
{
    (void)state;
    int faults = 0;
    for (size_t i = 0; i < act_type_count(); i++) {
        const struct act_type *t = act_type_at(i);
        bool right = (t->flags & ACT_RIGHT) != 0;
        if (right != is_listed_right(str_of(t->name)) && ++faults)
            print_error("%s: %s\n", t->name, right ? "marked as a right, not on the list" : "on the list, not marked");
        if (((t->flags & ACT_RIGHT_LATE) != 0) != (strcmp(t->name, "presence.enter") == 0) && ++faults)
            print_error("%s: only presence.enter becomes a right when late\n", t->name);
        for (int high = 0; right && high < 2; high++) {
            struct act a = {.type = t, .at = day_start(day_from_civil(2026, 3, 2))};
            worst_facts(&a.facts, high);
            act_judge(&a, false);
            if (a.verdict != VERDICT_ALLOWED && ++faults)
                print_error("%s can be stopped\n", t->name);
        }
    }
    const char *const *list;
    for (size_t n = listed_rights(&list); n-- > 0;)
        if (!act_type_find(str_of(list[n])) && ++faults)
            print_error("%s is on the list of rights and not in the catalogue\n", list[n]);
    assert_int_equal(faults, 0);
}

/* acts.md: a wrong role cites the act's own article, so every act needs one, with a sentence for the reader. */
static void acts_name_their_article(void **state)
{
    (void)state;
    int faults = 0;
    for (size_t i = 0; i < act_type_count(); i++) {
        const struct act_type *t = act_type_at(i);
        if ((!t->article || !law_article_summary("hubei-2022-71", t->article)) && ++faults)
            print_error("%s has no article\n", t->name);
        if (!(t->roles) && ++faults)
            print_error("%s is open to nobody\n", t->name);
        if ((!t->help || !t->help[0]) && ++faults)
            print_error("%s has no help\n", t->name);
    }
    assert_int_equal(faults, 0);
}

static void page_is_up_to_date(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page;
    buf b = buf_make(a, 1 << 20);
    firewall_print(&b);
    assert_ok(file_read(a, S(FIREWALL_PAGE), 1 << 20, &page));
    if (!str_eq(page, buf_str(&b)))
        fail_msg("docs/delegation-firewall.md is not what the catalogue says: run tests/acts/test_acts_firewall --print");
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--print") == 0) {
        AUTO_ARENA(a);
        buf b = buf_make(a, 1 << 20);
        firewall_print(&b);
        fwrite(b.p, 1, b.n, stdout);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(third_parties_write_nothing_of_the_authority),
        cmocka_unit_test(others_acts_are_refused_to_third_parties),
        cmocka_unit_test(no_fact_opens_the_door),
        cmocka_unit_test(forbidden_powers_are_refused_in_orders),
        cmocka_unit_test(rights_are_never_stopped),
        cmocka_unit_test(acts_name_their_article),
        cmocka_unit_test(page_is_up_to_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
