/* Amounts, numbers and verification codes as words. */
#include "papers/sample.h"

static void amounts_in_capitals(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const struct { int64_t fen; const char *words; } cases[] = {
        {0, "人民币零元整"}, {5, "人民币伍分"}, {30, "人民币叁角整"}, {100, "人民币壹元整"}, {105, "人民币壹元零伍分"}, {150, "人民币壹元伍角整"},
        {1000, "人民币壹拾元整"}, {1234560, "人民币壹万贰仟叁佰肆拾伍元陆角整"}, {10000000, "人民币壹拾万元整"}, {100010001, "人民币壹佰万零壹佰元零壹分"},
        {100000100, "人民币壹佰万零壹元整"}, {10000000000, "人民币壹亿元整"}, {10000000100, "人民币壹亿零壹元整"}, {1000500000000, "人民币壹佰亿零伍佰万元整"},
        {123450000000000, "人民币壹万贰仟叁佰肆拾伍亿元整"}, {100000000000000, "人民币壹万亿元整"}, {-150, "人民币负壹元伍角整"},
        {INT64_MIN, "人民币负玖亿亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零捌分"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_str(paper_capital(a, cases[i].fen), cases[i].words);
    assert_str(paper_money(a, 1234560), "12,345.60元");
    assert_str(paper_money(a, 5), "0.05元");
    assert_str(paper_money(a, -100000000), "-1,000,000.00元");
    assert_str(paper_money(a, INT64_MIN), "-92,233,720,368,547,758.08元");
}

static void numbers(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const struct { int64_t n; const char *words; } cases[] = {{0, "零"}, {7, "七"}, {10, "十"}, {12, "十二"}, {20, "二十"}, {102, "一百零二"},
        {110, "一百一十"}, {1000, "一千"}, {10010, "一万零一十"}, {110000, "十一万"}, {-3, "负三"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_str(paper_han(a, cases[i].n), cases[i].words);
}

static str random_code(struct arena *a, uint64_t *seed)
{
    uint8_t bytes[PAPER_CODE_RANDOM];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(test_random(seed) >> 32);
    return paper_code_make(a, bytes);
}

static void codes_notice_slips(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint64_t seed = 9704;
    str read;
    for (int round = 0; round < 50; round++) {
        str code = random_code(a, &seed);
        assert_int_equal(code.n, PAPER_CODE_CHARS);
        assert_true(paper_code_read(a, code, &read) && str_eq(read, code));
        for (size_t i = 0; i < code.n; i++) {
            char typed[PAPER_CODE_CHARS];
            memcpy(typed, code.p, sizeof typed);
            for (const char *c = alphabet; *c; c++) {
                typed[i] = *c;
                assert_int_equal(paper_code_read(a, (str){typed, sizeof typed}, &read), *c == code.p[i]);
            }
            memcpy(typed, code.p, sizeof typed);
            for (size_t k = 0; k < i; k++) { /* any two exchanged */
                typed[i] = code.p[k];
                typed[k] = code.p[i];
                assert_int_equal(paper_code_read(a, (str){typed, sizeof typed}, &read), code.p[i] == code.p[k]);
                typed[i] = code.p[i];
                typed[k] = code.p[k];
            }
        }
    }
}

static void codes_as_people_type_them(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const uint8_t ones[PAPER_CODE_RANDOM] = {0x08, 0x42, 0x10, 0x84, 0x21, 0x08, 0x42, 0x10, 0x84, 0x20};
    str code = paper_code_make(a, ones), read, groups = paper_code_groups(a, code);
    assert_str(str_sub(code, 0, 15), "111111111111111");
    assert_int_equal(groups.n, 19);
    assert_true(str_starts(groups, S("1111-1111-1111-111")));
    assert_true(paper_code_read(a, groups, &read) && str_eq(read, code));
    str typed = arena_printf(a, " ilIL-1111 1111-111%c ", code.p[15] >= 'A' ? code.p[15] + 32 : code.p[15]);
    assert_true(paper_code_read(a, typed, &read) && str_eq(read, code));
    assert_false(paper_code_read(a, S(""), &read));
    assert_false(paper_code_read(a, S("1111111111111111111"), &read));
    assert_false(paper_code_read(a, S("1111-1111-1111-11U1"), &read));
    static const uint8_t full[PAPER_CODE_RANDOM] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    assert_str(str_sub(paper_code_make(a, full), 0, 15), "ZZZZZZZZZZZZZZZ"); /* 75 bits reach every character */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(amounts_in_capitals), cmocka_unit_test(numbers),
                                       cmocka_unit_test(codes_notice_slips), cmocka_unit_test(codes_as_people_type_them)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
