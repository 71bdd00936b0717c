/*
 * A window of a level is read tile by tile into three rows of bytes; cairo sets the picture, its outlines and its words, with hinting off and a font map
 * of the picture's own, as charts are (monitor/chart/png.c).
 */
#include "base/drawing.h"
#include "remote/view.h"

#include <cairo.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

struct view { struct arena *arena; struct tif *tif; const struct sensor *sensor; int band[CHANNELS]; double scale, add; };

err *view_open(struct arena *a, str path, const struct sensor *s, struct view **ret)
{
    struct view *v = NEW(a, struct view);
    *v = (struct view){.arena = a, .sensor = s, .scale = s->scale, .add = s->add};
    TRY(tif_open(a, path, &v->tif));
    const struct tif_head *h = tif_head(v->tif);
    for (int c = 0; c < CHANNELS; c++) {
        v->band[c] = -1;
        for (int b = 0; b < h->bands; b++)
            if (sensor_channel(s, str_of(h->name[b])) == (enum channel)c)
                v->band[c] = b;
    }
    *ret = v;
    return NULL;
}

void view_close(struct view *v)
{
    if (v)
        tif_close(v->tif);
}

const struct tif_head *view_head(const struct view *v)
{
    return tif_head(v->tif);
}

static bool three_of(const struct view *v, enum view_mode mode, enum channel ret[3])
{
    static const enum channel sets[][3] = {{CHANNEL_RED, CHANNEL_GREEN, CHANNEL_BLUE}, {CHANNEL_NIR, CHANNEL_RED, CHANNEL_GREEN}};
    static const enum channel single[] = {CHANNEL_VH, CHANNEL_VV, CHANNEL_NIR, CHANNEL_GREEN, CHANNEL_RED, CHANNEL_SWIR1};
    memcpy(ret, sets[mode == VIEW_FALSE], sizeof sets[0]);
    if (v->band[ret[0]] >= 0 && v->band[ret[1]] >= 0 && v->band[ret[2]] >= 0)
        return true;
    for (size_t i = 0; mode == VIEW_TRUE && i < sizeof single / sizeof *single; i++)
        if (v->band[single[i]] >= 0) {
            ret[0] = ret[1] = ret[2] = single[i];
            return true;
        }
    return false;
}

bool view_has(const struct view *v, enum view_mode mode, const struct recipe *recipe)
{
    enum channel three[3];
    struct bands b = {.sensor = v->sensor};
    const struct recipe *used;
    if (mode != VIEW_INDEX)
        return three_of(v, mode, three);
    memcpy(b.band, v->band, sizeof b.band);
    bool has = recipe && !recipe_for(recipe, &b, &used);
    err_clear();
    return has;
}

/* ---- a window of a level as floats ---- */
struct window { int level, x0, y0, w, h; };

static err *read_channel(const struct view *v, struct arena *a, const struct window *k, enum channel c, float *ret)
{
    const struct tif_head *h = tif_head(v->tif);
    const struct tif_level *l = &h->level[k->level];
    size_t size = sample_size(h->sample);
    uint8_t *tile = arena_alloc(a, (size_t)TIF_TILE * TIF_TILE, size);
    for (int i = 0; i < k->w * k->h; i++)
        ret[i] = NAN;
    for (int ty = (k->y0 < 0 ? 0 : k->y0) / TIF_TILE; ty < l->down && ty * TIF_TILE < k->y0 + k->h; ty++)
        for (int tx = (k->x0 < 0 ? 0 : k->x0) / TIF_TILE; tx < l->across && tx * TIF_TILE < k->x0 + k->w; tx++) {
            TRY(tif_tile(v->tif, k->level, v->band[c], tx, ty, tile));
            for (int y = ty * TIF_TILE; y < (ty + 1) * TIF_TILE && y < l->height; y++)
                for (int x = tx * TIF_TILE; x < (tx + 1) * TIF_TILE && x < l->width; x++) {
                    if (x < k->x0 || y < k->y0 || x >= k->x0 + k->w || y >= k->y0 + k->h)
                        continue;
                    const uint8_t *p = tile + ((size_t)(y % TIF_TILE) * TIF_TILE + (size_t)(x % TIF_TILE)) * size;
                    uint16_t u;
                    int16_t s;
                    float f;
                    memcpy(&u, p, size > 1 ? 2 : 1), memcpy(&s, p, size > 1 ? 2 : 1), memcpy(&f, p, size > 2 ? 4 : 1);
                    f = h->sample == SAMPLE_F32 ? f : h->sample == SAMPLE_I16 ? (float)s : h->sample == SAMPLE_U16 ? (float)u : (float)*p;
                    ret[(size_t)(y - k->y0) * (size_t)k->w + (size_t)(x - k->x0)] = h->has_nodata && (double)f == h->nodata ? NAN : (f + (float)v->add) * (float)v->scale;
                }
        }
    return NULL;
}

/* Three rows of values: of channels, or of an index three times. */
static err *read_window(const struct view *v, struct arena *a, const struct window *k, enum view_mode mode, const struct recipe *recipe, float *ret[3])
{
    enum channel three[3];
    size_t n = (size_t)k->w * (size_t)k->h;
    for (int i = 0; i < 3; i++)
        ret[i] = NEW_ARRAY(a, n, float);
    if (mode != VIEW_INDEX) {
        if (!three_of(v, mode, three))
            return err_new(ERR_INPUT, "影像没有这种显示要用的波段");
        for (int i = 0; i < 3; i++)
            TRY(read_channel(v, a, k, three[i], ret[i]));
        return NULL;
    }
    struct bands b = {.sensor = v->sensor};
    const struct recipe *used;
    struct eval *e;
    float *in[CHANNELS] = {0};
    uint8_t mask[EVAL_SPAN], valid[EVAL_SPAN];
    memcpy(b.band, v->band, sizeof b.band);
    TRY(recipe_for(recipe, &b, &used));
    TRY(eval_new(a, str_of(used->index), str_of(used->when), used->threshold, &e));
    for (int c = 0; c < CHANNELS; c++)
        if (eval_channels(e) >> c & 1) {
            in[c] = NEW_ARRAY(a, n, float);
            TRY(read_channel(v, a, k, (enum channel)c, in[c]));
        }
    for (size_t at = 0; at < n; at += EVAL_SPAN) {
        const float *span[CHANNELS] = {0};
        for (int c = 0; c < CHANNELS; c++)
            span[c] = in[c] ? in[c] + at : NULL;
        eval_span(e, span, n - at < EVAL_SPAN ? n - at : EVAL_SPAN, mask, valid, ret[0] + at);
    }
    ret[1] = ret[2] = ret[0];
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    const float *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

err *view_stretch(struct view *v, enum view_mode mode, const struct recipe *recipe, struct stretch *ret)
{
    AUTO_ARENA(a);
    const struct tif_head *h = tif_head(v->tif);
    int level = h->levels - 1;
    struct window k = {level, 0, 0, h->level[level].width < 1024 ? h->level[level].width : 1024, h->level[level].height < 1024 ? h->level[level].height : 1024};
    float *three[3];
    TRY(read_window(v, a, &k, mode, recipe, three));
    for (int i = 0; i < 3; i++) {
        size_t n = 0;
        float *sorted = NEW_ARRAY(a, (size_t)k.w * (size_t)k.h, float);
        for (size_t p = 0; p < (size_t)k.w * (size_t)k.h; p++)
            if (three[i][p] == three[i][p])
                sorted[n++] = three[i][p];
        qsort(sorted, n, sizeof *sorted, by_size);
        ret->low[i] = n ? (double)sorted[n * 2 / 100] : 0;
        ret->high[i] = n ? (double)sorted[(n - 1) * 98 / 100] : 1;
        if (!(ret->high[i] > ret->low[i]))
            ret->high[i] = ret->low[i] + 1;
    }
    for (int i = 1; i < 3 && mode != VIEW_INDEX; i++) { /* one stretch for the three: colours stay what they are */
        ret->low[0] = fmin(ret->low[0], ret->low[i]);
        ret->high[0] = fmax(ret->high[0], ret->high[i]);
    }
    for (int i = 1; i < 3; i++)
        ret->low[i] = ret->low[0], ret->high[i] = ret->high[0];
    return NULL;
}

static uint32_t colour(enum view_mode mode, const struct stretch *s, const float *const three[3], size_t p)
{
    double v[3];
    if (!(three[0][p] == three[0][p]) || !(three[1][p] == three[1][p]) || !(three[2][p] == three[2][p]))
        return 0xd5dae1; /* nothing there */
    for (int i = 0; i < 3; i++) {
        v[i] = ((double)three[i][p] - s->low[i]) / (s->high[i] - s->low[i]);
        v[i] = v[i] < 0 ? 0 : v[i] > 1 ? 1 : mode == VIEW_INDEX ? v[i] : pow(v[i], 0.7); /* dark ground can be told from water */
    }
    if (mode == VIEW_INDEX) { /* brown, pale, blue: told apart by those who do not see red and green */
        static const double ramp[3][3] = {{0.55, 0.32, 0.04}, {0.96, 0.95, 0.92}, {0.02, 0.27, 0.55}};
        double t = v[0] * 2, u = t < 1 ? t : t - 1;
        const double *from = ramp[t < 1 ? 0 : 1], *to = ramp[t < 1 ? 1 : 2];
        for (int i = 0; i < 3; i++)
            v[i] = from[i] + (to[i] - from[i]) * u;
    }
    return (uint32_t)(v[0] * 255 + 0.5) << 16 | (uint32_t)(v[1] * 255 + 0.5) << 8 | (uint32_t)(v[2] * 255 + 0.5);
}

static cairo_surface_t *surface_of(const struct window *k, enum view_mode mode, const struct stretch *s, float *const three[3])
{
    cairo_surface_t *p = cairo_image_surface_create(CAIRO_FORMAT_RGB24, k->w, k->h);
    cairo_surface_flush(p);
    unsigned char *bytes = cairo_image_surface_get_data(p);
    int stride = cairo_image_surface_get_stride(p);
    for (int y = 0; y < k->h; y++)
        for (int x = 0; x < k->w; x++) {
            uint32_t rgb = colour(mode, s, (const float *const *)three, (size_t)y * (size_t)k->w + (size_t)x);
            memcpy(bytes + (ptrdiff_t)y * stride + (ptrdiff_t)x * 4, &rgb, sizeof rgb);
        }
    cairo_surface_mark_dirty(p);
    return p;
}

static cairo_status_t take(void *context, const unsigned char *bytes, unsigned int n)
{
    buf *b = context;
    buf_add(b, (str){(const char *)bytes, n});
    return b->overflow ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static err *png_of(struct arena *a, cairo_surface_t *p, str *ret)
{
    buf b = buf_make(a, LIMIT_VIEW_PNG);
    cairo_status_t status = cairo_surface_write_to_png_stream(p, take, &b);
    *ret = buf_str(&b);
    return status == CAIRO_STATUS_SUCCESS ? NULL : err_detail(err_new(ERR_IO, "不能画成PNG"), cairo_status_to_string(status));
}

err *view_tile(struct arena *a, struct view *v, enum view_mode mode, const struct recipe *recipe, const struct stretch *s, int level, int x, int y, str *ret)
{
    const struct tif_head *h = tif_head(v->tif);
    float *three[3];
    if (level < 0 || level >= h->levels || x < 0 || y < 0 || x >= h->level[level].across || y >= h->level[level].down)
        return err_new(ERR_MISSING, "没有这张图块");
    const struct tif_level *l = &h->level[level];
    struct window k = {level, x * VIEW_TILE, y * VIEW_TILE, VIEW_TILE, VIEW_TILE};
    k.w = k.x0 + k.w > l->width ? l->width - k.x0 : k.w;
    k.h = k.y0 + k.h > l->height ? l->height - k.y0 : k.h;
    TRY(read_window(v, a, &k, mode, recipe, three));
    cairo_surface_t *p = surface_of(&k, mode, s, three);
    err *e = png_of(a, p, ret);
    cairo_surface_destroy(p);
    return e;
}

/* ---- chips ---- */
struct pen { cairo_t *c; PangoLayout *l; };

static void words(const struct pen *p, str text, double x, double y, double size, uint32_t rgb, bool bold, bool right)
{
    PangoFontDescription *font = pango_font_description_from_string("Noto Sans CJK SC");
    PangoRectangle box;
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(p->l, font);
    pango_layout_set_text(p->l, text.p ? text.p : "", (int)text.n);
    pango_font_description_free(font);
    pango_layout_get_extents(p->l, NULL, &box);
    cairo_set_source_rgb(p->c, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
    cairo_move_to(p->c, right ? x - (double)box.width / PANGO_SCALE : x, y - (double)pango_layout_get_baseline(p->l) / PANGO_SCALE);
    pango_cairo_show_layout(p->c, p->l);
}

static void outlines(const struct pen *p, const struct json *rings, const struct chip *c, double zoom)
{
    for (int pass = 0; pass < 2; pass++) { /* dark under light: seen on any ground */
        for (size_t r = 0; rings && r < rings->n; r++) {
            const struct json *ring = &rings->child[r];
            for (size_t i = 0; i + 1 < ring->n; i += 2) {
                double x = ((double)ring->child[i].i - c->x0) * zoom, y = ((double)ring->child[i + 1].i - c->y0) * zoom;
                if (i)
                    cairo_line_to(p->c, x, y);
                else
                    cairo_move_to(p->c, x, y);
            }
            cairo_close_path(p->c);
        }
        cairo_set_source_rgb(p->c, pass ? 1 : 0.1, pass ? 0.86 : 0.1, pass ? 0.1 : 0.1);
        cairo_set_line_width(p->c, pass ? 1.5 : 3.5);
        cairo_stroke(p->c);
    }
}

/* A round length of a fifth to a half of the picture. */
static void scale_bar(struct arena *a, const struct pen *p, double metres_across)
{
    double length = pow(10, floor(log10(metres_across / 5)));
    double best = length;
    for (int i = 0; i < 3; i++)
        best = length * (i == 0 ? 1 : i == 1 ? 2 : 5) <= metres_across / 2.2 ? length * (i == 0 ? 1 : i == 1 ? 2 : 5) : best;
    double wide = best / metres_across * CHIP_SIDE, x = 12, y = CHIP_SIDE - 14;
    cairo_set_source_rgba(p->c, 1, 1, 1, 0.82);
    cairo_rectangle(p->c, x - 6, y - 22, wide + 12, 30);
    cairo_fill(p->c);
    cairo_set_source_rgb(p->c, 0.11, 0.14, 0.19);
    cairo_rectangle(p->c, x, y, wide, 3);
    cairo_fill(p->c);
    words(p, best >= 1000 ? arena_printf(a, "%.0f千米", best / 1000) : arena_printf(a, "%.0f米", best), x, y - 5, 13, 0x1c2330, false, false);
}

static void paint(struct arena *a, const struct view *v, const struct chip *c, cairo_surface_t *picture, double zoom, int inner, cairo_t *cairo)
{
    PangoFontMap *fonts = pango_cairo_font_map_new();
    PangoContext *context = pango_font_map_create_context(fonts);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    pango_cairo_context_set_resolution(context, 96);
    struct pen p = {cairo, pango_layout_new(context)};
    pango_layout_set_single_paragraph_mode(p.l, TRUE);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_save(cairo);
    cairo_rectangle(cairo, 0, 0, CHIP_SIDE, CHIP_SIDE);
    cairo_clip(cairo);
    cairo_save(cairo);
    cairo_scale(cairo, (double)CHIP_SIDE / inner, (double)CHIP_SIDE / inner);
    cairo_set_source_surface(cairo, picture, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_NEAREST);
    cairo_paint(cairo);
    cairo_restore(cairo);
    outlines(&p, c->rings, c, zoom);
    scale_bar(a, &p, c->side * grid_pixel_m(&tif_head(v->tif)->grid, c->y0 + c->side / 2.0));
    cairo_restore(cairo);
    words(&p, c->first, 8, CHIP_SIDE + 24, 15, 0x1c2330, true, false);
    words(&p, c->second, 8, CHIP_SIDE + 48, 12, 0x555f6e, false, false);
    words(&p, S("未经核实"), CHIP_SIDE - 8, CHIP_SIDE + 24, 15, 0xa3201c, true, true);
    g_object_unref(p.l);
    cairo_font_options_destroy(options);
    g_object_unref(context);
    g_object_unref(fonts);
}

err *view_chip(struct arena *a, struct view *v, const struct chip *c, const struct stretch *s, str *ret)
{
    const struct tif_head *h = tif_head(v->tif);
    float *three[3];
    int level = 0;
    if (c->side < 1 || c->side > LIMIT_RASTER_EDGE)
        return err_new(ERR_INPUT, "范围不对");
    while (level + 1 < h->levels && c->side >> level > CHIP_SIDE)
        level++;
    int inner = c->side >> level;
    inner = inner < 1 ? 1 : inner;
    struct window k = {level, c->x0 >> level, c->y0 >> level, inner, inner};
    TRY(read_window(v, a, &k, c->mode, c->recipe, three));
    cairo_surface_t *picture = surface_of(&k, c->mode, s, three);
    cairo_surface_t *whole = cairo_image_surface_create(CAIRO_FORMAT_RGB24, CHIP_SIDE, CHIP_SIDE + CHIP_FOOT);
    drawing_begin();
    cairo_t *cairo = cairo_create(whole);
    paint(a, v, c, picture, (double)CHIP_SIDE / c->side, inner, cairo);
    cairo_destroy(cairo);
    drawing_end();
    err *e = png_of(a, whole, ret);
    cairo_surface_destroy(whole);
    cairo_surface_destroy(picture);
    return e;
}
