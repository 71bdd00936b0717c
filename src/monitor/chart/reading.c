/*
 * From the readings store to columns. A column is a whole number of slots, so no beat appears between slots and pixels. A day
 * without holes is reduced by plain loops over its arrays; a day with values that are no numbers is first put right in a copy,
 * which is rare enough not to matter.
 */
#include "monitor/chart/canvas.h"
#include "monitor/chart/layout.h"

#include <math.h>
#include <string.h>

struct columns {
    usec from, width;
    size_t n;
    int decimals;
    double *low, *mid, *high;
    int64_t *counted, *odd;
    uint8_t *flag;
    int64_t copy[3][CHUNK_SLOTS + CHUNK_PAD]; /* a day put right */
    uint8_t flag_copy[CHUNK_SLOTS + CHUNK_PAD];
};

/* What a range of slots comes to, in integers of the day. */
struct part { int64_t low, high; double sum; int64_t n; };

#define REDUCE(name, type, adder)                                                                                     \
    static struct part name(const type *average, const type *low, const type *high, const uint8_t *flag, size_t n)   \
    {                                                                                                                 \
        struct part p = {INT64_MAX, INT64_MIN, 0, 0};                                                                 \
        adder sum = 0;                                                                                                \
        for (size_t i = 0; i < n; i++) {                                                                              \
            if (flag[i] == CHUNK_MISSING)                                                                             \
                continue;                                                                                             \
            p.low = low[i] < p.low ? low[i] : p.low;                                                                  \
            p.high = high[i] > p.high ? high[i] : p.high;                                                             \
            sum += (adder)average[i];                                                                                 \
            p.n++;                                                                                                    \
        }                                                                                                             \
        p.sum = (double)sum;                                                                                          \
        return p;                                                                                                     \
    }
REDUCE(reduce_holes, int32_t, int64_t)
REDUCE(reduce_wide, int64_t, double)

/* Without holes, which is nearly always: four at a time in what every x86-64 has. */
enum { LANES = 4 };
typedef int32_t lanes __attribute__((vector_size(LANES * sizeof(int32_t))));

static struct part reduce_narrow(const int32_t *average, const int32_t *low, const int32_t *high, const uint8_t *flag, size_t n)
{
    lanes least = {INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX}, most = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
    struct part p = {INT64_MAX, INT64_MIN, 0, (int64_t)n};
    int64_t sum = 0;
    size_t i = 0;
    if (memchr(flag, CHUNK_MISSING, n))
        return reduce_holes(average, low, high, flag, n);
    for (; i + LANES <= n; i += LANES) {
        lanes l, h;
        memcpy(&l, low + i, sizeof l);
        memcpy(&h, high + i, sizeof h);
        lanes less = l < least, more = h > most;
        least = (l & less) | (least & ~less);
        most = (h & more) | (most & ~more);
        sum += (int64_t)average[i] + average[i + 1] + average[i + 2] + average[i + 3];
    }
    for (int k = 0; k < LANES; k++) {
        p.low = least[k] < p.low ? least[k] : p.low;
        p.high = most[k] > p.high ? most[k] : p.high;
    }
    for (; i < n; i++) {
        p.low = low[i] < p.low ? low[i] : p.low;
        p.high = high[i] > p.high ? high[i] : p.high;
        sum += average[i];
    }
    p.sum = (double)sum;
    return p;
}

/* The first state that is not ordinary, else an ordinary one; *odd grows by how many are not. */
static uint8_t state_of(const uint8_t *flag, size_t n, int64_t *odd)
{
    uint8_t any = 0, first = 0;
    if (flag[0] == 'N' && (n == 1 || memcmp(flag, flag + 1, n - 1) == 0))
        return 'N';
    for (size_t i = 0; i < n; i++) {
        bool shown = letter_shown(flag[i]);
        *odd += shown;
        first = shown && !first ? flag[i] : first;
        any = flag[i] ? flag[i] : any;
    }
    return first ? first : any;
}

static void add_part(struct columns *to, size_t column, const struct part *p, double unit)
{
    if (!p->n)
        return;
    double low = (double)p->low / unit, high = (double)p->high / unit;
    to->low[column] = isnan(to->low[column]) || low < to->low[column] ? low : to->low[column];
    to->high[column] = isnan(to->high[column]) || high > to->high[column] ? high : to->high[column];
    to->mid[column] += p->sum / unit;
    to->counted[column] += p->n;
}

static bool needs_mending(const struct chunk_day *d)
{
    for (size_t i = 0; i < d->escapes_n; i++)
        if (d->escapes[i].kind != CHUNK_DECIMALS)
            return true;
    return false;
}

/* A copy in which what is no number is missing, and a minimum or maximum that is none is the average. */
static void mend(struct columns *to, const struct chunk_day *d)
{
    for (int c = 0; c < 3; c++) {
        int from = d->shape == CHUNK_ONE ? 0 : c;
        for (int i = 0; i < d->slots; i++)
            to->copy[c][i] = d->wide ? d->v64[from][i] : d->v[from][i];
    }
    memcpy(to->flag_copy, d->flag, (size_t)d->slots);
    for (size_t i = 0; i < d->escapes_n; i++) {
        const struct chunk_escape *e = &d->escapes[i];
        if (e->kind == CHUNK_DECIMALS || e->slot >= d->slots)
            continue;
        if (e->column == 0)
            to->flag_copy[e->slot] = CHUNK_MISSING;
        else
            to->copy[e->column][e->slot] = to->copy[0][e->slot];
    }
}

static struct part part_of(const struct columns *to, const struct chunk_day *d, bool mended, size_t first, size_t n)
{
    int low = d->shape == CHUNK_ONE ? 0 : 1, high = d->shape == CHUNK_ONE ? 0 : 2;
    if (mended)
        return reduce_wide(to->copy[0] + first, to->copy[1] + first, to->copy[2] + first, to->flag_copy + first, n);
    if (d->wide)
        return reduce_wide(d->v64[0] + first, d->v64[low] + first, d->v64[high] + first, d->flag + first, n);
    return reduce_narrow(d->v[0] + first, d->v[low] + first, d->v[high] + first, d->flag + first, n);
}

static err *take_day(void *context, const struct chunk_day *d)
{
    struct columns *to = context;
    usec slot = d->cadence_s * USEC_SECOND, start = day_start(d->day);
    bool mended = needs_mending(d);
    double unit = 1;
    for (int i = 0; i < d->decimals; i++)
        unit *= 10;
    to->decimals = d->decimals > to->decimals ? d->decimals : to->decimals;
    if (mended)
        mend(to, d);
    for (int64_t first = 0, n; first < d->slots; first += n) {
        usec at = start + first * slot;
        if (at < to->from) {
            n = (to->from - at + slot - 1) / slot;
            continue;
        }
        size_t column = (size_t)((at - to->from) / to->width);
        if (column >= to->n)
            break;
        n = (to->from + (usec)(column + 1) * to->width - at + slot - 1) / slot;
        n = n < d->slots - first ? n : d->slots - first;
        struct part p = part_of(to, d, mended, (size_t)first, (size_t)n);
        add_part(to, column, &p, unit);
        uint8_t state = state_of(d->flag + first, (size_t)n, &to->odd[column]);
        if (state && !letter_shown(to->flag[column]))
            to->flag[column] = state;
    }
    return NULL;
}

err *chart_read(struct readings *r, struct arena *a, const struct series *s, usec from, usec to, int columns,
                struct chart_series *ret)
{
    if (columns < 1 || columns > CHART_COLUMNS || from >= to)
        return err_new(ERR_INPUT, "列数应为1至%d，起在前、止在后", CHART_COLUMNS);
    usec slot = (s->cadence_s > 0 ? s->cadence_s : 60) * USEC_SECOND, into = (from - day_start(day_of(from))) % slot;
    struct columns *c = NEW(a, struct columns);
    c->from = from - into;
    usec slots = (to - c->from + slot - 1) / slot;
    c->width = (slots + columns - 1) / columns * slot;
    c->n = (size_t)((to - c->from + c->width - 1) / c->width);
    c->low = NEW_ARRAY(a, c->n, double), c->mid = NEW_ARRAY(a, c->n, double), c->high = NEW_ARRAY(a, c->n, double);
    c->counted = NEW_ARRAY(a, c->n, int64_t), c->odd = NEW_ARRAY(a, c->n, int64_t), c->flag = NEW_ARRAY(a, c->n, uint8_t);
    usec *at = NEW_ARRAY(a, c->n, usec);
    for (size_t i = 0; i < c->n; i++) {
        at[i] = c->from + (usec)i * c->width + c->width / 2;
        c->low[i] = c->high[i] = NAN;
    }
    struct reading_scan *scan;
    TRY(reading_scan_open(r, a, &scan));
    err *e = reading_scan_days(scan, s->id, day_of(c->from), day_of(to - 1), USEC_NONE, take_day, c);
    reading_scan_close(scan);
    for (size_t i = 0; i < c->n; i++)
        c->mid[i] = c->counted[i] ? c->mid[i] / (double)c->counted[i] : NAN;
    *ret = (struct chart_series){chart_series_name(a, s), chart_unit(s), c->n, c->width, at, c->low, c->mid, c->high, c->flag,
                                  c->counted, c->odd, c->decimals};
    return e;
}
