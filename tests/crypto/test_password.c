#include "testing.h"
#include "crypto/crypto.h"

/* argon2id, version 19, t=2, m=65536, p=1, "password", salt "somesalt": the reference
 * implementation's own test vector (RFC 9106 names the algorithm, its vector needs a secret the
 * encoded form lacks). */
#define REFERENCE \
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"

static void reference_vector(void **state)
{
    (void)state;
    assert_true(password_matches(S(REFERENCE), S("password")));
    assert_false(password_matches(S(REFERENCE), S("Password")));
}

static void hash_and_match(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str one, two, strong;
    assert_ok(password_hash(a, S("正确的马电池订书钉一二三"), PASSWORD_TEST, &one));
    assert_ok(password_hash(a, S("正确的马电池订书钉一二三"), PASSWORD_TEST, &two));
    assert_false(str_eq(one, two));
    assert_true(str_starts(one, S("$argon2id$v=19$m=64,t=1,p=1$")));
    assert_true(password_matches(one, S("正确的马电池订书钉一二三")));
    assert_true(password_matches(two, S("正确的马电池订书钉一二三")));
    assert_false(password_matches(one, S("正确的马电池订书钉一二")));
    assert_ok(password_hash(a, S("long enough\0really"), PASSWORD_INTERACTIVE, &strong));
    assert_true(str_starts(strong, S("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_true(password_matches(strong, S("long enough\0really")));
    assert_false(password_matches(strong, S("long enough")));
}

static void nonsense_is_no_match(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    char *many = arena_alloc(a, 5000, 1);
    memset(many, 'x', 5000);
    str hash;
    assert_false(password_matches(STR_NONE, S("password")));
    assert_false(password_matches(S(""), S("")));
    assert_false(password_matches(S("$argon2id$v=19$m=4,t=1"), S("password")));
    assert_false(password_matches(S(REFERENCE "\0"), S("password")));
    assert_false(password_matches((str){many, 5000}, S("password")));
    assert_false(password_matches(S(REFERENCE), (str){many, 5000}));
    err *e = password_hash(a, (str){many, 5000}, PASSWORD_TEST, &hash);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_LIMIT);
    err_clear();
}

static void tokens(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str one = token_new(a), two = token_new(a);
    assert_int_equal(one.n, 43);
    assert_false(str_eq(one, two));
    for (size_t i = 0; i < one.n; i++)
        assert_non_null(
            strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", one.p[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_vector),
        cmocka_unit_test(hash_and_match),
        cmocka_unit_test(nonsense_is_no_match),
        cmocka_unit_test(tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
