/* Areas and outlines in degrees scaled by 10^7: whole numbers, so that a verdict is the same on every machine. Even-odd rule on outer rings; a
 * courtyard inside a factory is the factory's. */
#include "acts/flight_area.h"

bool degree_of(const struct json *pair, struct degree *ret)
{
    if (!pair || pair->kind != JSON_ARRAY || pair->n < 2 || pair->child[0].kind != JSON_NUMBER ||
        pair->child[1].kind != JSON_NUMBER)
        return false;
    double x = pair->child[0].number, y = pair->child[1].number;
    if (!(x >= -180 && x <= 180 && y >= -90 && y <= 90))
        return false;
    *ret = (struct degree){(int64_t)(x * 1e7), (int64_t)(y * 1e7)};
    return true;
}

/* Of the line from a to b: 1 left, -1 right. Products of differences of degrees pass 2^63. */
static int side_of(struct degree a, struct degree b, struct degree p)
{
    __extension__ typedef __int128 wide;
    wide s = (wide)(b.x - a.x) * (p.y - a.y) - (wide)(p.x - a.x) * (b.y - a.y);
    return s > 0 ? 1 : s < 0 ? -1 : 0;
}

static bool ring_holds(const struct json *ring, struct degree p)
{
    bool inside = false;
    struct degree a, b;
    for (size_t i = 0; ring && ring->kind == JSON_ARRAY && ring->n > 2 && i < ring->n; i++) {
        if (!degree_of(&ring->child[i], &a) || !degree_of(&ring->child[(i + 1) % ring->n], &b))
            return false;
        if ((a.y > p.y) == (b.y > p.y))
            continue;
        if ((side_of(a, b, p) > 0) == (b.y > a.y)) /* left of the edge */
            inside = !inside;
    }
    return inside;
}

bool area_holds(const struct json *area, struct degree p)
{
    str type = json_string(area, S("type"));
    if (str_eq(type, S("Feature")))
        return area_holds(json_get(area, S("geometry")), p);
    const struct json *parts = json_get(area, S("coordinates"));
    if (!parts || parts->kind != JSON_ARRAY || !parts->n)
        return false;
    if (str_eq(type, S("Polygon")))
        return ring_holds(&parts->child[0], p);
    for (size_t i = 0; str_eq(type, S("MultiPolygon")) && i < parts->n; i++)
        if (parts->child[i].kind == JSON_ARRAY && parts->child[i].n && ring_holds(&parts->child[i].child[0], p))
            return true;
    return false;
}

/* Do two segments share a point? */
static bool cross(struct degree a, struct degree b, struct degree c, struct degree d)
{
    return side_of(a, b, c) * side_of(a, b, d) <= 0 && side_of(c, d, a) * side_of(c, d, b) <= 0 &&
           (a.x > b.x ? a.x : b.x) >= (c.x < d.x ? c.x : d.x) && (c.x > d.x ? c.x : d.x) >= (a.x < b.x ? a.x : b.x) &&
           (a.y > b.y ? a.y : b.y) >= (c.y < d.y ? c.y : d.y) && (c.y > d.y ? c.y : d.y) >= (a.y < b.y ? a.y : b.y);
}

static bool ring_meets(const struct json *ring, const struct degree *p, size_t n)
{
    struct degree a, b;
    for (size_t i = 0; ring && ring->kind == JSON_ARRAY && ring->n > 2 && i < ring->n; i++) {
        if (!degree_of(&ring->child[i], &a) || !degree_of(&ring->child[(i + 1) % ring->n], &b))
            return false;
        for (size_t k = 0; k < n; k++)
            if (cross(a, b, p[k], p[(k + 1) % n]))
                return true;
    }
    return n && ring_holds(ring, p[0]);
}

bool area_meets(const struct json *area, const struct degree *p, size_t n)
{
    str type = json_string(area, S("type"));
    if (str_eq(type, S("Feature")))
        return area_meets(json_get(area, S("geometry")), p, n);
    const struct json *parts = json_get(area, S("coordinates"));
    if (!parts || parts->kind != JSON_ARRAY || !parts->n)
        return false;
    if (str_eq(type, S("Polygon")))
        return ring_meets(&parts->child[0], p, n);
    for (size_t i = 0; str_eq(type, S("MultiPolygon")) && i < parts->n; i++)
        if (parts->child[i].kind == JSON_ARRAY && parts->child[i].n && ring_meets(&parts->child[i].child[0], p, n))
            return true;
    return false;
}

bool flight_area_is_line(struct arena *a, str text)
{
    const struct json *area;
    if (!text.n || json_parse(a, text, LIMIT_ACT_BYTES, &area)) {
        err_clear();
        return false;
    }
    if (str_eq(json_string(area, S("type")), S("Feature")))
        area = json_get(area, S("geometry"));
    str type = json_string(area, S("type"));
    return str_eq(type, S("LineString")) || str_eq(type, S("MultiLineString"));
}
