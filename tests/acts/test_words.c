/*
 * Words of power hold what sounds like power (Art. 4), and over-blocking is a defect of the same rank: of 200 lawful matter texts, made
 * from what tenders and plans really say, at most one in twenty is held; of what is not lawful, nothing passes.
 */
#include "acts/life.h"

enum { TEXTS = 200, MOST_HELD = TEXTS / 20 };

/* ---- a small generator: xorshift, so that every machine reads the same texts ---- */
static uint32_t state;

static uint32_t next(void)
{
    state ^= state << 13, state ^= state >> 17, state ^= state << 5;
    return state;
}

#define PICK(list) ((list)[next() % (sizeof(list) / sizeof *(list))])

static const char *const companies[] = {"江汉化工", "东湖印染", "青山焦化", "鑫源电镀", "长江钢铁", "汉阳制药", "黄陂水泥", "蔡甸涂料", "新洲食品", "江夏热电"};
static const char *const facilities[] = {"废水处理设施", "废气治理设施", "危险废物贮存间", "自动监控设施", "VOCs收集处理设施", "在线监测站房", "雨污分流系统", "脱硫脱硝设施"};
static const char *const places[] = {"江岸区", "东西湖区", "汉江流域", "沿江化工园区", "黄孝河沿线", "经开区", "饮用水水源保护区"};
static const char *const periods[] = {"三季度", "2026年度", "汛期", "秋冬季", "本月", "上半年"};
static const char *const outputs[] = {"问题清单", "技术意见", "评估报告", "影像资料", "数据分析报告", "台账"};

/* What an agreement of assistance asks for, and how its work is named beside the authority's own. */
static str lawful(struct arena *a)
{
    const char *c = PICK(companies), *f = PICK(facilities), *p = PICK(places), *t = PICK(periods), *o = PICK(outputs);
    switch (next() % 25) {
    case 0: return arena_printf(a, "%s%s运行评估", c, f);
    case 1: return arena_printf(a, "%s%s污染源清单摸底和资料比对", p, t);
    case 2: return arena_printf(a, "随同执法人员开展%s污染源排查，提出%s", p, o);
    case 3: return arena_printf(a, "%s%s整改措施落实情况资料复核", c, f);
    case 4: return arena_printf(a, "协助执法人员开展%s%s专项行动中的技术支持", t, p);
    case 5: return arena_printf(a, "%s卫星遥感影像解译，提交疑似图斑", p);
    case 6: return arena_printf(a, "%s无人机巡飞（厂界外），提交%s", p, o);
    case 7: return arena_printf(a, "%s重点排污单位自动监控数据异常分析", t);
    case 8: return arena_printf(a, "%s走航监测和热点溯源", p);
    case 9: return arena_printf(a, "对执法人员移交的样品进行检测，出具%s", o);
    case 10: return arena_printf(a, "%s行政处罚案卷整理和数据录入", t);
    case 11: return arena_printf(a, "%s企业环境守法培训和帮扶指导", p);
    case 12: return arena_printf(a, "非现场执法平台%s数据分析", t);
    case 13: return arena_printf(a, "为%s执法大练兵提供法律意见", t);
    case 14: return arena_printf(a, "%s%s技术核对，不参与现场检查和取证", c, f);
    case 15: return arena_printf(a, "跟踪%s责令改正事项的整改进度，形成%s", c, o);
    case 16: return arena_printf(a, "%s强制性清洁生产审核企业名录核对", p);
    case 17: return arena_printf(a, "配合执法人员在%s操作便携式监测设备", c);
    case 18: return arena_printf(a, "%s涉VOCs企业用电数据与%s工况比对", p, f);
    case 19: return arena_printf(a, "重大复杂案件专家咨询，就%s提出意见，不得代为询问", f);
    case 20: return arena_printf(a, "陪同执法人员进入%s，指出%s的薄弱环节", c, f);
    case 21: return arena_printf(a, "%s信访举报线索涉及的%s资料核对", p, f);
    case 22: return arena_printf(a, "双随机抽查对象名录%s更新", t);
    case 23: return arena_printf(a, "%s历史处罚数据统计与%s风险画像", p, f);
    default: return arena_printf(a, "%s排污许可执行报告审阅，列出%s", c, o);
    }
}

static const char *const unlawful[] = {
    "对江汉化工开展现场检查", "代为检查企业并制作笔录", "单独进入厂区核查", "负责检查辖区企业", "收集证据并提取证据", "询问企业负责人", "对企业取证", "查封排污设施", "扣押设备",
    "先行登记保存样品", "独立进入现场采样", "代为送达文书", "对违法企业立案", "约谈企业负责人", "责令企业停产", "对企业罚款", "作出处罚决定", "行使执法权", "采集样品并封存",
    "作为执法人员以外的力量实施检查", "代替执法人员开展检查", "替执法人员询问当事人", "名为技术支持，开展检查", "讯问证人", "固定证据", "确定裁量幅度", "责令改正并跟踪整改事项", "自行进入车间", "强制停产", "冻结账户"};

static void test_lawful(void **context)
{
    (void)context;
    int held = 0, once = 0;
    state = 20260712;
    for (int i = 0; i < TEXTS; i++) {
        AUTO_ARENA(a);
        struct act act = {.arena = a};
        str text = lawful(a);
        if (act_words_of_power(&act, text)) {
            held++;
            print_message("held: %.*s\n", STR_ARG(text));
        }
        once += text.n > 0;
    }
    assert_int_equal(once, TEXTS);
    if (held > MOST_HELD)
        fail_msg("%d of %d lawful texts are held, at most %d may be", held, TEXTS, MOST_HELD);
}

static void test_unlawful(void **context)
{
    (void)context;
    for (size_t i = 0; i < sizeof unlawful / sizeof *unlawful; i++) {
        AUTO_ARENA(a);
        struct act act = {.arena = a};
        if (!act_words_of_power(&act, str_of(unlawful[i])))
            fail_msg("passes: %s", unlawful[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lawful), cmocka_unit_test(test_unlawful)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
