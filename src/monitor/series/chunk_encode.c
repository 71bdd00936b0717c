/*
 * Encoding. What stands in slots that were not sent must not reach the bytes, or equal readings would differ: every
 * such place is filled by rule first. A missing slot repeats the slot before (the first ones, the slot behind); an average
 * that is no number repeats the average before; a minimum or maximum that is none is the average of its slot.
 */
#include "monitor/series/chunk_private.h"

/* Which places hold no number: 1 there, else 0. Set only where the bool says that there is one. */
struct holes {
    bool missing;                    /* slots that were not sent */
    bool escaped[3];                 /* texts, and values that were not sent in a slot that was */
    uint8_t missing_at[CHUNK_SLOTS];
    uint8_t escaped_at[3][CHUNK_SLOTS];
};

struct range {
    int64_t least, most;
    __int128 sum;
};

static size_t columns_of(const struct chunk_day *d)
{
    return d->shape == CHUNK_THREE ? 3 : 1;
}

static void day_check(const struct chunk_day *d)
{
    CHECK(d->slots >= 1 && d->slots <= CHUNK_SLOTS && d->slots * d->cadence_s == DAY_SECONDS);
    CHECK(d->shape <= CHUNK_THREE && d->escapes_n <= LIMIT_CHUNK_ESCAPES);
    int before = -1;
    for (size_t i = 0; i < d->escapes_n; i++) {
        const struct chunk_escape *e = &d->escapes[i];
        int place = e->slot * 3 + e->column;
        CHECK(place > before && e->slot < d->slots && e->column < columns_of(d));
        CHECK(e->kind <= CHUNK_DECIMALS && d->flag[e->slot] != CHUNK_MISSING);
        before = place;
    }
}

static void holes_mark(const struct chunk_day *d, struct holes *h)
{
    const size_t n = (size_t)d->slots;
    const uint8_t *p = memchr(d->flag, CHUNK_MISSING, n);
    h->missing = p;
    if (p)
        memset(h->missing_at, 0, n);
    for (; p; p = memchr(p, CHUNK_MISSING, n - (size_t)(p - d->flag)))
        h->missing_at[p++ - d->flag] = 1;
    memset(h->escaped, 0, sizeof h->escaped);
    for (size_t i = 0; i < d->escapes_n; i++) {
        const struct chunk_escape *e = &d->escapes[i];
        if (e->kind == CHUNK_DECIMALS)
            continue;
        if (!h->escaped[e->column])
            memset(h->escaped_at[e->column], 0, n);
        h->escaped[e->column] = true;
        h->escaped_at[e->column][e->slot] = 1;
    }
}

/* A sum that does not fit (wide days only) stands at the end of the range. */
static int64_t sum_clamp(__int128 sum)
{
    return sum > INT64_MAX ? INT64_MAX : sum < INT64_MIN ? INT64_MIN : (int64_t)sum;
}

static struct range narrow_range(const uint32_t *v, size_t rows)
{
    struct chunk_range r = chunk_engine()->range(v, rows, INT32_MIN, INT32_MAX);
    return (struct range){r.least, r.most, r.sum};
}

static void narrow_difference(const uint32_t *a, const uint32_t *b, size_t rows, uint32_t *out)
{
    chunk_engine()->place(true, b, a, rows, out);
}

static struct range wide_range(const uint64_t *v, size_t rows)
{
    struct range r = {INT64_MAX, INT64_MIN, 0};
    for (size_t i = 0; i < rows * CHUNK_LANES; i++) {
        int64_t x = (int64_t)v[i];
        r.least = x < r.least ? x : r.least;
        r.most = x > r.most ? x : r.most;
        r.sum += x;
    }
    return r;
}

static void wide_difference(const uint64_t *a, const uint64_t *b, size_t rows, uint64_t *out)
{
    for (size_t i = 0; i < rows * CHUNK_LANES; i++)
        out[i] = a[i] - b[i];
}

#define narrow_put column_put
#define wide_put column_put_wide

#define WORD uint32_t
#define SIGNED int32_t
#define SOURCE(d, c) (d)->v[c]
#define FILL(name) narrow_##name
#include "monitor/series/chunk_encode_words.h"

#define WORD uint64_t
#define SIGNED int64_t
#define SOURCE(d, c) (d)->v64[c]
#define FILL(name) wide_##name
#include "monitor/series/chunk_encode_words.h"

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
    UNSET struct holes h;
    UNSET uint8_t flags[FLAGS_BYTES_MAX];
    UNSET uint8_t columns[3 * COLUMN_BYTES_MAX];
    struct chunk_head head = {0};
    holes_mark(d, &h);
    size_t flags_n = flags_put(flags, d->flag, (size_t)d->slots), records;
    size_t columns_n = d->wide ? wide_columns(columns, d, &h, &head) : narrow_columns(columns, d, &h, &head);
    bool stripped = escapes_stripped(d);
    size_t escapes_n = escapes_put(NULL, d, stripped, &records);
    size_t n = HEAD_BYTES + flags_n + escapes_n + columns_n;
    CHECK(n <= LIMIT_CHUNK_BYTES);
    uint8_t *p = NEW_ARRAY(a, n, uint8_t);
    head_put(p, d, &head, stripped, records);
    memcpy(p + HEAD_BYTES, flags, flags_n);
    escapes_put(p + HEAD_BYTES + flags_n, d, stripped, &records);
    memcpy(p + n - columns_n, columns, columns_n);
    put_le(p + HEAD_CRC, crc32c(0, p + HEAD_DAY, n - HEAD_DAY), 4);
    return (str){(const char *)p, n};
}
