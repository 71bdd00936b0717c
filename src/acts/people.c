/*
 * People and what stands between them (Art. 2, 4, 8): agencies, users and their roles, delegation, officers'
 * certificates, subjects, devices.  Relations are in relations.c.
 *
 * A person belongs to one house: an agency, a provider or a subject. The house decides which roles he may hold, so
 * a change of house is a new account. Administrators hold nothing but their one role.
 *
 * Todo kinds: officer_replace (head: a disabled officer still leads entrustments), delegation_received (the delegate).
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

#define ADMIN_ROLES (ROLE_BIT(ROLE_SYSADMIN) | ROLE_BIT(ROLE_SECADMIN) | ROLE_BIT(ROLE_AUDITOR))
#define BUSINESS_ROLES (INTERNAL_ROLES & ~ADMIN_ROLES)
#define ROLE_NAMES                                                                                  \
    "head officer legal procurement finance archivist discipline province provider_lead member subject" \
    " sysadmin secadmin auditor"

/* ---- roles ---- */

static uint32_t listed_roles(struct act *a)
{
    uint32_t roles = 0;
    const struct act_value *list = act_get(a, "roles");
    for (size_t i = 0; i < list->n; i++)
        for (int r = 0; r < LAW_ROLE_COUNT; r++)
            if (str_eq(list->child[i].s, str_of(law_role_names[r].id)))
                roles |= ROLE_BIT(r);
    return roles;
}

static err *role_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    uint32_t roles = listed_roles(a);
    f->roles_listed = __builtin_popcount(roles);
    f->roles_admin = __builtin_popcount(roles & ADMIN_ROLES);
    f->roles_business = __builtin_popcount(roles & BUSINESS_ROLES);
    f->roles_helper = __builtin_popcount(roles & ROLES_THIRD_PARTY);
    f->roles_subject = __builtin_popcount(roles & ROLE_BIT(ROLE_SUBJECT));
    f->role_legal_listed = (roles & ROLE_BIT(ROLE_LEGAL)) != 0;
    f->role_discipline_listed = (roles & ROLE_BIT(ROLE_DISCIPLINE)) != 0;
    f->role_line_listed = (roles & (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_OFFICER))) != 0;
    f->role_purchase_listed = (roles & ROLE_BIT(ROLE_PROCUREMENT)) != 0;
    f->role_finance_listed = (roles & ROLE_BIT(ROLE_FINANCE)) != 0;
    for (int r = 0; r < LAW_ROLE_COUNT; r++)
        if (roles & ROLE_BIT(r) & INTERNAL_ROLES) {
            act_say(a, "office_role", str_of(law_role_names[r].zh));
            break;
        }
    return NULL;
}

/* Names the ledger uses for those who have no account. */
static bool reserved(str id)
{
    return str_eq(id, S("system")) || str_eq(id, S("import")) || str_eq(id, S("detector")) ||
           str_eq(id, S("public")) || str_eq(id, S("notice"));
}

static err *register_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->user_of_agency = act_get(a, "agency")->present;
    f->user_of_provider = act_get(a, "provider")->present;
    f->user_of_subject = act_get(a, "subject")->present;
    f->user_id_reserved = reserved(act_id(a));
    return role_facts(a);
}

static err *amend_facts(struct act *a)
{
    act_facts(a)->amends_own_roles = act_get(a, "roles")->present && str_eq(act_text(a, "user"), act_by(a));
    return role_facts(a);
}

static err *amend_apply(struct act *a)
{
    const struct act_value *list = act_get(a, "roles");
    if (!list->present)
        return NULL;
    TRY(act_run(a, "DELETE FROM user_role WHERE user_id = :user"));
    for (size_t i = 0; i < list->n; i++)
        TRY(db_put(act_db(a), "INSERT INTO user_role (user_id, role, seq) VALUES (:user, :role, :seq)"
                              " ON CONFLICT DO NOTHING",
                   DB_ARGS(DB_T("user", act_text(a, "user")), DB_T("role", list->child[i].s),
                           DB_I("seq", act_seq(a)))));
    return NULL;
}

/* ---- agency ---- */

/* A city's code ends in 00; the four directly administered ones (4290nn) are addressed like cities. */
static err *agency_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    int64_t region = act_int(a, "region", 0);
    str level = act_text(a, "level");
    bool direct = region / 100 == 4290;
    bool fits = str_eq(level, S("province")) ? region % 10000 == 0
                : str_eq(level, S("city"))   ? (region % 100 == 0 && region % 10000 != 0) || direct
                                             : region % 100 != 0;
    f->agency_level_differs = !fits;
    return NULL;
}

/* ---- delegation ---- */

static err *delegate_facts(struct act *a)
{
    static const char *const in_person[] = {"authority.delegate", "authority.end", "violation.overturn", "secret.erase"};
    struct law_facts *f = act_facts(a);
    const struct act_value *acts = act_get(a, "acts");
    f->delegated_acts_missing = acts->n == 0;
    for (size_t i = 0; i < acts->n; i++) {
        const struct act_type *t = act_type_find(acts->child[i].s);
        if (!t)
            return err_got(err_at(err_new(ERR_INPUT, "没有“%.*s”这种行为", STR_ARG(acts->child[i].s)), S("acts")),
                           acts->child[i].s, S("行为目录中的名称"), S("entrustment.approve"));
        bool heads = (t->roles & ROLE_BIT(ROLE_HEAD)) != 0, kept = false;
        for (size_t k = 0; k < sizeof in_person / sizeof *in_person; k++)
            kept = kept || str_eq(acts->child[i].s, str_of(in_person[k]));
        f->delegated_not_heads += !heads;
        f->delegated_reserved += kept;
        if (!heads || kept)
            act_say(a, "delegated_act", str_of(t->label));
    }
    bool whole = act_get(a, "from_date")->present && act_get(a, "to_date")->present;
    f->delegation_period_missing = !whole;
    f->delegation_period_reversed = whole && act_int(a, "to_date", 0) < act_int(a, "from_date", 0);
    return NULL;
}

/* ---- certificate, subject, device ---- */

static err *certify_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    bool whole = act_get(a, "from")->present && act_get(a, "to")->present;
    f->cert_no_missing = !str_trim(act_text(a, "cert_no")).n;
    f->cert_area_missing = act_get(a, "areas")->n == 0;
    f->cert_period_missing = !whole;
    f->cert_period_reversed = whole && act_int(a, "to", 0) < act_int(a, "from", 0);
    f->cert_expired = whole && act_int(a, "to", 0) < day_of(act_at(a));
    return NULL;
}

static err *subject_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    str uscc = act_text(a, "uscc"), permit = act_text(a, "permit_no");
    f->subject_uscc_missing = !uscc.n;
    f->subject_permit_differs = permit.n && (!permit_no_valid(permit) || (uscc.n && !str_starts(permit, uscc)));
    f->subject_cap_unknown = !act_get(a, "visits_per_year")->present;
    return NULL;
}

static err *device_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    str kind = act_text(a, "kind");
    bool camera = str_eq(kind, S("camera"));
    f->device_uav_unregistered = str_eq(kind, S("uav")) && !str_trim(act_text(a, "registration_no")).n;
    f->device_calibration_past =
        act_get(a, "calibration_to")->present && act_int(a, "calibration_to", 0) < day_of(act_at(a));
    f->device_review_missing = camera && !f->actor_third_party && !str_trim(act_text(a, "legal_review_no")).n;
    f->device_recorder_of_helper = str_eq(kind, S("recorder")) && f->actor_third_party;
    f->device_serial_missing = !str_trim(act_text(a, "serial")).n;
    return NULL;
}

#define ROLE_RULES                                                                                  \
    RULE_helper_in_office, RULE_helper_as_legal_reviewer, RULE_helper_in_two_houses, RULE_admin_not_exclusive, \
        RULE_admin_not_exclusive_2016, RULE_office_without_agency, RULE_helper_without_provider,    \
        RULE_subject_without_subject, RULE_office_of_subject, RULE_helper_of_subject, RULE_discipline_in_line, \
        RULE_purchase_and_finance

const struct act_type acts_people[] = {
    {.name = "agency.register", .label = "登记执法机构", .group = "people", .table = "agency", .article = "2",
     .roles = ROLE_BIT(ROLE_SYSTEM), .flags = ACT_CREATES,
     .fields = FIELDS({"name", "名称", FIELD_TEXT, 0, .maximum = 100}, {"region", "区划", FIELD_REGION, 0},
                      {"level", "层级", FIELD_ENUM, 0, "province city county"},
                      {"parent", "上级机构", FIELD_REF, F_OPTIONAL, "agency"},
                      {"contracting_party", "签约主体", FIELD_TEXT, F_OPTIONAL, .maximum = 100}),
     .rules = RULES(RULE_agency_outside_parent, RULE_agency_level_differs),
     .facts = {{NULL, "SELECT CASE WHEN " REGION_COVERS("p.region", "CAST(:region AS BIGINT)")
                      " THEN 0 ELSE 1 END AS agency_outside_parent FROM agency p WHERE p.id = :parent"}},
     .facts_more = agency_facts,
     .apply = {{NULL, "INSERT INTO agency (id, seq, name, region, level, parent, contracting_party)"
                      " VALUES (:id, :seq, :name, :region, :level, :parent, :contracting_party)"}},
     .help = "使用服务的执法机构；由其上级局签约付款的，填写签约主体。"},

    {.name = "user.register", .label = "登记用户", .group = "people", .table = "users", .article = "2",
     .roles = ROLE_BIT(ROLE_SYSTEM) | ROLE_BIT(ROLE_SYSADMIN), .flags = ACT_CREATES,
     .fields = FIELDS({"name", "姓名", FIELD_TEXT, F_BODY, .maximum = 60},
                      {"roles", "角色", FIELD_ENUM, F_LIST, ROLE_NAMES, .maximum = 20},
                      {"agency", "所属执法机构", FIELD_REF, F_OPTIONAL, "agency"},
                      {"provider", "所属第三方", FIELD_REF, F_OPTIONAL, "provider"},
                      {"subject", "所属相对人", FIELD_REF, F_OPTIONAL, "subject"},
                      {"phone", "电话", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 30}),
     .rules = RULES(ROLE_RULES, RULE_user_id_reserved),
     .facts_more = register_facts,
     .apply = {{NULL, "INSERT INTO users (id, seq, name, phone, agency, provider, subject, name_seq, phone_seq)"
                      " VALUES (:id, :seq, :name, :phone, :agency, :provider, :subject, :seq, :seq)"},
               {"roles", "INSERT INTO user_role (user_id, role, seq) VALUES (:id, :item, :seq)"
                         " ON CONFLICT DO NOTHING"}},
     .help = "一人只属一个单位。三员互斥；第三方人员不得担任执法机构的任何岗位。"},

    {.name = "user.amend", .label = "变更用户", .group = "people", .table = "users", .article = "2",
     .roles = ROLE_BIT(ROLE_SYSTEM) | ROLE_BIT(ROLE_SYSADMIN),
     .fields = FIELDS({"user", "用户", FIELD_REF, 0, "users"},
                      {"name", "姓名", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 60},
                      {"phone", "电话", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 30},
                      {"roles", "角色", FIELD_ENUM, F_OPTIONAL | F_LIST, ROLE_NAMES, .maximum = 20}),
     .rules = RULES(ROLE_RULES, RULE_amends_own_roles, RULE_amends_own_roles_2016),
     .facts = {{NULL, "SELECT CASE WHEN u.agency IS NULL THEN 0 ELSE 1 END AS user_of_agency,"
                      " CASE WHEN u.provider IS NULL THEN 0 ELSE 1 END AS user_of_provider,"
                      " CASE WHEN u.subject IS NULL THEN 0 ELSE 1 END AS user_of_subject"
                      " FROM users u WHERE u.id = :user"}},
     .facts_more = amend_facts,
     .apply = {{NULL, "UPDATE users SET name = :name, name_seq = :seq WHERE id = :user"
                      " AND CAST(:name AS TEXT) IS NOT NULL"},
               {NULL, "UPDATE users SET phone = :phone, phone_seq = :seq WHERE id = :user"
                      " AND CAST(:phone AS TEXT) IS NOT NULL"}},
     .apply_more = amend_apply,
     .help = "填写角色的，以新角色为准。单位变动须另立账号。"},

    {.name = "user.disable", .label = "停用用户", .group = "people", .table = "users", .article = "2",
     .roles = ROLE_BIT(ROLE_SYSTEM) | ROLE_BIT(ROLE_SYSADMIN),
     .fields = FIELDS({"user", "用户", FIELD_REF, 0, "users"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .rules = RULES(RULE_state),
     .facts = {{NULL, "SELECT CASE WHEN u.disabled_at IS NULL THEN 0 ELSE 1 END AS wrong_state, u.name AS t_thing,"
                      " '已停用' AS t_state FROM users u WHERE u.id = :user"}},
     .apply = {{NULL, "UPDATE users SET disabled_at = :at, disabled_reason = :reason, disabled_seq = :seq"
                      " WHERE id = :user"},
               {NULL, "UPDATE delegation SET ended_at = :at WHERE ended_at IS NULL AND"
                      " (to_user = :user OR from_user = :user)"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-' || e.id, :seq, 'officer_replace', e.agency, 'head', 'entrustment',"
                      " e.id, 'entrustment.amend', :workday_2 FROM entrustment e JOIN entrustment_officer o"
                      " ON o.entrustment = e.id WHERE o.user_id = :user"
                      " AND e.state IN ('drafted', 'approved', 'accepted')"}},
     .help = "停用后不能再办理任何事项，已办理的记录不变；其授权和受托同时终止。"},

    {.name = "authority.delegate", .label = "授权代行", .group = "people", .table = "delegation", .article = "4",
     .roles = ROLE_BIT(ROLE_HEAD), .flags = ACT_CREATES,
     .fields = FIELDS({"from", "授权人", FIELD_REF, F_OPTIONAL, "users"}, {"to", "代行人", FIELD_REF, 0, "users"},
                      {"acts", "代行事项", FIELD_TEXT, F_OPTIONAL | F_LIST, .maximum = 60},
                      {"from_date", "开始日期", FIELD_DATE, F_OPTIONAL},
                      {"to_date", "结束日期", FIELD_DATE, F_OPTIONAL}),
     .rules = RULES(RULE_delegation_not_own, RULE_delegate_third_party, RULE_delegate_outsider,
                    RULE_delegate_administrator, RULE_delegate_administrator_2016, RULE_delegate_discipline,
                    RULE_delegate_self, RULE_delegated_acts_missing, RULE_delegated_not_heads,
                    RULE_delegated_reserved, RULE_delegation_period_missing, RULE_delegation_period_reversed),
     .facts = {{NULL, "SELECT CASE WHEN COALESCE(CAST(:from AS TEXT), CAST(:by AS TEXT)) = CAST(:by AS TEXT)"
                      " THEN 0 ELSE 1 END AS delegation_not_own,"
                      " CASE WHEN u.id = CAST(:by AS TEXT) THEN 1 ELSE 0 END AS delegate_self,"
                      " CASE WHEN u.provider IS NULL AND NOT EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = u.id"
                      "   AND r.role IN ('provider_lead', 'member')) THEN 0 ELSE 1 END AS delegate_third_party,"
                      " CASE WHEN u.disabled_at IS NULL AND u.agency = CAST(:agency AS TEXT) THEN 0 ELSE 1 END"
                      "   AS delegate_outsider,"
                      " CASE WHEN EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = u.id AND r.role IN"
                      "   ('sysadmin', 'secadmin', 'auditor')) THEN 1 ELSE 0 END AS delegate_administrator,"
                      " CASE WHEN EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = u.id AND r.role ="
                      "   'discipline') THEN 1 ELSE 0 END AS delegate_discipline,"
                      " u.name AS t_delegate_name FROM users u WHERE u.id = :to"}},
     .facts_more = delegate_facts,
     .apply = {{NULL, "INSERT INTO delegation (id, seq, from_user, to_user, from_date, to_date)"
                      " VALUES (:id, :seq, :by, :to, :from_date, :to_date)"},
               {"acts", "INSERT INTO delegation_act (delegation, act) VALUES (:id, :item) ON CONFLICT DO NOTHING"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, user_id, thing_kind, thing_id, due_at)"
                      " VALUES (" SEQ_TEXT " || '-1', :seq, 'delegation_received', :agency, :to, 'delegation', :id,"
                      " :natural_3)"}},
     .help = "负责人外出时，逐项、限期授权本机构人员代行。不得授权第三方。"},

    {.name = "authority.end", .label = "终止代行授权", .group = "people", .table = "delegation", .article = "4",
     .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"authority", "授权", FIELD_REF, 0, "delegation"}),
     .scope = "SELECT u.agency AS agency FROM delegation d JOIN users u ON u.id = d.from_user WHERE d.id = :authority",
     .rules = RULES(RULE_state),
     .facts = {{NULL, "SELECT CASE WHEN d.ended_at IS NULL THEN 0 ELSE 1 END AS wrong_state, d.id AS t_thing,"
                      " '已终止' AS t_state FROM delegation d WHERE d.id = :authority"}},
     .apply = {{NULL, "UPDATE delegation SET ended_at = :at WHERE id = :authority"},
               {NULL, TODO_DONE("delegation_received", "delegation", ":authority")}},
     .help = "终止后代行人即不能再办理授权事项。"},

    {.name = "officer.certify", .label = "登记执法证件", .group = "people", .table = "users", .article = "11",
     .roles = ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_IMPORT),
     .fields = FIELDS({"user", "执法人员", FIELD_REF, 0, "users"},
                      {"cert_no", "证件号", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 32},
                      {"areas", "执法区域", FIELD_REGION, F_OPTIONAL | F_LIST, .maximum = 200},
                      {"from", "有效期起", FIELD_DATE, F_OPTIONAL}, {"to", "有效期止", FIELD_DATE, F_OPTIONAL}),
     .scope = "SELECT agency AS agency FROM users WHERE id = :user",
     .rules = RULES(RULE_cert_third_party, RULE_cert_not_officer, RULE_cert_no_missing, RULE_cert_area_missing,
                    RULE_cert_period_missing, RULE_cert_period_reversed, RULE_cert_expired, RULE_cert_no_taken),
     .facts = {{NULL, "SELECT CASE WHEN u.provider IS NULL THEN 0 ELSE 1 END AS cert_third_party,"
                      " CASE WHEN u.disabled_at IS NULL AND EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = u.id"
                      "   AND r.role = 'officer') THEN 0 ELSE 1 END AS cert_not_officer,"
                      " CASE WHEN EXISTS (SELECT 1 FROM certificate c WHERE c.cert_no = CAST(:cert_no AS TEXT)"
                      "   AND c.user_id <> u.id) THEN 1 ELSE 0 END AS cert_no_taken,"
                      " u.name AS t_holder_name FROM users u WHERE u.id = :user"}},
     .facts_more = certify_facts,
     .apply = {{NULL, "INSERT INTO certificate (seq, user_id, cert_no, from_date, to_date)"
                      " VALUES (:seq, :user, :cert_no, :from, :to)"},
               {"areas", "INSERT INTO certificate_area (certificate, region) VALUES (:seq, :item)"
                         " ON CONFLICT DO NOTHING"}},
     .help = "证件须在有效期内、区域相符才能带队。第三方人员只有工作证。"},

    {.name = "subject.register", .label = "登记执法相对人", .group = "people", .table = "subject", .article = "8",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_IMPORT), .flags = ACT_CREATES,
     .fields = FIELDS({"name", "名称", FIELD_TEXT, F_BODY, .maximum = 100},
                      {"uscc", "统一社会信用代码", FIELD_USCC, F_OPTIONAL}, {"region", "区划", FIELD_REGION, 0},
                      {"class", "监管类别", FIELD_ENUM, F_OPTIONAL, "key general special"},
                      {"industry", "行业", FIELD_TEXT, F_OPTIONAL, .maximum = 60},
                      {"permit_no", "排污许可证编号", FIELD_TEXT, F_OPTIONAL, .maximum = 40},
                      {"lon", "经度", FIELD_DEGREE, F_OPTIONAL | F_BODY},
                      {"lat", "纬度", FIELD_DEGREE, F_OPTIONAL | F_BODY},
                      {"boundary", "厂界", FIELD_JSON, F_OPTIONAL | F_BODY},
                      {"visits_per_year", "年度检查频次上限", FIELD_COUNT, F_OPTIONAL, .maximum = 366},
                      {"positive_list", "监督执法正面清单", FIELD_BOOL, F_OPTIONAL}),
     .rules = RULES(RULE_subject_uscc_taken, RULE_subject_uscc_missing, RULE_subject_permit_differs,
                    RULE_subject_cap_unknown, RULE_subject_elsewhere),
     .facts = {{NULL, "SELECT COUNT(*) AS subject_uscc_taken FROM subject s WHERE s.uscc = CAST(:uscc AS TEXT)"},
               {NULL, "SELECT CASE WHEN " REGION_COVERS("g.region", "CAST(:region AS BIGINT)")
                      " THEN 0 ELSE 1 END AS subject_elsewhere FROM agency g WHERE g.id = CAST(:agency AS TEXT)"}},
     .facts_more = subject_facts,
     .apply = {{NULL, "INSERT INTO subject (id, seq, name, uscc, region, class, industry, permit_no, lon, lat, boundary,"
                      " visits_per_year, positive_list) VALUES (:id, :seq, :name, :uscc, :region, :class, :industry,"
                      " :permit_no, :lon, :lat, :boundary, :visits_per_year, :positive_list)"}},
     .help = "企业、个体、船舶或个人。年度频次上限按本地公布的填写。"},

    {.name = "device.register", .label = "登记设备", .group = "people", .table = "device", .article = "6",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_PROVIDER_LEAD), .flags = ACT_CREATES,
     .fields = FIELDS({"kind", "类别", FIELD_ENUM, 0, "uav sensor camera recorder"},
                      {"serial", "序列号", FIELD_TEXT, F_OPTIONAL, .maximum = 60},
                      {"calibration_to", "检定校准有效期止", FIELD_DATE, F_OPTIONAL},
                      {"registration_no", "实名登记号", FIELD_TEXT, F_OPTIONAL, .maximum = 60},
                      {"legal_review_no", "法制技术审核文号", FIELD_TEXT, F_OPTIONAL, .maximum = 60}),
     .rules = RULES(RULE_device_uav_unregistered, RULE_device_calibration_past, RULE_device_review_missing,
                    RULE_device_recorder_of_helper, RULE_device_serial_missing),
     .facts_more = device_facts,
     .apply = {{NULL, "INSERT INTO device (id, seq, kind, serial, calibration_to, registration_no, legal_review_no,"
                      " agency, provider) VALUES (:id, :seq, :kind, :serial, :calibration_to, :registration_no,"
                      " :legal_review_no, :agency, :provider)"}},
     .help = "无人机、传感器、摄像设备、执法记录仪。第三方的设备与执法机构的分开登记。"},
    {0}};
