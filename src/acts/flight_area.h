/* Is a place in an area, does an outline meet one? GeoJSON Polygon, MultiPolygon or Feature of one. Private to acts/. Pure. */
#pragma once
#include "acts/acts.h"

struct degree { int64_t x, y; }; /* longitude, latitude, 1e-7 degree */
bool degree_of(const struct json *pair, struct degree *ret); /* of [lon, lat] */
bool area_holds(const struct json *area, struct degree p);
bool area_meets(const struct json *area, const struct degree *outline, size_t n); /* outline: closed by itself */
bool flight_area_is_line(struct arena *a, str geojson);
