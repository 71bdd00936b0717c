/*
 * DJI's subtitles: at least seven dialects, told apart by their keys and not by the model. The pair in GPS(a,b,..) is longitude first on
 * most and latitude first on the Matrice 300, with nothing to tell them: the range tells (Hubei's longitudes are no latitudes), else
 * the place of the plan; else the file is refused, because a swapped track lies in another sea. The third number there is the count of
 * satellites on some and a height of unknown datum on others: with its unit ("0.0M") it is a height, without it is left out.
 */
#include "patrol/private.h"

#include <stdio.h>
#include <string.h>

struct pair { double a, b; };
struct srt {
    struct arena *a;
    VEC(struct track_point) points;
    VEC(struct pair) pairs; /* beside the points; NAN: none */
    struct track_point now;
    struct pair pair;
    bool named, paired, skip_seen;
    size_t skipped;
};

/* The text behind "key", its colon and spaces; STR_NONE when the line lacks it. */
static str behind(str line, str key)
{
    ptrdiff_t at = str_find(line, key);
    if (at < 0)
        return STR_NONE;
    str rest = str_sub(line, (size_t)at + key.n, line.n);
    while (rest.n && (*rest.p == ' ' || *rest.p == ':'))
        rest.p++, rest.n--;
    return rest;
}

static void number_behind(str line, str key, double *to)
{
    double v = text_leading(behind(line, key));
    if (!isnan(v))
        *to = v;
}

/* "(149.0251,-20.2533,16)", numbers may carry a unit. False: fewer than `least`. */
static int triple(str rest, double value[3], bool *ret_unit)
{
    int n = 0;
    ptrdiff_t open = str_find(rest, S("(")), shut = str_find(rest, S(")"));
    if (open < 0 || shut < open || open > 2)
        return 0;
    str list = str_sub(rest, (size_t)open + 1, (size_t)(shut - open - 1)), one;
    while (n < 3 && str_next(&list, ',', &one)) {
        value[n] = text_leading(one);
        *ret_unit = n == 2 && (str_ends(str_trim(one), S("M")) || str_ends(str_trim(one), S("m")));
        if (isnan(value[n]))
            return 0;
        n++;
    }
    return n;
}

static usec time_in(str line)
{
    for (size_t i = 0; i + 14 <= line.n; i++)
        if (line.p[i] >= '1' && line.p[i] <= '2' && (i == 0 || line.p[i - 1] == ' ' || line.p[i - 1] == '>')) {
            usec t = text_time(str_sub(line, i, line.n));
            if (t != USEC_NONE)
                return t;
        }
    return USEC_NONE;
}

static void read_line(struct srt *s, str line)
{
    double v[3];
    bool unit = false;
    usec t = time_in(line);
    if (t != USEC_NONE)
        s->now.t = t;
    number_behind(line, S("[latitude"), &s->now.lat);
    number_behind(line, S("[longitude"), &s->now.lon);
    number_behind(line, S("[longtitude"), &s->now.lon);
    number_behind(line, S("rel_alt"), &s->now.above_takeoff);
    number_behind(line, S("abs_alt"), &s->now.above_unknown);
    number_behind(line, S("[altitude"), &s->now.above_unknown);
    number_behind(line, S("BAROMETER"), &s->now.above_takeoff);
    number_behind(line, S("Hb:"), &s->now.above_takeoff);
    number_behind(line, S(", H "), &s->now.above_takeoff);
    int n = triple(behind(line, S("GPS")), v, &unit);
    if (n >= 2) {
        s->pair = (struct pair){v[0], v[1]};
        if (n == 3 && unit)
            s->now.above_unknown = v[2];
    }
    if (triple(behind(line, S("G.PRY")), v, &unit) == 3)
        s->now.pitch = v[0], s->now.roll = v[1], s->now.yaw = v[2];
    s->skip_seen |= t != USEC_NONE;
}

static err *cue_end(struct srt *s)
{
    bool named = !isnan(s->now.lat) && !isnan(s->now.lon), paired = !isnan(s->pair.a);
    if (named || paired) {
        if (s->points.n >= LIMIT_PATROL_POINTS)
            return err_new(ERR_LIMIT, "飞行记录超过%d个点，请分段", LIMIT_PATROL_POINTS);
        vec_push(s->a, &s->points, s->now);
        vec_push(s->a, &s->pairs, s->pair);
        s->named |= named, s->paired |= !named;
    } else if (s->skip_seen) {
        s->skipped++;
    }
    s->now = track_point_empty();
    s->pair = (struct pair){NAN, NAN};
    s->skip_seen = false;
    return NULL;
}

/* 1 longitude first, 2 latitude first, 0 cannot tell. */
static int order_of(const struct srt *s, struct place near)
{
    bool first = false, second = false, away_first = true, away_second = true;
    for (size_t i = 0; i < s->pairs.n; i++) {
        struct pair p = s->pairs.p[i];
        if (isnan(p.a) || (p.a == 0 && p.b == 0))
            continue;
        first |= fabs(p.b) > 90, second |= fabs(p.a) > 90;
        away_first &= !(fabs(p.b - near.lon) < 1 && fabs(p.a - near.lat) < 1);
        away_second &= !(fabs(p.a - near.lon) < 1 && fabs(p.b - near.lat) < 1);
    }
    if (first != second)
        return first ? 2 : 1;
    if (first || isnan(near.lat))
        return 0;
    return away_first == away_second ? 0 : away_second ? 2 : 1;
}

static err *settle(struct srt *s, struct place near, struct track *ret)
{
    int order = s->paired ? order_of(s, near) : 0;
    if (s->paired && !order)
        return err_got(err_new(ERR_INPUT, "字幕文件GPS(…)里哪个是经度、哪个是纬度无法判断"),
                       arena_printf(s->a, "GPS(%.4f,%.4f)", s->pairs.p[0].a, s->pairs.p[0].b),
                       S("在飞行计划下导入（以任务区域判断），或导出GPX、KML、CSV"), STR_NONE);
    size_t kept = 0;
    for (size_t i = 0; i < s->points.n; i++) {
        struct track_point p = s->points.p[i];
        if (isnan(p.lat) || isnan(p.lon))
            p.lat = order == 1 ? s->pairs.p[i].b : s->pairs.p[i].a, p.lon = order == 1 ? s->pairs.p[i].a : s->pairs.p[i].b;
        if (place_good(p.lat, p.lon))
            s->points.p[kept++] = p;
        else
            s->skipped++;
    }
    if (!kept)
        return err_new(ERR_INPUT, "字幕文件里没有飞行位置：该机型未写入，或起飞时尚未定位");
    snprintf(ret->dialect, sizeof ret->dialect, "%s", order == 1 ? "gps(lon,lat)" : order == 2 ? "gps(lat,lon)" : "latitude longitude");
    ret->format = TRACK_SRT;
    ret->p = s->points.p, ret->n = kept, ret->skipped = s->skipped;
    return NULL;
}

err *srt_parse(struct arena *a, str text, struct place near, struct track *ret)
{
    struct srt s = {.a = a, .now = track_point_empty(), .pair = {NAN, NAN}};
    str rest = text, line;
    while (str_next(&rest, '\n', &line)) {
        line = str_trim(line);
        if (!line.n)
            TRY(cue_end(&s));
        else if (line.n < 2000 && str_find(line, S("-->")) < 0)
            read_line(&s, line);
    }
    TRY(cue_end(&s));
    return settle(&s, near, ret);
}
