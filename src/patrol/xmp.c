/*
 * XMP: properties as attributes or as elements, values as text with a sign ("+39.80"). expat reads; entity declarations end the reading,
 * depth and text are bounded. The names are DJI's, with their spellings over the years (GPSLongtitude); Parrot and senseFly write Camera:.
 */
#include "patrol/private.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_XMP = 1 << 20, LIMIT_DEPTH = 16, LIMIT_VALUE = 256 };

struct state {
    XML_Parser parser;
    struct photo *photo;
    struct xmp *position;
    int depth;
    bool refused;
    char name[64], value[LIMIT_VALUE];
    size_t n;
    bool reading;
    double fx, fy, cx, cy, optical_x, optical_y, calibrated;
    bool dewarp_data, dewarped;
    double k[5];
};

static void keep(char *to, size_t room, str s)
{
    if (s.n >= room || utf8_bad(s) >= 0)
        return;
    if (s.n)
        memcpy(to, s.p, s.n);
    to[s.n] = 0;
}

/* "2018-08-31;3658.55,3658.42,-11.1,-2.5,-0.264,0.112,0.0002,-0.0001,-0.042": fx fy cx cy k1 k2 p1 p2 k3, cx and cy from the middle. */
static void dewarp(struct state *s, str v)
{
    double part[9];
    ptrdiff_t at = str_find(v, S(";"));
    str rest = at >= 0 ? str_sub(v, (size_t)at + 1, v.n) : v, one;
    int n = 0;
    while (n < 9 && str_next(&rest, ',', &one) && text_double(one, &part[n]))
        n++;
    if (n < 9 || !(part[0] > 100 && part[0] < 1e5))
        return;
    s->dewarp_data = true;
    s->fx = part[0], s->fy = part[1], s->cx = part[2], s->cy = part[3];
    memcpy(s->k, part + 4, sizeof s->k);
}

static bool is(const char *name, const char *want)
{
    return strcasecmp(name, want) == 0;
}

static void property(struct state *s, const char *name, str value)
{
    struct photo *p = s->photo;
    double v = NAN;
    bool good = text_double(value, &v);
    struct { const char *name; double *to; } numbers[] = {
        {"GimbalYawDegree", &p->gimbal.yaw}, {"GimbalPitchDegree", &p->gimbal.pitch}, {"GimbalRollDegree", &p->gimbal.roll},
        {"FlightYawDegree", &p->aircraft_angles.yaw}, {"FlightPitchDegree", &p->aircraft_angles.pitch},
        {"FlightRollDegree", &p->aircraft_angles.roll}, {"RelativeAltitude", &p->above_takeoff}, {"AbsoluteAltitude", &p->altitude},
        {"GpsLatitude", &s->position->lat}, {"GpsLongitude", &s->position->lon}, {"GpsLongtitude", &s->position->lon},
        {"RtkStdLon", &p->std_lon}, {"RtkStdLat", &p->std_lat}, {"RtkStdHgt", &p->std_up}, {"CalibratedFocalLength", &s->calibrated},
        {"CalibratedOpticalCenterX", &s->optical_x}, {"CalibratedOpticalCenterY", &s->optical_y},
        {"Yaw", &p->gimbal.yaw}, {"Pitch", &p->gimbal.pitch}, {"Roll", &p->gimbal.roll}}; /* the last three: Camera: of Parrot */
    for (size_t i = 0; good && i < sizeof numbers / sizeof *numbers; i++)
        if (is(name, numbers[i].name))
            *numbers[i].to = v;
    if (is(name, "RtkFlag"))
        p->rtk_fixed = good && v == 50;
    else if (is(name, "DewarpFlag"))
        s->dewarped = good && v == 1;
    else if (is(name, "DewarpData"))
        dewarp(s, value);
    else if (is(name, "DroneSerialNumber"))
        keep(p->aircraft, sizeof p->aircraft, value);
    else if (is(name, "Version"))
        keep(p->version, sizeof p->version, value);
}

/* Local part of a qualified name, "" of names that are not ours. */
static const char *ours(const char *name)
{
    static const char *const prefixes[] = {"drone-dji:", "drone:", "Camera:"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return name + strlen(prefixes[i]);
    return "";
}

static void XMLCALL on_start(void *context, const char *name, const char **attributes)
{
    struct state *s = context;
    if (++s->depth > LIMIT_DEPTH) {
        s->refused = true;
        XML_StopParser(s->parser, XML_FALSE);
        return;
    }
    for (; *attributes; attributes += 2)
        if (*ours(attributes[0]))
            property(s, ours(attributes[0]), str_of(attributes[1]));
    s->reading = *ours(name) && strlen(ours(name)) < sizeof s->name;
    s->n = 0;
    if (s->reading)
        strcpy(s->name, ours(name));
}

static void XMLCALL on_end(void *context, const char *name)
{
    struct state *s = context;
    (void)name;
    s->depth--;
    if (s->reading)
        property(s, s->name, (str){s->value, s->n});
    s->reading = false;
}

static void XMLCALL on_text(void *context, const char *text, int n)
{
    struct state *s = context;
    if (!s->reading)
        return;
    if ((size_t)n > sizeof s->value - s->n) {
        s->reading = false;
        return;
    }
    memcpy(s->value + s->n, text, (size_t)n);
    s->n += (size_t)n;
}

static void XMLCALL on_entity(void *context, const XML_Char *name, int parameter, const XML_Char *value, int n, const XML_Char *base,
                              const XML_Char *system, const XML_Char *public, const XML_Char *notation)
{
    struct state *s = context;
    (void)name, (void)parameter, (void)value, (void)n, (void)base, (void)system, (void)public, (void)notation;
    s->refused = true;
    XML_StopParser(s->parser, XML_FALSE);
}

/* CalibratedFocalLength is in pixels; a firmware that wrote millimetres there is told by size. */
static void settle_lens(struct state *s)
{
    struct photo *p = s->photo;
    double w = p->width, h = p->height;
    if (s->dewarp_data && !s->dewarped && w > 0) {
        p->lens = (struct lens){.focal = s->fx, .cx = w / 2 + s->cx, .cy = h / 2 + s->cy, .k1 = s->k[0], .k2 = s->k[1], .p1 = s->k[2],
                                .p2 = s->k[3], .k3 = s->k[4], .distorted = true};
        p->lens_source = LENS_CALIBRATED;
    } else if (s->calibrated > 100 && s->calibrated < 1e5 && w > 0) {
        bool inside = s->optical_x > w / 4 && s->optical_x < w * 3 / 4 && s->optical_y > h / 4 && s->optical_y < h * 3 / 4;
        p->lens = (struct lens){.focal = s->calibrated, .cx = inside ? s->optical_x : w / 2, .cy = inside ? s->optical_y : h / 2};
        p->lens_source = LENS_CALIBRATED;
    }
}

bool xmp_parse(struct arena *a, str packet, struct photo *ret, struct xmp *ret_position)
{
    struct state *s = NEW(a, struct state);
    s->photo = ret, s->position = ret_position;
    s->optical_x = s->optical_y = s->calibrated = NAN;
    s->parser = packet.n <= LIMIT_XMP ? XML_ParserCreate(NULL) : NULL;
    if (!s->parser)
        return false;
    while (packet.n && (packet.p[packet.n - 1] == 0 || packet.p[packet.n - 1] == ' ' || packet.p[packet.n - 1] == '\n'))
        packet.n--; /* padding, and zeros behind it */
    XML_SetUserData(s->parser, s);
    XML_SetElementHandler(s->parser, on_start, on_end);
    XML_SetCharacterDataHandler(s->parser, on_text);
    XML_SetEntityDeclHandler(s->parser, on_entity);
    bool whole = XML_Parse(s->parser, packet.p, (int)packet.n, 1) == XML_STATUS_OK && !s->refused;
    XML_ParserFree(s->parser);
    settle_lens(s);
    return whole;
}
