/* Values in and out, names, rows: what every caller relies on. */
#include "scene.h"

static void make_table(struct scene *s)
{
    scene_exec(s->db, "CREATE TABLE thing (id TEXT PRIMARY KEY, n BIGINT, note TEXT, bytes BLOB)"
                      "/*@sqlite WITHOUT ROWID */");
}

static void put(struct scene *s, str id, int64_t n, str note, str bytes)
{
    assert_ok(
        db_put(s->db, "INSERT INTO thing (id, n, note, bytes) VALUES (:id, :n, :note, :bytes)",
               DB_ARGS(DB_T("id", id), DB_I("n", n), DB_T("note", note), DB_B("bytes", bytes))));
}

static void all_kinds_come_back(void **state)
{
    struct scene *s = *state;
    make_table(s);
    char every[256];
    for (int i = 0; i < 256; i++)
        every[i] = (char)i;
    put(s, S("a"), INT64_MIN, S("鄂环执法〔2022〕71号 'quoted' \\ \""), (str){every, sizeof every});
    put(s, S("b"), INT64_MAX, S(""), S(""));
    put(s, S("c"), -1, STR_NONE, STR_NONE);
    struct db_rows r;
    bool more;
    assert_ok(
        db_query(s->db, s->arena, "SELECT id, n, note, bytes FROM thing ORDER BY id", NULL, &r));
    assert_int_equal(r.columns, 4);
    assert_str(db_column_name(&r, 2), "note");
    assert_ok(db_next(&r, &more));
    assert_true(db_int(&r, 1) == INT64_MIN);
    assert_str(db_str(&r, 2), "鄂环执法〔2022〕71号 'quoted' \\ \"");
    struct db_value bytes = db_column(&r, 3);
    assert_int_equal(bytes.kind, DB_BLOB);
    assert_int_equal(bytes.s.n, 256);
    assert_memory_equal(bytes.s.p, every, 256);
    assert_ok(db_next(&r, &more));
    assert_true(db_int(&r, 1) == INT64_MAX);
    assert_int_equal(db_column(&r, 2).kind, DB_TEXT);
    assert_non_null(db_str(&r, 2).p);
    assert_int_equal(db_str(&r, 2).n, 0);
    assert_int_equal(db_column(&r, 3).kind, DB_BLOB);
    assert_non_null(db_column(&r, 3).s.p);
    assert_ok(db_next(&r, &more));
    assert_int_equal(db_column(&r, 2).kind, DB_NULL);
    assert_null(db_str(&r, 2).p);
    assert_int_equal(db_column(&r, 3).kind, DB_NULL);
    assert_true(more);
    assert_ok(db_next(&r, &more));
    assert_false(more);
    assert_ok(db_next(&r, &more));
    assert_false(more);
    db_rows_end(&r);
    db_rows_end(&r);
}

static void rows_without_an_arena(void **state)
{
    struct scene *s = *state;
    make_table(s);
    for (int i = 0; i < 1000; i++)
        put(s, arena_printf(s->arena, "%04d", i), i, S("文"), S("b"));
    struct db_rows r;
    bool more;
    int64_t sum = 0;
    assert_ok(db_query(s->db, NULL, "SELECT n, note FROM thing ORDER BY id", NULL, &r));
    for (;;) {
        assert_ok(db_next(&r, &more));
        if (!more)
            break;
        assert_str(db_str(&r, 1), "文");
        sum += db_int(&r, 0);
    }
    assert_int_equal(sum, 499500);
    assert_ok(db_query(s->db, NULL, "SELECT n FROM thing ORDER BY id", NULL, &r));
    db_rows_end(&r);
}

/* The loop over rows may change the table they came from. */
static void rows_are_of_one_moment(void **state)
{
    struct scene *s = *state;
    make_table(s);
    for (int i = 0; i < 20; i++)
        put(s, arena_printf(s->arena, "%02d", i), i, STR_NONE, STR_NONE);
    struct db_rows r;
    bool more;
    int seen = 0;
    assert_ok(db_begin_write(s->db));
    assert_ok(db_query(s->db, s->arena, "SELECT id FROM thing", NULL, &r));
    for (;; seen++) {
        assert_ok(db_next(&r, &more));
        if (!more)
            break;
        put(s, arena_printf(s->arena, "new-%d", seen), 0, STR_NONE, STR_NONE);
    }
    assert_ok(db_commit(s->db));
    assert_int_equal(seen, 20);
    assert_int_equal(scene_int(s->db, "SELECT count(*) FROM thing"), 40);
}

static void numbers_of_all_types_are_integers(void **state)
{
    struct scene *s = *state;
    make_table(s);
    put(s, S("a"), 40, STR_NONE, STR_NONE);
    put(s, S("b"), 2, STR_NONE, STR_NONE);
    assert_int_equal(scene_int(s->db, "SELECT sum(n) FROM thing"), 42); /* numeric on PostgreSQL */
    assert_int_equal(scene_int(s->db, "SELECT count(*) FROM thing"), 2);
    assert_int_equal(scene_int(s->db, "SELECT 7"), 7); /* int4 */
    assert_int_equal(scene_int(s->db, "SELECT n > 3 FROM thing WHERE id = 'a'"), 1);
    assert_int_equal(scene_int(s->db, "SELECT CAST('12' AS BIGINT)"), 12);
    assert_int_equal(scene_int(s->db, "SELECT n FROM thing WHERE id = 'none'"), -1);
    assert_int_equal(scene_int(s->db, "SELECT max(n) FROM thing WHERE id = 'none'"), -1);
}

static void one_text(void **state)
{
    struct scene *s = *state;
    make_table(s);
    put(s, S("a"), 1, S("第三方"), STR_NONE);
    str got;
    assert_ok(db_one_str(s->db, s->arena, "SELECT note FROM thing WHERE id = :id",
                         DB_ARGS(DB_T("id", S("a"))), &got));
    assert_str(got, "第三方");
    assert_ok(db_one_str(s->db, s->arena, "SELECT note FROM thing WHERE id = :id",
                         DB_ARGS(DB_T("id", S("b"))), &got));
    assert_null(got.p);
}

static void names_in_any_order_and_twice(void **state)
{
    struct scene *s = *state;
    int64_t n;
    for (int i = 0; i < 3; i++)
        assert_ok(db_one_int(
            s->db, "SELECT CAST(:b AS BIGINT) * 100 + CAST(:a AS BIGINT) * 10 + CAST(:b AS BIGINT)",
            i % 2 ? DB_ARGS(DB_I("a", 1), DB_I("b", 2), DB_I("unused", 9))
                  : DB_ARGS(DB_I("b", 2), DB_I("a", 1)),
            0, &n));
    assert_int_equal(n, 212);
    str text;
    assert_ok(db_one_str(s->db, s->arena,
                         "SELECT ':a' || CAST(:a AS TEXT) || '--' /* :b */ -- :c '\n",
                         DB_ARGS(DB_T("a", S("值"))), &text));
    assert_str(text, ":a值--");
}

static bool lookup(void *context, str name, struct db_value *ret)
{
    if (!str_eq(name, S("n")))
        return false;
    *ret = (struct db_value){DB_INT, *(int64_t *)context, STR_NONE};
    return true;
}

static void lookup_is_asked_last(void **state)
{
    struct scene *s = *state;
    int64_t seven = 7, n;
    struct db_args args = *DB_ARGS(DB_I("m", 5));
    args.lookup = lookup;
    args.context = &seven;
    static const char sql[] = "SELECT CAST(:m AS BIGINT) * CAST(:n AS BIGINT)";
    assert_ok(db_one_int(s->db, sql, &args, 0, &n));
    assert_int_equal(n, 35);
    args = *DB_ARGS(DB_I("m", 5), DB_I("n", 2));
    args.lookup = lookup;
    args.context = &seven;
    assert_ok(db_one_int(s->db, sql, &args, 0, &n));
    assert_int_equal(n, 10);
}

static struct db *abort_db;

static void use_unknown_name(void)
{
    int64_t n;
    err *e =
        db_one_int(abort_db, "SELECT CAST(:unknown AS BIGINT)", DB_ARGS(DB_I("known", 1)), 0, &n);
    (void)e;
}

static void unknown_name_is_a_bug(void **state)
{
    abort_db = ((struct scene *)*state)->db;
    assert_aborts(use_unknown_name);
}

static void nul_in_text_is_refused(void **state)
{
    struct scene *s = *state;
    make_table(s);
    assert_err(
        db_exec(s->db, "INSERT INTO thing (id) VALUES (:id)", DB_ARGS(DB_T("id", S("a\0b"))), NULL),
        ERR_INPUT);
    assert_int_equal(scene_int(s->db, "SELECT count(*) FROM thing"), 0);
}

static void changed_rows_are_counted(void **state)
{
    struct scene *s = *state;
    int64_t n = -1;
    assert_ok(db_exec(s->db, "CREATE TABLE pair (a BIGINT PRIMARY KEY, b BIGINT)", NULL, &n));
    assert_int_equal(n, 0);
    assert_ok(db_exec(s->db, "INSERT INTO pair VALUES (1, 1), (2, 2), (3, 3)", NULL, &n));
    assert_int_equal(n, 3);
    assert_ok(db_exec(s->db, "UPDATE pair SET b = 9 WHERE a > 1", NULL, &n));
    assert_int_equal(n, 2);
    assert_ok(db_exec(s->db, "DELETE FROM pair WHERE a = 77", NULL, &n));
    assert_int_equal(n, 0);
    assert_ok(
        db_exec(s->db, "INSERT INTO pair VALUES (1, 5) ON CONFLICT (a) DO NOTHING", NULL, &n));
    assert_int_equal(n, 0);
    assert_ok(db_exec(s->db,
                      "INSERT INTO pair VALUES (1, 5) ON CONFLICT (a) DO UPDATE SET b = excluded.b",
                      NULL, &n));
    assert_int_equal(n, 1);
    assert_int_equal(scene_int(s->db, "SELECT b FROM pair WHERE a = 1"), 5);
}

static void text_sorts_by_bytes(void **state)
{
    struct scene *s = *state;
    make_table(s);
    const char *ids[] = {"b", "B", "a", "中", "A", "_", "é", "10", "9"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        put(s, str_of(ids[i]), 0, STR_NONE, STR_NONE);
    struct db_rows r;
    bool more;
    buf all = buf_make(s->arena, 100);
    assert_ok(db_query(s->db, s->arena, "SELECT id FROM thing WHERE id > :after ORDER BY id",
                       DB_ARGS(DB_T("after", S(""))), &r));
    for (assert_ok(db_next(&r, &more)); more;) {
        buf_add(&all, db_str(&r, 0));
        assert_ok(db_next(&r, &more));
    }
    assert_str(buf_str(&all), "109AB_abé中");
}

/* More texts than the cache holds, each of them twice and a favourite all the time. */
static void cache_evicts(void **state)
{
    struct scene *s = *state;
    int64_t n;
    char sql[64];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < LIMIT_DB_STATEMENTS + 100; i++) {
            snprintf(sql, sizeof sql, "SELECT %d + CAST(:n AS BIGINT)",
                     i); /* same address, other text */
            assert_ok(db_one_int(s->db, sql, DB_ARGS(DB_I("n", 1)), 0, &n));
            assert_int_equal(n, i + 1);
            assert_ok(db_one_int(s->db, "SELECT CAST(:n AS BIGINT)", DB_ARGS(DB_I("n", i)), 0, &n));
            assert_int_equal(n, i);
        }
    assert_int_equal(s->db->statements.n, LIMIT_DB_STATEMENTS);
}

static void too_many_rows(void **state)
{
    struct scene *s = *state;
    struct db_rows r;
    const char *sql =
        "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < :n)"
        " SELECT n FROM c";
    assert_err(db_query(s->db, s->arena, sql, DB_ARGS(DB_I("n", LIMIT_DB_ROWS + 1)), &r),
               ERR_LIMIT);
    assert_ok(db_query(s->db, NULL, sql, DB_ARGS(DB_I("n", LIMIT_DB_ROWS)), &r));
    db_rows_end(&r);
}

static void errors_say_where(void **state)
{
    struct scene *s = *state;
    make_table(s);
    const err *e =
        assert_err(db_exec(s->db, "INSERT INTO nowhere VALUES (1)", NULL, NULL), ERR_DATABASE);
    assert_true(str_find(e->detail, S("nowhere")) >= 0);
    put(s, S("a"), 1, STR_NONE, STR_NONE);
    e = assert_err(db_exec(s->db, "INSERT INTO thing (id) VALUES ('a')", NULL, NULL), ERR_DATABASE);
    assert_true(str_find(e->detail, S("thing")) >= 0);
    int64_t n;
    assert_err(db_one_int(s->db, "SELEC 1", NULL, 0, &n), ERR_DATABASE);
    assert_ok(db_one_int(s->db, "SELECT 1", NULL, 0, &n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scene_test(all_kinds_come_back),
        scene_test(rows_without_an_arena),
        scene_test(rows_are_of_one_moment),
        scene_test(numbers_of_all_types_are_integers),
        scene_test(one_text),
        scene_test(names_in_any_order_and_twice),
        scene_test(lookup_is_asked_last),
        scene_test(unknown_name_is_a_bug),
        scene_test(nul_in_text_is_refused),
        scene_test(changed_rows_are_counted),
        scene_test(text_sorts_by_bytes),
        scene_test(cache_evicts),
        scene_test(too_many_rows),
        scene_test(errors_say_where),
    };
    return scene_run("values", tests);
}
