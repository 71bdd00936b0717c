/* Outlets and forgeries by seed; honest and forged quarters as the tables detectors read. */
#include "forgery.h"

#include <string.h>

const int forgery_lengths[FORGERY_LENGTHS] = {3, 12, 48, 168};
enum { PLACEMENTS = 20, STREAM_OUTLET = 1, STREAM_CASE, STREAM_VERSIONS };

struct outlet *outlet_make(struct arena *a, uint64_t seed, int i)
{
    struct outlet *o = NEW(a, struct outlet);
    struct plant_random r = plant_random_of(seed, STREAM_OUTLET * UINT64_C(1000003) + (uint64_t)i);
    static const int first_month[4] = {1, 4, 7, 10};
    o->kind = (enum plant_kind)(i % PLANT_KINDS);
    o->seed = plant_random_next(&r) >> 16;
    uint64_t quarter = plant_random_next(&r) % 12;
    o->from = day_start(day_from_civil(2023 + (int)(quarter / 4), first_month[quarter % 4], 1));
    o->plant = plant_new(a, o->kind, o->seed);
    o->minutes = plant_report(a, o->plant, o->from, 60, FORGERY_HOURS * 60);
    o->hours = plant_aggregate(a, o->plant, o->minutes, 3600);
    o->days = plant_aggregate(a, o->plant, o->hours, 86400);
    usec to = o->from + FORGERY_DAYS * USEC_DAY;
    o->marks_n = plant_marks(a, o->plant, o->from, to, &o->marks);
    o->events_n = plant_events(a, o->plant, o->from, to, &o->events);
    return o;
}

/* ---- forging ---- */

struct forger *forger_new(struct arena *a, const struct outlet *o)
{
    struct forger *r = NEW(a, struct forger);
    *r = (struct forger){o,
                         plant_series_copy(a, o->minutes),
                         plant_series_copy(a, o->hours),
                         plant_series_copy(a, o->days),
                         NULL,
                         NULL,
                         arena_new()};
    arena_defer(a, (void (*)(void *))arena_free, r->arena);
    return r;
}

static void slots_copy(struct plant_series *to, size_t at, const struct plant_series *from, size_t first, size_t n)
{
    for (size_t c = 0; c < to->channels; c++) {
        memcpy(to->average[c] + at, from->average[c] + first, n * sizeof(int64_t));
        memcpy(to->minimum[c] + at, from->minimum[c] + first, n * sizeof(int64_t));
        memcpy(to->maximum[c] + at, from->maximum[c] + first, n * sizeof(int64_t));
        memcpy(to->flag[c] + at, from->flag[c] + first, n);
        if (to->converted[c])
            memcpy(to->converted[c] + at, from->converted[c] + first, n * sizeof(int64_t));
        if (to->total[c])
            memcpy(to->total[c] + at, from->total[c] + first, n * sizeof(int64_t));
    }
}

/* A stretch of a series as a series; nothing is copied. */
static struct plant_series stretch(const struct plant_series *s, size_t first, size_t n)
{
    struct plant_series v = *s;
    v.from += (usec)first * s->step_s * USEC_SECOND;
    v.n = n;
    for (size_t c = 0; c < v.channels; c++) {
        v.average[c] += first;
        v.minimum[c] += first;
        v.maximum[c] += first;
        v.flag[c] += first;
        v.converted[c] = v.converted[c] ? v.converted[c] + first : NULL;
        v.total[c] = v.total[c] ? v.total[c] + first : NULL;
    }
    v.state += first;
    v.late += first;
    return v;
}

static int pollutant_channel(const struct plant *p, enum attack_kind kind, uint64_t random)
{
    const struct plant_channel *c;
    size_t n = plant_channels(p, &c), found = 0;
    int list[PLANT_CHANNELS];
    (void)kind;
    for (size_t i = 0; i < n; i++)
        if (c[i].limit > 0)
            list[found++] = (int)i;
    return list[random % found];
}

void forger_follow(struct forger *r, const struct forgery *f)
{
    const struct plant *p = r->o->plant;
    struct plant_series view = stretch(r->minutes, f->first * 60, f->n * 60);
    slots_copy(r->hours, f->first, plant_aggregate(r->arena, p, &view, 3600), 0, f->n);
    size_t day_first = f->first / 24, days = (f->first + f->n - 1) / 24 - day_first + 1;
    view = stretch(r->hours, day_first * 24, days * 24);
    slots_copy(r->days, day_first, plant_aggregate(r->arena, p, &view, 86400), 0, days);
    if (!r->before)
        return;
    view = stretch(r->before, f->first * 60, f->n * 60);
    r->before_hours = plant_aggregate(r->arena, p, &view, 3600);
}

/* Something must have happened in a twentieth of the stretch at least, or there is nothing to be found. */
static bool visible(const struct forger *r, const struct forgery *f)
{
    size_t n = 0, least = f->n * 60 / 20;
    const struct plant_series *a = r->o->minutes, *b = r->minutes;
    for (size_t i = f->first * 60; i < (f->first + f->n) * 60; i++) {
        bool any = false;
        for (size_t c = 0; c < a->channels && !any; c++)
            any = a->average[c][i] != b->average[c][i] || a->flag[c][i] != b->flag[c][i];
        n += any;
    }
    return n >= least;
}

bool forger_forge(struct forger *r, struct forgery *f)
{
    struct plant_random random = plant_random_of(f->seed, STREAM_CASE);
    f->n = (size_t)forgery_lengths[f->length];
    for (int i = 0; i < PLACEMENTS; i++) {
        f->channel = pollutant_channel(r->o->plant, f->kind, plant_random_next(&random));
        f->first = FORGERY_BEFORE + plant_random_next(&random) % (FORGERY_HOURS - FORGERY_BEFORE - f->n);
        struct attack k = {f->kind, f->strength, f->channel, f->first * 60, f->n * 60, f->seed};
        r->before = f->kind == ATTACK_REVISE_DOWN ? plant_series_copy(r->arena, r->minutes) : NULL;
        if (attack_apply(r->minutes, r->o->plant, &k, r->before) && visible(r, f)) {
            forger_follow(r, f);
            return true;
        }
        forger_restore(r, f);
    }
    return false;
}

void forger_restore(struct forger *r, const struct forgery *f)
{
    slots_copy(r->minutes, f->first * 60, r->o->minutes, f->first * 60, f->n * 60);
    slots_copy(r->hours, f->first, r->o->hours, f->first, f->n);
    size_t day_first = f->first / 24, days = (f->first + f->n - 1) / 24 - day_first + 1;
    slots_copy(r->days, day_first, r->o->days, day_first, days);
    r->before = r->before_hours = NULL;
    arena_reset(r->arena);
}

/* ---- tables ---- */

struct table_build {
    struct arena *a;
    const struct outlet *o;
    struct column *columns;
    size_t n;
};

static void add_column(struct table_build *b, const struct plant_series *s, size_t c, enum column_group group,
                       const int8_t *places)
{
    const struct plant_channel *channel;
    plant_channels(b->o->plant, &channel);
    bool value = group == COLUMN_VALUE;
    b->columns[b->n++] =
        (struct column){.factor = str_of(channel[c].factor),
                        .group = (uint8_t)group,
                        .q = value ? channel[c].resolution : 1,
                        .decimals = group == COLUMN_TOTAL ? channel[c].total_decimals : channel[c].decimals,
                        .value = value                       ? s->average[c]
                                 : group == COLUMN_CONVERTED ? s->converted[c]
                                                             : s->total[c],
                        .low = value ? s->minimum[c] : NULL,
                        .high = value ? s->maximum[c] : NULL,
                        .flag = s->flag[c],
                        .places = group == COLUMN_TOTAL ? NULL : places};
}

static const int8_t *places_of(struct arena *a, const struct outlet *o, const struct plant_series *s, size_t c)
{
    int8_t *ret = NEW_ARRAY(a, s->n, int8_t);
    int first = plant_places(o->plant, c, s->from),
        last = plant_places(o->plant, c, s->from + (usec)s->n * s->step_s * USEC_SECOND);
    for (size_t i = 0; i < s->n; i++)
        ret[i] =
            (int8_t)(first == last ? first : plant_places(o->plant, c, s->from + (usec)i * s->step_s * USEC_SECOND));
    return ret;
}

static void add_columns(struct table_build *b, struct table *t, const struct plant_series *s)
{
    b->columns = NEW_ARRAY(b->a, s->channels * 3, struct column);
    b->n = 0;
    for (size_t c = 0; c < s->channels; c++) {
        const int8_t *places = places_of(b->a, b->o, s, c);
        add_column(b, s, c, COLUMN_VALUE, places);
        if (s->converted[c])
            add_column(b, s, c, COLUMN_CONVERTED, places);
        if (s->total[c])
            add_column(b, s, c, COLUMN_TOTAL, places);
    }
    t->columns = b->columns;
    t->columns_n = b->n;
    t->from = s->from;
    t->step_s = s->step_s;
    t->n = s->n;
}

static enum table_mark_kind mark_kind(enum plant_mark_kind k)
{
    static const enum table_mark_kind of[PLANT_MARKS] = {[PLANT_MARK_STOPPED] = MARKED_STOPPED,
                                                         [PLANT_MARK_START] = MARKED_START,
                                                         [PLANT_MARK_SHUT] = MARKED_SHUT,
                                                         [PLANT_MARK_FAULT] = MARKED_FAULT,
                                                         [PLANT_MARK_BAKE] = MARKED_START,
                                                         [PLANT_MARK_COOLING] = MARKED_SHUT,
                                                         [PLANT_MARK_MAINTENANCE] = MARKED_MAINTENANCE,
                                                         [PLANT_MARK_NETWORK] = MARKED_NETWORK};
    return of[k];
}

static void add_marks(struct table_build *b, struct table *t)
{
    static const enum table_event_kind events_of[] = {[PLANT_EVENT_CALIBRATION] = EVENT_CALIBRATION,
                                                      [PLANT_EVENT_VISIT] = EVENT_VISIT,
                                                      [PLANT_EVENT_BOOT] = EVENT_BOOT,
                                                      [PLANT_EVENT_LOGGER] = EVENT_SERIAL};
    struct table_mark *marks = NEW_ARRAY(b->a, b->o->marks_n, struct table_mark);
    struct table_event *events = NEW_ARRAY(b->a, b->o->events_n, struct table_event);
    for (size_t i = 0; i < b->o->marks_n; i++) {
        const struct plant_mark *m = &b->o->marks[i];
        marks[i] = (struct table_mark){m->from, m->to, m->entered, (uint8_t)mark_kind(m->kind),
                                       str_of(plant_mark_label(m->kind))};
    }
    for (size_t i = 0; i < b->o->events_n; i++)
        events[i] = (struct table_event){.at = b->o->events[i].at, .kind = (uint8_t)events_of[b->o->events[i].kind]};
    t->marks = marks;
    t->marks_n = b->o->marks_n;
    t->events = events;
    t->events_n = b->o->events_n;
}

static void add_limits(struct table_build *b, struct table *t)
{
    const struct plant_channel *channel;
    size_t n = plant_channels(b->o->plant, &channel), k = 0;
    struct table_limit *limits = NEW_ARRAY(b->a, n * 2, struct table_limit);
    for (size_t c = 0; c < n; c++) {
        enum column_group group = channel[c].converted ? COLUMN_CONVERTED : COLUMN_VALUE;
        int64_t limit = plant_limit(b->o->plant, c, b->o->from);
        if (limit > 0)
            limits[k++] = (struct table_limit){str_of(channel[c].factor),
                                               (uint8_t)group,
                                               channel[c].limit == channel[c].limit_daily,
                                               false,
                                               limit,
                                               channel[c].decimals,
                                               INT64_MIN,
                                               INT64_MAX};
    }
    t->limits = limits;
    t->limits_n = k;
}

/* Honest operators correct a few hours, up or down alike; a forger's revisions come on top. */
static void add_versions(struct table_build *b, struct table *t, const struct forger *r, const struct forgery *f)
{
    const struct outlet *o = b->o;
    struct plant_random random = plant_random_of(o->seed, STREAM_VERSIONS);
    VEC(struct table_version) list = {0};
    uint16_t column_of[PLANT_CHANNELS] = {0};
    for (uint16_t k = 0, c = 0; k < t->columns_n; k++)
        if (t->columns[k].group == COLUMN_VALUE)
            column_of[c++] = k;
    size_t corrections = plant_random_next(&random) % 6;
    for (size_t i = 0; i < corrections; i++) {
        size_t at = plant_random_next(&random) % FORGERY_HOURS;
        double change = 1 + 0.02 * plant_random_normal(&random);
        int64_t now = o->hours->average[0][at];
        bool inside = f && at >= f->first && at < f->first + f->n;
        if (now == PLANT_NONE || inside || o->hours->flag[0][at] != 'N')
            continue;
        vec_push(b->a, &list,
                 ((struct table_version){at, column_of[0], (int64_t)((double)now * change), now,
                                         t->from + (usec)(at + 30) * USEC_HOUR, true}));
    }
    for (size_t i = 0; r && r->before_hours && i < f->n; i++)
        for (size_t c = 0; c < r->hours->channels; c++) {
            int64_t before = r->before_hours->average[c][i], after = r->hours->average[c][f->first + i];
            if (before != after && before != PLANT_NONE && after != PLANT_NONE)
                vec_push(b->a, &list,
                         ((struct table_version){f->first + i, column_of[c], before, after,
                                                 t->from + (usec)(f->first + i + 40) * USEC_HOUR, true}));
        }
    t->versions = list.p;
    t->versions_n = list.n;
}

static struct outlet_facts facts_of(const struct outlet *o)
{
    struct plant_facts facts = plant_facts(o->plant);
    return (struct outlet_facts){.o2_reference_permille = facts.o2_reference_permille,
                                 .area_mm2 = facts.area_mm2,
                                 .kind = facts.gas ? OUTLET_GAS : OUTLET_WATER,
                                 .analyser_cycle_s = facts.cycle_s};
}

struct table *forgery_hours(struct arena *a, const struct outlet *o, const struct plant_series *hours)
{
    struct table *t = NEW(a, struct table);
    struct table_build b = {.a = a, .o = o};
    add_columns(&b, t, hours);
    t->outlet = S("outlet");
    t->facts = facts_of(o);
    add_marks(&b, t);
    add_limits(&b, t);
    return t;
}

struct table *forgery_table(struct arena *a, const struct outlet *o, const struct forger *r, const struct forgery *f)
{
    struct table *t = NEW(a, struct table), *finer = NEW(a, struct table), *daily = NEW(a, struct table);
    struct table_build b = {.a = a, .o = o};
    add_columns(&b, finer, f ? r->minutes : o->minutes);
    add_columns(&b, daily, f ? r->days : o->days);
    add_columns(&b, t, f ? r->hours : o->hours);
    t->outlet = finer->outlet = daily->outlet = S("outlet");
    t->facts = facts_of(o);
    add_marks(&b, t);
    add_limits(&b, t);
    add_versions(&b, t, f ? r : NULL, f);
    finer->facts = daily->facts = t->facts;
    finer->marks = daily->marks = t->marks;
    finer->marks_n = daily->marks_n = t->marks_n;
    finer->limits = daily->limits = t->limits;
    finer->limits_n = daily->limits_n = t->limits_n;
    t->finer = finer;
    t->daily = daily;
    return t;
}
