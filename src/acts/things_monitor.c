/* Things of monitoring: outlets, marks, corrections, limits. Third parties see none of it here: what an entrusted analysis
 * needs goes out under pseudonyms, not by these lists. */
#include "acts/things_private.h"

#define OUTLET_REGION                                                                               \
    "EXISTS (SELECT 1 FROM subject s WHERE s.id = x.subject AND s.region BETWEEN :region_low AND :region_high)"
#define BY_OUTLET                                                                                   \
    "EXISTS (SELECT 1 FROM outlet o JOIN subject s ON s.id = o.subject WHERE o.id = x.outlet"       \
    " AND s.region BETWEEN :region_low AND :region_high)"
#define OF_SUBJECT "EXISTS (SELECT 1 FROM outlet o WHERE o.id = x.outlet AND o.subject = :subject)"
/* The same of thousandths. */
#define THOUSANDTHS(c)                                                                              \
    "CAST(" c " / 1000 AS TEXT) || CASE WHEN " c " % 1000 = 0 THEN '' ELSE '.' ||"                   \
    " SUBSTR(CAST(1000 + " c " % 1000 AS TEXT), 2) END"
#define KINDS "gas=废气 water=废水 noise=噪声 other=其他"
#define PERIODS_ "minute=分钟 hour=小时 day=日"
#define MARKS                                                                                       \
    "stopped=停运 start=启炉 shut=停炉 bake=烘炉 fault=故障 accident=事故 maintenance=维护 calibration=校准 network=通讯中断" \
    " other=其他"

const struct thing things_monitor[] = {
    {.name = "outlets", .label = "监测点位", .table = "outlet",
     .title = "COALESCE((SELECT s.name || ' ' FROM subject s WHERE s.id = x.subject), '') || x.name",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, 0}, {"name", "点位名称", COLUMN_TEXT, 0},
                        {"subject", "排污单位", COLUMN_REF, F, "subject"}, {"mn", "设备编码", COLUMN_TEXT, L | F},
                        {"region", "区域", COLUMN_REGION, L | F, NULL, "(SELECT s.region FROM subject s WHERE s.id = x.subject)"},
                        {"kind", "类别", COLUMN_ENUM, L | F, KINDS}, {"industry", "行业", COLUMN_TEXT, L | F},
                        {"process", "生产设施", COLUMN_TEXT, 0}, {"permit_no", "排污许可证", COLUMN_TEXT, 0},
                        {"o2_reference", "基准含氧量（%）", COLUMN_TEXT, 0, NULL, HUNDREDTHS("x.o2_reference")},
                        {"area_m2", "烟道截面积（平方米）", COLUMN_TEXT, 0, NULL, THOUSANDTHS("x.area_m2")},
                        {"lon", "经度", COLUMN_DEGREE, 0}, {"lat", "纬度", COLUMN_DEGREE, 0},
                        {"cadence", "上报间隔（秒）", COLUMN_INT, 0}, {"from_date", "启用", COLUMN_DAY, L},
                        {"to_date", "停用", COLUMN_DAY, L}, {"closed_at", "办理停用", COLUMN_TIME, 0},
                        {"closed_reason", "停用理由", COLUMN_TEXT, 0}),
     .roles = INSIDE_ROLES | SUBJECT_ROLE, .scope_agency = OUTLET_REGION, .scope_subject = "x.subject = :subject",
     .children = CHILDREN(
         {"上报网段", INSIDE_ROLES, "SELECT network AS \"网段\" FROM outlet_network WHERE outlet = :id ORDER BY network"},
         {"标记", 0, "SELECT id AS \"标记@outlet_mark\", kind AS \"状态@enum\", from_time AS \"开始@time\", to_time AS \"结束@time\","
                     " entered AS \"提交@time\", undone_at AS \"撤销@time\" FROM outlet_mark WHERE outlet = :id"
                     " ORDER BY from_time DESC, id LIMIT 100"},
         {"修正", 0, "SELECT factor AS \"因子\", period AS \"时段@enum\", slot AS \"时段开始@time\", value AS \"修正为\","
                     " reason AS \"理由\", entered AS \"提交@time\" FROM outlet_correction WHERE outlet = :id"
                     " ORDER BY slot DESC, seq DESC LIMIT 100"},
         {"专用限值", 0, "SELECT factor AS \"因子\", value AS \"限值\", unit AS \"单位\", period AS \"时段@enum\","
                         " converted AS \"折算@flag\", from_date AS \"起@day\", to_date AS \"止@day\", source AS \"来源\""
                         " FROM emission_limit WHERE outlet = :id ORDER BY factor, from_date, seq LIMIT 200"}),
     .acts = ACTS("outlet.amend", "outlet.access", "outlet.mark", "outlet.correct", "outlet.close")},
    {.name = "marks", .label = "标记", .table = "outlet_mark",
     .title = "COALESCE((SELECT o.name || ' ' FROM outlet o WHERE o.id = x.outlet), '') || '标记'",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, 0}, {"outlet", "点位", COLUMN_REF, F, "outlet"},
                        {"kind", "状态", COLUMN_ENUM, L | F, MARKS}, {"from_time", "开始", COLUMN_TIME, L},
                        {"to_time", "结束", COLUMN_TIME, L}, {"reason", "原因", COLUMN_TEXT, L},
                        {"author", "标记人", COLUMN_REF, 0, "users"}, {"entered", "提交", COLUMN_TIME, L},
                        {"undone_at", "撤销", COLUMN_TIME, L}, {"undone_by", "撤销人", COLUMN_REF, 0, "users"},
                        {"undo_reason", "撤销理由", COLUMN_TEXT, 0}),
     .roles = INSIDE_ROLES | SUBJECT_ROLE, .scope_agency = BY_OUTLET, .scope_subject = OF_SUBJECT,
     .children = CHILDREN({"污染因子", 0, "SELECT factor AS \"因子\" FROM outlet_mark_factor WHERE mark = :id ORDER BY factor"}),
     .acts = ACTS("outlet.unmark")},
    {.name = "corrections", .label = "数据修正", .table = "outlet_correction",
     .title = "COALESCE((SELECT o.name || ' ' FROM outlet o WHERE o.id = x.outlet), '') || x.factor || ' 修正'",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, 0}, {"outlet", "点位", COLUMN_REF, F, "outlet"},
                        {"factor", "因子", COLUMN_TEXT, L | F}, {"period", "时段", COLUMN_ENUM, L | F, PERIODS_},
                        {"converted", "折算值", COLUMN_FLAG, 0}, {"slot", "时段开始", COLUMN_TIME, L},
                        {"value", "修正为", COLUMN_TEXT, L}, {"reason", "理由", COLUMN_TEXT, L},
                        {"author", "修正人", COLUMN_REF, IN, "users"}, {"entered", "提交", COLUMN_TIME, 0}),
     .roles = INSIDE_ROLES | SUBJECT_ROLE, .scope_agency = BY_OUTLET, .scope_subject = OF_SUBJECT},
    {.name = "limits", .label = "排放限值", .table = "emission_limit", .title = "x.factor || ' ' || x.value || COALESCE(x.unit, '')",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, 0}, {"factor", "因子", COLUMN_TEXT, L | F},
                        {"value", "限值", COLUMN_TEXT, L}, {"unit", "单位", COLUMN_TEXT, L},
                        {"outlet", "点位", COLUMN_REF, L | F, "outlet"}, {"industry", "行业", COLUMN_TEXT, L | F},
                        {"region", "区域", COLUMN_REGION, L | F}, {"period", "时段", COLUMN_ENUM, L | F, PERIODS_},
                        {"converted", "按折算值", COLUMN_FLAG, L}, {"lower", "下限", COLUMN_FLAG, 0},
                        {"from_date", "起", COLUMN_DAY, L}, {"to_date", "止", COLUMN_DAY, L}, {"source", "来源", COLUMN_TEXT, 0}),
     .roles = INSIDE_ROLES | SUBJECT_ROLE, .scope_agency = "(x.outlet IS NULL OR " BY_OUTLET ")",
     .scope_subject = "(x.outlet IS NULL OR " OF_SUBJECT ")"},
    {.name = "anchors", .label = "数据锚定", .table = "readings_anchor", .title = "'数据锚定 ' || x.id",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, 0}, {"day", "日期", COLUMN_DAY, L | F}, {"revision", "修订次", COLUMN_INT, L},
                        {"chunks", "数据块数", COLUMN_INT, L}, {"root", "树根", COLUMN_TEXT, L | F}),
     .roles = INSIDE_ROLES, .scope_agency = EVERYBODY},
    {0}};
