#include "testing.h"
#include "ledger/spine.h"

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* Number of items, or -1 when the spine is refused. */
static int items_of(str spine)
{
    struct spine_item item = {0};
    str body;
    if (!spine_body(spine, &body))
        return -1;
    for (int n = 0;; n++) {
        if (!spine_next(&body, &item))
            return -1;
        if (!item.name.p)
            return n;
        assert_true(item.digest.byte[0] == 0xaa || item.digest.byte[0] == 0xbb);
    }
}

static void what_is_read(void **state)
{
    (void)state;
    assert_int_equal(items_of(S("{}")), 0);
    assert_int_equal(items_of(S("{\"act\":\"x\"}")), 0);
    assert_int_equal(items_of(S("{\"body\":{}}")), 0);
    assert_int_equal(items_of(S("{\"body\":{\"a\":\"" A64 "\"}}")), 1);
    assert_int_equal(items_of(S("{\"act\":\"x\",\"body\":{\"a\":\"" A64 "\",\"b.c\":\"" B64 "\"},"
                                "\"z\":[1,{\"body\":3}]}")),
                     2);
    assert_int_equal(
        items_of(S("{\"a\":\"\\\"body\\\":{\",\"b\":{\"body\":1},\"c\":-1.5e3,\"d\":null}")), 0);
    assert_int_equal(items_of(S("{\"body\":{\"姓名\":\"" A64 "\"}}")), 1);
}

static void what_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "{",
        "x",
        "[]",
        "null",
        "{}x",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\":\"x}",
        "{\"a\":[1}",
        "{\"a\":1}}",
        " {}",
        "{\"a\":\"\\",
        "{\"body\":1}",
        "{\"body\":[]}",
        "{\"body\":{\"a\":1}}",
        "{\"body\":{\"a\":\"\"}}",
        "{\"body\":{\"a\":\"" A64 "a\"}}",
        "{\"body\":{\"a\":\"g" A64 "\"}}",
        "{\"body\":{\"a\":\"" A64 "\",}}",
        "{\"body\":{\"a\":\"" A64 "\",\"a\":\"" A64 "\"}}",
        "{\"body\":{\"b\":\"" A64 "\",\"a\":\"" A64 "\"}}",
        "{\"body\":{\"\\u0061\":\"" A64 "\"}}",
        "{\"body\":{\"a\":\"" A64 "\"},",
        "{\"body\":{\"a\":\"" A64 "\"]}",
        "{\"body\":{,}}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (items_of(str_of(bad[i])) >= 0)
            fail_msg("accepted %s", bad[i]);
}

/* Cut anywhere, or with any byte changed, it must stay within its bounds. */
static void never_reads_beyond(void **state)
{
    (void)state;
    static const char whole[] =
        "{\"a\":[\"\\\"\"],\"body\":{\"a\":\"" A64 "\",\"b\":\"" B64 "\"},\"c\":{}}";
    for (size_t n = 0; n < sizeof whole; n++) {
        char *exact = malloc(n ? n : 1);
        memcpy(exact, whole, n);
        items_of((str){exact, n});
        for (size_t i = 0; i < n; i++) {
            exact[i] ^= 0x22;
            struct spine_item item = {0};
            str body;
            if (spine_body((str){exact, n}, &body))
                while (spine_next(&body, &item) && item.name.p)
                    continue;
            exact[i] ^= 0x22;
        }
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(never_reads_beyond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
