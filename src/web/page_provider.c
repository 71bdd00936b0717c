/*
 * The lead of a third party: what waits for an answer, whose papers end, what was handed in and came back, how the service was scored and
 * where to appeal, and what must be given back. An expert or a lawyer is a provider of one person and reads the same page as his own.
 * Everything here is the provider's own; nothing of a case is on it.
 */
#include "web/roles.h"

enum { ROWS_SHOWN = 15, SOON_DAYS = 30, TASK_SOON_DAYS = 7 };

struct lead { struct request *q; struct db *d; str id, name, state; bool single; day today; };

static err *load(struct lead *l)
{
    struct db_rows r;
    bool more;
    TRY(db_query(l->d, l->q->a, "SELECT p.name, p.state, p.kind FROM provider p WHERE p.id = :id", DB_ARGS(DB_T("id", l->id)), &r));
    TRY(db_next(&r, &more));
    if (!more)
        return err_new(ERR_MISSING, "您的账号没有所属的第三方");
    l->name = db_str(&r, 0), l->state = db_str(&r, 1), l->single = !str_eq(db_str(&r, 2), S("organisation"));
    db_rows_end(&r);
    return NULL;
}

static err *count(struct lead *l, const char *sql, int64_t *ret)
{
    return db_one_int(l->d, sql, DB_ARGS(DB_T("provider", l->id), DB_I("today", l->today), DB_I("soon", l->today + SOON_DAYS)), 0, ret);
}

static err *rows(struct lead *l, const char *sql, struct db_rows *ret)
{
    return db_query(l->d, l->q->a, sql, DB_ARGS(DB_T("provider", l->id), DB_I("today", l->today), DB_I("soon", l->today + SOON_DAYS), DB_I("limit", ROWS_SHOWN)), ret);
}

#define WAITING "FROM entrustment e WHERE e.provider = :provider AND e.state = 'approved'"
#define BACK "FROM material m WHERE m.provider = :provider AND m.state = 'rejected'"
#define ENDING                                                                                      \
    "(SELECT m.name AS who, '工作证件' AS what, m.to_date AS ends, 'members' AS thing, m.id AS id FROM member m WHERE m.provider = :provider AND m.state <> 'retired'" \
    " AND m.to_date IS NOT NULL UNION ALL SELECT p.name, q.type, q.to_date, 'qualifications', q.id FROM qualification q JOIN provider p ON p.id = q.holder WHERE" \
    " q.holder = :provider AND q.to_date IS NOT NULL UNION ALL SELECT m.name, q.type, q.to_date, 'qualifications', q.id FROM qualification q JOIN member m ON m.id ="  \
    " q.holder WHERE m.provider = :provider AND m.state <> 'retired' AND q.to_date IS NOT NULL) x"
#define TO_RETURN                                                                                   \
    "FROM agreement g WHERE g.provider = :provider AND (g.state = 'terminated' OR g.to_date < CAST(:today AS BIGINT)) AND g.state <> 'draft'" \
    " AND NOT EXISTS (SELECT 1 FROM data_return x WHERE x.agreement = g.id)"

/* ---- what waits ---- */
static void card(struct out *o, html label, int64_t n, const char *href, html note)
{
    w(o, H("<article class=\"figure\"><h2>"), label, H("</h2><p class=\"value\"><a href=\""), href, H("\">"), n, H("</a></p><p class=\"muted\">"), note, H("</p></article>"));
}

static err *cards(struct lead *l, struct out *o)
{
    int64_t waiting, running, back, ending, appeal, give;
    TRY(count(l, "SELECT COUNT(*) " WAITING, &waiting));
    TRY(count(l, "SELECT COUNT(*) FROM entrustment e WHERE e.provider = :provider AND e.state = 'accepted'", &running));
    TRY(count(l, "SELECT COUNT(*) " BACK, &back));
    TRY(count(l, "SELECT COUNT(*) FROM " ENDING " WHERE x.ends <= CAST(:soon AS BIGINT)", &ending));
    TRY(count(l, "SELECT COUNT(*) FROM evaluation v WHERE v.provider = :provider", &appeal));
    TRY(count(l, "SELECT COUNT(*) " TO_RETURN, &give));
    w(o, H("<div class=\"figures\">"));
    card(o, H("待答复的委托"), waiting, "#tasks", H("接受或谢绝；谢绝不影响评分"));
    card(o, H("在办委托"), running, "#tasks", H("按约定期限提交成果"));
    card(o, H("退回的材料"), back, "#materials", H("补充后重新核实"));
    card(o, H("证件资质"), ending, "#papers", H("30个自然日内到期或已过期"));
    card(o, H("考核"), appeal, "#evaluation", H("有异议的可以申诉"));
    card(o, H("待返还资料"), give, "#return", H("协议终止后返还或销毁"));
    w(o, H("</div>"));
    return NULL;
}

/* The first thing that waits decides the main button. */
static err *main_button(struct lead *l, struct out *o)
{
    str first;
    TRY(db_one_str(l->d, l->q->a, "SELECT MIN(e.id) " WAITING, DB_ARGS(DB_T("provider", l->id)), &first));
    w(o, H("<p class=\"actions\">"));
    if (first.n)
        w(o, H("<a class=\"button primary\" href=\"/do/entrustment.accept?entrustment="), U(first), H("\">接受委托</a><a class=\"button\" href=\"/do/entrustment.decline?entrustment="), U(first),
          H("\">谢绝</a>"));
    else
        w(o, H("<a class=\"button primary\" href=\"/do/material.submit\">提交材料</a>"));
    if (!l->single)
        w(o, H("<a class=\"button\" href=\"/do/member.add\">登记辅助人员</a>"));
    w(o, H("<a class=\"button\" href=\"/do/order.refuse\">拒绝越权要求</a><a class=\"button\" href=\"/do/clue.report\">发现新线索</a></p>"));
    return NULL;
}

/* ---- sections ---- */
static void head_row(struct out *o, html id, html title, const char *const *labels)
{
    w(o, H("<section class=\"card\" id=\""), id, H("\"><h2>"), title, H("</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr>"));
    for (; *labels; labels++)
        w(o, H("<th scope=\"col\">"), *labels, H("</th>"));
    w(o, H("</tr></thead><tbody>"));
}

static void end_rows(struct out *o, int n, html none)
{
    w(o, H("</tbody></table></div>"), n ? H("") : none, H("</section>"));
}

static void days_left(struct lead *l, struct out *o, day ends, int soon)
{
    w(o, day_chinese(l->q->a, ends));
    if (ends < l->today)
        w(o, H(" <span class=\"badge refused\">已过期</span>"));
    else if (ends <= l->today + soon)
        w(o, H(" <span class=\"badge held\">还有"), (int)(ends - l->today), H("个自然日</span>"));
}

static err *tasks(struct lead *l, struct out *o)
{
    struct db_rows r;
    int n = 0;
    TRY(rows(l, "SELECT e.id, COALESCE(e.matter, e.id), g.name, e.to_date, e.state, e.frozen, (SELECT COUNT(*) FROM material m WHERE m.entrustment = e.id AND m.kind = 'report'), e.outputs"
                " FROM entrustment e JOIN agency g ON g.id = e.agency WHERE e.provider = :provider AND e.state IN ('approved', 'accepted') ORDER BY CASE e.state WHEN 'approved' THEN 0 ELSE 1 END,"
                " e.to_date, e.id LIMIT :limit", &r));
    head_row(o, H("tasks"), H("委托与成果"), (const char *const[]){"委托", "机构", "期限", "状态", "成果", "办理", NULL});
    for (;; n++) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        bool waits = str_eq(db_str(&r, 4), S("approved"));
        w(o, H("<tr><td data-label=\"委托\"><a href=\"/things/entrustments/"), U(db_str(&r, 0)), H("\">"), db_str(&r, 1), H("</a></td><td data-label=\"机构\">"), db_str(&r, 2),
          H("</td><td class=\"time\" data-label=\"期限\"><span>"));
        days_left(l, o, (day)db_int(&r, 3), TASK_SOON_DAYS);
        w(o, H("</span></td><td data-label=\"状态\"><span>"), waits ? S("待答复") : db_int(&r, 5) ? S("暂停") : S("在办"), H("</span></td><td data-label=\"成果\">已交"), db_int(&r, 6), H("／约定"),
          db_int(&r, 7), H("</td><td data-label=\"办理\"><span class=\"row-actions\">"));
        if (waits)
            w(o, H("<a class=\"button\" href=\"/do/entrustment.accept?entrustment="), U(db_str(&r, 0)), H("\">接受</a><a class=\"button\" href=\"/do/entrustment.decline?entrustment="), U(db_str(&r, 0)), H("\">谢绝</a>"));
        else
            w(o, H("<a class=\"button\" href=\"/do/material.submit?entrustment="), U(db_str(&r, 0)), H("\">提交材料</a>"));
        w(o, H("</span></td></tr>"));
    }
    end_rows(o, n, H("<p class=\"muted\">没有待答复或在办的委托。</p>"));
    return NULL;
}

static err *materials(struct lead *l, struct out *o)
{
    struct db_rows r;
    int n = 0;
    TRY(rows(l, "SELECT m.id, COALESCE(m.title, m.id), m.state_reason " BACK " ORDER BY m.state_seq DESC LIMIT :limit", &r));
    head_row(o, H("materials"), H("退回的材料"), (const char *const[]){"材料", "退回的理由", "办理", NULL});
    for (;; n++) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        w(o, H("<tr><td data-label=\"材料\"><a href=\"/things/materials/"), U(db_str(&r, 0)), H("\">"), db_str(&r, 1), H("</a></td><td data-label=\"退回的理由\"><span>"), db_str(&r, 2).n ? db_str(&r, 2) : S("—"),
          H("</span></td><td data-label=\"办理\"><span><a class=\"button\" href=\"/do/material.supplement?material="), U(db_str(&r, 0)), H("\">补充</a></span></td></tr>"));
    }
    end_rows(o, n, H("<p class=\"muted\">没有退回的材料。</p>"));
    return NULL;
}

static err *people(struct lead *l, struct out *o)
{
    struct db_rows r;
    int n = 0;
    TRY(rows(l, "SELECT m.id, m.name, m.speciality, m.state, m.card_no, m.to_date, (SELECT COUNT(*) FROM entrustment_member em JOIN entrustment e ON e.id = em.entrustment WHERE em.member = m.id"
                " AND e.state = 'accepted') FROM member m WHERE m.provider = :provider AND m.state <> 'retired' ORDER BY m.id LIMIT :limit", &r));
    head_row(o, H("people"), l->single ? H("本人登记") : H("人员"), (const char *const[]){"姓名", "专业", "状态", "证件号", "有效期至", "在办", NULL});
    for (;; n++) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        w(o, H("<tr><td data-label=\"姓名\"><a href=\"/things/members/"), U(db_str(&r, 0)), H("\">"), db_str(&r, 1), H("</a></td><td data-label=\"专业\">"), db_str(&r, 2).n ? db_str(&r, 2) : S("—"),
          H("</td><td data-label=\"状态\">"), label_of(db_str(&r, 3), "added=待核准 admitted=已核准"), H("</td><td data-label=\"证件号\">"), db_str(&r, 4).n ? db_str(&r, 4) : S("—"),
          H("</td><td class=\"time\" data-label=\"有效期至\"><span>"));
        if (db_column(&r, 5).kind == DB_INT)
            days_left(l, o, (day)db_int(&r, 5), SOON_DAYS);
        else
            w(o, H("—"));
        w(o, H("</span></td><td data-label=\"在办\">"), db_int(&r, 6), H("件</td></tr>"));
    }
    end_rows(o, n, H("<p class=\"muted\">还没有登记人员。</p>"));
    return NULL;
}

static err *papers(struct lead *l, struct out *o)
{
    struct db_rows r;
    int n = 0;
    TRY(rows(l, "SELECT x.who, x.what, x.ends, x.thing, x.id FROM " ENDING " ORDER BY x.ends, x.id LIMIT :limit", &r));
    head_row(o, H("papers"), H("证件与资质，先到期的在前"), (const char *const[]){"持有人", "证件资质", "有效期至", NULL});
    for (;; n++) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        w(o, H("<tr><td data-label=\"持有人\"><a href=\"/things/"), U(db_str(&r, 3)), H("/"), U(db_str(&r, 4)), H("\">"), db_str(&r, 0), H("</a></td><td data-label=\"证件资质\">"), db_str(&r, 1),
          H("</td><td class=\"time\" data-label=\"有效期至\"><span>"));
        days_left(l, o, (day)db_int(&r, 2), SOON_DAYS);
        w(o, H("</span></td></tr>"));
    }
    end_rows(o, n, H("<p class=\"muted\">没有登记有期限的证件资质。</p>"));
    return NULL;
}

static err *evaluations(struct lead *l, struct out *o)
{
    struct db_rows r;
    int n = 0;
    TRY(rows(l, "SELECT v.id, v.period, v.points, v.maximum, v.appealed, g.name FROM evaluation v JOIN agreement x ON x.id = v.agreement JOIN agency g ON g.id = x.agency WHERE v.provider = :provider"
                " ORDER BY v.seq DESC LIMIT :limit", &r));
    head_row(o, H("evaluation"), H("考核与申诉"), (const char *const[]){"考核期", "机构", "得分", "申诉", NULL});
    for (;; n++) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        w(o, H("<tr><td data-label=\"考核期\"><a href=\"/things/evaluations/"), U(db_str(&r, 0)), H("\">"), db_str(&r, 1).n ? db_str(&r, 1) : S("考核"), H("</a></td><td data-label=\"机构\">"), db_str(&r, 5),
          H("</td><td data-label=\"得分\">"), arena_printf(l->q->a, "%g／%g", (double)db_int(&r, 2) / 1000, (double)db_int(&r, 3) / 1000), H("</td><td data-label=\"申诉\"><span>"));
        if (db_int(&r, 4))
            w(o, H("已申诉 "));
        w(o, H("<a class=\"button\" href=\"/do/evaluation.appeal?evaluation="), U(db_str(&r, 0)), H("\">申诉</a></span></td></tr>"));
    }
    end_rows(o, n, H("<p class=\"muted\">还没有考核。</p>"));
    return NULL;
}

static err *returns(struct lead *l, struct out *o)
{
    struct db_rows r;
    int n = 0;
    TRY(rows(l, "SELECT g.id, a.name, g.state, COALESCE(g.ended_at, 0), g.to_date FROM agreement g JOIN agency a ON a.id = g.agency WHERE g.id IN (SELECT g.id " TO_RETURN ") ORDER BY g.id LIMIT :limit", &r));
    head_row(o, H("return"), H("资料返还"), (const char *const[]){"协议", "机构", "情况", "办理", NULL});
    for (;; n++) {
        bool more;
        TRY(db_next(&r, &more));
        if (!more)
            break;
        w(o, H("<tr><td data-label=\"协议\"><a href=\"/things/agreements/"), U(db_str(&r, 0)), H("\">"), db_str(&r, 0), H("</a></td><td data-label=\"机构\">"), db_str(&r, 1), H("</td><td data-label=\"情况\">"),
          str_eq(db_str(&r, 2), S("terminated")) ? S("已解除") : arena_printf(l->q->a, "%.*s到期", STR_ARG(day_chinese(l->q->a, (day)db_int(&r, 4)))),
          H("</td><td data-label=\"办理\"><span><a class=\"button\" href=\"/do/data.return?agreement="), U(db_str(&r, 0)), H("\">返还或销毁</a></span></td></tr>"));
    }
    end_rows(o, n, H("<p class=\"muted\">没有待返还的资料。</p>"));
    return NULL;
}

err *page_provider(struct request *q, struct response *r)
{
    struct lead l = {.q = q, .id = q->reader.provider, .today = day_of(q->now)};
    TRY(request_db(q, &l.d));
    TRY(load(&l));
    struct out *o = page_begin(q, l.name);
    w(o, H("<div class=\"title\"><h1>"), l.name, H(" <span class=\"badge plain\">"), label_of(l.state, "applied=待准入 admitted=已准入 suspended=已暂停 removed=已移出"), H("</span></h1>"));
    if (!q->reader.residual)
        TRY(main_button(&l, o));
    w(o, H("</div>"));
    TRY(cards(&l, o));
    TRY(tasks(&l, o));
    TRY(materials(&l, o));
    TRY(people(&l, o));
    TRY(papers(&l, o));
    TRY(evaluations(&l, o));
    TRY(returns(&l, o));
    page_end(q, o, r, 200);
    return NULL;
}
