/* What WebCrypto and OpenSSL both speak: RFC 2104 and RFC 8018 over SHA-256. */
#include "crypto/crypto.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

void hmac_sha256(const void *key, size_t key_n, const void *bytes, size_t n, uint8_t ret[SHA256_BYTES])
{
    CHECK(key_n <= INT_MAX && HMAC(EVP_sha256(), key, (int)key_n, bytes, n, ret, NULL));
}

void pbkdf2_sha256(str password, const void *salt, size_t salt_n, int rounds, uint8_t ret[SHA256_BYTES])
{
    CHECK(password.n <= INT_MAX && salt_n <= INT_MAX);
    CHECK(PKCS5_PBKDF2_HMAC(password.p, (int)password.n, salt, (int)salt_n, rounds, EVP_sha256(), SHA256_BYTES, ret) == 1);
}
