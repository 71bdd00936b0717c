/*
 * xiezhi wording FILE.txt [DATA.json OUT.pdf]: for those who edit the texts of documents. Reads a wording and names the line
 * that is wrong, or what it needs of the data; with data, sets it as a sample, marked 样张.
 */
#include "cli/cli.h"
#include "papers/papers.h"

#include <stdio.h>

static err *sample(struct cli *c, const struct wording *w)
{
    const struct json *data;
    struct pdf pdf;
    str text;
    TRY(file_read(c->arena, str_of(c->arguments[1]), LIMIT_PAPER_TEXT, &text));
    TRY(json_parse(c->arena, text, LIMIT_PAPER_TEXT, &data));
    struct paper_options o = {.date = DAY_NONE,
                              .code = cli_text(c, "code", ""),
                              .outside_address = cli_text(c, "outside-address", ""),
                              .contact = cli_text(c, "contact", ""),
                              .stamp = cli_text(c, "stamp", "样张")};
    if (cli_has(c, "date"))
        TRY(err_at(day_parse(cli_text(c, "date", ""), &o.date), S("--date")));
    TRY(paper_render(c->arena, w, data, &o, &pdf));
    TRY(file_write_atomic(str_of(c->arguments[2]), pdf.bytes, 0644));
    printf("%s：%d页，%zu字节，%.*s\n", c->arguments[2], pdf.pages, pdf.bytes.n, STR_ARG(sm3_text(c->arena, &pdf.digest)));
    return NULL;
}

static void describe(const struct wording *w)
{
    static const char *const layouts[] = {"公文", "内部表单", "台账"};
    const struct wording_info *i = wording_info(w);
    size_t laws, names;
    const struct wording_law *law = wording_laws(w, &laws);
    const str *name = wording_names(w, &names);
    printf("%.*s %.*s（%s，第%d版）\n", STR_ARG(i->code), STR_ARG(i->title), layouts[i->layout], i->version);
    printf("需要的数据：");
    for (size_t k = 0; k < names; k++)
        printf("%s%.*s", k ? "、" : "", STR_ARG(name[k]));
    printf("\n引用的条文：");
    for (size_t k = 0; k < laws; k++)
        printf("%s%.*s第%.*s条", k ? "、" : "", STR_ARG(law[k].instrument), STR_ARG(law[k].article));
    printf("\n");
}

static err *wording(struct cli *c, int *ret_exit)
{
    const struct wording *w;
    str text, file = str_of(c->arguments[0]), builtin = wording_builtin(file);
    (void)ret_exit;
    if (c->n == 2)
        return cli_usage("制作样张要给出数据和输出文件：xiezhi wording 文本 数据.json 输出.pdf");
    if (builtin.p) {
        text = builtin;
    } else {
        TRY(file_read(c->arena, file, LIMIT_WORDING_BYTES + 1, &text));
        while (str_find(file, S("/")) >= 0)
            file = str_sub(file, (size_t)str_find(file, S("/")) + 1, file.n);
    }
    TRY(wording_parse(c->arena, text, file, &w));
    if (c->n == 3)
        return sample(c, w);
    describe(w);
    return NULL;
}

const struct command command_wording = {
    "wording", "文本.txt|代号 [数据.json 输出.pdf]", "检查文书文本，指出写错的行；给出数据时制作样张",
    (const struct cli_option[]){{"date", "日期", "文书日期，默认1970-01-01"},
                                {"code", "验证码", "印在样张上的验证码"},
                                {"outside-address", "网址", "印在样张上的核验网址"},
                                {"contact", "文字", "没有网址时印的电话和窗口"},
                                {"stamp", "文字", "每页底纹，默认“样张”；\"\"不印"},
                                {0}},
    1, 3, wording};
