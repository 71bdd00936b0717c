/* The legend: only what the picture really shows, flowing in rows below it. */
#include "monitor/chart/layout.h"

enum swatch { SWATCH_LINE, SWATCH_RANGE, SWATCH_LIMIT, SWATCH_BAND, SWATCH_VERSION, SWATCH_STATE };
struct item { enum swatch swatch; int which; str text; };
enum { SWATCH = 20 * PX, ITEMS = 32 };
struct items { struct item p[ITEMS]; size_t n; };

static void add(struct items *v, enum swatch swatch, int which, str text)
{
    if (v->n < ITEMS)
        v->p[v->n++] = (struct item){swatch, which, text};
}

static bool band_shown(const struct chart *c, int kind)
{
    for (size_t i = 0; i < c->bands_n; i++)
        if (c->bands[i].kind == kind && c->bands[i].to > c->from && c->bands[i].from < c->to)
            return true;
    return false;
}

static void add_states(const struct layout *l, struct items *v)
{
    bool seen[256] = {false};
    const struct chart_series *s = &l->c->series[0];
    for (size_t i = 0; l->strip && i < s->n; i++) {
        uint8_t f = s->flag[i];
        if (!state_shown(s, i) || seen[f])
            continue;
        seen[f] = true;
        add(v, SWATCH_STATE, f, str_of(chart_flag_text((char)f)));
    }
}

static void collect(const struct layout *l, struct items *v)
{
    static const char *const bands[BAND_KINDS] = {
        [BAND_MARK] = "标记时段", [BAND_PLATFORM] = "平台原因", [BAND_FOCUS] = "关注时段", [BAND_GAP] = "无数据"};
    const struct chart *c = l->c;
    bool range = false;
    for (size_t i = 0; i < c->series_n; i++) {
        range = range || (c->series[i].low && c->series[i].high);
        add(v, SWATCH_LINE, (int)i, text_clean(l->a, c->series[i].label));
    }
    if (range)
        add(v, SWATCH_RANGE, 0, S("最小至最大"));
    if (c->limits_n)
        add(v, SWATCH_LIMIT, 0, S("限值"));
    for (int k = 0; k < BAND_KINDS; k++)
        if (band_shown(c, k))
            add(v, SWATCH_BAND, k, str_of(bands[k]));
    if (c->versions_n)
        add(v, SWATCH_VERSION, 0, S("有不同的上报值"));
    add_states(l, v);
}

static struct spot place(const struct layout *l, int width, const struct item *item, struct spot *pen)
{
    int wide = SWATCH + 5 * PX + text_width(item->text, l->size);
    if (pen->x > 0 && pen->x + wide > width)
        *pen = (struct spot){0, pen->y + l->size * 3 / 2};
    struct spot at = *pen;
    pen->x += wide + 14 * PX;
    return at;
}

int legend_height(struct layout *l, int width)
{
    struct items v = {0};
    struct spot pen = {0, 0};
    collect(l, &v);
    for (size_t i = 0; i < v.n; i++)
        place(l, width, &v.p[i], &pen);
    return v.n ? pen.y + l->size * 2 : 0;
}

static void band_swatch(const struct layout *l, struct box b, int kind)
{
    static const enum ink inks[BAND_KINDS] = {
        [BAND_MARK] = INK_MARK, [BAND_PLATFORM] = INK_PLATFORM, [BAND_FOCUS] = INK_FOCUS, [BAND_GAP] = INK_GAP};
    struct pen thin = {inks[kind], 7, 0};
    struct canvas *k = l->k;
    int low = b.y + b.h, third = b.w / 3, r = b.x + b.w;
    k->way->fill(k, b, thin.ink, 10);
    if (kind == BAND_MARK)
        k->way->strokes(k, (struct spot[]){{b.x, low}, {b.x + third, b.y}, {b.x + third, low}, {b.x + 2 * third, b.y},
                                           {b.x + 2 * third, low}, {r, b.y}}, 6, thin);
    else if (kind == BAND_PLATFORM)
        k->way->strokes(k, (struct spot[]){{b.x, b.y}, {b.x + third, low}, {b.x + third, b.y}, {b.x + 2 * third, low},
                                           {b.x + 2 * third, b.y}, {r, low}}, 6, thin);
    else if (kind == BAND_GAP)
        k->way->strokes(k, (struct spot[]){{b.x, b.y + b.h / 3}, {r, b.y + b.h / 3}, {b.x, b.y + b.h * 2 / 3},
                                           {r, b.y + b.h * 2 / 3}}, 4, (struct pen){thin.ink, 7, 20});
    else
        k->way->strokes(k, (struct spot[]){{b.x, b.y}, {b.x, low}, {r, b.y}, {r, low}}, 4, (struct pen){thin.ink, 15, 0});
}

static void draw_swatch(const struct layout *l, const struct item *item, struct box b)
{
    struct canvas *k = l->k;
    int middle = b.y + b.h / 2;
    struct spot across[] = {{b.x, middle}, {b.x + b.w, middle}};
    switch (item->swatch) {
    case SWATCH_LINE:
        k->way->line(k, across, 2, series_pen(l, (size_t)item->which));
        break;
    case SWATCH_RANGE:
        k->way->fill(k, b, INK_SERIES, 22);
        break;
    case SWATCH_LIMIT:
        k->way->line(k, across, 2, (struct pen){INK_LIMIT, 15, 70});
        break;
    case SWATCH_BAND:
        band_swatch(l, b, item->which);
        break;
    case SWATCH_VERSION:
        k->way->area(k, (struct spot[]){{b.x + b.w / 2, b.y + 1 * PX}, {b.x + b.w / 2 - 4 * PX, b.y + 9 * PX},
                                        {b.x + b.w / 2 + 4 * PX, b.y + 9 * PX}}, 3, INK_TEXT, 100);
        break;
    case SWATCH_STATE:
        k->way->fill(k, b, INK_SOFT, 30);
        k->way->words(k, (struct spot){b.x + b.w / 2, b.y + b.h - 1 * PX},
                      &(struct words){arena_printf(l->a, "%c", item->which < 0x7f ? item->which : '?'), l->size * 9 / 10, INK_TEXT,
                                      ANCHOR_MIDDLE, false});
        break;
    }
}

void draw_legend(const struct layout *l, int top)
{
    struct items v = {0};
    struct spot pen = {0, 0};
    collect(l, &v);
    l->k->way->open(l->k, "legend", S("图例"));
    for (size_t i = 0; i < v.n; i++) {
        struct spot at = place(l, l->c->width * PX - 16 * PX, &v.p[i], &pen);
        int x = 8 * PX + at.x, base = top + at.y + l->size * 3 / 2;
        draw_swatch(l, &v.p[i], (struct box){x, base - l->size * 9 / 10, SWATCH, l->size});
        l->k->way->words(l->k, (struct spot){x + SWATCH + 5 * PX, base},
                         &(struct words){v.p[i].text, l->size, INK_TEXT, ANCHOR_START, false});
    }
    l->k->way->close(l->k);
}
