#include "analysis/reports.h"

#include <math.h>

static uint32_t below(struct report_maker *m, uint32_t n)
{
    return (uint32_t)(test_random(&m->random) >> 33) % n;
}

static const char *pick(struct report_maker *m, const char *const *list, size_t n)
{
    return list[below(m, (uint32_t)n)];
}
#define PICK(m, list) pick(m, list, sizeof list / sizeof *list)

static const char *const places[] = {"一号", "二号", "三号", "东侧", "西侧", "北区", "南区", "老厂", "新建", "技改"},
    *const units[] = {"生化池", "沉淀池", "脱硫塔", "除尘器", "吸收塔", "活性炭箱", "调节池", "锅炉", "反应釜", "危废间", "均质罐", "喷漆房", "污泥间", "循环水池"},
    *const verbs[] = {"经核对", "现场查看", "比对台账后", "调阅曲线", "随同执法人员到场时", "复算后", "询访操作工后", "目测", "逐项比照设计文件"},
    *const states[] = {"运行平稳", "存在间歇停运", "加药量低于设计值", "曝气不均", "密封条老化", "液位偏高", "压差上升", "风机有异响", "标识不全", "台账缺两日",
                       "取样口堵塞", "仪表已到检定期", "未见明显跑冒", "表面有浮泥", "药剂标签脱落", "阀门开度不足"},
    *const advices[] = {"建议更换滤料", "建议校准流量计", "建议补记台账", "建议加密取样", "建议检修阀门", "建议核算停留时间", "建议清淤", "建议复测背景值",
                        "建议加装旁路铅封", "建议安排停机检查", "建议核对药剂采购发票", "建议把记录周期改为每班一次"};

/* Names of things are as many as in the world: two characters nobody listed. */
static void name(struct report_maker *m, buf *b)
{
    for (int i = 0; i < 2; i++)
        buf_utf8(b, 0x4e00 + below(m, 6000));
}

static void sentence(struct report_maker *m, buf *b)
{
    buf_printf(b, "%s%s", PICK(m, verbs), PICK(m, places));
    name(m, b);
    buf_printf(b, "%s%s，流量约%u立方米，%s；", PICK(m, units), PICK(m, states), 10 + below(m, 900), PICK(m, advices));
    name(m, b);
    buf_printf(b, "工段%s与%s相连处%s，%s。\n", PICK(m, units), PICK(m, units), PICK(m, states), PICK(m, advices));
}

str table_make(struct report_maker *m, struct arena *a, int rows, int decimals, double level, double spread)
{
    buf b = buf_make(a, 1 << 20);
    for (int i = 0; i < rows; i++) {
        buf_printf(&b, "%d、%02d:00", i + 1, i % 24);
        for (int c = 0; c < 4; c++)
            buf_printf(&b, "\t%.*f", decimals, level * (c + 1) + spread * ((double)below(m, 10000) / 5000 - 1));
        buf_char(&b, '\n');
    }
    return buf_str(&b);
}

static const char shared_text[] =
    "本报告由第三方技术机构在执法人员陪同下完成，仅供执法机构参考，不作为行政处罚的直接依据。报告中的数据来自现场仪器、企业台账和平台导出资料，"
    "所有材料均须经执法机构核实后方可采用。报告不得部分复制，涂改无效。如对内容有异议，请在收到之日起五个工作日内提出。\n"
    "一、任务来源。二、工作依据。三、现场情况。四、数据比对。五、问题清单。六、整改建议。七、附件。\n",
    law_text[] = "根据《中华人民共和国水污染防治法》第三十九条，禁止利用渗井、渗坑、裂隙、溶洞，私设暗管，篡改、伪造监测数据，或者不正常运行水污染防治设施等逃避监管的方式排放水污染物。\n"
                 "依据《中华人民共和国大气污染防治法》第二十条，企业事业单位应当按照国家有关规定设置大气污染物排放口，禁止通过偷排、篡改或者伪造监测数据等方式排放大气污染物。\n";

str report_make(struct report_maker *m, struct arena *a, int provider, int own, int rows, bool law, bool shared)
{
    buf b = buf_make(a, 1 << 20);
    struct report_maker house = {.random = 77 + (uint64_t)provider * 1000003};
    if (shared)
        buf_add(&b, str_of(shared_text));
    if (law)
        buf_add(&b, str_of(law_text));
    for (int i = 0; i < 6; i++) /* the provider's own form, in each of its reports */
        sentence(&house, &b);
    for (int i = 0; i < own; i++)
        sentence(m, &b);
    buf_add(&b, table_make(m, a, rows, 2, 20, 9));
    return buf_str(&b);
}

str report_disguise(struct report_maker *m, struct arena *a, str report)
{
    buf b = buf_make(a, report.n * 2 + 1000);
    str line;
    while (str_next(&report, '\n', &line)) {
        if (below(m, 12) == 0) { /* here and there a sentence of its own */
            sentence(m, &b);
            continue;
        }
        for (size_t i = 0; i < line.n; i++)
            buf_char(&b, line.p[i] >= '0' && line.p[i] <= '9' ? (char)('0' + below(m, 10)) : line.p[i]);
        buf_char(&b, '\n');
    }
    return buf_str(&b);
}
