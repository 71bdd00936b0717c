/*
 * remote/: GeoTIFF of our own hand: what ingest keeps, masks, test scenes. Tiled, one plane a band, Zstandard or DEFLATE with the horizontal
 * predictor, overviews by halves, GeoKeys, GDAL's tags for no-data and band names. Any GIS reads it; we read it back without GDAL, and nothing else:
 * the reader takes what the writer makes and refuses the rest.
 *
 * Classic TIFF: less than 4 GB. Written beside `path` and renamed when it is whole.
 * Errors: ERR_LIMIT, ERR_FULL, ERR_IO; reading: ERR_INPUT not ours, ERR_DAMAGED names what does not fit.
 */
#pragma once
#include "remote/grid.h"
#include "remote/recipe.h"
#include "remote/regions.h"

enum sample { SAMPLE_U8, SAMPLE_U16, SAMPLE_I16, SAMPLE_F32, SAMPLES };
static inline size_t sample_size(enum sample s)
{
    return s == SAMPLE_U8 ? 1 : s == SAMPLE_F32 ? 4 : 2;
}
const char *sample_text(enum sample s); /* "16位无符号整数" */

enum { TIF_TILE = 256, LIMIT_RASTER_BANDS = 32, LIMIT_RASTER_LEVELS = 10, LIMIT_TIF_NOTE = 16 << 10 };
#define LIMIT_RASTER_PIXELS INT64_C(1000000000) /* width × height */

struct tif_options {
    struct grid grid;                       /* with width and height */
    int bands;
    enum sample sample;
    bool has_nodata; double nodata;
    bool zstd;                              /* else DEFLATE */
    bool levels;                            /* with overviews down to one tile */
    uint32_t nearest;                       /* bit b: band b is no measure; overviews take a pixel, not the mean */
    str note;                               /* our JSON about the scene, kept as the description; no NUL */
    const char *names[LIMIT_RASTER_BANDS];  /* NULL: none */
};
struct tif_writer;
MUST_USE err *tif_begin(struct arena *a, str path, const struct tif_options *o, struct tif_writer **ret);
/* The next row of a band. Bands may come one after the other, or row by row. */
MUST_USE err *tif_row(struct tif_writer *w, int band, const void *row);
MUST_USE err *tif_end(struct tif_writer *w);
void tif_abandon(struct tif_writer *w); /* nothing is left; after tif_end nothing happens */

struct tif_level { int width, height, across, down; };
struct tif;
struct tif_head {
    struct grid grid;
    int bands, levels;
    enum sample sample;
    bool has_nodata; double nodata;
    struct tif_level level[LIMIT_RASTER_LEVELS];
    char name[LIMIT_RASTER_BANDS][16];
    str note;
};
MUST_USE err *tif_open(struct arena *a, str path, struct tif **ret);
MUST_USE err *tif_open_bytes(struct arena *a, str bytes, struct tif **ret); /* borrowed as long as the tif */
void tif_close(struct tif *t);
const struct tif_head *tif_head(const struct tif *t);
/* One tile, TIF_TILE × TIF_TILE samples row by row; beyond the edge of the scene: whatever. Thread-safe. */
MUST_USE err *tif_tile(struct tif *t, int level, int band, int across, int down, void *ret);
