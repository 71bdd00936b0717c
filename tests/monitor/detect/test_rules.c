/* Families B, C, D: identities hold within rounding, departures are found; gaps, marks and revisions that know the level. */
#include "scene.h"

enum { AT = 1500 };

/* Zs at a reference of 6 % from what was printed, rounded to two places. */
static size_t add_converted(struct scene *s)
{
    size_t k = s->t.columns_n;
    scene_add(s, "a21002", COLUMN_CONVERTED);
    for (size_t i = 0; i < s->t.n; i++)
        s->value[k][i] = llround((double)s->value[NOX][i] * 15 / (21 - (double)s->value[O2][i] / 100));
    return k;
}

static void test_conversion(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 31);
    size_t zs = add_converted(&s);
    scene_run(&s, NULL);
    assert_int_equal(s.findings.n, 0); /* rounding is no contradiction */
    for (size_t i = AT; i < AT + 12; i++)
        s.value[zs][i] = s.value[zs][i] * 7 / 10;
    scene_run(&s, NULL);
    const struct hit *h = scene_hit(&s, "B1", zs, AT, 12);
    assert_non_null(h);
    assert_true(h->hard);
    assert_int_equal(scene_clues(&s), 1);
    scene_end(&s);
}

/* 2: a flow meter over its range half the time. What it could not read is marked and in no mean, but in the total. */
static void test_mass(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct scene s;
        bool forged = kind == 1;
        scene_make(&s, 32);
        size_t k = s.t.columns_n;
        scene_add(&s, "a21002", COLUMN_TOTAL);
        for (size_t i = 0; i < s.t.n; i++)
            s.value[k][i] = llround((double)s.value[NOX][i] * (double)s.value[FLOW][i] * 3600e-6 / 100);
        for (size_t i = AT; forged && i < AT + 10; i++)
            s.value[k][i] /= 2;
        for (size_t i = AT; kind == 2 && i < AT + 20; i += 2) {
            s.value[k][i] *= 2;
            s.flag[FLOW][i + 1] = 'T';
        }
        scene_run(&s, NULL);
        assert_int_equal(scene_hit(&s, "B3", k, AT, 10) != NULL, forged);
        assert_int_equal(scene_clues(&s), forged);
        scene_end(&s);
    }
}

enum { CO = SCENE_FACTORS, CO_TOTAL, CO_CONVERTED };

/*
 * Hours of a furnace with carbon monoxide near its floor and spikes, in bouts of a day, made of minutes as a logger makes them: the mean is of
 * minutes that came and were not over range, the converted mean of theirs; the total is of all that came. ranges: with minimum and maximum.
 */
static void add_spiky(struct scene *s, bool ranges)
{
    enum { SPAN = 300, FLOOR = 1 };
    const size_t at[] = {CO, O2, FLOW};
    scene_add(s, "a21005", COLUMN_VALUE);
    scene_add(s, "a21005", COLUMN_TOTAL);
    scene_add(s, "a21005", COLUMN_CONVERTED);
    double spike = 0;
    for (size_t i = 0; i < s->t.n; i++) {
        bool bout = (i / 24) % 12 == 5;
        double sum[3] = {0}, low[3] = {1e9, 1e9, 1e9}, high[3] = {0}, converted = 0, total = 0, o2 = (double)s->value[O2][i] / 100,
               flow = (double)s->value[FLOW][i] / 100;
        int n = 0, lost = scene_unit(s) < 0.1 ? (int)(12 * scene_unit(s)) : 0;
        for (int m = 0; m < 60; m++) {
            spike = 0.6 * spike + (scene_unit(s) < (bout ? 0.05 : 0.004) ? (bout ? 700 : 60) * scene_unit(s) : 0);
            double x[] = {fmax(FLOOR, 1.2 * scene_unit(s) + spike), fmax(1, o2 - fmin(3, spike / 60) + 0.4 * scene_normal(s)), flow * (1 + 0.03 * scene_normal(s))};
            if (m < lost)
                continue;
            total += x[0] * x[2] * 60e-6;
            if (x[0] > SPAN)
                continue;
            converted += x[0] * 10 / (21 - x[1]);
            n++;
            for (int k = 0; k < 3; k++) {
                sum[k] += x[k];
                low[k] = fmin(low[k], x[k]);
                high[k] = fmax(high[k], x[k]);
            }
        }
        for (int k = 0; k < 3; k++) {
            s->value[at[k]][i] = llround(100 * sum[k] / n);
            s->low[at[k]][i] = llround(100 * low[k]);
            s->high[at[k]][i] = llround(100 * high[k]);
            if (ranges) {
                s->column[at[k]].low = s->low[at[k]];
                s->column[at[k]].high = s->high[at[k]];
            }
        }
        s->flag[CO][i] = s->flag[CO_TOTAL][i] = s->flag[CO_CONVERTED][i] = n >= 45 ? 'N' : 'T';
        s->value[CO_CONVERTED][i] = llround(100 * converted / n);
        s->column[CO_TOTAL].decimals = 4;
        s->value[CO_TOTAL][i] = llround(1e4 * total);
    }
}

/* No hour of it is accused, by its minutes left out, its spikes or its restless oxygen; the twin, whose totals or converted values are of another
 * factor for a day, is, with the ranges of the hours or without. */
static void test_spiky_near_floor(void **state)
{
    (void)state;
    for (int kind = 0; kind < 6; kind++) {
        static const size_t of[] = {0, CO_TOTAL, CO_CONVERTED};
        static const char *const id[] = {"", "B3", "B1"};
        struct scene s;
        int forged = kind / 2;
        scene_make(&s, 38 + (uint64_t)kind % 2);
        add_spiky(&s, kind % 2 == 1);
        for (size_t i = AT; forged && i < AT + 24; i++)
            s.value[of[forged]][i] /= 2;
        scene_run(&s, NULL);
        for (size_t i = 0; i < s.hits.n; i++)
            for (int k = 1; k < 3; k++)
                if (strcmp(s.hits.p[i].detector->id, id[k]) == 0 && k != forged)
                    fail_msg("%d: %s %.*s", kind, id[k], STR_ARG(s.hits.p[i].sentence));
        const struct hit *h = forged ? scene_hit(&s, id[forged], of[forged], AT, 24) : NULL;
        assert_int_equal(h && h->hard, forged > 0);
        assert_int_equal(scene_clues(&s), forged > 0);
        scene_end(&s);
    }
}

static bool hard_together(const struct scene *s)
{
    for (size_t i = 0; i < s->hits.n; i++)
        if (strcmp(s->hits.p[i].detector->id, "B5") == 0 && s->hits.p[i].hard)
            return true;
    return false;
}

static void test_copied_channel(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 33);
    for (size_t i = AT; i < AT + 48; i++)
        s.value[SO2][i] = llround(0.4 * (double)s.value[TEMPERATURE][i]) - 1200;
    scene_run(&s, NULL);
    assert_true(hard_together(&s));
    assert_true(scene_clues(&s) >= 1);
    scene_end(&s);
}

/* A copy with a little noise is no line, but close as these two never are; its twin goes so all the time. */
static void test_noisy_copied_channel(void **state)
{
    (void)state;
    for (int twin = 0; twin < 2; twin++) {
        struct scene s;
        scene_make(&s, 37);
        for (size_t i = twin ? 0 : AT; i < (twin ? s.t.n : AT + 72); i++)
            s.value[SO2][i] = llround(0.4 * (double)s.value[TEMPERATURE][i]) - 1200 + (int64_t)(7 * scene_unit(&s)) - 3;
        scene_run(&s, "B5");
        assert_true(s.hits.n > 0);
        assert_int_equal(hard_together(&s), !twin);
        scene_end(&s);
    }
}

/* NO and NOx of one analyser are one signal by nature. */
static void test_kin_may_move_together(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 34);
    size_t k = s.t.columns_n;
    scene_add(&s, "a21003", COLUMN_VALUE);
    for (size_t i = 0; i < s.t.n; i++)
        s.value[k][i] = llround(0.62 * (double)s.value[NOX][i]);
    scene_run(&s, NULL);
    assert_int_equal(s.findings.n, 0);
    scene_end(&s);
}

static void test_no_flow_while_running(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 35);
    for (size_t i = AT; i < AT + 24; i++)
        s.value[FLOW][i] = 0;
    scene_run(&s, NULL);
    assert_non_null(scene_hit(&s, "B4", FLOW, AT, 24));
    assert_non_null(scene_clue(&s, FLOW, AT, 24));
    scene_end(&s);
}

/* Zero for more than a tenth of all hours: a stretch of weeks speaks; a meter that also sticks for an hour every day says nothing new. */
static void test_no_flow_for_weeks(void **state)
{
    (void)state;
    for (int sticks = 0; sticks < 2; sticks++) {
        struct scene s;
        scene_make(&s, 38);
        size_t weeks = s.t.n / 8;
        for (size_t i = AT; i < AT + weeks; i++)
            s.value[FLOW][i] = 0;
        for (size_t i = 7; sticks && i < s.t.n; i += 24)
            s.value[FLOW][i] = 0;
        scene_run(&s, "B4");
        const struct hit *h = scene_hit(&s, "B4", FLOW, AT, weeks);
        assert_int_equal(h != NULL, !sticks);
        assert_true(!h || h->hard);
        scene_end(&s);
    }
}

/* A meter that is connected after some weeks, or never, is no contradiction. */
static void test_no_meter_yet(void **state)
{
    (void)state;
    for (int never = 0; never < 2; never++) {
        struct scene s;
        scene_make(&s, 40);
        for (size_t i = 0; i < (never ? s.t.n : 600); i++)
            s.value[FLOW][i] = 0;
        scene_run(&s, NULL);
        const struct hit *h = scene_hit(&s, "B4", FLOW, 0, 600);
        assert_true(never ? !h : h && !h->hard);
        assert_int_equal(scene_clues(&s), 0);
        scene_end(&s);
    }
}

/* Oxygen and stack somewhat away from how it runs: perhaps it is banked. Seen, and no contradiction by itself; nor is half a day of it. */
static void test_no_flow_and_little_fire(void **state)
{
    (void)state;
    for (int cold = 0; cold < 2; cold++) {
        struct scene s;
        scene_make(&s, 39);
        for (size_t i = AT; i < AT + (cold ? 100 : 12); i++) {
            s.value[FLOW][i] = 0;
            s.value[O2][i] += cold ? 500 : 0;
            s.value[TEMPERATURE][i] -= cold ? 2500 : 0;
        }
        scene_run(&s, "B4");
        const struct hit *h = scene_hit(&s, "B4", FLOW, AT, cold ? 100 : 12);
        assert_non_null(h);
        assert_false(h->hard);
        scene_end(&s);
    }
}

/* Everything stands, flow too: nothing to say. */
static void test_no_flow_while_standing(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 36);
    for (size_t i = AT; i < AT + 24; i++) {
        s.value[FLOW][i] = 0;
        s.value[O2][i] = 2080 + (int64_t)(6 * scene_unit(&s));
        s.value[TEMPERATURE][i] = 3000;
        s.value[LOAD][i] = 0;
    }
    scene_run(&s, "B4");
    assert_null(scene_hit(&s, "B4", FLOW, AT, 24));
    scene_run(&s, NULL);
    assert_int_equal(scene_clues(&s), 0);
    scene_end(&s);
}

static void test_marked_stopped_but_running(void **state)
{
    (void)state;
    for (int forged = 0; forged < 2; forged++) {
        struct scene s;
        scene_make(&s, 37);
        struct table_mark mark = {.from = table_at(&s.t, AT), .to = table_at(&s.t, AT + 30), .kind = MARKED_STOPPED};
        s.t.marks = &mark;
        s.t.marks_n = 1;
        for (size_t i = AT; !forged && i < AT + 30; i++) {
            s.value[O2][i] = 2090;
            s.value[FLOW][i] = 300;
            s.value[LOAD][i] = 0;
        }
        scene_run(&s, NULL);
        assert_int_equal(scene_clues(&s), forged);
        scene_end(&s);
    }
}

static void test_order_of_minimum_mean_maximum(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 38);
    scene_range(&s, NOX);
    for (size_t i = AT; i < AT + 6; i++)
        s.low[NOX][i] = s.value[NOX][i] + 1; /* touching intervals are no contradiction */
    scene_run(&s, "C1");
    assert_int_equal(s.hits.n, 0);
    for (size_t i = AT; i < AT + 6; i++)
        s.low[NOX][i] = s.value[NOX][i] + 2;
    scene_run(&s, "C1");
    assert_non_null(scene_hit(&s, "C1", NOX, AT, 6));
    scene_end(&s);
}

static void test_no_room_between_minimum_and_maximum(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 39);
    scene_range(&s, NOX);
    for (size_t i = AT; i < AT + 12; i++)
        s.low[NOX][i] = s.high[NOX][i] = s.value[NOX][i];
    scene_run(&s, NULL);
    const struct hit *h = scene_hit(&s, "C17", NOX, AT, 12);
    assert_non_null(h);
    assert_int_equal(scene_clues(&s), 1);
    scene_end(&s);
}

/* Hours at the top of an analyser's range have no room, and could have none. The same below the top are seen. */
static void test_no_room_at_the_top_of_the_range(void **state)
{
    (void)state;
    for (int top = 0; top < 2; top++) {
        struct scene s;
        int64_t range = 0;
        scene_make(&s, 139);
        scene_range(&s, NOX);
        for (size_t i = 0; i < s.t.n; i++)
            range = s.high[NOX][i] > range ? s.high[NOX][i] : range;
        range = top ? range : range - 1;
        for (size_t i = AT; i < AT + 12; i++)
            s.low[NOX][i] = s.high[NOX][i] = s.value[NOX][i] = range;
        scene_run(&s, "C17");
        assert_int_equal(scene_hit(&s, "C17", NOX, AT, 12) != NULL, !top);
        scene_end(&s);
    }
}

/* Dust in whole mg: the mean of an hour has decimals, least and most have none. A calm day shows no room that was printed, and had some. */
static void test_room_in_whole_steps(void **state)
{
    (void)state;
    for (int fine = 0; fine < 2; fine++) {
        struct scene s;
        scene_make(&s, 60);
        scene_range(&s, NOX);
        for (size_t i = 0; i < s.t.n; i++) {
            bool calm = i >= AT && i < AT + 41 && i % 3 == 0;
            s.value[NOX][i] = calm ? 200 : 200 + (int64_t)(40 * scene_unit(&s));
            s.low[NOX][i] = calm ? 200 : fine ? 151 + (int64_t)(7 * scene_unit(&s)) : 100;
            s.high[NOX][i] = calm ? 200 : fine ? 283 + (int64_t)(9 * scene_unit(&s)) : 300;
        }
        scene_run(&s, "C17");
        assert_int_equal(scene_hit(&s, "C17", NOX, AT, 41) != NULL, fine);
        scene_end(&s);
    }
}

/*
 * The mean of each hour from its minutes. Forged: ten hours three units lower than their minutes. Innocent: the line lost minutes that
 * the logger had; of marked minutes it took those of start-up and left out those of maintenance; in water it weighed by flow.
 */
enum { MEANS_EXACT, MEANS_FORGED, MEANS_LOST, MEANS_MARKED, MEANS_WEIGHTED, MEANS };

static void test_reaggregation(void **state)
{
    (void)state;
    for (int kind = 0; kind < MEANS; kind++) {
        AUTO_ARENA(a);
        enum { HOURS = 400 };
        uint64_t r = 5;
        int64_t *minute = NEW_ARRAY(a, HOURS * 60, int64_t), *hour = NEW_ARRAY(a, HOURS, int64_t), *flow = NEW_ARRAY(a, HOURS * 60, int64_t);
        char *flag = NEW_ARRAY(a, HOURS * 60, char);
        double x = 0;
        for (size_t i = 0; i < HOURS * 60; i++) {
            x = 0.98 * x + (double)(test_random(&r) % 200) - 99.5;
            minute[i] = 4000 + (int64_t)x;
            flow[i] = i / 20 % 3 ? 100 + (int64_t)(test_random(&r) % 50) : 5000;
            flag[i] = 'N';
        }
        for (size_t h = 0; h < HOURS; h++) {
            bool odd = h % 40 == 7; /* an hour in forty: the habit of the others is learned */
            int64_t sum = 0, weight = 0;
            for (size_t i = 60 * h; i < 60 * h + 60; i++) {
                bool peak = (odd || h % 40 == 27) && i % 60 < 12, taken = true;
                if (peak && kind != MEANS_WEIGHTED)
                    minute[i] += 3000;
                if (peak && odd && kind == MEANS_MARKED) {
                    flag[i] = i % 2 ? 'M' : 'C';
                    taken = i % 2;
                }
                int64_t w = !taken ? 0 : kind == MEANS_WEIGHTED ? flow[i] : 1;
                sum += w * minute[i];
                weight += w;
            }
            hour[h] = (sum + weight / 2) / weight - (kind == MEANS_FORGED && h >= 200 && h < 210 ? 300 : 0);
            for (size_t i = 60 * h; kind == MEANS_LOST && odd && i < 60 * h + 12; i++)
                minute[i] = VALUE_NONE;
        }
        struct column fine[] = {{.factor = kind == MEANS_WEIGHTED ? S("w01018") : S("a21002"), .decimals = 2, .q = 1, .value = minute, .flag = flag},
                                {.factor = S("w00000"), .decimals = 2, .q = 1, .value = flow, .flag = flag}};
        struct column wide = {.factor = fine[0].factor, .decimals = 2, .q = 1, .value = hour};
        struct table minutes = {.from = 0, .step_s = 60, .n = HOURS * 60, .columns = fine, .columns_n = kind == MEANS_WEIGHTED ? 2 : 1};
        struct table t = {.from = 0, .step_s = 3600, .n = HOURS, .columns = &wide, .columns_n = 1, .finer = &minutes};
        struct hits hits;
        struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
        struct detect_options o = {.only = detector_find(S("C2"))};
        detect_table(a, &t, &o, &hits, runs);
        assert_int_equal(hits.n, kind == MEANS_FORGED);
        if (kind == MEANS_FORGED) {
            assert_int_equal(hits.p[0].first, 200);
            assert_int_equal(hits.p[0].n, 10);
            assert_true(hits.p[0].hard);
        }
    }
}

/*
 * Hours of which a part, or most, do not touch their minutes. A stretch of 160 lowered by a fifth: as plain as ten. One in four, all over: no
 * habit excuses them, but none was kept either. Stretch with both signs: a hint. Minutes of eight hours later, in a thousandth of the unit, both,
 * or of another outlet: nothing was checked, and what would fit is said.
 */
static void test_means_that_do_not_fit(void **state)
{
    (void)state;
    static const struct { int stretch, every, moved; int64_t times; bool other, both; int hits; bool hard; const char *lacked; } cases[] = {
        {160, 1, 0, 1, false, false, 1, true, NULL},
        {400, 4, 0, 1, false, false, 1, false, NULL},
        {160, 1, 0, 1, false, true, 1, false, NULL},
        {0, 1, 8, 1, false, false, 0, false, "像是分钟数据的时间早了8小时"},
        {0, 1, 0, 1000, false, false, 0, false, "分钟数据约为其1000倍"},
        {0, 1, -3, 10, false, false, 0, false, "晚了3小时，分钟数据约为其10倍"},
        {0, 1, 0, 1, true, false, 0, false, "平移时间、换算单位后也不相符"},
        {300, 1, 0, 1, false, false, 0, false, "平移时间、换算单位后也不相符"}, /* three of four: who is to say which is right */
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        AUTO_ARENA(a);
        enum { HOURS = 400 };
        uint64_t r = 11 + k;
        int64_t *minute = NEW_ARRAY(a, HOURS * 60, int64_t), *hour = NEW_ARRAY(a, HOURS, int64_t), *sent = NEW_ARRAY(a, HOURS * 60, int64_t);
        double x = 0;
        for (size_t i = 0; i < HOURS * 60; i++) {
            x = 0.998 * x + (double)(test_random(&r) % 200) - 99.5;
            minute[i] = 4000 + (int64_t)(x / 2);
            sent[i] = VALUE_NONE;
        }
        for (int h = 0; h < HOURS; h++) {
            int64_t sum = 0;
            for (int i = 60 * h; i < 60 * h + 60; i++)
                sum += minute[i];
            bool off = h >= 40 && h < 40 + cases[k].stretch && h % cases[k].every == 0;
            hour[h] = (sum + 30) / 60 * (!off ? 100 : cases[k].both && h % 2 ? 120 : 80) / 100;
        }
        for (int i = 0; i < HOURS * 60; i++) {
            int from = i + 60 * cases[k].moved;
            if (from >= 0 && from < HOURS * 60)
                sent[i] = cases[k].other ? 3000 + (int64_t)(test_random(&r) % 2000) : minute[from] * cases[k].times;
        }
        struct column fine = {.factor = S("a21002"), .decimals = 2, .q = 1, .value = sent};
        struct column wide = {.factor = S("a21002"), .decimals = 2, .q = 1, .value = hour};
        struct table minutes = {.from = 0, .step_s = 60, .n = HOURS * 60, .columns = &fine, .columns_n = 1};
        struct table t = {.from = 0, .step_s = 3600, .n = HOURS, .columns = &wide, .columns_n = 1, .finer = &minutes};
        struct hits hits;
        struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
        struct detect_options o = {.only = detector_find(S("C2"))};
        detect_table(a, &t, &o, &hits, runs);
        assert_int_equal(hits.n, cases[k].hits);
        for (size_t i = 0; i < hits.n; i++)
            assert_int_equal(hits.p[i].hard, cases[k].hard);
        for (size_t i = 0; i < detector_count(); i++) {
            if (runs[i].detector != o.only)
                continue;
            assert_int_equal(runs[i].outcome, cases[k].hits ? DETECT_HITS : DETECT_LACKED);
            if (cases[k].lacked && str_find(runs[i].lacked, str_of(cases[k].lacked)) < 0)
                fail_msg("%zu: %.*s", k, STR_ARG(runs[i].lacked));
        }
    }
}

static void test_versions_across_the_limit(void **state)
{
    (void)state;
    for (int forged = 0; forged < 2; forged++) {
        struct scene s;
        scene_make(&s, 40);
        struct table_limit limit = {.factor = S("a21002"), .mantissa = 50, .from = INT64_MIN, .to = INT64_MAX};
        struct table_version v = {AT, NOX, forged ? 5600 : 4100, forged ? 4400 : 4000, table_at(&s.t, AT + 20), true};
        s.t.limits = &limit;
        s.t.limits_n = 1;
        s.t.versions = &v;
        s.t.versions_n = 1;
        scene_run(&s, NULL);
        assert_int_equal(scene_clues(&s), forged);
        scene_end(&s);
    }
}

static void test_gaps_that_know_the_level(void **state)
{
    (void)state;
    for (int forged = 0; forged < 2; forged++) {
        struct scene s;
        scene_make(&s, 41);
        size_t made = 0;
        /* honest: every 37th hour is lost; forged: hours above 60 are */
        for (size_t i = 1; i < SCENE_HOURS; i++)
            if (forged ? i > 1000 && s.value[NOX][i] > 4900 && s.value[NOX][i - 1] != VALUE_NONE && made < 12 : i % 37 == 0) {
                s.value[NOX][i] = VALUE_NONE;
                made++;
            }
        scene_run(&s, "C9");
        assert_int_equal(s.hits.n > 0, forged);
        scene_end(&s);
    }
}

static void test_marks_that_know_the_level(void **state)
{
    (void)state;
    for (int forged = 0; forged < 2; forged++) {
        struct scene s;
        scene_make(&s, 42);
        for (size_t i = 1, made = 0; i < SCENE_HOURS; i++)
            if (forged ? i > 1000 && s.value[NOX][i] > 4900 && made < 60 : i % 24 == 9) {
                s.flag[NOX][i] = forged ? 'M' : 'C'; /* honest: the daily calibration */
                made++;
            }
        scene_run(&s, "C10");
        assert_int_equal(s.hits.n > 0, forged);
        scene_end(&s);
    }
}

/* Hours without data that are our own failure belong to nobody. */
static void test_our_own_gaps_are_no_finding(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 43);
    uint8_t *platform = NEW_ARRAY(s.a, s.t.n, uint8_t);
    for (size_t i = 1; i < SCENE_HOURS; i++)
        if (s.value[NOX][i] > 4900 && s.value[NOX][i - 1] != VALUE_NONE) {
            for (int k = 0; k < SCENE_FACTORS; k++)
                s.value[k][i] = VALUE_NONE;
            platform[i] = 1;
        }
    s.t.platform = platform;
    scene_run(&s, NULL);
    assert_int_equal(s.hits.n, 0);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversion), cmocka_unit_test(test_mass), cmocka_unit_test(test_spiky_near_floor), cmocka_unit_test(test_copied_channel), cmocka_unit_test(test_noisy_copied_channel),
        cmocka_unit_test(test_kin_may_move_together), cmocka_unit_test(test_no_flow_while_running), cmocka_unit_test(test_no_flow_for_weeks),
        cmocka_unit_test(test_no_flow_and_little_fire), cmocka_unit_test(test_no_meter_yet),
        cmocka_unit_test(test_no_flow_while_standing),
        cmocka_unit_test(test_marked_stopped_but_running), cmocka_unit_test(test_order_of_minimum_mean_maximum),
        cmocka_unit_test(test_no_room_between_minimum_and_maximum), cmocka_unit_test(test_room_in_whole_steps), cmocka_unit_test(test_no_room_at_the_top_of_the_range), cmocka_unit_test(test_reaggregation),
        cmocka_unit_test(test_means_that_do_not_fit),
        cmocka_unit_test(test_versions_across_the_limit), cmocka_unit_test(test_gaps_that_know_the_level),
        cmocka_unit_test(test_marks_that_know_the_level), cmocka_unit_test(test_our_own_gaps_are_no_finding)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
