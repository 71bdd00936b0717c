/* The checksum: printed vectors, the fold against the serial form, the kinds. */
#include "scene.h"

static void vectors(void **state)
{
    (void)state;
    static const struct { str bytes; uint16_t hj, modbus; } known[] = {
        {{"", 0}, 0xffff, 0xffff},        {{"Q", 1}, 0xbc81, 0},
        {{"QN=", 3}, 0x7200, 0},          {{"123456789", 9}, 0x2f80, 0x4b37},
        {{"ST=32;CN=2011", 13}, 0xacc1, 0},
        {{"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&", 101},
         0x1c80, 0x0759},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_int_equal(hj_crc16(known[i].bytes), known[i].hj);
        assert_int_equal(hj_crc16_serial(known[i].bytes), known[i].hj);
        if (known[i].modbus)
            assert_int_equal(modbus_crc16(known[i].bytes), known[i].modbus);
    }
}

static void fold_is_serial(void **state)
{
    (void)state;
    enum { LONGEST = 4096, ROUNDS = 2000 };
    static char bytes[LONGEST + 16];
    uint64_t seed = 212;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)test_random(&seed);
    for (size_t n = 0; n <= LONGEST; n++) {
        str s = {bytes + n % 16, n};
        assert_int_equal(hj_crc16(s), hj_crc16_serial(s));
    }
    for (int i = 0; i < ROUNDS; i++) {
        size_t at = test_random(&seed) % LONGEST, n = test_random(&seed) % (LONGEST - at);
        bytes[at] = (char)test_random(&seed);
        str s = {bytes + at, n};
        assert_int_equal(hj_crc16(s), hj_crc16_serial(s));
    }
}

static uint16_t modbus_by_bits(str s)
{
    unsigned crc = 0xffff;
    for (size_t i = 0; i < s.n; i++) {
        crc ^= (uint8_t)s.p[i];
        for (int k = 0; k < 8; k++)
            crc = crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1;
    }
    return (uint16_t)crc;
}

static void modbus_is_modbus(void **state)
{
    (void)state;
    char bytes[300];
    uint64_t seed = 1979;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)test_random(&seed);
    for (size_t n = 0; n <= sizeof bytes; n++)
        assert_int_equal(modbus_crc16((str){bytes, n}), modbus_by_bits((str){bytes, n}));
}

static void only_256_values_occur(void **state)
{
    (void)state;
    int possible = 0;
    for (unsigned v = 0; v < 0x10000; v++)
        possible += hj_crc_possible((uint16_t)v);
    assert_int_equal(possible, 256);
    for (unsigned b = 0; b < 256; b++) {
        char byte = (char)b;
        assert_true(hj_crc_possible(hj_crc16((str){&byte, 1})));
    }
    assert_false(hj_crc_possible(0x1c08)); /* the misprint of the standard shows itself */
}

static void kinds(void **state)
{
    (void)state;
    str s = S("QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&");
    assert_int_equal(hj_crc_kind(s, S("1C80")), HJ_CRC_OK);
    assert_int_equal(hj_crc_kind(s, S("1c80")), HJ_CRC_LOWERCASE);
    assert_int_equal(hj_crc_kind(s, S("0759")), HJ_CRC_MODBUS);
    assert_int_equal(hj_crc_kind(s, S("5907")), HJ_CRC_SWAPPED);
    assert_int_equal(hj_crc_kind(s, S("1C08")), HJ_CRC_BAD);
    assert_int_equal(hj_crc_kind(s, S("1C8G")), HJ_CRC_BAD);
    assert_int_equal(hj_crc_kind(s, S("1C8")), HJ_CRC_BAD);
    assert_int_equal(hj_crc_kind(s, S("")), HJ_CRC_NONE);
    assert_string_equal(hj_crc_name(HJ_CRC_SWAPPED), "swapped");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(vectors), cmocka_unit_test(fold_is_serial),
                                       cmocka_unit_test(modbus_is_modbus), cmocka_unit_test(only_256_values_occur),
                                       cmocka_unit_test(kinds)};
    return cmocka_run_group_tests_name("hj212 crc", tests, NULL, NULL);
}
