/* Heads of photographs, in this process and without the sandbox: whatever the bytes are, places are on the earth or none, texts end. */
#include "patrol/private.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA(a);
    struct photo p;
    struct grey g;
    str bytes = {(const char *)data, size};
    if (size > LIMIT_PATROL_HEAD || !head_parse(a, bytes, true, &p))
        return 0;
    CHECK(isnan(p.lat) ? isnan(p.lon) : place_good(p.lat, p.lon));
    CHECK(memchr(p.make, 0, sizeof p.make) && memchr(p.model, 0, sizeof p.model) && memchr(p.software, 0, sizeof p.software));
    CHECK(memchr(p.aircraft, 0, sizeof p.aircraft) && memchr(p.version, 0, sizeof p.version));
    if (p.thumbnail_n) {
        CHECK(p.thumbnail <= size && p.thumbnail_n <= size - p.thumbnail);
        if (grey_decode(str_sub(bytes, p.thumbnail, p.thumbnail_n), &g))
            CHECK(g.width <= PATROL_GREY && g.height <= PATROL_GREY && g.width > 0 && g.height > 0);
    }
    return 0;
}
