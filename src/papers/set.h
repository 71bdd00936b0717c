/* Inside the setter: a page being filled, from top to bottom. */
#pragma once
#include "papers/paper_private.h"

#define MM (72 / 25.4)

struct geometry {
    double width, height;      /* of the sheet */
    double left, top, measure, depth; /* of the type area */
    double size, pitch;        /* of body text; official pages are a grid of lines one pitch apart */
    double table_size, table_pitch;
};
struct setter {
    struct arena *a;
    const struct wording *w;
    const struct blocks *blocks;
    const struct paper_options *o;
    struct press *press;
    struct sheets *sheets;
    struct geometry g;
    size_t page;               /* the one being filled, from 0 */
    double y;                  /* where the next line starts */
    const char *tags[8]; int tags_n; /* open ones, opened again on the next page */
    struct { const struct block *head; const double *width; size_t n; } table; /* being set: its head comes again */
    int line;                  /* of the wording, for errors */
};
static inline double set_bottom(const struct setter *s)
{
    return s->g.top + s->g.depth;
}

/* How a paragraph stands. */
struct para {
    struct style style;
    double x, width, indent, pitch;
    char align;                /* '<' '=' '>' */
    bool stretch;              /* lines reach both edges */
    const char *tag;
    double keep;               /* this much must fit below its last line, on the same page */
};

void set_mark(struct setter *s, struct mark m);
void set_open(struct setter *s, const char *tag, str link);
void set_close(struct setter *s);
void set_break(struct setter *s, char c);
MUST_USE err *set_page_new(struct setter *s);
MUST_USE err *set_room(struct setter *s, double height); /* a new page unless it fits */
void set_snap(struct setter *s);                         /* down to the next line of the grid */
struct para set_body(const struct setter *s);            /* an ordinary paragraph of this layout */
MUST_USE err *set_para(struct setter *s, const struct para *p, str text);
/* One line at a place of its own, out of the flow; *ret_width may be NULL. */
MUST_USE err *set_at(struct setter *s, struct style style, double x, double base, char align, str text);
MUST_USE err *set_width(struct setter *s, struct style style, str text, double *ret);
void set_line_marks(struct setter *s, const struct line *l, double x, double base, uint32_t rgb);
/* Where in a strip `pitch` high the base line of CJK text of this size stands. */
static inline double set_base(double y, double pitch, double size)
{
    return y + pitch / 2 + 0.38 * size;
}

/* set_table.c: rows from block `i` (BLOCK_TABLE) on; *ret_next is behind its end. */
MUST_USE err *set_table(struct setter *s, size_t i, size_t *ret_next);
MUST_USE err *set_table_head(struct setter *s);
/* set_head.c */
MUST_USE err *set_head(struct setter *s);
/* set_end.c */
double set_sign_height(const struct setter *s, bool seal);
MUST_USE err *set_sign(struct setter *s, const struct block *b, bool seal);
MUST_USE err *set_fill(struct setter *s, const struct block *b);
MUST_USE err *set_attachments(struct setter *s, size_t i, size_t *ret_next);
MUST_USE err *set_record(struct setter *s); /* 版记 */
MUST_USE err *set_feet(struct setter *s);   /* page numbers, code */
