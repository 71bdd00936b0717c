/* Satellite scenes for the demo province: after its acts, on the same engine. Nothing happens where no T06 entrustment runs. */
#pragma once
#include "acts/acts.h"

MUST_USE err *demo_sky(struct acts *e, struct arena *a, usec until);
