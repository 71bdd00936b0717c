#include "testing.h"

static void known_values(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    uint8_t random[10] = {0};
    assert_str(ulid_make(a, 0, random), "00000000000000000000000000");
    /* 1469918176385 ms is the example of the ULID specification: 01ARYZ6S41... */
    assert_str(ulid_make(a, INT64_C(1469918176385) * 1000 + 999, random),
               "01aryz6s410000000000000000");
    memset(random, 0xff, sizeof random);
    assert_str(ulid_make(a, ((INT64_C(1) << 48) - 1) * 1000, random), "7zzzzzzzzzzzzzzzzzzzzzzzzz");
    const uint8_t steps[10] = {0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf};
    assert_str(ulid_make(a, 0, steps), "00000000000123456789abcdef");
}

/* Later ones sort behind earlier ones, as bytes. */
static void sorted_by_time(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    uint64_t seed = 6;
    str before = STR_NONE;
    for (usec t = 1; t < INT64_C(200000000000000000); t += 1000 + t / 3) {
        uint8_t random[10];
        for (size_t i = 0; i < sizeof random; i++)
            random[i] = (uint8_t)test_random(&seed);
        str now = ulid_make(a, t, random);
        assert_int_equal(now.n, ULID_LENGTH);
        assert_true(str_cmp(before, now) < 0);
        before = now;
    }
}

static void before_1970(void)
{
    AUTO_ARENA(a);
    ulid_make(a, -1, (const uint8_t[10]){0});
}

static void beyond_48_bits(void)
{
    AUTO_ARENA(a);
    ulid_make(a, (INT64_C(1) << 48) * 1000, (const uint8_t[10]){0});
}

static void out_of_range(void **state)
{
    (void)state;
    assert_aborts(before_1970);
    assert_aborts(beyond_48_bits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values),
        cmocka_unit_test(sorted_by_time),
        cmocka_unit_test(out_of_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
