/* Copies are recognised through compression, scaling and cropping; other photographs of the same plant are not. */
#include "picture/scene.h"
#include "analysis/print.h"
#include "picture/picture.h"

#include <math.h>

static void look(str bytes, struct picture *p, struct print *print)
{
    assert_ok(picture_read(bytes, p));
    print_of(p->grey, print);
}

struct seen { int bits; double detail; };

static struct seen compare(str one, str two)
{
    static struct picture q, s;
    static struct print a, b;
    look(one, &q, &a);
    look(two, &s, &b);
    struct print_match m = print_match(&a, &b);
    return (struct seen){m.bits, m.bits <= PRINT_NEAR ? print_detail(q.grey, s.grey, m) : -1};
}

static bool same(struct seen s)
{
    return s.bits <= PRINT_NEAR && s.detail >= PRINT_SAME;
}

static void copies_are_recognised(void **state)
{
    (void)state;
    int found = 0, tried = 0;
    double least = 1;
    for (uint64_t plant = 1; plant <= 5; plant++) {
        AUTO_ARENA(a);
        const uint8_t *p = scene_photo(a, &(struct camera){.plant = plant, .light = 1, .noise = plant});
        uint64_t r = plant * 17 + 1;
        str original = scene_jpeg(a, p, SCENE_WIDTH, SCENE_HEIGHT, 92);
        double w = 0.01 * (double)(test_random(&r) >> 33 & 15), h = 0.01 * (double)(test_random(&r) >> 33 & 15), l = 0.005 * (double)(test_random(&r) >> 33 & 7);
        str copies[] = {scene_jpeg(a, p, SCENE_WIDTH, SCENE_HEIGHT, 35),                                          /* recompressed */
                        scene_png(a, scene_cut(a, p, 0, 0, 1, 1, 411, 300), 411, 300, false),                    /* rescaled */
                        scene_jpeg(a, scene_cut(a, p, l, 0.03, 1 - w, 1 - h, 600, 433), 600, 433, 60),           /* cropped */
                        scene_jpeg(a, scene_cut(a, p, 0.1, 0.1, 0.9, 0.9, 512, 384), 512, 384, 70)};             /* cropped all round */
        for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) {
            struct seen there = compare(original, copies[i]), back = compare(copies[i], original);
            tried += 2;
            found += same(there) + same(back);
            least = fmin(least, fmin(there.detail, back.detail));
            if (!same(there) || !same(back))
                print_message("plant %d copy %zu: %d bits, detail %.2f; back %d, %.2f\n", (int)plant, i, there.bits, there.detail, back.bits, back.detail);
        }
    }
    print_message("least alike copy: %.2f\n", least);
    assert_in_range(found, tried - 2, tried);
}

static void other_photographs_are_other(void **state)
{
    (void)state;
    double worst = -1;
    for (uint64_t plant = 1; plant <= 5; plant++) {
        AUTO_ARENA(a);
        const struct camera cameras[] = {{plant, 0, 0, 0, 1, plant},
                                         {plant, 0.02, 0, 0.002, 1.05, plant + 50}, /* the next one from the hand */
                                         {plant, 0.06, 0.02, 0.01, 0.85, plant + 60},
                                         {plant, -0.12, 0.03, -0.02, 1.1, plant + 70},
                                         {plant + 100, 0, 0, 0, 1, plant + 80}};
        str photo[5];
        for (int i = 0; i < 5; i++)
            photo[i] = scene_jpeg(a, scene_photo(a, &cameras[i]), SCENE_WIDTH, SCENE_HEIGHT, 88);
        for (int i = 0; i < 5; i++)
            for (int k = 0; k < i; k++) {
                struct seen s = compare(photo[i], photo[k]);
                worst = s.detail > worst ? s.detail : worst;
                if (same(s))
                    fail_msg("plant %d: %d and %d taken for one, %d bits, detail %.2f", (int)plant, i, k, s.bits, s.detail);
            }
    }
    print_message("closest other photograph: %.2f\n", worst);
}

static void kinds_and_limits(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct picture p, q;
    const uint8_t *photo = scene_photo(a, &(struct camera){.plant = 3, .light = 1, .noise = 3});
    assert_ok(picture_read(scene_png(a, photo, SCENE_WIDTH, SCENE_HEIGHT, false), &p));
    assert_ok(picture_read(scene_png(a, photo, SCENE_WIDTH, SCENE_HEIGHT, true), &q));
    assert_memory_equal(&p, &q, sizeof p); /* interlaced or not */
    assert_int_equal(p.width, SCENE_WIDTH);
    str jpeg = scene_jpeg(a, photo, SCENE_WIDTH, SCENE_HEIGHT, 90);
    assert_err(picture_read(S("GIF89a"), &p), ERR_INPUT);
    assert_err(picture_read(S(""), &p), ERR_INPUT);
    assert_err(picture_read(str_sub(jpeg, 0, 100), &p), ERR_DAMAGED);
    assert_err(picture_read(str_sub(scene_png(a, photo, SCENE_WIDTH, SCENE_HEIGHT, false), 0, 2000), &p), ERR_DAMAGED);
    assert_err(picture_read(scene_png(a, photo, 40, 40, false), &p), ERR_INPUT);
    assert_err(picture_read(scene_png(a, photo, 64, 63, false), &p), ERR_INPUT);
    assert_ok(picture_read(scene_png(a, photo, 64, 64, false), &p)); /* the twin */
    /* A head that promises more than anybody may unpack. */
    char *huge = arena_cstr(a, scene_png(a, photo, 64, 64, false));
    memcpy(huge + 16, "\x00\x00\x70\x00\x00\x00\x70\x00", 8);
    assert_non_null(picture_read((str){huge, 2000}, &p));
    err_clear();
}

static void blank_pictures_have_no_spread(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct picture p;
    struct print print;
    uint8_t *grey = NEW_ARRAY(a, SCENE_WIDTH * SCENE_HEIGHT, uint8_t);
    memset(grey, 120, SCENE_WIDTH * SCENE_HEIGHT);
    look(scene_jpeg(a, grey, SCENE_WIDTH, SCENE_HEIGHT, 90), &p, &print);
    assert_true(print.spread < PRINT_FLAT);
    look(scene_jpeg(a, scene_photo(a, &(struct camera){.plant = 2, .light = 1, .noise = 1}), SCENE_WIDTH, SCENE_HEIGHT, 90), &p, &print);
    assert_true(print.spread > PRINT_FLAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(copies_are_recognised), cmocka_unit_test(other_photographs_are_other),
                                       cmocka_unit_test(kinds_and_limits), cmocka_unit_test(blank_pictures_have_no_spread)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
