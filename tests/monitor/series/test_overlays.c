/* Marks, corrections and limits come in by acts, on both engines, and come out as what held on which day. */
#include "testing.h"
#include "acts/life.h"
#include "acts/limit_rows.h"
#include "acts/settings.h"
#include "monitor/series/overlays.h"

#define MN_GAS "420102A1B2C3D4E5F6000001"

static day on(int year, int month, int dom)
{
    return day_from_civil(year, month, dom);
}

static usec at(const char *text)
{
    usec t;
    assert_ok(time_parse(str_of(text), &t));
    return t;
}

static void doing(struct life *l, const char *json)
{
    struct act_answer answer = life_do(l, NULL, json);
    if (answer.verdict != ACT_ALLOWED)
        print_error("%s\n%.*s\n", json, STR_ARG(answer.json));
    assert_int_equal(answer.verdict, ACT_ALLOWED);
}

static int outlet_setup(void **state)
{
    life_setup(state);
    struct life *l = *state;
    life_open(l, ACTS_SIMULATE | ACTS_NO_THREAD);
    life_play(l->acts, STORIES "/prefix-outlet.jsonl");
    return 0;
}
#define outlet_test(fn) cmocka_unit_test_setup_teardown(fn, outlet_setup, life_teardown)

#define ROW(target, factor, value, rest) "{" target ",\"factor\":\"" factor "\",\"value\":" value ",\"period\":\"hour\"," rest ",\"source\":\"S\"}"
#define IMPORT(at, rows) "{\"at\":\"" at "\",\"by\":\"sys\",\"act\":\"limit.import\",\"rows\":[" rows "]}"

static struct reading_limit *limits(struct life *l, day from, day to, size_t *n)
{
    struct reading_limit *p;
    assert_ok(overlay_limits(l->scene->db, l->arena, S(MN_GAS), from, to, &p, n));
    return p;
}

static void one_limit(const struct reading_limit *x, day from, day to, int64_t mantissa, int scale)
{
    assert_int_equal(x->from, from);
    assert_int_equal(x->to, to);
    assert_int_equal(x->mantissa, mantissa);
    assert_int_equal(x->scale, scale);
}

/* Province below city below county below industry below the outlet's own; of equal rank the later beginning. */
static void the_special_limit_wins_on_its_days(void **state)
{
    struct life *l = *state;
    size_t n;
    doing(l, IMPORT("2026-03-01T10:00:00+08:00",
                    ROW("\"region\":\"420000\"", "a21026", "200", "\"from\":\"2020-01-01\"") ","
                    ROW("\"region\":\"420100\"", "a21026", "150", "\"from\":\"2020-01-01\",\"to\":\"2026-03-20\"") ","
                    ROW("\"region\":\"420102\"", "a21026", "120", "\"from\":\"2026-03-05\",\"to\":\"2026-03-07\"") ","
                    ROW("\"region\":\"420500\"", "a21026", "1", "\"from\":\"2020-01-01\"") ","
                    ROW("\"industry\":\"火力发电\"", "a21026", "100", "\"from\":\"2026-03-10\",\"to\":\"2026-03-18\"") ","
                    ROW("\"industry\":\"火力发电\"", "a21026", "99.5", "\"from\":\"2026-03-12\",\"to\":\"2026-03-13\"") ","
                    ROW("\"industry\":\"造纸\"", "a21026", "2", "\"from\":\"2020-01-01\"") ","
                    ROW("\"outlet\":\"jiang-gas-1\"", "a21026", "\"35.00\"", "\"from\":\"2026-03-15\",\"to\":\"2026-03-16\"")));
    struct reading_limit *p = limits(l, on(2026, 3, 1), on(2026, 3, 31), &n);
    assert_int_equal(n, 10);
    one_limit(&p[0], on(2026, 3, 1), on(2026, 3, 4), 150, 0);
    one_limit(&p[1], on(2026, 3, 5), on(2026, 3, 7), 120, 0);
    one_limit(&p[2], on(2026, 3, 8), on(2026, 3, 9), 150, 0);
    one_limit(&p[3], on(2026, 3, 10), on(2026, 3, 11), 100, 0);
    one_limit(&p[4], on(2026, 3, 12), on(2026, 3, 13), 995, 1);
    one_limit(&p[5], on(2026, 3, 14), on(2026, 3, 14), 100, 0);
    one_limit(&p[6], on(2026, 3, 15), on(2026, 3, 16), 3500, 2);
    one_limit(&p[7], on(2026, 3, 17), on(2026, 3, 18), 100, 0);
    one_limit(&p[8], on(2026, 3, 19), on(2026, 3, 20), 150, 0);
    one_limit(&p[9], on(2026, 3, 21), on(2026, 3, 31), 200, 0);
}

/* Each factor, basis, period and side has a limit of its own; a wrong row is mended by importing it again. */
static void kinds_stand_beside_each_other_and_rows_are_mended(void **state)
{
    struct life *l = *state;
    size_t n;
    doing(l, IMPORT("2026-03-01T10:00:00+08:00",
                    ROW("\"outlet\":\"jiang-gas-1\"", "a21026", "350", "\"from\":\"2026-03-01\",\"unit\":\"mg/m3\",\"converted\":true") ","
                    ROW("\"outlet\":\"jiang-gas-1\"", "a21026", "60", "\"from\":\"2026-03-01\"") ","
                    ROW("\"outlet\":\"jiang-gas-1\"", "a01901", "850", "\"from\":\"2026-03-01\",\"lower\":true") ","
                    ROW("\"outlet\":\"jiang-gas-1\"", "a01901", "1300", "\"from\":\"2026-03-01\"")));
    doing(l, IMPORT("2026-03-02T10:00:00+08:00",
                    ROW("\"outlet\":\"jiang-gas-1\"", "a21026", "35", "\"from\":\"2026-03-01\",\"unit\":\"mg/m3\",\"converted\":true")));
    struct reading_limit *p = limits(l, on(2026, 3, 1), on(2026, 3, 3), &n);
    assert_int_equal(n, 4);
    assert_str(p[0].factor, "a01901");
    assert_true(!p[0].lower && p[1].lower && p[1].mantissa == 850);
    assert_true(!p[2].converted && p[2].mantissa == 60);
    assert_true(p[3].converted && p[3].mantissa == 35 && p[3].period == PERIOD_HOUR);
    assert_str(p[3].unit, "mg/m3");
    assert_str(p[3].source, "S");
    for (size_t i = 0; i < n; i++)
        assert_true(p[i].from == on(2026, 3, 1) && p[i].to == on(2026, 3, 3));
    assert_ok(overlay_limits(l->scene->db, l->arena, S("nobody"), on(2026, 3, 1), on(2026, 3, 3), &p, &n));
    assert_int_equal(n, 0);
    /* Before the outlet was in use there is nothing to limit. */
    doing(l, IMPORT("2026-03-02T11:00:00+08:00", ROW("\"region\":\"420000\"", "a21002", "50", "\"from\":\"2014-07-01\"")));
    p = limits(l, on(2025, 12, 1), on(2026, 1, 15), &n);
    assert_int_equal(n, 1);
    one_limit(&p[0], on(2026, 1, 1), on(2026, 1, 15), 50, 0);
}

static void marks_in_force(void **state)
{
    struct life *l = *state;
    struct reading_mark *p;
    size_t n;
    doing(l, "{\"at\":\"2026-03-03T13:00:00+08:00\",\"by\":\"fang\",\"act\":\"outlet.mark\",\"id\":\"m1\",\"outlet\":\"jiang-gas-1\",\"kind\":\"maintenance\","
             "\"from\":\"2026-03-02T09:00:00+08:00\",\"to\":\"2026-03-02T11:00:00+08:00\",\"reason\":\"换管\",\"factors\":[\"a21026\",\"a21002\"]}");
    doing(l, "{\"at\":\"2026-03-03T13:01:00+08:00\",\"by\":\"fang\",\"act\":\"outlet.mark\",\"id\":\"m2\",\"outlet\":\"jiang-gas-1\",\"kind\":\"stopped\","
             "\"from\":\"2026-03-02T10:00:00+08:00\",\"to\":\"2026-03-02T12:00:00+08:00\",\"reason\":\"停炉\"}");
    doing(l, "{\"at\":\"2026-03-03T13:02:00+08:00\",\"by\":\"fang\",\"act\":\"outlet.mark\",\"id\":\"m3\",\"outlet\":\"jiang-gas-1\",\"kind\":\"start\","
             "\"from\":\"2026-03-02T12:00:00+08:00\",\"to\":\"2026-03-02T14:00:00+08:00\",\"reason\":\"启炉\"}");
    doing(l, "{\"at\":\"2026-03-03T13:03:00+08:00\",\"by\":\"fang\",\"act\":\"outlet.unmark\",\"mark\":\"m3\",\"reason\":\"填错\"}");
    assert_ok(overlay_marks(l->scene->db, l->arena, S(MN_GAS), at("2026-03-02T00:00:00+08:00"), at("2026-03-03T00:00:00+08:00"), &p, &n));
    assert_int_equal(n, 2);
    assert_str(p[0].id, "m1");
    assert_str(p[0].factors, "a21002 a21026");
    assert_str(p[0].reason, "换管");
    assert_str(p[0].author, "fang");
    assert_int_equal(p[0].entered, at("2026-03-03T13:00:00+08:00")); /* an hour late, and to be seen */
    assert_true(mark_covers(&p[0], S("a21026")) && !mark_covers(&p[0], S("a19001")) && mark_covers(&p[1], S("a19001")));
    assert_true(mark_invalidates(&p[0]) && !mark_stops(&p[0]) && !mark_invalidates(&p[1]) && mark_stops(&p[1]));
    /* [from, to): what ends where the span begins is outside. */
    assert_ok(overlay_marks(l->scene->db, l->arena, S(MN_GAS), at("2026-03-02T11:00:00+08:00"), at("2026-03-02T11:30:00+08:00"), &p, &n));
    assert_int_equal(n, 1);
    assert_str(p[0].id, "m2");
    assert_ok(overlay_marks(l->scene->db, l->arena, S(MN_GAS), at("2026-03-02T08:00:00+08:00"), at("2026-03-02T09:00:00+08:00"), &p, &n));
    assert_int_equal(n, 0);
}

#define CORRECT(when, id, slot, value, more)                                                        \
    "{\"at\":\"" when "\",\"by\":\"wei\",\"act\":\"outlet.correct\",\"id\":\"" id "\",\"outlet\":\"jiang-gas-1\",\"factor\":\"a21026\","  \
    "\"period\":\"hour\",\"slot\":\"" slot "\",\"value\":\"" value "\",\"reason\":\"比对\"" more "}"

static void the_newest_correction_of_a_slot(void **state)
{
    struct life *l = *state;
    struct reading_correction *p;
    size_t n;
    usec from = at("2026-03-02T00:00:00+08:00"), to = at("2026-03-03T00:00:00+08:00");
    doing(l, CORRECT("2026-03-02T20:00:00+08:00", "c1", "2026-03-02T08:00:00+08:00", "31.50", ""));
    doing(l, CORRECT("2026-03-02T20:01:00+08:00", "c2", "2026-03-02T09:00:00+08:00", "30", ""));
    doing(l, CORRECT("2026-03-02T20:02:00+08:00", "c3", "2026-03-02T08:00:00+08:00", "-0.1", ""));
    doing(l, CORRECT("2026-03-02T20:03:00+08:00", "c4", "2026-03-02T08:00:00+08:00", "40", ",\"converted\":true"));
    assert_ok(overlay_corrections(l->scene->db, l->arena, S(MN_GAS), S("a21026"), PERIOD_HOUR, false, from, to, &p, &n));
    assert_int_equal(n, 2);
    assert_str(p[0].id, "c3");
    assert_true(p[0].mantissa == -1 && p[0].scale == 1);
    assert_true(p[1].mantissa == 30 && p[1].slot == at("2026-03-02T09:00:00+08:00"));
    assert_ok(overlay_corrections(l->scene->db, l->arena, S(MN_GAS), S("a21026"), PERIOD_HOUR, true, from, to, &p, &n));
    assert_true(n == 1 && p[0].mantissa == 40);
    assert_ok(overlay_corrections(l->scene->db, l->arena, S(MN_GAS), S("a21026"), PERIOD_DAY, false, from, to, &p, &n));
    assert_int_equal(n, 0);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM outlet_correction"), 4); /* nothing was overwritten */
}

static void the_outlet_of_a_logger(void **state)
{
    struct life *l = *state;
    struct reading_outlet o;
    assert_ok(overlay_outlet(l->scene->db, l->arena, S(MN_GAS), on(2026, 3, 2), &o));
    assert_str(o.id, "jiang-gas-1");
    assert_str(o.kind, "gas");
    assert_str(o.industry, "火力发电");
    assert_int_equal(o.o2_reference_permille, 60);
    assert_int_equal(o.area_mm2, 12500000);
    assert_true(o.cadence_s == 60 && o.from == on(2026, 1, 1) && o.to == DAY_NONE);
    assert_err(overlay_outlet(l->scene->db, l->arena, S(MN_GAS), on(2025, 12, 31), &o), ERR_MISSING);
    doing(l, "{\"at\":\"2026-03-03T10:00:00+08:00\",\"by\":\"wei\",\"act\":\"outlet.close\",\"outlet\":\"jiang-gas-1\",\"reason\":\"拆除\"}");
    assert_ok(overlay_outlet(l->scene->db, l->arena, S(MN_GAS), on(2026, 3, 3), &o));
    assert_err(overlay_outlet(l->scene->db, l->arena, S(MN_GAS), on(2026, 3, 4), &o), ERR_MISSING);
}

static void same_rules(const struct aggregate_rules *r, const struct aggregate_rules *want)
{
    assert_int_equal(r->minutes_valid, want->minutes_valid);
    assert_int_equal(r->hours_valid, want->hours_valid);
    assert_int_equal(r->flow_weighted, want->flow_weighted);
    assert_int_equal(r->marks_invalidate, want->marks_invalidate);
    assert_int_equal(r->transmission_percent_least, want->transmission_percent_least);
    assert_string_equal(r->valid_flags, want->valid_flags);
}

/* The figures of aggregation are the published settings', and follow them. */
static void rules_follow_the_settings(void **state)
{
    struct life *l = *state;
    struct aggregate_rules gas = aggregate_rules_of(S("a21026")), water = aggregate_rules_of(S("w01018")), r;
    int64_t percent = setting_find(S("water_slots_valid_percent"))->default_value;
    assert_int_equal(gas.minutes_valid, setting_find(S("minutes_valid_per_hour"))->default_value);
    assert_int_equal(gas.hours_valid, setting_find(S("hours_valid_per_day"))->default_value);
    assert_int_equal(water.minutes_valid, (60 * percent + 99) / 100);
    assert_int_equal(water.hours_valid, (24 * percent + 99) / 100);
    assert_true(!gas.flow_weighted && water.flow_weighted == setting_find(S("water_flow_weighted"))->default_value);
    assert_int_equal(gas.marks_invalidate, setting_find(S("marks_invalidate"))->default_value);
    assert_ok(overlay_rules(l->scene->db, S("a21026"), &r));
    same_rules(&r, &gas);
    assert_ok(overlay_rules(l->scene->db, S("w01018"), &r));
    same_rules(&r, &water);
    struct substitute_rules s, defaults = substitute_defaults();
    assert_ok(overlay_substitutes(l->scene->db, &s));
    assert_memory_equal(&s, &defaults, sizeof s);
    assert_int_equal(s.gap_hours, setting_find(S("substitute_gap_hours"))->default_value);
    assert_int_equal(s.hours_short, setting_find(S("substitute_hours_short"))->default_value);
    assert_int_equal(s.hours_long, setting_find(S("substitute_hours_long"))->default_value);
    assert_int_equal(s.hours_low, setting_find(S("substitute_hours_low"))->default_value);
    assert_int_equal(s.capture_good, setting_find(S("capture_percent_good"))->default_value);
    assert_int_equal(s.capture_least, setting_find(S("capture_percent_least"))->default_value);
    assert_int_equal(gas.transmission_percent_least, setting_find(S("transmission_percent_least"))->default_value);
#define SET(name, value) "{\"at\":\"2026-03-03T10:00:00+08:00\",\"by\":\"han\",\"act\":\"policy.set\",\"name\":\"" name "\",\"value\":" value ",\"reason\":\"省厅统一口径\"}"
    doing(l, SET("minutes_valid_per_hour", "50"));
    doing(l, SET("hours_valid_per_day", "22"));
    doing(l, SET("marks_invalidate", "false"));
    doing(l, SET("water_slots_valid_percent", "80"));
    doing(l, SET("water_flow_weighted", "false"));
    doing(l, SET("substitute_hours_short", "200"));
    doing(l, SET("transmission_percent_least", "95"));
    assert_ok(overlay_substitutes(l->scene->db, &s));
    assert_true(s.hours_short == 200 && s.hours_long == defaults.hours_long);
    assert_ok(overlay_rules(l->scene->db, S("a21026"), &r));
    assert_int_equal(r.transmission_percent_least, 95);
    assert_true(r.minutes_valid == 50 && r.hours_valid == 22 && !r.marks_invalidate);
    assert_ok(overlay_rules(l->scene->db, S("w01018"), &r));
    assert_true(r.minutes_valid == 48 && r.hours_valid == 20 && !r.flow_weighted); /* 19.2 of 24 */
}

/* Each bad row is invalid, and the answer names row and member. */
static void bad_rows_are_named(void **state)
{
    struct life *l = *state;
#define T "\"region\":\"420000\""
#define F_ "\"factor\":\"a21026\""
#define V "\"value\":35"
#define P_ "\"period\":\"hour\""
#define D "\"from\":\"2026-01-01\""
#define S_ "\"source\":\"S\""
    static const struct { const char *row, *field; } rows[] = {
        {"17", "rows[1]"},
        {"{" F_ "," V "," P_ "," D "," S_ "}", "rows[1].outlet"},
        {"{" T ",\"industry\":\"火力发电\"," F_ "," V "," P_ "," D "," S_ "}", "rows[1].region"},
        {"{\"outlet\":\"jiang-gas-1\",\"industry\":\"火力发电\"," F_ "," V "," P_ "," D "," S_ "}", "rows[1].industry"},
        {"{\"region\":\"42\"," F_ "," V "," P_ "," D "," S_ "}", "rows[1].region"},
        {"{\"region\":420000," F_ "," V "," P_ "," D "," S_ "}", "rows[1].region"},
        {"{\"outlet\":\"no-such\"," F_ "," V "," P_ "," D "," S_ "}", "rows[1].outlet"},
        {"{\"industry\":\"\"," F_ "," V "," P_ "," D "," S_ "}", "rows[1].industry"},
        {"{" T "," V "," P_ "," D "," S_ "}", "rows[1].factor"},
        {"{" T ",\"factor\":\"SO2\"," V "," P_ "," D "," S_ "}", "rows[1].factor"},
        {"{" T "," F_ "," P_ "," D "," S_ "}", "rows[1].value"},
        {"{" T "," F_ ",\"value\":\"35mg\"," P_ "," D "," S_ "}", "rows[1].value"},
        {"{" T "," F_ ",\"value\":1e-7," P_ "," D "," S_ "}", "rows[1].value"},
        {"{" T "," F_ ",\"value\":\"1234567890123456789\"," P_ "," D "," S_ "}", "rows[1].value"},
        {"{" T "," F_ ",\"value\":true," P_ "," D "," S_ "}", "rows[1].value"},
        {"{" T "," F_ "," V "," D "," S_ "}", "rows[1].period"},
        {"{" T "," F_ "," V ",\"period\":\"month\"," D "," S_ "}", "rows[1].period"},
        {"{" T "," F_ "," V "," P_ "," S_ "}", "rows[1].from"},
        {"{" T "," F_ "," V "," P_ ",\"from\":\"2026-02-30\"," S_ "}", "rows[1].from"},
        {"{" T "," F_ "," V "," P_ ",\"from\":20454," S_ "}", "rows[1].from"},
        {"{" T "," F_ "," V "," P_ "," D ",\"to\":\"soon\"," S_ "}", "rows[1].to"},
        {"{" T "," F_ "," V "," P_ "," D ",\"converted\":\"yes\"," S_ "}", "rows[1].converted"},
        {"{" T "," F_ "," V "," P_ "," D ",\"lower\":1," S_ "}", "rows[1].lower"},
        {"{" T "," F_ "," V "," P_ "," D ",\"unit\":7," S_ "}", "rows[1].unit"},
        {"{" T "," F_ "," V "," P_ "," D ",\"source\":7}", "rows[1].source"},
        {"{" T "," F_ "," V ",\"limit\":35," P_ "," D "," S_ "}", "rows[1].limit"},
        {"{\"tier\":\"\",\"effective_from\":\"2026-01-01\"}", "rows[1].tier"},
        {"{\"tier\":\"city\"}", "rows[1].effective_from"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *json = arena_cstr(l->arena, arena_printf(l->arena, IMPORT("2026-03-01T10:00:00+08:00", ROW(T, "a21002", "50", D) ",%s"),
                                                       rows[i].row));
        struct act_answer answer = life_do(l, NULL, json);
        if (answer.verdict != ACT_INVALID || !str_eq(answer.invalid->field, str_of(rows[i].field)))
            print_error("%s\n%.*s\n", rows[i].row, STR_ARG(answer.json));
        assert_int_equal(answer.verdict, ACT_INVALID);
        assert_str(answer.invalid->field, rows[i].field);
        assert_true(answer.invalid->text.n > 0 && answer.invalid->want.n > 0);
    }
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM emission_limit"), 0); /* whole or not at all */
}

/* Everything above is a fold: the ledger replayed into an empty store gives the same tables. */
static void replay_gives_the_same(void **state)
{
    struct life *l = *state;
    doing(l, IMPORT("2026-03-01T10:00:00+08:00", ROW(T, "a21026", "0.035", D) "," ROW(T, "a21002", "\"50.0\"", D ",\"to\":\"2030-01-01\"")));
    doing(l, CORRECT("2026-03-02T20:00:00+08:00", "c1", "2026-03-02T08:00:00+08:00", "31.50", ""));
    doing(l, "{\"at\":\"2026-03-03T13:00:00+08:00\",\"by\":\"fang\",\"act\":\"outlet.mark\",\"id\":\"m1\",\"outlet\":\"jiang-gas-1\",\"kind\":\"maintenance\","
             "\"from\":\"2026-03-02T09:00:00+08:00\",\"to\":\"2026-03-02T11:00:00+08:00\",\"reason\":\"换管\",\"factors\":[\"a21026\"]}");
    doing(l, "{\"at\":\"2026-03-03T13:01:00+08:00\",\"by\":\"sys\",\"act\":\"outlet.access\",\"outlet\":\"jiang-gas-1\",\"networks\":[\"10.1.0.0/16\",\"2001:db8::/32\"]}");
    doing(l, "{\"at\":\"2026-03-03T13:02:00+08:00\",\"by\":\"fang\",\"act\":\"outlet.unmark\",\"mark\":\"m1\",\"reason\":\"填错\"}");
    doing(l, "{\"at\":\"2026-03-03T13:03:00+08:00\",\"by\":\"wei\",\"act\":\"outlet.amend\",\"outlet\":\"jiang-gas-1\",\"name\":\"新名\",\"lon\":114.5}");
    doing(l, "{\"at\":\"2026-03-03T13:04:00+08:00\",\"by\":\"wei\",\"act\":\"outlet.close\",\"outlet\":\"jiang-gas-1\",\"reason\":\"拆除\"}");
    doing(l, "{\"at\":\"2026-03-03T13:05:00+08:00\",\"by\":\"system\",\"act\":\"readings.anchor\",\"id\":\"a1\",\"day\":\"2026-03-02\",\"revision\":0,\"chunks\":3,"
             "\"root\":\"sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0\"}");
    life_close(l);
    struct store *again = life_replayed(l, l->scene->store);
    life_same_tables(l->scene->store, again);
    struct db *d;
    assert_ok(db_open(again, false, &d));
    assert_int_equal(scene_int(d, "SELECT COUNT(*) FROM emission_limit WHERE value IN ('0.035', '50.0')"), 2);
    db_close(d);
    store_close(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        outlet_test(the_special_limit_wins_on_its_days), outlet_test(kinds_stand_beside_each_other_and_rows_are_mended),
        outlet_test(marks_in_force), outlet_test(the_newest_correction_of_a_slot), outlet_test(the_outlet_of_a_logger),
        outlet_test(rules_follow_the_settings), outlet_test(bad_rows_are_named), outlet_test(replay_gives_the_same)};
    return scene_run("monitor/series/overlays", tests);
}
