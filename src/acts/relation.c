/*
 * Relations between third parties, their people and subjects (Art. 8), and what a new one does at once.
 *
 * Recording a relation is a right: it is never refused. What it reveals acts by itself: a running entrustment whose
 * provider or member it ties to one of its subjects, directly or through one party between, is frozen until the head
 * decides, by an objection the system lodges. Only the new edge counts: paths that were known when the entrustment
 * was approved were judged then, and the same edge twice is no new fact. A shared address or telephone alone is a hint
 * for the legal office. An officer's tie opens the head's decision on his withdrawal and freezes nobody else.
 *
 * Todo kinds: objection_decide, officer_recusal (head), relation_review (legal).
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

#define PARTY_KINDS "provider member subject user person"

/*
 * hit(entrustment, agency, subject, officer, weak): what the new edge a--b of the act ties to what.
 * pair(kind, id, subject, weak, mid_kind, mid_id): either the edge itself, or the edge and one known edge.
 */
#define TOUCHES(r, kind, id)                                                                        \
    "(" r ".a_kind = CAST(:" kind " AS TEXT) AND " r ".a_id = CAST(:" id " AS TEXT))"               \
    " OR (" r ".b_kind = CAST(:" kind " AS TEXT) AND " r ".b_id = CAST(:" id " AS TEXT))"
#define WEAK(type) "CASE WHEN " type " IN ('shared_address', 'shared_phone') THEN 1 ELSE 0 END"
#define RELATION_HITS                                                                               \
    "WITH near AS (SELECT * FROM relation r WHERE r.id <> CAST(:id AS TEXT) AND (" TOUCHES("r", "a_kind", "a_id") \
    "   OR " TOUCHES("r", "b_kind", "b_id") ") AND (r.ended_on IS NULL OR r.ended_on >= :look_back_day)" \
    "   AND (r.to_date IS NULL OR r.to_date >= :look_back_day) AND (r.from_date IS NULL OR r.from_date <= :day))," \
    " fresh(k1, i1, k2, i2, type) AS (SELECT CAST(:a_kind AS TEXT), CAST(:a_id AS TEXT), CAST(:b_kind AS TEXT)," \
    "   CAST(:b_id AS TEXT), CAST(:type AS TEXT)"                                                   \
    "   WHERE (CAST(:to AS BIGINT) IS NULL OR CAST(:to AS BIGINT) >= :look_back_day)"               \
    "   AND (CAST(:from AS BIGINT) IS NULL OR CAST(:from AS BIGINT) <= :day)"                       \
    "   AND NOT EXISTS (SELECT 1 FROM near n WHERE n.type = CAST(:type AS TEXT)"                    \
    "     AND (" TOUCHES("n", "a_kind", "a_id") ") AND (" TOUCHES("n", "b_kind", "b_id") ")))," \
    " new_edge(k1, i1, k2, i2, type) AS (SELECT * FROM fresh UNION ALL SELECT k2, i2, k1, i1, type FROM fresh)," \
    " old_edge(k1, i1, k2, i2, type) AS (SELECT a_kind, a_id, b_kind, b_id, type FROM near"         \
    "   UNION ALL SELECT b_kind, b_id, a_kind, a_id, type FROM near),"                              \
    " pair(kind, id, subject, weak, mid_kind, mid_id) AS (SELECT k1, i1, i2, " WEAK("type") ", '', ''" \
    "     FROM new_edge WHERE k2 = 'subject'"                                                       \
    "   UNION ALL SELECT x.k1, x.i1, y.i2, " WEAK("x.type") " * " WEAK("y.type") ", x.k2, x.i2"     \
    "     FROM new_edge x JOIN old_edge y ON y.k1 = x.k2 AND y.i1 = x.i2"                           \
    "     WHERE y.k2 = 'subject' AND NOT (x.k2 = 'subject' AND x.i2 = y.i2)"                        \
    "   UNION ALL SELECT x.k1, x.i1, y.i2, " WEAK("x.type") " * " WEAK("y.type") ", x.k2, x.i2"     \
    "     FROM old_edge x JOIN new_edge y ON y.k1 = x.k2 AND y.i1 = x.i2"                           \
    "     WHERE y.k2 = 'subject' AND NOT (x.k2 = 'subject' AND x.i2 = y.i2)),"                      \
    " running AS (SELECT p.*, e.id AS entrustment, e.agency, e.provider FROM pair p"                \
    "   JOIN entrustment_subject s ON s.subject = p.subject JOIN entrustment e ON e.id = s.entrustment" \
    "   WHERE e.state IN ('approved', 'accepted')),"                                                \
    " hit(entrustment, agency, subject, officer, weak) AS (SELECT entrustment, agency, subject, 0, weak FROM running w" \
    "   WHERE " OURS("w.kind", "w.id") " AND NOT " OURS("w.mid_kind", "w.mid_id")                   \
    "   UNION ALL SELECT entrustment, agency, subject, 1, weak FROM running w WHERE w.kind = 'user'" \
    "   AND w.mid_kind = '' AND EXISTS (SELECT 1 FROM entrustment_officer o"                        \
    "     WHERE o.entrustment = w.entrustment AND o.user_id = w.id)) "
/* Is this party the entrustment's provider, a member, or a member's account? */
#define OURS(kind, id)                                                                              \
    "((" kind " = 'provider' AND " id " = w.provider) OR (" kind " = 'member' AND EXISTS (SELECT 1" \
    " FROM entrustment_member m WHERE m.entrustment = w.entrustment AND m.member = " id ")) OR (" kind " = 'user'" \
    " AND EXISTS (SELECT 1 FROM entrustment_member m JOIN member mm ON mm.id = m.member"            \
    " WHERE m.entrustment = w.entrustment AND mm.user_id = " id ")))"

/* The objection's id must be an id itself: the named form where it fits, else by entry and place. */
#define OBJECTION_ID                                                                                \
    "CASE WHEN LENGTH('relation-' || CAST(:id AS TEXT) || '-' || h.entrustment) <= 64"              \
    " THEN 'relation-' || CAST(:id AS TEXT) || '-' || h.entrustment"                                \
    " ELSE 'relation-' || " SEQ_TEXT " || '-' || CAST(ROW_NUMBER() OVER (ORDER BY h.entrustment) AS TEXT) END"

static err *record_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    bool whole = act_get(a, "from")->present && act_get(a, "to")->present;
    f->relation_to_itself = str_eq(act_text(a, "a"), act_text(a, "b"));
    f->relation_reversed = whole && act_int(a, "to", 0) < act_int(a, "from", 0);
    f->relation_percent_missing = str_eq(act_text(a, "type"), S("ownership")) && !act_get(a, "percent")->present;
    return NULL;
}

#define RELATION_ROLES                                                                              \
    (ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_PROVIDER_LEAD) | ROLE_BIT(ROLE_MEMBER) | ROLE_BIT(ROLE_SUBJECT) | \
     ROLE_BIT(ROLE_IMPORT))

/* Is the actor one end of the relation? Officers and importers need not be. */
#define PARTY_OF(kind, id)                                                                          \
    "(" kind " = 'provider' AND " id " = CAST(:provider AS TEXT)) OR (" kind " = 'member' AND EXISTS (SELECT 1" \
    " FROM member m WHERE m.id = " id " AND m.provider = CAST(:provider AS TEXT))) OR (" kind " = 'user' AND " id \
    " = CAST(:by AS TEXT)) OR (" kind " = 'subject' AND " id " = CAST(:subject_of AS TEXT))"

const struct act_type acts_relation[] = {
    {.name = "relation.record", .label = "登记关系", .group = "people", .table = "relation", .article = "8",
     .roles = RELATION_ROLES, .flags = ACT_RIGHT | ACT_CREATES,
     .fields = FIELDS({"a", "一方", FIELD_PARTY, 0, PARTY_KINDS}, {"b", "另一方", FIELD_PARTY, 0, PARTY_KINDS},
                      {"type", "关系类型", FIELD_ENUM, 0,
                       "ownership directorship employment kinship service debt litigation competitor"
                       " shared_address shared_phone shared_instrument"},
                      {"percent", "比例", FIELD_PERCENT, F_OPTIONAL}, {"from", "开始日期", FIELD_DATE, F_OPTIONAL},
                      {"to", "结束日期", FIELD_DATE, F_OPTIONAL},
                      {"name", "姓名", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 60},
                      {"id_digest", "证件号摘要", FIELD_DIGEST, F_OPTIONAL},
                      {"source", "来源", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 200}),
     .rules = RULES(RULE_relation_to_itself, RULE_relation_reversed, RULE_relation_percent_missing,
                    RULE_relation_hits),
     .facts = {{NULL, RELATION_HITS "SELECT COUNT(DISTINCT entrustment) AS relation_hits FROM hit"
                                    " WHERE officer = 0 AND weak = 0"}},
     .facts_more = record_facts,
     .apply =
         {{NULL, "INSERT INTO relation (id, seq, a_kind, a_id, b_kind, b_id, type, percent, from_date, to_date, name,"
                 " id_digest, source) VALUES (:id, :seq, :a_kind, :a_id, :b_kind, :b_id, :type, :percent, :from, :to,"
                 " :name, :id_digest, :source)"},
          {NULL, "INSERT INTO objection (id, seq, entrustment, subject, ground, author, lodged_at, freezes, state) "
                 RELATION_HITS "SELECT " OBJECTION_ID ", CAST(:seq AS BIGINT), h.entrustment, h.subject, 'interest',"
                 " 'system', CAST(:at AS BIGINT), 1, 'lodged' FROM (SELECT entrustment, MIN(subject) AS subject"
                 " FROM hit WHERE officer = 0 AND weak = 0 GROUP BY entrustment) h WHERE 1 = 1"
                 " ON CONFLICT DO NOTHING"},
          {NULL, "UPDATE entrustment SET frozen = frozen + 1 WHERE id IN (SELECT o.entrustment FROM objection o"
                 " WHERE o.seq = :seq)"},
          {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                 " SELECT " SEQ_TEXT " || '-o-' || o.id, o.seq, 'objection_decide', e.agency, 'head', 'objection', o.id,"
                 " 'objection.decide', CAST(:workday_objection_decide_workdays AS BIGINT) FROM objection o"
                 " JOIN entrustment e ON e.id = o.entrustment WHERE o.seq = :seq"},
          {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, due_at) " RELATION_HITS
                 "SELECT " SEQ_TEXT " || '-r-' || h.entrustment, CAST(:seq AS BIGINT), 'relation_review', h.agency,"
                 " 'legal', 'entrustment', h.entrustment, CAST(:workday_2 AS BIGINT) FROM (SELECT entrustment, agency,"
                 " MIN(weak) AS weak FROM hit WHERE officer = 0 GROUP BY entrustment, agency) h WHERE h.weak = 1"},
          {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at) " RELATION_HITS
                 "SELECT " SEQ_TEXT " || '-w-' || h.entrustment, CAST(:seq AS BIGINT), 'officer_recusal', h.agency,"
                 " 'head', 'entrustment', h.entrustment, 'entrustment.amend', CAST(:workday_2 AS BIGINT)"
                 " FROM (SELECT DISTINCT entrustment, agency FROM hit WHERE officer = 1) h WHERE 1 = 1"}},
     .help = "知道即可登记，从不拒绝。牵连在办委托的，第三方先暂停参与，由负责人决定。"},

    {.name = "relation.end", .label = "登记关系终止", .group = "people", .table = "relation", .article = "8",
     .roles = RELATION_ROLES,
     .fields = FIELDS({"relation", "关系", FIELD_REF, 0, "relation"}, {"to", "终止日期", FIELD_DATE, 0}),
     .rules = RULES(RULE_relation_already_ended, RULE_relation_end_early, RULE_relation_end_not_party,
                    RULE_relation_end_of_others),
     .facts = {{NULL, "SELECT CASE WHEN r.ended_on IS NULL THEN 0 ELSE 1 END AS relation_already_ended,"
                      " CASE WHEN r.from_date > :to THEN 1 ELSE 0 END AS relation_end_early,"
                      " CASE WHEN (CAST(:provider AS TEXT) IS NULL AND CAST(:subject_of AS TEXT) IS NULL) OR "
                      PARTY_OF("r.a_kind", "r.a_id") " OR " PARTY_OF("r.b_kind", "r.b_id")
                      " THEN 0 ELSE 1 END AS relation_end_not_party,"
                      " CASE WHEN (CAST(:provider AS TEXT) IS NULL AND CAST(:subject_of AS TEXT) IS NULL)"
                      " OR (l.author = CAST(:by AS TEXT) AND CAST(:to AS BIGINT) >= :day) THEN 0 ELSE 1 END AS relation_end_of_others"
                      " FROM relation r JOIN act_log l ON l.seq = r.seq WHERE r.id = :relation"}},
     .apply = {{NULL, "UPDATE relation SET ended_on = :to WHERE id = :relation"}},
     .help = "终止后在追溯年限内仍作为利害关系核对。当事一方终止他人登记的关系，或以过去的日期终止，须法制审核。"},
    {0}};
