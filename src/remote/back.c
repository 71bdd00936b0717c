/*
 * One outline on one date. The tiles it touches are read into a window of rows, which is judged as the whole scene would be: the same conversion, the same
 * expression, the same quality. A test holds it against look_back(), which reads everything.
 */
#include "remote/lineage.h"
#include "remote/raster_private.h"

#include <math.h>
#include <string.h>

struct window { int x0, y0, w, h; };
struct convert { float scale, add, nodata, product; };

static struct convert convert_of(const struct raster *r, const struct bands *b, enum channel c)
{
    const struct raster_band *band = &r->head.band[b->band[c]];
    struct convert k = {(float)b->scale, (float)b->add, band->has_nodata ? (float)band->nodata : NAN, b->nodata == INT32_MIN ? NAN : (float)b->nodata};
    if (band->scale != 1 || band->offset != 0)
        k.scale = (float)band->scale, k.add = (float)(band->offset / band->scale);
    if (c == CHANNEL_QA)
        k = (struct convert){1, 0, NAN, NAN};
    return k;
}

static float sample_at(const uint8_t *tile, enum sample kind, size_t at)
{
    uint16_t u;
    int16_t s;
    float f;
    switch (kind) {
    case SAMPLE_U8:
        return (float)tile[at];
    case SAMPLE_U16:
        memcpy(&u, tile + at * sizeof u, sizeof u);
        return (float)u;
    case SAMPLE_I16:
        memcpy(&s, tile + at * sizeof s, sizeof s);
        return (float)s;
    default:
        memcpy(&f, tile + at * sizeof f, sizeof f);
        return f;
    }
}

static err *read_window(struct raster *r, const struct bands *b, enum channel c, const struct window *k, uint8_t *tile, float *ret)
{
    const struct tif_head *h = tif_head(r->own);
    struct convert v = convert_of(r, b, c);
    for (int ty = k->y0 / TIF_TILE; ty * TIF_TILE < k->y0 + k->h; ty++)
        for (int tx = k->x0 / TIF_TILE; tx * TIF_TILE < k->x0 + k->w; tx++) {
            int x0 = tx * TIF_TILE < k->x0 ? k->x0 : tx * TIF_TILE, x1 = (tx + 1) * TIF_TILE > k->x0 + k->w ? k->x0 + k->w : (tx + 1) * TIF_TILE;
            TRY(tif_tile(r->own, 0, b->band[c], tx, ty, tile));
            for (int y = ty * TIF_TILE < k->y0 ? k->y0 : ty * TIF_TILE; y < (ty + 1) * TIF_TILE && y < k->y0 + k->h; y++)
                for (int x = x0; x < x1; x++) {
                    float f = sample_at(tile, h->sample, (size_t)(y % TIF_TILE) * TIF_TILE + (size_t)(x % TIF_TILE));
                    ret[(size_t)(y - k->y0) * (size_t)k->w + (size_t)(x - k->x0)] = f == v.nodata || f == v.product ? NAN : (f + v.add) * v.scale;
                }
        }
    return NULL;
}

struct judged { struct eval *eval; float *in[CHANNELS], *quality; uint8_t mask[EVAL_SPAN], valid[EVAL_SPAN]; float value[EVAL_SPAN]; double sum; };

/* A run of a row, at most EVAL_SPAN pixels at a time. */
static void judge_run(struct judged *j, const struct bands *b, size_t at, size_t n, struct looked *ret)
{
    for (size_t done = 0; done < n; done += EVAL_SPAN) {
        size_t m = n - done < EVAL_SPAN ? n - done : EVAL_SPAN;
        const float *in[CHANNELS] = {0};
        for (int c = 0; c < CHANNELS; c++)
            in[c] = j->in[c] ? j->in[c] + at + done : NULL;
        eval_span(j->eval, in, m, j->mask, j->valid, j->value);
        for (size_t i = 0; i < m; i++) {
            float q = j->quality ? j->quality[at + done + i] : 0;
            bool good = j->valid[i] && (!j->quality || (q == q && q >= 0 && q < 65536 && !quality_bad(b->sensor->quality, (uint32_t)q)));
            ret->pixels++;
            ret->valid += good;
            ret->flagged += good && j->mask[i];
            j->sum += good ? (double)j->value[i] : 0;
        }
    }
}

err *look_back_in(struct arena *a, struct raster *r, const struct bands *b, const struct recipe *recipe, const struct cover *c, struct looked *ret)
{
    AUTO_ARENA(own);
    const struct recipe *used;
    struct judged j = {0};
    (void)a;
    *ret = (struct looked){0};
    CHECK(r->own);
    TRY(recipe_for(recipe, b, &used));
    if (used->smooth > 1)
        return err_new(ERR_INPUT, "这种方法先做平滑，逐期回看请用命令行remote change --area");
    TRY(eval_new(own, str_of(used->index), str_of(used->when), used->threshold, &j.eval));
    struct window k = {c->x0, 0, c->x1 - c->x0, 0};
    if (k.w <= 0)
        return NULL;
    int step = LIMIT_WINDOW_PIXELS / 8 / k.w;
    step = step < 1 ? 1 : step > TIF_TILE ? TIF_TILE : step;
    size_t most = (size_t)step * (size_t)k.w;
    for (int ch = 0; ch < CHANNEL_QA; ch++)
        j.in[ch] = eval_channels(j.eval) >> ch & 1 ? NEW_ARRAY(own, most, float) : NULL;
    j.quality = b->band[CHANNEL_QA] >= 0 && b->sensor->quality != QUALITY_NONE ? NEW_ARRAY(own, most, float) : NULL;
    uint8_t *tile = arena_alloc(own, (size_t)TIF_TILE * TIF_TILE, sample_size(tif_head(r->own)->sample));
    for (int i = 0; i < c->rows; i += k.h) {
        k.y0 = c->y0 + i;
        k.h = step - k.y0 % TIF_TILE % step; /* windows end where tiles do */
        k.h = k.h > c->rows - i ? c->rows - i : k.h;
        for (int ch = 0; ch < CHANNEL_QA; ch++)
            if (j.in[ch])
                TRY(read_window(r, b, (enum channel)ch, &k, tile, j.in[ch]));
        if (j.quality)
            TRY(read_window(r, b, CHANNEL_QA, &k, tile, j.quality));
        for (int y = 0; y < k.h; y++)
            for (size_t n = c->first[i + y]; n < c->first[i + y + 1]; n++)
                judge_run(&j, b, (size_t)y * (size_t)k.w + (size_t)(c->run[n].from - k.x0), (size_t)(c->run[n].to - c->run[n].from), ret);
    }
    ret->index_mean = ret->valid ? j.sum / (double)ret->valid : 0;
    ret->share = ret->valid ? (double)ret->flagged / (double)ret->valid : 0;
    return NULL;
}
