/*
 * One life without a fault, and a table of single changes to it (mutations.jsonl). Whatever breaks a rule must be
 * stopped at that act for that article; every lawful variant must pass to its end. The life is played once: before a
 * changed line the process forks, and the child goes on with the changed life on its own copy of the memory store.
 *
 * A line of the table: "name", the edit (edit.h), "also" [more edits], "use" [names of fragments], "expect", "at"
 * (selector of the act that is stopped; the edited one when absent), "article", "instrument", "rule", "warn" (a rule
 * that must have warned on the way). A line with "fragment" is an edit other lines use. Inserted acts may carry their
 * own "expect" and "rule"; "held": 0 stands for the number of the last held act.
 */
#include "testing.h"
#include "acts/edit.h"

enum { LEAST_UNLAWFUL = 180, LEAST_LAWFUL = 80 };

static const char *root;

struct change {
    const struct json *row;
    struct life life;
    size_t same;  /* lines in common with the base, from the start */
    bool lawful, missing;
};

struct table {
    struct life rows;
    struct change *change;
    size_t n, lawful;
};

/* ---- reading the table ---- */

static err *apply_row(struct arena *a, const struct table *t, const struct json *row, int depth, struct life *l);

static err *use_fragment(struct arena *a, const struct table *t, str name, int depth, struct life *l)
{
    for (size_t k = 0; k < t->rows.n && depth < 8; k++)
        if (str_eq(json_string(t->rows.line[k], S("fragment")), name))
            return apply_row(a, t, t->rows.line[k], depth + 1, l);
    return err_new(ERR_INPUT, "没有片段“%.*s”", STR_ARG(name));
}

static err *apply_row(struct arena *a, const struct table *t, const struct json *row, int depth, struct life *l)
{
    const struct json *use = json_get(row, S("use")), *also = json_get(row, S("also"));
    for (size_t i = 0; use && i < use->n; i++)
        TRY(use_fragment(a, t, use->child[i].string, depth, l));
    TRY(life_edit(a, l, row));
    for (size_t i = 0; also && i < also->n; i++)
        TRY(life_edit(a, l, &also->child[i]));
    return NULL;
}

static err *change_make(struct arena *a, const struct table *t, const struct life *base, struct change *c)
{
    c->life.line = NEW_ARRAY(a, LIMIT_LIFE_LINES, const struct json *);
    memcpy(c->life.line, base->line, base->n * sizeof *base->line);
    c->life.n = base->n;
    TRY(apply_row(a, t, c->row, 0, &c->life));
    while (c->same < base->n && c->same < c->life.n && c->life.line[c->same] == base->line[c->same])
        c->same++;
    return NULL;
}

static int by_same(const void *l, const void *r)
{
    const struct change *a = l, *b = r;
    return a->same < b->same ? -1 : a->same > b->same;
}

static void table_read(struct arena *a, const struct life *base, bool own, struct table *t)
{
    assert_ok(life_read(a, arena_printf(a, "%s/tests/acts/mutations.jsonl", root), &t->rows));
    t->change = NEW_ARRAY(a, t->rows.n, struct change);
    int faults = 0;
    for (size_t i = 0; i < t->rows.n; i++) {
        const struct json *row = t->rows.line[i];
        if (json_get(row, S("fragment")))
            continue;
        struct change *c = &t->change[t->n++];
        *c = (struct change){.row = row, .lawful = str_eq(json_string(row, S("expect")), S("allowed"))};
        err *bad = change_make(a, t, base, c);
        if (bad && own)
            print_error("%.*s: %.*s\n", STR_ARG(json_string(row, S("name"))), STR_ARG(bad->text));
        faults += own && bad;
        c->missing = bad != NULL; /* the other life lacks such a line */
        t->lawful += c->lawful;
    }
    assert_int_equal(faults, 0);
    qsort(t->change, t->n, sizeof *t->change, by_same);
}

/* ---- playing ---- */

static const char *const verdict_words[] = {"allowed", "held", "refused", "invalid"};

static const struct act_reason *reason_of(const struct act_answer *answer, str article, str instrument, str rule)
{
    for (size_t i = 0; i < answer->n; i++) {
        const struct act_reason *r = &answer->reasons[i];
        if ((!article.p || str_eq(r->article, article)) && (!instrument.p || str_eq(r->instrument, instrument)) &&
            (!rule.p || str_eq(rule, str_of(law_rule_info[r->rule].name))))
            return r;
    }
    return NULL;
}

/* "held": 0 becomes the number of the last held act. */
static str line_text(struct arena *a, const struct json *line, int64_t held)
{
    const struct json *asked = json_get(line, S("held"));
    str text = life_text(a, line);
    ptrdiff_t at = str_find(text, S("\"held\":0"));
    if (!asked || asked->i || at < 0)
        return text;
    return arena_printf(a, "%.*s\"held\":%lld%.*s", (int)at, text.p, (long long)held, (int)(text.n - (size_t)at - 8),
                        text.p + at + 8);
}

static void complain(const struct change *c, size_t i, const struct act_answer *answer, const char *what)
{
    print_error("%.*s: line %zu %.*s: %s; %s\n", STR_ARG(json_string(c->row, S("name"))), i + 1,
                STR_ARG(answer ? answer->act : STR_NONE), what, answer ? verdict_words[answer->verdict] : "");
    if (answer && answer->invalid)
        print_error("    %.*s %.*s\n", STR_ARG(answer->invalid->field), STR_ARG(answer->invalid->text));
    for (size_t k = 0; answer && k < answer->n; k++)
        print_error("    %s %.*s %.*s\n", law_rule_info[answer->reasons[k].rule].name,
                    STR_ARG(answer->reasons[k].instrument), STR_ARG(answer->reasons[k].article));
}

static bool as_expected(const struct change *c, size_t i, const struct act_answer *answer)
{
    const struct json *row = c->row, *at = json_get(row, S("at")) ? json_get(row, S("at")) : json_get(row, S("select"));
    str verdict = str_of(verdict_words[answer->verdict]);
    if (c->lawful || !str_eq(verdict, json_string(row, S("expect"))))
        return complain(c, i, answer, "stopped"), false;
    if (!life_matches(c->life.line[i], at))
        return complain(c, i, answer, "stopped at another act"), false;
    if (answer->verdict != ACT_INVALID && !reason_of(answer, json_string(row, S("article")),
                                                     json_string(row, S("instrument")), json_string(row, S("rule"))))
        return complain(c, i, answer, "stopped for another reason"), false;
    return true;
}

/* The rest of a changed life, from its first changed line on. */
static bool play(struct acts *acts, const struct change *c)
{
    int64_t held = 0;
    bool warned = !json_get(c->row, S("warn"));
    for (size_t i = c->same; i < c->life.n; i++) {
        AUTO_ARENA(a);
        struct act_answer answer;
        const struct json *line = c->life.line[i];
        assert_ok(act_perform(acts, a, &(struct act_request){.json = line_text(a, line, held)}, &answer));
        str expect = json_string(line, S("expect"));
        bool as_line_says = str_eq(str_of(verdict_words[answer.verdict]), expect.p ? expect : S("allowed")) &&
                            (!json_get(line, S("rule")) ||
                             reason_of(&answer, STR_NONE, STR_NONE, json_string(line, S("rule"))));
        warned = warned || reason_of(&answer, STR_NONE, STR_NONE, json_string(c->row, S("warn")));
        if (answer.verdict == ACT_HELD)
            held = answer.seq;
        if (!as_line_says)
            return as_expected(c, i, &answer);
        err_clear();
    }
    if (!c->lawful)
        complain(c, c->life.n, NULL, "nothing stopped it");
    else if (!warned)
        complain(c, c->life.n, NULL, "nobody warned");
    return c->lawful && warned;
}

enum { CHILDREN = 2 };

/* Waits until fewer than `most` children run; adds those that went wrong. */
static void gather(int *running, int most, size_t *bad)
{
    for (int status; *running >= most && *running > 0; --*running) {
        assert_true(wait(&status) > 0);
        if (WIFSIGNALED(status))
            print_error("a change ended by signal %d\n", WTERMSIG(status));
        *bad += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    }
}

static void play_in_child(struct acts *acts, const struct change *c, int *running, size_t *bad)
{
    gather(running, CHILDREN, bad);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bool good = play(acts, c);
        fflush(NULL);
        _exit(good ? 0 : 1);
    }
    ++*running;
}

static void play_table(const struct life *base, const struct table *t, const char *title)
{
    struct store *store;
    struct acts *acts;
    int applied, running = 0;
    size_t bad = 0, next = 0, skipped = 0;
    assert_ok(store_open(S("sqlite::memory:"), S(""), STORE_CREATE, &store));
    assert_ok(store_migrate(store, true, &applied));
    assert_ok(acts_open(store, ACTS_SIMULATE | ACTS_NO_THREAD, &acts));
    for (size_t i = 0; i <= base->n; i++) {
        for (; next < t->n && (t->change[next].missing || t->change[next].same <= i); next++) {
            skipped += t->change[next].missing;
            if (!t->change[next].missing)
                play_in_child(acts, &t->change[next], &running, &bad);
        }
        if (i == base->n)
            break;
        AUTO_ARENA(a);
        struct act_answer answer;
        assert_ok(act_perform(acts, a, &(struct act_request){.json = life_text(a, base->line[i])}, &answer));
        if (answer.verdict != ACT_ALLOWED)
            complain(&(struct change){.row = base->line[i]}, i, &answer, "the life itself is stopped");
        assert_int_equal(answer.verdict, ACT_ALLOWED);
        err_clear();
    }
    gather(&running, 1, &bad);
    acts_close(acts);
    store_close(store);
    print_message("%s: %zu changes, %zu lawful, %zu not for this life\n", title, t->n, t->lawful, skipped);
    assert_int_equal(bad, 0);
}

static void our_life(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct life base;
    struct table t = {0};
    assert_ok(life_read(a, arena_printf(a, "%s/tests/stories/life.jsonl", root), &base));
    table_read(a, &base, true, &t);
    play_table(&base, &t, "our life");
    assert_true(t.lawful >= LEAST_LAWFUL);
    assert_true(t.n - t.lawful >= LEAST_UNLAWFUL);
}

/* The life everybody else was given, where it lies beside this tree. */
static str shared_path(struct arena *a)
{
    return arena_printf(a, "%s/../shared/stories/lawful.jsonl", root);
}

static bool is_shared(void)
{
    AUTO_ARENA(a);
    bool there;
    assert_ok(file_exists(shared_path(a), &there));
    return there;
}

static void shared_life(void **state)
{
    (void)state;
    if (!is_shared())
        skip(); /* jumps: nothing may be held here */
    AUTO_ARENA(a);
    struct life base;
    struct table t = {0};
    str path = shared_path(a);
    assert_ok(life_read(a, path, &base));
    table_read(a, &base, false, &t);
    play_table(&base, &t, "shared life");
}

int main(int argc, char **argv)
{
    root = argc > 1 ? argv[1] : ".";
    const struct CMUnitTest tests[] = {cmocka_unit_test(our_life), cmocka_unit_test(shared_life)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
