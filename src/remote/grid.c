/* Krüger 1912 in the form of Karney 2011 (Transverse Mercator with an accuracy of a few nanometers), to n⁴. */
#include "remote/grid.h"

#include <math.h>
#include <string.h>

#define RADIANS (M_PI / 180)

static const struct { double a, flattening; } wgs84 = {6378137.0, 1 / 298.257223563}, cgcs2000 = {6378137.0, 1 / 298.257222101};

static struct crs transverse(int epsg, bool chinese, double lon0, double k0, double east0, double north0)
{
    return (struct crs){.kind = CRS_TRANSVERSE, .epsg = epsg, .a = wgs84.a, .flattening = chinese ? cgcs2000.flattening : wgs84.flattening, .lon0 = lon0,
                        .k0 = k0, .east0 = east0, .north0 = north0};
}

bool crs_of_epsg(int epsg, struct crs *ret)
{
    if (epsg == 4326 || epsg == 4490)
        *ret = (struct crs){.kind = CRS_GEOGRAPHIC, .epsg = epsg, .a = wgs84.a, .flattening = epsg == 4490 ? cgcs2000.flattening : wgs84.flattening};
    else if ((epsg > 32600 && epsg <= 32660) || (epsg > 32700 && epsg <= 32760))
        *ret = transverse(epsg, false, (epsg % 100) * 6 - 183, 0.9996, 500000, epsg > 32700 ? 10000000 : 0);
    else if (epsg >= 4491 && epsg <= 4501) /* 6°, zone 13..23 before the easting */
        *ret = transverse(epsg, true, 75 + 6 * (epsg - 4491), 1, 500000 + 1e6 * (13 + epsg - 4491), 0);
    else if (epsg >= 4502 && epsg <= 4512)
        *ret = transverse(epsg, true, 75 + 6 * (epsg - 4502), 1, 500000, 0);
    else if (epsg >= 4513 && epsg <= 4533) /* 3°, zone 25..45 before the easting */
        *ret = transverse(epsg, true, 75 + 3 * (epsg - 4513), 1, 500000 + 1e6 * (25 + epsg - 4513), 0);
    else if (epsg >= 4534 && epsg <= 4554)
        *ret = transverse(epsg, true, 75 + 3 * (epsg - 4534), 1, 500000, 0);
    else
        return false;
    return true;
}

str crs_text(struct arena *a, const struct crs *c)
{
    str code = c->epsg ? arena_printf(a, "（EPSG:%d）", c->epsg) : S("");
    if (c->kind == CRS_GEOGRAPHIC)
        return arena_printf(a, "%s 经纬度%.*s", c->epsg == 4490 ? "CGCS2000" : "WGS 84", STR_ARG(code));
    if (c->kind == CRS_TRANSVERSE && c->k0 < 1)
        return arena_printf(a, "UTM，中央经线%g°%.*s", c->lon0, STR_ARG(code));
    if (c->kind == CRS_TRANSVERSE)
        return arena_printf(a, "CGCS2000 高斯-克吕格，中央经线%g°%.*s", c->lon0, STR_ARG(code));
    return c->kind == CRS_NONE ? S("没有坐标系") : S("其他坐标系");
}

/* ---- series ---- */
struct krueger { double n, radius, e; };

static struct krueger krueger_of(const struct crs *c)
{
    double n = c->flattening / (2 - c->flattening), n2 = n * n;
    return (struct krueger){n, c->a / (1 + n) * (1 + n2 / 4 + n2 * n2 / 64), sqrt(c->flattening * (2 - c->flattening))};
}

/* Latitude on the sphere of equal angles, by its tangent. */
static double conformal(double tangent, double e)
{
    double sigma = sinh(e * atanh(e * tangent / sqrt(1 + tangent * tangent)));
    return tangent * sqrt(1 + sigma * sigma) - sigma * sqrt(1 + tangent * tangent);
}

static void coefficients(double n, bool back, double ret[4])
{
    double n2 = n * n, n3 = n2 * n, n4 = n2 * n2;
    if (back) {
        ret[0] = n / 2 - 2 * n2 / 3 + 37 * n3 / 96 - n4 / 360;
        ret[1] = n2 / 48 + n3 / 15 - 437 * n4 / 1440;
        ret[2] = 17 * n3 / 480 - 37 * n4 / 840;
        ret[3] = 4397 * n4 / 161280;
    } else {
        ret[0] = n / 2 - 2 * n2 / 3 + 5 * n3 / 16 + 41 * n4 / 180;
        ret[1] = 13 * n2 / 48 - 3 * n3 / 5 + 557 * n4 / 1440;
        ret[2] = 61 * n3 / 240 - 103 * n4 / 140;
        ret[3] = 49561 * n4 / 161280;
    }
}

static double meridian(const struct crs *c, const struct krueger *k) /* of lat0 */
{
    double f[4], xi = atan(conformal(tan(c->lat0 * RADIANS), k->e)), sum = xi;
    coefficients(k->n, false, f);
    for (int i = 0; i < 4; i++)
        sum += f[i] * sin(2 * (i + 1) * xi);
    return c->lat0 == 0 ? 0 : sum * k->radius * c->k0;
}

static void transverse_forward(const struct crs *c, double lon, double lat, double *x, double *y)
{
    struct krueger k = krueger_of(c);
    double f[4], t = conformal(tan(lat * RADIANS), k.e), l = (lon - c->lon0) * RADIANS;
    double xi0 = atan2(t, cos(l)), eta0 = asinh(sin(l) / hypot(t, cos(l))), xi = xi0, eta = eta0;
    coefficients(k.n, false, f);
    for (int i = 0; i < 4; i++) {
        xi += f[i] * sin(2 * (i + 1) * xi0) * cosh(2 * (i + 1) * eta0);
        eta += f[i] * cos(2 * (i + 1) * xi0) * sinh(2 * (i + 1) * eta0);
    }
    *x = c->east0 + c->k0 * k.radius * eta;
    *y = c->north0 + c->k0 * k.radius * xi - meridian(c, &k);
}

/* What the way back needs of an easting alone and of a northing alone: a lattice has far fewer of these than places. */
struct krueger_back { struct krueger k; double f[4], meridian; };
struct of_northing { double xi, sine[4], cosine[4]; };
struct of_easting { double eta, sinh[4], cosh[4]; };

static struct krueger_back back_of(const struct crs *c)
{
    struct krueger_back b = {.k = krueger_of(c)};
    coefficients(b.k.n, true, b.f);
    b.meridian = meridian(c, &b.k);
    return b;
}

static struct of_northing of_northing(const struct crs *c, const struct krueger_back *b, double y)
{
    struct of_northing n = {.xi = (y - c->north0 + b->meridian) / (c->k0 * b->k.radius)};
    for (int i = 0; i < 4; i++)
        n.sine[i] = sin(2 * (i + 1) * n.xi), n.cosine[i] = cos(2 * (i + 1) * n.xi);
    return n;
}

static struct of_easting of_easting(const struct crs *c, const struct krueger_back *b, double x)
{
    struct of_easting e = {.eta = (x - c->east0) / (c->k0 * b->k.radius)};
    for (int i = 0; i < 4; i++)
        e.sinh[i] = sinh(2 * (i + 1) * e.eta), e.cosh[i] = cosh(2 * (i + 1) * e.eta);
    return e;
}

static void place_back(const struct crs *c, const struct krueger_back *b, const struct of_easting *east, const struct of_northing *north, double *lon, double *lat)
{
    double xi0 = north->xi, eta0 = east->eta;
    for (int i = 0; i < 4; i++) {
        xi0 -= b->f[i] * north->sine[i] * east->cosh[i];
        eta0 -= b->f[i] * north->cosine[i] * east->sinh[i];
    }
    double s = sinh(eta0), cosine = cos(xi0), want = sin(xi0) / hypot(s, cosine), t = want;
    for (int i = 0; i < 5; i++) { /* Newton on the conformal latitude: three steps reach the last bit */
        double got = conformal(t, b->k.e), e2 = b->k.e * b->k.e, before = t;
        t += (want - got) / sqrt(1 + got * got) * (1 + (1 - e2) * t * t) / ((1 - e2) * sqrt(1 + t * t));
        if (t == before)
            break;
    }
    *lon = c->lon0 + atan2(s, cosine) / RADIANS;
    *lat = atan(t) / RADIANS;
}

static void transverse_back(const struct crs *c, double x, double y, double *lon, double *lat)
{
    struct krueger_back b = back_of(c);
    struct of_easting east = of_easting(c, &b, x);
    struct of_northing north = of_northing(c, &b, y);
    place_back(c, &b, &east, &north, lon, lat);
}

void crs_to_degrees(const struct crs *c, double x, double y, double *ret_lon, double *ret_lat)
{
    if (c->kind == CRS_TRANSVERSE)
        transverse_back(c, x, y, ret_lon, ret_lat);
    else
        *ret_lon = x, *ret_lat = y;
}

void crs_from_degrees(const struct crs *c, double lon, double lat, double *ret_x, double *ret_y)
{
    if (c->kind == CRS_TRANSVERSE)
        transverse_forward(c, lon, lat, ret_x, ret_y);
    else
        *ret_x = lon, *ret_y = lat;
}

/* ---- grids ---- */
err *grid_check(const struct grid *g)
{
    const double *t = g->t;
    if (g->width < 1 || g->height < 1)
        return err_new(ERR_INPUT, "影像没有像元");
    for (int i = 0; i < 6; i++)
        if (!isfinite(t[i]))
            return err_new(ERR_INPUT, "影像的地理变换参数不是有效数");
    if (g->crs.kind == CRS_NONE)
        return err_new(ERR_INPUT, "影像没有坐标系，只能当作照片；请换用带坐标系的影像（只有控制点或RPC的须先正射校正）");
    if (g->crs.kind == CRS_OTHER)
        return err_new(ERR_INPUT, "影像的坐标系不在支持之列；请先重投影到CGCS2000经纬度、高斯-克吕格、WGS 84经纬度或UTM");
    if (t[1] == 0 || t[5] == 0 || (t[0] == 0 && t[1] == 1 && t[3] == 0 && fabs(t[5]) == 1))
        return err_new(ERR_INPUT, "影像没有地理变换参数，不能定位");
    if (t[2] != 0 || t[4] != 0)
        return err_new(ERR_INPUT, "影像带旋转，面积和方位不能直接量算；请先正射校正为北方向上");
    if (t[1] < 0 || t[5] > 0)
        return err_new(ERR_INPUT, "影像不是北方向上、东方向右；请先重投影");
    double west = t[0], east = t[0] + t[1] * g->width, south = t[3] + t[5] * g->height, north = t[3];
    if (g->crs.kind == CRS_GEOGRAPHIC && (west < -180.5 || east > 360.5 || south < -90.5 || north > 90.5 || east - west > 360.5))
        return err_new(ERR_INPUT, "影像的范围不是经纬度：东西%.3f至%.3f，南北%.3f至%.3f", west, east, south, north);
    if (g->crs.kind == CRS_TRANSVERSE && (fabs(west - g->crs.east0) > 1e6 || fabs(east - g->crs.east0) > 1e6))
        return err_new(ERR_INPUT, "影像的东坐标%.0f与坐标系不符（应在%.0f附近）：带号前缀可能弄混", west, g->crs.east0);
    return NULL;
}

bool grid_same(const struct grid *a, const struct grid *b)
{
    if (a->width != b->width || a->height != b->height || a->crs.kind != b->crs.kind || a->crs.lon0 != b->crs.lon0 || a->crs.k0 != b->crs.k0 ||
        a->crs.east0 != b->crs.east0 || a->crs.north0 != b->crs.north0)
        return false;
    double px = fabs(a->t[1]), py = fabs(a->t[5]);
    return fabs(a->t[0] - b->t[0]) < px / 100 && fabs(a->t[3] - b->t[3]) < py / 100 && fabs(a->t[1] - b->t[1]) * a->width < px / 100 &&
           fabs(a->t[5] - b->t[5]) * a->height < py / 100;
}

void grid_degrees(const struct grid *g, double column, double row, double *ret_lon, double *ret_lat)
{
    crs_to_degrees(&g->crs, g->t[0] + column * g->t[1] + row * g->t[2], g->t[3] + column * g->t[4] + row * g->t[5], ret_lon, ret_lat);
    if (*ret_lon > 180) /* across the date line */
        *ret_lon -= 360;
}

void grid_place(const struct grid *g, double lon, double lat, double *ret_column, double *ret_row)
{
    double x, y;
    crs_from_degrees(&g->crs, lon, lat, &x, &y);
    *ret_column = (x - g->t[0]) / g->t[1];
    *ret_row = (y - g->t[3]) / g->t[5];
}

/* Metres of a degree of longitude and latitude there. */
static void degree_metres(const struct crs *c, double lat, double *ret_x, double *ret_y)
{
    double e2 = c->flattening * (2 - c->flattening), s = sin(lat * RADIANS), w = 1 - e2 * s * s;
    *ret_x = c->a * cos(lat * RADIANS) / sqrt(w) * RADIANS;
    *ret_y = c->a * (1 - e2) / (w * sqrt(w)) * RADIANS;
}

double grid_pixel_m2(const struct grid *g, double row)
{
    double mx = 1, my = 1;
    if (g->crs.kind == CRS_GEOGRAPHIC)
        degree_metres(&g->crs, g->t[3] + row * g->t[5], &mx, &my);
    return fabs(g->t[1] * g->t[5]) * mx * my;
}

double grid_pixel_m(const struct grid *g, double row)
{
    return sqrt(grid_pixel_m2(g, row));
}

double grid_ground_m2(const struct grid *g, double column, double row)
{
    if (g->crs.kind != CRS_TRANSVERSE)
        return grid_pixel_m2(g, row);
    double lon, lat, mx, my, e2 = g->crs.flattening * (2 - g->crs.flattening), d = (g->t[0] + column * g->t[1] - g->crs.east0) / g->crs.k0;
    grid_degrees(g, column, row, &lon, &lat);
    degree_metres(&g->crs, lat, &mx, &my);
    double s = sin(lat * RADIANS), w = 1 - e2 * s * s, radius2 = g->crs.a * g->crs.a * (1 - e2) / (w * w), k = g->crs.k0 * (1 + d * d / (2 * radius2));
    return grid_pixel_m2(g, row) / (k * k);
}

/* ---- many corners ---- */
/* Corners lie on a lattice, and the projection is smooth: over `step` pixels the bow of a line is step² / 8 / 6,400,000 m. */
struct degrees_table {
    struct arena *a;
    const struct grid *g;
    int shift, step, across, down;
    double per_pixel /* 1 / step, exactly */, **line;
    struct krueger_back back;
    struct of_easting *east; /* of the columns of the lattice; NULL where no projection is */
};

static void line_fill(const struct degrees_table *t, int i, double *line)
{
    const struct grid *g = t->g;
    double row = (double)i * t->step;
    struct of_northing north = of_northing(&g->crs, &t->back, g->t[3] + row * g->t[5]);
    for (int k = 0; k < t->across; k++, line += 2) {
        place_back(&g->crs, &t->back, &t->east[k], &north, &line[0], &line[1]);
        if (line[0] > 180) /* as grid_degrees */
            line[0] -= 360;
    }
}

static const double *line_of(struct degrees_table *t, int i)
{
    if (!t->line[i]) {
        t->line[i] = NEW_ARRAY(t->a, (size_t)t->across * 2, double);
        if (t->east)
            line_fill(t, i, t->line[i]);
        for (int k = 0; !t->east && k < t->across; k++)
            grid_degrees(t->g, (double)k * t->step, (double)i * t->step, &t->line[i][2 * k], &t->line[i][2 * k + 1]);
    }
    return t->line[i];
}

struct degrees_table *degrees_table_new(struct arena *a, const struct grid *g)
{
    struct degrees_table *t = NEW(a, struct degrees_table);
    double metres = grid_pixel_m(g, g->height / 2.0);
    t->a = a;
    t->g = g;
    t->shift = metres > 50 ? 0 : metres > 12 ? 2 : metres > 4 ? 4 : 5;
    t->step = 1 << t->shift;
    t->per_pixel = 1.0 / t->step;
    t->across = g->width / t->step + 2;
    t->down = g->height / t->step + 2;
    t->line = NEW_ARRAY(a, (size_t)t->down, double *);
    if (g->crs.kind != CRS_TRANSVERSE || g->t[2] != 0 || g->t[4] != 0)
        return t;
    t->back = back_of(&g->crs);
    t->east = NEW_ARRAY(a, (size_t)t->across, struct of_easting);
    for (int k = 0; k < t->across; k++)
        t->east[k] = of_easting(&g->crs, &t->back, g->t[0] + (double)k * t->step * g->t[1]);
    return t;
}

/* llround, without the call: what is cut off is known exactly below 2^52. */
static int64_t nearest(double v)
{
    int64_t whole = (int64_t)v;
    double rest = v - (double)whole;
    return whole + (rest >= 0.5) - (rest <= -0.5);
}

void degrees_at(struct degrees_table *t, int column, int row, int64_t *ret_lon, int64_t *ret_lat)
{
    double lon, lat;
    if (t->step == 1 || t->g->crs.kind == CRS_GEOGRAPHIC) {
        grid_degrees(t->g, column, row, &lon, &lat);
    } else {
        int i = column >> t->shift, k = row >> t->shift;
        double u = (column & (t->step - 1)) * t->per_pixel, v = (row & (t->step - 1)) * t->per_pixel;
        const double *p = line_of(t, k) + 2 * i, *q = line_of(t, k + 1) + 2 * i;
        lon = (1 - v) * ((1 - u) * p[0] + u * p[2]) + v * ((1 - u) * q[0] + u * q[2]);
        lat = (1 - v) * ((1 - u) * p[1] + u * p[3]) + v * ((1 - u) * q[1] + u * q[3]);
    }
    *ret_lon = nearest(lon * 1e8);
    *ret_lat = nearest(lat * 1e8);
}

/* ---- GCJ-02 ---- */
static double wave(double x, double a, double p, double b, double q)
{
    return (a * sin(x * M_PI / p) + b * sin(x * M_PI / q)) * 2 / 3;
}

void gcj02_from(double lon, double lat, double *ret_lon, double *ret_lat)
{
    const double a = 6378245.0, e2 = 0.00669342162296594323;
    double x = lon - 105, y = lat - 35;
    *ret_lon = lon, *ret_lat = lat;
    if (lon < 72.004 || lon > 137.8347 || lat < 0.8293 || lat > 55.8271)
        return;
    double fine = (20 * sin(6 * x * M_PI) + 20 * sin(2 * x * M_PI)) * 2 / 3;
    double north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(fabs(x)) + fine + wave(y, 20, 1, 40, 3) + wave(y, 160, 12, 320, 30);
    double east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(fabs(x)) + fine + wave(x, 20, 1, 40, 3) + wave(x, 150, 12, 300, 30);
    double s = sin(lat * RADIANS), w = 1 - e2 * s * s;
    *ret_lat = lat + north / (a * (1 - e2) / (w * sqrt(w)) * RADIANS);
    *ret_lon = lon + east / (a / sqrt(w) * cos(lat * RADIANS) * RADIANS);
}

void gcj02_to(double lon, double lat, double *ret_lon, double *ret_lat)
{
    double x = lon, y = lat;
    for (int i = 0; i < 6; i++) {
        double there_lon, there_lat;
        gcj02_from(x, y, &there_lon, &there_lat);
        x += lon - there_lon;
        y += lat - there_lat;
    }
    *ret_lon = x, *ret_lat = y;
}

double metres_between(double lon1, double lat1, double lon2, double lat2)
{
    struct crs c;
    double mx, my;
    CHECK(crs_of_epsg(4490, &c));
    degree_metres(&c, (lat1 + lat2) / 2, &mx, &my);
    return hypot((lon2 - lon1) * mx, (lat2 - lat1) * my);
}
