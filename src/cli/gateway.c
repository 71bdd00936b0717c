/* xiezhi gateway: the HJ 212 listener as a process of its own, beside `serve` on the same store. Without HTTP: its figures go to a file. */
#include "cli/gateway.h"
#include "cli/signals.h"

#include <pthread.h>
#include <time.h>

enum { METRICS_S = 15 };

/* "10.0.0.2:7212", "[2001:db8::2]:7212", ":7212" */
static err *address_read(const char *option, str text, str *ret_address, int *ret_port)
{
    size_t colon = text.n;
    int64_t port;
    while (colon > 0 && text.p[colon - 1] != ':')
        colon--;
    if (colon == 0 || !str_int64(str_sub(text, colon, text.n), &port) || port < 0 || port > 65535)
        return cli_usage("--%s应为“地址:端口”，读到“%.*s”", option, STR_ARG(text));
    str address = str_sub(text, 0, colon - 1);
    if (str_starts(address, S("[")) && str_ends(address, S("]")))
        address = str_sub(address, 1, address.n - 2);
    *ret_address = address;
    *ret_port = (int)port;
    return NULL;
}

static err *forwards_read(struct cli *c, const char *option, struct gateway_options *ret)
{
    VEC(struct gateway_forward) list = {0};
    for (str rest = cli_text(c, option, NULL), one; str_next(&rest, ',', &one);) {
        struct gateway_forward f;
        TRY(address_read(option, str_trim(one), &f.address, &f.port));
        if (f.address.n == 0 || f.port == 0)
            return cli_usage("--%s要写明上级平台的地址和端口，读到“%.*s”", option, STR_ARG(one));
        vec_push(c->arena, &list, f);
    }
    ret->forwards = list.p;
    ret->forwards_n = list.n;
    return NULL;
}

err *gateway_options_read(struct cli *c, const char *listen, const char *prefix, struct gateway_options *ret)
{
    const char *name[4];
    static const char *const flag[] = {"listed-only", "proxy", "2025", "forward"};
    for (int i = 0; i < 4; i++)
        name[i] = arena_printf(c->arena, "%s%s", prefix, flag[i]).p;
    TRY(address_read(listen, cli_text(c, listen, ""), &ret->address, &ret->port));
    ret->listed_only = cli_has(c, name[0]);
    ret->proxy_protocol = cli_has(c, name[1]);
    ret->edition_2025 = cli_has(c, name[2]);
    return forwards_read(c, name[3], ret);
}

err *gateway_service_start(struct store *s, const struct gateway_options *o, struct gateway_service *ret)
{
    struct gateway_service g = {0};
    TRY(readings_open(s, READINGS_WRITE, &g.readings));
    err *e = gateway_start(s, g.readings, o, &g.gateway);
    if (e) {
        readings_close(g.readings);
        return err_seen_(e, HERE);
    }
    printf("HJ 212网关 %.*s:%d\n", STR_ARG(o->address.n ? o->address : S("127.0.0.1")), gateway_port(g.gateway));
    fflush(stdout);
    *ret = g;
    return NULL;
}

err *readings_for_pages(struct store *s, struct gateway_service *ret)
{
    err *e = readings_open(s, READINGS_READ, &ret->readings);
    return e && e->kind == ERR_MISSING ? NULL : e;
}

void watch_close_at(struct watch **w)
{
    watch_close(*w);
    *w = NULL;
}

void gateway_service_stop(struct gateway_service *g)
{
    gateway_stop(g->gateway);
    readings_close(g->readings);
    *g = (struct gateway_service){0};
}

/* ---- figures without HTTP ---- */
struct figures { struct gateway *gateway; str path; pthread_mutex_t lock; pthread_cond_t ending; bool end; };

static void figures_write(struct figures *f)
{
    AUTO_ARENA(a);
    buf b = buf_make(a, 256 << 10);
    gateway_metrics_text(f->gateway, &b);
    err *e = file_write_atomic(f->path, buf_str(&b), 0644);
    if (e)
        log_err("gateway-metrics", e);
    err_clear();
}

static void *figures_run(void *context)
{
    struct figures *f = context;
    pthread_mutex_lock(&f->lock);
    while (!f->end) {
        figures_write(f);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += METRICS_S;
        pthread_cond_timedwait(&f->ending, &f->lock, &until);
    }
    pthread_mutex_unlock(&f->lock);
    return NULL;
}

static void wait_with_figures(struct gateway *g, str path)
{
    struct figures f = {.gateway = g, .path = path, .lock = PTHREAD_MUTEX_INITIALIZER, .ending = PTHREAD_COND_INITIALIZER};
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, figures_run, &f) == 0);
    signals_wait();
    pthread_mutex_lock(&f.lock);
    f.end = true;
    pthread_cond_signal(&f.ending);
    pthread_mutex_unlock(&f.lock);
    pthread_join(thread, NULL);
}

static err *gateway(struct cli *c, int *ret_exit)
{
    (void)ret_exit;
    struct gateway_options o = {0};
    int64_t connections, idle;
    AUTO_STORE *store = NULL;
    AUTO_GATEWAY g = {0};
    if (!cli_has(c, "listen"))
        return cli_usage("缺少--listen：监听的地址和端口，例如--listen 0.0.0.0:7212");
    TRY(gateway_options_read(c, "listen", "", &o));
    TRY(cli_int(c, "connections", GATEWAY_CONNECTIONS, 1, 100 * GATEWAY_CONNECTIONS, &connections));
    TRY(cli_int(c, "idle", GATEWAY_IDLE_S, 1, 7 * 24 * 3600, &idle));
    o.connections = (int)connections;
    o.idle_s = (int)idle;
    o.answer_always = cli_has(c, "answer-always");
    signals_block();
    TRY(cli_store_current(c, STORE_EXISTING, &store));
    TRY(gateway_service_start(store, &o, &g));
    str path = cli_text(c, "metrics", NULL);
    if (path.p)
        wait_with_figures(g.gateway, path);
    else
        signals_wait();
    return NULL;
}

const struct command command_gateway = {
    "gateway", "", "启动HJ 212网关：单独的进程，与serve共用一个库",
    (const struct cli_option[]){
        CLI_DB, CLI_DATA, {"listen", "ADDR:PORT", "监听地址和端口，如0.0.0.0:7212；端口0为任意空闲端口"},
        {"listed-only", NULL, "只收已登记点位的设备；其余拒收，按平台原因记录"},
        {"proxy", NULL, "前面是nginx（stream）：连接以PROXY协议开头，由它说明设备地址"},
        {"forward", "ADDR:PORT,…", "把收下的报文逐字节转发给这些上级平台"}, {"2025", NULL, "按HJ 212-2025读报文"},
        {"answer-always", NULL, "不要求应答的上传也应答（部分2005版设备会一直等）"},
        {"connections", "N", "最多连接数（默认10000）"}, {"idle", "SECONDS", "连接多久没有字节就关闭（默认1800）"},
        {"metrics", "FILE", "每15秒把运行指标写入此文件（Prometheus文本格式）"}, {0}},
    0, 0, gateway};
