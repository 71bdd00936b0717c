/*
 * A pinhole over ground. A pixel becomes a ray, straightened by the maker's lens where the camera did not do so itself (on a
 * Phantom 4 RTK that alone takes the median error from 5.4 to 3.3 m), turned by yaw, pitch and roll, and followed to the ground: to
 * the plane under the take-off point, or down a height grid where one is given (a plane is off by 30 m in hills).
 *
 * Rays close to the horizon hit nothing that can be trusted: beyond ten times the height a footprint is cut.
 */
#include "patrol/patrol.h"

#include <math.h>

#define RAD (3.14159265358979323846 / 180)
static const double HORIZON = 0.05, FARTHEST = 10;

struct vector { double x, y, z; };
struct axes { struct vector forward, right, down; };

static struct vector sum(double a, struct vector p, double b, struct vector q)
{
    return (struct vector){a * p.x + b * q.x, a * p.y + b * q.y, a * p.z + b * q.z};
}

static double dot(struct vector p, struct vector q)
{
    return p.x * q.x + p.y * q.y + p.z * q.z;
}

static struct axes axes_of(struct angles g)
{
    double s = sin(g.yaw * RAD), c = cos(g.yaw * RAD), up = sin(g.pitch * RAD), level = cos(g.pitch * RAD);
    struct vector f = {s * level, c * level, up}, r = {c, -s, 0};
    struct vector d = {f.y * r.z - f.z * r.y, f.z * r.x - f.x * r.z, f.x * r.y - f.y * r.x};
    double turn = isnan(g.roll) ? 0 : g.roll * RAD;
    return (struct axes){f, sum(cos(turn), r, sin(turn), d), sum(cos(turn), d, -sin(turn), r)};
}

/* Brown: where the lens puts a point of the straight picture (unit focal length). */
static void bend(const struct lens *l, double x, double y, double *ret_x, double *ret_y)
{
    double r2 = x * x + y * y, radial = 1 + r2 * (l->k1 + r2 * (l->k2 + r2 * l->k3));
    *ret_x = x * radial + 2 * l->p1 * x * y + l->p2 * (r2 + 2 * x * x);
    *ret_y = y * radial + l->p1 * (r2 + 2 * y * y) + 2 * l->p2 * x * y;
}

static void straighten(const struct lens *l, double *x, double *y)
{
    double u = *x, v = *y, bx, by;
    for (int i = 0; l->distorted && i < 20; i++) {
        bend(l, *x, *y, &bx, &by);
        *x += u - bx, *y += v - by;
        if (!(fabs(*x) < 10 && fabs(*y) < 10)) { /* outside what the coefficients were fitted to */
            *x = u, *y = v;
            return;
        }
    }
}

static struct vector ray(const struct camera *c, double u, double v)
{
    struct axes a = axes_of(c->angles);
    double x = (u - c->lens.cx) / c->lens.focal, y = (v - c->lens.cy) / c->lens.focal;
    straighten(&c->lens, &x, &y);
    struct vector d = sum(1, sum(1, a.forward, x, a.right), y, a.down);
    return sum(1 / sqrt(dot(d, d)), d, 0, d);
}

static double ground_under(const struct ground *g, double x, double y)
{
    double z = g->grid ? grid_height(g->grid, frame_place(g->frame, (struct point){x, y})) : NAN;
    return isnan(z) ? g->plane : z;
}

/* Down the ray in short steps, then halving: the first crossing is what the camera sees. */
static bool march(const struct camera *c, const struct ground *g, struct vector d, double far, struct point *ret)
{
    double step = fmax(0.5, far / 400), over = 0, at = 0;
    for (; at <= far; over = at, at += step)
        if (c->z + at * d.z <= ground_under(g, c->x + at * d.x, c->y + at * d.y))
            break;
    if (at > far)
        return false;
    for (int i = 0; i < 24; i++) {
        double half = (over + at) / 2;
        if (c->z + half * d.z <= ground_under(g, c->x + half * d.x, c->y + half * d.y))
            at = half;
        else
            over = half;
    }
    *ret = (struct point){c->x + at * d.x, c->y + at * d.y};
    return true;
}

static bool hit(const struct camera *c, const struct ground *g, struct vector d, double height, struct point *ret)
{
    if (!(d.z < -HORIZON))
        return false;
    if (g->grid)
        return march(c, g, d, FARTHEST * height, ret);
    double along = (c->z - g->plane) / -d.z;
    *ret = (struct point){c->x + along * d.x, c->y + along * d.y};
    return along <= FARTHEST * height;
}

static double height_of(const struct camera *c, const struct ground *g)
{
    double height = c->z - ground_under(g, c->x, c->y);
    return height > 0.5 && c->lens.focal > 0 && !isnan(c->angles.yaw) && !isnan(c->angles.pitch) ? height : 0;
}

bool camera_hit(const struct camera *c, const struct ground *g, double u, double v, struct point *ret)
{
    double height = height_of(c, g);
    return height > 0 && hit(c, g, ray(c, u, v), height, ret);
}

/* Distances on the ground of one pixel to its right and to its lower neighbour. */
static bool pixel_on_ground(const struct camera *c, const struct ground *g, double u, double v, double *ret_side, double *ret_longer)
{
    struct point p, q, r;
    if (!camera_hit(c, g, u, v, &p) || !camera_hit(c, g, u + 1, v, &q) || !camera_hit(c, g, u, v + 1, &r))
        return false;
    *ret_side = sqrt(fabs((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x)));
    *ret_longer = fmax(hypot(q.x - p.x, q.y - p.y), hypot(r.x - p.x, r.y - p.y));
    return true;
}

static void border(const struct camera *c, int i, int n, double *ret_u, double *ret_v)
{
    int side = i * 4 / n, each = n / 4;
    double part = (double)(i % each) / each, w = c->width, h = c->height;
    *ret_u = side == 0 ? part * w : side == 1 ? w : side == 2 ? w - part * w : 0;
    *ret_v = side == 0 ? 0 : side == 1 ? part * h : side == 2 ? h : h - part * h;
}

bool camera_footprint(const struct camera *c, const struct ground *g, struct footprint *ret)
{
    struct footprint f = {.n = g->grid || c->lens.distorted ? FOOTPRINT_POINTS : 4};
    double height = height_of(c, g), longer, side = 0;
    if (!camera_hit(c, g, c->width / 2.0, c->height / 2.0, &f.centre) ||
        !pixel_on_ground(c, g, c->width / 2.0, c->height / 2.0, &f.gsd, &f.gsd_worst))
        return false;
    for (int i = 0; i < f.n; i++) {
        double u, v;
        border(c, i, f.n, &u, &v);
        struct vector d = ray(c, u, v);
        if (!hit(c, g, d, height, &f.p[i])) {
            double level = hypot(d.x, d.y);
            double reach = sqrt(FARTHEST * FARTHEST - 1) * height / (level > 0 ? level : 1);
            f.p[i] = (struct point){c->x + reach * d.x, c->y + reach * d.y};
            f.clamped = true;
        } else if (i % (f.n / 4) == 0 && pixel_on_ground(c, g, u, v, &side, &longer) && longer > f.gsd_worst) {
            f.gsd_worst = longer;
        }
    }
    f.area = ring_area(&(struct ring){f.p, (size_t)f.n});
    *ret = f;
    return true;
}

bool camera_pixel(const struct camera *c, double x, double y, double z, double *ret_u, double *ret_v)
{
    struct axes a = axes_of(c->angles);
    struct vector d = {x - c->x, y - c->y, z - c->z};
    double depth = dot(d, a.forward);
    if (!(depth > 0.01) || !(c->lens.focal > 0))
        return false;
    double u = dot(d, a.right) / depth, v = dot(d, a.down) / depth;
    double wide = c->width / c->lens.focal, high = c->height / c->lens.focal;
    if (fabs(u) > wide || fabs(v) > high) /* twice the field: the lens formula folds back out there */
        return false;
    if (c->lens.distorted)
        bend(&c->lens, u, v, &u, &v);
    *ret_u = c->lens.cx + c->lens.focal * u, *ret_v = c->lens.cy + c->lens.focal * v;
    return *ret_u >= 0 && *ret_v >= 0 && *ret_u <= c->width && *ret_v <= c->height;
}

/* Measured on photographs with a bundle adjusted twin: yaw off by up to 1.8, pitch 1.2, roll 0.9 degrees, 2.1 m across, centimetres up
 * with RTK; a barometer is good to a tenth of the height. */
struct pose_error pose_error_of(const struct photo *p)
{
    double high = isnan(p->above_takeoff) ? 100 : fabs(p->above_takeoff);
    return (struct pose_error){.xy = 2.5, .z = p->rtk_fixed ? 1 : fmax(1, 0.1 * high), .yaw = 1.5, .pitch = 1, .roll = 0.7};
}

bool camera_ellipse(const struct camera *c, const struct ground *g, double u, double v, const struct pose_error *e, struct ellipse *ret)
{
    double xx = e->xy * e->xy, yy = xx, xy = 0;
    struct { double sigma, step; size_t at; } part[] = {{e->z, 0.01, offsetof(struct camera, z)},
                                                        {e->yaw, 0.01, offsetof(struct camera, angles.yaw)},
                                                        {e->pitch, 0.01, offsetof(struct camera, angles.pitch)},
                                                        {e->roll, 0.01, offsetof(struct camera, angles.roll)}};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        struct camera low = *c, high = *c;
        struct point p, q;
        low.angles.roll = high.angles.roll = isnan(c->angles.roll) ? 0 : c->angles.roll;
        *(double *)(void *)((char *)&low + part[i].at) -= part[i].step;
        *(double *)(void *)((char *)&high + part[i].at) += part[i].step;
        if (!camera_hit(&low, g, u, v, &p) || !camera_hit(&high, g, u, v, &q))
            return false;
        double x = (q.x - p.x) / (2 * part[i].step) * part[i].sigma, y = (q.y - p.y) / (2 * part[i].step) * part[i].sigma;
        xx += x * x, yy += y * y, xy += x * y;
    }
    double mean = (xx + yy) / 2, half = hypot((xx - yy) / 2, xy);
    double azimuth = atan2(2 * xy, yy - xx) / 2 / RAD; /* of the longer axis, from y clockwise */
    *ret = (struct ellipse){sqrt(mean + half), sqrt(fmax(0, mean - half)), azimuth < 0 ? azimuth + 180 : azimuth};
    return true;
}
