/*
 * A map without borders. The outlines of regions that can be had freely carry no examination number (审图号), which
 * published maps need (Map Administration Regulations, art. 15); a net of degrees and the seats of government say where
 * a place is, and are nobody's drawing. State is told by shape as well as colour. Many outlets become one mark for each
 * county.
 */
#include "web/looking.h"
#include "web/map.h"
#include "web/monitor.h"

#include <math.h>
#include <stdlib.h>

enum { LIMIT_POINTS = 400, MARGIN = 30 };

/* Seats of the cities' governments, hundredths of a degree. */
static const struct {
    int code, lon, lat;
} seats[] = {{420100, 11431, 3059}, {420200, 11504, 3020}, {420300, 11080, 3263}, {420500, 11129, 3069},
             {420600, 11212, 3201}, {420700, 11489, 3039}, {420800, 11220, 3104}, {420900, 11392, 3092},
             {421000, 11224, 3034}, {421100, 11487, 3045}, {421200, 11432, 2984}, {421300, 11338, 3169},
             {422800, 10949, 3027}, {429004, 11344, 3033}, {429005, 11290, 3040}, {429006, 11317, 3066},
             {429021, 11068, 3175}};

enum { SEATS = sizeof seats / sizeof *seats };

struct view {
    double west, east, south, north;
    int width, height;
    bool slim;
};

static void include(struct view *v, double lon, double lat)
{
    v->west = fmin(v->west, lon), v->east = fmax(v->east, lon);
    v->south = fmin(v->south, lat), v->north = fmax(v->north, lat);
}

/* What is shown fills the frame, true to scale at its middle latitude. */
static void fit(struct view *v)
{
    if (v->west > v->east)
        include(v, 112.3, 31), include(v, 114.3, 30);
    double middle = (v->south + v->north) / 2, shrink = cos(middle * 3.14159265358979 / 180);
    double wide = fmax((v->east - v->west) * 1.12, 0.3), high = fmax((v->north - v->south) * 1.12, 0.2);
    double ratio = (double)(v->width - MARGIN) / (v->height - MARGIN);
    if (wide * shrink / high < ratio)
        wide = high * ratio / shrink;
    else
        high = wide * shrink / ratio;
    double centre = (v->west + v->east) / 2;
    v->west = centre - wide / 2, v->east = centre + wide / 2;
    v->south = middle - high / 2, v->north = middle + high / 2;
}

static int place_x(const struct view *v, double lon)
{
    return MARGIN + (int)lround((lon - v->west) / (v->east - v->west) * (v->width - MARGIN));
}

static int place_y(const struct view *v, double lat)
{
    return (int)lround((v->north - lat) / (v->north - v->south) * (v->height - MARGIN));
}

static bool inside(const struct view *v, double lon, double lat)
{
    return lon > v->west && lon < v->east && lat > v->south && lat < v->north;
}

static str degrees(struct arena *a, double value, double step)
{
    return arena_printf(a, "%.*f°", step < 0.1 ? 2 : step < 1 ? 1 : 0, value);
}

static double net_step(double span)
{
    static const double steps[] = {0.05, 0.1, 0.2, 0.5, 1, 2};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (span / steps[i] <= 7)
            return steps[i];
    return 5;
}

static void net(struct request *q, struct out *o, const struct view *v)
{
    double step = net_step(v->east - v->west);
    w(o, H("<g stroke=\"#d5dae1\" fill=\"#555f6e\" font-size=\""), v->slim ? 10 : 12, H("\">"));
    for (double lon = ceil(v->west / step) * step; lon < v->east; lon += step) {
        int x = place_x(v, lon);
        w(o, H("<path d=\"M"), x, H(" 0V"), v->height - MARGIN,
          H("\"/><text stroke=\"none\" text-anchor=\"middle\" x=\""), x, H("\" y=\""), v->height - MARGIN + 16,
          H("\">"), degrees(q->a, lon, step), H("</text>"));
    }
    for (double lat = ceil(v->south / step) * step; lat < v->north; lat += step) {
        int y = place_y(v, lat);
        w(o, H("<path d=\"M"), (int)MARGIN, H(" "), y, H("H"), v->width,
          H("\"/><text stroke=\"none\" text-anchor=\"end\" x=\""), MARGIN - 3, H("\" y=\""), y + 4, H("\">"),
          degrees(q->a, lat, step), H("</text>"));
    }
    w(o, H("</g>"));
}

static void crosses(struct out *o, const struct view *v)
{
    for (size_t i = 0; i < SEATS; i++)
        if (inside(v, seats[i].lon / 100.0, seats[i].lat / 100.0))
            w(o, H("<path stroke=\"#555f6e\" d=\"M"), place_x(v, seats[i].lon / 100.0) - 4, H(" "),
              place_y(v, seats[i].lat / 100.0), H("h8m-4-4v8\"/>"));
}

/* Over the points, with a white edge, deaf to the pointer; at the eastern side they stand to the left. Names that would
 * lie on one another are left out on a small map. */
static void names(struct out *o, const struct view *v)
{
    int taken[SEATS][3], n = 0, high = v->slim ? 13 : 16;
    w(o,
      H("<g fill=\"#1c2330\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\" pointer-events=\"none\" "
        "font-size=\""),
      v->slim ? 11 : 14, H("\">"));
    for (size_t i = 0; i < SEATS; i++) {
        double lon = seats[i].lon / 100.0, lat = seats[i].lat / 100.0;
        const struct region *r = region_find(seats[i].code);
        if (!r || !inside(v, lon, lat))
            continue;
        int x = place_x(v, lon), y = place_y(v, lat), wide = (int)utf8_count(str_of(r->name)) * high;
        bool left = x + wide + 8 > v->width, hidden = false;
        int from = left ? x - 7 - wide : x + 7;
        for (int j = 0; j < n; j++)
            hidden = hidden || (abs(taken[j][1] - y) < high && from < taken[j][2] && taken[j][0] < from + wide);
        if (hidden)
            continue;
        taken[n][0] = from, taken[n][1] = y, taken[n++][2] = from + wide;
        w(o, H("<text x=\""), left ? x - 7 : x + 7, H("\" y=\""), y - 5, left ? H("\" text-anchor=\"end\">") : H("\">"),
          r->name, H("</text>"));
    }
    w(o, H("</g>"));
}

/* Circle, triangle, square, empty circle: as the words beside them in lists. */
static void shape(struct out *o, enum outlet_state s, int x, int y, int size)
{
    switch (s) {
    case OUTLET_REPORTING:
        w(o, H("<circle fill=\"#1d6136\" stroke=\"#fff\" cx=\""), x, H("\" cy=\""), y, H("\" r=\""), size, H("\"/>"));
        break;
    case OUTLET_LATE:
        w(o, H("<path fill=\"#7a4b00\" stroke=\"#fff\" d=\"M"), x, H(" "), y - size, H("l"), size, H(" "), 2 * size - 1,
          H("h-"), 2 * size, H("z\"/>"));
        break;
    case OUTLET_SILENT:
        w(o, H("<rect fill=\"#a3201c\" stroke=\"#fff\" x=\""), x - size, H("\" y=\""), y - size, H("\" width=\""),
          2 * size, H("\" height=\""), 2 * size, H("\"/>"));
        break;
    default:
        w(o, H("<circle fill=\"#fff\" stroke=\"#555f6e\" stroke-width=\"2\" cx=\""), x, H("\" cy=\""), y, H("\" r=\""),
          size, H("\"/>"));
    }
}

static void points(struct out *o, const struct view *v, const struct outlets *all)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct outlet *one = &all->p[i];
        if (!one->lon || !one->lat)
            continue;
        w(o, H("<a href=\"/monitor/"), U(one->id), H("\"><title>"), one->title, H(" "), outlet_state_text(one->state),
          H("</title>"));
        shape(o, one->state, place_x(v, (double)one->lon / 1e7), place_y(v, (double)one->lat / 1e7), v->slim ? 5 : 6);
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
static void clusters(struct request *q, struct out *o, const struct view *v, const struct outlets *all)
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
        int x = place_x(v, c->lon / (double)c->n), y = place_y(v, c->lat / (double)c->n);
        w(o, H("<a href=\"/monitor?view=map&amp;region="), U(key), H("\"><title>"), r ? r->name : "", H("："), c->n,
          H("个点位，正常"), c->state[OUTLET_REPORTING], H("，延迟"), c->state[OUTLET_LATE], H("，中断"),
          c->state[OUTLET_SILENT], H("，从未上报"), c->state[OUTLET_NEVER], H("</title>"));
        shape(o, worst, x, y, v->slim ? 6 : 9);
        w(o, H("<text font-size=\"11\" font-weight=\"bold\" fill=\"#1c2330\" x=\""), x + (v->slim ? 8 : 11),
          H("\" y=\""), y + 4, H("\">"), c->n, H("</text></a>"));
    }
}

void draw_map(struct request *q, struct out *o, const struct outlets *all, int width, int height, bool slim)
{
    struct view v = {1e9, -1e9, 1e9, -1e9, width, height, slim};
    size_t placed = 0;
    for (size_t i = 0; i < all->n; i++)
        if (all->p[i].lon && all->p[i].lat) {
            include(&v, (double)all->p[i].lon / 1e7, (double)all->p[i].lat / 1e7);
            placed++;
        }
    fit(&v);
    w(o, H("<svg class=\"picture\" viewBox=\"0 0 "), width, H(" "), height,
      H("\" role=\"img\" aria-label=\"监测点位图，同样内容见下方列表\">"));
    net(q, o, &v);
    crosses(o, &v);
    if (placed <= LIMIT_POINTS)
        points(o, &v, all);
    else
        clusters(q, o, &v, all);
    names(o, &v);
    w(o, H("</svg>"));
}

/* ---- the day's places ---- */

void draw_places(struct request *q, struct out *o, const struct map_place *p, size_t n, int width, int height)
{
    struct view v = {1e9, -1e9, 1e9, -1e9, width, height, width < 500};
    for (size_t i = 0; i < n; i++)
        include(&v, (double)p[i].lon / 1e7, (double)p[i].lat / 1e7);
    fit(&v);
    w(o, H("<svg class=\"picture\" viewBox=\"0 0 "), width, H(" "), height, H("\" role=\"img\" aria-label=\"现场位置图，同样内容见列表\">"));
    net(q, o, &v);
    crosses(o, &v);
    names(o, &v);
    for (size_t i = 0; i < n; i++) {
        int x = place_x(&v, (double)p[i].lon / 1e7), y = place_y(&v, (double)p[i].lat / 1e7);
        w(o, H("<a href=\""), p[i].href, H("\"><title>"), p[i].label, H("</title><circle class=\"pin\" cx=\""), x, H("\" cy=\""), y, H("\" r=\"11\"/><text class=\"pin\" text-anchor=\"middle\" x=\""),
          x, H("\" y=\""), y + 4, H("\">"), p[i].number, H("</text></a>"));
    }
    w(o, H("</svg>"));
}

/* ---- figures of cities ---- */

/* A city's mark stands at its seat of government; what has no seat here stands in the table below the map only. */
static bool seat_of(int region, double *ret_lon, double *ret_lat)
{
    for (size_t i = 0; i < SEATS; i++)
        if (seats[i].code == region) {
            *ret_lon = seats[i].lon / 100.0, *ret_lat = seats[i].lat / 100.0;
            return true;
        }
    return false;
}

void draw_marks(struct request *q, struct out *o, const struct map_mark *m, size_t n)
{
    struct view v = {1e9, -1e9, 1e9, -1e9, 1040, 520, false};
    double lon, lat;
    for (size_t i = 0; i < SEATS; i++)
        include(&v, seats[i].lon / 100.0, seats[i].lat / 100.0);
    fit(&v);
    w(o, H("<svg class=\"picture\" viewBox=\"0 0 "), v.width, H(" "), v.height, H("\" role=\"img\" aria-label=\"各市数值图，同样内容见下表；图上只有经纬网和政府驻地，不是行政区域界线图\">"));
    net(q, o, &v);
    for (size_t i = 0; i < n; i++)
        if (seat_of(m[i].region, &lon, &lat))
            w(o, H("<g><title>"), m[i].label, H("</title><circle fill=\"#15507e\" fill-opacity=\".55\" stroke=\"#15507e\" cx=\""), place_x(&v, lon), H("\" cy=\""),
              place_y(&v, lat), H("\" r=\""), 4 + (int)lround(22 * sqrt(m[i].share)), H("\"/></g>"));
    crosses(o, &v);
    names(o, &v);
    w(o, H("</svg><p class=\"muted\">圆的面积按数值。图上只有经纬网和政府驻地，不是行政区域界线图。</p>"));
}
