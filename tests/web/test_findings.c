/*
 * Findings on pages: who sees which, that a third party gets no name it was not given, what the page of evidence says and where
 * it leads, that clues are handled from it, and that no word on it judges anybody.
 */
#include "monitor/province.h"
#include "monitor/watch/watch.h"
#include "web/scene.h"

#include <stdlib.h>

enum { DAYS = 60, OUTLETS = 3 };

static struct scene scene;
static struct watch *watch;
static usec now;
static str id_east, id_west, clue_east; /* the gravest finding of each */
static struct arena *kept;

static const struct attack replay = {.kind = ATTACK_REPLAY, .strength = 5, .channel = 0, .first = 1000, .n = 168, .seed = 3};
static const struct province_outlet outlets[OUTLETS] = {
    {.id = "o-east", .name = "1号锅炉烟囱", .subject = "jiang", .mn = "420102A1B2C3D4E5F6000001", .kind = "gas", .plant = PLANT_COAL_BOILER, .seed = 21,
     .attack = &replay, .silent_minutes = 2},
    {.id = "o-fine", .name = "2号锅炉烟囱", .subject = "jiang", .mn = "420102A1B2C3D4E5F6000002", .kind = "gas", .plant = PLANT_COAL_BOILER, .seed = 22,
     .silent_minutes = 2},
    {.id = "o-west", .name = "西窑窑尾", .subject = "xia", .mn = "420502A1B2C3D4E5F6000003", .kind = "gas", .plant = PLANT_COAL_BOILER, .seed = 23,
     .attack = &replay, .silent_minutes = 2}};

static void run(const char *sql)
{
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_exec(d, sql, NULL, NULL));
}

static str gravest(const char *outlet, str *ret_clue)
{
    struct watch_finding *list;
    size_t n;
    assert_ok(watch_findings(watch, kept, &(struct watch_filter){.level = LEVEL_CLUE, .outlet = str_of(outlet)}, STR_NONE, 10, &list, &n));
    assert_true(n >= 1);
    *ret_clue = list[0].clue;
    return list[0].id;
}

/* The scene's own server knows no findings; one that does takes its place. */
static int open_scene(void **state)
{
    (void)state;
    struct watch_report report;
    str clue;
    now = time_now();
    kept = arena_new();
    scene_open(&scene, DOOR_BOTH);
    province_outlets(scene.store, outlets, OUTLETS, now);
    province_frames(scene.readings, outlets, OUTLETS, now, DAYS, 0);
    assert_ok(watch_open(scene.store, scene.readings, true, &watch));
    assert_ok(watch_run(watch, scene.acts, &(struct watch_options){.last = day_of(now) - 1, .days = DAYS - 1, .workers = 2}, NULL, NULL, &report));
    assert_true(report.reported >= 2);
    id_east = gravest("o-east", &clue_east);
    id_west = gravest("o-west", &clue);
    web_stop(scene.web);
    assert_ok(web_start(scene.acts, &(struct web_options){.workers = 8, .readings = scene.readings, .watch = watch}, &scene.web));
    scene.port = web_port(scene.web);
    static const char *const aside[][2] = {{"cai", "procurement"}, {"zhang", "finance"}, {"dang", "archivist"}};
    for (size_t i = 0; i < sizeof aside / sizeof *aside; i++) {
        const char *user = "INSERT INTO users (id, seq, name, agency, name_seq) VALUES ('%s', 1, '%s', 'wuhan', 1)";
        run(arena_cstr(kept, arena_printf(kept, user, aside[i][0], aside[i][0])));
        run(arena_cstr(kept, arena_printf(kept, "INSERT INTO user_role (user_id, role, seq) VALUES ('%s', '%s', 1)", aside[i][0], aside[i][1])));
        assert_ok(web_set_password(scene.store, str_of(aside[i][0]), S(SCENE_PASSWORD), false, PASSWORD_TEST));
    }
    run("INSERT INTO agreement (id, seq, agency, provider, from_date, to_date, fee, pricing, author, state, extended) VALUES"
        " ('a1', 1, 'wuhan', 'blueline', 20000, 30000, 100, 'lump_sum', 'wei', 'effective', 0)");
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    struct web *web = scene.web;
    web_stop(web);
    watch_close(watch);
    assert_ok(web_start(scene.acts, &(struct web_options){.workers = 1}, &scene.web)); /* for scene_close to stop */
    scene_close(&scene);
    arena_free(kept);
    return 0;
}

static str get(struct arena *a, const char *user, const char *path)
{
    str cookie, csrf;
    scene_sign_in(a, &scene, user, &cookie, &csrf);
    return scene_get(a, &scene, cookie, path);
}

static str get_finding(struct arena *a, const char *user, str id)
{
    return get(a, user, arena_cstr(a, arena_printf(a, "/monitor/findings/%.*s", STR_ARG(id))));
}

static bool has(str text, const char *what)
{
    return str_find(text, str_of(what)) >= 0;
}

static void expect(str page, const char *const *words, size_t n)
{
    assert_int_equal(scene_status(page), 200);
    for (size_t i = 0; i < n; i++)
        if (!has(page, words[i]))
            fail_msg("the page does not say %s", words[i]);
}
#define EXPECT(page, ...) \
    expect((page), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void no_word_judges(str page)
{
    static const char *const words[] = {"造假", "违法", "作弊", "伪造", "篡改", "null", "undefined", "NaN", "<script"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (has(page, words[i]))
            fail_msg("the page says %s", words[i]);
}

static void the_queue_is_of_the_region(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get(a, "wei", "/monitor/findings");
    EXPECT(page, "线索研判", "1号锅炉烟囱", "已报告", "须经执法人员核实后方可采用（第九条）");
    assert_true(str_find(page, id_east) > 0 && str_find(page, id_west) < 0);
    assert_false(has(page, "西窑") || has(page, "2号锅炉") || has(page, "各规则的核实情况"));
    no_word_judges(page);
    page = get(a, "yi", "/monitor/findings");
    assert_true(has(page, "西窑窑尾") && !has(page, "锅炉") && str_find(page, id_east) < 0);
    page = get(a, "han", "/monitor/findings?level=clue");
    EXPECT(page, "各规则的核实情况", "属实", "1号锅炉烟囱");
    no_word_judges(page);
    EXPECT(get(a, "qin", "/monitor/findings"), "各规则的核实情况");
    assert_true(has(get(a, "wei", "/monitor/findings?outlet=o-fine"), "没有符合条件的研判结果"));
    assert_int_equal(scene_status(get(a, "wei", "/monitor/findings?outlet=o-west")), 404);
    EXPECT(get(a, "wei", "/monitor"), "href=\"/monitor/findings\"");
    EXPECT(get(a, "wei", "/monitor/o-east"), "/monitor/findings?outlet=o-east");
    assert_false(has(get(a, "fang", "/monitor/o-east"), "findings"));
}

static void others_get_nothing(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char *const closed[] = {"fang", "sys", "lead", "mei-u", "cai", "zhang", "dang"};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        str list = get(a, closed[i], "/monitor/findings"), api = get(a, closed[i], "/api/monitor/findings"), page = get_finding(a, closed[i], id_east);
        assert_int_equal(scene_status(list), 403);
        assert_int_equal(scene_status(api), 403);
        assert_int_equal(scene_status(page), 403);
        assert_true(str_find(list, id_east) < 0 && !has(page, "锅炉"));
    }
    assert_int_equal(scene_status(get_finding(a, "wei", id_west)), 404);
    assert_int_equal(scene_status(get_finding(a, "yi", id_east)), 404);
    assert_int_equal(scene_status(get_finding(a, "wei", S("nobody"))), 404);
    assert_int_equal(scene_status(get_finding(a, "wei", S("00000000000000000000000000000000"))), 404);
}

static str pseudonym_in(str page)
{
    ptrdiff_t at = str_find(page, S("点位-"));
    assert_true(at >= 0);
    return str_sub(page, (size_t)at, strlen("点位-") + 6);
}

static void nothing_names(str page)
{
    static const char *const names[] = {"江汉", "锅炉烟囱", "o-east", "420102A1B2C3D4E5F6000001", "/things/clues/", "/frames/", "clue.receive"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (has(page, names[i]))
            fail_msg("a third party reads %s", names[i]);
    assert_true(str_find(page, clue_east) < 0);
}

/* What was looked at, what was lacking and what was clean is said of the run, of an outlet and on the page of a clue; to nobody else. */
static void what_was_looked_at_is_said(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    EXPECT(get(a, "wei", "/monitor"), "最近一次研判：", "href=\"/monitor/findings#run\"");
    str page = get(a, "wei", "/monitor/findings");
    EXPECT(page, "最近一次研判检了什么", "各规则看过的点位数", "缺数据未检", "C1 均值越界", "在后台试运行");
    assert_false(has(page, "A10 首位数字")); /* a rule in the background shows nobody anything */
    page = get(a, "wei", "/monitor/o-east");
    EXPECT(page, "检了什么", "已检未见异常", "缺数据未检", "均值越界");
    assert_false(has(page, "首位数字"));
    no_word_judges(page);
    EXPECT(get_finding(a, "wei", id_east), "检了什么", "已检未见异常", "缺数据未检");
    page = get(a, "wei", arena_cstr(a, arena_printf(a, "/clues/%.*s/study", STR_ARG(clue_east))));
    EXPECT(page, "已检未见异常", "均值越界", "缺数据未检");
    assert_false(has(page, "首位数字"));
    page = get(a, "fang", "/monitor/o-east"); /* the party concerned */
    assert_false(has(page, "检了什么") || has(get(a, "fang", "/monitor"), "最近一次研判"));
}

/* Of an outlet and on the page of a finding, for those who supervise: a mark of twelve hours, the shares of missing values and the quarter. */
static void how_time_is_taken_out_is_told(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str pages[] = {get(a, "wei", "/monitor/o-fine"), get_finding(a, "wei", id_east)};
    for (size_t i = 0; i < 2; i++) {
        EXPECT(pages[i], "标记与缺失的习惯",
               "<td data-label=\"标记\">维护</td><td class=\"number\" data-label=\"次数\">1</td><td class=\"number\" data-label=\"合计\">12小时</td>",
               "<td class=\"number\" data-label=\"最长连续\">12小时</td><td data-label=\"结束后登记\"><span>0次</span>",
               "data-label=\"高值之后开始\"", "达到当时小时限值的90%", "各项目的缺失与标志",
               "捕集率", "HJ 75-2017要求", "统计事实，不是发现");
        no_word_judges(pages[i]);
        ptrdiff_t at = str_find(pages[i], S("id=\"habits\""));
        assert_true(str_find(str_sub(pages[i], (size_t)at + 1, pages[i].n - (size_t)at - 1), S("id=\"habits\"")) < 0); /* once */
    }
    assert_false(has(get(a, "fang", "/monitor/o-fine"), "标记与缺失的习惯")); /* what goes with what was looked at goes to the same readers */
}

static void t09_sees_pseudonyms(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    run("INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, matter, region, from_date, to_date, author, enters_site, amount,"
        " historic, state, state_seq, frozen) VALUES ('e9', 1, 'a1', 'wuhan', 'blueline', 'T09', '数据分析', 420100, 20000, 30000, 'wei', 0, 100, 0,"
        " 'approved', 1, 0)");
    run("INSERT INTO entrustment_member (entrustment, member, seq, approved) VALUES ('e9', 'mei', 1, 1)");
    assert_int_equal(scene_status(get(a, "mei-u", "/monitor/findings")), 403); /* not accepted yet */
    run("UPDATE entrustment SET state = 'accepted' WHERE id = 'e9'");
    str page = get(a, "mei-u", "/monitor/findings"), code = pseudonym_in(page);
    EXPECT(page, "线索研判", "以代号列出");
    nothing_names(page);
    no_word_judges(page);
    assert_true(str_find(page, id_east) > 0 && str_find(page, id_west) < 0);
    str evidence = get_finding(a, "mei-u", id_east);
    EXPECT(evidence, "前后三日", "第三方不得", "<svg ", "标记与缺失的习惯");
    nothing_names(evidence);
    assert_true(str_eq(pseudonym_in(evidence), code));
    str api = get(a, "mei-u", "/api/monitor/findings");
    assert_int_equal(scene_status(api), 200);
    nothing_names(api);
    assert_int_equal(scene_status(get_finding(a, "mei-u", id_west)), 404);
    assert_int_equal(scene_status(get(a, "mei-u", "/monitor/findings?outlet=o-east")), 403); /* would tell whose pseudonym it is */
    EXPECT(get(a, "mei-u", "/things/entrustments/e9"), "href=\"/monitor/findings\"");
    assert_int_equal(scene_status(get(a, "lead", "/monitor/findings")), 403);
    run("UPDATE entrustment SET frozen = 1 WHERE id = 'e9'");
    assert_int_equal(scene_status(get(a, "mei-u", "/monitor/findings")), 403);
    run("UPDATE entrustment SET frozen = 0 WHERE id = 'e9'");
}

static void t09_names_whom_the_entrustment_names(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    run("INSERT INTO entrustment_subject (entrustment, subject) VALUES ('e9', 'jiang')");
    str page = get(a, "mei-u", "/monitor/findings");
    EXPECT(page, "1号锅炉烟囱", "江汉&quot;&gt;&lt;script&gt;");
    assert_false(has(page, "点位-") || has(page, "/things/clues/") || has(page, "<script"));
    page = get_finding(a, "mei-u", id_east);
    assert_true(has(page, "1号锅炉烟囱") && !has(page, "/frames/") && !has(page, "420102A1B2C3D4E5F6000001"));
    run("UPDATE entrustment SET kind = 'T03' WHERE id = 'e9'");
    assert_int_equal(scene_status(get(a, "mei-u", "/monitor/findings")), 403);
}

static str link_in(str page, const char *prefix)
{
    ptrdiff_t at = str_find(page, str_of(prefix));
    assert_true(at >= 0);
    str rest = str_sub(page, (size_t)at, page.n), link;
    str_next(&rest, '"', &link);
    return link;
}

static str unescaped(struct arena *a, str link)
{
    buf b = buf_make(a, link.n + 1);
    for (size_t i = 0; i < link.n; i++) {
        buf_char(&b, link.p[i]);
        if (str_starts(str_sub(link, i, link.n), S("&amp;")))
            i += 4;
    }
    return buf_str(&b);
}

static void the_page_of_evidence(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get_finding(a, "wei", id_east);
    EXPECT(page, "本页为数据分析意见，须经执法人员核实后方可采用（第九条）", "前后三日", "<div class=\"wide\"><svg ", "关注时段", "核对过的正常原因", "共核对15项", "与平时比", "线索方向，待核实",
           "现场怎么看", "固定历史记录", "第三方不得", "首末两个时段的原始报文", "时段内收到过不同的值", "规则版本", "xiezhi monitor watch --replay ", "已排除");
    no_word_judges(page);
    assert_true(str_find(page, id_east) > 0);
    str frame = get(a, "wei", arena_cstr(a, link_in(page, "/monitor/o-east/frames/")));
    EXPECT(frame, "420102A1B2C3D4E5F6000001", "SM3");
    EXPECT(get(a, "wei", arena_cstr(a, unescaped(a, link_in(page, "/monitor/o-east?factor=")))), "关注");
    str clue = get(a, "wei", arena_cstr(a, arena_printf(a, "/things/clues/%.*s", STR_ARG(clue_east))));
    assert_int_equal(scene_status(clue), 200);
    assert_true(str_find(clue, arena_printf(a, "/clues/%.*s/study", STR_ARG(clue_east))) > 0);
}

/* A week sent again, whole days later: the week it was copied from is the same curve twice, and not what is usual. */
static void the_source_is_no_comparison(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char cell[] = "<td class=\"number\" data-label=\"";
    str page = get_finding(a, "wei", id_east);
    EXPECT(page, "逐个相同", "与平时比", "对照时段：", "<dt>与原段相隔（小时）</dt><dd><b>168</b></dd>", "</b>毫克/立方米</dd>");
    ptrdiff_t at = str_find(page, S("正常状态的数值"));
    assert_true(at > 0);
    str rest = str_sub(page, (size_t)at, page.n);
    int same = 0;
    for (int i = 0; i < 3; i++) {
        str pair[2];
        for (int k = 0; k < 2; k++) {
            at = str_find(rest, str_of(cell));
            assert_true(at > 0);
            rest = str_sub(rest, (size_t)at + sizeof cell - 1, rest.n);
            str number = str_sub(rest, (size_t)str_find(rest, S(">")) + 1, rest.n);
            pair[k] = str_sub(number, 0, (size_t)str_find(number, S("<")));
        }
        same += str_eq(pair[0], pair[1]);
    }
    assert_true(same < 2);
}

/* A city's officer reads of the clue of a county's bureau: whose it is is said, and nothing is offered that would be refused. */
static void a_countys_clue_is_the_countys(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const char *study = arena_cstr(a, arena_printf(a, "/clues/%.*s/study", STR_ARG(clue_east)));
    run("INSERT INTO agency (id, seq, name, region, level, parent) VALUES ('jiangan', 1, '江岸大队', 420102, 'county', 'wuhan')");
    run("UPDATE clue SET agency = 'jiangan' WHERE subject = 'jiang'");
    str page = get(a, "wei", study), finding = get_finding(a, "wei", id_east);
    EXPECT(page, "这条线索由江岸大队的执法人员签收、核实并填写");
    assert_true(!has(page, "value=\"receive\"") && !has(page, "value=\"judge\""));
    EXPECT(finding, "线索由江岸大队的执法人员签收、核实", ">看线索的研判</a>");
    assert_true(!has(finding, ">签收线索</a>"));
    struct act_answer answer = scene_act(a, &scene, "wei", arena_printf(a, "{\"act\":\"clue.receive\",\"clue\":\"%.*s\",\"at\":\"%.*s\"}", STR_ARG(clue_east),
                                                                        STR_ARG(time_rfc3339(a, time_now()))).p);
    assert_int_equal(answer.verdict, ACT_REFUSED);
    run("UPDATE clue SET agency = 'wuhan' WHERE subject = 'jiang'");
    run("DELETE FROM agency WHERE id = 'jiangan'");
}

static void a_clue_is_handled_from_its_page(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const char *clue = arena_cstr(a, clue_east), *at = arena_cstr(a, time_rfc3339(a, time_now()));
    str page = get_finding(a, "wei", id_east), study = arena_printf(a, "/clues/%s/study", clue);
    assert_true(str_find(page, study) > 0 && has(page, ">签收线索</a>"));
    str form = get(a, "wei", arena_cstr(a, study));
    /* One page for a finding of any sense: sentence, figure, at most three numbers, explanations, and the one thing to do. */
    EXPECT(form, "<div class=\"wide\"><svg ", "核对过的正常原因", "全部依据", "value=\"receive\"");
    assert_true(str_find(form, arena_printf(a, "/monitor/findings/%.*s", STR_ARG(id_east))) > 0);
    assert_true(!has(form, "value=\"judge\""));
    no_word_judges(form);
    struct act_answer answer = scene_act(a, &scene, "wei", arena_printf(a, "{\"act\":\"clue.receive\",\"clue\":\"%s\",\"at\":\"%s\"}", clue, at).p);
    assert_int_equal(answer.verdict, ACT_ALLOWED);
    page = get_finding(a, "wei", id_east);
    assert_true(has(page, ">填写研判结论</a>") && !has(page, ">签收线索</a>"));
    form = get(a, "wei", arena_cstr(a, study));
    assert_true(has(form, "value=\"judge\"") && !has(form, "value=\"receive\""));
    assert_true(!has(get(a, "han", arena_cstr(a, study)), "value=\"judge\"")); /* a head reads it */
    assert_true(has(get_finding(a, "han", id_east), "/do/clue.decide?clue="));
    answer = scene_act(a, &scene, "wei", arena_printf(a, "{\"act\":\"clue.judge\",\"clue\":\"%s\",\"verdict\":\"confirmed\",\"reasons\":\"调取分析仪历史\","
                                                         "\"at\":\"%s\"}", clue, at).p);
    assert_int_equal(answer.verdict, ACT_ALLOWED);
    page = get(a, "han", "/monitor/findings");
    EXPECT(page, "<td class=\"number\">1</td><td class=\"number\">1</td></tr>"); /* judged, right */
}

static void the_list_as_json(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct json *j;
    str cookie, csrf;
    size_t n = 0;
    bool hint = false;
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    for (str next = S("/api/monitor/findings?limit=1&continued=1"); next.n; next = json_string(j, S("next"))) {
        str answer = scene_get(a, &scene, cookie, arena_cstr(a, next));
        assert_int_equal(scene_status(answer), 200);
        assert_ok(json_parse(a, scene_body(answer), 1 << 20, &j));
        const struct json *items = json_get(j, S("items"));
        assert_int_equal(items->n, 1);
        const struct json *one = &items->child[0];
        if (n++ == 0)
            assert_true(str_eq(json_string(one, S("id")), id_east) && str_eq(json_string(one, S("clue")), clue_east));
        assert_str(json_string(one, S("outlet")), "o-east");
        assert_false(hint && str_eq(json_string(one, S("level")), S("clue"))); /* clues come first */
        hint = str_eq(json_string(one, S("level")), S("hint"));
    }
    struct watch_finding *list;
    size_t all;
    assert_ok(watch_findings(watch, a, &(struct watch_filter){.level = -1, .outlet = S("o-east"), .continued = true}, STR_NONE, 500, &list, &all));
    assert_int_equal(n, all);
    static const char *const bad[] = {"limit=0", "limit=x", "level=guilt", "continued=2"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(scene_status(scene_get(a, &scene, cookie, arena_cstr(a, arena_printf(a, "/api/monitor/findings?%s", bad[i])))), 400);
    assert_true(has(scene_get(a, &scene, cookie, "/api/openapi.json"), "\"/api/monitor/findings\""));
}

static void before_the_first_run(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct web *web;
    struct scene early = scene;
    str cookie, csrf;
    assert_ok(web_start(scene.acts, &(struct web_options){.workers = 2, .readings = scene.readings}, &web));
    early.web = web;
    early.port = web_port(web);
    scene_sign_in(a, &early, "han", &cookie, &csrf);
    EXPECT(scene_get(a, &early, cookie, "/monitor/findings"), "尚未运行研判");
    assert_int_equal(scene_status(scene_get(a, &early, cookie, arena_cstr(a, arena_printf(a, "/monitor/findings/%.*s", STR_ARG(id_east))))), 404);
    assert_true(has(scene_get(a, &early, cookie, "/api/monitor/findings"), "\"run\":false"));
    web_stop(web);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_queue_is_of_the_region), cmocka_unit_test(others_get_nothing), cmocka_unit_test(what_was_looked_at_is_said), cmocka_unit_test(how_time_is_taken_out_is_told), cmocka_unit_test(t09_sees_pseudonyms),
        cmocka_unit_test(t09_names_whom_the_entrustment_names), cmocka_unit_test(the_page_of_evidence),
        cmocka_unit_test(the_source_is_no_comparison), cmocka_unit_test(a_countys_clue_is_the_countys), cmocka_unit_test(a_clue_is_handled_from_its_page),
        cmocka_unit_test(the_list_as_json), cmocka_unit_test(before_the_first_run)};
    return cmocka_run_group_tests_name("findings", tests, open_scene, close_scene);
}
