/*
 * What a company sees that scans the code on its notice: no account, no script, one screen on a phone. The code is the
 * key: whoever holds the paper may read it and object (Art. 8).
 */
#include "web/web_private.h"

#include <string.h>

struct notice {
    str id, entrustment, subject, who, what, not_allowed, period, route, state, kind, served;
    int64_t frozen, from, to;
    str entrustment_state, agency;
};

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
            return row[i].i;
    return 0;
}

static err *load(struct request *q, str id, struct notice *n)
{
    const struct thing *t = thing_of(S("notice")), *e = thing_of(S("entrustment"));
    struct db_value *row;
    struct db *d;
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, NULL, id, &row));
    *n = (struct notice){.id = id, .entrustment = field(t, row, "entrustment"), .subject = field(t, row, "subject"),
                         .who = field(t, row, "who"), .what = field(t, row, "what"),
                         .not_allowed = field(t, row, "not_allowed"), .period = field(t, row, "period"),
                         .route = field(t, row, "objection_route"), .state = field(t, row, "state")};
    TRY(things_get(d, q->a, e, NULL, n->entrustment, &row));
    n->kind = field(e, row, "kind");
    n->entrustment_state = field(e, row, "state");
    n->from = number(e, row, "from_date");
    n->to = number(e, row, "to_date");
    n->frozen = number(e, row, "paused");
    TRY(thing_title(d, q->a, thing_of(S("agency")), field(e, row, "agency"), &n->agency));
    return thing_title(d, q->a, thing_of(S("subject")), n->subject, &n->subject);
}

static void validity(struct request *q, struct out *o, const struct notice *n)
{
    day today = day_of(q->now);
    bool over = str_eq(n->entrustment_state, S("released")) || str_eq(n->entrustment_state, S("withdrawn")) ||
                str_eq(n->entrustment_state, S("finished")) || str_eq(n->state, S("revoked"));
    if (over)
        w(o, H("<p class=\"alert\"><b>已解除</b>：本次委托已结束或撤销，第三方不得再以此名义前来。</p>"));
    else if (n->frozen)
        w(o, H("<p class=\"note\"><b>暂停</b>：处理期间第三方不参与。</p>"));
    else if (today > n->to)
        w(o, H("<p class=\"alert\"><b>已到期</b>：委托期限已过。</p>"));
    else if (today < n->from)
        w(o, H("<p class=\"note\"><b>未到时间</b>：自"), day_chinese(q->a, (day)n->from), H("起有效。</p>"));
    else
        w(o, H("<p class=\"fine\"><b>有效</b>：至"), day_chinese(q->a, (day)n->to), H("。</p>"));
}

static err *people(struct request *q, struct out *o, const struct notice *n)
{
    static const char *const sql[] = {
        "SELECT m.name, m.card_no FROM entrustment_member em JOIN member m ON m.id = em.member"
        " WHERE em.entrustment = :id AND em.approved = 1 ORDER BY m.id LIMIT 50",
        "SELECT u.name, (SELECT c.cert_no FROM certificate c WHERE c.user_id = u.id ORDER BY c.seq DESC LIMIT 1)"
        " FROM entrustment_officer eo JOIN users u ON u.id = eo.user_id WHERE eo.entrustment = :id ORDER BY u.id LIMIT 50"};
    static const char *const labels[] = {"辅助人员", "陪同执法人员"};
    static const char *const cards[] = {"辅助证号", "执法证号"};
    struct db *d;
    TRY(request_db(q, &d));
    for (int i = 0; i < 2; i++) {
        struct db_rows rows;
        TRY(db_query(d, q->a, sql[i], DB_ARGS(DB_T("id", n->entrustment)), &rows));
        w(o, H("<dt>"), labels[i], H("</dt><dd>"));
        for (bool more, first = true;; first = false) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            w(o, first ? H("") : H("<br>"), db_str(&rows, 0));
            if (db_str(&rows, 1).n)
                w(o, H(" <span class=\"muted\">"), cards[i], H(" "), db_str(&rows, 1), H("</span>"));
        }
        w(o, H("</dd>"));
    }
    return NULL;
}

static void limits(struct out *o, const struct notice *n)
{
    const struct law_task *task = law_tasks;
    while (task->code && !str_eq(n->kind, str_of(task->code)))
        task++;
    w(o, H("<h2>可以做</h2><ul><li>"), task->code ? task->name : "委托的辅助事项",
      H("</li><li>提出技术意见，供执法人员核实</li></ul><h2>不可以做</h2><ul>"));
    if (n->not_allowed.n)
        w(o, H("<li>"), n->not_allowed, H("</li>"));
    w(o, H("<li>没有执法人员陪同单独进入现场</li><li>检查、询问、收集证据、查封扣押、作出或送达决定</li>"
           "<li>推荐治理单位，收取费用、财物，接受宴请</li></ul>"));
}

static void objection_form(struct out *o, str token, const struct form *typed, const err *fault)
{
    static const char *const grounds[][2] = {{"interest", "与本单位或竞争对手有利害关系"}, {"overreach", "超越权限"},
                                             {"conduct", "行为不当"}, {"competence", "能力不足"}, {"other", "其他"}};
    w(o, H("<h2>提出异议</h2><p class=\"muted\">规定第八条：对第三方有异议的，可以向执法机构提出。处理期间该第三方暂停参与，"
           "不影响执法人员依法检查。</p>"));
    if (fault)
        w(o, H("<p class=\"alert\" role=\"alert\">"), fault->text, H("</p>"));
    w(o, H("<form method=\"post\" action=\"/n/"), token, H("\"><label for=\"ground\">理由类别</label>"
           "<select id=\"ground\" name=\"ground\">"));
    for (size_t i = 0; i < 5; i++) {
        w(o, H("<option value=\""), grounds[i][0], H("\""));
        if (str_eq(form_get(typed, S("ground")), str_of(grounds[i][0])))
            w(o, H(" selected"));
        w(o, H(">"), grounds[i][1], H("</option>"));
    }
    w(o, H("</select><label for=\"text\">说明</label><textarea id=\"text\" name=\"text\" maxlength=\"2000\">"),
      form_get(typed, S("text")), H("</textarea><label for=\"contact\">联系方式 <span class=\"muted\">可不填；填写的便于答复"
      "</span></label><input id=\"contact\" name=\"contact\" maxlength=\"100\" value=\""), form_get(typed, S("contact")),
      H("\"><p><button class=\"primary\">提交异议</button></p></form><p><a href=\"/report\">匿名举报</a></p>"));
}

/* The company behind this notice, by its record: the page knows only its name. */
static err *why_picked(struct request *q, struct out *o, str notice)
{
    struct db *d;
    str subject;
    bool any;
    TRY(request_db(q, &d));
    TRY(db_one_str(d, q->a, "SELECT subject FROM notice WHERE id = :id AND served_at IS NOT NULL", DB_ARGS(DB_T("id", notice)), &subject));
    return subject.p ? draw_why(q, o, subject, &any) : NULL;
}

static err *notice_page(struct request *q, struct response *r, const struct form *typed, const err *fault, int status)
{
    str id;
    struct notice n;
    TRY(access_capability_notice(q, q->part[0], &id));
    if (!id.p)
        return err_new(ERR_MISSING, "没有这个查询码。请核对告知书，或拨打告知书上的电话");
    TRY(load(q, id, &n));
    struct out *o = page_begin(q, S("第三方辅助执法告知书"));
    w(o, H("<div class=\"card sheet\"><h1>第三方辅助执法告知书</h1>"));
    validity(q, o, &n);
    w(o, H("<dl class=\"facts\"><dt>告知对象</dt><dd>"), n.subject, H("</dd><dt>执法机构</dt><dd>"), n.agency,
      H("</dd><dt>来的人</dt><dd>"), n.who, H("</dd>"));
    TRY(people(q, o, &n));
    w(o, H("<dt>做什么</dt><dd>"), n.what, H("</dd><dt>期间</dt><dd>"), n.period, H("</dd><dt>异议途径</dt><dd>"), n.route,
      H("</dd></dl>"));
    str paper;
    TRY(notice_paper(q, id, &paper));
    if (paper.p)
        w(o, H("<p><a class=\"button\" href=\"/n/"), q->part[0], H("/file\">打开告知书（PDF）</a></p>"));
    limits(o, &n);
    TRY(why_picked(q, o, id));
    objection_form(o, q->part[0], typed, fault);
    w(o, H("</div>"));
    page_end(q, o, r, status);
    return NULL;
}

err *page_notice(struct request *q, struct response *r)
{
    return notice_page(q, r, &(struct form){0}, NULL, 200);
}

static str objection_json(struct request *q, const struct notice *n, str subject)
{
    buf b = buf_make(q->a, 64 << 10);
    struct json_out j = {&b, false};
    str contact = str_trim(form_get(&q->form, S("contact")));
    json_open(&j, '{');
    json_put_str(&j, S("act"), S("objection.lodge"));
    json_put_str(&j, S("entrustment"), n->entrustment);
    json_put_str(&j, S("subject"), subject);
    json_put_str(&j, S("ground"), form_get(&q->form, S("ground")));
    json_put_str(&j, S("text"), utf8_clip(form_get(&q->form, S("text")), 2000));
    if (contact.n)
        json_put_str(&j, S("contact"), utf8_clip(contact, 100));
    json_close(&j, '}');
    return buf_str(&b);
}

err *page_notice_submit(struct request *q, struct response *r)
{
    str id, subject;
    struct notice n;
    struct act_answer answer;
    struct db *d;
    struct db_value *row;
    const struct thing *t = thing_of(S("notice"));
    TRY(access_capability_notice(q, q->part[0], &id));
    if (!id.p)
        return err_new(ERR_MISSING, "没有这个查询码");
    TRY(load(q, id, &n));
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, NULL, id, &row));
    subject = field(t, row, "subject");
    if (!str_trim(form_get(&q->form, S("text"))).n)
        return notice_page(q, r, &q->form, err_new(ERR_INPUT, "请写明异议的内容"), 400);
    str json = objection_json(q, &n, subject);
    request_db_done(q);
    TRY(act_perform(q->web->acts, q->a,
                    &(struct act_request){.json = json, .by = arena_printf(q->a, "notice:%.*s", STR_ARG(id))}, &answer));
    metrics_answer(q->web, answer.verdict);
    if (answer.verdict == ACT_INVALID)
        return notice_page(q, r, &q->form, answer.invalid, 400);
    str paper = paper_after(q, &answer);
    struct out *o = page_begin(q, S("异议已收到"));
    w(o, H("<div class=\"card narrow\"><h1>异议已收到</h1><p>受理号：第"), answer.seq,
      H("号。处理期间，该第三方暂停参与对贵单位的辅助执法。答复将送达贵单位。</p>"));
    if (paper.p)
        w(o, H("<p><a class=\"button\" href=\"/n/"), q->part[0], H("/receipts/"), U(answer.id), H("\">下载受理回执（PDF）</a></p>"));
    w(o, H("<p><a href=\"/n/"), q->part[0],
      H("\">返回告知书</a></p></div>"));
    page_end(q, o, r, 200);
    return NULL;
}
