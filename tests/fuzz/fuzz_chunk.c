/* Chunks. The first byte chooses: arbitrary bytes as a chunk whose CRC is made right, so that they get past it, or a recipe
 * for a day. What decodes must pack, and what was packed must decode to the same bytes; now and then without vectors, too
 * (it takes ten times as long). */
#include "monitor/series/chunk.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 48, CRC_AT = 4, BEHIND_CRC = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct arena *rooms, *work;
static struct chunk_room *room_a, *room_b;
static bool compare;

static str packed(const struct chunk_day *d)
{
    str bytes = chunk_encode(work, d);
    if (!compare)
        return bytes;
    chunk_vector_disable(true);
    CHECK(str_eq(chunk_encode(work, d), bytes));
    chunk_vector_disable(false);
    return bytes;
}

static void hostile(const uint8_t *data, size_t n)
{
    struct chunk_day *d, *again;
    struct chunk_head h;
    char *p = malloc(n ? n : 1); /* of exactly this size: the sanitizer sees a read beyond */
    CHECK(p);
    if (n)
        memcpy(p, data, n);
    if (n >= HEAD) {
        uint32_t crc = htole32(crc32c(0, p + BEHIND_CRC, n - BEHIND_CRC));
        memcpy(p, "DC1", 4);
        memcpy(p + CRC_AT, &crc, sizeof crc);
    }
    err *bad = chunk_head_read((str){p, n}, true, &h);
    if (!chunk_decode_average(room_b, (str){p, n}, &d))
        CHECK(!bad);
    if (!chunk_decode(room_a, (str){p, n}, &d)) {
        str bytes = packed(d);
        CHECK(!chunk_decode(room_b, bytes, &again));
        CHECK(str_eq(packed(again), bytes));
    }
    free(p);
}

/* Four bytes of recipe, then values: as many bytes each as the recipe says, repeated to the end of the day. */
static void honest(const uint8_t *data, size_t n)
{
    static const int cadences[] = {60, 300, 600, 900, 3600, 7200, 86400};
    if (n < 5)
        return;
    bool wide = data[0] & 1;
    size_t size = 1 + data[1] % (wide ? 8 : 4), left = n - 4;
    struct chunk_day *d = chunk_day_make(room_a, data[2] * 100, cadences[data[0] / 2 % 7], (int8_t)data[3],
                                         data[0] & 0x80 ? CHUNK_THREE : CHUNK_ONE, wide), *again;
    for (int i = 0; i < d->slots; i++) {
        d->flag[i] = data[4 + (size_t)i * 7 % left];
        for (int c = 0; c < (d->shape == CHUNK_THREE ? 3 : 1); c++) {
            uint64_t v = 0;
            for (size_t k = 0; k < size; k++)
                v = v << 8 | data[4 + ((size_t)(i * 3 + c) * size + k) % left];
            if (wide)
                d->v64[c][i] = (int64_t)v;
            else
                d->v[c][i] = (int32_t)(uint32_t)v;
            uint8_t kind = (uint8_t)(v * 0x9d >> 3);
            if (kind >= 12 || d->flag[i] == CHUNK_MISSING)
                continue;
            struct chunk_escape e = {.slot = (uint16_t)i, .column = (uint8_t)c, .kind = kind % 3, .decimals = (int8_t)(kind / 3)};
            if (e.kind == CHUNK_TEXT)
                e.text = (str){(const char *)data, n < 60 ? n : 60};
            d->escapes[d->escapes_n++] = e;
        }
    }
    str bytes = packed(d);
    CHECK(!chunk_decode(room_b, bytes, &again));
    CHECK(memcmp(again->flag, d->flag, (size_t)d->slots) == 0);
    CHECK(str_eq(packed(again), bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (!rooms) {
        rooms = arena_new();
        work = arena_new();
        room_a = chunk_room_new(rooms);
        room_b = chunk_room_new(rooms);
    }
    compare = n && (data[0] & 0x70) == 0x10;
    if (n && data[0] & 1)
        honest(data + 1, n - 1);
    else if (n)
        hostile(data + 1, n - 1);
    err_clear();
    arena_reset(work);
    return 0;
}
