/* What people hand in beside pixels: a scene of ours (its directories and tiles), an expression, a polygon, the record of a detection. Whatever the bytes are, something is read or an error
 * is named; what was read can be looked at. */
#include "remote/record.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void scene(struct arena *a, str bytes)
{
    static uint8_t tile[TIF_TILE * TIF_TILE * 4];
    struct tif *t;
    if (tif_open_bytes(a, bytes, &t))
        return;
    const struct tif_head *h = tif_head(t);
    CHECK(!grid_check(&h->grid) && h->bands > 0 && h->levels > 0);
    for (int level = 0; level < h->levels; level++)
        if (!tif_tile(t, level, h->bands - 1, h->level[level].across - 1, h->level[level].down - 1, tile))
            CHECK(h->level[level].width > 0);
}

static void expression(struct arena *a, str text)
{
    struct eval *e;
    float value[8] = {0.1f, 0.2f, 0, -1};
    const float *in[CHANNELS];
    uint8_t mask[8], valid[8];
    float index[8];
    for (int c = 0; c < CHANNELS; c++)
        in[c] = value;
    if (eval_new(a, text, S("ndwi > threshold"), 0, &e))
        return;
    eval_span(e, in, 8, mask, valid, index);
    for (int i = 0; i < 8; i++)
        CHECK(mask[i] <= valid[i] && (!valid[i] || index[i] == index[i]));
}

static void polygon(struct arena *a, str text)
{
    struct area *area;
    struct grid g = {.t = {114, 1e-4, 0, 31, 0, -1e-4}, .width = 64, .height = 64};
    uint8_t mask[64];
    CHECK(crs_of_epsg(4490, &g.crs));
    if (!area_read(a, text, &area))
        area_row(area, &g, 10, mask);
}

/* What was read can be written and read again. */
static void record(struct arena *a, str text)
{
    struct detect_record r, again;
    if (detect_record_read(a, text, &r) || r.recipe.n + r.sensor.n + r.bands.n > 1000)
        return;
    CHECK(!detect_record_read(a, detect_record_text(a, &r), &again) && again.least_m2 == r.least_m2 && again.image_bytes == r.image_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a; /* kept from run to run: what the last one left is poisoned again */
    if (!size || size > 1 << 18)
        return 0;
    if (!a)
        a = arena_new();
    str rest = {(const char *)data + 1, size - 1};
    if (*data == 'r')
        record(a, rest);
    else if (*data % 3 == 0)
        scene(a, rest);
    else if (*data % 3 == 1)
        expression(a, rest);
    else
        polygon(a, rest);
    err_clear();
    arena_reset(a);
    return 0;
}
