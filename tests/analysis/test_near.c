/* Planted copies are found among honest reports; forms, quotations and coarse instruments are not. */
#include "analysis/reports.h"
#include "analysis/near.h"

enum { PROVIDERS = 12, EACH = 10, REPORTS = PROVIDERS * EACH };

struct corpus { str text[REPORTS + 1]; struct near_text near[REPORTS + 1]; struct near_doc doc[REPORTS + 1]; size_t n; };

static void take(struct corpus *c, struct arena *a, str text, uint32_t provider)
{
    c->text[c->n] = text;
    near_text_of(a, text, &c->near[c->n]);
    c->doc[c->n] = (struct near_doc){provider, c->near[c->n].kept_n, c->near[c->n].kept};
    c->n++;
}

static struct corpus *corpus(struct arena *a, struct report_maker *m)
{
    struct corpus *c = NEW(a, struct corpus);
    for (int i = 0; i < REPORTS; i++)
        take(c, a, report_make(m, a, i % PROVIDERS, 30 + i % 20, 24, i % 2, i % 3 != 0), (uint32_t)(i % PROVIDERS));
    return c;
}

static void honest_reports_find_nobody(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct report_maker m = {.random = 11};
    struct corpus *c = corpus(a, &m);
    struct near_index *ix = near_index_build(a, c->doc, c->n);
    size_t worst = 0;
    for (size_t i = 0; i < c->n; i++) {
        struct near_found found[NEAR_CANDIDATES];
        size_t n = near_find(ix, &c->doc[i], i, 600, found);
        for (size_t k = 0; k < n; k++) {
            struct near_pair pair;
            near_compare(ix, &c->near[i], &c->near[found[k].doc], &pair);
            worst = pair.rest > worst ? pair.rest : worst;
        }
    }
    assert_in_range(worst, 0, 599);
}

static void planted_copies_are_found(void **state)
{
    (void)state;
    size_t found_n = 0;
    enum { TRIES = 20 };
    for (uint64_t seed = 1; seed <= TRIES; seed++) {
        AUTO_ARENA(a);
        struct report_maker m = {.random = seed * 977};
        struct corpus *c = corpus(a, &m);
        size_t of = seed * 7 % REPORTS;
        take(c, a, report_disguise(&m, a, c->text[of]), (uint32_t)(seed % 2 ? c->doc[of].group : (c->doc[of].group + 1) % PROVIDERS));
        struct near_index *ix = near_index_build(a, c->doc, c->n);
        struct near_found found[NEAR_CANDIDATES];
        size_t n = near_find(ix, &c->doc[REPORTS], REPORTS, 600, found);
        struct near_pair pair = {0};
        if (n)
            near_compare(ix, &c->near[REPORTS], &c->near[found[0].doc], &pair);
        found_n += n && found[0].doc == of && pair.rest >= 600;
    }
    assert_in_range(found_n, TRIES - 1, TRIES);
}

/* The same form from many hands is a form, from two it is a copy. */
static void forms_explain(void **state)
{
    (void)state;
    for (int hands = 2; hands <= 6; hands += 4) {
        AUTO_ARENA(a);
        struct report_maker m = {.random = 5};
        struct corpus *c = corpus(a, &m);
        struct report_maker form = {.random = 99};
        str same = report_make(&form, a, 50, 20, 0, false, true);
        c->n = REPORTS - 10;
        size_t first = c->n;
        for (int h = 0; h < hands; h++)
            take(c, a, arena_printf(a, "%.*s%.*s", STR_ARG(same), STR_ARG(report_make(&m, a, 60 + h, 8, 4, false, true))), (uint32_t)h);
        struct near_index *ix = near_index_build(a, c->doc, c->n);
        struct near_found found[NEAR_CANDIDATES];
        struct near_pair pair;
        size_t n = near_find(ix, &c->doc[first], first, 400, found);
        near_compare(ix, &c->near[first], &c->near[first + 1], &pair);
        assert_true(pair.same > 500);
        assert_int_equal(n > 0, hands == 2);
        assert_int_equal(pair.rest > 400, hands == 2);
        assert_int_equal(pair.template_ > 600, hands == 6);
    }
}

static void quotations_do_not_count(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct near_text with, without;
    str own = S("经核对一号沉淀池运行平稳，建议补记台账。二号锅炉风机有异响。");
    near_text_of(a, own, &without);
    near_text_of(a, arena_printf(a, "根据《水污染防治法》第三十九条，禁止私设暗管。%.*s", STR_ARG(own)), &with);
    assert_int_equal(with.n, without.n);
    assert_memory_equal(with.piece, without.piece, with.n * sizeof *with.piece);
    assert_in_range(with.quoted, 15, 30);
    /* Lawful twin: a title alone is no quotation. */
    near_text_of(a, arena_printf(a, "参见《运行手册》。%.*s", STR_ARG(own)), &with);
    assert_true(with.n > without.n && with.quoted == 0);
}

static void reading_ignores_what_people_ignore(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct near_text x, y;
    near_text_of(a, S("ＣＯＤ浓度为 45.6 mg/L，运行 平稳；设施完好，台账齐全"), &x);
    near_text_of(a, S("cod浓度为7mg/l、运行平稳,设施完好台账齐全。"), &y);
    assert_true(x.n > 10);
    assert_int_equal(x.n, y.n);
    assert_memory_equal(x.piece, y.piece, x.n * sizeof *x.piece);
    near_text_of(a, (str){"\xff\xfe\xe4\xb8", 4}, &x); /* no UTF-8 at all */
    assert_int_equal(x.n, 0);
    near_text_of(a, S(""), &x);
    assert_int_equal(x.n + x.kept_n, 0);
}

static void numbers_are_read_as_written(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct near_numbers n;
    near_numbers_of(a, S("2026年3月2日 GB16297 10:30 2026-03-02 第39条 编号12345678 1、 5 12.0 12 0.45 1,3 12345678.5"), &n);
    assert_int_equal(n.n, 4); /* 12.0 12 0.45 12345678.5 */
    assert_true(n.number[0].value != n.number[1].value);
    assert_int_equal(n.number[2].digits, 2);
}

static void copied_tables_weigh_and_coarse_ones_do_not(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct report_maker m = {.random = 3};
    double need = near_bits_needed(100000);
    for (int i = 0; i < 30; i++) {
        struct near_numbers x, y;
        struct near_run run;
        str one = table_make(&m, a, 24, 2, 20, 9), other = table_make(&m, a, 24, 2, 20, 9);
        near_numbers_of(a, one, &x);
        near_numbers_of(a, other, &y);
        near_longest_run(a, &x, &y, &run);
        assert_true(run.bits < need); /* honest neighbours */
        near_numbers_of(a, arena_printf(a, "%.*s%.*s", STR_ARG(other), STR_ARG(str_sub(one, 0, one.n / 2))), &y);
        near_longest_run(a, &x, &y, &run);
        assert_true(run.bits > need && run.n >= 40); /* half a table moved over */
        near_numbers_of(a, table_make(&m, a, 24, 0, 20, 0.6), &x); /* an instrument that knows three values */
        near_numbers_of(a, table_make(&m, a, 24, 0, 20, 0.6), &y);
        near_longest_run(a, &x, &y, &run);
        assert_true(run.bits < need);
    }
}

static void number_tables_are_found_by_their_grams(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct report_maker m = {.random = 8};
    enum { N = 300 };
    struct near_doc doc[N];
    str copied = S("");
    for (int i = 0; i < N; i++) {
        str t = table_make(&m, a, 12, 2, 20, 9);
        if (i == 17)
            copied = t;
        if (i == N - 1)
            t = arena_printf(a, "%.*s%.*s", STR_ARG(copied), STR_ARG(table_make(&m, a, 3, 2, 20, 9)));
        struct near_numbers n;
        near_numbers_of(a, t, &n);
        doc[i] = (struct near_doc){(uint32_t)i % 9, n.grams_n, n.gram};
    }
    struct near_index *ix = near_index_build(a, doc, N);
    struct near_found found[NEAR_CANDIDATES];
    assert_int_equal(near_find(ix, &doc[N - 1], N - 1, 500, found), 1);
    assert_int_equal(found[0].doc, 17);
    for (size_t i = 0; i < 17; i++)
        assert_int_equal(near_find(ix, &doc[i], i, 500, found), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_reports_find_nobody), cmocka_unit_test(planted_copies_are_found), cmocka_unit_test(forms_explain),
        cmocka_unit_test(quotations_do_not_count), cmocka_unit_test(reading_ignores_what_people_ignore),
        cmocka_unit_test(numbers_are_read_as_written), cmocka_unit_test(copied_tables_weigh_and_coarse_ones_do_not),
        cmocka_unit_test(number_tables_are_found_by_their_grams)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
