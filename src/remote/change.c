/*
 * All dates are read side by side, a row of each at a time. A date that lies whole pixels off is read so many rows earlier or later and so many columns
 * aside; half pixels are left, and refused when they are more than that.
 */
#include "remote/detect_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHIFT_MOST = 16 /* pixels */ };
#define SHIFT_REFUSED 0.5
#define SHIFT_NOTED 0.3

/* A date with its rows moved: row y of the first date's grid is row y + dy of its own. */
struct lane { struct judge j; int dx, dy; bool more; uint8_t *mask, *valid; int32_t *index; };
struct run_state { const struct recipe_options *o; struct changed *c; const struct grid *grid; struct geojson *out; uint32_t common; int kind; double *m2; };

static err *take(void *context, const struct patch *r)
{
    struct run_state *s = context;
    uint32_t f = region_flags(&r->sums, s->common);
    s->c->polygons++;
    *s->m2 += region_area_m2(&r->sums, s->grid);
    if (s->out)
        TRY(geojson_region(s->out, r, f, s->kind));
    return s->o->region ? s->o->region(s->o->context, r, s->grid, f, s->kind) : NULL;
}

static err *check_dates(const struct date *dates, int n)
{
    const struct grid *first = &raster_head(dates[0].raster)->grid;
    if (n < 2 || n > LIMIT_DATES)
        return err_new(ERR_INPUT, "变化检测需要2至%d期影像", LIMIT_DATES);
    TRY(grid_check(first));
    for (int i = 1; i < n; i++) {
        const struct grid *g = &raster_head(dates[i].raster)->grid;
        TRY(grid_check(g));
        if (!grid_same(first, g))
            return err_new(ERR_INPUT, "第%d期影像与第1期的格网不同（行列、坐标系、起点或分辨率）；请用同一格网重采样后再比较", i + 1);
    }
    return NULL;
}

/* Where each date lies, and by how much it is read aside. */
static err *place(struct arena *a, const struct date *dates, int n, bool align, struct lane *lanes, struct changed *c)
{
    for (int i = 1; i < n; i++) {
        struct shift *s = &c->date[i].shift;
        TRY(registration(a, &dates[0], &dates[i], s));
        if (!s->known || (fabs(s->x) <= SHIFT_REFUSED && fabs(s->y) <= SHIFT_REFUSED))
            continue;
        if (!align)
            return err_new(ERR_CONFLICT, "第%d期影像与第1期没有配准：东西差%.2f像元、南北差%.2f像元（%d个样块的中位数）；用--align按整像元平移，或先重新配准", i + 1,
                           s->x, s->y, s->patches);
        lanes[i].dx = (int)lround(s->x), lanes[i].dy = (int)lround(s->y);
        if (abs(lanes[i].dx) > SHIFT_MOST || abs(lanes[i].dy) > SHIFT_MOST)
            return err_new(ERR_CONFLICT, "第%d期影像与第1期相差超过%d像元，平移不可靠，请先重新配准", i + 1, SHIFT_MOST);
    }
    return NULL;
}

/* The row of this date that lies on row y of the first; outside: nothing is known. */
static err *lane_row(struct lane *l, int y)
{
    int width = l->j.width, want = y + l->dy;
    while (l->more && l->j.y <= want && want >= 0)
        TRY(judge_row(&l->j, &l->more));
    memset(l->valid, 0, (size_t)width);
    memset(l->mask, 0, (size_t)width);
    if (want < 0 || want >= l->j.height)
        return NULL;
    int from = l->dx > 0 ? l->dx : 0, to = l->dx < 0 ? -l->dx : 0, n = width - abs(l->dx);
    if (n <= 0)
        return NULL;
    memcpy(l->mask + to, l->j.mask + from, (size_t)n);
    memcpy(l->valid + to, l->j.valid + from, (size_t)n);
    memcpy(l->index + to, l->j.index + from, (size_t)n * sizeof *l->index);
    return NULL;
}

static err *lanes_open(struct arena *a, const struct date *dates, int n, const struct recipe_options *o, struct lane *lanes, struct changed *c, uint32_t *common)
{
    TRY(recipe_for(o->recipe, &dates[0].bands, &c->recipe));
    for (int i = 0; i < n; i++) {
        const struct recipe *used;
        struct threshold t;
        TRY(recipe_for(c->recipe, &dates[i].bands, &used));
        if (used != c->recipe)
            return err_new(ERR_INPUT, "第%d期影像的波段不够，两期用的方法不同，不能比较", i + 1);
        TRY(threshold_for(dates[i].raster, &dates[i].bands, used, o, &t));
        *common |= common_flags(o->recipe, used, &dates[i].bands, &t);
        c->date[i].threshold = t.value;
        c->date[i].otsu = t.otsu;
        TRY(judge_open(a, dates[i].raster, &dates[i].bands, used, t.value, 0, &lanes[i].j));
        lanes[i].more = true;
        lanes[i].mask = NEW_ARRAY(a, (size_t)lanes[i].j.width, uint8_t);
        lanes[i].valid = NEW_ARRAY(a, (size_t)lanes[i].j.width, uint8_t);
        lanes[i].index = NEW_ARRAY(a, (size_t)lanes[i].j.width, int32_t);
    }
    return NULL;
}

static void compare(const struct lane *lanes, int n, struct changed *c, uint8_t *gained, uint8_t *lost, uint8_t *valid)
{
    const struct lane *first = &lanes[0], *last = &lanes[n - 1], *before = &lanes[n - 2];
    for (int x = 0; x < first->j.width; x++) {
        uint8_t was = first->mask[x], is = last->mask[x];
        valid[x] = first->valid[x] & last->valid[x];
        bool twice = n < 3 || (before->valid[x] && before->mask[x] == is);
        gained[x] = valid[x] & (uint8_t)!was & is & (uint8_t)twice;
        lost[x] = valid[x] & was & (uint8_t)!is & (uint8_t)twice;
        c->valid += valid[x];
        c->stable += valid[x] & was & is;
        c->gained += gained[x];
        c->lost += lost[x];
        c->transient += valid[x] & (was ^ is) & (uint8_t)!twice;
    }
}

static err *all_rows(struct arena *a, struct lane *lanes, int n, struct changed *c, struct regions *gain, struct regions *loss)
{
    int width = lanes[0].j.width, height = lanes[0].j.height;
    uint8_t *gained = NEW_ARRAY(a, (size_t)width, uint8_t), *lost = NEW_ARRAY(a, (size_t)width, uint8_t), *valid = NEW_ARRAY(a, (size_t)width, uint8_t);
    for (int y = 0; y < height; y++) {
        for (int i = 0; i < n; i++) {
            TRY(lane_row(&lanes[i], y));
            for (int x = 0; x < width; x++) {
                c->date[i].valid += lanes[i].valid[x];
                c->date[i].flagged += lanes[i].mask[x];
            }
        }
        compare(lanes, n, c, gained, lost, valid);
        TRY(regions_row(gain, gained, lanes[n - 1].index, valid));
        TRY(regions_row(loss, lost, lanes[0].index, valid));
    }
    c->pixels = (int64_t)width * height;
    return NULL;
}

static err *with_output(struct arena *a, const struct date *dates, int n, const struct recipe_options *o, bool align, struct changed *c, struct geojson **out)
{
    struct lane *lanes = NEW_ARRAY(a, (size_t)n, struct lane);
    struct region_totals totals;
    uint32_t common = 0;
    const struct grid *grid = &raster_head(dates[0].raster)->grid;
    TRY(check_dates(dates, n));
    TRY(place(a, dates, n, align, lanes, c));
    TRY(lanes_open(a, dates, n, o, lanes, c, &common));
    for (int i = 1; i < n; i++)
        if (c->date[i].shift.known && (fabs(c->date[i].shift.x - lanes[i].dx) > SHIFT_NOTED || fabs(c->date[i].shift.y - lanes[i].dy) > SHIFT_NOTED))
            common |= 1u << FLAG_SHIFTED;
    if (n > 2)
        common |= 1u << FLAG_PERSISTENT;
    TRY(geojson_begin(a, o->polygons, grid, c->recipe, c->date[n - 1].threshold, out));
    struct run_state gain = {o, c, grid, *out, common, 1, &c->gained_m2}, loss = {o, c, grid, *out, common, -1, &c->lost_m2};
    struct regions_options options = {.width = grid->width, .eight = o->eight, .rings = true, .least = least_pixels(o, c->recipe, grid), .region = take};
    options.context = &gain;
    struct regions *gained = regions_new(a, &options);
    options.context = &loss;
    struct regions *lost = regions_new(a, &options);
    TRY(all_rows(a, lanes, n, c, gained, lost));
    TRY(regions_end(gained, &totals));
    TRY(regions_end(lost, &totals));
    return geojson_end(*out, &c->polygons_digest);
}

err *recipe_change(struct arena *a, const struct date *dates, int n, const struct recipe_options *o, bool align, struct changed *ret)
{
    struct geojson *out = NULL;
    *ret = (struct changed){.dates = n};
    err *e = with_output(a, dates, n, o, align, ret, &out);
    if (e)
        geojson_abandon(out);
    return e;
}
