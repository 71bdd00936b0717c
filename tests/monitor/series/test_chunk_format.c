/* The format is frozen: what was written once must be read, and written, for ever. A change here is a new version. */
#include "monitor/series/days.h"

static struct arena *rooms;
static struct chunk_room *room_in, *room_out;

static int setup(void **state)
{
    (void)state;
    rooms = arena_new();
    room_in = chunk_room_new(rooms);
    room_out = chunk_room_new(rooms);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(rooms);
    return 0;
}

/* Frame of reference, a patch, a constant column, flags, an escape. */
static struct chunk_day *hours(void)
{
    struct chunk_day *d = chunk_day_make(room_in, 20454, 3600, 2, CHUNK_THREE, false);
    d->revision = 1;
    for (int i = 0; i < d->slots; i++) {
        d->flag[i] = i == 5 ? CHUNK_MISSING : i == 7 || i == 8 ? 'D' : 'N';
        d->v[0][i] = i == 12 ? 99999 : 1200 + i * 7 % 5;
        d->v[1][i] = d->v[0][i] - 3;
        d->v[2][i] = d->v[0][i] + i % 4;
    }
    d->escapes[d->escapes_n++] = (struct chunk_escape){.slot = 9, .column = 0, .kind = CHUNK_TEXT, .text = S("--")};
    d->escapes[d->escapes_n++] = (struct chunk_escape){.slot = 9, .column = 2, .kind = CHUNK_ABSENT};
    d->escapes[d->escapes_n++] = (struct chunk_escape){.slot = 11, .column = 1, .kind = CHUNK_DECIMALS, .decimals = 1};
    return d;
}

/* A counter beyond 32 bits: deltas of 64-bit words. */
static struct chunk_day *total(void)
{
    struct chunk_day *d = chunk_day_make(room_in, 20454, 900, 3, CHUNK_ONE, true);
    memset(d->flag, 'N', (size_t)d->slots);
    for (int i = 0; i < d->slots; i++)
        d->v64[0][i] = INT64_C(5000000000123) + i * 1700 + i * i % 11;
    return d;
}

/* Noise on a drift, a calibration, a device that leaves out closing zeros. */
static struct chunk_day *minutes(void)
{
    uint64_t random = 42;
    struct chunk_day *d = chunk_day_make(room_in, 20454, 60, 1, CHUNK_THREE, false);
    int32_t level = 3000;
    for (int i = 0; i < d->slots; i++) {
        level += (int32_t)(test_random(&random) % 5) - 2;
        d->flag[i] = test_random(&random) % 70 == 0 ? CHUNK_MISSING : i >= 600 && i < 640 ? 'C' : 'N';
        d->v[0][i] = d->flag[i] == 'C' ? i % 20 * 1000 : level + (int32_t)(test_random(&random) % 9);
        d->v[1][i] = d->v[0][i] - (int32_t)(test_random(&random) % 6);
        d->v[2][i] = d->v[0][i] + (int32_t)(test_random(&random) % 8);
        for (int c = 0; c < 3 && d->flag[i]; c++) {
            if (d->v[c][i] % 10 == 0)
                d->escapes[d->escapes_n++] = (struct chunk_escape){.slot = (uint16_t)i, .column = (uint8_t)c, .kind = CHUNK_DECIMALS};
        }
    }
    return d;
}

static void golden(struct chunk_day *d, const char *want_hex, const char *want_sm3)
{
    AUTO_ARENA(a);
    struct chunk_day *back;
    str bytes = chunk_encode(a, d);
    struct sm3 digest = sm3_of(bytes.p, bytes.n);
    if (want_hex) {
        buf b = buf_make(a, LIMIT_CHUNK_BYTES * 2);
        buf_hex(&b, (const uint8_t *)bytes.p, bytes.n);
        assert_str(buf_str(&b), want_hex);
        uint8_t *kept = NEW_ARRAY(a, strlen(want_hex) / 2, uint8_t);
        assert_true(hex_decode(str_of(want_hex), kept, strlen(want_hex) / 2));
        assert_ok(chunk_decode(room_out, (str){(const char *)kept, strlen(want_hex) / 2}, &back));
        assert_days(back, d);
    }
    assert_str(sm3_text(a, &digest), want_sm3);
    assert_ok(chunk_decode(room_out, bytes, &back));
    assert_days(back, d);
}

static void test_golden_hours(void **state)
{
    (void)state;
    golden(hours(), "4443310098722e27e64f000001000000180016000201030037e9010000000000ad040000000000009f86010000000000"
           "4e020000a10044e2000900022d2d0b09010009060005b0048a01010004200002044000040010000108300003bc070003"
           "042000020c4000040010000c60010380010109fe01000200000000110000002a0000003f00000000000000140000002a"
           "0000003f000000", "sm3:101994e99e7195483c131c07f7352a689a60acf3d8ee794c45c53452c831ef97");
}

static void test_golden_total(void **state)
{
    (void)state;
    golden(total(), "444331008e4f4ab1e64f0000000000006000600003020000de78f4b58eb401007b5039278c0400005cc73b278c040000"
           "4e00000e7b5039278c0400002ca039278c040000dfef39278c040000943f3a278c040000408f3a278c040000eede3a27"
           "8c0400009e2e3b278c040000507e3b278c0400000c0058eaa70078eaa90098eaa00008eaa20028eaa40048eaa60068ea"
           "a80088ea9f9eeaa02e0eeaa24e2eeaa46e4eeaa68e6eeaa8fe8eea9f1efee9a13e1eeaa35eeaa46eeaeaa68eeaeaa8fe"
           "e9ea9f1eeae9a13eeaeaa35eeaeaa57eeaeaa79eeaa8fee9a19f1eeaa3a13eeaa5a35eeaa7a57eeaa9a79eeaa0a90eea"
           "a2a02eeaa43eea00005eea00007eea00009eea00000eea00002eea00004eea00006eea0000", "sm3:1c4c7ef044d6520bff604021e6abcb2b71a141037bcd607eae0137314bf4747c");
}

static void test_golden_minutes(void **state)
{
    (void)state;
    golden(minutes(), NULL, "sm3:de048b3c3c5ae5d1f62ac530d7e35b013d5dc2e234b0dc67395dbd0294a7d94e");
}

static void test_leaf(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str bytes = chunk_encode(a, hours());
    str key = S("MN0001|minute|a21026|value");
    buf b = buf_make(a, LIMIT_CHUNK_BYTES);
    buf_char(&b, 0);
    buf_add(&b, S("DC1"));
    buf_char(&b, 0);
    buf_add(&b, key);
    buf_char(&b, 0);
    buf_add(&b, bytes);
    struct sm3 want = sm3_of(b.p, b.n), leaf = chunk_leaf(key, bytes), other = chunk_leaf(S("MN0001|minute|a21002|value"), bytes);
    assert_memory_equal(leaf.byte, want.byte, SM3_BYTES);
    assert_memory_not_equal(leaf.byte, other.byte, SM3_BYTES);
}

/* RFC 3720 B.4, and every length and alignment against one bit at a time. */
static uint32_t crc_by_bits(const uint8_t *p, size_t n)
{
    uint32_t c = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        c ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            c = c >> 1 ^ (c & 1 ? UINT32_C(0x82f63b78) : 0);
    }
    return ~c;
}

static void test_crc(void **state)
{
    (void)state;
    enum { MOST = 13000 };
    static uint8_t p[MOST + 8];
    uint64_t random = 1;
    assert_int_equal(crc32c(0, "", 0), 0);
    assert_int_equal(crc32c(0, "123456789", 9), 0xe3069283);
    assert_int_equal(crc32c(0, p, 32), 0x8a9136aa);
    memset(p, 0xff, 32);
    assert_int_equal(crc32c(0, p, 32), 0x62a8ab43);
    for (size_t i = 0; i < sizeof p; i++)
        p[i] = (uint8_t)test_random(&random);
    for (size_t n = 0; n <= MOST; n += n < 700 ? 1 : 193) {
        const uint8_t *at = p + n % 8;
        uint32_t want = crc_by_bits(at, n);
        assert_int_equal(crc32c(0, at, n), want);
        assert_int_equal(crc32c(crc32c(0, at, n / 3), at + n / 3, n - n / 3), want);
        chunk_vector_disable(true);
        assert_int_equal(crc32c(0, at, n), want);
        chunk_vector_disable(false);
    }
}

/* The head alone, where the rest may not even have been read from the disk. */
static void test_head_without_the_rest(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct chunk_head h;
    str bytes = chunk_encode(a, hours());
    assert_ok(chunk_head_read(str_sub(bytes, 0, 48), false, &h));
    assert_int_equal(h.day, 20454);
    assert_int_equal(h.cadence_s, 3600);
    assert_int_equal(h.revision, 1);
    assert_int_equal(h.slots, 24);
    assert_int_equal(h.valid, 22);
    assert_int_equal(h.maximum, 99999);
    assert_err(chunk_head_read(str_sub(bytes, 0, 48), true, &h), ERR_DAMAGED);
    assert_err(chunk_head_read(str_sub(bytes, 0, 47), false, &h), ERR_DAMAGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_hours),
        cmocka_unit_test(test_golden_total),
        cmocka_unit_test(test_golden_minutes),
        cmocka_unit_test(test_leaf),
        cmocka_unit_test(test_crc),
        cmocka_unit_test(test_head_without_the_rest),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
