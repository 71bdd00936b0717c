/*
 * The agreement (Art. 7.2): drafted on an award, signed by the head when the provider has promised (Art. 5, 8, 12),
 * published, extended, suspended, ended.
 *
 * Types decide what an agreement may give away: matters by kind, further terms by their listed powers. Words in further
 * terms only hold. Ending an agreement suspends its running entrustments and asks for the data back (Art. 12); ending
 * one entrustment (解除本次委托, Art. 8) is another act and touches no agreement.
 *
 * Inbox kinds: agreement_sign undertaking_sign agreement_publish agreement_file agreement_terminated data_return.
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

/* ---- drafting ---- */

static const struct { const char *id, *zh; int missing; } clauses[] = {
    {"scope", "事项与范围", -1},
    {"prohibition", "委托禁止", FACT_ID_clause_prohibition_missing},
    {"discipline", "纪律与解除", FACT_ID_clause_discipline_missing},
    {"recusal", "利害关系与回避", FACT_ID_clause_recusal_missing},
    {"ownership", "成果核实与归属", FACT_ID_clause_ownership_missing},
    {"entry", "陪同入场", FACT_ID_clause_entry_missing},
    {"secrecy", "保密", FACT_ID_clause_secrecy_missing},
    {"clue", "线索报告", FACT_ID_clause_clue_missing},
    {"acceptance", "验收与付款", FACT_ID_clause_duty_missing},
    {"liability", "责任与追偿", FACT_ID_clause_duty_missing},
    {"data_return", "资料返还", FACT_ID_clause_secrecy_missing},
    {"no_subcontract", "不得分包", FACT_ID_clause_duty_missing}};
#define CLAUSES                                                                                     \
    "scope prohibition discipline recusal ownership entry secrecy clue acceptance liability data_return" \
    " no_subcontract"

static const struct act_field draft_fields[] = {
    {"procurement", "采购项目", FIELD_REF, F_OPTIONAL, "procurement"},
    {"agency", "执法机构", FIELD_REF, 0, "agency"},
    {"provider", "第三方", FIELD_REF, 0, "provider"},
    {"matters", "委托辅助事项", FIELD_TASK, F_OPTIONAL | F_LIST, .maximum = 50},
    {"regions", "区域", FIELD_REGION, F_OPTIONAL | F_LIST, .maximum = 200},
    {"from", "开始日期", FIELD_DATE, F_OPTIONAL},
    {"to", "结束日期", FIELD_DATE, F_OPTIONAL},
    {"fee", "协议金额", FIELD_FEN, F_OPTIONAL},
    {"pricing", "计价方式", FIELD_ENUM, F_OPTIONAL,
     "lump_sum per_month per_subject per_deliverable per_result mixed"},
    {"clauses", "必备条款", FIELD_ENUM, F_OPTIONAL | F_LIST, CLAUSES, .maximum = 50},
    {"other", "其他约定", FIELD_OBJECT, F_OPTIONAL | F_LIST, .maximum = 50,
     .object = FIELDS({"text", "内容", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000},
                      {"actions", "第三方的行为", FIELD_POWER, F_OPTIONAL | F_LIST, .maximum = 40})},
    {"contracting_party", "签约主体", FIELD_TEXT, F_OPTIONAL, .maximum = 100},
    {0}};

static void judge_matter(struct act *a, str code)
{
    struct law_facts *f = act_facts(a);
    for (const struct law_task *t = law_tasks; t->code; t++) {
        if (!t->forbidden || !str_eq(code, str_of(t->code)))
            continue;
        f->task_forbidden = 1;
        f->task_self_investigation |= str_eq(code, S("X11"));
        f->task_private_contact |= str_eq(code, S("X12"));
        f->task_subcontract |= str_eq(code, S("X13"));
        act_say(a, "kind", str_of(t->name));
    }
}

static void judge_power(struct act *a, str power)
{
    struct law_facts *f = act_facts(a);
    for (int p = POWER_FIRST_FORBIDDEN; p < LAW_POWER_COUNT; p++) {
        if (!str_eq(power, str_of(law_power_names[p].id)))
            continue;
        f->power_forbidden = 1;
        f->power_contact |= p == POWER_CONTACT_SUBJECT;
        f->power_enter_alone |= p == POWER_ENTER_ALONE;
        f->power_investigate |= p == POWER_INVESTIGATE_CLUE;
        act_say(a, "power", str_of(law_power_names[p].zh));
    }
}

static void judge_other(struct act *a)
{
    const struct act_value *other = act_get(a, "other");
    for (size_t i = 0; i < other->n; i++) {
        const struct act_value *text = &other->child[i].child[0], *actions = &other->child[i].child[1];
        if (text->present)
            act_facts(a)->words_of_power += act_words_of_power(a, text->s);
        for (size_t k = 0; k < actions->n; k++)
            judge_power(a, actions->child[k].s);
    }
}

static void judge_clauses(struct act *a)
{
    struct law_facts *f = act_facts(a);
    const struct act_value *given = act_get(a, "clauses");
    buf b = buf_make(act_arena(a), 400);
    for (size_t c = 0; c < sizeof clauses / sizeof *clauses; c++) {
        bool found = false;
        for (size_t i = 0; i < given->n; i++)
            found = found || str_eq(given->child[i].s, str_of(clauses[c].id));
        if (found)
            continue;
        if (f->clauses_missing++)
            buf_add(&b, S("、"));
        buf_add(&b, str_of(clauses[c].zh));
        if (clauses[c].missing >= 0)
            law_fact_set(f, (enum law_fact)clauses[c].missing, 1);
    }
    act_say(a, "missing_clauses", buf_str(&b));
}

static day years_later(day from, int years)
{
    struct civil c = civil_of(day_start(from));
    return day_from_civil(c.year + years, c.month, c.month == 2 && c.dom == 29 ? 28 : c.dom);
}

static void judge_term(struct act *a, day from, day to)
{
    act_facts(a)->term_over_year = to >= years_later(from, 1);
    act_facts(a)->term_over_three_years = to >= years_later(from, 3);
}

/* Last day of the fiscal year of the procurement, or 0. */
static err *budget_year_end(struct act *a, const char *sql, day *ret)
{
    struct db_rows rows;
    bool more;
    *ret = 0;
    TRY(act_query(a, sql, &rows));
    TRY(db_next(&rows, &more));
    int64_t year = more ? db_int(&rows, 0) : 0;
    if (more)
        db_rows_end(&rows);
    if (year < 1 || year > 9998)
        return NULL;
    *ret = day_from_civil((int)year + 1, 1, 1) - 1;
    act_say(a, "budget_year", arena_printf(act_arena(a), "%d", (int)year));
    return NULL;
}

static err *judge_regions(struct act *a)
{
    struct db_rows rows;
    bool more;
    const struct act_value *regions = act_get(a, "regions");
    TRY(act_query(a, "SELECT region FROM agency WHERE id = :agency", &rows));
    TRY(db_next(&rows, &more));
    int64_t own = more ? db_int(&rows, 0) : 0;
    if (more)
        db_rows_end(&rows);
    for (size_t i = 0; i < regions->n; i++) {
        if (region_covers((int)own, (int)regions->child[i].i))
            continue;
        const struct region *r = region_find((int)regions->child[i].i);
        act_facts(a)->regions_outside_agency++;
        act_say(a, "outside_region", r ? str_of(r->name) : regions->child[i].s);
    }
    return NULL;
}

static err *draft_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    const struct act_value *matters = act_get(a, "matters");
    day from = (day)act_int(a, "from", 0), to = (day)act_int(a, "to", 0), year_end;
    f->procurement_missing = !act_get(a, "procurement")->present;
    f->matters_missing = matters->n == 0;
    for (size_t i = 0; i < matters->n; i++)
        judge_matter(a, matters->child[i].s);
    f->regions_missing = act_get(a, "regions")->n == 0;
    f->period_missing = !act_get(a, "from")->present || !act_get(a, "to")->present;
    f->period_reversed = !f->period_missing && to < from;
    f->agreement_fee_missing = act_int(a, "fee", 0) == 0;
    f->pricing_missing = !act_get(a, "pricing")->present;
    f->pricing_by_result = str_eq(act_text(a, "pricing"), S("per_result"));
    judge_clauses(a);
    judge_other(a);
    TRY(judge_regions(a));
    TRY(budget_year_end(a, "SELECT year FROM procurement WHERE id = :procurement", &year_end));
    if (!f->period_missing) {
        judge_term(a, from, to);
        f->term_over_budget_year = year_end && to > year_end;
    }
    return NULL;
}

/* Signed agreements of the same award; a draft commits nobody. */
#define AWARD_FACTS(fee, other)                                                                     \
    "SELECT p.id AS t_procurement, CASE WHEN p.state = 'awarded' THEN 0 ELSE 1 END AS procurement_not_awarded," \
    " (SELECT w.name FROM provider w WHERE w.id = p.provider) AS t_awarded_name,"                   \
    " CASE WHEN p.state = 'awarded' AND " fee " + (SELECT CAST(COALESCE(SUM(o.fee), 0) AS BIGINT) FROM agreement o" \
    "   WHERE o.procurement = p.id AND o.state IN ('effective', 'suspended')" other ") > p.award"   \
    "   THEN " fee " + (SELECT CAST(COALESCE(SUM(o.fee), 0) AS BIGINT) FROM agreement o"            \
    "   WHERE o.procurement = p.id AND o.state IN ('effective', 'suspended')" other ") - p.award ELSE 0 END" \
    "   AS fee_over_award"

/* ---- signing and publishing ---- */

/* One date of the touched agreement; 0: none. */
static err *date_of(struct act *a, const char *sql, day *ret)
{
    struct db_rows rows;
    bool more;
    *ret = 0;
    TRY(act_query(a, sql, &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    *ret = (day)db_int(&rows, 0);
    db_rows_end(&rows);
    return NULL;
}

static err *sign_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    day notified, signed_on = (day)act_int(a, "signed_on", 0), due;
    f->signed_on_missing = signed_on == 0;
    f->signed_in_future = signed_on > day_of(act_at(a));
    f->provider_signature_missing = !act_get(a, "provider_signed_by")->present;
    TRY(date_of(a, "SELECT p.notified_on FROM agreement a JOIN procurement p ON p.id = a.procurement"
                   " WHERE a.id = :agreement", &notified));
    if (!signed_on || !notified)
        return NULL;
    calendar_due(act_calendar(a), notified, UNIT_NATURAL, 30, &due, NULL);
    f->signed_before_award = signed_on < notified;
    f->signed_late = signed_on > due;
    act_say(a, "notified_on", day_chinese(act_arena(a), notified));
    return NULL;
}

static err *publish_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    day signed_on, published_before, today = day_of(act_at(a)), publish_due, file_due;
    day published = (day)act_int(a, "published_on", 0), filed = (day)act_int(a, "filed_on", 0);
    TRY(date_of(a, "SELECT signed_on FROM agreement WHERE id = :agreement", &signed_on));
    TRY(date_of(a, "SELECT published_on FROM agreement WHERE id = :agreement", &published_before));
    f->published_on_missing = !published && !published_before;
    f->published_impossible = (published && (published < signed_on || published > today)) ||
                              (filed && (filed < signed_on || filed > today));
    if (!signed_on)
        return NULL;
    calendar_due(act_calendar(a), signed_on, UNIT_WORKDAY, 2, &publish_due, NULL);
    calendar_due(act_calendar(a), signed_on, UNIT_WORKDAY, 7, &file_due, NULL);
    f->published_late = published > publish_due;
    f->filed_late = filed > file_due;
    act_say(a, "publish_due", day_chinese(act_arena(a), publish_due));
    act_say(a, "file_due", day_chinese(act_arena(a), file_due));
    return NULL;
}

/* ---- extending and ending ---- */

static err *reason_facts(struct act *a)
{
    act_facts(a)->agreement_reason_missing = !str_trim(act_text(a, "reason")).n;
    return NULL;
}

static err *extend_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    day from, old, year_end, to = (day)act_int(a, "to", 0);
    TRY(reason_facts(a));
    TRY(date_of(a, "SELECT from_date FROM agreement WHERE id = :agreement", &from));
    TRY(date_of(a, "SELECT to_date FROM agreement WHERE id = :agreement", &old));
    TRY(budget_year_end(a, "SELECT p.year FROM agreement a JOIN procurement p ON p.id = a.procurement"
                           " WHERE a.id = :agreement", &year_end));
    f->extension_to_missing = !act_get(a, "to")->present;
    f->agreement_lapsed = old < day_of(act_at(a));
    act_say(a, "agreement_to", day_chinese(act_arena(a), old));
    if (f->extension_to_missing)
        return NULL;
    f->extension_backwards = to <= old;
    f->extension_over_budget_year = year_end && to > year_end;
    judge_term(a, from, to);
    return NULL;
}

#define AGREEMENT_FIELD {"agreement", "辅助执法协议", FIELD_REF, 0, "agreement"}
#define REASON_FIELD {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}
#define PROVIDER_OF_AGREEMENT                                                                       \
    "SELECT p.name AS t_provider_name, CASE WHEN p.state = 'admitted' THEN 0 ELSE 1 END AS provider_not_admitted," \
    " CASE WHEN " PROVIDER_BANNED("p", "a.agency") " THEN 1 ELSE 0 END AS provider_banned,"         \
    " " PROVIDER_FOUND_ELSEWHERE("p", "a.agency", "0")                                              \
    " FROM agreement a JOIN provider p ON p.id = a.provider WHERE a.id = :agreement"
#define PROMISED(kind)                                                                              \
    "EXISTS (SELECT 1 FROM undertaking u WHERE u.agreement = a.id AND u.provider = a.provider"      \
    " AND u.member IS NULL AND u.kind = '" kind "')"

const struct act_type acts_agreement[] = {
    {.name = "agreement.draft", .label = "起草协议", .group = "agreement", .table = "agreement", .article = "7",
     .roles = ROLE_BIT(ROLE_PROCUREMENT), .flags = ACT_CREATES, .fields = draft_fields, .scope = SCOPE_AGENCY,
     .rules = RULES(RULE_procurement_missing, RULE_procurement_not_awarded, RULE_procurement_other_provider,
                    RULE_procurement_other_agency, RULE_fee_over_award, RULE_fee_beyond_award,
                    RULE_agreement_fee_missing, RULE_pricing_missing, RULE_pricing_by_result, RULE_matters_missing,
                    RULE_task_forbidden, RULE_task_self_investigation, RULE_task_private_contact,
                    RULE_task_subcontract, RULE_regions_missing, RULE_regions_outside_agency, RULE_period_missing,
                    RULE_period_reversed, RULE_term_over_year, RULE_term_without_budget, RULE_term_over_three_years,
                    RULE_term_over_budget_year, RULE_clauses_missing, RULE_clause_prohibition_missing,
                    RULE_clause_discipline_missing, RULE_clause_recusal_missing, RULE_clause_ownership_missing,
                    RULE_clause_entry_missing, RULE_clause_secrecy_missing, RULE_clause_clue_missing,
                    RULE_clause_duty_missing, RULE_power_forbidden, RULE_power_contact, RULE_power_enter_alone,
                    RULE_power_investigate, RULE_words_of_power, RULE_provider_banned),
     .facts = {{NULL, AWARD_FACTS("COALESCE(CAST(:fee AS BIGINT), 0)", "")
                      ", CASE WHEN p.provider <> :provider THEN 1 ELSE 0 END AS procurement_other_provider,"
                      " CASE WHEN p.agency <> :agency THEN 1 ELSE 0 END AS procurement_other_agency"
                      " FROM procurement p WHERE p.id = :procurement"},
               {NULL, "SELECT p.name AS t_provider_name, CASE WHEN " PROVIDER_BANNED("p", "CAST(:agency AS TEXT)")
                      " THEN 1 ELSE 0 END AS provider_banned FROM provider p WHERE p.id = :provider"}},
     .facts_more = draft_facts,
     .apply = {{NULL, "INSERT INTO agreement (id, seq, procurement, agency, provider, from_date, to_date, fee, pricing,"
                      " contracting_party, author, state, extended) VALUES (:id, :seq, :procurement, :agency, :provider,"
                      " COALESCE(CAST(:from AS BIGINT), 0), COALESCE(CAST(:to AS BIGINT), 0), COALESCE(CAST(:fee AS BIGINT), 0),"
                      " COALESCE(CAST(:pricing AS TEXT), ''), :contracting_party, :by, 'draft', 0)"},
               {"matters", "INSERT INTO agreement_matter (agreement, kind) VALUES (:id, :item) ON CONFLICT DO NOTHING"},
               {"regions", "INSERT INTO agreement_region (agreement, region) VALUES (:id, :item) ON CONFLICT DO NOTHING"},
               {"clauses", "INSERT INTO agreement_clause (agreement, clause) VALUES (:id, :item) ON CONFLICT DO NOTHING"},
               {"other", "INSERT INTO agreement_other (agreement, n, seq, text) VALUES (:id, :item_position, :seq, :item_text)"},
               {NULL, TODO("1", "agreement_sign", ":agency", "head", "agreement", ":id", "agreement.sign", ":workday_5")},
               {NULL, "INSERT INTO todo (id, seq, kind, provider, role, thing_kind, thing_id, act, due_at) VALUES"
                      " (" SEQ_TEXT " || '-2', :seq, 'undertaking_sign', :provider, 'provider_lead', 'agreement',"
                      " :id, 'undertaking.sign', :workday_5)"},
               {NULL, TODO_DONE("agreement_draft", "procurement", ":procurement")}},
     .help = "与成交第三方约定事项、范围、期限和必备条款。其他约定写明行为类别，不得给予行政权力。"},

    {.name = "agreement.sign", .label = "签订协议", .group = "agreement", .table = "agreement", .article = "7",
     .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS(AGREEMENT_FIELD, {"signed_on", "签订日期", FIELD_DATE, F_OPTIONAL},
                      {"provider_signed_by", "第三方签字人", FIELD_REF, F_OPTIONAL, "users"}),
     .scope = SCOPE_AGREEMENT,
     .rules = RULES(RULE_state, RULE_procurement_not_awarded, RULE_procurement_other_provider, RULE_fee_over_award,
                    RULE_fee_beyond_award, RULE_provider_not_admitted, RULE_provider_banned,
                    RULE_provider_found_elsewhere, RULE_undertakings_missing,
                    RULE_integrity_missing, RULE_recusal_missing, RULE_signed_on_missing, RULE_signed_in_future,
                    RULE_signed_before_award, RULE_signed_late, RULE_signed_after_start, RULE_provider_signature_missing,
                    RULE_provider_signer_foreign, RULE_provider_signer_not_lead, RULE_signer_is_author),
     .facts = {{NULL, STATE_OF("agreement", ":agreement", "'draft'")},
               {NULL, AWARD_FACTS("a.fee", " AND o.id <> a.id")
                      ", CASE WHEN p.provider <> a.provider THEN 1 ELSE 0 END AS procurement_other_provider"
                      " FROM agreement a JOIN procurement p ON p.id = a.procurement WHERE a.id = :agreement"},
               {NULL, PROVIDER_OF_AGREEMENT},
               {NULL, "SELECT p.name AS t_undertaking_missing_name,"
                      " CASE WHEN " PROMISED("confidentiality") " AND " PROMISED("integrity") " AND " PROMISED("recusal")
                      "   THEN 0 ELSE 1 END AS undertakings_missing,"
                      " CASE WHEN " PROMISED("integrity") " THEN 0 ELSE 1 END AS integrity_missing,"
                      " CASE WHEN " PROMISED("recusal") " THEN 0 ELSE 1 END AS recusal_missing,"
                      " CASE WHEN a.author = :by THEN 1 ELSE 0 END AS signer_is_author,"
                      " CASE WHEN a.from_date < CAST(:signed_on AS BIGINT) THEN 1 ELSE 0 END AS signed_after_start,"
                      " a.from_date AS d_agreement_from"
                      " FROM agreement a JOIN provider p ON p.id = a.provider WHERE a.id = :agreement"},
               {NULL, "SELECT u.name AS t_provider_signer, CASE WHEN u.provider = a.provider THEN 0 ELSE 1 END"
                      "   AS provider_signer_foreign,"
                      " CASE WHEN EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = u.id AND r.role = 'provider_lead')"
                      "   THEN 0 ELSE 1 END AS provider_signer_not_lead"
                      " FROM users u JOIN agreement a ON a.id = :agreement WHERE u.id = :provider_signed_by"}},
     .facts_more = sign_facts,
     .apply = {{NULL, "UPDATE agreement SET state = 'effective', signed_on = :signed_on, signed_by = :by,"
                      " provider_signed_by = :provider_signed_by WHERE id = :agreement"},
               {NULL, TODO_DONE("agreement_sign", "agreement", ":agreement")},
               {NULL, TODO("1", "agreement_publish", "(SELECT agency FROM agreement WHERE id = :agreement)", "procurement",
                           "agreement", ":agreement", "agreement.publish", ":workday_2")},
               {NULL, TODO("2", "agreement_file", "(SELECT agency FROM agreement WHERE id = :agreement)", "procurement",
                           "agreement", ":agreement", "agreement.publish", ":workday_7")},
               {NULL, DISCLOSURE_DUE("agreement", "o.id", "o.agency", "disclose_agreement_workdays",
                                     "FROM agreement o WHERE o.id = :agreement")},
               {NULL, DISCLOSURE_TODO}},
     .help = "第三方已准入并签署保密、廉洁、回避承诺后，由负责人签订。"},

    {.name = "agreement.publish", .label = "公告协议", .group = "agreement", .table = "agreement", .article = "7",
     .roles = ROLE_BIT(ROLE_PROCUREMENT),
     .fields = FIELDS(AGREEMENT_FIELD, {"published_on", "公告日期", FIELD_DATE, F_OPTIONAL},
                      {"filed_on", "备案日期", FIELD_DATE, F_OPTIONAL}),
     .scope = SCOPE_AGREEMENT,
     .rules = RULES(RULE_state, RULE_published_on_missing, RULE_published_impossible, RULE_published_late,
                    RULE_filed_late),
     .facts = {{NULL, STATE_OF("agreement", ":agreement", "'effective', 'suspended', 'terminated'")}},
     .facts_more = publish_facts,
     .apply = {{NULL, "UPDATE agreement SET published_on = COALESCE(CAST(:published_on AS BIGINT), published_on),"
                      " filed_on = COALESCE(CAST(:filed_on AS BIGINT), filed_on) WHERE id = :agreement"},
               {NULL, TODO_DONE("agreement_publish", "agreement", ":agreement")},
               {NULL, TODO_DONE("agreement_file", "agreement", ":agreement") " AND CAST(:filed_on AS BIGINT) IS NOT NULL"}},
     .help = "签订后2个工作日内公告，7个工作日内向同级财政部门备案；备案日期可以再登记一次。"},

    {.name = "agreement.extend", .label = "协议延期", .group = "agreement", .table = "agreement", .article = "7",
     .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS(AGREEMENT_FIELD, {"to", "延期至", FIELD_DATE, F_OPTIONAL}, REASON_FIELD), .scope = SCOPE_AGREEMENT,
     .rules = RULES(RULE_state, RULE_extension_to_missing, RULE_extension_backwards, RULE_agreement_lapsed,
                    RULE_term_over_year, RULE_term_without_budget, RULE_term_over_three_years,
                    RULE_extension_over_budget_year, RULE_agreement_reason_missing, RULE_provider_not_admitted,
                    RULE_provider_banned),
     .facts = {{NULL, STATE_OF("agreement", ":agreement", "'effective', 'suspended'")}, {NULL, PROVIDER_OF_AGREEMENT}},
     .facts_more = extend_facts,
     .apply = {{NULL, "UPDATE agreement SET to_date = COALESCE(CAST(:to AS BIGINT), to_date), extended = extended + 1 WHERE id = :agreement"}},
     .help = "只延长期限，不增加金额；跨年度或超过一年的由财务核实预算。"},

    {.name = "agreement.suspend", .label = "中止协议", .group = "agreement", .table = "agreement", .article = "7",
     .roles = ROLE_BIT(ROLE_HEAD), .fields = FIELDS(AGREEMENT_FIELD, REASON_FIELD), .scope = SCOPE_AGREEMENT,
     .rules = RULES(RULE_state, RULE_agreement_reason_missing),
     .facts = {{NULL, STATE_OF("agreement", ":agreement", "'effective'")}}, .facts_more = reason_facts,
     .apply = {{NULL, "UPDATE agreement SET state = 'suspended', suspend_reason = :reason, suspend_seq = :seq"
                      " WHERE id = :agreement"}},
     .help = "核查期间可以中止，查明后恢复或解除。"},

    {.name = "agreement.resume", .label = "恢复协议", .group = "agreement", .table = "agreement", .article = "7",
     .roles = ROLE_BIT(ROLE_HEAD), .fields = FIELDS(AGREEMENT_FIELD, REASON_FIELD), .scope = SCOPE_AGREEMENT,
     .rules = RULES(RULE_state, RULE_agreement_reason_missing, RULE_provider_not_admitted, RULE_provider_banned),
     .facts = {{NULL, STATE_OF("agreement", ":agreement", "'suspended'")}, {NULL, PROVIDER_OF_AGREEMENT}},
     .facts_more = reason_facts,
     .apply = {{NULL, "UPDATE agreement SET state = 'effective' WHERE id = :agreement"}},
     .help = "恢复被中止的协议。已解除的协议不能恢复，只能另行签订。"},

    {.name = "agreement.terminate", .label = "解除协议", .group = "agreement", .table = "agreement", .article = "5",
     .roles = ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_SYSTEM),
     .fields = FIELDS(AGREEMENT_FIELD, REASON_FIELD, {"violation", "违纪", FIELD_REF, F_OPTIONAL, "violation"}),
     .scope = SCOPE_AGREEMENT, .rules = RULES(RULE_state, RULE_agreement_reason_missing, RULE_violation_unproven),
     .facts = {{NULL, STATE_OF("agreement", ":agreement", "'draft', 'effective', 'suspended'")},
               {NULL, "SELECT CASE WHEN v.state = 'verified' AND COALESCE(v.provider, '') = a.provider THEN 0 ELSE 1 END"
                      " AS violation_unproven FROM violation v JOIN agreement a ON a.id = :agreement"
                      " WHERE v.id = :violation"}},
     .facts_more = reason_facts,
     .apply = {{NULL, "UPDATE agreement SET state = 'terminated', ended_at = :at, end_reason = :reason, end_seq = :seq,"
                      " violation = :violation WHERE id = :agreement"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-' || e.id, :seq, 'agreement_terminated', e.agency, 'officer',"
                      " 'entrustment', e.id, 'record.compile', :workday_5 FROM entrustment e"
                      " WHERE e.agreement = :agreement AND e.state IN ('approved', 'accepted')"},
               {NULL, "UPDATE entrustment SET state = 'suspended', state_reason = :reason, state_seq = :seq"
                      " WHERE agreement = :agreement AND state IN ('approved', 'accepted')"},
               {NULL, "INSERT INTO todo (id, seq, kind, provider, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-1', :seq, 'data_return', a.provider, 'provider_lead', 'agreement',"
                      " a.id, 'data.return', :workday_data_return_workdays FROM agreement a WHERE a.id = :agreement"
                      " AND a.signed_on IS NOT NULL"},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND thing_kind = 'agreement'"
                      " AND thing_id = :agreement AND kind IN ('agreement_sign', 'undertaking_sign')"}},
     .help = "解除整份协议（不是解除本次委托）。据违纪解除的须已查实；在办委托随之中止，第三方返还资料。"},
    {0}};
