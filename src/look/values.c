/*
 * Measured values out of the words of a report: the name of a pollutant, then a number with a unit of concentration close behind,
 * or a table whose head names pollutants in columns. What could be something else (limits, ranges, dates) is left out: fewer values
 * are better than wrong ones.
 */
#include "look/look_private.h"

#include <stdlib.h>
#include <string.h>

enum { NEAR_BYTES = 60, LIMIT_VALUES = 5000, LIMIT_COLUMNS = 60 };

/* Codes of HJ 212 and the names people write. A longer name stands before one it contains. */
static const struct { const char *word, *factor; } names[] = {
    {"化学需氧量", "w01018"}, {"COD", "w01018"}, {"氨氮", "w21003"}, {"总磷", "w21011"}, {"总氮", "w21001"}, {"二氧化硫", "a21026"}, {"SO2", "a21026"},
    {"氮氧化物", "a21002"}, {"NOx", "a21002"}, {"颗粒物", "a34013"}, {"烟尘", "a34013"}, {"非甲烷总烃", "a24088"}};

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool says_limit(str s)
{
    static const char *const words[] = {"限值", "标准", "不超过", "≤", "上限", "要求", "低于"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_find(s, str_of(words[i])) >= 0)
            return true;
    return false;
}

/* A number at `at`; its bytes, 0 none. */
static size_t number_at(str s, size_t at, double *ret)
{
    char text[32];
    size_t n = 0, points = 0;
    while (at + n < s.n && n < sizeof text - 1 && (digit(s.p[at + n]) || (s.p[at + n] == '.' && !points)))
        points += s.p[at + n++] == '.';
    while (n && s.p[at + n - 1] == '.')
        n--;
    memcpy(text, s.p + at, n);
    text[n] = 0;
    *ret = n ? strtod(text, NULL) : 0;
    return n;
}

/* The first one named. */
static const char *factor_in(str s, size_t *ret_end)
{
    const char *factor = NULL;
    ptrdiff_t first = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ptrdiff_t at = str_find(s, str_of(names[i].word));
        if (at < 0 || (factor && at >= first))
            continue;
        first = at;
        *ret_end = (size_t)at + strlen(names[i].word);
        factor = names[i].factor;
    }
    return factor;
}

typedef VEC(struct look_value) values;

/* "化学需氧量为38.2mg/L" */
static void sentence(struct arena *a, str s, values *v)
{
    size_t end;
    const char *factor;
    while ((factor = factor_in(s, &end)) && v->n < LIMIT_VALUES) {
        s = str_sub(s, end, s.n);
        str close = str_sub(s, 0, NEAR_BYTES);
        for (size_t i = 0; i < close.n; i++) {
            double value;
            size_t n = digit(close.p[i]) ? number_at(s, i, &value) : 0;
            if (!n)
                continue;
            str between = str_sub(s, 0, i), unit = str_sub(s, i + n, 8);
            if (str_starts(str_trim(unit), S("mg/")) && !says_limit(between))
                vec_push(a, v, ((struct look_value){factor, value}));
            break;
        }
    }
}

/* A head of a table says what stands in its columns, until a line has another number of cells. */
struct table { const char *factor[LIMIT_COLUMNS]; size_t columns; };

static size_t cells(str line, str *cell)
{
    size_t n = 0;
    str part;
    while (n < LIMIT_COLUMNS && str_next(&line, '\t', &part))
        cell[n++] = str_trim(part);
    return n;
}

static void table_line(struct arena *a, str line, struct table *t, values *v)
{
    str cell[LIMIT_COLUMNS];
    size_t n = cells(line, cell), named = 0, end;
    const char *factor[LIMIT_COLUMNS] = {0};
    for (size_t i = 0; i < n; i++) {
        factor[i] = says_limit(cell[i]) ? NULL : factor_in(cell[i], &end);
        named += factor[i] != NULL;
    }
    if (named) {
        memcpy(t->factor, factor, sizeof factor);
        t->columns = n;
        return;
    }
    if (n != t->columns)
        t->columns = 0;
    for (size_t i = 0; i < t->columns && v->n < LIMIT_VALUES; i++) {
        double value;
        if (t->factor[i] && cell[i].n && number_at(cell[i], 0, &value) == cell[i].n)
            vec_push(a, v, ((struct look_value){t->factor[i], value}));
    }
}

size_t look_values(struct arena *a, str text, struct look_value **ret)
{
    values v = {0};
    struct table t = {.columns = 0};
    str line;
    while (str_next(&text, '\n', &line)) {
        if (str_find(line, S("\t")) >= 0) {
            table_line(a, line, &t, &v);
        } else {
            t.columns = 0;
            sentence(a, line, &v);
        }
    }
    *ret = v.p;
    return v.n;
}
