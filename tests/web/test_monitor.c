/* Monitoring pages: who sees which outlet, that nothing of another region or party leaks, what the pages say, what a
 * bad address is told. */
#include "monitor/province.h"
#include "web/scene.h"

static struct scene scene;
static usec now;

static const struct province_outlet outlets[] = {
    {"o-boiler", "1号锅炉烟囱", "jiang", "420102A8900016F000169DC0", "gas", PLANT_COAL_BOILER, 11, 114.30, 30.60, 2,
     HJ_CRC_OK},
    {"o-drain", "废水总排口", "jiang", "420102A8900016F000169DC1", "water", PLANT_SEWAGE_WORKS, 12, 114.32, 30.61, 3000,
     HJ_CRC_OK},
    {"o-new", "2号锅炉烟囱", "jiang", "420102A8900016F000169DC2", "gas", PLANT_COAL_BOILER, 13, 0, 0, -1, HJ_CRC_OK},
    {"o-west", "西窑<b>窑尾</b>", "xia", "420502A8900016F000169DC9", "gas", PLANT_CEMENT_KILN, 14, 111.29, 30.70, 2,
     HJ_CRC_MODBUS}};

static void notes(void)
{
    struct spool_place first = {1, 0};
    struct device_note note[] = {
        {.mn = str_of(outlets[0].mn),
         .peer = S("10.20.0.7:51234"),
         .seen = now - 2 * USEC_MINUTE,
         .frames = 100,
         .resubmitted = 1,
         .findings = UINT64_C(1) << HJ_FOUND_LENGTH_WRONG,
         .example = first},
        {.mn = str_of(outlets[1].mn), .peer = S("10.20.0.8:51234"), .seen = now - 3000 * USEC_MINUTE, .frames = 90},
        {.mn = str_of(outlets[3].mn),
         .peer = S("10.50.0.7:51234"),
         .seen = now - 2 * USEC_MINUTE,
         .frames = 80,
         .findings = UINT64_C(1) << HJ_FOUND_CRC_MODBUS,
         .example = first},
        {.mn = S("NOBODYKNOWSTHIS"), .peer = S("10.99.0.1:1"), .seen = now - USEC_MINUTE, .frames = 5}};
    assert_ok(device_note_many(scene.readings, note, 4));
    assert_ok(device_profile_put(scene.readings, str_of(outlets[0].mn), S("{\"edition\":\"2017\",\"crc\":\"ok\"}"),
                                 S("首次学得档案"), now - USEC_DAY));
    assert_ok(device_event_put(scene.readings, now - USEC_HOUR, str_of(outlets[0].mn), S("boot"), S("开机通知")));
    struct platform_hour hours[] = {
        {S(""), day_start(day_of(now) - 1) + 5 * USEC_HOUR, CAUSE_SERVER_DOWN, 3600, 1},
        {str_of(outlets[3].mn), day_start(day_of(now) - 1) + 6 * USEC_HOUR, CAUSE_REFUSED, 60, 9}};
    assert_ok(platform_cause_add(scene.readings, hours, 2));
}

static int open_scene(void **state)
{
    (void)state;
    now = time_now();
    scene_open(&scene, DOOR_BOTH);
    province_outlets(scene.store, outlets, 4, now);
    province_frames(scene.readings, outlets, 4, now, 12, 1);
    notes();
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

static void lists_are_of_the_region(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get(a, "wei", "/monitor");
    EXPECT(page, "1号锅炉烟囱", "废水总排口", "2号锅炉烟囱", "● 正常上报", "■ 上报中断", "○ 从未上报", "江岸区");
    assert_false(has(page, "西陵") || has(page, "西窑") || has(page, "NOBODY"));
    page = get(a, "yi", "/monitor");
    EXPECT(page, "西窑&lt;b&gt;窑尾&lt;/b&gt;");
    assert_false(has(page, "锅炉") || has(page, "<b>窑尾"));
    EXPECT(get(a, "fang", "/monitor"), "1号锅炉烟囱", "废水总排口");
    EXPECT(get(a, "qin", "/monitor"), "1号锅炉烟囱");
    static const char *const closed[] = {"lead", "mei-u", "sys"};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(scene_status(get(a, closed[i], "/monitor")), 403);
}

static void filters(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get(a, "wei", "/monitor?state=never");
    assert_true(has(page, "2号锅炉烟囱") && !has(page, "1号锅炉烟囱"));
    page = get(a, "wei", "/monitor?kind=water");
    assert_true(has(page, "废水总排口") && !has(page, "锅炉"));
    page = get(a, "wei", "/monitor?q=F000169DC0");
    assert_true(has(page, "1号锅炉烟囱") && !has(page, "2号锅炉烟囱"));
    assert_true(has(get(a, "wei", "/monitor?region=420502"), "没有符合条件的监测点位"));
    page = get(a, "wei", "/monitor?view=map");
    EXPECT(page, "<svg class=\"picture map\"", "武汉市", "1号锅炉烟囱", "其中2个登记了经纬度");
}

static void latest_values_carry_their_limit(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get(a, "wei", "/monitor?q=1%E5%8F%B7");
    EXPECT(page, "二氧化硫", "小时限值 50", "分钟前");
    assert_false(has(page, "限值 80")); /* replaced half a year ago */
}

static const char *const deep[] = {"/monitor/%s",
                                   "/monitor/%s/chart.svg",
                                   "/monitor/%s/chart.png",
                                   "/monitor/%s/slot?at=2026-01-01T00:00",
                                   "/api/monitor/series?outlet=%s",
                                   "/api/monitor/readings?outlet=%s"};

static void nothing_of_another_region(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const struct {
        const char *user, *outlet;
    } pairs[] = {{"wei", "o-west"}, {"qin", "o-west"}, {"fang", "o-west"}, {"yi", "o-boiler"}};
    for (size_t i = 0; i < 4; i++) {
        str cookie, csrf;
        scene_sign_in(a, &scene, pairs[i].user, &cookie, &csrf);
        for (size_t j = 0; j < sizeof deep / sizeof *deep; j++) {
            char path[200];
            snprintf(path, sizeof path, deep[j], pairs[i].outlet);
            str answer = scene_get(a, &scene, cookie, path);
            if (scene_status(answer) != 404 || has(answer, "西窑") || has(answer, "1号锅炉"))
                fail_msg("%s gets %s: %d", pairs[i].user, path, scene_status(answer));
        }
    }
    assert_int_equal(scene_status(get(a, "wei", "/monitor/devices/420502A8900016F000169DC9")), 404);
    assert_int_equal(scene_status(get(a, "yi", "/monitor/devices/NOBODYKNOWSTHIS")), 404);
    str api = get(a, "wei", "/api/monitor/outlets");
    assert_true(has(api, "o-boiler") && !has(api, "o-west"));
}

static void an_outlet(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get(a, "wei", "/monitor/o-boiler?factor=a21026&group=converted&period=hour&span=month");
    EXPECT(page, "<div class=\"wide\"><svg ", "<div class=\"slim\"><svg ", ">小时限值 50<", "数据表", "最新数值",
           "span=week", "前一段", "毫克/立方米", "/monitor/devices/420102A8900016F000169DC0",
           "chart.png?factor=a21026");
    assert_false(has(page, "<script"));
    page = get(a, "wei", "/monitor/o-boiler?factor=02&span=year"); /* a code of 2005 is understood, too */
    EXPECT(page, "二氧化硫", "月</a>");
    EXPECT(get(a, "wei", "/monitor/o-new"), "还没有收到数据", "○ 从未上报");
    EXPECT(get(a, "fang", "/monitor/o-boiler"), "二氧化硫");
    str svg = get(a, "wei", "/monitor/o-boiler/chart.svg?factor=a21026&width=600&height=300");
    assert_str(scene_header(svg, "Content-Type"), "image/svg+xml");
    assert_true(str_starts(scene_body(svg), S("<svg ")) && has(svg, "viewBox=\"0 0 600 300\""));
    str png = get(a, "wei", "/monitor/o-boiler/chart.png?factor=a21026&large=1");
    assert_str(scene_header(png, "Content-Type"), "image/png");
    assert_true(str_starts(scene_body(png), S("\x89PNG")));
}

static void bad_addresses_are_told_why(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const struct {
        const char *query, *field, *says;
    } bad[] = {{"factor=a99999", "factor", "没有"},
               {"period=second", "period", "周期不能识别"},
               {"group=mean", "group", "数值类别不能识别"},
               {"span=decade", "span", "时段不能识别"},
               {"from=2026-01-01", "to", "同时给出"},
               {"from=2026-02-30&to=2026-03-01", "from", "不是日期或时间"},
               {"from=2026-03-02&to=2026-03-01", "to", "止应在起之后"},
               {"from=1990-01-01&to=2026-01-01", "to", "不超过20年"},
               {"width=100000", "width", "240至4000"},
               {"height=x", "height", "120至2000"},
               {"large=2", "large", "0至1"},
               {"at=yesterday", "at", "不是日期或时间"}};
    str cookie, csrf;
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        str answer =
            scene_get(a, &scene, cookie,
                      arena_cstr(a, arena_printf(a, "/api/monitor/readings?outlet=o-boiler&%s", bad[i].query)));
        int status = scene_status(answer);
        const struct json *j;
        assert_ok(json_parse(a, scene_body(answer), 1 << 20, &j));
        if ((status != 400 && status != 404) || !str_eq(json_string(j, S("field")), str_of(bad[i].field)) ||
            str_find(json_string(j, S("detail")), str_of(bad[i].says)) < 0)
            fail_msg("%s: %d %.*s", bad[i].query, status, STR_ARG(scene_body(answer)));
        answer = scene_get(a, &scene, cookie,
                           arena_cstr(a, arena_printf(a, "/monitor/o-boiler/chart.svg?%s", bad[i].query)));
        assert_int_equal(scene_status(answer), status);
        assert_true(has(answer, bad[i].says));
    }
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/monitor?state=asleep")), 400);
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/monitor?region=1")), 400);
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/monitor/o-boiler/slot?at=now")), 400);
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/monitor/o-boiler/frames/x-y")), 400);
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/monitor/o-boiler/frames/999999-0")), 404);
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/api/monitor/readings")), 400);
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/api/monitor/outlets?limit=0")), 400);
}

/* ---- down to the bytes ---- */
static str hour_of_two_days_ago(struct arena *a)
{
    struct civil c = civil_of_day(day_of(now) - 2);
    return arena_printf(a, "%04d-%02d-%02dT09:00", c.year, c.month, c.dom);
}

static str link_in(str page, const char *prefix)
{
    ptrdiff_t at = str_find(page, str_of(prefix));
    assert_true(at >= 0);
    str rest = str_sub(page, (size_t)at, page.n), link;
    str_next(&rest, '"', &link);
    return link;
}

static void a_value_leads_to_its_frame(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str path = arena_printf(a, "/monitor/o-boiler/slot?factor=a21026&group=value&period=hour&at=%.*s",
                            STR_ARG(hour_of_two_days_ago(a)));
    str page = get(a, "wei", arena_cstr(a, path));
    EXPECT(page, "收到过的值", "原始报文", "是</td>"); /* the second value came a day later */
    str link = link_in(page, "/monitor/o-boiler/frames/");
    str frame = get(a, "wei", arena_cstr(a, link));
    EXPECT(frame, "420102A8900016F000169DC0", "SM3", "10.20.0.7:51234", "QN=", "1200微秒", "DataTime", "a21026");
    str subject = get(a, "fang", arena_cstr(a, path));
    assert_int_equal(scene_status(subject), 200);
    assert_false(has(subject, "/frames/"));
    assert_int_equal(scene_status(get(a, "fang", arena_cstr(a, link))), 403);
    str other = arena_printf(a, "/monitor/o-drain%.*s", STR_ARG(str_sub(link, strlen("/monitor/o-boiler"), link.n)));
    assert_int_equal(scene_status(get(a, "wei", arena_cstr(a, other))), 404); /* another device's frame */
}

static void versions_are_ticked(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get(a, "wei", "/monitor/o-boiler?factor=a21026&group=value&period=hour&span=month");
    if (civil_of(now).dom > 2)
        EXPECT(page, "有不同上报值的时段", "<g class=\"versions\">");
}

/* ---- health ---- */
static void health_says_whose_failure(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get(a, "sys", "/monitor/health");
    EXPECT(page, "平台原因", "NOBODYKNOWSTHIS", "420502A8900016F000169DC9", "3600秒");
    assert_false(has(page, "江汉") || has(page, "锅炉") || has(page, "二氧化硫"));
    page = get(a, "wei", "/monitor/health");
    EXPECT(page, "3600秒", "420102A8900016F000169DC0");
    assert_false(has(page, "NOBODY") || has(page, "420502A8900016F000169DC9"));
    assert_int_equal(scene_status(get(a, "fang", "/monitor/health")), 403);
    assert_int_equal(scene_status(get(a, "lead", "/monitor/health")), 403);
}

static void conformance_of_a_device(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get(a, "wei", "/monitor/devices/420102A8900016F000169DC0");
    EXPECT(page, "合规性报告", "长度字段与数据段实际字节数不符", "首次学得档案", "开机通知", "第", "1号锅炉烟囱");
    page = get(a, "sys", "/monitor/devices/420102A8900016F000169DC0");
    EXPECT(page, "长度字段与数据段实际字节数不符");
    assert_false(has(page, "锅炉") || has(page, "QN=") || has(page, "a21026"));
    page = get(a, "fang", "/monitor/devices/420102A8900016F000169DC0");
    EXPECT(page, "合规性报告");
    assert_false(has(page, "QN=") || has(page, "10.20.0.7"));
    EXPECT(get(a, "sys", "/monitor/devices/NOBODYKNOWSTHIS"), "没有发现与规范不符之处");
}

/* ---- API ---- */
static void api_gives_what_was_sent(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    const struct json *j;
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    assert_ok(json_parse(a, scene_body(scene_get(a, &scene, cookie, "/api/monitor/outlets?limit=1")), 1 << 20, &j));
    assert_int_equal(json_get(j, S("items"))->n, 1);
    size_t n = 1;
    for (str next = json_string(j, S("next")); next.n; next = json_string(j, S("next"))) {
        assert_ok(json_parse(a, scene_body(scene_get(a, &scene, cookie, arena_cstr(a, next))), 1 << 20, &j));
        n += json_get(j, S("items"))->n;
    }
    assert_int_equal(n, 3);
    assert_ok(
        json_parse(a, scene_body(scene_get(a, &scene, cookie, "/api/monitor/series?outlet=o-boiler")), 1 << 20, &j));
    assert_true(json_get(j, S("items"))->n > 5);
    struct civil c = civil_of_day(day_of(now) - 3);
    str path = arena_printf(
        a,
        "/api/monitor/readings?outlet=o-boiler&factor=a21026&group=value&period=hour&limit=10&from=%04d-%02d-%02d"
        "&to=%04d-%02d-%02dT23:59",
        c.year, c.month, c.dom, c.year, c.month, c.dom);
    str answer = scene_get(a, &scene, cookie, arena_cstr(a, path));
    assert_ok(json_parse(a, scene_body(answer), 1 << 20, &j));
    const struct json *items = json_get(j, S("items"));
    assert_int_equal(items->n, 10);
    AUTO_ARENA(plants);
    struct plant *p = plant_new(plants, outlets[0].plant, outlets[0].seed);
    const struct plant_channel *channels;
    size_t count = plant_channels(p, &channels), so2 = 0;
    while (so2 < count && strcmp(channels[so2].factor, "a21026"))
        so2++;
    assert_true(so2 < count);
    struct plant_series *sent = plant_report(plants, p, day_start(day_of(now) - 12), 3600, 240);
    for (size_t i = 0; i < items->n; i++) {
        const struct json *average = json_get(&items->child[i], S("average"));
        double want = (double)sent->average[so2][9 * 24 + i];
        for (int k = 0; k < channels[so2].decimals; k++)
            want /= 10;
        assert_true(average && average->kind == JSON_NUMBER && average->number - want < 1e-9 &&
                    want - average->number < 1e-9);
    }
    str next = json_string(j, S("next"));
    assert_true(next.n > 0);
    assert_true(has(scene_get(a, &scene, cookie, "/api/openapi.json"), "\"/api/monitor/readings\""));
}

static void the_outside_door(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct web *web;
    struct scene outside = scene;
    assert_ok(web_start(scene.acts,
                        &(struct web_options){.door = DOOR_OUTSIDE, .workers = 2, .readings = scene.readings}, &web));
    outside.web = web;
    outside.port = web_port(web);
    str cookie, csrf;
    scene_sign_in(a, &outside, "fang", &cookie, &csrf);
    assert_int_equal(scene_status(scene_get(a, &outside, cookie, "/monitor")), 200);
    assert_int_equal(scene_status(scene_get(a, &outside, cookie, "/monitor/health")), 404);
    assert_int_equal(scene_status(scene_get(a, &outside, cookie, "/monitor/o-boiler/frames/1-0")), 404);
    web_stop(web);
}

static void without_a_store(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct web *web;
    struct scene bare = scene;
    assert_ok(web_start(scene.acts, &(struct web_options){.workers = 2}, &web));
    bare.web = web;
    bare.port = web_port(web);
    str cookie, csrf;
    scene_sign_in(a, &bare, "wei", &cookie, &csrf);
    str page = scene_get(a, &bare, cookie, "/monitor");
    assert_int_equal(scene_status(page), 404);
    assert_true(has(page, "未启用监测数据"));
    assert_false(has(scene_get(a, &bare, cookie, "/"), "href=\"/monitor\""));
    web_stop(web);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lists_are_of_the_region),
                                       cmocka_unit_test(filters),
                                       cmocka_unit_test(latest_values_carry_their_limit),
                                       cmocka_unit_test(nothing_of_another_region),
                                       cmocka_unit_test(an_outlet),
                                       cmocka_unit_test(bad_addresses_are_told_why),
                                       cmocka_unit_test(a_value_leads_to_its_frame),
                                       cmocka_unit_test(versions_are_ticked),
                                       cmocka_unit_test(health_says_whose_failure),
                                       cmocka_unit_test(conformance_of_a_device),
                                       cmocka_unit_test(api_gives_what_was_sent),
                                       cmocka_unit_test(the_outside_door),
                                       cmocka_unit_test(without_a_store)};
    return cmocka_run_group_tests_name("monitor", tests, open_scene, close_scene);
}
