/*
 * From columns to lines. One panel for each unit, below each other, because two scales in one picture make any two curves look
 * related. Where a column is empty the line breaks; a lone column is drawn as a short bar, or it could not be seen.
 */
#include "monitor/chart/layout.h"

#include <math.h>

static const uint32_t inks[INKS] = {
    [INK_TEXT] = 0x1c2330, [INK_SOFT] = 0x555f6e, [INK_GRID] = 0xd5dae1, [INK_PAPER] = 0xffffff, [INK_LIMIT] = 0xa3201c,
    [INK_MARK] = 0x7a4b00, [INK_PLATFORM] = 0x4a3f8f, [INK_FOCUS] = 0xa3201c, [INK_GAP] = 0x5f6875,
    [INK_SERIES] = 0x17507f, 0x1d6136, 0x7a2f6f, 0x8a4a0a, 0x0b6470, 0x5b4b1c, 0x444b9c, 0x99274a};

uint32_t ink_rgb(enum ink i)
{
    return inks[i];
}

err *chart_check(const struct chart *c)
{
    if (c->width < CHART_WIDTH_MIN || c->width > CHART_WIDTH_MAX)
        return err_at(err_new(ERR_INPUT, "图宽应为%d至%d像素，读到%d", CHART_WIDTH_MIN, CHART_WIDTH_MAX, c->width), S("width"));
    if (c->height < CHART_HEIGHT_MIN || c->height > CHART_HEIGHT_MAX)
        return err_at(err_new(ERR_INPUT, "图高应为%d至%d像素，读到%d", CHART_HEIGHT_MIN, CHART_HEIGHT_MAX, c->height), S("height"));
    if (c->from >= c->to || c->to - c->from < USEC_MINUTE || c->to - c->from > 200 * 366 * USEC_DAY)
        return err_at(err_new(ERR_INPUT, "起止时间应相隔1分钟至200年，起在前、止在后"), S("from"));
    if (c->series_n > CHART_SERIES)
        return err_at(err_new(ERR_INPUT, "一张图至多%d条曲线", CHART_SERIES), S("series"));
    return NULL;
}

int layout_x(const struct layout *l, usec t)
{
    const struct chart *c = l->c;
    t = t < c->from ? c->from : t > c->to ? c->to : t;
    return l->plot.x + (int)lround((double)(t - c->from) / (double)(c->to - c->from) * l->plot.w);
}

int layout_y(const struct panel *p, double value)
{
    double part = (value - p->scale.low) / (p->scale.high - p->scale.low);
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    return p->box.y + p->box.h - (int)lround(part * p->box.h);
}

const struct panel *panel_of(const struct layout *l, str unit)
{
    for (size_t i = 0; i < l->panels; i++)
        if (str_eq(l->panel[i].unit, unit))
            return &l->panel[i];
    return &l->panel[0];
}

struct pen series_pen(const struct layout *l, size_t series)
{
    static const int dashes[] = {0, 60, 25, 120};
    return (struct pen){INK_SERIES + (int)(series % CHART_SERIES), l->c->large ? 22 : 15, dashes[series % 4]};
}

/* ---- scales ---- */
static void reach(double *low, double *high, double value)
{
    if (!isfinite(value))
        return;
    *low = fmin(*low, value);
    *high = fmax(*high, value);
}

static void panel_scale(struct layout *l, struct panel *p)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < l->c->series_n; i++) {
        const struct chart_series *s = &l->c->series[i];
        if (!str_eq(s->unit, p->unit))
            continue;
        for (size_t j = 0; j < s->n; j++) {
            reach(&low, &high, s->mid[j]);
            if (s->low && s->high) {
                reach(&low, &high, s->low[j]);
                reach(&low, &high, s->high[j]);
            }
        }
    }
    double data_high = high;
    for (size_t i = 0; i < l->c->limits_n; i++) /* a limit far above would press the curve flat: it is named at the edge */
        if (panel_of(l, l->c->limits[i].unit) == p && !(l->c->limits[i].value > 5 * data_high && data_high > 0))
            reach(&low, &high, l->c->limits[i].value);
    if (low > high)
        low = 0, high = 1;
    p->scale = scale_of(fmax(low, -1e19), fmin(high, 1e19), p->box.h / (l->size * 5 / 2));
}

static void find_panels(struct layout *l)
{
    for (size_t i = 0; i < l->c->series_n; i++) {
        bool known = false;
        for (size_t j = 0; j < l->panels; j++)
            known = known || str_eq(l->panel[j].unit, l->c->series[i].unit);
        if (!known)
            l->panel[l->panels++].unit = l->c->series[i].unit;
    }
    if (!l->panels)
        l->panel[l->panels++].unit = S("");
}

static int widest_value(const struct layout *l)
{
    int wide = 4 * PX;
    for (size_t i = 0; i < l->panels; i++) {
        const struct scale *s = &l->panel[i].scale;
        for (double v = s->low; v <= s->high + s->step / 2; v += s->step) {
            int w = text_width(scale_text(l->a, s, v), l->size);
            wide = w > wide ? w : wide;
        }
    }
    return wide;
}

static void split_panels(struct layout *l)
{
    int n = (int)l->panels, gap = l->size * 27 / 10, each = (l->plot.h - gap * (n - 1)) / n;
    for (int i = 0; i < n; i++) {
        l->panel[i].box = (struct box){l->plot.x, l->plot.y + i * (each + gap), l->plot.w, each};
        panel_scale(l, &l->panel[i]);
    }
}

static bool any_state(const struct chart *c)
{
    for (size_t i = 0; c->series_n && c->series[0].flag && i < c->series[0].n; i++)
        if (state_shown(&c->series[0], i))
            return true;
    return false;
}

static void arrange(struct layout *l)
{
    int width = l->c->width * PX, height = l->c->height * PX, line = l->size * 3 / 2;
    find_panels(l);
    int top = (l->c->title.n ? line + 6 * PX : 2 * PX) + line, bottom = line;
    l->strip = any_state(l->c) ? l->size * 5 / 4 : 0;
    l->contexts = height - top - bottom - l->strip >= line + 30 * PX;
    bottom += l->contexts ? line : 0;
    l->legend = legend_height(l, width - 16 * PX);
    int least = 40 * PX * (int)l->panels;
    if (height - top - bottom - l->strip - l->legend < least)
        l->legend = 0;
    int plot_h = height - top - bottom - l->strip - l->legend - 4 * PX;
    l->plot = (struct box){0, top, width, plot_h > 20 * PX ? plot_h : 20 * PX};
    split_panels(l); /* once for the scales, then again beside their words */
    l->plot.x = widest_value(l) + 14 * PX;
    l->plot.w = width - l->plot.x - 12 * PX;
    split_panels(l);
}

/* ---- frame and axes ---- */
static void value_axis(const struct layout *l, const struct panel *p)
{
    struct canvas *k = l->k;
    const struct scale *s = &p->scale;
    int rows = (int)lround((s->high - s->low) / s->step);
    for (int i = 0; i <= rows && i < 100; i++) {
        double v = s->low + i * s->step;
        int y = layout_y(p, v);
        struct spot ends[] = {{p->box.x, y}, {p->box.x + p->box.w, y}};
        k->way->line(k, ends, 2, (struct pen){INK_GRID, 10, 0});
        k->way->words(k, (struct spot){p->box.x - 6 * PX, y + l->size * 35 / 100},
                      &(struct words){scale_text(l->a, s, v), l->size, INK_SOFT, ANCHOR_END, false});
    }
    if (p->unit.n)
        k->way->words(k, (struct spot){4 * PX, p->box.y - l->size * 7 / 10},
                      &(struct words){text_clean(l->a, p->unit), l->size, INK_SOFT, ANCHOR_START, false});
}

static void time_axis(const struct layout *l)
{
    struct canvas *k = l->k;
    size_t n;
    struct time_tick *ticks = time_ticks(l->a, l->c->from, l->c->to, l->plot.w, l->size, &n);
    int base = l->plot.y + l->plot.h, below = base + l->strip + l->size * 13 / 10, free_from = 0, end = l->c->width * PX;
    for (size_t i = 0; i < n; i++) {
        int x = layout_x(l, ticks[i].at), half = text_width(ticks[i].label, l->size) / 2;
        struct spot tick[] = {{x, l->plot.y}, {x, base + 4 * PX}};
        k->way->line(k, tick, 2, (struct pen){INK_GRID, 10, 0});
        if (x + half > end)
            continue;
        k->way->words(k, (struct spot){x, below}, &(struct words){ticks[i].label, l->size, INK_SOFT, ANCHOR_MIDDLE, false});
        int wide = text_width(ticks[i].context, l->size), left = x - half;
        left = left + wide > end ? end - wide : left;
        if (!l->contexts || !ticks[i].context.n || left < free_from)
            continue;
        k->way->words(k, (struct spot){left, below + l->size * 5 / 4},
                      &(struct words){ticks[i].context, l->size, INK_SOFT, ANCHOR_START, false});
        free_from = left + wide + 6 * PX;
    }
}

static void frames(const struct layout *l)
{
    for (size_t i = 0; i < l->panels; i++) {
        struct box b = l->panel[i].box;
        struct spot corner[] = {{b.x, b.y}, {b.x, b.y + b.h}, {b.x + b.w, b.y + b.h}};
        l->k->way->line(l->k, corner, 3, (struct pen){INK_SOFT, 10, 0});
    }
}

/* ---- series ---- */
struct run { size_t first, n; };

/* The next stretch of columns that are there and follow each other. */
static bool next_run(const struct chart_series *s, const struct chart *c, struct run *r)
{
    size_t i = r->first + r->n;
    while (i < s->n && (!isfinite(s->mid[i]) || s->at[i] < c->from || s->at[i] > c->to))
        i++;
    r->first = i;
    while (i < s->n && isfinite(s->mid[i]) && s->at[i] >= c->from && s->at[i] <= c->to &&
           (i == r->first || !s->width || s->at[i] - s->at[i - 1] <= s->width * 3 / 2))
        i++;
    r->n = i - r->first;
    return r->n > 0;
}

static double or_mid(const double *column, const struct chart_series *s, size_t i)
{
    return column && isfinite(column[i]) ? column[i] : s->mid[i];
}

static void band_of(const struct layout *l, const struct panel *p, const struct chart_series *s, struct run r, enum ink ink)
{
    struct spot *edge = NEW_ARRAY(l->a, 2 * r.n, struct spot);
    for (size_t i = 0; i < r.n; i++) {
        int x = layout_x(l, s->at[r.first + i]);
        edge[i] = (struct spot){x, layout_y(p, or_mid(s->high, s, r.first + i))};
        edge[2 * r.n - 1 - i] = (struct spot){x, layout_y(p, or_mid(s->low, s, r.first + i))};
    }
    l->k->way->area(l->k, edge, 2 * r.n, ink, 22);
}

static void line_of(const struct layout *l, const struct panel *p, const struct chart_series *s, struct run r, struct pen pen)
{
    struct spot *spots = NEW_ARRAY(l->a, r.n, struct spot);
    bool marked = s->width && (double)s->width / (double)(l->c->to - l->c->from) * l->plot.w >= 12 * PX;
    for (size_t i = 0; i < r.n; i++) {
        spots[i] = (struct spot){layout_x(l, s->at[r.first + i]), layout_y(p, s->mid[r.first + i])};
        if (marked)
            l->k->way->fill(l->k, (struct box){spots[i].x - 2 * PX, spots[i].y - 2 * PX, 4 * PX, 4 * PX}, pen.ink, 100);
    }
    if (r.n > 1)
        l->k->way->line(l->k, spots, r.n, pen);
}

static void lone_column(const struct layout *l, const struct panel *p, const struct chart_series *s, size_t i, struct pen pen)
{
    int x = layout_x(l, s->at[i]), y = layout_y(p, s->mid[i]);
    struct spot bars[] = {{x, layout_y(p, or_mid(s->low, s, i))}, {x, layout_y(p, or_mid(s->high, s, i))},
                          {x - 2 * PX, y}, {x + 2 * PX, y}};
    pen.dash = 0;
    l->k->way->strokes(l->k, bars, 4, pen);
}

static void draw_series(const struct layout *l, size_t index)
{
    const struct chart_series *s = &l->c->series[index];
    const struct panel *p = panel_of(l, s->unit);
    struct pen pen = series_pen(l, index);
    l->k->way->open(l->k, "series", text_clean(l->a, s->label));
    if (s->low && s->high)
        for (struct run r = {0}; next_run(s, l->c, &r);)
            if (r.n > 1)
                band_of(l, p, s, r, pen.ink);
    for (struct run r = {0}; next_run(s, l->c, &r);) {
        line_of(l, p, s, r, pen);
        if (r.n == 1)
            lone_column(l, p, s, r.first, pen);
    }
    l->k->way->close(l->k);
}

static bool nothing_drawn(const struct chart *c)
{
    for (size_t i = 0; i < c->series_n; i++) {
        struct run r = {0};
        if (next_run(&c->series[i], c, &r))
            return false;
    }
    return true;
}

/* No more columns than pixels: what cannot be told apart is not drawn, its lowest and highest are. */
static const struct chart *thinned(struct arena *a, const struct chart *c)
{
    struct chart *thin = NEW(a, struct chart);
    struct chart_series *series = NEW_ARRAY(a, c->series_n + 1, struct chart_series);
    *thin = *c;
    thin->series = series;
    for (size_t i = 0; i < c->series_n; i++) {
        series[i] = c->series[i];
        if (series[i].n > 2 * (size_t)c->width)
            series[i] = chart_reduce(a, &c->series[i], c->from, c->to, c->width);
    }
    return thin;
}

void chart_draw(const struct chart *given, struct canvas *k)
{
    const struct chart *c = thinned(k->a, given);
    struct layout l = {.c = c, .k = k, .a = k->a, .size = (c->large ? 17 : 12) * PX};
    arrange(&l);
    k->way->fill(k, (struct box){0, 0, c->width * PX, c->height * PX}, INK_PAPER, 100);
    if (c->title.n)
        k->way->words(k, (struct spot){4 * PX, l.size * 5 / 4},
                      &(struct words){text_clean(k->a, c->title), l.size * 7 / 6, INK_TEXT, ANCHOR_START, true});
    time_axis(&l);
    for (size_t i = 0; i < l.panels; i++)
        value_axis(&l, &l.panel[i]);
    draw_bands(&l);
    frames(&l);
    for (size_t i = 0; i < c->series_n; i++)
        draw_series(&l, i);
    draw_limits(&l);
    draw_versions(&l);
    draw_states(&l);
    if (nothing_drawn(c))
        k->way->words(k, (struct spot){l.plot.x + l.plot.w / 2, l.plot.y + l.plot.h / 2},
                      &(struct words){S("此时段没有数据"), l.size, INK_SOFT, ANCHOR_MIDDLE, false});
    if (l.legend)
        draw_legend(&l, c->height * PX - l.legend);
}
