/* Projections by numbers of PROJ 9.1.1; Gauss-Krüger zones and their prefixes; areas; GCJ-02 by the public formula's numbers. */
#include "testing.h"
#include "remote/grid.h"

#include <math.h>

static const struct { int epsg; double lon, lat, x, y; } known[] = {
    {32650, 114.3, 30.59, 241098.901419311, 3387270.86267734}, {32650, 117, 30, 500000, 3318785.35258121}, {32650, 119.9, 33.2, 770339.623196918, 3677207.44457402},
    {4547, 114.3, 30.59, 528773.191724016, 3385557.6178796},   {4547, 112.6, 29.1, 363709.834285049, 3221162.88205608},
    {4526, 114.3, 30.59, 38528773.191724, 3385557.6178796},    {32721, -57.5, -20.25, 447779.946079606, 7760774.4343012}};

static void projections_agree_with_proj(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct crs c;
        double x, y, lon, lat;
        assert_true(crs_of_epsg(known[i].epsg, &c));
        crs_from_degrees(&c, known[i].lon, known[i].lat, &x, &y);
        if (fabs(x - known[i].x) > 0.001 || fabs(y - known[i].y) > 0.001)
            fail_msg("EPSG:%d %.4f %.4f gives %.4f %.4f", known[i].epsg, known[i].lon, known[i].lat, x, y);
        crs_to_degrees(&c, known[i].x, known[i].y, &lon, &lat);
        assert_true(fabs(lon - known[i].lon) < 1e-9 && fabs(lat - known[i].lat) < 1e-9);
    }
}

static void zones_have_their_meridians(void **state)
{
    (void)state;
    static const struct { int epsg; double lon0, east0; } zone[] = {{4544, 105, 5e5}, {4546, 111, 5e5}, {4547, 114, 5e5}, {4549, 120, 5e5}, {4525, 111, 375e5}, {4526, 114, 385e5},
                                                                    {4491, 75, 135e5}, {4508, 111, 5e5}};
    for (size_t i = 0; i < sizeof zone / sizeof *zone; i++) {
        struct crs c;
        assert_true(crs_of_epsg(zone[i].epsg, &c));
        assert_true(c.lon0 == zone[i].lon0 && c.east0 == zone[i].east0 && c.k0 == 1);
    }
    struct crs c;
    assert_false(crs_of_epsg(3857, &c) || crs_of_epsg(4555, &c) || crs_of_epsg(32661, &c));
}

static struct grid grid_of(int epsg, double x, double y, double px)
{
    struct grid g = {.t = {x, px, 0, y, 0, -px}, .width = 1000, .height = 1000};
    assert_true(crs_of_epsg(epsg, &g.crs));
    return g;
}

/* An easting with its zone in front on a grid without, a turned picture, one without a place, and one whose degrees are metres. */
static void grids_that_cannot_be_right_are_refused(void **state)
{
    (void)state;
    struct grid good = grid_of(4547, 528773, 3385557, 2), bad[7] = {good, good, good, good, good, good, good};
    assert_ok(grid_check(&good));
    bad[0].t[0] = 38528773;
    bad[1].t[2] = 0.1;
    bad[2].crs.kind = CRS_NONE;
    bad[3].crs.kind = CRS_OTHER;
    bad[4].t[1] = NAN;
    bad[5] = grid_of(4490, 528773, 3385557, 2);
    bad[6].t[5] = 2;
    for (size_t i = 0; i < 7; i++) {
        assert_err(grid_check(&bad[i]), ERR_INPUT);
        err_clear();
    }
}

/* A square kilometre on a 3° zone, on UTM, and in degrees: within 0.1 % of each other on the ground. */
static void areas_agree_between_grids(void **state)
{
    (void)state;
    struct grid gk = grid_of(4547, 364000, 3385557, 10), utm = grid_of(32649, 600000, 3385557, 10), degrees = grid_of(4490, 113, 30.59, 1e-4);
    assert_true(fabs(grid_pixel_m2(&gk, 500) - 100) < 1e-9);
    assert_true(fabs(grid_pixel_m2(&gk, 500) / grid_ground_m2(&gk, 500, 500) - 1) < 0.001);
    assert_true(fabs(grid_pixel_m2(&utm, 500) / grid_ground_m2(&utm, 500, 500) - 1) < 0.001);
    /* the ground's area of a cell in degrees, by two ways: the ellipsoid's radii, and its corners on a plane */
    struct crs plane;
    double x[2], y[2];
    assert_true(crs_of_epsg(4546, &plane));
    plane.lon0 = 113;
    crs_from_degrees(&plane, 113, degrees.t[3] + 499 * degrees.t[5], &x[0], &y[0]);
    crs_from_degrees(&plane, 113 + 1e-4, degrees.t[3] + 500 * degrees.t[5], &x[1], &y[1]);
    assert_true(fabs(fabs((x[1] - x[0]) * (y[1] - y[0])) / grid_pixel_m2(&degrees, 499.5) - 1) < 1e-4);
}

/* Corners between the reference points of the table are where the projection puts them, to a millimetre and a half. */
static void the_table_of_degrees_is_exact_enough(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct grid g = grid_of(32650, 300000, 3400000, 10);
    struct degrees_table *t = degrees_table_new(a, &g);
    uint64_t random = 5;
    for (int i = 0; i < 2000; i++) {
        int column = (int)(test_random(&random) % 1001), row = (int)(test_random(&random) % 1001);
        double lon, lat;
        int64_t got_lon, got_lat;
        grid_degrees(&g, column, row, &lon, &lat);
        degrees_at(t, column, row, &got_lon, &got_lat);
        assert_true(metres_between(lon, lat, (double)got_lon / 1e8, (double)got_lat / 1e8) < 0.0015);
    }
}

static void gcj02_agrees_with_its_formula(void **state)
{
    (void)state;
    static const struct { double lon, lat, to_lon, to_lat; } point[] = {{114.3, 30.59, 114.305437, 30.587580}, {111.29, 30.69, 111.295667, 30.687565}};
    for (size_t i = 0; i < 2; i++) {
        double lon, lat, back_lon, back_lat;
        gcj02_from(point[i].lon, point[i].lat, &lon, &lat);
        assert_true(fabs(lon - point[i].to_lon) < 6e-7 && fabs(lat - point[i].to_lat) < 6e-7);
        gcj02_to(lon, lat, &back_lon, &back_lat);
        assert_true(metres_between(back_lon, back_lat, point[i].lon, point[i].lat) < 0.01);
        double far = metres_between(point[i].lon, point[i].lat, lon, lat);
        assert_true(far > 539 && far < 607);
    }
    double lon, lat;
    gcj02_from(-0.75, 38.1, &lon, &lat); /* outside the box nothing is done */
    assert_true(lon == -0.75 && lat == 38.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(projections_agree_with_proj), cmocka_unit_test(zones_have_their_meridians), cmocka_unit_test(grids_that_cannot_be_right_are_refused),
        cmocka_unit_test(areas_agree_between_grids), cmocka_unit_test(the_table_of_degrees_is_exact_enough), cmocka_unit_test(gcj02_agrees_with_its_formula)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
