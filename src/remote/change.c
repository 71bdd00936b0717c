/*
 * All dates are judged side by side, a row of each at a time, where their tiles are unpacked (verdicts.h); two dates are compared sixty-four pixels at a time. A date that lies whole pixels
 * off is read so many rows earlier or later and so many columns aside; half pixels are left, and refused when they are more than that.
 */
#include "base/lanes.h"
#include "remote/verdicts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHIFT_MOST = 16 /* pixels */ };
#define SHIFT_REFUSED 0.5
#define SHIFT_NOTED 0.3

/* A date with its rows moved: row y of the first date's grid is row y + dy of its own. */
struct lane {
    struct verdicts *v;
    int width, height, y /* rows read */, dx, dy;
    struct verdict_row row;               /* the last one read */
    const uint64_t *mask, *valid;         /* of the row being compared, on the first date's columns */
    uint64_t *moved_mask, *moved_valid, *none;
    int32_t *index, *packed;              /* of a row, by column, where flagged; of what changed */
    const int32_t **at;
};
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

/* Bits moved by `by` columns, to the right when it is positive; what comes in is 0, what leaves the width is gone. */
static void bits_move(const uint64_t *from, int width, int by, uint64_t *to)
{
    int words = (int)bits_words(width), far = abs(by) / 64, near = abs(by) % 64;
    for (int i = 0; i < words; i++) {
        int k = by > 0 ? i - far : i + far, next = by > 0 ? k - 1 : k + 1;
        uint64_t here = k >= 0 && k < words ? from[k] : 0, beside = near && next >= 0 && next < words ? from[next] : 0;
        to[i] = by > 0 ? here << near : here >> near;
        if (near)
            to[i] |= by > 0 ? beside >> (64 - near) : beside << (64 - near);
    }
    if (width % 64)
        to[words - 1] &= (UINT64_C(1) << width % 64) - 1;
}

/* The row of this date that lies on row y of the first; outside: nothing is known. */
static err *lane_row(struct lane *l, int y)
{
    int want = y + l->dy;
    bool more = true;
    while (more && l->y <= want && l->y < l->height) {
        TRY(verdicts_next(l->v, &l->row, &more));
        l->y += more;
    }
    bool there = want >= 0 && want < l->height && abs(l->dx) < l->width;
    if (there && l->dx) {
        bits_move(l->row.mask, l->width, -l->dx, l->moved_mask);
        bits_move(l->row.valid, l->width, -l->dx, l->moved_valid);
    }
    l->mask = !there ? l->none : l->dx ? l->moved_mask : l->row.mask;
    l->valid = !there ? l->none : l->dx ? l->moved_valid : l->row.valid;
    return NULL;
}

/* The index of those flagged pixels of the lane's row that are in `some`, packed as regions take it. */
static const int32_t *const *lane_index(struct lane *l, const uint64_t *some)
{
    for (int block = 0; block * INDEX_COLUMNS < l->width; block++) { /* by column of its own grid */
        const int32_t *from = l->row.index[block];
        for (int w = block * (INDEX_COLUMNS / 64); w < (block + 1) * (INDEX_COLUMNS / 64) && (size_t)w < bits_words(l->width); w++)
            for (uint64_t set = l->row.mask[w]; set; set &= set - 1) {
                int x = w * 64 + __builtin_ctzll(set) - l->dx;
                if (x >= 0 && x < l->width)
                    l->index[x] = *from;
                from++;
            }
    }
    index_pack(some, l->index, l->width, l->packed, l->at);
    return l->at;
}

static err *lane_open(struct arena *a, const struct date *date, const struct recipe *recipe, double threshold, struct lane *l)
{
    size_t words;
    l->width = raster_head(date->raster)->level[0].width, l->height = raster_head(date->raster)->level[0].height;
    words = bits_words(l->width);
    TRY(verdicts_open(a, date->raster, &date->bands, recipe, threshold, &l->v));
    l->moved_mask = NEW_ARRAY(a, words, uint64_t), l->moved_valid = NEW_ARRAY(a, words, uint64_t), l->none = NEW_ARRAY(a, words, uint64_t);
    l->index = NEW_ARRAY(a, (size_t)l->width, int32_t), l->packed = NEW_ARRAY(a, (size_t)l->width, int32_t);
    l->at = NEW_ARRAY(a, (size_t)l->width / INDEX_COLUMNS + 1, const int32_t *);
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
        TRY(lane_open(a, &dates[i], used, t.value, &lanes[i]));
    }
    return NULL;
}

/* What a row has become: bits. */
struct row_change { uint64_t *gained, *lost, *valid; };

LANES static void compare(const struct lane *lanes, int n, struct changed *c, const struct row_change *r)
{
    const struct lane *first = &lanes[0], *last = &lanes[n - 1], *before = &lanes[n - 2];
    for (size_t i = 0; i < bits_words(first->width); i++) {
        uint64_t was = first->mask[i], is = last->mask[i], valid = first->valid[i] & last->valid[i];
        uint64_t twice = n < 3 ? UINT64_MAX : before->valid[i] & ~(before->mask[i] ^ is);
        r->valid[i] = valid;
        r->gained[i] = valid & ~was & is & twice;
        r->lost[i] = valid & was & ~is & twice;
        c->valid += __builtin_popcountll(valid);
        c->stable += __builtin_popcountll(valid & was & is);
        c->gained += __builtin_popcountll(r->gained[i]);
        c->lost += __builtin_popcountll(r->lost[i]);
        c->transient += __builtin_popcountll(valid & (was ^ is) & ~twice);
    }
}

LANES static void count(const struct lane *l, struct changed_date *d)
{
    for (size_t i = 0; i < bits_words(l->width); i++) {
        d->valid += __builtin_popcountll(l->valid[i]);
        d->flagged += __builtin_popcountll(l->mask[i]);
    }
}

static bool any(const uint64_t *bits, size_t words)
{
    uint64_t all = 0;
    for (size_t i = 0; i < words; i++)
        all |= bits[i];
    return all != 0;
}

static err *all_rows(struct arena *a, struct lane *lanes, int n, struct changed *c, struct regions *gain, struct regions *loss)
{
    int width = lanes[0].width, height = lanes[0].height;
    size_t words = bits_words(width);
    struct row_change r = {NEW_ARRAY(a, words, uint64_t), NEW_ARRAY(a, words, uint64_t), NEW_ARRAY(a, words, uint64_t)};
    for (int y = 0; y < height; y++) {
        for (int i = 0; i < n; i++) {
            TRY(lane_row(&lanes[i], y));
            count(&lanes[i], &c->date[i]);
        }
        compare(lanes, n, c, &r);
        TRY(regions_row_bits(gain, r.gained, any(r.gained, words) ? lane_index(&lanes[n - 1], r.gained) : NULL, r.valid));
        TRY(regions_row_bits(loss, r.lost, any(r.lost, words) ? lane_index(&lanes[0], r.lost) : NULL, r.valid));
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
