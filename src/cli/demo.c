/* xiezhi demo: the demo province in a temporary folder, served on loopback until Ctrl-C, then taken away. */
#include "cli/cli.h"
#include "cli/demo.h"
#include "cli/demo_readings.h"
#include "cli/demo_sky.h"
#include "cli/gateway.h"
#include "cli/signals.h"
#include "papers/papers.h"
#include "look/look.h"
#include "web/web.h"

static const char password[] = "xiezhi-demo-2022"; /* of every account in a store that lives as long as the command */

static err *settings(const struct cli *c, struct demo_options *demo, struct web_options *web)
{
    int64_t seed, port;
    TRY(cli_int(c, "seed", 71, 0, INT64_MAX, &seed));
    TRY(cli_int(c, "port", 8080, 0, 65535, &port));
    demo->seed = (uint64_t)seed;
    demo->small = cli_has(c, "small");
    demo->until = time_now();
    if (cli_has(c, "today")) { /* in the middle of a morning */
        day today;
        TRY(day_parse(cli_text(c, "today", ""), &today));
        demo->until = day_start(today) + 10 * USEC_HOUR + 40 * USEC_MINUTE;
    }
    web->port = (int)port;
    web->address = cli_text(c, "address", "");
    return NULL;
}

/* The detectors once over all days: the demo has something to find. */
static err *look_at_readings(struct acts *acts, struct store *store, struct readings *readings, usec until, int days)
{
    AUTO_WATCH *watch = NULL;
    struct watch_report found;
    TRY(watch_open(store, readings, true, &watch));
    TRY(watch_run(watch, acts, &(struct watch_options){.last = day_of(until) - 1, .days = days}, NULL, NULL, &found));
    printf("研判：%lld个点位，线索%lld条，提示%lld条，用时%.1f秒\n", (long long)found.outlets, (long long)found.clues, (long long)found.hints,
           found.seconds);
    return NULL;
}

static err *make_readings(struct acts *acts, struct store *store, usec until)
{
    struct demo_readings made;
    struct readings *readings;
    usec started = time_monotonic();
    TRY(readings_open(store, READINGS_WRITE, &readings));
    err *bad = demo_readings(acts, readings, until, &made);
    if (!bad) {
        printf("监测数据：%lld个点位，%d日，%lld帧，用时%.1f秒\n", (long long)made.outlets, made.days, (long long)made.frames,
               (double)(time_monotonic() - started) / 1e6);
        bad = look_at_readings(acts, store, readings, until, made.history);
    }
    readings_close(readings); /* the gateway opens them again */
    TRY(bad);
    return NULL;
}

/* So that a code can be looked up before anybody opened the paper. */
static err *print_papers(struct acts *acts, struct store *store)
{
    AUTO_ARENA(a);
    AUTO_DB struct db *d = NULL;
    struct db_rows rows;
    bool more;
    TRY(db_open(store, false, &d));
    TRY(db_query(d, a, "SELECT id FROM paper WHERE void_at IS NULL ORDER BY seq", NULL, &rows));
    VEC(str) ids = {0};
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(a, &ids, db_str(&rows, 0));
    }
    for (size_t i = 0; i < ids.n; i++) {
        str bytes;
        TRY(paper_file(acts, d, a, ids.p[i], &(struct paper_place){S(""), S("")}, &bytes));
    }
    return NULL;
}

/* The look once over all that was handed in, and the back-checks that are due. */
static err *look_at_papers(struct acts *acts, struct store *store, usec until)
{
    struct look_report found;
    TRY(look_run(store, acts, &(struct look_options){.now = until}, &found));
    printf("比对：%lld个文件，廉洁提示%lld条；抽取回查%lld次，抽中%lld份，用时%.1f秒\n", (long long)found.files, (long long)found.findings, (long long)found.draws,
           (long long)found.drawn, found.seconds);
    return NULL;
}

static err *make_province(struct cli *c, struct store *store, struct demo_options *demo, struct demo_account **ret,
                          size_t *ret_n)
{
    AUTO_ACTS *acts = NULL;
    int applied;
    int64_t n = 0;
    usec started = time_monotonic();
    struct progress progress = progress_start("生成示范数据");
    demo->progress = progress_step;
    demo->context = &progress;
    TRY(store_migrate(store, true, &applied));
    TRY(acts_open(store, ACTS_SIMULATE | ACTS_NO_THREAD, &acts));
    TRY(demo_province(acts, c->arena, demo, ret, ret_n, &n));
    progress_end(&progress);
    printf("示范省份：%lld项行为，用时%.1f秒\n", (long long)n, (double)(time_monotonic() - started) / 1e6);
    TRY(print_papers(acts, store));
    TRY(look_at_papers(acts, store, demo->until));
    TRY(make_readings(acts, store, demo->until));
    TRY(demo_sky(acts, c->arena, demo->until));
    for (size_t i = 0; i < *ret_n; i++)
        TRY(web_set_password(store, (*ret)[i].user, str_of(password), false, PASSWORD_TEST));
    return NULL;
}

static err *serve_province(struct cli *c, struct store *store, struct web_options *options,
                           const struct demo_account *accounts, size_t n)
{
    AUTO_ACTS *acts = NULL;
    AUTO_GATEWAY gateway = {0};
    AUTO_WATCH *watch = NULL;
    struct gateway_options loopback = {0};
    struct web *web;
    TRY(acts_open(store, 0, &acts));
    TRY(gateway_service_start(store, &loopback, &gateway));
    options->readings = gateway.readings;
    options->gateway = gateway.gateway;
    TRY(watch_open(store, gateway.readings, false, &watch));
    options->watch = watch;
    TRY(web_start(acts, options, &web));
    for (size_t i = 0; i < n; i++)
        printf("  %-18.*s %.*s（%.*s）：%.*s\n", STR_ARG(accounts[i].user), STR_ARG(accounts[i].role),
               STR_ARG(accounts[i].name), STR_ARG(accounts[i].look));
    printf("口令都是 %s\n打开 http://%.*s:%d/ ，按Ctrl-C结束\n", password,
           STR_ARG(options->address.n ? options->address : S("127.0.0.1")), web_port(web));
    fflush(stdout);
    if (!cli_has(c, "once"))
        signals_wait();
    web_stop(web);
    return NULL;
}

static err *demo(struct cli *c, int *ret_exit)
{
    (void)ret_exit;
    struct demo_options demo = {0};
    struct web_options web = {0};
    struct demo_account *accounts = NULL;
    size_t n = 0;
    str folder;
    TRY(settings(c, &demo, &web));
    signals_block();
    TRY(folder_temporary(c->arena, "demo", &folder));
    AUTO_STORE *store = NULL;
    err *bad = store_open(arena_printf(c->arena, "sqlite:%.*s/demo.db", STR_ARG(folder)), S(""), STORE_CREATE, &store);
    if (!bad)
        bad = make_province(c, store, &demo, &accounts, &n);
    if (!bad)
        bad = serve_province(c, store, &web, accounts, n);
    store_close_at(&store);
    folder_remove(folder);
    return bad;
}

const struct command command_demo = {
    "demo", "", "在临时目录生成示范省份并启动服务，打印地址和各角色的登录账号",
    (const struct cli_option[]){{"address", "IP", "监听地址（默认127.0.0.1）"}, {"port", "N", "端口（默认8080，0为任意空闲端口）"},
                                {"seed", "N", "随机种子（默认71）"}, {"small", NULL, "只生成两个城市，用于试验"},
                                {"today", "DATE", "数据截止的日期（默认今天）"},
                                {"once", NULL, "生成并启动后立即结束，用于测试"}, {0}},
    0, 0, demo};
