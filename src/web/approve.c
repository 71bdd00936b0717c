/* The queue of decisions and the acts they make. page_approve.c draws it. */
#include "web/approve.h"

#include <stdlib.h>
#include <string.h>

static const struct decision { const char *yes, *no, *reason; bool here; } decisions[] = {
    {"entrustment.approve", "entrustment.return", "reason", true},
    {"visit.approve", NULL, NULL, true},
    {"flight.approve", NULL, NULL, true},
    {"hold.approve", "hold.decline", "reasons", true},
    {"export.approve", "export.decline", "reason", true},
    {"objection.decide", NULL, NULL, false},
    {"agreement.sign", NULL, NULL, false},
    {"provider.admit", NULL, NULL, false},
    {"clue.decide", NULL, NULL, false}};

/* NULL: nothing to decide, or not for this reader. */
static const struct decision *decision_of(const struct todo *t)
{
    if (t->fact || t->overseen)
        return NULL;
    str act = str_eq(t->kind, S("hold")) ? S("hold.approve") : t->act;
    for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++)
        if (act.p && str_eq(act, str_of(decisions[i].yes)))
            return &decisions[i];
    return NULL;
}

bool approve_here(const struct todo *t)
{
    const struct decision *d = decision_of(t);
    return d && d->here && !str_eq(t->kind, S("emergency_papers")); /* these have numbers to say */
}

const char *approve_group_words(enum approve_group g)
{
    static const char *const words[] = {"可直接审批", "需说明理由", "有异议"};
    return words[g];
}

str approve_thing(struct arena *a, const struct approve_item *i)
{
    return arena_printf(a, "%.*s:%.*s", STR_ARG(i->todo.thing_kind), STR_ARG(i->todo.thing_id));
}

bool approve_together(const struct approve_item *i)
{
    return i->here && i->group == APPROVE_PLAIN && i->opened && i->plan.n && !i->single_source &&
           str_eq(i->todo.thing_kind, S("entrustment"));
}

/* ---- acts ---- */
/* The first field of a deciding act names its thing. */
static str act_json_of(struct request *q, const struct act_type *t, str id, const char *reason_field, str reason, str key)
{
    const char *field = t->fields[0].name;
    buf b = buf_make(q->a, 16 << 10);
    struct json_out j = {&b, false};
    int64_t number;
    json_open(&j, '{');
    json_put_str(&j, S("act"), str_of(t->name));
    if (key.n)
        json_put_str(&j, S("key"), key);
    json_key(&j, str_of(field));
    if (!strcmp(field, "held") && str_int64(id, &number))
        json_int(&j, number);
    else
        json_str(&j, id);
    if (reason_field && reason.n)
        json_put_str(&j, str_of(reason_field), reason);
    json_close(&j, '}');
    CHECK(!b.overflow);
    return buf_str(&b);
}

err *approve_acts(struct request *q, const struct approve_item *i, bool yes, str reason, str key,
                  struct act_request ret[LIMIT_APPROVE_ACTS + 1], size_t *ret_n)
{
    const struct decision *d = decision_of(&i->todo);
    const struct act_type *t = yes ? i->yes : i->no;
    if (!t || !d)
        return err_new(ERR_INPUT, "此事项不能在这里退回，请打开后办理");
    reason = str_trim(reason);
    *ret_n = 0;
    str first = key.n ? arena_printf(q->a, "%.*s-a", STR_ARG(key)) : S("");
    ret[(*ret_n)++] = (struct act_request){.json = act_json_of(q, t, i->todo.thing_id, d->reason, reason, first),
                                           .by = q->session.user};
    const struct act_type *visit = act_type_find(S("visit.approve"));
    for (size_t v = 0; yes && v < i->visits_n; v++) {
        str one = key.n ? arena_printf(q->a, "%.*s-v%zu", STR_ARG(key), v) : S("");
        ret[(*ret_n)++] = (struct act_request){.json = act_json_of(q, visit, i->visits[v], NULL, S(""), one), .by = q->session.user};
    }
    return NULL;
}

/* ---- the queue ---- */
static err *entrustment_more(struct request *q, struct db *d, struct approve_item *i)
{
    struct db_rows rows;
    bool more;
    TRY(db_query(d, q->a,
                 "SELECT CASE WHEN e.basis_type = 'plan' THEN e.basis_ref END, CASE WHEN o.method = 'single_source' THEN 1 ELSE 0 END,"
                 " (SELECT MIN(x.subject) FROM objection x JOIN entrustment y ON y.id = x.entrustment WHERE COALESCE(x.against, '') <> 'officer'"
                 " AND (y.id = e.id OR (y.agency = e.agency AND y.provider = e.provider AND x.state IN ('lodged', 'upheld', 'partly')"
                 " AND EXISTS (SELECT 1 FROM entrustment_subject es WHERE es.entrustment = e.id AND es.subject = x.subject))))"
                 " FROM entrustment e JOIN agreement g ON g.id = e.agreement LEFT JOIN procurement o ON o.id = g.procurement WHERE e.id = :id",
                 DB_ARGS(DB_T("id", i->todo.thing_id)), &rows));
    TRY(db_next(&rows, &more));
    if (more) {
        i->plan = db_str(&rows, 0).n ? db_str(&rows, 0) : S("");
        i->single_source = db_int(&rows, 1) != 0;
        i->objector = db_str(&rows, 2).n ? db_str(&rows, 2) : S("");
        db_rows_end(&rows);
    }
    TRY(db_query(d, q->a, "SELECT id FROM visit WHERE entrustment = :id AND state = 'planned' ORDER BY starts, id LIMIT :limit",
                 DB_ARGS(DB_T("id", i->todo.thing_id), DB_I("limit", LIMIT_APPROVE_ACTS)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        i->visits[i->visits_n++] = db_str(&rows, 0);
    }
}

static err *newest_entry(struct db *d, struct approve_item *i)
{
    return db_one_int(d, "SELECT MAX(seq) FROM touch WHERE kind = :kind AND id = :id",
                      DB_ARGS(DB_T("kind", i->todo.thing_kind), DB_T("id", i->todo.thing_id)), i->todo.seq, &i->seq);
}

/* Held, refused for now, or with a hint: somebody has to say why. */
static err *group_of(struct request *q, struct db *d, struct approve_item *i)
{
    struct act_request acts[LIMIT_APPROVE_ACTS + 1];
    size_t n;
    i->group = APPROVE_REASON;
    if (str_eq(i->todo.thing_kind, S("objection")) || i->objector.n)
        i->group = APPROVE_OBJECTED;
    if (!i->here)
        return NULL;
    TRY(approve_acts(q, i, true, S("看过全部材料"), S(""), acts, &n)); /* a reason, so that its absence is not what stands out */
    TRY(act_try(q->web->acts, d, q->a, &acts[0], &i->answer));
    if (i->group != APPROVE_OBJECTED && i->answer.verdict == ACT_ALLOWED && !i->answer.n && !str_eq(i->todo.kind, S("hold")))
        i->group = APPROVE_PLAIN;
    return NULL;
}

/* A visit that goes with an entrustment is no item of its own; its address leads to that one. */
static bool of_another(struct approve_queue *list, const struct todo *t)
{
    for (size_t i = 0; i < list->n; i++)
        for (size_t v = 0; v < list->p[i].visits_n; v++)
            if (str_eq(t->thing_kind, S("visit")) && str_eq(t->thing_id, list->p[i].visits[v])) {
                list->p[i].visit_todos[v] = t->id;
                return true;
            }
    return false;
}

struct approve_item *approve_find(struct approve_queue *list, str todo)
{
    for (size_t i = 0; todo.n && i < list->n; i++) {
        if (str_eq(list->p[i].todo.id, todo))
            return &list->p[i];
        for (size_t v = 0; v < list->p[i].visits_n; v++)
            if (str_eq(list->p[i].visit_todos[v], todo))
                return &list->p[i];
    }
    return NULL;
}

static err *take(struct request *q, struct db *d, const struct todo *t, struct approve_queue *list)
{
    const struct decision *how = decision_of(t);
    if (!how || of_another(list, t) || list->n == LIMIT_APPROVE_ITEMS)
        return NULL;
    struct approve_item *i = &list->p[list->n];
    *i = (struct approve_item){.todo = *t, .yes = act_type_find(str_of(how->yes)), .no = how->no ? act_type_find(str_of(how->no)) : NULL,
                               .here = approve_here(t), .plan = S(""), .objector = S("")};
    if (!i->yes)
        return NULL;
    if (str_eq(t->thing_kind, S("entrustment")))
        TRY(entrustment_more(q, d, i));
    TRY(newest_entry(d, i));
    TRY(access_opened(q, approve_thing(q->a, i), i->seq, &i->opened));
    TRY(group_of(q, d, i));
    list->n++;
    return NULL;
}

/* By consequence, then by due time, as the inbox has it. */
static int weightier(const void *a, const void *b)
{
    const struct approve_item *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->todo.due_at != y->todo.due_at)
        return x->todo.due_at == USEC_NONE ? 1 : y->todo.due_at == USEC_NONE ? -1 : x->todo.due_at < y->todo.due_at ? -1 : 1;
    return x->todo.seq < y->todo.seq ? -1 : x->todo.seq > y->todo.seq;
}

err *approve_queue_read(struct request *q, struct approve_queue **ret)
{
    struct approve_queue *list = NEW(q->a, struct approve_queue);
    struct todo *todo;
    struct db *d;
    size_t n;
    TRY(request_db(q, &d));
    TRY(todo_list(d, q->a, &q->reader, q->now, LIMIT_APPROVE_READ, &todo, &n));
    for (int visits = 0; visits < 2; visits++) /* first what takes its visits along */
        for (size_t i = 0; i < n; i++)
            if (str_eq(todo[i].thing_kind, S("visit")) == visits)
                TRY(take(q, d, &todo[i], list));
    qsort(list->p, list->n, sizeof *list->p, weightier);
    *ret = list;
    return NULL;
}
