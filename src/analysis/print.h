/*
 * Pictures that are the same picture: recompressed, rescaled, cropped by at most a fifth of each side. Another photograph of
 * the same plant is another picture.
 *
 * A print is the perceptual digest (signs of the low DCT coefficients against their median; Zauner 2010) of the picture and of
 * PRINT_WINDOWS parts of it, so that a crop finds what it was cut from and the other way round. A print only proposes. The two
 * pictures are then laid over one another and their fine detail is correlated: leaves, gravel, noise of the sensor agree in a
 * copy and in nothing else. Mirrored and turned pictures are not recognised.
 *
 * Works on grey squares made by picture/ (what the file's pixels are is that child's business). Pure; any thread.
 */
#pragma once
#include "base/base.h"

enum {
    PRINT_SIDE = 192,            /* of the grey square */
    PRINT_STEPS = 5,             /* of a twentieth: 0, 5, .. 20 % off an edge */
    PRINT_SPANS = 15,            /* pairs of edges with at most 20 % off together */
    PRINT_WINDOWS = PRINT_SPANS * PRINT_SPANS,
    PRINT_NEAR = 14,             /* of 63 bits: beyond it nothing is proposed */
    PRINT_FLAT = 6               /* spread of grey below which a picture is blank */
};
struct print {
    uint64_t window[PRINT_WINDOWS]; /* [0] is the whole picture */
    double spread;               /* standard deviation of grey, 0..127 */
};
void print_of(const uint8_t grey[PRINT_SIDE * PRINT_SIDE], struct print *ret);
/* Fewest differing bits between one whole and a window of the other; which way and which window. */
struct print_match { int bits; bool q_is_part; int window; };
struct print_match print_match(const struct print *q, const struct print *s);
/* Correlation of fine detail after laying one over the other, -1..1. PRINT_SAME and more: the same picture. */
#define PRINT_SAME 0.85
double print_detail(const uint8_t q[PRINT_SIDE * PRINT_SIDE], const uint8_t s[PRINT_SIDE * PRINT_SIDE], struct print_match m);
