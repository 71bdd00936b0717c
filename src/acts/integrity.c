/*
 * Honest help (Art. 5, 9). What the look finds goes to discipline and to nobody else; the one concerned reads it when
 * discipline opens it, and answers before it is closed. A finding has no consequence: whoever wants one opens an inquiry
 * (violation.open). Officers' speed is looked at the same way as providers' reports.
 *
 * Back-checks are drawn by lot over the ledger itself. The draw is of a period that is over, of fixed length, next to the
 * one before; its seed is the root of the ledger as it stood at the period's end. While somebody verified, the entries
 * that follow did not exist (their salts are drawn by the engine), and afterwards nothing is left to choose. The apply
 * step draws, so replaying the ledger is the proof.
 *
 * Inbox kinds: integrity_open integrity_close (discipline), integrity_answer (the one concerned), backcheck_report.
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"
#include "analysis/lot.h"

static bool integrity_blank(const struct act *a, const char *field)
{
    return !str_trim(act_text(a, field)).n;
}

static err *find_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->integrity_text_missing = integrity_blank(a, "text");
    f->integrity_unchecked = act_get(a, "checks")->n == 0;
    f->integrity_blames_refusal = str_eq(act_text(a, "kind"), S("drop_after_refusal")) &&
                                  str_eq(act_text(a, "about_kind"), S("provider"));
    return NULL;
}

static err *answer_facts(struct act *a)
{
    act_facts(a)->integrity_answer_empty = integrity_blank(a, "text");
    return NULL;
}

static err *close_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    str outcome = act_text(a, "outcome");
    bool inquiry = str_eq(outcome, S("inquiry"));
    f->integrity_reasons_missing = integrity_blank(a, "reasons");
    f->integrity_against = inquiry || str_eq(outcome, S("corrected"));
    f->integrity_violation_unnamed = inquiry && !act_get(a, "violation")->present;
    return NULL;
}

/* ---- the lot ---- */

static err *period_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    int64_t from = act_int(a, "from", 0), to = act_int(a, "to", 0), days = act_policy(a, "backcheck_days"), last;
    act_say(a, "backcheck_days", arena_printf(act_arena(a), "%lld", (long long)days));
    TRY(db_one_int(act_db(a), "SELECT MAX(to_date) FROM backcheck_draw WHERE agency = :agency",
                   DB_ARGS(DB_T("agency", act_text(a, "agency"))), 0, &last));
    f->backcheck_period_open = to >= day_of(act_at(a));
    f->backcheck_period_length = to - from + 1 != days;
    f->backcheck_period_gap = last && from != last + 1;
    return NULL;
}

struct lot { struct sm3 seed; int64_t size; int64_t percent; str *pool; size_t n; bool *chosen; };

static err *list_of(struct act *a, const char *sql, const struct db_args *args, str **ret, size_t *ret_n)
{
    struct db_rows rows;
    VEC(str) v = {0};
    TRY(db_query(act_db(a), act_arena(a), sql, args, &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(act_arena(a), &v, db_str(&rows, 0));
    }
    *ret = v.p;
    *ret_n = v.n;
    return NULL;
}

static err *lot_cast(struct act *a, struct lot *l, str *ret_root)
{
    struct sm3 root;
    day from = (day)act_int(a, "from", 0), to = (day)act_int(a, "to", 0);
    TRY(db_one_int(act_db(a), "SELECT seq FROM act_log WHERE received_at < :end AND seq < :seq ORDER BY seq DESC LIMIT 1",
                   DB_ARGS(DB_I("end", day_start(to + 1)), DB_I("seq", act_seq(a))), 0, &l->size));
    TRY(ledger_root(act_db(a), l->size, &root));
    l->seed = lot_seed(&root, act_text(a, "agency"), from, to);
    l->percent = act_policy(a, "backcheck_percent");
    TRY(list_of(a, "SELECT m.id FROM material m JOIN entrustment e ON e.id = m.entrustment WHERE e.agency = :agency"
                   " AND m.state IN ('adoptable', 'reference_only') AND m.verified_at >= :low AND m.verified_at < :high"
                   " AND NOT EXISTS (SELECT 1 FROM backcheck b WHERE b.material = m.id) ORDER BY m.id",
                DB_ARGS(DB_T("agency", act_text(a, "agency")), DB_I("low", day_start(from)), DB_I("high", day_start(to + 1))),
                &l->pool, &l->n));
    l->chosen = NEW_ARRAY(act_arena(a), l->n + 1, bool);
    lot_draw(act_arena(a), &l->seed, l->pool, l->n, lot_size(l->n, l->percent), l->chosen);
    *ret_root = sm3_text(act_arena(a), &root);
    return NULL;
}

/* Who did not verify it. Nobody left: the item stands in the inbox of all officers, and the rule on verifiers decides. */
static err *checker(struct act *a, const struct lot *l, str material, str *ret)
{
    str *who;
    size_t n;
    *ret = STR_NONE;
    TRY(list_of(a, "SELECT u.id FROM users u WHERE u.agency = :agency AND u.disabled_at IS NULL AND u.provider IS NULL"
                   " AND EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = u.id AND r.role = 'officer')"
                   " AND NOT EXISTS (SELECT 1 FROM verification v WHERE v.material = :material AND v.officer = u.id)"
                   " ORDER BY u.id",
                DB_ARGS(DB_T("agency", act_text(a, "agency")), DB_T("material", material)), &who, &n));
    if (n)
        *ret = who[lot_pick(&l->seed, material, n)];
    return NULL;
}

static err *assign(struct act *a, str material, str officer, size_t number)
{
    str id = arena_printf(act_arena(a), "%.*s-%zu", STR_ARG(act_id(a)), number);
    TRY(db_put(act_db(a), "INSERT INTO backcheck (id, seq, material, state, draw, officer) VALUES (:id, :seq, :material,"
                          " 'assigned', :draw, :officer)",
               DB_ARGS(DB_T("id", id), DB_I("seq", act_seq(a)), DB_T("material", material), DB_T("draw", act_id(a)),
                       DB_T("officer", officer))));
    return db_put(act_db(a), "INSERT INTO todo (id, seq, kind, agency, role, user_id, thing_kind, thing_id, act, due_at) VALUES"
                             " (:todo, :seq, 'backcheck_report', :agency, 'officer', :officer, 'backcheck', :id,"
                             " 'backcheck.report', NULL)",
                  DB_ARGS(DB_T("todo", arena_printf(act_arena(a), "%lld-%zu", (long long)act_seq(a), number)),
                          DB_I("seq", act_seq(a)), DB_T("agency", act_text(a, "agency")), DB_T("officer", officer), DB_T("id", id)));
}

static err *draw_lots(struct act *a)
{
    struct lot l;
    str root;
    size_t chosen = 0;
    TRY(lot_cast(a, &l, &root));
    for (size_t i = 0; i < l.n; i++) {
        str officer = STR_NONE;
        if (l.chosen[i]) {
            TRY(checker(a, &l, l.pool[i], &officer));
            TRY(assign(a, l.pool[i], officer, ++chosen));
        }
        TRY(db_put(act_db(a), "INSERT INTO backcheck_pool (draw, material, chosen, officer) VALUES (:draw, :material, :chosen, :officer)",
                   DB_ARGS(DB_T("draw", act_id(a)), DB_T("material", l.pool[i]), DB_I("chosen", l.chosen[i]), DB_T("officer", officer))));
    }
    /* Ten working days, as for a back-check that a head assigns; the engine counts them, so in a statement of its own. */
    TRY(act_run(a, "UPDATE todo SET due_at = :workday_10 WHERE seq = :seq AND kind = 'backcheck_report'"));
    return db_put(act_db(a), "UPDATE backcheck_draw SET size = :size, root = :root, percent = :percent, pool_n = :n, chosen_n = :chosen"
                             " WHERE id = :id",
                  DB_ARGS(DB_I("size", l.size), DB_T("root", root), DB_I("percent", l.percent), DB_I("n", (int64_t)l.n),
                          DB_I("chosen", (int64_t)chosen), DB_T("id", act_id(a))));
}

#define SCOPE_FINDING "SELECT agency AS agency FROM integrity_finding WHERE id = :finding"
#define ABOUT_ACTOR                                                                                 \
    "SELECT CASE WHEN x.about_kind = 'user' AND x.about_id = CAST(:by AS TEXT) THEN 1 ELSE 0 END AS integrity_about_actor" \
    " FROM integrity_finding x WHERE x.id = :finding"
#define DISCIPLINE ROLE_BIT(ROLE_DISCIPLINE)

const struct act_type acts_integrity[] = {
    {.name = "integrity.find", .label = "廉洁提示", .group = "integrity", .table = "integrity_finding", .article = "5",
     .roles = ROLE_BIT(ROLE_DETECTOR) | ROLE_BIT(ROLE_SYSTEM), .flags = ACT_CREATES | ACT_INTERNAL,
     .fields = FIELDS({"kind", "类别", FIELD_ENUM, 0,
                       "text_reuse number_reuse picture_reuse near_limit fast_verification backcheck_disagrees drop_after_refusal"},
                      {"about", "所涉单位或人员", FIELD_PARTY, 0, "provider user agency"},
                      {"agency", "执法机构", FIELD_REF, F_OPTIONAL, "agency"},
                      {"material", "材料", FIELD_REF, F_OPTIONAL, "material"}, {"other", "相似材料", FIELD_REF, F_OPTIONAL, "material"},
                      {"score", "程度", FIELD_COUNT, F_OPTIONAL},
                      {"text", "看到什么", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000},
                      {"evidence", "比对内容", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 4000},
                      {"checks", "已核对的合理解释", FIELD_OBJECT, F_OPTIONAL | F_LIST,
                       .object = FIELDS({"name", "解释", FIELD_ENUM, 0,
                                         "template_text quoted_law standard_form own_supplement derived_material same_subject"
                                         " coarse_resolution constant_values same_scene blank_picture peer_spread few_values"
                                         " second_reader late_entry short_material chance other_ground few_before"},
                                        {"holds", "成立", FIELD_BOOL, 0},
                                        {"detail", "核对情况", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 300}),
                       .maximum = 20}),
     .rules = RULES(RULE_integrity_text_missing, RULE_integrity_unchecked, RULE_integrity_blames_refusal),
     .facts_more = find_facts,
     .apply = {{NULL, "INSERT INTO integrity_finding (id, seq, kind, about_kind, about_id, provider, agency, material, other, score,"
                      " text, evidence, found_at, state) VALUES (:id, :seq, :kind, :about_kind, :about_id,"
                      " CASE WHEN CAST(:about_kind AS TEXT) = 'provider' THEN CAST(:about_id AS TEXT) END,"
                      " COALESCE(CAST(:agency AS TEXT), (SELECT u.agency FROM users u WHERE CAST(:about_kind AS TEXT) = 'user' AND u.id ="
                      " CAST(:about_id AS TEXT)), (SELECT g.agency FROM agreement g WHERE CAST(:about_kind AS TEXT) = 'provider' AND"
                      " g.provider = CAST(:about_id AS TEXT) ORDER BY g.seq DESC LIMIT 1)), :material, :other,"
                      " COALESCE(CAST(:score AS BIGINT), 0), :text, :evidence, :at, 'found')"},
               {"checks", "INSERT INTO integrity_check (finding, name, seq, holds, detail) VALUES (:id, :item_name, :seq, :item_holds,"
                          " :item_detail) ON CONFLICT DO NOTHING"},
               {NULL, TODO("1", "integrity_open", "(SELECT f.agency FROM integrity_finding f WHERE f.id = :id)", "discipline",
                           "integrity_finding", ":id", "integrity.open", ":workday_10")}},
     .help = "由比对程序提出，只送纪检督察；是核查方向，不是违纪认定。"},

    {.name = "integrity.open", .label = "受理廉洁提示", .group = "integrity", .table = "integrity_finding", .article = "5",
     .roles = DISCIPLINE, .fields = FIELDS({"finding", "提示", FIELD_REF, 0, "integrity_finding"}), .scope = SCOPE_FINDING,
     .rules = RULES(RULE_state, RULE_integrity_about_actor),
     .facts = {{NULL, STATE_OF("integrity_finding", ":finding", "'found'")}, {NULL, ABOUT_ACTOR}},
     .apply = {{NULL, "UPDATE integrity_finding SET state = 'opened', opened_by = :by, opened_at = :at WHERE id = :finding"},
               {NULL, TODO_DONE("integrity_open", "integrity_finding", ":finding")},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, provider, role, user_id, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-1', CAST(:seq AS BIGINT), 'integrity_answer', CASE WHEN f.about_kind = 'provider' THEN NULL"
                      " ELSE f.agency END, f.provider, CASE f.about_kind WHEN 'provider' THEN 'provider_lead' WHEN 'agency' THEN 'head' END,"
                      " CASE WHEN f.about_kind = 'user' THEN f.about_id END, 'integrity_finding', f.id, 'integrity.answer',"
                      " CAST(:workday_violation_answer_workdays AS BIGINT) FROM integrity_finding f WHERE f.id = :finding"},
               {NULL, TODO("2", "integrity_close", "(SELECT f.agency FROM integrity_finding f WHERE f.id = :finding)", "discipline",
                           "integrity_finding", ":finding", "integrity.close", ":natural_30")}},
     .help = "受理后所涉单位或人员才能看到，并可说明。"},

    {.name = "integrity.answer", .label = "说明情况", .group = "integrity", .table = "integrity_finding", .article = "5",
     .roles = ROLE_BIT(ROLE_PROVIDER_LEAD) | ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"finding", "提示", FIELD_REF, 0, "integrity_finding"},
                      {"text", "说明", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 4000}),
     .scope = "SELECT agency AS agency, provider AS provider FROM integrity_finding WHERE id = :finding",
     .rules = RULES(RULE_state, RULE_integrity_not_concerned, RULE_integrity_answer_empty),
     .facts = {{NULL, STATE_OF("integrity_finding", ":finding", "'opened'")},
               {NULL, "SELECT CASE WHEN (f.about_kind = 'provider' AND f.about_id = CAST(:provider AS TEXT)) OR (f.about_kind = 'user' AND"
                      " f.about_id = CAST(:by AS TEXT)) OR (f.about_kind = 'agency' AND f.about_id = CAST(:agency AS TEXT)) THEN 0 ELSE 1"
                      " END AS integrity_not_concerned FROM integrity_finding f WHERE f.id = :finding"}},
     .facts_more = answer_facts,
     .apply = {{NULL, "INSERT INTO integrity_answer (seq, finding, author, text) VALUES (:seq, :finding, :by, :text)"},
               {NULL, TODO_DONE("integrity_answer", "integrity_finding", ":finding")}},
     .help = "说明相同或接近的原因，如范本、引文、同一仪器；可多次说明。"},

    {.name = "integrity.close", .label = "办结廉洁提示", .group = "integrity", .table = "integrity_finding", .article = "5",
     .roles = DISCIPLINE,
     .fields = FIELDS({"finding", "提示", FIELD_REF, 0, "integrity_finding"},
                      {"outcome", "结论", FIELD_ENUM, 0, "explained groundless corrected inquiry"},
                      {"reasons", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000},
                      {"violation", "违纪核查", FIELD_REF, F_OPTIONAL, "violation"}),
     .scope = SCOPE_FINDING,
     .rules = RULES(RULE_state, RULE_integrity_about_actor, RULE_integrity_reasons_missing, RULE_integrity_unheard,
                    RULE_integrity_violation_unnamed),
     .facts = {{NULL, STATE_OF("integrity_finding", ":finding", "'opened'")}, {NULL, ABOUT_ACTOR},
               {NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM integrity_answer n WHERE n.finding = f.id) OR EXISTS (SELECT 1 FROM todo t"
                      " WHERE t.kind = 'integrity_answer' AND t.thing_kind = 'integrity_finding' AND t.thing_id = f.id"
                      " AND t.due_at < CAST(:at AS BIGINT)) THEN 0 ELSE 1 END AS integrity_unheard FROM integrity_finding f"
                      " WHERE f.id = :finding"}},
     .facts_more = close_facts,
     .apply = {{NULL, "UPDATE integrity_finding SET state = 'closed', outcome = :outcome, reasons = :reasons, violation = :violation,"
                      " closed_by = :by, closed_at = :at, closed_seq = :seq WHERE id = :finding"},
               {NULL, TODO_DONE("integrity_close", "integrity_finding", ":finding")},
               {NULL, TODO_DONE("integrity_answer", "integrity_finding", ":finding")}},
     .help = "提示本身没有处理效果；确需查处的，先启动违纪核查。"},

    {.name = "backcheck.draw", .label = "抽取回查", .group = "integrity", .table = "backcheck_draw", .article = "9",
     .roles = ROLE_BIT(ROLE_SYSTEM), .flags = ACT_CREATES | ACT_INTERNAL,
     .fields = FIELDS({"agency", "执法机构", FIELD_REF, 0, "agency"}, {"from", "期间自", FIELD_DATE, 0}, {"to", "期间至", FIELD_DATE, 0}),
     .rules = RULES(RULE_backcheck_period_open, RULE_backcheck_period_length, RULE_backcheck_period_gap),
     .facts_more = period_facts,
     .apply = {{NULL, "INSERT INTO backcheck_draw (id, seq, agency, from_date, to_date, size, root, percent, pool_n, chosen_n) VALUES"
                      " (:id, :seq, :agency, :from, :to, 0, '', 0, 0, 0)"}},
     .apply_more = draw_lots,
     .help = "从已核实的材料中按账本抽取，事前无人可知，事后可复算。"},
    {0}};
