/* What xiezhi and xiezhi-read-raster say to each other over the socket; pixels lie in the shared memory. Private to remote/. */
#pragma once
#include "remote/raster.h"

enum { READ_MAGIC = 0x72617374, READ_FILE = 0, READ_SOCKET = 1, READ_SHARED = 3 /* descriptors of the reader */ };
enum read_fault {
    READ_FINE, READ_NO_SANDBOX, READ_UNREADABLE /* no driver takes it */, READ_TOO_LARGE, READ_TOO_MANY_BANDS, READ_NO_BANDS, READ_COMPLEX, READ_PALETTE,
    READ_CUT /* blocks lie beyond the end of the file */, READ_FAULTS
};
/* First, from the reader. */
struct read_head { uint32_t magic, fault; int32_t block_w, block_h; int64_t missing /* bytes, READ_CUT */; struct raster_head head; };
/* Then what is wanted. tile_w × tile_h samples a tile: the file's own blocks (direct), or rows of the whole width. */
struct read_request {
    uint32_t magic;
    int32_t level, bands, band[LIMIT_RASTER_BANDS] /* from 0 */, sample, direct, tile_w, tile_h, width, height /* resampled to */, slots;
    uint64_t slot_bytes;
};
/* Per strip: a row of tiles, tile by tile, band by band; behind them one byte a tile and band: read_tile. The slot is given back by one byte. */
struct read_strip { uint32_t magic; int32_t slot, y, rows; };
enum read_tile { TILE_FINE, TILE_SPARSE /* not in the file */, TILE_DAMAGED };
