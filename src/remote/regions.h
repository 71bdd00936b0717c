/*
 * remote/: regions of a mask: connected pixels, their sums, and their boundaries as rings that GEOS calls valid. Pure; needs no
 * library; one pass, row after row.
 *
 *   row of 0/1 ── runs ── parts (4-connected; union-find over runs) ── regions (8-connected: parts that touch by a corner)
 *                   └──── walls ── corners linked to chains ── closed: rings of a part
 *
 * Pixels are (x, y) from the upper left; corners of pixels have the same numbers, so pixel (x, y) covers [x, x+1) × [y, y+1).
 * A ring lists corners only (no vertex within a straight line), without repeating the first. Outer rings run clockwise as seen on
 * the picture, holes the other way. A ring that touches itself at a corner is split there: an outer ring becomes an outer ring and a hole
 * that touches it, a hole becomes two. With `eight` a region is a multi-polygon of its 4-connected parts, which touch in points only.
 *
 * Order: a region is handed out when the row behind its last one was read, from left to right; numbers count from 1 in that order.
 * Equal rows give equal answers whoever computed them: threads may make the mask, one thread hands in the rows.
 * Memory: what is open at the current row (and the rings of regions not yet closed), never the height of the scene.
 * Errors: ERR_LIMIT when the corners of open regions pass LIMIT_REGION_CORNERS; whatever the callback returns.
 */
#pragma once
#include "base/base.h"

enum {
    LIMIT_REGION_CORNERS = 1 << 23, /* 8 bytes each: a mask of noise, not of things, has more */
    LIMIT_RASTER_EDGE = 60000       /* columns or rows */
};

struct region_sums {
    int64_t pixels;
    int32_t x0, y0, x1, y1;         /* box: x0 <= x < x1 */
    int32_t first_x, first_y;       /* its first pixel in reading order */
    int64_t x, y, xx, yy, xy;       /* sums over pixels of the coordinates and their products */
    int64_t index, index_square;    /* sums of the index: 10^-6; of its square: 10^-6 */
    int32_t index_min, index_max;   /* 10^-6 */
    int64_t edges;                  /* sides of pixels on the boundary, holes with */
    int64_t rim;                    /* of these, on the edge of the scene */
    int64_t blind;                  /* of these, beside a pixel that could not be judged */
};
struct region_point { int32_t x, y; };
struct region_ring { uint32_t first, n; bool outer; /* starts a polygon; holes of it follow */ };
struct patch {
    uint32_t number;
    struct region_sums sums;
    const struct region_point *points; size_t points_n;
    const struct region_ring *rings; size_t rings_n;   /* none without `rings` */
};
struct region_totals { int64_t pixels, regions, kept, kept_pixels; };

struct regions_options {
    int width;
    bool eight;      /* neighbours by corners, too; GDAL's polygonize takes four by default, so do we */
    bool rings;
    int64_t least;   /* pixels; smaller ones are counted and not handed out */
    err *(*region)(void *context, const struct patch *r); /* borrowed until it returns */
    void *context;
};

struct regions;
struct regions *regions_new(struct arena *a, const struct regions_options *o);
/* The next row. mask: 0 or 1 a pixel. index: 10^-6, read where mask is 1; NULL none. valid: 0 where a pixel could not be judged; NULL all were. */
MUST_USE err *regions_row(struct regions *r, const uint8_t *mask, const int32_t *index, const uint8_t *valid);
/* The same by bits, the first pixel lowest: bits_words(width) words a row, nothing set beyond the width. index[i]: of the columns from INDEX_COLUMNS i on, that
 * many, only those where the mask is set, one after the other; NULL none. */
enum { INDEX_COLUMNS = 256 };
MUST_USE err *regions_row_bits(struct regions *r, const uint64_t *mask, const int32_t *const *index, const uint64_t *valid);
/* A whole row in that form: `width` numbers at to, a pointer for each INDEX_COLUMNS at ret. */
void index_pack(const uint64_t *mask, const int32_t *index, int width, int32_t *to, const int32_t **ret);
static inline size_t bits_words(int width)
{
    return ((size_t)width + 63) / 64;
}
static inline bool bit_at(const uint64_t *bits, int x)
{
    return bits[x / 64] >> x % 64 & 1;
}
/* n bytes of 0 and 1; the last word is filled up with zeros. */
void bits_of(const uint8_t *bytes, size_t n, uint64_t *ret);
/* No more rows. Nothing may be handed in afterwards. */
MUST_USE err *regions_end(struct regions *r, struct region_totals *ret);
/* Bytes in use now. */
size_t regions_memory(const struct regions *r);

/* Twice the area, positive for outer rings. */
int64_t ring_area_twice(const struct region_point *p, size_t n);
