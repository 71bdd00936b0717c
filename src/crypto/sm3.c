/*
 * SM3, one message at a time, and the choice between that and the lanes. Our own code rather than
 * OpenSSL's EVP, because what we hash is short: 65-byte nodes and 300-byte entries, where setting
 * up an EVP context costs as much as the hashing.
 */
#include "crypto/sm3_lanes.h"

#include <stdatomic.h>
#include <string.h>

#define SM3_WORD uint32_t
#define SM3_COMPRESS compress
#define SM3_TARGET
#include "crypto/sm3_rounds.h"

const uint32_t sm3_start[8] = {0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600,
                               0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e};

void sm3_block(uint32_t v[8], const uint8_t block[64])
{
    uint32_t w[16];
    for (int i = 0; i < 16; i++) {
        memcpy(&w[i], block + 4 * i, 4);
        w[i] = __builtin_bswap32(w[i]);
    }
    compress(v, w);
}

enum { LONG_MESSAGE = 1024 /* below it eight blocks at a time are not worth asking for */ };
static atomic_bool lanes_off;

void sm3_init(struct sm3_state *s)
{
    memcpy(s->v, sm3_start, sizeof s->v);
    s->length = 0;
}

void sm3_add(struct sm3_state *s, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    size_t filled = s->length % 64;
    s->length += n;
    if (filled) {
        size_t take = n < 64 - filled ? n : 64 - filled;
        if (take)
            memcpy(s->block + filled, p, take);
        if (filled + take < 64)
            return;
        sm3_block(s->v, s->block);
        p += take;
        n -= take;
    }
    if (n >= LONG_MESSAGE && !atomic_load_explicit(&lanes_off, memory_order_relaxed)) {
        size_t blocks = sm3_blocks_long(s->v, p, n / 64);
        p += 64 * blocks;
        n -= 64 * blocks;
    }
    for (; n >= 64; p += 64, n -= 64)
        sm3_block(s->v, p);
    if (n)
        memcpy(s->block, p, n);
}

struct sm3 sm3_end(struct sm3_state *s)
{
    size_t filled = s->length % 64;
    uint64_t bits = __builtin_bswap64(s->length * 8);
    s->block[filled++] = 0x80;
    if (filled > 56) {
        memset(s->block + filled, 0, 64 - filled);
        sm3_block(s->v, s->block);
        filled = 0;
    }
    memset(s->block + filled, 0, 56 - filled);
    memcpy(s->block + 56, &bits, 8);
    sm3_block(s->v, s->block);
    struct sm3 digest;
    for (int i = 0; i < 8; i++) {
        uint32_t word = __builtin_bswap32(s->v[i]);
        memcpy(digest.byte + 4 * i, &word, 4);
    }
    return digest;
}

struct sm3 sm3_of(const void *bytes, size_t n)
{
    struct sm3_state s;
    sm3_init(&s);
    sm3_add(&s, bytes, n);
    return sm3_end(&s);
}

static const struct sm3_engine *engine(void)
{
    return atomic_load_explicit(&lanes_off, memory_order_relaxed) ? NULL
                                                                  : sm3_engine(SM3_LANES_MAX);
}

bool sm3_lanes_available(void)
{
    return sm3_engine(SM3_LANES_MAX) != NULL;
}

void sm3_lanes_disable(bool off)
{
    atomic_store(&lanes_off, off);
}

void sm3_many(size_t n, const str *messages, int prefix, struct sm3 *ret)
{
    CHECK(prefix >= -1 && prefix <= 255);
    const struct sm3_engine *e = engine();
    if (e && n > 1) {
        sm3_many_on(e, n, messages, prefix, ret);
        return;
    }
    uint8_t mark = (uint8_t)prefix;
    for (size_t i = 0; i < n; i++) {
        struct sm3_state s;
        sm3_init(&s);
        sm3_add(&s, &mark, prefix >= 0);
        sm3_add(&s, messages[i].p, messages[i].n);
        ret[i] = sm3_end(&s);
    }
}

void sm3_add_many(size_t n, struct sm3_state *const *states, const uint8_t *const *bytes, size_t blocks)
{
    CHECK(n <= SM3_STREAMS_MAX);
    for (size_t i = 0; i < n; i++)
        CHECK(states[i]->length % 64 == 0);
    /* Eight lanes take as long as two and a half messages one by one, sixteen as long as four. */
    const struct sm3_engine *e = engine() && n > 2 ? sm3_engine(n > 8 ? SM3_LANES_MAX : 8) : NULL;
    size_t done = 0;
    for (size_t take; e && done + 2 < n; done += take) {
        take = n - done < e->lanes ? n - done : e->lanes;
        sm3_blocks_on(e, take, states + done, bytes + done, blocks);
    }
    for (; done < n; done++)
        sm3_add(states[done], bytes[done], 64 * blocks);
}

static void node_alone(const struct sm3 pair[2], struct sm3 *ret)
{
    struct sm3_state s;
    sm3_init(&s);
    sm3_add(&s, "\x01", 1);
    sm3_add(&s, pair, 2 * sizeof *pair);
    *ret = sm3_end(&s);
}

/* Fewer than fill an engine: eight lanes take as long as two and a half nodes one by one. */
static void nodes_few(size_t n, const struct sm3 *pairs, struct sm3 *ret)
{
    const struct sm3_engine *e = sm3_engine(8);
    struct sm3 padded[16] = {0}, digests[8];
    if (e && n > 2) {
        memcpy(padded, pairs, 2 * n * sizeof *pairs);
        e->nodes(padded, digests);
        memcpy(ret, digests, n * sizeof *ret);
        return;
    }
    for (size_t i = 0; i < n; i++)
        node_alone(&pairs[2 * i], &ret[i]);
}

void sm3_nodes(size_t n, const struct sm3 *pairs, struct sm3 *ret)
{
    const struct sm3_engine *e = engine();
    size_t done = 0;
    if (e) {
        done = sm3_nodes_on(e, n, pairs, ret);
        done += sm3_nodes_on(sm3_engine(8), n - done, pairs + 2 * done, ret + done);
        nodes_few(n - done, pairs + 2 * done, ret + done);
        return;
    }
    for (; done < n; done++)
        node_alone(&pairs[2 * done], &ret[done]);
}

str sm3_text(struct arena *a, const struct sm3 *d)
{
    buf b = buf_make(a, 4 + 2 * SM3_BYTES);
    buf_add(&b, S("sm3:"));
    buf_hex(&b, d->byte, SM3_BYTES);
    return buf_str(&b);
}

bool sm3_from_text(str text, struct sm3 *ret)
{
    if (!str_starts(text, S("sm3:")))
        return false;
    return hex_decode(str_sub(text, 4, text.n), ret->byte, SM3_BYTES);
}
