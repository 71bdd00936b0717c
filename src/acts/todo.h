/*
 * Inbox items whose end is a person's note (todo.settle); every other kind ends with the act it waits for. Private to
 * acts/. X(kind, label)
 */
#pragma once

#define TODO_ATTENTION(X)                                                                           \
    X("order_refused", "第三方拒绝越权要求，请核查")                                                   \
    X("entrustment_declined", "第三方谢绝委托，请知悉")                                               \
    X("entrustment_suspended", "委托中止，请知悉")                                                    \
    X("contact_unauthorised", "未经授权接触相对人，请核查")                                            \
    X("interest_declared", "申报利害关系，请处理")                                                    \
    X("relation_review", "可能的利害关系，请审核")                                                    \
    X("relation_ended", "所依据的关系已终止，请据此处理")                                              \
    X("identity_review", "可能是同一人或单位，请核对")                                                \
    X("officer_recusal", "执法人员可能须回避，请处理")                                                 \
    X("officer_replace", "执法人员账号已停用，请变更委托")                                              \
    X("member_retired", "辅助人员已退出，请变更委托")                                                  \
    X("provider_suspended", "第三方资格暂停，请处理在办委托")                                           \
    X("provider_removed", "第三方已移出，请处理在办委托")                                              \
    X("agreement_terminated", "协议已解除，请处理在办委托")                                            \
    X("agreement_notice", "协议解除，请出具通知")                                                     \
    X("delegation_received", "代行授权，请知悉")                                                      \
    X("overturn_notice", "违规认定已撤销，请知悉")                                                    \
    X("violation_notice", "第三方在他处违纪查实，请处理")                                              \
    X("rating_concern", "企业评价反映问题，请核查")                                                   \
    X("gift_report", "收受财物报告，请核查")                                                         \
    X("complaint", "投诉举报，请核查")                                                              \
    X("secrecy_breach", "失密泄密报告，请处理")                                                       \
    X("backcheck_disagrees", "复查不一致，请核查")                                                    \
    X("evaluation_appeal", "考核申诉，请复核")                                                       \
    X("flight_aside", "有照片被隔离，请核查来由")                                                        \
    X("helpers_alone", "辅助人员无人陪同，请核查")                                                    \
    X("draw_second", "抽取结果请第二人复核")
