/* A flight as a whole, with drawn ground: lines, overlaps, coverage, holes, a turned line, clocks, doubles, entry. */
#include "testing.h"
#include "cli/made_flight.h"

#include <math.h>

enum { LINES = 3, EACH = 6, N = LINES * EACH };

struct scene { struct arena *a; struct made_photo made[N]; struct photo_file files[N]; str names[N], whole[N]; struct flight_options o; struct flight f; };

static void near_(double got, double want, double within, const char *what, int line)
{
    if (fabs(got - want) <= within)
        return;
    print_error("%s is %.6f, wanted %.6f within %g\n", what, got, want, within);
    _fail(__FILE__, line);
}
#define near(got, want, within) near_((got), (want), (within), #got, __LINE__)

/* 400 x 300, focal 280: at 70 m a picture of 100 x 75 m; 25 m steps overlap by two thirds along, 40 m lines by 60 % across. */
static void plan(struct scene *s, struct arena *a, bool drawn)
{
    usec start;
    assert_ok(time_parse(S("2026-03-02T02:00:00Z"), &start));
    s->a = a;
    struct made_plan p = {{30.6, 114.3}, 30, 25, 40, 70, LINES, EACH, start, 4};
    made_lines(&p, s->made);
    for (int i = 0; i < N; i++) {
        s->made[i].dialect = MADE_ELEMENTS, s->made[i].zone_minutes = 480, s->made[i].width = 400, s->made[i].height = 300;
        s->made[i].no_picture = !drawn;
        s->names[i] = arena_printf(a, "DJI_%04d.JPG", i);
    }
    s->o = (struct flight_options){.height_limit = 120, .entry_below = 120, .window = {USEC_NONE, USEC_NONE}, .now = start + USEC_DAY};
}

static bool grey(void *context, size_t i, struct grey *ret)
{
    struct scene *s = context;
    return !photo_grey(&s->files[i], ret);
}

static void fly(struct scene *s, bool look)
{
    for (int i = 0; i < N; i++) {
        s->whole[i] = s->whole[i].n ? s->whole[i] : made_photo(s->a, &s->made[i]);
        s->files[i] = (struct photo_file){.bytes = s->whole[i], .whole = true};
    }
    assert_ok(photos_read(s->files, N));
    assert_ok(flight_judge(s->a, s->files, s->names, N, &s->o, look ? grey : NULL, s, &s->f));
}

static uint64_t all_flags(const struct flight *f)
{
    uint64_t all = 0;
    for (size_t i = 0; i < f->n; i++)
        all |= f->shots[i].flags;
    return all;
}

static void test_a_good_flight(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    plan(s, a, false);
    fly(s, false);
    assert_int_equal(s->f.placed, N);
    assert_int_equal(s->f.lines, LINES);
    near(s->f.gsd, 0.25, 1e-3);
    near(s->f.along, 1 - 25.0 / 75, 2e-3);
    near(s->f.across, 1 - 40.0 / 100, 2e-3);
    near(s->f.cover.sum, N * 7500, 20);
    near(s->f.cover.union_area, (100 + 2 * 40) * (75 + 5 * 25), 40);
    assert_int_equal(all_flags(&s->f), PHOTO_ZONE_ASSUMED);
    (void)state;
}

/* The middle line's middle photographs are missing: a hole where the others do not reach, of a size that can be worked out. */
static void test_a_hole(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    struct task t;
    plan(s, a, false);
    struct frame f = frame_at((struct place){30.6, 114.3});
    struct made_plan wide = {{30.6, 114.3}, 0, 60, 90, 70, LINES, EACH, s->made[0].t, 8};
    made_lines(&wide, s->made);
    for (int i = 0; i < N; i++) {
        s->made[i].dialect = MADE_ELEMENTS, s->made[i].zone_minutes = 480, s->made[i].width = 400, s->made[i].height = 300, s->made[i].no_picture = true;
        if (i == 8)
            s->made[i].no_gps = true;
    }
    struct place low = frame_place(&f, (struct point){0, 0}), high = frame_place(&f, (struct point){180, 300});
    assert_ok(task_read(a, arena_printf(a, "{\"type\":\"Polygon\",\"coordinates\":[[[%.8f,%.8f],[%.8f,%.8f],[%.8f,%.8f],[%.8f,%.8f],[%.8f,%.8f]]]}", low.lon, low.lat,
                                        high.lon, low.lat, high.lon, high.lat, low.lon, high.lat, low.lon, low.lat), 0, &t));
    s->o.task = &t;
    fly(s, false);
    /* line 2 runs down at x = 90; its third picture stood at y = 180 and saw 142.5..217.5; neighbours see to 157.5 above and from 202.5 */
    assert_int_equal(s->f.cover.holes_n, 1);
    near(s->f.cover.holes[0].area, 80 * 45, 15);
    near(s->f.cover.holes[0].width, 80, 0.3);
    near(s->f.cover.holes[0].height, 45, 0.3);
    near(s->f.cover.once / s->f.cover.area, 1 - 80 * 45.0 / (180 * 300), 1e-3);
    assert_true(all_flags(&s->f) & PHOTO_NO_POSITION);
    (void)state;
}

static void test_a_turned_line(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    plan(s, a, true);
    for (int i = EACH; i < 2 * EACH; i++)
        s->made[i].true_yaw = remainder(s->made[i].yaw + 180, 360);
    fly(s, true);
    assert_int_equal(s->f.reversed_lines, 1);
    for (int i = 0; i < N; i++)
        assert_int_equal((s->f.shots[i].flags & PHOTO_YAW_REVERSED) != 0, i >= EACH && i < 2 * EACH);
    near(remainder(s->f.shots[EACH].camera.angles.yaw - s->made[EACH].true_yaw, 360), 0, 0.1);
    near(s->f.along, 1 - 25.0 / 75, 3e-3); /* footprints did not change */
    (void)state;
}

static void test_no_line_is_turned_for_nothing(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    plan(s, a, true);
    fly(s, true);
    assert_int_equal(s->f.reversed_lines, 0);
    int clear = 0;
    for (int i = 0; i < N; i++)
        clear += s->f.shots[i].motion < 20;
    assert_true(clear >= 12); /* it did look, and saw the motion it predicted */
    (void)state;
}

static void test_clocks(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    plan(s, a, false);
    for (int i = 0; i < N; i++)
        s->made[i].dialect = MADE_RTK, s->made[i].zone_minutes = 540;
    s->made[4].zone_minutes = 545;
    fly(s, false);
    assert_true(s->f.zone_known);
    assert_int_equal(s->f.zone_minutes, 540);
    for (int i = 0; i < N; i++)
        assert_int_equal(s->f.shots[i].flags, i == 4 ? PHOTO_TIME_DOUBTFUL : 0);
    /* the same hours with a clock on UTC and no satellite time: Wuhan at two in the night, exposed for daylight */
    AUTO_ARENA(b);
    struct scene *n = NEW(b, struct scene);
    plan(n, b, false);
    for (int i = 0; i < N; i++)
        n->made[i].zone_minutes = 0;
    fly(n, false);
    assert_int_equal(all_flags(&n->f), PHOTO_ZONE_ASSUMED | PHOTO_SUN);
    n->made[3].t -= INT64_C(9600) * USEC_DAY; /* a clock never set */
    n->whole[3] = STR_NONE;
    fly(n, false);
    assert_true(n->f.shots[0].flags & PHOTO_TIME_DEFAULT);
    (void)state;
}

static void test_doubles_and_speed(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    plan(s, a, false);
    fly(s, false);
    double sum = s->f.cover.sum;
    s->whole[7] = s->whole[6];
    s->made[12].place.lat += 0.02; /* 2.2 km in 4 s */
    s->whole[12] = STR_NONE;
    fly(s, false);
    int doubles = 0, fast = 0;
    for (size_t i = 0; i < s->f.n; i++)
        doubles += (s->f.shots[i].flags & PHOTO_DUPLICATE) != 0, fast += (s->f.shots[i].flags & PHOTO_TOO_FAST) != 0;
    assert_int_equal(doubles, 1);
    assert_int_equal(fast, 2); /* there and back */
    near(s->f.cover.sum, sum - 7500, 20); /* a copy covers nothing */
    (void)state;
}

static str fence_at(struct scene *s, double x0, double y0, double x1, double y1)
{
    struct frame f = s->made[0].ground;
    struct place p = frame_place(&f, (struct point){x0, y0}), q = frame_place(&f, (struct point){x1, y1});
    return arena_printf(s->a, "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"id\":\"s1\"},\"geometry\":{\"type\":\"Polygon\","
                              "\"coordinates\":[[[%.8f,%.8f],[%.8f,%.8f],[%.8f,%.8f],[%.8f,%.8f],[%.8f,%.8f]]]}}]}",
                        p.lon, p.lat, q.lon, p.lat, q.lon, q.lat, p.lon, q.lat, p.lon, p.lat);
}

static void test_entry(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    struct task t;
    plan(s, a, false);
    struct frame f = s->made[0].ground;
    struct place low = frame_place(&f, (struct point){-100, -100}), high = frame_place(&f, (struct point){300, 300});
    assert_ok(task_read(a, arena_printf(a, "{\"type\":\"Polygon\",\"coordinates\":[[[%.8f,%.8f],[%.8f,%.8f],[%.8f,%.8f],[%.8f,%.8f],[%.8f,%.8f]]]}", low.lon, low.lat,
                                        high.lon, low.lat, high.lon, high.lat, low.lon, high.lat, low.lon, low.lat), 0, &t));
    s->o.task = &t;
    /* around the very first photograph: it stood inside; its neighbours looked in */
    assert_ok(fences_read(a, fence_at(s, -5, -5, 5, 5), &t.frame, &s->o.fences, &s->o.fences_n));
    struct track track;
    assert_ok(track_read(a, made_log(a, MADE_GPX, s->made, N), S("a.gpx"), t.middle, &track));
    for (size_t i = 0; i < track.n; i++)
        track.p[i].above_takeoff = track.p[i].above_unknown;
    s->o.tracks = &track, s->o.tracks_n = 1;
    fly(s, false);
    assert_int_equal(s->f.shots[0].flags & (PHOTO_ENTRY | PHOTO_ENTRY_SEEN), PHOTO_ENTRY);
    assert_int_equal(s->f.shots[1].flags & (PHOTO_ENTRY | PHOTO_ENTRY_SEEN), PHOTO_ENTRY_SEEN);
    assert_int_equal(s->f.shots[5].flags & (PHOTO_ENTRY | PHOTO_ENTRY_SEEN), 0);
    assert_str(s->f.shots[0].fence, "s1");
    assert_int_equal(s->f.entries_n, 1);
    assert_int_equal(s->f.entries[0].points, 1);
    double aside = s->f.cover.once;
    /* with officers, or higher than low flight, nothing is entered and nothing set aside */
    struct flown with = {s->made[0].t - USEC_HOUR, s->made[0].t + USEC_HOUR};
    s->o.accompanied = &with, s->o.accompanied_n = 1;
    fly(s, false);
    assert_int_equal(all_flags(&s->f) & (PHOTO_ENTRY | PHOTO_ENTRY_SEEN), 0);
    assert_int_equal(s->f.entries_n, 0);
    assert_true(s->f.cover.once > aside + 1000);
    s->o.accompanied_n = 0, s->o.entry_below = 60;
    fly(s, false);
    assert_int_equal(all_flags(&s->f) & (PHOTO_ENTRY | PHOTO_ENTRY_SEEN), 0);
    (void)state;
}

static void test_plan_bounds(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    plan(s, a, false);
    s->o.window = (struct flown){s->made[2].t, s->made[N - 1].t};
    s->o.aircraft = S("OTHER");
    s->o.height_limit = 60;
    for (int i = 0; i < N; i++)
        s->made[i].serial = "MINE";
    fly(s, false);
    for (int i = 0; i < N; i++)
        assert_int_equal((s->f.shots[i].flags & PHOTO_UNPLANNED) != 0, i < 2);
    assert_true(s->f.shots[9].flags & PHOTO_AIRCRAFT && s->f.shots[9].flags & PHOTO_HIGH);
    assert_true(s->f.cover.once == 0); /* another aircraft's pictures do not count */
    (void)state;
}

/* Pictures without a position find it in the log of the flight. */
static void test_log_join(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    struct track track;
    plan(s, a, false);
    assert_ok(track_read(a, made_log(a, MADE_AIRDATA, s->made, N), S("a.csv"), (struct place){NAN, NAN}, &track));
    for (int i = 0; i < N; i++)
        s->made[i].no_gps = i % 2;
    s->o.tracks = &track, s->o.tracks_n = 1;
    fly(s, false);
    assert_int_equal(s->f.located, N);
    assert_int_equal(s->f.placed, N);
    near(s->f.along, 1 - 25.0 / 75, 2e-3);
    (void)state;
}

static void test_same_bytes_again(void **state)
{
    AUTO_ARENA(a);
    str text[2];
    for (int k = 0; k < 2; k++) {
        struct scene *s = NEW(a, struct scene);
        plan(s, a, true);
        fly(s, true);
        buf b = buf_make(a, 1 << 20);
        struct json_out o = {&b, false};
        json_open(&o, '[');
        flight_json(&o, a, &s->f, &s->o, s->files, s->names, N);
        for (size_t i = 0; i < s->f.n; i++)
            shot_json(&o, a, &s->f, &s->f.shots[i]);
        json_close(&o, ']');
        text[k] = buf_str(&b);
        const struct json *parsed;
        assert_ok(json_parse(a, text[k], 1 << 20, &parsed));
        assert_int_equal(parsed->n, N + 1);
        assert_int_equal(json_get(&parsed->child[0], S("photos"))->i, N);
    }
    assert_true(str_eq(text[0], text[1]));
    (void)state;
}

/* What was kept of a flight tells the same of it. */
static void test_again(void **state)
{
    AUTO_ARENA(a);
    struct scene *s = NEW(a, struct scene);
    struct flight f;
    plan(s, a, false);
    fly(s, false);
    buf b = buf_make(a, 1 << 20);
    struct json_out o = {&b, false};
    const struct json *list;
    json_open(&o, '[');
    for (size_t i = s->f.n; i--;)
        shot_json(&o, a, &s->f, &s->f.shots[i]);
    json_close(&o, ']');
    assert_ok(json_parse(a, buf_str(&b), 1 << 20, &list));
    struct shot *shots = NEW_ARRAY(a, list->n, struct shot);
    for (size_t i = 0; i < list->n; i++)
        assert_true(shot_read(a, &s->f.frame, &list->child[i], &shots[i]));
    assert_ok(flight_again(a, &s->o, &s->f.frame, shots, list->n, &f));
    assert_int_equal(f.placed, N);
    assert_int_equal(f.lines, LINES);
    near(f.along, s->f.along, 1e-3);
    near(f.cover.union_area, s->f.cover.union_area, 2);
    near(f.shots[3].footprint.centre.x, s->f.shots[3].footprint.centre.x, 0.05);
    assert_memory_equal(&f.shots[3].digest, &s->files[3].digest, sizeof f.shots[3].digest);
    double u, v;
    struct point c = f.shots[3].footprint.centre;
    assert_true(camera_pixel(&f.shots[3].camera, c.x, c.y, 0, &u, &v));
    near(u, 200, 0.5);
    near(v, 150, 0.5);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_good_flight), cmocka_unit_test(test_a_hole), cmocka_unit_test(test_a_turned_line),
        cmocka_unit_test(test_no_line_is_turned_for_nothing), cmocka_unit_test(test_clocks), cmocka_unit_test(test_doubles_and_speed),
        cmocka_unit_test(test_entry), cmocka_unit_test(test_plan_bounds), cmocka_unit_test(test_log_join), cmocka_unit_test(test_same_bytes_again), cmocka_unit_test(test_again)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
