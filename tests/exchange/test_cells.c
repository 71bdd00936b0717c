/* What people write, and what spreadsheet programs make of it: understood where it can mean one thing, named where not. */
#include "testing.h"
#include "exchange/exchange.h"
#include "sheet/book.h"

static const struct exchange_column *column(const char *kind, const char *field)
{
    const struct exchange_kind *k = exchange_kind_find(str_of(kind));
    for (int i = 0; k->columns[i].field; i++)
        if (!strcmp(k->columns[i].field, field))
            return &k->columns[i];
    fail_msg("no column %s.%s", kind, field);
    return NULL;
}

static void expect(const char *kind, const char *field, enum sheet_kind cell, const char *text, int64_t unit, const char *want)
{
    AUTO_ARENA(a);
    struct sheet_cell from = {1, cell, str_of(text)};
    struct exchange_value v;
    err *bad = exchange_cell_read(a, column(kind, field), &from, unit, &v);
    str got = bad ? arena_printf(a, "! %.*s", STR_ARG(bad->text)) : !v.present ? S("-") : v.v.kind == DB_INT ? arena_printf(a, "%lld", (long long)v.v.i) : v.v.s;
    bool fine = want[0] == '!' ? bad && str_find(bad->text, str_of(want + 1)) >= 0 : !bad && str_eq(got, str_of(want));
    if (!fine)
        fail_msg("%s.%s of \"%s\" is \"%.*s\", wanted \"%s\"", kind, field, text, STR_ARG(got), want);
    err_clear();
}

#define T SHEET_TEXT
#define N SHEET_NUMBER

static void codes(void **state)
{
    (void)state;
    expect("subjects", "uscc", T, "91420102MA4TE5T136", 100, "91420102MA4TE5T136");
    expect("subjects", "uscc", T, " 91420102ｍa4te5t１３６　", 100, "91420102MA4TE5T136");
    expect("subjects", "uscc", T, "9142 0102 MA4T E5T1 36", 100, "91420102MA4TE5T136");
    expect("subjects", "uscc", T, "9.1420102E+17", 100, "!被表格软件当成了数字");
    expect("subjects", "uscc", N, "914201021234567000", 100, "!被表格软件当成了数字");
    expect("subjects", "uscc", T, "—", 100, "-");
    expect("officers", "cert_no", T, "００17010412", 100, "0017010412");
    expect("officers", "cert_no", N, "17010412345", 100, "17010412345");
    expect("officers", "cert_no", N, "17.5", 100, "!文本格式");
    expect("officers", "id", T, "Wang-Ming", 100, "wang-ming");
    expect("subjects", "name", T, "  江汉  化工\n有限公司 ", 100, "江汉 化工 有限公司");
    expect("subjects", "name", T, "𠮷野㙍䶮公司", 100, "𠮷野㙍䶮公司");
    expect("subjects", "name", T, "'=cmd公司", 100, "=cmd公司");
    expect("subjects", "name", SHEET_ERROR, "#REF!", 100, "!公式错误");
}

static void dates(void **state)
{
    (void)state;
    static const char *const same[] = {"2026-03-02", "2026/3/2", "2026.3.2", "2026年3月2日", "20260302", "２０２６年３月２日", "2026-3-2 00:00:00",
                                       "2026 年 3 月 2 日", "2026年3月2号"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        expect("officers", "from", T, same[i], 100, "20514");
    expect("officers", "from", SHEET_TIME, "2026-03-02T00:00:00", 100, "20514");
    expect("officers", "from", N, "46083", 100, "20514");
    expect("officers", "from", N, "20260302", 100, "20514");
    static const char *const unclear[] = {"46083", "3/2/2026", "26-3-2", "2026.3", "2026-02-30", "二〇二六年", "2026-3-2-1x", "长期"};
    for (size_t i = 0; i < sizeof unclear / sizeof *unclear; i++)
        expect("officers", "from", T, unclear[i], 100, "!年月日俱全的日期");
    expect("officers", "from", N, "12", 100, "!年月日俱全的日期");
    expect("plans", "starts", T, "2026-03-05 09:30", 100, "1772674200000000");
    expect("plans", "starts", T, "2026年3月5日9时30分", 100, "1772674200000000");
    expect("plans", "starts", T, "2026-03-05T09:30:00+08:00", 100, "1772674200000000");
    expect("plans", "starts", SHEET_TIME, "2026-03-05T09:30:00", 100, "1772674200000000");
    expect("plans", "starts", T, "2026-03-05", 100, "!日期和时间");
    expect("plans", "starts", T, "2026-03-05 25:00", 100, "!日期和时间");
}

static void numbers(void **state)
{
    (void)state;
    expect("budgets", "amount", T, "￥1,500,000.00元", 100, "150000000");
    expect("budgets", "amount", N, "150.5", 1000000, "150500000");
    expect("budgets", "amount", T, "150.5万元", 100, "150500000");
    expect("budgets", "amount", T, "0.001", 100, "!精确到分");
    expect("budgets", "amount", T, "-5", 100, "!不小于0");
    expect("budgets", "amount", T, "99999999999999999999", 100, "!金额");
    expect("budgets", "year", T, "２０２６年", 100, "2026");
    expect("subjects", "visits_per_year", T, "2次/年", 100, "2");
    expect("subjects", "visits_per_year", T, "两次", 100, "!整数");
    expect("subjects", "lon", T, "114.31", 100, "114.31");
    expect("subjects", "lon", T, "114°18′36″", 100, "114.3100000");
    expect("subjects", "lon", T, "东经", 100, "!经纬度");
    expect("limits", "rows.value", T, "0.050", 100, "0.050");
    expect("limits", "rows.value", T, "１００", 100, "100");
    expect("relations", "percent", T, "51.5%", 100, "51.5");
}

static void closed_sets(void **state)
{
    (void)state;
    expect("subjects", "region", T, "420102", 100, "420102");
    expect("subjects", "region", N, "420102", 100, "420102");
    expect("subjects", "region", T, "420102000000", 100, "420102");
    expect("subjects", "region", T, "江岸区", 100, "420102");
    expect("subjects", "region", T, "武汉市江岸区", 100, "420102");
    expect("subjects", "region", T, "湖北省武汉市江岸区", 100, "420102");
    expect("subjects", "region", T, "朝阳区", 100, "!区划");
    expect("subjects", "class", T, "重点排污单位", 100, "key");
    expect("subjects", "class", T, "超级", 100, "!重点、一般、特殊");
    expect("subjects", "positive_list", T, "是", 100, "1");
    expect("subjects", "positive_list", T, "也许", 100, "!是");
    expect("holidays", "days.kind", T, "调休上班", 100, "work");
}

static void every_example_reads(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    for (const struct exchange_kind *k = exchange_kinds; k->name; k++)
        for (int i = 0; k->columns[i].field; i++) {
            struct sheet_cell cell = {1, SHEET_TEXT, str_of(k->columns[i].example)};
            struct exchange_value v;
            assert_true(i < LIMIT_EXCHANGE_COLUMNS);
            assert_ok(exchange_cell_read(a, &k->columns[i], &cell, 100, &v));
            assert_true(!(k->columns[i].flags & X_REQUIRED) || v.present);
        }
}

/* ---- headers ---- */

static str mapped(struct arena *a, const char *kind, const char *csv, const char *chosen)
{
    struct exchange_table t;
    struct exchange_map m;
    const struct exchange_kind *k = exchange_kind_find(str_of(kind));
    assert_ok(exchange_read(a, str_of(csv), S(""), &t));
    err *bad = exchange_map_header(a, k, &t, str_of(chosen), &m);
    if (bad)
        return arena_printf(a, "! %.*s", STR_ARG(bad->text));
    buf b = buf_make(a, 4000);
    buf_printf(&b, "%zu:", m.header);
    for (uint32_t i = 0; i < m.columns; i++)
        buf_printf(&b, " %s", m.to[i] >= 0 ? k->columns[m.to[i]].field : m.to[i] == COLUMN_IGNORED ? "." : "?");
    return buf_str(&b);
}

static void headers(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_str(mapped(a, "subjects", "企业名称,社会信用代码,所属区县\n甲,,420102\n", ""), "0: name uscc region");
    assert_str(mapped(a, "subjects", "湖北省移动执法平台\n导出时间：2026-3-2\n序号, *单位名称（必填） ,统一社会信用代码 / 组织机构代码,行政区划\n1,甲,,420102\n", ""),
               "2: . name uscc region");
    assert_str(mapped(a, "subjects", "单位名称\n", ""), "! “执法相对人”表缺少必需的列：“区划”");
    assert_str(mapped(a, "subjects", "名字,信用代码\n甲,x\n", ""), "! “执法相对人”表缺少必需的列：“企业名称”、“区划”；认不出的列：“名字”");
    assert_str(mapped(a, "subjects", "名字,信用代码,地方\n甲,,420102\n", "1=name 3=region"), "0: name uscc region");
    assert_str(mapped(a, "subjects", "企业名称,备注名,区划\n甲,乙,420102\n", "1= 2=name"), "0: . name region");
    assert_str(mapped(a, "members", "第三方\t第三方编号\t姓名\n蓝线\tblueline\t梅\n", ""), "0: . provider name");
    assert_str(mapped(a, "subjects", "企业名称;名称;区划;导入结果;水印\n甲;乙;420102;;\n", ""), "0: name ? region . .");
    assert_str(mapped(a, "subjects", "企业名称,区划\n", ""), "! 表头之下没有数据");
    /* in two rows, as merged cells leave them */
    assert_str(mapped(a, "subjects", "企业名称,基本信息,,\n,信用代码,区划,监管级别\n甲,,420102,重点\n", ""), "1: name uscc region class");
    assert_str(mapped(a, "subjects", "企业名称,信用代码,位置,\n,,区划,经度\n甲,,420102,\n", ""), "1: name uscc region lon");
    assert_str(mapped(a, "subjects", "企业信息,,属地\n企业名称,信用代码,区划\n甲,,420102\n", ""), "1: name uscc region");
    assert_str(mapped(a, "subjects", "企业名称,区划,企业名称\n甲,420102,乙\n", ""), "0: name region ?");
    struct exchange_table t;
    struct exchange_map m;
    assert_ok(exchange_read(a, S("单位,年度,预算金额(万元)\n武汉,2026,15\n"), S(""), &t));
    assert_ok(exchange_map_header(a, exchange_kind_find(S("budgets")), &t, S(""), &m));
    assert_int_equal(m.unit[2], 1000000);
    err_clear();
}

/* A list that a platform hides in front is not what people see; said by name it is read. */
static void hidden_sheets(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct exchange_table t;
    str book = S("<workbook xmlns:r=\"r\"><sheets><sheet name=\"字典\" state=\"hidden\" r:id=\"r1\"/><sheet name=\"企业\" r:id=\"r2\"/></sheets></workbook>");
    str rels = S("<Relationships><Relationship Id=\"r1\" Target=\"1.xml\"/><Relationship Id=\"r2\" Target=\"2.xml\"/></Relationships>");
    struct part parts[] = {{"xl/workbook.xml", book, false}, {"xl/_rels/workbook.xml.rels", rels, false},
                           {"xl/1.xml", S("<worksheet><row><c t=\"str\"><v>x</v></c></row></worksheet>"), false},
                           {"xl/2.xml", S("<worksheet><row hidden=\"1\"><c t=\"str\"><v>y</v></c></row></worksheet>"), false}};
    assert_ok(exchange_read(a, package_of(a, parts, 4), S(""), &t));
    assert_str(t.sheet, "企业");
    assert_true(t.n == 1 && t.rows[0].hidden);
    assert_ok(exchange_read(a, package_of(a, parts, 4), S("字典"), &t));
    assert_str(t.rows[0].cells[0].text, "x");
}

/* No two columns of a kind answer to one name. */
static void names_are_unambiguous(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    for (const struct exchange_kind *k = exchange_kinds; k->name; k++) {
        struct map *seen = map_new(a);
        for (int i = 0; k->columns[i].field; i++) {
            str all = arena_printf(a, "%s|%s", k->columns[i].label, k->columns[i].aliases), one;
            struct map *own = map_new(a);
            while (str_next(&all, '|', &one)) {
                str plain = exchange_header_plain(a, one);
                if (!plain.n || map_get(own, plain))
                    continue;
                map_put(own, plain, own);
                if (map_get(seen, plain))
                    fail_msg("%s: %.*s is two columns", k->name, STR_ARG(one));
                map_put(seen, plain, own);
            }
        }
    }
}

/* ---- CSV ---- */

struct seen { struct arena *a; buf text; };

static err *note(void *context, const struct sheet_row *r)
{
    struct seen *s = context;
    buf_printf(&s->text, "%u:", r->row);
    for (size_t i = 0; i < r->n; i++)
        buf_printf(&s->text, "[%u %.*s]", r->cells[i].column, STR_ARG(r->cells[i].text));
    return NULL;
}

static void expect_csv(str bytes, const char *want)
{
    AUTO_ARENA(a);
    struct seen s = {a, buf_make(a, 1 << 20)};
    char separator;
    err *bad = sheet_read_csv(bytes, note, &s, &separator);
    assert_str(bad ? bad->text : buf_str(&s.text), want);
    err_clear();
}

static void csv(void **state)
{
    (void)state;
    expect_csv(S("\xEF\xBB\xBF" "a,b\r\nc,,d\r\n\r\n,,\r\ne"), "1:[1 a][2 b]2:[1 c][3 d]5:[1 e]");
    expect_csv(S("a\tb;c\td\n"), "1:[1 a][2 b;c][3 d]");
    expect_csv(S("a;b,c;d\n"), "1:[1 a][2 b,c][3 d]");
    expect_csv(S("\"a,\"\"x\"\"\",\"b\nc\"\nd"), "1:[1 a,\"x\"][2 b\nc]3:[1 d]");
    expect_csv(S("甲\"乙\",b\n"), "1:[1 甲\"乙\"][2 b]");
    expect_csv(S("\xBC\xD7,\xD2\xD2\n"), "1:[1 甲][2 乙]");
    expect_csv(S("\x95\x34\xB2\x35,x\n"), "1:[1 𠮷][2 x]"); /* four bytes of GB 18030 */
    expect_csv(S("a,\"b\nc"), "第1行的双引号没有结束");
    expect_csv(S("\xFF\xFE" "a\0"), "第1行第1个字节：文件是UTF-16编码，请另存为UTF-8或GB 18030");
    expect_csv(S("a,b\nc,\xFF\xFF\n"), "第2行第3个字节：既不是UTF-8也不是GB 18030编码");
    expect_csv(S(""), "");
}

static void refused(str bytes, const char *word)
{
    AUTO_ARENA(a);
    struct exchange_table t;
    err *bad = exchange_read(a, bytes, S(""), &t);
    str got = bad ? bad->text : S("a table");
    if (!bad || str_find(got, str_of(word)) < 0)
        fail_msg("got %.*s, want %s", STR_ARG(got), word);
    err_clear();
}

static void not_tables(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    refused(S(""), "空的");
    refused(S("<html><table><tr><td>名称</td></tr></table></html>"), "网页");
    refused(S("\xEF\xBB\xBF <?xml version=\"1.0\"?><Workbook/>"), "网页或XML");
    refused(S("%PDF-1.7"), "PDF");
    refused(S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "另存为.xlsx");
    refused(S("\x09\x08\x10\x00\x00\x06"), "旧版.xls");
    refused(S("Rar!\x1a\x07"), "压缩包");
    refused(S("PK\x03\x04 not really"), "");
    buf wide = buf_make(a, 1 << 20);
    for (int i = 0; i < LIMIT_IMPORT_COLUMNS + 2; i++)
        buf_add(&wide, S("a,"));
    refused(buf_str(&wide), "超过200列");
    /* workbooks: with macros, without content, and of a million rows, as strangers make them */
    struct part macro[] = {{"[Content_Types].xml", S("<Types/>"), false}, {"xl/vbaProject.bin", S("Attribut"), false},
                           {"xl/workbook.xml", S("<workbook xmlns:r=\"r\"><sheets/></workbook>"), false}};
    refused(package_of(a, macro, 3), "宏");
    struct part other[] = {{"word/document.xml", S("<w:document/>"), false}};
    refused(package_of(a, other, 1), "");
    buf rows = buf_make(a, 64 << 20);
    for (int i = 0; i < 1000001; i++)
        buf_add(&rows, S("<row><c t=\"str\"><v>1</v></c></row>"));
    refused(book_of(a, arena_cstr(a, buf_str(&rows)), "", ""), "最多导入200000行");
    buf tall = buf_make(a, 8 << 20);
    for (int i = 0; i < 1000000; i++)
        buf_add(&tall, S("a\n"));
    refused(buf_str(&tall), "最多导入200000行");
}

/* The manual's tables are the descriptors; `test_exchange_cells --print` writes them anew. */
static void manual_is_up_to_date(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str page;
    assert_ok(file_read(a, S(MANUAL), 1 << 20, &page));
    if (str_find(page, exchange_describe(a)) < 0)
        fail_msg("docs/zh/import-export.md: its tables differ from the descriptors: test_exchange_cells --print");
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "--print")) {
        AUTO_ARENA(a);
        str tables = exchange_describe(a);
        fwrite(tables.p, 1, tables.n, stdout);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes), cmocka_unit_test(dates), cmocka_unit_test(numbers), cmocka_unit_test(closed_sets),
        cmocka_unit_test(every_example_reads), cmocka_unit_test(headers), cmocka_unit_test(hidden_sheets), cmocka_unit_test(names_are_unambiguous), cmocka_unit_test(csv),
        cmocka_unit_test(not_tables), cmocka_unit_test(manual_is_up_to_date)};
    return cmocka_run_group_tests_name("exchange/cells", tests, NULL, NULL);
}
