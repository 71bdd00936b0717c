/*
 * 采购与经费: what is due and by which rule, each budget against what is committed and paid, and purchases that together pass a line none
 * of them passes alone (Implementing Regulations of the Procurement Law, art. 28; the catalogue counts a category's year). Every sum of a
 * budget is that of a column of the rows behind its link; a number of purchases leads to all of their kind and year, open tenders too.
 */
#include "web/web_private.h"

#include <string.h>

enum { LIMIT_MONEY_ROWS = 200 };

/* ---- deadlines ---- */
static const struct { const char *kind, *label, *term, *rule; } terms[] = {
    {"agreement_draft", "签订协议", "成交通知书发出之日起30个自然日内", "政府采购法第46条"},
    {"agreement_sign", "负责人签订", "草拟之日起5个工作日内", "本机构期限"},
    {"agreement_publish", "公告协议", "签订之日起2个工作日内", "政府采购法实施条例第50条"},
    {"agreement_file", "协议备案", "签订之日起7个工作日内", "政府采购法第47条"},
    {"payment_request", "申请支付", "验收合格之日起30个自然日内", "保障中小企业款项支付条例"},
    {"payment_pay", "支付", "验收合格之日起30个自然日内", "保障中小企业款项支付条例"},
    {"data_return", "返还资料", "解除之日起5个工作日内", "规定第12条"}};

static err *deadlines(struct request *q, struct out *o)
{
    struct todo *todo;
    struct db *d;
    size_t n, shown = 0;
    struct reader desk = q->reader;
    /* The board shows the bureau's terms whoever of them looks; what may be done is asked of the acts. */
    desk.roles |= ROLE_BIT(ROLE_PROCUREMENT) | ROLE_BIT(ROLE_FINANCE) | ROLE_BIT(ROLE_HEAD);
    TRY(request_db(q, &d));
    TRY(todo_list(d, q->a, &desk, q->now, LIMIT_MONEY_ROWS * 4, &todo, &n));
    w(o, H("<section class=\"card\"><h2>期限</h2>"));
    for (size_t i = 0; i < n; i++) {
        const struct todo *t = &todo[i];
        size_t k = 0;
        while (k < sizeof terms / sizeof *terms && !str_eq(t->kind, str_of(terms[k].kind)))
            k++;
        if (k == sizeof terms / sizeof *terms || (t->overseen && !str_eq(t->kind, S("data_return")))) /* a provider's own, once late */
            continue;
        const struct thing *thing = thing_of(t->thing_kind);
        const struct act_type *act = act_type_find(todo_act(t));
        CHECK(thing);
        if (!shown++)
            w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">事项</th><th scope=\"col\">对象</th><th scope=\"col\">规定期限</th>"
                   "<th scope=\"col\">到期</th><th scope=\"col\">剩余</th><th scope=\"col\">办理</th></tr></thead><tbody>"));
        w(o, H("<tr><td data-label=\"事项\"><b>"), terms[k].label, H("</b></td><td data-label=\"对象\"><a href=\"/things/"), thing->name, H("/"), U(t->thing_id), H("\">"), t->title,
          H("</a></td><td data-label=\"规定期限\"><span>"), terms[k].term, H("<br><span class=\"muted\">"), terms[k].rule, H("</span></span></td><td class=\"time\" data-label=\"到期\">"),
          t->due_at == USEC_NONE ? S("—") : day_chinese(q->a, day_of(t->due_at)), H("</td><td data-label=\"剩余\"><span class=\""), t->overdue ? H("overdue") : H(""), H("\">"), t->due_text,
          H("</span></td><td data-label=\"办理\"><span>"));
        const char *field = act ? thing_field_of(act, thing) : NULL;
        if (act && field && act_offered(act, &q->reader))
            w(o, H("<a class=\"button"), shown == 1 ? H(" primary") : H(""), H("\" href=\"/do/"), act->name, H("?"), field, H("="), U(t->thing_id), H("\">"), act->label, H("</a>"));
        else
            w(o, H("<span class=\"muted\">"), t->owner, H("</span>"));
        w(o, H("</span></td></tr>"));
    }
    w(o, shown ? H("</tbody></table></div></section>") : H("<p class=\"muted\">没有在期限内待办的采购、协议和支付事项。</p></section>"));
    return NULL;
}

/* ---- budgets ---- */
static void bar(struct out *o, int64_t part, int64_t whole)
{
    int share = whole > 0 ? (int)(part >= whole ? 1000 : part * 1000 / whole) : 0;
    w(o, H("<progress max=\"1000\" value=\""), share, H("\" aria-hidden=\"true\"></progress>"));
}

static err *budgets(struct request *q, struct out *o)
{
    struct db *d;
    struct db_rows rows;
    bool any = false;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a,
                 "SELECT b.id, b.year, COALESCE(b.approval_no, b.id), b.amount, (SELECT CAST(COALESCE(SUM(CASE WHEN c.state = 'awarded' THEN c.award"
                 " ELSE c.amount END), 0) AS BIGINT) FROM procurement c WHERE c.budget = b.id AND c.state IN ('open', 'awarded')),"
                 " (SELECT CAST(COALESCE(SUM(y.amount), 0) AS BIGINT) FROM payment y JOIN agreement g ON g.id = y.agreement JOIN procurement c"
                 " ON c.id = g.procurement WHERE c.budget = b.id AND y.state = 'paid') FROM budget b WHERE b.agency = :agency"
                 " ORDER BY b.year DESC, b.id LIMIT :limit",
                 DB_ARGS(DB_T("agency", q->reader.agency), DB_I("limit", LIMIT_MONEY_ROWS)), &rows));
    w(o, H("<section class=\"card\"><h2>预算、占用、支付</h2><p class=\"muted\">占用：进行中的采购按预算金额、已成交的按成交金额计；支付：已支付的金额。点击数字查看各行。</p>"));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        str id = db_str(&rows, 0);
        int64_t amount = db_int(&rows, 3), committed = db_int(&rows, 4), paid = db_int(&rows, 5);
        if (!any)
            w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">预算</th><th scope=\"col\" class=\"number\">批复（元）</th><th scope=\"col\" class=\"number\">占用（元）</th>"
                   "<th scope=\"col\" class=\"number\">已支付（元）</th><th scope=\"col\" class=\"number\">未占用（元）</th><th scope=\"col\">占用比例</th></tr></thead><tbody>"));
        any = true;
        w(o, H("<tr><td data-label=\"预算\"><a href=\"/things/budgets/"), U(id), H("\">"), db_int(&rows, 1), H("年 "), db_str(&rows, 2), H("</a></td><td class=\"number\" data-label=\"批复（元）\">"), yuan(q->a, amount),
          H("</td><td class=\"number\" data-label=\"占用（元）\"><a href=\"/things/procurements?budget="), U(id), H("\">"), yuan(q->a, committed),
          H("</a></td><td class=\"number\" data-label=\"已支付（元）\"><a href=\"/things/payments?state=paid&amp;budget="), U(id), H("\">"), yuan(q->a, paid),
          H("</a></td><td class=\"number\" data-label=\"未占用（元）\"><span class=\""), committed > amount ? H("overdue") : H(""), H("\">"), yuan(q->a, amount - committed), H("</span></td><td data-label=\"占用比例\"><span>"));
        bar(o, committed, amount);
        w(o, H("</span></td></tr>"));
    }
    w(o, any ? H("</tbody></table></div></section>") : H("<p class=\"muted\">没有登记预算。</p></section>"));
    return NULL;
}

/* ---- splitting ---- */
static err *splitting(struct request *q, struct out *o)
{
    struct law_limit limit;
    struct db *d;
    struct db_rows rows;
    bool any = false;
    TRY(request_db(q, &d));
    TRY(purchase_limits(d, q->a, q->reader.agency, day_of(q->now), &limit));
    w(o, H("<section class=\"card\"><h2>化整为零提示</h2><p class=\"muted\">同一年度、同一品目、公开招标以外的采购合计。依据《政府采购法实施条例》第28条和湖北省集中采购目录（单项或批量年度采购金额）。"));
    if (!limit.tier) {
        w(o, H("没有适用于本机构的限额标准。</p></section>"));
        return NULL;
    }
    w(o, H("分散采购限额"), yuan(q->a, limit.dispersed), H("元，公开招标限额"), yuan(q->a, limit.open_tender), H("元。</p>"));
    TRY(db_query(d, q->a,
                 "SELECT p.category, p.year, COUNT(*), CAST(SUM(CASE WHEN p.state = 'awarded' THEN p.award ELSE p.amount END) AS BIGINT) AS total,"
                 " MAX(CASE WHEN p.state = 'awarded' THEN p.award ELSE p.amount END) FROM procurement p WHERE p.agency = :agency"
                 " AND p.category IS NOT NULL AND p.state IN ('open', 'awarded') AND p.method NOT IN ('open_tender', 'framework')"
                 " GROUP BY p.category, p.year HAVING COUNT(*) > 1 ORDER BY p.year DESC, total DESC LIMIT :limit",
                 DB_ARGS(DB_T("agency", q->reader.agency), DB_I("limit", LIMIT_MONEY_ROWS)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        int64_t total = db_int(&rows, 3), most = db_int(&rows, 4);
        bool tender = total >= limit.open_tender && most < limit.open_tender, over = total >= limit.dispersed && most < limit.dispersed;
        if (!any)
            w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">年度</th><th scope=\"col\">品目</th><th scope=\"col\" class=\"number\">采购（项）</th>"
                   "<th scope=\"col\" class=\"number\">合计（元）</th><th scope=\"col\">提示</th></tr></thead><tbody>"));
        any = true;
        w(o, H("<tr><td data-label=\"年度\">"), db_int(&rows, 1), H("</td><td data-label=\"品目\">"), db_str(&rows, 0), H("</td><td class=\"number\" data-label=\"采购（项）\"><a href=\"/things/procurements?year="), db_int(&rows, 1),
          H("&amp;category="), U(db_str(&rows, 0)), H("\">"), db_int(&rows, 2), H("</a></td><td class=\"number\" data-label=\"合计（元）\">"), yuan(q->a, total), H("</td><td data-label=\"提示\"><span class=\""),
          tender || over ? H("overdue") : H("muted"), H("\">"), tender ? "合计达到公开招标限额，单项均未达到" : over ? "合计达到分散采购限额，单项均未达到，适用政府采购法" : "未达限额", H("</span></td></tr>"));
    }
    w(o, any ? H("</tbody></table></div></section>") : H("<p class=\"muted\">没有同年度同品目的多项采购。</p></section>"));
    return NULL;
}

err *page_money(struct request *q, struct response *r)
{
    struct out *o = page_begin_with(q, S("采购与经费"), &(struct page_look){.body = "money"});
    w(o, H("<h1>采购与经费</h1>"));
    TRY(deadlines(q, o));
    TRY(budgets(q, o));
    TRY(splitting(q, o));
    page_end(q, o, r, 200);
    return NULL;
}
