/*
 * Was it over somebody's ground? The regulation does not say what is entering from the air; the setting does: below its height a flight over a
 * subject's boundary, or a picture that reaches into it, takes officers with it (Art. 11). What was taken without them is set aside.
 */
#include "patrol/flight.h"

#include <stdlib.h>

static bool accompanied(const struct flight_options *o, usec t)
{
    for (size_t i = 0; t != USEC_NONE && i < o->accompanied_n; i++)
        if (t >= o->accompanied[i].from && t <= o->accompanied[i].to)
            return true;
    return false;
}

static bool near(const struct extent *e, struct point p, double margin)
{
    return p.x >= e->low.x - margin && p.y >= e->low.y - margin && p.x <= e->high.x + margin && p.y <= e->high.y + margin;
}

static bool seen(struct shot *s, const struct fence *f)
{
    struct ring r = shot_ring(s);
    for (size_t i = 0; i < f->region.n; i++)
        if (f->region.shapes[i].n && rings_meet(&r, &f->region.shapes[i].rings[0]))
            return true;
    return false;
}

static void shot_check(struct judging *j, struct shot *s, const struct fence *fence, const struct extent *e)
{
    struct point at = {s->camera.x, s->camera.y};
    if (isnan(at.x) || accompanied(j->o, s->t) || (!isnan(s->above_ground) && s->above_ground >= j->o->entry_below))
        return;
    uint32_t found = near(e, at, 0) && zone_holds(&fence->region, at) ? PHOTO_ENTRY : 0;
    if (!found && s->placed && near(e, at, 5000) && seen(s, fence))
        found = PHOTO_ENTRY_SEEN;
    if (!found)
        return;
    s->flags |= found;
    if (!s->fence.n || found == PHOTO_ENTRY)
        s->fence = fence->id;
}

/* Stretches of a log inside, point by point. A height above ground counts, else above take-off; without either it counts as low. */
static void log_check(struct judging *j, size_t k, const struct fence *fence, const struct extent *e, struct log_entry **all, size_t *n, size_t *room)
{
    const struct track *t = &j->o->tracks[k];
    struct log_entry now = {.points = 0};
    for (size_t i = 0; i <= t->n; i++) {
        const struct track_point *p = i < t->n ? &t->p[i] : NULL;
        struct point at = p ? frame_point(&j->f->frame, (struct place){p->lat, p->lon}) : (struct point){0};
        double high = !p ? NAN : !isnan(p->above_ground) ? p->above_ground : p->above_takeoff;
        usec utc = !p || p->t == USEC_NONE ? USEC_NONE : p->t - (t->utc ? 0 : j->f->zone_minutes * USEC_MINUTE);
        bool in = p && near(e, at, 0) && !(high >= j->o->entry_below) && !accompanied(j->o, utc) && zone_holds(&fence->region, at);
        if (in) {
            if (!now.points)
                now = (struct log_entry){.fence = fence->id, .track = k, .from = utc, .lowest = high};
            now.to = utc;
            now.lowest = fmin(now.lowest, high);
            now.points++;
        } else if (now.points) {
            if (*n == *room)
                *all = vec_grow_(j->a, *all, *n, room, sizeof **all);
            (*all)[(*n)++] = now;
            now.points = 0;
        }
    }
}

void entries_find(struct judging *j)
{
    size_t room = 0;
    for (size_t k = 0; k < j->o->fences_n; k++) {
        const struct fence *fence = &j->o->fences[k];
        struct extent e = zone_extent(&fence->region);
        for (size_t i = 0; i < j->f->n; i++)
            shot_check(j, &j->f->shots[i], fence, &e);
        for (size_t i = 0; i < j->o->tracks_n; i++)
            log_check(j, i, fence, &e, &j->f->entries, &j->f->entries_n, &room);
    }
}
