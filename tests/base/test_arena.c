#include "testing.h"

#include <pthread.h>

static void zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    uint64_t seed = 1;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 2000; i++) {
            size_t n = test_random(&seed) % (i % 100 ? 200 : 50000);
            uint8_t *p = arena_alloc(a, n, 1);
            assert_int_equal((uintptr_t)p % 16, 0);
            for (size_t j = 0; j < n; j++)
                assert_int_equal(p[j], 0);
            memset(p, 0xa5, n); /* what the next round must not see */
        }
        arena_reset(a);
        assert_int_equal(arena_used(a), 0);
    }
    arena_free(a);
    arena_free(NULL);
}

/* Blocks do not overlap: each keeps its own pattern. */
static void blocks_apart(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    enum { BLOCKS = 3000 };
    static struct {
        uint8_t *p;
        size_t n;
    } blocks[BLOCKS];
    uint64_t seed = 2;
    size_t total = 0;
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i].n = test_random(&seed) % 100;
        blocks[i].p = arena_alloc(a, blocks[i].n, 1);
        memset(blocks[i].p, i & 255, blocks[i].n);
        total += blocks[i].n;
    }
    for (int i = 0; i < BLOCKS; i++)
        for (size_t j = 0; j < blocks[i].n; j++)
            assert_int_equal(blocks[i].p[j], i & 255);
    assert_true(arena_used(a) >= total &&
                arena_used(a) <= total + BLOCKS * 32); /* 16 of them a sanitizer's gap */
}

static void product_overflows(void)
{
    AUTO_ARENA(a);
    arena_alloc(a, SIZE_MAX / 2, 3);
}

static void sum_overflows(void)
{
    AUTO_ARENA(a);
    arena_alloc(a, SIZE_MAX, 1);
}

static void overflow_aborts(void **state)
{
    (void)state;
    assert_aborts(product_overflows);
    assert_aborts(sum_overflows);
}

static void copies(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    char text[] = "ab\0c";
    str copy = arena_str(a, (str){text, 4});
    char *c = arena_cstr(a, (str){text, 2});
    str printed = arena_printf(a, "%s-%d", text, 12);
    memset(text, 'x', 4);
    assert_memory_equal(copy.p, "ab\0c", 4);
    assert_string_equal(c, "ab");
    assert_str(printed, "ab-12");
    assert_null(arena_str(a, STR_NONE).p);
    assert_non_null(arena_str(a, S("")).p);
    assert_string_equal(arena_cstr(a, STR_NONE), "");
    assert_int_equal(arena_printf(a, "%0*d", 5000, 1).n, 5000);
}

static int order[4], calls;

static void note(void *p)
{
    order[calls++] = *(int *)p;
}

static struct arena *again;

static void note_and_defer(void *p)
{
    note(p);
    static int three = 3;
    arena_defer(again, note, &three);
}

/* What was reserved comes of one chunk: one block lies behind the other, however many there are. */
static void reserved_is_one_piece(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    enum { BLOCKS = 100, BLOCK = 40000 };
    char *last = arena_alloc(a, 1, 16);
    arena_reserve(a, (size_t)BLOCKS * (BLOCK + 64));
    last = arena_alloc(a, 1, BLOCK);
    for (int i = 1; i < BLOCKS; i++) {
        char *next = arena_alloc(a, 1, BLOCK);
        assert_true(next > last && next - last <= BLOCK + 64);
        last = next;
    }
    size_t used = arena_used(a);
    arena_reserve(a, 1);
    assert_true(arena_used(a) == used); /* room is no use */
}

static void deferred_calls(void **state)
{
    (void)state;
    int one = 1, two = 2;
    struct arena *a = again = arena_new();
    arena_defer(a, note, &one);
    arena_defer(a, note_and_defer, &two);
    calls = 0;
    arena_reset(a);
    assert_int_equal(calls, 3); /* newest first; the one added meanwhile comes next */
    assert_int_equal(order[0], 2);
    assert_int_equal(order[1], 3);
    assert_int_equal(order[2], 1);
    arena_defer(a, note, &one);
    calls = 0;
    arena_free(a);
    assert_int_equal(calls, 1); /* each once only */
}

/* From the second round on all of it lies in one chunk that stays where it is, zeroed anew; more than may be kept is not. */
static void kept_from_round_to_round(void **state)
{
    (void)state;
    enum { BLOCK = 300000, BLOCKS = 20, MOST = 16 << 20 };
    uint8_t *before = NULL;
    for (int most = 0; most < 2; most++) {
        AUTO_ARENA(a);
        for (int round = 0; round < 4; round++) {
            uint8_t *first = arena_alloc(a, BLOCK, 1), *p = first;
            for (int i = 1; i <= BLOCKS; i++) {
                for (size_t k = 0; k < BLOCK; k += 997)
                    assert_int_equal(p[k], 0);
                memset(p, 0xa5, BLOCK);
                p = i < BLOCKS ? arena_alloc(a, BLOCK, 1) : p;
            }
            if (most && round >= 2)
                assert_ptr_equal(first, before);
            before = first;
            arena_reset_keep(a, most ? MOST : BLOCK);
            assert_int_equal(arena_used(a), 0);
        }
    }
}

static void vec_like_an_array(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    VEC(int64_t) v = {0}, w = {0};
    enum { N = 50000 };
    for (int64_t i = 0; i < N; i++) {
        vec_push(a, &v, i * i);
        if (i % 3 == 0)
            vec_push(a, &w, -i); /* a second one, so that v is not always the newest block */
    }
    assert_int_equal(v.n, N);
    for (int64_t i = 0; i < N; i++) {
        assert_int_equal(v.p[i], i * i);
        if (i % 3 == 0)
            assert_int_equal(w.p[i / 3], -i);
    }
}

/* A map against a plain list of pairs. */
static void map_like_a_list(void **state)
{
    (void)state;
    enum { STEPS = 20000, KEYS = 700 };
    static char keys[KEYS][12];
    static int values[STEPS];
    AUTO_ARENA(a);
    struct map *m = map_new(a);
    int first[KEYS], last[KEYS];
    size_t n = 0;
    for (int i = 0; i < KEYS; i++) {
        snprintf(keys[i], sizeof keys[i], "%x", i * 7919);
        last[i] = -1;
    }
    uint64_t seed = 3;
    for (int i = 0; i < STEPS; i++) {
        int key = (int)(test_random(&seed) % KEYS);
        void *want = last[key] < 0 ? NULL : &values[last[key]];
        assert_ptr_equal(map_get(m, str_of(keys[key])), want);
        if (test_random(&seed) % 4)
            continue;
        if (last[key] < 0)
            first[n++] = key;
        last[key] = i;
        map_put(m, str_of(keys[key]), &values[i]);
        assert_int_equal(map_count(m), n);
    }
    for (size_t i = 0; i < n; i++) {
        str key;
        void *value;
        map_at(m, i, &key, &value);
        assert_str(key, keys[first[i]]); /* order of the first insertion */
        assert_ptr_equal(value, &values[last[first[i]]]);
    }
}

static void map_edges(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct map *m = map_new(a);
    assert_null(map_get(m, S("x")));
    assert_int_equal(map_count(m), 0);
    map_put(m, S(""), (void *)1);
    map_put(m, S("\0"), (void *)2);
    map_put(m, S("\0\0"), NULL);
    assert_ptr_equal(map_get(m, S("")), (void *)1);
    assert_ptr_equal(map_get(m, S("\0")), (void *)2);
    assert_null(map_get(m, S("\0\0")));
    assert_int_equal(map_count(m), 3);
}

static void map_past_the_end(void)
{
    AUTO_ARENA(a);
    str key;
    void *value;
    map_at(map_new(a), 0, &key, &value);
}

static void map_checks(void **state)
{
    (void)state;
    assert_aborts(map_past_the_end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeroed_and_aligned), cmocka_unit_test(blocks_apart),
        cmocka_unit_test(overflow_aborts),    cmocka_unit_test(copies),
        cmocka_unit_test(reserved_is_one_piece),
        cmocka_unit_test(deferred_calls),     cmocka_unit_test(kept_from_round_to_round), cmocka_unit_test(vec_like_an_array),
        cmocka_unit_test(map_like_a_list),    cmocka_unit_test(map_edges),
        cmocka_unit_test(map_checks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
