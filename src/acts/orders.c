/*
 * Orders to helpers and their right to refuse (Art. 4), and giving the data back (Art. 12). The typed power of an
 * order decides; its words only warn. A refusal voids the ordered item and nothing else.
 *
 * Todo kinds: order_refused (discipline), data_return (closed here).
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"

static err *order_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    str power = act_text(a, "power");
    f->power_missing = !power.p;
    for (int i = 0; power.p && i < LAW_POWER_COUNT; i++) {
        if (!str_eq(power, str_of(law_power_names[i].id)))
            continue;
        f->power_forbidden = i >= POWER_FIRST_FORBIDDEN;
        f->power_contact = i == POWER_CONTACT_SUBJECT;
        f->power_enter_alone = i == POWER_ENTER_ALONE;
        f->power_investigate = i == POWER_INVESTIGATE_CLUE;
        act_say(a, "power", str_of(law_power_names[i].zh));
    }
    f->order_words = act_words_of_power(a, act_text(a, "text"));
    return NULL;
}

const struct act_type acts_orders[] = {
    {.name = "order.give", .label = "下达辅助指令", .group = "orders", .table = "orders", .article = "4",
     .roles = ROLE_BIT(ROLE_OFFICER), .flags = ACT_CREATES,
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"}, {"to", "辅助人员", FIELD_REF, 0, "member"},
                      {"power", "辅助事项", FIELD_POWER, F_OPTIONAL},
                      {"text", "内容", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_ENTRUSTMENT,
     .rules = RULES(RULE_power_missing, RULE_power_forbidden, RULE_power_contact, RULE_power_enter_alone,
                    RULE_power_investigate, RULE_member_not_entrusted, RULE_entrustment_frozen, RULE_order_words),
     .facts = {{NULL, "SELECT CASE WHEN e.state = 'accepted' THEN 0 ELSE 1 END AS wrong_state, e.id AS t_thing,"
                      " e.state AS t_state, e.frozen AS entrustment_frozen, m.name AS t_member_name,"
                      " CASE WHEN EXISTS (SELECT 1 FROM entrustment_member em WHERE em.entrustment = e.id"
                      "   AND em.member = m.id AND em.approved = 1) THEN 0 ELSE 1 END AS member_not_entrusted"
                      " FROM entrustment e, member m WHERE e.id = :entrustment AND m.id = :to"}},
     .facts_more = order_facts,
     .apply = {{NULL, "INSERT INTO orders (id, seq, entrustment, author, member, power, text, state)"
                      " VALUES (:id, :seq, :entrustment, :by, :to, :power, :text, 'given')"}},
     .help = "指令按选定的辅助事项执行；行政权力不在可选之列，第三方可以拒绝越权要求。"},

    {.name = "order.refuse", .label = "拒绝越权要求", .group = "orders", .table = "order_refusal", .article = "4",
     .roles = ROLES_THIRD_PARTY, .flags = ACT_CREATES | ACT_RIGHT,
     .fields = FIELDS({"order", "指令", FIELD_REF, F_OPTIONAL, "orders"}, {"entrustment", "委托", FIELD_REF, 0, "entrustment"},
                      {"text", "被要求做什么", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_ENTRUSTMENT, .rules = RULES(),
     .apply = {{NULL, "INSERT INTO order_refusal (id, seq, order_id, entrustment, author, member, text, reason, at)"
                      " VALUES (:id, :seq, :order, :entrustment, :by, :member, :text, :reason, :at)"},
               {NULL, "UPDATE orders SET state = 'void' WHERE id = :order AND entrustment = :entrustment"},
               {NULL, TODO("1", "order_refused", "(SELECT agency FROM entrustment WHERE id = :entrustment)", "discipline",
                           "order_refusal", ":id", "violation.open", ":workday_5")}},
     .help = "执法人员要求从事检查、询问、取证、强制等行政权力事项的，可以拒绝。只有被拒绝的这一项失效，委托、到场和考核均不受影响。"},

    {.name = "data.return", .label = "返还或销毁资料", .group = "orders", .table = "data_return", .article = "12",
     .roles = ROLE_BIT(ROLE_PROVIDER_LEAD), .flags = ACT_CREATES | ACT_RIGHT,
     .fields = FIELDS({"agreement", "协议", FIELD_REF, 0, "agreement"},
                      {"items", "清单", FIELD_TEXT, F_LIST | F_BODY, .maximum = 200},
                      {"destroyed", "已销毁", FIELD_BOOL, 0},
                      {"certificate", "证明", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 200}),
     .scope = SCOPE_AGREEMENT, .rules = RULES(RULE_destroyed_without_certificate),
     .facts = {{NULL, "SELECT CASE WHEN CAST(:destroyed AS BIGINT) = 1 AND CAST(:certificate AS TEXT) IS NULL THEN 1 ELSE 0 END"
                      " AS destroyed_without_certificate"}},
     .apply = {{NULL, "INSERT INTO data_return (id, seq, agreement, destroyed, certificate, items)"
                      " VALUES (:id, :seq, :agreement, :destroyed, :certificate, :items)"},
               {NULL, TODO_DONE("data_return", "agreement", ":agreement")}},
     .help = "协议结束后返还或销毁工作秘密、商业秘密和个人信息，保密义务继续有效。"},
    {0}};
