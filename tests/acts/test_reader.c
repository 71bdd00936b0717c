/* What cannot be read is `invalid`: with field, what was read, what is wanted, an example; and nothing is recorded. */
#include "acts/life.h"

struct bad { const char *json, *field, *got, *want; };

static const struct bad cases[] = {
    {"", NULL, NULL, NULL},
    {"{", NULL, NULL, NULL},
    {"[]", NULL, NULL, NULL},
    {"7", NULL, NULL, NULL},
    {"{\"act\":\"clue.receive\"} x", NULL, NULL, NULL},
    {"{\"act\":\"clue.receive\",\"clue\":\"a\",\"clue\":\"b\"}", NULL, NULL, NULL}, /* duplicate key */
    {"{\"act\":\"clue.receive\",\"clue\":\"\xff\"}", NULL, NULL, NULL},
    {"{}", "act", NULL, NULL},
    {"{\"act\":7}", "act", NULL, NULL},
    {"{\"act\":\"entrustment.dream\"}", "act", "entrustment.dream", NULL},
    {"{\"act\":\"clue.receive\"}", "clue", "", "必填"},
    {"{\"act\":\"clue.receive\",\"clue\":null}", "clue", "", "必填"},
    {"{\"act\":\"clue.receive\",\"clue\":7}", "clue", "7", NULL},
    {"{\"act\":\"clue.receive\",\"clue\":\"nobody-knows\"}", "clue", "nobody-knows", "已登记的编号"},
    {"{\"act\":\"clue.receive\",\"clue\":\"-c\"}", "clue", "-c", NULL},
    {"{\"act\":\"clue.receive\",\"clue\":\"C1\"}", "clue", "C1", NULL},
    {"{\"act\":\"clue.receive\",\"clue\":\"\"}", "clue", "", NULL},
    {"{\"act\":\"clue.receive\",\"clue\":[\"c1\"]}", "clue", "列表", NULL},
    {"{\"act\":\"clue.receive\",\"clues\":\"c1\"}", "clues", "clues", NULL}, /* unknown field */
    {"{\"act\":\"clue.receive\",\"at\":\"2026-03-05T09:30:00\",\"clue\":\"c1\"}", "at", "2026-03-05T09:30:00", NULL},
    {"{\"act\":\"clue.receive\",\"at\":7,\"clue\":\"c1\"}", "at", "7", NULL},
    {"{\"act\":\"clue.receive\",\"key\":\"\",\"clue\":\"c1\"}", "key", "", NULL},
    {"{\"act\":\"clue.receive\",\"key\":7,\"clue\":\"c1\"}", "key", "7", NULL},
    {"{\"act\":\"clue.receive\",\"key\":\"a\\u0000b\",\"clue\":\"c1\"}", NULL, NULL, NULL},
    {"{\"act\":\"secret.erase\",\"items\":[\"1\"],\"ground\":\"burnt\"}", "ground", "burnt", NULL},
    {"{\"act\":\"entrustment.return\",\"entrustment\":\"e1\",\"reason\":7}", "reason", "7", NULL},
    {"{\"act\":\"entrustment.return\",\"entrustment\":\"e1\",\"reason\":\"a\\u0000b\"}", NULL, NULL, NULL},
    {"{\"act\":\"visit.plan\",\"entrustment\":\"e1\",\"subject\":\"jiang\",\"starts\":\"2026-03-05\"}", "starts", NULL, NULL},
    {"{\"act\":\"visit.plan\",\"entrustment\":\"e1\",\"subject\":\"jiang\",\"starts\":\"2026-03-05T09:30:00+08:00\","
     "\"ends\":\"2026-13-05T09:30:00+08:00\",\"helpers\":1}", "ends", NULL, NULL},
    {"{\"act\":\"visit.plan\",\"entrustment\":\"e1\",\"subject\":\"jiang\",\"starts\":\"2026-03-05T09:30:00+08:00\","
     "\"ends\":\"2026-03-05T09:30:00+08:00\",\"lon\":\"east\",\"helpers\":1}", "lon", "east", NULL},
    {"{\"act\":\"visit.plan\",\"entrustment\":\"e1\",\"subject\":\"jiang\",\"starts\":\"2026-03-05T09:30:00+08:00\","
     "\"ends\":\"2026-03-05T09:30:00+08:00\",\"lon\":181,\"helpers\":1}", "lon", "181", NULL},
    {"{\"act\":\"visit.plan\",\"entrustment\":\"e1\",\"subject\":\"jiang\",\"starts\":\"2026-03-05T09:30:00+08:00\","
     "\"ends\":\"2026-03-05T09:30:00+08:00\",\"helpers\":-1}", "helpers", "-1", NULL},
    {"{\"act\":\"visit.plan\",\"entrustment\":\"e1\",\"subject\":\"jiang\",\"starts\":\"2026-03-05T09:30:00+08:00\","
     "\"ends\":\"2026-03-05T09:30:00+08:00\",\"helpers\":1.5}", "helpers", "1.5", NULL},
    {"{\"act\":\"budget.approve\",\"agency\":\"wuhan\",\"year\":2026,\"source\":\"fiscal\",\"level\":\"same\","
     "\"amount\":1e300}", "amount", NULL, NULL},
    {"{\"act\":\"budget.approve\",\"agency\":\"wuhan\",\"year\":2026,\"source\":\"fiscal\",\"level\":\"same\","
     "\"amount\":\"7\"}", "amount", "7", NULL},
    {"{\"act\":\"agency.register\",\"name\":\"x\",\"region\":\"42010\",\"level\":\"city\"}", "region", "42010", NULL},
    {"{\"act\":\"agency.register\",\"name\":\"x\",\"region\":420100,\"level\":\"city\"}", "region", "420100", NULL},
    {"{\"act\":\"subject.register\",\"name\":\"x\",\"region\":\"420102\",\"class\":\"key\",\"uscc\":\"91420102MA4TE5T137\"}",
     "uscc", "91420102MA4TE5T137", NULL},
    {"{\"act\":\"agreement.draft\",\"procurement\":\"p1\",\"agency\":\"wuhan\",\"provider\":\"blueline\",\"matters\":[\"T99\"]}",
     "matters[0]", "T99", NULL},
    {"{\"act\":\"agreement.draft\",\"procurement\":\"p1\",\"agency\":\"wuhan\",\"provider\":\"blueline\",\"matters\":\"T02\"}",
     "matters", "T02", "列表"},
    {"{\"act\":\"order.give\",\"entrustment\":\"e1\",\"to\":\"mei\",\"power\":\"fly\",\"text\":\"x\"}", "power", "fly", NULL},
    {"{\"act\":\"material.submit\",\"entrustment\":\"e1\",\"kind\":\"data\",\"title\":\"x\",\"digest\":\"sm3:12\"}", "digest",
     "sm3:12", NULL},
    {"{\"act\":\"violation.open\",\"against\":\"blueline\",\"kind\":\"leak\"}", "against", "blueline", NULL},
    {"{\"act\":\"violation.open\",\"against\":\"person:x\",\"kind\":\"leak\"}", "against", "person:x", NULL},
    {"{\"act\":\"violation.open\",\"against\":\"provider:nobody\",\"kind\":\"leak\"}", "against", "provider:nobody", NULL},
    {"{\"act\":\"notice.issue\",\"entrustment\":\"e1\",\"subject\":\"jiang\",\"content\":\"x\",\"unannounced\":false}", "content",
     "x", "对象"},
    {"{\"act\":\"notice.issue\",\"entrustment\":\"e1\",\"subject\":\"jiang\",\"content\":{\"whom\":\"x\"},\"unannounced\":false}",
     "content.whom", NULL, NULL},
    {"{\"act\":\"notice.issue\",\"entrustment\":\"e1\",\"subject\":\"jiang\",\"content\":{\"who\":7},\"unannounced\":false}",
     "content.who", "7", NULL},
    {"{\"act\":\"notice.issue\",\"entrustment\":\"e1\",\"subject\":\"jiang\",\"content\":{},\"unannounced\":\"no\"}",
     NULL, NULL, NULL},
    {"{\"act\":\"entrustment.draft\",\"id\":\"e1\",\"agreement\":\"a1\",\"kind\":\"T03\"}", "id", "e1", NULL}, /* taken */
    {"{\"act\":\"hold.approve\",\"held\":999,\"reasons\":\"x\"}", "held", NULL, NULL},
    {"{\"act\":\"secret.erase\",\"items\":[\"all\"],\"ground\":\"retention\"}", "items", "all", NULL}};

static void check_problem(const struct act_answer *answer, const struct bad *c)
{
    AUTO_ARENA(a);
    const struct json *json;
    assert_ok(json_parse(a, answer->json, LIMIT_ACT_BYTES * 4, &json));
    const struct json *problem = json_get(json, S("problem"));
    assert_str(json_string(json, S("verdict")), "invalid");
    assert_true(json_string(problem, S("title")).n > 0);
    if (c->field)
        assert_str(answer->invalid->field, c->field);
    if (c->got && c->got[0])
        assert_str(answer->invalid->got, c->got);
    if (c->want)
        assert_str(answer->invalid->want, c->want);
    if (c->field)
        assert_true(answer->invalid->want.n > 0);
}

static void unreadable_is_invalid_and_unrecorded(void **state)
{
    struct life *l = *state;
    life_open(l, 0);
    int64_t size = life_size(l);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct act_answer answer = life_do(l, "wei", cases[i].json);
        if (answer.verdict != ACT_INVALID)
            print_error("%s\n", cases[i].json);
        assert_int_equal(answer.verdict, ACT_INVALID);
        assert_int_equal(answer.seq, 0);
        check_problem(&answer, &cases[i]);
    }
    assert_int_equal(life_size(l), size);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM act_log"), size);
}

static str repeated(struct arena *a, const char *head, const char *piece, size_t n, const char *tail)
{
    buf b = buf_make(a, 64 << 20);
    buf_add(&b, str_of(head));
    for (size_t i = 0; i < n; i++)
        buf_add(&b, str_of(piece));
    buf_add(&b, str_of(tail));
    return buf_str(&b);
}

static void limits_are_named(void **state)
{
    struct life *l = *state;
    struct act_answer answer;
    life_open(l, 0);
    int64_t size = life_size(l);
    const str texts[] = {
        repeated(l->arena, "{\"act\":\"complaint.lodge\",\"text\":\"", "长", 4001, "\"}"),
        repeated(l->arena, "{\"act\":\"contact.log\",\"member\":\"mei\",\"subject\":\"jiang\",\"time\":\"2026-03-05T09:30:00+08:00\","
                           "\"means\":\"", "长", 61, "\"}"),
        repeated(l->arena, "{\"act\":\"clue.report\",\"observed_at\":\"2026-03-05T09:30:00+08:00\",\"materials\":[\"m\"", ",\"m\"", 100,
                 "]}"),
        repeated(l->arena, "{\"act\":\"complaint.lodge\",\"text\":\"", "x", LIMIT_ACT_BYTES, "\"}"),
        repeated(l->arena, "{\"act\":\"complaint.lodge\",\"text\":", "[", 5000, ""),
        repeated(l->arena, "", "x", 20 << 20, "")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_ok(act_perform(l->acts, l->arena, &(struct act_request){.json = texts[i], .by = S("mei-u")}, &answer));
        assert_int_equal(answer.verdict, ACT_INVALID);
        if (i < 3) {
            assert_true(answer.invalid->field.n > 0 && answer.invalid->got.n > 0 && answer.invalid->want.n > 0);
            assert_int_equal(answer.invalid->kind, ERR_LIMIT);
        }
    }
    static const struct act_request many[LIMIT_ACT_JOB + 1];
    static struct act_answer answers[LIMIT_ACT_JOB + 1];
    assert_err(act_perform_list(l->acts, l->arena, many, LIMIT_ACT_JOB + 1, false, answers), ERR_LIMIT);
    assert_int_equal(life_size(l), size);
}

static void actors_must_be_known(void **state)
{
    struct life *l = *state;
    life_open(l, 0);
    int64_t size = life_size(l);
    const char *const nobody[] = {"", "nobody", "notice:none", "notice:", "Wei", "wei' OR '1'='1"};
    for (size_t i = 0; i < sizeof nobody / sizeof *nobody; i++) {
        struct act_answer answer = life_do(l, nobody[i], "{\"act\":\"complaint.lodge\",\"text\":\"x\"}");
        assert_int_equal(answer.verdict, ACT_INVALID);
        assert_str(answer.invalid->field, "by");
    }
    assert_int_equal(life_size(l), size);
}

/* A time days ahead, or before the law it would escape, is no time of a live act. */
static void live_times_are_plausible(void **state)
{
    struct life *l = *state;
    life_open(l, 0);
    struct act_answer answer = life_do(l, "han", "{\"act\":\"entrustment.approve\",\"at\":\"2021-03-05T09:30:00+08:00\","
                                                 "\"entrustment\":\"e1\"}");
    assert_int_equal(answer.verdict, ACT_INVALID);
    assert_str(answer.invalid->field, "at");
    answer = life_do(l, "han", "{\"act\":\"entrustment.approve\",\"at\":\"2999-03-05T09:30:00+08:00\",\"entrustment\":\"e1\"}");
    assert_int_equal(answer.verdict, ACT_INVALID);
    assert_str(answer.invalid->field, "at");
}

int main(void)
{
    const struct CMUnitTest tests[] = {accepted_test(unreadable_is_invalid_and_unrecorded), accepted_test(limits_are_named),
                                       accepted_test(actors_must_be_known), accepted_test(live_times_are_plausible)};
    return scene_run("acts reader", tests);
}
