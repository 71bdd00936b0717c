#include "testing.h"
#include "crypto/crypto.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

/* GB/T 32918.5-2017, A.2: curve of the standard, user id 1234567812345678, message "message
 * digest". */
#define STANDARD_POINT                                                 \
    "04"                                                               \
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020" \
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
#define STANDARD_SIGNATURE                                                   \
    "3046"                                                                   \
    "022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3" \
    "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
/* SubjectPublicKeyInfo of id-ecPublicKey on the curve 1.2.156.10197.1.301, up to the point. */
#define KEY_HEAD "3059301306072a8648ce3d020106082a811ccf5501822d034200"

static str standard_pem(struct arena *a)
{
    uint8_t der[91];
    assert_true(hex_decode(S(KEY_HEAD STANDARD_POINT), der, sizeof der));
    return arena_printf(a, "-----BEGIN PUBLIC KEY-----\n%.*s\n-----END PUBLIC KEY-----\n",
                        STR_ARG(base64_text(a, der, sizeof der)));
}

static void example_of_the_standard(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm2_key *key;
    uint8_t signature[72];
    assert_true(hex_decode(S(STANDARD_SIGNATURE), signature, sizeof signature));
    assert_ok(sm2_public(standard_pem(a), &key));
    assert_true(sm2_verify(key, S("message digest"), signature, sizeof signature));
    assert_false(sm2_verify(key, S("message digesT"), signature, sizeof signature));
    sm2_free(key);
}

static void sign_and_tamper(void **state)
{
    (void)state;
    struct sm2_key *key, *other;
    uint8_t signature[SM2_SIGNATURE_MAX];
    size_t n;
    assert_ok(sm2_generate(&key));
    assert_ok(sm2_generate(&other));
    assert_ok(sm2_sign(key, S("xiezhi"), signature, &n));
    assert_in_range(n, 60, 72);
    assert_true(sm2_verify(key, S("xiezhi"), signature, n));
    assert_false(sm2_verify(other, S("xiezhi"), signature, n));
    assert_false(sm2_verify(key, S("xiezh"), signature, n));
    assert_false(sm2_verify(key, S(""), signature, n));
    for (size_t bit = 0; bit < n * 8; bit++) {
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (sm2_verify(key, S("xiezhi"), signature, n))
            fail_msg("bit %zu", bit);
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_false(sm2_verify(key, S("xiezhi"), signature, n - 1));
    assert_false(sm2_verify(key, S("xiezhi"), signature, 0));
    sm2_free(key);
    sm2_free(other);
    sm2_free(NULL);
}

static void pem_round_trip(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm2_key *key, *secret, *public;
    uint8_t signature[SM2_SIGNATURE_MAX];
    size_t n;
    assert_ok(sm2_generate(&key));
    assert_ok(sm2_private(sm2_private_pem(a, key), &secret));
    assert_ok(sm2_public(sm2_public_pem(a, key), &public));
    assert_true(str_starts(sm2_private_pem(a, key), S("-----BEGIN PRIVATE KEY-----\n")));
    assert_ok(sm2_sign(secret, S("text"), signature, &n));
    assert_true(sm2_verify(public, S("text"), signature, n));
    assert_true(sm2_verify(key, S("text"), signature, n));
    assert_err(sm2_sign(public, S("text"), signature, &n), ERR_MISSING);
    str id = sm2_key_id(a, key);
    assert_int_equal(id.n, 16);
    assert_true(str_eq(id, sm2_key_id(a, secret)));
    assert_true(str_eq(id, sm2_key_id(a, public)));
    sm2_free(key);
    sm2_free(secret);
    sm2_free(public);
}

/* What anybody with OpenSSL would do with our public key and signature. */
static void openssl_agrees(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm2_key *key;
    uint8_t signature[SM2_SIGNATURE_MAX];
    size_t n;
    assert_ok(sm2_generate(&key));
    assert_ok(sm2_sign(key, S("text"), signature, &n));
    str pem = sm2_public_pem(a, key);
    BIO *b = BIO_new_mem_buf(pem.p, (int)pem.n);
    EVP_PKEY *pkey = PEM_read_bio_PUBKEY(b, NULL, NULL, NULL);
    EVP_PKEY_CTX *p = EVP_PKEY_CTX_new(pkey, NULL);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    EVP_MD_CTX_set_pkey_ctx(c, p);
    assert_true(EVP_PKEY_CTX_set1_id(p, "1234567812345678", 16) > 0);
    assert_true(EVP_DigestVerifyInit(c, NULL, EVP_sm3(), NULL, pkey) > 0);
    assert_true(EVP_DigestVerify(c, signature, n, (const uint8_t *)"text", 4) == 1);
    EVP_MD_CTX_free(c);
    EVP_PKEY_CTX_free(p);
    EVP_PKEY_free(pkey);
    BIO_free(b);
    sm2_free(key);
}

static str openssl_key(struct arena *a, const char *type, const char *curve, const char *password)
{
    EVP_PKEY *pkey =
        curve ? EVP_PKEY_Q_keygen(NULL, NULL, type, curve) : EVP_PKEY_Q_keygen(NULL, NULL, type);
    BIO *b = BIO_new(BIO_s_mem());
    char *bytes;
    assert_non_null(pkey);
    assert_true(PEM_write_bio_PKCS8PrivateKey(b, pkey, password ? EVP_aes_128_cbc() : NULL,
                                              password, password ? (int)strlen(password) : 0, NULL,
                                              NULL));
    long n = BIO_get_mem_data(b, &bytes);
    str pem = arena_str(a, (str){bytes, (size_t)n});
    BIO_free(b);
    EVP_PKEY_free(pkey);
    return pem;
}

static void other_keys_are_refused(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm2_key *key = NULL;
    str many = {arena_alloc(a, 10000, 1), 10000};
    const str bad[] = {S(""),
                       STR_NONE,
                       S("nonsense"),
                       many,
                       openssl_key(a, "EC", "P-256", NULL),
                       openssl_key(a, "ED25519", NULL, NULL),
                       openssl_key(a, "SM2", NULL, "password"),
                       standard_pem(a)};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_err(sm2_private(bad[i], &key), i == 3 ? ERR_LIMIT : ERR_INPUT);
        if (i != 7)
            assert_err(sm2_public(bad[i], &key), i == 3 ? ERR_LIMIT : ERR_INPUT);
        err_clear();
    }
    assert_null(key);
}

/* A key that some tools write as plain EC on the curve SM2 is the same key. */
static void ec_key_on_the_curve_is_taken(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm2_key *key;
    uint8_t signature[SM2_SIGNATURE_MAX];
    size_t n;
    assert_ok(sm2_private(openssl_key(a, "EC", "SM2", NULL), &key));
    assert_ok(sm2_sign(key, S("text"), signature, &n));
    assert_true(sm2_verify(key, S("text"), signature, n));
    sm2_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(example_of_the_standard), cmocka_unit_test(sign_and_tamper),
        cmocka_unit_test(pem_round_trip),          cmocka_unit_test(openssl_agrees),
        cmocka_unit_test(other_keys_are_refused),  cmocka_unit_test(ec_key_on_the_curve_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
