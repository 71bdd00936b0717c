/* Written by hand, byte by byte, and not by the reader's own tables: what the reader believes of EXIF is not what writes it here. */
#include "cli/made_flight.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

/* ---- the drawn ground ---- */

static double noise(int64_t x, int64_t y)
{
    uint64_t h = (uint64_t)(x + 1000003) * 0x9e3779b97f4a7c15u ^ (uint64_t)(y + 7000009) * 0xc2b2ae3d27d4eb4fu;
    h ^= h >> 31, h *= 0xbf58476d1ce4e5b9u, h ^= h >> 29;
    return (double)(h >> 40) / (1 << 24);
}

/* Value noise: lattice of `size` metres, smooth between. */
static double smooth(double x, double y, double size)
{
    double u = x / size, v = y / size;
    int64_t i = (int64_t)floor(u), j = (int64_t)floor(v);
    double a = u - (double)i, b = v - (double)j;
    a = a * a * (3 - 2 * a), b = b * b * (3 - 2 * b);
    return (1 - b) * ((1 - a) * noise(i, j) + a * noise(i + 1, j)) + b * ((1 - a) * noise(i, j + 1) + a * noise(i + 1, j + 1));
}

/* A river from south-west to north-east, 30 m wide, land of plots and bushes beside it. */
static uint8_t ground_grey(double x, double y)
{
    double bank = y - 0.35 * x - 18 * sin(x / 55), land = 95 + 70 * (smooth(x, y, 23) - 0.5) + 60 * (smooth(x, y, 6) - 0.5) + 40 * (smooth(x, y, 1.7) - 0.5);
    double plot = noise((int64_t)floor(x / 17), (int64_t)floor(y / 29)) * 50 - 25;
    double water = 62 + 14 * smooth(x, y, 9) + 8 * smooth(x, y, 2);
    double v = fabs(bank) < 15 ? water : fabs(bank) < 19 ? 170 + 30 * smooth(x, y, 3) : land + plot;
    return (uint8_t)fmin(255, fmax(0, v));
}

static void compress(struct arena *a, const uint8_t *grey, int w, int h, bool program, str before, str *ret)
{
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr trouble;
    unsigned char *bytes = NULL;
    unsigned long n = 0;
    c.err = jpeg_std_error(&trouble);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &bytes, &n);
    c.image_width = (unsigned)w, c.image_height = (unsigned)h, c.input_components = 1, c.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&c);
    jpeg_set_quality(&c, program ? 85 : 60, TRUE);
    c.optimize_coding = program;
    c.write_JFIF_header = FALSE;
    jpeg_start_compress(&c, TRUE);
    while (c.next_scanline < c.image_height) {
        JSAMPROW row = arena_copy(a, grey + (size_t)c.next_scanline * (size_t)w, (size_t)w);
        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    buf b = buf_make(a, 64 << 20);
    buf_add(&b, S("\xff\xd8"));
    buf_add(&b, before);
    buf_add(&b, (str){(const char *)bytes + 2, n - 2});
    jpeg_destroy_compress(&c);
    free(bytes);
    *ret = buf_str(&b);
}

/* The picture the camera would take of the drawn ground; `w` and `h` of the copy wanted. */
static uint8_t *picture(struct arena *a, const struct made_photo *p, double focal, int w, int h)
{
    uint8_t *grey = NEW_ARRAY(a, (size_t)w * (size_t)h, uint8_t);
    struct point at = frame_point(&p->ground, p->place);
    struct ground flat = {.plane = 0};
    struct camera c = {at.x, at.y, p->above_takeoff, {isnan(p->true_yaw) ? p->yaw : p->true_yaw, p->pitch, p->roll},
                       {.focal = focal * w / p->width, .cx = w / 2.0, .cy = h / 2.0}, w, h};
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            struct point hit;
            bool down = !p->no_picture && camera_hit(&c, &flat, x + 0.5, y + 0.5, &hit);
            grey[y * w + x] = down ? ground_grey(hit.x, hit.y) : 200;
        }
    return grey;
}

/* What the camera lays into the head: the picture made small, between bars where the shape is another. */
enum { SMALL_WIDTH = 160, SMALL_HEIGHT = 120 };
static uint8_t *made_small(struct arena *a, const uint8_t *grey, int w, int h)
{
    uint8_t *out = NEW_ARRAY(a, SMALL_WIDTH * SMALL_HEIGHT, uint8_t);
    double scale = fmax((double)w / SMALL_WIDTH, (double)h / SMALL_HEIGHT), left = (SMALL_WIDTH - w / scale) / 2, top = (SMALL_HEIGHT - h / scale) / 2;
    for (int y = 0; y < SMALL_HEIGHT; y++)
        for (int x = 0; x < SMALL_WIDTH; x++) {
            int from_x = (int)floor((x - left) * scale), from_y = (int)floor((y - top) * scale), to_x = (int)floor((x + 1 - left) * scale), to_y = (int)floor((y + 1 - top) * scale);
            int sum = 0, n = 0;
            for (int j = from_y; j < (to_y > from_y ? to_y : from_y + 1); j++)
                for (int i = from_x; i < (to_x > from_x ? to_x : from_x + 1); i++)
                    if (i >= 0 && j >= 0 && i < w && j < h)
                        sum += grey[j * w + i], n++;
            out[y * SMALL_WIDTH + x] = (uint8_t)(n ? sum / n : 0);
        }
    return out;
}

/* Afterwards, at a desk. */
static void touch(const struct made_photo *p, uint8_t *grey)
{
    int w = p->width, h = p->height;
    for (int y = p->painted.top * h / 100; y < p->painted.bottom * h / 100; y++)
        memset(grey + y * w + p->painted.left * w / 100, 236, (size_t)((p->painted.right - p->painted.left) * w / 100));
    for (int i = 0; p->turned && i < w * h / 2; i++) {
        uint8_t one = grey[i];
        grey[i] = grey[w * h - 1 - i], grey[w * h - 1 - i] = one;
    }
}

/* ---- TIFF ---- */

struct tiff { buf b; bool big; };

static void n16(struct tiff *t, uint32_t v)
{
    char c[2] = {(char)(t->big ? v >> 8 : v), (char)(t->big ? v : v >> 8)};
    buf_add(&t->b, (str){c, 2});
}

static void n32(struct tiff *t, uint32_t v)
{
    n16(t, t->big ? v >> 16 : v & 0xffff);
    n16(t, t->big ? v & 0xffff : v >> 16);
}

struct tag { uint32_t tag, type, count; str bytes; /* longer than 4 */ uint32_t value; };

static void tag_text(struct tag *list, size_t *n, uint32_t tag, str s)
{
    list[(*n)++] = (struct tag){tag, 2, (uint32_t)s.n, s, 0};
}

/* Entry by entry, values behind; returns where the directory ends. */
static void directory(struct tiff *t, const struct tag *list, size_t n, uint32_t next_by)
{
    size_t values = t->b.n + 2 + 12 * n + 4;
    n16(t, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        n16(t, list[i].tag);
        n16(t, list[i].type);
        n32(t, list[i].count);
        if (list[i].bytes.n > 4) {
            n32(t, (uint32_t)values);
            values += list[i].bytes.n + list[i].bytes.n % 2;
        } else if (list[i].bytes.n) {
            char c[4] = {0};
            memcpy(c, list[i].bytes.p, list[i].bytes.n);
            buf_add(&t->b, (str){c, 4});
        } else if (list[i].type == 3) {
            n16(t, list[i].value);
            n16(t, 0);
        } else {
            n32(t, list[i].value);
        }
    }
    n32(t, next_by ? (uint32_t)values + next_by - 1 : 0);
    for (size_t i = 0; i < n; i++)
        if (list[i].bytes.n > 4) {
            buf_add(&t->b, list[i].bytes);
            if (list[i].bytes.n % 2)
                buf_char(&t->b, 0);
        }
}

static size_t size_of(const struct tag *list, size_t n)
{
    size_t all = 2 + 12 * n + 4;
    for (size_t i = 0; i < n; i++)
        all += list[i].bytes.n > 4 ? list[i].bytes.n + list[i].bytes.n % 2 : 0;
    return all;
}

static str rationals(struct arena *a, bool big, const double *v, size_t n, uint32_t under)
{
    struct tiff t = {buf_make(a, 256), big};
    for (size_t i = 0; i < n; i++) {
        n32(&t, (uint32_t)llround(v[i] * under));
        n32(&t, under);
    }
    return buf_str(&t.b);
}

static str degrees(struct arena *a, bool big, double v)
{
    double whole = floor(fabs(v)), rest = (fabs(v) - whole) * 60, minutes = floor(rest);
    struct tiff t = {buf_make(a, 64), big};
    const uint32_t n[] = {(uint32_t)whole, 1, (uint32_t)minutes, 1, (uint32_t)llround((rest - minutes) * 60 * 10000), 10000};
    for (size_t i = 0; i < 6; i++)
        n32(&t, n[i]);
    return buf_str(&t.b);
}

static str exif(struct arena *a, const struct made_photo *p, str thumbnail)
{
    struct tiff t = {buf_make(a, 64 << 10), p->big_endian};
    struct civil c = civil_of(p->t + p->zone_minutes * USEC_MINUTE - 8 * USEC_HOUR), u = civil_of(p->t - 8 * USEC_HOUR);
    str when = arena_printf(a, "%04d:%02d:%02d %02d:%02d:%02d%c", c.year, c.month, c.dom, c.hour, c.minute, c.second, 0);
    double focal = 3.61, shutter = 0.002, number = 2.8, high = 20 + p->above_takeoff;
    double hour[3] = {u.hour, u.minute, u.second};
    struct civil changed = civil_of(p->t + p->zone_minutes * USEC_MINUTE - 8 * USEC_HOUR + p->changed_seconds * USEC_SECOND);
    struct tag zeroth[8], detail[10], gps[10], first[2];
    size_t zeroth_n = 0, detail_n = 0, gps_n = 0;
    tag_text(zeroth, &zeroth_n, 0x10f, S("DJI\0"));
    tag_text(zeroth, &zeroth_n, 0x110, p->dialect == MADE_ATTRIBUTES ? S("FC300S\0") : p->dialect == MADE_RTK ? S("FC6310R\0") : S("FC9999\0"));
    tag_text(zeroth, &zeroth_n, 0x131, p->software ? arena_printf(a, "%s%c", p->software, 0) : S("v01.23.4920\0"));
    tag_text(zeroth, &zeroth_n, 0x132,
             arena_printf(a, "%04d:%02d:%02d %02d:%02d:%02d%c", changed.year, changed.month, changed.dom, changed.hour, changed.minute, changed.second, 0));
    size_t pointers = zeroth_n;
    zeroth[zeroth_n++] = (struct tag){0x8769, 4, 1, STR_NONE, 0};
    if (!p->no_gps)
        zeroth[zeroth_n++] = (struct tag){0x8825, 4, 1, STR_NONE, 0};
    detail[detail_n++] = (struct tag){0x829a, 5, 1, rationals(a, t.big, &shutter, 1, 1000000), 0};
    detail[detail_n++] = (struct tag){0x829d, 5, 1, rationals(a, t.big, &number, 1, 100), 0};
    detail[detail_n++] = (struct tag){0x8827, 3, 1, STR_NONE, 100};
    tag_text(detail, &detail_n, 0x9003, when);
    detail[detail_n++] = (struct tag){0x920a, 5, 1, rationals(a, t.big, &focal, 1, 100), 0};
    if (!p->stripped)
        detail[detail_n++] = (struct tag){0x927c, 7, 12, S("DJI\0made\0\0\0\0"), 0};
    detail[detail_n++] = (struct tag){0xa002, 4, 1, STR_NONE, (uint32_t)p->width};
    detail[detail_n++] = (struct tag){0xa003, 4, 1, STR_NONE, (uint32_t)p->height};
    detail[detail_n++] = (struct tag){0xa405, 3, 1, STR_NONE, 20};
    tag_text(gps, &gps_n, 1, p->place.lat < 0 ? S("S\0") : S("N\0"));
    gps[gps_n++] = (struct tag){2, 5, 3, degrees(a, t.big, p->place.lat), 0};
    tag_text(gps, &gps_n, 3, p->place.lon < 0 ? S("W\0") : S("E\0"));
    gps[gps_n++] = (struct tag){4, 5, 3, degrees(a, t.big, p->place.lon), 0};
    gps[gps_n++] = (struct tag){6, 5, 1, rationals(a, t.big, &high, 1, 1000), 0};
    if (p->dialect == MADE_RTK) {
        gps[gps_n++] = (struct tag){7, 5, 3, rationals(a, t.big, hour, 3, 1), 0};
        tag_text(gps, &gps_n, 29, arena_printf(a, "%04d:%02d:%02d%c", u.year, u.month, u.dom, 0));
    }
    size_t at = 8 + size_of(zeroth, zeroth_n);
    zeroth[pointers].value = (uint32_t)at;
    at += size_of(detail, detail_n);
    if (!p->no_gps)
        zeroth[pointers + 1].value = (uint32_t)at, at += size_of(gps, gps_n);
    first[0] = (struct tag){0x201, 4, 1, STR_NONE, (uint32_t)(at + 2 + 24 + 4)};
    first[1] = (struct tag){0x202, 4, 1, STR_NONE, (uint32_t)thumbnail.n};
    buf_add(&t.b, t.big ? S("MM\0*") : S("II*\0"));
    n32(&t, 8);
    directory(&t, zeroth, zeroth_n, (uint32_t)(at - 8 - size_of(zeroth, zeroth_n)) + 1);
    directory(&t, detail, detail_n, 0);
    if (!p->no_gps)
        directory(&t, gps, gps_n, 0);
    directory(&t, first, 2, 0);
    buf_add(&t.b, thumbnail);
    CHECK(!t.b.overflow);
    return buf_str(&t.b);
}

/* ---- XMP ---- */

static str xmp(struct arena *a, const struct made_photo *p, double focal)
{
    buf b = buf_make(a, 16 << 10);
    bool elements = p->dialect != MADE_ATTRIBUTES;
    struct { const char *name; str value; } list[16];
    size_t n = 0;
    list[n].name = "AbsoluteAltitude", list[n++].value = arena_printf(a, "%+.2f", 20 + p->above_takeoff);
    list[n].name = "RelativeAltitude", list[n++].value = arena_printf(a, "%+.2f", p->above_takeoff);
    list[n].name = "GimbalRollDegree", list[n++].value = arena_printf(a, "%+.2f", p->roll);
    list[n].name = "GimbalYawDegree", list[n++].value = arena_printf(a, "%+.2f", p->yaw);
    list[n].name = "GimbalPitchDegree", list[n++].value = arena_printf(a, "%+.2f", p->pitch);
    list[n].name = "FlightYawDegree", list[n++].value = arena_printf(a, "%+.2f", p->yaw + 1.5);
    if (elements && !p->no_gps) {
        list[n].name = "GpsLatitude", list[n++].value = arena_printf(a, "%+.8f", p->place.lat);
        list[n].name = p->dialect == MADE_RTK ? "GpsLongtitude" : "GpsLongitude", list[n++].value = arena_printf(a, "%+.8f", p->place.lon);
    }
    if (p->dialect == MADE_ELEMENTS)
        list[n].name = "CalibratedFocalLength", list[n++].value = arena_printf(a, "%.6f", focal);
    if (p->dialect == MADE_RTK) {
        list[n].name = "RtkFlag", list[n++].value = S("50");
        list[n].name = "DewarpFlag", list[n++].value = S("0");
        list[n].name = "DewarpData", list[n++].value = arena_printf(a, "2018-08-31;%.2f,%.2f,0.5,-0.5,-0.02,0.01,0.0001,-0.0001,0.0", focal, focal);
    }
    if (p->serial)
        list[n].name = "DroneSerialNumber", list[n++].value = str_of(p->serial);
    buf_add(&b, S("<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\""
                  "http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"DJI Meta Data\" xmlns:drone-dji=\""
                  "http://www.dji.com/drone-dji/1.0/\""));
    for (size_t i = 0; i < n && !elements; i++)
        buf_printf(&b, "\n drone-dji:%s=\"%.*s\"", list[i].name, STR_ARG(list[i].value));
    buf_add(&b, S(">"));
    for (size_t i = 0; i < n && elements; i++)
        buf_printf(&b, "\n <drone-dji:%s>%.*s</drone-dji:%s>", list[i].name, STR_ARG(list[i].value), list[i].name);
    buf_add(&b, S("</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>"));
    return buf_str(&b);
}

static void segment(buf *b, int marker, str head, str body)
{
    size_t n = head.n + body.n + 2;
    CHECK(n < 65536);
    const char c[4] = {(char)0xff, (char)marker, (char)(n >> 8), (char)n};
    buf_add(b, (str){c, 4});
    buf_add(b, head);
    buf_add(b, body);
}

str made_photo(struct arena *a, const struct made_photo *p)
{
    double focal = p->dialect == MADE_ATTRIBUTES ? 3.61 / 6.17 * p->width : 0.7 * p->width;
    str thumbnail, out;
    uint8_t *grey = picture(a, p, focal, p->width, p->height);
    buf before = buf_make(a, 128 << 10);
    compress(a, made_small(a, grey, p->width, p->height), SMALL_WIDTH, SMALL_HEIGHT, false, STR_NONE, &thumbnail);
    touch(p, grey);
    if (p->resaved)
        segment(&before, 0xe0, S("JFIF\0"), S("\1\1\0\0\1\0\1\0\0"));
    segment(&before, 0xe1, S("Exif\0\0"), exif(a, p, thumbnail));
    if (!p->stripped)
        segment(&before, 0xe1, S("http://ns.adobe.com/xap/1.0/\0"), xmp(a, p, focal));
    compress(a, grey, p->width, p->height, p->resaved, buf_str(&before), &out);
    return out;
}

void made_lines(const struct made_plan *plan, struct made_photo *out)
{
    struct frame f = frame_at(plan->corner);
    double s = sin(plan->heading * 3.14159265358979323846 / 180), c = cos(plan->heading * 3.14159265358979323846 / 180);
    for (int i = 0; i < plan->lines * plan->each; i++) {
        int line = i / plan->each, k = i % plan->each, step = line % 2 ? plan->each - 1 - k : k;
        double forward = step * plan->forward_m, across = line * plan->across_m;
        out[i].place = frame_place(&f, (struct point){forward * s + across * c, forward * c - across * s});
        out[i].above_takeoff = plan->above;
        out[i].yaw = remainder(plan->heading + (line % 2 ? 180 : 0), 360);
        out[i].pitch = -90, out[i].roll = 0, out[i].true_yaw = NAN;
        out[i].t = plan->start + (usec)(i * plan->seconds * 1e6);
        out[i].ground = f;
    }
}

/* ---- logs ---- */

static void srt(struct arena *a, buf *b, enum made_log kind, size_t i, const struct made_photo *p)
{
    struct civil c = civil_of(p->t);
    str when = arena_printf(a, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.dom, c.hour, c.minute, c.second);
    buf_printf(b, "%zu\n00:00:%02zu,000 --> 00:00:%02zu,500\n", i + 1, i % 60, i % 60);
    if (kind == MADE_SRT_BRACKETS)
        buf_printf(b, "<font size=\"28\">FrameCnt: %zu, DiffTime: 20ms\n%.*s.373\n[iso: 220] [latitude: %.6f] [longtitude : %.6f] [rel_alt: %.3f abs_alt: %.3f] </font>\n\n",
                   i + 1, STR_ARG(when), p->place.lat, p->place.lon, p->above_takeoff, p->above_takeoff + 20);
    else if (kind == MADE_SRT_GPS_LON)
        buf_printf(b, "HOME(%.4f,%.4f) %.*s\nGPS(%.4f,%.4f,16) BAROMETER:%.1f\n\n", p->place.lon, p->place.lat, STR_ARG(when), p->place.lon, p->place.lat,
                   p->above_takeoff);
    else if (kind == MADE_SRT_GPS_LAT)
        buf_printf(b, "%.*s\nGPS(%.4f,%.4f,0.0M) BAROMETER:%.1fM\n\n", STR_ARG(when), p->place.lat, p->place.lon, p->above_takeoff);
    else
        buf_printf(b, "F/5.6, SS 400, ISO 100, EV 0, GPS (%.6f, %.6f, 15), D 10.70m, H %.2fm, H.S 0.00m/s, V.S 0.00m/s, F.PRY (2.7\xc2\xb0, -7.0\xc2\xb0, "
                      "110.1\xc2\xb0), G.PRY (%.1f\xc2\xb0, 0.0\xc2\xb0, %.1f\xc2\xb0)\n\n", p->place.lon, p->place.lat, p->above_takeoff, p->pitch, p->yaw);
}

str made_log(struct arena *a, enum made_log kind, const struct made_photo *photos, size_t n)
{
    buf b = buf_make(a, 64 << 20);
    if (kind == MADE_GPX)
        buf_add(&b, S("<?xml version=\"1.0\"?>\n<gpx version=\"1.1\" creator=\"x\" xmlns=\"http://www.topografix.com/GPX/1/1\"><trk><trkseg>\n"));
    else if (kind == MADE_KML)
        buf_add(&b, S("<?xml version=\"1.0\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\" xmlns:gx=\"http://www.google.com/kml/ext/2.2\"><Placemark>"
                      "<gx:Track><altitudeMode>relativeToGround</altitudeMode>\n"));
    else if (kind == MADE_AIRDATA)
        buf_add(&b, S("time(millisecond),datetime(utc),latitude,longitude,height_above_takeoff(feet),gimbal_heading(degrees),gimbal_pitch(degrees),isPhoto\n"));
    else if (kind == MADE_TXTLOG)
        buf_add(&b, S("sep=,\nCUSTOM.date [local],CUSTOM.updateTime [local],OSD.latitude,OSD.longitude,OSD.height [ft],GIMBAL.pitch,GIMBAL.yaw\n"));
    for (size_t i = 0; i < n; i++) {
        const struct made_photo *p = &photos[i];
        struct civil u = civil_of(p->t - 8 * USEC_HOUR), c = civil_of(p->t);
        str z = arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", u.year, u.month, u.dom, u.hour, u.minute, u.second);
        if (kind == MADE_GPX)
            buf_printf(&b, "<trkpt lat=\"%.7f\" lon=\"%.7f\"><ele>%.1f</ele><time>%.*s</time></trkpt>\n", p->place.lat, p->place.lon, p->above_takeoff, STR_ARG(z));
        else if (kind == MADE_KML)
            buf_printf(&b, "<when>%.*s</when><gx:coord>%.7f %.7f %.1f</gx:coord>\n", STR_ARG(z), p->place.lon, p->place.lat, p->above_takeoff);
        else if (kind == MADE_AIRDATA)
            buf_printf(&b, "%zu,%04d-%02d-%02d %02d:%02d:%02d,%.7f,%.7f,%.2f,%.1f,%.1f,%d\n", i * 100, u.year, u.month, u.dom, u.hour, u.minute, u.second,
                       p->place.lat, p->place.lon, p->above_takeoff / 0.3048, p->yaw, p->pitch, i % 2 == 0);
        else if (kind == MADE_TXTLOG)
            buf_printf(&b, "%d/%d/%d,%d:%02d:%02d.00 %s,%.7f,%.7f,%.2f,%.1f,%.1f\n", c.month, c.dom, c.year, c.hour % 12 ? c.hour % 12 : 12, c.minute, c.second,
                       c.hour < 12 ? "AM" : "PM", p->place.lat, p->place.lon, p->above_takeoff / 0.3048, p->pitch, p->yaw);
        else
            srt(a, &b, kind, i, p);
    }
    buf_add(&b, kind == MADE_GPX ? S("</trkseg></trk></gpx>\n") : kind == MADE_KML ? S("</gx:Track></Placemark></kml>\n") : STR_NONE);
    CHECK(!b.overflow);
    return buf_str(&b);
}
