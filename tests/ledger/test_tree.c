#include "naive.h"
#include "ledger/tree.h"

enum { MANY = 70000, ALL_ROOTS = 600, ALL_PROOFS = 64 };

static struct sm3 leaf[MANY];

static int make_leaves(void **state)
{
    (void)state;
    for (size_t i = 0; i < MANY; i++)
        leaf[i] = sm3_of(&i, sizeof i);
    return 0;
}

/* Perfect subtrees straight from the leaves. */
static err *node(void *context, int height, int64_t index, struct sm3 *ret)
{
    size_t n = (size_t)1 << height;
    int64_t *size = context;
    assert_true((index + 1) * (int64_t)n <= *size);
    *ret = naive_root(leaf + (size_t)index * n, n);
    return NULL;
}

static void roots_of_a_growing_tree(void **state)
{
    (void)state;
    static struct tree_edge edge;
    for (size_t n = 0; n <= ALL_ROOTS; n++) {
        struct sm3 expected = naive_root(leaf, n), by_range, by_edge = tree_edge_root(&edge);
        int64_t size = (int64_t)n;
        struct tree_source source = {node, &size};
        assert_digest(by_edge, expected);
        assert_ok(tree_root(&source, size, &by_range));
        assert_digest(by_range, expected);
        assert_int_equal(edge.size, n);
        assert_ok(tree_edge_add(&edge, &leaf[n], 1, NULL, NULL));
    }
}

struct tiles {
    int count[TILE_LEVELS];
};

static err *tile_seen(void *context, int level, int64_t tile, const struct sm3 nodes[TILE_NODES])
{
    struct tiles *seen = context;
    size_t width = (size_t)1 << TILE_HEIGHT * level;
    assert_int_equal(tile, seen->count[level]++);
    for (size_t i = 0; i < TILE_NODES; i += level ? 51 : 1) {
        struct sm3 expected = naive_root(leaf + ((size_t)tile * TILE_NODES + i) * width, width);
        assert_digest(nodes[i], expected);
    }
    return NULL;
}

static void batches_of_any_length(void **state)
{
    (void)state;
    static struct tree_edge edge;
    struct tiles seen = {0};
    uint64_t random = 7;
    for (size_t at = 0; at < MANY;) {
        size_t n = test_random(&random) % 3000;
        n = n < MANY - at ? n : MANY - at;
        assert_ok(tree_edge_add(&edge, &leaf[at], n, tile_seen, &seen));
        at += n;
    }
    struct sm3 expected = naive_root(leaf, MANY), root = tree_edge_root(&edge);
    assert_digest(root, expected);
    assert_int_equal(seen.count[0], MANY / TILE_NODES);
    assert_int_equal(seen.count[1], MANY / TILE_NODES / TILE_NODES);
    assert_int_equal(seen.count[2], 0);
}

static void whole_tiles(void **state)
{
    (void)state;
    static struct tree_edge edge;
    struct tiles seen = {0};
    for (size_t t = 0; t < 260; t++) {
        struct sm3 root = tree_perfect(leaf + t * TILE_NODES, TILE_NODES);
        assert_ok(tree_edge_add_tile(&edge, &root, tile_seen, &seen));
    }
    assert_ok(tree_edge_add(&edge, leaf + 260 * TILE_NODES, 5, tile_seen, &seen));
    struct sm3 expected = naive_root(leaf, 260 * TILE_NODES + 5), root = tree_edge_root(&edge);
    assert_digest(root, expected);
    assert_int_equal(seen.count[1], 1);
}

static void perfect_and_join(void **state)
{
    (void)state;
    for (size_t n = 1; n <= TILE_NODES; n *= 2) {
        struct sm3 expected = naive_root(leaf, n), root = tree_perfect(leaf, n);
        assert_digest(root, expected);
    }
    struct sm3 joined = tree_join(&leaf[0], &leaf[1]), expected = naive_root(leaf, 2);
    assert_digest(joined, expected);
}

static void inclusion(int64_t index, int64_t size)
{
    struct tree_source source = {node, &size};
    struct proof proof, expected = {0};
    struct sm3 root = naive_root(leaf, (size_t)size);
    assert_ok(tree_inclusion(&source, index, size, &proof));
    naive_path((size_t)index, leaf, (size_t)size, &expected);
    assert_proof(&proof, &expected);
    assert_true(proof_inclusion_holds(&leaf[index], index + 1, size, &proof, &root));
    assert_false(proof_inclusion_holds(&leaf[index + 1], index + 1, size, &proof, &root));
    assert_false(proof_inclusion_holds(&leaf[index], index + 2, size, &proof, &root));
    assert_false(proof_inclusion_holds(&leaf[index], index, size, &proof, &root));
    assert_false(proof_inclusion_holds(&leaf[index], index + 1, size, &proof, &leaf[0]) &&
                 size > 1);
    for (size_t i = 0; i < proof.n; i++) {
        proof.node[i].byte[i % SM3_BYTES] ^= 1;
        assert_false(proof_inclusion_holds(&leaf[index], index + 1, size, &proof, &root));
        proof.node[i].byte[i % SM3_BYTES] ^= 1;
    }
    proof.n++;
    assert_false(proof_inclusion_holds(&leaf[index], index + 1, size, &proof, &root));
    proof.n -= 2;
    if (size > 1)
        assert_false(proof_inclusion_holds(&leaf[index], index + 1, size, &proof, &root));
}

static void consistency(int64_t old, int64_t size)
{
    struct tree_source source = {node, &size};
    struct proof proof, expected = {0};
    struct sm3 old_root = naive_root(leaf, (size_t)old), root = naive_root(leaf, (size_t)size);
    assert_ok(tree_consistency(&source, old, size, &proof));
    if (old)
        naive_subproof((size_t)old, leaf, (size_t)size, true, &expected);
    assert_proof(&proof, &expected);
    assert_true(proof_consistency_holds(old, &old_root, size, &root, &proof));
    assert_false(proof_consistency_holds(old, &leaf[MANY - 1], size, &root, &proof));
    assert_false(old && proof_consistency_holds(old, &old_root, size, &leaf[MANY - 1], &proof));
    if (old && old < size) {
        assert_false(proof_consistency_holds(old + 1, &old_root, size, &root, &proof));
        assert_false(proof_consistency_holds(old - 1, &old_root, size, &root, &proof));
    }
    for (size_t i = 0; i < proof.n; i++) {
        proof.node[i].byte[i % SM3_BYTES] ^= 0x80;
        assert_false(proof_consistency_holds(old, &old_root, size, &root, &proof));
        proof.node[i].byte[i % SM3_BYTES] ^= 0x80;
    }
    proof.n++;
    assert_false(proof_consistency_holds(old, &old_root, size, &root, &proof));
    proof.n -= 2;
    if (old && old < size)
        assert_false(proof_consistency_holds(old, &old_root, size, &root, &proof));
}

static void every_small_proof(void **state)
{
    (void)state;
    for (int64_t size = 1; size <= ALL_PROOFS; size++) {
        for (int64_t i = 0; i < size; i++)
            inclusion(i, size);
        for (int64_t old = 0; old <= size; old++)
            consistency(old, size);
    }
}

static void some_larger_proofs(void **state)
{
    (void)state;
    uint64_t random = 11;
    for (int i = 0; i < 60; i++) {
        int64_t size = 65 + (int64_t)(test_random(&random) % 3000);
        inclusion((int64_t)(test_random(&random) % (uint64_t)size), size);
        consistency((int64_t)(test_random(&random) % (uint64_t)size), size);
    }
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    struct proof none = {0}, too_long = {.n = LIMIT_PROOF + 1};
    struct sm3 empty = tree_empty();
    assert_false(proof_inclusion_holds(&leaf[0], 1, 0, &none, &leaf[0]));
    assert_false(proof_inclusion_holds(&leaf[0], 0, 1, &none, &leaf[0]));
    assert_false(proof_inclusion_holds(&leaf[0], -1, -1, &none, &leaf[0]));
    assert_false(proof_inclusion_holds(&leaf[0], 1, 1, &too_long, &leaf[0]));
    assert_false(proof_inclusion_holds(&leaf[0], INT64_MAX, INT64_MAX, &none, &leaf[0]));
    assert_true(proof_inclusion_holds(&leaf[0], 1, 1, &none, &leaf[0]));
    assert_false(proof_consistency_holds(-1, &empty, 1, &leaf[0], &none));
    assert_false(proof_consistency_holds(2, &leaf[0], 1, &leaf[0], &none));
    assert_false(proof_consistency_holds(1, &leaf[0], 1, &leaf[0], &too_long));
    assert_false(proof_consistency_holds(3, &leaf[0], 5, &leaf[0], &none));
    assert_true(proof_consistency_holds(0, &empty, 0, &empty, &none));
    assert_true(proof_consistency_holds(0, &empty, 7, &leaf[3], &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(perfect_and_join),      cmocka_unit_test(roots_of_a_growing_tree),
        cmocka_unit_test(batches_of_any_length), cmocka_unit_test(whole_tiles),
        cmocka_unit_test(every_small_proof),     cmocka_unit_test(some_larger_proofs),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, make_leaves, NULL);
}
