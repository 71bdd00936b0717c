/*
 * remote/: pixels of a scene, from two kinds of file. What ingest made is read here (tif.h). Everything else — GeoTIFF, COG, JPEG 2000 that
 * strangers hand in — is read by GDAL in a program of its own, xiezhi-read-raster: it holds the file, a socket and a piece of shared memory, opens
 * nothing, reaches no network, starts nothing, knows two drivers, and has bounded memory and time (seccomp, rlimits). Blocks are decoded straight into the
 * shared memory while this side works on those before.
 *
 * Values come as rows of floats a channel: (number + add) × scale; NaN where there is none: no-data, what is not a number, a block that
 * cannot be read, a pixel whose quality band says cloud, shadow or snow.
 *
 * Threads: a raster is used by one thread, and has helpers of its own; one reading of rows at a time. Errors: ERR_INPUT not a scene we take (reason in the words for a person), or no program
 * xiezhi-read-raster (this build came without GDAL; names the package); ERR_LIMIT named; ERR_DAMAGED more than 1 % of the blocks unreadable;
 * ERR_IO no sandbox on this machine.
 */
#pragma once
#include "remote/tif.h"

enum {
    LIMIT_RASTER_SECONDS = 900,        /* of the reading process */
    LIMIT_RASTER_MEMORY = 1 << 30,     /* of the reading process beyond what it starts with */
    LIMIT_RASTER_SHARED = 96 << 20,    /* decoded blocks on their way */
    LIMIT_DAMAGED_PERCENT = 1
};
struct raster_band { char name[24]; int32_t sample; int32_t has_nodata; double nodata, scale, offset; /* tags of the file: value = number × scale + offset */ };
struct raster_head {
    struct grid grid;
    int32_t bands, levels;
    struct tif_level level[LIMIT_RASTER_LEVELS]; /* of foreign files width and height only */
    struct raster_band band[LIMIT_RASTER_BANDS];
    char driver[16];                   /* "GTiff", "JP2OpenJPEG"; ours: "xiezhi" */
    char taken[32], baseline[16];      /* as the file says, "" when it does not: RFC 3339 and "05.11" */
    int32_t gcps, rpc;                 /* positions by control points or by RPC only */
};
enum { LIMIT_RASTER_THREADS = 4 };
struct raster;
MUST_USE err *raster_open(struct arena *a, str path, struct raster **ret);
void raster_close(struct raster *r);
void raster_close_at(struct raster **r);
#define AUTO_RASTER __attribute__((cleanup(raster_close_at))) struct raster
void raster_threads(struct raster *r, int n); /* that unpack files of ours, the caller with them; 0, as at first: one a core. Answers are the same. */
const struct raster_head *raster_head(const struct raster *r);
str raster_note(const struct raster *r);   /* ours: what ingest wrote down; STR_NONE */
bool raster_ours(const struct raster *r);

/* ---- which band is what ---- */
struct bands {
    const struct sensor *sensor;
    int band[CHANNELS];                 /* -1: not there */
    double scale, add;                  /* of measured channels */
    int baseline;
    int32_t nodata;                     /* of the product beside the band's own; INT32_MIN none */
};
/* `named`: "blue=1,green=2,…", "" : by the names in the file, else by the sensor's own order when the number of bands is the sensor's. ERR_INPUT. */
MUST_USE err *raster_bands(struct arena *a, const struct raster *r, const struct sensor *s, str named, int baseline, struct bands *ret);

/* ---- rows ---- */
struct rows;
/* Channels with their bit in `channels`, of level `level`; smooth: n × n mean (odd, 1 none) of what is there. */
MUST_USE err *rows_open(struct arena *a, struct raster *r, const struct bands *b, uint32_t channels, int level, int smooth, struct rows **ret);
/* The next row: *ret[c] for each channel asked for; NULL in ret[first] after the last. Borrowed until the next call. */
MUST_USE err *rows_next(struct rows *s, const float *ret[CHANNELS], bool *ret_more);
/* Shares of blocks that could not be read, so far. */
struct rows_health { int64_t blocks, damaged, sparse; };
struct rows_health rows_health(const struct rows *s);

/* A band as numbers, resampled by nearest to width × height: for ingest of a coarser file and for pictures. Rows go to `row`. */
MUST_USE err *raster_numbers(struct arena *a, struct raster *r, int band, enum sample sample, int width, int height,
                             err *(*row)(void *context, int y, const void *numbers), void *context);
