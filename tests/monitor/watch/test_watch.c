/*
 * Detectors over a real readings store: what was forged becomes one clue of the bureau concerned, honest plants none; a run goes on where
 * one stopped; a finding is computed again to the same bytes; the day's budget and the officers' verdicts are kept. Both engines.
 */
#include "testing.h"
#include "acts/life.h"
#include "monitor/province.h"
#include "monitor/watch/watch_private.h"

enum { DAYS = 70, OUTLETS = 3 };

static const struct attack replay = {.kind = ATTACK_REPLAY, .strength = 5, .channel = 0, .first = 1200, .n = 168, .seed = 3};
static const struct province_outlet outlets[OUTLETS] = {
    {.id = "gas-1", .name = "清河镀业锅炉排口", .subject = "jiang", .mn = "420102A1B2C3D4E5F6000001", .kind = "gas", .plant = PLANT_COAL_BOILER,
     .seed = 21, .attack = &replay},
    {.id = "gas-2", .name = "清河镀业二号锅炉", .subject = "jiang", .mn = "420102A1B2C3D4E5F6000002", .kind = "gas", .plant = PLANT_COAL_BOILER, .seed = 22},
    {.id = "water-1", .name = "清河镀业总排口", .subject = "jiang", .mn = "420102A1B2C3D4E5F6000003", .kind = "water",
     .plant = PLANT_SEWAGE_WORKS, .seed = 23}};

struct scene_of { struct life *life; struct readings *readings; struct watch *watch, *early /* opened before anything ran */; struct watch_options options; };

/* Two that send the same numbers: one analyser for two stacks, or one copied from the other. */
static const struct province_outlet twins[] = {
    {.id = "gas-1", .name = "清河镀业锅炉排口", .subject = "jiang", .mn = "420102A1B2C3D4E5F6000001", .kind = "gas", .plant = PLANT_COAL_BOILER, .seed = 21, .attack = &replay},
    {.id = "gas-9", .name = "清河镀业备用排口", .subject = "jiang", .mn = "420102A1B2C3D4E5F6000009", .kind = "gas", .plant = PLANT_COAL_BOILER, .seed = 21, .attack = &replay}};

static int setup_of(void **state, const struct province_outlet *list, size_t n)
{
    struct scene_of *s = calloc(1, sizeof *s);
    void *life;
    usec now = time_now();
    bool ready;
    life_setup(&life);
    s->life = life;
    life_open(s->life, ACTS_SIMULATE | ACTS_NO_THREAD);
    life_play(s->life->acts, STORIES "/parts/01-bureau.jsonl");
    struct store *house = s->life->scene->store;
    province_outlets(house, list, n, now);
    assert_ok(readings_open(house, READINGS_WRITE, &s->readings));
    province_frames(s->readings, list, n, now, DAYS, 0);
    assert_ok(watch_open(house, s->readings, false, &s->early));
    assert_ok(watch_ready(s->early, &ready));
    assert_false(ready);
    assert_ok(watch_open(house, s->readings, true, &s->watch));
    s->options = (struct watch_options){.last = day_of(now) - 1, .days = DAYS - 1, .workers = 2};
    *state = s;
    return 0;
}

static int watch_setup(void **state)
{
    return setup_of(state, outlets, OUTLETS);
}

static int twins_setup(void **state)
{
    return setup_of(state, twins, 2);
}

static int watch_teardown(void **state)
{
    struct scene_of *s = *state;
    void *life = s->life;
    watch_close(s->early);
    watch_close(s->watch);
    readings_close(s->readings);
    free(s);
    return life_teardown(&life);
}

static int64_t house_count(struct scene_of *s, const char *sql)
{
    AUTO_DB struct db *d = NULL;
    int64_t n;
    assert_ok(db_open(s->life->scene->store, false, &d));
    assert_ok(db_one_int(d, sql, NULL, 0, &n));
    return n;
}

/* A server that only reads need not be started again when the detectors ran for the first time. */
static void the_first_run_is_seen(void **state)
{
    struct scene_of *s = *state;
    AUTO_ARENA(a);
    struct watch_report report;
    struct watch_finding *list;
    size_t n;
    bool ready;
    assert_ok(watch_run(s->watch, s->life->acts, &s->options, NULL, NULL, &report));
    assert_ok(watch_ready(s->early, &ready));
    assert_true(ready);
    assert_ok(watch_findings(s->early, a, &(struct watch_filter){.level = LEVEL_CLUE}, STR_NONE, 100, &list, &n));
    assert_int_equal(n, report.clues);
}

static void forged_hours_become_one_clue(void **state)
{
    struct scene_of *s = *state;
    AUTO_ARENA(a);
    struct watch_report report;
    struct watch_finding *list;
    size_t n;
    assert_ok(watch_run(s->watch, s->life->acts, &s->options, NULL, NULL, &report));
    assert_int_equal(report.outlets, OUTLETS);
    assert_true(report.readings > OUTLETS * 24 * 60 * 5);
    assert_true(report.clues >= 1);
    assert_int_equal(report.reported, report.clues);
    assert_int_equal(house_count(s, "SELECT COUNT(*) FROM clue WHERE author = 'detector'"), report.reported);
    assert_int_equal(house_count(s, "SELECT COUNT(*) FROM clue WHERE subject = 'jiang' AND agency = 'wuhan'"), report.reported);
    assert_ok(watch_findings(s->watch, a, &(struct watch_filter){.level = LEVEL_CLUE}, STR_NONE, 100, &list, &n));
    assert_int_equal(n, report.clues);
    for (size_t i = 0; i < n; i++) {
        assert_str(list[i].outlet, "gas-1");
        assert_int_equal(list[i].state, WATCH_REPORTED);
        assert_true(list[i].clue.n > 0 && str_starts(list[i].json, S("{")));
        assert_true(str_find(list[i].sentence, S("造假")) < 0 && str_find(list[i].sentence, S("违法")) < 0);
    }
}

static void a_second_run_says_nothing_new(void **state)
{
    struct scene_of *s = *state;
    struct watch_report first, second, later;
    assert_ok(watch_run(s->watch, s->life->acts, &s->options, NULL, NULL, &first));
    assert_ok(watch_run(s->watch, s->life->acts, &s->options, NULL, NULL, &second));
    assert_int_equal(second.outlets, 0);
    assert_int_equal(second.skipped, OUTLETS);
    s->options.days--; /* another span, the same contradiction: the same finding */
    assert_ok(watch_run(s->watch, s->life->acts, &s->options, NULL, NULL, &later));
    assert_int_equal(later.outlets, OUTLETS);
    assert_int_equal(later.reported + later.clues + later.continued, 0);
    assert_int_equal(house_count(s, "SELECT COUNT(*) FROM clue WHERE author = 'detector'"), first.reported);
}

/* The same numbers at two outlets are two findings, each with its own number, and each is computed again to its own bytes. */
static void twins_have_a_finding_each(void **state)
{
    struct scene_of *s = *state;
    AUTO_ARENA(a);
    struct watch_report report;
    struct watch_finding *list;
    size_t n, at[2] = {0};
    assert_ok(watch_run(s->watch, s->life->acts, &s->options, NULL, NULL, &report));
    assert_ok(watch_findings(s->watch, a, &(struct watch_filter){.level = LEVEL_CLUE}, STR_NONE, 100, &list, &n));
    for (size_t i = 0; i < n; i++) {
        str json;
        bool same;
        at[str_eq(list[i].outlet, S("gas-9"))]++;
        assert_ok(watch_replay(s->watch, a, list[i].id, &json, &same));
        assert_true(same);
    }
    assert_true(at[0] >= 1);
    assert_int_equal(at[0], at[1]);
}

/* Seen while it grows: the longer one continues what the officer already has. */
/* What stands, and nothing else. */
static size_t standing(struct scene_of *s, struct arena *a, struct watch_finding **ret)
{
    size_t n;
    assert_ok(watch_findings(s->watch, a, &(struct watch_filter){.level = -1}, STR_NONE, LIMIT_WATCH_FINDINGS, ret, &n));
    for (size_t i = 0; i < n; i++)
        assert_int_equal((*ret)[i].state, WATCH_OPEN);
    return n;
}

static bool speaks_of(const struct watch_finding *f, const struct watch_finding *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(f->id, list[i].id) || (f->level == LEVEL_CLUE && list[i].level == LEVEL_CLUE && str_eq(f->outlet, list[i].outlet) && str_eq(f->lead, list[i].lead) &&
                                          str_eq(f->factor, list[i].factor) && f->from < list[i].to && f->to > list[i].from))
            return true;
    return false;
}

static void day_by_day_ends_where_one_look_does(void **state)
{
    enum { EARLIER = 12 };
    static const char *const tables[] = {"finding", "done", "run", "ran", "seen", "tally", "figure", "keeper"};
    struct scene_of *s = *state;
    AUTO_ARENA(a);
    struct watch_report report;
    struct watch_finding *daily, *once, *all;
    struct watch_options o = s->options;
    size_t past = 0, daily_n, once_n, all_n;
    for (int back = EARLIER; back >= 0; back -= 3) {
        o.last = (day)(s->options.last - back), o.days = s->options.days - back;
        assert_ok(watch_run(s->watch, NULL, &o, NULL, NULL, &report));
    }
    daily_n = standing(s, a, &daily);
    assert_ok(watch_findings(s->watch, a, &(struct watch_filter){.level = -1, .continued = true, .unsure = true}, STR_NONE, LIMIT_WATCH_FINDINGS, &all, &all_n));
    for (size_t i = 0; i < all_n; i++)
        past += all[i].state == WATCH_PAST;
    assert_true(past > 0); /* edges that moved */
    assert_true(daily_n > 0);
    /* the same store, never looked at before */
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        assert_ok(db_exec(s->watch->db, arena_printf(a, "DELETE FROM reading_watch_%s", tables[i]).p, NULL, NULL));
    assert_ok(watch_run(s->watch, NULL, &s->options, NULL, NULL, &report));
    once_n = standing(s, a, &once);
    for (size_t i = 0; i < daily_n; i++)
        assert_true(speaks_of(&daily[i], once, once_n));
    for (size_t i = 0; i < once_n; i++)
        assert_true(speaks_of(&once[i], daily, daily_n));
}

static void a_growing_contradiction_is_one_clue(void **state)
{
    struct scene_of *s = *state;
    struct watch_report early, late;
    struct watch_options whole = s->options;
    s->options.last = (day)(whole.last - (DAYS - 1) + 53); /* in the middle of the forged week */
    s->options.days = 53;
    assert_ok(watch_run(s->watch, s->life->acts, &s->options, NULL, NULL, &early));
    assert_true(early.reported >= 1);
    assert_ok(watch_run(s->watch, s->life->acts, &whole, NULL, NULL, &late));
    assert_true(late.continued >= 1);
    assert_int_equal(late.reported, 0);
    AUTO_ARENA(a);
    struct watch_finding *list, *with;
    size_t n, with_n;
    bool hint = false;
    assert_ok(watch_findings(s->watch, a, &(struct watch_filter){.level = -1}, STR_NONE, LIMIT_WATCH_FINDINGS, &list, &n));
    assert_ok(watch_findings(s->watch, a, &(struct watch_filter){.level = -1, .continued = true}, STR_NONE, LIMIT_WATCH_FINDINGS, &with, &with_n));
    assert_int_equal(with_n, n + (size_t)late.continued);
    for (size_t i = 0; i < with_n; i++) { /* clues first */
        assert_false(hint && with[i].level == LEVEL_CLUE);
        hint = with[i].level == LEVEL_HINT;
    }
}

static void a_finding_is_computed_again(void **state)
{
    struct scene_of *s = *state;
    AUTO_ARENA(a);
    struct watch_report report;
    struct watch_finding *list;
    size_t n;
    str json;
    bool same;
    assert_ok(watch_run(s->watch, NULL, &s->options, NULL, NULL, &report));
    assert_int_equal(report.reported, 0);
    assert_ok(watch_findings(s->watch, a, &(struct watch_filter){.level = -1}, STR_NONE, 100, &list, &n));
    assert_true(n >= 1);
    for (size_t i = 0; i < n && i < 5; i++) {
        assert_ok(watch_replay(s->watch, a, list[i].id, &json, &same));
        assert_true(same);
    }
    assert_err(watch_finding(s->watch, a, S("nobody"), &list[0]), ERR_MISSING);
    err_clear();
}

static void the_budget_of_a_day_is_kept(void **state)
{
    struct scene_of *s = *state;
    struct watch_report report;
    struct act_answer answer = life_do(s->life, NULL, "{\"act\":\"policy.set\",\"by\":\"han\",\"at\":\"2026-03-01T09:00:00+08:00\",\"name\":"
                                                      "\"clue_budget_per_day\",\"value\":0,\"reason\":\"人员集中办案\"}");
    assert_int_equal(answer.verdict, ACT_ALLOWED);
    assert_ok(watch_run(s->watch, s->life->acts, &s->options, NULL, NULL, &report));
    assert_int_equal(report.reported, 0);
    assert_int_equal(report.held_back, report.clues);
    life_do(s->life, NULL, "{\"act\":\"policy.set\",\"by\":\"han\",\"at\":\"2026-03-02T09:00:00+08:00\",\"name\":\"clue_budget_per_day\","
                           "\"value\":5,\"reason\":\"恢复\"}");
    assert_ok(watch_run(s->watch, s->life->acts, &s->options, NULL, NULL, &report)); /* what waited goes out now */
    assert_true(report.reported >= 1);
}

static void officers_verdicts_measure_the_detector(void **state)
{
    struct scene_of *s = *state;
    AUTO_ARENA(a);
    struct watch_report report;
    struct watch_finding *list;
    struct watch_measure *measures;
    size_t n;
    usec now = time_now();
    assert_ok(watch_run(s->watch, s->life->acts, &s->options, NULL, NULL, &report));
    assert_ok(watch_findings(s->watch, a, &(struct watch_filter){.level = LEVEL_CLUE}, STR_NONE, 1, &list, &n));
    assert_int_equal(n, 1);
    const char *clue = arena_cstr(a, list[0].clue), *at = arena_cstr(a, time_rfc3339(a, now + USEC_HOUR));
    life_do(s->life, NULL, arena_cstr(a, arena_printf(a, "{\"act\":\"clue.receive\",\"by\":\"luo\",\"clue\":\"%s\",\"at\":\"%s\"}", clue, at)));
    struct act_answer answer = life_do(s->life, NULL, arena_cstr(a, arena_printf(a,
        "{\"act\":\"clue.judge\",\"by\":\"luo\",\"clue\":\"%s\",\"verdict\":\"confirmed\",\"reasons\":\"调取分析仪历史\",\"at\":\"%s\"}", clue, at)));
    assert_int_equal(answer.verdict, ACT_ALLOWED);
    assert_ok(watch_measures(s->watch, a, &measures));
    int64_t judged = 0, confirmed = 0;
    for (size_t i = 0; i < detector_count(); i++)
        if (str_eq(str_of(measures[i].detector->id), list[0].lead))
            judged = measures[i].judged, confirmed = measures[i].confirmed;
    assert_int_equal(judged, 1);
    assert_int_equal(confirmed, 1);
}

static void an_outlet_without_readings_is_no_fault(void **state)
{
    struct scene_of *s = *state;
    AUTO_ARENA(a);
    struct watch_report report;
    struct table *t;
    struct watch_outlet *list;
    size_t n;
    s->options.last = day_from_civil(2020, 1, 31);
    s->options.days = 30;
    assert_ok(watch_run(s->watch, s->life->acts, &s->options, NULL, NULL, &report));
    assert_int_equal(report.clues + report.hints, 0);
    assert_ok(watch_outlets(s->watch, a, STR_NONE, 10, &list, &n));
    assert_int_equal(n, OUTLETS);
    assert_str(list[0].agency, "wuhan");
    assert_err(watch_table(s->watch, a, &list[0], s->options.last - WATCH_SPAN_MOST, s->options.last, USEC_NONE, &t), ERR_LIMIT);
    s->options.outlet = S("nobody");
    assert_err(watch_run(s->watch, NULL, &s->options, NULL, NULL, &report), ERR_MISSING);
    err_clear();
}

static const struct watch_said *said(const struct watch_look *look, const char *id)
{
    for (size_t i = 0; i < look->n; i++)
        if (strcmp(look->said[i].detector->id, id) == 0)
            return &look->said[i];
    fail();
    return NULL;
}

/* What ran, what lacked data and what found nothing is kept for each outlet and counted over the run. */
static void a_run_keeps_what_it_looked_at(void **state)
{
    struct scene_of *s = *state;
    AUTO_ARENA(a);
    struct watch_report report;
    struct watch_run *runs;
    struct watch_tally *tallies;
    struct watch_look look;
    struct watch_finding *list;
    size_t n;
    bool ready;
    assert_ok(watch_run(s->watch, s->life->acts, &s->options, NULL, NULL, &report));
    assert_ok(watch_ready(s->early, &ready));
    assert_ok(watch_runs(s->early, a, 10, &runs, &n));
    assert_int_equal(n, 1);
    assert_true(runs[0].ended != USEC_NONE && runs[0].last == s->options.last && runs[0].tests > 100);
    assert_int_equal(runs[0].outlets, OUTLETS);
    assert_int_equal(runs[0].findings - runs[0].standing, report.unsure);
    assert_ok(watch_tallies(s->watch, a, &runs[0], &tallies, &n));
    assert_int_equal(n, detector_count());
    for (size_t i = 0; i < n; i++) {
        int64_t sum = 0;
        for (int o = 0; o <= WATCH_LACKED; o++)
            sum += tallies[i].count[o];
        assert_int_equal(sum, OUTLETS);
    }
    assert_ok(watch_findings(s->watch, a, &(struct watch_filter){.level = LEVEL_CLUE}, STR_NONE, 10, &list, &n));
    assert_ok(watch_look(s->watch, a, S("gas-1"), USEC_NONE, &look));
    assert_true(look.readings > 24 * 60 && look.n == detector_count());
    assert_int_equal(said(&look, arena_cstr(a, list[0].lead))->outcome, WATCH_FOUND);
    assert_int_equal(said(&look, "C1")->outcome, WATCH_CLEAN);
    assert_int_equal(said(&look, "B18")->outcome, WATCH_CLEAN); /* the company's other boiler was beside it */
    assert_int_equal(said(&look, "D2")->outcome, WATCH_LACKED);
    assert_str(said(&look, "D2")->lacked, "零点、量程、标样核查记录");
    assert_true(said(&look, "A10")->silent && !said(&look, "C1")->silent);
    assert_ok(watch_look(s->watch, a, S("gas-1"), 0, &look)); /* nothing before: the first afterwards */
    assert_err(watch_look(s->watch, a, S("nobody"), USEC_NONE, &look), ERR_MISSING);
    err_clear();
}

/* What a run compares keepers with is counted when it begins: clues and relations that come while it goes on, or before it is replayed, change
 * nothing of it. The next run counts again. */
static void keepers_are_counted_once_a_run(void **state)
{
    struct scene_of *s = *state;
    AUTO_ARENA(a);
    AUTO_DB struct db *d = NULL;
    struct watch_outlet *all;
    struct keepers *k;
    size_t n;
    bool made;
    day last = s->options.last;
    usec now = time_now();
    assert_ok(db_open(s->life->scene->store, true, &d));
    assert_ok(db_begin_write(d));
    assert_ok(db_exec(d, "INSERT INTO relation (id, seq, a_kind, a_id, b_kind, b_id, type) VALUES ('r-keeper', 900, 'subject', 'other', 'subject', 'jiang', 'service')", NULL, NULL));
    assert_ok(db_commit(d));
    assert_ok(watch_all_outlets(s->watch, a, &all, &n));
    assert_int_equal(n, OUTLETS);
    assert_ok(keepers_load(s->watch, a, S("run-1"), &k, &made));
    assert_false(made);
    assert_null(keeper_of(k, S("jiang")));
    assert_ok(keepers_make(s->watch, a, all, n, S("run-1"), last, now, &k));
    assert_int_equal(keeper_of(k, S("jiang"))->outlets, OUTLETS);
    assert_int_equal(keeper_of(k, S("jiang"))->suspect, 0);
    /* a clue comes, and the service ends */
    assert_ok(db_exec(s->watch->db, "INSERT INTO reading_watch_finding (id, outlet, mn, name, agency, lead, detectors, factor, level, state, from_time, to_time, found,"
                                    " severity, sentence, json, clue, continues, first_day, last_day, rules, silent, light) VALUES ('f-keeper', 'gas-1', '', '', '', 'A1',"
                                    " 'A1', '', 1, 1, 0, 1, 1, 0, '', '', '', '', 0, 0, '', '', 0)", NULL, NULL));
    assert_ok(db_begin_write(d));
    assert_ok(db_exec(d, "UPDATE relation SET type = 'other' WHERE id = 'r-keeper'", NULL, NULL));
    assert_ok(db_commit(d));
    for (int again = 0; again < 2; again++) {
        if (again)
            assert_ok(keepers_load(s->watch, a, S("run-1"), &k, &made));
        else
            assert_ok(keepers_make(s->watch, a, all, n, S("run-1"), last, now, &k));
        assert_int_equal(keeper_of(k, S("jiang"))->outlets, OUTLETS);
        assert_int_equal(keeper_of(k, S("jiang"))->suspect, 0);
    }
    assert_ok(keepers_make(s->watch, a, all, n, S("run-2"), last, now, &k));
    assert_null(keeper_of(k, S("jiang")));
    assert_ok(db_begin_write(d));
    assert_ok(db_exec(d, "UPDATE relation SET type = 'service' WHERE id = 'r-keeper'", NULL, NULL));
    assert_ok(db_commit(d));
    assert_ok(keepers_make(s->watch, a, all, n, S("run-3"), last, now, &k));
    assert_int_equal(keeper_of(k, S("jiang"))->suspect, 1);
}

/* Records of a device are looked at from the next run on, and are no part of what was known before. */
static void records_are_looked_at(void **state)
{
    struct scene_of *s = *state;
    AUTO_ARENA(a);
    struct watch_report report;
    struct watch_look look;
    size_t n;
    bool is_new;
    buf b = buf_make(a, 1 << 16);
    buf_add(&b, S("time,kind,factor,measured,nominal\n"));
    for (int i = 0; i < 24; i++) { /* twenty-four checks without any error, and one of another year */
        struct civil c = civil_of_day((day)(s->options.last - 2 * i - 1));
        buf_printf(&b, "%04d-%02d-%02d 08:00,span,a21026,100.00,100.00\n", c.year, c.month, c.dom);
    }
    buf_add(&b, S("2020-01-01 08:00,remote,a21026,1,2\n"));
    assert_err(watch_records_put(s->watch, str_of(outlets[0].mn), S("bad.csv"), S("time\n"), time_now(), &n, &is_new), ERR_INPUT);
    err_clear();
    assert_ok(watch_records_put(s->watch, str_of(outlets[0].mn), S("checks.csv"), buf_str(&b), time_now(), &n, &is_new));
    assert_true(is_new && n == 25);
    assert_ok(watch_records_put(s->watch, str_of(outlets[0].mn), S("again.csv"), buf_str(&b), time_now(), &n, &is_new));
    assert_false(is_new);
    s->options.outlet = S("gas-1");
    assert_ok(watch_run(s->watch, NULL, &s->options, NULL, NULL, &report));
    assert_ok(watch_look(s->watch, a, S("gas-1"), USEC_NONE, &look));
    assert_int_equal(said(&look, "D2")->outcome, WATCH_FOUND);
    assert_int_equal(said(&look, "D1")->outcome, WATCH_LACKED); /* the remote check lies outside the span */
    struct table t = {.from = 0, .step_s = 3600, .n = 1};
    assert_ok(records_in(s->watch, a, str_of(outlets[0].mn), 1, &t)); /* as known long before */
    assert_int_equal(t.checks_n, 0);
}

static str habits_text(struct scene_of *s, struct arena *a, const char *outlet, usec as_of, bool light, struct habits *ret)
{
    const struct table *t;
    buf b = buf_make(a, 1 << 20);
    struct json_out o = {&b, false};
    assert_ok(watch_habits(s->watch, a, str_of(outlet), (day)(s->options.last - s->options.days + 1), s->options.last, as_of, light, ret, &t));
    habits_json(&o, t, ret);
    return buf_str(&b);
}

/* The mark every outlet has (12 h, entered as it ended), and one of two hours entered a day late: seen from when it was entered on, and before that the
 * same bytes as before. */
static void habits_are_told_again(void **state)
{
    struct scene_of *s = *state;
    AUTO_ARENA(a);
    struct habits h;
    const struct table *t;
    size_t n;
    bool is_new;
    usec then = time_now(), from = day_start((day)(s->options.last - 20)) + 9 * USEC_HOUR;
    str before = habits_text(s, a, "gas-1", then, false, &h);
    assert_int_equal(h.slots, 24 * s->options.days);
    assert_true(h.marks_known && h.limited && h.judged > 1000);
    assert_int_equal(h.all.n, 1);
    assert_int_equal(h.kind[MARKED_MAINTENANCE].covered, 12 * USEC_HOUR);
    assert_true(h.kind[MARKED_MAINTENANCE].entered == 1 && h.kind[MARKED_MAINTENANCE].late == 0 && h.kind[MARKED_MAINTENANCE].compared == 1);
    assert_true(h.quarters_n >= 1 && h.quarters[0].ruled);
    assert_int_equal(h.rules.capture_least, 75);
    assert_true(str_eq(habits_text(s, a, "gas-1", then, false, &h), before));

    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(s->life->scene->store, true, &d));
    assert_ok(db_exec(d, "INSERT INTO outlet_mark (id, seq, outlet, kind, from_time, to_time, reason, author, entered)"
                         " VALUES ('late', 801, 'gas-1', 'fault', :from, :to, '电源', 'wei', :entered)",
                      DB_ARGS(DB_I("from", from), DB_I("to", from + 2 * USEC_HOUR), DB_I("entered", then + USEC_DAY)), NULL));
    assert_true(str_eq(habits_text(s, a, "gas-1", then, false, &h), before));
    habits_text(s, a, "gas-1", USEC_NONE, false, &h);
    assert_true(h.kind[MARKED_FAULT].n == 1 && h.kind[MARKED_FAULT].late == 1 && h.kind[MARKED_FAULT].delay == then + USEC_DAY - from - 2 * USEC_HOUR);
    assert_int_equal(h.all.covered, 14 * USEC_HOUR);

    /* from a file of records, of which light runs know nothing; the house's own bound */
    struct civil c = civil_of(from);
    str records = arena_printf(a, "time,kind,seconds\n%04d-%02d-%02d 10:00,mark-calibration,7200\n", c.year, c.month, c.dom);
    assert_ok(watch_records_put(s->watch, str_of(outlets[0].mn), S("marks.csv"), records, then, &n, &is_new));
    assert_ok(db_exec(d, "INSERT INTO policy (name, seq, value, author) VALUES ('capture_percent_least', 1, 80, 'han')", NULL, NULL));
    habits_text(s, a, "gas-1", USEC_NONE, false, &h);
    assert_true(h.kind[MARKED_CALIBRATION].n == 1 && h.kind[MARKED_CALIBRATION].entered == 0 && h.rules.capture_least == 80);
    assert_int_equal(h.all.covered, 15 * USEC_HOUR); /* 9 to 12: an hour of each, and one of both */
    habits_text(s, a, "gas-1", USEC_NONE, true, &h);
    assert_int_equal(h.kind[MARKED_CALIBRATION].n, 0);

    habits_text(s, a, "water-1", USEC_NONE, false, &h);
    assert_true(h.quarters_n >= 1 && h.quarters[0].pollutants > 0 && !h.quarters[0].ruled && !h.quarters[0].below);
    assert_err(watch_habits(s->watch, a, S("nobody"), 0, 10, USEC_NONE, false, &h, &t), ERR_MISSING);
    assert_err(watch_habits(s->watch, a, S("gas-1"), 0, 10, USEC_NONE, false, &h, &t), ERR_MISSING); /* nothing came in 1970 */
    assert_err(watch_habits(s->watch, a, S("gas-1"), 10, 0, USEC_NONE, false, &h, &t), ERR_LIMIT);
    err_clear();
}

static struct watch_finding made(const char *id, usec at)
{
    return (struct watch_finding){.id = str_of(id), .outlet = S("gas-1"), .mn = S("1"), .name = S("一"), .agency = S("wuhan"), .lead = S("A3"), .detectors = S("A3"),
                                  .factor = S("a21002"), .level = LEVEL_HINT, .from = at, .to = at + USEC_HOUR, .sentence = S("一"), .json = S("{}"), .rules = S("x"),
                                  .silent = S("")};
}

/* One in ten thousand is rare among ten chances and nothing among a million; what is hard needs no rarity. */
static void chance_is_judged_over_the_run(void **state)
{
    struct scene_of *s = *state;
    AUTO_ARENA(a);
    int64_t rarity[] = {4000000, 2000000, 0}, unsure;
    bool hard[] = {false, false, true};
    struct watch_finding f[] = {made("rare", 0), made("common", 2 * USEC_HOUR), made("hard", 4 * USEC_HOUR)}, *list;
    struct finding_count count;
    size_t n;
    for (int wide = 0; wide < 2; wide++) {
        struct outlet_ran ran = {.outlet = S("gas-1"), .tests = wide ? 1000000 : 10, .outcomes = S(""), .list = f, .n = 3, .rarity = rarity, .hard = hard};
        assert_ok(watch_run_begin(s->watch, a, 10, 20 + wide, false, S(""), 5, &ran.run));
        assert_ok(findings_put(s->watch, &ran, 1, 10, 20 + wide, S("x"), &count));
        assert_ok(watch_run_end(s->watch, ran.run, 6, &unsure));
        assert_int_equal(unsure, wide ? 2 : 0); /* 1e-2 is the second of two: 0.05 * 2 / 10 */
        assert_ok(watch_findings(s->watch, a, &(struct watch_filter){.level = -1}, STR_NONE, 10, &list, &n));
        assert_int_equal(n, wide ? 1 : 3);
        assert_ok(watch_findings(s->watch, a, &(struct watch_filter){.level = -1, .unsure = true}, STR_NONE, 10, &list, &n));
        assert_int_equal(n, 3);
    }
    /* the first run again: what stood there stands again */
    struct outlet_ran ran = {.outlet = S("gas-1"), .tests = 10, .outcomes = S(""), .list = f, .n = 3, .rarity = rarity, .hard = hard};
    assert_ok(watch_run_begin(s->watch, a, 10, 20, false, S(""), 7, &ran.run));
    assert_ok(findings_put(s->watch, &ran, 1, 10, 20, S("x"), &count));
    assert_ok(watch_run_end(s->watch, ran.run, 8, &unsure));
    assert_int_equal(unsure, 0);
}

/* One look: these were seen, with such rarity. */
static void looked(struct scene_of *s, struct outlet_ran *ran, day first, day last, struct watch_finding *f, size_t n, int64_t rarity)
{
    AUTO_ARENA(a);
    struct finding_count count;
    int64_t each[] = {rarity, rarity, rarity, rarity}, unsure;
    bool hard[4] = {false};
    assert_true(n <= 4);
    ran->outlet = S("gas-1"), ran->outcomes = S(""), ran->silent = ran->silent.p ? ran->silent : S("");
    ran->tests = 100, ran->readings = 1000, ran->list = f, ran->n = n, ran->rarity = each, ran->hard = hard;
    for (size_t i = 0; i < n; i++)
        f[i].first = first, f[i].last = last;
    assert_ok(watch_run_begin(s->watch, a, first, last, ran->light, ran->silent, 5, &ran->run));
    assert_ok(findings_put(s->watch, ran, 1, first, last, S("x"), &count));
    assert_ok(watch_run_end(s->watch, ran->run, 6, &unsure));
}

static enum watch_state state_of(struct scene_of *s, const char *id, enum finding_level level)
{
    AUTO_ARENA(a);
    struct watch_finding f;
    assert_ok(watch_finding(s->watch, a, str_of(id), &f));
    assert_int_equal(f.level, level);
    return f.state;
}

static struct watch_finding clue_of(const char *id, day first, day last)
{
    struct watch_finding f = made(id, day_start(first));
    f.level = LEVEL_CLUE;
    f.to = day_start(last);
    return f;
}

#define LOOKED(first, last, rarity, ...)                                                            \
    do {                                                                                            \
        struct watch_finding seen_[] = {__VA_ARGS__};                                               \
        looked(s, &(struct outlet_ran){0}, first, last, seen_, sizeof seen_ / sizeof *seen_, rarity); \
    } while (0)
#define LOOKED_IN_VAIN(first, last, ...) looked(s, &(struct outlet_ran){__VA_ARGS__}, first, last, NULL, 0, 0)

enum { RARE = 9000000, COMMON = 100000 };

/* What continued a clue that is past now stands alone when it is seen again. */
static void what_continued_the_past_stands(void **state)
{
    struct scene_of *s = *state;
    LOOKED(100, 150, RARE, clue_of("one", 120, 125));
    LOOKED(101, 151, RARE, clue_of("two", 121, 128));
    assert_int_equal(state_of(s, "one", LEVEL_CLUE), WATCH_OPEN);
    assert_int_equal(state_of(s, "two", LEVEL_CLUE), WATCH_CONTINUES);
    LOOKED_IN_VAIN(102, 152);
    assert_int_equal(state_of(s, "one", LEVEL_CLUE), WATCH_PAST);
    LOOKED(103, 153, RARE, clue_of("two", 121, 128));
    assert_int_equal(state_of(s, "two", LEVEL_CLUE), WATCH_OPEN);
    assert_int_equal(state_of(s, "one", LEVEL_CLUE), WATCH_PAST);
}

/* The same lead over the same hours has the same name; another family joined it. */
static void a_hint_becomes_a_clue(void **state)
{
    struct scene_of *s = *state;
    struct watch_finding hint = clue_of("one", 120, 125);
    hint.level = LEVEL_HINT;
    LOOKED(100, 150, RARE, hint);
    assert_int_equal(state_of(s, "one", LEVEL_HINT), WATCH_OPEN);
    LOOKED(101, 151, RARE, clue_of("one", 120, 125));
    assert_int_equal(state_of(s, "one", LEVEL_CLUE), WATCH_OPEN);
    LOOKED(103, 152, RARE, hint); /* of fewer days: it may lack what the other had, and what is known stands */
    assert_int_equal(state_of(s, "one", LEVEL_CLUE), WATCH_OPEN);
    LOOKED(103, 153, RARE, hint); /* as many, and newer */
    assert_int_equal(state_of(s, "one", LEVEL_HINT), WATCH_OPEN);
}

/* What is too common to stand is continued by nothing: it may grow until it is rare. */
static void an_unsure_clue_hides_no_sure_one(void **state)
{
    struct scene_of *s = *state;
    LOOKED(100, 150, COMMON, clue_of("one", 120, 125));
    assert_int_equal(state_of(s, "one", LEVEL_CLUE), WATCH_UNSURE);
    LOOKED(101, 151, RARE, clue_of("two", 120, 128));
    assert_int_equal(state_of(s, "two", LEVEL_CLUE), WATCH_OPEN);
    LOOKED(102, 152, RARE, clue_of("one", 120, 125)); /* rare itself now: still one contradiction */
    assert_int_equal(state_of(s, "one", LEVEL_CLUE), WATCH_CONTINUES);
    assert_int_equal(state_of(s, "two", LEVEL_CLUE), WATCH_OPEN);
    LOOKED(103, 153, COMMON, clue_of("two", 120, 128));
    LOOKED(104, 154, RARE, clue_of("one", 120, 125)); /* what it continued stands for nobody */
    assert_int_equal(state_of(s, "one", LEVEL_CLUE), WATCH_OPEN);
    assert_int_equal(state_of(s, "two", LEVEL_CLUE), WATCH_UNSURE);
}

/* Looks that could not see it, or are not the last word, outdate nothing. */
static void only_a_look_that_could_see_outdates(void **state)
{
    struct scene_of *s = *state;
    struct watch_finding f = clue_of("one", 140, 145);
    f.detectors = S("A3 B1");
    LOOKED(100, 150, RARE, f);
    LOOKED_IN_VAIN(139, 151);                        /* a few days: no history to judge by */
    assert_int_equal(state_of(s, "one", LEVEL_CLUE), WATCH_OPEN);
    LOOKED_IN_VAIN(101, 151, .silent = S("B1"));     /* one of its rules is silent */
    assert_int_equal(state_of(s, "one", LEVEL_CLUE), WATCH_OPEN);
    LOOKED_IN_VAIN(102, 152, .narrowed = true);
    assert_int_equal(state_of(s, "one", LEVEL_CLUE), WATCH_OPEN);
    LOOKED_IN_VAIN(103, 153, .light = true);
    assert_int_equal(state_of(s, "one", LEVEL_CLUE), WATCH_OPEN);
    LOOKED_IN_VAIN(101, 151);                        /* an older day, again */
    assert_int_equal(state_of(s, "one", LEVEL_CLUE), WATCH_OPEN);
    LOOKED_IN_VAIN(104, 154);
    assert_int_equal(state_of(s, "one", LEVEL_CLUE), WATCH_PAST);
}

/* Of two families the product of their chances is no chance: Fisher's is. */
static void chances_of_two_families_are_one(void **state)
{
    (void)state;
    const struct detector *shape = detector_find(S("A3")), *physics = detector_find(S("B11"));
    struct hit x = {.detector = shape, .p = 1e-4}, y = {.detector = physics, .p = 1e-5};
    const struct hit *hits[] = {&y, &x};
    struct finding f = {.level = LEVEL_CLUE, .hits = hits, .hits_n = 2, .lead = &y, .families = 1u << FAMILY_SHAPE | 1u << FAMILY_PHYSICS};
    assert_true(llabs(finding_rarity(&f) - 7663075) < 2); /* -log10(1e-9 * (1 + 9 ln 10)) */
    f.level = LEVEL_HINT;
    assert_int_equal(finding_rarity(&f), 5000000);
}

#define watch_test(fn) cmocka_unit_test_setup_teardown(fn, watch_setup, watch_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        watch_test(the_first_run_is_seen), watch_test(forged_hours_become_one_clue), cmocka_unit_test_setup_teardown(twins_have_a_finding_each, twins_setup, watch_teardown), watch_test(a_second_run_says_nothing_new), watch_test(day_by_day_ends_where_one_look_does), watch_test(a_growing_contradiction_is_one_clue),
        watch_test(a_finding_is_computed_again),
        watch_test(the_budget_of_a_day_is_kept), watch_test(officers_verdicts_measure_the_detector),
        watch_test(an_outlet_without_readings_is_no_fault), watch_test(a_run_keeps_what_it_looked_at), watch_test(chance_is_judged_over_the_run), watch_test(records_are_looked_at),
        watch_test(what_continued_the_past_stands), watch_test(a_hint_becomes_a_clue), watch_test(an_unsure_clue_hides_no_sure_one), watch_test(only_a_look_that_could_see_outdates),
        watch_test(keepers_are_counted_once_a_run), watch_test(habits_are_told_again),
        cmocka_unit_test(chances_of_two_families_are_one)};
    /* where there is a server, SQLite has had its turn: `./check unit` runs it without */
    return getenv("XIEZHI_TEST_POSTGRES") ? scene_run_postgres("monitor/watch", tests) : scene_run("monitor/watch", tests);
}
