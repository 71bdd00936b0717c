/*
 * Headers of the platforms in words: a factor, what of it, and a unit. Longer words stand before those they contain. Units are
 * compared in one spelling (lower case, no blanks, superscripts as digits).
 */
#include "monitor/workbook/workbook.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum medium { GAS = 1, WATER = 2, BOTH = 3 };
static const struct { const char *word, *factor; enum medium medium; } factors[] = {
    {"二氧化硫", "a21026", GAS}, {"so2", "a21026", GAS}, {"氮氧化物", "a21002", GAS}, {"nox", "a21002", GAS},
    {"一氧化氮", "a21003", GAS}, {"二氧化氮", "a21004", GAS}, {"一氧化碳", "a21005", GAS}, {"氯化氢", "a21024", GAS},
    {"hcl", "a21024", GAS}, {"氟化氢", "a21018", GAS}, {"颗粒物", "a34013", GAS}, {"烟尘", "a34013", GAS}, {"粉尘", "a34013", GAS},
    {"非甲烷总烃", "a24088", GAS}, {"nmhc", "a24088", GAS}, {"总烃", "a24087", GAS}, {"氨气", "a21001", GAS},
    {"含氧量", "a19001", GAS}, {"氧含量", "a19001", GAS}, {"氧气", "a19001", GAS}, {"o2", "a19001", GAS},
    {"含湿量", "a01014", GAS}, {"湿度", "a01014", GAS}, {"烟温", "a01012", GAS}, {"烟气温度", "a01012", GAS},
    {"静压", "a01013", GAS}, {"烟气压力", "a01013", GAS}, {"压力", "a01013", GAS}, {"流速", "a01011", GAS},
    {"炉膛温度", "a01901", GAS}, {"炉温", "a01901", GAS},
    {"化学需氧量", "w01018", WATER}, {"codcr", "w01018", WATER}, {"cod", "w01018", WATER}, {"高锰酸盐指数", "w01019", WATER},
    {"氨氮", "w21003", WATER}, {"nh3-n", "w21003", WATER}, {"总磷", "w21011", WATER}, {"总氮", "w21001", WATER},
    {"ph", "w01001", WATER}, {"水温", "w01010", WATER}, {"电导率", "w01014", WATER}, {"悬浮物", "w01012", WATER},
    {"浊度", "w01003", WATER}, {"溶解氧", "w01009", WATER},
    {"流量", "a00000", GAS}, {"流量", "w00000", WATER}, {"温度", "a01012", GAS}, {"温度", "w01010", WATER},
    {"co", "a21005", GAS}, {"no2", "a21004", GAS}, {"no", "a21003", GAS}, {"tp", "w21011", WATER}, {"tn", "w21001", WATER}};

static const struct { const char *word, *kind; } kinds[] = {
    {"折算最小", "ZsMin"}, {"折算最大", "ZsMax"}, {"最小折算", "ZsMin"}, {"最大折算", "ZsMax"}, {"折算", "ZsAvg"},
    {"排放量", "Cou"}, {"累计", "Cou"}, {"总量", "Cou"}, {"最小", "Min"}, {"最大", "Max"}, {"标记", "Flag"}, {"标识", "Flag"}, {"标志", "Flag"},
    {"状态", "Flag"}, {"flag", "Flag"}, {"实时", "Rtd"}};

/* Unit of a header, and how far the point moves to the factor's own; exact false: no power of ten. as: the unit it is kept in where its own is not a power of
 * ten away (3600 seconds an hour): detectors look at how a flow changes, not at how large it is. */
static const struct { const char *unit; int8_t shift; bool exact; const char *factors, *as; } units[] = {
    {"mg/m3", 0, true, "a2 a3", NULL}, {"mg/nm3", 0, true, "a2 a3", NULL}, {"毫克/立方米", 0, true, "a2 a3", NULL}, {"g/m3", 3, true, "a2 a3", NULL},
    {"ug/m3", -3, true, "a2 a3", NULL}, {"μg/m3", -3, true, "a2 a3", NULL}, {"ppm", 0, false, "a2 a3", NULL}, {"mg/l", 0, true, "w", NULL},
    {"毫克/升", 0, true, "w", NULL}, {"g/l", 3, true, "w", NULL}, {"ug/l", -3, true, "w", NULL}, {"μg/l", -3, true, "w", NULL},
    {"m3/s", 0, true, "a00000", NULL}, {"nm3/s", 0, true, "a00000", NULL}, {"立方米/秒", 0, true, "a00000", NULL}, {"l/s", 0, true, "w00000", NULL},
    {"升/秒", 0, true, "w00000", NULL}, {"m3/s", 3, true, "w00000", NULL}, {"立方米/秒", 3, true, "w00000", NULL},
    {"m3/h", 0, true, "a00000 w00000", "m³/h"}, {"m3/hr", 0, true, "a00000 w00000", "m³/h"}, {"立方米/小时", 0, true, "a00000 w00000", "m³/h"},
    {"立方米/时", 0, true, "a00000 w00000", "m³/h"}, {"nm3/h", 0, true, "a00000", "Nm³/h"}, {"标m3/h", 0, true, "a00000", "Nm³/h"},
    {"标立方米/小时", 0, true, "a00000", "Nm³/h"}, {"标立方米/时", 0, true, "a00000", "Nm³/h"}, {"标干m3/h", 0, true, "a00000", "Nm³/h"},
    {"千m3/h", 3, true, "a00000 w00000", "m³/h"}, {"km3/h", 3, true, "a00000", "m³/h"}, {"千立方米/小时", 3, true, "a00000", "m³/h"},
    {"knm3/h", 3, true, "a00000", "Nm³/h"}, {"千nm3/h", 3, true, "a00000", "Nm³/h"}, {"万m3/h", 4, true, "a00000 w00000", "m³/h"},
    {"万立方米/小时", 4, true, "a00000 w00000", "m³/h"}, {"万立方米/时", 4, true, "a00000 w00000", "m³/h"}, {"10^4m3/h", 4, true, "a00000", "m³/h"},
    {"104m3/h", 4, true, "a00000", "m³/h"}, {"万nm3/h", 4, true, "a00000", "Nm³/h"}, {"万标立方米/小时", 4, true, "a00000", "Nm³/h"},
    {"万标立方米/时", 4, true, "a00000", "Nm³/h"}, {"万标m3/h", 4, true, "a00000", "Nm³/h"}, {"m3/min", 0, true, "a00000 w00000", "m³/min"},
    {"nm3/min", 0, true, "a00000", "Nm³/min"}, {"m3/d", 0, true, "a00000 w00000", "m³/d"}, {"立方米/天", 0, true, "a00000 w00000", "m³/d"},
    {"立方米/日", 0, true, "a00000 w00000", "m³/d"}, {"万m3/d", 4, true, "a00000 w00000", "m³/d"}, {"t/h", 0, true, "w00000", "t/h"},
    {"吨/小时", 0, true, "w00000", "t/h"}, {"吨/时", 0, true, "w00000", "t/h"}, {"t/d", 0, true, "w00000", "t/d"}, {"吨/天", 0, true, "w00000", "t/d"},
    {"吨/日", 0, true, "w00000", "t/d"}, {"l/min", 0, true, "w00000", "L/min"}, {"l/h", 0, true, "w00000", "L/h"},
    {"%", 0, true, "a", NULL}, {"℃", 0, true, "a w", NULL}, {"kpa", 0, true, "a01013", NULL}, {"pa", -3, true, "a01013", NULL},
    {"mpa", 3, true, "a01013", NULL}, {"m/s", 0, true, "a01011", NULL}, {"kg", 0, true, "a w", NULL}, {"千克", 0, true, "a w", NULL}, {"t", 3, true, "a w", NULL}, {"吨", 3, true, "a w", NULL},
    {"g", -3, true, "a w", NULL}, {"us/cm", 0, true, "w01014", NULL}, {"μs/cm", 0, true, "w01014", NULL}, {"ms/cm", 3, true, "w01014", NULL},
    {"无量纲", 0, true, "w01001", NULL}};

/* Lower case, no blanks, full-width brackets and superscripts as ASCII. */
static size_t plain(str text, char *ret, size_t room)
{
    static const struct { const char *from, *to; } same[] = {{"（", "("}, {"）", ")"}, {"³", "3"}, {"²", "2"}, {"₂", "2"}, {"／", "/"},
                                                             {"％", "%"}, {"°C", "℃"}, {"º", "°"}, {"µ", "μ"}, {"／", "/"}, {"：", ":"}};
    size_t n = 0;
    for (size_t i = 0; i < text.n && n + 4 < room;) {
        size_t took = 0;
        for (size_t k = 0; k < sizeof same / sizeof *same && !took; k++)
            if (str_starts(str_sub(text, i, text.n), str_of(same[k].from))) {
                memcpy(ret + n, same[k].to, strlen(same[k].to));
                n += strlen(same[k].to);
                took = strlen(same[k].from);
            }
        if (!took && !isspace((unsigned char)text.p[i]))
            ret[n++] = (char)tolower((unsigned char)text.p[i]);
        i += took ? took : 1;
    }
    ret[n] = 0;
    return n;
}

/* A Latin word must stand alone: "co" is not in "cod", "no" not in "nox". */
static const char *find_word(const char *text, const char *word)
{
    bool latin = isalpha((unsigned char)word[0]) != 0;
    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word)) {
        char before = at == text ? ' ' : at[-1], after = at[strlen(word)];
        if (!latin || (!isalnum((unsigned char)before) && !isalnum((unsigned char)after)))
            return at;
    }
    return NULL;
}

static bool concerns(const char *factors_of_unit, const char *factor)
{
    str list = str_of(factors_of_unit), one;
    while (str_next(&list, ' ', &one))
        if (str_starts(str_of(factor), one))
            return true;
    return false;
}

/* The unit: what stands in the last brackets, or after the last slash-free blank. */
static void unit_read(const char *text, struct header_reading *r)
{
    char factor[16];
    snprintf(factor, sizeof factor, "%.*s", STR_ARG(r->factor));
    const char *open = strrchr(text, '('), *shut = open ? strchr(open, ')') : NULL;
    r->exact = true;
    if (!shut || shut == open + 1)
        return;
    str unit = {open + 1, (size_t)(shut - open - 1)};
    bool mass = !strcmp(r->kind, "Cou");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_eq(unit, str_of(units[i].unit)) && concerns(units[i].factors, factor)) {
            r->shift = units[i].shift;
            r->exact = units[i].exact;
            r->as = units[i].as;
            return;
        }
    r->exact = mass && (str_eq(unit, S("m3")) || str_eq(unit, S("立方米")));
}

const char *header_unit(str factor, str kind, int shift)
{
    bool mass = str_eq(kind, S("Cou"));
    char code[24];
    snprintf(code, sizeof code, "%.*s", STR_ARG(factor));
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        bool of_mass = !strcmp(units[i].unit, "kg") || !strcmp(units[i].unit, "t") || !strcmp(units[i].unit, "g");
        if (units[i].exact && units[i].shift == shift && of_mass == mass && !units[i].as && concerns(units[i].factors, code))
            return units[i].unit;
    }
    return "";
}

bool header_factor_at(size_t at, const char **ret_code, const char **ret_word)
{
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        bool first = true;
        for (size_t k = 0; k < i && first; k++)
            first = strcmp(factors[k].factor, factors[i].factor) != 0;
        if (!first || at--)
            continue;
        *ret_code = factors[i].factor;
        *ret_word = factors[i].word;
        return true;
    }
    return false;
}

bool header_is_water(str head)
{
    char text[512];
    plain(head, text, sizeof text);
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
        if (factors[i].medium == WATER && strcmp(factors[i].word, "流量") && strcmp(factors[i].word, "温度") &&
            find_word(text, factors[i].word))
            return true;
    return false;
}

struct header_reading header_read(str head, bool water)
{
    struct header_reading r = {.kind = "Avg"};
    char text[512];
    plain(head, text, sizeof text);
    if (!r.factor.n && (strstr(text, "时间") || strstr(text, "日期") || find_word(text, "time") || find_word(text, "datatime"))) {
        r.time = r.known = true;
        return r;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strstr(text, kinds[i].word)) {
            r.kind = kinds[i].kind;
            break;
        }
    for (size_t i = 0; i < sizeof factors / sizeof *factors && !r.known; i++)
        if ((factors[i].medium & (water ? WATER : GAS)) && find_word(text, factors[i].word)) {
            r.factor = str_of(factors[i].factor);
            r.known = true;
        }
    if (!r.known && flag_head(head))
        return (struct header_reading){.factor = S(FACTOR_ROW), .kind = "Flag", .known = true, .exact = true};
    if (r.known)
        unit_read(text, &r);
    return r;
}

/* Digits in order of year, month, day, hour, minute, second, whatever stands between them; the rest is looked at no more. */
bool time_read(str text, char ret[20])
{
    static const int widest[6] = {4, 2, 2, 2, 2, 2};
    int part[6] = {0}, n = 0;
    size_t run = 0;
    text = str_trim(text);
    while (run < text.n && isdigit((unsigned char)text.p[run]))
        run++;
    if (text.n > 64 || (run != 4 && run < 8)) /* a year alone, or digits without separators; no serial number */
        return false;
    for (size_t i = 0; i < text.n && n < 6;) {
        if (!isdigit((unsigned char)text.p[i])) {
            if (n >= 4 && (text.p[i] == '~' || str_starts(str_sub(text, i, 3), S("～")) || str_starts(str_sub(text, i, 3), S("至"))))
                break;
            if (n == 0)
                return false;
            i++;
            continue;
        }
        int value = 0, digits = 0;
        while (i < text.n && digits < widest[n] && isdigit((unsigned char)text.p[i]))
            value = value * 10 + (text.p[i++] - '0'), digits++;
        if (n == 0 && digits != 4)
            return false;
        part[n++] = value;
    }
    if (n < 3 || day_from_civil(part[0], part[1], part[2]) == DAY_NONE || part[3] > 24 || part[4] > 59 || part[5] > 59 || part[0] < 1990 ||
        part[0] > 2199)
        return false;
    day d = day_from_civil(part[0], part[1], part[2]);
    if (part[3] == 24) { /* 24:00 is the next day's first instant */
        if (part[4] || part[5])
            return false;
        part[3] = 0, d++;
    }
    struct civil c = civil_of_day(d);
    unsigned out[6] = {(unsigned)c.year % 10000, (unsigned)c.month % 100, (unsigned)c.dom % 100, (unsigned)part[3] % 24,
                       (unsigned)part[4] % 60, (unsigned)part[5] % 60};
    snprintf(ret, 20, "%04u-%02u-%02uT%02u:%02u:%02u", out[0], out[1], out[2], out[3], out[4], out[5]);
    return true;
}

bool serial_read(str text, char ret[20])
{
    text = str_trim(text);
    double days = 0, unit = 1;
    for (size_t i = 0; i < text.n; i++) {
        if (i == 5 ? text.p[i] != '.' || text.n == 6 : !isdigit((unsigned char)text.p[i]))
            return false;
        if (i < 5)
            days = days * 10 + (text.p[i] - '0');
        else if (i > 5)
            days += (text.p[i] - '0') * (unit /= 10);
    }
    if (text.n < 5 || text.n > 24 || days < 32874 || days >= 73051)
        return false;
    int64_t seconds = (int64_t)((days - 25569) * 86400 + 0.5); /* since 1970, as the clock on the wall has it */
    struct civil c = civil_of_day((day)(seconds / 86400));
    unsigned left = (unsigned)(seconds % 86400);
    snprintf(ret, 20, "%04u-%02u-%02uT%02u:%02u:%02u", (unsigned)c.year % 10000, (unsigned)c.month % 100, (unsigned)c.dom % 100,
             left / 3600 % 24, left / 60 % 60, left % 60);
    return true;
}
