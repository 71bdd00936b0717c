/*
 * From tiles to rows of floats. A strip holds one row of tiles of every band wanted; a row of it is converted when it is asked for, so what is in
 * memory is a strip or two and, for smoothing, a few rows.
 */
#include "remote/ahead.h"
#include "remote/numbers.h"
#include "remote/raster_private.h"

#include <math.h>
#include <string.h>

enum { SMOOTH_MOST = 9 };
struct rows {
    struct raster *r;
    struct arena *arena;
    struct bands bands;
    uint32_t channels;
    enum channel want[CHANNELS];      /* measured ones, in the order of the strip; the quality band last */
    int wanted, quality;              /* place of the quality band in the strip, -1 none */
    int level, width, height, smooth, y /* next to hand out */, fetched /* rows converted so far */;
    int tile_w, tile_h, across;
    enum sample sample;
    size_t tile_bytes;
    const uint8_t *strip, *state;     /* of the row of tiles at hand */
    int strip_y, strip_rows;
    uint8_t *own[2];                  /* strips of our own files, one or two */
    int own_n;
    const uint8_t *all_fine;          /* a state for each tile of these: what is damaged is no hole there, it is refused */
    const struct quality_table *table;
    float *ring[CHANNELS];            /* the last `smooth` rows of a channel */
    float *out[CHANNELS];
    struct rows_health health;
};

static bool tiles_direct(const struct read_head *h, const struct rows *s)
{
    return s->level == 0 && h->block_h >= 64 && (size_t)((s->width + h->block_w - 1) / h->block_w) * (size_t)h->block_w * (size_t)h->block_h *
                                                        sample_size(s->sample) * (size_t)s->wanted <= LIMIT_RASTER_SHARED / 2 - (1 << 16);
}

static err *ask_child(struct rows *s)
{
    struct child *c = &s->r->child;
    bool direct = tiles_direct(&c->head, s);
    struct read_request q = {.magic = READ_MAGIC, .level = s->level, .bands = s->wanted, .sample = (int32_t)s->sample, .direct = direct, .width = s->width,
                             .height = s->height, .slots = 2};
    for (int i = 0; i < s->wanted; i++) {
        q.band[i] = s->bands.band[s->want[i]];
        if (s->r->head.band[q.band[i]].sample != (int32_t)s->sample)
            direct = false;
    }
    q.direct = direct;
    s->tile_w = q.tile_w = direct ? c->head.block_w : s->width;
    s->tile_h = direct ? c->head.block_h : 256;
    while (!direct && s->tile_h > 1 && (size_t)s->width * (size_t)s->tile_h * sample_size(s->sample) * (size_t)s->wanted > LIMIT_RASTER_SHARED / 4)
        s->tile_h /= 2;
    q.tile_h = s->tile_h;
    s->across = (s->width + s->tile_w - 1) / s->tile_w;
    s->tile_bytes = (size_t)s->tile_w * (size_t)s->tile_h * sample_size(s->sample);
    q.slot_bytes = ((size_t)s->across * (size_t)s->wanted * (s->tile_bytes + 1) + 4095) & ~UINT64_C(4095);
    if (q.slot_bytes * 2 > LIMIT_RASTER_SHARED)
        return err_new(ERR_LIMIT, "影像的一行数据块超过%d MB，读不了", LIMIT_RASTER_SHARED >> 21);
    while (q.slots < 4 && q.slot_bytes * (size_t)(q.slots + 1) <= LIMIT_RASTER_SHARED)
        q.slots++;
    return child_ask(c, &q);
}

static uint8_t *own_room(void *context, int worker, int strip, int across)
{
    const struct rows *s = context;
    (void)worker;
    return s->own[strip % s->own_n] + (size_t)across * (size_t)s->wanted * s->tile_bytes;
}

static void plan_own(struct rows *s)
{
    int band[CHANNELS], threads = raster_helpers(s->r, s->level, s->wanted);
    struct ahead_work work = {.context = s, .room = own_room};
    for (int i = 0; i < s->wanted; i++)
        band[i] = s->bands.band[s->want[i]];
    s->tile_w = s->tile_h = TIF_TILE;
    s->across = s->r->head.level[s->level].across;
    s->tile_bytes = (size_t)TIF_TILE * TIF_TILE * sample_size(s->sample);
    size_t strip = (size_t)s->across * (size_t)s->wanted * s->tile_bytes;
    s->own_n = threads && s->height > TIF_TILE && 2 * strip <= LIMIT_RASTER_SHARED ? 2 : 1;
    for (int i = 0; i < s->own_n; i++)
        s->own[i] = arena_alloc(s->arena, strip, 1);
    s->all_fine = arena_alloc(s->arena, (size_t)s->across * (size_t)s->wanted, 1);
    ahead_new(s->arena, s->r->own, s->level, band, s->wanted, threads, s->own_n == 2, &work, &s->r->ahead);
}

static enum sample widest(const struct rows *s)
{
    enum sample first = (enum sample)s->r->head.band[s->bands.band[s->want[0]]].sample;
    for (int i = 1; i < s->wanted; i++)
        if (s->r->head.band[s->bands.band[s->want[i]]].sample != (int32_t)first)
            return SAMPLE_F32; /* exact for whole numbers up to 2^24 */
    return first;
}

err *rows_open(struct arena *a, struct raster *r, const struct bands *b, uint32_t channels, int level, int smooth, struct rows **ret)
{
    struct rows *s = NEW(a, struct rows);
    *s = (struct rows){.r = r, .arena = a, .bands = *b, .channels = channels, .quality = -1, .level = level, .smooth = smooth};
    CHECK(level >= 0 && level < r->head.levels && smooth >= 1 && smooth <= SMOOTH_MOST && smooth % 2 == 1);
    s->width = r->head.level[level].width, s->height = r->head.level[level].height;
    for (int c = 0; c < CHANNELS; c++) {
        if (!(channels >> c & 1) || c == CHANNEL_QA)
            continue;
        if (b->band[c] < 0)
            return err_at(err_new(ERR_INPUT, "影像没有%s波段", channel_label((enum channel)c)), str_of(channel_name((enum channel)c)));
        s->want[s->wanted++] = (enum channel)c;
        s->out[c] = NEW_ARRAY(a, (size_t)s->width, float);
        s->ring[c] = NEW_ARRAY(a, (size_t)s->width * (size_t)smooth, float);
    }
    CHECK(s->wanted > 0);
    if (b->band[CHANNEL_QA] >= 0 && b->sensor->quality != QUALITY_NONE) {
        s->quality = s->wanted;
        s->want[s->wanted++] = CHANNEL_QA;
        s->table = quality_table_new(a, b->sensor->quality);
    }
    s->sample = widest(s);
    if (r->own)
        plan_own(s);
    else
        TRY(ask_child(s));
    *ret = s;
    return NULL;
}

/* ---- strips ---- */
static void count(struct rows *s)
{
    for (int i = 0; i < s->across * s->wanted; i++) {
        s->health.blocks++;
        s->health.damaged += s->state[i] == TILE_DAMAGED;
        s->health.sparse += s->state[i] == TILE_SPARSE;
    }
}

static err *own_next(struct rows *s)
{
    CHECK(s->r->ahead); /* nobody has begun to read other rows since */
    TRY(ahead_next(s->r->ahead));
    s->strip_y += s->strip_rows;
    s->strip = s->own[s->strip_y / TIF_TILE % s->own_n];
    s->state = s->all_fine;
    s->strip_rows = s->strip_y + TIF_TILE > s->height ? s->height - s->strip_y : TIF_TILE;
    return NULL;
}

static err *next_strip(struct rows *s)
{
    struct read_strip got;
    if (s->r->own)
        return own_next(s);
    TRY(child_strip(&s->r->child, &got));
    s->strip = s->r->child.shared + s->r->child.request.slot_bytes * (size_t)got.slot;
    s->state = s->strip + (size_t)s->across * (size_t)s->wanted * s->tile_bytes;
    s->strip_y = got.y;
    s->strip_rows = got.rows;
    count(s);
    if (s->strip_y + s->strip_rows == s->height && s->health.damaged * 100 > s->health.blocks * LIMIT_DAMAGED_PERCENT)
        return err_new(ERR_DAMAGED, "影像有%lld个数据块读不出来（超过%d%%），请重新取得文件", (long long)s->health.damaged, LIMIT_DAMAGED_PERCENT);
    return NULL;
}

/* ---- numbers to values ---- */
static void one_row(const struct rows *s, int i, int y, float *to)
{
    struct convert k = convert_of(&s->r->head.band[s->bands.band[s->want[i]]], &s->bands, s->want[i], s->sample);
    for (int x = 0; x < s->across; x++) {
        size_t tile = (size_t)(x * s->wanted + i), n = (size_t)(x + 1 == s->across ? s->width - x * s->tile_w : s->tile_w);
        const uint8_t *from = s->strip + tile * s->tile_bytes + (size_t)y * (size_t)s->tile_w * sample_size(s->sample);
        float *at = to + (size_t)x * (size_t)s->tile_w;
        if (s->state[tile] != TILE_FINE)
            for (size_t j = 0; j < n; j++)
                at[j] = NAN;
        else
            convert_numbers(&k, at, from, n);
    }
}

/* Pixels whose quality says cloud or shadow are no numbers in any channel. */
static void apply_quality(struct rows *s, const float *quality, int slot)
{
    for (int x = 0; x < s->width; x++) {
        if (quality_good(s->table, quality[x]))
            continue;
        for (int i = 0; i < s->wanted; i++)
            if (i != s->quality)
                s->ring[s->want[i]][(size_t)slot * (size_t)s->width + (size_t)x] = NAN;
    }
}

static err *fetch(struct rows *s)
{
    int slot = s->fetched % s->smooth;
    if (s->fetched == s->strip_y + s->strip_rows || !s->strip)
        TRY(next_strip(s));
    for (int i = 0; i < s->wanted; i++)
        if (i != s->quality)
            one_row(s, i, s->fetched - s->strip_y, s->ring[s->want[i]] + (size_t)slot * (size_t)s->width);
    if (s->quality >= 0) {
        float *quality = s->out[s->want[0]]; /* free until the row is handed out */
        one_row(s, s->quality, s->fetched - s->strip_y, quality);
        apply_quality(s, quality, slot);
    }
    s->fetched++;
    return NULL;
}

/* Mean of what is there in the window, first down, then across. */
static void smooth_row(const struct rows *s, const float *ring, float *to)
{
    int reach = s->smooth / 2, top = s->y - reach < 0 ? 0 : s->y - reach, low = s->y + reach >= s->height ? s->height - 1 : s->y + reach;
    for (int x = 0; x < s->width; x++) {
        float sum = 0, n = 0;
        for (int y = top; y <= low; y++)
            for (int k = x - reach; k <= x + reach; k++) {
                if (k < 0 || k >= s->width)
                    continue;
                float v = ring[(size_t)(y % s->smooth) * (size_t)s->width + (size_t)k];
                if (v == v)
                    sum += v, n += 1;
            }
        float own = ring[(size_t)(s->y % s->smooth) * (size_t)s->width + (size_t)x];
        to[x] = own == own ? sum / n : NAN; /* nothing is filled in */
    }
}

err *rows_next(struct rows *s, const float *ret[CHANNELS], bool *ret_more)
{
    int reach = s->smooth / 2;
    *ret_more = s->y < s->height;
    if (!*ret_more)
        return NULL;
    while (s->fetched < s->height && s->fetched <= s->y + reach)
        TRY(fetch(s));
    for (int i = 0; i < s->wanted; i++) {
        enum channel c = s->want[i];
        if (i == s->quality)
            continue;
        if (s->smooth == 1) {
            ret[c] = s->ring[c];
        } else {
            smooth_row(s, s->ring[c], s->out[c]);
            ret[c] = s->out[c];
        }
    }
    s->y++;
    return NULL;
}

struct rows_health rows_health(const struct rows *s)
{
    return s->health;
}
