/* The daily anchor: what ties the readings to the ledger. */
#pragma once
#include "acts/acts.h"
#include "monitor/series/readings.h"

/* Performs readings.anchor for every day that is offered, as the system. A run that was broken off between act and note goes on. */
MUST_USE err *anchor_days(struct acts *acts, struct readings *r, int64_t *ret_done, int64_t *ret_refused);
struct anchor_keeper; /* a thread of the server: anchors whole days, seals months that are due, every ten minutes */
struct anchor_keeper *anchor_keeper_start(struct acts *acts);
void anchor_keeper_stop(struct anchor_keeper *k);
