/*
 * Satellite scenes: the list; one scene as a map of its own grid, with what was looked for drawn over it; two dates side by side, or under one slider
 * where a script runs. Tiles are pictures in an SVG whose units are the scene's pixels, so outlines lie exactly; window and layers are plain links.
 */
#include "web/scenes.h"
#include "web/tiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW_LEAST = 128, TILES_MOST = 24, QUEUE_SHOWN = 8 };

/* ---- what the pages share ---- */
err *scene_visible(struct request *q, str id, struct scene *ret)
{
    struct db *d;
    struct db_value *row;
    TRY(request_db(q, &d));
    TRY(things_get(d, q->a, thing_find(S("scenes")), &q->reader, id, &row));
    return scene_find(q->web->store, d, q->a, id, ret);
}

static void close_view(void *v)
{
    view_close(v);
}

err *scene_view(struct request *q, const struct scene *s, struct view **ret)
{
    const struct sensor *sensor = sensor_find(s->sensor);
    if (!sensor)
        return err_new(ERR_DAMAGED, "影像的卫星不认识");
    TRY(view_open(q->a, s->path, sensor, ret));
    arena_defer(q->a, close_view, *ret);
    return NULL;
}

err *scene_groups(struct request *q, str document, const struct json **ret)
{
    struct sm3 digest;
    str text;
    const struct json *j;
    if (!sm3_from_text(document, &digest))
        return err_new(ERR_DAMAGED, "解译记录的摘要不完整");
    TRY(blob_get(q->web->store, q->a, &digest, LIMIT_SCENE_DOCUMENT, &text));
    TRY(json_parse_nodes(q->a, text, LIMIT_SCENE_DOCUMENT, 4000000, &j));
    *ret = json_get(j, S("groups"));
    return *ret && (*ret)->kind == JSON_ARRAY ? NULL : err_new(ERR_DAMAGED, "解译结果文件不完整");
}

void put_outline(struct out *o, const struct json *rings)
{
    for (size_t r = 0; rings && r < rings->n; r++) {
        const struct json *ring = &rings->child[r];
        for (size_t i = 0; i + 1 < ring->n; i += 2)
            w(o, i ? H("L") : H("M"), (long long)ring->child[i].i, H(" "), (long long)ring->child[i + 1].i);
        w(o, H("Z"));
    }
}

double scene_number(const struct json *o, const char *key)
{
    const struct json *v = json_get(o, str_of(key));
    return v ? v->number : 0;
}

int group_score(const struct json *group, bool in_area)
{
    const struct json *flags = json_get(group, S("flags"));
    int score = (int)scene_number(group, "score") + (in_area ? CONTEXT_SCORE : 0);
    for (size_t i = 0; flags && i < flags->n; i++)
        if (str_eq(flags->child[i].string, str_of(flag_name(FLAG_NO_QUALITY))) && score > 600)
            score = 600;
    return score;
}

str area_words(struct arena *a, double m2)
{
    return m2 >= 1e6 ? arena_printf(a, "%.2f平方千米", m2 / 1e6) : m2 >= 1e4 ? arena_printf(a, "%.2f公顷", m2 / 1e4) : arena_printf(a, "%.0f平方米", m2);
}

/* ---- list ---- */
err *page_scenes(struct request *q, struct response *r)
{
    struct db *d;
    struct db_rows rows;
    bool more, any = false;
    str first = STR_NONE, after = form_get(&q->params, S("after"));
    const struct thing *t = thing_find(S("scenes"));
    struct thing_page page;
    TRY(request_db(q, &d));
    TRY(things_list(d, q->a, &(struct thing_query){.thing = t, .reader = &q->reader, .after = after, .limit = 50, .newest_first = true}, &page));
    struct out *o = page_begin(q, S("遥感影像"));
    w(o, H("<h1>遥感影像</h1><p class=\"note\">遥感解译只是线索的来源之一：图斑须经执法人员核实后方可采用（第九条），未经核实前不得告知执法相对人（第十三条）。</p>"));
    for (size_t i = 0; i < page.n; i++) {
        str id = page.row[i][0].s;
        first = first.n ? first : id;
        if (!any)
            w(o, H("<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">影像</th><th scope=\"col\">成像时间</th><th scope=\"col\">委托</th>"
                   "<th scope=\"col\" class=\"number\">解译</th><th scope=\"col\" class=\"number\">图斑组</th></tr></thead><tbody>"));
        any = true;
        TRY(db_query(d, q->a, "SELECT s.name, s.taken, COALESCE(s.entrustment, ''), (SELECT COUNT(*) FROM scene_run r WHERE r.scene = s.id),"
                              " (SELECT COALESCE(SUM(r.groups), 0) FROM scene_run r WHERE r.scene = s.id) FROM scene s WHERE s.id = :id",
                     DB_ARGS(DB_T("id", id)), &rows));
        TRY(db_next(&rows, &more));
        if (!more)
            continue;
        w(o, H("<tr><td data-label=\"影像\"><a href=\"/scenes/"), U(id), H("\">"), db_str(&rows, 0), H("</a></td><td data-label=\"成像时间\"><span>"),
          time_chinese(q->a, db_int(&rows, 1)), H("</span></td><td data-label=\"委托\"><span>"));
        if (db_str(&rows, 2).n)
            w(o, H("<a href=\"/things/entrustments/"), U(db_str(&rows, 2)), H("\">"), db_str(&rows, 2), H("</a>"));
        else
            w(o, H("本机构自有"));
        w(o, H("</span></td><td class=\"number\" data-label=\"解译\">"), (long long)db_int(&rows, 3), H("</td><td class=\"number\" data-label=\"图斑组\">"), (long long)db_int(&rows, 4), H("</td></tr>"));
        db_rows_end(&rows);
    }
    w(o, any ? H("</tbody></table></div>") : H("<p class=\"card muted\">还没有登记影像。</p>"));
    if (first.n)
        w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/scenes/"), U(first), H("\">"), after.n ? "打开本页第一景影像" : "打开最近登记的影像", H("</a></p>"));
    if (page.next.n)
        w(o, H("<p class=\"actions\"><a class=\"button\" rel=\"next\" href=\"/scenes?after="), U(page.next), H("\">下一页</a></p>"));
    w(o, H("<details><summary>怎样登记和解译影像</summary><p>先用 <code>xiezhi remote ingest --sensor s2 --out 影像.tif --db … --by … --entrustment … --name … 文件</code> 规整并登记；再用 "
           "<code>xiezhi remote detect --db … --scene 编号 --recipe water --before 前一期编号 --report</code> 解译，结果登记在册，最值得看的报告为线索。读取外来的GeoTIFF、JPEG 2000要用GDAL"
           "（安装软件包libgdal-dev后重新构建）；规整过的影像不需要。</p></details>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- the map ---- */
struct window { int x, y, side; };
struct map_layer { const struct scene *s; struct view *v; str stretch_of; };

static str mode_name(enum view_mode m)
{
    return m == VIEW_FALSE ? S("false") : m == VIEW_INDEX ? S("index") : S("true");
}

static enum view_mode mode_of(str name)
{
    return str_eq(name, S("false")) ? VIEW_FALSE : str_eq(name, S("index")) ? VIEW_INDEX : VIEW_TRUE;
}

static int number_of(struct request *q, str name, int least, int most, int missing)
{
    int64_t v;
    str text = form_get(&q->params, name);
    return text.n && str_int64(text, &v) ? (int)(v < least ? least : v > most ? most : v) : missing;
}

static struct window window_of(struct request *q, const struct tif_head *h)
{
    int longest = h->grid.width > h->grid.height ? h->grid.width : h->grid.height;
    struct window k = {.side = number_of(q, S("side"), WINDOW_LEAST, longest, longest)};
    k.x = number_of(q, S("x"), 0, h->grid.width > k.side ? h->grid.width - k.side : 0, 0);
    k.y = number_of(q, S("y"), 0, h->grid.height > k.side ? h->grid.height - k.side : 0, 0);
    return k;
}

static void tiles(struct request *q, struct out *o, const struct map_layer *m, const struct window *k, enum view_mode mode, str recipe)
{
    const struct tif_head *h = view_head(m->v);
    int level = 0;
    while (level + 1 < h->levels && (k->side / (VIEW_TILE << level) + 1) * (k->side / (VIEW_TILE << level) + 1) > TILES_MOST)
        level++;
    int step = VIEW_TILE << level;
    str digest = sm3_text(q->a, &m->s->file);
    const double seam = k->side / 1400.0; /* half a dot of a screen: browsers leave a hair between pictures that only touch */
    for (int y = k->y / step; y < h->level[level].down && y * step < k->y + k->side; y++)
        for (int x = k->x / step; x < h->level[level].across && x * step < k->x + k->side; x++) {
            const struct tif_level *l = &h->level[level];
            int wide = (x + 1) * VIEW_TILE > l->width ? l->width - x * VIEW_TILE : VIEW_TILE, high = (y + 1) * VIEW_TILE > l->height ? l->height - y * VIEW_TILE : VIEW_TILE;
            w(o, H("<image x=\""), x * step, H("\" y=\""), y * step, H("\" width=\""), arena_printf(q->a, "%.2f", (wide << level) + seam), H("\" height=\""),
              arena_printf(q->a, "%.2f", (high << level) + seam), H("\" preserveAspectRatio=\"none\" href=\"/tiles/"), U(m->s->id), H("/"), level, H("/"), x, H("-"), y, H(".png?mode="), U(mode_name(mode)), H("&amp;stretch="),
              U(m->stretch_of), H("&amp;recipe="), U(recipe), H("&amp;d="), U(str_sub(digest, 4, 12)), H("\"/>"));
        }
}

static void outlines(struct out *o, const struct json *groups, bool links)
{
    w(o, H("<g class=\"groups\">"));
    for (size_t i = 0; groups && i < groups->n; i++) {
        const struct json *g = &groups->child[i], *change = json_get(g, S("change"));
        int64_t kind = change ? change->i : 0;
        if (links)
            w(o, H("<a href=\"/scenes/findings/"), U(json_string(g, S("finding"))), H("\">"));
        w(o, H("<path class=\""), kind > 0 ? "gained" : kind < 0 ? "lost" : "seen", H("\" vector-effect=\"non-scaling-stroke\" d=\""));
        put_outline(o, json_get(g, S("rings")));
        w(o, H("\"><title>第"), i + 1, H("组"), kind > 0 ? "（新增）" : kind < 0 ? "（减少）" : "", H("</title></path>"));
        if (links)
            w(o, H("</a>"));
    }
    w(o, H("</g>"));
}

static void map_picture(struct request *q, struct out *o, const struct map_layer *m, const struct window *k, enum view_mode mode, str recipe, const struct json *groups, bool links,
                        const char *label)
{
    w(o, H("<svg class=\"sky\" role=\"group\" aria-label=\""), label, H("\" viewBox=\""), k->x, H(" "), k->y, H(" "), k->side, H(" "), k->side, H("\">"));
    tiles(q, o, m, k, mode, recipe);
    outlines(o, groups, links);
    w(o, H("</svg>"));
}

static void keep(struct out *o, const struct window *k, enum view_mode mode, str run)
{
    w(o, H("?mode="), U(mode_name(mode)), H("&amp;run="), U(run), H("&amp;x="), k->x, H("&amp;y="), k->y, H("&amp;side="), k->side);
}

static void move_links(struct out *o, const struct scene *s, const struct window *k, enum view_mode mode, str run)
{
    const struct { const char *label; struct window to; } way[] = {
        {"放大", {k->x + k->side / 4, k->y + k->side / 4, k->side / 2}}, {"缩小", {k->x - k->side / 2, k->y - k->side / 2, k->side * 2}},
        {"向西", {k->x - k->side / 2, k->y, k->side}}, {"向东", {k->x + k->side / 2, k->y, k->side}}, {"向北", {k->x, k->y - k->side / 2, k->side}},
        {"向南", {k->x, k->y + k->side / 2, k->side}}, {"全图", {0, 0, LIMIT_RASTER_EDGE}}};
    w(o, H("<p class=\"actions sky-moves\">"));
    for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
        struct window to = way[i].to;
        to.x = to.x < 0 ? 0 : to.x, to.y = to.y < 0 ? 0 : to.y;
        w(o, H("<a class=\"button\" href=\"/scenes/"), U(s->id));
        keep(o, &to, mode, run);
        w(o, H("\">"), way[i].label, H("</a>"));
    }
    w(o, H("</p>"));
}

/* ---- runs ---- */
struct run { str id, before, recipe, document, parameters; int64_t patches, groups, area, at; };

static err *runs_of(struct request *q, const struct scene *s, struct run *ret, size_t most, size_t *ret_n)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    *ret_n = 0;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT id, COALESCE(before_scene, ''), recipe, document, parameters, patches, groups, area_m2, at FROM scene_run WHERE scene = :scene ORDER BY seq DESC LIMIT 50",
                 DB_ARGS(DB_T("scene", s->id)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        if (*ret_n < most)
            ret[(*ret_n)++] = (struct run){db_str(&rows, 0), db_str(&rows, 1), db_str(&rows, 2), db_str(&rows, 3), db_str(&rows, 4), db_int(&rows, 5), db_int(&rows, 6),
                                           db_int(&rows, 7), db_int(&rows, 8)};
    }
}

static const char *recipe_label(str name)
{
    const struct recipe *r = recipe_find(name);
    return r ? r->label : "其他方法";
}

static void run_tabs(struct out *o, const struct scene *s, const struct run *list, size_t n, str chosen, const struct window *k, enum view_mode mode)
{
    w(o, H("<p class=\"tabs\" aria-label=\"解译\">"));
    for (size_t i = 0; i < n; i++) {
        str label = str_of(recipe_label(list[i].recipe));
        if (str_eq(list[i].id, chosen)) {
            w(o, H("<b>"), label, list[i].before.n ? "（两期变化）" : "", H("</b>"));
            continue;
        }
        w(o, H("<a href=\"/scenes/"), U(s->id));
        keep(o, k, mode, list[i].id);
        w(o, H("\">"), label, list[i].before.n ? "（两期变化）" : "", H("</a>"));
    }
    w(o, H("</p>"));
}

static void mode_tabs(struct out *o, const struct scene *s, struct view *v, const struct recipe *recipe, const struct window *k, enum view_mode mode, str run)
{
    static const char *const labels[] = {"真彩色", "假彩色", "指数"};
    w(o, H("<p class=\"tabs\" aria-label=\"显示\">"));
    for (int m = 0; m < VIEW_MODES; m++) {
        if (!view_has(v, (enum view_mode)m, recipe))
            continue;
        if (m == (int)mode) {
            w(o, H("<b>"), labels[m], H("</b>"));
            continue;
        }
        w(o, H("<a href=\"/scenes/"), U(s->id));
        keep(o, k, (enum view_mode)m, run);
        w(o, H("\">"), labels[m], H("</a>"));
    }
    w(o, H("</p>"));
}

struct queued { const struct json *group; size_t place; int score; struct context_hit *hits; size_t hits_n; };

static int by_score(const void *a, const void *b)
{
    const struct queued *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

/* As the run ordered them, with what the layers of today add. */
static err *in_order(struct request *q, const struct json *groups, const struct grid *g, struct queued **ret)
{
    struct context c;
    struct db *d;
    size_t n;
    struct queued *list = NEW_ARRAY(q->a, groups->n + 1, struct queued);
    TRY(request_db(q, &d));
    TRY(context_open(q->web->store, d, q->a, q->reader.region, &c));
    for (size_t i = 0; i < groups->n; i++) {
        struct queued *one = &list[i];
        *one = (struct queued){.group = &groups->child[i], .place = i};
        struct spots *rings = spots_of_rings(q->a, g, json_get(one->group, S("rings")), &n);
        one->hits_n = context_hits(q->a, &c, rings, n, &one->hits);
        one->score = group_score(one->group, one->hits_n > 0);
    }
    if (groups->n)
        qsort(list, groups->n, sizeof *list, by_score);
    *ret = list;
    return NULL;
}

static void queue_row(struct request *q, struct out *o, const struct queued *one)
{
    const struct json *g = one->group, *change = json_get(g, S("change")), *flags = json_get(g, S("flags"));
    int64_t kind = change ? change->i : 0;
    w(o, H("<li><a href=\"/scenes/findings/"), U(json_string(g, S("finding"))), H("\"><b>"), kind > 0 ? "新增" : kind < 0 ? "减少" : "图斑", H(" "), area_words(q->a, scene_number(g, "area_m2")),
      H("</b></a><span>"), (long long)scene_number(g, "patches"), H("处 · 宽约"), (long long)(scene_number(g, "width_m") + 0.5), H("米 · 东经"),
      arena_printf(q->a, "%.4f°、北纬%.4f°", scene_number(g, "lon"), scene_number(g, "lat")));
    for (size_t i = 0; i < one->hits_n; i++)
        if (!i || one->hits[i].layer->kind != one->hits[i - 1].layer->kind)
            w(o, H(" · <b>"), layer_kind_label(one->hits[i].layer->kind), H("</b>"));
    for (size_t f = 0; flags && f < flags->n; f++)
        for (int k = 0; k < FLAGS; k++)
            if (k != FLAG_NO_QUALITY && str_eq(flags->child[f].string, str_of(flag_name((enum flag)k))))
                w(o, H(" · "), flag_text((enum flag)k));
    w(o, H("</span></li>"));
}

static err *queue(struct request *q, struct out *o, const struct json *groups, const struct grid *grid, int64_t all)
{
    struct queued *list;
    w(o, H("<h2>图斑组（"), (long long)all, H("）</h2><p class=\"muted\">相距不到3个像元的图斑合为一组，按查看的先后排列；先后不是违法的可能性。</p>"));
    if (!groups || !groups->n) {
        w(o, H("<p class=\"card muted\">没有达到最小面积的图斑。</p>"));
        return NULL;
    }
    TRY(in_order(q, groups, grid, &list));
    w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/scenes/findings/"), U(json_string(list[0].group, S("finding"))), H("\">从第一组看起</a></p><ol class=\"sky-queue\">"));
    for (size_t i = 0; i < groups->n; i++) {
        if (i == QUEUE_SHOWN)
            w(o, H("</ol><details><summary>其余图斑组</summary><ol class=\"sky-queue\" start=\""), QUEUE_SHOWN + 1, H("\">"));
        queue_row(q, o, &list[i]);
    }
    w(o, groups->n > QUEUE_SHOWN ? H("</ol></details>") : H("</ol>"));
    return NULL;
}

static void facts(struct request *q, struct out *o, const struct scene *s, struct view *v)
{
    const struct tif_head *h = view_head(v);
    const struct sensor *sensor = sensor_find(s->sensor);
    w(o, H("<dl class=\"facts\"><dt>卫星</dt><dd>"), sensor ? sensor->label : "其他", H("</dd><dt>成像时间</dt><dd>"), time_chinese(q->a, s->taken), H("（北京时间）</dd><dt>像元</dt><dd>"),
      h->grid.width, H(" × "), h->grid.height, H("，每个约"), arena_printf(q->a, "%.1f", grid_pixel_m(&h->grid, h->grid.height / 2.0)), H("米</dd><dt>坐标系</dt><dd>"),
      crs_text(q->a, &h->grid.crs), H("</dd>"));
    if (s->entrustment.n)
        w(o, H("<dt>委托</dt><dd><a href=\"/things/entrustments/"), U(s->entrustment), H("\">"), s->entrustment, H("</a></dd>"));
    w(o, H("<dt>摘要</dt><dd class=\"bytes\">"), str_sub(sm3_text(q->a, &s->file), 0, 24), H("…</dd></dl>"));
}

static void put_swipe(struct request *q, struct out *o, const struct map_layer *before, const struct map_layer *after, const struct window *k, enum view_mode mode, str recipe,
                      const struct json *groups, bool links)
{
    w(o, H("<scene-swipe class=\"sky-swipe\"><figure><figcaption>"), day_chinese(q->a, day_of(before->s->taken)), H("</figcaption>"));
    map_picture(q, o, before, k, mode, recipe, groups, false, "前一期影像");
    w(o, H("</figure><figure><figcaption>"), day_chinese(q->a, day_of(after->s->taken)), H("</figcaption>"));
    map_picture(q, o, after, k, mode, recipe, groups, links, "后一期影像");
    w(o, H("</figure></scene-swipe>"));
}

err *page_scene(struct request *q, struct response *r)
{
    static const char *const modules[] = {"scenes.js", NULL};
    struct scene s, before;
    struct view *v, *earlier = NULL;
    struct run list[50], *run = NULL;
    size_t n = 0;
    const struct json *groups = NULL;
    bool inside = q->reader.roles & ROLES_SUPERVISE;
    TRY(scene_visible(q, q->part[0], &s));
    TRY(scene_view(q, &s, &v));
    if (inside)
        TRY(runs_of(q, &s, list, 50, &n));
    str chosen = form_get(&q->params, S("run"));
    for (size_t i = 0; i < n; i++)
        run = str_eq(list[i].id, chosen) || (!chosen.n && !run) ? &list[i] : run;
    if (run)
        TRY(scene_groups(q, run->document, &groups));
    if (run && run->before.n) {
        TRY(scene_visible(q, run->before, &before));
        TRY(scene_view(q, &before, &earlier));
    }
    str recipe = run ? run->recipe : S("");
    enum view_mode mode = mode_of(form_get(&q->params, S("mode")));
    mode = view_has(v, mode, recipe_find(recipe)) ? mode : VIEW_TRUE;
    struct window k = window_of(q, view_head(v));
    struct out *o = page_begin_with(q, s.name, &(struct page_look){.modules = modules});
    w(o, H("<p class=\"muted\"><a href=\"/scenes\">遥感影像</a> / "), s.name, H("</p><h1>"), s.name, H("</h1><p class=\"note\">遥感解译意见，未经核实。</p>"));
    if (n)
        run_tabs(o, &s, list, n, run ? run->id : S(""), &k, mode);
    mode_tabs(o, &s, v, recipe_find(recipe), &k, mode, run ? run->id : S(""));
    w(o, H("<div class=\"grid\"><div>"));
    struct map_layer after = {&s, v, earlier ? before.id : s.id}, first = {&before, earlier, before.id};
    if (earlier)
        put_swipe(q, o, &first, &after, &k, mode, recipe, groups, inside);
    else
        map_picture(q, o, &after, &k, mode, recipe, groups, inside, "影像");
    if (groups)
        w(o, H("<p class=\"sky-layers\"><label><input type=\"checkbox\" id=\"layer-groups\" checked> 显示图斑</label>"),
          run->before.n ? H(" <span class=\"gained\">■ 新增</span> <span class=\"lost\">■ 减少</span>") : H(" <span class=\"seen\">■ 图斑</span>"), H("</p>"));
    move_links(o, &s, &k, mode, run ? run->id : S(""));
    w(o, H("</div><div>"));
    if (run)
        TRY(queue(q, o, groups, &view_head(v)->grid, run->groups));
    else
        w(o, inside ? H("<p class=\"card muted\">这景影像还没有解译。</p>") : H("<p class=\"card muted\">解译结果由执法人员查看。</p>"));
    w(o, H("</div></div><h2>影像</h2>"));
    facts(q, o, &s, v);
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- tiles ---- */
static bool tile_place(str text, int *x, int *y)
{
    str first;
    int64_t a, b;
    if (!str_ends(text, S(".png")))
        return false;
    text.n -= 4;
    str_next(&text, '-', &first);
    if (!text.p || !str_int64(first, &a) || !str_int64(text, &b) || a < 0 || b < 0 || a > 1000 || b > 1000)
        return false;
    *x = (int)a, *y = (int)b;
    return true;
}

/* What makes a picture of this scene: its file, that of the scene it is stretched as, and how it is drawn. */
static struct sm3 drawing_key(struct request *q, const char *kind, const struct scene *s, const struct scene *as, enum view_mode mode, const struct recipe *recipe)
{
    str text = arena_printf(q->a, "%s %.*s %.*s %.*s %.*s %.*s %s", kind, STR_ARG(sm3_text(q->a, &s->file)), STR_ARG(s->sensor), STR_ARG(mode_name(mode)),
                            STR_ARG(sm3_text(q->a, &as->file)), STR_ARG(as->sensor), recipe ? recipe->name : "");
    return sm3_of(text.p, text.n);
}

static err *stretch_as(struct request *q, const struct scene *as, enum view_mode mode, const struct recipe *recipe, struct stretch *ret)
{
    struct sm3 key = drawing_key(q, "stretch", as, as, mode, recipe);
    struct view *v;
    str kept;
    if (tiles_get(q->web->tiles, &key, q->a, &kept)) {
        CHECK(kept.n == sizeof *ret);
        memcpy(ret, kept.p, sizeof *ret);
        return NULL;
    }
    TRY(scene_view(q, as, &v));
    TRY(view_stretch(v, mode, recipe, ret));
    tiles_put(q->web->tiles, &key, (str){(const char *)ret, sizeof *ret});
    return NULL;
}

err *page_tile(struct request *q, struct response *r)
{
    struct scene s, as;
    struct view *v;
    struct stretch stretch;
    int64_t level;
    int x, y;
    const struct recipe *recipe = recipe_find(form_get(&q->params, S("recipe")));
    enum view_mode mode = mode_of(form_get(&q->params, S("mode")));
    str stretch_of = form_get(&q->params, S("stretch"));
    if (!str_int64(q->part[1], &level) || level < 0 || level > LIMIT_RASTER_LEVELS || !tile_place(q->part[2], &x, &y))
        return err_new(ERR_MISSING, "没有这张图块");
    TRY(scene_visible(q, q->part[0], &s)); /* before anything that was kept: others may have asked for it */
    as = s;
    if (stretch_of.n && !str_eq(stretch_of, s.id))
        TRY(scene_visible(q, stretch_of, &as));
    if (mode == VIEW_INDEX && !recipe)
        mode = VIEW_TRUE;
    r->status = 200;
    r->type = "image/png";
    r->cache = "private, max-age=31536000, immutable"; /* its address carries the digest of the scene */
    struct sm3 key = drawing_key(q, arena_cstr(q->a, arena_printf(q->a, "tile %d/%d-%d", (int)level, x, y)), &s, &as, mode, mode == VIEW_INDEX ? recipe : NULL);
    if (tiles_get(q->web->tiles, &key, q->a, &r->body))
        return NULL;
    TRY(scene_view(q, &s, &v));
    TRY(stretch_as(q, &as, mode, mode == VIEW_INDEX ? recipe : NULL, &stretch));
    TRY(view_tile(q->a, v, mode, recipe, &stretch, (int)level, x, y, &r->body));
    tiles_put(q->web->tiles, &key, r->body);
    return NULL;
}
