/*
 * A draw of the largest pool: one act of 10^5 names is taken, explained, replayed and settled on both engines; no other act may be
 * that large. And the whole way from the acts to the published file, which must verify.
 */
#include "acts/draw.h"
#include "acts/life.h"

#include <time.h>

enum { NAMES = LIMIT_DRAW_POOL };

static str digest_of(struct arena *a, const char *secret)
{
    struct sm3 d = sm3_of(secret, strlen(secret));
    return sm3_text(a, &d);
}

static str large_act(struct arena *a, int names)
{
    buf b = buf_make(a, LIMIT_ACT_BYTES_LARGE);
    struct json_out j = {&b, false};
    json_open(&j, '{');
    json_put_str(&j, S("act"), S("draw.commit"));
    json_put_str(&j, S("id"), S("large"));
    json_put_str(&j, S("purpose"), S("subjects"));
    json_put_str(&j, S("method"), S("xiezhi-draw-2"));
    json_put_int(&j, S("quantity"), 1000);
    json_key(&j, S("pool"));
    json_open(&j, '[');
    for (int i = 0; i < names; i++)
        json_str(&j, arena_printf(a, "s%06d", i));
    json_close(&j, ']');
    json_key(&j, S("weights"));
    json_open(&j, '[');
    for (int i = 0; i < names; i++)
        json_int(&j, 1 + i % 9);
    json_close(&j, ']');
    json_key(&j, S("commitments"));
    json_raw(&j, arena_printf(a, "[{\"party\":\"wei\",\"digest\":\"%.*s\"},{\"party\":\"qin\",\"digest\":\"%.*s\"}]", STR_ARG(digest_of(a, "w")),
                              STR_ARG(digest_of(a, "q"))));
    json_close(&j, '}');
    assert_false(b.overflow);
    return buf_str(&b);
}

static void the_largest_pool_is_one_act(void **state)
{
    struct life *l = *state;
    struct act_answer answer;
    struct draw d;
    str file, text;
    bool same;
    life_open(l, 0);
    str json = large_act(l->arena, NAMES);
    assert_true(json.n > LIMIT_ACT_BYTES);
    assert_ok(act_perform(l->acts, l->arena, &(struct act_request){.json = json, .by = S("wei")}, &answer));
    assert_int_equal(answer.verdict, ACT_ALLOWED);
    assert_int_equal(life_verdict(l, "wei", "{\"act\":\"draw.reveal\",\"draw\":\"large\",\"party\":\"wei\",\"secret\":\"w\"}"), ACT_ALLOWED);
    assert_int_equal(life_verdict(l, "qin", "{\"act\":\"draw.reveal\",\"draw\":\"large\",\"party\":\"qin\",\"secret\":\"q\"}"), ACT_ALLOWED);
    struct db *db;
    assert_ok(db_open(l->scene->store, false, &db));
    assert_ok(draw_export(db, l->arena, S("large"), &file)); /* before: the plan, and no secret */
    assert_true(str_find(file, S("\nreveal ")) < 0 && str_find(file, S("\ndrawn ")) < 0);
    assert_int_equal(life_verdict(l, "wei", "{\"act\":\"draw.settle\",\"draw\":\"large\"}"), ACT_ALLOWED);
    assert_ok(draw_export(db, l->arena, S("large"), &file));
    assert_ok(draw_verify(l->arena, file, &d));
    assert_int_equal(d.pool.n, NAMES);
    assert_int_equal(d.strata.p[0].quota, 1000);
    assert_ok(act_explain(db, l->arena, acts_keys(l->acts), answer.seq, NULL, &text, &same));
    assert_true(same && text.n > json.n);
    db_close(db);
    life_close(l);
    struct store *again = life_replayed(l, l->scene->store);
    life_same_tables(l->scene->store, again);
    store_close(again);
    life_sound(l->scene->store);
}

static void others_keep_their_limit(void **state)
{
    struct life *l = *state;
    struct act_answer answer;
    life_open(l, 0);
    buf b = buf_make(l->arena, LIMIT_ACT_BYTES_LARGE * 2);
    buf_add(&b, S("{\"act\":\"entrustment.return\",\"entrustment\":\"e1\",\"reason\":\"x\""));
    while (b.n < LIMIT_ACT_BYTES)
        buf_add(&b, S("          "));
    buf_char(&b, '}');
    assert_ok(act_perform(l->acts, l->arena, &(struct act_request){.json = buf_str(&b), .by = S("han")}, &answer));
    assert_int_equal(answer.verdict, ACT_INVALID);
    assert_int_equal(answer.invalid->kind, ERR_LIMIT);
    str json = large_act(l->arena, NAMES + 1);
    assert_ok(act_perform(l->acts, l->arena, &(struct act_request){.json = json, .by = S("wei")}, &answer));
    assert_int_equal(answer.verdict, ACT_INVALID);
    assert_int_equal(answer.invalid->kind, ERR_LIMIT);
    assert_str(answer.invalid->field, "pool");
}

/* Colleagues of the same office: nothing of a secret before the draw is out, by whatever door. */
static void a_secret_stays_with_its_party(void **state)
{
    struct life *l = *state;
    struct db *db;
    struct reader reader;
    str text;
    bool same, open;
    life_open(l, 0);
    struct act_answer commit;
    assert_ok(act_perform(l->acts, l->arena, &(struct act_request){.json = large_act(l->arena, 2000), .by = S("wei")}, &commit));
    assert_int_equal(commit.verdict, ACT_ALLOWED);
    struct act_answer reveal = life_do(l, "wei", "{\"act\":\"draw.reveal\",\"draw\":\"large\",\"party\":\"wei\",\"secret\":\"w\"}");
    assert_ok(db_open(l->scene->store, false, &db));
    const char *const who[] = {"luo", "qin", "han"};
    for (size_t i = 0; i < 3; i++) {
        assert_ok(reader_load(db, l->arena, str_of(who[i]), &reader));
        assert_ok(act_explain(db, l->arena, acts_keys(l->acts), reveal.seq, &reader, &text, &same));
        assert_true(same && str_find(text, S("\"secret\"")) < 0 && str_find(text, S("spine")) < 0);
    }
    assert_ok(reader_load(db, l->arena, S("wei"), &reader));
    assert_ok(act_explain(db, l->arena, acts_keys(l->acts), reveal.seq, &reader, &text, &same));
    assert_true(str_find(text, S("\"secret\"")) > 0);
    life_do(l, "qin", "{\"act\":\"draw.reveal\",\"draw\":\"large\",\"party\":\"qin\",\"secret\":\"q\"}");
    assert_int_equal(life_verdict(l, "wei", "{\"act\":\"draw.settle\",\"draw\":\"large\"}"), ACT_ALLOWED);
    usec now = time_now();
    assert_ok(draw_open_to(db, S("large"), S("wei"), now, &open));
    assert_false(open);
    assert_int_equal(life_verdict(l, "wei", "{\"act\":\"draw.look\",\"draw\":\"large\"}"), ACT_ALLOWED);
    assert_ok(draw_open_to(db, S("large"), S("wei"), time_now(), &open));
    assert_true(open);
    assert_ok(draw_open_to(db, S("large"), S("wei"), time_now() + 2 * USEC_DAY, &open)); /* for the day only */
    assert_false(open);
    assert_ok(draw_open_to(db, S("large"), S("luo"), now, &open));
    assert_false(open);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {accepted_test(the_largest_pool_is_one_act), accepted_test(others_keep_their_limit),
                                       accepted_test(a_secret_stays_with_its_party)};
    return scene_run("acts draw_large", tests);
}
