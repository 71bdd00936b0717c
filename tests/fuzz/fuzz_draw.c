/*
 * A published draw as strangers may write it. Nothing crashes; an error names what is wrong in sound UTF-8; a file that is accepted
 * is written again to the same bytes, and whoever it says was chosen was not excluded.
 */
#include "analysis/draw.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    struct draw d;
    str text = {(const char *)data, size}, again;
    if (size > 1 << 16)
        return 0;
    err *e = draw_verify(a, text, &d);
    if (e) {
        CHECK(e->kind == ERR_INPUT || e->kind == ERR_DENIED);
        CHECK(e->field.n && e->text.n && utf8_bad(e->text) < 0);
    } else {
        CHECK(draw_write(a, &d, true, &again) == NULL && str_eq(again, text));
        for (size_t i = 0; i < d.pool.n; i++)
            CHECK(!draw_is_chosen(&d, i) || !d.pool.p[i].excluded.p);
    }
    err_clear();
    return 0;
}
