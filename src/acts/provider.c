/*
 * Who may assist (Art. 7.1): application, the eligibility check, named persons, their proof of ability; what they
 * promise (Art. 5, 8, 12) and declare (Art. 8); the roster a city may keep (Art. 7.3).
 *
 * Applying states facts, admitting judges them: an application is warned about its gaps, never refused for them,
 * because admission is no condition for bidding. Figures of a provider are its claims until then.
 *
 * Inbox kinds: provider_admit member_admit provider_suspended provider_removed member_retired interest_declared.
 */
#include "acts/acts_sql.h"
#include "acts/identity.h"

#define IS_LEAD "EXISTS (SELECT 1 FROM user_role ur WHERE ur.user_id = :by AND ur.role = 'provider_lead')"
#define RUNNING "('drafted', 'approved', 'accepted', 'suspended')"

/* ---- provider.* ---- */

static const struct act_field apply_fields[] = {
    {"name", "名称", FIELD_TEXT, F_BODY, .maximum = 100},
    {"kind", "类别", FIELD_ENUM, 0, "organisation individual"},
    {"uscc", "统一社会信用代码", FIELD_USCC, F_OPTIONAL},
    {"id_number", "身份证件号码", FIELD_IDNO, F_OPTIONAL | F_BODY},
    {"domestic", "是否我国境内机构", FIELD_BOOL, F_OPTIONAL},
    {"registered_on", "成立日期", FIELD_DATE, F_OPTIONAL},
    {"specialities", "专业", FIELD_TEXT, F_OPTIONAL | F_LIST, .maximum = 30},
    {"phone", "联系电话", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 40},
    {"address", "住所", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 200},
    {"representative", "法定代表人证件号摘要", FIELD_DIGEST, F_OPTIONAL},
    {0}};

static void add_gap(struct act *a, buf *b, bool missing, const char *what)
{
    if (!missing)
        return;
    if (act_facts(a)->applicant_gaps++)
        buf_add(b, S("、"));
    buf_add(b, str_of(what));
}

static err *application_gaps(struct act *a)
{
    buf b = buf_make(act_arena(a), 400);
    bool organisation = str_eq(act_text(a, "kind"), S("organisation"));
    day today = day_of(act_at(a));
    if (organisation) {
        add_gap(a, &b, !act_get(a, "uscc")->present, "统一社会信用代码");
        add_gap(a, &b, !act_int(a, "domestic", 0), "境内依法成立的说明");
        add_gap(a, &b, act_int(a, "registered_on", INT64_MAX) > today, "成立日期");
    } else
        add_gap(a, &b, !act_get(a, "id_number")->present, "身份证件号码");
    add_gap(a, &b, act_get(a, "specialities")->n == 0, "专业");
    act_say(a, "gap", buf_str(&b));
    return NULL;
}

/*
 * Back under another name: what the applicant says of itself against what those who were removed or banned said. The same
 * legal representative, or two of name, telephone and address, hold the application for the head; one of these is a hint. An
 * address or telephone that more than SHARERS gave is an agent's, and says nothing.
 */
#define SHARERS "8"
#define STANDS(own) own " NOT LIKE '〔%'" /* erased by the same order is not the same */
#define SHARED(column, own)                                                                                  \
    "(x." column " = " own " AND " STANDS(own) " AND (SELECT COUNT(*) FROM provider h WHERE h." column " = " own ") <= " SHARERS ")"
#define POINTS(name, phone, address, representative)                                                         \
    "CASE WHEN x.representative = " representative " THEN 2 ELSE 0 END + CASE WHEN x.name = " name " AND " STANDS(name) \
    " THEN 1 ELSE 0 END + CASE WHEN " SHARED("phone", phone) " THEN 1 ELSE 0 END + CASE WHEN " SHARED("address", address) \
    " THEN 1 ELSE 0 END AS points"
#define GONE "(x.state = 'removed' OR x.ban_until >= :day OR x.closed_at IS NOT NULL)"
#define COMES_BACK(from, name, phone, address, representative)                                               \
    "SELECT COUNT(*) AS provider_comes_back, MIN(w.name) AS t_returned, MIN(w.why) AS t_returned_why FROM ("  \
    "SELECT x.name, CASE WHEN x.representative = " representative " THEN '法定代表人相同'"                     \
    " ELSE '登记的名称、电话、住所中两项以上相同' END AS why, " POINTS(name, phone, address, representative)  \
    " FROM " from " AND " GONE ") w WHERE w.points >= 2"
#define COMES_BACK_HINT(from, name, phone, address, representative)                                          \
    "SELECT COUNT(*) AS provider_returns_hint, MIN(w.name) AS t_returned, MIN(w.why) AS t_returned_why FROM (" \
    "SELECT x.name, CASE WHEN x.name = " name " THEN '登记的名称相同' WHEN x.phone = " phone " THEN '登记的电话相同'" \
    " ELSE '登记的住所相同' END AS why, " POINTS(name, phone, address, representative)                        \
    " FROM " from " AND " GONE ") w WHERE w.points = 1"
#define OF_APPLICANT(sql)                                                                                    \
    sql("provider x WHERE x.id <> :id", "CAST(:name AS TEXT)", "CAST(:phone AS TEXT)", "CAST(:address AS TEXT)", \
        "CAST(:representative AS TEXT)")
#define OF_PROVIDER(sql)                                                                                     \
    sql("provider p JOIN provider x ON x.id <> p.id WHERE p.id = :provider", "p.name", "p.phone", "p.address", "p.representative")

/* Another row of the same legal person, by licence or identity number. */
#define TWIN_OF_P "x.id <> p.id AND (x.uscc = p.uscc OR x.id_number = p.id_number)"
#define VALID_ON_DAY "(q.from_date IS NULL OR q.from_date <= :day) AND (q.to_date IS NULL OR q.to_date >= :day)"
#define HELD_BY_P                                                                                   \
    "(q.holder = p.id OR q.holder IN (SELECT m.id FROM member m WHERE m.provider = p.id"            \
    " AND m.state <> 'retired'))"

#define ELIGIBILITY                                                                                 \
    "SELECT p.name AS t_provider_name,"                                                             \
    " CASE WHEN p.kind = 'organisation' AND COALESCE(p.domestic, 0) = 0 THEN 1 ELSE 0 END"          \
    "   AS provider_not_domestic,"                                                                  \
    " CASE WHEN p.kind = 'organisation' AND (p.registered_on IS NULL OR p.registered_on > :day)"    \
    "   THEN 1 ELSE 0 END AS provider_not_registered,"                                              \
    " CASE WHEN (p.kind = 'organisation' AND p.uscc IS NULL)"                                       \
    "   OR (p.kind = 'individual' AND p.id_number IS NULL) THEN 1 ELSE 0 END AS provider_identity_missing," \
    " CASE WHEN p.kind = 'organisation' THEN '统一社会信用代码' ELSE '身份证件号码' END AS t_identity,"   \
    " CASE WHEN EXISTS (SELECT 1 FROM provider_speciality s WHERE s.provider = p.id AND TRIM(s.speciality) <> '') THEN 0 ELSE 1 END" \
    "   AS provider_speciality_missing,"                                                            \
    " CASE WHEN EXISTS (SELECT 1 FROM qualification q WHERE " HELD_BY_P ") THEN 0 ELSE 1 END"       \
    "   AS provider_ability_unproven,"                                                              \
    " CASE WHEN EXISTS (SELECT 1 FROM qualification q WHERE " HELD_BY_P ") AND NOT EXISTS"          \
    "   (SELECT 1 FROM qualification q WHERE " HELD_BY_P " AND " VALID_ON_DAY ") THEN 1 ELSE 0 END" \
    "   AS provider_ability_expired,"                                                               \
    " CASE WHEN p.kind = 'individual' OR EXISTS (SELECT 1 FROM member m WHERE m.provider = p.id"    \
    "   AND m.state <> 'retired') THEN 0 ELSE 1 END AS provider_staff_unlisted,"                    \
    " CASE WHEN p.ban_until >= :day OR EXISTS (SELECT 1 FROM provider x WHERE " TWIN_OF_P           \
    "   AND x.ban_until >= :day) THEN 1 ELSE 0 END AS provider_banned,"                             \
    " CASE WHEN EXISTS (SELECT 1 FROM provider x WHERE " TWIN_OF_P " AND x.state = 'suspended')"    \
    "   THEN 1 ELSE 0 END AS provider_twin_suspended,"                                              \
    " (SELECT MIN(x.name) FROM provider x WHERE " TWIN_OF_P " AND x.state = 'suspended') AS t_twin," \
    " CASE WHEN EXISTS (SELECT 1 FROM act_log l WHERE l.seq = p.seq AND l.author = :by) THEN 1 ELSE 0 END" \
    "   AS applicant_is_approver"                                                                   \
    " FROM provider p WHERE p.id = :provider"

#define ELIGIBILITY_RULES                                                                           \
    RULE_provider_not_domestic, RULE_provider_not_registered, RULE_provider_identity_missing,       \
        RULE_provider_speciality_missing, RULE_provider_ability_unproven, RULE_provider_ability_expired, \
        RULE_provider_twin_suspended, RULE_provider_banned

#define PROVIDER_FIELDS                                                                             \
    FIELDS({"provider", "第三方", FIELD_REF, 0, "provider"},                                          \
           {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},                       \
           {"ban_until", "禁入至", FIELD_DATE, F_OPTIONAL})

#define SET_PROVIDER(state)                                                                         \
    "UPDATE provider SET state = '" state "', state_reason = :reason, state_seq = :seq,"            \
    " ban_until = COALESCE(CAST(:ban_until AS BIGINT), ban_until) WHERE id = :provider"

/* One row for each running entrustment: its bureau decides what becomes of it. */
#define TODO_RUNNING(kind, filter)                                                                  \
    "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"             \
    " SELECT " SEQ_TEXT " || '-' || e.id, :seq, '" kind "', e.agency, 'head', 'entrustment', e.id," \
    " 'entrustment.release', :workday_1 FROM entrustment e WHERE " filter " AND e.state IN " RUNNING

/* By the graph: owners, people, addresses, telephones, instruments on record by now; and what it stated itself. */
static err *admit_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    TRY(ties_of_return(a, act_text(a, "provider")));
    f->provider_returns += f->provider_comes_back;
    return NULL;
}

static err *provider_reason(struct act *a)
{
    act_facts(a)->provider_reason_missing = !str_trim(act_text(a, "reason")).n;
    return NULL;
}

/* ---- member.add: his name may be known already. What ties him counts once he is sent (entrustment.draft, amend) ---- */

static err *member_facts(struct act *a)
{
    str number = act_text(a, "id_number");
    struct sm3 digest = sm3_of(number.p ? number.p : "", number.n);
    struct identity_of who = {.kind = GRAPH_MEMBER, .id = act_id(a), .name = act_text(a, "name"), .other = GRAPH_PROVIDER,
                              .other_id = act_text(a, "provider"), .number_known = number.n > 0,
                              .digest = number.n ? sm3_text(act_arena(a), &digest) : STR_NONE};
    return identity_of_name(a, &who);
}

/* ---- member.admit: the card of a helper must not pass for an officer's certificate (Art. 4) ---- */

static bool all_digits(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

static err *admission_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    str card = str_trim(act_text(a, "card_no"));
    bool required = act_policy(a, "exam_and_card_required_for_helpers") != 0;
    day today = day_of(act_at(a));
    f->member_exam_missing = required && act_int(a, "exam_passed_on", INT64_MAX) > today;
    f->member_card_missing = required && !card.n;
    f->member_card_expired = act_int(a, "to", INT64_MAX) < today;
    f->member_card_open_ended = !act_get(a, "to")->present;
    if (str_starts(card, S("执")) || str_find(card, S("执法")) >= 0 || str_find(card, S("监察")) >= 0) {
        f->member_card_resembles = 1;
        return NULL;
    }
    /* Figures of the same length in the officers' own series are as good as a copy. */
    if (all_digits(card) && card.n > 4)
        return act_load(a, "SELECT COUNT(*) AS member_card_resembles FROM (SELECT 1 AS hit FROM certificate c WHERE"
                           " LENGTH(c.cert_no) = LENGTH(TRIM(CAST(:card_no AS TEXT))) AND SUBSTR(c.cert_no, 1, 4)"
                           " = SUBSTR(TRIM(CAST(:card_no AS TEXT)), 1, 4) LIMIT 1) AS near");
    return NULL;
}

static err *undertaking_facts(struct act *a)
{
    act_facts(a)->undertaking_kinds_missing = act_get(a, "kinds")->n == 0;
    return NULL;
}

/* ---- roster ---- */

static err *roster_period(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->roster_period_missing = !act_get(a, "from")->present || !act_get(a, "to")->present;
    f->roster_period_reversed = !f->roster_period_missing && act_int(a, "to", 0) < act_int(a, "from", 0);
    f->roster_nobody = !act_get(a, "provider")->present && !act_get(a, "member")->present;
    f->provider_reason_missing = !str_trim(act_text(a, "reason")).n;
    return NULL;
}

#define ROSTER_WHO_FIELDS                                                                           \
    {"roster", "名录库", FIELD_REF, 0, "roster"}, {"agency", "执法机构", FIELD_REF, F_OPTIONAL, "agency"}, \
        {"provider", "第三方", FIELD_REF, F_OPTIONAL, "provider"},                                    \
        {"member", "辅助人员", FIELD_REF, F_OPTIONAL, "member"},                                      \
        {"from", "入库日期", FIELD_DATE, F_OPTIONAL}, {"to", "有效期至", FIELD_DATE, F_OPTIONAL},       \
        {"double_random_no", "“双随机”系统录入编号", FIELD_TEXT, F_OPTIONAL, .maximum = 60},          \
        {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}
#define SCOPE_ROSTER "SELECT agency AS agency FROM roster WHERE id = :roster"
#define ROSTER_ENTER(who)                                                                           \
    "INSERT INTO roster_entry (roster, who, seq, from_date, to_date, double_random_no, reason)"     \
    " SELECT r.id, '" who ":' || CAST(:" who " AS TEXT), :seq, :from, :to, :double_random_no, :reason" \
    " FROM roster r WHERE r.id = :roster AND CAST(:" who " AS TEXT) IS NOT NULL"                    \
    " ON CONFLICT (roster, who) DO UPDATE SET seq = excluded.seq, from_date = excluded.from_date,"  \
    " to_date = excluded.to_date, double_random_no = excluded.double_random_no, reason = excluded.reason," \
    " dropped_at = NULL, drop_reason = NULL, drop_seq = NULL"
#define ROSTER_WHO "('provider:' || COALESCE(CAST(:provider AS TEXT), ''), 'member:' || COALESCE(CAST(:member AS TEXT), ''))"

/* Who says himself that he has an interest while the work runs is paused like anybody whose relation is found then;
 * the head decides. Said once, it does not pause again. */
#define INTEREST_FREEZES                                                                            \
    "INSERT INTO objection (id, seq, entrustment, subject, ground, author, lodged_at, freezes, state)" \
    " SELECT CASE WHEN LENGTH('interest-' || i.id) <= 64 THEN 'interest-' || i.id ELSE 'interest-' || " SEQ_TEXT " END," \
    " CAST(:seq AS BIGINT), e.id, (SELECT MIN(s.subject) FROM entrustment_subject s WHERE s.entrustment = e.id)," \
    " 'interest', 'system', CAST(:at AS BIGINT), 1, 'lodged' FROM interest i JOIN entrustment e ON e.id = i.entrustment" \
    " WHERE i.id = :id AND i.has_interest = 1 AND e.state IN ('approved', 'accepted')"              \
    " AND EXISTS (SELECT 1 FROM entrustment_subject s WHERE s.entrustment = e.id)"                  \
    " AND (i.member IS NULL OR EXISTS (SELECT 1 FROM entrustment_member em WHERE em.entrustment = e.id"  \
    "   AND em.member = i.member))"                                                                 \
    " AND NOT EXISTS (SELECT 1 FROM interest j WHERE j.entrustment = i.entrustment AND j.seq < i.seq AND j.has_interest = 1" \
    "   AND COALESCE(j.member, '') = COALESCE(i.member, ''))"                                       \
    " ON CONFLICT DO NOTHING"

const struct act_type acts_provider[] = {
    {.name = "provider.apply", .label = "登记第三方", .group = "provider", .table = "provider", .article = "7",
     .roles = ROLE_BIT(ROLE_PROVIDER_LEAD) | ROLE_BIT(ROLE_PROCUREMENT), .flags = ACT_CREATES, .fields = apply_fields,
     .scope = "SELECT CAST(:id AS TEXT) AS provider",
     .rules = RULES(RULE_applicant_gaps, RULE_provider_duplicates, RULE_provider_banned, RULE_provider_comes_back,
                    RULE_provider_returns_hint),
     .facts = {{NULL, "SELECT COUNT(*) AS provider_duplicates, MIN(x.id) AS t_duplicate, MIN(x.name) AS t_provider_name,"
                      " MAX(CASE WHEN x.ban_until >= :day THEN 1 ELSE 0 END) AS provider_banned"
                      " FROM provider x WHERE x.uscc = :uscc OR x.id_number = :id_number"},
               {NULL, OF_APPLICANT(COMES_BACK_HINT)},
               {NULL, OF_APPLICANT(COMES_BACK)}},
     .facts_more = application_gaps,
     .apply = {{NULL, "INSERT INTO provider (id, seq, name, kind, uscc, id_number, domestic, registered_on, phone, address,"
                      " representative, state, state_seq) VALUES (:id, :seq, :name, :kind, :uscc, :id_number, :domestic,"
                      " :registered_on, :phone, :address, :representative, 'applied', :seq)"},
               {"specialities", "INSERT INTO provider_speciality (provider, speciality) VALUES (:id, :item)"
                                " ON CONFLICT DO NOTHING"},
               {NULL, TODO("1", "provider_admit", "CAST(:agency AS TEXT)", "head", "provider", ":id", "provider.admit",
                           ":workday_5")}},
     .help = "登记机构或个人的基本情况，供资格审查。登记不代表准入，也不是投标的条件。"},

    {.name = "provider.admit", .label = "准入第三方", .group = "provider", .table = "provider", .article = "7",
     .roles = ROLE_BIT(ROLE_HEAD), .fields = PROVIDER_FIELDS,
     .rules = RULES(RULE_state, ELIGIBILITY_RULES, RULE_provider_staff_unlisted, RULE_applicant_is_approver,
                    RULE_provider_returns, RULE_provider_returns_hint),
     .facts = {{NULL, STATE_OF("provider", ":provider", "'applied'")}, {NULL, ELIGIBILITY},
               {NULL, OF_PROVIDER(COMES_BACK_HINT)}, {NULL, OF_PROVIDER(COMES_BACK)}},
     .facts_more = admit_facts,
     .apply = {{NULL, "UPDATE provider SET state = 'admitted', state_reason = :reason, state_seq = :seq,"
                      " ban_until = NULL WHERE id = :provider"},
               {NULL, TODO_DONE("provider_admit", "provider", ":provider")}},
     .help = "核对境内依法成立、专业人员和专业能力。准入之后才能签订协议。"},

    {.name = "provider.suspend", .label = "暂停第三方", .group = "provider", .table = "provider", .article = "7",
     .roles = ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_SYSTEM), .fields = PROVIDER_FIELDS,
     .rules = RULES(RULE_state, RULE_provider_reason_missing),
     .facts = {{NULL, STATE_OF("provider", ":provider", "'admitted'")}}, .facts_more = provider_reason,
     .apply = {{NULL, SET_PROVIDER("suspended")},
               {NULL, TODO_RUNNING("provider_suspended", "e.provider = :provider")}},
     .help = "暂停期间不能下达新的委托；在办委托由负责人逐项处理。协议和名录不变。"},

    {.name = "provider.reinstate", .label = "恢复第三方", .group = "provider", .table = "provider", .article = "7",
     .roles = ROLE_BIT(ROLE_HEAD), .fields = PROVIDER_FIELDS,
     .rules = RULES(RULE_state, ELIGIBILITY_RULES, RULE_provider_reason_missing),
     .facts = {{NULL, STATE_OF("provider", ":provider", "'suspended'")}, {NULL, ELIGIBILITY}},
     .facts_more = provider_reason,
     .apply = {{NULL, "UPDATE provider SET state = 'admitted', state_reason = :reason, state_seq = :seq,"
                      " ban_until = NULL WHERE id = :provider"},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND kind = 'provider_suspended'"
                      " AND thing_kind = 'entrustment' AND thing_id IN (SELECT e.id FROM entrustment e"
                      " WHERE e.provider = :provider)"}},
     .help = "恢复时重新核对资格条件。"},

    {.name = "provider.remove", .label = "移出第三方", .group = "provider", .table = "provider", .article = "7",
     .roles = ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_SYSTEM), .fields = PROVIDER_FIELDS,
     .rules = RULES(RULE_state, RULE_provider_reason_missing),
     .facts = {{NULL, STATE_OF("provider", ":provider", "'applied', 'admitted', 'suspended'")}},
     .facts_more = provider_reason,
     .apply = {{NULL, SET_PROVIDER("removed")},
               {NULL, "UPDATE roster_entry SET dropped_at = :at WHERE dropped_at IS NULL AND (who = 'provider:' ||"
                      " CAST(:provider AS TEXT) OR who IN (SELECT 'member:' || m.id FROM member m"
                      " WHERE m.provider = :provider))"},
               {NULL, TODO_DONE("provider_admit", "provider", ":provider")},
               {NULL, TODO_RUNNING("provider_removed", "e.provider = :provider")}},
     .help = "移出后不能再受委托，可写明禁入期。协议是否解除由负责人另行决定。"},

    {.name = "member.add", .label = "登记辅助人员", .group = "provider", .table = "member", .article = "7",
     .roles = ROLE_BIT(ROLE_PROVIDER_LEAD), .flags = ACT_CREATES,
     .fields = FIELDS({"provider", "第三方", FIELD_REF, 0, "provider"},
                      {"name", "姓名", FIELD_TEXT, F_BODY, .maximum = 60},
                      {"speciality", "专业", FIELD_TEXT, F_OPTIONAL, .maximum = 100},
                      {"user", "账号", FIELD_REF, F_OPTIONAL, "users"},
                      {"id_number", "身份证件号码", FIELD_IDNO, F_OPTIONAL | F_BODY}),
     .scope = SCOPE_PROVIDER,
     .rules = RULES(RULE_state, RULE_member_user_foreign, RULE_member_user_taken),
     .facts_more = member_facts,
     .facts = {{NULL, STATE_OF("provider", ":provider", "'applied', 'admitted', 'suspended'")},
               {NULL, "SELECT CASE WHEN u.provider = :provider THEN 0 ELSE 1 END AS member_user_foreign,"
                      " CASE WHEN EXISTS (SELECT 1 FROM member m WHERE m.user_id = u.id AND m.state <> 'retired')"
                      " THEN 1 ELSE 0 END AS member_user_taken, u.id AS t_member_user FROM users u WHERE u.id = :user"}},
     .apply = {{NULL, "INSERT INTO member (id, seq, provider, name, speciality, user_id, id_number, state)"
                      " VALUES (:id, :seq, :provider, :name, :speciality, :user, :id_number, 'added')"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-' || g.agency, :seq, 'member_admit', g.agency, 'head', 'member',"
                      " :id, 'member.admit', :workday_5 FROM (SELECT DISTINCT a.agency AS agency FROM agreement a"
                      " WHERE a.provider = :provider AND a.state IN ('draft', 'effective', 'suspended')) g"}},
     .apply_more = identity_offer,
     .help = "第三方登记拟派的人员。登记的情况是第三方的说明，须经执法机构核准。"},

    {.name = "member.admit", .label = "核准辅助人员", .group = "provider", .table = "member", .article = "7",
     .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"member", "辅助人员", FIELD_REF, 0, "member"},
                      {"exam_passed_on", "考试通过日期", FIELD_DATE, F_OPTIONAL},
                      {"card_no", "辅助工作证编号", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 32},
                      {"to", "工作证有效期至", FIELD_DATE, F_OPTIONAL}),
     .rules = RULES(RULE_state, RULE_provider_not_admitted, RULE_provider_banned, RULE_member_speciality_missing,
                    RULE_member_exam_missing, RULE_member_card_missing, RULE_member_card_resembles,
                    RULE_member_card_expired, RULE_member_card_open_ended, RULE_member_card_taken),
     .facts = {{NULL, STATE_OF("member", ":member", "'added', 'admitted'")},
               {NULL, "SELECT m.name AS t_member_name, p.name AS t_provider_name,"
                      " CASE WHEN p.state = 'admitted' THEN 0 ELSE 1 END AS provider_not_admitted,"
                      " CASE WHEN " PROVIDER_BANNED("p", "CAST(:agency AS TEXT)") " THEN 1 ELSE 0 END AS provider_banned,"
                      " CASE WHEN COALESCE(TRIM(m.speciality), '') = '' THEN 1 ELSE 0 END AS member_speciality_missing,"
                      " CASE WHEN EXISTS (SELECT 1 FROM certificate c WHERE c.cert_no = TRIM(CAST(:card_no AS TEXT)))"
                      "   THEN 1 ELSE 0 END AS member_card_resembles,"
                      " CASE WHEN EXISTS (SELECT 1 FROM member x WHERE x.card_no = :card_no AND x.id <> m.id"
                      "   AND x.state <> 'retired') THEN 1 ELSE 0 END AS member_card_taken"
                      " FROM member m JOIN provider p ON p.id = m.provider WHERE m.id = :member"}},
     .facts_more = admission_facts,
     .apply = {{NULL, "UPDATE member SET state = 'admitted', exam_passed_on = :exam_passed_on, card_no = :card_no,"
                      " card_seq = :seq, to_date = :to WHERE id = :member"},
               {NULL, TODO_DONE("member_admit", "member", ":member")}},
     .help = "核准后方可派往委托。换证、续期再办一次。工作证不得与执法证相同或近似。"},

    {.name = "member.retire", .label = "辅助人员退出", .group = "provider", .table = "member", .article = "7",
     .roles = ROLE_BIT(ROLE_PROVIDER_LEAD),
     .fields = FIELDS({"member", "辅助人员", FIELD_REF, 0, "member"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = "SELECT provider AS provider FROM member WHERE id = :member", .rules = RULES(RULE_state),
     .facts = {{NULL, STATE_OF("member", ":member", "'added', 'admitted'")}},
     .apply = {{NULL, "UPDATE member SET state = 'retired', retired_at = :at, retired_seq = :seq WHERE id = :member"},
               {NULL, TODO_DONE("member_admit", "member", ":member")},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-' || e.id, :seq, 'member_retired', e.agency, 'officer',"
                      " 'entrustment', e.id, 'entrustment.amend', :workday_2 FROM entrustment e"
                      " JOIN entrustment_member em ON em.entrustment = e.id"
                      " WHERE em.member = :member AND e.state IN " RUNNING}},
     .help = "退出后不能再派往委托；在办委托须先变更人员。"},

    {.name = "qualification.record", .label = "登记资质", .group = "provider", .table = "qualification", .article = "7",
     .roles = ROLE_BIT(ROLE_PROCUREMENT), .flags = ACT_CREATES,
     .fields = FIELDS({"holder", "持有者", FIELD_REF, 0, "provider|member"},
                      {"type", "资质类别", FIELD_TEXT, 0, .maximum = 60},
                      {"number", "证书编号", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 60},
                      {"scope", "范围", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
                      {"from", "有效期自", FIELD_DATE, F_OPTIONAL}, {"to", "有效期至", FIELD_DATE, F_OPTIONAL},
                      {"issuer", "发证机关", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 100}),
     .rules = RULES(RULE_qualification_reversed, RULE_qualification_unproven, RULE_qualification_lapsed),
     .facts = {{NULL, "SELECT CASE WHEN CAST(:to AS BIGINT) < CAST(:from AS BIGINT) THEN 1 ELSE 0 END"
                      "   AS qualification_reversed,"
                      " CASE WHEN CAST(:to AS BIGINT) < CAST(:day AS BIGINT) THEN 1 ELSE 0 END AS qualification_lapsed,"
                      " CASE WHEN COALESCE(TRIM(CAST(:number AS TEXT)), '') = ''"
                      "   OR COALESCE(TRIM(CAST(:issuer AS TEXT)), '') = '' THEN 1 ELSE 0 END AS qualification_unproven"}},
     .apply = {{NULL, "INSERT INTO qualification (id, seq, holder, type, number, scope, from_date, to_date, issuer)"
                      " VALUES (:id, :seq, :holder, :type, :number, :scope, :from, :to, :issuer)"}},
     .help = "登记机构或人员的资质、职称、执业证书。过期的可以登记，但不能证明能力。"},

    {.name = "undertaking.sign", .label = "签署承诺", .group = "provider", .table = "undertaking", .article = "12",
     .roles = ROLES_THIRD_PARTY, .flags = ACT_CREATES,
     .fields = FIELDS({"agreement", "辅助执法协议", FIELD_REF, 0, "agreement"},
                      {"member", "辅助人员", FIELD_REF, F_OPTIONAL, "member"},
                      {"kinds", "承诺内容", FIELD_ENUM, F_OPTIONAL | F_LIST, "confidentiality integrity recusal"}),
     .scope = SCOPE_AGREEMENT,
     .rules = RULES(RULE_state, RULE_undertaking_kinds_missing, RULE_undertaking_id_taken, RULE_undertaking_signer_wrong,
                    RULE_undertaking_member_foreign, RULE_undertaking_by_lead),
     .facts = {{NULL, STATE_OF("agreement", ":agreement", "'draft', 'effective', 'suspended'")},
               {NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM undertaking u WHERE u.id LIKE CAST(:id AS TEXT) || '/%')"
                      "   THEN 1 ELSE 0 END AS undertaking_id_taken,"
                      " CASE WHEN CAST(:member AS TEXT) IS NULL AND NOT " IS_LEAD " THEN 1 ELSE 0 END"
                      "   AS undertaking_signer_wrong"},
               {NULL, "SELECT CASE WHEN m.provider = a.provider AND m.state <> 'retired' THEN 0 ELSE 1 END"
                      "   AS undertaking_member_foreign,"
                      " CASE WHEN COALESCE(m.user_id, '') <> :by AND NOT " IS_LEAD " THEN 1 ELSE 0 END"
                      "   AS undertaking_signer_wrong,"
                      " CASE WHEN COALESCE(m.user_id, '') <> :by AND " IS_LEAD " THEN 1 ELSE 0 END AS undertaking_by_lead"
                      " FROM member m JOIN agreement a ON a.id = :agreement WHERE m.id = :member"}},
     .facts_more = undertaking_facts,
     .apply = {{"kinds", "INSERT INTO undertaking (id, seq, agreement, provider, member, kind, signed_at)"
                         " SELECT CAST(:id AS TEXT) || '/' || CAST(:item AS TEXT), :seq, a.id, a.provider, :member,"
                         " :item, :at FROM agreement a WHERE a.id = :agreement ON CONFLICT DO NOTHING"},
               {NULL, TODO_DONE("undertaking_sign", "agreement", ":agreement")
                      " AND (SELECT COUNT(DISTINCT u.kind) FROM undertaking u WHERE u.agreement = :agreement"
                      " AND u.member IS NULL) = 3"}},
     .help = "机构和每名辅助人员分别签署保密、廉洁、回避承诺。"},

    {.name = "interest.declare", .label = "申报利害关系", .group = "provider", .table = "interest", .article = "8",
     .roles = ROLES_THIRD_PARTY, .flags = ACT_RIGHT | ACT_CREATES,
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"},
                      {"member", "辅助人员", FIELD_REF, F_OPTIONAL, "member"},
                      {"has_interest", "有无利害关系", FIELD_BOOL, 0},
                      {"detail", "说明", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = SCOPE_ENTRUSTMENT, .rules = RULES(RULE_interest_of_other, RULE_interest_after_approval),
     .facts = {{NULL, "SELECT CASE WHEN CAST(:has_interest AS BIGINT) = 1 AND e.state NOT IN ('drafted', 'returned',"
                      "   'withdrawn') THEN 1 ELSE 0 END AS interest_after_approval, e.id AS t_entrustment"
                      " FROM entrustment e WHERE e.id = :entrustment"},
               {NULL, "SELECT CASE WHEN m.provider <> e.provider OR (COALESCE(m.user_id, '') <> :by AND NOT " IS_LEAD ")"
                      "   THEN 1 ELSE 0 END AS interest_of_other"
                      " FROM member m JOIN entrustment e ON e.id = :entrustment WHERE m.id = :member"}},
     /* A stranger's declaration stays in the ledger only: it must not stand in for the one that is owed. */
     .apply = {{NULL, "INSERT INTO interest (id, seq, entrustment, provider, member, has_interest, detail)"
                      " SELECT :id, :seq, e.id, e.provider, COALESCE(CAST(:member AS TEXT), CASE WHEN NOT " IS_LEAD
                      " THEN (SELECT MIN(m.id) FROM member m WHERE m.user_id = :by) END), :has_interest, :detail"
                      " FROM entrustment e JOIN users u ON u.id = :by AND u.provider = e.provider"
                      " WHERE e.id = :entrustment AND (CAST(:member AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM member m"
                      " WHERE m.id = :member AND m.provider = e.provider AND (m.user_id = :by OR " IS_LEAD ")))"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-1', :seq, 'interest_declared', e.agency, 'head', 'entrustment',"
                      " e.id, 'entrustment.release', :workday_1 FROM entrustment e JOIN interest i"
                      " ON i.entrustment = e.id WHERE i.id = :id AND (i.has_interest = 1"
                      " OR e.state IN ('approved', 'accepted', 'suspended'))"},
               {NULL, INTEREST_FREEZES},
               {NULL, "UPDATE entrustment SET frozen = frozen + 1 WHERE id IN (SELECT o.entrustment FROM objection o"
                      " WHERE o.seq = :seq)"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT " SEQ_TEXT " || '-2', o.seq, 'objection_decide', e.agency, 'head', 'objection', o.id,"
                      " 'objection.decide', CAST(:workday_objection_decide_workdays AS BIGINT) FROM objection o"
                      " JOIN entrustment e ON e.id = o.entrustment WHERE o.seq = :seq"}},
     .help = "申报与执法相对人有无利害关系，随时可以申报，不会被拒绝。"},

    {.name = "roster.establish", .label = "建立名录库", .group = "provider", .table = "roster", .article = "7",
     .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"roster", "名录库", FIELD_ID, F_NEW, "roster"}, {"agency", "执法机构", FIELD_REF, 0, "agency"},
                      {"from", "开始日期", FIELD_DATE, F_OPTIONAL}, {"to", "结束日期", FIELD_DATE, F_OPTIONAL}),
     .scope = SCOPE_AGENCY,
     .rules = RULES(RULE_state, RULE_roster_period_missing, RULE_roster_period_reversed, RULE_roster_not_city),
     .facts = {{NULL, "SELECT CASE WHEN g.level = 'city' THEN 0 ELSE 1 END AS roster_not_city,"
                      " CASE WHEN r.id IS NULL THEN 0 ELSE 1 END AS wrong_state, r.id AS t_thing, '已建立' AS t_state"
                      " FROM agency g LEFT JOIN roster r ON r.id = :roster WHERE g.id = :agency"}},
     .facts_more = roster_period,
     .apply = {{NULL, "INSERT INTO roster (id, seq, agency, from_date, to_date)"
                      " VALUES (:roster, :seq, :agency, :from, :to)"}},
     .help = "市州执法机构可以建立辅助检查人员名录库；不建立也可以委托。"},

    {.name = "roster.enter", .label = "名录入库", .group = "provider", .table = "roster", .article = "7",
     .roles = ROLE_BIT(ROLE_HEAD), .fields = FIELDS(ROSTER_WHO_FIELDS), .scope = SCOPE_ROSTER,
     .rules = RULES(RULE_roster_nobody, RULE_roster_agency_differs, RULE_roster_period_missing,
                    RULE_roster_period_reversed, RULE_roster_outside_period, RULE_provider_not_admitted,
                    RULE_provider_banned, RULE_roster_member_unfit, RULE_roster_without_agreement,
                    RULE_roster_number_missing),
     .facts = {{NULL, "SELECT CASE WHEN r.agency <> COALESCE(CAST(:agency AS TEXT), r.agency) THEN 1 ELSE 0 END"
                      "   AS roster_agency_differs,"
                      " CASE WHEN CAST(:from AS BIGINT) < r.from_date OR CAST(:to AS BIGINT) > r.to_date THEN 1 ELSE 0 END"
                      "   AS roster_outside_period FROM roster r WHERE r.id = :roster"},
               {NULL, "SELECT p.name AS t_provider_name, m.name AS t_member_name,"
                      " CASE WHEN p.state = 'admitted' THEN 0 ELSE 1 END AS provider_not_admitted,"
                      " CASE WHEN " PROVIDER_BANNED("p", "(SELECT r.agency FROM roster r WHERE r.id = :roster)")
                      " THEN 1 ELSE 0 END AS provider_banned,"
                      " CASE WHEN m.id IS NULL OR (m.state = 'admitted' AND (m.to_date IS NULL OR m.to_date >= :day))"
                      "   THEN 0 ELSE 1 END AS roster_member_unfit,"
                      " CASE WHEN m.id IS NOT NULL AND COALESCE(TRIM(CAST(:double_random_no AS TEXT)), '') = '' THEN 1 ELSE 0 END"
                      "   AS roster_number_missing,"
                      " CASE WHEN EXISTS (SELECT 1 FROM agreement a JOIN roster r ON r.agency = a.agency"
                      "   WHERE r.id = :roster AND a.provider = p.id AND a.state = 'effective') THEN 0 ELSE 1 END"
                      "   AS roster_without_agreement"
                      " FROM provider p LEFT JOIN member m ON m.id = :member"
                      " WHERE p.id = COALESCE(m.provider, CAST(:provider AS TEXT))"}},
     .facts_more = roster_period, .apply = {{NULL, ROSTER_ENTER("provider")}, {NULL, ROSTER_ENTER("member")}},
     .help = "吸收被委托的单位和人员入库，并在“双随机、一公开”监管系统录入。"},

    {.name = "roster.drop", .label = "名录出库", .group = "provider", .table = "roster", .article = "7",
     .roles = ROLE_BIT(ROLE_HEAD), .fields = FIELDS(ROSTER_WHO_FIELDS), .scope = SCOPE_ROSTER,
     .rules = RULES(RULE_roster_nobody, RULE_roster_not_entered, RULE_provider_reason_missing),
     .facts = {{NULL, "SELECT CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END AS roster_not_entered FROM roster_entry x"
                      " WHERE x.roster = :roster AND x.dropped_at IS NULL AND x.who IN " ROSTER_WHO}},
     .facts_more = roster_period,
     .apply = {{NULL, "UPDATE roster_entry SET dropped_at = :at, drop_reason = :reason, drop_seq = :seq"
                      " WHERE roster = :roster AND dropped_at IS NULL AND who IN " ROSTER_WHO}},
     .help = "出库写明理由；协议和委托不因出库改变。"},
    {0}};
