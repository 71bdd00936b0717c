/* Every byte the public can get: no marked secret in any of it, at either door; withdrawn items show their trace alone. */
#include "web/scene.h"
#include "web/web_private.h"

#define MARK "秘密标记"

static struct scene scene;

static const char *const rows[] = {
    "UPDATE provider SET name = '" MARK "第三方', state_reason = '" MARK "', id_number = '" MARK "', uscc = '91420500MA4K00010E'",
    "UPDATE subject SET name = '" MARK "企业', uscc = '91420102MA4TE5T136' WHERE id = 'jiang'",
    "UPDATE users SET phone = '" MARK "'",
    "UPDATE member SET name = '" MARK "', id_number = '" MARK "'",
    "INSERT INTO procurement (id, seq, agency, title, category, year, amount, method, single_source_reason, state, provider, award, author, reason)"
    " VALUES ('p1', 1, 'wuhan', '=2+5 辅助执法服务', '服务', 2026, 115000000, 'single_source', '" MARK "', 'awarded', 'blueline', 110000000, 'wei', '" MARK "')",
    "INSERT INTO agreement (id, seq, agency, provider, from_date, to_date, fee, pricing, author, state, extended, end_reason) VALUES"
    " ('a1', 1, 'wuhan', 'blueline', 20000, 30000, 110000000, 'lump_sum', 'wei', 'effective', 0, '" MARK "')",
    "INSERT INTO agreement_matter (agreement, kind) VALUES ('a1', 'T02'), ('a1', 'T03')",
    "INSERT INTO casefile (id, seq, agency, subject, cause, author, opened_at, state, reopened) VALUES"
    " ('k1', 1, 'wuhan', 'jiang', '" MARK "案由', 'wei', 1767600000000000, 'sealed', 0)",
    "INSERT INTO attachment (seq, casefile, kind, ref, date, body) VALUES (1, 'k1', 'decision', '武环罚〔2026〕8号', 20551, '" MARK "')",
    "INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, matter, region, from_date, to_date, author,"
    " enters_site, amount, historic, state, state_seq, frozen, state_reason, reason) VALUES"
    " ('e1', 1, 'a1', 'wuhan', 'blueline', 'T03', '" MARK "', 420102, 20000, 30000, 'wei', 1, 100, 0, 'finished', 1, 0, '" MARK "', '" MARK "')",
    "INSERT INTO violation (id, seq, against_kind, against_id, provider, kind, basis, agency, author, opened_at, state, reasons, heard) VALUES"
    " ('w1', 1, 'provider', 'blueline', 'blueline', 'leak', '" MARK "', 'wuhan', 'qin', 5, 'verified', '" MARK "', 1)",
    "INSERT INTO disclosure_due (id, seq, what, kind, ref, agency, event_at, due_at, state, reason) VALUES"
    " ('1-publish', 1, 'publish', 'decision', 'k1', 'wuhan', 1767600000000000, 1768200000000000, 'open', '" MARK "')"};

static const char *const acts[] = {
    "{\"act\":\"disclosure.publish\",\"id\":\"xa\",\"kind\":\"agreement\",\"ref\":\"a1\"}",
    "{\"act\":\"disclosure.publish\",\"id\":\"xp\",\"kind\":\"procurement\",\"ref\":\"p1\"}",
    "{\"act\":\"disclosure.publish\",\"id\":\"xk\",\"kind\":\"decision\",\"ref\":\"k1\"}",
    "{\"act\":\"disclosure.publish\",\"id\":\"xe\",\"kind\":\"entrustment\",\"ref\":\"e1\"}",
    "{\"act\":\"disclosure.publish\",\"id\":\"xw\",\"kind\":\"violation\",\"ref\":\"w1\"}",
    "{\"act\":\"disclosure.publish\",\"id\":\"xs\",\"kind\":\"statistics\",\"ref\":\"2026年\"}",
    "{\"act\":\"disclosure.publish\",\"id\":\"xv\",\"kind\":\"provider\",\"ref\":\"blueline\"}",
    "{\"act\":\"disclosure.withdraw\",\"disclosure\":\"xw\",\"class\":\"unfit\",\"reason\":\"" MARK "理由\"}"};

static void fill(struct scene *s)
{
    AUTO_ARENA(a);
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(s->store, true, &d));
    assert_ok(db_begin_write(d));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_ok(db_exec(d, rows[i], NULL, NULL));
    assert_ok(db_commit(d));
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        struct act_answer answer = scene_act(a, s, "han", acts[i]);
        if (answer.verdict != ACT_ALLOWED)
            fail_msg("%s: %.*s", acts[i], STR_ARG(answer.json));
    }
}

static int open_both(void **state)
{
    (void)state;
    scene_open(&scene, DOOR_BOTH);
    fill(&scene);
    return 0;
}

static int open_outside(void **state)
{
    (void)state;
    scene_open(&scene, DOOR_OUTSIDE);
    fill(&scene);
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

static str get(struct arena *a, const char *path)
{
    return scene_get(a, &scene, S(""), path);
}

static const char *const paths[] = {
    "/public", "/public?kind=decision", "/public?q=%E6%AD%A6%E6%B1%89", "/public?kind=agreement&q=a1", "/public/items/xa", "/public/items/xp",
    "/public/items/xk", "/public/items/xe", "/public/items/xw", "/public/items/xs", "/public/items/xv", "/public/timeliness",
    "/public/timeliness?agency=wuhan", "/public/data", "/public/data/index.json", "/public/data/all.json", "/public/data/all.csv",
    "/public/data/decision.json", "/public/data/decision.csv", "/public/data/agreement.json", "/public/data/procurement.csv",
    "/public/data/violation.json", "/public/data/statistics.json", "/public/data/provider.json", "/public/data/entrustment.csv", "/public/data/law.json"};

static void no_public_byte_is_secret(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    size_t bytes = 0;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        str answer = get(a, paths[i]);
        if (scene_status(answer) != 200)
            fail_msg("%s: %d", paths[i], scene_status(answer));
        for (const char *const *word = (const char *const[]){MARK, "13812345678", "梅工", "420102199001010014", ">null<", "(null)", NULL}; *word; word++)
            if (str_find(answer, str_of(*word)) >= 0)
                fail_msg("%s holds %s", paths[i], *word);
        bytes += answer.n;
    }
    assert_true(bytes > 40000);
    /* The marks are where they were put: the search above can fail. */
    str cookie, csrf;
    if (scene.web) {
        scene_sign_in(a, &scene, "lead", &cookie, &csrf);
        assert_true(str_find(scene_get(a, &scene, cookie, "/things/providers/blueline"), S(MARK)) > 0);
    }
}

static void items_say_what_they_are(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get(a, "/public/items/xk");
    static const char *const words[] = {"武环罚〔2026〕8号", "91420102MA4TE5T136", "处罚决定", "国办发〔2018〕118号", "逾期公开", "sm3:"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_find(page, str_of(words[i])) < 0)
            fail_msg("no %s in %.*s", words[i], STR_ARG(page));
    page = get(a, "/public/items/xa");
    assert_true(str_find(page, S("1100000.00")) > 0 || str_find(page, S("1,100,000.00")) > 0);
    assert_true(str_find(page, S("91420500MA4K00010E")) < 0); /* the setting keeps third parties unnamed */
    assert_int_equal(scene_status(get(a, "/public/items/none")), 404);
    assert_int_equal(scene_status(get(a, "/public?kind=nonsense")), 404);
    assert_int_equal(scene_status(get(a, "/public?before=x")), 400);
    assert_int_equal(scene_status(get(a, "/public/data/member.json")), 404);
    assert_int_equal(scene_status(get(a, "/public/data/clue.csv")), 404);
    assert_int_equal(scene_status(get(a, "/public/data/decision.xml")), 404);
}

static void the_withdrawn_leave_a_trace(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get(a, "/public/items/xw");
    assert_true(str_find(page, S("已撤回")) > 0 && str_find(page, S("不宜公开")) > 0);
    assert_true(str_find(page, S("<h2>内容</h2>")) < 0);
    const struct json *file, *item;
    assert_ok(json_parse(a, scene_body(get(a, "/public/data/violation.json")), 1 << 20, &file));
    item = &json_get(file, S("items"))->child[0];
    assert_str(json_string(item, S("state")), "withdrawn");
    assert_str(json_string(item, S("withdraw_class")), "unfit");
    assert_int_equal(json_get(item, S("content"))->kind, JSON_NULL);
    assert_true(str_starts(json_string(item, S("sm3")), S("sm3:")));
}

static void files_are_what_the_index_says(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct json *index, *files;
    assert_ok(json_parse(a, scene_body(get(a, "/public/data/index.json")), 1 << 20, &index));
    assert_str(json_string(index, S("schema")), "xiezhi-disclosure-1");
    files = json_get(index, S("files"));
    assert_true(files->n == 2 * 8);
    for (size_t i = 0; i < files->n; i++) {
        const struct json *f = &files->child[i];
        str answer = get(a, arena_cstr(a, json_string(f, S("path")))), body = scene_body(answer), tag = scene_header(answer, "ETag");
        struct sm3 d = sm3_of(body.p, body.n);
        assert_int_equal(json_get(f, S("bytes"))->i, (int64_t)body.n);
        assert_true(str_eq(json_string(f, S("sm3")), sm3_text(a, &d)));
        assert_true(str_eq(scene_header(answer, "X-Content-SM3"), sm3_text(a, &d)));
        str again = scene_raw(a, &scene, arena_printf(a, "GET %.*s HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: %.*s\r\nConnection: close\r\n\r\n",
                                                      STR_ARG(json_string(f, S("path"))), STR_ARG(tag)));
        assert_int_equal(scene_status(again), 304);
    }
    str csv = scene_body(get(a, "/public/data/procurement.csv"));
    assert_true(str_starts(csv, S("\xef\xbb\xbf\"编号\",\"类别\"")));
    assert_true(str_find(csv, S("\r\n\"xp\",\"采购\",\"p1\"")) > 0);
    assert_true(str_find(csv, S("项目：=2+5")) > 0); /* behind a label: no formula */
}

static void the_head_sees_it_before(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    scene_sign_in(a, &scene, "han", &cookie, &csrf);
    str page = scene_get(a, &scene, cookie, "/disclosures/preview?kind=case&ref=k1");
    assert_int_equal(scene_status(page), 200);
    assert_true(str_find(page, S("91420102MA4TE5T136")) > 0 && str_find(page, S("不公开的内容")) > 0 && str_find(page, S("案由")) > 0);
    assert_true(str_find(page, S(MARK)) < 0 && str_find(page, S("/do/disclosure.publish?kind=case&amp;ref=k1")) > 0);
    page = scene_get(a, &scene, cookie, "/disclosures/preview?kind=agreement&ref=a1"); /* published already */
    assert_true(str_find(page, S("已经公开")) > 0 && str_find(page, S("公众将看到")) < 0);
    assert_true(str_find(scene_get(a, &scene, cookie, "/disclosures/preview?kind=agreement&ref=a9"), S("不存在")) > 0);
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/disclosures/preview")), 403);
}

static void the_outer_door_has_no_preview(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_int_equal(scene_status(get(a, "/disclosures/preview")), 404);
    assert_int_equal(scene_status(get(a, "/public/items/xk")), 200);
}

int main(void)
{
    const struct CMUnitTest both[] = {cmocka_unit_test(no_public_byte_is_secret), cmocka_unit_test(items_say_what_they_are),
                                      cmocka_unit_test(the_withdrawn_leave_a_trace), cmocka_unit_test(files_are_what_the_index_says),
                                      cmocka_unit_test(the_head_sees_it_before)};
    const struct CMUnitTest outside[] = {cmocka_unit_test(no_public_byte_is_secret), cmocka_unit_test(the_outer_door_has_no_preview)};
    int failed = cmocka_run_group_tests_name("both", both, open_both, close_scene);
    return failed + cmocka_run_group_tests_name("outside", outside, open_outside, close_scene);
}
