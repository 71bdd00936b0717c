/* Layers as agencies hand them out: what is read, what is refused and how, and what an outline is to an area, against a count of points. */
#include "testing.h"
#include "remote/layer.h"

#include <string.h>

static struct layer read_good(struct arena *a, const char *text)
{
    struct layer l;
    assert_ok(layer_read(a, str_of(text), &l));
    return l;
}

static void refused(const char *text, const char *why)
{
    AUTO_ARENA(a);
    struct layer l;
    err *e = layer_read(a, str_of(text), &l);
    assert_non_null(e);
    if (str_find(arena_printf(a, "%.*s %.*s", STR_ARG(e->text), STR_ARG(e->got)), str_of(why)) < 0)
        fail_msg("%.*s / %.*s is not %s", STR_ARG(e->text), STR_ARG(e->got), why);
    err_clear();
}

#define SQUARE "[[114,30],[114.1,30],[114.1,30.1],[114,30.1],[114,30]]"
#define HOLE "[[114.04,30.04],[114.06,30.04],[114.06,30.06],[114.04,30.06],[114.04,30.04]]"

static void both_formats_say_the_same(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct layer l = read_good(a, "\xEF\xBB\xBF{\"type\":\"FeatureCollection\",\"name\":\"x\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::4490\"}},"
                                  "\"features\":[{\"type\":\"Feature\",\"properties\":{\"FID\":3,\"mc\":\"东湖一级\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[" SQUARE "," HOLE "]}},"
                                  "{\"type\":\"Feature\",\"properties\":null,\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[114,30],[115,30]]}}]}");
    struct layer k = read_good(a, "<?xml version=\"1.0\"?><!-- <Polygon> --><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><name>all</name><Placemark><name>东湖&amp;<![CDATA[一级]]></name>"
                                  "<Polygon><outerBoundaryIs><LinearRing><coordinates>114,30,0 114.1,30 114.1,30.1,5\n114,30.1 114,30</coordinates></LinearRing></outerBoundaryIs>"
                                  "<innerBoundaryIs><LinearRing><coordinates>114.04,30.04 114.06,30.04 114.06,30.06 114.04,30.06</coordinates></LinearRing></innerBoundaryIs></Polygon>"
                                  "</Placemark><Placemark><Point><coordinates>1,2</coordinates></Point></Placemark></Document></kml>");
    assert_int_equal(l.n, 1);
    assert_int_equal(l.skipped, 1);
    assert_int_equal(k.n, 1);
    assert_int_equal(k.skipped, 1);
    assert_str(l.areas[0].name, "东湖一级");
    assert_str(k.areas[0].name, "东湖&一级");
    assert_int_equal(l.corners, 8);
    assert_int_equal(k.corners, 8);
    for (int x = 0; x < 30; x++)
        for (int y = 0; y < 30; y++) {
            struct spot p = spot_of(113.981 + 0.005 * x, 29.981 + 0.005 * y);
            bool in = p.lon > 1140000000 && p.lon < 1141000000 && p.lat > 300000000 && p.lat < 301000000 &&
                      !(p.lon > 1140400000 && p.lon < 1140600000 && p.lat > 300400000 && p.lat < 300600000);
            assert_int_equal(area_contains(&l.areas[0], p), in);
            assert_int_equal(area_contains(&k.areas[0], p), in);
        }
}

static void what_is_kept_comes_back(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct layer l = read_good(a, "{\"type\":\"MultiPolygon\",\"coordinates\":[[" SQUARE "],[[[115,31],[115.2,31],[115.1,31.3]]]]}"), back;
    str text, again;
    assert_ok(layer_document(a, &l, &text));
    assert_ok(layer_of_document(a, text, &back));
    assert_ok(layer_document(a, &back, &again));
    assert_true(str_eq(text, again));
    assert_int_equal(back.corners, 7);
    assert_int_equal(back.low.lon, 1140000000);
    assert_int_equal(back.high.lat, 313000000);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    refused("{\"type\":\"Polygon\",\"coordinates\":[[[38500000,3380000],[38500100,3380000],[38500100,3380100],[38500000,3380000]]]}", "投影坐标");
    refused("{\"type\":\"Polygon\",\"coordinates\":[[[30,114],[30,114.1],[30.1,114.1],[30,114]]]}", "纬度在前");
    refused("{\"type\":\"Polygon\",\"coordinates\":[[[2,48],[2,49],[3,49],[2,48]]]}", "国境以外");
    refused("{\"type\":\"Polygon\",\"coordinates\":[[[114,30],[114.1,30],[114,30]]]}", "不足三个角点");
    refused("{\"type\":\"Polygon\",\"coordinates\":[[[114,\"30\"],[114.1,30],[114,30.1]]]}", "不是一对数");
    refused("{\"type\":\"Point\",\"coordinates\":[114,30]}", "只有点或线");
    refused("{\"type\":\"FeatureCollection\",\"features\":[]}", "没有要素");
    refused("{\"type\":\"FeatureCollection\",\"crs\":{\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::4547\"}},\"features\":[]}", "EPSG::4547");
    refused("PK\003\004", "KMZ");
    refused("", "空文件");
    refused("SHP", "既不是JSON也不是XML");
    refused("<!DOCTYPE kml [<!ENTITY x \"y\">]><kml/>", "文档类型");
    refused("<gpx></gpx>", "最外层不是kml");
    refused("<kml><Placemark><Polygon><coordinates>114;30</coordinates></Polygon></Placemark></kml>", "坐标不是数");
    refused("<kml><Placemark>", "不完整");
    refused("<kml></kml></kml>", "多出一个结束标记");
    refused("<kml><Placemark", "没有结束");
}

/* An outline is a square whose south-western corner walks; its relation is counted. */
static void outlines_and_areas(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct layer l = read_good(a, "{\"type\":\"Polygon\",\"coordinates\":[" SQUARE "," HOLE "]}");
    static const struct { double x, y, side; enum layer_meets want; } list[] = {
        {114.01, 30.01, 0.02, LAYER_HOLDS},   {114.09, 30.09, 0.02, LAYER_TOUCHES}, {114.2, 30.2, 0.02, LAYER_APART}, {113.9, 29.9, 0.5, LAYER_TOUCHES},
        {114.045, 30.045, 0.01, LAYER_APART}, {114.03, 30.03, 0.04, LAYER_TOUCHES}, {114.11, 30.0, 0.05, LAYER_APART}, {113.95, 30.02, 0.2, LAYER_TOUCHES}};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        double x = list[i].x, y = list[i].y, s = list[i].side;
        struct spot p[] = {spot_of(x, y), spot_of(x + s, y), spot_of(x + s, y + s), spot_of(x, y + s)};
        struct spots ring = {p, 4};
        if (area_meets_rings(&l.areas[0], &ring, 1) != list[i].want)
            fail_msg("case %zu: %d", i, area_meets_rings(&l.areas[0], &ring, 1));
    }
    struct spot bar[] = {spot_of(113.9, 30.02), spot_of(114.2, 30.02), spot_of(114.2, 30.021), spot_of(113.9, 30.021)}; /* no corner of either lies in the other */
    assert_int_equal(area_meets_rings(&l.areas[0], &(struct spots){bar, 4}, 1), LAYER_TOUCHES);
}

static void limits(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct layer l;
    buf b = buf_make(a, LIMIT_LAYER_FILE);
    buf_add(&b, S("{\"type\":\"Polygon\",\"coordinates\":[["));
    for (int i = 0; i <= LIMIT_LAYER_CORNERS; i++)
        buf_printf(&b, "%s[114.%d,30]", i ? "," : "", i % 10);
    buf_add(&b, S("]]}"));
    err *e = layer_read(a, buf_str(&b), &l);
    assert_true(e && e->kind == ERR_LIMIT);
    err_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_formats_say_the_same), cmocka_unit_test(what_is_kept_comes_back), cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(outlines_and_areas), cmocka_unit_test(limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
