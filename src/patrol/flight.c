/* A flight from its files: clocks, places, lines, yaw, entries, coverage, in this order, because each stands on the one before. */
#include "patrol/flight.h"

#include <stdlib.h>

static const double AWAY_M = 1000, LEAST_HOLE = 1 /* square metres */, PIECE_LINES = 0.25; /* metres */
enum { MOST_HOLES = 100, JOIN_SECONDS = 1 };

/* Not what was taken where or when nobody allowed it, nor twice. */
bool shot_counts(const struct shot *s)
{
    return s->placed && !(s->flags & (PHOTO_DUPLICATE | PHOTO_AWAY | PHOTO_ASIDE));
}

/* The point of a log at this moment. Logs without a zone are taken on the camera's. */
static const struct track_point *at_time(const struct judging *j, usec t)
{
    const struct track_point *best = NULL;
    usec nearest = JOIN_SECONDS * USEC_SECOND + 1;
    for (size_t k = 0; k < j->o->tracks_n && t != USEC_NONE; k++) {
        const struct track *track = &j->o->tracks[k];
        usec shift = track->utc ? 0 : j->f->zone_minutes * USEC_MINUTE;
        for (size_t i = 0; i < track->n; i++)
            if (track->p[i].t != USEC_NONE && llabs(track->p[i].t - shift - t) < nearest)
                nearest = llabs(track->p[i].t - shift - t), best = &track->p[i];
    }
    return best;
}

struct pose { struct place place; double high; struct angles angles; };

static struct pose pose_of(struct judging *j, struct shot *s)
{
    const struct photo *p = s->photo;
    struct pose out = {{p->lat, p->lon}, p->above_takeoff, p->gimbal};
    bool lacks = isnan(p->lat) || isnan(p->above_takeoff) || isnan(p->gimbal.yaw) || isnan(p->gimbal.pitch);
    const struct track_point *log = lacks ? at_time(j, s->t) : NULL;
    if (log && isnan(out.place.lat)) {
        out.place = (struct place){log->lat, log->lon};
        s->flags &= ~PHOTO_NO_POSITION;
    }
    if (log && isnan(out.high) && !isnan(log->above_takeoff)) {
        out.high = log->above_takeoff;
        s->flags &= ~PHOTO_NO_HEIGHT;
    }
    if (log && (isnan(out.angles.yaw) || isnan(out.angles.pitch)) && !isnan(log->yaw) && !isnan(log->pitch)) {
        out.angles = (struct angles){log->yaw, log->pitch, log->roll};
        s->flags &= ~PHOTO_NO_GIMBAL;
    }
    return out;
}

static struct place middle_of(const struct flight *f)
{
    struct place low = {90, 180}, high = {-90, -180};
    for (size_t i = 0; i < f->n; i++) {
        const struct photo *p = f->shots[i].photo;
        if (isnan(p->lat))
            continue;
        low = (struct place){fmin(low.lat, p->lat), fmin(low.lon, p->lon)};
        high = (struct place){fmax(high.lat, p->lat), fmax(high.lon, p->lon)};
    }
    return low.lat > high.lat ? (struct place){30.6, 114.3} : (struct place){(low.lat + high.lat) / 2, (low.lon + high.lon) / 2};
}

/* Where it took off is where height above take-off counts from: a log's lowest point, else under the first photograph. */
static double takeoff_ground(const struct judging *j)
{
    const struct grid *g = j->o->grid;
    double lowest = 3, ground = NAN;
    for (size_t k = 0; k < j->o->tracks_n; k++)
        for (size_t i = 0; i < j->o->tracks[k].n; i++) {
            const struct track_point *p = &j->o->tracks[k].p[i];
            if (fabs(p->above_takeoff) < lowest)
                lowest = fabs(p->above_takeoff), ground = grid_height(g, (struct place){p->lat, p->lon});
        }
    for (size_t i = 0; i < j->f->n && isnan(ground); i++)
        if (!isnan(j->f->shots[i].photo->lat))
            ground = grid_height(g, (struct place){j->f->shots[i].photo->lat, j->f->shots[i].photo->lon});
    return isnan(ground) ? 0 : ground;
}

static void away_check(struct shot *s, const struct extent *e)
{
    struct camera *c = &s->camera;
    if (c->x < e->low.x - AWAY_M || c->y < e->low.y - AWAY_M || c->x > e->high.x + AWAY_M || c->y > e->high.y + AWAY_M)
        s->flags |= PHOTO_AWAY;
}

static struct extent ring_extent(const struct ring *r)
{
    struct extent e = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
    for (size_t i = 0; i < r->n; i++) {
        e.low = (struct point){fmin(e.low.x, r->p[i].x), fmin(e.low.y, r->p[i].y)};
        e.high = (struct point){fmax(e.high.x, r->p[i].x), fmax(e.high.y, r->p[i].y)};
    }
    return e;
}

struct extent zone_extent(const struct zone *r)
{
    struct extent e = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = 0; k < r->shapes[i].n; k++) {
            struct extent one = ring_extent(&r->shapes[i].rings[k]);
            e.low = (struct point){fmin(e.low.x, one.low.x), fmin(e.low.y, one.low.y)};
            e.high = (struct point){fmax(e.high.x, one.high.x), fmax(e.high.y, one.high.y)};
        }
    return e;
}

static void plan_check(const struct judging *j, struct shot *s)
{
    const struct flown *w = &j->o->window;
    bool early = w->from != USEC_NONE && (s->t == USEC_NONE || s->t < w->from), late = w->to != USEC_NONE && (s->t == USEC_NONE || s->t > w->to);
    if (early || late || ((w->from != USEC_NONE || w->to != USEC_NONE) && (s->flags & PHOTO_AWAY)))
        s->flags |= PHOTO_UNPLANNED;
    str serial = str_of(s->photo->aircraft);
    if (j->o->aircraft.n && serial.n && !str_eq(serial, j->o->aircraft))
        s->flags |= PHOTO_AIRCRAFT;
}

static void place_one(struct judging *j, struct shot *s)
{
    struct pose pose = pose_of(j, s);
    const struct photo *p = s->photo;
    if (isnan(pose.place.lat))
        return;
    struct point at = frame_point(&j->f->frame, pose.place);
    j->f->located++;
    s->camera = (struct camera){at.x, at.y, j->ground.plane + pose.high, pose.angles, p->lens, p->width, p->height};
    s->camera.angles.yaw -= frame_convergence(&j->f->frame, pose.place);
    if (isnan(s->camera.angles.roll))
        s->camera.angles.roll = 0;
    if (isnan(pose.high))
        return;
    double under = j->ground.grid ? grid_height(j->ground.grid, pose.place) : j->ground.plane;
    s->above_ground = s->camera.z - (isnan(under) ? j->ground.plane : under);
    if (j->o->height_limit > 0 && s->above_ground > j->o->height_limit)
        s->flags |= PHOTO_HIGH;
    s->error = pose_error_of(p);
    if (isnan(pose.angles.yaw) || isnan(pose.angles.pitch) || !(p->lens.focal > 0))
        return;
    s->placed = camera_footprint(&s->camera, &j->ground, &s->footprint);
    s->flags |= !s->placed ? PHOTO_NO_FOOTPRINT : s->footprint.clamped ? PHOTO_CLAMPED : 0;
    if (s->placed && !camera_ellipse(&s->camera, &j->ground, p->width / 2.0, p->height / 2.0, &s->error, &s->ellipse))
        s->ellipse = (struct ellipse){NAN, NAN, NAN};
    j->f->placed += s->placed;
}

void shots_place(struct judging *j)
{
    struct flight *f = j->f;
    struct extent area = {0};
    f->frame = j->o->task ? j->o->task->frame : frame_at(middle_of(f));
    j->ground = (struct ground){j->o->grid, &f->frame, j->o->grid ? takeoff_ground(j) : 0};
    f->above_ground_least = INFINITY, f->above_ground_most = -INFINITY;
    if (j->o->task)
        area = zone_extent(&j->o->task->region);
    for (size_t i = 0; i < f->n; i++) {
        struct shot *s = &f->shots[i];
        s->above_ground = s->along = s->across = s->motion = s->motion_score = NAN;
        place_one(j, s);
        if (j->o->task && !isnan(s->camera.x) && s->camera.width)
            away_check(s, &area);
        plan_check(j, s);
        if (!isnan(s->above_ground)) {
            f->above_ground_least = fmin(f->above_ground_least, s->above_ground);
            f->above_ground_most = fmax(f->above_ground_most, s->above_ground);
        }
    }
}

static int by_value(const void *x, const void *y)
{
    const double *p = x, *q = y;
    return *p < *q ? -1 : *p > *q;
}

static void resolution(struct judging *j)
{
    struct flight *f = j->f;
    double *v = NEW_ARRAY(j->a, f->n + 1, double);
    size_t n = 0;
    f->gsd = f->gsd_worst = NAN;
    for (size_t i = 0; i < f->n; i++)
        if (f->shots[i].placed) {
            v[n++] = f->shots[i].footprint.gsd;
            f->gsd_worst = fmax(f->gsd_worst, f->shots[i].footprint.gsd_worst);
        }
    if (!n)
        return;
    qsort(v, n, sizeof *v, by_value);
    f->gsd = n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* Every 100 m of shore, with the footprints that reach its extent. */
static err *pieces(struct judging *j, const struct ring *rings, size_t n)
{
    const struct task *t = j->o->task;
    struct flight *f = j->f;
    struct extent *of = NEW_ARRAY(j->a, n + 1, struct extent);
    struct ring *some = NEW_ARRAY(j->a, n + 1, struct ring);
    f->pieces = NEW_ARRAY(j->a, t->pieces_n + 1, struct piece_cover);
    for (size_t i = 0; i < n; i++)
        of[i] = ring_extent(&rings[i]);
    AUTO_ARENA(a);
    for (size_t k = 0; k < t->pieces_n; k++) {
        struct cover c;
        size_t near = 0;
        struct extent e = zone_extent(&t->pieces[k]);
        for (size_t i = 0; i < n; i++)
            if (of[i].low.x < e.high.x && of[i].high.x > e.low.x && of[i].low.y < e.high.y && of[i].high.y > e.low.y)
                some[near++] = rings[i];
        TRY(cover_measure(a, &t->pieces[k], some, near, PIECE_LINES, INFINITY, &c));
        f->pieces[k] = (struct piece_cover){t->piece_from[k], t->piece_from[k + 1], c.area > 0 ? c.once / c.area : 0, c.area > 0 ? c.twice / c.area : 0};
        arena_reset(a);
    }
    f->pieces_n = t->pieces_n;
    return NULL;
}

err *flight_cover(struct judging *j)
{
    struct flight *f = j->f;
    struct ring *rings = NEW_ARRAY(j->a, f->n + 1, struct ring);
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        if (shot_counts(&f->shots[i]))
            rings[n++] = shot_ring(&f->shots[i]);
    TRY(cover_measure(j->a, j->o->task ? &j->o->task->region : NULL, rings, n, 0, LEAST_HOLE, &f->cover));
    if (f->cover.holes_n > MOST_HOLES)
        f->cover.holes_n = MOST_HOLES;
    resolution(j);
    return j->o->task && j->o->task->pieces_n ? pieces(j, rings, n) : NULL;
}

err *flight_judge(struct arena *a, const struct photo_file *files, const str *names, size_t n, const struct flight_options *o,
                  grey_of grey, void *context, struct flight *ret)
{
    struct judging j = {.a = a, .o = o, .f = ret, .grey = grey, .context = context};
    if (n > LIMIT_PATROL_PHOTOS)
        return err_new(ERR_LIMIT, "一次飞行的照片超过%d张，请分次导入", LIMIT_PATROL_PHOTOS);
    *ret = (struct flight){.shots = NEW_ARRAY(a, n + 1, struct shot)};
    for (size_t i = 0; i < n; i++)
        if (!files[i].fault)
            ret->shots[ret->n++] = (struct shot){.name = names[i], .file = i, .digest = files[i].digest, .photo = &files[i].photo, .flags = files[i].photo.flags, .t = USEC_NONE,
                                                 .camera = {.x = NAN, .y = NAN}};
    clocks_settle(&j);
    shots_siblings(a, ret);
    shots_place(&j);
    lines_find(&j);
    yaw_check(&j);
    entries_find(&j);
    return flight_cover(&j);
}
