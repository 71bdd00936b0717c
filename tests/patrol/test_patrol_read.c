/* Photographs and logs through the child: what was written is read, in every dialect; what is broken is said and harms nobody. */
#include "testing.h"
#include "cli/made_flight.h"
#include "patrol/private.h"

#define NOWHERE ((struct place){NAN, NAN})

static struct made_photo sample(enum made_dialect dialect)
{
    usec t;
    err *e = time_parse(S("2026-03-02T02:15:30Z"), &t);
    CHECK(!e);
    struct place at = {30.5928123, 114.3055987};
    return (struct made_photo){.dialect = dialect, .place = at, .above_takeoff = 80.3, .yaw = -132.5, .pitch = -60, .roll = 0.5, .true_yaw = NAN, .t = t,
                               .zone_minutes = 480, .width = 400, .height = 300, .ground = frame_at(at), .no_picture = true};
}

static struct photo_file read_one(str bytes)
{
    struct photo_file f = {.bytes = bytes, .whole = true};
    assert_ok(photos_read(&f, 1));
    return f;
}

static void near_(double got, double want, double within, const char *what, int line)
{
    if (fabs(got - want) <= within)
        return;
    print_error("%s is %.9f, wanted %.9f within %g\n", what, got, want, within);
    _fail(__FILE__, line);
}
#define near(got, want, within) near_((got), (want), (within), #got, __LINE__)

static void check(enum made_dialect dialect, bool big)
{
    AUTO_ARENA(a);
    struct made_photo m = sample(dialect);
    m.big_endian = big, m.serial = "1581F5BKD224";
    struct photo_file f = read_one(made_photo(a, &m));
    const struct photo *p = &f.photo;
    assert_null(f.fault);
    assert_int_equal(p->flags, 0);
    near(p->lat, m.place.lat, dialect == MADE_ATTRIBUTES ? 2e-8 : 1e-8);
    near(p->lon, m.place.lon, dialect == MADE_ATTRIBUTES ? 2e-8 : 1e-8);
    near(p->above_takeoff, 80.3, 1e-9);
    near(p->gimbal.yaw, -132.5, 1e-9);
    near(p->gimbal.pitch, -60, 1e-9);
    near(p->gimbal.roll, 0.5, 1e-9);
    assert_int_equal(p->width, 400);
    assert_int_equal(p->height, 300);
    assert_string_equal(p->make, "DJI");
    assert_string_equal(p->aircraft, "1581F5BKD224");
    assert_true(p->camera_time == m.t + 480 * USEC_MINUTE);
    assert_true(p->satellite_time == (dialect == MADE_RTK ? m.t : USEC_NONE));
    near(p->exposure, 0.002, 1e-9);
    near(p->fnumber, 2.8, 1e-9);
    near(p->iso, 100, 0);
    if (dialect == MADE_ATTRIBUTES) {
        assert_int_equal(p->lens_source, LENS_SENSOR);
        near(p->lens.focal, 3.61 / 6.17 * 400, 1e-9);
    } else {
        assert_int_equal(p->lens_source, LENS_CALIBRATED);
        near(p->lens.focal, 280, 1e-9);
    }
    if (dialect == MADE_RTK) {
        assert_true(p->rtk_fixed && p->lens.distorted);
        near(p->lens.cx, 200.5, 1e-9);
        near(p->lens.k1, -0.02, 1e-12);
        near(pose_error_of(p).z, 1, 0);
    } else {
        near(pose_error_of(p).z, 8.03, 1e-9);
    }
    struct grey g;
    assert_ok(photo_grey(&f, &g));
    assert_int_equal(g.width, 160);
    assert_int_equal(g.height, 120);
}

static void test_dialects(void **state)
{
    for (int d = MADE_ATTRIBUTES; d <= MADE_RTK; d++) {
        check(d, false);
        check(d, true);
    }
    (void)state;
}

static void test_head_alone(void **state)
{
    AUTO_ARENA(a);
    struct made_photo m = sample(MADE_RTK);
    m.no_picture = false, m.width = 1600, m.height = 1200;
    str all = made_photo(a, &m);
    struct photo_file whole = read_one(all), head = {.bytes = str_sub(all, 0, 20000), .whole = false};
    assert_true(all.n > 40000);
    assert_ok(photos_read(&head, 1));
    assert_int_equal(head.photo.flags, 0);
    near(head.photo.lat, whole.photo.lat, 0);
    struct grey g;
    assert_ok(photo_grey(&head, &g)); /* of the thumbnail */
    assert_int_equal(g.width, 160);
    head = (struct photo_file){.bytes = str_sub(all, 0, 20000), .whole = true};
    assert_ok(photos_read(&head, 1));
    assert_int_equal(head.photo.flags, PHOTO_TRUNCATED);
    (void)state;
}

/* Each entry of the catalogue of bad inputs that concerns a photograph. */
static void test_positions_that_are_none(void **state)
{
    AUTO_ARENA(a);
    struct made_photo m = sample(MADE_ELEMENTS);
    m.no_gps = true;
    assert_int_equal(read_one(made_photo(a, &m)).photo.flags, PHOTO_NO_POSITION);
    m = sample(MADE_ELEMENTS);
    m.place = (struct place){0, 0};
    assert_int_equal(read_one(made_photo(a, &m)).photo.flags, PHOTO_NO_POSITION | PHOTO_ZERO_POSITION);
    m = sample(MADE_ELEMENTS);
    m.place = (struct place){114.3, 30.6}; /* swapped */
    assert_true(read_one(made_photo(a, &m)).photo.flags & PHOTO_POSITION_RANGE);
    m = sample(MADE_ELEMENTS);
    m.software = "Adobe Photoshop 25.0";
    assert_int_equal(read_one(made_photo(a, &m)).photo.flags, PHOTO_EDITED);
    (void)state;
}

static void put(str s, size_t at, char c)
{
    *(char *)(uintptr_t)(s.p + at) = c;
}

static void test_positions_that_differ(void **state)
{
    AUTO_ARENA(a);
    struct made_photo m = sample(MADE_ELEMENTS);
    str bytes = made_photo(a, &m);
    ptrdiff_t at = str_find(bytes, S("GpsLatitude>+30.5928"));
    assert_true(at > 0);
    put(bytes, (size_t)at + 19, '9'); /* 11 m north */
    struct photo_file f = read_one(bytes);
    assert_int_equal(f.photo.flags, PHOTO_POSITIONS_DIFFER);
    near(f.photo.lat, m.place.lat, 1e-7); /* EXIF stays */
    bytes = made_photo(a, &m);
    at = str_find(bytes, S("N\0"));
    for (size_t i = 0; i + 12 < 3000; i++) /* the hemisphere's entry: tag 1, ASCII, two bytes */
        if (memcmp(bytes.p + i, "\x01\0\x02\0\x02\0\0\0N", 9) == 0)
            put(bytes, i + 8, '?');
    assert_true(read_one(bytes).photo.flags & PHOTO_NO_HEMISPHERE);
    (void)state;
}

static void test_not_a_photo(void **state)
{
    struct photo_file f[3] = {{.bytes = S("\x89PNG\r\n\x1a\n0000"), .whole = true}, {.bytes = S("\xff\xd8\xff\xd9"), .whole = true}, {.bytes = S("")}};
    assert_ok(photos_read(f, 3));
    assert_int_equal(f[0].fault->kind, ERR_INPUT);
    assert_null(f[1].fault);
    assert_true(f[1].photo.flags & PHOTO_NO_EXIF && f[1].photo.flags & PHOTO_TRUNCATED && f[1].photo.flags & PHOTO_NO_POSITION);
    assert_int_equal(f[2].fault->kind, ERR_INPUT);
    (void)state;
}

/* Every byte of the EXIF part turned, one after the other: an answer each time, and never a place outside the earth. */
static void test_turned_bytes(void **state)
{
    AUTO_ARENA(a);
    struct made_photo m = sample(MADE_ATTRIBUTES);
    str bytes = made_photo(a, &m);
    for (size_t i = 20; i < 700; i += 3) {
        AUTO_ARENA(b);
        struct photo p;
        str copy = arena_str(b, bytes);
        put(copy, i, (char)~copy.p[i]);
        assert_true(head_parse(b, copy, true, &p));
        assert_true(isnan(p.lat) || place_good(p.lat, p.lon));
    }
    for (size_t n = 0; n < 3000; n += 7) {
        AUTO_ARENA(b);
        struct photo p;
        head_parse(b, str_sub(bytes, 0, n), true, &p);
    }
    (void)state;
}

static void test_billion_laughs(void **state)
{
    AUTO_ARENA(a);
    struct photo p = {0};
    struct xmp x;
    assert_false(xmp_parse(a, S("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><x>&b;</x>"), &p, &x));
    buf deep = buf_make(a, 1 << 16);
    for (int i = 0; i < 100; i++)
        buf_add(&deep, S("<a>"));
    assert_false(xmp_parse(a, buf_str(&deep), &p, &x));
    struct track t;
    assert_err(track_read(a, S("<!DOCTYPE gpx [<!ENTITY a \"1\">]><gpx><trk/></gpx>"), S("a.gpx"), NOWHERE, &t), ERR_INPUT);
    (void)state;
}

/* ---- logs ---- */

enum { POINTS = 12 };

static struct made_photo *way(struct arena *a)
{
    struct made_photo *p = NEW_ARRAY(a, POINTS, struct made_photo);
    for (int i = 0; i < POINTS; i++) {
        p[i] = sample(MADE_ELEMENTS);
        p[i].place.lat += i * 0.0002;
        p[i].t += i * USEC_SECOND;
    }
    return p;
}

static void test_logs(void **state)
{
    static const char *const names[] = {"a.SRT", "a.srt", "a.srt", "a.srt", "a.gpx", "a.kml", "a.csv", "a.csv"};
    static const char *const dialects[] = {"latitude longitude", "gps(lon,lat)", "gps(lat,lon)", "gps(lon,lat)", "gpx", "kml", "airdata", "txtlogtocsv"};
    AUTO_ARENA(a);
    struct made_photo *p = way(a);
    for (int kind = MADE_SRT_BRACKETS; kind <= MADE_TXTLOG; kind++) {
        struct track t;
        assert_ok(track_read(a, made_log(a, kind, p, POINTS), str_of(names[kind]), NOWHERE, &t));
        assert_string_equal(t.dialect, dialects[kind]);
        assert_int_equal(t.n, POINTS);
        double within = kind == MADE_SRT_GPS_LON || kind == MADE_SRT_GPS_LAT ? 6e-5 : 6e-7;
        for (int i = 0; i < POINTS; i++) {
            near(t.p[i].lat, p[i].place.lat, within);
            near(t.p[i].lon, p[i].place.lon, within);
        }
        bool ground = kind == MADE_KML, unknown = kind == MADE_GPX;
        near(ground ? t.p[3].above_ground : unknown ? t.p[3].above_unknown : t.p[3].above_takeoff, 80.3, 0.06);
        assert_true(!isnan(t.p[3].above_takeoff) + !isnan(t.p[3].above_ground) + (kind != MADE_SRT_BRACKETS && kind != MADE_SRT_GPS_LAT &&
                    !isnan(t.p[3].above_unknown)) == 1); /* one height, one datum */
        bool utc = kind == MADE_GPX || kind == MADE_KML || kind == MADE_AIRDATA;
        assert_int_equal(t.utc, utc);
        if (kind != MADE_SRT_P4)
            near((double)(t.p[5].t - p[5].t - (utc ? 0 : 8 * USEC_HOUR)) / 1e6, kind == MADE_SRT_BRACKETS ? 0.373 : 0, 1e-6);
    }
    (void)state;
}

static void test_swapped_pair(void **state)
{
    AUTO_ARENA(a);
    struct track t;
    str spain = S("1\n00:00:00,000 --> 00:00:01,000\n2022.06.21 16:06:17\nGPS(36.6146,-6.1120,0.0M) BAROMETER:0.3M\n\n");
    const err *e = assert_err(track_read(a, spain, S("a.srt"), NOWHERE, &t), ERR_INPUT);
    assert_true(str_find(e->text, S("经度")) > 0 && e->want.n);
    assert_ok(track_read(a, spain, S("a.srt"), (struct place){36.6, -6.1}, &t));
    near(t.p[0].lat, 36.6146, 1e-9);
    near(t.p[0].above_unknown, 0, 1e-9);
    near(t.p[0].above_takeoff, 0.3, 1e-9);
    assert_ok(track_read(a, S("1\n00:00:00,000 --> 00:00:01,000\nHOME(114.0251,30.2532) 2017.8.5 14:11:51\nGPS(114.0251,30.2533,16) Hb:1.9 Hs:1.9\n"), S("a.srt"), NOWHERE, &t));
    near(t.p[0].lon, 114.0251, 1e-9);
    assert_true(isnan(t.p[0].above_unknown)); /* 16 satellites are no height */
    (void)state;
}

static void test_cut_logs(void **state)
{
    AUTO_ARENA(a);
    struct made_photo *p = way(a);
    struct track t;
    assert_err(track_read(a, S(""), S("a.srt"), NOWHERE, &t), ERR_INPUT);
    assert_err(track_read(a, S("1\n"), S("a.srt"), NOWHERE, &t), ERR_INPUT);
    str log = made_log(a, MADE_SRT_BRACKETS, p, POINTS);
    assert_ok(track_read(a, str_sub(log, 0, log.n - 100), S("a.srt"), NOWHERE, &t));
    assert_int_equal(t.n, POINTS - 1);
    log = made_log(a, MADE_GPX, p, POINTS);
    assert_err(track_read(a, str_sub(log, 0, log.n - 30), S("a.gpx"), NOWHERE, &t), ERR_DAMAGED);
    assert_err(track_read(a, S("PK\x03\x04zzzz"), S("a.kmz"), NOWHERE, &t), ERR_INPUT);
    assert_err(track_read(a, S("a,b\n1,2\n"), S("a.csv"), NOWHERE, &t), ERR_INPUT);
    (void)state;
}

static void test_makers_record(void **state)
{
    AUTO_ARENA(a);
    struct track t;
    char bytes[400] = {0x29, 3, 0, 0, 0, 0, 0, 0, (char)0xb4, 1, 14, 2};
    for (int i = 100; i < 400; i++)
        bytes[i] = (char)(i * 7);
    const err *e = assert_err(track_read(a, (str){bytes, sizeof bytes}, S("DJIFlightRecord_2021-09-05_[19-23-47].txt"), NOWHERE, &t), ERR_INPUT);
    assert_true(str_find(e->text, S("加密飞行记录（第14版）")) > 0);
    assert_true(str_find(e->want, S("CSV、KML或GPX")) >= 0);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dialects), cmocka_unit_test(test_head_alone), cmocka_unit_test(test_positions_that_are_none),
        cmocka_unit_test(test_positions_that_differ), cmocka_unit_test(test_not_a_photo), cmocka_unit_test(test_turned_bytes),
        cmocka_unit_test(test_billion_laughs), cmocka_unit_test(test_logs), cmocka_unit_test(test_swapped_pair), cmocka_unit_test(test_cut_logs),
        cmocka_unit_test(test_makers_record)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
