/* Figures go out rounded to what they are known to: two decimals of a metre, seven of a degree, four of a ratio. */
#include "patrol/private.h"

#include <math.h>
#include <stdio.h>

void number_json(struct json_out *o, double v, int decimals)
{
    char text[64];
    if (!isfinite(v)) {
        json_null(o);
        return;
    }
    int n = snprintf(text, sizeof text, "%.*f", decimals, v == 0 ? 0.0 : v);
    while (decimals && n > 1 && text[n - 1] == '0')
        n--;
    n -= decimals && text[n - 1] == '.';
    json_raw(o, n == 2 && text[0] == '-' && text[1] == '0' ? S("0") : (str){text, (size_t)n});
}

static void put(struct json_out *o, const char *key, double v, int decimals)
{
    json_key(o, str_of(key));
    number_json(o, v, decimals);
}

void flags_json(struct json_out *o, uint64_t flags)
{
    size_t n;
    const struct photo_flag_name *names = photo_flag_names(&n);
    json_open(o, '[');
    for (size_t i = 0; i < n; i++)
        if (flags & names[i].flag)
            json_str(o, str_of(names[i].id));
    json_close(o, ']');
}

static void place_json(struct json_out *o, const struct frame *f, struct point p)
{
    struct place at = frame_place(f, p);
    json_open(o, '[');
    number_json(o, at.lon, 7);
    number_json(o, at.lat, 7);
    json_close(o, ']');
}

static void put_time(struct json_out *o, struct arena *a, const char *key, usec t)
{
    json_put_str(o, str_of(key), time_rfc3339(a, t));
}

static const char *lens_of(const struct photo *p)
{
    static const char *const names[] = {"unknown", "calibrated", "sensor_width", "equivalent_35mm"};
    return names[p->lens_source];
}

void shot_json(struct json_out *o, struct arena *a, const struct flight *f, const struct shot *s)
{
    const struct photo *p = s->photo;
    json_open(o, '{');
    json_put_str(o, S("photo"), s->name);
    put_time(o, a, "time", s->t);
    put(o, "lon", p->lon, 8);
    put(o, "lat", p->lat, 8);
    put(o, "above_takeoff_m", p->above_takeoff, 2);
    put(o, "above_ground_m", s->above_ground, 2);
    put(o, "yaw", s->placed ? remainder(s->camera.angles.yaw, 360) : p->gimbal.yaw, 2);
    put(o, "pitch", p->gimbal.pitch, 2);
    put(o, "roll", p->gimbal.roll, 2);
    json_put_int(o, S("width"), p->width);
    json_put_int(o, S("height"), p->height);
    put(o, "focal_px", p->lens.focal > 0 ? p->lens.focal : NAN, 2);
    put(o, "cx", p->lens.focal > 0 ? p->lens.cx : NAN, 2);
    put(o, "cy", p->lens.focal > 0 ? p->lens.cy : NAN, 2);
    if (p->lens.distorted) {
        json_key(o, S("distortion"));
        json_open(o, '[');
        const double k[] = {p->lens.k1, p->lens.k2, p->lens.p1, p->lens.p2, p->lens.k3};
        for (size_t i = 0; i < 5; i++)
            number_json(o, k[i], 9);
        json_close(o, ']');
    }
    json_put_str(o, S("lens"), str_of(lens_of(p)));
    json_put_str(o, S("model"), str_of(p->model));
    if (p->aircraft[0])
        json_put_str(o, S("aircraft"), str_of(p->aircraft));
    json_put_str(o, S("coding"), coding_text(a, &p->coding));
    json_put_int(o, S("line"), s->line);
    put(o, "gsd_m", s->placed ? s->footprint.gsd : NAN, 4);
    put(o, "footprint_m2", s->placed ? s->footprint.area : NAN, 1);
    put(o, "ellipse_a_m", s->placed ? s->ellipse.a : NAN, 2);
    put(o, "ellipse_b_m", s->placed ? s->ellipse.b : NAN, 2);
    put(o, "ellipse_azimuth", s->placed ? s->ellipse.azimuth : NAN, 1);
    json_key(o, S("footprint"));
    json_open(o, '[');
    for (int i = 0; s->placed && i < s->footprint.n; i++)
        place_json(o, &f->frame, s->footprint.p[i]);
    json_close(o, ']');
    if (s->fence.n)
        json_put_str(o, S("boundary"), s->fence);
    json_put_str(o, S("head"), sm3_text(a, &s->digest));
    json_key(o, S("flags"));
    flags_json(o, s->flags);
    json_close(o, '}');
}

static void holes_json(struct json_out *o, const struct flight *f)
{
    json_key(o, S("holes"));
    json_open(o, '[');
    for (size_t i = 0; i < f->cover.holes_n; i++) {
        const struct hole *h = &f->cover.holes[i];
        json_open(o, '{');
        put(o, "area_m2", h->area, 1);
        put(o, "width_m", h->width, 1);
        put(o, "height_m", h->height, 1);
        json_key(o, S("at"));
        place_json(o, &f->frame, h->at);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void pieces_json(struct json_out *o, const struct flight *f)
{
    json_key(o, S("shore"));
    json_open(o, '[');
    for (size_t i = 0; i < f->pieces_n; i++) {
        json_open(o, '{');
        put(o, "from_m", f->pieces[i].from, 1);
        put(o, "to_m", f->pieces[i].to, 1);
        put(o, "coverage", f->pieces[i].coverage, 4);
        put(o, "k2", f->pieces[i].twice, 4);
        json_close(o, '}');
    }
    json_close(o, ']');
}

/* Photographs by what is doubtful about them: {"yaw_reversed": ["DJI_0024.JPG"]}. */
static void found_json(struct json_out *o, const struct flight *f)
{
    size_t n;
    const struct photo_flag_name *names = photo_flag_names(&n);
    json_key(o, S("flags"));
    json_open(o, '{');
    for (size_t k = 0; k < n; k++) {
        bool any = false;
        for (size_t i = 0; i < f->n; i++) {
            if (!(f->shots[i].flags & names[k].flag))
                continue;
            if (!any) {
                json_key(o, str_of(names[k].id));
                json_open(o, '[');
            }
            any = true;
            json_str(o, f->shots[i].name);
        }
        if (any)
            json_close(o, ']');
    }
    json_close(o, '}');
}

static void entries_json(struct json_out *o, struct arena *a, const struct flight *f)
{
    json_key(o, S("entries"));
    json_open(o, '[');
    for (size_t i = 0; i < f->entries_n; i++) {
        const struct log_entry *e = &f->entries[i];
        json_open(o, '{');
        json_put_str(o, S("boundary"), e->fence);
        put_time(o, a, "from", e->from);
        put_time(o, a, "to", e->to);
        put(o, "lowest_m", e->lowest, 1);
        json_put_int(o, S("points"), (int64_t)e->points);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void unread_json(struct json_out *o, const struct photo_file *files, const str *names, size_t n)
{
    json_key(o, S("unread"));
    json_open(o, '[');
    for (size_t i = 0; i < n; i++)
        if (files[i].fault) {
            json_open(o, '{');
            json_put_str(o, S("file"), names[i]);
            json_put_str(o, S("why"), files[i].fault->text);
            json_close(o, '}');
        }
    json_close(o, ']');
}

void flight_json(struct json_out *o, struct arena *a, const struct flight *f, const struct flight_options *p, const struct photo_file *files,
                 const str *names, size_t n)
{
    const struct cover *c = &f->cover;
    int64_t aside = 0;
    for (size_t i = 0; i < f->n; i++)
        aside += (f->shots[i].flags & PHOTO_ASIDE) != 0;
    json_open(o, '{');
    json_put_int(o, S("photos"), (int64_t)n);
    json_put_int(o, S("located"), (int64_t)f->located);
    json_put_int(o, S("placed"), (int64_t)f->placed);
    json_put_int(o, S("quarantined"), aside);
    put(o, "footprints_m2", c->sum, 1);
    put(o, "union_m2", c->union_area, 1);
    put(o, "area_m2", p->task ? c->area : NAN, 1);
    put(o, "coverage", p->task && c->area > 0 ? c->once / c->area : NAN, 4);
    put(o, "k2", p->task && c->area > 0 ? c->twice / c->area : NAN, 4);
    put(o, "k3", p->task && c->area > 0 ? c->thrice / c->area : NAN, 4);
    put(o, "multiplicity", c->union_area > 0 ? c->sum / c->union_area : NAN, 2);
    put(o, "overlap_along", f->along, 4);
    put(o, "overlap_along_min", f->along_least, 4);
    put(o, "overlap_along_max", f->along_most, 4);
    put(o, "overlap_across", f->across, 4);
    put(o, "overlap_across_min", f->across_least, 4);
    put(o, "overlap_across_max", f->across_most, 4);
    put(o, "gsd_m", f->gsd, 4);
    put(o, "gsd_worst_m", f->gsd_worst, 4);
    put(o, "above_ground_min_m", f->above_ground_least, 1);
    put(o, "above_ground_max_m", f->above_ground_most, 1);
    json_put_int(o, S("lines"), f->lines);
    json_put_int(o, S("lines_reversed"), f->reversed_lines);
    json_put_int(o, S("clock_zone_minutes"), f->zone_minutes);
    json_put_bool(o, S("clock_zone_known"), f->zone_known);
    put(o, "line_step_m", c->step, 4);
    put(o, "holes_m2", p->task ? c->holes_area : NAN, 1);
    holes_json(o, f);
    pieces_json(o, f);
    found_json(o, f);
    entries_json(o, a, f);
    unread_json(o, files, names, n);
    json_close(o, '}');
}

void tracks_json(struct json_out *o, struct arena *a, const struct track *tracks, const str *names, size_t n)
{
    enum { MOST_POINTS = 1500 };
    json_open(o, '[');
    for (size_t k = 0; k < n; k++) {
        const struct track *t = &tracks[k];
        size_t every = t->n / MOST_POINTS + 1;
        usec start = t->n ? t->p[0].t : USEC_NONE, zone = t->utc ? 0 : 8 * USEC_HOUR; /* local time is Beijing's: we know of no other here */
        json_open(o, '{');
        json_put_str(o, S("name"), names[k]);
        json_put_str(o, S("dialect"), str_of(t->dialect));
        json_put_int(o, S("recorded"), (int64_t)t->n);
        if (start != USEC_NONE)
            json_put_str(o, S("start"), time_rfc3339(a, start - zone));
        json_key(o, S("points"));
        json_open(o, '[');
        for (size_t i = 0; i < t->n; i += every) {
            json_open(o, '[');
            number_json(o, t->p[i].lon, 6);
            number_json(o, t->p[i].lat, 6);
            number_json(o, t->p[i].above_takeoff, 1);
            if (start != USEC_NONE && t->p[i].t != USEC_NONE) /* seconds behind the start */
                json_int(o, (t->p[i].t - start) / USEC_SECOND);
            else
                json_null(o);
            json_close(o, ']');
        }
        json_close(o, ']');
        json_close(o, '}');
    }
    json_close(o, ']');
}
