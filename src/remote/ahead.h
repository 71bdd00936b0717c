/*
 * Strips of tiles of our own files, unpacked by all cores while rows of the strip before are judged: three quarters of a detection are unpacking.
 * Every tile goes to its own place and strips are handed out in order, so what comes out does not depend on how many work at it.
 * Private to remote/.
 */
#pragma once
#include "remote/raster.h"
#include "remote/tif_private.h"

struct ahead;
/* A column: the tiles of all bands at one place of a strip. Both are called by any worker (0: the caller of ahead_next), one worker at one time. */
struct ahead_work {
    void *context;
    uint8_t *(*room)(void *context, int worker, int strip, int across); /* for the tiles of a column, band after band */
    void (*done)(void *context, int worker, int strip, int across);     /* they are there; NULL */
};
/* threads: besides the caller, 0: none. two: strips are kept in two places, by turns, and the one after that handed out is begun.
 * Stopped by ahead_stop or when the arena goes, whichever is first; until then *held names it. One that is still held there is stopped. */
void ahead_new(struct arena *a, struct tif *t, int level, const int *band, int bands, int threads, bool two, const struct ahead_work *work,
               struct ahead **held);
/* Waits until the next strip is whole, and lets the one after begin when there may be two. ERR_DAMAGED names its first tile that cannot be read. */
MUST_USE err *ahead_next(struct ahead *h);
/* Nobody touches file or strips any more. Twice is as good as once. */
void ahead_stop(struct ahead *h);
