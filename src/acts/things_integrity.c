/* Things, fourth part: what the look found. Nobody but discipline reads a finding that is not opened. */
#include "acts/things_private.h"

#define KIND_WORDS                                                                                  \
    "text_reuse=文字重复 number_reuse=数据重复 picture_reuse=图片重复 near_limit=贴近限值 fast_verification=核实过快"        \
    " backcheck_disagrees=回查不一致 drop_after_refusal=拒绝后下降"
#define KIND_SQL                                                                                    \
    "CASE x.kind WHEN 'text_reuse' THEN '文字重复' WHEN 'number_reuse' THEN '数据重复' WHEN 'picture_reuse' THEN '图片重复'" \
    " WHEN 'near_limit' THEN '贴近限值' WHEN 'fast_verification' THEN '核实过快' WHEN 'backcheck_disagrees' THEN '回查不一致'" \
    " ELSE '拒绝后下降' END"

const struct thing things_integrity[] = {
    {.name = "integrity-findings", .label = "廉洁提示", .table = "integrity_finding", .title = KIND_SQL,
     .columns = COLUMNS({"id", "编号", COLUMN_ID, L}, {"kind", "类别", COLUMN_ENUM, L | F, KIND_WORDS},
                        {"about_kind", "对象类别", COLUMN_ENUM, L, "provider=第三方 user=人员 agency=执法机构"},
                        {"about_id", "对象", COLUMN_TEXT, L | F, NULL,
                         "COALESCE((SELECT p.name FROM provider p WHERE x.about_kind = 'provider' AND p.id = x.about_id),"
                         " (SELECT u.name FROM users u WHERE x.about_kind = 'user' AND u.id = x.about_id),"
                         " (SELECT g.name FROM agency g WHERE x.about_kind = 'agency' AND g.id = x.about_id), x.about_id)"},
                        {"agency", "机构", COLUMN_REF, L | F, "agency"}, {"material", "材料", COLUMN_REF, 0, "material"},
                        {"other", "相似材料", COLUMN_REF, IN, "material"}, {"score", "程度（千分）", COLUMN_INT, L},
                        {"text", "看到什么", COLUMN_TEXT, L}, {"evidence", "比对内容", COLUMN_TEXT, IN},
                        {"found_at", "提出时间", COLUMN_TIME, L},
                        {"state", "状态", COLUMN_ENUM, ST, "found=待受理 opened=已受理 closed=已办结"},
                        {"opened_at", "受理时间", COLUMN_TIME, 0},
                        {"outcome", "结论", COLUMN_ENUM, L | F, "explained=解释成立 groundless=不成立 corrected=已纠正 inquiry=转违纪核查"},
                        {"reasons", "理由", COLUMN_TEXT, 0}, {"violation", "违纪核查", COLUMN_REF, 0, "violation"},
                        {"closed_at", "办结时间", COLUMN_TIME, 0}),
     .roles = ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_OFFICER) | LEAD,
     .scope_agency = "((:discipline = 1 AND (x.agency IS NULL OR " IN_AGENCY("x.agency") ") AND NOT (x.about_kind = 'user' AND x.about_id = :user"
                     " AND x.state = 'found')) OR (x.state <> 'found' AND ((x.about_kind = 'user' AND x.about_id = :user) OR"
                     " (x.about_kind = 'agency' AND x.about_id = :agency AND EXISTS (SELECT 1 FROM user_role hr WHERE hr.user_id = :user"
                     " AND hr.role = 'head')))))",
     .scope_provider = "x.about_kind = 'provider' AND x.about_id = :provider AND x.state <> 'found'",
     .children = CHILDREN({"已核对的合理解释", 0, "SELECT name AS \"解释@enum\", holds AS \"成立@flag\", detail AS \"核对情况\" FROM integrity_check"
                                                  " WHERE finding = :id ORDER BY name"},
                          {"说明", 0, "SELECT text AS \"内容\" FROM integrity_answer WHERE finding = :id ORDER BY seq"}),
     .acts = ACTS("integrity.open", "integrity.answer", "integrity.close", "violation.open")},
    {.name = "backcheck-draws", .label = "回查抽取", .table = "backcheck_draw",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, L}, {"agency", "机构", COLUMN_REF, L | F, "agency"}, {"from_date", "期间自", COLUMN_DAY, L},
                        {"to_date", "期间至", COLUMN_DAY, L}, {"size", "账本条数", COLUMN_INT, L}, {"root", "账本根", COLUMN_TEXT, 0},
                        {"percent", "比例（%）", COLUMN_INT, L}, {"pool_n", "范围内材料", COLUMN_INT, L}, {"chosen_n", "抽中", COLUMN_INT, L}),
     .roles = ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_AUDITOR), .scope_agency = IN_AGENCY("x.agency"),
     .children = CHILDREN({"抽取范围", 0, "SELECT material AS \"材料@material\", chosen AS \"抽中@flag\", officer AS \"回查人@users\" FROM"
                                          " backcheck_pool WHERE draw = :id ORDER BY chosen DESC, material LIMIT 500"})},
    {0}};
