/* Readings of the demo province: what its loggers would have sent in the last days, through the spool like anything else. */
#pragma once
#include "acts/acts.h"
#include "monitor/series/readings.h"

struct demo_readings { int64_t outlets, frames; int days, history /* of the outlet that stands still */; };
/* For every outlet on file: hours and days of five days, minutes since yesterday for the first outlets; then drained, and the
 * days that are over anchored in the ledger. `acts` may simulate. */
MUST_USE err *demo_readings(struct acts *acts, struct readings *r, usec until, struct demo_readings *ret);
