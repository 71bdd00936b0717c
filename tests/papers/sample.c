#include "papers/sample.h"

#define HEAD(layout) "@form T1\n@title 关于{subject.name}的告知书\n@layout " layout "\n@version 3\n@from 2026-01-01\n# 说明\n"
#define BODY                                                                                        \
    "@organ {agency.name}\n@number {paper.number}\n@to {subject.name}：\n"                           \
    "根据{law:hubei-2022-71:8}，现将“有关事项”告知如下：自{date:from}至{time:to}，共{workdays:days}（{days:days}），费用{money:fee}，即{capital:fee}，" \
    "占{percent:share}；第{han:days}次，共{digits:fee}分；是否入企：{yesno:enters}。\n"                       \
    "@h1 一、辅助事项\n@h2 （一）基本情况\n@plain 无缩进的一段，\\\n接续的一行。\n@center 居中\n@right 居右\n@note 小字说明\n@big 大字\n"  \
    "@if enters\n入企的。\n@else\n不入企的。\n@end\n@if not enters\n不该出现。\n@end\n@if kind is T05\n事项为T05。\n@end\n@if kind is not T05\n不该出现。\n@end\n" \
    "@facts\n| 第三方 | {provider.name} | 备注 | {note|没有} |\n| 说明 | 跨列的一格，含\\|竖线和{{花括号}} |\n@end\n"      \
    "@table 序号 2= | 姓名 4 | 证号 5 | 金额 3>\n@each m in members\n| {#m} | {m.name} | {m.card|无} | {money:m.fee} |\n@else\n| — | 没有人员 | — | — |\n@end\n@end\n" \
    "\\@开头的正文。\n@space\n@attachments\n@each m in members\n{m.name}的证件\n@end\n@end\n@seal\n@sign {agency.name} | {date:paper.date}\n" \
    "@fill 签收人 | 日期\n"

const struct wording *sample_parse(struct arena *a, const char *body)
{
    const struct wording *w;
    str text = arena_printf(a, "@form T2\n@title 题\n@layout internal\n@version 1\n@from 2026-01-01\n%s", body);
    assert_ok(wording_parse(a, text, S("T2.txt"), &w));
    return w;
}

const struct wording *sample_wording(struct arena *a, const char *layout)
{
    const struct wording *w;
    const char *text = !strcmp(layout, "official") ? HEAD("official") "@mark 内部\n" BODY "@copies {agency.parent}，各区分局。\n@printed {agency.name}办公室 | {date:paper.date}\n"
                       : !strcmp(layout, "internal") ? HEAD("internal") BODY "@footer 内部资料\n"
                                                     : HEAD("table") BODY "@footer 台账\n";
    assert_ok(wording_parse(a, str_of(text), S("T1.txt"), &w));
    return w;
}

const struct json *sample_json(struct arena *a, const char *text)
{
    const struct json *j;
    assert_ok(json_parse(a, str_of(text), 1 << 24, &j));
    return j;
}

const struct json *sample_data(struct arena *a, int members)
{
    static const char *const names[] = {"张㙍", "李䶮", "𠮷野⼀一", "王𪛖𠀀", "欧阳·买买提", "Ünal O'Neil", "赵﨑"};
    buf b = buf_make(a, 8 << 20);
    buf_add(&b, S("{\"agency\":{\"name\":\"武汉市生态环境局\",\"parent\":\"湖北省生态环境厅\"},\"paper\":{\"number\":\"鄂环辅告〔2026〕1号\",\"date\":\"2026-03-05\"},"
                  "\"subject\":{\"name\":\"武汉䶮某化工有限公司\"},\"law\":{\"hubei-2022-71:8\":\"《某办法》（鄂环执法〔2022〕71号）第八条\"},"
                  "\"provider\":{\"name\":\"{agency.name}@|\\\\检测\\n第二行\"},\"from\":20517,\"to\":\"2026-03-20T09:31:00+08:00\",\"days\":12,"
                  "\"fee\":1234560,\"share\":1250,\"enters\":true,\"kind\":\"T05\",\"note\":null,\"members\":["));
    for (int i = 0; i < members; i++)
        buf_printf(&b, "%s{\"name\":\"%s\",\"card\":%s,\"fee\":%d}", i ? "," : "", names[i % 7], i % 3 ? "\"辅助-0017\"" : "null", i * 12345);
    buf_add(&b, S("]}"));
    assert_false(b.overflow);
    return sample_json(a, arena_cstr(a, buf_str(&b)));
}

struct paper_options sample_options(void)
{
    static const uint8_t random[PAPER_CODE_RANDOM] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    static char code[PAPER_CODE_CHARS];
    AUTO_ARENA(a);
    str made = paper_code_make(a, random);
    memcpy(code, made.p, sizeof code);
    return (struct paper_options){.date = day_from_civil(2026, 3, 5), .code = {code, sizeof code},
                                  .outside_address = S("https://zf.example.gov.cn/")};
}

str sample_read(struct arena *a, str pdf, const char *command)
{
    char file[] = "/tmp/xiezhi-paper-XXXXXX", line[500];
    int fd = mkstemp(file);
    assert_true(fd >= 0 && write(fd, pdf.p, pdf.n) == (ssize_t)pdf.n);
    close(fd);
    snprintf(line, sizeof line, command, file);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    buf b = buf_make(a, 32 << 20);
    for (size_t n; (n = fread(line, 1, sizeof line, pipe)) > 0;)
        buf_add(&b, (str){line, n});
    int status = pclose(pipe);
    remove(file);
    if (status)
        print_error("%s: status %d (packaging/packages-test.txt)\n", command, status);
    assert_int_equal(status, 0);
    assert_false(b.overflow);
    return buf_str(&b);
}

str sample_squeeze(struct arena *a, str text)
{
    buf b = buf_make(a, text.n + 1);
    for (str rest = text; rest.n;) {
        uint32_t c = utf8_next(&rest);
        if (c > ' ' && c != 0x2028 && c != 0x3000 && c != 0xa0)
            buf_utf8(&b, c);
    }
    return buf_str(&b);
}
