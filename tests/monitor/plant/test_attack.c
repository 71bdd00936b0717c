/* Attacks touch their label and nothing else, break the identities their table names and no other, and do what their
 * name says. */
#include "testing.h"
#include "monitor/plant/plant.h"

static const double tens[] = {1, 10, 100, 1000, 10000, 100000};
enum { DAYS = 12, FIRST = 9 * 1440, LENGTH = 2880 };

static usec start(void)
{
    usec ret;
    assert_ok(time_parse(S("2025-05-02T00:00:00+08:00"), &ret));
    return ret;
}

static bool same_slot(const struct plant_series *x, const struct plant_series *y, size_t c, size_t i)
{
    return x->average[c][i] == y->average[c][i] && x->minimum[c][i] == y->minimum[c][i] &&
           x->maximum[c][i] == y->maximum[c][i] && x->flag[c][i] == y->flag[c][i] &&
           (!x->converted[c] || x->converted[c][i] == y->converted[c][i]) &&
           (!x->total[c] || x->total[c][i] == y->total[c][i]);
}

/* How many slots differ inside the label; none may outside, and none of a standing plant or with a flag. */
static size_t changed(const struct plant_series *was, const struct plant_series *is, const struct attack *k)
{
    size_t n = 0;
    for (size_t i = 0; i < was->n; i++) {
        bool any = false;
        for (size_t c = 0; c < was->channels; c++)
            any |= !same_slot(was, is, c, i);
        assert_true(was->state[i] == is->state[i] && was->late[i] == is->late[i]);
        if (!any)
            continue;
        assert_true(i >= k->first && i < k->first + k->n);
        assert_int_equal(was->state[i], PLANT_RUN);
        n++;
    }
    return n;
}

struct victim {
    struct arena *a;
    struct plant *p;
    struct plant_series *honest;
    int channel;
};

/* Plants whose second channel (NOx, ammonia) runs near its limit: peaks are there to be hidden. */
static struct victim victim_of(struct arena *a, enum plant_kind kind, uint64_t seed)
{
    struct victim v = {.a = a, .p = plant_new(a, kind, seed), .channel = kind < PLANT_SEWAGE_WORKS ? 1 : 0};
    v.honest = plant_report(a, v.p, start(), 60, DAYS * 1440);
    return v;
}

static size_t peaks_of(const struct victim *v, const struct plant_series *s);

/* A boiler with peaks in the window, and not only peaks. */
static struct victim peaky(struct arena *a)
{
    static uint64_t found;
    for (uint64_t seed = found ? found : 20; seed < 90; seed++) {
        struct victim v = victim_of(a, PLANT_COAL_BOILER, seed);
        size_t n = peaks_of(&v, v.honest);
        if (n < 60 || n > LENGTH / 2)
            continue;
        found = seed;
        return v;
    }
    fail_msg("no boiler with peaks");
    abort();
}

static struct attack attack_of(const struct victim *v, enum attack_kind kind, int strength)
{
    return (struct attack){
        .kind = kind, .strength = strength, .channel = v->channel, .first = FIRST, .n = LENGTH, .seed = 77};
}

static void test_only_labelled_slots(void **state)
{
    (void)state;
    size_t done[ATTACKS] = {0}, refused = 0;
    for (int kind = 0; kind < PLANT_KINDS; kind++)
        for (uint64_t seed = 20; seed < 25; seed++) {
            AUTO_ARENA(a);
            struct victim v = victim_of(a, (enum plant_kind)kind, seed);
            for (enum attack_kind k = 0; k < ATTACKS; k++)
                for (int strength = 1; strength <= 5; strength += 2) {
                    AUTO_ARENA(b);
                    struct attack attack = attack_of(&v, k, strength);
                    struct plant_series *forged = plant_series_copy(b, v.honest),
                                        *before = plant_series_copy(b, v.honest);
                    bool made = attack_apply(forged, v.p, &attack, k == ATTACK_REVISE_DOWN ? before : NULL);
                    size_t n = changed(v.honest, forged, &attack);
                    if (!made)
                        assert_int_equal(n, 0);
                    refused += !made;
                    done[k] += made && n > 0;
                }
        }
    for (enum attack_kind k = 0; k < ATTACKS; k++) {
        if (done[k] < 3)
            print_error("%s was possible %zu times\n", attack_name(k), done[k]);
        assert_true(done[k] >= 3);
    }
    assert_true(refused > 0);
}

static void test_same_seed_same_forgery(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct victim v = peaky(a);
    for (enum attack_kind k = 0; k < ATTACKS; k++) {
        struct attack attack = attack_of(&v, k, 4);
        struct plant_series *x = plant_series_copy(a, v.honest), *y = plant_series_copy(a, v.honest);
        assert_int_equal(attack_apply(x, v.p, &attack, NULL), attack_apply(y, v.p, &attack, NULL));
        assert_int_equal(changed(x, y, &attack), 0);
    }
}

/* ---- identities ---- */

struct broken {
    size_t range, converted, total, flow;
};

static double half_step(const struct plant *p, size_t c, const struct plant_series *s, size_t i)
{
    const struct plant_channel *channel;
    plant_channels(p, &channel);
    double grain = (double)channel[c].resolution;
    if (plant_places(p, c, s->from + (usec)i * USEC_MINUTE) < channel[c].decimals && grain < 10)
        grain = 10;
    return s->average[c][i] % 10 == 0 && grain < 10 ? 5 : grain / 2; /* a coarser range shows as a zero */
}

static struct broken broken_in(const struct plant *p, const struct plant_series *s, size_t c, const struct attack *k)
{
    const struct plant_channel *channel;
    plant_channels(p, &channel);
    int o = plant_channel_find(p, "a19001"), f = plant_channel_find(p, o >= 0 ? "a00000" : "w00000"), v = plant_channel_find(p, "a01011");
    struct plant_facts facts = plant_facts(p);
    struct broken ret = {0};
    for (size_t i = k->first; i < k->first + k->n; i++) {
        if (s->flag[c][i] != 'N' || s->flag[f][i] != 'N' || s->state[i] != PLANT_RUN ||
            (o >= 0 && s->flag[o][i] != 'N'))
            continue;
        double x = (double)s->average[c][i], half = half_step(p, c, s, i) + 0.01;
        ret.range += s->average[c][i] < s->minimum[c][i] || s->average[c][i] > s->maximum[c][i];
        if (s->converted[c]) {
            double o2 = (double)s->average[o][i] / 100, reference = facts.o2_reference_permille / 10.0,
                   zs = (double)s->converted[c][i];
            double low = (x - half) * (21 - reference) / (21 - o2 + 0.0051) - half,
                   high = (x + half) * (21 - reference) / (21 - o2 - 0.0051) + half;
            ret.converted += zs < low || zs > high;
        }
        if (s->total[c]) {
            double unit = 60e-6 / tens[channel[c].decimals], flow = (double)s->average[f][i] / 100,
                   total = (double)s->total[c][i];
            double scale = tens[channel[c].total_decimals];
            ret.total += total < (x - half) * (flow - 0.0051) * unit * scale - 0.51 ||
                         total > (x + half) * (flow + 0.0051) * unit * scale + 0.51;
        }
        if (v >= 0 && s->flag[v][i] == 'N') {
            int t = plant_channel_find(p, "a01012"), h = plant_channel_find(p, "a01014"), q = plant_channel_find(p, "a01013");
            double want = (double)facts.area_mm2 / 1e6 * (double)s->average[v][i] / 100 * 273 /
                          (273 + (double)s->average[t][i] / 10) * (facts.pressure_pa + (double)s->average[q][i]) /
                          101325 * (1 - (double)s->average[h][i] / 10000);
            double got = (double)s->average[f][i] / 100;
            ret.flow +=
                s->flag[t][i] == 'N' && s->flag[h][i] == 'N' && (got < want * 0.98 - 0.5 || got > want * 1.02 + 0.5);
        }
    }
    return ret;
}

static void test_identities_are_kept_or_broken_as_the_table_says(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct victim v = peaky(a);
    struct attack whole = {.first = FIRST, .n = LENGTH};
    struct broken honest = broken_in(v.p, v.honest, (size_t)v.channel, &whole);
    assert_int_equal(honest.range + honest.converted + honest.total + honest.flow, 0);
    size_t kept = 0, lost = 0;
    for (enum attack_kind k = 0; k < ATTACKS; k++)
        for (int strength = 1; strength <= 5; strength++) {
            AUTO_ARENA(b);
            struct attack attack = attack_of(&v, k, strength);
            struct plant_series *forged = plant_series_copy(b, v.honest);
            if (!attack_apply(forged, v.p, &attack, NULL))
                continue;
            struct attack_keeps keeps = attack_keeps(k, strength);
            struct broken got = broken_in(v.p, forged, (size_t)v.channel, &attack);
            if (!!got.range == keeps.range || !!got.converted == keeps.converted || !!got.total == keeps.total ||
                !!got.flow == keeps.flow)
                print_error("%s %d: range %zu, converted %zu, total %zu, flow %zu\n", attack_name(k), strength,
                            got.range, got.converted, got.total, got.flow);
            assert_int_equal(got.range == 0, keeps.range);
            assert_int_equal(got.converted == 0, keeps.converted);
            assert_int_equal(got.total == 0, keeps.total);
            assert_int_equal(got.flow == 0, keeps.flow);
            kept += keeps.range + keeps.converted + keeps.total + keeps.flow;
            lost += 4u - (keeps.range + keeps.converted + keeps.total + keeps.flow);
        }
    assert_true(kept > 150 && lost > 12);
}

/* ---- what they do ---- */

struct forged {
    struct victim v;
    struct plant_series *s, *before;
    struct attack k;
};

static struct forged forge(struct arena *a, enum attack_kind kind, int strength)
{
    struct forged f = {.v = peaky(a)};
    f.k = attack_of(&f.v, kind, strength);
    f.s = plant_series_copy(a, f.v.honest);
    f.before = plant_series_copy(a, f.v.honest);
    assert_true(attack_apply(f.s, f.v.p, &f.k, f.before));
    return f;
}

static bool valid(const struct plant_series *s, size_t c, size_t i)
{
    return s->flag[c][i] == 'N' && s->state[i] == PLANT_RUN;
}

static size_t peaks_of(const struct victim *v, const struct plant_series *s)
{
    size_t n = 0, c = (size_t)v->channel;
    for (size_t i = FIRST; i < FIRST + LENGTH; i++)
        n += valid(s, c, i) &&
             (double)s->converted[c][i] > 0.9 * (double)plant_limit(v->p, c, s->from + (usec)i * USEC_MINUTE);
    return n;
}

static size_t distinct(const struct forged *f)
{
    size_t n = 0, c = (size_t)f->v.channel;
    int64_t last = PLANT_NONE;
    for (size_t i = f->k.first; i < f->k.first + f->k.n; i++)
        if (valid(f->v.honest, c, i)) {
            n += f->s->average[c][i] != last;
            last = f->s->average[c][i];
        }
    return n;
}

static void test_constant(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct forged f = forge(a, ATTACK_CONSTANT, 5), weak = forge(a, ATTACK_CONSTANT, 1);
    assert_int_equal(distinct(&f), 1);
    assert_true(distinct(&weak) > 1000);
}

static void test_replay(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct forged f = forge(a, ATTACK_REPLAY, 5), weak = forge(a, ATTACK_REPLAY, 2);
    size_t c = (size_t)f.v.channel, same = 0, weak_same = 0, n = 0, lag = LENGTH;
    for (size_t i = FIRST; i < FIRST + LENGTH; i++)
        if (valid(f.v.honest, c, i) && valid(f.v.honest, c, i - lag)) {
            n++;
            same += f.s->average[c][i] == f.v.honest->average[c][i - lag];
            weak_same += weak.s->average[c][i] == f.v.honest->average[c][i - lag];
        }
    assert_true(n > 2000);
    assert_int_equal(same, n);
    assert_true(weak_same < n / 10);
}

static void test_affine_replay_is_a_line(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct forged f = forge(a, ATTACK_REPLAY_AFFINE, 5);
    size_t c = (size_t)f.v.channel;
    double n = 0, sx = 0, sy = 0, xx = 0, yy = 0, xy = 0, equal = 0;
    for (size_t i = FIRST; i < FIRST + LENGTH; i++)
        if (valid(f.v.honest, c, i) && valid(f.v.honest, c, i - LENGTH)) {
            double x = (double)f.v.honest->average[c][i - LENGTH], y = (double)f.s->average[c][i];
            n++;
            sx += x;
            sy += y;
            xx += x * x;
            yy += y * y;
            xy += x * y;
            equal += x == y;
        }
    double r2 = (n * xy - sx * sy) * (n * xy - sx * sy) / ((n * xx - sx * sx) * (n * yy - sy * sy));
    assert_true(r2 > 0.999 && equal < n / 10); /* rounded to the printed step */
}

static void test_peaks_disappear(void **state)
{
    (void)state;
    static const enum attack_kind kinds[] = {ATTACK_HOLD_PEAKS, ATTACK_MARK_PEAKS, ATTACK_GAP_PEAKS,
                                             ATTACK_REVISE_DOWN};
    for (size_t i = 0; i < 4; i++) {
        AUTO_ARENA(a);
        struct forged f = forge(a, kinds[i], 5), weak = forge(a, kinds[i], 1);
        size_t honest = peaks_of(&f.v, f.v.honest), left = peaks_of(&f.v, f.s), weakly = peaks_of(&weak.v, weak.s);
        if (left != 0 || weakly <= left || weakly >= honest)
            print_error("%s: %zu, full %zu, weak %zu\n", attack_name(kinds[i]), honest, left, weakly);
        assert_true(honest > 20);
        assert_int_equal(left, 0);
        assert_true(weakly > 0 && weakly < honest);
    }
}

static void test_scaled_peaks_are_lower(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct forged f = forge(a, ATTACK_SCALE_NEAR_LIMIT, 5);
    assert_int_equal(peaks_of(&f.v, f.s), 0);
}

static void test_revision_keeps_what_was_sent_first(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct forged f = forge(a, ATTACK_REVISE_DOWN, 5);
    size_t c = (size_t)f.v.channel, lower = 0;
    for (size_t i = 0; i < f.s->n; i++) {
        assert_true(same_slot(f.before, f.v.honest, c, i));
        lower += f.s->average[c][i] < f.before->average[c][i];
        assert_true(f.s->flag[c][i] == 0 || f.s->average[c][i] <= f.before->average[c][i]);
    }
    assert_true(lower > 20);
}

static void test_oxygen_moves_every_converted_value(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct forged f = forge(a, ATTACK_OXYGEN_DROP, 5);
    size_t o = (size_t)plant_channel_find(f.v.p, "a19001"), n = 0;
    for (size_t i = FIRST; i < FIRST + LENGTH; i++)
        if (valid(f.v.honest, o, i)) {
            assert_int_equal(f.v.honest->average[o][i] - f.s->average[o][i], 250);
            for (size_t c = 0; c < 3; c++)
                n += f.s->converted[c][i] < f.v.honest->converted[c][i];
        }
    assert_true(n > 3000);
}

static void test_no_flow_no_mass(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct forged f = forge(a, ATTACK_ZERO_FLOW, 5), water;
    size_t q = (size_t)plant_channel_find(f.v.p, "a00000");
    for (size_t i = FIRST; i < FIRST + LENGTH; i++)
        if (valid(f.v.honest, q, i)) {
            assert_int_equal(f.s->average[q][i], 0);
            assert_int_equal(f.s->total[q][i], 0);
            assert_true(f.s->total[0][i] == 0 || f.s->total[0][i] == PLANT_NONE);
        }
    water.v = victim_of(a, PLANT_SEWAGE_WORKS, 2);
    water.k = attack_of(&water.v, ATTACK_ZERO_FLOW, 3);
    water.s = plant_series_copy(a, water.v.honest);
    assert_true(attack_apply(water.s, water.v.p, &water.k, NULL));
    size_t w = (size_t)plant_channel_find(water.v.p, "w00000");
    for (size_t i = FIRST; i < FIRST + LENGTH; i++)
        if (valid(water.v.honest, w, i))
            assert_true(water.s->average[w][i] <= water.v.honest->average[w][i] * 41 / 100 + 1);
}

/* Analysers with a cycle are forged result by result: no value changes between results. */
static void test_water_is_forged_result_by_result(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct victim v = victim_of(a, PLANT_SEWAGE_WORKS, 1);
    for (enum attack_kind k = ATTACK_CONSTANT; k <= ATTACK_BOUNDED_RANDOM; k++) {
        struct attack attack = attack_of(&v, k, 4);
        struct plant_series *s = plant_series_copy(a, v.honest);
        assert_true(attack_apply(s, v.p, &attack, NULL));
        for (size_t i = FIRST + 1; i < FIRST + LENGTH; i++)
            if (valid(v.honest, 0, i) && valid(v.honest, 0, i - 1) &&
                v.honest->average[0][i] == v.honest->average[0][i - 1])
                assert_int_equal(s->average[0][i], s->average[0][i - 1]);
    }
}

/* Hours made of forged minutes differ in the hours of the label only. */
static void test_hours_follow(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct forged f = forge(a, ATTACK_BOUNDED_RANDOM, 5);
    struct plant_series *was = plant_aggregate(a, f.v.p, f.v.honest, 3600), *is = plant_aggregate(a, f.v.p, f.s, 3600);
    struct attack hours = {.first = FIRST / 60, .n = LENGTH / 60};
    assert_true(changed(was, is, &hours) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_labelled_slots),
        cmocka_unit_test(test_same_seed_same_forgery),
        cmocka_unit_test(test_identities_are_kept_or_broken_as_the_table_says),
        cmocka_unit_test(test_constant),
        cmocka_unit_test(test_replay),
        cmocka_unit_test(test_affine_replay_is_a_line),
        cmocka_unit_test(test_peaks_disappear),
        cmocka_unit_test(test_scaled_peaks_are_lower),
        cmocka_unit_test(test_revision_keeps_what_was_sent_first),
        cmocka_unit_test(test_oxygen_moves_every_converted_value),
        cmocka_unit_test(test_no_flow_no_mass),
        cmocka_unit_test(test_water_is_forged_result_by_result),
        cmocka_unit_test(test_hours_follow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
