#include "testing.h"

static void find_and_compare(void **state)
{
    (void)state;
    assert_true(str_eq(S(""), STR_NONE));
    assert_true(str_eq(S("ab"), S("ab")));
    assert_false(str_eq(S("ab"), S("ac")));
    assert_false(str_eq(S("ab"), S("abc")));
    assert_null(str_of(NULL).p);
    assert_int_equal(str_of("xyz").n, 3);
    assert_true(str_cmp(S("a"), S("b")) < 0);
    assert_true(str_cmp(S("b"), S("a")) > 0);
    assert_true(str_cmp(S("a"), S("ab")) < 0);
    assert_true(str_cmp(S("ab"), S("a")) > 0);
    assert_true(str_cmp(S("\x80"), S("a")) > 0); /* bytes are unsigned */
    assert_int_equal(str_cmp(S(""), STR_NONE), 0);
    assert_true(str_starts(S("abc"), S("ab")));
    assert_true(str_starts(S("abc"), S("")));
    assert_false(str_starts(S("ab"), S("abc")));
    assert_true(str_ends(S("abc"), S("bc")));
    assert_false(str_ends(S("abc"), S("b")));
    assert_false(str_ends(S("c"), S("bc")));
    assert_int_equal(str_find(S("abcabd"), S("abd")), 3);
    assert_int_equal(str_find(S("abc"), S("")), 0);
    assert_int_equal(str_find(S("abc"), S("x")), -1);
    assert_int_equal(str_find(S("a"), S("abc")), -1);
    assert_int_equal(str_find(S("a\0b"), S("\0b")), 1);
    assert_int_equal(str_find(STR_NONE, S("a")), -1);
}

static void cut(void **state)
{
    (void)state;
    assert_str(str_sub(S("abcdef"), 2, 3), "cde");
    assert_str(str_sub(S("abc"), 1, SIZE_MAX), "bc");
    assert_str(str_sub(S("abc"), 9, 1), "");
    assert_non_null(str_sub(S("abc"), 9, 1).p);
    assert_null(str_sub(STR_NONE, 0, 1).p);
    assert_str(str_trim(S(" \t\r\n a b \v\f")), "a b");
    assert_str(str_trim(S("   ")), "");
    assert_str(str_trim(S("\xc2\xa0x")), "\xc2\xa0x"); /* only ASCII space goes */

    str rest = S("a,,b,"), part;
    const char *want[] = {"a", "", "b", ""};
    for (size_t i = 0; i < 4; i++) {
        assert_true(str_next(&rest, ',', &part));
        assert_str(part, want[i]);
    }
    assert_false(str_next(&rest, ',', &part));
    assert_null(rest.p);
    rest = S("");
    assert_true(str_next(&rest, ',', &part));
    assert_int_equal(part.n, 0);
    assert_false(str_next(&rest, ',', &part));
    rest = STR_NONE;
    assert_false(str_next(&rest, ',', &part));
}

static void int64_in_range(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } rows[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"007", true, 7},
        {"-12", true, -12},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"92233720368547758070", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"+1", false, 0},
        {" 1", false, 0},
        {"1 ", false, 0},
        {"0x1", false, 0},
        {"1.0", false, 0},
        {"--1", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t value = 42;
        if (str_int64(str_of(rows[i].text), &value) != rows[i].ok)
            fail_msg("\"%s\"", rows[i].text);
        assert_int_equal(value, rows[i].ok ? rows[i].value : 42); /* untouched on refusal */
    }
}

static void hash_spreads(void **state)
{
    (void)state;
    assert_true(str_hash(S("abc")) == str_hash(S("abc")));
    assert_true(str_hash(S("")) != str_hash(S("\0")));
    assert_true(str_hash(S("\0")) != str_hash(S("\0\0")));
    assert_true(str_hash(S("12345678")) != str_hash(S("12345678\0")));
    /* The low bits choose a slot: names that differ in one digit must not crowd together. */
    enum { SLOTS = 1024 };
    int used[SLOTS] = {0}, crowded = 0;
    for (int i = 0; i < SLOTS; i++) {
        char text[32];
        snprintf(text, sizeof text, "act_%06d", i);
        if (++used[str_hash(str_of(text)) % SLOTS] > 8)
            crowded++;
    }
    assert_int_equal(crowded, 0);
}

static void utf8_edges(void **state)
{
    (void)state;
    static const struct {
        str text;
        int bad;
    } rows[] = {
        {{"", 0}, -1},
        {{"abc", 3}, -1},
        {{"a\0b", 3}, -1},
        {{"\x7f", 1}, -1},
        {{"\x80", 1}, 0},
        {{"\xbf", 1}, 0},
        {{"\xc0\x80", 2}, 0}, /* overlong NUL */
        {{"\xc1\xbf", 2}, 0},
        {{"\xc2\x80", 2}, -1},
        {{"\xdf\xbf", 2}, -1},
        {{"\xe0\x80\x80", 3}, 0}, /* overlong */
        {{"\xe0\x9f\xbf", 3}, 0},
        {{"\xe0\xa0\x80", 3}, -1},
        {{"\xed\x9f\xbf", 3}, -1},
        {{"\xed\xa0\x80", 3}, 0}, /* surrogates */
        {{"\xed\xbf\xbf", 3}, 0},
        {{"\xee\x80\x80", 3}, -1},
        {{"\xef\xbf\xbf", 3}, -1},
        {{"\xf0\x80\x80\x80", 4}, 0}, /* overlong */
        {{"\xf0\x8f\xbf\xbf", 4}, 0},
        {{"\xf0\x90\x80\x80", 4}, -1},
        {{"\xf4\x8f\xbf\xbf", 4}, -1},
        {{"\xf4\x90\x80\x80", 4}, 0}, /* above U+10FFFF */
        {{"\xf5\x80\x80\x80", 4}, 0},
        {{"\xff", 1}, 0},
        {{"ab\xe4\xb8", 4}, 2}, /* cut short */
        {{"ab\xe4\xb8X", 5}, 2},
        {{"\xf0\x90\x80", 3}, 0},
        {{"\xf0\x90\x80X", 4}, 0},
        {{"12345678\x80", 9}, 8}, /* behind the fast path */
        {{"1234567\xe4\xb8\xad"
          "12345678\xff",
          19},
         18},
        {{"12345678\xe4\xb8\xad", 11}, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (utf8_bad(rows[i].text) != rows[i].bad)
            fail_msg("row %zu: %td, wanted %d", i, utf8_bad(rows[i].text), rows[i].bad);
}

/* Every code point there is, out and in again. */
static void utf8_all_points(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    buf b = buf_make(a, 8);
    for (uint32_t point = 0; point <= 0x10ffff; point++) {
        if (point == 0xd800)
            point = 0xe000;
        b.n = 0;
        buf_utf8(&b, point);
        str s = buf_str(&b);
        if (utf8_bad(s) >= 0 || utf8_count(s) != 1 || utf8_next(&s) != point || s.n != 0)
            fail_msg("U+%04X", point);
    }
}

static void utf8_clips(void **state)
{
    (void)state;
    str s = S("a中𠮷b");
    assert_int_equal(utf8_count(s), 4);
    assert_str(utf8_clip(s, 0), "");
    assert_str(utf8_clip(s, 2), "a中");
    assert_str(utf8_clip(s, 3), "a中𠮷");
    assert_str(utf8_clip(s, 4), "a中𠮷b");
    assert_str(utf8_clip(s, 99), "a中𠮷b");
    assert_str(utf8_whole(s), "a中𠮷b");
    assert_str(utf8_whole(str_sub(s, 0, 7)), "a中");
    assert_str(utf8_whole(str_sub(s, 2, s.n)), "");
    assert_str(utf8_whole(S("")), "");
}

static void next_of_nothing(void)
{
    str s = S("");
    utf8_next(&s);
}

static void next_checks(void **state)
{
    (void)state;
    assert_aborts(next_of_nothing);
}

static void hex(void **state)
{
    (void)state;
    uint8_t bytes[3] = {0};
    assert_true(hex_decode(S("00fFA9"), bytes, 3));
    assert_memory_equal(bytes, "\x00\xff\xa9", 3);
    assert_false(hex_decode(S("00ff"), bytes, 3));
    assert_false(hex_decode(S("00ffa9a"), bytes, 3));
    assert_false(hex_decode(S("00fg00"), bytes, 3));
    assert_false(hex_decode(S("0x00ff"), bytes, 3));
    assert_true(hex_decode(S(""), bytes, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find_and_compare),
        cmocka_unit_test(cut),
        cmocka_unit_test(int64_in_range),
        cmocka_unit_test(hash_spreads),
        cmocka_unit_test(utf8_edges),
        cmocka_unit_test(utf8_all_points),
        cmocka_unit_test(utf8_clips),
        cmocka_unit_test(next_checks),
        cmocka_unit_test(hex),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
