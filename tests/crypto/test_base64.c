#include "testing.h"
#include "crypto/crypto.h"

static void vectors_of_rfc_4648(void **state)
{
    (void)state;
    static const struct {
        const char *plain, *text;
    } cases[] = {{"", ""},
                 {"f", "Zg=="},
                 {"fo", "Zm8="},
                 {"foo", "Zm9v"},
                 {"foob", "Zm9vYg=="},
                 {"fooba", "Zm9vYmE="},
                 {"foobar", "Zm9vYmFy"}};
    AUTO_ARENA(a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str plain = str_of(cases[i].plain);
        uint8_t back[8];
        size_t n = 99;
        assert_str(base64_text(a, plain.p, plain.n), cases[i].text);
        assert_true(base64_decode(str_of(cases[i].text), back, sizeof back, &n));
        assert_int_equal(n, plain.n);
        assert_memory_equal(back, plain.p, n);
    }
    assert_str(base64_url(a, "\xfb\xff", 2), "-_8");
    assert_str(base64_text(a, "\xfb\xff", 2), "+/8=");
}

static void only_the_canonical_form_is_read(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "Zg",   "Zg=",    "Zh==",     "Zm9=", "Zg==Zg==", "=",      "====",
        "Z===", "Zm9v\n", "Zm 9vYg=", "-_8=", "Zm9vZ",    "Zg==\n", "\xc3\xa4Zg"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint8_t back[32];
        size_t n;
        if (base64_decode(str_of(bad[i]), back, sizeof back, &n))
            fail_msg("accepted %s", bad[i]);
    }
    uint8_t small[5];
    size_t n;
    assert_false(base64_decode(S("Zm9vYmFy"), small, sizeof small, &n));
    assert_true(base64_decode(S("Zm9vYmE="), small, sizeof small, &n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_of_rfc_4648),
        cmocka_unit_test(only_the_canonical_form_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
