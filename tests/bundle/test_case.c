/*
 * What a plain packet does not hold: a checkpoint signed while the case was running, so that "as it was known then" is proven against
 * it; papers of this system; and who may take a bundle out. On both engines.
 */
#include "bundle/resign.h"
#include "papers/papers.h"

#include <stdlib.h>
#include <unistd.h>

static usec at(const char *text)
{
    usec t;
    assert_ok(time_parse(str_of(text), &t));
    return t;
}

static void issue(struct packet *p, const char *id, const char *form, const char *thing)
{
    char act[400];
    snprintf(act, sizeof act, "{\"act\":\"paper.issue\",\"by\":\"wei\",\"at\":\"2026-03-20T17:00:00+08:00\",\"id\":\"%s\",\"form\":\"%s\",\"thing\":\"%s\"}",
             id, form, thing);
    struct act_answer answer = life_do(p->life, "wei", act);
    if (answer.verdict != ACT_ALLOWED)
        print_error("%.*s\n", STR_ARG(answer.json));
    assert_int_equal(answer.verdict, ACT_ALLOWED);
}

static void before_seal(struct packet *p)
{
    assert_int_equal(life_verdict(p->life, "han", "{\"act\":\"paper.mark\",\"by\":\"han\",\"at\":\"2026-03-20T16:50:00+08:00\",\"agency\":\"wuhan\",\"mark\":\"江环执\"}"),
                     ACT_ALLOWED);
    issue(p, "w-notice", "A09", "n1");
    issue(p, "w-site", "A15", "v1");
    issue(p, "w-check", "A18", "m2");
    assert_int_equal(life_verdict(p->life, "wei", "{\"act\":\"case.attach\",\"by\":\"wei\",\"at\":\"2026-03-20T17:30:00+08:00\",\"case\":\"k1\",\"kind\":\"other\","
                                                  "\"form\":\"P27\",\"ref\":\"移送行政拘留审批表\",\"date\":\"2026-03-20\"}"),
                     ACT_ALLOWED);
    assert_ok(acts_checkpoint(p->life->acts, at("2026-03-21T08:00:00+08:00")));
}

static int setup(void **state)
{
    papers_attach();
    return packet_setup_with(state, before_seal);
}

static void sound(const struct bundle_report *r)
{
    if (r->fault != BUNDLE_SOUND)
        print_error("%s %.*s: %.*s\n", bundle_fault_names[r->fault], STR_ARG(r->member), STR_ARG(r->why));
    assert_int_equal(r->fault, BUNDLE_SOUND);
}

/* ---- as of a day ---- */

/* Every digit of the proof counts, and the verifier asks for the proof: the thief signs all above it anew. */
static void the_ledger_of_that_day_is_continued(void **state)
{
    struct packet *p = *state;
    struct bundle_report r;
    assert_ok(packet_write(p, at("2026-03-22T23:59:59+08:00")));
    r = packet_verify(p, p->bytes);
    sound(&r);
    assert_true(r.as_of == at("2026-03-22T23:59:59+08:00"));
    str proof = packet_member(p, "consistency.json"), then = packet_member(p, "checkpoint-then.txt");
    assert_false(str_eq(then, packet_member(p, "checkpoint.txt")));
    ptrdiff_t path = str_find(proof, S(":[\""));
    assert_true(path > 0);
    for (size_t i = (size_t)path + 3; i < proof.n; i++) {
        char *copy = arena_copy(p->arena, proof.p, proof.n);
        if (!((copy[i] >= '0' && copy[i] <= '9') || (copy[i] >= 'a' && copy[i] <= 'f')))
            continue;
        copy[i] = copy[i] == '0' ? '1' : '0';
        r = packet_verify(p, resign_with(p->arena, p, "consistency.json", (str){copy, proof.n}));
        if (r.fault != BUNDLE_CONSISTENCY)
            print_error("digit %zu: %s %.*s\n", i, bundle_fault_names[r.fault], STR_ARG(r.why));
        assert_int_equal(r.fault, BUNDLE_CONSISTENCY);
        assert_str(r.member, "consistency.json");
        i += 12; /* a few of each hash */
    }
    /* Today's checkpoint in place of that day's is another tree. */
    r = packet_verify(p, resign_with(p->arena, p, "checkpoint-then.txt", packet_member(p, "checkpoint.txt")));
    assert_int_not_equal(r.fault, BUNDLE_SOUND);
    /* Before anything was signed there is nothing to prove against, and no proof. */
    assert_ok(packet_write(p, at("2026-03-20T23:59:59+08:00")));
    r = packet_verify(p, p->bytes);
    sound(&r);
    assert_true(str_find(p->bytes, S("consistency.json")) < 0);
}

/* ---- papers of this system ---- */

static const struct bundle_line *line_of(const struct bundle_line *l, size_t n, const char *member)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(l[i].member, str_of(member)))
            return &l[i];
    print_error("no line of %s\n", member);
    fail();
    return l;
}

static int pages_of(struct packet *p, str pdf)
{
    char said[40] = "", command[4200];
    str path = arena_printf(p->arena, "%.*s/paper.pdf", STR_ARG(store_folder(p->life->scene->store)));
    assert_ok(file_write_atomic(path, pdf, 0600));
    snprintf(command, sizeof command, "pdfinfo '%.*s' | sed -n 's/^Pages: *//p'", STR_ARG(path));
    FILE *out = popen(command, "r");
    assert_non_null(out);
    assert_non_null(fgets(said, sizeof said, out));
    pclose(out);
    return atoi(said);
}

static void papers_stand_behind_what_they_support(void **state)
{
    static const char *const ids[] = {"w-notice", "w-site", "w-check"};
    static const struct paper_place place = {{"", 0}, {"", 0}};
    struct packet *p = *state;
    struct bundle_line *l;
    size_t n, held = 0;
    int64_t pages, sum = 0;
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(p->life->scene->store, false, &d));
    /* Issued and not yet printed: on the list, without a file. */
    assert_ok(bundle_catalogue(p->life->scene->store, d, p->arena, S("k1"), INT64_MAX, &l, &n, &pages));
    for (size_t i = 0; i < n; i++)
        held += str_starts(l[i].member, S("papers/"));
    assert_int_equal(held, 0);
    for (size_t i = 0; i < n; i++) /* what was approved inside is for the bureau, not for the party */
        if (str_eq(l[i].title, S("移送行政拘留审批表")))
            assert_true(l[i].auxiliary);
    for (size_t i = 0; i < 3; i++) {
        str pdf;
        assert_ok(paper_file(p->life->acts, d, p->arena, str_of(ids[i]), &place, &pdf));
    }
    assert_ok(bundle_catalogue(p->life->scene->store, d, p->arena, S("k1"), INT64_MAX, &l, &n, &pages));
    const struct bundle_line *notice = line_of(l, n, "papers/w-notice.pdf"), *site = line_of(l, n, "papers/w-site.pdf"),
                             *check = line_of(l, n, "papers/w-check.pdf");
    assert_str(notice->kind, "notice"); /* the notice in the file is this paper: no second line */
    assert_true(str_starts(site->of, S("现场检查(勘察)笔录")));
    assert_str(check[-1].kind, "material"); /* the form is about the report, and not the report itself */
    assert_true(str_eq(check->of, check[-1].title));
    assert_ok(packet_write(p, USEC_NONE));
    struct bundle_report r = packet_verify(p, p->bytes);
    sound(&r);
    assert_int_equal(r.papers, 3);
    assert_int_equal(r.unanchored_n, 0); /* the act that printed each came along, and names it */
    assert_int_equal(pages_of(p, packet_member(p, "papers/w-site.pdf")), site->pages);
    assert_int_equal(pages_of(p, packet_member(p, "papers/w-check.pdf")), check->pages);
    assert_int_equal(pages_of(p, packet_member(p, "papers/w-notice.pdf")), notice->pages);
    for (size_t i = 0; i < n; i++)
        sum += l[i].pages;
    assert_true(sum == pages && r.pages == pages);
    /* As known when they were issued: on the list, but the files came later. */
    assert_ok(packet_write(p, at("2026-03-22T23:59:59+08:00")));
    r = packet_verify(p, p->bytes);
    sound(&r);
    assert_int_equal(r.papers, 0);
}

/* The same company has another case, which uses the same report: its entries are none of this court's business. */
static void another_case_stays_out(void **state)
{
    struct packet *p = *state;
    struct act_answer opened = life_do(p->life, "wei",
                                       "{\"act\":\"case.open\",\"by\":\"wei\",\"at\":\"2026-05-20T09:00:00+08:00\",\"id\":\"k2\",\"agency\":\"wuhan\","
                                       "\"subject\":\"jiang\",\"cause\":\"另案\",\"basis\":{\"type\":\"inspection\",\"ref\":\"v1\"},\"approved_by\":\"han\"}");
    struct act_answer cited = life_do(p->life, "wei",
                                      "{\"act\":\"evidence.cite\",\"by\":\"wei\",\"at\":\"2026-05-20T10:00:00+08:00\",\"case\":\"k2\",\"material\":\"m2\","
                                      "\"as\":\"reference\"}");
    if (cited.verdict != ACT_ALLOWED)
        print_error("%.*s\n%.*s\n", STR_ARG(opened.json), STR_ARG(cited.json));
    assert_int_equal(cited.verdict, ACT_ALLOWED);
    assert_ok(packet_write(p, USEC_NONE));
    struct bundle_report r = packet_verify(p, p->bytes);
    sound(&r);
    assert_true(str_find(p->bytes, arena_printf(p->arena, "entries/%010lld.json", (long long)cited.seq)) < 0);
    assert_true(str_find(p->bytes, arena_printf(p->arena, "entries/%010lld.json", (long long)opened.seq)) < 0);
}

/* ---- who takes it out ---- */

static struct act_answer ask(struct packet *p, const char *by, const char *fields, usec when)
{
    return life_do(p->life, by, arena_cstr(p->arena, arena_printf(p->arena, "{\"by\":\"%s\",\"at\":\"%.*s\",%s}", by,
                                                                   STR_ARG(time_rfc3339(p->arena, when)), fields)));
}

static struct act_answer take_out(struct packet *p, struct db *d, const char *by, bool *ret_there)
{
    struct act_answer answer;
    struct bundle_made made;
    str path = arena_printf(p->arena, "%.*s/out.zip", STR_ARG(store_folder(p->life->scene->store)));
    struct bundle_request r = {.case_id = S("k1"), .by = str_of(by), .purpose = S("移送法院"), .as_of = USEC_NONE, .now = time_now(),
                               .path = path, .bare = true};
    unlink(arena_cstr(p->arena, path));
    assert_ok(bundle_export(p->life->acts, d, p->arena, &r, &made, &answer));
    *ret_there = access(arena_cstr(p->arena, path), F_OK) == 0;
    return answer;
}

static void leaves_with_anothers_approval_once(void **state)
{
    struct packet *p = *state;
    struct act_answer answer;
    bool there;
    usec now = time_now();
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(p->life->scene->store, false, &d));
    answer = take_out(p, d, "wei", &there);
    assert_true(answer.verdict == ACT_REFUSED && life_rule(&answer, "bundle_unapproved") && !there);
    static const char request[] = "\"act\":\"export.request\",\"id\":\"x1\",\"what\":\"case\",\"format\":\"zip\",\"filters\":\"case=k1\","
                                  "\"purpose\":\"移送法院\"";
    assert_int_equal(ask(p, "wei", request, now - 2 * USEC_MINUTE).verdict, ACT_ALLOWED);
    answer = take_out(p, d, "wei", &there);
    assert_true(life_rule(&answer, "bundle_unapproved") && !there); /* asked is not granted */
    assert_int_equal(ask(p, "han", "\"act\":\"export.approve\",\"request\":\"x1\"", now - USEC_MINUTE).verdict, ACT_ALLOWED);
    answer = take_out(p, d, "luo", &there);
    assert_true(life_rule(&answer, "bundle_unapproved") && !there); /* another's leave */
    answer = take_out(p, d, "wei", &there);
    assert_true(answer.verdict == ACT_ALLOWED && there);
    answer = take_out(p, d, "wei", &there);
    assert_true(life_rule(&answer, "bundle_unapproved") && !there); /* once */
}

#define case_test(fn) cmocka_unit_test_setup_teardown(fn, setup, packet_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_test(the_ledger_of_that_day_is_continued),
        case_test(papers_stand_behind_what_they_support),
        case_test(another_case_stays_out),
        case_test(leaves_with_anothers_approval_once),
    };
    return scene_run("bundle case", tests);
}
