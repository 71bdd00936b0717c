#include "testing.h"

static void grows_to_its_maximum(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    buf b = buf_make(a, 5);
    assert_str(buf_str(&b), "");
    assert_non_null(buf_str(&b).p);
    buf_add(&b, S("abc"));
    buf_add(&b, S("de"));
    assert_false(b.overflow);
    assert_str(buf_str(&b), "abcde");
    buf_char(&b, 'f');
    assert_true(b.overflow);
    assert_str(buf_str(&b), "abcde");
}

/* Nothing of a piece that does not fit is written, and nothing after it either. */
static void overflow_stays(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    buf b = buf_make(a, 10);
    buf_add(&b, S("12345"));
    buf_add(&b, S("abcdef"));
    buf_add(&b, S("x"));
    buf_int(&b, 1);
    buf_hex(&b, (const uint8_t *)"a", 1);
    buf_printf(&b, "%d", 2);
    assert_true(b.overflow);
    assert_str(buf_str(&b), "12345");
    buf none = buf_make(a, 0);
    buf_add(&none, S(""));
    assert_false(none.overflow);
    buf_char(&none, 'x');
    assert_true(none.overflow);
}

static void pieces(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    buf b = buf_make(a, 4096);
    buf_int(&b, INT64_MIN);
    buf_char(&b, ' ');
    buf_int(&b, INT64_MAX);
    buf_char(&b, ' ');
    buf_int(&b, 0);
    assert_str(buf_str(&b), "-9223372036854775808 9223372036854775807 0");
    b.n = 0;
    buf_hex(&b, (const uint8_t *)"\x00\x9f\xff", 3);
    assert_str(buf_str(&b), "009fff");
    b.n = 0;
    buf_printf(&b, "%s=%03d", "n", 7);
    assert_str(buf_str(&b), "n=007");
    b.n = 0;
    buf_printf(&b, "%0300d", 1); /* longer than the block on the stack */
    assert_int_equal(b.n, 300);
    assert_int_equal(b.p[299], '1');
    buf tight = buf_make(a, 300);
    buf_printf(&tight, "%0300d", 1); /* exactly full: no byte left for vsnprintf's NUL */
    assert_int_equal(tight.n, 300);
    assert_false(tight.overflow);
}

/* Two growing at once in one arena must not run into each other. */
static void side_by_side(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    buf x = buf_make(a, 1 << 20), y = buf_make(a, 1 << 20);
    for (int i = 0; i < 20000; i++) {
        buf_char(&x, (char)('a' + i % 26));
        buf_char(&y, (char)('A' + i % 26));
    }
    for (int i = 0; i < 20000; i++) {
        assert_int_equal(x.p[i], 'a' + i % 26);
        assert_int_equal(y.p[i], 'A' + i % 26);
    }
}

static void surrogate(void)
{
    AUTO_ARENA(a);
    buf b = buf_make(a, 10);
    buf_utf8(&b, 0xd800);
}

static void beyond_unicode(void)
{
    AUTO_ARENA(a);
    buf b = buf_make(a, 10);
    buf_utf8(&b, 0x110000);
}

static void no_such_point(void **state)
{
    (void)state;
    assert_aborts(surrogate);
    assert_aborts(beyond_unicode);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_to_its_maximum),
        cmocka_unit_test(overflow_stays),
        cmocka_unit_test(pieces),
        cmocka_unit_test(side_by_side),
        cmocka_unit_test(no_such_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
