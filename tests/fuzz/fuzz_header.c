/* Any table under any kind of sheet: every column is known, unknown or passed over, no field is there twice, corrections hold, and every
 * cell is a value of its kind or an error that names its column. The first byte chooses the kind; up to a NUL come corrections. */
#include "exchange/exchange.h"

#include <string.h>

struct loading { struct arena *a; VEC(struct exchange_row) rows; uint32_t columns; };

static err *keep(void *context, const struct sheet_row *r)
{
    struct loading *l = context;
    if (l->rows.n == 200 || r->cells[r->n - 1].column > LIMIT_IMPORT_COLUMNS)
        return err_new(ERR_LIMIT, "enough");
    struct sheet_cell *cells = arena_copy(l->a, r->cells, r->n * sizeof *cells);
    for (size_t i = 0; i < r->n; i++) {
        cells[i].text = arena_str(l->a, cells[i].text);
        cells[i].kind = cells[i].text.n % 5 == 4 ? SHEET_NUMBER : SHEET_TEXT;
        l->columns = cells[i].column > l->columns ? cells[i].column : l->columns;
    }
    vec_push(l->a, &l->rows, ((struct exchange_row){r->row, r->hidden, r->n, cells}));
    return NULL;
}

static void check_map(const struct exchange_map *m)
{
    int seen[LIMIT_EXCHANGE_COLUMNS] = {0};
    for (uint32_t i = 0; i < m->columns; i++) {
        CHECK(m->to[i] >= COLUMN_IGNORED && m->to[i] < (int)exchange_columns(m->kind));
        CHECK(m->to[i] < 0 || !seen[m->to[i]]++);
        CHECK(m->unit[i] > 0);
    }
}

static void check_cells(struct arena *a, const struct exchange_table *t, const struct exchange_map *m)
{
    for (size_t i = m->header + 1; i < t->n; i++)
        for (size_t k = 0; k < t->rows[i].n; k++) {
            const struct sheet_cell *cell = &t->rows[i].cells[k];
            int to = m->to[cell->column - 1];
            struct exchange_value v;
            if (to < 0)
                continue;
            err *bad = exchange_cell_read(a, &m->kind->columns[to], cell, m->unit[cell->column - 1], &v);
            CHECK(!bad || str_find(bad->text, str_of(m->kind->columns[to].label)) >= 0);
            CHECK(bad || !v.present || v.n || v.v.kind != DB_NULL);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    AUTO_ARENA(a);
    size_t kinds = 0;
    while (exchange_kinds[kinds].name)
        kinds++;
    const struct exchange_kind *kind = &exchange_kinds[data[0] % kinds];
    const uint8_t *end = memchr(data + 1, 0, size - 1);
    str chosen = end ? (str){(const char *)data + 1, (size_t)(end - data - 1)} : S("");
    const uint8_t *text = end ? end + 1 : data + 1;
    struct loading l = {.a = a};
    char separator;
    if (!sheet_read_csv((str){(const char *)text, size - (size_t)(text - data)}, keep, &l, &separator) && l.rows.n) {
        struct exchange_table t = {.format = SHEET_CSV, .sheet = S(""), .columns = l.columns, .n = l.rows.n, .rows = l.rows.p};
        struct exchange_map m;
        exchange_map_guess(a, kind, &t, utf8_bad(chosen) < 0 ? chosen : S(""), &m);
        check_map(&m);
        check_cells(a, &t, &m);
        if (!exchange_map_header(a, kind, &t, S(""), &m))
            check_map(&m);
    }
    err_clear();
    return 0;
}
