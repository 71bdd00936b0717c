/* Between raster.c and rows.c. Private to remote/. */
#pragma once
#include "remote/child.h"

struct raster { struct arena *arena; struct raster_head head; struct tif *own; struct child child; };
