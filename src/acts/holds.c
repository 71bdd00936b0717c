/*
 * Holds: an act the law leaves room for waits until the named role lets it go on, with reasons. The act is judged
 * again on the facts of that moment; only the rules this role may lift are lifted; any refusal still refuses; it
 * takes effect once, inside the entry of the approval.
 *
 * Beside them stands todo.settle: items of an inbox that ask for attention and are not closed by any other act are
 * answered with a note by the role they were opened for.
 *
 * Todo kinds: hold.
 */
#include "acts/act.h"
#include "acts/acts_sql.h"
#include "acts/todo.h"

/* The approver's role must be one that a pending rule names; the author of the act never approves it. */
static err *approve_facts(struct act *a)
{
    struct db_rows rows;
    bool more;
    TRY(act_query(a, "SELECT author, rules, lifted, state, act FROM held WHERE seq = :held", &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_got(err_at(err_new(ERR_INPUT, "没有第%lld号待批准事项", (long long)act_int(a, "held", 0)), S("held")),
                       arena_printf(a->arena, "%lld", (long long)act_int(a, "held", 0)), S("待批准事项的记录号"), STR_NONE);
    a->facts.wrong_state = !str_eq(db_str(&rows, 3), S("pending"));
    a->facts.hold_by_author = str_eq(db_str(&rows, 0), a->by);
    a->facts.hold_reason_missing = !str_trim(act_text(a, "reasons")).n;
    const struct act_type *held = act_type_find(db_str(&rows, 4));
    act_say(a, "thing", arena_printf(a->arena, "第%lld号“%s”", (long long)act_int(a, "held", 0), held ? held->label : ""));
    act_say(a, "state", db_str(&rows, 3));
    str rest = db_str(&rows, 1), lifted = db_str(&rows, 2), name;
    bool mine = false;
    while (str_next(&rest, ' ', &name)) {
        int rule = law_rule_find(name.p, name.n);
        if (rule < 0 || str_word_in(lifted, name))
            continue;
        int role = law_rule_info[rule].lifted_by;
        if (role < LAW_ROLE_COUNT)
            act_say(a, "hold_role", str_of(law_role_names[role].zh));
        mine = mine || (role < LAW_ROLE_COUNT && (a->actor.roles & ROLE_BIT(role)));
    }
    a->facts.hold_other_role = !mine && !a->facts.wrong_state; /* decided: nobody's any more */
    db_rows_end(&rows);
    return NULL;
}

/* Rules lifted so far and now. */
static err *lifted_rules(struct act *approve, struct act *held)
{
    struct db_rows rows;
    bool more;
    enum law_rule *list = NEW_ARRAY(approve->arena, LIMIT_ACT_RULES, enum law_rule);
    TRY(act_query(approve, "SELECT rules, lifted FROM held WHERE seq = :held", &rows));
    TRY(db_next(&rows, &more));
    CHECK(more);
    str rest = db_str(&rows, 0), before = db_str(&rows, 1), name;
    db_rows_end(&rows);
    while (str_next(&rest, ' ', &name) && held->lifted_n < LIMIT_ACT_RULES) {
        int rule = law_rule_find(name.p, name.n);
        if (rule < 0)
            continue;
        int role = law_rule_info[rule].lifted_by;
        bool now = role < LAW_ROLE_COUNT && (approve->actor.roles & ROLE_BIT(role));
        if (now || str_word_in(before, name))
            list[held->lifted_n++] = (enum law_rule)rule;
    }
    held->lifted = list;
    return NULL;
}

err *hold_rejudge(struct act *approve, struct ledger_keys const *keys)
{
    struct arena *arena = approve->arena;
    struct act *held = NEW(arena, struct act);
    struct ledger_entry entry;
    TRY(ledger_read(approve->db, arena, keys, act_int(approve, "held", 0), &entry));
    *held = (struct act){.arena = arena, .db = approve->db, .world = approve->world, .keys = keys, .simulate = true};
    TRY(act_reread(held, &entry));
    TRY(lifted_rules(approve, held));
    usec at = held->at;
    held->at = approve->at; /* the law and the facts of this moment */
    held->mark = MARK_NONE;
    TRY(act_load_actor(held));
    TRY(act_load_facts(held));
    bool taken = false;
    if (held->type->flags & ACT_CREATES)
        TRY(act_row_exists(held, held->type->table, held->id, &taken));
    if (taken) { /* somebody used the id while this one waited */
        held->facts.wrong_state = 1;
        act_say(held, "state", S("编号已被使用"));
    }
    act_judge(held, false);
    held->at = at;
    approve->effect = held;
    if (held->verdict == VERDICT_REFUSED)
        approve->verdict = VERDICT_REFUSED;
    return NULL;
}

/* Still held by another role's rule: passed on. Refused never gets here. */
static err *approve_apply(struct act *a)
{
    CHECK(a->effect != NULL);
    struct act *held = a->effect;
    buf lifted = buf_make(a->arena, 4000);
    for (size_t i = 0; i < held->lifted_n; i++) {
        if (lifted.n)
            buf_char(&lifted, ' ');
        buf_add(&lifted, str_of(law_rule_info[held->lifted[i]].name));
    }
    bool done = held->verdict == VERDICT_ALLOWED;
    int role = LAW_NOBODY;
    for (size_t i = 0; i < held->rules_n && !done; i++)
        if (held->broken[i] == LAW_HOLD + 1)
            role = law_rule_info[held->rules[i]].lifted_by;
    TRY(db_put(a->db,
               "UPDATE held SET state = :state, lifted = :lifted, role = COALESCE(CAST(:role AS TEXT), role),"
               " decided_by = :by, decided_seq = :seq WHERE seq = :held",
               DB_ARGS(DB_T("state", done ? S("approved") : S("pending")), DB_T("lifted", buf_str(&lifted)),
                       DB_T("role", role == LAW_NOBODY ? STR_NONE : str_of(law_role_names[role].id)), DB_T("by", a->by),
                       DB_I("seq", a->seq), DB_I("held", held->seq))));
    if (!done)
        return db_put(a->db, "UPDATE todo SET role = :role WHERE id = CAST(:held AS TEXT) || '-hold'",
                      DB_ARGS(DB_T("role", str_of(law_role_names[role].id)), DB_I("held", held->seq)));
    TRY(db_put(a->db, "UPDATE todo SET closed_seq = :seq WHERE id = CAST(:held AS TEXT) || '-hold'",
               DB_ARGS(DB_I("seq", a->seq), DB_I("held", held->seq))));
    return act_take_effect(held);
}

#define KIND_(kind, label) "'" kind "', "
#define ATTENTION TODO_ATTENTION(KIND_) "''"

static err *settle_facts(struct act *a)
{
    act_facts(a)->hold_reason_missing = !str_trim(act_text(a, "note")).n;
    return NULL;
}

#define SCOPE_HELD "SELECT agency AS agency FROM held WHERE seq = :held"
#define ANY_LIFTER                                                                                  \
    (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEGAL) | ROLE_BIT(ROLE_FINANCE) | ROLE_BIT(ROLE_DISCIPLINE) | \
     ROLE_BIT(ROLE_PROVINCE) | ROLE_BIT(ROLE_ARCHIVIST) | ROLE_BIT(ROLE_PROCUREMENT) | ROLE_BIT(ROLE_SYSADMIN))

const struct act_type acts_holds[] = {
    {.name = "hold.approve", .label = "准予继续", .group = "holds", .table = "held", .article = "4", .roles = ANY_LIFTER,
     .fields = FIELDS({"held", "待批准事项号", FIELD_COUNT, 0},
                      {"reasons", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = SCOPE_HELD,
     .rules = RULES(RULE_hold_other_role, RULE_hold_by_author, RULE_hold_reason_missing),
     .facts_more = approve_facts, .apply_more = approve_apply,
     .help = "由规则指定的角色说明理由后，原事项按此刻的情况重新判定；任何“不予”仍然有效。"},
    {.name = "hold.decline", .label = "不予继续", .group = "holds", .table = "held", .article = "4", .roles = ANY_LIFTER,
     .fields = FIELDS({"held", "待批准事项号", FIELD_COUNT, 0},
                      {"reasons", "理由", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = SCOPE_HELD,
     .rules = RULES(RULE_hold_other_role, RULE_hold_by_author, RULE_hold_reason_missing),
     .facts_more = approve_facts,
     .apply = {{NULL, "UPDATE held SET state = 'declined', decided_by = :by, decided_seq = :seq WHERE seq = :held"},
               {NULL, "UPDATE todo SET closed_seq = :seq WHERE id = CAST(CAST(:held AS BIGINT) AS TEXT) || '-hold'"}},
     .help = "原事项不再生效，起草人可修改后重新提交。"},
    {.name = "todo.settle", .label = "办结待办", .group = "holds", .table = "todo", .article = "10", .roles = INTERNAL_ROLES,
     .fields = FIELDS({"todo", "待办", FIELD_REF, 0, "todo"},
                      {"note", "办理情况", FIELD_TEXT, F_OPTIONAL | F_BODY, .maximum = 1000}),
     .scope = "SELECT agency AS agency FROM todo WHERE id = :todo",
     .rules = RULES(RULE_hold_other_role, RULE_hold_reason_missing),
     .facts = {{NULL, "SELECT CASE WHEN t.closed_seq IS NULL AND t.kind IN (" ATTENTION ") THEN 0 ELSE 1 END AS wrong_state,"
                      " CASE WHEN t.closed_seq IS NULL THEN '待办理' ELSE '已办结' END AS t_state, t.id AS t_thing,"
                      " CASE WHEN t.user_id = :by OR EXISTS (SELECT 1 FROM user_role r WHERE r.user_id = :by AND r.role = t.role)"
                      " THEN 0 ELSE 1 END AS hold_other_role, t.role AS t_hold_role FROM todo t WHERE t.id = :todo"}},
     .facts_more = settle_facts,
     .apply = {{NULL, "UPDATE todo SET closed_seq = :seq WHERE id = :todo"}},
     .help = "提请注意的事项，由对应角色写明办理情况后办结。"},
    {0}};
