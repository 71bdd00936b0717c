/*
 * Photographs and logs of flights that never took place, as the makers' cameras write them: for the demo province and for tests. Seeded: the
 * same arguments give the same bytes. The ground is drawn (fields, a river, roads, what grows), so that pictures overlap as real ones do.
 */
#pragma once
#include "patrol/patrol.h"

enum made_dialect { MADE_ATTRIBUTES /* Phantom 3: xmp attributes, EXIF to 0.0001 second */, MADE_ELEMENTS /* elements, calibrated focal length */,
                    MADE_RTK /* DewarpData, RTK fixed, GPS time */ };
struct made_photo {
    enum made_dialect dialect;
    struct place place;
    double above_takeoff, yaw, pitch, roll;  /* as written into the file */
    double true_yaw;                         /* as the camera really stood; NAN: as written */
    usec t;                                  /* UTC */
    int zone_minutes;                        /* of the camera's clock */
    int width, height;                       /* of the picture */
    const char *serial, *software;
    bool big_endian, no_gps, no_picture;     /* no_picture: one grey square, quick */
    bool resaved, stripped;                  /* written as a program writes it; without the maker's own parts */
    int changed_seconds;                     /* the file's time of change after the picture's */
    bool turned;                             /* the picture by half a turn, and not its thumbnail */
    struct { int left, right, top, bottom; } painted; /* percent of the picture that was painted over, and not in its thumbnail; right 0: nothing */
    struct frame ground;                     /* where the drawn ground lies */
};
str made_photo(struct arena *a, const struct made_photo *p);

/* A meander over a rectangle: `lines` lines of `each` photographs, first upwards. Fills out[lines * each]. */
struct made_plan { struct place corner; double heading, forward_m, across_m, above; int lines, each; usec start; double seconds; };
void made_lines(const struct made_plan *plan, struct made_photo *out);

enum made_log { MADE_SRT_BRACKETS, MADE_SRT_GPS_LON, MADE_SRT_GPS_LAT, MADE_SRT_P4, MADE_GPX, MADE_KML, MADE_AIRDATA, MADE_TXTLOG };
str made_log(struct arena *a, enum made_log kind, const struct made_photo *photos, size_t n);
