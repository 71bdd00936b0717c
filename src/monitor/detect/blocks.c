/* Four lanes side by side, the last slots of a block one by one. A comparison with NAN is false, which keeps what was there. What has lanes is
 * static: clang's clones have no name for other files. */
#include "monitor/detect/blocks.h"

#include "base/lanes.h"

typedef double four __attribute__((vector_size(32), aligned(8)));
typedef int64_t four_int __attribute__((vector_size(32)));
typedef float four_floats __attribute__((vector_size(16), aligned(4)));
typedef float eight_floats __attribute__((vector_size(32), aligned(4)));
enum { FOUR = 4, EIGHT = 8, ROW = 2 * EIGHT /* blocks at once */ };
/* Macros: a function that returns a vector has another calling convention where the lanes are wide. */
#define FOUR_AT(p) (*(const four *)(p))
#define EACH(x) ((four){(x), (x), (x), (x)})
#define CHOSEN(mask, a, b) ((four)(((four_int)(a) & (mask)) | ((four_int)(b) & ~(mask))))
#define WHERE(mask, a) ((four)((four_int)(a) & (mask)))

static size_t common(size_t a, size_t b)
{
    while (b) {
        size_t r = a % b;
        a = b, b = r;
    }
    return a;
}

struct blocks blocks_of(const struct table *t, const size_t *length, const size_t *hop, size_t kinds)
{
    size_t size = 0;
    for (size_t i = 0; i < kinds; i++)
        size = common(common(size, hop[i]), length[i]);
    struct blocks b = {window_first(t, size), size, 0};
    b.n = t->n > b.first ? (t->n - b.first) / size : 0;
    return b;
}

struct blocks blocks_of_quarters(const struct table *t, const size_t *length, size_t kinds)
{
    size_t hop[LIMIT_BLOCK_KINDS];
    CHECK(kinds <= LIMIT_BLOCK_KINDS);
    for (size_t i = 0; i < kinds; i++)
        hop[i] = length[i] / 4;
    return blocks_of(t, length, hop, kinds);
}

LANES static void extremes_lanes(const double *x, const double *with, struct blocks b, struct extremes *ret)
{
    for (size_t k = 0; k < b.n; k++) {
        const double *at = x + b.first + k * b.size, *beside = with + b.first + k * b.size;
        four low = EACH(INFINITY), high = EACH(-INFINITY);
        four_int used = {0};
        size_t i = 0;
        for (; i + FOUR <= b.size; i += FOUR) {
            four one = FOUR_AT(at + i), other = FOUR_AT(beside + i);
            four_int there = (one == one) & (other == other);
            four_int below = (one < low) & there, above = (one > high) & there;
            low = CHOSEN(below, one, low);
            high = CHOSEN(above, one, high);
            used -= there;
        }
        struct extremes e = {INFINITY, -INFINITY, (uint32_t)(used[0] + used[1] + used[2] + used[3])};
        for (int l = 0; l < FOUR; l++) {
            e.low = low[l] < e.low ? low[l] : e.low;
            e.high = high[l] > e.high ? high[l] : e.high;
        }
        for (; i < b.size; i++)
            if (!isnan(at[i]) && !isnan(beside[i])) {
                e.low = at[i] < e.low ? at[i] : e.low;
                e.high = at[i] > e.high ? at[i] : e.high;
                e.used++;
            }
        ret[k] = e;
    }
}

void blocks_extremes(const double *x, const double *with, struct blocks b, struct extremes *ret)
{
    extremes_lanes(x, with, b, ret);
}

LANES static void top_lanes(const double *x, struct blocks b, struct top *ret)
{
    for (size_t k = 0; k < b.n; k++) {
        const double *at = x + b.first + k * b.size;
        four high = EACH(-INFINITY);
        four_int times = {0}, used = {0};
        size_t i = 0;
        for (; i + FOUR <= b.size; i += FOUR) {
            four one = FOUR_AT(at + i);
            four_int above = one > high, equal = one == high;
            times = (times & ~above) - (above | equal);
            high = CHOSEN(above, one, high);
            used -= one == one;
        }
        struct top top = {-INFINITY, 0, (uint32_t)(used[0] + used[1] + used[2] + used[3])};
        for (int l = 0; l < FOUR; l++) {
            top.times = high[l] > top.high ? (uint32_t)times[l] : high[l] == top.high ? top.times + (uint32_t)times[l] : top.times;
            top.high = high[l] > top.high ? high[l] : top.high;
        }
        for (; i < b.size; i++) {
            top.used += !isnan(at[i]);
            top.times = at[i] > top.high ? 1 : top.times + (at[i] == top.high);
            top.high = at[i] > top.high ? at[i] : top.high;
        }
        ret[k] = top;
    }
}

void blocks_top(const double *x, struct blocks b, struct top *ret)
{
    top_lanes(x, b, ret);
}

LANES static void steps_lanes(const double *x, double least, struct blocks b, struct steps_seen *ret)
{
    for (size_t k = 0; k < b.n; k++) {
        const double *at = x + b.first + k * b.size;
        four_int many = {0}, high = {0};
        size_t i = 0;
        struct steps_seen s = {0};
        if (at == x)
            i = 1; /* nothing lies before the first slot */
        for (; i + FOUR <= b.size; i += FOUR) {
            four step = FOUR_AT(at + i) - FOUR_AT(at + i - 1);
            many -= step == step;
            high -= (step >= EACH(least)) | (step <= EACH(-least));
        }
        for (; i < b.size; i++) {
            double step = at[i] - at[i - 1];
            s.n += !isnan(step);
            s.high += step >= least || step <= -least;
        }
        s.n += (uint32_t)(many[0] + many[1] + many[2] + many[3]);
        s.high += (uint32_t)(high[0] + high[1] + high[2] + high[3]);
        ret[k] = s;
    }
}

void blocks_steps(const double *x, double least, struct blocks b, struct steps_seen *ret)
{
    steps_lanes(x, least, b, ret);
}

/* Nothing missing, nor the value before: lanes. */
__attribute__((always_inline)) static inline bool memory_whole(const double *at, size_t n, double center, double before, struct memory *m)
{
    four sum = {0}, square = {0}, product = {0};
    size_t i = 1;
    double first = at[0] - center;
    *m = (struct memory){first, first * first, first * before, first, first * before, 0, (uint32_t)n};
    for (; i + FOUR <= n; i += FOUR) {
        four one = FOUR_AT(at + i) - EACH(center), last = FOUR_AT(at + i - 1) - EACH(center);
        sum += one, square += one * one, product += one * last;
    }
    for (; i < n; i++) {
        double one = at[i] - center, last = at[i - 1] - center;
        m->sum += one, m->square += one * one, m->product += one * last;
    }
    m->sum += (sum[0] + sum[1]) + (sum[2] + sum[3]);
    m->square += (square[0] + square[1]) + (square[2] + square[3]);
    m->product += (product[0] + product[1]) + (product[2] + product[3]);
    m->last = at[n - 1] - center;
    return !isnan(m->square) && !isnan(m->product);
}

LANES static void memory_lanes(const double *x, double center, struct blocks b, struct memory *ret)
{
    double before = NAN; /* the last one that was there */
    for (size_t i = b.n ? b.first : 0; i-- > 0 && isnan(before);) /* of a short table the first block begins behind its end */
        before = x[i] - center;
    for (size_t k = 0; k < b.n; k++) {
        const double *at = x + b.first + k * b.size;
        struct memory m = {0};
        if (!memory_whole(at, b.size, center, isnan(before) ? 0 : before, &m)) {
            m = (struct memory){0};
            for (size_t i = 0; i < b.size; i++) {
                double one = at[i] - center, product = isnan(before) ? 0 : one * before;
                if (isnan(one))
                    continue;
                if (!m.used++)
                    m.first = one, m.first_product = product;
                m.sum += one, m.square += one * one, m.product += product;
                before = m.last = one;
            }
        }
        before = m.used ? m.last : before;
        ret[k] = m;
    }
}

void blocks_memory(const double *x, double center, struct blocks b, struct memory *ret)
{
    memory_lanes(x, center, b, ret);
}

LANES static void tie_lanes(const double *x, double center_x, const double *y, double center_y, struct blocks b, struct tie_sums *ret)
{
    for (size_t k = 0; k < b.n; k++) {
        const double *of = x + b.first + k * b.size, *with = y + b.first + k * b.size;
        four sum_x = {0}, sum_y = {0}, xx = {0}, yy = {0}, xy = {0};
        four_int used = {0};
        size_t i = 0;
        for (; i + FOUR <= b.size; i += FOUR) {
            four one = FOUR_AT(of + i) - EACH(center_x), other = FOUR_AT(with + i) - EACH(center_y);
            four_int there = (one == one) & (other == other);
            one = WHERE(there, one), other = WHERE(there, other);
            sum_x += one, sum_y += other, xx += one * one, yy += other * other, xy += one * other;
            used -= there;
        }
        struct tie_sums s = {(sum_x[0] + sum_x[1]) + (sum_x[2] + sum_x[3]), (sum_y[0] + sum_y[1]) + (sum_y[2] + sum_y[3]),
                             (xx[0] + xx[1]) + (xx[2] + xx[3]), (yy[0] + yy[1]) + (yy[2] + yy[3]), (xy[0] + xy[1]) + (xy[2] + xy[3]),
                             (uint32_t)(used[0] + used[1] + used[2] + used[3])};
        for (; i < b.size; i++) {
            double one = of[i] - center_x, other = with[i] - center_y;
            if (isnan(one) || isnan(other))
                continue;
            s.x += one, s.y += other, s.xx += one * one, s.yy += other * other, s.xy += one * other;
            s.used++;
        }
        ret[k] = s;
    }
}

void blocks_tie(const double *x, double center_x, const double *y, double center_y, struct blocks b, struct tie_sums *ret)
{
    tie_lanes(x, center_x, y, center_y, b, ret);
}

LANES static void products_lanes(const float *x, const float *y, size_t back, struct blocks b, size_t from, struct products *ret)
{
    struct products all = {0};
    if (from <= b.n)
        ret[from] = all;
    for (size_t k = from; k < b.n; k++) {
        const float *one = x + b.first + k * b.size, *other = y + (b.first + k * b.size - back);
        four sum = {0}, square = {0};
        four_int used = {0};
        size_t i = 0;
        for (; i + FOUR <= b.size; i += FOUR) {
            four p = __builtin_convertvector(*(const four_floats *)(one + i), four) * __builtin_convertvector(*(const four_floats *)(other + i), four);
            sum += p, square += p * p;
            used -= p != EACH(0.0);
        }
        struct products s = {(sum[0] + sum[1]) + (sum[2] + sum[3]), (square[0] + square[1]) + (square[2] + square[3]),
                             (uint32_t)(used[0] + used[1] + used[2] + used[3])};
        for (; i < b.size; i++) {
            double p = (double)one[i] * (double)other[i];
            s.sum += p, s.square += p * p;
            s.used += p != 0;
        }
        all.sum += s.sum, all.square += s.square, all.used += s.used;
        ret[k + 1] = all;
    }
}

void blocks_products(const float *x, const float *y, size_t back, struct blocks b, size_t from, struct products *ret)
{
    products_lanes(x, y, back, b, from, ret);
}

struct rows rows_for(struct arena *a, struct blocks b)
{
    /* rows whose beginnings share few sets of the cache; behind the last block lie zeros */
    size_t stride = (b.n + 2 * ROW) / ROW * ROW + ROW;
    return (struct rows){NEW_ARRAY(a, b.size * stride, float), stride};
}

void rows_fill(const float *x, double scale, struct blocks b, const struct rows *ret)
{
    float by = (float)scale;
    for (size_t k = 0; k < b.n; k++)
        for (size_t j = 0; j < b.size; j++)
            ret->x[j * ret->stride + k] = x[b.first + k * b.size + j] * by;
}

LANES static void rows_lanes(const float *x, size_t stride, size_t size, size_t back, size_t n, double *ret_sum, double *ret_square)
{
    double all = 0, squares = 0;
    for (size_t k = back; k < n; k += ROW) {
        eight_floats sum[2] = {0}, square[2] = {0};
        for (size_t j = 0; j < size; j++)
            for (int l = 0; l < 2; l++) {
                const float *at = x + j * stride + k + (size_t)l * EIGHT;
                eight_floats p = *(const eight_floats *)at * *(const eight_floats *)(at - back);
                sum[l] += p, square[l] += p * p;
            }
        for (size_t i = 0; i < ROW && k + i < n; i++) {
            ret_sum[k + i] = all, ret_square[k + i] = squares;
            all += (double)sum[i / EIGHT][i % EIGHT], squares += (double)square[i / EIGHT][i % EIGHT];
        }
    }
    ret_sum[n] = all, ret_square[n] = squares;
}

void rows_products(const struct rows *r, size_t back, struct blocks b, double *ret_sum, double *ret_square)
{
    if (back <= b.n)
        rows_lanes(r->x, r->stride, b.size, back, b.n, ret_sum, ret_square);
}

LANES static void below_lanes(const double *x, double bound, struct blocks b, struct below *ret)
{
    for (size_t k = 0; k < b.n; k++) {
        const double *at = x + b.first + k * b.size;
        uint32_t used = 0, low = 0;
        for (size_t i = 0; i < b.size; i++) {
            used += at[i] == at[i];
            low += at[i] <= bound;
        }
        ret[k] = (struct below){used, low};
    }
}

void blocks_below(const double *x, double bound, struct blocks b, struct below *ret)
{
    below_lanes(x, bound, b, ret);
}

LANES static void lags_lanes(const double *x, double center, struct blocks b, struct lags *ret)
{
    for (size_t k = 0; k < b.n; k++) {
        size_t from = b.first + k * b.size, i = from;
        four sum = {0}, square = {0}, once = {0}, twice = {0};
        for (; from >= 2 && i + FOUR <= from + b.size; i += FOUR) {
            four at = FOUR_AT(x + i) - EACH(center);
            sum += at, square += at * at, once += at * (FOUR_AT(x + i - 1) - EACH(center)), twice += at * (FOUR_AT(x + i - 2) - EACH(center));
        }
        struct lags l = {(sum[0] + sum[1]) + (sum[2] + sum[3]), (square[0] + square[1]) + (square[2] + square[3]),
                         (once[0] + once[1]) + (once[2] + once[3]), (twice[0] + twice[1]) + (twice[2] + twice[3]), false};
        for (; i < from + b.size; i++) {
            double at = x[i] - center;
            l.sum += at, l.square += at * at;
            l.one += i < 1 ? 0 : at * (x[i - 1] - center);
            l.two += i < 2 ? 0 : at * (x[i - 2] - center);
        }
        l.whole = !isnan(l.square) && !isnan(l.one) && !isnan(l.two);
        ret[k] = l;
    }
}

void blocks_lags(const double *x, double center, struct blocks b, struct lags *ret)
{
    lags_lanes(x, center, b, ret);
}
