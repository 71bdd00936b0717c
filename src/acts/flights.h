/*
 * acts/flights.h: what came home of a flight, for pages and commands. Reading only; the caller has made sure by things_get that the reader may
 * see the flight or its entrustment. Everything lives in `a`. Erased positions come as the tombstone they were replaced with.
 */
#pragma once
#include "acts/acts.h"

struct flight_import {
    str id, author, author_name;
    usec at;
    int64_t files, located, unplanned, entered, originals;
    str aside, photos, tracks, track_aside; /* JSON */
    bool settled;
    str settled_text, settled_by;
};
/* Oldest first. */
MUST_USE err *flight_imports(struct db *d, struct arena *a, str flight, struct flight_import **ret, size_t *ret_n);
struct flight_original { int64_t position; str digest; int64_t bytes; str import, found /* JSON; "" not looked at */; };
/* Of one import, by position. */
MUST_USE err *flight_originals(struct db *d, struct arena *a, str import, struct flight_original **ret, size_t *ret_n);
/* Of a flight, those of which something was found. */
MUST_USE err *flight_originals_found(struct db *d, struct arena *a, str flight, struct flight_original **ret, size_t *ret_n);

/* Beside the columns of the thing: what stands in no list. */
struct flight_counts { int64_t imports, photos, aside, originals; };
MUST_USE err *flight_counts(struct db *d, struct arena *a, str flight, struct flight_counts *ret);

/* Boundaries of the companies of an entrustment: id and GeoJSON. */
struct flight_company { str id, boundary; };
MUST_USE err *flight_companies(struct db *d, struct arena *a, str entrustment, struct flight_company **ret, size_t *ret_n);
