/* A sheet leaves with its act or not at all; the files for systems beside us hold what those ask for. */
#include "acts/life.h"
#include "exchange/exchange.h"

static const usec now = INT64_C(1773104400000000); /* 2026-03-10T09:00+08:00 */

static struct exchange_taken take(struct life *l, const char *by, const char *what, const char *format, const char *filters, const char *request,
                                  str *ret_bytes)
{
    struct exchange_taken taken;
    struct db *d;
    bool there;
    str path = arena_printf(l->arena, "%s/take.%s", l->scene->folder, format);
    assert_ok(db_open(l->scene->store, false, &d));
    struct exchange_take t = {.acts = l->acts, .db = d, .by = str_of(by), .what = str_of(what), .filters = str_of(filters), .format = str_of(format),
                              .request = str_of(request), .path = path, .now = now};
    assert_ok(exchange_take(l->arena, &t, &taken));
    db_close(d);
    *ret_bytes = S("");
    assert_ok(file_exists(path, &there));
    assert_int_equal(there, taken.answer.verdict == ACT_ALLOWED);
    if (there) {
        assert_ok(file_read(l->arena, path, 16 << 20, ret_bytes));
        unlink(arena_cstr(l->arena, path));
    }
    return taken;
}

static void allowed(struct life *l, const char *by, const char *json)
{
    struct act_answer answer;
    str text = arena_printf(l->arena, "{\"at\":\"2026-03-10T08:00:00+08:00\",\"by\":\"%s\",%s", by, json + 1);
    assert_ok(act_perform(l->acts, l->arena, &(struct act_request){.json = text}, &answer));
    if (answer.verdict != ACT_ALLOWED)
        fail_msg("%.*s", STR_ARG(answer.json));
}

static void approved_and_traced(void **state)
{
    struct life *l = *state;
    str bytes;
    struct exchange_taken t = take(l, "wei", "members", "csv", "", "", &bytes);
    assert_int_equal(t.answer.verdict, ACT_REFUSED);
    assert_true(life_rule(&t.answer, "export_unapproved"));
    t = take(l, "wei", "subjects", "csv", "", "", &bytes);
    assert_int_equal(t.answer.verdict, ACT_ALLOWED);
    allowed(l, "wei", "{\"act\":\"export.request\",\"id\":\"x1\",\"what\":\"members\",\"format\":\"csv\",\"filters\":\"第三方=blueline，状态=已准入\",\"purpose\":\"核对证件\"}");
    t = take(l, "wei", "members", "csv", "第三方=blueline，状态=已准入", "x1", &bytes);
    assert_int_equal(t.answer.verdict, ACT_REFUSED);
    allowed(l, "han", "{\"act\":\"export.approve\",\"request\":\"x1\"}");
    t = take(l, "wei", "members", "csv", "第三方=blueline，状态=已准入", "x1", &bytes);
    assert_int_equal(t.answer.verdict, ACT_ALLOWED);
    /* from the code on the sheet to who, what, which bytes */
    struct sm3 digest = sm3_of(bytes.p, bytes.n);
    str kept, code = str_sub(bytes, bytes.n - 16, 14);
    char *lower = arena_cstr(l->arena, code);
    for (char *p = lower; *p; p++)
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
    assert_str(t.code, lower);
    assert_ok(db_one_str(l->scene->db, l->arena, "SELECT author || ' ' || what || ' ' || digest FROM export_take WHERE id = :id",
                         DB_ARGS(DB_T("id", t.code)), &kept));
    assert_str(kept, arena_cstr(l->arena, arena_printf(l->arena, "wei members %.*s", STR_ARG(sm3_text(l->arena, &digest)))));
    t = take(l, "wei", "members", "csv", "第三方=blueline，状态=已准入", "x1", &bytes);
    assert_int_equal(t.answer.verdict, ACT_REFUSED);
    /* numbers without gaps, refusals take none */
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM export_take WHERE year = 2026 AND number IN (1, 2)"), 2);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM export_take"), 2);
    struct store *again = life_replayed(l, l->scene->store);
    life_same_tables(l->scene->store, again);
    store_close(again);
}

static void not_for_outsiders(void **state)
{
    struct life *l = *state;
    str bytes;
    assert_int_equal(take(l, "bl-lead", "subjects", "csv", "", "", &bytes).answer.verdict, ACT_REFUSED);
    assert_int_equal(take(l, "mei-u", "subjects", "csv", "", "", &bytes).answer.verdict, ACT_REFUSED);
}

static void helpers_are_marked(void **state)
{
    struct life *l = *state;
    str bytes;
    allowed(l, "han", "{\"act\":\"roster.establish\",\"id\":\"ku\",\"roster\":\"ku\",\"agency\":\"wuhan\",\"from\":\"2026-01-01\",\"to\":\"2026-12-31\"}");
    allowed(l, "han", "{\"act\":\"roster.enter\",\"roster\":\"ku\",\"member\":\"mei\",\"from\":\"2026-01-01\",\"to\":\"2026-12-31\",\"double_random_no\":\"SJ-7\"}");
    allowed(l, "wei", "{\"act\":\"export.request\",\"id\":\"x1\",\"what\":\"dual_random\",\"format\":\"csv\",\"purpose\":\"录入双随机系统\"}");
    allowed(l, "han", "{\"act\":\"export.approve\",\"request\":\"x1\"}");
    take(l, "wei", "dual_random", "csv", "", "x1", &bytes);
    assert_true(str_find(bytes, S("执法人员,,魏队,武汉市生态环境保护综合执法支队,行政执法证,17010001,420100,2025-06-01,2027-05-31,,,")) > 0);
    assert_true(str_find(bytes, S("\r\n辅助人员,辅助,")) > 0 && str_find(bytes, S(",ku,SJ-7,")) > 0);
}

static void publication(void **state)
{
    struct life *l = *state;
    str bytes;
    take(l, "zhou", "publication", "csv", "", "", &bytes);
    if (str_find(bytes, S("应公告日期（2个工作日）")) < 0 || str_find(bytes, S("蓝线环境技术有限公司")) < 0)
        fail_msg("%.*s", STR_ARG(bytes));
    if (str_find(bytes, S(",2026-02-10,2026-02-11,,2026-02-25,逾期未备案,")) < 0)
        fail_msg("%.*s", STR_ARG(bytes));
    take(l, "zhou", "publication", "xlsx", "", "", &bytes);
    assert_true(str_starts(bytes, S("PK")));
}

static void archive(void **state)
{
    struct life *l = *state;
    str bytes;
    life_open(l, ACTS_SIMULATE | ACTS_NO_THREAD);
    assert_ok(acts_batch_begin(l->acts));
    life_play(l->acts, STORIES "/prefix-sealed.jsonl");
    assert_ok(acts_batch_end(l->acts));
    allowed(l, "dang", "{\"act\":\"export.request\",\"id\":\"x1\",\"what\":\"archive\",\"format\":\"xml\",\"purpose\":\"移交档案馆\"}");
    allowed(l, "han", "{\"act\":\"export.approve\",\"request\":\"x1\"}");
    struct exchange_taken t = take(l, "dang", "archive", "xml", "", "x1", &bytes);
    assert_int_equal(t.answer.verdict, ACT_ALLOWED);
    assert_true(str_starts(bytes, S("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<归档元数据 格式=\"xiezhi-archive-1\" 水印=\"")));
    assert_int_equal(t.rows, scene_int(l->scene->db, "SELECT COUNT(*) FROM casefile WHERE state = 'sealed'"));
    assert_true(t.rows > 0);
    assert_true(str_find(bytes, S("<保管期限>30年</保管期限>")) > 0 && str_find(bytes, S("<数字摘要>sm3:")) > 0 && str_find(bytes, S("账本序号=\"")) > 0);
    assert_true(str_ends(bytes, S("</归档元数据>\n")));
}

/* ---- figures ---- */

static struct figures_report judged(struct arena *a, str text, str pem)
{
    struct figures_report r;
    assert_ok(exchange_figures_verify(a, text, pem, &r));
    return r;
}

static void figures(void **state)
{
    struct life *l = *state;
    str bytes;
    assert_ok(acts_checkpoint(l->acts, now));
    take(l, "han", "figures", "json", "year=2026", "", &bytes);
    assert_true(exchange_is_figures(bytes) && !exchange_is_figures(S("{\"act\":1}")) && !exchange_is_figures(S("PK")));
    struct figures_report r = judged(l->arena, bytes, S(""));
    assert_true(r.sound && r.agencies == 1 && r.entries > 0 && r.key_id.n == 16);
    /* with the right key and with another one */
    str pem = sm2_public_pem(l->arena, acts_keys(l->acts)->signer);
    assert_true(judged(l->arena, bytes, pem).sound);
    struct sm2_key *other;
    assert_ok(sm2_generate(&other));
    assert_false(judged(l->arena, bytes, sm2_public_pem(l->arena, other)).sound);
    sm2_free(other);
    assert_err(exchange_figures_verify(l->arena, bytes, S("no key"), &r), ERR_INPUT);
    /* every byte of the figures matters, whatever it becomes */
    size_t end = (size_t)str_find(bytes, S("\"key\":"));
    for (size_t i = 0; i < end; i += 7) {
        char *p = arena_cstr(l->arena, bytes);
        p[i] ^= 1;
        struct figures_report bad = judged(l->arena, (str){p, bytes.n}, pem);
        if (bad.sound)
            fail_msg("byte %zu changed and nobody saw it", i);
        err_clear();
    }
}

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    const struct CMUnitTest tests[] = {
        accepted_test(approved_and_traced), accepted_test(not_for_outsiders), accepted_test(helpers_are_marked), accepted_test(publication),
        life_test(archive), accepted_test(figures)};
    return scene_run("exchange/take", tests);
}
