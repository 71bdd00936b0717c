/*
 * A form per act, and what comes back. The form carries a key, so pressing the button twice, or reloading the answer,
 * is one act. What was typed survives a refusal: the receipt has it behind one button.
 */
#include "web/web_private.h"

#include <string.h>

str form_new_key(struct request *q)
{
    uint8_t random[10];
    random_bytes(random, sizeof random);
    return ulid_make(q->a, q->now, random);
}

static void more_fields(struct request *q, struct out *o, const struct act_type *t, const struct form *typed)
{
    if (!q->session.open)
        return;
    w(o, H("<details><summary>补录与编号</summary><label for=\"at\">发生时间 <span class=\"muted\">补录时填写，留空为现在"
           "</span></label><input id=\"at\" name=\"at\" type=\"datetime-local\" step=\"60\" value=\""),
      form_get(typed, S("at")), H("\">"));
    if (t->flags & ACT_CREATES)
        w(o, H("<label for=\"new-id\">编号 <span class=\"muted\">小写字母、数字、连字符，留空自动编号</span></label>"
               "<input id=\"new-id\" name=\"new-id\" maxlength=\"64\" value=\""), form_get(typed, S("new-id")), H("\">"));
    w(o, H("</details>"));
}

static bool has_upload(const struct act_field *f)
{
    for (; f && f->name; f++)
        if (f->kind == FIELD_DIGEST)
            return true;
    return false;
}

static void form_page(struct request *q, struct response *r, const struct act_type *t, const struct form *typed,
                      const err *fault, int status)
{
    static const char *const modules[] = {"drafts.js", "once.js", NULL};
    fault = form_fault(t, fault);
    struct out *o = page_begin_with(q, str_of(t->label), &(struct page_look){.modules = modules});
    w(o, H("<div class=\"card sheet\"><h1>"), t->label, H("</h1>"));
    if (t->help)
        w(o, H("<p class=\"muted\">"), t->help, H("</p>"));
    if (fault)
        w(o, H("<p class=\"alert\" role=\"alert\">内容需要修改："), fault->text, H("</p>"));
    w(o, H("<form method=\"post\" action=\"/do/"), t->name, H("\" data-once data-draft=\""), t->name, H("\" data-owner=\""), q->session.user, H("\""));
    if (q->method == METHOD_POST) /* drawn with what was typed: the browser need not bring it back */
        w(o, H(" data-again"));
    if (has_upload(t->fields))
        w(o, H(" enctype=\"multipart/form-data\""));
    w(o, H("><input type=\"hidden\" name=\"key\" value=\""), form_new_key(q), H("\">"));
    page_csrf(q, o);
    /* Enter presses the first submit button: it only draws the page again. An act is never done by accident. */
    w(o, H("<button class=\"skip\" tabindex=\"-1\" aria-hidden=\"true\" name=\"do\" value=\"find\">查找</button>"));
    form_fields(q, o, t, typed, fault, NULL);
    more_fields(q, o, t, typed);
    w(o, H("<p class=\"actions\"><button class=\"primary\" name=\"do\" value=\"submit\">提交</button></p></form></div>"));
    page_end(q, o, r, status);
}

static err *act_of(struct request *q, const struct act_type **ret)
{
    *ret = act_type_find(q->part[0]);
    if (!*ret || ((*ret)->flags & ACT_INTERNAL))
        return err_new(ERR_MISSING, "没有这个事项");
    return NULL;
}

err *page_form(struct request *q, struct response *r)
{
    const struct act_type *t;
    TRY(act_of(q, &t));
    form_page(q, r, t, &q->params, NULL, 200);
    return NULL;
}

/* Uploads become blobs first, so that an act never names bytes that are not there. */
static err *take_uploads(struct request *q)
{
    VEC(struct pair) v = {0};
    for (size_t i = 0; i < q->form.n; i++) {
        bool replaced = false;
        for (size_t k = 0; k < q->form.files_n; k++)
            replaced = replaced || (q->form.files[k].bytes.n && str_starts(q->form.files[k].name, S("file:")) &&
                                    str_eq(str_sub(q->form.files[k].name, 5, 200), q->form.p[i].name));
        if (!replaced)
            vec_push(q->a, &v, q->form.p[i]);
    }
    for (size_t k = 0; k < q->form.files_n; k++) {
        struct file f = q->form.files[k];
        struct sm3 d;
        if (!f.bytes.n || !str_starts(f.name, S("file:")))
            continue;
        if (f.bytes.n > LIMIT_BLOB_PART)
            return err_at(err_new(ERR_LIMIT, "文件超过8 MB，请用接口分段上传"), str_sub(f.name, 5, f.name.n));
        TRY(blob_put(q->web->store, f.bytes, &d));
        atomic_fetch_add(&q->web->metrics.uploads, 1);
        vec_push(q->a, &v, ((struct pair){str_sub(f.name, 5, f.name.n), sm3_text(q->a, &d)}));
    }
    q->form.p = v.p;
    q->form.n = v.n;
    return NULL;
}

static void typed_again(struct out *o, const struct form *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (!str_eq(f->p[i].name, S("key")) && !str_eq(f->p[i].name, S("do")) && !str_eq(f->p[i].name, S("csrf")))
            w(o, H("<input type=\"hidden\" name=\""), f->p[i].name, H("\" value=\""), f->p[i].value, H("\">"));
}

static void stamp(struct out *o, enum act_verdict v)
{
    if (v == ACT_HELD)
        w(o, H("<p class=\"stamp held\">暂缓</p>"));
    else if (v == ACT_REFUSED)
        w(o, H("<p class=\"stamp refused\">不予</p>"));
    else
        w(o, H("<p class=\"stamp allowed\">准予</p>"));
}

/* Held or refused: the receipt at once, and the way back to what was typed. */
static err *answer_page(struct request *q, struct response *r, const struct act_type *t, const struct act_answer *a)
{
    const struct json *json;
    TRY(json_parse(q->a, a->json, LIMIT_ACT_BYTES * 4, &json));
    struct out *o = page_begin(q, S("回执"));
    w(o, H("<div class=\"sheet\"><h1>"), t->label, H("：回执</h1>"));
    stamp(o, a->verdict);
    if (a->verdict == ACT_HELD)
        w(o, H("<p class=\"note\">本事项须经批准后才生效，已送有权批准的人员。</p>"));
    show_reasons(q, o, json_get(json, S("reasons")));
    w(o, H("<form method=\"post\" class=\"actions\" action=\""), q->path, H("\">"));
    page_csrf(q, o);
    typed_again(o, &q->form);
    w(o, H("<button class=\"primary\" name=\"do\" value=\"again\">返回修改</button>"));
    if (a->seq && q->session.open)
        w(o, H("<a class=\"button\" href=\"/receipts/"), a->seq, H("\">第"), a->seq, H("号回执</a>"));
    w(o, H("</form></div>"));
    page_end(q, o, r, a->verdict == ACT_HELD ? 202 : 403);
    return NULL;
}

static err *perform(struct request *q, const struct act_type *t, str by, struct act_answer *ret)
{
    str json;
    TRY(take_uploads(q));
    TRY(form_act(q, t, &q->form, &json));
    request_db_done(q);
    TRY(act_perform(q->web->acts, q->a, &(struct act_request){.json = json, .by = by}, ret));
    metrics_answer(q->web, ret->verdict);
    return NULL;
}

err *page_form_submit(struct request *q, struct response *r)
{
    const struct act_type *t;
    struct act_answer answer;
    TRY(act_of(q, &t));
    str what = form_get(&q->form, S("do"));
    if (what.n && !str_eq(what, S("submit"))) { /* add a row, find, edit again */
        TRY(take_uploads(q));
        form_page(q, r, t, &q->form, NULL, 200);
        return NULL;
    }
    err *e = perform(q, t, q->session.user, &answer);
    if (e && (e->kind == ERR_INPUT || e->kind == ERR_LIMIT)) {
        form_page(q, r, t, &q->form, e, err_http_status(e->kind));
        return NULL;
    }
    TRY(e);
    if (answer.verdict == ACT_INVALID) {
        form_page(q, r, t, &q->form, answer.invalid, err_http_status(answer.invalid->kind));
        return NULL;
    }
    if (answer.verdict != ACT_ALLOWED)
        return answer_page(q, r, t, &answer);
    str paper = paper_after(q, &answer);
    if (paper.p && str_eq(paper, answer.id)) /* it is what was asked for */
        return redirect(r, arena_printf(q->a, "/things/papers/%.*s", STR_ARG(paper)));
    return redirect(r, arena_printf(q->a, "/receipts/%lld?done=1", (long long)answer.seq));
}

/* ---- anonymous reports ---- */
static const struct { const char *act, *title, *only; } reports[] = {
    {"complaint.lodge", "匿名投诉举报", "text"}, {"clue.report", "反映环境违法线索", "observed_at text"}};

static err *report_page(struct request *q, struct response *r, const struct form *typed, const err *fault, int status)
{
    struct out *o = page_begin(q, S("匿名举报与线索反映"));
    w(o, H("<div class=\"sheet\"><h1>匿名举报与线索反映</h1><p class=\"note\">不需登录，不记录您的账号、设备和网络地址，时间只记到小时。"
           "内容仅纪检督察人员可见。</p>"));
    str chosen = form_get(typed, S("act"));
    for (size_t i = 0; fault && i < 2; i++)
        if (str_eq(chosen, str_of(reports[i].act)))
            fault = form_fault(act_type_find(chosen), fault);
    if (fault)
        w(o, H("<p class=\"alert\" role=\"alert\">内容需要修改："), fault->text, H("</p>"));
    for (size_t i = 0; i < 2; i++) {
        const struct act_type *t = act_type_find(str_of(reports[i].act));
        bool mine = str_eq(chosen, str_of(reports[i].act));
        if (!t)
            continue;
        w(o, H("<section class=\"card\"><h2>"), reports[i].title, H("</h2><form method=\"post\" action=\"/report\">"
          "<input type=\"hidden\" name=\"act\" value=\""), t->name, H("\">"));
        form_fields(q, o, t, mine ? typed : &(struct form){0}, mine ? fault : NULL, reports[i].only);
        w(o, H("<p class=\"actions\"><button"), i ? H("") : H(" class=\"primary\""), H(">提交</button></p></form></section>"));
    }
    w(o, H("</div>"));
    page_end(q, o, r, status);
    return NULL;
}

err *page_report(struct request *q, struct response *r)
{
    return report_page(q, r, &(struct form){0}, NULL, 200);
}

static void add_pair(struct request *q, str name, str value)
{
    struct pair *p = NEW_ARRAY(q->a, q->form.n + 1, struct pair);
    for (size_t i = 0; i < q->form.n; i++)
        p[i] = q->form.p[i];
    p[q->form.n] = (struct pair){name, value};
    q->form.p = p;
    q->form.n++;
}

err *page_report_submit(struct request *q, struct response *r)
{
    const struct act_type *t = NULL;
    struct act_answer answer;
    for (size_t i = 0; i < 2; i++)
        if (str_eq(form_get(&q->form, S("act")), str_of(reports[i].act)))
            t = act_type_find(str_of(reports[i].act));
    if (!t)
        return err_new(ERR_MISSING, "没有这个事项");
    if (!strcmp(t->name, "complaint.lodge"))
        add_pair(q, S("anonymous"), S("true"));
    /* Nothing of a signed-in person may stick to it. */
    q->session = (struct session){0};
    q->reader = (struct reader){0};
    err *e = perform(q, t, S("public"), &answer);
    if (!e && answer.verdict == ACT_INVALID)
        e = answer.invalid;
    if (e && (e->kind == ERR_INPUT || e->kind == ERR_LIMIT))
        return report_page(q, r, &q->form, e, err_http_status(e->kind));
    TRY(e);
    struct out *o = page_begin(q, S("已收到"));
    w(o, H("<div class=\"card narrow\"><h1>"), answer.verdict == ACT_REFUSED ? "未能受理" : "已收到", H("</h1>"));
    if (answer.verdict == ACT_REFUSED)
        w(o, H("<p>"), answer.n ? answer.reasons[0].because : S("请改用电话12369反映"), H("</p>"));
    else
        w(o, H("<p>感谢反映。内容已送纪检督察人员。系统没有保存您的身份信息，因此不能向您反馈结果；需要答复的，请拨打12369。</p>"));
    w(o, H("<p><a href=\"/report\">返回</a></p></div>"));
    page_end(q, o, r, answer.verdict == ACT_REFUSED ? 403 : 200);
    return NULL;
}

/* ---- all acts of a role ---- */
static const struct { const char *group, *label; } groups[] = {
    {"people", "人员与机构"}, {"holds", "批准"}, {"provider", "第三方"}, {"procurement", "采购与经费"}, {"agreement", "协议"},
    {"entrustment", "委托"}, {"notice", "告知与异议"}, {"outside", "企业评价与商业秘密"}, {"visit", "现场"}, {"material", "材料与证据"},
    {"clue", "线索"}, {"record", "备案与案卷"}, {"conduct", "行为与纪律"}, {"integrity", "廉洁风险"}, {"evaluation", "考核"}, {"draw", "随机抽取"},
    {"scene", "遥感影像"}, {"outlet", "监测点位"}, {"paper", "文书"}, {"policy", "参数与法规"}, {"orders", "指令"}, {"relation", "利害关系"},
    {"export", "导出"}};

static const char *group_label(const char *group)
{
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (!strcmp(group, groups[i].group))
            return groups[i].label;
    return "其他";
}

err *page_acts(struct request *q, struct response *r)
{
    struct out *o = page_begin(q, S("全部事项"));
    const char *open = NULL;
    w(o, H("<h1>全部事项</h1><p class=\"muted\">您的角色可以办理的事项。每一项办理前都按规定判定，结果有回执。</p><div class=\"card\">"));
    for (size_t i = 0; i < act_type_count(); i++) {
        const struct act_type *t = act_type_at(i);
        if (!act_offered(t, &q->reader))
            continue;
        const char *name = group_label(t->group);
        if (!open || strcmp(open, name)) {
            w(o, open ? H("</ul>") : H(""), H("<h2>"), name, H("</h2><ul class=\"links\">"));
            open = name;
        }
        w(o, H("<li><a href=\"/do/"), t->name, H("\">"), t->label, H("</a></li>"));
    }
    if (open)
        w(o, H("</ul>"));
    w(o, H("</div><div class=\"card\"><h2>查阅</h2><ul class=\"links\">"));
    for (size_t i = 0; i < thing_count(); i++)
        if (thing_open(thing_at(i), &q->reader))
            w(o, H("<li><a href=\"/things/"), thing_at(i)->name, H("\">"), thing_at(i)->label, H("</a></li>"));
    w(o, H("</ul></div>"));
    page_end(q, o, r, 200);
    return NULL;
}
