/*
 * Numbers of a workbook are binary doubles written in decimal: 0.1 may stand there as 0.10000000000000001. People typed and
 * saw at most 15 significant digits, so that is what is given back. Times are days since 1899-12-30 (or 1904-01-01) in a
 * format that shows a date: the style decides, not the value.
 */
#include "sheet/child.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Letters of a date format outside quotes, escapes and brackets. [h] is an elapsed time, a number of hours. */
struct number_style style_of_format(int id, str code)
{
    if (!code.n)
        return (struct number_style){(id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
                                         (id >= 50 && id <= 58), id == 46};
    struct number_style style = {false, false};
    bool quoted = false;
    for (size_t i = 0; i < code.n; i++) {
        char c = (char)tolower((unsigned char)code.p[i]);
        if (c == '"')
            quoted = !quoted;
        else if (c == '\\' || c == '_' || c == '*')
            i++;
        else if (!quoted && c == '[') {
            style.elapsed |= i + 1 < code.n && strchr("hHmMsS", code.p[i + 1]) != NULL;
            while (i < code.n && code.p[i] != ']')
                i++;
        } else if (!quoted && c == ';')
            break; /* the section of positive numbers decides */
        else if (!quoted && strchr("ymdhs", c))
            style.time = true;
    }
    style.time &= !style.elapsed;
    return style;
}

void sheet_number_text(double value, char ret[48])
{
    char digits[40];
    if (value == 0) /* minus zero, too */
        value = 0;
    snprintf(digits, sizeof digits, "%.14e", value);
    int exponent = (int)strtol(strchr(digits, 'e') + 1, NULL, 10);
    int places = 14 - exponent;
    if (exponent > 17 || places > 40) {
        snprintf(ret, 48, "%.15g", value); /* no measured value: left as it is */
        return;
    }
    snprintf(ret, 48, "%.*f", places > 0 ? places : 0, value);
    if (!strchr(ret, '.'))
        return;
    size_t n = strlen(ret);
    while (ret[n - 1] == '0')
        n--;
    ret[ret[n - 1] == '.' ? n - 1 : n] = 0;
}

bool sheet_time_text(double serial, bool epoch_1904, char ret[48])
{
    double seconds = nearbyint(serial * 86400);
    if (!(seconds >= 0 && seconds < 86400.0 * 2958466))
        return false;
    int64_t whole = (int64_t)seconds / 86400, rest = (int64_t)seconds % 86400;
    if (!epoch_1904 && whole < 61) /* the 29th of February 1900 that never was: nobody's measurements are that old */
        return false;
    day first = epoch_1904 ? day_from_civil(1904, 1, 1) : day_from_civil(1899, 12, 30);
    struct civil c = civil_of_day((day)(first + whole));
    snprintf(ret, 48, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.dom, (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
    return true;
}
