/*
 * Who may know of which finding. Those who supervise: findings of outlets they see anyway. A member whose running T09
 * entrustment covers the region: the finding without a name, unless the entrustment names the company. Nobody else, the party
 * concerned included: a finding is a direction for officers until one of them has looked.
 *
 * A pseudonym is keyed: whoever knows the codes of outlets cannot try them one by one. It is the same on every page and day.
 */
#include "web/finding.h"

enum { LIMIT_TASKS = 100, LIMIT_LOOKED_AT = 20000, LOOK_PAGE = 200 };

struct finding_scope {
    struct request *q;
    struct watch *watch;       /* NULL: the detectors never ran */
    bool inside;
    struct map *seen;          /* outlet -> struct finding_outlet */
    struct map *named;         /* subjects the entrustments name */
    int64_t region[LIMIT_TASKS];
    size_t regions_n;
};

/* ---- third parties ---- */
#define RUNNING_TASKS                                                                               \
    " FROM entrustment_member em JOIN entrustment e ON e.id = em.entrustment JOIN agreement ag ON ag.id = e.agreement"                \
    " WHERE em.member = :member AND em.approved = 1 AND e.kind = 'T09' AND e.state = 'accepted' AND e.frozen = 0"                     \
    " AND ag.state = 'effective' AND e.from_date <= :today AND e.to_date >= :today"

static err *load_tasks(struct finding_scope *s)
{
    struct request *q = s->q;
    struct db *d;
    struct db_rows rows;
    bool more = true;
    TRY(request_db(q, &d));
    const struct db_args *args = DB_ARGS(DB_T("member", q->reader.member), DB_I("today", day_of(q->now)));
    TRY(db_query(d, q->a, "SELECT e.region" RUNNING_TASKS " ORDER BY e.id LIMIT 100", args, &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        s->region[s->regions_n++] = db_int(&rows, 0);
    }
    TRY(db_query(d, q->a, "SELECT es.subject FROM entrustment_subject es WHERE es.entrustment IN (SELECT e.id" RUNNING_TASKS ")", args, &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        map_put(s->named, db_str(&rows, 0), s);
    }
}

static str pseudonym(struct request *q, str outlet)
{
    const struct seal_key *key = &acts_keys(q->web->acts)->master;
    str text = arena_printf(q->a, "finding-outlet:%.*s", STR_ARG(outlet));
    struct sm3 code = hmac_sm3(key, sizeof *key, text.p, text.n);
    return arena_printf(q->a, "点位-%02X%02X%02X", code.byte[0], code.byte[1], code.byte[2]);
}

static err *for_member(struct finding_scope *s, str id, struct finding_outlet *ret)
{
    struct request *q = s->q;
    struct db *d;
    struct db_rows rows;
    bool more;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT s.id, s.region, s.name || ' ' || o.name FROM outlet o JOIN subject s ON s.id = o.subject WHERE o.id = :id",
                 DB_ARGS(DB_T("id", id)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    ret->named = map_get(s->named, db_str(&rows, 0)) != NULL;
    ret->visible = ret->named;
    for (size_t i = 0; i < s->regions_n; i++)
        ret->visible = ret->visible || region_covers((int)s->region[i], (int)db_int(&rows, 1));
    ret->title = ret->named ? db_str(&rows, 2) : pseudonym(q, id);
    db_rows_end(&rows);
    return NULL;
}

/* ---- those who supervise ---- */
static err *for_officer(struct finding_scope *s, str id, struct finding_outlet *ret)
{
    const struct thing *t = thing_find(S("outlets"));
    struct db *d;
    struct db_value *row;
    TRY(request_db(s->q, &d));
    err *e = things_get(d, s->q->a, t, &s->q->reader, id, &row);
    if (e && e->kind == ERR_MISSING) {
        err_clear();
        return NULL;
    }
    if (e)
        return e;
    ret->visible = ret->named = true;
    ret->title = row[thing_columns(t) + 1].s;
    return NULL;
}

/* ---- both ---- */
err *finding_scope_open(struct request *q, struct finding_scope **ret)
{
    struct finding_scope *s = NEW(q->a, struct finding_scope);
    *s = (struct finding_scope){.q = q, .inside = (q->reader.roles & ROLES_SUPERVISE) != 0, .seen = map_new(q->a), .named = map_new(q->a)};
    *ret = s;
    if (q->web->options.watch) {
        bool ready;
        TRY(watch_ready(q->web->options.watch, &ready));
        s->watch = ready ? q->web->options.watch : NULL;
    }
    if (s->inside)
        return NULL;
    if ((q->reader.roles & ROLE_BIT(ROLE_MEMBER)) && q->reader.member.n && !q->reader.residual)
        TRY(load_tasks(s));
    if (!s->regions_n)
        return err_new(ERR_DENIED, "没有正在办理的自动监控数据异常分析委托（T09），不能查看研判结果");
    return NULL;
}

bool finding_inside(const struct finding_scope *s)
{
    return s->inside;
}

struct watch *finding_watch(const struct finding_scope *s)
{
    return s->watch;
}

err *finding_outlet(struct finding_scope *s, str id, struct finding_outlet *ret)
{
    const struct finding_outlet *known = map_get(s->seen, id);
    if (known) {
        *ret = *known;
        return NULL;
    }
    *ret = (struct finding_outlet){.title = S("")};
    TRY(s->inside ? for_officer(s, id, ret) : for_member(s, id, ret));
    ret->id = ret->named ? id : ret->title;
    struct finding_outlet *kept = NEW(s->q->a, struct finding_outlet);
    *kept = *ret;
    map_put(s->seen, id, kept);
    return NULL;
}

err *finding_query_read(struct finding_scope *s, int limit, struct finding_query *ret)
{
    const struct form *params = &s->q->params;
    str level = form_get(params, S("level")), continued = form_get(params, S("continued"));
    *ret = (struct finding_query){.filter = {.level = -1, .outlet = form_get(params, S("outlet"))}, .after = form_get(params, S("after")), .limit = limit};
    if (str_eq(level, S("clue")) || str_eq(level, S("hint")))
        ret->filter.level = str_eq(level, S("clue")) ? LEVEL_CLUE : LEVEL_HINT;
    else if (level.n)
        return err_got(err_at(err_new(ERR_INPUT, "级别不能识别"), S("level")), level, S("clue（线索）或hint（提示）"), S("clue"));
    if (continued.n && !str_eq(continued, S("1")))
        return err_got(err_at(err_new(ERR_INPUT, "“continued”只能是1"), S("continued")), continued, S("1"), S("1"));
    ret->filter.continued = continued.n > 0;
    if (!ret->filter.outlet.n || s->inside)
        return NULL;
    /* it would tell which outlet a pseudonym stands for */
    return err_at(err_new(ERR_DENIED, "第三方不能按点位查找研判结果"), S("outlet"));
}

err *findings_find(struct finding_scope *s, const struct finding_query *query, struct found_page *ret)
{
    struct watch *w = s->watch;
    VEC(struct found) kept = {0};
    str after = query->after;
    size_t looked = 0, n = LOOK_PAGE;
    *ret = (struct found_page){.next = S("")};
    while (w && n == LOOK_PAGE && !ret->next.n) {
        struct watch_finding *list;
        TRY(watch_findings(w, s->q->a, &query->filter, after, LOOK_PAGE, &list, &n));
        for (size_t i = 0; i < n && !ret->next.n; i++) {
            struct found one = {.finding = list[i]};
            TRY(finding_outlet(s, list[i].outlet, &one.outlet));
            if (one.outlet.visible && kept.n == (size_t)query->limit)
                ret->next = kept.p[kept.n - 1].finding.id;
            else if (one.outlet.visible)
                vec_push(s->q->a, &kept, one);
        }
        after = n ? list[n - 1].id : after;
        looked += n;
        if (looked >= LIMIT_LOOKED_AT && n == LOOK_PAGE && !ret->next.n)
            ret->next = after; /* the page is short, what follows is not lost */
    }
    ret->p = kept.p;
    ret->n = kept.n;
    return NULL;
}

err *finding_get(struct finding_scope *s, str id, struct found *ret)
{
    struct watch *w = s->watch;
    if (!w)
        return err_new(ERR_MISSING, "尚未运行研判");
    TRY(watch_finding(w, s->q->a, id, &ret->finding));
    TRY(finding_outlet(s, ret->finding.outlet, &ret->outlet));
    return ret->outlet.visible ? NULL : err_got(err_new(ERR_MISSING, "没有这个研判结果"), utf8_clip(id, 40), S("研判结果编号"), STR_NONE);
}
