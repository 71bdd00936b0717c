/*
 * JPEG 2000 decodes twenty times slower than what we write, so it is decoded once, here. The radiometric numbers stay as the product has them; scale
 * and offset are applied when rows are read, from the sensor and its baseline, so that a wrong offset can be mended without touching pixels.
 */
#include "remote/ingest.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct source { str path, name; struct raster *raster; struct sm3 digest; int64_t bytes; };
struct plane { enum channel channel; int source, band; };
struct job {
    struct arena *a;
    const struct ingest_options *o;
    struct ingested *ret;
    struct source source[LIMIT_INGEST_FILES];
    struct plane plane[CHANNELS];
    int planes, finest, baseline;
    enum sample sample;
    bool has_nodata;
    double nodata;
    struct tif_writer *out;
    int writing;                   /* plane being copied */
    VEC(str) warnings;
};

err *file_digest(struct arena *a, str path, struct sm3 *ret, int64_t *ret_bytes)
{
    enum { PIECE = 1 << 20 };
    struct sm3_state s;
    char *p = arena_alloc(a, PIECE, 1);
    int fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_at(err_errno(S("打开影像")), path);
    sm3_init(&s);
    *ret_bytes = 0;
    for (;;) {
        ssize_t n = read(fd, p, PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            err *e = err_errno(S("读影像"));
            close(fd);
            return e;
        }
        if (n == 0)
            break;
        sm3_add(&s, p, (size_t)n);
        *ret_bytes += n;
    }
    close(fd);
    *ret = sm3_end(&s);
    return NULL;
}

static void warn(struct job *j, str text)
{
    vec_push(j->a, &j->warnings, text);
}

static str base_name(str path)
{
    for (size_t i = path.n; i > 0; i--)
        if (path.p[i - 1] == '/')
            return str_sub(path, i, path.n);
    return path;
}

/* By the parts of a product's file name: T50RKU_20220715T025551_B08_10m.jp2, LC08_…_SR_B5.TIF, LC09_…_QA_PIXEL.TIF. */
static enum channel channel_of_name(const struct sensor *s, str name)
{
    str part, rest = name;
    ptrdiff_t dot = str_find(rest, S("."));
    rest = dot >= 0 ? str_sub(rest, 0, (size_t)dot) : rest;
    if (str_find(rest, S("QA_PIXEL")) >= 0)
        return sensor_channel(s, S("QA_PIXEL"));
    enum channel found = CHANNEL_NONE;
    while (str_next(&rest, '_', &part)) {
        enum channel c = sensor_channel(s, part);
        found = c != CHANNEL_NONE ? c : found;
    }
    return found;
}

static err *open_sources(struct job *j)
{
    for (int i = 0; i < j->o->n; i++) {
        struct source *s = &j->source[i];
        str path = str_of(j->o->files[i]), rest = path, key;
        enum channel c = CHANNEL_NONE;
        str_next(&rest, '=', &key);
        if (rest.p && (c = channel_find(key)) != CHANNEL_NONE)
            path = rest;
        s->path = path;
        s->name = base_name(path);
        TRY(file_digest(j->a, path, &s->digest, &s->bytes));
        TRY(raster_open(j->a, path, &s->raster));
        TRY(err_at(grid_check(&raster_head(s->raster)->grid), s->name));
        if (j->o->n == 1 && c == CHANNEL_NONE)
            continue;
        c = c != CHANNEL_NONE ? c : channel_of_name(j->o->sensor, s->name);
        if (c == CHANNEL_NONE)
            return err_got(err_new(ERR_INPUT, "不知道这个文件是哪个波段"), s->name, S("通道名=文件，例如nir=文件；或用产品原来的文件名"), S("nir=B08.jp2"));
        if (raster_head(s->raster)->bands != 1)
            return err_new(ERR_INPUT, "“%.*s”有%d个波段；多个文件时每个文件应只有一个波段", STR_ARG(s->name), raster_head(s->raster)->bands);
        for (int k = 0; k < j->planes; k++)
            if (j->plane[k].channel == c)
                return err_new(ERR_INPUT, "有两个文件都是%s波段", channel_label(c));
        j->plane[j->planes++] = (struct plane){c, i, 0};
    }
    return NULL;
}

static err *planes_of_one(struct job *j)
{
    struct bands b;
    TRY(raster_bands(j->a, j->source[0].raster, j->o->sensor, j->o->bands, j->o->baseline, &b));
    for (int c = 0; c < CHANNELS; c++)
        if (b.band[c] >= 0)
            j->plane[j->planes++] = (struct plane){(enum channel)c, 0, b.band[c]};
    return j->planes ? NULL : err_at(err_new(ERR_INPUT, "没有认出任何波段"), S("--bands"));
}

/* All files cover the ground of the finest, within one of its pixels. */
static err *same_ground(struct job *j)
{
    for (int i = 1; i < j->o->n; i++)
        if (raster_head(j->source[i].raster)->grid.width > raster_head(j->source[j->finest].raster)->grid.width)
            j->finest = i;
    const struct grid *g = &raster_head(j->source[j->finest].raster)->grid;
    for (int i = 0; i < j->o->n; i++) {
        const struct grid *h = &raster_head(j->source[i].raster)->grid;
        double reach_x = fabs(g->t[1]) * 1.01, reach_y = fabs(g->t[5]) * 1.01;
        bool same = h->crs.kind == g->crs.kind && h->crs.lon0 == g->crs.lon0 && h->crs.k0 == g->crs.k0 && h->crs.east0 == g->crs.east0 &&
                    fabs(h->t[0] - g->t[0]) < reach_x && fabs(h->t[3] - g->t[3]) < reach_y &&
                    fabs(h->t[0] + h->t[1] * h->width - g->t[0] - g->t[1] * g->width) < fabs(h->t[1]) + reach_x &&
                    fabs(h->t[3] + h->t[5] * h->height - g->t[3] - g->t[5] * g->height) < fabs(h->t[5]) + reach_y;
        if (!same)
            return err_new(ERR_INPUT, "“%.*s”与“%.*s”范围不同，不是同一景影像", STR_ARG(j->source[i].name), STR_ARG(j->source[j->finest].name));
    }
    if (!g->crs.epsg)
        return err_new(ERR_INPUT, "影像的坐标系没有EPSG编号；请先重投影到CGCS2000或WGS 84的常用坐标系");
    return NULL;
}

static const struct raster_band *band_of(const struct job *j, int plane)
{
    return &raster_head(j->source[j->plane[plane].source].raster)->band[j->plane[plane].band];
}

static void choose_sample(struct job *j)
{
    enum sample widest = SAMPLE_U8;
    bool is_signed = false, is_unsigned = false;
    for (int i = 0; i < j->planes; i++) {
        const struct raster_band *b = band_of(j, i);
        is_signed |= b->sample == SAMPLE_I16;
        is_unsigned |= b->sample == SAMPLE_U16;
        widest = b->sample > (int32_t)widest ? (enum sample)b->sample : widest;
        if (b->has_nodata && !j->has_nodata && j->plane[i].channel != CHANNEL_QA)
            j->has_nodata = true, j->nodata = b->nodata;
    }
    j->sample = is_signed && is_unsigned ? SAMPLE_F32 : widest;
    if (!j->has_nodata && j->o->sensor->nodata != INT32_MIN)
        j->has_nodata = true, j->nodata = j->o->sensor->nodata;
    bool fits = j->sample == SAMPLE_F32 || (floor(j->nodata) == j->nodata && j->nodata >= (j->sample == SAMPLE_I16 ? -32768 : 0) &&
                                            j->nodata <= (j->sample == SAMPLE_U8 ? 255 : j->sample == SAMPLE_U16 ? 65535 : 32767));
    if (j->has_nodata && (isnan(j->nodata) || !fits))
        j->has_nodata = false;
}

static err *copy_row(void *context, int y, const void *numbers)
{
    struct job *j = context;
    (void)y;
    return tif_row(j->out, j->writing, numbers);
}

static err *copy_planes(struct job *j, str note)
{
    const struct grid *g = &raster_head(j->source[j->finest].raster)->grid;
    struct tif_options o = {.grid = *g, .bands = j->planes, .sample = j->sample, .has_nodata = j->has_nodata, .nodata = j->nodata, .zstd = true, .levels = true, .note = note};
    for (int i = 0; i < j->planes; i++) {
        o.names[i] = channel_name(j->plane[i].channel);
        o.nearest |= j->plane[i].channel == CHANNEL_QA ? 1u << i : 0;
    }
    TRY(tif_begin(j->a, j->o->out, &o, &j->out));
    for (j->writing = 0; j->writing < j->planes; j->writing++) {
        const struct plane *p = &j->plane[j->writing];
        AUTO_ARENA(a);
        TRY(raster_numbers(a, j->source[p->source].raster, p->band, j->sample, g->width, g->height, copy_row, j));
    }
    return tif_end(j->out);
}

/* ---- the note ---- */
static err *when_taken(struct job *j, usec *ret)
{
    str said = str_of(raster_head(j->source[0].raster)->taken);
    *ret = j->o->taken;
    if (*ret == USEC_NONE && said.n && time_parse(said, ret)) {
        err_clear();
        *ret = USEC_NONE;
    }
    /* Sentinel-2 file names carry it: _20220715T025551_ */
    str rest = j->source[0].name, part;
    while (*ret == USEC_NONE && str_next(&rest, '_', &part)) {
        int64_t date, clock;
        if (part.n == 15 && part.p[8] == 'T' && str_int64(str_sub(part, 0, 8), &date) && str_int64(str_sub(part, 9, 6), &clock)) {
            str text = arena_printf(j->a, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", part.p, part.p + 4, part.p + 6, part.p + 9, part.p + 11, part.p + 13);
            if (time_parse(text, ret)) {
                err_clear();
                *ret = USEC_NONE;
            }
        }
    }
    if (*ret != USEC_NONE && *ret > time_now() + USEC_DAY)
        return err_at(err_new(ERR_INPUT, "成像时间在将来"), S("--taken"));
    return NULL;
}

static str note_text(struct job *j)
{
    buf b = buf_make(j->a, LIMIT_TIF_NOTE);
    struct json_out o = {&b, false};
    json_open(&o, '{');
    json_put_str(&o, S("sensor"), str_of(j->o->sensor->name));
    if (j->baseline)
        json_put_str(&o, S("baseline"), arena_printf(j->a, "%02d.%02d", j->baseline / 100, j->baseline % 100));
    if (j->ret->taken != USEC_NONE)
        json_put_str(&o, S("taken"), time_rfc3339(j->a, j->ret->taken));
    json_key(&o, S("sources"));
    json_open(&o, '[');
    for (int i = 0; i < j->o->n; i++) {
        json_open(&o, '{');
        json_put_str(&o, S("name"), utf8_bad(j->source[i].name) < 0 ? utf8_clip(j->source[i].name, 120) : S(""));
        json_put_str(&o, S("digest"), sm3_text(j->a, &j->source[i].digest));
        json_put_str(&o, S("driver"), str_of(raster_head(j->source[i].raster)->driver));
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    CHECK(!b.overflow);
    return buf_str(&b);
}

/* ---- what looks wrong ---- */
/* About a million pixels of the result, by one of its overviews. */
struct sight { int level; int64_t n, visible_green, nir_below_red, wet, nir_above_green; double lowest; bool same[CHANNELS][CHANNELS]; };

static err *look_at(struct job *j, struct raster *r, const struct bands *b, struct sight *s)
{
    struct rows *rows;
    const float *row[CHANNELS] = {0};
    bool more;
    uint32_t channels = 0;
    struct bands plain = *b;
    plain.scale = 1, plain.add = 0;
    for (int c = 0; c < CHANNELS; c++)
        channels |= b->band[c] >= 0 && c != CHANNEL_QA ? 1u << c : 0;
    memset(s->same, 1, sizeof s->same);
    s->lowest = INFINITY;
    TRY(rows_open(j->a, r, &plain, channels, s->level, 1, &rows));
    for (;;) {
        TRY(rows_next(rows, row, &more));
        if (!more)
            return NULL;
        for (int x = 0; x < raster_head(r)->level[s->level].width; x++) {
            bool whole = true;
            for (int c = 0; c < CHANNELS; c++)
                whole &= !(channels >> c & 1) || row[c][x] == row[c][x];
            if (!whole)
                continue;
            s->n++;
            for (int c = 0; c < CHANNELS; c++)
                for (int d = c + 1; (channels >> c & 1) && d < CHANNELS; d++)
                    s->same[c][d] &= (channels >> d & 1) && row[c][x] == row[d][x];
            for (int c = 0; c < CHANNELS; c++)
                if (channels >> c & 1)
                    s->lowest = (double)row[c][x] < s->lowest ? (double)row[c][x] : s->lowest;
            uint32_t four = 1u << CHANNEL_BLUE | 1u << CHANNEL_GREEN | 1u << CHANNEL_RED | 1u << CHANNEL_NIR;
            if ((channels & four) == four && row[CHANNEL_GREEN][x] > row[CHANNEL_RED][x] * 1.1f && row[CHANNEL_GREEN][x] > row[CHANNEL_BLUE][x] * 1.1f) {
                s->visible_green++;
                s->nir_below_red += row[CHANNEL_NIR][x] < row[CHANNEL_RED][x];
            }
            /* Nothing but water swallows short waves so: there near infrared is darker than green. */
            uint32_t three = 1u << CHANNEL_GREEN | 1u << CHANNEL_NIR | 1u << CHANNEL_SWIR1;
            if ((channels & three) == three && row[CHANNEL_GREEN][x] > row[CHANNEL_SWIR1][x] * 2) {
                s->wet++;
                s->nir_above_green += row[CHANNEL_NIR][x] > row[CHANNEL_GREEN][x];
            }
        }
    }
}

static err *sanity(struct job *j)
{
    AUTO_RASTER *r = NULL;
    struct bands b;
    struct sight s = {0};
    struct ingested *ret = j->ret;
    TRY(raster_open(j->a, j->o->out, &r));
    TRY(raster_bands(j->a, r, j->o->sensor, S(""), j->baseline, &b));
    const struct raster_head *h = raster_head(r);
    while (s.level + 1 < h->levels && (int64_t)h->level[s.level].width * h->level[s.level].height > 1 << 20)
        s.level++;
    TRY(look_at(j, r, &b, &s));
    ret->levels = h->levels;
    ret->pixels = (int64_t)h->level[0].width * h->level[0].height;
    ret->valid = (int64_t)((double)s.n / ((double)h->level[s.level].width * h->level[s.level].height) * (double)ret->pixels + 0.5);
    if (!s.n)
        return err_new(ERR_INPUT, "影像没有一个有效像元（全是无数据、云或阴影）");
    for (int c = 0; c < CHANNELS; c++)
        for (int d = c + 1; d < CHANNELS; d++)
            if (b.band[c] >= 0 && b.band[d] >= 0 && c != CHANNEL_QA && d != CHANNEL_QA && s.same[c][d])
                warn(j, arena_printf(j->a, "%s与%s波段完全相同，可能放错了文件", channel_label((enum channel)c), channel_label((enum channel)d)));
    bool s2 = str_eq(str_of(j->o->sensor->name), S("s2"));
    if (j->sample == SAMPLE_U8 && !j->o->sensor->radar && j->o->sensor->bands_n)
        warn(j, S("像元是8位的显示值，不是反射率：只有比值型指数有意义，阈值不可靠"));
    if (s2 && !j->baseline)
        warn(j, s.lowest >= 1000 ? S("没有处理基线，而最小值不低于1000：疑似基线04.00以后未扣除偏移，请用--baseline写明")
                                 : S("没有处理基线，按04.00以前处理（不扣偏移）；2022年1月25日以后的产品请用--baseline写明"));
    if (s.visible_green > 1000 && s.nir_below_red * 2 > s.visible_green)
        warn(j, S("看起来是绿色的地方近红外多低于红：近红外与别的波段可能弄反"));
    if (s.wet > 1000 && s.nir_above_green * 2 > s.wet)
        warn(j, S("看起来是水面的地方近红外多高于绿：绿、近红外与短波红外可能弄反"));
    if (b.band[CHANNEL_QA] < 0 && !j->o->sensor->radar)
        warn(j, S("没有云和质量波段：优先度最高只到0.6"));
    if (s.n * 2 < (int64_t)h->level[s.level].width * h->level[s.level].height)
        warn(j, S("一半以上像元无数据、被云或阴影遮住"));
    return NULL;
}

static err *all(struct job *j)
{
    TRY(open_sources(j));
    if (!j->planes)
        TRY(planes_of_one(j));
    TRY(same_ground(j));
    choose_sample(j);
    TRY(when_taken(j, &j->ret->taken));
    if (j->ret->taken == USEC_NONE)
        warn(j, S("没有成像时间，请用--taken写明"));
    struct bands b;
    TRY(raster_bands(j->a, j->source[0].raster, j->o->sensor, j->o->n > 1 ? S("nir=1") : j->o->bands, j->o->baseline, &b));
    j->baseline = b.baseline;
    for (int i = 0; i < j->planes; i++)
        j->ret->channels |= 1u << j->plane[i].channel;
    TRY(copy_planes(j, note_text(j)));
    TRY(sanity(j));
    struct ingested *ret = j->ret;
    ret->grid = raster_head(j->source[j->finest].raster)->grid;
    for (int i = 0; i < 4; i++)
        grid_degrees(&ret->grid, i == 1 || i == 2 ? ret->grid.width : 0, i >= 2 ? ret->grid.height : 0, &ret->corner[i][0], &ret->corner[i][1]);
    return file_digest(j->a, j->o->out, &ret->digest, &ret->bytes);
}

err *ingest(struct arena *a, const struct ingest_options *o, struct ingested *ret)
{
    struct job j = {.a = a, .o = o, .ret = ret};
    CHECK(o->n > 0);
    if (o->n > LIMIT_INGEST_FILES)
        return err_new(ERR_LIMIT, "一景影像不超过%d个文件", LIMIT_INGEST_FILES);
    *ret = (struct ingested){.taken = USEC_NONE};
    err *e = all(&j);
    for (int i = 0; i < o->n; i++)
        raster_close(j.source[i].raster);
    if (e && j.out) {
        tif_abandon(j.out);
        unlink(arena_cstr(a, o->out));
    }
    ret->warnings = j.warnings.p;
    ret->warnings_n = j.warnings.n;
    return e;
}
