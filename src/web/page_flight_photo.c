/*
 * A photograph as a witness of a place. A point of the picture (an image map: no script) is followed to the ground, with its uncertainty; a
 * place on the ground is projected back into every photograph that sees it. What is drawn is a band of two sigma, never a hard line: at
 * a hundred metres a pose is off by several metres, and whoever reads the picture must see that.
 *
 * Photographs are ordered by what they are worth for the place: those that see an outline before those inside it, resolution, then how steeply they look. Those set aside are named and not shown.
 */
#include "web/flight_outline.h"
#include "web/flight_view.h"
#include "web/study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SEEN = 60, BAND = 24, LIMIT_ORIGINAL = 64 << 20 };
static const double BORDER = 0.1; /* of the picture: what lies so near its edge may have fallen out of it */
static const double PI = 3.14159265358979323846;

static const struct shot *find(const struct flight_view *v, str import, int64_t position)
{
    for (size_t i = 0; i < v->flight.n; i++) {
        const struct flight_shot_of *of = &v->of[v->flight.shots[i].file];
        if (str_eq(of->import, import) && of->position == position)
            return &v->flight.shots[i];
    }
    return NULL;
}

static err *of_request(struct request *q, struct flight_view *v, const struct shot **ret)
{
    int64_t position;
    TRY(flight_view(q, q->part[0], v));
    v->options.task = v->has_task ? &v->task : NULL;
    *ret = str_int64(q->part[2], &position) ? find(v, q->part[1], position) : NULL;
    return *ret ? NULL : err_new(ERR_MISSING, "没有这张照片");
}

static bool aside(const struct shot *s)
{
    return (s->flags & PHOTO_ASIDE) != 0;
}

static double ground_z(const struct shot *s)
{
    return s->camera.z - s->above_ground;
}

static err *original_of(struct request *q, const struct flight_view *v, const struct shot *s, str *ret_digest)
{
    const struct flight_shot_of *of = &v->of[s->file];
    struct flight_original *list;
    size_t n;
    struct db *d;
    *ret_digest = STR_NONE;
    TRY(request_db(q, &d));
    TRY(flight_originals(d, q->a, of->import, &list, &n));
    for (size_t i = 0; i < n; i++)
        if (list[i].position == of->position)
            *ret_digest = list[i].digest;
    return NULL;
}

err *page_flight_photo_file(struct request *q, struct response *r)
{
    struct flight_view v;
    const struct shot *s;
    str text;
    struct sm3 digest;
    TRY(of_request(q, &v, &s));
    TRY(original_of(q, &v, s, &text));
    if (!sm3_from_text(text, &digest))
        return err_new(ERR_MISSING, "原始照片还没有上传");
    if (aside(s))
        return err_new(ERR_DENIED, "这张照片已隔离，不提供查看");
    TRY(blob_get(q->web->store, q->a, &digest, LIMIT_ORIGINAL, &r->body));
    r->status = 200;
    r->type = photo_like(r->body) ? "image/jpeg" : "application/octet-stream";
    response_header(r, "Content-Disposition", arena_printf(q->a, "inline; filename=\"photo.jpg\""));
    return NULL;
}

/* ---- a place in pictures ---- */

struct sight { const struct shot *s; struct point at; double u, v, gsd, steep; struct ellipse e; bool original, edge; };

/* The ellipse of a place, as this photograph knows it, around (x, y) and back in its pixels. */
static size_t band(const struct shot *s, struct point p, const struct ellipse *e, double radius, double u[BAND], double v[BAND])
{
    size_t n = 0;
    double azimuth = e->azimuth * PI / 180;
    for (int i = 0; i < BAND; i++) {
        double t = 2 * PI * i / BAND, a = (2 * e->a + radius) * cos(t), b = (2 * e->b + radius) * sin(t);
        struct point at = {p.x + a * sin(azimuth) + b * cos(azimuth), p.y + a * cos(azimuth) - b * sin(azimuth)};
        n += camera_pixel(&s->camera, at.x, at.y, ground_z(s), &u[n], &v[n]);
    }
    return n;
}

static bool sight_of(const struct shot *s, struct point p, struct sight *ret)
{
    struct ground flat = {.plane = ground_z(s)};
    struct sight out = {.s = s, .at = p};
    if (!s->placed || isnan(s->above_ground) || !camera_pixel(&s->camera, p.x, p.y, ground_z(s), &out.u, &out.v))
        return false;
    double w = s->camera.width, h = s->camera.height;
    if (out.u < BORDER * w || out.v < BORDER * h || out.u > (1 - BORDER) * w || out.v > (1 - BORDER) * h)
        return false;
    if (!camera_ellipse(&s->camera, &flat, out.u, out.v, &s->error, &out.e))
        return false;
    out.gsd = s->footprint.gsd;
    out.steep = -s->camera.angles.pitch;
    *ret = out;
    return true;
}

static int by_worth(const void *x, const void *y)
{
    const struct sight *p = x, *q = y;
    if (aside(p->s) != aside(q->s))
        return aside(p->s) ? 1 : -1;
    if (p->edge != q->edge)
        return p->edge ? -1 : 1;
    long a = lround(p->gsd * 1000), b = lround(q->gsd * 1000);
    return a != b ? (a < b ? -1 : 1) : p->steep > q->steep ? -1 : p->steep < q->steep;
}

/* `line`: any part of the outline is enough, or a picture that lies inside it; NULL: the place alone. */
static size_t sights(struct request *q, const struct flight_view *v, struct point p, const struct outlined *line, struct sight **ret)
{
    struct sight *all = NEW_ARRAY(q->a, v->flight.n + 1, struct sight);
    size_t n = 0;
    for (size_t i = 0; i < v->flight.n; i++) {
        const struct shot *s = &v->flight.shots[i];
        struct point part = p;
        bool edge = line && outline_seen(line, s, BORDER, &part);
        if (line && !edge && (!s->placed || !outline_holds(line, s->footprint.centre)))
            continue;
        if (line && !edge)
            part = s->footprint.centre;
        if (sight_of(s, part, &all[n]))
            all[n++].edge = edge;
    }
    if (n)
        qsort(all, n, sizeof *all, by_worth);
    *ret = all;
    return n;
}

static void put_number(struct out *o, double v)
{
    buf_printf(&o->b, "%.1f", v);
}

/* The frame of a picture with the band in it; the photograph itself below where its original came. */
static void framed(struct out *o, const struct flight_view *v, const struct shot *s, bool original, const struct point *p,
                   const struct ellipse *e, double radius, const struct outlined *line)
{
    const struct flight_shot_of *of = &v->of[s->file];
    double u[BAND], y[BAND];
    size_t n = p ? band(s, *p, e, radius, u, y) : 0;
    struct point part;
    bool crossed = line && outline_seen(line, s, 0, &part);
    w(o, H("<svg class=\"seenin\" role=\"img\" aria-label=\"照片画面，带状为两倍误差范围\" viewBox=\"0 0 "), s->camera.width, H(" "), s->camera.height, H("\">"));
    if (original && !aside(s))
        w(o, H("<image width=\""), s->camera.width, H("\" height=\""), s->camera.height, H("\" href=\"/flights/"), U(v->id), H("/photos/"), U(of->import), H("/"),
          of->position, H("/file\"/>"));
    else
        w(o, H("<rect class=\"blank\" width=\""), s->camera.width, H("\" height=\""), s->camera.height, H("\"/>"));
    if (crossed)
        put_outline_band(o, line, s, e->a);
    if (n >= 3 && !line) {
        w(o, H("<polygon class=\"band\" points=\""));
        for (size_t i = 0; i < n; i++) {
            put_number(o, u[i]);
            buf_char(&o->b, ',');
            put_number(o, y[i]);
            buf_char(&o->b, ' ');
        }
        w(o, H("\"/>"));
    }
    w(o, H("</svg>"));
}

static bool degrees(str s, double least, double most, double *ret)
{
    char text[32], *end;
    s = str_trim(s);
    if (!s.n || s.n >= sizeof text)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    *ret = strtod(text, &end);
    return !*end && *ret >= least && *ret <= most;
}

static err *degrees_of(struct request *q, const char *field, const char *label, double most, const char *example, double *ret)
{
    str said = form_get(&q->params, str_of(field));
    if (degrees(said, -most, most, ret))
        return NULL;
    return err_got(err_at(err_new(ERR_INPUT, "%s看不懂", label), str_of(field)), utf8_clip(said, 40), S("度，小数"), str_of(example));
}

/* Whoever takes a photograph for evidence reads beside it that the file may have been through a program. */
static void touched(struct request *q, struct out *o, const struct flight_view *v, const struct shot *s)
{
    size_t n;
    const struct photo_flag_name *names = photo_flag_names(&n);
    str found = flight_found(q, v, s);
    if (!(s->flags & PHOTO_TOUCHED))
        return;
    w(o, H("<ul class=\"hints\" aria-label=\"文件的提示\">"));
    for (size_t k = 0; k < n; k++)
        if (s->flags & names[k].flag & PHOTO_TOUCHED & ~(found.n ? PHOTO_TWIN : 0)) /* of the thumbnail the sentence says more */
            w(o, H("<li>"), names[k].text, H("</li>"));
    if (found.n)
        w(o, H("<li>"), found, H("，只作提示</li>"));
    w(o, H("</ul>"));
}

static void sight_cards(struct request *q, struct out *o, const struct flight_view *v, double radius, const struct outlined *line, const struct sight *list, size_t n)
{
    w(o, H("<ol class=\"sights\">"));
    for (size_t i = 0; i < n && i < MOST_SEEN; i++) {
        const struct sight *s = &list[i];
        const struct flight_shot_of *of = &v->of[s->s->file];
        w(o, H("<li><h3><a href=\"/flights/"), U(v->id), H("/photos/"), U(of->import), H("/"), of->position, H("\">"), s->s->name, H("</a></h3>"));
        framed(o, v, s->s, s->original, &s->at, &s->e, radius, line);
        w(o, H("<p>"), s->s->t == USEC_NONE ? S("没有时间") : time_chinese(q->a, s->s->t), H("<br>"),
          arena_printf(q->a, "分辨率%.0f毫米，俯角%.0f°，位置误差±%.1f米（一倍）", s->gsd * 1000, s->steep, s->e.a), H("</p>"));
        if (aside(s->s))
            w(o, H("<p><span class=\"badge late\">已隔离，不作依据</span></p>"));
        struct point part;
        if (line && !outline_seen(line, s->s, 0, &part))
            w(o, H("<p>整个画面都在图斑以内，看不到轮廓。</p>"));
        touched(q, o, v, s->s);
        w(o, H("</li>"));
    }
    w(o, H("</ol>"));
}

/* Whether the original of each that is shown came. */
static err *find_originals(struct request *q, const struct flight_view *v, struct sight *list, size_t n)
{
    for (size_t i = 0; i < n && i < MOST_SEEN; i++) {
        str digest;
        TRY(original_of(q, v, list[i].s, &digest));
        list[i].original = digest.n > 0;
    }
    return NULL;
}

static void see_head(struct request *q, struct out *o, const struct flight_view *v, struct place at, const struct outlined *line)
{
    if (line)
        w(o, H("<p class=\"muted\"><a href=\"/scenes/findings/"), U(line->finding), H("\">"), line->title, H("</a> / 飞行"), v->id, H("</p><h1>看到这组图斑的照片</h1><p>"),
          H("卫星图斑的轮廓按平坦地面投到各张照片上。带的宽度是两侧各两倍误差（照片的位置误差和卫星半个像元），不是边界；未经核实。</p><p class=\"actions\">"));
    else
        w(o, H("<h1>看到该处的照片</h1><p>"), arena_printf(q->a, "东经%.6f°，北纬%.6f°", at.lon, at.lat), H("。带状是该处在画面中的两倍误差范围，不是边界；未经核实。</p><p class=\"actions\">"));
    w(o, H("<a class=\"button primary\" href=\"/flights/"), U(v->id), H("\">返回飞行</a>"));
    if (act_offered(act_type_find(S("clue.report")), &q->reader) && !line)
        w(o, H("<a class=\"button\" href=\"/do/clue.report?entrustment="), U(v->entrustment), H("&amp;finding="),
          U(arena_printf(q->a, "flight:%.*s@%.7f,%.7f", STR_ARG(v->id), at.lon, at.lat)), H("\">报告线索</a>"));
    w(o, H("</p>"));
}

err *page_flight_see(struct request *q, struct response *r)
{
    struct flight_view v;
    struct place at;
    double radius = 0;
    struct sight *list;
    struct outlined outline, *line = NULL;
    str finding = form_get(&q->params, S("finding"));
    TRY(flight_view(q, q->part[0], &v));
    if (finding.n) {
        TRY(outline_of_finding(q, finding, &v.flight.frame, &outline));
        line = &outline;
        at = outline.middle;
    } else {
        TRY(degrees_of(q, "lon", "经度", 180, "114.305599", &at.lon));
        TRY(degrees_of(q, "lat", "纬度", 89, "30.592812", &at.lat));
    }
    if (form_get(&q->params, S("r")).n && !degrees(form_get(&q->params, S("r")), 0, 2000, &radius))
        return err_at(err_new(ERR_INPUT, "半径应为0至2000米"), S("r"));
    struct point p = frame_point(&v.flight.frame, at);
    size_t n = sights(q, &v, p, line, &list);
    TRY(find_originals(q, &v, list, n));
    struct out *o = page_begin(q, line ? S("看到这组图斑的照片") : S("看到该处的照片"));
    see_head(q, o, &v, at, line);
    flight_picture(o, &v, n ? &list[0].at : &p);
    if (!n)
        w(o, H("<p class=\"note\">没有照片看到该处（离画面边缘一成以内的不算）。</p>"));
    else
        w(o, H("<h2>"), n, line ? H("张照片，看到轮廓的、清楚的在前</h2>") : H("张照片，清楚的在前</h2>"));
    sight_cards(q, o, &v, radius, line, list, n);
    page_end(q, o, r, 200);
    return NULL;
}

/* ---- for 线索研判 (study.h) ---- */
struct witnessed { struct flight_view v; struct point p; struct sight *list; size_t n; };

static bool parse_finding(str finding, str *ret_flight, struct place *ret)
{
    str rest, lat, lon;
    if (!str_starts(finding, S("flight:")))
        return false;
    rest = str_sub(finding, strlen("flight:"), finding.n);
    ptrdiff_t at = str_find(rest, S("@"));
    if (at <= 0)
        return false;
    *ret_flight = str_sub(rest, 0, (size_t)at);
    lat = str_sub(rest, (size_t)at + 1, rest.n);
    return str_next(&lat, ',', &lon) && degrees(lon, -180, 180, &ret->lon) && degrees(lat, -89, 89, &ret->lat);
}

static err *witness_figure(struct request *q, struct out *o, const struct study *s)
{
    const struct witnessed *e = s->own;
    if (!e->n) {
        flight_picture(o, &e->v, &e->p);
        return NULL;
    }
    const struct sight *best = &e->list[0];
    const struct flight_shot_of *of = &e->v.of[best->s->file];
    w(o, H("<figure class=\"witness\">"));
    framed(o, &e->v, best->s, best->original, &e->p, &best->e, 0, NULL);
    w(o, H("<figcaption class=\"muted\"><a href=\"/flights/"), U(e->v.id), H("/photos/"), U(of->import), H("/"), of->position, H("\">"), best->s->name, H("</a> "),
      best->s->t == USEC_NONE ? S("没有时间") : time_chinese(q->a, best->s->t), H(" · 照片头摘要 "), str_sub(sm3_text(q->a, &best->s->digest), 0, 20),
      H(" · 未经核实"), best->original ? H("") : H("；原始照片还没有上传"), H("</figcaption></figure>"));
    return NULL;
}

static void cause(struct study *s, const char *label, enum study_result result, str text)
{
    static const char *const words[] = {"未见疑点", "不能排除", "未核对"};
    if (s->causes_n < LIMIT_STUDY_ROWS)
        s->cause[s->causes_n++] = (struct study_cause){str_of(label), result, str_of(words[result]), text};
}

/* What may be wrong with the best photograph; what it was looked at for and is not. */
static void photo_causes(const struct shot *shot, struct study *s)
{
    static const struct { uint64_t flags; const char *clean; } looked[] = {
        {PHOTO_SUN | PHOTO_TIME_DOUBTFUL, "拍摄时间：与昼夜、卫星时间没有矛盾"}, {PHOTO_DUPLICATE, "与其他照片不重复"}, {PHOTO_TOO_FAST, "与前一张照片之间的速度合理"},
        {PHOTO_TOUCHED, "文件的写法、附图没有软件改动的提示"}, {PHOTO_UNPLANNED, "在批准的时间内"}, {PHOTO_ENTRY | PHOTO_ENTRY_SEEN, "画面没有进入企业厂界"}};
    size_t n;
    const struct photo_flag_name *names = photo_flag_names(&n);
    for (size_t i = 0; i < n; i++)
        if (shot->flags & names[i].flag & ~PHOTO_ZONE_ASSUMED)
            cause(s, "照片本身的问题", STUDY_POSSIBLE, str_of(names[i].text));
    for (size_t i = 0; i < sizeof looked / sizeof *looked; i++)
        if (!(shot->flags & looked[i].flags) && (i || shot->t != USEC_NONE))
            s->clean[s->clean_n++] = str_of(looked[i].clean);
}

static void witness_causes(struct request *q, const struct witnessed *e, struct study *s)
{
    s->cause = NEW_ARRAY(q->a, LIMIT_STUDY_ROWS, struct study_cause);
    s->clean = NEW_ARRAY(q->a, LIMIT_STUDY_ROWS, str);
    if (!e->n)
        cause(s, "位置报错", STUDY_POSSIBLE, S("没有照片看到所报的位置（离画面边缘一成以内的不算）"));
    else
        cause(s, "位置误差，认错相邻物体", STUDY_UNCHECKED, arena_printf(q->a, "两倍误差±%.1f米，请看带状范围内的相邻物体", 2 * e->list[0].e.a));
    if (e->n == 1)
        cause(s, "反光、遮挡等偶然情形", STUDY_POSSIBLE, S("只有这一张照片看到该处"));
    else if (e->n)
        cause(s, "反光、遮挡等偶然情形", STUDY_UNCHECKED, arena_printf(q->a, "另有%zu张照片看到该处，请逐张对照", e->n - 1));
    cause(s, "已批准的施工、检修或应急处置", STUDY_UNCHECKED, S("请查审批、备案和当日工况"));
    if (e->n)
        photo_causes(e->list[0].s, s);
}

err *flight_study(struct request *q, str finding, bool *ret_found, struct study *ret)
{
    struct witnessed *e = NEW(q->a, struct witnessed);
    struct place at;
    str id;
    *ret_found = false;
    if (!(q->reader.roles & ROLES_FLIGHTS) || !parse_finding(finding, &id, &at))
        return NULL;
    err *bad = flight_view(q, id, &e->v);
    if (bad && (bad->kind == ERR_MISSING || bad->kind == ERR_DENIED)) {
        err_clear();
        return NULL;
    }
    TRY(bad);
    e->p = frame_point(&e->v.flight.frame, at);
    e->n = sights(q, &e->v, e->p, NULL, &e->list);
    TRY(find_originals(q, &e->v, e->list, e->n < 1 ? 0 : 1));
    *ret = (struct study){.sense = S("无人机巡查"), .sentence = S(""), .place = arena_printf(q->a, "飞行%.*s，东经%.6f°，北纬%.6f°", STR_ARG(id), at.lon, at.lat),
                          .place_href = arena_printf(q->a, "/flights/%.*s", STR_ARG(id)), .from = USEC_NONE, .to = USEC_NONE, .origin = S("照片按清楚的在前；位置由照片信息按平坦地面计算，带状为两倍误差范围，不是边界"),
                          .more_href = arena_printf(q->a, "/flights/%.*s/see?lon=%.7f&lat=%.7f", STR_ARG(id), at.lon, at.lat), .more = S("看到该处的全部照片"),
                          .figure = witness_figure, .own = e, .numbers_n = STUDY_NUMBERS};
    ret->number[0] = (struct study_number){S("看到该处的照片"), arena_printf(q->a, "%zu张", e->n)};
    ret->number[1] = (struct study_number){S("地面分辨率"), e->n ? arena_printf(q->a, "%.0f毫米", e->list[0].gsd * 1000) : S("—")};
    ret->number[2] = (struct study_number){S("位置误差（两倍）"), e->n ? arena_printf(q->a, "±%.1f米", 2 * e->list[0].e.a) : S("—")};
    witness_causes(q, e, ret);
    *ret_found = true;
    return NULL;
}

/* ---- one photograph ---- */

static void point_facts(struct request *q, struct out *o, const struct flight_view *v, const struct shot *s, double u, double y)
{
    struct ground flat = {.plane = ground_z(s)};
    struct point p;
    struct ellipse e;
    if (!camera_hit(&s->camera, &flat, u, y, &p) || !camera_ellipse(&s->camera, &flat, u, y, &s->error, &e)) {
        w(o, H("<p class=\"note\">这一点不在地面上，或太接近地平线，不能定位。</p>"));
        return;
    }
    struct place at = frame_place(&v->flight.frame, p);
    w(o, H("<p>画面上的点在地面："), arena_printf(q->a, "东经%.6f°，北纬%.6f°，误差椭圆（一倍）%.1f×%.1f米，长轴方位%.0f°", at.lon, at.lat, e.a, e.b, e.azimuth),
      H("。按平坦地面计算。</p><p class=\"actions\"><a class=\"button\" href=\"/flights/"), U(v->id), H("/see?lon="), arena_printf(q->a, "%.7f", at.lon), H("&amp;lat="),
      arena_printf(q->a, "%.7f", at.lat), H("\">还有哪些照片看到这里</a></p>"));
}

static void photo_facts(struct request *q, struct out *o, const struct flight_view *v, const struct shot *s, bool original)
{
    str found = flight_found(q, v, s);
    size_t n;
    const struct photo_flag_name *names = photo_flag_names(&n);
    w(o, H("<dl class=\"facts\"><dt>拍摄时间</dt><dd>"), s->t == USEC_NONE ? S("没有") : time_chinese(q->a, s->t), H("</dd>"));
    if (!isnan(s->above_ground))
        w(o, H("<dt>离地高度</dt><dd>"), arena_printf(q->a, "%.1f米", s->above_ground), H("</dd>"));
    if (s->placed)
        w(o, H("<dt>朝向</dt><dd>"), arena_printf(q->a, "方位%.0f°，俯角%.0f°", fmod(s->camera.angles.yaw + 360, 360), -s->camera.angles.pitch), H("</dd><dt>地面分辨率</dt><dd>"),
          arena_printf(q->a, "%.1f毫米", s->footprint.gsd * 1000), H("</dd><dt>画面中心误差</dt><dd>"),
          arena_printf(q->a, "%.1f×%.1f米（一倍）", s->ellipse.a, s->ellipse.b), H("</dd><dt>画面面积</dt><dd>"), arena_printf(q->a, "%.0f平方米", s->footprint.area), H("</dd>"));
    for (size_t k = 0; k < n; k++)
        if (s->flags & names[k].flag)
            w(o, H("<dt>提示</dt><dd>"), names[k].text, H("</dd>"));
    w(o, H("<dt>原件</dt><dd>"), !original ? S("还没有上传，附图与画面没有核对") : found.n ? found : S("已上传，附图与画面未见不同，或附图看不出内容"), H("</dd>"));
    w(o, H("</dl>"));
}

err *page_flight_photo(struct request *q, struct response *r)
{
    struct flight_view v;
    const struct shot *s;
    str digest, query = q->query;
    int64_t x = -1, y = -1;
    TRY(of_request(q, &v, &s));
    TRY(original_of(q, &v, s, &digest));
    const struct flight_shot_of *of = &v.of[s->file];
    ptrdiff_t comma = str_find(query, S(",")); /* an image map's "?x,y" */
    bool pointed = comma > 0 && str_int64(str_sub(query, 0, (size_t)comma), &x) && str_int64(str_sub(query, (size_t)comma + 1, query.n), &y);
    struct out *o = page_begin(q, s->name);
    w(o, H("<h1>"), s->name, H("</h1><p class=\"actions\"><a class=\"button primary\" href=\"/flights/"), U(v.id), H("\">返回飞行</a></p><div class=\"grid\"><section class=\"card\"><h2>画面</h2>"));
    if (aside(s))
        w(o, H("<p class=\"alert\">这张照片已隔离，不提供查看，不作依据。</p>"));
    else if (digest.n && s->placed)
        w(o, H("<p class=\"muted\">点画面上一点，可知它在地面何处。</p><div class=\"pointing\"><a href=\"/flights/"), U(v.id), H("/photos/"), U(of->import), H("/"), of->position,
          H("\"><img class=\"whole\" ismap alt=\"原始照片\" width=\"720\" height=\""), (int)lround(720.0 * s->camera.height / s->camera.width), H("\" src=\"/flights/"), U(v.id),
          H("/photos/"), U(of->import), H("/"), of->position, H("/file\"></a></div>"));
    else
        w(o, H("<p class=\"muted\">原始照片还没有上传；位置和覆盖由照片信息得出。</p>"));
    if (pointed && s->placed && x >= 0 && y >= 0 && !aside(s))
        point_facts(q, o, &v, s, (double)x * s->camera.width / 720, (double)y * s->camera.width / 720);
    w(o, H("</section><section class=\"card\"><h2>照片信息</h2>"));
    photo_facts(q, o, &v, s, digest.n > 0);
    w(o, H("</section></div>"));
    page_end(q, o, r, 200);
    return NULL;
}
