/*
 * remote/: what a detection over a file was made from and what came out, as one JSON object beside the polygons, so that anybody with the same file can make
 * them again and compare. Runs over scenes of the store need none: they are acts (scenes.h).
 * Errors: ERR_INPUT names what of a record cannot be read; ERR_CONFLICT another file, or a recipe that has been changed since.
 */
#pragma once
#include "remote/detect.h"

enum { LIMIT_DETECT_RECORD = 16 << 10 };
struct detect_record {
    str recipe, sensor, bands;     /* as asked for; bands "": by names */
    int version, baseline;         /* of the recipe used; 0: the file's own */
    bool has_threshold, otsu, eight;
    double threshold, least_m2;
    struct sm3 image, polygons;
    int64_t image_bytes, flagged, count;
};
str detect_record_text(struct arena *a, const struct detect_record *r);
MUST_USE err *detect_record_read(struct arena *a, str text, struct detect_record *ret);
/* Makes them again from `image`; polygons: where to, "" nowhere. */
MUST_USE err *detect_record_replay(struct arena *a, const struct detect_record *r, str image, str polygons, struct sm3 *ret, bool *ret_same);
