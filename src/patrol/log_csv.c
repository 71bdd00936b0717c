/*
 * Flight logs as tables: what AirData and TXTlogToCSV export, and plain tables of latitude and longitude. Columns are found by name, the
 * unit stands in the name (feet and metres both occur), heights go where their datum says.
 */
#include "patrol/private.h"
#include "sheet/sheet.h"

#include <stdio.h>
#include <string.h>

enum column { LAT, LON, TAKEOFF, SEA, GROUND, YAW, PITCH, ROLL, PHOTO, DATE, CLOCK, STAMP, COLUMNS };
static const struct { const char *name; enum column column; bool utc; } names[] = {
    {"latitude", LAT}, {"osd.latitude", LAT}, {"lat", LAT}, {"纬度", LAT},
    {"longitude", LON}, {"osd.longitude", LON}, {"lon", LON}, {"lng", LON}, {"经度", LON},
    {"height_above_takeoff", TAKEOFF}, {"osd.height", TAKEOFF}, {"altitude_above_sealevel", SEA}, {"osd.altitude", SEA},
    {"osd.vpsheight", GROUND}, {"height_sonar", GROUND}, {"gimbal_heading", YAW}, {"gimbal.yaw", YAW}, {"gimbal_pitch", PITCH},
    {"gimbal.pitch", PITCH}, {"gimbal_roll", ROLL}, {"gimbal.roll", ROLL}, {"isphoto", PHOTO}, {"camera.isphoto", PHOTO},
    {"custom.isphoto", PHOTO}, {"datetime(utc)", STAMP, true}, {"timestamp(utc)", STAMP, true}, {"datetime(local)", STAMP},
    {"时间", STAMP}, {"custom.date [local]", DATE}, {"custom.date [utc]", DATE, true}, {"custom.updatetime [local]", CLOCK},
    {"custom.updatetime [utc]", CLOCK, true}};

struct table { struct arena *a; struct track *out; VEC(struct track_point) points; uint32_t at[COLUMNS]; bool feet[COLUMNS], headed; };

/* Name without its unit; the whole name first, because "(utc)" tells. */
static bool called(str header, const char *name)
{
    size_t n = strlen(name);
    if (header.n < n || strncasecmp(header.p, name, n) != 0)
        return false;
    str rest = str_trim(str_sub(header, n, header.n));
    return !rest.n || *rest.p == '(' || *rest.p == '[';
}

static void head(struct table *t, const struct sheet_row *r)
{
    for (size_t i = 0; i < r->n; i++) {
        str h = str_trim(r->cells[i].text);
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (called(h, names[k].name) && !t->at[names[k].column]) {
                t->at[names[k].column] = r->cells[i].column;
                t->feet[names[k].column] = str_find(h, S("feet")) >= 0 || str_find(h, S("[ft]")) >= 0;
                t->out->utc |= names[k].utc;
            }
    }
    t->headed = t->at[LAT] && t->at[LON];
    if (!t->headed)
        memset(t->at, 0, sizeof t->at);
}

static double value(const struct table *t, const struct sheet_row *r, enum column c)
{
    double v;
    const struct sheet_cell *cell = t->at[c] ? sheet_at(r, t->at[c]) : NULL;
    return cell && text_double(cell->text, &v) ? (t->feet[c] ? v * 0.3048 : v) : NAN;
}

static str text(const struct table *t, const struct sheet_row *r, enum column c)
{
    const struct sheet_cell *cell = t->at[c] ? sheet_at(r, t->at[c]) : NULL;
    return cell ? str_trim(cell->text) : STR_NONE;
}

/* "9/5/2021" and "7:23:47.12 PM", as the American tool writes them. */
static usec american(str date, str clock)
{
    int month, dom, year, hour, minute;
    double second;
    char d[24], c[24], half[3] = "";
    if (!date.n || !clock.n || date.n >= sizeof d || clock.n >= sizeof c)
        return USEC_NONE;
    memcpy(d, date.p, date.n), d[date.n] = 0;
    memcpy(c, clock.p, clock.n), c[clock.n] = 0;
    if (sscanf(d, "%2d/%2d/%4d", &month, &dom, &year) != 3 || sscanf(c, "%2d:%2d:%lf %2s", &hour, &minute, &second, half) < 3)
        return USEC_NONE;
    if (half[0])
        hour = hour % 12 + (half[0] == 'P' || half[0] == 'p' ? 12 : 0);
    return local_time(year, month, dom, hour, minute, second);
}

static err *row(void *context, const struct sheet_row *r)
{
    struct table *t = context;
    if (!t->headed) {
        if (r->row > 40)
            return err_new(ERR_INPUT, "表格前40行没有经纬度列");
        head(t, r);
        return NULL;
    }
    struct track_point p = track_point_empty();
    p.lat = value(t, r, LAT), p.lon = value(t, r, LON);
    if (!place_good(p.lat, p.lon)) {
        t->out->skipped++;
        return NULL;
    }
    if (t->points.n >= LIMIT_PATROL_POINTS)
        return err_new(ERR_LIMIT, "飞行记录超过%d个点，请分段", LIMIT_PATROL_POINTS);
    p.above_takeoff = value(t, r, TAKEOFF), p.above_sea = value(t, r, SEA), p.above_ground = value(t, r, GROUND);
    p.yaw = value(t, r, YAW), p.pitch = value(t, r, PITCH), p.roll = value(t, r, ROLL);
    str shot = text(t, r, PHOTO);
    p.photo = str_eq(shot, S("1")) || str_eq(shot, S("true")) || str_eq(shot, S("True")) || str_eq(shot, S("TRUE"));
    p.t = t->at[STAMP] ? text_time(text(t, r, STAMP)) : american(text(t, r, DATE), text(t, r, CLOCK));
    vec_push(t->a, &t->points, p);
    return NULL;
}

err *log_csv_parse(struct arena *a, str bytes, struct track *ret)
{
    struct table t = {.a = a, .out = ret};
    char separator;
    TRY(sheet_read_csv(bytes, row, &t, &separator));
    if (!t.headed)
        return err_got(err_new(ERR_INPUT, "表格里没有经纬度列"), STR_NONE, S("latitude、longitude列（AirData、TXTlogToCSV的导出）"), STR_NONE);
    if (!t.points.n)
        return err_new(ERR_INPUT, "表格里没有飞行位置");
    ret->format = TRACK_CSV;
    snprintf(ret->dialect, sizeof ret->dialect, "%s", t.at[DATE] ? "txtlogtocsv" : t.at[TAKEOFF] ? "airdata" : "table");
    ret->p = t.points.p, ret->n = t.points.n;
    return NULL;
}
