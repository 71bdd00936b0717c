/* xiezhi serve: pages and API on one store, and the gateway if it is asked for, until SIGINT or SIGTERM. */
#include "cli/anchor.h"
#include "cli/cli.h"
#include "cli/gateway.h"
#include "cli/signals.h"
#include "web/web.h"

static err *door(const struct cli *c, enum web_door *ret)
{
    bool inside = cli_has(c, "inside"), outside = cli_has(c, "outside");
    *ret = inside == outside ? DOOR_BOTH : inside ? DOOR_INSIDE : DOOR_OUTSIDE;
    return inside && outside ? cli_usage("--inside和--outside是两个门，请各开一个进程") : NULL;
}

static err *options(const struct cli *c, struct web_options *ret)
{
    int64_t port, workers;
    TRY(door(c, &ret->door));
    TRY(cli_int(c, "port", 8080, 0, 65535, &port));
    TRY(cli_int(c, "workers", 0, 0, 512, &workers));
    ret->port = (int)port;
    ret->workers = (int)workers;
    ret->address = cli_text(c, "address", "");
    ret->cookie_secure = cli_has(c, "tls-in-front");
    ret->certificate = cli_text(c, "certificate", "");
    ret->outside_address = cli_text(c, "outside-address", "");
    if (cli_has(c, "site-ca"))
        TRY(file_read(c->arena, cli_text(c, "site-ca", ""), LIMIT_CERTIFICATE, &ret->site_ca));
    return NULL;
}

static err *serve(struct cli *c, int *ret_exit)
{
    (void)ret_exit;
    struct web_options o = {0};
    struct gateway_options gateway = {0};
    struct web *web;
    AUTO_STORE *store = NULL;
    AUTO_ACTS *acts = NULL;
    AUTO_GATEWAY g = {0};
    AUTO_WATCH *watch = NULL; /* closed before the readings it looks at */
    TRY(options(c, &o));
    if (cli_has(c, "gateway"))
        TRY(gateway_options_read(c, "gateway", "gateway-", &gateway));
    signals_block();
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(acts_open(store, 0, &acts));
    if (cli_has(c, "gateway"))
        TRY(gateway_service_start(store, &gateway, &g));
    else
        TRY(readings_for_pages(store, &g));
    o.readings = g.readings;
    o.gateway = g.gateway;
    if (g.readings)
        TRY(watch_open(store, g.readings, false, &watch));
    o.watch = watch;
    TRY(web_start(acts, &o, &web));
    printf("http://%.*s:%d/\n", STR_ARG(o.address.n ? o.address : S("127.0.0.1")), web_port(web));
    fflush(stdout);
    struct anchor_keeper *keeper = anchor_keeper_start(acts);
    signals_wait();
    anchor_keeper_stop(keeper);
    web_stop(web);
    return NULL;
}

const struct command command_serve = {
    "serve", "", "启动服务：页面和接口，可带HJ 212网关",
    (const struct cli_option[]){
        CLI_DB, CLI_DATA, {"address", "IP", "监听地址（默认127.0.0.1）"}, {"port", "N", "端口（默认8080，0为任意空闲端口）"},
        {"inside", NULL, "内网门：执法人员和管理员"}, {"outside", NULL, "外网门：第三方、相对人、公众；其余一律404"},
        {"outside-address", "URL", "印在告知书上的外网地址（不填则只印电话）"},
        {"site-ca", "FILE", "站点证书机构的证书（PEM），供“手机准备”页面安装"},
        {"certificate", "FILE", "前面代理所用的TLS证书，系统自检看它何时到期"},
        {"tls-in-front", NULL, "前面有TLS代理：会话Cookie加Secure"}, {"workers", "N", "工作线程数"},
        {"gateway", "ADDR:PORT", "同时启动HJ 212网关，如0.0.0.0:7212"}, {"gateway-listed-only", NULL, "网关只收已登记点位的设备"},
        {"gateway-proxy", NULL, "网关前面是nginx（stream），以PROXY协议说明设备地址"},
        {"gateway-forward", "ADDR:PORT,…", "网关把收下的报文转发给这些上级平台"}, {"gateway-2025", NULL, "网关按HJ 212-2025读报文"},
        {0}},
    0, 0, serve};
