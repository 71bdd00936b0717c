/*
 * The head of a photograph: marker segments up to the picture itself. A head that was cut at 128 KB on purpose is whole for us when the
 * segments are; a file that ends before its picture begins is not.
 *
 * Sensor widths: makers' data sheets, as collected in public camera tables. The 35 mm equivalent is by the diagonal of the full sensor;
 * most drones have 4:3 sensors, of which a 16:9 picture is a cut, so the diagonal is taken of what the sensor has, not of the picture.
 */
#include "patrol/private.h"

#include <string.h>

static const struct { const char *model; double width; } sensors[] = {
    {"FC300C", 6.17}, {"FC300S", 6.17}, {"FC300X", 6.17}, {"FC330", 6.17}, {"FC350", 6.17}, {"FC220", 6.17}, {"FC2103", 6.17},
    {"FC2204", 6.17}, {"FC7203", 6.17}, {"FC550", 17.3}, {"FC6520", 17.3}, {"FC6310", 13.2}, {"FC6310S", 13.2}, {"FC6310R", 13.2},
    {"FC6510", 13.2}, {"L1D-20c", 13.2}, {"FC3411", 13.2}, {"L2D-20c", 17.3}, {"M3E", 17.3}, {"ZenmuseP1", 35.9}, {"FC3582", 9.65}};

/* The models' names are their makers' own. */
double sensor_width_mm(const char *model)
{
    for (size_t i = 0; i < sizeof sensors / sizeof *sensors; i++)
        if (strcasecmp(model, sensors[i].model) == 0)
            return sensors[i].width;
    return NAN;
}

const struct photo_flag_name *photo_flag_names(size_t *ret_n)
{
    static const struct photo_flag_name names[] = {
#define PATROL_NAME(name, bit, id, text) {UINT64_C(1) << (bit), id, text},
        PHOTO_FLAGS(PATROL_NAME)
#undef PATROL_NAME
    };
    *ret_n = sizeof names / sizeof *names;
    return names;
}

bool photo_like(str bytes)
{
    return str_starts(bytes, S("\xff\xd8\xff"));
}

static void empty(struct photo *p)
{
    const struct angles none = {NAN, NAN, NAN};
    *p = (struct photo){.camera_time = USEC_NONE, .satellite_time = USEC_NONE, .camera_zone = PATROL_ZONE_NONE, .lat = NAN, .lon = NAN,
                        .altitude = NAN, .above_takeoff = NAN, .std_lon = NAN, .std_lat = NAN, .std_up = NAN, .gimbal = none,
                        .aircraft_angles = none, .focal_mm = NAN, .focal_35 = NAN, .exposure = NAN, .fnumber = NAN, .iso = NAN};
}

static void settle_lens(struct photo *p)
{
    double width = sensor_width_mm(p->model), w = p->width, h = p->height;
    if (p->lens_source != LENS_NONE || !(w > 0 && h > 0))
        return;
    if (p->focal_mm > 0.5 && !isnan(width)) {
        p->lens = (struct lens){.focal = p->focal_mm / width * (w > h ? w : h), .cx = w / 2, .cy = h / 2};
        p->lens_source = LENS_SENSOR;
    } else if (p->focal_35 > 3 && p->focal_35 < 2000) {
        double longer = w > h ? w : h, shorter = w > h ? h : w, full = shorter / longer < 0.7 ? longer * 0.75 : shorter;
        p->lens = (struct lens){.focal = p->focal_35 / 43.2666 * hypot(longer, full), .cx = w / 2, .cy = h / 2};
        p->lens_source = LENS_35MM;
    }
}

static void settle_position(struct photo *p, const struct xmp *x)
{
    bool exif = place_good(p->lat, p->lon), xmp = place_good(x->lat, x->lon);
    bool zero = (p->lat == 0 && p->lon == 0) || (x->lat == 0 && x->lon == 0);
    if (!exif && !xmp) {
        bool said = !isnan(p->lat) || !isnan(x->lat);
        p->flags |= PHOTO_NO_POSITION | (zero ? PHOTO_ZERO_POSITION : said ? PHOTO_POSITION_RANGE : 0);
        p->lat = p->lon = NAN;
        return;
    }
    if (exif && xmp) {
        struct frame f = frame_at((struct place){p->lat, p->lon});
        struct point a = frame_point(&f, (struct place){p->lat, p->lon}), b = frame_point(&f, (struct place){x->lat, x->lon});
        if (!(hypot(a.x - b.x, a.y - b.y) <= 1)) /* which of them is right nobody can tell: the one everybody reads stays */
            p->flags |= PHOTO_POSITIONS_DIFFER;
        else
            p->lat = x->lat, p->lon = x->lon;
    } else if (xmp) {
        p->lat = x->lat, p->lon = x->lon;
    }
}

/* Programs that work on pictures name themselves; a camera's firmware is a version number. */
static bool program_named(const char *s)
{
    static const char *const names[] = {"photoshop", "lightroom", "gimp", "snapseed", "meitu", "美图", "picasa", "paint", "acdsee", "acd systems", "capture one", "affinity",
                                        "windows photo", "microsoft", "irfanview", "xnview", "faststone", "imagemagick", "pixelmator", "darktable", "rawtherapee", "photoscape",
                                        "polarr", "picsart", "luminar", "dxo", "ulead", "coreldraw", "paintshop", "醒图", "轻颜", "光影魔术手", "美图秀秀"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasestr(s, names[i]))
            return true;
    return false;
}

/* Where an XMP packet says who worked on it: xmp:CreatorTool, stEvt:softwareAgent. The namespaces alone say nothing, cameras copy them. */
static bool program_in(str packet)
{
    static const char *const keys[] = {"CreatorTool", "softwareAgent"};
    char value[80];
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        ptrdiff_t at = str_find(packet, str_of(keys[i]));
        if (at < 0)
            continue;
        str rest = str_sub(packet, (size_t)at + strlen(keys[i]), sizeof value - 1);
        memcpy(value, rest.p, rest.n);
        value[rest.n] = 0;
        if (program_named(value))
            return true;
    }
    return false;
}

void photo_settle(struct photo *p, const struct xmp *x, bool had_exif)
{
    settle_position(p, x);
    settle_lens(p);
    /* Straight up and down the compass of camera and aircraft are one: a gimbal that does not tell its yaw hangs under the nose. */
    if (isnan(p->gimbal.yaw))
        p->gimbal.yaw = p->aircraft_angles.yaw;
    p->flags |= had_exif ? 0 : PHOTO_NO_EXIF;
    p->flags |= isnan(p->above_takeoff) ? PHOTO_NO_HEIGHT : 0;
    p->flags |= isnan(p->gimbal.yaw) || isnan(p->gimbal.pitch) ? PHOTO_NO_GIMBAL : 0;
    p->flags |= p->lens_source == LENS_NONE ? PHOTO_NO_LENS : 0;
    p->flags |= p->camera_time == USEC_NONE && p->satellite_time == USEC_NONE ? PHOTO_NO_TIME : 0;
    p->flags |= program_named(p->software) || (had_exif && !p->thumbnail_n && strcasecmp(p->make, "DJI") == 0) ? PHOTO_EDITED : 0;
}

bool head_parse(struct arena *a, str bytes, bool whole, struct photo *p)
{
    const uint8_t *b = (const uint8_t *)bytes.p;
    struct xmp x = {NAN, NAN};
    bool had_exif = false, picture = false, cut = false;
    str packet = STR_NONE;
    uint8_t last = 0;
    empty(p);
    if (!photo_like(bytes))
        return false;
    size_t at = 2;
    while (at + 4 <= bytes.n && b[at] == 0xff) {
        uint8_t marker = b[at + 1];
        if (marker == 0xff) { /* fill */
            at++;
            continue;
        }
        size_t n = (size_t)b[at + 2] << 8 | b[at + 3];
        picture |= marker == 0xda;
        cut = n + 2 > bytes.n - at;
        if (marker == 0xda || marker == 0xd9 || n < 2 || cut)
            break;
        str segment = str_sub(bytes, at + 4, n - 2);
        coding_segment(&p->coding, &last, marker, segment);
        if (marker == 0xe1 && str_starts(segment, S("Exif\0\0")) && !had_exif) {
            had_exif = true;
            if (!exif_parse(str_sub(segment, 6, segment.n), p))
                p->flags |= PHOTO_EXIF_BROKEN;
            p->thumbnail += p->thumbnail ? (uint32_t)(at + 10) : 0;
        } else if (marker == 0xe1 && str_starts(segment, S("http://ns.adobe.com/xap/1.0/\0")) && !packet.n) {
            packet = str_sub(segment, 29, segment.n);
        } else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc && segment.n >= 5) {
            int32_t height = b[at + 5] << 8 | b[at + 6], width = b[at + 7] << 8 | b[at + 8];
            p->flags |= (p->width && p->width != width) || (p->height && p->height != height) ? PHOTO_SIZE_DIFFERS : 0; /* from what EXIF says */
            p->width = width, p->height = height;
        } else if ((marker == 0xed && str_starts(segment, S("Photoshop 3.0"))) || (marker == 0xee && str_starts(segment, S("Adobe")))) {
            p->flags |= PHOTO_EDITED; /* Photoshop's own segments */
        }
        at += 2 + n;
    }
    /* Last, because the lens needs the picture's size. */
    if (packet.n && !xmp_parse(a, packet, p, &x))
        p->flags |= PHOTO_XMP_BROKEN;
    p->flags |= program_in(packet) ? PHOTO_EDITED : 0;
    p->coding.parts |= (had_exif ? PART_EXIF : 0) | (packet.n ? PART_XMP : 0) | (p->thumbnail_n ? PART_THUMBNAIL : 0);
    /* A head ends where it was cut: thermal cameras write half a megabyte of counts in front of the picture. */
    bool head_ended = !whole && (cut || at + 4 > bytes.n);
    if ((!picture && !head_ended) || (whole && !str_ends(str_sub(bytes, bytes.n > 4096 ? bytes.n - 4096 : 0, 4096), S("\xff\xd9")) &&
                     str_find(str_sub(bytes, bytes.n > 4096 ? bytes.n - 4096 : 0, 4096), S("\xff\xd9")) < 0))
        p->flags |= PHOTO_TRUNCATED;
    photo_settle(p, &x, had_exif);
    return true;
}
