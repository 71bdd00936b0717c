/*
 * Outlets and figures on the map (web/map.h). State is told by shape as well as colour. Many outlets become one mark for each county.
 */
#include "web/looking.h"
#include "web/map.h"
#include "web/monitor.h"

#include <math.h>

enum { LIMIT_POINTS = 400 };

/* Circle, triangle, square, empty circle: as the words beside them in lists. */
static void shape(struct out *o, enum outlet_state s, int x, int y, int size)
{
    switch (s) {
    case OUTLET_REPORTING:
        w(o, H("<circle class=\"reporting\" cx=\""), x, H("\" cy=\""), y, H("\" r=\""), size, H("\"/>"));
        break;
    case OUTLET_LATE:
        w(o, H("<path class=\"late\" d=\"M"), x, H(" "), y - size, H("l"), size, H(" "), 2 * size - 1,
          H("h-"), 2 * size, H("z\"/>"));
        break;
    case OUTLET_SILENT:
        w(o, H("<rect class=\"silent\" x=\""), x - size, H("\" y=\""), y - size, H("\" width=\""),
          2 * size, H("\" height=\""), 2 * size, H("\"/>"));
        break;
    default:
        w(o, H("<circle class=\"never\" cx=\""), x, H("\" cy=\""), y, H("\" r=\""),
          size, H("\"/>"));
    }
}

static void points(struct out *o, const struct map_view *v, const struct outlets *all)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct outlet *one = &all->p[i];
        if (!one->lon || !one->lat)
            continue;
        w(o, H("<a href=\"/monitor/"), U(one->id), H("\"><title>"), one->title, H(" "), outlet_state_text(one->state),
          H("</title>"));
        shape(o, one->state, map_x(v, (double)one->lon / 1e7), map_y(v, (double)one->lat / 1e7), v->slim ? 5 : 6);
        w(o, H("</a>"));
    }
}

struct cluster {
    int region;
    double lon, lat;
    int64_t n, state[OUTLET_STATES];
};

static struct cluster *cluster_of(struct arena *a, struct map *by, int region)
{
    str key = arena_printf(a, "%d", region);
    struct cluster *c = map_get(by, key);
    if (!c) {
        c = NEW(a, struct cluster);
        c->region = region;
        map_put(by, key, c);
    }
    return c;
}

/* One mark for each county, at the middle of its outlets; the worst state gives the shape, the number says how many. */
static void clusters(struct request *q, struct out *o, const struct map_view *v, const struct outlets *all)
{
    struct map *by = map_new(q->a);
    for (size_t i = 0; i < all->n; i++) {
        const struct outlet *one = &all->p[i];
        if (!one->lon || !one->lat)
            continue;
        struct cluster *c = cluster_of(q->a, by, one->region);
        c->lon += (double)one->lon / 1e7, c->lat += (double)one->lat / 1e7;
        c->n++;
        c->state[one->state]++;
    }
    for (size_t i = 0; i < map_count(by); i++) {
        str key;
        void *value;
        map_at(by, i, &key, &value);
        const struct cluster *c = value;
        const struct region *r = region_find(c->region);
        enum outlet_state worst = c->state[OUTLET_SILENT]      ? OUTLET_SILENT
                                  : c->state[OUTLET_LATE]      ? OUTLET_LATE
                                  : c->state[OUTLET_REPORTING] ? OUTLET_REPORTING
                                                               : OUTLET_NEVER;
        int x = map_x(v, c->lon / (double)c->n), y = map_y(v, c->lat / (double)c->n);
        w(o, H("<a href=\"/monitor?view=map&amp;region="), U(key), H("\"><title>"), r ? r->name : "", H("："), c->n,
          H("个点位，正常"), c->state[OUTLET_REPORTING], H("，延迟"), c->state[OUTLET_LATE], H("，中断"),
          c->state[OUTLET_SILENT], H("，从未上报"), c->state[OUTLET_NEVER], H("</title>"));
        shape(o, worst, x, y, v->slim ? 6 : 9);
        w(o, H("<text class=\"count\" x=\""), x + (v->slim ? 8 : 11),
          H("\" y=\""), y + 4, H("\">"), c->n, H("</text></a>"));
    }
}

void draw_map(struct request *q, struct out *o, const struct outlets *all, int width, int height, bool slim)
{
    struct map_view v;
    size_t placed = 0;
    map_view_start(&v, width, height, slim);
    for (size_t i = 0; i < all->n; i++)
        if (all->p[i].lon && all->p[i].lat) {
            map_view_include(&v, (double)all->p[i].lon / 1e7, (double)all->p[i].lat / 1e7);
            placed++;
        }
    map_view_fit(&v);
    map_begin(q, o, &v, S("监测点位图，同样内容见下方列表"));
    if (placed <= LIMIT_POINTS)
        points(o, &v, all);
    else
        clusters(q, o, &v, all);
    map_end(o, &v);
}

/* ---- figures of cities: a mark stands at the seat of government; what has no seat here stands in the table below the map only ---- */
void draw_marks(struct request *q, struct out *o, const struct map_mark *m, size_t n)
{
    struct map_view v;
    double lon, lat;
    map_view_start(&v, 1040, 520, false);
    map_view_include(&v, 108.4, 29.1), map_view_include(&v, 116.1, 33.2);
    map_view_fit(&v);
    map_begin(q, o, &v, S("各市数值图，同样内容见下表"));
    for (size_t i = 0; i < n; i++)
        if (map_seat(m[i].region, &lon, &lat))
            w(o, H("<g><title>"), m[i].label, H("</title><circle class=\"share\" cx=\""), map_x(&v, lon), H("\" cy=\""), map_y(&v, lat), H("\" r=\""),
              4 + (int)lround(22 * sqrt(m[i].share)), H("\"/></g>"));
    map_end(o, &v);
    w(o, H("<p class=\"muted\">圆的面积按数值。</p>"));
    map_note(q, o);
}
