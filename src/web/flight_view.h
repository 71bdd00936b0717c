/* A flight as pages look at it: the plan, the photographs that came home, and what they cover. */
#pragma once
#include "acts/flights.h"
#include "patrol/patrol.h"
#include "web/web_private.h"

/* Photographs of companies are for those who use them: not for procurement, finance and archives. */
#define ROLES_FLIGHTS                                                                                \
    (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_PROVINCE) | ROLES_THIRD_PARTY)
#define ROLES_FLY (ROLE_BIT(ROLE_OFFICER) | ROLES_THIRD_PARTY)

struct flight_shot_of { str import; int64_t position; }; /* by struct shot's `file` */
struct flight_view {
    const struct thing *thing;
    struct db_value *row;                /* columns of the thing, then key and title */
    str id, entrustment, state, area;
    int64_t height_m, from, to, corridor_m, gsd_mm;
    str device;
    bool has_task; struct task task;
    struct flight_import *imports; size_t imports_n;
    struct flight_shot_of *of; size_t shots_n;
    struct flight flight;                /* judged again; shots by time */
    struct flight_options options;
    struct fence *fences; size_t fences_n;
    struct ring *tracks; size_t tracks_n; /* in the frame, without what was set aside */
    struct ring *tracks_aside; size_t tracks_aside_n;
    struct flight_original *found; size_t found_n; /* originals of which something was found */
    size_t aside;
};
/* ERR_MISSING also for those who may not see it. */
MUST_USE err *flight_view(struct request *q, str id, struct flight_view *ret);
/* Value of a column; a NULL value when there is none of that name. */
const struct db_value *flight_column(const struct thing *t, const struct db_value *row, const char *name);
/* The picture: area, footprints, holes, tracks; `mark`: a place to ring, NULL none. */
void flight_picture(struct out *o, const struct flight_view *v, const struct point *mark);

/* Of a photograph whose original came: one sentence; "" nothing was found, or it was not looked at. */
str flight_found(struct request *q, const struct flight_view *v, const struct shot *s);

/* What stands below the heading. */
void flight_page(struct request *q, struct out *o, const struct flight_view *v);

err *page_flights(struct request *q, struct response *r);
err *page_flight(struct request *q, struct response *r);
err *page_flight_kml(struct request *q, struct response *r);
err *page_flight_import(struct request *q, struct response *r);
err *page_flight_original(struct request *q, struct response *r);
err *page_flight_photo(struct request *q, struct response *r);
err *page_flight_photo_file(struct request *q, struct response *r);
err *page_flight_see(struct request *q, struct response *r);
