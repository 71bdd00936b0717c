/* The outline of a satellite's finding, in photographs of a flight. Private to web/. */
#pragma once
#include "web/flight_view.h"

struct outlined { str finding, title; struct ring *rings; size_t n; /* in the flight's frame */ struct place middle; double sigma; /* metres: of the outline itself */ };
/* Only for those who supervise; ERR_MISSING also for a finding that is not this reader's. */
MUST_USE err *outline_of_finding(struct request *q, str finding, const struct frame *frame, struct outlined *ret);
/* Does the photograph show any of it, further than `border` (of its sides) from its edge? *ret: a point of it that is seen. */
bool outline_seen(const struct outlined *l, const struct shot *s, double border, struct point *ret);
/* Is the place inside it (even-odd)? A picture without any of the outline lies inside or beside. */
bool outline_holds(const struct outlined *l, struct point p);
/* A path in the pixels of the photograph, two sigma wide on both sides; sigma_m: of the photograph, there. */
void put_outline_band(struct out *o, const struct outlined *l, const struct shot *s, double sigma_m);
/* Flights with photographs near a finding: a section of its page. */
MUST_USE err *put_flights(struct request *q, struct out *o, str finding, double lon, double lat);
