/* Steps, search and whole tables: what store_migrate() makes and what lives in it. */
#include "scene.h"

static void migrate(struct scene *s)
{
    int applied;
    assert_ok(store_migrate(s->store, true, &applied));
    assert_int_equal(applied, migration_count());
}

static void steps_once(void **state)
{
    struct scene *s = *state;
    int applied = -1;
    const err *e = assert_err(store_migrate(s->store, false, &applied), ERR_VERSION);
    assert_true(str_find(e->text, S("migrate")) > 0);
    migrate(s);
    assert_ok(store_migrate(s->store, true, &applied));
    assert_int_equal(applied, 0);
    assert_ok(store_migrate(s->store, false, &applied));
    assert_int_equal(scene_int(s->db, "SELECT count(*) FROM schema_step"), migration_count());
    struct store *read_only = scene_open_again(s, STORE_READ);
    assert_ok(store_migrate(read_only, false, &applied));
    store_close(read_only);
}

static void changed_text_is_refused(void **state)
{
    struct scene *s = *state;
    int applied;
    migrate(s);
    scene_exec(s->db, "UPDATE schema_step SET digest = 'sm3:00' WHERE number = 1");
    const err *e = assert_err(store_migrate(s->store, true, &applied), ERR_VERSION);
    assert_true(str_find(e->text, S("内容与当初执行的不同")) > 0);
    assert_true(str_find(e->text, S("请")) > 0);
}

static void newer_database_is_refused(void **state)
{
    struct scene *s = *state;
    int applied;
    migrate(s);
    scene_exec(s->db, "INSERT INTO schema_step VALUES (9999, 'future', 'sm3:00', 0)");
    const err *e = assert_err(store_migrate(s->store, true, &applied), ERR_VERSION);
    assert_true(str_find(e->text, S("9999")) > 0);
    assert_true(str_find(e->text, S("请换用更新版本的程序")) > 0);
}

/* A step that stops in the middle leaves nothing of itself. */
static void failed_step_leaves_nothing(void **state)
{
    struct scene *s = *state;
    int applied;
    migrate(s);
    char sql[96];
    snprintf(sql, sizeof sql, "DELETE FROM schema_step WHERE number = %zu", migration_count());
    scene_exec(s->db, sql);
    assert_err(store_migrate(s->store, false, &applied), ERR_VERSION);
    assert_err(store_migrate(s->store, true, &applied),
               ERR_DATABASE); /* its tables are there already */
    assert_int_equal(scene_int(s->db, "SELECT count(*) FROM schema_step"), migration_count() - 1);
}

/* ---- search ---- */

static str found(struct scene *s, const char *query, const char *after, int limit)
{
    str *ids;
    size_t n;
    assert_ok(
        search_find(s->db, s->arena, S("clue"), str_of(query), str_of(after), limit, &ids, &n));
    buf b = buf_make(s->arena, 1000);
    for (size_t i = 0; i < n; i++) {
        buf_add(&b, i ? S(" ") : S(""));
        buf_add(&b, ids[i]);
    }
    return b.p ? buf_str(&b) : S("");
}

static void fill_search(struct scene *s)
{
    static const char *const texts[][2] = {
        {"a1", "某化工厂夜间偷排废水，在线监测COD数据异常"},
        {"a2", "排污许可证过期，仍在生产"},
        {"a3", "Xiezhi 2026-03-05 cod超标；100%_'真*\"假\\"
               "?"},
        {"a4", "污水处理站停运 排 污"},
        {"a5", "𠮷野家〔2022〕71号　全角空格"},
        {"a6", ""},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_ok(search_put(s->db, S("clue"), str_of(texts[i][0]), str_of(texts[i][1])));
    assert_ok(search_put(s->db, S("case"), S("b1"), S("排污许可证")));
}

static void substrings_of_any_length(void **state)
{
    struct scene *s = *state;
    migrate(s);
    fill_search(s);
    static const char *const queries[][2] = {
        {"水", "a1 a4"},
        {"排污", "a2"},
        {"污水", "a4"},
        {"化工厂", "a1"},
        {"排污许可证过期", "a2"},
        {"污许证", ""},
        {"COD", "a1 a3"},
        {"cod", "a1 a3"},
        {"d超", "a3"},
        {"03-05", "a3"},
        {"ie", "a3"},
        {"排 水", "a1 a4"},
        {"水　站", "a4"},
        {" 排污  过期 ", "a2"},
        {"水站", ""},
        {"𠮷", "a5"},
        {"𠮷野", "a5"},
        {"〔2022〕", "a5"},
        {"号全", ""},
        {"排污过期", ""},
        {"新", ""},
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        assert_str(found(s, queries[i][0], "", 100), queries[i][1]);
}

static void special_characters_are_only_characters(void **state)
{
    struct scene *s = *state;
    migrate(s);
    fill_search(s);
    static const char *const queries[] = {"%",
                                          "_",
                                          "'",
                                          "*",
                                          "\"",
                                          "\\",
                                          "?",
                                          "%_",
                                          "_'",
                                          "'真*",
                                          "*\"",
                                          "\"假\\",
                                          "%_'真*\"假\\?",
                                          "100% 2026",
                                          "；",
                                          "' \" * \\"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        assert_str(found(s, queries[i], "", 100), "a3");
    static const char *const none[] = {"a%b",  "%%",          "真_", "\" OR \"",
                                       "真:*", "'真' | '污'", "NOT", "a3)"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_str(found(s, none[i], "", 100), "");
}

static void search_pages_replaces_and_drops(void **state)
{
    struct scene *s = *state;
    migrate(s);
    fill_search(s);
    assert_str(found(s, "水", "", 1), "a1");
    assert_str(found(s, "水", "a1", 1), "a4");
    assert_str(found(s, "水", "a4", 1), "");
    assert_ok(search_put(s->db, S("clue"), S("a1"), S("改过的文字")));
    assert_ok(search_put(s->db, S("clue"), S("a1"), S("改过的文字")));
    assert_str(found(s, "水", "", 9), "a4");
    assert_str(found(s, "改过", "", 9), "a1");
    assert_ok(search_drop(s->db, S("clue"), S("a4")));
    assert_ok(search_drop(s->db, S("clue"), S("never")));
    assert_str(found(s, "水", "", 9), "");
    assert_ok(search_put(s->db, S("clue"), S("a4"), S("水又来了")));
    assert_str(found(s, "水", "", 9), "a4");
    assert_ok(db_begin_write(s->db));
    assert_ok(search_put(s->db, S("clue"), S("a7"), S("水水水")));
    assert_str(found(s, "水水", "", 9), "a7");
    db_rollback(s->db);
    assert_str(found(s, "水", "", 9), "a4");
}

static void query_and_text_have_limits(void **state)
{
    struct scene *s = *state;
    migrate(s);
    str *ids;
    size_t n;
    str blank[] = {S(""), S(" "), S("　\t")};
    for (int i = 0; i < 3; i++)
        assert_err(search_find(s->db, s->arena, S("clue"), blank[i], S(""), 9, &ids, &n),
                   ERR_INPUT);
    char query[65 * 3 + 1] = "";
    for (int i = 0; i < 64; i++)
        strcat(query, "水");
    assert_ok(search_find(s->db, s->arena, S("clue"), str_of(query), S(""), 9, &ids, &n));
    strcat(query, "水");
    assert_err(search_find(s->db, s->arena, S("clue"), str_of(query), S(""), 9, &ids, &n),
               ERR_INPUT);
    assert_err(search_find(s->db, s->arena, S("clue"), S("\xff"), S(""), 9, &ids, &n), ERR_INPUT);
    size_t bytes = 200 * 1024;
    char *text = arena_alloc(s->arena, bytes + 1, 1);
    for (size_t i = 0; i < bytes; i++) /* as many different grams as possible */
        text[i] = (char)('!' + (i * i / 7 + i) % 90);
    assert_ok(search_put(s->db, S("clue"), S("long"), (str){text, bytes}));
    assert_err(search_put(s->db, S("clue"), S("long"), (str){text, bytes + 1}), ERR_LIMIT);
}

/* More texts than are read off in order: a word of all of them, and one of three that lie far apart, page by page. */
static void common_and_rare_words_page_by_page(void **state)
{
    enum { TEXTS = 4600, PAGE = 700 };
    struct scene *s = *state;
    static const int rare[] = {3, 4100, 4599};
    migrate(s);
    assert_ok(db_begin_write(s->db));
    for (int i = 0; i < TEXTS; i++)
        assert_ok(search_put(s->db, S("clue"), arena_printf(s->arena, "t%05d", i),
                             arena_printf(s->arena, "%s第%d号", i == rare[0] || i == rare[1] || i == rare[2] ? "鄂城电镀厂" : "江汉电厂", i)));
    assert_ok(db_commit(s->db));
    str after = S("");
    int seen = 0;
    for (size_t n = PAGE; n == PAGE;) {
        str *ids;
        assert_ok(search_find(s->db, s->arena, S("clue"), S("电"), after, PAGE, &ids, &n));
        for (size_t i = 0; i < n; i++)
            assert_true(str_eq(ids[i], arena_printf(s->arena, "t%05d", seen++)));
        after = n ? ids[n - 1] : after;
    }
    assert_int_equal(seen, TEXTS);
    assert_true(str_eq(found(s, "电镀", "", 9), S("t00003 t04100 t04599")));
    assert_true(str_eq(found(s, "电镀", "", 2), S("t00003 t04100")));
    assert_true(str_eq(found(s, "电镀 号", "t00003", 9), S("t04100 t04599")));
    assert_true(str_eq(found(s, "镀电", "", 9), S("")));
}

/* ---- whole tables ---- */

static void fill_table(struct scene *s)
{
    scene_exec(
        s->db,
        "CREATE TABLE reading (place TEXT NOT NULL, at BIGINT NOT NULL, note TEXT, bytes BLOB,"
        " PRIMARY KEY (place, at)) /*@sqlite WITHOUT ROWID */");
    assert_ok(db_begin_write(s->db));
    for (int i = 0; i < 700; i++) {
        int at = i * 7919 % 700; /* in no order */
        assert_ok(db_put(s->db, "INSERT INTO reading VALUES (:place, :at, :note, :bytes)",
                         DB_ARGS(DB_T("place", at % 2 ? S("江岸") : S("A")), DB_I("at", at - 350),
                                 DB_T("note", at % 5 ? S("正常") : STR_NONE),
                                 DB_B("bytes", at % 3 ? S("\0\xff") : S("")))));
    }
    assert_ok(db_commit(s->db));
}

static void digest_is_the_same_everywhere(void **state)
{
    struct scene *s = *state;
    fill_table(s);
    struct sm3 digest, again;
    int64_t rows;
    assert_ok(table_digest(s->db, S("reading"), &digest, &rows));
    assert_int_equal(rows, 700);
    /* Written down once: both engines must reach it. */
    assert_str(sm3_text(s->arena, &digest),
               "sm3:a9f77c86d87317ccc34a75612b53e39106fe743f6bdba321c5001c6f343e3ebf");
    scene_exec(s->db, "UPDATE reading SET note = '' WHERE place = 'A' AND at = 0");
    assert_ok(table_digest(s->db, S("reading"), &again, &rows));
    assert_memory_not_equal(&digest, &again, sizeof digest);
    assert_err(table_digest(s->db, S("nowhere"), &digest, &rows), ERR_MISSING);
    assert_err(table_digest(s->db, S("x\"; DROP TABLE reading"), &digest, &rows), ERR_INPUT);
    scene_exec(s->db, "CREATE TABLE keyless (n BIGINT)");
    assert_err(table_digest(s->db, S("keyless"), &digest, &rows), ERR_DATABASE);
}

static void first_difference(void **state)
{
    struct scene *s = *state;
    fill_table(s);
    struct store *memory;
    struct db *other;
    assert_ok(store_open(S("sqlite::memory:"), S(""), STORE_CREATE, &memory));
    assert_ok(db_open(memory, true, &other));
    struct scene twin = {.db = other};
    fill_table(&twin);
    str key, column;
    assert_ok(table_difference(s->db, other, s->arena, S("reading"), &key, &column));
    assert_str(key, "");
    scene_exec(other, "UPDATE reading SET note = '异常' WHERE at = 349");
    assert_ok(table_difference(s->db, other, s->arena, S("reading"), &key, &column));
    assert_str(key, "江岸/349");
    assert_str(column, "note");
    scene_exec(other, "DELETE FROM reading WHERE at = 100");
    assert_ok(table_difference(s->db, other, s->arena, S("reading"), &key, &column));
    assert_str(key, "A/100");
    assert_str(column, "");
    assert_ok(table_difference(other, s->db, s->arena, S("reading"), &key, &column));
    assert_str(key, "A/100");
    scene_exec(other, "ALTER TABLE reading ADD COLUMN more TEXT");
    assert_err(table_difference(s->db, other, s->arena, S("reading"), &key, &column), ERR_VERSION);
    db_close(other);
    store_close(memory);
}

static void tables_without_those_of_search(void **state)
{
    struct scene *s = *state;
    migrate(s);
    str *names;
    size_t n;
    assert_ok(store_tables(s->db, s->arena, &names, &n));
    assert_true(n > 5);
    bool ledger = false;
    for (size_t i = 0; i < n; i++) {
        assert_true(i == 0 || str_cmp(names[i - 1], names[i]) < 0);
        assert_false(str_starts(names[i], S("search")) || str_starts(names[i], S("schema")));
        ledger |= str_eq(names[i], S("ledger_entry"));
        struct sm3 digest;
        int64_t rows;
        assert_ok(table_digest(s->db, names[i], &digest, &rows));
        assert_int_equal(rows, 0);
    }
    assert_true(ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scene_test(steps_once),
        scene_test(changed_text_is_refused),
        scene_test(newer_database_is_refused),
        scene_test(failed_step_leaves_nothing),
        scene_test(substrings_of_any_length),
        scene_test(special_characters_are_only_characters),
        scene_test(search_pages_replaces_and_drops),
        scene_test(common_and_rare_words_page_by_page),
        scene_test(query_and_text_have_limits),
        scene_test(digest_is_the_same_everywhere),
        scene_test(first_difference),
        scene_test(tables_without_those_of_search),
    };
    return scene_run("schema", tests);
}
