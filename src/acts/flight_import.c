/*
 * What a flight brought home (Art. 6, 9, 11). Pictures that should not have been taken exist, and hiding them is worse: they are taken in
 * and set aside one by one, where the plan, the aircraft or the boundary of a company says so, and nothing that is set aside counts for
 * coverage or for a clue.
 *
 * Photographs come as the reader of their heads wrote them (patrol/): position, height, outline on the ground, time, serial number. What is
 * set aside is judged here and now, from those figures and from who was on the site, and recorded with the act.
 *
 * Todo kinds: flight_aside (officer), helpers_alone (discipline).
 */
#include "acts/act.h"
#include "acts/acts_sql.h"
#include "acts/flight_area.h"
#include "acts/visit.h"

#include <math.h>

enum { LIMIT_OUTLINE = 64, NEAR_DEGREE = 5000000 /* half a degree, 1e-7 */, HIGH_MARGIN_PERCENT = 10 };

/* The plan, as far as photographs are held against it. */
struct plan { bool there, approved; int64_t from, to, height_m; str serial; };
struct shot { usec t; bool placed; struct degree at, outline[LIMIT_OUTLINE]; size_t n; double high; str serial; };
struct watch { struct presence p; };
struct company { bool entrusted; const struct json *boundary; VEC(struct watch) visits; };

static double number_of(const struct json *o, str key)
{
    const struct json *v = json_get(o, key);
    return v && v->kind == JSON_NUMBER ? v->number : NAN;
}

static struct shot shot_of(const struct json *j)
{
    struct shot s = {.t = USEC_NONE, .high = number_of(j, S("above_ground_m")), .serial = json_string(j, S("aircraft"))};
    double lon = number_of(j, S("lon")), lat = number_of(j, S("lat"));
    const struct json *outline = json_get(j, S("footprint"));
    err *e = time_parse(json_string(j, S("time")), &s.t);
    if (e)
        s.t = USEC_NONE;
    s.placed = fabs(lon) <= 180 && fabs(lat) <= 90;
    if (s.placed)
        s.at = (struct degree){llround(lon * 1e7), llround(lat * 1e7)};
    for (size_t i = 0; outline && outline->kind == JSON_ARRAY && i < outline->n && s.n < LIMIT_OUTLINE; i++)
        s.n += degree_of(&outline->child[i], &s.outline[s.n]);
    if (isnan(s.high))
        s.high = number_of(j, S("above_takeoff_m"));
    return s;
}

static err *load_plan(struct act *a, struct plan *ret)
{
    struct db_rows rows;
    bool more;
    *ret = (struct plan){0};
    TRY(act_query(a, "SELECT f.state, COALESCE(f.from_time, 0), COALESCE(f.to_time, 0), COALESCE(f.height_m, 0), COALESCE(d.serial, '')"
                     " FROM flight f LEFT JOIN device d ON d.id = f.device WHERE f.id = CAST(:flight AS TEXT) AND f.entrustment = :entrustment",
                  &rows));
    TRY(db_next(&rows, &more));
    if (more) {
        *ret = (struct plan){true, str_eq(db_str(&rows, 0), S("approved")), db_int(&rows, 1), db_int(&rows, 2), db_int(&rows, 3),
                             arena_str(act_arena(a), db_str(&rows, 4))};
        db_rows_end(&rows);
    }
    return NULL;
}

/* ---- companies whose ground it may have been, and who was with it ---- */

static err *load_visits(struct act *a, str subject, struct company *c)
{
    struct db_rows rows;
    bool more;
    VEC(str) visits = {0};
    TRY(db_query(act_db(a), act_arena(a), "SELECT id FROM visit WHERE entrustment = CAST(:e AS TEXT) AND subject = :s AND state <> 'cancelled' ORDER BY id",
                 DB_ARGS(DB_T("e", act_text(a, "entrustment")), DB_T("s", subject)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(act_arena(a), &visits, db_str(&rows, 0));
    }
    for (size_t i = 0; i < visits.n; i++) {
        struct watch w;
        TRY(visit_presence(a, visits.p[i], act_at(a), &w.p));
        vec_push(act_arena(a), &c->visits, w);
    }
    return NULL;
}

struct found { str id; bool entrusted; str boundary; };

static err *load_companies(struct act *a, struct degree low, struct degree high, struct company **ret, size_t *ret_n)
{
    struct db_rows rows;
    bool more;
    VEC(struct found) found = {0};
    VEC(struct company) out = {0};
    TRY(db_query(act_db(a), act_arena(a),
                 "SELECT s.id, s.boundary, (SELECT COUNT(*) FROM entrustment_subject x WHERE x.entrustment = CAST(:e AS TEXT) AND x.subject = s.id)"
                 " FROM subject s WHERE s.boundary IS NOT NULL AND s.lon >= :w AND s.lon <= :o AND s.lat >= :l AND s.lat <= :n ORDER BY s.id",
                 DB_ARGS(DB_T("e", act_text(a, "entrustment")), DB_I("w", low.x - NEAR_DEGREE), DB_I("o", high.x + NEAR_DEGREE),
                         DB_I("l", low.y - NEAR_DEGREE), DB_I("n", high.y + NEAR_DEGREE)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(act_arena(a), &found, ((struct found){db_str(&rows, 0), db_int(&rows, 2) > 0, db_str(&rows, 1)}));
    }
    for (size_t i = 0; i < found.n; i++) {
        struct company c = {.entrusted = found.p[i].entrusted};
        if (json_parse(act_arena(a), found.p[i].boundary, LIMIT_ACT_BYTES, &c.boundary)) {
            err_clear(); /* erased by order: a tombstone is no boundary */
            continue;
        }
        if (c.entrusted)
            TRY(load_visits(a, found.p[i].id, &c));
        vec_push(act_arena(a), &out, c);
    }
    *ret = out.p, *ret_n = out.n;
    return NULL;
}

static bool accompanied(const struct company *c, usec t, int64_t required)
{
    for (size_t i = 0; t != USEC_NONE && i < c->visits.n; i++) {
        const struct presence *p = &c->visits.p[i].p;
        int64_t officers = 0;
        for (size_t k = 0; k < p->intervals_n; k++) {
            const struct presence_interval *in = &p->intervals[k];
            officers += !in->helper && t >= in->from - in->from_error && (in->open || t <= in->to + in->to_error);
        }
        if (officers >= required)
            return true;
    }
    return false;
}

/* 'e' inside, 's' looked in, 0 neither, or with officers, or above low flight. */
static char entered(struct act *a, const struct shot *s, const struct company *c, size_t n)
{
    char worst = 0;
    bool low = act_policy(a, "low_flight_is_entry") && !(s->high > (double)act_policy(a, "uav_height_limit_m"));
    for (size_t i = 0; low && s->placed && i < n; i++) {
        char now = area_holds(c[i].boundary, s->at) ? 'e' : s->n >= 3 && area_meets(c[i].boundary, s->outline, s->n) ? 's' : 0;
        if (!now || accompanied(&c[i], s->t, act_policy(a, "min_officers_on_site")))
            continue;
        worst = worst == 'e' ? 'e' : now;
    }
    return worst;
}

static char against_plan(const struct plan *p, const struct shot *s)
{
    if (!p->there || !p->approved || s->t == USEC_NONE || s->t < p->from || s->t > p->to)
        return 'u';
    return p->serial.n && s->serial.n && !str_eq(p->serial, s->serial) ? 'a' : 0;
}

/* ---- tracks ---- */

enum { LIMIT_TRACK_PARTS = 200 };
/* One step of a track: where, how high above where it took off, when. */
struct step { struct degree at; double high; usec t; bool placed; };

static struct step step_of(const struct json *p, usec start)
{
    struct step s = {.t = USEC_NONE, .high = NAN};
    s.placed = p->kind == JSON_ARRAY && degree_of(p, &s.at);
    if (s.placed && p->n > 2 && p->child[2].kind == JSON_NUMBER)
        s.high = p->child[2].number;
    if (s.placed && p->n > 3 && p->child[3].integer && start != USEC_NONE && p->child[3].i >= 0 && p->child[3].i < 86400 * 7)
        s.t = start + p->child[3].i * USEC_SECOND;
    return s;
}

/* Low over a company's ground with nobody there to go with it; a step without a time cannot show that anybody was. */
static bool step_entered(struct act *a, const struct step *s, const struct company *c, size_t n)
{
    bool low = act_policy(a, "low_flight_is_entry") && !(s->high > (double)act_policy(a, "uav_height_limit_m"));
    for (size_t i = 0; low && s->placed && i < n; i++)
        if (area_holds(c[i].boundary, s->at) && !accompanied(&c[i], s->t, act_policy(a, "min_officers_on_site")))
            return true;
    return false;
}

static usec track_start(const struct json *track)
{
    usec t;
    if (!json_string(track, S("start")).n || time_parse(json_string(track, S("start")), &t)) {
        err_clear();
        return USEC_NONE;
    }
    return t;
}

/* Runs of steps that entered, as [[track, first, last], ...]. */
static int64_t tracks_entered(struct act *a, const struct json *tracks, const struct company *c, size_t n, struct json_out *o)
{
    int64_t parts = 0;
    json_open(o, '[');
    for (size_t k = 0; tracks && k < tracks->n; k++) {
        const struct json *points = json_get(&tracks->child[k], S("points"));
        usec start = track_start(&tracks->child[k]);
        ptrdiff_t first = -1;
        for (size_t i = 0; points && points->kind == JSON_ARRAY && i <= points->n; i++) {
            struct step s = i < points->n ? step_of(&points->child[i], start) : (struct step){0};
            bool in = i < points->n && step_entered(a, &s, c, n);
            if (in && first < 0)
                first = (ptrdiff_t)i;
            if (in || first < 0)
                continue;
            if (parts++ < LIMIT_TRACK_PARTS) {
                json_open(o, '[');
                json_int(o, (int64_t)k), json_int(o, first), json_int(o, (int64_t)i - 1);
                json_close(o, ']');
            }
            first = -1;
        }
    }
    json_close(o, ']');
    return parts;
}

static void tracks_reach(const struct json *tracks, struct degree *low, struct degree *high)
{
    for (size_t k = 0; tracks && k < tracks->n; k++) {
        const struct json *points = json_get(&tracks->child[k], S("points"));
        for (size_t i = 0; points && points->kind == JSON_ARRAY && i < points->n; i++) {
            struct step s = step_of(&points->child[i], USEC_NONE);
            if (!s.placed)
                continue;
            low->x = s.at.x < low->x ? s.at.x : low->x, low->y = s.at.y < low->y ? s.at.y : low->y;
            high->x = s.at.x > high->x ? s.at.x : high->x, high->y = s.at.y > high->y ? s.at.y : high->y;
        }
    }
}

/* ---- the act ---- */

static struct act_value *engine_value(struct act *a, const char *name)
{
    for (size_t i = 0; i < a->n; i++)
        if (!strcmp(a->type->fields[i].name, name)) {
            CHECK(a->type->fields[i].flags & F_ENGINE);
            a->values[i] = (struct act_value){.field = &a->type->fields[i], .present = true};
            return &a->values[i];
        }
    CHECK(false);
}

static err *list_of(struct act *a, const char *field, const struct json **ret)
{
    *ret = NULL;
    if (!act_get(a, field)->present)
        return NULL;
    TRY(act_json(act_arena(a), act_text(a, field), LIMIT_ACT_BYTES_LARGE, ret));
    if ((*ret)->kind != JSON_ARRAY)
        return err_at(err_new(ERR_INPUT, "应是列表"), str_of(field));
    return NULL;
}

static void reach(const struct shot *s, struct degree *low, struct degree *high)
{
    if (!s->placed)
        return;
    low->x = s->at.x < low->x ? s->at.x : low->x, low->y = s->at.y < low->y ? s->at.y : low->y;
    high->x = s->at.x > high->x ? s->at.x : high->x, high->y = s->at.y > high->y ? s->at.y : high->y;
}

static err *import_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    const struct json *photos, *tracks;
    struct plan plan;
    struct company *companies = NULL;
    size_t companies_n = 0;
    struct degree low = {INT64_C(1) << 40, INT64_C(1) << 40}, high = {-(INT64_C(1) << 40), -(INT64_C(1) << 40)};
    TRY(list_of(a, "photos", &photos));
    TRY(list_of(a, "tracks", &tracks));
    TRY(load_plan(a, &plan));
    size_t n = photos ? photos->n : 0;
    struct shot *shots = NEW_ARRAY(act_arena(a), n + 1, struct shot);
    for (size_t i = 0; i < n; i++) {
        shots[i] = shot_of(&photos->child[i]);
        reach(&shots[i], &low, &high);
    }
    tracks_reach(tracks, &low, &high);
    if (low.x <= high.x)
        TRY(load_companies(a, low, high, &companies, &companies_n));
    buf b = buf_make(act_arena(a), LIMIT_ACT_BYTES);
    struct json_out o = {&b, false};
    int64_t unplanned = 0, inside = 0, located = 0;
    json_open(&o, '[');
    for (size_t i = 0; i < n; i++) {
        const struct shot *s = &shots[i];
        char why = entered(a, s, companies, companies_n);
        f->import_entered += why == 'e', f->import_looked_in += why == 's';
        char plan_why = against_plan(&plan, s);
        f->import_unplanned += plan_why == 'u', f->import_other_aircraft += plan_why == 'a';
        f->import_too_high += plan.there && plan.height_m > 0 && s->high * 100 > (double)(plan.height_m * (100 + HIGH_MARGIN_PERCENT));
        inside += why != 0, unplanned += plan_why != 0, located += s->placed;
        why = why ? why : plan_why;
        if (!why)
            continue;
        json_open(&o, '[');
        json_int(&o, (int64_t)i);
        json_str(&o, (str){&why, 1});
        json_close(&o, ']');
    }
    json_close(&o, ']');
    CHECK(!b.overflow);
    buf parts = buf_make(act_arena(a), LIMIT_ACT_BYTES);
    struct json_out po = {&parts, false};
    f->import_track_entered = tracks_entered(a, tracks, companies, companies_n, &po);
    CHECK(!parts.overflow);
    if (f->import_track_entered)
        engine_value(a, "track_aside")->s = buf_str(&parts);
    f->import_no_plan = !plan.there || !plan.approved;
    engine_value(a, "aside")->s = buf_str(&b);
    engine_value(a, "unplanned")->i = unplanned;
    engine_value(a, "entered")->i = inside;
    engine_value(a, "located")->i = located;
    engine_value(a, "files")->i = (int64_t)n;
    return NULL;
}

static err *original_facts(struct act *a)
{
    struct law_facts *f = act_facts(a);
    const struct json *photos = NULL;
    str text;
    TRY(db_one_str(act_db(a), act_arena(a), "SELECT photos FROM flight_import WHERE id = CAST(:i AS TEXT)", DB_ARGS(DB_T("i", act_text(a, "import"))), &text));
    if (text.n && act_json(act_arena(a), text, LIMIT_ACT_BYTES_LARGE, &photos)) {
        err_clear(); /* erased by order: there is nothing left to compare with */
        photos = NULL;
    }
    int64_t at = act_int(a, "position", 0);
    const struct json *one = photos && photos->kind == JSON_ARRAY && at < (int64_t)photos->n ? &photos->child[at] : NULL;
    f->original_unknown = !one;
    f->original_differs = one && !str_eq(json_string(one, S("head")), act_text(a, "head"));
    act_say(a, "photo_name", one ? json_string(one, S("photo")) : S(""));
    return NULL;
}

const struct act_type acts_flight_import[] = {
    {.name = "flight.import", .label = "导入飞行成果", .group = "draw", .table = "flight_import", .article = "6",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLES_THIRD_PARTY, .flags = ACT_CREATES | ACT_INTERNAL,
     .fields = FIELDS({"entrustment", "委托", FIELD_REF, 0, "entrustment"}, {"flight", "飞行计划", FIELD_REF, F_OPTIONAL, "flight"},
                      {"photos", "照片", FIELD_JSON, F_OPTIONAL | F_BODY}, {"tracks", "航迹", FIELD_JSON, F_OPTIONAL | F_BODY},
                      {"files", "照片数", FIELD_COUNT, F_OPTIONAL | F_ENGINE}, {"located", "有位置的照片数", FIELD_COUNT, F_OPTIONAL | F_ENGINE},
                      {"unplanned", "不在计划内的照片数", FIELD_COUNT, F_OPTIONAL | F_ENGINE},
                      {"entered", "无陪同进入厂界的照片数", FIELD_COUNT, F_OPTIONAL | F_ENGINE},
                      {"aside", "隔离的照片", FIELD_JSON, F_OPTIONAL | F_ENGINE}, {"track_aside", "隔离的航迹段", FIELD_JSON, F_OPTIONAL | F_ENGINE}),
     .scope = SCOPE_ENTRUSTMENT, .limit_bytes = LIMIT_ACT_BYTES_LARGE,
     .rules = RULES(RULE_import_no_plan, RULE_import_unplanned, RULE_import_other_aircraft, RULE_import_too_high, RULE_import_entered,
                    RULE_import_track_entered, RULE_import_looked_in, RULE_entrustment_frozen),
     .facts = {{NULL, "SELECT e.frozen AS entrustment_frozen, e.id AS t_entrustment FROM entrustment e WHERE e.id = :entrustment"}},
     .facts_more = import_facts,
     .apply = {{NULL, "INSERT INTO flight_import (id, seq, entrustment, flight, author, at, files, located, unplanned, entered, aside, photos,"
                      " tracks, track_aside) VALUES (:id, :seq, :entrustment, :flight, :by, :at, COALESCE(CAST(:files AS BIGINT), 0),"
                      " COALESCE(CAST(:located AS BIGINT), 0), COALESCE(CAST(:unplanned AS BIGINT), 0),"
                      " COALESCE(CAST(:entered AS BIGINT), 0), :aside, :photos, :tracks, CAST(:track_aside AS TEXT))"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at) SELECT " SEQ_TEXT " || '-1', :seq,"
                      " 'flight_aside', e.agency, 'officer', 'flight_import', i.id, 'flight.settle', CAST(:workday_5 AS BIGINT) FROM flight_import i"
                      " JOIN entrustment e ON e.id = i.entrustment WHERE i.id = :id AND (i.unplanned + i.entered > 0 OR i.track_aside IS NOT NULL)"},
               {NULL, "INSERT INTO todo (id, seq, kind, agency, role, thing_kind, thing_id, act, due_at) SELECT " SEQ_TEXT " || '-2', :seq,"
                      " 'helpers_alone', e.agency, 'discipline', 'flight_import', i.id, 'violation.open', CAST(:workday_5 AS BIGINT)"
                      " FROM flight_import i JOIN entrustment e ON e.id = i.entrustment WHERE i.id = :id AND (i.entered > 0 OR i.track_aside IS NOT NULL)"}},
     .help = "照片信息和飞行记录先到，原始照片随后。不在计划内的、无人陪同进入厂界的逐张隔离。"},

    {.name = "flight.original", .label = "上传原始照片", .group = "draw", .table = "flight_import", .article = "9",
     .roles = ROLE_BIT(ROLE_OFFICER) | ROLES_THIRD_PARTY, .flags = ACT_INTERNAL,
     .fields = FIELDS({"import", "导入", FIELD_REF, 0, "flight_import"}, {"position", "第几张", FIELD_COUNT, 0, .maximum = 100000},
                      {"digest", "原始文件摘要", FIELD_DIGEST, 0}, {"head", "开头部分摘要", FIELD_DIGEST, 0},
                      {"bytes", "字节数", FIELD_COUNT, F_OPTIONAL}, {"found", "原件与附图的核对", FIELD_JSON, F_OPTIONAL}),
     .scope = "SELECT e.agency AS agency, e.provider AS provider FROM flight_import i JOIN entrustment e ON e.id = i.entrustment"
              " WHERE i.id = :import",
     .rules = RULES(RULE_original_unknown, RULE_original_differs, RULE_original_again),
     .facts = {{NULL, "SELECT COUNT(*) AS original_again FROM flight_original o WHERE o.import = CAST(:import AS TEXT)"
                      " AND o.position = CAST(:position AS BIGINT)"}},
     .facts_more = original_facts,
     .apply = {{NULL, "INSERT INTO flight_original (import, position, seq, digest, bytes, author, found) VALUES (:import, :position, :seq, :digest,"
                      " :bytes, :by, CAST(:found AS TEXT))"}},
     .help = "原始照片的开头须与先前导入的一致。"},

    {.name = "flight.settle", .label = "处理隔离的照片", .group = "draw", .table = "flight_import", .article = "11",
     .roles = ROLE_BIT(ROLE_OFFICER),
     .fields = FIELDS({"import", "导入", FIELD_REF, 0, "flight_import"}, {"reason", "核查结果", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = "SELECT e.agency AS agency FROM flight_import i JOIN entrustment e ON e.id = i.entrustment WHERE i.id = :import",
     .rules = RULES(RULE_settle_reason_missing, RULE_state),
     .facts = {{NULL, "SELECT CASE WHEN EXISTS (SELECT 1 FROM todo t WHERE t.kind = 'flight_aside' AND t.thing_id = i.id AND t.closed_seq IS NULL)"
                      " THEN 0 ELSE 1 END AS wrong_state, i.id AS t_thing, 'closed' AS t_state,"
                      " CASE WHEN CAST(:reason AS TEXT) IS NULL OR CAST(:reason AS TEXT) = '' THEN 1 ELSE 0 END AS settle_reason_missing"
                      " FROM flight_import i WHERE i.id = :import"}},
     .apply = {{NULL, "UPDATE flight_import SET settled = :reason, settled_seq = :seq, settled_by = :by WHERE id = :import"},
               {NULL, TODO_DONE("flight_aside", "flight_import", ":import")}},
     .help = "写明隔离照片的来由和去向。隔离不解除：它们不计入覆盖，也不作线索的依据。"},
    {0}};
