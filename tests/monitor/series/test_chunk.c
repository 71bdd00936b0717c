/* The chunk codec as a whole: what goes in comes out, in every way of computing it the same bytes. */
#include "monitor/series/days.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { DAYS = 3000 };
#else
enum { DAYS = 100000 };
#endif

static struct arena *rooms;
static struct chunk_room *room_in, *room_out, *room_plain;

static int setup(void **state)
{
    (void)state;
    rooms = arena_new();
    room_in = chunk_room_new(rooms);
    room_out = chunk_room_new(rooms);
    room_plain = chunk_room_new(rooms);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(rooms);
    return 0;
}

/* Encodes and decodes with and without vectors; all four agree. Returns the bytes. */
static str trip(struct arena *a, const struct chunk_day *d)
{
    struct chunk_day *back, *plain;
    str bytes = chunk_encode(a, d);
    assert_ok(chunk_decode(room_out, bytes, &back));
    assert_days(back, d);
    chunk_vector_disable(true);
    assert_true(str_eq(chunk_encode(a, d), bytes));
    assert_ok(chunk_decode(room_plain, bytes, &plain));
    chunk_vector_disable(false);
    assert_days(plain, d);
    for (int c = 0; c < columns_of(d); c++) {
        for (int i = 0; i < (d->slots + CHUNK_PAD - 1) / CHUNK_PAD * CHUNK_PAD; i++)
            assert_int_equal(value_of(plain, c, i), value_of(back, c, i));
    }
    /* What fills the gaps is by rule: packing what came out gives the same bytes. */
    assert_true(str_eq(chunk_encode(a, back), bytes));
    return bytes;
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

static void test_scalar_equals_vector(void **state)
{
    (void)state;
    assert_true(chunk_vector_available());
    uint64_t random = 5;
    for (int i = 0; i < 4000; i++) {
        AUTO_ARENA(a);
        trip(a, day_random(room_in, &random));
    }
}

/* Values of exactly `width` bits, whole days of them, as averages and as distances. */
static void test_every_width(void **state)
{
    (void)state;
    uint64_t random = 64;
    for (int wide = 0; wide < 2; wide++) {
        for (unsigned width = 0; width <= (wide ? 64U : 32U); width++) {
            for (size_t k = 0; k < sizeof cadences / sizeof *cadences; k++) {
                AUTO_ARENA(a);
                struct chunk_day *d = chunk_day_make(room_in, 20000, cadences[k], 2, CHUNK_THREE, wide);
                for (int i = 0; i < d->slots; i++) {
                    d->flag[i] = 'N';
                    for (int c = 0; c < 3; c++)
                        value_set(d, c, i, width ? (int64_t)(test_random(&random) >> (64 - width)) : 0);
                }
                trip(a, d);
            }
        }
    }
}

static void test_extremes(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    for (int wide = 0; wide < 2; wide++) {
        int64_t low = wide ? INT64_MIN : INT32_MIN, high = wide ? INT64_MAX : INT32_MAX;
        struct chunk_day *d = chunk_day_make(room_in, -1, 60, -3, CHUNK_THREE, wide);
        for (int i = 0; i < d->slots; i++) {
            d->flag[i] = 'N';
            value_set(d, 0, i, i % 2 ? low : high);
            value_set(d, 1, i, i % 3 ? high : low);
            value_set(d, 2, i, i % 5 ? low : 0);
        }
        trip(a, d);
        struct chunk_head h;
        str bytes = chunk_encode(a, d);
        assert_ok(chunk_head_read(bytes, true, &h));
        assert_int_equal(h.minimum, low);
        assert_int_equal(h.maximum, 0);
        assert_int_equal(h.sum, -720);
    }
}

static void test_sum_that_does_not_fit(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct chunk_head h;
    struct chunk_day *d = chunk_day_make(room_in, 1, 3600, 0, CHUNK_ONE, true);
    memset(d->flag, 'N', 24);
    for (int i = 0; i < 24; i++)
        d->v64[0][i] = INT64_MAX - i;
    assert_ok(chunk_head_read(trip(a, d), true, &h));
    assert_int_equal(h.sum, INT64_MAX);
    for (int i = 0; i < 24; i++)
        d->v64[0][i] = INT64_MIN + i;
    assert_ok(chunk_head_read(trip(a, d), true, &h));
    assert_int_equal(h.sum, INT64_MIN);
}

static void test_empty_single_and_constant(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof cadences / sizeof *cadences; k++) {
        for (int wide = 0; wide < 2; wide++) {
            AUTO_ARENA(a);
            struct chunk_head h;
            struct chunk_day *d = chunk_day_make(room_in, 20000, cadences[k], 2, CHUNK_THREE, wide);
            str bytes = trip(a, d); /* nothing was sent */
            assert_ok(chunk_head_read(bytes, true, &h));
            assert_int_equal(h.valid, 0);
            assert_int_equal(h.sum, 0);
            assert_true(bytes.n < 60);
            d->flag[d->slots - 1] = 'N'; /* one slot, the last */
            for (int c = 0; c < 3; c++)
                value_set(d, c, d->slots - 1, 1000 - 7 * c);
            assert_ok(chunk_head_read(trip(a, d), true, &h));
            assert_int_equal(h.valid, 1);
            assert_int_equal(h.sum, 1000);
            assert_int_equal(h.minimum, 993);
            assert_int_equal(h.maximum, 986); /* as sent, though it is below the minimum */
            memset(d->flag, 'M', (size_t)d->slots);
            for (int i = 0; i < d->slots; i++) {
                for (int c = 0; c < 3; c++)
                    value_set(d, c, i, -5);
            }
            bytes = trip(a, d);
            assert_true(bytes.n < 60);
        }
    }
}

/* What missing slots hold in the caller's arrays must not reach the bytes. */
static void test_missing_slots_are_filled_by_rule(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str first = {0};
    for (int garbage = 0; garbage < 3; garbage++) {
        struct chunk_day *back, *d = chunk_day_make(room_in, 20000, 60, 1, CHUNK_THREE, false);
        for (int i = 0; i < d->slots; i++) {
            bool there = i > 10 && i % 7 != 0 && (i < 600 || i > 700);
            d->flag[i] = there ? 'N' : CHUNK_MISSING;
            for (int c = 0; c < 3; c++)
                d->v[c][i] = there ? 100 + i % 13 + 5 * (c == 2) - 5 * (c == 1) : garbage * 77777 - i;
        }
        str bytes = trip(a, d);
        if (garbage == 0)
            first = arena_str(a, bytes);
        assert_true(str_eq(bytes, first));
        assert_ok(chunk_decode(room_out, bytes, &back));
        for (int c = 0; c < 3; c++) {
            assert_int_equal(back->v[c][0], back->v[c][11]); /* the first ones: the first there is */
            assert_int_equal(back->v[c][14], back->v[c][13]);
            assert_int_equal(back->v[c][650], back->v[c][599]);
        }
    }
}

/* A calibration costs a few patches and not the width of the whole group. */
static void test_spikes_are_patched(void **state)
{
    (void)state;
    uint64_t random = 7;
    AUTO_ARENA(a);
    struct chunk_day *d = chunk_day_make(room_in, 20000, 60, 1, CHUNK_ONE, false);
    memset(d->flag, 'N', (size_t)d->slots);
    for (int i = 0; i < d->slots; i++)
        d->v[0][i] = 5000 + (int32_t)(test_random(&random) % 12);
    size_t calm = trip(a, d).n;
    for (int i = 100; i < d->slots; i += 150)
        d->v[0][i] = i % 4 ? 2000000000 : -2000000000;
    size_t spiked = trip(a, d).n;
    assert_true(spiked > calm);
    assert_true(spiked < calm + 9 * 10); /* nine spikes, up to ten bytes each */
}

static void test_flag_runs(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct chunk_day *d = chunk_day_make(room_in, 20000, 60, 0, CHUNK_ONE, false);
    /* Every byte as a flag, in runs of one and of many; the commonest at both ends and in the middle. */
    for (int step = 1; step < 200; step += step < 5 ? 1 : 37) {
        for (int i = 0; i < d->slots; i++)
            d->flag[i] = (uint8_t)(i / step);
        trip(a, d);
    }
    for (int i = 0; i < d->slots; i++)
        d->flag[i] = i % 2 ? 'N' : CHUNK_MISSING;
    trip(a, d);
    memset(d->flag, 'N', (size_t)d->slots);
    d->flag[0] = 'D';
    d->flag[d->slots - 1] = CHUNK_MISSING;
    assert_true(trip(a, d).n < 70);
}

static void escape_add(struct chunk_day *d, int slot, int column, enum chunk_escape_kind kind, int decimals, const char *text)
{
    d->escapes[d->escapes_n++] = (struct chunk_escape){(uint16_t)slot, (uint8_t)column, (uint8_t)kind, (int8_t)decimals,
                                                       kind == CHUNK_TEXT ? str_of(text) : STR_NONE};
}

static struct chunk_day *plain_day(void)
{
    struct chunk_day *d = chunk_day_make(room_in, 20000, 60, 2, CHUNK_THREE, false);
    memset(d->flag, 'N', (size_t)d->slots);
    for (int i = 0; i < d->slots; i++) {
        for (int c = 0; c < 3; c++)
            d->v[c][i] = 12345 + i + c;
    }
    return d;
}

static void test_escapes(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct chunk_day *back, *d = plain_day();
    struct chunk_head h;
    escape_add(d, 0, 0, CHUNK_TEXT, 0, "NaN");
    escape_add(d, 0, 1, CHUNK_ABSENT, 0, NULL);
    escape_add(d, 5, 2, CHUNK_DECIMALS, 0, NULL);
    escape_add(d, 6, 2, CHUNK_DECIMALS, 0, NULL);
    escape_add(d, 7, 2, CHUNK_DECIMALS, 4, NULL);
    escape_add(d, 1439, 0, CHUNK_TEXT, 0, "");
    escape_add(d, 1439, 2, CHUNK_TEXT, 0, "123456789012345678901234567890");
    str bytes = trip(a, d);
    assert_ok(chunk_head_read(bytes, true, &h));
    assert_int_equal(h.valid, 1438);
    assert_ok(chunk_decode(room_out, bytes, &back));
    assert_int_equal(back->v[0][0], 12346); /* no number before it: the first there is */
    assert_int_equal(back->v[1][0], 12346); /* a minimum not sent reads as the average */
    assert_int_equal(back->v[0][1439], 12345 + 1438);
    assert_ok(chunk_decode_average(room_out, bytes, &back));
    assert_int_equal(back->escapes_n, 2);
    assert_null(back->v[1]);
}

static void test_a_column_that_was_never_sent(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct chunk_day *d = plain_day();
    size_t whole = trip(a, d).n;
    for (int i = 0; i < d->slots; i++) {
        escape_add(d, i, 1, CHUNK_ABSENT, 0, NULL);
        escape_add(d, i, 2, CHUNK_ABSENT, 0, NULL);
    }
    assert_true(trip(a, d).n < whole + 16);
    d = plain_day();
    for (int i = 0; i < d->slots; i++) {
        for (int c = 0; c < 3; c++)
            escape_add(d, i, c, CHUNK_TEXT, 0, "1234567890123456789012345678901234567890");
    }
    assert_int_equal(d->escapes_n, LIMIT_CHUNK_ESCAPES);
    assert_true(trip(a, d).n < LIMIT_CHUNK_BYTES);
}

static void test_long_text_is_clipped(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct chunk_day *back, *d = plain_day();
    escape_add(d, 3, 0, CHUNK_TEXT, 0, "1234567890123456789012345678901234567890-and-more");
    assert_ok(chunk_decode(room_out, chunk_encode(a, d), &back));
    assert_str(back->escapes[0].text, "1234567890123456789012345678901234567890");
}

/* A device that leaves out closing zeros: 0.5 where 0.50 was measured. */
static void test_closing_zeros_left_out(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    uint64_t random = 3;
    struct chunk_day *d = chunk_day_make(room_in, 20000, 60, 3, CHUNK_THREE, false);
    memset(d->flag, 'N', (size_t)d->slots);
    d->flag[77] = CHUNK_MISSING;
    for (int i = 0; i < d->slots; i++) {
        for (int c = 0; c < 3; c++)
            d->v[c][i] = (int32_t)(test_random(&random) % 2000);
    }
    size_t whole = trip(a, d).n;
    for (int i = 0; i < d->slots; i++) {
        for (int c = 0; c < 3 && i != 77; c++) {
            int decimals = 3;
            for (int32_t v = d->v[c][i]; decimals && v % 10 == 0; v /= 10)
                decimals--;
            if (decimals < 3)
                escape_add(d, i, c, CHUNK_DECIMALS, decimals, NULL);
        }
    }
    assert_true(d->escapes_n > 300);
    assert_int_equal(trip(a, d).n, whole);
    /* One value that does keep them is an escape the other way round. */
    while (d->escapes[d->escapes_n - 1].decimals != 2)
        d->escapes_n--;
    d->escapes_n--;
    assert_true(trip(a, d).n < whole + 80);
}

static void test_average_alone(void **state)
{
    (void)state;
    uint64_t random = 11;
    for (int i = 0; i < 3000; i++) {
        AUTO_ARENA(a);
        struct chunk_day *d = day_random(room_in, &random), *all, *average;
        str bytes = chunk_encode(a, d);
        assert_ok(chunk_decode(room_out, bytes, &all));
        assert_ok(chunk_decode_average(room_plain, bytes, &average));
        assert_null(average->v[1]);
        assert_null(average->v64[1]);
        assert_memory_equal(average->flag, all->flag, (size_t)d->slots);
        for (int slot = 0; slot < d->slots; slot++)
            assert_int_equal(value_of(average, 0, slot), value_of(all, 0, slot));
        size_t of_average = 0;
        for (size_t k = 0; k < all->escapes_n; k++)
            of_average += all->escapes[k].column == 0;
        assert_int_equal(average->escapes_n, of_average);
    }
}

static void test_head(void **state)
{
    (void)state;
    uint64_t random = 13;
    for (int i = 0; i < 3000; i++) {
        AUTO_ARENA(a);
        struct chunk_day *d = day_random(room_in, &random);
        struct chunk_head h;
        __int128 sum = 0;
        int valid = 0;
        for (int slot = 0; slot < d->slots; slot++) {
            if (!is_number(d, 0, slot))
                continue;
            sum += value_of(d, 0, slot);
            valid++;
        }
        assert_ok(chunk_head_read(chunk_encode(a, d), true, &h));
        assert_int_equal(h.day, d->day);
        assert_int_equal(h.cadence_s, d->cadence_s);
        assert_int_equal(h.revision, d->revision);
        assert_int_equal(h.slots, d->slots);
        assert_int_equal(h.decimals, d->decimals);
        assert_int_equal(h.shape, d->shape);
        assert_int_equal(h.wide, d->wide);
        assert_int_equal(h.valid, valid);
        if (sum <= INT64_MAX && sum >= INT64_MIN)
            assert_true(h.sum == (int64_t)sum);
        if (d->escapes_n || !valid)
            continue;
        int64_t least = INT64_MAX, most = INT64_MIN;
        for (int slot = 0; slot < d->slots; slot++) {
            int64_t low = value_of(d, d->shape == CHUNK_THREE ? 1 : 0, slot), high = value_of(d, d->shape == CHUNK_THREE ? 2 : 0, slot);
            if (d->flag[slot] == CHUNK_MISSING)
                continue;
            least = low < least ? low : least;
            most = high > most ? high : most;
        }
        assert_true(h.minimum == least && h.maximum == most);
    }
}

static void encode_unordered(void)
{
    AUTO_ARENA(a);
    struct chunk_day *d = plain_day();
    escape_add(d, 5, 1, CHUNK_ABSENT, 0, NULL);
    escape_add(d, 5, 0, CHUNK_ABSENT, 0, NULL);
    chunk_encode(a, d);
}

static void encode_escape_in_missing(void)
{
    AUTO_ARENA(a);
    struct chunk_day *d = plain_day();
    d->flag[5] = CHUNK_MISSING;
    escape_add(d, 5, 1, CHUNK_ABSENT, 0, NULL);
    chunk_encode(a, d);
}

static void encode_cadence(void)
{
    chunk_day_make(room_in, 1, 70, 0, CHUNK_ONE, false);
}

static void test_bugs_abort(void **state)
{
    (void)state;
    assert_aborts(encode_unordered);
    assert_aborts(encode_escape_in_missing);
    assert_aborts(encode_cadence);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_scalar_equals_vector),
        cmocka_unit_test(test_every_width),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_sum_that_does_not_fit),
        cmocka_unit_test(test_empty_single_and_constant),
        cmocka_unit_test(test_missing_slots_are_filled_by_rule),
        cmocka_unit_test(test_spikes_are_patched),
        cmocka_unit_test(test_flag_runs),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_a_column_that_was_never_sent),
        cmocka_unit_test(test_long_text_is_clipped),
        cmocka_unit_test(test_closing_zeros_left_out),
        cmocka_unit_test(test_average_alone),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_bugs_abort),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
