/* xiezhi look: are reports, pictures and verifications what they seem; and the back-checks that are due. */
#include "cli/cli.h"
#include "look/look.h"

static void print_found(void *context, str kind, str about, str text)
{
    (void)context;
    printf("%.*s %.*s\n  %.*s\n", STR_ARG(kind), STR_ARG(about), STR_ARG(text));
}

static void print_unread(void *context, str why, int64_t files)
{
    (void)context;
    printf("不能比对的文件%lld个：%.*s\n", (long long)files, STR_ARG(why));
}

static void print_report(struct cli *c, const struct look_report *r)
{
    if (!cli_has(c, "json")) {
        printf("新读%lld个文件（%lld个不能读），比对文字%lld份、图片%lld张，精确核对%lld对；新提示%lld条（已有%lld条）；抽取回查%lld次，抽中%lld份；用时%.1f秒\n",
               (long long)r->files, (long long)r->unread, (long long)r->texts, (long long)r->pictures, (long long)r->compared, (long long)r->findings,
               (long long)r->known, (long long)r->draws, (long long)r->drawn, r->seconds);
        return;
    }
    buf b = buf_make(c->arena, 4096);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_int(&o, S("files"), r->files);
    json_put_int(&o, S("unread"), r->unread);
    json_put_int(&o, S("texts"), r->texts);
    json_put_int(&o, S("pictures"), r->pictures);
    json_put_int(&o, S("compared"), r->compared);
    json_put_int(&o, S("findings"), r->findings);
    json_put_int(&o, S("known"), r->known);
    json_put_int(&o, S("draws"), r->draws);
    json_put_int(&o, S("drawn"), r->drawn);
    json_close(&o, '}');
    cli_print(buf_str(&b));
}

static err *redraw(struct cli *c, struct store *store, int *ret_exit)
{
    bool same;
    str why;
    TRY(look_redraw(store, c->arena, cli_text(c, "redraw", ""), &same, &why));
    printf(same ? "复算一致\n" : "复算不一致：%.*s\n", STR_ARG(why));
    *ret_exit = same ? 0 : 1;
    return NULL;
}

static err *run(struct cli *c, int *ret_exit)
{
    AUTO_STORE *store = NULL;
    AUTO_ACTS *acts = NULL;
    struct look_report report;
    struct look_options o = {.now = time_now(), .again = cli_has(c, "again"), .dry = cli_has(c, "dry"),
                             .found = cli_has(c, "json") ? NULL : print_found,
                             .unread = cli_has(c, "json") ? NULL : print_unread};
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    if (cli_has(c, "redraw"))
        return redraw(c, store, ret_exit);
    TRY(acts_open(store, 0, &acts));
    TRY(look_run(store, acts, &o, &report));
    print_report(c, &report);
    *ret_exit = report.findings > 0;
    return NULL;
}

const struct command command_look = {
    "look", "", "比对报告文字、数据和图片，查看限值附近的分布、核实速度，抽取到期的回查；结果只送纪检督察；有新提示时退出码为1",
    (const struct cli_option[]){CLI_DB, CLI_DATA, {"again", NULL, "全部重新比对，不只看新的"}, {"dry", NULL, "只列出，不登记提示，不抽取"},
                                {"redraw", "ID", "由账本复算一次回查抽取，不一致时退出码为1"}, CLI_JSON, {0}},
    0, 0, run};
