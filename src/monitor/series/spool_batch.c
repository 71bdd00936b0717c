/*
 * A batch is what one commit holds. Behind a head (magic, CRC32C of all behind it, how packed, sizes) stand the clock and the
 * frames, packed with zstd's fastest level when that pays: it costs less than the writing it saves. The CRC is over the
 * packed bytes, so damage is found before they are unpacked.
 */
#include "monitor/series/readings_private.h"

#include <string.h>
#include <zstd.h>

enum { HEAD = 17, LEVEL = 1, LIMIT_PEER = 255 };
static const char magic[4] = {'S', 'P', 'B', '1'};
enum { PACKED_NOT, PACKED_ZSTD };

void put_varint(buf *b, uint64_t v)
{
    char bytes[10];
    size_t n = 0;
    for (; v >= 0x80; v >>= 7)
        bytes[n++] = (char)(v | 0x80);
    bytes[n++] = (char)v;
    buf_add(b, (str){bytes, n});
}

void put_zigzag(buf *b, int64_t v)
{
    put_varint(b, ((uint64_t)v << 1) ^ (uint64_t)(v >> 63));
}

uint64_t get_varint(struct bytes_in *in)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (in->p == in->end)
            break;
        uint8_t c = *in->p++;
        v |= (uint64_t)(c & 0x7f) << shift;
        if (!(c & 0x80))
            return v;
    }
    in->bad = true;
    return 0;
}

int64_t get_zigzag(struct bytes_in *in)
{
    uint64_t v = get_varint(in);
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

str get_bytes(struct bytes_in *in, size_t n)
{
    if (in->bad || n > (size_t)(in->end - in->p)) {
        in->bad = true;
        return S("");
    }
    str s = {(const char *)in->p, n};
    in->p += n;
    return s;
}

static void put_u32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * i);
}

static uint32_t get_u32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put_frame(buf *b, const struct spool_frame *f, const struct spool_frame *before)
{
    put_zigzag(b, f->arrived - before->arrived);
    put_zigzag(b, f->arrived_mono - before->arrived_mono);
    put_zigzag(b, (int64_t)(f->connection - before->connection));
    bool same = before->peer.p && str_eq(f->peer, before->peer);
    put_varint(b, same ? 0 : f->peer.n + 1);
    if (!same)
        buf_add(b, f->peer);
    buf_char(b, (char)f->crc);
    buf_char(b, (char)f->state);
    put_varint(b, f->raw.n);
    buf_add(b, f->raw);
}

err *batch_encode(struct arena *a, const struct spool_frame *frames, size_t n, const struct spool_clock *clock, str *ret)
{
    if (n > LIMIT_SPOOL_FRAMES)
        return err_new(ERR_LIMIT, "一批最多%d帧，这批有%zu帧", LIMIT_SPOOL_FRAMES, n);
    AUTO_ARENA(own);
    buf plain = buf_make(own, LIMIT_SPOOL_BATCH);
    put_varint(&plain, n);
    put_zigzag(&plain, clock->offset_us);
    put_zigzag(&plain, clock->error_us);
    buf_char(&plain, clock->synchronised);
    static const struct spool_frame none = {0};
    for (size_t i = 0; i < n; i++) {
        if (frames[i].peer.n > LIMIT_PEER)
            return err_new(ERR_LIMIT, "对端地址超过%d字节", LIMIT_PEER);
        put_frame(&plain, &frames[i], i ? &frames[i - 1] : &none);
    }
    if (plain.overflow)
        return err_new(ERR_LIMIT, "一批报文超过%d MB", LIMIT_SPOOL_BATCH >> 20);
    size_t room = ZSTD_compressBound(plain.n);
    uint8_t *out = arena_alloc(a, HEAD + room, 1);
    size_t packed = ZSTD_compress(out + HEAD, room, plain.p, plain.n, LEVEL);
    bool pays = !ZSTD_isError(packed) && packed < plain.n;
    if (!pays) {
        CHECK(room >= plain.n);
        memcpy(out + HEAD, plain.p, plain.n);
        packed = plain.n;
    }
    memcpy(out, magic, sizeof magic);
    out[8] = pays ? PACKED_ZSTD : PACKED_NOT;
    put_u32(out + 9, (uint32_t)plain.n);
    put_u32(out + 13, (uint32_t)n);
    put_u32(out + 4, crc32c(0, out + 8, HEAD - 8 + packed));
    *ret = (str){(char *)out, HEAD + packed};
    return NULL;
}

static err *damaged(const char *what)
{
    return err_new(ERR_DAMAGED, "报文批次已损坏：%s", what);
}

static err *unpack(struct arena *a, str bytes, str *ret)
{
    const uint8_t *p = (const uint8_t *)bytes.p;
    if (bytes.n < HEAD || memcmp(p, magic, sizeof magic) != 0)
        return damaged("开头不是SPB1");
    if (get_u32(p + 4) != crc32c(0, p + 8, bytes.n - 8))
        return damaged("CRC32C不符");
    uint32_t n = get_u32(p + 9);
    if (n > LIMIT_SPOOL_BATCH)
        return damaged("长度超出上限");
    str body = str_sub(bytes, HEAD, bytes.n);
    if (p[8] == PACKED_NOT) {
        *ret = (str){arena_copy(a, body.p, body.n), body.n};
        return body.n == n ? NULL : damaged("长度不符");
    }
    char *plain = arena_alloc(a, n ? n : 1, 1);
    size_t got = ZSTD_decompress(plain, n, body.p, body.n);
    if (ZSTD_isError(got) || got != n)
        return damaged("解压失败");
    *ret = (str){plain, n};
    return NULL;
}

static void read_frame(struct bytes_in *in, struct spool_frame *f, const struct spool_frame *before)
{
    f->arrived = before->arrived + get_zigzag(in);
    f->arrived_mono = before->arrived_mono + get_zigzag(in);
    f->connection = before->connection + (uint64_t)get_zigzag(in);
    uint64_t peer = get_varint(in);
    f->peer = peer == 0 ? before->peer : get_bytes(in, peer - 1);
    str marks = get_bytes(in, 2);
    if (in->bad)
        return;
    f->crc = (uint8_t)marks.p[0];
    f->state = (uint8_t)marks.p[1];
    f->raw = get_bytes(in, get_varint(in));
}

err *batch_decode(struct arena *a, str bytes, struct spool_batch *ret)
{
    str plain = STR_NONE;
    TRY(unpack(a, bytes, &plain));
    struct bytes_in in = {(const uint8_t *)plain.p, (const uint8_t *)plain.p + plain.n, false};
    struct spool_batch b = {.n = get_varint(&in)};
    if (b.n != get_u32((const uint8_t *)bytes.p + 13) || b.n > LIMIT_SPOOL_FRAMES)
        return damaged("帧数不符");
    b.clock.offset_us = get_zigzag(&in);
    b.clock.error_us = get_zigzag(&in);
    str mark = get_bytes(&in, 1);
    b.clock.synchronised = mark.n && mark.p[0];
    b.frames = NEW_ARRAY(a, b.n ? b.n : 1, struct spool_frame);
    static const struct spool_frame none = {0};
    for (size_t i = 0; i < b.n && !in.bad; i++)
        read_frame(&in, &b.frames[i], i ? &b.frames[i - 1] : &none);
    if (in.bad || in.p != in.end)
        return damaged("内容与帧数不符");
    *ret = b;
    return NULL;
}
