/* Plants that do not exist, with every innocent oddity: no clue; and the plainest attacks on them: clues, where they were. */
#include "testing.h"
#include "plant_table.h"

#include <math.h>

enum { HOURS = 2184 };

static void run(struct arena *a, const struct table *t, struct findings *ret)
{
    struct hits hits;
    struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
    detect_table(a, t, NULL, &hits, runs);
    fuse(a, t, &hits, &FUSE_DEFAULTS, ret);
}

static void test_honest_quarters(void **state)
{
    (void)state;
    size_t clues = 0;
    for (int kind = 0; kind < PLANT_KINDS; kind++)
        for (uint64_t seed = 301; seed < 303; seed++) {
            AUTO_ARENA(a);
            struct plant *p = plant_new(a, (enum plant_kind)kind, seed);
            struct plant_series *s = plant_report(a, p, day_start(day_from_civil(2026, 3, 1)), 3600, HOURS);
            struct findings f;
            run(a, plant_table(a, p, s, NULL), &f);
            for (size_t i = 0; i < f.n; i++)
                clues += f.p[i].level == LEVEL_CLUE;
        }
    assert_int_equal(clues, 0);
}

static void test_plain_attacks(void **state)
{
    (void)state;
    static const enum attack_kind kinds[] = {ATTACK_CONSTANT, ATTACK_REPLAY, ATTACK_REPLAY_AFFINE, ATTACK_CONSTANT_NOISE, ATTACK_ZERO_FLOW};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        AUTO_ARENA(a);
        struct plant *p = plant_new(a, PLANT_COAL_BOILER, 305);
        struct plant_series *s = plant_report(a, p, day_start(day_from_civil(2026, 3, 1)), 3600, HOURS);
        struct attack one = {.kind = kinds[k], .strength = 5, .channel = 0, .first = 1000, .n = 72, .seed = 4};
        for (int again = 0; again < 8 && !attack_apply(s, p, &one, NULL); again++)
            one.first += 100;
        struct findings f;
        bool found = false;
        run(a, plant_table(a, p, s, NULL), &f);
        for (size_t i = 0; i < f.n; i++)
            found |= f.p[i].level == LEVEL_CLUE && f.p[i].first < one.first + one.n && one.first < f.p[i].first + f.p[i].n;
        if (!found)
            fail_msg("%s was not found", attack_name(kinds[k]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_honest_quarters), cmocka_unit_test(test_plain_attacks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
