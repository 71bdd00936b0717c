/*
 * 材料核实: one material at a time, the original on the left, what was found on the right. The first officer writes it down; the next signs
 * it in a session of his own and sees the same page. There is no list to tick and no button for several: who verifies has looked at
 * this one. Those who review read the page; they have no form on it.
 */
#include "web/roles.h"

#include <string.h>

#define STATES "submitted=待核实 adoptable=可依法采用 reference_only=仅供参考 rejected=不予采用"

static const struct { const char *value, *label; } methods[] = {
    {"onsite", "现场复核"}, {"remeasure", "重测比对"}, {"original", "调取原始数据"}, {"instrument_log", "仪器日志"}, {"interview", "询问印证"},
    {"recompute", "技术复算"}, {"qualification", "资质与程序审查"}};
static const struct { const char *value, *label, *hint; } results[] = {
    {"adoptable", "可依法采用", "可在案卷中作证据引用"}, {"reference_only", "仅供参考", "只能以“参考”附卷"}, {"returned", "退回补充", "说明缺什么，由提交人补充后重新核实"}};

/* ---- acts of a page ---- */
struct json_out *act_begin(struct request *q, const char *act)
{
    struct json_out *o = NEW(q->a, struct json_out);
    buf *b = NEW(q->a, buf);
    *b = buf_make(q->a, LIMIT_ACT_BYTES);
    *o = (struct json_out){b, false};
    json_open(o, '{');
    json_put_str(o, S("act"), str_of(act));
    return o;
}

str act_end(struct json_out *o, str once)
{
    put_act_key(o, once);
    json_close(o, '}');
    return buf_str(o->b);
}

err *perform_act(struct request *q, str json, struct act_answer *ret)
{
    request_db_done(q);
    TRY(act_perform(q->web->acts, q->a, &(struct act_request){.json = json, .by = q->session.user}, ret));
    metrics_answer(q->web, ret->verdict);
    return ret->verdict == ACT_INVALID ? ret->invalid : NULL;
}

void show_refusal(struct request *q, struct out *o, const struct act_answer *answer, const err *fault)
{
    const struct json *json;
    if (fault)
        w(o, H("<p class=\"alert\" role=\"alert\">内容需要修改："), fault->text, H("</p>"));
    if (!answer || act_json(q->a, answer->json, LIMIT_ACT_BYTES * 4, &json))
        return;
    w(o, H("<div role=\"alert\"><p class=\"alert\"><b>"), answer->verdict == ACT_HELD ? S("已送批准，批准后生效。") : S("没有办成，填写的内容还在下面。"), H("</b></p>"));
    show_reasons(q, o, json_get(json, S("reasons")));
    w(o, H("</div>"));
}

/* ---- how it stands ---- */
struct proposal { str id, author, author_name, second, second_name, method, result, trace; usec at; bool mine /* I have signed it */; };
struct standing {
    const struct thing *t;
    struct db_value *row;
    str id, state;
    bool open;        /* waits for verification */
    bool live;        /* there is a proposal of the file as it is now */
    struct proposal p;
    bool officer;     /* of the material's own agency: who may verify at all */
};

static err *load(struct request *q, struct standing *s)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    int64_t own;
    *s = (struct standing){.t = thing_find(S("materials"))};
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, s->t, &q->reader, q->part[0], &s->row));
    s->id = s->row[thing_columns(s->t)].s;
    s->state = named_value(s->t, s->row, "state");
    s->open = str_eq(s->state, S("submitted")) || named_number(s->t, s->row, "reverify", 0);
    TRY(db_one_int(d, "SELECT COUNT(*) FROM material m JOIN entrustment e ON e.id = m.entrustment WHERE m.id = :id AND e.agency = :agency",
                   DB_ARGS(DB_T("id", s->id), DB_T("agency", q->reader.agency)), 0, &own));
    s->officer = own && (q->reader.roles & ROLE_BIT(ROLE_OFFICER));
    TRY(db_query(d, q->a,
                 "SELECT p.id, p.author, u.name, p.second, v.name, p.method, p.result, p.trace, p.at, (SELECT COUNT(*) FROM verification_signature g"
                 " WHERE g.proposal = p.id AND g.officer = :user) FROM verification_proposal p JOIN material m ON m.id = p.material JOIN users u ON"
                 " u.id = p.author LEFT JOIN users v ON v.id = p.second WHERE p.material = :id AND p.state = 'open' AND m.state_seq <= p.seq AND"
                 " m.digest = p.digest",
                 DB_ARGS(DB_T("id", s->id), DB_T("user", q->session.user)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    s->live = true;
    s->p = (struct proposal){db_str(&rows, 0), db_str(&rows, 1), db_str(&rows, 2), db_str(&rows, 3), db_str(&rows, 4), db_str(&rows, 5),
                             db_str(&rows, 6), db_str(&rows, 7), db_int(&rows, 8), db_int(&rows, 9) != 0};
    db_rows_end(&rows);
    return NULL;
}

/* ---- the right side ---- */
static str picked(const struct form *f, const char *name)
{
    str v = form_get(f, str_of(name));
    return v.p ? v : S("");
}

static err *second_select(struct request *q, struct out *o, const struct standing *s, str chosen)
{
    struct db *d;
    struct db_rows rows;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a,
                 "SELECT u.id, u.name, CASE WHEN EXISTS (SELECT 1 FROM entrustment_officer eo JOIN material m ON m.entrustment = eo.entrustment WHERE"
                 " m.id = :id AND eo.user_id = u.id) THEN 0 ELSE 1 END AS far FROM users u WHERE u.agency = :agency AND u.disabled_at IS NULL AND"
                 " u.id <> :user AND EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = u.id AND r.role = 'officer') ORDER BY far, u.id LIMIT 200",
                 DB_ARGS(DB_T("id", s->id), DB_T("agency", q->reader.agency), DB_T("user", q->session.user)), &rows));
    w(o, H("<label for=\"second\">由谁签认 <span class=\"muted\">默认本次委托的另一名执法人员</span></label><select id=\"second\" name=\"second\">"));
    for (bool more, first = true;; first = false) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        bool here = chosen.n ? str_eq(chosen, db_str(&rows, 0)) : first && !db_int(&rows, 2);
        w(o, H("<option value=\""), db_str(&rows, 0), here ? H("\" selected>") : H("\">"), db_str(&rows, 1),
          db_int(&rows, 2) ? S("") : S("（本次委托）"), H("</option>"));
    }
    w(o, H("<option value=\"\">不指定，由任一名持证执法人员</option></select>"));
    return NULL;
}

static void radio(struct out *o, const char *name, const char *value, const char *label, const char *hint, bool chosen)
{
    w(o, H("<label class=\"pick\"><input type=\"radio\" name=\""), name, H("\" value=\""), value, chosen ? H("\" checked required>") : H("\" required>"),
      H("<span><b>"), label, H("</b> <span class=\"muted\">"), hint, H("</span></span></label>"));
}

static err *propose_form(struct request *q, struct out *o, const struct standing *s, const struct form *typed)
{
    str method = picked(typed, "method"), result = picked(typed, "result");
    w(o, H("<form method=\"post\" action=\"/materials/"), U(s->id), H("/verify\"><input type=\"hidden\" name=\"do\" value=\"propose\">"
           "<input type=\"hidden\" name=\"key\" value=\""), token_new(q->a), H("\">"));
    page_csrf(q, o);
    w(o, H("<fieldset class=\"picks\"><legend>怎样核实的</legend>"));
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        radio(o, "method", methods[i].value, methods[i].label, "", str_eq(method, str_of(methods[i].value)));
    w(o, H("</fieldset><label for=\"trace\">核实过程 <span class=\"muted\">与什么比对、看到什么；退回的写明缺什么</span></label>"
           "<textarea id=\"trace\" name=\"trace\" required maxlength=\"2000\">"), picked(typed, "trace"), H("</textarea>"
           "<fieldset class=\"picks results\"><legend>结果</legend>"));
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        radio(o, "result", results[i].value, results[i].label, results[i].hint, str_eq(result, str_of(results[i].value)));
    w(o, H("</fieldset>"));
    TRY(second_select(q, o, s, form_get(typed, S("second"))));
    w(o, H("<p class=\"actions\"><button class=\"primary\">完成核实</button></p><p class=\"muted\">另一名执法人员用自己的账号签认后，核实才成立；退回补充即时生效。</p></form>"));
    return NULL;
}

static void proposal_facts(struct request *q, struct out *o, const struct proposal *p)
{
    w(o, H("<dl class=\"facts\"><dt>发起人</dt><dd>"), p->author_name, H("，"), time_chinese(q->a, p->at), H("</dd><dt>核实方式</dt><dd>"), enum_label(p->method),
      H("</dd><dt>核实过程</dt><dd>"), p->trace.n ? p->trace : S("—"), H("</dd><dt>结果</dt><dd><b>"), label_of(p->result, STATES), H("</b></dd></dl>"));
}

static void sign_form(struct request *q, struct out *o, const struct standing *s, const struct form *typed)
{
    w(o, H("<p class=\"note\">请先看原件，再签认。签认以您本人名义作出，与发起人负同样的责任。</p>"));
    proposal_facts(q, o, &s->p);
    w(o, H("<form method=\"post\" action=\"/materials/"), U(s->id), H("/verify\"><input type=\"hidden\" name=\"proposal\" value=\""), s->p.id,
      H("\"><input type=\"hidden\" name=\"key\" value=\""), token_new(q->a), H("\">"));
    page_csrf(q, o);
    w(o, H("<p class=\"actions\"><button class=\"primary\" name=\"do\" value=\"sign\">完成核实</button></p><details"),
      picked(typed, "note").n || str_eq(picked(typed, "do"), S("decline")) ? H(" open") : H(""), H("><summary>不同意</summary><label for=\"note\">理由</label><textarea id=\"note\" name=\"note\" maxlength=\"1000\">"),
      picked(typed, "note"), H("</textarea><p class=\"actions\"><button name=\"do\" value=\"decline\">不同意，退还发起人</button></p></details></form>"));
}

static err *verified(struct request *q, struct out *o, const struct standing *s)
{
    struct db *d;
    struct db_rows rows;
    bool any = false;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a,
                 "SELECT u.name, v.method, v.result, COALESCE(v.trace, p.trace), COALESCE(g.at, v.at), COALESCE(g.seq, v.seq), CASE WHEN g.officer IS NULL THEN 0"
                 " ELSE 1 END FROM verification v JOIN users u ON u.id = v.officer LEFT JOIN verification_proposal p ON p.id = v.proposal LEFT JOIN"
                 " verification_signature g ON g.proposal = v.proposal AND g.officer = v.officer WHERE v.material = :id ORDER BY v.seq DESC, COALESCE(g.seq,"
                 " v.seq), u.id LIMIT 40",
                 DB_ARGS(DB_T("id", s->id)), &rows));
    for (;;) {
        bool more;
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        if (!any)
            w(o, H("<dl class=\"facts\"><dt>核实方式</dt><dd>"), enum_label(db_str(&rows, 1)), H("</dd><dt>核实过程</dt><dd>"),
              db_str(&rows, 3).n ? db_str(&rows, 3) : S("—"), H("</dd><dt>结果</dt><dd><b>"), label_of(db_str(&rows, 2), STATES), H("</b></dd></dl><ul class=\"signed\">"));
        any = true;
        w(o, H("<li><b>"), db_str(&rows, 0), H("</b> "), db_int(&rows, 6) ? S("本人签认") : S("登记在同一次办理中"), H("，"), time_chinese(q->a, db_int(&rows, 4)),
          H(" <a href=\"/receipts/"), db_int(&rows, 5), H("\">回执</a></li>"));
    }
    if (any)
        w(o, H("</ul>"));
    return NULL;
}

/* Who may do nothing here still reads how it stands, and why. */
static err *right_side(struct request *q, struct out *o, const struct standing *s, const struct form *typed)
{
    bool named = s->live && (!s->p.second.n || str_eq(s->p.second, q->session.user));
    w(o, H("<section class=\"card\" id=\"verify\"><h2>核实 <span class=\"badge "), s->open ? H("held") : str_eq(s->state, S("rejected")) ? H("refused") : H("allowed"), H("\">"),
      s->live ? S("待另一名签认") : s->open ? S("待核实") : label_of(s->state, STATES), H("</span></h2>"));
    if (!s->open)
        TRY(verified(q, o, s));
    if (str_eq(s->state, S("rejected")) && named_value(s->t, s->row, "state_reason").n)
        w(o, H("<p>退回的理由："), named_value(s->t, s->row, "state_reason"), H("</p>"));
    if (s->open && s->live && s->officer && !s->p.mine && named)
        sign_form(q, o, s, typed);
    else if (s->open && s->live) {
        proposal_facts(q, o, &s->p);
        w(o, H("<p class=\"note\">等待"), s->p.second_name.n ? s->p.second_name : S("另一名执法人员"), H("用自己的账号签认。签认之前不能采用。</p>"));
        if (str_eq(s->p.author, q->session.user)) /* who was named may be away: only a new proposal names another */
            w(o, H("<p class=\"actions\"><a class=\"button\" href=\"/do/material.propose?material="), U(s->id), H("\">重新发起</a></p>"));
    } else if (s->open && s->officer)
        TRY(propose_form(q, o, s, typed));
    else if (s->open)
        w(o, H("<p class=\"note\">核实由本次委托机构的两名持证执法人员办理，您可以查看。</p>"));
    w(o, H("</section>"));
    return NULL;
}

/* ---- the queue ---- */
struct waiting { str id; bool sign; };

/* What waits for this officer: signatures first, for a colleague waits; then his own tasks, then the bureau's; the oldest first. */
static err *queue_of(struct request *q, struct waiting **ret, size_t *ret_n)
{
    struct db *d;
    struct db_rows rows;
    VEC(struct waiting) v = {0};
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a,
                 "SELECT m.id, CASE WHEN p.id IS NULL THEN 1 ELSE 0 END AS part, CASE WHEN EXISTS (SELECT 1 FROM entrustment_officer eo WHERE eo.entrustment"
                 " = e.id AND eo.user_id = :user) THEN 0 ELSE 1 END AS far FROM material m JOIN entrustment e ON e.id = m.entrustment LEFT JOIN"
                 " verification_proposal p ON p.material = m.id AND p.state = 'open' AND m.state_seq <= p.seq AND m.digest = p.digest WHERE e.agency ="
                 " :agency AND (m.state = 'submitted' OR m.reverify = 1) AND (p.id IS NULL OR ((p.second IS NULL OR p.second = :user) AND NOT EXISTS"
                 " (SELECT 1 FROM verification_signature g WHERE g.proposal = p.id AND g.officer = :user))) ORDER BY part, far, m.seq LIMIT 500",
                 DB_ARGS(DB_T("user", q->session.user), DB_T("agency", q->reader.agency)), &rows));
    for (;;) {
        bool more;
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(q->a, &v, ((struct waiting){db_str(&rows, 0), db_int(&rows, 1) == 0}));
    }
    *ret = v.p;
    *ret_n = v.n;
    return NULL;
}

/* The one behind `id`, else the first that is not it; none: "". */
static str next_of(const struct waiting *v, size_t n, str id)
{
    for (size_t i = 0; i + 1 < n; i++)
        if (str_eq(v[i].id, id))
            return v[i + 1].id;
    return n && !str_eq(v[0].id, id) ? v[0].id : S("");
}

err *page_verify_queue(struct request *q, struct response *r)
{
    struct waiting *v;
    size_t n;
    TRY(queue_of(q, &v, &n));
    str next = next_of(v, n, form_get(&q->params, S("skip")));
    if (next.n)
        return redirect(r, arena_printf(q->a, "/materials/%.*s/verify", STR_ARG(next)));
    struct out *o = page_begin(q, S("材料核实"));
    w(o, H("<h1>材料核实</h1><div class=\"card\"><p class=\"lead\">"), n ? S("只剩刚才跳过的一件。") : S("没有等您核实或签认的材料。"), H("</p><p class=\"actions\">"));
    if (n)
        w(o, H("<a class=\"button primary\" href=\"/materials/"), U(v[0].id), H("/verify\">回到这一件</a>"));
    else
        w(o, H("<a class=\"button primary\" href=\"/things/materials\">查看材料</a>"));
    w(o, H("</p></div>"));
    page_end(q, o, r, 200);
    return NULL;
}

static err *way_on(struct request *q, struct out *o, const struct standing *s, bool done)
{
    struct waiting *v;
    size_t n, at = 0, sign = 0;
    if (!s->officer)
        return NULL;
    TRY(queue_of(q, &v, &n));
    for (size_t i = 0; i < n; i++) {
        sign += v[i].sign;
        if (str_eq(v[i].id, s->id))
            at = i + 1;
    }
    if (done)
        w(o, H("<p class=\"fine\" role=\"status\">已办理。</p>"));
    w(o, H("<p class=\"queue\">"), at ? S("您这里") : S("还有"), H("<b>"), n, H("件</b>待办，其中待签认"), sign, H("件"));
    if (next_of(v, n, s->id).n)
        w(o, at ? H(" · <a href=\"/verify-queue?skip=") : H(" <a class=\"button primary\" href=\"/verify-queue?skip="), U(s->id), at ? H("\">跳过这一件</a>") : H("\">下一件</a>"));
    w(o, H("</p>"));
    return NULL;
}

static err *verify_page(struct request *q, struct response *r, const struct form *typed, const struct act_answer *answer, const err *fault)
{
    struct standing s;
    TRY(load(q, &s));
    str title = s.row[thing_columns(s.t) + 1].s;
    struct out *o = page_begin(q, arena_printf(q->a, "核实：%.*s", STR_ARG(title)));
    page_mark(q, o);
    w(o, H("<p class=\"path-to\"><a href=\"/things/materials\">材料</a> / <a href=\"/things/materials/"), U(s.id), H("\">办理经过</a></p><h1>"), title, H("</h1>"));
    TRY(way_on(q, o, &s, str_eq(form_get(&q->params, S("done")), S("1"))));
    show_refusal(q, o, answer, fault);
    w(o, H("<div class=\"verify\">"));
    TRY(original_section(q, o, s.t, s.row));
    TRY(right_side(q, o, &s, typed));
    w(o, H("</div>"));
    page_end(q, o, r, fault ? err_http_status(fault->kind) : answer ? answer->verdict == ACT_HELD ? 202 : 403 : 200);
    return NULL;
}

err *page_verify_material(struct request *q, struct response *r)
{
    return verify_page(q, r, &q->params, NULL, NULL);
}

/* The act that this form means. */
static str act_of_form(struct request *q)
{
    const struct form *f = &q->form;
    str what = form_get(f, S("do")), key = form_get(f, S("key")), id = q->part[0];
    struct json_out *o;
    if (str_eq(what, S("sign")) || str_eq(what, S("decline"))) {
        o = act_begin(q, "material.sign");
        json_put_str(o, S("proposal"), form_get(f, S("proposal")));
        json_put_bool(o, S("agrees"), str_eq(what, S("sign")));
        if (str_trim(form_get(f, S("note"))).n)
            json_put_str(o, S("note"), str_trim(form_get(f, S("note"))));
        return act_end(o, key);
    }
    bool returned = str_eq(form_get(f, S("result")), S("returned"));
    o = act_begin(q, returned ? "material.reject" : "material.propose");
    json_put_str(o, S("material"), id);
    if (returned) {
        json_put_str(o, S("reason"), picked(f, "trace"));
        return act_end(o, key);
    }
    static const char *const fields[] = {"second", "method", "trace", "result"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (str_trim(picked(f, fields[i])).n)
            json_put_str(o, str_of(fields[i]), picked(f, fields[i]));
    return act_end(o, key);
}

err *page_verify_material_submit(struct request *q, struct response *r)
{
    struct act_answer answer;
    err *bad = perform_act(q, act_of_form(q), &answer);
    if (bad && (bad->kind == ERR_INPUT || bad->kind == ERR_LIMIT || bad->kind == ERR_MISSING))
        return verify_page(q, r, &q->form, NULL, bad);
    TRY(bad);
    if (answer.verdict != ACT_ALLOWED)
        return verify_page(q, r, &q->form, &answer, NULL);
    return redirect(r, arena_printf(q->a, "/materials/%.*s/verify?done=1", STR_ARG(q->part[0])));
}
