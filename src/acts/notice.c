/*
 * Telling the inspected company what is entrusted to whom (Art. 8), and hearing its objections (Art. 4, 8).
 *
 * A notice is written with the draft of its entrustment or later, and served once that is approved. It speaks for the
 * helpers the task had when it was written; who joins later needs a new one (the entry rule compares their entries). An objection pauses the helpers at once; the officers go on. Decided grounds do not
 * pause again without a new fact.
 *
 * Todo kinds: notice_due (closed here), notice_serve, objection_decide, objection_reply.
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

static const struct act_field content_fields[] = {
    {"who", "谁来", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
    {"what", "做什么", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000},
    {"not_allowed", "不得做什么", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
    {"period", "期间", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 100},
    {"objection_route", "异议途径", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 300},
    {"basis", "依据", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
    {0}};

static bool blank(const struct act *a, const char *field)
{
    return !str_trim(act_text(a, field)).n;
}

static err *issue_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->notice_who_missing = blank(a, "content_who");
    f->notice_what_missing = blank(a, "content_what");
    f->notice_limits_missing = blank(a, "content_not_allowed");
    f->notice_period_missing = blank(a, "content_period");
    f->notice_route_missing = blank(a, "content_objection_route");
    return NULL;
}

/* What any service of a paper must say. */
static err *reply_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    str method = act_text(a, "method");
    f->serve_method_missing = !method.p;
    f->serve_recipient_missing = blank(a, "recipient");
    f->serve_time_missing = !act_get(a, "served_at")->present;
    f->serve_witness_missing = str_eq(method, S("refused_with_witness")) && blank(a, "witness");
    f->serve_in_future = !f->serve_time_missing && act_int(a, "served_at", 0) > act_at(a) + 10 * USEC_MINUTE;
    if (!f->serve_time_missing)
        act_say(a, "served_time", time_chinese(act_arena(a), act_int(a, "served_at", 0)));
    return NULL;
}

static err *serve_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    str uscc = act_text(a, "recipient_uscc");
    f->serve_code_missing = f->serve_code_missing && !uscc.p;
    f->officers_required = act_policy(a, "min_officers_on_site");
    act_say(a, "given_uscc", uscc);
    return reply_facts(a);
}

static err *lodge_facts(struct act *a)
{
    act_facts(a)->objection_text_missing = blank(a, "text");
    return NULL;
}

static err *decide_facts(struct act *a)
{
    act_facts(a)->decision_reasons_missing = blank(a, "reasons");
    return NULL;
}

/* A ground is decided when an earlier objection of the same company on this task with the same ground and target
 * was decided; new_fact reopens it. */
#define DECIDED_GROUND                                                                              \
    "EXISTS (SELECT 1 FROM objection o WHERE o.entrustment = :entrustment AND o.subject = :subject" \
    " AND o.ground = CAST(:ground AS TEXT) AND COALESCE(o.against, '') = COALESCE(CAST(:against AS TEXT), '')" \
    " AND o.state <> 'lodged' AND o.id <> COALESCE(CAST(:id AS TEXT), '')) AND CAST(:new_fact AS TEXT) IS NULL"

#define SCOPE_OBJECTION                                                                             \
    "SELECT e.agency AS agency FROM objection o JOIN entrustment e ON e.id = o.entrustment WHERE o.id = :objection"

const struct act_type acts_notice[] = {
    {.name = "notice.issue", .label = "出具告知书", .group = "notice", .table = "notice", .article = "8",
     .roles = ROLE_BIT(ROLE_OFFICER), .flags = ACT_CREATES,
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"},
                      {"subject", "执法相对人", FIELD_REF, 0, "subject"},
                      {"content", "告知内容", FIELD_OBJECT, F_OPTIONAL, .object = content_fields},
                      {"unannounced", "入场时当场告知", FIELD_BOOL, F_OPTIONAL}),
     .scope = SCOPE_ENTRUSTMENT,
     .rules = RULES(RULE_notice_who_missing, RULE_notice_what_missing, RULE_notice_limits_missing,
                    RULE_notice_limits_power, RULE_notice_period_missing, RULE_notice_route_missing,
                    RULE_notice_other_subject, RULE_notice_members_unapproved),
     .facts = {{NULL, STATE_OF("entrustment", ":entrustment", "'drafted', 'approved', 'accepted'")},
               {NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM entrustment_subject es WHERE es.entrustment = :entrustment"
                      " AND es.subject = s.id) THEN 0 ELSE 1 END AS notice_other_subject, s.name AS t_subject_name"
                      " FROM subject s WHERE s.id = :subject"},
               {NULL, "SELECT COUNT(*) AS notice_members_unapproved, MIN(m.name) AS t_unapproved_member"
                      " FROM entrustment_member em JOIN member m ON m.id = em.member"
                      " WHERE em.entrustment = :entrustment AND em.approved = 0 AND NOT EXISTS (SELECT 1 FROM entrustment e"
                      " WHERE e.id = em.entrustment AND e.state = 'drafted')"}},
     .facts_more = issue_facts,
     .apply = {{NULL, "INSERT INTO notice (id, seq, entrustment, subject, who, what, not_allowed, period, objection_route,"
                      " basis, unannounced, author, state) VALUES (:id, :seq, :entrustment, :subject, :content_who,"
                      " :content_what, :content_not_allowed, :content_period, :content_objection_route, :content_basis,"
                      " COALESCE(CAST(:unannounced AS BIGINT), 0), :by, 'issued')"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-1', :seq, 'notice_serve', e.agency, 'officer', 'notice', :id, 'notice.serve', :workday_2"
                      " FROM entrustment e WHERE e.id = :entrustment AND e.state <> 'drafted'"}},
     .help = "写明谁来、做什么、不得做什么、何时、如何提出异议。第三方开始工作前须送达。"},

    {.name = "notice.revoke", .label = "撤销告知书", .group = "notice", .table = "notice", .article = "8",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"notice", "告知书", FIELD_REF, 0, "notice"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_NOTICE, .rules = RULES(),
     .facts = {{NULL, STATE_OF("notice", ":notice", "'issued', 'served'")}},
     .apply = {{NULL, "UPDATE notice SET state = 'revoked', revoke_reason = :reason, revoke_seq = :seq WHERE id = :notice"},
               {NULL, TODO_DONE("notice_serve", "notice", ":notice")}},
     .help = "撤销后第三方不得凭此告知入场。"},

    {.name = "notice.serve", .label = "送达告知书", .group = "notice", .table = "notice", .article = "8",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"notice", "告知书", FIELD_REF, 0, "notice"},
                      {"method", "送达方式", FIELD_ENUM, F_OPTIONAL, "signed refused_with_witness electronic mail left"},
                      {"recipient", "签收人", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 100},
                      {"recipient_uscc", "受送达单位信用代码", FIELD_USCC, F_OPTIONAL},
                      {"witness", "见证人", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 100},
                      {"officers", "送达执法人员", FIELD_REF, F_OPTIONAL | F_LIST, "users", .maximum = 20},
                      {"served_at", "送达时间", FIELD_TIME, F_OPTIONAL}),
     .scope = SCOPE_NOTICE,
     .rules = RULES(RULE_serve_method_missing, RULE_serve_recipient_missing, RULE_serve_time_missing, RULE_serve_to_other,
                    RULE_serve_code_missing, RULE_serve_witness_missing, RULE_serve_before_issue, RULE_serve_in_future,
                    RULE_officers_too_few, RULE_officers_with_helper_role),
     .facts = {{NULL, "SELECT CASE WHEN e.state IN ('drafted', 'returned', 'withdrawn') THEN 1 WHEN n.state = 'issued' THEN 0 ELSE 1 END AS wrong_state,"
                      " CASE WHEN e.state IN ('drafted', 'returned', 'withdrawn') THEN e.id ELSE n.id END AS t_thing,"
                      " CASE WHEN e.state IN ('drafted', 'returned', 'withdrawn') THEN e.state ELSE n.state END AS t_state, s.name AS t_subject_name,"
                      " CASE WHEN s.uscc IS NOT NULL AND CAST(:recipient_uscc AS TEXT) <> s.uscc THEN 1 ELSE 0 END"
                      "   AS serve_to_other,"
                      " CASE WHEN s.uscc IS NOT NULL THEN 1 ELSE 0 END AS serve_code_missing,"
                      " CASE WHEN CAST(:served_at AS BIGINT) < l.at THEN 1 ELSE 0 END AS serve_before_issue,"
                      " l.at AS m_issued_time FROM notice n JOIN subject s ON s.id = n.subject"
                      " JOIN entrustment e ON e.id = n.entrustment JOIN act_log l ON l.seq = n.seq WHERE n.id = :notice"},
               {"officers", "SELECT 1 AS officers_listed, CASE WHEN EXISTS (SELECT 1 FROM certificate c"
                            " JOIN certificate_area ca ON ca.certificate = c.seq WHERE c.user_id = u.id"
                            " AND c.from_date <= :day AND c.to_date >= :day AND " REGION_COVERS("ca.region", "s.region")
                            ") THEN 1 ELSE 0 END AS officers_certified,"
                            " CASE WHEN u.provider IS NOT NULL THEN 1 ELSE 0 END AS officers_with_helper_role,"
                            " CASE WHEN u.provider IS NOT NULL THEN u.name END AS t_helper_as_officer"
                            " FROM users u, notice n JOIN subject s ON s.id = n.subject"
                            " WHERE u.id = :item AND n.id = :notice"}},
     .facts_more = serve_facts,
     .apply = {{NULL, "UPDATE notice SET state = 'served', served_at = :served_at, served_seq = :seq, method = :method,"
                      " recipient = :recipient, witness = :witness WHERE id = :notice"},
               {"officers", "INSERT INTO notice_server (notice, user_id) VALUES (:notice, :item) ON CONFLICT DO NOTHING"},
               {NULL, TODO_DONE("notice_serve", "notice", ":notice")},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND kind = 'notice_due' AND thing_kind = 'entrustment' AND thing_id ="
                      " (SELECT entrustment FROM notice WHERE id = :notice)"}},
     .help = "由不少于两名执法人员向执法相对人本单位送达；拒签的邀请见证人。"},

    {.name = "objection.lodge", .label = "提出异议", .group = "notice", .table = "objection", .article = "8",
     .roles = ROLE_BIT(ROLE_SUBJECT) | ROLE_BIT(ROLE_NOTICE) | ROLE_BIT(ROLE_OFFICER), .flags = ACT_CREATES | ACT_RIGHT,
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"}, {"subject", "执法相对人", FIELD_REF, 0, "subject"},
                      {"against", "针对", FIELD_ENUM, F_OPTIONAL, "provider member officer"},
                      {"ground", "理由类别", FIELD_ENUM, 0, "interest overreach conduct competence other"},
                      {"text", "事由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000},
                      {"contact", "联系方式", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 200},
                      {"lodger", "提出人姓名", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 50},
                      {"post", "职务", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 50},
                      {"phone", "电话", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 30},
                      {"new_fact", "新的事实", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000}),
     .scope = "SELECT e.agency AS agency, CAST(:subject AS TEXT) AS subject FROM entrustment e WHERE e.id = :entrustment",
     .rules = RULES(RULE_objection_text_missing, RULE_objection_not_subject, RULE_objection_repeated),
     .facts = {{NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM entrustment_subject s WHERE s.entrustment = :entrustment"
                      " AND s.subject = :subject) THEN 0 ELSE 1 END AS objection_not_subject,"
                      " CASE WHEN " DECIDED_GROUND " THEN 1 ELSE 0 END AS objection_repeated"}},
     .facts_more = lodge_facts,
     .apply = {{NULL, "INSERT INTO objection (id, seq, entrustment, subject, against, ground, text, contact, lodger, post, phone,"
                      " author, lodged_at, freezes, state) SELECT :id, :seq, e.id, :subject, :against, :ground, :text, :contact, :lodger, :post, :phone, :by,"
                      " CAST(:at AS BIGINT), CASE WHEN COALESCE(CAST(:against AS TEXT), '') = 'officer' OR"
                      " e.state NOT IN ('drafted', 'approved', 'accepted', 'suspended') OR (" DECIDED_GROUND ")"
                      " OR NOT EXISTS (SELECT 1 FROM entrustment_subject s WHERE s.entrustment = e.id"
                      " AND s.subject = :subject) THEN 0 ELSE 1 END, 'lodged' FROM entrustment e WHERE e.id = :entrustment"},
               {NULL, "UPDATE entrustment SET frozen = frozen + (SELECT freezes FROM objection WHERE id = :id)"
                      " WHERE id = :entrustment"},
               {NULL, TODO("1", "objection_decide", "(SELECT agency FROM entrustment WHERE id = :entrustment)", "head",
                           "objection", ":id", "objection.decide", ":workday_objection_decide_workdays")}},
     .help = "执法相对人对第三方有异议的，可以随时提出。提出后第三方暂停参与，执法人员的检查不受影响。"},

    {.name = "objection.decide", .label = "处理异议", .group = "notice", .table = "objection", .article = "8",
     .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"objection", "异议", FIELD_REF, 0, "objection"},
                      {"outcome", "决定", FIELD_ENUM, 0, "upheld partly rejected"},
                      {"reasons", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000}),
     .scope = SCOPE_OBJECTION, .rules = RULES(RULE_decision_reasons_missing, RULE_decider_is_author),
     .facts = {{NULL, STATE_OF("objection", ":objection", "'lodged'")},
               {NULL, "SELECT CASE WHEN author = :by THEN 1 ELSE 0 END AS decider_is_author FROM objection"
                      " WHERE id = :objection"}},
     .facts_more = decide_facts,
     .apply = {{NULL, "UPDATE objection SET state = :outcome, reasons = :reasons, decided_at = :at, decided_by = :by,"
                      " decided_seq = :seq WHERE id = :objection"},
               {NULL, "UPDATE entrustment SET frozen = frozen - (SELECT freezes FROM objection WHERE id = :objection)"
                      " WHERE id = (SELECT entrustment FROM objection WHERE id = :objection)"},
               {NULL, "UPDATE entrustment SET state = 'released', ended_at = :at, state_seq = :seq, state_reason = NULL"
                      " WHERE state IN ('drafted', 'approved', 'accepted', 'suspended') AND id = (SELECT entrustment FROM"
                      " objection WHERE id = :objection AND state = 'upheld' AND ground = 'interest'"
                      " AND COALESCE(against, '') <> 'officer')"},
               {NULL, MATERIALS_BACK("IN (SELECT o.entrustment FROM objection o JOIN entrustment e ON e.id = o.entrustment"
                                     " WHERE o.id = :objection AND o.state = 'upheld' AND o.ground = 'interest'"
                                     " AND e.state_seq = :seq AND e.state = 'released')")},
               {NULL, TODO_DONE("objection_decide", "objection", ":objection")},
               {NULL, TODO("1", "objection_reply", "(SELECT e.agency FROM objection o JOIN entrustment e ON e.id ="
                           " o.entrustment WHERE o.id = :objection)", "officer", "objection", ":objection", "objection.reply", ":workday_5")}},
     .help = "利害关系成立的，解除本次委托；其他异议成立的，纠正相应行为。处理后书面答复执法相对人。"},

    {.name = "objection.reply", .label = "送达异议答复", .group = "notice", .table = "objection", .article = "8",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"objection", "异议", FIELD_REF, 0, "objection"},
                      {"method", "送达方式", FIELD_ENUM, F_OPTIONAL, "signed refused_with_witness electronic mail left"},
                      {"recipient", "签收人", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 100},
                      {"witness", "见证人", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 100},
                      {"served_at", "送达时间", FIELD_TIME, F_OPTIONAL}),
     .scope = SCOPE_OBJECTION,
     .rules = RULES(RULE_serve_method_missing, RULE_serve_recipient_missing, RULE_serve_time_missing,
                    RULE_serve_witness_missing, RULE_serve_in_future),
     .facts = {{NULL, STATE_OF("objection", ":objection", "'upheld', 'partly', 'rejected'")}}, .facts_more = reply_facts,
     .apply = {{NULL, "INSERT INTO objection_service (seq, objection, method, recipient, witness, served_at, author)"
                      " VALUES (:seq, :objection, :method, :recipient, :witness, :served_at, :by)"},
               {NULL, TODO_DONE("objection_reply", "objection", ":objection")}},
     .help = "处理决定作出后书面答复执法相对人并留存送达凭证。"},
    {0}};
