/* The area of a plan for the aircraft's controller: KML 2.2 polygons and lines, clamped to the ground; the controller plans its own lines in it. */
#include "patrol/patrol.h"

static void escaped(buf *b, str s)
{
    for (size_t i = 0; i < s.n; i++) {
        const char *as = s.p[i] == '<' ? "&lt;" : s.p[i] == '>' ? "&gt;" : s.p[i] == '&' ? "&amp;" : NULL;
        if (as)
            buf_add(b, str_of(as));
        else if ((unsigned char)s.p[i] >= ' ' || s.p[i] == '\n')
            buf_char(b, s.p[i]);
    }
}

static void coordinates(buf *b, const struct frame *f, const struct ring *r, bool closed)
{
    buf_add(b, S("<coordinates>"));
    for (size_t i = 0; i < r->n + closed; i++) {
        struct place p = frame_place(f, r->p[i % r->n]);
        buf_printf(b, "%s%.7f,%.7f,0", i ? " " : "", p.lon, p.lat);
    }
    buf_add(b, S("</coordinates>"));
}

static void polygon(buf *b, const struct frame *f, const struct shape *s)
{
    buf_add(b, S("<Polygon><tessellate>1</tessellate>"));
    for (size_t i = 0; i < s->n; i++) {
        buf_add(b, i ? S("<innerBoundaryIs><LinearRing>") : S("<outerBoundaryIs><LinearRing>"));
        coordinates(b, f, &s->rings[i], true);
        buf_add(b, i ? S("</LinearRing></innerBoundaryIs>") : S("</LinearRing></outerBoundaryIs>"));
    }
    buf_add(b, S("</Polygon>"));
}

err *task_kml(struct arena *a, str geojson, str name, str description, str *ret)
{
    struct task t;
    buf b = buf_make(a, 8 * LIMIT_PATROL_AREA);
    TRY(task_read(a, geojson, 1, &t));
    buf_add(&b, S("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><name>"));
    escaped(&b, name);
    buf_add(&b, S("</name><Placemark><name>"));
    escaped(&b, name);
    buf_add(&b, S("</name><description>"));
    escaped(&b, description);
    buf_add(&b, S("</description><MultiGeometry>"));
    for (size_t i = 0; i < t.lines_n; i++) {
        buf_add(&b, S("<LineString><tessellate>1</tessellate>"));
        coordinates(&b, &t.frame, &t.lines[i], false);
        buf_add(&b, S("</LineString>"));
    }
    for (size_t i = 0; i < t.region.n && !t.lines_n; i++)
        polygon(&b, &t.frame, &t.region.shapes[i]);
    buf_add(&b, S("</MultiGeometry></Placemark></Document></kml>\n"));
    if (b.overflow)
        return err_new(ERR_LIMIT, "区域太大，不能导出KML");
    *ret = buf_str(&b);
    return NULL;
}
