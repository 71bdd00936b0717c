/*
 * What shows in a year and not in a quarter: levels around inspections (D5), weekdays against weekends (E3). A year of hours, which is what a
 * platform keeps and `monitor audit` is given; no minutes behind them. Each year is looked at by all rules; each forged one by the rule the attack
 * is meant for. Strengths as elsewhere; lengths of four to 34 weeks.
 */
#include "more.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS = 365, HOURS = DAYS * 24, INSPECTIONS = 24, THREADS = 2, RULES = 96, HABITS = 2, STREAM_YEAR = 31 };
static const int lengths[FORGERY_LENGTHS] = {672, 1344, 2880, 5760}; /* hours */
static const double less[6] = {1, 0.9, 0.8, 0.7, 0.6, 0.45};
static const char *const rule_of_habit[HABITS] = {"D5", "E3"}, *const habit_name[HABITS] = {"inspected-low", "workdays-low"};

struct year {
    struct outlet o;
    usec inspection[INSPECTIONS];
};
struct year_counts {
    int looked, hits, clues;
};
struct habit_counts {
    int tried, met, full, full_met;
};
struct years {
    const struct more_settings *s;
    pthread_mutex_t lock;
    int next, years, accused;
    struct year_counts rule[RULES];
    struct habit_counts habit[HABITS];
};

static struct year *year_make(struct arena *a, uint64_t seed, int i)
{
    struct year *y = NEW(a, struct year);
    struct plant_random r = plant_random_of(seed, STREAM_YEAR * UINT64_C(1000003) + (uint64_t)i);
    y->o.kind = (enum plant_kind)(i % PLANT_KINDS);
    y->o.seed = plant_random_next(&r) >> 16;
    y->o.from = day_start(day_from_civil(2023, 1 + (int)(plant_random_next(&r) % 12), 1));
    y->o.plant = plant_new(a, y->o.kind, y->o.seed);
    y->o.hours = plant_report(a, y->o.plant, y->o.from, 3600, HOURS);
    y->o.marks_n = plant_marks(a, y->o.plant, y->o.from, y->o.from + DAYS * USEC_DAY, &y->o.marks);
    y->o.events_n = plant_events(a, y->o.plant, y->o.from, y->o.from + DAYS * USEC_DAY, &y->o.events);
    for (int k = 0; k < INSPECTIONS; k++) { /* some working day of each fortnight */
        int d = k * DAYS / INSPECTIONS + 2 + (int)(10 * plant_random_unit(&r));
        while (civil_of(y->o.from + d * USEC_DAY).weekday > 5)
            d--;
        y->inspection[k] = y->o.from + d * USEC_DAY + (9 + (int)(8 * plant_random_unit(&r))) * USEC_HOUR;
    }
    return y;
}

static int by_time(const void *x, const void *y)
{
    const struct table_event *a = x, *b = y;
    return a->at != b->at ? (a->at < b->at ? -1 : 1) : a->kind - b->kind;
}

static struct table *year_table(struct arena *a, const struct year *y, const struct plant_series *hours)
{
    struct table *t = forgery_hours(a, &y->o, hours);
    struct table_event *e = NEW_ARRAY(a, t->events_n + INSPECTIONS, struct table_event);
    if (t->events_n)
        memcpy(e, t->events, t->events_n * sizeof *e);
    for (int k = 0; k < INSPECTIONS; k++)
        e[t->events_n++] = (struct table_event){.at = y->inspection[k], .kind = EVENT_INSPECTION, .text = S("检查")};
    qsort(e, t->events_n, sizeof *e, by_time);
    t->events = e;
    return t;
}

static bool around_inspection(const struct year *y, usec at)
{
    for (int k = 0; k < INSPECTIONS; k++)
        if (at >= y->inspection[k] - 3 * USEC_DAY && at < y->inspection[k] + 3 * USEC_DAY)
            return true;
    return false;
}

static void times(int64_t *x, double by, int64_t step)
{
    if (*x != PLANT_NONE)
        *x = (int64_t)floor((double)*x * by / (double)step + 0.5) * step;
}

/* In front of the logger: what follows from the value follows. */
static bool forge_year(const struct year *y, struct plant_series *s, int habit, int strength, size_t first, size_t n, uint64_t seed)
{
    const struct plant_channel *of;
    size_t channels = plant_channels(y->o.plant, &of), list[PLANT_CHANNELS], found = 0, running = 0, changed = 0;
    for (size_t c = 0; c < channels; c++)
        if (of[c].limit > 0)
            list[found++] = c;
    size_t c = list[seed % found];
    for (size_t i = first; i < first + n; i++) {
        usec at = s->from + (usec)i * USEC_HOUR;
        if (s->flag[c][i] != 'N' || s->average[c][i] == PLANT_NONE)
            continue;
        running += s->state[i] == PLANT_RUN;
        if (habit ? civil_of(at).weekday > 5 : !around_inspection(y, at))
            continue;
        changed++;
        times(&s->average[c][i], less[strength], of[c].resolution);
        times(&s->minimum[c][i], less[strength], of[c].resolution);
        times(&s->maximum[c][i], less[strength], of[c].resolution);
        if (s->converted[c])
            times(&s->converted[c][i], less[strength], of[c].resolution);
        if (s->total[c])
            times(&s->total[c][i], less[strength], 1);
    }
    return running * 10 >= n * 6 && changed > 0;
}

static int place_of(const struct detector *d)
{
    for (size_t i = 0; i < detector_count(); i++)
        if (detector_at(i) == d)
            return (int)i;
    return -1;
}

static void trace_hits(struct years *w, const char *what, int number, const struct hits *hits)
{
    if (!w->s->trace)
        return;
    flockfile(w->s->trace);
    fprintf(w->s->trace, "%s year %d\n", what, number);
    for (size_t i = 0; i < hits->n; i++)
        fprintf(w->s->trace, "    %s p=%.1e [%zu +%zu] %.*s\n", hits->p[i].detector->id, hits->p[i].p, hits->p[i].first, hits->p[i].n, STR_ARG(hits->p[i].sentence));
    funlockfile(w->s->trace);
}

static void honest_year(struct years *w, const struct year *y, int number)
{
    AUTO_ARENA(a);
    struct table *t = year_table(a, y, y->o.hours);
    struct hits hits;
    struct findings found;
    struct detect_run *runs = NEW_ARRAY(a, detector_count(), struct detect_run);
    struct fuse_options loud = FUSE_DEFAULTS;
    bool seen[RULES] = {0}, clue[RULES] = {0}, any = false;
    loud.background = true;
    detect_table(a, t, NULL, &hits, runs);
    fuse(a, t, &hits, &loud, &found);
    for (size_t i = 0; i < hits.n; i++)
        seen[place_of(hits.p[i].detector)] = true;
    for (size_t i = 0; i < found.n; i++)
        for (size_t k = 0; found.p[i].level == LEVEL_CLUE && k < found.p[i].hits_n; k++)
            clue[place_of(found.p[i].hits[k]->detector)] = any = true;
    trace_hits(w, "honest", number, &hits);
    pthread_mutex_lock(&w->lock);
    w->years++;
    w->accused += any;
    for (size_t i = 0; i < detector_count(); i++)
        w->rule[i].looked += runs[i].outcome != DETECT_LACKED, w->rule[i].hits += seen[i], w->rule[i].clues += clue[i];
    pthread_mutex_unlock(&w->lock);
}

static void forged_year(struct years *w, const struct year *y, int number, int habit, int strength, int length)
{
    AUTO_ARENA(a);
    uint64_t seed = w->s->seed * UINT64_C(1000003) + (uint64_t)(((number * HABITS + habit) * 6 + strength) * FORGERY_LENGTHS + length);
    struct plant_random r = plant_random_of(seed, 1);
    size_t n = (size_t)lengths[length], first = plant_random_next(&r) % (HOURS - n);
    struct plant_series *s = plant_series_copy(a, y->o.hours);
    struct detect_options only = {.only = detector_find(str_of(rule_of_habit[habit]))};
    struct hits hits;
    if (!forge_year(y, s, habit, strength, first, n, plant_random_next(&r)))
        return;
    detect_table(a, year_table(a, y, s), &only, &hits, NEW_ARRAY(a, detector_count(), struct detect_run));
    bool met = hits.n > 0, full = strength == 5 && length >= 2; /* both say what holds of the year */
    char what[64];
    snprintf(what, sizeof what, "%s %s s%d %zud", met ? "met" : "MISSED", habit_name[habit], strength, n / 24);
    trace_hits(w, what, number, &hits);
    pthread_mutex_lock(&w->lock);
    struct habit_counts *k = &w->habit[habit];
    k->tried++, k->met += met, k->full += full, k->full_met += full && met;
    pthread_mutex_unlock(&w->lock);
}

static void *work_years(void *context)
{
    struct years *w = context;
    for (;;) {
        AUTO_ARENA(a);
        pthread_mutex_lock(&w->lock);
        int number = w->next++;
        pthread_mutex_unlock(&w->lock);
        if (number >= w->s->outlets)
            return NULL;
        if (!(w->s->kinds >> number % PLANT_KINDS & 1))
            continue;
        const struct year *y = year_make(a, w->s->seed, number);
        struct plant_random die = plant_random_of(w->s->seed, 2000 + (uint64_t)number);
        double chance = (double)w->s->cases / ((double)w->s->outlets * HABITS * 5 * FORGERY_LENGTHS);
        honest_year(w, y, number);
        for (int i = 0; i < HABITS * 5 * FORGERY_LENGTHS; i++) {
            int habit = i / (5 * FORGERY_LENGTHS), strength = 1 + i / FORGERY_LENGTHS % 5, length = i % FORGERY_LENGTHS;
            if (plant_random_unit(&die) < chance && (!w->s->full || (strength == 5 && length >= 2)))
                forged_year(w, y, number, habit, strength, length);
        }
        fprintf(stderr, "year %d of %d\r", number + 1, w->s->outlets);
    }
}

void more_years(const struct more_settings *s)
{
    struct years w = {.s = s};
    pthread_t threads[THREADS];
    CHECK(detector_count() <= RULES);
    pthread_mutex_init(&w.lock, NULL);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, work_years, &w) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&w.lock);
    printf("honest: %d years of hours, %d with a clue if all rules spoke\n\n%-5s %-18s %6s | %6s %5s %5s\n", w.years, w.accused, "rule", "name", "speaks", "looked", "hits", "clues");
    for (size_t i = 0; i < detector_count(); i++)
        if (w.rule[i].looked)
            printf("%-5s %-18s %6s | %6d %5d %5d\n", detector_at(i)->id, detector_at(i)->name, detector_at(i)->background ? "no" : "yes", w.rule[i].looked, w.rule[i].hits,
                   w.rule[i].clues);
    for (int k = 0; k < HABITS; k++)
        printf("%s (%s): %d of %d met; full strength, 120 and 240 days: %d of %d\n", habit_name[k], rule_of_habit[k], w.habit[k].met, w.habit[k].tried, w.habit[k].full_met,
               w.habit[k].full);
}
