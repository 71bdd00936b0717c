/*
 * A sheet in memory. Rows of one sheet only: a workbook's first that can be seen and has any, or the one that was named, because
 * headers of two sheets are two files, and hidden ones hold the lists that platforms fill their choices from. Cells are kept in
 * the file's order; texts are copied, for the reader gives them for one row.
 */
#include "exchange/exchange.h"

struct loading {
    struct arena *a;
    struct exchange_table *t;
    VEC(struct exchange_row) rows;
    uint32_t sheet;
    bool named;
    size_t bytes;
};

static err *each(void *context, const struct sheet_row *r)
{
    struct loading *l = context;
    if (r->sheet_hidden && !l->named)
        return NULL;
    if (!l->sheet) {
        l->sheet = r->sheet;
        l->t->sheet = arena_str(l->a, r->sheet_name);
    }
    if (r->sheet != l->sheet)
        return NULL;
    if (l->rows.n > LIMIT_IMPORT_ROWS)
        return err_new(ERR_LIMIT, "一张表最多导入%d行，请分成几张", LIMIT_IMPORT_ROWS);
    struct exchange_row row = {.number = r->row, .hidden = r->hidden, .n = r->n, .cells = arena_copy(l->a, r->cells, r->n * sizeof *r->cells)};
    struct sheet_cell *cells = (struct sheet_cell *)(uintptr_t)row.cells; /* ours, just made */
    for (size_t i = 0; i < r->n; i++) {
        if (cells[i].column > LIMIT_IMPORT_COLUMNS)
            return err_new(ERR_LIMIT, "第%u行超过%d列，请只留需要的列", r->row, LIMIT_IMPORT_COLUMNS);
        cells[i].text = arena_str(l->a, cells[i].text);
        l->bytes += cells[i].text.n;
        if (cells[i].column > l->t->columns)
            l->t->columns = cells[i].column;
    }
    if (l->bytes > LIMIT_IMPORT_TEXT)
        return err_new(ERR_LIMIT, "表的内容超过%d MB，请分成几张", LIMIT_IMPORT_TEXT >> 20);
    vec_push(l->a, &l->rows, row);
    return NULL;
}

err *exchange_read(struct arena *a, str bytes, str sheet, struct exchange_table *ret)
{
    *ret = (struct exchange_table){.sheet = S(""), .digest = sm3_of(bytes.p, bytes.n)};
    struct loading l = {.a = a, .t = ret, .named = sheet.n > 0};
    TRY(sheet_read_any(bytes, sheet, each, &l, &ret->format, &ret->separator));
    if (sheet.n && !l.rows.n)
        return err_new(ERR_INPUT, "工作簿里没有名为“%.*s”的表，或表是空的", STR_ARG(utf8_clip(sheet, 30)));
    ret->rows = l.rows.p;
    ret->n = l.rows.n;
    return NULL;
}

err *exchange_check(const struct exchange_table *t, const struct exchange_map *m, size_t *ret_good, size_t *ret_bad)
{
    AUTO_ARENA(a);
    *ret_good = *ret_bad = 0;
    for (size_t i = m->header + 1; i < t->n; i++) {
        bool good = true;
        for (size_t k = 0; k < t->rows[i].n; k++) {
            const struct sheet_cell *cell = &t->rows[i].cells[k];
            struct exchange_value v;
            if (m->to[cell->column - 1] >= 0 &&
                exchange_cell_read(a, &m->kind->columns[m->to[cell->column - 1]], cell, m->unit[cell->column - 1], &v))
                good = false;
        }
        *ret_good += good;
        *ret_bad += !good;
        arena_reset(a);
        err_clear();
    }
    return NULL;
}
