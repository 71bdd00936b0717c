/* Between detect.c, verdicts.c, change.c and area.c. Private to remote/. */
#pragma once
#include "remote/detect.h"

/* A scene judged row by row. */
struct judge { struct rows *rows; struct eval *eval; uint32_t channels; int width, height, y; uint8_t *mask, *valid; float *value; int32_t *index; };
MUST_USE err *judge_open(struct arena *a, struct raster *r, const struct bands *b, const struct recipe *recipe, double threshold, int level, struct judge *ret);
MUST_USE err *judge_row(struct judge *j, bool *ret_more);
static inline int32_t millionth(float v) /* NaN becomes something nobody reads */
{
    v = v > -2000 ? v : -2000;
    v = v < 2000 ? v : 2000;
    return (int32_t)(v * 1e6f + (v < 0 ? -0.5f : 0.5f));
}

struct threshold { double value, share, valley; bool asked, otsu; };
MUST_USE err *threshold_for(struct raster *r, const struct bands *b, const struct recipe *recipe, const struct recipe_options *o, struct threshold *ret);
uint32_t region_flags(const struct region_sums *s, uint32_t common);
uint32_t common_flags(const struct recipe *asked, const struct recipe *used, const struct bands *b, const struct threshold *t);
int64_t least_pixels(const struct recipe_options *o, const struct recipe *recipe, const struct grid *g);
MUST_USE err *mask_begin(struct arena *a, str path, const struct grid *g, const struct recipe *recipe, struct tif_writer **ret);
