/* One paper against the register: exit 0 for the issued text in force, 1 for everything else. */
#include "cli/verify_paper.h"
#include "papers/papers.h"

#include <fcntl.h>
#include <unistd.h>

err *verify_is_paper(struct cli *c, str argument, bool *ret)
{
    char head[5];
    str code;
    *ret = false;
    int fd = open(arena_cstr(c->arena, argument), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        *ret = paper_code_read(c->arena, argument, &code);
        return NULL;
    }
    *ret = read(fd, head, sizeof head) == (ssize_t)sizeof head && str_eq((str){head, sizeof head}, S("%PDF-"));
    close(fd);
    return NULL;
}

static void print_json(struct cli *c, const struct paper_check *k, const char *text)
{
    static const char *const names[] = {"unknown", "valid", "void", "replaced", "changed", "unfixed"};
    buf b = buf_make(c->arena, 4000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("paper"), str_of(names[k->state]));
    json_put_str(&o, S("says"), str_of(text));
    json_put_str(&o, S("code"), k->code);
    if (k->state != PAPER_UNKNOWN) {
        json_put_str(&o, S("id"), k->row.id);
        json_put_str(&o, S("form"), k->row.form);
        json_put_str(&o, S("number"), k->row.number);
        json_put_str(&o, S("agency"), k->row.agency);
        json_put_str(&o, S("date"), day_iso(c->arena, k->row.date));
        json_put_str(&o, S("digest"), k->row.digest);
        json_put_str(&o, S("replaced_by"), k->row.replaced_by);
    }
    json_close(&o, '}');
    cli_print(buf_str(&b));
}

static err *print_words(struct cli *c, struct db *d, const struct paper_check *k, bool file, const char *text, const char *means)
{
    str agency;
    const struct paper_form *form = k->state == PAPER_UNKNOWN ? NULL : paper_form_find(k->row.form);
    if (file && k->state == PAPER_VALID)
        printf("系统签发的原文，有效：%s，文件与签发的原文一个字节也不差\n", means);
    else
        printf("%s：%s\n", text, means);
    if (k->code.p)
        printf("  验证码：%.*s\n", STR_ARG(paper_code_groups(c->arena, k->code)));
    if (k->state == PAPER_UNKNOWN)
        return NULL;
    TRY(thing_title(d, c->arena, thing_of(S("agency")), k->row.agency, &agency));
    printf("  登记：%s %.*s，%.*s，%.*s\n", form ? form->title : "", STR_ARG(k->row.number), STR_ARG(day_chinese(c->arena, k->row.date)),
           STR_ARG(agency));
    printf("  登记的摘要：%.*s\n", STR_ARG(k->row.digest.p ? k->row.digest : S("无（原文没有生成）")));
    if (file)
        printf("  本文件的摘要：%.*s%s\n", STR_ARG(sm3_text(c->arena, &k->digest)), k->same ? "（相同）" : "（不同）");
    if (k->row.void_at)
        printf("  作废时间：%.*s\n", STR_ARG(time_chinese(c->arena, k->row.void_at)));
    if (k->row.replaced_by.n)
        printf("  由%.*s代替\n", STR_ARG(k->row.replaced_by));
    return NULL;
}

err *verify_paper(struct cli *c, str argument, int *ret_exit)
{
    struct paper_check k;
    AUTO_STORE *store = NULL;
    AUTO_DB struct db *d = NULL;
    str bytes, code;
    bool file;
    const char *means;
    if (!cli_has(c, "db"))
        return err_got(cli_usage("核验文书要用--db指明登记它的数据库；没有数据库的，请按文书上的网址或电话核验"), argument,
                       S("--db sqlite:路径"), S("xiezhi verify --db sqlite:x.db 告知书.pdf"));
    TRY(cli_store_current(c, STORE_READ, &store));
    TRY(db_open(store, false, &d));
    TRY(file_exists(argument, &file));
    if (file) {
        TRY(file_read(c->arena, argument, LIMIT_PAPER_BYTES, &bytes));
        TRY(paper_check_file(d, c->arena, bytes, &k));
    } else {
        CHECK(paper_code_read(c->arena, argument, &code));
        TRY(paper_check_code(d, c->arena, code, &k));
    }
    const char *text = paper_state_text(k.state, &means);
    if (cli_has(c, "json"))
        print_json(c, &k, text);
    else
        TRY(print_words(c, d, &k, file, text, means));
    *ret_exit = k.state == PAPER_VALID ? 0 : 1;
    return NULL;
}
