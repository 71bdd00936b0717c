/*
 * What a guard sees who scans the code on a notice: is it valid, who may come, from which bureau, until when; in ten seconds, on
 * any phone, without script and in less than 30 KB with its sheet. What follows is for the company's office: what they may do
 * and may not, why, whom to call, and how to object (Art. 8).
 */
#include "web/notice.h"

#include <string.h>

static str field(const struct thing *t, struct db_value *row, const char *name)
{
    for (size_t i = 0; t->columns[i].name; i++)
        if (!strcmp(t->columns[i].name, name))
            return row[i].kind == DB_TEXT ? row[i].s : STR_NONE;
    return STR_NONE;
}

static int64_t number(const struct thing *t, struct db_value *row, const char *name)
{
    for (size_t i = 0; t->columns[i].name; i++)
        if (!strcmp(t->columns[i].name, name))
            return row[i].kind == DB_INT ? row[i].i : 0;
    return 0;
}

/* ---- loading ---- */

/* An unannounced visit is announced by serving: its hour is on no page before. */
static err *load_visits(struct request *q, struct notice *n)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    TRY(request_db(q, &d));
    TRY(db_one_str(d, q->a,
                   "SELECT v.id FROM visit v WHERE v.entrustment = :e AND v.subject = :s AND " PRESENCE_HELPERS_LEFT
                   " ORDER BY v.starts DESC, v.id LIMIT 1",
                   DB_ARGS(DB_T("e", n->entrustment), DB_T("s", n->subject)), &n->visit));
    if (!n->served)
        return NULL;
    TRY(db_query(d, q->a,
                 "SELECT v.starts, v.ends FROM visit v WHERE v.entrustment = :e AND v.subject = :s AND v.state IN ('planned', 'approved')"
                 " AND v.ends >= :now ORDER BY v.starts LIMIT 1",
                 DB_ARGS(DB_T("e", n->entrustment), DB_T("s", n->subject), DB_I("now", q->now)), &rows));
    TRY(db_next(&rows, &more));
    if (more) {
        n->planned = db_int(&rows, 0);
        n->planned_end = db_int(&rows, 1);
        db_rows_end(&rows);
    }
    return NULL;
}

err *notice_load(struct request *q, struct notice *n)
{
    const struct thing *t = thing_of(S("notice")), *e = thing_of(S("entrustment"));
    struct db_value *row;
    struct db *d;
    str id;
    TRY(access_capability_notice(q, q->part[0], &id));
    if (!id.p)
        return err_new(ERR_MISSING, "没有这个查询码。请核对告知书，或拨打告知书上的电话");
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, NULL, id, &row));
    *n = (struct notice){.id = id, .token = q->part[0], .entrustment = field(t, row, "entrustment"), .subject = field(t, row, "subject"),
                         .who = field(t, row, "who"), .what = field(t, row, "what"), .not_allowed = field(t, row, "not_allowed"),
                         .period = field(t, row, "period"), .route = field(t, row, "objection_route"),
                         .basis = field(t, row, "basis"), .state = field(t, row, "state"), .served = number(t, row, "served_at")};
    TRY(things_get(d, q->a, e, NULL, n->entrustment, &row));
    n->kind = field(e, row, "kind");
    n->entrustment_state = field(e, row, "state");
    n->from = number(e, row, "from_date");
    n->to = number(e, row, "to_date");
    n->frozen = number(e, row, "paused");
    TRY(thing_title(d, q->a, thing_of(S("agency")), field(e, row, "agency"), &n->agency_name));
    TRY(thing_title(d, q->a, thing_of(S("provider")), field(e, row, "provider"), &n->provider_name));
    TRY(thing_title(d, q->a, thing_of(S("subject")), n->subject, &n->subject_name));
    return load_visits(q, n);
}

/* ---- the frame ---- */

struct out *notice_begin(struct request *q, str title)
{
    return page_begin_with(q, title, &(struct page_look){.plain = true, .sheet = "gate.css"});
}

/* The way out comes last and leaves the code behind: the page sends no referrer, and neither address nor form carries it. */
void notice_end(struct request *q, struct out *o, struct response *r, int status)
{
    w(o, H("<p class=\"last\">不方便留姓名的：<a href=\"/report\" rel=\"noreferrer noopener\">匿名举报</a>。"
           "举报页面不带本告知书的查询码，不记录网络地址。</p>"));
    page_end(q, o, r, status);
}

/* ---- first screen ---- */

struct verdict { html class; const char *word; str says; };

static bool is_over(const struct notice *n)
{
    return str_eq(n->entrustment_state, S("released")) || str_eq(n->entrustment_state, S("withdrawn")) ||
           str_eq(n->entrustment_state, S("declined")) || str_eq(n->entrustment_state, S("returned")) ||
           str_eq(n->state, S("revoked"));
}

static struct verdict verdict_of(struct request *q, const struct notice *n)
{
    day today = day_of(q->now);
    str from = day_chinese(q->a, (day)n->from), to = day_chinese(q->a, (day)n->to);
    if (is_over(n))
        return (struct verdict){H("over"), "已解除", S("本次委托已解除，第三方不得再以此名义前来。请不要放行。")};
    if (str_eq(n->entrustment_state, S("finished")))
        return (struct verdict){H("over"), "已结束", S("本次委托的事项已经完成，第三方不再前来。请不要放行。")};
    if (n->frozen)
        return (struct verdict){H("wait"), "暂停", S("处理期间第三方不参与，请不要放行第三方；执法人员依法检查不受影响。")};
    if (today > n->to)
        return (struct verdict){H("over"), "已到期", arena_printf(q->a, "委托至%.*s为止，期限已过。请不要放行。", STR_ARG(to))};
    if (today < n->from)
        return (struct verdict){H("wait"), "未到时间", arena_printf(q->a, "自%.*s起有效。在此之前请不要放行。", STR_ARG(from))};
    return (struct verdict){H("valid"), "有效", arena_printf(q->a, "%.*s至%.*s，须有执法人员陪同。", STR_ARG(from), STR_ARG(to))};
}

static err *helpers(struct request *q, struct out *o, const struct notice *n)
{
    struct db *d;
    struct db_rows rows;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a,
                 "SELECT m.name, m.card_no FROM entrustment_member em JOIN member m ON m.id = em.member"
                 " WHERE em.entrustment = :id AND em.approved = 1 ORDER BY m.id LIMIT 50",
                 DB_ARGS(DB_T("id", n->entrustment)), &rows));
    w(o, H("<h2>可以来的辅助人员</h2><ul class=\"people\">"));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        w(o, H("<li><b>"), db_str(&rows, 0), H("</b> <span>辅助证号 "), db_str(&rows, 1).n ? db_str(&rows, 1) : S("未登记"), H("</span></li>"));
    }
    w(o, H("</ul><p class=\"check\">请核对姓名、证件；名单以外的人、没有执法人员陪同的人，不要放行。</p>"));
    return NULL;
}

static err *officers(struct request *q, struct out *o, const struct notice *n)
{
    struct db *d;
    struct db_rows rows;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a,
                 "SELECT u.name, (SELECT c.cert_no FROM certificate c WHERE c.user_id = u.id ORDER BY c.seq DESC LIMIT 1)"
                 " FROM entrustment_officer eo JOIN users u ON u.id = eo.user_id WHERE eo.entrustment = :id ORDER BY u.id LIMIT 50",
                 DB_ARGS(DB_T("id", n->entrustment)), &rows));
    w(o, H("<dt>陪同的执法人员</dt><dd>"));
    for (bool more, first = true;; first = false) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        w(o, first ? H("") : H("<br>"), db_str(&rows, 0));
        if (db_str(&rows, 1).n)
            w(o, H(" <span class=\"soft\">执法证号 "), db_str(&rows, 1), H("</span>"));
    }
    w(o, H("</dd>"));
    return NULL;
}

static void facts_of(struct request *q, struct out *o, const struct notice *n)
{
    w(o, H("<dl><dt>执法机构</dt><dd><b>"), n->agency_name, H("</b></dd><dt>第三方</dt><dd>"), n->provider_name,
      H("</dd><dt>受检查的单位</dt><dd>"), n->subject_name, H("</dd>"));
    if (n->planned)
        w(o, H("<dt>到场时间</dt><dd>"), time_chinese(q->a, n->planned), H("至"), time_chinese(q->a, n->planned_end), H("</dd>"));
    else
        w(o, H("<dt>期间</dt><dd>"), n->period.n ? n->period : S("见上"), H("</dd>"));
}

/* ---- what they may do, and whom to call ---- */

static void limits(struct out *o, const struct notice *n)
{
    const struct law_task *task = law_tasks;
    while (task->code && !str_eq(n->kind, str_of(task->code)))
        task++;
    str kind = str_of(task->code ? task->name : "委托的辅助事项");
    bool said = n->what.n && !str_eq(n->what, kind);
    w(o, H("<h2>可以做</h2><ul class=\"may\"><li>"), kind, said ? H("：") : H(""), said ? n->what : STR_NONE,
      H("</li><li>提出技术意见，供执法人员核实</li></ul><h2>不可以做</h2><ul class=\"maynot\">"));
    if (n->not_allowed.n)
        w(o, H("<li>"), n->not_allowed, H("</li>"));
    w(o, H("<li>没有执法人员陪同单独进入现场</li><li>检查、询问、收集证据、查封扣押、作出或送达决定</li>"
           "<li>推荐治理单位，收取费用、财物，接受宴请</li></ul>"));
}

static bool is_phone_byte(char c)
{
    return (c >= '0' && c <= '9') || c == '-';
}

/* Text in which runs of 5 to 13 digits and hyphens can be called. */
static void with_phones(struct out *o, str text)
{
    for (size_t i = 0, from = 0; i <= text.n; i++) {
        size_t to = i;
        while (to < text.n && is_phone_byte(text.p[to]))
            to++;
        if (to - i >= 5 && to - i <= 13) {
            str phone = str_sub(text, i, to - i);
            w(o, str_sub(text, from, i - from), H("<a class=\"call\" href=\"tel:"), phone, H("\">"), phone, H("</a>"));
            from = to;
        }
        if (i == text.n)
            w(o, str_sub(text, from, text.n - from));
        if (to > i)
            i = to - 1;
    }
}

static void grounds_and_phones(struct out *o, const struct notice *n)
{
    w(o, H("<h2>依据</h2><p>"));
    if (n->basis.n)
        w(o, n->basis, H("；"));
    w(o, H("《湖北省生态环境保护第三方辅助执法工作规定（试行）》（鄂环执法〔2022〕71号）第四条、第八条、第十一条。</p>"
           "<h2>有疑问打电话</h2><p>"));
    with_phones(o, n->route.n ? n->route : S("生态环境举报热线12369"));
    w(o, H("</p>"));
}

static void afterwards(struct out *o, const struct notice *n)
{
    if (n->visit.p)
        w(o, H("<h2>第三方已离场</h2><p class=\"buttons\"><a class=\"button\" href=\"/n/"), n->token,
          H("/rating\">评价本次</a> <a class=\"button\" href=\"/n/"), n->token, H("/secret\">标记商业秘密</a></p>"));
}

err *page_notice(struct request *q, struct response *r)
{
    struct notice n;
    str paper;
    bool any;
    TRY(notice_load(q, &n));
    struct verdict v = verdict_of(q, &n);
    struct out *o = notice_begin(q, S("第三方辅助执法告知书"));
    w(o, H("<div class=\"state "), v.class, H("\"><h1><span>第三方辅助执法告知书</span> "), v.word, H("</h1><p>"), v.says, H("</p></div>"));
    TRY(helpers(q, o, &n));
    facts_of(q, o, &n);
    TRY(officers(q, o, &n));
    w(o, H("</dl><p class=\"buttons\"><a class=\"button primary\" href=\"/n/"), n.token,
      H("/objection\">提出异议</a> <a class=\"button\" href=\"/n/"), n.token, H("/progress\">查询进度</a></p>"));
    afterwards(o, &n);
    limits(o, &n);
    grounds_and_phones(o, &n);
    TRY(notice_paper(q, n.id, &paper));
    if (paper.p)
        w(o, H("<p><a href=\"/n/"), n.token, H("/file\">打开告知书（PDF）</a></p>"));
    if (n.served) /* the page knows the company; whoever holds a paper that was never served does not */
        TRY(draw_why(q, o, n.subject, &any));
    notice_end(q, o, r, 200);
    return NULL;
}
