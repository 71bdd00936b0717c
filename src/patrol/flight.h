/* Steps of flight_judge. Private to patrol/. */
#pragma once
#include "patrol/private.h"

struct judging {
    struct arena *a;
    const struct flight_options *o;
    struct flight *f;
    const struct photo_file *files;
    const size_t *order; /* shot -> file */
    struct ground ground;
    grey_of grey;
    void *context;
};

void clocks_settle(struct judging *j);  /* zone, UTC, doubts, doubles, speed; sorts the shots */
void shots_place(struct judging *j);
void lines_find(struct judging *j);     /* lines, overlaps */
void yaw_check(struct judging *j);
err *entries_find(struct judging *j);
err *flight_cover(struct judging *j);
struct ring shot_ring(struct shot *s);
