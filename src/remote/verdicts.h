/*
 * A recipe over a scene, row by row, as bits: flagged or not, judged or not. Files of ours are judged tile by tile while a tile is in the nearest cache, by all
 * who unpack; of others, and where pixels are smoothed first, rows are judged one after the other. The same bits either way.
 * Private to remote/.
 */
#pragma once
#include "remote/detect_private.h"

struct verdicts;
struct verdict_row {
    const uint64_t *mask, *valid;  /* bits_words(width); borrowed until the next call */
    const int32_t *const *index;   /* 10^-6, packed as regions_row_bits takes them */
    int64_t judged, flagged;       /* pixels of the row */
};
MUST_USE err *verdicts_open(struct arena *a, struct raster *r, const struct bands *b, const struct recipe *recipe, double threshold, struct verdicts **ret);
MUST_USE err *verdicts_next(struct verdicts *v, struct verdict_row *ret, bool *ret_more);
struct rows_health verdicts_health(const struct verdicts *v);
