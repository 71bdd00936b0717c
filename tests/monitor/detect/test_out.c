/*
 * How time is taken out of judgement (habits.h): every number here is counted by hand. Overlapping marks, marks that reach over the span's ends, entries
 * that came late, marks that begin beside high values, no limit, no flags, no marks known, our own failures, quarters and what they owe.
 */
#include "testing.h"
#include "monitor/detect/habits.h"

enum { HOURS = 240, MOST = 2400 };
struct outlet { struct table t; struct column column[3]; int64_t value[3][MOST]; char flag[3][MOST]; uint8_t platform[MOST]; };

/* Ten days of 二氧化硫 at 10.0 from the first of January, all normal. */
static void outlet_make(struct outlet *o, size_t n)
{
    *o = (struct outlet){.t = {.from = day_start(day_from_civil(2026, 1, 1)), .step_s = 3600, .n = n, .columns = o->column, .columns_n = 1}};
    for (int k = 0; k < 3; k++) {
        for (size_t i = 0; i < n; i++)
            o->value[k][i] = 100;
        memset(o->flag[k], 'N', n);
        o->column[k] = (struct column){.factor = k == 0 ? S("a21026") : k == 1 ? S("a21002") : S("w01018"), .decimals = 1, .q = 1, .value = o->value[k],
                                       .flag = o->flag[k]};
    }
}

static usec hour(const struct outlet *o, double h)
{
    return o->t.from + (usec)(h * 3600) * USEC_SECOND;
}

static struct table_mark mark(const struct outlet *o, enum table_mark_kind kind, double from, double to)
{
    return (struct table_mark){hour(o, from), hour(o, to), USEC_NONE, (uint8_t)kind, STR_NONE};
}

static void test_overlapping_marks_count_once(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct outlet *o = NEW(a, struct outlet);
    struct habits h;
    outlet_make(o, HOURS);
    struct table_mark marks[] = {mark(o, MARKED_CALIBRATION, 13, 13.5), mark(o, MARKED_MAINTENANCE, 12, 15), mark(o, MARKED_MAINTENANCE, 10, 14),
                                 mark(o, MARKED_MAINTENANCE, 30, 33), mark(o, MARKED_MAINTENANCE, 33, 36), mark(o, MARKED_FAULT, 40, 40)};
    o->t.marks = marks, o->t.marks_n = 6;
    habits_of(a, &o->t, NULL, &h);
    assert_true(h.marks_known && !h.limited);
    assert_int_equal(h.span, HOURS * USEC_HOUR);
    assert_int_equal(h.kind[MARKED_MAINTENANCE].n, 4);
    assert_int_equal(h.kind[MARKED_MAINTENANCE].covered, 11 * USEC_HOUR); /* 10 to 15, 30 to 36 */
    assert_int_equal(h.kind[MARKED_MAINTENANCE].longest, 6 * USEC_HOUR); /* two that meet */
    assert_int_equal(h.kind[MARKED_CALIBRATION].covered, USEC_HOUR / 2);
    assert_int_equal(h.kind[MARKED_FAULT].n, 0); /* no length */
    assert_int_equal(h.all.n, 5);
    assert_int_equal(h.all.covered, 11 * USEC_HOUR); /* the calibration lies within */
    assert_int_equal(h.all.begun, 5);
    assert_int_equal(h.all.compared, 0); /* no limit, no height */
    assert_int_equal(h.all.entered, 0);
    assert_true(h.all.delay == USEC_NONE);
}

static void test_marks_over_the_ends(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct outlet *o = NEW(a, struct outlet);
    struct habits h;
    outlet_make(o, HOURS);
    struct table_mark marks[] = {mark(o, MARKED_STOPPED, -18, 6), mark(o, MARKED_STOPPED, 227.5, 300), mark(o, MARKED_STOPPED, -9, 0),
                                 mark(o, MARKED_STOPPED, 240, 250), mark(o, MARKED_OTHER, -100, 1000)};
    o->t.marks = marks, o->t.marks_n = 5;
    habits_of(a, &o->t, NULL, &h);
    assert_int_equal(h.kind[MARKED_STOPPED].n, 2); /* the last two end and begin at the ends */
    assert_int_equal(h.kind[MARKED_STOPPED].covered, 37 * USEC_HOUR / 2);
    assert_int_equal(h.kind[MARKED_STOPPED].longest, 25 * USEC_HOUR / 2);
    assert_int_equal(h.kind[MARKED_STOPPED].begun, 1); /* the other began before anybody looked */
    assert_int_equal(h.kind[MARKED_OTHER].covered, HOURS * USEC_HOUR);
    assert_int_equal(h.quarters[0].owed, HOURS - 18); /* hour 227 began while it ran */
    assert_int_equal(h.quarters[0].valid, HOURS - 18);
}

static void test_late_entries(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct outlet *o = NEW(a, struct outlet);
    struct habits h;
    outlet_make(o, HOURS);
    struct table_mark marks[6];
    static const double entered[] = {11, 12.5, 14, 17, 21}; /* during; then half an hour, 2, 5, 9 h after the end */
    for (int i = 0; i < 5; i++) {
        marks[i] = mark(o, MARKED_FAULT, 10, 12);
        marks[i].entered = hour(o, entered[i]);
    }
    marks[5] = mark(o, MARKED_FAULT, 10, 12); /* nobody knows */
    o->t.marks = marks, o->t.marks_n = 6;
    habits_of(a, &o->t, NULL, &h);
    assert_int_equal(h.kind[MARKED_FAULT].entered, 5);
    assert_int_equal(h.kind[MARKED_FAULT].late, 4);
    assert_int_equal(h.kind[MARKED_FAULT].delay, 7 * USEC_HOUR / 2); /* between 2 and 5 */
    o->t.marks_n = 4;
    habits_of(a, &o->t, NULL, &h);
    assert_int_equal(h.kind[MARKED_FAULT].delay, 2 * USEC_HOUR);
    marks[0].entered = marks[0].to; /* as it ended: not late */
    o->t.marks_n = 1;
    habits_of(a, &o->t, NULL, &h);
    assert_int_equal(h.kind[MARKED_FAULT].late, 0);
}

/* The limit is 35, so 31.5 is high and 31.4 is not; from hour 200 it is 10.00 of the second column, which has 9.0 there. */
static void test_marks_beside_high_values(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct outlet *o = NEW(a, struct outlet);
    struct habits h;
    outlet_make(o, HOURS);
    o->t.columns_n = 2;
    struct table_limit limits[] = {{.factor = S("a21026"), .mantissa = 35, .from = INT64_MIN, .to = hour(o, 200)},
                                   {.factor = S("a21002"), .mantissa = 1000, .decimals = 2, .from = hour(o, 200), .to = INT64_MAX},
                                   {.factor = S("a21026"), .mantissa = 1, .daily = true, .from = INT64_MIN, .to = INT64_MAX},
                                   {.factor = S("a21026"), .mantissa = 1, .lower = true, .from = INT64_MIN, .to = INT64_MAX}};
    o->t.limits = limits, o->t.limits_n = 4;
    o->value[0][9] = 315, o->value[0][19] = 314, o->value[0][59] = VALUE_NONE;
    o->value[0][29] = o->value[0][39] = o->value[0][40] = o->value[0][49] = 400;
    o->value[0][209] = 400;                            /* no longer limited */
    o->flag[0][29] = 'D';                              /* no value to judge */
    o->platform[49] = 1, o->t.platform = o->platform;  /* nor this */
    for (size_t i = 200; i < HOURS; i++)
        o->value[1][i] = i < 230 ? 89 : 90;
    struct table_mark marks[] = {mark(o, MARKED_MAINTENANCE, 10.5, 11), /* 31.5 before: high */
                                 mark(o, MARKED_MAINTENANCE, 20, 21),   /* 31.4 */
                                 mark(o, MARKED_MAINTENANCE, 30, 31),   /* flagged before */
                                 mark(o, MARKED_FAULT, 40, 41),         /* 40.0 before: high */
                                 mark(o, MARKED_CALIBRATION, 41, 42),   /* a mark before */
                                 mark(o, MARKED_CALIBRATION, 50, 51),   /* our failure before */
                                 mark(o, MARKED_CALIBRATION, 60, 61),   /* nothing before */
                                 mark(o, MARKED_CALIBRATION, 0, 1),     /* nothing is known of before */
                                 mark(o, MARKED_NETWORK, 210, 211),     /* 8.9 of 10 */
                                 mark(o, MARKED_NETWORK, 235, 236),     /* 9.0 of 10: high */
                                 mark(o, MARKED_OTHER, 100, 110)};      /* exempts nothing; 10.0 before */
    o->t.marks = marks, o->t.marks_n = 11;
    habits_of(a, &o->t, NULL, &h);
    assert_true(h.limited);
    assert_int_equal(h.kind[MARKED_MAINTENANCE].begun, 3);
    assert_int_equal(h.kind[MARKED_MAINTENANCE].compared, 2);
    assert_int_equal(h.kind[MARKED_MAINTENANCE].high, 1);
    assert_int_equal(h.kind[MARKED_FAULT].high, 1);
    assert_int_equal(h.kind[MARKED_CALIBRATION].begun, 4);
    assert_int_equal(h.kind[MARKED_CALIBRATION].compared, 0);
    assert_int_equal(h.kind[MARKED_NETWORK].compared, 2);
    assert_int_equal(h.kind[MARKED_NETWORK].high, 1);
    assert_int_equal(h.all.compared, 6);
    assert_int_equal(h.all.high, 3);
    /* ten exempting marks of an hour or less in ten slots; one flagged, one missing, one ours */
    assert_int_equal(h.judged, HOURS - 13);
    assert_int_equal(h.high, 2 + 9); /* hours 9 and 39; 230 to 239 without the marked one. 40 lies under a mark, 49 is ours */
    /* half the limit: 17.5 */
    habits_of(a, &o->t, &(struct habit_rules){50, 75}, &h);
    assert_int_equal(h.kind[MARKED_MAINTENANCE].high, 2);
    /* 0.63 is nine tenths of 0.7, which no double is */
    outlet_make(o, HOURS);
    limits[0] = (struct table_limit){.factor = S("a21026"), .mantissa = 7, .decimals = 1, .from = INT64_MIN, .to = INT64_MAX};
    o->t.limits = limits, o->t.limits_n = 1;
    o->column[0].decimals = 2;
    for (size_t i = 0; i < HOURS; i++)
        o->value[0][i] = i < 100 ? 63 : 62;
    habits_of(a, &o->t, NULL, &h);
    assert_int_equal(h.high, 100);
    limits[0].to = hour(o, 50); /* and then none */
    habits_of(a, &o->t, NULL, &h);
    assert_true(h.high == 50 && h.judged == 50);
}

static void test_no_limit_no_marks_no_flags(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct outlet *o = NEW(a, struct outlet);
    struct habits h;
    struct table_mark none[1];
    outlet_make(o, HOURS);
    o->column[0].flag = NULL;
    for (size_t i = 100; i < 103; i++)
        o->value[0][i] = VALUE_NONE;
    o->value[0][110] = o->value[0][HOURS - 1] = VALUE_NONE;
    habits_of(a, &o->t, NULL, &h);
    assert_true(!h.marks_known && !h.limited && h.all.n == 0);
    assert_int_equal(h.columns_n, 1);
    assert_int_equal(h.columns[0].flags_n, 0);
    assert_int_equal(h.columns[0].normal, HOURS - 5);
    assert_int_equal(h.columns[0].missing, 5);
    assert_int_equal(h.columns[0].unmarked, 5);
    assert_int_equal(h.columns[0].gaps, 3);
    assert_int_equal(h.columns[0].longest, 3 * USEC_HOUR);
    o->t.marks = none; /* known that there were none */
    habits_of(a, &o->t, NULL, &h);
    assert_true(h.marks_known);
    o->t.n = 0;
    habits_of(a, &o->t, NULL, &h);
    assert_int_equal(h.span, 0);
    assert_int_equal(habit_percent(0, 0), -1);
    assert_int_equal(habit_percent(1, 3), 3333);
    assert_int_equal(habit_percent(2, 3), 6667);
    assert_int_equal(habit_percent(1, 20000), 1); /* half a hundredth */
}

static void test_slots_are_one_thing_each(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct outlet *o = NEW(a, struct outlet);
    struct habits h;
    outlet_make(o, HOURS);
    o->t.platform = o->platform;
    memset(o->flag[0], 'M', 4), o->flag[0][4] = 'c', o->flag[0][5] = 'n', o->flag[0][6] = 0, o->flag[0][7] = '*';
    o->value[0][3] = VALUE_NONE; /* flagged without a value: flagged */
    o->flag[0][20] = 0, o->value[0][20] = VALUE_NONE, o->value[0][21] = VALUE_NONE; /* an N without a value is nothing */
    o->value[0][22] = VALUE_NONE, o->platform[22] = 1;                              /* ours: the gap ends before it */
    o->value[0][23] = VALUE_NONE, o->platform[24] = 1;                              /* a value came nevertheless */
    struct table_mark marks[] = {mark(o, MARKED_OTHER, 21.9, 22)};
    o->t.marks = marks, o->t.marks_n = 1;
    habits_of(a, &o->t, NULL, &h);
    const struct column_habit *c = &h.columns[0];
    assert_int_equal(h.platform, 2);
    assert_int_equal(c->flagged, 7);
    assert_int_equal(c->flags_n, 3);
    assert_true(c->flags[0].flag == '?' && c->flags[0].n == 2); /* the empty one and the star */
    assert_true(c->flags[1].flag == 'C' && c->flags[1].n == 1);
    assert_true(c->flags[2].flag == 'M' && c->flags[2].n == 4);
    assert_int_equal(c->excused, 1);
    assert_int_equal(c->missing, 3);
    assert_int_equal(c->unmarked, 2);
    assert_int_equal(c->gaps, 2);
    assert_int_equal(c->longest, 2 * USEC_HOUR);
    assert_int_equal(c->normal + c->missing + c->excused + c->flagged, HOURS);
}

/* Two days over the turn of a quarter, then a whole quarter. */
static void test_quarters(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct outlet *o = NEW(a, struct outlet);
    struct habits h;
    outlet_make(o, 48);
    o->t.from = day_start(day_from_civil(2026, 3, 31));
    o->t.columns_n = 3;
    o->t.platform = o->platform;
    struct table_mark marks[] = {mark(o, MARKED_STOPPED, 0, 4), mark(o, MARKED_MAINTENANCE, 10.75, 11.25), mark(o, MARKED_MAINTENANCE, 12.5, 13.2),
                                 mark(o, MARKED_START, 20, 22)};
    o->t.marks = marks, o->t.marks_n = 4;
    o->value[0][5] = o->value[1][5] = VALUE_NONE, o->platform[5] = 1; /* excused: nobody owes it */
    o->flag[0][6] = 'D', o->value[0][7] = VALUE_NONE;
    memset(o->flag[1] + 24, 'D', 7), memset(o->flag[0] + 24, 'D', 6); /* 17 and 18 of 24 */
    o->flag[0][2] = 'F', o->flag[0][8] = 'f';                         /* the first under the mark of standing still */
    memset(o->flag[2] + 24, 'D', 24);                                 /* water: the least, and no rule asks for it */
    habits_of(a, &o->t, NULL, &h);
    assert_int_equal(h.quarters_n, 2);
    const struct quarter_habit *q = h.quarters;
    assert_true(!q[0].whole && !q[1].whole && q[0].to == day_start(day_from_civil(2026, 4, 1)) && q[1].to == table_at(&o->t, 48));
    /* 24 less 4 stopped and one excused; less two flagged, one missing, one mostly under maintenance (12:30 to 13:00; quarters of 10, 11 and a fifth of 13 do not) */
    assert_int_equal(q[0].owed, 19);
    assert_int_equal(q[0].valid, 15);
    assert_int_equal(q[0].idle, 1);
    assert_int_equal(q[0].column, 0);
    assert_int_equal(q[0].pollutants, 3);
    assert_int_equal(q[0].below, 0);
    assert_int_equal(q[1].column, 2);
    assert_int_equal(q[1].valid, 0);
    assert_false(q[1].ruled);
    assert_int_equal(q[1].below, 1); /* 17 of 24 is 70.8 %; 18 of 24 is 75 % */
    o->t.columns_n = 2;
    habits_of(a, &o->t, NULL, &h);
    assert_true(h.quarters[1].ruled && h.quarters[1].column == 1 && h.quarters[1].valid == 17 && h.quarters[1].owed == 24);
    habits_of(a, &o->t, &(struct habit_rules){90, 70}, &h);
    assert_int_equal(h.quarters[1].below, 0);

    outlet_make(o, 48);
    o->t.from = day_start(day_from_civil(2025, 12, 31));
    habits_of(a, &o->t, NULL, &h);
    assert_true(h.quarters_n == 2 && h.quarters[0].to == day_start(day_from_civil(2026, 1, 1)) && h.quarters[0].owed == 24 && h.quarters[1].owed == 24);

    outlet_make(o, 90 * 24 + 1);
    habits_of(a, &o->t, NULL, &h);
    assert_int_equal(h.quarters_n, 2);
    assert_true(h.quarters[0].whole && h.quarters[0].owed == 90 * 24 && !h.quarters[1].whole && h.quarters[1].owed == 1);
    o->t.n--;
    habits_of(a, &o->t, NULL, &h);
    assert_true(h.quarters_n == 1 && h.quarters[0].whole);
    o->t.step_s = 86400; /* days say nothing of hours */
    habits_of(a, &o->t, NULL, &h);
    assert_int_equal(h.quarters_n, 0);
}

/* By the minute: "before" is the newest within an hour; an hour of nothing is a gap, 59 minutes are none. */
static void test_minutes(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct outlet *o = NEW(a, struct outlet);
    struct habits h;
    outlet_make(o, 1440);
    o->t.step_s = 60;
    for (size_t i = 0; i < 1440; i++)
        if ((i >= 560 && i < 620) || (i >= 700 && i < 759))
            o->value[0][i] = VALUE_NONE;
    struct table_limit limit = {.factor = S("a21026"), .mantissa = 10, .from = INT64_MIN, .to = INT64_MAX};
    struct table_mark marks[] = {mark(o, MARKED_FAULT, 10 + 20 / 60.0, 11), mark(o, MARKED_FAULT, 12 + 38 / 60.0, 13)}; /* 10:20 and 12:38 */
    o->t.limits = &limit, o->t.limits_n = 1, o->t.marks = marks, o->t.marks_n = 2;
    habits_of(a, &o->t, NULL, &h);
    assert_int_equal(h.columns[0].gaps, 1);
    assert_int_equal(h.columns[0].longest, USEC_HOUR);
    assert_int_equal(h.kind[MARKED_FAULT].compared, 1); /* before 10:20 nothing came for an hour; before 12:38 the last was 11:39 */
    assert_int_equal(h.kind[MARKED_FAULT].high, 1);
}

static str json_of(struct arena *a, const struct table *t)
{
    buf b = buf_make(a, 1 << 16);
    struct json_out out = {&b, false};
    struct habits h;
    habits_of(a, t, NULL, &h);
    habits_json(&out, t, &h);
    return buf_str(&b);
}

static void test_as_json(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct outlet *o = NEW(a, struct outlet);
    outlet_make(o, HOURS);
    assert_str(json_of(a, &o->t),
               "{\"span_hours\":240,\"platform_slots\":0,\"marks\":null,\"high\":null,\"columns\":[{\"factor\":\"a21026\",\"group\":\"value\",\"missing_percent\":0,"
               "\"missing_unmarked_percent\":null,\"gaps\":0,\"longest_gap_hours\":0,\"flags_percent\":{}}],\"quarters\":[{\"from\":\"2026-01-01T00:00:00+08:00\","
               "\"to\":\"2026-01-11T00:00:00+08:00\",\"whole\":false,\"pollutants\":1,\"below\":0,\"lowest\":\"a21026\",\"owed\":240,\"valid\":240,\"flagged_stopped\":0,\"percent\":100,"
               "\"least_percent\":75}]}");
    struct table_limit limit = {.factor = S("a21026"), .mantissa = 10, .from = INT64_MIN, .to = INT64_MAX};
    struct table_mark marks[] = {mark(o, MARKED_MAINTENANCE, 10, 12.5)};
    marks[0].entered = hour(o, 18);
    o->t.limits = &limit, o->t.limits_n = 1, o->t.marks = marks, o->t.marks_n = 1;
    o->flag[0][50] = 'M', o->value[0][60] = VALUE_NONE;
    str said = json_of(a, &o->t);
    assert_true(str_find(said, S("{\"kind\":\"maintenance\",\"label\":\"维护\",\"times\":1,\"hours\":2.5,\"percent\":1.04,\"longest_hours\":2.5,\"entered_known\":1,"
                                 "\"entered_late\":1,\"late_hours_median\":5.5,\"begun\":1,\"begun_compared\":1,\"begun_high\":1,\"begun_high_percent\":100}]")) > 0);
    assert_true(str_find(said, S("\"high\":{\"of_limit_percent\":90,\"slots\":235,\"judged\":235,\"percent\":100}")) > 0);
    assert_true(str_find(said, S("\"missing_percent\":0.42,\"missing_unmarked_percent\":0.42,\"gaps\":1,\"longest_gap_hours\":1,\"flags_percent\":{\"M\":0.42}")) > 0);
    assert_str(said, arena_cstr(a, json_of(a, &o->t)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overlapping_marks_count_once), cmocka_unit_test(test_marks_over_the_ends), cmocka_unit_test(test_late_entries),
        cmocka_unit_test(test_marks_beside_high_values), cmocka_unit_test(test_no_limit_no_marks_no_flags), cmocka_unit_test(test_slots_are_one_thing_each),
        cmocka_unit_test(test_quarters), cmocka_unit_test(test_minutes), cmocka_unit_test(test_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
