/* Values out of any bytes: finite, not negative, within the limit. */
#include "look/look_private.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    struct look_value *v;
    size_t n = look_values(a, (str){(const char *)data, size}, &v);
    for (size_t i = 0; i < n; i++)
        CHECK(isfinite(v[i].value) && v[i].value >= 0 && v[i].factor);
    return 0;
}
