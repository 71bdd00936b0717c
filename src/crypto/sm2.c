/*
 * SM2 signatures by OpenSSL. Traps of 3.0: without an explicit user id it signs with an empty one,
 * so the id of GB/T 32918 is set on every context; an encrypted PEM would make it ask on the
 * terminal, so a password callback refuses; a key of another curve loads happily, so the type is
 * checked.
 */
#include "crypto/crypto.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

enum { LIMIT_PEM = 8192 };

static const char user_id[] = "1234567812345678";

struct sm2_key {
    struct arena *arena; /* holds this very structure */
    EVP_PKEY *pkey;
    bool secret; /* has the private half */
};

MUST_USE static err *refused(enum err_kind kind, const char *text)
{
    char words[256] = "";
    unsigned long code = ERR_get_error();
    if (code)
        ERR_error_string_n(code, words, sizeof words);
    ERR_clear_error();
    return err_detail(err_new(kind, "%s", text), words);
}

static struct sm2_key *key_make(EVP_PKEY *pkey, bool secret)
{
    struct arena *a = arena_new();
    struct sm2_key *key = NEW(a, struct sm2_key);
    *key = (struct sm2_key){a, pkey, secret};
    return key;
}

err *sm2_generate(struct sm2_key **ret)
{
    EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    if (!pkey)
        return refused(ERR_IO, "无法生成SM2密钥");
    *ret = key_make(pkey, true);
    return NULL;
}

static int no_password(char *to, int n, int writing, void *context)
{
    (void)to, (void)n, (void)writing, (void)context;
    return -1;
}

MUST_USE static err *key_read(str pem, bool secret, struct sm2_key **ret)
{
    if (pem.n > LIMIT_PEM)
        return err_new(ERR_LIMIT, "密钥文件超过%d字节", LIMIT_PEM);
    BIO *b = BIO_new_mem_buf(pem.n ? pem.p : "", (int)pem.n);
    CHECK(b);
    EVP_PKEY *pkey = secret ? PEM_read_bio_PrivateKey(b, NULL, no_password, NULL)
                            : PEM_read_bio_PUBKEY(b, NULL, no_password, NULL);
    BIO_free(b);
    if (!pkey)
        return refused(ERR_INPUT,
                       secret ? "读不出PEM格式的私钥（不能带口令）" : "读不出PEM格式的公钥");
    if (!EVP_PKEY_is_a(pkey, "SM2")) {
        EVP_PKEY_free(pkey);
        return refused(ERR_INPUT, "密钥不是SM2密钥");
    }
    *ret = key_make(pkey, secret);
    return NULL;
}

err *sm2_private(str pem, struct sm2_key **ret)
{
    return key_read(pem, true, ret);
}

err *sm2_public(str pem, struct sm2_key **ret)
{
    return key_read(pem, false, ret);
}

void sm2_free(struct sm2_key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->pkey);
    arena_free(key->arena);
}

static str bio_take(struct arena *a, BIO *b)
{
    char *bytes = NULL;
    long n = BIO_get_mem_data(b, &bytes);
    CHECK(n > 0);
    str text = arena_str(a, (str){bytes, (size_t)n});
    BIO_free(b);
    return text;
}

str sm2_private_pem(struct arena *a, const struct sm2_key *key)
{
    CHECK(key->secret);
    BIO *b = BIO_new(BIO_s_secmem());
    CHECK(b && PEM_write_bio_PKCS8PrivateKey(b, key->pkey, NULL, NULL, 0, NULL, NULL));
    return bio_take(a, b);
}

str sm2_public_pem(struct arena *a, const struct sm2_key *key)
{
    BIO *b = BIO_new(BIO_s_mem());
    CHECK(b && PEM_write_bio_PUBKEY(b, key->pkey));
    return bio_take(a, b);
}

str sm2_key_id(struct arena *a, const struct sm2_key *key)
{
    unsigned char *der = NULL;
    int n = i2d_PUBKEY(key->pkey, &der);
    CHECK(n > 0);
    struct sm3 digest = sm3_of(der, (size_t)n);
    OPENSSL_free(der);
    buf b = buf_make(a, 16);
    buf_hex(&b, digest.byte, 8);
    return buf_str(&b);
}

static EVP_MD_CTX *signature_context(const struct sm2_key *key, bool signing)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    EVP_PKEY_CTX *parameters = NULL; /* owned by c */
    CHECK(c);
    CHECK(signing ? EVP_DigestSignInit_ex(c, &parameters, "SM3", NULL, NULL, key->pkey, NULL)
                  : EVP_DigestVerifyInit_ex(c, &parameters, "SM3", NULL, NULL, key->pkey, NULL));
    CHECK(EVP_PKEY_CTX_set1_id(parameters, user_id, (int)sizeof user_id - 1) > 0);
    return c;
}

err *sm2_sign(const struct sm2_key *key, str message, uint8_t ret[SM2_SIGNATURE_MAX], size_t *ret_n)
{
    if (!key->secret)
        return err_new(ERR_MISSING, "这把SM2密钥只有公钥，不能签名");
    uint8_t signature[SM2_SIGNATURE_MAX];
    size_t n = sizeof signature;
    EVP_MD_CTX *c = signature_context(key, true);
    int done = EVP_DigestSign(c, signature, &n, (const uint8_t *)message.p, message.n);
    EVP_MD_CTX_free(c);
    if (done <= 0)
        return refused(ERR_IO, "无法用SM2签名");
    for (size_t i = 0; i < n; i++)
        ret[i] = signature[i];
    *ret_n = n;
    return NULL;
}

bool sm2_verify(const struct sm2_key *key, str message, const uint8_t *signature, size_t n)
{
    EVP_MD_CTX *c = signature_context(key, false);
    int holds = EVP_DigestVerify(c, signature, n, (const uint8_t *)message.p, message.n);
    EVP_MD_CTX_free(c);
    ERR_clear_error();
    return holds == 1;
}
