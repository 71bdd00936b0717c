/*
 * Entrusting one task under an agreement (Art. 3, 4, 6, 7, 8, 14), ordering and refusing (Art. 4), ending.
 *
 * The draft carries every check that needs no other person: scope, officers, money, words. Approval adds what
 * others must have said by then: declarations of interest and the relations on record. A later change of people
 * needs a new approval (member.approved = 0 until then) and, by the entry rules, a new notice.
 */
#include "acts/acts_sql.h"
#include "acts/ties.h"

static const struct act_field draft_fields[] = {
    {"agreement", "辅助执法协议", FIELD_REF, F_OPTIONAL, "agreement"},
    {"kind", "事项类别", FIELD_TASK, F_OPTIONAL},
    {"matter", "委托辅助事项", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 200},
    {"subjects", "执法相对人", FIELD_REF, F_OPTIONAL | F_LIST, "subject"},
    {"region", "区域", FIELD_REGION, 0},
    {"from", "开始日期", FIELD_DATE, F_OPTIONAL},
    {"to", "结束日期", FIELD_DATE, F_OPTIONAL},
    {"officers", "陪同执法人员", FIELD_REF, F_OPTIONAL | F_LIST, "users", .maximum = 50},
    {"members", "辅助人员", FIELD_REF, F_OPTIONAL | F_LIST, "member", .maximum = 100},
    {"enters_site", "是否入场", FIELD_BOOL, 0},
    {"budget", "经费预算", FIELD_REF, F_OPTIONAL, "budget"},
    {"amount", "委托金额", FIELD_FEN, F_OPTIONAL},
    {"basis", "任务来源", FIELD_OBJECT, F_OPTIONAL,
     .object = FIELDS({"type", "来源类型", FIELD_ENUM, 0, "plan clue special case request rectification"},
                      {"ref", "来源文号", FIELD_TEXT, F_OPTIONAL, .maximum = 100})},
    {"outputs", "成果", FIELD_TEXT, F_OPTIONAL | F_LIST | F_BODY, .maximum = 20},
    {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
    {"state_secret", "是否涉密", FIELD_BOOL, F_OPTIONAL},
    {"historic", "历史补录", FIELD_BOOL, F_OPTIONAL},
    {0}};

/* The task kind is a constant table of the law, not a row: its facts are set in C. */
static void load_task(struct act *a)
{
    struct law_facts *f = act_facts(a);
    str code = act_text(a, "kind");
    if (!code.p) {
        f->task_missing = 1;
        return;
    }
    for (const struct law_task *t = law_tasks; t->code; t++) {
        if (!str_eq(code, str_of(t->code)))
            continue;
        f->task_forbidden = t->forbidden;
        f->task_self_investigation = str_eq(code, S("X11"));
        f->task_private_contact = str_eq(code, S("X12"));
        f->task_subcontract = str_eq(code, S("X13"));
        f->with_officers = t->with_officers;
        f->task_other_kind = str_starts(str_of(t->article), S("3(5)"));
        f->other_reason_missing = f->task_other_kind && !act_text(a, "reason").n;
        act_say(a, "kind", str_of(t->name));
    }
}

static err *draft_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    load_task(a);
    int64_t from = act_int(a, "from", 0), to = act_int(a, "to", 0);
    f->other_kind_needs_legal = act_policy(a, "other_task_kind_needs_legal_release");
    f->agreement_missing = !act_get(a, "agreement")->present;
    f->period_missing = !act_get(a, "from")->present || !act_get(a, "to")->present;
    f->period_reversed = !f->period_missing && to < from;
    f->enters_site = act_int(a, "enters_site", 0);
    f->officers_required = f->enters_site ? act_policy(a, "min_officers_on_site") : 1;
    f->site_without_members = f->enters_site && f->members_listed == 0;
    f->site_without_subject = f->enters_site && act_get(a, "subjects")->n == 0;
    f->basis_missing = f->enters_site && !act_text(a, "basis_ref").n;
    f->matter_missing = !str_trim(act_text(a, "matter")).n;
    f->state_secret = act_int(a, "state_secret", 0);
    f->budget_missing = !act_get(a, "budget")->present;
    f->outputs_missing = act_get(a, "outputs")->n == 0;
    f->words_of_power = act_words_of_power(a, act_text(a, "matter"));
    const struct act_value *outputs = act_get(a, "outputs");
    for (size_t i = 0; i < outputs->n; i++)
        f->words_of_power += act_words_of_power(a, outputs->child[i].s);
    if (f->task_other_kind)
        f->words_of_power += act_words_of_power(a, act_text(a, "reason"));
    return ties_of_draft(a);
}

static err *approve_facts(struct act *a)
{
    return ties_of_entrustment(a, act_text(a, "entrustment"));
}

static err *amend_facts(struct act *a)
{
    return ties_of_amendment(a, act_text(a, "entrustment"));
}

#define MEMBER_FIT /* the person may work on day :x of the task */                                   \
    "m.state = 'admitted' AND (m.to_date IS NULL OR m.to_date >= "

#define DECLARATIONS(entrustment)                                                                   \
    "SELECT COUNT(*) AS declarations_missing, MIN(w.name) AS t_undeclared FROM ("                   \
    " SELECT m.name AS name, m.id AS member, m.provider AS provider FROM entrustment_member em"     \
    "   JOIN member m ON m.id = em.member WHERE em.entrustment = " entrustment                      \
    " UNION ALL SELECT p.name, NULL, p.id FROM entrustment e JOIN provider p ON p.id = e.provider"  \
    "   WHERE e.id = " entrustment ") w WHERE NOT EXISTS (SELECT 1 FROM interest i"                 \
    " WHERE i.entrustment = " entrustment " AND ((w.member IS NULL AND i.member IS NULL)"           \
    " OR i.member = w.member))"

#define INTERESTS(entrustment) /* the newest declaration of each counts */                          \
    "SELECT COUNT(*) AS interests_declared, MIN(COALESCE(m.name, p.name)) AS t_interested"          \
    " FROM interest i LEFT JOIN member m ON m.id = i.member JOIN provider p ON p.id = i.provider"   \
    " WHERE i.entrustment = " entrustment " AND i.has_interest = 1 AND (i.member IS NULL OR EXISTS" \
    " (SELECT 1 FROM entrustment_member em WHERE em.entrustment = i.entrustment AND em.member = i.member))" \
    " AND NOT EXISTS (SELECT 1 FROM interest j WHERE j.entrustment = i.entrustment AND j.seq > i.seq" \
    " AND COALESCE(j.member, '') = COALESCE(i.member, ''))"

#define OFFICER_CERTIFIED(user, from, to, region)                                                   \
    "EXISTS (SELECT 1 FROM certificate c JOIN certificate_area ca ON ca.certificate = c.seq"        \
    " WHERE c.user_id = " user " AND c.from_date <= " from " AND c.to_date >= " to                  \
    " AND " REGION_COVERS("ca.region", region) ")"

#define UNDERTAKINGS_OF(agreement, member) /* all three kinds signed */                             \
    "(SELECT COUNT(DISTINCT u.kind) FROM undertaking u WHERE u.agreement = " agreement              \
    " AND " member " AND u.kind IN ('confidentiality', 'integrity', 'recusal')) = 3"

/* What was planned and written with a draft falls with it. A notice that was served stays what the company was told. */
#define PLANS_FALL                                                                                  \
    {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND ((thing_kind = 'visit' AND thing_id IN"   \
           " (SELECT v.id FROM visit v WHERE v.entrustment = :entrustment AND v.state = 'planned')) OR (thing_kind = 'notice'" \
           " AND thing_id IN (SELECT n.id FROM notice n WHERE n.entrustment = :entrustment AND n.state = 'issued')))"}, \
    {NULL, "UPDATE visit SET state = 'cancelled', state_reason = NULL, state_seq = :seq WHERE entrustment = :entrustment" \
           " AND state = 'planned'"},                                                                \
    {NULL, "UPDATE notice SET state = 'revoked', revoke_reason = NULL, revoke_seq = :seq WHERE entrustment = :entrustment" \
           " AND state = 'issued'"}

const struct act_type acts_entrustment[] = {
    {.name = "entrustment.draft", .label = "起草委托", .group = "entrustment", .table = "entrustment",
     .article = "3", .roles = ROLE_BIT(ROLE_OFFICER), .flags = ACT_CREATES, .fields = draft_fields,
     .scope = SCOPE_AGREEMENT,
     .rules = RULES(RULE_task_forbidden, RULE_task_self_investigation, RULE_task_private_contact,
                    RULE_task_subcontract, RULE_task_missing, RULE_other_reason_missing, RULE_task_other_kind,
                    RULE_agreement_missing, RULE_agreement_not_effective, RULE_period_missing,
                    RULE_period_reversed, RULE_period_outside_agreement, RULE_kind_not_in_agreement,
                    RULE_kind_not_agreed_duty, RULE_region_not_in_agreement, RULE_subjects_outside_region,
                    RULE_provider_not_admitted, RULE_provider_banned, RULE_provider_found_elsewhere, RULE_qualification_expired,
                    RULE_testing_without_cma, RULE_undertakings_missing, RULE_officers_too_few,
                    RULE_accompany_too_few, RULE_officers_with_helper_role, RULE_members_foreign,
                    RULE_members_not_admitted, RULE_site_without_members, RULE_site_without_subject,
                    RULE_site_required, RULE_basis_missing, RULE_matter_missing, RULE_state_secret,
                    RULE_words_of_power, RULE_budget_missing, RULE_budget_unlawful_source,
                    RULE_budget_of_other_agency, RULE_amount_zero, RULE_fee_exceeded, RULE_positive_listed,
                    RULE_outputs_missing, RULE_relations_foreseen, RULE_officer_ties),
     .facts =
         {{NULL, "SELECT CASE WHEN a.state = 'effective' THEN 0 ELSE 1 END AS agreement_not_effective,"
                 " CASE WHEN :from < a.from_date OR :to > a.to_date THEN 1 ELSE 0 END"
                 "   AS period_outside_agreement,"
                 " CASE WHEN EXISTS (SELECT 1 FROM agreement_matter m WHERE m.agreement = a.id"
                 "   AND m.kind = :kind) THEN 0 ELSE 1 END AS kind_not_in_agreement,"
                 " CASE WHEN EXISTS (SELECT 1 FROM agreement_region r WHERE r.agreement = a.id AND "
                     REGION_COVERS("r.region", ":region") ") THEN 0 ELSE 1 END AS region_not_in_agreement,"
                 " CASE WHEN p.state = 'admitted' THEN 0 ELSE 1 END AS provider_not_admitted,"
                 " CASE WHEN " PROVIDER_BANNED("p", "a.agency") " THEN 1 ELSE 0 END AS provider_banned,"
                 " " PROVIDER_FOUND_ELSEWHERE("p", "a.agency", "0") ","
                 " (SELECT COUNT(*) FROM qualification q WHERE q.holder = p.id AND q.to_date < :from)"
                 "   AS qualifications_expired,"
                 " (SELECT COUNT(*) FROM qualification q WHERE q.holder = p.id AND"
                 "   (q.to_date IS NULL OR q.to_date >= :from) AND (q.from_date IS NULL OR"
                 "   q.from_date <= :from)) AS qualifications_valid,"
                 " CASE WHEN :kind = 'T13' AND NOT EXISTS (SELECT 1 FROM qualification q WHERE"
                 "   q.holder = p.id AND q.type = 'CMA' AND (q.to_date IS NULL OR q.to_date >= :from))"
                 "   THEN 1 ELSE 0 END AS testing_without_cma,"
                 " CASE WHEN " UNDERTAKINGS_OF("a.id", "u.member IS NULL") " THEN 0 ELSE 1 END"
                 "   AS undertakings_missing,"
                 " CASE WHEN COALESCE(CAST(:amount AS BIGINT), 0) = 0 AND a.pricing NOT IN ('lump_sum', 'per_month')"
                 "   THEN 1 ELSE 0 END AS amount_zero,"
                 " CASE WHEN COALESCE(CAST(:amount AS BIGINT), 0) + (SELECT COALESCE(SUM(e.amount), 0) FROM entrustment e"
                 "   WHERE e.agreement = a.id AND e.state NOT IN ('withdrawn', 'returned', 'declined'))"
                 "   > a.fee THEN COALESCE(CAST(:amount AS BIGINT), 0) + (SELECT COALESCE(SUM(e.amount), 0)"
                 "   FROM entrustment e WHERE e.agreement = a.id AND e.state NOT IN"
                 "   ('withdrawn', 'returned', 'declined')) - a.fee ELSE 0 END AS fee_exceeded,"
                 " a.id AS t_agreement, a.state AS t_agreement_state, a.from_date AS d_agreement_from,"
                 " a.to_date AS d_agreement_to, p.name AS t_provider_name,"
                 " p.name AS t_undertaking_missing_name"
                 " FROM agreement a JOIN provider p ON p.id = a.provider WHERE a.id = :agreement"},
          {NULL, "SELECT CASE WHEN b.source = 'fiscal' AND b.level = 'same' THEN 0 ELSE 1 END"
                 "   AS budget_unlawful_source,"
                 " CASE WHEN a.id IS NOT NULL AND b.agency <> a.agency THEN 1 ELSE 0 END"
                 "   AS budget_of_other_agency"
                 " FROM budget b LEFT JOIN agreement a ON a.id = :agreement WHERE b.id = :budget"},
          {"officers", "SELECT 1 AS officers_listed, CASE WHEN "
                       OFFICER_CERTIFIED(":item", ":from", ":from", ":region")
                       " THEN 1 ELSE 0 END AS officers_certified,"
                       " CASE WHEN u.provider IS NOT NULL THEN 1 ELSE 0 END AS officers_with_helper_role,"
                       " CASE WHEN u.provider IS NOT NULL THEN u.name END AS t_helper_as_officer"
                       " FROM users u WHERE u.id = :item"},
          {"members", "SELECT 1 AS members_listed, CASE WHEN m.provider = a.provider THEN 0 ELSE 1 END"
                      "   AS members_foreign,"
                      " CASE WHEN m.provider <> a.provider THEN m.name END AS t_foreign_member,"
                      " CASE WHEN " MEMBER_FIT ":from) THEN 0 ELSE 1 END AS members_not_admitted,"
                      " CASE WHEN " MEMBER_FIT ":from) THEN NULL ELSE m.name END AS t_unfit_member,"
                      " CASE WHEN " UNDERTAKINGS_OF("a.id", "u.member = m.id") " THEN 0 ELSE 1 END"
                      "   AS undertakings_missing,"
                      " CASE WHEN " UNDERTAKINGS_OF("a.id", "u.member = m.id") " THEN NULL ELSE m.name"
                      "   END AS t_undertaking_missing_name"
                      " FROM member m LEFT JOIN agreement a ON a.id = :agreement WHERE m.id = :item"},
          {"subjects", "SELECT CASE WHEN " REGION_COVERS("CAST(:region AS BIGINT)", "s.region")
                       " THEN 0 ELSE 1 END AS subjects_outside_region,"
                       " CASE WHEN " REGION_COVERS("CAST(:region AS BIGINT)", "s.region")
                       " THEN NULL ELSE s.name END AS t_outside_subject,"
                       " COALESCE(s.positive_list, 0) AS positive_listed"
                       " FROM subject s WHERE s.id = :item"}},
     .facts_more = draft_facts,
     .apply =
         {{NULL, "INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, matter, region, from_date,"
                 " to_date, author, enters_site, budget, amount, basis_type, basis_ref, reason, historic,"
                 " state, state_seq, frozen) SELECT :id, :seq, a.id, a.agency, a.provider, :kind, :matter,"
                 " :region, :from, :to, :by, :enters_site, :budget, COALESCE(CAST(:amount AS BIGINT), 0), :basis_type,"
                 " :basis_ref, :reason, COALESCE(:historic, 0), 'drafted', :seq, 0"
                 " FROM agreement a WHERE a.id = :agreement"},
          {"outputs", "UPDATE entrustment SET outputs = outputs + 1 WHERE id = :id"},
          {"outputs", "INSERT INTO entrustment_output (entrustment, n, seq, text) VALUES (:id, :item_position, :seq, :item)"},
          {"subjects", "INSERT INTO entrustment_subject (entrustment, subject) VALUES (:id, :item)"
                       " ON CONFLICT DO NOTHING"},
          {"officers", "INSERT INTO entrustment_officer (entrustment, user_id, seq) VALUES (:id, :item, :seq)"
                       " ON CONFLICT DO NOTHING"},
          {"members", "INSERT INTO entrustment_member (entrustment, member, seq, approved)"
                      " VALUES (:id, :item, :seq, 0) ON CONFLICT DO NOTHING"},
          {NULL, TODO("1", "entrustment_approve", "(SELECT agency FROM entrustment WHERE id = :id)", "head",
                      "entrustment", ":id", "entrustment.approve", ":workday_2")}},
     .apply_more = ties_note,
     .help = "在一份生效的协议下委托一项辅助任务。事项只能从允许的类别中选择。"},

    {.name = "entrustment.approve", .label = "批准委托", .group = "entrustment", .table = "entrustment",
     .article = "8", .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"},
                      {"reason", "意见", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_ENTRUSTMENT,
     .rules = RULES(RULE_state, RULE_approver_is_author, RULE_agreement_not_effective, RULE_provider_not_admitted,
                    RULE_provider_banned, RULE_provider_found_elsewhere, RULE_members_not_admitted, RULE_declarations_missing,
                    RULE_interests_declared, RULE_relations_direct, RULE_relations_indirect,
                    RULE_officer_relations, RULE_relations_hint, RULE_officer_ties, RULE_entrustment_frozen),
     .facts =
         {{NULL, "SELECT CASE WHEN e.state = 'drafted' OR (e.state IN ('approved', 'accepted') AND EXISTS"
                 " (SELECT 1 FROM entrustment_member em WHERE em.entrustment = e.id AND em.approved = 0))"
                 " THEN 0 ELSE 1 END AS wrong_state, e.id AS t_thing, e.state AS t_state,"
                 " CASE WHEN e.author = :by THEN 1 ELSE 0 END AS approver_is_author,"
                 " CASE WHEN a.state = 'effective' THEN 0 ELSE 1 END AS agreement_not_effective,"
                 " CASE WHEN p.state = 'admitted' THEN 0 ELSE 1 END AS provider_not_admitted,"
                 " CASE WHEN " PROVIDER_BANNED("p", "e.agency") " THEN 1 ELSE 0 END AS provider_banned,"
                 " " PROVIDER_FOUND_ELSEWHERE("p", "e.agency", "e.seq") ","
                 " CASE WHEN e.state = 'drafted' THEN 0 ELSE e.frozen END AS entrustment_frozen,"
                 " a.id AS t_agreement, a.state AS t_agreement_state, p.name AS t_provider_name"
                 " FROM entrustment e JOIN agreement a ON a.id = e.agreement"
                 " JOIN provider p ON p.id = e.provider WHERE e.id = :entrustment"},
          {NULL, "SELECT COUNT(*) AS members_not_admitted, MIN(m.name) AS t_unfit_member"
                 " FROM entrustment_member em JOIN member m ON m.id = em.member"
                 " WHERE em.entrustment = :entrustment AND NOT (" MEMBER_FIT ":day))"},
          {NULL, DECLARATIONS(":entrustment")},
          {NULL, INTERESTS(":entrustment")}},
     .facts_more = approve_facts,
     .apply = {{NULL, "UPDATE entrustment SET state = CASE WHEN state = 'drafted' THEN 'approved' ELSE state END,"
                      " approved_at = :at, approved_by = :by, state_seq = :seq, state_reason = :reason"
                      " WHERE id = :entrustment"},
               {NULL, "UPDATE entrustment_member SET approved = 1 WHERE entrustment = :entrustment"},
               {NULL, TODO_DONE("entrustment_approve", "entrustment", ":entrustment")},
               {NULL, "INSERT INTO todo (id, seq, kind, provider, role, thing_kind, thing_id, act, due_at)"
                      " SELECT CAST(CAST(:seq AS BIGINT) AS TEXT) || '-1', :seq, 'entrustment_accept', provider,"
                      " 'provider_lead', 'entrustment', id, 'entrustment.accept', :workday_2"
                      " FROM entrustment WHERE id = :entrustment AND state = 'approved'"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-serve-' || n.id, :seq, 'notice_serve', e.agency, 'officer', 'notice', n.id, 'notice.serve',"
                      " :workday_2 FROM notice n JOIN entrustment e ON e.id = n.entrustment WHERE n.entrustment = :entrustment"
                      " AND n.state = 'issued' AND NOT EXISTS (SELECT 1 FROM todo t WHERE t.kind = 'notice_serve'"
                      " AND t.thing_kind = 'notice' AND t.thing_id = n.id)"}},
     .apply_more = ties_note,
     .help = "批准时核对利害关系申报与系统记录的关系。变更人员后须再次批准。"},

    {.name = "entrustment.return", .label = "退回委托", .group = "entrustment", .table = "entrustment",
     .article = "8", .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_ENTRUSTMENT, .rules = RULES(RULE_state),
     .facts = {{NULL, STATE_OF("entrustment", ":entrustment", "'drafted'")}},
     .apply = {{NULL, "UPDATE entrustment SET state = 'returned', state_reason = :reason, state_seq = :seq"
                      " WHERE id = :entrustment"},
               {NULL, TODO_DONE("entrustment_approve", "entrustment", ":entrustment")}, PLANS_FALL},
     .help = "退回后起草人可重新起草。"},

    {.name = "entrustment.withdraw", .label = "撤回委托", .group = "entrustment", .table = "entrustment", .article = "8",
     .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_ENTRUSTMENT, .rules = RULES(RULE_amend_empty),
     .facts = {{NULL, STATE_OF("entrustment", ":entrustment", "'drafted', 'approved', 'declined'")},
               {NULL, "SELECT CASE WHEN CAST(:reason AS TEXT) IS NULL THEN 1 ELSE 0 END AS amend_empty"}},
     .apply = {{NULL, "UPDATE entrustment SET state = 'withdrawn', state_reason = :reason, state_seq = :seq,"
                      " ended_at = :at WHERE id = :entrustment"},
               {NULL, TODO_DONE("entrustment_approve", "entrustment", ":entrustment")},
               {NULL, TODO_DONE("entrustment_accept", "entrustment", ":entrustment")}, PLANS_FALL},
     .help = "第三方接受之前可以撤回；接受之后只能解除本次委托或办结。"},

    {.name = "entrustment.amend", .label = "变更委托", .group = "entrustment", .table = "entrustment", .article = "8",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"},
                      {"members", "辅助人员（全部）", FIELD_REF, F_OPTIONAL | F_LIST, "member", .maximum = 100},
                      {"officers", "陪同执法人员（全部）", FIELD_REF, F_OPTIONAL | F_LIST, "users", .maximum = 50},
                      {"from", "开始日期", FIELD_DATE, F_OPTIONAL}, {"to", "结束日期", FIELD_DATE, F_OPTIONAL},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_ENTRUSTMENT,
     .rules = RULES(RULE_amend_empty, RULE_agreement_not_effective, RULE_period_reversed, RULE_period_outside_agreement,
                    RULE_members_foreign, RULE_members_not_admitted, RULE_undertakings_missing,
                    RULE_officers_with_helper_role, RULE_officers_too_few, RULE_accompany_too_few,
                    RULE_officer_relations, RULE_officer_ties, RULE_relations_foreseen),
     .facts =
         {{NULL, "SELECT CASE WHEN e.state IN ('drafted', 'approved', 'accepted') THEN 0 ELSE 1 END AS wrong_state,"
                 " e.id AS t_thing, e.state AS t_state, e.enters_site AS enters_site,"
                 " CASE WHEN e.enters_site = 1 AND CAST(:officers AS TEXT) IS NOT NULL THEN CAST(:policy_min_officers_on_site"
                 "   AS BIGINT) ELSE 0 END AS officers_required,"
                 " CASE WHEN a.state = 'effective' THEN 0 ELSE 1 END AS agreement_not_effective,"
                 " CASE WHEN COALESCE(CAST(:from AS BIGINT), e.from_date) < a.from_date"
                 "   OR COALESCE(CAST(:to AS BIGINT), e.to_date) > a.to_date THEN 1 ELSE 0 END AS period_outside_agreement,"
                 " CASE WHEN COALESCE(CAST(:to AS BIGINT), e.to_date) < COALESCE(CAST(:from AS BIGINT), e.from_date)"
                 "   THEN 1 ELSE 0 END AS period_reversed,"
                 " CASE WHEN CAST(:reason AS TEXT) IS NULL OR (CAST(:members AS TEXT) IS NULL AND CAST(:officers AS TEXT)"
                 "   IS NULL AND CAST(:from AS BIGINT) IS NULL AND CAST(:to AS BIGINT) IS NULL) THEN 1 ELSE 0 END"
                 "   AS amend_empty,"
                 " a.id AS t_agreement, a.state AS t_agreement_state, a.from_date AS d_agreement_from,"
                 " a.to_date AS d_agreement_to"
                 " FROM entrustment e JOIN agreement a ON a.id = e.agreement WHERE e.id = :entrustment"},
          {"officers", "SELECT CASE WHEN " OFFICER_CERTIFIED(":item", ":day", ":day", "e.region")
                       " THEN 1 ELSE 0 END AS officers_certified,"
                       " CASE WHEN u.provider IS NOT NULL THEN 1 ELSE 0 END AS officers_with_helper_role,"
                       " CASE WHEN u.provider IS NOT NULL THEN u.name END AS t_helper_as_officer"
                       " FROM users u, entrustment e WHERE u.id = :item AND e.id = :entrustment"},
          {"members", "SELECT CASE WHEN m.provider = e.provider THEN 0 ELSE 1 END AS members_foreign,"
                      " CASE WHEN m.provider <> e.provider THEN m.name END AS t_foreign_member,"
                      " CASE WHEN " MEMBER_FIT ":day) THEN 0 ELSE 1 END AS members_not_admitted,"
                      " CASE WHEN " MEMBER_FIT ":day) THEN NULL ELSE m.name END AS t_unfit_member,"
                      " CASE WHEN " UNDERTAKINGS_OF("e.agreement", "u.member = m.id") " THEN 0 ELSE 1 END"
                      "   AS undertakings_missing,"
                      " CASE WHEN " UNDERTAKINGS_OF("e.agreement", "u.member = m.id") " THEN NULL ELSE m.name END"
                      "   AS t_undertaking_missing_name"
                      " FROM member m, entrustment e WHERE m.id = :item AND e.id = :entrustment"}},
     .facts_more = amend_facts,
     .apply =
         {{NULL, "UPDATE entrustment SET from_date = COALESCE(CAST(:from AS BIGINT), from_date),"
                 " to_date = COALESCE(CAST(:to AS BIGINT), to_date), state_reason = :reason, state_seq = :seq"
                 " WHERE id = :entrustment"},
          /* 2 marks who stood there before: named again drops the mark, not named drops the row */
          {NULL, "UPDATE entrustment_member SET approved = approved + 2 WHERE entrustment = :entrustment"
                 " AND CAST(:members AS TEXT) IS NOT NULL"},
          {"members", "INSERT INTO entrustment_member (entrustment, member, seq, approved) VALUES (:entrustment, :item,"
                      " :seq, 0) ON CONFLICT (entrustment, member) DO UPDATE SET approved ="
                      " CASE WHEN entrustment_member.approved >= 2 THEN entrustment_member.approved - 2 ELSE"
                      " entrustment_member.approved END"},
          {NULL, "DELETE FROM entrustment_member WHERE entrustment = :entrustment AND approved >= 2"},
          {NULL, "DELETE FROM entrustment_officer WHERE entrustment = :entrustment AND CAST(:officers AS TEXT) IS NOT NULL"},
          {"officers", "INSERT INTO entrustment_officer (entrustment, user_id, seq) VALUES (:entrustment, :item, :seq)"
                       " ON CONFLICT DO NOTHING"},
          {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                 " SELECT CAST(CAST(:seq AS BIGINT) AS TEXT) || '-1', :seq, 'entrustment_approve', e.agency, 'head', 'entrustment', e.id,"
                 " 'entrustment.approve', :workday_2 FROM entrustment e WHERE e.id = :entrustment AND e.state <> 'drafted'"
                 " AND EXISTS (SELECT 1 FROM entrustment_member m WHERE m.entrustment = e.id AND m.approved = 0)"}},
     .help = "变更人员或期限。新增辅助人员须重新批准并重新告知执法相对人。"},

    {.name = "entrustment.accept", .label = "接受委托", .group = "entrustment", .table = "entrustment", .article = "7",
     .roles = ROLE_BIT(ROLE_PROVIDER_LEAD),
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"},
                      {"reason", "说明", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_ENTRUSTMENT, .rules = RULES(),
     .facts = {{NULL, STATE_OF("entrustment", ":entrustment", "'approved'")}},
     .apply = {{NULL, "UPDATE entrustment SET state = 'accepted', accepted_at = :at, state_seq = :seq,"
                      " state_reason = :reason WHERE id = :entrustment"},
               {NULL, TODO_DONE("entrustment_accept", "entrustment", ":entrustment")},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT CAST(CAST(:seq AS BIGINT) AS TEXT) || '-1', :seq, 'notice_due', agency, 'officer', 'entrustment', id,"
                      " 'notice.issue', :workday_2 FROM entrustment e WHERE id = :entrustment AND EXISTS"
                      " (SELECT 1 FROM entrustment_subject s WHERE s.entrustment = e.id AND NOT EXISTS (SELECT 1 FROM notice n"
                      " WHERE n.entrustment = e.id AND n.subject = s.subject AND n.state IN ('issued', 'served')))"}},
     .help = "接受后方可开展辅助工作。"},

    {.name = "entrustment.decline", .label = "谢绝委托", .group = "entrustment", .table = "entrustment", .article = "4",
     .roles = ROLE_BIT(ROLE_PROVIDER_LEAD), .flags = ACT_RIGHT,
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_ENTRUSTMENT, .rules = RULES(),
     .facts = {{NULL, STATE_OF("entrustment", ":entrustment", "'approved'")}},
     .apply = {{NULL, "UPDATE entrustment SET state = 'declined', state_seq = :seq, state_reason = :reason"
                      " WHERE id = :entrustment AND state = 'approved'"},
               {NULL, TODO_DONE("entrustment_accept", "entrustment", ":entrustment")},
               {NULL, TODO("1", "entrustment_declined", "(SELECT agency FROM entrustment WHERE id = :entrustment)",
                           "discipline", "entrustment", ":entrustment", "", ":workday_5")}},
     .help = "谢绝不计入考核扣分。"},

    {.name = "entrustment.release", .label = "解除本次委托", .group = "entrustment", .table = "entrustment", .article = "8",
     .roles = ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_SYSTEM),
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
                      {"objection", "异议", FIELD_REF, F_OPTIONAL, "objection"}),
     .scope = SCOPE_ENTRUSTMENT, .rules = RULES(RULE_release_too_early, RULE_amend_empty),
     .facts = {{NULL, STATE_OF("entrustment", ":entrustment", "'approved', 'accepted', 'suspended'")},
               {NULL, "SELECT CASE WHEN CAST(:by AS TEXT) = 'system' AND NOT EXISTS (SELECT 1 FROM todo t JOIN objection o"
                      " ON o.id = t.thing_id WHERE t.kind = 'objection_decide' AND t.closed_seq IS NULL AND t.due_at < :at"
                      " AND o.entrustment = :entrustment) THEN 1 ELSE 0 END AS release_too_early,"
                      " CASE WHEN CAST(:reason AS TEXT) IS NULL THEN 1 ELSE 0 END AS amend_empty"}},
     .apply = {{NULL, "UPDATE entrustment SET state = 'released', ended_at = :at, state_seq = :seq, state_reason = :reason"
                      " WHERE id = :entrustment"},
               {NULL, MATERIALS_BACK("= :entrustment")},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND thing_kind = 'entrustment'"
                      " AND thing_id = :entrustment"},
               {NULL, RECORD_DUE("1", "id = :entrustment")}},
     .help = "只解除这一次委托，协议和其他委托不受影响；已形成的材料须重新核实。"},

    {.name = "entrustment.finish", .label = "办结委托", .group = "entrustment", .table = "entrustment", .article = "10",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"}),
     .scope = SCOPE_ENTRUSTMENT, .rules = RULES(RULE_open_duties, RULE_record_not_filed),
     .facts = {{NULL, STATE_OF("entrustment", ":entrustment", "'accepted', 'suspended'")},
               {NULL, "SELECT COUNT(*) AS open_duties, MIN(what) AS t_open_duty FROM ("
                      " SELECT '现场' || id AS what FROM visit WHERE entrustment = :entrustment AND state IN ('planned', 'approved')"
                      " UNION ALL SELECT '材料' || id FROM material WHERE entrustment = :entrustment AND state = 'submitted'"
                      " UNION ALL SELECT '异议' || id FROM objection WHERE entrustment = :entrustment AND state = 'lodged'"
                      " UNION ALL SELECT '线索' || id FROM clue WHERE entrustment = :entrustment AND state = 'reported') d"},
               {NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM record r WHERE r.entrustment = :entrustment AND"
                      " r.state = 'filed') THEN 0 ELSE 1 END AS record_not_filed, CAST(:entrustment AS TEXT) AS t_entrustment"}},
     .apply = {{NULL, "UPDATE entrustment SET state = 'finished', ended_at = :at, state_seq = :seq WHERE id = :entrustment"},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND thing_kind = 'entrustment'"
                      " AND thing_id = :entrustment"}},
     .help = "现场、材料、异议、线索办结且已备案后方可办结。"},
    {0}};
