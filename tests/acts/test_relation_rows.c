/* Rows of an import: what is kept out, what is let through with a word, and the act a good row becomes. */
#include "testing.h"

#include "acts/relation_rows.h"

#define D "sm3:abababababababababababababababababababababababababababababababab"
static const struct { struct relation_row row; bool ok; const char *column; } cases[] = {
    {{.a = S("provider:p1"), .b = S("subject:s1"), .type = S("service"), .from = S("2026-01-01")}, true, NULL},
    {{.a = S("provider:p1"), .b = S("provider:p1"), .type = S("service")}, false, "b"},
    {{.a = S("provider:p1"), .b = S("company:s1"), .type = S("service")}, false, "b"},
    {{.a = S("p1"), .b = S("subject:s1"), .type = S("service")}, false, "a"},
    {{.a = S("provider:P1"), .b = S("subject:s1"), .type = S("service")}, false, "a"},
    {{.a = S("provider:p1"), .b = S("subject:s1"), .type = S("friend")}, false, "type"},
    {{.a = S("provider:p1"), .b = S("subject:s1"), .type = S("service"), .from = S("2026-02-01"), .to = S("2026-01-01")}, false, "to"},
    {{.a = S("provider:p1"), .b = S("subject:s1"), .type = S("service"), .from = S("2026-13-01")}, false, "from"},
    {{.a = S("person:x"), .b = S("subject:s1"), .type = S("ownership"), .percent = S("100.01")}, false, "percent"},
    {{.a = S("person:x"), .b = S("subject:s1"), .type = S("ownership"), .percent = S("-1")}, false, "percent"},
    {{.a = S("person:x"), .b = S("subject:s1"), .type = S("ownership"), .percent = S("30.123")}, false, "percent"},
    {{.a = S("person:x"), .b = S("subject:s1"), .type = S("ownership")}, true, "percent"},
    {{.a = S("person:x"), .b = S("subject:s1"), .type = S("kinship"), .id_digest = S("42010119")}, false, "id_digest"},
    {{.a = S("person:x"), .b = S("subject:s1"), .type = S("kinship"), .id_digest = S(D)}, true, NULL},
};

static void each_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO_ARENA(a);
        struct relation_complaint *list;
        size_t n;
        bool ok, more;
        assert_ok(relation_rows_check(a, &cases[i].row, 1, &ok, &list, &n, &more));
        if (ok != cases[i].ok || (cases[i].column != NULL) != (n > 0) || (n && strcmp(list[0].column, cases[i].column) != 0))
            fail_msg("case %zu: ok %d, %zu complaints, first %.*s", i, ok, n, n ? (int)list[0].text.n : 0, n ? list[0].text.p : "");
        assert_true(n == 0 || list[0].warning == cases[i].ok);
        assert_false(more);
    }
}

static void what_shows_together(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct relation_row rows[] = {
        {.a = S("person:x"), .b = S("subject:s1"), .type = S("ownership"), .percent = S("60")},
        {.a = S("person:y"), .b = S("subject:s1"), .type = S("ownership"), .percent = S("40.5")},
        {.a = S("person:z"), .b = S("subject:s1"), .type = S("ownership"), .percent = S("5")},
        {.a = S("person:x"), .b = S("subject:s1"), .type = S("ownership"), .percent = S("60")},
        {.a = S("subject:s1"), .b = S("person:x"), .type = S("ownership"), .percent = S("90")}, /* a circle is no error */
    };
    struct relation_complaint *list;
    bool ok[5], more;
    size_t n;
    assert_ok(relation_rows_check(a, rows, 5, ok, &list, &n, &more));
    assert_true(ok[0] && ok[1] && ok[2] && !ok[3] && ok[4]);
    assert_int_equal(n, 4); /* over the whole, told once; the same row again; the two rows of the circle */
    assert_int_equal(list[0].row, 1);
    assert_true(list[0].warning);
    assert_int_equal(list[1].row, 3);
    assert_true(list[2].row == 0 && list[2].warning && list[3].row == 4 && list[3].warning);
    assert_str(relation_row_act(a, &rows[1], S("k1")),
               "{\"act\":\"relation.record\",\"a\":\"person:y\",\"b\":\"subject:s1\",\"type\":\"ownership\",\"key\":\"k1\",\"percent\":40.50}");
}

/* A circle of three with a tail, one of a hundred thousand in a row, and a row left out that would have closed a third. */
static void circles(void **state)
{
    enum { LONG = 100000, N = LONG + 6 };
    (void)state;
    AUTO_ARENA(a);
    struct relation_row *rows = NEW_ARRAY(a, N, struct relation_row);
    bool *ok = NEW_ARRAY(a, N, bool);
    uint32_t *circle = NEW_ARRAY(a, N, uint32_t);
    const char *const few[][2] = {{"a", "b"}, {"b", "c"}, {"c", "a"}, {"c", "tail"}, {"tail", "end"}, {"end", "tail"}};
    for (size_t i = 0; i < N; i++) {
        size_t k = i - 6;
        rows[i] = i < 6 ? (struct relation_row){.a = str_of(few[i][0]), .b = str_of(few[i][1])}
                        : (struct relation_row){.a = arena_printf(a, "n%zu", k), .b = arena_printf(a, "n%zu", (k + 1) % LONG)};
        rows[i].type = S("ownership");
        ok[i] = i != 5;
    }
    relation_circles(a, rows, N, ok, circle);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(circle[i], i < 3 ? 3 : i < 6 ? 0 : LONG);
    rows[6].type = S("debt"); /* no longer a circle */
    relation_circles(a, rows, N, ok, circle);
    assert_true(circle[0] == 3 && circle[7] == 0);
}

static void limits(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    size_t n = LIMIT_RELATION_COMPLAINTS + 7, told;
    struct relation_row *rows = NEW_ARRAY(a, n, struct relation_row);
    bool *ok = NEW_ARRAY(a, n, bool), more;
    struct relation_complaint *list;
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct relation_row){.a = S("x"), .b = S("subject:s1"), .type = S("debt")};
    assert_ok(relation_rows_check(a, rows, n, ok, &list, &told, &more));
    assert_int_equal(told, LIMIT_RELATION_COMPLAINTS);
    assert_true(more && !ok[n - 1]);
    assert_err(relation_rows_check(a, rows, LIMIT_RELATION_ROWS + 1, ok, &list, &told, &more), ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_alone), cmocka_unit_test(what_shows_together), cmocka_unit_test(circles),
                                       cmocka_unit_test(limits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
