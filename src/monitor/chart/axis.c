/*
 * Round steps for values, and for time the steps people count in: minutes, hours, days of a month, months, years of China's
 * calendar. A tick says little ("6时"); what it leaves out stands below the first one and wherever it changes ("3月5日").
 */
#include "monitor/chart/canvas.h"

#include <math.h>
#include <stdio.h>

/* ---- values ---- */
static double power_of_ten(int e)
{
    double p = 1;
    for (int i = 0; i < (e < 0 ? -e : e); i++)
        p *= 10;
    return e < 0 ? 1 / p : p;
}

struct scale scale_of(double low, double high, int ticks)
{
    static const double steps[] = {1, 2, 5, 10};
    if (low >= 0 && low <= high * 0.6)
        low = 0; /* a concentration is read against nothing */
    if (high - low <= fabs(high) * 1e-12) {
        double room = high == 0 ? 1 : fabs(high) * 0.1;
        high += room;
        low -= low == 0 ? 0 : room;
    }
    if (ticks < 2)
        ticks = 2;
    double raw = (high - low) / ticks;
    int e = (int)floor(log10(raw));
    struct scale s = {0};
    for (int i = 0; i < 4 && s.step < raw * (1 - 1e-9); i++)
        s.step = steps[i] * power_of_ten(e);
    if (s.step >= 10 * power_of_ten(e) * (1 - 1e-9))
        e++;
    s.decimals = e < 0 ? -e : 0;
    s.low = floor(low / s.step + 1e-9) * s.step;
    s.high = ceil(high / s.step - 1e-9) * s.step;
    return s;
}

static str plain(struct arena *a, double value, int decimals)
{
    if (decimals > 12)
        decimals = 12;
    str s = arena_printf(a, "%.*f", decimals, value);
    /* "-0.0": a step's multiple that missed zero by rounding */
    bool zero = true;
    for (size_t i = 0; i < s.n; i++)
        zero = zero && (s.p[i] == '-' || s.p[i] == '.' || s.p[i] == '0');
    return zero && s.p[0] == '-' ? str_sub(s, 1, s.n) : s;
}

str scale_text(struct arena *a, const struct scale *s, double value)
{
    static const struct { double from, unit; int zeros; const char *word; } large[] = {
        {1e12, 1e12, 12, "万亿"}, {1e8, 1e8, 8, "亿"}, {1e5, 1e4, 4, "万"}};
    double reach = fmax(fabs(s->low), fabs(s->high));
    if (reach >= 1e17)
        return arena_printf(a, "%.1e", value);
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        if (reach < large[i].from)
            continue;
        int decimals = large[i].zeros - (int)floor(log10(s->step) + 1e-9);
        str number = plain(a, value / large[i].unit, decimals > 0 ? decimals : 0);
        return value == 0 ? S("0") : arena_printf(a, "%.*s%s", STR_ARG(number), large[i].word);
    }
    return plain(a, value, s->decimals);
}

/* ---- time ---- */
enum unit { MINUTES, HOURS, DAYS, MONTHS, YEARS };
static const struct step { enum unit unit; int n; usec length; } steps[] = {
    {MINUTES, 1, USEC_MINUTE}, {MINUTES, 2, 2 * USEC_MINUTE}, {MINUTES, 5, 5 * USEC_MINUTE}, {MINUTES, 10, 10 * USEC_MINUTE},
    {MINUTES, 30, 30 * USEC_MINUTE}, {HOURS, 1, USEC_HOUR}, {HOURS, 2, 2 * USEC_HOUR}, {HOURS, 3, 3 * USEC_HOUR},
    {HOURS, 6, 6 * USEC_HOUR}, {HOURS, 12, 12 * USEC_HOUR}, {DAYS, 1, USEC_DAY}, {DAYS, 2, 2 * USEC_DAY},
    {DAYS, 5, 5 * USEC_DAY}, {DAYS, 10, 10 * USEC_DAY}, {MONTHS, 1, 30 * USEC_DAY}, {MONTHS, 2, 60 * USEC_DAY},
    {MONTHS, 3, 91 * USEC_DAY}, {MONTHS, 6, 182 * USEC_DAY}, {YEARS, 1, 365 * USEC_DAY}, {YEARS, 2, 730 * USEC_DAY},
    {YEARS, 5, 1826 * USEC_DAY}, {YEARS, 10, 3652 * USEC_DAY}, {YEARS, 50, 18262 * USEC_DAY}};

static str label_of(struct arena *a, const struct step *s, usec at)
{
    struct civil c = civil_of(at);
    switch (s->unit) {
    case MINUTES:
        return arena_printf(a, "%d:%02d", c.hour, c.minute);
    case HOURS:
        return arena_printf(a, "%d时", c.hour);
    case DAYS:
        return arena_printf(a, "%d日", c.dom);
    case MONTHS:
        return arena_printf(a, "%d月", c.month);
    default:
        return arena_printf(a, "%d年", c.year);
    }
}

static str context_of(struct arena *a, const struct step *s, usec at, bool first)
{
    struct civil c = civil_of(at);
    if (s->unit == YEARS)
        return S("");
    if (s->unit == MONTHS)
        return arena_printf(a, "%d年", c.year);
    if (s->unit == DAYS)
        return first || c.month == 1 ? arena_printf(a, "%d年%d月", c.year, c.month) : arena_printf(a, "%d月", c.month);
    return first ? arena_printf(a, "%d年%d月%d日", c.year, c.month, c.dom) : arena_printf(a, "%d月%d日", c.month, c.dom);
}

static const char *widest(const struct step *s)
{
    static const char *const words[] = {[MINUTES] = "00:00", [HOURS] = "00时", [DAYS] = "00日", [MONTHS] = "00月", [YEARS] = "0000年"};
    return words[s->unit];
}

/* The first tick at or behind `at`. */
static usec tick_from(const struct step *s, usec at)
{
    day d = day_of(at);
    if (s->unit == MINUTES || s->unit == HOURS) {
        usec start = day_start(d), into = at - start;
        return start + (into + s->length - 1) / s->length * s->length;
    }
    if (day_start(d) < at)
        d++;
    for (;; d++) {
        struct civil c = civil_of_day(d);
        bool first = c.dom == 1;
        day next = c.month == 12 ? day_from_civil(c.year + 1, 1, 1) : day_from_civil(c.year, c.month + 1, 1);
        if (s->unit == DAYS && (c.dom - 1) % s->n == 0 && (s->n == 1 || d + s->n <= next + s->n / 5))
            return day_start(d);
        if (s->unit == MONTHS && first && (c.month - 1) % s->n == 0)
            return day_start(d);
        if (s->unit == YEARS && first && c.month == 1 && c.year % s->n == 0)
            return day_start(d);
        if (s->unit >= MONTHS && next != DAY_NONE && !first)
            d = next - 1;
    }
}

struct time_tick *time_ticks(struct arena *a, usec from, usec to, int width, int size, size_t *ret_n)
{
    size_t i = 0, last = sizeof steps / sizeof *steps - 1;
    double per = (double)width / (double)(to - from);
    while (i < last && (double)steps[i].length * per < text_width(str_of(widest(&steps[i])), size) * 1.3 + 4 * PX)
        i++;
    const struct step *s = &steps[i];
    VEC(struct time_tick) v = {0};
    str before = S("");
    for (usec at = tick_from(s, from); at <= to; at = tick_from(s, at + 1)) {
        str context = context_of(a, s, at, false);
        struct time_tick tick = {at, label_of(a, s, at), S("")};
        if (!str_eq(context, before))
            tick.context = context_of(a, s, at, v.n == 0);
        before = context;
        vec_push(a, &v, tick);
    }
    *ret_n = v.n;
    return v.p;
}
