/*
 * One place over all its dates: what the outline holds on each scene that sees it, as a series; what the thing itself became, where scenes were looked at
 * by the same recipe; and the same square of ground from every date. Made for following up what a company was told to put right: no verdict, two numbers and the pictures.
 *
 * Shares are of the outline as it was found, so a thing that grew past it shows only what lies inside; the table of the thing itself says the rest.
 */
#include "remote/lineage.h"
#include "web/scenes.h"

#include <math.h>

enum { LIMIT_STEPS = 24, CHIPS = 12, WIDE = 720, HIGH = 220, LEFT = 44, RIGHT = 16, TOP = 14, FOOT = 34 };

struct step {
    struct scene s;
    struct looked seen;            /* of the outline */
    bool measured, same_grid;
    const struct json *group;      /* the thing itself, by a look at this date alone */
    bool looked_for;               /* the recipe was run over this date */
    int64_t pixels; double area_m2;
};
struct history { struct sighting f; const struct recipe *recipe; struct step *step; size_t n; struct grid grid; };

static err *scenes_over(struct request *q, struct history *h)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    VEC(struct step) list = {0};
    VEC(str) ids = {0};
    int64_t lon = llround(scene_number(h->f.group, "lon") * 1e7), lat = llround(scene_number(h->f.group, "lat") * 1e7);
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT x.id FROM scene x JOIN scene me ON me.id = :me WHERE COALESCE(x.agency, '') = COALESCE(me.agency, '') AND x.west <= :lon AND x.east >= :lon"
                          " AND x.south <= :lat AND x.north >= :lat ORDER BY x.taken DESC, x.id LIMIT :most",
                 DB_ARGS(DB_T("me", h->f.scene.id), DB_I("lon", lon), DB_I("lat", lat), DB_I("most", LIMIT_STEPS)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        vec_push(q->a, &ids, db_str(&rows, 0));
    }
    for (size_t i = ids.n; i-- > 0;) { /* oldest first */
        struct step s = {0};
        TRY(scene_visible(q, ids.p[i], &s.s));
        vec_push(q->a, &list, s);
    }
    h->step = list.p, h->n = list.n;
    return NULL;
}

static err *measure(struct request *q, struct history *h, struct step *s)
{
    const struct sensor *sensor = sensor_find(s->s.sensor);
    struct raster *r;
    struct bands b;
    struct cover c;
    const struct recipe *used;
    if (!sensor)
        return err_new(ERR_DAMAGED, "影像的卫星不认识");
    TRY(raster_open(q->a, s->s.path, &r));
    err *e = raster_bands(q->a, r, sensor, S(""), 0, &b);
    if (!e && (recipe_for(h->recipe, &b, &used) || used->smooth > 1)) { /* a scene that lacks the bands tells nothing of this */
        err_clear();
        raster_close(r);
        return NULL;
    }
    s->same_grid = !e && grid_same(&h->grid, &raster_head(r)->grid);
    if (!e)
        e = cover_of(q->a, json_get(h->f.group, S("rings")), &h->grid, &raster_head(r)->grid, &c);
    if (!e)
        e = look_back_in(q->a, r, &b, h->recipe, &c, &s->seen);
    s->measured = !e && s->seen.pixels > 0;
    raster_close(r);
    return e;
}

/* The thing itself on a date: the likest group of the newest look at that date alone. */
static err *itself(struct request *q, struct history *h, struct step *s)
{
    struct db *d;
    str document;
    const struct json *groups;
    struct view *v;
    struct cover own, other;
    double best = -1;
    TRY(request_db(q, &d));
    TRY(db_one_str(d, q->a, "SELECT document FROM scene_run WHERE scene = :scene AND recipe = :recipe AND before_scene IS NULL ORDER BY seq DESC LIMIT 1",
                   DB_ARGS(DB_T("scene", s->s.id), DB_T("recipe", h->f.recipe)), &document));
    s->looked_for = document.n > 0;
    if (!s->looked_for)
        return NULL;
    TRY(scene_groups(q, document, &groups));
    TRY(scene_view(q, &s->s, &v));
    TRY(cover_of(q->a, json_get(h->f.group, S("rings")), &h->grid, &h->grid, &own));
    for (size_t i = 0; i < groups->n; i++) {
        TRY(cover_of(q->a, json_get(&groups->child[i], S("rings")), &view_head(v)->grid, &h->grid, &other));
        struct likeness like = cover_like(&own, &other);
        if (!same_thing(&like) || like.iou <= best)
            continue;
        best = like.iou;
        s->group = &groups->child[i];
        s->area_m2 = scene_number(s->group, "area_m2");
        s->pixels = other.pixels;
    }
    return NULL;
}

/* ---- the series ---- */
static double across(const struct history *h, usec t)
{
    usec first = h->step[0].s.taken, last = h->step[h->n - 1].s.taken;
    return last > first ? LEFT + (double)(t - first) / (double)(last - first) * (WIDE - LEFT - RIGHT) : LEFT + (WIDE - LEFT - RIGHT) / 2.0;
}

static double down(double share)
{
    return TOP + (1 - share) * (HIGH - TOP - FOOT);
}

static bool told(const struct step *s)
{
    return s->measured && s->seen.valid * 2 >= s->seen.pixels; /* more than half of it blind: no number */
}

static void number(struct out *o, double v)
{
    buf_printf(&o->b, "%.1f", v);
}

static void point(struct request *q, struct out *o, const struct history *h, const struct step *s)
{
    w(o, H("<circle class=\""), told(s) ? "told" : "blind", H("\" r=\"5\" cx=\""));
    number(o, across(h, s->s.taken));
    w(o, H("\" cy=\""));
    number(o, down(told(s) ? s->seen.share : 0));
    w(o, H("\"><title>"), day_chinese(q->a, day_of(s->s.taken)), H("："), told(s) ? arena_printf(q->a, "%.0f%%", 100 * s->seen.share) : S("看不清"), H("</title></circle>"));
}

static void chart(struct request *q, struct out *o, const struct history *h)
{
    bool open = false;
    double right = -1e9;
    w(o, H("<svg class=\"series-share\" role=\"img\" aria-label=\"范围内"), h->recipe->what, H("所占比例，逐期\" viewBox=\"0 0 "), (int)WIDE, H(" "), (int)HIGH, H("\"><g class=\"net\">"));
    for (int p = 0; p <= 100; p += 50) {
        w(o, H("<path d=\"M"), (int)LEFT, H(" "), (int)lround(down(p / 100.0)), H("H"), WIDE - RIGHT, H("\"/><text text-anchor=\"end\" x=\""), LEFT - 8, H("\" y=\""),
          (int)lround(down(p / 100.0)) + 4, H("\">"), p, H("%</text>"));
    }
    w(o, H("</g><path class=\"line\" d=\""));
    for (size_t i = 0; i < h->n; i++) {
        if (!told(&h->step[i]))
            continue;
        w(o, open ? H("L") : H("M"));
        number(o, across(h, h->step[i].s.taken));
        w(o, H(" "));
        number(o, down(h->step[i].seen.share));
        open = true;
    }
    w(o, H("\"/>"));
    for (size_t i = 0; i < h->n; i++) {
        double x = across(h, h->step[i].s.taken);
        if (!h->step[i].measured)
            continue;
        point(q, o, h, &h->step[i]);
        if (x - right < 92)
            continue;
        struct civil c = civil_of(h->step[i].s.taken);
        w(o, H("<text text-anchor=\""), x > WIDE - 60 ? "end" : x < LEFT + 30 ? "start" : "middle", H("\" x=\""));
        number(o, x);
        w(o, H("\" y=\""), HIGH - 10, H("\">"), arena_printf(q->a, "%d-%02d-%02d", c.year, c.month, c.dom), H("</text>"));
        right = x;
    }
    w(o, H("</svg>"));
}

static void summary(struct request *q, struct out *o, const struct history *h)
{
    const struct step *first = NULL, *last = NULL;
    for (size_t i = 0; i < h->n; i++)
        if (told(&h->step[i])) {
            first = first ? first : &h->step[i];
            last = &h->step[i];
        }
    if (!first || first == last) {
        w(o, H("<p class=\"card\">看得清这一范围的影像不足两期，不能比较。</p>"));
        return;
    }
    w(o, H("<p class=\"lead\">"), day_chinese(q->a, day_of(first->s.taken)), H("，图斑范围内"), h->recipe->what, H("占<b>"), arena_printf(q->a, "%.0f%%", 100 * first->seen.share), H("</b>；"),
      day_chinese(q->a, day_of(last->s.taken)), H("占<b>"), arena_printf(q->a, "%.0f%%", 100 * last->seen.share), H("</b>。</p>"));
}

/* ---- what became of it ---- */
static void table(struct request *q, struct out *o, const struct history *h)
{
    int64_t before = -1;
    bool ever = false;
    w(o, H("<h2>逐期</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">影像</th><th scope=\"col\" class=\"number\">范围内</th><th scope=\"col\" class=\"number\">看得清</th>"
           "<th scope=\"col\" class=\"number\">指数均值</th><th scope=\"col\" class=\"number\">同一图斑</th><th scope=\"col\">变化</th></tr></thead><tbody>"));
    for (size_t i = 0; i < h->n; i++) {
        const struct step *s = &h->step[i];
        w(o, H("<tr><td data-label=\"影像\"><a href=\"/scenes/"), U(s->s.id), H("\">"), day_chinese(q->a, day_of(s->s.taken)), H("</a></td><td class=\"number\" data-label=\"范围内\">"));
        if (!s->measured)
            w(o, H("没有所需波段</td><td class=\"number\" data-label=\"看得清\"></td><td class=\"number\" data-label=\"指数均值\">"));
        else
            w(o, told(s) ? arena_printf(q->a, "%.1f%%", 100 * s->seen.share) : S("看不清"), H("</td><td class=\"number\" data-label=\"看得清\">"),
              arena_printf(q->a, "%.0f%%", 100.0 * (double)s->seen.valid / (double)s->seen.pixels), H("</td><td class=\"number\" data-label=\"指数均值\">"),
              s->seen.valid ? arena_printf(q->a, "%.3f", s->seen.index_mean) : S("—"));
        w(o, H("</td><td class=\"number\" data-label=\"同一图斑\">"));
        if (s->group)
            w(o, H("<a href=\"/scenes/findings/"), U(json_string(s->group, S("finding"))), H("\">"), area_words(q->a, s->area_m2), H("</a>"));
        else
            w(o, s->looked_for ? S("没有") : S("未解译"));
        w(o, H("</td><td data-label=\"变化\">"));
        if (s->looked_for && (s->pixels || ever))
            w(o, became_text(became_of(before, s->pixels, ever)));
        w(o, H("</td></tr>"));
        if (s->looked_for)
            before = s->pixels, ever |= s->pixels > 0;
    }
    w(o, H("</tbody></table></div><p class=\"muted\">“范围内”是所发现的轮廓里"), h->recipe->what, H("的比例；“同一图斑”是该期单独解译的图斑中，与它重合三成以上或中心相含的，面积增减不到五分之一的写没有明显变化。</p>"));
}

static void chips(struct request *q, struct out *o, const struct history *h)
{
    size_t shown = 0;
    w(o, H("<h2>同一处的影像</h2><div class=\"sky-chips\">"));
    for (size_t i = 0; i < h->n; i++) {
        const struct step *s = &h->step[i];
        if (!s->same_grid || (h->n > CHIPS && i > 0 && i + CHIPS - 1 < h->n)) /* the oldest, and the newest ones */
            continue;
        shown++;
        w(o, H("<figure><img loading=\"lazy\" width=\""), (int)CHIP_SIDE, H("\" height=\""), CHIP_SIDE + CHIP_FOOT, H("\" src=\"/scenes/findings/"), U(h->f.id), H("/at-"), U(s->s.id), H(".png\" alt=\""),
          day_chinese(q->a, day_of(s->s.taken)), H("影像，所发现的轮廓以黄线标出，未经核实\"><figcaption>"), day_chinese(q->a, day_of(s->s.taken)), H("</figcaption></figure>"));
    }
    w(o, shown ? H("</div>") : H("</div><p class=\"muted\">各期影像的格网不同，不并排。</p>"));
}

static err *inherited(struct request *q, struct out *o, const struct history *h)
{
    struct db *d;
    struct db_rows rows;
    bool more, any = false;
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT l.earlier, r.at FROM scene_lineage l JOIN scene_finding f ON f.id = l.earlier JOIN scene_run r ON r.id = f.run WHERE l.finding = :f"
                          " UNION ALL SELECT l.finding, r.at FROM scene_lineage l JOIN scene_finding f ON f.id = l.finding JOIN scene_run r ON r.id = f.run WHERE l.earlier = :f"
                          " ORDER BY 2 LIMIT 20", DB_ARGS(DB_T("f", h->f.id)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        w(o, any ? H("、") : H("<p>同一处在其他解译中的图斑组："), H("<a href=\"/scenes/findings/"), U(db_str(&rows, 0)), H("\">"), day_chinese(q->a, day_of(db_int(&rows, 1))), H("的解译</a>"));
        any = true;
    }
    w(o, any ? H("。同一处只报告一次线索。</p>") : H(""));
    return NULL;
}

err *page_scene_history(struct request *q, struct response *r)
{
    struct history h = {0};
    struct view *v;
    TRY(sighting_find(q, q->part[0], &h.f));
    h.recipe = recipe_find(h.f.recipe);
    if (!h.recipe)
        return err_new(ERR_VERSION, "本程序没有当时的方法，不能逐期回看");
    TRY(scene_view(q, &h.f.scene, &v));
    h.grid = view_head(v)->grid;
    TRY(scenes_over(q, &h));
    for (size_t i = 0; i < h.n; i++) {
        TRY(measure(q, &h, &h.step[i]));
        TRY(itself(q, &h, &h.step[i]));
    }
    str title = arena_printf(q->a, "逐期回看：%.*s", STR_ARG(sighting_title(q, &h.f)));
    struct out *o = page_begin(q, title);
    w(o, H("<p class=\"muted\"><a href=\"/scenes\">遥感影像</a> / <a href=\"/scenes/findings/"), U(h.f.id), H("\">"), sighting_title(q, &h.f), H("</a> / 逐期回看</p><h1>"), title,
      H("</h1><p class=\"note\">用于整改措施跟踪：同一范围在各期影像上是什么样。遥感解译意见，未经核实；是否改正由执法人员现场核实。</p><p class=\"actions\"><a class=\"button primary\" href=\"/scenes/findings/"),
      U(h.f.id), H("\">返回图斑组</a></p>"));
    summary(q, o, &h);
    if (h.n)
        chart(q, o, &h);
    table(q, o, &h);
    chips(q, o, &h);
    TRY(inherited(q, o, &h));
    page_end(q, o, r, 200);
    return NULL;
}
