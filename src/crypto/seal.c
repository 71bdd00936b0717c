/*
 * Sealing. Debian's OpenSSL 3.0 has no SM4-GCM, hence SM4-CTR and HMAC-SM3. The salt serves twice,
 * for the digest and as counter start of the wrapping: it is random, drawn once per item, and
 * public within the sealed bytes. The wrapping's HMAC also covers version and salt, so that no byte
 * in front of the item key can be changed into another valid item.
 */
#include "crypto/crypto.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>

enum {
    SEAL_VERSION = 1,
    NONCE_BYTES = 16,
    WRAP_MAC_BYTES = 16,
    AT_SALT = 1,
    AT_KEY = AT_SALT + SALT_BYTES,
    AT_KEY_MAC = AT_KEY + SEAL_KEY_BYTES,
    AT_NONCE = AT_KEY_MAC + WRAP_MAC_BYTES,
    AT_CIPHER = AT_NONCE + NONCE_BYTES,
    SEAL_OVERHEAD = AT_CIPHER + SM3_BYTES,
};

/* Fetching a cipher walks the providers and takes locks: done once, kept for the process. */
static EVP_CIPHER *sm4_ctr_cipher;

static void cipher_fetch(void)
{
    sm4_ctr_cipher = EVP_CIPHER_fetch(NULL, "SM4-CTR", NULL);
    CHECK(sm4_ctr_cipher);
}

static EVP_CIPHER_CTX *cipher_context(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    CHECK(!pthread_once(&once, cipher_fetch));
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    CHECK(c);
    return c;
}

static void sm4_ctr(EVP_CIPHER_CTX *c, const uint8_t key[SM4_KEY_BYTES], const uint8_t start[16],
                    const void *bytes, size_t n, void *ret)
{
    int written = 0;
    CHECK(n <= INT_MAX);
    CHECK(EVP_EncryptInit_ex2(c, sm4_ctr_cipher, key, start, NULL));
    CHECK(EVP_EncryptUpdate(c, ret, &written, bytes, (int)n) && written == (int)n);
}

struct sm3 seal_digest(const uint8_t salt[SALT_BYTES], str name, str plain)
{
    struct sm3_state s;
    sm3_init(&s);
    sm3_add(&s, salt, SALT_BYTES);
    sm3_add(&s, name.p, name.n);
    sm3_add(&s, "", 1);
    sm3_add(&s, plain.p, plain.n);
    struct sm3 digest = sm3_end(&s);
    OPENSSL_cleanse(&s, sizeof s);
    return digest;
}

static struct sm3 wrap_mac(const struct seal_key *master, const uint8_t *sealed)
{
    return hmac_sm3(master->byte + SM4_KEY_BYTES, SEAL_KEY_BYTES - SM4_KEY_BYTES, sealed,
                    AT_KEY_MAC);
}

static struct sm3 item_mac(const struct seal_key *item, const uint8_t *sealed, size_t plain_n)
{
    return hmac_sm3(item->byte + SM4_KEY_BYTES, SEAL_KEY_BYTES - SM4_KEY_BYTES, sealed + AT_NONCE,
                    NONCE_BYTES + plain_n);
}

str seal_close(struct arena *a, const struct seal_key *master, const uint8_t random[64], str name,
               str plain, struct sm3 *ret_digest)
{
    CHECK(plain.n <= INT_MAX);
    size_t n = SEAL_OVERHEAD + plain.n;
    uint8_t *sealed = arena_alloc(a, n, 1);
    struct seal_key item;
    memcpy(&item, random + SALT_BYTES, sizeof item);
    sealed[0] = SEAL_VERSION;
    memcpy(sealed + AT_SALT, random, SALT_BYTES);
    memcpy(sealed + AT_NONCE, random + SALT_BYTES + SEAL_KEY_BYTES, NONCE_BYTES);
    EVP_CIPHER_CTX *c = cipher_context();
    sm4_ctr(c, master->byte, sealed + AT_SALT, &item, sizeof item, sealed + AT_KEY);
    sm4_ctr(c, item.byte, sealed + AT_NONCE, plain.p, plain.n, sealed + AT_CIPHER);
    EVP_CIPHER_CTX_free(c);
    struct sm3 mac = wrap_mac(master, sealed);
    memcpy(sealed + AT_KEY_MAC, &mac, WRAP_MAC_BYTES);
    mac = item_mac(&item, sealed, plain.n);
    memcpy(sealed + n - SM3_BYTES, &mac, SM3_BYTES);
    OPENSSL_cleanse(&item, sizeof item);
    *ret_digest = seal_digest(random, name, plain);
    return (str){(const char *)sealed, n};
}

MUST_USE static err *damaged(str name, const char *what)
{
    err *e = err_new(ERR_DAMAGED, "封存的内容“%.*s”已被改动，无法打开", STR_ARG(name));
    return err_detail(err_at(e, name), what);
}

err *seal_open(struct arena *a, const struct seal_key *master, str name, str sealed, str *ret_plain,
               struct sm3 *ret_digest)
{
    const uint8_t *bytes = (const uint8_t *)sealed.p;
    if (sealed.n < SEAL_OVERHEAD || sealed.n - SEAL_OVERHEAD > INT_MAX || bytes[0] != SEAL_VERSION)
        return damaged(name, "length or version");
    struct sm3 mac = wrap_mac(master, bytes);
    if (!bytes_equal(&mac, bytes + AT_KEY_MAC, WRAP_MAC_BYTES))
        return damaged(name, "mac of the wrapped key");
    size_t plain_n = sealed.n - SEAL_OVERHEAD;
    struct seal_key item;
    EVP_CIPHER_CTX *c = cipher_context();
    sm4_ctr(c, master->byte, bytes + AT_SALT, bytes + AT_KEY, sizeof item, item.byte);
    mac = item_mac(&item, bytes, plain_n);
    bool sound = bytes_equal(&mac, bytes + sealed.n - SM3_BYTES, SM3_BYTES);
    if (sound) {
        uint8_t *plain = arena_alloc(a, plain_n + 1, 1);
        sm4_ctr(c, item.byte, bytes + AT_NONCE, bytes + AT_CIPHER, plain_n, plain);
        *ret_plain = (str){(const char *)plain, plain_n};
        *ret_digest = seal_digest(bytes + AT_SALT, name, *ret_plain);
    }
    EVP_CIPHER_CTX_free(c);
    OPENSSL_cleanse(&item, sizeof item);
    return sound ? NULL : damaged(name, "mac of the item");
}
