/*
 * Oblique rays against a second derivation, and the entries of the catalogue of bad inputs that no other test holds: frames that pass the horizon, degrees
 * as integers, directories that run in circles, counts and packets beyond all measure.
 */
#include "testing.h"
#include "cli/made_flight.h"
#include "patrol/private.h"

static const double DEGREE = 3.14159265358979323846 / 180;

/* A ray by depression and yaw, without vectors: forwards and to the right of the camera, then turned. False: at most 0.1 below the horizon, which is ten
 * times the height away. */
static bool by_hand(double height, double yaw, double depression, double x, double y, double *ret_east, double *ret_north)
{
    double down = sin(depression) + y * cos(depression), forward = height * (cos(depression) - y * sin(depression)) / down, right = height * x / down;
    *ret_east = forward * sin(yaw) + right * cos(yaw), *ret_north = forward * cos(yaw) - right * sin(yaw);
    return down / sqrt(1 + x * x + y * y) >= 0.1;
}

static void oblique_rays(void **state)
{
    (void)state;
    struct ground flat = {.plane = 0};
    int hits = 0, misses = 0;
    for (int pitch = -85; pitch <= 10; pitch += 5)
        for (int yaw = -180; yaw < 180; yaw += 40)
            for (int i = 0; i < 25; i++) {
                struct camera c = {1000, -2000, 75, {yaw, pitch, 0}, {.focal = 900, .cx = 640, .cy = 360}, 1280, 720};
                double u = 1280.0 * (i % 5) / 4, v = 720.0 * (i / 5) / 4, east, north;
                struct point got;
                bool want = by_hand(75, yaw * DEGREE, -pitch * DEGREE, (u - 640) / 900, (v - 360) / 900, &east, &north), hit = camera_hit(&c, &flat, u, v, &got);
                if (hit != want)
                    fail_msg("pitch %d yaw %d pixel %g %g: hit %d, wanted %d", pitch, yaw, u, v, hit, want);
                if (hit && hypot(got.x - 1000 - east, got.y + 2000 - north) > 1e-6)
                    fail_msg("pitch %d yaw %d pixel %g %g: %.6f %.6f, wanted %.6f %.6f", pitch, yaw, u, v, got.x - 1000, got.y + 2000, east, north);
                hits += hit, misses += !hit;
            }
    print_message("%d rays on the ground, %d refused\n", hits, misses);
    assert_true(hits > 2000 && misses > 500);
}

/* The same rays, back: what a camera sees lies at the pixel it was seen at. A place behind the camera, or above its horizon, at none. */
static void oblique_pixels(void **state)
{
    (void)state;
    struct ground flat = {.plane = 12};
    for (int pitch = -80; pitch <= -10; pitch += 5) {
        struct camera c = {0, 0, 92, {137, pitch, 0}, {.focal = 900, .cx = 640, .cy = 360}, 1280, 720};
        for (int i = 0; i < 25; i++) {
            double u = 1280.0 * (i % 5) / 4, v = 720.0 * (i / 5) / 4, back_u, back_v;
            struct point p;
            if (!camera_hit(&c, &flat, u, v, &p))
                continue;
            /* a hair inside: the rim belongs to the picture */
            assert_true(camera_pixel(&c, p.x, p.y, 12, &back_u, &back_v) || u == 0 || v == 0 || u == 1280 || v == 720);
            if (u > 0 && v > 0 && u < 1280 && v < 720)
                assert_true(fabs(back_u - u) < 1e-6 && fabs(back_v - v) < 1e-6);
            assert_false(camera_pixel(&c, -50 * p.x, -50 * p.y, 12, &back_u, &back_v));
        }
    }
}

struct flown_over { struct flight f; struct photo_file files[4]; };

static struct flown_over *fly(struct arena *a, const double pitch[4])
{
    struct flown_over *s = NEW(a, struct flown_over);
    str names[4];
    usec start;
    struct made_photo made[4] = {0};
    assert_ok(time_parse(S("2026-03-02T02:00:00Z"), &start));
    made_lines(&(struct made_plan){{30.6, 114.3}, 0, 25, 40, 70, 1, 4, start, 4}, made);
    for (int i = 0; i < 4; i++) {
        made[i].dialect = MADE_ELEMENTS, made[i].zone_minutes = 480, made[i].width = 400, made[i].height = 300, made[i].no_picture = true, made[i].pitch = pitch[i];
        names[i] = arena_printf(a, "%d.JPG", i);
        s->files[i] = (struct photo_file){.bytes = made_photo(a, &made[i]), .whole = true};
    }
    assert_ok(photos_read(s->files, 4));
    assert_ok(flight_judge(a, s->files, names, 4, &(struct flight_options){.window = {USEC_NONE, USEC_NONE}, .now = USEC_NONE}, NULL, NULL, &s->f));
    return s;
}

/* Field of view 56 degrees high: at -60 the whole frame is on the ground, at -30 its upper rim looks too far, at -5 its middle does, at +20 all of it. */
static void frames_that_pass_the_horizon(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct flown_over *s = fly(a, (const double[]){-60, -30, -5, 20});
    static const uint64_t want[] = {0, PHOTO_CLAMPED, PHOTO_NO_FOOTPRINT, PHOTO_NO_FOOTPRINT};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(s->f.shots[i].flags & (PHOTO_CLAMPED | PHOTO_NO_FOOTPRINT), want[i]);
        assert_int_equal(s->f.shots[i].placed, i < 2);
        assert_int_equal(shot_counts(&s->f.shots[i]), i < 2);
    }
    const struct footprint *cut = &s->f.shots[1].footprint;
    for (int i = 0; i < cut->n; i++)
        assert_true(hypot(cut->p[i].x - s->f.shots[1].camera.x, cut->p[i].y - s->f.shots[1].camera.y) <= 10.01 * 70);
    assert_int_equal(s->f.placed, 2);
    size_t n;
    const struct photo_flag_name *names = photo_flag_names(&n);
    for (size_t i = 0; i < n; i++) /* both are said to people */
        if (names[i].flag & (PHOTO_CLAMPED | PHOTO_NO_FOOTPRINT))
            assert_true(str_of(names[i].text).n > 10);
}

/* ---- bytes ---- */

static struct photo read_one(str bytes)
{
    struct photo_file f = {.bytes = bytes, .whole = true};
    assert_ok(photos_read(&f, 1));
    assert_null(f.fault);
    return f.photo;
}

static void swap(str bytes, const char *from, const char *to)
{
    ptrdiff_t at = str_find(bytes, str_of(from));
    assert_true(at > 0 && strlen(from) == strlen(to));
    memcpy((char *)(uintptr_t)bytes.p + at, to, strlen(to));
}

static str sample(struct arena *a, enum made_dialect dialect)
{
    usec t;
    assert_ok(time_parse(S("2026-03-02T02:15:30Z"), &t));
    struct place at = {30.5928123, 114.3055987};
    return made_photo(a, &(struct made_photo){.dialect = dialect, .place = at, .above_takeoff = 80.3, .yaw = 10, .pitch = -60, .true_yaw = NAN, .t = t, .zone_minutes = 480,
                                              .width = 400, .height = 300, .ground = frame_at(at), .no_picture = true});
}

/* 305928123 for 30.5928123: no place on earth; EXIF's own stays, and the file's stands alone without it. */
static void degrees_as_integers(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str bytes = sample(a, MADE_ELEMENTS);
    swap(bytes, "GpsLatitude>+30.59281230", "GpsLatitude>+30592812300");
    struct photo p = read_one(bytes);
    assert_true(fabs(p.lat - 30.5928123) < 1e-6 && fabs(p.lon - 114.3055987) < 1e-6);
    assert_int_equal(p.flags & PHOTO_NO_POSITION, 0);
}

static void put32(char *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (char)(v >> 8 * i);
}

/* The TIFF structure inside a photograph, to be bent. */
static char *tiff_in(str bytes)
{
    ptrdiff_t at = str_find(bytes, S("Exif\0\0II*\0"));
    assert_true(at > 0);
    return (char *)(uintptr_t)bytes.p + at + 6;
}

static void directories_in_circles(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str bytes = sample(a, MADE_ATTRIBUTES);
    char *t = tiff_in(bytes);
    int n = (uint8_t)t[8] | (uint8_t)t[9] << 8;
    put32(t + 10 + 12 * n, 8); /* the next directory is the first */
    struct photo p = read_one(bytes);
    assert_int_equal(p.thumbnail_n, 0);
    assert_true(fabs(p.lat - 30.5928123) < 1e-6); /* the rest was read */
    bytes = sample(a, MADE_ATTRIBUTES);
    t = tiff_in(bytes);
    for (int i = 0; i < n; i++)
        if ((uint8_t)t[10 + 12 * i] == 0x69 && (uint8_t)t[11 + 12 * i] == 0x87)
            put32(t + 18 + 12 * i, 8); /* the camera's own directory is the first, too */
    p = read_one(bytes);
    assert_true(isnan(p.exposure) && fabs(p.lat - 30.5928123) < 1e-6);
}

static void counts_beyond_measure(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const uint32_t counts[] = {0xffffffff, 0x80000000, 0x40000000, 100000};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        str bytes = sample(a, MADE_ATTRIBUTES);
        put32(tiff_in(bytes) + 14, counts[k]); /* of the first entry, Make */
        struct photo p = read_one(bytes);
        assert_true(p.flags & PHOTO_EXIF_BROKEN);
        assert_string_equal(p.make, "");
        assert_string_equal(p.model, "FC300S");
    }
    str bytes = sample(a, MADE_ATTRIBUTES);
    tiff_in(bytes)[9] = (char)0xff; /* 65,000 entries */
    assert_true(read_one(bytes).flags & PHOTO_EXIF_BROKEN);
}

static void packets_beyond_measure(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct photo p = {.lat = NAN};
    struct xmp x = {NAN, NAN};
    buf b = buf_make(a, 11 << 20);
    buf_add(&b, S("<x xmlns:drone-dji='d'><drone-dji:RelativeAltitude>5</drone-dji:RelativeAltitude>"));
    while (b.n < 10 << 20)
        buf_add(&b, S("                                                                                                    "));
    buf_add(&b, S("</x>"));
    assert_false(xmp_parse(a, buf_str(&b), &p, &x));
    assert_true(p.above_takeoff == 0); /* not looked into */
    b = buf_make(a, 4096);
    for (int i = 0; i < 20; i++)
        buf_add(&b, S("<d>"));
    for (int i = 0; i < 20; i++)
        buf_add(&b, S("</d>"));
    assert_false(xmp_parse(a, buf_str(&b), &p, &x));
    b = buf_make(a, 4096);
    for (int i = 0; i < 12; i++)
        buf_add(&b, S("<d>"));
    for (int i = 0; i < 12; i++)
        buf_add(&b, S("</d>"));
    assert_true(xmp_parse(a, buf_str(&b), &p, &x)); /* what a camera may write */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oblique_rays), cmocka_unit_test(oblique_pixels), cmocka_unit_test(frames_that_pass_the_horizon), cmocka_unit_test(degrees_as_integers),
        cmocka_unit_test(directories_in_circles), cmocka_unit_test(counts_beyond_measure), cmocka_unit_test(packets_beyond_measure)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
