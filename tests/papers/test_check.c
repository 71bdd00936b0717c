/* A paper against the register: the issued file, every kind of change to it, voided, replaced, and by its code. */
#include "acts/life.h"
#include "papers/papers.h"
#include "papers/sample.h"

#define AT "\"at\":\"2026-04-08T09:00:00+08:00\""
enum { CHANGES = 2000 };

static str file_of(struct life *l, struct arena *a, const char *id, const char *form, const char *thing)
{
    str bytes;
    struct act_answer answer;
    str json = arena_printf(a, "{\"act\":\"paper.issue\",\"by\":\"wei\"," AT ",\"id\":\"%s\",\"form\":\"%s\",\"thing\":\"%s\"}", id, form, thing);
    assert_ok(act_perform(l->acts, a, &(struct act_request){.json = json}, &answer));
    if (answer.verdict != ACT_ALLOWED)
        print_error("%.*s\n", STR_ARG(answer.json));
    assert_int_equal(answer.verdict, ACT_ALLOWED);
    assert_ok(paper_file(l->acts, l->scene->db, a, str_of(id), &(struct paper_place){S("https://zf.example.gov.cn"), S("")}, &bytes));
    return bytes;
}

static struct paper_check checked(struct life *l, struct arena *a, str bytes)
{
    struct paper_check k;
    assert_ok(paper_check_file(l->scene->db, a, bytes, &k));
    return k;
}

static enum act_verdict voided(struct life *l, struct arena *a, const char *by, const char *id, const char *replaced_by)
{
    struct act_answer answer;
    str more = replaced_by ? arena_printf(a, ",\"replaced_by\":\"%s\"", replaced_by) : S("");
    str json = arena_printf(a, "{\"act\":\"paper.void\",\"by\":\"%s\"," AT ",\"paper\":\"%s\",\"reason\":\"案由写错\"%.*s}", by, id,
                            STR_ARG(more));
    assert_ok(act_perform(l->acts, a, &(struct act_request){.json = json}, &answer));
    return answer.verdict;
}

static void the_issued_file_and_no_other(void **state)
{
    struct life *l = *state;
    AUTO_ARENA(a);
    str bytes = file_of(l, a, "p1", "A15", "v1");
    struct paper_check k = checked(l, a, bytes);
    assert_int_equal(k.state, PAPER_VALID);
    assert_true(k.same && str_eq(k.row.form, S("A15")) && str_eq(k.code, k.row.code));
    uint64_t seed = 2022;
    int changed = 0;
    char *copy = arena_copy(a, bytes.p, bytes.n);
    for (int i = 0; i < CHANGES; i++) {
        AUTO_ARENA(work);
        size_t at = test_random(&seed) % bytes.n;
        char was = copy[at];
        copy[at] ^= (char)(1 + test_random(&seed) % 255);
        enum paper_state s = checked(l, work, (str){copy, bytes.n}).state;
        assert_true(s == PAPER_CHANGED || s == PAPER_UNKNOWN); /* the code itself may be what was hit */
        changed += s == PAPER_CHANGED;
        copy[at] = was;
    }
    assert_true(changed > CHANGES * 9 / 10);
    assert_int_equal(checked(l, a, (str){bytes.p, bytes.n - 1}).state, PAPER_CHANGED);
    assert_int_equal(checked(l, a, arena_printf(a, "%.*s", 400, bytes.p)).state, PAPER_UNKNOWN);
    assert_int_equal(checked(l, a, S("")).state, PAPER_UNKNOWN);
    assert_int_equal(checked(l, a, S("%PDF-1.5\n/XiezhiCode (0000000000000000)")).state, PAPER_UNKNOWN);
}

static void void_and_replaced(void **state)
{
    struct life *l = *state;
    AUTO_ARENA(a);
    const char *means;
    str one = file_of(l, a, "p1", "A15", "v1"), two;
    assert_int_equal(voided(l, a, "wei", "p1", NULL), ACT_REFUSED);
    assert_int_equal(checked(l, a, one).state, PAPER_VALID); /* who may not void it did not */
    assert_int_equal(voided(l, a, "han", "p1", NULL), ACT_ALLOWED);
    struct paper_check k = checked(l, a, one);
    assert_int_equal(k.state, PAPER_VOID);
    assert_true(k.same);
    assert_string_equal(paper_state_text(k.state, &means), "已作废");
    two = file_of(l, a, "p2", "A15", "v1");
    assert_false(str_eq(one, two));
    assert_int_equal(checked(l, a, two).state, PAPER_VALID);
    file_of(l, a, "p3", "A15", "v1");
    assert_int_equal(voided(l, a, "han", "p2", "p3"),
                     ACT_ALLOWED);
    assert_int_equal(checked(l, a, two).state, PAPER_REPLACED);
    struct paper_check by_code;
    assert_ok(paper_check_code(l->scene->db, a, paper_code_groups(a, k.code), &by_code));
    assert_int_equal(by_code.state, PAPER_VOID);
    assert_true(str_eq(by_code.row.id, S("p1")));
}

static void by_code(void **state)
{
    struct life *l = *state;
    AUTO_ARENA(a);
    struct paper_check k = checked(l, a, file_of(l, a, "p1", "A15", "v1")), by;
    static const uint8_t other[PAPER_CODE_RANDOM] = {9, 8, 7};
    assert_ok(paper_check_code(l->scene->db, a, k.code, &by));
    assert_int_equal(by.state, PAPER_VALID);
    assert_ok(paper_check_code(l->scene->db, a, paper_code_make(a, other), &by));
    assert_int_equal(by.state, PAPER_UNKNOWN);
    assert_ok(paper_check_code(l->scene->db, a, S("' OR 1=1 --"), &by));
    assert_int_equal(by.state, PAPER_UNKNOWN);
    assert_null(by.code.p);
}

/* Every form, not only the samples of test_paper.c: what the index gets is what can be read in the file. */
static void drafts_say_what_their_text_says(void **state)
{
    struct life *l = *state;
    size_t drawn = 0;
    for (size_t i = 0; i < paper_form_count(); i++) {
        AUTO_ARENA(a);
        struct pdf pdf;
        str thing;
        assert_ok(paper_sample(l->scene->db, a, paper_form_at(i), NULL, &thing));
        if (!thing.p)
            continue;
        err *e = paper_draft(l->scene->db, a, paper_form_at(i), thing, day_from_civil(2026, 4, 8), &pdf);
        assert_ok(e);
        str ours = sample_squeeze(a, pdf.text), theirs = sample_squeeze(a, sample_read(a, pdf.bytes, "pdftotext -raw %s -"));
        if (!str_eq(ours, theirs))
            print_error("%s:\n%.*s\n%.*s\n", paper_form_at(i)->code, STR_ARG(ours), STR_ARG(theirs));
        assert_true(str_eq(ours, theirs));
        drawn++;
    }
    assert_true(drawn >= 25);
}

int main(void)
{
    papers_attach();
    const struct CMUnitTest tests[] = {lived_test(the_issued_file_and_no_other), lived_test(void_and_replaced), lived_test(by_code),
                                       lived_test(drafts_say_what_their_text_says)};
    return scene_run("papers check", tests);
}
