/*
 * Papers: issuing, voiding, the marks in their numbers, and the wordings (decision 45).
 *
 * Whoever issues a paper says which form, of which thing and of which day, and nothing of what stands in it: the engine fills
 * it while it judges, from the tables of that moment, and the filling is sealed in the entry. The number is taken by the apply
 * step, the next one of its agency, form and year, so a refused act takes none and a replay gives the same. The PDF needs the
 * number, so it is made after the commit, out of the recorded filling alone, and its digest is recorded by paper.print, which
 * only the server does; what was never printed can be printed later, and is the same.
 *
 * A third party's own papers are another act (paper.own): the firewall is a matter of catalogue, not of a condition.
 */
#include <string.h>
#include "acts/act.h"
#include "acts/acts_sql.h"

static const struct act_press *press;

void acts_use_press(const struct act_press *p)
{
    press = p;
}

static err *no_press(void)
{
    return err_new(ERR_INPUT, "本程序没有装文书部分，不能出具文书");
}

/* ---- fields the engine fills ---- */

/* As the ledger will give it back: canonical. */
static err *set_json(struct act *a, const char *name, str text)
{
    const struct json *tree;
    buf b = buf_make(a->arena, LIMIT_ACT_BYTES);
    struct json_out o = {&b, false};
    TRY(json_parse(a->arena, text, LIMIT_ACT_BYTES, &tree));
    json_canonical(&o, tree);
    CHECK(!b.overflow);
    act_engine_value(a, name)->s = buf_str(&b);
    return NULL;
}

/* ---- issuing ---- */

static str roles_of_form(struct act *a, const struct paper_form *f)
{
    buf b = buf_make(a->arena, 400);
    for (int r = 0; r < LAW_ROLE_COUNT; r++)
        if (f->roles & ROLE_BIT(r))
            buf_printf(&b, "%s%s", b.n ? "、" : "", law_role_names[r].zh);
    return buf_str(&b);
}

static err *unknown_thing(const struct paper_form *f, str thing)
{
    return err_got(err_at(err_new(ERR_INPUT, "没有可以出具“%s”的“%.*s”", f->title, STR_ARG(thing)), S("thing")), thing,
                   S("已登记的编号"), STR_NONE);
}

/* A member is at home in the tasks it is on, not in all of its company's. */
static err *not_on_task(struct act *a, const struct paper_thing *t, bool *ret)
{
    int64_t n;
    TRY(db_one_int(a->db, "SELECT COUNT(*) FROM entrustment_member WHERE entrustment = :entrustment AND member = :member",
                   DB_ARGS(DB_T("entrustment", t->entrustment), DB_T("member", a->actor.member)), 0, &n));
    *ret = n == 0;
    return NULL;
}

/* Whose is it? And one bureau is one party: a provider this agency is done with issues no more papers here. */
static err *whose(struct act *a, const struct paper_thing *t)
{
    const struct actor *w = &a->actor;
    int64_t closed = 0;
    bool stranger = false;
    if (w->roles == ROLE_BIT(ROLE_MEMBER) && t->entrustment.p)
        TRY(not_on_task(a, t, &stranger));
    if (w->provider.p)
        a->facts.foreign_thing = !t->provider.p || !str_eq(t->provider, w->provider) ||
                                 (w->roles == ROLE_BIT(ROLE_MEMBER) && t->member.p && !str_eq(t->member, w->member)) || stranger;
    else
        a->facts.foreign_thing = w->agency.p && t->agency.p && !str_eq(w->agency, t->agency);
    if (w->provider.p && t->agency.p)
        TRY(db_one_int(a->db, "SELECT COUNT(*) FROM closed_session WHERE provider = :provider AND agency = :agency",
                       DB_ARGS(DB_T("provider", w->provider), DB_T("agency", t->agency)), 0, &closed));
    a->facts.actor_session_closed |= closed > 0;
    return NULL;
}

/* The day's law, and a valid one of the same kind. */
static err *papers_so_far(struct act *a, const struct paper_form *f, day date)
{
    str law = str_of(f->law), first, instrument, citation, number;
    str_next(&law, ' ', &first);
    str_next(&first, ':', &instrument);
    TRY(paper_citation(a->db, a->arena, instrument, first, date, &citation));
    a->facts.paper_law_gone = !citation.p;
    if (f->flags & FORM_MANY)
        return NULL;
    TRY(db_one_str(a->db, a->arena, "SELECT MIN(number_text) FROM paper WHERE form = :form AND thing_kind = :kind AND thing_id = :thing"
                                    " AND void_at IS NULL",
                   DB_ARGS(DB_T("form", str_of(f->code)), DB_T("kind", str_of(f->table)), DB_T("thing", act_text(a, "thing"))), &number));
    a->facts.paper_valid_already = number.p != NULL;
    act_say(a, "valid_number", number);
    return NULL;
}

static err *take_mark(struct act *a, const struct paper_form *f, const struct paper_thing *t)
{
    str mark;
    TRY(db_one_str(a->db, a->arena, "SELECT mark FROM agency_mark WHERE agency = :agency", DB_ARGS(DB_T("agency", t->agency)), &mark));
    a->facts.paper_mark_missing = f->maker == MAKER_AUTHORITY && !mark.p;
    return NULL;
}

static bool may_be_filled(const struct law_facts *f)
{
    return !(f->actor_not_permitted || f->actor_session_closed || f->actor_disabled || f->foreign_thing || f->paper_not_own ||
             f->paper_other_statement || f->paper_other_role || f->paper_thing_unready || f->paper_law_gone ||
             f->paper_date_ahead || f->paper_date_early || f->paper_mark_missing || f->paper_valid_already ||
             f->clue_for_discipline);
}

static err *fill_paper(struct act *a, const struct paper_form *f, const struct paper_thing *t, day date)
{
    str content;
    uint8_t random[10];
    if (!may_be_filled(&a->facts)) /* a refused act holds nothing of the thing, and no code */
        return NULL;
    TRY(paper_fill(a->db, a->arena, f, act_text(a, "thing"), t, date, &content));
    TRY(set_json(a, "content", content));
    random_bytes(random, sizeof random);
    act_engine_value(a, "code")->s = press->make_code(a->arena, random);
    return NULL;
}

static err *issue_facts(struct act *a)
{
    const struct paper_form *f = paper_form_find(act_text(a, "form"));
    struct paper_thing t;
    struct law_facts *facts = &a->facts;
    bool found, own = !strcmp(a->type->name, "paper.own");
    day date = (day)act_int(a, "date", day_of(a->at));
    CHECK(f != NULL); /* the field is the closed set of their codes */
    if (!press)
        return no_press();
    TRY(paper_thing(a->db, a->arena, f, act_text(a, "thing"), &t, &found));
    if (!found || (a->outside && !(t.provider.p && str_eq(t.provider, a->actor.provider))))
        return unknown_thing(f, act_text(a, "thing"));
    TRY(whose(a, &t));
    facts->paper_not_own = own && f->maker != MAKER_PROVIDER;
    facts->paper_other_statement = !own && f->maker == MAKER_PROVIDER && !(f->roles & ~ROLES_THIRD_PARTY);
    facts->paper_other_role = !facts->actor_not_permitted && !facts->paper_not_own && !facts->paper_other_statement &&
                              !(a->actor.roles & f->roles);
    act_say(a, "form_title", str_of(f->title));
    act_say(a, "form_who", roles_of_form(a, f));
    if (facts->actor_not_permitted || facts->paper_not_own || facts->foreign_thing)
        return NULL; /* how the thing stands is not his to hear */
    facts->paper_thing_unready = !paper_thing_ready(f, &t);
    facts->paper_date_ahead = date > day_of(a->at);
    facts->paper_date_early = date < day_of(t.made);
    facts->clue_for_discipline = t.sealed && !(a->actor.roles & ROLE_BIT(ROLE_DISCIPLINE));
    act_say(a, "state", enum_label(t.state));
    act_say(a, "date", day_chinese(a->arena, date));
    act_say(a, "made", day_chinese(a->arena, day_of(t.made)));
    TRY(take_mark(a, f, &t));
    TRY(papers_so_far(a, f, date));
    return fill_paper(a, f, &t, date);
}

/* ---- the number ---- */

/* 鄂环执辅告〔2026〕12号 (GB/T 9704: mark, year in full, number without zeroes); what a third party says is registered only. */
static str number_text(struct arena *a, const struct paper_form *f, str mark, int year, int64_t n)
{
    return arena_printf(a, "%.*s%s〔%d〕%lld号", STR_ARG(f->maker == MAKER_AUTHORITY ? mark : S("登记")), f->series, year, (long long)n);
}

static err *issue_apply(struct act *a)
{
    const struct paper_form *f = paper_form_find(act_text(a, "form"));
    struct paper_thing t;
    bool found;
    str mark;
    int64_t number, wording;
    day date = (day)act_int(a, "date", day_of(a->at));
    int year = civil_of_day(date).year;
    CHECK(f != NULL);
    TRY(paper_thing(a->db, a->arena, f, act_text(a, "thing"), &t, &found));
    CHECK(found);
    TRY(db_one_str(a->db, a->arena, "SELECT mark FROM agency_mark WHERE agency = :agency", DB_ARGS(DB_T("agency", t.agency)), &mark));
    TRY(db_one_int(a->db, "SELECT MAX(number) FROM paper WHERE agency = :agency AND form = :form AND year = :year",
                   DB_ARGS(DB_T("agency", t.agency), DB_T("form", str_of(f->code)), DB_I("year", year)), 0, &number));
    TRY(db_one_int(a->db, "SELECT MAX(version) FROM wording WHERE form = :form AND from_date <= :date",
                   DB_ARGS(DB_T("form", str_of(f->code)), DB_I("date", date)), 0, &wording));
    TRY(db_put(a->db, "UPDATE paper SET thing_kind = :kind, agency = :agency, provider = :provider, subject = :subject, year = :year,"
                      " number = :number, number_text = :text, wording = :wording WHERE id = :id",
               DB_ARGS(DB_T("kind", str_of(f->table)), DB_T("agency", t.agency), DB_T("provider", t.provider), DB_T("subject", t.subject),
                       DB_I("year", year), DB_I("number", number + 1),
                       DB_T("text", number_text(a->arena, f, mark, year, number + 1)), DB_I("wording", wording), DB_T("id", a->id))));
    return db_put(a->db, "INSERT INTO touch (kind, id, seq) VALUES (:kind, :thing, :seq) ON CONFLICT DO NOTHING",
                  DB_ARGS(DB_T("kind", str_of(f->table)), DB_T("thing", act_text(a, "thing")), DB_I("seq", a->seq)));
}

/* Number and place are set by issue_apply; until then -seq keeps it apart. */
#define ISSUE(maker)                                                                                \
    "INSERT INTO paper (id, seq, form, maker, thing_kind, thing_id, agency, year, number, number_text, code, date, wording, content," \
    " author, issued_at) VALUES (:id, :seq, :form, '" maker "', '', :thing, '', 0, -CAST(:seq AS BIGINT), '', :code,"   \
    " COALESCE(CAST(:date AS BIGINT), CAST(:day AS BIGINT)), 0, :content, :by, :at)"

static const struct act_field issue_fields[] = {
    {"form", "文书式样", FIELD_ENUM, 0, PAPER_FORM_CODES},
    {"thing", "所依据的事项编号", FIELD_TEXT, 0, .maximum = 100},
    {"date", "文书日期", FIELD_DATE, F_OPTIONAL},
    {"content", "填写内容", FIELD_JSON, F_OPTIONAL | F_BODY | F_ENGINE},
    {"code", "查询码", FIELD_TEXT, F_OPTIONAL | F_ENGINE, .maximum = 16},
    {0}};

/* ---- printing and voiding ---- */

static err *void_facts(struct act *a)
{
    struct law_facts *f = &a->facts;
    f->paper_void_reason_missing = !str_trim(act_text(a, "reason")).n;
    f->paper_void_untold = !act_get(a, "told_on")->present && !act_text(a, "replaced_by").p;
    return NULL;
}

static bool mark_fits(str mark)
{
    size_t n = 0;
    for (str rest = mark; rest.n; n++) {
        uint32_t c = utf8_next(&rest);
        if (!((c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x20000 && c <= 0x323af)))
            return false;
    }
    return n >= 2 && n <= 8;
}

static err *mark_facts(struct act *a)
{
    a->facts.paper_mark_unfit = !mark_fits(act_text(a, "mark"));
    act_say(a, "mark", act_text(a, "mark"));
    return NULL;
}

/* ---- wordings ---- */

static err *adopt_facts(struct act *a)
{
    const struct paper_form *f = paper_form_find(act_text(a, "form"));
    int version, builtin;
    day from;
    int64_t newest;
    CHECK(f != NULL);
    if (!press)
        return no_press();
    TRY(err_at(press->read_wording(a->arena, str_of(f->code), act_text(a, "text"), &version, &from, &builtin), S("text")));
    TRY(db_one_int(a->db, "SELECT MAX(version) FROM wording WHERE form = :form", DB_ARGS(DB_T("form", str_of(f->code))), builtin, &newest));
    a->facts.wording_version_old = version <= newest;
    a->facts.wording_backdated = from < day_of(a->at);
    act_say(a, "form_title", str_of(f->title));
    act_say(a, "wording_newest", arena_printf(a->arena, "%lld", (long long)newest));
    act_say(a, "wording_from", day_chinese(a->arena, from));
    act_engine_value(a, "version")->i = version;
    act_engine_value(a, "from")->i = from;
    return NULL;
}

#define SCOPE_PAPER "SELECT agency AS agency, provider AS provider FROM paper WHERE id = :paper"

const struct act_type acts_paper[] = {
    {.name = "paper.issue", .label = "出具文书", .group = "paper", .table = "paper", .article = "10",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_PROCUREMENT) |
              ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_SYSTEM),
     .flags = ACT_CREATES, .fields = issue_fields,
     .rules = RULES(RULE_paper_other_statement, RULE_paper_other_role, RULE_paper_thing_unready, RULE_paper_law_gone,
                    RULE_paper_date_ahead, RULE_paper_date_early, RULE_paper_mark_missing, RULE_paper_valid_already,
                    RULE_clue_for_discipline),
     .facts_more = issue_facts, .apply = {{NULL, ISSUE("authority")}}, .apply_more = issue_apply,
     .help = "内容由系统按已办理的事项填写，文号按机构、种类和年度连续编排。出具后不能改，需要更正的作废重出。"},

    {.name = "paper.own", .label = "出具本方文书", .group = "paper", .table = "paper", .article = "12",
     .roles = ROLES_THIRD_PARTY, .flags = ACT_CREATES, .fields = issue_fields,
     .rules = RULES(RULE_paper_not_own, RULE_paper_other_role, RULE_paper_thing_unready, RULE_paper_law_gone, RULE_paper_date_ahead,
                    RULE_paper_date_early, RULE_paper_valid_already, RULE_clue_for_discipline),
     .facts_more = issue_facts, .apply = {{NULL, ISSUE("provider")}}, .apply_more = issue_apply,
     .help = "第三方自己的承诺书、申报、工作记录、技术报告、线索报告单和拒绝执行告知单。登记编号，不用执法机构的文号。"},

    {.name = "paper.print", .label = "固定文书", .group = "paper", .table = "paper", .article = "10", .roles = ROLE_BIT(ROLE_SYSTEM),
     .flags = ACT_INTERNAL,
     .fields = FIELDS({"paper", "文书", FIELD_REF, 0, "paper"}, {"digest", "文件摘要", FIELD_DIGEST, 0},
                      {"wording_digest", "措辞摘要", FIELD_DIGEST, 0}, {"bytes", "字节数", FIELD_COUNT, 0},
                      {"pages", "页数", FIELD_COUNT, F_OPTIONAL, .maximum = 10000}),
     .scope = SCOPE_PAPER, .rules = RULES(),
     .facts = {{NULL, "SELECT CASE WHEN digest IS NULL AND void_at IS NULL THEN 0 ELSE 1 END AS wrong_state, number_text AS t_thing,"
                      " CASE WHEN digest IS NULL THEN '已作废' ELSE '已固定' END AS t_state FROM paper WHERE id = :paper"}},
     .apply = {{NULL, "UPDATE paper SET digest = :digest, wording_digest = :wording_digest, bytes = :bytes, pages = :pages, printed_at = :at"
                      " WHERE id = :paper"}},
     .help = "由服务器在文书生成后登记文件摘要，每份一次。"},

    {.name = "paper.void", .label = "作废文书", .group = "paper", .table = "paper", .article = "10",
     .roles = ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_ARCHIVIST),
     .fields = FIELDS({"paper", "文书", FIELD_REF, 0, "paper"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
                      {"told_on", "告知收件人的日期", FIELD_DATE, F_OPTIONAL},
                      {"replaced_by", "替换文书", FIELD_REF, F_OPTIONAL, "paper"}),
     .scope = SCOPE_PAPER,
     .rules = RULES(RULE_paper_void_reason_missing, RULE_paper_void_untold, RULE_paper_replacement_differs),
     .facts = {{NULL, "SELECT CASE WHEN p.void_at IS NULL THEN 0 ELSE 1 END AS wrong_state, p.number_text AS t_thing,"
                      " p.number_text AS t_paper_number, '已作废' AS t_state,"
                      " CASE WHEN (p.thing_kind = 'notice' AND EXISTS (SELECT 1 FROM notice n WHERE n.id = p.thing_id"
                      "   AND n.state = 'served')) OR (p.form = 'A11' AND EXISTS (SELECT 1 FROM objection_service s"
                      "   WHERE s.objection = p.thing_id)) THEN 1 ELSE 0 END AS paper_served,"
                      " CASE WHEN CAST(:replaced_by AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM paper r WHERE r.id = CAST(:replaced_by"
                      "   AS TEXT) AND r.id <> p.id AND r.agency = p.agency AND r.form = p.form AND r.void_at IS NULL"
                      "   AND COALESCE(r.subject, r.provider, '') = COALESCE(p.subject, p.provider, '')) THEN 0 ELSE 1 END"
                      "   AS paper_replacement_differs FROM paper p WHERE p.id = :paper"}},
     .facts_more = void_facts,
     .apply = {{NULL, "UPDATE paper SET void_at = :at, void_by = :by, void_reason = :reason, void_seq = :seq, told_on = :told_on,"
                      " replaced_by = :replaced_by WHERE id = :paper"}},
     .help = "文号不回收，留在作废登记中。已经送达的，须同时告知收件人或另行出具替换文书。"},

    {.name = "paper.mark", .label = "设定发文机关代字", .group = "paper", .table = "agency_mark", .article = "10",
     .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"agency", "执法机构", FIELD_REF, 0, "agency"}, {"mark", "代字", FIELD_TEXT, 0, .maximum = 20}),
     .scope = SCOPE_AGENCY, .rules = RULES(RULE_paper_mark_unfit), .facts_more = mark_facts,
     .apply = {{NULL, "INSERT INTO agency_mark (agency, seq, mark) VALUES (CAST(:agency AS TEXT), :seq, :mark)"
                      " ON CONFLICT (agency) DO UPDATE SET seq = excluded.seq, mark = excluded.mark"}},
     .help = "文号由代字、文书种类、年份和序号组成（GB/T 9704-2012），例如“鄂环执辅告〔2026〕12号”。只影响以后的文书。"},

    {.name = "wording.adopt", .label = "启用文书措辞", .group = "paper", .table = "wording", .article = "15",
     .roles = ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"form", "文书式样", FIELD_ENUM, 0, PAPER_FORM_CODES}, {"text", "措辞全文", FIELD_TEXT, 0, .maximum = 60000},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL, .maximum = 500},
                      {"version", "版本", FIELD_COUNT, F_OPTIONAL | F_ENGINE}, {"from", "起用日期", FIELD_DATE, F_OPTIONAL | F_ENGINE}),
     .rules = RULES(RULE_wording_version_old, RULE_wording_backdated), .facts_more = adopt_facts,
     .apply = {{NULL, "INSERT INTO wording (form, version, seq, from_date, text, reason, author, adopted_at) VALUES (:form, :version,"
                      " :seq, :from, :text, :reason, :by, :at)"}},
     .help = "版本和起用日期写在全文开头。已出具的文书保持出具时的措辞。"},
    {0}};
