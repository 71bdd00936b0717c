/*
 * What agencies hand out as "GeoJSON" comes from desktop systems: other members everywhere, projected coordinates, latitude first. The two mistakes that put
 * a protected area onto another continent are recognised and named, not repaired: who hands in the file knows which datum it has, we do not.
 */
#include "remote/layer.h"

#include <math.h>
#include <string.h>

enum { UNIT = 10000000 };

static const struct { const char *name, *label; } kinds[LAYER_KINDS] = {
    [LAYER_SOURCE1] = {"source1", "饮用水水源一级保护区"}, [LAYER_SOURCE2] = {"source2", "饮用水水源二级保护区"}, [LAYER_SOURCE3] = {"source3", "饮用水水源准保护区"},
    [LAYER_REDLINE] = {"redline", "生态保护红线"},         [LAYER_RESERVE] = {"reserve", "自然保护地"},           [LAYER_SHORE] = {"shore", "岸线管控范围"},
    [LAYER_COUNTY] = {"county", "区县界"}};

const char *layer_kind_name(enum layer_kind k)
{
    return kinds[k].name;
}

const char *layer_kind_label(enum layer_kind k)
{
    return kinds[k].label;
}

bool layer_kind_of(str name, enum layer_kind *ret)
{
    for (int k = 0; k < LAYER_KINDS; k++)
        if (str_eq(name, str_of(kinds[k].name))) {
            *ret = (enum layer_kind)k;
            return true;
        }
    return false;
}

struct spot spot_of(double lon, double lat)
{
    return (struct spot){llround(lon * UNIT), llround(lat * UNIT)};
}

/* ---- making one ---- */
static err *wrong(struct layer_maker *m, const char *what)
{
    return err_got(err_at(err_new(ERR_INPUT, "图层的第%zu个区域不能用", m->areas.n + 1), S("file")), str_of(what), S("多边形的角点，经度在前、纬度在后，单位为度（CGCS2000或WGS 84）"),
                   S("[[114.30,30.50],[114.40,30.50],[114.40,30.60],[114.30,30.50]]"));
}

err *maker_corner(struct layer_maker *m, double lon, double lat)
{
    if (!isfinite(lon) || !isfinite(lat))
        return wrong(m, "坐标不是数");
    if (fabs(lon) > 180 || fabs(lat) > 180)
        return wrong(m, "坐标是投影坐标（米），不是经纬度");
    if (lon >= 3 && lon <= 54 && lat >= 73 && lat <= 136)
        return wrong(m, "坐标是纬度在前");
    if (lon < 73 || lon > 136 || lat < 3 || lat > 54)
        return wrong(m, "坐标在国境以外");
    if (++m->corners > LIMIT_LAYER_CORNERS)
        return err_new(ERR_LIMIT, "图层超过%d个角点，请先简化或分成几个图层", LIMIT_LAYER_CORNERS);
    vec_push(m->a, &m->ring, spot_of(lon, lat));
    return NULL;
}

/* The last corner repeats the first; it is not kept. */
err *maker_ring_end(struct layer_maker *m)
{
    struct spot *p = m->ring.p;
    size_t n = m->ring.n;
    if (n > 1 && p[0].lon == p[n - 1].lon && p[0].lat == p[n - 1].lat)
        n--;
    if (n < 3)
        return wrong(m, "环不足三个角点");
    vec_push(m->a, &m->rings, ((struct spots){arena_copy(m->a, p, n * sizeof *p), n}));
    m->ring.n = 0;
    return NULL;
}

/* Text without control characters: what a person reads, and what the document can hold. */
static str clean_name(struct arena *a, str name)
{
    buf b = buf_make(a, LIMIT_LAYER_FILE);
    if (!name.n || utf8_bad(name) >= 0)
        return S("");
    name = utf8_clip(str_trim(name), LIMIT_LAYER_NAME);
    for (size_t i = 0; i < name.n; i++)
        buf_char(&b, (unsigned char)name.p[i] < ' ' || name.p[i] == 127 ? ' ' : name.p[i]);
    return str_trim(buf_str(&b));
}

err *maker_area_end(struct layer_maker *m)
{
    struct layer_area area = {.name = clean_name(m->a, m->name), .low = {INT64_MAX, INT64_MAX}, .high = {INT64_MIN, INT64_MIN}};
    if (!m->rings.n) {
        m->skipped++;
        m->name = STR_NONE;
        return NULL;
    }
    if (m->areas.n == LIMIT_LAYER_AREAS)
        return err_new(ERR_LIMIT, "图层超过%d个区域，请分成几个图层", LIMIT_LAYER_AREAS);
    for (size_t r = 0; r < m->rings.n; r++)
        for (size_t i = 0; i < m->rings.p[r].n; i++) {
            struct spot p = m->rings.p[r].p[i];
            area.low = (struct spot){p.lon < area.low.lon ? p.lon : area.low.lon, p.lat < area.low.lat ? p.lat : area.low.lat};
            area.high = (struct spot){p.lon > area.high.lon ? p.lon : area.high.lon, p.lat > area.high.lat ? p.lat : area.high.lat};
        }
    area.rings_n = m->rings.n;
    area.rings = arena_copy(m->a, m->rings.p, m->rings.n * sizeof *m->rings.p);
    vec_push(m->a, &m->areas, area);
    m->rings.n = 0;
    m->name = STR_NONE;
    return NULL;
}

err *maker_end(struct layer_maker *m, struct layer *ret)
{
    *ret = (struct layer){m->areas.p, m->areas.n, 0, m->skipped, {INT64_MAX, INT64_MAX}, {INT64_MIN, INT64_MIN}};
    if (!m->areas.n)
        return err_got(err_at(err_new(ERR_INPUT, "图层里没有区域"), S("file")), m->skipped ? S("只有点或线") : S("没有要素"), S("至少一个多边形（Polygon或MultiPolygon）"), STR_NONE);
    for (size_t i = 0; i < ret->n; i++) {
        const struct layer_area *a = &ret->areas[i];
        ret->low = (struct spot){a->low.lon < ret->low.lon ? a->low.lon : ret->low.lon, a->low.lat < ret->low.lat ? a->low.lat : ret->low.lat};
        ret->high = (struct spot){a->high.lon > ret->high.lon ? a->high.lon : ret->high.lon, a->high.lat > ret->high.lat ? a->high.lat : ret->high.lat};
        for (size_t r = 0; r < a->rings_n; r++)
            ret->corners += a->rings[r].n;
    }
    return NULL;
}

/* ---- GeoJSON ---- */
static err *take_rings(struct layer_maker *m, const struct json *rings)
{
    if (!rings || rings->kind != JSON_ARRAY || !rings->n)
        return wrong(m, "没有坐标");
    for (size_t r = 0; r < rings->n; r++) {
        const struct json *ring = &rings->child[r];
        for (size_t i = 0; ring->kind == JSON_ARRAY && i < ring->n; i++) {
            const struct json *p = &ring->child[i];
            if (p->kind != JSON_ARRAY || p->n < 2 || p->child[0].kind != JSON_NUMBER || p->child[1].kind != JSON_NUMBER)
                return wrong(m, "坐标不是一对数");
            TRY(maker_corner(m, p->child[0].number, p->child[1].number));
        }
        TRY(maker_ring_end(m));
    }
    return NULL;
}

/* The words desktop systems of agencies use for a name, best first. */
static str name_of(const struct json *properties)
{
    static const char *const keys[] = {"name", "NAME", "Name", "名称", "mc", "MC", "保护区名称", "BHQMC", "HXMC", "QHMC", "XZQMC"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (json_string(properties, str_of(keys[i])).n)
            return json_string(properties, str_of(keys[i]));
    return STR_NONE;
}

static err *take_geometry(struct layer_maker *m, const struct json *g, int depth)
{
    str type = json_string(g, S("type"));
    const struct json *c = json_get(g, S("coordinates")), *list = json_get(g, S("geometries"));
    if (depth > 4)
        return wrong(m, "嵌套太深");
    if (str_eq(type, S("Polygon")))
        return take_rings(m, c);
    if (str_eq(type, S("MultiPolygon")))
        for (size_t i = 0; c && c->kind == JSON_ARRAY && i < c->n; i++)
            TRY(take_rings(m, &c->child[i]));
    if (str_eq(type, S("GeometryCollection")))
        for (size_t i = 0; list && list->kind == JSON_ARRAY && i < list->n; i++)
            TRY(take_geometry(m, &list->child[i], depth + 1));
    return NULL;
}

static err *take_feature(struct layer_maker *m, const struct json *f)
{
    bool feature = str_eq(json_string(f, S("type")), S("Feature"));
    if (feature)
        m->name = name_of(json_get(f, S("properties")));
    TRY(take_geometry(m, feature ? json_get(f, S("geometry")) : f, 0));
    return maker_area_end(m);
}

/* The old member "crs": RFC 7946 dropped it, desktop systems still write it, and what it says must not be passed over. */
static err *check_crs(const struct json *j)
{
    static const char *const good[] = {"CRS84", ":4490", ":4326"};
    str name = json_string(json_get(json_get(j, S("crs")), S("properties")), S("name"));
    bool known = !name.n;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        known |= str_ends(name, str_of(good[i]));
    return known ? NULL : err_got(err_at(err_new(ERR_INPUT, "图层的坐标系不能用"), S("crs")), utf8_clip(name, 60), S("CGCS2000（EPSG:4490）或WGS 84（EPSG:4326）经纬度"), STR_NONE);
}

static err *read_geojson(struct arena *a, str file, struct layer *ret)
{
    struct layer_maker m = {.a = a};
    const struct json *j;
    TRY(json_parse_nodes(a, file, LIMIT_LAYER_FILE, LIMIT_LAYER_CORNERS * 4, &j));
    TRY(check_crs(j));
    if (!str_eq(json_string(j, S("type")), S("FeatureCollection"))) {
        TRY(take_feature(&m, j));
        return maker_end(&m, ret);
    }
    const struct json *list = json_get(j, S("features"));
    for (size_t i = 0; list && list->kind == JSON_ARRAY && i < list->n; i++)
        TRY(take_feature(&m, &list->child[i]));
    return maker_end(&m, ret);
}

err *layer_read(struct arena *a, str file, struct layer *ret)
{
    str text = file;
    if (str_starts(text, S("\xEF\xBB\xBF")))
        text = str_sub(text, 3, text.n);
    text = str_trim(text);
    if (text.n > LIMIT_LAYER_FILE)
        return err_new(ERR_LIMIT, "图层文件超过%d兆字节", LIMIT_LAYER_FILE >> 20);
    if (str_starts(text, S("PK")))
        return err_got(err_at(err_new(ERR_INPUT, "图层文件是压缩包"), S("file")), S("KMZ或ZIP"), S("解压后的KML或GeoJSON"), STR_NONE);
    if (str_starts(text, S("{")))
        return read_geojson(a, text, ret);
    if (str_starts(text, S("<")))
        return layer_read_kml(a, text, ret);
    return err_got(err_at(err_new(ERR_INPUT, "图层文件不认识"), S("file")), text.n ? S("既不是JSON也不是XML") : S("空文件"), S("GeoJSON或KML"), STR_NONE);
}

/* ---- the document ---- */
err *layer_document(struct arena *a, const struct layer *l, str *ret)
{
    buf b = buf_make(a, LIMIT_LAYER_DOCUMENT);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_key(&o, S("areas"));
    json_open(&o, '[');
    for (size_t i = 0; i < l->n; i++) {
        json_open(&o, '{');
        json_put_str(&o, S("name"), l->areas[i].name);
        json_key(&o, S("rings"));
        json_open(&o, '[');
        for (size_t r = 0; r < l->areas[i].rings_n; r++) {
            json_open(&o, '[');
            for (size_t k = 0; k < l->areas[i].rings[r].n; k++) {
                json_int(&o, l->areas[i].rings[r].p[k].lon);
                json_int(&o, l->areas[i].rings[r].p[k].lat);
            }
            json_close(&o, ']');
        }
        json_close(&o, ']');
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    *ret = buf_str(&b);
    return b.overflow ? err_new(ERR_LIMIT, "图层太大，请先简化或分成几个图层") : NULL;
}

err *layer_of_document(struct arena *a, str text, struct layer *ret)
{
    struct layer_maker m = {.a = a};
    const struct json *j;
    TRY(json_parse_nodes(a, text, LIMIT_LAYER_DOCUMENT, LIMIT_LAYER_CORNERS * 3, &j));
    const struct json *areas = json_get(j, S("areas"));
    for (size_t i = 0; areas && areas->kind == JSON_ARRAY && i < areas->n; i++) {
        const struct json *rings = json_get(&areas->child[i], S("rings"));
        m.name = json_string(&areas->child[i], S("name"));
        for (size_t r = 0; rings && rings->kind == JSON_ARRAY && r < rings->n; r++) {
            const struct json *ring = &rings->child[r];
            for (size_t k = 0; ring->kind == JSON_ARRAY && k + 1 < ring->n; k += 2)
                TRY(maker_corner(&m, (double)ring->child[k].i / UNIT, (double)ring->child[k + 1].i / UNIT));
            TRY(maker_ring_end(&m));
        }
        TRY(maker_area_end(&m));
    }
    return maker_end(&m, ret);
}

/* ---- where a place lies ---- */
/* Of the line from a to b: above 0 left. Differences of degrees are below 2^31, products below 2^62. */
static int64_t side_of(struct spot a, struct spot b, struct spot p)
{
    return (b.lon - a.lon) * (p.lat - a.lat) - (p.lon - a.lon) * (b.lat - a.lat);
}

bool area_contains(const struct layer_area *area, struct spot p)
{
    bool inside = false;
    if (p.lon < area->low.lon || p.lon > area->high.lon || p.lat < area->low.lat || p.lat > area->high.lat)
        return false;
    for (size_t r = 0; r < area->rings_n; r++) {
        const struct spots *ring = &area->rings[r];
        for (size_t i = 0, k = ring->n - 1; i < ring->n; k = i++) {
            struct spot a = ring->p[k], b = ring->p[i];
            if ((a.lat > p.lat) != (b.lat > p.lat) && (side_of(a, b, p) > 0) == (b.lat > a.lat))
                inside = !inside;
        }
    }
    return inside;
}

static int sign(int64_t v)
{
    return (v > 0) - (v < 0);
}

static bool cross(struct spot a, struct spot b, struct spot c, struct spot d)
{
    return sign(side_of(a, b, c)) * sign(side_of(a, b, d)) < 0 && sign(side_of(c, d, a)) * sign(side_of(c, d, b)) < 0;
}

static bool edge_crosses(const struct layer_area *area, struct spot a, struct spot b)
{
    int64_t west = a.lon < b.lon ? a.lon : b.lon, east = a.lon < b.lon ? b.lon : a.lon, south = a.lat < b.lat ? a.lat : b.lat, north = a.lat < b.lat ? b.lat : a.lat;
    if (east < area->low.lon || west > area->high.lon || north < area->low.lat || south > area->high.lat)
        return false;
    for (size_t r = 0; r < area->rings_n; r++) {
        const struct spots *ring = &area->rings[r];
        for (size_t i = 0, k = ring->n - 1; i < ring->n; k = i++) {
            struct spot c = ring->p[k], d = ring->p[i];
            bool beside = (c.lon < west && d.lon < west) || (c.lon > east && d.lon > east) || (c.lat < south && d.lat < south) || (c.lat > north && d.lat > north);
            if (!beside && cross(a, b, c, d))
                return true;
        }
    }
    return false;
}

enum layer_meets area_meets_rings(const struct layer_area *area, const struct spots *rings, size_t n)
{
    bool any = false, all = true;
    struct layer_area own = {.low = {INT64_MAX, INT64_MAX}, .high = {INT64_MIN, INT64_MIN}, .rings = rings, .rings_n = n};
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < rings[r].n; i++) {
            struct spot p = rings[r].p[i];
            own.low = (struct spot){p.lon < own.low.lon ? p.lon : own.low.lon, p.lat < own.low.lat ? p.lat : own.low.lat};
            own.high = (struct spot){p.lon > own.high.lon ? p.lon : own.high.lon, p.lat > own.high.lat ? p.lat : own.high.lat};
        }
    if (own.high.lon < area->low.lon || own.low.lon > area->high.lon || own.high.lat < area->low.lat || own.low.lat > area->high.lat)
        return LAYER_APART;
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < rings[r].n; i++) {
            bool in = area_contains(area, rings[r].p[i]);
            any |= in, all &= in;
        }
    if (any && !all)
        return LAYER_TOUCHES;
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0, k = rings[r].n - 1; i < rings[r].n; k = i++)
            if (edge_crosses(area, rings[r].p[k], rings[r].p[i]))
                return LAYER_TOUCHES;
    for (size_t r = 0; r < area->rings_n; r++) /* the area, or a hole of it, lies in the outline */
        if (area_contains(&own, area->rings[r].p[0]))
            return LAYER_TOUCHES;
    return any ? LAYER_HOLDS : LAYER_APART;
}
