/*
 * What a finding from above is laid against (Art. 6): layers of protected areas and of county boundaries that a bureau brings, and lists of fire
 * points as satellites publish them. Both come as files; what was read of them is a document beside the file, and the acts bind the two digests. A layer
 * says nothing against anybody: it tells where a place lies. A taken-down layer stays on record, because findings were read with it.
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

static err *withdraw_facts(struct act *a)
{
    act_facts(a)->layer_reason_missing = !str_trim(act_text(a, "reason")).n;
    return NULL;
}

const struct act_type acts_layer[] = {
    {.name = "layer.load", .label = "装载图层", .group = "scene", .table = "map_layer", .article = "6", .roles = ROLE_BIT(ROLE_OFFICER),
     .flags = ACT_CREATES | ACT_INTERNAL,
     .fields = FIELDS({"kind", "图层种类", FIELD_ENUM, 0, "redline source1 source2 source3 reserve shore county"},
                      {"name", "图层名称", FIELD_TEXT, 0, .maximum = 120}, {"source", "来源（发布机关、文号、日期）", FIELD_TEXT, 0, .maximum = 300},
                      {"file", "图层文件的摘要", FIELD_DIGEST, 0}, {"document", "读出内容的摘要", FIELD_DIGEST, 0}, {"areas", "区域数", FIELD_COUNT, 0},
                      {"corners", "角点数", FIELD_COUNT, 0}, {"west", "西", FIELD_DEGREE, 0}, {"south", "南", FIELD_DEGREE, 0},
                      {"east", "东", FIELD_DEGREE, 0}, {"north", "北", FIELD_DEGREE, 0}),
     .scope = "SELECT agency AS agency FROM users WHERE id = :by", .rules = RULES(RULE_layer_twice),
     .facts = {{NULL, "SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END AS layer_twice FROM map_layer l JOIN users u ON u.id = :by"
                      " WHERE l.file = :file AND l.kind = :kind AND l.withdrawn_seq IS NULL AND COALESCE(l.agency, '') = COALESCE(u.agency, '')"}},
     .apply = {{NULL, "INSERT INTO map_layer (id, seq, agency, kind, name, source, file, document, areas, corners, west, south, east, north, author, at)"
                      " VALUES (:id, :seq, COALESCE(CAST(:agency AS TEXT), ''), :kind, :name, :source, :file, :document, :areas, :corners, :west, :south,"
                      " :east, :north, :by, :at)"}},
     .help = "生态保护红线、饮用水水源保护区、自然保护地、岸线和区县界，GeoJSON或KML；图斑和火点据此说明所在位置。"},

    {.name = "layer.withdraw", .label = "撤下图层", .group = "scene", .table = "map_layer", .article = "10", .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"layer", "图层", FIELD_REF, 0, "map_layer"}, {"reason", "原因", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = "SELECT agency AS agency FROM map_layer WHERE id = :layer", .rules = RULES(RULE_state, RULE_layer_reason_missing),
     .facts = {{NULL, "SELECT CASE WHEN l.withdrawn_seq IS NULL THEN 0 ELSE 1 END AS wrong_state, l.id AS t_thing, 'withdrawn' AS t_state"
                      " FROM map_layer l WHERE l.id = :layer"}},
     .facts_more = withdraw_facts,
     .apply = {{NULL, "UPDATE map_layer SET withdrawn = :reason, withdrawn_seq = :seq, withdrawn_by = :by WHERE id = :layer"}},
     .help = "撤下后不再用于说明位置；记录保留。"},

    {.name = "fire.load", .label = "登记火点清单", .group = "scene", .table = "fire_batch", .article = "6", .roles = ROLE_BIT(ROLE_OFFICER),
     .flags = ACT_CREATES | ACT_INTERNAL,
     .fields = FIELDS({"name", "清单名称", FIELD_TEXT, 0, .maximum = 120}, {"product", "产品", FIELD_ENUM, 0, "modis viirs"},
                      {"file", "清单文件的摘要", FIELD_DIGEST, 0}, {"document", "火点处文件的摘要", FIELD_DIGEST, 0},
                      {"listed", "清单行数", FIELD_COUNT, 0}, {"kept", "在湖北范围内的火点", FIELD_COUNT, 0}, {"places", "火点处", FIELD_COUNT, 0},
                      {"beside", "像元内有登记单位的火点处", FIELD_COUNT, 0}, {"first_at", "最早探测时间", FIELD_TIME, F_OPTIONAL},
                      {"last_at", "最晚探测时间", FIELD_TIME, F_OPTIONAL}, {"findings", "研判结果编号", FIELD_TEXT, F_OPTIONAL | F_LIST, .maximum = 200}),
     .scope = "SELECT agency AS agency FROM users WHERE id = :by", .rules = RULES(RULE_fire_twice),
     .facts = {{NULL, "SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END AS fire_twice FROM fire_batch b JOIN users u ON u.id = :by"
                      " WHERE b.file = :file AND COALESCE(b.agency, '') = COALESCE(u.agency, '')"}},
     .apply = {{NULL, "INSERT INTO fire_batch (id, seq, agency, name, product, file, document, listed, kept, places, beside, first_at, last_at, author, at)"
                      " VALUES (:id, :seq, CAST(:agency AS TEXT), :name, :product, :file, :document, :listed, :kept, :places, :beside, :first_at,"
                      " :last_at, :by, :at)"},
               {"findings", "INSERT INTO fire_finding (id, seq, batch) VALUES (:item, :seq, :id) ON CONFLICT DO NOTHING"}},
     .help = "卫星火点（FIRMS公布的CSV）；像元约一公里，只是提示。"},
    {0}};
