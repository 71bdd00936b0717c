/*
 * Pictures of scenes that were drawn, kept in memory by the digest of all that makes them: a map that is looked at again, or by the next colleague, is not drawn again. Whoever asks has
 * been let in before: the key names files and a way of drawing, never a reader. Bounded: when the bytes pass `most`, what was not asked for longest goes. It dies with the process, so that a
 * new version draws anew. Private to web/; any thread.
 */
#pragma once
#include "crypto/crypto.h"

enum { LIMIT_TILES_BYTES = 64 << 20, LIMIT_TILE_KEPT = 1 << 20 /* larger ones are not kept */, TILE_OVERHEAD = 8 << 10 /* counted for each beside its bytes */ };
struct tiles;
struct tiles_figures { int64_t hits, misses, evicted; size_t kept, bytes; };
struct tiles *tiles_new(struct arena *a, size_t most); /* ends with the arena */
bool tiles_get(struct tiles *t, const struct sm3 *key, struct arena *a, str *ret); /* a copy in a */
void tiles_put(struct tiles *t, const struct sm3 *key, str bytes);
struct tiles_figures tiles_figures(struct tiles *t);
