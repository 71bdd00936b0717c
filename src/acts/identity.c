/*
 * Who is whom. Two parties that may be one are offered with the evidence and decided by a person; a name alone merges nobody
 * and excludes nobody. What is decided can be parted again, and every screen can be run as of what was decided then.
 *
 * An offer needs the same name and one thing more: the same identity number (in a relation and in the register of members),
 * a common neighbour that is no hub (employer, telephone, address), or ties to subjects in the same county. Different digests
 * of identity numbers are two people: no offer. The same digest in two relations needs no decision (graph_digest).
 *
 * Todo kinds: identity_review (legal).
 */
#include "acts/identity.h"
#include "acts/acts_sql.h"

enum { LIMIT_NAMESAKES = 20, LIMIT_OFFERS = 3 };

struct namesake { str kind, id, digest, id_number; };

#define NAMESAKES                                                                                            \
    "SELECT kind, id, MAX(digest) AS digest, MAX(id_number) AS id_number FROM ("                             \
    "SELECT 'person' AS kind, CASE WHEN r.a_kind = 'person' THEN r.a_id ELSE r.b_id END AS id, r.id_digest AS digest," \
    " NULL AS id_number FROM relation r WHERE r.name = CAST(:name AS TEXT) AND (r.a_kind = 'person' OR r.b_kind = 'person')" \
    " UNION ALL SELECT 'member', m.id, NULL, m.id_number FROM member m WHERE m.name = CAST(:name AS TEXT)"   \
    " UNION ALL SELECT 'user', u.id, NULL, NULL FROM users u WHERE u.name = CAST(:name AS TEXT) AND u.provider IS NULL" \
    ") n WHERE NOT (kind = CAST(:kind AS TEXT) AND id = CAST(:id AS TEXT)) AND NOT EXISTS (SELECT 1 FROM identity i WHERE" \
    " (i.a_kind = CAST(:kind AS TEXT) AND i.a_id = CAST(:id AS TEXT) AND i.b_kind = n.kind AND i.b_id = n.id)" \
    " OR (i.b_kind = CAST(:kind AS TEXT) AND i.b_id = CAST(:id AS TEXT) AND i.a_kind = n.kind AND i.a_id = n.id))" \
    " GROUP BY kind, id ORDER BY kind, id LIMIT 20"

static err *namesakes(struct act *a, const struct identity_of *who, struct namesake *ret, size_t *ret_n)
{
    struct db_rows rows;
    bool more;
    *ret_n = 0;
    TRY(db_query(a->db, a->arena, NAMESAKES, DB_ARGS(DB_T("name", who->name), DB_T("kind", str_of(graph_kinds[who->kind])), DB_T("id", who->id)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        if (*ret_n < LIMIT_NAMESAKES)
            ret[(*ret_n)++] = (struct namesake){db_str(&rows, 0), db_str(&rows, 1), db_str(&rows, 2), db_str(&rows, 3)};
    }
}

/* Counties of the subjects somebody is tied to. */
static err *same_county(struct act *a, const struct namesake *n, const struct identity_of *who, bool *ret)
{
    int64_t hits = 0;
    *ret = false;
    if (who->other != GRAPH_SUBJECT)
        return NULL;
    TRY(db_one_int(a->db,
                   "SELECT COUNT(*) FROM subject s JOIN subject o ON o.id = CAST(:other AS TEXT) AND o.region = s.region WHERE EXISTS"
                   " (SELECT 1 FROM relation r WHERE (r.a_kind = CAST(:kind AS TEXT) AND r.a_id = CAST(:id AS TEXT)"
                   " AND r.b_kind = 'subject' AND r.b_id = s.id) OR (r.b_kind = CAST(:kind AS TEXT)"
                   " AND r.b_id = CAST(:id AS TEXT) AND r.a_kind = 'subject' AND r.a_id = s.id))",
                   DB_ARGS(DB_T("other", who->other_id), DB_T("kind", n->kind), DB_T("id", n->id)), 0, &hits));
    *ret = hits > 0;
    return NULL;
}

/* Is the tie's other end tied to the namesake, too, and no hub? */
static err *same_neighbour(struct act *a, const struct namesake *n, const struct identity_of *who, bool *ret)
{
    enum graph_kind kind;
    CHECK(graph_kind_of(n->kind, &kind));
    return ties_in_common(a, kind, n->id, who->other, who->other_id, ret);
}

static str id_digest_of(struct act *a, str id_number)
{
    struct sm3 d = sm3_of(id_number.p, id_number.n);
    return sm3_text(a->arena, &d);
}

/* Words of the column evidence; "" none. */
static err *evidence_of(struct act *a, const struct namesake *n, const struct identity_of *who, str *ret)
{
    str theirs = n->id_number.n ? id_digest_of(a, n->id_number) : n->digest;
    bool neighbour, county;
    *ret = S("");
    if (who->digest.n && theirs.n) { /* of two relations: one already. Another number is another person. */
        *ret = str_eq(who->digest, theirs) && (n->id_number.n || who->number_known) ? S("id_number") : S("");
        return NULL;
    }
    TRY(same_neighbour(a, n, who, &neighbour));
    TRY(same_county(a, n, who, &county));
    *ret = neighbour ? S("name_neighbour") : county ? S("name_county") : S("");
    return NULL;
}

/* Whose legal office: the author's, else the one nearest to the subject concerned, else the provider's newest partner. */
static err *office_of(struct act *a, const struct identity_of *who, str *ret)
{
    *ret = a->actor.agency;
    if (ret->p)
        return NULL;
    return db_one_str(a->db, a->arena,
                      "SELECT COALESCE((SELECT g.id FROM agency g JOIN subject s ON " REGION_COVERS("g.region", "s.region")
                      " WHERE s.id = CAST(:subject AS TEXT) ORDER BY g.region DESC LIMIT 1),"
                      " (SELECT g.agency FROM agreement g WHERE g.provider = CAST(:provider AS TEXT) ORDER BY g.seq DESC LIMIT 1),"
                      " (SELECT g.id FROM agency g ORDER BY g.seq LIMIT 1))",
                      DB_ARGS(DB_T("subject", who->other == GRAPH_SUBJECT ? who->other_id : S("")),
                              DB_T("provider", who->other == GRAPH_PROVIDER ? who->other_id : S(""))), ret);
}

err *identity_of_name(struct act *a, const struct identity_of *who)
{
    struct namesake list[LIMIT_NAMESAKES];
    str office;
    size_t n, offers = 0;
    if (!str_trim(who->name).n)
        return NULL;
    TRY(namesakes(a, who, list, &n));
    if (n == 0)
        return NULL;
    TRY(office_of(a, who, &office));
    for (size_t i = 0; i < n && offers < LIMIT_OFFERS && a->found.n < LIMIT_FOUND; i++) {
        str evidence;
        TRY(evidence_of(a, &list[i], who, &evidence));
        if (!evidence.n)
            continue;
        offers++;
        vec_push(a->arena, &a->found,
                 ((struct relation_found){.pair = true, .thing = office,
                                 .party = arena_printf(a->arena, "%s:%.*s", graph_kinds[who->kind], STR_ARG(who->id)),
                                 .subject = arena_printf(a->arena, "%.*s:%.*s", STR_ARG(list[i].kind), STR_ARG(list[i].id)),
                                 .path = evidence}));
    }
    return NULL;
}

err *identity_offer(struct act *a)
{
    struct db_value due;
    CHECK(act_lookup(a, S("workday_5"), &due));
    for (size_t i = 0; i < a->found.n; i++) {
        const struct relation_found *f = &a->found.p[i];
        str a_id = f->party, a_kind, b_id = f->subject, b_kind;
        if (!f->pair)
            continue;
        str_next(&a_id, ':', &a_kind);
        str_next(&b_id, ':', &b_kind);
        str id = arena_printf(a->arena, "i-%lld-%zu", (long long)a->seq, i + 1);
        TRY(db_put(a->db,
                   "INSERT INTO identity (id, seq, agency, a_kind, a_id, b_kind, b_id, evidence, state) VALUES (:id, :seq, :agency,"
                   " :a_kind, :a_id, :b_kind, :b_id, :evidence, 'offered') ON CONFLICT DO NOTHING",
                   DB_ARGS(DB_T("id", id), DB_I("seq", a->seq), DB_T("agency", f->thing), DB_T("a_kind", a_kind), DB_T("a_id", a_id),
                           DB_T("b_kind", b_kind), DB_T("b_id", b_id), DB_T("evidence", f->path))));
        TRY(db_put(a->db,
                   "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at) VALUES (:todo, :seq,"
                   " 'identity_review', :agency, 'legal', 'identity', :id, 'identity.same', CAST(:due AS BIGINT))",
                   DB_ARGS(DB_T("todo", arena_printf(a->arena, "%lld-i-%zu", (long long)a->seq, i + 1)), DB_I("seq", a->seq),
                           DB_T("agency", f->thing), DB_T("id", id), (struct db_arg){S("due"), due})));
    }
    return NULL;
}

/* ---- deciding ---- */

#define PARTY_KINDS "provider member subject user person"

static err *offer_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->identity_reason_missing = !str_trim(act_text(a, "reason")).n;
    f->identity_alike = str_eq(act_text(a, "a"), act_text(a, "b"));
    return NULL;
}

static err *load_pair(struct act *a, struct ties_change *c, bool *ret)
{
    struct db_rows rows;
    bool more;
    TRY(act_query(a, "SELECT a_kind, a_id, b_kind, b_id FROM identity WHERE id = :identity", &rows));
    TRY(db_next(&rows, &more));
    *ret = more;
    if (!more)
        return NULL;
    CHECK(graph_kind_of(db_str(&rows, 0), &c->c_kind) && graph_kind_of(db_str(&rows, 2), &c->d_kind));
    c->c_id = db_str(&rows, 1);
    c->d_id = db_str(&rows, 3);
    db_rows_end(&rows);
    return NULL;
}

static err *same_facts(struct act *a)
{
    struct ties_change c = {.bond = true};
    bool there = false;
    act_facts(a)->identity_reason_missing = !str_trim(act_text(a, "reason")).n;
    TRY(load_pair(a, &c, &there));
    return there ? ties_of_change(a, &c, &act_facts(a)->relation_hits) : NULL;
}

static err *apart_facts(struct act *a)
{
    act_facts(a)->identity_reason_missing = !str_trim(act_text(a, "reason")).n;
    return NULL;
}

#define IS_ME(kind, id)                                                                                      \
    "((" kind " = 'user' AND " id " = CAST(:by AS TEXT)) OR (" kind " = 'member' AND EXISTS (SELECT 1 FROM member m" \
    " WHERE m.id = " id " AND m.user_id = CAST(:by AS TEXT))))"
#define DECIDABLE(states)                                                                                    \
    "SELECT CASE WHEN i.state IN (" states ") THEN 0 ELSE 1 END AS wrong_state, i.id AS t_thing,"            \
    " CASE i.state WHEN 'one' THEN '已认定为同一人' WHEN 'apart' THEN '已认定为不同人' ELSE '待核对' END AS t_state," \
    " CASE WHEN " IS_ME("i.a_kind", "i.a_id") " OR " IS_ME("i.b_kind", "i.b_id") " THEN 1 ELSE 0 END AS identity_decider_concerned" \
    " FROM identity i WHERE i.id = :identity"
#define DIGEST_OF(kind, id)                                                                                  \
    "(SELECT MAX(r.id_digest) FROM relation r WHERE " kind " = 'person' AND r.id_digest IS NOT NULL AND ((r.a_kind = 'person'" \
    " AND r.a_id = " id ") OR (r.b_kind = 'person' AND r.b_id = " id " AND r.a_kind <> 'person')))"
#define SCOPE_IDENTITY "SELECT agency AS agency FROM identity WHERE id = :identity"
#define DECIDE_FIELDS                                                                                        \
    FIELDS({"identity", "核对事项", FIELD_REF, 0, "identity"}, {"reason", "依据", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500})
#define DECIDED_BY_LAW (ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_OFFICER))

const struct act_type acts_identity[] = {
    {.name = "identity.offer", .label = "提请核对同一人", .group = "relation", .table = "identity", .article = "8",
     .roles = DECIDED_BY_LAW, .flags = ACT_CREATES,
     .fields = FIELDS({"a", "一方", FIELD_PARTY, 0, PARTY_KINDS}, {"b", "另一方", FIELD_PARTY, 0, PARTY_KINDS},
                      {"reason", "依据", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .rules = RULES(RULE_identity_alike, RULE_identity_reason_missing), .facts_more = offer_facts,
     .apply = {{NULL, "INSERT INTO identity (id, seq, agency, a_kind, a_id, b_kind, b_id, evidence, state, reason, reason_seq) VALUES (:id, :seq,"
                      " :agency, :a_kind, :a_id, :b_kind, :b_id, 'stated', 'offered', :reason, :seq)"},
               {NULL, TODO("1", "identity_review", ":agency", "legal", "identity", ":id", "identity.same", ":workday_5")}},
     .help = "登记资料中的两个人（单位）可能是同一个，写明依据，由法制审核或执法人员核对。"},

    {.name = "identity.same", .label = "认定为同一人", .group = "relation", .table = "identity", .article = "8",
     .roles = DECIDED_BY_LAW, .fields = DECIDE_FIELDS, .scope = SCOPE_IDENTITY,
     .rules = RULES(RULE_identity_reason_missing, RULE_identity_decider_concerned, RULE_identity_contradicted, RULE_relation_hits),
     .facts = {{NULL, DECIDABLE("'offered', 'apart'")},
               {NULL, "SELECT CASE WHEN " DIGEST_OF("i.a_kind", "i.a_id") " <> " DIGEST_OF("i.b_kind", "i.b_id")
                      " THEN 1 ELSE 0 END AS identity_contradicted FROM identity i WHERE i.id = :identity"}},
     .facts_more = same_facts,
     .apply = {{NULL, "UPDATE identity SET state = 'one', same_seq = :seq, ended_seq = NULL, decided_by = :by, decided_at = :at,"
                      " reason = :reason, decided_seq = :seq, reason_seq = :seq WHERE id = :identity"},
               {NULL, TODO_DONE("identity_review", "identity", ":identity")}},
     .apply_more = ties_apply,
     .help = "两者的关系此后一并核对。牵连在办委托的，第三方先暂停参与，由负责人决定。认定有误的可以改为不同人。"},

    {.name = "identity.different", .label = "认定为不同人", .group = "relation", .table = "identity", .article = "8",
     .roles = DECIDED_BY_LAW, .fields = DECIDE_FIELDS, .scope = SCOPE_IDENTITY,
     .rules = RULES(RULE_identity_reason_missing, RULE_identity_decider_concerned),
     .facts = {{NULL, DECIDABLE("'offered', 'one'")}}, .facts_more = apart_facts,
     .apply = {{NULL, "UPDATE identity SET ended_seq = CASE WHEN state = 'one' THEN CAST(:seq AS BIGINT) END, state = 'apart',"
                      " decided_by = :by, decided_at = :at, reason = :reason, decided_seq = :seq, reason_seq = :seq WHERE id = :identity"},
               {NULL, TODO_DONE("identity_review", "identity", ":identity")}},
     .help = "同名的不是同一人的，写明依据，以后不再提示。"},
    {0}};
