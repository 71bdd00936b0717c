/*
 * What stands at the end: 附件说明, 署名 and 成文日期, 版记 at the foot of the last page, page numbers (GB/T 9704-2012, 7.3.4 to
 * 7.5), and the verification code on each page, with the QR code on the first.
 */
#include "papers/set.h"

#include <math.h>

enum { QR_MM = 18 };

/* ---- 附件说明 ---- */

err *set_attachments(struct setter *s, size_t i, size_t *ret_next)
{
    size_t end = i;
    while (end < s->blocks->n && s->blocks->p[end].kind == BLOCK_ATTACHMENT)
        end++;
    *ret_next = end;
    double em = s->g.size, number = end - i > 9 ? 1.7 * em : end - i > 1 ? 1.2 * em : 0;
    struct para p = set_body(s);
    p.indent = 0;
    p.x += 5 * em + number;
    p.width -= 5 * em + number;
    s->y += s->g.pitch;
    for (size_t k = i; k < end; k++) {
        s->line = s->blocks->p[k].line;
        TRY(set_room(s, p.pitch));
        double base = set_base(s->y, p.pitch, em);
        if (k == i)
            TRY(set_at(s, p.style, s->g.left + 2 * em, base, '<', S("附件：")));
        if (end - i > 1)
            TRY(set_at(s, p.style, s->g.left + 5 * em, base, '<', arena_printf(s->a, "%zu.", k - i + 1)));
        TRY(set_para(s, &p, s->blocks->p[k].cells[0]));
    }
    set_snap(s);
    return NULL;
}

/* ---- 署名 ---- */

double set_sign_height(const struct setter *s, bool seal)
{
    return s->g.pitch * (seal ? 4 : 3);
}

err *set_sign(struct setter *s, const struct block *b, bool seal)
{
    struct style style = {FACE_SERIF, s->g.size, INK_BLACK}, pale = {FACE_SERIF, s->g.size * 0.7, INK_GREY};
    double organ, date, em = s->g.size, right = s->g.left + s->g.measure, gap = s->g.pitch * (seal ? 2 : 1);
    TRY(set_room(s, set_sign_height(s, seal)));
    TRY(set_width(s, style, b->cells[0], &organ));
    TRY(set_width(s, style, b->cells[1], &date));
    /* With a seal the date stands four characters from the right and the organ over its middle; without, the organ two
     * characters from the right and the date two to the right of its start. */
    double date_x = right - (seal ? 4 : 2) * em - date, organ_x = date_x + (date - organ) / 2;
    if (!seal) {
        organ_x = right - 2 * em - organ;
        date_x = fmin(organ_x + 2 * em, date_x);
        organ_x = fmin(organ_x, date_x - 2 * em);
    }
    organ_x = fmax(s->g.left, fmin(organ_x, right - organ));
    set_open(s, "P", STR_NONE);
    if (seal)
        TRY(set_at(s, pale, organ_x + organ / 2, set_base(s->y + s->g.pitch, s->g.pitch, pale.size), '=', S("（印章）")));
    TRY(set_at(s, style, organ_x, set_base(s->y + gap, s->g.pitch, em), '<', b->cells[0]));
    set_close(s);
    set_break(s, '\n');
    set_open(s, "P", STR_NONE);
    TRY(set_at(s, style, date_x, set_base(s->y + gap + s->g.pitch, s->g.pitch, em), '<', b->cells[1]));
    set_close(s);
    set_break(s, '\n');
    s->y += gap + 2 * s->g.pitch;
    return NULL;
}

/* Lines to write on. */
err *set_fill(struct setter *s, const struct block *b)
{
    struct style style = {FACE_SERIF, s->g.size, INK_BLACK};
    double height = s->g.pitch * (s->w->info.layout == LAYOUT_OFFICIAL ? 1 : 1.4), gap = s->g.size;
    double w = (s->g.measure - gap * (double)(b->n - 1)) / (double)b->n;
    TRY(set_room(s, height));
    for (size_t i = 0; i < b->n; i++) {
        double x = s->g.left + (double)i * (w + gap), base = set_base(s->y, height, s->g.size), label;
        str text = arena_printf(s->a, "%.*s：", STR_ARG(b->cells[i]));
        TRY(set_width(s, style, text, &label));
        if (label > w - 2 * s->g.size)
            return err_new(ERR_INPUT, "“%.*s”后面没有地方写字：每行的格数少一些", STR_ARG(b->cells[i]));
        set_open(s, "P", STR_NONE);
        TRY(set_at(s, style, x, base, '<', text));
        set_close(s);
        set_break(s, i + 1 < b->n ? '\t' : '\n');
        set_mark(s, (struct mark){.kind = MARK_RULE, .rgb = INK_BLACK, .x = x + label, .y = base + 2.5, .w = w - label, .h = 0.6});
    }
    s->y += height;
    set_snap(s);
    return NULL;
}

/* ---- 版记 ---- */

enum { LIMIT_RECORD = 20 };
#define RECORD_SIZE 14.0
#define RECORD_PITCH 21.0

static void record_rule(struct setter *s, double thick)
{
    set_mark(s, (struct mark){.kind = MARK_RULE, .rgb = INK_BLACK, .x = s->g.left, .y = s->y - thick / 2, .w = s->g.measure, .h = thick});
}

static err *record_measure(struct setter *s, const struct para *p, str text, double *height)
{
    struct line *l;
    size_t n;
    TRY(press_lines(s->press, s->a, p->style, text, p->width, 0, &l, &n));
    *height += (double)n * p->pitch;
    return NULL;
}

static err *record_lines(struct setter *s, const struct block **items, size_t n, const struct para *p, const struct para *label)
{
    for (size_t i = 0; i < n; i++) {
        const struct block *b = items[i];
        s->line = b->line;
        record_rule(s, i ? 0.7 : 1);
        double base = set_base(s->y, RECORD_PITCH, RECORD_SIZE);
        if (b->kind == BLOCK_COPIES) {
            TRY(set_at(s, p->style, label->x, base, '<', S("抄送：")));
            TRY(set_para(s, p, b->cells[0]));
            continue;
        }
        set_open(s, "P", STR_NONE);
        TRY(set_at(s, p->style, label->x, base, '<', b->cells[0]));
        set_break(s, '\t');
        TRY(set_at(s, p->style, label->x + label->width, base, '>', arena_printf(s->a, "%.*s印发", STR_ARG(b->cells[1]))));
        set_close(s);
        set_break(s, '\n');
        s->y += RECORD_PITCH;
    }
    record_rule(s, 1);
    return NULL;
}

err *set_record(struct setter *s)
{
    const struct block *items[LIMIT_RECORD];
    size_t n = 0;
    for (int pass = 0; pass < 2; pass++) { /* 抄送 stands above, 印发 last */
        for (size_t i = 0; i < s->blocks->n; i++) {
            const struct block *b = &s->blocks->p[i];
            if (b->kind != (pass ? BLOCK_PRINTED : BLOCK_COPIES))
                continue;
            s->line = b->line;
            if (n == LIMIT_RECORD)
                return err_new(ERR_LIMIT, "版记超过%d行", LIMIT_RECORD);
            items[n++] = b;
        }
    }
    if (!n)
        return NULL;
    struct para label = {.x = s->g.left + RECORD_SIZE, .width = s->g.measure - 2 * RECORD_SIZE};
    struct para p = {.style = {FACE_SERIF, RECORD_SIZE, INK_BLACK}, .x = label.x + 3 * RECORD_SIZE,
                     .width = label.width - 3 * RECORD_SIZE, .pitch = RECORD_PITCH, .align = '<', .tag = "P"};
    double height = 4;
    for (size_t i = 0; i < n; i++)
        TRY(record_measure(s, &p, items[i]->kind == BLOCK_COPIES ? items[i]->cells[0] : S("印"), &height));
    if (height > s->g.depth / 2)
        return err_new(ERR_LIMIT, "版记超过半页");
    TRY(set_room(s, height));
    s->y = fmax(s->y, set_bottom(s) - height + 4); /* the last line is the lower edge of the type area */
    return record_lines(s, items, n, &p, &label);
}

/* ---- feet ---- */

static str qr_words(const struct setter *s, str groups)
{
    str address = s->o->outside_address;
    if (address.n && address.p[address.n - 1] == '/')
        address.n--;
    if (address.n)
        return arena_printf(s->a, "%.*s/v/%.*s", STR_ARG(address), STR_ARG(s->o->code));
    return s->o->contact.n ? arena_printf(s->a, "验证码 %.*s %.*s", STR_ARG(groups), STR_ARG(s->o->contact))
                           : arena_printf(s->a, "验证码 %.*s", STR_ARG(groups));
}

/* The code on page i, on the side away from the page number; the whole story on the first page only. */
static err *code_lines(struct setter *s, double x, double base, char align, bool whole)
{
    struct style small = {FACE_SANS, 8, INK_GREY};
    str groups = paper_code_groups(s->a, s->o->code), says = qr_words(s, groups);
    TRY(set_at(s, small, x, base, align, arena_printf(s->a, "验证码 %.*s", STR_ARG(groups))));
    set_break(s, '\n');
    if (!whole)
        return NULL;
    if (s->o->outside_address.n) {
        TRY(set_at(s, small, x, base + 12, align, S("扫码，或登录下列网址核验本文书：")));
        set_break(s, '\n');
        set_open(s, "Link", says);
        TRY(set_at(s, small, x, base + 24, align, says));
        set_close(s);
        set_break(s, '\n');
    } else {
        str how = s->o->contact.n ? arena_printf(s->a, "核验本文书：%.*s", STR_ARG(s->o->contact)) : S("可持验证码到出具机关核验本文书");
        TRY(set_at(s, small, x, base + 12, align, how));
        set_break(s, '\n');
    }
    return NULL;
}

static void qr(struct setter *s, double x, double y)
{
    str says = qr_words(s, paper_code_groups(s->a, s->o->code));
    set_mark(s, (struct mark){.kind = MARK_QR, .x = x, .y = y, .w = QR_MM * MM, .h = QR_MM * MM, .text = says});
}

static err *official_foot(struct setter *s, size_t page)
{
    struct style style = {FACE_SERIF, 14, INK_BLACK};
    bool odd = page % 2 == 0; /* pages count from 1 */
    double left = s->g.left, right = left + s->g.measure, bottom = set_bottom(s);
    double base = bottom + 7 * MM + 0.38 * 14;
    TRY(set_at(s, style, odd ? right - 14 : left + 14, base, odd ? '>' : '<', arena_printf(s->a, "— %zu —", page + 1)));
    set_break(s, '\n');
    if (!s->o->code.n)
        return NULL;
    if (page == 0) {
        qr(s, left, bottom + 5 * MM);
        return code_lines(s, left + (QR_MM + 2) * MM, bottom + 5 * MM + 12, '<', true);
    }
    return code_lines(s, odd ? left : right, base, odd ? '<' : '>', false);
}

static err *plain_foot(struct setter *s, size_t page)
{
    struct style style = {FACE_SERIF, 9, INK_BLACK}, small = {FACE_SANS, 8, INK_GREY};
    double left = s->g.left, right = left + s->g.measure, base = s->g.height - 12 * MM;
    TRY(set_at(s, style, s->g.width / 2, base, '=', arena_printf(s->a, "第%zu页 共%zu页", page + 1, s->sheets->n)));
    set_break(s, '\n');
    for (size_t i = 0; i < s->blocks->n; i++)
        if (s->blocks->p[i].kind == BLOCK_FOOTER) {
            TRY(set_at(s, small, left, base, '<', s->blocks->p[i].cells[0]));
            set_break(s, '\n');
        }
    if (!s->o->code.n)
        return NULL;
    if (page == 0)
        qr(s, right - QR_MM * MM, 12 * MM);
    return code_lines(s, right, base - (page ? 0 : 14), '>', page == 0);
}

err *set_feet(struct setter *s)
{
    for (s->page = 0; s->page < s->sheets->n; s->page++) {
        set_open(s, "Private", STR_NONE); /* no part of what the document says */
        TRY(s->w->info.layout == LAYOUT_OFFICIAL ? official_foot(s, s->page) : plain_foot(s, s->page));
        set_close(s);
    }
    return NULL;
}
