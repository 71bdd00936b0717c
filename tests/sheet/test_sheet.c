/* Rows come out as people see them; whatever else is in a file is refused with the reason, and costs the parent nothing. */
#include "testing.h"
#include "book.h"
#include "sheet/child.h"
#include "sheet/sheet.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <xlsxwriter.h>

struct seen { struct arena *a; buf text; int64_t rows; err *stop_with; };

static err *note(void *context, const struct sheet_row *r)
{
    struct seen *s = context;
    s->rows++;
    for (size_t i = 0; i < r->n && s->rows <= 100; i++)
        buf_printf(&s->text, "%.*s!%.*s%c%.*s;", STR_ARG(r->sheet_name), STR_ARG(sheet_place(s->a, r->cells[i].column, r->row)),
                   "tn@b!"[r->cells[i].kind], STR_ARG(r->cells[i].text));
    return s->stop_with;
}

static str read_all(struct arena *a, str bytes, str only)
{
    struct seen s = {a, buf_make(a, 1 << 20), 0, NULL};
    err *e = sheet_read(bytes, only, note, &s);
    return e ? arena_printf(a, "%s:%.*s", err_name(e->kind), STR_ARG(e->text)) : buf_str(&s.text);
}

static void expect_rows(const char *rows, const char *strings, const char *formats, const char *want)
{
    AUTO_ARENA(a);
    str got = read_all(a, book_of(a, rows, strings, formats), STR_NONE);
    assert_string_equal(arena_cstr(a, got), want);
}

static void expect_refused(str bytes, const char *kind_and_word)
{
    AUTO_ARENA(a);
    str got = read_all(a, bytes, STR_NONE), kind, word = str_of(kind_and_word);
    str_next(&word, ' ', &kind);
    if (!str_starts(got, kind) || str_find(got, word) < 0)
        fail_msg("got %.*s, want %s", STR_ARG(got), kind_and_word);
    err_clear();
}

static void cells_of_every_kind(void **state)
{
    (void)state;
    expect_rows("<row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"B2\"><v>0.10000000000000001</v></c>"
                "<c r=\"D2\" t=\"b\"><v>1</v></c><c r=\"E2\" t=\"e\"><v>#DIV/0!</v></c></row>"
                "<row r=\"5\"><c r=\"AA5\" t=\"inlineStr\"><is><t>甲</t><rPh><t>jia</t></rPh></is></c></row>",
                "<si><t>零</t></si><si><r><t>二氧</t></r><r><t>化硫</t></r><rPh><t>er</t></rPh></si>", "<xf numFmtId=\"0\"/>",
                "表1!A2t二氧化硫;表1!B2n0.1;表1!D2b1;表1!E2!#DIV/0!;表1!AA5t甲;");
    expect_rows("<row><c><v>1</v></c><c t=\"str\"><f>A1</f><v>—</v></c></row><row><c><v>-0</v></c></row>", "", "",
                "表1!A1n1;表1!B1t—;表1!A2n0;");
}

static void times_by_their_format(void **state)
{
    (void)state;
    expect_rows("<row><c s=\"1\"><v>46083.333333333336</v></c><c s=\"0\"><v>46083.5</v></c><c s=\"2\"><v>1.5</v></c>"
                "<c s=\"3\"><v>46083.041666666664</v></c></row>", "",
                "<xf numFmtId=\"0\"/><xf numFmtId=\"22\"/><xf numFmtId=\"46\"/><xf numFmtId=\"14\"/>",
                "表1!A1@2026-03-02T08:00:00;表1!B1n46083.5;表1!C1n1.5;表1!D1@2026-03-02T01:00:00;");
    struct number_style s = style_of_format(200, S("yyyy\"年\"m\"月\"d\"日\" h:mm"));
    assert_true(s.time && !s.elapsed);
    assert_false(style_of_format(201, S("0.00\"day\"")).time);
    assert_false(style_of_format(202, S("[Red]0.0;[h]:mm")).time);
    assert_false(style_of_format(203, S("[h]:mm:ss")).time);
    assert_true(style_of_format(204, S("[$-804]yyyy-mm-dd")).time);
}

static void numbers_as_typed(void **state)
{
    (void)state;
    static const struct { double in; const char *out; } cases[] = {
        {0, "0"}, {-0.0, "0"}, {12.30, "12.3"}, {0.1 + 0.2, "0.3"}, {1e-7, "0.0000001"}, {123456789012345, "123456789012345"},
        {-120.4, "-120.4"}, {1.0 / 3, "0.333333333333333"}, {99999.99, "99999.99"}, {1e15, "1000000000000000"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[48];
        sheet_number_text(cases[i].in, text);
        assert_string_equal(text, cases[i].out);
    }
}

static void books_of_a_real_writer(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    char path[] = "/tmp/xiezhi-sheet-XXXXXX";
    close(mkstemp(path));
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *first = workbook_add_worksheet(book, "小时值"), *second = workbook_add_worksheet(book, "说明");
    lxw_format *date = workbook_add_format(book);
    format_set_num_format(date, "yyyy-mm-dd hh:mm");
    lxw_datetime t = {2026, 3, 2, 9, 30, 0};
    worksheet_write_string(first, 0, 0, "时间", NULL);
    worksheet_write_datetime(first, 1, 0, &t, date);
    worksheet_write_number(first, 1, 1, 23.45, NULL);
    worksheet_write_string(second, 2, 1, "㙍䶮𠮷", NULL);
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
    str bytes;
    assert_ok(file_read(a, str_of(path), 1 << 20, &bytes));
    unlink(path);
    assert_string_equal(arena_cstr(a, read_all(a, bytes, STR_NONE)),
                        "小时值!A1t时间;小时值!A2@2026-03-02T09:30:00;小时值!B2n23.45;说明!B3t㙍䶮𠮷;");
    assert_string_equal(arena_cstr(a, read_all(a, bytes, S("说明"))), "说明!B3t㙍䶮𠮷;");
    expect_refused(str_sub(bytes, 0, bytes.n - 30), "damaged 不完整");
    for (size_t at = 0; at < bytes.n; at += 97) { /* no flipped byte may do worse than an error */
        char *flipped = arena_copy(a, bytes.p, bytes.n);
        flipped[at] = (char)(flipped[at] ^ 0x40);
        read_all(a, (str){flipped, bytes.n}, STR_NONE);
        err_clear();
    }
}

static void refused_with_the_reason(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    expect_refused(S(""), "input 空");
    expect_refused(S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"), "input 另存为.xlsx");
    expect_refused(S("time,a21026-Avg\n"), "input 不是");
    expect_refused(package_of(a, (struct part[]){{"a.txt", S("x"), false}}, 1), "input 没有工作簿");
    expect_refused(package_of(a, (struct part[]){{"xl/vbaProject.bin", S("x"), false}}, 1), "input 宏");
    expect_refused(book_of(a, "<row r=\"3\"/><row r=\"3\"/>", "", ""), "damaged 行号");
    expect_refused(book_of(a, "<row r=\"1\"><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row>", "", ""), "damaged 错乱");
    expect_refused(book_of(a, "<row r=\"1\"><c t=\"s\"><v>7</v></c></row>", "<si><t>x</t></si>", ""), "damaged 不存在");
    expect_refused(book_of(a, "<row r=\"1000001\"><c><v>1</v></c></row>", "", ""), "limit 100万行");
    expect_rows("<row r=\"1\"><c><v>1</v></c></row><row r=\"1048576\"><c s=\"0\"/></row>", "", "", "表1!A1n1;"); /* only formatted */
    expect_refused(book_of(a, "<row><c r=\"BXY1\"><v>1</v></c></row>", "", ""), "limit 2000列");
    expect_refused(book_of(a, "<row><c><v>1</c></row>", "", ""), "damaged XML");
    str laughs = S("<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><workbook>&b;</workbook>");
    expect_refused(package_of(a, (struct part[]){{"xl/workbook.xml", laughs, false}}, 1), "input DTD");
    buf deep = buf_make(a, 1 << 20);
    for (int i = 0; i < 5000; i++)
        buf_add(&deep, S("<a>"));
    expect_refused(package_of(a, (struct part[]){{"xl/workbook.xml", buf_str(&deep), false}}, 1), "limit 过深");
}

static void bombs_are_refused(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    size_t n = 64 << 20;
    char *zeros = arena_alloc(a, n, 1);
    memset(zeros, ' ', n);
    memcpy(zeros, "<sst>", 5);
    str rels = S("<Relationships><Relationship Id=\"r1\" Target=\"s.xml\"/></Relationships>");
    str book = S("<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" r:id=\"r1\"/></sheets></workbook>");
    struct part parts[] = {{"xl/workbook.xml", book, false}, {"xl/_rels/workbook.xml.rels", rels, false},
                           {"xl/sharedStrings.xml", {zeros, n}, false}};
    expect_refused(package_of(a, parts, 3), "limit 压缩炸弹");
}

/* Macros by the package's own word, wherever it keeps them. */
static void macros_are_found(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const char *types[] = {("<Types><Override PartName=\"/xl/workbook.xml\""
                            " ContentType=\"application/vnd.ms-excel.sheet.macroEnabled.main+xml\"/></Types>"),
                           "<Types><Default Extension=\"bin\" ContentType=\"application/vnd.ms-office.vbaProject\"/></Types>",
                           "<Types><Override PartName=\"/xl/m/1.xml\" ContentType=\"application/vnd.ms-excel.macrosheet+xml\"/></Types>"};
    for (size_t i = 0; i < 3; i++)
        expect_refused(package_of(a, (struct part[]){{"[Content_Types].xml", str_of(types[i]), false}}, 1), "input 宏");
    struct part by_relation[] = {{"xl/workbook.xml", S("<workbook/>"), false},
                                 {"xl/_rels/workbook.xml.rels", S("<Relationships><Relationship Id=\"r9\" Target=\"m/code.bin\""
                                  " Type=\"http://schemas.microsoft.com/office/2006/relationships/vbaProject\"/></Relationships>"), false}};
    expect_refused(package_of(a, by_relation, 2), "input 宏");
}

/* A compound file with one stream: sector 0 would be its allocation table, the directory comes behind. */
static str compound_of(struct arena *a, const char *stream)
{
    char *p = arena_alloc(a, 1536, 1);
    memcpy(p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    for (size_t i = 0; stream[i]; i++)
        p[1024 + 128 + 2 * i] = stream[i];
    return (str){p, 1536};
}

static void compound_files_by_their_streams(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    expect_refused(compound_of(a, "EncryptedPackage"), "input 去掉密码");
    expect_refused(compound_of(a, "Workbook"), "input 旧版.xls，请打开");
    expect_refused(compound_of(a, "Book"), "input 旧版.xls，请打开");
    expect_refused(compound_of(a, "WordDocument"), "input Word");
    expect_refused(compound_of(a, "Bookmarks"), "input 旧版.xls或加密");
}

static err *note_hidden(void *context, const struct sheet_row *r)
{
    buf_printf(context, "%u%s%s ", r->row, r->hidden ? "h" : "", r->sheet_hidden ? "H" : "");
    return NULL;
}

static void hidden_and_not_computed(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    buf b = buf_make(a, 1000);
    assert_ok(sheet_read(book_of(a, "<row r=\"1\"><c><v>1</v></c></row><row r=\"2\" hidden=\"1\"><c><v>1</v></c></row>"
                                    "<row r=\"3\" hidden=\"0\"><c><v>1</v></c></row>", "", ""), STR_NONE, note_hidden, &b));
    str rels = S("<Relationships><Relationship Id=\"r1\" Target=\"s.xml\"/></Relationships>");
    str book = S("<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" state=\"veryHidden\" r:id=\"r1\"/></sheets></workbook>");
    struct part parts[] = {{"xl/workbook.xml", book, false}, {"xl/_rels/workbook.xml.rels", rels, false},
                           {"xl/s.xml", S("<worksheet><row><c><v>1</v></c></row></worksheet>"), false}};
    assert_ok(sheet_read(package_of(a, parts, 3), STR_NONE, note_hidden, &b));
    assert_str(buf_str(&b), "1 2h 3 1H ");
    expect_rows("<row r=\"1\"><c><f>1+1</f></c><c><f>1+1</f><v>2</v></c><c t=\"str\"><f>\"\"</f><v></v></c></row>", "", "",
                "表1!A1!公式没有保存结果;表1!B1n2;");
}

static void an_error_of_the_caller_ends_it(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    buf rows = buf_make(a, 32 << 20);
    for (int i = 1; i <= 200000; i++)
        buf_printf(&rows, "<row r=\"%d\"><c><v>%d.5</v></c><c t=\"str\"><v>x</v></c></row>", i, i);
    str bytes = book_of(a, arena_cstr(a, buf_str(&rows)), "", "");
    struct seen s = {a, buf_make(a, 1 << 20), 0, NULL};
    assert_null(sheet_read(bytes, STR_NONE, note, &s));
    assert_int_equal(s.rows, 200000);
    s.stop_with = err_new(ERR_INPUT, "够了");
    s.rows = 0;
    err *e = sheet_read(bytes, STR_NONE, note, &s);
    assert_non_null(e);
    assert_int_equal(s.rows, 1);
    err_clear();
}

static str read_document(struct arena *a, const char *body, const char *name)
{
    struct part parts[] = {{name, arena_printf(a, "<w:document xmlns:w=\"w\"><w:body>%s</w:body></w:document>", body), false}};
    struct seen s = {a, buf_make(a, 1 << 20), 0, NULL};
    err *e = sheet_document(package_of(a, parts, 1), note, &s);
    return e ? arena_printf(a, "%s:%.*s", err_name(e->kind), STR_ARG(e->text)) : buf_str(&s.text);
}

static void documents_by_paragraph_and_row(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_str(read_document(a, "<w:p><w:r><w:t>一、</w:t><w:tab/><w:t>现场</w:t></w:r></w:p><w:p/>"
                                "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>时刻</w:t></w:r></w:p></w:tc><w:tc/><w:tc><w:p><w:t>值</w:t></w:p><w:p><w:t>班</w:t></w:p></w:tc></w:tr>"
                                "<w:tr><w:tc><w:tbl><w:tr><w:tc><w:p><w:t>内</w:t></w:p></w:tc></w:tr></w:tbl></w:tc><w:tc><w:p><w:t>3</w:t></w:p></w:tc></w:tr></w:tbl>"
                                "<w:p><w:t>末</w:t></w:p>", "word/document.xml"),
               "document!A1t一、 现场;document!A3t时刻;document!C3t值班;document!A4t内;document!B4t3;document!A5t末;");
    assert_true(str_starts(read_document(a, "", "word/other.xml"), S("input:")));
    assert_true(str_starts(read_document(a, "<w:p><w:t>x", "word/document.xml"), S("damaged:")));
    err_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_of_every_kind), cmocka_unit_test(documents_by_paragraph_and_row), cmocka_unit_test(times_by_their_format), cmocka_unit_test(numbers_as_typed),
        cmocka_unit_test(books_of_a_real_writer), cmocka_unit_test(refused_with_the_reason), cmocka_unit_test(bombs_are_refused),
        cmocka_unit_test(macros_are_found), cmocka_unit_test(compound_files_by_their_streams), cmocka_unit_test(hidden_and_not_computed),
        cmocka_unit_test(an_error_of_the_caller_ends_it)};
    return cmocka_run_group_tests_name("sheet", tests, NULL, NULL);
}
