/* Layers and lists of fire points as people hand them in. Whatever the bytes are, something is read or an error is named; what was read is sound: places in the
 * country, rings of three corners, times of a day, and the document of a layer reads back to the same document. */
#include "remote/fires.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void layer(struct arena *a, str bytes)
{
    struct layer l, back;
    str text, again;
    if (layer_read(a, bytes, &l))
        return;
    CHECK(l.n > 0 && l.n <= LIMIT_LAYER_AREAS && l.corners <= LIMIT_LAYER_CORNERS);
    for (size_t i = 0; i < l.n; i++)
        for (size_t r = 0; r < l.areas[i].rings_n; r++) {
            const struct spots *ring = &l.areas[i].rings[r];
            CHECK(ring->n >= 3 && utf8_bad(l.areas[i].name) < 0);
            for (size_t k = 0; k < ring->n; k++)
                CHECK(ring->p[k].lon >= l.low.lon && ring->p[k].lon <= l.high.lon && ring->p[k].lat >= l.low.lat && ring->p[k].lat <= l.high.lat);
            (void)area_meets_rings(&l.areas[i], ring, 1);
        }
    CHECK(!layer_document(a, &l, &text) && !layer_of_document(a, text, &back) && !layer_document(a, &back, &again) && str_eq(text, again));
}

static void fires(struct arena *a, str bytes)
{
    struct spot low = {INT64_MIN, INT64_MIN}, high = {INT64_MAX, INT64_MAX};
    struct fires f;
    struct fire_place *p;
    struct fire_source s[2] = {{S("a"), spot_of(114.3, 30.5)}, {S("b"), spot_of(114.301, 30.5)}};
    size_t n, all, points = 0;
    if (fires_read(a, bytes, low, high, &f))
        return;
    for (size_t i = 0; i < f.n; i++)
        CHECK(f.p[i].at > 0 && f.p[i].scan_m >= 100 && f.p[i].track_m <= 10000 && f.p[i].percent <= 100 && f.p[i].type <= FIRE_OFFSHORE && (!i || f.p[i].at >= f.p[i - 1].at));
    CHECK(!fires_places(a, &f, s, 2, &p, &n, &all) && n <= all && all <= f.n);
    for (size_t i = 0; i < n; i++) {
        CHECK(p[i].n > 0 && p[i].days >= 1 && p[i].near_all <= 2);
        points += p[i].n;
    }
    CHECK(n < all || points == f.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a; /* kept from run to run: what the last one left is poisoned again */
    if (!size || size > 1 << 18)
        return 0;
    if (!a)
        a = arena_new();
    str rest = {(const char *)data + 1, size - 1};
    if (*data % 2)
        layer(a, rest);
    else
        fires(a, rest);
    err_clear();
    arena_reset(a);
    return 0;
}
