/*
 * Scores (Art. 12) that punish no refusal (Art. 4) and pay for no results of enforcement, and a second look at verified
 * material by somebody who did not verify it (Art. 9).
 *
 * A deduction names a record as its cause. Whatever the cause calls itself, when the record it points at is a refusal,
 * an order that was refused or a declined entrustment, the deduction rests on a refusal.
 *
 * Inbox kinds: evaluation_appeal backcheck_report backcheck_disagrees.
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

/* Names under which a refusal or a count of results may be given as a cause. */
static const char *const refusal_types[] = {"order.refuse", "order_refuse", "order_refusal", "refusal", "refuse",
                                            "entrustment.decline", "entrustment_decline", "decline"};
static const char *const count_types[] = {"result_count", "fines", "fine_count", "case_count", "violation_count",
                                          "clue_count", "problem_count"};
/* Words in a name of an item that count results; they hold, the type of the cause decides. */
static const char *const counting_words[] = {"罚款", "罚没", "立案", "处罚数", "处罚金额", "案件数", "违法数", "问题数",
                                             "查处数", "线索数", "发现问题数量", "发现违法"};

enum { ITEM_NAME, ITEM_POINTS, ITEM_MAXIMUM, ITEM_CAUSE };
static const struct act_field item_fields[] = {
    {"item", "项目", FIELD_TEXT, 0, .maximum = 60},
    {"points", "得分", FIELD_NUMBER, 0},
    {"max", "满分", FIELD_NUMBER, 0},
    {"cause", "扣分依据", FIELD_OBJECT, F_OPTIONAL,
     .object = FIELDS({"type", "依据类型", FIELD_TEXT, F_OPTIONAL, .maximum = 40},
                      {"ref", "依据编号", FIELD_TEXT, F_OPTIONAL, .maximum = 100})},
    {0}};

static bool one_of(str text, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(text, str_of(names[i])))
            return true;
    return false;
}

static str cause_part(const struct act_value *item, size_t part)
{
    const struct act_value *cause = &item->child[ITEM_CAUSE];
    return cause->present && cause->child[part].present ? str_trim(cause->child[part].s) : S("");
}

/* Does the cited record stand for a refusal? */
static err *rests_on_refusal(struct act *a, str type, str ref, bool *ret)
{
    int64_t n;
    *ret = one_of(type, refusal_types, sizeof refusal_types / sizeof *refusal_types);
    if (*ret || !ref.n)
        return NULL;
    TRY(db_one_int(act_db(a),
                   "SELECT (SELECT COUNT(*) FROM order_refusal r WHERE r.id = :ref OR r.order_id = :ref)"
                   " + (SELECT COUNT(*) FROM entrustment e WHERE e.id = :ref AND e.state = 'declined')",
                   DB_ARGS(DB_T("ref", ref)), 0, &n));
    *ret = n > 0;
    return NULL;
}

static void find_words(struct act *a, str name)
{
    for (size_t w = 0; w < sizeof counting_words / sizeof *counting_words; w++)
        if (str_find(name, str_of(counting_words[w])) >= 0) {
            act_facts(a)->counting_words++;
            act_say(a, "item_words", name);
            return;
        }
}

static err *judge_item(struct act *a, const struct act_value *item)
{
    struct law_facts *f = act_facts(a);
    str name = item->child[ITEM_NAME].s, type = cause_part(item, 0), ref = cause_part(item, 1);
    int64_t points = item->child[ITEM_POINTS].i, maximum = item->child[ITEM_MAXIMUM].i;
    bool refusal;
    find_words(a, name);
    if (points > maximum) {
        f->score_over_maximum++;
        act_say(a, "item_over", name);
    }
    if (points >= maximum)
        return NULL;
    if (!type.n || !ref.n) {
        f->deductions_without_cause++;
        act_say(a, "item_uncaused", name);
    }
    if (one_of(type, count_types, sizeof count_types / sizeof *count_types)) {
        f->deductions_by_count++;
        act_say(a, "item_count", name);
    }
    TRY(rests_on_refusal(a, type, ref, &refusal));
    if (refusal) {
        f->deductions_by_refusal++;
        act_say(a, "item_refusal", name);
    }
    return NULL;
}

static err *score_facts(struct act *a)
{
    const struct act_value *items = act_get(a, "items");
    act_facts(a)->score_items_missing = items->n == 0;
    for (size_t i = 0; i < items->n; i++)
        TRY(judge_item(a, &items->child[i]));
    return NULL;
}

static err *score_apply(struct act *a)
{
    const struct act_value *items = act_get(a, "items");
    int64_t points = 0, maximum = 0;
    for (size_t i = 0; i < items->n; i++) {
        const struct act_value *item = &items->child[i];
        points += item->child[ITEM_POINTS].i;
        maximum += item->child[ITEM_MAXIMUM].i;
        TRY(db_put(act_db(a),
                   "INSERT INTO evaluation_item (evaluation, item, points, maximum, cause_type, cause_ref)"
                   " VALUES (:id, :item, :points, :maximum, :type, :ref) ON CONFLICT DO NOTHING",
                   DB_ARGS(DB_T("id", act_id(a)), DB_T("item", item->child[ITEM_NAME].s),
                           DB_I("points", item->child[ITEM_POINTS].i), DB_I("maximum", item->child[ITEM_MAXIMUM].i),
                           DB_T("type", cause_part(item, 0)), DB_T("ref", cause_part(item, 1)))));
    }
    return db_put(act_db(a), "UPDATE evaluation SET points = :points, maximum = :maximum WHERE id = :id",
                  DB_ARGS(DB_I("points", points), DB_I("maximum", maximum), DB_T("id", act_id(a))));
}

const struct act_type acts_evaluation[] = {
    {.name = "evaluation.score", .label = "考核评分", .group = "evaluation", .table = "evaluation", .article = "12",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_HEAD), .flags = ACT_CREATES,
     .fields = FIELDS({"provider", "第三方", FIELD_REF, 0, "provider"},
                      {"agreement", "辅助执法协议", FIELD_REF, 0, "agreement"},
                      {"period", "考核期", FIELD_TEXT, F_OPTIONAL, .maximum = 40},
                      {"items", "考核项目", FIELD_OBJECT, F_OPTIONAL | F_LIST, .object = item_fields, .maximum = 50}),
     .scope = SCOPE_AGREEMENT,
     .rules = RULES(RULE_state, RULE_score_items_missing, RULE_score_other_provider, RULE_score_over_maximum,
                    RULE_deductions_without_cause, RULE_deductions_by_refusal, RULE_deductions_by_count,
                    RULE_counting_words),
     .facts = {{NULL, STATE_OF("agreement", ":agreement", "'effective', 'suspended', 'terminated'")},
               {NULL, "SELECT CASE WHEN a.provider = :provider THEN 0 ELSE 1 END AS score_other_provider,"
                      " a.id AS t_agreement FROM agreement a WHERE a.id = :agreement"}},
     .facts_more = score_facts,
     .apply = {{NULL, "INSERT INTO evaluation (id, seq, provider, agreement, period, points, maximum, author, appealed)"
                      " VALUES (:id, :seq, :provider, :agreement, :period, 0, 0, :by, 0)"},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND kind = 'evaluation_appeal'"
                      " AND thing_kind = 'evaluation' AND thing_id IN (SELECT x.id FROM evaluation x"
                      " WHERE x.agreement = :agreement AND x.provider = :provider AND x.id <> :id)"}},
     .apply_more = score_apply,
     .help = "逐项评分，扣分须引用记录。第三方依法拒绝、发现问题的多少都不是扣分的理由。"},

    {.name = "evaluation.appeal", .label = "考核申诉", .group = "evaluation", .table = "evaluation", .article = "12",
     .roles = ROLE_BIT(ROLE_PROVIDER_LEAD), .flags = ACT_RIGHT,
     .fields = FIELDS({"evaluation", "考核", FIELD_REF, 0, "evaluation"},
                      {"text", "申诉内容", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 4000}),
     .scope = "SELECT provider AS provider FROM evaluation WHERE id = :evaluation", .rules = RULES(RULE_state),
     /* Somebody else's appeal stays in the ledger and moves nothing. */
     .apply = {{NULL, "INSERT INTO evaluation_appeal (seq, evaluation, author, text) SELECT :seq, x.id, :by, :text"
                      " FROM evaluation x JOIN users u ON u.id = :by AND u.provider = x.provider"
                      " WHERE x.id = :evaluation"},
               {NULL, "UPDATE evaluation SET appealed = 1 WHERE id = :evaluation AND EXISTS (SELECT 1"
                      " FROM evaluation_appeal p WHERE p.evaluation = evaluation.id)"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-1', :seq, 'evaluation_appeal', a.agency, 'head', 'evaluation', x.id,"
                      " 'evaluation.score', :workday_5 FROM evaluation_appeal p JOIN evaluation x ON x.id = p.evaluation"
                      " JOIN agreement a ON a.id = x.agreement WHERE p.seq = :seq"}},
     .help = "对考核结果有异议的随时可以申诉，不会被拒绝。"},

    {.name = "backcheck.assign", .label = "指派回查", .group = "evaluation", .table = "backcheck", .article = "9",
     .roles = ROLE_BIT(ROLE_SYSTEM) | ROLE_BIT(ROLE_HEAD), .flags = ACT_CREATES,
     .fields = FIELDS({"material", "材料", FIELD_REF, 0, "material"}), .scope = SCOPE_MATERIAL,
     .rules = RULES(RULE_state), .facts = {{NULL, STATE_OF("material", ":material", "'adoptable', 'reference_only'")}},
     .apply = {{NULL, "INSERT INTO backcheck (id, seq, material, state) VALUES (:id, :seq, :material, 'assigned')"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-1', :seq, 'backcheck_report', e.agency, 'officer', 'backcheck', :id,"
                      " 'backcheck.report', :workday_10 FROM material m JOIN entrustment e ON e.id = m.entrustment"
                      " WHERE m.id = :material"}},
     .help = "抽取已核实的材料，由未参加核实的执法人员再看一遍。"},

    {.name = "backcheck.report", .label = "回查结果", .group = "evaluation", .table = "backcheck", .article = "9",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"backcheck", "回查", FIELD_REF, 0, "backcheck"}, {"agrees", "是否一致", FIELD_BOOL, 0},
                      {"note", "说明", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000}),
     .scope = "SELECT e.agency AS agency FROM backcheck b JOIN material m ON m.id = b.material"
              " JOIN entrustment e ON e.id = m.entrustment WHERE b.id = :backcheck",
     .rules = RULES(RULE_state, RULE_backcheck_by_verifier, RULE_backcheck_other_checker),
     .facts = {{NULL, STATE_OF("backcheck", ":backcheck", "'assigned'")},
               {NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM verification v WHERE v.material = b.material"
                      " AND v.officer = :by) THEN 1 ELSE 0 END AS backcheck_by_verifier,"
                      " CASE WHEN b.officer IS NOT NULL AND b.officer <> CAST(:by AS TEXT) THEN 1 ELSE 0 END AS backcheck_other_checker"
                      " FROM backcheck b WHERE b.id = :backcheck"}},
     .apply = {{NULL, "UPDATE backcheck SET state = 'reported', agrees = :agrees, note = :note, author = :by,"
                      " report_seq = :seq WHERE id = :backcheck"},
               {NULL, TODO_DONE("backcheck_report", "backcheck", ":backcheck")},
               /* Art. 9: what two looks see differently is not verified; verification starts again. */
               {NULL, "UPDATE material SET reverify = 1 WHERE CAST(:agrees AS BIGINT) = 0"
                      " AND id = (SELECT b.material FROM backcheck b WHERE b.id = :backcheck)"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-1', :seq, 'backcheck_disagrees', e.agency, 'officer', 'material',"
                      " m.id, 'material.verify', :workday_5 FROM backcheck b JOIN material m ON m.id = b.material"
                      " JOIN entrustment e ON e.id = m.entrustment WHERE b.id = :backcheck"
                      " AND CAST(:agrees AS BIGINT) = 0"}},
     .help = "回查人不得是原核实人。结果不一致的，材料须重新核实。"},
    {0}};
