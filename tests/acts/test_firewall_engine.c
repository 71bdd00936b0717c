/* The firewall seen from outside: real acts on a real store, tables compared before and after. */
#include "testing.h"
#include "acts/acts.h"
#include "firewall.h"

#include <ftw.h>

#ifndef STORIES
#define STORIES "tests/stories"
#endif

struct scene { struct store *store; struct db *db; struct acts *acts; struct arena *arena; };

static void scene_open(struct scene *s)
{
    int applied;
    *s = (struct scene){.arena = arena_new()};
    assert_ok(store_open(S("sqlite::memory:"), S(""), STORE_CREATE, &s->store));
    assert_ok(store_migrate(s->store, true, &applied));
    assert_ok(acts_open(s->store, ACTS_SIMULATE | ACTS_NO_THREAD, &s->acts));
    assert_ok(db_open(s->store, false, &s->db));
}

static void scene_close(struct scene *s)
{
    db_close(s->db);
    acts_close(s->acts);
    store_close(s->store);
    arena_free(s->arena);
    err_clear();
}

static struct act_answer perform(struct scene *s, str json)
{
    struct act_answer answer;
    assert_ok(act_perform(s->acts, s->arena, &(struct act_request){.json = json}, &answer));
    return answer;
}

/* Each line of a story, with what it includes, in order. */
static void each_line(struct arena *a, str path, void (*line)(void *, str), void *context)
{
    str text, one;
    assert_ok(file_read(a, path, 1 << 24, &text));
    while (str_next(&text, '\n', &one)) {
        const struct json *json;
        one = str_trim(one);
        if (!one.n)
            continue;
        assert_ok(json_parse(a, one, LIMIT_ACT_BYTES, &json));
        str include = json_string(json, S("include"));
        if (!include.n) {
            line(context, one);
            continue;
        }
        size_t folder = path.n;
        while (folder && path.p[folder - 1] != '/')
            folder--;
        each_line(a, arena_printf(a, "%.*s%.*s", (int)folder, path.p, STR_ARG(include)), line, context);
    }
}

static void just_perform(void *context, str line)
{
    perform(context, line);
}

static bool cites(const struct act_answer *answer, const char *article)
{
    for (size_t i = 0; i < answer->n; i++)
        if (answer->reasons[i].severity == LAW_REFUSE && str_eq(answer->reasons[i].article, str_of(article)))
            return true;
    return false;
}

/* Typed powers in an agreement's further terms: everything from INSPECT on is refused by Art. 4, the rest is not. */
static void forbidden_powers_are_refused_in_agreements(void **state)
{
    (void)state;
    struct scene s;
    scene_open(&s);
    each_line(s.arena, S(STORIES "/prefix-award.jsonl"), just_perform, &s);
    for (int p = 0; p < LAW_POWER_COUNT; p++) {
        struct act_answer answer = perform(
            &s, arena_printf(s.arena,
                             "{\"at\":\"2026-02-05T09:00:00+08:00\",\"by\":\"zhou\",\"act\":\"agreement.draft\",\"id\":\"x-%d\","
                             "\"procurement\":\"p1\",\"agency\":\"wuhan\",\"provider\":\"blueline\",\"matters\":[\"T03\"],"
                             "\"regions\":[\"420100\"],\"from\":\"2026-02-10\",\"to\":\"2026-12-31\",\"fee\":110000000,"
                             "\"pricing\":\"per_deliverable\",\"clauses\":[\"scope\",\"prohibition\",\"discipline\",\"recusal\","
                             "\"ownership\",\"entry\",\"secrecy\",\"clue\",\"acceptance\",\"liability\",\"data_return\","
                             "\"no_subcontract\"],\"other\":[{\"text\":\"其他约定\",\"actions\":[\"%s\"]}]}",
                             p, law_power_names[p].id));
        bool forbidden = p >= POWER_FIRST_FORBIDDEN;
        if (forbidden ? answer.verdict != ACT_REFUSED || !cites(&answer, "4") : cites(&answer, "4"))
            fail_msg("power %s in an agreement: %.*s", law_power_names[p].id, STR_ARG(answer.json));
    }
    scene_close(&s);
}

/* Nobody holds a third party's role and another one: neither by roles nor by whose account it is. */
static void third_parties_get_no_other_role(void **state)
{
    (void)state;
    struct scene s;
    scene_open(&s);
    each_line(s.arena, S(STORIES "/prefix-award.jsonl"), just_perform, &s);
    int n = 0;
    for (int r = 0; r < LAW_ROLE_COUNT; r++) {
        if (ROLE_BIT(r) & ROLES_THIRD_PARTY)
            continue;
        static const char *const rest[] = {"\"roles\":[\"%s\",\"member\"],\"provider\":\"blueline\"",
                                           "\"roles\":[\"%s\",\"provider_lead\"],\"provider\":\"blueline\"",
                                           "\"roles\":[\"%s\",\"member\"],\"agency\":\"wuhan\"",
                                           "\"roles\":[\"%s\"],\"provider\":\"blueline\""};
        for (size_t k = 0; k < sizeof rest / sizeof *rest; k++) {
            str roles = arena_printf(s.arena, rest[k], law_role_names[r].id);
            struct act_answer answer =
                perform(&s, arena_printf(s.arena,
                                         "{\"at\":\"2026-02-05T09:00:00+08:00\",\"by\":\"sys\",\"act\":\"user.register\","
                                         "\"id\":\"y-%d\",\"name\":\"某人\",%.*s}",
                                         n++, STR_ARG(roles)));
            if (answer.verdict == ACT_ALLOWED || answer.verdict == ACT_HELD)
                fail_msg("registered with %.*s", STR_ARG(roles));
        }
    }
    scene_close(&s);
}

/* ---- what stories really write ---- */

struct watch { struct scene scene; int64_t watched; int faults; str *tables; size_t n; struct sm3 *before; };

static bool book_keeping(str table)
{
    static const char *const names[] = {"act_log", "act_key", "touch", "todo", "held", "store_setting"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq(table, str_of(names[i])))
            return true;
    return str_starts(table, S("ledger_")) || str_starts(table, S("access_"));
}

static void digest_tables(struct watch *w, struct sm3 *ret)
{
    int64_t rows;
    for (size_t i = 0; i < w->n; i++)
        if (!book_keeping(w->tables[i]))
            assert_ok(table_digest(w->scene.db, w->tables[i], &ret[i], &rows));
}

static bool declared(const struct act_type *t, str table)
{
    struct table_write writes[LIMIT_WRITES];
    for (size_t n = act_writes(NULL, t, writes); n-- > 0;)
        if (str_eq(writes[n].table, table))
            return true;
    return false;
}

static void watched_perform(void *context, str line)
{
    struct watch *w = context;
    AUTO_ARENA(a);
    const struct json *json;
    assert_ok(json_parse(a, line, LIMIT_ACT_BYTES, &json));
    const struct act_type *t = act_type_find(json_string(json, S("act")));
    bool watch = t && (t->apply_more || (t->roles & ROLES_THIRD_PARTY)) && strcmp(t->name, "hold.approve") != 0;
    if (watch)
        digest_tables(w, w->before);
    struct act_answer answer;
    assert_ok(act_perform(w->scene.acts, a, &(struct act_request){.json = line}, &answer));
    if (!watch)
        return;
    struct sm3 *after = NEW_ARRAY(a, w->n, struct sm3);
    digest_tables(w, after);
    w->watched++;
    for (size_t i = 0; i < w->n; i++)
        if (!book_keeping(w->tables[i]) && !bytes_equal(&w->before[i], &after[i], sizeof *after) &&
            (answer.verdict != ACT_ALLOWED || !declared(t, w->tables[i])) && ++w->faults)
            print_error("%s (%.*s) wrote %.*s\n", t->name, STR_ARG(answer.id), STR_ARG(w->tables[i]));
}

static int64_t all_watched, all_faults, stories;

static int watch_story(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    str name = str_of(path + at->base);
    if (kind != FTW_F || !str_ends(name, S(".jsonl")) || str_starts(name, S("prefix-")))
        return 0;
    struct watch w = {0};
    scene_open(&w.scene);
    assert_ok(store_tables(w.scene.db, w.scene.arena, &w.tables, &w.n));
    w.before = NEW_ARRAY(w.scene.arena, w.n, struct sm3);
    each_line(w.scene.arena, str_of(path), watched_perform, &w);
    scene_close(&w.scene);
    all_watched += w.watched;
    all_faults += w.faults;
    stories++;
    return 0;
}

static void acts_write_what_they_declare(void **state)
{
    (void)state;
    assert_int_equal(nftw(STORIES, watch_story, 16, FTW_PHYS), 0);
    print_message("%lld acts of %lld stories\n", (long long)all_watched, (long long)stories);
    assert_true(stories > 0 && all_watched > 0);
    assert_int_equal(all_faults, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forbidden_powers_are_refused_in_agreements),
        cmocka_unit_test(third_parties_get_no_other_role),
        cmocka_unit_test(acts_write_what_they_declare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
