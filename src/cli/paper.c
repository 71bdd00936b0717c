/*
 * xiezhi paper FORM THING: a paper of a thing as it would be issued now, marked as a draft; with --by issued in that
 * person's name, when the law lets him.
 */
#include "cli/cli.h"
#include "papers/papers.h"

#include <stdio.h>

static err *named_form(str code, const struct paper_form **ret)
{
    *ret = paper_form_find(code);
    if (*ret)
        return NULL;
    return err_got(cli_usage("没有“%.*s”这种文书", STR_ARG(code)), code, str_of(PAPER_FORM_CODES), S("A09"));
}

static err *issue(struct cli *c, struct acts *acts, struct db *d, const struct paper_form *form, day date,
                  int *ret_exit, str *ret)
{
    struct act_answer answer;
    buf b = buf_make(c->arena, 4000);
    struct json_out o = {&b, false};
    bool own = form->maker == MAKER_PROVIDER;
    json_open(&o, '{');
    json_put_str(&o, S("act"), own && !cli_has(c, "for-provider") ? S("paper.own") : S("paper.issue"));
    json_put_str(&o, S("form"), str_of(form->code));
    json_put_str(&o, S("thing"), str_of(c->arguments[1]));
    json_put_str(&o, S("date"), day_iso(c->arena, date));
    json_close(&o, '}');
    TRY(act_perform(acts, c->arena, &(struct act_request){.json = buf_str(&b), .by = cli_text(c, "by", "")}, &answer));
    if (answer.verdict == ACT_INVALID)
        return answer.invalid;
    cli_print_answer(&answer);
    if (answer.verdict != ACT_ALLOWED) {
        *ret_exit = 1;
        return NULL;
    }
    return paper_file(acts, d, c->arena, answer.id,
                      &(struct paper_place){cli_text(c, "outside-address", ""), cli_text(c, "contact", "")}, ret);
}

static err *paper(struct cli *c, int *ret_exit)
{
    const struct paper_form *form;
    str code = str_of(c->arguments[0]), bytes = STR_NONE;
    day date = day_of(time_now());
    TRY(named_form(code, &form));
    if (cli_has(c, "date"))
        TRY(err_at(day_parse(cli_text(c, "date", ""), &date), S("--date")));
    AUTO_STORE *store = NULL;
    AUTO_ACTS *acts = NULL;
    AUTO_DB struct db *d = NULL;
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(db_open(store, false, &d));
    if (cli_has(c, "by")) {
        TRY(acts_open(store, ACTS_NO_THREAD, &acts));
        TRY(issue(c, acts, d, form, date, ret_exit, &bytes));
        if (!bytes.p)
            return NULL;
    } else {
        struct pdf pdf;
        TRY(paper_draft(d, c->arena, form, str_of(c->arguments[1]), date, &pdf));
        bytes = pdf.bytes;
    }
    str out = cli_has(c, "out") ? cli_text(c, "out", "")
                                : arena_printf(c->arena, "%s%s.pdf", form->code, cli_has(c, "by") ? "" : "-draft");
    TRY(file_write_atomic(out, bytes, 0644));
    printf("%.*s：%s，%zu字节\n", STR_ARG(out), form->title, bytes.n);
    return NULL;
}

const struct command command_paper = {
    "paper",
    "式样 编号",
    "预览文书（A01至A25、S01至S03）；给出--by的，以该人名义出具",
    (const struct cli_option[]){CLI_DB,
                                CLI_DATA,
                                {"out", "文件", "输出的PDF，默认为当前目录下以式样命名的文件"},
                                {"date", "日期", "文书日期，默认今天"},
                                {"by", "用户", "以谁的名义出具；不给的只作预览"},
                                {"for-provider", NULL, "由执法机构登记第三方的文书（A25）"},
                                {"outside-address", "网址", "印在文书上的核验网址"},
                                {"contact", "文字", "没有网址时印的电话和窗口"},
                                {0}},
    2,
    2,
    paper};
