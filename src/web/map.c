/* The map under points (web/map.h). Lines are thinned to what a pixel can show, so the same table serves the province and a county. */
#include "web/map.h"

#include <math.h>
#include <stdlib.h>

enum { MARGIN = 30, COURSES_FROM = 3 /* degrees across */ };

/* Seats of the cities' governments, hundredths of a degree. */
static const struct {
    int code, lon, lat;
} seats[] = {{420100, 11431, 3059}, {420200, 11504, 3020}, {420300, 11080, 3263}, {420500, 11129, 3069},
             {420600, 11212, 3201}, {420700, 11489, 3039}, {420800, 11220, 3104}, {420900, 11392, 3092},
             {421000, 11224, 3034}, {421100, 11487, 3045}, {421200, 11432, 2984}, {421300, 11338, 3169},
             {422800, 10949, 3027}, {429004, 11344, 3033}, {429005, 11290, 3040}, {429006, 11317, 3066},
             {429021, 11068, 3175}};
enum { SEATS = sizeof seats / sizeof *seats };

/* Names of waters, hundredths of a degree, where there is room beside them. */
static const struct {
    int lon, lat;
    const char *name;
} waters[] = {{11185, 3026, "长江"}, {11520, 3004, "长江"}, {11251, 3140, "汉江"}, {11330, 2984, "洪湖"},
              {11450, 3024, "梁子湖"}, {11240, 3043, "长湖"}, {11420, 3002, "斧头湖"}, {11610, 2994, "龙感湖"}};
enum { WATERS = sizeof waters / sizeof *waters };

bool map_seat(int region, double *ret_lon, double *ret_lat)
{
    for (size_t i = 0; i < SEATS; i++)
        if (seats[i].code == region) {
            *ret_lon = seats[i].lon / 100.0, *ret_lat = seats[i].lat / 100.0;
            return true;
        }
    return false;
}

/* ---- whose ground ---- */
static double to_edge_m(double x, double y, double ax, double ay, double bx, double by)
{
    double l = (bx - ax) * (bx - ax) + (by - ay) * (by - ay), t = l > 0 ? ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / l : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypot(ax + t * (bx - ax) - x, ay + t * (by - ay) - y);
}

int map_city(double lon, double lat, bool *ret_near)
{
    const double shrink = cos(lat * 3.14159265358979 / 180), degree_m = 111320;
    double x = (lon - MAP_WEST) * MAP_UNIT, y = (lat - MAP_SOUTH) * MAP_UNIT, least = 1e9;
    int code = 0;
    for (size_t r = 0; r < map_cities_n; r++) {
        const int16_t (*p)[2] = &map_city_points[map_cities[r].first];
        bool in = false;
        for (int i = 0, k = map_cities[r].n - 1; i < map_cities[r].n; k = i++) {
            least = fmin(least, to_edge_m(x * shrink, y, p[k][0] * shrink, p[k][1], p[i][0] * shrink, p[i][1]));
            if ((p[i][1] > y) != (p[k][1] > y) && x < (double)(p[k][0] - p[i][0]) * (y - p[i][1]) / (p[k][1] - p[i][1]) + p[i][0])
                in = !in;
        }
        code = in ? map_cities[r].code : code;
    }
    *ret_near = least / MAP_UNIT * degree_m < 1000;
    return code;
}

/* ---- views ---- */
void map_view_start(struct map_view *v, int width, int height, bool slim)
{
    *v = (struct map_view){1e9, -1e9, 1e9, -1e9, width, height, slim};
}

void map_view_include(struct map_view *v, double lon, double lat)
{
    v->west = fmin(v->west, lon), v->east = fmax(v->east, lon);
    v->south = fmin(v->south, lat), v->north = fmax(v->north, lat);
}

void map_view_fit(struct map_view *v)
{
    if (v->west > v->east)
        map_view_include(v, 112.3, 31), map_view_include(v, 114.3, 30);
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

int map_x(const struct map_view *v, double lon)
{
    return MARGIN + (int)lround((lon - v->west) / (v->east - v->west) * (v->width - MARGIN));
}

int map_y(const struct map_view *v, double lat)
{
    return (int)lround((v->north - lat) / (v->north - v->south) * (v->height - MARGIN));
}

bool map_inside(const struct map_view *v, double lon, double lat)
{
    return lon > v->west && lon < v->east && lat > v->south && lat < v->north;
}

/* ---- net of degrees ---- */
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

static void net(struct request *q, struct out *o, const struct map_view *v)
{
    double step = net_step(v->east - v->west);
    w(o, H("<g class=\"net\" font-size=\""), v->slim ? 10 : 12, H("\">"));
    for (double lon = ceil(v->west / step) * step; lon < v->east; lon += step) {
        int x = map_x(v, lon);
        w(o, H("<path d=\"M"), x, H(" 0V"), v->height - MARGIN, H("\"/><text text-anchor=\"middle\" x=\""), x, H("\" y=\""), v->height - MARGIN + 16, H("\">"),
          degrees(q->a, lon, step), H("</text>"));
    }
    for (double lat = ceil(v->south / step) * step; lat < v->north; lat += step) {
        int y = map_y(v, lat);
        w(o, H("<path d=\"M"), (int)MARGIN, H(" "), y, H("H"), v->width, H("\"/><text text-anchor=\"end\" x=\""), MARGIN - 3, H("\" y=\""), y + 4, H("\">"),
          degrees(q->a, lat, step), H("</text>"));
    }
    w(o, H("</g>"));
}

/* ---- lines ---- */
static double point_lon(int i)
{
    return MAP_WEST + (double)map_points[i][0] / MAP_UNIT;
}

static double point_lat(int i)
{
    return MAP_SOUTH + (double)map_points[i][1] / MAP_UNIT;
}

static bool line_seen(const struct map_view *v, const struct map_line *l)
{
    return MAP_WEST + (double)l->east / MAP_UNIT > v->west && MAP_WEST + (double)l->west / MAP_UNIT < v->east &&
           MAP_SOUTH + (double)l->north / MAP_UNIT > v->south && MAP_SOUTH + (double)l->south / MAP_UNIT < v->north;
}

/* One path for all lines of a kind; a step of less than two pixels is left out, ends never are. */
static void lines(struct out *o, const struct map_view *v, enum map_kind kind, html class)
{
    bool any = false;
    for (size_t i = 0; i < map_lines_n; i++) {
        const struct map_line *l = &map_lines[i];
        if (l->kind != kind || !line_seen(v, l))
            continue;
        if (!any)
            w(o, H("<path class=\""), class, H("\" d=\""));
        any = true;
        int x = map_x(v, point_lon(l->first)), y = map_y(v, point_lat(l->first));
        w(o, H("M"), x, H(" "), y);
        for (int k = 1; k < l->n; k++) {
            int next_x = map_x(v, point_lon(l->first + k)), next_y = map_y(v, point_lat(l->first + k));
            if (k + 1 < l->n && abs(next_x - x) < 2 && abs(next_y - y) < 2)
                continue;
            w(o, H("l"), next_x - x, H(" "), next_y - y);
            x = next_x, y = next_y;
        }
    }
    if (any)
        w(o, H("\"/>"));
}

/* ---- names ---- */
struct taken { int left, top, right; };
struct labels { struct taken p[SEATS + WATERS]; size_t n; int high; };

/* Names that would lie on one another are left out, the later ones. */
static bool room(struct labels *l, int left, int y, int wide)
{
    for (size_t i = 0; i < l->n; i++)
        if (abs(l->p[i].top - y) < l->high && left < l->p[i].right && l->p[i].left < left + wide)
            return false;
    CHECK(l->n < sizeof l->p / sizeof *l->p);
    l->p[l->n++] = (struct taken){left, y, left + wide};
    return true;
}

/* Over the points, with a white edge, deaf to the pointer; at the eastern side they stand to the left. */
static void names(struct out *o, const struct map_view *v)
{
    struct labels l = {.high = v->slim ? 13 : 16};
    w(o, H("<g class=\"names\" font-size=\""), v->slim ? 11 : 14, H("\">"));
    for (size_t i = 0; i < SEATS; i++) {
        double lon = seats[i].lon / 100.0, lat = seats[i].lat / 100.0;
        const struct region *r = region_find(seats[i].code);
        if (!r || !map_inside(v, lon, lat))
            continue;
        int x = map_x(v, lon), y = map_y(v, lat), wide = (int)utf8_count(str_of(r->name)) * l.high;
        bool left = x + wide + 8 > v->width;
        if (!room(&l, left ? x - 7 - wide : x + 7, y, wide))
            continue;
        w(o, H("<text x=\""), left ? x - 7 : x + 7, H("\" y=\""), y - 5, left ? H("\" text-anchor=\"end\">") : H("\">"), r->name, H("</text>"));
    }
    for (size_t i = 0; i < WATERS; i++) {
        double lon = waters[i].lon / 100.0, lat = waters[i].lat / 100.0;
        int x = map_x(v, lon), y = map_y(v, lat);
        if (map_inside(v, lon, lat) && room(&l, x, y, (int)utf8_count(str_of(waters[i].name)) * l.high))
            w(o, H("<text class=\"water\" x=\""), x, H("\" y=\""), y - 5, H("\">"), waters[i].name, H("</text>"));
    }
    w(o, H("</g>"));
}

/* ---- the picture ---- */
static bool boundaries_shown(const struct request *q)
{
    return (q->reader.roles & ROLES_INSIDE) != 0;
}

void map_begin(struct request *q, struct out *o, const struct map_view *v, str label)
{
    w(o, H("<svg class=\"picture map\" viewBox=\"0 0 "), v->width, H(" "), v->height, H("\" role=\"group\" aria-label=\""), label, H("\">"));
    net(q, o, v);
    /* an svg of its own cuts at the margins */
    w(o, H("<svg x=\""), (int)MARGIN, H("\" width=\""), v->width - MARGIN, H("\" height=\""), v->height - MARGIN, H("\" viewBox=\""), (int)MARGIN, H(" 0 "),
      v->width - MARGIN, H(" "), v->height - MARGIN, H("\">"));
    lines(o, v, MAP_WATER, H("water"));
    if (v->east - v->west > COURSES_FROM) /* nearer by, the areas say it better */
        lines(o, v, MAP_COURSE, H("course"));
    if (boundaries_shown(q)) {
        lines(o, v, MAP_CITY, H("city"));
        lines(o, v, MAP_BORDER, H("border"));
    }
    w(o, H("</svg>"));
    for (size_t i = 0; i < SEATS; i++)
        if (map_inside(v, seats[i].lon / 100.0, seats[i].lat / 100.0))
            w(o, H("<path class=\"seat\" d=\"M"), map_x(v, seats[i].lon / 100.0) - 4, H(" "), map_y(v, seats[i].lat / 100.0), H("h8m-4-4v8\"/>"));
}

void map_end(struct out *o, const struct map_view *v)
{
    names(o, v);
    w(o, H("</svg>"));
}

void map_note(struct request *q, struct out *o)
{
    w(o, H("<p class=\"muted\">十字为政府驻地。"));
    if (boundaries_shown(q))
        w(o, H("内部工作示意图，无审图号：市界据Apache ECharts（未注明坐标系，可偏离约600米），"
               "水系©OpenStreetMap贡献者（ODbL）和Natural Earth，不作划界和定位依据，不得对外公开。"));
    else
        w(o, H("水系©OpenStreetMap贡献者（ODbL）和Natural Earth，仅作方位参考；图上没有行政区域界线。"));
    w(o, H("</p>"));
}

/* ---- places of a list ---- */
static void place(struct out *o, const struct map_view *v, const struct map_place *p)
{
    int x = map_x(v, (double)p->lon / 1e7), y = map_y(v, (double)p->lat / 1e7);
    w(o, H("<a class=\"place\" href=\""), p->href, H("\"><title>"), p->label, H("</title><circle r=\"11\" cx=\""), x,
      H("\" cy=\""), y, H("\"/><text text-anchor=\"middle\" x=\""), x, H("\" y=\""), y + 4, H("\">"), p->number, H("</text></a>"));
}

void draw_places(struct request *q, struct out *o, const struct map_place *p, size_t n, int width, int height)
{
    struct map_view v;
    map_view_start(&v, width, height, width < 500);
    for (size_t i = 0; i < n; i++)
        map_view_include(&v, (double)p[i].lon / 1e7, (double)p[i].lat / 1e7);
    map_view_fit(&v);
    map_begin(q, o, &v, S("现场位置图，同样内容见列表"));
    for (size_t i = 0; i < n; i++)
        place(o, &v, &p[i]);
    map_end(o, &v);
}
