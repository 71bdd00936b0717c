/*
 * What may be published, and of each kind, which columns. A list here is a wish: disclosed_column() decides. Lists only grow
 * at their end and with a note in decision 47, because content is part of the state that replay compares.
 */
#include "acts/disclosed.h"
#include "acts/things_private.h"

#define LISTS(...) ((const struct disclosed_list[]){__VA_ARGS__, {0}})
#define NUMBERS(...) ((const struct disclosed_number[]){__VA_ARGS__, {0}})
#define OF_ID(table) "SELECT agency AS agency FROM " table " WHERE id = :ref"

#define IN_PERIOD(column) column " >= :from AND " column " < :to"
#define OF_AGENCY(column) "(CAST(:agency AS TEXT) IS NULL OR " column " = :agency)"
#define COUNT_ENTRUSTMENTS(where) "SELECT COUNT(*) FROM entrustment e WHERE " OF_AGENCY("e.agency") " AND " where

/* Counts of a period: nothing in them but whole numbers. */
static const struct disclosed_number statistics[] = {
    {"entrustments", "批准的委托（件）", COUNT_ENTRUSTMENTS(IN_PERIOD("e.approved_at"))},
    {"entrustments_finished", "完成的委托（件）", COUNT_ENTRUSTMENTS(IN_PERIOD("e.ended_at") " AND e.state = 'finished'")},
    {"entrustments_released", "因回避解除的委托（件）", COUNT_ENTRUSTMENTS(IN_PERIOD("e.ended_at") " AND e.state = 'released'")},
    {"visits", "第三方辅助的现场（次）", "SELECT COUNT(*) FROM visit v JOIN entrustment e ON e.id = v.entrustment WHERE "
     OF_AGENCY("e.agency") " AND v.state = 'closed' AND " IN_PERIOD("v.closed_at")},
    {"notices", "送达的告知书（份）", "SELECT COUNT(*) FROM notice n JOIN entrustment e ON e.id = n.entrustment WHERE "
     OF_AGENCY("e.agency") " AND " IN_PERIOD("n.served_at")},
    {"objections", "收到的异议（件）", "SELECT COUNT(*) FROM objection o JOIN entrustment e ON e.id = o.entrustment WHERE "
     OF_AGENCY("e.agency") " AND " IN_PERIOD("o.lodged_at")},
    {"objections_upheld", "成立和部分成立的异议（件）", "SELECT COUNT(*) FROM objection o JOIN entrustment e ON e.id = o.entrustment"
     " WHERE " OF_AGENCY("e.agency") " AND o.state IN ('upheld', 'partly') AND " IN_PERIOD("o.decided_at")},
    {"materials_adopted", "核实后可采用的材料（件）", "SELECT COUNT(*) FROM material m JOIN entrustment e ON e.id = m.entrustment"
     " WHERE " OF_AGENCY("e.agency") " AND m.state = 'adoptable' AND " IN_PERIOD("m.verified_at")},
    {"decisions", "作出的处罚决定（件）", "SELECT COUNT(*) FROM attachment t JOIN casefile c ON c.id = t.casefile JOIN act_log l"
     " ON l.seq = t.seq WHERE t.kind = 'decision' AND " OF_AGENCY("c.agency") " AND " IN_PERIOD("l.at")},
    {"agreements_ended_for_violation", "因违纪解除的协议（件）", "SELECT COUNT(*) FROM agreement g WHERE g.violation IS NOT NULL AND "
     OF_AGENCY("g.agency") " AND " IN_PERIOD("g.ended_at")},
    {0}};

static const struct thing_column policy_columns[] = {{"name", "设置", COLUMN_ENUM, 0}, {"value", "值", COLUMN_INT, 0},
                                                     {"reason", "理由", COLUMN_TEXT, 0}, {0}};
static const struct thing_column law_columns[] = {{"instrument", "依据", COLUMN_TEXT, 0}, {"from_date", "施行", COLUMN_DAY, 0},
                                                  {"to_date", "失效", COLUMN_DAY, 0}, {"status", "效力", COLUMN_ENUM, 0}, {0}};
static const struct thing_column matter_columns[] = {{"kind", "事项", COLUMN_ENUM, 0, "task"}, {0}};
static const struct thing_column region_columns[] = {{"region", "区域", COLUMN_REGION, 0}, {0}};
static const struct thing_column clause_columns[] = {{"clause", "条款", COLUMN_ENUM, 0}, {0}};
static const struct thing_column score_columns[] = {{"item", "项目", COLUMN_TEXT, 0}, {"points", "得分", COLUMN_INT, 0},
                                                    {"maximum", "满分", COLUMN_INT, 0}, {0}};
static const struct thing_column party_columns[] = {{"digest", "承诺摘要", COLUMN_TEXT, 0}, {"revealed_seq", "公开秘密的序号", COLUMN_INT, 0}, {0}};
static const struct thing_column decision_columns[] = {{"ref", "决定文号", COLUMN_TEXT, 0}, {"date", "决定日期", COLUMN_DAY, 0},
                                                       {"served_on", "送达日期", COLUMN_DAY, 0}, {0}};

#define ATTACHED_DECISION LISTS({"处罚决定", "attachment", "casefile", decision_columns, "x.kind = 'decision'"})

static const struct disclosed_kind kinds[] = {
    {"plan", "检查计划", NULL, NULL, "pub.gov_info", "disclose_info_workdays", .columns = ""},
    {"result", "检查结果", NULL, NULL, "pub.dual_random", "disclose_draw_workdays", .columns = ""},
    {"statistics", "统计", NULL, NULL, "pub.gov_info", "disclose_info_workdays", .columns = "", .numbers = statistics},
    {"policy", "设置", NULL, NULL, "pub.gov_info", "disclose_info_workdays", .columns = "",
     .lists = LISTS({"设置", "policy", "name", policy_columns})},
    {"law", "法律依据", NULL, NULL, "pub.gov_info", "disclose_info_workdays", .columns = "",
     .lists = LISTS({"采用的依据", "law_adoption", "instrument", law_columns})},
    {"procurement", "采购", "procurement", OF_ID("procurement"), "gp.notice_and_result_publish", "disclose_award_workdays",
     .columns = "title category year amount method quotes state award notified_on", .provider = "provider"},
    {"agreement", "协议", "agreement", OF_ID("agreement"), "gp.publish_contract", "disclose_agreement_workdays",
     .columns = "from_date to_date fee pricing state signed_on published_on", .provider = "provider",
     .lists = LISTS({"委托辅助事项范围", "agreement_matter", "agreement", matter_columns},
                    {"区域", "agreement_region", "agreement", region_columns},
                    {"条款", "agreement_clause", "agreement", clause_columns})},
    {"provider", "第三方", "provider", NULL, "pub.gov_info", NULL, .columns = "kind domestic registered_on state ban_until",
     .provider = "id"},
    {"roster", "名录库", "roster", OF_ID("roster"), "pub.gov_info", "disclose_info_workdays", .columns = "from_date to_date",
     .numbers = NUMBERS({"providers", "在库第三方（家）", "SELECT COUNT(*) FROM roster_entry r WHERE r.roster = :ref AND"
                         " r.dropped_at IS NULL AND r.who LIKE 'provider:%'"},
                        {"members", "在库辅助人员（人）", "SELECT COUNT(*) FROM roster_entry r WHERE r.roster = :ref AND"
                         " r.dropped_at IS NULL AND r.who LIKE 'member:%'"})},
    {"evaluation", "考核结果", "evaluation", "SELECT g.agency AS agency FROM evaluation x JOIN agreement g ON g.id = x.agreement"
     " WHERE x.id = :ref", "pub.gov_info", NULL, .columns = "period points maximum appealed", .provider = "provider",
     .lists = LISTS({"项目", "evaluation_item", "evaluation", score_columns})},
    {"draw", "抽取", "draw", OF_ID("draw"), "pub.dual_random", "disclose_draw_workdays",
     .columns = "purpose quantity pool_n state plan settled_at published_at", .lists = LISTS({"各方承诺", "draw_party", "draw", party_columns}),
     .numbers = NUMBERS({"excluded", "排除（个）", "SELECT COUNT(*) FROM draw_exclusion x WHERE x.draw = :ref"},
                        {"chosen", "抽中（个）", "SELECT COUNT(*) FROM draw_pool x WHERE x.draw = :ref AND x.chosen = 1"})},
    {"flight", "飞行", "flight", "SELECT e.agency AS agency FROM flight x JOIN entrustment e ON e.id = x.entrustment WHERE x.id = :ref",
     "pub.gov_info", NULL, .columns = "height_m from_time to_time state"},
    {"decision", "处罚决定", "casefile", OF_ID("casefile"), "pub.enforce_result", "disclose_decision_workdays", .columns = "state opened_at",
     .subject = "subject", .lists = ATTACHED_DECISION},
    {"case", "案件", "casefile", OF_ID("casefile"), "pub.enforce_result", NULL, .columns = "state opened_at sealed_at",
     .subject = "subject", .lists = ATTACHED_DECISION},
    {"violation", "违纪核查", "violation", OF_ID("violation"), "pub.gov_info", "disclose_info_workdays",
     .columns = "against_kind kind state opened_at found_at", .provider = "provider"},
    {"clue", "线索", "clue", OF_ID("clue"), "pub.gov_info", NULL, .columns = ""},
    {"material", "证明材料", "material", NULL, "pub.gov_info", NULL, .secret = true, .columns = ""},
    {"entrustment", "委托", "entrustment", OF_ID("entrustment"), "pub.gov_info", NULL, .provider = "provider",
     .columns = "kind region from_date to_date enters_site amount state approved_at accepted_at ended_at"},
    {"visit", "现场", "visit", "SELECT e.agency AS agency FROM visit x JOIN entrustment e ON e.id = x.entrustment WHERE x.id = :ref",
     "pub.gov_info", NULL, .columns = "starts ends helpers emergency state closed_at"},
    {"record", "备案表", "record", NULL, "pub.gov_info", NULL, .secret = true, .columns = ""},
    {"notice", "告知书", "notice", NULL, "pub.gov_info", NULL, .personal = true, .columns = ""},
    {"objection", "异议", "objection", NULL, "pub.gov_info", NULL, .personal = true, .columns = ""},
    {"complaint", "投诉举报", "complaint", NULL, "pub.gov_info", NULL, .personal = true, .columns = ""},
    {"gift", "财物报告", "gift", NULL, "pub.gov_info", NULL, .personal = true, .columns = ""},
    {"contact", "接触记录", NULL, NULL, "pub.gov_info", NULL, .personal = true, .columns = ""},
    {"member", "辅助人员", "member", NULL, "pub.gov_info", NULL, .personal = true, .columns = ""},
    {"user", "用户", "users", NULL, "pub.gov_info", NULL, .personal = true, .columns = ""},
    {"person", "个人", NULL, NULL, "pub.gov_info", NULL, .personal = true, .columns = ""},
    {"presence", "到离场记录", NULL, NULL, "pub.gov_info", NULL, .personal = true, .columns = ""}};

const char disclosed_kind_names[] =
    "plan result statistics policy law procurement agreement provider roster evaluation draw flight decision case violation"
    " clue material entrustment visit record notice objection complaint gift contact member user person presence";

size_t disclosed_kind_count(void)
{
    return sizeof kinds / sizeof *kinds;
}

const struct disclosed_kind *disclosed_kind_at(size_t index)
{
    CHECK(index < disclosed_kind_count());
    return &kinds[index];
}

const struct disclosed_kind *disclosed_kind_find(str name)
{
    for (size_t i = 0; i < disclosed_kind_count(); i++)
        if (str_eq(name, str_of(kinds[i].name)))
            return &kinds[i];
    return NULL;
}
