/*
 * A fire point beside what the outlets in its pixel reported, over a store with readings: running as running, a stop as a stop with its one sentence, an
 * hour that never came as not received; and nothing of it, not a name, for whoever may not read the readings.
 */
#include "monitor/province.h"
#include "remote/fire_load.h"
#include "web/scene.h"

#include <string.h>

static struct scene scene;
static usec now;
static char place[3][40]; /* findings: running, stopped, before anything was sent */

static const struct province_outlet outlets[] = {
    {"o-boiler", "1号锅炉烟囱", "jiang", "420102A8900016F000169DC0", "gas", PLANT_COAL_BOILER, 11, 114.30, 30.60, 2, HJ_CRC_OK},
    {"o-drain", "废水总排口", "jiang", "420102A8900016F000169DC1", "water", PLANT_SEWAGE_WORKS, 12, 114.32, 30.61, 3000, HJ_CRC_OK},
    {"o-west", "西窑窑尾", "xia", "420502A8900016F000169DC9", "gas", PLANT_CEMENT_KILN, 14, 111.29, 30.70, 2, HJ_CRC_OK}};

static void sql(const char *text, const struct db_args *args)
{
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_begin_write(d));
    assert_ok(db_exec(d, text, args, NULL));
    assert_ok(db_commit(d));
}

/* A list with one pass; the finding of its one place. */
static void burn(usec at, const char *user, double lon, double lat, char ret[40])
{
    AUTO_ARENA(a);
    struct fire_loaded got;
    str finding;
    struct civil u = civil_of(at - 8 * USEC_HOUR);
    str csv = arena_printf(a, "latitude,longitude,scan,track,acq_date,acq_time,satellite,confidence,frp,daynight\n%.5f,%.5f,0.4,0.4,%04d-%02d-%02d,%02d%02d,N,n,4.2,D\n", lat, lon,
                           u.year, u.month, u.dom, u.hour, u.minute);
    assert_ok(fire_load(scene.acts, a, &(struct fire_list){str_of(user), arena_printf(a, "清单%lld", (long long)at), csv, false, now}, &got));
    assert_int_equal(got.answer.verdict, ACT_ALLOWED);
    assert_int_equal(got.kept, 1);
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(scene.store, false, &d));
    assert_ok(db_one_str(d, a, "SELECT id FROM fire_finding WHERE batch = :b", DB_ARGS(DB_T("b", got.answer.id)), &finding));
    assert_true(finding.n && finding.n < 40);
    memcpy(ret, finding.p, finding.n);
    ret[finding.n] = 0;
}

static usec noon(int days_ago)
{
    return day_start(day_of(now) - days_ago) + 13 * USEC_HOUR + 20 * USEC_MINUTE;
}

static int open_scene(void **state)
{
    (void)state;
    now = time_now();
    scene_open(&scene, DOOR_BOTH);
    province_outlets(scene.store, outlets, 3, now);
    province_frames(scene.readings, outlets, 3, now, 6, 1);
    sql("UPDATE subject SET lon = 1143000000, lat = 306000000 WHERE id = 'jiang'", NULL);
    sql("UPDATE subject SET lon = 1112900000, lat = 307000000 WHERE id = 'xia'", NULL);
    sql("INSERT INTO outlet_mark (id, seq, outlet, kind, from_time, to_time, reason, author, entered) VALUES ('stop', 900, 'o-boiler', 'stopped', :from, :to, '停炉检修', 'fang', :to)",
        DB_ARGS(DB_I("from", noon(2) - USEC_HOUR), DB_I("to", noon(2) + 2 * USEC_HOUR)));
    burn(noon(3), "wei", 114.3010, 30.6005, place[0]);
    burn(noon(2), "wei", 114.3010, 30.6005, place[1]);
    burn(noon(40), "wei", 114.3010, 30.6005, place[2]);
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

static str page_of(struct arena *a, const char *user, const char *finding)
{
    str cookie, csrf;
    scene_sign_in(a, &scene, user, &cookie, &csrf);
    return scene_get(a, &scene, cookie, arena_cstr(a, arena_printf(a, "/fires/findings/%s", finding)));
}

static bool has(str text, const char *what)
{
    return str_find(text, str_of(what)) >= 0;
}

/* The section alone: names of companies stand elsewhere on the page, too. */
static str reported(str page)
{
    ptrdiff_t at = str_find(page, S("<section id=\"reported\">"));
    str rest = at < 0 ? STR_NONE : str_sub(page, (size_t)at, page.n);
    ptrdiff_t end = str_find(rest, S("</section>"));
    return end < 0 ? STR_NONE : str_sub(rest, 0, (size_t)end);
}

/* The number in a cell; -1 none. */
static double cell(str section, const char *label)
{
    AUTO_ARENA(a);
    str key = arena_printf(a, "data-label=\"%s\">", label);
    ptrdiff_t at = str_find(section, key);
    return at < 0 ? -1 : strtod(arena_cstr(a, str_sub(section, (size_t)at + key.n, 20)), NULL);
}

static void running(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page = page_of(a, "wei", place[0]);
    assert_int_equal(scene_status(page), 200);
    str s = reported(page);
    assert_true(has(s, "1号锅炉烟囱") && has(s, "没有标记") && has(s, "正常"));
    assert_false(has(s, "废水总排口")); /* a drain has no flue */
    assert_false(has(s, "停运"));
    assert_true(cell(s, "烟气温度") > 20 && cell(s, "流量") > 0 && cell(s, "氧含量") > 0);
}

static void stopped(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str s = reported(page_of(a, "wei", place[1]));
    assert_true(has(s, "卫星探测到热异常时，“江汉") && has(s, "1号锅炉烟囱”报的是停运：两者须对照核实。"));
    assert_true(has(s, "热源可能在像元内别处"));
    assert_false(has(s, "违法") || has(s, "造假") || has(s, "谎报"));
    assert_true(cell(s, "烟气温度") > 0); /* what was sent stands beside the mark */
}

/* A list of another day: what was not received is said, and no stop is read out of silence. */
static void silent(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str s = reported(page_of(a, "wei", place[2]));
    assert_true(has(s, "没有收到") && has(s, "没有标记"));
    assert_false(has(s, "停运"));
}

static void who_reads_no_readings(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char *const closed[] = {"fang", "mei-u", "lead", "sys", "yi"};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        str page = page_of(a, closed[i], place[1]);
        if (scene_status(page) == 200 || has(page, "1号锅炉烟囱"))
            fail_msg("%s gets %d", closed[i], scene_status(page));
    }
    /* A place may be named near by an older register; an outlet beyond the scope is not shown for it. */
    sql("UPDATE subject SET region = 420502 WHERE id = 'jiang'", NULL);
    str s = reported(page_of(a, "wei", place[1]));
    assert_true(has(s, "没有您可查看的废气在线监测排口") && !has(s, "1号锅炉烟囱"));
    sql("UPDATE subject SET region = 420102 WHERE id = 'jiang'", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(running), cmocka_unit_test(stopped), cmocka_unit_test(silent), cmocka_unit_test(who_reads_no_readings)};
    return cmocka_run_group_tests_name("fires", tests, open_scene, close_scene);
}
