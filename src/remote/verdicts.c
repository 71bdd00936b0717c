/*
 * Why by tiles: a strip of a wide scene is ten megabytes of numbers, and reading them back from the third cache took as long as judging them. A tile is judged
 * where it was unpacked; what remains of a strip are two bits a pixel, and index values where something was found.
 */
#include "remote/verdicts.h"
#include "base/lanes.h"
#include "remote/plain.h"
#include "remote/raster_private.h"

#include <string.h>

enum { SPAN_ROWS = EVAL_SPAN / TIF_TILE, TILE_WORDS = TIF_TILE / 64 };
_Static_assert(EVAL_SPAN % TIF_TILE == 0, "a span is whole rows of a tile");
_Static_assert((int)INDEX_COLUMNS == (int)TIF_TILE, "a worker packs what it judged");
/* Where the index of what was flagged is put down: pieces that are used again for the strip after the next. So what is written and read again is as much as was found, not as the scene is wide. */
enum { SHELF_PIECE = 1 << 16, SHELF_ROW = INDEX_COLUMNS + PLAIN_SPILL };
struct shelf { VEC(int32_t *) piece; size_t at /* piece in use */, used; int strip; };
/* What one worker works with. */
struct bench { struct eval *eval; uint8_t *tiles; float *row[CHANNELS]; uint8_t *mask, *valid; struct arena *arena; struct shelf shelf[2]; };
struct strip { uint64_t *mask, *valid; const int32_t **index; /* of each row and tile: where its values begin */ };

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
    size_t tile_bytes, across;     /* tiles of a row of tiles */
    struct plain_job job;
    const struct plain_kernel *kernel; /* NULL: rows of floats */
    int left, right;               /* places of its channels */
    struct bench bench[LIMIT_RASTER_THREADS];
    struct strip strip[2];
    int strips;
    uint64_t *mask, *valid;        /* of a row, when it is judged by rows */
    int32_t *packed;
    const int32_t **index;
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

/* Room for a row of a tile. */
static int32_t *shelf_row(struct bench *w, struct shelf *s, int strip)
{
    if (s->strip != strip)
        s->strip = strip, s->at = s->used = 0;
    if (s->used + SHELF_ROW > SHELF_PIECE)
        s->at++, s->used = 0;
    if (s->at == s->piece.n)
        vec_push(w->arena, &s->piece, NEW_ARRAY(w->arena, SHELF_PIECE, int32_t));
    return s->piece.p[s->at] + s->used;
}

static void judge_span(struct verdicts *v, struct bench *w, const struct strip *s, struct shelf *shelf, int strip, int y, int across)
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
        int32_t *begin = shelf_row(w, shelf, strip), *index = begin;
        s->index[(size_t)(y + row) * v->across + (size_t)across] = begin;
        for (size_t i = 0; i < words; i++)
            for (uint64_t set = s->mask[to + i]; set; set &= set - 1)
                *index++ = millionth(value[row * TIF_TILE + (int)i * 64 + __builtin_ctzll(set)]);
        shelf->used += (size_t)(index - begin);
    }
}

static uint64_t good_bits(const struct quality_table *t, const uint16_t *quality)
{
    uint64_t bad = 0;
    for (int i = 0; i < 64; i++)
        bad |= (t->bad[quality[i] / 64] >> quality[i] % 64 & 1) << i;
    return ~bad;
}

static void judge_plainly(struct verdicts *v, struct bench *w, const struct strip *s, struct shelf *shelf, int strip, int y, int across)
{
    const uint16_t *tile = (const void *)w->tiles, *left = tile + (size_t)v->left * TIF_TILE * TIF_TILE + (size_t)y * TIF_TILE, *right = tile + (size_t)v->right * TIF_TILE * TIF_TILE + (size_t)y * TIF_TILE;
    size_t to = (size_t)y * v->words + (size_t)across * TILE_WORDS, words = v->words - (size_t)across * TILE_WORDS;
    words = words < TILE_WORDS ? words : TILE_WORDS;
    uint64_t *mask = s->mask + to, *valid = s->valid + to;
    v->kernel->judge(&v->job, left, right, words, mask, valid);
    for (size_t i = 0; v->quality >= 0 && i < words; i++) {
        uint64_t good = good_bits(v->table, tile + (size_t)v->quality * TIF_TILE * TIF_TILE + (size_t)y * TIF_TILE + 64 * i);
        mask[i] &= good;
        valid[i] &= good;
    }
    if (v->width % 64 && (size_t)across + 1 == v->across) { /* beyond the scene */
        mask[words - 1] &= (UINT64_C(1) << v->width % 64) - 1;
        valid[words - 1] &= (UINT64_C(1) << v->width % 64) - 1;
    }
    int32_t *begin = shelf_row(w, shelf, strip);
    s->index[(size_t)y * v->across + (size_t)across] = begin;
    shelf->used += (size_t)(v->kernel->index(&v->job, left, right, words, mask, begin) - begin);
}

static void judge_tiles(void *context, int worker, int strip, int across)
{
    struct verdicts *v = context;
    struct bench *w = &v->bench[worker];
    int rows = v->height - strip * TIF_TILE;
    const struct strip *s = &v->strip[strip % v->strips];
    struct shelf *shelf = &w->shelf[strip % v->strips];
    rows = rows < TIF_TILE ? rows : TIF_TILE;
    for (int y = 0; v->kernel && y < rows; y++)
        judge_plainly(v, w, s, shelf, strip, y, across);
    for (int y = 0; !v->kernel && y < rows; y += SPAN_ROWS)
        judge_span(v, w, s, shelf, strip, y, across);
}

/* The kernel for recipes and numbers it takes. */
static void find_kernel(struct verdicts *v, const struct eval *e)
{
    if (!eval_plain(e, &v->job.plain))
        return;
    for (int i = 0; i < v->wanted; i++) {
        if (v->want[i] == v->job.plain.left)
            v->left = i, v->job.left = v->convert[i];
        if (v->want[i] == v->job.plain.right)
            v->right = i, v->job.right = v->convert[i];
    }
    v->kernel = plain_kernel(&v->job, 2);
}

static void free_arena(void *p)
{
    arena_free(p);
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
    v->across = (size_t)v->r->head.level[0].across;
    find_kernel(v, e);
    v->strips = threads && v->height > TIF_TILE ? 2 : 1;
    for (int i = 0; i < v->strips; i++)
        v->strip[i] = (struct strip){NEW_ARRAY(a, v->words * TIF_TILE, uint64_t), NEW_ARRAY(a, v->words * TIF_TILE, uint64_t), NEW_ARRAY(a, v->across * TIF_TILE, const int32_t *)};
    for (int i = 0; i <= threads; i++) {
        struct bench *w = &v->bench[i];
        *w = (struct bench){.tiles = arena_alloc(a, (size_t)v->wanted, v->tile_bytes),
                            .mask = NEW_ARRAY(a, EVAL_SPAN, uint8_t), .valid = NEW_ARRAY(a, EVAL_SPAN, uint8_t), .arena = arena_new(), .shelf = {{.strip = -1}, {.strip = -1}}};
        arena_defer(a, free_arena, w->arena);
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
        v->across = ((size_t)v->width + INDEX_COLUMNS - 1) / INDEX_COLUMNS;
        v->index = NEW_ARRAY(a, v->across, const int32_t *);
    }
    *ret = v;
    return NULL;
}

/* ---- rows ---- */
LANES static int64_t bits_set(const uint64_t *bits, size_t words)
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
        *ret = (struct verdict_row){.mask = s->mask + row * v->words, .valid = s->valid + row * v->words, .index = s->index + row * v->across};
    } else {
        TRY(judge_row(&v->judge, ret_more));
        bits_of(v->judge.mask, (size_t)v->width, v->mask);
        bits_of(v->judge.valid, (size_t)v->width, v->valid);
        index_pack(v->mask, v->judge.index, v->width, v->packed, v->index);
        *ret = (struct verdict_row){.mask = v->mask, .valid = v->valid, .index = v->index};
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
