/* tools/embed: bytes come through unchanged, in order, with their names. */
#include "testing.h"

#include "base/embedded.h"

extern const struct embedded samples[];
extern const size_t samples_count;

static void bytes_are_unchanged(void **state)
{
    (void)state;
    assert_int_equal(samples_count, 3);
    assert_string_equal(samples[0].name, "every-byte.bin");
    assert_int_equal(samples[0].size, 512);
    for (int i = 0; i < 512; i++)
        assert_int_equal(samples[0].bytes[i], i % 2 ? '7' : i / 2); /* a digit behind each escape */
    assert_int_equal(samples[0].bytes[512], 0);
    assert_string_equal(samples[1].name, "empty.bin");
    assert_int_equal(samples[1].size, 0);
    assert_string_equal(samples[2].name, "a/b \"c\".bin");
    assert_int_equal(samples[2].size, 512);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bytes_are_unchanged)};
    return cmocka_run_group_tests_name("embed", tests, NULL, NULL);
}
