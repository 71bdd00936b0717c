/*
 * Issuing: numbers without gaps whoever races for them, voids that keep theirs, nothing of a paper in the hands of
 * whoever asks for it, old wordings kept, the same after replay and after forgetting.
 */
#include "acts/life.h"
#include "papers/papers.h"

#include <pthread.h>

static const struct paper_place nowhere = {{"", 0}, {"", 0}};

static struct act_answer issue(struct life *l, const char *by, const char *id, const char *form, const char *thing,
                               const char *more)
{
    str json = arena_printf(
        l->arena,
        "{\"act\":\"paper.issue\",\"by\":\"%s\",\"at\":\"2026-04-08T09:00:00+08:00\",\"id\":\"%s\",\"form\":\"%s\","
        "\"thing\":\"%s\"%s}",
        by, id, form, thing, more);
    return life_do(l, "", arena_cstr(l->arena, json));
}

static str number_of(struct life *l, const char *id)
{
    struct paper_row row;
    bool found;
    assert_ok(paper_load(l->scene->db, l->arena, str_of(id), &row, &found));
    assert_true(found);
    return row.number;
}

/* ---- numbers ---- */

enum { THREADS = 4, EACH = 20 };

static struct life *shared;

static void *rush(void *context)
{
    int t = *(int *)context;
    AUTO_ARENA(a);
    for (int i = 0; i < EACH; i++) {
        struct act_answer answer;
        bool doomed = i % 4 == 3; /* n1 has its notice: a refused act takes no number */
        str json = arena_printf(a,
                                "{\"act\":\"paper.issue\",\"by\":\"wei\",\"at\":\"2026-04-08T09:00:00+08:00\",\"id\":"
                                "\"q-%d-%d\",\"form\":\"%s\","
                                "\"thing\":\"%s\"}",
                                t, i, doomed ? "A09" : "A15", doomed ? "n1" : "v1");
        err *e = act_perform(shared->acts, a, &(struct act_request){.json = json}, &answer);
        if (e || answer.verdict != (doomed ? ACT_REFUSED : ACT_ALLOWED))
            return (void *)1;
    }
    return NULL;
}

static void numbers_have_no_gaps(void **state)
{
    struct life *l = shared = *state;
    pthread_t threads[THREADS];
    int name[THREADS];
    life_open(l, ACTS_SIMULATE);
    for (int t = 0; t < THREADS; t++) {
        name[t] = t;
        assert_int_equal(pthread_create(&threads[t], NULL, rush, &name[t]), 0);
    }
    for (int t = 0; t < THREADS; t++) {
        void *bad;
        pthread_join(threads[t], &bad);
        assert_null(bad);
    }
    int64_t n = THREADS * (EACH - EACH / 4);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM paper WHERE form = 'A15'"), n);
    assert_int_equal(scene_int(l->scene->db, "SELECT MIN(number) FROM paper WHERE form = 'A15'"), 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT MAX(number) FROM paper WHERE form = 'A15'"), n);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(DISTINCT number) FROM paper WHERE form = 'A15'"), n);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM paper WHERE form = 'A09'"), 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(DISTINCT code) FROM paper"),
                     scene_int(l->scene->db, "SELECT COUNT(*) FROM paper"));
}

static void a_void_number_is_never_used_again(void **state)
{
    struct life *l = *state;
    assert_str(number_of(l, "p-a08"), "江环执辅委〔2026〕1号");
    assert_int_equal(life_verdict(l, "",
                                  "{\"act\":\"paper.void\",\"by\":\"dang\",\"at\":\"2026-04-08T10:00:00+08:00\","
                                  "\"paper\":\"p-a08\",\"reason\":\"区域写错\"}"),
                     ACT_ALLOWED);
    assert_int_equal(issue(l, "han", "p2", "A08", "e1", "").verdict, ACT_ALLOWED);
    assert_str(number_of(l, "p2"), "江环执辅委〔2026〕2号");
    assert_str(number_of(l, "p-a08"), "江环执辅委〔2026〕1号");
    assert_int_equal(scene_int(l->scene->db,
                               "SELECT COUNT(*) FROM paper WHERE form = 'A08' AND void_at IS NOT NULL AND void_reason ="
                               " '区域写错'"),
                     1);
    str bytes; /* nobody printed it before: now nobody can */
    assert_err(paper_file(l->acts, l->scene->db, l->arena, S("p-a08"), &nowhere, &bytes), ERR_MISSING);
}

static void a_year_has_its_own_numbers(void **state)
{
    struct life *l = *state;
    assert_int_equal(issue(l, "wei", "p1", "A15", "v1", "").verdict, ACT_ALLOWED);
    assert_int_equal(life_verdict(l, "",
                                  "{\"act\":\"paper.issue\",\"by\":\"wei\",\"at\":\"2027-01-04T09:00:00+08:00\",\"id\":"
                                  "\"p2\",\"form\":\"A15\","
                                  "\"thing\":\"v1\"}"),
                     ACT_ALLOWED);
    assert_str(number_of(l, "p1"), "江环执辅场〔2026〕1号");
    assert_str(number_of(l, "p2"), "江环执辅场〔2027〕1号");
}

/* ---- what stands in a paper is nobody's to say ---- */

static void the_engine_fills(void **state)
{
    struct life *l = *state;
    assert_int_equal(issue(l, "han", "p1", "A12", "e2", ",\"content\":{\"agency\":{\"name\":\"另一家\"}}").verdict,
                     ACT_INVALID);
    assert_int_equal(issue(l, "han", "p1", "A12", "e2", ",\"code\":\"AAAABBBBCCCCDDDD\"").verdict, ACT_INVALID);
    struct act_answer refused = issue(l, "han", "p1", "A12", "e1", "");
    assert_int_equal(refused.verdict, ACT_REFUSED);
    assert_int_equal(
        scene_int(l->scene->db, arena_cstr(l->arena, arena_printf(l->arena,
                                                                  "SELECT COUNT(*) FROM ledger_body WHERE seq = %lld"
                                                                  " AND item = 'content'",
                                                                  (long long)refused.seq))),
        0);
    struct act_answer asked = issue(l, "mei-u", "p1", "A12", "e1", "");
    assert_int_equal(asked.verdict, ACT_REFUSED); /* and hears nothing of how it stands */
    assert_true(life_rule(&asked, "power_of_authority") && !life_rule(&asked, "paper_thing_unready"));
    assert_int_equal(issue(l, "han", "p1", "A12", "e2", "").verdict, ACT_ALLOWED);
    assert_int_equal(
        life_verdict(
            l, "",
            "{\"act\":\"paper.print\",\"by\":\"han\",\"at\":\"2026-04-08T09:00:00+08:00\",\"paper\":\"p1\",\"digest\":"
            "\"sm3:1111111111111111111111111111111111111111111111111111111111111111\",\"wording_digest\":"
            "\"sm3:1111111111111111111111111111111111111111111111111111111111111111\",\"bytes\":1}"),
        ACT_REFUSED);
}

/* A draft speaks of what may be issued only; of anything else it says why not. */
static void a_draft_is_of_what_may_be_issued(void **state)
{
    struct life *l = *state;
    struct pdf pdf;
    day today = day_from_civil(2026, 4, 8);
    const struct paper_form *release = paper_form_find(S("A12")), *notice = paper_form_find(S("A09"));
    assert_err(paper_draft(l->scene->db, l->arena, release, S("e1"), today, &pdf), ERR_CONFLICT);
    assert_err(paper_draft(l->scene->db, l->arena, release, S("nobody"), today, &pdf), ERR_MISSING);
    assert_ok(paper_draft(l->scene->db, l->arena, notice, S("n1"), today, &pdf));
    assert_true(str_find(pdf.text, S("江环执辅告〔2026〕×号")) >= 0);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM paper WHERE form = 'A12'"), 0);
}

/* As many materials more, after those of the life. */
static void add_materials(struct life *l, int from, int to)
{
    scene_exec(l->scene->db,
               arena_cstr(l->arena, arena_printf(l->arena,
                                                 "INSERT INTO material (id, seq, entrustment, kind, title, digest, author, provider, state,"
                                                 " quarantined, doubtful, reverify, state_seq) WITH RECURSIVE n(i) AS (SELECT %d UNION ALL"
                                                 " SELECT i + 1 FROM n WHERE i < %d) SELECT 'many-' || CAST(i AS TEXT), seq, entrustment, kind,"
                                                 " '第' || CAST(i AS TEXT) || '张影像', digest, author, provider, state, 0, 0, 0, state_seq"
                                                 " FROM n, material WHERE id = 'm2'",
                                                 from, to)));
}

/* A list is printed whole, or the paper is refused: one that stops at some row would say that there is no more. */
static void lists_are_whole_or_refused(void **state)
{
    struct life *l = *state;
    struct pdf pdf;
    day today = day_from_civil(2026, 4, 8);
    const struct paper_form *record = paper_form_find(S("A21"));
    add_materials(l, 1, 300);
    assert_ok(paper_draft(l->scene->db, l->arena, record, S("r1"), today, &pdf));
    for (int i = 1; i <= 300; i++)
        assert_true(str_find(pdf.text, arena_printf(l->arena, "\t第%d张影像\t", i)) >= 0);
    add_materials(l, 301, 2000);
    const err *e = assert_err(paper_draft(l->scene->db, l->arena, record, S("r1"), today, &pdf), ERR_LIMIT);
    assert_true(str_find(e->text, S("200千字节")) >= 0);
}

/* The same bytes whenever it is asked for, and their digest in the ledger. */
static void the_file_is_fixed(void **state)
{
    struct life *l = *state;
    str once, again, code;
    struct paper_row row, by_code;
    bool found;
    assert_int_equal(issue(l, "han", "p1", "A12", "e2", "").verdict, ACT_ALLOWED);
    assert_ok(paper_file(l->acts, l->scene->db, l->arena, S("p1"), &nowhere, &once));
    assert_ok(paper_load(l->scene->db, l->arena, S("p1"), &row, &found));
    struct sm3 digest = sm3_of(once.p, once.n);
    assert_true(str_eq(row.digest, sm3_text(l->arena, &digest)));
    assert_ok(paper_file(l->acts, l->scene->db, l->arena, S("p1"),
                         &(struct paper_place){S("https://elsewhere.example"), S("")}, &again));
    assert_true(str_eq(once, again)); /* the place of printing changes nothing any more */
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM act_log WHERE act = 'paper.print'"), 1);
    assert_true(paper_code_read(l->arena, paper_code_groups(l->arena, row.code), &code));
    assert_ok(paper_by_code(l->scene->db, l->arena, code, &by_code, &found));
    assert_true(found && str_eq(by_code.id, S("p1")));
}

/* ---- wordings ---- */

static void adopt(struct life *l, const char *at, int version, const char *from, const char *words,
                  enum act_verdict want)
{
    buf b = buf_make(l->arena, 4000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("wording.adopt"));
    json_put_str(&o, S("by"), S("fa"));
    json_put_str(&o, S("at"), str_of(at));
    json_put_str(&o, S("form"), S("A15"));
    json_put_str(&o, S("text"),
                 arena_printf(l->arena,
                              "@form A15\n@title 进入执法现场登记表\n@layout internal\n@version %d\n@from %s\n\n%s\n",
                              version, from, words));
    json_close(&o, '}');
    assert_int_equal(life_do(l, "", arena_cstr(l->arena, buf_str(&b))).verdict, want);
}

static str text_of(struct life *l, const char *id)
{
    str bytes, text;
    char path[300];
    assert_ok(paper_file(l->acts, l->scene->db, l->arena, str_of(id), &nowhere, &bytes));
    snprintf(path, sizeof path, "%s/%s.pdf", l->scene->folder, id);
    assert_ok(file_write_atomic(str_of(path), bytes, 0644));
    char command[1000];
    snprintf(command, sizeof command, "pdftotext -raw -enc UTF-8 '%s' '%s.txt'", path, path);
    assert_int_equal(system(command), 0);
    assert_ok(file_read(l->arena, arena_printf(l->arena, "%s.txt", path), 1 << 20, &text));
    return text;
}

static void old_papers_keep_their_wording(void **state)
{
    struct life *l = *state;
    assert_int_equal(issue(l, "wei", "p1", "A15", "v1", "").verdict, ACT_ALLOWED);
    adopt(l, "2026-04-08T10:00:00+08:00", 2, "2026-04-09", "第二版：{subject.name}，地点见登记", ACT_ALLOWED);
    adopt(l, "2026-04-08T10:05:00+08:00", 3, "2026-04-20", "第三版：{subject.name}", ACT_ALLOWED);
    assert_int_equal(issue(l, "wei", "p2", "A15", "v1", "").verdict, ACT_ALLOWED); /* the day before */
    assert_int_equal(life_verdict(l, "",
                                  "{\"act\":\"paper.issue\",\"by\":\"wei\",\"at\":\"2026-04-09T09:00:00+08:00\",\"id\":"
                                  "\"p3\",\"form\":\"A15\","
                                  "\"thing\":\"v1\"}"),
                     ACT_ALLOWED);
    assert_true(str_find(text_of(l, "p1"), S("签到签离")) >= 0); /* printed after the new wording was adopted */
    assert_true(str_find(text_of(l, "p2"), S("签到签离")) >= 0);
    assert_true(str_find(text_of(l, "p3"), S("第二版：清河㙍镀业有限公司")) >= 0);
    assert_true(str_find(text_of(l, "p3"), S("第三版")) < 0);
    str text; /* a preview of the first day is of the new wording, too */
    const struct wording *w;
    day first;
    assert_ok(day_parse(S("2026-04-09"), &first));
    assert_ok(paper_wording(l->scene->db, l->arena, S("A15"), first, -1, &text, &w));
    assert_true(str_find(text, S("第二版")) >= 0);
    assert_int_equal(scene_int(l->scene->db, "SELECT wording FROM paper WHERE id = 'p1'"), 0);
    assert_int_equal(scene_int(l->scene->db, "SELECT wording FROM paper WHERE id = 'p3'"), 2);
}

static void a_bad_wording_names_its_line(void **state)
{
    struct life *l = *state;
    adopt(l, "2026-04-08T10:00:00+08:00", 2, "2026-04-09", "好\n@h7 没有这种行", ACT_INVALID);
    adopt(l, "2026-04-08T10:00:00+08:00", 1, "2026-04-09", "好", ACT_REFUSED);
    buf b = buf_make(l->arena, 2000);
    buf_add(&b, S("{\"act\":\"wording.adopt\",\"by\":\"fa\",\"at\":\"2026-04-08T10:00:00+08:00\",\"form\":\"A15\","
                  "\"text\":\"@form A15\\n@title x\\n"
                  "@layout internal\\n@version 2\\n@from 2026-05-01\\n\\n@h7 坏\\n\"}"));
    struct act_answer a = life_do(l, "", arena_cstr(l->arena, buf_str(&b)));
    assert_int_equal(a.verdict, ACT_INVALID);
    assert_true(str_ends(a.invalid->field, S(":7")));
}

/* A law that was declared void by then carries no paper (law.adopt), nor one that was not yet made. */
static void a_citation_is_of_its_day(void **state)
{
    struct life *l = *state;
    str words;
    assert_ok(paper_citation(l->scene->db, l->arena, S("hubei-2022-71"), S("12"), day_from_civil(2026, 4, 8), &words));
    assert_str(words, "《湖北省生态环境保护第三方辅助执法工作规定(试行)》（鄂环执法〔2022〕71号）第十二条");
    assert_ok(paper_citation(l->scene->db, l->arena, S("hubei-2022-71"), S("12"), day_from_civil(2022, 8, 11), &words));
    assert_null(words.p);
    assert_ok(paper_citation(l->scene->db, l->arena, S("mep-order-8"), S(""), day_from_civil(2023, 6, 30), &words));
    assert_non_null(words.p);
    assert_ok(paper_citation(l->scene->db, l->arena, S("mep-order-8"), S(""), day_from_civil(2023, 7, 1), &words));
    assert_null(words.p);
    scene_exec(l->scene->db,
               "INSERT INTO law_adoption (seq, instrument, articles, from_date, to_date, status) VALUES (900001,"
               " 'gp-law', NULL, 20550, NULL, 'void')");
    assert_ok(paper_citation(l->scene->db, l->arena, S("gp-law"), S(""), 20550, &words));
    assert_null(words.p);
    assert_ok(paper_citation(l->scene->db, l->arena, S("gp-law"), S("41"), 20549, &words));
    assert_str(words, "《政府采购法(2014修正)》第四十一条");
}

/* ---- the fold ---- */

static void same_after_replay(struct life *l)
{
    struct store *memory = life_replayed(l, l->scene->store);
    life_same_tables(l->scene->store, memory);
    store_close(memory);
}

static void papers_replay(void **state)
{
    struct life *l = *state;
    assert_int_equal(issue(l, "wei", "p1", "A15", "v1", "").verdict, ACT_ALLOWED);
    assert_int_equal(issue(l, "luo", "p2", "A23", "ac1", "").verdict, ACT_ALLOWED);
    text_of(l, "p1");
    adopt(l, "2026-04-08T10:00:00+08:00", 2, "2026-04-09", "第二版", ACT_ALLOWED);
    assert_int_equal(life_verdict(l, "",
                                  "{\"act\":\"paper.void\",\"by\":\"han\",\"at\":\"2026-04-08T10:00:00+08:00\","
                                  "\"paper\":\"p2\",\"reason\":\"重做\"}"),
                     ACT_ALLOWED);
    same_after_replay(l);
    life_sound(l->scene->store);
}

static enum act_verdict approve(struct life *l, const char *by, int64_t held)
{
    return life_verdict(
        l, "",
        arena_cstr(l->arena,
                   arena_printf(l->arena,
                                "{\"at\":\"2026-04-21T09:00:00+08:00\",\"by\":\"%s\",\"act\":\"hold.approve\","
                                "\"held\":%lld,\"reasons\":\"依令\"}",
                                by, (long long)held)));
}

/* One item of an acceptance, and a paper's filling, are forgotten: nothing else is, the file is gone, replay agrees. */
static void forgetting_reaches_papers(void **state)
{
    struct life *l = *state;
    str bytes;
    assert_int_equal(issue(l, "luo", "p1", "A23", "ac1", "").verdict, ACT_ALLOWED);
    text_of(l, "p1");
    int64_t paper = scene_int(l->scene->db, "SELECT seq FROM paper WHERE id = 'p1'"),
            acceptance = scene_int(l->scene->db, "SELECT seq FROM acceptance WHERE id = 'ac1'");
    str json = arena_printf(l->arena,
                            "{\"at\":\"2026-04-20T10:00:00+08:00\",\"by\":\"dang\",\"act\":\"secret.erase\",\"ground\":"
                            "\"order\",\"order_no\":"
                            "\"〔2026〕1号\",\"items\":[\"%lld.content\",\"%lld.items[1].note\"]}",
                            (long long)paper, (long long)acceptance);
    struct act_answer held = life_do(l, "", arena_cstr(l->arena, json));
    assert_int_equal(held.verdict, ACT_HELD);
    enum act_verdict v = approve(l, "han", held.seq);
    if (v == ACT_HELD)
        v = approve(l, "qin", held.seq);
    assert_int_equal(v, ACT_ALLOWED);
    assert_err(paper_file(l->acts, l->scene->db, l->arena, S("p1"), &nowhere, &bytes), ERR_MISSING);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM acceptance_item WHERE note = '数据齐全'"), 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM acceptance_item WHERE note LIKE '〔已依令删除%'"),
                     1);
    same_after_replay(l);
}

/* ---- words ---- */

/* Over the texts themselves: nothing a helper is not, nothing that was not entrusted, no finding of law in their
 * papers. */
static void wordings_speak_properly(void **state)
{
    (void)state;
    static const char *const never[] = {"委托检查", "委托执法", "违法事实", "检查结论",
                                        "证据认定", "带班人员", "工作日内", "违法行为的，"};
    for (size_t i = 0; i < paper_form_count(); i++) {
        const struct paper_form *f = paper_form_at(i);
        str text = wording_builtin(str_of(f->code));
        assert_non_null(text.p);
        for (size_t k = 0; k < sizeof never / sizeof *never; k++)
            if (str_find(text, str_of(never[k])) >= 0) {
                print_error("%s says \"%s\"\n", f->code, never[k]);
                fail();
            }
        for (str rest = text; str_find(rest, S("检查人员")) >= 0;) { /* only in the name of the roster */
            ptrdiff_t at = str_find(rest, S("检查人员"));
            assert_true(str_ends(str_sub(rest, 0, (size_t)at), S("辅助")));
            rest = str_sub(rest, (size_t)at + S("检查人员").n, rest.n);
        }
    }
    assert_true(str_find(wording_builtin(S("A17")), S("非执法结论")) >= 0);
    assert_true(str_find(wording_builtin(S("A09")), S("law:hubei-2022-71:4")) >= 0);
    assert_true(str_find(wording_builtin(S("A08")), S("law:hubei-2022-71:4")) >= 0);
}

/* What a form rests on is an instrument and an article we know, and it has a kind of its own in its number. */
static void forms_rest_on_known_law(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    for (size_t i = 0; i < paper_form_count(); i++) {
        const struct paper_form *f = paper_form_at(i);
        str rest = str_of(f->law), one, instrument;
        assert_true(str_starts(rest, S("hubei-2022-71:")));
        while (rest.p && str_next(&rest, ' ', &one)) {
            str_next(&one, ':', &instrument);
            assert_non_null(law_instrument_find(instrument.p, instrument.n));
            if (one.n)
                assert_non_null(law_article_summary(arena_cstr(a, instrument), arena_cstr(a, one)));
        }
        for (size_t k = 0; k < i; k++)
            assert_true(strcmp(f->series, paper_form_at(k)->series) && strcmp(f->code, paper_form_at(k)->code));
    }
}

/* No form is issued by a role that a third party holds, but their own; what they make is never the authority's. */
static void no_third_party_signs_for_the_authority(void **state)
{
    (void)state;
    const struct act_type *of_authority = act_type_find(S("paper.issue")), *own = act_type_find(S("paper.own"));
    assert_int_equal(of_authority->roles & ROLES_THIRD_PARTY, 0);
    assert_int_equal(own->roles & ~ROLES_THIRD_PARTY, 0);
    for (size_t i = 0; i < paper_form_count(); i++) {
        const struct paper_form *f = paper_form_at(i);
        assert_true((f->maker == MAKER_PROVIDER) == ((f->roles & ROLES_THIRD_PARTY) != 0));
        assert_true(f->maker == MAKER_PROVIDER || (f->roles & of_authority->roles) == f->roles);
    }
    for (const enum law_rule *r = of_authority->rules; *r != LAW_RULE_COUNT;
         r++) /* a held paper would be filled twice */
        assert_true(law_rule_info[*r].severity != LAW_HOLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {lived_test(numbers_have_no_gaps),
                                       lived_test(a_void_number_is_never_used_again),
                                       lived_test(a_year_has_its_own_numbers),
                                       lived_test(the_engine_fills),
                                       lived_test(a_draft_is_of_what_may_be_issued),
                                       lived_test(lists_are_whole_or_refused),
                                       lived_test(the_file_is_fixed),
                                       lived_test(old_papers_keep_their_wording),
                                       lived_test(a_bad_wording_names_its_line),
                                       lived_test(a_citation_is_of_its_day),
                                       lived_test(papers_replay),
                                       lived_test(forgetting_reaches_papers),
                                       cmocka_unit_test(wordings_speak_properly),
                                       cmocka_unit_test(forms_rest_on_known_law),
                                       cmocka_unit_test(no_third_party_signs_for_the_authority)};
    papers_attach();
    return scene_run("papers issue", tests);
}
