/* Numbers and times as the makers of cameras and loggers write them. No locale, no exceptions: what is not read is NAN or USEC_NONE. */
#include "patrol/private.h"

#include <stdlib.h>
#include <string.h>

bool text_double(str s, double *ret)
{
    char text[64], *end;
    s = str_trim(s);
    if (!s.n || s.n >= sizeof text)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("+-.0123456789eE", s.p[i]) || !s.p[i])
            return false; /* no hexadecimal, nan or inf */
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    *ret = strtod(text, &end);
    return !*end && end != text && isfinite(*ret);
}

double text_leading(str s)
{
    double v;
    size_t n = 0;
    s = str_trim(s);
    while (n < s.n && n < 40 && s.p[n] && strchr("+-.0123456789", s.p[n]))
        n++;
    return text_double(str_sub(s, 0, n), &v) ? v : NAN;
}

usec local_time(int year, int month, int dom, int hour, int minute, double second)
{
    day d = year >= 1970 && year < 2200 ? day_from_civil(year, month, dom) : DAY_NONE;
    if (d == DAY_NONE || hour < 0 || hour > 23 || minute < 0 || minute > 59 || !(second >= 0 && second < 61))
        return USEC_NONE;
    return d * USEC_DAY + hour * USEC_HOUR + minute * USEC_MINUTE + (usec)(second * 1e6 + 0.5);
}

static bool digits(str *s, size_t least, size_t most, int *ret)
{
    size_t n = 0;
    int64_t v;
    while (n < s->n && n < most && s->p[n] >= '0' && s->p[n] <= '9')
        n++;
    if (n < least || !str_int64(str_sub(*s, 0, n), &v))
        return false;
    *ret = (int)v;
    s->p += n, s->n -= n;
    return true;
}

static bool one_of(str *s, const char *set)
{
    if (!s->n || !*s->p || !strchr(set, *s->p))
        return false;
    s->p++, s->n--;
    return true;
}

/* A fraction is milliseconds behind a comma (",774,808": and microseconds), any digits behind a point. */
static double fraction(str s)
{
    double all = 0, unit = 1;
    if (s.n > 1 && (*s.p == '.' || *s.p == ','))
        for (size_t i = 1; i < s.n && unit > 1e-6; i++) {
            if (s.p[i] == ',' && i == 4)
                continue;
            if (s.p[i] < '0' || s.p[i] > '9')
                break;
            unit /= 10;
            all += unit * (s.p[i] - '0');
        }
    return all;
}

usec text_time(str s)
{
    int year, month, dom, hour, minute, second;
    s = str_trim(s);
    if (!digits(&s, 4, 4, &year) || !one_of(&s, "-.:/") || !digits(&s, 1, 2, &month) || !one_of(&s, "-.:/") || !digits(&s, 1, 2, &dom) ||
        !one_of(&s, " T") || !digits(&s, 1, 2, &hour) || !one_of(&s, ":") || !digits(&s, 2, 2, &minute) || !one_of(&s, ":") ||
        !digits(&s, 2, 2, &second))
        return USEC_NONE;
    return local_time(year, month, dom, hour, minute, second + fraction(s));
}

bool place_good(double lat, double lon)
{
    return fabs(lat) < 89 && fabs(lon) <= 180 && !(lat == 0 && lon == 0);
}

struct track_point track_point_empty(void)
{
    return (struct track_point){.t = USEC_NONE, .lat = NAN, .lon = NAN, .above_takeoff = NAN, .above_ground = NAN, .above_sea = NAN,
                                .above_unknown = NAN, .yaw = NAN, .pitch = NAN, .roll = NAN};
}
