/* What the public may see is decided by type: secrets are put into every column that could hold one, and none comes out. */
#include "acts/life.h"

#include <string.h>

#define MARK "秘密标记"

static const char *const days[] = {
    "{\"at\":\"2026-05-20T09:00:00+08:00\",\"by\":\"han\",\"act\":\"disclosure.publish\",\"id\":\"x1\",\"kind\":\"agreement\",\"ref\":\"a1\"}",
    "{\"at\":\"2026-05-20T09:01:00+08:00\",\"by\":\"han\",\"act\":\"disclosure.publish\",\"id\":\"x2\",\"kind\":\"procurement\",\"ref\":\"p1\"}",
    "{\"at\":\"2026-05-20T09:02:00+08:00\",\"by\":\"han\",\"act\":\"disclosure.publish\",\"id\":\"x3\",\"kind\":\"statistics\",\"ref\":\"2026年一季度\"}",
    "{\"at\":\"2026-05-20T09:03:00+08:00\",\"by\":\"han\",\"act\":\"disclosure.withdraw\",\"disclosure\":\"x1\",\"class\":\"mistaken\",\"reason\":\"录入有误\"}",
    "{\"at\":\"2026-05-20T09:04:00+08:00\",\"by\":\"han\",\"act\":\"disclosure.publish\",\"id\":\"x4\",\"kind\":\"agreement\",\"ref\":\"a1\"}"};

static void publish_all(struct life *l)
{
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        assert_int_equal(life_verdict(l, "han", days[i]), ACT_ALLOWED);
}

/* ---- the gate ---- */

static const struct thing_column *column(const char *table, const char *name)
{
    const struct thing *t = thing_of(str_of(table));
    assert_non_null(t);
    for (const struct thing_column *c = t->columns; c->name; c++)
        if (!strcmp(c->name, name))
            return c;
    fail_msg("%s.%s", table, name);
    return NULL;
}

static void sealed_columns_never_pass(void **state)
{
    (void)state;
    static const struct { const char *table, *column; } kept[] = {
        {"subject", "name"}, {"subject", "lon"}, {"provider", "name"}, {"provider", "id_number"}, {"provider", "state_reason"},
        {"member", "name"}, {"member", "id_number"}, {"users", "name"}, {"users", "phone"}, {"procurement", "reason"},
        {"procurement", "single_source_reason"}, {"procurement", "author"}, {"casefile", "cause"}, {"violation", "basis"},
        {"violation", "reasons"}, {"entrustment", "matter"}, {"entrustment", "state_reason"}, {"visit", "lat"}, {"agreement", "end_reason"},
        {"clue", "text"}, {"notice", "who"}, {"objection", "contact"}, {"material", "title"}, {"gift", "from_whom"}};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (disclosed_column(kept[i].table, column(kept[i].table, kept[i].column)))
            fail_msg("%s.%s would be public", kept[i].table, kept[i].column);
    assert_true(disclosed_column("procurement", column("procurement", "title")));
    assert_true(disclosed_column("agreement", column("agreement", "fee")));
}

/* What a kind lists passes, all of it: a list that names a sealed column is a fault of the list, told here. */
static void lists_hold_nothing_sealed(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct act_field *f = act_type_find(S("disclosure.publish"))->fields;
    str names = str_of(f[0].of), name;
    for (size_t i = 0; i < disclosed_kind_count(); i++) {
        const struct disclosed_kind *k = disclosed_kind_at(i);
        str rest = str_of(k->columns), column_name;
        assert_true(str_next(&names, ' ', &name));
        assert_str(name, k->name);
        assert_non_null(deadline_find(str_of(k->deadline)));
        while (rest.p && str_next(&rest, ' ', &column_name))
            if (column_name.n && !disclosed_column(k->table, column(k->table, arena_cstr(a, column_name))))
                fail_msg("%s lists %.*s", k->name, STR_ARG(column_name));
        for (const struct disclosed_list *l = k->lists; l && l->label; l++)
            for (const struct thing_column *c = l->columns; c->name; c++)
                assert_true(disclosed_column(l->table, c));
    }
    assert_null(names.p);
    assert_str(str_of(disclosed_kind_names), f[0].of);
}

/* ---- marked secrets ---- */

static int64_t seed_table(struct life *l, struct arena *a, str table)
{
    struct db_rows rows;
    bool more;
    int64_t seeded = 0;
    VEC(str) columns = {0};
    assert_ok(db_query(l->scene->db, a, arena_cstr(a, arena_printf(a, "SELECT * FROM %.*s LIMIT 1", STR_ARG(table))), NULL, &rows));
    for (int i = 0; i < rows.columns; i++)
        vec_push(a, &columns, arena_str(a, db_column_name(&rows, i)));
    assert_ok(db_next(&rows, &more));
    if (more)
        db_rows_end(&rows);
    const struct thing *t = thing_of(table);
    for (size_t i = 0; more && i < columns.n; i++) {
        const char *name = arena_cstr(a, columns.p[i]);
        bool sealed = erase_places_in(arena_cstr(a, table), name);
        for (const struct thing_column *c = t ? t->columns : NULL; c && c->name; c++)
            sealed = sealed || (!strcmp(c->name, name) && c->kind == COLUMN_TEXT && (c->flags & (COLUMN_PRIVATE | COLUMN_INSIDE)) && !c->sql);
        if (!sealed)
            continue;
        int64_t n;
        str sql = arena_printf(a, "UPDATE %.*s SET %s = CAST(:mark AS TEXT)", STR_ARG(table), name);
        str mark = arena_printf(a, MARK "%.*s%s", STR_ARG(table), name);
        err *bad = db_exec(l->scene->db, arena_cstr(a, sql), DB_ARGS(DB_T("mark", mark)), &n);
        assert_ok(bad);
        seeded += n > 0;
    }
    return seeded;
}

/* SQLite keeps a text in a column of numbers, too: so every sealed column of every table is filled. */
static int64_t seed_everything(struct life *l, struct arena *a)
{
    str *tables;
    size_t n;
    int64_t seeded = 0;
    assert_ok(store_tables(l->scene->db, a, &tables, &n));
    assert_ok(db_begin_write(l->scene->db));
    for (size_t i = 0; i < n; i++)
        seeded += seed_table(l, a, tables[i]);
    assert_ok(db_commit(l->scene->db));
    return seeded;
}

static int64_t compose_all(struct life *l, struct arena *a, const struct disclosed_kind *k, size_t *ret_bytes)
{
    struct db_rows rows;
    int64_t composed = 0;
    VEC(str) ids = {0};
    if (!k->table) {
        vec_push(a, &ids, S("2026年"));
    } else {
        assert_ok(db_query(l->scene->db, a, arena_cstr(a, arena_printf(a, "SELECT id FROM %s ORDER BY id", k->table)), NULL, &rows));
        for (bool more;;) {
            assert_ok(db_next(&rows, &more));
            if (!more)
                break;
            vec_push(a, &ids, db_str(&rows, 0));
        }
    }
    for (size_t i = 0; i < ids.n; i++) {
        str content;
        struct disclosed_value *v;
        size_t n;
        assert_ok(disclosed_compose(l->scene->db, a, k, ids.p[i], STR_NONE, true, &content));
        if (str_find(content, S(MARK)) >= 0)
            fail_msg("%s %.*s: %.*s", k->name, STR_ARG(ids.p[i]), STR_ARG(content));
        assert_ok(disclosed_values(a, k, content, &v, &n));
        composed += n > 0;
        *ret_bytes += content.n;
    }
    return composed;
}

static void no_marked_secret_comes_out(void **state)
{
    struct life *l = *state;
    AUTO_ARENA(a);
    size_t bytes = 0;
    int64_t composed = 0;
    if (store_engine_of(l->scene->store) != STORE_SQLITE)
        skip(); /* its columns of numbers take no text */
    int64_t seeded = seed_everything(l, a);
    assert_true(seeded > 60);
    for (size_t i = 0; i < disclosed_kind_count(); i++)
        composed += compose_all(l, a, disclosed_kind_at(i), &bytes);
    assert_true(composed >= 8 && bytes > 2000);
}

/* ---- what becomes of what is published ---- */

static void a_published_life_replays(void **state)
{
    struct life *l = *state;
    publish_all(l);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM disclosure WHERE content IS NULL AND id <> 'x1'"), 0);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM disclosure WHERE id = 'x1' AND content IS NULL AND digest IS NOT NULL"
                                             " AND withdraw_class = 'mistaken'"), 1);
    struct store *memory = life_replayed(l, l->scene->store);
    life_same_tables(l->scene->store, memory);
    store_close(memory);
    life_sound(l->scene->store);
}

static void content_is_what_it_was(void **state)
{
    struct life *l = *state;
    AUTO_ARENA(a);
    struct disclosed_item before, after;
    publish_all(l);
    assert_ok(disclosed_get(l->scene->db, a, S("x4"), &before));
    assert_true(str_find(before.content, S("\"fee\":110000000")) > 0);
    struct sm3 digest = sm3_of(before.content.p, before.content.n);
    assert_true(str_eq(sm3_text(a, &digest), before.digest));
    assert_int_equal(life_verdict(l, "han", "{\"at\":\"2026-05-21T09:00:00+08:00\",\"by\":\"han\",\"act\":\"agreement.terminate\",\"agreement\":\"a1\","
                                            "\"reason\":\"期满\"}") == ACT_INVALID, 0);
    assert_ok(disclosed_get(l->scene->db, a, S("x4"), &after));
    assert_true(str_eq(after.content, before.content));
    assert_err(disclosed_get(l->scene->db, a, S("nothing"), &after), ERR_MISSING);
}

static void what_is_due_is_counted(void **state)
{
    struct life *l = *state;
    AUTO_ARENA(a);
    struct disclosed_timeliness *t;
    size_t n, kinds = 0;
    usec now;
    assert_ok(time_parse(S("2026-05-20T12:00:00+08:00"), &now));
    assert_ok(disclosed_timely(l->scene->db, a, S(""), now, &t, &n));
    int64_t overdue = 0;
    for (size_t i = 0; i < n; i++)
        overdue += t[i].overdue;
    assert_true(overdue >= 2); /* award and agreement of February */
    publish_all(l);
    assert_ok(disclosed_timely(l->scene->db, a, S("wuhan"), now, &t, &n));
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(t[i].due, t[i].on_time + t[i].late + t[i].open + t[i].withheld);
        if (!strcmp(t[i].kind->name, "agreement") || !strcmp(t[i].kind->name, "procurement")) {
            kinds++;
            assert_true(t[i].late == 1 && t[i].open == 0 && t[i].counted == 1 && t[i].workdays > 40);
        }
    }
    assert_int_equal(kinds, 2);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM todo t JOIN disclosure_due u ON u.id = t.thing_id WHERE t.closed_seq IS NULL"
                                             " AND u.kind IN ('agreement', 'procurement')"), 0);
    assert_ok(disclosed_timely(l->scene->db, a, S("nowhere"), now, &t, &n));
    assert_int_equal(n, 0);
}

static void found_by_word_and_kind(void **state)
{
    struct life *l = *state;
    AUTO_ARENA(a);
    struct disclosed_item *items;
    size_t n;
    publish_all(l);
    assert_ok(disclosed_find(l->scene->db, a, &(struct disclosed_query){.limit = 50}, &items, &n));
    assert_int_equal(n, 4);
    assert_true(items[0].seq > items[1].seq);
    assert_ok(disclosed_find(l->scene->db, a, &(struct disclosed_query){.kind = S("agreement"), .limit = 1, .before = items[0].seq}, &items, &n));
    assert_int_equal(n, 1);
    assert_str(items[0].id, "x1");
    assert_ok(disclosed_find(l->scene->db, a, &(struct disclosed_query){.text = S("辅助执法服务"), .limit = 50}, &items, &n));
    assert_int_equal(n, 1);
    assert_str(items[0].id, "x2");
    assert_ok(disclosed_find(l->scene->db, a, &(struct disclosed_query){.text = S("%"), .limit = 50}, &items, &n));
    assert_int_equal(n, 0); /* a sign, not a pattern */
}

static void periods_are_read(void **state)
{
    (void)state;
    static const struct { const char *text, *from, *to; } good[] = {
        {"2026年", "2026-01-01", "2027-01-01"}, {"2026年全年", "2026-01-01", "2027-01-01"}, {"2026年上半年", "2026-01-01", "2026-07-01"},
        {"2026年下半年", "2026-07-01", "2027-01-01"}, {"2026年一季度", "2026-01-01", "2026-04-01"}, {"2026年第四季度", "2026-10-01", "2027-01-01"},
        {"2026年3月", "2026-03-01", "2026-04-01"}, {"2026年12月", "2026-12-01", "2027-01-01"}};
    static const char *const bad[] = {"", "年", "26年", "2026", "2026年13月", "2026年0月", "2026年五季度", "二〇二六年", "12026年", "2026年3月底"};
    day from, to, want;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(disclosed_period(str_of(good[i].text), &from, &to));
        assert_ok(day_parse(str_of(good[i].from), &want));
        assert_int_equal(from, want);
        assert_ok(day_parse(str_of(good[i].to), &want));
        assert_int_equal(to, want);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(disclosed_period(str_of(bad[i]), &from, &to));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sealed_columns_never_pass), cmocka_unit_test(lists_hold_nothing_sealed), cmocka_unit_test(periods_are_read),
        lived_test(no_marked_secret_comes_out), lived_test(a_published_life_replays), lived_test(content_is_what_it_was),
        lived_test(what_is_due_is_counted), lived_test(found_by_word_and_kind)};
    return scene_run("acts disclosed", tests);
}
