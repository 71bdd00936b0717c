/*
 * The order of a draw. Expected orders were computed by an independent program from the words of method 1 alone;
 * evenness is measured over many seeds with bounds five standard deviations wide, so that the test never fails by luck.
 */
#include "testing.h"

#include "analysis/draw.h"

static void order_is(const char *const *secrets, size_t secrets_n, const int64_t *weights, size_t n, const int *drawn,
                     size_t drawn_n)
{
    AUTO_ARENA(a);
    str list[4];
    int64_t rank[16];
    for (size_t i = 0; i < secrets_n; i++)
        list[i] = str_of(secrets[i]);
    struct sm3 seed = draw_seed_1(list, secrets_n);
    draw_order_1(a, &seed, weights, n, rank);
    for (size_t i = 0; i < drawn_n; i++)
        assert_int_equal(rank[drawn[i]], i + 1);
    size_t in = 0;
    for (size_t i = 0; i < n; i++)
        in += rank[i] != 0;
    assert_int_equal(in, drawn_n);
}

static void an_independent_program_agrees(void **state)
{
    (void)state;
    const char *const both[] = {"法制的秘密 2046", "魏队的秘密 7351"}, *const letters[] = {"a", "b"};
    order_is(both, 2, (int64_t[]){1, 0, 1, 1, 1, 1, 1, 1}, 8, (int[]){3, 7, 5, 6, 4, 2, 0}, 7);
    order_is(both, 2, (int64_t[]){5, 1, 3, 0, 2}, 5, (int[]){0, 4, 2, 1}, 4);
    order_is(letters, 2, (int64_t[]){1, 1000000, 1, 1000000}, 4, (int[]){3, 1, 0, 2}, 4);
}

static void edges(void **state)
{
    (void)state;
    const char *const none[] = {""};
    order_is(none, 1, (int64_t[]){0}, 1, NULL, 0);
    order_is(none, 1, (int64_t[]){7}, 1, (int[]){0}, 1);
    order_is(none, 0, NULL, 0, NULL, 0);
}

static void every_order_is_whole(void **state)
{
    (void)state;
    uint64_t random = 20220812;
    for (size_t n = 1; n < 400; n += 7) {
        AUTO_ARENA(a);
        int64_t *weights = NEW_ARRAY(a, n, int64_t), *rank = NEW_ARRAY(a, n, int64_t), in = 0;
        bool *seen = NEW_ARRAY(a, n + 1, bool);
        for (size_t i = 0; i < n; i++) {
            weights[i] = (int64_t)(test_random(&random) % 5);
            in += weights[i] > 0;
        }
        struct sm3 seed = sm3_of(&random, sizeof random);
        draw_order_1(a, &seed, weights, n, rank);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(rank[i] > 0, weights[i] > 0);
            assert_in_range(rank[i], 0, in);
            assert_false(rank[i] && seen[rank[i]]);
            seen[rank[i]] = true;
        }
    }
}

enum { SEEDS = 20000 };

/* How often each element comes first. */
static void firsts(const int64_t *weights, size_t n, int *ret)
{
    for (uint32_t s = 0; s < SEEDS; s++) {
        AUTO_ARENA(a);
        int64_t rank[8];
        struct sm3 seed = sm3_of(&s, sizeof s);
        draw_order_1(a, &seed, weights, n, rank);
        for (size_t i = 0; i < n; i++)
            ret[i] += rank[i] == 1;
    }
}

static void chances_follow_the_weights(void **state)
{
    (void)state;
    int even[5] = {0}, uneven[3] = {0};
    firsts((int64_t[]){1, 1, 1, 1, 1}, 5, even);
    for (int i = 0; i < 5; i++)
        assert_in_range(even[i], 4000 - 283, 4000 + 283); /* sd = sqrt(20000 * 0.2 * 0.8) = 56.6 */
    firsts((int64_t[]){1, 2, 7}, 3, uneven);
    assert_in_range(uneven[0], 2000 - 213, 2000 + 213);
    assert_in_range(uneven[1], 4000 - 283, 4000 + 283);
    assert_in_range(uneven[2], 14000 - 325, 14000 + 325);
}

static void the_largest_pool(void **state)
{
    (void)state;
    enum { N = 100000 };
    AUTO_ARENA(a);
    int64_t *weights = NEW_ARRAY(a, N, int64_t), *rank = NEW_ARRAY(a, N, int64_t), sum = 0;
    for (size_t i = 0; i < N; i++)
        weights[i] = 1000000;
    struct sm3 seed = sm3_of("x", 1);
    draw_order_1(a, &seed, weights, N, rank);
    for (size_t i = 0; i < N; i++)
        sum += rank[i];
    assert_int_equal(sum, (int64_t)N * (N + 1) / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_independent_program_agrees), cmocka_unit_test(edges),
                                       cmocka_unit_test(every_order_is_whole), cmocka_unit_test(chances_follow_the_weights),
                                       cmocka_unit_test(the_largest_pool)};
    return cmocka_run_group_tests_name("analysis/draw_order", tests, NULL, NULL);
}
