/* Workbooks as platforms write them become the CSV that detectors read; what does not fit is named by its cell. */
#include "testing.h"
#include "monitor/workbook/workbook.h"

#include <xlsxwriter.h>

struct made { char path[40]; lxw_workbook *book; lxw_worksheet *sheet; };

static struct made made_new(const char *name)
{
    struct made m = {.path = "/tmp/xiezhi-workbook-XXXXXX"};
    close(mkstemp(m.path));
    m.book = workbook_new(m.path);
    m.sheet = workbook_add_worksheet(m.book, name);
    return m;
}

static str made_end(struct made *m, struct arena *a)
{
    str bytes;
    assert_int_equal(workbook_close(m->book), LXW_NO_ERROR);
    assert_ok(file_read(a, str_of(m->path), 8 << 20, &bytes));
    unlink(m->path);
    return bytes;
}

static void put(struct made *m, int row, int column, const char *text)
{
    worksheet_write_string(m->sheet, (lxw_row_t)row, (lxw_col_t)column, text, NULL);
}

/* Title, two rows of headers with merged cells, a foot with means. */
static str gas_book(struct arena *a)
{
    struct made m = made_new("小时值");
    put(&m, 0, 0, "某热电厂1号排口小时数据（2026年3月）");
    put(&m, 1, 0, "监测时间");
    worksheet_merge_range(m.sheet, 1, 1, 1, 3, "二氧化硫", NULL);
    put(&m, 2, 1, "实测浓度(mg/m³)");
    put(&m, 2, 2, "折算浓度(mg/m³)");
    put(&m, 2, 3, "标记");
    put(&m, 1, 4, "烟尘");
    put(&m, 2, 4, "浓度(g/m³)");
    put(&m, 1, 5, "氧含量");
    put(&m, 2, 5, "(%)");
    put(&m, 1, 6, "烟气流量");
    put(&m, 2, 6, "(m³/h)");
    put(&m, 1, 7, "备注");
    static const char *const times[] = {"2026-03-02 08时", "2026-03-02 09:00~10:00"};
    for (int i = 0; i < 2; i++) {
        put(&m, 3 + i, 0, times[i]);
        worksheet_write_number(m.sheet, (lxw_row_t)(3 + i), 1, 23.4 + i, NULL);
        put(&m, 3 + i, 2, i ? "—" : "28.10");
        put(&m, 3 + i, 3, i ? "校准" : "正常");
        worksheet_write_number(m.sheet, (lxw_row_t)(3 + i), 4, 0.0051, NULL);
        worksheet_write_number(m.sheet, (lxw_row_t)(3 + i), 5, 8.7, NULL);
        worksheet_write_number(m.sheet, (lxw_row_t)(3 + i), 6, 120345, NULL);
    }
    put(&m, 5, 0, "平均值");
    worksheet_write_number(m.sheet, 5, 1, 23.9, NULL);
    return made_end(&m, a);
}

static void two_header_rows_become_csv(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str book = gas_book(a), csv;
    struct workbook_profile p;
    struct workbook_fault *faults;
    size_t n;
    assert_ok(workbook_guess(a, book, STR_NONE, &p));
    assert_int_equal(p.first_row, 4);
    assert_int_equal(p.time_column, 1);
    assert_int_equal(p.n, 7);
    assert_str(p.columns[1].head, "二氧化硫 折算浓度(mg/m³)");
    assert_str(p.columns[1].kind, "ZsAvg");
    assert_str(p.columns[5].factor, "a00000");
    assert_str(p.columns[5].unit, "m³/h"); /* no power of ten away from m³/s: kept as it is, and said */
    assert_true(str_find(p.columns[5].why, S("不换算为标准单位")) >= 0);
    assert_ok(workbook_csv(a, book, &p, &csv, &faults, &n));
    assert_str(csv, "time,a21026-Avg,a21026-ZsAvg,a21026-Flag,a34013-Avg,a19001-Avg,a00000-Avg\n"
                    "2026-03-02T08:00:00,23.4,28.10,N,5.1,8.7,120345\n"
                    "2026-03-02T09:00:00,24.4,,C,5.1,8.7,120345\n");
    assert_int_equal(n, 3); /* what is left out is said, too */
    assert_str(faults[0].place, "G3");
    assert_true(str_find(faults[0].text, S("以m³/h读取，不换算为标准单位")) > 0);
    assert_true(str_find(faults[1].text, S("“备注”一列：表头不认识，未读取")) >= 0);
    assert_str(faults[2].place, "A6");
}

static void put_hours(struct made *m, const char *head)
{
    put(m, 0, 0, "时间");
    put(m, 0, 1, head);
    put(m, 1, 0, "2026-03-02 08:00");
    worksheet_write_number(m->sheet, 1, 1, 23.4, NULL);
}

/* How to fill it in, an old sheet that was hidden, and a third: the table that can be seen is meant, unless another is named. */
static void notes_and_hidden_sheets_are_passed_over(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct workbook_profile p;
    struct workbook_fault *faults;
    str csv;
    size_t n;
    struct made m = made_new("说明");
    put(&m, 0, 0, "填表说明");
    put(&m, 1, 0, "一、时间写到小时");
    m.sheet = workbook_add_worksheet(m.book, "旧表");
    worksheet_hide(m.sheet);
    put_hours(&m, "氮氧化物(mg/m³)");
    m.sheet = workbook_add_worksheet(m.book, "小时值");
    put_hours(&m, "二氧化硫(mg/m³)");
    str book = made_end(&m, a);
    assert_ok(workbook_guess(a, book, S(""), &p));
    assert_str(p.sheet, "小时值");
    assert_str(p.columns[0].factor, "a21026");
    assert_ok(workbook_csv(a, book, &p, &csv, &faults, &n));
    assert_str(csv, "time,a21026-Avg\n2026-03-02T08:00:00,23.4\n");
    assert_ok(workbook_guess(a, book, S("旧表"), &p));
    assert_str(p.columns[0].factor, "a21002");
}

/* A formula that came to nothing is a missing value, and that it was one is said. */
static void an_error_of_a_formula_is_told(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct workbook_profile p;
    struct workbook_fault *faults;
    str csv;
    size_t n;
    struct made m = made_new("小时值");
    put_hours(&m, "二氧化硫(mg/m³)");
    put(&m, 2, 0, "2026-03-02 09:00");
    worksheet_write_formula_str(m.sheet, 2, 1, "=1/0", NULL, "#DIV/0!");
    str book = made_end(&m, a);
    assert_ok(workbook_guess(a, book, S(""), &p));
    assert_ok(workbook_csv(a, book, &p, &csv, &faults, &n));
    assert_str(csv, "time,a21026-Avg\n2026-03-02T08:00:00,23.4\n2026-03-02T09:00:00,\n");
    assert_int_equal(n, 1);
    assert_str(faults[0].place, "B3");
    assert_true(str_find(faults[0].text, S("#DIV/0!")) >= 0);
}

static void a_profile_is_kept_as_text(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str book = gas_book(a), first, second;
    struct workbook_profile p, q;
    struct workbook_fault *faults;
    size_t n;
    assert_ok(workbook_guess(a, book, S("小时值"), &p));
    assert_ok(workbook_profile_parse(a, workbook_profile_json(a, &p), &q));
    assert_str(workbook_profile_json(a, &q), arena_cstr(a, workbook_profile_json(a, &p)));
    assert_ok(workbook_csv(a, book, &p, &first, &faults, &n));
    assert_ok(workbook_csv(a, book, &q, &second, &faults, &n));
    assert_true(str_eq(first, second));
}

static void bad_profiles_name_the_field(void **state)
{
    (void)state;
    static const struct { const char *json, *field; } bad[] = {
        {"{}", "first_row"},
        {"{\"first_row\":3,\"time_column\":0,\"columns\":[]}", "time_column"},
        {"{\"first_row\":3,\"time_column\":1,\"columns\":[]}", "columns"},
        {"{\"first_row\":3,\"time_column\":1,\"columns\":[{\"column\":2,\"shift\":12}]}", "columns[0].shift"},
        {"{\"first_row\":3,\"time_column\":1,\"columns\":[{\"column\":2,\"shift\":0,\"factor\":\"a;b\",\"kind\":\"Avg\"}]}", "columns[0].factor"},
        {"{\"first_row\":3,\"time_column\":1,\"columns\":[{\"column\":2,\"shift\":0,\"factor\":\"a1\",\"kind\":\"Foo\"}]}", "columns[0].kind"},
        {"{\"first_row\":3,\"time_column\":1,\"columns\":[{\"column\":2,\"shift\":0},{\"column\":2,\"shift\":0}]}", "columns[1]"}};
    AUTO_ARENA(a);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct workbook_profile p;
        err *e = workbook_profile_parse(a, str_of(bad[i].json), &p);
        assert_non_null(e);
        assert_string_equal(arena_cstr(a, e->field), bad[i].field);
        err_clear();
    }
}

static void a_value_that_is_none_names_its_cell(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct made m = made_new("数据");
    put(&m, 0, 0, "时间");
    put(&m, 0, 1, "COD(mg/L)");
    put(&m, 0, 2, "流量(L/s)");
    put(&m, 1, 0, "2026/3/2 8:00");
    put(&m, 1, 1, "21,5");
    put(&m, 1, 2, "3.2");
    str book = made_end(&m, a), csv;
    struct workbook_profile p;
    struct workbook_fault *faults;
    size_t n;
    assert_ok(workbook_guess(a, book, STR_NONE, &p));
    assert_str(p.columns[1].factor, "w00000");
    err *e = workbook_csv(a, book, &p, &csv, &faults, &n);
    assert_non_null(e);
    assert_true(str_find(e->text, S("B2")) >= 0);
    assert_str(e->got, "21,5");
    err_clear();
}

/* The point of 万m³/h moves exactly, the hour stays; a unit nobody can convert is the reason that is given. */
static void flows_by_the_hour_are_read(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str sheet = S("监测时间,二氧化硫(ppm),氮氧化物(mg/m³),烟气流量(万m³/h)\n2026-03-02 08:00,21.5,40,8.41\n2026-03-02 09:00,20.5,41,0.00012345\n"), csv;
    struct workbook_profile p, q;
    struct workbook_fault *faults;
    size_t n;
    assert_ok(workbook_guess(a, sheet, STR_NONE, &p));
    assert_ok(workbook_profile_parse(a, workbook_profile_json(a, &p), &q));
    assert_str(q.columns[2].unit, "m³/h");
    assert_ok(workbook_csv(a, sheet, &q, &csv, &faults, &n));
    assert_str(csv, "time,a21002-Avg,a00000-Avg\n2026-03-02T08:00:00,40,84100\n2026-03-02T09:00:00,41,1.2345\n");
    assert_int_equal(n, 2);
    assert_str(faults[0].text, "“二氧化硫(ppm)”一列：单位“ppm”不能精确换算，未读取；请以标准单位导出");
    assert_str(faults[1].place, "D1");
}

/* One column of states for the whole row, in words; a profile says it, and a person can. */
static void flags_of_whole_rows(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str sheet = S("监测时间,二氧化硫(mg/m³),氧含量(%),运行状态,数据标记\n2026-03-02 08:00,21.5,8.1,运行,正常\n2026-03-02 09:00,0.5,20.9,停运,正常\n"
                  "2026-03-02 10:00,0.5,20.9,\"其,他\",校准\n"), csv;
    struct workbook_profile p, q;
    struct workbook_fault *faults;
    size_t n;
    assert_ok(workbook_guess(a, sheet, STR_NONE, &p));
    for (int i = 2; i < 4; i++) {
        assert_str(p.columns[i].factor, FACTOR_ROW);
        assert_str(p.columns[i].kind, "Flag");
    }
    assert_ok(workbook_profile_parse(a, workbook_profile_json(a, &p), &q));
    assert_ok(workbook_csv(a, sheet, &q, &csv, &faults, &n));
    assert_str(csv, "time,a21026-Avg,a19001-Avg,all-Flag,all-Flag\n2026-03-02T08:00:00,21.5,8.1,N,N\n2026-03-02T09:00:00,0.5,20.9,F,N\n"
                    "2026-03-02T10:00:00,0.5,20.9,\"其,他\",C\n");
    assert_int_equal(n, 0);
    p.columns[3].kind = S("Avg");
    err *e = workbook_profile_parse(a, workbook_profile_json(a, &p), &q);
    assert_non_null(e);
    assert_str(e->field, "columns[3].kind");
    err_clear();
}

static void no_times_no_table(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct made m = made_new("说明");
    put(&m, 0, 0, "这里没有数据");
    put(&m, 1, 0, "也没有时间");
    str book = made_end(&m, a);
    struct workbook_profile p;
    err *e = workbook_guess(a, book, STR_NONE, &p);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_INPUT);
    err_clear();
    static const struct { const char *text, *says; } cases[] = {
        {"监测时间,二氧化硫(mg/m³)\n,\n01/02/2026 08:00,21\n", "第3行第1列（监测时间）：时间看不懂"}, {"监测时间,二氧化硫\n,(mg/m³)\n", "第3行：只有表头，没有数据行"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        e = workbook_guess(a, str_of(cases[i].text), STR_NONE, &p);
        assert_non_null(e);
        assert_str(e->text, cases[i].says);
        err_clear();
    }
}

/* Day numbers that no format shows as times, in a workbook and in a CSV. */
static void day_numbers_are_times(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct made m = made_new("数据");
    put(&m, 0, 0, "监测时间");
    put(&m, 0, 1, "二氧化硫(mg/m³)");
    for (int i = 0; i < 3; i++) {
        worksheet_write_number(m.sheet, (lxw_row_t)(1 + i), 0, 45658 + i / 24.0, NULL);
        worksheet_write_number(m.sheet, (lxw_row_t)(1 + i), 1, 20 + i, NULL);
    }
    str book = made_end(&m, a), csv;
    struct workbook_profile p;
    struct workbook_fault *faults;
    size_t n;
    assert_ok(workbook_guess(a, book, STR_NONE, &p));
    assert_int_equal(p.time_column, 1);
    assert_int_equal(p.first_row, 2);
    assert_ok(workbook_csv(a, book, &p, &csv, &faults, &n));
    assert_str(csv, "time,a21026-Avg\n2025-01-01T00:00:00,20\n2025-01-01T01:00:00,21\n2025-01-01T02:00:00,22\n");
    assert_int_equal(n, 1);
    assert_true(str_find(faults[0].text, S("日期序号")) >= 0);
    char text[20];
    assert_false(serial_read(S("45658."), text) || serial_read(S("1234.5"), text) || serial_read(S("99999"), text) || serial_read(S(""), text) ||
                 serial_read(S("45658.0x"), text));
}

static void words_of_headers(void **state)
{
    (void)state;
    static const struct { const char *head; bool water; const char *factor, *kind; int shift; bool exact; } cases[] = {
        {"NOx折算(mg/m3)", false, "a21002", "ZsAvg", 0, true}, {"CO(mg/m3)", false, "a21005", "Avg", 0, true},
        {"COD 最大值(mg/L)", true, "w01018", "Max", 0, true}, {"氨氮排放量(kg)", true, "w21003", "Cou", 0, true},
        {"NO（mg/m³）", false, "a21003", "Avg", 0, true}, {"SO2(ppm)", false, "a21026", "Avg", 0, false},
        {"颗粒物(μg/m³)", false, "a34013", "Avg", -3, true}, {"烟气压力(Pa)", false, "a01013", "Avg", -3, true},
        {"流量(m3/s)", true, "w00000", "Avg", 3, true}, {"O2(%)", false, "a19001", "Avg", 0, true},
        {"烟气流量(万m³/h)", false, "a00000", "Avg", 4, true}, {"标干流量（Nm3/h）", false, "a00000", "Avg", 0, true}, {"流量(m³/h)", true, "w00000", "Avg", 0, true},

        {"流量(立方米/秒)", false, "a00000", "Avg", 0, true}, {"流量(尺)", false, "a00000", "Avg", 0, false}, {"NH3-N", true, "w21003", "Avg", 0, true}, {"总磷 标识", true, "w21011", "Flag", 0, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct header_reading r = header_read(str_of(cases[i].head), cases[i].water);
        if (!r.known || !str_eq(r.factor, str_of(cases[i].factor)) || strcmp(r.kind, cases[i].kind) || r.shift != cases[i].shift ||
            r.exact != cases[i].exact)
            fail_msg("%s: %.*s-%s shift %d exact %d", cases[i].head, STR_ARG(r.factor), r.kind, r.shift, r.exact);
    }
    assert_false(header_read(S("备注"), false).known);
    assert_false(header_read(S("序号"), false).known);
    assert_true(header_read(S("监测时间"), false).time);
    assert_int_equal(flag_read(S("停运")), 'F');
    assert_int_equal(flag_read(S("d")), 'D');
    assert_int_equal(flag_read(S("不详")), 0);
}

static void times_as_people_write_them(void **state)
{
    (void)state;
    static const struct { const char *in, *out; } cases[] = {
        {"2026-03-02 08:00", "2026-03-02T08:00:00"}, {"2026年3月2日8时", "2026-03-02T08:00:00"}, {"2026/3/2 8:05:09", "2026-03-02T08:05:09"},
        {"20260302080000", "2026-03-02T08:00:00"}, {"2026-03-02 08:00～09:00", "2026-03-02T08:00:00"}, {"2026-03-02", "2026-03-02T00:00:00"},
        {"2026-02-28 24:00", "2026-03-01T00:00:00"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[20];
        assert_true(time_read(str_of(cases[i].in), text));
        assert_string_equal(text, cases[i].out);
    }
    static const char *const none[] = {"", "平均值", "2026-02-30 08:00", "2026-03-02 25:00", "12.5", "第3行", "46083.5"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        char text[20];
        assert_false(time_read(str_of(none[i]), text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_header_rows_become_csv), cmocka_unit_test(notes_and_hidden_sheets_are_passed_over),
        cmocka_unit_test(an_error_of_a_formula_is_told), cmocka_unit_test(a_profile_is_kept_as_text),
        cmocka_unit_test(bad_profiles_name_the_field), cmocka_unit_test(a_value_that_is_none_names_its_cell),
        cmocka_unit_test(flags_of_whole_rows), cmocka_unit_test(flows_by_the_hour_are_read),
        cmocka_unit_test(no_times_no_table), cmocka_unit_test(day_numbers_are_times), cmocka_unit_test(words_of_headers), cmocka_unit_test(times_as_people_write_them)};
    return cmocka_run_group_tests_name("workbook", tests, NULL, NULL);
}
