/*
 * What is asked of an outlet's own days: A6, A9, A13, A14, C14. A forged example is found where it lies; its innocent twin, which has the same
 * habit all the time or a reason for it, is not.
 */
#include "scene.h"

#include <stdlib.h>

enum { AT = 1500 };

static void expect(struct scene *s, const char *id, bool forged)
{
    scene_run(s, id);
    if ((s->hits.n > 0) != forged)
        print_error("%s: %zu hits, forged %d %.*s\n", id, s->hits.n, forged, STR_ARG(s->hits.n ? s->hits.p[0].sentence : STR_NONE));
    assert_int_equal(s->hits.n > 0, forged);
    for (size_t i = 0; i < s->hits.n; i++) {
        const struct hit *h = &s->hits.p[i];
        assert_true(h->n >= 1 && h->first + h->n <= s->t.n && h->p >= 0 && h->p <= 1 && h->sentence.n > 0 && !h->hard);
        assert_true(str_find(h->sentence, S("造假")) < 0 && str_find(h->sentence, S("nan")) < 0 && str_find(h->sentence, S("违法")) < 0);
    }
}

/* Forged: for two days a generator's sine, a little noise on it. Innocent: the same course with the noise a process has; a calm day, whose ripple is small. */
static void test_waveform(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct scene s;
        scene_make(&s, 301);
        for (size_t i = AT; i < AT + 48; i++) {
            double wave = sin(2 * M_PI * (double)i / 13);
            s.value[NOX][i] = kind == 2 ? 4000 + llround(3 * wave) : 4000 + llround(1000 * wave + (kind == 1 ? 150 : 1) * scene_normal(&s));
        }
        expect(&s, "A6", kind == 0);
        if (kind == 0)
            assert_non_null(scene_hit(&s, "A6", NOX, AT, 48));
        scene_end(&s);
    }
}

/* Forged: for a month somebody types fives. Innocent: they come all the time, as a unit converted leaves them; for a month the values end in zero,
 * which is a coarser print. */
static void test_typed_digits(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct scene s;
        scene_make(&s, 302);
        for (size_t i = 0; i < s.t.n; i++)
            if ((kind == 1 || (i >= AT && i < AT + 720)) && scene_unit(&s) < 0.5)
                s.value[NOX][i] = s.value[NOX][i] / 10 * 10 + (kind == 2 ? 0 : 5);
        expect(&s, "A9", kind == 0);
        if (kind == 0)
            assert_non_null(scene_hit(&s, "A9", NOX, AT, 720));
        scene_end(&s);
    }
}

/* A column that stands or creeps keeps its ending for hours; that is no typing. */
static void test_creeping_values_have_no_endings(void **state)
{
    (void)state;
    struct scene s;
    scene_make(&s, 303);
    for (size_t i = 1; i < s.t.n; i++)
        if (i >= AT && i < AT + 400)
            s.value[NOX][i] = s.value[NOX][i - 1] + (scene_unit(&s) < 0.1 ? 1 : 0);
    expect(&s, "A9", false);
    scene_end(&s);
}

/* A visit each week. Forged: after six of them NOx reads a third lower for two days. Innocent: nothing moves; it rises; every day at this hour it
 * falls so, and people come at this hour. */
static void test_falls_after_visits(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        struct scene s;
        enum { VISITS = 17 };
        struct table_event e[VISITS];
        scene_make(&s, 304);
        for (size_t k = 0; k < VISITS; k++) {
            size_t slot = 24 * (5 + 7 * k) + 10;
            e[k] = (struct table_event){.at = table_at(&s.t, slot), .kind = EVENT_VISIT};
            for (size_t i = slot; (kind == 1 || kind == 2) && k >= 6 && k < 12 && i < slot + 48; i++)
                s.value[NOX][i] = s.value[NOX][i] * (kind == 1 ? 65 : 140) / 100;
        }
        for (size_t i = 0; kind == 3 && i < s.t.n; i++)
            s.value[NOX][i] = s.value[NOX][i] * (i % 24 >= 10 && i % 24 < 20 ? 65 : 100) / 100;
        s.t.events = e;
        s.t.events_n = VISITS;
        expect(&s, "A13", kind == 1);
        if (kind == 1)
            assert_non_null(scene_hit(&s, "A13", NOX, 24 * 47, 24 * 40));
        scene_end(&s);
    }
}

/* Six hours of zero gas each third day. Forged: from some day on all of it is 0. Innocent: it drifts; a display that hides the drift shows 0 as often. */
static void test_perfect_zeros(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct scene s;
        scene_make(&s, 305);
        for (size_t i = 0; i + 6 < s.t.n; i += 72) {
            bool exact = kind == 1 ? i >= AT : kind == 2 && scene_unit(&s) < 0.7;
            for (size_t k = i; k < i + 6; k++) {
                s.flag[NOX][k] = 'C';
                s.value[NOX][k] = exact ? 0 : llabs(llround(12 + 10 * scene_normal(&s)));
            }
        }
        expect(&s, "A14", kind == 1);
        scene_end(&s);
    }
}

/* Two decimals. Forged: for a month a program never ends a number in zero. Innocent: it never does, at any time; weather does as it likes. */
static void test_printed_endings(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct scene s;
        scene_make(&s, 306);
        size_t k = kind == 2 ? (size_t)LOAD : (size_t)NOX;
        int8_t *places = NEW_ARRAY(s.a, s.t.n, int8_t);
        memset(places, 2, s.t.n);
        s.column[k].places = places;
        for (size_t i = 0; i < s.t.n; i++)
            if ((kind == 1 || (i >= AT && i < AT + 720)) && s.value[k][i] % 10 == 0)
                s.value[k][i]++;
        expect(&s, "C14", kind == 0);
        if (kind == 0)
            assert_non_null(scene_hit(&s, "C14", NOX, AT, 720));
        scene_end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waveform),         cmocka_unit_test(test_typed_digits),  cmocka_unit_test(test_creeping_values_have_no_endings),
        cmocka_unit_test(test_falls_after_visits), cmocka_unit_test(test_perfect_zeros), cmocka_unit_test(test_printed_endings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
