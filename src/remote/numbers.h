/* What is in the file becomes what was measured: one band, one piece of a row. Private to remote/. */
#pragma once
#include "remote/raster.h"

/* value = (number + add) × scale; NaN for the no-data of the file and of the product. Without one: NaN, which nothing equals. */
struct convert { enum sample sample; float scale, add, nodata, nodata_product; };
struct convert convert_of(const struct raster_band *band, const struct bands *b, enum channel c, enum sample sample);
void convert_numbers(const struct convert *k, float *to, const void *from, size_t n);

/* Which values of the quality band are cloud, shadow, snow or fill: one bit for each 16-bit value. */
struct quality_table { uint64_t bad[1024]; };
const struct quality_table *quality_table_new(struct arena *a, enum quality_kind kind);
static inline bool quality_good(const struct quality_table *t, float v)
{
    uint32_t u = v >= 0 && v < 65536 ? (uint32_t)v : 0;
    return !(t->bad[u / 64] >> u % 64 & 1) && v == v;
}
