/*
 * Everything follows from one fact: a tree of n leaves is the perfect subtrees that the binary
 * digits of n name, largest first, joined from the right. So roots, proofs and the edge of a
 * growing tree need nothing but perfect subtrees, and those lie within tiles.
 */
#include "ledger/tree.h"

#include <string.h>

struct sm3 tree_empty(void)
{
    return sm3_of(NULL, 0);
}

struct sm3 tree_join(const struct sm3 *left, const struct sm3 *right)
{
    struct sm3 pair[2] = {*left, *right};
    sm3_nodes(1, pair, pair);
    return pair[0];
}

struct sm3 tree_perfect(const struct sm3 *hash, size_t n)
{
    struct sm3 half[TILE_NODES / 2];
    CHECK(n && n <= TILE_NODES && !(n & (n - 1)));
    if (n == 1)
        return *hash;
    sm3_nodes(n / 2, hash, half);
    for (n /= 2; n > 1; n /= 2)
        sm3_nodes(n / 2, half, half);
    return half[0];
}

err *tree_range(const struct tree_source *t, int64_t first, int64_t n, struct sm3 *ret)
{
    bool any = false;
    struct sm3 root, piece;
    CHECK(first >= 0 && n > 0);
    for (int height = 0; n >> height; height++) {
        if (!(n >> height & 1))
            continue;
        int64_t start = first + (n >> height >> 1 << height << 1);
        TRY(t->node(t->context, height, start >> height, &piece));
        root = any ? tree_join(&piece, &root) : piece;
        any = true;
    }
    *ret = root;
    return NULL;
}

err *tree_root(const struct tree_source *t, int64_t size, struct sm3 *ret)
{
    if (size > 0)
        return tree_range(t, 0, size, ret);
    *ret = tree_empty();
    return NULL;
}

/* The largest power of two below n, where RFC 6962 splits a tree of n leaves. */
static int64_t split(int64_t n)
{
    return INT64_C(1) << (63 - __builtin_clzll((unsigned long long)n - 1));
}

static void reverse(struct proof *p)
{
    for (size_t i = 0; i < p->n / 2; i++) {
        struct sm3 swap = p->node[i];
        p->node[i] = p->node[p->n - 1 - i];
        p->node[p->n - 1 - i] = swap;
    }
}

err *tree_inclusion(const struct tree_source *t, int64_t leaf, int64_t size, struct proof *ret)
{
    struct proof p = {0};
    int64_t first = 0;
    CHECK(leaf >= 0 && leaf < size);
    while (size > 1) {
        int64_t k = split(size);
        if (leaf - first < k) {
            TRY(tree_range(t, first + k, size - k, &p.node[p.n++]));
            size = k;
        } else {
            TRY(tree_range(t, first, k, &p.node[p.n++]));
            first += k;
            size -= k;
        }
    }
    reverse(&p);
    *ret = p;
    return NULL;
}

err *tree_consistency(const struct tree_source *t, int64_t old_size, int64_t size,
                      struct proof *ret)
{
    struct proof p = {0};
    int64_t first = 0, old = old_size;
    bool whole = true; /* the old tree still starts at leaf 0: its root is known to the verifier */
    CHECK(old_size >= 0 && old_size <= size);
    while (old_size && old < size) {
        int64_t k = split(size);
        if (old <= k) {
            TRY(tree_range(t, first + k, size - k, &p.node[p.n++]));
            size = k;
        } else {
            TRY(tree_range(t, first, k, &p.node[p.n++]));
            first += k;
            old -= k;
            size -= k;
            whole = false;
        }
    }
    if (old_size && !whole)
        TRY(tree_range(t, first, size, &p.node[p.n++]));
    reverse(&p);
    *ret = p;
    return NULL;
}

static err *carry(struct tree_edge *e, int level, tile_full *full, void *context)
{
    for (; e->level[level].n == TILE_NODES; level++) {
        CHECK(level + 1 < TILE_LEVELS);
        struct sm3 *nodes = e->level[level].hash;
        int64_t tile = (e->size >> TILE_HEIGHT * (level + 1)) - 1;
        if (full)
            TRY(full(context, level, tile, nodes));
        e->level[level + 1].hash[e->level[level + 1].n++] = tree_perfect(nodes, TILE_NODES);
        e->level[level].n = 0;
    }
    return NULL;
}

err *tree_edge_add(struct tree_edge *e, const struct sm3 *leaf, size_t n, tile_full *full,
                   void *context)
{
    while (n) {
        size_t room = TILE_NODES - e->level[0].n, take = n < room ? n : room;
        memcpy(e->level[0].hash + e->level[0].n, leaf, take * sizeof *leaf);
        e->level[0].n += take;
        e->size += (int64_t)take;
        leaf += take;
        n -= take;
        TRY(carry(e, 0, full, context));
    }
    return NULL;
}

err *tree_edge_add_tile(struct tree_edge *e, const struct sm3 *root, tile_full *full, void *context)
{
    CHECK(!e->level[0].n);
    e->size += TILE_NODES;
    e->level[1].hash[e->level[1].n++] = *root;
    return carry(e, 1, full, context);
}

static err *edge_node(void *context, int height, int64_t index, struct sm3 *ret)
{
    const struct tree_edge *e = context;
    int level = height / TILE_HEIGHT;
    size_t n = (size_t)1 << height % TILE_HEIGHT;
    size_t at = (size_t)index * n % TILE_NODES;
    CHECK(at + n <= e->level[level].n);
    *ret = tree_perfect(e->level[level].hash + at, n);
    return NULL;
}

struct sm3 tree_edge_root(struct tree_edge *e)
{
    struct sm3 root;
    struct tree_source source = {edge_node, e};
    CHECK(!tree_root(&source, e->size, &root));
    return root;
}
