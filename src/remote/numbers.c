/* Plain loops a sample type, so that compilers use vectors. */
#include "remote/numbers.h"
#include "base/lanes.h"

#include <math.h>

#define CONVERT(type)                                                                               \
    LANES static void convert_##type(float *restrict to, const type *restrict from, size_t n, const struct convert *k) \
    {                                                                                               \
        const float scale = k->scale, add = k->add, nodata = k->nodata, product = k->nodata_product;  \
        for (size_t i = 0; i < n; i++) {                                                            \
            float v = (float)from[i];                                                               \
            to[i] = ((v == nodata) | (v == product)) ? NAN : (v + add) * scale;                      \
        }                                                                                           \
    }
CONVERT(uint8_t)
CONVERT(uint16_t)
CONVERT(int16_t)
CONVERT(float)

void convert_numbers(const struct convert *k, float *to, const void *from, size_t n)
{
    if (k->sample == SAMPLE_U8)
        convert_uint8_t(to, from, n, k);
    else if (k->sample == SAMPLE_U16)
        convert_uint16_t(to, from, n, k);
    else if (k->sample == SAMPLE_I16)
        convert_int16_t(to, from, n, k);
    else
        convert_float(to, from, n, k);
}

struct convert convert_of(const struct raster_band *band, const struct bands *b, enum channel c, enum sample sample)
{
    struct convert k = {.sample = sample, .scale = (float)b->scale, .add = (float)b->add, .nodata = band->has_nodata ? (float)band->nodata : NAN,
                        .nodata_product = b->nodata == INT32_MIN ? NAN : (float)b->nodata};
    if (band->scale != 1 || band->offset != 0) /* the file says it itself; whoever wrote that has applied the baseline, too */
        k.scale = (float)band->scale, k.add = (float)(band->offset / band->scale);
    if (c == CHANNEL_QA)
        k = (struct convert){.sample = sample, .scale = 1, .add = 0, .nodata = NAN, .nodata_product = NAN};
    return k;
}

const struct quality_table *quality_table_new(struct arena *a, enum quality_kind kind)
{
    struct quality_table *t = NEW(a, struct quality_table);
    for (uint32_t v = 0; v < 65536; v++)
        if (quality_bad(kind, v))
            t->bad[v / 64] |= UINT64_C(1) << v % 64;
    return t;
}
