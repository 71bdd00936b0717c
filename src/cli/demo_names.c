/* Invented names: surnames and given names are common ones, companies carry words that no register knows together. */
#include "cli/demo_private.h"

#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

uint32_t demo_random(struct province *p, uint32_t below)
{
    p->random ^= p->random >> 12; /* xorshift64*: the same everywhere */
    p->random ^= p->random << 25;
    p->random ^= p->random >> 27;
    return (uint32_t)((p->random * UINT64_C(2685821657736338717) >> 33) % below);
}

str demo_person(struct province *p, struct arena *a)
{
    static const char *const family[] = {"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱",
                                         "胡", "郭", "何", "林", "罗", "高", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于"};
    static const char *const given[] = {"明远", "建国", "雨桐", "思源", "晓峰", "志强", "文静", "海波", "丽华", "子涵",
                                        "国栋", "春梅", "永康", "雪莹", "立新", "伟民", "清", "磊", "敏", "洋", "岚", "舟"};
    return arena_printf(a, "%s%s", family[demo_random(p, COUNT(family))], given[demo_random(p, COUNT(given))]);
}

str demo_company(struct province *p, struct arena *a, const char *place, const char **ret_industry)
{
    static const char *const word[] = {"澄岭", "云汐", "楚杉", "江屿", "鹤泽", "青棠", "润禾", "柏川", "星堤", "禹航",
                                       "沐岚", "碧浔", "朗溪", "沁原", "松渡", "白榆", "望荆", "长潭", "素汀", "岭南坡"};
    static const struct { const char *name, *industry; } kind[] = {
        {"化工", "化学原料和化学制品制造业"}, {"水务", "污水处理及其再生利用"}, {"印染", "纺织业"}, {"水泥", "非金属矿物制品业"},
        {"表面处理", "金属制品业"},           {"食品", "食品制造业"},           {"纸业", "造纸和纸制品业"}, {"制药", "医药制造业"},
        {"热电", "电力、热力生产和供应业"},   {"再生资源", "废弃资源综合利用业"}};
    size_t k = demo_random(p, COUNT(kind));
    *ret_industry = kind[k].industry;
    return arena_printf(a, "%s%s%s有限公司", place, word[demo_random(p, COUNT(word))], kind[k].name);
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

str demo_uscc(struct province *p, struct arena *a, int region)
{
    char code[19];
    int64_t sum = 0, weight = 1;
    snprintf(code, sizeof code, "91%06dMA%06d", region, (int)demo_random(p, 1000000));
    code[16] = organisation_check(code + 8);
    for (int i = 0; i < 17; i++, weight = weight * 3 % 31)
        sum += weight * (strchr(alphabet, code[i]) - alphabet);
    code[17] = alphabet[(31 - sum % 31) % 31];
    return arena_str(a, (str){code, 18});
}
