/*
 * Discipline's desk: what the look found and nobody has opened, how those fared who refused, the lots of back-checks, and how each
 * provider served. No number here is a judgement; a refusal is in no score (analysis/score.h).
 */
#include "analysis/score.h"
#include "web/roles.h"

enum { FINDINGS_SHOWN = 30, REFUSALS_SHOWN = 50, DRAWS_SHOWN = 20, PROVIDERS_SHOWN = 60 };

/* ---- findings ---- */

static err *findings(struct request *q, struct db *d, struct out *o, const char *state, const char *head)
{
    const struct thing *t = thing_find(S("integrity-findings"));
    struct thing_filter filter = {S("state"), str_of(state)};
    struct thing_page page;
    struct thing_query query = {.thing = t, .reader = &q->reader, .filters = &filter, .filters_n = 1, .limit = FINDINGS_SHOWN, .newest_first = true};
    size_t kind = 0, about = 0, text = 0, found = 0, n = thing_columns(t);
    for (size_t c = 0; c < n; c++) {
        str name = str_of(t->columns[c].name);
        kind = str_eq(name, S("kind")) ? c : kind;
        about = str_eq(name, S("about_id")) ? c : about;
        text = str_eq(name, S("text")) ? c : text;
        found = str_eq(name, S("found_at")) ? c : found;
    }
    TRY(things_list(d, q->a, &query, &page));
    w(o, H("<section class=\"card\"><h2>"), head, H("</h2>"));
    if (!page.n)
        w(o, H("<p class=\"muted\">没有。</p>"));
    else
        w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">类别</th><th scope=\"col\">对象</th><th scope=\"col\">看到什么</th>"
               "<th scope=\"col\">提出时间</th></tr></thead><tbody>"));
    for (size_t i = 0; i < page.n; i++) {
        const struct db_value *v = page.row[i];
        w(o, H("<tr><td data-label=\"类别\"><a href=\"/things/integrity-findings/"), U(v[n].s), H("\">"));
        show_value(q, o, &t->columns[kind], &v[kind]);
        w(o, H("</a></td><td data-label=\"对象\"><span>"));
        show_value(q, o, &t->columns[about], &v[about]);
        w(o, H("</span></td><td data-label=\"看到什么\"><span>"));
        show_value(q, o, &t->columns[text], &v[text]);
        w(o, H("</span></td><td data-label=\"提出时间\">"));
        show_value(q, o, &t->columns[found], &v[found]);
        w(o, H("</td></tr>"));
    }
    if (page.n)
        w(o, H("</tbody></table></div>"));
    if (page.next.n)
        w(o, H("<p><a href=\"/things/integrity-findings?state="), state, H("\">全部</a></p>"));
    w(o, H("</section>"));
    return NULL;
}

/* ---- who refused ---- */

#define OWN_AGENCY(column) "(" column " = :agency OR " column " IN (SELECT sg.id FROM agency sg WHERE sg.region BETWEEN :low AND :high))"
#define RATE(from, to)                                                                              \
    "(SELECT CAST(1000 * SUM(x.points) / SUM(x.maximum) AS BIGINT) FROM evaluation x JOIN agreement g ON g.id = x.agreement JOIN act_log k" \
    " ON k.seq = x.seq WHERE x.provider = e.provider AND g.agency = e.agency AND x.maximum > 0 AND k.at >= " from " AND k.at < " to ")"
#define TASKS(from, to)                                                                             \
    "(SELECT COUNT(*) FROM entrustment t WHERE t.provider = e.provider AND t.agency = e.agency AND t.approved_at >= " from " AND t.approved_at < " to ")"

static void rate(struct request *q, struct out *o, const struct db_value *v)
{
    if (v->kind == DB_INT)
        w(o, arena_printf(q->a, "%lld.%lld%%", (long long)(v->i / 10), (long long)(v->i % 10)));
    else
        w(o, H("—"));
}

/* After: only when something was scored or half a year passed is less a fall; a task count is compared once the half year is over. */
struct after { str id, provider, agency; usec at; struct db_value before, since; int64_t tasks_before, tasks_since; bool score_fell, tasks_fell; };

static err *load_after(struct request *q, struct db *d, struct after **ret, size_t *ret_n)
{
    enum { MONTHS = 6 };
    struct db_rows r;
    VEC(struct after) v = {0};
    usec span = MONTHS * 30 * USEC_DAY;
    TRY(db_query(d, q->a,
                 "SELECT r.id, p.name, g.name, r.at, " RATE("r.at - :span", "r.at") ", " RATE("r.at", "r.at + :span") ", " TASKS("r.at - :span", "r.at") ", "
                 TASKS("r.at", "r.at + :span") " FROM order_refusal r JOIN entrustment e ON e.id = r.entrustment JOIN provider p ON p.id = e.provider"
                 " JOIN agency g ON g.id = e.agency WHERE " OWN_AGENCY("e.agency") " ORDER BY r.at DESC, r.id LIMIT :limit",
                 DB_ARGS(DB_I("span", span), DB_T("agency", q->reader.agency), DB_I("low", q->reader.region),
                         DB_I("high", region_last(q->reader.region)), DB_I("limit", REFUSALS_SHOWN)), &r));
    for (;;) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        struct after x = {db_str(&r, 0), db_str(&r, 1), db_str(&r, 2), db_int(&r, 3), db_column(&r, 4), db_column(&r, 5), db_int(&r, 6), db_int(&r, 7), false, false};
        x.score_fell = x.before.kind == DB_INT && x.since.kind == DB_INT && x.since.i < x.before.i;
        x.tasks_fell = x.at + span <= q->now && x.tasks_since < x.tasks_before;
        vec_push(q->a, &v, x);
    }
    *ret = v.p;
    *ret_n = v.n;
    return NULL;
}

static void after_row(struct request *q, struct out *o, const struct after *x)
{
    w(o, H("<tr><td class=\"time\" data-label=\"拒绝时间\"><a href=\"/things/order-refusals/"), U(x->id), H("\">"), time_chinese(q->a, x->at),
      H("</a></td><td data-label=\"第三方\">"), x->provider, H("</td><td data-label=\"机构\">"), x->agency, H("</td><td class=\"number\" data-label=\"得分率（前）\">"));
    rate(q, o, &x->before);
    w(o, H("</td><td class=\"number\" data-label=\"得分率（后）\">"));
    rate(q, o, &x->since);
    w(o, x->score_fell ? H(" <span class=\"badge refused\">下降</span>") : H(""), H("</td><td class=\"number\" data-label=\"委托（前）\">"), x->tasks_before,
      H("</td><td class=\"number\" data-label=\"委托（后）\">"), x->tasks_since, x->tasks_fell ? H(" <span class=\"badge refused\">下降</span>") : H(""), H("</td></tr>"));
}

err *refusals_after(struct request *q, struct db *d, struct out *o, bool fallen_only)
{
    struct after *v;
    size_t n, shown = 0;
    TRY(load_after(q, d, &v, &n));
    w(o, H("<section class=\"card\" id=\"after\"><h2>依法拒绝之后（前后各六个月）</h2><p class=\"muted\">第四条：第三方可以拒绝。拒绝不进入任何评分；这里只看拒绝之后评分和委托有没有下降"
           "（委托数在满六个月后比较）。</p>"));
    for (int fell = 1; fell >= (fallen_only ? 1 : 0); fell--)
        for (size_t i = 0; i < n; i++) {
            if ((v[i].score_fell || v[i].tasks_fell) != (fell == 1))
                continue;
            if (!shown++)
                w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">拒绝时间</th><th scope=\"col\">第三方</th><th scope=\"col\">机构</th>"
                       "<th scope=\"col\" class=\"number\">得分率（前）</th><th scope=\"col\" class=\"number\">得分率（后）</th>"
                       "<th scope=\"col\" class=\"number\">委托（前）</th><th scope=\"col\" class=\"number\">委托（后）</th></tr></thead><tbody>"));
            after_row(q, o, &v[i]);
        }
    w(o, shown ? H("</tbody></table></div></section>") : fallen_only && n ? H("<p class=\"fine\">已看全部拒绝记录，没有下降的。</p></section>")
                                                                         : H("<p class=\"muted\">没有拒绝记录。</p></section>"));
    return NULL;
}

/* ---- lots ---- */

static err *draws(struct request *q, struct db *d, struct out *o)
{
    struct db_rows r;
    int n = 0;
    TRY(db_query(d, q->a, "SELECT b.id, g.name, b.from_date, b.to_date, b.pool_n, b.chosen_n, (SELECT COUNT(*) FROM backcheck c WHERE c.draw = b.id AND"
                          " c.state = 'reported'), (SELECT COUNT(*) FROM backcheck c WHERE c.draw = b.id AND c.agrees = 0) FROM backcheck_draw b JOIN"
                          " agency g ON g.id = b.agency WHERE " OWN_AGENCY("b.agency") " ORDER BY b.to_date DESC, b.id LIMIT :limit",
                 DB_ARGS(DB_T("agency", q->reader.agency), DB_I("low", q->reader.region), DB_I("high", region_last(q->reader.region)),
                         DB_I("limit", DRAWS_SHOWN)), &r));
    w(o, H("<section class=\"card\"><h2>回查抽取</h2><p class=\"muted\">期间结束后按账本抽取，事前无人可知；任何一次都可用“xiezhi look --redraw 编号”由账本复算。</p>"));
    for (;; n++) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        if (!n)
            w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">期间</th><th scope=\"col\">机构</th><th scope=\"col\" class=\"number\">范围</th>"
                   "<th scope=\"col\" class=\"number\">抽中</th><th scope=\"col\" class=\"number\">已回查</th><th scope=\"col\" class=\"number\">不一致</th></tr></thead><tbody>"));
        w(o, H("<tr><td data-label=\"期间\"><a href=\"/things/backcheck-draws/"), U(db_str(&r, 0)), H("\">"), day_chinese(q->a, (day)db_int(&r, 2)), H("至"),
          day_chinese(q->a, (day)db_int(&r, 3)), H("</a></td><td data-label=\"机构\">"), db_str(&r, 1), H("</td><td class=\"number\" data-label=\"范围\">"), db_int(&r, 4),
          H("</td><td class=\"number\" data-label=\"抽中\">"), db_int(&r, 5), H("</td><td class=\"number\" data-label=\"已回查\">"), db_int(&r, 6),
          H("</td><td class=\"number\" data-label=\"不一致\">"), db_int(&r, 7), H("</td></tr>"));
    }
    w(o, n ? H("</tbody></table></div></section>") : H("<p class=\"muted\">还没有抽取。运行 xiezhi look 后按期抽取。</p></section>"));
    return NULL;
}

/* ---- how providers served ---- */

static void part(struct out *o, const char *label, int64_t value)
{
    w(o, H("<td class=\"number\" data-label=\""), label, H("\">"));
    if (value == SCORE_NONE)
        w(o, H("—"));
    else
        w(o, value);
    w(o, H("</td>"));
}

static err *providers(struct request *q, struct db *d, struct out *o)
{
    struct db_rows r;
    usec low = q->now - 365 * USEC_DAY;
    VEC(str) id = {0};
    VEC(str) name = {0};
    TRY(db_query(d, q->a, "SELECT p.id, p.name FROM provider p WHERE EXISTS (SELECT 1 FROM agreement g WHERE g.provider = p.id AND " OWN_AGENCY("g.agency")
                          ") ORDER BY p.id LIMIT :limit",
                 DB_ARGS(DB_T("agency", q->reader.agency), DB_I("low", q->reader.region), DB_I("high", region_last(q->reader.region)),
                         DB_I("limit", PROVIDERS_SHOWN)), &r));
    for (;;) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        vec_push(q->a, &id, db_str(&r, 0));
        vec_push(q->a, &name, db_str(&r, 1));
    }
    w(o, H("<section class=\"card\"><h2>第三方履约情况（近一年，千分）</h2><p class=\"muted\">按期、可采用、回查一致三项的加权平均（"), (int)SCORE_WEIGHT_TIME, H("：")
      , (int)SCORE_WEIGHT_QUALITY, H("："), (int)SCORE_WEIGHT_TRUTH, H("）。依法拒绝、谢绝委托、线索和案件数量都不在计算之内。</p>"
      "<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">第三方</th><th scope=\"col\" class=\"number\">总分</th><th scope=\"col\" class=\"number\">按期</th>"
      "<th scope=\"col\" class=\"number\">可采用</th><th scope=\"col\" class=\"number\">回查一致</th></tr></thead><tbody>"));
    for (size_t i = 0; i < id.n; i++) {
        struct score_input in;
        TRY(score_load(d, id.p[i], low, q->now, &in));
        struct score s = score_of(&in);
        w(o, H("<tr><td data-label=\"第三方\"><a href=\"/things/providers/"), U(id.p[i]), H("\">"), name.p[i], H("</a></td>"));
        part(o, "总分", s.total);
        part(o, "按期", s.time);
        part(o, "可采用", s.quality);
        part(o, "回查一致", s.truth);
        w(o, H("</tr>"));
    }
    w(o, H("</tbody></table></div></section>"));
    return NULL;
}

err *page_integrity(struct request *q, struct response *r)
{
    struct db *d;
    TRY(request_db(q, &d));
    struct out *o = page_begin(q, S("廉洁提示"));
    w(o, H("<h1>廉洁提示</h1><p class=\"note\">由比对程序提出，是核查方向，不是违纪认定；受理之前所涉单位和人员看不到。需要查处的，另行启动违纪核查。</p>"));
    TRY(findings(q, d, o, "found", "待受理"));
    TRY(findings(q, d, o, "opened", "已受理"));
    TRY(refusals_after(q, d, o, false));
    TRY(draws(q, d, o));
    TRY(providers(q, d, o));
    page_end(q, o, r, 200);
    return NULL;
}
