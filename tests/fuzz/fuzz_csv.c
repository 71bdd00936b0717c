/* Any bytes as a file of a stranger: rows in order and within their limits, or an error; and the same rows however often. */
#include "sheet/child.h"

struct seen { uint32_t row; int64_t rows, cells, bytes; };

static err *note(void *context, const struct sheet_row *r)
{
    struct seen *s = context;
    CHECK(r->n > 0 && r->row > s->row);
    uint32_t column = 0;
    for (size_t i = 0; i < r->n; i++) {
        CHECK(r->cells[i].column > column && r->cells[i].column <= LIMIT_SHEET_COLUMNS && r->cells[i].kind == SHEET_TEXT);
        CHECK(r->cells[i].text.n > 0 && r->cells[i].text.n <= LIMIT_SHEET_TEXT && utf8_bad(r->cells[i].text) < 0);
        column = r->cells[i].column;
        s->bytes += (int64_t)r->cells[i].text.n;
    }
    s->row = r->row;
    s->rows++;
    s->cells += (int64_t)r->n;
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen once = {0}, twice = {0};
    char separator = 0, again = 0;
    err *bad = sheet_read_csv((str){(const char *)data, size}, note, &once, &separator);
    if (!bad) {
        CHECK(separator == ',' || separator == '\t' || separator == ';');
        CHECK(!sheet_read_csv((str){(const char *)data, size}, note, &twice, &again) && again == separator);
        CHECK(once.rows == twice.rows && once.cells == twice.cells && once.bytes == twice.bytes);
    }
    err_clear();
    return 0;
}
