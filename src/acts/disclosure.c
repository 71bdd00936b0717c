/*
 * Disclosure: what may be shown to everybody, and what never (Art. 5, 9, 12, 13). Kinds are a closed set, so that a
 * forbidden one is refused with its article and not merely unknown. The page itself shows no personal data, and no
 * provider's name unless the setting says so.
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

/* table: where `ref` is looked up, NULL: a document outside the system. */
static const struct kind { const char *name, *label, *table; bool personal, secret; } kinds[] = {
    {"plan", "检查计划", NULL, false, false},
    {"result", "检查结果", NULL, false, false},
    {"statistics", "统计", NULL, false, false},
    {"policy", "设置", NULL, false, false},
    {"law", "法律依据", NULL, false, false},
    {"procurement", "采购", "procurement", false, false},
    {"agreement", "协议", "agreement", false, false},
    {"provider", "第三方", "provider", false, false},
    {"roster", "名录库", "roster", false, false},
    {"evaluation", "考核结果", "evaluation", false, false},
    {"draw", "抽取", "draw", false, false},
    {"flight", "飞行", "flight", false, false},
    {"decision", "处罚决定", "casefile", false, false},
    {"case", "案件", "casefile", false, false},
    {"violation", "违纪核查", "violation", false, false},
    {"clue", "线索", "clue", false, false},
    {"material", "证明材料", "material", false, true},
    {"entrustment", "委托", "entrustment", false, false},
    {"visit", "现场", "visit", false, false},
    {"record", "备案表", "record", false, true},
    {"notice", "告知书", "notice", true, false},
    {"objection", "异议", "objection", true, false},
    {"complaint", "投诉举报", "complaint", true, false},
    {"gift", "财物报告", "gift", true, false},
    {"contact", "接触记录", NULL, true, false},
    {"member", "辅助人员", "member", true, false},
    {"user", "用户", "users", true, false},
    {"person", "个人", NULL, true, false},
    {"presence", "到离场记录", NULL, true, false}};
#define KIND_NAMES                                                                                  \
    "plan result statistics policy law procurement agreement provider roster evaluation draw flight decision case" \
    " violation clue material entrustment visit record notice objection complaint gift contact member user person" \
    " presence"

static const struct kind *kind_of(struct act *a)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_eq(act_text(a, "kind"), str_of(kinds[i].name)))
            return &kinds[i];
    CHECK(false); /* KIND_NAMES and kinds[] list the same */
}

static err *ref_exists(struct act *a, const struct kind *k)
{
    int64_t n = 1;
    if (k->table) {
        char *sql = arena_cstr(act_arena(a), arena_printf(act_arena(a), "SELECT COUNT(*) FROM %s WHERE id = :ref", k->table));
        TRY(db_one_int(act_db(a), sql, DB_ARGS(DB_T("ref", act_text(a, "ref"))), 0, &n));
    }
    if (n)
        return NULL;
    return err_got(err_at(err_new(ERR_INPUT, "%s“%.*s”不存在", k->label, STR_ARG(act_text(a, "ref"))), S("ref")),
                   act_text(a, "ref"), S("已登记的编号"), STR_NONE);
}

static err *publish_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    const struct kind *k = kind_of(a);
    TRY(ref_exists(a, k));
    str kind = act_text(a, "kind");
    bool names_provider = str_eq(kind, S("provider")) || str_eq(kind, S("roster")) || str_eq(kind, S("evaluation"));
    f->disclosed_clue = str_eq(kind, S("clue"));
    f->disclosed_personal = k->personal;
    f->disclosed_secret |= k->secret;
    f->disclosed_provider_name = names_provider && !act_policy(a, "show_third_party_name_publicly");
    act_say(a, "disclosed_kind", str_of(k->label));
    return NULL;
}

static err *withdraw_facts(struct act *a)
{
    act_facts(a)->withdraw_reason_missing = !str_trim(act_text(a, "reason")).n;
    return NULL;
}

#define KIND(list) "CAST(:kind AS TEXT) IN (" list ")"

const struct act_type acts_disclosure[] = {
    {.name = "disclosure.publish", .label = "公开", .group = "policy", .table = "disclosure", .article = "12",
     .roles = ROLE_BIT(ROLE_HEAD), .flags = ACT_CREATES,
     .fields = FIELDS({"kind", "公开什么", FIELD_ENUM, 0, KIND_NAMES}, {"ref", "编号", FIELD_TEXT, 0, .maximum = 100}),
     .rules = RULES(RULE_disclosed_clue, RULE_disclosed_inquiry, RULE_disclosed_personal, RULE_disclosed_secret,
                    RULE_disclosed_unverified, RULE_disclosed_undecided, RULE_disclosed_unsettled,
                    RULE_disclosed_provider_name),
     .facts =
         {{NULL, "SELECT CASE WHEN v.state = 'verified' THEN 0 ELSE 1 END AS disclosed_inquiry FROM violation v"
                 " WHERE " KIND("'violation'") " AND v.id = :ref"},
          {NULL, "SELECT CASE WHEN m.state = 'adoptable' THEN 0 ELSE 1 END AS disclosed_unverified FROM material m"
                 " WHERE " KIND("'material'") " AND m.id = :ref"},
          {NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM attachment t WHERE t.casefile = c.id AND t.kind = 'decision')"
                 " THEN 0 ELSE 1 END AS disclosed_undecided FROM casefile c WHERE " KIND("'case', 'decision'")
                 " AND c.id = :ref"},
          {NULL, "SELECT CASE WHEN d.state = 'settled' THEN 0 ELSE 1 END AS disclosed_unsettled FROM draw d WHERE "
                 KIND("'draw'") " AND d.id = :ref"},
          {NULL, "SELECT CASE WHEN e.state IN ('finished', 'released', 'withdrawn', 'declined') THEN 0 ELSE 1 END"
                 " AS disclosed_secret FROM entrustment e WHERE " KIND("'entrustment'") " AND e.id = :ref"},
          {NULL, "SELECT CASE WHEN v.state IN ('closed', 'cancelled') THEN 0 ELSE 1 END AS disclosed_secret FROM visit v"
                 " WHERE " KIND("'visit'") " AND v.id = :ref"}},
     .facts_more = publish_facts,
     .apply = {{NULL, "INSERT INTO disclosure (id, seq, agency, kind, ref, published_at)"
                      " VALUES (:id, :seq, :agency, :kind, :ref, :at)"}},
     .help = "线索、未查实的核查、个人信息、工作秘密和商业秘密永不公开。"},

    {.name = "disclosure.withdraw", .label = "撤回公开", .group = "policy", .table = "disclosure", .article = "12",
     .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"disclosure", "公开事项", FIELD_REF, 0, "disclosure"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = "SELECT agency AS agency FROM disclosure WHERE id = :disclosure",
     .rules = RULES(RULE_state, RULE_withdraw_reason_missing),
     .facts = {{NULL, "SELECT CASE WHEN d.withdrawn_at IS NULL THEN 0 ELSE 1 END AS wrong_state, d.id AS t_thing,"
                      " '已撤回' AS t_state FROM disclosure d WHERE d.id = :disclosure"}},
     .facts_more = withdraw_facts,
     .apply = {{NULL, "UPDATE disclosure SET withdrawn_at = :at, withdraw_reason = :reason, withdraw_seq = :seq"
                      " WHERE id = :disclosure"}},
     .help = "决定被撤销、变更的，三个工作日内撤回公开信息。"},
    {0}};
