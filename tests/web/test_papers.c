/* Papers through the door: who may draft, issue and open which, the code of a notice, the editor of wordings. */
#include "web/scene.h"
#include "papers/papers.h"

static struct scene scene;

static int open_scene(void **state)
{
    (void)state;
    papers_attach();
    scene_open(&scene, DOOR_BOTH);
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_begin_write(d));
    static const char *const rows[] = {
        "INSERT INTO users (id, seq, name, agency, name_seq) VALUES ('fa', 1, '方法制', 'wuhan', 1)",
        "INSERT INTO user_role (user_id, role, seq) VALUES ('fa', 'legal', 1)",
        "INSERT INTO agreement (id, seq, agency, provider, from_date, to_date, fee, pricing, author, state, extended) VALUES"
        " ('a1', 1, 'wuhan', 'blueline', 20000, 30000, 100, 'lump_sum', 'wei', 'effective', 0)",
        "INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, matter, region, from_date, to_date, author,"
        " enters_site, amount, historic, state, state_seq, frozen) VALUES"
        " ('e1', 1, 'a1', 'wuhan', 'blueline', 'T03', '<script>评估</script>', 420102, 20000, 30000, 'wei', 1, 100, 0, 'accepted', 1, 0)",
        "INSERT INTO entrustment_subject (entrustment, subject) VALUES ('e1', 'jiang')",
        "INSERT INTO entrustment_member (entrustment, member, seq, approved) VALUES ('e1', 'mei', 1, 1)",
        "INSERT INTO notice (id, seq, entrustment, subject, who, what, not_allowed, period, objection_route, unannounced, author, state)"
        " VALUES ('n1', 1, 'e1', 'jiang', '梅工', '{评估}|@h1', '检查', '三月', '电话12369', 0, 'wei', 'issued'),"
        " ('n2', 1, 'e1', 'jiang', '梅工', '评估', '检查', '三月', '电话12369', 1, 'wei', 'issued')",
        "INSERT INTO clue (id, seq, entrustment, subject, agency, author, provider, reported_at, observed_at, text, urgent, about_staff,"
        " state) VALUES ('c1', 1, 'e1', 'jiang', 'wuhan', 'mei-u', 'blueline', 1, 1, '涉及工作人员', 0, 1, 'received')",
        "INSERT INTO interest (id, seq, entrustment, provider, member, has_interest) VALUES ('d1', -1, 'e1', 'blueline', 'mei', 0)",
        "INSERT INTO act_log (seq, act, author, at, received_at, verdict, mark) VALUES (-1, 'test', 'wei', 1760000000000000,"
        " 1760000000000000, 0, 0)",
        "INSERT INTO order_refusal (id, seq, entrustment, author, member, text, reason, at) VALUES ('or1', -1, 'e1', 'mei-u', 'mei',"
        " '代签笔录', '越权', 1760000000000000)",
        "INSERT INTO agency_mark (agency, seq, mark) VALUES ('wuhan', 1, '武环执')"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_ok(db_exec(d, rows[i], NULL, NULL));
    assert_ok(db_commit(d));
    assert_ok(web_set_password(scene.store, S("fa"), S(SCENE_PASSWORD), false, PASSWORD_TEST));
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

#define FORM "application/x-www-form-urlencoded"

static str get(struct arena *a, const char *user, const char *path)
{
    str cookie, csrf;
    scene_sign_in(a, &scene, user, &cookie, &csrf);
    return scene_get(a, &scene, cookie, path);
}

static str post(struct arena *a, const char *user, const char *path, const char *body)
{
    str cookie, csrf;
    scene_sign_in(a, &scene, user, &cookie, &csrf);
    return scene_send(a, &scene, cookie, csrf, "POST", path, FORM, arena_printf(a, "csrf=%.*s&%s", STR_ARG(csrf), body));
}

static bool is_pdf(str answer)
{
    return scene_status(answer) == 200 && str_starts(scene_body(answer), S("%PDF-"));
}

static void drafts_are_for_who_may_issue(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_true(is_pdf(get(a, "wei", "/papers/preview?form=A09&thing=n1")));
    assert_int_equal(scene_status(get(a, "lead", "/papers/preview?form=A09&thing=n1")), 404);
    assert_int_equal(scene_status(get(a, "yi", "/papers/preview?form=A09&thing=n1")), 404);  /* another bureau's */
    assert_int_equal(scene_status(get(a, "fang", "/papers/preview?form=A09&thing=n1")), 403); /* a company drafts nothing */
    assert_int_equal(scene_status(get(a, "sys", "/papers/preview?form=A09&thing=n1")), 403);
    assert_int_equal(scene_status(get(a, "wei", "/papers/preview?form=A12&thing=e1")), 409);
    assert_int_equal(scene_status(get(a, "wei", "/papers/preview?form=A20&thing=c1")), 404); /* a clue about staff */
    assert_true(is_pdf(get(a, "mei-u", "/papers/preview?form=A06&thing=d1")));
    assert_true(is_pdf(get(a, "mei-u", "/api/papers/preview?form=A06&thing=d1")));
}

static void a_page_offers_what_one_may(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get(a, "wei", "/things/notices/n1");
    assert_true(str_find(page, S("/do/paper.issue?form=A09&amp;thing=n1")) > 0);
    page = get(a, "wei", "/things/entrustments/e1");
    assert_true(str_find(page, S("第三方辅助执法委托书（任务单）")) > 0 && str_find(page, S("form=A08")) > 0);
    assert_true(str_find(page, S("form=A12")) < 0 && str_find(page, S("解除本次委托事项决定书")) > 0); /* not yet */
    page = get(a, "lead", "/things/entrustments/e1");
    assert_true(str_find(page, S("/do/paper.own?form=A16")) > 0 && str_find(page, S("paper.issue")) < 0);
}

/* Issued by the form, opened by those it is for, and by the company once it was served. */
static void a_notice_from_issue_to_company(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str answer = post(a, "wei", "/do/paper.issue", "form=A09&thing=n1"), where = scene_header(answer, "Location");
    assert_int_equal(scene_status(answer), 303);
    assert_true(str_starts(where, S("/things/papers/")));
    str id = str_sub(where, 15, where.n);
    const char *file = arena_cstr(a, arena_printf(a, "/papers/%.*s/file", STR_ARG(id)));
    str page = get(a, "wei", arena_cstr(a, where));
    assert_true(str_find(page, S("武环执辅告〔")) > 0 && str_find(page, S("打开PDF")) > 0);
    str pdf = get(a, "wei", file);
    assert_true(is_pdf(pdf));
    assert_true(is_pdf(get(a, "han", file)));
    assert_int_equal(scene_status(get(a, "yi", file)), 404);
    assert_int_equal(scene_status(get(a, "lead", file)), 404);
    assert_int_equal(scene_status(get(a, "fang", file)), 404); /* announced by serving */
    assert_int_equal(scene_status(scene_get(a, &scene, S(""), file)), 303);
    assert_true(str_find(get(a, "wei", "/papers"), S("连续，无缺号")) > 0);
    page = get(a, "wei", "/things/notices/n1");
    ptrdiff_t at = str_find(page, S("href=\"/n/"));
    str rest = str_sub(page, (size_t)at + 6, 200), path;
    str_next(&rest, '"', &path);
    str public = scene_get(a, &scene, S(""), arena_cstr(a, path));
    assert_true(str_find(public, S("打开告知书（PDF）")) > 0);
    str by_code = scene_get(a, &scene, S(""), arena_cstr(a, arena_printf(a, "%.*s/file", STR_ARG(path))));
    assert_true(is_pdf(by_code) && str_eq(scene_body(by_code), scene_body(pdf)));
    const char *object = arena_cstr(a, arena_printf(a, "%.*s/objection", STR_ARG(path)));
    answer = scene_send(a, &scene, S(""), S(""), "POST", object, FORM, S("ground=conduct&text=typed+before&phone=0123456789012345678901234567891"));
    assert_int_equal(scene_status(answer), 400); /* not cut: said, with what was typed */
    assert_true(str_find(answer, S("“电话”有31字，超过30字")) > 0);
    assert_true(str_find(answer, S("typed before")) > 0 && str_find(answer, S("0123456789012345678901234567891")) > 0);
    answer = scene_send(a, &scene, S(""), S(""), "POST", object, FORM, S("ground=conduct&text=%E6%8E%A8%E9%94%80"));
    assert_int_equal(scene_status(answer), 303);
    public = scene_get(a, &scene, S(""), arena_cstr(a, scene_header(answer, "Location")));
    assert_true(str_find(public, S("受理号")) > 0);
    at = str_find(public, S("/receipts/"));
    assert_true(at > 0);
    /* Pressed twice it is one; gone back to and written anew, what was added is not lost behind the first one's receipt. */
    static const char *const said[] = {"once=abcdefghijkl&ground=other&text=one", "once=abcdefghijkl&ground=other&text=one",
                                       "once=abcdefghijkl&ground=other&text=one+and+two"};
    str received[3];
    for (size_t i = 0; i < 3; i++)
        received[i] = scene_header(scene_send(a, &scene, S(""), S(""), "POST", object, FORM, str_of(said[i])), "Location");
    assert_true(received[0].n && str_eq(received[0], received[1]) && !str_eq(received[0], received[2]));
    rest = str_sub(public, (size_t)at, 100);
    str receipt;
    str_next(&rest, '"', &receipt);
    assert_true(is_pdf(scene_get(a, &scene, S(""), arena_cstr(a, arena_printf(a, "%.*s%.*s", STR_ARG(path), STR_ARG(receipt))))));
    assert_int_equal(scene_status(scene_get(a, &scene, S(""), arena_cstr(a, arena_printf(a, "%.*s/receipts/nothing", STR_ARG(path))))), 404);
}

static void the_editor_points_at_the_line(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_int_equal(scene_status(get(a, "wei", "/papers/wordings")), 403);
    assert_true(str_find(get(a, "fa", "/papers/wordings"), S("第三方辅助执法告知书")) > 0);
    assert_true(str_find(get(a, "fa", "/papers/wordings/A09"), S("@organ {agency.name}")) > 0);
    assert_int_equal(scene_status(get(a, "fa", "/papers/wordings/A99")), 404);
#define TEXT "text=%40form+A09%0D%0A%40title+x%0D%0A%40layout+internal%0D%0A%40version+2%0D%0A%40from+2099-01-01%0D%0A"
    str page = post(a, "fa", "/papers/wordings/A09", "do=check&" TEXT "%40h9+bad%0D%0A");
    assert_int_equal(scene_status(page), 400);
    assert_true(str_find(page, S("第6行")) > 0 && str_find(page, S("<mark>   6  @h9 bad</mark>")) > 0);
    page = post(a, "fa", "/papers/wordings/A09", "do=check&" TEXT "%7Bagency.name%7D%0D%0A");
    assert_int_equal(scene_status(page), 200);
    assert_true(is_pdf(post(a, "fa", "/papers/wordings/A09", "do=preview&" TEXT "%7Bagency.name%7D%0D%0A")));
    page = post(a, "fa", "/papers/wordings/A09", "do=preview&" TEXT "%7Bagency.nothing%7D%0D%0A");
    assert_int_equal(scene_status(page), 400); /* a value the data does not have */
    assert_true(str_find(page, S("第6行")) > 0);
    page = post(a, "fa", "/papers/wordings/A09", "do=adopt&" TEXT "%7Bagency.name%7D%0D%0A");
    assert_int_equal(scene_status(page), 303);
    page = post(a, "fa", "/papers/wordings/A09", "do=adopt&" TEXT "%7Bagency.name%7D%0D%0A");
    assert_true(scene_status(page) == 400 && str_find(page, S("新版本号须更高")) > 0);
    assert_int_equal(scene_status(post(a, "wei", "/papers/wordings/A09", "do=adopt&" TEXT)), 403);
}

/* The sample of a preview is a thing the reader may read: who refused whom is not the legal office's to see. */
static void a_sample_is_of_what_one_may_read(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char text[] = "do=preview&text=%40form+A13%0A%40title+x%0A%40layout+internal%0A%40version+2%0A%40from+2099-01-01%0A"
                               "%7Brefusal.text%7D%0A";
    assert_int_equal(scene_status(get(a, "fa", "/things/order-refusals/or1")), 403);
    str page = post(a, "fa", "/papers/wordings/A13", text);
    assert_int_equal(scene_status(page), 400);
    assert_true(str_find(page, S("没有您可以查看")) > 0);
    assert_int_equal(scene_status(get(a, "han", "/things/order-refusals/or1")), 200);
    assert_true(is_pdf(post(a, "han", "/papers/wordings/A13", text)));
}

/* A part of a multipart form with the file in it. */
static str upload(struct arena *a, str file)
{
    buf b = buf_make(a, file.n + 1000);
    buf_add(&b, S("--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"));
    buf_add(&b, file);
    buf_add(&b, S("\r\n--xyz--\r\n"));
    return buf_str(&b);
}

static str checked(struct arena *a, str file)
{
    return scene_send(a, &scene, S(""), S(""), "POST", "/v", "multipart/form-data; boundary=xyz", upload(a, file));
}

static void a_paper_is_checked_by_anybody(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct paper_row row;
    bool found;
    str id, code = STR_NONE, bytes;
    AUTO_DB struct db *d = NULL;
    struct act_answer issued = scene_act(a, &scene, "wei", "{\"act\":\"paper.issue\",\"form\":\"A10\",\"thing\":\"n1\"}");
    assert_int_equal(issued.verdict, ACT_ALLOWED);
    id = issued.id;
    assert_ok(db_open(scene.store, false, &d));
    assert_ok(paper_file(scene.acts, d, a, id, &(struct paper_place){S(""), S("")}, &bytes));
    assert_ok(paper_load(d, a, id, &row, &found));
    code = paper_code_groups(a, row.code);
    str page = scene_get(a, &scene, S(""), arena_cstr(a, arena_printf(a, "/v/%.*s", STR_ARG(code))));
    assert_int_equal(scene_status(page), 200);
    assert_true(str_find(page, S("<b>有效</b>")) > 0 && str_find(page, row.number) > 0);
    assert_true(str_find(page, str_sub(row.digest, 4, 16)) > 0 && str_find(page, str_sub(row.digest, 4, 17)) < 0);
    static const char *const private[] = {"江汉", "梅工", "jiang", "blueline"};
    for (size_t i = 0; i < sizeof private / sizeof *private; i++) /* nobody is named */
        assert_true(str_find(scene_body(page), str_of(private[i])) < 0);
    page = scene_get(a, &scene, S(""), arena_cstr(a, arena_printf(a, "/v?code=%%20%.*s", STR_ARG(row.code))));
    assert_int_equal(scene_status(page), 200);
    assert_int_equal(scene_status(scene_get(a, &scene, S(""), "/v/0000000000000000")), 404);
    page = scene_get(a, &scene, S(""), "/v?code=%3Cscript%3E");
    assert_int_equal(scene_status(page), 404);
    assert_true(str_find(page, S("查无此件")) > 0 && str_find(scene_body(page), S("<script>")) < 0);
    assert_int_equal(scene_status(scene_get(a, &scene, S(""), "/v")), 200);

    assert_true(str_find(checked(a, bytes), S("系统签发的原文，有效")) > 0);
    char *changed = arena_copy(a, bytes.p, bytes.n);
    changed[bytes.n / 2] ^= 1;
    assert_true(str_find(checked(a, (str){changed, bytes.n}), S("内容被改动")) > 0);
    assert_true(str_find(checked(a, S("%PDF-1.5")), S("查无此件")) > 0);
    assert_int_equal(scene_status(checked(a, S(""))), 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drafts_are_for_who_may_issue), cmocka_unit_test(a_page_offers_what_one_may),
        cmocka_unit_test(a_notice_from_issue_to_company), cmocka_unit_test(the_editor_points_at_the_line),
        cmocka_unit_test(a_sample_is_of_what_one_may_read), cmocka_unit_test(a_paper_is_checked_by_anybody)};
    return cmocka_run_group_tests(tests, open_scene, close_scene);
}
