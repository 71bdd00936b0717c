/*
 * Material of helpers and its use (Art. 9). Nothing a third party hands in can be cited before two certified officers
 * verified it; what derives from unverified material is tainted however it was verified itself; a release (Art. 8)
 * sends it back; what was captured outside the accompanied interval is quarantined (Art. 11).
 *
 * Todo kinds: material_verify.
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"
#include "acts/visit.h"

static bool blank(const struct act *a, const char *field)
{
    return !str_trim(act_text(a, field)).n;
}

/* Where it was captured: the visit named, else the one of that day. Leaving the visit out does not get a capture past
 * Art. 11; a task with entries and no visit on that day leaves it in doubt. */
static err *submit_visit(struct act *a, str *ret_visit, bool *ret_doubtful)
{
    struct db_rows rows;
    bool more;
    *ret_visit = act_text(a, "visit");
    *ret_doubtful = false;
    if (ret_visit->p || !act_get(a, "captured_at")->present)
        return NULL;
    TRY(act_query(a, "SELECT e.enters_site, (SELECT MIN(v.id) FROM visit v WHERE v.entrustment = e.id AND v.state <> 'cancelled'"
                     " AND (CAST(:captured_at AS BIGINT) + 28800000000) / 86400000000 BETWEEN (v.starts + 28800000000) / 86400000000"
                     " AND (v.ends + 28800000000) / 86400000000) FROM entrustment e WHERE e.id = :entrustment", &rows));
    TRY(db_next(&rows, &more));
    if (more && db_int(&rows, 0)) {
        *ret_visit = db_str(&rows, 1);
        *ret_doubtful = !ret_visit->n;
    }
    db_rows_end(&rows);
    return NULL;
}

static err *submit_presence(struct act *a, str *ret_visit, enum presence_at *ret)
{
    struct presence p;
    bool doubtful;
    TRY(submit_visit(a, ret_visit, &doubtful));
    *ret = doubtful ? PRESENCE_DOUBTFUL : PRESENCE_ACCOMPANIED;
    if (!ret_visit->n || !act_get(a, "captured_at")->present || !act_text(a, "author").p)
        return NULL;
    TRY(visit_presence(a, *ret_visit, act_at(a), &p));
    *ret = presence_at(&p, act_text(a, "author"), act_int(a, "captured_at", 0));
    return NULL;
}

static err *submit_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    str kind = act_text(a, "kind"), visit;
    enum presence_at at;
    f->material_author_missing = !act_text(a, "author").p;
    f->material_digest_missing = !act_text(a, "digest").p;
    f->sample_result = str_eq(kind, S("sample_result"));
    f->capture_time_missing = (str_eq(kind, S("photo")) || str_eq(kind, S("video"))) && !act_get(a, "captured_at")->present;
    f->capture_in_future = act_int(a, "captured_at", 0) > act_at(a) + 10 * USEC_MINUTE;
    f->material_secret = str_eq(act_text(a, "secrecy"), S("state_secret"));
    TRY(submit_presence(a, &visit, &at));
    f->capture_outside = at == PRESENCE_OUTSIDE;
    f->capture_doubtful = at == PRESENCE_DOUBTFUL;
    return NULL;
}

static err *submit_apply(struct act *a)
{
    enum presence_at at;
    str visit;
    TRY(submit_presence(a, &visit, &at));
    if (at == PRESENCE_ACCOMPANIED && !visit.n)
        return NULL;
    return db_put(act_db(a), "UPDATE material SET visit = :visit, quarantined = :q, doubtful = :d WHERE id = :id",
                  DB_ARGS(DB_T("visit", visit.n ? visit : STR_NONE), DB_I("q", at == PRESENCE_OUTSIDE),
                          DB_I("d", at == PRESENCE_DOUBTFUL), DB_T("id", act_id(a))));
}

static err *verify_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->verify_method_missing = !act_text(a, "method").p;
    f->verify_trace_missing = blank(a, "trace");
    f->verify_adopts = !str_eq(act_text(a, "result"), S("rejected"));
    f->officers_required = act_policy(a, "min_officers_on_site");
    f->verify_unsigned = f->officers_required > 1 && act_policy(a, "verify_own_signature") != 0;
    f->verifier_not_named = 1;
    const struct act_value *officers = act_get(a, "officers");
    for (size_t i = 0; i < officers->n; i++)
        if (str_eq(officers->child[i].s, act_by(a)))
            f->verifier_not_named = 0;
    return NULL;
}

static err *cite_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    str as = act_text(a, "as");
    f->cite_as_missing = !as.p;
    f->cite_reference_as_evidence = f->cite_reference_as_evidence && !str_eq(as, S("reference"));
    f->cite_opinion_as_evidence = f->cite_opinion_as_evidence && !str_eq(as, S("reference"));
    return NULL;
}

static err *reason_facts(struct act *a)
{
    act_facts(a)->reason_missing = blank(a, "reason");
    return NULL;
}

const struct act_type acts_material[] = {
    {.name = "material.submit", .label = "提交材料", .group = "material", .table = "material", .article = "9",
     .roles = ROLES_THIRD_PARTY, .flags = ACT_CREATES,
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"}, {"visit", "现场", FIELD_REF, F_OPTIONAL, "visit"},
                      {"kind", "种类", FIELD_ENUM, 0, "photo video data report opinion sample_result other"},
                      {"title", "名称", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 200},
                      {"digest", "原始文件摘要", FIELD_DIGEST, F_OPTIONAL}, {"captured_at", "取得时间", FIELD_TIME, F_OPTIONAL},
                      {"author", "作者", FIELD_REF, F_OPTIONAL, "member"},
                      {"coauthors", "共同作者", FIELD_REF, F_OPTIONAL | F_LIST, "users|member", .maximum = 50},
                      {"derived_from", "来源材料", FIELD_REF, F_OPTIONAL | F_LIST, "material", .maximum = 200},
                      {"collected_by", "采集人", FIELD_REF, F_OPTIONAL | F_LIST, "users|member", .maximum = 50},
                      {"device", "设备", FIELD_REF, F_OPTIONAL, "device"},
                      {"secrecy", "密级", FIELD_ENUM, F_OPTIONAL, "public internal work_secret trade_secret personal state_secret"}),
     .scope = SCOPE_ENTRUSTMENT,
     .rules = RULES(RULE_entrustment_released, RULE_entrustment_frozen, RULE_material_author_missing, RULE_material_author_foreign,
                    RULE_material_visit_foreign, RULE_capture_visit_unnamed,
                    RULE_material_digest_missing, RULE_collector_third_party, RULE_sample_collectors, RULE_sample_collectors_named,
                    RULE_capture_time_missing, RULE_capture_in_future, RULE_capture_outside, RULE_capture_doubtful,
                    RULE_digest_known, RULE_material_secret),
     .facts = {{NULL, "SELECT CASE WHEN e.state IN ('accepted', 'released') THEN 0 ELSE 1 END AS wrong_state, e.id AS t_thing,"
                      " e.state AS t_state, CASE WHEN e.state = 'released' THEN 1 ELSE 0 END AS entrustment_released,"
                      " e.frozen AS entrustment_frozen, CASE WHEN CAST(:author AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM"
                      "   entrustment_member em WHERE em.entrustment = e.id AND em.member = :author) THEN 0 ELSE 1 END"
                      "   AS material_author_foreign,"
                      " CASE WHEN CAST(:visit AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM visit v WHERE v.id = :visit"
                      "   AND v.entrustment = e.id) THEN 0 ELSE 1 END AS material_visit_foreign,"
                      " CASE WHEN e.enters_site = 1 AND CAST(:visit AS TEXT) IS NULL AND CAST(:captured_at AS BIGINT) IS NOT NULL THEN 1"
                      "   ELSE 0 END AS capture_visit_unnamed,"
                      " (SELECT COUNT(*) FROM material x WHERE x.digest = CAST(:digest AS TEXT)) AS digest_known,"
                      " (SELECT m.name FROM member m WHERE m.id = :author) AS t_author_name"
                      " FROM entrustment e WHERE e.id = :entrustment"},
               {"collected_by", "SELECT CASE WHEN w.third = 1 THEN 1 ELSE 0 END AS collectors_third_party,"
                                " CASE WHEN w.third = 0 THEN 1 ELSE 0 END AS collectors_officers,"
                                " CASE WHEN w.third = 1 THEN w.name END AS t_collector FROM (SELECT name, 1 AS third FROM member"
                                " WHERE id = :item UNION ALL SELECT name, CASE WHEN provider IS NULL AND EXISTS (SELECT 1 FROM"
                                " user_role r WHERE r.user_id = users.id AND r.role = 'officer') THEN 0 ELSE 1 END FROM users"
                                " WHERE id = :item) w"}},
     .facts_more = submit_facts,
     .apply = {{NULL, "INSERT INTO material (id, seq, entrustment, visit, kind, title, digest, captured_at, author, device, secrecy,"
                      " provider, state, quarantined, doubtful, reverify, state_seq) SELECT :id, :seq, e.id, :visit, :kind, :title,"
                      " :digest, CAST(:captured_at AS BIGINT), :author, :device, :secrecy, e.provider, 'submitted', 0, 0, 0, :seq"
                      " FROM entrustment e WHERE e.id = :entrustment"},
               {"derived_from", "INSERT INTO material_source (material, source) VALUES (:id, :item) ON CONFLICT DO NOTHING"},
               {"coauthors", "INSERT INTO material_person (material, person, part) VALUES (:id, :item, 'coauthor') ON CONFLICT DO NOTHING"},
               {"collected_by", "INSERT INTO material_person (material, person, part) VALUES (:id, :item, 'collector')"
                                " ON CONFLICT DO NOTHING"},
               {NULL, TODO("1", "material_verify", "(SELECT agency FROM entrustment WHERE id = :entrustment)", "officer", "material",
                           ":id", "material.verify", ":workday_5")}},
     .apply_more = submit_apply,
     .help = "材料提交后即固定；经两名执法人员核实后方可采用。"},

    {.name = "material.verify", .label = "核实材料", .group = "material", .table = "material", .article = "9",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"material", "材料", FIELD_REF, 0, "material"},
                      {"officers", "核实人", FIELD_REF, F_OPTIONAL | F_LIST, "users", .maximum = 20},
                      {"method", "核实方式", FIELD_ENUM, F_OPTIONAL, "onsite remeasure original instrument_log interview recompute qualification"},
                      {"trace", "核实过程", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000},
                      {"result", "结果", FIELD_ENUM, 0, "adoptable reference_only"}),
     .scope = SCOPE_MATERIAL,
     .rules = RULES(RULE_verify_too_few, RULE_officers_too_few, RULE_officers_with_helper_role, RULE_verify_method_missing,
                    RULE_verify_trace_missing, RULE_verify_quarantined, RULE_verify_doubtful, RULE_verifier_not_named,
                    RULE_verify_unsigned),
     .facts = {{NULL, "SELECT CASE WHEN m.state = 'submitted' OR m.reverify = 1 THEN 0 ELSE 1 END AS wrong_state, m.id AS t_thing, m.state AS t_state,"
                      " m.quarantined AS material_quarantined, m.doubtful AS material_doubtful FROM material m WHERE m.id = :material"},
               {"officers", "SELECT 1 AS officers_listed, CASE WHEN u.provider IS NULL AND EXISTS (SELECT 1 FROM certificate c"
                            " JOIN certificate_area ca ON ca.certificate = c.seq WHERE c.user_id = u.id AND c.from_date <= :day"
                            " AND c.to_date >= :day AND " REGION_COVERS("ca.region", "e.region") ") THEN 1 ELSE 0 END"
                            " AS officers_certified, CASE WHEN u.provider IS NOT NULL THEN 1 ELSE 0 END AS officers_with_helper_role,"
                            " CASE WHEN u.provider IS NOT NULL THEN u.name END AS t_helper_as_officer"
                            " FROM users u, material m JOIN entrustment e ON e.id = m.entrustment"
                            " WHERE u.id = :item AND m.id = :material"}},
     .facts_more = verify_facts,
     .apply = {{NULL, "UPDATE material SET state = :result, reverify = 0, verified_at = :at, verified_seq = :seq, state_seq = :seq,"
                      " state_reason = NULL WHERE id = :material"},
               {"officers", "INSERT INTO verification (seq, material, officer, method, result, trace, at)"
                            " VALUES (:seq, :material, :item, :method, :result, :trace, :at) ON CONFLICT DO NOTHING"},
               {NULL, PROPOSALS_OVERTAKEN}, {NULL, TODO_DONE("material_sign", "material", ":material")},
               {NULL, TODO_DONE("material_verify", "material", ":material")}},
     .help = "由不少于两名持证执法人员核实，写明方式和过程。参数“核实人须各自本人签认”开启后，改由一人发起、另一人签认。"},

    {.name = "material.reject", .label = "不予采用", .group = "material", .table = "material", .article = "9",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"material", "材料", FIELD_REF, 0, "material"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = SCOPE_MATERIAL, .rules = RULES(RULE_reason_missing),
     .facts = {{NULL, STATE_OF("material", ":material", "'submitted'")}}, .facts_more = reason_facts,
     .apply = {{NULL, "UPDATE material SET state = 'rejected', state_reason = :reason, state_seq = :seq WHERE id = :material"},
               {NULL, PROPOSALS_OVERTAKEN}, {NULL, TODO_DONE("material_sign", "material", ":material")},
               {NULL, TODO_DONE("material_verify", "material", ":material")}},
     .help = "不予采用的材料留存，不得引用。"},

    {.name = "material.supplement", .label = "补充材料", .group = "material", .table = "material", .article = "9",
     .roles = ROLES_THIRD_PARTY,
     .fields = FIELDS({"material", "材料", FIELD_REF, 0, "material"}, {"digest", "原始文件摘要", FIELD_DIGEST, 0},
                      {"note", "说明", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = SCOPE_MATERIAL, .rules = RULES(RULE_entrustment_released),
     .facts = {{NULL, "SELECT CASE WHEN m.state IN ('submitted', 'rejected') THEN 0 ELSE 1 END AS wrong_state, m.id AS t_thing,"
                      " m.state AS t_state, CASE WHEN e.state = 'released' THEN 1 ELSE 0 END AS entrustment_released"
                      " FROM material m JOIN entrustment e ON e.id = m.entrustment WHERE m.id = :material"}},
     .apply = {{NULL, "UPDATE material SET digest = :digest, state = 'submitted', state_reason = :note, state_seq = :seq"
                      " WHERE id = :material"},
               /* A verification that waits for its second signature stays as it is: no third party touches it. It is void by the digest. */
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT CAST(CAST(:seq AS BIGINT) AS TEXT) || '-1', :seq, 'material_verify', e.agency, 'officer', 'material', m.id,"
                      " 'material.verify', :workday_5 FROM material m JOIN entrustment e ON e.id = m.entrustment WHERE m.id = :material"
                      " AND NOT EXISTS (SELECT 1 FROM todo t WHERE t.kind = 'material_verify' AND t.thing_id = m.id"
                      " AND t.closed_seq IS NULL)"}},
     .help = "补充后重新核实。"},

    {.name = "evidence.cite", .label = "引用材料", .group = "material", .table = "citation", .article = "9",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"case", "案卷", FIELD_REF, 0, "casefile"}, {"material", "材料", FIELD_REF, 0, "material"},
                      {"as", "引用为", FIELD_ENUM, F_OPTIONAL, "documentary physical audiovisual electronic testimony appraisal reference"}),
     .scope = SCOPE_CASE,
     .rules = RULES(RULE_case_closed, RULE_cite_unverified, RULE_cite_quarantined, RULE_cite_reverify, RULE_cite_tainted,
                    RULE_cite_reference_as_evidence, RULE_cite_opinion_as_evidence, RULE_cite_as_missing, RULE_cite_other_agency,
                    RULE_cite_other_subject, RULE_cite_after_decision),
     .facts = {{NULL, "SELECT CASE WHEN k.state = 'open' THEN 0 ELSE 1 END AS case_closed, m.id AS t_thing, m.state AS t_material_state,"
                      " CASE WHEN m.state IN ('adoptable', 'reference_only') THEN 0 ELSE 1 END AS cite_unverified,"
                      " m.quarantined AS material_quarantined, m.reverify AS cite_reverify,"
                      " CASE WHEN m.state = 'reference_only' THEN 1 ELSE 0 END AS cite_reference_as_evidence,"
                      " CASE WHEN m.kind = 'opinion' OR e.kind IN ('T05', 'T14') THEN 1 ELSE 0 END AS cite_opinion_as_evidence,"
                      " CASE WHEN e.agency = k.agency THEN 0 ELSE 1 END AS cite_other_agency,"
                      " CASE WHEN EXISTS (SELECT 1 FROM entrustment_subject es WHERE es.entrustment = e.id AND es.subject = k.subject)"
                      "   OR NOT EXISTS (SELECT 1 FROM entrustment_subject es WHERE es.entrustment = e.id) THEN 0 ELSE 1 END"
                      "   AS cite_other_subject,"
                      " CASE WHEN EXISTS (SELECT 1 FROM attachment d WHERE d.casefile = k.id AND d.kind = 'decision' AND"
                      "   (m.verified_at + 28800000000) / 86400000000 > d.date) THEN 1 ELSE 0 END AS cite_after_decision"
                      " FROM casefile k, material m JOIN entrustment e ON e.id = m.entrustment WHERE k.id = :case AND m.id = :material"},
               {NULL, "WITH RECURSIVE up(id) AS (SELECT root.id FROM material root WHERE root.id = :material UNION SELECT ms.source FROM material_source ms"
                      " JOIN up ON ms.material = up.id) SELECT COUNT(*) AS cite_tainted, MIN(m.id) AS t_tainted_by FROM up"
                      " JOIN material m ON m.id = up.id WHERE m.id <> CAST(:material AS TEXT) AND"
                      " (m.state NOT IN ('adoptable', 'reference_only') OR m.reverify = 1 OR m.quarantined = 1)"}},
     .facts_more = cite_facts,
     .apply = {{NULL, "INSERT INTO citation (seq, casefile, material, cited_as, at) VALUES (:seq, :case, :material, :as, :at)"}},
     .help = "只有核实过、来源也都核实过的材料可以引用。"},
    {0}};
