/*
 * Marks to a PDF by cairo. What cairo 1.16 cannot say (language, what the QR code is, scope of table heads) is added to
 * its file by finish.c.
 */
#include "papers/finish.h"
#include "papers/subset.h"

#include <cairo-pdf.h>
#include <qrencode.h>
#include <string.h>

enum { QR_QUIET = 4 }; /* modules of white around it, ISO/IEC 18004 */

struct writer {
    struct arena *a;
    const struct sheets *s;
    cairo_t *cr;
    const struct press_font *font; int fonts;
    struct subset *subset;
};

static cairo_status_t take(void *context, const unsigned char *bytes, unsigned int n)
{
    buf *b = context;
    buf_add(b, (str){(const char *)bytes, n});
    return b->overflow ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void ink(cairo_t *cr, uint32_t rgb)
{
    cairo_set_source_rgb(cr, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

static void draw_run(struct writer *w, const struct mark *m)
{
    const struct run *r = m->run;
    cairo_glyph_t *glyph = NEW_ARRAY(w->a, r->n + 1, cairo_glyph_t);
    cairo_text_cluster_t *cluster = NEW_ARRAY(w->a, r->clusters + 1, cairo_text_cluster_t);
    for (size_t i = 0; i < r->n; i++)
        glyph[i] = (cairo_glyph_t){hb_map_get(w->subset[r->font].new_id, r->glyph[i].id), m->x + r->glyph[i].x,
                                   m->y + r->glyph[i].y};
    for (size_t i = 0; i < r->clusters; i++)
        cluster[i] = (cairo_text_cluster_t){r->cluster[i].bytes, r->cluster[i].glyphs};
    cairo_set_font_face(w->cr, w->subset[r->font].face);
    cairo_set_font_size(w->cr, r->size);
    ink(w->cr, m->rgb);
    cairo_show_text_glyphs(w->cr, r->text.p, (int)r->text.n, glyph, (int)r->n, cluster, (int)r->clusters,
                           r->backward ? CAIRO_TEXT_CLUSTER_FLAG_BACKWARD : 0);
}

static err *draw_qr(struct writer *w, const struct mark *m)
{
    QRcode *q = QRcode_encodeString8bit(arena_cstr(w->a, m->text), 0, QR_ECLEVEL_M);
    if (!q)
        return err_new(ERR_LIMIT, "核验网址或联系方式太长，做不成二维码");
    double module = m->w / (q->width + 2 * QR_QUIET);
    cairo_tag_begin(w->cr, "Figure", NULL);
    ink(w->cr, INK_BLACK);
    for (int y = 0; y < q->width; y++)
        for (int x = 0, run; x < q->width; x += run ? run : 1) {
            for (run = 0; x + run < q->width && q->data[y * q->width + x + run] & 1;)
                run++;
            if (run)
                cairo_rectangle(w->cr, m->x + (x + QR_QUIET) * module, m->y + (y + QR_QUIET) * module, run * module, module);
        }
    cairo_fill(w->cr);
    cairo_tag_end(w->cr, "Figure");
    QRcode_free(q);
    return NULL;
}

/* Attribute strings stand in single quotes. */
static str quoted(struct arena *a, str text)
{
    buf b = buf_make(a, 2 * text.n + 16);
    buf_add(&b, S("uri='"));
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\'' || text.p[i] == '\\')
            buf_char(&b, '\\');
        buf_char(&b, text.p[i]);
    }
    buf_char(&b, '\'');
    return buf_str(&b);
}

static err *draw_mark(struct writer *w, const struct mark *m)
{
    switch (m->kind) {
    case MARK_RUN: draw_run(w, m); break;
    case MARK_RULE:
        ink(w->cr, m->rgb);
        cairo_rectangle(w->cr, m->x, m->y, m->w, m->h);
        cairo_fill(w->cr);
        break;
    case MARK_QR: return draw_qr(w, m);
    case MARK_OPEN:
        cairo_tag_begin(w->cr, m->tag, m->text.n ? arena_cstr(w->a, quoted(w->a, m->text)) : NULL);
        break;
    case MARK_CLOSE: cairo_tag_end(w->cr, m->tag); break;
    case MARK_BREAK: break;
    }
    return NULL;
}

static void outline(struct writer *w, cairo_surface_t *surface)
{
    int parent[4] = {CAIRO_PDF_OUTLINE_ROOT, CAIRO_PDF_OUTLINE_ROOT, CAIRO_PDF_OUTLINE_ROOT, CAIRO_PDF_OUTLINE_ROOT};
    for (size_t i = 0; i < w->s->outline.n; i++) {
        const struct outline *o = &w->s->outline.p[i];
        str place = arena_printf(w->a, "page=%d pos=[0 %d]", o->page + 1, (int)o->y);
        int id = cairo_pdf_surface_add_outline(surface, parent[o->level], arena_cstr(w->a, o->text),
                                               arena_cstr(w->a, place), CAIRO_PDF_OUTLINE_FLAG_OPEN);
        for (int level = o->level + 1; level < 4; level++)
            parent[level] = id;
    }
}

static void metadata(struct writer *w, cairo_surface_t *surface, day date)
{
    str when = arena_printf(w->a, "%.*sT00:00:00+08:00", STR_ARG(day_iso(w->a, date)));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, arena_cstr(w->a, w->s->title));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "獬豸");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, arena_cstr(w->a, when));
}

static err *draw(struct writer *w, cairo_surface_t *surface)
{
    cairo_tag_begin(w->cr, "Document", NULL);
    for (size_t p = 0; p < w->s->n; p++) {
        for (size_t i = 0; i < w->s->p[p].n; i++)
            TRY(draw_mark(w, &w->s->p[p].p[i]));
        if (p + 1 == w->s->n)
            cairo_tag_end(w->cr, "Document");
        cairo_show_page(w->cr);
    }
    outline(w, surface);
    return NULL;
}

static err *write_all(struct writer *w, day date, buf *b)
{
    for (int i = 0; i < w->fonts; i++)
        TRY(subset_make(&w->font[i], &w->subset[i]));
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(take, b, w->s->width, w->s->height);
    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5); /* 1.4 could not say what a shared glyph stands for */
    metadata(w, surface, date);
    w->cr = cairo_create(surface);
    err *e = draw(w, surface);
    cairo_status_t status = cairo_status(w->cr);
    cairo_destroy(w->cr);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (e)
        return e;
    if (b->overflow)
        return err_new(ERR_LIMIT, "文书超过%d兆字节", LIMIT_PAPER_BYTES >> 20);
    if (status != CAIRO_STATUS_SUCCESS)
        return err_detail(err_new(ERR_IO, "不能写成PDF"), cairo_status_to_string(status));
    return NULL;
}

err *pdf_write(struct arena *a, const struct sheets *s, const struct paper_options *o, struct press *p, str *ret)
{
    struct writer w = {.a = a, .s = s};
    buf b = buf_make(a, LIMIT_PAPER_BYTES);
    day date = o->date == DAY_NONE ? 0 : o->date;
    w.font = press_fonts(p, &w.fonts);
    w.subset = NEW_ARRAY(a, (size_t)w.fonts + 1, struct subset);
    err *e = write_all(&w, date, &b);
    for (int i = 0; i < w.fonts; i++)
        subset_free(&w.subset[i]);
    if (e)
        return e;
    return pdf_finish(a, buf_str(&b), o->code, ret);
}

str sheets_text(struct arena *a, const struct sheets *s)
{
    buf b = buf_make(a, 2 * LIMIT_PAPER_TEXT);
    for (size_t p = 0; p < s->n; p++) {
        for (size_t i = 0; i < s->p[p].n; i++) {
            const struct mark *m = &s->p[p].p[i];
            if (m->kind == MARK_RUN)
                buf_add(&b, m->run->text);
            else if (m->kind == MARK_BREAK)
                buf_char(&b, m->after);
        }
        if (b.n && b.p[b.n - 1] != '\n')
            buf_char(&b, '\n');
        buf_char(&b, '\f');
    }
    return buf_str(&b);
}
