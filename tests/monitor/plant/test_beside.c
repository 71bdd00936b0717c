/* What stands beside a plant's readings: the same whenever it is asked for, and tied to them as matter is: no more sulphur leaves than came, no more is
 * bound than there were moles, most hours are there and some are not. */
#include "testing.h"
#include "monitor/plant/beside.h"

#include <math.h>
#include <string.h>

enum { HOURS = 40 * 24 };

static usec spring(void)
{
    return day_start(day_from_civil(2023, 4, 1));
}

static double value(const struct plant_extra *e, size_t i)
{
    return e && e->value[i] != PLANT_NONE ? (double)e->value[i] * pow(10, -e->decimals) : (double)NAN;
}

static void test_spans_agree(void **state)
{
    (void)state;
    for (int kind = 0; kind < PLANT_KINDS; kind++) {
        AUTO_ARENA(a);
        const struct plant *p = plant_new(a, (enum plant_kind)kind, 7);
        const struct plant_beside *whole = plant_beside(a, p, spring(), 240), *part = plant_beside(a, p, spring() + 100 * USEC_HOUR, 80);
        assert_int_equal(whole->extras, part->extras);
        assert_true(whole->extras >= 4);
        for (size_t k = 0; k < whole->extras; k++) {
            /* a grab of the crane and a full sump carry over from before a report begins */
            bool carries = strcmp(whole->extra[k].factor, "waste") == 0 || strncmp(whole->extra[k].factor, "g110", 4) == 0 ||
                           strcmp(whole->extra[k].factor, "reagent_limestone") == 0;
            for (size_t i = 0; i < 80 && !carries; i++)
                assert_int_equal(whole->extra[k].value[100 + i], part->extra[k].value[i]);
        }
    }
}

static void test_meters_fail_and_mostly_work(void **state)
{
    (void)state;
    size_t all = 0, missing = 0;
    for (int kind = 0; kind < PLANT_KINDS; kind++) {
        AUTO_ARENA(a);
        const struct plant_beside *b = plant_beside(a, plant_new(a, (enum plant_kind)kind, 8), spring(), HOURS);
        for (size_t k = 0; k < b->extras; k++)
            for (size_t i = 0; i < HOURS; i++) {
                all++;
                missing += b->extra[k].value[i] == PLANT_NONE;
                assert_true(b->extra[k].value[i] == PLANT_NONE || b->extra[k].value[i] > -10);
            }
    }
    assert_true(missing * 200 > all && missing * 12 < all);
}

/* Day by day, over coal boilers: sulphur in the fuel against sulphur out, moles of limestone and ammonia against what was bound. */
static void test_matter_balances(void **state)
{
    (void)state;
    int looked = 0;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        AUTO_ARENA(a);
        const struct plant *p = plant_new(a, PLANT_COAL_BOILER, seed);
        const struct plant_series *s = plant_report(a, p, spring(), 3600, HOURS);
        const struct plant_beside *b = plant_beside(a, p, spring(), HOURS);
        const struct plant_extra *fuel = plant_extra_find(b, "fuel"), *share = plant_extra_find(b, "fuel_sulphur"), *ammonia = plant_extra_find(b, "reagent_ammonia"),
                                 *in = plant_extra_find(b, "g12001");
        const struct plant_channel *c;
        size_t n = plant_channels(p, &c), so2 = 0, nox = 1, flow = n;
        for (size_t k = 0; k < n; k++)
            flow = strcmp(c[k].factor, "a00000") == 0 ? k : flow;
        assert_true(flow < n && strcmp(c[so2].factor, "a21026") == 0 && strcmp(c[nox].factor, "a21002") == 0);
        for (size_t d = 0; d < HOURS / 24; d++) {
            double sulphur = 0, out = 0, given = 0, bound = 0;
            size_t used = 0;
            for (size_t i = d * 24; i < d * 24 + 24; i++) {
                double f = value(fuel, i) * value(share, i) / 100 * 2000, g = value(ammonia, i) / 17.03;
                if (isnan(f) || isnan(g) || isnan(value(in, i)) || s->flag[so2][i] != 'N' || s->flag[nox][i] != 'N' || s->average[flow][i] == PLANT_NONE)
                    continue;
                double m3 = (double)s->average[flow][i] * pow(10, -c[flow].decimals) * 3600;
                sulphur += f;
                out += (double)s->average[so2][i] * pow(10, -c[so2].decimals) * m3 * 1e-6;
                given += g;
                bound += (value(in, i) - (double)s->average[nox][i] * pow(10, -c[nox].decimals)) * m3 * 1e-6 / 46.01;
                used++;
            }
            if (used < 18 || bound <= 0)
                continue;
            looked++;
            assert_true(out < 0.5 * sulphur);
            assert_true(given / bound > 0.9 && given / bound < 1.3);
        }
    }
    assert_true(looked > 60);
}

static void test_live_values_lie_around_their_minute(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct plant *p = plant_new(a, PLANT_COAL_BOILER, 3);
    const struct plant_series *s = plant_report(a, p, spring(), 60, 1440);
    int64_t live[3 * 600];
    double off = 0;
    size_t n = 0;
    plant_live(p, s, 1, 300, 600, 3, live);
    for (size_t i = 0; i < 600; i++) {
        for (int k = 0; k < 3; k++) {
            int64_t x = live[3 * i + (size_t)k];
            assert_true((x == PLANT_NONE) == (s->average[1][300 + i] == PLANT_NONE));
            assert_true(x == PLANT_NONE || (x >= s->minimum[1][300 + i] && x <= s->maximum[1][300 + i]));
            if (x != PLANT_NONE)
                off += (double)(x - s->average[1][300 + i]), n++;
        }
    }
    assert_true(n > 1500 && fabs(off / (double)n) < 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_spans_agree), cmocka_unit_test(test_meters_fail_and_mostly_work), cmocka_unit_test(test_matter_balances),
                                       cmocka_unit_test(test_live_values_lie_around_their_minute)};
    return cmocka_run_group_tests_name("monitor/plant/beside", tests, NULL, NULL);
}
