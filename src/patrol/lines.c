/*
 * Flight lines, from the order of time alone. Around each step the common direction is found with doubled angles, so that out and back are one
 * axis; a step along it belongs to a line, a step across it is a turn. Overlaps along are between neighbours on a line, overlaps across
 * between the two photographs at a turn; where turns are flown wide, between a line's middle and the best of any other line.
 *
 * The yaw in a file may be 180 degrees off for a whole line: the footprint is the same and nobody notices until a clue is marked at the
 * wrong end of the picture. Image motion tells: if most of a line's clear pairs move against the prediction, the line is turned.
 */
#include "patrol/flight.h"

#include <stdlib.h>

enum { AROUND = 8, GAP_MINUTES = 10, YAW_PAIRS = 12, LIMIT_LINE_MIDDLES = 500 };
#define RAD (3.14159265358979323846 / 180)
static const double ALONG = 35, CLEAR = 0.2, CLEAR_OF_RIVAL = 0.03, DISAGREE = 0.6;

struct step { struct shot *from, *to; double x, y; bool gap, along; };

struct ring shot_ring(struct shot *s)
{
    return (struct ring){s->footprint.p, (size_t)s->footprint.n};
}

static double share(struct shot *a, struct shot *b)
{
    struct ring p = shot_ring(a), q = shot_ring(b);
    return rings_shared(&p, &q) / fmin(a->footprint.area, b->footprint.area);
}

static double axis_at(const struct step *s, size_t n, size_t at)
{
    double c = 0, d = 0;
    for (size_t i = at > AROUND ? at - AROUND : 0; i < n && i <= at + AROUND; i++) {
        double length = hypot(s[i].x, s[i].y), angle = 2 * atan2(s[i].x, s[i].y);
        if (s[i].gap)
            continue;
        c += length * cos(angle), d += length * sin(angle);
    }
    return atan2(d, c) / 2;
}

static size_t steps_of(struct judging *j, struct step *s)
{
    size_t n = 0;
    struct shot *last = NULL;
    for (size_t i = 0; i < j->f->n; i++) {
        struct shot *now = &j->f->shots[i];
        if (!now->placed || (now->flags & PHOTO_DUPLICATE))
            continue;
        if (last) {
            double x = now->camera.x - last->camera.x, y = now->camera.y - last->camera.y, size = sqrt(last->footprint.area);
            bool late = now->t == USEC_NONE || last->t == USEC_NONE || now->t - last->t > GAP_MINUTES * USEC_MINUTE;
            s[n++] = (struct step){last, now, x, y, late || hypot(x, y) > 3 * size || hypot(x, y) < 0.01, false};
        }
        last = now;
    }
    return n;
}

static int by_value(const void *x, const void *y)
{
    const double *p = x, *q = y;
    return *p < *q ? -1 : *p > *q;
}

static void spread(double *v, size_t n, double *least, double *middle, double *most)
{
    *least = *middle = *most = NAN;
    if (!n)
        return;
    qsort(v, n, sizeof *v, by_value);
    *least = v[0], *most = v[n - 1];
    *middle = n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* Wide turns: the middle of each line against the photographs of others. */
static size_t across_lines(struct judging *j, double *v)
{
    struct flight *f = j->f;
    size_t n = 0;
    for (int k = 1; k <= f->lines && k <= LIMIT_LINE_MIDDLES; k++) {
        struct shot *middle = NULL;
        size_t size = 0, seen = 0;
        for (size_t i = 0; i < f->n; i++)
            size += f->shots[i].line == k;
        for (size_t i = 0; i < f->n && !middle && size >= 3; i++)
            if (f->shots[i].line == k && seen++ == size / 2)
                middle = &f->shots[i];
        double best = 0;
        for (size_t i = 0; middle && i < f->n; i++) {
            struct shot *s = &f->shots[i];
            double away = hypot(s->camera.x - middle->camera.x, s->camera.y - middle->camera.y);
            if (s->placed && s->line && s->line != k && away < 2 * sqrt(middle->footprint.area))
                best = fmax(best, share(middle, s));
        }
        if (best > 0)
            v[n++] = best;
    }
    return n;
}

void lines_find(struct judging *j)
{
    struct flight *f = j->f;
    struct step *s = NEW_ARRAY(j->a, f->n + 1, struct step);
    double *along = NEW_ARRAY(j->a, f->n + 1, double), *across = NEW_ARRAY(j->a, f->n + LIMIT_LINE_MIDDLES + 1, double);
    size_t n = steps_of(j, s), along_n = 0, across_n = 0;
    const struct step *before = NULL;
    for (size_t i = 0; i < n; i++) {
        double turn = fabs(remainder(atan2(s[i].x, s[i].y) - axis_at(s, n, i), 180 * RAD)) / RAD;
        s[i].along = !s[i].gap && turn < ALONG;
    }
    if (n && !s[0].from->line)
        s[0].from->line = ++f->lines;
    for (size_t i = 0; i < n; i++) {
        bool back = before && before->along && before->x * s[i].x + before->y * s[i].y < 0;
        bool same = s[i].along && !back;
        s[i].to->line = same ? s[i].from->line : ++f->lines;
        if (same)
            along[along_n++] = s[i].from->along = share(s[i].from, s[i].to);
        else if (!s[i].gap)
            across[across_n++] = s[i].from->across = share(s[i].from, s[i].to);
        before = same ? &s[i] : NULL;
    }
    if (!across_n)
        across_n = across_lines(j, across);
    spread(along, along_n, &f->along_least, &f->along, &f->along_most);
    spread(across, across_n, &f->across_least, &f->across, &f->across_most);
}

/* ---- yaw ---- */

/* Where the ground between the two should go, in pixels of the greys. */
static bool predicted(const struct shot *a, const struct shot *b, const struct grey *g, double *x, double *y)
{
    struct point p = {(a->footprint.centre.x + b->footprint.centre.x) / 2, (a->footprint.centre.y + b->footprint.centre.y) / 2};
    double z = a->camera.z - a->above_ground, u0, v0, u1, v1;
    if (!camera_pixel(&a->camera, p.x, p.y, z, &u0, &v0) || !camera_pixel(&b->camera, p.x, p.y, z, &u1, &v1))
        return false;
    double scale = (double)(g->width > g->height ? g->width : g->height) /
                   (a->camera.width > a->camera.height ? a->camera.width : a->camera.height);
    *x = (u1 - u0) * scale, *y = (v1 - v0) * scale;
    return hypot(*x, *y) > 4; /* less says nothing of a direction */
}

/* Cut to the shape of the photograph: thumbnails are padded to 4:3. */
static void crop(struct grey *g, const struct camera *c)
{
    int want = (int)lround((double)g->width * c->height / c->width);
    if (c->width <= c->height || want >= g->height || want < 16)
        return;
    int from = (g->height - want) / 2;
    for (int i = 0; i < want * g->width; i++)
        g->p[i] = g->p[i + from * g->width];
    g->height = want;
}

static bool motion(struct judging *j, struct shot *a, struct shot *b)
{
    struct grey *g = NEW(j->a, struct grey), *h = NEW(j->a, struct grey);
    struct motion s;
    double x, y;
    if (fabs(remainder(a->camera.angles.yaw - b->camera.angles.yaw, 360)) > 20 || !j->grey(j->context, a->file, g) ||
        !j->grey(j->context, b->file, h))
        return false;
    crop(g, &a->camera);
    crop(h, &b->camera);
    if (!predicted(a, b, g, &x, &y) || !grey_motion(g, h, &s))
        return false;
    a->motion = fabs(remainder(atan2(s.x, s.y) - atan2(x, y), 360 * RAD)) / RAD;
    a->motion_score = s.score;
    return s.score >= CLEAR && s.score - s.rival >= CLEAR_OF_RIVAL && hypot(s.x, s.y) > 2;
}

static void turn_line(struct judging *j, int line)
{
    for (size_t i = 0; i < j->f->n; i++) {
        struct shot *s = &j->f->shots[i];
        if (s->line != line)
            continue;
        s->flags |= PHOTO_YAW_REVERSED;
        s->camera.angles.yaw = remainder(s->camera.angles.yaw + 180, 360);
        camera_footprint(&s->camera, &j->ground, &s->footprint);
    }
    j->f->reversed_lines++;
}

void yaw_check(struct judging *j)
{
    struct flight *f = j->f;
    size_t *size = NEW_ARRAY(j->a, (size_t)f->lines + 2, size_t);
    if (!j->grey)
        return;
    for (size_t i = 0; i < f->n; i++)
        size[f->shots[i].line]++;
    for (int line = 1; line <= f->lines; line++) {
        size_t clear = 0, against = 0, seen = 0, every = size[line] > YAW_PAIRS ? size[line] / YAW_PAIRS : 1, last = SIZE_MAX;
        if (size[line] < 3)
            continue;
        for (size_t i = 0; i < f->n; i++) {
            if (f->shots[i].line != line)
                continue;
            if (last != SIZE_MAX && seen++ % every == 0 && motion(j, &f->shots[last], &f->shots[i])) {
                clear++;
                against += f->shots[last].motion > 90;
            }
            last = i;
        }
        if (clear >= 2 && (double)against > DISAGREE * (double)clear)
            turn_line(j, line);
    }
}
