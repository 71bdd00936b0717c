/*
 * 线索研判 of a clue whose sense is a satellite or a flight: sentence, figure, three numbers, explanations and what was found in order;
 * and nothing of it for who may not see the scene or the flight.
 */
#include "web/scene.h"
#include "web/sky.h"
#include "web/tiles.h"
#include "web/web_private.h"

#include <string.h>

static struct scene scene;
static struct arena *kept;
static str finding, clue, place; /* place: "flight:f1@…" */

static void insert(const char *sql, const struct db_args *args)
{
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_exec(d, sql, args, NULL));
}

static void add_clue(const char *id, const char *agency, str of)
{
    insert("INSERT INTO clue (id, seq, agency, author, provider, observed_at, reported_at, text, urgent, finding, about_staff, state) VALUES"
        " (:id, 1, :agency, 'mei-u', 'blueline', 1, 1, '岸边有一处<b>新挖的沟', 0, :finding, 0, 'reported')",
        DB_ARGS(DB_T("id", str_of(id)), DB_T("agency", str_of(agency)), DB_T("finding", of)));
}

static int open_scene(void **state)
{
    double lon, lat;
    usec now = time_now();
    (void)state;
    kept = arena_new();
    scene_open(&scene, DOOR_BOTH);
    finding = sky_find(scene.acts, kept, scene.folder, "wei", now);
    clue = arena_printf(kept, "f-%.*s", STR_ARG(finding));
    insert("INSERT INTO agreement (id, seq, agency, provider, from_date, to_date, fee, pricing, author, state, extended) VALUES"
        " ('a1', 1, 'wuhan', 'blueline', 20000, 30000, 100, 'lump_sum', 'wei', 'effective', 0)", NULL);
    insert("INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, matter, region, from_date, to_date, author, enters_site, amount, historic, state,"
        " state_seq, frozen) VALUES ('e7', 1, 'a1', 'wuhan', 'blueline', 'T07', '巡飞', 420100, 20000, 30000, 'wei', 0, 100, 0, 'accepted', 1, 0)", NULL);
    insert("INSERT INTO flight (id, seq, entrustment, height_m, from_time, to_time, state, author) VALUES ('f1', 1, 'e7', 100, 1, 2, 'approved', 'lead')", NULL);
    str photos = sky_photos(kept, now - 3 * USEC_DAY, &lon, &lat);
    insert("INSERT INTO flight_import (id, seq, entrustment, flight, author, at, files, located, unplanned, entered, photos) VALUES"
        " ('i1', 1, 'e7', 'f1', 'mei-u', 1, 8, 8, 0, 0, :photos)", DB_ARGS(DB_T("photos", photos)));
    place = arena_printf(kept, "flight:f1@%.7f,%.7f", lon, lat);
    add_clue("c-flight", "wuhan", place);
    insert("INSERT INTO clue_verdict (seq, clue, verdict, reasons, author, at) VALUES (1, 'c-flight', 'groundless', '原来就有的沟', 'wei', 1)", NULL);
    add_clue("c-away", "wuhan", S("flight:f1@114.9,30.9"));
    add_clue("c-odd", "wuhan", S("flight:f1@nowhere"));
    add_clue("c-other", "yichang", place);
    add_clue("c-sky", "yichang", finding);
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    scene_close(&scene);
    arena_free(kept);
    return 0;
}

static str get(struct arena *a, const char *user, str path)
{
    str cookie, csrf;
    scene_sign_in(a, &scene, user, &cookie, &csrf);
    return scene_get(a, &scene, cookie, arena_cstr(a, path));
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

static void a_satellite_finding(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get(a, "wei", arena_printf(a, "/clues/%.*s/study", STR_ARG(clue)));
    EXPECT(page, "遥感影像", "以下为数据分析意见", "的相比，此处", "公顷，未经核实。", "面积", "像元", "平均宽", "/before.png", "/after.png", "未经核实\"", "云、云影或无数据", "影像边缘截断",
           "已排除", "未核对", "两期影像错位", "已检未见异常", "裸露地表：该处没有达到最小面积的图斑", "xiezhi remote detect --replay ", "/scenes/", "value=\"receive\"");
    assert_true(str_find(page, arena_printf(a, "href=\"/scenes/findings/%.*s\"", STR_ARG(finding))) > 0);
    assert_true(scene_status(get(a, "wei", arena_printf(a, "/scenes/findings/%.*s/after.png", STR_ARG(finding)))) == 200);
    str back = get(a, "wei", arena_printf(a, "/scenes/findings/%.*s", STR_ARG(finding)));
    assert_true(str_find(back, arena_printf(a, "href=\"/clues/%.*s/study\">签收线索", STR_ARG(clue))) > 0);
    assert_true(!has(get(a, "wei", arena_printf(a, "/things/clues/%.*s", STR_ARG(clue))), "/monitor/findings/")); /* it is none of the monitor's */
}

static void a_place_in_photographs(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = get(a, "wei", S("/clues/c-flight/study"));
    EXPECT(page, "无人机巡查", "岸边有一处&lt;b&gt;新挖的沟", "以下为报告人所述", "看到该处的照片", "地面分辨率", "位置误差（两倍）", "class=\"seenin\"", "class=\"band\"", "照片头摘要", "未经核实",
           "href=\"/flights/f1\"", "/flights/f1/see?lon=117.", "位置误差，认错相邻物体", "已检未见异常", "与其他照片不重复");
    page = get(a, "wei", S("/clues/c-away/study"));
    EXPECT(page, "<svg class=\"flight\"", "没有照片看到所报的位置", ">0张<");
    assert_true(!has(page, "class=\"seenin\"") && !has(page, "已检未见异常"));
    page = get(a, "wei", S("/clues/c-odd/study"));
    EXPECT(page, "人工报告", "岸边有一处");
    assert_true(!has(page, "/flights/f1"));
    /* from the place to the clue: the form is filled in */
    EXPECT(get(a, "lead", S("/do/clue.report?entrustment=e7&finding=flight%3Af1%40114.3510000%2C30.6010000")), "value=\"flight:f1@114.3510000,30.6010000\"");
    EXPECT(get(a, "lead", S("/flights/f1/see?lon=114.351&lat=30.601")), "finding=flight%3Af1%40114.3510000%2C30.6010000");
}

/* The outline of the satellite's finding in the photographs taken over its bank: a band, in every picture some of it, and not for a provider. */
static void an_outline_in_photographs(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str path = arena_printf(a, "/flights/f1/see?finding=%.*s", STR_ARG(finding)), page = get(a, "wei", path), rest = page;
    EXPECT(page, "看到这组图斑的照片", "不是边界；未经核实", "class=\"outline\"");
    size_t pictures = 0;
    for (ptrdiff_t at; (at = str_find(rest, S("class=\"outline\" stroke-width=\""))) >= 0; pictures++) {
        int wide = 0, inside = 0;
        rest = str_sub(rest, (size_t)at + strlen("class=\"outline\" stroke-width=\""), rest.n);
        assert_int_equal(sscanf(rest.p, "%d", &wide), 1);
        assert_true(wide > 20); /* two sigma to both sides, of five metres of the satellite and some of the pose, at a few centimetres a pixel */
        rest = str_sub(rest, (size_t)str_find(rest, S(" d=\"")) + 4, rest.n);
        str line = str_sub(rest, 0, (size_t)str_find(rest, S("\"")));
        for (size_t i = 0; i < line.n; i++) {
            int x, y;
            if ((line.p[i] == 'M' || line.p[i] == 'L') && sscanf(line.p + i + 1, "%d %d", &x, &y) == 2)
                inside += x >= 0 && x <= 400 && y >= 0 && y <= 300;
        }
        assert_true(inside > 0);
    }
    assert_true(pictures >= 2);
    assert_int_equal(scene_status(get(a, "lead", path)), 403);
    assert_int_equal(scene_status(get(a, "wei", S("/flights/f1/see?finding=00"))), 404);
    /* and what became of that place */
    EXPECT(get(a, "wei", arena_printf(a, "/scenes/findings/%.*s/history", STR_ARG(finding))), "逐期回看：减少水面", "series-share", "未解译", "/at-");
}

static int64_t count(const char *sql)
{
    AUTO_DB struct db *d = NULL;
    int64_t n = 0;
    assert_ok(db_open(scene.store, false, &d));
    assert_ok(db_one_int(d, sql, NULL, 0, &n));
    return n;
}

/* The same two dates looked at with another parameter are another run, the places are the same: no second clue. */
static void found_again_is_one_clue(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct found_again again;
    int64_t clues = count("SELECT COUNT(*) FROM clue"), reported = count("SELECT COUNT(*) FROM clue WHERE finding IN (SELECT id FROM scene_finding)");
    assert_int_equal(count("SELECT COUNT(*) FROM scene_lineage"), 0);
    again = sky_find_again(scene.acts, a, time_now());
    assert_true(again.groups > 0 && reported >= again.groups);
    assert_int_equal(again.reported, 0);
    assert_int_equal(again.known, again.groups);
    assert_int_equal(count("SELECT COUNT(*) FROM clue"), clues);
    assert_int_equal(count("SELECT COUNT(*) FROM scene_lineage"), again.groups);
    str page = get(a, "wei", arena_printf(a, "/scenes/findings/%.*s/history", STR_ARG(finding)));
    EXPECT(page, "同一处在其他解译中的图斑组", "同一处只报告一次线索");
}

/* A clue that names what its reader may not see is the reporter's words and nothing else. */
static void within_the_reader(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char *const paths[] = {"/clues/c-other/study", "/clues/c-sky/study"};
    for (size_t i = 0; i < 2; i++) {
        str page = get(a, "yi", str_of(paths[i]));
        EXPECT(page, "人工报告", "岸边有一处");
        assert_true(!has(page, "/flights/f1") && !has(page, "/scenes/") && !has(page, "前一期") && !has(page, "公顷"));
    }
    str page = get(a, "mei-u", S("/clues/c-flight/study")); /* her own report; what the bureau makes of it is the bureau's */
    EXPECT(page, "人工报告", "岸边有一处");
    assert_true(!has(page, "/flights/f1") && !has(page, "核对过的正常原因") && !has(page, "已填写的结论") && !has(page, "原来就有的沟"));
    EXPECT(get(a, "wei", S("/clues/c-flight/study")), "已填写的结论", "原来就有的沟");
    assert_int_equal(scene_status(get(a, "yi", arena_printf(a, "/clues/%.*s/study", STR_ARG(clue)))), 404);
    assert_int_equal(scene_status(get(a, "yi", arena_printf(a, "/scenes/findings/%.*s", STR_ARG(finding)))), 404);
}

/* Tiles are drawn once for all who may see the scene; whoever may not gets none, kept or not. */
static void a_tile_is_drawn_once(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct db *d;
    str id;
    assert_ok(db_open(scene.store, false, &d));
    assert_ok(db_one_str(d, a, "SELECT MIN(id) FROM scene", NULL, &id));
    db_close(d);
    str path = arena_printf(a, "/tiles/%.*s/0/0-0.png?mode=true", STR_ARG(id));
    struct tiles_figures before = tiles_figures(scene.web->tiles);
    str first = get(a, "wei", path);
    struct tiles_figures drawn = tiles_figures(scene.web->tiles);
    assert_int_equal(scene_status(first), 200);
    assert_int_equal(drawn.hits, before.hits);
    assert_int_equal(drawn.kept, before.kept + 2); /* its stretch, too */
    assert_int_equal(scene_status(get(a, "yi", path)), 404); /* another bureau's: before and after it was kept */
    str again = get(a, "wei", path);
    struct tiles_figures after = tiles_figures(scene.web->tiles);
    assert_int_equal(after.hits, drawn.hits + 1);
    assert_int_equal(after.misses, drawn.misses);
    ptrdiff_t one = str_find(first, S("\x89PNG")), two = str_find(again, S("\x89PNG"));
    assert_true(one > 0 && two > 0 && str_eq(str_sub(first, (size_t)one, first.n), str_sub(again, (size_t)two, again.n)));
    str other = get(a, "wei", arena_printf(a, "/tiles/%.*s/0/0-0.png?mode=false", STR_ARG(id)));
    assert_true(str_find(other, S("\x89PNG")) > 0 && !str_eq(str_sub(other, (size_t)str_find(other, S("\x89PNG")), other.n), str_sub(first, (size_t)one, first.n)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_satellite_finding), cmocka_unit_test(a_place_in_photographs), cmocka_unit_test(an_outline_in_photographs), cmocka_unit_test(found_again_is_one_clue), cmocka_unit_test(within_the_reader), cmocka_unit_test(a_tile_is_drawn_once)};
    return cmocka_run_group_tests_name("web/study", tests, open_scene, close_scene);
}
