/* The scene against what the server computes: helpers alone over seeded visits, days, sentences, the state line. */
#include "testing.h"
#include "acts/presence.h"
#include "field/field.h"

static uint64_t seed = 20260303;

static uint32_t roll(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % n;
}

/* ---- helpers alone ---- */

static const char *const names[] = {"a-officer", "b-officer", "c-officer", "d-helper", "e-helper"};

static void random_visit(struct field_scene *s, struct presence_event *e)
{
    memset(s, 0, sizeof *s);
    s->people_n = 5;
    s->events_n = (int64_t)roll(24);
    s->visit.officers_required = 1 + roll(2);
    s->visit.leave_tolerance = (int64_t)roll(3) * 5 * USEC_MINUTE;
    for (int64_t i = 0; i < 5; i++)
        s->people[i].helper = i > 2;
    for (int64_t i = 0; i < s->events_n; i++) {
        int64_t person = roll(5);
        bool leave = roll(2);
        usec time = (usec)(100 + roll(60)) * USEC_MINUTE, error = roll(4) ? 0 : (usec)roll(6) * USEC_MINUTE;
        s->events[i] = (struct field_event){.kind = leave ? FIELD_LEAVE : FIELD_ENTER, .person = person, .time = time, .error = error};
        e[i] = (struct presence_event){.person = str_of(names[person]), .helper = person > 2, .leave = leave, .time = time, .error = error};
    }
}

static void alone_is_what_reconciling_finds(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static struct field_scene s;
    struct presence_event e[24];
    int alone = 0, doubtful = 0;
    for (int round = 0; round < 3000; round++) {
        usec until = 170 * USEC_MINUTE, certain = 0, doubt = 0;
        random_visit(&s, e);
        /* Two events of one person at one instant with different errors have no order: neither side promises one. */
        struct presence p = presence_compute(a, e, (size_t)s.events_n, until, (int)s.visit.officers_required, s.visit.leave_tolerance);
        for (size_t i = 0; i < p.stretches_n; i++)
            *(p.stretches[i].certain ? &certain : &doubt) += p.stretches[i].to - p.stretches[i].from;
        bool same_instant = false;
        for (int64_t i = 0; i < s.events_n; i++)
            for (int64_t k = 0; k < i; k++)
                same_instant = same_instant || (s.events[i].person == s.events[k].person && s.events[i].time == s.events[k].time);
        if (same_instant)
            continue;
        struct field_alone got = field_alone(&s, until);
        assert_int_equal(got.certain, (certain + USEC_MINUTE - 1) / USEC_MINUTE);
        assert_int_equal(got.doubtful, (doubt + USEC_MINUTE - 1) / USEC_MINUTE);
        alone += got.certain > 0;
        doubtful += got.doubtful > 0;
    }
    assert_true(alone > 300 && doubtful > 100); /* the visits are not all alike */
}

/* ---- days and sentences ---- */

static void days_and_sentences(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static struct law_facts f;
    char text[2000];
    for (usec t = -5 * USEC_DAY; t < 40000 * USEC_DAY; t += 7 * USEC_DAY + 3600 * USEC_SECOND + 1)
        assert_int_equal(field_day(t), day_of(t));
    f.visits_this_year = 7;
    f.beyond_fence_m = 1250;
    f.enter_helper = 1;
    size_t n = field_sentence("{who}今年{visits_this_year}次，超出{beyond_fence_m}，{enter_helper}，{unknown}止", &f, "who\0丁工\0\0", text, sizeof text);
    assert_str(((str){text, n}), "丁工今年7次，超出1250米，是，止");
    for (size_t size = 0; size < 30; size++) { /* never half a character */
        n = field_sentence("字字字字字字字字字字", &f, NULL, text, size);
        assert_true(n <= size && n % 3 == 0);
    }
    /* Each kind of fact is written as the server writes it. */
    for (int i = 0; i < LAW_FACT_COUNT; i++) {
        const struct law_fact_info *info = &law_fact_info[i];
        int64_t v = info->kind == FACT_DAY ? 20517 : info->kind == FACT_TIME ? INT64_C(1772674200000000) : 1;
        law_fact_set(&f, (enum law_fact)i, v);
        n = field_sentence(arena_cstr(a, arena_printf(a, "{%s}", info->name)), &f, NULL, text, sizeof text);
        if (info->kind == FACT_DAY)
            assert_str(((str){text, n}), arena_cstr(a, day_chinese(a, 20517)));
        if (info->kind == FACT_TIME)
            assert_str(((str){text, n}), arena_cstr(a, time_chinese(a, v)));
        if (info->kind == FACT_FEN)
            assert_str(((str){text, n}), "0.01元");
    }
}

/* ---- the state line of a whole visit ---- */

static const usec noon = INT64_C(1772683200000000);
static struct field_scene gate;

static void put(enum field_event_kind kind, int64_t person, int minute)
{
    gate.events[gate.events_n++] = (struct field_event){.kind = kind, .person = person, .time = noon + minute * USEC_MINUTE};
}

static void the_line_follows_the_visit(void **state)
{
    (void)state;
    memset(&gate, 0, sizeof gate);
    gate.visit = (struct field_visit){.me = 0, .officers_required = 2, .notice_pending = 1, .approved = 1, .starts = noon, .ends = noon + USEC_HOUR};
    gate.people_n = 3;
    for (int64_t i = 0; i < 3; i++)
        gate.people[i] = (struct field_person){.helper = i == 2, .good_until = 30000, .covered = 2, .listed = 1};
    static const struct { enum field_event_kind kind; int64_t person; enum field_why why; enum field_next next; bool accompanied; } steps[] = {
        {0, 0, FIELD_WHY_NOBODY, FIELD_NEXT_ENTER, false}, {FIELD_ENTER, 0, FIELD_WHY_FEW, FIELD_NEXT_ENTER, false},
        {FIELD_ENTER, 1, FIELD_WHY_NOTICE, FIELD_NEXT_NOTICE, true}, {FIELD_SERVED, -1, FIELD_FINE, FIELD_NEXT_ENTER, true},
        {FIELD_ENTER, 2, FIELD_FINE, FIELD_NEXT_LEAVE, true}, {FIELD_LEAVE, 1, FIELD_WHY_FEW_HELPERS_IN, FIELD_NEXT_LEAVE, false},
        {FIELD_LEAVE, 2, FIELD_WHY_FEW, FIELD_NEXT_ENTER, false}, {FIELD_LEAVE, 0, FIELD_WHY_NOBODY, FIELD_NEXT_CLOSE, false},
        {FIELD_CLOSED, -1, FIELD_WHY_OVER, FIELD_NEXT_NONE, false}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (steps[i].kind)
            put(steps[i].kind, steps[i].person, (int)i);
        struct field_state at = field_state(&gate, noon + (usec)i * USEC_MINUTE);
        assert_int_equal(at.why, steps[i].why);
        assert_int_equal(at.next, steps[i].next);
        assert_int_equal(at.accompanied, steps[i].accompanied);
    }
    /* An officer whose certificate ended yesterday is inside, and does not count. */
    gate.events_n = 2;
    gate.people[1].good_until = field_day(noon) - 1;
    assert_int_equal(field_officers(&gate, noon + USEC_HOUR), 1);
    gate.people[1].good_until = field_day(noon);
    assert_int_equal(field_officers(&gate, noon + USEC_HOUR), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(alone_is_what_reconciling_finds), cmocka_unit_test(days_and_sentences),
                                       cmocka_unit_test(the_line_follows_the_visit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
