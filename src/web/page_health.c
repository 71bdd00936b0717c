/*
 * Is the platform listening, and are the devices speaking? What failed on our side stands first and by its own name
 * (平台原因): it is nobody's finding. Administrators see devices here, never a plant's values.
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
    w(o, H("<h3>校验码类别</h3><div class=\"scroll\"><table class=\"numbers\"><thead><tr><th "
           "scope=\"col\">类别</th><th scope=\"col\" class=\"number\">报文数</th></tr></thead><tbody>"));
    for (uint8_t i = 0; i < HJ_CRC_KINDS; i++)
        w(o, H("<tr><td>"), crc_text(i), H("</td><td class=\"number\">"), m->crc[i], H("</td></tr>"));
    w(o, H("</tbody></table></div>"));
}

static void gateway_box(struct request *q, struct out *o)
{
    const struct web_options *w_ = &q->web->options;
    struct gateway_metrics m = {0};
    w(o, H("<section class=\"card\"><h2>接收服务</h2>"));
    if (!w_->gateway) {
        w(o, H("<p class=\"muted\">接收服务不在本进程运行；其状况见该进程的 /metrics。</p></section>"));
        return;
    }
    gateway_metrics_read(w_->gateway, &m);
    usec up = q->now - q->web->started;
    w(o, H("<dl class=\"facts\"><dt>连接</dt><dd>"), m.connections, H("（累计"), m.connections_total,
      H("）</dd><dt>报文</dt><dd>"), m.frames, H("条，平均每秒"),
      arena_printf(q->a, "%.1f", up > 0 ? (double)m.frames / ((double)up / 1e6) : 0), H("条；重复"), m.duplicates,
      H("条</dd><dt>隔离的字节段</dt><dd>"), m.stretches, H("</dd><dt>应答</dt><dd>"), m.answers,
      H("次，自收到至应答：中位"), seconds_text(q->a, m.answer_us_p50), H("，99%在"),
      seconds_text(q->a, m.answer_us_p99), H("以内</dd><dt>提交</dt><dd>"), m.commits, H("次，失败"), m.commit_failures,
      H("次</dd><dt>等待提交</dt><dd>"), m.waiting, H("条</dd><dt>等待转发</dt><dd>"), m.forward_waiting,
      H("条</dd><dt>已整理到</dt><dd>"), m.drained_to > 0 ? time_chinese(q->a, m.drained_to) : S("—"), H("（"),
      m.drained_to > 0 ? age_text(q->a, q->now, m.drained_to) : S("还没有报文"),
      H("）</dd><dt>服务器时钟偏差</dt><dd>"),
      seconds_text(q->a, m.clock_offset_us < 0 ? -m.clock_offset_us : m.clock_offset_us), H("</dd></dl>"));
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
    w(o, H("<section class=\"card\"><h2>平台原因（近7个自然日）</h2><p "
           "class=\"muted\">下列时段的缺数由本平台造成，不作为任何排污单位的问题。</p>"));
    for (size_t i = n; i-- > 0 && shown < CAUSE_ROWS;) {
        bool allowed = true;
        if (hours[i].mn.n)
            TRY(device_allowed(q, hours[i].mn, &allowed));
        if (!allowed)
            continue;
        if (!shown++)
            w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">小时</th><th "
                   "scope=\"col\">原因</th><th scope=\"col\">涉及设备</th>"
                   "<th scope=\"col\" class=\"number\">持续</th><th scope=\"col\" "
                   "class=\"number\">次数</th></tr></thead><tbody>"));
        w(o, H("<tr><td class=\"time\" data-label=\"小时\">"), time_chinese(q->a, hours[i].hour),
          H("</td><td data-label=\"原因\">"), platform_cause_text((enum platform_cause)hours[i].cause),
          H("</td><td data-label=\"涉及设备\">"), hours[i].mn.n ? hours[i].mn : S("全部"),
          H("</td><td class=\"number\" data-label=\"持续\">"), (int)hours[i].seconds,
          H("秒</td><td class=\"number\" data-label=\"次数\">"), hours[i].count, H("</td></tr>"));
    }
    w(o, shown ? H("</tbody></table></div></section>") : H("<p>没有记录到平台原因的缺数。</p></section>"));
    return NULL;
}

/* ---- devices ---- */
static void device_row(struct request *q, struct out *o, const struct device *d)
{
    usec age = q->now - d->last_seen;
    w(o, H("<tr><td data-label=\"设备编码\"><a href=\"/monitor/devices/"), U(d->mn), H("\">"), d->mn,
      H("</a></td><td data-label=\"最近上报\">"),
      d->last_seen != USEC_NONE && age > USEC_DAY ? H("<span class=\"state silent\">■ ") : H("<span>"),
      age_text(q->a, q->now, d->last_seen), H("</span></td><td class=\"number\" data-label=\"报文\">"), d->frames,
      H("</td><td class=\"number\" data-label=\"补报\">"), d->resubmitted,
      H("</td><td class=\"number\" data-label=\"隔离\">"), d->quarantined,
      H("</td><td class=\"number\" data-label=\"规范问题\">"), d->findings, H("</td><td data-label=\"地址\">"), d->peer,
      H("</td></tr>"));
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
                w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">设备编码</th><th "
                       "scope=\"col\">最近上报</th><th scope=\"col\" class=\"number\">报文</th>"
                       "<th scope=\"col\" class=\"number\">补报</th><th scope=\"col\" class=\"number\">隔离</th><th "
                       "scope=\"col\" class=\"number\">规范问题</th><th scope=\"col\">地址</th></tr></thead><tbody>"));
            device_row(q, o, &list[i]);
        }
        sifted += (int)n;
        if (n < DEVICES_STEP)
            break;
    }
    w(o, shown ? H("</tbody></table></div>") : H("<p class=\"muted\">还没有设备上报。</p>"));
    if (next.n)
        w(o, H("<p class=\"actions\"><a class=\"button\" rel=\"next\" href=\"/monitor/health?after="), U(next),
          H("\">下一页</a></p>"));
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
