#include "testing.h"
#include "crypto/crypto.h"

#include <openssl/evp.h>

static struct seal_key master;
static uint8_t random_input[64];

static int fill(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof master.byte; i++)
        master.byte[i] = (uint8_t)(i * 5 + 1);
    for (size_t i = 0; i < sizeof random_input; i++)
        random_input[i] = (uint8_t)(200 - i);
    return 0;
}

/* GB/T 32907-2016, appendix A: the cipher we rely on is the standard's. */
static void sm4_block_of_the_standard(void **state)
{
    (void)state;
    uint8_t block[16], expected[16], out[32];
    int n = 0;
    assert_true(hex_decode(S("0123456789abcdeffedcba9876543210"), block, 16));
    assert_true(hex_decode(S("681edf34d206965e86b3e94f536e4246"), expected, 16));
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    assert_true(EVP_EncryptInit_ex(c, EVP_sm4_ecb(), NULL, block, NULL));
    assert_true(EVP_EncryptUpdate(c, out, &n, block, 16));
    assert_memory_equal(out, expected, 16);
    EVP_CIPHER_CTX_free(c);
}

static void round_trip(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    char plain[300];
    memset(plain, 'p', sizeof plain);
    for (size_t n = 0; n <= sizeof plain; n += n < 40 ? 1 : 37) {
        struct sm3 closed, opened;
        str back;
        str sealed = seal_close(a, &master, random_input, S("who.name"), (str){plain, n}, &closed);
        assert_int_equal(sealed.n, 113 + n);
        assert_ok(seal_open(a, &master, S("who.name"), sealed, &back, &opened));
        assert_true(str_eq(back, (str){plain, n}));
        assert_memory_equal(&closed, &opened, sizeof closed);
    }
}

static void nothing_plain_is_left(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm3 digest;
    str sealed =
        seal_close(a, &master, random_input, S("who"), S("a secret of some length"), &digest);
    assert_int_equal(str_find(sealed, S("secret")), -1);
    assert_int_equal(str_find(sealed, (str){(char *)random_input + 16, 8}), -1);
}

static void digest_is_of_salt_name_and_plain(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm3 closed, opened;
    str back, sealed = seal_close(a, &master, random_input, S("ab"), S("c"), &closed);
    uint8_t bytes[20];
    memcpy(bytes, random_input, SALT_BYTES);
    memcpy(bytes + SALT_BYTES, "ab\0c", 4);
    struct sm3 expected = sm3_of(bytes, sizeof bytes);
    assert_memory_equal(&closed, &expected, sizeof closed);
    assert_ok(seal_open(a, &master, S("a"), sealed, &back, &opened));
    assert_memory_not_equal(&opened, &expected, sizeof opened);
}

static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm3 digest;
    str back, sealed = seal_close(a, &master, random_input, S("who"), S("张三"), &digest);
    char *bytes = arena_cstr(a, sealed);
    for (size_t bit = 0; bit < sealed.n * 8; bit++) {
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        const err *e = assert_err(
            seal_open(a, &master, S("who"), (str){bytes, sealed.n}, &back, &digest), ERR_DAMAGED);
        assert_str(e->field, "who");
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        err_clear();
    }
    for (size_t n = 0; n < sealed.n; n++)
        assert_err(seal_open(a, &master, S("who"), (str){bytes, n}, &back, &digest), ERR_DAMAGED);
    err_clear();
    assert_ok(seal_open(a, &master, S("who"), (str){bytes, sealed.n}, &back, &digest));
}

/* Sound and damaged items side by side, of lengths that keep the lanes uneven. */
static void many_at_once(void **state)
{
    (void)state;
    enum { MANY = 70 };
    AUTO_ARENA(a);
    str names[MANY], sealed[MANY], plain[MANY];
    struct sm3 closed[MANY], opened[MANY];
    char text[MANY * 9];
    memset(text, 't', sizeof text);
    for (size_t n = 0; n <= MANY; n++) {
        for (size_t i = 0; i < n; i++) {
            names[i] = arena_printf(a, "item.%zu", i);
            sealed[i] =
                seal_close(a, &master, random_input, names[i], (str){text, i * 9}, &closed[i]);
            size_t cut = i % 7 == 1 ? sealed[i].n % 120 : 0;
            sealed[i].n -= cut < sealed[i].n ? cut : 0;
            if (i % 7 == 5) {
                char *changed = arena_cstr(a, sealed[i]);
                changed[i * 31 % sealed[i].n] ^= 1;
                sealed[i].p = changed;
            }
        }
        seal_open_many(a, &master, n, names, sealed, plain, opened);
        for (size_t i = 0; i < n; i++) {
            bool sound = sealed[i].n == 113 + i * 9 && i % 7 != 5;
            assert_int_equal(plain[i].p != NULL, sound);
            if (!sound)
                continue;
            assert_true(str_eq(plain[i], (str){text, i * 9}));
            assert_memory_equal(&opened[i], &closed[i], sizeof *opened);
        }
    }
}

static void another_master_key_opens_nothing(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm3 digest;
    str back, sealed = seal_close(a, &master, random_input, S("who"), S("x"), &digest);
    struct seal_key other = master;
    other.byte[31] ^= 1;
    assert_err(seal_open(a, &other, S("who"), sealed, &back, &digest), ERR_DAMAGED);
    other = master;
    other.byte[0] ^= 1;
    assert_err(seal_open(a, &other, S("who"), sealed, &back, &digest), ERR_DAMAGED);
    err_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sm4_block_of_the_standard),
        cmocka_unit_test(round_trip),
        cmocka_unit_test(nothing_plain_is_left),
        cmocka_unit_test(digest_is_of_salt_name_and_plain),
        cmocka_unit_test(every_flipped_bit_is_noticed),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(another_master_key_opens_nothing),
    };
    return cmocka_run_group_tests(tests, fill, NULL);
}
