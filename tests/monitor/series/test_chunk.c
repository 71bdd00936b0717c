/* The chunk codec as a whole: what goes in comes out, the same bytes in every way of computing them. */
#include "monitor/series/days.h"

enum { DAYS = 100000 };

static struct arena *room_arena;
static struct chunk_room *room_in, *room_out;

static int setup(void **state)
{
    (void)state;
    room_arena = arena_new();
    room_in = chunk_room_new(room_arena);
    room_out = chunk_room_new(room_arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(room_arena);
    return 0;
}

static void test_round_trip(void **state)
{
    (void)state;
    uint64_t random = 20261127;
    AUTO_ARENA(a);
    for (int i = 0; i < DAYS; i++) {
        struct chunk_day *d = day_random(room_in, &random), *back;
        str bytes = chunk_encode(a, d);
        assert_ok(chunk_decode(room_out, bytes, &back));
        assert_days(back, d);
        assert_true(str_eq(chunk_encode(a, back), bytes));
        if (i % 16 == 0)
            arena_reset(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
