/* A plant that does not exist as a table for the detectors: with the marks, events, limits and versions an outlet would have. */
#pragma once
#include "monitor/detect/detect.h"
#include "monitor/plant/plant.h"

#include <string.h>

static inline void plant_put_column(struct column *to, const struct plant_channel *of, enum column_group g, const int64_t *value, const int64_t *low,
                                    const int64_t *high, const char *flag, int decimals, int64_t q)
{
    *to = (struct column){.factor = str_of(of->factor), .group = (uint8_t)g, .decimals = (int8_t)decimals, .q = q, .value = value, .low = low,
                          .high = high, .flag = flag};
}

static inline void plant_put_marks(struct arena *a, const struct plant *p, struct table *t)
{
    static const uint8_t kind[PLANT_MARKS] = {MARKED_STOPPED, MARKED_START, MARKED_SHUT, MARKED_FAULT, MARKED_START, MARKED_SHUT,
                                              MARKED_MAINTENANCE, MARKED_NETWORK};
    static const uint8_t event[] = {EVENT_CALIBRATION, EVENT_VISIT, EVENT_BOOT, EVENT_SERIAL};
    const struct plant_mark *mark;
    const struct plant_event *happened;
    t->marks_n = plant_marks(a, p, t->from, table_at(t, t->n), &mark);
    t->events_n = plant_events(a, p, t->from, table_at(t, t->n), &happened);
    struct table_mark *marks = NEW_ARRAY(a, t->marks_n + 1, struct table_mark);
    struct table_event *events = NEW_ARRAY(a, t->events_n + 1, struct table_event);
    for (size_t i = 0; i < t->marks_n; i++)
        marks[i] = (struct table_mark){mark[i].from, mark[i].to, mark[i].entered, kind[mark[i].kind], str_of(plant_mark_label(mark[i].kind))};
    for (size_t i = 0; i < t->events_n; i++)
        events[i] = (struct table_event){happened[i].at, event[happened[i].kind], STR_NONE};
    t->marks = marks;
    t->events = events;
}

static inline void plant_put_limits(struct arena *a, const struct plant *p, struct table *t, const struct plant_channel *of, size_t n)
{
    struct table_limit *limit = NEW_ARRAY(a, n * 400 + 1, struct table_limit);
    for (size_t c = 0; c < n; c++) {
        int64_t now = 0;
        for (usec at = t->from; at < table_at(t, t->n); at += USEC_DAY) {
            int64_t then = plant_limit(p, c, at);
            if (then == now || t->limits_n >= n * 400)
                continue;
            if (now)
                limit[t->limits_n - 1].to = at;
            now = then;
            if (then)
                limit[t->limits_n++] = (struct table_limit){.factor = str_of(of[c].factor), .group = of[c].converted ? COLUMN_CONVERTED : COLUMN_VALUE,
                                                            .mantissa = then, .decimals = of[c].decimals, .from = at, .to = INT64_MAX};
        }
    }
    t->limits = limit;
}

/* before: what had been sent first (ATTACK_REVISE_DOWN), NULL none. */
static inline struct table *plant_table(struct arena *a, const struct plant *p, const struct plant_series *s, const struct plant_series *before)
{
    const struct plant_channel *of;
    size_t n = plant_channels(p, &of);
    struct table *t = NEW(a, struct table);
    struct column *column = NEW_ARRAY(a, n * COLUMN_GROUPS, struct column);
    VEC(struct table_version) versions = {0};
    struct plant_facts facts = plant_facts(p);
    *t = (struct table){.outlet = S("plant"), .from = s->from, .step_s = s->step_s, .n = s->n, .columns = column};
    t->facts = (struct outlet_facts){.o2_reference_permille = facts.o2_reference_permille, .area_mm2 = facts.area_mm2,
                                     .kind = facts.gas ? OUTLET_GAS : OUTLET_WATER, .analyser_cycle_s = facts.cycle_s};
    for (size_t c = 0; c < n; c++) {
        plant_put_column(&column[t->columns_n], &of[c], COLUMN_VALUE, s->average[c], s->minimum[c], s->maximum[c], s->flag[c], of[c].decimals, s->step_s < 3600 ? of[c].resolution : 1);
        for (size_t i = 0; before && i < s->n; i++)
            if (before->average[c][i] != s->average[c][i] && before->average[c][i] != PLANT_NONE && s->average[c][i] != PLANT_NONE) {
                struct table_version v = {i, (uint16_t)t->columns_n, before->average[c][i], s->average[c][i], table_at(t, i + 30), true};
                vec_push(a, &versions, v);
            }
        t->columns_n++;
        if (s->converted[c])
            plant_put_column(&column[t->columns_n++], &of[c], COLUMN_CONVERTED, s->converted[c], NULL, NULL, s->flag[c], of[c].decimals, s->step_s < 3600 ? of[c].resolution : 1);
        for (size_t i = 0; before && s->converted[c] && i < s->n; i++)
            if (before->converted[c][i] != s->converted[c][i] && before->converted[c][i] != PLANT_NONE && s->converted[c][i] != PLANT_NONE) {
                struct table_version v = {i, (uint16_t)(t->columns_n - 1), before->converted[c][i], s->converted[c][i], table_at(t, i + 30), true};
                vec_push(a, &versions, v);
            }
        if (s->total[c])
            plant_put_column(&column[t->columns_n++], &of[c], COLUMN_TOTAL, s->total[c], NULL, NULL, s->flag[c], of[c].total_decimals, 1);
    }
    t->versions = versions.p;
    t->versions_n = versions.n;
    plant_put_marks(a, p, t);
    plant_put_limits(a, p, t, of, n);
    return t;
}
