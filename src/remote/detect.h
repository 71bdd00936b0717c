/*
 * remote/: a recipe over a scene, in one pass: rows ── index and condition ── mask ── regions ── polygons; and the same over two or more dates of one
 * grid. What comes out are counts, a mask (0, 1, 255 where nothing can be said) and polygons as GeoJSON in longitude and latitude (CGCS2000 taken
 * for WGS 84), 1e-8 degree. Every output is a function of the files and the options alone.
 *
 * Areas are of the scene's own grid: square metres of the projection, on geographic grids of the ellipsoid.
 * Errors: of raster.h and regions.h; ERR_INPUT bands the recipe needs and has no way without, grids that differ; ERR_CONFLICT dates that lie more than
 * half a pixel apart and may not be shifted.
 */
#pragma once
#include "crypto/crypto.h"
#include "remote/raster.h"
#include "remote/regions.h"

enum { LIMIT_DATES = 40, LIMIT_GEOJSON_BYTES = 1 << 30, LIMIT_AREA_BYTES = 4 << 20, LIMIT_AREA_CORNERS = 100000 };

/* What a region may have against it or for it; each is a word on the page, none is a probability. */
enum flag { FLAG_SMALL /* below 20 pixels, or a pixel and a half wide: mixed pixels */, FLAG_RIM /* cut by the edge of the scene */, FLAG_BLIND /* beside what cannot be judged */,
            FLAG_NO_SWIR /* the recipe's fallback */, FLAG_NO_QUALITY /* no band says where clouds are */, FLAG_ONE_MODE /* fixed threshold where two modes were asked for */,
            FLAG_SHIFTED /* dates were shifted onto each other */, FLAG_PERSISTENT /* seen on two dates or more */, FLAGS };
const char *flag_name(enum flag f);
const char *flag_text(enum flag f);
/* Order of looking, thousandths: 500, and what each flag adds (its column in the table); at most 600 without a quality band. */
int patch_score(uint32_t flags);
int patch_score_term(enum flag f);

struct recipe_options {
    const struct recipe *recipe;
    bool has_threshold; double threshold;  /* instead of the recipe's */
    bool otsu;                              /* take Otsu's when there are two modes */
    bool eight;
    double least_m2;                        /* regions below are not drawn; 0: all; < 0: the recipe's */
    str mask, polygons;                     /* paths; STR_NONE: not wanted */
    err *(*region)(void *context, const struct patch *r, const struct grid *g, uint32_t flags, int kind); /* NULL; kind: 1 gained, -1 lost, 0 */
    void *context;
    bool silent;                            /* rings for the callback alone: no GeoJSON, no digest */
};
struct detected {
    const struct recipe *recipe;            /* the one that was used */
    double threshold, share, valley;        /* share, valley: when Otsu was asked for */
    bool otsu;                              /* taken, because there are two modes */
    int64_t pixels, valid, flagged, regions, polygons, polygon_pixels;
    double area_m2;                         /* of the polygons */
    struct rows_health health;
    struct sm3 polygons_digest;             /* of the GeoJSON */
};
/* The recipe, or the one it falls back to, that these bands can feed. */
MUST_USE err *recipe_for(const struct recipe *r, const struct bands *b, const struct recipe **ret);
MUST_USE err *recipe_detect(struct arena *a, struct raster *r, const struct bands *b, const struct recipe_options *o, struct detected *ret);

/* ---- dates ---- */
struct date { struct raster *raster; struct bands bands; };
struct shift { bool known; double x, y, spread; int patches; }; /* of the second onto the first, pixels */
struct changed_date { double threshold; bool otsu; int64_t valid, flagged; struct shift shift; };
struct changed {
    const struct recipe *recipe;
    int dates;
    struct changed_date date[LIMIT_DATES];
    int64_t pixels, valid /* on the first and last date */, stable, gained, lost, transient /* gained on the last date only, of three or more */, polygons;
    double gained_m2, lost_m2;
    struct sm3 polygons_digest;
};
/* Oldest first. Gained: not on the first date, there on the last (of three or more dates: on the last two); lost: the other way round.
 * align: dates more than half a pixel apart are shifted by whole pixels, else refused. */
MUST_USE err *recipe_change(struct arena *a, const struct date *dates, int n, const struct recipe_options *o, bool align, struct changed *ret);
/* How far b lies from a: median of the phase correlation of 64 patches. */
MUST_USE err *registration(struct arena *a, const struct date *first, const struct date *second, struct shift *ret);

/* ---- one polygon over time ---- */
struct area;
/* A GeoJSON polygon, multi-polygon, feature or collection of these. */
MUST_USE err *area_read(struct arena *a, str geojson, struct area **ret);
/* Pixels of a row whose centres lie in it: mask of 0 and 1. */
void area_row(struct area *area, const struct grid *g, int row, uint8_t *mask);
struct looked { int64_t pixels, valid, flagged; double index_mean, share; };
MUST_USE err *look_back(struct arena *a, struct raster *r, const struct bands *b, const struct recipe_options *o, struct area *area, struct looked *ret);

/* ---- GeoJSON out ---- */
struct geojson;
MUST_USE err *geojson_begin(struct arena *a, str path /* "" : digest only */, const struct grid *g, const struct recipe *recipe, double threshold, struct geojson **ret);
MUST_USE err *geojson_region(struct geojson *j, const struct patch *r, uint32_t flags, int kind);
MUST_USE err *geojson_end(struct geojson *j, struct sm3 *ret);
void geojson_abandon(struct geojson *j);

double region_area_m2(const struct region_sums *s, const struct grid *g);
double region_width_m(const struct region_sums *s, const struct grid *g); /* 2 × area / boundary */
