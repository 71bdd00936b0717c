/*
 * A flight from what was kept of it: photographs as shot_json wrote them, days later and without their files. Lines, overlaps, coverage and
 * holes come out as they did, to the rounding of the record; heights and clocks are not judged again.
 */
#include "patrol/flight.h"

#include <string.h>

static double number(const struct json *o, const char *key)
{
    const struct json *v = json_get(o, str_of(key));
    return v && v->kind == JSON_NUMBER && isfinite(v->number) ? v->number : NAN;
}

uint64_t flags_read(const struct json *list)
{
    size_t n;
    uint64_t all = 0;
    const struct photo_flag_name *names = photo_flag_names(&n);
    for (size_t i = 0; list && list->kind == JSON_ARRAY && i < list->n; i++)
        for (size_t k = 0; k < n; k++)
            if (str_eq(list->child[i].string, str_of(names[k].id)))
                all |= names[k].flag;
    return all;
}

static bool outline(const struct frame *f, const struct json *list, struct footprint *ret)
{
    if (!list || list->kind != JSON_ARRAY || list->n < 3 || list->n > FOOTPRINT_POINTS)
        return false;
    for (size_t i = 0; i < list->n; i++) {
        const struct json *pair = &list->child[i];
        if (pair->kind != JSON_ARRAY || pair->n != 2 || !place_good(pair->child[1].number, pair->child[0].number))
            return false;
        ret->p[i] = frame_point(f, (struct place){pair->child[1].number, pair->child[0].number});
    }
    ret->n = (int)list->n;
    return true;
}

static void lens_of(const struct json *j, struct photo *p)
{
    const struct json *k = json_get(j, S("distortion"));
    p->lens = (struct lens){.focal = number(j, "focal_px"), .cx = number(j, "cx"), .cy = number(j, "cy")};
    if (!(p->lens.focal > 0))
        p->lens.focal = 0;
    double *to[] = {&p->lens.k1, &p->lens.k2, &p->lens.p1, &p->lens.p2, &p->lens.k3};
    for (size_t i = 0; k && k->kind == JSON_ARRAY && k->n == 5 && i < 5; i++) {
        *to[i] = k->child[i].number;
        p->lens.distorted = true;
    }
}

bool shot_read(struct arena *a, const struct frame *f, const struct json *j, struct shot *ret)
{
    struct photo *p = NEW(a, struct photo);
    double width = number(j, "width"), height = number(j, "height");
    if (!j || j->kind != JSON_OBJECT)
        return false;
    *ret = (struct shot){.name = json_string(j, S("photo")), .photo = p, .t = USEC_NONE, .along = NAN, .across = NAN, .motion = NAN, .motion_score = NAN,
                         .above_ground = number(j, "above_ground_m"), .flags = flags_read(json_get(j, S("flags"))), .fence = json_string(j, S("boundary"))};
    sm3_from_text(json_string(j, S("head")), &ret->digest);
    if (time_parse(json_string(j, S("time")), &ret->t)) {
        err_clear();
        ret->t = USEC_NONE;
    }
    p->lat = number(j, "lat"), p->lon = number(j, "lon"), p->above_takeoff = number(j, "above_takeoff_m");
    if (!place_good(p->lat, p->lon))
        p->lat = p->lon = NAN;
    p->width = width > 0 && width < 1e5 ? (int32_t)width : 0, p->height = height > 0 && height < 1e5 ? (int32_t)height : 0;
    str model = json_string(j, S("model"));
    if (model.n && model.n < sizeof p->model)
        memcpy(p->model, model.p, model.n);
    coding_read(json_string(j, S("coding")), &p->coding);
    lens_of(j, p);
    ret->error = pose_error_of(p);
    ret->ellipse = (struct ellipse){number(j, "ellipse_a_m"), number(j, "ellipse_b_m"), number(j, "ellipse_azimuth")};
    struct point at = isnan(p->lat) ? (struct point){NAN, NAN} : frame_point(f, (struct place){p->lat, p->lon});
    ret->camera = (struct camera){at.x, at.y, p->above_takeoff, {number(j, "yaw"), number(j, "pitch"), number(j, "roll")}, p->lens, p->width, p->height};
    if (isnan(ret->camera.angles.roll))
        ret->camera.angles.roll = 0;
    ret->placed = !isnan(at.x) && p->lens.focal > 0 && outline(f, json_get(j, S("footprint")), &ret->footprint);
    if (!ret->placed)
        return true;
    ret->footprint.gsd = ret->footprint.gsd_worst = number(j, "gsd_m");
    ret->footprint.area = ring_area(&(struct ring){ret->footprint.p, (size_t)ret->footprint.n});
    struct ground flat = {.plane = ret->camera.z - ret->above_ground};
    ret->placed = ret->footprint.area > 0 && camera_hit(&ret->camera, &flat, p->width / 2.0, p->height / 2.0, &ret->footprint.centre);
    return true;
}

err *flight_again(struct arena *a, const struct flight_options *o, const struct frame *frame, struct shot *shots, size_t n, struct flight *ret)
{
    struct judging j = {.a = a, .o = o, .f = ret};
    *ret = (struct flight){.frame = *frame, .shots = shots, .n = n, .above_ground_least = INFINITY, .above_ground_most = -INFINITY};
    shots_sort(ret);
    shots_doubles(a, ret);
    shots_siblings(a, ret);
    for (size_t i = 0; i < n; i++) {
        shots[i].line = 0;
        ret->located += !isnan(shots[i].camera.x);
        ret->placed += shots[i].placed;
        if (!isnan(shots[i].above_ground)) {
            ret->above_ground_least = fmin(ret->above_ground_least, shots[i].above_ground);
            ret->above_ground_most = fmax(ret->above_ground_most, shots[i].above_ground);
        }
    }
    lines_find(&j);
    return flight_cover(&j);
}
