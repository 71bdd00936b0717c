/*
 * Scenes of satellites (Art. 6). A scene is bound to the entrustment of its kind (T06), or is the bureau's own; what was looked for in it is
 * recorded with everything the polygons depend on, so that anybody can compute them again. Neither is a finding against anybody: groups worth a look
 * become clues by clue.report, which an officer judges.
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

/* One row, or none when no entrustment is named. */
#define UNDER_ENTRUSTMENT                                                                           \
    "SELECT CASE WHEN e.state = 'accepted' THEN 0 ELSE 1 END AS wrong_state, e.id AS t_thing, e.state AS t_state,"                   \
    " CASE WHEN e.kind = 'T06' THEN 0 ELSE 1 END AS scene_kind_differs, e.frozen AS entrustment_frozen,"                             \
    " CASE WHEN g.state = 'effective' THEN 0 ELSE 1 END AS agreement_not_effective, e.id AS t_entrustment, g.id AS t_agreement,"      \
    " g.state AS t_agreement_state FROM entrustment e JOIN agreement g ON g.id = e.agreement WHERE e.id = CAST(:entrustment AS TEXT)"

const struct act_type acts_scene[] = {
    {.name = "scene.bind", .label = "登记影像", .group = "scene", .table = "scene", .article = "6",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLES_THIRD_PARTY, .flags = ACT_CREATES,
     .fields = FIELDS({"entrustment", "遥感解译委托", FIELD_REF, F_OPTIONAL, "entrustment"}, {"name", "影像名称", FIELD_TEXT, 0, .maximum = 120},
                      {"sensor", "卫星", FIELD_ENUM, 0, "s2 landsat s1 bgrn rgbn generic"}, {"taken", "成像时间", FIELD_TIME, 0},
                      {"file", "规整后影像的摘要", FIELD_DIGEST, 0}, {"epsg", "坐标系（EPSG）", FIELD_COUNT, 0, .maximum = 65535},
                      {"width", "列数", FIELD_COUNT, 0, .maximum = 60000}, {"height", "行数", FIELD_COUNT, 0, .maximum = 60000},
                      {"west", "西", FIELD_DEGREE, 0}, {"south", "南", FIELD_DEGREE, 0}, {"east", "东", FIELD_DEGREE, 0},
                      {"north", "北", FIELD_DEGREE, 0}, {"valid", "有效像元（%）", FIELD_PERCENT, 0}),
     .scope = "SELECT agency AS agency, provider AS provider FROM entrustment WHERE id = CAST(:entrustment AS TEXT)",
     .rules = RULES(RULE_state, RULE_scene_kind_differs, RULE_scene_unbound, RULE_scene_twice, RULE_entrustment_frozen,
                    RULE_agreement_not_effective),
     .facts = {{NULL, UNDER_ENTRUSTMENT},
               {NULL, "SELECT CASE WHEN u.provider IS NOT NULL AND CAST(:entrustment AS TEXT) IS NULL THEN 1 ELSE 0 END AS scene_unbound"
                      " FROM users u WHERE u.id = :by"},
               {NULL, "SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END AS scene_twice FROM scene s WHERE s.file = :file"
                      " AND COALESCE(s.entrustment, '') = COALESCE(CAST(:entrustment AS TEXT), '')"}},
     .apply = {{NULL, "INSERT INTO scene (id, seq, entrustment, agency, name, sensor, taken, file, epsg, width, height, west, south, east,"
                      " north, valid, author, at) VALUES (:id, :seq, :entrustment, COALESCE((SELECT e.agency FROM entrustment e WHERE"
                      " e.id = CAST(:entrustment AS TEXT)), CAST(:agency AS TEXT)), :name, :sensor, :taken, :file, :epsg, :width, :height,"
                      " :west, :south, :east, :north, :valid, :by, :at)"}},
     .help = "影像先用 xiezhi remote ingest 规整；第三方的影像登记在遥感解译委托（T06）下。"},

    {.name = "scene.detect", .label = "登记解译", .group = "scene", .table = "scene_run", .article = "6",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_DETECTOR), .flags = ACT_CREATES | ACT_INTERNAL,
     .fields = FIELDS({"scene", "影像", FIELD_REF, 0, "scene"}, {"before", "前一期影像", FIELD_REF, F_OPTIONAL, "scene"},
                      {"recipe", "方法", FIELD_TEXT, 0, .maximum = 32}, {"version", "方法版本", FIELD_COUNT, 0, .maximum = 1000},
                      {"parameters", "参数", FIELD_TEXT, 0, .maximum = 2000}, {"polygons", "图斑文件的摘要", FIELD_DIGEST, 0},
                      {"document", "图斑组文件的摘要", FIELD_DIGEST, 0},
                      {"patches", "图斑数", FIELD_COUNT, 0}, {"groups", "图斑组数", FIELD_COUNT, 0},
                      {"area_m2", "面积（平方米）", FIELD_COUNT, 0, .maximum = 2000000000},
                      {"findings", "研判结果编号", FIELD_TEXT, F_OPTIONAL | F_LIST, .maximum = 200},
                      {"again", "与以前的研判结果是同一处", FIELD_TEXT, F_OPTIONAL | F_LIST, .maximum = 200}),
     .scope = "SELECT agency AS agency FROM scene WHERE id = :scene", .rules = RULES(RULE_scene_dates_reversed),
     .facts = {{NULL, "SELECT CASE WHEN b.taken >= s.taken THEN 1 ELSE 0 END AS scene_dates_reversed FROM scene s JOIN scene b"
                      " ON b.id = CAST(:before AS TEXT) WHERE s.id = :scene"}},
     .apply = {{NULL, "INSERT INTO scene_run (id, seq, scene, before_scene, recipe, version, parameters, polygons, document, patches, groups, area_m2,"
                      " author, at) VALUES (:id, :seq, :scene, :before, :recipe, :version, :parameters, :polygons, :document, :patches, :groups,"
                      " :area_m2, :by, :at)"},
               {"findings", "INSERT INTO scene_finding (id, seq, run) VALUES (:item, :seq, :id) ON CONFLICT DO NOTHING"},
               /* an item is "finding:earlier finding", both of 32 signs */
               {"again", "INSERT INTO scene_lineage (finding, earlier, seq) VALUES (SUBSTR(CAST(:item AS TEXT), 1, 32), SUBSTR(CAST(:item AS TEXT), 34, 32), :seq)"
                         " ON CONFLICT DO NOTHING"}},
     .help = "由解译程序登记：方法、参数和图斑文件的摘要，据此可以重算。"},
    {0}};
