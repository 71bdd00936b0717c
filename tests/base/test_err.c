#include "testing.h"

#include <errno.h>
#include <pthread.h>

static void made_and_decorated(void **state)
{
    (void)state;
    err *e = err_new(ERR_INPUT, "金额%d元不对", 5);
    assert_str(e->text, "金额5元不对");
    assert_str(e->field, "");
    assert_true(e->field.p && e->got.p && e->want.p && e->example.p && e->detail.p);
    assert_non_null(strstr(e->where[0], "test_err.c:"));
    assert_ptr_equal(err_at(e, S("amount")), e);
    assert_str(e->field, "amount");
    err_at(e, S("[3]"));
    assert_str(e->field, "[3].amount");
    err_at(e, S("items"));
    assert_str(e->field, "items[3].amount");
    err_at(e, S(""));
    assert_str(e->field, "items[3].amount");
    char got[] = "x";
    err_got(e, str_of(got), S("数字"), S("12.50"));
    got[0] = 'y';
    assert_str(e->got, "x"); /* copied */
    assert_str(e->want, "数字");
    assert_str(e->example, "12.50");
    assert_str(err_detail(e, "library says no")->detail, "library says no");
    assert_null(err_at(NULL, S("x")));
    assert_null(err_got(NULL, S("x"), S("x"), S("x")));
    assert_null(err_detail(NULL, "x"));
    assert_null(err_seen_(NULL, "x"));
    err_clear();
}

static void got_is_shown_safely(void **state)
{
    (void)state;
    err *e = err_new(ERR_INPUT, "x");
    err_got(e, S("a\xff\n\xe4\xb8"), S(""), S(""));
    assert_str(e->got, "a\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd");
    AUTO_ARENA(a);
    buf b = buf_make(a, 1000);
    for (int i = 0; i < 61; i++)
        buf_add(&b, S("湖"));
    err_got(e, buf_str(&b), S(""), S(""));
    assert_int_equal(utf8_count(e->got), 61);
    assert_true(str_ends(e->got, S("…")));
    b.n -= 3;
    err_got(e, buf_str(&b), S(""), S(""));
    assert_int_equal(utf8_count(e->got), 60);
    assert_false(str_ends(e->got, S("…")));
    err_clear();
}

static void long_text_is_cut(void **state)
{
    (void)state;
    err *e = err_new(ERR_IO, "%0*d", 10000, 1);
    assert_int_equal(e->text.n, 4096);
    e = err_new(ERR_IO, "%*s湖北", 4095, "x"); /* the cut must not split a character */
    assert_int_equal(utf8_bad(e->text), -1);
    assert_int_equal(e->text.n, 4095);
    err_clear();
}

static err *deep(int n)
{
    if (n == 0)
        return err_new(ERR_BUSY, "忙");
    TRY(deep(n - 1));
    return NULL;
}

static void trace_keeps_both_ends(void **state)
{
    (void)state;
    err *e = deep(8);
    assert_non_null(e->where[0]);
    assert_non_null(e->where[3]);
    err_seen_(e, "outermost:1");
    assert_string_equal(e->where[3], "outermost:1");
    assert_null(deep(0)->where[1]);
    err_clear();
}

static void kinds(void **state)
{
    (void)state;
    static const struct {
        enum err_kind kind;
        const char *name;
        int http, exit;
    } rows[] = {
        {ERR_INPUT, "input", 400, 2},
        {ERR_AUTH, "auth", 401, 2},
        {ERR_DENIED, "denied", 403, 1},
        {ERR_MISSING, "missing", 404, 1},
        {ERR_CONFLICT, "conflict", 409, 1},
        {ERR_LIMIT, "limit", 413, 2},
        {ERR_BUSY, "busy", 503, 3},
        {ERR_FULL, "full", 507, 3},
        {ERR_IO, "io", 500, 3},
        {ERR_DATABASE, "database", 500, 3},
        {ERR_DAMAGED, "damaged", 500, 1},
        {ERR_VERSION, "version", 500, 3},
    };
    assert_int_equal(sizeof rows / sizeof *rows, ERR_KINDS);
    for (size_t i = 0; i < ERR_KINDS; i++) {
        assert_string_equal(err_name(rows[i].kind), rows[i].name);
        assert_int_equal(err_http_status(rows[i].kind), rows[i].http);
        assert_int_equal(err_exit_code(rows[i].kind), rows[i].exit);
    }
}

static void from_errno(void **state)
{
    (void)state;
    errno = ENOSPC;
    err *e = err_errno(S("写入文件a"));
    assert_int_equal(e->kind, ERR_FULL);
    assert_str(e->text, "写入文件a失败:磁盘空间不足");
    assert_true(str_find(e->detail, S("ENOSPC")) >= 0);
    errno = EDQUOT;
    assert_int_equal(err_errno(S("x"))->kind, ERR_FULL);
    errno = EIO;
    assert_int_equal(err_errno(S("x"))->kind, ERR_IO);
    errno = 99999;
    assert_int_equal(err_errno(S("x"))->kind, ERR_IO);
    err_clear();
}

static void *other_thread(void *unused)
{
    (void)unused;
    for (int i = 0; i < 1000; i++)
        err_new(ERR_IO, "别的线程%d", i);
    err_clear();
    err_new(ERR_IO, "留给线程结束时释放");
    return NULL;
}

static void errors_of_threads_apart(void **state)
{
    (void)state;
    err *mine = err_new(ERR_INPUT, "我的");
    pthread_t t;
    assert_int_equal(pthread_create(&t, NULL, other_thread, NULL), 0);
    pthread_join(t, NULL);
    assert_str(mine->text, "我的");
    err_clear();
}

static void bad_check(void)
{
    CHECK(1 + 1 == 3);
}

static void check_aborts(void **state)
{
    (void)state;
    CHECK(1 + 1 == 2);
    assert_aborts(bad_check);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_and_decorated),
        cmocka_unit_test(got_is_shown_safely),
        cmocka_unit_test(long_text_is_cut),
        cmocka_unit_test(trace_keeps_both_ends),
        cmocka_unit_test(kinds),
        cmocka_unit_test(from_errno),
        cmocka_unit_test(check_aborts),
        cmocka_unit_test(errors_of_threads_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
