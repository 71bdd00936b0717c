/*
 * The method of the draw: what follows from a plan, what the chances are, and that no change of a published file goes
 * unnoticed. Chances are measured over 10^5 seeds; the bounds are far enough out that no honest program fails by luck.
 */
#include "analysis/draw_scene.h"

#include "testing.h"

#include <math.h>

enum { SEEDS = 100000 };

/* ---- chances ---- */

/* How often each of n is among the first k, over SEEDS seeds. */
static void included(const int64_t *weights, size_t n, size_t k, int64_t *ret)
{
    AUTO_ARENA(a);
    for (uint32_t s = 0; s < SEEDS; s++) {
        struct sm3 seed = sm3_of(&s, sizeof s);
        struct draw_bag *bag = draw_bag_new(a, &seed, 1, weights, n);
        for (size_t i = 0; i < k; i++)
            ret[draw_bag_take(bag)]++;
        arena_reset(a);
    }
}

/* Exact: the chance that i is among k drawn without putting back; sets of those drawn before as bits. */
static double exactly(const int64_t *weights, size_t n, size_t k, size_t i, unsigned out, int64_t total)
{
    double p = 0;
    for (size_t j = 0; j < n && k; j++)
        if (!(out >> j & 1))
            p += (double)weights[j] / (double)total * (j == i ? 1 : exactly(weights, n, k - 1, i, out | 1u << j, total - weights[j]));
    return p;
}

static void even_weights_give_even_chances(void **state)
{
    (void)state;
    enum { N = 20, K = 5 };
    int64_t weights[N], seen[N] = {0};
    double chi = 0, want = (double)SEEDS * K / N;
    for (int i = 0; i < N; i++)
        weights[i] = 3;
    included(weights, N, K, seen);
    for (int i = 0; i < N; i++)
        chi += ((double)seen[i] - want) * ((double)seen[i] - want) / (want * (1 - (double)K / N));
    chi = chi * (N - 1) / N; /* those drawn are K each time: one degree less, and less spread than by lot */
    if (chi < 3 || chi > 56) /* chi-squared of 19 degrees: 1e-5 and 1 - 1e-5 */
        fail_msg("chi-squared %.1f", chi);
}

static void uneven_weights_give_the_exact_chances(void **state)
{
    (void)state;
    enum { N = 7, K = 3 };
    const int64_t weights[N] = {1, 2, 3, 5, 8, 13, 21};
    int64_t seen[N] = {0};
    double worst = 0;
    included(weights, N, K, seen);
    for (size_t i = 0; i < N; i++) {
        double p = exactly(weights, N, K, i, 0, 53), sd = sqrt(SEEDS * p * (1 - p)), off = fabs((double)seen[i] - SEEDS * p) / sd;
        worst = off > worst ? off : worst;
        assert_true((double)draw_bound(weights[i], 53, N, K, false) / DRAW_WHOLE <= p + 1e-6);
        assert_true(i == 0 || p > exactly(weights, N, K, i - 1, 0, 53)); /* heavier is likelier */
    }
    if (worst > 4.5)
        fail_msg("%.1f standard deviations off", worst);
}

static void the_bound_grows_with_weight_and_number(void **state)
{
    (void)state;
    assert_int_equal(draw_bound(1, 10, 10, 3, true), 300000);
    assert_int_equal(draw_bound(1, 3, 3, 1, true), 333333);
    assert_int_equal(draw_bound(1, 10, 10, 10, false), DRAW_WHOLE);
    assert_int_equal(draw_bound(1, 10, 5, 0, true), 0);
    assert_int_equal(draw_bound(2, 10, 5, 1, false), 199999); /* 0.2, rounded against the bureau */
    for (int64_t w = 2; w < 50; w++)
        for (int64_t k = 1; k < 30; k++) {
            assert_true(draw_bound(w, 1000, 100, k, false) > draw_bound(w - 1, 1000, 100, k, false));
            assert_true(draw_bound(w, 1000, 100, k + 1, false) > draw_bound(w, 1000, 100, k, false));
        }
}

/* A draw with caps and weights, over and over: nobody's share is below what the plan promised. */
static void promised_chances_are_kept_under_caps(void **state)
{
    (void)state;
    enum { N = 24, TIMES = 20000 };
    AUTO_ARENA(plans);
    struct draw d = {.method = 2};
    int64_t seen[N] = {0};
    vec_push(plans, &d.strata, ((struct draw_stratum){.least = 6}));
    vec_push(plans, &d.caps, ((struct draw_cap){DRAW_BY_GROUP, S("*"), 2}));
    for (int i = 0; i < N; i++)
        vec_push(plans, &d.pool, ((struct draw_candidate){.who = arena_printf(plans, "c%d", i), .stratum = 1, .weight = 1 + i % 4,
                                                         .group = i < 12 ? S("large") : arena_printf(plans, "g%d", i)}));
    assert_ok(draw_prepare(plans, &d));
    AUTO_ARENA(a);
    for (uint32_t s = 0; s < TIMES; s++) {
        d.seed = sm3_of(&s, sizeof s);
        draw_settle_seed(a, &d);
        int64_t large = 0, all = 0;
        for (size_t i = 0; i < N; i++) {
            seen[i] += draw_is_chosen(&d, i);
            all += draw_is_chosen(&d, i);
            large += i < 12 && draw_is_chosen(&d, i);
        }
        assert_int_equal(all, 6);
        assert_in_range(large, 0, 2);
        arena_reset(a);
    }
    for (size_t i = 0; i < N; i++) {
        double share = (double)seen[i] / TIMES, promised = (double)draw_chance(&d, i) / DRAW_WHOLE;
        if (share < promised - 4.5 * sqrt(promised * (1 - promised) / TIMES))
            fail_msg("candidate %zu: %.4f drawn, %.4f promised", i, share, promised);
    }
}

static void a_floor_is_held(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct draw d = {.method = 2, .floor = 100000, .rounds = 1};
    vec_push(a, &d.strata, ((struct draw_stratum){.least = 2}));
    for (int i = 0; i < 10; i++)
        vec_push(a, &d.pool, ((struct draw_candidate){.who = arena_printf(a, "c%d", i), .stratum = 1, .weight = i ? 5 : 1}));
    for (int i = 0; i < 2; i++) {
        struct sm3 digest = sm3_of(&i, sizeof i);
        vec_push(a, &d.parties, ((struct draw_party){.round = 1, .name = i ? S("b") : S("a"), .digest = sm3_text(a, &digest)}));
    }
    assert_ok(draw_prepare(a, &d));
    assert_int_equal(d.strata.p[0].chance, 43005); /* 1 - (45/46)^2 */
    assert_str(assert_err(draw_check(a, &d), ERR_DENIED)->field, "chance 1");
    d.floor = 43005;
    assert_ok(draw_check(a, &d));
}

/* ---- plans ---- */

static void quotas_follow_ratio_and_numbers(void **state)
{
    (void)state;
    static const struct { struct draw_stratum s; int64_t pool, quota; } cases[] = {
        {{.ratio = 500}, 101, 6},                       /* 5 % of 101, rounded up */
        {{.ratio = 500, .least = 9}, 101, 9},
        {{.per = 10, .base = 4}, 101, 40},              /* officers : units = 1 : 10 */
        {{.ratio = 10000}, 7, 7},
        {{.least = 50}, 7, 7},                          /* no more than there are */
        {{.ratio = 1}, 3, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO_ARENA(a);
        struct draw d = {.method = 2};
        vec_push(a, &d.strata, cases[i].s);
        for (int64_t n = 0; n < cases[i].pool + 3; n++) /* three are excluded and do not count */
            vec_push(a, &d.pool, ((struct draw_candidate){.who = arena_printf(a, "c%lld", (long long)n), .stratum = 1, .weight = 1,
                                                         .excluded = n < 3 ? S("closed") : STR_NONE}));
        assert_ok(draw_prepare(a, &d));
        assert_int_equal(d.strata.p[0].quota, cases[i].quota);
        assert_int_equal(draw_chance(&d, 0), 0);
    }
}

static void what_is_no_plan_is_refused(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct draw d = {.method = 2};
    assert_str(assert_err(draw_prepare(a, &d), ERR_INPUT)->field, "stratum 0");
    vec_push(a, &d.strata, ((struct draw_stratum){.least = 1}));
    vec_push(a, &d.pool, ((struct draw_candidate){.who = S("x"), .stratum = 1, .weight = 1}));
    assert_ok(draw_prepare(a, &d));
    d.pool.p[0].weight = 0;
    assert_str(assert_err(draw_prepare(a, &d), ERR_INPUT)->field, "candidate 1");
    d.pool.p[0].weight = LIMIT_DRAW_WEIGHT + 1;
    assert_err(draw_prepare(a, &d), ERR_INPUT);
    d.pool.p[0].weight = 1;
    vec_push(a, &d.pool, ((struct draw_candidate){.who = S("x"), .stratum = 1, .weight = 1}));
    assert_str(assert_err(draw_prepare(a, &d), ERR_INPUT)->field, "candidate 2");
    d.pool.p[1].who = S("y");
    d.pool.p[1].stratum = 2;
    assert_str(assert_err(draw_prepare(a, &d), ERR_INPUT)->field, "candidate 2");
    d.pool.p[1].stratum = 1;
    vec_push(a, &d.bars, ((struct draw_bar){.kind = DRAW_OFFICER, .who = S("x"), .object = S("y")}));
    assert_str(assert_err(draw_prepare(a, &d), ERR_INPUT)->field, "bar 1");
    d.bars.n = 0;
    d.method = 3;
    assert_str(assert_err(draw_prepare(a, &d), ERR_INPUT)->field, "method 3");
}

/* ---- teams ---- */

static void teams_are_full_even_and_never_barred(void **state)
{
    (void)state;
    int64_t teams = 0;
    for (uint64_t seed = 0; seed < 300; seed++) {
        AUTO_ARENA(a);
        struct draw d;
        draw_scene(a, seed, &d);
        int64_t *load = NEW_ARRAY(a, d.pool.n + 1, int64_t);
        for (size_t t = 0; t < d.teams_n; t++, teams++) {
            const struct draw_team *team = &d.teams_now[t];
            assert_true(draw_is_chosen(&d, team->object));
            for (size_t i = 0; i < team->n; i++) {
                assert_true(draw_is_chosen(&d, team->crew[i]));
                load[team->crew[i]]++;
                for (size_t b = 0; b < d.bars.n; b++)
                    assert_false(str_eq(d.bars.p[b].who, d.pool.p[team->crew[i]].who) &&
                                 str_eq(d.bars.p[b].object, d.pool.p[team->object].who));
            }
        }
        for (size_t i = 0; i < d.pool.n && d.most[DRAW_OFFICER]; i++)
            if (d.strata.p[d.pool.p[i].stratum - 1].kind == DRAW_OFFICER)
                assert_in_range(load[i], 0, d.most[DRAW_OFFICER]);
    }
    assert_true(teams > 300);
}

/* ---- the file ---- */

static void a_file_says_everything(void **state)
{
    (void)state;
    int chosen = 0;
    for (uint64_t seed = 0; seed < 300; seed++) {
        AUTO_ARENA(a);
        struct draw d, again;
        str file = draw_scene_file(a, seed);
        assert_ok(draw_verify(a, file, &again));
        draw_scene(a, seed, &d);
        for (size_t i = 0; i < d.pool.n; i++) {
            assert_int_equal(draw_is_chosen(&d, i), draw_is_chosen(&again, i));
            chosen += draw_is_chosen(&d, i);
        }
    }
    assert_true(chosen > 300);
}

/* What stands in the place of a byte: near ones, other kinds, what cuts words and lines, what is no text. */
static const char substitutes[] = "0951azAZ -%\n\t:\x7f\x80\xff";

static void every_changed_byte_is_found(void **state)
{
    (void)state;
    for (uint64_t seed = 3; seed < 5; seed++) {
        AUTO_ARENA(keep);
        str file = draw_scene_file(keep, seed);
        char *copy = arena_copy(keep, file.p, file.n);
        AUTO_ARENA(a);
        for (size_t at = 0; at < file.n; at++) {
            const char each[] = {substitutes[at % (sizeof substitutes - 1)], (char)(file.p[at] ^ 1), (char)(file.p[at] ^ 0x20), 0};
            for (size_t s = 0; s < sizeof each; s++) {
                struct draw d;
                if (each[s] == file.p[at])
                    continue;
                copy[at] = each[s];
                err *e = draw_verify(a, (str){copy, file.n}, &d);
                if (!e || !e->field.n || !e->text.n || utf8_bad(e->text) >= 0)
                    fail_msg("seed %d byte %zu as %02x", (int)seed, at, (unsigned char)each[s]);
                err_clear();
                arena_reset(a);
            }
            copy[at] = file.p[at];
        }
        for (size_t n = 0; n < file.n; n += 7) { /* cut short */
            struct draw d;
            assert_non_null(draw_verify(a, str_sub(file, 0, n), &d));
            err_clear();
            arena_reset(a);
        }
    }
}

/* Changes one word of one line. */
static str forged(struct arena *a, str file, int64_t line, int word, uint64_t *r)
{
    buf b = buf_make(a, file.n + 100);
    str rest = file, one, piece;
    for (int64_t n = 0; str_next(&rest, '\n', &one) && (rest.p || one.n); n++) {
        for (int k = 0; one.p; k++) {
            str_next(&one, ' ', &piece);
            if (k)
                buf_char(&b, ' ');
            int64_t number;
            if (n == line && k == word && str_int64(piece, &number))
                buf_int(&b, number + 1 + (int64_t)(test_random(r) % 3));
            else if (n == line && k == word) {
                buf_add(&b, str_sub(piece, 0, piece.n - 1));
                buf_char(&b, piece.p[piece.n - 1] == 'q' ? 'r' : 'q');
            } else {
                buf_add(&b, piece);
            }
        }
        buf_char(&b, '\n');
    }
    return buf_str(&b);
}

/* The forger computes the digests again. What no file can tell (the ledger's numbers of replacements) is all that is left. */
static void a_forger_who_seals_again_is_found(void **state)
{
    (void)state;
    uint64_t r = 5;
    int tried = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        AUTO_ARENA(a);
        str file = draw_scene_file(a, seed), rest = file, one;
        bool second = str_starts(file, S("xiezhi-draw-2"));
        for (int64_t line = 0; second && str_next(&rest, '\n', &one) && one.n; line++) {
            int words = 1;
            for (size_t i = 0; i < one.n; i++)
                words += one.p[i] == ' ';
            for (int w = 0; w < words; w++) {
                struct draw d;
                if (str_starts(one, S("replaced ")) && w == 4)
                    continue;
                if ((str_starts(one, S("plan ")) || str_starts(one, S("end "))) && w == 1)
                    continue; /* sealing makes them right again */
                str bad = draw_scene_sealed(a, forged(a, file, line, w, &r), true);
                if (!draw_verify(a, bad, &d))
                    fail_msg("seed %d line %d word %d: %.*s", (int)seed, (int)line + 1, w, STR_ARG(one));
                err_clear();
                tried++;
            }
        }
    }
    assert_true(tried > 5000);
}

static str replaced_text(struct arena *a, str text, str from, str to)
{
    ptrdiff_t at = str_find(text, from);
    assert_true(at >= 0);
    str rest = str_sub(text, (size_t)at + from.n, text.n);
    return arena_printf(a, "%.*s%.*s%.*s", (int)at, text.p, STR_ARG(to), STR_ARG(rest));
}

static void the_first_thing_wrong_is_named(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct draw d;
    str file = draw_scene_file(a, 12);
    assert_true(str_starts(file, S("xiezhi-draw-2")));
    assert_str(assert_err(draw_verify(a, replaced_text(a, file, S(" chosen "), S(" skipped ")), &d), ERR_DENIED)->field, "drawn 1 1");
    assert_str(assert_err(draw_verify(a, replaced_text(a, file, S("\nitem "), S("\nitem x")), &d), ERR_DENIED)->field, "plan");
    assert_str(assert_err(draw_verify(a, replaced_text(a, file, S("\nday "), S("\nnight ")), &d), ERR_INPUT)->field, "line 9");
    assert_str(assert_err(draw_verify(a, S("xiezhi-draw-9\n"), &d), ERR_INPUT)->field, "line 1");
    assert_err(draw_verify(a, S(""), &d), ERR_INPUT);
}

/* Whose reason was digested can be shown by who holds the salt; without it nobody can guess. */
static void reasons_are_digested_with_salt(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm3 one = draw_reason_digest(a, S("r1"), S("s2"), S("停产")), two = draw_reason_digest(a, S("r2"), S("s2"), S("停产"));
    struct sm3 plain = sm3_of("r1\ns2\n停产", strlen("r1\ns2\n停产"));
    assert_memory_equal(&one, &plain, sizeof one);
    assert_memory_not_equal(&one, &two, sizeof one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(even_weights_give_even_chances), cmocka_unit_test(uneven_weights_give_the_exact_chances),
        cmocka_unit_test(the_bound_grows_with_weight_and_number), cmocka_unit_test(promised_chances_are_kept_under_caps),
        cmocka_unit_test(a_floor_is_held), cmocka_unit_test(quotas_follow_ratio_and_numbers),
        cmocka_unit_test(what_is_no_plan_is_refused), cmocka_unit_test(teams_are_full_even_and_never_barred),
        cmocka_unit_test(a_file_says_everything), cmocka_unit_test(every_changed_byte_is_found),
        cmocka_unit_test(a_forger_who_seals_again_is_found), cmocka_unit_test(the_first_thing_wrong_is_named),
        cmocka_unit_test(reasons_are_digested_with_salt)};
    return cmocka_run_group_tests_name("analysis/draw", tests, NULL, NULL);
}
