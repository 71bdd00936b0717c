/*
 * PDFs as others read them: poppler for text, structure and places, qpdf for soundness, zbar for the QR code. The grid of
 * GB/T 9704-2012 is measured in the file, not taken from the setter.
 */
#include "papers/sample.h"

#include <math.h>
#include <pthread.h>
#include <unistd.h>

static const char *const layouts[] = {"official", "internal", "table"};

static struct pdf rendered(struct arena *a, const struct wording *w, const struct json *data, const struct paper_options *o)
{
    struct pdf pdf;
    assert_ok(paper_render(a, w, data, o, &pdf));
    return pdf;
}

static void text_is_what_poppler_reads(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        for (int members = 0; members < 100; members = members * 3 + 1) {
            AUTO_ARENA(a);
            struct paper_options o = sample_options();
            struct pdf pdf = rendered(a, sample_wording(a, layouts[i]), sample_data(a, members), &o);
            str ours = sample_squeeze(a, pdf.text), theirs = sample_squeeze(a, sample_read(a, pdf.bytes, "pdftotext -raw %s -"));
            if (!str_eq(ours, theirs))
                print_error("ours:\n%.*s\ntheirs:\n%.*s\n", STR_ARG(ours), STR_ARG(theirs));
            assert_true(str_eq(ours, theirs));
            assert_true(str_find(pdf.text, S("{agency.name}@|\\检测")) >= 0);
            assert_true(str_find(pdf.text, S("不该出现")) < 0);
            assert_true(members < 4 || str_find(theirs, S("𠮷野⼀一")) >= 0); /* two characters with one glyph */
            assert_true(members < 4 || str_find(theirs, S("王𪛖𠀀")) >= 0);
            size_t pages = 0;
            for (size_t k = 0; k < pdf.text.n; k++)
                pages += pdf.text.p[k] == '\f';
            assert_int_equal(pages, pdf.pages);
        }
}

static void same_input_same_bytes(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        AUTO_ARENA(a);
        struct paper_options o = sample_options();
        struct pdf one = rendered(a, sample_wording(a, layouts[i]), sample_data(a, 9), &o);
        rendered(a, sample_wording(a, layouts[(i + 1) % 3]), sample_data(a, 3), &o); /* what came between leaves no trace */
        struct pdf two = rendered(a, sample_wording(a, layouts[i]), sample_data(a, 9), &o);
        assert_true(str_eq(one.bytes, two.bytes) && str_eq(one.text, two.text));
        assert_memory_equal(&one.digest, &two.digest, sizeof one.digest);
        o.date++;
        struct pdf other = rendered(a, sample_wording(a, layouts[i]), sample_data(a, 9), &o);
        assert_false(str_eq(one.bytes, other.bytes));
    }
}

struct thread { struct sm3 digest; };

static void *in_thread(void *p)
{
    AUTO_ARENA(a);
    struct paper_options o = sample_options();
    for (int i = 0; i < 3; i++)
        ((struct thread *)p)->digest = rendered(a, sample_wording(a, "official"), sample_data(a, 9), &o).digest;
    return NULL;
}

static void threads_agree(void **state)
{
    (void)state;
    pthread_t thread[6]; /* and one press */
    struct thread got[6], own;
    for (int i = 0; i < 6; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, in_thread, &got[i]), 0);
    in_thread(&own);
    for (int i = 0; i < 6; i++) {
        pthread_join(thread[i], NULL);
        assert_memory_equal(&got[i], &own, sizeof own);
    }
}

/* More letters than cairo keeps for all threads: to make room it takes its locks the other way round, and waited for itself for ever. */
static void *many_letters(void *p)
{
    enum { DOCUMENTS = 6, LETTERS = 2500, HAN = 0x4e00, HAN_N = 20000 };
    for (int i = 0; i < DOCUMENTS; i++) {
        AUTO_ARENA(a);
        struct paper_options o = sample_options();
        buf b = buf_make(a, 4 * LETTERS + 100);
        for (int k = 0; k < LETTERS; k++) {
            int c = HAN + (*(int *)p * 3371 + i * 2503 + k) % HAN_N;
            buf_printf(&b, "%c%c%c%s", 0xe0 | c >> 12, 0x80 | (c >> 6 & 63), 0x80 | (c & 63), k % 100 == 99 ? "\n" : "");
        }
        rendered(a, sample_parse(a, arena_cstr(a, buf_str(&b))), sample_data(a, 1), &o);
    }
    return NULL;
}

static void many_letters_in_many_threads(void **state)
{
    (void)state;
    pthread_t thread[6];
    int number[6];
    alarm(300); /* it would wait for ever */
    for (int i = 0; i < 6; i++) {
        number[i] = i;
        assert_int_equal(pthread_create(&thread[i], NULL, many_letters, &number[i]), 0);
    }
    for (int i = 0; i < 6; i++)
        pthread_join(thread[i], NULL);
    alarm(0);
}

static void files_are_sound_and_tagged(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        AUTO_ARENA(a);
        struct paper_options o = sample_options();
        struct pdf pdf = rendered(a, sample_wording(a, layouts[i]), sample_data(a, 30), &o);
        sample_read(a, pdf.bytes, "qpdf --check %s");
        str info = sample_read(a, pdf.bytes, "TZ=UTC-8 pdfinfo %s");
        assert_true(str_find(info, S("Title:           关于武汉䶮某化工有限公司的告知书\n")) >= 0);
        assert_true(str_find(info, S("Tagged:          yes\n")) >= 0);
        assert_true(str_find(info, S("Mar  5 00:00:00 2026")) >= 0);
        str tree = sample_read(a, pdf.bytes, "pdfinfo -struct-text %s");
        assert_true(str_starts(tree, S("Document\n")));
        assert_true(str_find(tree, S("  H1 (block)\n    \"关于武汉䶮某化工有限公司的告知书\"\n  P")) >= 0);
        assert_true(str_find(tree, S("  H2 (block)\n    \"一、辅助事项\"\n")) >= 0);
        assert_true(str_find(tree, S("/Scope /Row\n        \"第三方\"")) >= 0);
        assert_true(str_find(tree, S("/Scope /Column\n        \"序号\"")) >= 0);
        assert_true(str_find(tree, S("      TD\n        \"张㙍\"")) >= 0);
        assert_true(str_find(pdf.bytes, S("/Lang (zh-CN)")) >= 0);
        assert_true(str_find(pdf.bytes, S("/DisplayDocTitle true")) >= 0);
        assert_true(str_find(pdf.bytes, S("/Alt <FEFF")) >= 0);
        assert_true(str_find(pdf.bytes, S("/Outlines")) >= 0);
        assert_true(str_find(pdf.bytes, S("/URI (https://zf.example.gov.cn/v/")) >= 0);
        str fonts = sample_read(a, pdf.bytes, "pdffonts %s | tail -n +3"), line;
        while (str_next(&fonts, '\n', &line)) /* embedded, a subset, with its characters */
            assert_true(!line.n || str_find(line, S(" yes yes yes ")) >= 0);
        assert_true(pdf.bytes.n < 250000);
    }
}

/* ---- the grid of official papers ---- */

struct words { double x0, y0, x1, y1; str text; int page; };
struct words_list { struct words *p; size_t n, capacity; };

static struct words_list boxes(struct arena *a, str pdf)
{
    struct words_list list = {0};
    str rest = sample_read(a, pdf, "pdftotext -bbox %s -"), line;
    int page = 0;
    while (str_next(&rest, '\n', &line)) {
        struct words w = {0};
        char text[400];
        page += str_find(line, S("<page ")) >= 0;
        if (sscanf(arena_cstr(a, line), " <word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\">%399[^<]", &w.x0, &w.y0, &w.x1, &w.y1,
                   text) != 5)
            continue;
        w.text = arena_str(a, str_of(text));
        w.page = page;
        vec_push(a, &list, w);
    }
    return list;
}

static void official_pages_have_22_lines_of_28_characters(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct wording *w;
    buf b = buf_make(a, 100000);
    buf_add(&b, S("@form T3\n@title 题\n@layout official\n@version 1\n@from 2026-01-01\n@page\n"));
    for (int i = 0; i < 28 * 22 * 2 - 2; i++) /* two characters of indent */
        buf_add(&b, S("国"));
    buf_add(&b, S("\n"));
    assert_ok(wording_parse(a, buf_str(&b), S("T3.txt"), &w));
    struct pdf pdf = rendered(a, w, sample_json(a, "{}"), &(struct paper_options){.date = DAY_NONE});
    struct words_list list = boxes(a, pdf.bytes);
    assert_int_equal(pdf.pages, 3);
    const double mm = 72 / 25.4;
    int lines[4] = {0}, full = 0;
    double y0[4] = {0}, y1[4] = {0};
    for (size_t i = 0; i < list.n; i++) {
        const struct words *l = &list.p[i];
        if (!str_starts(l->text, S("国")))
            continue;
        y0[l->page] = lines[l->page]++ ? y0[l->page] : (l->y0 + l->y1) / 2;
        y1[l->page] = (l->y0 + l->y1) / 2;
        if (utf8_count(l->text) != 28)
            continue;
        full++;
        assert_true(fabs(l->x0 - 28 * mm) < 0.2 && fabs(l->x1 - (28 + 156) * mm) < 1.3); /* 订口 28 mm, 版心 156 mm */
    }
    assert_int_equal(lines[2], 22);
    assert_int_equal(lines[3], 22);
    assert_int_equal(full, 22 * 2 - 1); /* the first is two short: its indent */
    assert_true(fabs(y1[3] - y0[3] - 21 * 225 * mm / 22) < 0.5); /* 版心 225 mm */
    assert_true(fabs((y0[3] + y1[3]) / 2 - (37 + 225 / 2.0) * mm) < 2.5); /* 天头 37 mm */
}

static void lines_break_as_chinese_does(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct wording *w;
    static const char *const never_first[] = {"，", "。", "、", "；", "：", "？", "！", "）", "》", "”", "〕", "』", "」", "…"};
    static const char *const never_last[] = {"（", "《", "“", "〔", "「", "『"};
    static const char *const pieces[] = {"国家", "（甲）", "《书名》，", "“引文”。", "〔2026〕", "、", "……", "——", "：", "？", "ABC", "12.5%", "「丁」；"};
    uint64_t seed = 28;
    buf b = buf_make(a, 200000);
    buf_add(&b, S("@form T3\n@title 题\n@layout official\n@version 1\n@from 2026-01-01\n"));
    for (int p = 0; p < 40; p++) {
        buf_add(&b, S("国"));
        for (int i = 0; i < 60; i++)
            buf_add(&b, str_of(pieces[(test_random(&seed) >> 33) % (sizeof pieces / sizeof *pieces)]));
        buf_add(&b, S("\n"));
    }
    assert_ok(wording_parse(a, buf_str(&b), S("T3.txt"), &w));
    struct pdf pdf = rendered(a, w, sample_json(a, "{}"), &(struct paper_options){.date = DAY_NONE});
    str rest = sample_read(a, pdf.bytes, "pdftotext -raw %s -"), line;
    int lines = 0, short_ones = 0;
    while (str_next(&rest, '\n', &line)) {
        if (!line.n || line.p[0] == '\f')
            continue;
        lines++;
        short_ones += utf8_count(line) < 22;
        for (size_t i = 0; i < sizeof never_first / sizeof *never_first; i++)
            if (str_starts(line, str_of(never_first[i])) && !str_starts(line, S("……"))) {
                print_error("line starts so: %.*s\n", STR_ARG(line));
                fail();
            }
        for (size_t i = 0; i < sizeof never_last / sizeof *never_last; i++)
            assert_false(str_ends(line, str_of(never_last[i])));
    }
    assert_true(lines > 200);
    assert_true(short_ones < 40 + 20 + lines / 20); /* last lines, page numbers: quotes do not glue whole lines together */
}

static void page_numbers_stand_outside(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct paper_options o = sample_options();
    struct pdf pdf = rendered(a, sample_wording(a, "official"), sample_data(a, 60), &o);
    struct words_list list = boxes(a, pdf.bytes);
    int seen = 0;
    assert_true(pdf.pages >= 4);
    for (size_t i = 0; i + 2 < list.n; i++) {
        if (!str_eq(list.p[i].text, S("—")) || !str_eq(list.p[i + 2].text, S("—")))
            continue;
        seen++;
        assert_true(str_eq(list.p[i + 1].text, arena_printf(a, "%d", list.p[i].page)));
        assert_int_equal(list.p[i].x0 > 595.28 / 2, list.p[i].page % 2);
        assert_true(list.p[i].y0 > (37 + 225) * 72 / 25.4);
    }
    assert_int_equal(seen, pdf.pages);
}

static void heads_come_again(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct paper_options o = sample_options();
    struct pdf pdf = rendered(a, sample_wording(a, "internal"), sample_data(a, 150), &o);
    str rest = pdf.text, page;
    int with = 0;
    while (str_next(&rest, '\f', &page))
        with += str_find(page, S("序号\t姓名\t证号\t金额\n")) >= 0;
    assert_true(with >= 4);
    assert_true(str_find(pdf.text, S("\n150\t")) >= 0);
}

static void a_row_higher_than_a_page_is_cut(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    buf b = buf_make(a, 200000);
    buf_add(&b, S("@facts\n| 说明 | "));
    for (int i = 0; i < 9000; i++)
        buf_add(&b, S("国"));
    buf_add(&b, S("终 |\n@end\n"));
    struct pdf pdf = rendered(a, sample_parse(a, arena_cstr(a, buf_str(&b))), sample_json(a, "{}"), &(struct paper_options){.date = DAY_NONE});
    size_t count = 0;
    for (str rest = pdf.text; rest.n;)
        count += utf8_next(&rest) == 0x56fd;
    assert_int_equal(count, 9000);
    assert_true(pdf.pages >= 4);
    assert_true(str_find(pdf.text, S("终")) > 0);
}

static void signature_takes_text_along(void **state)
{
    (void)state;
    for (int lines = 10; lines < 40; lines++) {
        AUTO_ARENA(a);
        buf b = buf_make(a, 100000);
        for (int i = 0; i < lines; i++)
            buf_add(&b, S("一段正文。\n"));
        buf_add(&b, S("最后一段正文，超过一行的，国国国国国国国国国国国国国国国国国国国国国国国国国国国国国国国国国国国国国国国国。\n@seal\n@sign 某某局 | 2026年3月5日\n"));
        struct pdf pdf = rendered(a, sample_parse(a, arena_cstr(a, buf_str(&b))), sample_json(a, "{}"), &(struct paper_options){.date = DAY_NONE});
        str rest = pdf.text, page;
        while (str_next(&rest, '\f', &page))
            if (str_find(page, S("某某局")) >= 0)
                assert_true(str_find(page, S("国。")) >= 0 && str_find(page, S("2026年3月5日")) >= 0);
    }
}

static void qr_codes_can_be_read(void **state)
{
    (void)state;
    static const char scan[] = "f=%s; pdftoppm -r 220 -f 1 -l 1 -gray \"$f\" \"$f\" && { zbarimg -q --raw \"$f\"-*.pgm 2>/dev/null; s=$?; rm -f \"$f\"-*.pgm; exit $s; }";
    for (int i = 0; i < 3; i++) {
        AUTO_ARENA(a);
        struct paper_options o = sample_options();
        struct pdf pdf = rendered(a, sample_wording(a, layouts[i]), sample_data(a, 1), &o);
        str want = arena_printf(a, "https://zf.example.gov.cn/v/%.*s", STR_ARG(o.code));
        assert_true(str_eq(str_trim(sample_read(a, pdf.bytes, scan)), want));
        assert_true(str_find(pdf.text, paper_code_groups(a, o.code)) >= 0);
        /* Without an address nothing is printed that leads nowhere. */
        o.outside_address = S("");
        o.contact = S("电话027-12345678，政务中心3号窗口");
        pdf = rendered(a, sample_wording(a, layouts[i]), sample_data(a, 1), &o);
        want = arena_printf(a, "验证码 %.*s 电话027-12345678，政务中心3号窗口", STR_ARG(paper_code_groups(a, o.code)));
        assert_true(str_eq(str_trim(sample_read(a, pdf.bytes, scan)), want));
        assert_true(str_find(pdf.text, S("http")) < 0 && str_find(pdf.text, o.contact) >= 0);
    }
}

static void limits_are_named(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct pdf pdf;
    struct paper_options o = {.date = DAY_NONE, .serif = S("No Such Font")};
    const err *e = assert_err(paper_render(a, sample_parse(a, "甲\n"), sample_json(a, "{}"), &o, &pdf), ERR_MISSING);
    assert_true(str_find(e->text, S("No Such Font")) >= 0 && str_find(e->example, S("fonts-noto-cjk")) >= 0);
    err_clear();
    o = (struct paper_options){.date = DAY_NONE, .code = S("1234567812345678")};
    assert_err(paper_render(a, sample_parse(a, "甲\n"), sample_json(a, "{}"), &o, &pdf), ERR_INPUT);
    err_clear();
    buf b = buf_make(a, 1 << 20);
    for (int i = 0; i <= LIMIT_PAPER_PAGES; i++)
        buf_add(&b, i ? S(",1") : S("{\"x\":[1"));
    buf_add(&b, S("]}"));
    e = assert_err(paper_render(a, sample_parse(a, "@each m in x\n甲\n@page\n@end\n乙\n"), sample_json(a, arena_cstr(a, buf_str(&b))),
                                &(struct paper_options){.date = DAY_NONE}, &pdf), ERR_LIMIT);
    assert_true(str_find(e->text, S("2000页")) >= 0);
    err_clear();
    /* After an error the press is back in its place: the next document would wait for ever. */
    for (int i = 0; i < 2; i++) {
        assert_err(paper_render(a, sample_parse(a, "{x}\n"), sample_json(a, "{\"x\":\"\\ud869\\udee5\"}"),
                                &(struct paper_options){.date = DAY_NONE}, &pdf), ERR_INPUT);
        err_clear();
    }
    assert_ok(paper_render(a, sample_parse(a, "甲\n"), sample_json(a, "{}"), &(struct paper_options){.date = DAY_NONE}, &pdf));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_what_poppler_reads), cmocka_unit_test(same_input_same_bytes), cmocka_unit_test(threads_agree),
        cmocka_unit_test(many_letters_in_many_threads),
        cmocka_unit_test(files_are_sound_and_tagged), cmocka_unit_test(official_pages_have_22_lines_of_28_characters),
        cmocka_unit_test(lines_break_as_chinese_does), cmocka_unit_test(page_numbers_stand_outside), cmocka_unit_test(heads_come_again),
        cmocka_unit_test(a_row_higher_than_a_page_is_cut), cmocka_unit_test(signature_takes_text_along),
        cmocka_unit_test(qr_codes_can_be_read), cmocka_unit_test(limits_are_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
