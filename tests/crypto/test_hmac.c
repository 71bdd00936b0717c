#include "testing.h"
#include "crypto/crypto.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

static struct sm3 peer(const uint8_t *key, size_t key_n, const uint8_t *bytes, size_t n)
{
    struct sm3 digest = {0};
    size_t written = 0;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char[]){"SM3"}, 0),
        OSSL_PARAM_construct_end()};
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *c = EVP_MAC_CTX_new(mac);
    assert_true(EVP_MAC_init(c, key, key_n, parameters) && EVP_MAC_update(c, bytes, n) &&
                EVP_MAC_final(c, digest.byte, &written, sizeof digest.byte));
    assert_int_equal(written, sizeof digest.byte);
    EVP_MAC_CTX_free(c);
    EVP_MAC_free(mac);
    return digest;
}

static void equals_openssl(void **state)
{
    (void)state;
    uint8_t key[200], text[300];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)(i * 7 + 3);
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(i * 11 + 1);
    for (size_t key_n = 1; key_n <= sizeof key; key_n++)
        for (size_t n = 0; n <= sizeof text; n += 13) {
            struct sm3 mine = hmac_sm3(key, key_n, text, n), theirs = peer(key, key_n, text, n);
            assert_memory_equal(mine.byte, theirs.byte, SM3_BYTES);
        }
    uint8_t zeros[64] = {0};
    struct sm3 empty = hmac_sm3(NULL, 0, NULL, 0), padded = hmac_sm3(zeros, 64, NULL, 0);
    assert_memory_equal(empty.byte, padded.byte, SM3_BYTES);
}

static void comparison(void **state)
{
    (void)state;
    assert_true(bytes_equal("abc", "abc", 3));
    assert_true(bytes_equal("abc", "abd", 2));
    assert_false(bytes_equal("abc", "abd", 3));
    assert_true(bytes_equal("a", "b", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_openssl),
        cmocka_unit_test(comparison),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
