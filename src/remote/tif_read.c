/*
 * Reads what tif_write.c made, by its own layout: a tag that is not as the writer puts it makes the file somebody else's, which GDAL reads in its own
 * process. Every count and offset is held against the size of the file before it is used; a tile is unpacked into exactly its size.
 */
#include "remote/tif_private.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* What unpacking works with; making it anew a tile costs a twentieth of the tile. Handed from thread to thread, one at a time. */
struct unpacker { ZSTD_DCtx *zstd; struct libdeflate_decompressor *deflate; };
enum { UNPACKERS_KEPT = 8 };
struct tif {
    struct tif_head head;
    struct arena *arena;
    str file;
    bool mapped;
    uint16_t compression;
    size_t offsets[LIMIT_RASTER_LEVELS], sizes[LIMIT_RASTER_LEVELS]; /* where these tables begin in the file */
    pthread_mutex_t lock;          /* of what follows */
    struct unpacker idle[UNPACKERS_KEPT];
    int idle_n;
};

const char *sample_text(enum sample s)
{
    static const char *const text[SAMPLES] = {"8位无符号整数", "16位无符号整数", "16位有符号整数", "32位浮点数"};
    return text[s];
}

static err *strange(const char *what)
{
    return err_detail(err_new(ERR_INPUT, "不是本系统规整过的影像"), what);
}

err *tif_damaged(const char *what)
{
    return err_detail(err_new(ERR_DAMAGED, "规整后的影像已损坏"), what);
}

static uint32_t at_u32(const struct tif *t, size_t at)
{
    uint32_t v;
    memcpy(&v, t->file.p + at, sizeof v);
    return v;
}

static uint16_t at_u16(const struct tif *t, size_t at)
{
    uint16_t v;
    memcpy(&v, t->file.p + at, sizeof v);
    return v;
}

struct field { uint16_t type; uint32_t n; size_t at; /* 0: not there */ };

/* The values of a tag of the directory at `dir`, all inside the file. */
static struct field field(const struct tif *t, size_t dir, uint16_t tag)
{
    uint16_t n = at_u16(t, dir);
    for (uint16_t i = 0; i < n; i++) {
        size_t e = dir + 2 + 12u * i;
        if (at_u16(t, e) != tag)
            continue;
        struct field f = {at_u16(t, e + 2), at_u32(t, e + 4), 0};
        size_t size = f.type == 2 ? 1 : f.type == 3 ? 2 : f.type == 4 ? 4 : f.type == 12 ? 8 : 0;
        size_t bytes = size * f.n;
        size_t at = bytes <= 4 ? e + 8 : at_u32(t, e + 8);
        if (size && f.n && at <= t->file.n && bytes <= t->file.n - at)
            f.at = at;
        return f;
    }
    return (struct field){0};
}

static bool number(const struct tif *t, size_t dir, uint16_t tag, uint32_t *ret)
{
    struct field f = field(t, dir, tag);
    if (!f.at || f.n != 1 || (f.type != 3 && f.type != 4))
        return false;
    *ret = f.type == 3 ? at_u16(t, f.at) : at_u32(t, f.at);
    return true;
}

static str text(const struct tif *t, size_t dir, uint16_t tag)
{
    struct field f = field(t, dir, tag);
    return f.at && f.type == 2 && f.n && t->file.p[f.at + f.n - 1] == 0 ? (str){t->file.p + f.at, f.n - 1} : STR_NONE;
}

/* Directory, its entries and the pointer behind them lie in the file. */
static bool directory_in(const struct tif *t, size_t dir)
{
    return dir >= 8 && dir <= t->file.n - 2 && 2 + 12u * (size_t)at_u16(t, dir) + 4 <= t->file.n - dir;
}

static err *level_read(struct tif *t, size_t dir, int i)
{
    struct tif_head *h = &t->head;
    struct tif_level *l = &h->level[i];
    uint32_t width, height, tile_w, tile_h;
    struct field offsets = field(t, dir, 324), sizes = field(t, dir, 325);
    if (!number(t, dir, 256, &width) || !number(t, dir, 257, &height) || !number(t, dir, 322, &tile_w) || !number(t, dir, 323, &tile_h) ||
        tile_w != TIF_TILE || tile_h != TIF_TILE || !width || !height || width > LIMIT_RASTER_EDGE || height > LIMIT_RASTER_EDGE)
        return strange("size of a level");
    *l = (struct tif_level){(int)width, (int)height, (int)(width + TIF_TILE - 1) / TIF_TILE, (int)(height + TIF_TILE - 1) / TIF_TILE};
    if (i > 0 && (l->width != (h->level[i - 1].width + 1) / 2 || l->height != (h->level[i - 1].height + 1) / 2))
        return strange("levels are not halves");
    size_t tiles = (size_t)l->across * (size_t)l->down * (size_t)h->bands;
    if (!offsets.at || !sizes.at || offsets.type != 4 || sizes.type != 4 || offsets.n != tiles || sizes.n != tiles)
        return tif_damaged("tables of tiles");
    t->offsets[i] = offsets.at;
    t->sizes[i] = sizes.at;
    return NULL;
}

static err *kind_read(struct tif *t, size_t dir)
{
    struct tif_head *h = &t->head;
    uint32_t bands, planar, compression, predictor;
    struct field bits = field(t, dir, 258), format = field(t, dir, 339);
    if (!str_eq(text(t, dir, 305), S(TIF_SOFTWARE)) || !number(t, dir, 277, &bands) || !number(t, dir, 284, &planar) || planar != 2 || !bands ||
        bands > LIMIT_RASTER_BANDS || !number(t, dir, 259, &compression) || !number(t, dir, 317, &predictor))
        return strange("not written by us");
    if (!bits.at || bits.type != 3 || bits.n != bands || !format.at || format.type != 3 || format.n != bands)
        return strange("samples");
    uint16_t b = at_u16(t, bits.at), f = at_u16(t, format.at);
    h->sample = b == 8 && f == 1 ? SAMPLE_U8 : b == 16 && f == 1 ? SAMPLE_U16 : b == 16 && f == 2 ? SAMPLE_I16 : b == 32 && f == 3 ? SAMPLE_F32 : SAMPLES;
    if (h->sample == SAMPLES || (compression != TIF_DEFLATE && compression != TIF_ZSTD) || predictor != (h->sample == SAMPLE_F32 ? 1 : 2))
        return strange("compression");
    h->bands = (int)bands;
    t->compression = (uint16_t)compression;
    return NULL;
}

static void names_read(struct tif *t, str xml)
{
    for (int b = 0; b < t->head.bands; b++) {
        char key[64];
        snprintf(key, sizeof key, "sample=\"%d\" role=\"description\">", b);
        ptrdiff_t at = str_find(xml, str_of(key));
        if (at < 0)
            continue;
        str rest = str_sub(xml, (size_t)at + strlen(key), 16), name;
        str_next(&rest, '<', &name);
        if (rest.p && name.n < sizeof t->head.name[b])
            memcpy(t->head.name[b], name.p, name.n);
    }
}

static err *place_read(struct tif *t, size_t dir)
{
    struct grid *g = &t->head.grid;
    struct field scale = field(t, dir, 33550), tie = field(t, dir, 33922), geo = field(t, dir, 34735);
    double s[3], p[6];
    if (!scale.at || scale.type != 12 || scale.n != 3 || !tie.at || tie.type != 12 || tie.n != 6 || !geo.at || geo.type != 3 || geo.n != 16)
        return strange("position");
    memcpy(s, t->file.p + scale.at, sizeof s);
    memcpy(p, t->file.p + tie.at, sizeof p);
    if (!crs_of_epsg(at_u16(t, geo.at + 30), &g->crs))
        return strange("reference");
    *g = (struct grid){.crs = g->crs, .t = {p[3], s[0], 0, p[4], 0, -s[1]}, .width = t->head.level[0].width, .height = t->head.level[0].height};
    return grid_check(g);
}

static err *read_all(struct tif *t)
{
    static const char head[4] = {'I', 'I', 42, 0};
    if (t->file.n < 16 || memcmp(t->file.p, head, 4) != 0)
        return strange("no little-endian TIFF");
    size_t dir = at_u32(t, 4), first = dir;
    if (!directory_in(t, dir))
        return strange("directory");
    TRY(kind_read(t, dir));
    for (; dir; dir = at_u32(t, dir + 2 + 12u * (size_t)at_u16(t, dir))) {
        if (t->head.levels == LIMIT_RASTER_LEVELS || !directory_in(t, dir))
            return tif_damaged("directory");
        TRY(level_read(t, dir, t->head.levels));
        t->head.levels++;
    }
    TRY(place_read(t, first));
    str nodata = text(t, first, 42113);
    t->head.has_nodata = nodata.n > 0;
    t->head.nodata = nodata.n ? strtod(nodata.p, NULL) : 0;
    names_read(t, text(t, first, 42112));
    t->head.note = text(t, first, 270);
    if (t->head.note.n > LIMIT_TIF_NOTE || utf8_bad(t->head.note) >= 0)
        return tif_damaged("note");
    return NULL;
}

/* ---- unpackers ---- */
static void unpacker_free(struct unpacker u)
{
    ZSTD_freeDCtx(u.zstd);
    libdeflate_free_decompressor(u.deflate);
}

static void unpackers_free(void *p)
{
    struct tif *t = p;
    while (t->idle_n)
        unpacker_free(t->idle[--t->idle_n]);
    pthread_mutex_destroy(&t->lock);
}

static struct unpacker unpacker_take(struct tif *t)
{
    struct unpacker u = {0};
    pthread_mutex_lock(&t->lock);
    if (t->idle_n)
        u = t->idle[--t->idle_n];
    pthread_mutex_unlock(&t->lock);
    if (t->compression == TIF_ZSTD && !u.zstd)
        CHECK(u.zstd = ZSTD_createDCtx());
    if (t->compression == TIF_DEFLATE && !u.deflate)
        CHECK(u.deflate = libdeflate_alloc_decompressor());
    return u;
}

static void unpacker_give(struct tif *t, struct unpacker u)
{
    pthread_mutex_lock(&t->lock);
    bool keep = t->idle_n < UNPACKERS_KEPT;
    if (keep)
        t->idle[t->idle_n++] = u;
    pthread_mutex_unlock(&t->lock);
    if (!keep)
        unpacker_free(u);
}

err *tif_open_bytes(struct arena *a, str bytes, struct tif **ret)
{
    struct tif *t = NEW(a, struct tif);
    t->arena = a;
    t->file = bytes;
    pthread_mutex_init(&t->lock, NULL);
    arena_defer(a, unpackers_free, t);
    TRY(read_all(t));
    *ret = t;
    return NULL;
}

err *tif_open(struct arena *a, str path, struct tif **ret)
{
    struct stat s;
    int fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_at(err_errno(S("打开影像")), path);
    if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode) || s.st_size < 16) {
        close(fd);
        return strange("no file");
    }
    void *p = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (p == MAP_FAILED)
        return err_errno(S("打开影像"));
    err *e = tif_open_bytes(a, (str){p, (size_t)s.st_size}, ret);
    if (e)
        munmap(p, (size_t)s.st_size);
    else
        (*ret)->mapped = true;
    return e;
}

void tif_close(struct tif *t)
{
    if (t && t->mapped)
        munmap((void *)(uintptr_t)t->file.p, t->file.n);
    if (t)
        t->mapped = false;
}

const struct tif_head *tif_head(const struct tif *t)
{
    return &t->head;
}

/* Sums along a row: eight numbers among themselves in three steps, then what stood before them. Rows depend on nothing of each other, so two go side by side. */
static void sum_rows16(uint16_t *tile)
{
#ifdef __SSE2__
    for (int y = 0; y < TIF_TILE; y += 2) {
        __m128i *row[2] = {(void *)(tile + (size_t)y * TIF_TILE), (void *)(tile + (size_t)(y + 1) * TIF_TILE)}, before[2] = {_mm_setzero_si128(), _mm_setzero_si128()};
        for (int x = 0; x < TIF_TILE / 8; x++)
            for (int k = 0; k < 2; k++) {
                __m128i v = _mm_loadu_si128(row[k] + x);
                v = _mm_add_epi16(v, _mm_slli_si128(v, 2));
                v = _mm_add_epi16(v, _mm_slli_si128(v, 4));
                v = _mm_add_epi16(v, _mm_slli_si128(v, 8));
                v = _mm_add_epi16(v, before[k]);
                _mm_storeu_si128(row[k] + x, v);
                v = _mm_shufflehi_epi16(v, 0xff);
                before[k] = _mm_unpackhi_epi64(v, v);
            }
    }
#else
    for (int y = 0; y < TIF_TILE; y++) {
        uint16_t *row = tile + (size_t)y * TIF_TILE, sum = 0;
        for (int x = 0; x < TIF_TILE; x++)
            row[x] = sum = (uint16_t)(sum + row[x]);
    }
#endif
}

static void unpredict(uint8_t *tile, enum sample sample)
{
    if (sample == SAMPLE_U16 || sample == SAMPLE_I16)
        sum_rows16((uint16_t *)(void *)tile);
    for (int y = 0; y < TIF_TILE && sample == SAMPLE_U8; y++) {
        uint8_t *row = tile + (size_t)y * TIF_TILE, sum = 0;
        for (int x = 0; x < TIF_TILE; x++)
            row[x] = sum = (uint8_t)(sum + row[x]);
    }
}

/* libdeflate takes half of zlib's time where the whole of a piece lies in memory. */
static bool unpack(struct tif *t, void *to, size_t size, const char *from, size_t bytes)
{
    struct unpacker u = unpacker_take(t);
    bool whole = t->compression == TIF_ZSTD ? ZSTD_decompressDCtx(u.zstd, to, size, from, bytes) == size
                                            : libdeflate_zlib_decompress(u.deflate, from, bytes, to, size, NULL) == LIBDEFLATE_SUCCESS;
    unpacker_give(t, u);
    return whole;
}

const char *tif_tile_fault(struct tif *t, int level, int band, int across, int down, void *ret)
{
    const struct tif_head *h = &t->head;
    CHECK(level >= 0 && level < h->levels && band >= 0 && band < h->bands);
    const struct tif_level *l = &h->level[level];
    CHECK(across >= 0 && across < l->across && down >= 0 && down < l->down);
    size_t i = ((size_t)band * (size_t)l->down + (size_t)down) * (size_t)l->across + (size_t)across;
    size_t at = at_u32(t, t->offsets[level] + 4 * i), bytes = at_u32(t, t->sizes[level] + 4 * i), size = (size_t)TIF_TILE * TIF_TILE * sample_size(h->sample);
    if (at > t->file.n || bytes > t->file.n - at)
        return "tile beyond the file";
    if (!unpack(t, ret, size, t->file.p + at, bytes))
        return "tile";
    unpredict(ret, h->sample);
    return NULL;
}

err *tif_tile(struct tif *t, int level, int band, int across, int down, void *ret)
{
    const char *fault = tif_tile_fault(t, level, band, across, down, ret);
    return fault ? tif_damaged(fault) : NULL;
}
