/*
 * A CSV as a table. Lines are counted, then read once into columns of mantissas with the places each was printed with; table_grid.c makes the
 * table of them. Everything odd is listed with line and column and takes values out rather than letting a detector look at them.
 */
#include "monitor/detect/detect_private.h"
#include "monitor/detect/table_reader.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_name[KINDS] = {"", "avg", "rtd", "min", "max", "cou", "zsavg", "zsrtd", "zsmin", "zsmax", "flag"};
_Static_assert(LIMIT_TABLE_BYTES <= UINT32_MAX, "lines fit");

/* ---- header ---- */
static char separator_of(str head)
{
    size_t count[3] = {0};
    static const char mark[3] = {',', ';', '\t'};
    for (size_t i = 0; i < head.n; i++)
        for (int k = 0; k < 3; k++)
            count[k] += head.p[i] == mark[k];
    return count[1] > count[0] ? ';' : count[2] > count[0] ? '\t' : ',';
}

static enum kind kind_of(str s)
{
    for (int k = 1; k < KINDS; k++) {
        size_t n = strlen(kind_name[k]);
        if (s.n == n && strncasecmp(s.p, kind_name[k], n) == 0)
            return (enum kind)k;
    }
    return KIND_SKIP;
}

/* Codes are told in small letters; whoever writes A21026 means a21026. */
static str factor_code(struct arena *a, str s)
{
    char *p = arena_copy(a, s.p, s.n);
    str small = {p, s.n};
    for (size_t i = 0; i < s.n; i++)
        p[i] = (char)tolower((unsigned char)p[i]);
    return !factor_find(s)->label && factor_find(small)->label ? small : arena_str(a, s);
}

/* "a21026-Avg(mg/m3)": factor and kind; a unit in brackets is no part of it. */
static err *field_of(struct reader *r, str cell, int column, struct field *ret)
{
    for (size_t i = 0; i < cell.n; i++)
        if (cell.p[i] == '(' || cell.p[i] == '[' || (cell.n - i >= 3 && memcmp(cell.p + i, "（", 3) == 0)) {
            cell = str_trim(str_sub(cell, 0, i));
            break;
        }
    ptrdiff_t dash = -1;
    for (size_t i = 0; i < cell.n; i++)
        if (cell.p[i] == '-')
            dash = (ptrdiff_t)i;
    ret->headless = cell.n == 0;
    if (ret->headless)
        return NULL;
    if (flag_head(cell)) {
        ret->factor = S("");
        ret->kind = KIND_FLAG;
        return NULL;
    }
    if (dash <= 0) {
        csv_fault(&r->faults, 1, column, arena_printf(r->a, "表头“%.*s”不是“因子-种类”，该列未检查", STR_ARG(utf8_clip(cell, 20))));
        return NULL;
    }
    ret->factor = factor_code(r->a, str_trim(str_sub(cell, 0, (size_t)dash)));
    ret->kind = kind_of(str_trim(str_sub(cell, (size_t)dash + 1, cell.n)));
    if (ret->kind == KIND_SKIP)
        csv_fault(&r->faults, 1, column, arena_printf(r->a, "表头“%.*s”的种类不认识，该列未检查", STR_ARG(utf8_clip(cell, 20))));
    for (int i = 0; i < r->fields && ret->kind != KIND_SKIP; i++)
        if (&r->field[i] != ret && r->field[i].kind == ret->kind && str_eq(r->field[i].factor, ret->factor))
            return err_got(err_new(ERR_INPUT, "第1行第%d列：与第%d列重复", column, i + 2), cell, S("每个“因子-种类”一列"), STR_NONE);
    return NULL;
}

/* rest: what follows the line; a quote shut there says that a line end is in the cell. */
static err *open_quote(int64_t line, int column, str cell, str rest)
{
    bool broken = rest.p && memchr(rest.p, '"', rest.n);
    return err_got(err_new(ERR_INPUT, broken ? "第%lld行第%d列：引号里有换行，请把换行换成空格" : "第%lld行第%d列：引号没有成对", (long long)line, column),
                   utf8_clip(cell, 40), broken ? S("一行一条，单元格里不换行") : S("一对引号，或不用引号"), STR_NONE);
}

bool table_csv_time(str head)
{
    return (head.n == 4 && strncasecmp(head.p, "time", 4) == 0) || str_eq(head, S("时间")) || str_eq(head, S("数据时间")) ||
           (head.n == 8 && strncasecmp(head.p, "datatime", 8) == 0);
}

/* Nothing is left out in silence, and no part of a factor without the rest of it: flags that are not read would make good values of bad ones. */
static err *too_wide(struct reader *r, struct csv_line l, int named)
{
    enum { NAMED = 3 };
    buf b = buf_make(r->a, 1000);
    str cell;
    for (int i = 1, told = 0; told < NAMED && csv_cell(&l, &cell); i++)
        if (i > LIMIT_TABLE_COLUMNS && cell.n)
            buf_printf(&b, "%s“%.*s”", told++ ? "、" : "", STR_ARG(utf8_clip(cell, 40)));
    return err_got(err_new(ERR_LIMIT, "第1行：有%d列，最多%d列；从第%d列起放不下：%.*s%s", named, LIMIT_TABLE_COLUMNS, LIMIT_TABLE_COLUMNS + 2, STR_ARG(buf_str(&b)),
                           named > LIMIT_TABLE_COLUMNS + NAMED ? "等" : ""),
                   arena_printf(r->a, "%d列", named), arena_printf(r->a, "时间之外最多%d列；请删去不用的列，或分成几个文件，每个文件都带时间列", LIMIT_TABLE_COLUMNS), STR_NONE);
}

/* `whole`: all of it has to find room; else only what kind of header it is. */
static err *read_head(struct reader *r, str head, bool whole)
{
    r->separator = separator_of(head);
    struct csv_line l = {head, r->separator, false, false};
    str cell;
    csv_cell(&l, &cell);
    if (!table_csv_time(cell))
        return err_got(err_new(ERR_INPUT, "第1行第1列：第一列应是时间"), utf8_clip(cell, 40), S("time"), S("time,a21026-Avg,a21026-Flag"));
    struct csv_line count = l;
    int n = 0, named = 0; /* empty heads at the end are what a spreadsheet leaves, and no columns */
    while (csv_cell(&count, &cell)) {
        n++;
        named = cell.n ? n : named;
    }
    if (named > LIMIT_TABLE_COLUMNS && whole)
        return too_wide(r, l, named);
    n = n < LIMIT_TABLE_COLUMNS ? n : LIMIT_TABLE_COLUMNS;
    r->field = NEW_ARRAY(r->a, (size_t)n + 1, struct field);
    for (int wanted = 0; r->fields < n && csv_cell(&l, &cell);) {
        struct field *f = &r->field[r->fields++];
        if (l.open)
            return open_quote(1, r->fields + 1, cell, r->rest);
        TRY(field_of(r, cell, r->fields + 1, f));
        wanted += f->kind != KIND_SKIP && f->kind != KIND_FLAG;
        if (l.done && !wanted)
            break;
    }
    for (int i = 0; i < r->fields; i++)
        if (r->field[i].kind != KIND_SKIP && r->field[i].kind != KIND_FLAG)
            return NULL;
    return err_got(err_new(ERR_INPUT, "第1行：没有可用的数据列"), utf8_clip(head, 60), S("因子-种类，种类为 Avg Rtd Min Max Cou ZsAvg Flag 等"),
                   S("time,a21026-Avg,a21026-Flag"));
}

bool table_csv_plain(str bytes)
{
    enum { HEAD = 64 << 10 };
    AUTO_ARENA(a);
    struct reader r = {.a = a, .faults = {.a = a}};
    str text, line = {0};
    size_t n = bytes.n < HEAD ? bytes.n : HEAD;
    while (n < bytes.n && n > 0 && bytes.p[n - 1] != '\n') /* no character is cut through */
        n--;
    if (csv_text(a, str_sub(bytes, 0, n ? n : bytes.n), &text)) {
        err_clear();
        return false;
    }
    while (text.p && str_next(&text, '\n', &line) && !str_trim(line).n)
        ;
    bool plain = str_trim(line).n && !read_head(&r, str_trim(line), false);
    err_clear();
    return plain;
}

/* ---- lines ---- */
/* As many rows as the text can have: a line that is not empty has a time of eight digits and its end. */
static err *make_room(struct reader *r, str text)
{
    size_t lines = 1, columns = 0;
    for (size_t i = 1; i < text.n; i++)
        lines += (text.p[i - 1] == '\n') & (text.p[i] != '\n');
    r->capacity = lines < text.n / 9 + 1 ? lines : text.n / 9 + 1;
    for (int i = 0; i < r->fields; i++)
        columns += r->field[i].kind != KIND_SKIP;
    if (r->capacity > LIMIT_TABLE_CELLS / columns)
        return err_new(ERR_LIMIT, "文件约%zu行、%zu列，合计最多%d格，请按年份分开", r->capacity, columns, LIMIT_TABLE_CELLS);
    r->row = arena_alloc(r->scratch, r->capacity, sizeof *r->row);
    for (int i = 0; i < r->fields; i++)
        if (r->field[i].kind != KIND_SKIP) {
            r->field[i].cells.mantissa = arena_alloc(r->a, r->capacity, sizeof(int64_t));
            r->field[i].cells.places = arena_alloc(r->a, r->capacity, sizeof(int8_t));
        }
    return NULL;
}

static err *bad_cell(const struct reader *r, int64_t line, int column, str cell, str what)
{
    const struct field *f = &r->field[column - 2];
    err *e = err_new(ERR_INPUT, "第%lld行第%d列（%.*s-%s）：%.*s", (long long)line, column, STR_ARG(f->factor), kind_name[f->kind], STR_ARG(what));
    return f->kind == KIND_FLAG ? err_got(e, utf8_clip(cell, 40), S("HJ 212的标志，如N正常、F停运、M维护、D故障、C校准"), S("N"))
                                : err_got(e, utf8_clip(cell, 40), S("一个十进制数，缺测留空"), S("12.3"));
}

/* Commas that could part thousands: three digits behind one to three others, the first not 0. Any other number of digits is decimals for certain. Whole
 * numbers beside them: with a comma any but 0 and the commonest filler, with a point those that a value past a thousand could have been. */
static void see_grouping(const struct reader *r, struct grouping *g, int64_t mantissa, int places, int64_t line)
{
    int64_t size = mantissa < 0 ? -mantissa : mantissa;
    if (places == 3 && size >= 1000 && size < 1000000) {
        g->three_line = g->three++ ? g->three_line : (uint32_t)line;
    } else if (places > 0) {
        g->other++;
    } else if (!g->whole_line && size != 999 && (r->comma ? size > 0 : mantissa >= 100 && mantissa < 999)) {
        g->whole_line = (uint32_t)line;
    }
}

/* A word, a letter, or nothing: what nobody knows is no flag, and told once the whole column was seen. */
static char row_flag(struct words *w, str cell)
{
    int64_t unused;
    int places;
    if (w->letter && str_eq(cell, w->last)) {
        w->normal += w->letter == 'N';
        w->known++;
        return w->letter;
    }
    char letter = flag_read(cell);
    if (letter) {
        w->last = cell;
        w->letter = letter;
        w->normal += letter == 'N';
        w->known++;
    } else if (cell_number(cell, false, &unused, &places) == CELL_MISSING) {
        w->empty++;
    } else {
        w->strange = w->unknown++ ? w->strange : cell;
        return '?';
    }
    return letter;
}

/* A column of flags for all whose words are foreign says nothing; one that only names what is not normal leaves the rest empty. */
static void settle_row_flags(struct reader *r)
{
    for (int i = 0; i < r->fields; i++) {
        struct field *f = &r->field[i];
        const struct words *w = &f->words;
        if (f->kind != KIND_FLAG || f->factor.n)
            continue;
        str strange = utf8_clip(w->strange, 20);
        if (w->known <= w->unknown) {
            f->kind = KIND_SKIP;
            csv_fault(&r->faults, 1, i + 2, w->unknown ? arena_printf(r->a, "整行的标记大多不认识（如“%.*s”），该列未使用", STR_ARG(strange))
                                                       : S("整行的标记都是空的，该列未使用"));
            continue;
        }
        csv_fault(&r->faults, 1, i + 2, S("这一列作为整行的标记，用于自己没有标志的所有因子"));
        if (w->unknown)
            csv_fault(&r->faults, 1, i + 2, arena_printf(r->a, "有%zu行的标记不认识（如“%.*s”），按非正常处理，不作研判", w->unknown, STR_ARG(strange)));
        if (w->empty && w->normal)
            csv_fault(&r->faults, 1, i + 2, arena_printf(r->a, "有%zu行没有标记，按非正常处理，不作研判", w->empty));
        if (w->empty && !w->normal) {
            csv_fault(&r->faults, 1, i + 2, arena_printf(r->a, "没有一行标为正常，%zu行没有标记的按正常处理", w->empty));
            for (size_t k = 0; k < r->rows; k++)
                f->cells.mantissa[k] = f->cells.mantissa[k] ? f->cells.mantissa[k] : 'N';
        }
    }
}

/* "998" and "1,002" in one column: a thousandth of a value is no finding, so nobody guesses. */
static err *settle_grouping(struct reader *r)
{
    for (int i = 0; i < r->fields; i++) {
        const struct field *f = &r->field[i];
        const struct grouping *g = &f->cells.grouping;
        const char *sign = r->comma ? "," : ".", *other = r->comma ? "." : ",";
        if (!g->three || g->other || f->kind == KIND_FLAG)
            continue;
        if (g->whole_line)
            return err_got(err_new(ERR_INPUT, "第%u行第%d列（%.*s-%s）：分不清“%s”是千位分隔还是小数点：这一列凡有“%s”的，其后都正好三位（如第%u行），而第%u行是整数",
                                   g->three_line, i + 2, STR_ARG(f->factor), kind_name[f->kind], sign, sign, g->three_line, g->whole_line),
                           STR_NONE, arena_printf(r->a, "千位不分隔（1002）；若确是小数，整数也写出三位小数（如998%s000），或小数点用“%s”", sign, other), STR_NONE);
        if (r->comma)
            csv_fault(&r->faults, g->three_line, i + 2, S("逗号后都正好是三位，按小数读取；若是千位分隔，请去掉逗号再核查"));
    }
    return NULL;
}

static err *read_value(struct reader *r, struct field *f, str cell, int64_t line, int column)
{
    struct cells *c = &f->cells;
    int64_t *to = &c->mantissa[r->rows];
    int places = 0;
    *to = VALUE_NONE;
    if (f->kind == KIND_FLAG && !f->factor.n) {
        *to = row_flag(&f->words, cell);
        return NULL;
    }
    if (f->kind == KIND_FLAG) {
        *to = cell.n > 1 ? flag_read(cell) : cell.n ? (unsigned char)cell.p[0] : 0;
        if (cell.n <= 1 || *to)
            return NULL;
        return bad_cell(r, line, column, cell, r->separator == ',' && cell_number(cell, false, to, &places) == CELL_NUMBER
                                                   ? S("标志应是一个字符，读到的是数：小数点若是逗号，各列会错开，请以分号分隔各列") : S("标志应是一个字符"));
    }
    enum cell_state state = cell_number(cell, r->comma, to, &places);
    if (state == CELL_BAD && !r->comma && memchr(cell.p, ',', cell.n))
        return bad_cell(r, line, column, cell, r->separator == ',' ? S("小数点应是“.”，不用千位分隔；若小数用逗号，请以分号分隔各列")
                                                                   : S("别处的小数点是“.”，这里却有逗号：请统一小数点，不用千位分隔"));
    if (state == CELL_BAD)
        return bad_cell(r, line, column, cell, cell_wrong(r->scratch, cell));
    if (state == CELL_LONG)
        return bad_cell(r, line, column, cell, S("数字超过18位"));
    if (state == CELL_MISSING) {
        *to = VALUE_NONE;
        return NULL;
    }
    see_grouping(r, &c->grouping, *to, places, line);
    for (; places > LIMIT_TABLE_DECIMALS; places--) {
        c->longer += places == LIMIT_TABLE_DECIMALS + 1;
        *to = (*to + (*to < 0 ? -5 : 5)) / 10;
    }
    c->places[r->rows] = (int8_t)places;
    c->most = places > c->most ? places : c->most;
    c->given++;
    return NULL;
}

/* last: nothing ends the line, so that it may have been cut. */
static err *read_line(struct reader *r, str text, int64_t line, bool last)
{
    struct csv_line l = {text, r->separator, false, false};
    str cell;
    usec at;
    csv_cell(&l, &cell);
    if (l.open)
        return open_quote(line, 1, cell, r->rest);
    if (!cell_time(cell, &at))
        return err_got(err_new(ERR_INPUT, "第%lld行第1列：%.*s", (long long)line, STR_ARG(cell_time_wrong(cell))), utf8_clip(cell, 40),
                       S("年-月-日 时:分:秒"), S("2026-01-02 03:00:00"));
    if (cell_serial(cell, &at)) {
        int places = (int)cell.n - 6; /* cell_serial: five digits and the point */
        r->serial_places = places > r->serial_places ? places : r->serial_places;
        csv_fault(&r->faults, line, 1, S("时间是电子表格的日期序号，已换算"));
    }
    CHECK(r->rows < r->capacity);
    int column = 1;
    while (csv_cell(&l, &cell)) {
        column++;
        if (l.open)
            return open_quote(line, column, cell, r->rest);
        if (column > r->fields + 1) {
            if (cell.n == 0)
                continue;
            return err_got(err_new(ERR_INPUT, r->separator == ',' ? "第%lld行第%d列：列数多于表头的%d列（小数点若是逗号，请以分号分隔各列）"
                                                                  : "第%lld行第%d列：列数多于表头的%d列", (long long)line, column, r->fields + 1),
                           utf8_clip(cell, 40), S("与表头同样多的列"), STR_NONE);
        }
        if (r->field[column - 2].kind != KIND_SKIP)
            TRY(read_value(r, &r->field[column - 2], cell, line, column));
        else if (cell.n && r->field[column - 2].headless)
            csv_fault(&r->faults, line, column, S("这一列没有表头而有内容，未检查"));
    }
    if (column < r->fields + 1 && last && r->rows) {
        csv_fault(&r->faults, line, 0, S("文件在这一行中间结束，该行未读取"));
        return NULL;
    }
    if (column < r->fields + 1 && r->fields > 0) {
        csv_fault(&r->faults, line, 0, S("列数少于表头，缺少的按缺测处理"));
        for (; column < r->fields + 1; column++)
            if (r->field[column - 1].kind != KIND_SKIP)
                r->field[column - 1].cells.mantissa[r->rows] = r->field[column - 1].kind == KIND_FLAG ? 0 : VALUE_NONE;
    }
    r->row[r->rows] = (struct row){at, (uint32_t)line, (uint32_t)r->rows};
    r->rows++;
    return NULL;
}

/* Without the end of the line; a tab may be a separator. */
static str trimmed(str line, char separator)
{
    while (line.n && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == ' ' || (line.p[line.n - 1] == '\t' && separator != '\t')))
        line.n--;
    return line;
}

/* Nothing but separators: what a spreadsheet leaves below a table. */
static bool blank(str line, char separator)
{
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != separator && line.p[i] != ' ' && line.p[i] != '\t')
            return false;
    return true;
}

static err *read_lines(struct reader *r, str text)
{
    str line, whole = text;
    int64_t number = 0;
    bool head = false;
    while (text.p && str_next(&text, '\n', &line)) {
        number++;
        r->rest = text;
        bool last = line.p + line.n == whole.p + whole.n;
        line = head ? trimmed(line, r->separator) : str_trim(line);
        if (line.n == 0 || (head && (line.p[0] == r->separator || line.p[0] == ' ') && blank(line, r->separator)))
            continue;
        if (!head) {
            if (number != 1)
                csv_fault(&r->faults, 1, 0, S("表头之前有空行"));
            TRY(read_head(r, line, true));
            r->comma = r->separator != ',' && memchr(text.p ? text.p : "", ',', text.n) && !memchr(text.p, '.', text.n);
            TRY(make_room(r, text));
            head = true;
        } else {
            TRY(read_line(r, line, number, last));
        }
    }
    if (!head)
        return err_new(ERR_INPUT, "第1行：文件是空的");
    if (!r->rows)
        return err_new(ERR_INPUT, "第2行：只有表头，没有数据行");
    settle_row_flags(r);
    return settle_grouping(r);
}

err *table_from_csv(struct arena *a, const struct table_source *s, struct table **ret, struct table_fault **ret_faults, size_t *ret_n)
{
    AUTO_ARENA(scratch);
    struct reader r = {.a = a, .scratch = scratch, .faults = {.a = a}};
    struct table *t = NEW(a, struct table);
    str text;
    if (s->bytes.n > LIMIT_TABLE_BYTES)
        return err_new(ERR_LIMIT, "文件有%zu字节，最多%d字节", s->bytes.n, LIMIT_TABLE_BYTES);
    TRY(csv_text(a, s->bytes, &text));
    TRY(read_lines(&r, text));
    TRY(reader_table(&r, t));
    t->outlet = arena_str(a, s->name);
    *ret = t;
    *ret_faults = r.faults.p;
    *ret_n = r.faults.n;
    return NULL;
}
