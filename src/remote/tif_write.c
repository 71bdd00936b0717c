/*
 * Rows are gathered to a row of tiles, compressed and appended; each row of tiles also makes half a row of tiles of the next level. The
 * directories come last, when the offsets are known; the header points at them.
 */
#include "remote/tif_private.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

struct level {
    struct tif_level size;
    uint8_t *strip[LIMIT_RASTER_BANDS]; /* TIF_TILE rows, across × TIF_TILE wide */
    int rows[LIMIT_RASTER_BANDS], row[LIMIT_RASTER_BANDS]; /* rows in the strip; row of tiles it will be */
    uint32_t *offset[LIMIT_RASTER_BANDS], *bytes[LIMIT_RASTER_BANDS];
};
struct tif_writer {
    struct arena *arena;
    struct tif_options o;
    str path, part;
    int fd, levels, rows[LIMIT_RASTER_BANDS];
    uint64_t at;
    struct level level[LIMIT_RASTER_LEVELS];
    uint8_t *tile, *packed;
    size_t packed_size;
    ZSTD_CCtx *zstd;
};

static size_t tile_bytes(const struct tif_writer *w)
{
    return (size_t)TIF_TILE * TIF_TILE * sample_size(w->o.sample);
}

static err *append(struct tif_writer *w, const void *p, size_t n)
{
    if (w->at + n > UINT32_MAX)
        return err_new(ERR_LIMIT, "影像压缩后超过4 GB，请分幅");
    for (size_t done = 0; done < n;) {
        ssize_t got = os_write(w->fd, (const char *)p + done, n - done);
        if (got < 0 && errno != EINTR)
            return err_errno(S("写影像"));
        done += got > 0 ? (size_t)got : 0;
    }
    w->at += n;
    return NULL;
}

/* Differences to the left neighbour; floats stay. */
static void predict(uint8_t *tile, enum sample sample)
{
    for (int y = 0; y < TIF_TILE && sample != SAMPLE_F32; y++) {
        if (sample == SAMPLE_U8) {
            uint8_t *row = tile + (size_t)y * TIF_TILE;
            for (int x = TIF_TILE - 1; x > 0; x--)
                row[x] = (uint8_t)(row[x] - row[x - 1]);
        } else {
            uint16_t *row = (uint16_t *)(void *)tile + (size_t)y * TIF_TILE;
            for (int x = TIF_TILE - 1; x > 0; x--)
                row[x] = (uint16_t)(row[x] - row[x - 1]);
        }
    }
}

static err *pack(struct tif_writer *w, size_t *ret)
{
    predict(w->tile, w->o.sample);
    if (w->o.zstd) {
        *ret = ZSTD_compress2(w->zstd, w->packed, w->packed_size, w->tile, tile_bytes(w));
        CHECK(!ZSTD_isError(*ret));
        return NULL;
    }
    uLongf n = (uLongf)w->packed_size;
    CHECK(compress2(w->packed, &n, w->tile, (uLong)tile_bytes(w), 6) == Z_OK);
    *ret = n;
    return NULL;
}

static double sample_get(const uint8_t *p, enum sample s)
{
    uint16_t u;
    int16_t i;
    float f;
    switch (s) {
    case SAMPLE_U8:
        return *p;
    case SAMPLE_U16:
        memcpy(&u, p, sizeof u);
        return u;
    case SAMPLE_I16:
        memcpy(&i, p, sizeof i);
        return i;
    default:
        memcpy(&f, p, sizeof f);
        return (double)f;
    }
}

static void sample_put(uint8_t *p, enum sample s, double v)
{
    uint16_t u = (uint16_t)(s == SAMPLE_U16 ? v : 0);
    int16_t i = (int16_t)(s == SAMPLE_I16 ? v : 0);
    float f = (float)v;
    if (s == SAMPLE_U8)
        *p = (uint8_t)v;
    else if (s == SAMPLE_U16)
        memcpy(p, &u, sizeof u);
    else if (s == SAMPLE_I16)
        memcpy(p, &i, sizeof i);
    else
        memcpy(p, &f, sizeof f);
}

/* One pixel of the next level: the mean of what is there of four, or the upper left. */
static double half(const struct tif_writer *w, int band, const struct level *l, int x, int y, int rows)
{
    size_t size = sample_size(w->o.sample), wide = (size_t)l->size.across * TIF_TILE;
    const uint8_t *p = l->strip[band];
    double sum = 0, first = sample_get(p + ((size_t)y * wide + (size_t)x) * size, w->o.sample);
    int n = 0;
    if (w->o.nearest >> band & 1)
        return first;
    for (int k = 0; k < 4; k++) {
        int xx = x + (k & 1), yy = y + (k >> 1);
        if (xx >= l->size.width || yy >= rows)
            continue;
        double v = sample_get(p + ((size_t)yy * wide + (size_t)xx) * size, w->o.sample);
        if (isnan(v) || (w->o.has_nodata && v == w->o.nodata))
            continue;
        sum += v;
        n++;
    }
    if (!n)
        return w->o.has_nodata ? w->o.nodata : first;
    return w->o.sample == SAMPLE_F32 ? sum / n : floor(sum / n + 0.5);
}

static err *strip_done(struct tif_writer *w, int at, int band);

/* The strip in half, into the next level. */
static err *feed(struct tif_writer *w, int at, int b)
{
    struct level *l = &w->level[at], *next = &w->level[at + 1];
    size_t size = sample_size(w->o.sample), wide = (size_t)next->size.across * TIF_TILE;
    for (int y = 0; y < l->rows[b]; y += 2) {
        for (int x = 0; x < next->size.width; x++)
            sample_put(next->strip[b] + ((size_t)next->rows[b] * wide + (size_t)x) * size, w->o.sample, half(w, b, l, x * 2, y, l->rows[b]));
        if (++next->rows[b] == TIF_TILE)
            TRY(strip_done(w, at + 1, b));
    }
    return NULL;
}

static err *strip_done(struct tif_writer *w, int at, int b)
{
    struct level *l = &w->level[at];
    size_t size = sample_size(w->o.sample), wide = (size_t)l->size.across * TIF_TILE, n;
    if (!l->rows[b])
        return NULL;
    for (int x = 0; x < l->size.across; x++) {
        memset(w->tile, 0, tile_bytes(w));
        for (int y = 0; y < l->rows[b]; y++)
            memcpy(w->tile + (size_t)y * TIF_TILE * size, l->strip[b] + ((size_t)y * wide + (size_t)x * TIF_TILE) * size, TIF_TILE * size);
        TRY(pack(w, &n));
        l->offset[b][l->row[b] * l->size.across + x] = (uint32_t)w->at;
        l->bytes[b][l->row[b] * l->size.across + x] = (uint32_t)n;
        TRY(append(w, w->packed, n));
    }
    if (at + 1 < w->levels)
        TRY(feed(w, at, b));
    l->rows[b] = 0;
    l->row[b]++;
    return NULL;
}

err *tif_row(struct tif_writer *w, int band, const void *row)
{
    struct level *l = &w->level[0];
    size_t size = sample_size(w->o.sample), wide = (size_t)l->size.across * TIF_TILE;
    CHECK(band >= 0 && band < w->o.bands && w->rows[band] < w->o.grid.height);
    memcpy(l->strip[band] + (size_t)l->rows[band] * wide * size, row, (size_t)l->size.width * size);
    w->rows[band]++;
    return ++l->rows[band] == TIF_TILE ? strip_done(w, 0, band) : NULL;
}

/* ---- directories ---- */
struct entry { uint16_t tag, type; uint32_t n; const void *p; };
struct directory { struct entry entry[24]; int n; };
enum { SHORT = 3, LONG = 4, ASCII = 2, DOUBLE = 12 };

static void entry(struct directory *d, uint16_t tag, uint16_t type, size_t n, const void *p)
{
    CHECK(d->n < 24 && n <= UINT32_MAX && (!d->n || d->entry[d->n - 1].tag < tag));
    d->entry[d->n++] = (struct entry){tag, type, (uint32_t)n, p};
}

static size_t type_size(uint16_t type)
{
    return type == ASCII ? 1 : type == SHORT ? 2 : type == LONG ? 4 : 8;
}

/* Values first, then the directory that names them; *ret_place is where its pointer to the next one stands. */
static err *directory_put(struct tif_writer *w, const struct directory *d, uint32_t *ret_at, uint32_t *ret_place)
{
    uint8_t text[2 + 24 * 12 + 4] = {0}, *p = text + 2;
    uint16_t n = (uint16_t)d->n;
    static const uint8_t pad[2];
    memcpy(text, &n, 2);
    for (int i = 0; i < d->n; i++, p += 12) {
        const struct entry *e = &d->entry[i];
        size_t bytes = e->n * type_size(e->type);
        memcpy(p, &e->tag, 2), memcpy(p + 2, &e->type, 2), memcpy(p + 4, &e->n, 4);
        if (bytes <= 4) {
            memcpy(p + 8, e->p, bytes);
            continue;
        }
        uint32_t at = (uint32_t)w->at;
        memcpy(p + 8, &at, 4);
        TRY(append(w, e->p, bytes));
        if (w->at % 2)
            TRY(append(w, pad, 1));
    }
    *ret_at = (uint32_t)w->at;
    *ret_place = (uint32_t)w->at + 2 + 12u * n;
    return append(w, text, 2 + 12u * n + 4u);
}

static str band_names(struct tif_writer *w)
{
    buf b = buf_make(w->arena, 16 << 10);
    buf_add(&b, S("<GDALMetadata>\n"));
    for (int i = 0; i < w->o.bands; i++)
        if (w->o.names[i])
            buf_printf(&b, "  <Item name=\"DESCRIPTION\" sample=\"%d\" role=\"description\">%s</Item>\n", i, w->o.names[i]);
    buf_add(&b, S("</GDALMetadata>\n"));
    CHECK(!b.overflow);
    return buf_str(&b);
}

struct tags {
    uint16_t bits[LIMIT_RASTER_BANDS], format[LIMIT_RASTER_BANDS], extra[LIMIT_RASTER_BANDS], geo[16], compression, photometric, planar, predictor, bands;
    uint32_t subfile, width, height, tile, *offset, *bytes;
    double scale[3], tie[6];
};

static void tags_fill(struct tif_writer *w, int at, struct tags *t)
{
    const struct grid *g = &w->o.grid;
    const struct level *l = &w->level[at];
    size_t tiles = (size_t)l->size.across * (size_t)l->size.down;
    *t = (struct tags){.subfile = at > 0, .width = (uint32_t)l->size.width, .height = (uint32_t)l->size.height, .tile = TIF_TILE,
                       .compression = w->o.zstd ? TIF_ZSTD : TIF_DEFLATE, .photometric = 1, .planar = 2, .predictor = w->o.sample == SAMPLE_F32 ? 1 : 2,
                       .bands = (uint16_t)w->o.bands, .scale = {g->t[1], -g->t[5], 0}, .tie = {0, 0, 0, g->t[0], g->t[3], 0},
                       .offset = NEW_ARRAY(w->arena, tiles * (size_t)w->o.bands, uint32_t), .bytes = NEW_ARRAY(w->arena, tiles * (size_t)w->o.bands, uint32_t)};
    for (int b = 0; b < w->o.bands; b++) {
        t->bits[b] = (uint16_t)(8 * sample_size(w->o.sample));
        t->format[b] = w->o.sample == SAMPLE_F32 ? 3 : w->o.sample == SAMPLE_I16 ? 2 : 1;
        memcpy(t->offset + tiles * (size_t)b, l->offset[b], tiles * sizeof *t->offset);
        memcpy(t->bytes + tiles * (size_t)b, l->bytes[b], tiles * sizeof *t->bytes);
    }
    bool plane = g->crs.kind == CRS_TRANSVERSE;
    const uint16_t geo[16] = {1, 1, 0, 3, 1024, 0, 1, plane ? 1 : 2, 1025, 0, 1, 1, plane ? 3072 : 2048, 0, 1, (uint16_t)g->crs.epsg};
    memcpy(t->geo, geo, sizeof geo);
}

static err *level_put(struct tif_writer *w, int at, uint32_t *ret_at, uint32_t *ret_place)
{
    struct tags *t = NEW(w->arena, struct tags);
    struct directory d = {0};
    const struct level *l = &w->level[at];
    size_t tiles = (size_t)l->size.across * (size_t)l->size.down * (size_t)w->o.bands, bands = (size_t)w->o.bands;
    str names = band_names(w), nodata = arena_printf(w->arena, "%.17g", w->o.nodata);
    tags_fill(w, at, t);
    entry(&d, 254, LONG, 1, &t->subfile);
    entry(&d, 256, LONG, 1, &t->width);
    entry(&d, 257, LONG, 1, &t->height);
    entry(&d, 258, SHORT, bands, t->bits);
    entry(&d, 259, SHORT, 1, &t->compression);
    entry(&d, 262, SHORT, 1, &t->photometric);
    if (at == 0 && w->o.note.n)
        entry(&d, 270, ASCII, w->o.note.n + 1, arena_cstr(w->arena, w->o.note));
    entry(&d, 277, SHORT, 1, &t->bands);
    entry(&d, 284, SHORT, 1, &t->planar);
    entry(&d, 305, ASCII, sizeof TIF_SOFTWARE, TIF_SOFTWARE);
    entry(&d, 317, SHORT, 1, &t->predictor);
    entry(&d, 322, LONG, 1, &t->tile);
    entry(&d, 323, LONG, 1, &t->tile);
    entry(&d, 324, LONG, tiles, t->offset);
    entry(&d, 325, LONG, tiles, t->bytes);
    if (bands > 1)
        entry(&d, 338, SHORT, bands - 1, t->extra);
    entry(&d, 339, SHORT, bands, t->format);
    if (at == 0) {
        entry(&d, 33550, DOUBLE, 3, t->scale);
        entry(&d, 33922, DOUBLE, 6, t->tie);
        entry(&d, 34735, SHORT, 16, t->geo);
        entry(&d, 42112, ASCII, names.n + 1, arena_cstr(w->arena, names));
    }
    if (w->o.has_nodata)
        entry(&d, 42113, ASCII, nodata.n + 1, arena_cstr(w->arena, nodata));
    return directory_put(w, &d, ret_at, ret_place);
}

static err *point(struct tif_writer *w, uint32_t place, uint32_t at)
{
    return pwrite(w->fd, &at, sizeof at, place) == (ssize_t)sizeof at ? NULL : err_errno(S("写影像"));
}

static err *finish(struct tif_writer *w)
{
    static const uint8_t pad[2];
    uint32_t place = 4, at, next;
    for (int b = 0; b < w->o.bands; b++) {
        CHECK(w->rows[b] == w->o.grid.height);
        for (int i = 0; i < w->levels; i++)
            TRY(strip_done(w, i, b));
    }
    if (w->at % 2)
        TRY(append(w, pad, 1));
    for (int i = 0; i < w->levels; i++) {
        TRY(level_put(w, i, &at, &next));
        TRY(point(w, place, at));
        place = next;
    }
    if (os_fsync(w->fd) != 0)
        return err_errno(S("写影像"));
    close(w->fd);
    w->fd = -1;
    if (os_rename(arena_cstr(w->arena, w->part), arena_cstr(w->arena, w->path)) != 0) {
        err *e = err_errno(S("写影像"));
        unlink(arena_cstr(w->arena, w->part));
        return e;
    }
    return folder_sync_of(w->path);
}

static void let_go(struct tif_writer *w)
{
    ZSTD_freeCCtx(w->zstd);
    w->zstd = NULL;
    if (w->fd >= 0) {
        close(w->fd);
        unlink(arena_cstr(w->arena, w->part));
    }
    w->fd = -1;
}

err *tif_end(struct tif_writer *w)
{
    err *e = finish(w);
    let_go(w);
    return e;
}

void tif_abandon(struct tif_writer *w)
{
    if (w)
        let_go(w);
}

static void levels_plan(struct tif_writer *w)
{
    int width = w->o.grid.width, height = w->o.grid.height;
    for (;;) {
        struct level *l = &w->level[w->levels++];
        l->size = (struct tif_level){width, height, (width + TIF_TILE - 1) / TIF_TILE, (height + TIF_TILE - 1) / TIF_TILE};
        for (int b = 0; b < w->o.bands; b++) {
            size_t tiles = (size_t)l->size.across * (size_t)l->size.down;
            l->strip[b] = arena_alloc(w->arena, (size_t)l->size.across * TIF_TILE * TIF_TILE, sample_size(w->o.sample));
            l->offset[b] = NEW_ARRAY(w->arena, tiles, uint32_t);
            l->bytes[b] = NEW_ARRAY(w->arena, tiles, uint32_t);
        }
        if (!w->o.levels || (width <= TIF_TILE && height <= TIF_TILE) || w->levels == LIMIT_RASTER_LEVELS)
            return;
        width = (width + 1) / 2, height = (height + 1) / 2;
    }
}

err *tif_begin(struct arena *a, str path, const struct tif_options *o, struct tif_writer **ret)
{
    struct tif_writer *w = NEW(a, struct tif_writer);
    static const uint8_t head[8] = {'I', 'I', 42, 0};
    CHECK(o->bands > 0 && o->bands <= LIMIT_RASTER_BANDS && o->note.n <= LIMIT_TIF_NOTE);
    CHECK(o->grid.crs.epsg > 0 && o->grid.crs.epsg <= UINT16_MAX);
    if (o->grid.width > LIMIT_RASTER_EDGE || o->grid.height > LIMIT_RASTER_EDGE || (int64_t)o->grid.width * o->grid.height > LIMIT_RASTER_PIXELS)
        return err_new(ERR_LIMIT, "影像超过%d行列或%lld亿像元", LIMIT_RASTER_EDGE, (long long)(LIMIT_RASTER_PIXELS / 100000000));
    *w = (struct tif_writer){.arena = a, .o = *o, .path = arena_str(a, path), .fd = -1};
    w->o.note = arena_str(a, o->note);
    levels_plan(w);
    w->tile = arena_alloc(a, tile_bytes(w), 1);
    w->packed_size = ZSTD_compressBound(tile_bytes(w)) + compressBound((uLong)tile_bytes(w));
    w->packed = arena_alloc(a, w->packed_size, 1);
    w->part = arena_printf(a, "%.*s.part-%d", STR_ARG(path), (int)getpid());
    w->fd = open(arena_cstr(a, w->part), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (w->fd < 0)
        return err_at(err_errno(S("建立影像文件")), path);
    w->zstd = ZSTD_createCCtx();
    CHECK(w->zstd && !ZSTD_isError(ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_checksumFlag, 1)));
    err *e = append(w, head, sizeof head);
    if (e) {
        let_go(w);
        return e;
    }
    *ret = w;
    return NULL;
}
