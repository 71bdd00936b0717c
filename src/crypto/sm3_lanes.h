/* Many SM3 at once: private to crypto/, and to the tests that compare every engine. */
#pragma once
#include "crypto/crypto.h"

extern const uint32_t sm3_start[8]; /* GB/T 32905-2016, 4.1 */
/* The next block of one message as the engine wants it: v is the chaining value. */
void sm3_block(uint32_t v[8], const uint8_t block[64]);
/* As many blocks of one message as this processor takes together, from the first on; returns how many: 0 where it has no AVX2 and BMI2. */
size_t sm3_blocks_long(uint32_t v[8], const uint8_t *p, size_t blocks);

enum { SM3_LANES_MAX = 16 };

struct sm3_engine {
    unsigned lanes;
    /* One block for every lane; word i of lane k is state[i * lanes + k], 64-byte aligned. */
    void (*blocks)(uint32_t *state, const uint8_t *const *block);
    /* Exactly `lanes` nodes. All pairs are read before ret is written. */
    void (*nodes)(const struct sm3 *pairs, struct sm3 *ret);
};

/* The widest engine of at most `most` lanes that this processor has, or NULL. */
const struct sm3_engine *sm3_engine(unsigned most);
void sm3_many_on(const struct sm3_engine *e, size_t n, const str *messages, int prefix,
                 struct sm3 *ret);
/* Streams: n of at most the engine's lanes; the idle lanes hash nothing that anybody looks at. */
void sm3_blocks_on(const struct sm3_engine *e, size_t n, struct sm3_state *const *states, const uint8_t *const *bytes,
                   size_t blocks);
/* As many nodes as fill whole engines; the rest is the caller's. Returns how many were done. */
size_t sm3_nodes_on(const struct sm3_engine *e, size_t n, const struct sm3 *pairs, struct sm3 *ret);
