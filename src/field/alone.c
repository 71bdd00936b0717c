/*
 * Helpers without officers, by the rule of acts/presence.h and without an arena: a phone tells before it syncs what the
 * reconciliation will find. A test compares both over seeded visits.
 */
#include "field/field.h"

enum { LIMIT_INTERVALS = LIMIT_FIELD_EVENTS, LIMIT_INSTANTS = 4 * LIMIT_INTERVALS };

struct interval { int64_t person, helper, from, to, from_error, to_error; };
struct sweep {
    struct interval interval[LIMIT_INTERVALS];
    int64_t intervals_n, instant[LIMIT_INSTANTS], instants_n;
    int64_t from, to, certain, who; /* the stretch being grown */
    bool any;
};

/* The next event of a person after (time, kind, position), entering before leaving at one instant; NULL: none. */
static const struct field_event *next_of(const struct field_scene *s, int64_t person, const struct field_event *after)
{
    const struct field_event *best = 0;
    for (int64_t i = 0; i < s->events_n; i++) {
        const struct field_event *e = &s->events[i];
        if (e->person != person || (e->kind != FIELD_ENTER && e->kind != FIELD_LEAVE))
            continue;
        bool later = !after || e->time > after->time || (e->time == after->time && (e->kind > after->kind || (e->kind == after->kind && e > after)));
        if (later && (!best || e->time < best->time || (e->time == best->time && e->kind < best->kind)))
            best = e;
    }
    return best;
}

static void close_last(struct sweep *w, int64_t to, int64_t error)
{
    struct interval *i = &w->interval[w->intervals_n - 1];
    i->to = to > i->from ? to : i->from;
    i->to_error = error;
}

static void make_intervals(struct sweep *w, const struct field_scene *s, int64_t until)
{
    for (int64_t p = 0; p < s->people_n; p++) {
        bool inside = false;
        for (const struct field_event *e = next_of(s, p, 0); e; e = next_of(s, p, e)) {
            if (e->kind == FIELD_ENTER && !inside)
                w->interval[w->intervals_n++] =
                    (struct interval){p, s->people[p].helper, e->time, e->time, e->error, 0};
            else if (e->kind == FIELD_LEAVE && inside)
                close_last(w, e->time, e->error);
            inside = e->kind == FIELD_ENTER;
        }
        if (inside)
            close_last(w, until, 0);
    }
}

static void add_instant(struct sweep *w, int64_t t)
{
    int64_t i = w->instants_n++;
    for (; i > 0 && w->instant[i - 1] > t; i--)
        w->instant[i] = w->instant[i - 1];
    w->instant[i] = t;
}

static bool covers(const struct interval *i, int64_t from, int64_t to, bool certainly)
{
    int64_t low = certainly ? i->from + i->from_error : i->from - i->from_error;
    int64_t high = certainly ? i->to - i->to_error : i->to + i->to_error;
    return low <= from && to <= high && low < high;
}

static int64_t officers(const struct sweep *w, int64_t from, int64_t to, bool certainly)
{
    int64_t n = 0, last = -1; /* intervals of one person stand together */
    for (int64_t i = 0; i < w->intervals_n; i++) {
        const struct interval *o = &w->interval[i];
        if (o->helper || o->person == last || !covers(o, from, to, certainly))
            continue;
        last = o->person;
        n++;
    }
    return n;
}

static void flush(struct sweep *w, int64_t tolerance, struct field_alone *sum)
{
    bool certain = w->certain && w->to - w->from > tolerance;
    if (w->any)
        *(certain ? &sum->certain : &sum->doubtful) += w->to - w->from;
    if (w->any && certain)
        sum->who = w->who;
    w->any = false;
}

static void add_piece(struct sweep *w, int64_t who, int64_t from, int64_t to, bool certain, int64_t tolerance, struct field_alone *sum)
{
    if (w->any && w->certain == certain && w->to == from) {
        w->to = to;
        return;
    }
    flush(w, tolerance, sum);
    w->from = from;
    w->to = to;
    w->certain = certain;
    w->who = who;
    w->any = true;
}

static void sweep_helper(struct sweep *w, const struct interval *h, int64_t required, int64_t tolerance, struct field_alone *sum)
{
    for (int64_t k = 0; k + 1 < w->instants_n; k++) {
        int64_t from = w->instant[k], to = w->instant[k + 1];
        if (from == to || !covers(h, from, to, false))
            continue;
        if (covers(h, from, to, true) && officers(w, from, to, false) < required)
            add_piece(w, h->person, from, to, true, tolerance, sum);
        else if (officers(w, from, to, true) < required)
            add_piece(w, h->person, from, to, false, tolerance, sum);
    }
}

struct field_alone field_alone(const struct field_scene *s, int64_t until)
{
    struct sweep w;
    struct field_alone sum = {0, 0, -1};
    w.intervals_n = w.instants_n = 0;
    w.any = false;
    make_intervals(&w, s, until);
    for (int64_t i = 0; i < w.intervals_n; i++) {
        const struct interval *x = &w.interval[i];
        add_instant(&w, x->from - x->from_error);
        add_instant(&w, x->from + x->from_error);
        add_instant(&w, x->to - x->to_error);
        add_instant(&w, x->to + x->to_error);
    }
    for (int64_t i = 0; i < w.intervals_n; i++) {
        const struct interval *h = &w.interval[i];
        if (i && w.interval[i - 1].person != h->person)
            flush(&w, s->visit.leave_tolerance, &sum);
        if (h->helper)
            sweep_helper(&w, h, s->visit.officers_required, s->visit.leave_tolerance, &sum);
    }
    flush(&w, s->visit.leave_tolerance, &sum);
    sum.certain = (sum.certain + 59999999) / 60000000;
    sum.doubtful = (sum.doubtful + 59999999) / 60000000;
    return sum;
}
