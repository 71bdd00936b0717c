/* Flight logs: an error, or points on the earth. The target says which parser: LOG_PARSE(arena, text, track). */
#pragma once
#include "patrol/private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    struct track t = {0};
    str text = {(const char *)data, size};
    if (size > 1 << 20)
        return 0;
    if (!LOG_PARSE(a, text, &t))
        for (size_t i = 0; i < t.n; i++)
            CHECK(place_good(t.p[i].lat, t.p[i].lon));
    err_clear();
    return 0;
}
