/*
 * Clues (Art. 13). A helper reports to the officers and is done: no editing, no investigating, no news of the outcome;
 * more only when asked. A clue about staff goes to discipline alone. The 15 days of filing run from the officer's
 * receipt.
 *
 * Todo kinds: clue_receive, clue_decide, clue_supplement, case_open.
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"
#include "acts/clue.h"
#include "acts/settings.h"

err *clue_budget(struct db *house, int64_t *ret)
{
    const struct setting *s = setting_find(S("clue_budget_per_day"));
    CHECK(s);
    return db_one_int(house, "SELECT value FROM policy WHERE name = 'clue_budget_per_day'", NULL, s->default_value, ret);
}

err *clue_report(struct acts *e, struct arena *a, const struct clue_finding *c, struct act_answer *ret)
{
    buf b = buf_make(a, LIMIT_ACT_BYTES);
    struct json_out o = {&b, false};
    CHECK(c->finding.n && c->finding.n <= LIMIT_ACT_KEY - 8);
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("clue.report"));
    json_put_str(&o, S("by"), S("detector"));
    json_put_str(&o, S("id"), arena_printf(a, "f-%.*s", STR_ARG(c->finding)));
    json_put_str(&o, S("key"), arena_printf(a, "finding-%.*s", STR_ARG(c->finding)));
    json_put_str(&o, S("at"), time_rfc3339(a, c->at));
    json_put_str(&o, S("observed_at"), time_rfc3339(a, c->observed_at));
    if (c->subject.n)
        json_put_str(&o, S("subject"), c->subject);
    json_put_str(&o, S("finding"), c->finding);
    json_put_str(&o, S("text"), c->text);
    json_put_bool(&o, S("urgent"), c->urgent);
    json_close(&o, '}');
    return act_perform(e, a, &(struct act_request){.json = buf_str(&b), .by = S("detector")}, ret);
}

static err *report_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    bool urgent = act_int(a, "urgent", 0);
    int64_t gap = act_at(a) - act_int(a, "observed_at", act_at(a));
    f->clue_text_missing = !str_trim(act_text(a, "text")).n;
    f->clue_sla_minutes = act_policy(a, urgent ? "clue_sla_minutes_urgent" : "clue_sla_minutes_normal");
    f->clue_late_minutes = gap > 0 ? gap / USEC_MINUTE : 0;
    return NULL;
}

static err *text_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    const struct act_value *reasons = act_get(a, "reasons"), *question = act_get(a, "question");
    f->clue_reasons_missing = reasons->field && !str_trim(act_text(a, "reasons")).n;
    f->clue_question_missing = question->field && !str_trim(act_text(a, "question")).n;
    return NULL;
}

/* The bureau a clue goes to: of the task, else the nearest over the company, else the one nobody has yet. */
#define CLUE_AGENCY                                                                                 \
    "COALESCE((SELECT agency FROM entrustment WHERE id = :entrustment), (SELECT g.id FROM agency g JOIN subject s ON " \
    REGION_COVERS("g.region", "s.region") " WHERE s.id = :subject ORDER BY g.region DESC, g.id LIMIT 1),"      \
    " (SELECT sc.agency FROM scene_finding sf JOIN scene_run sr ON sr.id = sf.run JOIN scene sc ON sc.id = sr.scene"                \
    " WHERE sf.id = CAST(:finding AS TEXT)), (SELECT fb.agency FROM fire_finding ff JOIN fire_batch fb ON fb.id = ff.batch"         \
    " WHERE ff.id = CAST(:finding AS TEXT)))"

#define CLUE_STATE(good)                                                                            \
    "SELECT CASE WHEN c.state IN (" good ") THEN 0 ELSE 1 END AS wrong_state, c.id AS t_thing, c.state AS t_state," \
    " c.about_staff AS clue_for_discipline, CASE WHEN EXISTS (SELECT 1 FROM clue_about ca WHERE ca.clue = c.id"      \
    "   AND ca.user_id = :by) THEN 1 ELSE 0 END AS clue_about_actor,"                               \
    " CASE WHEN EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = :by AND r.role = 'discipline') THEN 1 ELSE 0 END" \
    "   AS clue_actor_discipline FROM clue c WHERE c.id = :clue"

#define SCOPE_CLUE "SELECT agency AS agency FROM clue WHERE id = :clue"

const struct act_type acts_clue[] = {
    {.name = "clue.report", .label = "报告线索", .group = "clue", .table = "clue", .article = "13",
     .roles = ROLES_THIRD_PARTY | ROLE_BIT(ROLE_DETECTOR) | ROLE_BIT(ROLE_PUBLIC),
     .flags = ACT_CREATES | ACT_RIGHT | ACT_ANONYMOUS,
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, F_OPTIONAL, "entrustment"},
                      {"subject", "涉及单位", FIELD_REF, F_OPTIONAL, "subject"}, {"observed_at", "发现时间", FIELD_TIME, 0},
                      {"text", "发现了什么", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000}, {"urgent", "紧急", FIELD_BOOL, F_OPTIONAL},
                      {"materials", "材料", FIELD_REF, F_OPTIONAL | F_LIST, "material", .maximum = 100},
                      {"about_users", "涉及工作人员", FIELD_REF, F_OPTIONAL | F_LIST, "users", .maximum = 50},
                      {"finding", "研判结果编号", FIELD_TEXT, F_OPTIONAL, .maximum = 128}),
     .scope = "SELECT agency AS agency, provider AS provider FROM entrustment WHERE id = :entrustment",
     .rules = RULES(RULE_clue_late, RULE_clue_text_missing), .facts_more = report_facts,
     .apply = {{NULL, "INSERT INTO clue (id, seq, entrustment, subject, agency, author, provider, observed_at, reported_at, text,"
                      " urgent, finding, about_staff, state) VALUES (:id, :seq, :entrustment, :subject, " CLUE_AGENCY ", :by,"
                      " CAST(:provider AS TEXT), :observed_at, :at, :text, COALESCE(CAST(:urgent AS BIGINT), 0), :finding,"
                      " CASE WHEN CAST(:about_users AS TEXT) IS NULL THEN 0 ELSE 1 END, 'reported')"},
               {"materials", "INSERT INTO clue_material (clue, material) VALUES (:id, :item) ON CONFLICT DO NOTHING"},
               {"about_users", "INSERT INTO clue_about (clue, user_id) VALUES (:id, :item) ON CONFLICT DO NOTHING"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT CAST(CAST(:seq AS BIGINT) AS TEXT) || '-1', :seq, 'clue_receive', c.agency, CASE WHEN c.about_staff = 1 THEN"
                      " 'discipline' ELSE 'officer' END, 'clue', c.id, 'clue.receive', CASE WHEN c.urgent = 1 THEN"
                      " CAST(:minutes_clue_sla_minutes_urgent AS BIGINT) ELSE CAST(:minutes_clue_sla_minutes_normal AS BIGINT) END"
                      " FROM clue c WHERE c.id = :id"}},
     .help = "发现新的环境违法行为线索，及时报告执法人员；不得自行调查，不得透露给执法相对人。"},

    {.name = "clue.receive", .label = "签收线索", .group = "clue", .table = "clue", .article = "13",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_DISCIPLINE), .fields = FIELDS({"clue", "线索", FIELD_REF, 0, "clue"}),
     .scope = SCOPE_CLUE, .rules = RULES(RULE_clue_for_discipline, RULE_clue_about_actor),
     .facts = {{NULL, CLUE_STATE("'reported'")}},
     .apply = {{NULL, "UPDATE clue SET state = 'received', received_by = :by, received_at = :at WHERE id = :clue"},
               {NULL, TODO_DONE("clue_receive", "clue", ":clue")},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT CAST(CAST(:seq AS BIGINT) AS TEXT) || '-1', :seq, 'clue_decide', agency, CASE WHEN about_staff = 1 THEN 'discipline'"
                      " ELSE 'head' END, 'clue', id, 'clue.decide', :natural_15 FROM clue WHERE id = :clue"}},
     .help = "签收后十五个自然日内审查处理。"},

    {.name = "clue.ask", .label = "要求补充", .group = "clue", .table = "clue", .article = "13",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_DISCIPLINE),
     .fields = FIELDS({"clue", "线索", FIELD_REF, 0, "clue"}, {"question", "问题", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = SCOPE_CLUE, .rules = RULES(RULE_clue_for_discipline, RULE_clue_about_actor, RULE_clue_question_missing),
     .facts = {{NULL, CLUE_STATE("'received'")}}, .facts_more = text_facts,
     .apply = {{NULL, "INSERT INTO clue_talk (seq, clue, kind, text, author, at) VALUES (:seq, :clue, 'question', :question, :by, :at)"},
               {NULL, "INSERT INTO todo (id, seq, kind, provider, role, user_id, thing_kind, thing_id, act, due_at)"
                      " SELECT CAST(CAST(:seq AS BIGINT) AS TEXT) || '-1', :seq, 'clue_supplement', provider, 'member', author, 'clue', id,"
                      " 'clue.supplement', :workday_2 FROM clue WHERE id = :clue AND provider IS NOT NULL"}},
     .help = "只问所见所闻，不得要求报告人去调查。"},

    {.name = "clue.supplement", .label = "补充说明", .group = "clue", .table = "clue", .article = "13",
     .roles = ROLES_THIRD_PARTY,
     .fields = FIELDS({"clue", "线索", FIELD_REF, 0, "clue"}, {"text", "说明", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000}),
     .scope = "SELECT provider AS provider FROM clue WHERE id = :clue", .rules = RULES(RULE_clue_not_asked, RULE_clue_not_reporter),
     .facts = {{NULL, "SELECT CASE WHEN (SELECT COUNT(*) FROM clue_talk t WHERE t.clue = c.id AND t.kind = 'question') >"
                      " (SELECT COUNT(*) FROM clue_talk t WHERE t.clue = c.id AND t.kind = 'supplement') THEN 0 ELSE 1 END"
                      " AS clue_not_asked, CASE WHEN c.author = :by THEN 0 ELSE 1 END AS clue_not_reporter"
                      " FROM clue c WHERE c.id = :clue"}},
     .apply = {{NULL, "INSERT INTO clue_talk (seq, clue, kind, text, author, at) VALUES (:seq, :clue, 'supplement', :text, :by, :at)"},
               {NULL, TODO_DONE("clue_supplement", "clue", ":clue")}},
     .help = "执法人员要求时补充，一问一答。"},

    {.name = "clue.decide", .label = "处理线索", .group = "clue", .table = "clue", .article = "13",
     .roles = ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_DISCIPLINE),
     .fields = FIELDS({"clue", "线索", FIELD_REF, 0, "clue"},
                      {"outcome", "处理", FIELD_ENUM, 0, "opened transferred merged dismissed"},
                      {"reasons", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000},
                      {"case", "并入案卷", FIELD_REF, F_OPTIONAL, "casefile"}),
     .scope = SCOPE_CLUE, .rules = RULES(RULE_clue_for_discipline, RULE_clue_about_actor, RULE_clue_reasons_missing),
     .facts = {{NULL, CLUE_STATE("'received'")}}, .facts_more = text_facts,
     .apply = {{NULL, "UPDATE clue SET state = 'decided', outcome = :outcome, reasons = :reasons, decided_at = :at, decided_seq = :seq,"
                      " casefile = :case WHERE id = :clue"},
               {NULL, TODO_DONE("clue_decide", "clue", ":clue")},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT CAST(CAST(:seq AS BIGINT) AS TEXT) || '-1', :seq, 'case_open', agency, 'officer', 'clue', id, 'case.open', :natural_15"
                      " FROM clue WHERE id = :clue AND outcome = 'opened'"}},
     .help = "报告人只能看到“已接收”“已处理”。"},

    {.name = "clue.judge", .label = "填写研判结论", .group = "clue", .table = "clue", .article = "6",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_DISCIPLINE),
     .fields = FIELDS({"clue", "线索", FIELD_REF, 0, "clue"},
                      {"verdict", "结论", FIELD_ENUM, 0, "confirmed instrument process configuration groundless"},
                      {"reasons", "核实经过", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000}),
     .scope = SCOPE_CLUE, .rules = RULES(RULE_clue_for_discipline, RULE_clue_about_actor, RULE_clue_reasons_missing),
     .facts = {{NULL, CLUE_STATE("'received', 'decided'")}}, .facts_more = text_facts,
     .apply = {{NULL, "INSERT INTO clue_verdict (seq, clue, finding, verdict, reasons, author, at) SELECT :seq, :clue, c.finding,"
                      " :verdict, :reasons, :by, :at FROM clue c WHERE c.id = :clue"}},
     .help = "执法人员核实后如实填写；结论用于评定研判规则的准确度，不影响任何人的考核。可再次填写，以最后一次为准。"},
    {0}};
