/* HMAC (RFC 2104) over our own SM3, and comparison in constant time. */
#include "crypto/crypto.h"

#include <openssl/crypto.h>
#include <string.h>

struct sm3 hmac_sm3(const void *key, size_t key_n, const void *bytes, size_t n)
{
    uint8_t pad[64] = {0};
    struct sm3_state s;
    if (key_n > sizeof pad) {
        struct sm3 shortened = sm3_of(key, key_n);
        memcpy(pad, &shortened, sizeof shortened);
    } else if (key_n) {
        memcpy(pad, key, key_n);
    }
    for (size_t i = 0; i < sizeof pad; i++)
        pad[i] ^= 0x36;
    sm3_init(&s);
    sm3_add(&s, pad, sizeof pad);
    sm3_add(&s, bytes, n);
    struct sm3 inner = sm3_end(&s);
    for (size_t i = 0; i < sizeof pad; i++)
        pad[i] ^= 0x36 ^ 0x5c;
    sm3_init(&s);
    sm3_add(&s, pad, sizeof pad);
    sm3_add(&s, &inner, sizeof inner);
    struct sm3 mac = sm3_end(&s);
    OPENSSL_cleanse(pad, sizeof pad);
    OPENSSL_cleanse(&s, sizeof s);
    return mac;
}

bool bytes_equal(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}
