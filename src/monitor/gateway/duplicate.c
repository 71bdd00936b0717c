/*
 * A ring with chained buckets: what enters first leaves first, no tombstones, a fixed six megabytes of which only what is used
 * becomes resident. The digest is SipHash-2-4 of 128 bits (Aumasson and Bernstein, 2012) under a key of this process: it never leaves
 * the process, so a sender cannot make two frames that pass for one and have the gateway swallow another's; SM3 would do the same for
 * five times the work.
 */
#include "monitor/gateway/duplicate.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = GATEWAY_DUPLICATES, NOBODY = 0 /* places count from 1 */ };

struct key { uint64_t half[2]; };

struct duplicates {
    uint64_t secret[2];
    uint32_t n, at; /* how many, and the place the next one takes */
    struct key *key;
    uint32_t *first; /* by bucket */
    uint32_t *next;  /* by place */
};

struct duplicates *duplicates_new(void)
{
    struct duplicates *d = calloc(1, sizeof *d);
    CHECK(d);
    d->key = calloc(GATEWAY_DUPLICATES + 1, sizeof *d->key);
    d->next = calloc(GATEWAY_DUPLICATES + 1, sizeof *d->next);
    d->first = calloc(BUCKETS, sizeof *d->first);
    CHECK(d->key && d->next && d->first);
    d->at = 1;
    random_bytes(d->secret, sizeof d->secret);
    return d;
}

void duplicates_free(struct duplicates *d)
{
    if (!d)
        return;
    free(d->key);
    free(d->next);
    free(d->first);
    free(d);
}

static uint64_t turned(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static void rounds(uint64_t v[4], int n)
{
    while (n-- > 0) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = turned(v[1], 13) ^ v[0];
        v[3] = turned(v[3], 16) ^ v[2];
        v[0] = turned(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = turned(v[1], 17) ^ v[2];
        v[3] = turned(v[3], 21) ^ v[0];
        v[2] = turned(v[2], 32);
    }
}

static void take_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    rounds(v, 2);
    v[0] ^= word;
}

static struct key digest_of(const uint64_t secret[2], str s)
{
    uint64_t v[4] = {secret[0] ^ UINT64_C(0x736f6d6570736575), secret[1] ^ UINT64_C(0x646f72616e646f6d) ^ 0xee,
                     secret[0] ^ UINT64_C(0x6c7967656e657261), secret[1] ^ UINT64_C(0x7465646279746573)};
    uint64_t word;
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        memcpy(&word, s.p + i, 8);
        take_word(v, word);
    }
    word = 0;
    memcpy(&word, s.p + i, s.n - i);
    take_word(v, word | (uint64_t)s.n << 56);
    struct key k;
    v[2] ^= 0xee;
    rounds(v, 4);
    k.half[0] = v[0] ^ v[1] ^ v[2] ^ v[3];
    v[1] ^= 0xdd;
    rounds(v, 4);
    k.half[1] = v[0] ^ v[1] ^ v[2] ^ v[3];
    return k;
}

static uint32_t *bucket(struct duplicates *d, const struct key *k)
{
    return &d->first[k->half[0] % BUCKETS];
}

static void forget(struct duplicates *d, uint32_t place)
{
    uint32_t *at = bucket(d, &d->key[place]);
    while (*at != place)
        at = &d->next[*at];
    *at = d->next[place];
}

bool duplicates_seen(struct duplicates *d, str segment)
{
    struct key k = digest_of(d->secret, segment);
    uint32_t *head = bucket(d, &k);
    for (uint32_t i = *head; i != NOBODY; i = d->next[i])
        if (memcmp(&d->key[i], &k, sizeof k) == 0)
            return true;
    if (d->n == GATEWAY_DUPLICATES)
        forget(d, d->at);
    else
        d->n++;
    d->key[d->at] = k;
    d->next[d->at] = *head; /* forget() may have changed it */
    *head = d->at;
    d->at = d->at == GATEWAY_DUPLICATES ? 1 : d->at + 1;
    return false;
}
