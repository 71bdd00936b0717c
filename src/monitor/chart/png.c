/*
 * The same picture painted by cairo, words by pango. Hinting is off and the font map is this picture's own: what is
 * drawn depends on the input and the installed font alone, not on who drew before.
 */
#include "base/drawing.h"
#include "monitor/chart/canvas.h"

#include <cairo.h>
#include <pango/pangocairo.h>

struct png {
    struct canvas canvas;
    cairo_t *cairo;
    PangoLayout *layout;
};

static cairo_t *cr(struct canvas *k)
{
    return ((struct png *)k)->cairo;
}

static void set_ink(cairo_t *c, enum ink ink, int percent)
{
    uint32_t rgb = ink_rgb(ink);
    cairo_set_source_rgba(c, (rgb >> 16) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0, percent / 100.0);
}

static void set_pen(cairo_t *c, struct pen pen)
{
    double dash = (double)pen.dash / PX;
    set_ink(c, pen.ink, 100);
    cairo_set_line_width(c, (double)pen.width / PX);
    cairo_set_dash(c, &dash, pen.dash ? 1 : 0, 0);
}

static void path(cairo_t *c, const struct spot *p, size_t n, size_t each)
{
    for (size_t i = 0; i < n; i++) {
        double x = (double)p[i].x / PX, y = (double)p[i].y / PX;
        if (i % each == 0)
            cairo_move_to(c, x, y);
        else
            cairo_line_to(c, x, y);
    }
}

static void png_open(struct canvas *k, const char *class, str title)
{
    (void)k, (void)class, (void)title;
}

static void png_close(struct canvas *k)
{
    (void)k;
}

static void png_fill(struct canvas *k, struct box b, enum ink ink, int percent)
{
    set_ink(cr(k), ink, percent);
    cairo_rectangle(cr(k), (double)b.x / PX, (double)b.y / PX, (double)b.w / PX, (double)b.h / PX);
    cairo_fill(cr(k));
}

static void png_area(struct canvas *k, const struct spot *p, size_t n, enum ink ink, int percent)
{
    set_ink(cr(k), ink, percent);
    path(cr(k), p, n, n);
    cairo_close_path(cr(k));
    cairo_fill(cr(k));
}

static void png_line(struct canvas *k, const struct spot *p, size_t n, struct pen pen)
{
    set_pen(cr(k), pen);
    path(cr(k), p, n, n);
    cairo_stroke(cr(k));
}

static void png_strokes(struct canvas *k, const struct spot *p, size_t n, struct pen pen)
{
    set_pen(cr(k), pen);
    path(cr(k), p, n, 2);
    cairo_stroke(cr(k));
}

static void png_words(struct canvas *k, struct spot at, const struct words *w)
{
    PangoLayout *l = ((struct png *)k)->layout;
    PangoFontDescription *font = pango_font_description_from_string("Noto Sans CJK SC");
    pango_font_description_set_absolute_size(font, (double)w->size / PX * PANGO_SCALE);
    pango_font_description_set_weight(font, w->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(l, font);
    pango_layout_set_text(l, w->text.p ? w->text.p : "", (int)w->text.n);
    pango_font_description_free(font);
    PangoRectangle box;
    pango_layout_get_extents(l, NULL, &box);
    double x = (double)at.x / PX, wide = (double)box.width / PANGO_SCALE;
    x -= w->anchor == ANCHOR_END ? wide : w->anchor == ANCHOR_MIDDLE ? wide / 2 : 0;
    set_ink(cr(k), w->ink, 100);
    cairo_move_to(cr(k), x, (double)at.y / PX - (double)pango_layout_get_baseline(l) / PANGO_SCALE);
    pango_cairo_show_layout(cr(k), l);
}

static const struct canvas_way png_way = {png_open, png_close, png_fill, png_area, png_line, png_strokes, png_words};

static cairo_status_t take(void *context, const unsigned char *bytes, unsigned int n)
{
    buf *b = context;
    buf_add(b, (str){(const char *)bytes, n});
    return b->overflow ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void paint(const struct chart *c, struct arena *a, cairo_t *cairo)
{
    PangoFontMap *fonts = pango_cairo_font_map_new();
    PangoContext *context = pango_font_map_create_context(fonts);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context, options);
    pango_cairo_context_set_resolution(context, 96);
    struct png k = {{&png_way, a}, cairo, pango_layout_new(context)};
    pango_layout_set_single_paragraph_mode(k.layout, TRUE);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    chart_draw(c, &k.canvas);
    g_object_unref(k.layout);
    cairo_font_options_destroy(options);
    g_object_unref(context);
    g_object_unref(fonts);
}

err *chart_png(struct arena *a, const struct chart *c, str *ret)
{
    TRY(chart_check(c));
    buf b = buf_make(a, LIMIT_PNG_BYTES);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, c->width, c->height);
    drawing_begin();
    cairo_t *cairo = cairo_create(surface);
    paint(c, a, cairo);
    cairo_status_t status = cairo_status(cairo);
    cairo_destroy(cairo);
    drawing_end();
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_write_to_png_stream(surface, take, &b);
    cairo_surface_destroy(surface);
    if (b.overflow)
        return err_new(ERR_LIMIT, "图超过%d字节，请缩小图幅", LIMIT_PNG_BYTES);
    if (status != CAIRO_STATUS_SUCCESS)
        return err_detail(err_new(ERR_IO, "不能画成PNG"), cairo_status_to_string(status));
    *ret = buf_str(&b);
    return NULL;
}
