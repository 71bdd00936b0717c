/*
 * Invented names. Companies carry pairs of characters that are no words, so that none is a real one; persons carry
 * common surnames. Licence numbers have both check characters right (GB 32100, GB 11714).
 */
#include "cli/demo_private.h"

#include <stdio.h>
#include <string.h>

#define COUNT(list) (uint32_t)(sizeof(list) / sizeof *(list))

uint32_t demo_random(struct province *p, uint32_t below)
{
    p->random ^= p->random >> 12; /* xorshift64*: the same everywhere */
    p->random ^= p->random << 25;
    p->random ^= p->random >> 27;
    return (uint32_t)((p->random * UINT64_C(2685821657736338717) >> 33) % below);
}

bool demo_chance(struct province *p, int per_mille)
{
    return demo_random(p, 1000) < (uint32_t)per_mille;
}

const char *demo_person(struct province *p)
{
    static const char *const family[] = {"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡",
                                         "郭", "何", "林", "罗", "高", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧",
                                         "程", "曹", "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕"};
    static const char *const first[] = {"明", "建", "雨", "思", "晓", "志", "文", "海", "丽", "子", "国", "春", "永", "雪", "立",
                                        "伟", "佳", "慧", "俊", "婉", "泽", "景", "若", "启"};
    static const char *const second[] = {"远", "国", "桐", "源", "峰", "强", "静", "波", "华", "涵", "栋", "梅", "康", "莹", "新",
                                         "民", "宁", "敏", "洋", "岚", "舟", "然", "琪", "彬"};
    const char *name = family[demo_random(p, COUNT(family))];
    if (demo_random(p, 6) == 0)
        return demo_text(p, "%s%s", name, second[demo_random(p, COUNT(second))]);
    return demo_text(p, "%s%s%s", name, first[demo_random(p, COUNT(first))], second[demo_random(p, COUNT(second))]);
}

static const char *brand(struct province *p)
{
    static const char *const first[] = {"澄", "汐", "楚", "屿", "鹤", "棠", "润", "柏", "堤", "禹", "沐", "碧", "朗", "沁", "松",
                                        "榆", "荆", "潭", "汀", "岭", "芷", "湘", "漪", "砚", "笙", "蘅"};
    static const char *const second[] = {"岑", "汀", "桉", "涓", "泊", "砺", "禾", "川", "珩", "舫", "岚", "浔", "溪", "原", "渡",
                                         "野", "屏", "洲", "峤", "笛", "棣", "霁", "樾", "湄", "苕", "垚"};
    return demo_text(p, "%s%s", first[demo_random(p, COUNT(first))], second[demo_random(p, COUNT(second))]);
}

/* Asks again until nobody has the name. */
static bool taken(struct province *p, const char *name)
{
    static char present;
    if (map_get(p->names, str_of(name)))
        return true;
    map_put(p->names, str_of(name), &present);
    return false;
}

const char *demo_company(struct province *p, const char *place, const char **ret_industry)
{
    static const struct { const char *name, *industry; } kind[] = {
        {"化工", "化学原料和化学制品制造业"}, {"水务", "污水处理及其再生利用"}, {"印染", "纺织业"},
        {"水泥", "非金属矿物制品业"},         {"表面处理", "金属制品业"},       {"食品", "食品制造业"},
        {"纸业", "造纸和纸制品业"},           {"制药", "医药制造业"},           {"热电", "电力、热力生产和供应业"},
        {"再生资源", "废弃资源综合利用业"},   {"电子材料", "计算机、通信和其他电子设备制造业"}, {"涂装", "金属表面处理业"},
        {"酿造", "酒、饮料和精制茶制造业"},   {"铸造", "黑色金属冶炼和压延加工业"}, {"牧业", "畜牧业"}, {"船务", "水上运输业"}};
    uint32_t k = demo_random(p, COUNT(kind));
    const char *name;
    do
        name = demo_text(p, "%s%s%s有限公司", place, brand(p), kind[k].name);
    while (taken(p, name));
    *ret_industry = kind[k].industry;
    return name;
}

const char *demo_institute(struct province *p)
{
    static const char *const kind[] = {"环境技术有限公司", "生态科技有限公司", "环境监测有限公司", "遥感技术有限公司",
                                       "环境工程设计有限公司", "环境数据服务有限公司"};
    const char *name;
    do
        name = demo_text(p, "湖北%s%s", brand(p), kind[demo_random(p, COUNT(kind))]);
    while (taken(p, name));
    return name;
}

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY"; /* GB 32100: without I O S V Z */

/* The check of the organisation code in places 9 to 17 (GB 11714), in an alphabet of 36. */
static char organisation_check(const char *code)
{
    static const int weight[] = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 8; i++)
        sum += weight[i] * (code[i] <= '9' ? code[i] - '0' : code[i] - 'A' + 10);
    int check = 11 - sum % 11;
    return check == 10 ? 'X' : check == 11 ? '0' : (char)('0' + check);
}

const char *demo_uscc(struct province *p, int region)
{
    char code[19];
    do {
        int64_t sum = 0, weight = 1;
        snprintf(code, sizeof code, "91%06dMA%06d", region, (int)demo_random(p, 1000000));
        code[16] = organisation_check(code + 8);
        for (int i = 0; i < 17; i++, weight = weight * 3 % 31)
            sum += weight * (strchr(alphabet, code[i]) - alphabet);
        code[17] = alphabet[(31 - sum % 31) % 31];
        code[18] = 0;
    } while (map_get(p->names, str_of(code)));
    const char *kept = demo_text(p, "%s", code);
    taken(p, kept);
    return kept;
}

const char *demo_digest(struct province *p)
{
    char hex[65];
    for (int i = 0; i < 8; i++)
        snprintf(hex + 8 * i, 9, "%08x", demo_random(p, UINT32_MAX));
    return demo_text(p, "sm3:%s", hex);
}

const char *demo_city(int code, double *ret_lon, double *ret_lat)
{
    static const struct { int code; const char *slug; double lon, lat; } city[] = {
        {420100, "wuhan", 114.30, 30.60},     {420200, "huangshi", 115.04, 30.20}, {420300, "shiyan", 110.80, 32.63},
        {420500, "yichang", 111.29, 30.69},   {420600, "xiangyang", 112.12, 32.01}, {420700, "ezhou", 114.89, 30.39},
        {420800, "jingmen", 112.20, 31.04},   {420900, "xiaogan", 113.92, 30.92},  {421000, "jingzhou", 112.24, 30.33},
        {421100, "huanggang", 114.87, 30.55}, {421200, "xianning", 114.32, 29.84}, {421300, "suizhou", 113.38, 31.69},
        {422800, "enshi", 109.49, 30.27},     {429004, "xiantao", 113.45, 30.36},  {429005, "qianjiang", 112.90, 30.40},
        {429006, "tianmen", 113.17, 30.66},   {429021, "shennongjia", 110.68, 31.74}};
    for (uint32_t i = 0; i < COUNT(city); i++) {
        if (city[i].code != code)
            continue;
        *ret_lon = city[i].lon;
        *ret_lat = city[i].lat;
        return city[i].slug;
    }
    return NULL;
}
