/* Marks that are looked for by bisection are met exactly where a plain loop over all of them meets one; and many of them cost little. */
#include "testing.h"
#include "monitor/detect/detect_private.h"

#include <time.h>

enum { MOST = 120, ROUNDS = 400, ASKED = 200, MANY = 200000, SLOTS = 500000 };
static uint64_t seed = 11;

static usec below(usec n)
{
    return (usec)(test_random(&seed) % (uint64_t)n);
}

static bool plain_loop(const struct table *t, usec from, usec to, unsigned kinds)
{
    for (size_t i = 0; i < t->marks_n; i++)
        if ((kinds & 1u << t->marks[i].kind) && t->marks[i].from < to && t->marks[i].to > from)
            return true;
    return false;
}

/* Short and long ones, some empty, some that end before they begin, many that begin at once, in no order. */
static size_t scatter(struct table_mark *ret, usec span)
{
    size_t n = (size_t)below(MOST + 1);
    for (size_t i = 0; i < n; i++) {
        usec from = below(span), length = below(10) ? below(span / 20 + 1) : below(3) ? below(span) : -below(5);
        ret[i] = (struct table_mark){.from = from, .to = from + length, .kind = (uint8_t)below(MARKED_KINDS)};
    }
    return n;
}

static void the_same_as_a_plain_loop(void **state)
{
    (void)state;
    struct table_mark marks[MOST];
    size_t met = 0, asked = 0;
    for (int round = 0; round < ROUNDS; round++) {
        AUTO_ARENA(a);
        usec span = 1 + below(round % 4 ? 2000 : 40);
        struct table t = {.marks = marks, .marks_n = scatter(marks, span)};
        const struct mark_index *x = mark_index_make(a, &t);
        for (int k = 0; k < ASKED; k++) {
            usec from = below(span + 20) - 10, to = from + below(span / 10 + 3) - 1;
            unsigned kinds = (unsigned)below(1 << MARKED_KINDS);
            bool want = plain_loop(&t, from, to, kinds);
            if (mark_met(x, from, to, kinds) != want)
                fail_msg("round %d: [%lld, %lld) of %x among %zu", round, (long long)from, (long long)to, kinds, t.marks_n);
            met += want;
            asked++;
        }
    }
    assert_true(met > asked / 5 && met < asked * 4 / 5); /* both answers are asked for */
}

static void slots_and_what_is_near(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const struct table_mark marks[] = {
        {.from = 600 * USEC_SECOND, .to = 900 * USEC_SECOND, .kind = MARKED_NETWORK},
        {.from = 60 * USEC_SECOND, .to = 120 * USEC_SECOND, .kind = MARKED_OTHER}};
    struct table t = {.step_s = 60, .n = 100, .marks = marks, .marks_n = 2};
    struct detect_context c = {.marks = mark_index_make(a, &t)};
    unsigned all = ~(1u << MARKED_OTHER);
    assert_false(slot_marked(&c, &t, 5, 5, all, 0)); /* ends where the mark begins */
    assert_true(slot_marked(&c, &t, 5, 6, all, 0));
    assert_true(slot_marked(&c, &t, 14, 1, all, 0));
    assert_false(slot_marked(&c, &t, 15, 1, all, 0));
    assert_true(slot_marked(&c, &t, 15, 1, all, 1));
    assert_false(slot_marked(&c, &t, 1, 1, all, 0));
    assert_true(slot_marked(&c, &t, 1, 1, ~0u, 0));
    assert_false(slot_marked(&c, &t, 14, 1, 1u << MARKED_STOPPED, USEC_HOUR));
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* As many questions as marks: a loop over all for each would take minutes. */
static void two_hundred_thousand_of_each(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct table_mark *marks = NEW_ARRAY(a, MANY, struct table_mark);
    for (size_t i = 0; i < MANY; i++) {
        usec from = below(SLOTS) * USEC_MINUTE;
        marks[i] = (struct table_mark){.from = from, .to = from + below(3) * USEC_MINUTE, .kind = (uint8_t)below(MARKED_KINDS)};
    }
    struct table t = {.step_s = 60, .n = SLOTS, .marks = marks, .marks_n = MANY};
    double begun = seconds();
    struct detect_context c = {.marks = mark_index_make(a, &t)};
    size_t met = 0;
    for (size_t i = 0; i < MANY; i++)
        met += slot_marked(&c, &t, (i * 7919) % (SLOTS - 3), 3, 1u << MARKED_MAINTENANCE | 1u << MARKED_FAULT, 0);
    double took = seconds() - begun;
    print_message("%d marks, as many questions, %zu met: %.3f s\n", MANY, met, took);
    assert_true(met > 0 && met < MANY);
    assert_true(took < 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_same_as_a_plain_loop), cmocka_unit_test(slots_and_what_is_near),
                                       cmocka_unit_test(two_hundred_thousand_of_each)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
