/* Files people have: read, noted, or refused with line and column; never a finding from how they were written. */
#include "testing.h"
#include "monitor/detect/detect.h"

#include <iconv.h>
#include <math.h>

static struct table *t;
static struct table_fault *faults;
static size_t faults_n;

static err *read_text(struct arena *a, str text)
{
    struct table_source s = {S("表.csv"), text};
    return table_from_csv(a, &s, &t, &faults, &faults_n);
}

static bool noted(const char *part)
{
    for (size_t i = 0; i < faults_n; i++)
        if (str_find(faults[i].text, str_of(part)) >= 0)
            return true;
    return false;
}

static void test_plain(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_ok(read_text(a, S("time,a21026-Avg,a21026-Min,a21026-Max,a21026-ZsAvg,a21026-Cou,a21026-Flag\n"
                             "2026-01-01 00:00:00,12.34,12.0,13,15.5,0.31,N\n"
                             "2026-01-01 01:00:00,12.3,,,-,NaN,M\n"
                             "2026-01-01 03:00:00,-0.05,0,1,2,3,N\n")));
    assert_int_equal(t->step_s, 3600);
    assert_int_equal(t->n, 4);
    assert_int_equal(t->columns_n, 3);
    const struct column *c = table_column(t, "a21026", COLUMN_VALUE);
    assert_int_equal(c->decimals, 2);
    assert_int_equal(c->value[0], 1234);
    assert_int_equal(c->value[1], 1230);
    assert_int_equal(c->places[0], 2);
    assert_int_equal(c->places[1], 1);
    assert_true(c->value[2] == VALUE_NONE);
    assert_int_equal(c->value[3], -5);
    assert_int_equal(c->low[0], 1200);
    assert_int_equal(c->high[0], 1300);
    assert_true(c->low[1] == VALUE_NONE);
    assert_int_equal(c->flag[1], 'M');
    assert_int_equal(c->flag[2], 0);
    assert_int_equal(table_column(t, "a21026", COLUMN_CONVERTED)->value[0], 155);
    assert_true(table_column(t, "a21026", COLUMN_TOTAL)->value[1] == VALUE_NONE);
    assert_int_equal(table_readings(t), 3 + 2 + 2);
    assert_int_equal(faults_n, 0);
}

static void test_times(void **state)
{
    (void)state;
    static const char *const same[] = {"2026-01-02 03:04:05", "2026/1/2 3:04:05", "20260102030405", "2026-01-02T03:04:05+08:00",
                                       "2026-01-01T19:04:05Z", "2026年1月2日 3时4分5秒", "2026.01.02 03:04:05.000", "2026-01-02T03:04:05.5+0800"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        AUTO_ARENA(a);
        assert_ok(read_text(a, arena_printf(a, "time,w01018-Rtd\n%s,1\n", same[i])));
        assert_int_equal(t->from, day_start(day_from_civil(2026, 1, 2)) + (3 * 3600 + 4 * 60 + 5) * USEC_SECOND);
    }
    static const char *const bad[] = {"2026-13-02 03:04", "yesterday", "2026-02-30", "03:04", "2026-01-02 25:00", "2026-01-02 03:04:05+99:00", "", "1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        AUTO_ARENA(a);
        const err *e = assert_err(read_text(a, arena_printf(a, "time,w01018-Rtd\n2026-01-02 03:00,1\n%s,1\n", bad[i])), ERR_INPUT);
        assert_true(str_find(e->text, S("第3行第1列")) >= 0);
    }
}

/* What cannot be read names line and column. */
static void test_refused(void **state)
{
    (void)state;
    static const struct { const char *text, *where; } bad[] = {
        {"", "第1行"},
        {"\n\n", "第1行"},
        {"time,a21026-Avg\n", "第2行"},
        {"date,a21026-Avg\n2026-01-01,1\n", "第1行第1列"},
        {"time,remark\n2026-01-01,1\n", "第1行"},
        {"time,a21026-Avg,a21026-Avg\n2026-01-01,1,2\n", "第1行第3列"},
        {"time,a21026-Avg\n2026-01-01,12.3.4\n", "第2行第2列"},
        {"time,a21026-Avg\n2026-01-01,1\n2026-01-02,12mg\n", "第3行第2列"},
        {"time,a21026-Avg\n2026-01-01,1\n2026-01-02,12,5\n", "第3行第3列"},
        {"time,a21026-Avg\n2026-01-01,\"12,5\"\n", "第2行第2列"},
        {"time,a21026-Avg\n2026-01-01,1234567890123456789012\n", "第2行第2列"},
        {"time,a21026-Avg,a21026-Flag\n2026-01-01,1,NN\n", "第2行第3列"},
        {"time,a21026-Avg\n2026-01-01 00:00,1\n2026-01-01 01:00,1\n2026-01-01 02:00,1\n2126-01-01,1\n", "第5行第1列"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        AUTO_ARENA(a);
        const err *e = assert_err(read_text(a, str_of(bad[i].text)), ERR_INPUT);
        if (str_find(e->text, str_of(bad[i].where)) < 0)
            fail_msg("%zu: %.*s", i, STR_ARG(e->text));
    }
    static const struct { const char *text, *says; } words[] = {
        {"time,a21026-Avg\n2025-02-29 00:00,1\n", "没有这一天"},
        {"time,a21026-Avg\n9999-01-01 00:00,1\n", "年份应在1990至2199之间"},
        {"time,a21026-Avg\n2025-01-01 25:00,1\n", "没有这个时刻"},
        {"time,a21026-Avg\n01/02/2025 00:00,1\n", "时间看不懂"},
        {"time,a21026-Avg\n2025-01-01 00:00,\"1\n2\"\n", "引号里有换行"},
        {"time,a21026-Avg\n2025-01-01 00:00,\"1\n", "引号没有成对"},
        {"time,a21026-Avg,a21026-Flag\n2026-01-01,28,09,N\n", "请以分号分隔各列"},
        {"time;a21026-Avg;a21002-Avg\n2026-01-01;28,5;1.5\n", "请统一小数点"},
        {"time,a21026-Avg\n2026-01-01,\"1,234.5\"\n", "不用千位分隔"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        AUTO_ARENA(a);
        const err *e = assert_err(read_text(a, str_of(words[i].text)), ERR_INPUT);
        if (str_find(e->text, str_of(words[i].says)) < 0)
            fail_msg("%zu: %.*s", i, STR_ARG(e->text));
    }
    AUTO_ARENA(a);
    assert_err(read_text(a, (str){"time,a-Avg\n2026-01-01,\0\n", 23}), ERR_INPUT);
    assert_err(read_text(a, S("PK\x03\x04xxxxxxxx")), ERR_INPUT);
    assert_err(read_text(a, S("\xFF\xFEt\0")), ERR_INPUT);
    assert_err(read_text(a, S("time,a21026-Avg\n2026-01-01,\xFF\xFF\n")), ERR_INPUT);
}

static void test_unsorted_and_duplicated(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_ok(read_text(a, S("time,a21026-Avg\n2026-01-01 02:00,3\n2026-01-01 00:00,1\n2026-01-01 01:00,2\n2026-01-01 01:00,9\n2026-01-01 03:20,4\n")));
    assert_int_equal(t->n, 4);
    assert_int_equal(t->columns[0].value[0], 1);
    assert_int_equal(t->columns[0].value[1], 9);
    assert_int_equal(t->columns[0].value[2], 3);
    assert_int_equal(t->columns[0].value[3], 4);
    assert_int_equal(t->versions_n, 0);
    assert_true(noted("重排") && noted("相同") && noted("归入所在的时段"));
    assert_int_equal(faults[0].line, 3);
}

static void test_decimal_comma(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_ok(read_text(a, S("time;a21026-Avg;a21026-Flag\r\n2026-01-01 00:00;12,5;N\r\n2026-01-01 01:00;7;N\r\n")));
    assert_int_equal(t->columns[0].value[0], 125);
    assert_int_equal(t->columns[0].value[1], 70);
}

/* "998" beside "1,002": a thousand or one and a bit, and nobody may guess. Decimals of any other width, or the first digit 0, are decimals. */
static void test_thousands_are_not_guessed(void **state)
{
    (void)state;
    static const struct { const char *text, *where, *note; } cases[] = {
        {"time;a21026-Avg;a00000-Avg\n2026-01-01 00:00;28,0;998\n2026-01-01 01:00;28,5;1,002\n", "第3行第3列", NULL},
        {"time\ta00000-Avg\n2026-01-01 00:00\t1,002\n2026-01-01 01:00\t98\n", "第2行第2列", NULL},
        {"time;a00000-Avg\n2026-01-01 00:00;998\n2026-01-01 01:00;1.002\n", "第3行第2列", NULL},
        {"time,a00000-Avg\n2026-01-01 00:00,998\n2026-01-01 01:00,1.002\n", "第3行第2列", NULL},
        {"time;a21026-Avg;a00000-Avg\n2026-01-01 00:00;28,0;998\n2026-01-01 01:00;28,5;1.002\n", "第2行第2列", NULL},
        {"time;a00000-Avg\n2026-01-01 00:00;1,051\n2026-01-01 01:00;1,002\n", NULL, "按小数读取"},
        {"time;a00000-Avg\n2026-01-01 00:00;98\n2026-01-01 01:00;1,002\n2026-01-01 02:00;1,02\n", NULL, ""},
        {"time;a00000-Avg\n2026-01-01 00:00;98\n2026-01-01 01:00;1,002\n2026-01-01 02:00;0,998\n", NULL, ""},
        {"time;a00000-Avg\n2026-01-01 00:00;0\n2026-01-01 01:00;1,002\n2026-01-01 02:00;999\n", NULL, "按小数读取"},
        {"time,a21026-Avg\n2026-01-01 00:00,7\n2026-01-01 01:00,1.002\n2026-01-01 02:00,9999\n", NULL, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO_ARENA(a);
        err *e = read_text(a, str_of(cases[i].text));
        if ((e != NULL) != (cases[i].where != NULL) || (e && str_find(e->text, str_of(cases[i].where)) < 0))
            fail_msg("%zu: %.*s", i, STR_ARG(e ? e->text : S("read")));
        if (!e && *cases[i].note ? !noted(cases[i].note) : !e && faults_n)
            fail_msg("%zu: notes", i);
        err_clear();
    }
}

/* One flag for everything in the row: letters or words, where a factor has none of its own. */
static void test_flags_of_rows(void **state)
{
    (void)state;
    static const char *const heads[] = {"Flag", "Status", "状态", "标记", "数据标记", "运行状态", "数据标识（N正常）", "all-Flag"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        AUTO_ARENA(a);
        assert_ok(read_text(a, arena_printf(a, "time,a21026-Avg,a00000-Avg,a00000-Flag,%s\n2026-01-01 00:00,1,2,N,正常\n2026-01-01 01:00,1,2,M,停运\n"
                                               "2026-01-01 02:00,1,2,N,D\n2026-01-01 03:00,1,2,N,正常\n", heads[i])));
        assert_int_equal(t->columns_n, 2);
        assert_memory_equal(table_column(t, "a21026", COLUMN_VALUE)->flag, "NFDN", 4);
        assert_memory_equal(table_column(t, "a00000", COLUMN_VALUE)->flag, "NMNN", 4);
        assert_true(noted("整行的标记"));
        assert_int_equal(faults_n, 1);
    }
    AUTO_ARENA(a);
    /* the stop alone is named: the rest is normal */
    assert_ok(read_text(a, S("time,状态,a21026-Avg\n2026-01-01 00:00,,1\n2026-01-01 01:00,停炉检修,1\n2026-01-01 02:00,,1\n")));
    assert_memory_equal(t->columns[0].flag, "NFN", 3);
    assert_true(noted("2行没有标记的按正常处理"));
    /* two columns: what is not normal in either */
    assert_ok(read_text(a, S("time,运行状态,数据标记,a21026-Avg\n2026-01-01 00:00,运行,N,1\n2026-01-01 01:00,停产,N,1\n2026-01-01 02:00,运行,校准,1\n")));
    assert_memory_equal(t->columns[0].flag, "NFC", 3);
    /* a word nobody knows is not normal, a column of such words says nothing */
    assert_ok(read_text(a, S("time,状态,a21026-Avg\n2026-01-01 00:00,正常,1\n2026-01-01 01:00,其他,1\n2026-01-01 02:00,正常,1\n2026-01-01 03:00,,1\n")));
    assert_true(t->columns[0].flag[0] == 'N' && t->columns[0].flag[1] != 'N' && t->columns[0].flag[3] != 'N');
    assert_true(noted("标记不认识（如“其他”）") && noted("1行没有标记，按非正常处理"));
    assert_ok(read_text(a, S("time,状态,a21026-Avg\n2026-01-01 00:00,已审核,1\n2026-01-01 01:00,已审核,1\n")));
    assert_null(t->columns[0].flag);
    assert_true(noted("未使用"));
    /* words of a factor's own flag */
    assert_ok(read_text(a, S("time,a21026-Avg,a21026-Flag\n2026-01-01 00:00,1,停运\n2026-01-01 01:00,1,不正常\n2026-01-01 02:00,1,通讯异常\n")));
    assert_memory_equal(t->columns[0].flag, "FDB", 3);
}

static void test_encodings(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    char text[] = "时间,a21026-Avg（毫克/立方米）\n2026年1月1日 0时,—\n2026年1月1日 1时,12.5\n", out[200], *from = text, *to = out;
    size_t left = sizeof text - 1, room = sizeof out;
    assert_ok(read_text(a, arena_printf(a, "\xEF\xBB\xBF%s", text)));
    assert_int_equal(t->columns[0].value[1], 125);
    iconv_t way = iconv_open("GB18030", "UTF-8");
    assert_true(iconv(way, &from, &left, &to, &room) != (size_t)-1);
    iconv_close(way);
    assert_ok(read_text(a, (str){out, sizeof out - room}));
    assert_int_equal(t->columns[0].value[1], 125);
    assert_true(t->columns[0].value[0] == VALUE_NONE);
    assert_str(t->columns[0].factor, "a21026");
}

static void test_nothing_in_it(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_ok(read_text(a, S("time,a21026-Avg,a21002-Avg\n2026-01-01 00:00,NaN,\n2026-01-01 01:00,--,\n")));
    assert_int_equal(table_readings(t), 0);
    assert_true(noted("整列没有数值"));
    struct hits hits;
    struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
    detect_table(a, t, NULL, &hits, runs);
    assert_int_equal(hits.n, 0);
}

/* A column whose unit changes by a thousand halfway is set aside, not found odd. */
static void test_mixed_units_are_set_aside(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    buf b = buf_make(a, 1 << 20);
    uint64_t r = 3;
    buf_add(&b, S("time,a21026-Avg\n"));
    for (int i = 0; i < 2000; i++) {
        double x = 10 + (double)(test_random(&r) % 10000) / 1000;
        usec at = day_start(day_from_civil(2026, 1, 1)) + i * USEC_HOUR;
        struct civil c = civil_of(at);
        buf_printf(&b, "%d-%02d-%02d %02d:00,%.3f\n", c.year, c.month, c.dom, c.hour, i < 1000 ? x : x * 1000);
    }
    assert_ok(read_text(a, buf_str(&b)));
    assert_true(t->columns[0].unfit);
    assert_true(noted("单位混用"));
    struct hits hits;
    struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
    detect_table(a, t, NULL, &hits, runs);
    assert_int_equal(hits.n, 0);
}

/* Many odd lines are one note with a count. */
static void test_notes_are_bounded(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    buf b = buf_make(a, 1 << 22);
    buf_add(&b, S("time,a21026-Avg,a21002-Avg\n"));
    for (int i = 20000; i > 0; i--)
        buf_printf(&b, "2026-01-%02d %02d:%02d:%02d,%d\n", 1 + i / 86400, i / 3600 % 24, i / 60 % 60, i % 60, i);
    assert_ok(read_text(a, buf_str(&b)));
    assert_in_range(faults_n, 1, 4);
    assert_int_equal(t->step_s, 1);
    assert_int_equal(t->columns[0].value[0], 1);
    bool counted = false;
    for (size_t i = 0; i < faults_n; i++)
        counted |= faults[i].times == 19999;
    assert_true(counted);
}

/* Lines in order are used where they were read, others are laid out anew: the same table, value by value. */
static void test_order_changes_nothing(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char *const cells[] = {"12.34,N,1", "7,N,2.5", ",M,-", "-0.5,,3", "99999999999999999,N,4", "3.1,N,-0.001"};
    struct table ordered, turned;
    for (int back = 0; back < 2; back++) {
        buf b = buf_make(a, 1 << 10);
        buf_add(&b, S("time,a21026-Avg,a21026-Flag,a21002-Avg\n"));
        for (int i = 0; i < 6; i++)
            buf_printf(&b, "2026-01-01 %02d:00,%s\n", back ? 5 - i : i, cells[back ? 5 - i : i]);
        assert_ok(read_text(a, buf_str(&b)));
        *(back ? &turned : &ordered) = *t;
        assert_true(noted("数值过大"));
    }
    assert_int_equal(ordered.columns_n, turned.columns_n);
    for (size_t c = 0; c < ordered.columns_n; c++) {
        const struct column *x = &ordered.columns[c], *y = &turned.columns[c];
        assert_memory_equal(x->value, y->value, 6 * sizeof *x->value);
        assert_memory_equal(x->places, y->places, 6);
        assert_true((x->flag != NULL) == (y->flag != NULL) && x->q == y->q && x->decimals == y->decimals);
        if (x->flag)
            assert_memory_equal(x->flag, y->flag, 6);
    }
    assert_true(ordered.columns[0].value[4] == VALUE_NONE && ordered.columns[0].places[2] == -1);
}

static void put_moment(buf *b, usec at)
{
    struct civil c = civil_of(at);
    buf_printf(b, "%d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.dom, c.hour, c.minute, c.second);
}

/* Clocks a quarter of an hour off, and hours as hundredths of a day: every value in the hour it is of. What is another step stays one. */
static void test_steps_of_clocks_that_wander(void **state)
{
    (void)state;
    enum { ROWS = 500 };
    usec from = day_start(day_from_civil(2026, 1, 1)) + USEC_DAY;
    for (int how = 0; how < 4; how++) {
        AUTO_ARENA(a);
        buf b = buf_make(a, 1 << 20);
        uint64_t r = 7;
        buf_add(&b, S("time,a21026-Avg\n"));
        for (int i = 0; i < ROWS; i++) {
            if (how == 0)
                put_moment(&b, from + i * USEC_HOUR + (int64_t)(test_random(&r) % 1800) * USEC_SECOND - 900 * USEC_SECOND);
            else if (how == 1)
                buf_printf(&b, "%.2f", 46024 + i / 24.0);
            else if (how == 2)
                put_moment(&b, from + i * 3456 * USEC_SECOND);
            else
                put_moment(&b, from + i * USEC_MINUTE + (int64_t)(test_random(&r) % 20) * USEC_SECOND - 10 * USEC_SECOND);
            buf_printf(&b, ",%d\n", 100 + i);
        }
        assert_ok(read_text(a, buf_str(&b)));
        assert_int_equal(t->step_s, how == 3 ? 60 : how == 2 ? 3456 : 3600);
        assert_int_equal(t->n, ROWS);
        for (int i = 0; i < ROWS; i++)
            assert_int_equal(t->columns[0].value[i], 100 + i);
        assert_true(noted("归入最近的时段") == (how != 2));
        if (how < 2)
            assert_true(t->from % USEC_HOUR == 0);
    }
    AUTO_ARENA(a);
    buf b = buf_make(a, 1 << 20);
    buf_add(&b, S("time,a21026-Avg\n"));
    for (int i = 0; i < ROWS; i++)
        buf_printf(&b, "%.2f,%d\n", 46024 + i / 144.0, i);
    const err *e = assert_err(read_text(a, buf_str(&b)), ERR_INPUT);
    assert_true(str_find(e->text, S("只有2位小数的日期序号")) >= 0);
}

/* What would not fit into memory is refused before any of it is taken. */
static void test_too_many_cells(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    enum { COLUMNS = 200, LINES = LIMIT_TABLE_CELLS / COLUMNS + 2 };
    buf b = buf_make(a, LINES * 9 + COLUMNS * 16);
    buf_add(&b, S("time"));
    for (int i = 0; i < COLUMNS; i++)
        buf_printf(&b, ",p%03d-Avg", i);
    for (int i = 0; i < LINES; i++)
        buf_add(&b, S("\n20260101"));
    const err *e = assert_err(read_text(a, buf_str(&b)), ERR_LIMIT);
    assert_true(str_find(e->text, S("请按年份分开")) >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain), cmocka_unit_test(test_times), cmocka_unit_test(test_order_changes_nothing), cmocka_unit_test(test_too_many_cells), cmocka_unit_test(test_refused), cmocka_unit_test(test_unsorted_and_duplicated),
        cmocka_unit_test(test_decimal_comma), cmocka_unit_test(test_thousands_are_not_guessed), cmocka_unit_test(test_flags_of_rows), cmocka_unit_test(test_steps_of_clocks_that_wander), cmocka_unit_test(test_encodings), cmocka_unit_test(test_nothing_in_it),
        cmocka_unit_test(test_mixed_units_are_set_aside), cmocka_unit_test(test_notes_are_bounded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
