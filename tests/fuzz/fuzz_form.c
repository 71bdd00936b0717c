/*
 * Queries, forms, multipart and cookies from bytes. What is accepted is UTF-8 without control characters but line
 * ends, every view lies inside what was given or copied, and decoding again gives the same.
 */
#include "web/request.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void sound(str s, bool lines)
{
    CHECK(utf8_bad(s) < 0);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        CHECK((c >= 0x20 && c != 0x7f) || (lines && (c == '\n' || c == '\t')));
    }
}

static void sound_form(const struct form *f)
{
    CHECK(f->n <= LIMIT_PAIRS && f->files_n <= LIMIT_PAIRS);
    for (size_t i = 0; i < f->n; i++) {
        sound(f->p[i].name, false);
        sound(f->p[i].value, true);
    }
    size_t bytes = 0;
    for (size_t i = 0; i < f->files_n; i++)
        for (size_t k = 0; k < f->files[i].bytes.n; k++)
            bytes += (unsigned char)f->files[i].bytes.p[k];
    CHECK(bytes < SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    str text = {(const char *)data, size};
    struct form form = {0};
    if (!form_decode(a, text, &form))
        sound_form(&form);
    form = (struct form){0};
    if (!multipart_decode(a, S("multipart/form-data; boundary=xyz"), text, &form))
        sound_form(&form);
    str path;
    if (url_decode(a, text, false, false, &path))
        sound(path, false);
    str cookie = cookie_get(text, S("s"));
    CHECK(!cookie.p || (cookie.p >= text.p && cookie.p + cookie.n <= text.p + text.n));
    err_clear();
    return 0;
}
