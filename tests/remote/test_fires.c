/* Lists of fire points: the dialects that are published, what is refused with its line, and places that do not chain. */
#include "testing.h"
#include "remote/fires.h"
#include "remote/grid.h"

#include <math.h>
#include <string.h>

static const struct spot low = {INT64_MIN, INT64_MIN}, high = {INT64_MAX, INT64_MAX};
#define ARCHIVE "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_t31,frp,daynight,type\n"
#define RECENT "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight\n"

static struct fires read_good(struct arena *a, const char *text)
{
    struct fires f;
    assert_ok(fires_read(a, str_of(text), low, high, &f));
    return f;
}

static void every_dialect(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct fires f = read_good(a, ARCHIVE "30.5,114.3,303,1.1,1,2026-01-01,0252,Terra,MODIS,51,6.03,292.6,3.7,N,0\r\n30.6,114.4,303,4.8,2,2026-01-01,7,Aqua,MODIS,80,6.03,292.6,1236.5,D,2\r\n\n");
    assert_int_equal(f.n, 2);
    assert_int_equal(f.listed, 2);
    assert_true(f.typed && !f.viirs);
    const struct fire *early = &f.p[0], *late = &f.p[1];
    assert_int_equal(early->at, day_from_civil(2026, 1, 1) * USEC_DAY + 7 * USEC_MINUTE); /* zeros were lost */
    assert_int_equal(late->at, day_from_civil(2026, 1, 1) * USEC_DAY + 172 * USEC_MINUTE);
    assert_int_equal(early->grade, FIRE_HIGH);
    assert_int_equal(early->type, FIRE_STATIC);
    assert_int_equal(early->frp_kw, 1236500);
    assert_int_equal(late->grade, FIRE_NOMINAL);
    assert_true(late->night && !early->night);
    assert_string_equal(late->satellite, "Terra");
    assert_true(fabs(fire_reach_m(early) - 2600) < 1);

    f = read_good(a, "ACQ_DATE,ACQ_TIME,LONGITUDE,LATITUDE,TRACK,SCAN,CONFIDENCE,INSTRUMENT\n2026-03-05,15:20:00,114.3,30.5,0.36,0.39,l,VIIRS\n2026-03-05,15:20,114.31,30.5,0.36,0.39,nominal,VIIRS\n");
    assert_true(f.viirs && !f.typed);
    assert_int_equal(f.p[0].grade, FIRE_LOW);
    assert_int_equal(f.p[1].grade, FIRE_NOMINAL);
    assert_int_equal(f.p[0].percent, -1);
    assert_int_equal(f.p[0].type, FIRE_UNSAID);
    assert_int_equal(f.p[0].frp_kw, -1);
    assert_int_equal(f.p[0].at % USEC_DAY, 920 * USEC_MINUTE);
}

static void what_is_outside_is_counted(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct fires f;
    assert_ok(fires_read(a, S(ARCHIVE "30.5,114.3,303,1,1,2026-01-01,0252,Terra,MODIS,51,6.03,292.6,3.7,N,0\n4.5,-69.2,303,1,1,2026-01-01,0252,Terra,MODIS,51,6.03,292.6,3.7,N,0\n"),
                         spot_of(108, 29), spot_of(117, 34), &f));
    assert_int_equal(f.listed, 2);
    assert_int_equal(f.n, 1);
}

static void refused(const char *text, const char *field, const char *got)
{
    AUTO_ARENA(a);
    struct fires f;
    err *e = fires_read(a, str_of(text), low, high, &f);
    assert_non_null(e);
    if (!str_eq(e->field, str_of(field)) || (got[0] && !str_eq(e->got, str_of(got))))
        fail_msg("%.*s: %.*s %.*s", STR_ARG(e->text), STR_ARG(e->field), STR_ARG(e->got));
    err_clear();
}

static void mistakes_are_named(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    static const char row[] = "30.5,114.3,303,1.1,1,2026-01-01,0252,Terra,MODIS,51,6.03,292.6,3.7,N,0\n";
    static const struct { const char *from, *to, *field, *got; } list[] = {
        {"30.5,", "91,", "latitude", "91"},          {"30.5,", "nan,", "latitude", "nan"},   {"114.3", "0x72", "longitude", "0x72"},   {"1.1,1,", "1.1,11,", "track", "11"},
        {"2026-01-01", "01/01/2026", "acq_date", "01/01/2026"}, {"2026-01-01", "2026-02-30", "acq_date", "2026-02-30"}, {"0252", "2460", "acq_time", "2460"},
        {"0252", "2:5:6:7", "acq_time", "2:5:6:7"},  {"0252", "-1", "acq_time", "-1"},       {",51,", ",101,", "confidence", "101"},   {",51,", ",x,", "confidence", "x"},
        {",51,", ",,", "confidence", ""},            {"3.7,N,0", "3.7,N,7", "type", "7"},    {"3.7,N,0", "-2,N,0", "frp", "-2"}};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        ptrdiff_t at = str_find(str_of(row), str_of(list[i].from));
        assert_true(at >= 0);
        str text = arena_printf(a, ARCHIVE "%s%.*s%s%s", row, (int)at, row, list[i].to, row + at + strlen(list[i].from));
        refused(arena_cstr(a, text), list[i].field, list[i].got);
    }
    refused("latitude,longitude\n", "scan", "");
    refused("latitude,latitude,longitude,scan,track,acq_date,acq_time,confidence\n1,1,1,1,1,2026-01-01,1,1\n", "latitude", "");
    refused(ARCHIVE, "file", "");
    refused("", "latitude", "");
    refused(ARCHIVE "30.5\n", "longitude", "");
}

/* Points every 300 m along a line of 6 km burn at once: they are several places, each within a pixel of its first point. */
static void places_do_not_chain(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    buf b = buf_make(a, 64 << 10);
    struct fire_place *p;
    size_t n, all, points = 0;
    buf_add(&b, S(RECENT));
    for (int i = 0; i < 20; i++)
        buf_printf(&b, "30.5,%.5f,310,0.4,0.4,2026-03-05,0530,N,VIIRS,n,2,290,2.0,D\n", 114.3 + i * 300 / 95900.0);
    struct fires f = read_good(a, arena_cstr(a, buf_str(&b)));
    assert_ok(fires_places(a, &f, NULL, 0, &p, &n, &all));
    assert_int_equal(all, n);
    assert_true(n >= 8);
    for (size_t i = 0; i < n; i++) {
        points += p[i].n;
        for (size_t k = 0; k < p[i].n; k++) {
            const struct fire *one = &f.p[p[i].points[k]];
            assert_true(metres_between((double)p[i].middle.lon / 1e7, 30.5, (double)one->spot.lon / 1e7, 30.5) <= fire_reach_m(one) + 0.1);
        }
        assert_int_equal(p[i].near_all, 0);
        assert_int_equal(p[i].score, 500);
    }
    assert_int_equal(points, 20);
}

static void companies_in_the_pixel(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct fire_place *p;
    size_t n, all;
    struct fires f = read_good(a, RECENT "30.5,114.3,310,0.6,0.8,2026-03-05,0530,N,VIIRS,n,2,290,2.0,D\n30.5,114.3005,310,0.6,0.8,2026-03-08,1830,N,VIIRS,h,2,290,2.0,N\n"
                                         "30.9,114.9,310,0.6,0.8,2026-03-08,1830,N,VIIRS,l,2,290,2.0,N\n");
    struct fire_source s[8] = {{S("a"), spot_of(114.3, 30.5)}, {S("b"), spot_of(114.3 + 450 / 95900.0, 30.5)}, {S("c"), spot_of(114.3, 30.51)}};
    for (int i = 3; i < 8; i++)
        s[i] = (struct fire_source){S("d"), spot_of(114.3 + i * 30 / 95900.0, 30.5)};
    assert_ok(fires_places(a, &f, s, 8, &p, &n, &all));
    assert_int_equal(n, 2);
    assert_int_equal(p[0].near_all, 7); /* c lies 1.1 km to the north */
    assert_int_equal(p[0].near_n, LIMIT_FIRE_SOURCES);
    assert_int_equal(p[0].near[0].source, 0);
    for (size_t i = 1; i < p[0].near_n; i++)
        assert_true(p[0].near[i].metres >= p[0].near[i - 1].metres && p[0].near[i].source != 1);
    assert_int_equal(p[0].days, 2);
    assert_int_equal(p[0].score, 500 + 200 + 150 + 50);
    assert_int_equal(p[1].score, 500 - 200);
    /* 18:30 UTC is the next day in Beijing */
    assert_int_equal(day_of(f.p[p[0].points[1]].at), day_from_civil(2026, 3, 9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dialect), cmocka_unit_test(what_is_outside_is_counted), cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(places_do_not_chain), cmocka_unit_test(companies_in_the_pixel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
