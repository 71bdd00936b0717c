/*
 * Why was it decided so? The recorded facts are judged again, by the rules in force on that day, and must reach the
 * recorded verdict. Tables are not looked at: an explanation holds years later, and after erasures.
 */
#include "acts/act.h"
#include "acts/things_private.h"

#include <string.h>

static size_t broken_names(const struct act *a, str *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < a->rules_n; i++)
        if (a->broken[i])
            ret[n++] = str_of(law_rule_info[a->rules[i]].name);
    return n;
}

static bool same_rules(const struct act *a, const struct json *recorded)
{
    str names[LIMIT_ACT_RULES];
    size_t n = broken_names(a, names);
    if (n != (recorded ? recorded->n : 0))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!str_eq(names[i], recorded->child[i].string))
            return false;
    return true;
}

static enum law_verdict verdict_of(str name)
{
    for (int i = 0; i < 3; i++)
        if (str_eq(name, str_of(verdict_names[i])))
            return (enum law_verdict)i;
    return VERDICT_REFUSED;
}

/* The held act inside an approval: its own facts, the lifted rules, the day of the approval. */
static err *rejudge_effect(struct db *d, struct act *approve, const struct ledger_keys *keys, const struct json *effect,
                           bool *ret_same)
{
    struct arena *arena = approve->arena;
    struct ledger_entry entry;
    struct act *held = NEW(arena, struct act);
    *held = (struct act){.arena = arena, .db = d};
    TRY(ledger_read(d, arena, keys, json_get(effect, S("seq"))->i, &entry));
    TRY(act_reread(held, &entry));
    enum law_rule *lifted = NEW_ARRAY(arena, LIMIT_ACT_RULES, enum law_rule);
    const struct json *list = json_get(effect, S("lifted"));
    for (size_t i = 0; list && i < list->n && i < LIMIT_ACT_RULES; i++) {
        int rule = law_rule_find(list->child[i].string.p, list->child[i].string.n);
        if (rule >= 0)
            lifted[held->lifted_n++] = (enum law_rule)rule;
    }
    held->lifted = lifted;
    held->at = approve->at;
    act_take_facts(json_get(effect, S("facts")), &held->facts);
    act_judge(held, false);
    enum law_verdict recorded = verdict_of(json_string(effect, S("verdict")));
    *ret_same = held->verdict == recorded && same_rules(held, json_get(effect, S("rules")));
    if (held->verdict == VERDICT_REFUSED)
        approve->verdict = VERDICT_REFUSED;
    return NULL;
}

static bool may_read(const struct act *a, const struct reader *who, bool *ret_redact)
{
    bool outside = who && (who->provider.p || who->subject.p);
    *ret_redact = outside;
    if (!who || str_eq(a->by, who->user))
        return true;
    if (outside)
        return false; /* only its own */
    uint32_t sees_refusals = ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_AUDITOR);
    if (a->verdict == VERDICT_REFUSED && !(who->roles & sees_refusals))
        return false; /* a refused attempt: its author and discipline */
    if (strcmp(a->type->group, "integrity") == 0 && !(who->roles & sees_refusals))
        return false; /* what the look found, and the lot: discipline's */
    bool own = who->agency.p && (!a->actor.agency.p || str_eq(a->actor.agency, who->agency));
    return own || (who->roles & (ROLE_BIT(ROLE_PROVINCE) | sees_refusals));
}

enum { REACH_NONE, REACH_OWN, REACH_LISTED };

/*
 * Numbers can be counted through, so a receipt is kept from whoever the lists keep it from. A bureau's entry is its own; one of the
 * server or of a notice's code has no user behind it; that of somebody without a bureau is read by whom the list of acts shows it to.
 */
static err *within_reach(struct act *a, const struct reader *who, int64_t seq, bool *ret)
{
    static const char sql[] =
        "SELECT CASE WHEN " SEALED_ENTRY("l") " THEN 0 WHEN l.agency IS NOT NULL THEN 1 WHEN l.author LIKE 'notice:%' AND NOT EXISTS"
        " (SELECT 1 FROM notice n JOIN entrustment e ON e.id = n.entrustment WHERE n.id = SUBSTR(l.author, 8) AND "
        IN_AGENCY("e.agency") ") THEN 0 WHEN EXISTS (SELECT 1 FROM users u WHERE u.id = l.author) THEN 2 ELSE 1 END FROM act_log l"
        " WHERE l.seq = :seq";
    struct db_value *row;
    int64_t reach;
    *ret = true;
    if (!who || str_eq(a->by, who->user) || (who->roles & (ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_AUDITOR))))
        return NULL;
    TRY(db_one_int(a->db, sql, DB_ARGS(DB_I("seq", seq), DB_T("agency", who->agency), DB_I("clues", clue_reach(who)), DB_I("region_low", who->region),
                                       DB_I("region_high", region_last(who->region))), REACH_NONE, &reach));
    *ret = reach == REACH_OWN;
    if (reach != REACH_LISTED)
        return NULL;
    err *bad = things_get(a->db, a->arena, thing_find(S("acts")), who, arena_printf(a->arena, "%lld", (long long)seq), &row);
    *ret = !bad;
    if (bad && (bad->kind == ERR_MISSING || bad->kind == ERR_DENIED)) {
        err_clear();
        return NULL;
    }
    return bad;
}

err *act_receipt_given(struct db *d, struct arena *arena, const struct reader *who, const struct event *e, str agency, bool *ret)
{
    struct act a = {.arena = arena, .db = d, .by = e->by, .type = act_type_find(e->act)};
    bool redact;
    a.actor.agency = agency;
    a.verdict = verdict_of(e->verdict);
    *ret = a.type && may_read(&a, who, &redact);
    return *ret ? within_reach(&a, who, e->seq, ret) : NULL;
}

/* A party's secret, a name out of a sealed result: read by others only when it is out. */
static err *is_sealed(struct act *a, const struct reader *who, bool *ret)
{
    struct db_rows rows;
    bool more;
    *ret = false;
    if (!a->type->sealed || !who || str_eq(a->by, who->user))
        return NULL;
    TRY(act_query(a, a->type->sealed, &rows));
    TRY(db_next(&rows, &more));
    *ret = more && db_int(&rows, 0) != 0;
    db_rows_end(&rows);
    return NULL;
}

err *act_explain(struct db *d, struct arena *arena, const struct ledger_keys *keys, int64_t seq,
                 const struct reader *who, str *ret, bool *ret_same)
{
    struct ledger_entry entry;
    const struct json *spine;
    struct act *a = NEW(arena, struct act);
    *a = (struct act){.arena = arena, .db = d};
    TRY(ledger_read(d, arena, keys, seq, &entry));
    TRY(act_json(arena, entry.spine, LIMIT_SPINE_BYTES, &spine));
    TRY(act_reread(a, &entry));
    enum law_verdict recorded = a->verdict;
    bool redact, reach;
    TRY(within_reach(a, who, seq, &reach));
    if (!may_read(a, who, &redact) || !reach)
        return err_new(ERR_MISSING, "没有第%lld号记录，或不在您的查看范围内", (long long)seq);
    act_take_facts(json_get(spine, S("facts")), &a->facts);
    enum act_mark mark = a->mark;
    act_judge(a, false);
    a->mark = mark;
    bool same = same_rules(a, json_get(spine, S("rules")));
    const struct json *effect = json_get(spine, S("effect"));
    bool effect_same = true;
    if (effect)
        TRY(rejudge_effect(d, a, keys, effect, &effect_same));
    *ret_same = same && effect_same && a->verdict == recorded;
    struct act_answer answer;
    TRY(act_answer_again(d, arena, keys, seq, redact, &answer));
    answer.repeated = false;
    answer_write(arena, a, &answer, redact);
    bool sealed;
    TRY(is_sealed(a, who, &sealed));
    buf b = buf_make(arena, 2 * LIMIT_SPINE_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_key(&o, S("answer"));
    json_raw(&o, answer.json);
    json_put_str(&o, S("judged_again"), str_of(verdict_names[a->verdict]));
    json_put_bool(&o, S("same"), *ret_same);
    if (!redact && !sealed) {
        json_key(&o, S("spine"));
        json_raw(&o, entry.spine);
    }
    json_close(&o, '}');
    *ret = buf_str(&b);
    return NULL;
}

err *reader_load(struct db *d, struct arena *a, str user, struct reader *ret)
{
    struct act act = {.arena = a, .db = d, .by = user};
    TRY(act_load_actor(&act));
    int64_t region = 0, clues = 0;
    TRY(db_one_int(d, "SELECT region FROM agency WHERE id = :id", DB_ARGS(DB_T("id", act.actor.agency)), 0, &region));
    *ret = (struct reader){.user = arena_str(a, user), .roles = act.actor.roles, .agency = act.actor.agency,
                           .provider = act.actor.provider, .subject = act.actor.subject, .member = act.actor.member,
                           .region = (int)region, .residual = act.actor.closed};
    if (act.actor.disabled)
        return err_new(ERR_AUTH, "账号已停用");
    if (ret->agency.p && !(ret->roles & (ROLES_CLUE_READERS | ROLES_THIRD_PARTY)))
        TRY(db_one_int(d, "SELECT COUNT(*) FROM delegation g JOIN delegation_act ga ON ga.delegation = g.id WHERE g.to_user = :user AND ga.act ="
                          " 'clue.decide' AND g.ended_at IS NULL AND g.from_date <= :today AND g.to_date >= :today",
                       DB_ARGS(DB_T("user", ret->user), DB_I("today", day_of(time_now()))), 0, &clues));
    ret->decides_clues = clues > 0;
    return NULL;
}
