/* The file of records: every kind lands where detectors look for it, by time; what cannot be read is named by line and column. */
#include "testing.h"
#include "monitor/detect/detect.h"

static void test_every_kind(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct table t = {0};
    size_t n;
    struct table_source s = {S("r.csv"), S("time,kind,factor,measured,nominal,seconds,before,text\r\n"
                                           "2026-01-05 08:00,span,a21026,100.2,100,,,\r\n"
                                           "2026-01-02 08:00,远程校验,a21026,99.5,100,75,12.25,夜间\r\n"
                                           "\r\n"
                                           "2026-01-03 08:00,比对监测,a21026,30,41.5,,,实验室\r\n"
                                           "2026-01-01 00:00,total,a21026,,1234,2678400,,执行报告\r\n"
                                           "2026-01-04 09:30,执法检查,,,,,,\r\n"
                                           "2026-01-04 09:00,运维,,,,,,换滤芯\r\n"
                                           "2026-01-06 00:00,mark-stopped,,,,7200,,停炉\r\n"
                                           "2026-01-04 10:00,command,,2,3011,,,\r\n")};
    assert_ok(table_records(a, &s, &t, &n));
    assert_int_equal(n, 8);
    assert_int_equal(t.checks_n, 4);
    assert_int_equal(t.checks[0].kind, CHECK_TOTAL);
    assert_int_equal(t.checks[0].seconds, 2678400);
    assert_true(t.checks[0].measured == VALUE_NONE);
    assert_int_equal(t.checks[1].kind, CHECK_REMOTE);
    assert_int_equal(t.checks[1].decimals, 2);
    assert_int_equal(t.checks[1].measured, 9950); /* one scale for all three */
    assert_int_equal(t.checks[1].before, 1225);
    assert_int_equal(t.checks[2].nominal, 415);
    assert_int_equal(t.checks[3].kind, CHECK_SPAN);
    assert_int_equal(t.checks[3].seconds, -1);
    assert_int_equal(t.events_n, 2);
    assert_int_equal(t.events[0].kind, EVENT_VISIT);
    assert_str(t.events[0].text, "换滤芯");
    assert_int_equal(t.events[1].kind, EVENT_INSPECTION);
    assert_int_equal(t.marks_n, 1);
    assert_int_equal(t.marks[0].kind, MARKED_STOPPED);
    assert_true(t.marks[0].to - t.marks[0].from == 7200 * USEC_SECOND);
    assert_int_equal(t.commands_n, 1);
    assert_true(t.commands[0].refused && t.commands[0].cn == 3011);
    /* a second file adds, and the order is time's */
    struct table_source more = {S("m.csv"), S("时间;种类;因子;读数;标准值\n2025-12-31 00:00;零点核查;a21026;0,1;0\n")};
    assert_err(table_records(a, &more, &t, &n), ERR_INPUT); /* a comma is no decimal point here */
    err_clear();
    more.bytes = S("时间;种类;因子;读数;标准值\n2025-12-31 00:00;零点核查;a21026;0.1;0\n");
    assert_ok(table_records(a, &more, &t, &n));
    assert_int_equal(t.checks_n, 5);
    assert_int_equal(t.checks[0].kind, CHECK_ZERO);
}

static void test_faults_name_their_place(void **state)
{
    (void)state;
    static const struct { const char *text, *says; } cases[] = {
        {"", "第1行"},
        {"time,factor\n", "第1行"},
        {"time,kind,kind\n", "第1行第3列"},
        {"time,kind\n昨天,visit\n", "第2行第1列"},
        {"time,kind\n2026-01-01 00:00,看看\n", "第2行第2列"},
        {"time,kind,factor,measured\n2026-01-01 00:00,span,a21026,1.2.3\n", "第2行第4列"},
        {"time,kind,factor,measured\n2026-01-01 00:00,span,,1\n", "第2行第3列"},
        {"time,kind,factor,measured\n2026-01-01 00:00,span,a21026,1,2\n", "第2行第5列"},
        {"time,kind,seconds\n2026-01-01 00:00,mark-fault,\n", "第2行第3列"},
        {"time,kind,seconds\n2026-01-01 00:00,mark-fault,-5\n", "第2行第3列"},
        {"time,kind,factor,measured,nominal\n2026-01-01 00:00,span,a21026,999999999999999999,0.123456789\n", "第2行第4列"},
        {"time,kind,nominal\n2026-01-01 00:00,command,3011\n", "第2行第3列"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO_ARENA(a);
        struct table t = {0};
        struct table_source s = {S("r.csv"), str_of(cases[i].text)};
        size_t n;
        err *e = table_records(a, &s, &t, &n);
        assert_non_null(e);
        if (str_find(e->text, str_of(cases[i].says)) != 0)
            print_error("%zu: %.*s\n", i, STR_ARG(e->text));
        assert_int_equal(str_find(e->text, str_of(cases[i].says)), 0);
        assert_int_equal(t.checks_n + t.events_n + t.marks_n + t.commands_n, 0);
        err_clear();
    }
}

/* Of a mark: when it was entered, where the file says so; a file that tells of no mark does not say that there were none. */
static void test_when_marks_were_entered(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct table t = {0};
    size_t n;
    struct table_source s = {S("m.csv"), S("时间,种类,秒数,登记时间\n2026-01-06 08:00,标记维护,7200,2026-01-06 18:30\n2026-01-05 00:00,标记故障,3600,\n")};
    assert_ok(table_records(a, &s, &t, &n));
    assert_int_equal(t.marks_n, 2);
    assert_true(t.marks[0].entered == USEC_NONE);
    assert_true(t.marks[1].entered - t.marks[1].to == 8 * USEC_HOUR + 30 * USEC_MINUTE);
    s.bytes = S("时间,种类,秒数,登记时间\n2026-01-06 08:00,标记维护,7200,次日\n");
    const err *e = assert_err(table_records(a, &s, &t, &n), ERR_INPUT);
    assert_int_equal(str_find(e->text, S("第2行第4列（登记时间）")), 0);
    err_clear();
    t = (struct table){0};
    s.bytes = S("时间,种类\n2026-01-06 08:00,运维\n");
    assert_ok(table_records(a, &s, &t, &n));
    assert_null(t.marks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_kind), cmocka_unit_test(test_when_marks_were_entered), cmocka_unit_test(test_faults_name_their_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
