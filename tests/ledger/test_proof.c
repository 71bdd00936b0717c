#include "naive.h"

static struct proof some_proof(size_t n)
{
    struct proof p = {.n = n};
    for (size_t i = 0; i < n; i++)
        p.node[i] = sm3_of(&i, sizeof i);
    return p;
}

static void write_and_read(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    for (size_t n = 0; n <= LIMIT_PROOF; n++) {
        struct proof p = some_proof(n), back;
        int64_t seq, old_size, size;
        str kind, text = proof_write(a, n % 2 ? "inclusion" : "consistency", 3, 5, INT64_MAX, &p);
        assert_ok(proof_read(a, text, &kind, &seq, &old_size, &size, &back));
        assert_str(kind, n % 2 ? "inclusion" : "consistency");
        assert_int_equal(seq, 3);
        assert_int_equal(old_size, 5);
        assert_int_equal(size, INT64_MAX);
        assert_proof(&back, &p);
    }
}

static void form(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    struct proof p = {.n = 1};
    assert_str(proof_write(a, "inclusion", 1, 0, 2, &p),
               "{\"kind\":\"inclusion\",\"seq\":1,\"size\":2,\"old_size\":0,\"nodes\":["
               "\"0000000000000000000000000000000000000000000000000000000000000000\"]}");
}

static void strict_reader(void **state)
{
    (void)state;
    static const struct {
        const char *text, *field;
    } bad[] = {
        {"", ""},
        {"{}", "kind"},
        {"[]", "kind"},
        {"{\"kind\":\"x\",\"seq\":1,\"size\":2,\"old_size\":0,\"nodes\":[]}", "kind"},
        {"{\"kind\":\"inclusion\",\"seq\":1,\"size\":2,\"old_size\":0}", ""},
        {"{\"kind\":\"inclusion\",\"seq\":1,\"size\":2,\"old_size\":0,\"nodes\":[],\"x\":1}", ""},
        {"{\"kind\":\"inclusion\",\"seq\":-1,\"size\":2,\"old_size\":0,\"nodes\":[]}", "seq"},
        {"{\"kind\":\"inclusion\",\"seq\":1.5,\"size\":2,\"old_size\":0,\"nodes\":[]}", "seq"},
        {"{\"kind\":\"inclusion\",\"seq\":1,\"size\":\"2\",\"old_size\":0,\"nodes\":[]}", "size"},
        {"{\"kind\":\"inclusion\",\"seq\":1,\"size\":2,\"old\":0,\"nodes\":[]}", "old_size"},
        {"{\"kind\":\"inclusion\",\"seq\":1,\"size\":2,\"old_size\":0,\"nodes\":{}}", "nodes"},
        {"{\"kind\":\"inclusion\",\"seq\":1,\"size\":2,\"old_size\":0,\"nodes\":[\"00\"]}",
         "nodes"},
        {"{\"kind\":\"inclusion\",\"seq\":1,\"size\":2,\"old_size\":0,\"nodes\":[1]}", "nodes"},
    };
    AUTO_ARENA(a);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct proof p;
        int64_t seq, old_size, size;
        str kind;
        const err *e = assert_err(
            proof_read(a, str_of(bad[i].text), &kind, &seq, &old_size, &size, &p), ERR_INPUT);
        if (*bad[i].text)
            assert_str(e->field, bad[i].field);
    }
    err_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(write_and_read),
        cmocka_unit_test(form),
        cmocka_unit_test(strict_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
