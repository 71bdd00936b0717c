/* The kernel of plain indices against the machine of rows of floats: the same bits, for every width this processor has, beside the threshold above all. */
#include "testing.h"
#include "remote/detect_private.h"
#include "remote/plain.h"

#include <math.h>
#include <string.h>

enum { PIXELS = 256 * 64 };
static uint16_t left[PIXELS], right[PIXELS];

static const char *const conditions[] = {"ndwi > threshold", "ndwi >= threshold", "ndwi < threshold", "ndwi <= threshold", "threshold < ndwi", "threshold >= ndwi"};
static const double thresholds[] = {0, 0.05, -0.1, 0.3, 1.0 / 3, 0.5, -0.5, 0.999, -1, 1, 1e-5, 3};

/* Half of the pixels lie where the quotient is the threshold or some units of its last place off; the rest anywhere, the edges of the range among them. */
static void fill(uint64_t seed, double t, const struct convert *k)
{
    static const uint16_t ends[] = {0, 1, 2, 999, 1000, 1001, 32767, 32768, 65534, 65535};
    for (int i = 0; i < PIXELS; i++) {
        uint64_t r = test_random(&seed);
        right[i] = r % 7 == 0 ? ends[r / 7 % 10] : (uint16_t)(r >> 20);
        left[i] = r % 11 == 0 ? ends[r / 11 % 10] : (uint16_t)(r >> 40);
        double add = (double)k->add, want = (right[i] + add) * (1 + t) / (1 - t) - add + (double)(int)(r >> 60) - 8; /* (l - r) / (l + r) = t */
        if (i % 2 && want >= 0 && want <= 65535)
            left[i] = (uint16_t)want;
    }
}

static void same(const struct plain_kernel *kernel, const struct plain_job *j, struct eval *e)
{
    AUTO_ARENA(a);
    uint64_t mask[PIXELS / 64], valid[PIXELS / 64];
    int32_t *index = NEW_ARRAY(a, PIXELS + PLAIN_SPILL, int32_t), *at = index;
    kernel->judge(j, left, right, PIXELS / 64, mask, valid);
    int32_t *end = kernel->index(j, left, right, PIXELS / 64, mask, index);
    for (int x = 0; x < PIXELS; x += EVAL_SPAN) {
        float l[EVAL_SPAN], r[EVAL_SPAN];
        uint8_t m[EVAL_SPAN], v[EVAL_SPAN];
        const float *in[CHANNELS] = {0};
        convert_numbers(&j->left, l, left + x, EVAL_SPAN);
        convert_numbers(&j->right, r, right + x, EVAL_SPAN);
        in[j->plain.left] = l, in[j->plain.right] = r;
        const float *value = eval_judge(e, in, EVAL_SPAN, m, v);
        for (int i = 0; i < EVAL_SPAN; i++) {
            if (bit_at(mask, x + i) != m[i] || bit_at(valid, x + i) != v[i])
                fail_msg("%s: %u and %u by %.9g: %d and %d", kernel->name, left[x + i], right[x + i], (double)j->plain.threshold, bit_at(mask, x + i), m[i]);
            if (m[i] && *at++ != millionth(value[i]))
                fail_msg("%s: index of %u and %u", kernel->name, left[x + i], right[x + i]);
        }
    }
    assert_ptr_equal(at, end);
}

static void every_width_gives_the_same_bits(void **state)
{
    (void)state;
    static const struct convert kinds[] = {{SAMPLE_U16, 1, 0, NAN, NAN}, {SAMPLE_U16, 1e-4f, -1000, 0, NAN}, {SAMPLE_U16, 1e-4f, 0, 65535, 0}, {SAMPLE_U16, 2.75e-5f, -0.2f / 2.75e-5f, 0, 0},
                                           {SAMPLE_U16, -3, 17.5f, 1000, NAN}};
    int met = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t t = 0; t < sizeof thresholds / sizeof *thresholds; t++) {
            fill(k * 100 + t, thresholds[t], &kinds[k]);
            for (size_t c = 0; c < sizeof conditions / sizeof *conditions; c++) {
                AUTO_ARENA(a);
                struct eval *e;
                struct plain_job j = {.left = kinds[k], .right = kinds[(k + c) % 2 ? k : 0]};
                assert_ok(eval_new(a, S("ndwi"), str_of(conditions[c]), thresholds[t], &e));
                assert_true(eval_plain(e, &j.plain));
                assert_true(j.plain.left == CHANNEL_GREEN && j.plain.right == CHANNEL_NIR);
                for (int most = 1; most <= 2; most++) {
                    const struct plain_kernel *kernel = plain_kernel(&j, most);
                    met += kernel != NULL;
                    if (kernel)
                        same(kernel, &j, e);
                }
            }
        }
    if (!met)
        skip(); /* a processor without lanes */
}

static void other_forms_go_the_long_way(void **state)
{
    (void)state;
    static const char *const forms[][2] = {{"mndwi", "(mndwi > ndvi or mndwi > evi) and evi < 0.1"}, {"bsi", "bsi > threshold"}, {"ndwi", "ndvi > threshold"}, {"ndwi", "not ndwi > threshold"},
                                           {"ndwi", "ndwi > green"}, {"vh", "vh < threshold"}, {"ndwi", "threshold > threshold"}, {"ndwi", "ndwi > ndwi"}};
    AUTO_ARENA(a);
    struct eval *e;
    struct plain p;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        assert_ok(eval_new(a, str_of(forms[i][0]), str_of(forms[i][1]), 0.1, &e));
        if (eval_plain(e, &p))
            fail_msg("%s, %s", forms[i][0], forms[i][1]);
    }
    const struct convert fine = {SAMPLE_U16, 1, 0, NAN, NAN};
    const struct convert odd[] = {{SAMPLE_I16, 1, 0, NAN, NAN}, {SAMPLE_U16, 1e30f, 0, NAN, NAN}, {SAMPLE_U16, 0, 0, NAN, NAN}, {SAMPLE_U16, NAN, 0, NAN, NAN}, {SAMPLE_U16, 1, INFINITY, NAN, NAN}};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        assert_null(plain_kernel(&(struct plain_job){{CHANNEL_GREEN, CHANNEL_NIR, 0, true, false}, fine, odd[i]}, 2));
    assert_null(plain_kernel(&(struct plain_job){{CHANNEL_GREEN, CHANNEL_NIR, NAN, true, false}, fine, fine}, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_width_gives_the_same_bits), cmocka_unit_test(other_forms_go_the_long_way)};
    return cmocka_run_group_tests_name("remote/plain", tests, NULL, NULL);
}
