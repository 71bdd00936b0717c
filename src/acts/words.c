/*
 * Chinese for every value of a closed set that a page or a paper may show. A test walks all enum fields of the act catalogue and
 * all state columns: a value without a word here fails the build's tests, never a reader.
 */
#include "acts/acts.h"
#include "acts/settings.h"

#include <pthread.h>

static const struct law_name words[] = {
    /* levels, methods, kinds of things */
    {"province", "省级"}, {"city", "市级"}, {"county", "县级"},
    {"key", "重点"}, {"general", "一般"}, {"special", "特殊"},
    {"organisation", "机构"}, {"individual", "个人"},
    {"ownership", "出资"}, {"directorship", "任职"}, {"employment", "受雇"}, {"kinship", "亲属"},
    {"service", "提供过服务"}, {"debt", "债权债务"}, {"litigation", "诉讼"}, {"competitor", "竞争"},
    {"shared_address", "同一地址"}, {"shared_phone", "同一电话"}, {"shared_instrument", "同一仪器"},
    {"micro", "微型"}, {"light", "轻型"}, {"small", "小型"}, {"medium", "中型"}, {"large", "大型"},
    {"permitted", "适飞空域"}, {"controlled", "管制空域"},
    {"s2", "哨兵2号"}, {"landsat", "陆地卫星"}, {"s1", "哨兵1号（雷达）"}, {"bgrn", "四波段影像（蓝绿红近红外）"}, {"rgbn", "四波段影像（红绿蓝近红外）"},
    {"generic", "其他栅格"}, {"uav", "无人机"}, {"sensor", "传感器"}, {"camera", "摄像设备"}, {"recorder", "执法记录仪"},
    {"confidentiality", "保密承诺"}, {"integrity", "廉洁承诺"}, {"recusal", "回避"},
    {"fiscal", "财政预算"}, {"fines", "罚没收入"}, {"donation", "捐赠"}, {"levy", "收费"}, {"other", "其他"},
    {"same", "同级"},
    {"open_tender", "公开招标"}, {"invited", "邀请招标"}, {"competitive_negotiation", "竞争性谈判"},
    {"competitive_consultation", "竞争性磋商"}, {"inquiry", "询价"}, {"single_source", "单一来源"},
    {"framework", "框架协议"}, {"internal", "内控采购"},
    {"lump_sum", "总价包干"}, {"per_month", "按月"}, {"per_subject", "按家次"}, {"per_deliverable", "按成果"},
    {"per_result", "按查处结果"}, {"mixed", "混合计价"},
    {"scope", "辅助范围"}, {"prohibition", "禁止行为"}, {"discipline", "纪律要求"}, {"ownership_of_data", "成果归属"},
    {"entry", "入场要求"}, {"secrecy", "保密"}, {"clue", "线索"}, {"acceptance", "验收"}, {"liability", "违约责任"},
    {"data_return", "资料返还"}, {"no_subcontract", "不得转委托"},
    {"deliverable", "按成果"}, {"time", "按期"}, {"result_count", "按查处件数"},
    {"plan", "检查计划"}, {"case", "案件"}, {"request", "企业申请"}, {"rectification", "整改复查"},
    /* notice and objection */
    {"signed", "直接送达（签收）"}, {"refused_with_witness", "留置送达（见证）"}, {"electronic", "电子送达"},
    {"mail", "邮寄送达"}, {"left", "留置送达"},
    {"interest", "利害关系"}, {"overreach", "超越权限"}, {"conduct", "行为不当"}, {"competence", "能力不足"},
    {"upheld", "成立"}, {"partly", "部分成立"}, {"rejected", "不成立"},
    {"good", "满意"}, {"fair", "基本满意"}, {"poor", "不满意"}, {"marked", "待处理"},
    /* material, clue, case */
    {"photo", "照片"}, {"video", "视频"}, {"audio", "录音"}, {"note", "文字记录"}, {"signature", "签名"}, {"album", "相册导入"}, {"data", "数据"}, {"report", "报告"}, {"opinion", "意见"},
    {"sample_result", "检测结果"},
    {"onsite", "现场核对"}, {"remeasure", "复测"}, {"original", "核对原件"}, {"instrument_log", "核对仪器记录"},
    {"interview", "询问核对"}, {"recompute", "复算"}, {"qualification", "核对资质"},
    {"adoptable", "可采用"}, {"reference_only", "仅供参考"},
    {"documentary", "书证"}, {"physical", "物证"}, {"audiovisual", "视听资料"}, {"testimony", "证人证言"},
    {"appraisal", "鉴定意见"}, {"reference", "参考资料"}, {"electronic_data", "电子数据"},
    {"opened", "准予立案"}, {"transferred", "移送"}, {"merged", "并案"}, {"dismissed", "不予立案"},
    {"confirmed", "属实"}, {"instrument", "仪器故障"}, {"process", "工况所致"}, {"configuration", "设置错误"},
    {"groundless", "不属实"},
    {"record", "备案记录"}, {"notice", "告知书"}, {"receipt", "送达回证"}, {"visit_record", "现场检查笔录"},
    {"sampling_record", "采样记录"}, {"sketch", "勘察示意图"}, {"legal_review", "法制审核意见"},
    {"decision", "决定文书"},
    {"private_contact", "私自接触"}, {"leak", "泄密"}, {"bribe", "收受财物"}, {"concealment", "隐瞒"},
    {"self_investigation", "自行调查"}, {"unaccompanied_entry", "单独入场"}, {"falsified", "弄虚作假"},
    {"verified", "查实"}, {"unfounded", "不成立"}, {"overturned", "已撤销"},
    {"procuratorate", "检察机关"}, {"police", "公安机关"}, {"supervisory", "监察机关"},
    {"order", "命令"}, {"retention", "保存期满"}, {"withdrawn", "已撤回"},
    {"subjects", "检查对象"}, {"officers", "执法人员"}, {"providers", "第三方"},
    {"valid", "有效"}, {"under_revision", "修订中"}, {"void", "已作废"},
    {"organisation_member", "人员"}, {"question", "询问"}, {"supplement", "补充"},
    {"coauthor", "合作人"}, {"collector", "采集人"},
    /* states */
    {"applied", "已申请"}, {"admitted", "已准入"}, {"suspended", "已暂停"}, {"removed", "已移出"},
    {"added", "已登记"}, {"retired", "已退出"}, {"open", "进行中"}, {"awarded", "已成交"}, {"failed", "已失败"},
    {"draft", "草拟"}, {"effective", "生效"}, {"terminated", "已解除"}, {"requested", "已申请"}, {"paid", "已支付"},
    {"drafted", "草稿"}, {"returned", "已退回"}, {"approved", "已批准"}, {"declined", "已拒绝"},
    {"accepted", "已接受"}, {"finished", "已完成"}, {"released", "已解除本次委托"}, {"given", "已下达"},
    {"issued", "已制作"}, {"served", "已送达"}, {"revoked", "已撤销"}, {"lodged", "待答复"},
    {"planned", "已计划"}, {"cancelled", "已取消"}, {"closed", "已结束"}, {"submitted", "待核实"},
    {"reported", "已报告"}, {"received", "已接收"}, {"decided", "已处理"}, {"compiled", "已编制"}, {"filed", "已备案"},
    {"sealed", "已归档"}, {"committed", "已承诺"}, {"settled", "已抽取"}, {"pending", "待批准"},
    {"taken", "已取件"}, {"overtaken", "已失效"}, {"assigned", "已指派"}, {"done", "已完成"},
    {"public_domain", "公开"}, {"work_secret", "工作秘密"}, {"trade_secret", "商业秘密"}, {"personal", "个人信息"},
    {"state_secret", "国家秘密"},
    {"inspection", "现场检查"}, {"complaint", "投诉举报"}, {"transfer", "移送"}, {"monitoring", "自动监控"},
    {"OFF", "休息"}, {"WORK", "上班"},
    {"result", "结果"}, {"statistics", "统计"}, {"policy", "参数"}, {"law", "法规"}, {"agreement", "协议"},
    {"roster", "名录库"}, {"evaluation", "考核"}, {"draw", "随机抽取"}, {"flight", "飞行"}, {"violation", "违纪核查"},
    {"material", "材料"}, {"entrustment", "委托"}, {"visit", "现场"}, {"objection", "异议"}, {"gift", "礼品报告"},
    {"xlsx", "XLSX工作簿"}, {"csv", "CSV文本"}, {"xml", "XML文件"}, {"json", "JSON文件"}, {"zip", "ZIP压缩包"},
    {"contact", "接触"}, {"presence", "到场离场"}, {"changed", "已变更"}, {"mistaken", "内容有误"}, {"expired", "公开期满"},
    {"unfit", "不宜公开"}, {"privacy", "个人隐私"}, {"public_safety", "危及安全和稳定"}, {"internal_matter", "内部事务"}, {"withheld", "不予公开"},
    /* defects of a case file */
    {"defect_photo_outside_visit", "拍摄时间不在现场检查期间的照片"},
    {"defect_photo_without_record", "拍摄当日没有现场笔录的照片"},
    {"defect_photo_time_missing", "未写明拍摄时间的照片"}, {"defect_signers_differ", "与当日笔录签名人不同的勘验图"},
    {"defect_sampling_body_differs", "采样单位前后不一的文书"},
    {"defect_sampling_record_missing", "没有采样记录的监测结果"},
    {"defect_party_differs", "当事人名称与立案不同的文书"},
    {"defect_receipt_date_differs", "送达日期与系统记录不同的回证"},
    {"defect_verified_after_decision", "决定之后才核实的引用材料"},
    {"defect_period_in_calendar_days", "给足工作日之前即届满的期限"},
    {"defect_decision_served_late", "超过七个工作日才送达的决定"},
    {"defect_certificate_expired", "执法证件过期的人签署的文书"},
    {"defect_served_without_receipt", "没有送达回证的文书"}, {"defect_result_not_told", "未告知当事人的监测结果"},
    {"defect_evidence_after_review", "法制审核之后新增的证据"},
    {"defect_daily_penalty_order", "缺责令改正或复查的按日连续处罚"},
    {"defect_seizure_overdue", "超期未解除的查封扣押"},
    {"defect_registered_evidence_overdue", "逾期未处理的先行登记保存"},
    /* looking */
    {"text_reuse", "文字重复"}, {"number_reuse", "数据重复"}, {"picture_reuse", "图片重复"}, {"near_limit", "贴近限值"},
    {"fast_verification", "核实过快"}, {"backcheck_disagrees", "回查不一致"}, {"drop_after_refusal", "拒绝后下降"},
    {"template_text", "多家通用的范本文字"}, {"quoted_law", "法规引文"}, {"standard_form", "标准表格"},
    {"own_supplement", "本材料的补充版本"}, {"derived_material", "注明来源的引用"}, {"same_subject", "同一对象的前后两次"},
    {"redline", "生态保护红线"}, {"source1", "饮用水水源一级保护区"}, {"source2", "饮用水水源二级保护区"}, {"source3", "饮用水水源准保护区"},
    {"reserve", "自然保护地"}, {"shore", "岸线管控范围"}, {"county", "区县界"}, {"modis", "MODIS（约1千米）"}, {"viirs", "VIIRS（约375米）"},
    {"coarse_resolution", "仪器分辨率粗"}, {"constant_values", "数值几乎不变"}, {"same_scene", "同一场景另行拍摄"},
    {"blank_picture", "画面近乎空白"}, {"peer_spread", "同类第三方也如此"}, {"few_values", "数值太少"},
    {"second_reader", "由另一核实人先行阅读"}, {"late_entry", "事后补录"}, {"short_material", "材料很短"},
    {"chance", "偶然相同"}, {"other_ground", "另有评分依据"}, {"few_before", "此前样本太少"},
    {"found", "待受理"}, {"explained", "解释成立"}, {"corrected", "已纠正"},
    /* monitoring */
    {"gas", "废气"}, {"water", "废水"}, {"noise", "噪声"}, {"minute", "分钟"}, {"hour", "小时"}, {"day", "日"},
    {"stopped", "停运"}, {"start", "启炉"}, {"shut", "停炉"}, {"bake", "烘炉"}, {"fault", "故障"}, {"accident", "事故"},
    {"maintenance", "维护"}, {"calibration", "校准"}, {"network", "通讯中断"},
    /* verdicts */
    {"allowed", "准予"}, {"held", "暂缓"}, {"refused", "不予"}, {"invalid", "无法读取"},
    /* parties */
    {"provider", "第三方"}, {"member", "辅助人员"}, {"subject", "执法相对人"}, {"user", "用户"}, {"person", "自然人"},
    {"officer", "执法人员"}, {"agency", "执法机构"}, {"helper", "辅助人员"},
    /* draws */
    {"xiezhi-draw-1", "獬豸抽取法1（旧）"}, {"xiezhi-draw-2", "獬豸抽取法2"}, {"class", "类别"}, {"region", "区划"}, {"group", "所属单位"},
    {"public", "公众"}, {"system", "系统"}, {"import", "导入"}, {"detector", "监测研判程序"}, {"off", "休息"},
    {"work", "上班"}, {"refuse", "不予"}, {"hold", "暂缓"}, {"warn", "提示"},
};

/* Hashed once: a page asks for some fifty. */
enum { LABELS = 2048 };
static struct label { str id, zh; bool value; /* a word of a closed set; a power is none */ } labels[LABELS];
static pthread_once_t labels_once = PTHREAD_ONCE_INIT;

static struct label *label_slot(str id)
{
    size_t i = str_hash(id) % LABELS;
    while (labels[i].id.p && !str_eq(labels[i].id, id))
        i = (i + 1) % LABELS;
    return &labels[i];
}

/* What came first stays. */
static void label_put(const char *id, const char *zh, bool value)
{
    static size_t n;
    struct label *l = label_slot(str_of(id));
    if (l->id.p) {
        l->value |= value;
        return;
    }
    CHECK(++n < LABELS / 2);
    *l = (struct label){str_of(id), str_of(zh), value};
}

static void labels_make(void)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        label_put(words[i].id, words[i].zh, true);
    for (int i = 0; i < LAW_ROLE_COUNT; i++)
        label_put(law_role_names[i].id, law_role_names[i].zh, true);
    for (int i = 0; i < LAW_POWER_COUNT; i++)
        label_put(law_power_names[i].id, law_power_names[i].zh, false);
    for (size_t i = 0; i < setting_count(); i++)
        label_put(setting_at(i)->name, setting_at(i)->label, true);
}

static const struct label *label_find(str value)
{
    pthread_once(&labels_once, labels_make);
    const struct label *l = label_slot(value);
    return l->id.p ? l : NULL;
}

bool enum_known(str value)
{
    const struct label *l = label_find(value);
    return (l && l->value) || paper_form_find(value);
}

str enum_label(str value)
{
    const struct label *l = label_find(value);
    const struct paper_form *f = l ? NULL : paper_form_find(value);
    return l ? l->zh : f ? str_of(f->title) : value;
}

/* `of` is "a=甲 b=乙"; NULL or an unknown value asks the table above. */
str label_of(str value, const char *of)
{
    str rest = str_of(of), item;
    while (rest.p && str_next(&rest, ' ', &item)) {
        ptrdiff_t equals = str_find(item, S("="));
        if (equals > 0 && str_eq(str_sub(item, 0, (size_t)equals), value))
            return str_sub(item, (size_t)equals + 1, item.n);
    }
    return enum_label(value);
}
