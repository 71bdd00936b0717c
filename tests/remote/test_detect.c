/*
 * From a file to polygons and back: what was drawn into a scene is what is found; a stranger's file by GDAL gives the same bytes as the same file by us;
 * equal dates give nothing, swapped dates the mirror, shifted ones are refused or shifted; broken files leave nothing behind.
 */
#include "remote/numbers.h"
#include "remote/scene.h"

#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

static const struct made early = {.width = 300, .height = 300, .seed = 1, .zstd = true}, late = {.width = 300, .height = 300, .seed = 1, .second = true, .zstd = true};

static const char *path_of(const char *name)
{
    static char path[8][128];
    static int n;
    char *p = path[n++ % 8];
    snprintf(p, sizeof path[0], "%s/%s", test_folder(), name);
    return p;
}

static struct raster *open_scene(struct arena *a, const char *path, struct bands *b)
{
    struct raster *r;
    assert_ok(raster_open(a, str_of(path), &r));
    assert_ok(raster_bands(a, r, sensor_find(S("s2")), S(""), 0, b));
    return r;
}

static struct recipe_options water(const char *polygons, const char *mask)
{
    return (struct recipe_options){.recipe = recipe_find(S("water")), .polygons = str_of(polygons ? polygons : ""), .mask = str_of(mask ? mask : "")};
}

static str bytes_of(struct arena *a, const char *path)
{
    str s;
    assert_ok(file_read(a, str_of(path), 64 << 20, &s));
    return s;
}

static bool gdal_here(void)
{
    const char *folder = getenv("XIEZHI_LIBEXEC");
    char path[512];
    snprintf(path, sizeof path, "%s/xiezhi-read-raster", folder ? folder : ".");
    return access(path, X_OK) == 0;
}

static void what_was_drawn_is_found(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct bands b;
    struct detected d;
    const char *scene = path_of("scene.tif"), *polygons = path_of("p.geojson"), *mask = path_of("mask.tif");
    scene_make(scene, &early);
    struct raster *r = open_scene(a, scene, &b);
    struct recipe_options o = water(polygons, mask);
    assert_ok(recipe_detect(a, r, &b, &o, &d));
    int64_t want = 0;
    for (int y = 0; y < 300; y++)
        for (int x = 0; x < 300; x++)
            want += scene_water(&early, x, y);
    assert_int_equal(d.flagged, want);
    assert_int_equal(d.pixels, 90000);
    assert_int_equal(d.valid, 90000);
    assert_int_equal(d.polygons, 4);
    assert_true(fabs(d.area_m2 - 100.0 * (double)want) < 1e-6);
    raster_close(r);
    /* the mask is one of our files, and says the same of every pixel */
    struct tif *t;
    uint8_t tile[TIF_TILE * TIF_TILE];
    assert_ok(tif_open(a, str_of(mask), &t));
    assert_ok(tif_tile(t, 0, 0, 0, 0, tile));
    for (int i = 0; i < TIF_TILE * TIF_TILE; i++)
        assert_int_equal(tile[i], scene_water(&early, i % TIF_TILE, i / TIF_TILE));
    tif_close(t);
    const struct json *j;
    assert_ok(json_parse(a, bytes_of(a, polygons), 1 << 20, &j));
    assert_int_equal(json_get(j, S("features"))->n, 4);
    struct sm3 digest = sm3_of(bytes_of(a, polygons).p, bytes_of(a, polygons).n);
    assert_memory_equal(&digest, &d.polygons_digest, sizeof digest);
}

/* Clouds are no water and no land: they are not judged, and polygons beside them say so. */
static void clouds_are_not_judged(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct made m = early;
    struct bands b;
    struct detected d;
    m.clouds = true;
    const char *scene = path_of("clouds.tif"), *polygons = path_of("clouds.geojson");
    scene_make(scene, &m);
    struct raster *r = open_scene(a, scene, &b);
    struct recipe_options o = water(polygons, NULL);
    assert_ok(recipe_detect(a, r, &b, &o, &d));
    assert_int_equal(d.valid, 90000 - 40 * 40);
    int64_t want = 0;
    for (int i = 0; i < 90000; i++)
        want += scene_water(&m, i % 300, i / 300) && !scene_cloud(&m, i % 300, i / 300);
    assert_int_equal(d.flagged, want);
    assert_true(str_find(bytes_of(a, polygons), S("\"blind\"")) > 0);
    assert_true(str_find(bytes_of(a, polygons), S("no_quality")) < 0);
    raster_close(r);
}

/* The same file under another name of software: GDAL's reading and ours must give the same bytes, on every kind of compression. */
static void gdal_and_we_read_the_same(void **state)
{
    (void)state;
    if (!gdal_here())
        skip();
    for (int zstd = 0; zstd < 2; zstd++) {
        AUTO_ARENA(a);
        struct made m = early, other;
        struct bands b;
        struct detected d[2];
        m.zstd = zstd, m.clouds = true, m.width = 700, m.height = 519;
        other = m;
        other.foreign = true;
        const char *scene[2] = {path_of("own.tif"), path_of("foreign.tif")}, *polygons[2] = {path_of("own.geojson"), path_of("foreign.geojson")};
        scene_make(scene[0], &m);
        scene_make(scene[1], &other);
        for (int i = 0; i < 2; i++) {
            struct raster *r = open_scene(a, scene[i], &b);
            struct recipe_options o = water(polygons[i], NULL);
            assert_int_equal(raster_ours(r), i == 0);
            b.baseline = 300;
            assert_ok(recipe_detect(a, r, &b, &o, &d[i]));
            raster_close(r);
        }
        str one = bytes_of(a, polygons[0]), two = bytes_of(a, polygons[1]);
        assert_true(one.n == two.n && memcmp(one.p, two.p, one.n) == 0);
        assert_int_equal(d[0].flagged, d[1].flagged);
    }
}

static err *compared(struct arena *a, const char *first, const char *second, bool align, const char *polygons, struct changed *ret)
{
    struct date dates[2];
    struct recipe_options o = water(polygons, NULL);
    dates[0].raster = open_scene(a, first, &dates[0].bands);
    dates[1].raster = open_scene(a, second, &dates[1].bands);
    err *e = recipe_change(a, dates, 2, &o, align, ret);
    raster_close(dates[0].raster);
    raster_close(dates[1].raster);
    return e;
}

static void equal_dates_change_nothing_and_swapped_ones_mirror(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct changed same, forth, back;
    const char *one = path_of("one.tif"), *two = path_of("two.tif");
    scene_make(one, &early);
    scene_make(two, &late);
    assert_ok(compared(a, one, one, false, NULL, &same));
    assert_int_equal(same.gained + same.lost + same.polygons, 0);
    assert_true(same.date[1].shift.known && same.date[1].shift.x == 0 && same.date[1].shift.y == 0);
    assert_ok(compared(a, one, two, false, path_of("forth.geojson"), &forth));
    assert_ok(compared(a, two, one, false, path_of("back.geojson"), &back));
    int64_t gained = 0, lost = 0;
    for (int i = 0; i < 90000; i++) {
        bool was = scene_water(&early, i % 300, i / 300), is = scene_water(&late, i % 300, i / 300);
        gained += !was && is;
        lost += was && !is;
    }
    assert_int_equal(forth.gained, gained);
    assert_int_equal(forth.lost, lost);
    assert_int_equal(forth.gained, back.lost);
    assert_int_equal(forth.lost, back.gained);
    assert_int_equal(forth.polygons, back.polygons);
    assert_true(forth.gained_m2 == back.lost_m2 && forth.lost_m2 == back.gained_m2);
}

static void shifted_dates_are_refused_or_shifted(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct made moved = late;
    struct changed c;
    moved.dx = 3, moved.dy = -2;
    const char *one = path_of("still.tif"), *two = path_of("moved.tif");
    scene_make(one, &early);
    scene_make(two, &moved);
    const err *e = assert_err(compared(a, one, two, false, NULL, &c), ERR_CONFLICT);
    assert_true(str_find(e->text, S("没有配准")) >= 0);
    err_clear();
    assert_ok(compared(a, one, two, true, NULL, &c));
    assert_true(fabs(c.date[1].shift.x + 3) < 0.2 && fabs(c.date[1].shift.y - 2) < 0.2);
    int64_t gained = 0;
    for (int i = 0; i < 90000; i++)
        gained += !scene_water(&early, i % 300, i / 300) && scene_water(&late, i % 300, i / 300);
    assert_int_equal(c.gained, gained);
    moved.dx = 1, moved.dy = 0; /* one pixel is enough to be refused */
    scene_make(two, &moved);
    assert_err(compared(a, one, two, false, NULL, &c), ERR_CONFLICT);
}

/* Two dates, one of them shifted: judged tile by tile or row by row, wider than a word and than a tile, the same bytes. */
static void dates_change_alike_either_way(void **state)
{
    (void)state;
    if (!gdal_here())
        skip();
    AUTO_ARENA(a);
    struct changed c[2];
    static const int moves[][2] = {{0, 0}, {3, -2}, {-5, 1}};
    const char *one = path_of("way-1.tif"), *two = path_of("way-2.tif");
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        for (int foreign = 0; foreign < 2; foreign++) {
            struct made first = early, second = late;
            second.dx = moves[i][0], second.dy = moves[i][1];
            first.foreign = second.foreign = foreign;
            scene_make(one, &first);
            scene_make(two, &second);
            assert_ok(compared(a, one, two, true, NULL, &c[foreign]));
        }
        assert_true(c[0].gained > 0 && c[0].lost > 0);
        assert_memory_equal(&c[0].polygons_digest, &c[1].polygons_digest, sizeof c[0].polygons_digest);
        assert_true(c[0].valid == c[1].valid && c[0].stable == c[1].stable && c[0].gained == c[1].gained && c[0].lost == c[1].lost &&
                    c[0].date[1].flagged == c[1].date[1].flagged && c[0].date[1].valid == c[1].date[1].valid);
    }
}

/* Of three dates, what is there only on the last is not yet a change. */
static void change_must_stay(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const char *path[3] = {path_of("d1.tif"), path_of("d2.tif"), path_of("d3.tif")};
    scene_make(path[0], &early);
    scene_make(path[1], &early);
    scene_make(path[2], &late);
    for (int confirmed = 0; confirmed < 2; confirmed++) {
        struct date dates[3];
        struct recipe_options o = water(NULL, NULL);
        struct changed c;
        if (confirmed)
            scene_make(path[1], &late);
        for (int i = 0; i < 3; i++)
            dates[i].raster = open_scene(a, path[i], &dates[i].bands);
        assert_ok(recipe_change(a, dates, 3, &o, false, &c));
        assert_true(confirmed ? c.gained > 0 && c.transient == 0 : c.gained == 0 && c.transient > 0);
        for (int i = 0; i < 3; i++)
            raster_close(dates[i].raster);
    }
}

/* The pond that was to be filled: full before, gone after. */
static void one_polygon_is_looked_back_at(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct grid g = {.t = {500000, 10, 0, 3400000, 0, -10}, .width = 300, .height = 300};
    double corner[4][2];
    assert_true(crs_of_epsg(32650, &g.crs));
    for (int i = 0; i < 4; i++)
        grid_degrees(&g, i == 1 || i == 2 ? 210 : 190, i >= 2 ? 100 : 80, &corner[i][0], &corner[i][1]);
    str text = arena_printf(a, "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[%.9f,%.9f],[%.9f,%.9f],[%.9f,%.9f],[%.9f,%.9f],[%.9f,%.9f]]]}}",
                            corner[0][0], corner[0][1], corner[1][0], corner[1][1], corner[2][0], corner[2][1], corner[3][0], corner[3][1], corner[0][0], corner[0][1]);
    for (int later = 0; later < 2; later++) {
        struct area *area;
        struct looked l;
        struct bands b;
        struct recipe_options o = water(NULL, NULL);
        const char *scene = path_of("look.tif");
        scene_make(scene, later ? &late : &early);
        assert_ok(area_read(a, text, &area));
        struct raster *r = open_scene(a, scene, &b);
        assert_ok(look_back(a, r, &b, &o, area, &l));
        assert_int_equal(l.pixels, 400);
        assert_int_equal(l.flagged, later ? 0 : 400);
        raster_close(r);
    }
    struct area *area;
    static const char *const bad[] = {"{}", "[]", "{\"type\":\"Polygon\",\"coordinates\":[]}", "{\"type\":\"Polygon\",\"coordinates\":[[[500000,3400000],[1,1],[2,2],[1,1]]]}",
                                      "{\"type\":\"Point\",\"coordinates\":[114,30]}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_err(area_read(a, str_of(bad[i]), &area), ERR_INPUT);
        err_clear();
    }
}

static void missing_bands_fall_back_or_are_refused(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct raster *r;
    struct bands b;
    const struct recipe *used;
    const char *scene = path_of("bands.tif");
    scene_make(scene, &early);
    assert_ok(raster_open(a, str_of(scene), &r));
    assert_ok(raster_bands(a, r, sensor_find(S("bgrn")), S("green=2,nir=4"), 0, &b));
    assert_ok(recipe_for(recipe_find(S("water")), &b, &used));
    assert_string_equal(used->name, "water-ndwi");
    assert_err(recipe_for(recipe_find(S("vegetation")), &b, &used), ERR_INPUT);
    assert_err(recipe_for(recipe_find(S("water-sar")), &b, &used), ERR_INPUT);
    assert_err(raster_bands(a, r, sensor_find(S("bgrn")), S("green=9"), 0, &b), ERR_INPUT);
    assert_err(raster_bands(a, r, sensor_find(S("bgrn")), S("grün=1"), 0, &b), ERR_INPUT);
    raster_close(r);
}

/* Cut off, bent, of other kinds: refused with a reason, and no half of an output is left. */
static void broken_files_leave_nothing(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const char *scene = path_of("whole.tif"), *broken = path_of("broken.tif"), *polygons = path_of("broken.geojson"), *mask = path_of("broken-mask.tif");
    struct made m = early;
    scene_make(scene, &m);
    str whole = bytes_of(a, scene);
    for (int i = 0; i < 4; i++) {
        struct raster *r = NULL;
        struct bands b;
        struct detected d;
        char *p = arena_copy(a, whole.p, whole.n);
        size_t n = whole.n;
        if (i == 0)
            n = whole.n / 2;
        else if (i == 1)
            memset(p + 200, 0x55, 2000); /* in the first tile */
        else if (i == 2)
            memcpy(p, "GIF89a", 6);
        else
            n = 5;
        assert_ok(file_write_atomic(str_of(broken), (str){p, n}, 0644));
        err *e = raster_open(a, str_of(broken), &r);
        if (!e) {
            struct recipe_options o = water(polygons, mask);
            assert_ok(raster_bands(a, r, sensor_find(S("s2")), S(""), 0, &b));
            e = recipe_detect(a, r, &b, &o, &d);
        }
        assert_non_null(e);
        assert_true(e->kind == ERR_DAMAGED || e->kind == ERR_INPUT);
        assert_true(access(polygons, F_OK) != 0 && access(mask, F_OK) != 0);
        raster_close(r);
        err_clear();
    }
}

/* A file in one piece, compressed strips, somebody else's: a few bytes bent in one tile of many are a hole, in most are a refusal. */
static void damaged_blocks_are_holes_up_to_a_limit(void **state)
{
    (void)state;
    if (!gdal_here())
        skip();
    AUTO_ARENA(a);
    struct made m = {.width = 1280, .height = 1280, .seed = 4, .foreign = true};
    const char *scene = path_of("large.tif");
    scene_make(scene, &m);
    str whole = bytes_of(a, scene);
    for (int many = 0; many < 2; many++) {
        struct raster *r;
        struct bands b;
        struct detected d;
        struct recipe_options o = water(NULL, NULL);
        char *p = arena_copy(a, whole.p, whole.n);
        for (size_t at = 400; at < (many ? whole.n - 100000 : 500); at += 40000)
            memset(p + at, 0xff, 60);
        assert_ok(file_write_atomic(str_of(scene), (str){p, whole.n}, 0644));
        r = open_scene(a, scene, &b);
        err *e = recipe_detect(a, r, &b, &o, &d);
        if (many) {
            assert_err(e, ERR_DAMAGED);
        } else {
            assert_ok(e);
            assert_int_equal(d.health.damaged, 1);
            assert_int_equal(d.valid, 1280 * 1280 - 256 * 256);
        }
        raster_close(r);
        err_clear();
    }
}

static void ingest_keeps_the_numbers_and_says_what_is_odd(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const char *scene = path_of("in.tif"), *out = path_of("ingested.tif");
    struct ingested s;
    struct bands b;
    struct detected d[2];
    scene_make(scene, &early);
    const char *files[] = {scene};
    struct ingest_options o = {.sensor = sensor_find(S("s2")), .files = files, .n = 1, .taken = 1752547200 * USEC_SECOND, .out = str_of(out)};
    assert_ok(ingest(a, &o, &s));
    assert_int_equal(s.pixels, 90000);
    assert_int_equal(s.valid, 90000);
    assert_int_equal(s.levels, 2);
    assert_true(s.taken == o.taken);
    for (int i = 0; i < 2; i++) {
        struct raster *r = open_scene(a, i ? out : scene, &b);
        struct recipe_options w = water(NULL, NULL);
        assert_ok(recipe_detect(a, r, &b, &w, &d[i]));
        raster_close(r);
    }
    assert_int_equal(d[0].flagged, d[1].flagged);
    assert_memory_equal(&d[0].polygons_digest, &d[1].polygons_digest, sizeof d[0].polygons_digest);
    struct raster *r = open_scene(a, out, &b);
    assert_true(str_find(raster_note(r), S("sm3:")) > 0 && str_find(raster_note(r), S("03.00")) > 0);
    raster_close(r);
    /* twice the same file under two names of bands */
    const char *pair[] = {arena_cstr(a, arena_printf(a, "nir=%s", path_of("pond.tif"))), arena_cstr(a, arena_printf(a, "green=%s", path_of("pond2.tif")))};
    struct tif_options one = {.grid = s.grid, .bands = 1, .sample = SAMPLE_U16};
    for (int i = 0; i < 2; i++) {
        struct tif_writer *w;
        uint16_t row[300] = {0};
        assert_ok(tif_begin(a, str_of(strchr(pair[i], '=') + 1), &one, &w));
        for (int y = 0; y < 300; y++) {
            for (int x = 0; x < 300; x++)
                row[x] = (uint16_t)(1000 + x + y);
            assert_ok(tif_row(w, 0, row));
        }
        assert_ok(tif_end(w));
    }
    o.files = pair, o.n = 2;
    assert_ok(ingest(a, &o, &s));
    bool same = false, baseline = false;
    for (size_t i = 0; i < s.warnings_n; i++) {
        same |= str_find(s.warnings[i], S("完全相同")) >= 0;
        baseline |= str_find(s.warnings[i], S("未扣除偏移")) >= 0;
    }
    assert_true(same && baseline);
    const char *unknown[] = {strchr(pair[0], '=') + 1, strchr(pair[1], '=') + 1};
    o.files = unknown;
    assert_err(ingest(a, &o, &s), ERR_INPUT);
}

/* Green and near infrared handed in as each other: water is brighter in near infrared than in green, which it never is. */
static void ingest_sees_water_of_the_wrong_colour(void **state)
{
    (void)state;
    for (int swapped = 0; swapped < 2; swapped++) {
        AUTO_ARENA(a);
        static const uint16_t lake[3] = {900, 300, 100};
        const char *scene = path_of("lake.tif"), *files[] = {scene};
        struct tif_options t = {.grid = {.t = {500000, 10, 0, 3400000, 0, -10}, .width = 300, .height = 300}, .bands = 3, .sample = SAMPLE_U16,
                                .names = {swapped ? "nir" : "green", swapped ? "green" : "nir", "swir1"}};
        struct tif_writer *w;
        struct ingested s;
        assert_true(crs_of_epsg(32650, &t.grid.crs));
        assert_ok(tif_begin(a, str_of(scene), &t, &w));
        for (int i = 0; i < 900; i++) {
            uint16_t row[300];
            for (int x = 0; x < 300; x++)
                row[x] = (uint16_t)(lake[i % 3] + x % 7);
            assert_ok(tif_row(w, i % 3, row));
        }
        assert_ok(tif_end(w));
        struct ingest_options o = {.sensor = sensor_find(S("s2")), .files = files, .n = 1, .taken = 1752547200 * USEC_SECOND, .out = str_of(path_of("lake-in.tif"))};
        assert_ok(ingest(a, &o, &s));
        bool seen = false;
        for (size_t i = 0; i < s.warnings_n; i++)
            seen |= str_find(s.warnings[i], S("近红外多高于绿")) >= 0;
        assert_int_equal(seen, swapped);
    }
}

/* Takes a tile of the first band out of a file, as programs do that do not write empty ones. */
static void take_out_tile(const char *path, uint32_t tile)
{
    enum { TILE_OFFSETS = 324, TILE_SIZES = 325, ENTRY = 12 };
    AUTO_ARENA(a);
    str whole = bytes_of(a, path);
    char *p = arena_copy(a, whole.p, whole.n);
    uint32_t directory, at, none = 0;
    uint16_t entries, tag;
    memcpy(&directory, p + 4, sizeof directory);
    memcpy(&entries, p + directory, sizeof entries);
    for (int i = 0; i < entries; i++) {
        char *entry = p + directory + 2 + ENTRY * i;
        memcpy(&tag, entry, sizeof tag);
        memcpy(&at, entry + 8, sizeof at);
        if (tag == TILE_OFFSETS || tag == TILE_SIZES)
            memcpy(p + at + sizeof none * tile, &none, sizeof none);
    }
    assert_ok(file_write_atomic(str_of(path), (str){p, whole.n}, 0644));
}

/* A tile that is not in the file is no data, and costs nothing of what lies beside it. */
static void ingest_keeps_what_lies_beside_a_missing_tile(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    if (!gdal_here())
        skip();
    struct made m = early;
    m.foreign = true, m.width = 700, m.height = 519;
    const char *scene = path_of("sparse.tif"), *out = path_of("sparse-in.tif");
    scene_make(scene, &m);
    take_out_tile(scene, 3); /* the first of the second row of three */
    const char *files[] = {scene};
    struct ingested s;
    struct ingest_options o = {.sensor = sensor_find(S("s2")), .files = files, .n = 1, .taken = 1752547200 * USEC_SECOND, .out = str_of(out)};
    assert_ok(ingest(a, &o, &s));
    struct tif *t;
    uint16_t tile[TIF_TILE * TIF_TILE];
    assert_ok(tif_open(a, str_of(out), &t));
    for (int across = 0; across < 2; across++) {
        assert_ok(tif_tile(t, 0, 0, across, 1, tile));
        for (int i = 0; i < TIF_TILE * TIF_TILE; i++)
            assert_true(across ? tile[i] > 0 : tile[i] == 0);
    }
    tif_close(t);
}

/* Wider than a tile and cut by the edge, with clouds: one thread, two or four, and rows instead of tiles, give the same bytes. */
static void answers_do_not_depend_on_threads(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct made m = {.width = 1103, .height = 777, .seed = 6, .clouds = true};
    const char *scene = path_of("threads.tif");
    struct sm3 first = {0};
    for (int zstd = 0; zstd < 2; zstd++) {
        m.zstd = zstd;
        scene_make(scene, &m);
        for (int threads = 1; threads <= LIMIT_RASTER_THREADS; threads++) {
            struct bands b;
            struct detected d;
            struct raster *r = open_scene(a, scene, &b);
            struct recipe_options o = water(path_of("threads.geojson"), NULL);
            raster_threads(r, threads);
            o.eight = true;
            assert_ok(recipe_detect(a, r, &b, &o, &d));
            if (threads == 1 && !zstd)
                first = d.polygons_digest;
            assert_memory_equal(&first, &d.polygons_digest, sizeof first);
            assert_int_equal(d.valid, m.width * m.height - 40 * 40);
            raster_close(r);
        }
    }
}

/* A helper may be in the middle of a strip when somebody gives up. */
static void reading_may_be_given_up(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct made m = {.width = 1103, .height = 1500, .seed = 7};
    const char *scene = path_of("given-up.tif");
    scene_make(scene, &m);
    for (int arena_first = 0; arena_first < 2; arena_first++) {
        struct bands b;
        struct rows *rows;
        const float *row[CHANNELS];
        bool more;
        struct arena *inner = arena_new();
        struct raster *r = open_scene(a, scene, &b);
        raster_threads(r, 4);
        assert_ok(rows_open(inner, r, &b, 1u << CHANNEL_NIR | 1u << CHANNEL_RED, 0, 1, &rows));
        assert_ok(rows_next(rows, row, &more));
        if (arena_first)
            arena_free(inner);
        raster_close(r);
        if (!arena_first)
            arena_free(inner);
    }
}

/* What is no number, said in every way products say it; and numbers with the file's own scale. */
static void what_is_no_data_is_one_function(void **state)
{
    (void)state;
    const struct sensor *s2 = sensor_find(S("s2")), *generic = sensor_find(S("generic"));
    struct bands plain = {.sensor = generic, .scale = 1, .nodata = INT32_MIN}, product = {.sensor = s2, .scale = 1e-4, .add = -1000, .nodata = 0};
    struct raster_band none = {.scale = 1}, tagged = {.scale = 1, .has_nodata = 1, .nodata = -9999}, scaled = {.scale = 2.75e-5, .offset = -0.2, .has_nodata = 1};
    const float floats[4] = {NAN, -9999, 0, 5000};
    const int16_t shorts[4] = {-9999, 0, 7, 5000};
    const uint16_t words[4] = {0, 1000, 7273, 65535};
    float got[4];
    convert_numbers(&(struct convert){0}, got, words, 0);
    struct convert k = convert_of(&none, &plain, CHANNEL_NIR, SAMPLE_F32);
    convert_numbers(&k, got, floats, 4);
    assert_true(isnan(got[0]) && got[1] == -9999 && got[2] == 0 && got[3] == 5000);
    k = convert_of(&tagged, &plain, CHANNEL_NIR, SAMPLE_F32);
    convert_numbers(&k, got, floats, 4);
    assert_true(isnan(got[0]) && isnan(got[1]) && got[2] == 0);
    k = convert_of(&tagged, &product, CHANNEL_NIR, SAMPLE_I16); /* the file's and the product's; the baseline's offset */
    convert_numbers(&k, got, shorts, 4);
    assert_true(isnan(got[0]) && isnan(got[1]) && fabsf(got[2] + 0.0993f) < 1e-6f && fabsf(got[3] - 0.4f) < 1e-6f);
    k = convert_of(&scaled, &product, CHANNEL_NIR, SAMPLE_U16); /* the file's own scale goes before the product's */
    convert_numbers(&k, got, words, 4);
    assert_true(isnan(got[0]) && fabsf(got[1] + 0.1725f) < 1e-6f && fabsf(got[2] - 0.0000075f) < 1e-6f);
    k = convert_of(&tagged, &product, CHANNEL_QA, SAMPLE_U16); /* a quality band has no no-data: 0 is a class */
    convert_numbers(&k, got, words, 4);
    assert_true(got[0] == 0 && got[3] == 65535);
}

/* What was done lies beside the polygons; the same file gives them again, another file is refused, a changed record is seen. */
static void a_record_is_enough_to_do_it_again(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct bands b;
    struct detected d;
    struct detect_record r, back;
    struct sm3 polygons;
    bool same;
    const char *scene = path_of("record.tif"), *out = path_of("record.geojson"), *other = path_of("record-other.tif");
    scene_make(scene, &early);
    scene_make(other, &late);
    struct raster *raster = open_scene(a, scene, &b);
    struct recipe_options o = {.recipe = recipe_find(S("water-ndwi")), .has_threshold = true, .threshold = 0.1, .least_m2 = 1500.5, .polygons = str_of(out)};
    assert_ok(recipe_detect(a, raster, &b, &o, &d));
    raster_close(raster);
    r = (struct detect_record){.recipe = S("water-ndwi"), .sensor = S("s2"), .bands = S(""), .version = d.recipe->version, .baseline = 300, .has_threshold = true,
                               .threshold = 0.1, .least_m2 = 1500.5, .polygons = d.polygons_digest, .flagged = d.flagged, .count = d.polygons};
    assert_ok(file_digest(a, str_of(scene), &r.image, &r.image_bytes));
    str text = detect_record_text(a, &r);
    assert_ok(detect_record_read(a, text, &back));
    assert_true(back.threshold == r.threshold && back.least_m2 == r.least_m2);
    assert_ok(detect_record_replay(a, &back, str_of(scene), S(""), &polygons, &same));
    assert_true(same);
    back.threshold = 0.5;
    assert_ok(detect_record_replay(a, &back, str_of(scene), S(""), &polygons, &same));
    assert_false(same);
    assert_err(detect_record_replay(a, &r, str_of(other), S(""), &polygons, &same), ERR_CONFLICT);
    err_clear();
    r.version++;
    assert_err(detect_record_replay(a, &r, str_of(scene), S(""), &polygons, &same), ERR_CONFLICT);
    err_clear();
    assert_err(detect_record_read(a, S("{\"kind\":\"xiezhi remote detect\"}"), &back), ERR_INPUT);
    err_clear();
}

/* GDAL's own programs, where they are: files as strangers make them. */
static bool gdal_makes(const char *command, ...)
{
    char line[1024];
    va_list list;
    va_start(list, command);
    vsnprintf(line, sizeof line, command, list);
    va_end(list);
    strncat(line, " >/dev/null 2>&1", sizeof line - strlen(line) - 1);
    return system(line) == 0;
}

static void jpeg_2000_is_read_as_it_was_written(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct made m = early;
    m.foreign = true, m.width = 700, m.height = 519;
    const char *scene = path_of("to-jp2.tif"), *jp2 = path_of("scene.jp2");
    scene_make(scene, &m);
    if (!gdal_here() || !gdal_makes("gdal_translate -q -of JP2OpenJPEG -co REVERSIBLE=YES -co QUALITY=100 -b 2 -b 4 '%s' '%s'", scene, jp2))
        skip();
    struct detected d[2];
    for (int i = 0; i < 2; i++) {
        struct raster *r;
        struct bands b;
        struct recipe_options o = {.recipe = recipe_find(S("water-ndwi")), .polygons = str_of(path_of(i ? "jp2.geojson" : "tif.geojson"))};
        assert_ok(raster_open(a, str_of(i ? jp2 : scene), &r));
        assert_ok(raster_bands(a, r, sensor_find(S("bgrn")), i ? S("green=1,nir=2") : S("green=2,nir=4"), 0, &b));
        assert_string_equal(raster_head(r)->driver, i ? "JP2OpenJPEG" : "GTiff");
        b.nodata = 0;
        assert_ok(recipe_detect(a, r, &b, &o, &d[i]));
        raster_close(r);
    }
    assert_int_equal(d[0].flagged, d[1].flagged);
    assert_memory_equal(&d[0].polygons_digest, &d[1].polygons_digest, sizeof d[0].polygons_digest);
    /* cut off in the middle: refused, or a hole, never a fall */
    str whole = bytes_of(a, jp2);
    struct raster *r;
    struct bands b;
    struct recipe_options o = {.recipe = recipe_find(S("water-ndwi"))};
    assert_ok(file_write_atomic(str_of(jp2), (str){whole.p, whole.n / 3}, 0644));
    err *e = raster_open(a, str_of(jp2), &r);
    if (!e) {
        assert_ok(raster_bands(a, r, sensor_find(S("bgrn")), S("green=1,nir=2"), 0, &b));
        e = recipe_detect(a, r, &b, &o, &d[0]);
        raster_close(r);
    }
    assert_true(!e || e->kind == ERR_DAMAGED || e->kind == ERR_INPUT);
    err_clear();
}

/* Cut off behind its directory: GDAL opens it and every block of the tail fails. 7 MB that claim 160 GB. */
static void files_that_promise_more_than_they_hold(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct made m = {.width = 900, .height = 900, .seed = 5, .foreign = true};
    struct raster *r;
    const char *scene = path_of("promise.tif"), *cog = path_of("cog.tif"), *strips = path_of("strips.tif"), *huge = path_of("huge.tif");
    scene_make(scene, &m);
    if (!gdal_here() || !gdal_makes("gdal_translate -q -of COG '%s' '%s'", scene, cog) || !gdal_makes("gdal_translate -q '%s' '%s'", scene, strips))
        skip();
    const char *made[] = {cog, strips};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        str whole = bytes_of(a, made[i]);
        assert_ok(raster_open(a, str_of(made[i]), &r));
        raster_close(r);
        assert_ok(file_write_atomic(str_of(made[i]), (str){whole.p, whole.n - 1000}, 0644));
        const err *e = assert_err(raster_open(a, str_of(made[i]), &r), ERR_DAMAGED);
        assert_true(str_find(e->text, S("字节")) > 0 || str_find(e->text, S("损坏")) > 0);
        err_clear();
    }
    if (gdal_makes("gdal_create -q -ot UInt16 -bands 4 -outsize 200000 200000 -a_srs EPSG:32650 -a_ullr 300000 5400000 2300000 3400000 -co TILED=YES -co SPARSE_OK=TRUE -co BIGTIFF=YES '%s'", huge))
        assert_err(raster_open(a, str_of(huge), &r), ERR_LIMIT);
    err_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_drawn_is_found), cmocka_unit_test(clouds_are_not_judged), cmocka_unit_test(gdal_and_we_read_the_same),
        cmocka_unit_test(equal_dates_change_nothing_and_swapped_ones_mirror), cmocka_unit_test(shifted_dates_are_refused_or_shifted),
        cmocka_unit_test(dates_change_alike_either_way), cmocka_unit_test(change_must_stay), cmocka_unit_test(one_polygon_is_looked_back_at), cmocka_unit_test(missing_bands_fall_back_or_are_refused),
        cmocka_unit_test(broken_files_leave_nothing), cmocka_unit_test(damaged_blocks_are_holes_up_to_a_limit),
        cmocka_unit_test(ingest_keeps_the_numbers_and_says_what_is_odd), cmocka_unit_test(ingest_keeps_what_lies_beside_a_missing_tile),
        cmocka_unit_test(ingest_sees_water_of_the_wrong_colour), cmocka_unit_test(answers_do_not_depend_on_threads), cmocka_unit_test(reading_may_be_given_up), cmocka_unit_test(what_is_no_data_is_one_function),
        cmocka_unit_test(a_record_is_enough_to_do_it_again), cmocka_unit_test(jpeg_2000_is_read_as_it_was_written),
        cmocka_unit_test(files_that_promise_more_than_they_hold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
