/*
 * An outlet that does not exist, small: hours of a load that wanders, and of channels that follow it with noise of their own.
 * Tests forge it in place. Values in 10^-2.
 */
#pragma once
#include "testing.h"
#include "monitor/detect/detect.h"

#include <math.h>

enum { SCENE_HOURS = 3000, SCENE_COLUMNS = 12 };
enum scene_at { SO2, NOX, O2, FLOW, TEMPERATURE, LOAD, SCENE_FACTORS };
struct scene {
    struct arena *a;
    struct table t;
    struct column column[SCENE_COLUMNS];
    int64_t *value[SCENE_COLUMNS], *low[SCENE_COLUMNS], *high[SCENE_COLUMNS];
    char *flag[SCENE_COLUMNS];
    uint64_t random;
    struct findings findings;
    struct hits hits;
    struct detect_run *runs;
};

static inline double scene_unit(struct scene *s)
{
    return (double)(test_random(&s->random) >> 11) / 9007199254740992.0;
}

static inline double scene_normal(struct scene *s)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += scene_unit(s);
    return sum;
}

static inline struct column *scene_add(struct scene *s, const char *factor, enum column_group g)
{
    size_t k = s->t.columns_n++;
    CHECK(k < SCENE_COLUMNS);
    s->value[k] = NEW_ARRAY(s->a, s->t.n, int64_t);
    s->low[k] = NEW_ARRAY(s->a, s->t.n, int64_t);
    s->high[k] = NEW_ARRAY(s->a, s->t.n, int64_t);
    s->flag[k] = NEW_ARRAY(s->a, s->t.n, char);
    memset(s->flag[k], 'N', s->t.n);
    s->column[k] = (struct column){.factor = str_of(factor), .group = (uint8_t)g, .decimals = 2, .q = 1, .value = s->value[k], .flag = s->flag[k]};
    return &s->column[k];
}

/* Minimum and maximum on either side of the value, as noise within the hour leaves them. */
static inline void scene_range(struct scene *s, size_t k)
{
    for (size_t i = 0; i < s->t.n; i++) {
        s->low[k][i] = s->value[k][i] - 40 - (int64_t)(40 * scene_unit(s));
        s->high[k][i] = s->value[k][i] + 40 + (int64_t)(40 * scene_unit(s));
    }
    s->column[k].low = s->low[k];
    s->column[k].high = s->high[k];
}

static inline void scene_make(struct scene *s, uint64_t seed)
{
    static const char *const factor[SCENE_FACTORS] = {"a21026", "a21002", "a19001", "a00000", "a01012", "i33400"};
    static const double base[SCENE_FACTORS] = {20, 40, 9, 150, 85, 70}, slope[SCENE_FACTORS] = {0.25, 0.5, -0.06, 1.5, 0.3, 1},
                        rough[SCENE_FACTORS] = {0.6, 1, 0.12, 2, 0.5, 0.01};
    *s = (struct scene){.a = arena_new(), .random = seed * UINT64_C(0x9E3779B97F4A7C15) + 1};
    s->t = (struct table){.outlet = S("场景"), .from = day_start(day_from_civil(2026, 1, 1)), .step_s = 3600, .n = SCENE_HOURS, .columns = s->column};
    for (int k = 0; k < SCENE_FACTORS; k++)
        scene_add(s, factor[k], COLUMN_VALUE);
    double load = 0, own[SCENE_FACTORS] = {0};
    for (size_t i = 0; i < s->t.n; i++) {
        load += -0.05 * load + 3 * scene_normal(s);
        for (int k = 0; k < SCENE_FACTORS; k++) {
            own[k] = 0.8 * own[k] + scene_normal(s);
            s->value[k][i] = llround(100 * fmax(0.01, base[k] + slope[k] * load + rough[k] * own[k]));
        }
    }
}

static inline void scene_run(struct scene *s, const char *only)
{
    struct detect_options o = {.only = only ? detector_find(str_of(only)) : NULL};
    struct fuse_options f = FUSE_DEFAULTS;
    if (only)
        assert_non_null(o.only);
    f.background = only != NULL;
    s->runs = NEW_ARRAY(s->a, detector_count(), struct detect_run);
    detect_table(s->a, &s->t, &o, &s->hits, s->runs);
    fuse(s->a, &s->t, &s->hits, &f, &s->findings);
}

static inline void scene_end(struct scene *s)
{
    arena_free(s->a);
}

/* Whether detector `id` has a hit on a column that overlaps [first, first + n). */
static inline const struct hit *scene_hit(const struct scene *s, const char *id, size_t column, size_t first, size_t n)
{
    for (size_t i = 0; i < s->hits.n; i++) {
        const struct hit *h = &s->hits.p[i];
        if (strcmp(h->detector->id, id) == 0 && h->columns[0] == column && h->first < first + n && first < h->first + h->n)
            return h;
    }
    return NULL;
}

static inline size_t scene_clues(const struct scene *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->findings.n; i++)
        n += s->findings.p[i].level == LEVEL_CLUE;
    return n;
}

static inline const struct finding *scene_clue(const struct scene *s, size_t column, size_t first, size_t n)
{
    for (size_t i = 0; i < s->findings.n; i++) {
        const struct finding *f = &s->findings.p[i];
        if (f->level == LEVEL_CLUE && str_eq(s->t.columns[f->lead->columns[0]].factor, s->t.columns[column].factor) && f->first < first + n &&
            first < f->first + f->n)
            return f;
    }
    return NULL;
}
