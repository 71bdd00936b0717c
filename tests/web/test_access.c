/* Signing in, lock-out, sessions, forgery, the two doors. */
#include "web/scene.h"

static struct scene scene;

static int open_both(void **state)
{
    (void)state;
    scene_open(&scene, DOOR_BOTH);
    return 0;
}

static int open_outside(void **state)
{
    (void)state;
    scene_open(&scene, DOOR_OUTSIDE);
    return 0;
}

static int close_scene(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

#define FORM "application/x-www-form-urlencoded"

static int try_sign_in(struct arena *a, const char *body)
{
    return scene_status(scene_send(a, &scene, S(""), S(""), "POST", "/sign-in", FORM, str_of(body)));
}

static void signs_in_and_out(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    assert_int_equal(scene_status(scene_get(a, &scene, S(""), "/")), 303);
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    str home = scene_get(a, &scene, cookie, "/");
    assert_int_equal(scene_status(home), 200);
    assert_true(str_find(home, S("魏队")) > 0);
    assert_true(str_find(scene_header(home, "Content-Security-Policy"), S("default-src 'self'")) >= 0);
    assert_str(scene_header(home, "Cache-Control"), "no-store");
    assert_str(scene_header(home, "X-Content-Type-Options"), "nosniff");
    str out = scene_send(a, &scene, cookie, csrf, "POST", "/sign-out", FORM, S(""));
    assert_int_equal(scene_status(out), 303);
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/")), 303);
}

static void cookie_is_guarded(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str answer = scene_send(a, &scene, S(""), S(""), "POST", "/sign-in", FORM,
                            S("user=wei&password=correct+horse+battery&next=//evil"));
    str cookie = scene_header(answer, "Set-Cookie");
    assert_true(str_find(cookie, S("HttpOnly")) > 0);
    assert_true(str_find(cookie, S("SameSite=Lax")) > 0);
    assert_true(str_find(cookie, S("Path=/;")) > 0);
    assert_str(scene_header(answer, "Location"), "/");
    /* The table holds no cookie. */
    AUTO_DB struct db *d = NULL;
    int64_t n;
    str value = str_sub(cookie, 15, 43);
    assert_ok(db_open(scene.store, false, &d));
    assert_ok(db_one_int(d, "SELECT COUNT(*) FROM access_session WHERE token = :t", DB_ARGS(DB_T("t", value)), 0, &n));
    assert_int_equal(n, 0);
    assert_ok(db_one_int(d, "SELECT COUNT(*) FROM access_session", NULL, 0, &n));
    assert_true(n >= 1);
}

static void locks_after_five(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    for (int i = 0; i < 5; i++)
        assert_int_equal(try_sign_in(a, "user=luo&password=wrong+wrong+wrong"), 403);
    assert_int_equal(try_sign_in(a, "user=luo&password=correct+horse+battery"), 403);
    assert_int_equal(try_sign_in(a, "user=nobody&password=correct+horse+battery"), 403);
    assert_int_equal(try_sign_in(a, "user=wei&password=correct+horse+battery"), 303);
}

static void needs_the_token(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf, act = S("{\"act\":\"clue.report\"}");
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    assert_int_equal(scene_status(scene_send(a, &scene, S(""), S(""), "POST", "/api/acts", "application/json", act)), 401);
    assert_int_equal(scene_status(scene_send(a, &scene, cookie, S(""), "POST", "/api/acts", "application/json", act)), 403);
    assert_int_equal(scene_status(scene_send(a, &scene, cookie, S("x"), "POST", "/api/acts", "application/json", act)), 403);
    int status = scene_status(scene_send(a, &scene, cookie, csrf, "POST", "/api/acts", "application/json",
                                         S("{\"act\":\"no.such\"}")));
    assert_int_equal(status, 400);
}

static void problems_say_how_to_mend(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    static const str bodies[] = {S("{\"act\":"), S("{\"act\":\"entrustment.draft\",\"act\":\"x\"}"), S("[]"), S("7"),
                                 S("{\"act\":\"entrustment.draft\",\"region\":420102,\"enters_site\":true}"),
                                 S("{\"act\":\"entrustment.draft\",\"at\":\"2026-03-02T09:00:00\"}")};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        str answer = scene_send(a, &scene, cookie, csrf, "POST", "/api/acts", "application/json", bodies[i]);
        assert_true(scene_status(answer) == 400 || scene_status(answer) == 413);
        assert_str(scene_header(answer, "Content-Type"), "application/problem+json");
        const struct json *j;
        assert_ok(json_parse(a, scene_body(answer), 100000, &j));
        assert_true(json_string(j, S("title")).n && json_string(j, S("detail")).n);
        if (i == 0)
            assert_non_null(json_get(j, S("offset")));
        if (i == 4)
            assert_str(json_string(j, S("field")), "region");
        if (i == 5)
            assert_true(json_string(j, S("example")).n > 0);
    }
}

static void one_time_password_must_change(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_ok(web_set_password(scene.store, S("qin"), S("one-time-password"), true, PASSWORD_TEST));
    str answer = scene_send(a, &scene, S(""), S(""), "POST", "/sign-in", FORM, S("user=qin&password=one-time-password"));
    str cookie = scene_header(answer, "Set-Cookie"), first;
    str_next(&cookie, ';', &first);
    assert_str(scene_header(scene_get(a, &scene, first, "/todo"), "Location"), "/password");
    assert_int_equal(scene_status(scene_get(a, &scene, first, "/api/acts/1")), 403);
    str page = scene_get(a, &scene, first, "/password");
    ptrdiff_t at = str_find(page, S("name=\"csrf\" value=\""));
    str csrf = str_sub(page, (size_t)at + 19, 43);
    str body = S("old=one-time-password&new=another+long+phrase&again=another+long+phrase");
    assert_int_equal(scene_status(scene_send(a, &scene, first, csrf, "POST", "/password", FORM, body)), 303);
    assert_int_equal(scene_status(scene_get(a, &scene, first, "/todo")), 200);
    assert_err(web_set_password(scene.store, S("qin"), S("short"), false, PASSWORD_TEST), ERR_INPUT);
    err_clear();
}

static void disabled_users_are_out(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    AUTO_DB struct db *d = NULL;
    str cookie, csrf;
    scene_sign_in(a, &scene, "sys", &cookie, &csrf);
    assert_ok(db_open(scene.store, true, &d));
    assert_ok(db_begin_write(d));
    assert_ok(db_exec(d, "UPDATE users SET disabled_at = 1 WHERE id = 'sys'", NULL, NULL));
    assert_ok(db_commit(d));
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/")), 303);
    assert_int_equal(try_sign_in(a, "user=sys&password=correct+horse+battery"), 403);
}

static void outer_door(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    static const char *const inside[] = {"/settings", "/metrics", "/healthz", "/api/openapi.json"};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        assert_int_equal(scene_status(scene_get(a, &scene, S(""), inside[i])), 404);
    assert_int_equal(try_sign_in(a, "user=wei&password=correct+horse+battery"), 403);
    scene_sign_in(a, &scene, "lead", &cookie, &csrf);
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/things/entrustments")), 200);
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/settings")), 404);
}

int main(void)
{
    const struct CMUnitTest both[] = {
        cmocka_unit_test(signs_in_and_out), cmocka_unit_test(cookie_is_guarded), cmocka_unit_test(locks_after_five),
        cmocka_unit_test(needs_the_token), cmocka_unit_test(problems_say_how_to_mend),
        cmocka_unit_test(one_time_password_must_change), cmocka_unit_test(disabled_users_are_out)};
    const struct CMUnitTest outside[] = {cmocka_unit_test(outer_door)};
    return cmocka_run_group_tests_name("both", both, open_both, close_scene) +
           cmocka_run_group_tests_name("outside", outside, open_outside, close_scene);
}
