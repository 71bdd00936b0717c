/*
 * What stands beside a plant's readings, by the hour: what goes in (current, fuel, waste, reagent), what there was before the
 * treatment, and what other instruments say of the same gas or water. It follows from the same truth as the readings, so it is
 * there when a reading is not, and it has faults of its own: meters that fail for a day or are replaced by others, belt
 * scales, grabs of a crane, a laboratory's one value a day, a pressure somebody entered once. docs/plants.md lists them.
 *
 * Pure and deterministic like plant.h; everything lives in the arena passed in. Source: monitoring dossier 2.10, 8, 10.3, 10.7.
 */
#pragma once
#include "monitor/plant/plant.h"

enum { PLANT_EXTRAS = 16 };
struct plant_extra {
    const char *factor; /* 2017 code, or one of our names (docs/detectors.md, "Beside the readings") */
    int8_t decimals;
    int64_t *value; /* n; PLANT_NONE missing */
};
struct plant_beside {
    usec from;
    size_t n /* hours */, extras;
    struct plant_extra extra[PLANT_EXTRAS];
};
struct plant_beside *plant_beside(struct arena *a, const struct plant *p, usec from, size_t n);
const struct plant_extra *plant_extra_find(const struct plant_beside *b, const char *factor); /* NULL: this plant has none */

/* Live values behind the minutes [first, first + n) of a channel, `each` a minute, in 10^-decimals of the channel. A minute's mean is made of
 * twelve samples or more, so a few of them lie around it as its minimum and maximum let them. */
void plant_live(const struct plant *p, const struct plant_series *minutes, size_t channel, size_t first, size_t n, int each, int64_t *ret);
