/*
 * remote/: where a pixel lies. Geographic coordinates, and the transverse Mercator of UTM and Gauss-Krüger, by series of our own (Krüger, fourth
 * order in the third flattening: below a millimetre within 4° of the meridian), so that polygons do not depend on a library's version.
 *
 * Longitude before latitude, easting before northing, everywhere: no axis order to get wrong. CGCS2000 (4490) and WGS 84 (4326) are taken for each
 * other: PROJ has no better transformation, the difference is decimetres. GCJ-02 is neither: hundreds of metres off in Hubei.
 * Errors: ERR_INPUT for a reference or a position of the grid we do not take, saying why.
 */
#pragma once
#include "base/base.h"

enum crs_kind { CRS_NONE, CRS_GEOGRAPHIC, CRS_TRANSVERSE, CRS_OTHER };
struct crs {
    int32_t kind, epsg;                 /* epsg 0: not named */
    double a, flattening;               /* of the ellipsoid: metres, f */
    double lon0, lat0, k0, east0, north0; /* CRS_TRANSVERSE: degrees, metres */
};
/* 4326, 4490, UTM (326zz, 327zz), Gauss-Krüger on CGCS2000 with and without the zone before the easting (4491..4554). False: another one. */
bool crs_of_epsg(int epsg, struct crs *ret);
str crs_text(struct arena *a, const struct crs *c); /* "CGCS2000 高斯-克吕格，中央经线114°（EPSG:4547）" */

/* x = t[0] + column t[1] + row t[2], y = t[3] + column t[4] + row t[5], as GDAL has it. */
struct grid { struct crs crs; double t[6]; int32_t width, height; };
/* A grid that areas can be measured on: known reference, not turned, pixels of a size. */
MUST_USE err *grid_check(const struct grid *g);
bool grid_same(const struct grid *a, const struct grid *b); /* to a hundredth of a pixel */
void crs_to_degrees(const struct crs *c, double x, double y, double *ret_lon, double *ret_lat);
void crs_from_degrees(const struct crs *c, double lon, double lat, double *ret_x, double *ret_y);
void grid_degrees(const struct grid *g, double column, double row, double *ret_lon, double *ret_lat);
void grid_place(const struct grid *g, double lon, double lat, double *ret_column, double *ret_row);
/* Square metres and metres of a pixel in that row. On a plane grid those of the projection (within 0.1 % of the ground on UTM and 3° zones). */
double grid_pixel_m2(const struct grid *g, double row);
double grid_pixel_m(const struct grid *g, double row); /* geometric mean of width and height */
/* The same on the ground: plane areas divided by the square of the point scale. */
double grid_ground_m2(const struct grid *g, double column, double row);

/* A grid of reference points for many corners: what lies between is interpolated (error below 1 mm). */
struct degrees_table;
struct degrees_table *degrees_table_new(struct arena *a, const struct grid *g);
void degrees_at(struct degrees_table *t, int column, int row, int64_t *ret_lon, int64_t *ret_lat); /* 1e-8 degree */

/* The public formula, inside China's box; the way back by iteration. Degrees. */
void gcj02_from(double lon, double lat, double *ret_lon, double *ret_lat);
void gcj02_to(double lon, double lat, double *ret_lon, double *ret_lat);
/* Metres between two places; for kilometres, not for continents. */
double metres_between(double lon1, double lat1, double lon2, double lat2);
