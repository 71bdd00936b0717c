/*
 * Sealing. Debian's OpenSSL 3.0 has no SM4-GCM, hence SM4-CTR and HMAC-SM3. The salt serves twice,
 * for the digest and as counter start of the wrapping: it is random, drawn once per item, and
 * public within the sealed bytes. The wrapping's HMAC also covers version and salt, so that no byte
 * in front of the item key can be changed into another valid item.
 */
#include "crypto/hmac.h"

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

str seal_salt(str sealed)
{
    return sealed.n >= SEAL_OVERHEAD ? str_sub(sealed, AT_SALT, SALT_BYTES) : STR_NONE;
}

/* The half of a key that HMAC uses. */
static str mac_key(const struct seal_key *key)
{
    return (str){(const char *)key->byte + SM4_KEY_BYTES, SEAL_KEY_BYTES - SM4_KEY_BYTES};
}

/* What the two macs cover: version, salt and wrapped key; nonce and cipher text. */
static str wrap_part(str sealed)
{
    return (str){sealed.p, AT_KEY_MAC};
}

static str item_part(str sealed)
{
    return (str){sealed.p + AT_NONCE, sealed.n - SM3_BYTES - AT_NONCE};
}

static struct sm3 mac_of(const struct seal_key *key, str part)
{
    return hmac_sm3(mac_key(key).p, mac_key(key).n, part.p, part.n);
}

str seal_close(struct arena *a, const struct seal_key *master, const uint8_t random[64], str name,
               str plain, struct sm3 *ret_digest)
{
    CHECK(plain.n <= INT_MAX);
    size_t n = SEAL_OVERHEAD + plain.n;
    uint8_t *bytes = arena_alloc(a, n, 1);
    str sealed = {(const char *)bytes, n};
    struct seal_key item;
    memcpy(&item, random + SALT_BYTES, sizeof item);
    bytes[0] = SEAL_VERSION;
    memcpy(bytes + AT_SALT, random, SALT_BYTES);
    memcpy(bytes + AT_NONCE, random + SALT_BYTES + SEAL_KEY_BYTES, NONCE_BYTES);
    EVP_CIPHER_CTX *c = cipher_context();
    sm4_ctr(c, master->byte, bytes + AT_SALT, &item, sizeof item, bytes + AT_KEY);
    sm4_ctr(c, item.byte, bytes + AT_NONCE, plain.p, plain.n, bytes + AT_CIPHER);
    EVP_CIPHER_CTX_free(c);
    struct sm3 mac = mac_of(master, wrap_part(sealed));
    memcpy(bytes + AT_KEY_MAC, &mac, WRAP_MAC_BYTES);
    mac = mac_of(&item, item_part(sealed));
    memcpy(bytes + n - SM3_BYTES, &mac, SM3_BYTES);
    OPENSSL_cleanse(&item, sizeof item);
    *ret_digest = seal_digest(random, name, plain);
    return sealed;
}

/* Items on their way to being opened; one that proves unsound drops out. */
struct opening {
    const struct seal_key *master;
    size_t n;
    const str *names;
    str *sealed;           /* of the sound ones, absent for the others */
    struct seal_key *item; /* their keys */
    str *key, *part;       /* to be given to HMAC */
    struct sm3 *mac;
};

static void macs_check(struct opening *o, size_t from_end, size_t at, size_t length)
{
    hmac_sm3_many(o->n, o->key, o->part, o->mac);
    for (size_t i = 0; i < o->n; i++) {
        if (!o->sealed[i].p)
            continue;
        const char *stored = o->sealed[i].p + (from_end ? o->sealed[i].n - from_end : at);
        if (!bytes_equal(&o->mac[i], stored, length))
            o->sealed[i] = STR_NONE;
    }
}

static void keys_unwrap(struct opening *o, EVP_CIPHER_CTX *c)
{
    for (size_t i = 0; i < o->n; i++) {
        o->key[i] = mac_key(o->master);
        o->part[i] = o->sealed[i].p ? wrap_part(o->sealed[i]) : S("");
    }
    macs_check(o, 0, AT_KEY_MAC, WRAP_MAC_BYTES);
    for (size_t i = 0; i < o->n; i++) {
        const uint8_t *bytes = (const uint8_t *)o->sealed[i].p;
        if (bytes)
            sm4_ctr(c, o->master->byte, bytes + AT_SALT, bytes + AT_KEY, SEAL_KEY_BYTES,
                    o->item[i].byte);
    }
}

static void items_check(struct opening *o)
{
    for (size_t i = 0; i < o->n; i++) {
        o->key[i] = mac_key(&o->item[i]);
        o->part[i] = o->sealed[i].p ? item_part(o->sealed[i]) : S("");
    }
    macs_check(o, SM3_BYTES, 0, SM3_BYTES);
}

/* Salt, name, zero and plain text stand behind each other, as the digest wants them. */
static void items_decrypt(struct opening *o, EVP_CIPHER_CTX *c, struct arena *a, str *ret_plain,
                          struct sm3 *ret_digest)
{
    for (size_t i = 0; i < o->n; i++) {
        const uint8_t *bytes = (const uint8_t *)o->sealed[i].p;
        ret_plain[i] = STR_NONE;
        o->part[i] = S("");
        if (!bytes)
            continue;
        str name = o->names[i];
        size_t plain_n = o->sealed[i].n - SEAL_OVERHEAD, at = SALT_BYTES + name.n + 1;
        char *whole = arena_alloc(a, at + plain_n, 1);
        memcpy(whole, bytes + AT_SALT, SALT_BYTES);
        memcpy(whole + SALT_BYTES, name.p, name.n);
        sm4_ctr(c, o->item[i].byte, bytes + AT_NONCE, bytes + AT_CIPHER, plain_n, whole + at);
        o->part[i] = (str){whole, at + plain_n};
        ret_plain[i] = (str){whole + at, plain_n};
    }
    sm3_many(o->n, o->part, -1, ret_digest);
}

static bool sealed_shape(str sealed)
{
    return sealed.n >= SEAL_OVERHEAD && sealed.n - SEAL_OVERHEAD <= INT_MAX &&
           sealed.p[0] == SEAL_VERSION;
}

void seal_open_many(struct arena *a, const struct seal_key *master, size_t n, const str *names,
                    const str *sealed, str *ret_plain, struct sm3 *ret_digest)
{
    AUTO_ARENA(own);
    struct opening o = {
        .master = master,
        .n = n,
        .names = names,
        .sealed = NEW_ARRAY(own, n, str),
        .item = NEW_ARRAY(own, n, struct seal_key),
        .key = NEW_ARRAY(own, n, str),
        .part = NEW_ARRAY(own, n, str),
        .mac = NEW_ARRAY(own, n, struct sm3),
    };
    for (size_t i = 0; i < n; i++)
        o.sealed[i] = sealed_shape(sealed[i]) ? sealed[i] : STR_NONE;
    EVP_CIPHER_CTX *c = cipher_context();
    keys_unwrap(&o, c);
    items_check(&o);
    items_decrypt(&o, c, a, ret_plain, ret_digest);
    EVP_CIPHER_CTX_free(c);
    OPENSSL_cleanse(o.item, n * sizeof *o.item);
}

err *seal_open(struct arena *a, const struct seal_key *master, str name, str sealed, str *ret_plain,
               struct sm3 *ret_digest)
{
    str plain;
    struct sm3 digest;
    seal_open_many(a, master, 1, &name, &sealed, &plain, &digest);
    if (!plain.p)
        return err_at(err_new(ERR_DAMAGED, "封存的内容“%.*s”已被改动，无法打开", STR_ARG(name)),
                      name);
    *ret_plain = plain;
    *ret_digest = digest;
    return NULL;
}
