/*
 * Why by tiles: a strip of a wide scene is ten megabytes of numbers, and reading them back from the third cache took as long as judging them. A tile is judged
 * where it was unpacked; what remains of a strip are two bits a pixel, and index values where something was found.
 */
#include "remote/verdicts.h"
#include "remote/numbers.h"
#include "remote/raster_private.h"

#include <string.h>

enum { SPAN_ROWS = EVAL_SPAN / TIF_TILE, TILE_WORDS = TIF_TILE / 64 };
_Static_assert(EVAL_SPAN % TIF_TILE == 0, "a span is whole rows of a tile");
_Static_assert((int)INDEX_COLUMNS == (int)TIF_TILE, "a worker packs what it judged");
/* What one worker works with. */
struct bench { struct eval *eval; uint8_t *tiles; float *row[CHANNELS]; uint8_t *mask, *valid; };
struct strip { uint64_t *mask, *valid; int32_t *index; };

struct verdicts {
    struct raster *r;
    int width, height, y;
    size_t words;                  /* a row */
    struct judge judge;            /* row by row */
    bool by_tiles;
    enum channel want[CHANNELS];   /* measured ones, the quality band last */
    int wanted, quality;           /* its place, -1: none */
    struct convert convert[CHANNELS];
    const struct quality_table *table;
    size_t tile_bytes, padded;     /* pixels of a row of tiles */
    struct bench bench[LIMIT_RASTER_THREADS];
    struct strip strip[2];
    int strips;
    uint64_t *mask, *valid;        /* of a row, when it is judged by rows */
    int32_t *packed;
};

/* ---- tiles ---- */
static uint8_t *room(void *context, int worker, int strip, int across)
{
    const struct verdicts *v = context;
    (void)strip, (void)across;
    return v->bench[worker].tiles;
}

/* Pixels beyond the scene, and those whose quality says cloud, are not judged. */
static void take_out(const struct verdicts *v, struct bench *w, size_t at, int x)
{
    int beyond = x + TIF_TILE - v->width;
    for (int row = 0; beyond > 0 && row < SPAN_ROWS; row++) {
        memset(w->valid + (row + 1) * TIF_TILE - beyond, 0, (size_t)beyond);
        memset(w->mask + (row + 1) * TIF_TILE - beyond, 0, (size_t)beyond);
    }
    if (v->quality < 0)
        return;
    float *quality = w->row[CHANNEL_QA];
    convert_numbers(&v->convert[v->quality], quality, w->tiles + (size_t)v->quality * v->tile_bytes + at * sample_size(v->convert[v->quality].sample), EVAL_SPAN);
    for (size_t i = 0; i < EVAL_SPAN; i++) {
        uint8_t good = quality_good(v->table, quality[i]);
        w->valid[i] &= good;
        w->mask[i] &= good;
    }
}

static void judge_span(struct verdicts *v, struct bench *w, const struct strip *s, int y, int across)
{
    const float *in[CHANNELS] = {0};
    size_t at = (size_t)y * TIF_TILE;
    for (int i = 0; i < v->wanted; i++) {
        if (i == v->quality)
            continue;
        const struct convert *k = &v->convert[i];
        convert_numbers(k, w->row[v->want[i]], w->tiles + (size_t)i * v->tile_bytes + at * sample_size(k->sample), EVAL_SPAN);
        in[v->want[i]] = w->row[v->want[i]];
    }
    const float *value = eval_judge(w->eval, in, EVAL_SPAN, w->mask, w->valid);
    take_out(v, w, at, across * TIF_TILE);
    for (int row = 0; row < SPAN_ROWS; row++) {
        size_t to = (size_t)(y + row) * v->words + (size_t)across * TILE_WORDS;
        size_t words = v->words - (size_t)across * TILE_WORDS;
        words = words < TILE_WORDS ? words : TILE_WORDS;
        bits_of(w->mask + row * TIF_TILE, words * 64, s->mask + to);
        bits_of(w->valid + row * TIF_TILE, words * 64, s->valid + to);
        int32_t *index = s->index + (size_t)(y + row) * v->padded + (size_t)across * TIF_TILE;
        for (size_t i = 0; i < words; i++)
            for (uint64_t set = s->mask[to + i]; set; set &= set - 1)
                *index++ = millionth(value[row * TIF_TILE + (int)i * 64 + __builtin_ctzll(set)]);
    }
}

static void judge_tiles(void *context, int worker, int strip, int across)
{
    struct verdicts *v = context;
    int rows = v->height - strip * TIF_TILE;
    for (int y = 0; y < TIF_TILE && y < rows; y += SPAN_ROWS)
        judge_span(v, &v->bench[worker], &v->strip[strip % v->strips], y, across);
}

static err *open_tiles(struct arena *a, struct verdicts *v, const struct bands *b, const struct recipe *recipe, double threshold)
{
    struct eval *e;
    enum sample sample = tif_head(v->r->own)->sample;
    int band[CHANNELS], threads = raster_helpers(v->r, 0, 2);
    TRY(eval_new(a, str_of(recipe->index), str_of(recipe->when), threshold, &e));
    for (int c = 0; c < CHANNELS; c++)
        if ((eval_channels(e) >> c & 1) || (c == CHANNEL_QA && b->band[c] >= 0 && b->sensor->quality != QUALITY_NONE)) {
            CHECK(b->band[c] >= 0);
            band[v->wanted] = b->band[c];
            v->convert[v->wanted] = convert_of(&v->r->head.band[b->band[c]], b, (enum channel)c, sample);
            v->quality = c == CHANNEL_QA ? v->wanted : -1;
            v->want[v->wanted++] = (enum channel)c;
        }
    if (v->quality >= 0)
        v->table = quality_table_new(a, b->sensor->quality);
    v->tile_bytes = (size_t)TIF_TILE * TIF_TILE * sample_size(sample);
    v->padded = (size_t)v->r->head.level[0].across * TIF_TILE;
    v->strips = threads && v->height > TIF_TILE ? 2 : 1;
    for (int i = 0; i < v->strips; i++)
        v->strip[i] = (struct strip){NEW_ARRAY(a, v->words * TIF_TILE, uint64_t), NEW_ARRAY(a, v->words * TIF_TILE, uint64_t), NEW_ARRAY(a, v->padded * TIF_TILE, int32_t)};
    for (int i = 0; i <= threads; i++) {
        struct bench *w = &v->bench[i];
        *w = (struct bench){.tiles = arena_alloc(a, (size_t)v->wanted, v->tile_bytes),
                            .mask = NEW_ARRAY(a, EVAL_SPAN, uint8_t), .valid = NEW_ARRAY(a, EVAL_SPAN, uint8_t)};
        TRY(eval_new(a, str_of(recipe->index), str_of(recipe->when), threshold, &w->eval));
        for (int k = 0; k < v->wanted; k++)
            w->row[v->want[k]] = NEW_ARRAY(a, EVAL_SPAN, float);
    }
    struct ahead_work work = {.context = v, .room = room, .done = judge_tiles};
    ahead_new(a, v->r->own, 0, band, v->wanted, threads, v->strips == 2, &work, &v->r->ahead);
    return NULL;
}

err *verdicts_open(struct arena *a, struct raster *r, const struct bands *b, const struct recipe *recipe, double threshold, struct verdicts **ret)
{
    struct verdicts *v = NEW(a, struct verdicts);
    *v = (struct verdicts){.r = r, .width = raster_head(r)->level[0].width, .height = raster_head(r)->level[0].height, .quality = -1,
                           .by_tiles = raster_ours(r) && recipe->smooth == 1};
    v->words = bits_words(v->width);
    if (v->by_tiles) {
        TRY(open_tiles(a, v, b, recipe, threshold));
    } else {
        TRY(judge_open(a, r, b, recipe, threshold, 0, &v->judge));
        v->mask = NEW_ARRAY(a, v->words, uint64_t);
        v->valid = NEW_ARRAY(a, v->words, uint64_t);
        v->packed = NEW_ARRAY(a, (size_t)v->width, int32_t);
    }
    *ret = v;
    return NULL;
}

/* ---- rows ---- */
static int64_t bits_set(const uint64_t *bits, size_t words)
{
    int64_t n = 0;
    for (size_t i = 0; i < words; i++)
        n += __builtin_popcountll(bits[i]);
    return n;
}

err *verdicts_next(struct verdicts *v, struct verdict_row *ret, bool *ret_more)
{
    *ret_more = v->y < v->height;
    if (!*ret_more)
        return NULL;
    if (v->by_tiles) {
        size_t row = (size_t)(v->y % TIF_TILE);
        CHECK(v->r->ahead); /* nobody has begun to read it otherwise since */
        if (row == 0)
            TRY(ahead_next(v->r->ahead));
        const struct strip *s = &v->strip[v->y / TIF_TILE % v->strips];
        *ret = (struct verdict_row){.mask = s->mask + row * v->words, .valid = s->valid + row * v->words, .index = s->index + row * v->padded};
    } else {
        TRY(judge_row(&v->judge, ret_more));
        bits_of(v->judge.mask, (size_t)v->width, v->mask);
        bits_of(v->judge.valid, (size_t)v->width, v->valid);
        int32_t *to = v->packed;
        for (int x = 0; x < v->width; x++) {
            to = x % INDEX_COLUMNS ? to : v->packed + x;
            if (v->judge.mask[x])
                *to++ = v->judge.index[x];
        }
        *ret = (struct verdict_row){.mask = v->mask, .valid = v->valid, .index = v->packed};
    }
    ret->judged = bits_set(ret->valid, v->words);
    ret->flagged = bits_set(ret->mask, v->words);
    v->y++;
    return NULL;
}

struct rows_health verdicts_health(const struct verdicts *v)
{
    return v->by_tiles ? (struct rows_health){0} : rows_health(v->judge.rows);
}
