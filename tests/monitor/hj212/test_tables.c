/* Factors by code of any edition, commands, names of findings. */
#include "scene.h"

#include <ctype.h>

static void every_code_is_found(void **state)
{
    (void)state;
    assert_int_equal(hj_factor_count(), 379);
    for (size_t i = 0; i < hj_factor_count(); i++) {
        const struct hj_factor *f = hj_factor_at(i);
        int row = hj_factor_find(str_of(f->code));
        assert_true(row >= 0);
        assert_string_equal(hj_factor_at((size_t)row)->code, f->code); /* two codes are printed twice: the first counts */
        assert_true((size_t)row == i || (row < (int)i && strstr("g119xx e701xx", f->code)));
        char turned[16] = {0};
        for (size_t k = 0; f->code[k]; k++)
            turned[k] = (char)(isupper(f->code[k]) ? tolower(f->code[k]) : toupper(f->code[k]));
        assert_int_equal(hj_factor_find(str_of(turned)), row);
        if (!*f->old2005)
            continue;
        assert_int_equal(hj_factor_find(str_of(f->old2005)), i);
        assert_str(hj_factor_2017(str_of(f->old2005)), f->code);
    }
}

static void codes_that_are_none(void **state)
{
    (void)state;
    static const char *const none[] = {"", "x", "a99999", "LAMPBLACK", "831", "w0101", "w010188", "e10a01", "\x17\x11", "a2102\x06"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(hj_factor_find(str_of(none[i])), -1);
    assert_str(hj_factor_2017(S("831")), "831");
    assert_str(hj_factor_2017(S("w01018")), "w01018");
}

static void known_rows(void **state)
{
    (void)state;
    const struct hj_factor *cod = hj_factor_at((size_t)hj_factor_find(S("011")));
    assert_string_equal(cod->code, "w01018");
    assert_string_equal(cod->name, "化学需氧量");
    assert_string_equal(cod->emission_unit, "千克");
    assert_int_equal(cod->whole, 5);
    assert_int_equal(cod->decimals, 1);
    const struct hj_factor *dust = hj_factor_at((size_t)hj_factor_find(S("a34013")));
    assert_int_equal(dust->whole, 4);
    assert_int_equal(dust->decimals, 0);
    const struct hj_factor *log = hj_factor_at((size_t)hj_factor_find(S("i11001")));
    assert_int_equal(log->whole, -1);
    assert_str(hj_factor_2017(S("s01")), "a19001");
}

static void patterns(void **state)
{
    (void)state;
    assert_int_equal(hj_factor_find(S("e10107")), hj_factor_find(S("e101xx")));
    assert_int_equal(hj_factor_find(S("G12399")), hj_factor_find(S("g123xx")));
    assert_int_equal(hj_factor_find(S("i33315")), hj_factor_find(S("i3331x")));
    assert_true(hj_factor_find(S("e10107")) >= 0 && hj_factor_find(S("i33315")) >= 0);
    assert_int_equal(hj_factor_find(S("a10107")), -1);
}

static void commands(void **state)
{
    (void)state;
    static const int known[] = {
        1000, 1001, 1002, 1011, 1012, 1013, 1014, 1021, 1022, 1031, 1032, 1041, 1042, 1061, 1062, 1063, 1064,
        1072, 2011, 2012, 2013, 2021, 2022, 2031, 2041, 2051, 2052, 2061, 2062, 2071, 2072, 2081, 2111, 3011,
        3012, 3013, 3014, 3015, 3016, 3017, 3018, 3019, 3020, 3021, 3022, 3024, 9011, 9012, 9013, 9014, 9015};
    size_t n = 0;
    for (int cn = -5; cn < 10010; cn++) {
        const struct hj_command *c = hj_command_find(cn);
        if (!c)
            continue;
        assert_true(n < sizeof known / sizeof *known);
        assert_int_equal(c->cn, known[n++]);
        assert_true(strchr("CFB", c->direction) && *c->label && c->editions);
    }
    assert_int_equal(n, sizeof known / sizeof *known);
    assert_int_equal(hj_command_find(2111)->editions, 1u << HJ_2025);
    assert_int_equal(hj_command_find(2071)->editions, 1u << HJ_2005);
}

static void findings_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < HJ_FINDINGS; i++) {
        str name = str_of(hj_finding_name((enum hj_finding)i)), text = str_of(hj_finding_text((enum hj_finding)i));
        assert_true(name.n && text.n && utf8_bad(text) < 0);
        for (int j = 0; j < i; j++)
            assert_false(str_eq(name, str_of(hj_finding_name((enum hj_finding)j))));
    }
}

/* The page for users lists each finding with its sentence. */
static void findings_are_documented(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page;
    assert_ok(file_read(a, S(PAGE), 1 << 20, &page));
    for (int i = 0; i < HJ_FINDINGS; i++) {
        str row = arena_printf(a, "| `%s` | %s |\n", hj_finding_name((enum hj_finding)i), hj_finding_text((enum hj_finding)i));
        if (str_find(page, row) < 0)
            fail_msg("docs/zh/hj212.md lacks %.*s", STR_ARG(row));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_code_is_found), cmocka_unit_test(codes_that_are_none),
                                       cmocka_unit_test(known_rows),          cmocka_unit_test(patterns),
                                       cmocka_unit_test(commands),            cmocka_unit_test(findings_have_names),
                                       cmocka_unit_test(findings_are_documented)};
    return cmocka_run_group_tests_name("hj212 tables", tests, NULL, NULL);
}
