/*
 * remote/: a stranger's scene becomes one of ours: every channel on one grid, in one file with overviews, and a note that says where it came
 * from. Originals are not touched; their digests stand in the note. What looks wrong is said as a warning; what cannot be right is refused.
 *
 * Files: one with all bands, or one a band (Sentinel-2, Landsat): "nir=FILE", or known by its name (…_B08_10m.jp2, …_SR_B5.TIF, …_SCL_20m.jp2).
 * Coarser bands are brought to the finest grid by nearest neighbour and must cover the same ground.
 * Note (JSON, the file's description): sensor, baseline, taken (RFC 3339), sources [{name, digest, driver}], channels, valid (ppm), warnings.
 * Errors: of raster.h; ERR_INPUT files that do not belong together, no channel known.
 */
#pragma once
#include "crypto/crypto.h"
#include "remote/raster.h"

enum { LIMIT_INGEST_FILES = 20 };
struct ingest_options { const struct sensor *sensor; const char *const *files; int n; str bands /* of a single file */; int baseline; usec taken /* USEC_NONE: as the file says */; str out; };
struct ingested {
    struct sm3 digest;              /* of the result */
    int64_t bytes;
    struct grid grid;
    uint32_t channels;
    int levels;
    usec taken;                     /* USEC_NONE: unknown */
    int64_t pixels, valid;
    double corner[4][2];            /* longitude, latitude; from the upper left clockwise */
    str *warnings; size_t warnings_n;
};
MUST_USE err *ingest(struct arena *a, const struct ingest_options *o, struct ingested *ret);
/* SM3 of a file, in pieces. */
MUST_USE err *file_digest(struct arena *a, str path, struct sm3 *ret, int64_t *ret_bytes);
