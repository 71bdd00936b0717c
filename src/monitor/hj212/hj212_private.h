/* What the files of the codec share. */
#pragma once
#include "monitor/hj212/hj212.h"

#include <endian.h>
#include <string.h>

#define FOUND(f) (UINT64_C(1) << HJ_FOUND_##f)

bool hj_hex_four(const char *p, uint16_t *ret); /* four hexadecimal digits of either case */
enum hj_crc hj_crc_kind_of(str segment, const char *digits, uint16_t given, uint16_t right);

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/*
 * A name as one word: its first eight bytes, the first byte lowest, zeros behind. Folding makes letters small; digits
 * and small letters have that bit already. Control characters would fold into digits, so no fold of theirs is looked up.
 */
static inline uint64_t name_word(const char *p, size_t n, const char *end)
{
    uint64_t word = 0;
    if (end - p >= 8)
        memcpy(&word, p, 8);
    else
        memcpy(&word, p, n < 8 ? n : 8);
    word = le64toh(word);
    return n >= 8 ? word : word & ((UINT64_C(1) << 8 * n) - 1);
}

static inline uint64_t name_small(size_t n)
{
    uint64_t all = UINT64_C(0x2020202020202020);
    return n >= 8 ? all : all & ((UINT64_C(1) << 8 * n) - 1);
}

static inline uint64_t name_folded(uint64_t word, size_t n)
{
    uint64_t small = name_small(n);
    bool control = ~word & (~word >> 1) & small; /* bits 5 and 6 both clear */
    return control ? UINT64_MAX : word | small;
}

/* ---- eight bytes at a time; the first byte is the lowest ---- */
#define EVERY_BYTE(c) (UINT64_C(0x0101010101010101) * (uint64_t)(c))

static inline uint64_t word_at(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return le64toh(word);
}

/* Bit 7 of the first byte that is c, and of no byte before it; what stands behind the first says nothing. */
static inline uint64_t byte_first(uint64_t word, char c)
{
    word ^= EVERY_BYTE(c);
    return (word - EVERY_BYTE(1)) & ~word & EVERY_BYTE(0x80);
}

/* Whether all eight bytes are 0-9 or A-F: adding brings bit 7 up in bytes that are at least so much. */
static inline bool hex_capitals(uint64_t word)
{
#define AT_LEAST(c) (word + EVERY_BYTE(0x80 - (c)))
    uint64_t digits = AT_LEAST('0') & ~AT_LEAST('9' + 1), letters = AT_LEAST('A') & ~AT_LEAST('F' + 1);
#undef AT_LEAST
    return ((digits | letters) & ~word & EVERY_BYTE(0x80)) == EVERY_BYTE(0x80);
}

/* How many digits the word begins with, 0..8; `digits` is the word xor EVERY_BYTE('0'). */
static inline int digits_first(uint64_t digits)
{
    uint64_t others = (digits | (digits + EVERY_BYTE(0x76))) & EVERY_BYTE(0x80);
    return others ? __builtin_ctzll(others) / 8 : 8;
}

/* Bit 7 of every byte that is no digit. */
static inline uint64_t digits_not(uint64_t digits)
{
    return (((digits & EVERY_BYTE(0x7f)) + EVERY_BYTE(0x76)) | digits) & EVERY_BYTE(0x80);
}

/* Neighbours joined, tens and ones: four numbers of 0..99, sixteen bits apart. */
static inline uint64_t digits_pairs(uint64_t digits)
{
    return (digits * 10 + (digits >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
}

/* The number that the first n digits make, 1..8: pairs, then hundreds, then all. */
static inline uint32_t digits_value(uint64_t digits, int n)
{
    digits = digits_pairs(digits << (64 - 8 * n));
    digits = (digits * 100 + (digits >> 16)) & UINT64_C(0x0000ffff0000ffff);
    return (uint32_t)(digits * 10000 + (digits >> 32));
}

/* Text as a word, at compile time. */
#define B(c, i) ((uint64_t)(c) << 8 * (i))
#define W2(a, b) (B(a, 0) | B(b, 1))
#define W3(a, b, c) (W2(a, b) | B(c, 2))
#define W4(a, b, c, d) (W3(a, b, c) | B(d, 3))
#define W5(a, b, c, d, e) (W4(a, b, c, d) | B(e, 4))
#define W8(a, b, c, d, e, f, g, h) (W5(a, b, c, d, e) | B(f, 5) | B(g, 6) | B(h, 7))

/* ---- numbers and times (number.c) ---- */
struct number {
    int64_t mantissa;
    int8_t scale;
    uint8_t state; /* enum hj_number */
    int8_t whole, decimals; /* digits in front of the point without leading zeros, and behind it */
    bool odd;      /* readable, but not of the form N allows: sign +, bare point, exponent */
    bool too_long; /* a number that has no exact form here */
};
struct number hj_number_of(str text);
usec hj_time_of_14(const char *digits); /* yyyyMMddHHmmss; USEC_NONE when these are no digits or no time */

/* ---- tables (tables.c) ---- */
enum kind_class {
    KIND_TEXT = 1,    /* its text is no number */
    KIND_INSTANT = 2, /* belongs to real-time frames */
    KIND_PERIOD = 4,  /* belongs to minute, hour and day frames */
    KIND_CAPPED = 8,  /* shares the unit, and so the cap, of the factor */
    KIND_FLAG = 16,
    KIND_TIME = 32,
    KIND_OWN = 64     /* seen in the field, in no edition */
};
struct kind { uint64_t word; /* as printed */ uint8_t n, class; const char *name; };
enum { KINDS_HOT = 16 }; /* the first kinds of the table: those a frame is full of */
extern const struct kind hj_kinds[];
int hj_kind_find(uint64_t folded, size_t n); /* place in `hj_kinds`, -1 unknown */

enum name_class { NAME_UNKNOWN, NAME_NUMBER, NAME_TEXT, NAME_TIME, NAME_DATA_TIME };
struct plain { const char *name; enum name_class class; };
const struct plain *hj_plain_find(str name); /* a name that stands without a kind; NULL unknown */

int hj_factor_by_word(uint64_t folded, size_t n, bool *ret_pattern); /* row, -1 unknown; e10101 is found as e101xx */
bool hj_station_type_known(str st);
/* What tools/csv2c makes of hj212-factors.tsv: rows, and an open table of folded words; word 0 is free. */
enum { FACTOR_SLOTS = 1024, FACTOR_SHIFT = 54 };
struct factor_slot { uint64_t word; int16_t row; };
extern const struct factor_slot hj_factor_slots[FACTOR_SLOTS];
extern const struct hj_factor hj_factor_table[];
extern const size_t hj_factor_table_n;

/* ---- data zone (data.c) ---- */
void hj_data_decode(struct hj_frame *f, const char *limit /* bytes may be read up to here */, size_t capacity);
void hj_data_decode_slowly(struct hj_frame *f, size_t capacity); /* without the fast way: what that is compared with */

/* ---- SM4 bodies (cipher.c) ---- */
bool hj_cipher_stands(str data); /* {0x.., */
/* The plain text of `data`, in `a`; false when the braces cannot be read. */
bool hj_cipher_open(str data, const uint8_t *key, struct arena *a, str *ret);
void hj_cipher_close(buf *b, const uint8_t *key, str data);
