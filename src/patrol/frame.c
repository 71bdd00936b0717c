/*
 * The frame of metres. Kruger's series to the fourth power of n: better than a millimetre within 1,000 km of the meridian, while a plane
 * tangent to the ball would be off by metres at the edge of a county. One frame for a flight, its meridian through the middle: lengths
 * and areas come out as they are on the ground, and north of the frame is north of the compass but for hundredths of a degree.
 */
#include "patrol/patrol.h"

#include <math.h>

#define RAD (3.14159265358979323846 / 180)
static const double A = 6378137, F = 1 / 298.257222101; /* CGCS2000, GRS80; WGS 84 differs by 0.1 mm */

struct series { double radius, e, out[4], back[4]; };

static struct series series(void)
{
    double n = F / (2 - F), n2 = n * n, n3 = n2 * n, n4 = n3 * n;
    return (struct series){
        A / (1 + n) * (1 + n2 / 4 + n4 / 64),
        sqrt(F * (2 - F)),
        {n / 2 - 2 * n2 / 3 + 5 * n3 / 16 + 41 * n4 / 180, 13 * n2 / 48 - 3 * n3 / 5 + 557 * n4 / 1440, 61 * n3 / 240 - 103 * n4 / 140,
         49561 * n4 / 161280},
        {n / 2 - 2 * n2 / 3 + 37 * n3 / 96 - n4 / 360, n2 / 48 + n3 / 15 - 437 * n4 / 1440, 17 * n3 / 480 - 37 * n4 / 840,
         4397 * n4 / 161280}};
}

struct frame frame_at(struct place middle)
{
    struct frame f = {.meridian = middle.lon, .scale = 1};
    struct point p = frame_point(&f, middle);
    f.east = -p.x, f.north = -p.y;
    return f;
}

struct point frame_point(const struct frame *f, struct place p)
{
    struct series s = series();
    double q = asinh(tan(p.lat * RAD)) - s.e * atanh(s.e * sin(p.lat * RAD));
    double b = atan(sinh(q)), turn = (p.lon - f->meridian) * RAD;
    double eta0 = atanh(cos(b) * sin(turn)), xi0 = asin(sin(b) * cosh(eta0)), eta = eta0, xi = xi0;
    for (int i = 0; i < 4; i++) {
        xi += s.out[i] * sin(2 * (i + 1) * xi0) * cosh(2 * (i + 1) * eta0);
        eta += s.out[i] * cos(2 * (i + 1) * xi0) * sinh(2 * (i + 1) * eta0);
    }
    return (struct point){f->east + f->scale * s.radius * eta, f->north + f->scale * s.radius * xi};
}

struct place frame_place(const struct frame *f, struct point p)
{
    struct series s = series();
    double eta = (p.x - f->east) / (f->scale * s.radius), xi = (p.y - f->north) / (f->scale * s.radius), eta0 = eta, xi0 = xi;
    for (int i = 0; i < 4; i++) {
        xi0 -= s.back[i] * sin(2 * (i + 1) * xi) * cosh(2 * (i + 1) * eta);
        eta0 -= s.back[i] * cos(2 * (i + 1) * xi) * sinh(2 * (i + 1) * eta);
    }
    double b = asin(sin(xi0) / cosh(eta0)), q = asinh(tan(b)), all = q;
    for (int i = 0; i < 6; i++)
        all = q + s.e * atanh(s.e * tanh(all));
    return (struct place){.lat = atan(sinh(all)) / RAD, .lon = f->meridian + asin(tanh(eta0) / cos(b)) / RAD};
}

double frame_convergence(const struct frame *f, struct place p)
{
    return atan(tan((p.lon - f->meridian) * RAD) * sin(p.lat * RAD)) / RAD;
}
