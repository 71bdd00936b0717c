/*
 * A sweep over the instants at which anything changes: between two of them all counts are constant. A visit has a few
 * dozen events, so the sweep asks every interval at every step and stays plain.
 */
#include "acts/presence.h"
#include <stdlib.h>

static int by_person_time(const void *l, const void *r)
{
    const struct presence_event *a = l, *b = r;
    int c = str_cmp(a->person, b->person);
    if (c)
        return c;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return (int)a->leave - (int)b->leave; /* entering first: a leave of the same instant closes it */
}

static void close_interval(struct presence_interval *i, usec to, usec error, bool open)
{
    i->to = to > i->from ? to : i->from;
    i->to_error = error;
    i->open = open;
}

static void make_intervals(struct arena *a, struct presence *p, struct presence_event *e, size_t n, usec until)
{
    bool inside = false;
    p->intervals = NEW_ARRAY(a, n + 1, struct presence_interval);
    for (size_t i = 0; i < n; i++) {
        bool first = i == 0 || !str_eq(e[i].person, e[i - 1].person);
        if (first && inside)
            close_interval(&p->intervals[p->intervals_n - 1], until, 0, true);
        if (first)
            inside = false;
        if (!e[i].leave && !inside) {
            p->intervals[p->intervals_n++] = (struct presence_interval){
                .person = e[i].person, .helper = e[i].helper, .from = e[i].time, .from_error = e[i].error};
            inside = true;
        } else if (e[i].leave && inside) {
            close_interval(&p->intervals[p->intervals_n - 1], e[i].time, e[i].error, false);
            inside = false;
        }
    }
    if (inside)
        close_interval(&p->intervals[p->intervals_n - 1], until, 0, true);
}

static bool covers(const struct presence_interval *i, usec from, usec to, bool certainly)
{
    usec low = certainly ? i->from + i->from_error : i->from - i->from_error;
    usec high = certainly ? i->to - i->to_error : i->to + i->to_error;
    return low <= from && to <= high && low < high;
}

static int officers(const struct presence *p, usec from, usec to, bool certainly)
{
    int n = 0;
    for (size_t i = 0; i < p->intervals_n; i++) {
        const struct presence_interval *o = &p->intervals[i];
        bool counted = false; /* one person with two touching intervals counts once */
        for (size_t k = 0; k < i && !counted; k++)
            counted = str_eq(p->intervals[k].person, o->person) && covers(&p->intervals[k], from, to, certainly);
        n += !o->helper && !counted && covers(o, from, to, certainly);
    }
    return n;
}

static int by_time(const void *l, const void *r)
{
    usec a = *(const usec *)l, b = *(const usec *)r;
    return a < b ? -1 : a > b;
}

static usec *instants(struct arena *a, const struct presence *p, size_t *ret_n)
{
    usec *t = NEW_ARRAY(a, 4 * p->intervals_n + 1, usec);
    size_t n = 0;
    for (size_t i = 0; i < p->intervals_n; i++) {
        const struct presence_interval *x = &p->intervals[i];
        t[n++] = x->from - x->from_error;
        t[n++] = x->from + x->from_error;
        t[n++] = x->to - x->to_error;
        t[n++] = x->to + x->to_error;
    }
    qsort(t, n, sizeof *t, by_time);
    *ret_n = n;
    return t;
}

static void add_piece(struct presence *p, str member, usec from, usec to, bool certain)
{
    struct presence_stretch *last = p->stretches_n ? &p->stretches[p->stretches_n - 1] : NULL;
    if (last && last->certain == certain && last->to == from && str_eq(last->member, member))
        last->to = to;
    else
        p->stretches[p->stretches_n++] = (struct presence_stretch){member, from, to, certain};
}

struct presence presence_compute(struct arena *a, const struct presence_event *events, size_t n, usec until,
                                 int required, usec tolerance)
{
    struct presence p = {0};
    struct presence_event *e = arena_copy(a, events, n * sizeof *e);
    size_t instants_n;
    CHECK(n <= LIMIT_PRESENCE_EVENTS);
    if (n)
        qsort(e, n, sizeof *e, by_person_time);
    make_intervals(a, &p, e, n, until);
    usec *t = instants(a, &p, &instants_n);
    p.stretches = NEW_ARRAY(a, p.intervals_n * (instants_n + 1) + 1, struct presence_stretch);
    for (size_t i = 0; i < p.intervals_n; i++) {
        const struct presence_interval *h = &p.intervals[i];
        for (size_t k = 0; h->helper && k + 1 < instants_n; k++) {
            usec from = t[k], to = t[k + 1];
            if (from == to || !covers(h, from, to, false))
                continue;
            if (covers(h, from, to, true) && officers(&p, from, to, false) < required)
                add_piece(&p, h->person, from, to, true);
            else if (officers(&p, from, to, true) < required)
                add_piece(&p, h->person, from, to, false);
        }
    }
    for (size_t i = 0; i < p.stretches_n; i++)
        if (p.stretches[i].to - p.stretches[i].from <= tolerance)
            p.stretches[i].certain = false;
    return p;
}

enum presence_at presence_at(const struct presence *p, str member, usec t)
{
    bool possible = false, certain = false;
    for (size_t i = 0; i < p->intervals_n; i++) {
        const struct presence_interval *h = &p->intervals[i];
        if (!str_eq(h->person, member))
            continue;
        possible = possible || (t >= h->from - h->from_error && t <= h->to + h->to_error);
        certain = certain || (t >= h->from + h->from_error && t <= h->to - h->to_error);
    }
    enum presence_at at = !possible ? PRESENCE_OUTSIDE : certain ? PRESENCE_ACCOMPANIED : PRESENCE_DOUBTFUL;
    for (size_t i = 0; i < p->stretches_n; i++) {
        const struct presence_stretch *s = &p->stretches[i];
        if (!str_eq(s->member, member) || t < s->from || t > s->to)
            continue;
        if (s->certain)
            return PRESENCE_OUTSIDE;
        if (at == PRESENCE_ACCOMPANIED)
            at = PRESENCE_DOUBTFUL;
    }
    return at;
}
