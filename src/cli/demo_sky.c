/*
 * Four invented satellite scenes of one ground beside the first bureau's city, over a year: a river, lakes, fields, woods, a town. A pond is dug and grows, a
 * lake's bay is filled, a field is laid bare, and a heap of sand comes, is asked to go, and is gone on the last date. They go the way of every scene: ingested,
 * bound to a running T06 entrustment, looked at, and the strongest groups reported as clues. No library for rasters is needed: we write and read our own.
 */
#include "cli/demo_layers.h"
#include "cli/demo_sky.h"
#include "remote/remote.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

enum { SIDE = 640, METRES = 10, DATES = 4 };
static const int days_ago[DATES] = {373, 193, 98, 8};
enum ground { RIVER, LAKE, FIELD, STUBBLE, WOOD, TOWN, BARE };
/* Reflectance × 10⁴: blue green red nir swir1 swir2. */
static const uint16_t kinds[][6] = {[RIVER] = {900, 1120, 1010, 560, 260, 190},   [LAKE] = {620, 780, 470, 300, 160, 110}, [FIELD] = {480, 820, 560, 3300, 1900, 950},
                                    [STUBBLE] = {820, 1150, 1300, 2300, 2500, 1700}, [WOOD] = {420, 660, 440, 2700, 1300, 600}, [TOWN] = {1050, 1120, 1180, 1700, 1800, 1500},
                                    [BARE] = {950, 1250, 1560, 2150, 2800, 2400}};

static uint32_t noise(uint32_t x, uint32_t y, uint32_t salt)
{
    uint32_t v = x * 0x9E3779B1u ^ y * 0x85EBCA77u ^ salt * 0xC2B2AE3Du;
    v = (v ^ v >> 15) * 0x2C1B3C6Du;
    v = (v ^ v >> 12) * 0x297A2D39u;
    return v ^ v >> 15;
}

static double smooth(double x, double y, uint32_t salt)
{
    double fx = floor(x), fy = floor(y), u = x - fx, v = y - fy;
    uint32_t ix = (uint32_t)(int32_t)fx, iy = (uint32_t)(int32_t)fy;
    u = u * u * (3 - 2 * u), v = v * v * (3 - 2 * v);
    double a = noise(ix, iy, salt) % 1000, b = noise(ix + 1, iy, salt) % 1000, c = noise(ix, iy + 1, salt) % 1000, d = noise(ix + 1, iy + 1, salt) % 1000;
    return ((a + (b - a) * u) + ((c + (d - c) * u) - (a + (b - a) * u)) * v) / 1000;
}

static bool in(double x, double y, double cx, double cy, double rx, double ry, uint32_t salt)
{
    double edge = 1 + 0.5 * (smooth(x / 17, y / 17, salt) - 0.5);
    return (x - cx) * (x - cx) / (rx * rx) + (y - cy) * (y - cy) / (ry * ry) < edge;
}

/* The pond on each date: half widths, pixels. */
static const int pond[DATES][2] = {{0, 0}, {11, 8}, {17, 12}, {21, 15}};

static enum ground ground(double x, double y, int date)
{
    double bend = 150 + 60 * sin(y / 95) + 24 * sin(y / 37 + 1);
    if (fabs(x - bend) < 26 + 8 * sin(y / 50))
        return RIVER;
    if (in(x, y, 430, 210, 95, 62, 7) && !(date >= 2 && in(x, y, 478, 236, 42, 30, 8)))
        return LAKE;
    if (in(x, y, 300, 520, 26, 18, 9) || in(x, y, 560, 470, 34, 24, 10) || (date && in(x, y, 392, 430, pond[date][0], pond[date][1], 11)))
        return LAKE;
    if ((date >= 2 && in(x, y, 478, 236, 44, 32, 8)) || (date == 3 && x > 232 && x < 286 && y > 318 && y < 356) || ((date == 1 || date == 2) && in(x, y, 470, 560, 24, 17, 17)))
        return BARE;
    if (in(x, y, 330, 330, 92, 74, 12) && smooth(x / 6, y / 6, 13) > 0.28)
        return TOWN;
    if (smooth(x / 48, y / 48, 14) > 0.62)
        return WOOD;
    return noise((uint32_t)(x / 14), (uint32_t)(y / 9), 15) % 4 == 0 ? STUBBLE : FIELD;
}

/* A pixel is a mean of four, so edges are mixed. What lies there is asked once for all bands. */
static uint8_t *grounds(struct arena *a, int date)
{
    uint8_t *g = NEW_ARRAY(a, SIDE * SIDE * 4, uint8_t);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            for (int k = 0; k < 4; k++)
                g[((size_t)y * SIDE + (size_t)x) * 4 + (size_t)k] = (uint8_t)ground(x + 0.25 + 0.5 * (k & 1), y + 0.25 + 0.5 * (k >> 1), date);
    return g;
}

static uint16_t number(const uint8_t *g, int x, int y, int band, int date)
{
    double v = 0;
    for (int k = 0; k < 4; k++)
        v += kinds[g[((size_t)y * SIDE + (size_t)x) * 4 + (size_t)k]][band];
    double lay = 0.9 + 0.2 * smooth(x / 21.0, y / 21.0, 16 + (uint32_t)band);
    double grain = 0.97 + 0.06 * (noise((uint32_t)x, (uint32_t)y, 40u + (uint32_t)band + 10u * (uint32_t)date) % 1000) / 1000;
    return (uint16_t)(v / 4 * lay * grain);
}

static err *draw(struct arena *a, str path, const struct grid *g, int date)
{
    struct tif_options o = {.grid = *g, .bands = 6, .sample = SAMPLE_U16, .has_nodata = true, .zstd = true, .names = {"blue", "green", "red", "nir", "swir1", "swir2"}};
    struct tif_writer *w;
    uint16_t *row = NEW_ARRAY(a, SIDE, uint16_t);
    const uint8_t *g4 = grounds(a, date);
    TRY(tif_begin(a, path, &o, &w));
    for (int band = 0; band < 6; band++)
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++)
                row[x] = number(g4, x, y, band, date);
            err *e = tif_row(w, band, row);
            if (e) {
                tif_abandon(w);
                return e;
            }
        }
    return tif_end(w);
}

/* A running entrustment of that kind, one of its members, and the middle of its companies. */
struct task { str entrustment, member, officer; double lon, lat; };

static err *find_task(struct store *s, struct arena *a, struct task *ret)
{
    struct db *d;
    struct db_rows rows;
    bool more = false;
    TRY(db_open(s, false, &d));
    /* Sums of whole numbers, divided: what AVG gives is a whole number on neither engine, and was read as nothing. */
    err *e = db_query(d, a,
                      "SELECT e.id, m.user_id, CAST(SUM(s.lon) AS BIGINT) / COUNT(*), CAST(SUM(s.lat) AS BIGINT) / COUNT(*),"
                      " (SELECT MIN(o.user_id) FROM entrustment_officer o WHERE o.entrustment = e.id) FROM entrustment e"
                      " JOIN entrustment_member em ON em.entrustment = e.id AND em.approved = 1 JOIN member m ON m.id = em.member"
                      " JOIN entrustment_subject es ON es.entrustment = e.id JOIN subject s ON s.id = es.subject"
                      " WHERE e.kind = 'T06' AND e.state = 'accepted' AND m.user_id IS NOT NULL AND s.lon IS NOT NULL AND s.lat IS NOT NULL"
                      " GROUP BY e.id, m.user_id ORDER BY e.id, m.user_id",
                      NULL, &rows);
    if (!e)
        e = db_next(&rows, &more);
    if (!e && more) {
        *ret = (struct task){db_str(&rows, 0), db_str(&rows, 1), db_str(&rows, 4), (double)db_int(&rows, 2) / 1e7, (double)db_int(&rows, 3) / 1e7};
        db_rows_end(&rows);
    }
    db_close(d);
    return e;
}

/* Where a flight of the same bureau took one of its last photographs: the pond is put there, so that both senses see one thing. */
static err *flown_over(struct store *s, struct arena *a, str entrustment, bool *ret_found, double *ret_lon, double *ret_lat)
{
    AUTO_DB struct db *d = NULL;
    str photos;
    const struct json *list;
    TRY(db_open(s, false, &d));
    TRY(db_one_str(d, a, "SELECT i.photos FROM flight_import i JOIN entrustment e ON e.id = i.entrustment JOIN entrustment me ON me.agency = e.agency WHERE me.id = :me"
                         " AND i.photos IS NOT NULL ORDER BY i.seq LIMIT 1", DB_ARGS(DB_T("me", entrustment)), &photos));
    *ret_found = false;
    if (!photos.n)
        return NULL;
    TRY(json_parse(a, photos, LIMIT_ACT_BYTES_LARGE, &list));
    for (size_t i = list->kind == JSON_ARRAY && list->n > 2 ? list->n - 3 : 0; list->kind == JSON_ARRAY && i < list->n && !*ret_found; i++) {
        const struct json *lon = json_get(&list->child[i], S("lon")), *lat = json_get(&list->child[i], S("lat"));
        if (!lon || !lat)
            continue;
        *ret_lon = lon->number, *ret_lat = lat->number;
        *ret_found = true;
    }
    return NULL;
}

static err *bring(struct acts *e, struct arena *a, const struct task *t, const struct grid *g, int date, usec taken, usec now, str *ret)
{
    str folder = store_folder(acts_store(e)), raw = arena_printf(a, "%.*s/sky-raw.tif", STR_ARG(folder)), out = arena_printf(a, "%.*s/sky.tif", STR_ARG(folder));
    const char *files[] = {arena_cstr(a, raw)};
    static const char *const ids[DATES] = {"demo-scene-1", "demo-scene-1a", "demo-scene-1b", "demo-scene-2"};
    struct ingested s;
    struct act_answer answer = {0};
    struct ingest_options o = {.sensor = sensor_find(S("s2")), .files = files, .n = 1, .baseline = 300, .taken = taken, .out = out};
    str name = arena_printf(a, "哨兵二号 %.*s（演示）", STR_ARG(day_chinese(a, day_of(taken))));
    err *bad = draw(a, raw, g, date);
    if (!bad)
        bad = ingest(a, &o, &s);
    if (!bad)
        bad = scene_bind(e, a, out, &s, o.sensor, &(struct scene_bind){t->member, t->entrustment, name, str_of(ids[date]), now}, &answer);
    unlink(arena_cstr(a, raw));
    unlink(arena_cstr(a, out));
    *ret = answer.id;
    if (!bad && answer.verdict != ACT_ALLOWED)
        return answer.invalid ? answer.invalid : err_new(ERR_CONFLICT, "演示影像没有登记：%.*s", STR_ARG(answer.json));
    return bad;
}

/* Looks at single dates say what became of a thing; looks at two find what is new. The newest is shown first. */
static err *look_at_all(struct acts *e, struct arena *a, const str *scene, usec until)
{
    static const struct { const char *recipe; int scene, before; } looks[] = {{"bare-soil", 0, -1}, {"bare-soil", 1, -1}, {"bare-soil", 2, -1}, {"bare-soil", 3, -1}, {"water", 0, -1},
                                                                              {"water", 1, -1},     {"water", 2, -1},     {"water", 3, -1},     {"bare-soil", 1, 0},  {"water", 1, 0},
                                                                              {"bare-soil", 3, 0},  {"water", 3, 0}};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        struct scene_looked d;
        struct scene_look l = {.scene = scene[looks[i].scene], .before = looks[i].before >= 0 ? scene[looks[i].before] : S(""), .recipe = recipe_find(str_of(looks[i].recipe)),
                               .report = looks[i].before >= 0, .now = until};
        TRY(scene_look(e, a, &l, &d));
    }
    return NULL;
}

err *demo_sky(struct acts *e, struct arena *a, usec until)
{
    struct task t = {0};
    str scene[DATES];
    TRY(find_task(acts_store(e), a, &t));
    if (!t.entrustment.n)
        return NULL; /* a small province may have none */
    struct grid g = {.t = {0, METRES, 0, 0, 0, -METRES}, .width = SIDE, .height = SIDE};
    CHECK(crs_of_epsg(4547, &g.crs));
    crs_from_degrees(&g.crs, t.lon, t.lat, &g.t[0], &g.t[3]);
    double at_x = SIDE / 2.0, at_y = SIDE / 2.0;
    bool flown;
    TRY(flown_over(acts_store(e), a, t.entrustment, &flown, &t.lon, &t.lat));
    if (flown) {
        at_x = 392 + pond[1][0], at_y = 430; /* its first eastern bank */
        crs_from_degrees(&g.crs, t.lon, t.lat, &g.t[0], &g.t[3]);
    }
    g.t[0] = floor(g.t[0] / METRES - at_x) * METRES;
    g.t[3] = floor(g.t[3] / METRES + at_y) * METRES;
    for (int i = 0; i < DATES; i++)
        TRY(bring(e, a, &t, &g, i, day_start(day_of(until) - days_ago[i]) + 655 * USEC_MINUTE, until, &scene[i]));
    TRY(look_at_all(e, a, scene, until));
    return t.officer.n ? demo_layers(e, a, t.officer, &g, until) : NULL;
}
