/*
 * What a company says with the code on its notice: an objection and how it went, a rating, a mark on what is its trade secret.
 * Each form carries a key, so a button pressed twice, or a page sent again, is one act. Nothing a right needs is demanded: name,
 * post and telephone are asked for, and whoever leaves them out is heard all the same (Art. 4, 8).
 */
#include "web/notice.h"

#include <string.h>

static void fault_line(struct out *o, const err *fault)
{
    if (fault)
        w(o, H("<p class=\"fault\" role=\"alert\">"), fault->text, H("</p>"));
}

/* The form's own key: kept when it comes back with a fault, so that the corrected one is still the same act. */
static void form_begin(struct request *q, struct out *o, const struct notice *n, html where, const struct form *typed)
{
    str key = form_get(typed, S("once"));
    w(o, H("<form method=\"post\" action=\"/n/"), n->token, H("/"), where, H("\"><input type=\"hidden\" name=\"once\" value=\""),
      key.n ? key : token_new(q->a), H("\">"));
}

static void back_link(struct out *o, const struct notice *n)
{
    w(o, H("<p><a href=\"/n/"), n->token, H("\">返回告知书</a></p>"));
}

static void input(struct out *o, const struct form *typed, const char *name, const char *label, html more)
{
    w(o, H("<label for=\""), name, H("\">"), label, H("</label><input id=\""), name, H("\" name=\""), name, H("\" "), more, H(" value=\""),
      form_get(typed, str_of(name)), H("\">"));
}

static void textarea(struct out *o, const struct form *typed, const char *name, const char *label, int limit)
{
    w(o, H("<label for=\""), name, H("\">"), label, H("</label><textarea id=\""), name, H("\" name=\""), name, H("\" maxlength=\""), limit,
      H("\">"), form_get(typed, str_of(name)), H("</textarea>"));
}

struct choice { const char *value, *label; };

static void radios(struct out *o, const struct form *typed, const char *name, const char *legend, const struct choice *c, size_t n)
{
    str chosen = form_get(typed, str_of(name));
    w(o, n > 3 ? H("<fieldset><legend>") : H("<fieldset class=\"flat\"><legend>"), legend, H("</legend>"));
    for (size_t i = 0; i < n; i++)
        w(o, H("<label class=\"pick\"><input type=\"radio\" name=\""), name, H("\" value=\""), c[i].value, H("\""),
          str_eq(chosen, str_of(c[i].value)) ? H(" checked") : H(""), H("> "), c[i].label, H("</label>"));
    w(o, H("</fieldset>"));
}

/* ---- the act ---- */

/* Adds a text of the form, trimmed; one that is too long comes back whole, with the act's own words. */
static void member(struct json_out *j, const struct form *f, const char *name)
{
    str v = str_trim(form_get(f, str_of(name)));
    if (v.n)
        json_put_str(j, str_of(name), v);
}

static struct json_out act_begin(struct request *q, const char *act)
{
    buf *b = NEW(q->a, buf);
    struct json_out j = {b, false};
    *b = buf_make(q->a, LIMIT_ACT_BYTES);
    json_open(&j, '{');
    json_put_str(&j, S("act"), str_of(act));
    return j;
}

typedef err *(*say_page)(struct request *q, struct response *r, const struct notice *n, const struct form *typed, const err *fault);

/* The act in the name of the notice; what it is invalid for stands over the form as it was typed. */
static err *say(struct request *q, struct response *r, const struct notice *n, struct json_out *j, say_page again)
{
    struct act_answer answer;
    put_act_key(j, form_get(&q->form, S("once")));
    json_close(j, '}');
    request_db_done(q);
    TRY(act_perform(q->web->acts, q->a,
                    &(struct act_request){.json = buf_str(j->b), .by = arena_printf(q->a, "notice:%.*s", STR_ARG(n->id))}, &answer));
    metrics_answer(q->web, answer.verdict);
    if (answer.verdict == ACT_INVALID)
        return again(q, r, n, &q->form, answer.invalid);
    (void)paper_after(q, &answer);
    return redirect(r, arena_printf(q->a, "/n/%.*s/progress?received=%.*s", STR_ARG(n->token), STR_ARG(answer.id)));
}

/* ---- objection ---- */

static const struct choice grounds[] = {{"interest", "与本单位或竞争对手有利害关系"}, {"overreach", "超越权限"},
                                        {"conduct", "行为不当"}, {"competence", "能力不足"}, {"other", "其他"}};

static err *objection_page(struct request *q, struct response *r, const struct notice *n, const struct form *typed, const err *fault)
{
    struct out *o = notice_begin(q, S("提出异议"));
    w(o, H("<h1>提出异议</h1><p>对"), n->provider_name, H("参与辅助执法有异议的，在这里提出（规定第八条）。处理期间该第三方暂停参与，"
           "不影响执法人员依法检查。</p>"));
    fault_line(o, fault);
    form_begin(q, o, n, H("objection"), typed);
    radios(o, typed, "ground", "理由", grounds, sizeof grounds / sizeof *grounds);
    textarea(o, typed, "text", "怎么回事", 2000);
    w(o, H("<p class=\"soft\">请留下姓名、职务和电话，便于核实和答复；只有办理异议的人看得到。不留也会受理。</p>"));
    input(o, typed, "lodger", "姓名", H("maxlength=\"50\" autocomplete=\"name\""));
    input(o, typed, "post", "职务", H("maxlength=\"50\" autocomplete=\"organization-title\""));
    input(o, typed, "phone", "电话", H("maxlength=\"30\" type=\"tel\" autocomplete=\"tel\""));
    w(o, H("<p class=\"buttons\"><button class=\"primary\">提交异议</button></p></form>"));
    back_link(o, n);
    notice_end(q, o, r, fault ? 400 : 200);
    return NULL;
}

err *page_notice_objection(struct request *q, struct response *r)
{
    struct notice n;
    TRY(notice_load(q, &n));
    return objection_page(q, r, &n, &(struct form){0}, NULL);
}

static bool ground_known(str ground)
{
    for (size_t i = 0; i < sizeof grounds / sizeof *grounds; i++)
        if (str_eq(ground, str_of(grounds[i].value)))
            return true;
    return false;
}

err *page_notice_object(struct request *q, struct response *r)
{
    struct notice n;
    TRY(notice_load(q, &n));
    str ground = form_get(&q->form, S("ground"));
    if (!ground_known(ground))
        return objection_page(q, r, &n, &q->form, err_at(err_new(ERR_INPUT, "请选择一项理由；说不准的选“其他”"), S("ground")));
    struct json_out j = act_begin(q, "objection.lodge");
    json_put_str(&j, S("entrustment"), n.entrustment);
    json_put_str(&j, S("subject"), n.subject);
    json_put_str(&j, S("ground"), ground);
    member(&j, &q->form, "text");
    member(&j, &q->form, "lodger");
    member(&j, &q->form, "post");
    member(&j, &q->form, "phone");
    return say(q, r, &n, &j, objection_page);
}

/* ---- progress ---- */

static void due_line(struct request *q, struct out *o, usec due)
{
    if (due)
        w(o, H("<dt>答复期限</dt><dd>"), day_chinese(q->a, day_of(due)), H("前（含当日，按工作日计算）</dd>"));
}

static void objection_card(struct request *q, struct out *o, const struct notice *n, struct db_rows *row)
{
    str state = db_str(row, 3), id = db_str(row, 0);
    bool open = str_eq(state, S("lodged"));
    w(o, H("<section class=\"item\"><h2>异议 第"), db_int(row, 1), H("号</h2><dl><dt>提出时间</dt><dd>"), time_chinese(q->a, db_int(row, 4)),
      H("</dd><dt>理由</dt><dd>"), enum_label(db_str(row, 2)), H("</dd><dt>状态</dt><dd><b>"),
      open ? "待答复" : str_eq(state, S("upheld")) ? "成立" : str_eq(state, S("partly")) ? "部分成立" : "不成立", H("</b>"));
    if (open && db_int(row, 5))
        w(o, H("，处理期间该第三方暂停参与"));
    w(o, H("</dd>"));
    if (open)
        due_line(q, o, db_int(row, 8));
    else
        w(o, H("<dt>答复</dt><dd>"), db_str(row, 6), H("</dd><dt>答复时间</dt><dd>"), time_chinese(q->a, db_int(row, 7)), H("</dd>"));
    w(o, H("</dl>"));
    if (db_int(row, 9))
        w(o, H("<p><a class=\"button\" href=\"/n/"), n->token, H("/receipts/"), U(id), H("\">受理回执（PDF）</a></p>"));
    w(o, H("</section>"));
}

/* Those of this task and this company: what the notice is about. */
static err *objections(struct request *q, struct out *o, const struct notice *n, int *ret_n)
{
    struct db *d;
    struct db_rows rows;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a,
                 "SELECT o.id, o.seq, o.ground, o.state, o.lodged_at, o.freezes, COALESCE(o.reasons, ''), COALESCE(o.decided_at, 0), COALESCE((SELECT"
                 " MAX(t.due_at) FROM todo t WHERE t.kind = 'objection_decide' AND t.thing_kind = 'objection' AND t.thing_id = o.id AND t.closed_seq"
                 " IS NULL), 0), (SELECT COUNT(*) FROM paper p WHERE p.form = 'S03' AND p.thing_id = o.id AND p.void_at IS NULL) FROM objection o"
                 " WHERE o.entrustment = :e AND o.subject = :s ORDER BY o.seq DESC LIMIT 50",
                 DB_ARGS(DB_T("e", n->entrustment), DB_T("s", n->subject)), &rows));
    for (bool more;; ++*ret_n) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        objection_card(q, o, n, &rows);
    }
}

static err *marks(struct request *q, struct out *o, const struct notice *n, int *ret_n)
{
    struct db *d;
    struct db_rows rows;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a,
                 "SELECT s.seq, s.at, s.state, COALESCE(s.reasons, '') FROM secret_mark s JOIN visit v ON v.id = s.visit WHERE v.entrustment = :e"
                 " AND s.subject = :s ORDER BY s.seq DESC LIMIT 50",
                 DB_ARGS(DB_T("e", n->entrustment), DB_T("s", n->subject)), &rows));
    for (bool more;; ++*ret_n) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        str state = db_str(&rows, 2);
        w(o, H("<section class=\"item\"><h2>商业秘密标记 第"), db_int(&rows, 0), H("号</h2><dl><dt>标记时间</dt><dd>"),
          time_chinese(q->a, db_int(&rows, 1)), H("</dd><dt>状态</dt><dd><b>"), label_of(state, "marked=待处理"), H("</b></dd>"));
        if (db_str(&rows, 3).n)
            w(o, H("<dt>答复</dt><dd>"), db_str(&rows, 3), H("</dd>"));
        w(o, H("</dl></section>"));
    }
}

/* What was just sent, by its id; somebody else's id shows nothing. */
static err *received_line(struct request *q, struct out *o, const struct notice *n)
{
    static const struct { const char *sql, *says; } kinds[] = {
        {"SELECT seq FROM objection WHERE id = :id AND entrustment = :e AND subject = :s", "异议已收到，从现在起生效。答复将送达贵单位。"},
        {"SELECT r.seq FROM visit_rating r JOIN visit v ON v.id = r.visit WHERE r.id = :id AND v.entrustment = :e AND r.subject = :s",
         "评价已收到，谢谢。反映问题的，由纪检督察核查。"},
        {"SELECT k.seq FROM secret_mark k JOIN visit v ON v.id = k.visit WHERE k.id = :id AND v.entrustment = :e AND k.subject = :s",
         "标记已收到，执法人员将核对并在本页答复。"}};
    struct db *d;
    str id = form_get(&q->params, S("received"));
    TRY(request_db(q, &d));
    for (size_t i = 0; id.n && i < sizeof kinds / sizeof *kinds; i++) {
        int64_t seq;
        TRY(db_one_int(d, kinds[i].sql, DB_ARGS(DB_T("id", id), DB_T("e", n->entrustment), DB_T("s", n->subject)), 0, &seq));
        if (seq)
            w(o, H("<div class=\"state valid\" role=\"status\"><p class=\"number\">受理号 <b>第"), seq, H("号</b></p><p>"), kinds[i].says, H("</p></div>"));
    }
    return NULL;
}

err *page_notice_progress(struct request *q, struct response *r)
{
    struct notice n;
    int any = 0;
    TRY(notice_load(q, &n));
    struct out *o = notice_begin(q, S("查询进度"));
    w(o, H("<h1>查询进度</h1>"));
    TRY(received_line(q, o, &n));
    TRY(objections(q, o, &n, &any));
    TRY(marks(q, o, &n, &any));
    if (!any)
        w(o, H("<p>还没有异议或者标记。</p>"));
    w(o, H("<p class=\"buttons\"><a class=\"button primary\" href=\"/n/"), n.token, H("\">返回告知书</a></p>"));
    notice_end(q, o, r, 200);
    return NULL;
}

/* ---- rating ---- */

static const struct choice yes_no[] = {{"true", "是"}, {"false", "否"}};
static const struct choice scores[] = {{"good", "满意"}, {"fair", "基本满意"}, {"poor", "不满意"}};
static const struct { const char *name, *legend; } questions[] = {
    {"accompanied", "第三方始终有执法人员陪同吗"}, {"within_notice", "只做了告知书写明的事吗"}, {"carded", "出示证件了吗"},
    {"asked", "有人索要财物或推荐治理单位吗"}};
enum { QUESTIONS = sizeof questions / sizeof *questions };

/* For what can be said once the helpers left. */
static err *load_left(struct request *q, struct notice *n)
{
    TRY(notice_load(q, n));
    return n->visit.p ? NULL : err_new(ERR_CONFLICT, "第三方还没有离场，离场后再来评价或者标记");
}

static err *rating_page(struct request *q, struct response *r, const struct notice *n, const struct form *typed, const err *fault)
{
    struct out *o = notice_begin(q, S("评价本次"));
    w(o, H("<h1>评价本次</h1><p>每一项都可以不填。评价不给被评价的执法人员看，也不影响对贵单位的检查。</p>"));
    fault_line(o, fault);
    form_begin(q, o, n, H("rating"), typed);
    for (size_t i = 0; i < QUESTIONS; i++)
        radios(o, typed, questions[i].name, questions[i].legend, yes_no, 2);
    radios(o, typed, "score", "总的评价", scores, 3);
    textarea(o, typed, "text", "想说的话", 1000);
    w(o, H("<p class=\"buttons\"><button class=\"primary\">提交评价</button></p></form>"));
    back_link(o, n);
    notice_end(q, o, r, fault ? 400 : 200);
    return NULL;
}

err *page_notice_rating(struct request *q, struct response *r)
{
    struct notice n;
    TRY(load_left(q, &n));
    return rating_page(q, r, &n, &(struct form){0}, NULL);
}

err *page_notice_rate(struct request *q, struct response *r)
{
    struct notice n;
    TRY(load_left(q, &n));
    struct json_out j = act_begin(q, "visit.rate");
    json_put_str(&j, S("visit"), n.visit);
    for (size_t i = 0; i < QUESTIONS; i++) {
        str v = form_get(&q->form, str_of(questions[i].name));
        if (v.n)
            json_put_bool(&j, str_of(questions[i].name), str_eq(v, S("true")));
    }
    member(&j, &q->form, "score");
    member(&j, &q->form, "text");
    return say(q, r, &n, &j, rating_page);
}

/* ---- trade secrets ---- */

static err *secret_page(struct request *q, struct response *r, const struct notice *n, const struct form *typed, const err *fault)
{
    struct out *o = notice_begin(q, S("标记商业秘密"));
    w(o, H("<h1>标记商业秘密</h1><p>这次看到、拍到的内容里有贵单位商业秘密的，请指出来。执法人员核对后按商业秘密管理有关材料，"
           "第三方负有保密义务（规定第十二条）。</p>"));
    fault_line(o, fault);
    form_begin(q, o, n, H("secret"), typed);
    textarea(o, typed, "what", "哪些内容是商业秘密", 1000);
    input(o, typed, "place", "在哪里看到或者拍到", H("maxlength=\"300\""));
    w(o, H("<p class=\"buttons\"><button class=\"primary\">提交标记</button></p></form>"));
    back_link(o, n);
    notice_end(q, o, r, fault ? 400 : 200);
    return NULL;
}

err *page_notice_secret(struct request *q, struct response *r)
{
    struct notice n;
    TRY(load_left(q, &n));
    return secret_page(q, r, &n, &(struct form){0}, NULL);
}

err *page_notice_mark(struct request *q, struct response *r)
{
    struct notice n;
    TRY(load_left(q, &n));
    struct json_out j = act_begin(q, "secret.mark");
    json_put_str(&j, S("visit"), n.visit);
    member(&j, &q->form, "what");
    member(&j, &q->form, "place");
    return say(q, r, &n, &j, secret_page);
}
