/*
 * Outlets and what is said over their readings (Art. 6; monitoring regulation Art. 25): where a plant is watched, from
 * which networks its logger may report, which hours it marks itself (标记), what an officer corrects, and the daily anchor of
 * the readings store. Readings are facts from outside and never an act; nothing here changes one that was received.
 *
 * A mark is the plant's own statement. Late, wordless or doubtful it is taken, with the time it reached us; refused is only
 * what cannot be a statement about the past. Nothing is edited: a mark is withdrawn and made again, both stay.
 */
#include <arpa/inet.h>
#include <string.h>
#include "acts/acts.h"
#include "acts/acts_sql.h"
#include "acts/limit_rows.h"

/* ---- outlet ---- */

/* Code of a logger: 24 characters since 2017, 14 before; devices send others, so only the alphabet is fixed. */
static err *mn_valid(str mn)
{
    bool fits = mn.n >= 1 && mn.n <= 24;
    for (size_t i = 0; i < mn.n && fits; i++)
        fits = (mn.p[i] >= '0' && mn.p[i] <= '9') || (mn.p[i] >= 'A' && mn.p[i] <= 'Z') || (mn.p[i] >= 'a' && mn.p[i] <= 'z');
    if (fits)
        return NULL;
    return err_got(err_at(err_new(ERR_INPUT, "“设备编码”读不懂"), S("mn")), utf8_clip(mn, 24), S("1至24位字母和数字"),
                   S("420100A1B2C3D4E5F6010203"));
}

static err *register_facts(struct act *a)
{
    TRY(mn_valid(act_text(a, "mn")));
    act_facts(a)->outlet_period_reversed = act_get(a, "from")->present && act_get(a, "to")->present &&
                                           act_int(a, "to", 0) < act_int(a, "from", 0);
    act_say(a, "mn", act_text(a, "mn"));
    return NULL;
}

static err *close_facts(struct act *a)
{
    act_facts(a)->outlet_reason_missing = !str_trim(act_text(a, "reason")).n;
    return NULL;
}

/* ---- networks ---- */

/* "10.1.0.0/16", "2001:db8::/32", a single address. Bits behind the prefix must be zero: who writes 10.1.2.3/16 means
 * something else. */
static bool network_valid(struct arena *a, str text)
{
    unsigned char bytes[16] = {0};
    ptrdiff_t slash = str_find(text, S("/"));
    str host = slash < 0 ? text : str_sub(text, 0, (size_t)slash);
    if (host.n < 2 || host.n > 45)
        return false;
    const char *address = arena_cstr(a, host);
    bool six = str_find(host, S(":")) >= 0;
    if (inet_pton(six ? AF_INET6 : AF_INET, address, bytes) != 1)
        return false;
    int64_t all = six ? 128 : 32, prefix = all;
    if (slash >= 0 && (!str_int64(str_sub(text, (size_t)slash + 1, text.n), &prefix) || prefix < 0 || prefix > all))
        return false;
    for (int64_t bit = prefix; bit < all; bit++)
        if (bytes[bit / 8] & (0x80 >> (bit % 8)))
            return false;
    return true;
}

static err *access_facts(struct act *a)
{
    const struct act_value *list = act_get(a, "networks");
    for (size_t i = 0; i < list->n; i++)
        if (!network_valid(act_arena(a), list->child[i].s))
            return err_got(err_at(err_new(ERR_INPUT, "“网段”读不懂"), arena_printf(act_arena(a), "networks[%zu]", i)),
                           utf8_clip(list->child[i].s, 45), S("地址/前缀长度，前缀以后的位为0"), S("10.1.0.0/16"));
    return NULL;
}

/* ---- marks ---- */

static err *factors_valid(struct act *a)
{
    const struct act_value *list = act_get(a, "factors");
    for (size_t i = 0; i < list->n; i++)
        if (!factor_valid(list->child[i].s))
            return err_got(err_at(err_new(ERR_INPUT, "“污染因子”读不懂"), arena_printf(act_arena(a), "factors[%zu]", i)),
                           utf8_clip(list->child[i].s, 20), S("污染因子代码"), S("a21026"));
    return NULL;
}

static err *mark_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    bool whole = act_get(a, "from")->present && act_get(a, "to")->present;
    usec from = act_int(a, "from", 0), to = act_int(a, "to", 0), now = act_at(a);
    TRY(factors_valid(a));
    f->mark_period_missing = !whole;
    f->mark_period_reversed = whole && to <= from;
    f->mark_begins_later = whole && from > now;
    f->mark_ahead_hours = whole && to > now ? (to - now + USEC_HOUR - 1) / USEC_HOUR : 0;
    f->mark_ahead_limit = act_policy(a, "mark_ahead_hours");
    f->mark_reason_missing = !str_trim(act_text(a, "reason")).n;
    return NULL;
}

/* What of [from, to) had to be marked by the hour of confirmation on the day after its last instant. */
#define MARK_DEADLINE                                                                               \
    "(((CAST(:to AS BIGINT) - 1 + 28800000000) / 86400000000 + 1) * 86400000000 - 28800000000"      \
    " + CAST(:policy_mark_confirm_hour AS BIGINT) * 3600000000)"
#define DAY_START(day) "(" day " * 86400000000 - 28800000000)" /* on the calendar of UTC+8 */

static err *unmark_facts(struct act *a)
{
    act_facts(a)->unmark_reason_missing = !str_trim(act_text(a, "reason")).n;
    return NULL;
}

/* ---- corrections ---- */

static err *correct_facts(struct act *a)
{
    static const struct { const char *period; usec length; } periods[] = {
        {"minute", USEC_MINUTE}, {"hour", USEC_HOUR}, {"day", USEC_DAY}};
    struct law_facts *f = act_facts(a);
    str factor = act_text(a, "factor"), value = act_text(a, "value");
    usec slot = act_int(a, "slot", 0), length = USEC_DAY;
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)
        if (str_eq(act_text(a, "period"), str_of(periods[i].period)))
            length = periods[i].length;
    if (!factor_valid(factor))
        return err_got(err_at(err_new(ERR_INPUT, "“污染因子”读不懂"), S("factor")), utf8_clip(factor, 20), S("污染因子代码"), S("a21026"));
    if (!decimal_valid(value))
        return err_got(err_at(err_new(ERR_INPUT, "“修正为”读不懂"), S("value")), utf8_clip(value, 20), S("十进制数，至多18位"), S("12.30"));
    if ((slot - day_start(day_of(slot))) % length)
        return err_got(err_at(err_new(ERR_INPUT, "“时段开始”不在整点上"), S("slot")), time_chinese(act_arena(a), slot),
                       S("该时段的开始时间"), S("2026-03-02T09:00:00+08:00"));
    f->correct_reason_missing = !str_trim(act_text(a, "reason")).n;
    f->correct_later = slot + length > act_at(a);
    return NULL;
}

static err *anchor_facts(struct act *a)
{
    act_facts(a)->anchor_revision = act_int(a, "revision", 0);
    return NULL;
}

/* The officer's own bureau where its region holds the plant, else the nearest one over it. */
#define OUTLET_AGENCY                                                                               \
    "COALESCE((SELECT g.id FROM agency g WHERE g.id = CAST(:agency AS TEXT) AND " REGION_COVERS("g.region", "s.region") \
    "), (SELECT g.id FROM agency g WHERE " REGION_COVERS("g.region", "s.region")                     \
    " ORDER BY g.region DESC, g.id LIMIT 1))"
#define SCOPE_OUTLET                                                                                \
    "SELECT " OUTLET_AGENCY " AS agency, s.id AS subject FROM outlet o JOIN subject s ON s.id = o.subject WHERE o.id = :outlet"
#define OUTLET_OPEN                                                                                 \
    "SELECT CASE WHEN o.closed_at IS NULL THEN 0 ELSE 1 END AS wrong_state, o.name AS t_thing, '已停用' AS t_state"  \
    " FROM outlet o WHERE o.id = :outlet"
#define MARK_KINDS "stopped start shut bake fault accident maintenance calibration network other"

const struct act_type acts_outlet[] = {
    {.name = "outlet.register", .label = "登记监测点位", .group = "outlet", .table = "outlet", .article = "6",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_IMPORT) | ROLE_BIT(ROLE_SYSADMIN), .flags = ACT_CREATES,
     .fields = FIELDS({"name", "点位名称", FIELD_TEXT, F_BODY, .maximum = 100}, {"subject", "排污单位", FIELD_REF, 0, "subject"},
                      {"mn", "设备编码（MN）", FIELD_TEXT, 0, .maximum = 24},
                      {"kind", "类别", FIELD_ENUM, 0, "gas water noise other"},
                      {"industry", "行业", FIELD_TEXT, F_OPTIONAL, .maximum = 60},
                      {"process", "生产设施", FIELD_TEXT, F_OPTIONAL, .maximum = 60},
                      {"permit_no", "排污许可证编号", FIELD_TEXT, F_OPTIONAL, .maximum = 40},
                      {"o2_reference", "基准含氧量（%）", FIELD_PERCENT, F_OPTIONAL},
                      {"area_m2", "烟道截面积（平方米）", FIELD_NUMBER, F_OPTIONAL},
                      {"lon", "经度", FIELD_DEGREE, F_OPTIONAL | F_BODY}, {"lat", "纬度", FIELD_DEGREE, F_OPTIONAL | F_BODY},
                      {"cadence", "上报间隔（秒）", FIELD_COUNT, F_OPTIONAL, .maximum = 86400},
                      {"from", "启用日期", FIELD_DATE, F_OPTIONAL}, {"to", "停用日期", FIELD_DATE, F_OPTIONAL}),
     .scope = "SELECT " OUTLET_AGENCY " AS agency, s.id AS subject FROM subject s WHERE s.id = :subject",
     .rules = RULES(RULE_outlet_period_reversed, RULE_outlet_mn_taken, RULE_outlet_mn_taken_2025),
     .facts = {{NULL, "SELECT 1 AS outlet_mn_taken, o.name AS t_other_outlet FROM outlet o WHERE o.mn = CAST(:mn AS TEXT)"
                      " AND o.closed_at IS NULL AND COALESCE(o.to_date, :day) >= :day ORDER BY o.id LIMIT 1"}},
     .facts_more = register_facts,
     .apply = {{NULL, "INSERT INTO outlet (id, seq, name, name_seq, subject, mn, kind, industry, process, permit_no,"
                      " o2_reference, area_m2, lon, lon_seq, lat, lat_seq, cadence, from_date, to_date) VALUES (:id, :seq, :name,"
                      " :seq, :subject, :mn, :kind, :industry, :process, :permit_no, :o2_reference, :area_m2, :lon, :seq, :lat,"
                      " :seq, :cadence, :from, :to)"}},
     .help = "一台数采仪一个设备编码。需要折算的填基准含氧量，通风口等不折算的不填。更换设备编码的，停用后另行登记。"},

    {.name = "outlet.amend", .label = "变更监测点位", .group = "outlet", .table = "outlet", .article = "6",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_SYSADMIN),
     .fields = FIELDS({"outlet", "点位", FIELD_REF, 0, "outlet"}, {"name", "点位名称", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 100},
                      {"industry", "行业", FIELD_TEXT, F_OPTIONAL, .maximum = 60},
                      {"process", "生产设施", FIELD_TEXT, F_OPTIONAL, .maximum = 60},
                      {"permit_no", "排污许可证编号", FIELD_TEXT, F_OPTIONAL, .maximum = 40},
                      {"o2_reference", "基准含氧量（%）", FIELD_PERCENT, F_OPTIONAL},
                      {"area_m2", "烟道截面积（平方米）", FIELD_NUMBER, F_OPTIONAL},
                      {"lon", "经度", FIELD_DEGREE, F_OPTIONAL | F_BODY}, {"lat", "纬度", FIELD_DEGREE, F_OPTIONAL | F_BODY},
                      {"cadence", "上报间隔（秒）", FIELD_COUNT, F_OPTIONAL, .maximum = 86400}),
     .scope = SCOPE_OUTLET, .rules = RULES(RULE_state), .facts = {{NULL, OUTLET_OPEN}},
     .apply = {{NULL, "UPDATE outlet SET name = :name, name_seq = :seq WHERE id = :outlet AND CAST(:name AS TEXT) IS NOT NULL"},
               {NULL, "UPDATE outlet SET lon = :lon, lon_seq = :seq WHERE id = :outlet AND CAST(:lon AS BIGINT) IS NOT NULL"},
               {NULL, "UPDATE outlet SET lat = :lat, lat_seq = :seq WHERE id = :outlet AND CAST(:lat AS BIGINT) IS NOT NULL"},
               {NULL, "UPDATE outlet SET industry = COALESCE(CAST(:industry AS TEXT), industry),"
                      " process = COALESCE(CAST(:process AS TEXT), process),"
                      " permit_no = COALESCE(CAST(:permit_no AS TEXT), permit_no),"
                      " o2_reference = COALESCE(CAST(:o2_reference AS BIGINT), o2_reference),"
                      " area_m2 = COALESCE(CAST(:area_m2 AS BIGINT), area_m2),"
                      " cadence = COALESCE(CAST(:cadence AS BIGINT), cadence) WHERE id = :outlet"}},
     .help = "只填要改的项。用于更正登记；工艺改变的，停用后另行登记，以免改动以前数据的折算。"},

    {.name = "outlet.close", .label = "停用监测点位", .group = "outlet", .table = "outlet", .article = "6",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_SYSADMIN),
     .fields = FIELDS({"outlet", "点位", FIELD_REF, 0, "outlet"}, {"to", "停用日期", FIELD_DATE, F_OPTIONAL},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_OUTLET, .rules = RULES(RULE_state, RULE_outlet_period_reversed, RULE_outlet_reason_missing),
     .facts = {{NULL, OUTLET_OPEN},
               {NULL, "SELECT CASE WHEN COALESCE(CAST(:to AS BIGINT), :day) < o.from_date THEN 1 ELSE 0 END"
                      " AS outlet_period_reversed FROM outlet o WHERE o.id = :outlet"}},
     .facts_more = close_facts,
     .apply = {{NULL, "UPDATE outlet SET to_date = COALESCE(CAST(:to AS BIGINT), :day), closed_at = :at, closed_reason = :reason,"
                      " closed_seq = :seq WHERE id = :outlet"}},
     .help = "停用后数据照收，不再计入应传。已收的数据不变。"},

    {.name = "outlet.access", .label = "设置上报网段", .group = "outlet", .table = "outlet", .article = "6",
     .roles = ROLE_BIT(ROLE_SYSADMIN),
     .fields = FIELDS({"outlet", "点位", FIELD_REF, 0, "outlet"},
                      {"networks", "网段", FIELD_TEXT, F_OPTIONAL | F_LIST, .maximum = 32}),
     .scope = SCOPE_OUTLET, .rules = RULES(RULE_state), .facts = {{NULL, OUTLET_OPEN}}, .facts_more = access_facts,
     .apply = {{NULL, "DELETE FROM outlet_network WHERE outlet = :outlet"},
               {"networks", "INSERT INTO outlet_network (outlet, network, seq) VALUES (:outlet, :item, :seq)"
                            " ON CONFLICT DO NOTHING"}},
     .help = "该点位的数采仪只能从所列网段上报；不填则不限。以本次所列为准。"},

    {.name = "outlet.mark", .label = "标记监测数据", .group = "outlet", .table = "outlet_mark", .article = "6",
     .roles = ROLE_BIT(ROLE_SUBJECT) | ROLE_BIT(ROLE_OFFICER), .flags = ACT_CREATES,
     .fields = FIELDS({"outlet", "点位", FIELD_REF, 0, "outlet"}, {"kind", "状态", FIELD_ENUM, 0, MARK_KINDS},
                      {"from", "开始时间", FIELD_TIME, F_OPTIONAL}, {"to", "结束时间", FIELD_TIME, F_OPTIONAL},
                      {"reason", "原因", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
                      {"factors", "污染因子", FIELD_TEXT, F_OPTIONAL | F_LIST, .maximum = 50}),
     .scope = SCOPE_OUTLET,
     .rules = RULES(RULE_mark_period_missing, RULE_mark_period_reversed, RULE_mark_begins_later, RULE_mark_ahead, RULE_mark_late,
                    RULE_mark_reason_missing, RULE_mark_outside_outlet, RULE_mark_fault_while_stopped),
     .facts = {{NULL, "SELECT CASE WHEN CAST(:received_at AS BIGINT) > " MARK_DEADLINE " THEN (CAST(:received_at AS BIGINT) - "
                      MARK_DEADLINE " + 59999999) / 60000000 ELSE 0 END AS mark_late_minutes,"
                      " CASE WHEN CAST(:from AS BIGINT) < " DAY_START("o.from_date") " OR CAST(:to AS BIGINT) > "
                      DAY_START("(o.to_date + 1)") " THEN 1 ELSE 0 END AS mark_outside_outlet,"
                      " (SELECT COUNT(*) FROM outlet_mark m WHERE m.outlet = o.id AND m.kind = 'stopped' AND m.undone_at IS NULL"
                      "   AND m.from_time < CAST(:to AS BIGINT) AND m.to_time > CAST(:from AS BIGINT)"
                      "   AND CAST(:kind AS TEXT) IN ('fault', 'accident')) AS mark_fault_while_stopped"
                      " FROM outlet o WHERE o.id = :outlet"}},
     .facts_more = mark_facts,
     .apply = {{NULL, "INSERT INTO outlet_mark (id, seq, outlet, kind, from_time, to_time, reason, author, entered) VALUES"
                      " (:id, :seq, :outlet, :kind, :from, :to, :reason, :by, :received_at)"},
               {"factors", "INSERT INTO outlet_mark_factor (mark, factor) VALUES (:id, :item) ON CONFLICT DO NOTHING"}},
     .help = "停运、启炉、停炉、烘炉、故障、事故、维护、校准、通讯中断等。不填因子为全部因子。前一日的标记应在次日确认时刻前提交，"
             "迟交照收并留下提交时间。"},

    {.name = "outlet.unmark", .label = "撤销标记", .group = "outlet", .table = "outlet_mark", .article = "6",
     .roles = ROLE_BIT(ROLE_SUBJECT) | ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"mark", "标记", FIELD_REF, 0, "outlet_mark"},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = "SELECT " OUTLET_AGENCY " AS agency, s.id AS subject FROM outlet_mark m JOIN outlet o ON o.id = m.outlet"
              " JOIN subject s ON s.id = o.subject WHERE m.id = :mark",
     .rules = RULES(RULE_state, RULE_unmark_of_officer, RULE_unmark_reason_missing),
     .facts = {{NULL, "SELECT CASE WHEN m.undone_at IS NULL THEN 0 ELSE 1 END AS wrong_state, m.id AS t_thing, '已撤销' AS t_state,"
                      " CASE WHEN CAST(:subject_of AS TEXT) IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = m.author"
                      "   AND u.subject IS NOT NULL) THEN 1 ELSE 0 END AS unmark_of_officer FROM outlet_mark m WHERE m.id = :mark"}},
     .facts_more = unmark_facts,
     .apply = {{NULL, "UPDATE outlet_mark SET undone_at = :at, undone_by = :by, undo_reason = :reason, undo_reason_seq = :seq"
                      " WHERE id = :mark"}},
     .help = "标错的，撤销后重新标记。原标记和撤销都保留。"},

    {.name = "outlet.correct", .label = "修正监测数据", .group = "outlet", .table = "outlet_correction", .article = "6",
     .roles = ROLE_BIT(ROLE_OFFICER), .flags = ACT_CREATES,
     .fields = FIELDS({"outlet", "点位", FIELD_REF, 0, "outlet"}, {"factor", "污染因子", FIELD_TEXT, 0, .maximum = 20},
                      {"period", "时段", FIELD_ENUM, 0, "minute hour day"}, {"slot", "时段开始", FIELD_TIME, 0},
                      {"converted", "折算值", FIELD_BOOL, F_OPTIONAL}, {"value", "修正为", FIELD_TEXT, 0, .maximum = 20},
                      {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_OUTLET, .rules = RULES(RULE_correct_reason_missing, RULE_correct_later), .facts_more = correct_facts,
     .apply = {{NULL, "INSERT INTO outlet_correction (id, seq, outlet, factor, period, converted, slot, value, reason, author,"
                      " entered) VALUES (:id, :seq, :outlet, :factor, :period, COALESCE(CAST(:converted AS BIGINT), 0), :slot,"
                      " :value, :reason, :by, :received_at)"}},
     .help = "收到的原值不动，修正值叠加其上并注明修正人和理由；同一时段以后作的为准。"},

    {.name = "readings.anchor", .label = "锚定监测数据", .group = "outlet", .table = "readings_anchor", .article = "6",
     .roles = ROLE_BIT(ROLE_SYSTEM), .flags = ACT_CREATES | ACT_INTERNAL,
     .fields = FIELDS({"day", "日期", FIELD_DATE, 0}, {"revision", "修订次", FIELD_COUNT, 0}, {"chunks", "数据块数", FIELD_COUNT, 0},
                      {"root", "树根", FIELD_DIGEST, 0}),
     .rules = RULES(RULE_anchor_not_newer),
     .facts = {{NULL, "SELECT COALESCE(MAX(revision), -1) + 1 AS anchor_next FROM readings_anchor x WHERE x.day = :day"}},
     .facts_more = anchor_facts,
     .apply = {{NULL, "INSERT INTO readings_anchor (id, seq, day, revision, chunks, root) VALUES (:id, :seq, :day, :revision,"
                      " :chunks, :root)"}},
     .help = "系统每日把全部数据块的树根记入账本，一项记录即可证明全省一天的数据。"},
    {0}};
