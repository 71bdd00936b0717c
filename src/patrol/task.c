/*
 * The area to be covered: GeoJSON (RFC 7946) in degrees. A line is a shore: it becomes a corridor, cut every 100 m so that the report
 * says where along the river something is missing. The corridor is a union of boxes and discs; cover_measure takes unions as they are.
 */
#include "patrol/patrol.h"

#include <math.h>

enum { DISC = 16, PIECE = 100 };

typedef VEC(struct ring) ring_list;
typedef VEC(struct shape) shape_list;

struct reader {
    struct arena *a;
    const struct frame *frame; /* NULL: the first round, which finds the extent */
    struct place low, high;
    size_t vertices;
    shape_list shapes;
    ring_list lines;
};

static err *vertex(struct reader *r, const struct json *pair, struct point *ret)
{
    if (!pair || pair->kind != JSON_ARRAY || pair->n < 2 || pair->child[0].kind != JSON_NUMBER || pair->child[1].kind != JSON_NUMBER)
        return err_got(err_new(ERR_INPUT, "坐标不是[经度,纬度]"), STR_NONE, S("[经度,纬度]"), S("[114.3055,30.5928]"));
    struct place p = {.lat = pair->child[1].number, .lon = pair->child[0].number};
    if (!(fabs(p.lon) <= 180 && fabs(p.lat) < 89))
        return err_got(err_new(ERR_INPUT, "坐标超出经纬度范围：是投影坐标，或经纬度写反了"),
                       arena_printf(r->a, "[%.6g,%.6g]", p.lon, p.lat), S("经度在前、纬度在后，单位为度"), S("[114.3055,30.5928]"));
    if (++r->vertices > 2 * LIMIT_PATROL_VERTICES)
        return err_new(ERR_LIMIT, "区域的顶点超过%d个", LIMIT_PATROL_VERTICES);
    r->low = (struct place){fmin(r->low.lat, p.lat), fmin(r->low.lon, p.lon)};
    r->high = (struct place){fmax(r->high.lat, p.lat), fmax(r->high.lon, p.lon)};
    *ret = r->frame ? frame_point(r->frame, p) : (struct point){p.lon, p.lat};
    return NULL;
}

static err *ring_of(struct reader *r, const struct json *list, size_t least, struct ring *ret)
{
    if (!list || list->kind != JSON_ARRAY || list->n < least)
        return err_new(ERR_INPUT, least > 2 ? "多边形的环至少要4个点，首尾相同" : "线至少要2个点");
    struct ring out = {NEW_ARRAY(r->a, list->n, struct point), list->n};
    for (size_t i = 0; i < list->n; i++)
        TRY(vertex(r, &list->child[i], &out.p[i]));
    if (least > 2) {
        struct point p = out.p[0], q = out.p[out.n - 1];
        if (p.x != q.x || p.y != q.y)
            return err_new(ERR_INPUT, "多边形的环没有闭合：最后一点应与第一点相同");
        out.n--;
    }
    *ret = out;
    return NULL;
}

static err *polygon(struct reader *r, const struct json *rings)
{
    if (!rings || rings->kind != JSON_ARRAY || !rings->n)
        return err_new(ERR_INPUT, "多边形没有环");
    struct shape s = {NEW_ARRAY(r->a, rings->n, struct ring), rings->n};
    for (size_t i = 0; i < rings->n; i++)
        TRY(ring_of(r, &rings->child[i], 4, &s.rings[i]));
    vec_push(r->a, &r->shapes, s);
    return NULL;
}

static err *line(struct reader *r, const struct json *points)
{
    struct ring l;
    TRY(ring_of(r, points, 2, &l));
    vec_push(r->a, &r->lines, l);
    return NULL;
}

static err *each(struct reader *r, const struct json *list, err *(*read)(struct reader *, const struct json *))
{
    if (!list || list->kind != JSON_ARRAY)
        return err_new(ERR_INPUT, "缺少coordinates");
    for (size_t i = 0; i < list->n; i++)
        TRY(read(r, &list->child[i]));
    return NULL;
}

static err *geometry(struct reader *r, const struct json *g)
{
    str type = json_string(g, S("type"));
    const struct json *c = json_get(g, S("coordinates"));
    if (str_eq(type, S("Feature")))
        return geometry(r, json_get(g, S("geometry")));
    if (str_eq(type, S("FeatureCollection")))
        return each(r, json_get(g, S("features")), geometry);
    if (str_eq(type, S("GeometryCollection")))
        return each(r, json_get(g, S("geometries")), geometry);
    if (str_eq(type, S("Polygon")))
        return polygon(r, c);
    if (str_eq(type, S("MultiPolygon")))
        return each(r, c, polygon);
    if (str_eq(type, S("LineString")))
        return line(r, c);
    if (str_eq(type, S("MultiLineString")))
        return each(r, c, line);
    return err_got(err_new(ERR_INPUT, "区域不是多边形，也不是线"), type, S("Polygon、MultiPolygon、LineString、MultiLineString"), STR_NONE);
}

static err *parse(struct arena *a, str geojson, const struct json **ret)
{
    TRY(json_parse(a, geojson, LIMIT_PATROL_AREA, ret));
    str crs = json_string(json_get(json_get(*ret, S("crs")), S("properties")), S("name"));
    bool degrees = !crs.n || str_ends(crs, S("CRS84")) || str_ends(crs, S("4326")) || str_ends(crs, S("4490"));
    if (!degrees)
        return err_got(err_new(ERR_INPUT, "区域的坐标系不是经纬度，请先转换"), crs, S("CGCS2000或WGS 84经纬度"), S("EPSG:4490"));
    return NULL;
}

/* ---- corridors ---- */

static struct point beside(struct point p, struct point q, double left, bool first)
{
    double length = hypot(q.x - p.x, q.y - p.y), x = (q.x - p.x) / length, y = (q.y - p.y) / length;
    return (struct point){(first ? p.x : q.x) - y * left, (first ? p.y : q.y) + x * left};
}

static struct shape box(struct arena *a, struct point p, struct point q, double left, double right)
{
    struct ring *r = NEW(a, struct ring);
    *r = (struct ring){NEW_ARRAY(a, 4, struct point), 4};
    r->p[0] = beside(p, q, left, true), r->p[1] = beside(p, q, left, false);
    r->p[2] = beside(p, q, -right, false), r->p[3] = beside(p, q, -right, true);
    return (struct shape){r, 1};
}

static struct shape disc(struct arena *a, struct point at, double radius)
{
    struct ring *r = NEW(a, struct ring);
    *r = (struct ring){NEW_ARRAY(a, DISC, struct point), DISC};
    for (int i = 0; i < DISC; i++)
        r->p[i] = (struct point){at.x + radius * cos(i * 2 * 3.14159265358979323846 / DISC), at.y + radius * sin(i * 2 * 3.14159265358979323846 / DISC)};
    return (struct shape){r, 1};
}

/* Boxes along the line, discs where it bends, a new piece every 100 m. */
struct walk { struct arena *a; struct task *task; shape_list *all, piece; VEC(struct zone) pieces; VEC(double) starts; double from, in_piece; };

static void put(struct walk *w, struct shape s)
{
    vec_push(w->a, &w->piece, s);
    vec_push(w->a, w->all, s);
}

static err *piece_end(struct walk *w)
{
    if (!w->piece.n)
        return NULL;
    if (w->pieces.n >= LIMIT_PATROL_PIECES)
        return err_new(ERR_LIMIT, "岸线超过%d公里，请分段核算", LIMIT_PATROL_PIECES * PIECE / 1000);
    vec_push(w->a, &w->pieces, ((struct zone){w->piece.p, w->piece.n}));
    vec_push(w->a, &w->starts, w->from);
    w->from += w->in_piece;
    w->in_piece = 0;
    w->piece = (shape_list){0};
    return NULL;
}

static err *segment(struct walk *w, struct point p, struct point q)
{
    const struct task *t = w->task;
    double length = hypot(q.x - p.x, q.y - p.y);
    for (double done = 0; done < length - 0.01;) {
        double part = fmin(length - done, PIECE - w->in_piece), a = done / length, b = (done + part) / length;
        struct point from = {p.x + (q.x - p.x) * a, p.y + (q.y - p.y) * a}, to = {p.x + (q.x - p.x) * b, p.y + (q.y - p.y) * b};
        put(w, box(w->a, from, to, t->left, t->right));
        done += part, w->in_piece += part;
        if (w->in_piece > PIECE - 0.01)
            TRY(piece_end(w));
    }
    return NULL;
}

static err *corridor(struct arena *a, struct task *t, shape_list *all)
{
    struct walk w = {.a = a, .task = t, .all = all};
    for (size_t k = 0; k < t->lines_n; k++) {
        const struct ring *l = &t->lines[k];
        for (size_t i = 0; i + 1 < l->n; i++) {
            if (i)
                put(&w, disc(a, l->p[i], fmin(t->left, t->right)));
            TRY(segment(&w, l->p[i], l->p[i + 1]));
        }
        TRY(piece_end(&w));
    }
    vec_push(a, &w.starts, w.from);
    t->pieces = w.pieces.p, t->pieces_n = w.pieces.n, t->piece_from = w.starts.p;
    return NULL;
}

static err *extent(struct reader *r, struct place *ret_middle)
{
    if (!r->vertices)
        return err_new(ERR_INPUT, "区域是空的");
    *ret_middle = (struct place){(r->low.lat + r->high.lat) / 2, (r->low.lon + r->high.lon) / 2};
    double tall = (r->high.lat - r->low.lat) * 111.2, wide = (r->high.lon - r->low.lon) * 111.3 * cos(ret_middle->lat * 3.14159265358979323846 / 180);
    if (!(fmax(tall, wide) <= LIMIT_PATROL_KM))
        return err_new(ERR_LIMIT, "区域的边长超过%d公里", LIMIT_PATROL_KM);
    return NULL;
}

err *task_read(struct arena *a, str geojson, double corridor_m, struct task *ret)
{
    const struct json *root;
    struct task t = {.left = corridor_m, .right = corridor_m};
    struct reader first = {.a = a, .low = {90, 180}, .high = {-90, -180}};
    TRY(parse(a, geojson, &root));
    TRY(geometry(&first, root));
    TRY(extent(&first, &t.middle));
    t.frame = frame_at(t.middle);
    struct reader r = {.a = a, .frame = &t.frame, .low = {90, 180}, .high = {-90, -180}};
    TRY(geometry(&r, root));
    t.lines = r.lines.p, t.lines_n = r.lines.n;
    if (t.lines_n && !(corridor_m > 0))
        return err_new(ERR_INPUT, "区域是一条线：请给出走廊宽度（线两侧各多少米）");
    TRY(corridor(a, &t, &r.shapes));
    t.region = (struct zone){r.shapes.p, r.shapes.n};
    if (!t.region.n)
        return err_new(ERR_INPUT, "区域是空的");
    *ret = t;
    return NULL;
}

err *fences_read(struct arena *a, str geojson, const struct frame *frame, struct fence **ret, size_t *ret_n)
{
    const struct json *root;
    VEC(struct fence) out = {0};
    TRY(parse(a, geojson, &root));
    const struct json *list = json_get(root, S("features"));
    size_t n = list ? list->n : 1;
    for (size_t i = 0; i < n; i++) {
        const struct json *one = list ? &list->child[i] : root, *properties = json_get(one, S("properties"));
        struct reader r = {.a = a, .frame = frame, .low = {90, 180}, .high = {-90, -180}};
        TRY(err_at(geometry(&r, one), arena_printf(a, "features[%zu]", i)));
        if (r.lines.n)
            return err_at(err_new(ERR_INPUT, "厂界应是多边形"), arena_printf(a, "features[%zu]", i));
        str id = json_string(properties, S("id")), name = json_string(properties, S("name"));
        vec_push(a, &out, ((struct fence){id.n ? id : name.n ? name : arena_printf(a, "%zu", i + 1), name, {r.shapes.p, r.shapes.n}}));
    }
    *ret = out.p, *ret_n = out.n;
    return NULL;
}
