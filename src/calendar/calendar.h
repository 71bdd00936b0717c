/*
 * calendar/: working days and deadlines of Chinese administrative law.
 *
 * A day listed WORK (a make-up Saturday) is a working day, one listed OFF is not, else Monday to
 * Friday are. That holds only for years the State Council has published: for a day in an unknown year
 * the answer is CALENDAR_UNKNOWN and no due date is confirmed. Late December may be ruled by the next
 * year's notice; a listed day counts whichever notice lists it.
 * Source: General Rules of Civil Law 2020 art. 201, 203 (the first day does not count; a natural
 * period ending on a holiday rolls to the next working day); Administrative Penalty Law 2021 art. 85
 * (two, three, five, seven days are working days). Tables: tables/cn-holidays-2019-2026.csv,
 * tables/deadlines.csv, compiled in; later years come through holiday.import.
 * Pure: the table is an argument; no clock, no globals but the compiled-in constant.
 */
#pragma once
#include "base/base.h"

enum holiday_kind { HOLIDAY_NONE, HOLIDAY_OFF, HOLIDAY_WORK };

struct holiday { day day; enum holiday_kind kind; };

/* Days sorted ascending, unique; years sorted ascending. Both immutable while used. */
struct calendar {
    const struct holiday *days;
    size_t n;
    const int *years; /* years whose notice is published */
    size_t years_n;
};

extern const struct calendar calendar_builtin; /* 2019..2026 */

/* builtin plus `extra` (an entry of extra replaces one of builtin), in the arena. */
const struct calendar *calendar_extend(struct arena *a, const struct calendar *base,
                                       const struct holiday *extra, size_t n, const int *years,
                                       size_t years_n);

enum calendar_answer { CALENDAR_OK, CALENDAR_UNKNOWN };

bool calendar_knows(const struct calendar *c, day d);
enum calendar_answer calendar_is_workday(const struct calendar *c, day d, bool *ret);

enum deadline_unit {
    UNIT_WORKDAY, UNIT_NATURAL, UNIT_HOUR, UNIT_MONTH, UNIT_YEAR,
    UNIT_DATE, /* 31 March of the next year */
    UNIT_TEXT  /* no number in the law: a policy decides */
};

/* Due day of a period that starts on `start` (not counted). Natural days, months and years give the
 * rolled day (see above) in *ret_due and the plain one in *ret_plain (may be NULL). A month without the
 * day takes its last one. On CALENDAR_UNKNOWN *ret_due holds the best guess (Monday to Friday) for
 * display only. n 0..4000; 0 is the start itself, rolled. Hours run through holidays: due is the last
 * day they may touch, who needs the hour adds it to a usec. UNIT_DATE is not rolled; UNIT_TEXT is always
 * CALENDAR_UNKNOWN with DAY_NONE. */
enum calendar_answer calendar_due(const struct calendar *c, day start, enum deadline_unit unit, int n,
                                  day *ret_due, day *ret_plain);
/* Working days in (from, to]: 0 when to <= from. */
enum calendar_answer calendar_workdays_between(const struct calendar *c, day from, day to, int *ret);

struct deadline {
    const char *key, *trigger;
    int n;
    enum deadline_unit unit;
    const char *force; /* hard warn info policy */
    const char *source;
    bool verified;
};
const struct deadline *deadline_find(str key); /* NULL: no such key */
size_t deadline_count(void);
const struct deadline *deadline_at(size_t index);
/* "5个工作日", "30个自然日": never a bare number of days. */
str deadline_text(struct arena *a, enum deadline_unit unit, int n);

/* Check digits (here because they, too, are tables of a standard and pure). */
bool uscc_valid(str s);        /* GB 32100-2015: 18 characters, both checks */
bool id_number_valid(str s);   /* GB 11643-1999: date must exist; region prefix is not judged */
bool permit_no_valid(str s);   /* HJ 608-2017: 22 = uscc, 3 digits, one of 0-9 A-Z */

/* Regions (GB/T 2260 of Hubei plus local extensions, tables/hubei-regions.csv). */
struct region { int code; const char *name; char level; /* P C D: province, city, county */ int parent; };
const struct region *region_find(int code);
size_t region_count(void);
const struct region *region_at(size_t index);
/* Does `outer` cover `inner`? 420000 all of Hubei, a city's code its counties, a code itself. */
bool region_covers(int outer, int inner);
/* The last code inside: 420199 of 420100; a county's is its own. The first is the code itself. */
int region_last(int code);
