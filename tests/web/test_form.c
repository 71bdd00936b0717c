/* What browsers send, and what they never would. */
#include "testing.h"
#include "web/request.h"

static void decodes_queries(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct form f = {0};
    assert_ok(form_decode(a, S("a=1&b=%E6%B1%9F+x&a=2&empty=&flag&&"), &f));
    assert_int_equal(f.n, 5);
    assert_str(form_get(&f, S("a")), "1");
    assert_str(form_get(&f, S("b")), "江 x");
    assert_str(form_get(&f, S("empty")), "");
    assert_str(form_get(&f, S("flag")), "");
    assert_null(form_get(&f, S("none")).p);
    assert_ok(form_decode(a, S("t=one%0D%0Atwo"), &f));
    assert_str(form_get(&f, S("t")), "one\ntwo");
}

static void refuses_doubtful_bytes(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct form f = {0};
    static const str bad[] = {S("a=%00"), S("a=%"), S("a=%4"), S("a=%G1"), S("a=%c0%af"), S("a=%ff"), S("a%0a=b"),
                              S("a=\x01"), S("a=b c"), S("a=%1b")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_err(form_decode(a, bad[i], &f), ERR_INPUT);
    buf b = buf_make(a, 1 << 20);
    for (int i = 0; i <= LIMIT_PAIRS; i++)
        buf_add(&b, S("a=1&"));
    assert_err(form_decode(a, buf_str(&b), &f), ERR_LIMIT);
    err_clear();
}

#define TYPE S("multipart/form-data; boundary=xyz")

static void decodes_multipart(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct form f = {0};
    str body = S("--xyz\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n曝气\r\n记录\r\n"
                 "--xyz\r\nContent-Disposition: form-data; name=\"file:digest\"; filename=\"a.bin\"\r\n"
                 "Content-Type: application/octet-stream\r\n\r\n\0\1\2--xy\r\n--xyz--\r\n");
    assert_ok(multipart_decode(a, TYPE, body, &f));
    assert_str(form_get(&f, S("title")), "曝气\n记录");
    const struct file *file = form_file(&f, S("file:digest"));
    assert_non_null(file);
    assert_str(file->filename, "a.bin");
    assert_int_equal(file->bytes.n, 7);
}

static void refuses_broken_multipart(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct form f = {0};
    static const str bad[] = {S(""), S("--xyz"), S("--xyz\r\n"), S("--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb"),
                              S("x--xyz--"), S("--xyz\r\n\r\nb\r\n--xyz--"),
                              S("--xyz\r\nContent-Disposition: form-data\r\n\r\nb\r\n--xyz--"),
                              S("--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\1\r\n--xyz--")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_err(multipart_decode(a, TYPE, bad[i], &f), ERR_INPUT);
    assert_err(multipart_decode(a, S("multipart/form-data"), S("--xyz--"), &f), ERR_INPUT);
    err_clear();
}

static void reads_cookies(void **state)
{
    (void)state;
    assert_str(cookie_get(S("a=1; s=tok; b=2"), S("s")), "tok");
    assert_null(cookie_get(S("a=1; xs=tok"), S("s")).p);
    assert_null(cookie_get(S("s=one; s=two"), S("s")).p);
    assert_null(cookie_get(S(""), S("s")).p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(decodes_queries), cmocka_unit_test(refuses_doubtful_bytes),
                                       cmocka_unit_test(decodes_multipart), cmocka_unit_test(refuses_broken_multipart),
                                       cmocka_unit_test(reads_cookies)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
