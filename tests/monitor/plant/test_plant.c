/* Reports are deterministic, agree wherever they overlap, and hold the identities a logger keeps. */
#include "testing.h"
#include "monitor/plant/plant.h"

static const double tens[] = {1, 10, 100, 1000, 10000, 100000};

static usec at(const char *text)
{
    usec ret;
    assert_ok(time_parse(str_of(text), &ret));
    return ret;
}

static uint64_t digest(uint64_t h, const void *bytes, size_t n)
{
    for (const uint8_t *p = bytes; n--; p++)
        h = (h ^ *p) * UINT64_C(0x100000001b3);
    return h;
}

static uint64_t series_digest(const struct plant_series *s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t c = 0; c < s->channels; c++) {
        h = digest(h, s->average[c], s->n * sizeof(int64_t));
        h = digest(h, s->minimum[c], s->n * sizeof(int64_t));
        h = digest(h, s->maximum[c], s->n * sizeof(int64_t));
        h = digest(h, s->flag[c], s->n);
        if (s->converted[c])
            h = digest(h, s->converted[c], s->n * sizeof(int64_t));
        if (s->total[c])
            h = digest(h, s->total[c], s->n * sizeof(int64_t));
    }
    return digest(h, s->state, s->n);
}

/* The same bytes from every compiler and machine (little-endian): a change of the generator must change these on
 * purpose. */
static void test_same_bytes_everywhere(void **state)
{
    (void)state;
    static const uint64_t want[PLANT_KINDS] = {UINT64_C(0xf7f267ff4ea8a7fe), UINT64_C(0xcdb562874ef4be95),
                                               UINT64_C(0x521a8e3d2223dbf5), UINT64_C(0x37a831f382788c34),
                                               UINT64_C(0xfff0e34df3de7246)};
    for (int k = 0; k < PLANT_KINDS; k++) {
        AUTO_ARENA(a);
        const struct plant *p = plant_new(a, (enum plant_kind)k, 7);
        uint64_t got = series_digest(plant_report(a, p, at("2025-05-11T00:00:00+08:00"), 60, 7 * 1440));
        if (got != want[k])
            print_error("%s: 0x%016llx\n", plant_kind_name((enum plant_kind)k), (unsigned long long)got);
        assert_true(got == want[k]);
    }
}

static void same_slots(const struct plant_series *x, size_t from, const struct plant_series *y)
{
    for (size_t c = 0; c < y->channels; c++) {
        assert_memory_equal(x->average[c] + from, y->average[c], y->n * sizeof(int64_t));
        assert_memory_equal(x->minimum[c] + from, y->minimum[c], y->n * sizeof(int64_t));
        assert_memory_equal(x->maximum[c] + from, y->maximum[c], y->n * sizeof(int64_t));
        assert_memory_equal(x->flag[c] + from, y->flag[c], y->n);
        if (y->converted[c])
            assert_memory_equal(x->converted[c] + from, y->converted[c], y->n * sizeof(int64_t));
        if (y->total[c])
            assert_memory_equal(x->total[c] + from, y->total[c], y->n * sizeof(int64_t));
    }
    assert_memory_equal(x->state + from, y->state, y->n);
    assert_memory_equal(x->late + from, y->late, y->n);
}

static void test_overlapping_reports_agree(void **state)
{
    (void)state;
    uint64_t random = 5;
    usec from = at("2025-12-28T00:00:00+08:00"); /* over a New Year */
    for (int k = 0; k < PLANT_KINDS; k++)
        for (uint64_t seed = 0; seed < 4; seed++) {
            AUTO_ARENA(a);
            const struct plant *p = plant_new(a, (enum plant_kind)k, seed);
            struct plant_series *whole = plant_report(a, p, from, 60, 12 * 1440);
            for (int i = 0; i < 12; i++) {
                size_t first = test_random(&random) % (11 * 1440), n = 1 + test_random(&random) % 1000;
                same_slots(whole, first, plant_report(a, p, from + (usec)first * USEC_MINUTE, 60, n));
            }
        }
}

static void test_hours_are_what_the_minutes_make(void **state)
{
    (void)state;
    usec from = at("2025-07-03T00:00:00+08:00");
    for (int k = 0; k < PLANT_KINDS; k++)
        for (uint64_t seed = 0; seed < 4; seed++) {
            AUTO_ARENA(a);
            const struct plant *p = plant_new(a, (enum plant_kind)k, seed);
            struct plant_series *minutes = plant_report(a, p, from, 60, 10 * 1440),
                                *hours = plant_report(a, p, from, 3600, 240);
            same_slots(plant_aggregate(a, p, minutes, 3600), 0, hours);
            struct plant_series *days = plant_aggregate(a, p, hours, 86400);
            assert_int_equal(days->n, 10);
            for (size_t c = 0; c < days->channels; c++)
                for (size_t d = 0; d < days->n && days->total[c]; d++) {
                    int64_t sum = 0, n = 0;
                    for (size_t i = d * 24; i < d * 24 + 24; i++)
                        if (hours->total[c][i] != PLANT_NONE) {
                            sum += hours->total[c][i];
                            n++;
                        }
                    assert_true(n == 0 ? days->total[c][d] == PLANT_NONE : days->total[c][d] == sum);
                }
        }
}

static void range_holds(const struct plant_series *s)
{
    for (size_t c = 0; c < s->channels; c++)
        for (size_t i = 0; i < s->n; i++) {
            if (s->flag[c][i] == 0) {
                assert_true(s->average[c][i] == PLANT_NONE);
                continue;
            }
            assert_true(s->minimum[c][i] <= s->average[c][i] && s->average[c][i] <= s->maximum[c][i]);
        }
}

/* As intervals: what was printed is somewhere in half a step around it. Returns how many minutes were compared. */
static size_t conversion_holds(const struct plant *p, const struct plant_series *s, size_t c, int o)
{
    const struct plant_channel *channel;
    plant_channels(p, &channel);
    size_t n = 0;
    double reference = plant_facts(p).o2_reference_permille / 10.0;
    for (size_t i = 0; i < s->n; i++) {
        if (s->flag[c][i] != 'N' || s->flag[o][i] != 'N' || s->state[i] != PLANT_RUN)
            continue;
        double half = (s->average[c][i] % 10    ? 0.5
                       : s->average[c][i] % 100 ? 5
                                                : 50),
               x = (double)s->average[c][i], o2 = (double)s->average[o][i] / 100;
        double zs = (double)s->converted[c][i], low = (x - half) * (21 - reference) / (21 - o2 + 0.0051),
               high = (x + half) * (21 - reference) / (21 - o2 - 0.0051);
        if (x <= (double)channel[c].floor)
            continue;
        double slack = plant_places(p, c, s->from + (usec)i * USEC_MINUTE) < channel[c].decimals ? 5.01 : 0.501;
        if (zs < low - slack || zs > high + slack)
            print_error("%zu: C %g O2 %g Zs %g outside [%g, %g]\n", i, x, o2, zs, low, high);
        assert_true(zs >= low - slack && zs <= high + slack);
        n++;
    }
    return n;
}

static size_t mass_holds(const struct plant *p, const struct plant_series *s, size_t c, size_t f, double unit)
{
    const struct plant_channel *channel;
    plant_channels(p, &channel);
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (s->flag[c][i] != 'N' || s->flag[f][i] != 'N')
            continue;
        double half = s->average[c][i] % 10    ? 0.5
                      : s->average[c][i] % 100 ? 5
                                               : 50,
               x = (double)s->average[c][i] / tens[channel[c].decimals];
        half /= tens[channel[c].decimals];
        double flow = (double)s->average[f][i] / 100, total = (double)s->total[c][i] / tens[channel[c].total_decimals];
        double slack = 0.51 / tens[channel[c].total_decimals];
        assert_true(total >= (x - half) * (flow - 0.0051) * unit - slack &&
                    total <= (x + half) * (flow + 0.0051) * unit + slack);
        n++;
    }
    return n;
}

static void test_identities(void **state)
{
    (void)state;
    size_t conversions = 0, masses = 0;
    for (int k = 0; k < PLANT_KINDS; k++)
        for (uint64_t seed = 0; seed < 5; seed++) {
            AUTO_ARENA(a);
            const struct plant *p = plant_new(a, (enum plant_kind)k, seed);
            const struct plant_channel *channel;
            size_t channels = plant_channels(p, &channel);
            struct plant_series *s = plant_report(a, p, at("2025-06-01T00:00:00+08:00"), 60, 20 * 1440);
            range_holds(s);
            range_holds(plant_aggregate(a, p, s, 3600));
            int o2 = plant_channel_find(p, "a19001"), flow = plant_channel_find(p, k < PLANT_SEWAGE_WORKS ? "a00000" : "w00000");
            for (size_t c = 0; c < channels; c++) {
                if (channel[c].converted)
                    conversions += conversion_holds(p, s, c, o2);
                if (channel[c].total_decimals >= 0 && (int)c != flow)
                    masses += mass_holds(p, s, c, (size_t)flow, 60e-6);
            }
        }
    assert_true(conversions > 500000 && masses > 1000000);
}

/* Dry flow at standard conditions from velocity, area, temperature, pressure and humidity. */
static void test_flow_follows_from_velocity(void **state)
{
    (void)state;
    size_t n = 0;
    for (int k = 0; k <= PLANT_CEMENT_KILN; k++) {
        AUTO_ARENA(a);
        const struct plant *p = plant_new(a, (enum plant_kind)k, 3);
        struct plant_facts facts = plant_facts(p);
        struct plant_series *s = plant_report(a, p, at("2025-09-01T00:00:00+08:00"), 60, 5 * 1440);
        int v = plant_channel_find(p, "a01011"), t = plant_channel_find(p, "a01012"), h = plant_channel_find(p, "a01014"),
            q = plant_channel_find(p, "a01013"), f = plant_channel_find(p, "a00000");
        for (size_t i = 0; i < s->n; i++) {
            if (s->flag[v][i] != 'N' || s->flag[t][i] != 'N' || s->flag[h][i] != 'N' || s->flag[q][i] != 'N' ||
                s->state[i] != PLANT_RUN)
                continue;
            double flow = (double)facts.area_mm2 / 1e6 * (double)s->average[v][i] / 100 * 273 /
                          (273 + (double)s->average[t][i] / 10) * (facts.pressure_pa + (double)s->average[q][i]) /
                          101325 * (1 - (double)s->average[h][i] / 10000);
            double got = (double)s->average[f][i] / 100;
            assert_true(got > flow * 0.997 && got < flow * 1.003);
            n++;
        }
    }
    assert_true(n > 5000);
}

/* Behind a wet scrubber the gas is saturated: Magnus at the printed temperature. */
static void test_wet_gas_is_saturated(void **state)
{
    (void)state;
    size_t plants = 0;
    for (uint64_t seed = 0; seed < 12; seed++) {
        AUTO_ARENA(a);
        const struct plant *p = plant_new(a, PLANT_COAL_BOILER, seed);
        struct plant_series *s = plant_report(a, p, at("2025-10-20T00:00:00+08:00"), 3600, 240);
        int t = plant_channel_find(p, "a01012"), h = plant_channel_find(p, "a01014");
        double worst = 0;
        for (size_t i = 0; i < s->n; i++) {
            double celsius = (double)s->average[t][i] / 10, humidity = (double)s->average[h][i] / 100;
            if (s->state[i] != PLANT_RUN || s->flag[h][i] != 'N' || s->flag[t][i] != 'N' || celsius > 62)
                continue;
            double share =
                100000 * 0.61094 * __builtin_exp(17.625 * celsius / (celsius + 243.04)) / plant_facts(p).pressure_pa;
            double off = humidity - share;
            worst = off > worst ? off : -off > worst ? -off : worst;
            plants |= 1u << seed;
        }
        assert_true(worst < 2);
    }
    assert_true(__builtin_popcountll(plants) >= 6); /* some have reheaters, some stand */
}

static void test_oddities_occur(void **state)
{
    (void)state;
    size_t flags[256] = {0}, states[5] = {0}, late = 0, lost = 0, held = 0, marks = 0, boots = 0, changed_limits = 0,
           fewer_places = 0;
    usec from = at("2025-01-01T00:00:00+08:00");
    for (int k = 0; k < PLANT_KINDS; k++)
        for (uint64_t seed = 0; seed < 3; seed++) {
            AUTO_ARENA(a);
            const struct plant *p = plant_new(a, (enum plant_kind)k, seed);
            struct plant_series *s = plant_report(a, p, from, 60, 200 * 1440);
            for (size_t i = 0; i < s->n; i++) {
                flags[(uint8_t)s->flag[0][i]]++;
                states[s->state[i]]++;
                late += s->late[i];
                lost += s->flag[5][i] == 0;
                held += i && s->flag[0][i] == 'N' && s->average[0][i] == s->average[0][i - 1] &&
                        s->minimum[0][i] == s->maximum[0][i];
            }
            const struct plant_mark *m;
            const struct plant_event *e;
            size_t n = plant_marks(a, p, from, from + 200 * USEC_DAY, &m);
            marks += n;
            for (size_t i = 1; i < n; i++)
                assert_true(m[i].from >= m[i - 1].from && m[i].entered > m[i].to);
            n = plant_events(a, p, from, from + 200 * USEC_DAY, &e);
            for (size_t i = 0; i < n; i++)
                boots += e[i].kind == PLANT_EVENT_BOOT;
            changed_limits += plant_limit(p, 0, from) != plant_limit(p, 0, at("2030-01-01T00:00:00+08:00"));
            const struct plant_channel *c;
            plant_channels(p, &c);
            fewer_places += plant_places(p, 0, from) < c[0].decimals;
        }
    assert_true(flags['N'] && flags['F'] && flags['M'] && flags['C']);
    for (int i = 0; i < 5; i++)
        assert_true(states[i] > 0);
    assert_true(late && lost && held && marks && boots && changed_limits && fewer_places);
}

/* Marks of start, shut and fault stay inside the yearly budgets honest furnaces keep: 60 h and 700 h. */
static void test_budgets(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        AUTO_ARENA(a);
        const struct plant *p = plant_new(a, PLANT_INCINERATOR, seed);
        const struct plant_mark *m;
        size_t n = plant_marks(a, p, at("2025-01-01T00:00:00+08:00"), at("2026-01-01T00:00:00+08:00"), &m);
        usec moving = 0, warm = 0;
        for (size_t i = 0; i < n; i++) {
            usec length = m[i].to - m[i].from;
            moving += m[i].kind == PLANT_MARK_START || m[i].kind == PLANT_MARK_SHUT || m[i].kind == PLANT_MARK_FAULT
                          ? length
                          : 0;
            warm += m[i].kind == PLANT_MARK_BAKE || m[i].kind == PLANT_MARK_COOLING ? length : 0;
            if (m[i].kind == PLANT_MARK_FAULT)
                assert_true(length <= 4 * USEC_HOUR);
        }
        assert_true(moving > 0 && moving <= 60 * USEC_HOUR && warm <= 700 * USEC_HOUR);
    }
}

static void test_numbers(void **state)
{
    (void)state;
    struct plant_random r = plant_random_of(1, 2), again = plant_random_of(1, 2), other = plant_random_of(1, 3);
    double sum = 0, squares = 0;
    size_t differ = 0;
    for (int i = 0; i < 200000; i++) {
        double x = plant_random_normal(&r);
        sum += x;
        squares += x * x;
    }
    for (int i = 0; i < 100; i++)
        differ += plant_random_next(&again) != plant_random_next(&other);
    assert_true(sum / 200000 > -0.01 && sum / 200000 < 0.01 && squares / 200000 > 0.99 && squares / 200000 < 1.01);
    assert_int_equal(differ, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes_everywhere),
        cmocka_unit_test(test_overlapping_reports_agree),
        cmocka_unit_test(test_hours_are_what_the_minutes_make),
        cmocka_unit_test(test_identities),
        cmocka_unit_test(test_flow_follows_from_velocity),
        cmocka_unit_test(test_wet_gas_is_saturated),
        cmocka_unit_test(test_oddities_occur),
        cmocka_unit_test(test_budgets),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
