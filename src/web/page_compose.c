/*
 * 起草委托: what an officer says once becomes an entrustment, a visit and a notice, judged as they are typed. Without script the
 * button 预览 does what the script does by itself; on a phone the sections are three steps, told apart by the address (#step2) and a
 * style sheet. A complaint stands under the field it is about, whichever of the three acts it comes from.
 */
#include "web/compose.h"

#include <string.h>

enum { LIMIT_SAYINGS = 64, LAST_SHOWN = 3 };

/* ---- what the law says so far ---- */
struct saying { str field, text, basis; enum law_severity severity; bool unfilled, tie; };
struct sayings {
    struct saying p[LIMIT_SAYINGS];
    size_t n, acts; /* acts that were judged */
    enum act_verdict worst;
    bool live;      /* while one types: what is not filled in yet is no complaint */
    bool ties;      /* the draft could be read, so its ties were looked for */
};

static void say(struct sayings *s, struct saying one)
{
    for (size_t i = 0; i < s->n; i++) /* three acts may ask for the same */
        if (str_eq(s->p[i].field, one.field) && str_eq(s->p[i].text, one.text))
            return;
    if (s->n < LIMIT_SAYINGS)
        s->p[s->n++] = one;
}

static void say_answer(struct request *q, struct sayings *s, const struct act_answer *a)
{
    if (a->verdict > s->worst)
        s->worst = a->verdict;
    s->ties = s->ties || (!s->acts && a->verdict != ACT_INVALID);
    s->acts++;
    if (a->verdict == ACT_INVALID && a->invalid) {
        str text = a->invalid->want.n ? arena_printf(q->a, "%.*s。需要：%.*s", STR_ARG(a->invalid->text), STR_ARG(a->invalid->want)) : a->invalid->text;
        say(s, (struct saying){compose_field(a->invalid->field), text, S(""), LAW_REFUSE, !form_get(&q->form, compose_field(a->invalid->field)).n, false});
        return;
    }
    for (size_t i = 0; i < a->n; i++) {
        const struct act_reason *r = &a->reasons[i];
        const struct law_instrument *in = law_instrument_find(r->instrument.p ? r->instrument.p : "", r->instrument.n);
        str basis = arena_printf(q->a, "《%s》%s%.*s%s", in ? in->title : "本系统规则", r->article.n ? "第" : "", STR_ARG(r->article), r->article.n ? "条" : "");
        say(s, (struct saying){compose_rule_field(r->rule), r->because, basis, r->severity, str_ends(str_of(law_rule_info[r->rule].name), S("_missing")),
                                r->rule == RULE_relations_foreseen || r->rule == RULE_officer_ties});
    }
}

/* The draft alone on a reader's connection; the three together, undone again, once the draft stands. */
static err *judge(struct request *q, const struct compose *c, bool live, struct sayings *ret)
{
    struct act_request acts[COMPOSE_ACTS];
    struct act_answer answers[COMPOSE_ACTS];
    struct db *d;
    size_t n;
    *ret = (struct sayings){.live = live, .worst = ACT_ALLOWED};
    TRY(compose_acts(q, c, acts, &n));
    TRY(request_db(q, &d));
    TRY(act_try(q->web->acts, d, q->a, &acts[0], &answers[0]));
    say_answer(q, ret, &answers[0]);
    if (n == 1 || answers[0].verdict != ACT_ALLOWED)
        return NULL;
    request_db_done(q);
    TRY(act_rehearse(q->web->acts, q->a, acts, n, answers));
    for (size_t i = 1; i < n; i++)
        say_answer(q, ret, &answers[i]);
    return NULL;
}

/* ---- drawing ---- */
struct sheet { struct request *q; struct out *o; const struct compose *c; const struct sayings *said; bool swap; };

static void swap(const struct sheet *p)
{
    if (p->swap)
        w(p->o, H(" hx-swap-oob=\"true\""));
}

/* Under a field: always there, so that a small update has its place. */
static void verdict(const struct sheet *p, const char *field)
{
    w(p->o, H("<div class=\"said\" aria-live=\"polite\" id=\"v-"), field, H("\""));
    swap(p);
    w(p->o, H(">"));
    for (size_t i = 0; p->said && i < p->said->n; i++) {
        const struct saying *s = &p->said->p[i];
        if (!str_eq(s->field, str_of(field)))
            continue;
        bool quiet = p->said->live && s->unfilled;
        w(p->o, quiet ? H("<p class=\"unfilled\">") : s->severity == LAW_REFUSE ? H("<p class=\"fault\"><b>不予</b> ")
                        : s->severity == LAW_HOLD ? H("<p class=\"hold\"><b>须经批准</b> ") : H("<p class=\"hint\"><b>提示</b> "), s->text);
        if (s->basis.n && !quiet)
            w(p->o, H(" <span class=\"muted\">"), s->basis, H("</span>"));
        w(p->o, H("</p>"));
    }
    w(p->o, H("</div>"));
}

static const char *const all_fields[] = {"subject", "agreement", "kind", "matter", "officers", "members", "date", "basis_ref", "approval_no",
                                         "notice_no", "amount", "output", "reason", ""};

static void summary(const struct sheet *p)
{
    const struct sayings *s = p->said;
    size_t open = 0;
    for (size_t i = 0; s && i < s->n; i++)
        open += s->p[i].unfilled;
    w(p->o, H("<div id=\"summary\" aria-live=\"polite\""));
    swap(p);
    w(p->o, H(">"));
    if (s && s->live && open)
        w(p->o, H("<p class=\"muted\">还有"), open, H("项待填写。</p>"));
    else if (s && s->worst == ACT_ALLOWED)
        w(p->o, H("<p class=\"fine\"><b>可以提交</b>："), s->acts == COMPOSE_ACTS ? "委托、现场、告知书均符合规定。" : "委托符合规定。", H("</p>"));
    else if (s && s->worst == ACT_HELD)
        w(p->o, H("<p class=\"note\"><b>提交后须另行批准</b>：见各项下的说明。</p>"));
    else if (s)
        w(p->o, H("<p class=\"alert\"><b>还不能提交</b>：见各项下的说明。</p>"));
    w(p->o, H("</div>"));
}

/* A place that a small update replaces whole. */
static void area(const struct sheet *p, const char *id)
{
    w(p->o, H("<div id=\""), id, H("\""));
    swap(p);
    w(p->o, H(">"));
}

static void group(const struct sheet *p, const char *role, const char *label, html more)
{
    w(p->o, H("<div class=\"choices"), more, H("\" role=\""), role, H("\" aria-label=\""), label, H("\">"));
}

/* Opens one of a list to choose from, up to the words after its name; `mark` keeps ids of different lists apart. */
static void choice(const struct sheet *p, const char *type, const char *name, const char *mark, str value, bool chosen, str title)
{
    w(p->o, H("<label><input type=\""), type, H("\" name=\""), name, H("\" id=\""), mark, H("-"), value, H("\" value=\""), value, H("\""));
    if (chosen)
        w(p->o, H(" checked"));
    w(p->o, H("><span><b>"), title, H("</b>"));
}

static void company(const struct sheet *p)
{
    const struct compose *c = p->c;
    area(p, "company");
    if (c->subject.n) {
        w(p->o, H("<p class=\"chosen\">"));
        choice(p, "radio", "subject", "s", c->subject, true, c->name);
        w(p->o, H("<br><span class=\"muted\">"), c->uscc.n ? c->uscc : c->subject, H("</span></span></label><label class=\"change\"><input type=\"radio\" "
          "name=\"subject\" value=\"\"><span>换一家</span></label></p>"));
    } else if (c->found_n) {
        group(p, "radiogroup", "找到的企业", H(""));
        for (size_t i = 0; i < c->found_n; i++) {
            choice(p, "radio", "subject", "s", c->found[i].id, false, c->found[i].name);
            w(p->o, H("<br><span class=\"muted\">"), c->found[i].uscc.n ? c->found[i].uscc : c->found[i].id, H("</span></span></label>"));
        }
        w(p->o, H("</div>"));
    } else if (str_trim(form_get(c->typed, S("subject_text"))).n)
        w(p->o, H("<p class=\"muted\">没有找到。可以按名称中的几个字、拼音首字母（如jhhg）、统一社会信用代码或编号查找。</p>"));
    w(p->o, H("</div>"));
}

static void agreements(const struct sheet *p)
{
    const struct compose *c = p->c;
    area(p, "agreements");
    if (!c->agreements_n)
        w(p->o, H("<p class=\"muted\">没有生效且覆盖该区域的协议。</p>"));
    group(p, "radiogroup", "辅助执法协议", H(""));
    for (size_t i = 0; i < c->agreements_n; i++) {
        const struct compose_agreement *g = &c->agreements[i];
        choice(p, "radio", "agreement", "g", g->id, g == c->agreement, g->provider_name);
        w(p->o, H("<br><span class=\"muted\">至"), day_chinese(p->q->a, g->to), H("，余"), yuan(p->q->a, g->fee - g->used), H("元</span></span></label>"));
    }
    w(p->o, H("</div></div>"));
}

static void kinds(const struct sheet *p)
{
    const struct compose *c = p->c;
    area(p, "kinds");
    if (!c->agreement)
        w(p->o, H("<p class=\"muted\">选定协议后，这里列出协议约定的辅助事项。</p>"));
    group(p, "radiogroup", "辅助事项类别", H(" kinds"));
    for (size_t i = 0; law_tasks[i].code && i < 64; i++) {
        const struct law_task *t = &law_tasks[i];
        if (!(c->kinds >> i & 1))
            continue;
        choice(p, "radio", "kind", "k", str_of(t->code), t == c->task, str_of(t->name));
        w(p->o, H("<br><span class=\"muted\">"), t->with_officers ? "入场，两名执法人员陪同" : "不入场可做", H("</span></span></label>"));
    }
    w(p->o, H("</div>"));
    if (c->task && !c->task->with_officers) {
        w(p->o, H("<p class=\"checks one\"><label><input type=\"checkbox\" name=\"enters\" id=\"enters\" value=\"true\""));
        if (c->enters)
            w(p->o, H(" checked"));
        w(p->o, H("><span>需要随执法人员入场</span></label></p>"));
    }
    w(p->o, H("</div>"));
}

static void people(const struct sheet *p, const char *id, const char *label, const char *card, const struct compose_person *list, size_t n)
{
    w(p->o, H("<div id=\"list-"), id, H("\""));
    swap(p);
    w(p->o, H(">"));
    group(p, "group", label, H(" people"));
    for (size_t i = 0; i < n; i++) {
        choice(p, "checkbox", id, id, list[i].id, list[i].chosen, list[i].name);
        w(p->o, H(" <span class=\"muted\">"), list[i].detail, H("</span><br>"));
        if (list[i].until == DAY_NONE)
            w(p->o, H("<span class=\"muted\">"), card, H("未登记期限</span>"));
        else
            w(p->o, H("<span class=\""), list[i].valid ? H("muted") : H("overdue"), H("\">"), card, H("至"), day_chinese(p->q->a, list[i].until), H("</span>"));
        w(p->o, H("</span></label>"));
    }
    w(p->o, H("</div>"));
    if (!n)
        w(p->o, H("<p class=\"muted\">"), strcmp(id, "members") ? "没有可选的人员。" : "选定协议后列出该第三方已准入的人员。", H("</p>"));
    w(p->o, H("</div>"));
}

static void fact(struct out *o, const char *label, str text)
{
    w(o, H("<dt>"), label, H("</dt><dd>"), text, H("</dd>"));
}

/* Beside the form: what one would have to look up. */
static void beside(const struct sheet *p)
{
    const struct compose *c = p->c;
    struct arena *a = p->q->a;
    w(p->o, H("<section class=\"card\" id=\"beside\""));
    swap(p);
    w(p->o, H("><h2>情况</h2>"));
    if (!c->subject.n && !c->agreement)
        w(p->o, H("<p class=\"muted\">选定企业和协议后，这里显示上次现场、本年剩余次数、利害关系和协议余额。</p>"));
    w(p->o, H("<dl class=\"facts\">"));
    if (c->subject.n) {
        fact(p->o, "上次现场", c->visited ? time_chinese(a, c->last_visit) : S("没有记录"));
        int64_t left = c->cap - c->visits_this_year;
        fact(p->o, "本年现场", c->capped ? arena_printf(a, "已安排%lld次，上限%lld次，还可%lld次", (long long)c->visits_this_year, (long long)c->cap,
                                                  (long long)(left > 0 ? left : 0))
                                   : arena_printf(a, "已安排%lld次，未登记上限", (long long)c->visits_this_year));
    }
    if (c->agreement) {
        fact(p->o, "协议期限", arena_printf(a, "%.*s至%.*s", STR_ARG(day_chinese(a, c->agreement->from)), STR_ARG(day_chinese(a, c->agreement->to))));
        fact(p->o, "协议余额", arena_printf(a, "%.*s元（总%.*s元）", STR_ARG(yuan(a, c->agreement->fee - c->agreement->used)), STR_ARG(yuan(a, c->agreement->fee))));
    }
    bool tied = false;
    for (size_t i = 0; p->said && i < p->said->n; i++) {
        const struct saying *s = &p->said->p[i];
        if (!s->tie)
            continue;
        fact(p->o, tied ? "" : "利害关系", s->text);
        tied = true;
    }
    if (c->subject.n && c->agreement && p->said && p->said->ties && !tied)
        fact(p->o, "利害关系", S("系统记录中未发现"));
    w(p->o, H("</dl></section>"));
}

/* The notice as it will be read. */
static void notice(const struct sheet *p)
{
    const struct compose *c = p->c;
    w(p->o, H("<section class=\"card paper\" id=\"notice\" aria-label=\"告知书预览\""));
    swap(p);
    w(p->o, H("><h2>第三方辅助执法告知书</h2>"));
    if (c->task && !c->enters)
        w(p->o, H("<p class=\"muted\">不入场，本次不制作告知书。</p>"));
    else
        w(p->o, H("<p>"), c->name.n ? c->name : S("＿＿＿＿＿＿"), H("：</p><p>我单位委托下列第三方人员协助开展辅助工作，现告知如下。</p><dl class=\"facts\"><dt>谁来</dt><dd>"),
          c->notice.who, H("</dd><dt>做什么</dt><dd>"), c->matter, H("</dd><dt>不得做什么</dt><dd>"), c->notice.not_allowed, H("</dd><dt>期间</dt><dd>"),
          c->from.n ? c->notice.period : S(""), H("</dd><dt>提出异议</dt><dd>"), c->notice.route, H("</dd></dl><p class=\"right\">"), c->agency_name, H("</p>"));
    w(p->o, H("</section>"));
}

static void input(const struct sheet *p, const char *name, const char *label, const char *type, str value, const char *hint, const char *placeholder)
{
    w(p->o, H("<div class=\"field\"><label for=\""), name, H("\">"), label);
    if (hint)
        w(p->o, H(" <span class=\"muted\">"), hint, H("</span>"));
    w(p->o, H("</label><input id=\""), name, H("\" name=\""), name, H("\" type=\""), type, H("\" value=\""), value, H("\""));
    if (placeholder)
        w(p->o, H(" placeholder=\""), placeholder, H("\""));
    w(p->o, H(">"));
    if (strcmp(name, "starts") && strcmp(name, "ends") && strcmp(name, "until"))
        verdict(p, name);
    w(p->o, H("</div>"));
}

static void basis(const struct sheet *p)
{
    static const char *const types[] = {"plan", "clue", "special", "case", "request", "rectification"};
    w(p->o, H("<div class=\"field\"><label for=\"basis_type\">任务来源</label><select id=\"basis_type\" name=\"basis_type\">"));
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        w(p->o, H("<option value=\""), types[i], H("\""));
        if (str_eq(p->c->basis_type, str_of(types[i])))
            w(p->o, H(" selected"));
        w(p->o, H(">"), enum_label(str_of(types[i])), H("</option>"));
    }
    w(p->o, H("</select></div>"));
}

/* 沿用上次 comes first: most days are like the day before. */
static err *as_last_time(const struct sheet *p)
{
    struct db *d;
    struct db_rows rows;
    TRY(request_db(p->q, &d));
    TRY(db_query(d, p->q->a,
                 "SELECT e.id, e.kind, e.from_date, (SELECT MIN(s.name) FROM entrustment_subject es JOIN subject s ON s.id = es.subject"
                 " WHERE es.entrustment = e.id) FROM entrustment e WHERE e.agency = :agency AND e.author = :user ORDER BY e.seq DESC LIMIT :limit",
                 DB_ARGS(DB_T("agency", p->q->reader.agency), DB_T("user", p->q->session.user), DB_I("limit", LAST_SHOWN)), &rows));
    bool any = false;
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        const struct law_task *t = law_tasks;
        while (t->code && !str_eq(db_str(&rows, 1), str_of(t->code)))
            t++;
        w(p->o, any ? H("") : H("<nav class=\"last\" aria-label=\"沿用上次\"><b>沿用上次</b><ul>"), H("<li><a class=\"button\" href=\"/compose?like="), U(db_str(&rows, 0)),
          H("\">"), db_str(&rows, 3).n ? db_str(&rows, 3) : S("未指明企业"), H(" · "), t->code ? t->name : "", H(" · "), day_chinese(p->q->a, (day)db_int(&rows, 2)),
          H("</a></li>"));
        any = true;
    }
    if (any)
        w(p->o, H("</ul></nav>"));
    return NULL;
}

static void step_one(const struct sheet *p)
{
    w(p->o, H("<section class=\"card step\" id=\"step1\"><h2>一、企业和事项</h2><div class=\"field\"><label for=\"subject_text\">执法相对人 <span class=\"muted\">名称、拼音首字母、"
              "信用代码或编号</span></label><div class=\"row\"><input id=\"subject_text\" name=\"subject_text\" maxlength=\"64\" autocomplete=\"off\" value=\""),
      form_get(p->c->typed, S("subject_text")), H("\"><button name=\"do\" value=\"find\" formaction=\"/compose#step1\" formnovalidate>查找</button></div>"));
    company(p);
    verdict(p, "subject");
    w(p->o, H("</div><fieldset class=\"field\"><legend>辅助执法协议</legend>"));
    agreements(p);
    verdict(p, "agreement");
    w(p->o, H("</fieldset><fieldset class=\"field\"><legend>辅助事项</legend>"));
    kinds(p);
    verdict(p, "kind");
    w(p->o, H("</fieldset>"));
    w(p->o, H("<p class=\"turn\"><a class=\"button\" href=\"#step2\">下一步：人员和时间</a></p></section>"));
}

static void step_two(const struct sheet *p)
{
    const struct form *f = p->c->typed;
    str starts = form_get(f, S("starts")), ends = form_get(f, S("ends"));
    w(p->o, H("<section class=\"card step\" id=\"step2\"><h2>二、人员和时间</h2><fieldset class=\"field\"><legend>陪同执法人员 <span class=\"muted\">不少于两名</span></legend>"));
    people(p, "officers", "陪同执法人员", "执法证", p->c->officers, p->c->officers_n);
    verdict(p, "officers");
    w(p->o, H("</fieldset><fieldset class=\"field\"><legend>辅助人员</legend>"));
    people(p, "members", "辅助人员", "辅助证", p->c->members, p->c->members_n);
    verdict(p, "members");
    w(p->o, H("</fieldset><div class=\"four\">"));
    input(p, "date", "现场日期", "date", form_get(f, S("date")), NULL, NULL);
    input(p, "starts", "开始", "time", starts.n ? starts : S("09:30"), NULL, NULL);
    input(p, "ends", "结束", "time", ends.n ? ends : S("16:30"), NULL, NULL);
    input(p, "until", "委托至", "date", form_get(f, S("until")), NULL, NULL);
    w(p->o, H("</div><p class=\"muted\">地点：企业登记地址，现场范围按登记坐标。“委托至”不填的，为现场日期后14个自然日，不晚于协议期满。</p><p class=\"turn\"><a class=\"button\" href=\"#step1\">上一步</a>"
              "<a class=\"button\" href=\"#step3\">下一步：依据和告知书</a></p></section>"));
}

static void step_three(const struct sheet *p)
{
    const struct form *f = p->c->typed;
    w(p->o, H("<section class=\"card step\" id=\"step3\"><h2>三、依据和经费</h2><div class=\"two\">"));
    basis(p);
    input(p, "basis_ref", "来源文号", "text", form_get(f, S("basis_ref")), NULL, "如 2026年度检查计划-03月");
    input(p, "approval_no", "行政检查审批文号", "text", form_get(f, S("approval_no")), NULL, NULL);
    input(p, "notice_no", "行政检查通知书文号", "text", form_get(f, S("notice_no")), NULL, NULL);
    input(p, "amount", "委托金额（元）", "text", form_get(f, S("amount")), NULL, NULL);
    input(p, "output", "成果", "text", form_get(f, S("output")), p->c->task ? p->c->task->output : NULL, NULL);
    w(p->o, H("</div>"));
    input(p, "matter", "委托辅助事项", "text", form_get(f, S("matter")), "不填则写作企业名称加事项", NULL);
    input(p, "reason", "需要第三方辅助的理由", "text", form_get(f, S("reason")), "检测、档案、培训等其他类事项必填，由法制审核确认", NULL);
    w(p->o, H("<p class=\"checks one\"><label><input type=\"checkbox\" name=\"unannounced\" value=\"true\""));
    if (str_eq(form_get(f, S("unannounced")), S("true")))
        w(p->o, H(" checked"));
    w(p->o, H("><span>入场时当场告知（不预先通知）</span></label></p>"));
    verdict(p, "");
    summary(p);
    w(p->o, H("<p class=\"actions\"><button class=\"primary\" name=\"do\" value=\"submit\">提交审批</button><button name=\"do\" value=\"preview\" "
              "formaction=\"/compose#step3\" formnovalidate>预览</button><a class=\"button turn\" href=\"#step2\">上一步</a></p></section>"));
}

static const char *const compose_modules[] = {"drafts.js", "once.js", NULL};

static err *draw(struct request *q, struct response *r, const struct compose *c, const struct sayings *said, str key, int status)
{
    struct out *o = page_begin_with(q, S("起草委托"), &(struct page_look){.htmx = true, .modules = compose_modules, .body = "compose"});
    struct sheet p = {q, o, c, said, false};
    w(o, H("<h1>起草委托</h1>"));
    TRY(as_last_time(&p));
    w(o, H("<form method=\"post\" action=\"/compose\" data-once data-draft=\"compose\" data-owner=\""), q->session.user, q->method == METHOD_POST ? H("\" data-again>") : H("\">"), H("<input type=\"hidden\" name=\"key\" value=\""), key,
      H("\"><input type=\"hidden\" name=\"drawn\" value=\"1\">"));
    page_csrf(q, o);
    w(o, H("<button class=\"skip\" tabindex=\"-1\" aria-hidden=\"true\" name=\"do\" value=\"preview\">预览</button>"
           "<div class=\"sides\" hx-post=\"/compose/live\" hx-trigger=\"change delay:200ms, keyup delay:500ms\" hx-include=\"closest form\" hx-swap=\"none\" "
           "hx-sync=\"this:replace\"><div>"));
    step_one(&p);
    step_two(&p);
    step_three(&p);
    w(o, H("</div><aside>"));
    beside(&p);
    notice(&p);
    w(o, H("</aside></div></form>"));
    page_end(q, o, r, status);
    return NULL;
}

err *page_compose(struct request *q, struct response *r)
{
    struct compose *c;
    struct form typed = q->params;
    str like = form_get(&q->params, S("like"));
    if (like.n)
        TRY(compose_like(q, like, &typed));
    TRY(compose_read(q, &typed, &c));
    return draw(q, r, c, NULL, form_new_key(q), 200);
}

/* Everything that may have changed, each in its place. Inputs one types in are left alone. */
err *page_compose_live(struct request *q, struct response *r)
{
    struct compose *c;
    struct sayings said;
    TRY(compose_read(q, &q->form, &c));
    TRY(judge(q, c, true, &said));
    struct out o = {buf_make(q->a, LIMIT_PAGE_BYTES), q->a};
    struct sheet p = {q, &o, c, &said, true};
    company(&p);
    agreements(&p);
    kinds(&p);
    people(&p, "officers", "陪同执法人员", "执法证", c->officers, c->officers_n);
    people(&p, "members", "辅助人员", "辅助证", c->members, c->members_n);
    for (size_t i = 0; i < sizeof all_fields / sizeof *all_fields; i++)
        verdict(&p, all_fields[i]);
    summary(&p);
    beside(&p);
    notice(&p);
    CHECK(!o.b.overflow);
    r->status = 200;
    r->type = "text/html; charset=utf-8";
    r->body = buf_str(&o.b);
    return NULL;
}

static void collect(struct request *q, const struct act_answer *answers, size_t n, struct sayings *said)
{
    *said = (struct sayings){.worst = ACT_ALLOWED};
    for (size_t i = 0; i < n; i++)
        say_answer(q, said, &answers[i]);
}

/* A held draft waits alone: what speaks of it cannot be written before it is there. */
static err *perform(struct request *q, const struct compose *c, struct sayings *said, str *ret_id, bool *ret_done)
{
    struct act_request acts[COMPOSE_ACTS];
    struct act_answer answers[COMPOSE_ACTS];
    struct db *d;
    size_t n;
    TRY(compose_acts(q, c, acts, &n));
    TRY(request_db(q, &d));
    TRY(act_try(q->web->acts, d, q->a, &acts[0], &answers[0]));
    if (answers[0].verdict == ACT_HELD && !answers[0].repeated)
        n = 1;
    request_db_done(q);
    if (answers[0].verdict == ACT_INVALID) {
        collect(q, answers, 1, said);
        *ret_done = false;
        return NULL;
    }
    TRY(act_perform_list(q->web->acts, q->a, acts, n, n > 1, answers));
    *ret_done = true;
    for (size_t i = 0; i < n; i++) {
        metrics_answer(q->web, answers[i].verdict);
        *ret_done = *ret_done && (answers[i].verdict == ACT_ALLOWED || answers[i].verdict == ACT_HELD);
    }
    collect(q, answers, n, said);
    *ret_id = answers[0].verdict == ACT_HELD ? arena_printf(q->a, "/receipts/%lld", (long long)answers[0].seq)
                                             : arena_printf(q->a, "/things/entrustments/%.*s?from=compose", STR_ARG(answers[0].id));
    return NULL;
}

err *page_compose_submit(struct request *q, struct response *r)
{
    struct compose *c;
    struct sayings said;
    str where = S("");
    bool done;
    TRY(compose_read(q, &q->form, &c));
    str what = form_get(&q->form, S("do"));
    if (str_eq(what, S("find")))
        return draw(q, r, c, NULL, form_get(&q->form, S("key")), 200);
    if (!str_eq(what, S("submit"))) {
        TRY(judge(q, c, false, &said));
        return draw(q, r, c, &said, form_get(&q->form, S("key")), 200);
    }
    TRY(perform(q, c, &said, &where, &done));
    if (done)
        return redirect(r, where);
    return draw(q, r, c, &said, form_new_key(q), said.worst == ACT_INVALID ? 422 : 403);
}
