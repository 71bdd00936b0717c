/* Layers and fire points of the demo province, on the ground of its satellite scenes (demo_sky.c). */
#pragma once
#include "acts/acts.h"
#include "remote/grid.h"

MUST_USE err *demo_layers(struct acts *e, struct arena *a, str officer, const struct grid *g, usec until);
