/* Importing and exporting by hand, over HTTP; and from a code back to who saw it. */
#include "scene.h"

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

static void has(str answer, const char *word)
{
    if (str_find(answer, str_of(word)) < 0)
        fail_msg("no \"%s\" in\n%.*s", word, STR_ARG(answer));
}

static void has_not(str answer, const char *word)
{
    if (str_find(answer, str_of(word)) >= 0)
        fail_msg("\"%s\" in\n%.*s", word, STR_ARG(answer));
}

static str upload(struct arena *a, str cookie, str csrf, const char *kind, const char *name, str bytes)
{
    buf b = buf_make(a, 1 << 20);
    buf_printf(&b, "--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%.*s\r\n", STR_ARG(csrf));
    buf_printf(&b, "--XX\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n%s\r\n", kind);
    buf_printf(&b, "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: text/csv\r\n\r\n%.*s\r\n--XX--\r\n", name,
               STR_ARG(bytes));
    return scene_send(a, &scene, cookie, csrf, "POST", "/import", "multipart/form-data; boundary=XX", buf_str(&b));
}

static str wait_for(struct arena *a, str cookie, const char *path)
{
    for (int i = 0; i < 100; i++) {
        str page = scene_get(a, &scene, cookie, path);
        if (str_find(page, S("<progress")) < 0)
            return page;
        usleep(100000);
    }
    fail_msg("the import does not end");
    return STR_NONE;
}

static str post(struct arena *a, str cookie, str csrf, const char *path, const char *body)
{
    return scene_send(a, &scene, cookie, csrf, "POST", path, "application/x-www-form-urlencoded",
                      arena_printf(a, "csrf=%.*s&%s", STR_ARG(csrf), body));
}

static void import_step_by_step(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    has(scene_get(a, &scene, cookie, "/import"), "执法相对人");
    has(scene_get(a, &scene, cookie, "/import/template/subjects.csv"), "企业名称");
    assert_int_equal(scene_status(scene_get(a, &scene, cookie, "/import/template/nothing.csv")), 404);
    str answer = upload(a, cookie, csrf, "subjects", "平台.csv", S("名字,地方,信用\n<b>新厂</b>,420102,\n坏厂,某地,\n"));
    assert_int_equal(scene_status(answer), 303);
    const char *path = arena_cstr(a, scene_header(answer, "Location"));
    str page = scene_get(a, &scene, cookie, path);
    has(page, "缺少必需的列：“企业名称”、“区划”");
    has(page, "&lt;b&gt;新厂&lt;/b&gt;");
    assert_int_equal(scene_status(post(a, cookie, csrf, path, "do=real")), 409);
    post(a, cookie, csrf, path, "do=dry&c1=name&c2=region&c3=");
    page = wait_for(a, cookie, path);
    has(page, "试运行的结果（没有写入）");
    has(page, "将新增</dt><dd>1行");
    has(page, "读不懂</dt><dd>1行");
    has(page, "B3 “区划”应为");
    has_not(scene_get(a, &scene, cookie, "/things/subjects"), "新厂");
    post(a, cookie, csrf, path, "do=real");
    page = wait_for(a, cookie, path);
    has(page, "导入的结果");
    has(scene_get(a, &scene, cookie, "/things/subjects"), "&lt;b&gt;新厂&lt;/b&gt;");
    has(scene_get(a, &scene, cookie, arena_cstr(a, arena_printf(a, "%s/errors", path))), "导入结果");
    str other, other_csrf;
    scene_sign_in(a, &scene, "luo", &other, &other_csrf);
    assert_int_equal(scene_status(scene_get(a, &scene, other, path)), 404);
}

static void what_is_no_table(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str cookie, csrf;
    scene_sign_in(a, &scene, "wei", &cookie, &csrf);
    has(upload(a, cookie, csrf, "subjects", "x.xls", S("<html><table></table></html>")), "请用表格软件打开后另存为.xlsx");
    has(upload(a, cookie, csrf, "subjects", "x.xls", S("\xd0\xcf\x11\xe0\xa1\xb1")), "去掉密码并另存为.xlsx");
    has(upload(a, cookie, csrf, "subjects", "x.csv", S("")), "没有选择文件");
    assert_int_equal(scene_status(upload(a, cookie, csrf, "budgets", "x.csv", S("a,b\n"))), 403);
    scene_sign_in(a, &scene, "fang", &cookie, &csrf);
    assert_true(scene_status(scene_get(a, &scene, cookie, "/export")) == 403);
}

static str code_in(struct arena *a, str page)
{
    ptrdiff_t at = str_find(page, S("fill-opacity=\"0.09\">"));
    assert_true(at > 0);
    return arena_str(a, str_sub(page, (size_t)at + 20, 14));
}

static void export_asked_approved_taken(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str wei, wei_csrf, han, han_csrf, qin, qin_csrf;
    scene_sign_in(a, &scene, "wei", &wei, &wei_csrf);
    scene_sign_in(a, &scene, "han", &han, &han_csrf);
    scene_sign_in(a, &scene, "qin", &qin, &qin_csrf);
    has(scene_get(a, &scene, wei, "/export"), "辅助人员（须审批）");
    /* among the subjects brought in above are some without a code: persons */
    has(post(a, wei, wei_csrf, "/export", "what=subjects&format=csv"), "未写明用途");
    assert_int_equal(scene_status(post(a, wei, wei_csrf, "/export", "what=subjects&format=csv&purpose=%E6%A0%B8%E5%AF%B9")), 303);
    str answer = post(a, wei, wei_csrf, "/export", "what=agencies&format=csv");
    assert_int_equal(scene_status(answer), 200);
    has(answer, "Content-Disposition: attachment; filename=\"agencies-");
    str body = scene_body(answer), code = arena_str(a, str_sub(body, body.n - 16, 14));
    has(body, "wuhan");
    has(post(a, wei, wei_csrf, "/export", "what=members&format=csv"), "未写明用途");
    answer = post(a, wei, wei_csrf, "/export", "what=members&format=csv&purpose=%E6%A0%B8%E5%AF%B9");
    assert_int_equal(scene_status(answer), 303);
    str location = scene_header(answer, "Location");
    const char *id = arena_cstr(a, str_sub(location, strlen("/things/export_requests/"), location.n));
    const char *take = arena_cstr(a, arena_printf(a, "/export/%s/take", id));
    assert_int_equal(scene_status(post(a, wei, wei_csrf, take, "x=1")), 403);
    has(scene_get(a, &scene, han, "/todo"), "同意导出");
    str json = arena_printf(a, "{\"act\":\"export.approve\",\"request\":\"%s\"}", id);
    assert_int_equal(scene_act(a, &scene, "han", arena_cstr(a, json)).verdict, ACT_ALLOWED);
    has(scene_get(a, &scene, wei, arena_cstr(a, location)), "取件（只能取一次）");
    has_not(scene_get(a, &scene, han, arena_cstr(a, location)), "取件（只能取一次）");
    assert_int_equal(scene_status(post(a, han, han_csrf, take, "x=1")), 403);
    assert_int_equal(scene_status(post(a, wei, wei_csrf, take, "x=1")), 200);
    assert_int_equal(scene_status(post(a, wei, wei_csrf, take, "x=1")), 403);
    /* who saw it: files and pages */
    str page = scene_get(a, &scene, qin, arena_cstr(a, arena_printf(a, "/trace?code=%.*s", STR_ARG(code))));
    has(page, "导出的文件");
    has(page, "魏队");
    str seen = code_in(a, scene_get(a, &scene, wei, "/things/members"));
    page = scene_get(a, &scene, qin, arena_cstr(a, arena_printf(a, "/trace?code=%.*s", STR_ARG(seen))));
    has(page, "查看人");
    has(page, "魏队");
    has_not(scene_get(a, &scene, wei, "/things/agencies"), "class=\"mark\"");
    char *wrong = arena_cstr(a, seen);
    wrong[13] = wrong[13] == '0' ? '1' : '0';
    has(scene_get(a, &scene, qin, arena_cstr(a, arena_printf(a, "/trace?code=%s", wrong))), "没有查到");
    has(scene_get(a, &scene, qin, "/trace?code=abc"), "12位");
    assert_int_equal(scene_status(scene_get(a, &scene, wei, "/trace")), 403);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(import_step_by_step), cmocka_unit_test(what_is_no_table),
                                       cmocka_unit_test(export_asked_approved_taken)};
    return cmocka_run_group_tests_name("web/exchange", tests, open_scene, close_scene);
}
