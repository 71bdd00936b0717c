/*
 * Between readings as they came and a chunk's columns. The day's decimals are the most any value was reported with; a value
 * that does not fit an int64 at those stays text. The cadence of minute values is found from the day's own slots, so that a
 * device sending every ten minutes has a day of 144 slots without anybody having been told.
 */
#include "monitor/series/cell.h"

#include <string.h>

/* A number that a chunk could not hold comes back from it as text. */
static bool text_equal(const struct cell *a, const struct cell *b, int i)
{
    AUTO_ARENA(own);
    str left = cell_value_text(own, a, i), right = cell_value_text(own, b, i);
    return left.p && right.p && str_eq(left, right);
}

static bool value_equal(const struct cell *a, const struct cell *b, int i)
{
    if (a->kind[i] != b->kind[i])
        return text_equal(a, b, i);
    switch ((enum cell_kind)a->kind[i]) {
    case CELL_NUMBER:
        return a->v[i].m == b->v[i].m && a->scale[i] == b->scale[i];
    case CELL_TEXT:
        return a->v[i].text->n == b->v[i].text->n && memcmp(a->v[i].text->p, b->v[i].text->p, a->v[i].text->n) == 0;
    case CELL_ABSENT:
        break;
    }
    return true;
}

bool cell_equal(const struct cell *a, const struct cell *b)
{
    return a->flag == b->flag && value_equal(a, b, 0) && value_equal(a, b, 1) && value_equal(a, b, 2);
}

bool cell_unite(struct cell *into, const struct cell *more)
{
    struct cell both = *into;
    if (both.flag == CHUNK_NO_FLAG)
        both.flag = more->flag;
    else if (more->flag != CHUNK_NO_FLAG && more->flag != both.flag)
        return false;
    for (int i = 0; i < 3; i++) {
        if (more->kind[i] == CELL_ABSENT || value_equal(&both, more, i))
            continue;
        if (both.kind[i] != CELL_ABSENT)
            return false;
        both.kind[i] = more->kind[i];
        both.scale[i] = more->scale[i];
        both.v[i] = more->v[i];
    }
    *into = both;
    return true;
}

void cell_set_text(struct arena *a, struct cell *c, int column, str text)
{
    struct cell_text *t = NEW(a, struct cell_text);
    t->n = text.n < CELL_TEXT_BYTES ? text.n : CELL_TEXT_BYTES;
    if (t->n)
        memcpy(t->p, text.p, t->n);
    c->kind[column] = CELL_TEXT;
    c->scale[column] = 0;
    c->v[column].text = t;
}

str number_text(struct arena *a, int64_t mantissa, int scale)
{
    uint64_t m = mantissa < 0 ? 0 - (uint64_t)mantissa : (uint64_t)mantissa;
    char digits[48]; /* from the last to the first */
    int n = 0, places = 0;
    do {
        if (places == scale && scale > 0)
            digits[n++] = '.';
        digits[n++] = (char)('0' + m % 10);
        m /= 10;
        places++;
    } while (m || places <= scale);
    char *out = arena_alloc(a, (size_t)n + 2, 1), *p = out;
    if (mantissa < 0)
        *p++ = '-';
    while (n)
        *p++ = digits[--n];
    return (str){out, (size_t)(p - out)};
}

str cell_value_text(struct arena *a, const struct cell *c, int column)
{
    if (c->kind[column] == CELL_NUMBER)
        return number_text(a, c->v[column].m, c->scale[column]);
    if (c->kind[column] == CELL_TEXT)
        return arena_str(a, (str){c->v[column].text->p, c->v[column].text->n});
    return STR_NONE;
}

void series_day_clear(struct series_day *s, day d, uint8_t period)
{
    memset(s, 0, sizeof *s);
    s->day = d;
    s->period = period;
}

void series_day_of_chunk(struct arena *a, struct series_day *s, const struct chunk_day *d)
{
    int columns = d->shape == CHUNK_THREE ? 3 : 1, step = d->cadence_s / 60;
    for (int i = 0; i < d->slots; i++) {
        struct cell *c = &s->cell[i * step];
        *c = (struct cell){.flag = d->flag[i], .frame = FRAME_UNKNOWN};
        for (int k = 0; k < columns && c->flag != CHUNK_MISSING; k++) {
            c->kind[k] = CELL_NUMBER;
            c->scale[k] = d->decimals;
            c->v[k].m = d->wide ? d->v64[k][i] : d->v[k][i];
        }
    }
    for (size_t i = 0; i < d->escapes_n; i++) {
        const struct chunk_escape *e = &d->escapes[i];
        struct cell *c = &s->cell[e->slot * step];
        if (e->kind == CHUNK_TEXT) {
            cell_set_text(a, c, e->column, e->text);
        } else if (e->kind == CHUNK_ABSENT) {
            c->kind[e->column] = CELL_ABSENT;
            c->v[e->column].m = 0;
        } else {
            for (int more = d->decimals - e->decimals; more > 0; more--)
                c->v[e->column].m /= 10;
            c->scale[e->column] = e->decimals;
        }
    }
}

static int gcd(int a, int b)
{
    while (b) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Few slots say little: one at 10:00 is no hourly series. Then what was known before counts, too. */
static int cadence_minutes(const struct series_day *s, int32_t known_s)
{
    enum { FEW = 4 };
    switch ((enum reading_period)s->period) {
    case PERIOD_HOUR:
        return 60;
    case PERIOD_DAY:
        return DAY_MINUTES;
    case PERIOD_MINUTE:
        break;
    case PERIOD_LIVE:
    case PERIOD_STATE:
    case PERIODS:
        return 1;
    }
    int step = 60, n = 0;
    for (int i = 0; i < DAY_MINUTES; i++)
        if (s->cell[i].flag != CHUNK_MISSING) {
            step = gcd(step, i);
            n++;
        }
    if (n < FEW)
        step = gcd(step, known_s ? known_s / 60 : 1);
    return step;
}

static bool raised(int64_t m, int by, int64_t *ret)
{
    if (by < 0)
        return false;
    for (; by > 0; by--)
        if (__builtin_mul_overflow(m, 10, &m))
            return false;
    *ret = m;
    return true;
}

/* More than any instrument has; one value of eighteen decimals must not push the others out of an int64. */
enum { DECIMALS_MOST = 9 };
struct shape { int decimals; bool three, wide; };

static struct shape shape_of(const struct series_day *s, int step)
{
    struct shape shape = {0};
    for (int i = 0; i < DAY_MINUTES; i += step)
        for (int k = 0; k < 3; k++) {
            const struct cell *c = &s->cell[i];
            if (c->flag == CHUNK_MISSING || c->kind[k] == CELL_ABSENT)
                continue;
            shape.three |= k > 0;
            if (c->kind[k] == CELL_NUMBER && c->scale[k] > shape.decimals && c->scale[k] <= DECIMALS_MOST)
                shape.decimals = c->scale[k];
        }
    for (int i = 0; i < DAY_MINUTES; i += step)
        for (int k = 0; k < 3; k++) {
            int64_t v;
            const struct cell *c = &s->cell[i];
            if (c->flag != CHUNK_MISSING && c->kind[k] == CELL_NUMBER &&
                raised(c->v[k].m, shape.decimals - c->scale[k], &v))
                shape.wide |= v != (int32_t)v;
        }
    return shape;
}

static void add_escape(struct chunk_day *d, struct chunk_escape e)
{
    CHECK(d->escapes_n < LIMIT_CHUNK_ESCAPES);
    d->escapes[d->escapes_n++] = e;
}

static void fill_value(struct chunk_day *d, struct arena *a, const struct cell *c, int slot, int column)
{
    struct chunk_escape e = {.slot = (uint16_t)slot, .column = (uint8_t)column};
    int64_t v = 0;
    if (c->kind[column] == CELL_ABSENT) {
        e.kind = CHUNK_ABSENT;
        add_escape(d, e);
    } else if (c->kind[column] == CELL_TEXT || !raised(c->v[column].m, d->decimals - c->scale[column], &v)) {
        e.kind = CHUNK_TEXT;
        e.text = cell_value_text(a, c, column);
        v = 0;
        add_escape(d, e);
    } else if (c->scale[column] != d->decimals) {
        e.kind = CHUNK_DECIMALS;
        e.decimals = c->scale[column];
        add_escape(d, e);
    }
    if (d->wide)
        d->v64[column][slot] = v;
    else
        d->v[column][slot] = (int32_t)v;
}

struct chunk_day *series_day_to_chunk(struct chunk_room *room, struct arena *a, const struct series_day *s, int32_t cadence_s,
                                      int32_t revision)
{
    int step = cadence_minutes(s, cadence_s), n = 0;
    struct shape shape = shape_of(s, step);
    struct chunk_day *d = chunk_day_make(room, s->day, step * 60, shape.decimals, shape.three ? CHUNK_THREE : CHUNK_ONE, shape.wide);
    d->revision = revision;
    for (int slot = 0; slot < d->slots; slot++) {
        const struct cell *c = &s->cell[slot * step];
        d->flag[slot] = c->flag;
        if (c->flag == CHUNK_MISSING)
            continue;
        n++;
        for (int k = 0; k < (shape.three ? 3 : 1); k++)
            fill_value(d, a, c, slot, k);
    }
    return n ? d : NULL;
}
