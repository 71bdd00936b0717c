/*
 * What detectors need to know of a factor: what it measures, and which others are tied to it by physics (kin), so that their
 * moving together says nothing. Codes: HJ 212-2017 with HJ 524, HJ 525. A code that is not here is a process variable of
 * unknown physics: it may explain a pollutant, and is never accused of resembling one.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

enum { KIN_NONE, KIN_NITROGEN_OXIDES, KIN_PARTICLES, KIN_GAS_FLOW, KIN_FURNACE, KIN_HYDROCARBONS, KIN_NITROGEN, KIN_ORGANIC, KIN_PHOSPHORUS,
       KIN_WATER_FLOW };

/* by code */
static const struct factor_info factors[] = {
    {"a00000", "废气流量", ROLE_FLOW, KIN_GAS_FLOW},
    {"a01001", "环境温度", ROLE_OTHER, KIN_NONE},
    {"a01002", "环境湿度", ROLE_OTHER, KIN_NONE},
    {"a01006", "环境气压", ROLE_OTHER, KIN_NONE},
    {"a01007", "风速", ROLE_OTHER, KIN_NONE},
    {"a01011", "烟气流速", ROLE_VELOCITY, KIN_GAS_FLOW},
    {"a01012", "烟气温度", ROLE_TEMPERATURE, KIN_NONE},
    {"a01013", "烟气压力", ROLE_PRESSURE, KIN_GAS_FLOW},
    {"a01014", "烟气湿度", ROLE_HUMIDITY, KIN_NONE},
    {"a01017", "烟气动压", ROLE_PRESSURE, KIN_GAS_FLOW},
    {"a01901", "炉膛温度", ROLE_FURNACE, KIN_FURNACE},
    {"a01902", "炉膛温度", ROLE_FURNACE, KIN_FURNACE},
    {"a05002", "甲烷", ROLE_POLLUTANT, KIN_HYDROCARBONS},
    {"a05024", "臭氧", ROLE_POLLUTANT, KIN_NONE},
    {"a19001", "氧含量", ROLE_OXYGEN, KIN_NONE},
    {"a20057", "汞", ROLE_POLLUTANT, KIN_NONE},
    {"a20058", "汞及其化合物", ROLE_POLLUTANT, KIN_NONE},
    {"a21001", "氨", ROLE_POLLUTANT, KIN_NONE},
    {"a21002", "氮氧化物", ROLE_POLLUTANT, KIN_NITROGEN_OXIDES},
    {"a21003", "一氧化氮", ROLE_POLLUTANT, KIN_NITROGEN_OXIDES},
    {"a21004", "二氧化氮", ROLE_POLLUTANT, KIN_NITROGEN_OXIDES},
    {"a21005", "一氧化碳", ROLE_POLLUTANT, KIN_NONE},
    {"a21018", "氟化氢", ROLE_POLLUTANT, KIN_NONE},
    {"a21024", "氯化氢", ROLE_POLLUTANT, KIN_NONE},
    {"a21026", "二氧化硫", ROLE_POLLUTANT, KIN_NONE},
    {"a24087", "总烃", ROLE_POLLUTANT, KIN_HYDROCARBONS},
    {"a24088", "非甲烷总烃", ROLE_POLLUTANT, KIN_HYDROCARBONS},
    {"a34001", "总悬浮颗粒物", ROLE_POLLUTANT, KIN_PARTICLES},
    {"a34002", "可吸入颗粒物", ROLE_POLLUTANT, KIN_PARTICLES},
    {"a34004", "细颗粒物", ROLE_POLLUTANT, KIN_PARTICLES},
    {"a34013", "颗粒物", ROLE_POLLUTANT, KIN_PARTICLES},
    {"fuel", "燃料消耗", ROLE_OTHER, KIN_NONE},
    {"fuel_sulphur", "燃料含硫量", ROLE_OTHER, KIN_NONE},
    {"i33400", "生产负荷", ROLE_LOAD, KIN_NONE},
    {"power_production", "生产用电", ROLE_OTHER, KIN_NONE},
    {"power_treatment", "治理用电", ROLE_OTHER, KIN_NONE},
    {"reagent", "药剂用量", ROLE_OTHER, KIN_NONE},
    {"reagent_ammonia", "氨用量", ROLE_OTHER, KIN_NONE},
    {"reagent_lime", "生石灰用量", ROLE_OTHER, KIN_NONE},
    {"reagent_limestone", "石灰石用量", ROLE_OTHER, KIN_NONE},
    {"reagent_urea", "尿素用量", ROLE_OTHER, KIN_NONE},
    {"w00000", "污水流量", ROLE_FLOW, KIN_WATER_FLOW},
    {"w01001", "pH值", ROLE_PH, KIN_NONE},
    {"w01006", "溶解性总固体", ROLE_OTHER, KIN_NONE},
    {"w01009", "溶解氧", ROLE_OTHER, KIN_NONE},
    {"w01010", "水温", ROLE_TEMPERATURE, KIN_NONE},
    {"w01012", "悬浮物", ROLE_POLLUTANT, KIN_ORGANIC},
    {"w01014", "电导率", ROLE_CONDUCTIVITY, KIN_NONE},
    {"w01017", "五日生化需氧量", ROLE_POLLUTANT, KIN_ORGANIC},
    {"w01018", "化学需氧量", ROLE_POLLUTANT, KIN_ORGANIC},
    {"w01019", "高锰酸盐指数", ROLE_POLLUTANT, KIN_ORGANIC},
    {"w01020", "总有机碳", ROLE_POLLUTANT, KIN_ORGANIC},
    {"w21001", "总氮", ROLE_POLLUTANT, KIN_NITROGEN},
    {"w21003", "氨氮", ROLE_POLLUTANT, KIN_NITROGEN},
    {"w21007", "硝酸盐", ROLE_POLLUTANT, KIN_NITROGEN},
    {"w21011", "总磷", ROLE_POLLUTANT, KIN_PHOSPHORUS},
    {"waste", "垃圾处理量", ROLE_OTHER, KIN_NONE},
};
/* Process codes end with the number of the device. */
static const struct factor_info processes[] = {{"g104", "浆液循环泵电流", ROLE_OTHER, KIN_NONE}, {"g110", "浆液泵流量", ROLE_OTHER, KIN_NONE},
                                               {"g115", "吸收塔浆液密度", ROLE_OTHER, KIN_NONE}, {"g119", "入口二氧化硫", ROLE_OTHER, KIN_NONE},
                                               {"g120", "入口氮氧化物", ROLE_OTHER, KIN_NONE}};
static const struct factor_info furnace_point = {"i333", "炉膛温度", ROLE_FURNACE, KIN_FURNACE};
static const struct factor_info gas_pollutant = {"a2", NULL, ROLE_POLLUTANT, KIN_NONE}, water_pollutant = {"w2", NULL, ROLE_POLLUTANT, KIN_NONE},
                                unknown = {"", NULL, ROLE_OTHER, KIN_NONE};

const struct factor_info *factor_find(str code)
{
    size_t low = 0, high = sizeof factors / sizeof *factors;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = str_cmp(str_of(factors[middle].code), code);
        if (order == 0)
            return &factors[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (str_starts(code, S("i333")))
        return &furnace_point;
    for (size_t i = 0; i < sizeof processes / sizeof *processes; i++)
        if (str_starts(code, str_of(processes[i].code)))
            return &processes[i];
    if (code.n == 6 && (str_starts(code, S("a2")) || str_starts(code, S("a3")) || str_starts(code, S("a05"))))
        return &gas_pollutant;
    if (code.n == 6 && str_starts(code, S("w2")))
        return &water_pollutant;
    return &unknown;
}

str factor_label(struct arena *a, const struct column *c)
{
    static const char *const group[COLUMN_GROUPS] = {"", "折算值", "排放量"};
    const char *label = factor_find(c->factor)->label;
    if (!label)
        return arena_printf(a, "%.*s%s", STR_ARG(c->factor), group[c->group]);
    return arena_printf(a, "%s%s（%.*s）", label, group[c->group], STR_ARG(c->factor));
}

/* Ozone, methane and particles of the open air are in other units, and so may be what has no name here. */
static bool in_milligrams(str code)
{
    return !str_starts(code, S("a05")) && !str_starts(code, S("a3400")) && !str_eq(code, S("a20058")) && !str_eq(code, S("a21001"));
}

const char *factor_unit(const struct column *c)
{
    const struct factor_info *f = factor_find(c->factor);
    if (c->group == COLUMN_TOTAL || !f->label || !c->factor.n)
        return "";
    switch (f->role) {
    case ROLE_OXYGEN:
    case ROLE_HUMIDITY:
        return "%";
    case ROLE_TEMPERATURE:
    case ROLE_FURNACE:
        return "℃";
    case ROLE_VELOCITY:
        return "米/秒";
    case ROLE_POLLUTANT:
        return c->factor.p[0] == 'w' ? "毫克/升" : c->factor.p[0] == 'a' && in_milligrams(c->factor) ? "毫克/立方米" : "";
    default:
        return "";
    }
}

const char *factor_unit_apart(const struct column *c)
{
    const char *unit = factor_unit(c);
    return strcmp(unit, "%") == 0 ? "个百分点" : unit;
}
