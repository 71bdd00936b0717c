/* The same path as in service: a scene is bound and looked at by remote/, photographs are read and judged by patrol/. */
#include "web/sky.h"

#include "cli/made_flight.h"
#include "remote/scene.h"

enum { SIDE = 300, LINES = 2, EACH = 4 };

static str bind(struct acts *e, struct arena *a, const char *folder, const char *by, bool second, usec taken, usec now)
{
    const struct made m = {.width = SIDE, .height = SIDE, .seed = 4, .second = second, .clouds = true};
    str path = arena_printf(a, "%s/sky-%d.tif", folder, second);
    struct ingested s = {.grid = {.t = {500000, 10, 0, 3400000, 0, -10}, .width = SIDE, .height = SIDE}, .taken = taken, .pixels = SIDE * SIDE, .valid = SIDE * SIDE};
    struct act_answer answer;
    assert_true(crs_of_epsg(32650, &s.grid.crs));
    for (int i = 0; i < 4; i++)
        crs_to_degrees(&s.grid.crs, 500000 + (i == 1 || i == 2) * SIDE * 10.0, 3400000 - (i > 1) * SIDE * 10.0, &s.corner[i][0], &s.corner[i][1]);
    scene_make(arena_cstr(a, path), &m);
    assert_ok(scene_bind(e, a, path, &s, sensor_find(S("s2")), &(struct scene_bind){str_of(by), S(""), second ? S("后一期") : S("前一期"), S(""), now}, &answer));
    assert_int_equal(answer.verdict, ACT_ALLOWED);
    return answer.id;
}

str sky_find(struct acts *e, struct arena *a, const char *folder, const char *by, usec now)
{
    str before = bind(e, a, folder, by, false, now - 370 * USEC_DAY, now), after = bind(e, a, folder, by, true, now - 5 * USEC_DAY, now);
    struct scene_looked looked;
    struct db_rows rows;
    bool more;
    AUTO_DB struct db *d = NULL;
    assert_ok(scene_look(e, a, &(struct scene_look){.scene = after, .before = S(""), .recipe = recipe_find(S("bare-soil")), .now = now}, &looked));
    assert_int_equal(looked.reported, 0);
    assert_ok(scene_look(e, a, &(struct scene_look){.scene = after, .before = before, .recipe = recipe_find(S("water")), .report = true, .now = now}, &looked));
    assert_true(looked.reported >= 1);
    assert_ok(db_open(acts_store(e), false, &d));
    assert_ok(db_query(d, a, "SELECT finding FROM clue WHERE finding IS NOT NULL ORDER BY seq LIMIT 1", NULL, &rows));
    assert_ok(db_next(&rows, &more));
    assert_true(more);
    str finding = db_str(&rows, 0);
    db_rows_end(&rows);
    return finding;
}

struct found_again sky_find_again(struct acts *e, struct arena *a, usec now)
{
    struct scene_looked looked;
    str before, after;
    AUTO_DB struct db *d = NULL;
    assert_ok(db_open(acts_store(e), false, &d));
    assert_ok(db_one_str(d, a, "SELECT id FROM scene ORDER BY taken LIMIT 1", NULL, &before));
    assert_ok(db_one_str(d, a, "SELECT id FROM scene ORDER BY taken DESC LIMIT 1", NULL, &after));
    assert_ok(scene_look(e, a, &(struct scene_look){.scene = after, .before = before, .recipe = recipe_find(S("water")), .align = true, .report = true, .now = now}, &looked));
    assert_true(!looked.repeated);
    return (struct found_again){looked.groups, looked.reported, looked.known};
}

str sky_photos(struct arena *a, usec start, double *ret_lon, double *ret_lat)
{
    struct made_photo *made = NEW_ARRAY(a, LINES * EACH, struct made_photo);
    struct photo_file file[LINES * EACH] = {0};
    str name[LINES * EACH];
    struct flight f = {0};
    buf b = buf_make(a, 256 << 10);
    struct json_out o = {&b, false};
    /* over the eastern bank of the pond that is gone on the later date: it is what sky_find() finds first */
    struct crs crs;
    double lon, lat;
    assert_true(crs_of_epsg(32650, &crs));
    crs_to_degrees(&crs, 500000 + (200 + 30) * 10.0, 3400000 - 90 * 10.0, &lon, &lat);
    made_lines(&(struct made_plan){{lat, lon}, 0, 25, 40, 70, LINES, EACH, start, 4}, made);
    for (int i = 0; i < LINES * EACH; i++) {
        made[i].dialect = MADE_ELEMENTS, made[i].zone_minutes = 480, made[i].width = 400, made[i].height = 300, made[i].serial = "S1";
        str bytes = made_photo(a, &made[i]);
        name[i] = arena_printf(a, "DJI_%04d.JPG", i + 1);
        file[i] = (struct photo_file){.bytes = str_sub(bytes, 0, LIMIT_PATROL_HEAD), .whole = bytes.n <= LIMIT_PATROL_HEAD};
    }
    *ret_lon = made[1].place.lon, *ret_lat = made[1].place.lat;
    assert_ok(photos_read(file, LINES * EACH));
    assert_ok(flight_judge(a, file, name, LINES * EACH, &(struct flight_options){.height_limit = 120, .window = {USEC_NONE, USEC_NONE}, .now = USEC_NONE}, NULL, NULL, &f));
    json_open(&o, '[');
    for (size_t i = 0; i < f.n; i++)
        shot_json(&o, a, &f, &f.shots[i]);
    json_close(&o, ']');
    assert_true(!b.overflow);
    return buf_str(&b);
}
