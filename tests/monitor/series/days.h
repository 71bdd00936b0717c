/* Seeded days of many styles for the tests of the chunk codec, and the rule by which two days are equal. */
#pragma once
#include "testing.h"
#include "monitor/series/chunk.h"

enum day_style {
    STYLE_NOISE,    /* white noise around a level */
    STYLE_DRIFT,    /* a random walk */
    STYLE_STEPS,    /* an analyser: the same value for two hours */
    STYLE_SPIKES,   /* noise, with calibrations far above and zeros */
    STYLE_CONST,
    STYLE_WILD,     /* any bit pattern, extremes among them */
    STYLE_BITS,     /* every width in turn */
    STYLE_TOTAL,    /* a counter that grows */
    STYLES
};

static const int cadences[] = {60, 300, 600, 900, 3600, 7200, 86400};

static inline int64_t wild_value(uint64_t *random, bool wide)
{
    static const int64_t extremes[] = {INT64_MIN, INT64_MAX, INT64_MIN + 1, INT32_MIN, INT32_MAX, 0, -1, 1};
    uint64_t r = test_random(random);
    int64_t v = r % 5 == 0 ? extremes[r / 5 % 8] : (int64_t)(test_random(random) >> r / 5 % 64);
    return wide ? v : (int32_t)v;
}

static inline int64_t style_value(uint64_t *random, enum day_style style, bool wide, int slot, int64_t before)
{
    uint64_t r = test_random(random);
    switch (style) {
    case STYLE_NOISE:
        return 5000 + (int64_t)(r % 101);
    case STYLE_DRIFT:
        return before + (int64_t)(r % 9) - 4;
    case STYLE_STEPS:
        return slot % 120 ? before : (int64_t)(r % 10000);
    case STYLE_SPIKES:
        return r % 97 == 0 ? 900000 : r % 89 == 0 ? 0 : 4000 + (int64_t)(r % 31);
    case STYLE_CONST:
        return 77;
    case STYLE_BITS:
        return (int64_t)(r >> (wide ? 63 - slot / 20 % 64 : 63 - slot / 20 % 32));
    case STYLE_TOTAL:
        return before + (int64_t)(r % (wide ? 1 << 20 : 50));
    default:
        return wild_value(random, wide);
    }
}

static inline void value_set(struct chunk_day *d, int column, int slot, int64_t v)
{
    if (d->wide)
        d->v64[column][slot] = v;
    else
        d->v[column][slot] = (int32_t)v;
}

static inline int64_t value_of(const struct chunk_day *d, int column, int slot)
{
    return d->wide ? d->v64[column][slot] : d->v[column][slot];
}

static inline int columns_of(const struct chunk_day *d)
{
    return d->shape == CHUNK_THREE ? 3 : 1;
}

/* Flags: `holes` of 1000 slots begin a run of another letter or of nothing. */
static inline void flags_random(uint64_t *random, struct chunk_day *d, unsigned holes)
{
    static const char letters[] = {'N', CHUNK_MISSING, 'D', 'M', 'F', 'C', CHUNK_NO_FLAG, '\xff'};
    for (int i = 0; i < d->slots;) {
        bool hole = test_random(random) % 1000 < holes;
        int run = hole ? 1 + (int)(test_random(random) % (test_random(random) % 4 ? 3 : 200)) : 1;
        uint8_t letter = (uint8_t)(hole ? letters[1 + test_random(random) % 7] : 'N');
        for (; run > 0 && i < d->slots; run--)
            d->flag[i++] = letter;
    }
}

static inline void escapes_random(uint64_t *random, struct chunk_day *d, unsigned share)
{
    static const char *const texts[] = {"NaN", "--", "", "1234567890123456789012.5", "超量程"};
    for (int i = 0; i < d->slots; i++) {
        for (int c = 0; c < columns_of(d); c++) {
            uint64_t r = test_random(random);
            if (d->flag[i] == CHUNK_MISSING || r % 1000 >= share)
                continue;
            struct chunk_escape e = {.slot = (uint16_t)i, .column = (uint8_t)c, .kind = (uint8_t)(r / 1000 % 3)};
            if (e.kind == CHUNK_TEXT)
                e.text = str_of(texts[r / 3000 % 5]);
            else if (e.kind == CHUNK_DECIMALS)
                e.decimals = (int8_t)(d->decimals - 1 - (int)(r / 3000 % 3));
            d->escapes[d->escapes_n++] = e;
        }
    }
}

/* A day as a device with this style would give it, escapes and all. */
static inline struct chunk_day *day_random(struct chunk_room *room, uint64_t *random)
{
    uint64_t r = test_random(random);
    enum day_style style = (enum day_style)(r % STYLES);
    bool wide = r / 8 % 4 == 0;
    int cadence = cadences[r / 32 % 7], decimals = (int)(r / 256 % 4);
    struct chunk_day *d = chunk_day_make(room, (day)(20000 + r / 1024 % 2000), cadence, decimals,
                                         r / 2048 % 3 ? CHUNK_THREE : CHUNK_ONE, wide);
    d->revision = (int32_t)(r / 8192 % 3);
    flags_random(random, d, (unsigned)(r / 32768 % 4) * 20);
    int64_t before = 1000;
    for (int i = 0; i < d->slots; i++) {
        before = style_value(random, style, wide, i, before);
        value_set(d, 0, i, before);
        if (d->shape != CHUNK_THREE)
            continue;
        bool wild = style == STYLE_WILD;
        value_set(d, 1, i, wild ? wild_value(random, wide) : before - (int64_t)(test_random(random) % 20));
        value_set(d, 2, i, wild ? wild_value(random, wide) : before + (int64_t)(test_random(random) % 40));
    }
    escapes_random(random, d, r / 131072 % 3 ? 0 : 30);
    return d;
}

/* Whether a value was sent as a number. */
static inline bool is_number(const struct chunk_day *d, int column, int slot)
{
    if (d->flag[slot] == CHUNK_MISSING)
        return false;
    for (size_t i = 0; i < d->escapes_n; i++) {
        const struct chunk_escape *e = &d->escapes[i];
        if (e->slot == slot && e->column == column && e->kind != CHUNK_DECIMALS)
            return false;
    }
    return true;
}

/* All that was sent is equal. */
static inline void assert_days(const struct chunk_day *got, const struct chunk_day *want)
{
    assert_int_equal(got->day, want->day);
    assert_int_equal(got->cadence_s, want->cadence_s);
    assert_int_equal(got->revision, want->revision);
    assert_int_equal(got->slots, want->slots);
    assert_int_equal(got->decimals, want->decimals);
    assert_int_equal(got->shape, want->shape);
    assert_int_equal(got->wide, want->wide);
    assert_memory_equal(got->flag, want->flag, (size_t)want->slots);
    assert_int_equal(got->escapes_n, want->escapes_n);
    for (size_t i = 0; i < want->escapes_n; i++) {
        const struct chunk_escape *g = &got->escapes[i], *w = &want->escapes[i];
        assert_int_equal(g->slot, w->slot);
        assert_int_equal(g->column, w->column);
        assert_int_equal(g->kind, w->kind);
        if (w->kind == CHUNK_DECIMALS)
            assert_int_equal(g->decimals, w->decimals);
        if (w->kind == CHUNK_TEXT)
            assert_true(str_eq(g->text, w->text));
    }
    bool escapes = want->escapes_n > 0;
    for (int c = 0; c < columns_of(want); c++) {
        for (int i = 0; i < want->slots; i++) {
            if (escapes ? is_number(want, c, i) : want->flag[i] != CHUNK_MISSING)
                assert_int_equal(value_of(got, c, i), value_of(want, c, i));
        }
    }
}
