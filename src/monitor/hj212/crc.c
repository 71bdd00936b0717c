/*
 * The checksum of the standard throws the low byte of its register away with every byte it takes in, so only eight
 * bits are carried: s <- P(s xor byte), with P linear over GF(2) and P applied eight times the identity. Hence eight
 * bytes in a row do to the state what one would: equal places of all 8-byte words may be added up first, and the
 * serial form then runs over one word. What is over stands in front, behind zeros, as if it were a word. (By the same
 * token at most 256 values occur, and a random error slips through once in 256: a right checksum proves little.)
 *
 * Modbus shares polynomial and start and lacks the shift by eight; integrators mix the two up, and some print its
 * bytes swapped.
 */
#include "monitor/hj212/hj212_private.h"

#include <string.h>

/* Linear maps as tables: the exclusive or of the images of the bits set. */
#define BIT(v, i, image) (((v) >> (i)&1) * (image))
#define STEP(v)                                                                                                    \
    (BIT(v, 0, 0xc0) ^ BIT(v, 1, 0xc1) ^ BIT(v, 2, 0xc3) ^ BIT(v, 3, 0xc6) ^ BIT(v, 4, 0xcc) ^ BIT(v, 5, 0xd8) ^   \
     BIT(v, 6, 0xf0) ^ BIT(v, 7, 0xa0))
#define HALF(v)                                                                                                    \
    (BIT(v, 0, 0x11) ^ BIT(v, 1, 0x2d) ^ BIT(v, 2, 0x41) ^ BIT(v, 3, 0x81) ^ BIT(v, 4, 0x10) ^ BIT(v, 5, 0xd3) ^   \
     BIT(v, 6, 0x15) ^ BIT(v, 7, 0x19))
#define LOW(v)                                                                                                     \
    (BIT(v, 0, 0x40) ^ BIT(v, 1, 0x80) ^ BIT(v, 2, 0x40) ^ BIT(v, 3, 0x80) ^ BIT(v, 4, 0x40) ^ BIT(v, 5, 0x80) ^   \
     BIT(v, 6, 0x40) ^ BIT(v, 7, 0x81))
#define ROW4(f, v) f(v), f((v) + 1), f((v) + 2), f((v) + 3)
#define ROW16(f, v) ROW4(f, v), ROW4(f, (v) + 4), ROW4(f, (v) + 8), ROW4(f, (v) + 12)
#define ROW64(f, v) ROW16(f, v), ROW16(f, (v) + 16), ROW16(f, (v) + 32), ROW16(f, (v) + 48)
#define TABLE(f) {ROW64(f, 0), ROW64(f, 64), ROW64(f, 128), ROW64(f, 192)}

static const uint8_t step[256] = TABLE(STEP); /* P */
static const uint8_t half[256] = TABLE(HALF); /* P four times */
static const uint8_t low[256] = TABLE(LOW);   /* low byte of the register, by its high byte */

static unsigned take(unsigned state, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        state = step[state ^ (uint8_t)p[i]];
    return state;
}

/* The state that `odd` bytes behind zeros must begin with, so that it is 0xff where they do: P `odd` times. */
static const uint8_t starts[8] = {0xff, 0x40, 0xf0, 0x44, 0x33, 0x15, 0xcf, 0x54};

/* Eight bytes, the first the lowest: both halves at the same time, as each step waits for the one before. */
static unsigned take_word(unsigned state, uint64_t word)
{
    unsigned first = state, second = 0;
    for (int i = 0; i < 4; i++) {
        first = step[first ^ (uint8_t)(word >> 8 * i)];
        second = step[second ^ (uint8_t)(word >> 8 * (i + 4))];
    }
    return half[first] ^ second;
}

uint16_t hj_crc16(str bytes)
{
    if (!bytes.n)
        return 0xffff; /* nothing was shifted in: the low byte still stands */
    const char *p = bytes.p;
    size_t left = bytes.n;
    unsigned state;
    if (left < 8) {
        state = take(0xff, p, left);
    } else {
        size_t odd = left % 8;
        uint64_t sum = odd ? word_at(p) << 8 * (8 - odd) : 0;
        p += odd;
        left -= odd;
        for (; left >= 32; p += 32, left -= 32)
            sum ^= word_at(p) ^ word_at(p + 8) ^ word_at(p + 16) ^ word_at(p + 24);
        for (; left; p += 8, left -= 8)
            sum ^= word_at(p);
        state = take_word(starts[odd], sum);
    }
    return (uint16_t)(state << 8 | low[state]);
}

uint16_t hj_crc16_serial(str bytes)
{
    unsigned crc = 0xffff;
    for (size_t i = 0; i < bytes.n; i++) {
        crc = crc >> 8 ^ (uint8_t)bytes.p[i];
        for (int round = 0; round < 8; round++)
            crc = crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1;
    }
    return (uint16_t)crc;
}

/* Modbus takes the byte in by its low half, and the same eight rounds are linear in that: their table is made of
 * the two above. */
uint16_t modbus_crc16(str bytes)
{
    unsigned crc = 0xffff;
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned high = step[(crc ^ (uint8_t)bytes.p[i]) & 0xff];
        crc = crc >> 8 ^ (high << 8 | low[high]);
    }
    return (uint16_t)crc;
}

bool hj_crc_possible(uint16_t crc)
{
    return low[crc >> 8] == (crc & 0xff);
}

/* Value of a hexadecimal digit and 16: without that bit, another byte. */
static const uint8_t hex_values[256] = {
    ['0'] = 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, ['A'] = 26, 27, 28, 29, 30, 31, ['a'] = 26, 27, 28, 29, 30, 31};

bool hj_hex_four(const char *p, uint16_t *ret)
{
    unsigned a = hex_values[(uint8_t)p[0]], b = hex_values[(uint8_t)p[1]];
    unsigned c = hex_values[(uint8_t)p[2]], d = hex_values[(uint8_t)p[3]];
    if (!(a & b & c & d & 16))
        return false;
    *ret = (uint16_t)(a << 12 | (b & 15) << 8 | (c & 15) << 4 | (d & 15));
    return true;
}

static bool has_lower_case(const char *p)
{
    for (int i = 0; i < 4; i++)
        if (p[i] >= 'a')
            return true;
    return false;
}

enum hj_crc hj_crc_kind_of(str segment, const char *digits, uint16_t given, uint16_t right)
{
    if (given == right)
        return has_lower_case(digits) ? HJ_CRC_LOWERCASE : HJ_CRC_OK;
    uint16_t modbus = modbus_crc16(segment);
    if (given == modbus)
        return HJ_CRC_MODBUS;
    return given == (uint16_t)(modbus >> 8 | modbus << 8) ? HJ_CRC_SWAPPED : HJ_CRC_BAD;
}

enum hj_crc hj_crc_kind(str segment, str four_digits)
{
    uint16_t given;
    if (!four_digits.n)
        return HJ_CRC_NONE;
    if (four_digits.n != 4 || !hj_hex_four(four_digits.p, &given))
        return HJ_CRC_BAD;
    return hj_crc_kind_of(segment, four_digits.p, given, hj_crc16(segment));
}

const char *hj_crc_name(enum hj_crc kind)
{
    static const char *const names[HJ_CRC_KINDS] = {"ok", "lowercase", "modbus", "swapped", "bad", "none"};
    CHECK(kind < HJ_CRC_KINDS);
    return names[kind];
}
