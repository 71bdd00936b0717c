/*
 * SVG written by hand instead of by cairo: its SVG surface turns words into outlines, which cannot be searched, copied or read
 * aloud and are ten times the size. Only presentation attributes (the pages' policy allows no style of a document's own), no
 * ids (two pictures may stand in one page), paths in relative tenths.
 */
#include "monitor/chart/canvas.h"

struct svg { struct canvas canvas; buf b; };

static buf *out(struct canvas *k)
{
    return &((struct svg *)k)->b;
}

/* "12.5": tenths without a needless ".0". */
static void put_length(buf *b, int tenths)
{
    if (tenths < 0) {
        buf_char(b, '-');
        tenths = -tenths;
    }
    buf_int(b, tenths / PX);
    if (tenths % PX) {
        buf_char(b, '.');
        buf_char(b, (char)('0' + tenths % PX));
    }
}

static void put_attribute(buf *b, const char *name, int tenths)
{
    buf_printf(b, " %s=\"", name);
    put_length(b, tenths);
    buf_char(b, '"');
}

static void put_escaped(buf *b, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '&')
            buf_add(b, S("&amp;"));
        else if (c == '<')
            buf_add(b, S("&lt;"));
        else if (c == '>')
            buf_add(b, S("&gt;"));
        else if (c == '"')
            buf_add(b, S("&quot;"));
        else
            buf_char(b, c);
    }
}

static void put_step(buf *b, int delta, bool second)
{
    if (second && delta >= 0)
        buf_char(b, ' ');
    put_length(b, delta);
}

/* One path: every `each` spots a new stroke. */
static void put_path(buf *b, const struct spot *p, size_t n, size_t each)
{
    buf_add(b, S("<path d=\""));
    for (size_t i = 0; i < n; i++) {
        bool start = i % each == 0;
        if (i && !start && p[i].x == p[i - 1].x && p[i].y == p[i - 1].y)
            continue;
        buf_char(b, start ? 'M' : 'l');
        put_step(b, start ? p[i].x : p[i].x - p[i - 1].x, false);
        put_step(b, start ? p[i].y : p[i].y - p[i - 1].y, true);
    }
}

static void put_pen(buf *b, struct pen pen)
{
    buf_printf(b, "\" fill=\"none\" stroke=\"#%06x\"", ink_rgb(pen.ink));
    if (pen.width != 1 * PX)
        put_attribute(b, "stroke-width", pen.width);
    if (pen.dash)
        put_attribute(b, "stroke-dasharray", pen.dash);
    buf_add(b, S("/>"));
}

static void svg_open(struct canvas *k, const char *class, str title)
{
    buf_printf(out(k), "<g class=\"%s\">", class);
    if (title.n) {
        buf_add(out(k), S("<title>"));
        put_escaped(out(k), title);
        buf_add(out(k), S("</title>"));
    }
}

static void svg_close(struct canvas *k)
{
    buf_add(out(k), S("</g>"));
}

static void put_fill(buf *b, enum ink ink, int percent)
{
    buf_printf(b, " fill=\"#%06x\"", ink_rgb(ink));
    if (percent < 100)
        buf_printf(b, " fill-opacity=\".%02d\"", percent);
    buf_add(b, S("/>"));
}

static void svg_fill(struct canvas *k, struct box box, enum ink ink, int percent)
{
    buf *b = out(k);
    buf_add(b, S("<rect"));
    put_attribute(b, "x", box.x);
    put_attribute(b, "y", box.y);
    put_attribute(b, "width", box.w);
    put_attribute(b, "height", box.h);
    put_fill(b, ink, percent);
}

static void svg_area(struct canvas *k, const struct spot *p, size_t n, enum ink ink, int percent)
{
    put_path(out(k), p, n, n);
    buf_add(out(k), S("z\""));
    put_fill(out(k), ink, percent);
}

static void svg_line(struct canvas *k, const struct spot *p, size_t n, struct pen pen)
{
    put_path(out(k), p, n, n);
    put_pen(out(k), pen);
}

static void svg_strokes(struct canvas *k, const struct spot *p, size_t n, struct pen pen)
{
    if (!n)
        return;
    put_path(out(k), p, n, 2);
    put_pen(out(k), pen);
}

static void svg_words(struct canvas *k, struct spot at, const struct words *w)
{
    static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    buf *b = out(k);
    buf_add(b, S("<text"));
    put_attribute(b, "x", at.x);
    put_attribute(b, "y", at.y);
    put_attribute(b, "font-size", w->size);
    buf_printf(b, " fill=\"#%06x\"%s%s>", ink_rgb(w->ink), anchors[w->anchor], w->bold ? " font-weight=\"bold\"" : "");
    put_escaped(b, w->text);
    buf_add(b, S("</text>"));
}

static const struct canvas_way svg_way = {svg_open, svg_close, svg_fill, svg_area, svg_line, svg_strokes, svg_words};

err *chart_svg(struct arena *a, const struct chart *c, str *ret)
{
    TRY(chart_check(c));
    struct svg k = {{&svg_way, a}, buf_make(a, LIMIT_SVG_BYTES)};
    buf_printf(&k.b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
                     "font-family=\"'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif\" "
                     "stroke-linejoin=\"round\"><title>",
               c->width, c->height, c->width, c->height);
    put_escaped(&k.b, text_clean(a, c->title.n ? c->title : S("监测数据图")));
    buf_add(&k.b, S("</title>"));
    chart_draw(c, &k.canvas);
    buf_add(&k.b, S("</svg>\n"));
    if (k.b.overflow)
        return err_new(ERR_LIMIT, "图超过%d字节，请缩小图幅或减少曲线", LIMIT_SVG_BYTES);
    *ret = buf_str(&k.b);
    return NULL;
}
