/* Time lines and inboxes: what happened to a thing, and what waits for a person. */
#include "acts/things_private.h"
#include "acts/inbox.h"
#include "acts/todo.h"

#include <stdlib.h>
#include <string.h>

static const char *const verdicts[] = {"allowed", "held", "refused"};

/* Third parties and subjects: their own acts, and of others only what was done with them. The fate of a clue, an
 * inquiry, another's objection is not on the list, so it cannot leak by its place in a row of numbers. */
static const char open_acts[] =
    "'entrustment.draft', 'entrustment.approve', 'entrustment.accept', 'entrustment.finish', 'visit.plan',"
    " 'visit.approve', 'visit.move', 'visit.cancel', 'visit.close', 'agreement.draft', 'agreement.sign',"
    " 'agreement.publish', 'agreement.extend', 'material.verify', 'material.reject', 'clue.receive', 'order.give',"
    " 'provider.admit', 'member.admit', 'payment.request', 'payment.pay', 'acceptance.record', 'evaluation.score',"
    " 'notice.serve', 'notice.revoke', 'objection.decide', 'roster.enter', 'roster.drop'";

static const char *timeline_sql(struct arena *a, bool outside)
{
    const char *who = outside ? "(l.author = :user OR (l.verdict = 0 AND l.act IN ("
                              : "((l.verdict <> 2 AND NOT " SEALED_ENTRY("l") ") OR l.author = :user OR :discipline = 1)";
    buf b = buf_make(a, 4000);
    buf_add(&b, S("SELECT l.seq, l.at, l.received_at, l.act, l.author, COALESCE(u.name, l.author), l.verdict, l.mark, l.id, l.agency"
                  " FROM touch t JOIN act_log l ON l.seq = t.seq LEFT JOIN users u ON u.id = l.author"
                  " WHERE t.kind = :kind AND t.id = :id AND t.seq > :after AND "));
    buf_printf(&b, "%s%s%s", who, outside ? open_acts : "", outside ? ")))" : "");
    buf_add(&b, S(" ORDER BY t.seq LIMIT :limit"));
    return arena_cstr(a, buf_str(&b));
}

static str name_of(const struct reader *reader, bool outside, str author, str name)
{
    if (!outside || str_eq(author, reader->user))
        return name;
    return S("执法机构"); /* a helper need not know which officer decided */
}

err *thing_timeline(struct db *d, struct arena *a, const struct reader *reader, str kind, str id, int64_t after, int limit,
                    struct event **ret, size_t *ret_n)
{
    bool outside = reader && !(reader->roles & INSIDE_ROLES);
    bool watch = !reader || (reader->roles & (ROLE_BIT(ROLE_DISCIPLINE) | ROLE_BIT(ROLE_AUDITOR)));
    struct db_rows rows;
    TRY(db_query(d, a, timeline_sql(a, outside),
                 DB_ARGS(DB_T("kind", kind), DB_T("id", id), DB_I("after", after), DB_I("limit", limit),
                         DB_T("user", reader ? reader->user : S("")), DB_I("discipline", watch), DB_I("clues", clue_reach(reader))), &rows));
    VEC(struct event) v = {0};
    str *agency = NEW_ARRAY(a, (size_t)limit, str);
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        int64_t verdict = db_int(&rows, 6);
        struct event e = {.seq = db_int(&rows, 0), .at = db_int(&rows, 1), .received_at = db_int(&rows, 2),
                          .act = db_str(&rows, 3), .by = db_str(&rows, 4), .mark = (int)db_int(&rows, 7),
                          .id = db_str(&rows, 8), .verdict = str_of(verdicts[verdict >= 0 && verdict < 3 ? verdict : 2])};
        const struct act_type *t = act_type_find(e.act);
        e.label = t ? str_of(t->label) : e.act;
        e.by_name = name_of(reader, outside, e.by, db_str(&rows, 5));
        if (outside && !str_eq(e.by, reader->user))
            e.by = S("");
        agency[v.n] = db_str(&rows, 9);
        vec_push(a, &v, e);
    }
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i].by.n)
            TRY(act_receipt_given(d, a, reader, &v.p[i], agency[i], &v.p[i].receipt));
    *ret = v.p;
    *ret_n = v.n;
    return NULL;
}

/* ---- inbox ---- */
static str role_list(struct arena *a, uint32_t roles)
{
    buf b = buf_make(a, 1000);
    buf_add(&b, S("''"));
    for (int i = 0; i < LAW_ROLE_COUNT; i++)
        if (roles & ROLE_BIT(i))
            buf_printf(&b, ", '%s'", law_role_names[i].id);
    return buf_str(&b);
}

#define DELEGATED                                                                                   \
    "(t.role = 'head' AND t.user_id IS NULL AND t.agency = :agency AND EXISTS (SELECT 1 FROM delegation g JOIN delegation_act ga"   \
    " ON ga.delegation = g.id WHERE g.to_user = :user AND ga.act = t.act AND g.ended_at IS NULL AND g.from_date <= :today"          \
    " AND g.to_date >= :today))"

/* Four addresses: a person; a role at a provider; a role at an agency; a head's, delegated to a person. */
static const char *todo_sql(struct arena *a, const struct reader *r)
{
    str roles = role_list(a, r->roles);
    return arena_cstr(
        a, arena_printf(a,
                        "SELECT t.id, t.kind, t.thing_kind, t.thing_id, t.act, t.due_at, t.seq, t.role, CASE WHEN " DELEGATED
                        " THEN 1 ELSE 0 END FROM todo t"
                        " WHERE t.closed_seq IS NULL AND (t.user_id = :user"
                        " OR (t.user_id IS NULL AND t.provider IS NOT NULL AND t.provider = :provider AND t.role IN (%.*s))"
                        " OR (t.user_id IS NULL AND t.provider IS NULL AND t.role IN (%.*s)"
                        " AND (t.agency = :agency OR (t.agency IS NULL AND :inside = 1))) OR " DELEGATED ")"
                        " ORDER BY CASE WHEN t.due_at IS NULL THEN 1 ELSE 0 END, t.due_at, t.seq, t.id LIMIT :limit",
                        STR_ARG(roles), STR_ARG(roles)));
}

static str due_words(struct arena *a, usec due, usec now)
{
    if (due == USEC_NONE)
        return S("没有期限");
    if (due < now)
        return now - due >= USEC_DAY ? arena_printf(a, "已逾期%lld个自然日", (long long)((now - due) / USEC_DAY))
                                     : arena_printf(a, "已逾期%lld小时", (long long)((now - due) / USEC_HOUR));
    if (due - now < 2 * USEC_DAY)
        return arena_printf(a, "还有%lld小时", (long long)((due - now) / USEC_HOUR));
    int days;
    if (calendar_workdays_between(&calendar_builtin, day_of(now), day_of(due), &days) != CALENDAR_OK)
        return arena_printf(a, "还有%lld个自然日（节假日安排未公布）", (long long)((due - now) / USEC_DAY));
    return arena_printf(a, "还有%d个工作日", days);
}

static str todo_title(struct db *d, struct arena *a, const struct todo *t)
{
    const struct thing *thing = thing_of(t->thing_kind);
    str title = t->thing_id;
    if (thing && thing_title(d, a, thing, t->thing_id, &title))
        err_clear();
    return title;
}

/* Items that ask for attention have no act of their own to name them. */
#define ATTENTION_(kind, label) {kind, label, "todo.settle"},
static const struct { const char *kind, *label, *act; } attention[] = {
    TODO_ATTENTION(ATTENTION_)
    {"emergency_papers", "补办紧急检查手续", NULL}, {"presence_reconcile", "核对到场离场", NULL}};
#undef ATTENTION_

str todo_act(const struct todo *t)
{
    for (size_t i = 0; i < sizeof attention / sizeof *attention; i++)
        if (attention[i].act && str_eq(t->kind, str_of(attention[i].kind)))
            return str_of(attention[i].act);
    return t->act;
}

static str todo_label(const struct todo *t)
{
    for (size_t i = 0; i < sizeof attention / sizeof *attention; i++)
        if (str_eq(t->kind, str_of(attention[i].kind)))
            return str_of(attention[i].label);
    const struct act_type *act = act_type_find(t->act.p ? t->act : S(""));
    if (str_eq(t->kind, S("hold")))
        return S("批准暂缓事项");
    return act ? str_of(act->label) : S("请处理");
}

/* Soonest due first; what has no term comes last, the older first. */
static int sooner(const void *a, const void *b)
{
    const struct todo *x = a, *y = b;
    if ((x->due_at == USEC_NONE) != (y->due_at == USEC_NONE))
        return x->due_at == USEC_NONE ? 1 : -1;
    if (x->due_at != y->due_at)
        return x->due_at < y->due_at ? -1 : 1;
    if (x->seq != y->seq)
        return x->seq < y->seq ? -1 : 1;
    return str_cmp(x->thing_id, y->thing_id);
}

static err *waiting(struct db *d, const struct reader *reader, usec now, int limit, struct inbox *in)
{
    struct db_rows rows;
    bool inside = (reader->roles & INSIDE_ROLES) && !reader->provider.p && !reader->subject.p;
    TRY(db_query(d, in->a, todo_sql(in->a, reader),
                 DB_ARGS(DB_T("user", reader->user), DB_T("provider", reader->provider), DB_T("agency", reader->agency),
                         DB_I("inside", inside), DB_I("today", day_of(now)), DB_I("limit", limit)), &rows));
    for (bool more;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct db_value due = db_column(&rows, 5);
        inbox_add(in, (struct todo){.id = db_str(&rows, 0), .kind = db_str(&rows, 1), .thing_kind = db_str(&rows, 2),
                                    .thing_id = db_str(&rows, 3), .act = db_str(&rows, 4), .seq = db_int(&rows, 6),
                                    .role = db_str(&rows, 7), .due_at = due.kind == DB_INT ? due.i : USEC_NONE,
                                    .delegated = db_int(&rows, 8) != 0});
    }
}

static str owner_words(struct arena *a, const struct reader *reader, const struct todo *t)
{
    if (t->delegated)
        return S("负责人（由您代行）");
    if (!t->role.n)
        return S("您本人");
    bool mine = false;
    for (int r = 0; r < LAW_ROLE_COUNT; r++)
        mine = mine || ((reader->roles & ROLE_BIT(r)) && str_eq(t->role, str_of(law_role_names[r].id)));
    return mine ? arena_printf(a, "您（%.*s）", STR_ARG(todo_role_words(t->role))) : todo_role_words(t->role);
}

err *todo_list(struct db *d, struct arena *a, const struct reader *reader, usec now, int limit, struct todo **ret,
               size_t *ret_n)
{
    struct inbox in = {.a = a};
    TRY(waiting(d, reader, now, limit, &in));
    TRY(inbox_facts(d, reader, now, &in));
    TRY(inbox_overdue(d, reader, now, &in));
    if (in.n)
        qsort(in.p, in.n, sizeof *in.p, sooner);
    if (in.n > (size_t)limit)
        in.n = (size_t)limit;
    for (size_t i = 0; i < in.n; i++) {
        struct todo *t = &in.p[i];
        t->overdue = t->due_at != USEC_NONE && t->due_at < now;
        t->due_text = due_words(a, t->due_at, now);
        if (t->overdue && str_eq(t->kind, S("hearing_period"))) { /* the party's term, not the officer's: when it is over he may go on */
            t->overdue = false;
            str since = str_sub(t->due_text, sizeof "已逾期" - 1, t->due_text.n);
            t->due_text = arena_printf(a, "已届满%.*s，可依法作出决定", STR_ARG(since));
        }
        if (!t->label.p)
            t->label = todo_label(t);
        if (t->overseen)
            t->label = arena_printf(a, "督办：%.*s", STR_ARG(t->label));
        t->owner = owner_words(a, reader, t);
        t->escalates = todo_escalates(t->role);
        if (!t->title.p)
            t->title = todo_title(d, a, t);
    }
    *ret = in.p;
    *ret_n = in.n;
    return NULL;
}
