/* The outlets: a list to search, and the same outlets on a map. A value never stands without its age, its state and the
 * limit in force. */
#include "web/finding.h"
#include "web/map.h"
#include "web/monitor.h"

#include <string.h>

enum { PAGE_ROWS = 50, MAP_OUTLETS = 20000, VALUES_SHOWN = 4 };

static void choice(struct request *q, struct out *o, const char *name, const char *label,
                   const char *const (*options)[2], size_t n)
{
    str chosen = form_get(&q->params, str_of(name));
    w(o, H("<div><label for=\"f-"), name, H("\">"), label, H("</label><select id=\"f-"), name, H("\" name=\""), name,
      H("\"><option value=\"\">全部</option>"));
    for (size_t i = 0; i < n; i++)
        put_option(o, str_of(options[i][0]), str_of(options[i][1]), str_eq(chosen, str_of(options[i][0])));
    w(o, H("</select></div>"));
}

static bool region_offered(const struct request *q, const struct region *r)
{
    return (r->level == 'C' || r->level == 'D') && region_covers(q->reader.region, r->code);
}

static void region_choice(struct request *q, struct out *o)
{
    int64_t chosen = 0;
    if (q->reader.roles & SUBJECT_BIT)
        return;
    str_int64(form_get(&q->params, S("region")), &chosen);
    w(o, H("<div><label for=\"f-region\">区域</label><select id=\"f-region\" name=\"region\"><option "
           "value=\"\">全部</option>"));
    for (size_t i = 0; i < region_count(); i++) {
        const struct region *r = region_at(i);
        if (region_offered(q, r) && (q->reader.region != 420000 || r->level == 'C'))
            put_option(o, arena_printf(q->a, "%06d", r->code), str_of(r->name), r->code == (int)chosen);
    }
    w(o, H("</select></div>"));
}

static void filter_bar(struct request *q, struct out *o, bool map)
{
    static const char *const kinds[][2] = {{"gas", "废气"}, {"water", "废水"}, {"noise", "噪声"}, {"other", "其他"}};
    static const char *const states[][2] = {
        {"reporting", "● 正常上报"}, {"late", "▲ 上报延迟"}, {"silent", "■ 上报中断"}, {"never", "○ 从未上报"}};
    w(o,
      H("<form class=\"find\" method=\"get\" role=\"search\"><div><label for=\"q\">单位、点位或设备编码含</label>"
        "<input id=\"q\" name=\"q\" maxlength=\"64\" value=\""),
      form_get(&q->params, S("q")), H("\"></div>"));
    region_choice(q, o);
    choice(q, o, "kind", "类别", kinds, 4);
    choice(q, o, "state", "状态", states, OUTLET_STATES);
    if (map)
        w(o, H("<input type=\"hidden\" name=\"view\" value=\"map\">"));
    w(o, H("<button>查找</button></form>"));
}

/* The same question in another form: every parameter but the one that changes. */
static void put_same(struct request *q, struct out *o, const char *without)
{
    for (size_t i = 0; i < q->params.n; i++)
        if (q->params.p[i].value.n && !str_eq(q->params.p[i].name, str_of(without)) &&
            !str_eq(q->params.p[i].name, S("after")))
            w(o, U(q->params.p[i].name), H("="), U(q->params.p[i].value), H("&amp;"));
}

static void one_value(struct request *q, struct out *o, const struct reading_latest *v,
                      const struct reading_limit *limit)
{
    struct series s = {.factor = v->factor, .group = v->group};
    w(o, H("<span class=\"reading\">"), factor_name(v->factor), H(" <b>"), v->text, H("</b> "), chart_unit(&s));
    if (v->group == GROUP_CONVERTED)
        w(o, H("（折算）"));
    if (v->flag.n && !str_eq(v->flag, S("N")))
        w(o, H(" <span class=\"badge late\">"), v->flag, H(" "), chart_flag_text(v->flag.p[0]), H("</span>"));
    if (limit)
        w(o, H(" <span class=\"muted\">"), chart_period_text(limit->period), H("限值 "),
          decimal_text(q->a, limit->mantissa, limit->scale), H("</span>"));
    w(o, H(" <span class=\"muted\">"), age_text(q->a, q->now, v->at), H("</span></span>"));
}

/* A measured value whose converted one is there, too, would only crowd the cell. */
static bool worth(const struct reading_latest *all, size_t n, size_t i)
{
    for (size_t j = 0; j < n; j++)
        if (j != i && str_eq(all[j].factor, all[i].factor) && all[j].group <= GROUP_CONVERTED &&
            all[j].group > all[i].group)
            return false;
    return all[i].group <= GROUP_CONVERTED;
}

static err *latest_cell(struct request *q, struct readings *r, struct out *o, const struct outlet *outlet)
{
    struct reading_latest *latest;
    struct reading_limit *limits;
    size_t n, limits_n, shown = 0;
    day today = day_of(q->now);
    TRY(reading_latest(r, q->a, outlet->mn, &latest, &n));
    TRY(reading_limits(r, q->a, outlet->mn, today, today, &limits, &limits_n));
    latest_sort(latest, n, limits, limits_n);
    for (size_t i = 0; i < n && shown < VALUES_SHOWN; i++)
        if (worth(latest, n, i)) {
            one_value(q, o, &latest[i], latest_limit(limits, limits_n, &latest[i]));
            shown++;
        }
    if (!shown)
        w(o, H("<span class=\"muted\">没有数据</span>"));
    return NULL;
}

static void put_region(struct out *o, int code)
{
    const struct region *r = region_find(code);
    if (r)
        w(o, r->name);
    else
        w(o, H("—"));
}

static err *row(struct request *q, struct readings *r, struct out *o, const struct outlet *outlet)
{
    w(o, H("<tr><td data-label=\"点位\"><span><a href=\"/monitor/"), U(outlet->id), H("\">"), outlet->title,
      H("</a><br><span class=\"muted\">"), outlet_kind_text(outlet->kind), H(" · "), outlet->mn,
      H("</span></span></td><td data-label=\"区域\">"));
    put_region(o, outlet->region);
    w(o, H("</td><td data-label=\"状态\"><span class=\"state "), outlet_state_name(outlet->state), H("\">"),
      outlet_state_text(outlet->state), H("</span></td><td data-label=\"最近上报\">"),
      age_text(q->a, q->now, outlet->device.last_seen), H("</td><td data-label=\"最新数值\"><span>"));
    TRY(latest_cell(q, r, o, outlet));
    w(o, H("</span></td></tr>"));
    return NULL;
}

static err *list(struct request *q, struct readings *r, struct out *o, const struct outlet_query *query)
{
    struct outlets found;
    TRY(outlets_find(q, query, &found));
    if (!found.n) {
        w(o, H("<p class=\"card muted\">没有符合条件的监测点位。</p>"));
        return NULL;
    }
    w(o,
      H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">点位</th><th scope=\"col\">区域</th>"
        "<th scope=\"col\">状态</th><th scope=\"col\">最近上报</th><th "
        "scope=\"col\">最新数值</th></tr></thead><tbody>"));
    for (size_t i = 0; i < found.n; i++)
        TRY(row(q, r, o, &found.p[i]));
    w(o, H("</tbody></table></div>"));
    if (found.next.n) {
        w(o, H("<p class=\"actions\"><a class=\"button\" rel=\"next\" href=\"/monitor?"));
        put_same(q, o, "after");
        w(o, H("after="), U(found.next), H("\">下一页</a></p>"));
    }
    return NULL;
}

static void map_list(struct out *o, const struct outlets *found)
{
    enum { LISTED = 400 };
    w(o, H("<details><summary>以列表查看图上点位</summary><ul class=\"links\">"));
    for (size_t i = 0; i < found->n && i < LISTED; i++)
        w(o, H("<li><a href=\"/monitor/"), U(found->p[i].id), H("\">"), found->p[i].title,
          H("</a> <span class=\"muted\">"), outlet_state_text(found->p[i].state), H("</span></li>"));
    w(o, H("</ul>"));
    if (found->n > LISTED)
        w(o, H("<p class=\"muted\">只列前"), (int)LISTED, H("个，全部请看<a href=\"/monitor\">列表</a>。</p>"));
    w(o, H("</details>"));
}

static err *map(struct request *q, struct out *o, struct outlet_query *query)
{
    struct outlets found;
    size_t placed = 0;
    query->limit = MAP_OUTLETS;
    query->after = S("");
    TRY(outlets_find(q, query, &found));
    for (size_t i = 0; i < found.n; i++)
        placed += found.p[i].lon && found.p[i].lat;
    w(o, H("<section class=\"card\"><p class=\"muted\">共"), found.n, H("个点位，其中"), placed,
      H("个登记了经纬度。</p><div class=\"wide\">"));
    draw_map(q, o, &found, 1040, 600, false);
    w(o, H("</div><div class=\"slim\">"));
    draw_map(q, o, &found, 328, 300, true);
    w(o, H("</div><p class=\"key\">"));
    for (int s = 0; s < OUTLET_STATES; s++)
        w(o, H("<span class=\"state "), outlet_state_name((enum outlet_state)s), H("\">"),
          outlet_state_text((enum outlet_state)s), H("</span> "));
    w(o, H("</p>"));
    map_note(q, o);
    map_list(o, &found);
    w(o, H("</section>"));
    return NULL;
}

err *page_monitor(struct request *q, struct response *r)
{
    struct readings *store;
    struct outlet_query query;
    bool on_map = str_eq(form_get(&q->params, S("view")), S("map"));
    TRY(monitor_on(q, &store));
    TRY(outlet_query_read(q, PAGE_ROWS, &query));
    struct out *o = page_begin(q, S("监测点位"));
    w(o, H("<h1>监测点位</h1><p class=\"tabs\">"));
    if (on_map)
        w(o, H("<a href=\"/monitor\">列表</a> <b>地图</b>"));
    else {
        w(o, H("<b>列表</b> <a href=\"/monitor?"));
        put_same(q, o, "view");
        w(o, H("view=map\">地图</a>"));
    }
    if (q->reader.roles & ROLES_SUPERVISE)
        w(o, H(" <a href=\"/monitor/findings\">线索研判</a>"));
    if (q->reader.roles & ROLES_HEALTH)
        w(o, H(" <a href=\"/monitor/health\">联网状况</a>"));
    w(o, H("</p>"));
    TRY(put_run_line(q, o));
    filter_bar(q, o, on_map);
    if (on_map)
        TRY(map(q, o, &query));
    else
        TRY(list(q, store, o, &query));
    page_end(q, o, r, 200);
    return NULL;
}
