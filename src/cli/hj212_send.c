/*
 * xiezhi hj212 send: a fleet of loggers that do not exist, towards a gateway that does: for trying out a gateway, for
 * measuring one, for making captures (--dry-run). The same seed sends the same bytes. Exit 1 when a frame stayed
 * without its answer.
 */
#include "cli/cli.h"
#include "monitor/fleet/fleet.h"

#include <string.h>

static const struct cli_option options[] = {
    {"to", "ADDR:PORT", "网关地址，如127.0.0.1:9212（不用--dry-run时必填）"},
    {"loggers", "N", "数采仪台数，1至10000（默认1）"},
    {"seed", "N", "种子：相同的种子发出相同的字节（默认1）"},
    {"minutes", "N", "报送多少分钟的数据（默认60）"},
    {"from", "TIME", "数据起始时间，如2026-03-02T00:00:00+08:00（默认：到现在为止的这些分钟）"},
    {"rate", "N", "全部数采仪合计每秒最多多少帧（默认不限）"},
    {"window", "N", "每台数采仪未得到应答的帧最多几帧，1至64（默认1，即标准的一问一答）"},
    {"edition", "YEAR", "2005、2017、2025或mix（默认mix，按实际占比混合）"},
    {"live", NULL, "同时每30秒报送实时数据（2011）"},
    {"dialects", NULL, "按实际占比带上各厂商的方言（校验码、长度、大小写等）"},
    {"faults", "PERMILLE", "千分之几的帧出故障：断帧、噪声、半截连接、重连"},
    {"skew", "SECONDS", "数采仪时钟最多偏差多少秒"},
    {"resubmit", "PERMILLE", "千分之几的分钟数据稍后补传一次"},
    {"encrypt", NULL, "2025版数采仪用标准的测试密钥加密数据段"},
    {"no-wait", NULL, "不等应答"},
    {"seconds", "N", "到时即停（默认发完为止）"},
    {"dry-run", NULL, "不连网，把要发的字节写到标准输出"},
    CLI_JSON,
    {0}};

static const uint8_t test_key[16] = {[0 ... 15] = 0x30}; /* the standard's */

static err *read_address(const struct cli *c, struct fleet_options *o)
{
    str to = cli_text(c, "to", NULL);
    if (!to.p)
        return cli_has(c, "dry-run") ? NULL : cli_usage("缺少--to：网关的地址和端口，例如--to 127.0.0.1:9212");
    size_t colon = to.n;
    while (colon > 0 && to.p[colon - 1] != ':')
        colon--;
    int64_t port;
    if (colon < 2 || !str_int64(str_sub(to, colon, to.n), &port) || port < 1 || port > 65535)
        return cli_usage("--to应为“地址:端口”，读到“%.*s”", STR_ARG(to));
    o->address = str_sub(to, 0, colon - 1);
    if (str_starts(o->address, S("[")) && str_ends(o->address, S("]")))
        o->address = str_sub(o->address, 1, o->address.n - 2);
    o->port = (int)port;
    return NULL;
}

static err *read_edition(const struct cli *c, struct fleet_options *o)
{
    static const struct {
        const char *name;
        int bits;
    } editions[] = {{"mix", 0}, {"2005", 1 << HJ_2005}, {"2017", 1 << HJ_2017}, {"2025", 1 << HJ_2025}};
    str name = cli_text(c, "edition", "mix");
    for (size_t i = 0; i < sizeof editions / sizeof *editions; i++)
        if (str_eq(name, str_of(editions[i].name))) {
            o->editions = editions[i].bits;
            return NULL;
        }
    return cli_usage("--edition应为2005、2017、2025或mix，读到“%.*s”", STR_ARG(name));
}

static err *read_from(const struct cli *c, struct fleet_options *o)
{
    str from = cli_text(c, "from", NULL);
    if (!from.p) {
        usec now = time_now();
        o->from = now - now % USEC_MINUTE - o->minutes * USEC_MINUTE;
        return NULL;
    }
    TRY(time_parse(from, &o->from));
    if (o->from % USEC_MINUTE != 0)
        return cli_usage("--from应为整分钟，读到“%.*s”", STR_ARG(from));
    return NULL;
}

static err *read_options(const struct cli *c, struct fleet_options *o)
{
    int64_t loggers, seed, minutes, window, faults, skew, resubmit, seconds;
    TRY(read_address(c, o));
    TRY(cli_int(c, "loggers", 1, 1, FLEET_LOGGERS, &loggers));
    TRY(cli_int(c, "seed", 1, 0, INT64_MAX, &seed));
    TRY(cli_int(c, "minutes", 60, 1, FLEET_MINUTES, &minutes));
    TRY(cli_int(c, "rate", 0, 0, 10000000, &o->rate));
    TRY(cli_int(c, "window", 1, 1, FLEET_WINDOW, &window));
    TRY(cli_int(c, "faults", 0, 0, 1000, &faults));
    TRY(cli_int(c, "skew", 0, 0, 86400, &skew));
    TRY(cli_int(c, "resubmit", 0, 0, 1000, &resubmit));
    TRY(cli_int(c, "seconds", 0, 0, 86400, &seconds));
    TRY(read_edition(c, o));
    o->loggers = (int)loggers;
    o->seed = (uint64_t)seed;
    o->minutes = (int)minutes;
    o->window = (int)window;
    o->faults_permille = (int)faults;
    o->clock_skew_s = (int)skew;
    o->resubmit_permille = (int)resubmit;
    o->seconds = (int)seconds;
    o->live = cli_has(c, "live");
    o->dialects = cli_has(c, "dialects");
    o->no_wait = cli_has(c, "no-wait");
    o->sm4_key = cli_has(c, "encrypt") ? test_key : NULL;
    return read_from(c, o);
}

/* A logger at a time: memory for one of them. */
static err *dry_run(const struct fleet_options *o)
{
    for (int i = 0; i < o->loggers; i++) {
        AUTO_ARENA(a);
        buf b = buf_make(a, SIZE_MAX / 4);
        TRY(fleet_frames(o, i, &b));
        if (fwrite(b.p, 1, b.n, stdout) != b.n)
            return err_errno(S("写标准输出"));
    }
    return NULL;
}

static void print_report(const struct cli *c, const struct fleet_report *r)
{
    double rate = r->seconds > 0 ? (double)r->sent / r->seconds : 0;
    if (!cli_has(c, "json")) {
        printf("发出%lld帧（%lld字节），其中%lld帧不要求应答；得到应答%lld，重发%lld，放弃%lld；连接%lld次\n",
               (long long)r->sent, (long long)r->bytes, (long long)r->unasked, (long long)r->answered,
               (long long)r->repeated, (long long)r->given_up, (long long)r->connects);
        printf("用时%.2f秒，每秒%.0f帧；应答时间：一半在%.2f毫秒以内，99%%在%.2f毫秒以内，最长%.2f毫秒%s\n", r->seconds,
               rate, (double)r->answer_us_p50 / 1e3, (double)r->answer_us_p99 / 1e3, (double)r->answer_us_max / 1e3,
               r->stopped ? "；到时停止，没有发完" : "");
        return;
    }
    buf b = buf_make(c->arena, 1024);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_int(&o, S("sent"), r->sent);
    json_put_int(&o, S("unasked"), r->unasked);
    json_put_int(&o, S("answered"), r->answered);
    json_put_int(&o, S("repeated"), r->repeated);
    json_put_int(&o, S("given_up"), r->given_up);
    json_put_int(&o, S("connects"), r->connects);
    json_put_int(&o, S("bytes"), r->bytes);
    json_put_int(&o, S("milliseconds"), (int64_t)(r->seconds * 1000));
    json_put_int(&o, S("frames_per_second"), (int64_t)rate);
    json_put_int(&o, S("answer_us_p50"), r->answer_us_p50);
    json_put_int(&o, S("answer_us_p99"), r->answer_us_p99);
    json_put_int(&o, S("answer_us_max"), r->answer_us_max);
    json_put_bool(&o, S("stopped"), r->stopped);
    json_close(&o, '}');
    cli_print(buf_str(&b));
}

static err *run(struct cli *c, int *ret_exit)
{
    struct fleet_options o = {0};
    TRY(read_options(c, &o));
    if (cli_has(c, "dry-run"))
        return dry_run(&o);
    struct progress p = progress_start("发送");
    struct fleet_report r;
    err *e = fleet_run(&o, NULL, &p, progress_step, &r);
    progress_end(&p);
    if (e)
        return err_seen_(e, HERE);
    print_report(c, &r);
    *ret_exit = r.given_up > 0 || r.stopped;
    return NULL;
}

const struct command command_hj212_send = {.name = "hj212 send",
                                           .arguments = "",
                                           .summary = "模拟一批数采仪，按HJ 212向网关报送",
                                           .options = options,
                                           .run = run};
