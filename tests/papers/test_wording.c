/* What a wording may say, what it may not, and that each error names its line and what to do. */
#include "papers/sample.h"

static void head_and_names(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct wording *w = sample_wording(a, "official");
    const struct wording_info *i = wording_info(w);
    size_t laws, names;
    const struct wording_law *law = wording_laws(w, &laws);
    const str *name = wording_names(w, &names);
    assert_str(i->code, "T1");
    assert_str(i->title, "关于{subject.name}的告知书");
    assert_int_equal(i->layout, LAYOUT_OFFICIAL);
    assert_int_equal(i->version, 3);
    assert_int_equal(i->from, day_from_civil(2026, 1, 1));
    assert_int_equal(laws, 1);
    assert_str(law[0].instrument, "hubei-2022-71");
    assert_str(law[0].article, "8");
    static const char *const want[] = {"subject", "agency", "paper", "from", "to", "days", "fee", "share", "enters", "kind",
                                       "provider", "note", "members"};
    assert_int_equal(names, sizeof want / sizeof *want); /* m is the @each's own */
    for (size_t k = 0; k < names; k++)
        assert_str(name[k], want[k]);
}

#define H "@form T1\n@title 题\n@layout internal\n@version 1\n@from 2026-01-01\n"
static const struct { const char *text, *place, *says; } bad[] = {
    {"", "T1.txt:1", "文首缺少@form"},
    {"@form T1\n@title 题\n", "T1.txt:2", "文首缺少@layout"},
    {"@form T1\n@form T1\n", "T1.txt:2", "写了两次"},
    {"@form 甲\n", "T1.txt:1", "文书代号"},
    {"@layout letter\n", "T1.txt:1", "official、internal或table"},
    {"@version 0\n", "T1.txt:1", "整数"},
    {"@from 2026-02-30\n", "T1.txt:1", "不存在"},
    {H "@nonsense 字\n", "T1.txt:6", "没有“@nonsense”这种行"},
    {H "\n# 说明\n{agency.Name}\n", "T1.txt:8", "花括号"},
    {H "{agency\n", "T1.txt:6", "花括号"},
    {H "agency}\n", "T1.txt:6", "花括号"},
    {H "{money:}\n", "T1.txt:6", "花括号"},
    {H "{weight:x}\n", "T1.txt:6", "没有这种格式"},
    {H "{law:hubei}\n", "T1.txt:6", "花括号"},
    {H "{#m}\n", "T1.txt:6", "没有叫这个名字的@each"},
    {H "@each m in members\n{#m}\n", "T1.txt:6", "没有@end"},
    {H "@each in members\n@end\n", "T1.txt:6", "@each 名字 in 数据"},
    {H "@if\n@end\n", "T1.txt:6", "名称写得不对"},
    {H "@if a are b\n@end\n", "T1.txt:6", "@if 数据"},
    {H "@end\n", "T1.txt:6", "没有对应"},
    {H "@else\n", "T1.txt:6", "没有对应"},
    {H "@if a\n甲\n@else\n乙\n@else\n丙\n@end\n", "T1.txt:10", "没有对应"},
    {H "@end 多余\n", "T1.txt:6", "没有对应"},
    {H "| 甲 |\n", "T1.txt:6", "只能写在@table或@facts里"},
    {H "@facts\n甲\n@end\n", "T1.txt:7", "以“|”开头"},
    {H "@facts\n@h1 甲\n@end\n", "T1.txt:7", "不能写在表格或附件里"},
    {H "@facts\n@table 甲 1\n@end\n@end\n", "T1.txt:7", "不能写在表格或附件里"},
    {H "@table\n@end\n", "T1.txt:6", "各列的名称和宽度"},
    {H "@table 序号\n@end\n", "T1.txt:6", "各列的名称和宽度"},
    {H "@facts 甲 2\n@end\n", "T1.txt:6", "只写各列的宽度"},
    {H "@sign 甲\n", "T1.txt:6", "要2格，读到1格"},
    {H "@seal 甲\n", "T1.txt:6", "要0格"},
    {H "@h1\n", "T1.txt:6", "要1格"},
    {H "@copies 甲\n", "T1.txt:6", "只用于公文版式"},
    {H "甲\\", "T1.txt:6", "没有接续的行"},
    {H "甲\x01\n", "T1.txt:6", "看不见的字符U+0001"},
    {H "甲\r乙\n", "T1.txt:6", "看不见的字符U+000D"},
    {H "甲\n\u202e乙\n", "T1.txt:7", "看不见的字符U+202E"},
    {H "\n\xff\n", "T1.txt:7", "不是UTF-8"},
    {H "@if a\n@if a\n@if a\n@if a\n@if a\n@if a\n@if a\n@if a\n@if a\n", "T1.txt:14", "超过8层"},
    {H "@facts\n|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|\n@end\n", "T1.txt:7", "最多16格"},
};

static void errors_name_their_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        AUTO_ARENA(a);
        const struct wording *w;
        err *e = wording_parse(a, str_of(bad[i].text), S("T1.txt"), &w);
        if (!e || !str_eq(e->field, str_of(bad[i].place)) || str_find(e->text, str_of(bad[i].says)) < 0) {
            print_error("%zu: %.*s: %.*s, wanted %s: %s\n", i, STR_ARG(e ? e->field : S("fine")), STR_ARG(e ? e->text : S("")),
                        bad[i].place, bad[i].says);
            fail();
        }
        err_clear();
    }
}

static void limits(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    const struct wording *w;
    buf b = buf_make(a, LIMIT_WORDING_BYTES + 1000);
    buf_add(&b, S(H));
    while (b.n <= LIMIT_WORDING_BYTES)
        buf_add(&b, S("甲\n"));
    assert_err(wording_parse(a, buf_str(&b), S("x"), &w), ERR_LIMIT);
    b.n = 0;
    buf_add(&b, S(H));
    for (int i = 0; i < LIMIT_WORDING_LINES; i++)
        buf_add(&b, S("甲\n"));
    const err *e = assert_err(wording_parse(a, buf_str(&b), S("x"), &w), ERR_LIMIT);
    assert_str(e->field, "x:4001");
}

static err *render(struct arena *a, const char *body, const char *data)
{
    struct pdf pdf;
    return paper_render(a, sample_parse(a, body), sample_json(a, data), &(struct paper_options){.date = DAY_NONE}, &pdf);
}

static const struct { const char *body, *data, *place, *says, *got; } unfit[] = {
    {"甲\n{agency.nam}\n", "{\"agency\":{\"name\":\"乙\",\"id\":\"1\"}}", "T2.txt:7", "数据里没有“nam”", "agency.nam"},
    {"{x}\n", "{\"x\":null}", "T2.txt:6", "没有值", "x"},
    {"{x}\n", "{\"x\":\"\"}", "T2.txt:6", "没有值", "x"},
    {"{x}\n", "{\"x\":true}", "T2.txt:6", "类型不合", "x"},
    {"{x}\n", "{\"x\":1.5}", "T2.txt:6", "类型不合", "x"},
    {"{date:x}\n", "{\"x\":\"2026-02-30\"}", "T2.txt:6", "不存在", "x"},
    {"{money:x}\n", "{\"x\":\"12\"}", "T2.txt:6", "类型不合", "x"},
    {"{yesno:x}\n", "{\"x\":1}", "T2.txt:6", "类型不合", "x"},
    {"{law:hubei-2022-71:8}\n", "{\"law\":{}}", "T2.txt:6", "条文", "hubei-2022-71:8"},
    {"{law:hubei-2022-71:8}\n", "{}", "T2.txt:6", "条文", "hubei-2022-71:8"},
    {"@each m in x\n甲\n@end\n", "{\"x\":{}}", "T2.txt:6", "不是一列", "x"},
    {"@each m in x\n甲\n@end\n", "{}", "T2.txt:6", "数据里没有", "x"},
    {"@if x\n甲\n@end\n", "{}", "T2.txt:6", "数据里没有", "x"},
    {"{x}\n", "{\"x\":\"\\u202e甲\"}", "T2.txt:6", "看不见的字符U+202E", "x"},
    {"{x}\n", "{\"x\":\"a\\u0007\"}", "T2.txt:6", "看不见的字符U+0007", "x"},
    {"{x}\n", "{\"x\":\"\\u200b\"}", "T2.txt:6", "看不见的字符U+200B", "x"},
    {"甲\n乙\n{x}\n", "{\"x\":\"丙\\ud869\\udee5\"}", "T2.txt:8", "（U+2A6E5）", NULL}, /* no character */
    {"{x}\n", "{\"x\":\"国\\u1aff\"}", "T2.txt:6", "（U+1AFF）", NULL}, /* nor is this mark on one */
    {"@number {x}\n", "{\"x\":\"鄂环[2026]1号\"}", "T2.txt:6", "六角括号", "鄂环[2026]1号"},
    {"@table 甲 1 | 乙 1\n| 1 | 2 | 3 |\n@end\n", "{}", "T2.txt:7", "只有2列", NULL},
};

static void unfit_data_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++) {
        AUTO_ARENA(a);
        err *e = render(a, unfit[i].body, unfit[i].data);
        if (!e || !str_eq(e->field, str_of(unfit[i].place)) || str_find(e->text, str_of(unfit[i].says)) < 0 ||
            (unfit[i].got && !str_eq(e->got, str_of(unfit[i].got)))) {
            print_error("%zu: %.*s: %.*s (%.*s), wanted %s: %s\n", i, STR_ARG(e ? e->field : S("fine")),
                        STR_ARG(e ? e->text : S("")), STR_ARG(e ? e->got : S("")), unfit[i].place, unfit[i].says);
            fail();
        }
        err_clear();
    }
}

static str filled(struct arena *a, const char *body, const char *data)
{
    struct pdf pdf;
    assert_ok(paper_render(a, sample_parse(a, body), sample_json(a, data), &(struct paper_options){.date = DAY_NONE}, &pdf));
    str text = pdf.text, first, second;
    str_next(&text, '\n', &first); /* the title */
    str_next(&text, '\n', &second);
    return second;
}

static void values(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    assert_str(filled(a, "{x|无}。\n", "{\"x\":null}"), "无。");
    assert_str(filled(a, "（{x|}）\n", "{\"x\":\"\"}"), "（）");
    assert_str(filled(a, "{x|无}\n", "{\"x\":\"{y}\"}"), "{y}"); /* a value is never read as wording */
    assert_str(filled(a, "{{{x}}}\n", "{\"x\":\"甲\"}"), "{甲}");
    assert_str(filled(a, "{x.y.z}\n", "{\"x\":{\"y\":{\"z\":-7}}}"), "-7");
    assert_str(filled(a, "@each x in x\n{x.n}{#x}\n@end\n", "{\"x\":[{\"n\":\"乙\"}]}"), "乙1"); /* the inner name wins */
    assert_str(filled(a, "@each m in x\n@each n in m.l\n{#m}.{#n}{n.t}\n@end\n@end\n", "{\"x\":[{\"l\":[{\"t\":\"丁\"}]}]}"), "1.1丁");
    assert_str(filled(a, "@each m in x\n甲\n@else\n没有\n@end\n", "{\"x\":null}"), "没有");
    assert_str(filled(a, "@if x is 3\n是\n@else\n否\n@end\n", "{\"x\":3}"), "是");
    assert_str(filled(a, "@if x is not 3\n是\n@else\n否\n@end\n", "{\"x\":\"3\"}"), "否");
    assert_str(filled(a, "\\| 甲\n", "{}"), "| 甲");
    assert_str(filled(a, "甲\\\n乙\n", "{}"), "甲乙");
}

static void title_is_filled(void **state)
{
    (void)state;
    AUTO_ARENA(a);
    str title;
    assert_ok(paper_title(a, sample_wording(a, "internal"), sample_data(a, 1), &title));
    assert_str(title, "关于武汉䶮某化工有限公司的告知书");
}

static void builtin_wordings_are_sound(void **state)
{
    (void)state;
    assert_true(wording_builtin_count() >= 2);
    for (size_t i = 0; i < wording_builtin_count(); i++) {
        AUTO_ARENA(a);
        const struct wording *w;
        str code, text = wording_builtin_at(i, &code);
        assert_ok(wording_parse(a, text, code, &w));
        assert_true(str_eq(wording_info(w)->code, code));
        assert_true(wording_builtin(code).p == text.p);
    }
    assert_null(wording_builtin(S("Z99")).p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(head_and_names), cmocka_unit_test(errors_name_their_line),
                                       cmocka_unit_test(limits), cmocka_unit_test(unfit_data_is_named), cmocka_unit_test(values),
                                       cmocka_unit_test(title_is_filled), cmocka_unit_test(builtin_wordings_are_sound)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
