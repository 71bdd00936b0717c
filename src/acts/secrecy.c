/*
 * Secrecy breaches (Art. 5, 12) and forgetting (Personal Information Protection Law 19, 47).
 *
 * Forgetting is an act like any other: it names entries and items, has a ground, and takes archivist and head together.
 * What a sealed case still needs, and what an inquiry, a complaint, an objection or a refusal said, is held for a
 * further pair of eyes: deletion must not become a way to hide. Here the order is only recorded (item '*': all of the
 * entry); the engine wipes the sealed bodies and puts tombstones into the tables.
 *
 * Todo kinds: secrecy_breach (discipline).
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

/* ---- items: "<seq>" or "<seq>.<item>" ---- */

static bool read_item(str text, int64_t *ret_seq, str *ret_item)
{
    str rest = text, number;
    if (!str_next(&rest, '.', &number) || !str_int64(number, ret_seq) || *ret_seq < 1)
        return false;
    *ret_item = rest.p ? rest : S("*");
    return ret_item->n > 0 && ret_item->n <= 100;
}

static bool in_group(str act, const char *const *prefixes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_starts(act, str_of(prefixes[i])))
            return true;
    return false;
}

/* Last time by which an entry's body must have been kept: positions and refused attempts have their own terms. */
static usec kept_until(struct act *a, str act, int64_t verdict, usec at)
{
    if (verdict == VERDICT_REFUSED)
        return at + act_policy(a, "refused_body_retention_days") * USEC_DAY;
    if (str_starts(act, S("presence.")))
        return at + act_policy(a, "personal_track_retention_days") * USEC_DAY;
    return at + 365 * act_policy(a, "case_retention_years") * USEC_DAY;
}

#define OF_SEALED_CASE                                                                              \
    "SELECT COUNT(*) FROM casefile c WHERE c.state = 'sealed' AND c.sealed_at > :cutoff AND (c.seq = :target" \
    " OR EXISTS (SELECT 1 FROM attachment t WHERE t.casefile = c.id AND (t.seq = :target"           \
    "   OR EXISTS (SELECT 1 FROM record r WHERE r.id = t.ref AND :target IN (r.seq, r.filed_seq))"  \
    "   OR EXISTS (SELECT 1 FROM notice n WHERE n.id = t.ref AND :target IN (n.seq, n.served_seq))))" \
    " OR EXISTS (SELECT 1 FROM citation x JOIN material m ON m.id = x.material WHERE x.casefile = c.id" \
    "   AND :target IN (x.seq, m.seq, m.verified_seq)))"

static err *item_facts(struct act *a, str text)
{
    static const char *const matters[] = {"violation.", "complaint.", "gift.", "contact.log", "objection.", "order.refuse",
                                          "entrustment.decline", "secrecy.", "clue.", "evaluation.appeal"};
    struct law_facts *f = act_facts(a);
    struct db_rows rows;
    bool more;
    int64_t seq, sealed;
    str item;
    if (!read_item(text, &seq, &item))
        return err_got(err_at(err_new(ERR_INPUT, "“%.*s”读不懂：应为记录号或“记录号.项目”", STR_ARG(text)), S("items")), text,
                       S("记录号.项目"), S("128.text"));
    TRY(db_query(act_db(a), act_arena(a), "SELECT act, verdict, at FROM act_log WHERE seq = :seq",
                 DB_ARGS(DB_I("seq", seq)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_got(err_at(err_new(ERR_INPUT, "没有第%lld号记录", (long long)seq), S("items")), text,
                       S("已有的记录号"), STR_NONE);
    str act = db_str(&rows, 0);
    usec until = kept_until(a, act, db_int(&rows, 1), db_int(&rows, 2));
    db_rows_end(&rows);
    if (str_eq(act_text(a, "ground"), S("retention")))
        f->erase_before_term += until > act_at(a);
    f->erase_of_open_matter += in_group(act, matters, sizeof matters / sizeof *matters);
    usec cutoff = act_at(a) - 365 * act_policy(a, "case_retention_years") * USEC_DAY;
    TRY(db_one_int(act_db(a), OF_SEALED_CASE, DB_ARGS(DB_I("target", seq), DB_I("cutoff", cutoff)), 0, &sealed));
    f->erase_of_sealed_case += sealed > 0;
    return NULL;
}

static err *erase_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    const struct act_value *items = act_get(a, "items");
    f->erase_nothing = items->n == 0;
    f->erase_order_missing = str_eq(act_text(a, "ground"), S("order")) && !str_trim(act_text(a, "order_no")).n;
    for (size_t i = 0; i < items->n; i++)
        TRY(item_facts(a, items->child[i].s));
    return NULL;
}

static err *erase_apply(struct act *a)
{
    const struct act_value *items = act_get(a, "items");
    for (size_t i = 0; i < items->n; i++) {
        int64_t seq;
        str item;
        CHECK(read_item(items->child[i].s, &seq, &item));
        TRY(db_put(act_db(a), "INSERT INTO erasure (seq, target_seq, item, reason, order_no)"
                              " VALUES (:seq, :target, :item, :ground, :order_no) ON CONFLICT DO NOTHING",
                   DB_ARGS(DB_I("seq", act_seq(a)), DB_I("target", seq), DB_T("item", item),
                           DB_T("ground", act_text(a, "ground")), DB_T("order_no", act_text(a, "order_no")))));
    }
    return NULL;
}

const struct act_type acts_secrecy[] = {
    {.name = "secrecy.breach", .label = "报告失密泄密", .group = "conduct", .table = "secrecy_breach", .article = "12",
     .roles = INTERNAL_ROLES | ROLES_THIRD_PARTY, .flags = ACT_RIGHT | ACT_CREATES,
     .fields = FIELDS({"what", "情况", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000},
                      {"found_at", "发现时间", FIELD_TIME, F_OPTIONAL}),
     .apply = {{NULL, "INSERT INTO secrecy_breach (id, seq, what, found_at, author)"
                      " VALUES (:id, :seq, :what, :found_at, :by)"},
               {NULL, TODO("1", "secrecy_breach", DISCIPLINE_AGENCY, "discipline", "secrecy_breach", ":id",
                           "violation.open", ":natural_1")}},
     .help = "发现即报，从不拒绝；涉及个人信息的须立即补救并通知。"},

    {.name = "secret.erase", .label = "删除记录内容", .group = "conduct", .table = "erasure", .article = "12",
     .roles = ROLE_BIT(ROLE_ARCHIVIST) | ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"items", "删除项", FIELD_TEXT, F_OPTIONAL | F_LIST, .maximum = 200},
                      {"ground", "理由", FIELD_ENUM, 0, "order retention withdrawn"},
                      {"order_no", "文号", FIELD_TEXT, F_OPTIONAL, .maximum = 100}),
     .rules = RULES(RULE_erase_nothing, RULE_erase_order_missing, RULE_erase_of_sealed_case,
                    RULE_erase_of_open_matter, RULE_erase_before_term, RULE_erase_needs_head,
                    RULE_erase_needs_archivist),
     .facts = {{NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = :by AND r.role = 'archivist')"
                      " THEN 1 ELSE 0 END AS erase_by_archivist, CASE WHEN EXISTS (SELECT 1 FROM user_role r"
                      " WHERE r.user_id = :by AND r.role = 'head') THEN 1 ELSE 0 END AS erase_by_head"}},
     .facts_more = erase_facts, .apply_more = erase_apply,
     .help = "只删除封存的内容，记录本身和证明不变，原处显示“已依令删除”。须档案员与负责人共同办理。"},
    {0}};
