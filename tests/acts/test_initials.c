/*
 * Initials against a second source: the first 3755 characters of GB 2312 stand in the order of their pinyin, so the letter of each is
 * known from the place where the next letter begins.
 */
#include "testing.h"
#include "acts/initials.h"

#include <iconv.h>
#include <string.h>

static bool read_as(struct arena *a, str text, char letter)
{
    str ways = initials_of(a, text), one;
    while (ways.p && str_next(&ways, ' ', &one))
        if (one.n == 1 && one.p[0] == letter)
            return true;
    return false;
}

/* The first character of each letter, as GB 2312 has them: 啊 芭 擦 搭 蛾 发 噶 哈 击 喀 垃 妈 拿 哦 啪 期 然 撒 塌 挖 昔 压 匝. */
static const struct { unsigned from; char letter; } begins[] = {
    {0xb0a1, 'a'}, {0xb0c5, 'b'}, {0xb2c1, 'c'}, {0xb4ee, 'd'}, {0xb6ea, 'e'}, {0xb7a2, 'f'}, {0xb8c1, 'g'}, {0xb9fe, 'h'},
    {0xbbf7, 'j'}, {0xbfa6, 'k'}, {0xc0ac, 'l'}, {0xc2e8, 'm'}, {0xc4c3, 'n'}, {0xc5b6, 'o'}, {0xc5be, 'p'}, {0xc6da, 'q'},
    {0xc8bb, 'r'}, {0xc8f6, 's'}, {0xcbfa, 't'}, {0xcdda, 'w'}, {0xcef4, 'x'}, {0xd1b9, 'y'}, {0xd4d1, 'z'}, {0xd7fa, '\0'}};

static void test_first_level(void **context)
{
    (void)context;
    iconv_t cd = iconv_open("UTF-8", "GB2312");
    assert_true(cd != (iconv_t)-1);
    int n = 0, other = 0;
    size_t at = 0;
    for (unsigned code = 0xb0a1; code < 0xd7fa; code++) {
        if ((code & 0xff) < 0xa1 || (code & 0xff) > 0xfe)
            continue;
        while (begins[at + 1].from <= code)
            at++;
        AUTO_ARENA(a);
        char in[2] = {(char)(code >> 8), (char)(code & 0xff)}, out[8], *from = in, *to = out;
        size_t left = 2, room = sizeof out;
        assert_true(iconv(cd, &from, &left, &to, &room) != (size_t)-1);
        n++;
        if (!read_as(a, (str){out, sizeof out - room}, begins[at].letter)) {
            print_message("%.*s is not %c\n", (int)(sizeof out - room), out, begins[at].letter);
            other++;
        }
    }
    iconv_close(cd);
    assert_int_equal(n, 3755);
    assert_true(other <= 40); /* characters whose reading there is not their usual one any more, or is the third of three */
}

static void test_names(void **context)
{
    (void)context;
    static const struct { const char *name, *ways; } cases[] = {
        {"江汉化工", "jhhg"}, {"鑫晟", "xs xc"}, {"A1 Steel-钢", "a1steelg"}, {"（）——", ""}, {"", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO_ARENA(a);
        assert_str(initials_of(a, str_of(cases[i].name)), cases[i].ways);
    }
    AUTO_ARENA(a);
    assert_true(str_find(initials_of(a, S("重庆长江")), S("cqcj")) >= 0);
    assert_true(str_find(initials_of(a, S("重工")), S("zg")) >= 0);
}

/* Long names and names of many readings stay inside their bounds. */
static void test_bounds(void **context)
{
    (void)context;
    AUTO_ARENA(a);
    buf b = buf_make(a, 4000);
    for (int i = 0; i < 200; i++)
        buf_add(&b, S("重"));
    str ways = initials_of(a, buf_str(&b)), one;
    size_t n = 0;
    while (ways.p && str_next(&ways, ' ', &one)) {
        assert_int_equal(one.n, LIMIT_INITIALS_TEXT);
        n++;
    }
    assert_int_equal(n, LIMIT_INITIALS_WAYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_first_level), cmocka_unit_test(test_names), cmocka_unit_test(test_bounds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
