/* Numbers are exact, fillers and words are told apart; times. */
#include "scene.h"

struct expected { const char *text; enum hj_number state; int64_t mantissa; int scale; };

static struct hj_value value_of(struct scene *s, const char *text)
{
    const struct hj_frame *f = decoded_segment(s, arena_printf(s->a, "QN=20260102030405006;ST=31;CN=2011;PW=123456;"
                                                               "MN=420100A1B2C3D4E5F6010203;Flag=4;CP=&&DataTime="
                                                               "20260102030400;a21026-Rtd=%s,a21026-Flag=N&&", text).p);
    assert_true(f->accepted);
    const struct hj_value *v = hj_value_of(f, "A21026", "rtd");
    assert_non_null(v);
    assert_str(v->text, text);
    return *v;
}

static void exact(void **state)
{
    struct scene *s = *state;
    static const struct expected cases[] = {
        {"12.31", HJ_NUMBER_OK, 1231, 2},
        {"0", HJ_NUMBER_OK, 0, 0},
        {"0.000", HJ_NUMBER_OK, 0, 3},
        {"-0.5", HJ_NUMBER_OK, -5, 1},
        {"-120.4", HJ_NUMBER_OK, -1204, 1},
        {"+3.5", HJ_NUMBER_OK, 35, 1},
        {"007.50", HJ_NUMBER_OK, 750, 2},
        {".5", HJ_NUMBER_OK, 5, 1},
        {"5.", HJ_NUMBER_OK, 5, 0},
        {"235.242599117822", HJ_NUMBER_OK, 235242599117822, 12},
        {"0.1", HJ_NUMBER_OK, 1, 1},
        {"123456789012345678", HJ_NUMBER_OK, 123456789012345678, 0},
        {"0.123456789012345678", HJ_NUMBER_OK, 123456789012345678, 18},
        {"999999999999999998", HJ_NUMBER_OK, 999999999999999998, 0},
        {"1.2E-3", HJ_NUMBER_OK, 12, 4},
        {"1.25e3", HJ_NUMBER_OK, 1250, 0},
        {"12e1", HJ_NUMBER_OK, 120, 0},
        {"1234567890123456789", HJ_NUMBER_NONE, 0, 0}, /* 19 digits */
        {"0.0000000000000000001", HJ_NUMBER_NONE, 0, 0},
        {"1e99", HJ_NUMBER_NONE, 0, 0},
        {"1e-99", HJ_NUMBER_NONE, 0, 0},
        {"9.5", HJ_NUMBER_OK, 95, 1},
        {"99", HJ_NUMBER_OK, 99, 0},
        {"999", HJ_NUMBER_OK, 999, 0},
        {"999.5", HJ_NUMBER_OK, 9995, 1},
        {"9999.5", HJ_NUMBER_OK, 99995, 1},
        {"1.2.3", HJ_NUMBER_NONE, 0, 0},
        {"12a", HJ_NUMBER_NONE, 0, 0},
        {"1e", HJ_NUMBER_NONE, 0, 0},
        {"1 2", HJ_NUMBER_NONE, 0, 0},
        {"-", HJ_NUMBER_MISSING, 0, 0},
        {"", HJ_NUMBER_NONE, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hj_value v = value_of(s, cases[i].text);
        if (v.number != cases[i].state || v.mantissa != cases[i].mantissa || v.scale != cases[i].scale)
            fail_msg("%s: state %d, %lld e-%d", cases[i].text, v.number, (long long)v.mantissa, v.scale);
    }
}

static void fillers_and_words(void **state)
{
    struct scene *s = *state;
    static const struct expected cases[] = {
        {"9999", HJ_NUMBER_FILLER, 9999, 0},
        {"-9999", HJ_NUMBER_FILLER, -9999, 0},
        {"-999", HJ_NUMBER_FILLER, -999, 0},
        {"-00999.000", HJ_NUMBER_FILLER, -999000, 3},
        {"9999.99", HJ_NUMBER_FILLER, 999999, 2},
        {"99999.000", HJ_NUMBER_FILLER, 99999000, 3},
        {"999999999999999999", HJ_NUMBER_FILLER, 999999999999999999, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hj_value v = value_of(s, cases[i].text);
        if (v.number != cases[i].state || v.mantissa != cases[i].mantissa || v.scale != cases[i].scale)
            fail_msg("%s: state %d, %lld e-%d", cases[i].text, v.number, (long long)v.mantissa, v.scale);
        assert_found(&s->frame, VALUE_FILLER);
    }
    static const char *const words[] = {"NaN", "nan", "-NaN", "--", "null", "NULL", "None", "N/A", "inf", "-inf"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        assert_int_equal(value_of(s, words[i]).number, HJ_NUMBER_MISSING);
        assert_found(&s->frame, VALUE_FILLER);
    }
}

/* Any decimal of up to 18 digits comes back by its mantissa and scale, digit for digit. */
static void random_decimals(void **state)
{
    struct scene *s = *state;
    uint64_t seed = 18;
    for (int i = 0; i < 4000; i++) {
        AUTO_ARENA(a);
        unsigned digits = 1 + (unsigned)(test_random(&seed) >> 40) % 18, decimals = (unsigned)(test_random(&seed) >> 40) % digits;
        int64_t mantissa = 0;
        for (unsigned k = 0; k < digits; k++)
            mantissa = 10 * mantissa + (int64_t)(k ? test_random(&seed) >> 40 : 1 + (test_random(&seed) >> 40) % 8) % 10;
        char text[32];
        snprintf(text, sizeof text, "%lld", (long long)mantissa);
        str all = str_of(text), whole = str_sub(all, 0, digits - decimals), rest = str_sub(all, digits - decimals, decimals);
        str shown = decimals ? arena_printf(a, "-%.*s.%.*s", STR_ARG(whole), STR_ARG(rest)) : all;
        struct hj_value v = value_of(s, arena_cstr(a, shown));
        assert_int_equal(v.number, HJ_NUMBER_OK);
        assert_true(v.mantissa == (decimals ? -mantissa : mantissa));
        assert_int_equal(v.scale, decimals);
    }
}

static void times(void **state)
{
    (void)state;
    usec start = day_start(day_from_civil(2026, 3, 2));
    usec at = start + 9 * USEC_HOUR + 31 * USEC_MINUTE + 5 * USEC_SECOND;
    assert_true(hj_time(S("20260302093105")) == at);
    assert_true(hj_time(S("20260302093105017")) == at + 17000);
    assert_true(hj_time(S("2026-03-02 09:31:05")) == at);
    assert_true(hj_time(S("2026/03/02T09:31:05")) == at);
    static const char *const bad[] = {"", "2026030209310", "202603020931051", "20260230093105", "20261302093105",
                                      "20260302243105", "20260302096005", "20260302093160", "2026030209310x",
                                      "202603020931050170"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_true(hj_time(str_of(bad[i])) == USEC_NONE);
    assert_true(hj_time((str){"2026030209310\0", 14}) == USEC_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(exact), cmocka_unit_test(fillers_and_words),
                                       cmocka_unit_test(random_decimals), cmocka_unit_test(times)};
    return cmocka_run_group_tests_name("hj212 number", tests, scene_begin, scene_end);
}
