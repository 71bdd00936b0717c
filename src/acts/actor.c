/* Who acts, and the facts every act has: role, session, whose thing it is, lateness. */
#include "acts/act.h"

static uint32_t roles_of(str names)
{
    uint32_t roles = 0;
    str name;
    while (str_next(&names, ' ', &name))
        for (int r = 0; r < LAW_ROLE_COUNT; r++)
            if (str_eq(name, str_of(law_role_names[r].id)))
                roles |= ROLE_BIT(r);
    return roles;
}

/* In one statement: on a server each costs a round trip. */
static err *load_user(struct act *a)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(a->db, a->arena,
                 "SELECT u.name, u.agency, u.provider, u.subject, u.disabled_at, p.closed_at, p.name,"
                 " (SELECT MIN(m.id) FROM member m WHERE m.user_id = u.id),"
                 " (SELECT /*@sqlite group_concat(r.role, ' ') */ /*@postgres string_agg(r.role, ' ') */"
                 "   FROM user_role r WHERE r.user_id = u.id) FROM users u"
                 " LEFT JOIN provider p ON p.id = u.provider WHERE u.id = :by",
                 DB_ARGS(DB_T("by", a->by)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_got(err_at(err_new(ERR_INPUT, "“by”指向的用户“%.*s”不存在", STR_ARG(a->by)), S("by")), a->by,
                       S("已登记的用户"), STR_NONE);
    struct actor *w = &a->actor;
    w->name = db_str(&rows, 0);
    w->agency = db_str(&rows, 1);
    w->provider = db_str(&rows, 2);
    w->subject = db_str(&rows, 3);
    w->disabled = db_int(&rows, 4) != 0;
    w->closed = db_int(&rows, 5) != 0;
    w->provider_name = db_str(&rows, 6);
    w->member = db_str(&rows, 7);
    w->roles = roles_of(db_str(&rows, 8));
    db_rows_end(&rows);
    return NULL;
}

/* The writer sees the same few people again and again; the world forgets them when an act changes one. */
static err *load_remembered(struct act *a)
{
    struct actor *known = a->world && a->world->loaded ? map_get(a->world->actors, a->by) : NULL;
    if (known) {
        str id = a->actor.id;
        a->actor = *known;
        a->actor.id = id;
        return NULL;
    }
    TRY(load_user(a));
    if (!a->world || !a->world->loaded || map_count(a->world->actors) >= LIMIT_WORLD_ACTORS)
        return NULL;
    struct arena *arena = a->world->arena;
    struct actor *copy = arena_copy(arena, &a->actor, sizeof a->actor);
    str *const texts[] = {&copy->id, &copy->name, &copy->agency, &copy->provider, &copy->subject, &copy->member,
                          &copy->provider_name};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_str(arena, *texts[i]);
    map_put(a->world->actors, arena_str(arena, a->by), copy);
    return NULL;
}

static err *load_notice(struct act *a, str notice)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(a->db, a->arena, "SELECT subject FROM notice WHERE id = :id", DB_ARGS(DB_T("id", notice)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_got(err_at(err_new(ERR_INPUT, "告知书“%.*s”不存在", STR_ARG(notice)), S("by")), notice,
                       S("告知书上的编号"), STR_NONE);
    a->actor.subject = db_str(&rows, 0);
    a->actor.name = S("告知书扫码人");
    a->actor.roles = ROLE_BIT(ROLE_NOTICE);
    db_rows_end(&rows);
    return NULL;
}

static err *load_named(struct act *a)
{
    static const struct { const char *by; enum law_role role; const char *name; } special[] = {
        {"system", ROLE_SYSTEM, "系统"}, {"import", ROLE_IMPORT, "导入"},
        {"detector", ROLE_DETECTOR, "监测研判程序"}, {"public", ROLE_PUBLIC, "公众"}};
    a->actor.id = a->by;
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (str_eq(a->by, str_of(special[i].by))) {
            a->actor.roles = ROLE_BIT(special[i].role);
            a->actor.name = str_of(special[i].name);
            return NULL;
        }
    if (str_starts(a->by, S("notice:")))
        return load_notice(a, str_sub(a->by, 7, a->by.n));
    return load_remembered(a);
}

enum { ROLES_OUTSIDE = ROLES_THIRD_PARTY | ROLE_BIT(ROLE_SUBJECT) | ROLE_BIT(ROLE_PUBLIC) | ROLE_BIT(ROLE_NOTICE) };

/* Of an anonymous reporter nothing is kept but the bureau whose discipline hears it. */
static err *load_nobody(struct act *a)
{
    TRY(load_named(a));
    return db_one_str(a->db, a->arena,
                      "SELECT COALESCE(u.agency, (SELECT g.agency FROM agreement g WHERE g.provider = u.provider"
                      " ORDER BY g.seq DESC LIMIT 1)) FROM users u WHERE u.id = :reporter",
                      DB_ARGS(DB_T("reporter", a->reporter)), &a->actor.agency);
}

err *act_load_actor(struct act *a)
{
    TRY(a->anonymous ? load_nobody(a) : load_named(a));
    a->outside = !a->simulate && (a->actor.provider.p || a->actor.subject.p || (a->actor.roles & ROLES_OUTSIDE));
    return NULL;
}

/* What somebody outside may know of at all. Any other id reads as if it did not exist, so that guessing tells nothing.
 * Tables that are not listed are public registers, or hold nothing an outsider's act refers to. */
static const struct { const char *table, *provider, *subject; } known[] = {
    {"entrustment", "SELECT 1 FROM entrustment WHERE id = :ref AND provider = :provider",
     "SELECT 1 FROM entrustment_subject WHERE entrustment = :ref AND subject = :subject"},
    {"agreement", "SELECT 1 FROM agreement WHERE id = :ref AND provider = :provider", NULL},
    {"visit", "SELECT 1 FROM visit v JOIN entrustment e ON e.id = v.entrustment WHERE v.id = :ref AND e.provider = :provider",
     "SELECT 1 FROM visit WHERE id = :ref AND subject = :subject"},
    {"notice", "SELECT 1 FROM notice n JOIN entrustment e ON e.id = n.entrustment WHERE n.id = :ref AND e.provider = :provider",
     "SELECT 1 FROM notice WHERE id = :ref AND subject = :subject"},
    {"objection", NULL, "SELECT 1 FROM objection WHERE id = :ref AND subject = :subject"},
    {"orders", "SELECT 1 FROM orders o JOIN entrustment e ON e.id = o.entrustment WHERE o.id = :ref AND e.provider = :provider",
     NULL},
    {"material", "SELECT 1 FROM material WHERE id = :ref AND provider = :provider", NULL},
    {"clue", "SELECT 1 FROM clue WHERE id = :ref AND provider = :provider", NULL},
    {"violation", "SELECT 1 FROM violation WHERE id = :ref AND provider = :provider", NULL},
    {"integrity_finding", "SELECT 1 FROM integrity_finding WHERE id = :ref AND provider = :provider AND state <> 'found'", NULL},
    {"backcheck_draw", NULL, NULL},
    {"scene", "SELECT 1 FROM scene s JOIN entrustment e ON e.id = s.entrustment WHERE s.id = :ref AND e.provider = :provider", NULL},
    {"scene_run", NULL, NULL},
    {"evaluation", "SELECT 1 FROM evaluation WHERE id = :ref AND provider = :provider", NULL},
    {"member", "SELECT 1 FROM member WHERE id = :ref AND provider = :provider",
     "SELECT 1 FROM entrustment_member m JOIN entrustment_subject s ON s.entrustment = m.entrustment"
     " WHERE m.member = :ref AND s.subject = :subject"},
    {"phone", "SELECT 1 FROM phone p JOIN users u ON u.id = p.user_id WHERE p.id = :ref AND u.provider = :provider", NULL},
    {"visit_capture", NULL, NULL},
    {"outlet", NULL, "SELECT 1 FROM outlet WHERE id = :ref AND subject = :subject"},
    {"outlet_mark", NULL, "SELECT 1 FROM outlet_mark m JOIN outlet o ON o.id = m.outlet WHERE m.id = :ref AND o.subject = :subject"},
    {"casefile", NULL, NULL}, {"record", NULL, NULL}, {"contact_authorisation", NULL, NULL}};

err *act_known(struct act *a, str table, str id, bool *ret)
{
    int64_t found = 0;
    for (size_t i = 0; a->outside && i < sizeof known / sizeof *known; i++) {
        if (!str_eq(table, str_of(known[i].table)))
            continue;
        const char *sql = a->actor.provider.p ? known[i].provider : a->actor.subject.p ? known[i].subject : NULL;
        if (sql)
            TRY(db_one_int(a->db, sql, DB_ARGS(DB_T("ref", id), DB_T("provider", a->actor.provider),
                                               DB_T("subject", a->actor.subject)), 0, &found));
        *ret = found == 1;
        return NULL;
    }
    return act_row_exists(a, arena_cstr(a->arena, table), id, ret);
}

/* A head's act may be done by whom the head named, inside the dates. The delegate acts as head, and never a
 * third party: authority.delegate refuses that, and the mask is checked here again. */
static err *delegated(struct act *a, bool *ret)
{
    int64_t n = 0;
    *ret = false;
    if (!(a->type->roles & ROLE_BIT(ROLE_HEAD)) || (a->actor.roles & ROLES_THIRD_PARTY) || a->actor.provider.p)
        return NULL;
    TRY(db_one_int(a->db,
                   "SELECT COUNT(*) FROM delegation d JOIN delegation_act x ON x.delegation = d.id"
                   " WHERE d.to_user = :by AND x.act = :act AND d.from_date <= :day AND d.to_date >= :day"
                   " AND d.ended_at IS NULL",
                   &(struct db_args){.lookup = act_lookup, .context = a}, 0, &n));
    *ret = n > 0;
    return NULL;
}

struct scope { str agency, provider, subject, member; bool any; };

static err *load_scope(struct act *a, struct scope *s)
{
    struct db_rows rows;
    bool more;
    TRY(act_query(a, a->type->scope, &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    s->any = true;
    for (int c = 0; c < rows.columns; c++) {
        str name = db_column_name(&rows, c);
        str *slot = str_eq(name, S("agency"))     ? &s->agency
                    : str_eq(name, S("provider")) ? &s->provider
                    : str_eq(name, S("subject"))  ? &s->subject
                                                  : &s->member;
        *slot = db_str(&rows, c);
    }
    db_rows_end(&rows);
    return NULL;
}

/* Discipline and the province look down their own line: the other agency's region lies in theirs. */
static err *above(struct act *a, str other, bool *ret)
{
    int64_t mine = 0, theirs = 0;
    *ret = false;
    if (!(a->actor.roles & (ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_PROVINCE) | ROLE_BIT(ROLE_SYSADMIN))))
        return NULL;
    TRY(db_one_int(a->db, "SELECT region FROM agency WHERE id = :id", DB_ARGS(DB_T("id", a->actor.agency)), 0, &mine));
    TRY(db_one_int(a->db, "SELECT region FROM agency WHERE id = :id", DB_ARGS(DB_T("id", other)), 0, &theirs));
    *ret = region_covers((int)mine, (int)theirs);
    return NULL;
}

/* One bureau is one party: a provider that others still work with is done with this agency only. */
static err *closed_here(struct act *a, str agency)
{
    int64_t n = 0;
    if (!a->actor.provider.p || !agency.p || a->facts.actor_session_closed)
        return NULL;
    TRY(db_one_int(a->db, "SELECT COUNT(*) FROM closed_session WHERE provider = :provider AND agency = :agency",
                   DB_ARGS(DB_T("provider", a->actor.provider), DB_T("agency", agency)), 0, &n));
    a->facts.actor_session_closed = n > 0;
    return NULL;
}

static err *load_foreign(struct act *a)
{
    struct scope s = {0};
    struct actor *w = &a->actor;
    if (!a->type->scope)
        return NULL;
    TRY(load_scope(a, &s));
    if (!s.any)
        return NULL;
    bool foreign = false;
    if (w->provider.p)
        foreign = (s.provider.p && !str_eq(s.provider, w->provider)) ||
                  (s.member.p && w->roles == ROLE_BIT(ROLE_MEMBER) && !str_eq(s.member, w->member));
    else if (w->subject.p)
        foreign = s.subject.p && !str_eq(s.subject, w->subject);
    else if (w->agency.p && s.agency.p && !str_eq(s.agency, w->agency)) {
        bool ok;
        TRY(above(a, s.agency, &ok));
        foreign = !ok;
    }
    a->facts.foreign_thing = foreign;
    return closed_here(a, s.agency);
}

enum { LATE_MINUTES = 10 };

static str who_may(struct act *a)
{
    buf b = buf_make(a->arena, 400);
    for (int r = 0; r < LAW_ROLE_COUNT; r++)
        if (a->type->roles & ROLE_BIT(r)) {
            if (b.n)
                buf_add(&b, S("、"));
            buf_add(&b, str_of(law_role_names[r].zh));
        }
    return buf_str(&b);
}

err *act_common_facts(struct act *a)
{
    struct actor *w = &a->actor;
    bool may = (w->roles & a->type->roles) != 0;
    if (!may)
        TRY(delegated(a, &may));
    a->facts.actor_third_party = w->provider.p != NULL || (w->roles & ROLES_THIRD_PARTY) != 0;
    a->facts.actor_not_permitted = !may;
    a->facts.actor_disabled = w->disabled;
    a->facts.actor_session_closed = a->facts.actor_third_party && w->closed;
    a->facts.before_regulation = day_of(a->at) < LAW_2022_08_12;
    usec gap = a->received_at > a->at ? a->received_at - a->at : a->at - a->received_at;
    a->facts.late_entry = !a->simulate && gap > LATE_MINUTES * USEC_MINUTE;
    if (a->facts.late_entry)
        a->mark = MARK_LATE;
    act_say(a, "actor", w->name.p ? w->name : a->by);
    act_say(a, "act_label", str_of(a->type->label));
    act_say(a, "who_may", who_may(a));
    act_say(a, "actor_provider_name", w->provider_name);
    act_say(a, "thing", a->id.p ? a->id : S("对象"));
    return load_foreign(a);
}
