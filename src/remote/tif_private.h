/* Between tif_write.c, tif_read.c and rows.c. Private to remote/. */
#pragma once
#include "remote/tif.h"

#define TIF_SOFTWARE "xiezhi"
enum { TIF_DEFLATE = 8, TIF_ZSTD = 50000 };
MUST_USE err *tif_damaged(const char *what);
/* As tif_tile, for threads that carry no error: NULL, or what is wrong with the tile. */
const char *tif_tile_fault(struct tif *t, int level, int band, int across, int down, void *ret);
