/*
 * Tables. A row goes whole to the next page when it does not fit; one that is higher than a page is cut between lines. The
 * head comes again on each page. @facts are rows of names and values, as wide as its fullest row.
 */
#include "papers/set.h"

#include <math.h>

enum { PAD_X = 4, PAD_Y = 3, INK_HEAD = 0xf1f1f1, INK_LINE = 0x444444 };
#define RULE 0.6

struct cell { struct line *l; size_t n; double x, w; char align; bool head; };

static err *cell_set(struct setter *s, struct cell *c, str text)
{
    struct style style = {c->head ? FACE_SANS : FACE_SERIF, s->g.table_size, INK_BLACK};
    return press_lines(s->press, s->a, style, text, fmax(c->w - 2 * PAD_X, s->g.table_size), 0, &c->l, &c->n);
}

static void frame(struct setter *s, const struct cell *c, size_t n, double height)
{
    double right = c[n - 1].x + c[n - 1].w;
    for (size_t i = 0; i < n; i++) {
        if (c[i].head)
            set_mark(s, (struct mark){.kind = MARK_RULE, .rgb = INK_HEAD, .x = c[i].x, .y = s->y, .w = c[i].w, .h = height});
    }
    for (size_t i = 0; i <= n; i++)
        set_mark(s, (struct mark){.kind = MARK_RULE, .rgb = INK_LINE, .x = (i < n ? c[i].x : right) - RULE / 2, .y = s->y,
                                  .w = RULE, .h = height});
    for (int i = 0; i < 2; i++)
        set_mark(s, (struct mark){.kind = MARK_RULE, .rgb = INK_LINE, .x = c[0].x - RULE / 2,
                                  .y = s->y + (i ? height : 0) - RULE / 2, .w = right - c[0].x + RULE, .h = RULE});
}

/* Lines `from` up to `from + take` of every cell, in one strip. */
static void strip(struct setter *s, const struct cell *c, size_t n, size_t from, size_t take)
{
    double pitch = s->g.table_pitch, height = (double)take * pitch + 2 * PAD_Y;
    frame(s, c, n, height);
    set_open(s, "TR", STR_NONE);
    for (size_t i = 0; i < n; i++) {
        size_t have = c[i].n > from ? c[i].n - from : 0, shown = have < take ? have : take;
        double y = s->y + PAD_Y + (double)(take - shown) * pitch / 2;
        set_open(s, c[i].head ? "TH" : "TD", STR_NONE);
        for (size_t k = 0; k < shown; k++, y += pitch) {
            const struct line *l = &c[i].l[from + k];
            double free = c[i].w - 2 * PAD_X - l->width;
            double x = c[i].x + PAD_X + (c[i].align == '=' ? free / 2 : c[i].align == '>' ? free : 0);
            set_line_marks(s, l, x, set_base(y, pitch, s->g.table_size), INK_BLACK);
        }
        set_close(s);
        set_break(s, i + 1 < n ? '\t' : '\n');
    }
    set_close(s);
    s->y += height;
}

static err *row(struct setter *s, const struct cell *c, size_t n)
{
    size_t lines = 1;
    for (size_t i = 0; i < n; i++)
        lines = c[i].n > lines ? c[i].n : lines;
    double pitch = s->g.table_pitch, whole = (double)lines * pitch + 2 * PAD_Y;
    if (s->y + whole > set_bottom(s) + 0.01 && whole <= s->g.depth / 2)
        TRY(set_page_new(s));
    for (size_t from = 0; from < lines;) {
        double room = (set_bottom(s) - s->y - 2 * PAD_Y + 0.01) / pitch;
        if (room < 1) {
            TRY(set_page_new(s));
            room = fmax(1, (set_bottom(s) - s->y - 2 * PAD_Y) / pitch);
        }
        size_t take = lines - from < (size_t)room ? lines - from : (size_t)room;
        strip(s, c, n, from, take);
        from += take;
    }
    return NULL;
}

err *set_table_head(struct setter *s)
{
    const struct block *b = s->table.head;
    struct cell cells[LIMIT_WORDING_COLUMNS];
    size_t lines = 1;
    double x = s->g.left;
    for (size_t i = 0; i < s->table.n; i++, x += cells[i - 1].w) {
        cells[i] = (struct cell){.x = x, .w = s->table.width[i], .align = '=', .head = true};
        TRY(cell_set(s, &cells[i], b->cells[i]));
        lines = cells[i].n > lines ? cells[i].n : lines;
    }
    strip(s, cells, s->table.n, 0, lines);
    return NULL;
}

/* Widths in points; of @facts without widths, names get what four characters need. */
static size_t widths(const struct setter *s, const struct grid *g, size_t most, double *ret)
{
    size_t n = g->n ? g->n : most;
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        ret[i] = g->n ? g->width[i] : i % 2 ? 5.0 : 2.0;
        if (!g->n && n == 2)
            ret[i] = i ? 8 : 2;
        sum += ret[i];
    }
    for (size_t i = 0; i < n; i++)
        ret[i] *= s->g.measure / sum;
    return n;
}

static err *body_row(struct setter *s, const struct block *b, const struct grid *g, const double *width, size_t n)
{
    struct cell cells[LIMIT_WORDING_COLUMNS];
    size_t used = b->n;
    double x = s->g.left;
    if (used > n)
        return err_new(ERR_INPUT, "这一行有%zu格，表格只有%zu列", used, n);
    for (size_t i = 0; i < used; i++) {
        bool head = g->facts && i % 2 == 0;
        cells[i] = (struct cell){.x = x, .w = width[i], .align = head ? '=' : g->n && !g->facts ? g->align[i] : '<', .head = head};
        for (size_t k = used; i + 1 == used && k < n; k++)
            cells[i].w += width[k];
        TRY(cell_set(s, &cells[i], b->cells[i]));
        x += cells[i].w;
    }
    return row(s, cells, used);
}

err *set_table(struct setter *s, size_t i, size_t *ret_next)
{
    const struct block *table = &s->blocks->p[i];
    double width[LIMIT_WORDING_COLUMNS];
    size_t most = 1, end = i + 1;
    for (; s->blocks->p[end].kind != BLOCK_TABLE_END; end++)
        most = s->blocks->p[end].n > most ? s->blocks->p[end].n : most;
    size_t n = widths(s, table->grid, most, width);
    *ret_next = end + 1;
    if (end == i + 1 && table->grid->facts)
        return NULL;
    s->y += 4;
    if (!table->grid->facts) /* a head does not stand alone at the foot of a page */
        TRY(set_room(s, 3 * s->g.table_pitch + 4 * PAD_Y));
    set_open(s, "Table", STR_NONE);
    if (!table->grid->facts) {
        s->table.head = table;
        s->table.width = width;
        s->table.n = n;
        TRY(set_table_head(s));
    }
    for (i++; i < end; i++) {
        s->line = s->blocks->p[i].line;
        TRY(body_row(s, &s->blocks->p[i], table->grid, width, n));
    }
    s->table.head = NULL;
    set_close(s);
    s->y += 6;
    set_snap(s);
    return NULL;
}
