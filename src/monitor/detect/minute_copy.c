/*
 * A8 and B5 among readings. What a reading differs from the one before is mostly instrument noise and the duct's turbulence: no
 * two days share it, and no two instruments. So the products of such steps with those of the same minutes some days before, or
 * with another channel's, scatter about nothing; where they add up, one series was made of the other, whatever was laid over it.
 * Steps are cut at three times the usual, so that no single jump decides.
 */
#include "monitor/detect/blocks.h"

#include "base/lanes.h"

#include <string.h>

LANES static void cut_steps(const double *x, size_t n, double most, float *ret)
{
    if (n)
        ret[0] = 0;
    for (size_t i = 1; i < n; i++) {
        double d = x[i] - x[i - 1];
        d = d < -most ? -most : d;
        d = d > most ? most : d;
        ret[i] = (float)(d == d ? d : 0);
    }
}

static void steps_of(const struct table *t, const struct view *v, float *ret)
{
    cut_steps(v->x, t->n, 3 * fmax(v->step_mad, v->q), ret);
}

static bool lively(const struct view *v)
{
    return view_fit(v, 5000) && v->c->group == COLUMN_VALUE && v->step_mad >= v->q && v->equal < 0.6 && v->factor->role != ROLE_OTHER;
}

/* Products of a window that begins at `at`, against those `lag` before (or of another series): how many of their own spread the sum
 * is, and the share of the movement that is common. */
struct common { double z, r; };

static struct common common_of(const float *x, const float *y, size_t n)
{
    double xy = 0, squares = 0, xx = 0, yy = 0;
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        double p = (double)x[i] * (double)y[i];
        xy += p;
        squares += p * p;
        xx += (double)x[i] * (double)x[i];
        yy += (double)y[i] * (double)y[i];
        used += x[i] != 0 && y[i] != 0;
    }
    if (used * 3 < n || squares <= 0)
        return (struct common){0, 0};
    return (struct common){xy / sqrt(squares), xy / sqrt(xx * yy)};
}

/* Thrice the middle of the steps that are none of 0. */
static double calm_below(struct arena *scratch, const float *x, size_t n)
{
    double *sorted = NEW_ARRAY(scratch, n + 1, double);
    size_t used = 0;
    for (size_t i = 0; i < n; i++)
        if (x[i] != 0)
            sorted[used++] = fabs((double)x[i]);
    return used ? 3 * median_of(sorted, used) : 0;
}

/* Whether what is common is in the small steps of the window, too: a stop, a start or a switch makes large ones in all channels at once, in some
 * minutes, and leaves the noise of two instruments as it was. */
static bool calm_ones_too(struct arena *scratch, const float *x, const float *y, size_t n, double r)
{
    double xy = 0, xx = 0, yy = 0, x_most = calm_below(scratch, x, n), y_most = calm_below(scratch, y, n);
    for (size_t i = 0; i < n; i++)
        if (fabs((double)x[i]) < x_most && fabs((double)y[i]) < y_most) {
            xy += (double)x[i] * (double)y[i];
            xx += (double)x[i] * (double)x[i];
            yy += (double)y[i] * (double)y[i];
        }
    return xx > 0 && yy > 0 && xy / sqrt(xx * yy) * r >= 0.25 * r * r;
}

/* Windows of two and six hours and of a day, each every third of its length: all made of the same blocks. */
enum { LENGTHS = 3 };
struct lengths { size_t slots[LENGTHS], hop[LENGTHS], begin[LENGTHS], windows[LENGTHS]; struct blocks b; };

static struct lengths lengths_of(const struct table *t)
{
    struct lengths ret = {.slots = {slots_of(t, 2), slots_of(t, 6), slots_of(t, 24)}};
    for (int l = 0; l < LENGTHS; l++) {
        ret.hop[l] = ret.slots[l] / 3;
        ret.begin[l] = window_first(t, ret.hop[l]);
        ret.windows[l] = t->n >= ret.begin[l] + ret.slots[l] ? (t->n - ret.begin[l] - ret.slots[l]) / ret.hop[l] + 1 : 0;
    }
    ret.b = blocks_of(t, ret.slots, ret.hop, LENGTHS);
    return ret;
}

/* Window number w of a length, from its blocks added up. */
static struct products window_of(const struct lengths *l, int length, size_t w, const struct products *before)
{
    size_t from = (l->begin[length] + w * l->hop[length] - l->b.first) / l->b.size, to = from + l->slots[length] / l->b.size;
    return (struct products){before[to].sum - before[from].sum, before[to].square - before[from].square, before[to].used - before[from].used};
}

/* ---- A8 ---- */
enum { LAGS = 35 };

static void say_repeat(struct detect_context *c, const struct table *t, const struct view *v, size_t first, size_t end, int lag, struct common best, double p,
                       double alone)
{
    struct hit *h = hit_add(c, first, end - first, v);
    if (!h)
        return;
    h->score = best.z;
    h->p = p;
    h->hard = p <= parameter(c, "hard") && alone <= parameter(c, "alone");
    hit_number(h, 0, "逐分钟变化的相关系数", best.r, 3);
    hit_number(h, 1, "与原段相隔（自然日）", lag, 0);
    hit_number(h, 2, "偏离偶然的倍数", best.z, 1);
    hit_sentence(c, h, "%.*s自%.*s起%.*s的逐分钟变化与%d天前同一时段相关（相关系数%.3f，为偶然误差的%.0f倍），测量噪声不会重复", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), lag, best.r, best.z);
}

/* The most common movement of each window with one of LAGS days before. */
struct alike { double sum, square; uint8_t lag; };

/* z is sum / sqrt(square); compared without dividing. */
static void keep_better(struct alike *best, const struct products *p, size_t length, int lag)
{
    if ((size_t)p->used * 3 >= length && p->sum > 0 && (!best->lag || p->sum * p->sum * best->square > best->sum * best->sum * p->square))
        *best = (struct alike){p->sum, p->square, (uint8_t)lag};
}

static void compare_days(const struct table *t, const float *step, const struct lengths *l, struct products *blocks, struct alike *const *best)
{
    size_t a_day = slots_of(t, 24);
    for (int lag = 1; lag <= LAGS && (size_t)lag * a_day < t->n; lag++) {
        size_t back = (size_t)lag * a_day, from = back > l->b.first ? (back - l->b.first + l->b.size - 1) / l->b.size : 0;
        blocks_products(step, step, back, l->b, from, blocks);
        for (int k = 0; k < LENGTHS; k++)
            for (size_t w = back > l->begin[k] ? (back - l->begin[k] + l->hop[k] - 1) / l->hop[k] : 0; back >= l->slots[k] && w < l->windows[k]; w++) {
                struct products p = window_of(l, k, w, blocks);
                keep_better(&best[k][w], &p, l->slots[k], lag);
            }
    }
}

/* ---- whether any of them can matter ---- */
/* least: below so many of its own spread no window of a length is told, whatever stands beside it. */
struct screen { struct rows rows; double *sum, *square, least[LENGTHS]; };

/* What repeats() asks of p, which only grows there: of all windows and lags this one was chosen. */
static double least_told(const struct detect_context *c, size_t windows)
{
    double low = 0, high = 40, most = parameter(c, "soft") / ((double)windows * LAGS + 1);
    for (int i = 0; i < 40; i++) {
        double middle = (low + high) / 2;
        if (normal_tail(middle) > most)
            low = middle;
        else
            high = middle;
    }
    return fmax(0, low - 0.01);
}

static struct screen screen_for(struct detect_context *c, const struct lengths *l)
{
    struct screen s = {rows_for(c->scratch, l->b), NEW_ARRAY(c->scratch, l->b.n + 1, double), NEW_ARRAY(c->scratch, l->b.n + 1, double), {0}};
    for (int k = 0; k < LENGTHS; k++)
        s.least[k] = least_told(c, l->windows[k]);
    return s;
}

/* Blocks [from, from + n) for every hop: is any sum so many of its spread? */
static bool any_reaches(const double *sum, const double *square, size_t from, size_t n, size_t hop, size_t windows, double least)
{
    bool any = false;
    double by = least * least;
    for (size_t w = 0; w < windows; w++) {
        size_t at = from + w * hop;
        double s = sum[at + n] - sum[at], q = square[at + n] - square[at];
        any |= (s > 0) & (s * s >= by * q);
    }
    return any;
}

static bool may_repeat(const struct table *t, const struct view *v, const float *step, const struct lengths *l, const struct screen *s)
{
    size_t a_day = slots_of(t, 24);
    bool any = false;
    rows_fill(step, 1 / fmax(v->step_mad, v->q), l->b, &s->rows);
    for (size_t lag = 1; !any && lag <= LAGS && lag * a_day < t->n; lag++) {
        size_t back = lag * a_day;
        rows_products(&s->rows, back / l->b.size, l->b, s->sum, s->square);
        for (int k = 0; k < LENGTHS && back >= l->slots[k] && !any; k++) {
            size_t w = back > l->begin[k] ? (back - l->begin[k] + l->hop[k] - 1) / l->hop[k] : 0;
            if (w < l->windows[k])
                any = any_reaches(s->sum, s->square, (l->begin[k] + w * l->hop[k] - l->b.first) / l->b.size, l->slots[k] / l->b.size,
                                  l->hop[k] / l->b.size, l->windows[k] - w, s->least[k]);
        }
    }
    return any;
}

static void repeats(struct detect_context *c, const struct table *t, const struct view *v, const float *step, const struct lengths *l, int length,
                    const struct alike *best)
{
    size_t n = l->windows[length], slots = l->slots[length], hop = l->hop[length], begin = l->begin[length];
    double *score = NEW_ARRAY(c->scratch, n + 1, double);
    struct standout s[STANDOUTS];
    for (size_t w = 0; w < n; w++)
        score[w] = best[w].lag ? best[w].sum / sqrt(best[w].square) : (double)NAN;
    size_t found = standouts(c->scratch, score, n, 3, 1, parameter(c, "noisy_chance"), s);
    for (size_t i = 0; i < found; i++) {
        size_t first = s[i].best, end = s[i].best + 1, at = begin + s[i].best * hop;
        int lag = best[s[i].best].lag;
        while (first > s[i].first && best[first - 1].lag == lag)
            first--;
        while (end < s[i].end && best[end].lag == lag)
            end++;
        struct common common = common_of(step + at, step + at - (size_t)lag * slots_of(t, 24), slots);
        /* the sum of many products is normal; of all windows and lags this one was chosen */
        double p = fmax(1e-300, normal_tail(common.z) * (double)n * LAGS);
        /* what is not rare enough by itself has to stand out as much, and may still agree with another family */
        p = p <= parameter(c, "chance") ? p : fmax(p, s[i].p);
        if (p <= parameter(c, "soft"))
            say_repeat(c, t, v, begin + first * hop, begin + (end - 1) * hop + slots, lag, common, p, s[i].p);
    }
}

void detect_minute_copy(struct detect_context *c, const struct table *t)
{
    struct lengths l = lengths_of(t);
    float *step = ROOM_ARRAY(c->scratch, t->n + 1, float);
    struct products *blocks = NEW_ARRAY(c->scratch, l.b.n + 1, struct products);
    struct screen screen = screen_for(c, &l);
    struct alike *best[LENGTHS];
    for (int i = 0; i < LENGTHS; i++)
        best[i] = NEW_ARRAY(c->scratch, l.windows[i] + 1, struct alike);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!lively(v) || (v->factor->role != ROLE_POLLUTANT && v->factor->role != ROLE_OXYGEN && v->factor->role != ROLE_FLOW) || v->equal > 0.4)
            continue;
        steps_of(t, v, step);
        if (!may_repeat(t, v, step, &l, &screen))
            continue;
        for (int i = 0; i < LENGTHS; i++)
            memset(best[i], 0, l.windows[i] * sizeof *best[i]);
        compare_days(t, step, &l, blocks, best);
        for (int i = 0; i < LENGTHS; i++)
            repeats(c, t, v, step, &l, i, best[i]);
    }
}

/* ---- B5 ---- */
/* What burns ties CO, NOx and the like to oxygen, to the furnace and to each other, in some weeks by more than half of their steps. */
static bool burns(const struct view *x, const struct view *y)
{
    enum role b = y->factor->role;
    return x->factor->role == ROLE_POLLUTANT && (b == ROLE_POLLUTANT || b == ROLE_OXYGEN || b == ROLE_FURNACE);
}

static void say_pair(struct detect_context *c, const struct table *t, const struct view *x, const struct view *y, size_t first, size_t end, struct common best,
                     double usual, double p, bool alone)
{
    struct hit *h = hit_add(c, first, end - first, x);
    if (!h)
        return;
    hit_also(h, y);
    h->score = fabs(best.z);
    h->p = p;
    /* regimes of the burning tie CO to others by half of their steps; what stirs the duct stirs all its gases */
    h->hard = p <= parameter(c, "alone") && (fabs(best.r) >= 0.8 || (alone && fabs(best.z) >= 7));
    hit_number(h, 0, "逐分钟变化的相关系数", best.r, 3);
    hit_number(h, 1, "平时的相关系数", usual, 3);
    hit_number(h, 2, "偏离偶然的倍数", fabs(best.z), 1);
    hit_sentence(c, h, "%.*s与%.*s自%.*s起%.*s逐分钟同步变化（相关系数%.3f，平时%.3f），两台仪器的噪声不会相同", STR_ARG(factor_label(c->scratch, x->c)),
                 STR_ARG(factor_label(c->scratch, y->c)), STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), best.r,
                 usual);
}

/* A channel's steps and what each block of them weighs. */
struct moves { const float *step; struct products *own; };

/* Another gas of the duct moves with y, too, in the same slots: a fan that hunts, a damper, a leak. */
static bool gases_share(const struct detect_context *c, const struct table *t, const struct moves *moves, const struct view *x, const struct view *y, size_t at,
                        size_t slots)
{
    double least = fmax(4, fabs(common_of(moves[x->at].step + at, moves[y->at].step + at, slots).z) / 2);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *o = &c->views[k];
        if (!moves[k].step || o == x || o == y || (o->factor->role != ROLE_POLLUTANT && o->factor->role != ROLE_OXYGEN))
            continue;
        if (fabs(common_of(moves[k].step + at, moves[y->at].step + at, slots).z) >= least)
            return true;
    }
    return false;
}

static double bounded_atanh(double r)
{
    return atanh(fmin(fmax(r, -0.9999), 0.9999));
}

/* r of a window; 0: too little moved. */
static double common_r(const struct lengths *l, int length, size_t w, const struct moves *x, const struct moves *y, const struct products *blocks)
{
    struct products xy = window_of(l, length, w, blocks);
    if ((size_t)xy.used * 3 < l->slots[length] || xy.square <= 0)
        return 0;
    return xy.sum / sqrt(window_of(l, length, w, x->own).sum * window_of(l, length, w, y->own).sum);
}

static void pair(struct detect_context *c, const struct table *t, const struct view *x, const struct view *y, const struct moves *moves, const struct lengths *l,
                 int length, const struct products *blocks)
{
    const struct moves *dx = &moves[x->at], *dy = &moves[y->at];
    size_t n = l->windows[length], slots = l->slots[length], hop = l->hop[length], begin = l->begin[length], used = 0;
    double *r = NEW_ARRAY(c->scratch, n + 1, double), *sorted = NEW_ARRAY(c->scratch, n + 1, double), *score = NEW_ARRAY(c->scratch, n + 1, double);
    double low = INFINITY, high = -INFINITY;
    struct standout s[STANDOUTS];
    for (size_t w = 0; w < n; w++) {
        r[w] = common_r(l, length, w, dx, dy, blocks);
        if (r[w] == 0)
            continue;
        sorted[used++] = r[w];
        low = r[w] < low ? r[w] : low;
        high = r[w] > high ? r[w] : high;
    }
    if (used < 60)
        return;
    double usual = median_of(sorted, used), middle = bounded_atanh(usual), half = sqrt((double)slots / 2); /* as good as half independent normal steps */
    double most = fmax(bounded_atanh(high) - middle, middle - bounded_atanh(low));
    if (normal_tail(most * half) * (double)n > parameter(c, "hard"))
        return;
    for (size_t i = 0; i < n; i++)
        score[i] = r[i] != 0 ? fabs(bounded_atanh(r[i]) - middle) : (double)NAN;
    size_t found = standouts(c->scratch, score, n, 3, 1 / sqrt((double)slots), 1e-2, s);
    for (size_t i = 0; i < found; i++) {
        double p = fmax(1e-300, normal_tail(score[s[i].best] * half) * (double)n);
        size_t at = begin + s[i].best * hop;
        if (p <= parameter(c, "hard") && fabs(r[s[i].best]) >= (burns(x, y) ? 0.7 : 0.3) &&
            calm_ones_too(c->scratch, dx->step + at, dy->step + at, slots, r[s[i].best]))
            say_pair(c, t, x, y, begin + s[i].first * hop, begin + (s[i].end - 1) * hop + slots, common_of(dx->step + at, dy->step + at, slots), usual,
                     fmax(p, s[i].p), !burns(x, y) && !gases_share(c, t, moves, x, y, at, slots));
    }
}

static bool measured_apart(const struct view *x, const struct view *y)
{
    enum role a = x->factor->role, b = y->factor->role;
    if (x->factor->kin && x->factor->kin == y->factor->kin)
        return false;
    return !((a == ROLE_FLOW || a == ROLE_VELOCITY || a == ROLE_LOAD) && (b == ROLE_FLOW || b == ROLE_VELOCITY || b == ROLE_LOAD));
}

void detect_minute_together(struct detect_context *c, const struct table *t)
{
    struct lengths l = lengths_of(t);
    struct moves *moves = NEW_ARRAY(c->scratch, t->columns_n + 1, struct moves);
    struct products *blocks = NEW_ARRAY(c->scratch, l.b.n + 1, struct products);
    for (size_t k = 0; k < t->columns_n; k++) {
        if (!lively(&c->views[k]))
            continue;
        float *step = ROOM_ARRAY(c->scratch, t->n + 1, float);
        steps_of(t, &c->views[k], step);
        moves[k] = (struct moves){step, NEW_ARRAY(c->scratch, l.b.n + 1, struct products)};
        blocks_products(moves[k].step, moves[k].step, 0, l.b, 0, moves[k].own);
    }
    for (size_t i = 0; i < t->columns_n; i++)
        for (size_t k = 0; k < t->columns_n; k++) {
            enum role other = c->views[k].factor->role;
            if (i == k || !moves[i].step || !moves[k].step || c->views[i].factor->role != ROLE_POLLUTANT || (other == ROLE_POLLUTANT && k < i) ||
                !measured_apart(&c->views[i], &c->views[k]))
                continue;
            blocks_products(moves[i].step, moves[k].step, 0, l.b, 0, blocks);
            for (int length = 0; length < LENGTHS; length++)
                pair(c, t, &c->views[i], &c->views[k], moves, &l, length, blocks);
        }
}
