#include "testing.h"

#include <stdlib.h>

/* Runs fn with standard error going to a pipe and gives what it wrote. */
static str captured(struct arena *a, void (*fn)(void))
{
    int ends[2], old = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    fn();
    dup2(old, STDERR_FILENO);
    close(old);
    char *text = arena_alloc(a, 65536, 1);
    size_t n = 0;
    for (ssize_t got; (got = read(ends[0], text + n, 65536 - n)) > 0;)
        n += (size_t)got;
    close(ends[0]);
    return (str){text, n};
}

static void events(void)
{
    log_event(LOG_DEBUG, "hidden", NULL);
    log_event(LOG_INFO, "serve", "address", "127.0.0.1:8080", "text", "a \"b\"\n\\\x01", "名",
              "湖北", "empty", "", "bad", "\xff", NULL);
}

static void one_line_per_event(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str out = captured(a, events);
    assert_true(str_starts(out, S("time=20")));
    assert_int_equal(str_find(out, S("\n")), (ptrdiff_t)out.n - 1);
    str rest = str_sub(out, (size_t)str_find(out, S(" level=")), out.n);
    assert_str(rest, " level=info event=serve address=127.0.0.1:8080 "
                     "text=\"a \\\"b\\\"\\n\\\\\\x01\" 名=湖北 empty=\"\" bad=\"\\xff\"\n");
}

static void error_event(void)
{
    log_level_set(LOG_ERROR);
    log_event(LOG_WARN, "hidden", NULL);
    err *e = err_detail(err_at(err_new(ERR_BUSY, "请稍后 再试"), S("x.y")), "SQLITE_BUSY");
    e->cause = err_new(ERR_IO, "内因");
    log_err("act.refused", e);
    log_level_set(LOG_INFO);
    err_clear();
}

static void errors(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str out = captured(a, error_event);
    assert_true(str_find(out, S("hidden")) < 0);
    assert_true(str_find(out, S(" level=error event=act.refused kind=busy "
                                "text=\"请稍后 再试\" field=x.y detail=SQLITE_BUSY at=")) > 0);
    assert_true(str_find(out, S(" kind=io text=内因")) > 0);
}

static void long_event(void)
{
    static char text[20001];
    memset(text, 'x', sizeof text - 1);
    log_event(LOG_INFO, "long", "text", text, "after", "1", NULL);
}

static void long_lines_are_cut(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str out = captured(a, long_event);
    assert_int_equal(out.n, 8192);
    assert_int_equal(out.p[out.n - 1], '\n');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line_per_event),
        cmocka_unit_test(errors),
        cmocka_unit_test(long_lines_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
