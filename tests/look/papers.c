#include "look/papers.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

void papers_sql(struct papers *p, const char *sql)
{
    scene_exec(p->life->scene->db, sql);
}

void papers_provider(struct papers *p, const char *provider, int tasks)
{
    AUTO_ARENA(a);
    p->seq = p->seq ? p->seq : 100000;
    papers_sql(p, arena_cstr(a, arena_printf(a, "INSERT INTO provider (id, seq, name, kind, state, state_seq) VALUES ('%s', %lld, '%s公司', 'organisation', 'admitted', 1)"
                                                " ON CONFLICT DO NOTHING", provider, (long long)p->seq, provider)));
    for (int i = 0; i < tasks; i++, p->seq++) {
        papers_sql(p, arena_cstr(a, arena_printf(a, "INSERT INTO entrustment (id, seq, agreement, agency, provider, kind, matter, region, from_date, to_date, author, enters_site,"
                                                    " amount, historic, state, state_seq, frozen) VALUES ('t-%s-%d', %lld, 'a1', 'wuhan', '%s', 'T03', '评估', 420102, 20500, 20800,"
                                                    " 'wei', 1, 100, 0, 'accepted', 1, 0)", provider, i, (long long)p->seq, provider)));
        papers_sql(p, arena_cstr(a, arena_printf(a, "INSERT INTO subject (id, seq, name, region, class) VALUES ('s-%s-%d', %lld, '对象', 420102, 'key') ON CONFLICT DO NOTHING",
                                                    provider, i, (long long)p->seq)));
        papers_sql(p, arena_cstr(a, arena_printf(a, "INSERT INTO entrustment_subject (entrustment, subject) VALUES ('t-%s-%d', 's-%s-%d')", provider, i, provider, i)));
    }
}

void papers_add(struct papers *p, const char *id, const char *kind, const char *provider, int task, str bytes, usec at)
{
    AUTO_ARENA(a);
    struct sm3 digest;
    assert_ok(blob_put(p->life->scene->store, bytes, &digest));
    papers_sql(p, arena_cstr(a, arena_printf(a, "INSERT INTO material (id, seq, entrustment, kind, digest, author, provider, state, quarantined, doubtful, reverify, state_seq) VALUES"
                                                " ('%s', %lld, 't-%s-%d', '%s', '%.*s', 'x', '%s', 'submitted', 0, 0, 0, 1)", id, (long long)p->seq, provider, task, kind,
                                                STR_ARG(sm3_text(a, &digest)), provider)));
    papers_sql(p, arena_cstr(a, arena_printf(a, "INSERT INTO act_log (seq, act, author, provider, at, received_at, verdict, mark, thing, id) VALUES (%lld, 'material.submit', 'x', '%s',"
                                                " %lld, %lld, 0, 0, 'material', '%s')", (long long)p->seq, provider, (long long)at, (long long)at, id)));
    p->seq++;
}

static cairo_status_t add_part(void *closure, const unsigned char *p, unsigned int n)
{
    buf_add(closure, (str){(const char *)p, n});
    return CAIRO_STATUS_SUCCESS;
}

str papers_pdf(struct arena *a, str text)
{
    enum { WIDTH = 595, HEIGHT = 842, MARGIN = 60, PAGE_LINES = 38 };
    buf b = buf_make(a, 8 << 20);
    cairo_surface_t *s = cairo_pdf_surface_create_for_stream(add_part, &b, WIDTH, HEIGHT);
    cairo_t *c = cairo_create(s);
    PangoLayout *page = pango_cairo_create_layout(c);
    PangoFontDescription *font = pango_font_description_from_string("Noto Sans CJK SC 10");
    pango_layout_set_font_description(page, font);
    pango_layout_set_text(page, text.p, (int)text.n);
    pango_layout_set_width(page, (WIDTH - 2 * MARGIN) * PANGO_SCALE);
    pango_layout_set_wrap(page, PANGO_WRAP_WORD_CHAR);
    for (int i = 0, n = pango_layout_get_line_count(page); i < n; i++) {
        if (i && i % PAGE_LINES == 0)
            cairo_show_page(c);
        cairo_move_to(c, MARGIN, MARGIN + (i % PAGE_LINES + 1) * 19);
        pango_cairo_show_layout_line(c, pango_layout_get_line_readonly(page, i));
    }
    pango_font_description_free(font);
    g_object_unref(page);
    cairo_destroy(c);
    cairo_surface_finish(s);
    assert_int_equal(cairo_surface_status(s), CAIRO_STATUS_SUCCESS);
    cairo_surface_destroy(s);
    assert_false(b.overflow);
    return buf_str(&b);
}

struct look_report papers_look(struct papers *p, usec now, bool again)
{
    struct look_report r;
    assert_ok(look_run(p->life->scene->store, p->life->acts, &(struct look_options){.now = now, .again = again}, &r));
    return r;
}

int64_t papers_count(struct papers *p, const char *kind)
{
    AUTO_ARENA(a);
    return scene_int(p->life->scene->db, arena_cstr(a, arena_printf(a, "SELECT COUNT(*) FROM integrity_finding WHERE kind = '%s'", kind)));
}
