/*
 * Who was inside with whom, from the entries alone (format, section 7). It is the reckoning of acts/presence.c written again
 * on purpose: the verifier must not depend on the program that is checked, and a court's expert can read this page alone.
 */
#include "bundle/check/check_private.h"

#include <stdlib.h>

enum { LIMIT_VISIT_EVENTS = 4000 };

struct interval { str person; bool helper; usec from, to, from_error, to_error; };

/* Officers inside between two neighbouring instants. */
struct count { int64_t possibly, certainly; };

struct scene {
    struct arena *arena;
    VEC(struct interval) intervals;
};

static int by_visit_person_time(const void *l, const void *r)
{
    const struct event *a = l, *b = r;
    int order = str_cmp(a->visit, b->visit);
    if (!order)
        order = (int)a->helper - (int)b->helper;
    if (!order)
        order = str_cmp(a->person, b->person);
    if (order)
        return order;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->leave != b->leave)
        return a->leave ? 1 : -1;
    return a->seq < b->seq ? -1 : 1;
}

static int by_instant(const void *l, const void *r)
{
    usec a = *(const usec *)l, b = *(const usec *)r;
    return a < b ? -1 : a > b;
}

static bool covers(const struct interval *i, usec from, usec to, bool certainly)
{
    usec low = certainly ? i->from + i->from_error : i->from - i->from_error;
    usec high = certainly ? i->to - i->to_error : i->to + i->to_error;
    return low <= from && to <= high && low < high;
}

/* Different officers that cover a piece; the intervals of one person stand side by side. */
static int64_t officers(const struct scene *s, usec from, usec to, bool certainly)
{
    const struct interval *counted = NULL;
    int64_t n = 0;
    for (size_t i = 0; i < s->intervals.n; i++) {
        const struct interval *o = &s->intervals.p[i];
        if (o->helper || (counted && str_eq(counted->person, o->person)) || !covers(o, from, to, certainly))
            continue;
        counted = o;
        n++;
    }
    return n;
}

static void interval_add(struct scene *s, const struct event *enter, usec to, usec to_error)
{
    struct interval i = {.person = enter->person, .helper = enter->helper, .from = enter->time, .from_error = enter->error,
                         .to = to > enter->time ? to : enter->time, .to_error = to_error};
    vec_push(s->arena, &s->intervals, i);
}

static bool same_person(const struct event *a, const struct event *b)
{
    return a->helper == b->helper && str_eq(a->person, b->person);
}

/* The intervals of one visit, whose events stand in order of person and time. */
static void make_intervals(struct scene *s, const struct event *e, size_t n)
{
    const struct event *inside = NULL;
    usec newest = INT64_MIN;
    for (size_t i = 0; i < n; i++)
        newest = e[i].time > newest ? e[i].time : newest;
    for (size_t i = 0; i <= n; i++) {
        if (inside && (i == n || !same_person(&e[i], inside))) {
            interval_add(s, inside, newest, 0);
            inside = NULL;
        }
        if (i == n)
            break;
        if (!e[i].leave && !inside)
            inside = &e[i];
        else if (e[i].leave && inside) {
            interval_add(s, inside, e[i].time, e[i].error);
            inside = NULL;
        }
    }
}

static void piece_add(struct check *c, str visit, str member, usec from, usec to, bool alone)
{
    struct bundle_stretch *last = c->stretches.n ? &c->stretches.p[c->stretches.n - 1] : NULL;
    struct bundle_stretch piece = {visit, member, from, to, alone};
    if (last && last->alone == alone && last->to == from && str_eq(last->member, member) && str_eq(last->visit, visit))
        last->to = to;
    else
        vec_push(c->arena, &c->stretches, piece);
}

/* All ends with their errors, ascending. */
static size_t instants(struct scene *s, usec **ret)
{
    size_t n = 0;
    usec *t = *ret = NEW_ARRAY(s->arena, 4 * s->intervals.n + 1, usec);
    for (size_t i = 0; i < s->intervals.n; i++) {
        const struct interval *x = &s->intervals.p[i];
        t[n++] = x->from - x->from_error;
        t[n++] = x->from + x->from_error;
        t[n++] = x->to - x->to_error;
        t[n++] = x->to + x->to_error;
    }
    if (n)
        qsort(t, n, sizeof *t, by_instant);
    return n;
}

/* The officers of a piece are counted once, not once for each helper: a foreign bundle may hold a visit of a thousand of both. */
static void sweep(struct check *c, struct scene *s, str visit)
{
    usec *t;
    size_t n = instants(s, &t);
    struct count *inside = NEW_ARRAY(s->arena, n + 1, struct count);
    for (size_t k = 0; k + 1 < n; k++)
        inside[k] = (struct count){officers(s, t[k], t[k + 1], false), officers(s, t[k], t[k + 1], true)};
    for (size_t i = 0; i < s->intervals.n; i++) {
        const struct interval *h = &s->intervals.p[i];
        for (size_t k = 0; h->helper && k + 1 < n; k++) {
            usec from = t[k], to = t[k + 1];
            if (from == to || !covers(h, from, to, false))
                continue;
            if (covers(h, from, to, true) && inside[k].possibly < c->officers)
                piece_add(c, visit, h->person, from, to, true);
            else if (inside[k].certainly < c->officers)
                piece_add(c, visit, h->person, from, to, false);
        }
        c->r->helpers += h->helper;
    }
}

/* Under which member a helper is counted; absent: an officer. The manifest is canonical, so the keys ascend. */
static str member_of(const struct check *c, str person)
{
    size_t low = 0, high = c->helper_n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = str_cmp(c->helper[middle], person);
        if (!order)
            return c->helper_member[middle];
        *(order < 0 ? &low : &high) = order < 0 ? middle + 1 : middle;
    }
    return STR_NONE;
}

static size_t events_that_count(struct check *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->events.n; i++) {
        struct event e = c->events.p[i];
        if (e.held && !set_free(c, e.seq))
            continue;
        str member = member_of(c, e.person);
        e.helper = member.p != NULL;
        e.person = e.helper ? member : e.person;
        c->events.p[n++] = e;
    }
    return n;
}

void presence_check(struct check *c)
{
    AUTO_ARENA(a);
    size_t n = events_that_count(c);
    if (n)
        qsort(c->events.p, n, sizeof *c->events.p, by_visit_person_time);
    for (size_t from = 0, to; from < n; from = to) {
        struct scene s = {.arena = a};
        int64_t before = c->r->helpers;
        for (to = from; to < n && str_eq(c->events.p[to].visit, c->events.p[from].visit);)
            to++;
        if (to - from > LIMIT_VISIT_EVENTS) {
            fault(c, BUNDLE_ENTRY, S("entries/"), -1, "一次现场有%zu条到场离场，最多%d条", to - from, LIMIT_VISIT_EVENTS);
            return;
        }
        arena_reset(a);
        make_intervals(&s, c->events.p + from, to - from);
        sweep(c, &s, c->events.p[from].visit);
        c->r->visits += c->r->helpers > before;
    }
    for (size_t i = 0; i < c->stretches.n; i++)
        if (c->stretches.p[i].to - c->stretches.p[i].from <= c->tolerance)
            c->stretches.p[i].alone = false;
}
