/*
 * Flights of unmanned aircraft (Art. 6). What is air outside the fence and what is entering the premises the regulation
 * does not say: by default a low flight over a subject's site counts as entry and takes officers (Art. 11).
 *
 * A flight is over premises when its author says so, or when the drawn area holds the place of a subject of the
 * entrustment. The area is body text; only the answer becomes a fact.
 *
 * What comes home is in flight_import.c. Todo kinds: flight_approve (head).
 */
#include "acts/acts.h"
#include "acts/acts_sql.h"
#include "acts/flight_area.h"

/* Does the area hold a subject's place; how many of those it holds have no served notice? */
static err *premises_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    const struct json *area = NULL;
    struct db_rows rows;
    bool more;
    if (act_get(a, "area")->present)
        TRY(json_parse(act_arena(a), act_text(a, "area"), LIMIT_ACT_BYTES, &area));
    TRY(act_query(a, "SELECT s.lon, s.lat, (SELECT COUNT(*) FROM notice n WHERE n.entrustment = x.entrustment AND"
                     " n.subject = s.id AND n.state = 'served') FROM entrustment_subject x JOIN subject s"
                     " ON s.id = x.subject WHERE x.entrustment = :entrustment", &rows));
    bool over = act_int(a, "over_premises", 0) != 0;
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        bool placed = db_column(&rows, 0).kind == DB_INT && db_column(&rows, 1).kind == DB_INT;
        bool held = placed && area && area_holds(area, (struct degree){db_int(&rows, 0), db_int(&rows, 1)});
        f->flight_unnoticed += (held || over) && db_int(&rows, 2) == 0;
        f->flight_over_premises |= held;
    }
    f->flight_over_premises |= over;
    return NULL;
}

/* What the flight regulation of 2024 wants on paper: a licence from the small class on, an approved application in controlled airspace, which
 * begins at the latest 120 m above the ground. */
static void papers_facts(struct act *a, int64_t height)
{
    enum { OPEN_BELOW_M = 120 };
    struct law_facts *f = act_facts(a);
    str class = act_text(a, "uav_class"), airspace = act_text(a, "airspace");
    bool licensed = str_eq(class, S("small")) || str_eq(class, S("medium")) || str_eq(class, S("large"));
    f->flight_licence_missing = licensed && !act_text(a, "licence_no").n;
    f->flight_airspace_unapproved = str_eq(airspace, S("controlled")) && !act_text(a, "airspace_no").n;
    f->flight_airspace_too_high = str_eq(airspace, S("permitted")) && height > OPEN_BELOW_M;
    f->flight_corridor_missing = flight_area_is_line(act_arena(a), act_text(a, "area")) && act_int(a, "corridor_m", 0) <= 0;
}

static err *plan_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    bool whole = act_get(a, "from")->present && act_get(a, "to")->present;
    int64_t low = act_policy(a, "uav_height_limit_m"), height = act_int(a, "height_m", 0);
    f->flight_period_missing = !whole;
    f->flight_period_reversed = whole && act_int(a, "to", 0) <= act_int(a, "from", 0);
    f->flight_device_missing = !act_get(a, "device")->present;
    f->flight_pilot_missing = !act_get(a, "pilot")->present;
    f->flight_area_missing = !act_get(a, "area")->present;
    papers_facts(a, height);
    f->flight_high = height > low;
    f->flight_officers_required = act_policy(a, "min_officers_on_site");
    TRY(premises_facts(a));
    if (!act_policy(a, "low_flight_is_entry") || height > low)
        f->flight_over_premises = 0;
    return NULL;
}

#define DAY_START(day) "(" day " * 86400000000 - 28800000000)" /* on the calendar of UTC+8 */

const struct act_type acts_flight[] = {
    {.name = "flight.plan", .label = "申请飞行", .group = "draw", .table = "flight", .article = "6",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_PROVIDER_LEAD), .flags = ACT_CREATES,
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"},
                      {"area", "飞行区域", FIELD_JSON, F_OPTIONAL | F_BODY},
                      {"height_m", "飞行高度", FIELD_METRE, F_OPTIONAL},
                      {"from", "开始时间", FIELD_TIME, F_OPTIONAL}, {"to", "结束时间", FIELD_TIME, F_OPTIONAL},
                      {"pilot", "操作人", FIELD_REF, F_OPTIONAL, "member|users"},
                      {"device", "无人机", FIELD_REF, F_OPTIONAL, "device"},
                      {"over_premises", "低空飞越厂区", FIELD_BOOL, F_OPTIONAL},
                      {"corridor_m", "区域是岸线时两侧宽度", FIELD_METRE, F_OPTIONAL, .maximum = 5000},
                      {"gsd_mm", "地面分辨率要求（毫米）", FIELD_COUNT, F_OPTIONAL, .maximum = 10000},
                      {"uav_class", "无人机类别", FIELD_ENUM, F_OPTIONAL, "micro light small medium large"},
                      {"licence_no", "操控员执照号", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 60},
                      {"airspace", "空域", FIELD_ENUM, F_OPTIONAL, "permitted controlled"},
                      {"airspace_no", "飞行活动批准号", FIELD_TEXT, F_OPTIONAL, .maximum = 60}),
     .scope = SCOPE_ENTRUSTMENT,
     .rules = RULES(RULE_state, RULE_flight_kind_differs, RULE_flight_not_agreed_duty, RULE_flight_period_missing,
                    RULE_flight_period_reversed, RULE_flight_outside_term, RULE_flight_device_missing,
                    RULE_flight_device_not_uav, RULE_flight_device_unregistered, RULE_flight_device_foreign,
                    RULE_flight_device_unreviewed, RULE_flight_pilot_missing, RULE_flight_pilot_foreign,
                    RULE_flight_area_missing, RULE_flight_corridor_missing, RULE_flight_licence_missing,
                    RULE_flight_airspace_unapproved, RULE_flight_airspace_too_high, RULE_flight_high, RULE_flight_without_officers,
                    RULE_flight_officers_too_few, RULE_flight_unnoticed, RULE_entrustment_frozen,
                    RULE_agreement_not_effective),
     .facts =
         {{NULL, STATE_OF("entrustment", ":entrustment", "'accepted'")},
          {NULL, "SELECT CASE WHEN e.kind IN ('T07', 'T08') THEN 0 ELSE 1 END AS flight_kind_differs,"
                 " CASE WHEN CAST(:from AS BIGINT) < " DAY_START("e.from_date") " OR CAST(:to AS BIGINT) > "
                 DAY_START("(e.to_date + 1)") " THEN 1 ELSE 0 END AS flight_outside_term,"
                 " CASE WHEN e.enters_site = 1 THEN 0 ELSE 1 END AS flight_without_officers,"
                 " (SELECT COUNT(*) FROM entrustment_officer o WHERE o.entrustment = e.id) AS flight_officers,"
                 " e.frozen AS entrustment_frozen,"
                 " CASE WHEN g.state = 'effective' THEN 0 ELSE 1 END AS agreement_not_effective,"
                 " e.id AS t_entrustment, g.id AS t_agreement, g.state AS t_agreement_state,"
                 " e.from_date AS d_term_from, e.to_date AS d_term_to"
                 " FROM entrustment e JOIN agreement g ON g.id = e.agreement WHERE e.id = :entrustment"},
          {NULL, "SELECT CASE WHEN d.kind = 'uav' THEN 0 ELSE 1 END AS flight_device_not_uav,"
                 " CASE WHEN d.kind = 'uav' AND COALESCE(d.registration_no, '') = '' THEN 1 ELSE 0 END"
                 "   AS flight_device_unregistered,"
                 " CASE WHEN d.agency = e.agency OR d.provider = e.provider THEN 0 ELSE 1 END AS flight_device_foreign,"
                 " CASE WHEN d.kind = 'uav' AND d.legal_review_no IS NULL AND e.kind = 'T08' THEN 1 ELSE 0 END"
                 "   AS flight_device_unreviewed"
                 " FROM device d JOIN entrustment e ON e.id = :entrustment WHERE d.id = CAST(:device AS TEXT)"},
          {NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM entrustment_member em JOIN member m ON m.id = em.member"
                 "   WHERE em.entrustment = :entrustment AND em.approved = 1 AND (m.id = w.id OR m.user_id = w.id))"
                 " OR EXISTS (SELECT 1 FROM entrustment_officer o WHERE o.entrustment = :entrustment"
                 "   AND o.user_id = w.id) THEN 0 ELSE 1 END AS flight_pilot_foreign, w.name AS t_pilot_name"
                 " FROM (SELECT id, name FROM member UNION ALL SELECT id, name FROM users) w"
                 " WHERE w.id = CAST(:pilot AS TEXT)"}},
     .facts_more = plan_facts,
     .apply = {{NULL, "INSERT INTO flight (id, seq, entrustment, area, height_m, from_time, to_time, pilot, device, state,"
                      " author, corridor_m, gsd_mm, uav_class, licence_no, airspace, airspace_no) VALUES (:id, :seq, :entrustment,"
                      " :area, :height_m, :from, :to, :pilot, :device, 'planned', :by, :corridor_m, :gsd_mm, :uav_class,"
                      " :licence_no, :airspace, :airspace_no)"},
               {NULL, TODO("1", "flight_approve", "(SELECT agency FROM entrustment WHERE id = :entrustment)", "head",
                           "flight", ":id", "flight.approve", ":workday_2")}},
     .help = "在无人机事项的委托下申请，写明区域、高度、时间、操作人和无人机。低空飞越厂区按进入现场管理。"},

    {.name = "flight.approve", .label = "批准飞行", .group = "draw", .table = "flight", .article = "6",
     .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"flight", "飞行", FIELD_REF, 0, "flight"}),
     .scope = "SELECT e.agency AS agency FROM flight f JOIN entrustment e ON e.id = f.entrustment WHERE f.id = :flight",
     .rules = RULES(RULE_state, RULE_approver_is_author, RULE_entrustment_frozen, RULE_agreement_not_effective,
                    RULE_flight_device_unregistered),
     .facts = {{NULL, "SELECT CASE WHEN f.state = 'planned' AND e.state = 'accepted' THEN 0 ELSE 1 END AS wrong_state,"
                      " f.id AS t_thing, CASE WHEN f.state = 'planned' THEN e.state ELSE f.state END AS t_state,"
                      " CASE WHEN f.author = :by THEN 1 ELSE 0 END AS approver_is_author,"
                      " e.frozen AS entrustment_frozen,"
                      " CASE WHEN g.state = 'effective' THEN 0 ELSE 1 END AS agreement_not_effective,"
                      " g.id AS t_agreement, g.state AS t_agreement_state,"
                      " CASE WHEN COALESCE(d.registration_no, '') = '' THEN 1 ELSE 0 END AS flight_device_unregistered"
                      " FROM flight f JOIN entrustment e ON e.id = f.entrustment JOIN agreement g ON g.id = e.agreement"
                      " LEFT JOIN device d ON d.id = f.device WHERE f.id = :flight"}},
     .apply = {{NULL, "UPDATE flight SET state = 'approved', approved_by = :by, approved_at = :at WHERE id = :flight"},
               {NULL, TODO_DONE("flight_approve", "flight", ":flight")}},
     .help = "批准时再次核对委托、协议和异议。"},
    {0}};
