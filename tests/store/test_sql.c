/* The dialect, without any engine; and the cache of statements. */
#include "testing.h"

#include "store/statement.h"

static struct arena *a;

static str translated(enum store_engine engine, const char *text)
{
    return sql_translate(a, engine, str_of(text)).text;
}

static void parameters(void **state)
{
    (void)state;
    struct sql sql = sql_translate(
        a, STORE_POSTGRES, S("SELECT :a, :b_2, :a::TEXT, ':c', \":d\" -- :e\n, :b_2 /* :f */"));
    assert_str(sql.text, "SELECT $1, $2, $1::TEXT, ':c', \":d\" \n, $2 ");
    assert_int_equal(sql.n, 2);
    assert_str(sql.param[0], "a");
    assert_str(sql.param[1], "b_2");
    assert_str(translated(STORE_SQLITE, "SELECT :a, 'it''s :b' || :a"),
               "SELECT :a, 'it''s :b' || :a");
    assert_str(translated(STORE_POSTGRES, "SELECT 'it''s :b' || :a"), "SELECT 'it''s :b' || $1");
    assert_str(translated(STORE_POSTGRES, "SELECT '2026-01-01 09:30' || :"),
               "SELECT '2026-01-01 09:30' || :");
    assert_str(translated(STORE_POSTGRES, "SELECT 'open :a"), "SELECT 'open :a");
    assert_str(translated(STORE_POSTGRES, "SELECT /* open :a"), "SELECT ");
}

static void types_in_ddl_only(void **state)
{
    (void)state;
    const char *table =
        "CREATE TABLE t (text TEXT NOT NULL, n BIGINT, b BLOB, CHECK (CAST(n AS TEXT) <> 'TEXT'))";
    assert_str(translated(STORE_POSTGRES, table),
               "CREATE TABLE t (text TEXT COLLATE \"C\" NOT NULL, n BIGINT, b BYTEA,"
               " CHECK (CAST(n AS TEXT) <> 'TEXT'))");
    assert_str(translated(STORE_SQLITE, table), "CREATE TABLE t (text TEXT NOT NULL, n INTEGER, b "
                                                "BLOB, CHECK (CAST(n AS TEXT) <> 'TEXT'))");
    assert_str(translated(STORE_POSTGRES, "ALTER TABLE t ADD COLUMN c TEXT"),
               "ALTER TABLE t ADD COLUMN c TEXT COLLATE \"C\"");
    const char *query = "SELECT CAST(:x AS TEXT), CAST(:y AS BIGINT) FROM BLOB";
    assert_str(translated(STORE_SQLITE, query), query);
}

static void marks(void **state)
{
    (void)state;
    const char *text = "A /*@sqlite B :x */ C /*@postgres D :y */ E /* F */";
    assert_str(translated(STORE_SQLITE, text), "A  B :x   C  E ");
    assert_str(translated(STORE_POSTGRES, text), "A  C  D $1   E ");
    assert_true(sql_translate(a, STORE_POSTGRES, S("/*@sqlite CREATE x */ -- no\n\t")).blank);
    assert_false(sql_translate(a, STORE_SQLITE, S("/*@sqlite CREATE x */")).blank);
    assert_true(sql_translate(a, STORE_SQLITE, S("")).blank);
}

static void splitting(void **state)
{
    (void)state;
    str rest = S("one ';' \";\" /* ; */ -- ;\n; two;; three"), part;
    const char *want[] = {"one ';' \";\" /* ; */ -- ;\n", " two", "", " three"};
    for (int i = 0; i < 4; i++) {
        assert_true(sql_next(&rest, &part));
        assert_str(part, want[i]);
    }
    assert_false(sql_next(&rest, &part));
    rest = S("'open ; ");
    assert_true(sql_next(&rest, &part));
    assert_false(sql_next(&rest, &part));
}

/* Random finds, additions and removals against what must be there. */
static void cache_keeps_what_it_was_given(void **state)
{
    (void)state;
    enum { TEXTS = 900 };
    static struct statements all;
    static char text[TEXTS][32];
    struct statement *have[TEXTS] = {0};
    uint64_t random = 3;
    for (int i = 0; i < TEXTS; i++)
        snprintf(text[i], sizeof text[i], "SELECT %d + :x", i);
    for (int step = 0; step < 60000; step++) {
        size_t i = test_random(&random) % TEXTS;
        assert_ptr_equal(statement_find(&all, text[i]), have[i]);
        if (have[i] && test_random(&random) % 2) {
            statement_remove(&all, have[i]);
            statement_free(have[i]);
            have[i] = NULL;
        } else if (!have[i] && all.n < LIMIT_DB_STATEMENTS) {
            have[i] = statement_new(STORE_SQLITE, text[i]);
            statement_add(&all, have[i], text[i]);
        }
    }
    uint64_t before = 0;
    for (struct statement *s; (s = statement_oldest(&all)); statement_free(s)) {
        assert_true(s->used > before);
        before = s->used;
        statement_remove(&all, s);
    }
    assert_int_equal(all.n, 0);
}

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters),
        cmocka_unit_test(types_in_ddl_only),
        cmocka_unit_test(marks),
        cmocka_unit_test(splitting),
        cmocka_unit_test(cache_keeps_what_it_was_given),
    };
    return cmocka_run_group_tests_name("sql", tests, setup, teardown);
}
