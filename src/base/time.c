/*
 * The proleptic Gregorian calendar by counting days in eras of 400 years from 1 March (H. Hinnant,
 * "chrono-compatible low-level date algorithms"). The C library's own calendar is not used: it
 * takes the zone of the machine, and the law knows only China's.
 */
#include "base/time.h"
#include "base/arena.h"

#include <time.h>

enum { YEAR_FIRST = 1900, YEAR_LAST = 2199 };
#define CHINA_OFFSET (8 * USEC_HOUR)
#define TIME_EXAMPLE S("2026-03-02T09:30:00+08:00")
#define DAY_EXAMPLE S("2026-03-02")

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static int64_t floor_div(int64_t n, int64_t by)
{
    return n / by - (n % by < 0);
}

day day_from_civil(int year, int month, int dom)
{
    if (year < -9999 || year > 9999 || month < 1 || month > 12 || dom < 1 ||
        dom > month_days(year, month))
        return DAY_NONE;
    int y = month <= 2 ? year - 1 : year;
    int era = (int)floor_div(y, 400);
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dom - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct civil civil_of_day(day d)
{
    int64_t shifted = (int64_t)d + 719468;
    int64_t era = floor_div(shifted, 146097);
    int day_of_era = (int)(shifted - era * 146097);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month = (5 * day_of_year + 2) / 153; /* 0 is March */
    struct civil c = {0};
    c.dom = day_of_year - (153 * month + 2) / 5 + 1;
    c.month = month < 10 ? month + 3 : month - 9;
    c.year = (int)(era * 400) + year_of_era + (c.month <= 2);
    c.weekday = (int)((int64_t)d + 3 - floor_div((int64_t)d + 3, 7) * 7) + 1; /* day 0: Thursday */
    return c;
}

day day_of(usec t)
{
    return (day)floor_div(t + CHINA_OFFSET, USEC_DAY);
}

usec day_start(day d)
{
    return (usec)d * USEC_DAY - CHINA_OFFSET;
}

struct civil civil_of(usec t)
{
    day d = day_of(t);
    int64_t rest = t - day_start(d);
    struct civil c = civil_of_day(d);
    c.hour = (int)(rest / USEC_HOUR);
    c.minute = (int)(rest % USEC_HOUR / USEC_MINUTE);
    c.second = (int)(rest % USEC_MINUTE / USEC_SECOND);
    c.usec = (int)(rest % USEC_SECOND);
    return c;
}

/* Takes exactly n digits off the front. */
static bool take_digits(str *s, size_t n, int *ret)
{
    if (s->n < n)
        return false;
    int value = 0;
    for (size_t i = 0; i < n; i++) {
        if (s->p[i] < '0' || s->p[i] > '9')
            return false;
        value = value * 10 + (s->p[i] - '0');
    }
    *s = str_sub(*s, n, s->n);
    *ret = value;
    return true;
}

static bool take_one_of(str *s, const char *set, char *ret)
{
    for (; s->n && *set; set++) {
        if (s->p[0] != *set)
            continue;
        *ret = *set;
        *s = str_sub(*s, 1, s->n);
        return true;
    }
    return false;
}

static bool take_date(str *s, int *year, int *month, int *dom)
{
    char c;
    return take_digits(s, 4, year) && take_one_of(s, "-", &c) && take_digits(s, 2, month) &&
           take_one_of(s, "-", &c) && take_digits(s, 2, dom);
}

static err *date_check(str text, int year, int month, int dom, day *ret)
{
    if (year < YEAR_FIRST || year > YEAR_LAST)
        return err_got(err_new(ERR_INPUT, "年份%d不在%d到%d之间", year, YEAR_FIRST, YEAR_LAST),
                       text, S("1900年到2199年的日期"), DAY_EXAMPLE);
    day d = day_from_civil(year, month, dom);
    if (d == DAY_NONE)
        return err_got(err_new(ERR_INPUT, "%d年%d月%d日这一天不存在", year, month, dom), text,
                       S("日历上存在的日期"), DAY_EXAMPLE);
    *ret = d;
    return NULL;
}

err *day_parse(str iso, day *ret)
{
    int year, month, dom;
    str rest = iso;
    if (!take_date(&rest, &year, &month, &dom) || rest.n)
        return err_got(err_new(ERR_INPUT, "日期写法不对,应写成“年-月-日”,如2026-03-02"), iso,
                       S("四位年-两位月-两位日"), DAY_EXAMPLE);
    TRY(date_check(iso, year, month, dom, ret));
    return NULL;
}

/* ".123456789": any number of digits, those behind the sixth are dropped. */
static bool take_fraction(str *s, int64_t *ret)
{
    char c;
    *ret = 0;
    if (!take_one_of(s, ".", &c))
        return true;
    int64_t unit = USEC_SECOND / 10;
    int digit, digits = 0;
    for (; take_digits(s, 1, &digit); digits++, unit /= 10)
        *ret += digit * unit;
    return digits > 0;
}

/* "Z" or "+08:00". */
static bool take_zone(str *s, int64_t *ret)
{
    char sign, c;
    int hours, minutes;
    *ret = 0;
    if (take_one_of(s, "Zz", &c))
        return true;
    if (!take_one_of(s, "+-", &sign) || !take_digits(s, 2, &hours) || !take_one_of(s, ":", &c) ||
        !take_digits(s, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    int64_t offset = hours * USEC_HOUR + minutes * USEC_MINUTE;
    *ret = sign == '-' ? -offset : offset;
    return true;
}

static err *time_wrong(str text, const char *why)
{
    return err_got(err_new(ERR_INPUT, "时间%s", why), text, S("RFC 3339时间,必须带时区"),
                   TIME_EXAMPLE);
}

err *time_parse(str rfc3339, usec *ret)
{
    str rest = rfc3339;
    int year, month, dom, hour, minute, second;
    int64_t fraction, offset;
    char c;
    day d;
    if (!take_date(&rest, &year, &month, &dom) || !take_one_of(&rest, "Tt", &c) ||
        !take_digits(&rest, 2, &hour) || !take_one_of(&rest, ":", &c) ||
        !take_digits(&rest, 2, &minute) || !take_one_of(&rest, ":", &c) ||
        !take_digits(&rest, 2, &second) || !take_fraction(&rest, &fraction))
        return time_wrong(rfc3339, "写法不对,应如2026-03-02T09:30:00+08:00");
    if (!rest.n)
        return time_wrong(rfc3339, "没有时区,北京时间请在末尾写+08:00");
    if (!take_zone(&rest, &offset) || rest.n)
        return time_wrong(rfc3339, "的时区写法不对,应写成+08:00或Z");
    if (hour > 23 || minute > 59 || second > 60)
        return time_wrong(rfc3339, "的时、分或秒超出范围");
    TRY(date_check(rfc3339, year, month, dom, &d));
    bool leap = second == 60;
    usec t = d * USEC_DAY + hour * USEC_HOUR + minute * USEC_MINUTE +
             (leap ? 59 : second) * USEC_SECOND + fraction - offset;
    /* A leap second is put in only at the end of a day of UTC. */
    if (leap && floor_div(t, USEC_SECOND) - floor_div(t, USEC_DAY) * 86400 != 86399)
        return time_wrong(rfc3339, "的秒数为60,但这一刻没有闰秒");
    *ret = t;
    return NULL;
}

str time_rfc3339(struct arena *a, usec t)
{
    if (t == USEC_NONE)
        return STR_NONE;
    struct civil c = civil_of(t);
    if (c.usec)
        return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d.%06d+08:00", c.year, c.month, c.dom,
                            c.hour, c.minute, c.second, c.usec);
    return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d+08:00", c.year, c.month, c.dom, c.hour,
                        c.minute, c.second);
}

str day_iso(struct arena *a, day d)
{
    if (d == DAY_NONE)
        return STR_NONE;
    struct civil c = civil_of_day(d);
    return arena_printf(a, "%04d-%02d-%02d", c.year, c.month, c.dom);
}

str time_chinese(struct arena *a, usec t)
{
    if (t == USEC_NONE)
        return STR_NONE;
    struct civil c = civil_of(t);
    return arena_printf(a, "%d年%d月%d日 %02d:%02d", c.year, c.month, c.dom, c.hour, c.minute);
}

str day_chinese(struct arena *a, day d)
{
    if (d == DAY_NONE)
        return STR_NONE;
    struct civil c = civil_of_day(d);
    return arena_printf(a, "%d年%d月%d日", c.year, c.month, c.dom);
}

static usec clock_read(clockid_t clock)
{
    struct timespec t;
    CHECK(clock_gettime(clock, &t) == 0);
    return t.tv_sec * USEC_SECOND + t.tv_nsec / 1000;
}

usec time_now(void)
{
    return clock_read(CLOCK_REALTIME);
}

usec time_monotonic(void)
{
    return clock_read(CLOCK_MONOTONIC);
}
