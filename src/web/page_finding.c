/*
 * One finding, made to be read in a minute and printed: what contradicts what, the picture, three numbers, what else could explain
 * it, how to look at it on site, and down to the bytes. It is drawn from the finding as it was kept and the readings as they are;
 * --replay computes the finding again from what was known then. Nothing on it says who did anything.
 */
#include "web/finding.h"
#include "web/study.h"

#include <string.h>

enum { AROUND = 72 /* hours on each side */, VERSIONS_SHOWN = 200, FRAMES_SHOWN = 6 };

struct evidence {
    struct request *q;
    struct readings *store;
    const struct found *found;
    const struct watch_finding *f;
    const struct json *json;
    bool inside, drawn;
    struct outlet outlet;  /* inside only */
    struct series series;  /* when drawn */
};

/* The list of notice 175 of 2015 in our own words; a direction to look in, no classification. */
static const struct { const char *tag, *text; } directions[] = {
    {"T1", "点位未经同意停用、移动或改变"}, {"T2", "采样口被遮挡、堵塞或喷淋"}, {"T3", "工况或治理设施的状态与平时不同，以致测值不代表实际"},
    {"T4", "稀释、旁路或经其他排口排放"}, {"T5", "站房、线路、数采、供电或采样设备受损"}, {"T6", "样品被调换、稀释、吸附或过滤"},
    {"T7", "漏测项目或改变方法"}, {"T8", "仪器的环境、状态或其存储、传输的数据被改动"}, {"T9", "另有改参数的入口（密码、组合键、远程登录）"},
    {"T10", "只记录一部分"}, {"T11", "记录缺失或未按规定传输"}, {"T12", "不合理的修约或取舍"}, {"T13", "参数未经同意修改"}, {"T14", "其他"},
    {"F1", "几处记录互不相符"}, {"F2", "数据没有原始记录"}, {"F3", "时间或签名不符"}, {"F4", "数值由模拟功能或软件产生"},
    {"F5", "没有采样而有数据"}, {"F6", "没有留样"}, {"F8", "其他"}};

static const char *direction(str tag)
{
    for (size_t i = 0; i < sizeof directions / sizeof *directions; i++)
        if (str_eq(tag, str_of(directions[i].tag)))
            return directions[i].text;
    return NULL;
}

/* What is lost first comes first: histories before anybody touches anything, papers and questions last. */
static const struct { const char *step, *text; } on_site[] = {
    {"固定历史记录", "先拍照、导出分析仪、工控机和数采仪的历史数据与操作日志；需要时由执法人员制作镜像。此前不动任何设置。"},
    {"记录参数", "量程、斜率、截距、速度场系数、烟道截面积、基准氧含量、滤波时间，与备案值和修改日志逐项对照。"},
    {"沿信号走一遍", "采样探头→管线→预处理→分析仪→PLC或工控机→数采仪，看有没有多出来的管、线、开关和程序。"},
    {"当场试验", "通零气、从探头通标准气、氧表通空气、信号发生器、加标水样、断开信号线：看平台数值是否随之变化。"},
    {"比对采样", "由有资质的机构同时采样，与在线数值比对。"},
    {"查资料", "运维记录、标准气证书、门禁和视频、用电、生产台账，与本页时段对照。"},
    {"询问", "最后分别询问运维人员与生产人员。"}};

static const char *const never[] = {
    "不与被研判的单位及其运维单位联系，不透露本页内容", "不发送任何反控命令（3011至3021）；确需提取参数的，由执法人员在系统内书面提出、双人确认后执行",
    "没有执法人员在场不进入现场", "不作定性表述，不对外发布"};

/* ---- parts ---- */
static str number_unit(const struct json *number)
{
    str unit = json_string(number, S("unit"));
    return unit.p ? unit : S("");
}

static void head(struct evidence *e, struct out *o)
{
    const struct watch_finding *f = e->f;
    struct request *q = e->q;
    w(o, H("<p class=\"lead\">"), f->sentence, H("</p><dl class=\"facts\"><dt>点位</dt><dd>"));
    if (e->inside)
        w(o, H("<a href=\"/monitor/"), U(e->found->outlet.id), H("\">"), e->found->outlet.title, H("</a>（"), f->mn, H("）"));
    else
        w(o, e->found->outlet.title);
    w(o, H("</dd><dt>时段</dt><dd>"), time_chinese(q->a, f->from), H(" 至 "), time_chinese(q->a, f->to), H("（"),
      (f->to - f->from) / USEC_HOUR, H("小时）</dd><dt>项目</dt><dd>"), factor_name(f->factor), H("</dd><dt>级别</dt><dd><span class=\"badge "),
      f->level == LEVEL_CLUE ? "held" : "plain", H("\">"), finding_level_text(f->level), H("</span> "),
      f->level == LEVEL_CLUE ? watch_state_text(f->state) : "不需要办理，仅供了解");
    if (f->continues.n)
        w(o, H("：延续<a href=\"/monitor/findings/"), U(f->continues), H("\">以前的研判结果</a>"));
    w(o, H("</dd>"));
    const struct json *numbers = json_get(e->json, S("numbers"));
    for (size_t i = 0; numbers && i < numbers->n; i++) {
        const struct json *value = json_get(&numbers->child[i], S("value"));
        buf b = buf_make(q->a, 64);
        struct json_out number = {&b, false};
        if (value)
            json_tree(&number, value);
        w(o, H("<dt>"), json_string(&numbers->child[i], S("label")), H("</dt><dd><b>"), buf_str(&b), H("</b>"), number_unit(&numbers->child[i]), H("</dd>"));
    }
    w(o, H("</dl>"));
}

static uint8_t group_of(str name)
{
    return str_eq(name, S("converted")) ? GROUP_CONVERTED : str_eq(name, S("total")) ? GROUP_TOTAL : GROUP_VALUE;
}

static err *find_series(struct evidence *e)
{
    static const enum reading_period periods[] = {PERIOD_HOUR, PERIOD_MINUTE};
    for (size_t i = 0; i < 2 && !e->drawn; i++) {
        err *bad = series_find(e->store, e->q->a, e->f->mn, periods[i], e->f->factor, group_of(json_string(e->json, S("group"))), &e->series);
        if (bad && bad->kind != ERR_MISSING)
            return bad;
        e->drawn = !bad;
        err_clear();
    }
    return NULL;
}

static err *figure(struct evidence *e, struct out *o)
{
    struct chart chart;
    struct chart_query c = {.from = e->f->from - AROUND * USEC_HOUR, .to = e->f->to + AROUND * USEC_HOUR, .span = SPAN_FREE,
                            .focus_from = e->f->from, .focus_to = e->f->to};
    w(o, H("<h2>前后三日</h2>"));
    if (!e->drawn) {
        w(o, H("<p class=\"muted\">没有这一项的小时或分钟数据可画。</p>"));
        return NULL;
    }
    w(o, H("<p class=\"muted\">"), chart_series_name(e->q->a, &e->series), H("，关注时段前后各"), (int)AROUND, H("小时</p>"));
    TRY(series_pictures(e->q, e->store, o, &e->series, &c, &chart));
    if (e->inside) {
        w(o, H("<p class=\"muted actions\"><a href=\"/monitor/"), U(e->outlet.id), H("?"));
        put_series_query(o, &e->series);
        w(o, H("&amp;from="), U(time_rfc3339(e->q->a, c.from)), H("&amp;to="), U(time_rfc3339(e->q->a, c.to)), H("&amp;focus-from="),
          U(time_rfc3339(e->q->a, c.focus_from)), H("&amp;focus-to="), U(time_rfc3339(e->q->a, c.focus_to)), H("\">图、数据表和其他项目</a></p>"));
    }
    return NULL;
}

static bool came_out(const struct json *trap, enum trap_outcome outcome)
{
    return str_eq(json_string(trap, S("result")), str_of(trap_outcome_label(outcome)));
}

/* How many came out how, in one line: what is left open is what the officer has to think of. */
static void explanations_sum(const struct json *traps, struct out *o)
{
    static const enum trap_outcome order[] = {TRAP_POSSIBLE, TRAP_NO_DATA, TRAP_RULED_OUT};
    w(o, H("<p>共核对"), traps->n, H("项："));
    for (size_t k = 0, said = 0; k < sizeof order / sizeof *order; k++) {
        size_t n = 0;
        for (size_t i = 0; i < traps->n; i++)
            n += came_out(&traps->child[i], order[k]);
        if (!n)
            continue;
        w(o, said++ ? H("，") : H(""), trap_outcome_label(order[k]), n, H("项"));
        for (size_t i = 0, named = 0; i < traps->n && order[k] == TRAP_POSSIBLE; i++)
            if (came_out(&traps->child[i], order[k]))
                w(o, named++ ? H("、") : H("（"), json_string(&traps->child[i], S("label")), named == n ? H("）") : H(""));
    }
    w(o, H("。</p>"));
}

static void explanations(struct evidence *e, struct out *o)
{
    const struct json *traps = json_get(e->json, S("traps"));
    w(o, H("<h2>核对过的正常原因</h2>"));
    if (!traps || !traps->n) {
        w(o, H("<p class=\"muted\">这条规则没有需要排除的正常原因。</p>"));
        return;
    }
    explanations_sum(traps, o);
    w(o, H("<div class=\"scroll\"><table class=\"cards causes\"><thead><tr><th scope=\"col\">正常原因</th><th scope=\"col\">结果</th><th scope=\"col\">依据</th></tr></thead><tbody>"));
    for (size_t i = 0; i < traps->n; i++) {
        const struct json *t = &traps->child[i];
        str result = json_string(t, S("result"));
        bool out = came_out(t, TRAP_RULED_OUT), open = came_out(t, TRAP_POSSIBLE);
        w(o, H("<tr><td data-label=\"正常原因\">"), json_string(t, S("label")), H("</td><td data-label=\"结果\"><span><span class=\"badge "),
          out ? "allowed" : open ? "late" : "plain", H("\">"), result, H("</span></span></td><td data-label=\"依据\"><span>"), json_string(t, S("text")),
          H("</span></td></tr>"));
    }
    w(o, H("</tbody></table></div>"));
}

void put_directions(struct out *o, const struct detector *d)
{
    bool any = false;
    for (str rest = d ? str_of(d->legal) : S(""), tag; rest.p && rest.n && str_next(&rest, ' ', &tag);) {
        const char *text = direction(tag);
        if (!text)
            continue;
        w(o, any ? S("；") : S(""), text);
        any = true;
    }
    if (!any)
        w(o, H("—"));
}

static err *put_span(struct request *q, struct out *o, str from, str to)
{
    usec a, b;
    TRY(time_parse(from, &a));
    TRY(time_parse(to, &b));
    w(o, time_chinese(q->a, a), H(" 至 "), time_chinese(q->a, b));
    return NULL;
}

static err *hits(struct evidence *e, struct out *o)
{
    const struct json *members = json_get(e->json, S("members"));
    w(o, H("<h2>各规则看到的</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">规则</th><th scope=\"col\">看到什么</th>"
           "<th scope=\"col\">线索方向，待核实</th></tr></thead><tbody>"));
    for (size_t i = 0; members && i < members->n; i++) {
        const struct json *m = &members->child[i], *hard = json_get(m, S("hard"));
        w(o, H("<tr><td data-label=\"规则\"><span>"), json_string(m, S("detector")), H(" "), json_string(m, S("label")));
        if (hard && hard->boolean)
            w(o, H("<br><span class=\"badge held\">超出舍入误差</span>"));
        w(o, H("</span></td><td data-label=\"看到什么\"><span>"), json_string(m, S("sentence")),
          H("<br><span class=\"muted\">"));
        TRY(put_span(e->q, o, json_string(m, S("from")), json_string(m, S("to"))));
        w(o, H("</span></span></td><td data-label=\"线索方向\"><span>"));
        put_directions(o, detector_find(json_string(m, S("detector"))));
        w(o, H("</span></td></tr>"));
    }
    w(o, H("</tbody></table></div><p class=\"muted\">“线索方向”用环发〔2015〕175号的分类指出往哪里看，是待核实的假设，不是认定。</p>"));
    return NULL;
}

static void plan(struct evidence *e, struct out *o)
{
    w(o, H("<h2>现场怎么看</h2><p>针对本条："), json_string(e->json, S("see_again")), H("。</p><ol>"));
    for (size_t i = 0; i < sizeof on_site / sizeof *on_site; i++)
        w(o, H("<li><b>"), on_site[i].step, H("</b>："), on_site[i].text, H("</li>"));
    w(o, H("</ol><h2>第三方不得</h2><ul>"));
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        w(o, H("<li>"), never[i], H("</li>"));
    w(o, H("</ul>"));
}

/* ---- down to the bytes ---- */
static err *frame_row(struct evidence *e, struct out *o, usec slot, struct spool_place place)
{
    struct spool_frame frame;
    struct spool_clock clock;
    struct request *q = e->q;
    TRY(spool_get(e->store, q->a, place, &frame, &clock));
    struct sm3 digest = sm3_of(frame.raw.p, frame.raw.n);
    buf hex = buf_make(q->a, 80);
    buf_hex(&hex, digest.byte, sizeof digest.byte);
    w(o, H("<tr><td class=\"time\" data-label=\"时段\">"), time_chinese(q->a, slot), H("</td><td class=\"time\" data-label=\"收到时间\">"),
      arena_printf(q->a, "%.*s:%02d", STR_ARG(time_chinese(q->a, frame.arrived)), civil_of(frame.arrived).second), H("</td><td data-label=\"校验码\">"),
      crc_text(frame.crc), H("</td><td data-label=\"SM3\"><code>"), buf_str(&hex),
      H("</code></td><td data-label=\"报文\"><a href=\"/monitor/"), U(e->outlet.id), H("/frames/"), place.batch, H("-"), (int)place.at,
      H("\">第"), place.batch, H("批第"), place.at + 1, H("条</a></td></tr>"));
    return NULL;
}

static err *frames(struct evidence *e, struct out *o)
{
    usec length = (e->series.cadence_s > 0 ? e->series.cadence_s : 3600) * USEC_SECOND;
    usec slots[2] = {e->f->from, e->f->to - length};
    bool any = false;
    for (size_t k = 0; k < 2 && (k == 0 || slots[1] > slots[0]); k++) {
        struct spool_place *places;
        size_t n;
        TRY(reading_frames(e->store, e->q->a, e->series.id, slots[k], FRAMES_SHOWN, &places, &n));
        if (n && !any)
            w(o, H("<h2>首末两个时段的原始报文</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">时段</th><th scope=\"col\">收到时间</th>"
                   "<th scope=\"col\">校验码</th><th scope=\"col\">SM3</th><th scope=\"col\">报文</th></tr></thead><tbody>"));
        any = any || n;
        for (size_t i = 0; i < n; i++)
            TRY(frame_row(e, o, slots[k], places[i]));
    }
    if (any)
        w(o, H("</tbody></table></div>"));
    else
        w(o, H("<h2>首末两个时段的原始报文</h2><p class=\"muted\">这两个时段没有报文。</p>"));
    return NULL;
}

static err *versions(struct evidence *e, struct out *o)
{
    struct reading_version *v;
    size_t n;
    TRY(reading_versions(e->store, e->q->a, e->series.id, e->f->from, e->f->to, VERSIONS_SHOWN, &v, &n));
    w(o, H("<h2>时段内收到过不同的值</h2>"));
    if (!n) {
        w(o, H("<p class=\"muted\">没有：每个时段只收到过一个值。</p>"));
        return NULL;
    }
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">时段</th><th scope=\"col\">收到时间</th><th scope=\"col\" class=\"number\">值</th>"
           "<th scope=\"col\">状态</th><th scope=\"col\">补报</th></tr></thead><tbody>"));
    for (size_t i = 0; i < n; i++)
        w(o, H("<tr><td data-label=\"时段\">"), time_chinese(e->q->a, v[i].at), H("</td><td data-label=\"收到时间\">"), time_chinese(e->q->a, v[i].arrived),
          H("</td><td class=\"number\" data-label=\"值\">"), v[i].average.n ? v[i].average : S("—"), H("</td><td data-label=\"状态\">"), chart_flag_text(v[i].flag),
          H("</td><td data-label=\"补报\">"), v[i].resubmitted ? "是" : "否", H("</td></tr>"));
    w(o, H("</tbody></table></div>"));
    if (n == VERSIONS_SHOWN)
        w(o, H("<p class=\"muted\">只列前"), (int)VERSIONS_SHOWN, H("个，其余见点位页。</p>"));
    return NULL;
}

static void origin(struct evidence *e, struct out *o)
{
    const struct watch_finding *f = e->f;
    w(o, H("<h2>怎样得出</h2><dl class=\"facts\"><dt>编号</dt><dd><code>"), f->id, H("</code></dd><dt>规则版本</dt><dd>"), f->rules, H("</dd><dt>研判时间</dt><dd>"),
      time_chinese(e->q->a, f->found), H("</dd><dt>所看数据</dt><dd>"), day_chinese(e->q->a, f->first), H(" 至 "), day_chinese(e->q->a, f->last),
      H("</dd><dt>复算</dt><dd><code>xiezhi monitor watch --replay "), f->id, H("</code>（同样的数据逐字节相同）</dd></dl>"));
}

/* ---- what may be done about it ---- */
/* An analyst makes a clue of it; who has a clue of it says on its page what it turned out to be. */
static err *acts_of(struct evidence *e, struct out *o)
{
    const struct thing *t = thing_find(S("clues"));
    struct request *q = e->q;
    struct db *d;
    struct db_value *row;
    if (!e->f->clue.n) {
        if (act_offered(act_type_find(S("clue.report")), &q->reader))
            w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/do/clue.report?finding="), U(e->f->id), H("&amp;text="), U(e->f->sentence), H("\">转为线索</a></p>"));
        return NULL;
    }
    if (!e->inside || !thing_open(t, &q->reader))
        return NULL;
    TRY(request_db(q, &d));
    err *bad = things_get(d, q->a, t, &q->reader, e->f->clue, &row);
    if (bad && bad->kind == ERR_MISSING) {
        err_clear();
        return NULL;
    }
    if (bad)
        return bad;
    if (!act_offered(act_type_find(S("clue.judge")), &q->reader)) {
        thing_offers(q, o, t, e->f->clue, row);
        return NULL;
    }
    bool waits = false, own;
    str bureau;
    TRY(clue_bureau(q, e->f->clue, &bureau, &own));
    if (!own) {
        w(o, H("<p class=\"muted\">线索由"), bureau, H("的执法人员签收、核实。</p><p class=\"actions\"><a class=\"button primary\" href=\"/clues/"), U(e->f->clue),
          H("/study\">看线索的研判</a><a class=\"button\" href=\"/things/clues/"), U(e->f->clue), H("\">线索的办理经过</a></p>"));
        return NULL;
    }
    for (size_t i = 0; t->columns[i].name; i++)
        waits = waits || (!strcmp(t->columns[i].name, "state") && row[i].kind == DB_TEXT && str_eq(row[i].s, S("reported")));
    w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/clues/"), U(e->f->clue), waits ? H("/study\">签收线索</a>") : H("/study\">填写研判结论</a>"),
      H("<a class=\"button\" href=\"/things/clues/"), U(e->f->clue), H("\">线索的办理经过</a></p>"));
    return NULL;
}

/* ---- for 线索研判 (study.h) ---- */
static err *study_figure(struct request *q, struct out *o, const struct study *s)
{
    (void)q;
    return figure(s->own, o);
}

static void study_numbers(struct evidence *e, struct study *ret)
{
    const struct json *numbers = json_get(e->json, S("numbers"));
    for (size_t i = 0; numbers && i < numbers->n && ret->numbers_n < STUDY_NUMBERS; i++) {
        const struct json *value = json_get(&numbers->child[i], S("value"));
        buf b = buf_make(e->q->a, 64);
        struct json_out number = {&b, false};
        if (value)
            json_tree(&number, value);
        buf_add(&b, number_unit(&numbers->child[i]));
        ret->number[ret->numbers_n++] = (struct study_number){json_string(&numbers->child[i], S("label")), buf_str(&b)};
    }
}

static void study_causes(struct evidence *e, struct study *ret)
{
    const struct json *traps = json_get(e->json, S("traps"));
    ret->cause = NEW_ARRAY(e->q->a, LIMIT_STUDY_ROWS, struct study_cause);
    for (size_t i = 0; traps && i < traps->n && ret->causes_n < LIMIT_STUDY_ROWS; i++) {
        const struct json *t = &traps->child[i];
        str result = json_string(t, S("result"));
        ret->cause[ret->causes_n++] = (struct study_cause){json_string(t, S("label")),
            str_eq(result, str_of(trap_outcome_label(TRAP_RULED_OUT))) ? STUDY_RULED_OUT
            : str_eq(result, str_of(trap_outcome_label(TRAP_POSSIBLE))) ? STUDY_POSSIBLE : STUDY_UNCHECKED, result, json_string(t, S("text"))};
    }
}

err *finding_study(struct request *q, str id, bool *ret_found, struct study *ret)
{
    struct finding_scope *s;
    struct evidence *e = NEW(q->a, struct evidence);
    struct found *found = NEW(q->a, struct found);
    *e = (struct evidence){.q = q};
    *ret_found = false;
    err *bad = q->web->options.readings && q->web->options.watch && (q->reader.roles & ROLES_FINDINGS) ? finding_scope_open(q, &s) : err_new(ERR_MISSING, "没有监测数据");
    if (!bad)
        bad = monitor_on(q, &e->store);
    if (!bad)
        bad = finding_get(s, id, found);
    if (bad && (bad->kind == ERR_MISSING || bad->kind == ERR_DENIED)) {
        err_clear();
        return NULL;
    }
    TRY(bad);
    e->found = found, e->f = &found->finding, e->inside = finding_inside(s);
    TRY(json_parse(q->a, e->f->json, 1 << 20, &e->json));
    if (e->inside)
        TRY(outlet_get(q, e->f->outlet, &e->outlet));
    TRY(find_series(e));
    *ret = (struct study){.sense = S("监测数据"), .sentence = e->f->sentence, .place = found->outlet.title,
                          .place_href = e->inside ? arena_printf(q->a, "/monitor/%.*s", STR_ARG(found->outlet.id)) : S(""), .from = e->f->from, .to = e->f->to,
                          .origin = arena_printf(q->a, "规则版本%.*s；复算：xiezhi monitor watch --replay %.*s", STR_ARG(e->f->rules), STR_ARG(e->f->id)),
                          .more_href = arena_printf(q->a, "/monitor/findings/%.*s", STR_ARG(e->f->id)), .more = S("全部依据：各规则、原始报文、怎么复算"), .figure = study_figure, .own = e};
    study_numbers(e, ret);
    study_causes(e, ret);
    TRY(study_looked(q, e->f->outlet, e->f->found, ret));
    *ret_found = true;
    return NULL;
}

static err *body(struct evidence *e, struct out *o)
{
    w(o, H("<section class=\"card\">"));
    head(e, o);
    TRY(acts_of(e, o));
    TRY(figure(e, o));
    explanations(e, o);
    if (e->drawn)
        TRY(put_comparison(e->q, o, e->q->web->options.watch, e->store, &e->series, e->f));
    TRY(hits(e, o));
    w(o, H("</section><section class=\"card\">"));
    plan(e, o);
    w(o, H("</section><section class=\"card\">"));
    if (e->inside && e->drawn && (e->q->reader.roles & ROLES_FRAMES))
        TRY(frames(e, o));
    if (e->inside && e->drawn)
        TRY(versions(e, o));
    origin(e, o);
    w(o, H("</section>"));
    TRY(put_habits(e->q, o, e->f->outlet, e->f->first, e->f->last, e->f->found, e->f->light));
    if (e->inside)
        TRY(put_look(e->q, o, e->f->outlet, e->f->found));
    return NULL;
}

err *page_finding(struct request *q, struct response *r)
{
    struct finding_scope *s;
    struct found found;
    struct evidence e = {.q = q};
    TRY(monitor_on(q, &e.store));
    TRY(finding_scope_open(q, &s));
    TRY(finding_get(s, q->part[0], &found));
    e.found = &found, e.f = &found.finding, e.inside = finding_inside(s);
    TRY(json_parse(q->a, e.f->json, 1 << 20, &e.json));
    if (e.inside)
        TRY(outlet_get(q, e.f->outlet, &e.outlet));
    TRY(find_series(&e));
    const struct detector *d = detector_find(e.f->lead);
    str title = arena_printf(q->a, "%.*s：%s", STR_ARG(found.outlet.title), d ? d->label : "研判结果");
    struct out *o = page_begin(q, title);
    w(o, H("<p class=\"muted\"><a href=\"/monitor/findings\">线索研判</a> / "), utf8_clip(e.f->id, 8), H("</p><h1>"), title,
      H("</h1><p class=\"note\">本页为数据分析意见，须经执法人员核实后方可采用（第九条）。</p>"));
    TRY(body(&e, o));
    page_end(q, o, r, 200);
    return NULL;
}
