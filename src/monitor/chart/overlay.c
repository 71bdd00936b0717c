/*
 * What lies over a curve: bands (hatched each in its own direction, so that they differ without colour), limits as steps with
 * their dates, ticks where a slot was reported more than once, and a row with the letters of the instrument's states.
 */
#include "monitor/chart/layout.h"

#include <stdlib.h>

enum { HATCH = 7 * PX, NARROW = 2 * PX };

static const enum ink band_inks[BAND_KINDS] = {
    [BAND_MARK] = INK_MARK, [BAND_PLATFORM] = INK_PLATFORM, [BAND_FOCUS] = INK_FOCUS, [BAND_GAP] = INK_GAP};

/* Lines x + y = d through the box; mirrored for the other direction. */
static void diagonals(const struct layout *l, struct box b, struct pen pen, bool mirrored)
{
    VEC(struct spot) v = {0};
    for (int d = HATCH / 2; d < b.w + b.h; d += HATCH) {
        struct spot one = {d < b.w ? d : b.w, d < b.w ? 0 : d - b.w}, two = {d < b.h ? 0 : d - b.h, d < b.h ? d : b.h};
        vec_push(l->a, &v, ((struct spot){b.x + (mirrored ? b.w - one.x : one.x), b.y + one.y}));
        vec_push(l->a, &v, ((struct spot){b.x + (mirrored ? b.w - two.x : two.x), b.y + two.y}));
    }
    l->k->way->strokes(l->k, v.p, v.n, pen);
}

static void levels(const struct layout *l, struct box b, struct pen pen)
{
    VEC(struct spot) v = {0};
    for (int y = HATCH; y < b.h; y += HATCH) {
        vec_push(l->a, &v, ((struct spot){b.x, b.y + y}));
        vec_push(l->a, &v, ((struct spot){b.x + b.w, b.y + y}));
    }
    l->k->way->strokes(l->k, v.p, v.n, pen);
}

static void sides(const struct layout *l, struct box b, struct pen pen)
{
    struct spot p[] = {{b.x, b.y}, {b.x, b.y + b.h}, {b.x + b.w, b.y}, {b.x + b.w, b.y + b.h}};
    l->k->way->strokes(l->k, p, 4, pen);
}

static void hatched(const struct layout *l, struct box b, enum chart_band_kind kind)
{
    struct pen thin = {band_inks[kind], 7, 0};
    l->k->way->fill(l->k, b, thin.ink, kind == BAND_FOCUS ? 10 : 7);
    if (kind == BAND_MARK || kind == BAND_PLATFORM)
        diagonals(l, b, thin, kind == BAND_PLATFORM);
    else if (kind == BAND_GAP)
        levels(l, b, (struct pen){thin.ink, 7, 20});
    else
        sides(l, b, (struct pen){thin.ink, 15, 0});
}

static void on_paper(const struct layout *l, struct spot at, const struct words *w)
{
    int wide = text_width(w->text, w->size), x = w->anchor == ANCHOR_END ? at.x - wide : at.x;
    l->k->way->fill(l->k, (struct box){x - 2 * PX, at.y - w->size, wide + 4 * PX, w->size * 5 / 4}, INK_PAPER, 85);
    l->k->way->words(l->k, at, w);
}

static void draw_band(const struct layout *l, const struct chart_band *band)
{
    static const char *const names[] = {"mark", "platform", "focus", "gap"};
    enum chart_band_kind kind = band->kind;
    int x = layout_x(l, band->from), wide = layout_x(l, band->to) - x;
    str label = text_clean(l->a, band->label);
    struct box b = {x, l->plot.y, wide > NARROW ? wide : NARROW, l->plot.h};
    l->k->way->open(l->k, names[kind], label);
    hatched(l, b, kind);
    if (label.n && text_width(label, l->size) + 6 * PX <= b.w)
        on_paper(l, (struct spot){b.x + 4 * PX, b.y + l->size * (5 + 6 * (int)kind) / 4},
                 &(struct words){label, l->size, band_inks[kind], ANCHOR_START, false});
    l->k->way->close(l->k);
}

void draw_bands(const struct layout *l)
{
    static const enum chart_band_kind order[] = {BAND_GAP, BAND_PLATFORM, BAND_MARK, BAND_FOCUS};
    for (size_t k = 0; k < BAND_KINDS; k++)
        for (size_t i = 0; i < l->c->bands_n && i < CHART_BANDS; i++) {
            const struct chart_band *b = &l->c->bands[i];
            if (b->kind == order[k] && b->to > l->c->from && b->from < l->c->to)
                draw_band(l, b);
        }
}

/* ---- limits ---- */
static bool meets(struct box a, struct box b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

enum { LABELS = 32 };
struct placed { struct box box[LABELS]; size_t n; };

/* Above the line at its end, else below it, else further left; where all is taken the line goes without. */
static void limit_label(const struct layout *l, const struct panel *p, int x0, int x1, int y, str label, struct placed *placed)
{
    int wide = text_width(label, l->size), high = l->size * 5 / 4;
    for (int attempt = 0; attempt < 8 && placed->n < LABELS; attempt++) {
        int right = x1 - 4 * PX - attempt / 2 * (wide + 8 * PX);
        int base = attempt % 2 ? y + high : y - 4 * PX;
        struct box b = {right - wide, base - l->size, wide, high};
        bool taken = b.x < x0 || b.y < p->box.y - high || b.y + b.h > p->box.y + p->box.h;
        for (size_t i = 0; i < placed->n; i++)
            taken = taken || meets(placed->box[i], b);
        if (taken)
            continue;
        placed->box[placed->n++] = b;
        on_paper(l, (struct spot){right, base}, &(struct words){label, l->size, INK_LIMIT, ANCHOR_END, false});
        return;
    }
}

static void draw_limit(const struct layout *l, size_t i, struct placed *placed)
{
    const struct chart_line *line = &l->c->limits[i];
    const struct panel *p = panel_of(l, line->unit);
    usec from = line->from == USEC_NONE ? l->c->from : line->from, to = line->to == USEC_NONE ? l->c->to : line->to;
    if (to <= l->c->from || from >= l->c->to)
        return;
    int x0 = layout_x(l, from), x1 = layout_x(l, to), y = layout_y(p, line->value);
    bool outside = line->value > p->scale.high || line->value < p->scale.low;
    str label = text_clean(l->a, line->label);
    l->k->way->open(l->k, "limit", label);
    if (outside)
        label = arena_printf(l->a, "%.*s（在图外）", STR_ARG(label));
    else
        l->k->way->line(l->k, (struct spot[]){{x0, y}, {x1, y}}, 2, (struct pen){INK_LIMIT, 15, 70});
    for (size_t j = 0; j < l->c->limits_n; j++) { /* the step to the one that takes over */
        const struct chart_line *next = &l->c->limits[j];
        if (j != i && next->from == to && str_eq(next->unit, line->unit) && next->lower == line->lower && x1 < l->plot.x + l->plot.w)
            l->k->way->line(l->k, (struct spot[]){{x1, y}, {x1, layout_y(p, next->value)}}, 2, (struct pen){INK_LIMIT, 10, 20});
    }
    limit_label(l, p, x0, x1, y, label, placed);
    l->k->way->close(l->k);
}

void draw_limits(const struct layout *l)
{
    struct placed placed = {0};
    for (size_t i = 0; i < l->c->limits_n && i < 200; i++)
        draw_limit(l, i, &placed);
}

/* ---- versions ---- */
static int by_place(const void *a, const void *b)
{
    const int *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

void draw_versions(const struct layout *l)
{
    size_t n = 0;
    int *x = NEW_ARRAY(l->a, l->c->versions_n + 1, int), base = l->plot.y + l->plot.h;
    for (size_t i = 0; i < l->c->versions_n; i++)
        if (l->c->versions[i] >= l->c->from && l->c->versions[i] <= l->c->to)
            x[n++] = layout_x(l, l->c->versions[i]);
    if (!n)
        return;
    qsort(x, n, sizeof *x, by_place);
    l->k->way->open(l->k, "versions", S("此处收到过不同的值"));
    int last = -100 * PX;
    for (size_t i = 0; i < n; i++) {
        if (x[i] < last + 4 * PX)
            continue;
        last = x[i];
        l->k->way->area(l->k, (struct spot[]){{last, base - 8 * PX}, {last - 4 * PX, base}, {last + 4 * PX, base}}, 3, INK_TEXT, 100);
    }
    l->k->way->close(l->k);
}

/* ---- states ---- */
bool letter_shown(uint8_t flag)
{
    return flag && flag != 'N' && flag != '?';
}

const char *chart_flag_text(char flag)
{
    static const struct { char letter; const char *text; } texts[] = {
        {'N', "正常"}, {'F', "停运"}, {'M', "维护"}, {'S', "手工输入或设定"}, {'D', "仪器故障"}, {'C', "校准"}, {'T', "超过测量上限"},
        {'B', "通讯异常"}, {'P', "电源故障"}, {'?', "未报状态"}, {'0', "校准数据"}, {'1', "气象参数"}, {'2', "异常数据"},
        {'3', "正常数据"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].letter == flag)
            return texts[i].text;
    return "其他状态";
}

static void draw_state(const struct layout *l, int x0, int x1, uint8_t flag)
{
    struct box b = {x0, l->plot.y + l->plot.h + 1 * PX, x1 - x0 > NARROW ? x1 - x0 : NARROW, l->strip - 2 * PX};
    str letter = arena_printf(l->a, "%c", flag >= 0x20 && flag < 0x7f ? flag : '?');
    l->k->way->open(l->k, "state", arena_printf(l->a, "%.*s %s", STR_ARG(letter), chart_flag_text((char)flag)));
    l->k->way->fill(l->k, b, INK_SOFT, 30);
    if (b.w >= text_width(letter, l->size) + 2 * PX)
        l->k->way->words(l->k, (struct spot){b.x + b.w / 2, b.y + b.h - 2 * PX},
                         &(struct words){letter, l->size * 9 / 10, INK_TEXT, ANCHOR_MIDDLE, false});
    l->k->way->close(l->k);
}

/* A column of hours or days that was mostly calibrated, stopped ...: a short check every night would fill the row of a year. */
bool state_shown(const struct chart_series *s, size_t i)
{
    return letter_shown(s->flag[i]) && (!s->odd || !s->counted || 2 * s->odd[i] >= s->counted[i]);
}

void draw_states(const struct layout *l)
{
    if (!l->strip)
        return;
    const struct chart_series *s = &l->c->series[0];
    for (size_t i = 0, n; i < s->n; i += n) {
        for (n = 1; i + n < s->n && s->flag[i + n] == s->flag[i] && state_shown(s, i + n) == state_shown(s, i);)
            n++;
        usec from = s->at[i] - s->width / 2, to = s->at[i + n - 1] + s->width / 2;
        if (state_shown(s, i) && to > l->c->from && from < l->c->to)
            draw_state(l, layout_x(l, from), layout_x(l, to), s->flag[i]);
    }
}
