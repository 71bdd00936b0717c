/*
 * The outline of a satellite's finding in photographs of a flight. Corners are projected into each photograph that sees any of it; the line is as wide as two
 * standard deviations on both sides, because that is how well its place is known: the photograph's own, and half a pixel of the satellite.
 */
#include "web/flight_outline.h"

#include "web/scenes.h"

#include <math.h>

enum { LIMIT_FLIGHTS = 40, FLIGHTS_NAMED = 5 };
#define NEAR_FLIGHT_M 1500.0

err *outline_of_finding(struct request *q, str finding, const struct frame *frame, struct outlined *ret)
{
    struct sighting f;
    struct view *v;
    size_t n;
    if (!(q->reader.roles & ROLES_SUPERVISE))
        return err_new(ERR_DENIED, "图斑由执法人员查看");
    TRY(sighting_find(q, finding, &f));
    TRY(scene_view(q, &f.scene, &v));
    const struct grid *g = &view_head(v)->grid;
    struct spots *rings = spots_of_rings(q->a, g, json_get(f.group, S("rings")), &n);
    *ret = (struct outlined){.finding = finding, .title = sighting_title(q, &f), .rings = NEW_ARRAY(q->a, n + 1, struct ring), .n = n,
                             .middle = {scene_number(f.group, "lat"), scene_number(f.group, "lon")}, .sigma = grid_pixel_m(g, g->height / 2.0) / 2};
    for (size_t r = 0; r < n; r++) {
        ret->rings[r] = (struct ring){NEW_ARRAY(q->a, rings[r].n, struct point), rings[r].n};
        for (size_t i = 0; i < rings[r].n; i++)
            ret->rings[r].p[i] = frame_point(frame, (struct place){(double)rings[r].p[i].lat / 1e7, (double)rings[r].p[i].lon / 1e7});
    }
    return NULL;
}

static double plane(const struct shot *s)
{
    return s->camera.z - s->above_ground;
}

/* A step of a metre or two, so that what runs past the camera is cut where it leaves the ground it sees, not at its next corner. */
static size_t steps_of(struct point a, struct point b)
{
    double n = ceil(hypot(b.x - a.x, b.y - a.y) / 2);
    return n < 1 ? 1 : n > 200 ? 200 : (size_t)n;
}

static bool in_front(const struct shot *s, struct point p, double *u, double *v)
{
    double w = s->camera.width, h = s->camera.height;
    return camera_pixel(&s->camera, p.x, p.y, plane(s), u, v) && *u > -w && *u < 2 * w && *v > -h && *v < 2 * h;
}

bool outline_seen(const struct outlined *l, const struct shot *s, double border, struct point *ret)
{
    double u, v, w = s->camera.width, h = s->camera.height;
    if (!s->placed || isnan(s->above_ground))
        return false;
    for (size_t r = 0; r < l->n; r++)
        for (size_t i = 0; i < l->rings[r].n; i++) {
            struct point a = l->rings[r].p[i], b = l->rings[r].p[(i + 1) % l->rings[r].n];
            size_t n = steps_of(a, b);
            for (size_t k = 0; k < n; k++) {
                struct point p = {a.x + (b.x - a.x) * (double)k / (double)n, a.y + (b.y - a.y) * (double)k / (double)n};
                if (camera_pixel(&s->camera, p.x, p.y, plane(s), &u, &v) && u >= border * w && v >= border * h && u <= (1 - border) * w && v <= (1 - border) * h) {
                    *ret = p;
                    return true;
                }
            }
        }
    return false;
}

bool outline_holds(const struct outlined *l, struct point p)
{
    bool in = false;
    for (size_t r = 0; r < l->n; r++)
        for (size_t i = 0, k = l->rings[r].n - 1; i < l->rings[r].n; k = i++) {
            struct point a = l->rings[r].p[i], b = l->rings[r].p[k];
            if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
                in = !in;
        }
    return in;
}

void put_outline_band(struct out *o, const struct outlined *l, const struct shot *s, double sigma_m)
{
    double u, v, gsd = s->footprint.gsd > 0 ? s->footprint.gsd : 1, wide = 4 * hypot(sigma_m, l->sigma) / gsd;
    w(o, H("<path class=\"outline\" stroke-width=\""), (long long)lround(wide < 2 ? 2 : wide), H("\" d=\""));
    for (size_t r = 0; r < l->n; r++) {
        bool open = false;
        for (size_t i = 0; i < l->rings[r].n; i++) {
            struct point a = l->rings[r].p[i], b = l->rings[r].p[(i + 1) % l->rings[r].n];
            size_t n = steps_of(a, b);
            for (size_t k = 0; k <= n; k++) {
                struct point p = {a.x + (b.x - a.x) * (double)k / (double)n, a.y + (b.y - a.y) * (double)k / (double)n};
                if (!in_front(s, p, &u, &v)) {
                    open = false;
                    continue;
                }
                buf_printf(&o->b, "%c%.0f %.0f", open ? 'L' : 'M', u, v);
                open = true;
            }
        }
    }
    w(o, H("\"/>"));
}

/* ---- which flights were near ---- */
struct near_flight { str id; double metres; int64_t photos; usec from; };

static err *near_flights(struct request *q, struct place p, struct near_flight *ret, size_t *ret_n)
{
    struct db *d;
    struct thing_page page;
    const struct thing *t = thing_find(S("flights"));
    *ret_n = 0;
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &(struct thing_query){.thing = t, .reader = &q->reader, .limit = LIMIT_FLIGHTS, .newest_first = true}, &page));
    for (size_t i = 0; i < page.n && *ret_n < FLIGHTS_NAMED; i++) {
        struct flight_counts n;
        struct task task;
        struct db_value *row;
        str id = page.row[i][thing_columns(t)].s;
        TRY(flight_counts(d, q->a, id, &n));
        if (!n.photos)
            continue;
        TRY(things_get(d, q->a, t, &q->reader, id, &row)); /* lists leave the area out */
        const struct db_value *area = flight_column(t, row, "area"), *from = flight_column(t, row, "from_time"), *corridor = flight_column(t, row, "corridor_m");
        if (area->kind != DB_TEXT || task_read(q->a, area->s, corridor->kind == DB_INT ? (double)corridor->i : 0, &task)) {
            err_clear();
            continue;
        }
        double away = metres_between(task.middle.lon, task.middle.lat, p.lon, p.lat);
        if (away <= NEAR_FLIGHT_M)
            ret[(*ret_n)++] = (struct near_flight){id, away, n.photos, from->kind == DB_INT ? from->i : USEC_NONE};
    }
    return NULL;
}

err *put_flights(struct request *q, struct out *o, str finding, double lon, double lat)
{
    struct near_flight list[FLIGHTS_NAMED];
    size_t n;
    if (!(q->reader.roles & ROLES_FLIGHTS))
        return NULL;
    TRY(near_flights(q, (struct place){lat, lon}, list, &n));
    w(o, H("<h2>无人机照片</h2>"));
    if (!n) {
        w(o, H("<p class=\"muted\">1.5千米内没有带照片的飞行。</p>"));
        return NULL;
    }
    w(o, H("<ul>"));
    for (size_t i = 0; i < n; i++)
        w(o, H("<li><a href=\"/flights/"), U(list[i].id), H("/see?finding="), U(finding), H("\">飞行"), list[i].id, H("：看到这组图斑的照片</a>，"),
          list[i].from == USEC_NONE ? S("时间未写明") : day_chinese(q->a, day_of(list[i].from)), H("，"), (long long)list[i].photos, H("张照片，区域中心相距约"), (long long)(list[i].metres + 0.5), H("米</li>"));
    w(o, H("</ul>"));
    return NULL;
}
