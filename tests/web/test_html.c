/* Whatever a field holds comes out as text. */
#include "testing.h"
#include "web/request.h"

#define HOSTILE "<script>alert('1')</script>\"&"

static str page(struct arena *a, str text)
{
    struct out o = {buf_make(a, 4000), a};
    const char *c = arena_cstr(a, text);
    w(&o, H("<p title=\""), text, H("\">"), c, H("</p>"), 7, H(" "), (int64_t)-8);
    return buf_str(&o.b);
}

static void escapes_by_type(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str got = page(a, S(HOSTILE));
    assert_true(str_find(got, S("<script>")) < 0);
    assert_str(got, "<p title=\"&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;\">"
                    "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;</p>7 -8");
}

static void urls_keep_one_segment(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct out o = {buf_make(a, 4000), a};
    w(&o, H("/things/"), U(S("../a?b#\"江")));
    assert_str(buf_str(&o.b), "/things/..%2Fa%3Fb%23%22%E6%B1%9F");
}

static void absent_is_nothing(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct out o = {buf_make(a, 100), a};
    w(&o, STR_NONE, (const char *)"");
    assert_int_equal(o.b.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(escapes_by_type), cmocka_unit_test(urls_keep_one_segment),
                                       cmocka_unit_test(absent_is_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
