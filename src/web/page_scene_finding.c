/*
 * One group of polygons, made to be judged in a minute: before, after and index with the same stretch, what speaks against it, who is registered
 * nearby, and the form of the verdict. Facts only; nobody is named as having done anything.
 */
#include "web/flight_outline.h"
#include "web/scenes.h"
#include "web/study.h"

#include <math.h>
#include <string.h>

enum { CHIP_LEAST = 96 /* pixels */ };

err *sighting_find(struct request *q, str id, struct sighting *ret)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    const struct json *groups;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT r.id, r.scene, COALESCE(r.before_scene, ''), r.recipe, r.parameters, r.document, r.version, r.at FROM scene_finding f JOIN scene_run r ON r.id = f.run"
                          " WHERE f.id = :id", DB_ARGS(DB_T("id", id)), &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return err_got(err_new(ERR_MISSING, "没有这组图斑"), utf8_clip(id, 40), S("研判结果编号"), STR_NONE);
    *ret = (struct sighting){.id = id, .run = db_str(&rows, 0), .before = db_str(&rows, 2), .recipe = db_str(&rows, 3), .parameters = db_str(&rows, 4), .version = db_int(&rows, 6), .at = db_int(&rows, 7)};
    str scene = db_str(&rows, 1), document = db_str(&rows, 5);
    db_rows_end(&rows);
    TRY(scene_visible(q, scene, &ret->scene));
    if (ret->before.n)
        TRY(scene_visible(q, ret->before, &ret->earlier));
    TRY(scene_groups(q, document, &groups));
    for (size_t i = 0; i < groups->n; i++)
        if (str_eq(json_string(&groups->child[i], S("finding")), id))
            ret->group = &groups->child[i];
    return ret->group ? NULL : err_new(ERR_DAMAGED, "解译结果文件里没有这组图斑");
}

static str change_words(const struct sighting *f)
{
    const struct json *c = json_get(f->group, S("change"));
    return c && c->i > 0 ? S("新增") : c && c->i < 0 ? S("减少") : S("");
}

str sighting_title(struct request *q, const struct sighting *f)
{
    const struct recipe *r = recipe_find(f->recipe);
    return arena_printf(q->a, "%.*s%s %.*s", STR_ARG(change_words(f)), r ? r->what : "图斑", STR_ARG(area_words(q->a, scene_number(f->group, "area_m2"))));
}

/* ---- parts ---- */
static void chips(struct out *o, const struct sighting *f)
{
    static const struct { const char *name, *label; bool before; } list[] = {{"before", "前一期", true}, {"after", "本期", false}, {"index", "本期的指数", false}};
    w(o, H("<div class=\"sky-chips\">"));
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (!list[i].before || f->before.n)
            w(o, H("<figure><img width=\""), (int)CHIP_SIDE, H("\" height=\""), CHIP_SIDE + CHIP_FOOT, H("\" src=\"/scenes/findings/"), U(f->id), H("/"), list[i].name,
              H(".png\" alt=\""), list[i].label, H("影像，图斑以黄线标出，未经核实\"><figcaption>"), list[i].label, H("</figcaption></figure>"));
    w(o, H("</div>"));
}

static void terms(struct request *q, struct out *o, const struct sighting *f, const struct placed *place)
{
    const struct json *flags = json_get(f->group, S("flags"));
    w(o, H("<h2>查看的先后</h2><p class=\"muted\">由下列各项相加，只决定先看哪一组，不是违法的可能性。</p><div class=\"scroll\"><table class=\"numbers\"><thead><tr><th scope=\"col\">因素</th>"
           "<th scope=\"col\" class=\"number\">分值</th></tr></thead><tbody><tr><td>起始</td><td class=\"number\">0.50</td></tr>"));
    bool cap = false;
    for (size_t i = 0; flags && i < flags->n; i++)
        for (int k = 0; k < FLAGS; k++)
            if (str_eq(flags->child[i].string, str_of(flag_name((enum flag)k)))) {
                cap |= k == FLAG_NO_QUALITY;
                w(o, H("<tr><td>"), flag_text((enum flag)k), H("</td><td class=\"number\">"), arena_printf(q->a, "%+.2f", patch_score_term((enum flag)k) / 1000.0), H("</td></tr>"));
            }
    if (place->hits_n)
        w(o, H("<tr><td>在装载的保护区域图层内（全部或部分）</td><td class=\"number\">"), arena_printf(q->a, "%+.2f", CONTEXT_SCORE / 1000.0), H("</td></tr>"));
    w(o, H("<tr><th scope=\"row\">合计"), cap ? "（没有云和质量标记，最高0.60）" : "", H("</th><td class=\"number\"><b>"), arena_printf(q->a, "%.2f", group_score(f->group, place->hits_n > 0) / 1000.0), H("</b></td></tr></tbody></table></div>"));
}

static void on_site(struct out *o)
{
    w(o, H("<h2>怎样核实</h2><ol><li>先查有无审批、备案或整改要求，与图斑位置和时间对照。</li><li>换一天的影像或无人机影像再看一次，排除云影、水位涨落、收割和翻耕。</li>"
           "<li>到现场由两名以上执法人员核实、取证；第三方不得取证。</li></ol><p class=\"muted\">未经核实前不与任何单位联系，不透露本页内容（第十三条）。</p>"));
}

static void origin(struct request *q, struct out *o, const struct sighting *f)
{
    const struct recipe *r = recipe_find(f->recipe);
    w(o, H("<details><summary>来源与重算</summary><dl class=\"facts\"><dt>方法</dt><dd>"), r ? r->label : "其他方法", H("（第"), (long long)f->version, H("版，"),
      r ? grade_text(r->grade) : "", H("）</dd><dt>依据</dt><dd>"), r ? r->grounds : "", H("</dd><dt>判断式</dt><dd class=\"bytes\">"), r ? r->when : "", H("</dd><dt>参数</dt><dd class=\"bytes\">"),
      f->parameters, H("</dd><dt>影像</dt><dd><a href=\"/scenes/"), U(f->scene.id), H("\">"), f->scene.name, H("</a><br><span class=\"bytes\">"), sm3_text(q->a, &f->scene.file), H("</span></dd>"));
    if (f->before.n)
        w(o, H("<dt>前一期</dt><dd><a href=\"/scenes/"), U(f->earlier.id), H("\">"), f->earlier.name, H("</a><br><span class=\"bytes\">"), sm3_text(q->a, &f->earlier.file), H("</span></dd>"));
    w(o, H("<dt>重算</dt><dd class=\"bytes\">xiezhi remote detect --replay "), f->run, H("</dd></dl></details>"));
}

static err *verdict(struct request *q, struct out *o, const struct sighting *f)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    str clue = arena_printf(q->a, "f-%.*s", STR_ARG(f->id));
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT state, (SELECT COUNT(*) FROM clue_verdict v WHERE v.clue = c.id) FROM clue c WHERE c.id = :id", DB_ARGS(DB_T("id", clue)), &rows));
    TRY(db_next(&rows, &more));
    if (!more) {
        w(o, H("<p class=\"card\">这组图斑没有报告为线索（每个机构每日有上限，先报告最值得看的）。</p><p class=\"actions\"><a class=\"button primary\" href=\"/scenes/"), U(f->scene.id),
          H("?run="), U(f->run), H("\">在影像上看</a><a class=\"button\" href=\"/scenes/findings/"), U(f->id), H("/history\">逐期回看</a></p>"));
        return NULL;
    }
    str state = db_str(&rows, 0);
    int64_t judged = db_int(&rows, 1);
    db_rows_end(&rows);
    bool waiting = str_eq(state, S("reported"));
    const struct act_type *act = act_type_find(waiting ? S("clue.receive") : S("clue.judge"));
    w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/clues/"), U(clue), H("/study\">"),
      !act_offered(act, &q->reader) ? "线索研判" : waiting ? "签收线索" : judged ? "再填研判结论" : "填写研判结论",
      H("</a><a class=\"button\" href=\"/things/clues/"), U(clue), H("\">线索的办理经过</a><a class=\"button\" href=\"/scenes/"), U(f->scene.id), H("?run="), U(f->run),
      H("\">在影像上看</a><a class=\"button\" href=\"/scenes/findings/"), U(f->id), H("/history\">逐期回看</a></p>"));
    return NULL;
}

/* ---- for 线索研判 (study.h) ---- */
static bool flagged(const struct sighting *f, enum flag k)
{
    const struct json *flags = json_get(f->group, S("flags"));
    for (size_t i = 0; flags && i < flags->n; i++)
        if (str_eq(flags->child[i].string, str_of(flag_name(k))))
            return true;
    return false;
}

static void cause(struct study *s, const char *label, enum study_result result, const char *text)
{
    static const char *const words[] = {"已排除", "不能排除", "未核对"};
    CHECK(s->causes_n < LIMIT_STUDY_ROWS);
    s->cause[s->causes_n++] = (struct study_cause){str_of(label), result, str_of(words[result]), str_of(text)};
}

/* `flag` speaks for the explanation; without it the explanation has been looked at and does not hold. */
static void cause_of(const struct sighting *f, struct study *s, enum flag flag, const char *label, const char *otherwise)
{
    bool held = flagged(f, flag);
    cause(s, label, held ? STUDY_POSSIBLE : STUDY_RULED_OUT, held ? flag_text(flag) : otherwise);
}

static void study_causes(const struct sighting *f, struct study *s)
{
    if (flagged(f, FLAG_NO_QUALITY) && !flagged(f, FLAG_BLIND))
        cause(s, "云、云影或无数据", STUDY_UNCHECKED, flag_text(FLAG_NO_QUALITY));
    else
        cause_of(f, s, FLAG_BLIND, "云、云影或无数据", "图斑不与云、阴影或无数据处相邻");
    cause_of(f, s, FLAG_RIM, "影像边缘截断", "图斑不在影像边缘");
    cause_of(f, s, FLAG_SMALL, "面积过小，混合像元", "不少于20个像元，也不是细条");
    if (flagged(f, FLAG_NO_SWIR))
        cause(s, "方法替代", STUDY_POSSIBLE, flag_text(FLAG_NO_SWIR));
    if (flagged(f, FLAG_ONE_MODE))
        cause(s, "阈值不合本地", STUDY_POSSIBLE, flag_text(FLAG_ONE_MODE));
    if (f->before.n && flagged(f, FLAG_SHIFTED))
        cause(s, "两期影像错位", STUDY_POSSIBLE, flag_text(FLAG_SHIFTED));
    else if (f->before.n) /* also where the two could not be laid onto each other */
        cause(s, "两期影像错位", STUDY_UNCHECKED, "程序没有提示错位，请对照两期图形的不变地物");
    cause(s, "水位涨落、收割、翻耕等季节变化", STUDY_UNCHECKED, "请对照两期的日期，或换一天的影像再看");
    cause(s, "已批准的施工或整改", STUDY_UNCHECKED, "请查审批、备案和整改要求");
}

static bool overlap(const struct json *a, const struct json *b)
{
    return a && b && a->n == 4 && b->n == 4 && a->child[0].i < b->child[2].i && b->child[0].i < a->child[2].i && a->child[1].i < b->child[3].i && b->child[1].i < a->child[3].i;
}

static err *other_run(struct request *q, const struct sighting *f, str document, int64_t listed, const struct recipe *r, struct study *s)
{
    const struct json *groups;
    bool here = listed > LIMIT_SCENE_GROUPS; /* more than the document tells of: nothing can be said */
    TRY(scene_groups(q, document, &groups));
    for (size_t i = 0; i < groups->n && !here; i++)
        here = overlap(json_get(&groups->child[i], S("box")), json_get(f->group, S("box")));
    if (!here && s->clean_n < LIMIT_STUDY_ROWS)
        s->clean[s->clean_n++] = arena_printf(q->a, "%s：该处没有达到最小面积的图斑", r->label);
    return NULL;
}

/* What else was looked for in this scene, each recipe as it was run last. */
static err *study_clean(struct request *q, const struct sighting *f, struct study *s)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    struct { str recipe, document; int64_t groups; } run[LIMIT_STUDY_ROWS];
    size_t n = 0;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT r.recipe, r.document, r.groups FROM scene_run r WHERE r.scene = :scene AND r.recipe <> :recipe AND NOT EXISTS (SELECT 1 FROM scene_run l"
                          " WHERE l.scene = r.scene AND l.recipe = r.recipe AND l.seq > r.seq) ORDER BY r.recipe LIMIT :limit",
                 DB_ARGS(DB_T("scene", f->scene.id), DB_T("recipe", f->recipe), DB_I("limit", LIMIT_STUDY_ROWS)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        run[n].recipe = db_str(&rows, 0), run[n].document = db_str(&rows, 1), run[n++].groups = db_int(&rows, 2);
    }
    s->clean = NEW_ARRAY(q->a, LIMIT_STUDY_ROWS, str);
    for (size_t i = 0; i < n; i++) {
        const struct recipe *r = recipe_find(run[i].recipe);
        if (r)
            TRY(other_run(q, f, run[i].document, run[i].groups, r, s));
    }
    return NULL;
}

static err *study_figure(struct request *q, struct out *o, const struct study *s)
{
    (void)q;
    chips(o, s->own);
    return NULL;
}

static str study_sentence(struct request *q, const struct sighting *f)
{
    const struct recipe *r = recipe_find(f->recipe);
    str what = str_of(r ? r->what : "图斑"), area = area_words(q->a, scene_number(f->group, "area_m2")), now = day_chinese(q->a, day_of(f->scene.taken));
    if (!f->before.n)
        return arena_printf(q->a, "%.*s的影像上，此处有%.*s约%.*s，未经核实。", STR_ARG(now), STR_ARG(what), STR_ARG(area));
    return arena_printf(q->a, "%.*s的影像与%.*s的相比，此处%.*s%.*s约%.*s，未经核实。", STR_ARG(now), STR_ARG(day_chinese(q->a, day_of(f->earlier.taken))), STR_ARG(change_words(f)),
                        STR_ARG(what), STR_ARG(area));
}

err *scene_study(struct request *q, str finding, bool *ret_found, struct study *ret)
{
    struct sighting *f = NEW(q->a, struct sighting);
    *ret_found = false;
    err *bad = q->reader.roles & ROLES_SUPERVISE ? sighting_find(q, finding, f) : err_new(ERR_MISSING, "没有这组图斑");
    if (bad && (bad->kind == ERR_MISSING || bad->kind == ERR_DENIED)) {
        err_clear();
        return NULL;
    }
    TRY(bad);
    *ret = (struct study){.sense = S("遥感影像"), .sentence = study_sentence(q, f),
                          .place = arena_printf(q->a, "%.*s，东经%.6f°，北纬%.6f°", STR_ARG(f->scene.name), scene_number(f->group, "lon"), scene_number(f->group, "lat")),
                          .place_href = arena_printf(q->a, "/scenes/%.*s?run=%.*s", STR_ARG(f->scene.id), STR_ARG(f->run)), .from = f->before.n ? f->earlier.taken : USEC_NONE,
                          .to = f->before.n ? f->scene.taken : USEC_NONE, .more_href = arena_printf(q->a, "/scenes/findings/%.*s", STR_ARG(finding)),
                          .more = S("全部依据：查看的先后、附近的登记单位、怎么重算"), .figure = study_figure, .own = f,
                          .origin = arena_printf(q->a, "方法“%s”第%lld版；重算：xiezhi remote detect --replay %.*s", recipe_find(f->recipe) ? recipe_find(f->recipe)->label : "其他方法",
                                                 (long long)f->version, STR_ARG(f->run)),
                          .numbers_n = STUDY_NUMBERS, .cause = NEW_ARRAY(q->a, LIMIT_STUDY_ROWS, struct study_cause)};
    ret->number[0] = (struct study_number){S("面积"), area_words(q->a, scene_number(f->group, "area_m2"))};
    ret->number[1] = (struct study_number){S("像元"), arena_printf(q->a, "%lld个", (long long)scene_number(f->group, "pixels"))};
    ret->number[2] = (struct study_number){S("平均宽"), arena_printf(q->a, "%.0f米", scene_number(f->group, "width_m"))};
    study_causes(f, ret);
    TRY(study_clean(q, f, ret));
    *ret_found = true;
    return NULL;
}

static err *context_of(struct request *q, const struct sighting *f, struct placed *ret)
{
    struct view *v;
    size_t n;
    TRY(scene_view(q, &f->scene, &v));
    struct spots *rings = spots_of_rings(q->a, &view_head(v)->grid, json_get(f->group, S("rings")), &n);
    return place_context(q, rings, n, spot_of(scene_number(f->group, "lon"), scene_number(f->group, "lat")), scene_number(f->group, "width_m"), ret);
}

err *page_scene_finding(struct request *q, struct response *r)
{
    struct sighting f;
    struct placed place;
    TRY(sighting_find(q, q->part[0], &f));
    TRY(context_of(q, &f, &place));
    str title = sighting_title(q, &f);
    struct out *o = page_begin(q, title);
    w(o, H("<p class=\"muted\"><a href=\"/scenes\">遥感影像</a> / <a href=\"/scenes/"), U(f.scene.id), H("?run="), U(f.run), H("\">"), f.scene.name, H("</a> / 图斑组</p><h1>"), title,
      H("</h1><p class=\"note\">遥感解译意见，未经核实；须经执法人员核实后方可采用（第九条）。</p>"));
    TRY(verdict(q, o, &f));
    chips(o, &f);
    w(o, H("<dl class=\"facts\"><dt>位置</dt><dd>"), arena_printf(q->a, "东经%.6f°，北纬%.6f°", scene_number(f.group, "lon"), scene_number(f.group, "lat")), H("（CGCS2000）</dd><dt>图斑</dt><dd>"),
      (long long)scene_number(f.group, "patches"), H("处，"), (long long)scene_number(f.group, "pixels"), H("个像元，"), area_words(q->a, scene_number(f.group, "area_m2")), H("，平均宽约"),
      arena_printf(q->a, "%.0f", scene_number(f.group, "width_m")), H("米</dd><dt>指数均值</dt><dd>"), arena_printf(q->a, "%.3f", scene_number(f.group, "index_mean")), H("</dd><dt>影像</dt><dd>"));
    if (f.before.n)
        w(o, day_chinese(q->a, day_of(f.earlier.taken)), H(" 与 "));
    w(o, day_chinese(q->a, day_of(f.scene.taken)), H("</dd></dl>"));
    terms(q, o, &f, &place);
    TRY(put_context(q, o, &place));
    TRY(put_flights(q, o, f.id, scene_number(f.group, "lon"), scene_number(f.group, "lat")));
    on_site(o);
    origin(q, o, &f);
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- chips ---- */
static int inside(int at, int most)
{
    return at < 0 || most < 0 ? 0 : at > most ? most : at;
}

void sighting_frame(const struct sighting *f, const struct tif_head *h, struct chip *c)
{
    const struct json *box = json_get(f->group, S("box"));
    int x0 = 0, y0 = 0, x1 = h->grid.width, y1 = h->grid.height;
    if (box && box->n == 4)
        x0 = (int)box->child[0].i, y0 = (int)box->child[1].i, x1 = (int)box->child[2].i, y1 = (int)box->child[3].i;
    int wide = x1 - x0 > y1 - y0 ? x1 - x0 : y1 - y0;
    c->side = wide * 3 < CHIP_LEAST ? CHIP_LEAST : wide * 3;
    int longest = h->grid.width > h->grid.height ? h->grid.width : h->grid.height;
    c->side = c->side > longest ? longest : c->side;
    c->x0 = inside((x0 + x1 - c->side) / 2, h->grid.width - c->side), c->y0 = inside((y0 + y1 - c->side) / 2, h->grid.height - c->side);
}

err *page_chip(struct request *q, struct response *r)
{
    struct sighting f;
    struct view *v, *base;
    struct stretch stretch;
    struct chip c = {0};
    bool before = str_eq(q->part[1], S("before.png")), index = str_eq(q->part[1], S("index.png"));
    TRY(sighting_find(q, q->part[0], &f));
    struct scene other;
    bool dated = str_starts(q->part[1], S("at-")) && str_ends(q->part[1], S(".png"));
    if ((before && !f.before.n) || (!before && !index && !dated && !str_eq(q->part[1], S("after.png"))))
        return err_new(ERR_MISSING, "没有这张图");
    if (dated)
        TRY(scene_visible(q, str_sub(q->part[1], 3, q->part[1].n - 7), &other));
    const struct scene *s = dated ? &other : before ? &f.earlier : &f.scene;
    c.recipe = recipe_find(f.recipe);
    c.rings = json_get(f.group, S("rings"));
    TRY(scene_view(q, s, &v));
    TRY(scene_view(q, f.before.n ? &f.earlier : s, &base));
    if (dated && !grid_same(&view_head(v)->grid, &view_head(base)->grid))
        return err_new(ERR_MISSING, "这一期影像的格网不同，没有这张图");
    c.mode = index && view_has(v, VIEW_INDEX, c.recipe) ? VIEW_INDEX : VIEW_TRUE;
    sighting_frame(&f, view_head(v), &c);
    c.first = arena_printf(q->a, "%.*s %s", STR_ARG(time_chinese(q->a, s->taken)), c.mode == VIEW_INDEX ? index_label(str_of(c.recipe->index)) : "真彩色");
    c.second = arena_printf(q->a, "%s · EPSG:%d · %.*s", sensor_find(s->sensor)->label, view_head(v)->grid.crs.epsg, STR_ARG(str_sub(sm3_text(q->a, &s->file), 0, 20)));
    TRY(view_stretch(base, c.mode, c.recipe, &stretch));
    TRY(view_chip(q->a, v, &c, &stretch, &r->body));
    r->status = 200;
    r->type = "image/png";
    r->cache = "private, max-age=86400";
    return NULL;
}
