/*
 * The pass. Rows of verdicts (verdicts.h) go to the mask file and to the regions; nothing is kept of them. Whoever unpacks works ahead: threads of files of
 * ours, the reading process of others (raster.h).
 */
#include "base/lanes.h"
#include "remote/verdicts.h"

#include <math.h>
#include <string.h>

static const struct { const char *name, *text; int term; } flags[FLAGS] = {
    [FLAG_SMALL] = {"small", "面积小或很窄，混合像元多", -150},
    [FLAG_RIM] = {"rim", "被影像边缘截断", 0},
    [FLAG_BLIND] = {"blind", "紧邻云、阴影或无数据处", -200},
    [FLAG_NO_SWIR] = {"no_swir", "影像缺短波红外，用了替代方法", -100},
    [FLAG_NO_QUALITY] = {"no_quality", "影像没有云和质量标记", 0},
    [FLAG_ONE_MODE] = {"one_mode", "双峰不明显，用了固定阈值", -200},
    [FLAG_SHIFTED] = {"shifted", "两期影像配准后相差超过0.3像元", -100},
    [FLAG_PERSISTENT] = {"persistent", "两期以上都看到", 150}};

const char *flag_name(enum flag f)
{
    return flags[f].name;
}

const char *flag_text(enum flag f)
{
    return flags[f].text;
}

int patch_score_term(enum flag f)
{
    return flags[f].term;
}

int patch_score(uint32_t set)
{
    int score = 500;
    for (int f = 0; f < FLAGS; f++)
        score += set >> f & 1 ? flags[f].term : 0;
    score = (set >> FLAG_NO_QUALITY & 1) && score > 600 ? 600 : score;
    return score < 0 ? 0 : score > 1000 ? 1000 : score;
}

err *recipe_for(const struct recipe *r, const struct bands *b, const struct recipe **ret)
{
    AUTO_ARENA(a);
    if (r->radar != b->sensor->radar && b->sensor->bands_n)
        return err_got(err_at(err_new(ERR_INPUT, "“%s”用于%s影像", r->label, r->radar ? "雷达" : "光学"), S("--recipe")), str_of(r->name),
                       arena_printf(a, "“%s”是%s影像，请用%s影像的方法", b->sensor->label, b->sensor->radar ? "雷达" : "光学", b->sensor->radar ? "雷达" : "光学"),
                       b->sensor->radar ? S("water-sar") : S("water"));
    enum channel missing = CHANNEL_NONE;
    for (const struct recipe *one = r; one; one = one->fallback ? recipe_find(str_of(one->fallback)) : NULL) {
        struct eval *e;
        bool fed = true;
        TRY(eval_new(a, str_of(one->index), str_of(one->when), one->threshold, &e));
        for (int c = 0; c < CHANNELS; c++)
            if ((eval_channels(e) >> c & 1) && b->band[c] < 0) {
                fed = false;
                missing = (enum channel)c;
            }
        if (fed) {
            *ret = one;
            return NULL;
        }
    }
    return err_got(err_at(err_new(ERR_INPUT, "“%s”要用%s波段，影像没有", r->label, channel_label(missing)), S("--bands")), S(""), S("用--bands写明它是第几个波段，或换方法"),
                   arena_printf(a, "%s=1", channel_name(missing)));
}

/* ---- judging rows ---- */
err *judge_open(struct arena *a, struct raster *r, const struct bands *b, const struct recipe *recipe, double threshold, int level, struct judge *ret)
{
    *ret = (struct judge){.width = raster_head(r)->level[level].width, .height = raster_head(r)->level[level].height};
    TRY(eval_new(a, str_of(recipe->index), str_of(recipe->when), threshold, &ret->eval));
    TRY(rows_open(a, r, b, eval_channels(ret->eval), level, recipe->smooth, &ret->rows));
    ret->channels = eval_channels(ret->eval);
    ret->mask = NEW_ARRAY(a, (size_t)ret->width, uint8_t);
    ret->valid = NEW_ARRAY(a, (size_t)ret->width, uint8_t);
    ret->value = NEW_ARRAY(a, (size_t)ret->width, float);
    ret->index = NEW_ARRAY(a, (size_t)ret->width, int32_t);
    return NULL;
}

LANES static void millionths(const float *restrict from, int32_t *restrict to, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = millionth(from[i]);
}

err *judge_row(struct judge *j, bool *ret_more)
{
    const float *row[CHANNELS] = {0}, *span[CHANNELS] = {0};
    TRY(rows_next(j->rows, row, ret_more));
    if (!*ret_more)
        return NULL;
    for (int x = 0; x < j->width; x += EVAL_SPAN) {
        size_t n = (size_t)(j->width - x < EVAL_SPAN ? j->width - x : EVAL_SPAN);
        for (int c = 0; c < CHANNELS; c++)
            span[c] = row[c] ? row[c] + x : NULL;
        eval_span(j->eval, span, n, j->mask + x, j->valid + x, j->value + x);
    }
    millionths(j->value, j->index, (size_t)j->width);
    j->y++;
    return NULL;
}

/* ---- thresholds ---- */
/* Small scenes whole, large ones by the first overview below four million pixels. */
static int histogram_level(const struct raster *r)
{
    const struct raster_head *h = raster_head(r);
    int level = 0;
    while (level + 1 < h->levels && (int64_t)h->level[level].width * h->level[level].height > 4000000)
        level++;
    return level;
}

err *threshold_for(struct raster *r, const struct bands *b, const struct recipe *recipe, const struct recipe_options *o, struct threshold *ret)
{
    AUTO_ARENA(a);
    struct judge j;
    bool more;
    *ret = (struct threshold){.value = o->has_threshold ? o->threshold : recipe->threshold, .valley = 1};
    if (!o->otsu || o->has_threshold || !recipe->otsu)
        return NULL;
    struct histogram *h = NEW(a, struct histogram);
    h->low = recipe->radar ? -50 : -1;
    h->high = recipe->radar ? 10 : 1;
    TRY(judge_open(a, r, b, recipe, 0, histogram_level(r), &j));
    for (;;) {
        TRY(judge_row(&j, &more));
        if (!more)
            break;
        histogram_add(h, j.value, (size_t)j.width);
    }
    double otsu = histogram_otsu(h, &ret->share, &ret->valley);
    ret->asked = true;
    ret->otsu = histogram_two_modes(ret->share, ret->valley);
    if (ret->otsu)
        ret->value = otsu;
    return NULL;
}

uint32_t region_flags(const struct region_sums *s, uint32_t common)
{
    uint32_t f = common;
    double width_px = 2 * (double)s->pixels / (double)s->edges;
    if (s->pixels < 20 || width_px < 3.0 / 2) /* a bar of width 3 has 2 × area / boundary near 3; a square of 3 by 3 has 1.5 */
        f |= 1u << FLAG_SMALL;
    if (s->rim)
        f |= 1u << FLAG_RIM;
    if (s->blind)
        f |= 1u << FLAG_BLIND;
    return f;
}

uint32_t common_flags(const struct recipe *asked, const struct recipe *used, const struct bands *b, const struct threshold *t)
{
    uint32_t f = 0;
    if (asked != used)
        f |= 1u << FLAG_NO_SWIR;
    if (!b->sensor->radar && b->band[CHANNEL_QA] < 0)
        f |= 1u << FLAG_NO_QUALITY;
    if (t->asked && !t->otsu)
        f |= 1u << FLAG_ONE_MODE;
    return f;
}

int64_t least_pixels(const struct recipe_options *o, const struct recipe *recipe, const struct grid *g)
{
    double m2 = o->least_m2 < 0 ? (double)recipe->least_m2 : o->least_m2;
    return (int64_t)ceil(m2 / grid_pixel_m2(g, g->height / 2.0) - 1e-9);
}

/* ---- mask ---- */
err *mask_begin(struct arena *a, str path, const struct grid *g, const struct recipe *recipe, struct tif_writer **ret)
{
    *ret = NULL;
    if (!path.n)
        return NULL;
    if (!g->crs.epsg)
        return err_new(ERR_INPUT, "影像的坐标系没有EPSG编号，掩膜无法写明坐标系；请先重投影");
    struct tif_options o = {.grid = *g, .bands = 1, .sample = SAMPLE_U8, .has_nodata = true, .nodata = 255, .names = {recipe->name}};
    return tif_begin(a, path, &o, ret);
}

static err *mask_row(struct tif_writer *w, const struct verdict_row *v, uint8_t *row, int width)
{
    if (!w)
        return NULL;
    for (int x = 0; x < width; x++)
        row[x] = bit_at(v->valid, x) ? bit_at(v->mask, x) : 255;
    return tif_row(w, 0, row);
}

/* ---- the pass ---- */
struct pass { const struct recipe_options *o; struct detected *d; const struct grid *grid; struct geojson *out; uint32_t common; };

static err *take(void *context, const struct patch *r)
{
    struct pass *p = context;
    uint32_t f = region_flags(&r->sums, p->common);
    p->d->area_m2 += region_area_m2(&r->sums, p->grid);
    if (p->out)
        TRY(geojson_region(p->out, r, f, 0));
    return p->o->region ? p->o->region(p->o->context, r, p->grid, f, 0) : NULL;
}

static err *all_rows(struct verdicts *v, int width, struct regions *regions, struct tif_writer *mask, uint8_t *row, struct detected *d)
{
    for (;;) {
        struct verdict_row got;
        bool more;
        TRY(verdicts_next(v, &got, &more));
        if (!more)
            break;
        d->valid += got.judged;
        d->flagged += got.flagged;
        TRY(mask_row(mask, &got, row, width));
        TRY(regions_row_bits(regions, got.mask, got.index, got.judged == width ? NULL : got.valid));
    }
    d->health = verdicts_health(v);
    return NULL;
}

static err *with_outputs(struct arena *a, struct raster *r, const struct bands *b, struct pass *p, struct tif_writer **mask)
{
    const struct recipe_options *o = p->o;
    struct detected *d = p->d;
    struct region_totals totals;
    struct verdicts *v;
    int width = p->grid->width, height = p->grid->height;
    bool drawn = o->polygons.n || o->region;
    TRY(verdicts_open(a, r, b, d->recipe, d->threshold, &v));
    TRY(mask_begin(a, o->mask, p->grid, d->recipe, mask));
    if (drawn && !o->silent)
        TRY(geojson_begin(a, o->polygons, p->grid, d->recipe, d->threshold, &p->out));
    struct regions_options options = {.width = width, .eight = o->eight, .rings = drawn, .least = least_pixels(o, d->recipe, p->grid),
                                      .region = take, .context = p};
    struct regions *regions = regions_new(a, &options);
    TRY(all_rows(v, width, regions, *mask, NEW_ARRAY(a, (size_t)width, uint8_t), d));
    TRY(regions_end(regions, &totals));
    d->pixels = (int64_t)width * height;
    d->regions = totals.regions;
    d->polygons = totals.kept;
    d->polygon_pixels = totals.kept_pixels;
    if (p->out)
        TRY(geojson_end(p->out, &d->polygons_digest));
    return *mask ? tif_end(*mask) : NULL;
}

err *recipe_detect(struct arena *a, struct raster *r, const struct bands *b, const struct recipe_options *o, struct detected *ret)
{
    struct threshold t;
    struct tif_writer *mask = NULL;
    *ret = (struct detected){0};
    TRY(grid_check(&raster_head(r)->grid));
    TRY(recipe_for(o->recipe, b, &ret->recipe));
    TRY(threshold_for(r, b, ret->recipe, o, &t));
    ret->threshold = t.value;
    ret->share = t.share, ret->valley = t.valley;
    ret->otsu = t.otsu;
    struct pass p = {.o = o, .d = ret, .grid = &raster_head(r)->grid, .common = common_flags(o->recipe, ret->recipe, b, &t)};
    err *e = with_outputs(a, r, b, &p, &mask);
    if (e) {
        tif_abandon(mask);
        geojson_abandon(p.out);
    }
    return e;
}
