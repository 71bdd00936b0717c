/*
 * crypto/: Chinese national algorithms and passwords, one door.
 *
 * SM3 GB/T 32905-2016, SM4 GB/T 32907-2016, SM2 GB/T 32918 (signatures with the default user id
 * 1234567812345678), HMAC RFC 2104, argon2id RFC 9106. SM2 and SM4 are OpenSSL's; SM3 for many short
 * messages is ours (sixteen lanes of AVX-512 or eight of AVX2 where the processor has them, one elsewhere,
 * equal bits; tests prove it against OpenSSL for every length 0..4096).
 * Thread-safe; nothing here keeps state but the structures passed in. Secrets are wiped after use.
 */
#pragma once
#include "base/base.h"

enum { SM3_BYTES = 32, SM4_KEY_BYTES = 16, SEAL_KEY_BYTES = 32, SALT_BYTES = 16 };

struct sm3 { uint8_t byte[SM3_BYTES]; };

struct sm3_state { uint32_t v[8]; uint64_t length; uint8_t block[64]; };
void sm3_init(struct sm3_state *s);
void sm3_add(struct sm3_state *s, const void *bytes, size_t n);
struct sm3 sm3_end(struct sm3_state *s);
struct sm3 sm3_of(const void *bytes, size_t n);
/* The next `blocks` times 64 bytes of each of n long messages, side by side: for streams too large to hold. Every state must
 * stand at a multiple of 64 bytes. Equal to n calls of sm3_add. */
enum { SM3_STREAMS_MAX = 16 };
void sm3_add_many(size_t n, struct sm3_state *const *states, const uint8_t *const *bytes, size_t blocks);
/* Digests of n messages, each prefix || bytes (prefix of 0..1 byte: RFC 6962's leaf mark). */
void sm3_many(size_t n, const str *messages, int prefix /* -1 none, else 0..255 */, struct sm3 *ret);
/* n nodes: ret[i] = SM3(0x01 || pairs[2i] || pairs[2i+1]). ret may be pairs itself. */
void sm3_nodes(size_t n, const struct sm3 *pairs, struct sm3 *ret);
bool sm3_lanes_available(void);   /* AVX2 or better on this processor */
void sm3_lanes_disable(bool off); /* tests and benchmarks compare both paths */
str sm3_text(struct arena *a, const struct sm3 *d);         /* "sm3:" and 64 hexadecimal digits */
bool sm3_from_text(str text, struct sm3 *ret);
struct sm3 hmac_sm3(const void *key, size_t key_n, const void *bytes, size_t n);
/* SHA-256 (FIPS 180-4), only where the other side is a browser's WebCrypto: entry codes, PINs of borrowed phones. */
enum { SHA256_BYTES = 32 };
void hmac_sha256(const void *key, size_t key_n, const void *bytes, size_t n, uint8_t ret[SHA256_BYTES]);
void pbkdf2_sha256(str password, const void *salt, size_t salt_n, int rounds, uint8_t ret[SHA256_BYTES]); /* RFC 8018 */
/* Base64 (RFC 4648): the standard alphabet, padded; the URL alphabet, not padded. */
str base64_text(struct arena *a, const void *bytes, size_t n);
str base64_url(struct arena *a, const void *bytes, size_t n);
/* Standard alphabet, canonical form only; false also when more than `maximum` bytes would come out. */
bool base64_decode(str text, uint8_t *ret, size_t maximum, size_t *ret_n);
/* SHA-256 fingerprint of a certificate in PEM, "AA:BB:…": what phones show of it. ERR_INPUT: not one. */
MUST_USE err *certificate_print(struct arena *a, str pem, str *ret);
bool bytes_equal(const void *a, const void *b, size_t n); /* constant time */

/*
 * Sealing of one item: SM4-CTR then HMAC-SM3 over nonce and cipher text (encrypt-then-MAC), with a key of
 * its own per item, wrapped under the store's master key. Deleting the sealed bytes forgets the item
 * for good: its key is nowhere else.
 * Layout: version 1 | salt 16 | wrapped item key 32+16 (SM4-CTR, HMAC over it cut to 16) | nonce 16 |
 * cipher text | mac 32.
 */
struct seal_key { uint8_t byte[SEAL_KEY_BYTES]; }; /* 16 for SM4, 16 for HMAC */
/* What enters the tree: SM3(salt || name || 0x00 || plain). */
struct sm3 seal_digest(const uint8_t salt[SALT_BYTES], str name, str plain);
/* `random` gives 64 bytes: salt, item key, nonce. They come in so that callers decide where from. */
str seal_close(struct arena *a, const struct seal_key *master, const uint8_t random[64], str name,
               str plain, struct sm3 *ret_digest);
/* ERR_DAMAGED when a byte was changed. *ret_digest is computed anew from what was opened. */
MUST_USE err *seal_open(struct arena *a, const struct seal_key *master, str name, str sealed,
                        str *ret_plain, struct sm3 *ret_digest);
/* The salt that stands open in a sealed item; absent when it is too short to be one. */
str seal_salt(str sealed);
/* Many at once, in lanes. An item with a changed byte comes back absent, its digest meaningless. */
void seal_open_many(struct arena *a, const struct seal_key *master, size_t n, const str *names,
                    const str *sealed, str *ret_plain, struct sm3 *ret_digest);

/* SM4 in ECB mode, whole blocks, in place allowed: for protocols that prescribe it (HJ 212-2025). Equal blocks show
 * as equal: nothing of our own is ever kept this way. */
enum { SM4_BLOCK_BYTES = 16 };
void sm4_ecb_encrypt(const uint8_t key[SM4_KEY_BYTES], const void *blocks, size_t n_blocks, void *ret);
void sm4_ecb_decrypt(const uint8_t key[SM4_KEY_BYTES], const void *blocks, size_t n_blocks, void *ret);

/* SM2. Keys are PEM (PKCS#8, SubjectPublicKeyInfo). A signature is DER, at most 72 bytes. */
struct sm2_key; /* immutable; may be shared by threads */
enum { SM2_SIGNATURE_MAX = 80 };
MUST_USE err *sm2_generate(struct sm2_key **ret);
MUST_USE err *sm2_private(str pem, struct sm2_key **ret);
MUST_USE err *sm2_public(str pem, struct sm2_key **ret);
void sm2_free(struct sm2_key *key);
str sm2_private_pem(struct arena *a, const struct sm2_key *key);
str sm2_public_pem(struct arena *a, const struct sm2_key *key);
str sm2_key_id(struct arena *a, const struct sm2_key *key); /* first 16 hex digits of SM3 over the DER public key */
/* ERR_MISSING: the key has no private half. */
MUST_USE err *sm2_sign(const struct sm2_key *key, str message, uint8_t ret[SM2_SIGNATURE_MAX], size_t *ret_n);
bool sm2_verify(const struct sm2_key *key, str message, const uint8_t *signature, size_t n);

/* Passwords: argon2id, encoded form with its parameters. 12..200 characters are the caller's rule. */
enum password_cost { PASSWORD_INTERACTIVE /* 19 MiB, t=2 */, PASSWORD_TEST /* 64 KiB, t=1: demo, tests */ };
MUST_USE err *password_hash(struct arena *a, str password, enum password_cost cost, str *ret);
bool password_matches(str hash, str password);
/* 32 random bytes as 43 characters of base64url: sessions, capabilities, one-time passwords. */
str token_new(struct arena *a);

/* ---- certificates ---- */
enum { LIMIT_CERTIFICATE = 256 << 10 };
/* First and last moment of the first certificate of a PEM file. ERR_INPUT: there is none. */
MUST_USE err *certificate_period(str pem, usec *ret_from, usec *ret_to);
