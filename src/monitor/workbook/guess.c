/*
 * A proposal from the first rows: the first row whose some cell reads as a time begins the values; what stands above is header,
 * joined from top to bottom, where an empty cell of an upper row stands under the merged one to its left.
 */
#include "monitor/workbook/workbook.h"

#include <string.h>

enum { LIMIT_HEAD_TEXT = 120 /* characters of a joined header: a profile holds 250 of them */ };
struct head_row { uint32_t row; str text[LIMIT_WORKBOOK_COLUMNS + 1]; bool time[LIMIT_WORKBOOK_COLUMNS + 1]; uint32_t last; };
struct looking { struct arena *a; str sheet; struct head_row *row[LIMIT_WORKBOOK_HEAD]; size_t n; uint32_t in_sheet; bool named; err *enough; };

/* A day number under a header that speaks of time. */
static bool serial_at(const struct looking *l, size_t row, uint32_t column)
{
    char text[20];
    if (!l->row[row]->text[column].n || !serial_read(l->row[row]->text[column], text))
        return false;
    for (size_t i = 0; i < row; i++)
        if (l->row[i]->text[column].n && header_read(l->row[i]->text[column], false).time)
            return true;
    return false;
}

/* The first row with a time that is not the last of its cells, below at least one row of headers. */
static bool values_begin(const struct looking *l, size_t *ret_row, uint32_t *ret_column)
{
    for (size_t i = 1; i < l->n; i++)
        for (uint32_t c = 1; c <= l->row[i]->last; c++)
            if (l->row[i]->last > c && (l->row[i]->time[c] || serial_at(l, i, c))) {
                *ret_row = i, *ret_column = c;
                return true;
            }
    return false;
}

/* A book often begins with how to fill it in, or with what somebody hid: the first sheet with a table is meant, unless one is named. */
static err *look(void *context, const struct sheet_row *r)
{
    struct looking *l = context;
    size_t row;
    uint32_t column;
    if (r->sheet_hidden && !l->named)
        return NULL;
    if (l->in_sheet && r->sheet != l->in_sheet) {
        if (values_begin(l, &row, &column))
            return l->enough;
        l->n = 0;
    }
    if (l->n == LIMIT_WORKBOOK_HEAD)
        return NULL;
    l->in_sheet = r->sheet;
    l->sheet = arena_str(l->a, r->sheet_name);
    struct head_row *h = NEW(l->a, struct head_row);
    h->row = r->row;
    for (size_t i = 0; i < r->n && r->cells[i].column <= LIMIT_WORKBOOK_COLUMNS; i++) {
        char text[20];
        h->text[r->cells[i].column] = arena_str(l->a, str_trim(r->cells[i].text));
        h->time[r->cells[i].column] = r->cells[i].kind == SHEET_TIME || (r->cells[i].kind == SHEET_TEXT && time_read(r->cells[i].text, text));
        h->last = r->cells[i].column;
    }
    l->row[l->n++] = h;
    return l->n == LIMIT_WORKBOOK_HEAD && (l->named || values_begin(l, &row, &column)) ? l->enough : NULL;
}

/* Texts above a column, top to bottom, each once. A merged cell shows its text in its first column only. */
static str head_of(struct looking *l, size_t first_value, uint32_t column)
{
    buf b = buf_make(l->a, 4096);
    str last = STR_NONE;
    for (size_t i = 0; i < first_value; i++) {
        uint32_t at = column;
        bool lowest = i + 1 == first_value, title = l->row[i]->last == 1 && l->row[first_value]->last > 1;
        while (!lowest && !title && at > 1 && !l->row[i]->text[at].n)
            at--;
        str text = title ? STR_NONE : l->row[i]->text[at];
        if (!text.n || str_eq(text, last))
            continue;
        if (b.n)
            buf_char(&b, ' ');
        buf_add(&b, text);
        last = text;
    }
    return utf8_clip(buf_str(&b), LIMIT_HEAD_TEXT);
}

/* What stands in the last brackets, as it was written. */
static str unit_of(str head)
{
    ptrdiff_t open = -1, width = 1;
    for (size_t i = 0; i < head.n; i++) {
        bool wide = str_starts(str_sub(head, i, 3), S("（"));
        if (head.p[i] == '(' || wide)
            open = (ptrdiff_t)i, width = wide ? 3 : 1;
    }
    str rest = open < 0 ? head : str_sub(head, (size_t)(open + width), head.n);
    for (size_t i = 0; i < rest.n; i++)
        if (rest.p[i] == ')' || str_starts(str_sub(rest, i, 3), S("）")))
            rest.n = i;
    return utf8_clip(str_trim(rest), 20);
}

static void column_of(struct looking *l, str head, bool water, struct workbook_column *ret)
{
    struct header_reading r = header_read(head, water);
    ret->head = head;
    ret->factor = ret->kind = ret->unit = S("");
    if (!r.known)
        ret->why = S("表头不认识，未读取；可手工指定因子和种类");
    else if (!r.exact)
        ret->why = arena_printf(l->a, "单位“%.*s”不能精确换算，未读取；请以标准单位导出", STR_ARG(unit_of(head)));
    else {
        ret->factor = r.factor;
        ret->kind = str_of(r.kind);
        ret->shift = r.shift;
        ret->unit = r.as ? str_of(r.as) : S("");
        ret->why = str_eq(r.factor, S(FACTOR_ROW)) ? S("按表头识别为整行的标记")
                   : r.as ? arena_printf(l->a, "按表头识别，%s以%s读取，不换算为标准单位", r.shift ? arena_cstr(l->a, arena_printf(l->a, "小数点移动%d位，", r.shift)) : "", r.as)
                   : r.shift ? arena_printf(l->a, "按表头识别，小数点移动%d位换算单位", r.shift) : S("按表头识别");
    }
}

/* Two columns read as the same thing would make one CSV column twice: the later one is left to the person. */
static void settle_doubles(struct workbook_profile *p)
{
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < i && p->columns[i].factor.n; k++)
            if (!str_eq(p->columns[i].factor, S(FACTOR_ROW)) && str_eq(p->columns[k].factor, p->columns[i].factor) &&
                str_eq(p->columns[k].kind, p->columns[i].kind)) {
                p->columns[i].factor = p->columns[i].kind = S("");
                p->columns[i].why = S("与前面一列识别为同一项，未读取；请手工指定");
            }
}

static err *propose(struct looking *l, size_t first_value, uint32_t time_column, struct workbook_profile *ret)
{
    const struct head_row *values = l->row[first_value];
    uint32_t last = values->last;
    bool water = false;
    *ret = (struct workbook_profile){.sheet = l->sheet, .first_row = values->row, .time_column = time_column};
    for (size_t i = 0; i < first_value; i++)
        last = l->row[i]->last > last ? l->row[i]->last : last;
    ret->columns = NEW_ARRAY(l->a, last + 1, struct workbook_column);
    for (uint32_t c = 1; c <= last; c++)
        water |= header_is_water(head_of(l, first_value, c));
    for (uint32_t c = 1; c <= last; c++) {
        str head = head_of(l, first_value, c);
        if (c == time_column || !head.n)
            continue;
        ret->columns[ret->n].column = c;
        column_of(l, head, water, &ret->columns[ret->n++]);
    }
    settle_doubles(ret);
    return NULL;
}

/* No value begins: a column called time whose cells are none says most; a table may have nothing but headers. */
static err *no_values(struct looking *l)
{
    for (size_t i = 0; i < l->n; i++)
        for (uint32_t c = 1; c <= l->row[i]->last; c++) {
            if (!l->row[i]->text[c].n || !header_read(l->row[i]->text[c], false).time)
                continue;
            for (size_t k = i + 1; k < l->n; k++)
                if (l->row[k]->text[c].n && !header_read(l->row[k]->text[c], false).time)
                    return err_got(err_new(ERR_INPUT, "第%u行第%u列（%.*s）：时间看不懂", l->row[k]->row, c, STR_ARG(utf8_clip(l->row[i]->text[c], 40))),
                                   utf8_clip(l->row[k]->text[c], 40), S("年-月-日 时:分:秒"), S("2026-03-02 08:00"));
            return err_new(ERR_INPUT, "第%u行：只有表头，没有数据行", l->row[l->n - 1]->row + 1);
        }
    return err_got(err_new(ERR_INPUT, "前%d行没有找到“表头＋时间列”，不能判断哪一列是时间", LIMIT_WORKBOOK_HEAD),
                   l->n ? head_of(l, l->n - 1, 1) : STR_NONE, S("表头在上，其下每行一个时间和各因子的值"), S("2026-03-02 08:00"));
}

err *workbook_guess(struct arena *a, str bytes, str sheet, struct workbook_profile *ret)
{
    struct looking l = {.a = a, .named = sheet.n > 0, .enough = err_new(ERR_INPUT, "enough")};
    enum sheet_format format;
    char separator;
    size_t row;
    uint32_t column;
    err *e = sheet_read_any(bytes, sheet, look, &l, &format, &separator);
    if (e && e != l.enough)
        return e;
    if (values_begin(&l, &row, &column))
        return propose(&l, row, column, ret);
    return no_values(&l);
}

/* ---- samples ---- */
struct sampling { struct arena *a; const struct workbook_profile *p; str *cells; size_t n, rows; uint32_t sheet; err *enough; };

static err *sample(void *context, const struct sheet_row *r)
{
    struct sampling *s = context;
    if ((s->sheet && r->sheet != s->sheet) || s->rows == s->n)
        return s->enough;
    s->sheet = r->sheet;
    if (r->row < s->p->first_row)
        return NULL;
    for (size_t i = 0; i < r->n; i++)
        if (r->cells[i].column <= LIMIT_WORKBOOK_COLUMNS)
            s->cells[r->cells[i].column * s->n + s->rows] = arena_str(s->a, utf8_clip(str_trim(r->cells[i].text), 40));
    s->rows++;
    return NULL;
}

err *workbook_samples(struct arena *a, str bytes, const struct workbook_profile *p, size_t n, str **ret)
{
    struct sampling s = {.a = a, .p = p, .n = n, .cells = NEW_ARRAY(a, (LIMIT_WORKBOOK_COLUMNS + 1) * n, str), .enough = err_new(ERR_INPUT, "enough")};
    enum sheet_format format;
    char separator;
    err *e = sheet_read_any(bytes, p->sheet, sample, &s, &format, &separator);
    *ret = s.cells;
    return e == s.enough ? NULL : e;
}
