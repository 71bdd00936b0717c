/* Outlines as runs of pixels, held against area_row(); the window of one outline against the reading of the whole scene; and what became of a thing. */
#include "remote/scene.h"
#include "remote/lineage.h"

#include <math.h>
#include <string.h>

static const struct json *parse(struct arena *a, const char *text)
{
    const struct json *j;
    assert_ok(json_parse(a, str_of(text), 1 << 20, &j));
    return j;
}

static struct grid grid_utm(double east, double north, int side)
{
    struct grid g = {.t = {east, 10, 0, north, 0, -10}, .width = side, .height = side};
    assert_true(crs_of_epsg(32650, &g.crs));
    return g;
}

static void squares_and_holes(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct grid g = grid_utm(500000, 3400000, 100);
    struct cover c, d;
    assert_ok(cover_of(a, parse(a, "[[10,10,30,10,30,30,10,30],[15,15,20,15,20,20,15,20]]"), &g, &g, &c));
    assert_int_equal(c.pixels, 400 - 25);
    assert_true(cover_holds(&c, 10.5, 10.5) && !cover_holds(&c, 17, 17) && !cover_holds(&c, 30, 30) && !cover_holds(&c, 9.9, 12) && cover_holds(&c, 29.9, 29.9));
    assert_ok(cover_of(a, parse(a, "[[22,22,42,22,42,42,22,42]]"), &g, &g, &d));
    assert_int_equal(cover_common(&c, &d), 64);
    struct likeness l = cover_like(&c, &d);
    assert_true(fabs(l.iou - 64.0 / 711) < 1e-12 && !l.middle && !same_thing(&l));
    assert_ok(cover_of(a, parse(a, "[[18,18,32,18,32,32,18,32]]"), &g, &g, &d)); /* small and inside: the middle decides */
    l = cover_like(&c, &d);
    assert_true(l.iou > 0.3 && l.middle && same_thing(&l));
    assert_ok(cover_of(a, parse(a, "[[-20,-20,5,-20,5,5,-20,5]]"), &g, &g, &d)); /* cut at the edge */
    assert_int_equal(d.pixels, 25);
    assert_ok(cover_of(a, parse(a, "[[200,200,220,200,220,220]]"), &g, &g, &d));
    assert_int_equal(d.pixels, 0);
    assert_ok(cover_of(a, parse(a, "[]"), &g, &g, &d));
    assert_int_equal(d.pixels, 0);
}

/* The same ground on a grid that lies 33 m and 22 m aside: pixels are where their centres are. */
static void another_grid(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct grid g = grid_utm(500000, 3400000, 100), h = grid_utm(499967, 3400022, 100);
    struct cover c, d;
    const struct json *ring = parse(a, "[[10,10,30,10,30,30,10,30]]");
    assert_ok(cover_of(a, ring, &g, &g, &c));
    assert_ok(cover_of(a, ring, &g, &h, &d));
    assert_int_equal(d.pixels, 400);
    assert_true(fabs(d.x - (c.x + 3)) < 0.01 && fabs(d.y - (c.y + 2)) < 0.01);
}

/* An outline of many corners against the reader of GeoJSON polygons. */
static void like_area_row(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct grid g = grid_utm(500000, 3400000, 120);
    buf ring = buf_make(a, 64 << 10), geo = buf_make(a, 64 << 10);
    uint8_t mask[120];
    struct area *area;
    struct cover c;
    uint32_t seed = 7;
    buf_add(&ring, S("[["));
    buf_add(&geo, S("{\"type\":\"Polygon\",\"coordinates\":[["));
    for (int i = 0; i <= 40; i++) {
        double lon, lat, t = 6.283185307179586 * (i % 40) / 40, far;
        seed = i % 40 ? seed * 1664525u + 1013904223u : 7;
        far = 15 + seed % 40;
        double x = 60.371 + far * cos(t), y = 60.213 + far * sin(t); /* off the centres, where 1e-10 degree would decide */
        grid_degrees(&g, x, y, &lon, &lat);
        buf_printf(&geo, "%s[%.10f,%.10f]", i ? "," : "", lon, lat);
        if (i < 40)
            buf_printf(&ring, "%s%.12f,%.12f", i ? "," : "", x, y);
    }
    buf_add(&ring, S("]]"));
    buf_add(&geo, S("]]}"));
    assert_ok(area_read(a, buf_str(&geo), &area));
    assert_ok(cover_of(a, parse(a, arena_cstr(a, buf_str(&ring))), &g, &g, &c));
    int64_t differ = 0, all = 0;
    for (int y = 0; y < 120; y++) {
        area_row(area, &g, y, mask);
        for (int x = 0; x < 120; x++) {
            all += mask[x];
            differ += mask[x] != cover_holds(&c, x + 0.5, y + 0.5);
        }
    }
    assert_true(all > 1500);
    assert_int_equal(differ, 0);
}

static void a_window_is_as_good_as_the_scene(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char *const names[] = {"water", "vegetation", "bare-soil"};
    char path[160];
    const struct made m = {.width = 700, .height = 560, .seed = 3, .clouds = true, .zstd = true, .epsg = 32650};
    struct raster *r;
    struct bands b;
    struct cover c;
    struct area *area;
    snprintf(path, sizeof path, "%s/w.tif", test_folder());
    scene_make(path, &m);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct looked whole, window;
        struct recipe_options o = {.recipe = recipe_find(str_of(names[i])), .polygons = S(""), .mask = S("")};
        assert_ok(raster_open(a, str_of(path), &r));
        const struct grid g = raster_head(r)->grid;
        assert_ok(raster_bands(a, r, sensor_find(S("s2")), S(""), 0, &b));
        buf geo = buf_make(a, 4096);
        static const int at[][2] = {{30, 40}, {560, 240}, {520, 540}, {40, 300}, {30, 40}};
        buf_add(&geo, S("{\"type\":\"Polygon\",\"coordinates\":[["));
        for (int k = 0; k < 5; k++) {
            double lon, lat;
            grid_degrees(&g, at[k][0], at[k][1], &lon, &lat);
            buf_printf(&geo, "%s[%.12f,%.12f]", k ? "," : "", lon, lat);
        }
        buf_add(&geo, S("]]}"));
        assert_ok(area_read(a, buf_str(&geo), &area));
        assert_ok(look_back(a, r, &b, &o, area, &whole));
        raster_close(r);
        assert_ok(raster_open(a, str_of(path), &r));
        assert_ok(cover_of(a, parse(a, "[[30,40,560,240,520,540,40,300]]"), &g, &g, &c));
        assert_ok(look_back_in(a, r, &b, o.recipe, &c, &window));
        raster_close(r);
        assert_true(whole.pixels > 50000 && whole.valid < whole.pixels);
        assert_true(llabs(whole.pixels - window.pixels) <= 4 && llabs(whole.valid - window.valid) <= 4 && llabs(whole.flagged - window.flagged) <= 4);
        assert_true(fabs(whole.index_mean - window.index_mean) < 1e-4);
    }
}

static void what_became(void **state)
{
    (void)state;
    assert_int_equal(became_of(-1, 50, false), BECAME_FIRST);
    assert_int_equal(became_of(0, 50, false), BECAME_FIRST);
    assert_int_equal(became_of(50, 61, true), BECAME_GREW);
    assert_int_equal(became_of(50, 60, true), BECAME_STAYED);
    assert_int_equal(became_of(60, 50, true), BECAME_STAYED);
    assert_int_equal(became_of(61, 50, true), BECAME_SHRANK);
    assert_int_equal(became_of(50, 0, true), BECAME_GONE);
    assert_int_equal(became_of(0, 50, true), BECAME_BACK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(squares_and_holes), cmocka_unit_test(another_grid), cmocka_unit_test(like_area_row), cmocka_unit_test(a_window_is_as_good_as_the_scene),
        cmocka_unit_test(what_became),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
