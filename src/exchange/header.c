/*
 * Finding the header and what its columns mean. Platforms put titles, dates of export and notes above the header, units and stars
 * into the names, and change the order: so the header is the row of the first few that is understood best, and a name is compared
 * by what is left of it when all of that is gone.
 */
#include "exchange/exchange.h"

#include <string.h>

/* Full-width ASCII to half width; the ideographic space and its relatives to a blank. */
static uint32_t narrow(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        return c - 0xFEE0;
    if (c == 0x3000 || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0xFEFF)
        return ' ';
    return c;
}

/* What stands in brackets at the end or in the middle is a unit or a hint: 金额（万元）, 编号(必填). */
str exchange_header_plain(struct arena *a, str header)
{
    buf b = buf_make(a, 4 * LIMIT_SHEET_TEXT);
    int depth = 0;
    for (str s = header; s.n;) {
        uint32_t c = narrow(utf8_next(&s));
        if (c == '(' || c == '[' || c == 0x3010)
            depth++;
        else if (c == ')' || c == ']' || c == 0x3011)
            depth -= depth > 0;
        else if (!depth && c > ' ' && c != '*' && c != ':' && c != '/' && c != '_' && c != '-' && c != 0x3001 && c != 0x25CF)
            buf_utf8(&b, c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return buf_str(&b);
}

static bool named(struct arena *a, const char *list, str plain)
{
    str rest = str_of(list), one;
    while (rest.n && str_next(&rest, '|', &one))
        if (str_eq(exchange_header_plain(a, one), plain))
            return true;
    return false;
}

/* Ours, of an earlier import or export: not data. */
#define IGNORED "导入结果|水印|追溯码|序号|状态|理由|no|id序号|更新时间"

static int column_named(struct arena *a, const struct exchange_kind *k, str header)
{
    str plain = exchange_header_plain(a, header);
    if (!plain.n)
        return COLUMN_IGNORED;
    for (int i = 0; k->columns[i].field; i++)
        if (str_eq(plain, exchange_header_plain(a, str_of(k->columns[i].label))) || str_eq(header, str_of(k->columns[i].field)))
            return i;
    for (int i = 0; k->columns[i].field; i++)
        if (named(a, k->columns[i].aliases, plain))
            return i;
    return named(a, IGNORED, plain) ? COLUMN_IGNORED : COLUMN_UNKNOWN;
}

static int64_t unit_of(str header)
{
    return str_find(header, S("万元")) >= 0 ? INT64_C(1000000) : str_find(header, S("亿元")) >= 0 ? INT64_C(10000000000) : 100;
}

static size_t understood(struct arena *a, const struct exchange_kind *k, const struct exchange_row *row)
{
    size_t n = 0;
    for (size_t i = 0; i < row->n; i++)
        n += row->cells[i].kind == SHEET_TEXT && column_named(a, k, row->cells[i].text) >= 0;
    return n;
}

static const struct sheet_cell *cell_at(const struct exchange_row *row, uint32_t column)
{
    const struct sheet_row r = {.n = row->n, .cells = row->cells};
    return sheet_at(&r, column);
}

/* The second line of a header in two: under names of groups, and under cells merged with the one below, which have nothing there. */
static bool continues(struct arena *a, const struct exchange_kind *k, const struct exchange_row *above, const struct exchange_row *row)
{
    for (size_t i = 0; i < row->n; i++) {
        const struct sheet_cell *over = cell_at(above, row->cells[i].column);
        if (row->cells[i].kind != SHEET_TEXT || column_named(a, k, row->cells[i].text) < 0 ||
            (over && column_named(a, k, over->text) >= 0))
            return false;
    }
    return row->n > 0;
}

static size_t header_row(struct arena *a, const struct exchange_kind *k, const struct exchange_table *t)
{
    size_t best = 0, most = 0;
    for (size_t i = 0; i < t->n && i < LIMIT_HEADER_ROWS; i++) {
        size_t n = understood(a, k, &t->rows[i]);
        if (n > most)
            most = n, best = i;
    }
    return most && best + 1 < t->n && continues(a, k, &t->rows[best], &t->rows[best + 1]) ? best + 1 : best;
}

/* Of two columns for one field the one that holds ids stands: exports write a name and its id. */
static void settle_doubles(struct arena *a, struct exchange_map *m, uint32_t column)
{
    for (uint32_t i = 0; i < m->columns; i++) {
        if (i == column || m->to[i] != m->to[column] || m->to[i] < 0)
            continue;
        bool id = str_ends(exchange_header_plain(a, m->names[column]), S("编号"));
        m->to[id ? i : column] = m->kind->columns[m->to[column]].cell == CELL_REF ? COLUMN_IGNORED : COLUMN_UNKNOWN;
        return;
    }
}

static int column_of_field(const struct exchange_kind *k, str field)
{
    for (int i = 0; k->columns[i].field; i++)
        if (str_eq(field, str_of(k->columns[i].field)))
            return i;
    return COLUMN_IGNORED;
}

/* "3=uscc 4=" */
static void correct(struct exchange_map *m, str chosen)
{
    str one, number;
    while (chosen.p && str_next(&chosen, ' ', &one)) {
        int64_t column;
        if (!str_next(&one, '=', &number) || !one.p || !str_int64(number, &column) || column < 1 || column > m->columns)
            continue;
        int to = one.n ? column_of_field(m->kind, one) : COLUMN_IGNORED;
        for (uint32_t i = 0; i < m->columns && to >= 0; i++)
            if (m->to[i] == to)
                m->to[i] = COLUMN_IGNORED;
        m->to[column - 1] = to;
    }
}

static void name_column(struct arena *a, struct exchange_map *m, const struct sheet_cell *c)
{
    uint32_t at = c->column - 1;
    m->names[at] = str_trim(c->text);
    m->to[at] = column_named(a, m->kind, m->names[at]);
    m->unit[at] = unit_of(m->names[at]);
    if (m->to[at] >= 0)
        settle_doubles(a, m, at);
}

/* Merged downwards: the name stands in the row above, and here is nothing. */
static void names_above(struct arena *a, struct exchange_map *m, const struct exchange_row *above)
{
    for (size_t i = 0; i < above->n; i++)
        if (!m->names[above->cells[i].column - 1].n && above->cells[i].kind == SHEET_TEXT &&
            column_named(a, m->kind, above->cells[i].text) >= 0)
            name_column(a, m, &above->cells[i]);
}

void exchange_map_guess(struct arena *a, const struct exchange_kind *kind,
                        const struct exchange_table *t, str chosen, struct exchange_map *ret)
{
    struct exchange_map m = {.kind = kind, .header = header_row(a, kind, t), .columns = t->columns};
    m.to = NEW_ARRAY(a, m.columns + 1, int);
    m.names = NEW_ARRAY(a, m.columns + 1, str);
    m.unit = NEW_ARRAY(a, m.columns + 1, int64_t);
    for (uint32_t i = 0; i < m.columns; i++)
        m.to[i] = COLUMN_IGNORED, m.names[i] = S(""), m.unit[i] = 100;
    for (size_t i = 0; t->n && i < t->rows[m.header].n; i++)
        name_column(a, &m, &t->rows[m.header].cells[i]);
    if (m.header)
        names_above(a, &m, &t->rows[m.header - 1]);
    correct(&m, chosen);
    *ret = m;
}

str exchange_map_missing(struct arena *a, const struct exchange_map *m)
{
    buf b = buf_make(a, 2000);
    for (int i = 0; m->kind->columns[i].field; i++) {
        bool there = !(m->kind->columns[i].flags & X_REQUIRED);
        for (uint32_t c = 0; c < m->columns; c++)
            there |= m->to[c] == i;
        if (!there)
            buf_printf(&b, "%s“%s”", b.n ? "、" : "", m->kind->columns[i].label);
    }
    return buf_str(&b);
}

str exchange_map_unknown(struct arena *a, const struct exchange_map *m)
{
    buf b = buf_make(a, 64 << 10);
    for (uint32_t c = 0; c < m->columns; c++)
        if (m->to[c] == COLUMN_UNKNOWN && b.n < 2000)
            buf_printf(&b, "%s“%.*s”%s", b.n ? "、" : "", STR_ARG(utf8_clip(m->names[c], 30)),
                       column_named(a, m->kind, m->names[c]) >= 0 ? "（与另一列重复）" : "");
    return buf_str(&b);
}

err *exchange_map_header(struct arena *a, const struct exchange_kind *kind, const struct exchange_table *t, str chosen,
                         struct exchange_map *ret)
{
    struct exchange_map m;
    exchange_map_guess(a, kind, t, chosen, &m);
    str missing = exchange_map_missing(a, &m), unknown = exchange_map_unknown(a, &m);
    if (!t->n)
        return err_new(ERR_INPUT, "表里没有内容");
    if (missing.n)
        return err_got(err_new(ERR_INPUT, "“%s”表缺少必需的列：%.*s%s%.*s", kind->label, STR_ARG(missing),
                               unknown.n ? "；认不出的列：" : "", STR_ARG(unknown)),
                       unknown, missing, S("可下载模板对照，或指明哪一列是什么"));
    if (m.header + 1 >= t->n)
        return err_new(ERR_INPUT, "表头之下没有数据");
    *ret = m;
    return NULL;
}
