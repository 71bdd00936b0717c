/*
 * The pack: everything a phone needs for its holder's visits, and nothing else. Of a helper's own visits no key, no PIN, nobody
 * else's facts; facts that only sealed rules look at are taken out, and one word says that something is paused.
 */
#include "web/field.h"

#include <string.h>

struct pack {
    struct request *q;
    struct db *d;
    struct json_out o;
    bool officer;
    int64_t tolerance_m, officers, leave_minutes;
};

struct pack_person { str id, user, name, card; bool helper, lead, listed; int64_t good_until, covered; };
typedef VEC(struct pack_person) pack_people;
struct pack_visit {
    str id, entrustment, kind, matter, subject, company, uscc, state, approval_no, notice_no, entrustment_state;
    int64_t starts, ends, from, to, region, emergency, helpers;
    struct db_value lon, lat, radius;
    str notice, notice_state; /* the one to serve, or the last served; STR_NONE: none */
    int64_t notice_issued, served; /* served: earliest, 0 none */
};

static void put_degree(struct json_out *o, str key, struct db_value v)
{
    json_key(o, key);
    if (v.kind == DB_INT)
        json_double(o, (double)v.i / 1e7);
    else
        json_null(o);
}

static void put_int_or_null(struct json_out *o, str key, int64_t v)
{
    json_key(o, key);
    if (v)
        json_int(o, v);
    else
        json_null(o);
}

/* ---- people ---- */

#define PEOPLE_SQL                                                                                  \
    "SELECT x.id, x.user_id, x.name, x.card, x.helper, x.lead, x.listed, x.good_until, x.covered FROM (" \
    " SELECT u.id AS id, u.id AS user_id, u.name AS name, (SELECT MAX(c.cert_no) FROM certificate c WHERE c.user_id = u.id) AS card," \
    "  0 AS helper, CASE WHEN e.author = u.id THEN 1 ELSE 0 END AS lead, CASE WHEN eo.user_id IS NULL THEN 0 ELSE 1 END AS listed," \
    "  COALESCE((SELECT MAX(c.to_date) FROM certificate c JOIN certificate_area ca ON ca.certificate = c.seq WHERE c.user_id = u.id" \
    "   AND c.from_date <= :day AND (ca.region = s.region OR (ca.region % 10000 = 0 AND ca.region / 10000 = s.region / 10000)" \
    "   OR (ca.region % 100 = 0 AND ca.region / 100 = s.region / 100))), 0) AS good_until, 1 AS covered" \
    "  FROM visit v JOIN entrustment e ON e.id = v.entrustment JOIN subject s ON s.id = v.subject JOIN users u ON u.provider IS NULL" \
    "  LEFT JOIN entrustment_officer eo ON eo.entrustment = e.id AND eo.user_id = u.id WHERE v.id = :visit AND (eo.user_id IS NOT NULL" \
    "  OR EXISTS (SELECT 1 FROM presence_event p WHERE p.visit = v.id AND p.person = u.id AND p.helper = 0))" \
    " UNION ALL SELECT m.id, m.user_id, m.name, m.card_no, 1, 0, CASE WHEN em.member IS NULL THEN 0 ELSE 1 END," \
    "  COALESCE(m.to_date, 0), CASE WHEN EXISTS (SELECT 1 FROM notice n WHERE n.entrustment = v.entrustment AND n.subject = v.subject" \
    "   AND n.state = 'served' AND n.seq > COALESCE(em.seq, 0)) THEN 1 WHEN EXISTS (SELECT 1 FROM notice n WHERE n.id ="  \
    "   CAST(:notice AS TEXT) AND n.state = 'issued' AND n.seq > COALESCE(em.seq, 0)) THEN 2 ELSE 0 END"                  \
    "  FROM visit v JOIN member m ON 1 = 1 LEFT JOIN entrustment_member em ON em.entrustment = v.entrustment AND em.member = m.id" \
    "  WHERE v.id = :visit AND (em.member IS NOT NULL OR EXISTS (SELECT 1 FROM presence_event p WHERE p.visit = v.id"     \
    "  AND p.person = m.id AND p.helper = 1))) x ORDER BY x.helper, x.listed DESC, x.lead DESC, x.id LIMIT :most"

static err *load_people(struct pack *p, const struct pack_visit *v, pack_people *ret)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(p->d, p->q->a, PEOPLE_SQL,
                 DB_ARGS(DB_T("visit", v->id), DB_T("notice", v->notice), DB_I("day", day_of(p->q->now)), DB_I("most", LIMIT_FIELD_PEOPLE_OF)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        vec_push(p->q->a, ret,
                 ((struct pack_person){.id = db_str(&rows, 0), .user = db_str(&rows, 1), .name = db_str(&rows, 2), .card = db_str(&rows, 3),
                                       .helper = db_int(&rows, 4) != 0, .lead = db_int(&rows, 5) != 0, .listed = db_int(&rows, 6) != 0,
                                       .good_until = db_int(&rows, 7), .covered = db_int(&rows, 8)}));
    }
}

static bool is_me(const struct pack *p, const struct pack_person *x)
{
    return x->user.p && str_eq(x->user, p->q->session.user);
}

/* Another person's PIN is on an officer's phone only: there it can be borrowed. */
static err *put_pin(struct pack *p, const struct pack_person *x)
{
    struct db_rows rows;
    bool more = false;
    json_key(&p->o, S("pin"));
    if (p->officer && !is_me(p, x) && x->user.p) {
        TRY(db_query(p->d, p->q->a, "SELECT salt, digest, rounds FROM access_pin WHERE user_id = :user", DB_ARGS(DB_T("user", x->user)), &rows));
        TRY(db_next(&rows, &more));
    }
    if (!more) {
        json_null(&p->o);
        return NULL;
    }
    json_open(&p->o, '{');
    json_put_str(&p->o, S("salt"), db_str(&rows, 0));
    json_put_str(&p->o, S("digest"), db_str(&rows, 1));
    json_put_int(&p->o, S("rounds"), db_int(&rows, 2));
    json_close(&p->o, '}');
    db_rows_end(&rows);
    return NULL;
}

static err *put_people(struct pack *p, const pack_people *people)
{
    json_key(&p->o, S("people"));
    json_open(&p->o, '[');
    for (size_t i = 0; i < people->n; i++) {
        const struct pack_person *x = &people->p[i];
        json_open(&p->o, '{');
        json_put_str(&p->o, S("id"), x->id);
        json_put_str(&p->o, S("name"), x->name);
        json_put_str(&p->o, S("kind"), x->helper ? S("member") : S("officer"));
        json_put_str(&p->o, S("user"), x->user);
        json_put_str(&p->o, S("card"), x->card);
        put_int_or_null(&p->o, S("good_until"), x->good_until);
        json_put_bool(&p->o, S("lead"), x->lead);
        json_put_bool(&p->o, S("listed"), x->listed);
        json_put_int(&p->o, S("covered"), x->covered);
        TRY(put_pin(p, x));
        json_close(&p->o, '}');
    }
    json_close(&p->o, ']');
    return NULL;
}

/* ---- facts ---- */

struct ask { const char *act; str person; /* "" none */ };
typedef VEC(struct ask) pack_asks;

static str ask_json(struct pack *p, const struct pack_visit *v, const struct ask *ask)
{
    buf b = buf_make(p->q->a, 4000);
    struct json_out o = {&b, false};
    str now = time_rfc3339(p->q->a, p->q->now), act = str_of(ask->act);
    bool presence = str_starts(act, S("presence."));
    json_open(&o, '{');
    json_put_str(&o, S("act"), act);
    json_put_str(&o, S("by"), p->q->session.user);
    if (str_eq(act, S("notice.serve")))
        json_put_str(&o, S("notice"), v->notice);
    else if (presence || str_starts(act, S("visit.")))
        json_put_str(&o, S("visit"), v->id);
    else
        json_put_str(&o, S("entrustment"), v->entrustment);
    if (ask->person.n) {
        json_put_str(&o, S("person"), ask->person);
        json_put_str(&o, S("time"), now);
        json_put_bool(&o, S("borrowed"), p->officer);
    }
    if (str_eq(act, S("visit.capture"))) {
        json_put_str(&o, S("kind"), S("photo"));
        json_put_str(&o, S("origin"), S("camera"));
        json_put_str(&o, S("captured_at"), now);
    }
    if (str_eq(act, S("material.submit"))) {
        json_put_str(&o, S("visit"), v->id);
        json_put_str(&o, S("kind"), S("photo"));
        json_put_str(&o, S("captured_at"), now);
    }
    json_close(&o, '}');
    return buf_str(&b);
}

/* Does a sealed rule of this act break because of this fact? Then a helper must not read it. */
static bool is_sealed_fact(const struct act_prospect *x, const struct law_facts *facts, enum law_fact fact)
{
    enum law_rule rules[LIMIT_ACT_RULES];
    size_t n = act_rules(x->type, rules);
    struct law_facts without = *facts;
    law_fact_set(&without, fact, 0);
    for (size_t i = 0; i < n; i++)
        if (law_rule_info[rules[i]].ground == GROUND_SEALED && law_broken(rules[i], facts) && !law_broken(rules[i], &without))
            return true;
    return false;
}

/* Takes sealed facts out; the severity of what they broke, or -1. */
static int redact(struct pack *p, struct act_prospect *x)
{
    enum law_rule rules[LIMIT_ACT_RULES];
    size_t n = act_rules(x->type, rules);
    struct law_facts all = x->facts;
    int worst = -1, today = day_of(p->q->now);
    bool right = (x->type->flags & ACT_RIGHT) != 0;
    if (p->officer)
        return -1;
    for (int i = 0; i < LAW_FACT_COUNT; i++)
        if (law_fact_get(&all, (enum law_fact)i) && is_sealed_fact(x, &all, (enum law_fact)i))
            law_fact_set(&x->facts, (enum law_fact)i, 0);
    for (size_t i = 0; i < n; i++) {
        const struct law_rule_info *rule = &law_rule_info[rules[i]];
        if (rule->ground == GROUND_SEALED && today >= rule->from && today <= rule->to && law_broken(rules[i], &all) && (int)rule->severity > worst)
            worst = right ? LAW_WARN : (int)rule->severity;
    }
    return worst;
}

static void put_facts(struct pack *p, const struct ask *ask, const struct act_prospect *x)
{
    json_key(&p->o, ask->person);
    json_open(&p->o, '{');
    for (int i = 0; i < LAW_FACT_COUNT; i++)
        if (law_fact_get(&x->facts, (enum law_fact)i))
            json_put_int(&p->o, str_of(law_fact_info[i].name), law_fact_get(&x->facts, (enum law_fact)i));
    json_close(&p->o, '}');
}

static void put_said(struct pack *p, const struct ask *ask, const struct act_prospect *x)
{
    json_key(&p->o, ask->person);
    json_open(&p->o, '{');
    for (size_t i = 0; i < x->said_n; i++) {
        bool last = true; /* said again: the later word counts */
        for (size_t k = i + 1; k < x->said_n; k++)
            last = last && !str_eq(x->said[k].name, x->said[i].name);
        if (last && x->said[i].text.n && !str_eq(x->said[i].name, S("who_may")) && !str_eq(x->said[i].name, S("act_label")))
            json_put_str(&p->o, x->said[i].name, x->said[i].text);
    }
    json_close(&p->o, '}');
}

static void put_paused(struct pack *p, const struct act_prospect *x, int severity)
{
    static const char *const names[] = {"warn", "hold", "refuse"};
    json_key(&p->o, str_of(x->type->name));
    json_open(&p->o, '{');
    json_put_str(&p->o, S("article"), str_of(x->type->article ? x->type->article : "4"));
    json_put_str(&p->o, S("severity"), str_of(names[severity]));
    json_close(&p->o, '}');
}

typedef void (*put_one)(struct pack *p, const struct ask *ask, const struct act_prospect *x);

/* One object per act, in it one per person; the asks of an act stand together. */
static void put_table(struct pack *p, const char *name, const pack_asks *asks, const struct act_prospect *x, put_one one)
{
    const char *open = NULL;
    json_key(&p->o, str_of(name));
    json_open(&p->o, '{');
    for (size_t i = 0; i < asks->n; i++) {
        if (!x[i].type)
            continue;
        if (!open || strcmp(open, asks->p[i].act)) {
            if (open)
                json_close(&p->o, '}');
            open = asks->p[i].act;
            json_key(&p->o, str_of(open));
            json_open(&p->o, '{');
        }
        one(p, &asks->p[i], &x[i]);
    }
    if (open)
        json_close(&p->o, '}');
    json_close(&p->o, '}');
}

static void list_asks(struct pack *p, const struct pack_visit *v, const pack_people *people, pack_asks *asks)
{
    static const char *const of_officers[] = {"visit.close", "presence.reconcile", "visit.capture"};
    static const char *const of_members[] = {"order.refuse", "material.submit"};
    struct arena *a = p->q->a;
    for (int leave = 0; leave < 2; leave++)
        for (size_t i = 0; i < people->n; i++)
            if (p->officer || is_me(p, &people->p[i]))
                vec_push(a, asks, ((struct ask){leave ? "presence.leave" : "presence.enter", people->p[i].id}));
    if (p->officer && v->notice.p)
        vec_push(a, asks, ((struct ask){"notice.serve", S("")}));
    for (size_t i = 0; p->officer && i < sizeof of_officers / sizeof *of_officers; i++)
        vec_push(a, asks, ((struct ask){of_officers[i], S("")}));
    for (size_t i = 0; !p->officer && i < sizeof of_members / sizeof *of_members; i++)
        vec_push(a, asks, ((struct ask){of_members[i], S("")}));
    vec_push(a, asks, ((struct ask){"clue.report", S("")}));
}

static err *put_law(struct pack *p, const struct pack_visit *v, const pack_people *people)
{
    struct arena *a = p->q->a;
    pack_asks asks = {0};
    list_asks(p, v, people, &asks);
    struct act_request *requests = NEW_ARRAY(a, asks.n, struct act_request);
    struct act_prospect *x = NEW_ARRAY(a, asks.n, struct act_prospect);
    int *paused = NEW_ARRAY(a, asks.n, int);
    for (size_t i = 0; i < asks.n; i++)
        requests[i] = (struct act_request){.json = ask_json(p, v, &asks.p[i]), .by = p->q->session.user, .received_at = p->q->now};
    TRY(act_prospects(p->q->web->acts, p->d, a, requests, asks.n, x));
    for (size_t i = 0; i < asks.n; i++)
        paused[i] = x[i].type ? redact(p, &x[i]) : -1;
    put_table(p, "facts", &asks, x, put_facts);
    put_table(p, "said", &asks, x, put_said);
    json_key(&p->o, S("paused"));
    json_open(&p->o, '{');
    for (size_t i = 0; i < asks.n; i++)
        if (paused[i] >= 0)
            put_paused(p, &x[i], paused[i]);
    json_close(&p->o, '}');
    return NULL;
}

/* ---- notice ---- */

static err *load_notice(struct pack *p, struct pack_visit *v)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(p->d, p->q->a,
                 "SELECT n.id, n.state, l.at, (SELECT MIN(x.served_at) FROM notice x WHERE x.entrustment = n.entrustment"
                 " AND x.subject = n.subject AND x.state = 'served') FROM notice n JOIN act_log l ON l.seq = n.seq"
                 " WHERE n.entrustment = :entrustment AND n.subject = :subject AND n.state IN ('issued', 'served')"
                 " ORDER BY CASE n.state WHEN 'issued' THEN 0 ELSE 1 END, n.seq DESC LIMIT 1",
                 DB_ARGS(DB_T("entrustment", v->entrustment), DB_T("subject", v->subject)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    v->notice = db_str(&rows, 0);
    v->notice_state = db_str(&rows, 1);
    v->notice_issued = db_int(&rows, 2);
    v->served = db_int(&rows, 3);
    db_rows_end(&rows);
    return NULL;
}

static err *put_notice(struct pack *p, const struct pack_visit *v)
{
    struct db_rows rows;
    bool more;
    put_int_or_null(&p->o, S("served_at"), v->served);
    json_key(&p->o, S("notice"));
    if (!v->notice.p) {
        json_null(&p->o);
        return NULL;
    }
    str code = STR_NONE, outside = p->q->web->options.outside_address;
    if (p->officer && outside.n) { /* it may be made here: that wants the connection back */
        request_db_done(p->q);
        TRY(access_capability(p->q, v->notice, &code));
        TRY(request_db(p->q, &p->d));
    }
    TRY(db_query(p->d, p->q->a, "SELECT who, what, not_allowed, period, objection_route, served_at FROM notice WHERE id = :id",
                 DB_ARGS(DB_T("id", v->notice)), &rows));
    TRY(db_next(&rows, &more));
    CHECK(more);
    static const char *const parts[] = {"who", "what", "not_allowed", "period", "objection_route"};
    json_open(&p->o, '{');
    json_put_str(&p->o, S("id"), v->notice);
    json_put_str(&p->o, S("state"), v->notice_state);
    json_put_int(&p->o, S("issued_at"), v->notice_issued);
    json_key(&p->o, S("text"));
    json_open(&p->o, '{');
    for (int i = 0; i < 5; i++)
        json_put_str(&p->o, str_of(parts[i]), db_str(&rows, i));
    json_close(&p->o, '}');
    put_int_or_null(&p->o, S("served_at"), db_int(&rows, 5));
    json_put_str(&p->o, S("address"), code.p ? arena_printf(p->q->a, "%.*s/n/%.*s", STR_ARG(outside), STR_ARG(code)) : STR_NONE);
    json_close(&p->o, '}');
    db_rows_end(&rows);
    return NULL;
}

/* ---- what happened so far ---- */

/* A refusal and a clue are their author's and discipline's: one's own only. */
#define EVENTS_SQL                                                                                  \
    "SELECT x.what, x.person, x.time, x.error_s, x.seq FROM ("                                      \
    " SELECT CASE p.kind WHEN 1 THEN 'enter' ELSE 'leave' END AS what, p.person AS person, p.time AS time, p.error_s AS error_s," \
    "  p.seq AS seq FROM presence_event p WHERE p.visit = :visit"                                   \
    " UNION ALL SELECT 'served', NULL, n.served_at, 0, n.served_seq FROM notice n WHERE n.entrustment = :entrustment" \
    "  AND n.subject = :subject AND n.state = 'served'"                                             \
    " UNION ALL SELECT 'refusal', f.member, f.at, 0, f.seq FROM order_refusal f WHERE f.entrustment = :entrustment AND f.author = :me" \
    " UNION ALL SELECT 'clue', c.author, c.reported_at, 0, c.seq FROM clue c WHERE c.entrustment = :entrustment AND c.author = :me" \
    " UNION ALL SELECT CASE k.kind WHEN 'note' THEN 'note' ELSE 'photo' END, k.author, k.captured_at, k.error_s, k.seq" \
    "  FROM visit_capture k WHERE k.visit = :visit AND CAST(:officer AS BIGINT) = 1"                \
    " UNION ALL SELECT 'photo', m.author, m.captured_at, 0, m.seq FROM material m WHERE m.visit = :visit AND m.captured_at IS NOT NULL" \
    "  AND (CAST(:officer AS BIGINT) = 1 OR m.author = CAST(:member AS TEXT))) x ORDER BY x.time, x.seq LIMIT :most"

static err *put_events(struct pack *p, const struct pack_visit *v)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(p->d, p->q->a, EVENTS_SQL,
                 DB_ARGS(DB_T("visit", v->id), DB_T("entrustment", v->entrustment), DB_T("subject", v->subject),
                         DB_T("me", p->q->session.user), DB_T("member", p->q->reader.member), DB_I("officer", p->officer),
                         DB_I("most", LIMIT_FIELD_EVENTS_OF)), &rows));
    json_key(&p->o, S("events"));
    json_open(&p->o, '[');
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        json_open(&p->o, '{');
        json_put_str(&p->o, S("what"), db_str(&rows, 0));
        json_put_str(&p->o, S("person"), db_str(&rows, 1));
        json_put_int(&p->o, S("time"), db_int(&rows, 2));
        json_put_int(&p->o, S("error_s"), db_int(&rows, 3));
        json_put_int(&p->o, S("seq"), db_int(&rows, 4));
        json_close(&p->o, '}');
    }
    json_close(&p->o, ']');
    return NULL;
}

/* ---- readiness: what is missing before one sets off ---- */

static void put_ready(struct pack *p, const char *what, bool fine, const char *says, str href)
{
    json_open(&p->o, '{');
    json_put_str(&p->o, S("what"), str_of(what));
    json_put_bool(&p->o, S("fine"), fine);
    json_put_str(&p->o, S("says"), str_of(says));
    json_put_str(&p->o, S("href"), href);
    json_close(&p->o, '}');
}

static err *put_readiness(struct pack *p, const struct pack_visit *v, const pack_people *people)
{
    struct arena *a = p->q->a;
    day on = day_of(v->starts);
    const char *card = NULL;
    int64_t members = 0, recorders = 0;
    for (size_t i = 0; i < people->n; i++) {
        const struct pack_person *x = &people->p[i];
        members += x->helper && x->listed;
        bool asked = x->listed && (p->officer || is_me(p, x));
        if (asked && !card && x->good_until < on && (!x->helper || x->good_until))
            card = arena_cstr(a, arena_printf(a, "%.*s的%s在现场当日无效", STR_ARG(x->name), x->helper ? "工作证" : "执法证件"));
    }
    TRY(db_one_int(p->d, "SELECT COUNT(*) FROM device WHERE kind IN ('camera', 'recorder') AND agency = :agency",
                   DB_ARGS(DB_T("agency", p->q->reader.agency)), 0, &recorders));
    json_key(&p->o, S("readiness"));
    json_open(&p->o, '[');
    put_ready(p, "证件", !card, card ? card : "现场当日均在有效期内", p->officer ? S("/things/certificates") : S("/things/members"));
    put_ready(p, "告知书", v->notice.p != NULL, v->served ? "已送达" : v->notice.p ? "已出具，可当场送达" : "尚未出具",
              v->notice.p ? arena_printf(a, "/things/notices/%.*s", STR_ARG(v->notice))
                          : arena_printf(a, "/do/notice.issue?entrustment=%.*s&subject=%.*s", STR_ARG(v->entrustment), STR_ARG(v->subject)));
    put_ready(p, "协助人数", v->helpers == members && (str_eq(v->state, S("approved")) || v->emergency),
              !str_eq(v->state, S("approved")) && !v->emergency ? "现场计划尚未批准"
              : v->helpers == members                           ? "与审批一致"
                                                                : arena_cstr(a, arena_printf(a, "载明%lld名，委托列有%lld名",
                                                                                             (long long)v->helpers, (long long)members)),
              arena_printf(a, "/things/visits/%.*s", STR_ARG(v->id)));
    if (p->officer)
        put_ready(p, "摄录设备", true, recorders ? "单位已登记摄录设备，也可用手机拍摄" : "用手机拍摄", S("/things/devices"));
    put_ready(p, "离线包", true, "已生成", S("/field"));
    json_close(&p->o, ']');
    return NULL;
}

/* ---- one visit ---- */

static void put_scope(struct pack *p, const struct pack_visit *v)
{
    static const char *const own[] = {"到场、离场登记", "提交证明材料", "报告发现的线索", "拒绝越权要求"};
    const struct law_task *task = law_tasks;
    while (task->code && !str_eq(v->kind, str_of(task->code)))
        task++;
    json_put_str(&p->o, S("kind_name"), str_of(task->code ? task->name : ""));
    json_key(&p->o, S("may"));
    json_open(&p->o, '[');
    if (task->code)
        json_str(&p->o, str_of(task->name));
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        json_str(&p->o, str_of(own[i]));
    json_close(&p->o, ']');
    json_key(&p->o, S("may_not"));
    json_open(&p->o, '[');
    for (int i = POWER_FIRST_FORBIDDEN; i < LAW_POWER_COUNT; i++)
        json_str(&p->o, str_of(law_power_names[i].zh));
    json_close(&p->o, ']');
}

static void put_company(struct pack *p, const struct pack_visit *v)
{
    const struct region *region = region_find((int)v->region), *above = region ? region_find(region->parent) : NULL;
    json_key(&p->o, S("company"));
    json_open(&p->o, '{');
    json_put_str(&p->o, S("id"), v->subject);
    json_put_str(&p->o, S("name"), v->company);
    json_put_str(&p->o, S("address"), arena_printf(p->q->a, "%s%s", above && above->level == 'C' ? above->name : "", region ? region->name : ""));
    json_put_str(&p->o, S("uscc"), v->uscc);
    put_degree(&p->o, S("lon"), v->lon);
    put_degree(&p->o, S("lat"), v->lat);
    json_put_int(&p->o, S("radius_m"), v->radius.kind == DB_INT ? v->radius.i : p->tolerance_m);
    json_close(&p->o, '}');
}

static void put_key(struct pack *p, const struct pack_visit *v)
{
    uint8_t key[SHA256_BYTES];
    if (p->officer)
        entry_key(acts_keys(p->q->web->acts), v->id, key);
    json_put_str(&p->o, S("key"), p->officer ? base64_text(p->q->a, key, sizeof key) : STR_NONE);
}

static err *put_visit(struct pack *p, struct pack_visit *v)
{
    pack_people people = {0};
    struct json_out *o = &p->o;
    TRY(load_notice(p, v));
    TRY(load_people(p, v, &people));
    json_open(o, '{');
    json_put_str(o, S("id"), v->id);
    json_put_str(o, S("entrustment"), v->entrustment);
    json_put_str(o, S("kind"), v->kind);
    put_scope(p, v);
    json_put_str(o, S("matter"), v->matter);
    put_company(p, v);
    json_put_int(o, S("starts"), v->starts);
    json_put_int(o, S("ends"), v->ends);
    json_key(o, S("period"));
    json_open(o, '{');
    json_put_int(o, S("from"), v->from);
    json_put_int(o, S("to"), v->to);
    json_close(o, '}');
    json_put_str(o, S("state"), v->state);
    json_put_bool(o, S("emergency"), v->emergency != 0);
    json_put_str(o, S("approval_no"), v->approval_no);
    json_put_int(o, S("officers_required"), p->officers);
    json_put_int(o, S("leave_tolerance_s"), p->leave_minutes * 60);
    TRY(put_notice(p, v));
    TRY(put_people(p, &people));
    put_key(p, v);
    TRY(put_events(p, v));
    TRY(put_readiness(p, v, &people));
    TRY(put_law(p, v, &people));
    json_close(o, '}');
    return NULL;
}

#define VISITS_SQL                                                                                  \
    "SELECT v.id, e.id, e.kind, e.matter, s.id, s.name, s.uscc, v.state, v.approval_no, v.notice_no, e.state, v.starts, v.ends,"  \
    " e.from_date, e.to_date, s.region, v.emergency, v.helpers, v.lon, v.lat, v.radius_m FROM visit v"                     \
    " JOIN entrustment e ON e.id = v.entrustment JOIN subject s ON s.id = v.subject WHERE v.state IN ('planned', 'approved')"     \
    " AND v.ends >= :since AND v.starts <= :until AND (EXISTS (SELECT 1 FROM entrustment_officer eo WHERE eo.entrustment = e.id"  \
    "  AND eo.user_id = :me AND CAST(:officer AS BIGINT) = 1) OR EXISTS (SELECT 1 FROM entrustment_member em WHERE"        \
    "  em.entrustment = e.id AND em.member = CAST(:member AS TEXT) AND CAST(:officer AS BIGINT) = 0 AND e.state = 'accepted'))"   \
    " ORDER BY v.starts, v.id LIMIT :most"

static err *load_visits(struct pack *p, struct pack_visit **ret, size_t *ret_n)
{
    struct request *q = p->q;
    struct db_rows rows;
    bool more;
    VEC(struct pack_visit) visits = {0};
    TRY(db_query(p->d, q->a, VISITS_SQL,
                 DB_ARGS(DB_I("since", q->now - FIELD_DAYS_BACK * USEC_DAY), DB_I("until", q->now + FIELD_DAYS_AHEAD * USEC_DAY),
                         DB_T("me", q->session.user), DB_T("member", q->reader.member), DB_I("officer", p->officer),
                         DB_I("most", LIMIT_FIELD_VISITS)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(q->a, &visits,
                 ((struct pack_visit){
                     .id = db_str(&rows, 0), .entrustment = db_str(&rows, 1), .kind = db_str(&rows, 2), .matter = db_str(&rows, 3),
                     .subject = db_str(&rows, 4), .company = db_str(&rows, 5), .uscc = db_str(&rows, 6), .state = db_str(&rows, 7),
                     .approval_no = db_str(&rows, 8), .notice_no = db_str(&rows, 9), .entrustment_state = db_str(&rows, 10),
                     .starts = db_int(&rows, 11), .ends = db_int(&rows, 12), .from = db_int(&rows, 13), .to = db_int(&rows, 14),
                     .region = db_int(&rows, 15), .emergency = db_int(&rows, 16), .helpers = db_int(&rows, 17),
                     .lon = db_column(&rows, 18), .lat = db_column(&rows, 19), .radius = db_column(&rows, 20)}));
    }
    *ret = visits.p;
    *ret_n = visits.n;
    return NULL;
}

static err *put_head(struct pack *p)
{
    struct request *q = p->q;
    struct json_out *o = &p->o;
    int64_t hours, code, clock;
    TRY(setting_now(p->d, S("phone_lock_hours"), &hours));
    TRY(setting_now(p->d, S("entry_code_seconds"), &code));
    TRY(setting_now(p->d, S("clock_tolerance_seconds"), &clock));
    TRY(setting_now(p->d, S("min_officers_on_site"), &p->officers));
    TRY(setting_now(p->d, S("geofence_radius_m"), &p->tolerance_m));
    TRY(setting_now(p->d, S("leave_tolerance_min"), &p->leave_minutes));
    json_put_int(o, S("version"), 1);
    json_put_str(o, S("user"), q->session.user);
    json_put_str(o, S("name"), q->session.name);
    json_put_str(o, S("kind"), p->officer ? S("officer") : S("member"));
    json_put_str(o, S("agency"), q->reader.agency);
    json_put_int(o, S("issued_at"), q->now);
    json_put_int(o, S("good_until"), q->now + hours * USEC_HOUR);
    json_put_str(o, S("csrf"), q->session.csrf);
    json_key(o, S("settings"));
    json_open(o, '{');
    json_put_int(o, S("officers"), p->officers);
    json_put_int(o, S("code_seconds"), code);
    json_put_int(o, S("lock_hours"), hours);
    json_put_int(o, S("clock_tolerance_s"), clock);
    json_close(o, '}');
    return NULL;
}

err *field_pack(struct request *q, struct response *r)
{
    buf b = buf_make(q->a, LIMIT_PAGE_BYTES);
    struct pack p = {.q = q, .o = {&b, false}, .officer = (q->reader.roles & ROLE_BIT(ROLE_OFFICER)) != 0};
    struct pack_visit *visits;
    size_t n;
    TRY(request_db(q, &p.d));
    json_open(&p.o, '{');
    TRY(put_head(&p));
    TRY(load_visits(&p, &visits, &n));
    json_key(&p.o, S("visits"));
    json_open(&p.o, '[');
    for (size_t i = 0; i < n; i++)
        TRY(put_visit(&p, &visits[i]));
    json_close(&p.o, ']');
    json_close(&p.o, '}');
    if (b.overflow)
        return err_new(ERR_LIMIT, "离线包超过%d字节，请先办结已过期的现场", LIMIT_PAGE_BYTES);
    r->status = 200;
    r->type = "application/json";
    r->body = buf_str(&b);
    return NULL;
}

/* Also the way to a fresh token after the session ended and somebody signed in again. */
err *field_clock(struct request *q, struct response *r)
{
    buf b = buf_make(q->a, 1000);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_int(&o, S("server_time"), q->now);
    json_put_str(&o, S("user"), q->session.open ? q->session.user : STR_NONE);
    json_put_str(&o, S("csrf"), q->session.open ? q->session.csrf : STR_NONE);
    json_close(&o, '}');
    r->status = 200;
    r->type = "application/json";
    r->body = buf_str(&b);
    return NULL;
}
