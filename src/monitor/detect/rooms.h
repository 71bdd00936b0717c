/*
 * How far apart the least and the most of each reading are (its room), beside what is usual at its level. Made by minute_room.c, asked by
 * minute_room.c, minute_foreign.c and minute_lowered.c. Private to this folder; lives in the scratch arena; pure.
 */
#pragma once
#include "monitor/detect/detect_private.h"

/* must: the room to be expected; NAN where nothing can be said. */
struct rooms { float *room, *must; double noise /* of the logarithm of room over must, from one reading to the next */, bottom, top /* levels, beyond which must is a guess */; };
/* Fills room and must, which have n slots each. False: too coarse to tell. */
bool rooms_of(struct detect_context *c, const struct table *t, const struct view *v, struct rooms *ret);

/* Sums over a quarter of an hour: every window is made of these. x and y: logarithms of the value and of room over must, of `m`
 * readings whose rounding does not matter there. in_room, in_must: of the readings at known levels; fit_room, fit_must: of those that are both. */
enum { QUARTER_MINUTES = 15 };
struct quarter { double room, must, n, in_room, in_must, in_n, m, fit_room, fit_must, fit_n, x, y, xx, xy; };
struct quarters { struct quarter *p; size_t n, begin, length /* slots */; };
struct quarters room_quarters(struct detect_context *c, const struct table *t, const struct view *v, const struct rooms *r);
/* Both, made once and kept as long as the run: oxygen is asked for by two detectors. NULL: too coarse to tell. */
struct rooms_kept { const struct view *of; bool fine; struct rooms rooms; struct quarters quarters; };
const struct rooms_kept *rooms_once(struct detect_context *c, const struct table *t, const struct view *v);

/* Where the room is that of other values (minute_foreign.c). Collects what is known of one channel after another, then asks. */
struct foreign;
struct foreign *foreign_new(struct detect_context *c, const struct table *t);
void foreign_add(struct foreign *f, const struct view *v, const struct quarters *b);
void foreign_ask(struct foreign *f);

/* For standouts(), whose tails are exponential, a sum of hundreds of bounded terms: its tail falls as a normal one, and is trusted half of the way. */
static inline double bounded_tail(double x)
{
    return x * sqrt(fabs(x));
}

/* Stretches whose room is above what it should be, and above what is before them and behind them (minute_lowered.c): by how much (logarithm), and the
 * chance that honest readings show it anywhere. Quarters [first, end). Returns how many, at most STANDOUTS. */
struct rise { size_t first, end; double by, p; };
size_t room_rises(struct detect_context *c, const struct quarters *b, size_t length, double limit, struct rise *ret);
/* A17: within such a stretch the level is lower, by as much as its room says. */
void detect_lowered(struct detect_context *c, const struct table *t, const struct view *v);
