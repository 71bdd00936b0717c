/*
 * One place where it was hot: the pixels over the companies that lie in them, true to scale, each detection with its time, size and confidence, what speaks for
 * looking and what against it. The drawing has no ground below it on purpose: whoever sees a dot on a picture takes it for the fire.
 */
#include "remote/grid.h"
#include "web/fire_reported.h"
#include "web/fires.h"
#include "web/study.h"

#include <math.h>
#include <string.h>

enum { SIDE = 480, POINTS_SHOWN = 100, POINTS_DRAWN = 60 };

struct hot { str id; struct fire_row list; const struct json *place, *points; };

static err *find(struct request *q, str id, struct hot *ret)
{
    struct db *d;
    const struct json *places;
    str batch;
    TRY(request_db(q, &d));
    TRY(db_one_str(d, q->a, "SELECT batch FROM fire_finding WHERE id = :id", DB_ARGS(DB_T("id", id)), &batch));
    if (!batch.n)
        return err_got(err_new(ERR_MISSING, "没有这处火点"), utf8_clip(id, 40), S("研判结果编号"), STR_NONE);
    *ret = (struct hot){.id = id};
    TRY(fire_row(q, batch, &ret->list));
    TRY(fire_places_of(q, &ret->list, &places));
    for (size_t i = 0; i < places->n; i++)
        if (str_eq(json_string(&places->child[i], S("finding")), id))
            ret->place = &places->child[i];
    ret->points = json_get(ret->place, S("points"));
    return ret->points && ret->points->n ? NULL : err_new(ERR_DAMAGED, "火点处文件里没有这处火点");
}

static struct spot middle(const struct hot *f)
{
    return (struct spot){fire_int(f->place, "lon"), fire_int(f->place, "lat")};
}

static double reach(const struct hot *f)
{
    return (double)fire_int(f->place, "reach_m");
}

/* ---- to scale ---- */
/* Half the side of the drawing, metres: all pixels are in it. */
static double half_side(const struct hot *f)
{
    struct spot m = middle(f);
    double most = reach(f);
    for (size_t i = 0; i < f->points->n; i++) {
        struct fire one = fire_of(&f->points->child[i]);
        most = fmax(most, metres_between((double)m.lon / 1e7, (double)m.lat / 1e7, (double)one.spot.lon / 1e7, (double)one.spot.lat / 1e7) + fire_reach_m(&one));
    }
    return most * 1.08;
}

static void at(struct out *o, const struct hot *f, struct spot p, double metres_a_unit, bool circle)
{
    struct spot m = middle(f);
    double x = (double)(p.lon - m.lon) / 1e7 * 111320 * cos((double)m.lat / 1e7 * 3.14159265358979 / 180), y = (double)(m.lat - p.lat) / 1e7 * 111320;
    int px = (int)lround(SIDE / 2.0 + x / metres_a_unit), py = (int)lround(SIDE / 2.0 + y / metres_a_unit);
    w(o, circle ? H(" cx=\"") : H(" x=\""), circle ? px : px - 5, circle ? H("\" cy=\"") : H("\" y=\""), circle ? py : py - 5, H("\""));
}

static err *drawn(struct request *q, struct out *o, const struct hot *f)
{
    struct db *d;
    const struct json *near = json_get(f->place, S("near"));
    double half = half_side(f), unit = half * 2 / SIDE, length = half > 1500 ? 1000 : half > 500 ? 500 : 200;
    int bar = (int)lround(length / unit);
    TRY(request_db(q, &d));
    w(o, H("<svg class=\"fire-ground\" role=\"img\" aria-label=\"像元范围和登记单位，按比例\" viewBox=\"0 0 "), (int)SIDE, H(" "), (int)SIDE, H("\">"));
    for (size_t i = 0; i < f->points->n && i < POINTS_DRAWN; i++) {
        struct fire one = fire_of(&f->points->child[i]);
        w(o, H("<circle class=\"pixel "), one.grade == FIRE_LOW ? "low" : "sure", H("\" r=\""), (int)lround(fire_reach_m(&one) / unit), H("\""));
        at(o, f, one.spot, unit, true);
        w(o, H("/><circle class=\"hot\" r=\"3\""));
        at(o, f, one.spot, unit, true);
        w(o, H("/>"));
    }
    for (size_t i = 0; near && i < near->n; i++) {
        struct db_rows rows;
        bool more;
        TRY(db_query(d, q->a, "SELECT name, lon, lat FROM subject WHERE id = :id AND lon IS NOT NULL", DB_ARGS(DB_T("id", json_string(&near->child[i], S("id")))), &rows));
        TRY(db_next(&rows, &more));
        if (!more)
            continue;
        w(o, H("<rect class=\"company\" width=\"10\" height=\"10\""));
        at(o, f, (struct spot){db_int(&rows, 1), db_int(&rows, 2)}, unit, false);
        w(o, H("><title>"), db_str(&rows, 0), H("</title></rect>"));
        db_rows_end(&rows);
    }
    w(o, H("<path class=\"scale\" d=\"M16 "), SIDE - 16, H("h"), bar, H("\"/><text x=\"16\" y=\""), SIDE - 24, H("\">"), length > 500 ? "1千米" : length > 200 ? "500米" : "200米",
      H("</text><text class=\"warn\" text-anchor=\"end\" x=\""), SIDE - 14, H("\" y=\""), SIDE - 14, H("\">未经核实</text><text x=\""), SIDE - 26, H("\" y=\"24\">北</text><path class=\"scale\" d=\"M"),
      SIDE - 18, H(" 46v-16m-4 5l4-5l4 5\"/></svg><p class=\"muted\">圆是像元的外接圆：热源在圆内某处，圆心不是起火点。方块是登记单位。</p>"));
    return NULL;
}

static err *figure(struct request *q, struct out *o, const struct study *s)
{
    return drawn(q, o, s->own);
}

/* ---- words ---- */
static str size_of(struct arena *a, const struct fire *f)
{
    return arena_printf(a, "%.1f×%.1f千米", f->scan_m / 1000.0, f->track_m / 1000.0);
}

static str sentence(struct request *q, const struct hot *f)
{
    struct fire first = fire_of(&f->points->child[0]), last = fire_of(&f->points->child[f->points->n - 1]);
    str when = day_chinese(q->a, day_of(first.at));
    if (day_of(first.at) != day_of(last.at))
        when = arena_printf(q->a, "%.*s至%.*s", STR_ARG(when), STR_ARG(day_chinese(q->a, day_of(last.at))));
    return arena_printf(q->a, "%.*s，卫星%zu次在此处约%.*s的像元内探测到热异常，像元内有登记单位%lld家，未经核实。", STR_ARG(when), f->points->n, STR_ARG(size_of(q->a, &first)),
                        (long long)fire_int(f->place, "near_all"));
}

static void detections(struct request *q, struct out *o, const struct hot *f)
{
    w(o, H("<h2>探测</h2><div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">过境时间（北京时间）</th><th scope=\"col\">卫星</th><th scope=\"col\" class=\"number\">像元</th>"
           "<th scope=\"col\">置信度</th><th scope=\"col\" class=\"number\">辐射功率</th><th scope=\"col\">类型</th></tr></thead><tbody>"));
    for (size_t i = 0; i < f->points->n && i < POINTS_SHOWN; i++) {
        struct fire one = fire_of(&f->points->child[i]);
        w(o, H("<tr><td class=\"time\" data-label=\"过境时间\">"), time_chinese(q->a, one.at), one.night ? H("（夜）") : H("（昼）"), H("</td><td data-label=\"卫星\">"),
          one.satellite[0] ? one.satellite : "未写明", H("</td><td class=\"number\" data-label=\"像元\">"), size_of(q->a, &one), H("</td><td data-label=\"置信度\">"), fire_grade_text(one.grade));
        if (one.percent >= 0)
            w(o, H("（"), one.percent, H("%）"));
        w(o, H("</td><td class=\"number\" data-label=\"辐射功率\">"), one.frp_kw < 0 ? S("未写明") : arena_printf(q->a, "%.1f兆瓦", one.frp_kw / 1000.0), H("</td><td data-label=\"类型\">"),
          one.type == FIRE_UNSAID ? "清单未分类" : fire_type_text(one.type), H("</td></tr>"));
    }
    w(o, H("</tbody></table></div>"));
    if (f->points->n > POINTS_SHOWN)
        w(o, H("<p class=\"muted\">另有"), f->points->n - POINTS_SHOWN, H("次。</p>"));
}

/* The place as the terms know it. */
static struct fire_place terms_of(const struct hot *f)
{
    const struct json *fixed = json_get(f->place, S("fixed"));
    return (struct fire_place){.near_all = (size_t)fire_int(f->place, "near_all"), .days = (int)fire_int(f->place, "days"), .fixed = fixed && fixed->boolean,
                               .best = (enum fire_grade)fire_int(f->place, "best")};
}

static void terms(struct request *q, struct out *o, const struct hot *f)
{
    struct fire_place p = terms_of(f);
    w(o, H("<h2>查看的先后</h2><p class=\"muted\">由下列各项相加，只决定先看哪一处，不是违法的可能性。</p><div class=\"scroll\"><table class=\"numbers\"><thead><tr><th scope=\"col\">因素</th>"
           "<th scope=\"col\" class=\"number\">分值</th></tr></thead><tbody><tr><td>起始</td><td class=\"number\">0.50</td></tr>"));
    for (int t = 0; t < FIRE_TERMS; t++)
        if (fire_has_term(&p, (enum fire_term)t))
            w(o, H("<tr><td>"), fire_term_text((enum fire_term)t), H("</td><td class=\"number\">"), arena_printf(q->a, "%+.2f", fire_term_value((enum fire_term)t) / 1000.0), H("</td></tr>"));
    w(o, H("<tr><th scope=\"row\">合计</th><td class=\"number\"><b>"), arena_printf(q->a, "%.2f", (double)fire_int(f->place, "score") / 1000), H("</b></td></tr></tbody></table></div>"));
}

static err *actions(struct request *q, struct out *o, const struct hot *f)
{
    struct db *d;
    str state, clue = arena_printf(q->a, "f-%.*s", STR_ARG(f->id));
    TRY(request_db(q, &d));
    TRY(db_one_str(d, q->a, "SELECT state FROM clue WHERE id = :id", DB_ARGS(DB_T("id", clue)), &state));
    if (!state.n) {
        w(o, H("<p class=\"card\">这处火点只作提示，没有报告为线索（像元内有登记单位，且两天以上都有或标为固定热源的才报告）。</p><p class=\"actions\"><a class=\"button primary\" href=\"/fires/"),
          U(f->list.id), H("\">返回清单</a></p>"));
        return NULL;
    }
    bool waiting = str_eq(state, S("reported")), may = act_offered(act_type_find(waiting ? S("clue.receive") : S("clue.judge")), &q->reader);
    w(o, H("<p class=\"actions\"><a class=\"button primary\" href=\"/clues/"), U(clue), H("/study\">"), !may ? "线索研判" : waiting ? "签收线索" : "填写研判结论",
      H("</a><a class=\"button\" href=\"/things/clues/"), U(clue), H("\">线索的办理经过</a></p>"));
    return NULL;
}

err *page_fire(struct request *q, struct response *r)
{
    struct hot f;
    struct placed p;
    TRY(find(q, q->part[0], &f));
    TRY(place_context(q, spots_around(q->a, middle(&f), reach(&f)), 1, middle(&f), reach(&f), &p));
    str title = arena_printf(q->a, "热异常 %.*s", STR_ARG(fire_times(q->a, f.place)));
    struct out *o = page_begin(q, title);
    w(o, H("<p class=\"muted\"><a href=\"/fires\">卫星火点</a> / <a href=\"/fires/"), U(f.list.id), H("\">"), f.list.name, H("</a> / 火点处</p><h1>"), title,
      H("</h1><p class=\"note\">像元内某处发热，何处、何时起火和谁造成都不能由此确定；未经核实，须经执法人员核实后方可采用（第九条）。</p>"));
    TRY(actions(q, o, &f));
    w(o, H("<div class=\"grid\"><div>"));
    TRY(drawn(q, o, &f));
    w(o, H("</div><div>"));
    TRY(put_context(q, o, &p));
    w(o, H("</div></div>"));
    detections(q, o, &f);
    TRY(put_fire_reported(q, o, json_get(f.place, S("near")), f.points));
    terms(q, o, &f);
    w(o, H("<h2>怎样核实</h2><ol><li>对照当日工况、检修和排放记录：固定热源（炉窑、火炬、放散）本来就热。</li><li>问农业农村和应急部门：秸秆焚烧、火情报告和计划烧除。</li>"
           "<li>换一天的火点、影像或无人机影像再看。</li></ol><p class=\"muted\">未经核实前不与任何单位联系，不透露本页内容（第十三条）。</p><details><summary>来源</summary><dl class=\"facts\">"
           "<dt>位置</dt><dd>"), arena_printf(q->a, "东经%.4f°，北纬%.4f°", (double)middle(&f).lon / 1e7, (double)middle(&f).lat / 1e7), H("（首次探测的像元中心）</dd><dt>清单</dt><dd><a href=\"/fires/"),
      U(f.list.id), H("\">"), f.list.name, H("</a><br><span class=\"bytes\">"), f.list.file, H("</span></dd><dt>合并规则</dt><dd>像元中心相距不超过较大像元外接圆半径的火点合为一处；"
      "登记单位在外接圆内的列为像元内</dd></dl></details>"));
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- for 线索研判 (study.h) ---- */
static void cause(struct study *s, const char *label, enum study_result result, const char *text)
{
    static const char *const words[] = {"已排除", "不能排除", "未核对"};
    CHECK(s->causes_n < LIMIT_STUDY_ROWS);
    s->cause[s->causes_n++] = (struct study_cause){str_of(label), result, str_of(words[result]), str_of(text)};
}

err *fire_study(struct request *q, str finding, bool *ret_found, struct study *ret)
{
    struct hot *f = NEW(q->a, struct hot);
    *ret_found = false;
    err *bad = q->reader.roles & ROLES_SUPERVISE ? find(q, finding, f) : err_new(ERR_MISSING, "没有这处火点");
    if (bad && (bad->kind == ERR_MISSING || bad->kind == ERR_DENIED)) {
        err_clear();
        return NULL;
    }
    TRY(bad);
    struct fire_place p = terms_of(f);
    struct fire first = fire_of(&f->points->child[0]), last = fire_of(&f->points->child[f->points->n - 1]);
    *ret = (struct study){.sense = S("卫星火点"), .sentence = sentence(q, f),
                          .place = arena_printf(q->a, "东经%.3f°，北纬%.3f°一带", (double)middle(f).lon / 1e7, (double)middle(f).lat / 1e7),
                          .place_href = arena_printf(q->a, "/fires/%.*s", STR_ARG(f->list.id)), .from = f->points->n > 1 ? first.at : USEC_NONE, .to = f->points->n > 1 ? last.at : USEC_NONE,
                          .more_href = arena_printf(q->a, "/fires/findings/%.*s", STR_ARG(finding)), .more = S("全部依据：每次探测、像元内的登记单位、所在区域"), .figure = figure, .own = f,
                          .origin = arena_printf(q->a, "清单“%.*s”，摘要%.*s…", STR_ARG(f->list.name), STR_ARG(str_sub(f->list.file, 0, 20))), .numbers_n = STUDY_NUMBERS,
                          .cause = NEW_ARRAY(q->a, LIMIT_STUDY_ROWS, struct study_cause)};
    ret->number[0] = (struct study_number){S("探测"), fire_times(q->a, f->place)};
    ret->number[1] = (struct study_number){S("像元"), size_of(q->a, &first)};
    ret->number[2] = (struct study_number){S("最高置信度"), str_of(fire_grade_text(p.best))};
    cause(ret, "像元内的其他热源", STUDY_POSSIBLE, "像元比厂区大，热源可能在其他单位、农田或路旁");
    cause(ret, "正常生产的固定热源", p.fixed ? STUDY_POSSIBLE : STUDY_UNCHECKED, p.fixed ? "清单标为固定热源，炉窑和火炬本来就热" : "请对照当日工况和炉窑、火炬的位置");
    cause(ret, "偶然的误报（反光、烟羽）", p.days > 1 ? STUDY_RULED_OUT : STUDY_POSSIBLE, p.days > 1 ? "两天以上都探测到" : "只有一天探测到");
    cause(ret, "置信度低", p.best == FIRE_LOW ? STUDY_POSSIBLE : STUDY_RULED_OUT, p.best == FIRE_LOW ? "各次探测的置信度都低" : "至少一次置信度一般或高");
    cause(ret, "秸秆焚烧、火情或计划烧除", STUDY_UNCHECKED, "请问农业农村和应急部门");
    *ret_found = true;
    return NULL;
}
