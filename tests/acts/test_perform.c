/* One act, once, in order; lists; holds; dry runs; what an outsider may learn. */
#include "acts/life.h"

#include <pthread.h>

/* ---- keys ---- */

static void a_key_is_one_act(void **state)
{
    struct life *l = *state;
    const char *json = "{\"act\":\"complaint.lodge\",\"id\":\"x1\",\"text\":\"噪声\",\"key\":\"k-1\"}";
    life_open(l, 0);
    struct act_answer first = life_do(l, "wei", json), again = life_do(l, "wei", json);
    assert_int_equal(first.verdict, ACT_ALLOWED);
    assert_int_equal(again.verdict, ACT_ALLOWED);
    assert_int_equal(again.seq, first.seq);
    assert_true(again.repeated && !first.repeated);
    life_open(l, 0); /* after a restart, too */
    again = life_do(l, "wei", json);
    assert_int_equal(again.seq, first.seq);
    assert_true(again.repeated);
    assert_int_not_equal(life_do(l, "luo", "{\"act\":\"complaint.lodge\",\"text\":\"x\",\"key\":\"k-1\"}").seq, first.seq);
    /* a refused act with a key stays refused */
    json = "{\"act\":\"entrustment.approve\",\"entrustment\":\"e1\",\"key\":\"k-2\"}";
    first = life_do(l, "wei", json);
    again = life_do(l, "wei", json);
    assert_int_equal(first.verdict, ACT_REFUSED);
    assert_int_equal(again.verdict, ACT_REFUSED);
    assert_int_equal(again.seq, first.seq);
    assert_int_equal(again.n, first.n);
    for (size_t i = 0; i < first.n; i++)
        assert_true(str_eq(again.reasons[i].because, first.reasons[i].because) &&
                    str_eq(again.reasons[i].article, first.reasons[i].article));
}

struct worker { struct acts *acts; const char *by; int number, n; bool same_key; int64_t seq[200]; };

static void *work(void *context)
{
    struct worker *w = context;
    for (int i = 0; i < w->n; i++) {
        AUTO_ARENA(a);
        struct act_answer answer = {0};
        str key = w->same_key ? arena_printf(a, "key-%d", i) : arena_printf(a, "key-%d-%d", w->number, i);
        str json = arena_printf(a, "{\"act\":\"complaint.lodge\",\"text\":\"第%d件\",\"key\":\"%.*s\"}", i, STR_ARG(key));
        err *bad = act_perform(w->acts, a, &(struct act_request){.json = json, .by = str_of(w->by)}, &answer);
        w->seq[i] = bad ? -1 : answer.seq;
        err_clear();
    }
    return NULL;
}

static void work_together(struct life *l, struct worker *w, int threads, int n, bool same_key)
{
    pthread_t thread[64];
    life_open(l, 0);
    for (int i = 0; i < threads; i++) {
        w[i] = (struct worker){.acts = l->acts, .by = same_key || i % 2 ? "wei" : "mei-u", .number = i, .n = n, .same_key = same_key};
        assert_int_equal(pthread_create(&thread[i], NULL, work, &w[i]), 0);
    }
    for (int i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
}

static void a_key_is_one_act_from_eight_threads(void **state)
{
    struct life *l = *state;
    static struct worker w[8];
    int64_t before = life_size(l);
    work_together(l, w, 8, 25, true);
    assert_int_equal(life_size(l), before + 25);
    for (int t = 1; t < 8; t++)
        for (int i = 0; i < 25; i++)
            assert_int_equal(w[t].seq[i], w[0].seq[i]);
}

/* Group commit: every answered act is in the ledger once, each thread's acts in its order. */
static void sixty_four_threads(void **state)
{
    struct life *l = *state;
    static struct worker w[64];
    static bool seen[64 * 20];
    int64_t before = life_size(l);
    memset(seen, 0, sizeof seen);
    work_together(l, w, 64, 20, false);
    assert_int_equal(life_size(l), before + 64 * 20);
    for (int t = 0; t < 64; t++)
        for (int i = 0; i < 20; i++) {
            int64_t at = w[t].seq[i] - before - 1;
            assert_true(at >= 0 && at < 64 * 20 && !seen[at]);
            seen[at] = true;
            assert_true(i == 0 || w[t].seq[i] > w[t].seq[i - 1]);
        }
    life_close(l);
    life_sound(l->scene->store);
}

/* ---- lists ---- */

static void list(struct life *l, const char *by, const char *const *json, size_t n, bool atomic, struct act_answer *ret)
{
    struct act_request requests[8];
    for (size_t i = 0; i < n; i++)
        requests[i] = (struct act_request){.json = str_of(json[i]), .by = str_of(by)};
    assert_ok(act_perform_list(l->acts, l->arena, requests, n, atomic, ret));
}

static void lists_are_all_or_none(void **state)
{
    struct life *l = *state;
    struct act_answer answer[3];
    const char *refused[] = {"{\"act\":\"complaint.lodge\",\"id\":\"x1\",\"text\":\"a\"}",
                             "{\"act\":\"entrustment.approve\",\"entrustment\":\"e1\"}",
                             "{\"act\":\"complaint.lodge\",\"id\":\"x2\",\"text\":\"b\"}"};
    const char *invalid[] = {refused[0], "{\"act\":\"entrustment.approve\",\"entrustment\":\"e9\"}", refused[2]};
    const char *good[] = {refused[0], refused[2], "{\"act\":\"gift.report\",\"id\":\"x3\",\"what\":\"c\"}"};
    life_open(l, 0);
    int64_t before = life_size(l);
    memset(answer, 0xa5, sizeof answer); /* what is passed in is no answer yet */
    list(l, "wei", refused, 3, true, answer);
    assert_true(str_eq(answer[2].act, S("complaint.lodge")) && str_eq(answer[2].id, S("x2")));
    for (int i = 0; i < 3; i++)
        assert_int_equal(answer[i].verdict, ACT_REFUSED);
    assert_int_equal(answer[0].seq, 0);
    assert_int_equal(answer[1].seq, before + 1); /* the refusal itself is on record, and nothing else */
    assert_true(life_rule(&answer[1], "role"));
    assert_int_equal(life_size(l), before + 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM complaint"), 0);
    list(l, "wei", invalid, 3, true, answer);
    assert_int_equal(answer[1].verdict, ACT_INVALID);
    assert_int_equal(answer[0].verdict, ACT_REFUSED);
    assert_int_equal(life_size(l), before + 1);
    list(l, "wei", good, 3, true, answer);
    for (int i = 0; i < 3; i++)
        assert_int_equal(answer[i].verdict, ACT_ALLOWED);
    assert_int_equal(answer[2].seq, before + 4);
    const char *loose[] = {refused[1], "{\"act\":\"gift.report\",\"id\":\"x4\",\"what\":\"c\"}"};
    list(l, "wei", loose, 2, false, answer);
    assert_int_equal(answer[0].verdict, ACT_REFUSED);
    assert_int_equal(answer[1].verdict, ACT_ALLOWED);
    life_close(l);
    life_sound(l->scene->store);
    struct store *again = life_replayed(l, l->scene->store);
    life_same_tables(l->scene->store, again);
    store_close(again);
}

/* ---- holds ---- */

#define SIM(l, by, rest) life_do(l, "", "{\"at\":\"2026-03-20T09:00:00+08:00\",\"by\":\"" by "\"," rest "}")

static const char *state_of(struct life *l, int64_t held)
{
    str s;
    assert_ok(db_one_str(l->scene->db, l->arena, "SELECT state FROM held WHERE seq = :seq", DB_ARGS(DB_I("seq", held)), &s));
    return arena_cstr(l->arena, s);
}

static struct act_answer approve(struct life *l, const char *by, int64_t held, const char *what)
{
    return life_do(l, "", arena_cstr(l->arena, arena_printf(l->arena, "{\"at\":\"2026-03-21T09:00:00+08:00\",\"by\":\"%s\",\"act\":"
                                                                      "\"hold.%s\",\"held\":%lld,\"reasons\":\"理由\"}",
                                                            by, what, (long long)held)));
}

static void holds_take_their_role(void **state)
{
    struct life *l = *state;
    struct act_answer held = SIM(l, "wei", "\"act\":\"evaluation.score\",\"id\":\"ev9\",\"provider\":\"blueline\",\"agreement\":\"a1\","
                                           "\"period\":\"2026-03\",\"items\":[{\"item\":\"协助立案数\",\"points\":10,\"max\":10}]");
    assert_int_equal(held.verdict, ACT_HELD);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM evaluation"), 0);
    struct act_answer no = approve(l, "wei", held.seq, "approve"); /* the author */
    assert_true(no.verdict == ACT_REFUSED && life_rule(&no, "hold_by_author"));
    no = approve(l, "han", held.seq, "approve"); /* another role */
    assert_true(no.verdict == ACT_REFUSED && life_rule(&no, "hold_other_role"));
    no = approve(l, "mei-u", held.seq, "approve");
    assert_int_equal(no.verdict, ACT_REFUSED);
    assert_int_equal(approve(l, "fa", held.seq, "approve").verdict, ACT_ALLOWED);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM evaluation"), 1);
    assert_string_equal(state_of(l, held.seq), "approved");
    no = approve(l, "fa", held.seq, "approve"); /* takes effect once */
    assert_true(no.verdict == ACT_REFUSED && life_rule(&no, "state"));
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM evaluation"), 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM todo WHERE kind = 'hold' AND closed_seq IS NULL"), 0);
}

static void declined_stays_declined(void **state)
{
    struct life *l = *state;
    struct act_answer held = SIM(l, "wei", "\"act\":\"evaluation.score\",\"id\":\"ev9\",\"provider\":\"blueline\",\"agreement\":\"a1\","
                                           "\"period\":\"2026-03\",\"items\":[{\"item\":\"协助立案数\",\"points\":10,\"max\":10}]");
    assert_int_equal(approve(l, "han", held.seq, "decline").verdict, ACT_REFUSED);
    assert_int_equal(approve(l, "fa", held.seq, "decline").verdict, ACT_ALLOWED);
    assert_string_equal(state_of(l, held.seq), "declined");
    assert_int_equal(approve(l, "fa", held.seq, "approve").verdict, ACT_REFUSED);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM evaluation"), 0);
}

/* Judged again on the facts of the moment: what became unlawful meanwhile is refused, and stays pending. */
static void holds_are_judged_again(void **state)
{
    struct life *l = *state;
    struct act_answer held = SIM(l, "wei", "\"act\":\"evaluation.score\",\"id\":\"ev9\",\"provider\":\"blueline\",\"agreement\":\"a1\","
                                           "\"period\":\"2026-03\",\"items\":[{\"item\":\"协助立案数\",\"points\":10,\"max\":10}]");
    assert_int_equal(held.verdict, ACT_HELD);
    assert_int_equal(SIM(l, "sys", "\"act\":\"user.disable\",\"user\":\"wei\",\"reason\":\"调离\"").verdict, ACT_ALLOWED);
    struct act_answer no = approve(l, "fa", held.seq, "approve");
    assert_int_equal(no.verdict, ACT_REFUSED);
    assert_true(life_rule(&no, "account_disabled"));
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM evaluation"), 0);
    assert_string_equal(state_of(l, held.seq), "pending");
}

/* Discipline for the open matter and the head for the order, one after the other, in either order. */
static void several_roles_one_after_the_other(void **state)
{
    static const char *const orders[2][2] = {{"qin", "han"}, {"han", "qin"}};
    struct life *l = *state;
    struct act_answer told = SIM(l, "wei", "\"act\":\"complaint.lodge\",\"id\":\"x1\",\"against\":\"某某某\",\"text\":\"某件事情\"");
    for (int i = 0; i < 2; i++) {
        struct act_answer held = life_do(l, "", arena_cstr(l->arena, arena_printf(l->arena,
            "{\"at\":\"2026-03-20T10:00:00+08:00\",\"by\":\"dang\",\"act\":\"secret.erase\",\"items\":[\"%lld.%s\"],\"ground\":"
            "\"order\",\"order_no\":\"〔2026〕1号\"}", (long long)told.seq, i ? "text" : "against")));
        assert_int_equal(held.verdict, ACT_HELD);
        assert_int_equal(approve(l, orders[i][0], held.seq, "approve").verdict, ACT_HELD);
        assert_string_equal(state_of(l, held.seq), "pending");
        assert_int_equal(approve(l, orders[i][1], held.seq, "approve").verdict, ACT_ALLOWED);
        assert_string_equal(state_of(l, held.seq), "approved");
    }
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM ledger_body WHERE erased_by IS NOT NULL"), 2);
    life_close(l);
    life_sound(l->scene->store);
    struct store *again = life_replayed(l, l->scene->store);
    life_same_tables(l->scene->store, again);
    store_close(again);
}

/* The engine remembers who acts; whoever was changed is seen changed by the next act. */
static void changed_people_are_seen_at_once(void **state)
{
    struct life *l = *state;
    const char *open = "\"act\":\"order.give\",\"entrustment\":\"e1\",\"to\":\"mei\",\"power\":\"evaluate\",\"text\":\"t\"";
    char json[400];
    snprintf(json, sizeof json, "{\"at\":\"2026-03-20T09:00:00+08:00\",\"by\":\"luo\",%s}", open);
    assert_int_equal(life_verdict(l, "", json), ACT_ALLOWED);
    assert_int_equal(SIM(l, "sys", "\"act\":\"user.amend\",\"user\":\"luo\",\"roles\":[\"archivist\"]").verdict, ACT_ALLOWED);
    struct act_answer no = life_do(l, "", json);
    assert_true(no.verdict == ACT_REFUSED && life_rule(&no, "role"));
    assert_int_equal(SIM(l, "sys", "\"act\":\"user.amend\",\"user\":\"luo\",\"roles\":[\"officer\"]").verdict, ACT_ALLOWED);
    assert_int_equal(life_verdict(l, "", json), ACT_ALLOWED);
    assert_int_equal(SIM(l, "sys", "\"act\":\"user.disable\",\"user\":\"luo\",\"reason\":\"调离\"").verdict, ACT_ALLOWED);
    no = life_do(l, "", json);
    assert_true(no.verdict == ACT_REFUSED && life_rule(&no, "account_disabled"));
}

/* ---- dry run ---- */

static void trying_writes_nothing(void **state)
{
    struct life *l = *state;
    static const char *const acts[] = {"{\"act\":\"entrustment.finish\",\"by\":\"wei\",\"entrustment\":\"e1\"}",
                                       "{\"act\":\"complaint.lodge\",\"by\":\"public\",\"text\":\"a\",\"key\":\"k\"}",
                                       "{\"act\":\"hold.approve\",\"by\":\"han\",\"held\":1}", "{\"act\":\"nothing\"}",
                                       ("{\"act\":\"policy.set\",\"by\":\"han\",\"name\":\"clue_sla_minutes_urgent\",\"value\":40,"
                                        "\"reason\":\"x\"}")};
    AUTO_ARENA(a);
    str *tables;
    size_t n;
    struct sm3 after;
    int64_t rows;
    assert_ok(store_tables(l->scene->db, a, &tables, &n));
    struct sm3 *before = NEW_ARRAY(a, n, struct sm3);
    for (size_t i = 0; i < n; i++)
        assert_ok(table_digest(l->scene->db, tables[i], &before[i], &rows));
    struct db *reader;
    assert_ok(db_open(l->scene->store, false, &reader));
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        struct act_answer answer;
        assert_ok(act_try(l->acts, reader, a, &(struct act_request){.json = str_of(acts[i])}, &answer));
        assert_true(answer.verdict <= ACT_INVALID && answer.seq == 0);
    }
    db_close(reader);
    for (size_t i = 0; i < n; i++) {
        assert_ok(table_digest(l->scene->db, tables[i], &after, &rows));
        assert_memory_equal(&before[i], &after, sizeof after);
    }
}

/* ---- what outsiders learn ---- */

/* Existing but foreign, and not existing at all: the same sentence, letter by letter. */
static void guessing_ids_tells_nothing(void **state)
{
    struct life *l = *state;
    static const char *const guesses[][2] = {
        {"{\"act\":\"order.refuse\",\"entrustment\":\"%s\",\"text\":\"x\",\"reason\":\"y\"}", "entrustment"},
        {"{\"act\":\"interest.declare\",\"entrustment\":\"%s\",\"has_interest\":false}", "entrustment"},
        {"{\"act\":\"contact.log\",\"member\":\"%s\",\"subject\":\"jiang\",\"time\":\"2026-03-05T09:30:00+08:00\"}", "member"},
        {"{\"act\":\"data.return\",\"agreement\":\"%s\",\"items\":[\"x\"],\"destroyed\":true}", "agreement"},
        {"{\"act\":\"entrustment.approve\",\"entrustment\":\"%s\"}", "entrustment"},
        {"{\"act\":\"clue.supplement\",\"clue\":\"%s\",\"text\":\"x\"}", "clue"}};
    static const char *const theirs[] = {"e1", "e1", "mei", "a1", "e1", "x9"};
    SIM(l, "zhou", "\"act\":\"provider.apply\",\"id\":\"greenfield\",\"name\":\"绿野公司\",\"kind\":\"organisation\",\"domestic\":true,"
                   "\"registered_on\":\"2018-05-02\",\"specialities\":[\"uav\"],\"uscc\":\"91350100M000100Y43\"");
    SIM(l, "sys", "\"act\":\"user.register\",\"id\":\"gf\",\"name\":\"绿野负责人\",\"roles\":[\"provider_lead\",\"member\"],"
                  "\"provider\":\"greenfield\"");
    SIM(l, "mei-u", "\"act\":\"clue.report\",\"id\":\"x9\",\"entrustment\":\"e1\",\"observed_at\":\"2026-03-19T09:30:00+08:00\","
                    "\"text\":\"t\"");
    life_open(l, 0);
    int64_t before = life_size(l);
    for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++) {
        char foreign[512], nothing[512];
        snprintf(foreign, sizeof foreign, guesses[i][0], theirs[i]);
        snprintf(nothing, sizeof nothing, guesses[i][0], "zz");
        struct act_answer one = life_do(l, "gf", foreign), two = life_do(l, "gf", nothing);
        assert_int_equal(one.verdict, ACT_INVALID);
        assert_int_equal(two.verdict, ACT_INVALID);
        assert_str(one.invalid->field, guesses[i][1]);
        assert_true(one.json.n == two.json.n - 2 * (2 - strlen(theirs[i])) || strlen(theirs[i]) != 2);
        buf b = buf_make(l->arena, 1 << 20); /* put the guessed id aside, and compare the whole answers */
        for (str rest = one.json; rest.n;) {
            ptrdiff_t at = str_find(rest, str_of(theirs[i]));
            buf_add(&b, str_sub(rest, 0, at < 0 ? rest.n : (size_t)at));
            if (at >= 0)
                buf_add(&b, S("zz"));
            rest = at < 0 ? S("") : str_sub(rest, (size_t)at + strlen(theirs[i]), rest.n);
        }
        assert_true(str_eq(buf_str(&b), two.json));
    }
    assert_int_equal(life_size(l), before);
}

/* Every rule with a sealed ground: an outsider reads one 暂停, and neither rule nor sentence nor another's article. */
static void sealed_grounds_read_paused(void **state)
{
    struct life *l = *state;
    size_t walked = 0;
    for (int r = 0; r < LAW_RULE_COUNT; r++) {
        if (law_rule_info[r].ground != GROUND_SEALED)
            continue;
        struct act act = {.arena = l->arena, .type = act_type_find(S("material.submit")), .rules = {(enum law_rule)r, RULE_state},
                          .rules_n = 2, .broken = {(uint8_t)(law_rule_info[r].severity + 1), LAW_REFUSE + 1}};
        struct act_answer open, redacted;
        act_answer_of(&act, &open, false);
        act_answer_of(&act, &redacted, true);
        assert_true(str_find(open.json, str_of(law_rule_info[r].name)) > 0);
        assert_int_equal(str_find(redacted.json, str_of(law_rule_info[r].name)), -1);
        assert_int_equal(str_find(redacted.json, open.reasons[0].because), -1);
        assert_int_equal(str_find(redacted.json, open.reasons[0].remedy), -1);
        assert_true(str_find(redacted.json, S("\"rule\":\"paused\"")) > 0 && str_find(redacted.json, S("暂停")) > 0);
        assert_true(str_find(redacted.json, S("\"rule\":\"state\"")) > 0);
        assert_int_equal(str_find(redacted.json, S("\"facts\"")), -1);
        walked++;
    }
    assert_true(walked >= 6);
}

static void a_repeat_is_redacted_too(void **state)
{
    struct life *l = *state;
    const char *json = "{\"act\":\"material.submit\",\"entrustment\":\"e1\",\"kind\":\"data\",\"title\":\"t\",\"author\":\"mei\",\"digest\":"
                       "\"sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0\",\"key\":\"k\"}";
    SIM(l, "fang", "\"act\":\"objection.lodge\",\"entrustment\":\"e1\",\"subject\":\"jiang\",\"ground\":\"conduct\",\"text\":\"t\"");
    life_open(l, 0);
    struct act_answer first = life_do(l, "mei-u", json), again = life_do(l, "mei-u", json);
    assert_int_equal(first.verdict, ACT_REFUSED);
    assert_true(again.repeated && life_rule(&first, "entrustment_frozen"));
    assert_true(str_find(first.json, S("paused")) > 0 && str_find(again.json, S("paused")) > 0);
    assert_int_equal(str_find(first.json, S("entrustment_frozen")), -1);
    assert_int_equal(str_find(again.json, S("entrustment_frozen")), -1);
    assert_int_equal(str_find(again.json, S("\"facts\"")), -1);
}

/* ---- time ---- */

static void late_is_marked(void **state)
{
    struct life *l = *state;
    life_open(l, 0);
    struct act_answer now = life_do(l, "wei", "{\"act\":\"gift.report\",\"what\":\"x\"}");
    assert_false(life_rule(&now, "late_entry"));
    AUTO_ARENA(a);
    usec hour_ago = time_now() - USEC_HOUR;
    str json = arena_printf(a, "{\"act\":\"gift.report\",\"what\":\"x\",\"at\":\"%.*s\"}", STR_ARG(time_rfc3339(a, hour_ago)));
    struct act_answer late = life_do(l, "wei", arena_cstr(a, json));
    assert_true(life_rule(&late, "late_entry"));
    assert_true(str_find(late.json, S("补录")) > 0);
    /* the server's own time is received_at, whatever the act says */
    struct act_answer told;
    assert_ok(act_perform(l->acts, a, &(struct act_request){.json = S("{\"act\":\"gift.report\",\"what\":\"x\"}"), .by = S("wei"),
                                                            .received_at = hour_ago}, &told));
    assert_false(life_rule(&told, "late_entry"));
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM act_log WHERE mark = 2"), 1);
}

/* Midnight is China's: 2022-08-11T16:00Z is the regulation's first day. */
static void the_day_is_chinas(void **state)
{
    struct life *l = *state;
    life_open(l, ACTS_SIMULATE | ACTS_NO_THREAD);
    struct act_answer before = life_do(l, "", "{\"at\":\"2022-08-11T15:59:59Z\",\"by\":\"mei-u\",\"act\":\"entrustment.approve\","
                                              "\"entrustment\":\"e1\"}");
    struct act_answer after = life_do(l, "", "{\"at\":\"2022-08-11T16:00:00Z\",\"by\":\"mei-u\",\"act\":\"entrustment.approve\","
                                             "\"entrustment\":\"e1\"}");
    assert_false(life_rule(&before, "power_of_authority"));
    assert_true(life_rule(&after, "power_of_authority"));
}

/* ---- anonymous ---- */

static void nobody_is_left_behind(void **state)
{
    struct life *l = *state;
    AUTO_ARENA(a);
    struct act_answer answer;
    usec second = INT64_C(1773206250) * USEC_SECOND + 123456; /* 2026-03-11T05:17:30.123456Z */
    life_open(l, 0);
    const struct act_request told[] = {
        {S("{\"act\":\"complaint.lodge\",\"text\":\"t\",\"key\":\"device-77-key\"}"), S("public"), second},
        {S("{\"act\":\"complaint.lodge\",\"text\":\"t\",\"anonymous\":true,\"key\":\"luo-desk\"}"), S("luo"), second},
        {S("{\"act\":\"complaint.lodge\",\"text\":\"t\",\"anonymous\":true}"), S("mei-u"), second},
        {S("{\"act\":\"clue.report\",\"subject\":\"jiang\",\"observed_at\":\"2026-03-11T05:07:29Z\",\"text\":\"t\"}"), S("public"), second},
        {S("{\"act\":\"gift.report\",\"what\":\"t\"}"), S("public"), second}};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        assert_ok(act_perform(l->acts, l->arena, &told[i], &answer));
        assert_int_equal(answer.verdict, ACT_ALLOWED);
        assert_int_equal(str_find(answer.json, S("mei-u")), -1);
        struct ledger_entry entry;
        assert_ok(ledger_read(l->scene->db, a, acts_keys(l->acts), answer.seq, &entry));
        const char *const traces[] = {"luo", "mei", "blueline", "device-77", "luo-desk", "1773206250", "1773206249", "17732062"};
        for (size_t t = 0; t < sizeof traces / sizeof *traces; t++) {
            if (str_find(entry.spine, str_of(traces[t])) >= 0)
                print_error("%s in %.*s\n", traces[t], STR_ARG(entry.spine));
            assert_int_equal(str_find(entry.spine, str_of(traces[t])), -1);
            for (size_t k = 0; k < entry.n; k++)
                assert_int_equal(str_find(entry.items[k].plain, str_of(traces[t])), -1);
        }
    }
    struct db *d = l->scene->db;
    assert_int_equal(scene_int(d, "SELECT COUNT(*) FROM act_log WHERE at % 3600000000 <> 0 AND act IN"
                                  " ('complaint.lodge', 'clue.report', 'gift.report')"), 0);
    assert_int_equal(scene_int(d, "SELECT COUNT(*) FROM act_log WHERE received_at % 3600000000 <> 0 AND author = 'public'"), 0);
    assert_int_equal(scene_int(d, "SELECT COUNT(*) FROM complaint WHERE author <> 'public'"), 0);
    assert_int_equal(scene_int(d, "SELECT COUNT(*) FROM complaint WHERE agency <> 'wuhan' OR agency IS NULL"), 0);
    /* a retry is still one act */
    assert_ok(act_perform(l->acts, l->arena, &told[1], &answer));
    assert_true(answer.repeated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        accepted_test(a_key_is_one_act), accepted_test(a_key_is_one_act_from_eight_threads), accepted_test(sixty_four_threads),
        accepted_test(lists_are_all_or_none), accepted_test(holds_take_their_role), accepted_test(declined_stays_declined),
        accepted_test(holds_are_judged_again), accepted_test(several_roles_one_after_the_other), accepted_test(changed_people_are_seen_at_once),
        accepted_test(trying_writes_nothing),
        accepted_test(guessing_ids_tells_nothing), accepted_test(sealed_grounds_read_paused), accepted_test(a_repeat_is_redacted_too),
        accepted_test(late_is_marked), accepted_test(the_day_is_chinas), accepted_test(nobody_is_left_behind)};
    return scene_run("acts perform", tests);
}
