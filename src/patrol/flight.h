/* Steps of flight_judge. Private to patrol/. */
#pragma once
#include "patrol/private.h"

struct judging {
    struct arena *a;
    const struct flight_options *o;
    struct flight *f;
    struct ground ground;
    grey_of grey;
    void *context;
};

struct extent { struct point low, high; };
struct extent zone_extent(const struct zone *r); /* turned inside out when there is nothing in it */

void shots_sort(struct flight *f);      /* by time, then as the files are named */
void shots_doubles(struct arena *a, struct flight *f);
void shots_siblings(struct arena *a, struct flight *f); /* files that were written otherwise than the others of their camera */
void clocks_settle(struct judging *j);  /* zone, UTC, doubts, doubles, speed; sorts the shots */
void shots_place(struct judging *j);
void lines_find(struct judging *j);     /* lines, overlaps */
void yaw_check(struct judging *j);
void entries_find(struct judging *j);
err *flight_cover(struct judging *j);
struct ring shot_ring(struct shot *s);
