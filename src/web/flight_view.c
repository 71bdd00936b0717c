/*
 * Everything a page says of a flight is computed from the record when it is asked for: a coverage that was stored could not be told from
 * one that was wished for. A thousand photographs take a tenth of a second.
 *
 * The picture is SVG: the area in the colour of what is missing, the footprints over it in the colour of what was seen, cut to the area. What
 * shows through is the holes, whatever their shape, and no polygon had to be computed for that.
 */
#include "web/flight_view.h"

#include <math.h>
#include <string.h>

struct rings { struct ring *p; size_t n, capacity; };
enum { WIDTH = 720, HEIGHT = 440, EDGE = 14, MOST_DRAWN = 3000, MOST_HOLES_NAMED = 5 };

const struct db_value *flight_column(const struct thing *t, const struct db_value *row, const char *name)
{
    static const struct db_value none;
    for (size_t i = 0; t->columns[i].name; i++)
        if (!strcmp(t->columns[i].name, name))
            return &row[i];
    return &none;
}

static str text(const struct flight_view *v, const char *name)
{
    const struct db_value *d = flight_column(v->thing, v->row, name);
    return d->kind == DB_TEXT ? d->s : STR_NONE;
}

static int64_t integer(const struct flight_view *v, const char *name)
{
    const struct db_value *d = flight_column(v->thing, v->row, name);
    return d->kind == DB_INT ? d->i : 0;
}

/* [[position, "e"], ...] onto the shots of one import. */
static void set_aside(struct request *q, const struct flight_import *import, struct shot *shots, const struct flight_shot_of *of, size_t from, size_t n)
{
    const struct json *list;
    if (!import->aside.n || json_parse(q->a, import->aside, LIMIT_ACT_BYTES, &list) || list->kind != JSON_ARRAY) {
        err_clear();
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        const struct json *one = &list->child[i];
        if (one->kind != JSON_ARRAY || one->n != 2)
            continue;
        str why = one->child[1].string;
        for (size_t k = from; k < n; k++)
            if (of[k].position == one->child[0].i)
                shots[k].flags |= str_eq(why, S("e")) ? PHOTO_ENTRY : str_eq(why, S("s")) ? PHOTO_ENTRY_SEEN : str_eq(why, S("a")) ? PHOTO_AIRCRAFT : PHOTO_UNPLANNED;
    }
}

/* Where the first photograph stands that has a place. */
static bool first_place(const struct json *list, struct place *ret)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct json *lat = json_get(&list->child[i], S("lat")), *lon = json_get(&list->child[i], S("lon"));
        if (!lat || !lon || lat->kind != JSON_NUMBER || lon->kind != JSON_NUMBER || !(fabs(lat->number) < 89 && fabs(lon->number) <= 180))
            continue;
        *ret = (struct place){lat->number, lon->number};
        return true;
    }
    return false;
}

/* In the frame of the task; without a drawn area in one that stands on the first photograph, so that areas are those of the ground there. */
static err *shots(struct request *q, struct flight_view *v)
{
    bool stands = v->has_task;
    struct place first = {30.6, 114.3};
    struct frame frame = stands ? v->task.frame : frame_at(first);
    VEC(struct shot) all = {0};
    VEC(struct flight_shot_of) of = {0};
    for (size_t i = 0; i < v->imports_n; i++) {
        const struct json *list;
        size_t from = all.n;
        if (!v->imports[i].photos.n || act_json(q->a, v->imports[i].photos, LIMIT_ACT_BYTES_LARGE, &list) || list->kind != JSON_ARRAY) {
            err_clear(); /* erased by order: its count stays, its pictures are gone */
            continue;
        }
        if (!stands && first_place(list, &first))
            frame = frame_at(first), stands = true;
        for (size_t k = 0; k < list->n && all.n < LIMIT_PATROL_PHOTOS; k++) {
            struct shot s;
            if (!shot_read(q->a, &frame, &list->child[k], &s))
                continue;
            s.file = all.n;
            vec_push(q->a, &all, s);
            vec_push(q->a, &of, ((struct flight_shot_of){v->imports[i].id, (int64_t)k}));
        }
        set_aside(q, &v->imports[i], all.p, of.p, from, all.n);
    }
    v->of = of.p, v->shots_n = all.n;
    for (size_t i = 0; i < all.n; i++)
        v->aside += (all.p[i].flags & PHOTO_ASIDE) != 0;
    return flight_again(q->a, &v->options, &frame, all.p, all.n, &v->flight);
}

/* Is the point of a part that was set aside? */
static bool part_aside(const struct json *parts, size_t track, size_t at)
{
    for (size_t i = 0; parts && parts->kind == JSON_ARRAY && i < parts->n; i++) {
        const struct json *p = &parts->child[i];
        if (p->kind == JSON_ARRAY && p->n == 3 && p->child[0].i == (int64_t)track && (int64_t)at >= p->child[1].i && (int64_t)at <= p->child[2].i)
            return true;
    }
    return false;
}

/* One track, cut where what was set aside begins and ends; the step across belongs to what was set aside. */
static void one_track(struct request *q, struct flight_view *v, const struct json *points, const struct json *parts, size_t track, struct rings *open, struct rings *aside)
{
    struct ring r = {0};
    struct point last = {0};
    bool was = false, any = false;
    for (size_t m = 0; points && points->kind == JSON_ARRAY && m < points->n; m++) {
        const struct json *p = &points->child[m];
        if (p->kind != JSON_ARRAY || p->n < 2 || !(fabs(p->child[0].number) <= 180 && fabs(p->child[1].number) < 89))
            continue;
        bool now = part_aside(parts, track, m);
        struct point at = frame_point(&v->flight.frame, (struct place){p->child[1].number, p->child[0].number});
        if (!any || now != was) {
            if (r.n)
                vec_push(q->a, was ? aside : open, r);
            r = (struct ring){NEW_ARRAY(q->a, points->n - m + 2, struct point), 0};
            if (any && now)
                r.p[r.n++] = last;
        }
        r.p[r.n++] = last = at;
        was = now, any = true;
    }
    if (r.n)
        vec_push(q->a, was ? aside : open, r);
}

/* Tracks are lists of [lon, lat, …]. */
static void tracks(struct request *q, struct flight_view *v)
{
    struct rings open = {0}, aside = {0};
    for (size_t i = 0; i < v->imports_n; i++) {
        const struct json *list, *parts = NULL;
        if (!v->imports[i].tracks.n || act_json(q->a, v->imports[i].tracks, LIMIT_ACT_BYTES_LARGE, &list) || list->kind != JSON_ARRAY) {
            err_clear();
            continue;
        }
        if (v->imports[i].track_aside.n && json_parse(q->a, v->imports[i].track_aside, LIMIT_ACT_BYTES, &parts)) {
            err_clear();
            continue; /* which part was set aside is not known: none of it is shown */
        }
        for (size_t k = 0; k < list->n; k++)
            one_track(q, v, json_get(&list->child[k], S("points")), parts, k, &open, &aside);
    }
    v->tracks = open.p, v->tracks_n = open.n;
    v->tracks_aside = aside.p, v->tracks_aside_n = aside.n;
}

static err *fences(struct request *q, struct db *d, struct flight_view *v)
{
    struct flight_company *companies;
    size_t n;
    VEC(struct fence) all = {0};
    TRY(flight_companies(d, q->a, v->entrustment, &companies, &n));
    for (size_t i = 0; i < n; i++) {
        struct fence *list;
        size_t m;
        if (fences_read(q->a, companies[i].boundary, &v->flight.frame, &list, &m)) {
            err_clear();
            continue;
        }
        for (size_t k = 0; k < m; k++)
            vec_push(q->a, &all, list[k]);
    }
    v->fences = all.p, v->fences_n = all.n;
    return NULL;
}

/* What the originals showed joins what the heads said. */
static err *originals(struct request *q, struct db *d, struct flight_view *v)
{
    TRY(flight_originals_found(d, q->a, v->id, &v->found, &v->found_n));
    for (size_t i = 0; i < v->found_n; i++) {
        struct twin t;
        twin_read(q->a, v->found[i].found, &t);
        for (size_t k = 0; k < v->flight.n; k++) {
            const struct flight_shot_of *of = &v->of[v->flight.shots[k].file];
            if (of->position == v->found[i].position && str_eq(of->import, v->found[i].import))
                v->flight.shots[k].flags |= t.flags;
        }
    }
    return NULL;
}

str flight_found(struct request *q, const struct flight_view *v, const struct shot *s)
{
    const struct flight_shot_of *of = &v->of[s->file];
    for (size_t i = 0; i < v->found_n; i++)
        if (v->found[i].position == of->position && str_eq(v->found[i].import, of->import)) {
            struct twin t;
            twin_read(q->a, v->found[i].found, &t);
            return twin_text(q->a, &t);
        }
    return S("");
}

err *flight_view(struct request *q, str id, struct flight_view *ret)
{
    struct flight_view v = {.thing = thing_find(S("flights")), .id = id};
    struct db *d;
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, v.thing, &q->reader, id, &v.row));
    v.entrustment = text(&v, "entrustment"), v.state = text(&v, "state"), v.area = text(&v, "area"), v.device = text(&v, "device");
    v.height_m = integer(&v, "height_m"), v.from = integer(&v, "from_time"), v.to = integer(&v, "to_time");
    v.corridor_m = integer(&v, "corridor_m"), v.gsd_mm = integer(&v, "gsd_mm");
    v.has_task = v.area.n && !task_read(q->a, v.area, (double)v.corridor_m, &v.task);
    err_clear(); /* an area in words, or erased: no coverage, and the page says so */
    TRY(flight_imports(d, q->a, id, &v.imports, &v.imports_n));
    v.options = (struct flight_options){.window = {USEC_NONE, USEC_NONE}, .now = USEC_NONE};
    *ret = v;
    ret->options.task = v.has_task ? &ret->task : NULL;
    TRY(shots(q, ret));
    TRY(originals(q, d, ret));
    tracks(q, ret);
    return fences(q, d, ret);
}

/* ---- the picture ---- */

struct canvas { struct point low, high; double scale; };

static void widen(struct canvas *c, struct point p)
{
    c->low = (struct point){fmin(c->low.x, p.x), fmin(c->low.y, p.y)};
    c->high = (struct point){fmax(c->high.x, p.x), fmax(c->high.y, p.y)};
}

static void widen_ring(struct canvas *c, const struct ring *r)
{
    for (size_t i = 0; i < r->n; i++)
        widen(c, r->p[i]);
}

static void number(struct out *o, double v)
{
    buf_printf(&o->b, "%.1f", v);
}

static void xy(struct out *o, const struct canvas *c, struct point p)
{
    number(o, EDGE + (p.x - c->low.x) * c->scale);
    buf_char(&o->b, ',');
    number(o, EDGE + (c->high.y - p.y) * c->scale);
}

static void path(struct out *o, const struct canvas *c, const struct ring *r, bool closed)
{
    for (size_t i = 0; i < r->n; i++) {
        w(o, i ? H("L") : H("M"));
        xy(o, c, r->p[i]);
    }
    w(o, closed ? H("Z") : H(""));
}

static void zone_path(struct out *o, const struct canvas *c, const struct zone *z)
{
    for (size_t i = 0; i < z->n; i++)
        for (size_t k = 0; k < z->shapes[i].n; k++)
            path(o, c, &z->shapes[i].rings[k], true);
}

static struct ring footprint(struct shot *s)
{
    return (struct ring){s->footprint.p, (size_t)s->footprint.n};
}

static struct canvas canvas_of(const struct flight_view *v)
{
    struct canvas c = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}, 1};
    for (size_t i = 0; v->has_task && i < v->task.region.n; i++)
        widen_ring(&c, &v->task.region.shapes[i].rings[0]);
    for (size_t i = 0; i < v->flight.n; i++)
        if (v->flight.shots[i].placed) {
            struct ring r = footprint(&v->flight.shots[i]);
            widen_ring(&c, &r);
        }
    if (c.low.x > c.high.x)
        widen(&c, (struct point){-100, -100}), widen(&c, (struct point){100, 100});
    c.scale = fmin((WIDTH - 2 * EDGE) / fmax(c.high.x - c.low.x, 1), (HEIGHT - 2 * EDGE) / fmax(c.high.y - c.low.y, 1));
    return c;
}

/* A round length near a fifth of the width. */
static void scale_bar(struct out *o, const struct canvas *c, int height)
{
    double want = WIDTH / 5.0 / c->scale, unit = pow(10, floor(log10(want)));
    double length = want / unit >= 5 ? 5 * unit : want / unit >= 2 ? 2 * unit : unit;
    int x1 = EDGE + (int)lround(length * c->scale);
    w(o, H("<path class=\"bar\" d=\"M"), EDGE, H(","), height - 14, H("v6H"), x1, H("v-6\"/><text x=\""), EDGE, H("\" y=\""), height - 18, H("\">"));
    if (length >= 1000)
        w(o, (int)lround(length / 1000), H("公里"));
    else
        w(o, (int)lround(length), H("米"));
    w(o, H("</text>"));
}

/* Where somebody looked outside the area; what counts, cut to it; what was set aside, as outlines on top. */
enum layer { SPILL, SEEN, ASIDE };

static void footprints(struct out *o, const struct flight_view *v, const struct canvas *c, enum layer layer)
{
    size_t every = v->flight.placed / MOST_DRAWN + 1;
    w(o, layer == SPILL ? H("<g class=\"spill\">") : layer == ASIDE ? H("<g class=\"aside\">") : v->has_task ? H("<g class=\"seen\" clip-path=\"url(#area)\">") : H("<g class=\"seen\">"));
    for (size_t i = 0; i < v->flight.n; i += every) {
        struct shot *s = &v->flight.shots[i];
        struct ring r = footprint(s);
        if (!s->placed || (layer == ASIDE) == shot_counts(s))
            continue;
        w(o, H("<path d=\""));
        path(o, c, &r, true);
        w(o, H("\"/>"));
    }
    w(o, H("</g>"));
}

void flight_picture(struct out *o, const struct flight_view *v, const struct point *mark)
{
    struct canvas c = canvas_of(v);
    int wide = (int)ceil((c.high.x - c.low.x) * c.scale) + 2 * EDGE, high = (int)ceil((c.high.y - c.low.y) * c.scale) + 2 * EDGE + 26;
    wide = wide > WIDTH / 2 ? wide : WIDTH / 2;
    w(o, H("<svg class=\"flight\" role=\"img\" aria-label=\"覆盖图：任务区域、照片覆盖范围和漏拍处\" viewBox=\"0 0 "), wide, H(" "), high, H("\">"));
    footprints(o, v, &c, SPILL);
    if (v->has_task) {
        w(o, H("<clipPath id=\"area\"><path d=\""));
        zone_path(o, &c, &v->task.region);
        w(o, H("\"/></clipPath><path class=\"missed\" d=\""));
        zone_path(o, &c, &v->task.region);
        w(o, H("\"/>"));
    }
    footprints(o, v, &c, SEEN);
    footprints(o, v, &c, ASIDE);
    for (size_t i = 0; i < v->fences_n; i++) {
        w(o, H("<path class=\"fence\" d=\""));
        zone_path(o, &c, &v->fences[i].region);
        w(o, H("\"/>"));
    }
    for (size_t i = 0; i < v->tracks_n; i++) {
        w(o, H("<path class=\"track\" d=\""));
        path(o, &c, &v->tracks[i], false);
        w(o, H("\"/>"));
    }
    for (size_t i = 0; i < v->tracks_aside_n; i++) {
        w(o, H("<path class=\"track aside\" d=\""));
        path(o, &c, &v->tracks_aside[i], false);
        w(o, H("\"><title>无陪同进入厂界的航迹段，已隔离</title></path>"));
    }
    for (size_t i = 0; v->has_task && i < v->flight.cover.holes_n && i < MOST_HOLES_NAMED && v->flight.placed; i++) {
        const struct hole *h = &v->flight.cover.holes[i];
        w(o, H("<text class=\"hole\" x=\""));
        number(o, EDGE + (h->at.x - c.low.x) * c.scale);
        w(o, H("\" y=\""));
        number(o, EDGE + (c.high.y - h->at.y) * c.scale + 5);
        w(o, H("\">"), i + 1, H("</text>"));
    }
    if (mark) {
        w(o, H("<circle class=\"clue\" r=\"7\" cx=\""));
        number(o, EDGE + (mark->x - c.low.x) * c.scale);
        w(o, H("\" cy=\""));
        number(o, EDGE + (c.high.y - mark->y) * c.scale);
        w(o, H("\"/>"));
    }
    scale_bar(o, &c, high);
    w(o, H("</svg>"));
}
