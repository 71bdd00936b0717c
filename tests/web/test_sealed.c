/*
 * What is sealed stays sealed by every way round: by counting the numbers of receipts, in lists and time lines, in the rows behind a
 * figure, in papers made of it, in files asked for by name.
 */
#include "web/scene.h"
#include "papers/papers.h"

static struct scene scene;
static int64_t complaint, gift, declared;

static int64_t done(const char *by, const char *json)
{
    AUTO_ARENA(a);
    struct act_answer answer = scene_act(a, &scene, by, json);
    if (answer.verdict != ACT_ALLOWED)
        fail_msg("%s\n%.*s", json, STR_ARG(answer.json));
    return answer.seq;
}

static int open_scene(void **state)
{
    (void)state;
    papers_attach();
    scene_open(&scene, DOOR_BOTH);
    static const char *const rows[] = {
        "INSERT INTO agreement (id, seq, agency, provider, from_date, to_date, fee, pricing, author, state, extended) VALUES"
        " ('a1', 1, 'wuhan', 'blueline', 20000, 30000, 100, 'lump_sum', 'wei', 'effective', 0)",
        "INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, matter, region, from_date, to_date, author, enters_site,"
        " amount, historic, state, state_seq, frozen) VALUES"
        " ('e1', 1, 'a1', 'wuhan', 'blueline', 'T03', '评估', 420102, 20000, 30000, 'wei', 1, 100, 0, 'approved', 1, 0),"
        " ('e2', 95000, 'a1', 'wuhan', 'blueline', 'T03', '检查', 420102, 20000, 30000, 'wei', 1, 100, 0, 'accepted', 1, 0)",
        "INSERT INTO entrustment_subject (entrustment, subject) VALUES ('e1', 'jiang'), ('e2', 'jiang')",
        "INSERT INTO entrustment_member (entrustment, member, seq, approved) VALUES ('e1', 'mei', 1, 1)",
        "INSERT INTO notice (id, seq, entrustment, subject, who, what, unannounced, author, state, served_at) VALUES"
        " ('n1', 1, 'e1', 'jiang', '梅工', '评估', 0, 'wei', 'served', 1772000000000009)",
        "INSERT INTO draw (id, seq, agency, author, purpose, quantity, pool_n, state, seed, settled_at, item, settle_seq, day, method, round)"
        " VALUES ('dr1', 80000, 'wuhan', 'wei', 'subjects', 1, 2, 'settled', 'sm3:7e', 1772000000000000, '年度检查', 90000, 20000, 2, 1)",
        "INSERT INTO draw_stratum (draw, number, kind, ratio, per, base, fewest, able, quota, weight, chance, reserve) VALUES"
        " ('dr1', 1, 'object', 0, 0, 0, 1, 2, 1, 2, 500000, 0)",
        "INSERT INTO draw_pool (draw, position, who, weight, rank, chosen, kind, stratum, chance) VALUES"
        " ('dr1', 1, 'jiang', 1, 1, 1, 'object', 1, 500000), ('dr1', 2, 'luo', 1, 1, 1, 'officer', 1, 500000)",
        "INSERT INTO draw_look (seq, draw, user_id, at) VALUES (90001, 'dr1', 'luo', 1772000000000001)",
        "INSERT INTO clue (id, seq, subject, agency, author, provider, reported_at, text, urgent, about_staff, state) VALUES"
        " ('cs', 90002, 'jiang', 'wuhan', 'mei-u', 'blueline', 1, '涉及工作人员', 0, 1, 'received'),"
        " ('cp', 90003, 'jiang', 'wuhan', 'public', NULL, 1, '匿名', 0, 0, 'received'),"
        " ('cm', 90004, 'jiang', 'wuhan', 'mei-u', 'blueline', 1, '普通', 0, 0, 'received')",
        "INSERT INTO act_log (seq, act, author, agency, provider, at, received_at, verdict, mark, thing, id) VALUES"
        " (90001, 'draw.look', 'luo', 'wuhan', NULL, 1772000000000001, 1, 0, 0, 'draw', NULL),"
        " (90002, 'clue.report', 'mei-u', NULL, 'blueline', 1772000000000001, 1, 0, 0, 'clue', 'cs'),"
        " (90004, 'clue.report', 'mei-u', NULL, 'blueline', 1772000000000001, 1, 0, 0, 'clue', 'cm'),"
        " (90005, 'clue.receive', 'qin', 'wuhan', NULL, 1772000000000001, 1, 0, 0, 'clue', NULL)",
        "INSERT INTO touch (kind, id, seq) VALUES ('draw', 'dr1', 90001), ('subject', 'jiang', 90002), ('subject', 'jiang', 90004)",
        "INSERT INTO backcheck (id, seq, material, state, draw, officer) VALUES ('b1', 1, 'm1', 'assigned', 'bd1', 'luo')",
        "INSERT INTO todo (id, seq, kind, agency, role, user_id, thing_kind, thing_id, act, due_at) VALUES"
        " ('9-luo', 1, 'draw_execute', 'wuhan', NULL, 'luo', 'draw', 'dr1', 'draw.look', 1772000000000000),"
        " ('8-anonymous', 1, 'clue_receive', 'wuhan', 'discipline', NULL, 'clue', 'cp', 'clue.receive', 1772000000000000),"
        " ('7-staff', 1, 'clue_receive', 'wuhan', 'discipline', NULL, 'clue', 'cs', 'clue.receive', 1772000000000000),"
        " ('6-lot', 1, 'backcheck_report', 'wuhan', 'officer', 'luo', 'backcheck', 'b1', 'backcheck.report', 1772000000000000),"
        " ('5-word', 1, 'complaint', 'wuhan', 'discipline', NULL, 'complaint', 'k1', 'violation.open', 1772000000000000),"
        " ('4-plain', 1, 'clue_receive', 'wuhan', 'officer', NULL, 'clue', 'cm', 'clue.receive', 1772000000000000)",
        "INSERT INTO notice (id, seq, entrustment, subject, who, what, unannounced, author, state) VALUES"
        " ('n9', 1, 'e1', 'jiang', '梅工', '突击', 1, 'wei', 'issued')",
        "INSERT INTO agency_mark (agency, seq, mark) VALUES ('wuhan', 1, '武环执')",
        "INSERT INTO paper (id, seq, form, maker, thing_kind, thing_id, agency, provider, year, number, number_text, code, date, wording,"
        " author, issued_at) VALUES"
        " ('p16', 1, 'A16', 'provider', 'entrustment', 'e1', 'wuhan', 'blueline', 2026, 1, '1号', 'AAAA', 20000, 0, 'mei-u', 1),"
        " ('p19', 1, 'A19', 'provider', 'clue', 'cs', 'wuhan', 'blueline', 2026, 1, '2号', 'BBBB', 20000, 0, 'mei-u', 1),"
        " ('p20', 1, 'A20', 'authority', 'clue', 'cp', 'wuhan', NULL, 2026, 1, '3号', 'CCCC', 20000, 0, 'qin', 1),"
        " ('p21', 1, 'A20', 'authority', 'clue', 'cm', 'wuhan', NULL, 2026, 2, '4号', 'DDDD', 20000, 0, 'wei', 1)",
        "INSERT INTO paper (id, seq, form, maker, thing_kind, thing_id, agency, subject, year, number, number_text, code, date, wording,"
        " author, issued_at) VALUES"
        " ('p09', 1, 'A09', 'authority', 'notice', 'n9', 'wuhan', 'jiang', 2026, 1, '5号', 'EEEE', 20000, 0, 'wei', 1),"
        " ('p01', 1, 'S01', 'authority', 'paper', 'p09', 'wuhan', 'jiang', 2026, 1, '6号', 'FFFF', 20000, 0, 'wei', 1)"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        scene_sql(&scene, rows[i]);
    complaint = done("public", "{\"act\":\"complaint.lodge\",\"against\":\"罗执法\",\"text\":\"收了东西\",\"anonymous\":true}");
    gift = done("mei-u", "{\"act\":\"gift.report\",\"what\":\"茶叶\",\"from\":\"江汉化工\"}");
    declared = done("mei-u", "{\"act\":\"interest.declare\",\"entrustment\":\"e1\",\"member\":\"mei\",\"has_interest\":false}");
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

static str get(struct arena *a, const char *user, const char *path)
{
    str cookie, csrf;
    scene_sign_in(a, &scene, user, &cookie, &csrf);
    return scene_get(a, &scene, cookie, path);
}

static int status(const char *user, const char *path)
{
    AUTO_ARENA(a);
    return scene_status(get(a, user, path));
}

static bool says(const char *user, const char *path, const char *word)
{
    AUTO_ARENA(a);
    str page = get(a, user, path);
    if (scene_status(page) != 200)
        fail_msg("%s %s: %d", user, path, scene_status(page));
    return str_find(scene_body(page), str_of(word)) >= 0;
}

static void expect(const char *user, int64_t seq, int want)
{
    char path[64];
    static const char *const roots[] = {"/receipts", "/api/acts"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%lld", roots[i], (long long)seq);
        if (status(user, path) != want)
            fail_msg("%s %s: %d, wanted %d", user, path, status(user, path), want);
    }
}

static void numbers_can_be_counted_and_tell_nothing(void **state)
{
    (void)state;
    static const char *const others[] = {"han", "wei", "luo", "yi", "sys", "lead", "fang"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        expect(others[i], complaint, 404);
        expect(others[i], gift, 404);
    }
    expect("mei-u", complaint, 404);
    expect("qin", complaint, 200);
    expect("qin", gift, 200);
    expect("mei-u", gift, 200);
    expect("wei", declared, 200); /* of a third party this bureau works with */
    expect("yi", declared, 404);  /* and that one does not */
}

static void lists_and_time_lines_keep_the_seal(void **state)
{
    (void)state;
    static const char *const looks[] = {"/api/draws/dr1", "/api/acts?act=draw.look"};
    for (size_t i = 0; i < 2; i++) {
        assert_false(says("wei", looks[i], "\"luo\"")); /* who opened it was drawn */
        assert_true(says("luo", looks[i], "\"luo\""));
        assert_true(says("qin", looks[i], "\"luo\""));
    }
    assert_false(says("wei", "/things/draws/dr1", "罗执法"));
    assert_false(says("wei", "/api/acts?act=clue.report", "90002"));
    assert_true(says("wei", "/api/acts?act=clue.report", "90004"));
    assert_false(says("wei", "/api/acts?act=clue.receive", "90005"));
    assert_false(says("wei", "/api/subjects/jiang", "90002"));
    assert_true(says("wei", "/api/subjects/jiang", "90004"));
    assert_false(says("wei", "/api/acts?act=gift.report", "gift.report"));
    scene_sql(&scene, "UPDATE draw SET published_at = 1772000000000002 WHERE id = 'dr1'");
    for (size_t i = 0; i < 2; i++)
        assert_true(says("wei", looks[i], "\"luo\""));
    scene_sql(&scene, "UPDATE draw SET published_at = NULL WHERE id = 'dr1'");
}

#define SPRING "?from=2026-02-01&to=2026-03-31"

static void figures_do_not_name_who_was_drawn(void **state)
{
    (void)state;
    static const char *const sealed[] = {"9-luo", "8-anonymous", "7-staff", "6-lot", "5-word"};
    static const char *const paths[] = {"/statistics/overdue/rows.csv" SPRING, "/statistics/overdue" SPRING, "/api/statistics/overdue" SPRING,
                                        "/statistics/deadlines/rows.csv" SPRING "&part=denominator"};
    for (size_t p = 0; p < sizeof paths / sizeof *paths; p++) {
        assert_true(says("wei", paths[p], "4-plain"));
        for (size_t i = 0; i < sizeof sealed / sizeof *sealed; i++)
            assert_false(says("wei", paths[p], sealed[i]));
    }
    scene_sql(&scene, "UPDATE draw SET published_at = 1772000000000002 WHERE id = 'dr1'");
    assert_true(says("wei", paths[0], "9-luo"));
    scene_sql(&scene, "UPDATE draw SET published_at = NULL WHERE id = 'dr1'");
}

static void a_notice_of_older_work_does_not_tell_of_a_draw(void **state)
{
    (void)state;
    assert_false(says("fang", "/why", "年度检查"));
    scene_sql(&scene, "INSERT INTO notice (id, seq, entrustment, subject, who, what, unannounced, author, state, served_at) VALUES"
        " ('n2', 1, 'e2', 'jiang', '梅工', '检查', 0, 'wei', 'served', 1772000000000009)");
    assert_true(says("fang", "/why", "年度检查"));
}

static void papers_of_clues_are_read_like_clues(void **state)
{
    (void)state;
    assert_true(says("lead", "/api/papers", "p16"));
    assert_false(says("lead", "/api/papers", "p19"));
    assert_int_equal(status("lead", "/papers/p19/file"), 404);
    assert_true(says("mei-u", "/api/papers", "p19"));
    assert_true(says("luo", "/api/papers", "p21"));
    assert_false(says("luo", "/api/papers", "p20"));
    assert_int_equal(status("luo", "/api/papers/p20/file"), 404);
    assert_true(says("qin", "/api/papers", "p20"));
}

static void a_receipt_to_be_signed_announces_no_visit(void **state)
{
    (void)state;
    assert_false(says("fang", "/api/papers", "p09"));
    assert_false(says("fang", "/api/papers", "p01"));
    assert_int_equal(status("fang", "/papers/p01/file"), 404);
    scene_sql(&scene, "UPDATE notice SET state = 'served', served_at = 1772000000000009 WHERE id = 'n9'");
    assert_true(says("fang", "/api/papers", "p01"));
}

static struct act_answer perform(struct arena *a, const char *by, const char *json, const char *rule)
{
    struct act_answer answer = scene_act(a, &scene, by, json);
    bool broken = false;
    if (answer.verdict == ACT_INVALID)
        fail_msg("%s\n%.*s", json, STR_ARG(answer.json));
    for (size_t i = 0; i < answer.n; i++)
        broken = broken || str_eq(str_of(law_rule_info[answer.reasons[i].rule].name), str_of(rule));
    if (!broken)
        fail_msg("%s does not break %s\n%.*s", json, rule, STR_ARG(answer.json));
    return answer;
}

/* A paper is filled from the tables, whoever asks: so who asks has to be one the thing is open to. */
static void papers_are_filled_for_who_may_read(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    perform(a, "mei-u", "{\"act\":\"paper.own\",\"form\":\"A16\",\"thing\":\"e2\"}", "foreign_thing"); /* its company's, not its own */
    perform(a, "luo", "{\"act\":\"paper.issue\",\"form\":\"A20\",\"thing\":\"cp\"}", "clue_for_discipline");
    scene_sql(&scene, "INSERT INTO entrustment_member (entrustment, member, seq, approved) VALUES ('e2', 'mei', 1, 1)");
    struct act_answer answer = scene_act(a, &scene, "mei-u", "{\"act\":\"paper.own\",\"form\":\"A16\",\"thing\":\"e2\"}");
    for (size_t i = 0; i < answer.n; i++)
        assert_int_not_equal(answer.reasons[i].rule, RULE_foreign_thing);
}

/* "He is not among those drawn", asked for name by name, is the list. */
static void replacing_is_no_way_of_asking(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char json[] = "{\"act\":\"draw.replace\",\"draw\":\"dr1\",\"who\":\"%s\",\"reason\":\"请假\",\"approver\":\"han\"}";
    str texts[2];
    scene_sql(&scene, "INSERT INTO users (id, seq, name, agency, name_seq) VALUES ('deng', 1, '邓执法', 'wuhan', 1)");
    scene_sql(&scene, "INSERT INTO user_role (user_id, role, seq) VALUES ('deng', 'officer', 1)");
    for (size_t i = 0; i < 2; i++) {
        struct act_answer answer = perform(a, "deng", arena_cstr(a, arena_printf(a, json, i ? "jiang" : "xia")), "look_not_executing");
        assert_int_equal(answer.n, 1);
        texts[i] = answer.reasons[0].because;
    }
    assert_true(str_eq(texts[0], texts[1]));
}

static int take(const char *user, const char *body)
{
    AUTO_ARENA(a);
    str cookie, csrf;
    scene_sign_in(a, &scene, user, &cookie, &csrf);
    return scene_status(scene_send(a, &scene, cookie, csrf, "POST", "/export", "application/x-www-form-urlencoded", str_of(body)));
}

static void files_are_for_their_roles(void **state)
{
    (void)state;
    static const char *const bodies[] = {"what=dual_random&format=csv&purpose=x", "what=publication&format=csv", "what=archive&format=xml&purpose=x",
                                         "what=figures&format=json", "what=case&format=zip&purpose=x"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        assert_int_equal(take("sys", bodies[i]), 403);
    assert_int_equal(take("luo", bodies[1]), 403);
    assert_int_equal(take("luo", bodies[2]), 403);
    assert_int_equal(take("han", bodies[1]), 200);
    assert_int_equal(take("luo", bodies[0]), 303); /* asked for, to be decided on */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_can_be_counted_and_tell_nothing), cmocka_unit_test(lists_and_time_lines_keep_the_seal),
        cmocka_unit_test(figures_do_not_name_who_was_drawn), cmocka_unit_test(a_notice_of_older_work_does_not_tell_of_a_draw),
        cmocka_unit_test(papers_of_clues_are_read_like_clues), cmocka_unit_test(a_receipt_to_be_signed_announces_no_visit),
        cmocka_unit_test(papers_are_filled_for_who_may_read), cmocka_unit_test(replacing_is_no_way_of_asking),
        cmocka_unit_test(files_are_for_their_roles)};
    return cmocka_run_group_tests(tests, open_scene, close_scene);
}
