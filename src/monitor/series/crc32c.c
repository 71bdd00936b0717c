/*
 * CRC-32C (Castagnoli, polynomial 0x1EDC6F41 reflected). SSE4.2 has an instruction for it that takes eight bytes a
 * cycle but answers three cycles later, so three stretches run side by side and are joined by multiplying
 * with x^(64 n) modulo the polynomial (PCLMULQDQ). Chunks are two to three kilobytes: the stretches are a third of what is left,
 * whatever that is, and one joining does. Elsewhere: tables of eight bytes at a time.
 */
#include "monitor/series/chunk_private.h"

#include <pthread.h>

enum { POLYNOMIAL = 0x82f63b78, STRETCH_WORDS = 256 /* 2 KB: the longest stretch */ };

static uint32_t table[8][256];
/* x^(64 n - 33) mod P, bit-reflected: what a CRC is multiplied with to go past n words (the instruction's own
 * reduction supplies the missing 33). */
static uint32_t past_words[2 * STRETCH_WORDS + 1];

/* a * x modulo the polynomial, reflected: bit 31 is x^0. */
static uint32_t times_x(uint32_t a)
{
    return a >> 1 ^ (a & 1 ? (uint32_t)POLYNOMIAL : 0);
}

static void tables_make(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++)
            c = times_x(c);
        table[0][i] = c;
    }
    for (int k = 1; k < 8; k++) {
        for (int i = 0; i < 256; i++)
            table[k][i] = table[k - 1][i] >> 8 ^ table[0][table[k - 1][i] & 255];
    }
    uint32_t power = UINT32_C(1) << 31;
    for (int i = 0; i < 64 - 33; i++)
        power = times_x(power);
    for (int n = 1; n <= 2 * STRETCH_WORDS; n++) {
        past_words[n] = power;
        for (int i = 0; i < 64; i++)
            power = times_x(power);
    }
}

static uint32_t by_tables(uint32_t c, const uint8_t *p, size_t n)
{
    for (; n >= 8; n -= 8, p += 8) {
        uint64_t w = get_le(p, 8) ^ c;
        c = table[7][w & 255] ^ table[6][w >> 8 & 255] ^ table[5][w >> 16 & 255] ^ table[4][w >> 24 & 255] ^
            table[3][w >> 32 & 255] ^ table[2][w >> 40 & 255] ^ table[1][w >> 48 & 255] ^ table[0][w >> 56];
    }
    while (n--)
        c = c >> 8 ^ table[0][(c ^ *p++) & 255];
    return c;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define SSE42 __attribute__((target("sse4.2,pclmul")))

static inline uint64_t word_at(const uint8_t *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

/* crc moved past n words of zeros. */
SSE42 static inline uint32_t move_past(uint32_t crc, size_t words)
{
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi32_si128((int)crc), _mm_cvtsi32_si128((int)past_words[words]), 0);
    return (uint32_t)_mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(product));
}

SSE42 static uint32_t by_instruction(uint32_t crc, const uint8_t *p, size_t n)
{
    while (n >= 3 * 64) {
        size_t words = n / 24 < STRETCH_WORDS ? n / 24 : STRETCH_WORDS;
        const uint8_t *second = p + 8 * words, *third = p + 16 * words;
        uint64_t a = crc, b = 0, c = 0;
        for (size_t i = 0; i < 24 * words; i += 64)
            __builtin_prefetch(p + i);
        for (size_t i = 0; i < 8 * words; i += 8) {
            a = _mm_crc32_u64(a, word_at(p + i));
            b = _mm_crc32_u64(b, word_at(second + i));
            c = _mm_crc32_u64(c, word_at(third + i));
        }
        crc = move_past((uint32_t)a, 2 * words) ^ move_past((uint32_t)b, words) ^ (uint32_t)c;
        p += 24 * words;
        n -= 24 * words;
    }
    uint64_t a = crc;
    for (; n >= 8; n -= 8, p += 8)
        a = _mm_crc32_u64(a, word_at(p));
    crc = (uint32_t)a;
    while (n--)
        crc = _mm_crc32_u8(crc, *p++);
    return crc;
}

static bool has_instruction(void)
{
    return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
}
#else
static uint32_t by_instruction(uint32_t crc, const uint8_t *p, size_t n)
{
    return by_tables(crc, p, n);
}

static bool has_instruction(void)
{
    return false;
}
#endif

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool instruction;

static void prepare(void)
{
    tables_make();
    instruction = has_instruction();
}

uint32_t crc32c(uint32_t crc, const void *bytes, size_t n)
{
    pthread_once(&once, prepare);
    return ~(instruction && chunk_engine() != &chunk_scalar ? by_instruction(~crc, bytes, n) : by_tables(~crc, bytes, n));
}
