/*
 * Is the platform listening, and are the devices speaking? What failed on our side stands first and by its own name (平台原因): it
 * is nobody's finding. Administrators see devices here, never a plant's values.
 */
#include "web/monitor.h"

enum { DEVICES_SHOWN = 50, DEVICES_STEP = 200, DEVICES_SIFTED = 20000, CAUSE_ROWS = 200 };

/* ---- the gateway of this process ---- */
static str seconds_text(struct arena *a, int64_t us)
{
    return us < 1000000 ? arena_printf(a, "%.1f毫秒", (double)us / 1e3) : arena_printf(a, "%.1f秒", (double)us / 1e6);
}

static void crc_rows(struct out *o, const struct gateway_metrics *m)
{
    w(o, H("<h3>校验码类别</h3><div class=\"scroll\"><table class=\"numbers\"><thead><tr><th scope=\"col\">类别</th><th scope=\"col\">报文数</th></tr></thead><tbody>"));
    for (uint8_t i = 0; i < HJ_CRC_KINDS; i++)
        w(o, H("<tr><td>"), crc_text(i), H("</td><td class=\"number\">"), m->crc[i], H("</td></tr>"));
    w(o, H("</tbody></table></div>"));
}

static void gateway_box(struct request *q, struct out *o)
{
    const struct web_options *w_ = &q->web->options;
    struct gateway_metrics m = {0};
    w(o, H("<section class=\"card\"><h2>接收服务</h2>"));
    if (!w_->gateway_read) {
        w(o, H("<p class=\"muted\">接收服务不在本进程运行；其状况见该进程的 /metrics。</p></section>"));
        return;
    }
    w_->gateway_read(w_->gateway_context, &m);
    usec up = q->now - q->web->started;
    w(o, H("<dl class=\"facts\"><dt>连接</dt><dd>"), m.connections, H("（累计"), m.connections_total, H("）</dd><dt>报文</dt><dd>"), m.frames,
      H("条，平均每秒"), arena_printf(q->a, "%.1f", up > 0 ? (double)m.frames / ((double)up / 1e6) : 0), H("条；重复"), m.duplicates, H("条</dd><dt>隔离的字节段</dt><dd>"),
      m.stretches, H("</dd><dt>应答</dt><dd>"), m.answers, H("次，自收到至应答：中位"), seconds_text(q->a, m.answer_us_p50), H("，99%在"),
      seconds_text(q->a, m.answer_us_p99), H("以内</dd><dt>提交</dt><dd>"), m.commits, H("次，失败"), m.commit_failures, H("次</dd><dt>等待提交</dt><dd>"), m.waiting,
      H("条</dd><dt>等待转发</dt><dd>"), m.forward_waiting, H("条</dd><dt>已整理到</dt><dd>"),
      m.drained_to > 0 ? time_chinese(q->a, m.drained_to) : S("—"), H("（"), m.drained_to > 0 ? age_text(q->a, q->now, m.drained_to) : S("还没有报文"),
      H("）</dd><dt>服务器时钟偏差</dt><dd>"), seconds_text(q->a, m.clock_offset_us < 0 ? -m.clock_offset_us : m.clock_offset_us), H("</dd></dl>"));
    crc_rows(o, &m);
    w(o, H("</section>"));
}

/* ---- our own failures ---- */
static err *causes_box(struct request *q, struct readings *r, struct out *o)
{
    struct platform_hour *hours;
    size_t n, shown = 0;
    usec from = q->now - 7 * USEC_DAY;
    TRY(platform_causes(r, q->a, S(""), from, q->now, &hours, &n));
    w(o, H("<section class=\"card\"><h2>平台原因（近7天）</h2><p class=\"muted\">下列时段的缺数由本平台造成，不作为任何排污单位的问题。</p>"));
    for (size_t i = n; i-- > 0 && shown < CAUSE_ROWS;) {
        bool allowed = true;
        if (hours[i].mn.n)
            TRY(device_allowed(q, hours[i].mn, &allowed));
        if (!allowed)
            continue;
        if (!shown++)
            w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">小时</th><th scope=\"col\">原因</th><th scope=\"col\">涉及设备</th>"
                   "<th scope=\"col\">持续</th><th scope=\"col\">次数</th></tr></thead><tbody>"));
        w(o, H("<tr><td class=\"time\" data-label=\"小时\">"), time_chinese(q->a, hours[i].hour), H("</td><td data-label=\"原因\">"),
          platform_cause_text((enum platform_cause)hours[i].cause), H("</td><td data-label=\"涉及设备\">"), hours[i].mn.n ? hours[i].mn : S("全部"),
          H("</td><td class=\"number\" data-label=\"持续\">"), (int)hours[i].seconds, H("秒</td><td class=\"number\" data-label=\"次数\">"), hours[i].count,
          H("</td></tr>"));
    }
    w(o, shown ? H("</tbody></table></div></section>") : H("<p>没有记录到平台原因的缺数。</p></section>"));
    return NULL;
}

/* ---- devices ---- */
static void device_row(struct request *q, struct out *o, const struct device *d)
{
    usec age = q->now - d->last_seen;
    w(o, H("<tr><td data-label=\"设备编码\"><a href=\"/monitor/devices/"), U(d->mn), H("\">"), d->mn, H("</a></td><td data-label=\"最近上报\">"),
      d->last_seen != USEC_NONE && age > USEC_DAY ? H("<span class=\"state silent\">■ ") : H("<span>"), age_text(q->a, q->now, d->last_seen),
      H("</span></td><td class=\"number\" data-label=\"报文\">"), d->frames, H("</td><td class=\"number\" data-label=\"补报\">"), d->resubmitted,
      H("</td><td class=\"number\" data-label=\"隔离\">"), d->quarantined, H("</td><td class=\"number\" data-label=\"规范问题\">"), d->findings,
      H("</td><td data-label=\"地址\">"), d->peer, H("</td></tr>"));
}

static err *devices_box(struct request *q, struct readings *r, struct out *o)
{
    str after = form_get(&q->params, S("after")), next = S("");
    size_t shown = 0;
    after = after.p ? after : S("");
    w(o, H("<section class=\"card\"><h2>设备</h2>"));
    for (int sifted = 0; sifted < DEVICES_SIFTED && !next.n;) {
        struct device *list;
        size_t n;
        TRY(device_list(r, q->a, after, DEVICES_STEP, &list, &n));
        for (size_t i = 0; i < n; i++) {
            bool allowed;
            TRY(device_allowed(q, list[i].mn, &allowed));
            if (allowed && shown == DEVICES_SHOWN) {
                next = after;
                break;
            }
            after = list[i].mn;
            if (!allowed)
                continue;
            if (!shown++)
                w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">设备编码</th><th scope=\"col\">最近上报</th><th scope=\"col\">报文</th>"
                       "<th scope=\"col\">补报</th><th scope=\"col\">隔离</th><th scope=\"col\">规范问题</th><th scope=\"col\">地址</th></tr></thead><tbody>"));
            device_row(q, o, &list[i]);
        }
        sifted += (int)n;
        if (n < DEVICES_STEP)
            break;
    }
    w(o, shown ? H("</tbody></table></div>") : H("<p class=\"muted\">还没有设备上报。</p>"));
    if (next.n)
        w(o, H("<p class=\"actions\"><a class=\"button\" rel=\"next\" href=\"/monitor/health?after="), U(next), H("\">下一页</a></p>"));
    w(o, H("</section>"));
    return NULL;
}

err *page_health(struct request *q, struct response *r)
{
    struct readings *store;
    TRY(monitor_on(q, &store));
    struct out *o = page_begin(q, S("联网状况"));
    w(o, H("<h1>联网状况</h1>"));
    gateway_box(q, o);
    TRY(causes_box(q, store, o));
    TRY(devices_box(q, store, o));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- one device ---- */
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
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">问题</th><th scope=\"col\">次数</th><th scope=\"col\">首次</th><th scope=\"col\">最近</th>"
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

/* A profile is a flat object: its members with their names, versions newest first. */
static err *profiles(struct request *q, struct readings *r, struct out *o, str mn)
{
    static const char *const labels[][2] = {
        {"edition", "版本"}, {"crc", "校验码"}, {"stamp", "时间戳约定"}, {"answers", "应答"}, {"answer", "应答"}, {"sources", "来源地址"},
        {"password", "访问密码"}, {"dialect", "方言"}, {"st", "系统类型"}, {"interval", "间隔"}, {"encrypted", "加密"}};
    str json;
    int32_t newest;
    err *e = device_profile(r, q->a, mn, -1, &json, &newest);
    if (e && e->kind == ERR_MISSING) {
        err_clear();
        return NULL;
    }
    TRY(e);
    if (newest < 0 || !json.n)
        return NULL;
    w(o, H("<section class=\"card\"><h2>设备档案</h2>"));
    for (int32_t v = newest; v >= 0 && v > newest - 10; v--) {
        const struct json *tree;
        int32_t got;
        if (v != newest) {
            e = device_profile(r, q->a, mn, v, &json, &got);
            if (e && e->kind == ERR_MISSING)
                break;
            TRY(e);
        }
        TRY(json_parse(q->a, json, 64 << 10, &tree));
        w(o, H("<h3>第"), (int)v, H("版"), v == newest ? H("（现行）") : H(""), H("</h3><dl class=\"facts\">"));
        for (size_t i = 0; i < tree->n; i++) {
            buf text = buf_make(q->a, 64 << 10);
            str label = tree->child[i].key;
            for (size_t j = 0; j < sizeof labels / sizeof *labels; j++)
                if (str_eq(label, str_of(labels[j][0])))
                    label = str_of(labels[j][1]);
            if (tree->child[i].kind == JSON_STRING)
                buf_add(&text, tree->child[i].string);
            else
                json_tree(&(struct json_out){&text, false}, &tree->child[i]);
            w(o, H("<dt>"), label, H("</dt><dd>"), buf_str(&text), H("</dd>"));
        }
        w(o, H("</dl>"));
    }
    err_clear();
    w(o, H("</section>"));
    return NULL;
}

static str device_event_word(str kind)
{
    static const char *const words[][2] = {{"profile", "档案变化"}, {"new", "首次出现"}, {"connect", "连接"}, {"boot", "开机"}, {"clock", "对时"},
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
        TRY(device_of(store, q->a, mn, &d, &known));
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
        TRY(profiles(q, store, o, mn));
        TRY(events(q, store, o, mn));
    }
    page_end(q, o, r, 200);
    return NULL;
}
