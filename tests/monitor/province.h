/*
 * Outlets with a history, for tests that look at pages: rows in the state tables, frames from plants that do not exist through
 * spool and drain, so that what is shown went the whole way.
 */
#pragma once
#include "testing.h"
#include "monitor/plant/plant.h"
#include "monitor/series/readings.h"

struct province_outlet {
    const char *id, *name, *subject, *mn, *kind; /* kind: gas, water */
    enum plant_kind plant;
    uint64_t seed;
    double lon, lat;
    int silent_minutes; /* since when nothing came; -1 never anything */
    enum hj_crc crc;
    const struct attack *attack; /* forges the hour records, from the first of them on; NULL none */
};
/* The rows: outlet, a limit on its first pollutant that was tightened half a year ago, a mark. */
void province_outlets(struct store *s, const struct province_outlet *o, size_t n, usec now);
/* Hour and day records of `days`, minutes of the last `minute_days`, all drained. One hour of the first outlet is sent again with another
 * value a day later. */
void province_frames(struct readings *r, const struct province_outlet *o, size_t n, usec now, int days, int minute_days);
