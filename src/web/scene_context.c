/*
 * Where a place lies, for findings from above: whose ground, in what protected area, beside which company. Everything is said with its source, and what is not
 * known is said, too: no layer is not the same as no protected area. Companies are candidates to ask about; nearness says nothing.
 */
#include "web/map.h"
#include "web/scenes.h"

#include <math.h>
#include <stdlib.h>

enum { NEAR_M = 300, GCJ_LEAST_M = 450, GCJ_MOST_M = 650, COMPANIES = 5, LIMIT_COMPANIES = 500 };
#define REACH_DEGREES 0.05

struct company { str id, name; double metres; bool within /* its boundary holds the middle */, shifted /* GCJ-02 suspected */; };

err *place_context(struct request *q, struct spots *rings, size_t n, struct spot middle, double reach_m, struct placed *ret)
{
    struct db *d;
    *ret = (struct placed){.rings = rings, .rings_n = n, .middle = middle, .reach_m = reach_m};
    TRY(request_db(q, &d));
    TRY(context_open(q->web->store, d, q->a, q->reader.region, &ret->context));
    ret->hits_n = context_hits(q->a, &ret->context, rings, n, &ret->hits);
    return NULL;
}

static int by_nearness(const void *a, const void *b)
{
    const struct company *x = a, *y = b;
    if (x->within != y->within)
        return x->within ? -1 : 1;
    if (x->metres != y->metres)
        return x->metres < y->metres ? -1 : 1;
    return str_cmp(x->id, y->id);
}

/* A boundary is GeoJSON of the register; one that cannot be read is no boundary. */
static bool holds(struct request *q, str boundary, struct spot p)
{
    struct layer l;
    bool in = false;
    if (!boundary.n || layer_read(q->a, boundary, &l)) {
        err_clear();
        return false;
    }
    for (size_t i = 0; i < l.n && !in; i++)
        in = area_contains(&l.areas[i], p);
    return in;
}

/* Positions found on public maps lie some 550 m to the south-east. */
static bool judge(struct request *q, const struct placed *p, struct spot at, str boundary, struct company *c)
{
    double lon = (double)p->middle.lon / 1e7, lat = (double)p->middle.lat / 1e7, own_lon = (double)at.lon / 1e7, own_lat = (double)at.lat / 1e7, plain_lon, plain_lat;
    c->metres = metres_between(lon, lat, own_lon, own_lat);
    gcj02_to(own_lon, own_lat, &plain_lon, &plain_lat);
    c->within = holds(q, boundary, p->middle);
    c->shifted = c->metres >= GCJ_LEAST_M && c->metres <= GCJ_MOST_M && metres_between(lon, lat, plain_lon, plain_lat) < 100;
    return c->within || c->shifted || c->metres <= p->reach_m + NEAR_M;
}

static err *companies(struct request *q, const struct placed *p, struct company **ret, size_t *ret_n)
{
    struct db *d;
    struct db_rows rows;
    bool more;
    VEC(struct company) list = {0};
    int64_t reach = (int64_t)(REACH_DEGREES * 1e7);
    TRY(request_db(q, &d));
    TRY(db_query(d, q->a, "SELECT id, name, lon, lat, COALESCE(boundary, '') FROM subject WHERE lon BETWEEN :west AND :east AND lat BETWEEN :south AND :north"
                          " AND region BETWEEN :low AND :high ORDER BY id LIMIT :most",
                 DB_ARGS(DB_I("west", p->middle.lon - reach), DB_I("east", p->middle.lon + reach), DB_I("south", p->middle.lat - reach), DB_I("north", p->middle.lat + reach),
                         DB_I("low", q->reader.region), DB_I("high", region_last(q->reader.region)), DB_I("most", LIMIT_COMPANIES)), &rows));
    for (;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct company c = {.id = db_str(&rows, 0), .name = db_str(&rows, 1)};
        if (judge(q, p, (struct spot){db_int(&rows, 2), db_int(&rows, 3)}, db_str(&rows, 4), &c))
            vec_push(q->a, &list, c);
    }
    if (list.n)
        qsort(list.p, list.n, sizeof *list.p, by_nearness);
    *ret = list.p, *ret_n = list.n;
    return NULL;
}

static err *put_companies(struct request *q, struct out *o, const struct placed *p)
{
    struct company *c;
    size_t n;
    TRY(companies(q, p, &c, &n));
    w(o, H("<dt>登记单位</dt><dd>"));
    if (!n)
        w(o, (long long)(p->reach_m + NEAR_M + 0.5), H("米内没有登记单位"));
    for (size_t i = 0; i < n && i < COMPANIES; i++) {
        w(o, i ? H("<br>") : H(""), H("<a href=\"/things/subjects/"), U(c[i].id), H("\">"), c[i].name, H("</a>，"));
        if (c[i].within)
            w(o, H("位置在其登记的厂界内"));
        else
            w(o, H("相距约"), (long long)(c[i].metres + 0.5), H("米"), c[i].shifted ? "（登记坐标可能是GCJ-02，换算后不足100米）" : "");
    }
    if (n > COMPANIES)
        w(o, H("<br>另有"), n - COMPANIES, H("家"));
    w(o, n ? H("<br><span class=\"muted\">只表示位置相近，不表示有关。</span></dd>") : H("</dd>"));
    return NULL;
}

static void put_region(struct out *o, const struct placed *p)
{
    bool near;
    int code = map_city((double)p->middle.lon / 1e7, (double)p->middle.lat / 1e7, &near);
    const struct region *r = region_find(code);
    str county = context_county(&p->context, p->middle);
    w(o, H("<dt>行政区</dt><dd>"));
    if (r)
        w(o, r->name, near ? "（距市界不足1千米，以实地为准）" : "");
    else
        w(o, H("湖北省各市以外"));
    if (county.n)
        w(o, H(" "), county);
    else
        w(o, p->context.has[LAYER_COUNTY] ? H("，不在装载的区县界图层内") : H("<br><span class=\"muted\">区县：未装载图层</span>"));
    w(o, H("</dd>"));
}

static void put_areas(struct request *q, struct out *o, const struct placed *p)
{
    size_t missing = 0;
    w(o, H("<dt>保护区域</dt><dd>"));
    for (size_t i = 0; i < p->hits_n; i++) {
        const struct context_hit *h = &p->hits[i];
        w(o, H("<b>"), layer_kind_label(h->layer->kind), H("</b>"), h->area->name.n ? H("：") : H(""), h->area->name, h->how == LAYER_HOLDS ? H("，全部在内") : H("，部分在内"),
          H("<br><span class=\"muted\">据<a href=\"/things/layers/"), U(h->layer->id), H("\">"), h->layer->name, H("</a>（"), h->layer->source, H("），摘要 <span class=\"bytes\">"),
          str_sub(h->layer->file, 0, 20), H("…</span></span><br>"));
    }
    if (!p->hits_n) {
        bool any = false;
        for (int k = 0; k < LAYER_COUNTY; k++)
            if (p->context.has[k]) {
                w(o, any ? H("、") : H("不在"), layer_kind_label((enum layer_kind)k));
                any = true;
            }
        w(o, any ? H("的图层内<br>") : H(""));
    }
    for (int k = 0; k < LAYER_COUNTY; k++)
        if (!p->context.has[k])
            w(o, missing++ ? H("、") : H("<span class=\"muted\">"), layer_kind_label((enum layer_kind)k));
    w(o, missing ? H("：未装载图层</span></dd>") : H("</dd>"));
    (void)q;
}

err *put_context(struct request *q, struct out *o, const struct placed *p)
{
    w(o, H("<h2>位置</h2><dl class=\"facts\">"));
    put_region(o, p);
    put_areas(q, o, p);
    TRY(put_companies(q, o, p));
    w(o, H("</dl>"));
    return NULL;
}
