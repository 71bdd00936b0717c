/*
 * What happens to a plant in a year: stops, trips, visits, broken instruments, lost networks, rain. A year's list
 * follows from seed and year alone, and nothing of it crosses New Year, so any minute can be asked for without having
 * lived through those before.
 */
#include "monitor/plant/plant_private.h"

#include <stdlib.h>
#include <string.h>

/* First day of the lunar year, month * 100 + day, 2015 to 2035. */
static const int16_t spring_festival[] = {219, 208, 128, 216, 205, 125, 212, 201, 122, 210, 129,
                                          217, 206, 126, 213, 203, 123, 211, 131, 219, 208};
enum { SPRING_FIRST = 2015, SPRING_N = sizeof spring_festival / sizeof *spring_festival, HOUR = 60 };
enum stream {
    STREAM_STOP = 101,
    STREAM_TRIP,
    STREAM_VISIT,
    STREAM_FAULT,
    STREAM_BROKEN,
    STREAM_OUTAGE,
    STREAM_LOST,
    STREAM_RAIN
};

int history_year_of(int64_t minute)
{
    int64_t d = minute / DAY_MINUTES - (minute % DAY_MINUTES < 0);
    return civil_of_day((day)d).year;
}

static int64_t new_year(int year)
{
    return (int64_t)day_from_civil(year, 1, 1) * DAY_MINUTES;
}

static double between(struct plant_random *r, double least, double most)
{
    return least + (most - least) * plant_random_unit(r);
}

static void add(struct history *h, struct episode e)
{
    int64_t first = new_year(h->year) + 2 * DAY_MINUTES, last = new_year(h->year + 1) - 2 * DAY_MINUTES;
    if (h->n < EPISODES && e.from - e.shut >= first && e.to + e.start <= last)
        h->e[h->n++] = e;
}

static bool clear(const struct history *h, int64_t from, int64_t to)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->e[i].kind <= EPISODE_TRIP && from < h->e[i].to + h->e[i].start + DAY_MINUTES &&
            to > h->e[i].from - h->e[i].shut - DAY_MINUTES)
            return false;
    return true;
}

struct stop_habit {
    int stops;
    double long_days[2], short_days[2], shut_hours[2], start_hours[2];
    int trips;
    double trip_hours[2];
};
/* Start-ups of a grate furnace take 40 min to 4 h; furnaces stop for days, works never, batch plants for the festival.
 */
static const struct stop_habit stop_habits[PLANT_KINDS] = {
    [PLANT_COAL_BOILER] = {4, {12, 26}, {1, 5}, {1.5, 4}, {4, 9}, 1, {0.7, 3}},
    [PLANT_INCINERATOR] = {3, {8, 14}, {2, 4}, {0.5, 4}, {0.7, 4}, 4, {0.5, 3.5}},
    [PLANT_CEMENT_KILN] = {5, {25, 40}, {2, 8}, {1, 3}, {6, 14}, 3, {0.5, 4}},
    [PLANT_INDUSTRIAL_WATER] = {2, {4, 9}, {1, 3}, {0, 0.1}, {0, 0.1}, 0, {0, 0}},
};

static void stops(const struct plant *p, struct history *h)
{
    const struct stop_habit *s = &stop_habits[p->kind];
    struct plant_random r = plant_random_of(p->seed + STREAM_STOP, (uint64_t)h->year);
    int spring = h->year - SPRING_FIRST;
    if (p->habits & HABIT_SPRING_STOP && spring >= 0 && spring < SPRING_N) {
        int64_t d = day_from_civil(h->year, spring_festival[spring] / 100, spring_festival[spring] % 100);
        add(h, (struct episode){.kind = EPISODE_STOP,
                                .from = (d - 3) * DAY_MINUTES + 17 * HOUR,
                                .to = (d + 8 + (int)between(&r, 0, 8)) * DAY_MINUTES + 8 * HOUR,
                                .shut = (int32_t)(60 * s->shut_hours[1]),
                                .start = (int32_t)(60 * s->start_hours[1])});
    }
    int overhaul = s->stops ? (int)(plant_random_next(&r) % (uint64_t)s->stops) : 0;
    for (int i = 0; i < s->stops; i++) {
        const double *days = i == overhaul ? s->long_days : s->short_days;
        double piece = 365.0 / s->stops;
        int64_t from = new_year(h->year) + (int64_t)(DAY_MINUTES * piece * (i + between(&r, 0.05, 0.75)));
        struct episode e = {.kind = EPISODE_STOP,
                            .from = from,
                            .to = from + (int64_t)(DAY_MINUTES * between(&r, days[0], days[1])),
                            .shut = (int32_t)(60 * between(&r, s->shut_hours[0], s->shut_hours[1])),
                            .start = (int32_t)(60 * between(&r, s->start_hours[0], s->start_hours[1]))};
        if (clear(h, e.from - e.shut, e.to + e.start))
            add(h, e);
    }
    for (int i = 0; i < s->trips; i++) {
        int64_t from = new_year(h->year) + (int64_t)(DAY_MINUTES * between(&r, 5, 355));
        struct episode e = {.kind = EPISODE_TRIP,
                            .from = from,
                            .shut = 8,
                            .start = (int32_t)between(&r, 50, 120),
                            .to = from + (int64_t)(60 * between(&r, s->trip_hours[0], s->trip_hours[1]))};
        if (clear(h, e.from, e.to + e.start))
            add(h, e);
    }
}

/* Once a week on a working day, every fourth time longer. */
static void visits(const struct plant *p, struct history *h)
{
    struct plant_random r = plant_random_of(p->seed + STREAM_VISIT, (uint64_t)h->year);
    int64_t monday = new_year(h->year);
    monday -= (int64_t)DAY_MINUTES * (civil_of_day((day)(monday / DAY_MINUTES)).weekday - 1);
    for (int week = 0; week < 52; week++) {
        int64_t from = monday + (week * 7 + (int)between(&r, 0, 5)) * (int64_t)DAY_MINUTES +
                       (int64_t)between(&r, 9 * HOUR, 15.5 * HOUR);
        int64_t length = (int64_t)(week % 4 == 3 ? between(&r, 80, 170) : between(&r, 20, 70));
        add(h, (struct episode){.kind = EPISODE_VISIT, .from = from, .to = from + length});
    }
}

static void some(const struct plant *p, struct history *h, enum episode_kind kind, uint64_t stream, double most,
                 double least_m, double most_m)
{
    struct plant_random r = plant_random_of(p->seed + stream, (uint64_t)h->year);
    int n = (int)between(&r, 0, most + 0.999);
    for (int i = 0; i < n; i++) {
        int64_t from = new_year(h->year) + (int64_t)(DAY_MINUTES * between(&r, 3, 360));
        double length = least_m * plant_exp(plant_random_unit(&r) * 2.302585 * (most_m > 10 * least_m ? 1 : 0.5));
        length = length > most_m ? most_m : length;
        add(h, (struct episode){.kind = (uint8_t)kind,
                                .from = from,
                                .to = from + (int64_t)length,
                                .channel = (uint8_t)(plant_random_next(&r) % p->n)});
    }
}

/* Mostly in the plum rains and the summer. */
static void rain(const struct plant *p, struct history *h)
{
    struct plant_random r = plant_random_of(p->seed + STREAM_RAIN, (uint64_t)h->year);
    for (int d = 3; d < 358; d++) {
        double chance = 0.12 + 0.12 * plant_wave((d - 75) / 365.0);
        double size = plant_random_unit(&r), at = plant_random_unit(&r), length = plant_random_unit(&r);
        if (plant_random_unit(&r) >= chance || h->n >= EPISODES)
            continue;
        int64_t from = new_year(h->year) + d * (int64_t)DAY_MINUTES + (int64_t)(at * DAY_MINUTES);
        add(h, (struct episode){.kind = EPISODE_RAIN,
                                .from = from,
                                .to = from + 60 + (int64_t)(length * 900),
                                .size = 0.15 + 0.85 * size * size});
    }
}

void history_year(const struct plant *p, int year, struct history *ret)
{
    ret->year = year;
    ret->n = 0;
    stops(p, ret);
    visits(p, ret);
    some(p, ret, EPISODE_FAULT, STREAM_FAULT, 2, 120, 1200);
    some(p, ret, EPISODE_BROKEN, STREAM_BROKEN, 3, 10, 120);
    some(p, ret, EPISODE_OUTAGE, STREAM_OUTAGE, 4, 60, 720);
    some(p, ret, EPISODE_LOST, STREAM_LOST, 3, 10, 180);
    if (!plant_gas(p))
        rain(p, ret);
}

/* ---- of a block ---- */

static void stop_minute(struct run *r, const struct episode *e, int64_t m, size_t i)
{
    if (m < e->from - e->shut || m >= e->to + e->start)
        return;
    bool trip = e->kind == EPISODE_TRIP;
    if (m < e->from) {
        r->state[i] = trip ? PLANT_FAULT : PLANT_SHUT;
        r->envelope[i] = (double)(e->from - m) / (e->shut + 1);
    } else if (m < e->to) {
        r->state[i] = trip ? PLANT_FAULT : PLANT_STOPPED;
        r->envelope[i] = 0;
        r->stopped[i] = (double)(m - e->from);
        r->to_start[i] = (double)(e->to - m);
    } else {
        r->state[i] = PLANT_START;
        r->envelope[i] = (double)(m - e->to + 1) / (e->start + 1);
    }
}

/* Infiltration rises with the rain and drains off over hours. */
static double rain_minute(const struct episode *e, int64_t m)
{
    if (m < e->from || m >= e->to + 2 * DAY_MINUTES)
        return 0;
    double wet = (double)((m < e->to ? m : e->to) - e->from), dry = m < e->to ? 0 : (double)(m - e->to);
    return e->size * (1 - plant_exp(-wet / 180)) * plant_exp(-dry / 300);
}

void run_state(struct run *r)
{
    int year = history_year_of(r->minute);
    if (r->history.year != year)
        history_year(r->p, year, &r->history);
    memset(r->state, PLANT_RUN, sizeof r->state);
    memset(r->lost, 0, sizeof r->lost);
    memset(r->late, 0, sizeof r->late);
    for (size_t i = 0; i < BLOCK; i++) {
        r->envelope[i] = 1;
        r->stopped[i] = r->to_start[i] = -1;
        r->rain[i] = 0;
    }
    for (size_t k = 0; k < r->history.n; k++) {
        const struct episode *e = &r->history.e[k];
        int64_t after = e->kind == EPISODE_RAIN ? 2 * DAY_MINUTES : e->start;
        if (e->from - e->shut >= r->minute + BLOCK || e->to + after <= r->minute)
            continue;
        for (size_t i = 0; i < BLOCK; i++) {
            int64_t m = r->minute + (int64_t)i;
            if (e->kind <= EPISODE_TRIP)
                stop_minute(r, e, m, i);
            else if (e->kind == EPISODE_RAIN)
                r->rain[i] += rain_minute(e, m);
            else if (m >= e->from && m < e->to && e->kind == EPISODE_LOST)
                r->lost[i] = true;
            else if (m >= e->from && m < e->to && e->kind == EPISODE_OUTAGE)
                r->late[i] = true;
        }
    }
}
