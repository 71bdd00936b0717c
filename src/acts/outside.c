/*
 * What the inspected company says once the helpers have left: how the visit went (Art. 11), and what of that was seen is a
 * trade secret of its own (Art. 12). Both are rights; whoever holds the notice's code has them without an account. A rating
 * weighs on nobody's pay: where it says that somebody came alone, went beyond the notice or asked for something, discipline
 * looks into it. A mark asks; an officer answers it, and only the officer's answer changes a material.
 *
 * Todo kinds: rating_concern (attention), secret_settle.
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

#define SCOPE_VISIT_OF                                                                              \
    "SELECT e.agency AS agency, v.subject AS subject FROM visit v JOIN entrustment e ON e.id = v.entrustment WHERE v.id = :visit"
#define MARK_VISIT "(SELECT s.visit FROM secret_mark s WHERE s.id = :secret_mark)"
#define AGENCY_OF_VISIT "(SELECT e.agency FROM visit v JOIN entrustment e ON e.id = v.entrustment WHERE v.id = :visit)"
#define ANSWERED_BADLY                                                                              \
    "(COALESCE(CAST(:accompanied AS BIGINT), 1) = 0 OR COALESCE(CAST(:within_notice AS BIGINT), 1) = 0" \
    " OR COALESCE(CAST(:carded AS BIGINT), 1) = 0 OR COALESCE(CAST(:asked AS BIGINT), 0) = 1)"

static bool blank(const struct act *a, const char *field)
{
    return !str_trim(act_text(a, field)).n;
}

static err *rate_facts(struct act *a)
{
    static const char *const answers[] = {"accompanied", "within_notice", "carded", "asked", "score"};
    bool any = !blank(a, "text");
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        any |= act_get(a, answers[i])->present;
    act_facts(a)->rating_empty = !any;
    return NULL;
}

static err *mark_facts(struct act *a)
{
    act_facts(a)->secret_what_missing = blank(a, "what");
    return NULL;
}

static err *settle_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->secret_reasons_missing = blank(a, "reasons");
    f->secret_materials_missing = str_eq(act_text(a, "outcome"), S("partly")) && !act_get(a, "materials")->n;
    return NULL;
}

const struct act_type acts_outside[] = {
    {.name = "visit.rate", .label = "评价本次", .group = "outside", .table = "visit_rating", .article = "11",
     .roles = ROLE_BIT(ROLE_SUBJECT) | ROLE_BIT(ROLE_NOTICE), .flags = ACT_CREATES | ACT_RIGHT,
     .fields = FIELDS({"visit", "现场", FIELD_REF, 0, "visit"},
                      {"accompanied", "第三方始终有执法人员陪同", FIELD_BOOL, F_OPTIONAL},
                      {"within_notice", "只做了告知书写明的事", FIELD_BOOL, F_OPTIONAL},
                      {"carded", "出示了证件", FIELD_BOOL, F_OPTIONAL},
                      {"asked", "有人索要财物或推荐治理单位", FIELD_BOOL, F_OPTIONAL},
                      {"score", "总的评价", FIELD_ENUM, F_OPTIONAL, "good fair poor"},
                      {"text", "想说的话", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = SCOPE_VISIT_OF, .rules = RULES(RULE_rating_early, RULE_rating_repeated, RULE_rating_empty),
     .facts = {{NULL, "SELECT CASE WHEN " PRESENCE_HELPERS_LEFT " THEN 0 ELSE 1 END AS rating_early, CASE WHEN EXISTS (SELECT 1"
                      " FROM visit_rating r WHERE r.visit = v.id AND r.id <> COALESCE(CAST(:id AS TEXT), '')) THEN 1 ELSE 0 END"
                      " AS rating_repeated FROM visit v WHERE v.id = :visit"}},
     .facts_more = rate_facts,
     .apply = {{NULL, "INSERT INTO visit_rating (id, seq, visit, subject, accompanied, within_notice, carded, asked, score, text,"
                      " author, at, concern) SELECT :id, :seq, v.id, v.subject, CAST(:accompanied AS BIGINT),"
                      " CAST(:within_notice AS BIGINT), CAST(:carded AS BIGINT), CAST(:asked AS BIGINT), :score, :text, :by,"
                      " CAST(:at AS BIGINT), CASE WHEN " ANSWERED_BADLY " THEN 1 ELSE 0 END FROM visit v WHERE v.id = :visit"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-1', :seq, 'rating_concern', " AGENCY_OF_VISIT ", 'discipline', 'visit_rating',"
                      " r.id, 'todo.settle', :workday_5 FROM visit_rating r WHERE r.id = :id AND r.concern = 1"}},
     .help = "离场后由被检查单位如实填写。无人陪同、超出告知范围、未出示证件、索要财物的，由纪检督察核查。评价不影响对贵单位的检查。"},

    {.name = "secret.mark", .label = "标记商业秘密", .group = "outside", .table = "secret_mark", .article = "12",
     .roles = ROLE_BIT(ROLE_SUBJECT) | ROLE_BIT(ROLE_NOTICE), .flags = ACT_CREATES | ACT_RIGHT,
     .fields = FIELDS({"visit", "现场", FIELD_REF, 0, "visit"},
                      {"what", "哪些内容是商业秘密", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000},
                      {"place", "在哪里看到或者拍到", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 300}),
     .scope = SCOPE_VISIT_OF, .rules = RULES(RULE_secret_what_missing), .facts_more = mark_facts,
     .apply = {{NULL, "INSERT INTO secret_mark (id, seq, visit, subject, what, place, author, at, state)"
                      " SELECT :id, :seq, v.id, v.subject, :what, :place, :by, CAST(:at AS BIGINT), 'marked' FROM visit v WHERE v.id = :visit"},
               {NULL, TODO("1", "secret_settle", AGENCY_OF_VISIT, "officer", "secret_mark", ":id", "secret.settle", ":workday_2")}},
     .help = "写明哪些内容是商业秘密，执法人员核对后按商业秘密管理有关材料，并答复贵单位。"},

    {.name = "secret.settle", .label = "处理商业秘密标记", .group = "outside", .table = "secret_mark", .article = "12",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"secret_mark", "商业秘密标记", FIELD_REF, 0, "secret_mark"},
                      {"outcome", "处理", FIELD_ENUM, 0, "upheld partly rejected"},
                      {"materials", "按商业秘密管理的材料", FIELD_REF, F_OPTIONAL | F_LIST, "material", .maximum = 200},
                      {"reasons", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = "SELECT e.agency AS agency FROM secret_mark s JOIN visit v ON v.id = s.visit"
              " JOIN entrustment e ON e.id = v.entrustment WHERE s.id = :secret_mark",
     .rules = RULES(RULE_secret_reasons_missing, RULE_secret_materials_missing, RULE_secret_other_visit),
     .facts = {{NULL, STATE_OF("secret_mark", ":secret_mark", "'marked'")},
               {"materials", "SELECT CASE WHEN COALESCE(m.visit, '') = " MARK_VISIT " THEN 0 ELSE 1 END AS secret_other_visit"
                             " FROM material m WHERE m.id = :item"}},
     .facts_more = settle_facts,
     .apply = {{NULL, "UPDATE secret_mark SET state = :outcome, reasons = :reasons, decided_at = :at, decided_by = :by,"
                      " decided_seq = :seq WHERE id = :secret_mark"},
               /* Upheld without a list: all that was made at this visit. What is a state secret stays one. */
               {NULL, "UPDATE material SET secrecy = 'trade_secret' WHERE visit = " MARK_VISIT " AND CAST(:outcome AS TEXT) = 'upheld'"
                      " AND COALESCE(secrecy, '') <> 'state_secret'"},
               {"materials", "UPDATE material SET secrecy = 'trade_secret' WHERE id = :item AND CAST(:outcome AS TEXT) = 'partly'"
                             " AND COALESCE(secrecy, '') <> 'state_secret'"},
               {NULL, TODO_DONE("secret_settle", "secret_mark", ":secret_mark")}},
     .help = "成立的，本次现场的全部材料按商业秘密管理；部分成立的，逐件列明。处理结果在企业扫码页面显示。"},
    {0}};
