/*
 * What json_parse accepts, it accepts again in canonical form, and that form is a fixed point: the
 * signature of an act is made over it. What it refuses, it refuses with an error that can be shown.
 */
#include "base/base.h"

#include <string.h>

enum { LIMIT = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static str canonical(struct arena *a, const struct json *value)
{
    buf b = buf_make(a, 8 * LIMIT); /* "\u0001" for each byte and then some */
    struct json_out o = {&b, false};
    json_canonical(&o, value);
    CHECK(!b.overflow);
    return buf_str(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    const struct json *value, *again, *plain;
    const err *e = json_parse(a, (str){(const char *)data, size}, LIMIT, &value);
    if (e) {
        CHECK(e->text.n && utf8_bad(e->text) < 0 && utf8_bad(e->got) < 0 && utf8_bad(e->field) < 0);
        err_clear();
        return 0;
    }
    str once = canonical(a, value);
    CHECK(!json_parse(a, once, 8 * LIMIT, &again));
    CHECK(str_eq(canonical(a, again), once));

    buf b = buf_make(a, 8 * LIMIT);
    struct json_out o = {&b, false};
    json_tree(&o, value);
    CHECK(!json_parse(a, buf_str(&b), 8 * LIMIT, &plain));
    CHECK(str_eq(canonical(a, plain), once));
    return 0;
}
