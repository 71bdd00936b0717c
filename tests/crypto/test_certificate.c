/* A certificate made here by OpenSSL says when it ends; what is no certificate is refused; what is too long is not read. */
#include "testing.h"
#include "crypto/crypto.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

/* Valid from `from` for `seconds`. */
static str certificate(struct arena *a, time_t from, long seconds)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    char *pem;
    assert_non_null(key);
    assert_non_null(x);
    ASN1_TIME_set(X509_getm_notBefore(x), from);
    ASN1_TIME_set(X509_getm_notAfter(x), from + seconds);
    X509_set_pubkey(x, key);
    assert_true(X509_sign(x, key, EVP_sha256()) > 0);
    BIO *bio = BIO_new(BIO_s_mem());
    assert_true(PEM_write_bio_X509(bio, x));
    long n = BIO_get_mem_data(bio, &pem);
    str copy = arena_str(a, (str){pem, (size_t)n});
    BIO_free(bio);
    X509_free(x);
    EVP_PKEY_free(key);
    return copy;
}

static void says_when_it_ends(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    usec from, to;
    str pem = certificate(a, 1700000000, 86400);
    assert_ok(certificate_period(pem, &from, &to));
    assert_int_equal(from, 1700000000 * USEC_SECOND);
    assert_int_equal(to, from + USEC_DAY);
    /* A chain: the site's own stands first. */
    str chain = arena_printf(a, "%.*s%.*s", STR_ARG(pem), STR_ARG(certificate(a, 1600000000, 10)));
    assert_ok(certificate_period(chain, &from, &to));
    assert_int_equal(from, 1700000000 * USEC_SECOND);
}

static void refuses_what_is_none(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    usec from, to;
    str pem = certificate(a, 1700000000, 86400);
    str broken[] = {S(""), S("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), str_sub(pem, 0, pem.n / 2), str_sub(pem, 40, pem.n)};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        err *e = certificate_period(broken[i], &from, &to);
        assert_non_null(e);
        assert_int_equal(e->kind, ERR_INPUT);
        err_clear();
    }
    err *e = certificate_period((str){pem.p, LIMIT_CERTIFICATE + 1}, &from, &to);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_LIMIT);
    err_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(says_when_it_ends), cmocka_unit_test(refuses_what_is_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
