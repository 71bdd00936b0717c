/*
 * KML is read by its tags alone: no entities but the five of XML, no document type, no references to other files. Only Placemarks with Polygons
 * count; folders, styles and network links are passed over. Coordinates are always WGS 84, longitude first.
 */
#include "remote/layer.h"

#include <stdlib.h>
#include <string.h>

struct kml { struct layer_maker m; str rest; int depth; bool placemark, polygon, coordinates, naming, seen; buf text; };

static err *wrong(const struct kml *k, str whole, const char *what)
{
    return err_got(err_at(err_new(ERR_INPUT, "图层文件不是所要的KML"), S("file")), arena_printf(k->m.a, "第%zu字节：%s", whole.n - k->rest.n, what), S("KML 2.2，Placemark内有Polygon"), STR_NONE);
}

/* "lon,lat[,height]" with white space between. */
static err *take_coordinates(struct kml *k, str whole, str text)
{
    while (text.n) {
        char one[96], *end;
        size_t n = 0;
        while (text.n && (unsigned char)*text.p <= ' ')
            text = str_sub(text, 1, text.n);
        while (n < text.n && (unsigned char)text.p[n] > ' ')
            n++;
        if (!n)
            break;
        if (n >= sizeof one)
            return wrong(k, whole, "坐标太长");
        memcpy(one, text.p, n);
        one[n] = 0;
        text = str_sub(text, n, text.n);
        if (strspn(one, "+-.0123456789eE,") != n)
            return wrong(k, whole, "坐标不是数");
        double lon = strtod(one, &end), lat;
        char *comma = end;
        if (end == one || *comma != ',')
            return wrong(k, whole, "坐标不是“经度,纬度”");
        lat = strtod(comma + 1, &end);
        if (end == comma + 1 || (*end && *end != ','))
            return wrong(k, whole, "坐标不是“经度,纬度”");
        TRY(maker_corner(&k->m, lon, lat));
    }
    return maker_ring_end(&k->m);
}

static void unescape(buf *b, str s)
{
    static const struct { const char *from; char to; } list[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (size_t i = 0; i < s.n; i++) {
        size_t k = 0;
        while (s.p[i] == '&' && k < 5 && !str_starts(str_sub(s, i, s.n), str_of(list[k].from)))
            k++;
        if (s.p[i] == '&' && k < 5) {
            buf_char(b, list[k].to);
            i += strlen(list[k].from) - 1;
        } else {
            buf_char(b, s.p[i]);
        }
    }
}

static str local(str tag)
{
    size_t n = 0;
    while (n < tag.n && (unsigned char)tag.p[n] > ' ' && tag.p[n] != '/')
        n++;
    tag = str_sub(tag, 0, n);
    ptrdiff_t colon = str_find(tag, S(":"));
    return colon >= 0 ? str_sub(tag, (size_t)colon + 1, tag.n) : tag;
}

static err *close_tag(struct kml *k, str whole, str name)
{
    k->depth--;
    if (k->depth < 0)
        return wrong(k, whole, "多出一个结束标记");
    if (str_eq(name, S("name")) && k->naming) {
        k->m.name = arena_str(k->m.a, buf_str(&k->text));
        k->naming = false;
    } else if (str_eq(name, S("coordinates")) && k->coordinates) {
        TRY(take_coordinates(k, whole, buf_str(&k->text)));
        k->coordinates = false;
    } else if (str_eq(name, S("Polygon"))) {
        k->polygon = false;
    } else if (str_eq(name, S("Placemark")) && k->placemark) {
        k->placemark = false;
        TRY(maker_area_end(&k->m));
    }
    return NULL;
}

static err *open_tag(struct kml *k, str whole, str tag)
{
    str name = local(tag);
    bool empty = str_ends(tag, S("/"));
    if (!name.n)
        return wrong(k, whole, "标记没有名称");
    if (++k->depth > LIMIT_LAYER_DEPTH)
        return wrong(k, whole, "层次太深");
    k->seen |= str_eq(name, S("kml"));
    if (!k->seen)
        return wrong(k, whole, "最外层不是kml");
    k->text = buf_make(k->m.a, LIMIT_LAYER_FILE);
    if (str_eq(name, S("Placemark"))) {
        if (k->placemark)
            return wrong(k, whole, "Placemark里又有Placemark");
        k->placemark = true;
    }
    k->polygon |= k->placemark && str_eq(name, S("Polygon"));
    k->coordinates |= k->polygon && str_eq(name, S("coordinates"));
    k->naming |= k->placemark && !k->polygon && !k->m.name.n && str_eq(name, S("name"));
    return empty ? close_tag(k, whole, name) : NULL;
}

/* Text up to the next tag, a section of raw text, or a comment. */
static err *step(struct kml *k, str whole)
{
    ptrdiff_t at = str_find(k->rest, S("<"));
    size_t n = at < 0 ? k->rest.n : (size_t)at;
    if (k->naming || k->coordinates)
        unescape(&k->text, str_sub(k->rest, 0, n));
    k->rest = str_sub(k->rest, n, k->rest.n);
    if (!k->rest.n)
        return NULL;
    bool comment = str_starts(k->rest, S("<!--")), raw = str_starts(k->rest, S("<![CDATA[")), note = str_starts(k->rest, S("<?"));
    str until = comment ? S("-->") : raw ? S("]]>") : note ? S("?>") : S(">");
    ptrdiff_t end = str_find(k->rest, until);
    if (end < 0)
        return wrong(k, whole, "标记没有结束");
    str tag = str_sub(k->rest, 1, (size_t)end - 1);
    if (raw && (k->naming || k->coordinates))
        buf_add(&k->text, str_sub(k->rest, 9, (size_t)end - 9));
    k->rest = str_sub(k->rest, (size_t)end + until.n, k->rest.n);
    if (comment || raw || note)
        return NULL;
    if (str_starts(tag, S("!")))
        return wrong(k, whole, "文档类型声明不收");
    return str_starts(tag, S("/")) ? close_tag(k, whole, local(str_sub(tag, 1, tag.n))) : open_tag(k, whole, tag);
}

err *layer_read_kml(struct arena *a, str file, struct layer *ret)
{
    struct kml k = {.m = {.a = a}, .rest = file, .text = buf_make(a, LIMIT_LAYER_FILE)};
    while (k.rest.n)
        TRY(step(&k, file));
    if (k.depth)
        return wrong(&k, file, "文件不完整");
    return maker_end(&k.m, ret);
}
