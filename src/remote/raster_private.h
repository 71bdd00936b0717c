/* Between raster.c, rows.c and verdicts.c. Private to remote/. */
#pragma once
#include "remote/ahead.h"
#include "remote/child.h"

struct raster {
    struct arena *arena;
    struct raster_head head;
    struct tif *own;               /* ours, else NULL and the child */
    struct ahead *ahead;           /* of the rows being read of ours */
    struct child child;
    int threads;                   /* 0: as many as there are cores */
};
/* Threads that may help whoever reads that. */
int raster_helpers(const struct raster *r, int level, int bands);
