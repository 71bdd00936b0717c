/*
 * Phones that may bring back what was recorded without a signal, and what officers record on site with them.
 *
 * A phone is registered by whoever signs in on it and revoked when it is lost; sync asks the row. A capture is the officers' own
 * record (Penalty Law 47); helpers hand in material (material.submit), which is verified.
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

enum { PHONES_MOST = 5 /* of one person at a time */ };

static err *capture_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    bool note = str_eq(act_text(a, "kind"), S("note"));
    f->field_capture_empty = note ? !str_trim(act_text(a, "text")).n : !act_text(a, "digest").n;
    f->field_capture_imported = str_eq(act_text(a, "origin"), S("album"));
    act_say(a, "capture_label", enum_label(act_text(a, "kind")));
    return NULL;
}

static err *register_facts(struct act *a)
{
    act_facts(a)->field_phones_most = PHONES_MOST;
    return NULL;
}

const struct act_type acts_field[] = {
    {.name = "visit.capture", .label = "现场记录", .group = "visit", .table = "visit_capture", .article = "11",
     .roles = ROLE_BIT(ROLE_OFFICER), .flags = ACT_CREATES,
     .fields = FIELDS({"visit", "现场", FIELD_REF, 0, "visit"},
                      {"kind", "种类", FIELD_ENUM, 0, "photo video audio note signature"},
                      {"origin", "来源", FIELD_ENUM, 0, "camera album"},
                      {"digest", "原始文件摘要", FIELD_DIGEST, F_OPTIONAL},
                      {"text", "文字", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 2000},
                      {"captured_at", "取得时间", FIELD_TIME, 0},
                      {"clock_error_s", "时钟误差（秒）", FIELD_COUNT, F_OPTIONAL, .maximum = 86400},
                      {"lon", "经度", FIELD_DEGREE, F_OPTIONAL | F_BODY}, {"lat", "纬度", FIELD_DEGREE, F_OPTIONAL | F_BODY},
                      {"accuracy_m", "定位误差（米）", FIELD_METRE, F_OPTIONAL | F_BODY}),
     .scope = SCOPE_VISIT,
     .rules = RULES(RULE_field_capture_empty, RULE_field_capture_imported, RULE_field_capture_absent),
     .facts = {{NULL, STATE_OF("visit", ":visit", "'planned', 'approved', 'closed'")},
               {NULL, "SELECT CASE WHEN COALESCE((SELECT x.kind FROM presence_event x WHERE x.visit = :visit AND x.person = :by"
                      " AND x.time <= :captured_at ORDER BY x.time DESC, x.seq DESC LIMIT 1), 2) = 1 THEN 0 ELSE 1 END"
                      " AS field_capture_absent"}},
     .facts_more = capture_facts,
     .apply = {{NULL, "INSERT INTO visit_capture (id, seq, visit, author, kind, origin, digest, text, captured_at, error_s, lon, lat,"
                      " accuracy_m, received_at) VALUES (:id, :seq, :visit, :by, :kind, :origin, :digest, :text, :captured_at,"
                      " COALESCE(CAST(:clock_error_s AS BIGINT), 0), :lon, :lat, :accuracy_m, :received_at)"}},
     .help = "执法人员在现场取得的照片、录像、录音、文字和签名。从相册导入的如实标明。"},

    {.name = "phone.register", .label = "登记手机", .group = "people", .table = "phone", .article = "12",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_MEMBER), .flags = ACT_CREATES,
     .fields = FIELDS({"name", "名称", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 100}),
     .rules = RULES(RULE_field_phones_too_many),
     .facts = {{NULL, "SELECT COUNT(*) AS field_phones FROM phone WHERE user_id = :by AND revoked_at IS NULL"}},
     .facts_more = register_facts,
     .apply = {{NULL, "INSERT INTO phone (id, seq, user_id, name, registered_at) VALUES (:id, :seq, :by, :name, :at)"}},
     .help = "离线记录只从登记过的手机回传。手机丢失的，立即停用。"},

    {.name = "phone.revoke", .label = "停用手机", .group = "people", .table = "phone", .article = "12",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_MEMBER) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_PROVIDER_LEAD),
     .fields = FIELDS({"phone", "手机", FIELD_REF, 0, "phone"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 200}),
     .rules = RULES(RULE_field_phone_of_other),
     .facts = {{NULL, "SELECT CASE WHEN p.revoked_at IS NULL THEN 0 ELSE 1 END AS wrong_state, p.id AS t_thing, '已停用' AS t_state,"
                      " CASE WHEN p.user_id = :by OR EXISTS (SELECT 1 FROM users u JOIN user_role r ON r.user_id = CAST(:by AS TEXT)"
                      " WHERE u.id = p.user_id AND ((r.role = 'head' AND u.agency = CAST(:agency AS TEXT))"
                      " OR (r.role = 'provider_lead' AND u.provider = CAST(:provider AS TEXT)))) THEN 0 ELSE 1 END"
                      " AS field_phone_of_other FROM phone p WHERE p.id = :phone"}},
     .apply = {{NULL, "UPDATE phone SET revoked_at = :at, revoked_by = :by, revoke_reason = :reason, revoke_seq = :seq"
                      " WHERE id = :phone"}},
     .help = "停用后，这部手机上没有回传的内容不再接收。"},
    {0}};
