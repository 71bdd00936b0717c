/*
 * Drawing at random (Art. 7, "double random"). The plan and the parties' digests are committed first; then the secrets come
 * in, the bureau's before the others' and none shown until the last is in: whoever decides whether to reveal knows nothing
 * of the result, so keeping still gains nothing. Whoever keeps still past the deadline is recorded, and discipline opens a
 * new round on the same plan, all parties with fresh secrets and he replaced (docs/decisions/0041-draw.md says why).
 * The result is sealed until the work is done; who opens it says so by an act.
 *
 * Todo kinds: draw_settle (officer), draw_reveal (a party), draw_execute (who was drawn), draw_publish (officer), draw_second.
 */
#include "acts/act.h"
#include "acts/acts_sql.h"
#include "acts/draw_private.h"

/* ---- reveal ---- */

static err *reveal_facts(struct act *a)
{
    struct law_facts *f = &a->facts;
    struct db_rows rows;
    bool more;
    str party = act_text(a, "party"), secret = act_text(a, "secret");
    act_say(a, "reveal_party", party);
    TRY(act_query(a, "SELECT p.digest, p.revealed_seq, p.stage, w.plan, p.reveal_by, (SELECT COUNT(*) FROM draw_party o WHERE o.draw = p.draw"
                     " AND o.stage = 1 AND o.revealed_seq IS NULL) FROM draw_party p JOIN draw w ON w.id = p.draw WHERE p.draw = :draw"
                     " AND p.party = :party", &rows));
    TRY(db_next(&rows, &more));
    if (!more) {
        f->reveal_party_unknown = 1;
        return NULL;
    }
    struct sm3 digest = sm3_of(secret.p ? secret.p : "", secret.n);
    f->reveal_twice = db_int(&rows, 1) != 0;
    f->reveal_differs = !str_eq(db_str(&rows, 0), sm3_text(a->arena, &digest));
    f->reveal_early = db_int(&rows, 2) == 2 && db_int(&rows, 5) > 0;
    f->reveal_plan_differs = act_get(a, "plan")->present && !str_eq(act_text(a, "plan"), db_str(&rows, 3));
    f->reveal_late = db_int(&rows, 4) && a->received_at > db_int(&rows, 4);
    db_rows_end(&rows);
    int64_t user = 0;
    TRY(db_one_int(a->db, "SELECT COUNT(*) FROM users WHERE id = :id", DB_ARGS(DB_T("id", draw_bare(party))), 0, &user));
    f->reveal_for_other = (user || !a->actor.agency.p) && !str_eq(draw_bare(party), a->by);
    return NULL;
}

/* ---- settle ---- */

static err *put_places(struct act *a, const struct draw *d)
{
    for (size_t s = 0; s < d->strata.n; s++)
        for (size_t i = 0; i < d->places[s].n; i++) {
            size_t who = d->places[s].p[i].candidate;
            bool chosen = d->places[s].p[i].lot == DRAW_CHOSEN;
            TRY(db_put(a->db, "UPDATE draw_pool SET rank = :rank, chosen = :chosen, chance = :chance WHERE draw = :draw AND position = :position",
                       DB_ARGS(DB_I("rank", (int64_t)i + 1), DB_I("chosen", chosen),
                               {S("chance"), {chosen && d->method == 2 ? DB_INT : DB_NULL, draw_chance(d, who), STR_NONE}},
                               DB_T("draw", d->id), DB_I("position", (int64_t)who + 1))));
        }
    return NULL;
}

/* End of the day n working days after `from`. */
static usec workdays_after(struct act *a, usec from, const char *setting)
{
    day due;
    calendar_due(act_calendar(a), day_of(from), UNIT_WORKDAY, (int)act_policy(a, setting), &due, NULL);
    return day_start(due + 1) - 1;
}

static err *settle_apply(struct act *a)
{
    struct draw d;
    struct draw_status status;
    int64_t last;
    TRY(draw_load(a->db, a->arena, act_text(a, "draw"), &d, &status));
    draw_settle(a->arena, &d);
    TRY(put_places(a, &d));
    TRY(db_one_int(a->db, "SELECT execute_by FROM draw WHERE id = :draw", DB_ARGS(DB_T("draw", d.id)), 0, &last));
    usec seal = last ? day_start((day)last + 1) - 1 : workdays_after(a, a->at, "draw_execute_workdays");
    usec due = workdays_after(a, seal, "disclose_draw_workdays");
    TRY(db_put(a->db, "UPDATE draw SET seed = :seed, seal_until = :seal, publish_by = :due WHERE id = :draw",
               DB_ARGS(DB_T("seed", sm3_text(a->arena, &d.seed)), DB_I("seal", seal), DB_I("due", due), DB_T("draw", d.id))));
    TRY(db_put(a->db, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at) VALUES (CAST(CAST(:seq AS BIGINT) AS"
                      " TEXT) || '-publish', :seq, 'draw_publish', :agency, 'officer', 'draw', :draw, 'draw.publish', :due)",
               DB_ARGS(DB_I("seq", a->seq), DB_T("agency", d.agency), DB_T("draw", d.id), DB_I("due", due))));
    return db_put(a->db, "INSERT INTO todo (id, seq, kind, agency, user_id, thing_kind, thing_id, act, due_at)"
                         " SELECT CAST(CAST(:seq AS BIGINT) AS TEXT) || '-' || u.id, CAST(:seq AS BIGINT), 'draw_execute', u.agency, u.id, 'draw',"
                         " CAST(:draw AS TEXT), 'draw.look', CAST(:due AS BIGINT) FROM draw_pool p JOIN users u ON u.id = p.who OR"
                         " 'user:' || u.id = p.who WHERE p.draw = CAST(:draw AS TEXT) AND p.kind = 'officer' AND p.chosen = 1",
                  DB_ARGS(DB_I("seq", a->seq), DB_T("draw", d.id), DB_I("due", seal)));
}

/* ---- cancel and replace ---- */

static err *second_facts(struct act *a)
{
    struct law_facts *f = &a->facts;
    f->draw_reason_missing = !str_trim(act_text(a, "reason")).n;
    f->second_approver_missing = !act_get(a, "approver")->present;
    return NULL;
}

/* The chosen one of that name and who would follow; DRAW_NOBODY each. */
static err *successor(struct act *a, struct draw *d, size_t *ret_who, size_t *ret_next)
{
    struct draw_status status;
    *ret_who = *ret_next = DRAW_NOBODY;
    TRY(draw_load(a->db, a->arena, act_text(a, "draw"), d, &status));
    for (int k = 0; k < DRAW_KINDS && status.settled && *ret_who == DRAW_NOBODY; k++) {
        size_t who = draw_find(d, (enum draw_kind)k, act_text(a, "who"));
        if (who != DRAW_NOBODY && draw_is_chosen(d, who))
            *ret_who = who;
    }
    if (*ret_who != DRAW_NOBODY)
        *ret_next = draw_replace(a->arena, d, *ret_who);
    return NULL;
}

static err *replace_facts(struct act *a)
{
    struct draw d;
    size_t who, next;
    TRY(second_facts(a));
    act_say(a, "replaced", act_text(a, "who"));
    if (a->facts.look_not_executing) /* "he is not among them" would be the result, asked for name by name */
        return NULL;
    TRY(successor(a, &d, &who, &next));
    a->facts.replace_not_chosen = who == DRAW_NOBODY;
    a->facts.replace_none_left = who != DRAW_NOBODY && next == DRAW_NOBODY;
    return NULL;
}

static err *set_chosen(struct act *a, const struct draw *d, size_t who, bool chosen)
{
    return db_put(a->db, "UPDATE draw_pool SET chosen = :chosen, chance = :chance WHERE draw = :draw AND position = :position",
                  DB_ARGS(DB_I("chosen", chosen), {S("chance"), {chosen && d->method == 2 ? DB_INT : DB_NULL, draw_chance(d, who), STR_NONE}},
                          DB_T("draw", d->id), DB_I("position", (int64_t)who + 1)));
}

static err *replace_apply(struct act *a)
{
    struct draw d;
    size_t who, next;
    TRY(successor(a, &d, &who, &next));
    CHECK(who != DRAW_NOBODY && next != DRAW_NOBODY);
    TRY(set_chosen(a, &d, who, false));
    TRY(set_chosen(a, &d, next, true));
    return db_put(a->db, "INSERT INTO draw_change (seq, draw, stratum, who, by_whom) VALUES (:seq, :draw, :stratum, :who, :next)",
                  DB_ARGS(DB_I("seq", a->seq), DB_T("draw", d.id), DB_I("stratum", d.pool.p[who].stratum), DB_T("who", d.pool.p[who].who),
                          DB_T("next", d.pool.p[next].who)));
}

/* ---- a new round ---- */

/* Missing are those whose turn it was: the others' only when the bureau's are all in. */
#define AT_FAULT                                                                                    \
    "p.revealed_seq IS NULL AND (p.stage = 1 OR NOT EXISTS (SELECT 1 FROM draw_party o WHERE o.draw = p.draw AND o.stage = 1" \
    " AND o.revealed_seq IS NULL))"
#define BARE(x) "CASE WHEN " x " LIKE 'user:%' THEN substr(" x ", 6) ELSE " x " END"

static err *renew_facts(struct act *a)
{
    struct law_facts *f = &a->facts;
    TRY(draw_commitment_facts(a));
    const struct act_value *list = act_get(a, "commitments");
    for (size_t i = 0; i < list->n; i++) {
        int64_t n;
        const struct act_value *x = &list->child[i];
        TRY(db_one_int(a->db, "SELECT COUNT(*) FROM draw_party p WHERE p.draw = :draw AND " BARE("p.party") " = :who AND " AT_FAULT,
                       DB_ARGS(DB_T("draw", act_text(a, "draw")), DB_T("who", draw_bare(x->child[0].s))), 0, &n));
        f->renew_at_fault += n;
        if (n)
            act_say(a, "fault_party", x->child[0].s);
        TRY(db_one_int(a->db, "SELECT COUNT(*) FROM draw_past p WHERE p.draw = :draw AND p.missing = 1 AND " BARE("p.party") " = :who",
                       DB_ARGS(DB_T("draw", act_text(a, "draw")), DB_T("who", draw_bare(x->child[0].s))), 0, &n));
        f->renew_at_fault += n;
        TRY(db_one_int(a->db, "SELECT (SELECT COUNT(*) FROM draw_party p WHERE p.draw = :draw AND p.digest = :digest) +"
                              " (SELECT COUNT(*) FROM draw_past p WHERE p.draw = :draw AND p.digest = :digest)",
                       DB_ARGS(DB_T("draw", act_text(a, "draw")), DB_T("digest", x->child[1].s)), 0, &n));
        f->renew_digest_used += n;
    }
    return NULL;
}

#define PARTY_STAGE(who)                                                                            \
    "CASE WHEN EXISTS (SELECT 1 FROM users u WHERE u.id = " BARE(who) " AND (u.provider IS NOT NULL OR u.subject IS NOT NULL OR EXISTS" \
    " (SELECT 1 FROM user_role r WHERE r.user_id = u.id AND r.role = 'discipline'))) THEN 2 ELSE 1 END"
#define PUT_PARTY(draw)                                                                             \
    "INSERT INTO draw_party (draw, party, digest, stage, reveal_by) SELECT CAST(" draw " AS TEXT), CAST(:item_party AS TEXT)," \
    " CAST(:item_digest AS TEXT), " PARTY_STAGE("CAST(:item_party AS TEXT)") ", CAST(:workday_draw_reveal_workdays AS BIGINT)" \
    " WHERE 1 = 1 ON CONFLICT DO NOTHING"
/* Each party's own inbox, when its turn comes. */
#define REVEAL_TODO(draw, n, stage)                                                                 \
    "INSERT INTO todo (id, seq, kind, agency, user_id, thing_kind, thing_id, act, due_at)"          \
    " SELECT " SEQ_TEXT " || '-" n "-' || u.id, CAST(:seq AS BIGINT), 'draw_reveal', u.agency, u.id, 'draw', CAST(" draw " AS TEXT)," \
    " 'draw.reveal', p.reveal_by FROM draw_party p JOIN users u ON u.id = " BARE("p.party")    \
    " WHERE p.draw = CAST(" draw " AS TEXT) AND p.revealed_seq IS NULL AND p.stage = " stage

static err *publish_facts(struct act *a)
{
    struct law_facts *f = &a->facts;
    f->draw_publish_early = f->draw_unexecuted > 0 && f->draw_sealed_now;
    return NULL;
}

#define SECOND_APPROVER                                                                             \
    "SELECT CASE WHEN u.id = :by THEN 1 ELSE 0 END AS second_approver_same, u.name AS t_second_approver," \
    " CASE WHEN u.provider IS NULL AND u.disabled_at IS NULL AND u.agency = CAST(:agency AS TEXT) AND EXISTS" \
    " (SELECT 1 FROM user_role r WHERE r.user_id = u.id AND r.role NOT IN ('sysadmin', 'secadmin', 'auditor'))" \
    " THEN 0 ELSE 1 END AS second_approver_unfit FROM users u WHERE u.id = CAST(:approver AS TEXT)"
#define SECOND_RULES                                                                                \
    RULE_state, RULE_draw_reason_missing, RULE_second_approver_missing, RULE_second_approver_same,  \
        RULE_second_approver_unfit
/* The person named learns of it: a name put there without asking does not stay unseen. */
#define SECOND_TODO                                                                                 \
    "INSERT INTO todo (id, seq, kind, agency, user_id, thing_kind, thing_id, due_at)"               \
    " SELECT " SEQ_TEXT " || '-1', CAST(:seq AS BIGINT), 'draw_second', u.agency, u.id, 'draw', CAST(:draw AS TEXT)," \
    " CAST(:workday_2 AS BIGINT) FROM users u WHERE u.id = CAST(:approver AS TEXT)"
/* Who may open a sealed result: its author, head and discipline, and the officers drawn. */
#define NOT_EXECUTING \
    "SELECT CASE WHEN w.published_at IS NOT NULL OR w.author = CAST(:by AS TEXT) OR EXISTS (SELECT 1 FROM user_role r WHERE" \
    " r.user_id = CAST(:by AS TEXT) AND r.role IN ('head', 'discipline')) OR EXISTS (SELECT 1 FROM draw_pool p WHERE p.draw =" \
    " w.id AND p.kind = 'officer' AND p.chosen = 1 AND " BARE("p.who") " = CAST(:by AS TEXT)) THEN 0 ELSE 1 END" \
    " AS look_not_executing FROM draw w WHERE w.id = :draw"
#define SCOPE_DRAW "SELECT agency AS agency FROM draw WHERE id = :draw"
#define SEALED "SELECT CASE WHEN published_at IS NULL AND state <> 'cancelled' THEN 1 ELSE 0 END FROM draw WHERE id = :draw"

#define COMMITMENTS                                                                                 \
    {"commitments", "各方承诺", FIELD_OBJECT, F_OPTIONAL | F_LIST,                                   \
     .object = FIELDS({"party", "承诺方", FIELD_TEXT, 0, .maximum = 80}, {"digest", "秘密的摘要", FIELD_DIGEST, 0}), \
     .maximum = LIMIT_DRAW_PARTIES}

static const struct act_field commit_fields[] = {
    {"purpose", "抽取什么", FIELD_ENUM, 0, "subjects officers providers"},
    {"method", "抽取方法", FIELD_ENUM, F_OPTIONAL, "xiezhi-draw-1 xiezhi-draw-2"},
    {"item", "检查事项", FIELD_TEXT, F_OPTIONAL, .maximum = 80},
    {"region", "区划", FIELD_REGION, F_OPTIONAL},
    {"preset", "所依抽查办法", FIELD_TEXT, F_OPTIONAL, .maximum = 120},
    {"pool", "抽取范围", FIELD_TEXT, F_OPTIONAL | F_LIST, .maximum = LIMIT_DRAW_POOL},
    {"weights", "权重", FIELD_COUNT, F_OPTIONAL | F_LIST, .maximum = LIMIT_DRAW_WEIGHT},
    {"exclusions", "排除", FIELD_OBJECT, F_OPTIONAL | F_LIST,
     .object = FIELDS({"who", "排除的元素", FIELD_TEXT, 0, .maximum = 80}, {"reason_class", "理由类别", FIELD_TEXT, F_OPTIONAL, .maximum = 40},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
                      {"digest", "理由的摘要", FIELD_DIGEST, F_OPTIONAL}),
     .maximum = 20000},
    {"quantity", "数量", FIELD_COUNT, F_OPTIONAL, .maximum = LIMIT_DRAW_POOL},
    {"strata", "分层", FIELD_OBJECT, F_OPTIONAL | F_LIST,
     .object = FIELDS({"class", "类别", FIELD_TEXT, F_OPTIONAL, .maximum = 60}, {"region", "区划", FIELD_REGION, F_OPTIONAL},
                      {"ratio", "比例", FIELD_PERCENT, F_OPTIONAL}, {"per", "每名在岗执法人员对应数", FIELD_COUNT, F_OPTIONAL, .maximum = 1000},
                      {"least", "最少数", FIELD_COUNT, F_OPTIONAL, .maximum = LIMIT_DRAW_POOL}),
     .maximum = LIMIT_DRAW_STRATA - 2},
    {"caps", "上限", FIELD_OBJECT, F_OPTIONAL | F_LIST,
     .object = FIELDS({"by", "按什么", FIELD_ENUM, 0, "class region group"}, {"key", "值", FIELD_TEXT, 0, .maximum = 80},
                      {"most", "每层至多", FIELD_COUNT, 0, .maximum = LIMIT_DRAW_POOL}),
     .maximum = LIMIT_DRAW_CAPS},
    {"floor", "最低机会", FIELD_PERCENT, F_OPTIONAL},
    {"norepeat", "不重复抽取的日数", FIELD_COUNT, F_OPTIONAL, .maximum = 3660},
    {"reserve", "候补数", FIELD_COUNT, F_OPTIONAL, .maximum = LIMIT_DRAW_POOL},
    {"officers", "执法人员范围", FIELD_TEXT, F_OPTIONAL | F_LIST, .maximum = LIMIT_DRAW_CREW},
    {"officer_weights", "执法人员权重", FIELD_COUNT, F_OPTIONAL | F_LIST, .maximum = LIMIT_DRAW_WEIGHT},
    {"officers_quantity", "抽取执法人员数", FIELD_COUNT, F_OPTIONAL, .maximum = LIMIT_DRAW_CREW},
    {"officers_each", "每个对象的执法人员数", FIELD_COUNT, F_OPTIONAL, .maximum = LIMIT_DRAW_EACH},
    {"officers_most", "每名执法人员至多对象数", FIELD_COUNT, F_OPTIONAL, .maximum = LIMIT_DRAW_POOL},
    {"helpers", "辅助人员范围", FIELD_TEXT, F_OPTIONAL | F_LIST, .maximum = LIMIT_DRAW_CREW},
    {"helper_weights", "辅助人员权重", FIELD_COUNT, F_OPTIONAL | F_LIST, .maximum = LIMIT_DRAW_WEIGHT},
    {"helpers_quantity", "抽取辅助人员数", FIELD_COUNT, F_OPTIONAL, .maximum = LIMIT_DRAW_CREW},
    {"helpers_each", "每个对象的辅助人员数", FIELD_COUNT, F_OPTIONAL, .maximum = LIMIT_DRAW_EACH},
    {"helpers_most", "每名辅助人员至多对象数", FIELD_COUNT, F_OPTIONAL, .maximum = LIMIT_DRAW_POOL},
    {"bars", "人员对对象的回避", FIELD_OBJECT, F_OPTIONAL | F_LIST,
     .object = FIELDS({"kind", "人员类别", FIELD_ENUM, 0, "officer helper"}, {"who", "人员", FIELD_TEXT, 0, .maximum = 80},
                      {"object", "对象", FIELD_TEXT, 0, .maximum = 80}, {"reason_class", "理由类别", FIELD_TEXT, F_OPTIONAL, .maximum = 40},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
                      {"digest", "理由的摘要", FIELD_DIGEST, F_OPTIONAL}),
     .maximum = LIMIT_DRAW_BARS},
    {"salt", "理由摘要的盐", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 80},
    {"execute_by", "检查完成期限", FIELD_DATE, F_OPTIONAL},
    COMMITMENTS,
    {0}};

const struct act_type acts_draw[] = {
    {.name = "draw.commit", .label = "确定抽取范围", .group = "draw", .table = "draw", .article = "7",
     .roles = ROLE_BIT(ROLE_OFFICER), .flags = ACT_CREATES, .fields = commit_fields, .limit_bytes = LIMIT_ACT_BYTES_LARGE,
     .rules = RULES(RULE_pool_missing, RULE_pool_repeats, RULE_pool_helpers_as_officers, RULE_pool_uncertified,
                    RULE_pool_unfit_providers, RULE_pool_banned_providers, RULE_pool_unknown, RULE_pool_outside_strata,
                    RULE_draw_method_old, RULE_draw_quantity_none, RULE_draw_quantity_beyond, RULE_draw_single_officer,
                    RULE_exclusions_unexplained, RULE_exclusions_undigested, RULE_exclusions_unfounded, RULE_exclusions_strange,
                    RULE_exclusions_repeated, RULE_recent_in_pool, RULE_weights_differ, RULE_weights_zero, RULE_chance_below_floor,
                    RULE_teams_short, RULE_draw_ties_unbarred, RULE_plan_unsound, RULE_commitments_too_few, RULE_commitments_alike, RULE_commitments_one_side),
     .facts_more = draw_commit_facts,
     .apply = {{NULL, "INSERT INTO draw (id, seq, agency, author, purpose, quantity, pool_n, state, method, day, item, region, preset, floor,"
                      " norepeat, officers_each, officers_most, helpers_each, helpers_most, salt, execute_by) VALUES (:id, :seq,"
                      " :agency, :by, :purpose, COALESCE(CAST(:quantity AS BIGINT), 0), 0, 'committed', CASE WHEN CAST(:method AS TEXT) ="
                      " 'xiezhi-draw-2' THEN 2 ELSE 1 END, :day, :item, :region, :preset, :floor, :norepeat, :officers_each, :officers_most,"
                      " :helpers_each, :helpers_most, :salt, :execute_by)"},
               {"exclusions", "INSERT INTO draw_exclusion (draw, who, reason_class, reason, digest, seq)"
                              " VALUES (:id, :item_who, :item_reason_class, :item_reason, :item_digest, :seq) ON CONFLICT DO NOTHING"},
               {"bars", "INSERT INTO draw_bar (draw, number, kind, who, object, class, digest, reason, seq) VALUES (:id, :item_position, :item_kind,"
                        " :item_who, :item_object, :item_reason_class, :item_digest, :item_reason, :seq)"},
               {"commitments", PUT_PARTY(":id")},
               {NULL, REVEAL_TODO(":id", "2", "1")},
               {NULL, TODO("1", "draw_settle", ":agency", "officer", "draw", ":id", "draw.settle", ":workday_draw_reveal_workdays")}},
     .apply_more = draw_commit_apply,
     .help = "先公布范围、排除、权重和各方摘要，再公开秘密，结果由它们推出，任何人可复算。承诺以后的改动一律不算。"},

    {.name = "draw.reveal", .label = "公开秘密", .group = "draw", .table = "draw", .article = "7",
     .roles = INTERNAL_ROLES | ROLES_THIRD_PARTY | ROLE_BIT(ROLE_SUBJECT),
     .fields = FIELDS({"draw", "抽取", FIELD_REF, 0, "draw"}, {"party", "承诺方", FIELD_TEXT, 0, .maximum = 80},
                      {"secret", "秘密", FIELD_TEXT, 0, .maximum = 200}, {"plan", "所见方案的摘要", FIELD_DIGEST, F_OPTIONAL}),
     .rules = RULES(RULE_state, RULE_reveal_party_unknown, RULE_reveal_twice, RULE_reveal_differs, RULE_reveal_for_other,
                    RULE_reveal_early, RULE_reveal_late, RULE_reveal_plan_differs),
     .facts = {{NULL, STATE_OF("draw", ":draw", "'committed'")}},
     .facts_more = reveal_facts, .sealed = SEALED,
     .apply = {{NULL, "UPDATE draw_party SET secret = :secret, revealed_seq = :seq WHERE draw = :draw AND party = :party"},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND kind = 'draw_reveal' AND thing_kind = 'draw' AND"
                      " thing_id = :draw AND user_id = " BARE("CAST(:party AS TEXT)")},
               /* the bureau's are in: now the others have their days */
               {NULL, "UPDATE draw_party SET reveal_by = :workday_draw_reveal_workdays WHERE draw = :draw AND stage = 2 AND EXISTS (SELECT 1"
                      " FROM draw_party p WHERE p.draw = draw_party.draw AND p.party = CAST(:party AS TEXT) AND p.stage = 1) AND NOT EXISTS"
                      " (SELECT 1 FROM draw_party p WHERE p.draw = draw_party.draw AND p.stage = 1 AND p.revealed_seq IS NULL)"},
               {NULL, REVEAL_TODO(":draw", "3", "2") " AND EXISTS (SELECT 1 FROM draw_party i WHERE i.draw = p.draw AND i.party ="
                      " CAST(:party AS TEXT) AND i.stage = 1) AND NOT EXISTS (SELECT 1 FROM draw_party o WHERE o.draw = p.draw AND"
                      " o.stage = 1 AND o.revealed_seq IS NULL)"}},
     .help = "交出承诺时的原文，其国密SM3摘要须与承诺一致。全部到齐以前，谁也看不到别人的秘密；逾期不交的，记录为该方的失责。"},

    {.name = "draw.renew", .label = "另起一轮承诺", .group = "draw", .table = "draw", .article = "7",
     .roles = ROLE_BIT(ROLE_DISCIPLINE),
     .fields = FIELDS({"draw", "抽取", FIELD_REF, 0, "draw"}, COMMITMENTS), .scope = SCOPE_DRAW,
     .rules = RULES(RULE_state, RULE_renew_early, RULE_renew_none_missing, RULE_renew_rounds_spent, RULE_renew_at_fault,
                    RULE_renew_digest_used, RULE_commitments_too_few, RULE_commitments_alike, RULE_commitments_one_side),
     .facts = {{NULL, STATE_OF("draw", ":draw", "'committed'")},
               {NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM draw_party p WHERE p.draw = w.id AND " AT_FAULT " AND p.reveal_by < :received_at)"
                      " THEN 0 ELSE 1 END AS renew_early,"
                      " CASE WHEN EXISTS (SELECT 1 FROM draw_party p WHERE p.draw = w.id AND p.revealed_seq IS NULL) THEN 0 ELSE 1 END"
                      " AS renew_none_missing, CASE WHEN w.round >= 20 THEN 1 ELSE 0 END AS renew_rounds_spent FROM draw w WHERE w.id = :draw"}},
     .facts_more = renew_facts,
     .apply = {{NULL, "INSERT INTO draw_past (draw, round, party, digest, secret, revealed_seq, stage, missing) SELECT p.draw, w.round, p.party,"
                      " p.digest, p.secret, p.revealed_seq, p.stage, CASE WHEN " AT_FAULT " THEN 1 ELSE 0 END FROM draw_party p"
                      " JOIN draw w ON w.id = p.draw WHERE p.draw = :draw"},
               {NULL, "DELETE FROM draw_party WHERE draw = :draw"},
               {NULL, "UPDATE draw SET round = round + 1 WHERE id = :draw"},
               {NULL, TODO_DONE("draw_reveal", "draw", ":draw")},
               {"commitments", PUT_PARTY(":draw")},
               {NULL, REVEAL_TODO(":draw", "2", "1")}},
     .help = "有承诺方逾期未公开的，由纪检督察在同一方案上另起一轮：各方都用新的秘密，失责的一方须换人。"},

    {.name = "draw.settle", .label = "产生抽取结果", .group = "draw", .table = "draw", .article = "7",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"draw", "抽取", FIELD_REF, 0, "draw"}), .scope = SCOPE_DRAW,
     .rules = RULES(RULE_state, RULE_reveals_missing),
     .facts = {{NULL, STATE_OF("draw", ":draw", "'committed'")},
               {NULL, "SELECT COUNT(*) AS reveals_missing FROM draw_party WHERE draw = :draw AND revealed_seq IS NULL"}},
     .apply = {{NULL, "UPDATE draw SET state = 'settled', settled_at = :at, settle_seq = :seq WHERE id = :draw"},
               {NULL, TODO_DONE("draw_settle", "draw", ":draw")}},
     .apply_more = settle_apply,
     .help = "由各方秘密和方案推出次序、抽中名单和分派。结果在执行完毕或公布期限前密封。"},

    {.name = "draw.look", .label = "查看密封的抽取结果", .group = "draw", .table = "draw", .article = "7",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_DISCIPLINE),
     .fields = FIELDS({"draw", "抽取", FIELD_REF, 0, "draw"}), .scope = SCOPE_DRAW,
     .rules = RULES(RULE_state, RULE_look_not_executing),
     .facts = {{NULL, STATE_OF("draw", ":draw", "'settled'")},
               {NULL, NOT_EXECUTING}},
     .apply = {{NULL, "INSERT INTO draw_look (seq, draw, user_id, at) VALUES (:seq, :draw, :by, :at)"},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND kind = 'draw_execute' AND thing_kind = 'draw' AND"
                      " thing_id = :draw AND user_id = CAST(:by AS TEXT)"}},
     .help = "公布以前只有参加执行的人员可以查看，每次查看都有记录，当日有效。"},

    {.name = "draw.publish", .label = "公布抽取结果", .group = "draw", .table = "draw", .article = "7",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"draw", "抽取", FIELD_REF, 0, "draw"}), .scope = SCOPE_DRAW,
     .rules = RULES(RULE_state, RULE_draw_published, RULE_draw_publish_early, RULE_draw_publish_late),
     .facts = {{NULL, STATE_OF("draw", ":draw", "'settled'")},
               {NULL, "SELECT CASE WHEN w.published_at IS NULL THEN 0 ELSE 1 END AS draw_published, CASE WHEN :at <= COALESCE(w.seal_until, 0)"
                      " THEN 1 ELSE 0 END AS draw_sealed_now, CASE WHEN w.publish_by IS NOT NULL AND :at > w.publish_by THEN 1 ELSE 0 END AS"
                      " draw_publish_late, (SELECT COUNT(*) FROM draw_pool p WHERE p.draw = w.id AND p.chosen = 1 AND NOT (p.kind = 'object' AND"
                      " EXISTS (SELECT 1 FROM visit v WHERE v.subject = p.who AND v.state <> 'cancelled' AND v.starts >= w.settled_at"
                      " AND v.ends <= :at)) AND (p.kind = 'object' OR w.purpose <> 'subjects')) AS draw_unexecuted FROM draw w WHERE w.id = :draw"}},
     .facts_more = publish_facts,
     .apply = {{NULL, "UPDATE draw SET published_at = :at, published_by = :by WHERE id = :draw"},
               {NULL, TODO_DONE("draw_publish", "draw", ":draw")},
               {NULL, TODO_DONE("draw_execute", "draw", ":draw")},
               {NULL, DISCLOSURE_DUE("draw", "o.id", "o.agency", "disclose_draw_workdays", "FROM draw o WHERE o.id = :draw")},
               {NULL, DISCLOSURE_TODO}},
     .help = "任务执行完毕或到公布期限后公布：方案、承诺、秘密、抽中名单全部公开，任何人可下载核验。"},

    {.name = "draw.cancel", .label = "取消抽取", .group = "draw", .table = "draw", .article = "7",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"draw", "抽取", FIELD_REF, 0, "draw"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
                      {"approver", "第二人", FIELD_REF, F_OPTIONAL, "users"}),
     .scope = SCOPE_DRAW, .rules = RULES(SECOND_RULES, RULE_draw_seen),
     .facts = {{NULL, STATE_OF("draw", ":draw", "'committed', 'settled'")},
               {NULL, "SELECT CASE WHEN d.state = 'settled' OR EXISTS (SELECT 1 FROM draw_party p WHERE p.draw = d.id"
                      " AND p.revealed_seq IS NOT NULL) THEN 1 ELSE 0 END AS draw_seen FROM draw d WHERE d.id = :draw"},
               {NULL, SECOND_APPROVER}},
     .facts_more = second_facts,
     .apply = {{NULL, "UPDATE draw SET state = 'cancelled', cancel_reason = :reason, cancel_seq = :seq WHERE id = :draw"},
               {NULL, TODO_DONE("draw_settle", "draw", ":draw")},
               {NULL, TODO_DONE("draw_reveal", "draw", ":draw")},
               {NULL, TODO_DONE("draw_execute", "draw", ":draw")},
               {NULL, TODO_DONE("draw_publish", "draw", ":draw")},
               {NULL, SECOND_TODO}},
     .help = "须第二人同意；已有人公开秘密的，另须纪检督察同意，以免挑选结果。取消的抽取留在记录里。"},

    {.name = "draw.replace", .label = "递补替换", .group = "draw", .table = "draw", .article = "7",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"draw", "抽取", FIELD_REF, 0, "draw"}, {"who", "被替换的", FIELD_TEXT, 0, .maximum = 80},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
                      {"approver", "第二人", FIELD_REF, F_OPTIONAL, "users"}),
     .scope = SCOPE_DRAW, .rules = RULES(SECOND_RULES, RULE_look_not_executing, RULE_replace_not_chosen, RULE_replace_none_left),
     .facts = {{NULL, STATE_OF("draw", ":draw", "'settled'")}, {NULL, SECOND_APPROVER}, {NULL, NOT_EXECUTING}},
     .facts_more = replace_facts, .sealed = SEALED,
     .apply = {{NULL, "INSERT INTO draw_exclusion (draw, who, reason_class, reason, seq)"
                      " VALUES (:draw, :who, 'replaced', :reason, :seq) ON CONFLICT DO NOTHING"},
               {NULL, SECOND_TODO}},
     .apply_more = replace_apply,
     .help = "回避、请假等需要替换的，按次序由下一名递补，不重新抽取。"},
    {0}};
