/*
 * EXIF by hand: a dozen tags of four directories. Every offset is checked against the segment, every count against its size; only the
 * three pointers that the standard knows are followed, each once, so there is nothing to run in circles. A directory that points
 * outside costs itself, and the rest is kept: cameras are cut off in mid-air.
 */
#include "patrol/private.h"

#include <stdlib.h>
#include <string.h>

enum { LIMIT_ENTRIES = 512, TYPES = 13 };
static const usec LIMIT_CHANGED = USEC_MINUTE; /* a camera writes both when it takes the picture; slow cards take seconds */
static const uint8_t sizes[TYPES] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};

struct tiff { const uint8_t *p; size_t n; bool big, broken; };
struct entry { uint32_t tag, type, count; size_t at; }; /* at: of its bytes */
struct directory { size_t first; uint32_t n, next; };

static uint32_t u16(const struct tiff *t, size_t at)
{
    return t->big ? (uint32_t)t->p[at] << 8 | t->p[at + 1] : (uint32_t)t->p[at + 1] << 8 | t->p[at];
}

static uint32_t u32(const struct tiff *t, size_t at)
{
    return t->big ? u16(t, at) << 16 | u16(t, at + 2) : u16(t, at + 2) << 16 | u16(t, at);
}

static bool directory(struct tiff *t, uint32_t at, struct directory *ret)
{
    if (at < 8 || at > t->n || t->n - at < 2) {
        t->broken = true;
        return false;
    }
    uint32_t n = u16(t, at);
    size_t there = (t->n - at - 2) / 12;
    if (n > LIMIT_ENTRIES || n > there) {
        t->broken = true;
        n = n < there ? n : (uint32_t)there;
        n = n < LIMIT_ENTRIES ? n : LIMIT_ENTRIES;
    }
    size_t end = at + 2 + 12 * (size_t)n;
    *ret = (struct directory){at + 2, n, t->n - end >= 4 && !t->broken ? u32(t, end) : 0};
    return true;
}

static bool entry(struct tiff *t, const struct directory *d, uint32_t i, struct entry *ret)
{
    size_t at = d->first + 12 * (size_t)i;
    struct entry e = {u16(t, at), u16(t, at + 2), u32(t, at + 4), at + 8};
    if (!e.type || e.type >= TYPES)
        return false; /* of a later edition: passed over */
    uint64_t bytes = (uint64_t)e.count * sizes[e.type];
    if (bytes > 4)
        e.at = u32(t, at + 8);
    if (bytes > t->n || e.at > t->n - bytes) {
        t->broken = true;
        return false;
    }
    *ret = e;
    return true;
}

static double number(const struct tiff *t, const struct entry *e, uint32_t i)
{
    if (i >= e->count)
        return NAN;
    size_t at = e->at + (size_t)i * sizes[e->type];
    double over, under;
    switch (e->type) {
    case 1: case 6: case 7:
        return t->p[at];
    case 3:
        return u16(t, at);
    case 4:
        return u32(t, at);
    case 9:
        return (int32_t)u32(t, at);
    case 5:
        over = u32(t, at), under = u32(t, at + 4);
        return under > 0 ? over / under : NAN;
    case 10:
        over = (int32_t)u32(t, at), under = (int32_t)u32(t, at + 4);
        return under != 0 ? over / under : NAN;
    default:
        return NAN;
    }
}

/* 0: none, or none that fits. */
static uint32_t whole(double v)
{
    return v >= 0 && v <= UINT32_MAX ? (uint32_t)v : 0;
}

static str text(const struct tiff *t, const struct entry *e)
{
    if (e->type != 2)
        return STR_NONE;
    str s = {(const char *)t->p + e->at, e->count};
    for (size_t i = 0; i < s.n; i++)
        if (!s.p[i])
            s.n = i;
    return str_trim(s);
}

static void keep(char *to, size_t room, str s)
{
    if (utf8_bad(s) >= 0)
        return;
    s = utf8_clip(s, room - 1);
    while (s.n >= room)
        s = utf8_clip(s, utf8_count(s) - 1);
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ')
            return;
    if (s.n)
        memcpy(to, s.p, s.n);
    to[s.n] = 0;
}

/* "+08:00" */
static int32_t zone_of(str s)
{
    int64_t hours, minutes;
    if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':' || !str_int64(str_sub(s, 1, 2), &hours) ||
        !str_int64(str_sub(s, 4, 2), &minutes) || hours > 14 || minutes > 59 || hours < 0 || minutes < 0)
        return PATROL_ZONE_NONE;
    return (int32_t)(hours * 60 + minutes) * (s.p[0] == '-' ? -1 : 1);
}

struct gps { char ns, ew; double lat[3], lon[3], hour[3], altitude; bool below; str date; };

static void gps_entry(const struct tiff *t, const struct entry *e, struct gps *g)
{
    str s = text(t, e);
    for (uint32_t k = 0; k < 3; k++) {
        if (e->tag == 2)
            g->lat[k] = number(t, e, k);
        else if (e->tag == 4)
            g->lon[k] = number(t, e, k);
        else if (e->tag == 7)
            g->hour[k] = number(t, e, k);
    }
    switch (e->tag) {
    case 1:
        g->ns = s.n ? s.p[0] : 0;
        break;
    case 3:
        g->ew = s.n ? s.p[0] : 0;
        break;
    case 5:
        g->below = number(t, e, 0) == 1;
        break;
    case 6:
        g->altitude = number(t, e, 0);
        break;
    case 29:
        g->date = s;
        break;
    default:
        break;
    }
}

/* Degrees, minutes, seconds; minutes and seconds may be missing (decimal degrees in the first). */
static double degrees(const double part[3])
{
    double minutes = isnan(part[1]) ? 0 : part[1], seconds = isnan(part[2]) ? 0 : part[2];
    return part[0] + minutes / 60 + seconds / 3600;
}

static void gps_directory(struct tiff *t, uint32_t at, struct photo *p)
{
    struct directory d;
    struct gps g = {.lat = {NAN, NAN, NAN}, .lon = {NAN, NAN, NAN}, .hour = {NAN, NAN, NAN}, .altitude = NAN};
    struct entry e;
    if (!directory(t, at, &d))
        return;
    for (uint32_t i = 0; i < d.n; i++)
        if (entry(t, &d, i, &e))
            gps_entry(t, &e, &g);
    double lat = degrees(g.lat), lon = degrees(g.lon);
    if (!isnan(lat) && !isnan(lon)) {
        bool south = g.ns == 'S' || g.ns == 's', west = g.ew == 'W' || g.ew == 'w';
        if ((!south && g.ns != 'N' && g.ns != 'n') || (!west && g.ew != 'E' && g.ew != 'e'))
            p->flags |= PHOTO_NO_HEMISPHERE;
        p->lat = south ? -lat : lat, p->lon = west ? -lon : lon;
    }
    if (!isnan(g.altitude))
        p->altitude = g.below ? -g.altitude : g.altitude;
    if (g.date.n == 10 && !isnan(g.hour[0]) && !isnan(g.hour[1]) && !isnan(g.hour[2])) {
        int64_t year, month, dom; /* "2021:09:05" */
        if (str_int64(str_sub(g.date, 0, 4), &year) && str_int64(str_sub(g.date, 5, 2), &month) && str_int64(str_sub(g.date, 8, 2), &dom) &&
            g.hour[0] < 24 && g.hour[1] < 60)
            p->satellite_time = local_time((int)year, (int)month, (int)dom, (int)g.hour[0], (int)g.hour[1], g.hour[2]);
    }
}

struct clock { str original, digitised, changed, fraction, zone; };

static void exif_entry(struct tiff *t, const struct entry *e, struct photo *p, struct clock *c, uint32_t *ret_width, uint32_t *ret_height)
{
    switch (e->tag) {
    case 0x829a:
        p->exposure = number(t, e, 0);
        break;
    case 0x829d:
        p->fnumber = number(t, e, 0);
        break;
    case 0x8827:
        p->iso = number(t, e, 0);
        break;
    case 0x9003:
        c->original = text(t, e);
        break;
    case 0x9004:
        c->digitised = text(t, e);
        break;
    case 0x9291:
        c->fraction = text(t, e);
        break;
    case 0x9011:
        c->zone = text(t, e);
        break;
    case 0x920a:
        p->focal_mm = number(t, e, 0);
        break;
    case 0xa405:
        p->focal_35 = number(t, e, 0);
        break;
    case 0x927c: /* MakerNote */
        p->coding.parts |= PART_MAKER;
        break;
    case 0xa002:
        *ret_width = whole(number(t, e, 0));
        break;
    case 0xa003:
        *ret_height = whole(number(t, e, 0));
        break;
    case 0xa431: /* BodySerialNumber */
        keep(p->aircraft, sizeof p->aircraft, text(t, e));
        break;
    default:
        break;
    }
}

static void thumbnail(struct tiff *t, uint32_t at, struct photo *p)
{
    struct directory d;
    struct entry e;
    uint32_t start = 0, n = 0;
    if (!at || !directory(t, at, &d))
        return;
    for (uint32_t i = 0; i < d.n; i++)
        if (entry(t, &d, i, &e)) {
            start = e.tag == 0x201 ? whole(number(t, &e, 0)) : start;
            n = e.tag == 0x202 ? whole(number(t, &e, 0)) : n;
        }
    if (start && n && start <= t->n && n <= t->n - start)
        p->thumbnail = start, p->thumbnail_n = n;
}

bool exif_parse(str bytes, struct photo *p)
{
    struct tiff t = {(const uint8_t *)bytes.p, bytes.n, false, false};
    struct directory d;
    struct entry e;
    struct clock c = {0};
    uint32_t exif = 0, gps = 0, width = 0, height = 0;
    if (bytes.n < 8 || (memcmp(t.p, "II*\0", 4) != 0 && memcmp(t.p, "MM\0*", 4) != 0))
        return false;
    t.big = t.p[0] == 'M';
    if (!directory(&t, u32(&t, 4), &d))
        return false;
    for (uint32_t i = 0; i < d.n; i++) {
        if (!entry(&t, &d, i, &e))
            continue;
        if (e.tag == 0x10f)
            keep(p->make, sizeof p->make, text(&t, &e));
        else if (e.tag == 0x110)
            keep(p->model, sizeof p->model, text(&t, &e));
        else if (e.tag == 0x131)
            keep(p->software, sizeof p->software, text(&t, &e));
        else if (e.tag == 0x132)
            c.changed = text(&t, &e);
        else if (e.tag == 0x8769)
            exif = whole(number(&t, &e, 0));
        else if (e.tag == 0x8825)
            gps = whole(number(&t, &e, 0));
    }
    uint32_t next = d.next;
    if (exif && directory(&t, exif, &d))
        for (uint32_t i = 0; i < d.n; i++)
            if (entry(&t, &d, i, &e))
                exif_entry(&t, &e, p, &c, &width, &height);
    if (gps)
        gps_directory(&t, gps, p);
    thumbnail(&t, next, p);
    p->width = p->width ? p->width : (int32_t)(width < 100000 ? width : 0);
    p->height = p->height ? p->height : (int32_t)(height < 100000 ? height : 0);
    p->camera_time = text_time(c.original.n ? c.original : c.digitised.n ? c.digitised : c.changed);
    double fraction = c.fraction.n && c.fraction.n < 7 ? text_leading(c.fraction) * pow(10, -(double)c.fraction.n) : 0;
    if (p->camera_time != USEC_NONE && fraction > 0 && fraction < 1)
        p->camera_time += (usec)(fraction * 1e6);
    p->camera_zone = zone_of(c.zone);
    usec taken = text_time(c.original), changed = text_time(c.changed);
    if (taken != USEC_NONE && changed != USEC_NONE && llabs(changed - taken) > LIMIT_CHANGED)
        p->flags |= PHOTO_CHANGED;
    return !t.broken;
}
