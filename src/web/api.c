/*
 * The API: acts in, receipts and things out. Every answer to an act is the engine's own JSON; a refusal is 403 with
 * the whole receipt as its body, because it is an answer, not a failure.
 */
#include "web/web_private.h"

#include <string.h>

static err *json_response(struct response *r, int status, const buf *b)
{
    if (b->overflow)
        return err_new(ERR_LIMIT, "答复超过%d字节", LIMIT_PAGE_BYTES);
    r->status = status;
    r->type = "application/json";
    r->body = buf_str(b);
    return NULL;
}

/* ---- acts ---- */
static int status_of(const struct act_answer *a)
{
    switch (a->verdict) {
    case ACT_ALLOWED:
        return a->repeated ? 200 : 201;
    case ACT_HELD:
        return 202;
    case ACT_REFUSED:
        return 403;
    default:
        return err_http_status(a->invalid->kind);
    }
}

static str text_of(struct arena *a, const struct json *tree)
{
    buf b = buf_make(a, LIMIT_ACT_BYTES * 4);
    struct json_out o = {&b, false};
    json_tree(&o, tree);
    return buf_str(&b);
}

static err *one_act(struct request *q, struct response *r)
{
    struct act_answer answer;
    TRY(act_perform(q->web->acts, q->a, &(struct act_request){.json = q->body, .by = q->session.user}, &answer));
    metrics_answer(q->web, answer.verdict);
    if (answer.verdict == ACT_INVALID)
        return answer.invalid;
    paper_after(q, &answer);
    r->status = status_of(&answer);
    r->type = "application/json";
    r->body = answer.json;
    return NULL;
}

static int worse(int a, int b) /* of a list: 403 before 202 before 201 */
{
    static const int order[] = {413, 400, 403, 202, 201, 200};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (a == order[i] || b == order[i])
            return order[i];
    return a > b ? a : b;
}

static err *act_list(struct request *q, const struct json *acts, bool atomic, struct response *r)
{
    if (acts->n == 0 || acts->n > LIMIT_ACT_LIST)
        return err_got(err_at(err_new(ERR_LIMIT, "一次提交1至%d项", LIMIT_ACT_LIST), S("acts")),
                       arena_printf(q->a, "%zu", acts->n), S("1至200项"), STR_NONE);
    struct act_request *requests = NEW_ARRAY(q->a, acts->n, struct act_request);
    struct act_answer *answers = NEW_ARRAY(q->a, acts->n, struct act_answer);
    for (size_t i = 0; i < acts->n; i++)
        requests[i] = (struct act_request){.json = text_of(q->a, &acts->child[i]), .by = q->session.user};
    TRY(act_perform_list(q->web->acts, q->a, requests, acts->n, atomic, answers));
    buf b = buf_make(q->a, LIMIT_PAGE_BYTES);
    struct json_out o = {&b, false};
    int status = 200;
    json_open(&o, '[');
    for (size_t i = 0; i < acts->n; i++) {
        json_raw(&o, answers[i].json);
        metrics_answer(q->web, answers[i].verdict);
        status = worse(status, status_of(&answers[i]));
    }
    json_close(&o, ']');
    return json_response(r, atomic ? status : 200, &b);
}

err *api_acts(struct request *q, struct response *r)
{
    const struct json *json;
    if (!str_starts(q->content_type, S("application/json")))
        return err_got(err_at(err_new(ERR_INPUT, "内容类型应为application/json"), S("Content-Type")), q->content_type,
                       S("application/json"), S("application/json"));
    request_db_done(q);
    TRY(json_parse(q->a, q->body, LIMIT_ACT_BYTES * 4, &json));
    if (json->kind == JSON_ARRAY)
        return act_list(q, json, false, r);
    const struct json *acts = json_get(json, S("acts")), *atomic = json_get(json, S("atomic"));
    if (acts && acts->kind == JSON_ARRAY)
        return act_list(q, acts, atomic && atomic->boolean, r);
    if (q->body.n > LIMIT_ACT_BYTES)
        return err_new(ERR_LIMIT, "内容超过%d字节", LIMIT_ACT_BYTES);
    return one_act(q, r);
}

err *api_large_act(struct request *q, struct response *r)
{
    if (!str_starts(q->content_type, S("application/json")))
        return err_got(err_at(err_new(ERR_INPUT, "内容类型应为application/json"), S("Content-Type")), q->content_type,
                       S("application/json"), S("application/json"));
    request_db_done(q);
    return one_act(q, r);
}

err *api_receipt(struct request *q, struct response *r)
{
    int64_t seq;
    str text;
    bool same;
    struct db *d;
    if (!str_int64(q->part[0], &seq))
        return err_got(err_at(err_new(ERR_INPUT, "序号应为整数"), S("seq")), q->part[0], S("整数"), S("1"));
    TRY(request_db(q, &d));
    TRY(act_explain(d, q->a, acts_keys(q->web->acts), seq, &q->reader, &text, &same));
    r->status = 200;
    r->type = "application/json";
    r->body = text;
    return NULL;
}

/* ---- things ---- */
static void put_value(struct request *q, struct json_out *o, const struct thing_column *c, const struct db_value *v)
{
    json_key(o, str_of(c->name));
    if (v->kind == DB_NULL)
        json_null(o);
    else if (c->kind == COLUMN_DAY)
        json_str(o, day_iso(q->a, (day)v->i));
    else if (c->kind == COLUMN_TIME)
        json_str(o, time_rfc3339(q->a, v->i));
    else if (c->kind == COLUMN_FLAG)
        json_bool(o, v->i != 0);
    else if (c->kind == COLUMN_DEGREE)
        json_double(o, (double)v->i / 1e7);
    else if (c->kind == COLUMN_REGION)
        json_str(o, arena_printf(q->a, "%06lld", (long long)v->i));
    else if (v->kind == DB_INT)
        json_int(o, v->i);
    else
        json_str(o, v->s);
}

static void put_row(struct request *q, struct json_out *o, const struct thing *t, const struct db_value *row)
{
    json_open(o, '{');
    for (size_t i = 0; t->columns[i].name; i++)
        if (thing_shows(t, i, &q->reader))
            put_value(q, o, &t->columns[i], &row[i]);
    json_close(o, '}');
}

static err *thing_named(str name, const struct thing **ret)
{
    *ret = thing_find(name);
    return *ret ? NULL : err_got(err_new(ERR_MISSING, "没有这一类事项"), name, S("见 /api/openapi.json"), S("entrustments"));
}

static err *read_query(struct request *q, struct thing_query *ret)
{
    VEC(struct thing_filter) filters = {0};
    for (size_t i = 0; i < q->params.n; i++) {
        struct pair p = q->params.p[i];
        int64_t n;
        if (str_eq(p.name, S("q"))) {
            if (utf8_count(p.value) < 1 || utf8_count(p.value) > 64)
                return err_got(err_at(err_new(ERR_INPUT, "查找的文字应为1至64字"), S("q")), p.value, S("1至64字"), S("化工"));
            ret->text = p.value;
        } else if (str_eq(p.name, S("after"))) {
            ret->after = p.value;
        } else if (str_eq(p.name, S("order"))) {
            ret->newest_first = str_eq(p.value, S("newest"));
        } else if (str_eq(p.name, S("limit"))) {
            if (!str_int64(p.value, &n) || n < 1 || n > 200)
                return err_got(err_at(err_new(ERR_INPUT, "limit应为1至200"), S("limit")), p.value, S("1至200的整数"), S("50"));
            ret->limit = (int)n;
        } else {
            vec_push(q->a, &filters, ((struct thing_filter){p.name, p.value}));
        }
    }
    ret->filters = filters.p;
    ret->filters_n = filters.n;
    return NULL;
}

static str next_address(struct request *q, str next)
{
    struct out o = {buf_make(q->a, LIMIT_TARGET * 4), q->a};
    put(&o, (html){q->path}); /* the path of this very route: its parts were matched against known names */
    w(&o, H("?after="), U(next));
    for (size_t i = 0; i < q->params.n; i++)
        if (!str_eq(q->params.p[i].name, S("after"))) {
            put(&o, H("&"));
            w(&o, U(q->params.p[i].name), H("="), U(q->params.p[i].value));
        }
    return buf_str(&o.b);
}

err *api_things(struct request *q, struct response *r)
{
    const struct thing *t;
    struct thing_page page;
    struct db *d;
    TRY(thing_named(q->part[0], &t));
    struct thing_query query = {.thing = t, .reader = &q->reader, .limit = 50, .text = S(""), .after = S("")};
    TRY(read_query(q, &query));
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &query, &page));
    buf b = buf_make(q->a, LIMIT_PAGE_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_key(&o, S("items"));
    json_open(&o, '[');
    for (size_t i = 0; i < page.n; i++)
        put_row(q, &o, t, page.row[i]);
    json_close(&o, ']');
    if (page.next.n)
        json_put_str(&o, S("next"), next_address(q, page.next));
    json_close(&o, '}');
    return json_response(r, 200, &b);
}

static err *put_timeline(struct request *q, struct json_out *o, const struct thing *t, str id)
{
    struct event *events;
    size_t n;
    struct db *d;
    TRY(request_db(q, &d));
    TRY(thing_timeline(d, q->a, &q->reader, str_of(t->table), id, 0, 500, &events, &n));
    json_key(o, S("timeline"));
    json_open(o, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(o, '{');
        json_put_int(o, S("seq"), events[i].seq);
        json_put_str(o, S("act"), events[i].act);
        if (events[i].by.n)
            json_put_str(o, S("by"), events[i].by);
        json_put_str(o, S("at"), time_rfc3339(q->a, events[i].at));
        json_put_str(o, S("verdict"), events[i].verdict);
        json_put_int(o, S("mark"), events[i].mark);
        json_close(o, '}');
    }
    json_close(o, ']');
    return NULL;
}

err *api_thing(struct request *q, struct response *r)
{
    const struct thing *t;
    struct db_value *row;
    struct db *d;
    TRY(thing_named(q->part[0], &t));
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, t, &q->reader, q->part[1], &row));
    buf b = buf_make(q->a, LIMIT_PAGE_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    for (size_t i = 0; t->columns[i].name; i++)
        if (thing_shows(t, i, &q->reader))
            put_value(q, &o, &t->columns[i], &row[i]);
    TRY(put_timeline(q, &o, t, q->part[1]));
    json_close(&o, '}');
    return json_response(r, 200, &b);
}
