/*
 * Every form, from a life of acts to the text of its PDF: issued by whoever may, set, read back by pdftotext, and searched for
 * the value of each of its key fields (tables/doc-forms.csv). XIEZHI_KEEP_PAPERS=FOLDER keeps the files to be looked at.
 */
#include "acts/life.h"
#include "papers/papers.h"

#define AT "2026-04-08T09:00:00+08:00"
enum { WANTS = 24 };

static const struct paper_case { const char *form, *thing, *by; const char *want[WANTS]; } cases[] = {
    {"A01", "e1", "wei", {"江环执辅需〔2026〕1号", "污染防治设施运行评估", "第三条第（二）项", "需要专业设备和工艺复算能力", "人民币壹万伍仟元整",
                          "15,000.00元", "是否入企是", "X05", "收集、提取、封存证据", "江财预〔2026〕3号", "设施评估报告", "不涉及",
                          "清河㙍镀业有限公司"}},
    {"A02", "p1", "zhou", {"辅助执法年度服务", "竞争性磋商", "1,100,000.00元", "人民币壹佰壹拾万元整", "2026年2月2日", "江财预〔2026〕3号",
                           "江环执辅协〔2026〕1号", "2026年2月9日", "远山𠮷环保咨询有限公司", "限额判断", "采购公告日期", "电镀废水处理设施运行评估"}},
    {"A03", "a1", "zhou", {"江环执辅协〔2026〕1号", "污染防治设施运行评估", "自2026年2月10日起至2026年12月31日止", "不得委托",
                           "证据收集、证据保全", "保密", "不得私下单独接触", "利害关系", "返还或者销毁", "立即解除本协议",
                           "乙方每月五日前报送上月工作小结", "人民币壹佰壹拾万元整", "三十日（自然日）", "武汉市"}},
    {"A04", "u2/confidentiality", "mei-u", {"登记保密〔2026〕1号", "䶮工", "工作秘密", "商业秘密", "个人信息", "保密义务继续有效", "辅助-017",
                                            "2026年2月9日"}},
    {"A05", "u1/integrity", "bl-lead", {"远山𠮷环保咨询有限公司", "不借机收受或者索要", "不推荐、介绍治理单位", "本单位"}},
    {"A06", "d1", "mei-u", {"䶮工", "无利害关系", "近三年内有业务往来", "持有股权", "担任职务", "近亲属", "监测、运维合同", "三年内未在该企业任职",
                            "清河㙍镀业有限公司"}},
    {"A07", "mei", "han", {"䶮工", "水处理", "职称", "环评工程师", "HP00017", "2026年2月6日", "2026年12月31日", "远山𠮷环保咨询有限公司",
                           "辅-2026-0002", "CMA-31-0457"}},
    {"A08", "e1", "han", {"江环执辅委〔2026〕1号", "电镀废水处理设施运行评估", "清河㙍镀业有限公司", "2026年3月3日至2026年3月31日", "29个自然日",
                          "许𣗋执法", "田执法", "17090441", "䶮工", "收集、提取、封存证据", "没有执法人员陪同", "设施评估报告", "〔2022〕71号"}},
    {"A09", "n1", "wei", {"江环执辅告〔2026〕1号", "清河㙍镀业有限公司", "电镀废水处理设施运行评估", "远山𠮷环保咨询有限公司", "䶮工", "许𣗋执法",
                          "检查、询问、取证、强制", "向江城支队提出,电话12369", "第八条", "第四条", "第十一条", "暂停参与", "2026年3月25日"}},
    {"A10", "n1", "wei", {"江环执辅送〔2026〕1号", "江环执辅告〔2026〕1号", "直接送达（签收）", "邵厂长", "2026年3月4日10:00", "许𣗋执法", "田执法",
                          "拒收事由", "见证人", "与受送达人关系"}},
    {"A11", "ob1", "han", {"江环执辅异〔2026〕1号", "利害关系", "该公司去年承接我厂的运维合同", "成立", "经查确有运维合同", "解除本次委托事项",
                           "直接送达（签收）", "邵厂长", "2026年3月18日", "138****0000"}},
    {"A12", "e2", "han", {"江环执辅解〔2026〕1号", "第八条", "仅解除本次委托事项", "替换安排", "没有形成材料", "经查确有运维合同",
                          "污泥脱水系统运行评估", "清河㙍镀业有限公司"}},
    {"A13", "or1", "mei-u", {"要求代为询问操作工并签字", "田执法", "2026年3月5日10:30", "询问属于行政权力", "第四条", "不得因依法拒绝作出不利处理",
                             "操作设备"}},
    {"A14", "ca1", "han", {"清河㙍镀业有限公司", "核对设备台账和药剂采购记录", "2026年3月5日14:00至2026年3月5日15:00", "方式", "执法人员在场是",
                           "何支队长", "䶮工"}},
    {"A15", "v1", "wei", {"许𣗋执法", "䶮工", "辅助人员", "2026年3月5日09:31", "114.27020", "补录", "20分钟", "现场无信号，出厂后补录", "签离",
                          "没有执法人员陪同的时段", "江环检审〔2026〕12号"}},
    {"A16", "e1", "mei-u", {"电镀废水处理设施运行评估", "请核算沉淀池停留时间和加药量", "加药泵电流记录", "设备", "过程补充说明", "带队执法人员",
                            "不是现场检查笔录", "2026年3月5日09:31"}},
    {"A17", "m2", "mei-u", {"电镀废水处理设施运行评估报告", "问题", "位置", "依据标准", "照片编号", "建议", "限定声明", "非执法结论",
                            "加药泵电流记录", "䶮工"}},
    {"A18", "m2", "luo", {"复算", "按设计水量复算停留时间", "可采用", "参考资料", "许𣗋执法", "田执法", "17090442", "第九条"}},
    {"A19", "c1", "mei-u", {"2026年3月5日11:10", "清河㙍镀业有限公司", "雨水口有水流出", "没有自行调查", "不会透露", "䶮工"}},
    {"A20", "c1", "luo", {"2026年3月5日11:25", "准予立案", "15个自然日", "2026年3月20日", "略浑浊，有酸味", "田执法",
                          "涉嫌通过未登记管线排放水污染物"}},
    {"A21", "r1", "wei", {"污染防治设施运行评估", "电镀废水处理设施运行评估", "䶮工", "2026年3月5日09:31", "加药泵电流记录", "江环辅备〔2026〕1号",
                          "二号池液位照片", "江环执辅告〔2026〕1号", "已送达"}},
    {"A22", "ev1", "wei", {"2026年第一季度", "成果质量", "20.5", "4.5", "m1", "材料已补正，请复核", "30.5分", "35分"}},
    {"A23", "ac1", "luo", {"设施评估报告", "合格", "现场影像", "不合格", "缺少二号池影像", "协议附件二", "许𣗋执法", "共2项，合格1项", "签名",
                           "人民币壹万伍仟元整"}},
    {"A24", "w1", "han", {"江环执辅违〔2026〕1号", "收受财物", "举报信及转账记录", "系个人行为，已停职", "转账记录和双方陈述相互印证",
                          "立即解除辅助执法协议", "监察机关", "返还或者销毁", "保密义务继续有效", "2026年4月3日", "5个工作日"}},
    {"A25", "dr1", "zhou", {"移动硬盘一块（现场影像）", "纸质台账两册", "份数", "返还原件", "监交人", "没有留存副本"}},
    {"S01", "p-a11", "wei", {"执法相对人异议处理决定书", "江环执辅异〔2026〕1号", "清河㙍镀业有限公司", "送达人", "见证人"}},
    {"S02", "v1", "wei", {"䶮工", "远山𠮷环保咨询有限公司", "污染防治设施运行评估", "2026年3月5日09:31", "2026年3月5日15:50", "辅助-017",
                          "不是执法人员"}},
    {"S03", "ob1", "wei", {"受理号", "利害关系", "该公司去年承接我厂的运维合同", "暂停参与", "相对人账号提出", "5个工作日"}}};
enum { CASES = sizeof cases / sizeof *cases };

static str squeezed(struct arena *a, str s)
{
    buf b = buf_make(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        if (!strchr(" \n\r\t\f", s.p[i]))
            buf_char(&b, s.p[i]);
    return buf_str(&b);
}

/* Issued now, unless the life itself issued it (a third party has to, while its session is open). */
static str issue(struct life *l, struct arena *a, const struct paper_case *c)
{
    struct act_answer answer;
    struct paper_row row;
    bool found;
    str id = arena_printf(a, "p-%c%c%c", c->form[0] | 32, c->form[1], c->form[2]);
    assert_ok(paper_load(l->scene->db, a, id, &row, &found));
    if (found)
        return id;
    str json = arena_printf(a, "{\"act\":\"paper.issue\",\"by\":\"%s\",\"at\":\"" AT "\",\"id\":\"%.*s\",\"form\":\"%s\",\"thing\":\"%s\"}",
                            c->by, STR_ARG(id), c->form, c->thing);
    assert_ok(act_perform(l->acts, a, &(struct act_request){.json = json}, &answer));
    if (answer.verdict != ACT_ALLOWED) {
        print_error("%s: %.*s\n", c->form, STR_ARG(answer.json));
        fail();
    }
    return id;
}

static str file_text(struct arena *a, const char *path)
{
    str text;
    char command[1000];
    snprintf(command, sizeof command, "pdftotext -raw -enc UTF-8 '%s' '%s.txt'", path, path);
    assert_int_equal(system(command), 0);
    assert_ok(file_read(a, arena_printf(a, "%s.txt", path), 4 << 20, &text));
    return text;
}

/* Words that must not stand in any paper (domain words; English values; holes). Nobody but an officer is one who inspects. */
static void decent(const struct paper_case *c, str text)
{
    for (str rest = text; str_find(rest, S("检查人员")) >= 0;) { /* the roster's own name */
        ptrdiff_t at = str_find(rest, S("检查人员"));
        assert_true(str_ends(str_sub(rest, 0, (size_t)at), S("辅助")));
        rest = str_sub(rest, (size_t)at + S("检查人员").n, rest.n);
    }
    static const char *const never[] = {"null", "undefined", "NaN", "{", "}", "委托检查", "委托执法", "违法事实", "true", "false", "T03",
                                        "overdue", "adoptable", "served", "upheld", "approved", "accepted"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (str_find(text, str_of(never[i])) >= 0) {
            print_error("%s says \"%s\"\n", c->form, never[i]);
            fail();
        }
}

static void every_form_says_its_fields(void **state)
{
    struct life *l = *state;
    const char *keep = getenv("XIEZHI_KEEP_PAPERS");
    int missing = 0;
    assert_int_equal(CASES, paper_form_count());
    for (size_t i = 0; i < CASES; i++) {
        AUTO_ARENA(a);
        const struct paper_case *c = &cases[i];
        str bytes, id = issue(l, a, c);
        char path[300];
        assert_ok(paper_file(l->acts, l->scene->db, a, id, &(struct paper_place){S("https://xz.example"), S("")}, &bytes));
        snprintf(path, sizeof path, "%s/%s.pdf", keep ? keep : l->scene->folder, c->form);
        assert_ok(file_write_atomic(str_of(path), bytes, 0644));
        str text = file_text(a, path), flat = squeezed(a, text);
        for (const char *const *w = c->want; w < c->want + WANTS && *w; w++)
            if (str_find(flat, squeezed(a, str_of(*w))) < 0) {
                print_error("%s lacks \"%s\"\n", c->form, *w);
                missing++;
            }
        decent(c, text);
    }
    assert_int_equal(missing, 0);
}

int main(void)
{
    papers_attach();
    const struct CMUnitTest tests[] = {lived_test(every_form_says_its_fields)};
    return scene_run("papers forms", tests);
}
