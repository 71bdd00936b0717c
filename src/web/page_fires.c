/*
 * Lists of fire points: what was brought in, and of one list where it was hot, the places with a company in the pixel first. The map shows the size of
 * the pixels: a place is a kilometre wide, and the page never says less.
 */
#include "web/fires.h"
#include "web/map.h"

#include <stdlib.h>

enum { LISTED = 100, PLACES_SHOWN = 60, DRAWN = 300 };

static bool may_load(const struct request *q)
{
    return (act_type_find(S("fire.load"))->roles & q->reader.roles) && !q->reader.residual;
}

/* ---- what the pages share ---- */
err *fire_row(struct request *q, str id, struct fire_row *ret)
{
    struct db *d;
    struct db_rows rows;
    struct db_value *row;
    bool more;
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, thing_find(S("fires")), &q->reader, id, &row));
    TRY(db_query(d, q->a, "SELECT name, product, file, document, listed, kept, places, beside, COALESCE(first_at, at), COALESCE(last_at, at), at FROM fire_batch WHERE id = :id",
                 DB_ARGS(DB_T("id", id)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_new(ERR_MISSING, "没有这份火点清单");
    *ret = (struct fire_row){id, db_str(&rows, 0), db_str(&rows, 1), db_str(&rows, 2), db_str(&rows, 3), db_int(&rows, 4), db_int(&rows, 5), db_int(&rows, 6),
                             db_int(&rows, 7), db_int(&rows, 8), db_int(&rows, 9), db_int(&rows, 10)};
    db_rows_end(&rows);
    return NULL;
}

err *fire_places_of(struct request *q, const struct fire_row *b, const struct json **ret)
{
    struct sm3 digest;
    str text;
    const struct json *j;
    if (!sm3_from_text(b->document, &digest))
        return err_new(ERR_DAMAGED, "火点清单记录的摘要不完整");
    TRY(blob_get(q->web->store, q->a, &digest, LIMIT_FIRE_DOCUMENT, &text));
    TRY(json_parse_nodes(q->a, text, LIMIT_FIRE_DOCUMENT, 2000000, &j));
    *ret = json_get(j, S("places"));
    return *ret && (*ret)->kind == JSON_ARRAY ? NULL : err_new(ERR_DAMAGED, "火点处文件不完整");
}

struct fire fire_of(const struct json *p)
{
    struct fire f = {.percent = -1, .type = FIRE_UNSAID, .frp_kw = -1, .at = USEC_NONE};
    if (p->kind != JSON_ARRAY || p->n < 11)
        return f;
    f = (struct fire){.at = p->child[0].i, .spot = {p->child[1].i, p->child[2].i}, .scan_m = (int32_t)p->child[3].i, .track_m = (int32_t)p->child[4].i,
                      .percent = (int32_t)p->child[5].i, .grade = p->child[6].i == 1 ? FIRE_NOMINAL : p->child[6].i == 2 ? FIRE_HIGH : FIRE_LOW,
                      .frp_kw = (int32_t)p->child[7].i, .night = p->child[8].i != 0, .type = (int32_t)p->child[9].i};
    str s = p->child[10].string;
    for (size_t i = 0; i < s.n && i + 1 < sizeof f.satellite; i++)
        f.satellite[i] = s.p[i];
    return f;
}

int64_t fire_int(const struct json *place, const char *key)
{
    const struct json *v = json_get(place, str_of(key));
    return v ? v->i : 0;
}

str fire_times(struct arena *a, const struct json *place)
{
    const struct json *points = json_get(place, S("points"));
    int64_t days = fire_int(place, "days");
    return days > 1 ? arena_printf(a, "%zu次，分在%lld个自然日", points ? points->n : 0, (long long)days) : arena_printf(a, "%zu次", points ? points->n : 0);
}

/* ---- all lists ---- */
static void form(struct request *q, struct out *o)
{
    w(o, H("<section class=\"card\"><h2>登记火点清单</h2><form method=\"post\" action=\"/fires\" enctype=\"multipart/form-data\">"));
    page_csrf(q, o);
    w(o, H("<p><label for=\"name\">清单名称</label><input id=\"name\" name=\"name\" maxlength=\"120\" required value=\""), form_get(&q->form, S("name")),
      H("\"></p><p><label for=\"file\">文件（FIRMS公布的CSV，MODIS或VIIRS，不超过32 MB）</label><input id=\"file\" type=\"file\" name=\"file\" accept=\".csv,.txt\" required></p>"
        "<p class=\"actions\"><button class=\"primary\">登记并查找附近单位</button></p></form></section>"));
}

static err *list(struct request *q, struct out *o)
{
    struct db *d;
    struct thing_page page;
    const struct thing *t = thing_find(S("fires"));
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &(struct thing_query){.thing = t, .reader = &q->reader, .limit = LISTED, .newest_first = true}, &page));
    if (!page.n) {
        w(o, H("<p class=\"card muted\">还没有登记火点清单。</p>"));
        return NULL;
    }
    w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">清单</th><th scope=\"col\">探测时间</th><th scope=\"col\" class=\"number\">湖北范围内</th>"
           "<th scope=\"col\" class=\"number\">火点处</th><th scope=\"col\" class=\"number\">像元内有登记单位</th></tr></thead><tbody>"));
    for (size_t i = 0; i < page.n; i++) {
        struct fire_row b;
        TRY(fire_row(q, page.row[i][0].s, &b));
        w(o, H("<tr><td data-label=\"清单\"><a href=\"/fires/"), U(b.id), H("\">"), b.name, H("</a></td><td class=\"time\" data-label=\"探测时间\">"), day_chinese(q->a, day_of(b.first)),
          day_of(b.first) == day_of(b.last) ? S("") : arena_printf(q->a, "至%.*s", STR_ARG(day_chinese(q->a, day_of(b.last)))), H("</td><td class=\"number\" data-label=\"湖北范围内\">"),
          (long long)b.kept, H("</td><td class=\"number\" data-label=\"火点处\">"), (long long)b.places, H("</td><td class=\"number\" data-label=\"像元内有登记单位\">"), (long long)b.beside,
          H("</td></tr>"));
    }
    w(o, H("</tbody></table></div>"));
    return NULL;
}

static err *page(struct request *q, struct response *r, const err *fault, const struct json *reasons, int status)
{
    struct out *o = page_begin(q, S("卫星火点"));
    w(o, H("<h1>卫星火点</h1><p class=\"note\">火点是卫星过境时一个像元（VIIRS约375米，MODIS约1千米，边缘更大）内有热异常，不是起火点，也不是起火时刻；小火、阴天和两次过境之间的火看不到。只作提示，未经核实。</p>"));
    show_error(o, "没有登记", fault);
    show_reasons(q, o, reasons);
    w(o, H("<div class=\"grid\"><div>"));
    TRY(list(q, o));
    w(o, H("</div><div>"));
    if (may_load(q))
        form(q, o);
    else
        w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/things/clues\">线索</a></p>"));
    w(o, H("</div></div>"));
    page_end(q, o, r, status);
    return NULL;
}

err *page_fires(struct request *q, struct response *r)
{
    return page(q, r, NULL, NULL, 200);
}

err *page_fires_load(struct request *q, struct response *r)
{
    const struct file *file = form_file(&q->form, S("file"));
    struct fire_loaded got;
    const struct json *answer;
    err *bad = NULL;
    struct fire_list l = {.by = q->session.user, .name = str_trim(form_get(&q->form, S("name"))), .report = true, .at = q->now};
    if (!may_load(q))
        return err_new(ERR_DENIED, "您的角色不能登记火点清单");
    if (!l.name.n)
        bad = err_at(err_new(ERR_INPUT, "请写明清单名称"), S("name"));
    else if (!file || !file->bytes.n)
        bad = err_at(err_new(ERR_INPUT, "没有选择文件，或文件是空的"), S("file"));
    else {
        l.csv = file->bytes;
        request_db_done(q);
        bad = fire_load(q->web->acts, q->a, &l, &got);
        if (!bad && got.answer.verdict == ACT_INVALID)
            bad = got.answer.invalid;
    }
    if (bad && bad->kind < ERR_FULL && bad->kind != ERR_AUTH)
        return page(q, r, bad, NULL, err_http_status(bad->kind));
    TRY(bad);
    metrics_answer(q->web, got.answer.verdict);
    if (got.answer.verdict == ACT_ALLOWED)
        return redirect(r, arena_printf(q->a, "/fires/%.*s", STR_ARG(got.answer.id)));
    TRY(act_json(q->a, got.answer.json, LIMIT_ACT_BYTES, &answer));
    return page(q, r, NULL, json_get(answer, S("reasons")), 403);
}

/* ---- one list ---- */
static void on_map(struct request *q, struct out *o, const struct json *places)
{
    struct map_view v;
    map_view_start(&v, 720, 480, false);
    for (size_t i = 0; i < places->n && i < DRAWN; i++)
        map_view_include(&v, (double)fire_int(&places->child[i], "lon") / 1e7, (double)fire_int(&places->child[i], "lat") / 1e7);
    map_view_fit(&v);
    map_begin(q, o, &v, S("火点位置图，同样内容见列表"));
    for (size_t i = places->n < DRAWN ? places->n : DRAWN; i-- > 0;) { /* the first ones on top */
        const struct json *p = &places->child[i];
        double lon = (double)fire_int(p, "lon") / 1e7, lat = (double)fire_int(p, "lat") / 1e7;
        int x = map_x(&v, lon), y = map_y(&v, lat), size = abs(map_x(&v, lon + (double)fire_int(p, "reach_m") / 95000) - x);
        w(o, H("<a href=\"/fires/findings/"), U(json_string(p, S("finding"))), H("\"><title>"), i + 1, H("，"), fire_times(q->a, p), H("</title><circle class=\""),
          fire_int(p, "near_all") ? "fire near" : "fire", H("\" cx=\""), x, H("\" cy=\""), y, H("\" r=\""), size < 5 ? 5 : size, H("\"/></a>"));
    }
    map_end(o, &v);
    w(o, H("<ul class=\"legend\"><li class=\"fire-near\">像元内有登记单位</li><li class=\"fire-plain\">其他</li></ul>"));
    map_note(q, o);
}

static void rows(struct request *q, struct out *o, const struct json *places)
{
    w(o, H("<ol class=\"sky-queue\">"));
    for (size_t i = 0; i < places->n && i < PLACES_SHOWN; i++) {
        const struct json *p = &places->child[i], *points = json_get(p, S("points"));
        struct fire first = fire_of(&points->child[0]);
        w(o, H("<li><a href=\"/fires/findings/"), U(json_string(p, S("finding"))), H("\"><b>"), fire_times(q->a, p), H("</b></a><span>"));
        if (fire_int(p, "near_all"))
            w(o, H("像元内有登记单位"), (long long)fire_int(p, "near_all"), H("家 · "));
        w(o, day_chinese(q->a, day_of(first.at)), points->n > 1 ? H("起") : H(""), H(" · 最高置信度"), fire_grade_text((enum fire_grade)fire_int(p, "best")),
          H(" · 东经"), arena_printf(q->a, "%.3f°、北纬%.3f°", (double)fire_int(p, "lon") / 1e7, (double)fire_int(p, "lat") / 1e7), H("</span></li>"));
    }
    w(o, H("</ol>"));
    if (places->n > PLACES_SHOWN)
        w(o, H("<p class=\"muted\">另有"), places->n - PLACES_SHOWN, H("处。</p>"));
}

err *page_fire_list(struct request *q, struct response *r)
{
    struct fire_row b;
    const struct json *places;
    TRY(fire_row(q, q->part[0], &b));
    TRY(fire_places_of(q, &b, &places));
    struct out *o = page_begin(q, b.name);
    w(o, H("<p class=\"muted\"><a href=\"/fires\">卫星火点</a> / "), b.name, H("</p><h1>"), b.name, H("</h1><p class=\"note\">卫星火点提示，未经核实。</p>"));
    if (places->n)
        w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/fires/findings/"), U(json_string(&places->child[0], S("finding"))), H("\">从第一处看起</a></p>"));
    else
        w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/fires\">全部清单</a></p>"));
    w(o, H("<div class=\"grid\"><div>"));
    if (places->n)
        on_map(q, o, places);
    w(o, H("</div><div><h2>火点处（"), (long long)b.places, H("）</h2><p class=\"muted\">像元相重的火点合为一处，按查看的先后排列。</p>"));
    if (places->n)
        rows(q, o, places);
    else
        w(o, H("<p class=\"card muted\">清单里没有湖北范围内的火点。</p>"));
    w(o, H("</div></div><h2>清单</h2><dl class=\"facts\"><dt>产品</dt><dd>"), str_eq(b.product, S("viirs")) ? S("VIIRS（约375米）") : S("MODIS（约1千米）"), H("</dd><dt>行数</dt><dd>"), (long long)b.listed,
      H("行，湖北范围内"), (long long)b.kept, H("个火点</dd><dt>探测时间</dt><dd>"), time_chinese(q->a, b.first), H("至"), time_chinese(q->a, b.last), H("（北京时间）</dd><dt>登记时间</dt><dd>"),
      time_chinese(q->a, b.at), H("</dd><dt>摘要</dt><dd class=\"bytes\">"), str_sub(b.file, 0, 24), H("…</dd></dl>"));
    page_end(q, o, r, 200);
    return NULL;
}
