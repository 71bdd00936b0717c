/* SM3: the standard's own examples, then everything against OpenSSL and everything against
 * everything. */
#include "testing.h"
#include "crypto/sm3_lanes.h"

#include <openssl/evp.h>
#include <stdlib.h>

enum { LONGEST = 4096 };

static uint8_t noise[2 * LONGEST];

static int make_noise(void **state)
{
    (void)state;
    uint32_t x = 1;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)((x = x * 1664525 + 1013904223) >> 24);
    return 0;
}

static struct sm3 peer(int prefix, const void *bytes, size_t n)
{
    struct sm3 digest = {0};
    uint8_t mark = (uint8_t)prefix;
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    assert_true(EVP_DigestInit_ex(c, EVP_sm3(), NULL) && EVP_DigestUpdate(c, &mark, prefix >= 0) &&
                EVP_DigestUpdate(c, bytes, n) && EVP_DigestFinal_ex(c, digest.byte, NULL));
    EVP_MD_CTX_free(c);
    return digest;
}

#define assert_digest(left, right) assert_memory_equal((left).byte, (right).byte, SM3_BYTES)

/* GB/T 32905-2016, appendix A. */
static void examples_of_the_standard(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm3 abc = sm3_of("abc", 3);
    assert_str(sm3_text(a, &abc),
               "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    str long_one = S("abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd");
    struct sm3 sixty_four = sm3_of(long_one.p, long_one.n);
    assert_str(sm3_text(a, &sixty_four),
               "sm3:debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

static void every_length_equals_openssl(void **state)
{
    (void)state;
    for (size_t n = 0; n <= LONGEST; n++) {
        struct sm3 mine = sm3_of(noise, n), theirs = peer(-1, noise, n);
        assert_digest(mine, theirs);
    }
}

static void any_cut_gives_the_same(void **state)
{
    (void)state;
    struct sm3 whole = peer(-1, noise, 300);
    for (size_t first = 0; first <= 300; first++) {
        struct sm3_state s;
        sm3_init(&s);
        sm3_add(&s, noise, first);
        sm3_add(&s, noise + first, (300 - first) / 2);
        sm3_add(&s, noise + first + (300 - first) / 2, 300 - first - (300 - first) / 2);
        struct sm3 cut = sm3_end(&s);
        assert_digest(cut, whole);
    }
}

/* Lengths side by side that differ as much as they can, in an order that makes every lane refill.
 */
static void lanes_equal_openssl(const struct sm3_engine *e, int prefix)
{
    static str messages[LONGEST + 1];
    static struct sm3 digests[LONGEST + 1];
    for (size_t i = 0; i <= LONGEST; i++) {
        size_t n = i * 2017 % (LONGEST + 1);
        messages[i] = (str){(const char *)noise + n % 64, n};
    }
    sm3_many_on(e, LONGEST + 1, messages, prefix, digests);
    for (size_t i = 0; i <= LONGEST; i++) {
        struct sm3 theirs = peer(prefix, messages[i].p, messages[i].n);
        assert_digest(digests[i], theirs);
    }
}

static void every_engine_every_length(void **state)
{
    (void)state;
    for (unsigned most = 8; most <= SM3_LANES_MAX; most *= 2) {
        const struct sm3_engine *e = sm3_engine(most);
        if (!e || e->lanes != most) {
            print_message("no engine of %u lanes on this processor\n", most);
            continue;
        }
        lanes_equal_openssl(e, -1);
        lanes_equal_openssl(e, 0);
        lanes_equal_openssl(e, 255);
    }
}

static void few_messages(void **state)
{
    (void)state;
    for (int off = 0; off < 2; off++) {
        sm3_lanes_disable(off);
        for (size_t n = 0; n <= 40; n++) {
            str messages[40];
            struct sm3 digests[41] = {0}, untouched = {0};
            for (size_t i = 0; i < n; i++)
                messages[i] = (str){(const char *)noise + i, i == n / 2 ? 2000 : 7 * i};
            sm3_many(n, messages, 0, digests);
            for (size_t i = 0; i < n; i++) {
                struct sm3 theirs = peer(0, messages[i].p, messages[i].n);
                assert_digest(digests[i], theirs);
            }
            assert_digest(digests[n], untouched);
        }
    }
    sm3_lanes_disable(false);
}

static void nodes_in_place(void **state)
{
    (void)state;
    struct sm3 pairs[200], expected[100], apart[100];
    memcpy(pairs, noise, sizeof pairs);
    for (size_t n = 0; n <= 100; n++) {
        memcpy(pairs, noise + n, sizeof pairs);
        for (size_t i = 0; i < n; i++)
            expected[i] = peer(1, &pairs[2 * i], 64);
        sm3_lanes_disable(true);
        sm3_nodes(n, pairs, apart);
        assert_memory_equal(apart, expected, n * sizeof *apart);
        sm3_lanes_disable(false);
        for (unsigned most = 8; sm3_engine(most) && most <= SM3_LANES_MAX; most *= 2) {
            size_t done = sm3_nodes_on(sm3_engine(most), n, pairs, apart);
            assert_true(done <= n && n - done < sm3_engine(most)->lanes);
            assert_memory_equal(apart, expected, done * sizeof *apart);
        }
        sm3_nodes(n, pairs, pairs);
        assert_memory_equal(pairs, expected, n * sizeof *pairs);
    }
}

static void text_form(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct sm3 d = sm3_of("abc", 3), back;
    str text = sm3_text(a, &d);
    assert_true(sm3_from_text(text, &back));
    assert_digest(back, d);
    assert_false(sm3_from_text(str_sub(text, 0, text.n - 1), &back));
    assert_false(sm3_from_text(str_sub(text, 4, text.n), &back));
    assert_false(sm3_from_text(S(""), &back));
    assert_false(sm3_from_text(arena_printf(a, "%.*s0", STR_ARG(text)), &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_standard),
        cmocka_unit_test(every_length_equals_openssl),
        cmocka_unit_test(any_cut_gives_the_same),
        cmocka_unit_test(every_engine_every_length),
        cmocka_unit_test(few_messages),
        cmocka_unit_test(nodes_in_place),
        cmocka_unit_test(text_form),
    };
    return cmocka_run_group_tests(tests, make_noise, NULL);
}
