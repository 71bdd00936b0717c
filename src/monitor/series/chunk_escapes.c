/*
 * Escapes: what a slot held that is no integer at the day's decimals. They stand by column, then slot, neighbours of one
 * kind as one record, so a day without minimum values is three bytes.
 *
 * Some devices print 12.5 where 12.50 was measured: every tenth value would be an escape. When it is shorter the day is
 * "stripped": the decimals expected of a value are those left when closing zeros are gone, and escapes are what differs.
 */
#include "monitor/series/chunk_private.h"

static size_t columns_of(const struct chunk_day *d)
{
    return d->shape == CHUNK_THREE ? 3 : 1;
}

static int8_t decimals_expected(const struct chunk_day *d, size_t column, size_t slot, bool stripped)
{
    int8_t decimals = d->decimals;
    int64_t v = d->wide ? d->v64[column][slot] : d->v[column][slot];
    for (; stripped && decimals > 0 && v % 10 == 0; v /= 10)
        decimals--;
    return decimals;
}

/* The escapes of one column in their order: *at is moved behind the one of `slot`, which comes back, or NULL. */
static const struct chunk_escape *escape_at(const struct chunk_day *d, size_t *at, size_t column, size_t slot)
{
    for (; *at < d->escapes_n && d->escapes[*at].slot <= slot; ++*at) {
        const struct chunk_escape *e = &d->escapes[*at];
        if (e->slot == slot && e->column == column) {
            ++*at;
            return e;
        }
    }
    return NULL;
}

/* What has to be said of a slot; false when nothing. Text is clipped. */
static bool record_of(const struct chunk_day *d, const struct chunk_escape *e, size_t column, size_t slot, bool stripped,
                      struct chunk_escape *ret)
{
    *ret = (struct chunk_escape){.slot = (uint16_t)slot, .column = (uint8_t)column, .kind = CHUNK_DECIMALS};
    if (d->flag[slot] == CHUNK_MISSING)
        return false;
    if (e && e->kind != CHUNK_DECIMALS) {
        ret->kind = e->kind;
        if (e->kind == CHUNK_TEXT)
            ret->text = str_sub(e->text, 0, LIMIT_CHUNK_TEXT);
        return true;
    }
    ret->decimals = e ? e->decimals : d->decimals;
    return ret->decimals != decimals_expected(d, column, slot, stripped);
}

bool escapes_stripped(const struct chunk_day *d)
{
    size_t plain = 0, stripped = 0;
    for (size_t i = 0; i < d->escapes_n; i++)
        plain += d->escapes[i].kind == CHUNK_DECIMALS && d->escapes[i].decimals != d->decimals;
    for (size_t column = 0; plain && column < columns_of(d); column++) {
        struct chunk_escape record;
        for (size_t slot = 0, at = 0; slot < (size_t)d->slots; slot++) {
            bool told = record_of(d, escape_at(d, &at, column, slot), column, slot, true, &record);
            stripped += told && record.kind == CHUNK_DECIMALS;
        }
    }
    return stripped < plain;
}

static uint8_t *record_put(uint8_t *p, size_t gap, const struct chunk_escape *e, size_t length)
{
    p += chunk_varint_put(p, (uint32_t)gap);
    *p++ = (uint8_t)(e->column | e->kind << 2);
    if (e->kind == CHUNK_TEXT) {
        *p++ = (uint8_t)e->text.n;
        if (e->text.n)
            memcpy(p, e->text.p, e->text.n);
        return p + e->text.n;
    }
    if (e->kind == CHUNK_DECIMALS)
        *p++ = (uint8_t)e->decimals;
    return p + chunk_varint_put(p, (uint32_t)(length - 1));
}

size_t escapes_put(uint8_t *p, const struct chunk_day *d, bool stripped, size_t *ret_records)
{
    size_t bytes = 0, records = 0;
    uint8_t one[16 + LIMIT_CHUNK_TEXT];
    for (size_t column = 0; (d->escapes_n || stripped) && column < columns_of(d); column++) {
        struct chunk_escape open = {.kind = UINT8_MAX}, record;
        size_t length = 0, end = 0;
        for (size_t slot = 0, at = 0; slot <= (size_t)d->slots; slot++) {
            bool told = slot < (size_t)d->slots && record_of(d, escape_at(d, &at, column, slot), column, slot, stripped, &record);
            if (told && record.kind == open.kind && record.kind != CHUNK_TEXT && record.decimals == open.decimals) {
                length++;
                continue;
            }
            if (length) {
                size_t n = (size_t)(record_put(one, open.slot - end, &open, length) - one);
                if (p)
                    memcpy(p + bytes, one, n);
                bytes += n;
                records++;
                end = open.slot + length;
            }
            length = told;
            open = told ? record : (struct chunk_escape){.kind = UINT8_MAX};
        }
    }
    *ret_records = records;
    return bytes;
}

void chunk_room_escapes(struct chunk_room *room)
{
    if (room->escapes)
        return;
    room->escapes = NEW_ARRAY(room->arena, LIMIT_CHUNK_ESCAPES, struct chunk_escape);
    room->records = NEW_ARRAY(room->arena, LIMIT_CHUNK_ESCAPES, struct chunk_escape);
    room->text = NEW_ARRAY(room->arena, LIMIT_CHUNK_ESCAPES * LIMIT_CHUNK_TEXT, char);
}

static err *record_get(struct chunk_room *room, struct chunk_reader *r, size_t *column, size_t *end, size_t *text)
{
    const struct chunk_day *d = &room->day;
    uint32_t gap, length = 0;
    if (!chunk_varint(r, &gap) || chunk_left(r) < 2)
        return chunk_damaged(r, "例外记录中断");
    struct chunk_escape e = {.column = *r->p & 3, .kind = *r->p >> 2};
    if (e.column >= columns_of(d) || e.column < *column || e.kind > CHUNK_DECIMALS)
        return chunk_damaged(r, "例外记录的列或种类无法识别");
    r->p++;
    if (e.column > *column)
        *end = 0;
    if (e.kind == CHUNK_TEXT) {
        e.text = (str){room->text + *text, *r->p++};
        if (e.text.n > LIMIT_CHUNK_TEXT || e.text.n > chunk_left(r))
            return chunk_damaged(r, "例外文字超长或中断");
        memcpy(room->text + *text, r->p, e.text.n);
        *text += e.text.n;
        r->p += e.text.n;
    } else {
        if (e.kind == CHUNK_DECIMALS)
            e.decimals = (int8_t)*r->p++;
        if (!chunk_varint(r, &length))
            return chunk_damaged(r, "例外记录中断");
    }
    if (gap > d->slots - *end || length >= d->slots - *end - gap)
        return chunk_damaged(r, "例外记录超出当日时段数");
    for (size_t slot = *end + gap; slot <= *end + gap + length; slot++) {
        if (d->flag[slot] == CHUNK_MISSING)
            return chunk_damaged(r, "例外记录落在没有收到的时段");
        e.slot = (uint16_t)slot;
        room->records[e.column * CHUNK_SLOTS + slot] = e;
    }
    *end += gap + length + 1;
    *column = e.column;
    return NULL;
}

err *escapes_get(struct chunk_room *room, struct chunk_reader *r, size_t records)
{
    chunk_room_escapes(room);
    for (size_t i = 0; i < LIMIT_CHUNK_ESCAPES; i++)
        room->records[i].slot = CHUNK_SLOTS;
    size_t column = 0, end = 0, text = 0;
    for (size_t i = 0; i < records; i++)
        TRY(record_get(room, r, &column, &end, &text));
    return NULL;
}

void escapes_expand(struct chunk_room *room, bool any, bool stripped, size_t columns)
{
    struct chunk_day *d = &room->day;
    d->escapes = room->escapes;
    d->escapes_n = 0;
    for (size_t slot = 0; any && slot < (size_t)d->slots; slot++) {
        for (size_t column = 0; column < columns; column++) {
            struct chunk_escape e = room->records[column * CHUNK_SLOTS + slot];
            bool told = e.slot != CHUNK_SLOTS;
            if (!told) {
                e = (struct chunk_escape){.slot = (uint16_t)slot, .column = (uint8_t)column, .kind = CHUNK_DECIMALS};
                e.decimals = decimals_expected(d, column, slot, stripped && d->flag[slot] != CHUNK_MISSING);
            }
            if (told ? e.kind != CHUNK_DECIMALS || e.decimals != d->decimals : e.decimals != d->decimals)
                d->escapes[d->escapes_n++] = e;
        }
    }
}
