/*
 * Violations (Art. 5): opening an inquiry, hearing the other side, finding, overturning, referring.
 *
 * Before a finding everything is a pause that can be lifted: the entrustments concerned are frozen and nothing else.
 * "Verified" has one consequence and no mild one: in the same transaction the agreement ends, what runs under it is
 * suspended, the roster forgets the provider, its session shrinks to its rights, and everybody concerned gets a task.
 * One bureau is one party: the agreements of other bureaus stay, their heads are told; only when none is left is the
 * provider itself removed and banned. The head takes no part in finding. A finding may be overturned by head and
 * discipline together; the agreement stays ended: a new one may be signed.
 *
 * Todo kinds: violation_answer, data_return, overturn_notice (provider's lead), violation_find (discipline),
 * agreement_notice (procurement: the notice that the agreement ended), entrustment_suspended (officer),
 * violation_notice (heads of other agencies, and the own one where a further agreement of the provider stands).
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

#define PROVIDER_AGAINST                                                                            \
    "(CASE CAST(:against_kind AS TEXT) WHEN 'provider' THEN CAST(:against_id AS TEXT)"              \
    " WHEN 'member' THEN (SELECT m.provider FROM member m WHERE m.id = CAST(:against_id AS TEXT))"  \
    " ELSE (SELECT u.provider FROM users u WHERE u.id = CAST(:against_id AS TEXT)) END)"

/* The bureau whose matter it is: of the agreement named, the inquirer's own where it has one with the provider, that
 * of the newest agreement, the inquirer's. */
#define AGENCY_OF_MATTER                                                                            \
    "COALESCE((SELECT g.agency FROM agreement g WHERE g.id = CAST(:agreement AS TEXT)),"            \
    " (SELECT MIN(g.agency) FROM agreement g WHERE g.provider = " PROVIDER_AGAINST                  \
    "   AND g.agency = CAST(:agency AS TEXT)),"                                                     \
    " (SELECT g.agency FROM agreement g WHERE g.provider = " PROVIDER_AGAINST " ORDER BY g.seq DESC LIMIT 1)," \
    " CAST(:agency AS TEXT), (SELECT u.agency FROM users u WHERE u.id = CAST(:against_id AS TEXT)))"

/* Entrustments the inquiry v concerns: all of the provider, or those with this person. */
#define CONCERNS(v, e)                                                                              \
    "(" v ".against_kind = 'provider' OR EXISTS (SELECT 1 FROM entrustment_member em JOIN member m ON m.id = em.member" \
    " WHERE em.entrustment = " e ".id AND ((" v ".against_kind = 'member' AND m.id = " v ".against_id)" \
    " OR (" v ".against_kind = 'user' AND m.user_id = " v ".against_id))) OR (" v ".against_kind = 'user'" \
    " AND NOT EXISTS (SELECT 1 FROM member m WHERE m.user_id = " v ".against_id)))"

#define VERIFIED "CAST(:outcome AS TEXT) = 'verified'"
#define LIVE_AGREEMENT(g) g ".state IN ('effective', 'suspended') AND " g ".to_date >= :day"

static err *open_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->violation_basis_missing = !str_trim(act_text(a, "basis")).n;
    f->violation_of_self =
        str_eq(act_text(a, "against_kind"), S("user")) && str_eq(act_text(a, "against_id"), act_by(a));
    return NULL;
}

static err *find_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->finding_reasons_missing = !str_trim(act_text(a, "reasons")).n;
    f->finding_verified = str_eq(act_text(a, "outcome"), S("verified"));
    f->finding_hearing_policy = act_policy(a, "hearing_before_finding");
    return NULL;
}

static err *overturn_facts(struct act *a)
{
    act_facts(a)->overturn_decision_missing = !str_trim(act_text(a, "decision_no")).n;
    return NULL;
}

#define SCOPE_VIOLATION "SELECT agency AS agency FROM violation WHERE id = :violation"

const struct act_type acts_violation[] = {
    {.name = "violation.open", .label = "启动违纪核查", .group = "conduct", .table = "violation", .article = "5",
     .roles = ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_SYSTEM), .flags = ACT_CREATES,
     .fields = FIELDS({"against", "被核查人", FIELD_PARTY, 0, "provider member user"},
                      {"kind", "问题类别", FIELD_ENUM, 0,
                       "private_contact leak bribe concealment self_investigation unaccompanied_entry falsified other"},
                      {"basis", "线索来源或依据", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000},
                      {"agreement", "所涉协议", FIELD_REF, F_OPTIONAL, "agreement"}),
     .scope = SCOPE_AGREEMENT,
     .rules = RULES(RULE_violation_basis_missing, RULE_violation_of_self, RULE_violation_agreement_differs,
                    RULE_violation_open_already),
     .facts = {{NULL, "SELECT CASE WHEN g.provider = " PROVIDER_AGAINST " THEN 0 ELSE 1 END"
                      " AS violation_agreement_differs FROM agreement g WHERE g.id = CAST(:agreement AS TEXT)"},
               {NULL, "SELECT COUNT(*) AS violation_open_already FROM violation v WHERE v.state = 'open'"
                      " AND v.against_kind = :against_kind AND v.against_id = :against_id AND v.kind = :kind"}},
     .facts_more = open_facts,
     .apply =
         {{NULL, "INSERT INTO violation (id, seq, against_kind, against_id, provider, kind, basis, agreement, agency,"
                 " author, opened_at, state, heard) SELECT CAST(:id AS TEXT), CAST(:seq AS BIGINT),"
                 " CAST(:against_kind AS TEXT), CAST(:against_id AS TEXT), " PROVIDER_AGAINST ", CAST(:kind AS TEXT),"
                 " CAST(:basis AS TEXT), CAST(:agreement AS TEXT), " AGENCY_OF_MATTER ", CAST(:by AS TEXT),"
                 " CAST(:at AS BIGINT), 'open', 0"},
          {NULL, "INSERT INTO violation_freeze (violation, entrustment, seq) SELECT v.id, e.id, v.seq FROM violation v"
                 " JOIN entrustment e ON e.provider = v.provider AND e.agency = v.agency WHERE v.id = :id"
                 " AND e.state IN ('approved', 'accepted') AND " CONCERNS("v", "e")},
          {NULL, "UPDATE entrustment SET frozen = frozen + 1 WHERE id IN (SELECT f.entrustment FROM violation_freeze f"
                 " WHERE f.violation = :id)"},
          {NULL, "INSERT INTO todo (id, seq, kind, provider, role, thing_kind, thing_id, act, due_at)"
                 " SELECT " SEQ_TEXT " || '-1', v.seq, 'violation_answer', v.provider, 'provider_lead', 'violation',"
                 " v.id, 'violation.answer', CAST(:workday_violation_answer_workdays AS BIGINT) FROM violation v"
                 " WHERE v.id = :id AND v.provider IS NOT NULL"},
          {NULL, TODO("2", "violation_find", "(SELECT v.agency FROM violation v WHERE v.id = :id)", "discipline",
                      "violation", ":id", "violation.find", ":natural_30")}},
     .help = "核查期间相关委托暂停，第三方可随时陈述；查实之前不解除协议。"},

    {.name = "violation.answer", .label = "陈述申辩", .group = "conduct", .table = "violation", .article = "5",
     .roles = ROLE_BIT(ROLE_PROVIDER_LEAD) | ROLE_BIT(ROLE_MEMBER), .flags = ACT_RIGHT,
     .fields = FIELDS({"violation", "核查事项", FIELD_REF, 0, "violation"},
                      {"text", "陈述", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 4000}),
     .scope = "SELECT provider AS provider FROM violation WHERE id = :violation",
     .rules = RULES(RULE_violation_answer_late),
     .facts = {{NULL, "SELECT CASE WHEN v.state = 'open' THEN 0 ELSE 1 END AS violation_answer_late"
                      " FROM violation v WHERE v.id = :violation"}},
     .apply = {{NULL, "INSERT INTO violation_answer (seq, violation, author, text)"
                      " VALUES (:seq, :violation, :by, :text)"},
               {NULL, "UPDATE violation SET heard = 1 WHERE id = :violation"},
               {NULL, TODO_DONE("violation_answer", "violation", ":violation")}},
     .help = "任何时候都可陈述，结论之后的作为申诉。"},

    {.name = "violation.find", .label = "认定违纪核查结果", .group = "conduct", .table = "violation", .article = "5",
     .roles = ROLE_BIT(ROLE_DISCIPLINE),
     .fields = FIELDS({"violation", "核查事项", FIELD_REF, 0, "violation"},
                      {"outcome", "结果", FIELD_ENUM, 0, "verified unfounded"},
                      {"reasons", "事实和理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 4000}),
     .scope = SCOPE_VIOLATION,
     .rules = RULES(RULE_state, RULE_finding_reasons_missing, RULE_finding_unheard, RULE_finding_hearing_required,
                    RULE_violation_of_self),
     .facts = {{NULL, STATE_OF("violation", ":violation", "'open'")},
               {NULL, "SELECT CASE WHEN v.provider IS NULL OR v.heard = 1 OR EXISTS (SELECT 1 FROM todo t"
                      "   WHERE t.kind = 'violation_answer' AND t.thing_kind = 'violation' AND t.thing_id = v.id"
                      "   AND t.due_at < :at) THEN 0 ELSE 1 END AS finding_unheard,"
                      " CASE WHEN v.against_kind = 'user' AND v.against_id = :by THEN 1 ELSE 0 END AS violation_of_self"
                      " FROM violation v WHERE v.id = :violation"}},
     .facts_more = find_facts,
     .apply =
         {{NULL, "UPDATE violation SET state = :outcome, reasons = :reasons, found_by = :by, found_at = :at,"
                 " found_seq = :seq WHERE id = :violation"},
          {NULL, "UPDATE entrustment SET frozen = frozen - 1 WHERE frozen > 0 AND id IN"
                 " (SELECT f.entrustment FROM violation_freeze f WHERE f.violation = :violation)"},
          {NULL, "DELETE FROM violation_freeze WHERE violation = :violation"},
          {NULL, "UPDATE agreement SET state = 'terminated', ended_at = :at, end_reason = '违纪查实', end_seq = :seq,"
                 " violation = :violation WHERE " VERIFIED " AND state IN ('effective', 'suspended') AND EXISTS"
                 " (SELECT 1 FROM violation v WHERE v.id = :violation AND v.provider = agreement.provider AND"
                 " (v.agreement = agreement.id OR (v.agreement IS NULL AND v.agency = agreement.agency)))"},
          {NULL, "UPDATE entrustment SET state = 'suspended', state_reason = '违纪查实，协议解除', state_seq = :seq"
                 " WHERE state IN ('drafted', 'returned', 'approved', 'accepted') AND agreement IN"
                 " (SELECT g.id FROM agreement g WHERE g.end_seq = :seq AND g.violation = :violation)"},
          {NULL, "INSERT INTO closed_session (provider, agency, violation, seq, ban_until) SELECT v.provider, v.agency,"
                 " v.id, CAST(:seq AS BIGINT), CAST(:day AS BIGINT) + 365 * CAST(:policy_provider_ban_years AS BIGINT)"
                 " FROM violation v WHERE v.id = :violation AND " VERIFIED " AND v.provider IS NOT NULL"
                 " AND v.agency IS NOT NULL AND NOT EXISTS (SELECT 1 FROM agreement g WHERE g.provider = v.provider"
                 " AND g.agency = v.agency AND " LIVE_AGREEMENT("g") ")"},
          {NULL, "UPDATE provider SET state = 'removed', state_reason = '违纪查实', state_seq = :seq, closed_at = :at,"
                 " ban_until = CAST(:day AS BIGINT) + 365 * CAST(:policy_provider_ban_years AS BIGINT) WHERE " VERIFIED
                 " AND id = (SELECT v.provider FROM violation v WHERE v.id = :violation) AND NOT EXISTS"
                 " (SELECT 1 FROM agreement g WHERE g.provider = provider.id AND " LIVE_AGREEMENT("g") ")"},
          {NULL, "UPDATE roster_entry SET dropped_at = :at, drop_reason = '违纪查实', drop_seq = :seq WHERE dropped_at IS NULL AND EXISTS"
                 " (SELECT 1 FROM closed_session c JOIN roster r ON r.agency = c.agency WHERE c.violation = :violation"
                 "   AND r.id = roster_entry.roster AND (roster_entry.who = 'provider:' || c.provider OR EXISTS"
                 "   (SELECT 1 FROM member m WHERE m.provider = c.provider AND roster_entry.who = 'member:' || m.id)))"},
          {NULL, TODO_DONE("violation_find", "violation", ":violation")},
          {NULL, TODO_DONE("violation_answer", "violation", ":violation")},
          {NULL, "INSERT INTO todo (id, seq, kind, provider, role, thing_kind, thing_id, act, due_at)"
                 " SELECT " SEQ_TEXT " || '-d-' || g.id, :seq, 'data_return', g.provider, 'provider_lead', 'agreement',"
                 " g.id, 'data.return', CAST(:workday_data_return_workdays AS BIGINT) FROM agreement g"
                 " WHERE g.end_seq = :seq AND g.violation = :violation"},
          {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, due_at)"
                 " SELECT " SEQ_TEXT " || '-n-' || g.id, :seq, 'agreement_notice', g.agency, 'procurement', 'agreement',"
                 " g.id, CAST(:workday_1 AS BIGINT) FROM agreement g WHERE g.end_seq = :seq AND g.violation = :violation"},
          {NULL, "INSERT INTO todo (id, seq, kind, agency, user_id, thing_kind, thing_id, due_at)"
                 " SELECT " SEQ_TEXT " || '-e-' || e.id, :seq, 'entrustment_suspended', e.agency, e.author,"
                 " 'entrustment', e.id, CAST(:workday_1 AS BIGINT) FROM entrustment e WHERE e.state = 'suspended'"
                 " AND e.state_seq = :seq"},
          {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, due_at)"
                 " SELECT " SEQ_TEXT " || '-v-' || w.agency, CAST(:seq AS BIGINT), 'violation_notice', w.agency, 'head',"
                 " 'violation', w.violation, CAST(:workday_2 AS BIGINT) FROM (SELECT DISTINCT g.agency AS agency,"
                 " v.id AS violation FROM violation v JOIN agreement g ON g.provider = v.provider WHERE v.id = :violation"
                 " AND " VERIFIED " AND " LIVE_AGREEMENT("g") ") w"},
          {NULL, DISCLOSURE_DUE("violation", "o.id", "o.agency", "disclose_info_workdays",
                                "FROM violation o WHERE o.id = :violation AND o.agency IS NOT NULL AND " VERIFIED)},
          {NULL, DISCLOSURE_TODO}},
     .help = "查实的，同一时刻解除协议、暂停在办委托、移出名录、收回权限；没有“警告了事”。"},

    {.name = "violation.overturn", .label = "撤销违纪认定", .group = "conduct", .table = "violation", .article = "5",
     .roles = ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_DISCIPLINE),
     .fields = FIELDS({"violation", "核查事项", FIELD_REF, 0, "violation"},
                      {"decision_no", "决定文号", FIELD_TEXT, F_OPTIONAL, .maximum = 100}),
     .scope = SCOPE_VIOLATION,
     .rules = RULES(RULE_state, RULE_overturn_decision_missing, RULE_overturn_needs_discipline,
                    RULE_overturn_needs_head),
     .facts = {{NULL, STATE_OF("violation", ":violation", "'verified'")},
               {NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = :by AND r.role = 'head')"
                      " THEN 1 ELSE 0 END AS overturn_by_head, CASE WHEN EXISTS (SELECT 1 FROM user_role r"
                      " WHERE r.user_id = :by AND r.role = 'discipline') THEN 1 ELSE 0 END AS overturn_by_discipline"}},
     .facts_more = overturn_facts,
     .apply =
         {{NULL, "UPDATE violation SET state = 'overturned', decision_no = :decision_no, overturned_seq = :seq"
                 " WHERE id = :violation"},
          {NULL, "UPDATE provider SET state = 'admitted', state_reason = '违纪认定已撤销', state_seq = :seq,"
                 " closed_at = NULL, ban_until = NULL WHERE state = 'removed' AND closed_at IS NOT NULL AND EXISTS"
                 " (SELECT 1 FROM violation v WHERE v.id = :violation AND v.provider = provider.id AND"
                 " v.found_seq = provider.state_seq)"},
          {NULL, "DELETE FROM closed_session WHERE violation = :violation"},
          {NULL, "INSERT INTO todo (id, seq, kind, provider, role, thing_kind, thing_id, due_at)"
                 " SELECT " SEQ_TEXT " || '-1', :seq, 'overturn_notice', v.provider, 'provider_lead', 'violation', v.id,"
                 " CAST(:natural_7 AS BIGINT) FROM violation v WHERE v.id = :violation AND v.provider IS NOT NULL"},
          {NULL, WITHDRAWAL_DUE("'violation'", ":violation", "1 = 1")},
          {NULL, DISCLOSURE_TODO}},
     .help = "须负责人与纪检督察共同决定。撤销后解除禁入，已解除的协议不恢复，可依法另签。"},

    {.name = "violation.refer", .label = "移交有关机关", .group = "conduct", .table = "violation", .article = "5",
     .roles = ROLE_BIT(ROLE_DISCIPLINE),
     .fields = FIELDS({"violation", "核查事项", FIELD_REF, 0, "violation"},
                      {"to", "移交机关", FIELD_ENUM, 0, "procuratorate police supervisory discipline"}),
     .scope = SCOPE_VIOLATION, .rules = RULES(RULE_state),
     .facts = {{NULL, STATE_OF("violation", ":violation", "'open', 'verified'")}},
     .apply = {{NULL, "INSERT INTO violation_referral (seq, violation, referred_to) VALUES (:seq, :violation, :to)"}},
     .help = "构成犯罪的依法移交；移交不代替解除协议。"},
    {0}};
