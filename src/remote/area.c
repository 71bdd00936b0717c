/* A polygon over the pixels of a scene: a pixel is in it when its centre is (even-odd over all rings, so holes are out). */
#include "remote/detect_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct place { double lon, lat; };
struct ring { struct place *p; size_t n; };
struct area { struct arena *arena; VEC(struct ring) rings; size_t corners; const struct grid *grid; struct place *placed /* columns and rows on it */; };

static err *wrong(const char *what)
{
    return err_got(err_at(err_new(ERR_INPUT, "范围文件不是所要的GeoJSON"), S("area")), str_of(what), S("Polygon或MultiPolygon（可在Feature、FeatureCollection内），坐标为经度、纬度"),
                   S("{\"type\":\"Polygon\",\"coordinates\":[[[114.3,30.5],[114.4,30.5],[114.4,30.6],[114.3,30.5]]]}"));
}

static err *take_ring(struct area *s, const struct json *j)
{
    if (!j || j->kind != JSON_ARRAY || j->n < 4)
        return wrong("环");
    struct ring r = {NEW_ARRAY(s->arena, j->n, struct place), j->n};
    s->corners += j->n;
    if (s->corners > LIMIT_AREA_CORNERS)
        return err_new(ERR_LIMIT, "范围超过%d个角点", LIMIT_AREA_CORNERS);
    for (size_t i = 0; i < j->n; i++) {
        const struct json *p = &j->child[i];
        if (p->kind != JSON_ARRAY || p->n < 2 || p->child[0].kind != JSON_NUMBER || p->child[1].kind != JSON_NUMBER)
            return wrong("坐标");
        r.p[i] = (struct place){p->child[0].number, p->child[1].number};
        if (!(fabs(r.p[i].lon) <= 180 && fabs(r.p[i].lat) <= 90))
            return wrong("坐标不是经纬度");
    }
    vec_push(s->arena, &s->rings, r);
    return NULL;
}

static err *take_polygon(struct area *s, const struct json *rings)
{
    if (!rings || rings->kind != JSON_ARRAY || !rings->n)
        return wrong("多边形");
    for (size_t i = 0; i < rings->n; i++)
        TRY(take_ring(s, &rings->child[i]));
    return NULL;
}

static err *take(struct area *s, const struct json *j, int depth)
{
    str type = json_string(j, S("type"));
    const struct json *inner = json_get(j, S("coordinates")), *list = json_get(j, S("features"));
    if (depth > 3)
        return wrong("嵌套");
    if (str_eq(type, S("Polygon")))
        return take_polygon(s, inner);
    if (str_eq(type, S("Feature")) && json_get(j, S("geometry")))
        return take(s, json_get(j, S("geometry")), depth + 1);
    bool many = str_eq(type, S("MultiPolygon")), collection = str_eq(type, S("FeatureCollection"));
    const struct json *all = many ? inner : collection ? list : NULL;
    if (!all || all->kind != JSON_ARRAY || !all->n)
        return wrong("类型");
    for (size_t i = 0; i < all->n; i++)
        TRY(many ? take_polygon(s, &all->child[i]) : take(s, &all->child[i], depth + 1));
    return NULL;
}

err *area_read(struct arena *a, str geojson, struct area **ret)
{
    const struct json *j;
    struct area *s = NEW(a, struct area);
    s->arena = a;
    TRY(json_parse_nodes(a, geojson, LIMIT_AREA_BYTES, LIMIT_AREA_CORNERS * 4, &j));
    TRY(take(s, j, 0));
    *ret = s;
    return NULL;
}

static void put_on(struct area *s, const struct grid *g)
{
    size_t n = 0;
    if (!s->placed)
        s->placed = NEW_ARRAY(s->arena, s->corners, struct place);
    for (size_t r = 0; r < s->rings.n; r++)
        for (size_t i = 0; i < s->rings.p[r].n; i++, n++)
            grid_place(g, s->rings.p[r].p[i].lon, s->rings.p[r].p[i].lat, &s->placed[n].lon, &s->placed[n].lat);
    s->grid = g;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

void area_row(struct area *s, const struct grid *g, int row, uint8_t *mask)
{
    AUTO_ARENA(a);
    double *cross = NEW_ARRAY(a, s->corners, double), y = row + 0.5;
    size_t n = 0, at = 0;
    if (s->grid != g)
        put_on(s, g);
    for (size_t r = 0; r < s->rings.n; at += s->rings.p[r++].n)
        for (size_t i = 0, k = s->rings.p[r].n - 1; i < s->rings.p[r].n; k = i++) {
            struct place p = s->placed[at + i], q = s->placed[at + k];
            if ((p.lat > y) != (q.lat > y))
                cross[n++] = p.lon + (y - p.lat) * (q.lon - p.lon) / (q.lat - p.lat);
        }
    qsort(cross, n, sizeof *cross, by_size);
    memset(mask, 0, (size_t)g->width);
    for (size_t i = 0; i + 1 < n; i += 2) {
        double from = ceil(cross[i] - 0.5), to = ceil(cross[i + 1] - 0.5);
        from = from < 0 ? 0 : from, to = to > g->width ? g->width : to;
        if (from < to)
            memset(mask + (int)from, 1, (size_t)(to - from));
    }
}

err *look_back(struct arena *a, struct raster *r, const struct bands *b, const struct recipe_options *o, struct area *area, struct looked *ret)
{
    const struct grid *g = &raster_head(r)->grid;
    const struct recipe *used;
    struct threshold t;
    struct judge j;
    bool more;
    double sum = 0;
    *ret = (struct looked){0};
    TRY(grid_check(g));
    TRY(recipe_for(o->recipe, b, &used));
    TRY(threshold_for(r, b, used, o, &t));
    TRY(judge_open(a, r, b, used, t.value, 0, &j));
    uint8_t *in = NEW_ARRAY(a, (size_t)j.width, uint8_t);
    for (;;) {
        TRY(judge_row(&j, &more));
        if (!more)
            break;
        area_row(area, g, j.y - 1, in);
        for (int x = 0; x < j.width; x++) {
            if (!in[x])
                continue;
            ret->pixels++;
            ret->valid += j.valid[x];
            ret->flagged += j.mask[x];
            sum += j.valid[x] ? (double)j.value[x] : 0;
        }
    }
    ret->index_mean = ret->valid ? sum / (double)ret->valid : 0;
    ret->share = ret->valid ? (double)ret->flagged / (double)ret->valid : 0;
    return NULL;
}
