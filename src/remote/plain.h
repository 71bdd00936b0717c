/*
 * (left - right) / (left + right) beyond a number, straight from the 16-bit numbers of a tile to bits: no row of floats, no division but near the threshold. The same bits as eval.c, which
 * every other form goes through. Private to remote/.
 */
#pragma once
#include "remote/numbers.h"

struct plain_job { struct plain plain; struct convert left, right; };
struct plain_kernel {
    const char *name;
    /* words × 64 pixels. */
    void (*judge)(const struct plain_job *j, const uint16_t *left, const uint16_t *right, size_t words, uint64_t *mask, uint64_t *valid);
    /* The index, 10^-6, of the pixels in the mask, one after the other; PLAIN_SPILL numbers behind the last may be written over. Returns where they end. */
    int32_t *(*index)(const struct plain_job *j, const uint16_t *left, const uint16_t *right, size_t words, const uint64_t *mask, int32_t *to);
};
enum { PLAIN_SPILL = 16 };
/* The widest this processor has of the first `most` (2: all); NULL: none, or numbers of a kind or size it does not take. */
const struct plain_kernel *plain_kernel(const struct plain_job *j, int most);
