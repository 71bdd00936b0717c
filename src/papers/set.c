/*
 * Blocks onto pages. Official papers stand on the grid of GB/T 9704-2012: type area 156 x 225 mm, 22 lines of 28 characters,
 * so a line is 225 mm / 22 high, and text of 三号 (15.75 pt) is stretched the last thousandth to 156 mm / 28 a character.
 */
#include "papers/set.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct geometry geometries[] = {
    [LAYOUT_OFFICIAL] = {210 * MM, 297 * MM, 28 * MM, 37 * MM, 156 * MM, 225 * MM, 15.75, 225 * MM / 22, 12, 20},
    [LAYOUT_INTERNAL] = {210 * MM, 297 * MM, 25 * MM, 22 * MM, 165 * MM, 249 * MM, 12, 22, 10.5, 17},
    [LAYOUT_TABLE] = {297 * MM, 210 * MM, 18 * MM, 20 * MM, 261 * MM, 168 * MM, 10.5, 18, 9.5, 15},
};
enum { STRETCH_EMS = 2 }; /* a line that lacks more stays ragged: a long word went to the next one */

void set_mark(struct setter *s, struct mark m)
{
    vec_push(s->a, &s->sheets->p[s->page], m);
}

void set_open(struct setter *s, const char *tag, str link)
{
    CHECK(s->tags_n < 8);
    s->tags[s->tags_n++] = tag;
    set_mark(s, (struct mark){.kind = MARK_OPEN, .tag = tag, .text = link});
}

void set_close(struct setter *s)
{
    set_mark(s, (struct mark){.kind = MARK_CLOSE, .tag = s->tags[--s->tags_n]});
}

void set_break(struct setter *s, char c)
{
    set_mark(s, (struct mark){.kind = MARK_BREAK, .after = c});
}

static err *stamp(struct setter *s)
{
    if (!s->o->stamp.n)
        return NULL;
    struct style style = {FACE_SANS_BOLD, 120, INK_PALE};
    double width;
    TRY(set_width(s, style, s->o->stamp, &width));
    if (width > s->g.measure)
        style.size *= s->g.measure / width;
    return set_at(s, style, s->g.width / 2, s->g.height / 2, '=', s->o->stamp);
}

err *set_page_new(struct setter *s)
{
    if (s->sheets->n == LIMIT_PAPER_PAGES)
        return err_new(ERR_LIMIT, "文书超过%d页", LIMIT_PAPER_PAGES);
    for (int i = s->tags_n; s->sheets->n && i-- > 0;)
        set_mark(s, (struct mark){.kind = MARK_CLOSE, .tag = s->tags[i]});
    vec_push(s->a, s->sheets, ((struct page){0}));
    s->page = s->sheets->n - 1;
    s->y = s->g.top;
    int open = s->tags_n;
    s->tags_n = 0;
    TRY(stamp(s));
    for (int i = 0; i < open; i++)
        set_open(s, s->tags[i], STR_NONE);
    return s->table.head ? set_table_head(s) : NULL;
}

err *set_room(struct setter *s, double height)
{
    return s->y + height > set_bottom(s) + 0.01 && s->y > s->g.top ? set_page_new(s) : NULL;
}

void set_snap(struct setter *s)
{
    if (s->w->info.layout == LAYOUT_OFFICIAL)
        s->y = s->g.top + ceil((s->y - s->g.top) / s->g.pitch - 0.001) * s->g.pitch;
}

void set_line_marks(struct setter *s, const struct line *l, double x, double base, uint32_t rgb)
{
    for (size_t i = 0; i < l->n; i++)
        set_mark(s, (struct mark){.kind = MARK_RUN, .rgb = rgb, .x = x + l->x[i], .y = base, .run = l->run[i]});
}

static double place(double x, double width, double used, char align)
{
    return align == '=' ? x + (width - used) / 2 : align == '>' ? x + width - used : x;
}

err *set_width(struct setter *s, struct style style, str text, double *ret)
{
    struct line *l;
    size_t n;
    TRY(press_lines(s->press, s->a, style, text, 0, 0, &l, &n));
    *ret = n ? l[0].width : 0;
    return NULL;
}

err *set_at(struct setter *s, struct style style, double x, double base, char align, str text)
{
    struct line *l;
    size_t n;
    TRY(press_lines(s->press, s->a, style, text, 0, 0, &l, &n));
    for (size_t i = 0; i < n; i++)
        set_line_marks(s, &l[i], place(x, 0, l[i].width, align), base + (double)i * style.size * 1.4, style.rgb);
    return NULL;
}

struct para set_body(const struct setter *s)
{
    return (struct para){.style = {FACE_SERIF, s->g.size, INK_BLACK}, .x = s->g.left, .width = s->g.measure,
                         .indent = 2 * s->g.size, .pitch = s->g.pitch, .align = '<', .stretch = true, .tag = "P"};
}

err *set_para(struct setter *s, const struct para *p, str text)
{
    struct line *l;
    size_t n;
    TRY(press_lines(s->press, s->a, p->style, text, p->width, p->indent, &l, &n));
    set_open(s, p->tag, STR_NONE);
    for (size_t i = 0; i < n; i++) {
        /* What must stand with the paragraph takes its last two lines along. */
        bool with_end = p->keep > 0 && i + 2 == (n < 2 ? 2 : n);
        TRY(set_room(s, with_end ? p->pitch * (double)(n - i) + p->keep : p->pitch));
        double indent = i ? 0 : p->indent, room = p->width - indent;
        if (p->stretch && !l[i].last && room - l[i].width < STRETCH_EMS * p->style.size)
            line_stretch(&l[i], room);
        set_line_marks(s, &l[i], place(p->x + indent, room, l[i].width, p->align), set_base(s->y, p->pitch, p->style.size),
                       p->style.rgb);
        s->y += p->pitch;
    }
    set_close(s);
    set_break(s, '\n');
    return NULL;
}

/* How much of what follows block i must be on the page of its end. */
static double keep_after(const struct setter *s, size_t i)
{
    bool seal = false;
    for (i++; i < s->blocks->n; i++) {
        const struct block *b = &s->blocks->p[i];
        if (b->kind == BLOCK_SIGN)
            return set_sign_height(s, seal);
        seal |= b->kind == BLOCK_SEAL;
        if (b->kind != BLOCK_SEAL && b->kind != BLOCK_SPACE)
            return 0;
    }
    return 0;
}

/* A heading takes along a line of text, or the head and a row of a table. */
static double keep_heading(const struct setter *s, size_t i)
{
    bool table = i + 1 < s->blocks->n && s->blocks->p[i + 1].kind == BLOCK_TABLE;
    return table ? 5 * s->g.table_pitch : s->g.pitch;
}

static err *words(struct setter *s, size_t i)
{
    const struct block *b = &s->blocks->p[i];
    struct para p = set_body(s);
    p.keep = keep_after(s, i);
    switch (b->kind) {
    case BLOCK_PLAIN: case BLOCK_TO: p.indent = 0; break;
    case BLOCK_CENTER: p.indent = 0; p.align = '='; p.stretch = false; break;
    case BLOCK_RIGHT: p.indent = 0; p.align = '>'; p.stretch = false; break;
    case BLOCK_NOTE: p.style.size = fmax(8, s->g.size * 0.75); p.style.rgb = INK_GREY; p.indent = 0; p.pitch *= 0.8; break;
    case BLOCK_BIG: p.style = (struct style){FACE_SERIF_BOLD, 22, INK_BLACK}; p.indent = 0; p.align = '='; p.pitch = 36;
        p.stretch = false; break;
    case BLOCK_H1: p.style.face = FACE_SANS; p.tag = "H2"; p.keep = keep_heading(s, i); break;
    case BLOCK_H2: p.style.face = FACE_SERIF_BOLD; p.tag = "H3"; p.keep = keep_heading(s, i); break;
    default: break;
    }
    double from = s->y;
    size_t page = s->page;
    TRY(set_para(s, &p, b->cells[0]));
    if (b->kind == BLOCK_H1 || b->kind == BLOCK_H2)
        vec_push(s->a, &s->sheets->outline,
                 ((struct outline){b->cells[0], (int)s->page, page == s->page ? from : s->g.top,
                                   b->kind == BLOCK_H1 ? 1 : 2}));
    set_snap(s);
    return NULL;
}

static err *one(struct setter *s, size_t i, bool *seal, size_t *ret_next)
{
    const struct block *b = &s->blocks->p[i];
    s->line = b->line;
    *ret_next = i + 1;
    switch (b->kind) {
    case BLOCK_TITLE: case BLOCK_MARK: case BLOCK_ORGAN: case BLOCK_NUMBER: /* the head has them */
    case BLOCK_COPIES: case BLOCK_PRINTED: case BLOCK_FOOTER:               /* and the foot these */
    case BLOCK_ROW: case BLOCK_TABLE_END: case BLOCK_KINDS:
        return NULL;
    case BLOCK_SEAL: *seal = true; return NULL;
    case BLOCK_SPACE: s->y += s->g.pitch; return NULL;
    case BLOCK_PAGE: return s->y > s->g.top ? set_page_new(s) : NULL;
    case BLOCK_TABLE: return set_table(s, i, ret_next);
    case BLOCK_ATTACHMENT: return set_attachments(s, i, ret_next);
    case BLOCK_FILL: return set_fill(s, b);
    case BLOCK_SIGN: {
        bool with = *seal;
        *seal = false;
        return set_sign(s, b, with);
    }
    default: return words(s, i);
    }
}

static err *all(struct setter *s)
{
    bool seal = false;
    TRY(set_page_new(s));
    TRY(set_head(s));
    for (size_t i = 0; i < s->blocks->n;)
        TRY(one(s, i, &seal, &i));
    TRY(set_record(s));
    return set_feet(s);
}

err *paper_set(struct arena *a, const struct wording *w, const struct blocks *b, const struct paper_options *o, struct press *p,
               struct sheets *ret)
{
    struct setter s = {.a = a, .w = w, .blocks = b, .o = o, .press = p, .sheets = ret, .g = geometries[w->info.layout]};
    *ret = (struct sheets){.width = s.g.width, .height = s.g.height, .title = b->p[0].cells[0]};
    err *e = all(&s);
    if (!e)
        return NULL;
    char at[200];
    snprintf(at, sizeof at, "%.*s:%d", STR_ARG(str_sub(w->file, 0, 160)), s.line);
    return err_at(e, str_of(at));
}
