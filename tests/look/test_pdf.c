/*
 * Reports as PDF: a copy is found whatever it is wrapped in, honest reports on one printed form are not, and a PDF made to hurt is one
 * file unread with its reason, while the run goes on.
 */
#include "analysis/reports.h"
#include "look/papers.h"
#include "look/pdf.h"

#define NOW (day_start(day_from_civil(2026, 4, 20)) + 9 * USEC_HOUR)

static void copies_are_found_and_forms_are_not(void **state)
{
    struct life *l = *state;
    struct papers p = {.life = l};
    struct report_maker m = {.random = 43};
    static const char *const providers[] = {"blueline", "greenway", "redstone", "whitewater"};
    str first = S(""), second = S("");
    int n = 0;
    for (int i = 0; i < 4; i++)
        papers_provider(&p, providers[i], 5);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 4; k++, n++) {
            str text = report_make(&m, l->arena, i, 30, 24, k % 2, true);
            first = n == 0 ? text : first, second = n == 1 ? text : second;
            papers_add(&p, arena_cstr(l->arena, arena_printf(l->arena, "r-%d", n)), "report", providers[i], k, papers_pdf(l->arena, text),
                       NOW - (200 - n) * USEC_HOUR);
        }
    struct look_report r = papers_look(&p, NOW, false);
    assert_int_equal(r.texts, 16);
    assert_int_equal(r.unread, 0);
    assert_int_equal(r.findings, 0); /* four forms, sixteen honest reports */

    papers_add(&p, "copy", "report", "redstone", 4, papers_pdf(l->arena, report_disguise(&m, l->arena, first)), NOW - 40 * USEC_HOUR);
    papers_add(&p, "plain", "report", "whitewater", 4, report_disguise(&m, l->arena, second), NOW - 39 * USEC_HOUR);
    papers_look(&p, NOW, false);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM integrity_finding WHERE kind = 'text_reuse'"), 2);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM integrity_finding WHERE material = 'copy' AND other = 'r-0' AND about_id = 'redstone'"), 1);
    assert_int_equal(scene_int(l->scene->db, "SELECT COUNT(*) FROM integrity_finding WHERE material = 'plain' AND other = 'r-1'"), 1);
}

/* ---- made to hurt ---- */

static str objects(struct arena *a, const char *trailer, int pages, const char *count, str content)
{
    buf b = buf_make(a, content.n + 200 * (size_t)pages + 4096);
    buf_printf(&b, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count %s/Kids[", count);
    for (int i = 0; i < pages; i++)
        buf_printf(&b, "%d 0 R ", 10 + i);
    buf_printf(&b, "]/MediaBox[0 0 14000 14000]>>endobj\n3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Courier>>endobj\n"
                   "4 0 obj<</Length %zu>>stream\n", content.n);
    buf_add(&b, content);
    buf_printf(&b, "\nendstream endobj\n");
    for (int i = 0; i < pages; i++)
        buf_printf(&b, "%d 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>>>>endobj\n", 10 + i);
    buf_printf(&b, "trailer<</Root 1 0 R%s>>\n%%%%EOF\n", trailer);
    assert_false(b.overflow);
    return buf_str(&b);
}

static str lines(struct arena *a, int n)
{
    buf b = buf_make(a, 200 * (size_t)n + 100);
    buf_printf(&b, "BT /F 10 Tf 12 TL 20 13900 Td\n");
    for (int i = 0; i < n; i++)
        buf_printf(&b, "(%06d the same words on every page of this book, over and over, until it is too long for anybody) Tj T*\n", i);
    buf_printf(&b, "ET");
    return buf_str(&b);
}

static void each_hostile_one_has_its_reason(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct report_maker m = {.random = 5};
    str whole = papers_pdf(a, report_make(&m, a, 1, 30, 24, false, true)), ret;
    const char *key = "/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<0000000000000000000000000000000000000000000000000000000000000000>"
                      "/U<1111111111111111111111111111111111111111111111111111111111111111>>>";
    static const struct { const char *name, *why; enum err_kind kind; } expected[] = {
        {"one good page", NULL, ERR_INPUT},
        {"locked", "PDF设有打开密码", ERR_INPUT},
        {"no words", "PDF内没有文字（扫描件或图片）", ERR_INPUT},
        {"too many pages", "PDF超过2000页", ERR_LIMIT},
        {"too many words", "PDF内的文字超过4 MB", ERR_LIMIT},
        {"cut off", "PDF已损坏，读不下去", ERR_DAMAGED},
        {"only a head", "PDF已损坏，读不下去", ERR_DAMAGED}};
    str files[] = {objects(a, "", 1, "1", lines(a, 3)),       objects(a, key, 1, "1", lines(a, 3)),
                   objects(a, "", 1, "1", S("0 0 m 9 9 l S")), objects(a, "", 2001, "2001", lines(a, 1)),
                   objects(a, "", 90, "90", lines(a, 600)),   str_sub(whole, 0, whole.n / 2),
                   S("%PDF-1.7\n")};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        err *e = pdf_words(a, files[i], &ret);
        if (!expected[i].why) {
            assert_ok(e);
            assert_true(str_find(ret, S("000002 the same words")) >= 0);
            continue;
        }
        if (!e || e->kind != expected[i].kind || !str_eq(e->text, str_of(expected[i].why)))
            fail_msg("%s: %s", expected[i].name, e ? arena_cstr(a, e->text) : "read");
        assert_null(ret.p);
        err_clear();
    }
}

/* Every cut and many flipped bytes: an answer or a reason, never trouble of the machine. */
static void broken_ones_cost_a_file_and_no_more(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct report_maker m = {.random = 6};
    uint64_t random = 12;
    str whole = papers_pdf(a, report_make(&m, a, 1, 4, 4, false, true)), ret;
    char *bytes = arena_alloc(a, whole.n, 1);
    for (int i = 0; i < 40; i++) {
        size_t n = i % 2 ? whole.n : test_random(&random) % whole.n;
        memcpy(bytes, whole.p, whole.n);
        for (int k = 0; k < 30; k++)
            bytes[32 + test_random(&random) % (whole.n - 32)] ^= (char)(1 << k % 8);
        err *e = pdf_words(a, (str){bytes, n}, &ret);
        if (e && e->kind != ERR_INPUT && e->kind != ERR_DAMAGED && e->kind != ERR_LIMIT)
            fail_msg("%d: %.*s", i, STR_ARG(e->text));
        if (!e)
            assert_true(utf8_bad(ret) < 0);
        err_clear();
    }
}

struct told { int64_t files; int reasons; bool scans; };

static void tell(void *context, str why, int64_t files)
{
    struct told *t = context;
    t->files += files;
    t->reasons++;
    t->scans |= str_eq(why, S("PDF内没有文字（扫描件或图片）")) && files == 2;
}

static void unread_ones_are_told_by_reason_each_time(void **state)
{
    struct life *l = *state;
    struct papers p = {.life = l};
    papers_provider(&p, "greenway", 4);
    papers_add(&p, "scan-1", "report", "greenway", 0, objects(l->arena, "", 1, "1", S("0 0 m 9 9 l S")), NOW - 4 * USEC_HOUR);
    papers_add(&p, "scan-2", "report", "greenway", 1, objects(l->arena, "", 1, "1", S("0 0 m 8 8 l S")), NOW - 3 * USEC_HOUR);
    papers_add(&p, "head", "report", "greenway", 2, S("%PDF-1.7\n"), NOW - 2 * USEC_HOUR);
    for (int run = 0; run < 2; run++) {
        struct told told = {0};
        struct look_report r;
        assert_ok(look_run(l->scene->store, l->acts, &(struct look_options){.now = NOW + run, .unread = tell, .context = &told}, &r));
        assert_int_equal(r.unread, run ? 0 : 3); /* read once, said each time */
        assert_int_equal(told.files, 3);
        assert_int_equal(told.reasons, 2);
        assert_true(told.scans);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        accepted_test(copies_are_found_and_forms_are_not), cmocka_unit_test(each_hostile_one_has_its_reason),
        cmocka_unit_test(broken_ones_cost_a_file_and_no_more), accepted_test(unread_ones_are_told_by_reason_each_time)};
    return scene_run("look_pdf", tests);
}
