/*
 * Passwords and tokens. The encoded form carries its own parameters, so old hashes keep matching
 * after the cost is raised. libargon2 compares in constant time and clears its memory.
 */
#include "crypto/crypto.h"

#include <argon2.h>
#include <openssl/crypto.h>
#include <string.h>

enum { HASH_BYTES = 32, LIMIT_ENCODED = 256, LIMIT_PASSWORD_BYTES = 4096 };

static const struct {
    uint32_t passes, kibibytes;
} costs[] = {
    [PASSWORD_INTERACTIVE] = {2, 19 * 1024}, /* OWASP's smallest for argon2id */
    [PASSWORD_TEST] = {1, 64},
};

err *password_hash(struct arena *a, str password, enum password_cost cost, str *ret)
{
    if (password.n > LIMIT_PASSWORD_BYTES)
        return err_new(ERR_LIMIT, "密码超过%d字节", LIMIT_PASSWORD_BYTES);
    uint8_t salt[SALT_BYTES];
    char encoded[LIMIT_ENCODED];
    random_bytes(salt, sizeof salt);
    int failed =
        argon2id_hash_encoded(costs[cost].passes, costs[cost].kibibytes, 1, password.p, password.n,
                              salt, sizeof salt, HASH_BYTES, encoded, sizeof encoded);
    if (failed)
        return err_detail(err_new(ERR_BUSY, "暂时无法计算密码，请稍后再试"),
                          argon2_error_message(failed));
    *ret = arena_str(a, str_of(encoded));
    return NULL;
}

bool password_matches(str hash, str password)
{
    char encoded[LIMIT_ENCODED];
    if (!hash.n || hash.n >= sizeof encoded || memchr(hash.p, 0, hash.n) ||
        password.n > LIMIT_PASSWORD_BYTES)
        return false;
    memcpy(encoded, hash.p, hash.n);
    encoded[hash.n] = 0;
    return argon2id_verify(encoded, password.p, password.n) == ARGON2_OK;
}

str token_new(struct arena *a)
{
    uint8_t secret[32];
    random_bytes(secret, sizeof secret);
    str text = base64_url(a, secret, sizeof secret);
    OPENSSL_cleanse(secret, sizeof secret);
    return text;
}
