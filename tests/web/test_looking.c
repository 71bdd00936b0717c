/* Statistics, targeting and integrity on pages and in the API: who may, that what is counted can be opened, and that both say the same. */
#include "sheet/sheet.h"
#include "web/scene.h"
#include "web/looking.h"

#include <stdlib.h>

static struct scene scene;

static int open_scene(void **state)
{
    (void)state;
    scene_open(&scene, DOOR_BOTH);
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_begin_write(d));
    static const char *const rows[] = {
        "INSERT INTO agreement (id, seq, agency, provider, from_date, to_date, fee, pricing, author, state, extended) VALUES"
        " ('a1', 1, 'wuhan', 'blueline', 20000, 30000, 100, 'lump_sum', 'wei', 'effective', 0),"
        " ('a2', 1, 'yichang', 'greenline', 20000, 30000, 100, 'lump_sum', 'yi', 'effective', 0)",
        "INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, matter, region, from_date, to_date, author, enters_site, amount, historic,"
        " state, state_seq, frozen, ended_at, approved_at) VALUES"
        " ('e1', 1, 'a1', 'wuhan', 'blueline', 'T03', '评估', 420102, 20500, 20520, 'wei', 1, 100, 0, 'finished', 1, 0, 1772000000000000, 1),"
        " ('e2', 1, 'a1', 'wuhan', 'blueline', 'T07', '巡飞', 420102, 20500, 20520, 'wei', 0, 100, 0, 'finished', 1, 0, 1772000000000000, 1),"
        " ('e3', 1, 'a2', 'yichang', 'greenline', 'T07', '宜昌', 420502, 20500, 20520, 'yi', 0, 100, 0, 'finished', 1, 0, 1772000000000000, 1)",
        "INSERT INTO visit (id, seq, entrustment, subject, starts, ends, emergency, helpers, author, state, state_seq) VALUES"
        " ('v1', 1, 'e1', 'jiang', 1772000000000000, 1772000000000001, 0, 0, 'wei', 'closed', 1)",
        "INSERT INTO act_log (seq, act, author, agency, at, received_at, verdict, mark) VALUES (900000, 'subject.register', 'wei', 'wuhan', 1700000000000000, 1, 0, 0)",
        "INSERT INTO order_refusal (id, seq, entrustment, author, at) VALUES ('rf1', 1, 'e1', 'mei-u', 1772000000000000)",
        "INSERT INTO integrity_finding (id, seq, kind, about_kind, about_id, provider, agency, score, text, evidence, found_at, state) VALUES"
        " ('f1', 1, 'text_reuse', 'provider', 'blueline', 'blueline', 'wuhan', 800, '<i>相同</i>', '另一家的内容', 1, 'found'),"
        " ('f2', 1, 'text_reuse', 'provider', 'blueline', 'blueline', 'wuhan', 800, '相同二', '另一家的内容', 1, 'opened'),"
        " ('f3', 1, 'fast_verification', 'user', 'wei', NULL, 'wuhan', 800, '过快', '', 1, 'found')"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_ok(db_exec(d, rows[i], NULL, NULL));
    assert_ok(db_commit(d));
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

static str fetch(struct arena *a, const char *user, const char *path, int want)
{
    str cookie, csrf;
    scene_sign_in(a, &scene, user, &cookie, &csrf);
    str answer = scene_get(a, &scene, cookie, path);
    if (scene_status(answer) != want)
        fail_msg("%s %s: %d, wanted %d", user, path, scene_status(answer), want);
    return scene_body(answer);
}

static void doors(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char *const paths[] = {"/statistics", "/statistics/coverage", "/statistics.csv", "/statistics.xlsx", "/statistics/coverage/rows.csv", "/statistics/coverage/rows.xlsx", "/targets", "/targets/jiang",
                                        "/api/statistics", "/api/statistics/coverage", "/api/targets"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        static const char *const outside[] = {"lead", "mei-u", "fang", "sys"};
        for (size_t k = 0; k < 4; k++)
            fetch(a, outside[k], paths[i], 403);
        fetch(a, "han", paths[i], 200);
        fetch(a, "qin", paths[i], 200);
    }
    fetch(a, "qin", "/integrity", 200);
    static const char *const others[] = {"han", "wei", "lead", "mei-u", "fang"};
    for (size_t k = 0; k < 5; k++)
        fetch(a, others[k], "/integrity", 403);
    fetch(a, "wei", "/targets/xia", 404); /* another city's company */
    fetch(a, "wei", "/statistics/none", 404);
    fetch(a, "wei", "/statistics?region=420500", 403);
    fetch(a, "wei", "/statistics?from=2026-13-01", 400);
    fetch(a, "wei", "/statistics?from=2026-03-01&to=2026-01-01", 400);
    fetch(a, "wei", "/statistics/coverage?part=both", 400);
}

#define YEAR "?from=2026-01-01&to=2026-12-31"

static int64_t member(const struct json *j, const char *name)
{
    const struct json *v = json_get(j, str_of(name));
    return v && v->integer ? v->i : -1;
}

static void pages_and_api_say_the_same(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct json *all;
    assert_ok(json_parse(a, fetch(a, "wei", "/api/statistics" YEAR, 200), 4 << 20, &all));
    const struct json *items = json_get(all, S("items"));
    assert_int_equal(items->n, figure_count());
    int64_t seen = 0;
    for (size_t i = 0; i < items->n; i++) {
        const struct json *one, *f = &items->child[i];
        str id = json_string(f, S("id"));
        const char *path = arena_cstr(a, arena_printf(a, "/api/statistics/%.*s" YEAR, STR_ARG(id)));
        assert_ok(json_parse(a, fetch(a, "wei", path, 200), 4 << 20, &one));
        int64_t sum = 0;
        const struct json *rows = json_get(one, S("items"));
        for (size_t k = 0; k < rows->n; k++)
            sum += member(&rows->child[k], "value");
        assert_int_equal(sum, member(f, "numerator"));
        assert_int_equal(member(one, "numerator"), member(f, "numerator"));
        str page = fetch(a, "wei", arena_cstr(a, arena_printf(a, "/statistics/%.*s" YEAR, STR_ARG(id))), 200);
        assert_true(str_find(page, json_string(f, S("label"))) > 0);
        assert_true(str_find(page, S("null")) < 0 && str_find(page, S("NaN")) < 0);
        seen += sum > 0;
    }
    assert_true(seen >= 4);
}

static void offices_see_their_own(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct json *j;
    assert_ok(json_parse(a, fetch(a, "wei", "/api/statistics/off-site" YEAR, 200), 4 << 20, &j));
    assert_int_equal(member(j, "numerator"), 1);
    assert_int_equal(member(j, "denominator"), 2);
    assert_ok(json_parse(a, fetch(a, "yi", "/api/statistics/off-site" YEAR, 200), 4 << 20, &j));
    assert_int_equal(member(j, "numerator"), 1);
    assert_int_equal(member(j, "denominator"), 1);
    str page = fetch(a, "wei", "/statistics/refusals" YEAR, 200);
    assert_true(str_find(page, S("不作任何评价")) > 0);
    page = fetch(a, "wei", "/statistics/coverage" YEAR, 200); /* its companies were registered in 2023: no month of this year's chart */
    assert_true(str_find(page, S("2023年")) < 0);
    for (int m = 1; m <= 12; m++)
        assert_true(str_find(page, arena_printf(a, "<td>2026年%d月</td>", m)) > 0); /* nor is one left out that had none */
    str csv = fetch(a, "wei", "/statistics/off-site/rows.csv" YEAR "&part=denominator", 200);
    assert_true(str_find(csv, S("entrustments,e1,wuhan,420102")) > 0 && str_find(csv, S("e3")) < 0);
}

struct book { uint32_t column, rows; double sum; bool numbers; struct arena *arena; };

static err *book_row(void *context, const struct sheet_row *r)
{
    struct book *b = context;
    const struct sheet_cell *c = sheet_at(r, b->column);
    if (r->row == 1)
        return NULL;
    b->rows++;
    b->numbers = b->numbers && (!c || c->kind == SHEET_NUMBER);
    b->sum += c ? atof(arena_cstr(b->arena, c->text)) : 0;
    return NULL;
}

/* A workbook's column adds up to the figure: its cells are numbers, not words. */
static void workbooks_add_up(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct json *one;
    assert_ok(json_parse(a, fetch(a, "wei", "/api/statistics/off-site" YEAR "&part=denominator", 200), 4 << 20, &one));
    struct book rows = {.column = 6, .numbers = true, .arena = a}, all = {.column = 3, .numbers = true, .arena = a};
    assert_ok(sheet_read(fetch(a, "wei", "/statistics/off-site/rows.xlsx" YEAR "&part=denominator", 200), STR_NONE, book_row, &rows));
    assert_true(rows.numbers && rows.rows == 2 && rows.sum == (double)member(one, "denominator"));
    assert_ok(sheet_read(fetch(a, "wei", "/statistics.xlsx" YEAR, 200), STR_NONE, book_row, &all));
    assert_true(all.numbers);
    assert_int_equal(all.rows, figure_count());
    fetch(a, "wei", "/statistics/off-site/rows.xlsx?region=420500", 403);
    fetch(a, "wei", "/statistics/refusals/rows.xlsx?part=denominator", 404);
}

/* Nobody has to sign in, or ask, to compute a score again. */
static void methods_are_public(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_exec(d, "INSERT INTO policy (name, seq, value, author) VALUES ('target_minimum_percent', 1, 37, 'han')", NULL, NULL));
    str answer = scene_get(a, &scene, S(""), "/method");
    assert_int_equal(scene_status(answer), 200);
    str page = scene_body(answer);
    for (int t = 0; t < TARGET_TERM_COUNT; t++)
        assert_true(str_find(page, str_of(target_terms[t].label)) > 0 && str_find(page, str_of(target_terms[t].how)) > 0);
    for (size_t i = 0; i < figure_count(); i++)
        assert_true(str_find(page, str_of(figure_at(i)->numerator)) > 0 && str_find(page, str_of(figure_at(i)->when)) > 0);
    assert_true(str_find(page, S("不低于平均机会的37%")) > 0); /* what is in force, not what was built in */
    assert_true(str_find(page, S("江汉")) < 0);
}

static void targets_are_explained(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str list = fetch(a, "wei", "/targets", 200), one = fetch(a, "wei", "/targets/jiang", 200);
    assert_true(str_find(list, S("/targets/jiang")) > 0 && str_find(list, S("/targets/xia")) < 0);
    assert_true(str_find(list, S("<script>")) < 0);
    for (int t = 0; t < TARGET_TERM_COUNT; t++) {
        assert_true(str_find(list, str_of(target_terms[t].how)) > 0); /* published on the list, too */
        assert_true(str_find(one, str_of(target_terms[t].label)) > 0);
    }
    const struct json *j;
    assert_ok(json_parse(a, fetch(a, "wei", "/api/targets", 200), 4 << 20, &j));
    const struct json *items = json_get(j, S("items"));
    assert_true(items->n >= 1);
    for (size_t i = 0; i < items->n; i++)
        assert_true(member(&items->child[i], "weight") >= 0 && json_string(&items->child[i], S("reason")).n > 0);
}

static void findings_are_sealed(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str desk = fetch(a, "qin", "/integrity", 200);
    assert_true(str_find(desk, S("&lt;i&gt;相同&lt;/i&gt;")) > 0 && str_find(desk, S("/things/integrity-findings/f3")) > 0);
    fetch(a, "lead", "/things/integrity-findings/f1", 404);
    str own = fetch(a, "lead", "/things/integrity-findings/f2", 200);
    assert_true(str_find(own, S("相同二")) > 0 && str_find(own, S("另一家的内容")) < 0);
    fetch(a, "wei", "/things/integrity-findings/f3", 404);
    fetch(a, "han", "/things/integrity-findings/f1", 404);
    fetch(a, "mei-u", "/things/integrity-findings/f2", 403);
    assert_true(str_find(fetch(a, "han", "/", 200), S("监督台")) < 0);
    assert_true(str_find(fetch(a, "qin", "/", 200), S("监督台")) > 0);
}

/* From the list to a draw: who is drawn with which weight is what the list says, and the plan says whose weights they are. */
static void targets_weigh_a_draw(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    AUTO_DB struct db *d = NULL;
    const struct json *j;
    str cookie, csrf, digest[2];
    int64_t weight, n;
    assert_true(str_find(fetch(a, "wei", "/targets", 200), S("href=\"/draws/new?targeting=1\"")) > 0);
    assert_true(str_find(fetch(a, "qin", "/targets", 200), S("/draws/new")) < 0); /* who may not draw is not asked to */
    assert_true(str_find(fetch(a, "wei", "/draws/new?targeting=1", 200), S("name=\"targeting\" value=\"1\" checked")) > 0);
    assert_ok(json_parse(a, fetch(a, "wei", "/api/targets", 200), 4 << 20, &j));
    const struct json *first = &json_get(j, S("items"))->child[0];
    assert_str(json_string(first, S("who")), "jiang");
    for (int i = 0; i < 2; i++) {
        struct sm3 one = sm3_of(&i, sizeof i);
        digest[i] = sm3_text(a, &one);
    }
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    str body = arena_printf(a, "csrf=%.*s&do=commit&key=k-target&region=420100&norepeat=0&class3=1&least3=1&weight3=7&targeting=1&preset=%%E9%%9D%%B6&party0=wei"
                               "&digest0=%.*s&party1=qin&digest1=%.*s", STR_ARG(csrf), STR_ARG(digest[0]), STR_ARG(digest[1]));
    str answer = scene_send(a, &scene, cookie, csrf, "POST", "/draws/new", "application/x-www-form-urlencoded", body);
    if (scene_status(answer) != 303)
        fail_msg("%.*s", STR_ARG(answer));
    assert_ok(db_open(scene.store, false, &d));
    assert_ok(db_one_int(d, "SELECT weight FROM draw_pool WHERE who = 'jiang' OR who = 'subject:jiang'", NULL, -1, &weight));
    assert_ok(db_one_int(d, "SELECT COUNT(*) FROM draw_pool", NULL, -1, &n));
    assert_int_equal(n, 1);
    assert_int_equal(weight, member(first, "weight"));
    assert_true(weight > 1 && weight != 7);
}

/* Caps and who is not sent where, as typed on the page, stand in the plan; a line that cannot be read is named. */
static void caps_and_bars_of_the_page(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    AUTO_DB struct db *d = NULL;
    str cookie, csrf, digest[2];
    int64_t n;
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_begin_write(d));
    static const char *const rows[] = {
        "INSERT INTO users (id, seq, name, agency, name_seq) VALUES ('wu', 1, '吴', 'wuhan', 1), ('zheng', 1, '郑', 'wuhan', 1)",
        "INSERT INTO user_role (user_id, role, seq) VALUES ('wu', 'officer', 1), ('zheng', 'officer', 1)",
        ("INSERT INTO certificate (seq, user_id, cert_no, from_date, to_date) VALUES (900001, 'wei', 'c1', 10000, 40000),"
         " (900002, 'wu', 'c2', 10000, 40000), (900003, 'zheng', 'c3', 10000, 40000)")};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_ok(db_exec(d, rows[i], NULL, NULL));
    assert_ok(db_commit(d));
    for (int i = 0; i < 2; i++) {
        int secret = 100 + i;
        struct sm3 one = sm3_of(&secret, sizeof secret);
        digest[i] = sm3_text(a, &one);
    }
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    static const char *const bars[] = {"%E6%89%A7%E6%B3%95%E4%BA%BA%E5%91%98+zheng+jiang", /* no reason */
                                       "%E6%89%A7%E6%B3%95%E4%BA%BA%E5%91%98+zheng+jiang+%E4%BA%B2%E5%B1%9E%0D%0A"};
    for (int i = 0; i < 2; i++) {
        str body = arena_printf(a, "csrf=%.*s&do=commit&key=k-bars%d&region=420100&norepeat=0&class3=1&least3=1&cap_region=5&crew=1&officers=3"
                                   "&officers_each=2&party0=wei&digest0=%.*s&party1=qin&digest1=%.*s&bars=%s",
                                STR_ARG(csrf), i, STR_ARG(digest[0]), STR_ARG(digest[1]), bars[i]);
        str answer = scene_send(a, &scene, cookie, csrf, "POST", "/draws/new", "application/x-www-form-urlencoded", body);
        if (scene_status(answer) != (i ? 303 : 400) || (!i && str_find(answer, S("回避的第1行看不懂")) < 0))
            fail_msg("%d: %.*s", i, STR_ARG(answer));
    }
    assert_ok(db_one_int(d, "SELECT COUNT(*) FROM draw_bar WHERE kind = 'officer' AND who = 'zheng' AND object = 'jiang' AND class = 'relation'"
                            " AND digest IS NOT NULL", NULL, -1, &n));
    assert_int_equal(n, 1);
    assert_ok(db_one_int(d, "SELECT most FROM draw_cap WHERE by_what = 'region' AND key = '*'", NULL, -1, &n));
    assert_int_equal(n, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doors), cmocka_unit_test(pages_and_api_say_the_same), cmocka_unit_test(offices_see_their_own),
        cmocka_unit_test(workbooks_add_up), cmocka_unit_test(methods_are_public), cmocka_unit_test(targets_are_explained),
        cmocka_unit_test(targets_weigh_a_draw), cmocka_unit_test(caps_and_bars_of_the_page), cmocka_unit_test(findings_are_sealed)};
    return cmocka_run_group_tests(tests, open_scene, close_scene);
}
