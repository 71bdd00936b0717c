/* xiezhi monitor watch: the detectors over the readings store; what they find is kept, and with --report the strongest become clues. */
#include <string.h>
#include "cli/cli.h"
#include "monitor/watch/watch.h"

static void print_finding(const struct watch_finding *f)
{
    static const char *const state[] = {"待报告", "已报告", "延续", "未通过误报控制"};
    printf("%s %s %.*s %.*s\n  %.*s\n", f->level == LEVEL_CLUE ? "线索" : "提示", state[f->state], STR_ARG(f->id), STR_ARG(f->name), STR_ARG(f->sentence));
}

static err *print_findings(struct cli *c, struct watch *w)
{
    struct watch_filter filter = {.level = cli_has(c, "all") ? -1 : LEVEL_CLUE, .outlet = cli_text(c, "outlet", "")};
    str after = STR_NONE;
    size_t n;
    do {
        AUTO_ARENA(a);
        struct watch_finding *list;
        TRY(watch_findings(w, a, &filter, after, LIMIT_WATCH_FINDINGS, &list, &n));
        for (size_t i = 0; i < n; i++)
            if (cli_has(c, "json"))
                cli_print(list[i].json);
            else
                print_finding(&list[i]);
        after = n ? arena_str(c->arena, list[n - 1].id) : after;
    } while (n == LIMIT_WATCH_FINDINGS);
    return NULL;
}

static void print_report(struct cli *c, const struct watch_report *r)
{
    if (cli_has(c, "json")) {
        buf b = buf_make(c->arena, 4096);
        struct json_out o = {&b, false};
        json_open(&o, '{');
        json_key(&o, S("summary"));
        json_open(&o, '{');
        json_put_int(&o, S("outlets"), r->outlets);
        json_put_int(&o, S("skipped"), r->skipped);
        json_put_int(&o, S("readings"), r->readings);
        json_put_int(&o, S("hints"), r->hints);
        json_put_int(&o, S("clues"), r->clues);
        json_put_int(&o, S("continued"), r->continued);
        json_put_int(&o, S("unsure"), r->unsure);
        json_put_int(&o, S("reported"), r->reported);
        json_put_int(&o, S("held_back"), r->held_back);
        json_put_int(&o, S("narrowed"), r->narrowed);
        json_put_int(&o, S("wide"), r->wide);
        json_close(&o, '}');
        json_close(&o, '}');
        cli_print(buf_str(&b));
        return;
    }
    printf("研判%lld个点位（另有%lld个已研判过），%lld个数值，用时%.1f秒：新线索%lld条（延续%lld条），提示%lld条，未通过误报控制%lld条；报告%lld条，留待以后%lld条\n",
           (long long)r->outlets, (long long)r->skipped, (long long)r->readings, r->seconds, (long long)r->clues, (long long)r->continued,
           (long long)r->hints, (long long)r->unsure, (long long)r->reported, (long long)r->held_back);
    if (r->wide)
        printf("其中%lld个点位的因子超过一张表的%d列，其余未研判，日志（watch-wide）写明是哪些\n", (long long)r->wide, LIMIT_TABLE_COLUMNS);
    if (r->narrowed)
        printf("其中%lld个点位的分钟数据过多，分钟只看了最近若干天，小时看了全部\n", (long long)r->narrowed);
}

static err *replay(struct cli *c, struct watch *w, int *ret_exit)
{
    str json;
    bool same;
    TRY(watch_replay(w, c->arena, cli_text(c, "replay", ""), &json, &same));
    cli_print(json);
    if (!same)
        fprintf(stderr, "复算结果与当时不同\n");
    *ret_exit = same ? 0 : 1;
    return NULL;
}

static err *span(struct cli *c, struct watch_options *o)
{
    int64_t days, workers;
    str last = cli_text(c, "last", "");
    TRY(cli_int(c, "days", WATCH_SPAN_DAYS, 2, WATCH_SPAN_MOST, &days));
    TRY(cli_int(c, "workers", 0, 0, WATCH_WORKERS_MOST, &workers));
    *o = (struct watch_options){.last = day_of(time_now()) - 1, .days = (int)days, .workers = (int)workers, .outlet = cli_text(c, "outlet", ""),
                                .light = cli_has(c, "light"), .again = cli_has(c, "again")};
    return last.n ? err_at(day_parse(last, &o->last), S("--last")) : NULL;
}

static err *watch_with(struct cli *c, struct store *store, struct readings *r, int *ret_exit)
{
    struct watch_options o;
    struct watch_report report;
    struct watch *w;
    AUTO_ACTS *acts = NULL;
    TRY(span(c, &o));
    TRY(watch_open(store, r, true, &w));
    struct progress progress = progress_start("研判监测数据");
    err *e = cli_has(c, "replay") ? replay(c, w, ret_exit) : cli_has(c, "report") ? acts_open(store, 0, &acts) : NULL;
    if (!e && !cli_has(c, "replay")) {
        e = watch_run(w, acts, &o, progress_step, &progress, &report);
        progress_end(&progress);
        if (!e)
            e = print_findings(c, w);
        if (!e)
            print_report(c, &report);
        *ret_exit = !e && report.clues + report.continued > 0;
    }
    watch_close(w);
    return e;
}

static err *run(struct cli *c, int *ret_exit)
{
    struct readings *r;
    AUTO_STORE *store = NULL;
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(readings_open(store, READINGS_READ, &r));
    err *e = watch_with(c, store, r, ret_exit);
    readings_close(r);
    return e;
}

const struct command command_monitor_watch = {
    "monitor watch", "", "研判库中的监测数据：保存结果，--report把最重的报告为线索；有新线索时退出码为1",
    (const struct cli_option[]){
        CLI_DB, CLI_DATA, {"last", "DATE", "看到哪一天（默认昨天）"}, {"days", "N", "往前看多少天（默认92）"},
        {"outlet", "ID", "只看一个点位"}, {"light", NULL, "只用轻量规则"}, {"again", NULL, "已研判过的时段也再看一遍"},
        {"all", NULL, "连提示一起列出"}, {"report", NULL, "在每个机构每日上限内报告为线索"}, {"workers", "N", "线程数（默认每核一个）"},
        {"replay", "ID", "用当时所知的数据复算一个研判结果，字节不同时退出码为1"}, CLI_JSON, {0}},
    0, 0, run};
