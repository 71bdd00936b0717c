/*
 * Load for the benchmark of the gateway that costs next to nothing beside it: frames of 256 bytes, encoded before the clock starts,
 * each different, each asking for an answer. The fleet (monitor/fleet) is what devices are like; it computes plants while it sends,
 * and on a small machine that is what would be measured.
 */
#pragma once
#include "base/base.h"

enum { LOAD_FRAME = 256 };
struct load {
    int port, loggers, window /* frames on the way, a logger */, frames /* of each logger */;
    int rate; /* frames a second over all, a window of one logger at a time; 0: as fast as answers allow */
};
struct load_report { int64_t answered, us_p50, us_p99; double seconds, cpu; };

/* Returns when every frame is answered, each by its own QN and in its order; anything else ends the program. */
struct load_report load_run(const struct load *l);
