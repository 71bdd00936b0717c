/* SM4-ECB: the two examples of GB/T 32907-2016, appendix A, several blocks, in place. */
#include "testing.h"

#include "crypto/crypto.h"

static const uint8_t key[SM4_KEY_BYTES] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                                           0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10};

static void standard_vector(void **state)
{
    (void)state;
    static const uint8_t want[SM4_BLOCK_BYTES] = {0x68, 0x1e, 0xdf, 0x34, 0xd2, 0x06, 0x96, 0x5e,
                                                  0x86, 0xb3, 0xe9, 0x4f, 0x53, 0x6e, 0x42, 0x46};
    uint8_t block[SM4_BLOCK_BYTES];
    sm4_ecb_encrypt(key, key, 1, block); /* the example's plain text is its key */
    assert_memory_equal(block, want, sizeof want);
    sm4_ecb_decrypt(key, block, 1, block);
    assert_memory_equal(block, key, sizeof key);
}

static void a_million_rounds(void **state)
{
    (void)state;

    static const uint8_t want[SM4_BLOCK_BYTES] = {0x59, 0x52, 0x98, 0xc7, 0xc6, 0xfd, 0x27, 0x1f,
                                                  0x04, 0x02, 0xf8, 0x04, 0xc3, 0x3d, 0x3f, 0x66};
    uint8_t block[SM4_BLOCK_BYTES];
    memcpy(block, key, sizeof block);
    for (int i = 0; i < 1000000; i++)
        sm4_ecb_encrypt(key, block, 1, block);
    assert_memory_equal(block, want, sizeof want);
}

static void blocks_are_independent(void **state)
{
    (void)state;
    uint8_t plain[3 * SM4_BLOCK_BYTES], sealed[sizeof plain], one[SM4_BLOCK_BYTES];
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (uint8_t)(7 * i);
    sm4_ecb_encrypt(key, plain, 3, sealed);
    for (size_t i = 0; i < 3; i++) {
        sm4_ecb_encrypt(key, plain + i * SM4_BLOCK_BYTES, 1, one);
        assert_memory_equal(sealed + i * SM4_BLOCK_BYTES, one, sizeof one);
    }
    sm4_ecb_decrypt(key, sealed, 3, sealed);
    assert_memory_equal(sealed, plain, sizeof plain);
    sm4_ecb_encrypt(key, NULL, 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(standard_vector), cmocka_unit_test(a_million_rounds),
                                       cmocka_unit_test(blocks_are_independent)};
    return cmocka_run_group_tests_name("sm4", tests, NULL, NULL);
}
