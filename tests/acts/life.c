#include "acts/life.h"

static void play_file(struct acts *acts, const char *path);

static void play_line(struct acts *acts, const char *path, str line)
{
    AUTO_ARENA(a);
    const struct json *json;
    struct act_answer answer;
    static const char *const names[] = {"allowed", "held", "refused", "invalid"};
    assert_ok(json_parse(a, line, LIMIT_ACT_BYTES, &json));
    str include = json_string(json, S("include"));
    if (include.n) {
        ptrdiff_t cut = (ptrdiff_t)strlen(path);
        while (cut && path[cut - 1] != '/')
            cut--;
        play_file(acts, arena_cstr(a, arena_printf(a, "%.*s%.*s", (int)cut, path, STR_ARG(include))));
        return;
    }
    assert_ok(act_perform(acts, a, &(struct act_request){.json = line}, &answer));
    str expect = json_string(json, S("expect"));
    if (!str_eq(expect.p ? expect : S("allowed"), str_of(names[answer.verdict]))) {
        print_error("%.*s\n%.*s\n", STR_ARG(line), STR_ARG(answer.json));
        fail();
    }
}

static void play_file(struct acts *acts, const char *path)
{
    AUTO_ARENA(a);
    str text, line;
    assert_ok(file_read(a, str_of(path), 1 << 20, &text));
    while (str_next(&text, '\n', &line))
        if (str_trim(line).n)
            play_line(acts, path, line);
}

void life_play(struct acts *acts, const char *path)
{
    play_file(acts, path);
}

int life_setup(void **state)
{
    struct life *l = calloc(1, sizeof *l);
    int applied;
    void *scene;
    scene_setup(&scene);
    l->scene = scene;
    l->arena = arena_new();
    assert_ok(store_migrate(l->scene->store, true, &applied));
    *state = l;
    return 0;
}

static int setup_with(void **state, const char *story)
{
    life_setup(state);
    life_open(*state, ACTS_SIMULATE | ACTS_NO_THREAD);
    struct life *l = *state;
    assert_ok(acts_batch_begin(l->acts));
    life_play(l->acts, story);
    assert_ok(acts_batch_end(l->acts));
    return 0;
}

int life_setup_lived(void **state)
{
    return setup_with(state, LIFE);
}

int life_setup_until(void **state)
{
    return setup_with(state, PREFIX);
}

int life_teardown(void **state)
{
    struct life *l = *state;
    void *scene = l->scene;
    life_close(l);
    arena_free(l->arena);
    free(l);
    return scene_teardown(&scene);
}

void life_open(struct life *l, unsigned flags)
{
    life_close(l);
    assert_ok(acts_open(l->scene->store, flags, &l->acts));
}

void life_close(struct life *l)
{
    acts_close(l->acts);
    l->acts = NULL;
}

struct act_answer life_do(struct life *l, const char *by, const char *json)
{
    struct act_answer answer;
    assert_ok(act_perform(l->acts, l->arena, &(struct act_request){.json = str_of(json), .by = str_of(by)}, &answer));
    return answer;
}

enum act_verdict life_verdict(struct life *l, const char *by, const char *json)
{
    return life_do(l, by, json).verdict;
}

bool life_rule(const struct act_answer *answer, const char *rule)
{
    for (size_t i = 0; i < answer->n; i++)
        if (strcmp(law_rule_info[answer->reasons[i].rule].name, rule) == 0)
            return true;
    return false;
}

int64_t life_size(struct life *l)
{
    return scene_int(l->scene->db, "SELECT COUNT(*) FROM ledger_entry");
}

static bool is_state(str table)
{
    return !str_starts(table, S("access_")) && !str_eq(table, S("store_setting"));
}

void life_same_tables(struct store *left, struct store *right)
{
    AUTO_ARENA(a);
    struct db *l, *r;
    str *tables;
    size_t n, differing = 0;
    assert_ok(db_open(left, false, &l));
    assert_ok(db_open(right, false, &r));
    assert_ok(store_tables(l, a, &tables, &n));
    assert_true(n > 40);
    for (size_t i = 0; i < n; i++) {
        str key, column;
        struct sm3 one, two;
        int64_t rows, rows_too;
        if (!is_state(tables[i]))
            continue;
        assert_ok(table_digest(l, tables[i], &one, &rows));
        assert_ok(table_digest(r, tables[i], &two, &rows_too));
        if (bytes_equal(&one, &two, sizeof one) && rows == rows_too)
            continue;
        assert_ok(table_difference(l, r, a, tables[i], &key, &column));
        print_error("%.*s[%.*s].%.*s differs\n", STR_ARG(tables[i]), STR_ARG(key), STR_ARG(column));
        differing++;
    }
    db_close(l);
    db_close(r);
    assert_int_equal(differing, 0);
}

void life_sound(struct store *s)
{
    AUTO_ARENA(a);
    struct ledger_keys keys;
    struct ledger_report report;
    struct db *d;
    assert_ok(db_open(s, false, &d));
    assert_ok(ledger_keys_load(s, false, &keys));
    assert_ok(ledger_verify(s, d, &keys, a, NULL, NULL, &report));
    ledger_keys_clear(&keys);
    db_close(d);
    if (report.bad.p)
        print_error("entry %lld: %.*s\n", (long long)report.bad_seq, STR_ARG(report.bad));
    assert_int_equal(report.bad_seq, 0);
    assert_null(report.bad.p);
}

struct store *life_replayed(struct life *l, struct store *from)
{
    struct store *memory;
    struct ledger_keys keys;
    int applied;
    int64_t acts;
    (void)l;
    assert_ok(store_open(S("sqlite::memory:"), S(""), STORE_CREATE, &memory));
    assert_ok(store_migrate(memory, true, &applied));
    assert_ok(ledger_keys_load(from, false, &keys));
    assert_ok(acts_replay(from, &keys, memory, NULL, NULL, &acts));
    ledger_keys_clear(&keys);
    return memory;
}
