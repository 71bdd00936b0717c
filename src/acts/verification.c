/*
 * Verification by two hands (Art. 9). One officer proposes what he found, the others sign it, each with an act of his own: a name in a list
 * is no signature. What was signed is the original as it was when proposed; whatever happens to the material in between makes the proposal
 * void, by the digest and by the entry of its state, so that nobody signs for a file he never saw. The signature that completes the number
 * of officers the setting asks for takes the effect.
 *
 * Todo kinds: material_sign.
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

#define SCOPE_PROPOSAL                                                                              \
    "SELECT e.agency AS agency, e.provider AS provider FROM verification_proposal p JOIN material m ON m.id = p.material" \
    " JOIN entrustment e ON e.id = m.entrustment WHERE p.id = :proposal"

/* Is the actor a certified officer for the place of this material's entrustment? Over aliases m and e. */
#define ACTOR_UNCERTIFIED                                                                           \
    " CASE WHEN EXISTS (SELECT 1 FROM users u JOIN certificate c ON c.user_id = u.id JOIN certificate_area ca ON ca.certificate = c.seq" \
    " WHERE u.id = :by AND u.provider IS NULL AND c.from_date <= :day AND c.to_date >= :day AND " REGION_COVERS("ca.region", "e.region") \
    ") THEN 0 ELSE 1 END AS verifier_uncertified"

static bool blank(const struct act *a, const char *field)
{
    return !str_trim(act_text(a, field)).n;
}

static err *propose_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->verify_method_missing = !act_text(a, "method").p;
    f->verify_trace_missing = blank(a, "trace");
    f->verify_adopts = 1;
    f->second_is_self = str_eq(act_text(a, "second"), act_by(a));
    return NULL;
}

static err *sign_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    bool agrees = act_int(a, "agrees", 0) != 0;
    f->verify_adopts = agrees;
    f->reason_missing = !agrees && blank(a, "note");
    return NULL;
}

const struct act_type acts_verification[] = {
    {.name = "material.propose", .label = "发起核实", .group = "material", .table = "verification_proposal", .article = "9",
     .roles = ROLE_BIT(ROLE_OFFICER), .flags = ACT_CREATES,
     .fields = FIELDS({"material", "材料", FIELD_REF, 0, "material"}, {"second", "另一名核实人", FIELD_REF, F_OPTIONAL, "users"},
                      {"method", "核实方式", FIELD_ENUM, F_OPTIONAL, "onsite remeasure original instrument_log interview recompute qualification"},
                      {"trace", "核实过程", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000},
                      {"result", "结果", FIELD_ENUM, 0, "adoptable reference_only"}),
     .scope = SCOPE_MATERIAL,
     .rules = RULES(RULE_verifier_uncertified, RULE_second_is_self, RULE_verify_method_missing, RULE_verify_trace_missing,
                    RULE_verify_quarantined, RULE_verify_doubtful),
     .facts = {{NULL, "SELECT CASE WHEN m.state = 'submitted' OR m.reverify = 1 THEN 0 ELSE 1 END AS wrong_state, m.id AS t_thing,"
                      " m.state AS t_state, m.quarantined AS material_quarantined, m.doubtful AS material_doubtful," ACTOR_UNCERTIFIED
                      " FROM material m JOIN entrustment e ON e.id = m.entrustment WHERE m.id = :material"}},
     .facts_more = propose_facts,
     .apply = {{NULL, PROPOSALS_OVERTAKEN}, {NULL, TODO_DONE("material_sign", "material", ":material")},
               {NULL, "INSERT INTO verification_proposal (id, seq, material, digest, author, second, method, result, trace, at, state)"
                      " SELECT :id, :seq, m.id, m.digest, :by, :second, :method, :result, :trace, :at, 'open' FROM material m"
                      " WHERE m.id = :material"},
               {NULL, "INSERT INTO verification_signature (proposal, officer, seq, at) VALUES (:id, :by, :seq, :at)"},
               /* Due with the verification itself: the second look gets no time of its own. */
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, user_id, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-1', :seq, 'material_sign', e.agency, 'officer', :second, 'material', m.id, 'material.sign',"
                      " COALESCE((SELECT MIN(t.due_at) FROM todo t WHERE t.kind = 'material_verify' AND t.thing_id = m.id AND t.closed_seq IS NULL),"
                      " CAST(:workday_5 AS BIGINT)) FROM material m JOIN entrustment e ON e.id = m.entrustment WHERE m.id = :material"}},
     .help = "写明核实方式、过程和结果；另一名执法人员用自己的账号签认后，核实才成立。"},

    {.name = "material.sign", .label = "签认核实", .group = "material", .table = "verification_proposal", .article = "9",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"proposal", "所签认的核实", FIELD_REF, 0, "verification_proposal"}, {"agrees", "是否同意", FIELD_BOOL, 0},
                      {"note", "说明", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = SCOPE_PROPOSAL,
     .rules = RULES(RULE_verifier_uncertified, RULE_sign_by_signer, RULE_sign_not_named, RULE_sign_changed, RULE_verify_quarantined,
                    RULE_verify_doubtful, RULE_reason_missing),
     .facts = {{NULL, "SELECT CASE WHEN p.state = 'open' THEN 0 ELSE 1 END AS wrong_state, p.id AS t_thing, p.state AS t_state,"
                      " m.quarantined AS material_quarantined, m.doubtful AS material_doubtful,"
                      " CASE WHEN EXISTS (SELECT 1 FROM verification_signature s WHERE s.proposal = p.id AND s.officer = :by) THEN 1 ELSE 0 END"
                      "   AS sign_by_signer,"
                      " CASE WHEN p.second IS NOT NULL AND p.second <> :by AND (SELECT COUNT(*) FROM verification_signature s"
                      "   WHERE s.proposal = p.id) = 1 THEN 1 ELSE 0 END AS sign_not_named,"
                      " (SELECT u.name FROM users u WHERE u.id = p.second) AS t_named_second,"
                      " CASE WHEN m.digest <> p.digest OR m.state_seq > p.seq THEN 1 ELSE 0 END AS sign_changed," ACTOR_UNCERTIFIED
                      " FROM verification_proposal p JOIN material m ON m.id = p.material JOIN entrustment e ON e.id = m.entrustment"
                      " WHERE p.id = :proposal"}},
     .facts_more = sign_facts,
     .apply = {{NULL, "INSERT INTO verification_signature (proposal, officer, seq, at) SELECT p.id, :by, :seq, :at FROM verification_proposal p"
                      " WHERE p.id = :proposal AND CAST(:agrees AS BIGINT) = 1"},
               {NULL, "UPDATE verification_proposal SET state = 'declined', done_by = :by, done_at = :at, done_seq = :seq, note = :note,"
                      " note_seq = :seq WHERE id = :proposal AND CAST(:agrees AS BIGINT) = 0"},
               {NULL, "UPDATE verification_proposal SET state = 'signed', done_by = :by, done_at = :at, done_seq = :seq WHERE id = :proposal"
                      " AND state = 'open' AND (SELECT COUNT(*) FROM verification_signature s WHERE s.proposal = :proposal) >="
                      " CAST(:policy_min_officers_on_site AS BIGINT)"},
               {NULL, "INSERT INTO verification (seq, material, officer, method, result, at, proposal) SELECT :seq, p.material, s.officer,"
                      " p.method, p.result, :at, p.id FROM verification_proposal p JOIN verification_signature s ON s.proposal = p.id"
                      " WHERE p.id = :proposal AND p.state = 'signed'"},
               {NULL, "UPDATE material SET state = (SELECT p.result FROM verification_proposal p WHERE p.id = :proposal), reverify = 0,"
                      " verified_at = :at, verified_seq = :seq, state_seq = :seq, state_reason = NULL WHERE id = (SELECT p.material"
                      " FROM verification_proposal p WHERE p.id = :proposal AND p.state = 'signed')"},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND kind = 'material_sign' AND thing_kind = 'material'"
                      " AND thing_id = (SELECT p.material FROM verification_proposal p WHERE p.id = :proposal AND p.state <> 'open')"},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND kind = 'material_verify' AND thing_kind = 'material'"
                      " AND thing_id = (SELECT p.material FROM verification_proposal p WHERE p.id = :proposal AND p.state = 'signed')"}},
     .help = "由另一名执法人员在自己的账号中看过原件后签认；不同意的写明理由，核实不成立。"},
    {0}};
