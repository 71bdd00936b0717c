/*
 * Flights: what was planned, what came home, what is still missing on the ground. The page of one flight says first what the team has to
 * know before it leaves: how much is covered, where the holes are, what was set aside.
 */
#include "web/flight_view.h"
#include "web/scenes.h"

#include <math.h>
#include <string.h>

enum { LISTED = 100, MOST_FLAGGED = 200, MOST_PIECES = 400, MOST_HOLES = 20 };

/* ---- the list ---- */

static err *list_row(struct request *q, struct out *o, const struct thing *t, const struct db_value *row)
{
    struct flight_counts n;
    struct db *d;
    size_t columns = thing_columns(t);
    str id = row[columns].s;
    TRY(request_db(q, &d));
    TRY(flight_counts(d, q->a, id, &n));
    const struct db_value *from = flight_column(t, row, "from_time"), *state = flight_column(t, row, "state");
    w(o, H("<tr><td data-label=\"飞行\"><a href=\"/flights/"), U(id), H("\">"), id, H("</a></td><td class=\"time\" data-label=\"时间\">"),
      from->kind == DB_INT ? time_chinese(q->a, from->i) : S("未写明"), H("</td><td class=\"number\" data-label=\"高度\">"));
    if (flight_column(t, row, "height_m")->kind == DB_INT)
        w(o, flight_column(t, row, "height_m")->i, H("米"));
    w(o, H("</td><td data-label=\"状态\"><span class=\"badge\">"),
      str_eq(state->s, S("approved")) ? H("已批准") : str_eq(state->s, S("planned")) ? H("待批准") : H("已结束"),
      H("</span></td><td class=\"number\" data-label=\"照片\">"), (long long)n.photos, H("</td><td class=\"number\" data-label=\"原件\">"),
      (long long)n.originals, H("</td><td class=\"number\" data-label=\"隔离\">"));
    if (n.aside)
        w(o, H("<span class=\"badge late\">"), (long long)n.aside, H("</span>"));
    else
        w(o, H("0"));
    w(o, H("</td></tr>"));
    return NULL;
}

err *page_flights(struct request *q, struct response *r)
{
    const struct thing *t = thing_find(S("flights"));
    struct thing_query query = {.thing = t, .reader = &q->reader, .text = S(""), .after = form_get(&q->params, S("after")), .limit = LISTED, .newest_first = true};
    struct thing_page page;
    struct db *d;
    if (!query.after.p)
        query.after = S("");
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &query, &page));
    bool plans = act_offered(act_type_find(S("flight.plan")), &q->reader);
    struct out *o = page_begin(q, S("飞行"));
    w(o, H("<h1>无人机巡飞</h1><p class=\"muted\">先有批准的计划，再飞行；照片信息当场导入，离开前看清漏拍之处。不在计划内的、无人陪同进入厂界的，逐张隔离。</p><p class=\"actions\">"));
    if (plans)
        w(o, H("<a class=\"button primary\" href=\"/do/flight.plan\">申请飞行</a>"));
    else
        w(o, H("<a class=\"button primary\" href=\"/things/entrustments\">查看委托</a>"));
    w(o, H("<a class=\"button\" href=\"/things/flight_imports\">飞行成果</a></p>"));
    if (!page.n)
        w(o, H("<p class=\"note\">还没有飞行计划。</p>"));
    else
        w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">飞行</th><th scope=\"col\">时间</th><th scope=\"col\" class=\"number\">高度</th>"
               "<th scope=\"col\">状态</th><th scope=\"col\" class=\"number\">照片</th><th scope=\"col\" class=\"number\">原件</th>"
               "<th scope=\"col\" class=\"number\">隔离</th></tr></thead><tbody>"));
    for (size_t i = 0; i < page.n; i++)
        TRY(list_row(q, o, t, page.row[i]));
    if (page.n)
        w(o, H("</tbody></table></div>"));
    if (page.next.n)
        w(o, H("<p><a href=\"/flights?after="), U(page.next), H("\">更早的飞行</a></p>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- one flight ---- */

static void figure(struct out *o, const char *label, str value, bool good, const char *beside)
{
    w(o, H("<div class=\"figure"), good ? H("") : H(" short"), H("\"><dt>"), label, H("</dt><dd>"), value, H("</dd>"));
    if (beside)
        w(o, H("<dd class=\"muted\">"), beside, H("</dd>"));
    w(o, H("</div>"));
}

static str percent(struct request *q, double v)
{
    return isfinite(v) ? arena_printf(q->a, "%.1f%%", 100 * v) : S("—");
}

static void figures(struct request *q, struct out *o, const struct flight_view *v)
{
    const struct flight *f = &v->flight;
    const struct cover *c = &f->cover;
    double coverage = v->has_task && c->area > 0 ? c->once / c->area : NAN;
    w(o, H("<dl class=\"figures\">"));
    figure(o, "覆盖率", percent(q, coverage), !(coverage < 0.995), v->has_task ? NULL : "计划没有画出区域");
    figure(o, "两次以上", percent(q, v->has_task && c->area > 0 ? c->twice / c->area : NAN), true, "同一处至少两张照片");
    figure(o, "航向重叠", percent(q, f->along), !(f->along < 0.53), NULL);
    figure(o, "旁向重叠", percent(q, f->across), !(f->across < 0.08), NULL);
    double gsd = f->gsd * 1000;
    figure(o, "地面分辨率", isfinite(gsd) ? arena_printf(q->a, "%.0f毫米", gsd) : S("—"), !(v->gsd_mm > 0 && gsd > (double)v->gsd_mm),
           v->gsd_mm > 0 ? arena_cstr(q->a, arena_printf(q->a, "要求不大于%lld毫米", (long long)v->gsd_mm)) : NULL);
    bool high = v->height_m > 0 && f->above_ground_most > (double)v->height_m * 1.1;
    figure(o, "最大离地高度", isfinite(f->above_ground_most) ? arena_printf(q->a, "%.0f米", f->above_ground_most) : S("—"), !high,
           v->height_m > 0 ? arena_cstr(q->a, arena_printf(q->a, "批准%lld米", (long long)v->height_m)) : NULL);
    w(o, H("</dl>"));
}

static void holes(struct request *q, struct out *o, const struct flight_view *v)
{
    const struct cover *c = &v->flight.cover;
    if (!v->has_task || !v->flight.placed)
        return;
    if (!c->holes_n) {
        w(o, H("<p class=\"fine\">区域内没有大于1平方米的漏拍处。</p>"));
        return;
    }
    w(o, H("<h3>漏拍处</h3><div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">编号</th><th scope=\"col\" class=\"number\">面积</th>"
           "<th scope=\"col\" class=\"number\">东西×南北</th><th scope=\"col\">位置</th></tr></thead><tbody>"));
    for (size_t i = 0; i < c->holes_n && i < MOST_HOLES; i++) {
        struct place p = frame_place(&v->flight.frame, c->holes[i].at);
        w(o, H("<tr><td data-label=\"编号\">"), i + 1, H("</td><td class=\"number\" data-label=\"面积\">"), area_words(q->a, c->holes[i].area),
          H("</td><td class=\"number\" data-label=\"东西×南北\">"), arena_printf(q->a, "%.0f×%.0f米", c->holes[i].width, c->holes[i].height),
          H("</td><td data-label=\"位置\">"), arena_printf(q->a, "东经%.6f°，北纬%.6f°", p.lon, p.lat), H("</td></tr>"));
    }
    w(o, H("</tbody></table></div>"));
    if (c->holes_n > MOST_HOLES)
        w(o, H("<p class=\"muted\">另有"), c->holes_n - MOST_HOLES, H("处较小的。</p>"));
}

/* A strip for each hundred metres of shore, in the order one walks it. */
static void shore(struct request *q, struct out *o, const struct flight_view *v)
{
    const struct flight *f = &v->flight;
    if (!f->pieces_n)
        return;
    w(o, H("<h3>沿岸每100米</h3><ol class=\"shore\">"));
    for (size_t i = 0; i < f->pieces_n && i < MOST_PIECES; i++) {
        const struct piece_cover *p = &f->pieces[i];
        w(o, p->coverage >= 0.995 ? H("<li>") : p->coverage > 0 ? H("<li class=\"part\">") : H("<li class=\"none\">"), H("<span>"),
          arena_printf(q->a, "%.0f米", p->from), H("</span> <b>"), percent(q, p->coverage), H("</b></li>"));
    }
    w(o, H("</ol>"));
}

static void coverage(struct request *q, struct out *o, const struct flight_view *v)
{
    w(o, H("<section class=\"card\" id=\"coverage\"><h2>覆盖</h2>"));
    if (!v->flight.n) {
        w(o, H("<p class=\"muted\">还没有照片。导入照片信息后，这里显示覆盖率和漏拍之处。</p>"));
        flight_picture(o, v, NULL);
        w(o, H("</section>"));
        return;
    }
    figures(q, o, v);
    flight_picture(o, v, NULL);
    w(o, H("<ul class=\"legend\"><li class=\"seen\">已拍</li><li class=\"missed\">漏拍</li><li class=\"spill\">区域外</li>"));
    if (v->aside)
        w(o, H("<li class=\"aside\">隔离，不计</li>"));
    if (v->fences_n)
        w(o, H("<li class=\"fence\">企业厂界</li>"));
    if (v->tracks_n)
        w(o, H("<li class=\"track\">航迹</li>"));
    if (v->tracks_aside_n)
        w(o, H("<li class=\"track-aside\">无陪同进入厂界的航迹段，隔离</li>"));
    w(o, H("</ul><p class=\"muted\">"), v->flight.n, H("张照片，"), v->flight.located, H("张有位置，"), v->flight.placed,
      H("张可定到地面；按平坦地面计算，起伏处会有偏差。</p>"));
    holes(q, o, v);
    shore(q, o, v);
    w(o, H("</section>"));
}

static const struct flight_shot_of *of_shot(const struct flight_view *v, const struct shot *s)
{
    return &v->of[s->file];
}

static void flagged(struct request *q, struct out *o, const struct flight_view *v)
{
    size_t n, shown = 0, all = 0;
    const struct photo_flag_name *names = photo_flag_names(&n);
    const uint64_t quiet = PHOTO_ZONE_ASSUMED;
    for (size_t i = 0; i < v->flight.n; i++)
        all += (v->flight.shots[i].flags & ~quiet) != 0;
    if (!all)
        return;
    w(o, H("<section class=\"card\"><h2>存疑和隔离的照片</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">照片</th><th scope=\"col\">时间</th>"
           "<th scope=\"col\">说明</th></tr></thead><tbody>"));
    for (size_t i = 0; i < v->flight.n && shown < MOST_FLAGGED; i++) {
        const struct shot *s = &v->flight.shots[i];
        if (!(s->flags & ~quiet))
            continue;
        shown++;
        w(o, H("<tr><td data-label=\"照片\"><a href=\"/flights/"), U(v->id), H("/photos/"), U(of_shot(v, s)->import), H("/"), of_shot(v, s)->position, H("\">"),
          s->name, H("</a></td><td class=\"time\" data-label=\"时间\">"), s->t == USEC_NONE ? S("没有") : time_chinese(q->a, s->t),
          H("</td><td data-label=\"说明\"><span>"));
        bool first = true;
        for (size_t k = 0; k < n; k++)
            if (s->flags & ~quiet & names[k].flag) {
                w(o, first ? H("") : H("；"), names[k].text);
                first = false;
            }
        w(o, H("</span></td></tr>"));
    }
    w(o, H("</tbody></table></div>"));
    if (all > shown)
        w(o, H("<p class=\"muted\">另有"), all - shown, H("张。</p>"));
    w(o, H("</section>"));
}

static void imports(struct request *q, struct out *o, const struct flight_view *v)
{
    if (!v->imports_n)
        return;
    w(o, H("<section class=\"card\"><h2>导入</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">导入</th><th scope=\"col\">时间</th><th scope=\"col\">导入人</th>"
           "<th scope=\"col\" class=\"number\">照片</th><th scope=\"col\" class=\"number\">原件</th><th scope=\"col\">隔离</th></tr></thead><tbody>"));
    for (size_t i = 0; i < v->imports_n; i++) {
        const struct flight_import *m = &v->imports[i];
        w(o, H("<tr><td data-label=\"导入\"><a href=\"/things/flight_imports/"), U(m->id), H("\">第"), i + 1, H("次</a></td><td class=\"time\" data-label=\"时间\">"),
          time_chinese(q->a, m->at), H("</td><td data-label=\"导入人\">"), m->author_name, H("</td><td class=\"number\" data-label=\"照片\">"),
          (long long)m->files, H("</td><td class=\"number\" data-label=\"原件\">"), (long long)m->originals, H("/"), (long long)m->files,
          H("</td><td data-label=\"隔离\"><span>"));
        if (m->unplanned + m->entered == 0 && !m->track_aside.n)
            w(o, H("无"));
        if (m->unplanned)
            w(o, H("不在计划内"), (long long)m->unplanned, H("张 "));
        if (m->entered)
            w(o, H("进入厂界"), (long long)m->entered, H("张 "));
        if (m->track_aside.n)
            w(o, H("航迹进入厂界的段 "));
        if (m->settled)
            w(o, H("（已核查）"));
        w(o, H("</span></td></tr>"));
    }
    w(o, H("</tbody></table></div></section>"));
}

static void facts(struct request *q, struct out *o, const struct flight_view *v)
{
    static const char *const shown[] = {"entrustment", "height_m", "from_time", "to_time", "pilot", "device", "uav_class", "licence_no", "airspace", "airspace_no",
                                        "corridor_m", "gsd_mm", "approved_by"};
    w(o, H("<section class=\"card\"><h2>计划</h2><dl class=\"facts\">"));
    for (size_t k = 0; k < sizeof shown / sizeof *shown; k++)
        for (size_t i = 0; v->thing->columns[i].name; i++)
            if (!strcmp(v->thing->columns[i].name, shown[k]) && v->row[i].kind != DB_NULL && thing_shows(v->thing, i, &q->reader)) {
                w(o, H("<dt>"), v->thing->columns[i].label, H("</dt><dd>"));
                show_field(q, o, v->thing, v->row, i);
                w(o, H("</dd>"));
            }
    w(o, H("</dl>"));
    if (!v->has_task && v->area.n && v->area.p[0] != '{')
        w(o, H("<p>区域："), v->area, H("</p>"));
    w(o, H("<p class=\"actions\">"));
    if (v->has_task)
        w(o, H("<a class=\"button\" href=\"/flights/"), U(v->id), H("/area.kml\">区域KML</a>"));
    w(o, H("<a class=\"button\" href=\"/things/flights/"), U(v->id), H("\">办理经过</a></p></section>"));
}

static bool may_import(struct request *q)
{
    const struct act_type *t = act_type_find(S("flight.import"));
    return (t->roles & q->reader.roles) && !q->reader.residual;
}

static void import_form(struct request *q, struct out *o, const struct flight_view *v)
{
    w(o, H("<section class=\"card\"><h2>导入照片和飞行记录</h2>"));
    if (!str_eq(v->state, S("approved")))
        w(o, H("<p class=\"alert\">计划还没有批准：现在导入的照片会全部隔离。</p>"));
    w(o, H("<form id=\"flight-import\" method=\"post\" enctype=\"multipart/form-data\" action=\"/flights/"), U(v->id), H("/import\">"));
    page_csrf(q, o);
    w(o, H("<p><label for=\"files\">无人机存储卡中的照片（JPG），以及SRT、CSV、GPX或KML记录</label><input id=\"files\" type=\"file\" name=\"files\" multiple required"
           " accept=\".jpg,.jpeg,.srt,.csv,.gpx,.kml,.txt\"></p><p class=\"muted\">先传每张照片的开头（不超过128 KB），几秒后即可看到覆盖和漏拍；原始照片随后逐张上传，断了会接着传。</p>"
           "<p class=\"actions\"><button class=\"primary\">导入</button></p><div id=\"flight-progress\" role=\"status\" aria-live=\"polite\"></div></form></section>"));
}

static void main_action(struct request *q, struct out *o, const struct flight_view *v)
{
    bool approves = str_eq(v->state, S("planned")) && act_offered(act_type_find(S("flight.approve")), &q->reader);
    if (approves)
        w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/do/flight.approve?flight="), U(v->id), H("\">批准飞行</a></p>"));
    else if (!may_import(q))
        w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/flights\">全部飞行</a></p>"));
}

void flight_page(struct request *q, struct out *o, const struct flight_view *v)
{
    main_action(q, o, v);
    w(o, H("<div class=\"grid\"><div>"));
    coverage(q, o, v);
    flagged(q, o, v);
    imports(q, o, v);
    w(o, H("</div><div>"));
    if (may_import(q))
        import_form(q, o, v);
    facts(q, o, v);
    if (v->flight.placed)
        w(o, H("<section class=\"card\"><h2>哪些照片看到某处</h2><form method=\"get\" action=\"/flights/"), U(v->id),
          H("/see\"><p class=\"two\"><span><label for=\"lon\">经度</label><input id=\"lon\" name=\"lon\" inputmode=\"decimal\" required></span><span><label for=\"lat\">纬度</label>"
            "<input id=\"lat\" name=\"lat\" inputmode=\"decimal\" required></span></p><p><label for=\"r\">范围半径（米，可不填）</label>"
            "<input id=\"r\" name=\"r\" inputmode=\"numeric\"></p><p class=\"actions\"><button>查找照片</button></p></form></section>"));
    w(o, H("</div></div>"));
}

err *page_flight(struct request *q, struct response *r)
{
    static const char *const modules[] = {"flight.js", NULL};
    struct flight_view v;
    TRY(flight_view(q, q->part[0], &v));
    struct out *o = page_begin_with(q, S("飞行"), &(struct page_look){.modules = modules});
    w(o, H("<h1>飞行 "), v.id, H("</h1>"));
    flight_page(q, o, &v);
    page_end(q, o, r, 200);
    return NULL;
}

err *page_flight_kml(struct request *q, struct response *r)
{
    struct flight_view v;
    str kml;
    TRY(flight_view(q, q->part[0], &v));
    if (!v.has_task)
        return err_new(ERR_MISSING, "这个计划没有画出区域");
    TRY(task_kml(q->a, v.area, arena_printf(q->a, "飞行区域 %.*s", STR_ARG(v.id)),
                 arena_printf(q->a, "批准高度%lld米；%.*s至%.*s", (long long)v.height_m, STR_ARG(time_chinese(q->a, v.from)), STR_ARG(time_chinese(q->a, v.to))), &kml));
    r->status = 200;
    r->type = "application/vnd.google-earth.kml+xml";
    r->body = kml;
    response_header(r, "Content-Disposition", arena_printf(q->a, "attachment; filename=\"%.*s.kml\"", STR_ARG(v.id)));
    return NULL;
}

void flight_links(struct request *q, struct out *o, const struct thing *t, str id, const struct db_value *row)
{
    if (!(q->reader.roles & ROLES_FLIGHTS))
        return;
    bool import = !strcmp(t->table, "flight_import");
    str flight = import ? flight_column(t, row, "flight")->s : id;
    if ((import && flight.n) || !strcmp(t->table, "flight"))
        w(o, H("<p><a href=\"/flights/"), U(flight), H("\">覆盖、漏拍和照片</a></p>"));
}
