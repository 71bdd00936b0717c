/* Between tif_write.c and tif_read.c. Private to remote/. */
#pragma once
#include "remote/tif.h"

#define TIF_SOFTWARE "xiezhi"
enum { TIF_DEFLATE = 8, TIF_ZSTD = 50000 };
