/*
 * Relations between third parties, their people and subjects (Art. 8), and what a new one does at once.
 *
 * Recording a relation is a right: it is never refused. What it reveals acts by itself: a running entrustment whose
 * provider or member it ties to one of its subjects, by at most three ties that weigh enough (docs/relations.md), is frozen
 * until the head decides, by an objection the system lodges, and who could take the place is named. Only paths over the new
 * tie count: those that were known when the entrustment was approved were judged then, and the same tie twice is no new
 * fact. Weaker paths are a hint for the legal office. An officer's tie opens the head's decision on his withdrawal and
 * freezes nobody else.
 *
 * Names are no identity: a person of the same name is offered for review (identity.c), never taken for the same.
 *
 * Todo kinds: objection_decide, officer_recusal, relation_ended (head), relation_review, identity_review (legal).
 */
#include "acts/acts_sql.h"
#include "acts/identity.h"
#include "acts/ties.h"

#define PARTY_KINDS "provider member subject user person"

static day day_field(struct act *a, const char *name, day missing)
{
    return (day)act_int(a, name, missing);
}

/* "person:li" */
static bool party_field(struct act *a, const char *name, enum graph_kind *ret_kind, str *ret_id)
{
    str rest = act_text(a, name), kind;
    str_next(&rest, ':', &kind);
    *ret_id = rest;
    return graph_kind_of(kind, ret_kind);
}

static err *change_facts(struct act *a)
{
    struct ties_change c = {.tie = true, .id = act_id(a)};
    struct law_facts *f = act_facts(a);
    CHECK(graph_type_of(act_text(a, "type"), &c.relation.type));
    CHECK(party_field(a, "a", &c.a_kind, &c.a_id) && party_field(a, "b", &c.b_kind, &c.b_id));
    c.relation.percent = (int32_t)act_int(a, "percent", GRAPH_PERCENT_UNKNOWN);
    c.relation.from = day_field(a, "from", GRAPH_OPEN_START);
    c.relation.to = day_field(a, "to", GRAPH_OPEN_END);
    c.relation.ended = GRAPH_OPEN_END;
    TRY(ties_of_change(a, &c, &f->relation_hits));
    bool first = c.a_kind == GRAPH_PERSON; /* name and digest are of the person; of `a` where both are */
    if (!first && c.b_kind != GRAPH_PERSON)
        return NULL;
    return identity_of_name(a, &(struct identity_of){.kind = GRAPH_PERSON, .id = first ? c.a_id : c.b_id, .name = act_text(a, "name"),
                                                     .digest = act_text(a, "id_digest"), .other = first ? c.b_kind : c.a_kind,
                                                     .other_id = first ? c.b_id : c.a_id});
}

static err *record_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    bool whole = act_get(a, "from")->present && act_get(a, "to")->present;
    f->relation_to_itself = str_eq(act_text(a, "a"), act_text(a, "b"));
    f->relation_reversed = whole && act_int(a, "to", 0) < act_int(a, "from", 0);
    f->relation_percent_missing = str_eq(act_text(a, "type"), S("ownership")) && !act_get(a, "percent")->present;
    return change_facts(a);
}

static err *record_apply(struct act *a)
{
    TRY(ties_apply(a));
    return identity_offer(a);
}

static err *screen_facts(struct act *a)
{
    return ties_of_roster(a, act_text(a, "agency"), &act_facts(a)->relation_hits);
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
    {.name = "relation.record", .label = "登记关系", .group = "relation", .table = "relation", .article = "8",
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
                    RULE_relation_over_whole, RULE_relation_hits),
     .facts = {{NULL, "SELECT CASE WHEN CAST(:type AS TEXT) = 'ownership' AND COALESCE(SUM(r.percent), 0)"
                      " + COALESCE(CAST(:percent AS BIGINT), 0) > 10000 THEN 1 ELSE 0 END AS relation_over_whole FROM relation r"
                      " WHERE r.type = 'ownership' AND r.b_kind = CAST(:b_kind AS TEXT) AND r.b_id = CAST(:b_id AS TEXT)"
                      " AND (r.ended_on IS NULL OR r.ended_on >= :day) AND (r.to_date IS NULL OR r.to_date >= :day)"}},
     .facts_more = record_facts,
     .apply =
         {{NULL, "INSERT INTO relation (id, seq, a_kind, a_id, b_kind, b_id, type, percent, from_date, to_date, name,"
                 " id_digest, source) VALUES (:id, :seq, :a_kind, :a_id, :b_kind, :b_id, :type, :percent, :from, :to,"
                 " :name, :id_digest, :source)"}},
     .apply_more = record_apply,
     .help = "知道即可登记，从不拒绝。牵连在办委托的，第三方先暂停参与，由负责人决定。"},

    {.name = "relation.end", .label = "登记关系终止", .group = "relation", .table = "relation", .article = "8",
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
     .apply = {{NULL, "UPDATE relation SET ended_on = :to, ended_seq = :seq WHERE id = :relation"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-' || o.id, CAST(:seq AS BIGINT), 'relation_ended', e.agency, 'head', 'objection',"
                      " o.id, 'objection.decide', CAST(:workday_2 AS BIGINT) FROM objection o JOIN entrustment e ON e.id = o.entrustment"
                      " WHERE o.state = 'lodged' AND EXISTS (SELECT 1 FROM tie t WHERE t.objection = o.id"
                      " AND t.path LIKE '% -' || CAST(:relation AS TEXT) || '- %')"}},
     .help = "终止后在追溯年限内仍作为利害关系核对。当事一方终止他人登记的关系，或以过去的日期终止，须法制审核。"},

    {.name = "relation.screen", .label = "全库核对利害关系", .group = "relation", .table = "screening", .article = "8",
     .roles = ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_OFFICER), .flags = ACT_CREATES,
     .fields = FIELDS({"agency", "执法机构", FIELD_REF, 0, "agency"}), .scope = SCOPE_AGENCY,
     .rules = RULES(RULE_relation_hits), .facts_more = screen_facts,
     .apply = {{NULL, "INSERT INTO screening (id, seq, agency, author, at, entrustments) SELECT :id, :seq, :agency, :by,"
                      " CAST(:at AS BIGINT), COUNT(*) FROM entrustment e WHERE e.agency = :agency AND e.state IN ('approved', 'accepted')"}},
     .apply_more = ties_apply,
     .help = "对本机构全部在办委托重新核对一遍。新发现的牵连暂停第三方参与，由负责人决定；已核对过的不重复暂停。"},
    {0}};
