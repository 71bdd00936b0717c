/*
 * The queue: what the detectors saw and officers have to look at, the gravest first. A row says what contradicts what; nothing
 * here counts guilt. Heads and discipline also see how often each detector was right, or nobody would notice one that never is.
 */
#include "web/finding.h"

enum { PAGE_ROWS = 30, API_ROWS = 50, API_LIMIT = 200 };

/* ---- words ---- */
static const struct { const char *name, *text; } levels[] = {[LEVEL_HINT] = {"hint", "提示"}, [LEVEL_CLUE] = {"clue", "线索"}},
    states[] = {[WATCH_OPEN] = {"open", "待报告"}, [WATCH_REPORTED] = {"reported", "已报告"}, [WATCH_CONTINUES] = {"continues", "延续"}, [WATCH_UNSURE] = {"unsure", "未通过误报控制"},
              [WATCH_PAST] = {"past", "后来的数据不再显示"}};

const char *finding_level_text(enum finding_level l)
{
    return levels[l].text;
}

const char *finding_level_name(enum finding_level l)
{
    return levels[l].name;
}

const char *watch_state_text(enum watch_state s)
{
    return states[s].text;
}

const char *watch_state_name(enum watch_state s)
{
    return states[s].name;
}

/* ---- queue ---- */
static void filter_bar(struct request *q, struct out *o, const struct finding_query *query)
{
    w(o, H("<form class=\"find\" method=\"get\" role=\"search\"><div><label for=\"f-level\">级别</label><select id=\"f-level\" name=\"level\">"));
    put_option(o, S(""), S("全部"), query->filter.level < 0);
    put_option(o, S("clue"), S("线索"), query->filter.level == LEVEL_CLUE);
    put_option(o, S("hint"), S("提示"), query->filter.level == LEVEL_HINT);
    w(o, H("</select></div><div><label for=\"f-continued\">延续以前的、不再显示的</label><select id=\"f-continued\" name=\"continued\">"));
    put_option(o, S(""), S("不列"), !query->filter.continued);
    put_option(o, S("1"), S("列出"), query->filter.continued);
    w(o, H("</select></div>"));
    if (query->filter.outlet.n)
        w(o, H("<input type=\"hidden\" name=\"outlet\" value=\""), query->filter.outlet, H("\">"));
    w(o, H("<button>查找</button></form>"));
    (void)q;
}

static bool clue_open(const struct request *q, const struct watch_finding *f)
{
    return f->clue.n && thing_open(thing_find(S("clues")), &q->reader);
}

static void row(struct request *q, struct out *o, const struct found *one, bool inside)
{
    const struct watch_finding *f = &one->finding;
    const struct detector *d = detector_find(f->lead);
    w(o, H("<tr><td data-label=\"级别\"><span><span class=\"badge "), f->level == LEVEL_CLUE ? "held" : "plain", H("\">"), finding_level_text(f->level),
      H("</span></span></td><td data-label=\"点位\"><span>"));
    if (inside)
        w(o, H("<a href=\"/monitor/"), U(one->outlet.id), H("\">"), one->outlet.title, H("</a>"));
    else
        w(o, one->outlet.title);
    w(o, H("</span></td><td data-label=\"看到什么\"><span><a href=\"/monitor/findings/"), U(f->id), H("\">"), f->sentence,
      H("</a><br><span class=\"muted\">"), time_chinese(q->a, f->from), H(" 至 "), time_chinese(q->a, f->to), H("</span></span></td><td data-label=\"规则\"><span>"),
      f->lead, H(" "), d ? d->label : "", H("</span></td><td data-label=\"状态\"><span>"));
    if (f->level == LEVEL_CLUE || f->state == WATCH_PAST)
        w(o, watch_state_text(f->state));
    else
        w(o, H("仅供了解"));
    if (inside && clue_open(q, f))
        w(o, H(" <a href=\"/things/clues/"), U(f->clue), H("\">线索</a>"));
    w(o, H("</span></td></tr>"));
}

static void put_same(struct out *o, const struct finding_query *query)
{
    if (query->filter.level >= 0)
        w(o, H("level="), finding_level_name((enum finding_level)query->filter.level), H("&amp;"));
    if (query->filter.continued)
        w(o, H("continued=1&amp;"));
    if (query->filter.outlet.n)
        w(o, H("outlet="), U(query->filter.outlet), H("&amp;"));
}

static err *queue(struct finding_scope *s, struct request *q, struct out *o, const struct finding_query *query)
{
    struct found_page page;
    TRY(findings_find(s, query, &page));
    if (!page.n)
        w(o, H("<p class=\"card muted\">没有符合条件的研判结果。</p>"));
    else
        w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">级别</th><th scope=\"col\">点位</th>"
               "<th scope=\"col\">看到什么</th><th scope=\"col\">规则</th><th scope=\"col\">状态</th></tr></thead><tbody>"));
    for (size_t i = 0; i < page.n; i++)
        row(q, o, &page.p[i], finding_inside(s));
    if (page.n)
        w(o, H("</tbody></table></div>"));
    if (page.next.n) {
        w(o, H("<p class=\"actions\"><a class=\"button\" rel=\"next\" href=\"/monitor/findings?"));
        put_same(o, query);
        w(o, H("after="), U(page.next), H("\">下一页</a></p>"));
    }
    return NULL;
}

/* ---- how good the detectors are ---- */
static err *measures(struct request *q, struct out *o)
{
    struct watch_measure *m;
    int64_t silent = 0;
    if (!(q->reader.roles & ROLES_MEASURES))
        return NULL;
    TRY(watch_measures(q->web->options.watch, q->a, &m));
    w(o, H("<section class=\"card\"><h2>各规则的核实情况</h2><p class=\"muted\">各机构合计：已报告的线索中有多少经执法人员填写了研判结论，其中多少属实。核实满"),
      (int)WATCH_JUDGED_LEAST, H("条而属实不到"), (int)WATCH_PRECISION_LEAST,
      H("%的规则自动转入后台，不再提出线索。</p><div class=\"scroll\"><table class=\"numbers\"><thead><tr><th scope=\"col\">规则</th>"
        "<th scope=\"col\" class=\"number\">线索数</th><th scope=\"col\" class=\"number\">已核</th><th scope=\"col\" class=\"number\">属实</th></tr></thead><tbody>"));
    for (size_t i = 0; i < detector_count(); i++) {
        silent += m[i].background;
        if (!m[i].clues)
            continue;
        w(o, H("<tr><td>"), m[i].detector->id, H(" "), m[i].detector->label);
        if (m[i].background)
            w(o, H(" <span class=\"badge late\">后台</span>"));
        w(o, H("</td><td class=\"number\">"), m[i].clues, H("</td><td class=\"number\">"), m[i].judged, H("</td><td class=\"number\">"),
          m[i].confirmed, H("</td></tr>"));
    }
    w(o, H("</tbody></table></div><p class=\"muted\">共"), detector_count(), H("个规则，未列出的还没有线索；其中"), silent,
      H("个在后台运行（尚无核实结果或属实太少），不向任何人显示。</p></section>"));
    return NULL;
}

/* ---- pages ---- */
static err *outlet_line(struct finding_scope *s, struct out *o, str outlet)
{
    struct finding_outlet one;
    if (!outlet.n)
        return NULL;
    TRY(finding_outlet(s, outlet, &one));
    if (!one.visible)
        return err_got(err_at(err_new(ERR_MISSING, "没有这个监测点位"), S("outlet")), utf8_clip(outlet, 40), S("点位编号"), STR_NONE);
    w(o, H("<p>只看点位“<a href=\"/monitor/"), U(one.id), H("\">"), one.title, H("</a>”。<a href=\"/monitor/findings\">看全部</a></p>"));
    return NULL;
}

err *page_findings(struct request *q, struct response *r)
{
    struct readings *store;
    struct finding_scope *s;
    struct finding_query query;
    TRY(monitor_on(q, &store));
    TRY(finding_scope_open(q, &s));
    TRY(finding_query_read(s, PAGE_ROWS, &query));
    struct out *o = page_begin(q, S("线索研判"));
    if (finding_inside(s))
        w(o, H("<p class=\"muted\"><a href=\"/monitor\">监测点位</a> / 线索研判</p>"));
    w(o, H("<h1>线索研判</h1><p class=\"note\">以下为数据分析意见，须经执法人员核实后方可采用（第九条）。线索在每个机构的每日上限内报告；提示不需要办理，仅供了解。不在平台里的数据，可以<a href=\"/audit\">放进来核查</a>。</p>"));
    if (!finding_inside(s))
        w(o, H("<p>点位以代号列出；只有委托写明的单位显示名称。请勿自行推断或联系单位。</p>"));
    TRY(outlet_line(s, o, query.filter.outlet));
    if (!finding_watch(s)) {
        w(o, H("<p class=\"card\">尚未运行研判。系统管理员运行 <code>xiezhi monitor watch --report</code> 后，结果列在这里。</p>"));
    } else {
        filter_bar(q, o, &query);
        TRY(queue(s, q, o, &query));
        TRY(put_run(q, o));
        TRY(measures(q, o));
    }
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- API ---- */
static void put_item(struct request *q, struct json_out *o, const struct found *one, bool inside)
{
    const struct watch_finding *f = &one->finding;
    const struct detector *d = detector_find(f->lead);
    json_open(o, '{');
    json_put_str(o, S("id"), f->id);
    json_put_str(o, S("outlet"), one->outlet.id);
    json_put_str(o, S("title"), one->outlet.title);
    json_put_bool(o, S("named"), one->outlet.named);
    json_put_str(o, S("level"), str_of(finding_level_name(f->level)));
    json_put_str(o, S("state"), str_of(watch_state_name(f->state)));
    json_put_str(o, S("detector"), f->lead);
    json_put_str(o, S("label"), d ? str_of(d->label) : S(""));
    json_put_str(o, S("factor"), f->factor);
    json_put_str(o, S("from"), time_rfc3339(q->a, f->from));
    json_put_str(o, S("to"), time_rfc3339(q->a, f->to));
    json_put_str(o, S("sentence"), f->sentence);
    json_put_str(o, S("rules"), f->rules);
    if (inside && f->clue.n)
        json_put_str(o, S("clue"), f->clue);
    json_close(o, '}');
}

err *api_findings(struct request *q, struct response *r)
{
    struct readings *store;
    struct finding_scope *s;
    struct finding_query query;
    struct found_page page;
    int64_t limit = API_ROWS;
    str text = form_get(&q->params, S("limit"));
    if (text.n && (!str_int64(text, &limit) || limit < 1 || limit > API_LIMIT))
        return err_got(err_at(err_new(ERR_INPUT, "limit应为1至%d", API_LIMIT), S("limit")), text, arena_printf(q->a, "1至%d的整数", API_LIMIT), S("50"));
    TRY(monitor_on(q, &store));
    TRY(finding_scope_open(q, &s));
    TRY(finding_query_read(s, (int)limit, &query));
    TRY(findings_find(s, &query, &page));
    buf b = buf_make(q->a, LIMIT_PAGE_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("statement"), S("数据分析意见，须经执法人员核实后方可采用（第九条）"));
    json_put_bool(&o, S("run"), finding_watch(s) != NULL);
    json_key(&o, S("items"));
    json_open(&o, '[');
    for (size_t i = 0; i < page.n; i++)
        put_item(q, &o, &page.p[i], finding_inside(s));
    json_close(&o, ']');
    if (page.next.n) {
        struct out next = {buf_make(q->a, LIMIT_TARGET * 4), q->a};
        w(&next, H("/api/monitor/findings?after="), U(page.next));
        for (size_t i = 0; i < q->params.n; i++)
            if (!str_eq(q->params.p[i].name, S("after")))
                w(&next, H("&"), U(q->params.p[i].name), H("="), U(q->params.p[i].value));
        json_put_str(&o, S("next"), buf_str(&next.b));
    }
    json_close(&o, '}');
    CHECK(!b.overflow);
    r->status = 200;
    r->type = "application/json";
    r->body = buf_str(&b);
    return NULL;
}
