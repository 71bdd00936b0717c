/*
 * Tables nobody meant: of no row, one or two, of columns without values, flags or minima, all missing, all one number, as large as an integer, behind
 * hours that are no hours. Detectors say what they like of them, within the table, with a chance that is one, and twice the same.
 */
#include "testing.h"
#include "monitor/detect/habits.h"

#include <math.h>

enum { TABLES = 300, COLUMNS_MOST = 9, KEPT_MOST = 4096 };
static const char *const factors[] = {"a21026", "a21002", "a21003", "a21004", "a19001", "a00000", "a01011", "a01012", "a01014", "a01006", "a34013", "w01018", "w21003",
                                      "w21011", "w00000", "w01001", "power_production", "reagent", "fuel", "waste", "i33400", "x"};

/* Arrays of just their size, each by itself, so that a sanitizer sees one step too far. */
struct odd { uint64_t random; void *kept[KEPT_MOST]; size_t kept_n; struct arena *a; };

static size_t below(struct odd *o, size_t n)
{
    return (size_t)(test_random(&o->random) >> 20) % n;
}

static void *array(struct odd *o, size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);
    assert_non_null(p);
    assert_true(o->kept_n < KEPT_MOST);
    o->kept[o->kept_n++] = p;
    return p;
}

static int64_t *numbers(struct odd *o, size_t n, size_t kind)
{
    int64_t *x = array(o, n, sizeof *x), level = 1000 + (int64_t)below(o, 9000);
    for (size_t i = 0; i < n; i++)
        switch (kind) {
        case 0: x[i] = VALUE_NONE; break;
        case 1: x[i] = level; break;
        case 2: x[i] = 0; break;
        case 3: x[i] = (int64_t)(test_random(&o->random) >> 4) - (INT64_C(1) << 59); break;
        case 4: x[i] = below(o, 3) ? level + (int64_t)below(o, 400) : VALUE_NONE; break;
        case 5: x[i] = i % 120 ? x[i - 1] : level + (int64_t)below(o, 300); break;
        case 6: x[i] = below(o, 20) ? level + (int64_t)below(o, 50) : 999900; break;
        default: x[i] = level + (int64_t)below(o, 600) - 300;
        }
    return x;
}

static char *flags(struct odd *o, size_t n)
{
    char *f = array(o, n, 1);
    size_t kind = below(o, 4);
    for (size_t i = 0; i < n; i++)
        f[i] = kind == 0 ? 'N' : kind == 1 ? "NNNNMDCFT"[below(o, 9)] : kind == 2 ? (char)below(o, 256) : below(o, 60) ? 'N' : 'C';
    return f;
}

static int8_t *places(struct odd *o, size_t n)
{
    int8_t *p = array(o, n, 1);
    for (size_t i = 0; i < n; i++)
        p[i] = (int8_t)below(o, 4);
    return p;
}

static struct table *table_make(struct odd *o, int32_t step_s, size_t n)
{
    struct table *t = NEW(o->a, struct table);
    struct column *c = NEW_ARRAY(o->a, COLUMNS_MOST, struct column);
    *t = (struct table){.outlet = S("某"), .from = day_start(day_from_civil(2026, 1, 1)) + (usec)below(o, 3) * 60 * USEC_SECOND, .step_s = step_s, .n = n, .columns = c,
                        .columns_n = below(o, COLUMNS_MOST + 1)};
    for (size_t k = 0; k < t->columns_n; k++) {
        c[k] = (struct column){.factor = str_of(factors[below(o, sizeof factors / sizeof *factors)]), .group = (uint8_t)below(o, COLUMN_GROUPS),
                               .decimals = (int8_t)below(o, 4), .q = 1 + (int64_t)below(o, 2) * 9, .unfit = below(o, 12) == 0};
        c[k].group = below(o, 3) ? COLUMN_VALUE : c[k].group;
        if (below(o, 12))
            c[k].value = numbers(o, n, below(o, 12));
        if (below(o, 2))
            c[k].low = numbers(o, n, below(o, 12));
        if (below(o, 2))
            c[k].high = numbers(o, n, below(o, 12));
        if (below(o, 2))
            c[k].flag = flags(o, n);
        if (below(o, 2))
            c[k].places = places(o, n);
    }
    t->facts.kind = (enum outlet_kind)below(o, 3);
    t->facts.analyser_cycle_s = (int32_t)below(o, 3) * 7200;
    t->facts.o2_reference_permille = below(o, 2) ? 60 : 0;
    if (below(o, 3) == 0)
        t->platform = array(o, n, 1);
    return t;
}

/* Marks and checks also where the table is not. */
static void beside_make(struct odd *o, struct table *t)
{
    enum { FEW = 20 };
    usec span = (usec)(t->n + 10) * t->step_s * USEC_SECOND;
    struct table_mark *mark = array(o, FEW, sizeof *mark);
    struct table_event *event = array(o, FEW, sizeof *event);
    struct table_check *check = array(o, FEW, sizeof *check);
    for (size_t i = 0; i < FEW; i++) {
        usec at = t->from - USEC_HOUR + (usec)((uint64_t)span / FEW * i);
        mark[i] = (struct table_mark){.from = at, .to = at + (usec)below(o, 5) * USEC_HOUR / 2, .entered = at, .kind = (uint8_t)below(o, MARKED_OTHER + 1)};
        event[i] = (struct table_event){.at = at, .kind = (uint8_t)below(o, EVENT_INSPECTION + 1), .before = (int64_t)below(o, 50), .after = (int64_t)below(o, 50)};
        check[i] = (struct table_check){.at = at, .kind = (uint8_t)below(o, CHECK_KINDS), .factor = t->columns_n ? t->columns[below(o, t->columns_n)].factor : S("x"),
                                        .measured = below(o, 4) ? (int64_t)below(o, 5000) : VALUE_NONE, .nominal = below(o, 4) ? (int64_t)below(o, 5000) : VALUE_NONE,
                                        .before = VALUE_NONE, .seconds = (int64_t)below(o, 4000) - 1};
    }
    struct table_command *command = array(o, FEW, sizeof *command);
    struct table_frame *frame = array(o, FEW * 10, sizeof *frame);
    struct table_limit *limit = array(o, FEW, sizeof *limit);
    struct table_figure *figure = array(o, FEW, sizeof *figure);
    struct table_version *version = array(o, FEW, sizeof *version);
    for (size_t i = 0; i < FEW; i++) {
        str factor = t->columns_n ? t->columns[below(o, t->columns_n)].factor : S("x");
        command[i] = (struct table_command){.at = check[i].at, .cn = 3011 + (int32_t)below(o, 30), .refused = below(o, 2)};
        limit[i] = (struct table_limit){.factor = factor, .daily = below(o, 4) == 0, .mantissa = (int64_t)below(o, 12000), .decimals = 2, .from = check[i].at, .to = check[i].at + USEC_DAY};
        figure[i] = (struct table_figure){.factor = factor, .median = (double)below(o, 100), .spread = (double)below(o, 10)};
        version[i] = (struct table_version){.slot = below(o, t->n ? t->n : 1), .column = (uint16_t)below(o, t->columns_n ? t->columns_n : 1), .before = (int64_t)below(o, 9000),
                                            .after = (int64_t)below(o, 9000), .arrived = check[i].at};
    }
    for (size_t i = 0; i < FEW * 10; i++)
        frame[i] = (struct table_frame){.arrived = t->from + (usec)i * t->step_s * USEC_SECOND, .qn = below(o, 2) ? USEC_NONE : t->from, .peer = (uint32_t)below(o, 2),
                                        .data_time = below(o, 4) ? t->from + (usec)i * t->step_s * USEC_SECOND : USEC_NONE, .shape = (uint16_t)below(o, 2)};
    t->commands = command, t->commands_n = below(o, FEW + 1);
    t->frames = frame, t->frames_n = below(o, 10 * FEW + 1);
    t->limits = limit, t->limits_n = below(o, FEW + 1);
    t->figures = figure, t->figures_n = below(o, FEW + 1);
    t->versions = version, t->versions_n = t->n && t->columns_n ? below(o, FEW + 1) : 0;
    t->marks = mark, t->marks_n = below(o, FEW + 1);
    t->events = event, t->events_n = below(o, FEW + 1);
    t->checks = check, t->checks_n = below(o, FEW + 1);
}

/* Habits: every slot of a column is counted once, hours of marks never twice, and no part is more than its whole. */
static void one_thing_each(struct arena *a, const struct table *t)
{
    struct habits h;
    habits_of(a, t, NULL, &h);
    assert_true(h.high <= h.judged && h.judged <= h.slots && h.platform <= h.slots);
    for (int k = -1; k < HABIT_KINDS; k++) {
        const struct mark_habit *m = k < 0 ? &h.all : &h.kind[k];
        assert_true(m->longest <= m->covered && m->covered <= h.span && m->covered <= h.all.covered && m->late <= m->entered && m->entered <= m->n);
        assert_true(m->high <= m->compared && m->compared <= m->begun && m->begun <= m->n);
    }
    for (size_t i = 0; i < h.columns_n; i++) {
        const struct column_habit *c = &h.columns[i];
        int64_t flags = 0;
        for (size_t k = 0; k < c->flags_n; k++)
            flags += c->flags[k].n;
        assert_true(c->normal + c->missing + c->excused + c->flagged == h.slots && flags == c->flagged && c->unmarked <= c->missing);
    }
    for (size_t i = 0; i < h.quarters_n; i++)
        assert_true(h.quarters[i].valid + h.quarters[i].idle <= h.quarters[i].owed && h.quarters[i].below <= h.quarters[i].pollutants);
}

static str looked_at(struct odd *o, const struct table *t)
{
    struct detect_options none = {0};
    struct fuse_options all = FUSE_DEFAULTS;
    struct hits hits;
    struct findings found;
    struct detect_run *runs = NEW_ARRAY(o->a, detector_count(), struct detect_run);
    buf b = buf_make(o->a, 64 << 20);
    struct json_out out = {&b, false};
    all.background = true;
    detect_table(o->a, t, &none, &hits, runs);
    for (size_t i = 0; i < hits.n; i++) {
        const struct hit *h = &hits.p[i];
        bool within = h->n >= 1 && h->first < t->n && h->n <= t->n - h->first, chance = h->p >= 0 && h->p <= 1;
        if (!within || !chance)
            fail_msg("%s: [%zu, +%zu) of %zu, p %g, step %d", h->detector->id, h->first, h->n, t->n, h->p, t->step_s);
        assert_true(h->columns_n >= 1 && h->columns[0] < t->columns_n);
        assert_true(h->sentence.n > 0);
    }
    fuse(o->a, t, &hits, &all, &found);
    json_open(&out, '[');
    for (size_t i = 0; i < found.n; i++)
        finding_json(&out, t, &found.p[i]);
    summary_json(&out, t, &found, runs, NULL, 0);
    json_close(&out, ']');
    one_thing_each(o->a, t);
    assert_false(b.overflow);
    return buf_str(&b);
}

static void test_tables_nobody_meant(void **state)
{
    (void)state;
    static const int32_t steps[] = {1, 60, 300, 600, 1800, 3600, 7200, 86400};
    static const size_t lengths[] = {0, 1, 2, 3, 12, 23, 24, 25, 47, 48, 60, 96, 97, 201, 400, 1000, 3000};
    for (uint64_t seed = 1; seed <= TABLES; seed++) {
        struct odd o = {.random = seed * UINT64_C(0x9E3779B97F4A7C15) + 1, .a = arena_new()};
        struct table *t = table_make(&o, steps[below(&o, sizeof steps / sizeof *steps)], lengths[below(&o, sizeof lengths / sizeof *lengths)]);
        beside_make(&o, t);
        if (below(&o, 2)) {
            struct table *fine = table_make(&o, steps[below(&o, 4)], lengths[below(&o, sizeof lengths / sizeof *lengths)]);
            beside_make(&o, fine);
            t->finer = fine;
        }
        if (below(&o, 3) == 0) { /* other outlets on this grid */
            const struct table **beside = NEW_ARRAY(o.a, 1, const struct table *);
            beside[0] = table_make(&o, t->step_s, t->n);
            t->beside = beside, t->beside_n = 1;
        }
        if (below(&o, 3) == 0)
            t->daily = table_make(&o, 86400, below(&o, 40));
        assert_true(str_eq(looked_at(&o, t), looked_at(&o, t)));
        for (size_t i = 0; i < o.kept_n; i++)
            free(o.kept[i]);
        arena_free(o.a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tables_nobody_meant)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
