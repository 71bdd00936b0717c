/* The kernels of every engine against the plain one: all widths, all numbers of rows, all shifts. */
#include "testing.h"
#include "monitor/series/chunk_private.h"

static uint64_t random_state = 99;

static uint32_t any_word(unsigned bits)
{
    return bits ? (uint32_t)(test_random(&random_state) >> (64 - bits)) : 0;
}

static void words_fill(uint32_t *v, size_t n, unsigned bits)
{
    for (size_t i = 0; i < n; i++)
        v[i] = test_random(&random_state) % 50 ? any_word(bits) : any_word(32);
}

static void test_pack_and_unpack(void **state)
{
    (void)state;
    const struct chunk_engine *engines[CHUNK_ENGINES];
    size_t engines_n = chunk_engines(engines);
    static uint32_t in[GROUP_VALUES], average[GROUP_VALUES], out[GROUP_VALUES], plain[GROUP_VALUES];
    static uint8_t bytes[2 * GROUP_VALUES * 4], packed[2 * GROUP_VALUES * 4];
    for (unsigned width = 0; width <= 32; width++) {
        for (size_t rows = 1; rows <= GROUP_ROWS; rows++) {
            uint32_t base = any_word(32), mask = width == 32 ? UINT32_MAX : (UINT32_C(1) << width) - 1;
            words_fill(in, GROUP_VALUES, width);
            words_fill(average, GROUP_VALUES, 32);
            memset(packed, 0xa5, sizeof packed);
            chunk_scalar.pack(width, in, base, rows, packed);
            assert_int_equal(packed[packed_bytes(rows, width)], 0xa5); /* not a byte more */
            for (size_t e = 0; e < engines_n; e++) {
                memset(bytes, 0xa5, sizeof bytes);
                engines[e]->pack(width, in, base, rows, bytes);
                assert_memory_equal(bytes, packed, sizeof bytes);
                engines[e]->unpack(width, packed, base, out);
                for (size_t i = 0; i < rows * CHUNK_LANES; i++)
                    assert_int_equal(out[i], base + ((in[i] - base) & mask));
                engines[e]->unpack_below(width, packed, base, average, out);
                chunk_scalar.unpack_below(width, packed, base, average, plain);
                assert_memory_equal(out, plain, sizeof out);
                assert_int_equal(out[0], average[0] - base - ((in[0] - base) & mask));
                engines[e]->unpack_above(width, packed, base, average, out);
                chunk_scalar.unpack_above(width, packed, base, average, plain);
                assert_memory_equal(out, plain, sizeof out);
                assert_int_equal(out[0], average[0] + base + ((in[0] - base) & mask));
            }
        }
    }
}

static void test_deltas(void **state)
{
    (void)state;
    const struct chunk_engine *engines[CHUNK_ENGINES];
    size_t engines_n = chunk_engines(engines);
    static uint32_t in[CHUNK_ROOM], lanes[CHUNK_ROOM], deltas[CHUNK_ROOM], back[CHUNK_ROOM];
    static uint32_t plain_lanes[CHUNK_ROOM], plain_deltas[CHUNK_ROOM];
    for (size_t rows = 1; rows <= CHUNK_SLOTS / CHUNK_LANES; rows++) {
        for (unsigned shift = 0; shift <= COLUMN_SHIFT_MAX; shift++) {
            uint32_t sums[CHUNK_GROUPS] = {0}, plain_sums[CHUNK_GROUPS] = {0};
            size_t n = rows * CHUNK_LANES;
            words_fill(in, n, (unsigned)(rows % 33));
            chunk_scalar.lanes(in, rows, plain_lanes);
            chunk_scalar.delta(plain_lanes, rows, shift, 1000, plain_deltas, plain_sums);
            for (size_t i = 0; i < n; i++)
                assert_int_equal(plain_lanes[i], in[i % CHUNK_LANES * rows + i / CHUNK_LANES]);
            for (size_t e = 0; e < engines_n; e++) {
                engines[e]->lanes(in, rows, lanes);
                assert_memory_equal(lanes, plain_lanes, n * sizeof *lanes);
                engines[e]->delta(lanes, rows, shift, 1000, deltas, sums);
                assert_memory_equal(deltas, plain_deltas, n * sizeof *deltas);
                for (size_t g = 0; g * GROUP_ROWS < rows; g++)
                    assert_int_equal(sums[g], plain_sums[g]);
                engines[e]->undelta(deltas, rows, lanes, shift, back);
                assert_memory_equal(back, in, n * sizeof *back);
            }
        }
    }
}

static void test_lengths_and_range(void **state)
{
    (void)state;
    const struct chunk_engine *engines[CHUNK_ENGINES];
    size_t engines_n = chunk_engines(engines);
    static uint32_t in[GROUP_VALUES], column[GROUP_VALUES], out[GROUP_VALUES];
    for (int round = 0; round < 3000; round++) {
        size_t rows = 1 + test_random(&random_state) % GROUP_ROWS, n = rows * CHUNK_LANES;
        unsigned bits = (unsigned)(test_random(&random_state) % 33);
        uint32_t from = round % 3 ? any_word(bits) : 0;
        bool is_signed = round % 2;
        for (size_t i = 0; i < n; i++) { /* powers of two and their neighbours among them: where rounding would show */
            uint32_t power = UINT32_C(1) << test_random(&random_state) % 32;
            in[i] = from + (i % 4 == 0 ? power - (uint32_t)(test_random(&random_state) % 3) + 1 : any_word(bits));
        }
        words_fill(column, n, bits);
        uint16_t above[65], plain[65];
        unsigned longest = chunk_scalar.lengths(in, rows, from, is_signed, plain);
        int32_t low = (int32_t)any_word(32), high = (int32_t)any_word(32);
        if (low > high)
            low = INT32_MIN;
        struct chunk_range want = chunk_scalar.range(in, rows, low, high);
        unsigned more = 0;
        for (size_t i = 0; i < n; i++)
            more += is_signed ? (int32_t)(in[i] - from) < -(1 << 15) || (int32_t)(in[i] - from) >= 1 << 15 : in[i] - from > 0xffff;
        if (longest >= 16)
            assert_int_equal(plain[16], more < 256 ? more : 256);
        for (size_t e = 0; e < engines_n; e++) {
            assert_int_equal(engines[e]->lengths(in, rows, from, is_signed, above), longest);
            assert_memory_equal(above, plain, (longest + 1) * sizeof *above);
            struct chunk_range r = engines[e]->range(in, rows, low, high);
            assert_int_equal(r.least, want.least);
            assert_int_equal(r.most, want.most);
            assert_true(r.sum == want.sum);
            engines[e]->place(true, column, in, rows, out);
            assert_int_equal(out[n - 1], in[n - 1] - column[n - 1]);
            engines[e]->place(false, column, in, rows, out);
            assert_int_equal(out[n - 1], in[n - 1] + column[n - 1]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pack_and_unpack),
        cmocka_unit_test(test_deltas),
        cmocka_unit_test(test_lengths_and_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
