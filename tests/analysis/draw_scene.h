/* Draws that do not exist: seeded plans with strata, caps, exclusions, teams, bars, rounds and replacements. */
#pragma once
#include "analysis/draw.h"

/* Fills *ret, settles it and makes some replacements. The same for the same seed. */
void draw_scene(struct arena *a, uint64_t seed, struct draw *ret);
str draw_scene_file(struct arena *a, uint64_t seed);
/* The file with its last line, and when `plan` the line of the plan's digest, computed again: what a forger would do. */
str draw_scene_sealed(struct arena *a, str file, bool plan);
