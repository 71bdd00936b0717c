/* Presence of a visit as the tables have it now. Private to acts/ (visit.c, material.c). */
#pragma once
#include "acts/acts.h"
#include "acts/presence.h"

MUST_USE err *visit_presence(struct act *a, str visit, usec until, struct presence *ret);
