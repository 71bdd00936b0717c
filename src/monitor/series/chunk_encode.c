/*
 * Encoding. What stands in slots that were not sent must not reach the bytes, or equal readings would differ: every
 * such place is filled by rule first. A missing slot repeats the slot before (the first ones, the slot behind); an average
 * that is no number repeats the average before; a minimum or maximum that is none is the average of its slot.
 */
#include "monitor/series/chunk_private.h"

/* A day with all places filled, as wrapping words. */
struct filled {
    size_t slots, columns;
    bool whole;                            /* no slot is missing and nothing escapes */
    uint8_t absent[3][CHUNK_SLOTS];        /* not a number; not read when whole */
    uint64_t v[3][CHUNK_ROOM];
    struct chunk_head head;
};

static void day_check(const struct chunk_day *d)
{
    CHECK(d->slots >= 1 && d->slots <= CHUNK_SLOTS && d->slots * d->cadence_s == DAY_SECONDS);
    CHECK(d->shape <= CHUNK_THREE && d->escapes_n <= LIMIT_CHUNK_ESCAPES);
    int before = -1;
    for (size_t i = 0; i < d->escapes_n; i++) {
        const struct chunk_escape *e = &d->escapes[i];
        int place = e->slot * 3 + e->column;
        CHECK(place > before && e->slot < d->slots && e->column < (d->shape == CHUNK_THREE ? 3 : 1));
        CHECK(e->kind <= CHUNK_DECIMALS && d->flag[e->slot] != CHUNK_MISSING);
        before = place;
    }
}

static void absent_mark(const struct chunk_day *d, struct filled *f)
{
    for (size_t c = 0; c < f->columns; c++) {
        for (size_t i = 0; i < f->slots; i++)
            f->absent[c][i] = d->flag[i] == CHUNK_MISSING;
    }
    for (size_t i = 0; i < d->escapes_n; i++) {
        if (d->escapes[i].kind != CHUNK_DECIMALS)
            f->absent[d->escapes[i].column][d->escapes[i].slot] = 1;
    }
}

/* Places without a number take the one before; those at the beginning the first there is, or zero. */
static void fill_forward(uint64_t *v, const uint8_t *absent, size_t n)
{
    size_t first = 0;
    while (first < n && absent[first])
        first++;
    for (size_t i = 0; i < first; i++)
        v[i] = first < n ? v[first] : 0;
    for (size_t i = first + 1; i < n; i++)
        v[i] = absent[i] ? v[i - 1] : v[i];
}

static void fill(const struct chunk_day *d, struct filled *f)
{
    for (size_t c = 0; c < f->columns; c++) {
        for (size_t i = 0; i < f->slots; i++)
            f->v[c][i] = (uint64_t)(d->wide ? d->v64[c][i] : d->v[c][i]);
    }
    absent_mark(d, f);
    fill_forward(f->v[0], f->absent[0], f->slots);
    for (size_t c = 1; c < f->columns; c++) {
        uint8_t missing[CHUNK_SLOTS];
        for (size_t i = 0; i < f->slots; i++) {
            missing[i] = d->flag[i] == CHUNK_MISSING;
            f->v[c][i] = f->absent[c][i] ? f->v[0][i] : f->v[c][i];
        }
        fill_forward(f->v[c], missing, f->slots);
    }
}

/* A sum that does not fit (wide days only) stands at the end of the range. */
static int64_t sum_clamp(__int128 sum)
{
    return sum > INT64_MAX ? INT64_MAX : sum < INT64_MIN ? INT64_MIN : (int64_t)sum;
}

static void head_make(const struct chunk_day *d, struct filled *f)
{
    struct chunk_head *h = &f->head;
    __int128 sum = 0;
    bool any = false;
    size_t low = f->columns == 3 ? 1 : 0, high = f->columns == 3 ? 2 : 0;
    for (size_t i = 0; i < f->slots; i++) {
        if (!f->absent[0][i]) {
            h->valid++;
            sum += (int64_t)f->v[0][i];
        }
        if (f->absent[0][i] && f->absent[low][i] && f->absent[high][i])
            continue;
        int64_t least = (int64_t)f->v[f->absent[low][i] ? high : low][i];
        int64_t most = (int64_t)f->v[f->absent[high][i] ? low : high][i];
        if (f->absent[low][i] && f->absent[high][i])
            least = most = (int64_t)f->v[0][i];
        h->minimum = !any || least < h->minimum ? least : h->minimum;
        h->maximum = !any || most > h->maximum ? most : h->maximum;
        any = true;
    }
    h->sum = sum_clamp(sum);
    h->slots = d->slots;
}

static size_t columns_put(uint8_t *p, struct filled *f, bool wide)
{
    size_t n = 0;
    for (size_t c = f->columns; c-- > 1;) {
        for (size_t i = 0; i < f->slots; i++)
            f->v[c][i] = c == 1 ? f->v[0][i] - f->v[1][i] : f->v[2][i] - f->v[0][i];
    }
    for (size_t c = 0; c < f->columns; c++) {
        if (wide) {
            n += column_put_wide(p + n, f->v[c], f->slots);
            continue;
        }
        uint32_t narrow[CHUNK_ROOM];
        for (size_t i = 0; i < f->slots; i++)
            narrow[i] = (uint32_t)f->v[c][i];
        n += column_put(p + n, narrow, f->slots);
    }
    return n;
}

static void head_put(uint8_t *p, const struct chunk_day *d, const struct chunk_head *h, bool stripped, size_t records)
{
    memcpy(p + HEAD_MAGIC, CHUNK_MAGIC, 4);
    put_le(p + HEAD_DAY, (uint32_t)d->day, 4);
    put_le(p + HEAD_REVISION, (uint32_t)d->revision, 4);
    put_le(p + HEAD_SLOTS, (uint16_t)d->slots, 2);
    put_le(p + HEAD_VALID, (uint16_t)h->valid, 2);
    p[HEAD_DECIMALS] = (uint8_t)d->decimals;
    p[HEAD_FORM] = (uint8_t)((d->shape == CHUNK_THREE ? FORM_THREE : 0) | (d->wide ? FORM_WIDE : 0) |
                             (stripped ? FORM_STRIPPED : 0));
    put_le(p + HEAD_ESCAPES, records, 2);
    put_le(p + HEAD_SUM, (uint64_t)h->sum, 8);
    put_le(p + HEAD_MINIMUM, (uint64_t)h->minimum, 8);
    put_le(p + HEAD_MAXIMUM, (uint64_t)h->maximum, 8);
}

str chunk_encode(struct arena *a, const struct chunk_day *d)
{
    day_check(d);
    struct filled f = {.slots = (size_t)d->slots, .columns = d->shape == CHUNK_THREE ? 3 : 1};
    fill(d, &f);
    head_make(d, &f);
    uint8_t flags[FLAGS_BYTES_MAX], columns[3 * COLUMN_BYTES_MAX];
    size_t flags_n = flags_put(flags, d->flag, f.slots), columns_n = columns_put(columns, &f, d->wide), records;
    bool stripped = escapes_stripped(d);
    size_t escapes_n = escapes_put(NULL, d, stripped, &records);
    size_t n = HEAD_BYTES + flags_n + escapes_n + columns_n;
    CHECK(n <= LIMIT_CHUNK_BYTES);
    uint8_t *p = NEW_ARRAY(a, n, uint8_t);
    head_put(p, d, &f.head, stripped, records);
    memcpy(p + HEAD_BYTES, flags, flags_n);
    escapes_put(p + HEAD_BYTES + flags_n, d, stripped, &records);
    memcpy(p + n - columns_n, columns, columns_n);
    put_le(p + HEAD_CRC, crc32c(0, p + HEAD_DAY, n - HEAD_DAY), 4);
    return (str){(const char *)p, n};
}
