/* Indices by the numbers of labelled pixels; the water rule; expressions nobody can read; what is no number stays none; thresholds by two modes. */
#include "testing.h"
#include "remote/recipe.h"

#include <math.h>

/* Top-of-atmosphere reflectance × 10⁴ of a labelled Sentinel-2 chip: blue green red re1 nir swir1 swir2. Values to four places. */
static const struct pixel {
    int number[7];
    bool water;
    double ndwi, mndwi, ndvi, evi, awei_nsh, awei_sh, bsi, ndci, boi;
} pixels[] = {
    {{1310, 1331, 1336, 1595, 2421, 2328, 1426}, false, -0.2905, -0.2725, 0.2888, 0.2556, -0.8515, -0.2843, -0.0091, 0.0884, -0.0013},
    {{1397, 1408, 1481, 1570, 2126, 1907, 1093}, false, -0.2032, -0.1505, 0.1788, 0.1531, -0.5533, -0.1406, -0.0195, 0.0292, -0.0170},
    {{977, 766, 742, 835, 793, 595, 348}, true, -0.0173, 0.1256, 0.0332, 0.0161, -0.0471, 0.0723, -0.1394, 0.0590, 0.0097},
    {{1568, 1806, 1808, 2206, 2639, 1282, 654}, false /* flooded plants: the honest miss */, -0.1874, 0.1697, 0.1869, 0.1772, -0.0362, 0.0038, -0.1531,
     0.0992, -0.0004}};

static bool judge(const char *index, const char *when, double threshold, const float value[CHANNELS], float *ret_index, bool *ret_valid)
{
    AUTO_ARENA(a);
    struct eval *e;
    uint8_t mask, valid;
    const float *in[CHANNELS];
    for (int c = 0; c < CHANNELS; c++)
        in[c] = &value[c];
    assert_ok(eval_new(a, str_of(index), str_of(when), threshold, &e));
    eval_span(e, in, 1, &mask, &valid, ret_index);
    *ret_valid = valid;
    return mask;
}

static void reflectance(const struct pixel *p, float ret[CHANNELS])
{
    static const enum channel at[7] = {CHANNEL_BLUE, CHANNEL_GREEN, CHANNEL_RED, CHANNEL_RE1, CHANNEL_NIR, CHANNEL_SWIR1, CHANNEL_SWIR2};
    for (int c = 0; c < CHANNELS; c++)
        ret[c] = NAN;
    for (int i = 0; i < 7; i++)
        ret[at[i]] = (float)p->number[i] * 1e-4f;
}

static void indices_agree_with_published_pixels(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pixels / sizeof *pixels; i++) {
        const struct pixel *p = &pixels[i];
        const struct { const char *name; double want; } check[] = {
            {"ndwi", p->ndwi}, {"mndwi", p->mndwi}, {"ndvi", p->ndvi}, {"evi", p->evi}, {"awei_nsh", p->awei_nsh}, {"awei_sh", p->awei_sh},
            {"bsi", p->bsi}, {"ndci", p->ndci}, {"boi", p->boi}};
        float value[CHANNELS], index;
        bool valid;
        reflectance(p, value);
        for (size_t k = 0; k < sizeof check / sizeof *check; k++) {
            judge(check[k].name, "1 > 0", 0, value, &index, &valid);
            if (fabs((double)index - check[k].want) > 0.00006)
                fail_msg("pixel %zu: %s is %.5f, wanted %.4f", i, check[k].name, (double)index, check[k].want);
        }
        const struct recipe *water = recipe_find(S("water"));
        assert_int_equal(judge(water->index, water->when, 0, value, &index, &valid), p->water);
        assert_true(valid);
    }
}

/* Dark water of a scene of baseline 05: the same numbers, with the offset and without. */
static void the_offset_of_the_baseline_counts(void **state)
{
    (void)state;
    const struct sensor *s2 = sensor_find(S("s2"));
    const struct { int baseline; double want; } check[] = {{300, 0.04348}, {511, 0.33333}};
    for (size_t i = 0; i < 2; i++) {
        float value[CHANNELS] = {0}, index;
        bool valid;
        value[CHANNEL_GREEN] = (float)((1200 + sensor_add(s2, check[i].baseline)) * s2->scale);
        value[CHANNEL_NIR] = (float)((1100 + sensor_add(s2, check[i].baseline)) * s2->scale);
        judge("ndwi", "ndwi > 0", 0, value, &index, &valid);
        assert_true(fabs((double)index - check[i].want) < 0.00001);
    }
}

static void what_is_no_number_is_not_judged(void **state)
{
    (void)state;
    float value[CHANNELS] = {0}, index;
    bool valid;
    assert_false(judge("ndwi", "ndwi <= 0 or ndwi > 0 or not (ndwi > 0)", 0, value, &index, &valid)); /* 0/0 */
    assert_false(valid);
    assert_true(isnan(index));
    value[CHANNEL_GREEN] = 0.2f, value[CHANNEL_NIR] = 0.1f, value[CHANNEL_BLUE] = NAN;
    assert_true(judge("ndwi", "ndwi > 0", 0, value, &index, &valid)); /* blue is not asked for */
    assert_false(judge("ndwi", "ndwi > 0 and blue < 1", 0, value, &index, &valid));
    assert_false(valid);
}

static void expressions_have_precedence(void **state)
{
    (void)state;
    float value[CHANNELS] = {0}, index;
    bool valid;
    value[CHANNEL_RED] = 3;
    const struct { const char *text; double want; } check[] = {{"1 + 2 * red", 7}, {"(1 + 2) * red", 9}, {"8 / 2 / 2", 2}, {"-red - -1", -2}, {"1 < 2", 1},
                                                             {"0 > 1 or 2 >= 2 and 1 <= 1", 1}, {"not 1 > 2", 0}, {"10 - 2 - 3", 5}, {".5 * 4.", 2}};
    for (size_t i = 0; i < sizeof check / sizeof *check; i++) {
        judge(check[i].text, "1 > 0", 0, value, &index, &valid);
        if ((double)index != check[i].want)
            fail_msg("%s is %g", check[i].text, (double)index);
    }
    assert_true(judge("red", "red < threshold", 4, value, &index, &valid));
    assert_false(judge("red", "red < threshold", 3, value, &index, &valid));
}

static void what_cannot_be_read_is_refused_by_its_byte(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "green +", "(green", "green)", "purple", "green nir", "1..2", "green & nir", "and", "ndwi >", "绿"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        AUTO_ARENA(a);
        struct eval *e;
        const err *got = assert_err(eval_new(a, str_of(bad[i]), S("1 > 0"), 0, &e), ERR_INPUT);
        assert_str(got->field, "expression");
        err_clear();
    }
    AUTO_ARENA(a);
    struct eval *e;
    buf deep = buf_make(a, 1000), long_ = buf_make(a, 1000);
    for (int i = 0; i < 100; i++)
        buf_char(&deep, '(');
    for (int i = 0; i < 401; i++)
        buf_char(&long_, '1');
    assert_err(eval_new(a, buf_str(&deep), S("1"), 0, &e), ERR_LIMIT);
    assert_err(eval_new(a, buf_str(&long_), S("1"), 0, &e), ERR_LIMIT);
}

/* Every recipe compiles, and reads only bands that a sensor of its kind has (or has a way out). */
static void recipes_are_sound(void **state)
{
    (void)state;
    for (size_t i = 0; recipe_at(i); i++) {
        AUTO_ARENA(a);
        const struct recipe *r = recipe_at(i);
        struct eval *e;
        assert_ok(eval_new(a, str_of(r->index), str_of(r->when), r->threshold, &e));
        assert_non_null(index_label(str_of(r->index)));
        uint32_t has = 0;
        for (size_t k = 0; sensor_at(k); k++)
            for (size_t b = 0; sensor_at(k)->radar == r->radar && b < sensor_at(k)->bands_n; b++)
                has |= sensor_at(k)->bands[b].channel == CHANNEL_NONE ? 0 : 1u << sensor_at(k)->bands[b].channel;
        assert_int_equal(eval_channels(e) & ~has, 0);
        assert_true(!r->fallback || recipe_find(str_of(r->fallback)));
        assert_true(r->least_m2 > 0 && *r->grounds);
    }
}

static void bands_are_known_by_name(void **state)
{
    (void)state;
    static const struct { const char *sensor, *band; enum channel want; } names[] = {
        {"s2", "B08", CHANNEL_NIR}, {"s2", "b8a", CHANNEL_NNIR}, {"s2", "B11", CHANNEL_SWIR1}, {"s2", "swir2", CHANNEL_SWIR2}, {"s2", "B10", CHANNEL_NONE},
        {"landsat", "SR_B5", CHANNEL_NIR}, {"landsat", "B08", CHANNEL_NONE}, {"landsat", "QA_PIXEL", CHANNEL_QA},
        {"landsat", "a name that is far too long for a band", CHANNEL_NONE}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(sensor_channel(sensor_find(str_of(names[i].sensor)), str_of(names[i].band)), names[i].want);
    assert_true(quality_bad(QUALITY_SCL, 9) && !quality_bad(QUALITY_SCL, 6));
    assert_true(quality_bad(QUALITY_PIXEL, 1 << 3) && !quality_bad(QUALITY_PIXEL, 1 << 7 | 1 << 6));
}

/* Water and land stand apart: Otsu between them. One hump: refused, whatever threshold it would give. */
static void otsu_needs_two_modes(void **state)
{
    (void)state;
    uint64_t random = 3;
    for (int two = 0; two < 2; two++) {
        AUTO_ARENA(a);
        struct histogram *h = NEW(a, struct histogram);
        double share, valley;
        h->low = -40, h->high = 0;
        for (int i = 0; i < 100000; i++) {
            double hump = 0;
            for (int k = 0; k < 12; k++)
                hump += (double)(test_random(&random) % 1000) / 1000 - 0.5;
            float value = (float)(two && i % 3 == 0 ? -26 + hump : -14 + hump * 1.5);
            histogram_add(h, &value, 1);
        }
        double t = histogram_otsu(h, &share, &valley);
        assert_int_equal(histogram_two_modes(share, valley), two);
        if (two)
            assert_true(t > -23 && t < -17);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indices_agree_with_published_pixels), cmocka_unit_test(the_offset_of_the_baseline_counts),
        cmocka_unit_test(what_is_no_number_is_not_judged), cmocka_unit_test(expressions_have_precedence),
        cmocka_unit_test(what_cannot_be_read_is_refused_by_its_byte), cmocka_unit_test(recipes_are_sound),
        cmocka_unit_test(bands_are_known_by_name), cmocka_unit_test(otsu_needs_two_modes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
