/* Figures from elsewhere: a DJI photograph worked by hand in UTM 15N, NREL's sun, the projection's own inverse, areas of simple shapes. */
#include "testing.h"
#include "patrol/patrol.h"

#include <math.h>

static void near_(double got, double want, double within, const char *what, int line)
{
    if (fabs(got - want) <= within)
        return;
    print_error("%s is %.6f, wanted %.6f within %g\n", what, got, want, within);
    _fail(__FILE__, line);
}
#define near(got, want, within) near_((got), (want), (within), #got, __LINE__)

/* DJI_0018.JPG of the Brighton Beach set: EPSG:32615, flat ground, convergence left out. */
static void test_phantom_footprint(void **state)
{
    struct frame utm15 = {.meridian = -93, .scale = 0.9996, .east = 500000};
    struct point at = frame_point(&utm15, (struct place){46.8426070833, -91.9945598889});
    struct camera c = {at.x, at.y, 39.80, {45.0, -89.9, 0}, {.focal = 3.61 / 6.17 * 4000, .cx = 2000, .cy = 1125}, 4000, 2250};
    struct ground flat = {.plane = 0};
    struct footprint f;
    assert_true(camera_footprint(&c, &flat, &f));
    near(f.centre.x, 576663.10, 0.06);
    near(f.centre.y, 5188164.56, 0.06);
    static const double want[4][2] = {{576652.62, 5188202.22}, {576700.76, 5188154.07}, {576673.66, 5188127.06}, {576625.60, 5188175.12}};
    for (int i = 0; i < 4; i++) {
        near(f.p[i].x, want[i][0], 0.06);
        near(f.p[i].y, want[i][1], 0.06);
    }
    near(f.gsd * 1000, 17.01, 0.02);
    near(f.area, 2602.8, 0.5);
    (void)state;
}

static void test_frame_there_and_back(void **state)
{
    struct frame f = frame_at((struct place){30.6, 114.3});
    for (int i = 0; i < 200; i++) {
        struct place p = {28 + 0.03 * i, 108 + 0.05 * i}, q = frame_place(&f, frame_point(&f, p));
        near(q.lat, p.lat, 1e-9);
        near(q.lon, p.lon, 1e-9);
    }
    near(frame_point(&f, (struct place){30.6, 114.3}).x, 0, 1e-6);
    /* Gauss-Kruger, central meridian 114: a degree of longitude at 30 north is 96,486 m on the ellipsoid */
    struct frame gk = {.meridian = 114, .scale = 1, .east = 500000};
    near(frame_point(&gk, (struct place){30, 115}).x, 596488.7, 0.5);
    near(frame_convergence(&gk, (struct place){30, 115}), 0.5, 0.001);
    (void)state;
}

/* Reda and Andreas, NREL/TP-560-34302, table A5.1: Golden, Colorado, 2003-10-17 12:30:30 -07:00; without refraction. */
static void test_sun(void **state)
{
    usec t;
    assert_ok(time_parse(S("2003-10-17T12:30:30-07:00"), &t));
    struct sun s = sun_at(t, (struct place){39.742476, -105.1786});
    near(s.elevation, 39.872, 0.02);
    near(s.azimuth, 194.340, 0.02);
    (void)state;
}

/* A pixel's place on the ground is seen by that pixel; with the lens, too, and turned by a roll. */
static void test_pixel_there_and_back(void **state)
{
    struct ground flat = {.plane = 3};
    struct camera c = {10, 20, 103, {75, -60, 4}, {.focal = 3600, .cx = 2730, .cy = 1830, .k1 = -0.264, .k2 = 0.112, .p1 = 0.0002, .p2 = -0.0001,
                       .k3 = -0.042, .distorted = true}, 5472, 3648};
    for (int u = 200; u < 5472; u += 700)
        for (int v = 200; v < 3648; v += 700) {
            struct point p;
            double x, y;
            assert_true(camera_hit(&c, &flat, u, v, &p));
            assert_true(camera_pixel(&c, p.x, p.y, 3, &x, &y));
            near(x, u, 0.01);
            near(y, v, 0.01);
        }
    double x, y;
    assert_false(camera_pixel(&c, 10 - 500, 20, 3, &x, &y)); /* behind */
    (void)state;
}

static void test_roll_leans_to_the_right_side(void **state)
{
    struct ground flat = {.plane = 0};
    struct camera c = {0, 0, 100, {0, -90, 10}, {.focal = 1000, .cx = 500, .cy = 500}, 1000, 1000};
    struct point p;
    assert_true(camera_hit(&c, &flat, 500, 500, &p)); /* nadir, roll about the axis of sight: turns, does not lean */
    near(p.x, 0, 1e-6);
    assert_true(camera_hit(&c, &flat, 1000, 500, &p)); /* clockwise: the right edge goes down the picture, south */
    near(p.x, 50 * cos(10 * 3.14159265 / 180), 1e-3);
    near(p.y, -50 * sin(10 * 3.14159265 / 180), 1e-3);
    (void)state;
}

static void test_horizon_is_cut(void **state)
{
    struct ground flat = {.plane = 0};
    struct camera c = {0, 0, 50, {0, -12, 0}, {.focal = 1000, .cx = 500, .cy = 500}, 1000, 1000};
    struct footprint f;
    assert_true(camera_footprint(&c, &flat, &f));
    assert_true(f.clamped);
    for (int i = 0; i < f.n; i++)
        assert_true(hypot(f.p[i].x, f.p[i].y) < 10.01 * 50);
    c.angles.pitch = 5;
    assert_false(camera_footprint(&c, &flat, &f));
    (void)state;
}

/* At nadir, error of position and of angles add up as they should; north of an oblique view it is longer than wide. */
static void test_ellipse(void **state)
{
    struct ground flat = {.plane = 0};
    struct camera c = {0, 0, 100, {0, -90, 0}, {.focal = 3600, .cx = 2000, .cy = 1500}, 4000, 3000};
    struct pose_error e = {.xy = 2.5, .z = 10, .yaw = 1.5, .pitch = 1, .roll = 0.7};
    struct ellipse out;
    assert_true(camera_ellipse(&c, &flat, 2000, 1500, &e, &out));
    near(out.a, hypot(2.5, 100 * tan(3.14159265 / 180)), 0.01); /* pitch moves it north */
    near(out.b, 2.5, 0.01);
    near(remainder(out.azimuth, 180), 0, 0.5);
    c.angles.pitch = -45;
    assert_true(camera_ellipse(&c, &flat, 2000, 1500, &e, &out));
    assert_true(out.a > 10 && out.a > 2 * out.b);
    near(remainder(out.azimuth, 180), 0, 1);
    (void)state;
}

static void test_grid(void **state)
{
    AUTO_ARENA(a);
    struct grid *g;
    assert_ok(grid_read(a, S("ncols 3\nnrows 2\nxllcorner 114\nyllcorner 30\ncellsize 0.01\nNODATA_value -9999\n10 20 30\n0 10 -9999\n"), &g));
    near(grid_height(g, (struct place){30.005, 114.005}), 0, 1e-4);
    near(grid_height(g, (struct place){30.015, 114.025}), 30, 1e-4);
    near(grid_height(g, (struct place){30.010, 114.010}), 10, 1e-4); /* mean of four */
    assert_true(isnan(grid_height(g, (struct place){30.006, 114.020}))); /* beside a hole */
    assert_true(isnan(grid_height(g, (struct place){31, 114.010})));
    assert_err(grid_read(a, S("ncols 3\nnrows 2\nxllcorner 530000\nyllcorner 3380000\ncellsize 5\n1 2 3 4 5 6"), &g), ERR_INPUT);
    assert_err(grid_read(a, S("ncols 3\nnrows 2\nxllcorner 114\nyllcorner 30\ncellsize 0.01\n1 2 3 4 5"), &g), ERR_INPUT);
    assert_err(grid_read(a, S("ncols 99999999\nnrows 9999999\nxllcorner 114\nyllcorner 30\ncellsize 0.01\n1"), &g), ERR_LIMIT);
    (void)state;
}

/* On a slope the ray meets the ground where both agree, short of the plane. */
static void test_ray_down_a_grid(void **state)
{
    AUTO_ARENA(a);
    struct grid *g;
    buf b = buf_make(a, 1 << 20);
    buf_add(&b, S("ncols 41\nnrows 41\nxllcenter 113.98\nyllcenter 29.98\ncellsize 0.001\n"));
    for (int y = 0; y < 41; y++)
        for (int x = 0; x < 41; x++)
            buf_printf(&b, "%.2f ", (40 - y) * 11.1); /* rises 1 in 10 to the north */
    assert_ok(grid_read(a, buf_str(&b), &g));
    struct frame f = frame_at((struct place){30, 114});
    struct ground hill = {g, &f, 222};
    struct camera c = {0, 0, 322, {0, -45, 0}, {.focal = 1000, .cx = 500, .cy = 500}, 1000, 1000};
    struct point p;
    assert_true(camera_hit(&c, &hill, 500, 500, &p));
    near(p.y, 100 / 1.1, 0.3);
    near(p.x, 0, 0.01);
    (void)state;
}

static struct ring box(struct point *p, double x0, double y0, double x1, double y1)
{
    p[0] = (struct point){x0, y0}, p[1] = (struct point){x1, y0}, p[2] = (struct point){x1, y1}, p[3] = (struct point){x0, y1};
    return (struct ring){p, 4};
}

static void test_cover_counts(void **state)
{
    AUTO_ARENA(a);
    struct point p[6][4];
    struct ring feet[3] = {box(p[0], 0, 0, 60, 100), box(p[1], 40, 0, 100, 50), box(p[2], 40, 0, 60, 50)};
    struct ring outer[2] = {box(p[3], 0, 0, 100, 100), box(p[4], 80, 10, 90, 20)}; /* with a hole of 100 */
    struct shape s = {outer, 2};
    struct zone z = {&s, 1};
    struct cover c;
    assert_ok(cover_measure(a, &z, feet, 3, 0, 1, &c));
    near(c.area, 9900, 0.05);
    near(c.sum, 6000 + 3000 + 1000, 0.05);
    near(c.union_area, 6000 + 2000, 0.05);
    near(c.once, 8000 - 100, 0.05);
    near(c.twice, 1000, 0.05);
    near(c.thrice, 1000, 0.05);
    assert_int_equal(c.holes_n, 1); /* the upper right */
    near(c.holes[0].area, 2000, 0.05);
    near(c.holes[0].width, 40, 1e-6);
    near(c.holes[0].height, 50, 0.1);
    assert_true(c.holes[0].at.x > 60 && c.holes[0].at.y > 50);
    (void)state;
}

/* Hundreds of random quadrilaterals: the lines agree with a million darts of the same seed to what darts can tell, and with themselves. */
static void test_cover_against_darts(void **state)
{
    AUTO_ARENA(a);
    uint64_t r = 42;
    enum { N = 300, DARTS = 40000 };
    struct ring *feet = NEW_ARRAY(a, N, struct ring);
    struct point *p = NEW_ARRAY(a, N * 4, struct point), q[4];
    for (int i = 0; i < N; i++) {
        double x = (double)(test_random(&r) % 1000), y = (double)(test_random(&r) % 1000), turn = (double)(test_random(&r) % 628) / 100;
        for (int k = 0; k < 4; k++)
            p[i * 4 + k] = (struct point){x + 40 * cos(turn + k * 1.5708), y + 25 * sin(turn + k * 1.5708)};
        feet[i] = (struct ring){p + i * 4, 4};
    }
    struct ring area = box(q, 100, 100, 900, 900);
    struct shape s = {&area, 1};
    struct zone z = {&s, 1};
    struct cover c, again;
    assert_ok(cover_measure(a, &z, feet, N, 0, 1, &c));
    int once = 0, twice = 0;
    for (int i = 0; i < DARTS; i++) {
        struct point d = {100 + (double)(test_random(&r) % 800000) / 1000, 100 + (double)(test_random(&r) % 800000) / 1000};
        int n = 0;
        for (int k = 0; k < N; k++) {
            struct shape one = {&feet[k], 1};
            n += zone_holds(&(struct zone){&one, 1}, d);
        }
        once += n >= 1, twice += n >= 2;
    }
    near(c.once / c.area, (double)once / DARTS, 0.01);
    near(c.twice / c.area, (double)twice / DARTS, 0.01);
    near(c.holes_area, c.area - c.once, 1e-3);
    assert_ok(cover_measure(a, &z, feet, N, 0, 1, &again));
    assert_memory_equal(&c.once, &again.once, sizeof c.once);
    (void)state;
}

static void test_shared_and_meet(void **state)
{
    struct point p[3][4];
    struct ring a = box(p[0], 0, 0, 10, 10), b = box(p[1], 5, 5, 15, 15), far = box(p[2], 20, 20, 30, 30);
    near(rings_shared(&a, &b), 25, 1e-6);
    near(rings_shared(&a, &far), 0, 0);
    assert_true(rings_meet(&a, &b));
    assert_false(rings_meet(&a, &far));
    struct point q[4];
    struct ring inner = box(q, 2, 2, 3, 3);
    assert_true(rings_meet(&a, &inner));
    assert_true(rings_meet(&inner, &a));
    (void)state;
}

#define AREA "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[114.30,30.60],[114.31,30.60],[114.31,30.61],[114.30,30.61],[114.30,30.60]]]}}"

static void test_task(void **state)
{
    AUTO_ARENA(a);
    struct task t;
    struct cover c;
    assert_ok(task_read(a, S(AREA), 0, &t));
    assert_int_equal(t.pieces_n, 0);
    assert_ok(cover_measure(a, &t.region, NULL, 0, 0, 1, &c));
    near(c.area, 958.9 * 1108.6, 1200); /* a hundredth of a degree each way at 30.6 north */
    assert_err(task_read(a, S("{\"type\":\"Polygon\",\"coordinates\":[[[538000,3380000],[538100,3380000],[538100,3380100],[538000,3380000]]]}"), 0, &t), ERR_INPUT);
    assert_err(task_read(a, S("{\"type\":\"Polygon\",\"coordinates\":[[[114.3,30.6],[114.4,30.6],[114.4,30.7]]]}"), 0, &t), ERR_INPUT);
    assert_err(task_read(a, S("{\"type\":\"Polygon\",\"coordinates\":[[[114.3,30.6],[114.4,30.6],[114.4,30.7],[114.35,30.7]]]}"), 0, &t), ERR_INPUT);
    assert_err(task_read(a, S("{\"type\":\"Point\",\"coordinates\":[114.3,30.6]}"), 0, &t), ERR_INPUT);
    assert_err(task_read(a, S("{\"type\":\"LineString\",\"coordinates\":[[114.3,30.6],[114.31,30.6]]}"), 0, &t), ERR_INPUT);
    assert_err(task_read(a, S("{\"type\":\"Polygon\",\"crs\":{\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::4547\"}},\"coordinates\":[]}"), 0, &t), ERR_INPUT);
    (void)state;
}

static void test_corridor(void **state)
{
    AUTO_ARENA(a);
    struct task t;
    struct cover c;
    /* 958.9 m east, then 554.3 m north */
    assert_ok(task_read(a, S("{\"type\":\"LineString\",\"coordinates\":[[114.30,30.60],[114.31,30.60],[114.31,30.605]]}"), 50, &t));
    assert_int_equal(t.pieces_n, 16);
    near(t.piece_from[16], 958.9 + 554.3, 3);
    near(t.piece_from[15], 1500, 1e-6);
    assert_ok(cover_measure(a, &t.region, NULL, 0, 0, 1, &c));
    /* two boxes minus the square they share, plus a quarter of the disc at the corner (a 16-gon) */
    near(c.area, 100 * (958.9 + 554.3) - 2500 + 50 * 50 * 8 * sin(3.14159265 / 8) / 4, 500);
    (void)state;
}

static void test_kml_out(void **state)
{
    AUTO_ARENA(a);
    str kml;
    struct track t;
    assert_ok(task_kml(a, S(AREA), S("江段<一>"), S("限高100米&返航"), &kml));
    assert_true(str_find(kml, S("江段&lt;一&gt;")) > 0);
    assert_true(str_find(kml, S("114.3000000,30.6000000,0 114.3100000,30.6000000,0")) > 0);
    assert_err(track_read(a, kml, S("plan.kml"), (struct place){NAN, NAN}, &t), ERR_INPUT); /* an area is no track */
    assert_ok(task_kml(a, S("{\"type\":\"LineString\",\"coordinates\":[[114.30,30.60],[114.31,30.60]]}"), S("岸"), S(""), &kml));
    assert_ok(track_read(a, kml, S("plan.kml"), (struct place){NAN, NAN}, &t));
    assert_int_equal(t.n, 2);
    near(t.p[1].lon, 114.31, 1e-7);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_phantom_footprint), cmocka_unit_test(test_frame_there_and_back), cmocka_unit_test(test_sun),
        cmocka_unit_test(test_pixel_there_and_back), cmocka_unit_test(test_roll_leans_to_the_right_side), cmocka_unit_test(test_horizon_is_cut),
        cmocka_unit_test(test_ellipse), cmocka_unit_test(test_grid), cmocka_unit_test(test_ray_down_a_grid), cmocka_unit_test(test_cover_counts),
        cmocka_unit_test(test_cover_against_darts), cmocka_unit_test(test_shared_and_meet), cmocka_unit_test(test_task),
        cmocka_unit_test(test_corridor), cmocka_unit_test(test_kml_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
