/*
 * Down to the bytes: every value a slot ever had, with its arrival, and the frame it came in, byte for byte. A frame is
 * shown only under the outlet whose device sent it.
 */
#include "web/monitor.h"

enum { VERSIONS_SHOWN = 200, FRAMES_SHOWN = 50, VALUES = 512, LIMIT_HEX = 16 << 10 };

/* ---- a slot ---- */
static void frame_link(struct request *q, struct out *o, const struct outlet *outlet, struct spool_place place)
{
    if (q->reader.roles & ROLES_FRAMES)
        w(o, H("<a href=\"/monitor/"), U(outlet->id), H("/frames/"), place.batch, H("-"), (int)place.at,
          H("\">原始报文</a>"));
    else
        w(o, H("—"));
}

static err *slot_versions(struct request *q, struct readings *r, struct out *o, const struct outlet *outlet,
                          const struct series *s, usec at, size_t *ret_n)
{
    struct reading_version *v;
    usec slot = (s->cadence_s > 0 ? s->cadence_s : 60) * USEC_SECOND;
    TRY(reading_versions(r, q->a, s->id, at, at + slot, VERSIONS_SHOWN, &v, ret_n));
    if (!*ret_n)
        return NULL;
    w(o, H("<h2>收到过的值</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th "
           "scope=\"col\">收到时间</th><th scope=\"col\" class=\"number\">平均或实时</th>"
           "<th scope=\"col\" class=\"number\">最小</th><th scope=\"col\" class=\"number\">最大</th><th "
           "scope=\"col\">状态</th><th scope=\"col\">补报</th><th scope=\"col\">报文</th>"
           "</tr></thead><tbody>"));
    for (size_t i = 0; i < *ret_n; i++) {
        w(o, H("<tr><td class=\"time\" data-label=\"收到时间\">"), time_chinese(q->a, v[i].arrived),
          H("</td><td class=\"number\" data-label=\"平均或实时\">"), v[i].average.n ? v[i].average : S("—"),
          H("</td><td class=\"number\" data-label=\"最小\">"), v[i].minimum.n ? v[i].minimum : S("—"),
          H("</td><td class=\"number\" data-label=\"最大\">"), v[i].maximum.n ? v[i].maximum : S("—"),
          H("</td><td data-label=\"状态\">"), chart_flag_text(v[i].flag), H("</td><td data-label=\"补报\">"),
          v[i].resubmitted ? "是" : "否", H("</td><td data-label=\"报文\">"));
        frame_link(q, o, outlet, v[i].frame);
        w(o, H("</td></tr>"));
    }
    w(o, H("</tbody></table></div>"));
    return NULL;
}

static err *slot_frames(struct request *q, struct readings *r, struct out *o, const struct outlet *outlet,
                        const struct series *s, usec at)
{
    struct spool_place *places;
    size_t n;
    if (!(q->reader.roles & ROLES_FRAMES))
        return NULL;
    TRY(reading_frames(r, q->a, s->id, at, FRAMES_SHOWN, &places, &n));
    if (!n)
        return NULL;
    w(o, H("<h2>载有此时段的报文</h2><ul>"));
    for (size_t i = 0; i < n; i++) {
        w(o, H("<li>第"), places[i].batch, H("批第"), places[i].at + 1, H("条 "));
        frame_link(q, o, outlet, places[i]);
        w(o, H("</li>"));
    }
    w(o, H("</ul>"));
    return NULL;
}

err *page_slot(struct request *q, struct response *r)
{
    struct readings *store;
    struct outlet outlet;
    struct chart_query c;
    struct series *all, s;
    size_t n, versions;
    TRY(monitor_on(q, &store));
    TRY(outlet_get(q, q->part[0], &outlet));
    TRY(chart_query_read(q, &c));
    TRY(series_meant(q, store, &outlet, &c, &all, &n, &s));
    if (!n)
        return err_new(ERR_MISSING, "这个点位还没有数据");
    usec at, slot = (s.cadence_s > 0 ? s.cadence_s : 60) * USEC_SECOND;
    str text = form_get(&q->params, S("at"));
    if (!text.n || text.n != 16 || time_parse(arena_printf(q->a, "%.*s:00+08:00", STR_ARG(text)), &at))
        return err_got(err_at(err_new(ERR_INPUT, "请指明时段开始的时间"), S("at")), text, S("年-月-日T时:分"),
                       S("2026-03-02T08:00"));
    at -= (at - day_start(day_of(at))) % slot;
    struct out *o = page_begin(q, outlet.title);
    w(o, H("<p class=\"muted\"><a href=\"/monitor\">监测点位</a> / <a href=\"/monitor/"), U(outlet.id), H("?"));
    put_series_query(o, &s);
    w(o, H("\">"), outlet.title, H("</a></p><h1>"), chart_series_name(q->a, &s),
      H("</h1><section class=\"card\"><p>时段自 "), time_chinese(q->a, at), H(" 起，长"), (int)(slot / USEC_SECOND),
      H("秒。收到的值全部保留，图和汇总取最新收到的。</p>"));
    TRY(slot_versions(q, store, o, &outlet, &s, at, &versions));
    if (!versions)
        w(o, H("<p class=\"muted\">此时段没有收到过数据，或只收到过一个值。</p>"));
    TRY(slot_frames(q, store, o, &outlet, &s, at));
    w(o, H("</section>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- a frame ---- */
static bool place_read(str text, struct spool_place *ret)
{
    str batch;
    int64_t at;
    if (!str_next(&text, '-', &batch) || !text.p || !str_int64(batch, &ret->batch) || !str_int64(text, &at) || at < 0 ||
        at > INT32_MAX)
        return false;
    ret->at = (int32_t)at;
    return ret->batch >= 0;
}

/* Bytes as text: what cannot be shown is written \xNN, so that two different frames never look alike. */
static str shown(struct arena *a, str raw)
{
    buf b = buf_make(a, raw.n * 4 + 16);
    bool chinese = utf8_bad(raw) < 0;
    for (size_t i = 0; i < raw.n; i++) {
        unsigned char c = (unsigned char)raw.p[i];
        if (c == '\r')
            buf_add(&b, S("\\r"));
        else if (c == '\n')
            buf_add(&b, S("\\n"));
        else if (c == '\\')
            buf_add(&b, S("\\\\"));
        else if (c < 0x20 || c == 0x7f || (c >= 0x80 && !chinese))
            buf_printf(&b, "\\x%02x", c);
        else
            buf_char(&b, (char)c);
    }
    return buf_str(&b);
}

static str hex_lines(struct arena *a, str raw)
{
    size_t n = raw.n < LIMIT_HEX ? raw.n : LIMIT_HEX;
    buf b = buf_make(a, n * 6 + 1000);
    for (size_t i = 0; i < n; i += 16) {
        buf_printf(&b, "%06zx ", i);
        for (size_t j = i; j < i + 16; j++)
            if (j < n)
                buf_printf(&b, " %02x", (unsigned char)raw.p[j]);
            else
                buf_add(&b, S("   "));
        buf_add(&b, S("  "));
        for (size_t j = i; j < i + 16 && j < n; j++)
            buf_char(&b, raw.p[j] >= 0x20 && raw.p[j] < 0x7f ? raw.p[j] : '.');
        buf_char(&b, '\n');
    }
    return buf_str(&b);
}

static void decode(struct request *q, str raw, struct hj_frame *ret)
{
    struct hj_cut cut = hj_cut(raw, true);
    struct hj_value *values = NEW_ARRAY(q->a, VALUES, struct hj_value);
    struct hj_options options = {.edition_2025 = true};
    *ret = (struct hj_frame){0};
    if (cut.kind == HJ_CUT_FRAME)
        hj_decode(&cut, &options, q->a, values, VALUES, ret);
}

static void frame_facts(struct request *q, struct out *o, const struct spool_frame *f, const struct spool_clock *clock,
                        struct spool_place place, const struct hj_frame *d)
{
    static const char *const states[] = {[SPOOL_ACCEPTED] = "已采纳",
                                         [SPOOL_QUARANTINED] = "隔离保存，未进入数据",
                                         [SPOOL_REFUSED] = "不在接入名单，只存报文头"};
    struct sm3 digest = sm3_of(f->raw.p, f->raw.n);
    buf hex = buf_make(q->a, 80);
    buf_hex(&hex, digest.byte, sizeof digest.byte);
    w(o, H("<dl class=\"facts\"><dt>收到时间</dt><dd>"), time_rfc3339(q->a, f->arrived),
      H("</dd><dt>服务器时钟偏差</dt><dd>"));
    if (clock->synchronised)
        w(o, clock->offset_us, H("微秒（误差界"), clock->error_us, H("微秒）"));
    else
        w(o, H("未与标准时间同步"));
    w(o, H("</dd><dt>来自</dt><dd>"), f->peer, H("</dd><dt>校验码</dt><dd>"), crc_text(f->crc),
      H("</dd><dt>处理</dt><dd>"), f->state <= SPOOL_REFUSED ? states[f->state] : "未知",
      H("</dd><dt>存放位置</dt><dd>第"), place.batch, H("批第"), place.at + 1, H("条</dd><dt>字节数</dt><dd>"),
      f->raw.n, H("</dd><dt>SM3</dt><dd><code>"), buf_str(&hex), H("</code></dd>"));
    if (d->command > 0) {
        const struct hj_command *c = hj_command_find(d->command);
        w(o, H("<dt>命令</dt><dd>"), d->command, H(" "), c ? c->label : "未知命令", H("</dd><dt>数据时间</dt><dd>"),
          d->data_time_text.n ? d->data_time_text : S("—"), H("</dd>"));
    }
    w(o, H("</dl>"));
}

static void frame_findings(struct out *o, const struct hj_frame *d)
{
    if (!d->findings)
        return;
    w(o, H("<h2>与规范不符之处</h2><ul>"));
    for (int i = 0; i < HJ_FINDINGS; i++)
        if (d->findings >> i & 1)
            w(o, H("<li>"), hj_finding_text((enum hj_finding)i), H("</li>"));
    w(o, H("</ul>"));
}

static void frame_values(struct out *o, const struct hj_frame *d)
{
    if (!d->n)
        return;
    w(o, H("<h2>读出的内容</h2><div class=\"scroll\"><table class=\"numbers\"><thead><tr><th "
           "scope=\"col\">编码</th><th scope=\"col\">名称</th>"
           "<th scope=\"col\">类别</th><th scope=\"col\" class=\"number\">值</th></tr></thead><tbody>"));
    for (size_t i = 0; i < d->n; i++)
        w(o, H("<tr><td>"), d->values[i].code, H("</td><td>"),
          d->values[i].kind.n ? factor_name(d->values[i].code) : S(""), H("</td><td>"), d->values[i].kind,
          H("</td><td class=\"number\">"), d->values[i].text, H("</td></tr>"));
    w(o, H("</tbody></table></div>"));
}

err *page_frame(struct request *q, struct response *r)
{
    struct readings *store;
    struct outlet outlet;
    struct spool_place place;
    struct spool_frame frame;
    struct spool_clock clock;
    struct hj_frame decoded;
    if (!(q->reader.roles & ROLES_FRAMES))
        return err_new(ERR_DENIED, "您的角色不能查看原始报文");
    TRY(monitor_on(q, &store));
    TRY(outlet_get(q, q->part[0], &outlet));
    if (!place_read(q->part[1], &place))
        return err_got(err_new(ERR_INPUT, "报文位置无法读取"), q->part[1], S("批次-序号"), S("12-0"));
    TRY(spool_get(store, q->a, place, &frame, &clock));
    decode(q, frame.raw, &decoded);
    if (!str_eq(decoded.mn, outlet.mn))
        return err_new(ERR_MISSING, "这个点位没有这条报文");
    struct out *o = page_begin(q, S("原始报文"));
    w(o, H("<p class=\"muted\"><a href=\"/monitor\">监测点位</a> / <a href=\"/monitor/"), U(outlet.id), H("\">"),
      outlet.title, H("</a></p><h1>原始报文</h1><section class=\"card\">"));
    frame_facts(q, o, &frame, &clock, place, &decoded);
    w(o, H("<h2>字节（文字）</h2><pre class=\"bytes\">"), shown(q->a, frame.raw),
      H("</pre><details><summary>字节（十六进制）</summary><pre class=\"bytes\">"), hex_lines(q->a, frame.raw),
      H("</pre></details>"));
    frame_findings(o, &decoded);
    frame_values(o, &decoded);
    w(o, H("</section>"));
    page_end(q, o, r, 200);
    return NULL;
}
