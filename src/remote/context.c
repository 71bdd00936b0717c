/*
 * Layers are read anew for every question: a bureau has a handful, and what is in force must be what the record says now. Who is above whom is told by
 * the region, as everywhere: a province's layer serves its cities.
 */
#include "remote/context.h"

#include <math.h>
#include <string.h>

err *layer_bring(struct acts *e, struct arena *a, const struct layer_bring *b, struct layer_brought *ret)
{
    struct layer l;
    struct sm3 file, document;
    str text;
    buf out = buf_make(a, 8192);
    struct json_out o = {&out, false};
    TRY(layer_read(a, b->file, &l));
    TRY(layer_document(a, &l, &text));
    TRY(blob_put(acts_store(e), b->file, &file));
    TRY(blob_put(acts_store(e), text, &document));
    const struct { const char *key; int64_t v; } edge[] = {{"west", l.low.lon}, {"south", l.low.lat}, {"east", l.high.lon}, {"north", l.high.lat}};
    json_open(&o, '{');
    json_put_str(&o, S("act"), S("layer.load"));
    json_put_str(&o, S("by"), b->by);
    json_put_str(&o, S("at"), time_rfc3339(a, b->at));
    json_put_str(&o, S("kind"), str_of(layer_kind_name(b->kind)));
    json_put_str(&o, S("name"), b->name);
    json_put_str(&o, S("source"), b->source);
    json_put_str(&o, S("file"), sm3_text(a, &file));
    json_put_str(&o, S("document"), sm3_text(a, &document));
    json_put_int(&o, S("areas"), (int64_t)l.n);
    json_put_int(&o, S("corners"), (int64_t)l.corners);
    for (size_t i = 0; i < sizeof edge / sizeof *edge; i++) {
        json_key(&o, str_of(edge[i].key));
        json_raw(&o, arena_printf(a, "%.7f", (double)edge[i].v / 1e7));
    }
    json_close(&o, '}');
    *ret = (struct layer_brought){.areas = l.n, .corners = l.corners, .skipped = l.skipped, .low = l.low, .high = l.high};
    return act_perform(e, a, &(struct act_request){.json = buf_str(&out), .by = b->by}, &ret->answer);
}

static err *read_layer(struct store *s, struct arena *a, str document, struct layer *ret)
{
    struct sm3 digest;
    str text;
    if (!sm3_from_text(document, &digest))
        return err_new(ERR_DAMAGED, "图层记录的摘要不完整");
    TRY(blob_get(s, a, &digest, LIMIT_LAYER_DOCUMENT, &text));
    return layer_of_document(a, text, ret);
}

err *context_open(struct store *s, struct db *d, struct arena *a, int region, struct context *ret)
{
    struct db_rows rows;
    bool more;
    VEC(struct context_layer) list = {0};
    VEC(str) documents = {0};
    *ret = (struct context){0};
    TRY(db_query(d, a, "SELECT l.id, l.kind, l.name, l.source, l.file, l.document, l.at, g.region FROM map_layer l JOIN agency g ON g.id = l.agency"
                       " WHERE l.withdrawn_seq IS NULL ORDER BY l.kind, l.seq", NULL, &rows));
    for (;;) {
        struct context_layer l = {0};
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        if (!region_covers((int)db_int(&rows, 7), region) || !layer_kind_of(db_str(&rows, 1), &l.kind))
            continue;
        l.id = db_str(&rows, 0), l.name = db_str(&rows, 2), l.source = db_str(&rows, 3), l.file = db_str(&rows, 4), l.at = db_int(&rows, 6);
        vec_push(a, &list, l);
        vec_push(a, &documents, db_str(&rows, 5));
    }
    for (size_t i = 0; i < list.n; i++) {
        TRY(read_layer(s, a, documents.p[i], &list.p[i].layer));
        ret->has[list.p[i].kind] = true;
    }
    ret->layers = list.p, ret->n = list.n;
    return NULL;
}

size_t context_hits(struct arena *a, const struct context *c, const struct spots *rings, size_t n, struct context_hit **ret)
{
    VEC(struct context_hit) hits = {0};
    for (int k = 0; k < LAYER_COUNTY; k++)
        for (size_t i = 0; i < c->n; i++)
            for (size_t r = 0; c->layers[i].kind == (enum layer_kind)k && r < c->layers[i].layer.n; r++) {
                const struct layer_area *area = &c->layers[i].layer.areas[r];
                enum layer_meets how = area_meets_rings(area, rings, n);
                if (how != LAYER_APART)
                    vec_push(a, &hits, ((struct context_hit){&c->layers[i], area, how}));
            }
    *ret = hits.p;
    return hits.n;
}

str context_county(const struct context *c, struct spot p)
{
    for (size_t i = 0; i < c->n; i++)
        for (size_t r = 0; c->layers[i].kind == LAYER_COUNTY && r < c->layers[i].layer.n; r++)
            if (area_contains(&c->layers[i].layer.areas[r], p))
                return c->layers[i].layer.areas[r].name;
    return STR_NONE;
}

struct spots *spots_of_rings(struct arena *a, const struct grid *g, const struct json *rings, size_t *ret_n)
{
    size_t n = rings && rings->kind == JSON_ARRAY ? rings->n : 0, used = 0;
    struct spots *out = NEW_ARRAY(a, n + 1, struct spots);
    for (size_t r = 0; r < n; r++) {
        const struct json *ring = &rings->child[r];
        if (ring->kind != JSON_ARRAY || ring->n < 6)
            continue;
        struct spots *s = &out[used++];
        *s = (struct spots){NEW_ARRAY(a, ring->n / 2, struct spot), ring->n / 2};
        for (size_t i = 0; i < s->n; i++) {
            double lon, lat;
            grid_degrees(g, (double)ring->child[2 * i].i, (double)ring->child[2 * i + 1].i, &lon, &lat);
            s->p[i] = spot_of(lon, lat);
        }
    }
    *ret_n = used;
    return out;
}

struct spots *spots_around(struct arena *a, struct spot middle, double metres)
{
    enum { CORNERS = 32 };
    static const double PI = 3.14159265358979323846;
    double lat = (double)middle.lat / 1e7, degree = metres / 111320;
    struct spots *out = NEW(a, struct spots);
    *out = (struct spots){NEW_ARRAY(a, CORNERS, struct spot), CORNERS};
    for (int i = 0; i < CORNERS; i++)
        out->p[i] = spot_of((double)middle.lon / 1e7 + degree * cos(2 * PI * i / CORNERS) / cos(lat * PI / 180), lat + degree * sin(2 * PI * i / CORNERS));
    return out;
}
