/* Things, third part: conduct, evaluation, draws, publication, and the acts themselves. */
#include "acts/things_private.h"

#define VERDICT_SQL "CASE x.verdict WHEN 0 THEN 'allowed' WHEN 1 THEN 'held' ELSE 'refused' END"
#define MARK_SQL "CASE x.mark WHEN 1 THEN '未予认可' WHEN 2 THEN '补录' WHEN 3 THEN '不知情期间' ELSE '' END"

#define DISCLOSED_KINDS                                                                             \
    "plan=检查计划 result=检查结果 statistics=统计 policy=设置 law=法律依据 procurement=采购 agreement=协议 provider=第三方 roster=名录库" \
    " evaluation=考核结果 draw=抽取 flight=飞行 decision=处罚决定 case=案件 violation=违纪核查 entrustment=委托 visit=现场"

/* What is published, or is to be, by the name it is known by: the number of the decision, the title of the purchase, the matter of the draw. */
#define DISCLOSED_TITLE                                                                             \
    "COALESCE(CASE x.kind WHEN 'decision' THEN (SELECT t.ref FROM attachment t WHERE t.casefile = x.ref AND t.kind = 'decision' ORDER BY t.seq DESC" \
    " LIMIT 1) WHEN 'procurement' THEN (SELECT p.title FROM procurement p WHERE p.id = x.ref) WHEN 'agreement' THEN (SELECT p.title || '（协议）'" \
    " FROM agreement g JOIN procurement p ON p.id = g.procurement WHERE g.id = x.ref) WHEN 'draw' THEN (SELECT w.item FROM draw w WHERE w.id = x.ref)" \
    " END, x.ref)"

/* Who may talk to whom, and what was said, is for the bureau that allowed it and for those in whose area the company is. */
#define CONTACT_SCOPE                                                                               \
    "(:discipline = 1 OR EXISTS (SELECT 1 FROM subject s WHERE s.id = x.subject AND s.region BETWEEN :region_low AND :region_high)"  \
    " OR EXISTS (SELECT 1 FROM act_log l WHERE l.seq = x.seq AND " IN_AGENCY("l.agency") "))"

const struct thing things_conduct[] = {
    {.name = "contact-authorisations", .label = "接触许可", .table = "contact_authorisation",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, L}, {"member", "辅助人员", COLUMN_REF, L | F, "member"},
                        {"subject", "执法相对人", COLUMN_REF, L | F, "subject"}, {"purpose", "事由", COLUMN_TEXT, 0},
                        {"from_time", "自", COLUMN_TIME, L}, {"to_time", "至", COLUMN_TIME, L},
                        {"with_officer", "执法人员在场", COLUMN_FLAG, L}),
     .roles = BUSINESS_ROLES | MEMBER_ROLE, .scope_agency = CONTACT_SCOPE, .scope_member = "x.member = :member"},
    {.name = "contact-logs", .label = "接触记录", .table = "contact_log",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, L}, {"member", "辅助人员", COLUMN_REF, L | F, "member"},
                        {"subject", "执法相对人", COLUMN_REF, L | F, "subject"}, {"time", "时间", COLUMN_TIME, L},
                        {"means", "方式", COLUMN_TEXT, L}, {"initiated_by", "发起方", COLUMN_TEXT, 0},
                        {"summary", "内容", COLUMN_TEXT, 0}, {"authorised", "事先许可", COLUMN_FLAG, L | F}),
     .roles = WATCH_ROLES | ROLE_BIT(ROLE_OFFICER) | MEMBER_ROLE, .scope_agency = CONTACT_SCOPE,
     .scope_member = "x.member = :member"},
    {.name = "gifts", .label = "礼品报告", .table = "gift",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, L}, {"what", "内容", COLUMN_TEXT, 0}, {"from_whom", "送出人", COLUMN_TEXT, 0},
                        {"to_whom", "收受人", COLUMN_TEXT, 0}, {"author", "报告人", COLUMN_REF, L, "users"}),
     .roles = ROLE_BIT(ROLE_DISCIPLINE) | ROLES_THIRD_PARTY | BUSINESS_ROLES,
     .scope_agency = "(:discipline = 1 OR x.author = :user)", .scope_provider = AUTHORED, .scope_member = AUTHORED,
     .residual = true},
    {.name = "complaints", .label = "投诉举报", .table = "complaint",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, L}, {"against", "针对", COLUMN_TEXT, L}, {"text", "内容", COLUMN_TEXT, 0},
                        {"anonymous", "匿名", COLUMN_FLAG, L | F}),
     .roles = ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_AUDITOR), .scope_agency = ":discipline = 1",
     .acts = ACTS("violation.open")},
    {.name = "violations", .label = "违纪核查", .table = "violation",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, L},
                        {"against_kind", "对象类别", COLUMN_ENUM, L}, {"against_id", "对象", COLUMN_TEXT, L | F, "@against_kind"},
                        {"provider", "第三方", COLUMN_REF, L, "provider"}, {"kind", "情形", COLUMN_ENUM, L | F},
                        {"basis", "来源", COLUMN_TEXT, IN}, {"agreement", "协议", COLUMN_REF, 0, "agreement"},
                        {"author", "立项人", COLUMN_REF, IN, "users"}, {"opened_at", "立项时间", COLUMN_TIME, L},
                        {"state", "状态", COLUMN_ENUM, ST, "open=核查中 verified=查实 unfounded=不成立 overturned=已撤销"},
                        {"reasons", "理由", COLUMN_TEXT, 0}, {"found_at", "认定时间", COLUMN_TIME, L},
                        {"decision_no", "撤销文号", COLUMN_TEXT, 0}),
     .roles = WATCH_ROLES | ROLES_THIRD_PARTY, .scope_agency = "(x.agency IS NULL OR " IN_AGENCY("x.agency") ")",
     .scope_provider = "x.provider = :provider",
     .scope_member = "x.against_kind = 'member' AND x.against_id = :member", .residual = true,
     .children = CHILDREN({"申辩", 0, "SELECT text AS \"内容\" FROM violation_answer WHERE violation = :id ORDER BY seq"},
                          {"移送", INSIDE_ROLES, "SELECT referred_to AS \"移送@enum\" FROM violation_referral"
                                                 " WHERE violation = :id ORDER BY seq"}),
     .acts = ACTS("violation.answer", "violation.find", "violation.overturn", "violation.refer")},
    {.name = "secrecy-breaches", .label = "泄密报告", .table = "secrecy_breach",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, L}, {"what", "内容", COLUMN_TEXT, 0}, {"found_at", "发现时间", COLUMN_TIME, L},
                        {"author", "报告人", COLUMN_REF, L, "users"}),
     .roles = INSIDE_ROLES | ROLES_THIRD_PARTY, .scope_agency = "(:discipline = 1 OR x.author = :user)",
     .scope_provider = AUTHORED, .scope_member = AUTHORED, .residual = true},
    {.name = "visit-ratings", .label = "企业评价", .table = "visit_rating",
     .title = "COALESCE((SELECT s.name FROM subject s WHERE s.id = x.subject), x.id) || ' 评价'",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, 0}, {"subject", "执法相对人", COLUMN_REF, L | F, "subject"},
                        {"visit", "现场", COLUMN_REF, L | F, "visit"}, {"at", "评价时间", COLUMN_TIME, L},
                        {"score", "总的评价", COLUMN_ENUM, L | F, "good=满意 fair=基本满意 poor=不满意"},
                        {"accompanied", "始终有执法人员陪同", COLUMN_FLAG, L}, {"within_notice", "只做告知书写明的事", COLUMN_FLAG, L},
                        {"carded", "出示证件", COLUMN_FLAG, L}, {"asked", "索要财物或推荐治理单位", COLUMN_FLAG, L | F},
                        {"text", "想说的话", COLUMN_TEXT, 0}, {"concern", "须核查", COLUMN_FLAG, L | F}),
     /* Not the officers it speaks of. */
     .roles = WATCH_ROLES | SUBJECT_ROLE,
     .scope_agency = "EXISTS (SELECT 1 FROM visit v JOIN entrustment e ON e.id = v.entrustment WHERE v.id = x.visit AND " IN_AGENCY("e.agency") ")",
     .scope_subject = "x.subject = :subject"},
    {.name = "secret-marks", .label = "商业秘密标记", .table = "secret_mark",
     .title = "COALESCE((SELECT s.name FROM subject s WHERE s.id = x.subject), x.id) || ' 商业秘密标记'",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, 0}, {"subject", "执法相对人", COLUMN_REF, L | F, "subject"},
                        {"visit", "现场", COLUMN_REF, L | F, "visit"}, {"at", "标记时间", COLUMN_TIME, L},
                        {"what", "哪些内容", COLUMN_TEXT, P}, {"place", "在哪里看到", COLUMN_TEXT, P},
                        {"state", "状态", COLUMN_ENUM, ST, "marked=待处理 upheld=成立 partly=部分成立 rejected=不成立"},
                        {"reasons", "答复", COLUMN_TEXT, 0}, {"decided_at", "答复时间", COLUMN_TIME, L},
                        {"decided_by", "答复人", COLUMN_REF, IN, "users"}),
     .roles = BUSINESS_ROLES | SUBJECT_ROLE,
     .scope_agency = "EXISTS (SELECT 1 FROM visit v JOIN entrustment e ON e.id = v.entrustment WHERE v.id = x.visit AND " IN_AGENCY("e.agency") ")",
     .scope_subject = "x.subject = :subject", .acts = ACTS("secret.settle")},
    {.name = "evaluations", .label = "考核", .table = "evaluation",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, L}, {"provider", "第三方", COLUMN_REF, L | F, "provider"},
                        {"agreement", "协议", COLUMN_REF, L | F, "agreement"}, {"period", "考核期", COLUMN_TEXT, L},
                        {"points", "得分", COLUMN_INT, L}, {"maximum", "满分", COLUMN_INT, L},
                        {"author", "考核人", COLUMN_REF, IN, "users"}, {"appealed", "已申诉", COLUMN_FLAG, L}),
     .roles = BUSINESS_ROLES | LEAD, .scope_agency = BY_AGREEMENT, .scope_provider = "x.provider = :provider",
     .residual = true,
     .children = CHILDREN({"项目", 0, "SELECT item AS \"项目\", points AS \"得分\", maximum AS \"满分\", cause_type AS"
                                      " \"扣分事由@cause\", cause_ref AS \"依据\" FROM evaluation_item WHERE evaluation = :id"},
                          {"申诉", 0, "SELECT text AS \"内容\" FROM evaluation_appeal WHERE evaluation = :id ORDER BY seq"}),
     .acts = ACTS("evaluation.appeal")},
    {.name = "backchecks", .label = "复核", .table = "backcheck",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, L}, {"material", "材料", COLUMN_REF, L | F, "material"},
                        {"state", "状态", COLUMN_ENUM, ST}, {"agrees", "一致", COLUMN_FLAG, L},
                        {"note", "说明", COLUMN_TEXT, 0}, {"draw", "抽取", COLUMN_REF, IN, "backcheck_draw"},
                        {"officer", "回查人", COLUMN_REF, IN, "users"}),
     .roles = BUSINESS_ROLES,
     /* One that was drawn is known to its checker and to discipline until it is reported. */
     .scope_agency = "(x.draw IS NULL OR x.state = 'reported' OR :discipline = 1 OR x.officer = :user) AND EXISTS (SELECT 1 FROM material m JOIN entrustment e ON e.id = m.entrustment WHERE m.id ="
                     " x.material AND " IN_AGENCY("e.agency") ")",
     .acts = ACTS("backcheck.report")},
    {.name = "draws", .label = "随机抽取", .table = "draw",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, L}, {"purpose", "用途", COLUMN_ENUM, L | F},
                        {"item", "检查事项", COLUMN_TEXT, L},
                        {"agency", "机构", COLUMN_REF, L | F, "agency"}, {"quantity", "抽取数", COLUMN_INT, L},
                        {"pool_n", "备选数", COLUMN_INT, L}, {"state", "状态", COLUMN_ENUM, ST},
                        {"plan", "方案摘要", COLUMN_TEXT, 0}, {"round", "承诺轮次", COLUMN_INT, 0},
                        {"seed", "种子", COLUMN_TEXT, 0, NULL, "CASE WHEN x.published_at IS NULL THEN NULL ELSE x.seed END"},
                        {"settled_at", "抽取时间", COLUMN_TIME, L}, {"seal_until", "密封至", COLUMN_TIME, 0},
                        {"publish_by", "应公布时间", COLUMN_TIME, 0}, {"published_at", "公布时间", COLUMN_TIME, L},
                        {"cancel_reason", "取消理由", COLUMN_TEXT, 0}),
     .roles = INSIDE_ROLES, .scope_agency = "(x.agency IS NULL OR " IN_AGENCY("x.agency") ")",
     .children = CHILDREN({"抽中", 0, "SELECT p.stratum AS \"层\", p.rank AS \"次序\", p.who AS \"对象\" FROM draw_pool p JOIN draw w ON"
                                      " w.id = p.draw WHERE p.draw = :id AND p.chosen = 1 AND w.published_at IS NOT NULL ORDER BY p.stratum,"
                                      " p.rank LIMIT 500"},
                          {"排除", 0, "SELECT reason_class AS \"类别\", COUNT(*) AS \"数量\" FROM draw_exclusion WHERE draw = :id AND reason_class <> 'replaced' GROUP BY"
                                      " reason_class ORDER BY reason_class"},
                          {"承诺方", 0, "SELECT party AS \"参与方\", digest AS \"承诺摘要\", revealed_seq AS \"揭示序号\""
                                        " FROM draw_party WHERE draw = :id"}),
     .acts = ACTS("draw.reveal", "draw.renew", "draw.settle", "draw.look", "draw.publish", "draw.cancel", "draw.replace")},
    {.name = "policies", .label = "参数调整", .table = "policy", .key = "name",
     .columns = COLUMNS({"name", "参数", COLUMN_ID, L}, {"value", "值", COLUMN_INT, L}, {"reason", "理由", COLUMN_TEXT, L},
                        {"author", "调整人", COLUMN_REF, L, "users"}),
     .roles = INSIDE_ROLES, .scope_agency = EVERYBODY},
    {.name = "disclosures", .label = "公开事项", .table = "disclosure", .title = DISCLOSED_TITLE,
     .columns = COLUMNS({"id", "编号", COLUMN_ID, L}, {"kind", "类别", COLUMN_ENUM, L | F, DISCLOSED_KINDS}, {"ref", "内容", COLUMN_TEXT, 0, "@kind"},
                        {"agency", "机构", COLUMN_REF, L | F, "agency"}, {"published_at", "公开时间", COLUMN_TIME, L},
                        {"withdrawn_at", "撤回时间", COLUMN_TIME, L}, {"withdraw_class", "撤回原因类别", COLUMN_ENUM, 0, "revoked=决定被撤销 changed=决定有变更 mistaken=内容有误 expired=公开期满 unfit=不宜公开 other=其他"},
                        {"withdraw_reason", "撤回理由", COLUMN_TEXT, IN}, {"digest", "公开内容的摘要（SM3）", COLUMN_TEXT, 0}),
     .roles = INSIDE_ROLES | LEAD | MEMBER_ROLE | SUBJECT_ROLE, .scope_agency = EVERYBODY, .scope_provider = EVERYBODY,
     .scope_member = EVERYBODY, .scope_subject = EVERYBODY, .acts = ACTS("disclosure.withdraw")},
    {.name = "disclosure-dues", .label = "应公开事项", .table = "disclosure_due",
     .title = "CASE x.what WHEN 'publish' THEN '公开 ' ELSE '撤回 ' END || " DISCLOSED_TITLE,
     .columns = COLUMNS({"id", "编号", COLUMN_ID, 0}, {"what", "做什么", COLUMN_ENUM, L | F, "publish=公开 withdraw=撤回"},
                        {"kind", "类别", COLUMN_ENUM, L | F, DISCLOSED_KINDS}, {"ref", "内容", COLUMN_TEXT, 0, "@kind"},
                        {"agency", "机构", COLUMN_REF, F, "agency"}, {"event_at", "产生时间", COLUMN_TIME, L},
                        {"due_at", "期限", COLUMN_TIME, L},
                        {"state", "状态", COLUMN_ENUM, ST, "open=待办 done=已办 withheld=不予公开"},
                        {"disclosure", "公开事项", COLUMN_REF, 0, "disclosure"}, {"done_at", "办理时间", COLUMN_TIME, L},
                        {"workdays", "用时（个工作日）", COLUMN_INT, L}, {"ground", "不予公开的情形", COLUMN_ENUM, 0},
                        {"reason", "理由", COLUMN_TEXT, IN}),
     .roles = BUSINESS_ROLES, .scope_agency = IN_AGENCY("x.agency"), .acts = ACTS("disclosure.withhold")},
    {.name = "holds", .label = "待批准事项", .table = "held", .key = "seq",
     .title = "'第' || x.seq || '号'",
     .columns = COLUMNS({"seq", "序号", COLUMN_INT, L}, {"act", "事项", COLUMN_ENUM, L | F, "act"},
                        {"author", "提出人", COLUMN_REF, L, "users"}, {"agency", "机构", COLUMN_REF, 0, "agency"},
                        {"role", "批准角色", COLUMN_ENUM, L | F}, {"thing_kind", "对象类别", COLUMN_ENUM, 0, "table"},
                        {"thing_id", "对象", COLUMN_TEXT, 0, "@thing_kind"},
                        {"state", "状态", COLUMN_ENUM, ST, "pending=待批准 approved=已批准 declined=未批准 overtaken=已失效"},
                        {"decided_by", "决定人", COLUMN_REF, L, "users"}),
     .roles = INSIDE_ROLES | ROLES_THIRD_PARTY | SUBJECT_ROLE,
     .scope_agency = "(x.author = :user OR x.agency IS NULL OR " IN_AGENCY("x.agency") ")", .scope_provider = AUTHORED,
     .scope_member = AUTHORED, .scope_subject = AUTHORED, .residual = true,
     .acts = ACTS("hold.approve", "hold.decline")},
    {.name = "acts", .label = "办理记录", .table = "act_log", .key = "seq", .title = "'第' || x.seq || '号'",
     .columns = COLUMNS({"seq", "序号", COLUMN_INT, L}, {"act", "事项", COLUMN_ENUM, L | F, "act"},
                        {"author", "经办", COLUMN_REF, L | F, "users"}, {"at", "时间", COLUMN_TIME, L},
                        {"received_at", "收到时间", COLUMN_TIME, 0},
                        {"verdict", "结论", COLUMN_ENUM, ST, "allowed=准予 held=暂缓 refused=不予", VERDICT_SQL}, {"mark", "标记", COLUMN_TEXT, L, NULL, MARK_SQL},
                        {"delay", "补录延迟", COLUMN_TEXT, L, NULL,
                         "CASE WHEN x.mark = 2 AND x.received_at > x.at THEN CAST((x.received_at - x.at) / 60000000 AS TEXT) || '分钟' END"},
                        {"late_reason", "补录原因", COLUMN_TEXT, 0, NULL, "(SELECT p.late_reason FROM presence_event p WHERE p.seq = x.seq)"},
                        {"rule", "规则", COLUMN_ENUM, 0, "rule"}, {"thing", "对象类别", COLUMN_ENUM, 0, "table"},
                        {"id", "对象", COLUMN_TEXT, F}),
     .roles = INSIDE_ROLES | ROLES_THIRD_PARTY | SUBJECT_ROLE,
     /* What was refused is read by its author and by discipline; the rest by the agency. A third party's act belongs
      * to the agencies it works for, a company's to those of its region. */
     .scope_agency =
         "(x.author = :user OR ((:discipline = 1 OR (x.verdict <> 2 AND NOT " SEALED_ENTRY("x") ")) AND x.author <> 'public' AND ("
         IN_AGENCY("x.agency") " OR (x.agency IS NULL AND (x.provider IN (SELECT ag.provider FROM agreement ag WHERE "
         IN_AGENCY("ag.agency") ") OR EXISTS (SELECT 1 FROM users u JOIN subject s ON s.id = u.subject"
         " WHERE u.id = x.author AND s.region BETWEEN :region_low AND :region_high))))))",
     .scope_provider = AUTHORED, .scope_member = AUTHORED, .scope_subject = AUTHORED, .residual = true},
    {0}};
