/*
 * When was it? A camera's clock has no zone. Where satellites told the time, too, the zone is the difference most photographs agree on, to the
 * quarter of an hour; what then still differs by two minutes is doubtful. Else Beijing time is assumed and said. The sun is the last witness.
 */
#include "patrol/flight.h"

#include <stdlib.h>
#include <string.h>

enum { QUARTERS = 14 * 4, BEIJING = 480, TWO_MINUTES = 120, FASTEST = 40 };

static int zone_of(const struct flight *f, bool *ret_known)
{
    size_t votes[2 * QUARTERS + 1] = {0};
    int best = -1;
    for (size_t i = 0; i < f->n; i++) {
        const struct photo *p = f->shots[i].photo;
        if (p->camera_time == USEC_NONE || p->satellite_time == USEC_NONE)
            continue;
        double quarters = (double)(p->camera_time - p->satellite_time) / (double)(15 * USEC_MINUTE);
        if (fabs(quarters) <= QUARTERS)
            votes[(int)lround(quarters) + QUARTERS]++;
    }
    for (int i = 0; i <= 2 * QUARTERS; i++)
        if (votes[i] && (best < 0 || votes[i] > votes[best]))
            best = i;
    *ret_known = best >= 0;
    return best >= 0 ? (best - QUARTERS) * 15 : BEIJING;
}

static void clock_of(struct shot *s, const struct flight *f, usec now)
{
    const struct photo *p = s->photo;
    int zone = p->camera_zone != PATROL_ZONE_NONE ? p->camera_zone : f->zone_minutes;
    usec camera = p->camera_time == USEC_NONE ? USEC_NONE : p->camera_time - zone * USEC_MINUTE;
    s->t = p->satellite_time != USEC_NONE ? p->satellite_time : camera;
    if (s->t == USEC_NONE)
        return;
    if (p->satellite_time == USEC_NONE && p->camera_zone == PATROL_ZONE_NONE && !f->zone_known)
        s->flags |= PHOTO_ZONE_ASSUMED;
    if (camera != USEC_NONE && p->satellite_time != USEC_NONE && llabs(camera - p->satellite_time) > TWO_MINUTES * USEC_SECOND)
        s->flags |= PHOTO_TIME_DOUBTFUL;
    /* Cameras without a set clock begin at 1970, 1980, 2000 or 2010; no photograph of a patrol is that old. */
    if (s->t < day_start(day_from_civil(2012, 1, 1)) || (now != USEC_NONE && s->t > now + USEC_HOUR))
        s->flags |= PHOTO_TIME_DEFAULT;
}

/* A daylight exposure (EV above 8 at ISO 100) with the sun well below the horizon. */
static void sun_check(struct shot *s)
{
    const struct photo *p = s->photo;
    double ev = log2(p->fnumber * p->fnumber / p->exposure) - log2((p->iso > 0 ? p->iso : 100) / 100);
    if (s->t != USEC_NONE && !isnan(p->lat) && ev > 8 && ev < 25 && sun_at(s->t, (struct place){p->lat, p->lon}).elevation < -6)
        s->flags |= PHOTO_SUN;
}

static int by_time(const void *x, const void *y)
{
    const struct shot *p = x, *q = y;
    int order = str_cmp(p->name, q->name);
    if (p->t != q->t)
        return p->t < q->t ? -1 : 1;
    return order ? order : p->file < q->file ? -1 : p->file > q->file;
}

void shots_sort(struct flight *f)
{
    if (f->n)
        qsort(f->shots, f->n, sizeof *f->shots, by_time);
}

struct seen { struct sm3 digest; size_t shot; };

static int by_digest(const void *x, const void *y)
{
    const struct seen *p = x, *q = y;
    int order = memcmp(&p->digest, &q->digest, sizeof p->digest);
    return order ? order : p->shot < q->shot ? -1 : 1;
}

/* The first stays. A record without a digest is nobody's double. */
void shots_doubles(struct arena *a, struct flight *f)
{
    static const struct sm3 none;
    struct seen *all = NEW_ARRAY(a, f->n + 1, struct seen);
    for (size_t i = 0; i < f->n; i++)
        all[i] = (struct seen){f->shots[i].digest, i};
    qsort(all, f->n, sizeof *all, by_digest);
    for (size_t i = 1; i < f->n; i++)
        if (memcmp(&all[i].digest, &all[i - 1].digest, sizeof none) == 0 && memcmp(&all[i].digest, &none, sizeof none) != 0)
            f->shots[all[i].shot].flags |= PHOTO_DUPLICATE;
}

static void speeds(struct judging *j)
{
    const struct shot *last = NULL;
    for (size_t i = 0; i < j->f->n; i++) {
        struct shot *s = &j->f->shots[i];
        if (s->t == USEC_NONE || isnan(s->photo->lat) || (s->flags & PHOTO_DUPLICATE))
            continue;
        if (last) {
            struct frame at = frame_at((struct place){s->photo->lat, s->photo->lon});
            struct point a = frame_point(&at, (struct place){last->photo->lat, last->photo->lon});
            double seconds = (double)(s->t - last->t) / 1e6 + 1; /* most clocks tell whole seconds */
            if (hypot(a.x, a.y) > FASTEST * seconds)
                s->flags |= PHOTO_TOO_FAST;
        }
        last = s;
    }
}

void clocks_settle(struct judging *j)
{
    struct flight *f = j->f;
    f->zone_minutes = zone_of(f, &f->zone_known);
    for (size_t i = 0; i < f->n; i++) {
        clock_of(&f->shots[i], f, j->o->now);
        sun_check(&f->shots[i]);
    }
    shots_sort(f);
    shots_doubles(j->a, f);
    speeds(j);
}
