#include "testing.h"

#include <pthread.h>

enum { LIMIT = 16 * 1024 * 1024 };

static str canonical(struct arena *a, const struct json *value)
{
    buf b = buf_make(a, LIMIT);
    struct json_out o = {&b, false};
    json_canonical(&o, value);
    assert_false(b.overflow);
    return buf_str(&b);
}

/* A document and its canonical form. */
static const struct {
    const char *text, *canonical;
} accepted[] = {
    {"null", "null"},
    {" \t\r\n true \n", "true"},
    {"false", "false"},
    {"\"\"", "\"\""},
    {"{}", "{}"},
    {"[ ]", "[]"},
    {"{ \"b\" : 1 , \"a\" : [ 1 , { } ] }", "{\"a\":[1,{}],\"b\":1}"},
    {"{\"\":1,\"\\u0001\":2}", "{\"\":1,\"\\u0001\":2}"},
    {"{\"aa\":1,\"a\":2,\"中\":3,\"Z\":4}", "{\"Z\":4,\"a\":2,\"aa\":1,\"中\":3}"},
    {"0", "0"},
    {"-0", "0"},
    {"-0.0", "0"},
    {"9007199254740993", "9007199254740993"}, /* 2^53 + 1: no double is this */
    {"-9007199254740993", "-9007199254740993"},
    {"9223372036854775807", "9223372036854775807"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"9223372036854775808", "9223372036854776000"}, /* beyond int64: a double */
    {"1.0", "1"},
    {"100e-2", "1"},
    {"1E3", "1000"},
    {"1e+3", "1000"},
    {"0.1", "0.1"},
    {"-12.50", "-12.5"},
    {"1e21", "1e+21"},
    {"1e20", "100000000000000000000"},
    {"0.000001", "0.000001"},
    {"0.0000001", "1e-7"},
    {"1e-400", "0"},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
    {"\"\\u001F\\u007f\\u4e2d\"", "\"\\u001f\x7f中\""},
    {"\"\\ud842\\udfb7\"", "\"𠮷\""},
    {"\"中\\u0041𠮷12345678\\\"abcdefgh\"", "\"中A𠮷12345678\\\"abcdefgh\""},
    {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", NULL}, /* 32 deep */
    {"123456789012345678901234567890123456789012345678901234567890123", "1.2345678901234569e+62"},
};

static void accepts(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        const struct json *value, *again;
        assert_ok(json_parse(a, str_of(accepted[i].text), LIMIT, &value));
        str once = canonical(a, value);
        assert_str(once, accepted[i].canonical ? accepted[i].canonical : accepted[i].text);
        assert_ok(json_parse(a, once, LIMIT, &again));
        assert_true(str_eq(canonical(a, again), once));
    }
}

/* Documents that are refused, and the offset of the byte to blame. */
static const struct {
    str text;
    int offset;
} refused[] = {
    {{"", 0}, 0},
    {{"  ", 2}, 2},
    {{"\xef\xbb\xbf{}", 5}, 0}, /* byte order mark */
    {{"nul", 3}, 0},
    {{"nulL", 4}, 0},
    {{"True", 4}, 0},
    {{"NaN", 3}, 0},
    {{"Infinity", 8}, 0},
    {{"-Infinity", 9}, 1},
    {{"+1", 2}, 0},
    {{"01", 2}, 0},
    {{"-01", 3}, 1},
    {{"00", 2}, 0},
    {{"1.", 2}, 2},
    {{".5", 2}, 0},
    {{"1.e3", 4}, 2},
    {{"1e", 2}, 2},
    {{"1e+", 3}, 3},
    {{"-", 1}, 1},
    {{"0x10", 4}, 1},
    {{"1 2", 3}, 2},
    {{"{} x", 4}, 3},
    {{"[1]\0", 4}, 3},
    {{"[\0]", 3}, 1},
    {{"[1,]", 4}, 3},
    {{"[,1]", 4}, 1},
    {{"[1 2]", 5}, 3},
    {{"[1", 2}, 2},
    {{"[1}", 3}, 2},
    {{"{", 1}, 1},
    {{"{\"a\"}", 5}, 4},
    {{"{\"a\" 1}", 7}, 5},
    {{"{\"a\":}", 6}, 5},
    {{"{\"a\":1,}", 8}, 7},
    {{"{a:1}", 5}, 1},
    {{"{'a':1}", 7}, 1},
    {{"{1:1}", 5}, 1},
    {{"{\"a\":1]", 7}, 6},
    {{"[\"a]", 4}, 4},
    {{"\"a\tb\"", 5}, 2},
    {{"\"a\nb\"", 5}, 2},
    {{"\"12345678\x01\"", 11}, 9},
    {{"\"a\0b\"", 5}, 2},
    {{"\"\\x41\"", 6}, 1},
    {{"\"\\'\"", 4}, 1},
    {{"\"\\u12\"", 6}, 1},
    {{"\"\\u12g4\"", 8}, 1},
    {{"\"\\U1234\"", 8}, 1},
    {{"\"\\u0000\"", 8}, 1},
    {{"\"\\ud842\"", 8}, 1},
    {{"\"\\ud842x\"", 9}, 1},
    {{"\"\\ud842\\n\"", 10}, 1},
    {{"\"\\ud842\\u0041\"", 14}, 1},
    {{"\"\\udfb7\"", 8}, 1},
    {{"\"\\udfb7\\ud842\"", 14}, 1},
    {{"\"\\", 2}, 2},
    {{"\"\\u", 3}, 1},
    {{"\"\xff\"", 3}, 1},
    {{"\"ab\xe4\xb8\"", 6}, 3},
    {{"\"\xed\xa0\x80\"", 5}, 1}, /* a surrogate in UTF-8 */
    {{"\"\xc0\xaf\"", 4}, 1},
    {{"[1] // x", 8}, 4},
    {{"/**/1", 5}, 0},
    {{"1e999", 5}, 0},
    {{"[0,-1e999]", 10}, 3},
    {{"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", 66}, 32},
    {{"1234567890123456789012345678901234567890123456789012345678901234", 64}, 0},
};

static void refuses(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const struct json *value = NULL;
        err *e = json_parse(a, refused[i].text, LIMIT, &value);
        if (!e)
            fail_msg("accepted %.*s", STR_ARG(refused[i].text));
        assert_int_equal(e->kind, ERR_INPUT);
        assert_null(value);
        char want[64];
        snprintf(want, sizeof want, "JSON第%d字节", refused[i].offset);
        if (!str_starts(e->text, str_of(want)))
            fail_msg("%.*s: %.*s, wanted %d", STR_ARG(refused[i].text), STR_ARG(e->text),
                     refused[i].offset);
        assert_int_equal(utf8_bad(e->text), -1);
        assert_int_equal(utf8_bad(e->got), -1);
    }
    err_clear();
}

/* A block of exactly n bytes on the heap, so that the sanitizer sees a read past its end. */
static void reads_not_past_the_end(void **state)
{
    (void)state;
    static const char text[] = "{\"ab\":[1.5e3,\"\\ud842\\udfb7 \xe4\xb8\xad\",true,null]}";
    for (size_t n = 0; n < sizeof text; n++) {
        AUTO_ARENA(a);
        char *copy = malloc(n ? n : 1);
        assert_non_null(copy);
        memcpy(copy, text, n);
        const struct json *value;
        const err *e = json_parse(a, (str){copy, n}, LIMIT, &value);
        assert_int_equal(e == NULL, n == sizeof text - 1);
        free(copy);
    }
    err_clear();
}

static void duplicates_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *path;
    } rows[] = {
        {"{\"a\":1,\"a\":1}", "a"},
        {"{\"a\":1,\"\\u0061\":2}", "a"},
        {"[0,{\"who\":{\"x\":[{\"y\":1,\"y\":1}]}}]", "[1].who.x[0].y"},
        {"{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":1,"
         "\"l\":1,\"m\":1,\"n\":1,\"b\":1}",
         "b"},
    };
    AUTO_ARENA(a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct json *value;
        const err *e = assert_err(json_parse(a, str_of(rows[i].text), LIMIT, &value), ERR_INPUT);
        assert_str(e->field, rows[i].path);
        assert_true(str_find(e->text, S("重复")) >= 0);
    }
    const struct json *value;
    assert_ok(json_parse(a, S("{\"a\":1,\"A\":1,\"\":1,\"a\\u0001\":{\"a\":1}}"), LIMIT, &value));
    const err *e = assert_err(json_parse(a, S("{\"v\":[1,2e999]}"), LIMIT, &value), ERR_INPUT);
    assert_str(e->field, "v[1]");
    err_clear();
}

static void limits(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct json *value;
    assert_ok(json_parse(a, S("[1]"), 3, &value));
    assert_err(json_parse(a, S("[1] "), 3, &value), ERR_LIMIT);
    buf b = buf_make(a, LIMIT);
    buf_char(&b, '[');
    for (int i = 1; i < LIMIT_JSON_NODES; i++)
        buf_add(&b, i == 1 ? S("0") : S(",0"));
    buf_char(&b, ']');
    assert_ok(json_parse(a, buf_str(&b), LIMIT, &value)); /* itself and the rest */
    assert_int_equal(value->n, LIMIT_JSON_NODES - 1);
    b.n--;
    buf_add(&b, S(",0]"));
    assert_err(json_parse(a, buf_str(&b), LIMIT, &value), ERR_LIMIT);
    err_clear();
}

static void tree(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    char text[] = "{\"s\":\"x\",\"n\":9007199254740993,\"d\":2.5,\"big\":1e3,\"t\":true,"
                  "\"z\":null,\"l\":[1,\"\"],\"o\":{}}";
    const struct json *root;
    assert_ok(json_parse(a, str_of(text), LIMIT, &root));
    memset(text, '#', sizeof text - 1); /* the tree owns its bytes */
    assert_int_equal(root->kind, JSON_OBJECT);
    assert_int_equal(root->n, 8);
    assert_null(root->key.p);
    assert_str(root->child[6].key, "l");
    assert_str(json_string(root, S("s")), "x");
    assert_null(json_string(root, S("n")).p);
    assert_null(json_string(root, S("absent")).p);
    assert_null(json_get(root, S("absent")));
    assert_null(json_get(json_get(root, S("s")), S("s")));
    assert_null(json_get(NULL, S("s")));
    const struct json *n = json_get(root, S("n"));
    assert_true(n->integer && n->i == INT64_C(9007199254740993));
    assert_true(n->number == 9007199254740992.0);
    const struct json *d = json_get(root, S("d"));
    assert_true(!d->integer && d->number == 2.5);
    assert_false(json_get(root, S("big"))->integer); /* the text is no integer */
    assert_true(json_get(root, S("t"))->boolean);
    assert_int_equal(json_get(root, S("z"))->kind, JSON_NULL);
    const struct json *l = json_get(root, S("l"));
    assert_int_equal(l->n, 2);
    assert_null(l->child[0].key.p);
    assert_non_null(l->child[1].string.p); /* empty, not absent */
    assert_int_equal(json_get(root, S("o"))->n, 0);
}

static void writes(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    buf b = buf_make(a, 4096);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("a\"b"), S("中\n\x01\x1f/\x7f"));
    json_put_str(&o, S("none"), STR_NONE);
    json_put_str(&o, S("empty"), S(""));
    json_put_int(&o, S("i"), INT64_MIN);
    json_put_bool(&o, S("t"), true);
    json_key(&o, S("l"));
    json_open(&o, '[');
    json_bool(&o, false);
    json_null(&o);
    json_open(&o, '[');
    json_close(&o, ']');
    json_raw(&o, S("{\"raw\":1}"));
    json_double(&o, -2.5);
    json_close(&o, ']');
    json_key(&o, S("tree"));
    const struct json *value;
    assert_ok(json_parse(a, S("{\"z\":[1,2],\"a\":null}"), LIMIT, &value));
    json_tree(&o, value);
    json_close(&o, '}');
    assert_str(buf_str(&b),
               "{\"a\\\"b\":\"中\\n\\u0001\\u001f/\x7f\",\"none\":null,\"empty\":\"\","
               "\"i\":-9223372036854775808,\"t\":true,"
               "\"l\":[false,null,[],{\"raw\":1},-2.5],\"tree\":{\"z\":[1,2],\"a\":null}}");
}

static str double_text(struct arena *a, double value)
{
    buf b = buf_make(a, 64);
    struct json_out o = {&b, false};
    json_double(&o, value);
    return buf_str(&b);
}

/* Rows of RFC 8785, appendix B, and of its test of powers of two. */
static void doubles_of_rfc8785(void **state)
{
    (void)state;
    static const struct {
        uint64_t bits;
        const char *text;
    } rows[] = {
        {0x0000000000000000, "0"},
        {0x8000000000000000, "0"},
        {0x0000000000000001, "5e-324"},
        {0x8000000000000001, "-5e-324"},
        {0x7fefffffffffffff, "1.7976931348623157e+308"},
        {0xffefffffffffffff, "-1.7976931348623157e+308"},
        {0x4340000000000000, "9007199254740992"},
        {0xc340000000000000, "-9007199254740992"},
        {0x4430000000000000, "295147905179352830000"},
        {0x44b52d02c7e14af5, "9.999999999999997e+22"},
        {0x44b52d02c7e14af6, "1e+23"},
        {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
        {0x444b1ae4d6e2ef4e, "999999999999999700000"},
        {0x444b1ae4d6e2ef4f, "999999999999999900000"},
        {0x444b1ae4d6e2ef50, "1e+21"},
        {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
        {0x3eb0c6f7a0b5ed8d, "0.000001"},
        {0x41b3de4355555553, "333333333.3333332"},
        {0x41b3de4355555554, "333333333.33333325"},
        {0x41b3de4355555555, "333333333.3333333"},
        {0x41b3de4355555556, "333333333.3333334"},
        {0x41b3de4355555557, "333333333.33333343"},
        {0xbecbf647612f3696, "-0.0000033333333333333333"},
        {0x43143ff3c1cb0959, "1424953923781206.2"},
        {0x3d30000000000000, "5.684341886080802e-14"}, /* 2^-44: the gap below is the smaller one */
    };
    AUTO_ARENA(a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double value;
        memcpy(&value, &rows[i].bits, sizeof value);
        assert_str(double_text(a, value), rows[i].text);
    }
}

static void doubles_read_back(void **state)
{
    (void)state;
    uint64_t seed = 4;
    struct arena *a = arena_new();
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = test_random(&seed);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (value - value != 0)
            continue; /* infinite or no number */
        const struct json *back;
        arena_reset(a);
        assert_ok(json_parse(a, double_text(a, value), 64, &back));
        assert_true(back->number == value);
    }
    arena_free(a);
}

static void infinite(void)
{
    AUTO_ARENA(a);
    double_text(a, 1e308 * 10);
}

static void doubles_are_finite(void **state)
{
    (void)state;
    assert_aborts(infinite);
}

static const struct json *random_tree(struct arena *a, uint64_t *seed, int depth)
{
    static const char *const words[] = {"", "a", "湖北", "\"\\\n", "\x01", "𠮷", "12345678\"9"};
    struct json *value = NEW(a, struct json);
    uint64_t r = test_random(seed);
    value->kind = (enum json_kind)(r % (depth ? 6 : 4));
    value->boolean = r >> 8 & 1;
    value->integer = true;
    value->i = (int64_t)test_random(seed) >> (r >> 16 & 63);
    value->string = str_of(words[(r >> 24) % 7]);
    if (value->kind < JSON_ARRAY)
        return value;
    value->n = (r >> 32) % 20;
    value->child = NEW_ARRAY(a, value->n, struct json);
    for (size_t i = 0; i < value->n; i++) {
        value->child[i] = *random_tree(a, seed, depth - 1);
        if (value->kind == JSON_OBJECT)
            value->child[i].key = arena_printf(a, "%s%zu", words[(r >> 40) % 7], i * 37 % 20);
    }
    return value;
}

static bool same(const struct json *x, const struct json *y)
{
    if (x->kind != y->kind)
        return false;
    switch (x->kind) {
    case JSON_NULL:
        return true;
    case JSON_BOOL:
        return x->boolean == y->boolean;
    case JSON_NUMBER:
        return y->integer && x->i == y->i;
    case JSON_STRING:
        return str_eq(x->string, y->string);
    default:
        break;
    }
    bool equal = x->n == y->n;
    for (size_t i = 0; equal && i < x->n; i++)
        equal = str_eq(x->child[i].key, y->child[i].key) && same(&x->child[i], &y->child[i]);
    return equal;
}

/* What is written is read back as the same tree; the canonical form does not depend on order. */
static void random_trees(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (int i = 0; i < 300; i++) {
        AUTO_ARENA(a);
        const struct json *tree_in = random_tree(a, &seed, 4), *back, *sorted;
        buf b = buf_make(a, LIMIT);
        struct json_out o = {&b, false};
        json_tree(&o, tree_in);
        assert_ok(json_parse(a, buf_str(&b), LIMIT, &back));
        assert_true(same(tree_in, back));
        str once = canonical(a, back);
        assert_ok(json_parse(a, once, LIMIT, &sorted));
        assert_true(str_eq(canonical(a, sorted), once));
    }
}

static void *parse_many(void *unused)
{
    (void)unused;
    static const char text[] = "{\"a\":[1,2,{\"b\":\"c\\u4e2d\"}],\"d\":9007199254740993}";
    for (int i = 0; i < 3000; i++) {
        AUTO_ARENA(a);
        const struct json *value;
        assert_ok(json_parse(a, str_of(text), LIMIT, &value));
        assert_int_equal(json_get(value, S("d"))->i, 9007199254740993);
        assert_err(json_parse(a, S("[1,"), LIMIT, &value), ERR_INPUT);
        err_clear();
    }
    return NULL;
}

static void several_threads(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, parse_many, NULL), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts),
        cmocka_unit_test(refuses),
        cmocka_unit_test(reads_not_past_the_end),
        cmocka_unit_test(duplicates_are_named),
        cmocka_unit_test(limits),
        cmocka_unit_test(tree),
        cmocka_unit_test(writes),
        cmocka_unit_test(doubles_of_rfc8785),
        cmocka_unit_test(doubles_read_back),
        cmocka_unit_test(doubles_are_finite),
        cmocka_unit_test(random_trees),
        cmocka_unit_test(several_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
