/* Rows into lines of CSV. A text stays the text it was; moving the decimal point is done on the digits. */
#include "monitor/workbook/workbook.h"

#include <ctype.h>
#include <string.h>

struct converting {
    struct arena *a;
    const struct workbook_profile *p;
    buf out;
    VEC(struct workbook_fault) faults;
    uint32_t sheet;      /* the one being read; 0 not yet */
    int64_t lines;
    /* Columns behind the last one a proposal looks at (LIMIT_WORKBOOK_COLUMNS) that hold something and are not in the profile. */
    struct { bool known[LIMIT_SHEET_COLUMNS + 1], held[LIMIT_SHEET_COLUMNS + 1]; struct sheet_row head[LIMIT_WORKBOOK_HEAD]; size_t head_n; } *far;
};

static void fault(struct converting *c, str place, str text)
{
    for (size_t i = 0; i < c->faults.n; i++)
        if (str_eq(c->faults.p[i].text, text)) {
            c->faults.p[i].times++;
            return;
        }
    if (c->faults.n < LIMIT_WORKBOOK_FAULTS)
        vec_push(c->a, &c->faults, ((struct workbook_fault){place, text, 1}));
}

static bool missing(str text)
{
    static const char *const signs[] = {"", "-", "--", "—", "——", "－", "/", "\\", "无", "null", "NULL", "NaN", "nan", "N/A", "*", "缺测", "无效"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (str_eq(text, str_of(signs[i])))
            return true;
    return false;
}

/* An error as the file says it, or as its text: some writers keep only that. */
static bool came_to_nothing(const struct sheet_cell *cell, str text)
{
    static const char *const errors[] = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (str_eq(text, str_of(errors[i])))
            return true;
    return cell && cell->kind == SHEET_ERROR;
}

/* Optional sign, digits, at most one point. */
static bool decimal(str s)
{
    size_t digits = 0, points = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool sign = i == 0 && (s.p[i] == '-' || s.p[i] == '+');
        digits += isdigit((unsigned char)s.p[i]) != 0;
        points += s.p[i] == '.';
        if (!sign && !isdigit((unsigned char)s.p[i]) && s.p[i] != '.')
            return false;
    }
    return digits && points <= 1;
}

/* The number with its point moved right by `shift`. */
static void shifted(buf *b, str s, int shift)
{
    ptrdiff_t point = str_find(s, S("."));
    size_t sign = s.p[0] == '-' || s.p[0] == '+';
    ptrdiff_t whole = (point < 0 ? (ptrdiff_t)s.n : point) - (ptrdiff_t)sign; /* digits before the point */
    char digits[80];
    size_t n = 0;
    for (size_t i = sign; i < s.n && n < sizeof digits; i++)
        if (s.p[i] != '.')
            digits[n++] = s.p[i];
    whole += shift;
    size_t zeros = 0; /* in front, that the shift made superfluous */
    while (zeros + 1 < n && (ptrdiff_t)zeros + 1 < whole && digits[zeros] == '0')
        zeros++;
    if (s.p[0] == '-')
        buf_char(b, '-');
    if (whole <= 0)
        buf_add(b, S("0."));
    for (ptrdiff_t i = whole; i < 0; i++)
        buf_char(b, '0');
    for (size_t i = zeros; i < n; i++) {
        if (whole > 0 && (ptrdiff_t)i == whole)
            buf_char(b, '.');
        buf_char(b, digits[i]);
    }
    for (ptrdiff_t i = (ptrdiff_t)n; i < whole; i++)
        buf_char(b, '0');
}

/* A word in one cell, whatever is in it. */
static void buf_quoted(buf *b, str s)
{
    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++)
        buf_char(b, s.p[i] == '"' || (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
    buf_char(b, '"');
}

static err *value(struct converting *c, const struct workbook_column *column, const struct sheet_row *r)
{
    const struct sheet_cell *cell = sheet_at(r, column->column);
    str text = cell ? str_trim(cell->text) : STR_NONE;
    bool flag = str_eq(column->kind, S("Flag"));
    if (flag && str_eq(column->factor, S(FACTOR_ROW))) { /* the reader of the CSV weighs a column of words as a whole */
        char letter = missing(text) ? 0 : flag_read(text);
        if (letter)
            buf_char(&c->out, letter);
        else if (!missing(text))
            buf_quoted(&c->out, utf8_clip(text, 12));
        return NULL;
    }
    if (flag && text.n && !missing(text)) {
        char letter = flag_read(text);
        if (!letter)
            fault(c, sheet_place(c->a, column->column, r->row), arena_printf(c->a, "标记“%.*s”不认识，按无标记处理", STR_ARG(utf8_clip(text, 12))));
        else
            buf_char(&c->out, letter);
        return NULL;
    }
    bool nothing = came_to_nothing(cell, text);
    if (nothing)
        fault(c, sheet_place(c->a, column->column, r->row), arena_printf(c->a, "“%.*s”，按缺测处理", STR_ARG(utf8_clip(text, 20))));
    if (nothing || missing(text))
        return NULL;
    if (!decimal(text) || text.n > 40)
        return err_got(err_at(err_new(ERR_INPUT, "单元格%.*s（%.*s）不是数", STR_ARG(sheet_place(c->a, column->column, r->row)), STR_ARG(column->head)),
                              sheet_place(c->a, column->column, r->row)), utf8_clip(text, 40), S("一个十进制数；缺测留空或填“—”"), S("12.3"));
    if (column->shift)
        shifted(&c->out, text, column->shift);
    else
        buf_add(&c->out, text);
    return NULL;
}

/* ---- columns too far to the right ---- */
static bool reaches_far(const struct sheet_row *r)
{
    return r->n && r->cells[r->n - 1].column > LIMIT_WORKBOOK_COLUMNS;
}

static void keep_head(struct converting *c, const struct sheet_row *r)
{
    if (c->far->head_n == LIMIT_WORKBOOK_HEAD)
        return;
    struct sheet_row *to = &c->far->head[c->far->head_n++];
    struct sheet_cell *cells = NEW_ARRAY(c->a, r->n + 1, struct sheet_cell);
    for (size_t i = 0; i < r->n; i++) {
        cells[i] = r->cells[i];
        cells[i].text = arena_str(c->a, utf8_clip(str_trim(r->cells[i].text), 40));
    }
    *to = *r;
    to->cells = cells;
}

static void note_far(struct converting *c, const struct sheet_row *r)
{
    for (size_t i = r->n; i-- > 0 && r->cells[i].column > LIMIT_WORKBOOK_COLUMNS;) {
        uint32_t column = r->cells[i].column;
        if (column <= LIMIT_SHEET_COLUMNS && !c->far->known[column])
            c->far->held[column] |= str_trim(r->cells[i].text).n > 0;
    }
}

/* Texts above a column as a proposal joins them: under a merged cell those of an upper row stand to the left. */
static str far_head(const struct converting *c, uint32_t column)
{
    buf b = buf_make(c->a, 1000);
    for (size_t i = 0; i < c->far->head_n; i++) {
        const struct sheet_row *r = &c->far->head[i];
        const struct sheet_cell *over = NULL;
        for (size_t k = 0; k < r->n && r->cells[k].column <= column; k++)
            if (r->cells[k].text.n && (r->cells[k].column == column || (i + 1 < c->far->head_n && r->n > 1)))
                over = &r->cells[k];
        if (over)
            buf_printf(&b, "%s%.*s", b.n ? " " : "", STR_ARG(over->text));
    }
    return buf_str(&b);
}

/* Flags nobody reads would make good values of the bad ones they stand for. */
static err *far_flag(struct converting *c, uint32_t column, str head)
{
    struct header_reading h = header_read(head, false);
    if (!h.known || strcmp(h.kind, "Flag"))
        return NULL;
    bool values = false, flags = false;
    for (size_t i = 0; i < c->p->n; i++) {
        bool same = str_eq(c->p->columns[i].factor, h.factor), flag = str_eq(c->p->columns[i].kind, S("Flag"));
        values |= same && !flag;
        flags |= same && flag;
    }
    str place = sheet_place(c->a, column, c->p->first_row > 1 ? c->p->first_row - 1 : 1);
    if (!values || flags)
        return NULL;
    return err_got(err_at(err_new(ERR_LIMIT, "单元格%.*s：标记列“%.*s”在第%d列以后，读不到，而它的数值要读", STR_ARG(place), STR_ARG(head), LIMIT_WORKBOOK_COLUMNS), place),
                   head, arena_printf(c->a, "数值和标记都在前%d列；请删去不用的列，或分成几个文件", LIMIT_WORKBOOK_COLUMNS), STR_NONE);
}

/* One line for all of them, the first named; in front, so that it is not the one there is no room for. */
static err *tell_far(struct converting *c)
{
    enum { NAMED = 3 };
    buf b = buf_make(c->a, 1000);
    uint32_t first = 0;
    int n = 0;
    for (uint32_t column = LIMIT_WORKBOOK_COLUMNS + 1; column <= LIMIT_SHEET_COLUMNS; column++) {
        if (!c->far->held[column])
            continue;
        str head = far_head(c, column);
        TRY(far_flag(c, column, head));
        first = first ? first : column;
        if (n++ < NAMED)
            buf_printf(&b, "%s“%.*s”", n > 1 ? "、" : "", STR_ARG(head.n ? utf8_clip(head, 40) : S("（没有表头）")));
    }
    if (!n)
        return NULL;
    str place = sheet_place(c->a, first, c->p->first_row > 1 ? c->p->first_row - 1 : 1);
    str text = arena_printf(c->a, "%.*s%s在第%d列以后，最多读前%d列，这%d列未读取、未检查；要用的请移到前面，或分成几个文件", STR_ARG(buf_str(&b)), n > NAMED ? "等" : "",
                            LIMIT_WORKBOOK_COLUMNS, LIMIT_WORKBOOK_COLUMNS, n);
    struct workbook_fault *all = NEW_ARRAY(c->a, c->faults.n + 1, struct workbook_fault);
    all[0] = (struct workbook_fault){place, text, 1};
    for (size_t i = 0; i < c->faults.n; i++)
        all[i + 1] = c->faults.p[i];
    c->faults.p = all, c->faults.n++, c->faults.capacity = c->faults.n;
    return NULL;
}

static err *line(void *context, const struct sheet_row *r)
{
    struct converting *c = context;
    char at[20];
    if (c->sheet && r->sheet != c->sheet)
        return NULL;
    if (r->row < c->p->first_row) {
        keep_head(c, r);
        note_far(c, r);
        return NULL;
    }
    c->sheet = r->sheet;
    const struct sheet_cell *time = sheet_at(r, c->p->time_column);
    bool serial = time && !time_read(time->text, at) && serial_read(time->text, at);
    if (serial)
        fault(c, sheet_place(c->a, c->p->time_column, r->row), S("时间是电子表格的日期序号，已换算"));
    if (!time || (!serial && !time_read(time->text, at))) {
        fault(c, sheet_place(c->a, c->p->time_column, r->row), S("时间读不懂，该行未读取（如合计、平均值行）"));
        return NULL;
    }
    if (reaches_far(r))
        note_far(c, r);
    buf_add(&c->out, str_of(at));
    for (size_t i = 0; i < c->p->n; i++)
        if (c->p->columns[i].factor.n) {
            buf_char(&c->out, ',');
            TRY(value(c, &c->p->columns[i], r));
        }
    buf_char(&c->out, '\n');
    c->lines++;
    return c->out.overflow ? err_new(ERR_LIMIT, "工作簿的数据超过%d MB，请按季度分成几个文件", LIMIT_WORKBOOK_CSV >> 20) : NULL;
}

/* Why a column is not read, and what one is read in. */
static void head_note(struct converting *c, const struct workbook_column *column)
{
    str place = sheet_place(c->a, column->column, c->p->first_row > 1 ? c->p->first_row - 1 : 1), head = utf8_clip(column->head, 40), text;
    if (column->factor.n && !column->unit.n)
        return;
    if (column->factor.n)
        text = arena_printf(c->a, "“%.*s”一列以%.*s读取，不换算为标准单位：研判看变化，不看大小；按反应核算药剂的规则除外", STR_ARG(head), STR_ARG(column->unit));
    else if (str_find(column->why, S("未读取")) >= 0)
        text = arena_printf(c->a, "“%.*s”一列：%.*s", STR_ARG(head), STR_ARG(column->why));
    else
        text = arena_printf(c->a, "“%.*s”一列没有指定因子，未读取", STR_ARG(head));
    if (c->faults.n < LIMIT_WORKBOOK_FAULTS)
        vec_push(c->a, &c->faults, ((struct workbook_fault){place, text, 1}));
}

err *workbook_csv(struct arena *a, str bytes, const struct workbook_profile *p, str *ret_csv, struct workbook_fault **ret_faults, size_t *ret_n)
{
    struct converting c = {.a = a, .p = p, .out = buf_make(a, LIMIT_WORKBOOK_CSV), .far = arena_alloc(a, 1, sizeof *c.far)};
    size_t columns = 0;
    enum sheet_format format;
    char separator;
    c.far->known[p->time_column] = true;
    buf_add(&c.out, S("time"));
    for (size_t i = 0; i < p->n; i++) {
        c.far->known[p->columns[i].column] = true;
        head_note(&c, &p->columns[i]);
        if (p->columns[i].factor.n) {
            buf_printf(&c.out, ",%.*s-%.*s", STR_ARG(p->columns[i].factor), STR_ARG(p->columns[i].kind));
            columns++;
        }
    }
    buf_char(&c.out, '\n');
    if (!columns)
        return err_at(err_new(ERR_INPUT, "没有一列指定了因子，没有可读的数据"), S("columns"));
    TRY(sheet_read_any(bytes, p->sheet, line, &c, &format, &separator));
    if (!c.lines)
        return err_at(err_got(err_new(ERR_INPUT, "第%u行起没有一行的时间能读懂", p->first_row), STR_NONE, S("时间"), S("2026-03-02 08:00")), S("time_column"));
    TRY(tell_far(&c));
    *ret_csv = buf_str(&c.out);
    *ret_faults = c.faults.p, *ret_n = c.faults.n;
    return NULL;
}
