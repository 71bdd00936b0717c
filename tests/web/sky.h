/* A satellite finding and a flight with photographs in a scene's store. Apart from web/scene.h: remote/ has a struct scene of its own. */
#pragma once
#include "testing.h"
#include "acts/acts.h"

/* Two dates of one ground, bound by `by` as the bureau's own, looked at for water; what is worth it becomes clues. The best finding. */
str sky_find(struct acts *e, struct arena *a, const char *folder, const char *by, usec now);
/* The same dates with another parameter: another run of the same places. */
struct found_again { int64_t groups, reported, known; };
struct found_again sky_find_again(struct acts *e, struct arena *a, usec now);
/* Photographs of a flight as JSON for flight_import, and a place on the ground the middle one looks at. */
str sky_photos(struct arena *a, usec start, double *ret_lon, double *ret_lat);
