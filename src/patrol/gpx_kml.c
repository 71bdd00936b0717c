/*
 * GPX 1.0/1.1 and KML 2.2/2.3 with gx:Track, through expat without entities. Times are UTC where there are any. What a height is above GPX does
 * not say; KML does, by altitudeMode, which may stand behind the coordinates it speaks of.
 */
#include "patrol/private.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>

enum { LIMIT_DEPTH = 64, LIMIT_TEXT = 32 << 20 };

struct reader {
    struct arena *a;
    XML_Parser parser;
    VEC(struct track_point) points;
    struct track_point now;
    buf text;
    VEC(usec) whens;
    size_t element, coords; /* first point of the LineString or Track; coords seen in it */
    int depth;
    bool kml, gpx, in_point, in_line, reading;
    char mode; /* r relative to ground, a absolute, 0 none */
    size_t skipped;
    const char *fault;
    bool limit;
};

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static bool is(const char *name, const char *want)
{
    return strcmp(local(name), want) == 0;
}

static void stop(struct reader *r, const char *why, bool limit)
{
    r->fault = why, r->limit = limit;
    XML_StopParser(r->parser, XML_FALSE);
}

static void point_end(struct reader *r)
{
    if (!place_good(r->now.lat, r->now.lon))
        r->skipped++;
    else if (r->points.n >= LIMIT_PATROL_POINTS)
        stop(r, "飞行记录的点太多，请分段", true);
    else
        vec_push(r->a, &r->points, r->now);
    r->now = track_point_empty();
}

static bool wanted(const char *name)
{
    return is(name, "ele") || is(name, "time") || is(name, "coordinates") || is(name, "coord") || is(name, "when") || is(name, "altitudeMode");
}

static void XMLCALL on_start(void *context, const char *name, const char **attributes)
{
    struct reader *r = context;
    if (++r->depth > LIMIT_DEPTH)
        stop(r, "文件的层次太深", false);
    r->gpx |= r->depth == 1 && is(name, "gpx");
    r->kml |= r->depth == 1 && is(name, "kml");
    if (r->gpx && (is(name, "trkpt") || is(name, "rtept"))) {
        r->now = track_point_empty();
        r->in_point = true;
        for (; *attributes; attributes += 2) {
            double v = NAN;
            bool good = text_double(str_of(attributes[1]), &v);
            if (good && strcmp(attributes[0], "lat") == 0)
                r->now.lat = v;
            else if (good && strcmp(attributes[0], "lon") == 0)
                r->now.lon = v;
        }
    }
    if (r->kml && (is(name, "LineString") || is(name, "Track"))) {
        r->element = r->points.n, r->coords = 0, r->mode = 0;
        r->in_line = true; /* points and areas are no way flown */
        r->whens.n = 0;
    }
    r->reading = wanted(name) && (r->in_line || r->in_point);
    r->text.n = 0;
}

/* "lon,lat[,alt]" or, in gx:coord, with spaces. */
static bool coordinate(str one, char separator, struct track_point *ret)
{
    double v[3] = {NAN, NAN, NAN};
    str part;
    int n = 0;
    while (n < 3 && str_next(&one, separator, &part))
        if (text_double(part, &v[n]))
            n++;
        else if (str_trim(part).n)
            return false;
    *ret = track_point_empty();
    ret->lon = v[0], ret->lat = v[1], ret->above_unknown = v[2];
    return n >= 2;
}

static void coordinates(struct reader *r, str text)
{
    while (text.n) {
        size_t n = 0;
        while (n < text.n && (unsigned char)text.p[n] > ' ')
            n++;
        if (n && coordinate(str_sub(text, 0, n), ',', &r->now))
            point_end(r);
        else if (n)
            r->skipped++;
        text = str_sub(text, n + 1, text.n);
    }
}

static void heights(struct reader *r)
{
    for (size_t i = r->element; i < r->points.n; i++) {
        struct track_point *p = &r->points.p[i];
        if (r->mode == 'r')
            p->above_ground = p->above_unknown;
        else if (r->mode == 'a')
            p->above_sea = p->above_unknown;
        p->above_unknown = r->mode ? NAN : p->above_unknown;
    }
    for (size_t i = 0; i < r->whens.n && r->coords == r->whens.n && r->element + i < r->points.n; i++)
        r->points.p[r->element + i].t = r->whens.p[i];
}

/* RFC 3339, in GPX and KML; a time without a zone is taken as it stands. */
static usec stamp(str s)
{
    usec t;
    err *e = time_parse(str_trim(s), &t);
    return e ? text_time(s) : t;
}

static void XMLCALL on_end(void *context, const char *name)
{
    struct reader *r = context;
    str text = str_trim(buf_str(&r->text));
    r->depth--;
    if (r->reading && r->in_point && is(name, "ele"))
        text_double(text, &r->now.above_unknown);
    else if (r->reading && r->in_point && is(name, "time"))
        r->now.t = stamp(text);
    else if (r->reading && is(name, "when"))
        vec_push(r->a, &r->whens, stamp(text));
    else if (r->reading && is(name, "altitudeMode"))
        r->mode = text.n && str_starts(text, S("relative")) ? 'r' : str_eq(text, S("absolute")) ? 'a' : 0;
    else if (r->reading && is(name, "coordinates"))
        coordinates(r, text);
    else if (r->reading && is(name, "coord")) {
        r->coords++;
        if (coordinate(text, ' ', &r->now))
            point_end(r);
        else
            r->skipped++, r->coords = SIZE_MAX / 2; /* times no longer stand beside their points */
    }
    if (r->gpx && r->in_point && (is(name, "trkpt") || is(name, "rtept"))) {
        r->in_point = false;
        point_end(r);
    }
    if (r->kml && (is(name, "LineString") || is(name, "Track"))) {
        heights(r);
        r->in_line = false;
    }
    r->reading = false;
    r->text.n = 0;
}

static void XMLCALL on_text(void *context, const char *text, int n)
{
    struct reader *r = context;
    if (!r->reading)
        return;
    buf_add(&r->text, (str){text, (size_t)n});
    if (r->text.overflow)
        stop(r, "文件中有一段坐标太长，请分段", true);
}

static void XMLCALL on_entity(void *context, const XML_Char *name, int parameter, const XML_Char *value, int n, const XML_Char *base,
                              const XML_Char *system, const XML_Char *public, const XML_Char *notation)
{
    (void)name, (void)parameter, (void)value, (void)n, (void)base, (void)system, (void)public, (void)notation;
    stop(context, "文件含有实体定义，不读取", false);
}

err *gpx_kml_parse(struct arena *a, str text, struct track *ret)
{
    struct reader r = {.a = a, .now = track_point_empty(), .text = buf_make(a, LIMIT_TEXT), .parser = XML_ParserCreate(NULL)};
    if (!r.parser)
        return err_new(ERR_LIMIT, "内存不足");
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetEntityDeclHandler(r.parser, on_entity);
    bool whole = XML_Parse(r.parser, text.p, (int)text.n, 1) == XML_STATUS_OK;
    int line = (int)XML_GetCurrentLineNumber(r.parser);
    XML_ParserFree(r.parser);
    if (r.fault)
        return err_new(r.limit ? ERR_LIMIT : ERR_INPUT, "%s", r.fault);
    if (!whole)
        return err_new(ERR_DAMAGED, "XML在第%d行读不下去：文件不完整或已损坏", line);
    if (!r.gpx && !r.kml)
        return err_new(ERR_INPUT, "不是GPX或KML文件");
    if (!r.points.n)
        return err_new(ERR_INPUT, "文件里没有航迹：需要trk、rte（GPX）或LineString、gx:Track（KML）");
    ret->format = r.gpx ? TRACK_GPX : TRACK_KML;
    ret->utc = true;
    snprintf(ret->dialect, sizeof ret->dialect, "%s", r.gpx ? "gpx" : "kml");
    ret->p = r.points.p, ret->n = r.points.n, ret->skipped = r.skipped;
    return NULL;
}
