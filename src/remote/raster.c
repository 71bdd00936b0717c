/* Two kinds of file behind one face; which band is what is known by names or said by the person, never guessed. */
#include "remote/child.h"
#include "remote/raster_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a stranger's file begins with; its name says nothing. */
static err *sniff(struct arena *a, str path)
{
    uint8_t head[12] = {0};
    int fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_at(errno == ENOENT ? err_new(ERR_INPUT, "没有这个文件") : err_errno(S("打开影像")), path);
    ssize_t n = read(fd, head, sizeof head);
    close(fd);
    bool tiff = n >= 8 && (memcmp(head, "II*\0", 4) == 0 || memcmp(head, "MM\0*", 4) == 0 || memcmp(head, "II+\0", 4) == 0 || memcmp(head, "MM\0+", 4) == 0);
    bool jp2 = n == 12 && (memcmp(head, "\0\0\0\x0cjP  \r\n\x87\n", 12) == 0 || memcmp(head, "\xff\x4f\xff\x51", 4) == 0);
    if (!tiff && !jp2)
        return err_at(err_got(err_new(ERR_INPUT, "不是GeoTIFF或JPEG 2000影像（按文件内容判断，不看扩展名）"), S(""), S("GeoTIFF、COG或JP2文件"), STR_NONE), path);
    return NULL;
}

static void own_head(struct raster *r)
{
    const struct tif_head *t = tif_head(r->own);
    struct raster_head *h = &r->head;
    h->grid = t->grid;
    h->bands = t->bands;
    h->levels = t->levels;
    memcpy(h->level, t->level, sizeof h->level);
    memcpy(h->driver, "xiezhi", 7);
    for (int b = 0; b < t->bands; b++) {
        struct raster_band *one = &h->band[b];
        *one = (struct raster_band){.sample = (int32_t)t->sample, .has_nodata = t->has_nodata, .nodata = t->nodata, .scale = 1};
        memcpy(one->name, t->name[b], sizeof t->name[b]);
    }
}

err *raster_open(struct arena *a, str path, struct raster **ret)
{
    struct raster *r = NEW(a, struct raster);
    r->arena = a;
    r->child.socket = -1;
    TRY(sniff(a, path));
    err *e = tif_open(a, path, &r->own);
    if (!e) {
        own_head(r);
    } else {
        if (e->kind != ERR_INPUT)
            return e;
        err_clear();
        TRY(child_open(a, path, &r->child));
        r->head = r->child.head.head;
    }
    *ret = r;
    return NULL;
}

void raster_close(struct raster *r)
{
    if (!r)
        return;
    ahead_stop(r->ahead);
    tif_close(r->own);
    child_close(&r->child);
}

void raster_close_at(struct raster **r)
{
    raster_close(*r);
}

void raster_threads(struct raster *r, int n)
{
    CHECK(n >= 0 && n <= LIMIT_RASTER_THREADS);
    r->threads = n;
}

int raster_helpers(const struct raster *r, int level, int bands)
{
    const struct tif_level *l = &r->head.level[level];
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int n = r->threads ? r->threads : cores > LIMIT_RASTER_THREADS ? LIMIT_RASTER_THREADS : (int)cores;
    return n > 1 && (r->threads || l->across * l->down * bands >= 16) ? n - 1 : 0; /* small scenes are over before a thread has begun */
}

const struct raster_head *raster_head(const struct raster *r)
{
    return &r->head;
}

bool raster_ours(const struct raster *r)
{
    return r->own != NULL;
}

str raster_note(const struct raster *r)
{
    return r->own ? tif_head(r->own)->note : STR_NONE;
}

/* ---- which band is what ---- */
static err *by_words(const struct raster *r, str named, struct bands *ret)
{
    str part, key;
    while (str_next(&named, ',', &part)) {
        str whole = part;
        int64_t n;
        if (!str_trim(part).n)
            continue;
        str_next(&part, '=', &key);
        enum channel c = channel_find(str_trim(key));
        if (c == CHANNEL_NONE || !part.p || !str_int64(str_trim(part), &n) || n < 1 || n > r->head.bands)
            return err_got(err_at(err_new(ERR_INPUT, "看不懂波段说明（影像共%d个波段）", r->head.bands), S("--bands")), whole,
                           S("通道名=波段序号，逗号隔开；通道：blue green red re1 re2 re3 nir nnir swir1 swir2 vv vh qa"), S("blue=1,green=2,red=3,nir=4"));
        ret->band[c] = (int)n - 1;
    }
    return NULL;
}

static int by_names(const struct raster *r, const struct sensor *s, struct bands *ret)
{
    int found = 0;
    for (int b = 0; b < r->head.bands; b++) {
        enum channel c = sensor_channel(s, str_of(r->head.band[b].name));
        if (c == CHANNEL_NONE || ret->band[c] >= 0)
            continue;
        ret->band[c] = b;
        found++;
    }
    return found;
}

static str note_of(const struct raster *r, struct arena *a, const char *field)
{
    const struct json *note;
    if (!raster_note(r).n || json_parse(a, raster_note(r), LIMIT_TIF_NOTE, &note))
        return STR_NONE;
    return json_string(note, str_of(field));
}

static int baseline_of(struct arena *a, const struct raster *r, int said)
{
    str text = raster_ours(r) ? note_of(r, a, "baseline") : str_of(r->head.baseline); /* "05.11" */
    int64_t whole, part;
    str left;
    if (said || !text.n)
        return said;
    str_next(&text, '.', &left);
    return str_int64(left, &whole) && str_int64(text, &part) && whole >= 0 && whole < 100 && part >= 0 && part < 100 ? (int)(whole * 100 + part) : 0;
}

err *raster_bands(struct arena *a, const struct raster *r, const struct sensor *s, str named, int baseline, struct bands *ret)
{
    *ret = (struct bands){.sensor = s, .scale = s->scale, .nodata = s->nodata, .baseline = baseline_of(a, r, baseline)};
    ret->add = sensor_add(s, ret->baseline);
    for (int c = 0; c < CHANNELS; c++)
        ret->band[c] = -1;
    if (named.n)
        return by_words(r, named, ret);
    if (by_names(r, s, ret))
        return NULL;
    size_t order = s->bands_n && s->bands[s->bands_n - 1].channel == CHANNEL_QA ? s->bands_n - 1 : s->bands_n;
    if ((size_t)r->head.bands != order && (size_t)r->head.bands != s->bands_n)
        return err_got(err_at(err_new(ERR_INPUT, "影像的%d个波段没有名称，数目也与“%s”的%zu个不符，不猜测波段次序", r->head.bands, s->label, order), S("--bands")), S(""),
                       S("用--bands写明各通道是第几个波段"), s->radar ? S("vv=1,vh=2") : S("blue=1,green=2,red=3,nir=4"));
    for (int b = 0; b < r->head.bands; b++)
        if (s->bands[b].channel != CHANNEL_NONE)
            ret->band[s->bands[b].channel] = b;
    return NULL;
}

/* ---- numbers of one band ---- */
static err *own_numbers(struct arena *a, struct raster *r, int band, enum sample sample, int width, int height,
                        err *(*row)(void *, int, const void *), void *context)
{
    const struct tif_head *h = tif_head(r->own);
    size_t size = sample_size(h->sample);
    int level = 0, have = -1;
    while (level + 1 < h->levels && h->level[level + 1].width >= width && h->level[level + 1].height >= height)
        level++;
    const struct tif_level *l = &h->level[level];
    uint8_t *tiles = arena_alloc(a, (size_t)l->across * TIF_TILE * TIF_TILE, size), *out = arena_alloc(a, (size_t)width, size);
    CHECK(sample == h->sample);
    for (int y = 0; y < height; y++) {
        int from = (int)((2 * (int64_t)y + 1) * l->height / (2 * (int64_t)height)), strip = from / TIF_TILE;
        if (strip != have)
            for (int x = 0; x < l->across; x++)
                TRY(tif_tile(r->own, level, band, x, strip, tiles + (size_t)x * TIF_TILE * TIF_TILE * size));
        have = strip;
        for (int x = 0; x < width; x++) {
            int at = (int)((2 * (int64_t)x + 1) * l->width / (2 * (int64_t)width));
            memcpy(out + (size_t)x * size, tiles + ((size_t)(at / TIF_TILE) * TIF_TILE * TIF_TILE + (size_t)(from % TIF_TILE) * TIF_TILE + (size_t)(at % TIF_TILE)) * size, size);
        }
        TRY(row(context, y, out));
    }
    return NULL;
}

err *raster_numbers(struct arena *a, struct raster *r, int band, enum sample sample, int width, int height,
                    err *(*row)(void *context, int y, const void *numbers), void *context)
{
    struct read_strip strip;
    CHECK(band >= 0 && band < r->head.bands && width > 0 && height > 0);
    if (r->own)
        return own_numbers(a, r, band, sample, width, height, row, context);
    int rows = 256;
    size_t bytes = (size_t)width * sample_size(sample);
    while (rows > 1 && bytes * (size_t)rows > LIMIT_RASTER_SHARED / 8)
        rows /= 2;
    struct read_request q = {.magic = READ_MAGIC, .bands = 1, .band = {band}, .sample = (int32_t)sample, .tile_w = width, .tile_h = rows, .width = width,
                             .height = height, .slots = 2, .slot_bytes = (bytes * (size_t)rows + 1 + 63) & ~UINT64_C(63)};
    TRY(child_ask(&r->child, &q));
    for (int y = 0; y < height; y += strip.rows) {
        TRY(child_strip(&r->child, &strip));
        const uint8_t *p = r->child.shared + q.slot_bytes * (size_t)strip.slot;
        if (p[bytes * (size_t)rows] == TILE_DAMAGED)
            return err_new(ERR_DAMAGED, "影像第%d行起的数据块损坏，读不出来", strip.y + 1);
        for (int k = 0; k < strip.rows; k++)
            TRY(row(context, strip.y + k, p + (size_t)k * bytes));
    }
    return NULL;
}
