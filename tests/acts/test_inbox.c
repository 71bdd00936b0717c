/*
 * Every notice of domain.md §8.2 is a row of somebody's inbox: whose it is, when it is due and in which unit, who hears of it once it is
 * late, and what ends it. A whole life is played, then what goes wrong in lives; what the calendar brings is asked for on its day.
 */
#include "acts/life.h"
#include "acts/inbox.h"

#define AT(day, time) "\"at\":\"2026-" day "T" time ":00+08:00\","

/* What a life without trouble does not raise. */
static const char *const trouble[] = {
    "{" AT("03-20", "09:00") "\"by\":\"wei\",\"act\":\"entrustment.draft\",\"id\":\"e8\",\"agreement\":\"a1\",\"kind\":\"T03\",\"matter\":\"废气治理设施运行评估\","
    "\"subjects\":[\"jiang\"],\"region\":\"420102\",\"from\":\"2026-03-22\",\"to\":\"2026-04-20\",\"officers\":[\"wei\",\"luo\"],\"members\":[\"mei\"],\"enters_site\":true,"
    "\"budget\":\"b2026\",\"amount\":1500000,\"basis\":{\"type\":\"clue\",\"ref\":\"线索\"},\"outputs\":[\"评估报告\"]}",
    "{" AT("03-20", "09:10") "\"by\":\"wei\",\"act\":\"visit.plan\",\"id\":\"v8\",\"entrustment\":\"e8\",\"subject\":\"jiang\",\"starts\":\"2026-03-24T09:30:00+08:00\","
    "\"ends\":\"2026-03-24T16:30:00+08:00\",\"approval_no\":\"江环检审〔2026〕18号\",\"notice_no\":\"江环检通〔2026〕18号\",\"helpers\":1}",
    "{" AT("03-20", "09:20") "\"by\":\"wei\",\"act\":\"notice.issue\",\"id\":\"n8\",\"entrustment\":\"e8\",\"subject\":\"jiang\",\"content\":{\"who\":\"梅工\",\"what\":\"评估\","
    "\"not_allowed\":\"检查\",\"period\":\"三月\",\"objection_route\":\"12369\"}}",
    "{" AT("03-20", "09:30") "\"by\":\"mei-u\",\"act\":\"interest.declare\",\"id\":\"d8m\",\"entrustment\":\"e8\",\"member\":\"mei\",\"has_interest\":false}",
    "{" AT("03-20", "09:31") "\"by\":\"bl-lead\",\"act\":\"interest.declare\",\"id\":\"d8p\",\"entrustment\":\"e8\",\"has_interest\":false}",
    "{" AT("03-20", "10:00") "\"by\":\"han\",\"act\":\"entrustment.approve\",\"entrustment\":\"e8\"}",
    "{" AT("03-20", "10:01") "\"by\":\"han\",\"act\":\"visit.approve\",\"visit\":\"v8\"}",
    "{" AT("03-20", "11:00") "\"by\":\"bl-lead\",\"act\":\"entrustment.decline\",\"entrustment\":\"e8\",\"reason\":\"人手不足\"}",
    "{" AT("03-20", "14:00") "\"by\":\"wei\",\"act\":\"objection.lodge\",\"id\":\"o8\",\"entrustment\":\"e8\",\"subject\":\"jiang\",\"against\":\"provider\","
    "\"ground\":\"conduct\",\"text\":\"态度生硬\"}",
    "{" AT("03-20", "14:30") "\"by\":\"han\",\"act\":\"objection.decide\",\"objection\":\"o8\",\"outcome\":\"rejected\",\"reasons\":\"经核实并无此事\"}",
    "{" AT("03-20", "15:00") "\"by\":\"han\",\"act\":\"roster.establish\",\"roster\":\"r8\",\"agency\":\"wuhan\",\"from\":\"2026-01-01\",\"to\":\"2027-12-31\"}",
    "{" AT("03-20", "15:01") "\"by\":\"han\",\"act\":\"roster.enter\",\"roster\":\"r8\",\"provider\":\"blueline\",\"from\":\"2026-03-20\",\"to\":\"2026-12-10\"}",
    "{" AT("03-20", "15:02") "\"by\":\"wei\",\"act\":\"device.register\",\"id\":\"dev8\",\"kind\":\"camera\",\"serial\":\"C-8\",\"calibration_to\":\"2026-12-01\"}"};

struct seen { struct map *kinds; int rows, overseen, hearing_over; };

static void check_row(const struct todo *t, str user)
{
    bool unit = str_find(t->due_text, S("个工作日")) >= 0 || str_find(t->due_text, S("个自然日")) >= 0 || str_find(t->due_text, S("小时")) >= 0 ||
                str_eq(t->due_text, S("没有期限"));
    bool fine = unit && t->label.n && t->owner.n && (t->thing_id.n || str_eq(t->kind, S("holiday_missing"))) && t->title.n;
    if (!fine || str_eq(t->label, S("请处理")))
        fail_msg("%.*s: %.*s: label %.*s, owner %.*s, due %.*s", STR_ARG(user), STR_ARG(t->kind), STR_ARG(t->label), STR_ARG(t->owner), STR_ARG(t->due_text));
    assert_true(t->escalates.n || str_eq(t->role, S("province")));
}

/* Everybody's inbox at one moment. */
static void look(struct life *l, const char *when, struct seen *ret)
{
    struct arena *a = l->arena;
    AUTO_DB struct db *d = NULL;
    struct db_rows rows;
    struct reader reader;
    struct todo *todo;
    size_t n;
    usec now;
    str users[100];
    size_t users_n = 0;
    assert_ok(time_parse(str_of(when), &now));
    assert_ok(db_open(l->scene->store, false, &d));
    assert_ok(db_query(d, a, "SELECT id FROM users ORDER BY id", NULL, &rows));
    for (bool more;;) {
        assert_ok(db_next(&rows, &more));
        if (!more)
            break;
        users[users_n++] = arena_str(a, db_str(&rows, 0));
    }
    for (size_t u = 0; u < users_n; u++) {
        assert_ok(reader_load(d, a, users[u], &reader));
        assert_ok(todo_list(d, a, &reader, now, 500, &todo, &n));
        for (size_t i = 0; i < n; i++) {
            check_row(&todo[i], users[u]);
            if (i)
                assert_true(todo[i - 1].due_at <= todo[i].due_at || todo[i].due_at == USEC_NONE);
            map_put(ret->kinds, arena_str(a, todo[i].kind), ret);
            ret->rows++;
            ret->overseen += todo[i].overseen;
            if (str_eq(todo[i].kind, S("hearing_period")) && todo[i].due_at < now) {
                assert_false(todo[i].overdue);
                assert_true(str_starts(todo[i].due_text, S("已届满")));
                ret->hearing_over++;
            }
        }
    }
}

static void must_have(const struct seen *s, const char *notice, const char *kind)
{
    if (!map_get(s->kinds, str_of(kind)))
        fail_msg("%s（%s）没有进入任何人的待办", notice, kind);
}

static void reopen(struct life *l)
{
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(l->scene->store, true, &d));
    assert_ok(db_begin_write(d));
    assert_ok(db_exec(d, "UPDATE todo SET closed_seq = NULL", NULL, NULL));
    assert_ok(db_commit(d));
}

static void perform(struct life *l, const char *const *acts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        AUTO_ARENA(a);
        struct act_answer answer;
        assert_ok(act_perform(l->acts, a, &(struct act_request){.json = str_of(acts[i])}, &answer));
        if (answer.verdict != ACT_ALLOWED)
            fail_msg("%s\n%.*s", acts[i], STR_ARG(answer.json));
    }
}

static void test_notices(void **state)
{
    static const struct { const char *notice, *kind; } wanted[] = {
        {"委托下达", "entrustment_accept"}, {"委托拒绝", "entrustment_declined"}, {"告知待送达", "notice_serve"}, {"异议收到", "objection_decide"},
        {"异议答复", "objection_reply"}, {"线索签收", "clue_receive"}, {"线索处理", "clue_decide"},
        {"材料核实", "material_verify"}, {"备案缺失", "record_due"}, {"备案", "record_file"}, {"合同公告", "agreement_publish"}, {"合同备案", "agreement_file"},
        {"付款申请到期", "payment_request"}, {"付款到期", "payment_pay"}, {"委托审批", "entrustment_approve"}, {"现场审批", "visit_approve"}};
    struct life *l = *state;
    struct seen seen = {.kinds = map_new(l->arena)};
    life_play(l->acts, STORIES "/life.jsonl");
    perform(l, trouble, sizeof trouble / sizeof *trouble);
    reopen(l);
    look(l, "2026-03-23T09:00:00+08:00", &seen);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        must_have(&seen, wanted[i].notice, wanted[i].kind);
    assert_true(seen.overseen > 0); /* what is late stands with who looks after it */
}

static void test_calendar(void **state)
{
    static const struct { const char *notice, *kind, *when; } wanted[] = {
        {"入场条件不足", "entry_unready", "2026-03-23T12:00:00+08:00"}, {"名录到期", "roster_expiring", "2026-11-11T09:00:00+08:00"},
        {"设备检定到期", "device_expiring", "2026-11-24T09:00:00+08:00"}, {"协议到期", "agreement_expiring", "2026-12-31T09:00:00+08:00"},
        {"执法证件到期", "certificate_expiring", "2027-05-10T09:00:00+08:00"}, {"辅助证到期", "card_expiring", "2026-12-31T09:00:00+08:00"},
        {"资质证书到期", "qualification_expiring", "2029-12-10T09:00:00+08:00"},
        {"假期表缺失", "holiday_missing", "2026-12-01T09:00:00+08:00"}};
    struct life *l = *state;
    life_play(l->acts, STORIES "/prefix-accepted.jsonl");
    perform(l, trouble, 7);
    perform(l, trouble + 10, 3);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct seen seen = {.kinds = map_new(l->arena)};
        look(l, wanted[i].when, &seen);
        must_have(&seen, wanted[i].notice, wanted[i].kind);
    }
    /* A month and a day earlier nobody is troubled yet. */
    struct seen early = {.kinds = map_new(l->arena)};
    look(l, "2026-10-30T09:00:00+08:00", &early);
    assert_null(map_get(early.kinds, S("roster_expiring")));
    assert_null(map_get(early.kinds, S("holiday_missing")));
}

/* What goes wrong in other lives, and the periods that run in open cases. */
static void test_other_lives(void **state)
{
    static const char prefix[] = "01-bureau 02-agreement 03-draft 04-task 05-plan 06-notice 07-officers-enter 08-helper-enters 09-clue 10-visit-ends 11-case";
    static const char rest[] = " 12-verified 13-record 14-paid 15-papers";
    struct life *l = *state;
    struct seen seen = {.kinds = map_new(l->arena)};
    str parts = str_of(prefix), part;
    while (parts.p && str_next(&parts, ' ', &part))
        life_play(l->acts, arena_cstr(l->arena, arena_printf(l->arena, STORIES "/parts/%.*s.jsonl", STR_ARG(part))));
    look(l, "2026-03-12T09:00:00+08:00", &seen);
    must_have(&seen, "办案期限", "case_undecided");
    parts = str_of(rest + 1);
    while (parts.p && str_next(&parts, ' ', &part))
        life_play(l->acts, arena_cstr(l->arena, arena_printf(l->arena, STORIES "/parts/%.*s.jsonl", STR_ARG(part))));
    look(l, "2026-03-23T09:00:00+08:00", &seen);
    must_have(&seen, "陈述申辩、听证期限", "hearing_period");
    look(l, "2026-03-31T09:00:00+08:00", &seen);
    assert_true(seen.hearing_over > 0); /* the party's term: over is not overdue for the officer */
    perform(l, (const char *const[]){"{" AT("04-01", "09:00") "\"by\":\"wei\",\"act\":\"case.attach\",\"case\":\"k1\",\"kind\":\"decision\",\"form\":\"P17\","
                                     "\"ref\":\"行政处罚决定书\",\"date\":\"2026-04-01\"}"}, 1);
    look(l, "2026-04-02T09:00:00+08:00", &seen);
    must_have(&seen, "决定送达期限", "decision_unserved");
}

static void story_raises(void **state, const char *story, const char *notice, const char *kind)
{
    struct life *l = *state;
    struct seen seen = {.kinds = map_new(l->arena)};
    life_play(l->acts, story);
    reopen(l);
    look(l, "2026-03-12T09:00:00+08:00", &seen);
    must_have(&seen, notice, kind);
}

static void test_interest(void **state)
{
    story_raises(state, STORIES "/provider/interest-after-approval.jsonl", "回避：申报利害关系", "interest_declared");
}

/* Ties recorded while the work runs: what is indirect the lawyers review, an officer's own the head ends. */
static void test_ties(void **state)
{
    static const char *const acts[] = {
        "{" AT("03-04", "09:00") "\"by\":\"wei\",\"act\":\"relation.record\",\"id\":\"r1\",\"a\":\"provider:blueline\",\"b\":\"subject:jiang\",\"type\":\"shared_address\"}",
        "{" AT("03-04", "09:01") "\"by\":\"wei\",\"act\":\"relation.record\",\"id\":\"r2\",\"a\":\"user:luo\",\"b\":\"subject:jiang\",\"type\":\"kinship\"}"};
    struct life *l = *state;
    struct seen before = {map_new(l->arena), 0, 0}, seen = {map_new(l->arena), 0, 0};
    life_play(l->acts, STORIES "/prefix-accepted.jsonl");
    look(l, "2026-03-04T08:00:00+08:00", &before);
    assert_null(map_get(before.kinds, S("relation_review")));
    perform(l, acts, sizeof acts / sizeof *acts);
    look(l, "2026-03-04T10:00:00+08:00", &seen);
    must_have(&seen, "关系须审查", "relation_review");
    must_have(&seen, "执法人员回避", "officer_recusal");
}

/* Accepted work wants a notice; where one was written with the draft there is nothing left to write. */
static void test_notice_due(void **state)
{
    static const char *const accept = "{" AT("03-20", "11:00") "\"by\":\"bl-lead\",\"act\":\"entrustment.accept\",\"entrustment\":\"e8\"}";
    struct life *l = *state;
    struct seen seen = {.kinds = map_new(l->arena)};
    int64_t wanted;
    life_play(l->acts, STORIES "/prefix-accepted.jsonl");
    look(l, "2026-03-05T09:00:00+08:00", &seen);
    must_have(&seen, "告知待制作", "notice_due");
    perform(l, trouble, 7);
    perform(l, &accept, 1);
    {
        AUTO_DB struct db *d = NULL;
        assert_ok(db_open(l->scene->store, false, &d));
        assert_ok(db_one_int(d, "SELECT COUNT(*) FROM todo WHERE kind = 'notice_due' AND thing_id = 'e8'", NULL, -1, &wanted));
    }
    assert_int_equal(wanted, 0);
}

static void test_alone(void **state)
{
    struct life *l = *state;
    struct seen seen = {.kinds = map_new(l->arena)};
    life_play(l->acts, STORIES "/visit/unaccompanied.jsonl");
    str approve = arena_printf(l->arena, "{" AT("03-05", "17:00") "\"by\":\"han\",\"act\":\"hold.approve\",\"held\":%lld,\"reasons\":\"已核实，另行核查\"}",
                               (long long)life_size(l));
    perform(l, (const char *const[]){arena_cstr(l->arena, approve)}, 1);
    look(l, "2026-03-06T09:00:00+08:00", &seen);
    must_have(&seen, "执法人员离场，辅助人员无人陪同", "helpers_alone");
}

/* While it happens it stands at the top, and is gone once the helpers are out. */
static void test_left(void **state)
{
    static const char prefix[] = "01-bureau 02-agreement 03-draft 04-task 05-plan 06-notice 07-officers-enter 08-helper-enters";
    static const char *const leave[] = {
        "{" AT("03-05", "15:00") "\"by\":\"luo\",\"act\":\"presence.leave\",\"visit\":\"v1\",\"person\":\"luo\",\"time\":\"2026-03-05T15:00:00+08:00\"}",
        "{" AT("03-05", "15:20") "\"by\":\"mei-u\",\"act\":\"presence.leave\",\"visit\":\"v1\",\"person\":\"mei\",\"time\":\"2026-03-05T15:20:00+08:00\"}"};
    struct life *l = *state;
    str parts = str_of(prefix), part;
    while (parts.p && str_next(&parts, ' ', &part))
        life_play(l->acts, arena_cstr(l->arena, arena_printf(l->arena, STORIES "/parts/%.*s.jsonl", STR_ARG(part))));
    for (int left = 0; left < 3; left++) {
        struct seen seen = {.kinds = map_new(l->arena)};
        if (left)
            perform(l, leave + left - 1, 1);
        look(l, "2026-03-05T15:30:00+08:00", &seen);
        assert_int_equal(map_get(seen.kinds, S("officers_left")) != NULL, left == 1);
    }
}

/* Does a row of the kind, somebody else's and late, stand with this user? */
static bool overseen(struct life *l, str user, const char *when, str kind)
{
    AUTO_DB struct db *d = NULL;
    struct reader reader;
    struct todo *todo;
    size_t n;
    usec now;
    bool found = false;
    assert_ok(time_parse(str_of(when), &now));
    assert_ok(db_open(l->scene->store, false, &d));
    assert_ok(reader_load(d, l->arena, user, &reader));
    assert_ok(todo_list(d, l->arena, &reader, now, 500, &todo, &n));
    for (size_t i = 0; i < n; i++)
        found = found || (todo[i].overseen && str_eq(todo[i].kind, kind));
    return found;
}

static void test_terminated(void **state)
{
    struct life *l = *state;
    struct seen seen = {.kinds = map_new(l->arena)};
    life_play(l->acts, LIFE);
    reopen(l);
    look(l, "2026-03-30T09:00:00+08:00", &seen);
    must_have(&seen, "协议解除、返还资料", "data_return");
    must_have(&seen, "拒绝越权要求", "order_refused");
    assert_false(overseen(l, S("han"), "2026-03-30T09:00:00+08:00", S("data_return")));
    assert_true(overseen(l, S("han"), "2027-03-30T09:00:00+08:00", S("data_return"))); /* late: who signed the agreement hears of it */
}

/* A head's queue goes to whom he named, inside the dates and for the named acts alone. */
static void test_delegated(void **state)
{
    static const char *const acts[] = {
        "{" AT("03-20", "08:00") "\"by\":\"han\",\"act\":\"authority.delegate\",\"id\":\"au8\",\"to\":\"luo\",\"acts\":[\"entrustment.approve\"],\"from_date\":\"2026-03-20\",\"to_date\":\"2026-03-27\"}"};
    struct life *l = *state;
    struct reader reader;
    struct todo *todo;
    size_t n;
    usec now;
    AUTO_DB struct db *d = NULL;
    life_play(l->acts, STORIES "/prefix-accepted.jsonl");
    perform(l, acts, 1);
    perform(l, trouble, 2);
    assert_ok(db_open(l->scene->store, false, &d));
    assert_ok(reader_load(d, l->arena, S("luo"), &reader));
    static const struct { const char *when; int approve, visit; } days[] = {{"2026-03-21T09:00:00+08:00", 1, 0}, {"2026-03-28T09:00:00+08:00", 0, 0}};
    for (size_t k = 0; k < 2; k++) {
        int approve = 0, visit = 0;
        assert_ok(time_parse(str_of(days[k].when), &now));
        assert_ok(todo_list(d, l->arena, &reader, now, 500, &todo, &n));
        for (size_t i = 0; i < n; i++) {
            approve += str_eq(todo[i].kind, S("entrustment_approve"));
            visit += str_eq(todo[i].kind, S("visit_approve"));
        }
        assert_int_equal(approve, days[k].approve);
        assert_int_equal(visit, days[k].visit);
    }
}

static int setup(void **state)
{
    life_setup(state);
    life_open(*state, ACTS_SIMULATE | ACTS_NO_THREAD);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_notices, setup, life_teardown),
                                       cmocka_unit_test_setup_teardown(test_calendar, setup, life_teardown),
                                       cmocka_unit_test_setup_teardown(test_other_lives, setup, life_teardown),
                                       cmocka_unit_test_setup_teardown(test_interest, setup, life_teardown),
                                       cmocka_unit_test_setup_teardown(test_ties, setup, life_teardown),
                                       cmocka_unit_test_setup_teardown(test_notice_due, setup, life_teardown),
                                       cmocka_unit_test_setup_teardown(test_alone, setup, life_teardown),
                                       cmocka_unit_test_setup_teardown(test_left, setup, life_teardown),
                                       cmocka_unit_test_setup_teardown(test_terminated, setup, life_teardown),
                                       cmocka_unit_test_setup_teardown(test_delegated, setup, life_teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
