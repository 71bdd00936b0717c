/* The daily anchor: what ties the readings to the ledger. */
#pragma once
#include "acts/acts.h"
#include "monitor/series/readings.h"

/* Performs readings.anchor for every day that is offered, as the system. A run that was broken off between act and note goes on. */
MUST_USE err *anchor_days(struct acts *acts, struct readings *r, int64_t *ret_done, int64_t *ret_refused);
