/*
 * Time. usec: microseconds since 1970-01-01T00:00:00Z, UTC, signed 64 bit. day: days since 1970-01-01
 * on the calendar of China (UTC+8, no summer time since 1991; a fixed offset, RFC 3339 in, RFC 3339
 * out). The law counts days and hours of that calendar whatever zone a device reports.
 */
#pragma once
#include "base/err.h"

struct arena;
typedef int64_t usec;
typedef int32_t day;

#define USEC_SECOND INT64_C(1000000)
#define USEC_MINUTE (60 * USEC_SECOND)
#define USEC_HOUR (60 * USEC_MINUTE)
#define USEC_DAY (24 * USEC_HOUR)
#define USEC_NONE INT64_MIN
#define DAY_NONE INT32_MIN

struct civil { int year, month, dom, hour, minute, second, usec; int weekday; /* 1 Monday .. 7 */ };

MUST_USE err *time_parse(str rfc3339, usec *ret);  /* zone required; years 1900..2199; leap second 60 = 59 */
MUST_USE err *day_parse(str iso, day *ret);        /* 2026-03-02, must exist */
/* All four give STR_NONE for USEC_NONE or DAY_NONE. */
str time_rfc3339(struct arena *a, usec t);         /* +08:00; fraction only when not zero */
str day_iso(struct arena *a, day d);
str time_chinese(struct arena *a, usec t);         /* 2026年3月5日 09:31 */
str day_chinese(struct arena *a, day d);           /* 2026年3月5日 */
day day_of(usec t);
usec day_start(day d);
day day_from_civil(int year, int month, int dom);  /* DAY_NONE when there is no such date */
struct civil civil_of(usec t);
struct civil civil_of_day(day d);
usec time_now(void);       /* the wall clock */
usec time_monotonic(void); /* for durations */
