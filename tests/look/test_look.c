/*
 * The look over a store, on both engines: planted copies reach discipline with their explanations and nobody else, honest files reach
 * nobody, a second run adds nothing, and the lots of back-checks are drawn again from the ledger or found to be changed.
 */
#include "analysis/reports.h"
#include "look/papers.h"
#include "picture/scene.h"

#include <fcntl.h>
#include <sys/file.h>

#define NOW (day_start(day_from_civil(2026, 4, 20)) + 9 * USEC_HOUR)

static struct reader reader_of(struct life *l, const char *user)
{
    struct reader r;
    assert_ok(reader_load(l->scene->db, l->arena, str_of(user), &r));
    return r;
}

static size_t seen_by(struct life *l, const char *user)
{
    struct reader r = reader_of(l, user);
    struct thing_page page;
    assert_ok(things_list(l->scene->db, l->arena, &(struct thing_query){.thing = thing_find(S("integrity-findings")), .reader = &r, .limit = 100}, &page));
    return page.n;
}

static void honest_and_planted(void **state)
{
    struct life *l = *state;
    struct papers p = {.life = l};
    struct report_maker m = {.random = 41};
    static const char *const providers[] = {"blueline", "greenway", "redstone", "whitewater"};
    str first = S("");
    int n = 0;
    for (int i = 0; i < 4; i++)
        papers_provider(&p, providers[i], 6);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 6; k++, n++) {
            str text = report_make(&m, l->arena, i, 30, 24, k % 2, true);
            first = n == 0 ? text : first;
            papers_add(&p, arena_cstr(l->arena, arena_printf(l->arena, "r-%d", n)), "report", providers[i], k, text, NOW - (200 - n) * USEC_HOUR);
        }
    const uint8_t *photo = scene_photo(l->arena, &(struct camera){.plant = 4, .light = 1, .noise = 4});
    papers_add(&p, "ph-1", "photo", "greenway", 1, scene_jpeg(l->arena, photo, SCENE_WIDTH, SCENE_HEIGHT, 90), NOW - 50 * USEC_HOUR);
    papers_add(&p, "ph-2", "photo", "greenway", 2, scene_jpeg(l->arena, scene_photo(l->arena, &(struct camera){.plant = 4, .x = 0.05, .light = 0.9, .noise = 5}),
                                                             SCENE_WIDTH, SCENE_HEIGHT, 90), NOW - 49 * USEC_HOUR);
    struct look_report r = papers_look(&p, NOW, false);
    assert_int_equal(r.texts, 24);
    assert_int_equal(r.pictures, 2);
    assert_int_equal(r.findings, 0); /* honest ones */

    papers_add(&p, "copy", "report", "redstone", 5, report_disguise(&m, l->arena, first), NOW - 40 * USEC_HOUR);
    papers_add(&p, "crop", "photo", "greenway", 3, scene_jpeg(l->arena, scene_cut(l->arena, photo, 0.05, 0.03, 0.97, 0.95, 500, 377), 500, 377, 70), NOW - 39 * USEC_HOUR);
    papers_add(&p, "table", "data", "whitewater", 3, arena_printf(l->arena, "监测数据\n%.*s", STR_ARG(str_sub(first, first.n - 700, 700))), NOW - 38 * USEC_HOUR);
    papers_add(&p, "again", "report", "blueline", 0, report_disguise(&m, l->arena, first), NOW - 37 * USEC_HOUR); /* same company, same provider: its next report */
    papers_add(&p, "pdf", "report", "blueline", 1, S("%PDF-1.4\x00\x01"), NOW - 36 * USEC_HOUR);
    r = papers_look(&p, NOW, false);
    assert_int_equal(r.unread, 1);
    assert_int_equal(papers_count(&p, "text_reuse"), 2); /* the copy of the first, and the next report of the first's against the copy's */
    assert_int_equal(papers_count(&p, "picture_reuse"), 1);
    assert_int_equal(papers_count(&p, "number_reuse"), 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM integrity_finding WHERE material = 'copy' AND other = 'r-0' AND about_id = 'redstone'"), 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM integrity_finding WHERE material = 'crop' AND other = 'ph-1'"), 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM integrity_finding WHERE material = 'table'"), 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM integrity_finding f WHERE NOT EXISTS (SELECT 1 FROM integrity_check c WHERE c.finding = f.id)"), 0);
    int64_t all = r.findings;
    int held = open(arena_cstr(l->arena, arena_printf(l->arena, "%.*s/look/lock", STR_ARG(store_folder(l->scene->store)))), O_RDWR | O_CLOEXEC);
    assert_true(held >= 0 && flock(held, LOCK_EX | LOCK_NB) == 0);
    assert_err(look_run(l->scene->store, l->acts, &(struct look_options){.now = NOW}, &r), ERR_BUSY); /* another one runs */
    close(held);
    r = papers_look(&p, NOW + USEC_DAY, true);
    assert_int_equal(r.findings, 0);
    assert_int_equal(r.known, all);
}

/* Only discipline reads a finding, until it opens it. */
static void sealed_until_opened(void **state)
{
    struct life *l = *state;
    const char *find = "{\"at\":\"2026-03-10T08:00:00+08:00\",\"by\":\"detector\",\"act\":\"integrity.find\",\"id\":\"f1\",\"kind\":\"text_reuse\",\"about\":\"provider:blueline\",\"agency\":\"wuhan\",\"score\":800,"
                       "\"text\":\"相同\",\"checks\":[{\"name\":\"template_text\",\"holds\":false}]}";
    assert_int_equal(life_verdict(l, "detector", find), ACT_ALLOWED);
    assert_int_equal(seen_by(l, "qin"), 1);
    assert_int_equal(seen_by(l, "bl-lead"), 0);
    assert_int_equal(seen_by(l, "wei"), 0);
    assert_int_equal(seen_by(l, "han"), 0);
    struct event *events;
    size_t n;
    struct reader wei = reader_of(l, "wei"), qin = reader_of(l, "qin");
    assert_ok(thing_timeline(l->scene->db, l->arena, &wei, S("provider"), S("blueline"), 0, 200, &events, &n));
    for (size_t i = 0; i < n; i++)
        assert_false(str_starts(events[i].act, S("integrity.")));
    assert_ok(thing_timeline(l->scene->db, l->arena, &qin, S("integrity_finding"), S("f1"), 0, 200, &events, &n));
    assert_int_equal(n, 1);
    str json;
    bool same;
    int64_t seq = scene_int(l->scene->db, "SELECT seq FROM integrity_finding WHERE id = 'f1'");
    assert_err(act_explain(l->scene->db, l->arena, acts_keys(l->acts), seq, &wei, &json, &same), ERR_MISSING); /* by counting numbers, neither */
    assert_ok(act_explain(l->scene->db, l->arena, acts_keys(l->acts), seq, &qin, &json, &same));
    assert_true(same);
    assert_int_equal(life_verdict(l, "qin", "{\"at\":\"2026-03-10T09:00:00+08:00\",\"by\":\"qin\",\"act\":\"integrity.open\",\"finding\":\"f1\"}"), ACT_ALLOWED);
    assert_int_equal(seen_by(l, "bl-lead"), 1);
    assert_int_equal(seen_by(l, "wei"), 0);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM todo WHERE kind = 'integrity_answer' AND provider = 'blueline' AND closed_seq IS NULL"), 1);
}

/* ---- words and values ---- */

static void files_are_read(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str words, why;
    assert_ok(look_words(a, S("\xef\xbb\xbf报告"), &words, &why));
    assert_str(words, "报告");
    assert_ok(look_words(a, S("\xb1\xa8\xb8\xe6\xd2\xbb\n"), &words, &why)); /* GB 18030 */
    assert_str(words, "报告一\n");
    assert_ok(look_words(a, (str){"%PDF\x00", 5}, &words, &why));
    assert_null(words.p);
    assert_str(why, "不认识的格式");
    assert_ok(look_words(a, (str){"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8}, &words, &why));
    assert_null(words.p);
    assert_true(str_find(why, S("旧版Office文件")) >= 0);
    assert_ok(look_words(a, S("PK\x03\x04 no workbook"), &words, &why));
    assert_null(words.p);
    assert_ok(look_words(a, (str){"\xff\xff\xff\x81", 4}, &words, &why));
    assert_null(words.p);
}

static void values_are_found_and_limits_are_not(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct look_value *v;
    size_t n = look_values(a, S("化学需氧量为38.2mg/L，标准限值50mg/L；氨氮 1.25 mg/L。总磷限值0.5mg/L。\n"
                                "时刻\t二氧化硫\t流量\t烟尘限值\n08:00\t34.5\t1200\t10\n09:00\t33\t1180\t10\n合计\n10:00\t1\t2\t3\n"), &v);
    assert_int_equal(n, 4);
    assert_string_equal(v[0].factor, "w01018");
    assert_true(v[0].value > 38.19 && v[0].value < 38.21);
    assert_string_equal(v[1].factor, "w21003");
    assert_string_equal(v[2].factor, "a21026");
    assert_true(v[3].value == 33);
}

static void crowding_below_a_limit(void **state)
{
    struct life *l = *state;
    struct papers p = {.life = l};
    uint64_t r = 77;
    papers_sql(&p, "INSERT INTO emission_limit (id, seq, n, region, factor, value, unit, converted, period, lower, from_date) VALUES"
                   " ('lim', 1, 1, 420000, 'w01018', '50', 'mg/L', 0, 'day', 0, 18000)");
    static const char *const providers[] = {"pa", "pb", "pc", "pd", "pe"};
    for (int i = 0; i < 5; i++) {
        papers_provider(&p, providers[i], 1);
        buf b = buf_make(l->arena, 10000);
        buf_add(&b, S("编号\t化学需氧量\n"));
        for (int k = 0; k < 60; k++) {
            double value = 20 + (double)(test_random(&r) >> 40 & 0xffff) / 65536 * 40;
            if (i == 3 && value > 35)
                value = 48 + (double)(k % 17) / 10;
            buf_printf(&b, "样%d\t%.2f\n", k, value);
        }
        papers_add(&p, providers[i], "data", providers[i], 0, buf_str(&b), NOW - USEC_DAY);
    }
    papers_look(&p, NOW, false);
    assert_int_equal(papers_count(&p, "near_limit"), 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM integrity_finding WHERE kind = 'near_limit' AND about_id = 'pd'"), 1);
}

/* ---- people ---- */

static void fast_officers_are_shown_to_discipline_alone(void **state)
{
    struct life *l = *state;
    struct papers p = {.life = l};
    struct report_maker m = {.random = 4};
    papers_provider(&p, "greenway", 16);
    for (int i = 0; i < 16; i++) {
        const char *id = arena_cstr(l->arena, arena_printf(l->arena, "v-%d", i));
        papers_add(&p, id, "report", "greenway", i, report_make(&m, l->arena, 1, 60, 4, false, false), NOW - USEC_DAY);
        bool fast = i < 8;
        usec at = NOW - 10 * USEC_HOUR + (fast ? i * 5 * USEC_SECOND : i * 1800 * USEC_SECOND);
        papers_sql(&p, arena_cstr(l->arena, arena_printf(l->arena, "INSERT INTO verification (seq, material, officer, method, result, at) VALUES (%lld, '%s', '%s', 'original',"
                                                                   " 'adoptable', %lld)", (long long)p.seq, id, fast ? "wei" : "luo", (long long)at)));
        papers_sql(&p, arena_cstr(l->arena, arena_printf(l->arena, "INSERT INTO act_log (seq, act, author, agency, at, received_at, verdict, mark, thing, id) VALUES (%lld,"
                                                                   " 'material.verify', '%s', 'wuhan', %lld, %lld, 0, 0, 'material', '%s')", (long long)p.seq, fast ? "wei" : "luo",
                                                         (long long)at, (long long)at, id)));
        p.seq++;
    }
    papers_look(&p, NOW, false);
    assert_int_equal(papers_count(&p, "fast_verification"), 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM integrity_finding WHERE about_kind = 'user' AND about_id = 'wei' AND state = 'found'"), 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM violation"), 0); /* nothing follows by itself */
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM users WHERE disabled_at IS NOT NULL"), 0);
    assert_int_equal(seen_by(l, "wei"), 0);
}

static void a_drop_after_a_refusal_is_about_the_office(void **state)
{
    struct life *l = *state;
    struct papers p = {.life = l};
    usec refused = NOW - 120 * USEC_DAY;
    papers_provider(&p, "greenway", 1);
    papers_sql(&p, arena_cstr(l->arena, arena_printf(l->arena, "INSERT INTO order_refusal (id, seq, entrustment, author, at) VALUES ('rf', 1, 't-greenway-0', 'x', %lld)", (long long)refused)));
    for (int i = 0; i < 2; i++, p.seq++) {
        papers_sql(&p, arena_cstr(l->arena, arena_printf(l->arena, "INSERT INTO evaluation (id, seq, provider, agreement, points, maximum, author, appealed) VALUES ('ev%d', %lld,"
                                                                   " 'greenway', 'a1', %d, 100, 'wei', 0)", i, (long long)p.seq, i ? 70 : 95)));
        papers_sql(&p, arena_cstr(l->arena, arena_printf(l->arena, "INSERT INTO act_log (seq, act, author, agency, at, received_at, verdict, mark) VALUES (%lld, 'evaluation.score',"
                                                                   " 'wei', 'wuhan', %lld, 0, 0, 0)", (long long)p.seq, (long long)(refused + (i ? 20 : -20) * USEC_DAY))));
    }
    papers_look(&p, NOW, false);
    assert_int_equal(papers_count(&p, "drop_after_refusal"), 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM integrity_finding WHERE kind = 'drop_after_refusal' AND about_kind = 'agency' AND score = 250"), 1);
    papers_sql(&p, "UPDATE evaluation SET points = 94 WHERE id = 'ev1'");
    papers_sql(&p, "DELETE FROM integrity_finding");
    papers_sql(&p, "DELETE FROM act_key");
    papers_look(&p, NOW, false);
    assert_int_equal(papers_count(&p, "drop_after_refusal"), 0); /* the twin: no drop, no finding */
}

/* ---- lots ---- */

static void lots_can_be_drawn_again(void **state)
{
    struct life *l = *state;
    struct look_report r;
    bool same;
    str why;
    static const char *const acts[][2] = {
        {"sys", "{\"by\":\"sys\",\"at\":\"2026-03-09T08:00:00+08:00\",\"act\":\"user.register\",\"id\":\"tan\",\"name\":\"谭执法\",\"roles\":[\"officer\"],\"agency\":\"wuhan\"}"},
        {"mei-u", "{\"by\":\"mei-u\",\"at\":\"2026-03-10T08:00:00+08:00\",\"act\":\"material.submit\",\"id\":\"m2\",\"entrustment\":\"e1\",\"kind\":\"report\",\"title\":\"t\",\"digest\":"
                  "\"sm3:debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732\",\"author\":\"mei\"}"},
        {"luo", "{\"by\":\"luo\",\"at\":\"2026-03-10T09:00:00+08:00\",\"act\":\"material.verify\",\"material\":\"m2\",\"officers\":[\"wei\",\"luo\"],\"method\":\"recompute\",\"trace\":\"复算\","
                "\"result\":\"adoptable\"}"}};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(life_verdict(l, acts[i][0], acts[i][1]), ACT_ALLOWED);
    usec now = day_start(day_from_civil(2026, 3, 14)) + 9 * USEC_HOUR;
    assert_ok(look_run(l->scene->store, l->acts, &(struct look_options){.now = now}, &r));
    assert_int_equal(r.draws, 1);
    assert_int_equal(r.drawn, 1);
    assert_ok(look_run(l->scene->store, l->acts, &(struct look_options){.now = now + USEC_DAY}, &r));
    assert_int_equal(r.draws, 0); /* its period is not over */
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM backcheck WHERE officer = 'tan'"), 1);
    assert_ok(look_redraw(l->scene->store, l->arena, S("bc-wuhan-2026-03-13"), &same, &why));
    assert_true(same);
    struct reader wei = reader_of(l, "wei"), tan = reader_of(l, "tan");
    struct thing_page page;
    assert_ok(things_list(l->scene->db, l->arena, &(struct thing_query){.thing = thing_find(S("backchecks")), .reader = &wei, .limit = 10}, &page));
    assert_int_equal(page.n, 0); /* who verified does not learn of it */
    assert_ok(things_list(l->scene->db, l->arena, &(struct thing_query){.thing = thing_find(S("backchecks")), .reader = &tan, .limit = 10}, &page));
    assert_int_equal(page.n, 1);
    struct store *again = life_replayed(l, l->scene->store); /* the lot falls the same in another database */
    life_same_tables(l->scene->store, again);
    store_close(again);
    scene_exec(l->scene->db, "UPDATE backcheck_pool SET chosen = 0");
    assert_ok(look_redraw(l->scene->store, l->arena, S("bc-wuhan-2026-03-13"), &same, &why));
    assert_false(same);
    scene_exec(l->scene->db, "UPDATE backcheck_pool SET chosen = 1, material = 'm3'");
    assert_ok(look_redraw(l->scene->store, l->arena, S("bc-wuhan-2026-03-13"), &same, &why));
    assert_true(same); /* one of one is drawn whatever it is called: the pool itself is what replay proves */
    scene_exec(l->scene->db, "UPDATE backcheck_draw SET size = size - 1");
    assert_ok(look_redraw(l->scene->store, l->arena, S("bc-wuhan-2026-03-13"), &same, &why));
    assert_false(same);
    assert_err(look_redraw(l->scene->store, l->arena, S("none"), &same, &why), ERR_MISSING);
    err_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        accepted_test(honest_and_planted), accepted_test(sealed_until_opened), cmocka_unit_test(files_are_read), cmocka_unit_test(values_are_found_and_limits_are_not),
        accepted_test(crowding_below_a_limit), accepted_test(fast_officers_are_shown_to_discipline_alone), accepted_test(a_drop_after_a_refusal_is_about_the_office),
        accepted_test(lots_can_be_drawn_again)};
    return scene_run("look", tests);
}
