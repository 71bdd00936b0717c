/*
 * Malformed and ambiguous requests over a raw socket: every one is refused (4xx, 5xx or a closed connection), none
 * reaches a handler, and what follows it on the connection is never answered as a second request.
 */
#include "web/scene.h"

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

#define HOST "Host: localhost\r\n"
#define END "Connection: close\r\n\r\n"
#define SMUGGLED "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"

static const struct { const char *name; str bytes; } refused[] = {
    {"no host", S("GET /law HTTP/1.1\r\n" END)},
    {"two hosts", S("GET /law HTTP/1.1\r\n" HOST "Host: evil\r\n" END)},
    {"empty host", S("GET /law HTTP/1.1\r\nHost: \r\n" END)},
    {"host with a path", S("GET /law HTTP/1.1\r\nHost: a/b\r\n" END)},
    {"two equal lengths", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: 3\r\nContent-Length: 3\r\n" END "a=b")},
    {"two lengths", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: 3\r\nContent-Length: 40\r\n" END "a=b" SMUGGLED)},
    {"length list", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: 3, 3\r\n" END "a=b")},
    {"plus length", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: +3\r\n" END "a=b")},
    {"hex length", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: 0x3\r\n" END "a=b")},
    {"negative length", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: -1\r\n" END "a=b")},
    {"huge length", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n" END "a=b")},
    {"length and coding", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n" END
                            "0\r\n\r\n" SMUGGLED)},
    {"chunked", S("POST /sign-in HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END "3\r\na=b\r\n0\r\n\r\n")},
    {"two codings", S("POST /sign-in HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n" END
                      "0\r\n\r\n")},
    {"odd coding", S("POST /sign-in HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n" END "0\r\n\r\n")},
    {"LF-only chunks", S("POST /sign-in HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END "3\na=b\n0\n\n")},
    {"length in a trailer", S("POST /sign-in HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END
                              "0\r\nContent-Length: 40\r\n\r\n" SMUGGLED)},
    {"blank before the colon", S("GET /law HTTP/1.1\r\nHost : localhost\r\n" END)},
    {"blank before the colon of a length", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length : 3\r\n" END "a=b")},
    {"folded header", S("GET /law HTTP/1.1\r\n" HOST "X-A: one\r\n two\r\n" END)},
    {"folded length", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length:\r\n 3\r\n" END "a=b")},
    {"folded coding", S("POST /sign-in HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\tchunked\r\n" END "0\r\n\r\n")},
    {"bare LF between headers", S("GET /law HTTP/1.1\r\nHost: localhost\nX-A: b\r\n" END)},
    {"bare LF after the request line", S("GET /law HTTP/1.1\nHost: localhost\r\n" END)},
    {"bare CR in a value", S("GET /law HTTP/1.1\r\n" HOST "X-A: a\rb\r\n" END)},
    {"NUL in a value", S("GET /law HTTP/1.1\r\n" HOST "X-A: a\0b\r\n" END)},
    {"NUL in a name", S("GET /law HTTP/1.1\r\n" HOST "X\0A: b\r\n" END)},
    {"control in a value", S("GET /law HTTP/1.1\r\n" HOST "X-A: a\x01" "b\r\n" END)},
    {"NUL in the target", S("GET /la\0w HTTP/1.1\r\n" HOST END)},
    {"encoded NUL", S("GET /law%00 HTTP/1.1\r\n" HOST END)},
    {"encoded NUL in the query", S("GET /law?a=%00 HTTP/1.1\r\n" HOST END)},
    {"encoded line end", S("GET /law%0d%0aX:y HTTP/1.1\r\n" HOST END)},
    {"broken escape", S("GET /la%zz HTTP/1.1\r\n" HOST END)},
    {"overlong UTF-8", S("GET /%c0%af HTTP/1.1\r\n" HOST END)},
    {"raw high byte in the target", S("GET /\xff HTTP/1.1\r\n" HOST END)},
    {"absolute target", S("GET http://evil/law HTTP/1.1\r\n" HOST END)},
    {"no slash", S("GET law HTTP/1.1\r\n" HOST END)},
    {"HTTP/0.9", S("GET /law\r\n\r\n")},
    {"HTTP/2 in text", S("GET /law HTTP/2.0\r\n" HOST END)},
    {"HTTP/1.10", S("GET /law HTTP/1.10\r\n" HOST END)},
    {"method of odd bytes", S("G(T /law HTTP/1.1\r\n" HOST END)},
    {"unknown method", S("BREW /law HTTP/1.1\r\n" HOST END)},
    {"header without a colon", S("GET /law HTTP/1.1\r\n" HOST "nonsense\r\n" END)},
    {"bare LF at the end", S("GET /law HTTP/1.1\r\n" HOST "Connection: close\r\n\n")},
    {"header without a name", S("GET /law HTTP/1.1\r\n" HOST ": x\r\n" END)},
    {"body where none is taken", S("GET /law HTTP/1.1\r\n" HOST "Content-Length: 5\r\n" END "hello")},
    {"garbage", S("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")}};

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
