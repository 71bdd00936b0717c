/*
 * Drawing at random (Art. 7, "double random"): pool and parties' digests are committed first, secrets are revealed,
 * the order follows from both and anybody can compute it again (draw_order.h). Exclusions are named with class and
 * reason; a weight of zero would be one without. Members of third parties are drawn from their own library and never
 * as officers.
 *
 * Todo kinds: draw_settle (officer), draw_second (the person named as second approver).
 */
#include <string.h>
#include "acts/acts.h"
#include "acts/acts_sql.h"
#include "acts/draw_order.h"

enum { LIMIT_POOL = 100000, LIMIT_WEIGHT = 1000000 };
static char present; /* what sets of names hold */

/* ---- commit ---- */

/* "user:wei" and "wei" name the same. */
static str bare(str who)
{
    str rest = who, kind;
    str_next(&rest, ':', &kind);
    return rest.p ? rest : who;
}

/* Columns: third party, no certificate, not admitted, banned, name. No row: not on record. */
static const char *pool_sql(str purpose)
{
    if (str_eq(purpose, S("officers")))
        return "SELECT CASE WHEN u.provider IS NULL THEN 0 ELSE 1 END, CASE WHEN u.provider IS NULL AND"
               " (u.disabled_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM certificate c WHERE c.user_id = u.id AND"
               " c.from_date <= :day AND c.to_date >= :day)) THEN 1 ELSE 0 END, 0, 0, u.name"
               " FROM users u WHERE u.id = :who";
    if (str_eq(purpose, S("providers")))
        return "SELECT 0, 0, CASE WHEN p.state = 'admitted' THEN 0 ELSE 1 END, CASE WHEN " PROVIDER_BANNED("p", ":agency")
               " THEN 1 ELSE 0 END, p.name FROM provider p WHERE p.id = :who"
               " UNION ALL SELECT 0, 0, CASE WHEN p.state = 'admitted' AND m.state = 'admitted' AND"
               " (m.to_date IS NULL OR m.to_date >= :day) THEN 0 ELSE 1 END, CASE WHEN "
               PROVIDER_BANNED("p", ":agency") " THEN 1 ELSE 0 END, m.name"
               " FROM member m JOIN provider p ON p.id = m.provider WHERE m.id = :who";
    return "SELECT 0, 0, 0, 0, s.name FROM subject s WHERE s.id = :who";
}

static err *pool_element(struct act *a, const char *sql, str who, str agency)
{
    struct law_facts *f = act_facts(a);
    struct db_rows rows;
    bool more;
    TRY(db_query(act_db(a), act_arena(a), sql,
                 DB_ARGS(DB_T("who", bare(who)), DB_I("day", day_of(act_at(a))), DB_T("agency", agency)), &rows));
    TRY(db_next(&rows, &more));
    if (!more) {
        f->pool_unknown++;
        return NULL;
    }
    f->pool_helpers_as_officers += db_int(&rows, 0);
    f->pool_uncertified += db_int(&rows, 1);
    f->pool_unfit_providers += db_int(&rows, 2);
    f->pool_banned_providers += db_int(&rows, 3);
    if (db_int(&rows, 0))
        act_say(a, "pool_helper", db_str(&rows, 4));
    else if (db_int(&rows, 1) || db_int(&rows, 2) || db_int(&rows, 3))
        act_say(a, "pool_unfit", db_str(&rows, 4));
    db_rows_end(&rows);
    return NULL;
}

static err *agency_of_actor(struct act *a, str *ret)
{
    return db_one_str(act_db(a), act_arena(a), "SELECT agency FROM users WHERE id = :by",
                      DB_ARGS(DB_T("by", act_by(a))), ret);
}

static err *pool_facts(struct act *a, struct map *in_pool)
{
    struct law_facts *f = act_facts(a);
    const struct act_value *pool = act_get(a, "pool"), *weights = act_get(a, "weights");
    const char *sql = pool_sql(act_text(a, "purpose"));
    str agency;
    TRY(agency_of_actor(a, &agency));
    f->pool_missing = pool->n == 0;
    for (size_t i = 0; i < pool->n; i++) {
        if (map_get(in_pool, pool->child[i].s)) {
            f->pool_repeats++;
            act_say(a, "pool_repeated", pool->child[i].s);
        }
        map_put(in_pool, pool->child[i].s, &present);
        TRY(pool_element(a, sql, pool->child[i].s, agency));
    }
    f->weights_differ = weights->present && weights->n != pool->n;
    for (size_t i = 0; i < weights->n; i++)
        f->weights_zero += weights->child[i].i == 0;
    return NULL;
}

static str member_text(const struct act_value *object, const char *name)
{
    for (size_t i = 0; i < object->n; i++)
        if (object->child[i].field && strcmp(object->child[i].field->name, name) == 0)
            return object->child[i].s;
    return STR_NONE;
}

static void exclusion_facts(struct act *a, struct map *in_pool)
{
    struct law_facts *f = act_facts(a);
    const struct act_value *list = act_get(a, "exclusions");
    struct map *seen = map_new(act_arena(a));
    f->pool_size = (int64_t)map_count(in_pool);
    for (size_t i = 0; i < list->n; i++) {
        const struct act_value *x = &list->child[i];
        str who = member_text(x, "who");
        f->exclusions_unexplained +=
            !str_trim(member_text(x, "reason_class")).n || !str_trim(member_text(x, "reason")).n;
        if (map_get(seen, who))
            f->exclusions_repeated++;
        else if (map_get(in_pool, who))
            f->pool_size--;
        else
            f->exclusions_strange++;
        map_put(seen, who, &present);
    }
}

static void commitment_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    const struct act_value *list = act_get(a, "commitments");
    struct map *parties = map_new(act_arena(a)), *digests = map_new(act_arena(a));
    for (size_t i = 0; i < list->n; i++) {
        map_put(parties, member_text(&list->child[i], "party"), &present);
        map_put(digests, member_text(&list->child[i], "digest"), &present);
    }
    f->commitments_too_few = map_count(parties) < 2 || map_count(parties) != list->n;
    f->commitments_alike = !f->commitments_too_few && map_count(digests) != list->n;
}

static err *commit_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    struct map *in_pool = map_new(act_arena(a));
    int64_t quantity = act_int(a, "quantity", 0);
    TRY(pool_facts(a, in_pool));
    exclusion_facts(a, in_pool);
    commitment_facts(a);
    f->draw_quantity_none = quantity == 0;
    f->draw_quantity_beyond = quantity > f->pool_size;
    f->draw_single_officer = quantity == 1 && str_eq(act_text(a, "purpose"), S("officers"));
    return NULL;
}

static err *commit_apply(struct act *a)
{
    const struct act_value *pool = act_get(a, "pool"), *weights = act_get(a, "weights");
    for (size_t i = 0; i < pool->n; i++)
        TRY(db_put(act_db(a), "INSERT INTO draw_pool (draw, position, who, weight, chosen)"
                              " VALUES (:draw, :position, :who, :weight, 0)",
                   DB_ARGS(DB_T("draw", act_id(a)), DB_I("position", (int64_t)i + 1), DB_T("who", pool->child[i].s),
                           DB_I("weight", i < weights->n ? weights->child[i].i : 1))));
    return db_put(act_db(a), "UPDATE draw SET pool_n = :n WHERE id = :draw",
                  DB_ARGS(DB_I("n", (int64_t)pool->n), DB_T("draw", act_id(a))));
}

/* ---- reveal and settle ---- */

static err *reveal_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    struct db_rows rows;
    bool more;
    str party = act_text(a, "party"), secret = act_text(a, "secret");
    act_say(a, "reveal_party", party);
    TRY(act_query(a, "SELECT digest, revealed_seq FROM draw_party WHERE draw = :draw AND party = :party", &rows));
    TRY(db_next(&rows, &more));
    if (!more) {
        f->reveal_party_unknown = 1;
        return NULL;
    }
    struct sm3 digest = sm3_of(secret.p ? secret.p : "", secret.n);
    f->reveal_twice = db_int(&rows, 1) != 0;
    f->reveal_differs = !str_eq(db_str(&rows, 0), sm3_text(act_arena(a), &digest));
    db_rows_end(&rows);
    int64_t user = 0;
    TRY(db_one_int(act_db(a), "SELECT COUNT(*) FROM users WHERE id = :id", DB_ARGS(DB_T("id", bare(party))), 0, &user));
    str agency;
    TRY(agency_of_actor(a, &agency));
    f->reveal_for_other = (user || !agency.p) && !str_eq(bare(party), act_by(a));
    return NULL;
}

static err *load_seed(struct act *a, struct sm3 *ret)
{
    struct db_rows rows;
    bool more;
    VEC(str) secrets = {0};
    TRY(act_query(a, "SELECT secret FROM draw_party WHERE draw = :draw ORDER BY party", &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(act_arena(a), &secrets, db_str(&rows, 0));
    }
    *ret = draw_seed(secrets.p, secrets.n);
    return NULL;
}

static err *settle_apply(struct act *a)
{
    struct db_rows rows;
    bool more;
    struct sm3 seed;
    VEC(int64_t) positions = {0};
    VEC(int64_t) weights = {0};
    int64_t quantity;
    TRY(load_seed(a, &seed));
    TRY(act_query(a, "SELECT p.position, CASE WHEN x.who IS NULL THEN p.weight ELSE 0 END FROM draw_pool p"
                     " LEFT JOIN draw_exclusion x ON x.draw = p.draw AND x.who = p.who WHERE p.draw = :draw"
                     " ORDER BY p.position", &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(act_arena(a), &positions, db_int(&rows, 0));
        vec_push(act_arena(a), &weights, db_int(&rows, 1));
    }
    int64_t *rank = NEW_ARRAY(act_arena(a), positions.n + 1, int64_t);
    draw_order(act_arena(a), &seed, weights.p, weights.n, rank);
    TRY(db_one_int(act_db(a), "SELECT quantity FROM draw WHERE id = :draw", DB_ARGS(DB_T("draw", act_text(a, "draw"))), 0,
                   &quantity));
    for (size_t i = 0; i < positions.n; i++)
        TRY(db_put(act_db(a), "UPDATE draw_pool SET rank = :rank, chosen = :chosen WHERE draw = :draw"
                              " AND position = :position",
                   DB_ARGS(DB_I("rank", rank[i]), DB_I("chosen", rank[i] > 0 && rank[i] <= quantity),
                           DB_T("draw", act_text(a, "draw")), DB_I("position", positions.p[i]))));
    return db_put(act_db(a), "UPDATE draw SET seed = :seed WHERE id = :draw",
                  DB_ARGS(DB_T("seed", sm3_text(act_arena(a), &seed)), DB_T("draw", act_text(a, "draw"))));
}

/* ---- cancel and replace ---- */

static err *second_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->draw_reason_missing = !str_trim(act_text(a, "reason")).n;
    f->second_approver_missing = !act_get(a, "approver")->present;
    act_say(a, "replaced", act_text(a, "who"));
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
#define SCOPE_DRAW "SELECT agency AS agency FROM draw WHERE id = :draw"

const struct act_type acts_draw[] = {
    {.name = "draw.commit", .label = "确定抽取范围", .group = "draw", .table = "draw", .article = "7",
     .roles = ROLE_BIT(ROLE_OFFICER), .flags = ACT_CREATES,
     .fields = FIELDS({"purpose", "抽取什么", FIELD_ENUM, 0, "subjects officers providers"},
                      {"pool", "抽取范围", FIELD_TEXT, F_OPTIONAL | F_LIST, .maximum = LIMIT_POOL},
                      {"exclusions", "排除", FIELD_OBJECT, F_OPTIONAL | F_LIST,
                       .object = FIELDS({"who", "排除的元素", FIELD_TEXT, 0, .maximum = 80},
                                        {"reason_class", "理由类别", FIELD_TEXT, F_OPTIONAL, .maximum = 40},
                                        {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
                       .maximum = 20000},
                      {"quantity", "数量", FIELD_COUNT, F_OPTIONAL, .maximum = LIMIT_POOL},
                      {"weights", "权重", FIELD_COUNT, F_OPTIONAL | F_LIST, .maximum = LIMIT_WEIGHT},
                      {"commitments", "各方承诺", FIELD_OBJECT, F_OPTIONAL | F_LIST,
                       .object = FIELDS({"party", "承诺方", FIELD_TEXT, 0, .maximum = 80},
                                        {"digest", "秘密的摘要", FIELD_DIGEST, 0}),
                       .maximum = 50}),
     .rules = RULES(RULE_pool_missing, RULE_pool_repeats, RULE_pool_helpers_as_officers, RULE_pool_uncertified,
                    RULE_pool_unfit_providers, RULE_pool_banned_providers, RULE_pool_unknown,
                    RULE_draw_quantity_none, RULE_draw_quantity_beyond, RULE_draw_single_officer,
                    RULE_exclusions_unexplained, RULE_exclusions_strange, RULE_exclusions_repeated,
                    RULE_weights_differ, RULE_weights_zero, RULE_commitments_too_few, RULE_commitments_alike),
     .facts_more = commit_facts,
     .apply = {{NULL, "INSERT INTO draw (id, seq, agency, author, purpose, quantity, pool_n, state)"
                      " VALUES (:id, :seq, :agency, :by, :purpose, :quantity, 0, 'committed')"},
               {"exclusions", "INSERT INTO draw_exclusion (draw, who, reason_class, reason, seq)"
                              " VALUES (:id, :item_who, :item_reason_class, :item_reason, :seq) ON CONFLICT DO NOTHING"},
               {"commitments", "INSERT INTO draw_party (draw, party, digest) VALUES (:id, :item_party, :item_digest)"
                               " ON CONFLICT DO NOTHING"},
               {NULL, TODO("1", "draw_settle", ":agency", "officer", "draw", ":id", "draw.settle", ":workday_2")}},
     .apply_more = commit_apply,
     .help = "先公布范围、排除和各方摘要，再公开秘密，结果由两者推出，任何人可复算。"},

    {.name = "draw.reveal", .label = "公开秘密", .group = "draw", .table = "draw", .article = "7",
     .roles = INTERNAL_ROLES | ROLES_THIRD_PARTY | ROLE_BIT(ROLE_SUBJECT),
     .fields = FIELDS({"draw", "抽取", FIELD_REF, 0, "draw"}, {"party", "承诺方", FIELD_TEXT, 0, .maximum = 80},
                      {"secret", "秘密", FIELD_TEXT, 0, .maximum = 200}),
     .rules = RULES(RULE_state, RULE_reveal_party_unknown, RULE_reveal_twice, RULE_reveal_differs,
                    RULE_reveal_for_other),
     .facts = {{NULL, STATE_OF("draw", ":draw", "'committed'")}},
     .facts_more = reveal_facts,
     .apply = {{NULL, "UPDATE draw_party SET secret = :secret, revealed_seq = :seq WHERE draw = :draw"
                      " AND party = :party"}},
     .help = "公开承诺时的原文，其国密SM3摘要须与承诺一致。"},

    {.name = "draw.settle", .label = "产生抽取结果", .group = "draw", .table = "draw", .article = "7",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"draw", "抽取", FIELD_REF, 0, "draw"}), .scope = SCOPE_DRAW,
     .rules = RULES(RULE_state, RULE_reveals_missing),
     .facts = {{NULL, STATE_OF("draw", ":draw", "'committed'")},
               {NULL, "SELECT COUNT(*) AS reveals_missing FROM draw_party WHERE draw = :draw AND revealed_seq IS NULL"}},
     .apply = {{NULL, "UPDATE draw SET state = 'settled', settled_at = :at WHERE id = :draw"},
               {NULL, TODO_DONE("draw_settle", "draw", ":draw")},
               {NULL, DISCLOSURE_DUE("draw", "o.id", "o.agency", "disclose_draw_workdays", "FROM draw o WHERE o.id = :draw")},
               {NULL, DISCLOSURE_TODO}},
     .apply_more = settle_apply,
     .help = "由各方秘密和范围推出全部次序，前若干名抽中，其余依次递补。"},

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
               {NULL, SECOND_TODO}},
     .help = "须第二人同意；已有人公开秘密的，另须纪检督察同意，以免挑选结果。"},

    {.name = "draw.replace", .label = "递补替换", .group = "draw", .table = "draw", .article = "7",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"draw", "抽取", FIELD_REF, 0, "draw"}, {"who", "被替换的", FIELD_TEXT, 0, .maximum = 80},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
                      {"approver", "第二人", FIELD_REF, F_OPTIONAL, "users"}),
     .scope = SCOPE_DRAW, .rules = RULES(SECOND_RULES, RULE_replace_not_chosen, RULE_replace_none_left),
     .facts = {{NULL, STATE_OF("draw", ":draw", "'settled'")},
               {NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM draw_pool p WHERE p.draw = :draw AND p.who = :who"
                      " AND p.chosen = 1) THEN 0 ELSE 1 END AS replace_not_chosen,"
                      " CASE WHEN EXISTS (SELECT 1 FROM draw_pool p WHERE p.draw = :draw AND p.chosen = 0 AND p.rank > 0"
                      " AND NOT EXISTS (SELECT 1 FROM draw_exclusion x WHERE x.draw = p.draw AND x.who = p.who))"
                      " THEN 0 ELSE 1 END AS replace_none_left"},
               {NULL, SECOND_APPROVER}},
     .facts_more = second_facts,
     .apply = {{NULL, "INSERT INTO draw_exclusion (draw, who, reason_class, reason, seq)"
                      " VALUES (:draw, :who, 'replaced', :reason, :seq) ON CONFLICT DO NOTHING"},
               {NULL, "UPDATE draw_pool SET chosen = 0 WHERE draw = :draw AND who = :who"},
               {NULL, "UPDATE draw_pool SET chosen = 1 WHERE draw = :draw AND position = (SELECT p.position"
                      " FROM draw_pool p WHERE p.draw = :draw AND p.chosen = 0 AND p.rank > 0 AND NOT EXISTS"
                      " (SELECT 1 FROM draw_exclusion x WHERE x.draw = p.draw AND x.who = p.who)"
                      " ORDER BY p.rank LIMIT 1)"},
               {NULL, SECOND_TODO}},
     .help = "回避、请假等需要替换的，按次序由下一名递补，不重新抽取。"},
    {0}};
