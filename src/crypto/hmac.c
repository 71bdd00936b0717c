/* HMAC (RFC 2104) over our own SM3, and comparison in constant time. */
#include "crypto/hmac.h"

#include <openssl/crypto.h>
#include <string.h>

enum { BLOCK = 64, OUTER = BLOCK + SM3_BYTES, INNER_PAD = 0x36, OUTER_PAD = 0x5c };

static void pad_write(char *to, str key, char pad)
{
    memset(to, pad, BLOCK);
    for (size_t i = 0; i < key.n; i++)
        to[i] = (char)(key.p[i] ^ pad);
}

struct sm3 hmac_sm3(const void *key, size_t key_n, const void *bytes, size_t n)
{
    char pad[BLOCK];
    struct sm3_state s;
    struct sm3 shortened;
    str k = {key, key_n};
    if (key_n > BLOCK) {
        shortened = sm3_of(key, key_n);
        k = (str){(const char *)shortened.byte, sizeof shortened};
    }
    pad_write(pad, k, INNER_PAD);
    sm3_init(&s);
    sm3_add(&s, pad, sizeof pad);
    sm3_add(&s, bytes, n);
    struct sm3 inner = sm3_end(&s);
    pad_write(pad, k, OUTER_PAD);
    sm3_init(&s);
    sm3_add(&s, pad, sizeof pad);
    sm3_add(&s, &inner, sizeof inner);
    struct sm3 mac = sm3_end(&s);
    OPENSSL_cleanse(pad, sizeof pad);
    OPENSSL_cleanse(&s, sizeof s);
    return mac;
}

/* The lanes want each message in one piece, so keys and messages are copied behind each other. */
void hmac_sm3_many(size_t n, const str *keys, const str *messages, struct sm3 *ret)
{
    AUTO_ARENA(a);
    size_t total = n * OUTER, at = n * OUTER;
    for (size_t i = 0; i < n; i++)
        total += BLOCK + messages[i].n;
    char *copy = arena_alloc(a, total, 1);
    str *padded = NEW_ARRAY(a, n, str);
    for (size_t i = 0; i < n; i++) {
        CHECK(keys[i].n <= BLOCK);
        padded[i] = (str){copy + at, BLOCK + messages[i].n};
        pad_write(copy + at, keys[i], INNER_PAD);
        if (messages[i].n)
            memcpy(copy + at + BLOCK, messages[i].p, messages[i].n);
        at += BLOCK + messages[i].n;
    }
    sm3_many(n, padded, -1, ret);
    for (size_t i = 0; i < n; i++) {
        padded[i] = (str){copy + i * OUTER, OUTER};
        pad_write(copy + i * OUTER, keys[i], OUTER_PAD);
        memcpy(copy + i * OUTER + BLOCK, &ret[i], SM3_BYTES);
    }
    sm3_many(n, padded, -1, ret);
    OPENSSL_cleanse(copy, total);
}

bool bytes_equal(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}
