/* The figures as JSON: the same scope, the same SELECTs, the same rows as the pages. */
#include "web/looking.h"

enum { API_ROWS = 100 };

static void put_value(struct json_out *o, const struct figure *f, const struct figure_value *v)
{
    static const char *const units[] = {[FIGURE_SHARE] = "share", [FIGURE_COUNT] = "count", [FIGURE_MONEY] = "fen"};
    json_put_str(o, S("id"), str_of(f->id));
    json_put_str(o, S("label"), str_of(f->label));
    json_put_str(o, S("unit"), str_of(units[f->unit]));
    json_put_int(o, S("numerator"), v->numerator);
    if (f->of)
        json_put_int(o, S("denominator"), v->denominator);
    json_key(o, S("definition"));
    json_open(o, '{');
    json_put_str(o, S("numerator"), str_of(f->numerator));
    if (f->denominator)
        json_put_str(o, S("denominator"), str_of(f->denominator));
    json_put_str(o, S("period"), str_of(f->when));
    json_put_str(o, S("source"), str_of(f->source));
    json_close(o, '}');
}

static void put_scope(struct request *q, struct json_out *o, const struct figure_scope *s)
{
    json_put_str(o, S("from"), day_iso(q->a, s->from));
    json_put_str(o, S("to"), day_iso(q->a, s->to));
    json_put_str(o, S("region"), arena_printf(q->a, "%06d", s->within ? s->within : q->reader.region));
}

static err *answer(struct response *r, const buf *b)
{
    CHECK(!b->overflow);
    r->status = 200;
    r->type = "application/json";
    r->body = buf_str(b);
    return NULL;
}

err *api_figures(struct request *q, struct response *r)
{
    struct figure_scope s;
    struct db *d;
    TRY(figure_scope_read(q, &s));
    TRY(request_db(q, &d));
    buf b = buf_make(q->a, LIMIT_PAGE_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    put_scope(q, &o, &s);
    json_key(&o, S("items"));
    json_open(&o, '[');
    for (size_t i = 0; i < figure_count(); i++) {
        struct figure_value v;
        TRY(figure_sum(d, figure_at(i), &s, &v));
        json_open(&o, '{');
        put_value(&o, figure_at(i), &v);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    return answer(r, &b);
}

static void put_groups(struct json_out *o, const char *key, const struct figure_part_of *p, size_t n, bool of)
{
    json_key(o, str_of(key));
    json_open(o, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(o, '{');
        json_put_int(o, S("key"), p[i].key);
        json_put_int(o, S("numerator"), p[i].numerator);
        if (of)
            json_put_int(o, S("denominator"), p[i].denominator);
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void put_rows(struct request *q, struct json_out *o, const struct figure_row *list, size_t n)
{
    json_key(o, S("items"));
    json_open(o, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(o, '{');
        json_put_str(o, S("id"), list[i].id);
        json_put_str(o, S("thing"), list[i].thing);
        json_put_str(o, S("agency"), list[i].agency);
        json_put_str(o, S("region"), arena_printf(q->a, "%06d", list[i].region));
        json_put_str(o, S("on"), day_iso(q->a, list[i].on));
        json_put_int(o, S("value"), list[i].value);
        json_close(o, '}');
    }
    json_close(o, ']');
}

err *api_figure(struct request *q, struct response *r)
{
    const struct figure *f = figure_find(q->part[0]);
    struct figure_scope s;
    struct figure_value v;
    struct figure_part_of *months, *counties;
    struct figure_row *list;
    size_t n, months_n, counties_n;
    struct db *d;
    str next, part = form_get(&q->params, S("part"));
    if (!f)
        return err_new(ERR_MISSING, "没有这个指标");
    if (part.n && !str_eq(part, S("numerator")) && !str_eq(part, S("denominator")))
        return err_got(err_at(err_new(ERR_INPUT, "part只能是numerator或denominator"), S("part")), part, S("numerator denominator"), S("numerator"));
    TRY(figure_scope_read(q, &s));
    TRY(request_db(q, &d));
    TRY(figure_sum(d, f, &s, &v));
    TRY(figure_groups(d, q->a, f, &s, FIGURE_BY_MONTH, &months, &months_n));
    TRY(figure_groups(d, q->a, f, &s, FIGURE_BY_COUNTY, &counties, &counties_n));
    TRY(figure_rows(d, q->a, f, str_eq(part, S("denominator")) ? FIGURE_DENOMINATOR : FIGURE_NUMERATOR, &s, form_get(&q->params, S("after")), API_ROWS,
                    &list, &n, &next));
    buf b = buf_make(q->a, LIMIT_PAGE_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    put_scope(q, &o, &s);
    put_value(&o, f, &v);
    put_groups(&o, "months", months, months_n, f->of != NULL && !f->stock);
    put_groups(&o, "counties", counties, counties_n, f->of != NULL);
    put_rows(q, &o, list, n);
    if (next.n) {
        struct out to = {buf_make(q->a, LIMIT_TARGET * 4), q->a};
        w(&to, H("/api/statistics/"), f->id, H("?after="), U(next));
        for (size_t i = 0; i < q->params.n; i++)
            if (!str_eq(q->params.p[i].name, S("after")))
                w(&to, H("&"), U(q->params.p[i].name), H("="), U(q->params.p[i].value));
        json_put_str(&o, S("next"), buf_str(&to.b));
    }
    json_close(&o, '}');
    return answer(r, &b);
}

/* ---- OpenAPI ---- */

void api_looking_paths(struct json_out *o)
{
    static const struct { const char *path, *summary; } paths[] = {
        {"/api/statistics", "统计指标：数值、分子、分母和口径（from、to、region）"},
        {"/api/statistics/{figure}", "一个指标：各月、各县和构成它的各行（part、after）"},
        {"/api/targets", "靶向分值：对象、抽取权重和理由（region）"}};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        json_key(o, str_of(paths[i].path));
        json_open(o, '{');
        json_key(o, S("get"));
        json_open(o, '{');
        json_put_str(o, S("summary"), str_of(paths[i].summary));
        json_key(o, S("responses"));
        json_raw(o, S("{\"200\":{\"description\":\"items, next\"},\"400\":{\"$ref\":\"#/components/responses/problem\"},"
                      "\"404\":{\"$ref\":\"#/components/responses/problem\"}}"));
        json_close(o, '}');
        json_close(o, '}');
    }
}
