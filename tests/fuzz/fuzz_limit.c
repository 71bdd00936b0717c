/*
 * Rows of limit.import as strangers may write them. Nothing crashes; an error names row and member in sound UTF-8; a row that
 * is taken has one target, and a value that those who compute read as the same decimal the act took.
 */
#include "acts/limit_rows.h"
#include "monitor/series/flue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void taken(const struct limit_row *row)
{
    struct decimal value;
    CHECK((row->outlet.p != NULL) + (row->industry.p != NULL) + (row->region != 0) == 1);
    CHECK(factor_valid(row->factor) && row->from != DAY_NONE);
    CHECK(decimal_valid(row->value) && decimal_parse(row->value, &value) && value.scale >= 0 && value.scale <= 18);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    str text = {(const char *)data, size};
    const struct json *json;
    struct limit_row row;
    struct decimal value;
    CHECK(decimal_valid(text) == decimal_parse(text, &value));
    if (json_parse(a, text, 1 << 16, &json) == NULL) {
        const err *e = limit_row_read(a, json, 3, &row);
        if (e)
            CHECK(e->kind == ERR_INPUT && str_starts(e->field, S("rows[3]")) && e->text.n && utf8_bad(e->text) < 0 &&
                  utf8_bad(e->got) < 0 && utf8_bad(e->field) < 0);
        else if (row.emission)
            taken(&row);
    }
    err_clear();
    return 0;
}
