/*
 * ECB is what HJ 212-2025 prescribes for the body of a frame, and only that is served here. Fetching a cipher
 * walks the providers and takes locks, so it is done once; the context is made per call, as a frame is rare
 * beside a minute of frames.
 */
#include "crypto/crypto.h"

#include <limits.h>
#include <openssl/evp.h>
#include <pthread.h>

static EVP_CIPHER *ecb_cipher;

static void cipher_fetch(void)
{
    ecb_cipher = EVP_CIPHER_fetch(NULL, "SM4-ECB", NULL);
    CHECK(ecb_cipher);
}

static void ecb(const uint8_t key[SM4_KEY_BYTES], const void *blocks, size_t n_blocks, void *ret, int encrypt)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    CHECK(!pthread_once(&once, cipher_fetch));
    CHECK(n_blocks <= INT_MAX / SM4_BLOCK_BYTES);
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int n = (int)n_blocks * SM4_BLOCK_BYTES, written = 0;
    CHECK(c && EVP_CipherInit_ex2(c, ecb_cipher, key, NULL, encrypt, NULL));
    CHECK(EVP_CIPHER_CTX_set_padding(c, 0)); /* whole blocks only; a padding block would be kept back */
    CHECK(EVP_CipherUpdate(c, ret, &written, blocks, n) && written == n);
    EVP_CIPHER_CTX_free(c); /* wipes the key schedule */
}

void sm4_ecb_encrypt(const uint8_t key[SM4_KEY_BYTES], const void *blocks, size_t n_blocks, void *ret)
{
    ecb(key, blocks, n_blocks, ret, 1);
}

void sm4_ecb_decrypt(const uint8_t key[SM4_KEY_BYTES], const void *blocks, size_t n_blocks, void *ret)
{
    ecb(key, blocks, n_blocks, ret, 0);
}
