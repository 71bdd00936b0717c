/*
 * A ring with chained buckets: what enters first leaves first, no tombstones, a fixed six megabytes of which only what is used
 * becomes resident. The digest is SM3 cut to sixteen bytes: a sender cannot make two frames that pass for one, so nobody can make the
 * gateway swallow another's frame.
 */
#include "monitor/gateway/duplicate.h"
#include "crypto/crypto.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = GATEWAY_DUPLICATES, NOBODY = 0 /* places count from 1 */ };

struct key { uint64_t half[2]; };

struct duplicates {
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
    struct sm3 digest = sm3_of(segment.p, segment.n);
    struct key k;
    memcpy(&k, &digest, sizeof k);
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
