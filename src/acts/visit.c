/*
 * A visit and who was there (Art. 11). Online, a helper's entry is judged at once; offline or late it is a report of
 * fact, recorded whatever it says and judged by presence.reconcile. Rules for helpers never bind officers.
 *
 * Todo kinds: visit_approve, visit_close, presence_reconcile, helpers_alone, emergency_papers.
 */
#include <math.h>
#include <string.h>
#include "acts/acts.h"
#include "acts/acts_sql.h"
#include "acts/presence.h"
#include "acts/visit.h"

/* ---- planning ---- */

static err *plan_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    f->visit_emergency = act_int(a, "emergency", 0);
    f->visit_time_reversed = act_int(a, "ends", 0) <= act_int(a, "starts", 0);
    bool required = act_policy(a, "require_inspection_approval_and_notice_no") != 0,
         approval = act_text(a, "approval_no").n > 0, notice = act_text(a, "notice_no").n > 0;
    f->visit_approval_missing = required && !approval;
    f->visit_notice_missing = required && !notice;
    f->visit_papers_waived = !required && !(approval && notice);
    f->visit_helpers_missing = !act_get(a, "helpers")->present;
    return NULL;
}

#define VISIT_CAP_FACTS(visit_of_same) /* visits of this company planned in the year of :starts */   \
    " CASE WHEN s.visits_per_year IS NOT NULL THEN 1 ELSE 0 END AS visit_cap_known,"                \
    " CASE WHEN e.basis_type IN ('plan', 'special') AND CAST(:policy_frequency_cap_check AS BIGINT) = 1 THEN 1 ELSE 0 END" \
    "   AS visit_cap_applies,"                                                                      \
    " COALESCE(s.visits_per_year, 0) AS visits_cap,"                                                \
    " (SELECT COUNT(*) FROM visit o WHERE o.subject = s.id AND o.state <> 'cancelled' " visit_of_same \
    "   AND o.starts >= :year_start AND o.starts <= :year_end) AS visits_this_year"

/* ---- presence ---- */

static int64_t distance_m(int64_t lon1, int64_t lat1, int64_t lon2, int64_t lat2)
{
    double rad = 3.14159265358979323846 / 180e7, metre = 6371000.0;
    double x = (double)(lon2 - lon1) * rad * cos((double)(lat1 + lat2) / 2 * rad);
    double y = (double)(lat2 - lat1) * rad;
    return (int64_t)(sqrt(x * x + y * y) * metre + 0.5);
}

/* A code that does not fit warns, and the clocks' difference of one that does is kept. Neither stops anybody. */
static err *enter_code(struct act *a)
{
    struct law_facts *f = act_facts(a);
    str text = act_text(a, "code"), visit = act_text(a, "visit");
    struct entry_code code;
    uint8_t key[SHA256_BYTES];
    int64_t offset = INT64_MIN, officer = 1;
    f->code_given = text.n > 0;
    if (!text.n || !act_visit_key(a, visit, key))
        return NULL;
    enum entry_fault fault = !entry_code_read(text, &code) ? ENTRY_UNREADABLE
                             : entry_code_check(key, visit, &code, act_int(a, "time", 0), act_policy(a, "entry_code_seconds"),
                                                act_policy(a, "clock_tolerance_seconds"), &offset);
    if (fault == ENTRY_FINE && code.sealed)
        TRY(db_one_int(act_db(a), "SELECT COUNT(*) FROM entrustment_officer eo JOIN visit v ON v.entrustment = eo.entrustment"
                                  " WHERE v.id = :visit AND eo.user_id = :person",
                       DB_ARGS(DB_T("visit", visit), DB_T("person", code.person)), 0, &officer));
    if (fault == ENTRY_FINE && (!officer || str_eq(code.person, act_text(a, "person"))))
        fault = ENTRY_NOT_OFFICER;
    f->enter_code_wrong = fault != ENTRY_FINE;
    act_say(a, "code_fault", str_of(entry_fault_text[fault]));
    if (offset != INT64_MIN)
        act_engine_value(a, "code_offset_s")->i = offset;
    return NULL;
}

static err *enter_position(struct act *a)
{
    struct law_facts *f = act_facts(a);
    struct db_rows rows;
    bool more;
    f->accuracy_m = act_int(a, "accuracy_m", 0);
    f->max_accuracy_m = act_policy(a, "max_gps_error_m");
    if (!act_get(a, "lon")->present || !act_get(a, "lat")->present)
        return NULL;
    TRY(act_query(a, "SELECT lon, lat, radius_m FROM visit WHERE id = :visit AND lon IS NOT NULL AND lat IS NOT NULL", &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    struct db_value radius = db_column(&rows, 2);
    int64_t allowed = radius.kind == DB_INT ? radius.i : act_policy(a, "geofence_radius_m");
    int64_t away = distance_m(db_int(&rows, 0), db_int(&rows, 1), act_int(a, "lon", 0), act_int(a, "lat", 0));
    int64_t beyond = away - allowed - f->accuracy_m;
    f->beyond_fence_m = beyond > 0 ? beyond : 0;
    db_rows_end(&rows);
    return NULL;
}

static err *enter_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    int64_t time = act_int(a, "time", 0);
    f->officers_on_site_required = act_policy(a, "min_officers_on_site");
    f->notice_required = act_policy(a, "helper_checkin_requires_notice");
    f->code_required = act_policy(a, "qr_proximity_required");
    f->reported_late = act_int(a, "offline", 0) || act_text(a, "late_reason").n;
    f->time_in_future = time > act_at(a) + 5 * USEC_MINUTE;
    TRY(enter_code(a));
    TRY(enter_position(a));
    /* A phone without a signal cannot know of a freeze: what began before reads 不知情期间. */
    if (f->reported_late && f->enter_helper && f->entrustment_frozen)
        act_set_mark(a, MARK_UNAWARE);
    if (!f->enter_helper) { /* the helper's rules never bind an officer */
        f->entrustment_frozen = 0;
        f->members_not_admitted = 0;
    }
    return NULL;
}

static err *leave_facts(struct act *a)
{
    act_facts(a)->time_in_future = act_int(a, "time", 0) > act_at(a) + 5 * USEC_MINUTE;
    return NULL;
}

#define PERSON_MEMBER                                                                               \
    "(SELECT MIN(pm.id) FROM member pm WHERE pm.id = CAST(:person AS TEXT) OR pm.user_id = CAST(:person AS TEXT))"
/* The id a presence is kept under: a member's id for helpers, the user's for officers. */
#define PERSON "COALESCE(" PERSON_MEMBER ", CAST(:person AS TEXT))"

/* Is `person` inside visit :visit at :time, by what is reported so far? */
#define INSIDE(person)                                                                              \
    "COALESCE((SELECT x.kind FROM presence_event x WHERE x.visit = :visit AND x.person = " person   \
    " AND x.time <= :time ORDER BY x.time DESC, x.seq DESC LIMIT 1), 2) = 1"

#define OFFICERS_ON_SITE                                                                            \
    "(SELECT COUNT(*) FROM (SELECT DISTINCT person FROM presence_event WHERE visit = :visit AND helper = 0) o" \
    " WHERE " INSIDE("o.person") " AND EXISTS (SELECT 1 FROM certificate c JOIN certificate_area ca"  \
    " ON ca.certificate = c.seq WHERE c.user_id = o.person AND c.from_date <= :day AND c.to_date >= :day" \
    " AND " REGION_COVERS("ca.region", "s.region") "))"
#define HELPERS_INSIDE(but)                                                                         \
    "(SELECT DISTINCT person FROM presence_event WHERE visit = :visit AND helper = 1 AND person <> " but ") h WHERE " \
    INSIDE("h.person")

#define RUNNING_STATE "e.state = 'accepted'"

#define ENTER_FACTS                                                                                 \
    "SELECT CASE WHEN " PERSON_MEMBER " IS NOT NULL THEN 1 ELSE 0 END AS enter_helper,"             \
    " CASE WHEN " PERSON_MEMBER " IS NULL THEN 1 ELSE 0 END AS enter_officer,"                      \
    " CASE WHEN " PERSON_MEMBER " IS NULL THEN CASE WHEN EXISTS (SELECT 1 FROM entrustment_officer eo" \
    "   WHERE eo.entrustment = e.id AND eo.user_id = :person) THEN 0 ELSE 1 END"                    \
    "   ELSE CASE WHEN EXISTS (SELECT 1 FROM entrustment_member em WHERE em.entrustment = e.id"     \
    "   AND em.member = " PERSON_MEMBER ") THEN 0 ELSE 1 END END AS enter_stranger,"                \
    " CASE WHEN EXISTS (SELECT 1 FROM entrustment_member em WHERE em.entrustment = e.id AND em.member = " \
        PERSON_MEMBER " AND em.approved = 0) THEN 1 ELSE 0 END AS member_unapproved,"               \
    " CASE WHEN :by = CAST(:person AS TEXT) OR EXISTS (SELECT 1 FROM member bm WHERE bm.user_id = :by"            \
    "   AND bm.id = " PERSON_MEMBER ") OR (COALESCE(CAST(:borrowed AS BIGINT), 0) = 1 AND EXISTS"   \
    "   (SELECT 1 FROM user_role br WHERE br.user_id = :by AND br.role = 'officer')) THEN 0 ELSE 1 END" \
    "   AS enter_for_other,"                                                                        \
    " CASE WHEN " INSIDE(PERSON) " THEN 1 ELSE 0 END AS enter_already_inside,"                      \
    " " OFFICERS_ON_SITE " AS officers_on_site,"                                                    \
    " (SELECT COUNT(*) FROM " HELPERS_INSIDE(PERSON) ") AS helpers_on_site, v.helpers AS helpers_planned,"         \
    " CASE WHEN EXISTS (SELECT 1 FROM notice n WHERE n.entrustment = e.id AND n.subject = v.subject" \
    "   AND n.state = 'served' AND n.served_at <= :time) THEN 0 ELSE 1 END AS notice_not_served,"   \
    " CASE WHEN EXISTS (SELECT 1 FROM notice n WHERE n.entrustment = e.id AND n.subject = v.subject" \
    "   AND n.state = 'served' AND n.served_at <= :time AND n.seq > COALESCE((SELECT em.seq FROM"   \
    "   entrustment_member em WHERE em.entrustment = e.id AND em.member = " PERSON_MEMBER "), 0))"  \
    "   THEN 0 ELSE 1 END AS notice_before_member,"                                                 \
    " CASE WHEN " RUNNING_STATE " AND a.state = 'effective' THEN 0 ELSE 1 END AS entrustment_not_running,"        \
    " e.frozen AS entrustment_frozen,"                                                              \
    " CASE WHEN v.state IN ('planned', 'approved') THEN 0 ELSE 1 END AS visit_over,"                \
    " CASE WHEN v.state = 'planned' AND v.emergency = 0 THEN 1 ELSE 0 END AS visit_not_approved,"   \
    " CASE WHEN (CAST(:time AS BIGINT) + 28800000000) / 86400000000 BETWEEN e.from_date AND e.to_date"            \
    "   THEN 0 ELSE 1 END AS outside_period,"                                                       \
    " CASE WHEN (CAST(:time AS BIGINT) + 28800000000) / 86400000000 BETWEEN"                        \
    "   (v.starts + 28800000000) / 86400000000 AND (v.ends + 28800000000) / 86400000000"            \
    "   THEN 0 ELSE 1 END AS outside_visit_day,"                                                    \
    " CASE WHEN CAST(:time AS BIGINT) < v.starts THEN (v.starts - CAST(:time AS BIGINT)) / 60000000"              \
    "   WHEN CAST(:time AS BIGINT) > v.ends THEN (CAST(:time AS BIGINT) - v.ends) / 60000000 ELSE 0 END"          \
    "   AS outside_window_minutes,"                                                                 \
    " CASE WHEN " PERSON_MEMBER " IS NULL AND NOT EXISTS (SELECT 1 FROM certificate c JOIN certificate_area ca"   \
    "   ON ca.certificate = c.seq WHERE c.user_id = :person AND c.from_date <= :day AND c.to_date >= :day"        \
    "   AND " REGION_COVERS("ca.region", "s.region") ") THEN 1 ELSE 0 END AS own_certificate_invalid,"            \
    " (SELECT COUNT(*) FROM member fm WHERE fm.id = " PERSON_MEMBER " AND NOT (fm.state = 'admitted'"             \
    "   AND (fm.to_date IS NULL OR fm.to_date >= :day))) AS members_not_admitted,"                  \
    " (SELECT fm.name FROM member fm WHERE fm.id = " PERSON_MEMBER ") AS t_unfit_member,"           \
    " COALESCE((SELECT fm.name FROM member fm WHERE fm.id = " PERSON_MEMBER "),"                    \
    "   (SELECT u.name FROM users u WHERE u.id = :person)) AS t_person_name,"                       \
    " e.state AS t_entrustment_state, v.id AS t_thing, v.state AS t_state"                          \
    " FROM visit v JOIN entrustment e ON e.id = v.entrustment JOIN agreement a ON a.id = e.agreement"             \
    " JOIN subject s ON s.id = v.subject WHERE v.id = :visit"

#define PRESENCE_INSERT(kind)                                                                       \
    "INSERT INTO presence_event (seq, visit, person, helper, kind, time, error_s, offline, late, mark, lon, lat,"   \
    " accuracy_m, device, borrowed, late_reason, code_offset_s) SELECT :seq, v.id, " PERSON ", CASE WHEN " PERSON_MEMBER " IS NOT NULL THEN 1"  \
    " ELSE 0 END, " kind ", CAST(:time AS BIGINT), COALESCE(CAST(:clock_error_s AS BIGINT), 0),"    \
    " COALESCE(CAST(:offline AS BIGINT), 0), CASE WHEN CAST(:late_reason AS TEXT) IS NULL THEN 0 ELSE 1 END,"       \
    " CAST(:mark AS BIGINT), CAST(:lon AS BIGINT), CAST(:lat AS BIGINT), CAST(:accuracy_m AS BIGINT),"              \
    " CAST(:device AS TEXT), COALESCE(CAST(:borrowed AS BIGINT), 0), CAST(:late_reason AS TEXT),"  \
    " CAST(:code_offset_s AS BIGINT) FROM visit v WHERE v.id = :visit"

#define RECONCILE_TODO                                                                              \
    "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at) SELECT CAST(CAST(:seq AS BIGINT) AS TEXT) || '-1'," \
    " :seq, 'presence_reconcile', e.agency, 'officer', 'visit', v.id, 'presence.reconcile', :workday_1 FROM visit v"       \
    " JOIN entrustment e ON e.id = v.entrustment WHERE v.id = :visit AND (COALESCE(CAST(:offline AS BIGINT), 0) = 1"       \
    " OR CAST(:late_reason AS TEXT) IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM todo t WHERE t.thing_kind = 'visit'"        \
    " AND t.thing_id = v.id AND t.kind = 'presence_reconcile' AND t.closed_seq IS NULL)"

static const struct act_field presence_fields[] = {
    {"visit", "现场", FIELD_REF, 0, "visit"},
    {"person", "人员", FIELD_REF, 0, "users|member"},
    {"time", "时间", FIELD_TIME, 0},
    {"lon", "经度", FIELD_DEGREE, F_OPTIONAL | F_BODY},
    {"lat", "纬度", FIELD_DEGREE, F_OPTIONAL | F_BODY},
    {"accuracy_m", "定位误差（米）", FIELD_METRE, F_OPTIONAL | F_BODY},
    {"code", "到场码", FIELD_TEXT, F_OPTIONAL, .maximum = LIMIT_ENTRY_CODE},
    {"code_offset_s", "两部手机时钟相差（秒）", FIELD_COUNT, F_OPTIONAL | F_ENGINE},
    {"device", "设备", FIELD_TEXT, F_OPTIONAL, .maximum = 64},
    {"borrowed", "借用设备", FIELD_BOOL, F_OPTIONAL},
    {"offline", "离线登记", FIELD_BOOL, F_OPTIONAL},
    {"clock_error_s", "时钟误差（秒）", FIELD_COUNT, F_OPTIONAL, .maximum = 86400},
    {"late_reason", "补录理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500},
    {0}};

/* ---- reconciling ---- */

#define UNACCOMPANIED_TODO                                                                          \
    "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at) SELECT CAST(CAST(:seq AS BIGINT) AS TEXT) || '-2'," \
    " :seq, 'helpers_alone', e.agency, 'discipline', 'visit', v.id, 'violation.open', :workday_5 FROM visit v"             \
    " JOIN entrustment e ON e.id = v.entrustment WHERE v.id = :visit AND EXISTS (SELECT 1 FROM incident i"                 \
    " WHERE i.visit = v.id AND i.certain = 1)"


static err *presence_of(struct db *d, struct arena *arena, str visit, usec until, int64_t required, int64_t tolerance_min,
                        struct presence *ret)
{
    struct db_rows rows;
    bool more;
    VEC(struct presence_event) events = {0};
    TRY(db_query(d, arena,
                 "SELECT person, helper, kind, time, error_s FROM presence_event WHERE visit = :visit"
                 " ORDER BY time, kind, person LIMIT 4000",
                 DB_ARGS(DB_T("visit", visit)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(arena, &events,
                 ((struct presence_event){.person = db_str(&rows, 0), .helper = db_int(&rows, 1) != 0,
                                          .leave = db_int(&rows, 2) == 2, .time = db_int(&rows, 3),
                                          .error = db_int(&rows, 4) * USEC_SECOND}));
    }
    *ret = presence_compute(arena, events.p, events.n, until, (int)required, tolerance_min * USEC_MINUTE);
    return NULL;
}

err *visit_presence(struct act *a, str visit, usec until, struct presence *ret)
{
    return presence_of(act_db(a), act_arena(a), visit, until, act_policy(a, "min_officers_on_site"), act_policy(a, "leave_tolerance_min"), ret);
}

err *visit_presence_now(struct db *d, struct arena *a, str visit, usec until, struct presence *ret)
{
    int64_t required, tolerance;
    TRY(setting_now(d, S("min_officers_on_site"), &required));
    TRY(setting_now(d, S("leave_tolerance_min"), &tolerance));
    return presence_of(d, a, visit, until, required, tolerance, ret);
}

struct capture { str id; enum presence_at at; };

/* Marks captures of the visit by how their author stood at that moment. */
static err *mark_materials(struct act *a, str visit, const struct presence *p)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(act_db(a), act_arena(a),
                 "SELECT id, author, captured_at FROM material WHERE visit = :visit AND captured_at IS NOT NULL"
                 " AND author IS NOT NULL ORDER BY id",
                 DB_ARGS(DB_T("visit", visit)), &rows));
    VEC(struct capture) marks = {0};
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(act_arena(a), &marks,
                 ((struct capture){db_str(&rows, 0), presence_at(p, db_str(&rows, 1), db_int(&rows, 2))}));
    }
    for (size_t i = 0; i < marks.n; i++)
        TRY(db_put(act_db(a), "UPDATE material SET quarantined = :q, doubtful = :d WHERE id = :id",
                   DB_ARGS(DB_I("q", marks.p[i].at == PRESENCE_OUTSIDE), DB_I("d", marks.p[i].at == PRESENCE_DOUBTFUL),
                           DB_T("id", marks.p[i].id))));
    return NULL;
}

/* Of what was reported offline or late, the mark is the reconciliation's: on arrival others' reports were not in yet. */
#define RECONCILED_MARKS                                                                            \
    "UPDATE presence_event SET mark = CASE WHEN helper = 1 AND kind = 1 AND (NOT EXISTS (SELECT 1 FROM visit v JOIN"      \
    " entrustment_member em ON em.entrustment = v.entrustment WHERE v.id = presence_event.visit AND em.member = presence_event.person"   \
    " AND em.approved = 1) OR NOT EXISTS (SELECT 1 FROM visit v JOIN entrustment e ON e.id = v.entrustment WHERE v.id ="  \
    " presence_event.visit AND (presence_event.time + 28800000000) / 86400000000 BETWEEN e.from_date AND e.to_date)"      \
    " OR (CAST(:policy_helper_checkin_requires_notice AS BIGINT) = 1 AND NOT EXISTS (SELECT 1 FROM visit v JOIN notice n ON" \
    " n.entrustment = v.entrustment AND n.subject = v.subject WHERE v.id = presence_event.visit AND n.state = 'served'"    \
    " AND n.served_at <= presence_event.time))) THEN 1 ELSE 2 END WHERE visit = :visit AND (offline = 1 OR late = 1) AND mark <> 3"

static err *mark_events(struct act *a, str visit, const struct presence *p)
{
    TRY(act_run(a, RECONCILED_MARKS));
    for (size_t i = 0; i < p->stretches_n; i++) {
        const struct presence_stretch *s = &p->stretches[i];
        if (s->certain)
            TRY(db_put(act_db(a),
                       "UPDATE presence_event SET mark = 1 WHERE visit = :visit AND person = :member AND helper = 1 AND kind = 1"
                       " AND (offline = 1 OR late = 1) AND mark <> 3 AND time + error_s * 1000000 >= :from AND time <= :to",
                       DB_ARGS(DB_T("visit", visit), DB_T("member", s->member), DB_I("from", s->from), DB_I("to", s->to))));
    }
    return NULL;
}

static err *reconcile_apply(struct act *a)
{
    struct presence p;
    str visit = act_text(a, "visit");
    TRY(visit_presence(a, visit, act_at(a), &p));
    TRY(act_run(a, "DELETE FROM incident WHERE visit = :visit"));
    for (size_t i = 0; i < p.stretches_n; i++) {
        const struct presence_stretch *s = &p.stretches[i];
        str id = arena_printf(act_arena(a), "%.*s-%.*s-%lld", STR_ARG(visit), STR_ARG(s->member), (long long)s->from);
        TRY(db_put(act_db(a),
                   "INSERT INTO incident (id, seq, visit, member, from_time, to_time, certain)"
                   " VALUES (:id, :seq, :visit, :member, :from, :to, :certain)",
                   DB_ARGS(DB_T("id", id), DB_I("seq", act_seq(a)), DB_T("visit", visit), DB_T("member", s->member),
                           DB_I("from", s->from), DB_I("to", s->to), DB_I("certain", s->certain))));
    }
    TRY(mark_events(a, visit, &p));
    TRY(act_run(a, "UPDATE visit SET reconciled_seq = :seq WHERE id = :visit"));
    return mark_materials(a, visit, &p);
}

static err *close_apply(struct act *a)
{
    TRY(reconcile_apply(a));
    return act_run(a, UNACCOMPANIED_TODO);
}

enum { NAMES_MOST = 10 };

/* Of a person as the presence keeps it: a member's id or an officer's user id. */
static err *person_name(struct act *a, str person, str *ret)
{
    TRY(db_one_str(act_db(a), act_arena(a),
                   "SELECT name FROM (SELECT name FROM member WHERE id = :id UNION ALL SELECT name FROM users WHERE id = :id) w"
                   " LIMIT 1",
                   DB_ARGS(DB_T("id", person)), ret));
    *ret = ret->p ? *ret : person;
    return NULL;
}

static err *close_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    struct presence p;
    TRY(visit_presence(a, act_text(a, "visit"), act_at(a), &p));
    usec certain = 0, doubtful = 0;
    buf inside = buf_make(act_arena(a), 2000);
    for (size_t i = 0; i < p.intervals_n; i++) {
        str name;
        if (!p.intervals[i].open)
            continue;
        TRY(person_name(a, p.intervals[i].person, &name));
        if (++f->still_inside > NAMES_MOST)
            continue;
        if (inside.n)
            buf_add(&inside, S("、"));
        buf_add(&inside, name);
    }
    act_say(a, "inside_name", buf_str(&inside));
    for (size_t i = 0; i < p.stretches_n; i++) {
        usec length = p.stretches[i].to - p.stretches[i].from;
        *(p.stretches[i].certain ? &certain : &doubtful) += length;
        str name;
        if (!p.stretches[i].certain)
            continue;
        TRY(person_name(a, p.stretches[i].member, &name));
        act_say(a, "unaccompanied_name", name);
    }
    f->unaccompanied_minutes = (certain + USEC_MINUTE - 1) / USEC_MINUTE;
    f->doubtful_minutes = (doubtful + USEC_MINUTE - 1) / USEC_MINUTE;
    return NULL;
}

const struct act_type acts_visit[] = {
    {.name = "visit.plan", .label = "安排现场", .group = "visit", .table = "visit", .article = "11",
     .roles = ROLE_BIT(ROLE_OFFICER), .flags = ACT_CREATES,
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"}, {"subject", "执法相对人", FIELD_REF, 0, "subject"},
                      {"starts", "开始时间", FIELD_TIME, 0}, {"ends", "结束时间", FIELD_TIME, 0},
                      {"lon", "经度", FIELD_DEGREE, F_OPTIONAL}, {"lat", "纬度", FIELD_DEGREE, F_OPTIONAL},
                      {"radius_m", "现场半径（米）", FIELD_METRE, F_OPTIONAL},
                      {"approval_no", "行政检查审批文号", FIELD_TEXT, F_OPTIONAL, .maximum = 100},
                      {"notice_no", "行政检查通知书文号", FIELD_TEXT, F_OPTIONAL, .maximum = 100},
                      {"emergency", "紧急情况", FIELD_BOOL, F_OPTIONAL}, {"helpers", "协助人数", FIELD_COUNT, F_OPTIONAL, .maximum = 1000}),
     .scope = SCOPE_ENTRUSTMENT,
     .rules = RULES(RULE_visit_no_entry_kind, RULE_visit_other_subject, RULE_visit_time_reversed, RULE_visit_outside_period,
                    RULE_visit_approval_missing, RULE_visit_approval_missing_national, RULE_visit_notice_missing,
                    RULE_visit_notice_missing_national, RULE_visit_emergency, RULE_visit_papers_waived,
                    RULE_visit_helpers_missing,
                    RULE_visit_helpers_excess, RULE_visit_helpers_named, RULE_visit_cap_exceeded,
                    RULE_visit_cap_exceeded_national, RULE_visit_cap_passed, RULE_visit_cap_unknown),
     /* A visit may be planned with the draft it belongs to, so that the head decides both at once: visit.approve asks for an approved
      * entrustment, and nobody enters without it. */
     .facts = {{NULL, "SELECT CASE WHEN e.state IN ('drafted', 'approved', 'accepted') THEN 0 ELSE 1 END AS wrong_state, e.id AS t_thing,"
                      " e.state AS t_state, CASE WHEN e.enters_site = 1 THEN 0 ELSE 1 END AS visit_no_entry_kind,"
                      " CASE WHEN EXISTS (SELECT 1 FROM entrustment_subject es WHERE es.entrustment = e.id AND es.subject = s.id)"
                      "   THEN 0 ELSE 1 END AS visit_other_subject,"
                      " CASE WHEN (CAST(:starts AS BIGINT) + 28800000000) / 86400000000 < e.from_date"
                      "   OR (CAST(:ends AS BIGINT) + 28800000000) / 86400000000 > e.to_date THEN 1 ELSE 0 END"
                      "   AS visit_outside_period, e.from_date AS d_period_from, e.to_date AS d_period_to,"
                      " CASE WHEN CAST(:helpers AS BIGINT) > (SELECT COUNT(*) FROM entrustment_member em WHERE em.entrustment = e.id)"
                      "   THEN CAST(:helpers AS BIGINT) - (SELECT COUNT(*) FROM entrustment_member em WHERE em.entrustment = e.id)"
                      "   ELSE 0 END AS visit_helpers_excess, s.name AS t_subject_name," VISIT_CAP_FACTS("")
                      " FROM entrustment e, subject s WHERE e.id = :entrustment AND s.id = :subject"}},
     .facts_more = plan_facts,
     .apply = {{NULL, "INSERT INTO visit (id, seq, entrustment, subject, starts, ends, lon, lat, radius_m, approval_no, notice_no,"
                      " emergency, helpers, author, state, state_seq) VALUES (:id, :seq, :entrustment, :subject, :starts, :ends,"
                      " :lon, :lat, :radius_m, :approval_no, :notice_no, COALESCE(CAST(:emergency AS BIGINT), 0),"
                      " COALESCE(CAST(:helpers AS BIGINT), 0), :by, 'planned', :seq)"},
               {NULL, TODO("1", "visit_approve", "(SELECT agency FROM entrustment WHERE id = :entrustment)", "head", "visit",
                           ":id", "visit.approve", ":starts")},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT CAST(CAST(:seq AS BIGINT) AS TEXT) || '-2', :seq, 'emergency_papers', agency, 'head', 'visit', :id, 'visit.approve', :workday_2"
                      " FROM entrustment WHERE id = :entrustment AND COALESCE(CAST(:emergency AS BIGINT), 0) = 1"}},
     .help = "入企检查须有审批和通知书文号并载明协助人数；紧急情况先登记、后补办。"},

    {.name = "visit.move", .label = "改期", .group = "visit", .table = "visit", .article = "11",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"visit", "现场", FIELD_REF, 0, "visit"}, {"starts", "开始时间", FIELD_TIME, 0},
                      {"ends", "结束时间", FIELD_TIME, 0}, {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_VISIT,
     .rules = RULES(RULE_visit_time_reversed, RULE_visit_outside_period, RULE_visit_cap_exceeded,
                    RULE_visit_cap_exceeded_national, RULE_amend_empty),
     .facts = {{NULL, "SELECT CASE WHEN v.state IN ('planned', 'approved') THEN 0 ELSE 1 END AS wrong_state, v.id AS t_thing,"
                      " v.state AS t_state, v.emergency AS visit_emergency, CASE WHEN CAST(:ends AS BIGINT) <= CAST(:starts AS BIGINT) THEN 1 ELSE 0 END"
                      " AS visit_time_reversed, CASE WHEN (CAST(:starts AS BIGINT) + 28800000000) / 86400000000 < e.from_date"
                      " OR (CAST(:ends AS BIGINT) + 28800000000) / 86400000000 > e.to_date THEN 1 ELSE 0 END AS visit_outside_period,"
                      " e.from_date AS d_period_from, e.to_date AS d_period_to, s.name AS t_subject_name,"
                      " CASE WHEN CAST(:reason AS TEXT) IS NULL THEN 1 ELSE 0 END AS amend_empty," VISIT_CAP_FACTS("AND o.id <> :visit")
                      " FROM visit v JOIN entrustment e ON e.id = v.entrustment JOIN subject s ON s.id = v.subject"
                      " WHERE v.id = :visit"}},
     .apply = {{NULL, "UPDATE visit SET starts = :starts, ends = :ends, move_reason = :reason, move_seq = :seq, state = 'planned',"
                      " state_seq = :seq, state_reason = NULL WHERE id = :visit"},
               {NULL, TODO_DONE("visit_approve", "visit", ":visit")},
               {NULL, TODO("1", "visit_approve", "(SELECT e.agency FROM visit v JOIN entrustment e ON e.id = v.entrustment WHERE"
                           " v.id = :visit)", "head", "visit", ":visit", "visit.approve", ":starts")}},
     .help = "改期后须重新批准。"},

    {.name = "visit.cancel", .label = "取消现场", .group = "visit", .table = "visit", .article = "11",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"visit", "现场", FIELD_REF, 0, "visit"}, {"reason", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 500}),
     .scope = SCOPE_VISIT, .rules = RULES(),
     .facts = {{NULL, "SELECT CASE WHEN v.state IN ('planned', 'approved') AND NOT EXISTS (SELECT 1 FROM presence_event p"
                      " WHERE p.visit = v.id) THEN 0 ELSE 1 END AS wrong_state, v.id AS t_thing, v.state AS t_state"
                      " FROM visit v WHERE v.id = :visit"}},
     .apply = {{NULL, "UPDATE visit SET state = 'cancelled', state_reason = :reason, state_seq = :seq WHERE id = :visit"},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND thing_kind = 'visit' AND thing_id = :visit"}},
     .help = "已有人到场的不能取消，只能结束。"},

    {.name = "visit.approve", .label = "批准现场", .group = "visit", .table = "visit", .article = "11",
     .roles = ROLE_BIT(ROLE_HEAD),
     .fields = FIELDS({"visit", "现场", FIELD_REF, 0, "visit"},
                      {"approval_no", "行政检查审批文号（补办）", FIELD_TEXT, F_OPTIONAL, .maximum = 100},
                      {"notice_no", "行政检查通知书文号（补办）", FIELD_TEXT, F_OPTIONAL, .maximum = 100}),
     .scope = SCOPE_VISIT, .rules = RULES(RULE_approver_is_author),
     .facts = {{NULL, "SELECT CASE WHEN (v.state = 'planned' AND e.state IN ('approved', 'accepted')) OR (v.emergency = 1"
                      " AND v.state IN ('approved', 'closed') AND (v.approval_no IS NULL OR v.notice_no IS NULL)"
                      " AND CAST(:approval_no AS TEXT) IS NOT NULL AND CAST(:notice_no AS TEXT) IS NOT NULL) THEN 0 ELSE 1 END AS wrong_state,"
                      " v.id AS t_thing, CASE WHEN v.state = 'planned' THEN e.state ELSE v.state END AS t_state,"
                      " CASE WHEN v.author = :by THEN 1 ELSE 0 END AS approver_is_author"
                      " FROM visit v JOIN entrustment e ON e.id = v.entrustment WHERE v.id = :visit"}},
     .apply = {{NULL, "UPDATE visit SET approval_no = COALESCE(approval_no, CAST(:approval_no AS TEXT)), notice_no ="
                      " COALESCE(notice_no, CAST(:notice_no AS TEXT)), approved_at = COALESCE(approved_at, CAST(:at AS BIGINT)),"
                      " approved_by = COALESCE(approved_by, CAST(:by AS TEXT)) WHERE id = :visit"},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND kind = 'emergency_papers' AND thing_kind = 'visit'"
                      " AND thing_id = :visit AND EXISTS (SELECT 1 FROM visit v WHERE v.id = :visit AND v.approval_no IS NOT NULL"
                      " AND v.notice_no IS NOT NULL)"},
               {NULL, TODO_DONE("visit_approve", "visit", ":visit")},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at)"
                      " SELECT CAST(CAST(:seq AS BIGINT) AS TEXT) || '-1', :seq, 'visit_close', e.agency, 'officer', 'visit', v.id, 'visit.close', v.ends"
                      " FROM visit v JOIN entrustment e ON e.id = v.entrustment WHERE v.id = :visit AND v.state = 'planned'"},
               {NULL, "UPDATE visit SET state = 'approved', state_seq = :seq WHERE id = :visit AND state = 'planned'"}},
     .help = "负责人批准后方可入企。紧急情况先行入场的，事后在此补办审批和通知书文号。"},

    {.name = "presence.enter", .label = "到场", .group = "visit", .table = "presence_event", .article = "11",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_MEMBER), .flags = ACT_RIGHT_LATE, .fields = presence_fields,
     .scope = SCOPE_VISIT,
     .rules = RULES(RULE_enter_accompanied, RULE_enter_notice, RULE_enter_notice_stale, RULE_enter_notice_later,
                    RULE_enter_running,
                    RULE_entrustment_frozen, RULE_enter_named, RULE_members_not_admitted, RULE_enter_own, RULE_enter_headcount,
                    RULE_enter_headcount_named, RULE_enter_over, RULE_enter_unapproved, RULE_enter_outside_period,
                    RULE_enter_outside_day, RULE_enter_window, RULE_enter_fence, RULE_enter_fence_officer, RULE_enter_code, RULE_enter_code_wrong,
                    RULE_enter_accuracy,
                    RULE_enter_future, RULE_enter_already_inside, RULE_officer_certificate, RULE_officer_visit_unapproved,
                    RULE_officer_visit_over, RULE_officer_not_listed),
     .facts = {{NULL, ENTER_FACTS}},
     .facts_more = enter_facts,
     .apply = {{NULL, PRESENCE_INSERT("1")}, {NULL, RECONCILE_TODO}},
     .help = "执法人员先到场登记；辅助人员须在不少于两名执法人员在场、告知书已送达后登记入场。"},

    {.name = "presence.leave", .label = "离场", .group = "visit", .table = "presence_event", .article = "11",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_MEMBER), .flags = ACT_RIGHT, .fields = presence_fields,
     .scope = SCOPE_VISIT,
     .rules = RULES(RULE_leaves_too_few, RULE_leave_not_inside, RULE_enter_own, RULE_enter_future),
     .facts = {{NULL, "SELECT CASE WHEN " INSIDE(PERSON) " THEN 0 ELSE 1 END AS not_inside,"
                      " CASE WHEN :by = CAST(:person AS TEXT) OR EXISTS (SELECT 1 FROM member bm WHERE bm.user_id = :by AND bm.id = "
                      PERSON_MEMBER ") OR EXISTS (SELECT 1 FROM user_role br WHERE br.user_id = :by AND br.role = 'officer')"
                      "   THEN 0 ELSE 1 END AS enter_for_other,"
                      " CASE WHEN " PERSON_MEMBER " IS NULL AND " OFFICERS_ON_SITE " - 1 < CAST(:policy_min_officers_on_site AS BIGINT)"
                      "   AND EXISTS (SELECT 1 FROM " HELPERS_INSIDE("''") ") THEN 1 ELSE 0 END AS leaves_too_few,"
                      " (SELECT MIN(hm.name) FROM member hm CROSS JOIN " HELPERS_INSIDE("''") " AND hm.id = h.person) AS t_helpers_inside,"
                      " COALESCE((SELECT fm.name FROM member fm WHERE fm.id = " PERSON_MEMBER "), (SELECT u.name FROM users u"
                      "   WHERE u.id = :person)) AS t_person_name"
                      " FROM visit v JOIN subject s ON s.id = v.subject WHERE v.id = :visit"}},
     .facts_more = leave_facts,
     .apply = {{NULL, PRESENCE_INSERT("2")}, {NULL, RECONCILE_TODO}},
     .help = "辅助人员应先于执法人员离场。"},

    {.name = "presence.reconcile", .label = "核对到场离场", .group = "visit", .table = "visit", .article = "11",
     .roles = ROLE_BIT(ROLE_OFFICER), .fields = FIELDS({"visit", "现场", FIELD_REF, 0, "visit"}), .scope = SCOPE_VISIT,
     .rules = RULES(RULE_doubtful),
     .facts = {{NULL, STATE_OF("visit", ":visit", "'planned', 'approved', 'closed'")}},
     .facts_more = close_facts, .apply_more = reconcile_apply,
     .apply = {{NULL, TODO_DONE("presence_reconcile", "visit", ":visit")}},
     .help = "按时间和误差核对离线、补录的到场离场，得出无人陪同的时段并隔离其间取得的材料。"},

    {.name = "visit.close", .label = "结束现场", .group = "visit", .table = "visit", .article = "11",
     .roles = ROLE_BIT(ROLE_OFFICER), .fields = FIELDS({"visit", "现场", FIELD_REF, 0, "visit"}), .scope = SCOPE_VISIT,
     .rules = RULES(RULE_still_inside, RULE_unreconciled, RULE_unaccompanied, RULE_doubtful),
     .facts = {{NULL, STATE_OF("visit", ":visit", "'planned', 'approved'")},
               {NULL, "SELECT COUNT(*) AS unreconciled FROM presence_event p JOIN visit v ON v.id = p.visit WHERE p.visit = :visit"
                      " AND (p.offline = 1 OR p.late = 1) AND p.seq > COALESCE(v.reconciled_seq, 0)"}},
     .facts_more = close_facts,
     .apply = {{NULL, "UPDATE visit SET state = 'closed', closed_at = :at, state_seq = :seq WHERE id = :visit"},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE closed_seq IS NULL AND thing_kind = 'visit' AND thing_id = :visit"
                      " AND kind <> 'emergency_papers'"},
               {NULL, RECORD_DUE("4", "id = (SELECT entrustment FROM visit WHERE id = :visit)")
                      " AND NOT EXISTS (SELECT 1 FROM todo t WHERE t.kind = 'record_due' AND t.thing_id = e.id"
                      " AND t.closed_seq IS NULL)"}},
     .apply_more = close_apply,
     .help = "全部人员离场、离线记录核对后结束；有无人陪同时段的须负责人说明理由。"},
    {0}};
