/*
 * The score that says where to look first: what moves it, what cannot, that everybody keeps a chance, and that nothing in it pays for
 * findings.
 */
#include "testing.h"
#include "acts/settings.h"
#include "analysis/target.h"

static const struct target_settings ordinary = {
    .weight = {[TARGET_CLASS] = 40, [TARGET_PERMIT] = 15, [TARGET_INDUSTRY] = 30, [TARGET_AREA] = 15, [TARGET_DECIDED] = 35,
               [TARGET_RECTIFY] = 15, [TARGET_VERIFIED] = 30, [TARGET_OPEN] = 5, [TARGET_UNSEEN] = 15},
    .lookback_months = 36, .minimum_percent = 30, .cap_default = 2, .positive_excluded = true};
enum { TODAY = 20600 };

static struct target_input somebody(uint64_t *r)
{
    static const char *const classes[] = {"key", "general", "special", ""}, *const trades[] = {"化工", "食品制造业", "物流", ""};
#define BELOW(n) ((int)(test_random(r) >> 40) % (n))
    return (struct target_input){.id = S("s"), .name = S("某公司"), .class = str_of(classes[BELOW(4)]), .industry = str_of(trades[BELOW(4)]),
                                 .permit = BELOW(2), .area_m = BELOW(2) ? -1 : BELOW(20000), .cap = BELOW(6) - 1, .visits = BELOW(3),
                                 .decided = BELOW(3) ? 0 : TODAY - BELOW(1500), .rectified = BELOW(2) ? 0 : TODAY - BELOW(1500),
                                 .verified = BELOW(3) ? 0 : TODAY - BELOW(1500), .seen = BELOW(3) ? TODAY - BELOW(1000) : 0, .open = BELOW(4) == 0,
                                 .positive_list = BELOW(10) == 0};
}

static struct target one(const struct target_settings *s, struct target_input in)
{
    static struct target_input kept;
    struct target t;
    kept = in;
    target_score(s, &kept, 1, TODAY, &t);
    return t;
}

/* The weights in the table are those of the published settings. */
static void defaults_are_the_published_ones(void **state)
{
    (void)state;
    for (int t = 0; t < TARGET_TERM_COUNT; t++) {
        const struct setting *s = setting_find(str_of(target_terms[t].setting));
        assert_non_null(s);
        assert_int_equal(s->default_value, ordinary.weight[t]);
        assert_false(s->locked);
    }
    assert_in_range(setting_find(S("target_weight_open"))->highest, 1, 10);
    assert_true(setting_find(S("target_minimum_percent"))->lowest >= 10);
}

static void everything_stays_in_its_range(void **state)
{
    (void)state;
    uint64_t r = 5;
    for (int i = 0; i < 20000; i++) {
        struct target t = one(&ordinary, somebody(&r));
        assert_in_range(t.score, 0, 1000);
        assert_in_range(t.impact, 0, 1000);
        assert_in_range(t.performance, 0, 1000);
        for (int k = 0; k < TARGET_TERM_COUNT; k++)
            assert_true(t.value[k] >= -1 && t.value[k] <= 1000);
        assert_int_equal(t.chance > 0, t.closed == TARGET_DRAWN);
    }
}

/* Worse conduct never lowers, better conduct never raises. */
static void conduct_moves_it_one_way(void **state)
{
    (void)state;
    uint64_t r = 9;
    for (int i = 0; i < 20000; i++) {
        struct target_input in = somebody(&r), worse = in;
        int64_t before = one(&ordinary, in).score;
        switch (i % 5) {
        case 0: worse.decided = TODAY; worse.rectified = 0; break;
        case 1: worse.verified = TODAY; break;
        case 2: worse.open = true; break;
        case 3: worse.seen = 0; break;
        default: worse.class = S("special"); break;
        }
        assert_true(one(&ordinary, worse).score >= before);
        struct target_input better = worse;
        better.rectified = TODAY;
        assert_true(one(&ordinary, better).score <= one(&ordinary, worse).score);
    }
}

/* What nobody verified moves the score by its weight's share at most, and a tenth whatever the settings are. */
static void unverified_clues_weigh_little(void **state)
{
    (void)state;
    uint64_t r = 3;
    struct target_settings most = ordinary;
    most.weight[TARGET_OPEN] = setting_find(S("target_weight_open"))->highest;
    for (int i = 0; i < 5000; i++) {
        struct target_input in = somebody(&r), with = in;
        in.open = false, with.open = true;
        int64_t low = one(&most, in).score, high = one(&most, with).score;
        assert_in_range(high - low, 0, 100);
    }
}

static void everybody_keeps_a_chance(void **state)
{
    (void)state;
    enum { N = 3000 };
    uint64_t r = 21;
    AUTO_ARENA(a);
    struct target_input *in = NEW_ARRAY(a, N, struct target_input);
    struct target *t = NEW_ARRAY(a, N, struct target);
    for (int share = 10; share <= 90; share += 20) {
        struct target_settings s = ordinary;
        s.minimum_percent = share;
        int64_t sum = 0, drawn = 0, least = INT64_MAX;
        for (int i = 0; i < N; i++)
            in[i] = somebody(&r);
        target_score(&s, in, N, TODAY, t);
        for (int i = 0; i < N; i++) {
            sum += t[i].chance;
            drawn += t[i].chance > 0;
            least = t[i].chance && t[i].chance < least ? t[i].chance : least;
        }
        assert_true(drawn > N / 3);
        assert_true(least * 100 * drawn >= share * sum); /* least >= share of the mean */
    }
    for (int i = 0; i < N; i++) /* even a pool of nobody in particular */
        in[i] = (struct target_input){.id = S("s"), .name = S("n"), .class = S("general"), .area_m = -1, .cap = 4, .seen = TODAY};
    target_score(&ordinary, in, N, TODAY, t);
    for (int i = 0; i < N; i++)
        assert_int_equal(t[i].chance, t[0].chance);
    assert_true(t[0].chance >= 1);
}

static void closed_doors_say_why(void **state)
{
    (void)state;
    struct target_settings open = ordinary;
    struct target_input in = {.id = S("s"), .name = S("n"), .cap = 2, .visits = 1, .area_m = -1};
    open.positive_excluded = false;
    assert_int_equal(one(&ordinary, in).closed, TARGET_DRAWN);
    in.visits = 2;
    assert_int_equal(one(&ordinary, in).closed, TARGET_CAPPED);
    in.cap = -1; /* nobody set one: the published number */
    assert_int_equal(one(&ordinary, in).closed, TARGET_CAPPED);
    in.visits = 0, in.positive_list = true;
    assert_int_equal(one(&ordinary, in).closed, TARGET_POSITIVE);
    assert_int_equal(one(&open, in).closed, TARGET_DRAWN);
    for (int c = TARGET_CAPPED; c <= TARGET_POSITIVE; c++)
        assert_true(strlen(target_closed_text((enum target_closed)c)) > 0);
}

/*
 * No term pays for findings. The input has one day for each kind of record, and yes or no: there is nothing that could count. A test
 * cannot prove an absence, so it holds the size of the input: whoever adds a member meets this line, and the reasons in target.h.
 */
static void nothing_counts_findings(void **state)
{
    (void)state;
    struct plain { str texts[4]; int region; bool permit, positive_list; int64_t numbers[3]; day days[4]; bool open; };
    assert_int_equal(sizeof(struct target_input), sizeof(struct plain));
    struct target_input in = {.id = S("s"), .name = S("n"), .class = S("key"), .area_m = -1, .cap = 9, .decided = TODAY - 10, .verified = TODAY - 10};
    int64_t once = one(&ordinary, in).score;
    for (int more = 0; more < 50; more++) /* fifty more of the same day's findings: they arrive as the same newest day */
        assert_int_equal(one(&ordinary, in).score, once);
    for (int t = 0; t < TARGET_TERM_COUNT; t++)
        assert_true(str_find(str_of(target_terms[t].how), S("件数计")) < 0 && str_find(str_of(target_terms[t].how), S("金额")) < 0);
}

static void reasons_are_whole(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct target t = one(&ordinary, (struct target_input){.id = S("s"), .name = S("n"), .class = S("key"), .industry = S("化工"), .permit = true, .area_m = 800,
                                                            .decided = TODAY - 100, .verified = TODAY - 50, .seen = TODAY - 200, .cap = 4, .open = true});
    str reason = target_reason(a, &ordinary, &t);
    static const char *const words[] = {"重点单位", "排污许可证", "化工", "距保护区800米", "有处罚决定", "整改未复查", "有属实线索", "待核实", "上次检查"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_true(str_find(reason, str_of(words[i])) >= 0);
    assert_true(str_find(reason, S("null")) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_the_published_ones), cmocka_unit_test(everything_stays_in_its_range), cmocka_unit_test(conduct_moves_it_one_way),
        cmocka_unit_test(unverified_clues_weigh_little), cmocka_unit_test(everybody_keeps_a_chance), cmocka_unit_test(closed_doors_say_why),
        cmocka_unit_test(nothing_counts_findings), cmocka_unit_test(reasons_are_whole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
