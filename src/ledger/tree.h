/*
 * The arithmetic of RFC 6962 trees. Knows no database; private to ledger/ and its tests.
 * A node is named by height (0 is a leaf) and index: it covers leaves [index << height, (index + 1) <<
 * height). A tile of level k holds the 256 neighbouring nodes of height 8k.
 */
#pragma once
#include "ledger/ledger.h"

enum { TILE_NODES = 256, TILE_HEIGHT = 8, TILE_LEVELS = 8, TILE_BYTES = TILE_NODES * SM3_BYTES };

struct sm3 tree_empty(void); /* root of no leaves: SM3 of nothing */
struct sm3 tree_join(const struct sm3 *left, const struct sm3 *right);
/* Root over n hashes, n a power of two up to 256. */
struct sm3 tree_perfect(const struct sm3 *hash, size_t n);

/* Where perfect subtrees come from. Called only for subtrees that lie wholly within the size asked for. */
struct tree_source {
    err *(*node)(void *context, int height, int64_t index, struct sm3 *ret);
    void *context;
};
/* Root of the n >= 1 leaves from `first`, a multiple of the power of two not below n. */
MUST_USE err *tree_range(const struct tree_source *t, int64_t first, int64_t n, struct sm3 *ret);
MUST_USE err *tree_root(const struct tree_source *t, int64_t size, struct sm3 *ret);
MUST_USE err *tree_inclusion(const struct tree_source *t, int64_t leaf, int64_t size, struct proof *ret);
MUST_USE err *tree_consistency(const struct tree_source *t, int64_t old_size, int64_t size,
                               struct proof *ret);

/* The right edge of a growing tree: on each level the nodes that do not fill a tile yet. */
struct tree_edge {
    int64_t size; /* leaves */
    struct {
        size_t n;
        struct sm3 hash[TILE_NODES];
    } level[TILE_LEVELS];
};
/* Called when a tile is full, before the edge forgets it. NULL: nobody wants to know. */
typedef err *tile_full(void *context, int level, int64_t tile, const struct sm3 nodes[TILE_NODES]);
MUST_USE err *tree_edge_add(struct tree_edge *e, const struct sm3 *leaf, size_t n, tile_full *full,
                            void *context);
/* A whole tile of leaves at once, of which only the root is needed; the edge stands at a multiple of 256. */
MUST_USE err *tree_edge_add_tile(struct tree_edge *e, const struct sm3 *root, tile_full *full,
                                 void *context);
struct sm3 tree_edge_root(struct tree_edge *e);
