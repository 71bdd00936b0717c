/*
 * How people write values down, and how programs spoil them. Understood is what can mean one thing only: full-width digits, a date
 * with its year in front, Excel's day number in a column of dates. What may mean two things (3/2/2026, a code shown as 9.14E+17, a
 * number with more digits than a number can hold) is named, with the way out, because a guess would be found in a case file years later.
 */
#include "exchange/exchange.h"

#include <stdio.h>
#include <string.h>

static err *wrong(const struct exchange_column *c, str got, const char *want)
{
    str shown = utf8_clip(got, 30);
    return err_got(err_at(err_new(ERR_INPUT, "“%s”应为%s，读到“%.*s”", c->label, want, STR_ARG(shown)), str_of(c->label)), shown, str_of(want),
                   str_of(c->example ? c->example : ""));
}

/* Half width, no byte order marks; inner blanks stay single. Control characters become blanks. */
static str tidy(struct arena *a, str s, bool half_width, bool blanks)
{
    buf b = buf_make(a, 4 * LIMIT_SHEET_TEXT);
    bool gap = false;
    while (s.n) {
        uint32_t c = utf8_next(&s);
        bool blank = c <= ' ' || c == 0x7F || c == 0x3000 || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0xFEFF;
        if (blank) {
            gap = b.n > 0;
            continue;
        }
        if (gap && blanks)
            buf_char(&b, ' ');
        gap = false;
        buf_utf8(&b, half_width && c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c);
    }
    return buf_str(&b);
}

static bool clean(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((uint8_t)s.p[i] <= ' ' || (uint8_t)s.p[i] >= 0x7F)
            return false;
    return true;
}

static str normal(struct arena *a, const struct sheet_cell *from, bool half_width, bool blanks)
{
    str s = from->text;
    if (s.n > 1 && s.p[0] == '\'' && strchr("=+-@\t\r", s.p[1])) /* the guard our CSV puts before what looks like a formula */
        s = str_sub(s, 1, s.n);
    return clean(s) ? s : tidy(a, s, half_width, blanks);
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool digits_only(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!digit(s.p[i]))
            return false;
    return s.n > 0;
}

/* What people write where there is nothing. */
static bool nothing(str s, bool text)
{
    static const char *const words[] = {"-", "--", "—", "——", "/", "\\", "N/A", "#N/A", "NULL", "null", "无", "暂无", "空"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(s, str_of(words[i])))
            return !text || i < 6;
    return s.n == 0;
}

/* ---- codes ---- */

/* 9.14201E+17 */
static bool scientific(str s)
{
    size_t i = 0;
    while (i < s.n && (digit(s.p[i]) || s.p[i] == '.'))
        i++;
    return i > 0 && i + 2 < s.n && (s.p[i] == 'E' || s.p[i] == 'e') && s.p[i + 1] == '+' && digits_only(str_sub(s, i + 2, s.n));
}

static str recase(struct arena *a, str s, enum exchange_cell cell)
{
    char low = cell == CELL_UPPER ? 'a' : 'A';
    bool any = false;
    for (size_t i = 0; i < s.n && !any; i++)
        any = s.p[i] >= low && s.p[i] < low + 26;
    if (!any || cell == CELL_CODE)
        return s;
    char *p = arena_alloc(a, s.n, 1);
    for (size_t i = 0; i < s.n; i++)
        p[i] = s.p[i] >= low && s.p[i] < low + 26 ? (char)(s.p[i] ^ 32) : s.p[i];
    return (str){p, s.n};
}

static err *read_code(struct arena *a, const struct exchange_column *c, const struct sheet_cell *from, struct exchange_value *ret)
{
    str s = normal(a, from, true, false);
    bool spoilt = scientific(s) || (from->kind == SHEET_NUMBER && s.n > 15);
    if (spoilt)
        return err_got(err_at(err_new(ERR_INPUT, "“%s”被表格软件当成了数字（%.*s），后几位已丢失；请把该列设为文本后重新填写", c->label,
                                      STR_ARG(utf8_clip(s, 30))),
                              str_of(c->label)),
                       s, S("文本格式的代码"), str_of(c->example));
    if (from->kind == SHEET_NUMBER && !digits_only(s))
        return wrong(c, s, "文本格式的代码");
    if (from->kind == SHEET_NUMBER && c->cell != CELL_LOWER)
        ret->note = arena_printf(a, "“%s”是数字格式，前面的0可能已丢失，请核对", c->label);
    ret->v = db_text_value(recase(a, s, c->cell));
    return NULL;
}

/* ---- numbers ---- */

/* [-]digits[.digits], thousands separators taken out before; mantissa and places, at most 18 digits. */
static bool decimal(str s, int64_t *ret, int *ret_places)
{
    int64_t value = 0;
    int places = -1, n = 0;
    bool minus = s.n && s.p[0] == '-';
    for (size_t i = minus; i < s.n; i++) {
        if (s.p[i] == '.' && places < 0) {
            places = 0;
        } else if (digit(s.p[i]) && n < 18) {
            value = value * 10 + (s.p[i] - '0');
            n += n > 0 || s.p[i] != '0';
            places += places >= 0;
        } else {
            return false;
        }
    }
    *ret = minus ? -value : value;
    *ret_places = places < 0 ? 0 : places;
    return s.n > (size_t)minus && digit(s.p[s.n - 1]);
}

/* As JSON wants it, zeros at the end kept: they say how exact a limit is. */
static struct db_value decimal_value(struct arena *a, int64_t mantissa, int places)
{
    char digits[32];
    int n = snprintf(digits, sizeof digits, "%0*lld", places + 1, (long long)(mantissa < 0 ? -mantissa : mantissa));
    return db_text_value(arena_printf(a, "%s%.*s%s%s", mantissa < 0 ? "-" : "", n - places, digits,
                                      places ? "." : "", digits + n - places));
}

static str without(struct arena *a, str s, const char *const *words)
{
    for (; *words; words++) {
        str word = str_of(*words);
        for (ptrdiff_t at; (at = str_find(s, word)) >= 0;)
            s = arena_printf(a, "%.*s%.*s", (int)at, s.p, STR_ARG(str_sub(s, (size_t)at + word.n, s.n)));
    }
    return s;
}

static err *read_fen(struct arena *a, const struct exchange_column *c,
                     const struct sheet_cell *from, int64_t unit, struct exchange_value *ret)
{
    static const char *const signs[] = {",", "￥", "¥", "人民币", "元整", "元", NULL};
    str s = normal(a, from, true, false);
    int64_t mantissa, scale = 1;
    int places;
    if (str_find(s, S("万")) >= 0) { /* the cell says more than its header */
        unit = 1000000;
        s = without(a, s, (const char *const[]){"万", NULL});
    }
    s = without(a, s, signs);
    if (!decimal(s, &mantissa, &places) || places > 12)
        return wrong(c, from->text, unit == 100 ? "金额（元）" : "金额");
    for (; places > 0; places--)
        scale *= 10;
    if (mantissa < 0 || __builtin_mul_overflow(mantissa, unit, &mantissa) || mantissa % scale)
        return wrong(c, from->text, "精确到分的金额，不小于0");
    ret->v = (struct db_value){DB_INT, mantissa / scale, STR_NONE};
    return NULL;
}

static err *read_count(struct arena *a, const struct exchange_column *c, const struct sheet_cell *from, struct exchange_value *ret)
{
    static const char *const units[] = {"次/年", "次", "人", "年度", "年", "家", NULL};
    str s = without(a, normal(a, from, true, false), units);
    int64_t value;
    if (!digits_only(s) || s.n > 12 || !str_int64(s, &value))
        return wrong(c, from->text, "整数");
    ret->v = (struct db_value){DB_INT, value, STR_NONE};
    return NULL;
}

static err *read_decimal(struct arena *a, const struct exchange_column *c, const struct sheet_cell *from, struct exchange_value *ret)
{
    static const char *const units[] = {"%", "米", NULL};
    str s = normal(a, from, true, false);
    int64_t mantissa;
    int places;
    if (c->cell == CELL_DECIMAL)
        s = without(a, s, units);
    if (!decimal(s, &mantissa, &places))
        return wrong(c, from->text, "十进制数");
    ret->v = decimal_value(a, mantissa, places);
    return NULL;
}

/* 114.31, or 114°18′36″ */
static err *read_degree(struct arena *a, const struct exchange_column *c, const struct sheet_cell *from, struct exchange_value *ret)
{
    str s = normal(a, from, true, false);
    int64_t mantissa, part[3] = {0};
    int places, n = 0;
    if (decimal(s, &mantissa, &places)) {
        ret->v = decimal_value(a, mantissa, places);
        return NULL;
    }
    static const char *const marks[3][3] = {{"°", "度", "°"}, {"′", "'", "分"}, {"″", "\"", "秒"}};
    for (; n < 3 && s.n; n++) {
        ptrdiff_t at = -1;
        size_t wide = 0;
        for (int k = 0; k < 3 && at < 0; k++)
            at = str_find(s, str_of(marks[n][k])), wide = strlen(marks[n][k]);
        if (at <= 0 || !decimal(str_sub(s, 0, (size_t)at), &part[n], &places) || part[n] < 0 || (places && n < 2) || places > 4)
            return wrong(c, from->text, "经纬度（度，小数）");
        for (; n == 2 && places < 4; places++)
            part[2] *= 10;
        s = str_sub(s, (size_t)at + wide, s.n);
    }
    if (!n || s.n || part[0] > 180 || part[1] > 59 || part[2] >= 600000)
        return wrong(c, from->text, "经纬度（度，小数）");
    int64_t scaled = part[0] * 10000000 + (part[1] * 60 * 10000 + part[2]) * 10 / 36;
    ret->v = decimal_value(a, scaled, 7);
    return NULL;
}

/* ---- dates ---- */

enum { DAY_1900 = -25569, SERIAL_LEAST = 10000, SERIAL_MOST = 80000 }; /* 1927 .. 2119: outside it is no day number but a slip */

/* Groups of digits and what separates them: 2026-3-2, 2026年3月2日 9时30分. The year stands first, with four digits. */
static int groups(str s, int part[6])
{
    static const char *const marks[] = {"年", "月", "日", "号", "时", "点", "分", "秒"};
    int n = 0;
    while (s.n) {
        size_t digits = 0;
        while (digits < s.n && digit(s.p[digits]))
            digits++;
        if (!digits || n == 6 || (n == 0 ? digits != 4 : digits > 2))
            return 0;
        part[n] = 0;
        for (size_t i = 0; i < digits; i++)
            part[n] = part[n] * 10 + (s.p[i] - '0');
        n++;
        s = str_sub(s, digits, s.n);
        size_t before = s.n;
        while (s.n && s.p[0] == ' ')
            s = str_sub(s, 1, s.n);
        size_t blanks_gone = s.n;
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
            if (str_starts(s, str_of(marks[i]))) {
                s = str_sub(s, strlen(marks[i]), s.n);
                break;
            }
        if (s.n == blanks_gone && s.n && strchr("-/.:T", s.p[0]))
            s = str_sub(s, 1, s.n);
        while (s.n && s.p[0] == ' ')
            s = str_sub(s, 1, s.n);
        if (s.n && s.n == before)
            return 0;
    }
    return n;
}

static int civil_parts(str s, int part[6])
{
    memset(part, 0, 6 * sizeof *part);
    if (digits_only(s) && s.n == 8) {
        for (int i = 0; i < 8; i++)
            part[i < 4 ? 0 : i < 6 ? 1 : 2] = part[i < 4 ? 0 : i < 6 ? 1 : 2] * 10 + (s.p[i] - '0');
        return 3;
    }
    return groups(s, part);
}

static err *read_date(struct arena *a, const struct exchange_column *c, const struct sheet_cell *from, struct exchange_value *ret)
{
    str s = normal(a, from, true, true);
    int part[6];
    int64_t serial;
    day d = DAY_NONE;
    if (from->kind == SHEET_NUMBER && str_int64(s, &serial) && serial >= SERIAL_LEAST && serial <= SERIAL_MOST)
        d = (day)(serial + DAY_1900);
    else if (civil_parts(s, part) >= 3)
        d = day_from_civil(part[0], part[1], part[2]);
    if (d == DAY_NONE)
        return wrong(c, from->text, "年月日俱全的日期");
    ret->v = (struct db_value){DB_INT, d, STR_NONE};
    return NULL;
}

static err *read_time(struct arena *a, const struct exchange_column *c, const struct sheet_cell *from, struct exchange_value *ret)
{
    str s = normal(a, from, true, true);
    int part[6];
    usec t = USEC_NONE;
    if (s.n > 19 && s.p[10] == 'T') {
        if (time_parse(s, &t))
            return wrong(c, from->text, "日期和时间");
    } else if (civil_parts(s, part) >= 5 && part[3] < 24 && part[4] < 60 && part[5] < 60) {
        day d = day_from_civil(part[0], part[1], part[2]);
        t = d == DAY_NONE ? USEC_NONE : day_start(d) + part[3] * USEC_HOUR + part[4] * USEC_MINUTE + part[5] * USEC_SECOND;
    }
    if (t == USEC_NONE)
        return wrong(c, from->text, "日期和时间");
    ret->v = (struct db_value){DB_INT, t, STR_NONE};
    return NULL;
}

/* ---- closed sets ---- */

static err *read_bool(struct arena *a, const struct exchange_column *c, const struct sheet_cell *from, struct exchange_value *ret)
{
    static const struct { const char *word; int value; } words[] = {
        {"是", 1}, {"否", 0}, {"1", 1}, {"0", 0}, {"√", 1}, {"✓", 1}, {"×", 0}, {"有", 1}, {"true", 1}, {"false", 0}, {"TRUE", 1},
        {"FALSE", 0}, {"Y", 1}, {"N", 0}, {"y", 1}, {"n", 0}, {"对", 1}, {"错", 0}, {"不是", 0}};
    str s = normal(a, from, true, false);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(s, str_of(words[i].word))) {
            ret->v = (struct db_value){DB_INT, words[i].value, STR_NONE};
            return NULL;
        }
    return wrong(c, from->text, "“是”或“否”");
}

static err *read_enum(struct arena *a, const struct exchange_column *c, const struct sheet_cell *from, struct exchange_value *ret)
{
    str s = normal(a, from, true, false), rest = str_of(c->of), item;
    while (rest.p && str_next(&rest, ' ', &item)) {
        str value, word;
        if (!str_next(&item, '=', &value))
            continue;
        bool hit = str_eq(s, value);
        while (!hit && item.p && str_next(&item, '|', &word))
            hit = str_eq(s, word);
        if (hit) {
            ret->v = db_text_value(value);
            return NULL;
        }
    }
    return wrong(c, from->text, c->note && *c->note ? c->note : "表内的词");
}

static bool region_named(const struct region *r, str name)
{
    if (str_eq(name, str_of(r->name)))
        return true;
    const struct region *parent = r->level == 'D' ? region_find(r->parent) : NULL;
    if (!parent || !str_starts(name, str_of(parent->name)))
        return false;
    return str_eq(str_sub(name, strlen(parent->name), name.n), str_of(r->name));
}

static err *read_region(struct arena *a, const struct exchange_column *c, const struct sheet_cell *from, struct exchange_value *ret)
{
    str s = normal(a, from, true, false);
    int64_t code = 0;
    if (digits_only(s) && (s.n == 6 || s.n == 9 || s.n == 12)) { /* towns and villages lie in the county of their first six digits */
        str_int64(str_sub(s, 0, 6), &code);
        ret->v = (struct db_value){DB_INT, code, STR_NONE};
        return NULL;
    }
    str name = str_starts(s, S("湖北省")) && s.n > 9 ? str_sub(s, 9, s.n) : s;
    int hits = 0;
    for (size_t i = 0; i < region_count(); i++)
        if (region_named(region_at(i), name)) {
            hits++;
            code = region_at(i)->code;
        }
    if (hits != 1)
        return wrong(c, from->text, hits ? "六位区划代码（同名的区划不止一个）" : "六位区划代码，或湖北省内的区划名称");
    ret->v = (struct db_value){DB_INT, code, STR_NONE};
    return NULL;
}

/* ---- one cell ---- */

static err *read_one(struct arena *a, const struct exchange_column *c,
                     const struct sheet_cell *from, int64_t unit, struct exchange_value *ret)
{
    switch (c->cell) {
    case CELL_CODE: case CELL_UPPER: case CELL_LOWER:
        return read_code(a, c, from, ret);
    case CELL_DATE:
        return read_date(a, c, from, ret);
    case CELL_TIME:
        return read_time(a, c, from, ret);
    case CELL_FEN:
        return read_fen(a, c, from, unit, ret);
    case CELL_COUNT:
        return read_count(a, c, from, ret);
    case CELL_BOOL:
        return read_bool(a, c, from, ret);
    case CELL_ENUM:
        return read_enum(a, c, from, ret);
    case CELL_REGION:
        return read_region(a, c, from, ret);
    case CELL_DEGREE:
        return read_degree(a, c, from, ret);
    case CELL_DECIMAL: case CELL_TEXT_NUMBER:
        return read_decimal(a, c, from, ret);
    case CELL_TEXT: case CELL_REF:
        ret->v = db_text_value(normal(a, from, false, true));
        return NULL;
    }
    CHECK(false);
}

static err *read_items(struct arena *a, const struct exchange_column *c, str text, struct exchange_value *ret)
{
    static const char *const marks[] = {"、", "；", "，", ";", ",", "\n", "|"};
    VEC(struct db_value) items = {0};
    while (text.n) {
        size_t end = text.n, wide = 0;
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
            ptrdiff_t at = str_find(str_sub(text, 0, end), str_of(marks[i]));
            if (at >= 0)
                end = (size_t)at, wide = strlen(marks[i]);
        }
        struct sheet_cell part = {0, SHEET_TEXT, str_sub(text, 0, end)};
        struct exchange_value one = {0};
        if (!nothing(normal(a, &part, true, true), false)) {
            TRY(read_one(a, c, &part, 100, &one));
            vec_push(a, &items, one.v);
        }
        text = str_sub(text, end + wide, text.n);
    }
    ret->items = items.p;
    ret->n = items.n;
    ret->present = items.n > 0;
    return NULL;
}

err *exchange_cell_read(struct arena *a, const struct exchange_column *c,
                        const struct sheet_cell *from, int64_t unit, struct exchange_value *ret)
{
    *ret = (struct exchange_value){.note = S("")};
    if (!from)
        return NULL;
    if (from->kind == SHEET_ERROR && !str_eq(from->text, S("#N/A")))
        return str_starts(from->text, S("#")) ? wrong(c, from->text, "值；这一格是公式错误")
                                              : err_new(ERR_INPUT, "“%s”的公式没有保存结果，请用表格软件打开后重新保存", c->label);
    if (nothing(normal(a, from, true, true), c->cell == CELL_TEXT))
        return NULL;
    if (c->flags & X_LIST)
        return read_items(a, c, from->text, ret);
    TRY(read_one(a, c, from, unit, ret));
    ret->present = true;
    return NULL;
}
