/*
 * Who was inside with whom, from reports whose clocks may be off. Part of the door of acts/ (acts.h).
 *
 * Reports come in any order (phones sync late); intervals are made by sorting by time, so every order of arrival ends
 * in the same result. A report's time is known to +-error: an officer is certainly inside from enter + error to leave -
 * error, possibly from enter - error to leave + error. A helper's stretch is
 *   certain  (unaccompanied whatever the clocks): the helper certainly inside, fewer than `required` officers possibly;
 *   doubtful: the helper possibly inside, fewer than `required` officers certainly, and not certain.
 * Certain stretches up to `tolerance` count as doubtful (walking out, leave_tolerance_min).
 * Pure: no store, no clock.
 */
#pragma once
#include "base/base.h"

enum { LIMIT_PRESENCE_EVENTS = 4000 };

struct presence_event { str person; bool helper, leave; usec time, error; };
struct presence_interval { str person; bool helper, open; usec from, to, from_error, to_error; };
struct presence_stretch { str member; usec from, to; bool certain; };

struct presence {
    struct presence_interval *intervals;
    size_t intervals_n;
    struct presence_stretch *stretches; /* sorted by member, then from */
    size_t stretches_n;
};

/* `until`: open intervals count up to then, with no error. */
struct presence presence_compute(struct arena *a, const struct presence_event *events, size_t n, usec until,
                                 int required, usec tolerance);

enum presence_at { PRESENCE_ACCOMPANIED, PRESENCE_DOUBTFUL, PRESENCE_OUTSIDE };
/* How a member stood at `t`: outside = not there at all, or certainly unaccompanied. */
enum presence_at presence_at(const struct presence *p, str member, usec t);

/* SQL, of a visit v: left, and nobody of the helpers still inside; a closed visit is over whatever was reported. */
#define PRESENCE_HELPERS_LEFT                                                                           \
    "(v.state = 'closed' OR (EXISTS (SELECT 1 FROM presence_event p WHERE p.visit = v.id AND p.helper = 1 AND p.kind = 2)" \
    " AND (SELECT COUNT(*) FROM presence_event p WHERE p.visit = v.id AND p.helper = 1 AND p.kind = 1) <="          \
    " (SELECT COUNT(*) FROM presence_event p WHERE p.visit = v.id AND p.helper = 1 AND p.kind = 2)))"
