/* What the rest of base/ may do with an arena and others may not. */
#pragma once
#include "base/arena.h"

void *arena_raw(struct arena *a, size_t n); /* like arena_alloc, but the bytes are not zeroed */
/* Makes the block at p longer without moving it; possible only while it is the newest one. */
bool arena_stretch(struct arena *a, const void *p, size_t n, size_t new_n);
/* An arena of this thread, freed when the thread ends. `slot` says whose it is. */
enum arena_slot { ARENA_ERR, ARENA_JSON, ARENA_SLOTS };
struct arena *arena_of_thread(enum arena_slot slot);
/* Room for n more bytes at the end of b, which the caller adds to b->n; NULL after an overflow. */
char *buf_room(buf *b, size_t n);
