/*
 * The second half of the inbox. An act that makes something due writes a row of `todo`; but a certificate ends by itself, and no
 * act tells. Such rows are asked of the tables each time, are no state, and vanish when the fact does: nobody has to tick them off.
 *
 * Escalation (domain.md §8.2): once its term is over, a row shows in the inbox of who looks after its owner, and says whose it is.
 */
#include "acts/inbox.h"

#include <stdio.h>
#include <string.h>

void inbox_add(struct inbox *in, struct todo t)
{
    if (in->n == in->room) {
        size_t room = in->room ? in->room * 2 : 32;
        struct todo *p = NEW_ARRAY(in->a, room, struct todo);
        if (in->n)
            memcpy(p, in->p, in->n * sizeof *p);
        in->p = p;
        in->room = room;
    }
    in->p[in->n++] = t;
}

/* ---- who looks after whom ---- */
static const struct { enum law_role role, above; } chain[] = {
    {ROLE_OFFICER, ROLE_HEAD}, {ROLE_LEGAL, ROLE_HEAD}, {ROLE_PROCUREMENT, ROLE_HEAD}, {ROLE_FINANCE, ROLE_HEAD},
    {ROLE_ARCHIVIST, ROLE_HEAD}, {ROLE_SYSADMIN, ROLE_HEAD}, {ROLE_PROVIDER_LEAD, ROLE_HEAD}, {ROLE_MEMBER, ROLE_PROVIDER_LEAD},
    {ROLE_HEAD, ROLE_DISCIPLINE}, {ROLE_DISCIPLINE, ROLE_PROVINCE}};

static int role_named(str id)
{
    for (int r = 0; r < LAW_ROLE_COUNT; r++)
        if (str_eq(id, str_of(law_role_names[r].id)))
            return r;
    return -1;
}

str todo_role_words(str role)
{
    int r = role.n ? role_named(role) : -1;
    return r < 0 ? S("本人") : str_of(law_role_names[r].zh);
}

str todo_escalates(str role)
{
    int r = role.n ? role_named(role) : ROLE_OFFICER; /* a person's own: who leads the office */
    for (size_t i = 0; i < sizeof chain / sizeof *chain; i++)
        if ((int)chain[i].role == r)
            return str_of(law_role_names[chain[i].above].zh);
    return S("");
}

/* ---- facts of the day ---- */

/* The last moment of day `d`, in China. */
#define END_OF(d) "(" d " + 1) * 86400000000 - 28800000000 - 1"
#define ENDS_SOON(d) d " BETWEEN CAST(:expired_since AS BIGINT) AND CAST(:expires_until AS BIGINT)"
#define OURS(provider)                                                                              \
    "EXISTS (SELECT 1 FROM agreement g WHERE g.provider = " provider " AND g.agency = :agency AND g.state = 'effective')"
#define NO_NOTICE                                                                                   \
    "NOT EXISTS (SELECT 1 FROM notice n WHERE n.entrustment = e.id AND n.subject = v.subject AND n.state = 'served')"
#define FIT_OFFICERS                                                                                \
    "(SELECT COUNT(*) FROM entrustment_officer o WHERE o.entrustment = e.id AND EXISTS (SELECT 1 FROM certificate c" \
    " WHERE c.user_id = o.user_id AND c.from_date <= :today AND c.to_date >= :today))"
#define UNAPPROVED "EXISTS (SELECT 1 FROM entrustment_member em WHERE em.entrustment = e.id AND em.approved = 0)"
#define UNFIT                                                                                       \
    "EXISTS (SELECT 1 FROM entrustment_member em JOIN member m ON m.id = em.member WHERE em.entrustment = e.id"      \
    " AND (m.state <> 'admitted' OR COALESCE(m.to_date, :today) < :today))"

/* How many are inside a visit `v` now: the newest event of each is an entry. */
#define INSIDE_NOW(helper)                                                                          \
    "(SELECT COUNT(*) FROM presence_event p WHERE p.visit = v.id AND p.helper = " helper " AND p.kind = 1 AND NOT EXISTS"    \
    " (SELECT 1 FROM presence_event r WHERE r.visit = p.visit AND r.person = p.person AND (r.time > p.time"                  \
    " OR (r.time = p.time AND r.seq > p.seq))))"

/* Columns: thing_kind, thing_id, due_at, owner's role, words beside it. */
static const struct fact {
    const char *kind, *label, *act;
    uint32_t roles; /* whose inbox; those of third parties read their own provider's alone */
    bool third_party;
    const char *sql;
} facts[] = {
    {"certificate_expiring", "执法证件到期", "officer.certify", ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_OFFICER), false,
     "SELECT 'users', u.id, " END_OF("MAX(c.to_date)") ", 'officer', NULL FROM users u JOIN certificate c ON c.user_id = u.id"
     " WHERE u.agency = :agency AND u.disabled_at IS NULL AND (:head = 1 OR u.id = :user) GROUP BY u.id"
     " HAVING " ENDS_SOON("MAX(c.to_date)") " ORDER BY 3, 2 LIMIT :limit"},
    {"card_expiring", "辅助证到期", "member.admit", ROLE_BIT(ROLE_HEAD), false,
     "SELECT 'member', m.id, " END_OF("m.to_date") ", 'provider_lead', NULL FROM member m WHERE m.state = 'admitted' AND "
     ENDS_SOON("m.to_date") " AND " OURS("m.provider") " ORDER BY 3, 2 LIMIT :limit"},
    {"card_expiring", "辅助证到期", NULL, ROLE_BIT(ROLE_PROVIDER_LEAD), true,
     "SELECT 'member', m.id, " END_OF("m.to_date") ", 'provider_lead', NULL FROM member m WHERE m.state = 'admitted' AND "
     ENDS_SOON("m.to_date") " AND m.provider = :provider ORDER BY 3, 2 LIMIT :limit"},
    {"qualification_expiring", "资质证书到期", "qualification.record", ROLE_BIT(ROLE_PROCUREMENT), false,
     "SELECT 'qualification', q.id, " END_OF("q.to_date") ", 'provider_lead', q.type FROM qualification q WHERE "
     ENDS_SOON("q.to_date") " AND (" OURS("q.holder") " OR EXISTS (SELECT 1 FROM member m WHERE m.id = q.holder AND "
     OURS("m.provider") ")) AND NOT EXISTS (SELECT 1 FROM qualification r WHERE r.holder = q.holder AND r.type = q.type"
     " AND COALESCE(r.to_date, 999999) > q.to_date) ORDER BY 3, 2 LIMIT :limit"},
    {"qualification_expiring", "资质证书到期", NULL, ROLE_BIT(ROLE_PROVIDER_LEAD), true,
     "SELECT 'qualification', q.id, " END_OF("q.to_date") ", 'provider_lead', q.type FROM qualification q WHERE "
     ENDS_SOON("q.to_date") " AND (q.holder = :provider OR EXISTS (SELECT 1 FROM member m WHERE m.id = q.holder"
     " AND m.provider = :provider)) AND NOT EXISTS (SELECT 1 FROM qualification r WHERE r.holder = q.holder AND r.type = q.type"
     " AND COALESCE(r.to_date, 999999) > q.to_date) ORDER BY 3, 2 LIMIT :limit"},
    {"roster_expiring", "名录到期", "roster.enter", ROLE_BIT(ROLE_HEAD), false,
     "SELECT 'roster', x.roster, " END_OF("x.to_date") ", 'head', COALESCE((SELECT p.name FROM provider p WHERE 'provider:' || p.id = x.who),"
     " (SELECT m.name FROM member m WHERE 'member:' || m.id = x.who)) FROM roster_entry x JOIN roster r ON r.id = x.roster"
     " WHERE r.agency = :agency AND x.dropped_at IS NULL AND " ENDS_SOON("x.to_date") " ORDER BY 3, 2 LIMIT :limit"},
    {"device_expiring", "设备检定校准到期", NULL, ROLE_BIT(ROLE_OFFICER), false,
     "SELECT 'device', x.id, " END_OF("x.calibration_to") ", 'officer', x.serial FROM device x WHERE x.agency = :agency AND "
     ENDS_SOON("x.calibration_to") " ORDER BY 3, 2 LIMIT :limit"},
    {"device_expiring", "设备检定校准到期", NULL, ROLE_BIT(ROLE_PROVIDER_LEAD), true,
     "SELECT 'device', x.id, " END_OF("x.calibration_to") ", 'provider_lead', x.serial FROM device x WHERE x.provider = :provider AND "
     ENDS_SOON("x.calibration_to") " ORDER BY 3, 2 LIMIT :limit"},
    {"agreement_expiring", "协议到期", "agreement.extend", ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_PROCUREMENT), false,
     "SELECT 'agreement', g.id, " END_OF("g.to_date") ", 'procurement', p.name FROM agreement g JOIN provider p ON p.id = g.provider"
     " WHERE g.agency = :agency AND g.state = 'effective' AND " ENDS_SOON("g.to_date") " ORDER BY 3, 2 LIMIT :limit"},
    {"officers_left", "执法人员离场，辅助人员仍在现场", NULL, ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_OFFICER), false,
     "SELECT 'visit', v.id, COALESCE((SELECT MAX(o.time) FROM presence_event o WHERE o.visit = v.id AND o.kind = 2), v.starts), 'officer',"
     " '现场执法人员不足，请立即返回或要求辅助人员离场' FROM visit v JOIN entrustment e ON e.id = v.entrustment WHERE e.agency = :agency"
     " AND v.state = 'approved' AND " INSIDE_NOW("1") " > 0 AND " INSIDE_NOW("0") " < :officers ORDER BY 3, 2 LIMIT :limit"},
    {"entry_unready", "入场条件不足", "notice.serve", ROLE_BIT(ROLE_OFFICER), false,
     "SELECT 'visit', v.id, v.starts, 'officer', CASE WHEN " NO_NOTICE " THEN '告知书未送达；' ELSE '' END"
     " || CASE WHEN e.state <> 'accepted' THEN '第三方未接受委托；' ELSE '' END || CASE WHEN e.frozen > 0 THEN '辅助暂停；' ELSE '' END"
     " || CASE WHEN " UNAPPROVED " THEN '人员变更未批准；' ELSE '' END || CASE WHEN " UNFIT " THEN '有辅助人员证件无效；' ELSE '' END"
     " || CASE WHEN " FIT_OFFICERS " < :officers THEN '持有效证件的执法人员不足；' ELSE '' END"
     " FROM visit v JOIN entrustment e ON e.id = v.entrustment JOIN entrustment_officer eo ON eo.entrustment = e.id AND eo.user_id = :user"
     " WHERE v.state = 'approved' AND v.starts <= CAST(:entry_until AS BIGINT) AND v.ends >= :now AND (" NO_NOTICE
     " OR e.state <> 'accepted' OR e.frozen > 0 OR " UNAPPROVED " OR " UNFIT " OR " FIT_OFFICERS " < :officers) ORDER BY 3, 2 LIMIT :limit"}};

static err *fact_rows(struct db *d, const struct reader *reader, usec now, int64_t officers, const struct fact *f, struct inbox *in)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, in->a, f->sql,
                 DB_ARGS(DB_T("user", reader->user), DB_T("agency", reader->agency), DB_T("provider", reader->provider),
                         DB_I("head", (reader->roles & ROLE_BIT(ROLE_HEAD)) != 0), DB_I("today", day_of(now)), DB_I("now", now),
                         DB_I("expired_since", day_of(now) - EXPIRED_DAYS), DB_I("expires_until", day_of(now) + EXPIRY_DAYS),
                         DB_I("entry_until", now + ENTRY_HOURS * USEC_HOUR), DB_I("officers", officers), DB_I("limit", LIMIT_INBOX_FACTS)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct todo t = {.id = S(""), .kind = str_of(f->kind), .label = str_of(f->label), .thing_kind = db_str(&rows, 0),
                         .thing_id = db_str(&rows, 1), .due_at = db_int(&rows, 2), .role = db_str(&rows, 3),
                         .note = db_str(&rows, 4), .act = f->act ? str_of(f->act) : STR_NONE, .fact = true};
        inbox_add(in, t);
    }
}

/* 处罚法第61条 七个工作日内送达; 第64条 听证在五个工作日内提出; 办案程序规定 九十日（自然日）内作出决定. `days` counts from `base`. */
static const struct { const char *kind, *label; int days; enum deadline_unit unit; const char *sql; } periods[] = {
    {"decision_unserved", "处罚决定待送达", 7, UNIT_WORKDAY,
     "SELECT k.id, x.date, x.ref FROM attachment x JOIN casefile k ON k.id = x.casefile WHERE k.agency = :agency AND k.state = 'open'"
     " AND x.kind = 'decision' AND NOT EXISTS (SELECT 1 FROM attachment r WHERE r.casefile = k.id AND r.kind = 'receipt'"
     " AND r.of_ref = x.ref) ORDER BY x.date LIMIT :limit"},
    {"hearing_period", "陈述申辩、听证期限", 5, UNIT_WORKDAY,
     "SELECT k.id, COALESCE(r.served_on, r.date), x.ref FROM attachment x JOIN casefile k ON k.id = x.casefile JOIN attachment r"
     " ON r.casefile = k.id AND r.kind = 'receipt' AND r.of_ref = x.ref WHERE k.agency = :agency AND k.state = 'open' AND x.form = 'P12'"
     " AND NOT EXISTS (SELECT 1 FROM attachment y WHERE y.casefile = k.id AND y.kind = 'decision') ORDER BY 2 LIMIT :limit"},
    {"case_undecided", "案件待作出决定", 90, UNIT_NATURAL,
     "SELECT k.id, (k.opened_at + 28800000000) / 86400000000, NULL FROM casefile k WHERE k.agency = :agency AND k.state = 'open'"
     " AND NOT EXISTS (SELECT 1 FROM attachment y WHERE y.casefile = k.id AND y.kind = 'decision') ORDER BY k.opened_at LIMIT :limit"}};

static err *period_rows(struct db *d, const struct reader *reader, const struct calendar *c, size_t at, struct inbox *in)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, in->a, periods[at].sql, DB_ARGS(DB_T("agency", reader->agency), DB_I("limit", LIMIT_INBOX_FACTS)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        day due;
        bool known = calendar_due(c, (day)db_int(&rows, 1), periods[at].unit, periods[at].days, &due, NULL) == CALENDAR_OK;
        str term = deadline_text(in->a, periods[at].unit, periods[at].days), ref = db_str(&rows, 2);
        inbox_add(in, (struct todo){
            .id = S(""), .kind = str_of(periods[at].kind), .label = str_of(periods[at].label), .thing_kind = S("casefile"),
            .thing_id = db_str(&rows, 0), .due_at = day_start(due + 1) - 1, .role = S("officer"), .fact = true,
            .note = arena_printf(in->a, "%.*s%s期限%.*s%s", STR_ARG(ref), ref.n ? "，" : "", STR_ARG(term),
                                 known ? "" : "，节假日安排未公布，到期日待确认")});
    }
}

/* A year without holidays leaves due dates unconfirmed. The State Council publishes the next year's in November. */
static void missing_year(const struct calendar *c, day today, int year, struct inbox *in)
{
    day first;
    char text[16];
    snprintf(text, sizeof text, "%04d-01-01", year);
    if (day_parse(str_of(text), &first)) {
        err_clear();
        return;
    }
    if (calendar_knows(c, first + 40)) /* the notice of the year before may rule its first days */
        return;
    inbox_add(in, (struct todo){.id = S(""), .kind = S("holiday_missing"), .label = S("节假日安排缺失"), .thing_kind = S("holiday_day"),
                                .thing_id = S(""), .title = arena_printf(in->a, "%d年", year), .act = S("holiday.import"),
                                .due_at = day_start(first > today ? first : today + 1) - 1, .role = S("sysadmin"), .fact = true,
                                .note = S("按工作日计算的期限不能确认到期日")});
}

static int year_of(struct arena *a, day d)
{
    int64_t year = 0;
    return str_int64(str_sub(day_iso(a, d), 0, 4), &year) ? (int)year : 0;
}

err *inbox_facts(struct db *d, const struct reader *reader, usec now, struct inbox *in)
{
    const struct calendar *c;
    int64_t officers;
    bool outside = reader->provider.p || reader->subject.p;
    TRY(setting_now(d, S("min_officers_on_site"), &officers));
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if ((facts[i].roles & reader->roles) && facts[i].third_party == outside && !reader->residual)
            TRY(fact_rows(d, reader, now, officers, &facts[i], in));
    if (outside || !reader->agency.p)
        return NULL;
    TRY(calendar_now(d, in->a, &c));
    if (reader->roles & (ROLE_BIT(ROLE_OFFICER) | ROLE_BIT(ROLE_HEAD)))
        for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)
            TRY(period_rows(d, reader, c, i, in));
    if (reader->roles & ROLE_BIT(ROLE_SYSADMIN)) {
        day today = day_of(now);
        missing_year(c, today, year_of(in->a, today), in);
        if (year_of(in->a, today + 61) > year_of(in->a, today)) /* from November on */
            missing_year(c, today, year_of(in->a, today) + 1, in);
    }
    return NULL;
}

/* ---- what others let pass ---- */
static str roles_below(struct arena *a, uint32_t mine)
{
    buf b = buf_make(a, 1000);
    buf_add(&b, S("''"));
    for (size_t i = 0; i < sizeof chain / sizeof *chain; i++)
        if ((mine & ROLE_BIT(chain[i].above)) && !(mine & ROLE_BIT(chain[i].role)))
            buf_printf(&b, ", '%s'", law_role_names[chain[i].role].id);
    return buf_str(&b);
}

err *inbox_overdue(struct db *d, const struct reader *reader, usec now, struct inbox *in)
{
    struct db_rows rows;
    bool more, outside = reader->provider.p || reader->subject.p;
    if (outside || !reader->agency.p || !(reader->roles & (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_PROVINCE))))
        return NULL;
    str below = roles_below(in->a, reader->roles);
    /* A provider's own row names no bureau: it is looked after by the one whose agreement it stands under. A person's own row stays
     * that person's: what discipline asked of one is nobody else's. */
    const char *sql = arena_cstr(in->a, arena_printf(in->a,
        "SELECT t.id, t.kind, t.thing_kind, t.thing_id, t.act, t.due_at, t.seq, t.role FROM todo t WHERE t.closed_seq IS NULL"
        " AND t.due_at < :now AND t.user_id IS NULL AND t.role IN (%.*s) AND ((t.provider IS NULL AND t.agency = :agency)"
        " OR (t.agency IS NULL AND t.kind = 'entrustment_accept' AND EXISTS (SELECT 1 FROM entrustment e WHERE e.id = t.thing_id"
        " AND e.agency = :agency)) OR (t.agency IS NULL AND t.kind = 'data_return' AND EXISTS (SELECT 1 FROM agreement g WHERE g.id = t.thing_id"
        " AND g.agency = :agency))) ORDER BY t.due_at, t.seq LIMIT :limit", STR_ARG(below)));
    TRY(db_query(d, in->a, sql, DB_ARGS(DB_I("now", now), DB_T("agency", reader->agency), DB_I("limit", LIMIT_INBOX_FACTS)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        inbox_add(in, (struct todo){.id = db_str(&rows, 0), .kind = db_str(&rows, 1), .thing_kind = db_str(&rows, 2),
                                    .thing_id = db_str(&rows, 3), .act = db_str(&rows, 4), .due_at = db_int(&rows, 5),
                                    .seq = db_int(&rows, 6), .role = db_str(&rows, 7), .overseen = true});
    }
}
