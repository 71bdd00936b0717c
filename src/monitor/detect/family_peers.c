/* Family E: peers and outside data. What the air itself shows (stations, satellites) waits for data beside the readings. */
#include "monitor/detect/detect_private.h"

#define PARAMETERS(...) (const struct detector_parameter[]){__VA_ARGS__, {0}}

const struct detector detectors_peers[] = {
    {.id = "E1", .name = "peer-gap", .label = "远低于同行业", .family = FAMILY_PEERS, .needs = NEED_PEERS | NEED_HOURS,
     .history = 1,
     .background = false, .light = false,
     .parameters = PARAMETERS({"least", "至少几个同行业点位", 8}, {"chance", "偶然出现的机会不超过", 1e-3}),
     .traps = "stopped detection-limit", .legal = "T4 T8",
     .sees = "四周的日均值，或日均值的波动，远低于同行业最低的点位",
     .see_again = "核对工艺、燃料、治理设施和药剂用量是否足以解释",
     .run = detect_peer_gap},
    {.id = "E3", .name = "calendar", .label = "工作日与周末不同", .family = FAMILY_PEERS, .needs = NEED_DRIVERS | NEED_HOURS,
     .background = false, .light = false,
     .parameters = PARAMETERS({"skill", "推算可解释的比例至少", 0.2}, {"off", "至少相差误差的几倍", 0.2}, {"alone", "没有推算时至少相差水平的几成", 0.1}, {"chance", "偶然出现的机会不超过", 1e-3}),
     .traps = "stopped maintenance batch", .legal = "T3 T4",
     .sees = "扣除工况影响后，工作日与周末的水平总是不同",
     .see_again = "夜间、周末不预先告知检查；对照治理设施用电和药剂",
     .run = detect_calendar},
    {.id = "E4", .name = "keeper", .label = "运维单位多发", .family = FAMILY_PEERS, .needs = NEED_KEEPER,
     .history = 1,
     .background = true, .light = true,
     .parameters = PARAMETERS({"least", "至少几个有线索的点位", 3}, {"chance", "偶然出现的机会不超过", 1e-3}),
     .traps = "maintenance", .legal = "T13 F8",
     .sees = "同一运维单位的点位出现线索的比例远高于其他单位",
     .see_again = "比较该单位各点位的运维记录、账号和参数修改日志",
     .run = detect_keeper},
    {.id = "E5", .name = "declared", .label = "申报总量不符", .family = FAMILY_PEERS, .needs = NEED_DECLARED | NEED_TOTALS,
     .history = 1,
     .background = false, .light = true,
     .parameters = PARAMETERS({"off", "扣除缺失数据可能的替代后相差的比例", 0.3}),
     .traps = "maintenance network", .legal = "F1 T12",
     .sees = "自行监测报告、执行报告等申报的总量与自动监测的总量不符",
     .see_again = "核对申报依据、缺失数据的替代和数采仪累计设置",
     .run = detect_declared},
    {.id = NULL},
};
