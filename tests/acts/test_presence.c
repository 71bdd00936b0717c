/* Who was inside with whom: tables of cases, and every order in which reports may arrive. */
#include "testing.h"
#include "acts/presence.h"

#define M(minutes) ((usec)(minutes) * USEC_MINUTE)
#define IN(who, at, err) {{who, sizeof who - 1}, (who)[0] == 'm', false, M(at), M(err)}
#define OUT(who, at, err) {{who, sizeof who - 1}, (who)[0] == 'm', true, M(at), M(err)}

struct stretch { const char *member; int from, to; bool certain; };
struct row {
    const char *what;
    struct presence_event event[8];
    size_t n;
    int until, required, tolerance;
    struct stretch stretch[6];
};

/* o1, o2, o3 are officers, m1, m2 helpers; minutes. */
static const struct row rows[] = {
    {"accompanied by two throughout", {IN("o1", 0, 0), IN("o2", 0, 0), IN("m1", 5, 0), OUT("m1", 50, 0), OUT("o1", 60, 0), OUT("o2", 60, 0)},
     6, 100, 2, 0, {{0}}},
    {"alone from the start", {IN("m1", 0, 0), IN("o1", 10, 0), IN("o2", 10, 0), OUT("m1", 30, 0), OUT("o1", 40, 0), OUT("o2", 40, 0)}, 6, 100,
     2, 0, {{"m1", 0, 10, true}}},
    {"alone at the end", {IN("o1", 0, 0), IN("o2", 0, 0), IN("m1", 0, 0), OUT("o1", 20, 0), OUT("o2", 20, 0), OUT("m1", 30, 0)}, 6, 100, 2, 0,
     {{"m1", 20, 30, true}}},
    {"two officers, then one, then two", {IN("o1", 0, 0), IN("o2", 0, 0), IN("m1", 0, 0), OUT("o2", 20, 0), IN("o2", 25, 0), OUT("m1", 40, 0)},
     6, 100, 2, 0, {{"m1", 20, 25, true}}},
    {"one officer suffices where one is required", {IN("o1", 0, 0), IN("o2", 0, 0), IN("m1", 0, 0), OUT("o2", 20, 0), OUT("m1", 40, 0)}, 5, 100,
     1, 0, {{0}}},
    {"a relief: the third comes before the second goes", {IN("o1", 0, 0), IN("o2", 0, 0), IN("m1", 0, 0), IN("o3", 20, 0), OUT("o2", 20, 0),
      OUT("m1", 40, 0)}, 6, 100, 2, 0, {{0}}},
    {"walking out within the tolerance is a doubt", {IN("o1", 0, 0), IN("o2", 0, 0), IN("m1", 0, 0), OUT("o2", 20, 0), IN("o2", 24, 0),
      OUT("m1", 40, 0)}, 6, 100, 2, 5, {{"m1", 20, 24, false}}},
    {"nobody reported leaving: open until now", {IN("o1", 0, 0), IN("o2", 0, 0), IN("m1", 10, 0), OUT("o2", 30, 0)}, 4, 50, 2, 0,
     {{"m1", 30, 50, true}}},
    {"an open helper after both left", {IN("o1", 0, 0), IN("o2", 0, 0), IN("m1", 0, 0), OUT("o1", 30, 0), OUT("o2", 30, 0)}, 5, 45, 2, 0,
     {{"m1", 30, 45, true}}},
    {"within the clocks' error nothing is certain", {IN("o1", 0, 0), IN("o2", 0, 0), IN("m1", 0, 0), OUT("o2", 20, 3), OUT("m1", 22, 3)}, 5, 100,
     2, 0, {{"m1", 17, 25, false}}},
    {"beyond the clocks' error it is", {IN("o1", 0, 0), IN("o2", 0, 0), IN("m1", 0, 0), OUT("o2", 20, 3), OUT("m1", 40, 3)}, 5, 100, 2, 0,
     {{"m1", 17, 23, false}, {"m1", 23, 37, true}, {"m1", 37, 43, false}}},
    {"two helpers, each his own", {IN("o1", 0, 0), IN("o2", 0, 0), IN("m1", 0, 0), IN("m2", 10, 0), OUT("o2", 20, 0), OUT("m1", 20, 0),
      OUT("m2", 30, 0)}, 7, 100, 2, 0, {{"m2", 20, 30, true}}},
    {"a helper alone among helpers", {IN("m1", 0, 0), IN("m2", 0, 0), OUT("m1", 10, 0), OUT("m2", 10, 0)}, 4, 100, 2, 0,
     {{"m1", 0, 10, true}, {"m2", 0, 10, true}}},
    {"reported twice", {IN("o1", 0, 0), IN("o1", 1, 0), IN("o2", 0, 0), IN("m1", 5, 0), OUT("m1", 20, 0), OUT("m1", 21, 0)}, 6, 100, 2, 0,
     {{0}}},
    {"nobody", {{{0}, false, false, 0, 0}}, 0, 100, 2, 0, {{0}}},
    {"only officers", {IN("o1", 0, 0), OUT("o1", 10, 0)}, 2, 100, 2, 0, {{0}}}};

static bool agrees(const struct presence *p, const struct row *r)
{
    size_t n = 0;
    while (n < 6 && r->stretch[n].member)
        n++;
    if (p->stretches_n != n)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct presence_stretch *s = &p->stretches[i];
        const struct stretch *w = &r->stretch[i];
        if (!str_eq(s->member, str_of(w->member)) || s->from != M(w->from) || s->to != M(w->to) || s->certain != w->certain)
            return false;
    }
    return true;
}

static void print_stretches(const struct row *r, const struct presence *p)
{
    print_error("%s:\n", r->what);
    for (size_t i = 0; i < p->stretches_n; i++)
        print_error("  %.*s %lld..%lld %s\n", STR_ARG(p->stretches[i].member), (long long)(p->stretches[i].from / USEC_MINUTE),
                    (long long)(p->stretches[i].to / USEC_MINUTE), p->stretches[i].certain ? "certain" : "doubtful");
}

/* Heap's algorithm: every order of arrival gives the table's answer. */
static size_t in_every_order(const struct row *r, struct presence_event *e, size_t k)
{
    size_t orders = 0;
    if (k <= 1) {
        AUTO_ARENA(a);
        struct presence p = presence_compute(a, e, r->n, M(r->until), r->required, M(r->tolerance));
        if (!agrees(&p, r))
            print_stretches(r, &p);
        assert_true(agrees(&p, r));
        return 1;
    }
    for (size_t i = 0; i < k; i++) {
        orders += in_every_order(r, e, k - 1);
        size_t other = k % 2 ? 0 : i;
        struct presence_event t = e[other];
        e[other] = e[k - 1];
        e[k - 1] = t;
    }
    return orders;
}

static void every_order_of_arrival(void **state)
{
    (void)state;
    size_t orders = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct presence_event e[8];
        memcpy(e, rows[i].event, sizeof e);
        orders += in_every_order(&rows[i], e, rows[i].n);
    }
    assert_true(orders > 5040 + 6 * 720);
}

static void captures_are_placed(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct presence_event e[] = {IN("o1", 0, 0), IN("o2", 0, 0), IN("m1", 5, 1), OUT("o2", 20, 2), OUT("m1", 40, 1), OUT("o1", 50, 0)};
    struct presence p = presence_compute(a, e, 6, M(100), 2, 0);
    static const struct { int at; enum presence_at want; } rows_at[] = {
        {0, PRESENCE_OUTSIDE}, {3, PRESENCE_OUTSIDE}, {5, PRESENCE_DOUBTFUL}, {10, PRESENCE_ACCOMPANIED}, {17, PRESENCE_ACCOMPANIED},
        {20, PRESENCE_DOUBTFUL}, {30, PRESENCE_OUTSIDE}, {60, PRESENCE_OUTSIDE}};
    for (size_t i = 0; i < sizeof rows_at / sizeof *rows_at; i++)
        assert_int_equal(presence_at(&p, S("m1"), M(rows_at[i].at)), rows_at[i].want);
    assert_int_equal(presence_at(&p, S("m2"), M(10)), PRESENCE_OUTSIDE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_order_of_arrival), cmocka_unit_test(captures_are_placed)};
    return cmocka_run_group_tests_name("acts presence", tests, NULL, NULL);
}
