/*
 * Who looked: written by an idle worker, counted where it could not be kept, named to nobody who may not read it; and the numbers of 监督台
 * that are blurred.
 */
#include "web/looks.h"
#include "web/scene.h"
#include "web/supervise.h"

static struct scene scene;

static int open_scene(void **state)
{
    (void)state;
    scene_open(&scene, DOOR_BOTH);
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

static void run_sql(const char *sql)
{
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_exec(d, sql, NULL, NULL));
}

static int64_t written(void)
{
    AUTO_DB struct db *d = NULL;
    int64_t n;
    assert_ok(db_open(scene.store, false, &d));
    assert_ok(db_one_int(d, "SELECT COUNT(*) FROM access_look", NULL, 0, &n));
    return n;
}

static void look(struct arena *a, str id)
{
    struct request q = {.web = scene.web, .a = a, .now = time_now(), .path = arena_printf(a, "/things/materials/%.*s", STR_ARG(id)),
                        .part = {S("materials"), id}};
    q.session.open = true;
    q.session.user = S("wei");
    looks_add(&q);
}

static void pause_briefly(void)
{
    nanosleep(&(struct timespec){0, 50000000}, NULL);
}

static str get(struct arena *a, const char *user, const char *path)
{
    str cookie, csrf;
    scene_sign_in(a, &scene, user, &cookie, &csrf);
    return scene_get(a, &scene, cookie, path);
}

/* Nobody asks for another page: it is in the table all the same. */
static void an_idle_worker_writes(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    enum { PATIENCE = 20 };
    usec last = time_monotonic() + PATIENCE * USEC_SECOND;
    look(a, S("m-idle"));
    assert_int_equal(written(), 0);
    while (!written() && time_monotonic() < last)
        pause_briefly();
    assert_int_equal(written(), 1);
}

static void what_finds_no_room_is_counted(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    enum { TOO_MANY = 7 };
    usec last = time_monotonic() + 5 * USEC_SECOND;
    int64_t before = written();
    assert_true(str_find(get(a, "sys", "/system"), S("没有漏记")) > 0);
    run_sql("ALTER TABLE access_look RENAME TO access_look_away");
    for (int i = 0; i < LOOKS_HELD + TOO_MANY; i++)
        look(a, arena_printf(a, "m%d", i));
    while (looks_lost(scene.web).n != TOO_MANY && time_monotonic() < last)
        pause_briefly();
    assert_int_equal(looks_lost(scene.web).n, TOO_MANY);
    assert_true(str_find(get(a, "sys", "/system"), S("漏记7次")) > 0);
    run_sql("ALTER TABLE access_look_away RENAME TO access_look");
    looks_write(scene.web);
    assert_int_equal(written(), before + LOOKS_HELD); /* what had room waited */
}

/* A third party works for two bureaus: neither reads what it opened of the other's. */
static void named_within_the_reader(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    run_sql("INSERT INTO agreement (id, seq, agency, provider, from_date, to_date, fee, pricing, author, state, extended) VALUES"
        " ('a1', 1, 'wuhan', 'blueline', 20000, 30000, 100, 'lump_sum', 'wei', 'effective', 0),"
        " ('a2', 1, 'yichang', 'blueline', 20000, 30000, 100, 'lump_sum', 'yi', 'effective', 0)");
    run_sql("INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, matter, region, from_date, to_date, author, enters_site, amount, historic, state,"
        " state_seq, frozen) VALUES ('e-one', 1, 'a1', 'wuhan', 'blueline', 'T03', '武汉设施评估', 420100, 20000, 30000, 'wei', 0, 100, 0, 'accepted', 1, 0),"
        " ('e-two', 1, 'a2', 'yichang', 'blueline', 'T03', '宜昌磷矿评估', 420500, 20000, 30000, 'yi', 0, 100, 0, 'accepted', 1, 0)");
    run_sql("INSERT INTO access_look (minute, user_id, kind, thing) VALUES (29000000, 'mei-u', 'entrustments', 'e-one'), (29000000, 'mei-u', 'entrustments', 'e-two')");
    str page = get(a, "qin", "/supervise/who?q=e-one");
    assert_int_equal(scene_status(page), 200);
    page = get(a, "qin", "/supervise/who?user=mei-u");
    assert_int_equal(scene_status(page), 200);
    assert_true(str_find(page, S("武汉设施评估")) > 0);
    assert_true(str_find(page, S("不在您的查看范围内")) > 0);
    assert_true(str_find(page, S("宜昌磷矿评估")) < 0 && str_find(page, S("e-two")) < 0);
}

static void small_numbers(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const struct { int64_t n; const char *province; } is[] = {{0, "少于5"}, {1, "少于5"}, {4, "少于5"}, {5, "5—9"}, {9, "5—9"}, {10, "10—14"}};
    struct request q = {.a = a};
    struct card reports = card_at(5), refusals = card_at(0);
    assert_true(reports.sealed && !refusals.sealed);
    for (size_t i = 0; i < sizeof is / sizeof *is; i++) {
        str exact = arena_printf(a, "%lld", (long long)is[i].n);
        q.reader.roles = ROLE_BIT(ROLE_PROVINCE);
        assert_str(card_text(&q, &reports, is[i].n, 0), is[i].province);
        assert_true(str_eq(card_text(&q, &refusals, is[i].n, 0), exact));
        q.reader.roles = ROLE_BIT(ROLE_DISCIPLINE);
        assert_true(str_eq(card_text(&q, &reports, is[i].n, 0), exact));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_idle_worker_writes), cmocka_unit_test(what_finds_no_room_is_counted),
                                       cmocka_unit_test(named_within_the_reader), cmocka_unit_test(small_numbers)};
    return cmocka_run_group_tests_name("web/looks", tests, open_scene, close_scene);
}
