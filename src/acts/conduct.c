/*
 * Contact with subjects, gifts and complaints (Art. 5).
 *
 * Contact is allowed only when the head authorised it, for a person, a subject and a time; an authorisation without an
 * officer present is lawful, too. Logging a contact is a right: an unauthorised one is recorded as such and discipline
 * looks at it. Contact inside a visit while officers are on the spot is not private and needs no authorisation.
 *
 * Todo kinds: contact_unauthorised, gift_report, complaint (discipline).
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

#define CONTACT_AUTHORISED                                                                          \
    "(EXISTS (SELECT 1 FROM contact_authorisation c WHERE c.member = :member AND c.subject = :subject" \
    " AND c.from_time <= :time AND c.to_time >= :time) OR EXISTS (SELECT 1 FROM presence_event i"   \
    " JOIN visit v ON v.id = i.visit WHERE i.person = :member AND i.helper = 1 AND i.kind = 1 AND v.subject = :subject" \
    " AND i.time <= :time AND NOT EXISTS (SELECT 1 FROM presence_event x WHERE x.visit = i.visit AND x.person = i.person" \
    "   AND x.kind = 2 AND x.time >= i.time AND x.time < :time)"                                    \
    " AND EXISTS (SELECT 1 FROM presence_event o WHERE o.visit = i.visit AND o.helper = 0 AND o.kind = 1" \
    "   AND o.time <= :time AND NOT EXISTS (SELECT 1 FROM presence_event x WHERE x.visit = o.visit" \
    "   AND x.person = o.person AND x.kind = 2 AND x.time >= o.time AND x.time < :time))))"

static err *authorise_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    bool whole = act_get(a, "from")->present && act_get(a, "to")->present;
    usec from = act_int(a, "from", 0), to = act_int(a, "to", 0);
    f->contact_purpose_missing = !str_trim(act_text(a, "purpose")).n;
    f->contact_period_missing = !whole;
    f->contact_period_reversed = whole && to <= from;
    f->contact_period_long = whole && to - from > 31 * USEC_DAY;
    return NULL;
}

static err *complaint_facts(struct act *a)
{
    act_facts(a)->complaint_empty = !str_trim(act_text(a, "text")).n;
    return NULL;
}

const struct act_type acts_conduct[] = {
    {.name = "contact.authorise", .label = "授权接触相对人", .group = "conduct", .table = "contact_authorisation",
     .article = "5", .roles = ROLE_BIT(ROLE_HEAD), .flags = ACT_CREATES,
     .fields = FIELDS({"member", "辅助人员", FIELD_REF, 0, "member"}, {"subject", "执法相对人", FIELD_REF, 0, "subject"},
                      {"purpose", "目的", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
                      {"from", "开始时间", FIELD_TIME, F_OPTIONAL}, {"to", "结束时间", FIELD_TIME, F_OPTIONAL},
                      {"with_officer", "执法人员在场", FIELD_BOOL, F_OPTIONAL}),
     .rules = RULES(RULE_contact_purpose_missing, RULE_contact_period_missing, RULE_contact_period_reversed,
                    RULE_contact_period_long, RULE_contact_no_agreement, RULE_contact_not_entrusted,
                    RULE_contact_objected, RULE_contact_inquiry, RULE_contact_banned, RULE_contact_member_unfit),
     .facts = {{NULL,
                "SELECT m.name AS t_contact_member, p.name AS t_contact_provider,"
                " CASE WHEN m.state = 'admitted' AND (m.to_date IS NULL OR m.to_date >= :day) THEN 0 ELSE 1 END"
                "   AS contact_member_unfit,"
                " CASE WHEN p.state = 'removed' OR " PROVIDER_BANNED("p", "CAST(:agency AS TEXT)")
                "   THEN 1 ELSE 0 END AS contact_banned,"
                " CASE WHEN EXISTS (SELECT 1 FROM agreement g WHERE g.provider = p.id AND g.agency ="
                "   CAST(:agency AS TEXT) AND g.state = 'effective' AND g.to_date >= :day) THEN 0 ELSE 1 END"
                "   AS contact_no_agreement,"
                " CASE WHEN EXISTS (SELECT 1 FROM entrustment e JOIN entrustment_member em ON em.entrustment = e.id"
                "   JOIN entrustment_subject es ON es.entrustment = e.id WHERE em.member = m.id"
                "   AND es.subject = :subject AND e.agency = CAST(:agency AS TEXT)"
                "   AND e.state IN ('approved', 'accepted')) THEN 0 ELSE 1 END AS contact_not_entrusted,"
                " (SELECT COUNT(*) FROM objection o JOIN entrustment e ON e.id = o.entrustment"
                "   WHERE o.subject = :subject AND o.state = 'lodged' AND o.freezes = 1 AND e.provider = p.id)"
                "   AS contact_objected,"
                " (SELECT COUNT(*) FROM violation v WHERE v.state = 'open' AND v.provider = p.id"
                "   AND (v.against_kind = 'provider' OR v.against_id = m.id OR v.against_id = m.user_id))"
                "   AS contact_inquiry"
                " FROM member m JOIN provider p ON p.id = m.provider WHERE m.id = :member"}},
     .facts_more = authorise_facts,
     .apply = {{NULL, "INSERT INTO contact_authorisation (id, seq, member, subject, purpose, from_time, to_time,"
                      " with_officer) VALUES (:id, :seq, :member, :subject, :purpose, :from, :to,"
                      " COALESCE(CAST(:with_officer AS BIGINT), 0))"}},
     .help = "限定人员、对象、时间和目的。到期自动失效。"},

    {.name = "contact.log", .label = "登记接触", .group = "conduct", .table = "contact_log", .article = "5",
     .roles = ROLE_BIT(ROLE_MEMBER), .flags = ACT_RIGHT | ACT_CREATES,
     .fields = FIELDS({"member", "辅助人员", FIELD_REF, 0, "member"}, {"subject", "执法相对人", FIELD_REF, 0, "subject"},
                      {"time", "时间", FIELD_TIME, 0},
                      {"means", "方式", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 60},
                      {"initiated_by", "谁主动", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 60},
                      {"summary", "内容", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = "SELECT provider AS provider, id AS member FROM member WHERE id = :member",
     .rules = RULES(RULE_contact_unauthorised),
     .facts = {{NULL, "SELECT CASE WHEN " CONTACT_AUTHORISED " THEN 0 ELSE 1 END AS contact_unauthorised"}},
     .apply = {{NULL, "INSERT INTO contact_log (id, seq, member, subject, time, means, initiated_by, summary, authorised)"
                      " SELECT CAST(:id AS TEXT), CAST(:seq AS BIGINT), :member, :subject, :time, CAST(:means AS TEXT),"
                      " CAST(:initiated_by AS TEXT), CAST(:summary AS TEXT),"
                      " CASE WHEN " CONTACT_AUTHORISED " THEN 1 ELSE 0 END"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-1', :seq, 'contact_unauthorised', " DISCIPLINE_AGENCY
                      ", 'discipline', 'contact_log', c.id, 'violation.open', CAST(:workday_5 AS BIGINT)"
                      " FROM contact_log c WHERE c.id = :id AND c.authorised = 0"}},
     .help = "凡接触都要登记，对方主动的也要。登记从不拒绝。"},

    {.name = "gift.report", .label = "报告收送财物", .group = "conduct", .table = "gift", .article = "5",
     .roles = ROLES_ANYONE, .flags = ACT_RIGHT | ACT_CREATES | ACT_ANONYMOUS,
     .fields = FIELDS({"what", "财物", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000},
                      {"from", "送的人", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 200},
                      {"to", "收的人", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 200}),
     .apply = {{NULL, "INSERT INTO gift (id, seq, what, from_whom, to_whom, author)"
                      " VALUES (:id, :seq, :what, :from, :to, :by)"},
               {NULL, TODO("1", "gift_report", DISCIPLINE_AGENCY, "discipline", "gift", ":id", "violation.open",
                           ":workday_5")}},
     .help = "拒收、上交、被索要的都可报告，只有纪检督察能看到。"},

    {.name = "complaint.lodge", .label = "投诉举报", .group = "conduct", .table = "complaint", .article = "5",
     .roles = ROLES_ANYONE, .flags = ACT_RIGHT | ACT_CREATES | ACT_ANONYMOUS,
     .fields = FIELDS({"against", "被反映人", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 200},
                      {"text", "反映的事情", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 4000},
                      {"anonymous", "匿名", FIELD_BOOL, F_OPTIONAL}),
     .rules = RULES(RULE_complaint_empty),
     .facts_more = complaint_facts,
     .apply = {{NULL, "INSERT INTO complaint (id, seq, against, text, anonymous, author, agency)"
                      " VALUES (:id, :seq, :against, :text, COALESCE(CAST(:anonymous AS BIGINT), 0),"
                      " CASE WHEN COALESCE(CAST(:anonymous AS BIGINT), 0) = 1 THEN 'public' ELSE CAST(:by AS TEXT) END,"
                      " " DISCIPLINE_AGENCY ")"},
               {NULL, TODO("1", "complaint", DISCIPLINE_AGENCY, "discipline", "complaint", ":id", "violation.open",
                           ":workday_5")}},
     .help = "可以匿名。只有纪检督察能看到，被反映人及其上级看不到。"},
    {0}};
