/*
 * One device: what it is like (the profile the gateway learned, with its versions), what happened to it, and where its frames
 * depart from the letter. The report is for whoever mends the device: it can be printed, and says nothing about emissions.
 */
#include "web/monitor.h"

static err *device_outlets(struct request *q, struct out *o, str mn)
{
    const struct thing *t = thing_find(S("outlets"));
    struct thing_filter filter = {S("mn"), mn};
    struct thing_query query = {.thing = t, .reader = &q->reader, .text = S(""), .filters = &filter, .filters_n = 1, .after = S(""), .limit = 20};
    struct thing_page page;
    struct db *d;
    if (!(q->reader.roles & ROLES_MONITOR))
        return NULL;
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &query, &page));
    size_t n = thing_columns(t);
    for (size_t i = 0; i < page.n; i++)
        w(o, H("<dt>点位</dt><dd><a href=\"/monitor/"), U(page.row[i][n].s), H("\">"), page.row[i][n + 1].s, H("</a></dd>"));
    if (!page.n)
        w(o, H("<dt>点位</dt><dd><span class=\"badge late\">未登记的设备</span></dd>"));
    return NULL;
}

static const char *finding_sentence(str name)
{
    for (int i = 0; i < HJ_FINDINGS; i++)
        if (str_eq(name, str_of(hj_finding_name((enum hj_finding)i))))
            return hj_finding_text((enum hj_finding)i);
    return NULL;
}

static err *example(struct request *q, struct readings *r, struct out *o, struct spool_place place)
{
    struct spool_frame f;
    struct spool_clock clock;
    if (!(q->reader.roles & ROLES_SUPERVISE) || spool_get(r, q->a, place, &f, &clock)) {
        err_clear(); /* an example that is gone leaves the finding as it is */
        w(o, H("第"), place.batch, H("批第"), place.at + 1, H("条"));
        return NULL;
    }
    str head = utf8_bad(f.raw) < 0 ? utf8_clip(f.raw, 120) : S("");
    w(o, H("<details><summary>第"), place.batch, H("批第"), place.at + 1, H("条</summary><code class=\"bytes\">"), head, H("</code></details>"));
    return NULL;
}

static err *conformance(struct request *q, struct readings *r, struct out *o, str mn)
{
    struct device_finding *f;
    size_t n;
    TRY(device_findings(r, q->a, mn, &f, &n));
    w(o, H("<section class=\"card\"><h2>合规性报告</h2><p class=\"muted\">报文与HJ 212的文字不符之处。不影响数据采纳，供设备厂家整改；不是对排污行为的判断。</p>"));
    if (!n) {
        w(o, H("<p class=\"fine\">没有发现与规范不符之处。</p></section>"));
        return NULL;
    }
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">问题</th><th scope=\"col\" class=\"number\">次数</th><th scope=\"col\">首次</th><th scope=\"col\">最近</th>"
           "<th scope=\"col\">示例报文</th></tr></thead><tbody>"));
    for (size_t i = 0; i < n; i++) {
        const char *sentence = finding_sentence(f[i].name);
        w(o, H("<tr><td data-label=\"问题\"><span>"), sentence ? str_of(sentence) : f[i].name, H("</span></td><td class=\"number\" data-label=\"次数\">"), f[i].count,
          H("</td><td class=\"time\" data-label=\"首次\">"), time_chinese(q->a, f[i].first), H("</td><td class=\"time\" data-label=\"最近\">"),
          time_chinese(q->a, f[i].last), H("</td><td data-label=\"示例报文\"><span>"));
        TRY(example(q, r, o, f[i].example));
        w(o, H("</span></td></tr>"));
    }
    w(o, H("</tbody></table></div></section>"));
    return NULL;
}

/* ---- profile ---- */
static str profile_word(str value)
{
    static const char *const words[][2] = {
        {"right", "长度正确"}, {"wrong", "长度有误"}, {"asked", "请求应答"}, {"not-asked", "不请求应答"}, {"all-the-same", "不请求也等应答"},
        {"begin", "以开始时刻为时间"}, {"end", "以结束时刻为时间"}, {"unknown", "尚不能判断"}, {"2005", "2005年版"}, {"2017", "2017年版"}, {"2025", "2025年版"}};
    for (uint8_t i = 0; i < HJ_CRC_KINDS; i++)
        if (str_eq(value, str_of(hj_crc_name((enum hj_crc)i))))
            return str_of(crc_text(i));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(value, str_of(words[i][0])))
            return str_of(words[i][1]);
    return value;
}

static str item_text(struct arena *a, const struct json *j)
{
    buf b = buf_make(a, 64 << 10);
    if (j->kind == JSON_STRING)
        return profile_word(j->string);
    if (j->kind == JSON_OBJECT && json_get(j, S("name"))) {
        const struct json *least = json_get(j, S("least")), *most = json_get(j, S("most"));
        return arena_printf(a, "%.*s（%lld至%lld位小数）", STR_ARG(json_string(j, S("name"))), least ? (long long)least->i : 0,
                            most ? (long long)most->i : 0);
    }
    json_tree(&(struct json_out){&b, false}, j);
    return buf_str(&b);
}

static void profile_member(struct request *q, struct out *o, const struct json *j)
{
    static const char *const labels[][2] = {
        {"editions", "协议版本"}, {"edition", "协议版本"}, {"crc", "校验码"}, {"lengths", "长度字段"}, {"length_off", "长度偏差（字节）"}, {"answers", "应答"},
        {"commands", "用过的命令"}, {"items", "上报的项目"}, {"sources", "来自网络"}, {"stamp_hour", "小时数据"}, {"stamp_day", "日数据"},
        {"minute_s", "分钟数据间隔（秒）"}, {"clock_ms", "设备时钟偏差（毫秒）"}, {"jitter_ms", "抖动（毫秒）"}};
    const char *label = NULL;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (str_eq(j->key, str_of(labels[i][0])))
            label = labels[i][1];
    if (!label || (j->kind == JSON_ARRAY && !j->n)) /* digests and counters are the gateway's own */
        return;
    w(o, H("<dt>"), label, H("</dt><dd>"));
    if (j->kind != JSON_ARRAY)
        w(o, item_text(q->a, j));
    for (size_t i = 0; j->kind == JSON_ARRAY && i < j->n; i++)
        w(o, i ? S("、") : S(""), item_text(q->a, &j->child[i]));
    w(o, H("</dd>"));
}

static err *profile_version(struct request *q, struct readings *r, struct out *o, str mn, int32_t version, int32_t *ret_version)
{
    str json;
    const struct json *tree;
    TRY(device_profile(r, q->a, mn, version, &json, ret_version));
    if (!json.n)
        return err_new(ERR_MISSING, "没有档案");
    TRY(json_parse(q->a, json, 256 << 10, &tree));
    w(o, H("<h3>第"), (int)*ret_version, H("版"), version < 0 ? H("（现行）") : H(""), H("</h3><dl class=\"facts\">"));
    for (size_t i = 0; i < tree->n; i++)
        profile_member(q, o, &tree->child[i]);
    w(o, H("</dl>"));
    return NULL;
}

/* Newest first; a version that is not there ends the list. */
static err *profiles(struct request *q, struct readings *r, struct out *o, str mn)
{
    enum { SHOWN = 10 };
    int32_t version = -1, got;
    for (int i = 0; i < SHOWN; i++) {
        err *e = profile_version(q, r, o, mn, version, &got);
        if (e && e->kind != ERR_MISSING)
            return e;
        if (e) {
            err_clear();
            if (!i)
                w(o, H("<p class=\"muted\">还没有学得这台设备的习惯。</p>"));
            break;
        }
        if (got == 0)
            break;
        version = got - 1;
    }
    return NULL;
}

/* ---- events ---- */
static str device_event_word(str kind)
{
    static const char *const words[][2] = {{"profile", "档案变化"}, {"server-down", "平台停机"}, {"clock-jump", "平台时钟跳变"}, {"bad-crc", "校验码不符"},
                                           {"refused-network", "来自名单外的网络"}, {"two-places", "同一编码两处上报"}, {"noise", "无法识别的字节"}, {"new", "首次出现"}, {"connect", "连接"}, {"boot", "开机"}, {"clock", "对时"},
                                           {"duplicate-mn", "同一编码两处上报"}, {"flood", "上报过密"}, {"refused", "拒绝接入"}, {"silence", "中断"},
                                           {"calibration", "校准"}, {"parameter", "参数变化"}, {"visit", "现场访问"}, {"command", "命令"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(kind, str_of(words[i][0])))
            return str_of(words[i][1]);
    return kind;
}

static err *events(struct request *q, struct readings *r, struct out *o, str mn)
{
    struct device_event *e;
    size_t n;
    TRY(device_events(r, q->a, mn, q->now - 400 * USEC_DAY, q->now + USEC_DAY, 100, &e, &n));
    if (!n)
        return NULL;
    w(o, H("<section class=\"card\"><h2>设备事件</h2><ol class=\"timeline\">"));
    for (size_t i = 0; i < n; i++)
        w(o, H("<li><b>"), device_event_word(e[i].kind), H("</b> "), e[i].detail, H("<br>"), time_chinese(q->a, e[i].at), H("</li>"));
    w(o, H("</ol></section>"));
    return NULL;
}

err *page_device(struct request *q, struct response *r)
{
    struct readings *store;
    struct device d;
    bool allowed, known;
    str mn = q->part[0];
    TRY(monitor_on(q, &store));
    TRY(device_allowed(q, mn, &allowed));
    if (allowed)
        TRY(device_seen(store, q->a, mn, &d, &known));
    if (!allowed || !known)
        return err_new(ERR_MISSING, "没有这台设备的记录，或不在您的查看范围内");
    struct out *o = page_begin(q, mn);
    w(o, H("<p class=\"muted\">"), q->reader.roles & ROLES_HEALTH ? H("<a href=\"/monitor/health\">联网状况</a>") : H("<a href=\"/monitor\">监测点位</a>"),
      H(" / 设备</p><h1>"), mn, H("</h1><section class=\"card\"><dl class=\"facts\">"));
    TRY(device_outlets(q, o, mn));
    w(o, H("<dt>首次上报</dt><dd>"), time_chinese(q->a, d.first_seen), H("</dd><dt>最近上报</dt><dd>"), time_chinese(q->a, d.last_seen), H("（"),
      age_text(q->a, q->now, d.last_seen), H("）</dd><dt>报文</dt><dd>"), d.frames, H("条，补报"), d.resubmitted, H("条，隔离"), d.quarantined, H("条</dd>"));
    if (q->reader.roles & ROLES_INSIDE)
        w(o, H("<dt>最近地址</dt><dd>"), d.peer, H("</dd>"));
    w(o, H("</dl></section>"));
    TRY(conformance(q, store, o, mn));
    if (q->reader.roles & ROLES_INSIDE) {
        w(o, H("<section class=\"card\"><h2>设备档案</h2>"));
        TRY(profiles(q, store, o, mn));
        w(o, H("</section>"));
        TRY(events(q, store, o, mn));
    }
    page_end(q, o, r, 200);
    return NULL;
}
