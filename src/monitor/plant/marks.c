/* What an honest operator enters and what logs hold: from the same year lists the values come from. */
#include "monitor/plant/plant_private.h"

#include <stdlib.h>

const char *plant_mark_label(enum plant_mark_kind k)
{
    static const char *const labels[PLANT_MARKS] = {
        [PLANT_MARK_STOPPED] = "停运",         [PLANT_MARK_START] = "启炉",      [PLANT_MARK_SHUT] = "停炉",
        [PLANT_MARK_FAULT] = "故障",           [PLANT_MARK_BAKE] = "烘炉",       [PLANT_MARK_COOLING] = "停炉降温",
        [PLANT_MARK_MAINTENANCE] = "CEMS维护", [PLANT_MARK_NETWORK] = "通讯中断"};
    CHECK(k < PLANT_MARKS);
    return labels[k];
}

static usec time_of(int64_t minute)
{
    return minute * USEC_MINUTE - 8 * USEC_HOUR;
}

typedef VEC(struct plant_mark) marks;
typedef VEC(struct plant_event) events;

/* Confirmed the next morning, at nine. */
static void mark(struct arena *a, marks *v, int64_t from, int64_t to, enum plant_mark_kind kind)
{
    if (to > from)
        vec_push(a, v,
                 ((struct plant_mark){time_of(from), time_of(to), time_of((to / DAY_MINUTES + 1) * DAY_MINUTES + 540),
                                      kind}));
}

static void mark_stop(struct arena *a, marks *v, const struct plant *p, const struct episode *e)
{
    if (e->kind == EPISODE_TRIP) {
        mark(a, v, e->from - e->shut, e->to, PLANT_MARK_FAULT);
        mark(a, v, e->to, e->to + e->start, PLANT_MARK_START);
        return;
    }
    bool bakes = p->kind == PLANT_INCINERATOR, baked = bakes && e->to - e->from > 4 * DAY_MINUTES;
    int64_t cold = bakes ? e->from + (e->to - e->from < DAY_MINUTES ? e->to - e->from : DAY_MINUTES) : e->from;
    int64_t bake = baked ? e->to - DAY_MINUTES : e->to;
    mark(a, v, e->from - e->shut, e->from, PLANT_MARK_SHUT);
    mark(a, v, e->from, cold, PLANT_MARK_COOLING);
    mark(a, v, cold, bake, PLANT_MARK_STOPPED);
    mark(a, v, bake, e->to, PLANT_MARK_BAKE);
    mark(a, v, e->to, e->to + e->start, PLANT_MARK_START);
}

static int by_from(const void *x, const void *y)
{
    const struct plant_mark *a = x, *b = y;
    return a->from != b->from ? (a->from > b->from) - (a->from < b->from) : (int)a->kind - (int)b->kind;
}

static int by_at(const void *x, const void *y)
{
    const struct plant_event *a = x, *b = y;
    return a->at != b->at ? (a->at > b->at) - (a->at < b->at) : (int)a->kind - (int)b->kind;
}

size_t plant_marks(struct arena *a, const struct plant *p, usec from, usec to, const struct plant_mark **ret)
{
    marks all = {0};
    struct history *h = NEW(a, struct history);
    for (int year = civil_of(from).year; year <= civil_of(to).year; year++) {
        history_year(p, year, h);
        for (size_t i = 0; i < h->n; i++) {
            const struct episode *e = &h->e[i];
            if (e->kind <= EPISODE_TRIP)
                mark_stop(a, &all, p, e);
            else if (e->kind == EPISODE_VISIT || e->kind == EPISODE_FAULT)
                mark(a, &all, e->from, e->to, PLANT_MARK_MAINTENANCE);
            else if (e->kind == EPISODE_LOST || e->kind == EPISODE_BROKEN)
                mark(a, &all, e->from, e->to, PLANT_MARK_NETWORK);
        }
    }
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i].from < to && all.p[i].to > from)
            all.p[n++] = all.p[i];
    if (n)
        qsort(all.p, n, sizeof *all.p, by_from);
    *ret = all.p;
    return n;
}

size_t plant_events(struct arena *a, const struct plant *p, usec from, usec to, const struct plant_event **ret)
{
    events all = {0};
    struct history *h = NEW(a, struct history);
    for (int year = civil_of(from).year; year <= civil_of(to).year; year++) {
        history_year(p, year, h);
        for (size_t i = 0; i < h->n; i++)
            if (h->e[i].kind == EPISODE_VISIT)
                vec_push(a, &all, ((struct plant_event){time_of(h->e[i].from), PLANT_EVENT_VISIT}));
            else if (h->e[i].kind == EPISODE_LOST) /* it was the logger's power */
                vec_push(a, &all, ((struct plant_event){time_of(h->e[i].to), PLANT_EVENT_BOOT}));
    }
    for (day d = day_of(from); d <= day_of(to); d++)
        vec_push(a, &all,
                 ((struct plant_event){time_of((int64_t)d * DAY_MINUTES + p->calibrate_at), PLANT_EVENT_CALIBRATION}));
    vec_push(a, &all, ((struct plant_event){time_of(p->logger_changed), PLANT_EVENT_LOGGER}));
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i].at >= from && all.p[i].at < to)
            all.p[n++] = all.p[i];
    if (n)
        qsort(all.p, n, sizeof *all.p, by_at);
    *ret = all.p;
    return n;
}
