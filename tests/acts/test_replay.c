/* State is a fold of the ledger: replay, explain, forgetting; and what must never stand in a spine. */
#include "acts/life.h"

/* ---- replay ---- */

static void same_after_replay(struct life *l)
{
    struct store *memory = life_replayed(l, l->scene->store);
    life_same_tables(l->scene->store, memory);
    store_close(memory);
}

static void a_life_replays(void **state)
{
    struct life *l = *state;
    same_after_replay(l);
    life_close(l);
    same_after_replay(l);
    life_sound(l->scene->store);
}

/* From SQLite in memory into the engine of the scene: with PostgreSQL that is the other direction. */
static void memory_replays_into_the_scene(void **state)
{
    struct life *l = *state;
    struct store *memory;
    struct acts *acts;
    int applied;
    int64_t n;
    assert_ok(store_open(S("sqlite::memory:"), S(""), STORE_CREATE, &memory));
    assert_ok(store_migrate(memory, true, &applied));
    assert_ok(acts_open(memory, ACTS_SIMULATE | ACTS_NO_THREAD, &acts));
    assert_ok(acts_batch_begin(acts));
    life_play(acts, LIFE);
    assert_ok(acts_batch_end(acts));
    assert_ok(acts_replay(memory, acts_keys(acts), l->scene->store, NULL, NULL, &n));
    assert_int_equal(n, life_size(l));
    life_same_tables(memory, l->scene->store);
    assert_err(acts_replay(memory, acts_keys(acts), l->scene->store, NULL, NULL, &n), ERR_CONFLICT);
    acts_close(acts);
    store_close(memory);
}

/* ---- forgetting ---- */

static int64_t erase(struct life *l, int64_t first, int64_t last)
{
    AUTO_ARENA(a);
    buf b = buf_make(a, LIMIT_ACT_BYTES);
    buf_add(&b, S("{\"at\":\"2026-04-20T10:00:00+08:00\",\"by\":\"dang\",\"act\":\"secret.erase\",\"ground\":\"order\",\"order_no\":"
                  "\"〔2026〕1号\",\"items\":["));
    for (int64_t i = first; i <= last; i++)
        buf_printf(&b, "%s\"%lld\"", i > first ? "," : "", (long long)i);
    buf_add(&b, S("]}"));
    buf_char(&b, 0);
    struct act_answer held = life_do(l, "", b.p);
    assert_int_equal(held.verdict, ACT_HELD);
    return held.seq;
}

static enum act_verdict approve(struct life *l, const char *by, int64_t held)
{
    AUTO_ARENA(a);
    return life_verdict(l, "", arena_cstr(a, arena_printf(a, "{\"at\":\"2026-04-21T09:00:00+08:00\",\"by\":\"%s\",\"act\":"
                                                             "\"hold.approve\",\"held\":%lld,\"reasons\":\"依令\"}", by, (long long)held)));
}

/* All that was ever said is erased: afterwards replay still gives equal tables, and everything proves. */
static void a_forgotten_life_replays(void **state)
{
    struct life *l = *state;
    int64_t size = life_size(l), held = erase(l, 1, size);
    enum act_verdict v = approve(l, "han", held);
    if (v == ACT_HELD)
        v = approve(l, "qin", held);
    if (v == ACT_HELD)
        v = approve(l, "fa", held);
    assert_int_equal(v, ACT_ALLOWED);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM ledger_body WHERE sealed IS NOT NULL AND seq <= 86"), 0);
    same_after_replay(l);
    life_close(l);
    life_sound(l->scene->store);
    str name;
    assert_ok(db_one_str(l->scene->db, l->arena, "SELECT name FROM subject WHERE id = 'jiang'", NULL, &name));
    assert_true(str_starts(name, S("〔已依令删除")));
    size_t n;
    str *ids;
    assert_ok(search_find(l->scene->db, l->arena, S("subject"), S("江汉"), S(""), 10, &ids, &n));
    assert_int_equal(n, 0);
    assert_ok(search_find(l->scene->db, l->arena, S("users"), S("雷队"), S(""), 10, &ids, &n));
    assert_int_equal(n, 0);
}

/* What was said is nowhere in the database file any more, once the log of the writer was taken over. */
static void forgotten_bytes_are_gone(void **state)
{
    struct life *l = *state;
    if (l->scene->engine != STORE_SQLITE)
        skip();
    static const char *const said[] = {"那个穿灰衣的人", "江汉化工", "门卫室代收", "13900002222", "雷队长", "带颜色的水"};
    int64_t held = erase(l, 1, life_size(l));
    enum act_verdict v = ACT_HELD;
    for (const char *const *by = (const char *const[]){"han", "qin", "fa", NULL}; *by && v == ACT_HELD; by++)
        v = approve(l, *by, held);
    assert_int_equal(v, ACT_ALLOWED);
    life_close(l);
    int64_t ignored;
    assert_ok(db_one_int(l->scene->db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, 0, &ignored));
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        for (int wal = 0; wal < 2; wal++) {
            AUTO_ARENA(a);
            str bytes = STR_NONE;
            bool there;
            str path = arena_printf(a, "%s/x.db%s", l->scene->folder, wal ? "-wal" : "");
            assert_ok(file_exists(path, &there));
            if (there)
                assert_ok(file_read(a, path, 256 << 20, &bytes));
            if (memmem(bytes.p ? bytes.p : "", bytes.n, said[i], strlen(said[i])))
                print_error("%s still stands in %.*s\n", said[i], STR_ARG(path));
            assert_null(memmem(bytes.p ? bytes.p : "", bytes.n, said[i], strlen(said[i])));
        }
    }
}

static void every_body_field_is_placed(void **state)
{
    (void)state;
    const struct act_type *type = NULL;
    const char *field = erase_unplaced(&type);
    if (field)
        print_error("%s of %s is copied to where forgetting does not find it\n", field, type->name);
    assert_null(field);
}

/* ---- bodies ---- */

/* No name, number or sentence of a body stands in any spine. */
static void bodies_stay_out_of_spines(void **state)
{
    struct life *l = *state;
    AUTO_ARENA(a);
    int64_t size = life_size(l), items = 0;
    buf all = buf_make(a, 64 << 20);
    for (int64_t seq = 1; seq <= size; seq++) {
        struct ledger_entry e;
        assert_ok(ledger_read(l->scene->db, a, acts_keys(l->acts), seq, &e));
        buf_add(&all, e.spine);
        buf_char(&all, '\n');
    }
    str spines = buf_str(&all);
    for (int64_t seq = 1; seq <= size; seq++) {
        struct ledger_entry e;
        assert_ok(ledger_read(l->scene->db, a, acts_keys(l->acts), seq, &e));
        for (size_t i = 0; i < e.n; i++) {
            const struct json *plain;
            assert_ok(json_parse(a, e.items[i].plain, LIMIT_ACT_BYTES, &plain));
            items++;
            size_t n = plain->kind == JSON_ARRAY ? plain->n : 1;
            for (size_t k = 0; k < n; k++) {
                const struct json *one = plain->kind == JSON_ARRAY ? &plain->child[k] : plain;
                if (one->kind != JSON_STRING || utf8_count(one->string) < 2)
                    continue;
                if (str_find(spines, one->string) >= 0)
                    print_error("entry %lld, %.*s: %.*s\n", (long long)seq, STR_ARG(e.items[i].name), STR_ARG(one->string));
                assert_int_equal(str_find(spines, one->string), -1);
            }
        }
    }
    assert_true(items > 60);
}

/* ---- explain ---- */

static void explain_agrees_with_every_entry(void **state)
{
    struct life *l = *state;
    int64_t size = life_size(l), refused = 0, held = 0;
    for (int64_t seq = 1; seq <= size; seq++) {
        AUTO_ARENA(a);
        str json;
        bool same;
        assert_ok(act_explain(l->scene->db, a, acts_keys(l->acts), seq, NULL, &json, &same));
        if (!same)
            print_error("%.*s\n", STR_ARG(json));
        assert_true(same);
        refused += str_find(json, S("\"judged_again\":\"refused\"")) > 0;
        held += str_find(json, S("\"judged_again\":\"held\"")) > 0;
    }
    assert_true(refused >= 3 && held >= 1);
}

/* ... and after everything was forgotten. */
static void explain_survives_forgetting(void **state)
{
    struct life *l = *state;
    int64_t held = erase(l, 1, life_size(l));
    enum act_verdict v = ACT_HELD;
    for (const char *const *by = (const char *const[]){"han", "qin", "fa", NULL}; *by && v == ACT_HELD; by++)
        v = approve(l, *by, held);
    assert_int_equal(v, ACT_ALLOWED);
    explain_agrees_with_every_entry(state);
}

/* A third party or subject reads its own entries only, without facts or spine; others' read as missing. */
static void outsiders_explain_their_own(void **state)
{
    struct life *l = *state;
    static const char *const people[] = {"mei-u", "bl-lead", "fang"};
    int64_t size = life_size(l);
    for (size_t p = 0; p < sizeof people / sizeof *people; p++) {
        struct reader reader;
        int64_t own = 0;
        assert_ok(reader_load(l->scene->db, l->arena, str_of(people[p]), &reader));
        for (int64_t seq = 1; seq <= size + 1; seq++) {
            AUTO_ARENA(a);
            str json, author;
            bool same;
            err *bad = act_explain(l->scene->db, a, acts_keys(l->acts), seq, &reader, &json, &same);
            err *missing = bad;
            assert_ok(db_one_str(l->scene->db, a, "SELECT author FROM act_log WHERE seq = :seq", DB_ARGS(DB_I("seq", seq)), &author));
            if (!str_eq(author, str_of(people[p]))) {
                assert_non_null(missing);
                assert_int_equal(missing->kind, ERR_MISSING);
                err_clear();
                continue;
            }
            own++;
            assert_ok(bad);
            assert_int_equal(str_find(json, S("\"spine\"")), -1);
            assert_int_equal(str_find(json, S("\"facts\"")), -1);
            for (int r = 0; r < LAW_RULE_COUNT; r++)
                if (law_rule_info[r].ground == GROUND_SEALED)
                    assert_int_equal(str_find(json, arena_printf(a, "\"%s\"", law_rule_info[r].name)), -1);
        }
        assert_true(own >= 1);
    }
}

/* ---- the catalogue's SQL ---- */

static bool any_value(void *context, str name, struct db_value *ret)
{
    (void)context, (void)name;
    *ret = (struct db_value){DB_NULL, 0, STR_NONE};
    return true;
}

/* With nothing but NULLs: rows are found or not, but the statement must be one the engine takes. A constraint may object
 * to a NULL, a type may not. */
static int64_t refuses(struct db *d, const struct act_type *t, const char *sql, bool query)
{
    AUTO_ARENA(a);
    struct db_rows rows;
    bool more;
    const struct db_args args = {.lookup = any_value};
    assert_ok(db_begin_write(d));
    err *bad = query ? db_query(d, a, sql, &args, &rows) : db_exec(d, sql, &args, NULL);
    while (!bad && query && !(bad = db_next(&rows, &more)) && more)
        ;
    bool sound = !bad || str_find(bad->detail, S("constraint")) >= 0 || str_find(bad->detail, S("null value")) >= 0;
    if (!sound)
        print_error("%s: %.*s\n", t->name, STR_ARG(bad->detail));
    err_clear();
    db_rollback(d);
    return !sound;
}

static void every_statement_is_sql(void **state)
{
    struct life *l = *state;
    int64_t statements = 0, bad = 0;
    for (size_t i = 0; i < act_type_count(); i++) {
        const struct act_type *t = act_type_at(i);
        if (t->scope)
            bad += refuses(l->scene->db, t, t->scope, true);
        for (int k = 0; k < LIMIT_ACT_STEPS && t->facts[k].sql; k++, statements++)
            bad += refuses(l->scene->db, t, t->facts[k].sql, true);
        for (int k = 0; k < LIMIT_ACT_STEPS && t->apply[k].sql; k++, statements++)
            bad += refuses(l->scene->db, t, t->apply[k].sql, false);
    }
    assert_true(statements > 200);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        life_test(every_statement_is_sql), lived_test(a_life_replays), life_test(memory_replays_into_the_scene), lived_test(a_forgotten_life_replays),
        lived_test(forgotten_bytes_are_gone), cmocka_unit_test(every_body_field_is_placed), lived_test(bodies_stay_out_of_spines),
        lived_test(explain_agrees_with_every_entry), lived_test(explain_survives_forgetting), lived_test(outsiders_explain_their_own)};
    return scene_run("acts replay", tests);
}
