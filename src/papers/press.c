/*
 * Fonts, and words set in them. The press holds a font map with what it has learned of the installed fonts (half a second's
 * work), so it is kept: a document takes it and gives it back. pango breaks lines and shapes; what it found is
 * copied into runs, and the glyphs are noted for the subset that goes into the file.
 *
 * Which font has a character is fontconfig's business. When none has it, pango would draw a box with its number: that
 * is an error here, and so is a font made of pictures, which a PDF could not carry as text.
 */
#include "base/drawing.h"
#include "papers/press.h"

#include <hb-ot.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-font.h>
#include <stdlib.h>
#include <string.h>

static const char serif_default[] = "Noto Serif CJK SC", sans_default[] = "Noto Sans CJK SC";

struct press {
    PangoFontMap *map;
    PangoContext *context;
    PangoLayout *layout;
    PangoFontDescription *face[FACES];
    char serif[120], sans[120];
    struct press_font font[LIMIT_PAPER_FONTS];
    int fonts;
};

static struct press *only; /* made when it is first taken; of whoever is drawing */

static struct press *press_new(void)
{
    struct press *p = calloc(1, sizeof *p);
    CHECK(p);
    p->map = pango_cairo_font_map_new();
    p->context = pango_font_map_create_context(p->map);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(p->context, options);
    cairo_font_options_destroy(options);
    pango_cairo_context_set_resolution(p->context, 72); /* a pixel is a point */
    pango_context_set_language(p->context, pango_language_from_string("zh-cn"));
    pango_context_set_base_dir(p->context, PANGO_DIRECTION_LTR);
    pango_context_set_round_glyph_positions(p->context, FALSE);
    p->layout = pango_layout_new(p->context);
    pango_layout_set_auto_dir(p->layout, FALSE);
    pango_layout_set_wrap(p->layout, PANGO_WRAP_WORD_CHAR);
    return p;
}

/* The family must be there itself: a substitute would give other line breaks, and other bytes. */
static err *face_set(struct press *p, enum face f, const char *family, PangoWeight weight)
{
    PangoFontDescription *d = pango_font_description_new();
    pango_font_description_set_family(d, family);
    pango_font_description_set_weight(d, weight);
    pango_font_description_set_absolute_size(d, 12 * PANGO_SCALE);
    PangoFont *font = pango_font_map_load_font(p->map, p->context, d);
    PangoFontDescription *found = font ? pango_font_describe(font) : NULL;
    bool same = found && strcasecmp(pango_font_description_get_family(found), family) == 0;
    if (found)
        pango_font_description_free(found);
    if (font)
        g_object_unref(font);
    if (!same) {
        pango_font_description_free(d);
        return err_got(err_new(ERR_MISSING, "没有安装文书用的中文字体“%s”，不能制作文书", family), STR_NONE,
                       S("安装该字体；默认字体的Debian软件包是fonts-noto-cjk"), S("apt-get install fonts-noto-cjk"));
    }
    if (p->face[f])
        pango_font_description_free(p->face[f]);
    p->face[f] = d;
    return NULL;
}

static err *faces_set(struct press *p, str serif, str sans)
{
    if (str_eq(str_of(p->serif), serif) && str_eq(str_of(p->sans), sans))
        return NULL;
    if (serif.n >= sizeof p->serif || sans.n >= sizeof p->sans)
        return err_new(ERR_LIMIT, "字体名称太长");
    memset(p->serif, 0, sizeof p->serif);
    memset(p->sans, 0, sizeof p->sans);
    char family[2][sizeof p->serif] = {{0}};
    memcpy(family[0], serif.p, serif.n);
    memcpy(family[1], sans.p, sans.n);
    for (int i = 0; i < FACES; i++)
        TRY(face_set(p, (enum face)i, family[i / 2], i % 2 ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL));
    memcpy(p->serif, family[0], sizeof p->serif);
    memcpy(p->sans, family[1], sizeof p->sans);
    return NULL;
}

err *press_take(const struct paper_options *o, struct press **ret)
{
    drawing_begin();
    if (!only)
        only = press_new();
    err *e = faces_set(only, o->serif.n ? o->serif : str_of(serif_default), o->sans.n ? o->sans : str_of(sans_default));
    if (e) {
        press_give(only);
        return e;
    }
    *ret = only;
    return NULL;
}

void press_give(struct press *p)
{
    for (int i = 0; i < p->fonts; i++)
        hb_set_destroy(p->font[i].glyphs);
    p->fonts = 0;
    drawing_end();
}

const struct press_font *press_fonts(const struct press *p, int *ret_n)
{
    *ret_n = p->fonts;
    return p->font;
}

static bool has_table(hb_face_t *face, hb_tag_t tag)
{
    hb_blob_t *b = hb_face_reference_table(face, tag);
    bool has = hb_blob_get_length(b) > 0;
    hb_blob_destroy(b);
    return has;
}

/* -1: not a font of outlines; -2: too many fonts. */
static int font_index(struct press *p, PangoFont *font)
{
    hb_face_t *face = hb_font_get_face(pango_font_get_hb_font(font)); /* one for all sizes: the font map's */
    for (int i = 0; i < p->fonts; i++)
        if (p->font[i].face == face)
            return i;
    if (!has_table(face, HB_TAG('C', 'F', 'F', ' ')) && !has_table(face, HB_TAG('g', 'l', 'y', 'f')))
        return -1;
    if (p->fonts == LIMIT_PAPER_FONTS)
        return -2;
    p->font[p->fonts] = (struct press_font){face, hb_set_create()};
    return p->fonts++;
}

static err *no_font(uint32_t c)
{
    AUTO_ARENA(a);
    buf b = buf_make(a, 8);
    buf_utf8(&b, c);
    str one = buf_str(&b);
    return err_got(err_new(ERR_INPUT, "没有字体能印“%.*s”（U+%04X）", STR_ARG(one), c), one,
                   S("安装含此字的字体（如fonts-hanazono），或核对此字是否写错"), STR_NONE);
}

static bool begins_cluster(const PangoGlyphString *g, int i)
{
    return !i || g->log_clusters[i] != g->log_clusters[i - 1];
}

/* Clusters in the order of glyphs. From right to left the first glyph belongs to the last bytes. */
static void clusters_of(struct arena *a, const PangoGlyphString *g, size_t bytes, struct run *r)
{
    r->cluster = NEW_ARRAY(a, (size_t)g->num_glyphs + 1, struct run_cluster);
    for (int i = 0; i < g->num_glyphs; i++) {
        if (begins_cluster(g, i)) {
            size_t from = (size_t)g->log_clusters[i], to = bytes;
            if (r->backward && r->clusters) {
                int before = i - 1;
                to = (size_t)g->log_clusters[before];
            } else if (!r->backward) {
                for (int k = i + 1; k < g->num_glyphs; k++)
                    if (begins_cluster(g, k)) {
                        to = (size_t)g->log_clusters[k];
                        break;
                    }
            }
            r->cluster[r->clusters++] = (struct run_cluster){(uint32_t)(to - from), 0};
        }
        if (g->glyphs[i].glyph != PANGO_GLYPH_EMPTY)
            r->cluster[r->clusters - 1].glyphs++;
    }
}

/* ---- where lines may end ---- */

/* UAX 14 lets no line end on either side of “ and ”: it cannot know whether they open or close. In Chinese text they do
 * (GB/T 15834-2011), so a break that has no width is put before one that opens and behind one that closes; it is taken out
 * again with the glyphs. */
static const char gap[] = "\u200b";
enum { GAP = sizeof gap - 1 };

static bool opens(uint32_t c)
{
    return c == 0x2018 || c == 0x201c || c == 0x3008 || c == 0x300a || c == 0x300c || c == 0x300e || c == 0x3010 ||
           c == 0x3014 || c == 0xff08 || c == '(' || c == '[';
}

static bool may_follow_quote(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9fff) || c >= 0x20000 || opens(c) || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

static bool may_precede_quote(uint32_t c)
{
    return (c >= 0x3001 && c <= 0x9fff && !opens(c)) || (c >= 0xff01 && c != 0xff08) || c == 0x201d;
}

static str with_gaps(struct arena *a, str text)
{
    if (str_find(text, S("\u201c")) < 0 && str_find(text, S("\u2018")) < 0 && str_find(text, S("\u201d")) < 0 &&
        str_find(text, S("\u2019")) < 0)
        return text;
    buf b = buf_make(a, text.n * 2 + 8);
    uint32_t before = 0;
    for (str rest = text; rest.n;) {
        uint32_t c = utf8_next(&rest);
        if (((c == 0x201c || c == 0x2018) && may_precede_quote(before)) ||
            ((before == 0x201d || before == 0x2019) && may_follow_quote(c)))
            buf_add(&b, (str){gap, GAP});
        buf_utf8(&b, c);
        before = c;
    }
    return buf_str(&b);
}

static void gaps_out(struct arena *a, struct run *r)
{
    if (str_find(r->text, (str){gap, GAP}) < 0)
        return;
    buf b = buf_make(a, r->text.n + 1);
    size_t kept = 0, from = r->backward ? r->text.n : 0;
    for (size_t i = 0; i < r->clusters; i++) {
        struct run_cluster c = r->cluster[i];
        if (r->backward)
            from -= c.bytes;
        if (c.bytes == GAP && memcmp(r->text.p + from, gap, GAP) == 0)
            c = (struct run_cluster){0, 0};
        if (!r->backward)
            from += r->cluster[i].bytes;
        if (c.bytes)
            r->cluster[kept++] = c;
    }
    r->clusters = kept;
    for (str rest = r->text; rest.n;) {
        uint32_t c = utf8_next(&rest);
        if (c != 0x200b)
            buf_utf8(&b, c);
    }
    r->text = buf_str(&b);
}

static err *run_of(struct press *p, struct arena *a, const PangoLayoutRun *from, str text, double size, struct run **ret,
                   double *ret_width)
{
    const PangoGlyphString *g = from->glyphs;
    const PangoItem *item = from->item;
    struct run *r = NEW(a, struct run);
    double x = 0;
    *r = (struct run){.size = size, .text = arena_str(a, str_sub(text, (size_t)item->offset, (size_t)item->length)),
                      .backward = item->analysis.level % 2 != 0};
    r->font = font_index(p, item->analysis.font);
    if (r->font == -2)
        return err_new(ERR_LIMIT, "一份文书用到超过%d种字体", LIMIT_PAPER_FONTS);
    r->glyph = NEW_ARRAY(a, (size_t)g->num_glyphs + 1, struct run_glyph);
    for (int i = 0; i < g->num_glyphs; i++) {
        const PangoGlyphInfo *in = &g->glyphs[i];
        if (in->glyph != PANGO_GLYPH_EMPTY) {
            str rest = str_sub(r->text, (size_t)g->log_clusters[i], r->text.n);
            if (in->glyph & PANGO_GLYPH_UNKNOWN_FLAG)
                return no_font(in->glyph & ~PANGO_GLYPH_UNKNOWN_FLAG);
            if (r->font < 0)
                return no_font(utf8_next(&rest));
            hb_set_add(p->font[r->font].glyphs, in->glyph);
            r->glyph[r->n++] = (struct run_glyph){in->glyph, x + in->geometry.x_offset / (double)PANGO_SCALE,
                                                  in->geometry.y_offset / (double)PANGO_SCALE};
        }
        x += in->geometry.width / (double)PANGO_SCALE;
    }
    clusters_of(a, g, r->text.n, r);
    gaps_out(a, r);
    *ret = r;
    *ret_width = x;
    return NULL;
}

static err *line_of(struct press *p, struct arena *a, PangoLayoutLine *from, str text, double size, struct line *ret)
{
    size_t n = 0;
    for (GSList *l = from->runs; l; l = l->next)
        n++;
    ret->run = NEW_ARRAY(a, n + 1, struct run *);
    ret->x = NEW_ARRAY(a, n + 1, double);
    for (GSList *l = from->runs; l; l = l->next) {
        double width;
        TRY(run_of(p, a, l->data, text, size, &ret->run[ret->n], &width));
        ret->x[ret->n++] = ret->width;
        ret->width += width;
    }
    return NULL;
}

err *press_lines(struct press *p, struct arena *a, struct style style, str text, double width, double indent, struct line **ret,
                 size_t *ret_n)
{
    pango_font_description_set_absolute_size(p->face[style.face], style.size * PANGO_SCALE);
    pango_layout_set_font_description(p->layout, p->face[style.face]);
    pango_layout_set_width(p->layout, width > 0 ? (int)(width * PANGO_SCALE) : -1);
    pango_layout_set_indent(p->layout, (int)(indent * PANGO_SCALE));
    text = with_gaps(a, text);
    CHECK(text.n < INT32_MAX);
    pango_layout_set_text(p->layout, text.n ? text.p : "", (int)text.n);
    GSList *lines = pango_layout_get_lines_readonly(p->layout);
    size_t n = 0;
    for (GSList *l = lines; l; l = l->next)
        n++;
    struct line *out = NEW_ARRAY(a, n, struct line);
    n = 0;
    for (GSList *l = lines; l; l = l->next) {
        const PangoLayoutLine *next = l->next ? l->next->data : NULL, *this = l->data;
        TRY(line_of(p, a, l->data, text, style.size, &out[n]));
        /* A line ends where a value had a line break, or at the end: such lines are not stretched. */
        size_t end = (size_t)(this->start_index + this->length);
        out[n++].last = !next || str_starts(str_sub(text, end, text.n), S("\u2028"));
    }
    *ret = out;
    *ret_n = n;
    return NULL;
}

void line_stretch(struct line *l, double width)
{
    size_t gaps = 0;
    for (size_t i = 0; i < l->n; i++)
        gaps += l->run[i]->clusters;
    if (gaps < 2 || width <= l->width)
        return;
    double each = (width - l->width) / (double)(gaps - 1), moved = 0;
    for (size_t i = 0; i < l->n; i++) {
        struct run *r = l->run[i];
        double inside = 0;
        l->x[i] += moved;
        for (size_t c = 0, g = 0; c < r->clusters; c++, inside += each)
            for (size_t k = 0; k < r->cluster[c].glyphs; k++, g++)
                r->glyph[g].x += inside;
        moved += inside;
    }
    l->width = width;
}
