/* The forgery benchmark's own parts: labels are exact, a forged quarter is put back, scores are what their definition
 * says. */
#include "testing.h"
#include "more.h"

#include <math.h>

/* ---- cases ---- */

static void same_series(const struct plant_series *x, const struct plant_series *y, size_t first, size_t n)
{
    for (size_t c = 0; c < x->channels; c++) {
        assert_memory_equal(x->average[c] + first, y->average[c] + first, n * sizeof(int64_t));
        assert_memory_equal(x->minimum[c] + first, y->minimum[c] + first, n * sizeof(int64_t));
        assert_memory_equal(x->flag[c] + first, y->flag[c] + first, n);
        if (x->total[c])
            assert_memory_equal(x->total[c] + first, y->total[c] + first, n * sizeof(int64_t));
    }
}

static void test_label_is_exact_and_the_quarter_is_put_back(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct outlet *o = outlet_make(a, 3, 0), *again = outlet_make(a, 3, 0);
    same_series(o->hours, again->hours, 0, FORGERY_HOURS);
    struct forger *r = forger_new(a, o);
    size_t made = 0;
    for (enum attack_kind k = 0; k < ATTACKS; k++)
        for (int length = 0; length < FORGERY_LENGTHS; length++) {
            struct forgery f = {.kind = k, .strength = 5, .length = length, .seed = 100 + k};
            if (!forger_forge(r, &f)) {
                same_series(r->minutes, o->minutes, 0, FORGERY_HOURS * 60);
                continue;
            }
            made++;
            assert_int_equal(f.n, forgery_lengths[length]);
            assert_true(f.first >= FORGERY_BEFORE && f.first + f.n <= FORGERY_HOURS);
            same_series(r->minutes, o->minutes, 0, f.first * 60);
            same_series(r->minutes, o->minutes, (f.first + f.n) * 60, (FORGERY_HOURS - f.first - f.n) * 60);
            same_series(r->hours, o->hours, 0, f.first);
            same_series(r->hours, o->hours, f.first + f.n, FORGERY_HOURS - f.first - f.n);
            AUTO_ARENA(b);
            struct table *t = forgery_table(b, o, r, &f);
            size_t inside = 0;
            for (size_t v = 0; v < t->versions_n; v++)
                inside += t->versions[v].slot >= f.first && t->versions[v].slot < f.first + f.n;
            assert_int_equal(inside > 0, k == ATTACK_REVISE_DOWN);
            assert_true(t->finer && t->finer->n == FORGERY_HOURS * 60 && t->daily && t->daily->n == FORGERY_DAYS);
            forger_restore(r, &f);
            same_series(r->minutes, o->minutes, 0, FORGERY_HOURS * 60);
            same_series(r->hours, o->hours, 0, FORGERY_HOURS);
            same_series(r->days, o->days, 0, FORGERY_DAYS);
        }
    assert_true(made > 25);
}

/* ---- the second list ---- */
/* Each attack of full strength is one: readings of its stretch or something beside them is another than in the honest quarter, and what lies outside is not. */
static bool differs(const struct more_scene *x, const struct more_scene *y)
{
    uint8_t dx[32], dy[32];
    table_inputs_digest(x->t, dx);
    table_inputs_digest(y->t, dy);
    bool minutes = x->t->finer && y->t->finer && x->t->finer->columns[0].value != y->t->finer->columns[0].value;
    for (size_t k = 0; minutes && k < x->t->finer->columns_n; k++)
        if (x->t->finer->columns[k].value && memcmp(x->t->finer->columns[k].value, y->t->finer->columns[k].value, x->t->finer->n * sizeof(int64_t)) != 0)
            return true;
    return memcmp(dx, dy, sizeof dx) != 0 || memcmp(x->keeper, y->keeper, sizeof *x->keeper) != 0 ||
           memcmp(x->frames, y->frames, x->t->frames_n * sizeof *x->frames) != 0;
}

static void test_second_list_forges_and_is_put_back(void **state)
{
    (void)state;
    size_t made = 0;
    for (int kind = 0; kind < PLANT_KINDS; kind += 3) { /* a boiler, a sewage works */
        AUTO_ARENA(a);
        struct more_trade trade = {0};
        const struct outlet *o = outlet_make(a, 5, kind);
        for (int i = 0; i < PLANT_KINDS; i++)
            trade.figures[i] = NEW_ARRAY(a, 1, struct table_figure);
        const struct more_outlet *m = more_outlet_make(a, o, &trade, 5);
        struct forger *r = forger_new(a, o);
        AUTO_ARENA(b);
        const struct more_scene *honest = more_scene_make(b, m, NULL, NULL);
        assert_true(honest->t->checks_n > 100 && honest->t->frames_n > 700 && honest->t->commands_n > 150 && honest->t->beside_n == 1);
        for (size_t i = 0; i < more_attacks_n; i++) {
            const struct more_attack *x = &more_attacks[i];
            bool ours = x->all_kinds;
            for (int k = 0; k < x->kinds_n; k++)
                ours |= x->kinds[k] == o->kind;
            assert_non_null(detector_find(str_of(x->detector)));
            if (!ours)
                continue;
            AUTO_ARENA(c);
            struct more_case k = {.attack = (int)i, .strength = 5, .length = 2, .first = FORGERY_HOURS - 168, .n = 48, .seed = 40 + i};
            k.n = (size_t)more_length(x, 2);
            k.first = x->last_week ? FORGERY_HOURS - 120 : FORGERY_HOURS - k.n - 200;
            struct forgery f = {.first = k.first, .n = k.n, .seed = k.seed};
            bool done = !x->readings || x->readings(r, m, &k);
            if (done) {
                forger_follow(r, &f);
                struct more_scene *s = more_scene_make(c, m, r, &f);
                done = !x->beside || x->beside(s, &k);
                if (done && !differs(s, honest))
                    print_error("%s changed nothing\n", x->name);
                assert_true(!done || differs(s, honest));
                made += done;
                same_series(r->minutes, o->minutes, 0, f.first * 60);
                same_series(r->minutes, o->minutes, (f.first + f.n) * 60, (FORGERY_HOURS - f.first - f.n) * 60);
            }
            forger_restore(r, &f);
            same_series(r->minutes, o->minutes, 0, FORGERY_HOURS * 60);
            same_series(r->hours, o->hours, 0, FORGERY_HOURS);
        }
    }
    assert_true(made > 24);
}

/* ---- scores ---- */

struct scene {
    struct outcome p[64];
    struct interval *intervals[64], store[64][4];
    size_t n;
};

static void add(struct scene *s, struct outcome o, size_t n, const struct interval *v)
{
    o.intervals = (uint32_t)n;
    if (n)
        memcpy(s->store[s->n], v, n * sizeof *v);
    s->intervals[s->n] = s->store[s->n];
    s->p[s->n++] = o;
}

static struct score score_scene(struct arena *a, struct scene *s, bool decides, double budget)
{
    struct outcomes all = {s->p, s->intervals, s->n};
    return score_of(a, &all, decides, budget);
}

static struct outcome honest(int outlet)
{
    return (struct outcome){.outlet = outlet, .attack = -1};
}

static struct outcome forged(enum attack_kind k, int strength, int length, uint32_t first)
{
    return (struct outcome){.attack = (int)k,
                            .strength = strength,
                            .length = length,
                            .first = first,
                            .n = (uint32_t)forgery_lengths[length]};
}

static void test_threshold_keeps_the_budget(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    for (int i = 0; i < 20; i++) /* ten calibrate (scores 1 to 10), ten measure (the same) */
        add(s, honest(i), 1, (struct interval[]){{100, 5, 1 + i / 2}});
    add(s, forged(ATTACK_CONSTANT, 5, 2, 1000), 1, (struct interval[]){{1000, 48, 9.5}});
    add(s, forged(ATTACK_CONSTANT, 5, 2, 1000), 1, (struct interval[]){{1000, 48, 5}});
    struct score tight = score_scene(a, s, false, 0.1), loose = score_scene(a, s, false, 0.6);
    assert_true(tight.threshold > 9 && tight.threshold <= 9.5);
    assert_int_equal(tight.innocents, 10);
    assert_int_equal(tight.accused, 1);
    assert_true(tight.false_per_quarter > 0.099 && tight.false_per_quarter < 0.101);
    assert_int_equal(tight.met, 1);
    assert_int_equal(loose.met, 2);
    assert_int_equal(loose.accused, 6);
}

static void test_who_decides_has_no_threshold(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    add(s, honest(0), 0, NULL);
    add(s, honest(1), 2, (struct interval[]){{10, 5, 0.1}, {500, 5, 0.1}});
    add(s, forged(ATTACK_REPLAY, 1, 0, 800), 1, (struct interval[]){{799, 6, -3}});
    struct score got = score_scene(a, s, true, 0);
    assert_true(got.false_per_quarter == 2 && got.accused == 1 && got.met == 1);
    assert_true(got.iou == 0.5 && got.hours_to_detect == 3);
}

static void test_pointing_at_a_season_meets_nothing(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    add(s, forged(ATTACK_REPLAY, 5, 1, 800), 1, (struct interval[]){{0, 2000, 1}});
    add(s, forged(ATTACK_REPLAY, 5, 1, 800), 1, (struct interval[]){{812, 12, 1}}); /* just behind it */
    add(s, forged(ATTACK_REPLAY, 5, 1, 800), 1, (struct interval[]){{811, 12, 1}});
    struct score got = score_scene(a, s, true, 0);
    assert_int_equal(got.met, 1);
}

/* Intervals less than a day apart are one clue: an alarm that flickers is one visit of an officer. */
static void test_flicker_is_one_clue(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    add(s, honest(1), 3, (struct interval[]){{40, 1, 1}, {10, 1, 1}, {20, 1, 1}});
    add(s, honest(3), 2, (struct interval[]){{10, 1, 1}, {200, 1, 1}});
    assert_true(score_scene(a, s, true, 0).false_per_quarter == 1.5);
}

static void test_shares_by_attack_strength_and_length(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    struct interval hit = {800, 48, 1};
    add(s, forged(ATTACK_CONSTANT, 5, 2, 800), 1, &hit);
    add(s, forged(ATTACK_CONSTANT, 1, 2, 800), 0, NULL);
    add(s, forged(ATTACK_REPLAY, 5, 3, 800), 0, NULL);
    add(s, forged(ATTACK_REPLAY, 5, 0, 800), 0, NULL);
    struct score got = score_scene(a, s, true, 0);
    assert_true(got.recall[ATTACK_CONSTANT] == 0.5 && got.recall[ATTACK_REPLAY] == 0 &&
                isnan(got.recall[ATTACK_ZERO_FLOW]));
    assert_true(got.by_strength[0] == 0 && got.by_length[2] == 0.5 && got.recall_full == 0.5);
    assert_int_equal(got.cases, 4);
}

static void test_overlap(void **state)
{
    (void)state;
    assert_true(interval_iou(0, 10, 10, 5) == 0);
    assert_true(interval_iou(0, 10, 5, 10) == 5.0 / 15);
    assert_true(interval_iou(3, 4, 3, 4) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_label_is_exact_and_the_quarter_is_put_back), cmocka_unit_test(test_second_list_forges_and_is_put_back),
        cmocka_unit_test(test_threshold_keeps_the_budget),
        cmocka_unit_test(test_who_decides_has_no_threshold),
        cmocka_unit_test(test_pointing_at_a_season_meets_nothing),
        cmocka_unit_test(test_flicker_is_one_clue),
        cmocka_unit_test(test_shares_by_attack_strength_and_length),
        cmocka_unit_test(test_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
