/*
 * Honest records: instruments that drift and are checked, laboratories that err, officers who come, platforms that ask, lines that
 * fail. Every list has the oddities that would make a careless detector accuse somebody: loggers without milliseconds, addresses
 * that change each day, parameters nobody wrote down, refusals while an analyser calibrates.
 */
#include "more.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STREAM_TRADE = 11, STREAM_MORE, STREAM_RECORDS };

static double within(struct plant_random *r, double least, double most)
{
    return least + (most - least) * plant_random_unit(r);
}

/* ---- the trade ---- */
static size_t figures_of(struct arena *a, const struct plant *p, const struct plant_series *s, struct table_figure *to, size_t room)
{
    const struct plant_channel *channel;
    size_t channels = plant_channels(p, &channel), n = 0;
    (void)a;
    for (size_t c = 0; c < channels; c++)
        for (int g = 0; g < 2 && channel[c].limit > 0; g++) {
            const int64_t *value = g ? s->converted[c] : s->average[c];
            double mean[FORGERY_DAYS], ten = pow(10, -channel[c].decimals);
            size_t days = 0;
            for (size_t d = 0; value && d < s->n / 24; d++) {
                double sum = 0;
                size_t used = 0;
                for (size_t i = d * 24; i < (d + 1) * 24; i++)
                    if (value[i] != PLANT_NONE && s->flag[c][i] == 'N')
                        sum += (double)value[i] * ten, used++;
                if (used * 2 >= 24)
                    mean[days++] = sum / (double)used;
            }
            if (days < 20 || n >= room)
                continue;
            to[n] = (struct table_figure){.factor = str_of(channel[c].factor), .group = g ? COLUMN_CONVERTED : COLUMN_VALUE};
            table_figure_of(mean, days, &to[n].median, &to[n].spread);
            n++;
        }
    return n;
}

struct more_trade *more_trade_make(struct arena *a, uint64_t seed)
{
    struct more_trade *ret = NEW(a, struct more_trade);
    usec from = day_start(day_from_civil(2023, 4, 1));
    for (int kind = 0; kind < PLANT_KINDS; kind++) {
        ret->figures[kind] = NEW_ARRAY(a, MORE_FIGURES * PLANT_CHANNELS, struct table_figure);
        for (int i = 0; i < MORE_FIGURES; i++) {
            AUTO_ARENA(b);
            struct plant_random r = plant_random_of(seed, STREAM_TRADE * UINT64_C(1000003) + (uint64_t)(kind * MORE_FIGURES + i));
            struct plant *p = plant_new(b, (enum plant_kind)kind, plant_random_next(&r) >> 16);
            ret->n[kind] += figures_of(b, p, plant_report(b, p, from, 3600, 40 * 24), ret->figures[kind] + ret->n[kind], PLANT_CHANNELS * 2);
        }
    }
    return ret;
}

struct more_outlet *more_outlet_make(struct arena *a, const struct outlet *o, const struct more_trade *trade, uint64_t seed)
{
    struct more_outlet *m = NEW(a, struct more_outlet);
    struct plant_random r = plant_random_of(o->seed, STREAM_MORE);
    *m = (struct more_outlet){.o = o, .seed = seed, .beside = plant_beside(a, o->plant, o->from, FORGERY_HOURS)};
    m->neighbour_plant = plant_new(a, o->kind, plant_random_next(&r) >> 16);
    m->shared = plant_random_unit(&r) < 0.08;
    m->neighbour = m->shared ? plant_series_copy(a, o->hours) : plant_report(a, m->neighbour_plant, o->from, 3600, FORGERY_HOURS);
    m->figures = trade->figures[o->kind];
    m->figures_n = trade->n[o->kind];
    return m;
}

/* ---- checks ---- */
static void check(struct more_scene *s, struct table_check k)
{
    CHECK(s->t->checks_n < MORE_CHECKS);
    s->checks[s->t->checks_n++] = k;
}

static int64_t rounded(double x)
{
    return (int64_t)floor(x + 0.5);
}

/* Zero and span each day for gas, a standard each day for water, before anything is adjusted: a day's drift and the repeatability. One
 * outlet in ten records what it reads after the adjustment. */
static void daily_checks(struct more_scene *s, const struct plant_channel *c, usec at)
{
    struct plant_random *r = &s->random;
    bool water = !plant_facts(s->m->o->plant).gas, adjusted = plant_random_unit(r) < 0.1;
    double span = water ? (double)c->limit * within(r, 0.5, 1) : 0.8 * (double)c->span;
    double sigma = span * (adjusted ? within(r, 0.0015, 0.003) : water ? within(r, 0.012, 0.03) : within(r, 0.003, 0.009)), bias = 0;
    for (int d = 0; d < FORGERY_DAYS; d++) {
        usec when = s->t->from + d * USEC_DAY + at;
        bias = 0.8 * bias + 0.5 * sigma * plant_random_normal(r);
        if (plant_random_unit(r) < 0.03)
            continue;
        double off = bias + sigma * plant_random_normal(r);
        struct table_check k = {.at = when, .kind = water ? CHECK_STANDARD : CHECK_SPAN, .decimals = c->decimals, .factor = str_of(c->factor),
                                .measured = rounded(span + off), .nominal = rounded(span), .before = VALUE_NONE, .seconds = -1};
        check(s, k);
        if (water)
            continue;
        off = 0.4 * (bias + sigma * plant_random_normal(r));
        k.kind = CHECK_ZERO, k.nominal = 0, k.measured = rounded(off), k.at -= 10 * USEC_MINUTE;
        check(s, k);
    }
}

/* Three campaigns of three pairs: the laboratory errs by the campaign and by the sample, the instrument by its place in the duct. */
static void comparisons(struct more_scene *s, size_t c, const struct plant_channel *channel)
{
    struct plant_random *r = &s->random;
    const struct plant_series *h = s->m->o->hours;
    double own = 0.04 * plant_random_normal(r), floor_ = 2 * (double)channel->floor;
    for (int campaign = 0; campaign < 3; campaign++) {
        size_t at = (size_t)(campaign * 30 + 5 + (int)(20 * plant_random_unit(r))) * 24 + 10;
        double laboratory = 0.05 * plant_random_normal(r);
        for (size_t i = at; i < at + 3; i++) {
            double manual = (double)h->average[c][i] / (1 + own) * (1 + laboratory + 0.05 * plant_random_normal(r)) + 0.3 * floor_ * plant_random_normal(r);
            if (h->flag[c][i] != 'N' || h->average[c][i] == PLANT_NONE || manual <= 0)
                continue;
            check(s, (struct table_check){.at = table_at(s->t, i), .kind = CHECK_COMPARISON, .decimals = channel->decimals, .factor = str_of(channel->factor),
                                          .measured = h->average[c][i], .nominal = rounded(manual), .before = VALUE_NONE, .seconds = -1});
        }
    }
}

/* Gas through the whole line: it takes its time, and ends within some percent. */
static void remote_checks(struct more_scene *s, size_t c, const struct plant_channel *channel)
{
    struct plant_random *r = &s->random;
    const struct plant_series *h = s->m->o->hours;
    double line = within(r, 45, 170);
    for (int k = 0; k < 4; k++) {
        size_t i = (size_t)(k * 22 + 3 + (int)(15 * plant_random_unit(r))) * 24 + 9 + (size_t)(8 * plant_random_unit(r));
        double nominal = 0.6 * (double)channel->span, measured = nominal * (1 + 0.015 * plant_random_normal(r));
        if (h->average[c][i] == PLANT_NONE || h->flag[c][i] != 'N')
            continue;
        check(s, (struct table_check){.at = table_at(s->t, i), .kind = CHECK_REMOTE, .decimals = channel->decimals, .factor = str_of(channel->factor),
                                      .measured = rounded(measured), .nominal = rounded(nominal), .before = h->average[c][i],
                                      .seconds = (int64_t)(line * within(r, 0.8, 1.3))});
    }
}

/* Months as declared: lost hours are replaced by higher values than they had, figures are rounded; one outlet in ten calculates from what it used. */
static void declared(struct more_scene *s, size_t c, const struct plant_channel *channel)
{
    struct plant_random *r = &s->random;
    const struct plant_series *h = s->m->o->hours;
    bool calculated = plant_random_unit(r) < 0.1;
    for (size_t month = 0; month < 3; month++) {
        double sum = 0, used = 0, first = (double)month * 720;
        for (size_t i = (size_t)first; i < (size_t)first + 720; i++)
            if (h->total[c][i] != PLANT_NONE)
                sum += (double)h->total[c][i], used++;
        if (used < 650 || sum <= 0)
            continue;
        sum *= 1 + (720 - used) / 720 * within(r, 0.8, 1.5);
        sum *= 1 + (calculated ? 0.07 : 0.01) * plant_random_normal(r);
        check(s, (struct table_check){.at = table_at(s->t, month * 720), .kind = CHECK_TOTAL, .decimals = channel->total_decimals, .factor = str_of(channel->factor),
                                      .measured = VALUE_NONE, .nominal = rounded(sum), .before = VALUE_NONE, .seconds = 720 * 3600});
    }
}

static void checks(struct more_scene *s)
{
    const struct plant_channel *channel;
    size_t n = plant_channels(s->m->o->plant, &channel);
    usec at = 10 * USEC_HOUR;
    for (size_t i = 0; i < s->t->events_n; i++)
        if (s->t->events[i].kind == EVENT_CALIBRATION) {
            at = s->t->events[i].at - day_start(day_of(s->t->events[i].at)) + 12 * USEC_MINUTE;
            break;
        }
    for (size_t c = 0; c < n; c++) {
        if (channel[c].limit <= 0)
            continue;
        daily_checks(s, &channel[c], at);
        comparisons(s, c, &channel[c]);
        if (plant_facts(s->m->o->plant).gas)
            remote_checks(s, c, &channel[c]);
        if (s->m->o->hours->total[c])
            declared(s, c, &channel[c]);
    }
    qsort(s->checks, s->t->checks_n, sizeof *s->checks, table_check_order);
}

/* ---- events and commands ---- */
static int by_event(const void *x, const void *y)
{
    const struct table_event *a = x, *b = y;
    return a->at != b->at ? (a->at < b->at ? -1 : 1) : (a->kind > b->kind) - (a->kind < b->kind);
}

void more_event(struct more_scene *s, usec at, enum table_event_kind kind)
{
    CHECK(s->t->events_n < MORE_EVENTS);
    s->events[s->t->events_n++] = (struct table_event){.at = at, .kind = (uint8_t)kind};
    qsort(s->events, s->t->events_n, sizeof *s->events, by_event);
}

/* Officers by day, on working days. Parameters at visits; one in eight is written down nowhere, and moves nothing. A replaced logger has its papers. */
static void events(struct more_scene *s)
{
    struct plant_random *r = &s->random;
    int inspections = 4 + (int)(4 * plant_random_unit(r));
    size_t known = s->t->events_n;
    const struct table_event *logged = arena_copy(s->a, s->events, known * sizeof *logged);
    for (int i = 0; i < inspections; i++) {
        int d = i * FORGERY_DAYS / inspections + 2 + (int)(8 * plant_random_unit(r));
        while (civil_of(s->t->from + d * USEC_DAY).weekday > 5)
            d--;
        more_event(s, s->t->from + d * USEC_DAY + (9 + (int)(8 * plant_random_unit(r))) * USEC_HOUR, EVENT_INSPECTION);
    }
    for (size_t i = 0; i < known; i++) {
        if (logged[i].kind == EVENT_VISIT && plant_random_unit(r) < 0.3)
            more_event(s, logged[i].at + 15 * USEC_MINUTE, EVENT_PARAMETER);
        if (logged[i].kind == EVENT_SERIAL)
            more_event(s, logged[i].at - USEC_HOUR, EVENT_VISIT);
    }
    for (int i = 0; i < 2; i++)
        if (plant_random_unit(r) < 0.25)
            more_event(s, s->t->from + (usec)(plant_random_unit(r) * (FORGERY_DAYS - 4) * (double)USEC_DAY) + 2 * USEC_DAY, EVENT_PARAMETER);
}

static int by_command(const void *x, const void *y)
{
    const struct table_command *a = x, *b = y;
    return a->at != b->at ? (a->at < b->at ? -1 : 1) : (a->cn > b->cn) - (a->cn < b->cn);
}

/* Parameters are taken at one each night, clocks set by day, checks asked for now and then. Three in a hundred fail; an analyser that calibrates says no. */
static void commands(struct more_scene *s)
{
    struct plant_random *r = &s->random;
    static const int32_t numbers[] = {1013, 3011, 3012, 3020, 3020, 3019};
    bool busy = plant_random_unit(r) < 0.4;
    usec calibrates = USEC_NONE;
    for (size_t i = 0; i < s->t->events_n && calibrates == USEC_NONE; i++)
        if (s->events[i].kind == EVENT_CALIBRATION)
            calibrates = s->events[i].at - day_start(day_of(s->events[i].at));
    for (int d = 0; d < FORGERY_DAYS; d++)
        for (int k = 0; k < 4; k++) {
            double hour = k == 0 ? 1 : k < 3 ? within(r, 8, 18) : within(r, 0, 24);
            usec at = (usec)(hour * 3600) * USEC_SECOND + (usec)(60 * plant_random_unit(r)) * USEC_SECOND;
            if (k && plant_random_unit(r) < 0.35)
                continue;
            bool calibrating = busy && at > calibrates && at < calibrates + 30 * USEC_MINUTE;
            CHECK(s->t->commands_n < MORE_COMMANDS);
            s->commands[s->t->commands_n++] = (struct table_command){s->t->from + d * USEC_DAY + at, numbers[plant_random_next(r) % 6],
                                                                     calibrating || plant_random_unit(r) < 0.03};
        }
    qsort(s->commands, s->t->commands_n, sizeof *s->commands, by_command);
}

/* ---- frames: the last month's hours ---- */
static void frames(struct more_scene *s)
{
    struct plant_random *r = &s->random;
    const struct plant_series *h = s->m->o->hours;
    bool whole_seconds = plant_random_unit(r) < 0.25, moving = plant_random_unit(r) < 0.3, drifts = plant_random_unit(r) < 0.1, bad_line = plant_random_unit(r) < 0.06;
    usec skew = (usec)(20 * plant_random_normal(r) * (double)USEC_SECOND), sent_at = (usec)within(r, 1, 40) * USEC_SECOND;
    uint32_t peer = (uint32_t)plant_random_next(r);
    uint16_t shape = (uint16_t)plant_random_next(r);
    size_t first = FORGERY_HOURS - MORE_FRAME_DAYS * 24, firmware = plant_random_unit(r) < 0.08 ? first + 100 + plant_random_next(r) % 500 : SIZE_MAX;
    for (size_t i = first; i < FORGERY_HOURS; i++) {
        usec data = table_at(s->t, i), sent = data + USEC_HOUR + sent_at, late = h->late[i] ? (usec)(within(r, 3, 9) * (double)USEC_HOUR) : 0;
        if (moving && plant_random_unit(r) < 0.02)
            peer = (uint32_t)plant_random_next(r);
        if (i == firmware) {
            shape++;
            peer = moving ? peer + 1 : peer;
            more_event(s, sent, EVENT_BOOT);
        }
        sent += late + (usec)(plant_random_unit(r) * 2 * (double)USEC_SECOND);
        usec delay = (usec)((0.05 + 0.4 * plant_random_unit(r)) * (double)USEC_SECOND), qn = sent + skew + (drifts ? (usec)(i - first) % 240 * USEC_SECOND / 3 : 0);
        qn = whole_seconds ? qn / USEC_SECOND * USEC_SECOND : qn / 1000 * 1000;
        int times = plant_random_unit(r) < (bad_line ? 0.15 : 0.01) ? 2 + (plant_random_unit(r) < 0.2) : 1;
        for (int k = 0; k < times; k++) {
            CHECK(s->t->frames_n < MORE_FRAMES);
            s->frames[s->t->frames_n++] = (struct table_frame){.arrived = sent + delay + k * 10 * USEC_SECOND, .qn = qn, .data_time = data, .peer = peer, .shape = shape,
                                                               .resubmitted = h->late[i]};
        }
    }
}

/* ---- all of it as one table ---- */
static void add_extras(struct more_scene *s)
{
    struct table *t = s->t;
    s->columns = NEW_ARRAY(s->a, t->columns_n + PLANT_EXTRAS, struct column);
    memcpy(s->columns, t->columns, t->columns_n * sizeof *s->columns);
    for (size_t i = 0; i < s->m->beside->extras; i++) {
        const struct plant_extra *e = &s->m->beside->extra[i];
        s->columns[t->columns_n++] = (struct column){.factor = str_of(e->factor), .group = COLUMN_VALUE, .decimals = e->decimals, .q = 1,
                                                     .value = arena_copy(s->a, e->value, t->n * sizeof *e->value)};
    }
    t->columns = s->columns;
}

int64_t *more_values(struct more_scene *s, const char *factor, enum column_group g, int *ret_decimals)
{
    for (size_t k = 0; k < s->t->columns_n; k++) {
        struct column *c = &s->columns[k];
        if (c->group != g || !str_eq(c->factor, str_of(factor)) || !c->value)
            continue;
        int64_t *own = arena_copy(s->a, c->value, s->t->n * sizeof *own);
        c->value = own;
        if (ret_decimals)
            *ret_decimals = c->decimals;
        return own;
    }
    return NULL;
}

/* Live values are the instrument's: behind an attack on minutes they stay what they were. */
static void add_live(struct more_scene *s)
{
    const struct plant_channel *channel;
    const struct outlet *o = s->m->o;
    size_t channels = plant_channels(o->plant, &channel), first = (FORGERY_DAYS - MORE_LIVE_DAYS) * 1440, n = MORE_LIVE_DAYS * 1440;
    struct table *live = NEW(s->a, struct table), *minutes = arena_copy(s->a, s->t->finer, sizeof *s->t->finer);
    struct column *columns = NEW_ARRAY(s->a, channels, struct column);
    *live = (struct table){.outlet = s->t->outlet, .from = o->from + (usec)first * USEC_MINUTE, .step_s = 60 / MORE_LIVE_EACH, .n = n * MORE_LIVE_EACH, .columns = columns};
    for (size_t c = 0; c < channels; c++) {
        if (channel[c].limit <= 0 || channel[c].stepwise)
            continue;
        int64_t *value = NEW_ARRAY(s->a, live->n, int64_t);
        char *flag = NEW_ARRAY(s->a, live->n, char);
        plant_live(o->plant, o->minutes, c, first, n, MORE_LIVE_EACH, value);
        for (size_t i = 0; i < live->n; i++)
            flag[i] = o->minutes->flag[c][first + i / MORE_LIVE_EACH];
        columns[live->columns_n++] = (struct column){.factor = str_of(channel[c].factor), .group = COLUMN_VALUE, .decimals = channel[c].decimals,
                                                     .q = channel[c].resolution, .value = value, .flag = flag};
    }
    live->facts = s->t->facts;
    minutes->finer = live->columns_n ? live : NULL;
    s->t->finer = minutes;
}

static void add_neighbour(struct more_scene *s)
{
    const struct plant_channel *channel;
    const struct plant_series *h = s->m->neighbour;
    size_t channels = plant_channels(s->m->neighbour_plant, &channel);
    struct table *other = NEW(s->a, struct table);
    struct column *columns = NEW_ARRAY(s->a, channels, struct column);
    const struct table **list = NEW_ARRAY(s->a, 1, const struct table *);
    *other = (struct table){.outlet = S("同单位其他点位之1"), .from = h->from, .step_s = h->step_s, .n = h->n, .columns = columns, .columns_n = channels};
    for (size_t c = 0; c < channels; c++)
        columns[c] = (struct column){.factor = str_of(channel[c].factor), .group = COLUMN_VALUE, .decimals = channel[c].decimals, .q = channel[c].resolution,
                                     .value = h->average[c], .flag = h->flag[c]};
    list[0] = other;
    s->t->beside = list;
    s->t->beside_n = 1;
}

/* Some keepers have the harder outlets: their share of clues differs by a factor of one and a half. */
static void add_keeper(struct more_scene *s)
{
    struct plant_random *r = &s->random;
    double often = within(r, 0.04, 0.15), own = often * exp(0.35 * plant_random_normal(r));
    s->keeper = NEW(s->a, struct table_keeper);
    s->keeper->outlets = 4 + (int64_t)(50 * plant_random_unit(r) * plant_random_unit(r));
    s->keeper->others = 150 + (int64_t)(600 * plant_random_unit(r));
    for (int64_t i = 0; i < s->keeper->outlets; i++)
        s->keeper->suspect += plant_random_unit(r) < own;
    for (int64_t i = 0; i < s->keeper->others; i++)
        s->keeper->others_suspect += plant_random_unit(r) < often;
    s->t->keeper = s->keeper;
}

struct more_scene *more_scene_make(struct arena *a, const struct more_outlet *m, const struct forger *r, const struct forgery *f)
{
    struct more_scene *s = NEW(a, struct more_scene);
    *s = (struct more_scene){.a = a, .m = m, .t = forgery_table(a, m->o, r, f), .random = plant_random_of(m->o->seed, STREAM_RECORDS)};
    struct table *t = s->t;
    CHECK(t->events_n <= MORE_EVENTS && t->marks_n < MORE_MARKS);
    s->checks = NEW_ARRAY(a, MORE_CHECKS, struct table_check);
    s->events = NEW_ARRAY(a, MORE_EVENTS, struct table_event);
    s->marks = NEW_ARRAY(a, MORE_MARKS, struct table_mark);
    s->commands = NEW_ARRAY(a, MORE_COMMANDS, struct table_command);
    s->frames = NEW_ARRAY(a, MORE_FRAMES, struct table_frame);
    s->figures = arena_copy(a, m->figures, (m->figures_n + 1) * sizeof *m->figures);
    if (t->events_n)
        memcpy(s->events, t->events, t->events_n * sizeof *s->events);
    if (t->marks_n)
        memcpy(s->marks, t->marks, t->marks_n * sizeof *s->marks);
    t->checks = s->checks, t->events = s->events, t->marks = s->marks, t->commands = s->commands, t->frames = s->frames;
    t->figures = s->figures, t->figures_n = m->figures_n;
    add_extras(s);
    events(s);
    checks(s);
    commands(s);
    frames(s);
    add_live(s);
    add_neighbour(s);
    add_keeper(s);
    return s;
}
