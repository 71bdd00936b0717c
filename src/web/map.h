/*
 * The map under points: a net of degrees, the rivers and lakes and the cities of Hubei, drawn on the server as SVG. Longitudes and latitudes are
 * WGS 84 degrees; a view is an affine picture of them, true to scale at its middle latitude. Private to web/.
 *
 * Boundaries of cities are drawn for those inside only: a map for the public needs an examination number (审图号, Map Administration Regulations,
 * art. 15), which freely licensed outlines do not have; map_note() says so below every map.
 */
#pragma once
#include "web/web_private.h"

/* ---- the table made by tools/hubei-map.mjs ---- */
enum map_kind { MAP_BORDER, MAP_CITY, MAP_COURSE /* of a great river, for the whole province */, MAP_WATER /* closed, filled evenly */ };
struct map_line {
    uint8_t kind;
    uint16_t first, n;                  /* in map_points */
    int16_t west, east, south, north;   /* units */
};
enum { MAP_UNIT = 2000, MAP_WEST = 107, MAP_SOUTH = 28 }; /* a unit is 1/2000 degree from 107 E, 28 N */
extern const struct map_line map_lines[];
extern const size_t map_lines_n;
extern const int16_t map_points[][2];
struct map_ring { int32_t code; uint16_t first, n; }; /* of a city, in map_city_points */
extern const struct map_ring map_cities[];
extern const size_t map_cities_n;
extern const int16_t map_city_points[][2];

/* ---- views ---- */
struct map_view {
    double west, east, south, north;
    int width, height;  /* pixels of the whole picture, margins with degrees included */
    bool slim;          /* for a phone: smaller letters */
};
void map_view_start(struct map_view *v, int width, int height, bool slim); /* nothing in it yet */
void map_view_include(struct map_view *v, double lon, double lat);
void map_view_fit(struct map_view *v); /* once all is included; an empty view shows the middle of the province */
int map_x(const struct map_view *v, double lon);
int map_y(const struct map_view *v, double lat);
bool map_inside(const struct map_view *v, double lon, double lat);

/* ---- drawing: base first, then the points, then the names over them ---- */
void map_begin(struct request *q, struct out *o, const struct map_view *v, str label);
void map_end(struct out *o, const struct map_view *v);
void map_note(struct request *q, struct out *o); /* what the map is and is not; once below the pictures of a page */
bool map_seat(int region, double *ret_lon, double *ret_lat); /* a city's seat of government */

/* The city a place lies in, 0 none of Hubei's; *ret_near: so close to a boundary that the map cannot tell (its datum and its simplification: a kilometre). */
int map_city(double lon, double lat, bool *ret_near);

/* Numbered places of a list; what has no position is not given. */
struct map_place { int64_t lon, lat; /* 1e-7 degree */ int number; str label, href; };
void draw_places(struct request *q, struct out *o, const struct map_place *p, size_t n, int width, int height);
