/* Cells: numbers and times. Nothing is guessed: what is not plainly a number is bad. */
#include "monitor/detect/csv_private.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

err *csv_text(struct arena *a, str bytes, str *ret)
{
    if (str_starts(bytes, S("PK\x03\x04")))
        return err_new(ERR_INPUT, "第1行第1个字节：这是XLSX工作簿，请先另存为CSV");
    TRY(text_decode(a, bytes, ret));
    if (ret->n && !memchr(ret->p, '\n', ret->n) && memchr(ret->p, '\r', ret->n)) {
        char *p = arena_copy(a, ret->p, ret->n);
        for (size_t i = 0; i < ret->n; i++)
            if (p[i] == '\r')
                p[i] = '\n';
        ret->p = p;
    }
    return NULL;
}

static bool is_missing(str s)
{
    static const char *const words[] = {"-", "--", "---", "—", "——", "－", "/", "NA", "N/A", "NaN", "nan", "NAN", "null", "NULL",
                                        "None", "?", "无", "空", "缺测"};
    if (s.n == 0)
        return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(s, str_of(words[i])))
            return true;
    return false;
}

/* e or E with at most two digits behind it. */
static bool exponent(const char *p, const char *end, int *ret)
{
    bool minus = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end || end - p > 2)
        return false;
    int value = 0;
    for (; p < end; p++) {
        if (*p < '0' || *p > '9')
            return false;
        value = value * 10 + (*p - '0');
    }
    *ret = minus ? -value : value;
    return true;
}

static bool shift(int64_t *mantissa, int *places)
{
    for (; *places < 0; ++*places)
        if (__builtin_mul_overflow(*mantissa, (int64_t)10, mantissa))
            return false;
    return true;
}

enum cell_state cell_number(str cell, bool comma, int64_t *ret_mantissa, int *ret_places)
{
    const char *p = cell.p, *end = cell.p + cell.n;
    int64_t value = 0;
    int digits = 0, places = 0, power = 0;
    bool point = false, minus = false, any = false;
    if (p < end && (*p == '-' || *p == '+'))
        minus = *p++ == '-';
    for (; p < end; p++) {
        if (*p >= '0' && *p <= '9') {
            any = true;
            digits += digits > 0 || *p != '0';
            if (digits > 18)
                return CELL_LONG;
            value = value * 10 + (*p - '0');
            places += point;
        } else if (*p == (comma ? ',' : '.') && !point) {
            point = true;
        } else {
            break;
        }
    }
    if (!any)
        return is_missing(cell) ? CELL_MISSING : CELL_BAD;
    if (p < end && ((*p != 'e' && *p != 'E') || !exponent(p + 1, end, &power)))
        return CELL_BAD;
    places -= power;
    if (!shift(&value, &places))
        return CELL_LONG;
    *ret_mantissa = minus ? -value : value;
    *ret_places = places;
    return CELL_NUMBER;
}

/* The first character that is no ASCII, or no printable one; 0 none. */
static uint32_t odd_character(str s, size_t *ret_bytes)
{
    static const uint8_t first[] = {0, 0, 0x1F, 0x0F, 0x07};
    for (size_t i = 0; i < s.n; i++) {
        uint8_t lead = (uint8_t)s.p[i];
        if (lead >= 0x20 && lead < 0x7F)
            continue;
        *ret_bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        uint32_t point = *ret_bytes == 1 ? lead : lead & first[*ret_bytes];
        for (size_t k = 1; k < *ret_bytes && i + k < s.n; k++)
            point = point << 6 | ((uint8_t)s.p[i + k] & 0x3F);
        return point;
    }
    return 0;
}

str cell_wrong(struct arena *a, str cell)
{
    static const char *const limit[] = {"<", "＜", "≤", "未检出", "ND", "nd", "N.D.", "BDL"};
    size_t bytes;
    uint32_t point = odd_character(cell, &bytes);
    bool below = cell.n > 1 && cell.p[cell.n - 1] == 'L';
    for (size_t i = 0; i < sizeof limit / sizeof *limit; i++)
        below |= str_starts(cell, str_of(limit[i]));
    if (below)
        return S("低于检出限的写法不能当作数值，请填仪器的读数，没有读数的留空");
    if (point >= 0xFF01 && point <= 0xFF5E)
        return S("含有全角字符，请改为半角");
    if (point && (point < 0x20 || point == 0x7F || point == 0xA0 || point == 0x3000 || point == 0xFEFF || (point >= 0x2000 && point <= 0x200F)))
        return arena_printf(a, "含有看不见的字符（U+%04X），请删去", point);
    return S("不是数字");
}

char flag_read(str word)
{
    /* what denies comes before what it denies */
    static const struct { const char *word; char flag; } flags[] = {
        {"通讯", 'B'}, {"通信", 'B'}, {"中断", 'B'}, {"离线", 'B'}, {"掉线", 'B'}, {"断线", 'B'}, {"停", 'F'}, {"启炉", 'F'}, {"点火", 'F'},
        {"不运行", 'F'}, {"未运行", 'F'}, {"未生产", 'F'}, {"维护", 'M'}, {"运维", 'M'}, {"检修", 'M'}, {"维修", 'M'}, {"保养", 'M'}, {"手工", 'S'},
        {"故障", 'D'}, {"不正常", 'D'}, {"非正常", 'D'}, {"异常", 'D'}, {"无效", 'D'}, {"校准", 'C'}, {"校验", 'C'}, {"标定", 'C'}, {"超上限", 'T'},
        {"超量程", 'T'}, {"超测", 'T'}, {"正常", 'N'}, {"有效", 'N'}, {"运行", 'N'}, {"生产", 'N'}, {"在线", 'N'}, {"超标", 'N'}};
    static const struct { const char *word; char flag; } english[] = {
        {"normal", 'N'}, {"ok", 'N'}, {"valid", 'N'}, {"running", 'N'}, {"stop", 'F'}, {"stopped", 'F'}, {"shutdown", 'F'}, {"maintenance", 'M'},
        {"manual", 'S'}, {"fault", 'D'}, {"failure", 'D'}, {"invalid", 'D'}, {"calibration", 'C'}, {"overrange", 'T'}, {"offline", 'B'}};
    word = str_trim(word);
    if (word.n == 1 && isalpha((unsigned char)word.p[0]))
        return (char)toupper((unsigned char)word.p[0]);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (str_find(word, str_of(flags[i].word)) >= 0)
            return flags[i].flag;
    for (size_t i = 0; i < sizeof english / sizeof *english; i++)
        if (word.n == strlen(english[i].word) && strncasecmp(word.p, english[i].word, word.n) == 0)
            return english[i].flag;
    return 0;
}

bool flag_head(str head)
{
    static const char *const heads[] = {"flag", "status", "state", "all-flag", "状态", "标记", "标志", "标识", "数据标记", "数据标志", "数据标识", "数据状态", "运行状态",
                                        "生产状态", "工况标记", "工况状态", "监测状态", "排口状态", "排放口状态", "设备状态", "状态标记", "状态标识", "整行标记"};
    for (size_t i = 0; i < head.n; i++) /* "状态（N正常）": what is in brackets explains */
        if (head.p[i] == '(' || head.p[i] == '[' || str_starts(str_sub(head, i, head.n), S("（")))
            head.n = i;
    head = str_trim(head);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (head.n == strlen(heads[i]) && strncasecmp(head.p, heads[i], head.n) == 0)
            return true;
    return false;
}

/* Up to nine digits; false when there are none. */
static bool number_in(const char **p, const char *end, int *ret, int *ret_digits)
{
    int value = 0, n = 0;
    while (*p < end && **p >= '0' && **p <= '9' && n < 9) {
        value = value * 10 + (*(*p)++ - '0');
        n++;
    }
    *ret = value;
    *ret_digits = n;
    return n > 0;
}

static bool packed_time(str s, int part[6])
{
    static const int width[6] = {4, 2, 2, 2, 2, 2};
    size_t at = 0;
    if (s.n != 8 && s.n != 10 && s.n != 12 && s.n != 14 && s.n != 17)
        return false;
    for (int i = 0; i < 6 && at < s.n; i++) {
        part[i] = 0;
        for (int k = 0; k < width[i]; k++, at++) {
            if (s.p[at] < '0' || s.p[at] > '9')
                return false;
            part[i] = part[i] * 10 + (s.p[at] - '0');
        }
    }
    return true;
}

static bool offset_of(const char *p, const char *end, int *ret_minutes)
{
    int hours, minutes = 0, digits;
    if (p == end)
        return true;
    if ((*p == 'Z' || *p == 'z') && p + 1 == end) {
        *ret_minutes = 0;
        return true;
    }
    if (*p != '+' && *p != '-')
        return false;
    int sign = *p++ == '-' ? -1 : 1;
    if (!number_in(&p, end, &hours, &digits) || (digits != 2 && digits != 4))
        return false;
    if (digits == 4) {
        minutes = hours % 100;
        hours /= 100;
    } else if (p < end && *p == ':') {
        p++;
        if (!number_in(&p, end, &minutes, &digits))
            return false;
    }
    *ret_minutes = sign * (hours * 60 + minutes);
    return p == end && hours <= 14 && minutes < 60;
}

static bool separated_time(str s, int part[6], int *zone)
{
    const char *p = s.p, *end = s.p + s.n;
    int digits, unused;
    for (int i = 0; i < 6; i++) {
        if (!number_in(&p, end, &part[i], &digits) || (i == 0 ? digits != 4 : digits > 2))
            return false;
        if (p == end)
            return i >= 2;
        if (i >= 2 && (*p == 'Z' || *p == 'z' || *p == '+' || (i > 2 && *p == '-')))
            return offset_of(p, end, zone);
        if (i == 5)
            break;
        if ((uint8_t)*p >= 0x80) { /* 年 月 日 时 分 */
            while (p < end && (uint8_t)*p >= 0x80)
                p++;
        } else if (*p == '-' || *p == '/' || *p == '.' || *p == ':' || *p == 'T' || *p == 't' || *p == ' ') {
            p++;
        } else {
            return false;
        }
        while (p < end && *p == ' ')
            p++;
        if (p == end)
            return i >= 2;
    }
    if (*p == '.' || *p == ',') {
        p++;
        if (!number_in(&p, end, &unused, &digits))
            return false;
    }
    while (p < end && ((uint8_t)*p >= 0x80 || *p == ' ')) /* 秒 */
        p++;
    return offset_of(p, end, zone);
}

bool cell_serial(str cell, usec *ret)
{
    int64_t mantissa;
    int places;
    if (cell.n < 7 || cell.n > 20 || cell.p[5] != '.' || cell_number(cell, false, &mantissa, &places) != CELL_NUMBER || places != (int)cell.n - 6)
        return false;
    double days = (double)mantissa;
    for (; places > 0; places--)
        days /= 10;
    if (days < 32874 || days >= 73051)
        return false;
    *ret = (usec)((days - 25569) * 86400 + 0.5) * USEC_SECOND - 8 * USEC_HOUR;
    return true;
}

bool cell_time(str cell, usec *ret)
{
    int part[6] = {0}, zone = 8 * 60;
    if (cell_serial(cell, ret))
        return true;
    if (!packed_time(cell, part) && !separated_time(cell, part, &zone))
        return false;
    day d = part[0] >= 1990 && part[0] <= 2199 ? day_from_civil(part[0], part[1], part[2]) : DAY_NONE;
    if (d == DAY_NONE || part[3] > 24 || part[4] > 59 || part[5] > 60 || (part[3] == 24 && (part[4] || part[5])))
        return false;
    *ret = (usec)d * USEC_DAY + (part[3] * 3600 + part[4] * 60 + part[5] - zone * 60) * USEC_SECOND;
    return true;
}

str cell_time_wrong(str cell)
{
    int part[6] = {0}, zone = 0;
    bool packed = packed_time(cell, part);
    if (!packed && !separated_time(cell, part, &zone))
        return S("时间看不懂");
    if (part[0] < 1990 || part[0] > 2199) /* digits alone need not be a date: 1746460800 counts seconds */
        return packed ? S("时间看不懂") : S("年份应在1990至2199之间");
    return day_from_civil(part[0], part[1], part[2]) == DAY_NONE ? S("没有这一天") : S("没有这个时刻");
}

bool csv_cell(struct csv_line *l, str *ret)
{
    if (l->done)
        return false;
    const char *p = l->rest.p, *end = p + l->rest.n;
    bool quoted = false;
    for (; p < end && (quoted || *p != l->separator); p++)
        quoted ^= *p == '"';
    l->open = quoted;
    str cell = str_trim((str){l->rest.p, (size_t)(p - l->rest.p)});
    if (cell.n >= 2 && cell.p[0] == '"' && cell.p[cell.n - 1] == '"')
        cell = str_trim((str){cell.p + 1, cell.n - 2});
    *ret = cell;
    l->done = p == end;
    if (!l->done)
        l->rest = (str){p + 1, (size_t)(end - p - 1)};
    return true;
}

void csv_fault(struct csv_faults *f, int64_t line, int column, str text)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->p[i].column == column && str_eq(f->p[i].text, text)) {
            f->p[i].times++;
            return;
        }
    if (f->n == LIMIT_TABLE_FAULTS)
        return;
    struct table_fault fault = {line, column, 1, arena_str(f->a, text)};
    vec_push(f->a, f, fault);
}
