/*
 * The table. One row per setting; the order is the order of the page.
 * LAW rows are locked: their default is what the article says. POLICY rows may move between lowest and highest;
 * a bound with an anchor is that article's own number, the others keep a setting from becoming nonsense.
 */
#include "acts/settings.h"

#define POLICY false, false
#define LAW true, false
#define TECHNICAL false, true

#define SETTINGS(X)                                                                                 \
    X(min_officers_on_site, "现场执法人员最少人数", COUNT, 2, 2, 20, POLICY, PENALTY_42, "名",             \
      "行政处罚法第42条：不得少于两人")                                                             \
    X(helper_checkin_requires_notice, "辅助人员入场须已告知", FLAG, 1, 0, 1, POLICY, ART_8, "",            \
      "第8条未规定时点，默认最迟于开始工作前完成告知")                                                \
    X(helper_checkin_requires_overlap, "辅助人员入场须执法人员在场", FLAG, 1, 1, 1, LAW, ART_11, "",       \
      "第11条：无执法人员陪同不得进入现场")                                                          \
    X(geofence_radius_m, "现场围栏半径", COUNT, 300, 50, 5000, POLICY, PRACTICE, "米", "实践默认值")         \
    X(max_gps_error_m, "定位误差上限", COUNT, 100, 10, 1000, POLICY, PRACTICE, "米", "实践默认值")           \
    X(leave_tolerance_min, "离场容差", COUNT, 10, 0, 60, POLICY, PRACTICE, "分钟", "实践默认值")             \
    X(qr_proximity_required, "定位误差超限时须扫码", FLAG, 1, 0, 1, POLICY, ART_11, "",                    \
      "第11条：以扫码证明同场")                                                                     \
    X(entry_code_seconds, "到场码更换间隔", COUNT, 30, 15, 120, POLICY, ART_11, "秒", "第11条：以扫码证明同场")            \
    X(clock_tolerance_seconds, "手机时钟容差", COUNT, 120, 10, 3600, POLICY, PRACTICE, "秒",                       \
      "超过的计入离线登记的时钟误差，核对到场码时一并考虑")                                              \
    X(phone_lock_hours, "离线包和待传内容的有效时数", COUNT, 72, 1, 72, POLICY, PRACTICE, "小时",                    \
      "手机丢失时的损失以此为限；到期须重新登录")                                                     \
    X(objection_decide_workdays, "异议处理期限", COUNT, 5, 1, 20, POLICY, ART_8, "个工作日",               \
      "第8条未规定期限，参照行政处罚法第43条回避决定")                                                \
    X(helper_suspended_during_objection, "异议期间第三方暂停参与", FLAG, 1, 1, 1, LAW, ART_8, "",          \
      "第8条：可能影响公正的不得继续")                                                              \
    X(recusal_lookback_years, "利害关系追溯年限", COUNT, 3, 1, 10, POLICY, ART_8, "年",                    \
      "第8条未规定年限，参照生态环境监测条例的利益冲突规定")                                          \
    X(clue_sla_minutes_urgent, "紧急线索签收时限", COUNT, 60, 5, 1440, POLICY, ART_13, "分钟",             \
      "第13条“及时”")                                                                               \
    X(clue_sla_minutes_normal, "一般线索签收时限", COUNT, 1440, 60, 10080, POLICY, ART_13, "分钟",         \
      "第13条“及时”")                                                                               \
    X(clue_budget_per_day, "监测研判线索每日上限", COUNT, 5, 0, 100, POLICY, PRACTICE, "条",               \
      "每个机构每日收到的监测研判线索不超过此数，按轻重排序，其余顺延")                                 \
    X(clue_third_party_sees_outcome, "第三方可见线索处理结果", FLAG, 0, 0, 0, LAW, ART_13, "",             \
      "第13条：线索不得透露")                                                                       \
    X(unverified_material_in_case, "未核实材料可入案卷证据", FLAG, 0, 0, 0, LAW, ART_9, "",                \
      "第9条：经核实之后方可采用")                                                                  \
    X(archive_requires_filing_record, "归档须先备案", FLAG, 1, 1, 1, LAW, ART_10, "",                      \
      "第10条：委托事项、辅助执法事项应记录备案")                                                     \
    X(record_filing_workdays, "备案期限", COUNT, 5, 1, 30, POLICY, ART_10, "个工作日",                     \
      "第10条未规定期限，默认现场结束后五个工作日且归档之前")                                          \
    X(terminate_on_confirmed_violation, "违纪查实即解除协议", FLAG, 1, 1, 1, LAW, ART_5, "",               \
      "第5条：一经查实，立即解除")                                                                  \
    X(exception_keep_agreement, "查实后例外保留协议", FLAG, 0, 0, 0, LAW, ART_5, "",                       \
      "第5条从严理解：没有例外")                                                                    \
    X(violation_answer_workdays, "第三方陈述申辩期限", COUNT, 5, 1, 20, POLICY, ART_5, "个工作日",         \
      "第5条未规定期限")                                                                            \
    X(hearing_before_finding, "查实前须先听取陈述", FLAG, 0, 0, 1, POLICY, ART_5, "",                      \
      "第5条只要求查实；开启后，未听取陈述且期限未满的，待负责人同意")                                 \
    X(provider_ban_years, "违纪查实禁入年限", COUNT, 3, 1, 10, POLICY, ART_5, "年",                        \
      "第5条未规定年限，参照政府采购的禁入期")                                                        \
    X(data_return_workdays, "解除后返还资料期限", COUNT, 5, 1, 30, POLICY, PRACTICE, "个工作日",           \
      "第12条保密义务，期限为实践默认值")                                                            \
    X(refusal_affects_score, "依法拒绝影响评分", FLAG, 0, 0, 0, LAW, ART_4, "",                            \
      "第4条：第三方可以拒绝")                                                                      \
    X(other_task_kind_needs_legal_release, "其他类事项须法制审核", FLAG, 1, 0, 1, POLICY, PRACTICE, "",     \
      "第3条第5项的边界由法制机构把握")                                                              \
    X(below_limit_procurement_min_quotes, "限额以下采购最少报价", COUNT, 3, 2, 10, POLICY, PRACTICE, "家",  \
      "第7条与内部控制实践")                                                                        \
    X(split_purchase_warning_scope, "化整为零累计口径：同一品目、年度、机构", FLAG, 1, 1, 1, LAW, SPLITTING, "", \
      "政府采购法实施条例第28条")                                                                    \
    X(exam_and_card_required_for_helpers, "辅助人员须考核并持工作证", FLAG, 1, 0, 1, POLICY, PRACTICE, "",  \
      "国办发〔2024〕54号及外省做法")                                                                \
    X(frequency_cap_check, "核对涉企检查年度频次", FLAG, 1, 0, 1, POLICY, PRACTICE, "",                    \
      "国办发〔2024〕54号")                                                                         \
    X(require_inspection_approval_and_notice_no, "入场须有检查审批和通知文号", FLAG, 1, 0, 1, POLICY, PRACTICE, "", \
      "凡检查必审批、凡检查必通知")                                                                  \
    X(law_basis_auto_switch_date, "检查权依据切换日", DAY, 20680, 20680, 20680, LAW, CODE_2026, "",         \
      "生态环境法典第1242条：2026年8月15日施行")                                                      \
    X(low_flight_is_entry, "低空飞越厂区按进入现场管理", FLAG, 1, 0, 1, POLICY, ART_11, "",                \
      "第11条未界定执法现场")                                                                       \
    X(uav_height_limit_m, "低空飞行高度界限", COUNT, 120, 30, 1000, POLICY, PRACTICE, "米", "实践默认值")    \
    X(track_location_outside_visit, "现场之外记录位置", FLAG, 0, 0, 0, LAW, PIPL_28, "",                   \
      "个人信息保护法第28条：行踪轨迹只在必要时处理")                                                 \
    X(personal_track_retention_days, "位置轨迹保存天数", COUNT, 1095, 30, 1825, POLICY, PIPL_19, "个自然日",    \
      "个人信息保护法第19条：保存期限应为必要的最短时间")                                              \
    X(case_retention_years, "案卷保管年限", COUNT, 30, 10, 100, POLICY, PRACTICE, "年",                    \
      "档案保管期限表：一般30年")                                                                   \
    X(refused_body_retention_days, "被拒行为内容保存天数", COUNT, 180, 30, 1095, TECHNICAL, PRACTICE, "个自然日", \
      "被拒不等于违纪，内容到期销毁")                                                                \
    X(export_needs_approval_and_watermark, "含个人信息或工作秘密的导出须审批", FLAG, 1, 0, 1, TECHNICAL, PRACTICE, "",    \
      "等级保护与数据安全。只免审批：编号、留痕和水印不因此免除")                                       \
    X(audit_log_retention_months, "审计日志保存月数", COUNT, 36, 6, 600, TECHNICAL, CSL_23, "个月",         \
      "网络安全法：至少六个月")                                                                     \
    X(holiday_unknown_year, "节假日未公布的年份不确认到期日", FLAG, 1, 1, 1, LAW, PENALTY_85, "",          \
      "行政处罚法第85条：按工作日计算")                                                              \
    X(mark_confirm_hour, "前一日标记的确认时刻", COUNT, 12, 0, 23, POLICY, PRACTICE, "时",                     \
      "污染物排放自动监测设备标记规则的确认时限，文本未取得，待核")                                   \
    X(mark_ahead_hours, "标记结束时间可提前填报", COUNT, 24, 0, 168, POLICY, PRACTICE, "小时",               \
      "标记记已发生的状态；仍在持续的可填预计结束时间")                                               \
    X(minutes_valid_per_hour, "有效小时所需有效分钟", COUNT, 45, 30, 60, POLICY, PRACTICE, "分钟",           \
      "HJ 75-2017：小时均值至少45个有效分钟")                                                        \
    X(hours_valid_per_day, "有效日所需有效小时", COUNT, 20, 12, 24, POLICY, PRACTICE, "小时",                \
      "HJ 75-2017：日均值至少20个有效小时")                                                          \
    X(water_slots_valid_percent, "废水时段所需有效数据", COUNT, 75, 50, 100, POLICY, PRACTICE, "%",         \
      "HJ 356-2019未见分钟数要求，参照HJ 212附录C的75%")                                              \
    X(water_flow_weighted, "废水均值按流量加权", FLAG, 1, 0, 1, POLICY, PRACTICE, "",                        \
      "HJ 212-2017附录D；没有流量时取算术平均")                                                      \
    X(marks_invalidate, "标记时段不参与均值", FLAG, 1, 0, 1, POLICY, PRACTICE, "",                           \
      "维护、校准、故障、通讯中断的标记；运行工况的标记不剔除数据")                                    \
    X(transmission_percent_least, "有效传输率下限", COUNT, 90, 50, 100, POLICY, PRACTICE, "%",              \
      "有效传输率为有效率与传输率之积，下限各地不一，待核")                                            \
    X(capture_percent_least, "季度有效数据捕集率下限", COUNT, 75, 50, 100, POLICY, PRACTICE, "%",            \
      "HJ 75-2017：每季度有效数据捕集率应达75%")                                                     \
    X(capture_percent_good, "捕集率较高的界限", COUNT, 90, 75, 100, POLICY, PRACTICE, "%",                   \
      "HJ 75-2017：缺失数据按捕集率分档替代")                                                        \
    X(substitute_hours_short, "短时缺失的替代取值时数", COUNT, 180, 24, 2160, POLICY, PRACTICE, "小时",     \
      "HJ 75-2017：只用于排放量核算，不用于浓度判断")                                                \
    X(substitute_hours_long, "长时缺失的替代取值时数", COUNT, 720, 24, 2160, POLICY, PRACTICE, "小时",      \
      "HJ 75-2017：失控超过24小时的")                                                                \
    X(substitute_hours_low, "低捕集率的替代取值时数", COUNT, 2160, 24, 8760, POLICY, PRACTICE, "小时",      \
      "HJ 75-2017：捕集率75%至90%的")                                                                \
    X(substitute_gap_hours, "短时缺失的界限", COUNT, 24, 1, 168, POLICY, PRACTICE, "小时",                   \
      "HJ 75-2017：失控24小时以内为短时")                                                            \
    X(draw_reveal_workdays, "公开抽取秘密的期限", COUNT, 2, 1, 20, POLICY, PRACTICE, "个工作日",              \
      "逾期不公开的，由纪检督察另起一轮承诺")                                                          \
    X(draw_execute_workdays, "抽取结果的密封期限", COUNT, 60, 1, 250, POLICY, PRACTICE, "个工作日",          \
      "未写明检查完成期限的，自产生结果起算")                                                          \
    X(draw_preset_place, "抽查比例办法", COUNT, 2, 0, 6, POLICY, PRACTICE, "",                               \
      "0不用 1全国口径 2孝感 3武汉青山 4池州 5闽清 6江西")                                    \
    X(verify_own_signature, "核实人须各自本人签认", FLAG, 0, 0, 1, POLICY, ART_9, "",                       \
      "第9条要求核实而未规定签认方式；开启后，一人不能代另一人登记核实（xiezhi init建立的系统一律开启）")    \
    X(backcheck_percent, "回查抽取比例", COUNT, 5, 1, 100, POLICY, ART_9, "%",                                \
      "第9条要求核实；核实本身按比例随机回查，比例公布")                                                 \
    X(backcheck_days, "回查抽取期间", COUNT, 7, 1, 31, POLICY, ART_9, "个自然日",                                  \
      "期间长度固定，抽取无从挑选")                                                                   \
    X(look_text_percent, "文字重复提示线", COUNT, 60, 30, 95, POLICY, ART_9, "%",                            \
      "去除范本、引文后的相同片段所占比例")                                                            \
    X(look_refusal_months, "拒绝后下降观察期", COUNT, 6, 1, 24, POLICY, ART_4, "个月",                        \
      "第4条：依法拒绝不得影响评分和委托，由纪检督察查看")                                               \
    X(target_weight_class, "靶向：管理类别权重", COUNT, 40, 0, 100, POLICY, PRACTICE, "", "影响程度，IMPEL-IRAM结构")  \
    X(target_weight_permit, "靶向：排污许可权重", COUNT, 15, 0, 100, POLICY, PRACTICE, "", "影响程度")             \
    X(target_weight_industry, "靶向：行业权重", COUNT, 30, 0, 100, POLICY, PRACTICE, "", "影响程度")              \
    X(target_weight_area, "靶向：保护区距离权重", COUNT, 15, 0, 100, POLICY, PRACTICE, "", "影响程度；没有数据的不计")   \
    X(target_weight_decided, "靶向：违法记录权重", COUNT, 35, 0, 100, POLICY, PRACTICE, "", "守法状况；有或无及远近，不计件数") \
    X(target_weight_rectify, "靶向：整改权重", COUNT, 15, 0, 100, POLICY, PRACTICE, "", "守法状况；逾期未复查的整改")    \
    X(target_weight_verified, "靶向：属实线索权重", COUNT, 30, 0, 100, POLICY, PRACTICE, "", "守法状况；经执法人员核实属实") \
    X(target_weight_open, "靶向：未核实线索权重", COUNT, 5, 0, 10, POLICY, PRACTICE, "", "守法状况；未经核实的分量很小")   \
    X(target_weight_unseen, "靶向：未检查时长权重", COUNT, 15, 0, 100, POLICY, PRACTICE, "", "守法状况；很久没有检查的更不确定") \
    X(target_lookback_months, "靶向：记录追溯期", COUNT, 36, 12, 60, POLICY, PRACTICE, "个月", "越久的记录分量越轻，期满不计") \
    X(target_minimum_percent, "靶向：最低中签机会", COUNT, 30, 10, 90, POLICY, PRACTICE, "%",                  \
      "每个可抽对象的机会不低于平均机会的这一比例")                                                       \
    X(target_cap_default, "靶向：未定年度上限的按", COUNT, 2, 1, 12, POLICY, PRACTICE, "次",                    \
      "国办发〔2024〕54号：年度检查频次上限")                                                           \
    X(target_positive_list, "靶向：正面清单免于抽取", FLAG, 1, 0, 1, POLICY, PRACTICE, "",                     \
      "鄂环发〔2020〕19号；关闭后按同样分值参加抽取")                                                    \
    X(show_third_party_name_publicly, "对公众显示第三方名称", FLAG, 0, 0, 1, POLICY, PRACTICE, "",         \
      "第8条只要求告知相对人")                                                                        \
    X(disclose_decision_workdays, "处罚决定公开期限", COUNT, 7, 1, 20, POLICY, PRACTICE, "个工作日",       \
      "国办发〔2018〕118号：执法结果20个工作日内公开，行政处罚通常7个工作日，以省规为准")                \
    X(disclose_draw_workdays, "抽取结果公开期限", COUNT, 20, 1, 20, POLICY, PRACTICE, "个工作日",          \
      "国发〔2019〕5号：抽查结果20个工作日内公开")                                                     \
    X(disclose_award_workdays, "成交结果公开期限", COUNT, 2, 1, 2, POLICY, PRACTICE, "个工作日",           \
      "政府采购法实施条例第43条：成交确定之日起2个工作日内公告")                                         \
    X(disclose_agreement_workdays, "协议公开期限", COUNT, 2, 1, 2, POLICY, PRACTICE, "个工作日",           \
      "政府采购法实施条例第50条：合同签订之日起2个工作日内公告")                                         \
    X(disclose_info_workdays, "其他信息公开期限", COUNT, 20, 1, 20, POLICY, PRACTICE, "个工作日",          \
      "政府信息公开条例第26条：形成或者变更之日起20个工作日内公开")                                      \
    X(disclose_withdraw_workdays, "撤回公开期限", COUNT, 3, 1, 3, POLICY, PRACTICE, "个工作日",            \
      "行政处罚法第48条：决定被撤销、变更的，3个工作日内撤回并说明理由")

#define ROW_(...) ROW__(__VA_ARGS__)
#define ROW__(name, label, kind, value, low, high, locked, technical, anchor, unit, why)            \
    {#name, label, SETTING_##kind, value, low, high, locked, technical, ANCHOR_##anchor, unit, why},
static const struct setting settings[] = {SETTINGS(ROW_)};

#define NAME_(name, ...) " " #name
const char setting_names[] = SETTINGS(NAME_);

enum { SETTINGS_N = sizeof settings / sizeof *settings };

const struct setting *setting_find(str name)
{
    for (size_t i = 0; i < SETTINGS_N; i++)
        if (str_eq(name, str_of(settings[i].name)))
            return &settings[i];
    return NULL;
}

size_t setting_count(void)
{
    return SETTINGS_N;
}

const struct setting *setting_at(size_t index)
{
    return index < SETTINGS_N ? &settings[index] : NULL;
}
