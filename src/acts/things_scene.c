/* Things of remote sensing: scenes, and what was looked for in them. A third party sees the scenes of its own entrustments. */
#include "acts/things_private.h"

#define SENSORS "s2=哨兵二号 landsat=陆地卫星 s1=哨兵一号 bgrn=四波段多光谱 rgbn=四波段影像 generic=其他"
#define RECIPES                                                                                     \
    "water=地表水体 water-ndwi=地表水体（无短波红外） water-mndwi=地表水体（改进指数） water-sar=地表水体（雷达） vegetation=植被"     \
    " bare-soil=裸露地表 burn-scar=过火痕迹"
#define LAYER_KINDS                                                                                 \
    "redline=生态保护红线 source1=饮用水水源一级保护区 source2=饮用水水源二级保护区 source3=饮用水水源准保护区 reserve=自然保护地 shore=岸线管控范围 county=区县界"
#define OF_SCENE(condition) "EXISTS (SELECT 1 FROM scene s WHERE s.id = x.scene AND " condition ")"

/* An agency's own, those below it, and of those above it: a county sees on which layer of its city a pixel was placed. */
#define OF_ABOVE(column)                                                                                                    \
    "(" IN_AGENCY(column) " OR EXISTS (SELECT 1 FROM agency h WHERE h.id = " column " AND ((h.region % 10000 = 0 AND h.region / 10000 = :region_low / 10000)" \
    " OR (h.region % 100 = 0 AND h.region / 100 = :region_low / 100))))"

const struct thing things_scene[] = {
    {.name = "scenes", .label = "影像", .table = "scene", .title = "x.name",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, 0}, {"name", "影像名称", COLUMN_TEXT, L}, {"sensor", "卫星", COLUMN_ENUM, L | F, SENSORS},
                        {"taken", "成像时间", COLUMN_TIME, L}, {"entrustment", "委托", COLUMN_REF, L | F, "entrustment"},
                        {"agency", "机构", COLUMN_REF, F, "agency"}, {"file", "规整后影像的摘要", COLUMN_TEXT, 0}, {"epsg", "坐标系（EPSG）", COLUMN_INT, 0},
                        {"width", "列数", COLUMN_INT, 0}, {"height", "行数", COLUMN_INT, 0}, {"west", "西", COLUMN_DEGREE, 0},
                        {"south", "南", COLUMN_DEGREE, 0}, {"east", "东", COLUMN_DEGREE, 0}, {"north", "北", COLUMN_DEGREE, 0},
                        {"valid", "有效像元（%）", COLUMN_TEXT, L, NULL, HUNDREDTHS("x.valid")}, {"author", "登记人", COLUMN_REF, IN, "users"},
                        {"at", "登记时间", COLUMN_TIME, 0}),
     .roles = BUSINESS_ROLES | LEAD | MEMBER_ROLE, .scope_agency = IN_AGENCY("x.agency"), .scope_provider = OF_PROVIDER_ENTRUSTMENT,
     .scope_member = MEMBER_ENTRUSTMENT("x.entrustment"),
     .children = CHILDREN({"解译", INSIDE_ROLES, "SELECT id AS \"编号@scene_run\", recipe AS \"方法@enum\", patches AS \"图斑\", groups AS \"图斑组\","
                                                " area_m2 AS \"面积（平方米）\", at AS \"时间@time\" FROM scene_run WHERE scene = :id ORDER BY seq DESC LIMIT 100"})},
    {.name = "scene-runs", .label = "解译", .table = "scene_run",
     .title = "COALESCE((SELECT s.name FROM scene s WHERE s.id = x.scene), '') || ' 解译'",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, L}, {"scene", "影像", COLUMN_REF, L | F, "scene"}, {"before_scene", "前一期影像", COLUMN_REF, 0, "scene"},
                        {"recipe", "方法", COLUMN_ENUM, L | F, RECIPES}, {"version", "方法版本", COLUMN_INT, 0}, {"parameters", "参数", COLUMN_TEXT, 0},
                        {"polygons", "图斑文件的摘要", COLUMN_TEXT, 0}, {"patches", "图斑数", COLUMN_INT, L}, {"groups", "图斑组数", COLUMN_INT, L},
                        {"area_m2", "面积（平方米）", COLUMN_INT, L}, {"at", "时间", COLUMN_TIME, L}),
     .roles = BUSINESS_ROLES, .scope_agency = OF_SCENE(IN_AGENCY("s.agency"))},
    {.name = "layers", .label = "图层", .table = "map_layer", .title = "x.name",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, 0}, {"name", "图层名称", COLUMN_TEXT, L}, {"kind", "种类", COLUMN_ENUM, L | F, LAYER_KINDS},
                        {"source", "来源", COLUMN_TEXT, L}, {"areas", "区域数", COLUMN_INT, L}, {"corners", "角点数", COLUMN_INT, 0},
                        {"file", "图层文件的摘要", COLUMN_TEXT, 0}, {"document", "读出内容的摘要", COLUMN_TEXT, 0}, {"west", "西", COLUMN_DEGREE, 0},
                        {"south", "南", COLUMN_DEGREE, 0}, {"east", "东", COLUMN_DEGREE, 0}, {"north", "北", COLUMN_DEGREE, 0},
                        {"agency", "机构", COLUMN_REF, F, "agency"}, {"author", "装载人", COLUMN_REF, IN, "users"}, {"at", "装载时间", COLUMN_TIME, L},
                        {"withdrawn", "撤下的原因", COLUMN_TEXT, 0}, {"withdrawn_by", "撤下人", COLUMN_REF, IN, "users"}),
     .roles = BUSINESS_ROLES, .scope_agency = OF_ABOVE("x.agency")},
    {.name = "fires", .label = "火点清单", .table = "fire_batch", .title = "x.name",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, 0}, {"name", "清单名称", COLUMN_TEXT, L}, {"product", "产品", COLUMN_ENUM, L | F, "modis=MODIS（约1千米） viirs=VIIRS（约375米）"},
                        {"listed", "清单行数", COLUMN_INT, 0}, {"kept", "湖北范围内的火点", COLUMN_INT, L}, {"places", "火点处", COLUMN_INT, L},
                        {"beside", "像元内有登记单位的", COLUMN_INT, L}, {"first_at", "最早探测时间", COLUMN_TIME, 0},
                        {"last_at", "最晚探测时间", COLUMN_TIME, L}, {"file", "清单文件的摘要", COLUMN_TEXT, 0}, {"agency", "机构", COLUMN_REF, F, "agency"},
                        {"author", "登记人", COLUMN_REF, IN, "users"}, {"at", "登记时间", COLUMN_TIME, 0}),
     .roles = BUSINESS_ROLES, .scope_agency = IN_AGENCY("x.agency")},
    {0}};
