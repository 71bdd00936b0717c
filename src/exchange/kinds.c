/*
 * The kinds of sheets, and the names that platforms give their columns: the mobile enforcement platform, the permit platform, the
 * 双随机 system and what bureaus keep by hand. A name is compared without blanks, width, units and stars (header.c), so the lists hold
 * words and not their spellings. A column of ours that exports write is among them, so that an export can be brought in again.
 */
#include "exchange/exchange_private.h"

#include <string.h>

#define REF_AGENCY "SELECT id FROM agency WHERE id = CAST(:value AS TEXT) OR name = CAST(:value AS TEXT)"
/* A provider's lead knows no other providers. */
#define REF_PROVIDER                                                                                \
    "SELECT id FROM provider WHERE (id = CAST(:value AS TEXT) OR uscc = CAST(:value AS TEXT) OR name = CAST(:value AS TEXT))" \
    " AND (CAST(:provider AS TEXT) IS NULL OR id = CAST(:provider AS TEXT))"
/* Not by name: there are 100,000 of them, and names repeat. */
#define REF_SUBJECT "SELECT id FROM subject WHERE id = CAST(:value AS TEXT) OR uscc = CAST(:value AS TEXT)"
#define REF_ID(table) "SELECT id FROM " table " WHERE id = CAST(:value AS TEXT)"
#define REF_PARTY                                                                                   \
    "SELECT id FROM subject WHERE CAST(:kind AS TEXT) = 'subject' AND (id = CAST(:value AS TEXT) OR uscc = CAST(:value AS TEXT))" \
    " UNION SELECT id FROM provider WHERE CAST(:kind AS TEXT) = 'provider' AND (id = CAST(:value AS TEXT)" \
    " OR uscc = CAST(:value AS TEXT) OR name = CAST(:value AS TEXT))"                                \
    " UNION SELECT id FROM member WHERE CAST(:kind AS TEXT) = 'member' AND id = CAST(:value AS TEXT)" \
    " UNION SELECT id FROM users WHERE CAST(:kind AS TEXT) = 'user' AND id = CAST(:value AS TEXT)"  \
    " UNION SELECT CAST(:value AS TEXT) FROM (SELECT 1 AS one) p WHERE CAST(:kind AS TEXT) = 'person'"

#define YES_NO "填“是”或“否”"
#define DATE_NOTE "如2026-03-02，或日期格式的单元格"
#define REGION_NOTE "六位代码，或区县名称"
#define CODE_NOTE "请把该列设为文本，否则Excel会改写"

static const struct exchange_column subject_columns[] = {
    {"id", 0, "编号", "企业编号|相对人编号|对象编号|主体编号|企业ID", CELL_LOWER, X_NOT_STORED, NULL, NULL, "",
     "小写字母、数字、连字符；不填的由系统编"},
    {"name", 0, "企业名称",
     "名称|单位名称|企业名|污染源名称|排污单位名称|排污单位|执法对象名称|执法对象|检查对象名称|检查对象|市场主体名称|当事人名称|公司名称|对象名称|机构名称|相对人名称|执法相对人",
     CELL_TEXT, X_REQUIRED, NULL, NULL, "江城示例化工有限公司", "与营业执照一致"},
    {"uscc", 0, "统一社会信用代码",
     "信用代码|社会信用代码|统一信用代码|统一代码|统一社会信用代码组织机构代码|社会统一信用代码|信用代码证号|USCC|纳税人识别号|统一社会信用代码证号", CELL_UPPER, 0,
     NULL, NULL, "91420102MA4TE5T136", CODE_NOTE},
    {"region", 0, "区划", "区域|行政区划|行政区划代码|区划代码|所属区域|所在区县|所属区县|区县|行政区|行政区代码|所属行政区|所在地区|属地", CELL_REGION, X_REQUIRED,
     NULL, NULL, "420102", REGION_NOTE},
    {"class", 0, "监管类别", "监管级别|监管类型|污染源类型|污染源类别|企业类别|监管等级|对象类别|管理类别", CELL_ENUM, 0,
     "key=重点|重点监管|重点单位|重点排污单位|重点污染源|重点监管对象 general=一般|一般监管|一般单位|一般排污单位|一般污染源|一般监管对象"
     " special=特殊|特殊监管|特殊监管对象", NULL, "重点", "重点、一般、特殊"},
    {"industry", 0, "行业", "行业类别|所属行业|行业名称|行业类型|国民经济行业|国民经济行业分类", CELL_TEXT, 0, NULL, NULL, "基础化学原料制造", ""},
    {"permit_no", 0, "排污许可证编号", "排污许可证|排污许可证号|排污许可编号|许可证编号|许可证号|排污许可证书编号", CELL_UPPER, 0, NULL, NULL,
     "91420102MA4TE5T136001V", CODE_NOTE},
    {"lon", 0, "经度", "中心经度|企业经度|longitude|lng|lon", CELL_DEGREE, X_NOT_STORED, NULL, NULL, "114.31", "度，小数"},
    {"lat", 0, "纬度", "中心纬度|企业纬度|latitude|lat", CELL_DEGREE, X_NOT_STORED, NULL, NULL, "30.59", "度，小数"},
    {"visits_per_year", 0, "年度检查频次上限", "年度检查上限|年度频次上限|频次上限|年检查次数上限|检查频次上限|年度检查频次", CELL_COUNT, 0, NULL, NULL, "2",
     "本地公布的上限，次"},
    {"positive_list", 0, "监督执法正面清单", "正面清单|是否正面清单|是否纳入正面清单|正面清单企业", CELL_BOOL, X_NOT_STORED, NULL, NULL, "否", YES_NO},
    {0}};

static const struct exchange_column officer_columns[] = {
    {"id", 0, "用户名", "账号|帐号|登录名|用户账号|工号|编号", CELL_LOWER, X_REQUIRED, NULL, NULL, "wang-ming", "小写字母、数字、连字符"},
    {"name", 0, "姓名", "执法人员|人员姓名|执法人员姓名|持证人", CELL_TEXT, X_REQUIRED | X_PERSONAL, NULL, NULL, "王明", ""},
    {"agency", 0, "执法机构", "机构|机构编号|所属机构|所属单位|单位|单位名称|工作单位|所在单位|执法单位", CELL_REF, X_REQUIRED, NULL, REF_AGENCY, "wuhan", "名称或编号"},
    {"phone", 0, "电话", "手机|手机号|手机号码|联系电话|联系方式", CELL_CODE, X_NOT_STORED | X_PERSONAL, NULL, NULL, "", ""},
    {"cert_no", 1, "执法证号", "证件号|执法证件号|执法证编号|证件编号|行政执法证号|行政执法证编号|证号", CELL_CODE, X_PERSONAL, NULL, NULL, "17010412345", CODE_NOTE},
    {"areas", 1, "执法区域", "执法范围|执法地域|区域|区划|执法区划", CELL_REGION, X_LIST, NULL, NULL, "420102、420103", "几个的用顿号隔开；" REGION_NOTE},
    {"from", 1, "有效期起", "发证日期|证件有效期起|有效期自|有效期开始|起始日期|起", CELL_DATE, 0, NULL, NULL, "2024-01-01", DATE_NOTE},
    {"to", 1, "有效期止", "有效期至|证件有效期止|证件有效期|有效期限|有效期结束|截止日期|到期日期|止", CELL_DATE, 0, NULL, NULL, "2028-12-31", DATE_NOTE},
    {0}};

static const struct exchange_column provider_columns[] = {
    {"id", 0, "编号", "第三方编号|机构编号", CELL_LOWER, X_NOT_STORED, NULL, NULL, "", "小写字母、数字、连字符；不填的由系统编"},
    {"name", 0, "名称", "第三方名称|机构名称|单位名称|企业名称|服务机构|供应商名称|公司名称|姓名", CELL_TEXT, X_REQUIRED, NULL, NULL, "蓝线环保科技有限公司", ""},
    {"kind", 0, "类别", "第三方类别|机构类别|主体类型|类型", CELL_ENUM, X_REQUIRED, "organisation=机构|单位|企业|法人|组织 individual=个人|自然人|专家", NULL, "机构",
     "机构、个人"},
    {"uscc", 0, "统一社会信用代码", "信用代码|社会信用代码|统一信用代码|USCC", CELL_UPPER, 0, NULL, NULL, "91420102MA4TE5T136", CODE_NOTE},
    {"id_number", 0, "身份证号", "身份证件号码|身份证号码|公民身份号码|证件号码", CELL_UPPER, X_NOT_STORED | X_PERSONAL, NULL, NULL, "", "个人必填；" CODE_NOTE},
    {"domestic", 0, "境内", "是否境内|是否境内机构|是否我国境内机构|境内机构|境内依法成立", CELL_BOOL, 0, NULL, NULL, "是", YES_NO},
    {"registered_on", 0, "成立日期", "注册日期|设立日期|成立时间|注册时间", CELL_DATE, 0, NULL, NULL, "2016-05-18", DATE_NOTE},
    {"specialities", 0, "专业", "专业领域|服务领域|擅长专业|业务范围", CELL_TEXT, X_LIST | X_NOT_STORED, NULL, NULL, "无人机、环境监测", "几个的用顿号隔开"},
    {0}};

static const struct exchange_column member_columns[] = {
    {"id", 0, "编号", "人员编号|辅助人员编号", CELL_LOWER, X_NOT_STORED, NULL, NULL, "", "小写字母、数字、连字符；不填的由系统编"},
    {"provider", 0, "第三方", "第三方编号|所属第三方|所属单位|单位|单位名称|所属机构|机构名称|派出单位", CELL_REF, X_REQUIRED, NULL, REF_PROVIDER, "blueline",
     "名称、信用代码或编号"},
    {"name", 0, "姓名", "人员姓名|辅助人员|辅助人员姓名", CELL_TEXT, X_REQUIRED | X_PERSONAL, NULL, NULL, "梅晓", ""},
    {"speciality", 0, "专业", "所学专业|专业领域|专业特长", CELL_TEXT, 0, NULL, NULL, "无人机", ""},
    {"user", 0, "账号", "账号编号|帐号|用户名|登录名", CELL_REF, 0, NULL, REF_ID("users"), "", "已有账号的填写"},
    {"id_number", 0, "身份证号", "身份证件号码|身份证号码|公民身份号码|证件号码|身份证", CELL_UPPER, X_NOT_STORED | X_PERSONAL, NULL, NULL, "", CODE_NOTE},
    {0}};

#define PARTY_WORDS                                                                                 \
    "provider=第三方|机构|第三方机构 member=辅助人员 subject=执法相对人|企业|相对人|排污单位 user=用户|执法人员 person=自然人|个人"
static const struct exchange_column relation_columns[] = {
    {"id", 0, "编号", "关系编号", CELL_LOWER, X_NOT_STORED, NULL, NULL, "", "不填的由系统编"},
    {"a.kind", 0, "甲方类别", "一方类别|主体类别|一方类型", CELL_ENUM, X_REQUIRED, PARTY_WORDS, NULL, "第三方", "第三方、辅助人员、执法相对人、用户、自然人"},
    {"a.id", 0, "甲方", "一方|主体|甲方编号|一方编号", CELL_REF, X_REQUIRED, NULL, REF_PARTY, "blueline", "编号；企业和第三方也可填信用代码"},
    {"type", 0, "关系", "关系类型|关系类别|关联类型|关联关系", CELL_ENUM, X_REQUIRED,
     "ownership=出资|股权|持股|投资 directorship=任职|高管|董监高 employment=受雇|雇佣|劳动关系 kinship=亲属|近亲属 service=提供过服务|服务|运维服务"
     " debt=债权债务 litigation=诉讼 competitor=竞争 shared_address=同一地址|地址相同 shared_phone=同一电话|电话相同 shared_instrument=同一仪器", NULL, "提供过服务",
     "出资、任职、受雇、亲属、提供过服务、债权债务、诉讼、竞争、同一地址、同一电话、同一仪器"},
    {"b.kind", 0, "乙方类别", "另一方类别|客体类别|另一方类型", CELL_ENUM, X_REQUIRED, PARTY_WORDS, NULL, "执法相对人", "同甲方类别"},
    {"b.id", 0, "乙方", "另一方|客体|乙方编号|另一方编号", CELL_REF, X_REQUIRED, NULL, REF_PARTY, "91420102MA4TE5T136", "编号；企业和第三方也可填信用代码"},
    {"percent", 0, "比例", "持股比例|出资比例|股权比例", CELL_DECIMAL, X_NOT_STORED, NULL, NULL, "", "百分数，出资的填写"},
    {"from", 0, "起", "开始日期|起始日期|自", CELL_DATE, 0, NULL, NULL, "2024-01-01", DATE_NOTE},
    {"to", 0, "止", "结束日期|终止日期|截止日期|至", CELL_DATE, X_NOT_STORED, NULL, NULL, "", DATE_NOTE},
    {"name", 0, "姓名", "自然人姓名", CELL_TEXT, X_NOT_STORED | X_PERSONAL, NULL, NULL, "", "涉及自然人的填写"},
    {"source", 0, "来源", "信息来源|数据来源", CELL_TEXT, X_NOT_STORED, NULL, NULL, "企业信用信息公示系统", ""},
    {0}};

static const struct exchange_column budget_columns[] = {
    {"id", 0, "编号", "预算编号|项目编号", CELL_LOWER, X_NOT_STORED, NULL, NULL, "", "不填的由系统编"},
    {"agency", 0, "机构", "执法机构|机构编号|预算单位|单位|单位名称", CELL_REF, X_REQUIRED, NULL, REF_AGENCY, "wuhan", "名称或编号"},
    {"year", 0, "年度", "预算年度|年份", CELL_COUNT, X_REQUIRED, NULL, NULL, "2026", "四位年份"},
    {"source", 0, "来源", "经费来源|资金来源", CELL_ENUM, 0, "fiscal=财政预算|财政|财政拨款 fines=罚没收入|罚没 donation=捐赠|捐助 levy=收费|摊派 other=其他", NULL, "财政预算",
     "财政预算、罚没收入、捐赠、收费、其他"},
    {"level", 0, "财政级次", "预算级次|级次", CELL_ENUM, 0, "same=同级|本级 other=其他|上级", NULL, "同级", "同级、其他"},
    {"amount", 0, "金额（元）", "预算金额|预算数|金额|批复金额|预算批复数", CELL_FEN, X_REQUIRED, NULL, NULL, "1500000.00", "表头写明“万元”的按万元读"},
    {"approval_no", 0, "批复文号", "批复号|文号|批准文号", CELL_TEXT, 0, NULL, NULL, "武财预〔2026〕12号", ""},
    {"reason", 0, "调整理由", "理由|调整原因", CELL_TEXT, X_NOT_STORED, NULL, NULL, "", "已登记的预算金额有变、且填写理由的，按调整办理"},
    {0}};

static const struct exchange_column plan_columns[] = {
    {"id", 0, "编号", "计划编号|现场编号", CELL_LOWER, X_NOT_STORED, NULL, NULL, "", "不填的由系统编"},
    {"entrustment", 0, "委托", "委托编号|委托书编号", CELL_REF, X_REQUIRED, NULL, REF_ID("entrustment"), "e1", "已批准的委托的编号"},
    {"subject", 0, "执法相对人", "执法相对人编号|企业|信用代码|统一社会信用代码|检查对象", CELL_REF, X_REQUIRED, NULL, REF_SUBJECT, "91420102MA4TE5T136", "信用代码或编号"},
    {"starts", 0, "开始", "开始时间|计划开始|检查开始时间|检查时间", CELL_TIME, X_REQUIRED, NULL, NULL, "2026-03-05 09:30", "日期和时间，北京时间"},
    {"ends", 0, "结束", "结束时间|计划结束|检查结束时间", CELL_TIME, X_REQUIRED, NULL, NULL, "2026-03-05 11:30", "日期和时间，北京时间"},
    {"helpers", 0, "协助人数", "辅助人数|辅助人员数", CELL_COUNT, 0, NULL, NULL, "2", "人"},
    {"approval_no", 0, "检查审批号", "行政检查审批文号|审批文号|检查审批文号", CELL_TEXT, 0, NULL, NULL, "鄂环执审〔2026〕5号", ""},
    {"notice_no", 0, "行政检查通知书号", "行政检查通知书文号|通知书文号|检查通知书文号", CELL_TEXT, 0, NULL, NULL, "鄂环执通〔2026〕5号", ""},
    {"emergency", 0, "紧急", "紧急情况|是否紧急", CELL_BOOL, X_NOT_STORED, NULL, NULL, "否", YES_NO},
    {"radius_m", 0, "围栏半径（米）", "现场半径|半径", CELL_DECIMAL, X_NOT_STORED, NULL, NULL, "300", "米"},
    {"lon", 0, "经度", "现场经度|longitude", CELL_DEGREE, X_NOT_STORED, NULL, NULL, "", "度，小数"},
    {"lat", 0, "纬度", "现场纬度|latitude", CELL_DEGREE, X_NOT_STORED, NULL, NULL, "", "度，小数"},
    {0}};

static const struct exchange_column holiday_columns[] = {
    {"year", 0, "年度", "年份|安排年度", CELL_COUNT, X_REQUIRED, NULL, NULL, "2027", "按通知所属年度；上年12月的也写本年度"},
    {"days.date", 0, "日期", "放假日期|节假日日期|调休日期", CELL_DATE, X_REQUIRED, NULL, NULL, "2027-01-01", DATE_NOTE},
    {"days.kind", 0, "放假或上班", "类型|类别|安排|放假上班", CELL_ENUM, X_REQUIRED, "off=放假|休息|休|节假日|OFF work=上班|班|调休上班|补班|工作日|WORK", NULL, "放假", "放假、上班"},
    {"days.name", 0, "节日", "节日名称|名称|节假日名称", CELL_TEXT, X_NOT_STORED, NULL, NULL, "元旦", ""},
    {"source", 0, "来源", "通知|通知文号|依据|文号", CELL_TEXT, X_NOT_STORED, NULL, NULL, "国办发明电〔2026〕7号", "同一年度各行相同"},
    {0}};

static const struct exchange_column limit_columns[] = {
    {"rows.outlet", 0, "点位", "点位编号|监测点位|排放口编号|监控点编号", CELL_CODE, 0, NULL, NULL, "", "点位、行业、区域三者只填一项"},
    {"rows.industry", 0, "行业", "行业类别|行业名称", CELL_TEXT, 0, NULL, NULL, "火力发电", "点位、行业、区域三者只填一项"},
    {"rows.region", 0, "区域", "区划|行政区划|行政区划代码", CELL_REGION, 0, NULL, NULL, "", "点位、行业、区域三者只填一项；" REGION_NOTE},
    {"rows.factor", 0, "因子", "污染因子|因子代码|污染因子代码|污染物代码|监测因子", CELL_CODE, X_REQUIRED, NULL, NULL, "a21026", "HJ 212代码"},
    {"rows.value", 0, "限值", "排放限值|浓度限值|标准限值|执行标准值", CELL_TEXT_NUMBER, X_REQUIRED, NULL, NULL, "35", "十进制数，小数位照标准写"},
    {"rows.unit", 0, "单位", "计量单位|浓度单位", CELL_TEXT, 0, NULL, NULL, "mg/m3", ""},
    {"rows.period", 0, "时段", "数据类型|平均时段|统计时段", CELL_ENUM, X_REQUIRED, "hour=小时|时|小时均值|小时数据 day=日|日均值|日数据|天 minute=分钟|分钟数据", NULL, "小时",
     "小时、日、分钟"},
    {"rows.converted", 0, "按折算值", "折算|是否折算|折算浓度", CELL_BOOL, 0, NULL, NULL, "是", YES_NO},
    {"rows.lower", 0, "下限", "是否下限|下限值", CELL_BOOL, 0, NULL, NULL, "否", YES_NO "；pH、炉温等不得低于的填“是”"},
    {"rows.from", 0, "起", "生效日期|执行日期|开始日期|施行日期", CELL_DATE, X_REQUIRED, NULL, NULL, "2026-01-01", DATE_NOTE},
    {"rows.to", 0, "止", "失效日期|结束日期|截止日期", CELL_DATE, 0, NULL, NULL, "", DATE_NOTE},
    {"rows.source", 0, "来源", "执行标准|标准名称|依据|标准", CELL_TEXT, X_NOT_STORED, NULL, NULL, "GB 13223-2011", ""},
    {0}};

const struct exchange_kind exchange_kinds[] = {
    {.name = "subjects", .label = "执法相对人", .thing = "subjects", .columns = subject_columns, .id_column = "id", .id_from = "uscc",
     .id_prefix = "s", .unique = "uscc|id|name+region+!uscc", .help = "企业、个体、船舶或个人，多来自移动执法和排污许可平台。",
     .steps = {{.act = "subject.register", .id_field = "id",
                .existing = "SELECT id, name, uscc, region, class, industry, permit_no, visits_per_year FROM subject"
                            " WHERE uscc = CAST(:uscc AS TEXT) OR id = CAST(:id AS TEXT) OR (name = CAST(:name AS TEXT)"
                            " AND CAST(:uscc AS TEXT) IS NULL AND region = CAST(:region AS BIGINT))"}}},
    {.name = "officers", .label = "执法人员", .thing = "certificates", .columns = officer_columns, .id_column = "id", .id_prefix = "u",
     .unique = "id|cert_no",
     .help = "账号由系统管理员登记，执法证件由执法机构负责人登记：同一张表两人各导入一次，各办各的一半。",
     .steps = {{.act = "user.register", .id_field = "id", .constants = "\"roles\":[\"officer\"]",
                .existing = "SELECT id, name, agency FROM users WHERE id = CAST(:id AS TEXT)"},
               {.act = "officer.certify", .id_field = "user",
                .existing = "SELECT user_id, cert_no, from_date AS \"from\", to_date AS \"to\" FROM certificate"
                            " WHERE user_id = CAST(:id AS TEXT) AND cert_no = CAST(:cert_no AS TEXT)"
                            " AND from_date = CAST(:from AS BIGINT) AND to_date = CAST(:to AS BIGINT)"}}},
    {.name = "providers", .label = "第三方", .thing = "providers", .columns = provider_columns, .id_column = "id", .id_from = "uscc",
     .id_prefix = "p", .unique = "uscc|id_number|id|name+!uscc+!id_number", .help = "机构或个人的基本情况，供资格审查；登记不代表准入。",
     .steps = {{.act = "provider.apply", .id_field = "id",
                .existing = "SELECT id, name, kind, uscc, domestic, registered_on FROM provider WHERE uscc = CAST(:uscc AS TEXT)"
                            " OR id_number = CAST(:id_number AS TEXT) OR id = CAST(:id AS TEXT) OR (name = CAST(:name AS TEXT)"
                            " AND CAST(:uscc AS TEXT) IS NULL AND CAST(:id_number AS TEXT) IS NULL)"}}},
    {.name = "members", .label = "辅助人员", .thing = "members", .columns = member_columns, .id_column = "id", .id_prefix = "m",
     .unique = "provider+id_number|id|user|provider+name+!id_number", .help = "第三方负责人登记拟派的人员，须经执法机构核准。",
     .steps = {{.act = "member.add", .id_field = "id",
                .existing = "SELECT id, provider, name, speciality FROM member WHERE provider = CAST(:provider AS TEXT)"
                            " AND state <> 'retired' AND (id_number = CAST(:id_number AS TEXT) OR id = CAST(:id AS TEXT)"
                            " OR (name = CAST(:name AS TEXT) AND (CAST(:id_number AS TEXT) IS NULL OR id_number IS NULL)))"}}},
    {.name = "relations", .label = "利害关系", .thing = "relations", .columns = relation_columns, .id_column = "id", .id_prefix = "r",
     .unique = "a.kind+a.id+type+b.kind+b.id+from?|id", .together = import_relations_together,
     .help = "第三方及其人员与执法相对人之间的关系；登记从不拒绝，牵连在办委托的先暂停。",
     .steps = {{.act = "relation.record", .id_field = "id",
                .existing = "SELECT id FROM relation WHERE type = CAST(:type AS TEXT)"
                            " AND a_kind = CAST(:a_kind AS TEXT) AND a_id = CAST(:a_id AS TEXT)"
                            " AND b_kind = CAST(:b_kind AS TEXT) AND b_id = CAST(:b_id AS TEXT)"
                            " AND COALESCE(from_date, 0) = COALESCE(CAST(:from AS BIGINT), 0)"}}},
    {.name = "budgets", .label = "经费预算", .thing = "budgets", .columns = budget_columns, .id_column = "id", .id_prefix = "b",
     .unique = "id|agency+year+approval_no|agency+year+source+amount+!approval_no", .help = "财政部门批复的同级预算；已登记而金额有变的，填写调整理由即按调整办理。",
     .steps = {{.act = "budget.approve", .id_field = "id",
                .existing = "SELECT id, agency, year, source, level, amount, approval_no FROM budget WHERE id = CAST(:id AS TEXT)"
                            " OR (agency = CAST(:agency AS TEXT) AND year = CAST(:year AS BIGINT)"
                            " AND (approval_no = CAST(:approval_no AS TEXT) OR (CAST(:approval_no AS TEXT) IS NULL"
                            " AND approval_no IS NULL AND source = CAST(:source AS TEXT) AND amount = CAST(:amount AS BIGINT))))",
                .amend = "budget.adjust", .amend_id = "budget", .amend_fields = "amount reason approval_no", .amend_needs = "reason"}}},
    {.name = "plans", .label = "现场计划", .thing = "visits", .columns = plan_columns, .id_column = "id", .id_prefix = "v",
     .unique = "entrustment+subject+starts|id", .help = "已批准的委托下的现场安排；入企检查须有审批和通知书文号并载明协助人数。",
     .steps = {{.act = "visit.plan", .id_field = "id",
                .existing = "SELECT id, starts, ends, helpers, approval_no, notice_no FROM visit"
                            " WHERE entrustment = CAST(:entrustment AS TEXT) AND subject = CAST(:subject AS TEXT)"
                            " AND starts = CAST(:starts AS BIGINT) AND state <> 'cancelled'"}}},
    {.name = "holidays", .label = "节假日安排", .thing = "holidays", .columns = holiday_columns, .unique = "year+days.date",
     .help = "国务院办公厅每年公布；一个年度整批导入，有一行看不懂则该年度不导入。", .group = "year", .group_list = "days",
     .steps = {{.act = "holiday.import",
                .existing = "SELECT date AS id, CASE kind WHEN 2 THEN 'work' ELSE 'off' END AS days_kind FROM holiday_day"
                            " WHERE date = CAST(:days_date AS BIGINT)"
                            " AND (kind = 2) = (CAST(:days_kind AS TEXT) = 'work')"}}},
    {.name = "limits", .label = "排放限值", .thing = "limits", .columns = limit_columns,
     .unique = "rows.outlet?+rows.industry?+rows.region?+rows.factor+rows.period+rows.from+rows.converted?+rows.lower?",
     .help = "供监测研判使用，只产生线索；同一对象以后导入的为准。",
     .steps = {{.act = "limit.import",
                .existing = "SELECT id FROM emission_limit WHERE factor = CAST(:rows_factor AS TEXT)"
                            " AND period = CAST(:rows_period AS TEXT) AND value = CAST(:rows_value AS TEXT)"
                            " AND from_date = CAST(:rows_from AS BIGINT) AND COALESCE(outlet, '') = COALESCE(CAST(:rows_outlet AS TEXT), '')"
                            " AND COALESCE(industry, '') = COALESCE(CAST(:rows_industry AS TEXT), '')"
                            " AND COALESCE(region, 0) = COALESCE(CAST(:rows_region AS BIGINT), 0)"
                            " AND converted = COALESCE(CAST(:rows_converted AS BIGINT), 0)"
                            " AND lower = COALESCE(CAST(:rows_lower AS BIGINT), 0)"}}},
    {0}};

const struct exchange_kind *exchange_kind_find(str name)
{
    for (const struct exchange_kind *k = exchange_kinds; k->name; k++)
        if (str_eq(name, str_of(k->name)))
            return k;
    return NULL;
}

str exchange_kind_names(struct arena *a)
{
    buf b = buf_make(a, 1000);
    for (const struct exchange_kind *k = exchange_kinds; k->name; k++)
        buf_printf(&b, "%s%s（%s）", b.n ? "、" : "", k->name, k->label);
    return buf_str(&b);
}

size_t exchange_columns(const struct exchange_kind *k)
{
    size_t n = 0;
    while (k->columns[n].field)
        n++;
    return n;
}

bool exchange_kind_offered(const struct exchange_kind *k, uint32_t roles)
{
    for (int i = 0; i < LIMIT_EXCHANGE_STEPS && k->steps[i].act; i++)
        if (act_type_find(str_of(k->steps[i].act))->roles & roles)
            return true;
    return false;
}
