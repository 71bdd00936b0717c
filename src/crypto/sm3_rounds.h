/*
 * The compression function of SM3 (GB/T 32905-2016, 5.3.2 and 5.3.3) as a template: included once
 * per word type, because scalar code, eight lanes and sixteen lanes differ in nothing else.
 *
 * Before the include: SM3_WORD (a 32-bit word, or a vector of them), SM3_COMPRESS (name of the
 * function to define), SM3_TARGET (attribute of the instruction set, may be empty). The include
 * undefines them.
 */
#include <stdint.h>

#ifndef SM3_ROUNDS_COMMON
#define SM3_ROUNDS_COMMON
#define SM3_ROTATE(x, n) ((x) << (n) | (x) >> (32 - (n)))
#define SM3_P0(x) ((x) ^ SM3_ROTATE(x, 9) ^ SM3_ROTATE(x, 17))
#define SM3_P1(x) ((x) ^ SM3_ROTATE(x, 15) ^ SM3_ROTATE(x, 23))
#define SM3_XOR(x, y, z) ((x) ^ (y) ^ (z))
#define SM3_MAJORITY(x, y, z) (((x) & (y)) | (((x) | (y)) & (z)))
#define SM3_CHOICE(x, y, z) ((((y) ^ (z)) & (x)) ^ (z))
/* Writes each new word over the old one it displaces, so that instead of moving eight registers the
 * caller names them one place further on. i: place in the ring w, of round i modulo 16. */
#define SM3_ROUND(a, b, c, d, e, f, g, h, FF, GG, i)                                               \
    do {                                                                                           \
        SM3_WORD a12 = SM3_ROTATE(a, 12), sum = e + constant[i] + a12;                             \
        SM3_WORD ss1 = SM3_ROTATE(sum, 7);                                                         \
        d += FF(a, b, c) + (w[i] ^ w[((i) + 4) % 16]) + (ss1 ^ a12);                               \
        h += GG(e, f, g) + w[i] + ss1;                                                             \
        h = SM3_P0(h);                                                                             \
        b = SM3_ROTATE(b, 9);                                                                      \
        f = SM3_ROTATE(f, 19);                                                                     \
    } while (0)
/* The word sixteen rounds on takes the place of the one that was just used up. */
#define SM3_EXPAND(i)                                                                              \
    do {                                                                                           \
        SM3_WORD x = w[i] ^ w[((i) + 7) % 16] ^ SM3_ROTATE(w[((i) + 13) % 16], 15);                \
        w[i] = SM3_P1(x) ^ SM3_ROTATE(w[((i) + 3) % 16], 7) ^ w[((i) + 10) % 16];                  \
    } while (0)
#define SM3_NO_EXPAND(i) (void)0
#define SM3_FOUR_ROUNDS(FF, GG, EXPAND, i)                                                         \
    do {                                                                                           \
        SM3_ROUND(a, b, c, d, e, f, g, h, FF, GG, (i));                                            \
        EXPAND(i);                                                                                 \
        SM3_ROUND(d, a, b, c, h, e, f, g, FF, GG, (i) + 1);                                        \
        EXPAND((i) + 1);                                                                           \
        SM3_ROUND(c, d, a, b, g, h, e, f, FF, GG, (i) + 2);                                        \
        EXPAND((i) + 2);                                                                           \
        SM3_ROUND(b, c, d, a, f, g, h, e, FF, GG, (i) + 3);                                        \
        EXPAND((i) + 3);                                                                           \
    } while (0)

/* T_j <<< j */
static const uint32_t sm3_constant[64] = {
    0x79cc4519, 0xf3988a32, 0xe7311465, 0xce6228cb, 0x9cc45197, 0x3988a32f, 0x7311465e, 0xe6228cbc,
    0xcc451979, 0x988a32f3, 0x311465e7, 0x6228cbce, 0xc451979c, 0x88a32f39, 0x11465e73, 0x228cbce6,
    0x9d8a7a87, 0x3b14f50f, 0x7629ea1e, 0xec53d43c, 0xd8a7a879, 0xb14f50f3, 0x629ea1e7, 0xc53d43ce,
    0x8a7a879d, 0x14f50f3b, 0x29ea1e76, 0x53d43cec, 0xa7a879d8, 0x4f50f3b1, 0x9ea1e762, 0x3d43cec5,
    0x7a879d8a, 0xf50f3b14, 0xea1e7629, 0xd43cec53, 0xa879d8a7, 0x50f3b14f, 0xa1e7629e, 0x43cec53d,
    0x879d8a7a, 0x0f3b14f5, 0x1e7629ea, 0x3cec53d4, 0x79d8a7a8, 0xf3b14f50, 0xe7629ea1, 0xcec53d43,
    0x9d8a7a87, 0x3b14f50f, 0x7629ea1e, 0xec53d43c, 0xd8a7a879, 0xb14f50f3, 0x629ea1e7, 0xc53d43ce,
    0x8a7a879d, 0x14f50f3b, 0x29ea1e76, 0x53d43cec, 0xa7a879d8, 0x4f50f3b1, 0x9ea1e762, 0x3d43cec5,
};
#endif

/* w: the sixteen message words, which are used up. Unrolled to sixteen rounds, so that every place in
 * the ring is a constant: a plain loop over 68 words is what compilers vectorise to half the speed. */
SM3_TARGET static void SM3_COMPRESS(SM3_WORD v[8], SM3_WORD w[16])
{
    const uint32_t *constant = sm3_constant;
    SM3_WORD a = v[0], b = v[1], c = v[2], d = v[3], e = v[4], f = v[5], g = v[6], h = v[7];
    SM3_FOUR_ROUNDS(SM3_XOR, SM3_XOR, SM3_EXPAND, 0);
    SM3_FOUR_ROUNDS(SM3_XOR, SM3_XOR, SM3_EXPAND, 4);
    SM3_FOUR_ROUNDS(SM3_XOR, SM3_XOR, SM3_EXPAND, 8);
    SM3_FOUR_ROUNDS(SM3_XOR, SM3_XOR, SM3_EXPAND, 12);
    for (constant += 16; constant < sm3_constant + 48; constant += 16) {
        SM3_FOUR_ROUNDS(SM3_MAJORITY, SM3_CHOICE, SM3_EXPAND, 0);
        SM3_FOUR_ROUNDS(SM3_MAJORITY, SM3_CHOICE, SM3_EXPAND, 4);
        SM3_FOUR_ROUNDS(SM3_MAJORITY, SM3_CHOICE, SM3_EXPAND, 8);
        SM3_FOUR_ROUNDS(SM3_MAJORITY, SM3_CHOICE, SM3_EXPAND, 12);
    }
    SM3_FOUR_ROUNDS(SM3_MAJORITY, SM3_CHOICE, SM3_EXPAND, 0);
    SM3_FOUR_ROUNDS(SM3_MAJORITY, SM3_CHOICE, SM3_NO_EXPAND, 4);
    SM3_FOUR_ROUNDS(SM3_MAJORITY, SM3_CHOICE, SM3_NO_EXPAND, 8);
    SM3_FOUR_ROUNDS(SM3_MAJORITY, SM3_CHOICE, SM3_NO_EXPAND, 12);
    v[0] ^= a, v[1] ^= b, v[2] ^= c, v[3] ^= d;
    v[4] ^= e, v[5] ^= f, v[6] ^= g, v[7] ^= h;
}

#undef SM3_WORD
#undef SM3_COMPRESS
#undef SM3_TARGET
