/* Slabs as bytes: varints under a CRC32C. Frames come in order of place, so their batches differ by little. */
#include "monitor/series/slab.h"

#include <string.h>

enum { LIMIT_SLAB_BYTES = 64 << 20, FEW_FRAMES = 64, HEAD = 8, VERSIONED = 0x80 };
static const char magic[4] = {'S', 'L', 'B', '1'}, frames_magic[4] = {'F', 'R', 'M', '1'}, traces_magic[4] = {'T', 'R', 'C', '1'};

/* ---- frames ---- */

void frames_add(struct arena *a, struct frame_list *l, const struct slab_frame *f)
{
    vec_push(a, l, *f);
}

void frames_write(buf *b, const struct slab_frame *p, size_t n)
{
    int64_t batch = 0, second = 0;
    put_varint(b, n);
    for (size_t i = 0; i < n; i++) {
        put_zigzag(b, p[i].batch - batch);
        put_varint(b, (uint64_t)p[i].at);
        put_zigzag(b, p[i].second - second);
        buf_char(b, (char)p[i].period);
        buf_add(b, (str){(const char *)p[i].digest, DIGEST_BYTES});
        batch = p[i].batch;
        second = p[i].second;
    }
}

void frames_read(struct arena *a, struct bytes_in *in, struct frame_list *l)
{
    size_t n = get_varint(in);
    struct slab_frame f = {0};
    if (n > (size_t)(in->end - in->p))
        in->bad = true;
    for (size_t i = 0; i < n && !in->bad; i++) {
        f.batch += get_zigzag(in);
        f.at = (int32_t)get_varint(in);
        f.second += (int32_t)get_zigzag(in);
        str rest = get_bytes(in, 1 + DIGEST_BYTES);
        if (in->bad)
            return;
        f.period = (uint8_t)rest.p[0];
        memcpy(f.digest, rest.p + 1, DIGEST_BYTES);
        frames_add(a, l, &f);
    }
}

static str sealed(buf *b, const char head[4])
{
    CHECK(!b->overflow);
    memcpy(b->p, head, 4);
    uint32_t crc = crc32c(0, b->p + HEAD, b->n - HEAD);
    for (int i = 0; i < 4; i++)
        b->p[4 + i] = (char)(crc >> 8 * i);
    return buf_str(b);
}

static err *opened(str bytes, const char head[4], const char *what, struct bytes_in *ret)
{
    const uint8_t *p = (const uint8_t *)bytes.p;
    if (bytes.n < HEAD || memcmp(p, head, 4) != 0)
        return err_new(ERR_DAMAGED, "%s已损坏：开头不对", what);
    uint32_t crc = (uint32_t)p[4] | (uint32_t)p[5] << 8 | (uint32_t)p[6] << 16 | (uint32_t)p[7] << 24;
    if (crc != crc32c(0, p + HEAD, bytes.n - HEAD))
        return err_new(ERR_DAMAGED, "%s已损坏：CRC32C不符", what);
    *ret = (struct bytes_in){p + HEAD, p + bytes.n, false};
    return NULL;
}

str frames_encode(struct arena *a, const struct slab_frame *p, size_t n)
{
    buf b = buf_make(a, LIMIT_SLAB_BYTES);
    buf_add(&b, S("--------"));
    frames_write(&b, p, n);
    return sealed(&b, frames_magic);
}

err *frames_decode(struct arena *a, str bytes, struct frame_list *ret)
{
    struct bytes_in in;
    TRY(opened(bytes, frames_magic, "报文索引", &in));
    frames_read(a, &in, ret);
    return in.bad || in.p != in.end ? err_new(ERR_DAMAGED, "报文索引已损坏：长度不符") : NULL;
}

str traces_encode(struct arena *a, const struct frame_trace *p, size_t n)
{
    buf b = buf_make(a, LIMIT_SLAB_BYTES);
    buf_add(&b, S("--------"));
    traces_write(&b, p, n);
    return sealed(&b, traces_magic);
}

err *traces_decode(struct arena *a, str bytes, struct trace_list *ret)
{
    struct bytes_in in;
    TRY(opened(bytes, traces_magic, "报文特征", &in));
    traces_read(a, &in, ret);
    return in.bad || in.p != in.end ? err_new(ERR_DAMAGED, "报文特征已损坏：长度不符") : NULL;
}

static size_t bucket(const struct slab *s, const uint8_t *digest)
{
    uint64_t h;
    memcpy(&h, digest, sizeof h);
    return (size_t)h & (s->set_n - 1);
}

static void set_put(struct slab *s, uint32_t at)
{
    size_t i = bucket(s, s->frames.p[at].digest);
    while (s->set[i])
        i = (i + 1) & (s->set_n - 1);
    s->set[i] = at + 1;
}

/* Frames are only ever added at the end, so a set made for n of them takes in the rest when asked. */
static void set_grow(struct arena *a, struct slab *s)
{
    s->set_n = s->set_n ? s->set_n : FEW_FRAMES;
    while (s->set_n < s->frames.n * 4)
        s->set_n *= 2;
    s->set = NEW_ARRAY(a, s->set_n + 1, uint32_t);
    for (size_t i = 0; i < s->frames.n; i++)
        set_put(s, (uint32_t)i);
    s->set[s->set_n] = (uint32_t)s->frames.n;
}

bool slab_has(struct arena *a, struct slab *s, const uint8_t digest[DIGEST_BYTES])
{
    if (s->frames.n <= FEW_FRAMES) {
        for (size_t i = s->frames.n; i-- > 0;)
            if (memcmp(s->frames.p[i].digest, digest, DIGEST_BYTES) == 0)
                return true;
        return false;
    }
    if (!s->set || s->set_n < s->frames.n * 2)
        set_grow(a, s);
    for (uint32_t *n = &s->set[s->set_n]; *n < s->frames.n; ++*n)
        set_put(s, *n);
    for (size_t i = bucket(s, digest); s->set[i]; i = (i + 1) & (s->set_n - 1))
        if (memcmp(s->frames.p[s->set[i] - 1].digest, digest, DIGEST_BYTES) == 0)
            return true;
    return false;
}

/* ---- readings ---- */

struct slab_series *slab_series_of(struct arena *a, struct slab *s, int64_t series, size_t *hint)
{
    if (*hint < s->series.n && s->series.p[*hint].series == series)
        return &s->series.p[(*hint)++];
    for (size_t i = 0; i < s->series.n; i++)
        if (s->series.p[i].series == series) {
            *hint = i + 1;
            return &s->series.p[i];
        }
    vec_push(a, &s->series, (struct slab_series){.series = series});
    *hint = s->series.n;
    return &s->series.p[s->series.n - 1];
}

struct cell *slab_cell_find(const struct slab_series *s, int minute)
{
    for (size_t i = s->n; i-- > 0 && s->p[i].minute >= minute;)
        if (s->p[i].minute == minute)
            return &s->p[i].cell;
    return NULL;
}

struct cell *slab_cell_add(struct arena *a, struct slab_series *s, int minute)
{
    vec_push(a, s, (struct slab_cell){0});
    size_t i = s->n - 1;
    for (; i > 0 && s->p[i - 1].minute > minute; i--)
        s->p[i] = s->p[i - 1];
    s->p[i] = (struct slab_cell){.minute = (uint8_t)minute};
    return &s->p[i].cell;
}

static char *varint_at(char *p, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        *p++ = (char)(v | 0x80);
    *p++ = (char)v;
    return p;
}

/* Written aside and added once: a pass writes millions of them. */
static void write_cell(buf *b, const struct slab_cell *c, const struct cell *before, size_t first_frame)
{
    enum { CELL_BYTES_MAX = 4 + 10 + 3 * (1 + CELL_TEXT_BYTES) };
    const struct cell *v = &c->cell;
    char bytes[CELL_BYTES_MAX], *p = bytes;
    *p++ = (char)c->minute;
    *p++ = (char)v->flag;
    *p++ = (char)(v->kind[0] | v->kind[1] << 2 | v->kind[2] << 4 | (v->versioned ? VERSIONED : 0));
    *p++ = (char)v->second;
    p = varint_at(p, v->frame == FRAME_UNKNOWN || v->frame < first_frame ? 0 : v->frame - first_frame + 1);
    for (int k = 0; k < 3; k++) {
        if (v->kind[k] == CELL_NUMBER) {
            int64_t base = before->kind[k] == CELL_NUMBER ? before->v[k].m : 0;
            int64_t by = (int64_t)((uint64_t)v->v[k].m - (uint64_t)base);
            *p++ = v->scale[k];
            p = varint_at(p, ((uint64_t)by << 1) ^ (uint64_t)(by >> 63));
        } else if (v->kind[k] == CELL_TEXT) {
            *p++ = (char)v->v[k].text->n;
            memcpy(p, v->v[k].text->p, v->v[k].text->n);
            p += v->v[k].text->n;
        }
    }
    buf_add(b, (str){bytes, (size_t)(p - bytes)});
}

str slab_encode(struct arena *a, const struct slab *s)
{
    static const struct cell none = {0};
    buf b = buf_make(a, LIMIT_SLAB_BYTES);
    buf_add(&b, S("--------"));
    frames_write(&b, s->frames.p + s->old_frames, s->frames.n - s->old_frames);
    put_varint(&b, s->series.n);
    for (size_t i = 0; i < s->series.n; i++) {
        const struct slab_series *one = &s->series.p[i];
        put_varint(&b, (uint64_t)one->series);
        put_varint(&b, one->n);
        for (size_t k = 0; k < one->n; k++)
            write_cell(&b, &one->p[k], k ? &one->p[k - 1].cell : &none, s->old_frames);
    }
    traces_write(&b, s->traces.p, s->traces.n);
    return sealed(&b, magic);
}

static void read_cell(struct arena *a, struct bytes_in *in, struct slab_cell *c, const struct cell *before, size_t first_frame)
{
    str head = get_bytes(in, 4);
    uint64_t frame = get_varint(in);
    if (in->bad)
        return;
    *c = (struct slab_cell){.minute = (uint8_t)head.p[0]};
    struct cell *v = &c->cell;
    v->flag = (uint8_t)head.p[1];
    v->versioned = (head.p[2] & VERSIONED) != 0;
    v->second = (uint8_t)head.p[3];
    v->frame = frame == 0 ? FRAME_UNKNOWN : (uint32_t)(frame - 1 + first_frame);
    in->bad |= c->minute >= HOUR_MINUTES;
    for (int k = 0; k < 3 && !in->bad; k++) {
        v->kind[k] = (uint8_t)(head.p[2] >> 2 * k & 3);
        if (v->kind[k] == CELL_ABSENT)
            continue;
        str one = get_bytes(in, 1);
        if (in->bad)
            return;
        if (v->kind[k] == CELL_NUMBER) {
            v->scale[k] = (int8_t)one.p[0];
            int64_t base = before->kind[k] == CELL_NUMBER ? before->v[k].m : 0;
            v->v[k].m = (int64_t)((uint64_t)base + (uint64_t)get_zigzag(in));
        } else if (v->kind[k] == CELL_TEXT && (uint8_t)one.p[0] <= CELL_TEXT_BYTES) {
            cell_set_text(a, v, k, get_bytes(in, (uint8_t)one.p[0]));
        } else {
            in->bad = true;
        }
    }
}

static void read_series(struct arena *a, struct bytes_in *in, struct slab *s)
{
    static const struct cell none = {0};
    struct slab_series one = {.series = (int64_t)get_varint(in)};
    size_t n = get_varint(in);
    if (n > HOUR_MINUTES)
        in->bad = true;
    for (size_t i = 0; i < n && !in->bad; i++) {
        struct slab_cell c = {0};
        read_cell(a, in, &c, one.n ? &one.p[one.n - 1].cell : &none, s->old_frames);
        vec_push(a, &one, c);
    }
    vec_push(a, &s->series, one);
}

err *slab_decode(struct arena *a, str bytes, struct slab *ret)
{
    struct bytes_in in;
    TRY(opened(bytes, magic, "小时数据块", &in));
    frames_read(a, &in, &ret->frames);
    size_t n = get_varint(&in);
    for (size_t i = 0; i < n && !in.bad; i++)
        read_series(a, &in, ret);
    if (in.p != in.end) /* a slab of before there were traces ends here */
        traces_read(a, &in, &ret->traces);
    return in.bad || in.p != in.end ? err_new(ERR_DAMAGED, "小时数据块已损坏：长度不符") : NULL;
}
