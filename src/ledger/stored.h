/* Nodes of the tree as the database holds them: full tiles as rows, what stands right of them computed
 * from the entries. Private to ledger/. */
#pragma once
#include "ledger/tree.h"

MUST_USE err *stored_size(struct db *d, int64_t *ret);
/* Absent when there is none. */
MUST_USE err *stored_tile(struct db *d, struct arena *a, int level, int64_t tile, str *ret);
/* Source of nodes below `size`; lives in the arena and keeps the last tile of each level. */
struct tree_source stored_tree(struct db *d, struct arena *a);
/* The edge of a tree of `size` entries. */
MUST_USE err *stored_edge(struct db *d, int64_t size, struct tree_edge *ret);
/* Leaves of the entries behind `size`, up to `n` of them. */
MUST_USE err *stored_leaves(struct db *d, int64_t size, size_t n, struct sm3 *ret, size_t *ret_n);
