/*
 * remote/: eyes in the sky. Scenes (raster.h, ingest.h), what is looked for (recipe.h), where it lies (grid.h), regions of a mask (regions.h),
 * one date and several (detect.h), scenes of the store and what they gave (scenes.h), pictures of them (view.h). Its door; none of it accuses, and every polygon says 未经核实.
 */
#pragma once
#include "remote/detect.h"
#include "remote/ingest.h"
#include "remote/record.h"
#include "remote/scenes.h"
#include "remote/view.h"
