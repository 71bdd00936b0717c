/* The same as the pages, as JSON: same scope, same reading of addresses, keyset paging. */
#include "web/monitor.h"

#include <math.h>

enum { API_LIMIT = 200, READINGS_LIMIT = 1440 };

static err *answer(struct response *r, const buf *b)
{
    CHECK(!b->overflow);
    r->status = 200;
    r->type = "application/json";
    r->body = buf_str(b);
    return NULL;
}

static err *limit_of(struct request *q, int missing, int most, int *ret)
{
    int64_t n;
    str text = form_get(&q->params, S("limit"));
    *ret = missing;
    if (!text.n)
        return NULL;
    if (!str_int64(text, &n) || n < 1 || n > most)
        return err_got(err_at(err_new(ERR_INPUT, "limit应为1至%d", most), S("limit")), text,
                       arena_printf(q->a, "1至%d的整数", most), S("50"));
    *ret = (int)n;
    return NULL;
}

static void put_time(struct request *q, struct json_out *o, const char *key, usec t)
{
    json_key(o, str_of(key));
    if (t == USEC_NONE)
        json_null(o);
    else
        json_str(o, time_rfc3339(q->a, t));
}

static void put_degree(struct json_out *o, const char *key, int64_t v)
{
    json_key(o, str_of(key));
    if (v)
        json_double(o, (double)v / 1e7);
    else
        json_null(o);
}

static err *put_latest(struct request *q, struct readings *r, struct json_out *o, str mn)
{
    struct reading_latest *v;
    size_t n;
    TRY(reading_latest(r, q->a, mn, &v, &n));
    json_key(o, S("latest"));
    json_open(o, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(o, '{');
        json_put_str(o, S("factor"), v[i].factor);
        json_put_str(o, S("group"), str_of(group_word(v[i].group)));
        json_put_str(o, S("period"), str_of(period_word(v[i].period)));
        json_put_str(o, S("text"), v[i].text);
        json_put_str(o, S("flag"), v[i].flag);
        put_time(q, o, "at", v[i].at);
        json_close(o, '}');
    }
    json_close(o, ']');
    return NULL;
}

err *api_outlets(struct request *q, struct response *r)
{
    struct readings *store;
    struct outlet_query query;
    struct outlets found;
    int limit;
    TRY(monitor_on(q, &store));
    TRY(limit_of(q, 50, API_LIMIT, &limit));
    TRY(outlet_query_read(q, limit, &query));
    TRY(outlets_find(q, &query, &found));
    buf b = buf_make(q->a, LIMIT_PAGE_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_key(&o, S("items"));
    json_open(&o, '[');
    for (size_t i = 0; i < found.n; i++) {
        const struct outlet *one = &found.p[i];
        json_open(&o, '{');
        json_put_str(&o, S("id"), one->id);
        json_put_str(&o, S("title"), one->title);
        json_put_str(&o, S("subject"), one->subject);
        json_put_str(&o, S("mn"), one->mn);
        json_put_str(&o, S("kind"), one->kind);
        json_put_str(&o, S("region"), arena_printf(q->a, "%06d", one->region));
        put_degree(&o, "lon", one->lon);
        put_degree(&o, "lat", one->lat);
        json_put_str(&o, S("state"), str_of(outlet_state_name(one->state)));
        put_time(q, &o, "last_seen", one->device.last_seen);
        TRY(put_latest(q, store, &o, one->mn));
        json_close(&o, '}');
    }
    json_close(&o, ']');
    if (found.next.n) {
        struct out next = {buf_make(q->a, LIMIT_TARGET * 4), q->a};
        w(&next, H("/api/monitor/outlets?after="), U(found.next));
        for (size_t i = 0; i < q->params.n; i++)
            if (!str_eq(q->params.p[i].name, S("after")))
                w(&next, H("&"), U(q->params.p[i].name), H("="), U(q->params.p[i].value));
        json_put_str(&o, S("next"), buf_str(&next.b));
    }
    json_close(&o, '}');
    return answer(r, &b);
}

static err *named_outlet(struct request *q, struct outlet *ret)
{
    str id = form_get(&q->params, S("outlet"));
    if (!id.n)
        return err_got(err_at(err_new(ERR_INPUT, "请指明点位"), S("outlet")), STR_NONE,
                       S("点位编号，见 /api/monitor/outlets"), STR_NONE);
    return outlet_get(q, id, ret);
}

static void put_series(struct request *q, struct json_out *o, const struct series *s)
{
    json_put_str(o, S("factor"), s->factor);
    json_put_str(o, S("name"), factor_name(s->factor));
    json_put_str(o, S("group"), str_of(group_word(s->group)));
    if (s->kind.n)
        json_put_str(o, S("kind"), s->kind);
    json_put_str(o, S("period"), str_of(period_word(s->period)));
    json_put_int(o, S("cadence_s"), s->cadence_s);
    json_put_str(o, S("unit"), chart_unit(s));
    json_put_str(o, S("first"), day_iso(q->a, s->first));
    json_put_str(o, S("last"), day_iso(q->a, s->last));
}

err *api_series(struct request *q, struct response *r)
{
    struct readings *store;
    struct outlet outlet;
    struct series *all;
    size_t n;
    TRY(monitor_on(q, &store));
    TRY(named_outlet(q, &outlet));
    TRY(series_list(store, q->a, &(struct series_filter){.mn = outlet.mn, .period = -1, .group = -1}, &all, &n));
    buf b = buf_make(q->a, LIMIT_PAGE_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_key(&o, S("items"));
    json_open(&o, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&o, '{');
        put_series(q, &o, &all[i]);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    return answer(r, &b);
}

/* ---- readings, exactly: mantissa and scale become the decimal they are ---- */
struct take {
    struct request *q;
    struct json_out *o;
    usec from, to, next;
    int left;
};

static void put_decimal(struct take *t, const char *key, const struct chunk_day *d, int column, int slot)
{
    if (d->shape == CHUNK_ONE && column > 0)
        return;
    json_key(t->o, str_of(key));
    for (size_t i = 0; i < d->escapes_n; i++) {
        const struct chunk_escape *e = &d->escapes[i];
        if (e->slot != slot || e->column != column)
            continue;
        if (e->kind == CHUNK_ABSENT)
            json_null(t->o);
        else if (e->kind == CHUNK_TEXT)
            json_str(t->o, e->text);
        if (e->kind != CHUNK_DECIMALS)
            return;
    }
    int64_t value = d->wide ? d->v64[column][slot] : d->v[column][slot];
    json_raw(t->o, decimal_text(t->q->a, value, d->decimals));
}

static err *take_day(void *context, const struct chunk_day *d)
{
    struct take *t = context;
    for (int i = 0; i < d->slots; i++) {
        usec at = day_start(d->day) + (usec)i * d->cadence_s * USEC_SECOND;
        if (at < t->from || at >= t->to || d->flag[i] == CHUNK_MISSING)
            continue;
        if (t->left-- <= 0) {
            t->next = t->next == USEC_NONE ? at : t->next;
            return NULL;
        }
        char flag = (char)d->flag[i];
        json_open(t->o, '{');
        put_time(t->q, t->o, "at", at);
        put_decimal(t, d->shape == CHUNK_ONE ? "value" : "average", d, 0, i);
        put_decimal(t, "minimum", d, 1, i);
        put_decimal(t, "maximum", d, 2, i);
        json_put_str(t->o, S("flag"), flag == CHUNK_NO_FLAG ? S("") : (str){&flag, 1});
        json_close(t->o, '}');
    }
    return NULL;
}

err *api_readings(struct request *q, struct response *r)
{
    struct readings *store;
    struct outlet outlet;
    struct chart_query c;
    struct series *all, s;
    struct reading_scan *scan;
    size_t n;
    int limit;
    TRY(monitor_on(q, &store));
    TRY(limit_of(q, READINGS_LIMIT, READINGS_LIMIT * 7, &limit));
    TRY(named_outlet(q, &outlet));
    TRY(chart_query_read(q, &c));
    TRY(series_meant(q, store, &outlet, &c, &all, &n, &s));
    if (!n)
        return err_new(ERR_MISSING, "这个点位还没有数据");
    buf b = buf_make(q->a, LIMIT_PAGE_BYTES);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_key(&o, S("series"));
    json_open(&o, '{');
    put_series(q, &o, &s);
    json_close(&o, '}');
    json_key(&o, S("items"));
    json_open(&o, '[');
    struct take t = {q, &o, c.from, c.to, USEC_NONE, limit};
    str after = form_get(&q->params, S("after"));
    if (after.n && time_parse(after, &t.from))
        return err_got(err_at(err_new(ERR_INPUT, "翻页位置无法读取"), S("after")), after, S("上一页给出的next"),
                       STR_NONE);
    TRY(reading_scan_open(store, q->a, &scan));
    err *e = reading_scan_days(scan, s.id, day_of(t.from), day_of(c.to - 1), USEC_NONE, take_day, &t);
    reading_scan_close(scan);
    TRY(e);
    json_close(&o, ']');
    if (t.next != USEC_NONE)
        put_time(q, &o, "next", t.next);
    json_close(&o, '}');
    return answer(r, &b);
}

/* ---- OpenAPI ---- */
static void parameter(struct json_out *o, const char *name, const char *text)
{
    json_open(o, '{');
    json_put_str(o, S("name"), str_of(name));
    json_put_str(o, S("in"), S("query"));
    json_put_str(o, S("description"), str_of(text));
    json_key(o, S("schema"));
    json_raw(o, S("{\"type\":\"string\"}"));
    json_close(o, '}');
}

void api_monitor_paths(struct json_out *o)
{
    static const struct { const char *path, *summary, *parameters[12][2]; } paths[] = {
        {"/api/monitor/outlets", "监测点位、状态和最新数值",
         {{"q", "单位、点位或设备编码含"}, {"kind", "gas water noise other"}, {"region", "行政区划代码"}, {"state", "reporting late silent never"},
          {"after", "上一页给出的位置"}, {"limit", "1至200"}}},
        {"/api/monitor/findings", "研判结果：线索在前，按轻重",
         {{"level", "clue hint"}, {"outlet", "点位编号"}, {"continued", "1：连同延续以前的"}, {"after", "上一页给出的位置"}, {"limit", "1至200"}}},
        {"/api/monitor/series", "点位有哪些数据系列", {{"outlet", "点位编号（必填）"}}},
        {"/api/monitor/readings", "一个系列在一段时间内的数值，按原小数位数",
         {{"outlet", "点位编号（必填）"}, {"factor", "HJ 212因子编码"}, {"group", "value converted total other"}, {"period", "live minute hour day state"},
          {"span", "year month week day hour"}, {"at", "时段内的一个时间"}, {"from", "起"}, {"to", "止（不含）"}, {"after", "上一页给出的next"},
          {"limit", "1至10080"}}}};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        json_key(o, str_of(paths[i].path));
        json_open(o, '{');
        json_key(o, S("get"));
        json_open(o, '{');
        json_put_str(o, S("summary"), str_of(paths[i].summary));
        json_key(o, S("parameters"));
        json_open(o, '[');
        for (size_t j = 0; j < 12 && paths[i].parameters[j][0]; j++)
            parameter(o, paths[i].parameters[j][0], paths[i].parameters[j][1]);
        json_close(o, ']');
        json_key(o, S("responses"));
        json_raw(o,
                 S("{\"200\":{\"description\":\"items, next\"},\"400\":{\"$ref\":\"#/components/responses/problem\"},"
                   "\"404\":{\"$ref\":\"#/components/responses/problem\"}}"));
        json_close(o, '}');
        json_close(o, '}');
    }
}
