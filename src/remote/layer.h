/*
 * remote/: layers a bureau brings — protected areas, the line of a shore, boundaries of counties — and what a place on the ground is in them. GeoJSON (RFC 7946:
 * Polygon, MultiPolygon, features and collections of these) and KML 2.2 (Placemark with Polygon), read here, bounded, without entities. Longitude and
 * latitude on CGCS2000 or WGS 84, which are taken for each other; whole numbers of 1e-7 degree from the first step on, so that an answer is the same everywhere.
 *
 * Not read: lines and points (they hold no place), heights, styles. A hole is a ring like any other: even-odd.
 * Errors: ERR_INPUT names the area or the byte, what stands there and what is wanted; ERR_LIMIT named. Threads: pure, but for the arena.
 */
#pragma once
#include "base/base.h"

enum {
    LIMIT_LAYER_FILE = 16 << 20, LIMIT_LAYER_AREAS = 5000, LIMIT_LAYER_CORNERS = 200000,
    LIMIT_LAYER_DOCUMENT = 8 << 20, LIMIT_LAYER_DEPTH = 24, LIMIT_LAYER_NAME = 80 /* letters */
};
struct spot { int64_t lon, lat; }; /* 1e-7 degree */
struct spots { struct spot *p; size_t n; };
struct layer_area { str name; struct spot low, high; const struct spots *rings; size_t rings_n; };
struct layer { struct layer_area *areas; size_t n, corners, skipped /* features that hold no place */; struct spot low, high; };

/* `file`: what was handed in; the first sign tells GeoJSON from KML. */
MUST_USE err *layer_read(struct arena *a, str file, struct layer *ret);
MUST_USE err *layer_read_kml(struct arena *a, str file, struct layer *ret);
/* What is kept beside the file: {"areas":[{"name":…,"rings":[[lon,lat,…],…]}]}, and the way back. */
MUST_USE err *layer_document(struct arena *a, const struct layer *l, str *ret);
MUST_USE err *layer_of_document(struct arena *a, str text, struct layer *ret);

/* Even-odd; a place on the line may count as either. */
bool area_contains(const struct layer_area *area, struct spot p);
/* How an outline (even-odd rings) lies to an area. */
enum layer_meets { LAYER_APART, LAYER_TOUCHES /* in part */, LAYER_HOLDS /* all corners inside, and no edges cross */ };
enum layer_meets area_meets_rings(const struct layer_area *area, const struct spots *rings, size_t n);
struct spot spot_of(double lon, double lat);

/* ---- kinds, in the order they are named to people ---- */
enum layer_kind { LAYER_SOURCE1, LAYER_SOURCE2, LAYER_SOURCE3, LAYER_REDLINE, LAYER_RESERVE, LAYER_SHORE, LAYER_COUNTY, LAYER_KINDS };
const char *layer_kind_name(enum layer_kind k);
const char *layer_kind_label(enum layer_kind k);
bool layer_kind_of(str name, enum layer_kind *ret);

/* Building one; shared with layer_kml.c. */
struct layer_maker { struct arena *a; VEC(struct layer_area) areas; VEC(struct spots) rings; VEC(struct spot) ring; str name; size_t corners, skipped; };
MUST_USE err *maker_corner(struct layer_maker *m, double lon, double lat);
MUST_USE err *maker_ring_end(struct layer_maker *m);
MUST_USE err *maker_area_end(struct layer_maker *m); /* takes m->name */
MUST_USE err *maker_end(struct layer_maker *m, struct layer *ret);
