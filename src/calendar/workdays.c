/*
 * A day is looked up among the listed ones first and judged by its weekday only then. Every answer
 * carries whether each day it rests on lies in a published year; one that does not makes the whole
 * answer a guess, because a due date that may still move must not be confirmed to anybody.
 */
#include "calendar/calendar.h"

#include <string.h>

enum { LIMIT_PERIOD = 4000 };

/* Index of the first listed day not before d. */
static size_t days_from(const struct holiday *days, size_t n, day d)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (days[middle].day < d)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum holiday_kind listed(const struct calendar *c, day d)
{
    size_t i = days_from(c->days, c->n, d);
    return i < c->n && c->days[i].day == d ? c->days[i].kind : HOLIDAY_NONE;
}

static bool year_known(const struct calendar *c, int year)
{
    for (size_t i = 0; i < c->years_n; i++)
        if (c->years[i] == year)
            return true;
    return false;
}

bool calendar_knows(const struct calendar *c, day d)
{
    return listed(c, d) != HOLIDAY_NONE || year_known(c, civil_of_day(d).year);
}

enum calendar_answer calendar_is_workday(const struct calendar *c, day d, bool *ret)
{
    enum holiday_kind kind = listed(c, d);
    if (kind != HOLIDAY_NONE) {
        *ret = kind == HOLIDAY_WORK;
        return CALENDAR_OK;
    }
    struct civil civil = civil_of_day(d);
    *ret = civil.weekday <= 5;
    return year_known(c, civil.year) ? CALENDAR_OK : CALENDAR_UNKNOWN;
}

/* The n-th working day behind d; for n 0 the first one not before d. */
static enum calendar_answer count_workdays(const struct calendar *c, day d, int n, day *ret)
{
    enum calendar_answer answer = CALENDAR_OK;
    if (n == 0) {
        n = 1;
        d--;
    }
    while (n > 0) {
        bool work;
        d++;
        if (calendar_is_workday(c, d, &work) == CALENDAR_UNKNOWN)
            answer = CALENDAR_UNKNOWN;
        n -= work;
    }
    *ret = d;
    return answer;
}

static day add_months(day start, int months)
{
    struct civil c = civil_of_day(start);
    int count = c.year * 12 + c.month - 1 + months;
    day d;
    do /* the last day of a month that is too short */
        d = day_from_civil(count / 12, count % 12 + 1, c.dom--);
    while (d == DAY_NONE && c.dom > 0);
    return d;
}

static day plain_due(day start, enum deadline_unit unit, int n)
{
    switch (unit) {
    case UNIT_NATURAL:
        return start + n;
    case UNIT_HOUR:
        return start + (n + 23) / 24;
    case UNIT_MONTH:
        return add_months(start, n);
    case UNIT_YEAR:
        return add_months(start, n * 12);
    case UNIT_DATE:
        return day_from_civil(civil_of_day(start).year + 1, 3, 31);
    case UNIT_WORKDAY:
    case UNIT_TEXT:
        break;
    }
    return DAY_NONE;
}

enum calendar_answer calendar_due(const struct calendar *c, day start, enum deadline_unit unit,
                                  int n, day *ret_due, day *ret_plain)
{
    CHECK(start != DAY_NONE && n >= 0 && n <= LIMIT_PERIOD);
    enum calendar_answer answer = unit == UNIT_TEXT ? CALENDAR_UNKNOWN : CALENDAR_OK;
    day plain = plain_due(start, unit, n), due = plain;
    if (unit == UNIT_WORKDAY) {
        answer = count_workdays(c, start, n, &due);
        plain = due;
    } else if (unit == UNIT_NATURAL || unit == UNIT_MONTH || unit == UNIT_YEAR) {
        answer = count_workdays(c, plain, 0, &due);
    }
    *ret_due = due;
    if (ret_plain)
        *ret_plain = plain;
    return answer;
}

enum calendar_answer calendar_workdays_between(const struct calendar *c, day from, day to, int *ret)
{
    CHECK(from != DAY_NONE && to != DAY_NONE);
    enum calendar_answer answer = CALENDAR_OK;
    int count = 0;
    for (day d = from; d < to;) {
        bool work;
        d++;
        if (calendar_is_workday(c, d, &work) == CALENDAR_UNKNOWN)
            answer = CALENDAR_UNKNOWN;
        count += work;
    }
    *ret = count;
    return answer;
}

static size_t put_day(struct holiday *days, size_t n, struct holiday entry)
{
    size_t i = days_from(days, n, entry.day);
    if (i < n && days[i].day == entry.day) {
        days[i] = entry;
        return n;
    }
    memmove(&days[i + 1], &days[i], (n - i) * sizeof *days);
    days[i] = entry;
    return n + 1;
}

static size_t put_year(int *years, size_t n, int year)
{
    size_t i = n;
    while (i > 0 && years[i - 1] > year)
        i--;
    if (i > 0 && years[i - 1] == year)
        return n;
    memmove(&years[i + 1], &years[i], (n - i) * sizeof *years);
    years[i] = year;
    return n + 1;
}

const struct calendar *calendar_extend(struct arena *a, const struct calendar *base,
                                       const struct holiday *extra, size_t n, const int *years,
                                       size_t years_n)
{
    struct calendar *c = NEW(a, struct calendar);
    struct holiday *all_days = NEW_ARRAY(a, base->n + n, struct holiday);
    int *all_years = NEW_ARRAY(a, base->years_n + years_n, int);
    for (size_t i = 0; i < base->n; i++)
        all_days[c->n++] = base->days[i];
    for (size_t i = 0; i < n; i++)
        c->n = put_day(all_days, c->n, extra[i]);
    for (size_t i = 0; i < base->years_n; i++)
        all_years[c->years_n++] = base->years[i];
    for (size_t i = 0; i < years_n; i++)
        c->years_n = put_year(all_years, c->years_n, years[i]);
    c->days = all_days;
    c->years = all_years;
    return c;
}
