/*
 * Strips of tiles of our own files, unpacked by all cores while rows of the strip before are judged: three quarters of a detection are unpacking.
 * Every tile goes to its own place and strips are handed out in order, so what comes out does not depend on how many work at it.
 * Private to remote/.
 */
#pragma once
#include "remote/raster.h"
#include "remote/tif_private.h"

struct ahead;
/* threads: besides the caller, 0: none. Strips lie tile by tile, band by band. Stopped by ahead_stop or when the arena goes, whichever is first;
 * until then *held names it. One that is still held there is stopped. */
void ahead_new(struct arena *a, struct tif *t, int level, const int *band, int bands, int threads, struct ahead **held);
/* The next strip, borrowed until the call after; ERR_DAMAGED names its first tile that cannot be read. */
MUST_USE err *ahead_next(struct ahead *h, const uint8_t **ret);
/* Nobody touches file or strips any more. Twice is as good as once. */
void ahead_stop(struct ahead *h);
