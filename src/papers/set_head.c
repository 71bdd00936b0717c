/*
 * The head. Of official papers: 份号、密级、紧急程度 top left; 发文机关标志 35 mm below the upper edge of the type area, red, no wider than it;
 * 发文字号 two lines below; the red line 4 mm below that; the title two lines below the line (GB/T 9704-2012, 7.2 and 7.3.1).
 */
#include "papers/set.h"

#include <math.h>

static const struct block *first(const struct setter *s, enum block_kind kind)
{
    for (size_t i = 0; i < s->blocks->n; i++)
        if (s->blocks->p[i].kind == kind)
            return &s->blocks->p[i];
    return NULL;
}

static err *marks(struct setter *s)
{
    struct para p = set_body(s);
    p.style.face = FACE_SANS_BOLD;
    p.indent = 0;
    for (size_t i = 0; i < s->blocks->n; i++) {
        if (s->blocks->p[i].kind != BLOCK_MARK)
            continue;
        s->line = s->blocks->p[i].line;
        TRY(set_para(s, &p, s->blocks->p[i].cells[0]));
    }
    return NULL;
}

static err *organ(struct setter *s, const struct block *b)
{
    struct style style = {FACE_SERIF_BOLD, 44, INK_RED};
    double width, room = s->g.measure - 2 * s->g.size;
    s->line = b->line;
    TRY(set_width(s, style, b->cells[0], &width));
    style.size = fmin(style.size, floor(style.size * room / width * 2) / 2);
    if (style.size < 16)
        return err_new(ERR_INPUT, "发文机关标志太长，一行排不下");
    s->y = fmax(s->y, s->g.top + 35 * MM);
    struct para p = {.style = style, .x = s->g.left, .width = s->g.measure, .pitch = style.size * 1.1, .align = '=', .tag = "P"};
    return set_para(s, &p, b->cells[0]);
}

static err *number(struct setter *s, const struct block *b)
{
    struct para p = set_body(s);
    p.indent = 0;
    p.align = '=';
    p.stretch = false;
    s->line = b->line;
    return set_para(s, &p, b->cells[0]);
}

static void red_line(struct setter *s)
{
    s->y += 4 * MM;
    set_mark(s, (struct mark){.kind = MARK_RULE, .rgb = INK_RED, .x = s->g.left, .y = s->y, .w = s->g.measure, .h = 1.6});
}

static err *title(struct setter *s, double size)
{
    const struct block *b = first(s, BLOCK_TITLE);
    double room = s->g.measure - (s->w->info.layout == LAYOUT_OFFICIAL ? 0 : 44 * MM); /* beside the QR code */
    struct para p = {.style = {FACE_SERIF_BOLD, size, INK_BLACK}, .width = room, .x = s->g.left + (s->g.measure - room) / 2,
                     .pitch = size * 1.5, .align = '=', .tag = "H1"};
    s->line = b->line;
    vec_push(s->a, &s->sheets->outline, ((struct outline){b->cells[0], (int)s->page, s->y, 0}));
    TRY(set_para(s, &p, b->cells[0]));
    set_snap(s);
    return NULL;
}

static err *official(struct setter *s)
{
    const struct block *o = first(s, BLOCK_ORGAN), *n = first(s, BLOCK_NUMBER);
    TRY(marks(s));
    if (o) {
        TRY(organ(s, o));
        s->y += 2 * s->g.pitch;
        if (n)
            TRY(number(s, n));
        red_line(s);
        set_snap(s);
        s->y += 2 * s->g.pitch;
    } else {
        s->y += s->g.pitch;
    }
    TRY(title(s, 22));
    if (n && !o)
        TRY(number(s, n));
    s->y += s->g.pitch;
    return NULL;
}

err *set_head(struct setter *s)
{
    if (s->w->info.layout == LAYOUT_OFFICIAL)
        return official(s);
    const struct block *o = first(s, BLOCK_ORGAN), *n = first(s, BLOCK_NUMBER);
    struct para p = set_body(s);
    p.indent = 0;
    p.align = '=';
    p.stretch = false;
    if (o) {
        s->line = o->line;
        TRY(set_para(s, &p, o->cells[0]));
    }
    TRY(title(s, s->w->info.layout == LAYOUT_TABLE ? 16 : 18));
    if (n) {
        s->line = n->line;
        p.align = '>';
        TRY(set_para(s, &p, n->cells[0]));
    }
    s->y += s->g.pitch / 2;
    return NULL;
}
