/*
 * Malformed and ambiguous requests over a raw socket: every one is refused (4xx, 5xx or a closed connection), none
 * reaches a handler, and what follows it on the connection is never answered as a second request.
 */
#include "web/malformed.h"

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

static void refuses_all(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    size_t bad = 0;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        str answer = scene_raw(a, &scene, refused[i].bytes);
        int status = scene_status(answer);
        /* The library repeats the head of its own error pages; only a success behind a refusal is a second answer. */
        bool again = str_find(scene_body(answer), S("HTTP/1.1 2")) >= 0 || str_find(scene_body(answer), S("HTTP/1.1 404")) >= 0;
        if ((answer.n == 0 || (status >= 400 && status < 600) || !str_starts(answer, S("HTTP/"))) && !again &&
            str_find(answer, S("<h1>法规")) < 0)
            continue;
        print_error("\"%s\" was answered with %d%s\n", refused[i].name, status, again ? " and again" : "");
        bad++;
    }
    print_message("%zu malformed requests, %zu let through\n", sizeof refused / sizeof *refused, bad);
    assert_int_equal(bad, 0);
}

static void takes_the_lawful_twins(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const str fine[] = {
        S("GET /law HTTP/1.1\r\n" HOST END), S("GET /law HTTP/1.0\r\n\r\n"), S("HEAD /law HTTP/1.1\r\n" HOST END),
        S("GET /law?a=%e6%b1%9f HTTP/1.1\r\n" HOST "X-A: a\tb\r\nX-Empty:\r\nX-B:c\r\n" END),
        S("GET /law HTTP/1.1\r\nHost: [::1]:8080\r\nX-A:   spaces   \r\n" END)};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        assert_int_equal(scene_status(scene_raw(a, &scene, fine[i])), 200);
}

static void second_request_is_checked_too(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str answer = scene_raw(a, &scene, S("GET /law HTTP/1.1\r\n" HOST "\r\nGET /law HTTP/1.1\r\n" HOST "X-A: a\r\n b\r\n" END));
    assert_int_equal(scene_status(answer), 200);
    ptrdiff_t next = str_find(scene_body(answer), S("HTTP/1.1 400"));
    assert_true(next > 0);
}

static void large_heads(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    buf b = buf_make(a, 1 << 20);
    buf_add(&b, S("GET /law HTTP/1.1\r\n" HOST "X-Long: "));
    for (int i = 0; i < 64 << 10; i++)
        buf_char(&b, 'a');
    buf_add(&b, S("\r\n" END));
    int status = scene_status(scene_raw(a, &scene, buf_str(&b)));
    assert_true(status == 0 || status >= 400);
    buf many = buf_make(a, 1 << 20);
    buf_add(&many, S("GET /law HTTP/1.1\r\n" HOST));
    for (int i = 0; i < 200; i++)
        buf_printf(&many, "X-%d: a\r\n", i);
    buf_add(&many, S(END));
    assert_int_equal(scene_status(scene_raw(a, &scene, buf_str(&many))), 400);
}

static void large_bodies_are_refused_unread(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str answer = scene_raw(a, &scene, S("POST /api/acts HTTP/1.1\r\n" HOST "Content-Type: application/json\r\n"
                                        "Content-Length: 900000000\r\n" END));
    assert_int_equal(scene_status(answer), 413);
    assert_true(str_find(answer, S("application/problem+json")) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_lawful_twins), cmocka_unit_test(refuses_all),
        cmocka_unit_test(second_request_is_checked_too), cmocka_unit_test(large_heads),
        cmocka_unit_test(large_bodies_are_refused_unread)};
    return cmocka_run_group_tests(tests, open_scene, close_scene);
}
