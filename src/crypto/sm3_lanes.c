/*
 * Many SM3 at once. SM3 is one long chain of dependent operations, so a single message cannot use a
 * wide processor; eight (AVX2) or sixteen (AVX-512) messages side by side can, one in each lane of
 * a vector. Messages of different length share the lanes block by block: a lane whose message ends
 * is given the next one. When fewer than two are left the vector has no advantage and the rest is
 * done plainly.
 */
#include "crypto/sm3_lanes.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq")))

typedef uint32_t word8 __attribute__((vector_size(32)));
typedef uint32_t word16 __attribute__((vector_size(64)));

#define SM3_WORD word8
#define SM3_COMPRESS compress8
#define SM3_TARGET AVX2
#include "crypto/sm3_rounds.h"

#define SM3_WORD word16
#define SM3_COMPRESS compress16
#define SM3_TARGET AVX512
#include "crypto/sm3_rounds.h"

/* Eight rows of eight words to eight columns; bytes of each word swapped, as SM3 is big-endian. */
AVX2 static inline void transpose8(__m256i r[8])
{
    const __m256i swap = _mm256_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 3,
                                          2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    __m256i t[8], u[8];
    for (int i = 0; i < 8; i++)
        r[i] = _mm256_shuffle_epi8(r[i], swap);
    for (int i = 0; i < 8; i += 2) {
        t[i] = _mm256_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm256_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        u[i] = _mm256_unpacklo_epi64(t[i], t[i + 2]);
        u[i + 1] = _mm256_unpackhi_epi64(t[i], t[i + 2]);
        u[i + 2] = _mm256_unpacklo_epi64(t[i + 1], t[i + 3]);
        u[i + 3] = _mm256_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        r[i] = _mm256_permute2x128_si256(u[i], u[i + 4], 0x20);
        r[i + 4] = _mm256_permute2x128_si256(u[i], u[i + 4], 0x31);
    }
}

/* Words of eight 64-byte blocks, side by side: word i goes to w + i * lanes. */
AVX2 static inline void load8(const uint8_t *const *block, uint32_t *w, unsigned lanes)
{
    for (unsigned half = 0; half < 2; half++) {
        __m256i r[8];
        for (int k = 0; k < 8; k++)
            r[k] = _mm256_loadu_si256((const __m256i *)(const void *)(block[k] + 32 * half));
        transpose8(r);
        for (unsigned i = 0; i < 8; i++)
            _mm256_store_si256((__m256i *)(void *)(w + (8 * half + i) * lanes), r[i]);
    }
}

AVX2 static inline void digests8(const uint32_t *state, unsigned lanes, struct sm3 *ret)
{
    __m256i r[8];
    for (unsigned i = 0; i < 8; i++)
        r[i] = _mm256_load_si256((const __m256i *)(const void *)(state + i * lanes));
    /* Swapping bytes before the transposition or behind it is the same. */
    transpose8(r);
    for (int k = 0; k < 8; k++)
        _mm256_storeu_si256((__m256i *)(void *)ret[k].byte, r[k]);
}

/* A node is 0x01 and 64 bytes: every word is made of two neighbours, and the second block holds one
 * byte and padding. So the words of both blocks come from one transposition, without copying
 * anything. */
#define NODE_BLOCKS(word, compress, v, m)      \
    do {                                       \
        word w[16];                            \
        w[0] = 0x01000000u | m[0] >> 8;        \
        for (int i = 1; i < 16; i++)           \
            w[i] = m[i - 1] << 24 | m[i] >> 8; \
        compress(v, w);                        \
        w[0] = m[15] << 24 | 0x00800000u;      \
        for (int i = 1; i < 16; i++)           \
            w[i] = (word){0};                  \
        w[15] += 65u * 8;                      \
        compress(v, w);                        \
    } while (0)

AVX2 static void blocks8(uint32_t *state, const uint8_t *const *block)
{
    word8 w[16];
    load8(block, (uint32_t *)w, 8);
    compress8((word8 *)(void *)state, w);
}

AVX2 static void nodes8(const struct sm3 *pairs, struct sm3 *ret)
{
    const uint8_t *block[8];
    word8 m[16], v[8];
    for (int k = 0; k < 8; k++)
        block[k] = pairs[2 * k].byte;
    for (int i = 0; i < 8; i++)
        v[i] = (word8){0} + sm3_start[i];
    load8(block, (uint32_t *)m, 8);
    NODE_BLOCKS(word8, compress8, v, m);
    digests8((const uint32_t *)v, 8, ret);
}

AVX512 static void blocks16(uint32_t *state, const uint8_t *const *block)
{
    word16 w[16];
    load8(block, (uint32_t *)w, 16);
    load8(block + 8, (uint32_t *)w + 8, 16);
    compress16((word16 *)(void *)state, w);
}

AVX512 static void nodes16(const struct sm3 *pairs, struct sm3 *ret)
{
    const uint8_t *block[16];
    word16 m[16], v[8];
    for (int k = 0; k < 16; k++)
        block[k] = pairs[2 * k].byte;
    for (int i = 0; i < 8; i++)
        v[i] = (word16){0} + sm3_start[i];
    load8(block, (uint32_t *)m, 16);
    load8(block + 8, (uint32_t *)m + 8, 16);
    NODE_BLOCKS(word16, compress16, v, m);
    digests8((const uint32_t *)v, 16, ret);
    digests8((const uint32_t *)v + 8, 16, ret + 8);
}

/* ---- one long message ----
 * Its rounds are one chain, but the words of its blocks depend on nothing before them: those of eight blocks are made in eight lanes, and what is left a round is
 * the chain itself. */
#define LONG __attribute__((target("avx2,bmi2")))
enum { LONG_BLOCKS = 8, LONG_WORDS = 68 };
struct long_words { word8 w[LONG_WORDS], pair[LONG_WORDS - 4]; /* W and W' of the standard, one lane a block */ };

LONG static void long_expand(const uint8_t *p, struct long_words *to)
{
    const uint8_t *block[LONG_BLOCKS];
    word8 *w = to->w;
    for (int k = 0; k < LONG_BLOCKS; k++)
        block[k] = p + 64 * k;
    load8(block, (uint32_t *)(void *)w, LONG_BLOCKS);
    for (int j = 16; j < LONG_WORDS; j++) {
        word8 x = w[j - 16] ^ w[j - 9] ^ SM3_ROTATE(w[j - 3], 15);
        w[j] = SM3_P1(x) ^ SM3_ROTATE(w[j - 13], 7) ^ w[j - 6];
    }
    for (int j = 0; j < LONG_WORDS - 4; j++)
        to->pair[j] = w[j] ^ w[j + 4];
}

/* The order of the sums is that of the chain: what is known early comes first. */
#define LONG_ROUND(a, b, c, d, e, f, g, h, FF, GG, j)                                              \
    do {                                                                                           \
        uint32_t a12 = SM3_ROTATE(a, 12), early = sm3_constant[j] + a12;                            \
        EARLY(early);                                                                              \
        uint32_t ss1 = SM3_ROTATE(early + e, 7), hw = h + w[LONG_BLOCKS * (j)];                      \
        EARLY(hw);                                                                                 \
        uint32_t left = hw + GG(e, f, g), dw = d + pair[LONG_BLOCKS * (j)] + FF(a, b, c);            \
        EARLY(left);                                                                               \
        EARLY(dw);                                                                                 \
        d = dw + (ss1 ^ a12);                                                                      \
        h = left + ss1;                                                                            \
        h = SM3_P0(h);                                                                             \
        b = SM3_ROTATE(b, 9);                                                                      \
        f = SM3_ROTATE(f, 19);                                                                     \
    } while (0)
#define EARLY(x) __asm__("" : "+r"(x)) /* adds are not to be put in another order */
#define LONG_FOUR(FF, GG, j)                                                                       \
    do {                                                                                           \
        LONG_ROUND(a, b, c, d, e, f, g, h, FF, GG, (j));                                           \
        LONG_ROUND(d, a, b, c, h, e, f, g, FF, GG, (j) + 1);                                       \
        LONG_ROUND(c, d, a, b, g, h, e, f, FF, GG, (j) + 2);                                       \
        LONG_ROUND(b, c, d, a, f, g, h, e, FF, GG, (j) + 3);                                       \
    } while (0)

LONG static void long_rounds(uint32_t v[8], const uint32_t *w, const uint32_t *pair)
{
    uint32_t a = v[0], b = v[1], c = v[2], d = v[3], e = v[4], f = v[5], g = v[6], h = v[7];
    for (int j = 0; j < 16; j += 4)
        LONG_FOUR(SM3_XOR, SM3_XOR, j);
    for (int j = 16; j < 64; j += 4)
        LONG_FOUR(SM3_MAJORITY, SM3_CHOICE, j);
    v[0] ^= a, v[1] ^= b, v[2] ^= c, v[3] ^= d;
    v[4] ^= e, v[5] ^= f, v[6] ^= g, v[7] ^= h;
}

LONG static void long_blocks(uint32_t v[8], const uint8_t *p, size_t blocks)
{
    struct long_words words;
    for (; blocks; p += 64 * LONG_BLOCKS, blocks -= LONG_BLOCKS) {
        long_expand(p, &words);
        for (int k = 0; k < LONG_BLOCKS; k++)
            long_rounds(v, (const uint32_t *)(const void *)words.w + k, (const uint32_t *)(const void *)words.pair + k);
    }
}

size_t sm3_blocks_long(uint32_t v[8], const uint8_t *p, size_t blocks)
{
    blocks -= blocks % LONG_BLOCKS;
    if (!blocks || !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi2"))
        return 0;
    long_blocks(v, p, blocks);
    return blocks;
}

const struct sm3_engine *sm3_engine(unsigned most)
{
    static const struct sm3_engine sixteen = {16, blocks16, nodes16}, eight = {8, blocks8, nodes8};
    if (most >= 16 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
        return &sixteen;
    return most >= 8 && __builtin_cpu_supports("avx2") ? &eight : NULL;
}

#else

const struct sm3_engine *sm3_engine(unsigned most)
{
    (void)most;
    return NULL;
}


size_t sm3_blocks_long(uint32_t v[8], const uint8_t *p, size_t blocks)
{
    (void)v, (void)p, (void)blocks;
    return 0;
}
#endif

/* One message on its way through a lane. */
struct lane {
    const char *p;
    size_t n;         /* bytes at p */
    size_t marks;     /* 1 when the prefix stands in front of them, else 0 */
    size_t block;     /* next block to be hashed */
    size_t blocks;    /* with padding; 0: the lane is idle */
    size_t message;   /* where the digest goes */
    uint8_t edge[64]; /* a block that has prefix or padding in it */
};

static void lane_start(struct lane *l, str message, size_t index, int prefix)
{
    l->p = message.p;
    l->n = message.n;
    l->marks = prefix >= 0;
    l->block = 0;
    l->blocks = (l->marks + l->n + 8) / 64 + 1;
    l->message = index;
}

static const uint8_t *lane_block(struct lane *l, int prefix)
{
    size_t from = 64 * l->block++, total = l->marks + l->n, at = 0;
    if (from >= l->marks && from + 64 <= total)
        return (const uint8_t *)l->p + (from - l->marks);
    memset(l->edge, 0, sizeof l->edge);
    if (from < l->marks)
        l->edge[at++] = (uint8_t)prefix;
    if (from + at < total) {
        size_t have = total - from - at, room = 64 - at;
        memcpy(l->edge + at, l->p + (from + at - l->marks), have < room ? have : room);
    }
    if (total >= from && total < from + 64)
        l->edge[total - from] = 0x80;
    if (l->block == l->blocks) {
        uint64_t bits = __builtin_bswap64((uint64_t)total * 8);
        memcpy(l->edge + 56, &bits, 8);
    }
    return l->edge;
}

static void state_put(uint32_t *state, unsigned lanes, unsigned lane, const uint32_t v[8])
{
    for (unsigned i = 0; i < 8; i++)
        state[i * lanes + lane] = v[i];
}

static void state_get(const uint32_t *state, unsigned lanes, unsigned lane, uint32_t v[8])
{
    for (unsigned i = 0; i < 8; i++)
        v[i] = state[i * lanes + lane];
}

static void digest_put(const uint32_t v[8], struct sm3 *ret)
{
    for (int i = 0; i < 8; i++) {
        uint32_t word = __builtin_bswap32(v[i]);
        memcpy(ret->byte + 4 * i, &word, 4);
    }
}

struct batch {
    const struct sm3_engine *e;
    const str *messages;
    size_t n, next; /* of the messages: all, the first that no lane has had */
    int prefix;
    struct sm3 *ret;
    struct lane lane[SM3_LANES_MAX];
    _Alignas(64) uint32_t state[8 * SM3_LANES_MAX];
};

/* Gives idle lanes the next messages; returns how many lanes have work. */
static unsigned batch_fill(struct batch *b)
{
    unsigned busy = 0;
    for (unsigned k = 0; k < b->e->lanes; k++) {
        if (!b->lane[k].blocks && b->next < b->n) {
            lane_start(&b->lane[k], b->messages[b->next], b->next, b->prefix);
            state_put(b->state, b->e->lanes, k, sm3_start);
            b->next++;
        }
        busy += b->lane[k].blocks > 0;
    }
    return busy;
}

static void batch_step(struct batch *b)
{
    static const uint8_t idle[64];
    const uint8_t *block[SM3_LANES_MAX];
    for (unsigned k = 0; k < b->e->lanes; k++)
        block[k] = b->lane[k].blocks ? lane_block(&b->lane[k], b->prefix) : idle;
    b->e->blocks(b->state, block);
}

static void batch_reap(struct batch *b)
{
    for (unsigned k = 0; k < b->e->lanes; k++) {
        struct lane *l = &b->lane[k];
        if (!l->blocks || l->block < l->blocks)
            continue;
        uint32_t v[8];
        state_get(b->state, b->e->lanes, k, v);
        digest_put(v, &b->ret[l->message]);
        l->blocks = 0;
    }
}

static void batch_last(struct batch *b)
{
    for (unsigned k = 0; k < b->e->lanes; k++) {
        struct lane *l = &b->lane[k];
        if (!l->blocks)
            continue;
        uint32_t v[8];
        state_get(b->state, b->e->lanes, k, v);
        while (l->block < l->blocks)
            sm3_block(v, lane_block(l, b->prefix));
        digest_put(v, &b->ret[l->message]);
    }
}

void sm3_many_on(const struct sm3_engine *e, size_t n, const str *messages, int prefix,
                 struct sm3 *ret)
{
    struct batch b = {.e = e, .messages = messages, .n = n, .prefix = prefix, .ret = ret};
    while (batch_fill(&b) > 1) {
        batch_step(&b);
        batch_reap(&b);
    }
    batch_last(&b);
}

void sm3_blocks_on(const struct sm3_engine *e, size_t n, struct sm3_state *const *states, const uint8_t *const *bytes,
                   size_t blocks)
{
    _Alignas(64) uint32_t state[8 * SM3_LANES_MAX] = {0};
    const uint8_t *block[SM3_LANES_MAX];
    CHECK(n && n <= e->lanes);
    for (unsigned k = 0; k < n; k++)
        state_put(state, e->lanes, k, states[k]->v);
    for (size_t i = 0; i < blocks; i++) {
        for (unsigned k = 0; k < e->lanes; k++)
            block[k] = bytes[k < n ? k : 0] + 64 * i;
        e->blocks(state, block);
    }
    for (unsigned k = 0; k < n; k++) {
        state_get(state, e->lanes, k, states[k]->v);
        states[k]->length += 64 * blocks;
    }
}

size_t sm3_nodes_on(const struct sm3_engine *e, size_t n, const struct sm3 *pairs, struct sm3 *ret)
{
    size_t done = 0;
    for (; done + e->lanes <= n; done += e->lanes)
        e->nodes(pairs + 2 * done, ret + done);
    return done;
}
