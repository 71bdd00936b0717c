/*
 * Decoding. The CRC is checked before anything behind it is believed; even so nothing relies on it: every length is checked
 * where it is used, so bytes made by an enemy with a right CRC give an error or a day, never a read or a write outside.
 */
#include "monitor/series/chunk_private.h"

static uint8_t *room_of(struct arena *a, size_t n)
{
    uint8_t *p = NEW_ARRAY(a, n + 64, uint8_t);
    return p + (64 - (uintptr_t)p % 64) % 64;
}

struct chunk_room *chunk_room_new(struct arena *a)
{
    struct chunk_room *room = NEW(a, struct chunk_room);
    room->arena = a;
    for (size_t c = 0; c < 3; c++)
        room->v[c] = (int32_t *)(void *)room_of(a, CHUNK_ROOM * sizeof(int32_t));
    room->deltas = (uint32_t *)(void *)room_of(a, CHUNK_ROOM * sizeof(uint32_t));
    room->column = (uint32_t *)(void *)room_of(a, CHUNK_ROOM * sizeof(uint32_t));
    room->day.flag = room_of(a, CHUNK_ROOM);
    return room;
}

void chunk_room_wide(struct chunk_room *room)
{
    if (room->wide)
        return;
    for (size_t c = 0; c < 3; c++)
        room->v64[c] = (int64_t *)(void *)room_of(room->arena, CHUNK_ROOM * sizeof(int64_t));
    room->wide = (uint64_t *)(void *)room_of(room->arena, CHUNK_ROOM * sizeof(uint64_t));
}

/* Which arrays the day has. */
static void day_arrays(struct chunk_room *room, size_t columns)
{
    struct chunk_day *d = &room->day;
    if (d->wide)
        chunk_room_wide(room);
    for (size_t c = 0; c < 3; c++) {
        d->v[c] = c < columns && !d->wide ? room->v[c] : NULL;
        d->v64[c] = c < columns && d->wide ? room->v64[c] : NULL;
    }
}

struct chunk_day *chunk_day_make(struct chunk_room *room, day on, int cadence_s, int decimals, enum chunk_shape shape, bool wide)
{
    CHECK(cadence_s >= DAY_SECONDS / CHUNK_SLOTS && cadence_s <= DAY_SECONDS && DAY_SECONDS % cadence_s == 0);
    CHECK(decimals >= INT8_MIN && decimals <= INT8_MAX && shape <= CHUNK_THREE);
    struct chunk_day *d = &room->day;
    *d = (struct chunk_day){.day = on, .cadence_s = cadence_s, .slots = (int16_t)(DAY_SECONDS / cadence_s),
                            .decimals = (int8_t)decimals, .shape = (uint8_t)shape, .wide = wide, .flag = d->flag};
    day_arrays(room, shape == CHUNK_THREE ? 3 : 1);
    chunk_room_escapes(room);
    d->escapes = room->escapes;
    memset(d->flag, CHUNK_MISSING, CHUNK_ROOM);
    for (size_t c = 0; c < 3; c++) {
        if (d->v[c])
            memset(d->v[c], 0, CHUNK_ROOM * sizeof *d->v[c]);
        if (d->v64[c])
            memset(d->v64[c], 0, CHUNK_ROOM * sizeof *d->v64[c]);
    }
    return d;
}

err *chunk_head_read(str bytes, bool check_crc, struct chunk_head *ret)
{
    const uint8_t *p = (const uint8_t *)bytes.p;
    struct chunk_reader r = {p, p, p + bytes.n};
    if (bytes.n < HEAD_BYTES)
        return err_new(ERR_DAMAGED, "读数块只有%zu字节，块头应有%d字节", bytes.n, HEAD_BYTES);
    if (bytes.n > LIMIT_CHUNK_BYTES)
        return err_new(ERR_DAMAGED, "读数块有%zu字节，最多%d字节", bytes.n, LIMIT_CHUNK_BYTES);
    if (memcmp(p, CHUNK_MAGIC, 4) != 0)
        return chunk_damaged(&r, "不是DC1格式或版本");
    r.p = p + HEAD_CRC;
    if (check_crc && get_le(r.p, 4) != crc32c(0, p + HEAD_DAY, bytes.n - HEAD_DAY))
        return chunk_damaged(&r, "校验码与内容不符");
    struct chunk_head h = {.day = (day)get_le_signed(p + HEAD_DAY, 4),
                           .revision = (int32_t)get_le_signed(p + HEAD_REVISION, 4),
                           .decimals = (int8_t)p[HEAD_DECIMALS],
                           .shape = p[HEAD_FORM] & FORM_THREE ? CHUNK_THREE : CHUNK_ONE,
                           .wide = p[HEAD_FORM] & FORM_WIDE,
                           .sum = get_le_signed(p + HEAD_SUM, 8),
                           .minimum = get_le_signed(p + HEAD_MINIMUM, 8),
                           .maximum = get_le_signed(p + HEAD_MAXIMUM, 8)};
    size_t slots = get_le(p + HEAD_SLOTS, 2), valid = get_le(p + HEAD_VALID, 2);
    r.p = p + HEAD_SLOTS;
    if (!slots || slots > CHUNK_SLOTS || DAY_SECONDS % slots)
        return chunk_damaged(&r, "时段数不能等分一天");
    r.p = p + HEAD_VALID;
    if (valid > slots)
        return chunk_damaged(&r, "有效时段数超过时段数");
    r.p = p + HEAD_FORM;
    if (p[HEAD_FORM] & ~FORM_KNOWN)
        return chunk_damaged(&r, "块头有未知的形式位");
    h.slots = (int16_t)slots;
    h.valid = (int16_t)valid;
    h.cadence_s = DAY_SECONDS / h.slots;
    *ret = h;
    return NULL;
}

static err *column_decode(struct chunk_room *room, struct chunk_reader *r, size_t c)
{
    struct chunk_day *d = &room->day;
    enum column_place place = c == 0 ? COLUMN_ALONE : c == 1 ? COLUMN_BELOW : COLUMN_ABOVE;
    if (d->wide)
        return column_get_wide(room, r, (size_t)d->slots, place, (uint64_t *)d->v64[0], (uint64_t *)d->v64[c]);
    return column_get(room, r, (size_t)d->slots, place, (uint32_t *)d->v[0], (uint32_t *)d->v[c]);
}

/* A scan goes through a month whose days follow each other: while this one is unpacked the next may come from memory. A
 * prefetch of what is not ours does nothing. */
static void next_prefetch(str bytes)
{
    uintptr_t next = (uintptr_t)bytes.p + bytes.n;
    for (size_t i = 0; i < bytes.n; i += 64)
        __builtin_prefetch((const void *)(next + i), 0, 2);
}

static err *decode(struct chunk_room *room, str bytes, bool all, struct chunk_day **ret)
{
    struct chunk_head h;
    TRY(chunk_head_read(bytes, true, &h));
    next_prefetch(bytes);
    const uint8_t *p = (const uint8_t *)bytes.p;
    struct chunk_reader r = {p, p + HEAD_BYTES, p + bytes.n};
    struct chunk_day *d = &room->day;
    size_t columns = all && h.shape == CHUNK_THREE ? 3 : 1, records = get_le(p + HEAD_ESCAPES, 2);
    bool stripped = p[HEAD_FORM] & FORM_STRIPPED;
    *d = (struct chunk_day){.day = h.day, .cadence_s = h.cadence_s, .revision = h.revision, .slots = h.slots,
                            .decimals = h.decimals, .shape = h.shape, .wide = h.wide, .flag = d->flag};
    day_arrays(room, columns);
    TRY(flags_get(&r, d->flag, (size_t)d->slots));
    if (records || stripped)
        TRY(escapes_get(room, &r, records));
    for (size_t c = 0; c < columns; c++)
        TRY(column_decode(room, &r, c));
    if (all && r.p != r.end)
        return chunk_damaged(&r, "读数块后有多余字节");
    escapes_expand(room, records || stripped, stripped, columns);
    *ret = d;
    return NULL;
}

err *chunk_decode(struct chunk_room *room, str bytes, struct chunk_day **ret)
{
    return decode(room, bytes, true, ret);
}

err *chunk_decode_average(struct chunk_room *room, str bytes, struct chunk_day **ret)
{
    return decode(room, bytes, false, ret);
}
