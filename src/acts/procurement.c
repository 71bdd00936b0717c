/*
 * Buying in public (Art. 7.1) and money of the same level (Art. 14): budget, procurement, acceptance, payment.
 *
 * A budget is committed once, by procurements; an agreement draws on its procurement, an entrustment on its agreement,
 * a payment on its entrustment. Below the catalogue's limit the Procurement Law does not speak, the regulation still
 * asks for a public way: internal purchase passes with enough quotes. Limits count the whole year of one category,
 * as the catalogue says, so the second half of a split purchase is held, not the first.
 *
 * Inbox kinds: agreement_draft payment_request payment_pay.
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

#define AMOUNT "COALESCE(CAST(:amount AS BIGINT), 0)"
#define COMMITTED(budget)                                                                           \
    "(SELECT CAST(COALESCE(SUM(CASE WHEN c.state = 'awarded' THEN c.award ELSE c.amount END), 0) AS BIGINT)" \
    " FROM procurement c WHERE c.budget = " budget " AND c.state IN ('open', 'awarded'))"
#define EXCESS(sum, limit) "CASE WHEN " sum " > " limit " THEN " sum " - " limit " ELSE 0 END"
#define SCOPE_BUDGET "SELECT agency AS agency FROM budget WHERE id = :budget"
#define SCOPE_PROCUREMENT "SELECT agency AS agency FROM procurement WHERE id = :procurement"

/* ---- limits of the provincial catalogue ---- */

/* A row imported by limit.import has the columns of the table it replaces. */
static int64_t row_number(const struct json *row, const char *name)
{
    const struct json *v = json_get(row, str_of(name));
    int64_t n = 0;
    if (v && v->kind == JSON_NUMBER && v->integer)
        return v->i;
    return v && v->kind == JSON_STRING && str_int64(v->string, &n) ? n : 0;
}

static void take_imported(const struct json *row, str tier, day today, struct law_limit *limit)
{
    day from;
    if (row->kind != JSON_OBJECT || !str_eq(json_string(row, S("tier")), tier))
        return;
    err *bad = day_parse(json_string(row, S("effective_from")), &from);
    int64_t dispersed = row_number(row, "goods_services_dispersed_limit_cny");
    int64_t tender = row_number(row, "open_tender_goods_services_cny");
    if (!bad && from <= today && from >= limit->from && dispersed > 0 && tender > 0)
        *limit = (struct law_limit){limit->tier, dispersed * 100, tender * 100, from};
}

static err *imported_limits(struct db *d, struct arena *a, str tier, day on, struct law_limit *limit)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, a, "SELECT row_json FROM limit_row ORDER BY seq, n", NULL, &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        const struct json *row;
        if (!json_parse(a, db_str(&rows, 0), LIMIT_ACT_BYTES, &row))
            take_imported(row, tier, on, limit);
    }
}

err *purchase_limits(struct db *d, struct arena *a, str agency, day on, struct law_limit *ret)
{
    struct db_rows rows;
    bool more;
    str level = STR_NONE;
    int64_t region = 0;
    *ret = (struct law_limit){0};
    TRY(db_query(d, a, "SELECT level, region FROM agency WHERE id = :agency", DB_ARGS(DB_T("agency", agency)), &rows));
    TRY(db_next(&rows, &more));
    if (more) {
        level = db_str(&rows, 0);
        region = db_int(&rows, 1);
    }
    db_rows_end(&rows);
    str tier = str_eq(level, S("city")) && region == 420100 ? S("wuhan") : level;
    for (const struct law_limit *l = law_limits; l->tier; l++)
        if (str_eq(tier, str_of(l->tier)) && l->from <= on)
            *ret = *l;
    return imported_limits(d, a, tier, on, ret);
}

static void say_yuan(struct act *a, const char *name, int64_t fen)
{
    act_say(a, name, arena_printf(act_arena(a), "%lld", (long long)(fen / 100)));
}

/* What the bureau buys in the same category and year other than by open tender, this purchase included. */
static err *year_sum(struct act *a, int64_t *ret)
{
    struct db_rows rows;
    bool more;
    *ret = act_int(a, "amount", 0);
    TRY(act_query(a,
                  "SELECT CAST(COALESCE(SUM(CASE WHEN p.state = 'awarded' THEN p.award ELSE p.amount END), 0) AS BIGINT)"
                  " FROM procurement p WHERE p.agency = :agency AND p.category = :category"
                  " AND p.year = COALESCE(CAST(:year AS BIGINT), (SELECT b.year FROM budget b WHERE b.id = :budget))"
                  " AND p.state IN ('open', 'awarded') AND p.method NOT IN ('open_tender', 'framework')",
                  &rows));
    TRY(db_next(&rows, &more));
    if (more)
        *ret += db_int(&rows, 0);
    db_rows_end(&rows);
    return NULL;
}

static err *open_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    str method = act_text(a, "method");
    bool reason = str_trim(act_text(a, "single_source_reason")).n > 0;
    int64_t amount = act_int(a, "amount", 0), sum;
    struct law_limit limit;
    f->budget_missing = !act_get(a, "budget")->present;
    f->purchase_amount_missing = amount == 0;
    f->purchase_method_missing = !method.n;
    f->purchase_category_missing = !str_trim(act_text(a, "category")).n;
    f->single_source = str_eq(method, S("single_source"));
    f->single_source_reason_missing = f->single_source && !reason;
    f->purchase_internal = str_eq(method, S("internal"));
    f->quotes_given = act_int(a, "quotes", 0);
    f->quotes_required = act_policy(a, "below_limit_procurement_min_quotes");
    f->without_open_tender = method.n && !str_eq(method, S("open_tender")) && !str_eq(method, S("framework"));
    TRY(purchase_limits(act_db(a), act_arena(a), act_text(a, "agency"), day_of(act_at(a)), &limit));
    if (!limit.tier)
        return NULL;
    TRY(year_sum(a, &sum));
    f->over_limit = amount >= limit.dispersed;
    f->year_over_limit = sum >= limit.dispersed;
    f->over_tender_line = amount >= limit.open_tender;
    f->year_over_tender_line = sum >= limit.open_tender;
    say_yuan(a, "limit", limit.dispersed);
    say_yuan(a, "tender_line", limit.open_tender);
    say_yuan(a, "year_sum", sum);
    return NULL;
}

static err *award_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->award_provider_missing = !act_get(a, "provider")->present;
    f->award_amount_missing = act_int(a, "amount", 0) == 0;
    f->award_not_notified = act_int(a, "notified_on", INT64_MAX) > day_of(act_at(a));
    return NULL;
}

static err *failure_facts(struct act *a)
{
    act_facts(a)->failure_reason_missing = !str_trim(act_text(a, "reason")).n;
    return NULL;
}

/* ---- budget ---- */

static err *budget_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->budget_unlawful_source = !str_eq(act_text(a, "source"), S("fiscal")) || !str_eq(act_text(a, "level"), S("same"));
    f->budget_zero = act_int(a, "amount", 0) == 0;
    f->budget_approval_missing = !str_trim(act_text(a, "approval_no")).n;
    return NULL;
}

static err *adjust_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->budget_zero = act_int(a, "amount", 0) == 0;
    f->budget_approval_missing = !str_trim(act_text(a, "approval_no")).n;
    f->budget_reason_missing = !str_trim(act_text(a, "reason")).n;
    return NULL;
}

/* ---- acceptance and payment ---- */

static err *acceptance_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->acceptance_items_missing = act_get(a, "items")->n == 0;
    f->acceptance_panel_missing = act_get(a, "panel")->n == 0;
    return NULL;
}

static err *request_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->acceptance_missing = !act_get(a, "acceptance")->present;
    f->payment_amount_missing = act_int(a, "amount", 0) == 0;
    f->payment_basis_missing = !act_get(a, "basis")->present;
    f->payment_by_count = str_eq(act_text(a, "basis"), S("result_count"));
    return NULL;
}

#define MADE_BY(user) "(g.author = " user " OR COALESCE(g.signed_by, '') = " user " OR COALESCE(p.author, '') = " user ")"
#define CONTRACT_OF_ENTRUSTMENT                                                                     \
    "entrustment e JOIN agreement g ON g.id = e.agreement LEFT JOIN procurement p ON p.id = g.procurement"

const struct act_type acts_procurement[] = {
    {.name = "budget.approve", .label = "登记预算", .group = "procurement", .table = "budget", .article = "14",
     .roles = ROLE_BIT(ROLE_FINANCE), .flags = ACT_CREATES,
     .fields = FIELDS({"agency", "执法机构", FIELD_REF, 0, "agency"},
                      {"year", "年度", FIELD_COUNT, 0, .maximum = 9999},
                      {"source", "经费来源", FIELD_ENUM, F_OPTIONAL, "fiscal fines donation levy other"},
                      {"level", "预算级次", FIELD_ENUM, F_OPTIONAL, "same other"},
                      {"amount", "金额", FIELD_FEN, F_OPTIONAL},
                      {"approval_no", "批复文号", FIELD_TEXT, F_OPTIONAL, .maximum = 60}),
     .scope = SCOPE_AGENCY, .rules = RULES(RULE_budget_unlawful_source, RULE_budget_zero, RULE_budget_approval_missing),
     .facts_more = budget_facts,
     .apply = {{NULL, "INSERT INTO budget (id, seq, agency, year, source, level, amount, approval_no)"
                      " VALUES (:id, :seq, :agency, :year, COALESCE(CAST(:source AS TEXT), ''), COALESCE(CAST(:level AS TEXT), ''), " AMOUNT
                      ", :approval_no)"}},
     .help = "登记财政部门批复的同级预算。罚没、捐助、摊派等来源不得用于辅助执法。"},

    {.name = "budget.adjust", .label = "调整预算", .group = "procurement", .table = "budget", .article = "14",
     .roles = ROLE_BIT(ROLE_FINANCE),
     .fields = FIELDS({"budget", "预算", FIELD_REF, 0, "budget"}, {"amount", "调整后金额", FIELD_FEN, F_OPTIONAL},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
                      {"approval_no", "批复文号", FIELD_TEXT, F_OPTIONAL, .maximum = 60}),
     .scope = SCOPE_BUDGET,
     .rules = RULES(RULE_budget_zero, RULE_budget_committed_over, RULE_budget_reason_missing,
                    RULE_budget_approval_missing),
     .facts = {{NULL, "SELECT " EXCESS(COMMITTED("b.id"), AMOUNT) " AS budget_committed_over"
                      " FROM budget b WHERE b.id = :budget"}},
     .facts_more = adjust_facts,
     .apply = {{NULL, "UPDATE budget SET amount = " AMOUNT ", approval_no = COALESCE(CAST(:approval_no AS TEXT), approval_no)"
                      " WHERE id = :budget"}},
     .help = "金额是调整后的总额，不得低于已开展采购占用的金额。"},

    {.name = "procurement.open", .label = "启动采购", .group = "procurement", .table = "procurement", .article = "7",
     .roles = ROLE_BIT(ROLE_PROCUREMENT), .flags = ACT_CREATES,
     .fields = FIELDS({"agency", "执法机构", FIELD_REF, 0, "agency"},
                      {"title", "项目名称", FIELD_TEXT, F_OPTIONAL, .maximum = 200},
                      {"category", "品目", FIELD_TEXT, F_OPTIONAL, .maximum = 60},
                      {"year", "年度", FIELD_COUNT, F_OPTIONAL, .maximum = 9999},
                      {"budget", "预算", FIELD_REF, F_OPTIONAL, "budget"},
                      {"amount", "采购预算金额", FIELD_FEN, F_OPTIONAL},
                      {"method", "采购方式", FIELD_ENUM, F_OPTIONAL,
                       "open_tender invited competitive_negotiation competitive_consultation inquiry single_source"
                       " framework internal"},
                      {"quotes", "报价家数", FIELD_COUNT, F_OPTIONAL, .maximum = 1000},
                      {"single_source_reason", "单一来源理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = SCOPE_AGENCY,
     .rules = RULES(RULE_budget_missing, RULE_budget_unlawful_source, RULE_budget_of_other_agency, RULE_budget_other_year,
                    RULE_budget_exceeded, RULE_purchase_amount_missing, RULE_purchase_method_missing,
                    RULE_purchase_category_missing, RULE_single_source_reason_missing, RULE_single_source_unfounded,
                    RULE_single_source, RULE_single_source_facts, RULE_quotes_too_few, RULE_internal_over_limit,
                    RULE_internal_not_a_method, RULE_split_purchase, RULE_split_public_way, RULE_open_tender_line,
                    RULE_open_tender_split, RULE_open_tender_public_way),
     .facts = {{NULL, "SELECT CASE WHEN b.source = 'fiscal' AND b.level = 'same' THEN 0 ELSE 1 END"
                      "   AS budget_unlawful_source,"
                      " CASE WHEN b.agency <> :agency THEN 1 ELSE 0 END AS budget_of_other_agency,"
                      " CASE WHEN b.year <> COALESCE(CAST(:year AS BIGINT), b.year) THEN 1 ELSE 0 END AS budget_other_year,"
                      " CAST(b.year AS TEXT) AS t_budget_year, "
                      EXCESS("(" AMOUNT " + " COMMITTED("b.id") ")", "b.amount") " AS budget_exceeded"
                      " FROM budget b WHERE b.id = :budget"}},
     .facts_more = open_facts,
     .apply = {{NULL, "INSERT INTO procurement (id, seq, agency, title, category, year, budget, amount, method, quotes,"
                      " single_source_reason, state, author) SELECT :id, :seq, :agency, :title, :category,"
                      " COALESCE(CAST(:year AS BIGINT), b.year), b.id, " AMOUNT ", :method, :quotes, :single_source_reason,"
                      " 'open', :by FROM (SELECT 1 AS one) o LEFT JOIN budget b ON b.id = :budget"}},
     .help = "以政府公共采购方式确定第三方。限额按执法机构的级次和全年同品目累计核对。"},

    {.name = "procurement.award", .label = "登记成交", .group = "procurement", .table = "procurement", .article = "7",
     .roles = ROLE_BIT(ROLE_PROCUREMENT),
     .fields = FIELDS({"procurement", "采购项目", FIELD_REF, 0, "procurement"},
                      {"provider", "成交第三方", FIELD_REF, F_OPTIONAL, "provider"},
                      {"amount", "成交金额", FIELD_FEN, F_OPTIONAL},
                      {"notified_on", "成交通知书日期", FIELD_DATE, F_OPTIONAL}),
     .scope = SCOPE_PROCUREMENT,
     .rules = RULES(RULE_state, RULE_award_provider_missing, RULE_award_amount_missing, RULE_award_over_amount,
                    RULE_award_not_notified, RULE_award_before_open,
                    RULE_provider_not_domestic, RULE_provider_banned, RULE_buyer_relations),
     .facts = {{NULL, STATE_OF("procurement", ":procurement", "'open'")},
               {NULL, "SELECT " EXCESS(AMOUNT, "p.amount") " AS award_over_amount, CASE WHEN l.at >="
                      " (CAST(:notified_on AS BIGINT) + 1) * 86400000000 - 28800000000 THEN 1 ELSE 0 END AS award_before_open"
                      " FROM procurement p LEFT JOIN act_log l ON l.seq = p.seq WHERE p.id = :procurement"},
               {NULL, "SELECT p.name AS t_provider_name,"
                      " CASE WHEN p.kind = 'organisation' AND p.domestic = 0 THEN 1 ELSE 0 END AS provider_not_domestic,"
                      " CASE WHEN " PROVIDER_BANNED("p", "CAST(:agency AS TEXT)") " THEN 1 ELSE 0 END AS provider_banned,"
                      " (SELECT COUNT(*) FROM relation r WHERE (r.ended_on IS NULL OR r.ended_on >= :look_back_day)"
                      "   AND (r.to_date IS NULL OR r.to_date >= :look_back_day)"
                      "   AND ((r.a_kind = 'user' AND r.a_id = :by AND r.b_kind = 'provider' AND r.b_id = p.id)"
                      "   OR (r.b_kind = 'user' AND r.b_id = :by AND r.a_kind = 'provider' AND r.a_id = p.id)))"
                      "   AS buyer_relations"
                      " FROM provider p WHERE p.id = :provider"}},
     .facts_more = award_facts,
     .apply = {{NULL, "UPDATE procurement SET state = 'awarded', provider = :provider, award = :amount,"
                      " notified_on = :notified_on WHERE id = :procurement"},
               {NULL, TODO("1", "agreement_draft", "(SELECT agency FROM procurement WHERE id = :procurement)",
                           "procurement", "procurement", ":procurement", "agreement.draft", ":natural_30")},
               {NULL, DISCLOSURE_DUE("procurement", "o.id", "o.agency", "disclose_award_workdays",
                                     "FROM procurement o WHERE o.id = :procurement")},
               {NULL, DISCLOSURE_TODO}},
     .help = "登记成交第三方和通知书日期，三十个自然日内签订协议。准入不是成交的条件。"},

    {.name = "procurement.fail", .label = "登记采购失败", .group = "procurement", .table = "procurement", .article = "7",
     .roles = ROLE_BIT(ROLE_PROCUREMENT),
     .fields = FIELDS({"procurement", "采购项目", FIELD_REF, 0, "procurement"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_PROCUREMENT, .rules = RULES(RULE_state, RULE_failure_reason_missing),
     .facts = {{NULL, "SELECT CASE WHEN p.state = 'open' OR (p.state = 'awarded' AND NOT EXISTS (SELECT 1 FROM agreement a"
                      " WHERE a.procurement = p.id AND a.state <> 'draft')) THEN 0 ELSE 1 END AS wrong_state,"
                      " p.id AS t_thing, p.state AS t_state FROM procurement p WHERE p.id = :procurement"}},
     .facts_more = failure_facts,
     .apply = {{NULL, "UPDATE procurement SET state = 'failed', reason = :reason, reason_seq = :seq WHERE id = :procurement"},
               {NULL, TODO_DONE("agreement_draft", "procurement", ":procurement")}},
     .help = "废标或成交后未签约的，写明理由；占用的预算随之释放。"},

    {.name = "acceptance.record", .label = "验收", .group = "procurement", .table = "acceptance", .article = "12",
     .roles = ROLE_BIT(ROLE_OFFICER), .flags = ACT_CREATES,
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"},
                      {"items", "验收项目", FIELD_OBJECT, F_OPTIONAL | F_LIST, .maximum = 100,
                       .object = FIELDS({"name", "项目", FIELD_TEXT, F_BODY, .maximum = 200},
                                        {"accepted", "是否通过", FIELD_BOOL, 0},
                                        {"standard", "标准", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 200},
                                        {"note", "说明", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500})},
                      {"panel", "验收人员", FIELD_REF, F_OPTIONAL | F_LIST, "users", .maximum = 50}),
     .scope = SCOPE_ENTRUSTMENT,
     .rules = RULES(RULE_state, RULE_acceptance_by_maker, RULE_acceptance_maker_duty, RULE_acceptance_items_missing,
                    RULE_acceptance_items_short, RULE_acceptance_panel_missing, RULE_acceptance_panel_provider,
                    RULE_acceptance_panel_makers, RULE_acceptance_unverified),
     /* What was delivered before a release or the end of the agreement is still owed its acceptance. */
     .facts = {{NULL, STATE_OF("entrustment", ":entrustment", "'accepted', 'finished', 'released', 'suspended'")},
               {"items", "SELECT 1 AS acceptance_items"},
               {NULL, "SELECT CASE WHEN " MADE_BY("CAST(:by AS TEXT)") " THEN 1 ELSE 0 END AS acceptance_by_maker,"
                      " e.outputs AS acceptance_outputs,"
                      " (SELECT COUNT(*) FROM material m WHERE m.entrustment = e.id AND m.state = 'submitted')"
                      "   AS acceptance_unverified"
                      " FROM " CONTRACT_OF_ENTRUSTMENT " WHERE e.id = :entrustment"},
               {"panel", "SELECT CASE WHEN u.provider IS NOT NULL THEN 1 ELSE 0 END AS acceptance_panel_provider,"
                         " CASE WHEN u.provider IS NOT NULL THEN u.name END AS t_panel_provider,"
                         " CASE WHEN " MADE_BY("u.id") " THEN 1 ELSE 0 END AS acceptance_panel_makers,"
                         " CASE WHEN " MADE_BY("u.id") " THEN u.name END AS t_panel_maker"
                         " FROM " CONTRACT_OF_ENTRUSTMENT " JOIN users u ON u.id = :item"
                         " WHERE e.id = :entrustment"}},
     .facts_more = acceptance_facts,
     .apply = {{NULL, "INSERT INTO acceptance (id, seq, entrustment, accepted, items, author)"
                      " VALUES (:id, :seq, :entrustment, 0, 0, :by)"},
               {"items", "UPDATE acceptance SET items = items + 1, accepted = accepted + CAST(:item_accepted AS BIGINT)"
                         " WHERE id = :id"},
               {"items", "INSERT INTO acceptance_item (acceptance, n, seq, name, accepted, standard, note) VALUES (:id,"
                         " :item_position, :seq, :item_name, :item_accepted, :item_standard, :item_note)"},
               {"panel", "INSERT INTO acceptance_panel (acceptance, user_id) VALUES (:id, :item) ON CONFLICT DO NOTHING"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-1', :seq, 'payment_request', e.agency, 'procurement', 'acceptance',"
                      " x.id, 'payment.request', :natural_30 FROM acceptance x JOIN entrustment e ON e.id = x.entrustment"
                      " WHERE x.id = :id AND x.accepted = x.items"}},
     .help = "未经办采购和签约的执法人员逐项验收，未交付的成果列为不通过。"},

    {.name = "payment.request", .label = "申请付款", .group = "procurement", .table = "payment", .article = "14",
     .roles = ROLE_BIT(ROLE_PROCUREMENT), .flags = ACT_CREATES,
     .fields = FIELDS({"agreement", "辅助执法协议", FIELD_REF, 0, "agreement"},
                      {"acceptance", "验收记录", FIELD_REF, F_OPTIONAL, "acceptance"},
                      {"amount", "付款金额", FIELD_FEN, F_OPTIONAL},
                      {"basis", "付款依据", FIELD_ENUM, F_OPTIONAL, "deliverable time result_count"}),
     .scope = SCOPE_AGREEMENT,
     .rules = RULES(RULE_state, RULE_acceptance_missing, RULE_payment_unaccepted, RULE_acceptance_foreign,
                    RULE_acceptance_failed, RULE_payment_amount_missing, RULE_payment_over_entrustment,
                    RULE_payment_over_fee, RULE_payment_basis_missing, RULE_payment_by_count),
     .facts = {{NULL, STATE_OF("agreement", ":agreement", "'effective', 'suspended', 'terminated'")},
               {NULL, "SELECT a.id AS t_agreement, "
                      EXCESS("(" AMOUNT " + (SELECT CAST(COALESCE(SUM(y.amount), 0) AS BIGINT) FROM payment y"
                             " WHERE y.agreement = a.id))", "a.fee") " AS payment_over_fee"
                      " FROM agreement a WHERE a.id = :agreement"},
               /* A lump sum or monthly fee may leave an entrustment without an amount: then only the fee binds. */
               {NULL, "SELECT CASE WHEN e.agreement = :agreement THEN 0 ELSE 1 END AS acceptance_foreign,"
                      " x.items - x.accepted AS acceptance_failed, CASE WHEN e.amount = 0 THEN 0 ELSE "
                      EXCESS("(" AMOUNT " + (SELECT CAST(COALESCE(SUM(y.amount), 0) AS BIGINT) FROM payment y"
                             " JOIN acceptance z ON z.id = y.acceptance WHERE z.entrustment = e.id))", "e.amount")
                      " END AS payment_over_entrustment"
                      " FROM acceptance x JOIN entrustment e ON e.id = x.entrustment WHERE x.id = :acceptance"}},
     .facts_more = request_facts,
     .apply = {{NULL, "INSERT INTO payment (id, seq, agreement, acceptance, amount, basis, state, author)"
                      " VALUES (:id, :seq, :agreement, :acceptance, " AMOUNT ", :basis, 'requested', :by)"},
               /* The thirty days run from acceptance, not from the request. */
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-1', :seq, 'payment_pay', a.agency, 'finance', 'payment', :id,"
                      " 'payment.pay', COALESCE((SELECT MIN(t.due_at) FROM todo t WHERE t.kind = 'payment_request'"
                      " AND t.thing_kind = 'acceptance' AND t.thing_id = :acceptance), CAST(:natural_30 AS BIGINT))"
                      " FROM agreement a WHERE a.id = :agreement"},
               {NULL, TODO_DONE("payment_request", "acceptance", ":acceptance")}},
     .help = "凭验收合格的成果申请付款，不得与发现问题的数量挂钩。"},

    {.name = "payment.pay", .label = "支付", .group = "procurement", .table = "payment", .article = "14",
     .roles = ROLE_BIT(ROLE_FINANCE), .fields = FIELDS({"payment", "付款申请", FIELD_REF, 0, "payment"}),
     .scope = "SELECT a.agency AS agency FROM payment y JOIN agreement a ON a.id = y.agreement WHERE y.id = :payment",
     .rules = RULES(RULE_state, RULE_payer_is_requester, RULE_payment_over_budget, RULE_payment_late),
     .facts = {{NULL, STATE_OF("payment", ":payment", "'requested'")},
               {NULL, "SELECT CASE WHEN y.author = :by THEN 1 ELSE 0 END AS payer_is_requester,"
                      " CASE WHEN t.due_at < :at THEN 1 ELSE 0 END AS payment_late, t.due_at AS m_pay_due"
                      " FROM payment y LEFT JOIN todo t ON t.kind = 'payment_pay' AND t.thing_kind = 'payment'"
                      " AND t.thing_id = y.id WHERE y.id = :payment"},
               {NULL, "SELECT " EXCESS("(y.amount + (SELECT CAST(COALESCE(SUM(o.amount), 0) AS BIGINT) FROM payment o"
                                       " JOIN agreement oa ON oa.id = o.agreement JOIN procurement op"
                                       " ON op.id = oa.procurement WHERE op.budget = b.id AND o.state = 'paid'))",
                                       "b.amount") " AS payment_over_budget"
                      " FROM payment y JOIN agreement a ON a.id = y.agreement JOIN procurement p ON p.id = a.procurement"
                      " JOIN budget b ON b.id = p.budget WHERE y.id = :payment"}},
     .apply = {{NULL, "UPDATE payment SET state = 'paid', paid_seq = :seq, paid_at = :at WHERE id = :payment"},
               {NULL, TODO_DONE("payment_pay", "payment", ":payment")}},
     .help = "由申请人以外的财务人员支付，累计支付不超过协议金额和预算。"},
    {0}};
