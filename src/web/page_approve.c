/*
 * 待我审批. The queue on the left, one matter on the right: what is unusual stands open, what was checked lies folded. A clean matter is
 * one press. After each decision the next one opens, and on a phone its button stands on the other side: a finger that falls twice in
 * the same place decides nothing. Opening a matter is written down; what was not opened is not approved together with others.
 */
#include "web/approve.h"

#include <string.h>

enum { LIMIT_TURN = 100000, LIMIT_REASON = 500 };

static const char *const approve_modules[] = {"keys.js", "once.js", NULL};

/* ---- the matter ---- */
static void term(struct out *o, const char *label, str text)
{
    if (text.n)
        w(o, H("<dt>"), label, H("</dt><dd>"), text, H("</dd>"));
}

static err *names(struct request *q, struct db *d, const char *sql, str id, str *ret)
{
    struct db_rows rows;
    buf b = buf_make(q->a, 8000);
    TRY(db_query(d, q->a, sql, DB_ARGS(DB_T("id", id), DB_I("today", day_of(q->now))), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        buf_printf(&b, "%s%.*s", b.n ? "；" : "", STR_ARG(db_str(&rows, 0)));
    }
    *ret = buf_str(&b);
    return NULL;
}

static err *visit_times(struct request *q, struct db *d, struct out *o, str id)
{
    struct db_rows rows;
    TRY(db_query(d, q->a, "SELECT v.starts, v.ends, v.approval_no, v.notice_no, v.helpers, v.emergency FROM visit v WHERE v.entrustment = :id"
                          " AND v.state = 'planned' ORDER BY v.starts LIMIT 6",
                 DB_ARGS(DB_T("id", id)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        w(o, H("<dt>现场</dt><dd>"), time_chinese(q->a, db_int(&rows, 0)), H(" 至 "), time_chinese(q->a, db_int(&rows, 1)), H("，协助"), db_int(&rows, 4), H("人"));
        if (db_int(&rows, 5))
            w(o, H(" <span class=\"badge held\">紧急</span>"));
        w(o, H("<br><span class=\"muted\">审批 "), db_str(&rows, 2).n ? db_str(&rows, 2) : S("—"), H(" · 通知书 "), db_str(&rows, 3).n ? db_str(&rows, 3) : S("—"),
          H("</span></dd>"));
    }
}

static err *entrustment_facts(struct request *q, struct db *d, struct out *o, str id)
{
    static const struct { const char *label, *sql; } people[] = {
        {"执法相对人", "SELECT s.name FROM entrustment_subject es JOIN subject s ON s.id = es.subject WHERE es.entrustment = :id ORDER BY s.id LIMIT 20"},
        {"陪同执法人员", "SELECT u.name || CASE WHEN EXISTS (SELECT 1 FROM certificate c WHERE c.user_id = u.id AND c.to_date >= :today) THEN ''"
                   " ELSE '（证件无效）' END FROM entrustment_officer eo JOIN users u ON u.id = eo.user_id WHERE eo.entrustment = :id ORDER BY u.id"},
        {"辅助人员", "SELECT m.name || CASE WHEN m.card_no IS NULL THEN '' ELSE ' ' || m.card_no END FROM entrustment_member em JOIN member m"
                 " ON m.id = em.member WHERE em.entrustment = :id ORDER BY m.id"},
        {"成果", "SELECT t.text FROM entrustment_output t WHERE t.entrustment = :id ORDER BY t.n"}};
    struct db_rows rows;
    bool more;
    str text;
    TRY(db_query(d, q->a,
                 "SELECT e.matter, e.kind, p.name, e.from_date, e.to_date, e.amount, e.basis_type, e.basis_ref, u.name, g.fee - (SELECT"
                 " COALESCE(SUM(x.amount), 0) FROM entrustment x WHERE x.agreement = g.id AND x.state NOT IN ('withdrawn', 'returned', 'declined')),"
                 " e.reason, e.region FROM entrustment e JOIN agreement g ON g.id = e.agreement JOIN provider p ON p.id = e.provider"
                 " LEFT JOIN users u ON u.id = e.author WHERE e.id = :id",
                 DB_ARGS(DB_T("id", id)), &rows));
    TRY(db_next(&rows, &more));
    CHECK(more);
    str matter = db_str(&rows, 0), kind = db_str(&rows, 1), provider = db_str(&rows, 2), basis = db_str(&rows, 6), ref = db_str(&rows, 7),
        author = db_str(&rows, 8), reason = db_str(&rows, 10);
    day from = (day)db_int(&rows, 3), to = (day)db_int(&rows, 4);
    int64_t amount = db_int(&rows, 5), left = db_int(&rows, 9);
    db_rows_end(&rows);
    const struct law_task *t = law_tasks;
    while (t->code && !str_eq(kind, str_of(t->code)))
        t++;
    w(o, H("<dl class=\"facts\">"));
    term(o, "谁", provider);
    for (size_t i = 2; i > 0; i--) {
        TRY(names(q, d, people[i].sql, id, &text));
        term(o, people[i].label, text);
    }
    term(o, "做什么", arena_printf(q->a, "%.*s（%s）", STR_ARG(matter), t->code ? t->name : ""));
    TRY(names(q, d, people[3].sql, id, &text));
    term(o, people[3].label, text);
    TRY(names(q, d, people[0].sql, id, &text));
    term(o, "去哪里", text);
    term(o, "什么时候", arena_printf(q->a, "%.*s至%.*s", STR_ARG(day_chinese(q->a, from)), STR_ARG(day_chinese(q->a, to))));
    TRY(visit_times(q, d, o, id));
    term(o, "费用", arena_printf(q->a, "%.*s元；协议余%.*s元", STR_ARG(yuan(q->a, amount)), STR_ARG(yuan(q->a, left))));
    term(o, "来源", arena_printf(q->a, "%.*s %.*s", STR_ARG(enum_label(basis.n ? basis : S("plan"))), STR_ARG(ref)));
    term(o, "起草理由", reason);
    term(o, "起草人", author);
    w(o, H("</dl>"));
    return NULL;
}

static err *matter_facts(struct request *q, struct out *o, const struct approve_item *i)
{
    const struct thing *t = thing_of(i->todo.thing_kind);
    struct db_value *row;
    struct db *d;
    TRY(request_db(q, &d));
    if (str_eq(i->todo.thing_kind, S("entrustment")))
        return entrustment_facts(q, d, o, i->todo.thing_id);
    if (!t)
        return NULL;
    err *e = things_get(d, q->a, t, &q->reader, i->todo.thing_id, &row);
    if (e) { /* a delegate may decide what he may not list */
        err_clear();
        w(o, H("<p class=\"muted\">"), i->todo.title, H("</p>"));
        return NULL;
    }
    thing_facts(q, o, t, row);
    return NULL;
}

/* ---- what the law says of it ---- */
static void unusual(struct out *o, const struct approve_item *i, const struct act_answer *answers, size_t n)
{
    bool any = false;
    for (size_t a = 0; a < n; a++)
        for (size_t k = 0; k < answers[a].n; k++) {
            const struct act_reason *r = &answers[a].reasons[k];
            const struct law_instrument *in = law_instrument_find(r->instrument.p ? r->instrument.p : "", r->instrument.n);
            w(o, any ? H("") : H("<ul class=\"unusual\">"), H("<li class=\""), r->severity == LAW_REFUSE ? H("refuse") : r->severity == LAW_HOLD ? H("hold") : H("warn"),
              H("\"><b>"), r->because, H("</b><br><span class=\"muted\">《"), in ? in->title : "本系统规则", H("》"), r->article.n ? S("第") : S(""), r->article,
              r->article.n ? S("条") : S(""), H(" · "), r->remedy, H("</span></li>"));
            any = true;
        }
    if (i->objector.n)
        w(o, any ? H("") : H("<ul class=\"unusual\">"), H("<li class=\"hold\"><b>执法相对人对该第三方提出过异议</b><br><a href=\"/things/objections?subject="),
          U(i->objector), H("\">查看异议</a></li>"));
    any = any || i->objector.n;
    if (i->single_source)
        w(o, any ? H("") : H("<ul class=\"unusual\">"), H("<li class=\"warn\"><b>协议以单一来源方式采购</b><br><span class=\"muted\">须单独审批</span></li>"));
    if (any || i->single_source)
        w(o, H("</ul>"));
}

/* A rule of the descriptor that is in force today and did not speak up. */
static bool passed(const struct act_answer *answer, enum law_rule rule, day today)
{
    const struct law_rule_info *info = &law_rule_info[rule];
    if (info->from > today || info->to < today)
        return false;
    for (size_t k = 0; k < answer->n; k++)
        if (answer->reasons[k].rule == rule)
            return false;
    return true;
}

static void checked(struct request *q, struct out *o, const struct act_type *const *types, const struct act_answer *answers, size_t n)
{
    int count = 0;
    day today = day_of(q->now);
    for (int draw = 0; draw < 2; draw++) {
        for (size_t a = 0; a < n; a++)
            for (const enum law_rule *r = types[a]->rules; answers[a].verdict != ACT_INVALID && r && *r != LAW_RULE_COUNT; r++) {
                const struct law_rule_info *info = &law_rule_info[*r];
                if (!passed(&answers[a], *r, today))
                    continue;
                count += !draw;
                const struct law_instrument *in = law_instrument_find(info->instrument, strlen(info->instrument));
                if (draw)
                    w(o, H("<li>"), strchr(info->remedy, '{') ? "已按规定核对" : info->remedy, H(" <span class=\"muted\">《"), in ? in->title : "本系统规则", H("》"),
                      info->article[0] ? "第" : "", info->article, info->article[0] ? "条" : "", H("</span></li>"));
            }
        if (!draw && !count)
            return;
        if (!draw)
            w(o, H("<details class=\"checked\"><summary>"), count, H("项检查通过</summary><ul>"));
    }
    w(o, H("</ul></details>"));
}

/* The whole decision, done and undone: what the visits would be once the entrustment stands. */
static err *judge(struct request *q, const struct approve_item *i, const struct act_type **types, struct act_answer *answers, size_t *ret_n)
{
    struct act_request acts[LIMIT_APPROVE_ACTS + 1];
    *ret_n = 0;
    if (!i->here)
        return NULL;
    types[0] = i->yes;
    for (size_t v = 0; v < i->visits_n; v++)
        types[v + 1] = act_type_find(S("visit.approve"));
    if (!i->visits_n || i->answer.verdict != ACT_ALLOWED) {
        answers[0] = i->answer;
        *ret_n = 1;
        return NULL;
    }
    TRY(approve_acts(q, i, true, S("看过全部材料"), S(""), acts, ret_n));
    request_db_done(q);
    return act_rehearse(q->web->acts, q->a, acts, *ret_n, answers);
}

/* ---- the page ---- */
/* What the address of the page says, or the form it was sent with. */
static str asked(const struct request *q, str name)
{
    return form_get(q->method == METHOD_POST ? &q->form : &q->params, name);
}

static int64_t turn_of(const struct request *q)
{
    int64_t turn = 0;
    return str_int64(asked(q, S("turn")), &turn) && turn > 0 && turn < LIMIT_TURN ? turn : 0;
}

static void item_link(struct out *o, const struct approve_item *i, int64_t turn)
{
    w(o, H("/approve?item="), U(i->todo.id), H("&amp;turn="), turn);
}

static void queue(struct request *q, struct out *o, const struct approve_queue *list, const struct approve_item *open, int64_t turn)
{
    bool any_together = false;
    w(o, H("<section class=\"queue\" id=\"queue\" aria-label=\"待审批事项\"><form method=\"post\" action=\"/approve\" data-once><input type=\"hidden\" name=\"key\" value=\""), form_new_key(q),
      H("\"><input type=\"hidden\" name=\"do\" value=\"together\">"));
    page_csrf(q, o);
    for (int g = 0; g < APPROVE_GROUPS; g++) {
        bool head = false;
        for (size_t k = 0; k < list->n; k++) {
            const struct approve_item *i = &list->p[k];
            if ((int)i->group != g)
                continue;
            if (!head)
                w(o, H("<h2>"), approve_group_words((enum approve_group)g), H("</h2><ul>"));
            head = true;
            w(o, H("<li"), i == open ? H(" class=\"open\"") : H(""), H(">"));
            if (approve_together(i)) {
                w(o, H("<input type=\"checkbox\" name=\"item\" value=\""), i->todo.id, H("\" aria-label=\"一并同意："), i->todo.title, H("\">"));
                any_together = true;
            }
            w(o, H("<a href=\""));
            item_link(o, i, turn);
            w(o, H("\""), i == open ? H(" aria-current=\"true\"") : H(""), H("><b>"), i->todo.title, H("</b><br><span>"), i->todo.label, H(" · <span class=\""),
              i->todo.overdue ? H("overdue") : H("muted"), H("\">"), i->todo.due_text, H("</span>"), i->opened ? H(" <span class=\"muted\">已看</span>") : H(""), H("</span></a></li>"));
        }
        if (head)
            w(o, H("</ul>"));
    }
    if (any_together)
        w(o, H("<p class=\"together\"><button>一并同意所选</button><br><span class=\"muted\">同一计划、逐项看过、检查全部通过的，一次最多10项</span></p>"));
    w(o, H("</form></section>"));
}

static void neighbours(struct out *o, const struct approve_queue *list, const struct approve_item *open, int64_t turn)
{
    size_t at = (size_t)(open - list->p);
    w(o, H("<p class=\"turns\"><span>"), at + 1, H("/"), list->n, H("</span>"));
    if (at > 0) {
        w(o, H(" <a data-key=\"k\" rel=\"prev\" href=\""));
        item_link(o, open - 1, turn);
        w(o, H("\">上一项（K）</a>"));
    }
    if (at + 1 < list->n) {
        w(o, H(" <a data-key=\"j\" rel=\"next\" href=\""));
        item_link(o, open + 1, turn);
        w(o, H("\">下一项（J）</a>"));
    }
    w(o, H(" <a class=\"slim\" href=\"#queue\">全部队列</a></p>"));
}

static void delegate_link(struct request *q, struct out *o, const struct approve_item *i)
{
    if (!(q->reader.roles & ROLE_BIT(ROLE_HEAD)))
        return;
    w(o, H("<a class=\"button\" href=\"/do/authority.delegate?rows:acts=2&amp;acts="), i->yes->name, i->visits_n ? H("&amp;acts=visit.approve") : H(""), H("&amp;from_date="),
      day_iso(q->a, day_of(q->now)), H("&amp;to_date="), day_iso(q->a, day_of(q->now) + 7), H("\">转代行人</a>"));
}

static void decide_form(struct request *q, struct out *o, const struct approve_item *i, enum act_verdict verdict, int64_t turn)
{
    bool refused = verdict == ACT_REFUSED || verdict == ACT_INVALID, hold = str_eq(i->todo.kind, S("hold"));
    if (!i->here) {
        const struct thing *t = thing_of(i->todo.thing_kind);
        const char *field = i->yes->fields[0].name;
        w(o, H("<p class=\"actions decide\"><a class=\"button primary\" href=\"/do/"), i->yes->name, H("?"), field, H("="), U(i->todo.thing_id), H("\">"), i->yes->label, H("</a>"));
        if (t && thing_open(t, &q->reader))
            w(o, H("<a class=\"button\" href=\"/things/"), t->name, H("/"), U(i->todo.thing_id), H("\">查看全部</a>"));
        w(o, H("</p>"));
        return;
    }
    w(o, H("<form method=\"post\" action=\"/approve\" data-once class=\"decide "), turn % 2 ? H("right") : H("left"), H("\"><input type=\"hidden\" name=\"key\" value=\""), form_new_key(q),
      H("\"><input type=\"hidden\" name=\"item\" value=\""), i->todo.id, H("\"><input type=\"hidden\" name=\"turn\" value=\""), turn, H("\"><input type=\"hidden\" name=\"seen\" value=\""), i->seq, H("\">"));
    page_csrf(q, o);
    w(o, H("<div class=\"reason\"><label for=\"reason\">"), hold ? "理由（必填）" : "意见", H("</label><input id=\"reason\" name=\"reason\" maxlength=\""), (int)LIMIT_REASON, H("\" value=\""),
      str_eq(form_get(&q->form, S("item")), i->todo.id) ? form_get(&q->form, S("reason")) : S(""), H("\"></div><p class=\"actions minor\">"));
    if (i->no)
        w(o, H("<button name=\"do\" value=\"no\">"), hold ? "不予继续" : "退回", H("</button>"));
    delegate_link(q, o, i);
    w(o, H("</p><p class=\"actions main\"><button class=\"primary\" name=\"do\" value=\"yes\" data-key=\"y\" data-guard"), refused ? H(" disabled") : H(""), H(">"),
      hold ? "准予继续" : "同意", H("</button></p></form>"));
}

static err *matter(struct request *q, struct out *o, const struct approve_queue *list, struct approve_item *i, int64_t turn)
{
    const struct act_type *types[LIMIT_APPROVE_ACTS + 1];
    struct act_answer answers[LIMIT_APPROVE_ACTS + 1];
    enum act_verdict worst = ACT_ALLOWED;
    size_t n;
    TRY(judge(q, i, types, answers, &n));
    for (size_t a = 0; a < n; a++)
        worst = answers[a].verdict > worst ? answers[a].verdict : worst;
    TRY(access_open(q, approve_thing(q->a, i), i->seq));
    w(o, H("<section class=\"card matter\" aria-label=\"事项\"><p class=\"muted\">"), i->todo.label, i->visits_n ? H("并批准现场") : H(""), H(" · <span class=\""),
      i->todo.overdue ? H("overdue") : H(""), H("\">"), i->todo.due_text, H("</span></p><h2 class=\"title\">"), i->todo.title, H("</h2>"));
    if (worst == ACT_REFUSED)
        w(o, H("<p class=\"alert\">现在还不能同意，见下。</p>"));
    unusual(o, i, answers, n);
    TRY(matter_facts(q, o, i));
    checked(q, o, types, answers, n);
    if (str_eq(i->todo.kind, S("hold")))
        w(o, H("<p><a href=\"/receipts/"), U(i->todo.thing_id), H("\">查看暂缓的事项与依据</a></p>"));
    decide_form(q, o, i, worst, turn);
    neighbours(o, list, i, turn);
    w(o, H("</section>"));
    return NULL;
}

static void outcome(struct out *o, str done)
{
    static const struct { const char *done, *words; } said[] = {
        {"yes", "已同意。"}, {"no", "已退回。"}, {"together", "所选事项已一并同意。"}, {"gone", "该事项已办理或状态已变化，请看下一项。"}};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (str_eq(done, str_of(said[i].done)))
            w(o, H("<p class=\"fine\" role=\"status\">"), said[i].words, H("</p>"));
}

static err *draw(struct request *q, struct response *r, const struct err *fault, int status)
{
    struct approve_queue *list;
    str id = asked(q, S("item"));
    TRY(approve_queue_read(q, &list));
    struct approve_item *named = approve_find(list, id), *open = named ? named : list->n ? &list->p[0] : NULL;
    struct out *o = page_begin_with(q, S("待我审批"), &(struct page_look){.modules = approve_modules, .body = "approve"});
    w(o, H("<h1>待我审批</h1>"));
    outcome(o, id.n && !named ? S("gone") : form_get(&q->params, S("done")));
    if (fault)
        w(o, H("<p class=\"alert\" role=\"alert\">"), fault->text, H("</p>"));
    if (!open) {
        w(o, H("<p class=\"card\">没有待审批的事项。</p><p><a class=\"button primary\" href=\"/todo\">查看待办</a></p>"));
        page_end(q, o, r, status);
        return NULL;
    }
    w(o, H("<div class=\"desk\">"));
    queue(q, o, list, open, turn_of(q)); /* read first, as it is seen first; a phone shows it when asked for */
    TRY(matter(q, o, list, open, turn_of(q)));
    w(o, H("</div>"));
    page_end(q, o, r, status);
    return NULL;
}

err *page_approve(struct request *q, struct response *r)
{
    return draw(q, r, NULL, 200);
}

/* ---- deciding ---- */
static err *perform(struct request *q, const struct act_request *acts, size_t n, struct act_answer *answers, enum act_verdict *ret_worst)
{
    request_db_done(q);
    TRY(act_perform_list(q->web->acts, q->a, acts, n, n > 1, answers));
    *ret_worst = ACT_ALLOWED;
    for (size_t i = 0; i < n; i++) {
        metrics_answer(q->web, answers[i].verdict);
        if (answers[i].verdict > *ret_worst)
            *ret_worst = answers[i].verdict;
    }
    return NULL;
}

static err *refusal(const struct act_answer *answers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (answers[i].verdict == ACT_INVALID && answers[i].invalid)
            return err_new(ERR_INPUT, "%.*s", STR_ARG(answers[i].invalid->text));
        if (answers[i].verdict == ACT_REFUSED && answers[i].n)
            return err_new(ERR_CONFLICT, "未能办理：%.*s", STR_ARG(answers[i].reasons[0].because));
    }
    return err_new(ERR_CONFLICT, "未能办理，请刷新后重试");
}

static err *decide_one(struct request *q, struct response *r, struct approve_queue *list, bool yes)
{
    struct act_request acts[LIMIT_APPROVE_ACTS + 1];
    struct act_answer answers[LIMIT_APPROVE_ACTS + 1];
    enum act_verdict worst;
    int64_t turn = turn_of(q), seen = 0;
    size_t n;
    struct approve_item *i = approve_find(list, form_get(&q->form, S("item")));
    if (!i || !i->here) /* pressed twice, decided elsewhere */
        return redirect(r, arena_printf(q->a, "/approve?done=gone&turn=%lld", (long long)turn + 1));
    str reason = form_get(&q->form, S("reason"));
    if (!str_int64(form_get(&q->form, S("seen")), &seen) || seen < i->seq)
        return draw(q, r, err_new(ERR_CONFLICT, "打开之后事项有变化，请看过再决定。"), 409);
    if ((!yes || str_eq(i->todo.kind, S("hold"))) && !str_trim(reason).n)
        return draw(q, r, err_new(ERR_INPUT, "请写明理由。"), 422);
    TRY(approve_acts(q, i, yes, reason, form_get(&q->form, S("key")), acts, &n));
    TRY(perform(q, acts, n, answers, &worst));
    if (worst == ACT_REFUSED || worst == ACT_INVALID)
        return draw(q, r, refusal(answers, n), 403);
    if (answers[0].verdict == ACT_HELD)
        return redirect(r, arena_printf(q->a, "/receipts/%lld", (long long)answers[0].seq));
    return redirect(r, arena_printf(q->a, "/approve?done=%s&turn=%lld", yes ? "yes" : "no", (long long)turn + 1));
}

/* Clean, opened, of one plan, at most ten: all or none. */
static err *decide_together(struct request *q, struct response *r, struct approve_queue *list)
{
    enum { MOST = LIMIT_APPROVE_TOGETHER * (LIMIT_APPROVE_ACTS + 1) };
    struct act_request acts[MOST];
    struct act_answer answers[MOST];
    enum act_verdict worst;
    size_t n = 0, items = 0;
    str plan = STR_NONE;
    for (size_t k = 0; k < q->form.n; k++) {
        if (!str_eq(q->form.p[k].name, S("item")))
            continue;
        struct approve_item *i = approve_find(list, q->form.p[k].value);
        size_t one;
        if (!i)
            return redirect(r, S("/approve?done=gone"));
        if (!approve_together(i))
            return draw(q, r, err_new(ERR_INPUT, "“%.*s”须单独审批：没有看过、有须说明的情形，或是单一来源。", STR_ARG(i->todo.title)), 422);
        if (plan.p && !str_eq(plan, i->plan))
            return draw(q, r, err_new(ERR_INPUT, "一并同意的事项须属同一计划。"), 422);
        if (++items > LIMIT_APPROVE_TOGETHER)
            return draw(q, r, err_new(ERR_LIMIT, "一次最多一并同意%d项。", LIMIT_APPROVE_TOGETHER), 422);
        plan = i->plan;
        str key = arena_printf(q->a, "%.*s-%zu", STR_ARG(form_get(&q->form, S("key"))), items);
        TRY(approve_acts(q, i, true, S(""), key, &acts[n], &one));
        n += one;
    }
    if (!items)
        return draw(q, r, err_new(ERR_INPUT, "请先勾选要一并同意的事项。"), 422);
    TRY(perform(q, acts, n, answers, &worst));
    if (worst != ACT_ALLOWED)
        return draw(q, r, refusal(answers, n), 403);
    return redirect(r, S("/approve?done=together"));
}

err *page_approve_submit(struct request *q, struct response *r)
{
    struct approve_queue *list;
    TRY(approve_queue_read(q, &list));
    str what = form_get(&q->form, S("do"));
    if (str_eq(what, S("together")))
        return decide_together(q, r, list);
    if (str_eq(what, S("yes")) || str_eq(what, S("no")))
        return decide_one(q, r, list, str_eq(what, S("yes")));
    return draw(q, r, NULL, 200);
}
