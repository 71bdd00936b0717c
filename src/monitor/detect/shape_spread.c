/*
 * A2, A3, A6, A12: a series that moves too little, or as no process moves. Each looks at windows on absolute time, scores them
 * and lets the site's other windows say how strange a score is.
 */
#include "base/lanes.h"
#include "monitor/detect/blocks.h"

#include <string.h>

enum { LENGTHS = 3, WINDOW_LEAST = 10 };
struct window { size_t first, n; double score, shown[2]; };
struct windows { struct window *p; size_t n, capacity; };
typedef bool window_fn(const struct detect_context *c, const struct view *v, const double *x, const size_t *slot, size_t n, struct window *ret);

/* Lengths looked at: half a day, a day, two days of hours; one, four, twelve hours of minutes. */
static size_t window_length(const struct table *t, int k)
{
    static const double hours[LENGTHS] = {12, 24, 48}, minutes[LENGTHS] = {1, 4, 12};
    size_t n = slots_of(t, t->step_s <= 600 ? minutes[k] : hours[k]);
    return n < 12 ? 12 : n;
}

/* Usable values of a window, gaps closed. */
static size_t gather(const struct view *v, size_t first, size_t n, double *x, size_t *slot)
{
    size_t used = 0;
    for (size_t i = first; i < first + n; i++)
        if (!isnan(v->x[i])) {
            x[used] = v->x[i];
            slot[used++] = i;
        }
    return used;
}

static bool enough(size_t used, size_t length)
{
    return used >= WINDOW_LEAST && used * 4 >= length * 3;
}

static void scan(struct detect_context *c, const struct table *t, const struct view *v, size_t length, window_fn *score, struct windows *ret)
{
    size_t hop = length / 4;
    double *x = NEW_ARRAY(c->scratch, length, double);
    size_t *slot = NEW_ARRAY(c->scratch, length, size_t);
    for (size_t first = window_first(t, hop); first + length <= t->n; first += hop) {
        struct window w = {.first = first, .n = length};
        size_t n = gather(v, first, length, x, slot);
        if (enough(n, length) && score(c, v, x, slot, n, &w))
            vec_push(c->scratch, ret, w);
    }
}

/* Windows beyond the limit, neighbours joined, strongest first shown. say() writes the sentence. */
typedef void say_fn(struct detect_context *c, const struct table *t, const struct view *v, struct hit *h, const struct window *best);

static void report(struct detect_context *c, const struct table *t, const struct view *v, const struct windows *w, double least, say_fn *say)
{
    double *scores = NEW_ARRAY(c->scratch, w->n + 1, double), limit = parameter(c, "chance");
    for (size_t i = 0; i < w->n; i++)
        scores[i] = w->p[i].score;
    struct calibration cal = calibrate(c->scratch, scores, w->n);
    for (size_t i = 0; i < w->n;) {
        /* four windows overlap: the year holds a quarter as many independent ones */
        double p = calibrated_p(&cal, w->p[i].score) * fmax(1, (double)w->n / 4);
        if (w->p[i].score < least || p > limit) {
            i++;
            continue;
        }
        const struct window *best = &w->p[i];
        size_t end = w->p[i].first + w->p[i].n, first = w->p[i].first;
        for (i++; i < w->n && w->p[i].first < end; i++) {
            double q = calibrated_p(&cal, w->p[i].score) * fmax(1, (double)w->n / 4);
            if (w->p[i].score < least || q > limit)
                continue;
            end = w->p[i].first + w->p[i].n;
            if (w->p[i].score > best->score)
                best = &w->p[i], p = q;
        }
        if (equal_around(t, v, first, end - first) > 0.05)
            continue; /* a calm month, or a coarser one */
        struct hit *h = hit_add(c, first, end - first, v);
        if (!h)
            return;
        h->score = best->score;
        h->p = fmin(1, p);
        say(c, t, v, h, best);
    }
}

/*
 * Screens: whether any window of a length scores `least` at all, asked of the blocks the windows are made of first. Only then all
 * of them are scored.
 */
struct remembered;
struct waved;
struct screen {
    struct blocks b;
    const struct view *v;
    double least;
    const struct extremes *own, *expected; /* A3 */
    const struct steps_seen *steps;        /* A12, rough: of all blocks before each, added up */
    const struct memory *memory;           /* A12, memory */
    const struct remembered *before;       /* the same of all blocks before each, added up */
    double forgotten;                      /* r that scores `least` in a window without gaps */
    const struct waved *waved;             /* A6 */
};
/* Blocks [from, from + n), whose window is `length` long. Never false where the window scores `least`. */
typedef bool may_fn(const struct screen *s, size_t from, size_t n, size_t length);

static struct blocks blocks_all(const struct table *t)
{
    size_t length[LENGTHS];
    for (int k = 0; k < LENGTHS; k++)
        length[k] = window_length(t, k);
    return blocks_of_quarters(t, length, LENGTHS);
}

/* Where blocks leave it open (a gap, a standstill, a start), that one window is scored: a plant that stopped for a day costs a day. */
static bool any_scores(struct detect_context *c, const struct table *t, const struct screen *s, size_t length, may_fn *may, window_fn *score, double least)
{
    size_t hop = length / 4, blocks = length / s->b.size, *slot = NEW_ARRAY(c->scratch, length, size_t);
    double *x = NEW_ARRAY(c->scratch, length, double);
    for (size_t first = window_first(t, hop); first + length <= t->n; first += hop) {
        struct window w;
        if (!may(s, (first - s->b.first) / s->b.size, blocks, length))
            continue;
        size_t n = gather(s->v, first, length, x, slot);
        if (enough(n, length) && score(c, s->v, x, slot, n, &w) && w.score >= least)
            return true;
    }
    return false;
}

static void each_length(struct detect_context *c, const struct table *t, const struct view *v, int k, window_fn *score, double least, say_fn *say,
                        const struct screen *s, may_fn *may)
{
    struct windows w = {0};
    size_t length = window_length(t, k);
    if ((k && length == window_length(t, k - 1)) || (may && !any_scores(c, t, s, length, may, score, least)))
        return;
    scan(c, t, v, length, score, &w);
    if (w.n >= 40)
        report(c, t, v, &w, least, say);
}

static void each(struct detect_context *c, const struct table *t, const struct view *v, window_fn *score, double least, say_fn *say, const struct screen *s,
                 may_fn *may)
{
    for (int k = 0; k < LENGTHS; k++)
        each_length(c, t, v, k, score, least, say, s, may);
}

/* Measured, finely printed, not between the results of a slow analyser. */
static bool lively(const struct view *v)
{
    return view_fit(v, 200) && !v->coarse && v->step_mad > 0 && v->equal < 0.5 && v->factor->role != ROLE_OTHER &&
           v->c->group != COLUMN_TOTAL;
}

static bool near_floor(const struct view *v, double x)
{
    return x <= v->p05 || (!isnan(v->floor) && x <= v->floor + 3 * v->grain);
}

/* ---- A2 ---- */
static bool spread_score(const struct detect_context *c, const struct view *v, const double *x, const size_t *slot, size_t n, struct window *ret)
{
    ROOM double copy[4096];
    (void)c, (void)slot;
    if (n > sizeof copy / sizeof *copy)
        n = sizeof copy / sizeof *copy;
    memcpy(copy, x, n * sizeof *x);
    double middle = median_of(copy, n), mad = mad_of(copy, n, middle) + 0.3 * v->q;
    if (near_floor(v, middle))
        return false;
    double absolute = log(v->mad / mad), relative = log(v->mad / fmax(fabs(v->median), v->q) * fmax(fabs(middle), v->q) / mad);
    ret->score = fmin(absolute, relative);
    ret->shown[0] = mad;
    ret->shown[1] = middle;
    return true;
}

static void say_spread(struct detect_context *c, const struct table *t, const struct view *v, struct hit *h, const struct window *best)
{
    double usual = view_outside(c->scratch, t, v, h->first, h->n).mad;
    hit_apart(h, 0, "窗口内离散度", best->shown[0], v->c, 1);
    hit_apart(h, 1, "平时离散度", usual, v->c, 1);
    hit_amount(h, 2, "窗口内中位数", best->shown[1], v->c, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s的波动只有平时的%.1f%%", STR_ARG(factor_label(c->scratch, v->c)), STR_ARG(slot_text(c->scratch, t, h->first)),
                 STR_ARG(span_text(c->scratch, t, h->n)), 100 * best->shown[0] / usual);
}

void detect_variance_collapse(struct detect_context *c, const struct table *t)
{
    if (minutes_table(t))
        detect_minute_calm(c, t);
    if (t->step_s < 600)
        return; /* a minute's spread is its instrument's: C17 */
    for (size_t k = 0; k < t->columns_n; k++)
        if (lively(&c->views[k]))
            each(c, t, &c->views[k], spread_score, log(1 / parameter(c, "ratio")), say_spread, NULL, NULL);
}

/* ---- A3: small range while the plant moves ---- */
static bool range_score(const struct detect_context *c, const struct view *v, const double *x, const size_t *slot, size_t n, struct window *ret)
{
    const struct prediction *y = &c->predictions[v->at];
    double low = INFINITY, high = -INFINITY, low_y = INFINITY, high_y = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        double e = y->expected[slot[i]];
        low = fmin(low, x[i]), high = fmax(high, x[i]);
        if (!isnan(e))
            low_y = fmin(low_y, e), high_y = fmax(high_y, e);
    }
    if (!(high_y > low_y) || near_floor(v, (low + high) / 2))
        return false;
    ret->score = log((high_y - low_y + v->q) / (high - low + v->q));
    ret->shown[0] = high - low;
    ret->shown[1] = high_y - low_y;
    return true;
}

static void say_range(struct detect_context *c, const struct table *t, const struct view *v, struct hit *h, const struct window *best)
{
    /* a day and more at a standstill, while what the others do would have moved it through half of its usual range */
    h->hard = h->p <= parameter(c, "hard") && best->n >= slots_of(t, 24) && best->shown[1] >= 0.5 * (v->p95 - v->p05) &&
              best->shown[1] >= parameter(c, "hard_ratio") * fmax(best->shown[0], v->q);
    hit_apart(h, 0, "窗口内极差", best->shown[0], v->c, 0);
    hit_apart(h, 1, "按其他通道应有极差", best->shown[1], v->c, 0);
    hit_apart(h, 2, "全段5%～95%范围", v->p95 - v->p05, v->c, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s内的变化幅度只有%.*s%s，而按负荷、氧含量等其他通道应有%.*s%s", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, h->first)), STR_ARG(span_text(c->scratch, t, h->n)),
                 STR_ARG(value_text(c->scratch, v, best->shown[0])), factor_unit_apart(v->c), STR_ARG(value_text(c->scratch, v, best->shown[1])),
                 factor_unit_apart(v->c));
}

static struct extremes extremes_of(const struct extremes *e, size_t from, size_t n)
{
    struct extremes all = {INFINITY, -INFINITY, 0};
    for (size_t i = from; i < from + n; i++) {
        all.low = e[i].low < all.low ? e[i].low : all.low;
        all.high = e[i].high > all.high ? e[i].high : all.high;
    }
    return all;
}

static bool may_stand(const struct screen *s, size_t from, size_t n, size_t length)
{
    struct extremes own = extremes_of(s->own, from, n), y = extremes_of(s->expected, from, n);
    (void)length;
    return y.high > y.low && y.high - y.low + s->v->q >= s->least * (own.high - own.low + s->v->q);
}

/* Blocks of one hop joined, so that every window is four of them. */
static void join_extremes(const struct extremes *e, const struct blocks *b, size_t first, size_t hop, size_t n, struct extremes *ret)
{
    for (size_t k = 0; k < n; k++)
        ret[k] = extremes_of(e, (first - b->first) / b->size + k * (hop / b->size), hop / b->size);
}

void detect_small_fluctuation(struct detect_context *c, const struct table *t)
{
    struct blocks b = blocks_all(t);
    struct extremes *own = NEW_ARRAY(c->scratch, b.n + 1, struct extremes), *expected = NEW_ARRAY(c->scratch, b.n + 1, struct extremes);
    struct extremes *own_hop = NEW_ARRAY(c->scratch, b.n + 1, struct extremes), *expected_hop = NEW_ARRAY(c->scratch, b.n + 1, struct extremes);
    double least = parameter(c, "log_ratio");
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!lively(v) || !c->predictions || c->predictions[k].skill < 0.2)
            continue;
        blocks_extremes(v->x, v->x, b, own);
        blocks_extremes(c->predictions[k].expected, v->x, b, expected);
        for (int i = 0; i < LENGTHS; i++) {
            size_t length = window_length(t, i), hop = length / 4, first = window_first(t, hop), hops = t->n > first ? (t->n - first) / hop : 0;
            struct screen s = {.b = {first, hop, hops}, .v = v, .least = (1 - 1e-9) * exp(least), .own = own_hop, .expected = expected_hop};
            if (length % 4 == 0) {
                join_extremes(own, &b, first, hop, hops, own_hop);
                join_extremes(expected, &b, first, hop, hops, expected_hop);
            } else {
                s.b = b, s.own = own, s.expected = expected;
            }
            each_length(c, t, v, i, range_score, least, say_range, &s, may_stand);
        }
    }
}

/* ---- A12: noise without memory ---- */
static bool memory_score(const struct detect_context *c, const struct view *v, const double *x, const size_t *slot, size_t n, struct window *ret)
{
    double r = lag_correlation_of(x, n, 1);
    (void)c, (void)slot;
    if (isnan(r) || near_floor(v, x[n / 2]))
        return false;
    ret->score = -atanh(fmin(fmax(r, -0.99), 0.9999)) * sqrt((double)n - 3);
    ret->shown[0] = r;
    ret->shown[1] = (double)n;
    return true;
}

static void say_memory(struct detect_context *c, const struct table *t, const struct view *v, struct hit *h, const struct window *best)
{
    hit_number(h, 0, "窗口内一阶自相关", best->shown[0], 3);
    hit_number(h, 1, "窗口内数值个数", best->shown[1], 0);
    hit_apart(h, 2, "全段离散度", v->mad, v->c, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s内前后值没有联系（一阶自相关%.2f），本站平时有明显的连续性", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, h->first)), STR_ARG(span_text(c->scratch, t, h->n)), best->shown[0]);
}

/* Steps from one value to the next larger than this series makes them, while its level stays within the usual. */
static bool rough_score(const struct detect_context *c, const struct view *v, const double *x, const size_t *slot, size_t n, struct window *ret)
{
    ROOM double step[4096];
    double low = INFINITY, high = -INFINITY;
    size_t k = 0;
    (void)c;
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, x[i]), high = fmax(high, x[i]);
        if (i && slot[i] == slot[i - 1] + 1 && k < sizeof step / sizeof *step)
            step[k++] = x[i] - x[i - 1];
    }
    if (k < 10 || low < v->p01 - v->mad || high > v->p99 + v->mad)
        return false;
    double mad = mad_of(step, k, 0);
    ret->score = log(fmax(mad, v->q) / v->step_mad);
    ret->shown[0] = mad;
    ret->shown[1] = (double)k;
    return true;
}

static void say_rough(struct detect_context *c, const struct table *t, const struct view *v, struct hit *h, const struct window *best)
{
    double usual = view_outside(c->scratch, t, v, h->first, h->n).step_mad;
    hit_apart(h, 0, "窗口内相邻差", best->shown[0], v->c, 1);
    hit_apart(h, 1, "平时相邻差", usual, v->c, 1);
    hit_number(h, 2, "相邻值的对数", best->shown[1], 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s内相邻两值之差为平时的%.1f倍，而水平仍在平时范围", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, h->first)), STR_ARG(span_text(c->scratch, t, h->n)), best->shown[0] / usual);
}

/* Counts of all blocks before each, in place. */
static void steps_before(struct steps_seen *s, size_t n)
{
    struct steps_seen all = {0};
    for (size_t k = 0; k <= n; k++) {
        struct steps_seen own = k < n ? s[k] : all;
        s[k] = all;
        all.n += own.n, all.high += own.high;
    }
}

/* The middle of so many steps is high only if half of them are. */
static bool may_be_rough(const struct screen *s, size_t from, size_t n, size_t length)
{
    size_t first = s->b.first + from * s->b.size, many = s->steps[from + n].n - s->steps[from].n, high = s->steps[from + n].high - s->steps[from].high;
    double into = first ? s->v->x[first] - s->v->x[first - 1] : NAN; /* no step of the window */
    (void)length;
    many -= !isnan(into);
    high -= fabs(into) >= s->least;
    return high >= many - many / 2;
}

struct remembered { double sum, square, product; size_t used; };

static void add_up(const struct memory *m, size_t n, struct remembered *ret)
{
    ret[0] = (struct remembered){0};
    for (size_t k = 0; k < n; k++)
        ret[k + 1] = (struct remembered){ret[k].sum + m[k].sum, ret[k].square + m[k].square, ret[k].product + m[k].product, ret[k].used + m[k].used};
}

static size_t used_of(const struct screen *s, size_t from, size_t n)
{
    return s->before[from + n].used - s->before[from].used;
}

/* r from one value to the next as its parts, good to some ten-millionths. False: differences of sums leave too few digits. */
struct tied { double xy, x_y /* the product of both squares */; };

static bool block_tie(const struct screen *s, size_t from, size_t n, struct tied *ret)
{
    const struct remembered *low = &s->before[from], *high = &s->before[from + n];
    size_t first = from, last = from + n - 1;
    while (!s->memory[first].used)
        first++;
    while (!s->memory[last].used)
        last--;
    double sum = high->sum - low->sum, square = high->square - low->square, product = high->product - low->product - s->memory[first].first_product;
    double begin = s->memory[first].first, end = s->memory[last].last, by = 1 / ((double)used_of(s, from, n) - 1), before = sum - end, behind = sum - begin;
    double x = square - end * end - before * before * by, y = square - begin * begin - behind * behind * by, least = 1e-9 * s->before[s->b.n].square;
    if (x <= 1e-6 * square || y <= 1e-6 * square || x <= least || y <= least)
        return false;
    *ret = (struct tied){product - before * behind * by, x * y};
    return true;
}

/* Whether r from one value to the next is low enough; compared by squares, with their signs. */
static const double tied_margin = 1 + 1e-9;

static bool may_forget(const struct screen *s, size_t from, size_t n, size_t length)
{
    size_t used = used_of(s, from, n);
    if (!enough(used, length))
        return false;
    struct tied tied;
    double most = (used < length ? tanh(-s->least / sqrt((double)used - 3)) : s->forgotten) + 1e-6, most_2 = most * fabs(most) * tied_margin;
    return !block_tie(s, from, n, &tied) || !(tied.xy * fabs(tied.xy) > most_2 * tied.x_y);
}

/* The scores of a length without looking at the readings again, off by some millionths: where those are few that are not sure. */
static void scan_blocks(struct detect_context *c, const struct table *t, const struct screen *s, size_t length, struct windows *ret)
{
    size_t hop = length / 4, blocks = length / s->b.size, *slot = NEW_ARRAY(c->scratch, length, size_t);
    double *x = NEW_ARRAY(c->scratch, length, double);
    for (size_t first = window_first(t, hop); first + length <= t->n; first += hop) {
        struct window w = {.first = first, .n = length};
        size_t from = (first - s->b.first) / s->b.size, used = used_of(s, from, blocks);
        if (!enough(used, length))
            continue;
        struct tied tied;
        double r = used == length && block_tie(s, from, blocks, &tied) ? tied.xy / sqrt(tied.x_y) : NAN;
        if (!isnan(r) && near_floor(s->v, s->v->x[first + length / 2]))
            continue;
        w.shown[0] = r;
        w.score = isnan(r) ? 0 : -atanh(fmin(fmax(r, -0.99), 0.9999)) * sqrt((double)length - 3);
        if (isnan(r) && !memory_score(c, s->v, x, slot, gather(s->v, first, length, x, slot), &w))
            continue;
        vec_push(c->scratch, ret, w);
    }
}

/* Whether report() could say anything of scores that are off by so little, whichever tail they get. */
static bool may_report(struct detect_context *c, const struct windows *w, double least)
{
    double *scores = NEW_ARRAY(c->scratch, w->n + 1, double), limit = 1.01 * parameter(c, "chance") / fmax(1, (double)w->n / 4);
    for (size_t i = 0; i < w->n; i++)
        scores[i] = w->p[i].score;
    struct calibration normal = calibrate(c->scratch, scores, w->n), plain = normal;
    plain.sigma = 0;
    normal.sigma = 1.25 * (normal.u - normal.middle) / 1.2816;
    bool may = w->n < 20 || normal.u - normal.middle < 1e-2 || plain.scale < 1e-2;
    for (size_t i = 0; i < w->n && !may; i++)
        may = w->p[i].score >= least - 1e-4 && fmin(calibrated_p(&normal, w->p[i].score), calibrated_p(&plain, w->p[i].score)) <= limit;
    return may;
}

/* Only where the site has memory windows without are strange. less: so much lower it is enough, too. */
static bool remembers(struct detect_context *c, const struct windows *w, double less)
{
    double r[VIEW_SAMPLE];
    size_t n = 0;
    for (size_t j = 0; j < w->n && n < VIEW_SAMPLE; j++)
        r[n++] = w->p[j].shown[0];
    return w->n >= 40 && median_of(r, n) >= parameter(c, "history") - less;
}

static void forgetful(struct detect_context *c, const struct table *t, const struct view *v, struct screen *s)
{
    for (int i = 0; i < LENGTHS; i++) {
        struct windows near = {0}, w = {0};
        size_t length = window_length(t, i);
        if (length < 24 || (i && length == window_length(t, i - 1)))
            continue;
        s->least = -atanh(parameter(c, "window")) * sqrt((double)length - 3);
        s->forgotten = tanh(-s->least / sqrt((double)length - 3));
        if (!any_scores(c, t, s, length, may_forget, memory_score, s->least))
            continue;
        scan_blocks(c, t, s, length, &near);
        if (!remembers(c, &near, 1e-5) || !may_report(c, &near, s->least))
            continue;
        scan(c, t, v, length, memory_score, &w);
        if (remembers(c, &w, 0))
            report(c, t, v, &w, s->least, say_memory);
    }
}

/* rough_score() of all windows: steps are taken once, and each window's middle one is looked for near the one before. */
static void scan_rough(struct detect_context *c, const struct table *t, const struct view *v, const struct screen *s, size_t length, struct windows *ret)
{
    size_t hop = length / 4, blocks = length / s->b.size;
    double *size = NEW_ARRAY(c->scratch, t->n + 1, double), guess = v->step_mad / MAD_SCALE;
    size[0] = NAN;
    for (size_t i = 1; i < t->n; i++)
        size[i] = fabs(v->x[i] - v->x[i - 1]);
    for (size_t first = window_first(t, hop); first + length <= t->n; first += hop) {
        struct window w = {.first = first, .n = length};
        size_t from = (first - s->b.first) / s->b.size, many;
        struct extremes e = extremes_of(s->own, from, blocks);
        if (!enough(used_of(s, from, blocks), length) || e.low < v->p01 - v->mad || e.high > v->p99 + v->mad)
            continue;
        double middle = median_there(size + first + 1, length - 1, guess, &many);
        if (many < 10)
            continue;
        guess = middle;
        w.shown[0] = MAD_SCALE * middle;
        w.shown[1] = (double)many;
        w.score = log(fmax(w.shown[0], v->q) / v->step_mad);
        vec_push(c->scratch, ret, w);
    }
}

static void rough(struct detect_context *c, const struct table *t, const struct view *v, const struct screen *s, double least, struct extremes *own)
{
    bool known = false;
    for (int k = 0; k < LENGTHS; k++) {
        struct windows w = {0};
        size_t length = window_length(t, k);
        if ((k && length == window_length(t, k - 1)) || !any_scores(c, t, s, length, may_be_rough, rough_score, least))
            continue;
        if (!known)
            blocks_extremes(v->x, v->x, s->b, own);
        known = true;
        scan_rough(c, t, v, s, length, &w);
        if (w.n >= 40)
            report(c, t, v, &w, least, say_rough);
    }
}

void detect_synthetic_noise(struct detect_context *c, const struct table *t)
{
    struct blocks b = blocks_all(t);
    struct steps_seen *steps = NEW_ARRAY(c->scratch, b.n + 1, struct steps_seen);
    struct memory *memory = NEW_ARRAY(c->scratch, b.n + 1, struct memory);
    struct remembered *before = NEW_ARRAY(c->scratch, b.n + 1, struct remembered);
    struct extremes *own = NEW_ARRAY(c->scratch, b.n + 1, struct extremes);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!lively(v))
            continue;
        double ratio = parameter(c, "rough"), high = (1 - 1e-9) * ratio * v->step_mad / MAD_SCALE;
        struct screen s = {.b = b, .v = v, .least = high, .own = own, .steps = steps, .memory = memory, .before = before};
        /* steps_of a window are cut at a size; a printing step that is rough by itself makes all windows so */
        bool screened = window_length(t, LENGTHS - 1) <= 4096 && v->q < (1 - 1e-9) * ratio * v->step_mad;
        blocks_steps(v->x, high, b, steps);
        steps_before(steps, b.n);
        blocks_memory(v->x, v->median, b, memory);
        add_up(memory, b.n, before);
        if (screened)
            rough(c, t, v, &s, log(ratio), own);
        else
            each(c, t, v, rough_score, log(ratio), say_rough, NULL, NULL);
        forgetful(c, t, v, &s);
    }
}

/* ---- A6: a generator's wave: x[t+1] = a x[t] + b x[t-1] + c with next to nothing left over ---- */
/* Products with one and two values before, about the mean: four chains of each. */
struct wave { double s11, s12, s22, y1, y2, all; };

LANES static struct wave wave_of(const double *x, size_t n, double mean)
{
    enum { CHAINS = 4 };
    double s[6][CHAINS] = {0};
    for (size_t i = 2; i < n; i += CHAINS)
        for (size_t l = 0; l < CHAINS && i + l < n; l++) {
            double a = x[i + l - 1] - mean, b = x[i + l - 2] - mean, y = x[i + l] - mean;
            s[0][l] += a * a, s[1][l] += a * b, s[2][l] += b * b, s[3][l] += a * y, s[4][l] += b * y, s[5][l] += y * y;
        }
    for (int k = 0; k < 6; k++)
        s[k][0] = (s[k][0] + s[k][1]) + (s[k][2] + s[k][3]);
    return (struct wave){s[0][0], s[1][0], s[2][0], s[3][0], s[4][0], s[5][0]};
}

/* What two values before leave of a window, and whether they make a wave of it: ret->score says how little; shown[1] holds the rest for now. */
static bool wave_of_window(const struct view *v, const double *x, size_t n, struct window *ret)
{
    double m = mean_of(x, n), rest = 0;
    struct wave w = wave_of(x, n, m);
    double d = w.s11 * w.s22 - w.s12 * w.s12;
    ret->score = 0, ret->shown[0] = 0, ret->shown[1] = NAN;
    if (d <= 0 || w.all <= (double)n * v->q * v->q)
        return false; /* it stands still */
    double a = (w.y1 * w.s22 - w.y2 * w.s12) / d, b = (w.y2 * w.s11 - w.y1 * w.s12) / d, turn = a / 2;
    for (size_t i = 2; i < n; i++) {
        double e = x[i] - m - a * (x[i - 1] - m) - b * (x[i - 2] - m);
        rest += e * e;
    }
    ret->shown[1] = rest / ((double)n - 5);
    if (fabs(turn) >= 1 || b > -0.9 || w.all < 0.04 * (double)n * v->mad * v->mad)
        return true; /* no wave, or a ripple: a calm day has little left over, too */
    ret->shown[0] = 2 * M_PI / acos(turn); /* slots a period */
    ret->score = ret->shown[0] >= 4 && ret->shown[0] * 1.25 <= (double)n ? -log10(fmax(rest / w.all, 1e-9)) : 0;
    return true;
}

static bool wave_score(const struct detect_context *c, const struct view *v, const double *x, const size_t *slot, size_t n, struct window *ret)
{
    (void)c, (void)slot;
    return wave_of_window(v, x, n, ret);
}

static void say_wave(struct detect_context *c, const struct table *t, const struct view *v, struct hit *h, const struct window *best)
{
    hit_number(h, 0, "周期（时段数）", best->shown[0], 1);
    hit_number(h, 1, "可由前两个值算出的比例（%）", 100 * (1 - pow(10, -best->score)), 3);
    hit_apart(h, 2, "全段离散度", v->mad, v->c, 0);
    hit_sentence(c, h, "%.*s自%.*s起%.*s内是一条周期约%.1f个时段的规则波形，%.2f%%的变化可由前两个值算出", STR_ARG(factor_label(c->scratch, v->c)),
                 STR_ARG(slot_text(c->scratch, t, h->first)), STR_ARG(span_text(c->scratch, t, h->n)), best->shown[0], 100 * (1 - pow(10, -best->score)));
}

/*
 * Chance that `n` values leave so little beside two before them: a variance of n - 5 degrees against what the calmest tenth of this outlet's
 * windows leaves (Chernoff's bound of chi-square), in so many windows.
 */
static double wave_chance(double rest, double calm, size_t n, double windows)
{
    double part = rest / calm;
    return part < 1 ? fmin(1, windows * exp(-((double)n - 5) / 2 * (part - 1 - log(fmax(part, 1e-12))))) : 1;
}

static void waves(struct detect_context *c, const struct table *t, const struct view *v, size_t length)
{
    struct windows w = {0};
    size_t hop = length / 4, *slot = NEW_ARRAY(c->scratch, length, size_t), known = 0;
    double *x = NEW_ARRAY(c->scratch, length, double), *rest;
    for (size_t first = window_first(t, hop); first + length <= t->n; first += hop) {
        struct window one = {.first = first, .n = length};
        size_t n = gather(v, first, length, x, slot);
        if (n == length && wave_of_window(v, x, n, &one)) /* a wave with a gap in it is none to the one before the last */
            vec_push(c->scratch, &w, one);
    }
    rest = NEW_ARRAY(c->scratch, w.n + 1, double);
    for (size_t i = 0; i < w.n; i++)
        rest[known++] = w.p[i].shown[1];
    if (known < 40)
        return;
    double calm = fmax(quantile_of(rest, known, 0.1), v->q * v->q), least = parameter(c, "score"), limit = parameter(c, "chance"), windows = (double)known / 4;
    for (size_t i = 0; i < w.n; i++) {
        double p = w.p[i].score < least ? 1 : wave_chance(w.p[i].shown[1], calm, length, windows);
        const struct window *best = &w.p[i];
        size_t first = best->first, end = first + length;
        if (p > limit)
            continue;
        for (; i + 1 < w.n && w.p[i + 1].first < end && w.p[i + 1].score >= least; i++) {
            double q = wave_chance(w.p[i + 1].shown[1], calm, length, windows);
            if (q > limit)
                break;
            end = w.p[i + 1].first + length;
            best = q < p ? &w.p[i + 1] : best;
            p = fmin(p, q);
        }
        struct hit *h = equal_around(t, v, first, end - first) > 0.05 ? NULL : hit_add(c, first, end - first, v);
        if (!h)
            continue;
        h->score = best->score;
        h->p = fmax(p, 1e-300);
        say_wave(c, t, v, h, best);
    }
}

/* Of all blocks before each: lags added up where they are whole, and how many are not. */
struct waved { double sum, square, one, two; size_t broken; };

static void add_up_lags(const struct lags *l, size_t n, struct waved *ret)
{
    ret[0] = (struct waved){0};
    for (size_t k = 0; k < n; k++) {
        ret[k + 1] = ret[k];
        ret[k + 1].broken += !l[k].whole;
        if (l[k].whole)
            ret[k + 1].sum += l[k].sum, ret[k + 1].square += l[k].square, ret[k + 1].one += l[k].one, ret[k + 1].two += l[k].two;
    }
}

/* Only where a value goes against the one before the last: b of wave_of_window(), from sums about another mean. */
static bool may_wave(const struct screen *s, size_t from, size_t n, size_t length)
{
    size_t first = s->b.first + from * s->b.size;
    const double *x = s->v->x + first, center = s->v->median;
    const struct waved *low = &s->waved[from], *high = &s->waved[from + n];
    if (high->broken > low->broken)
        return true;
    double before = first < 1 ? 0 : x[-1] - center, before_2 = first < 2 ? 0 : x[-2] - center, m = (double)length - 2;
    double sum = high->sum - low->sum, square = high->square - low->square, one = high->one - low->one, two = high->two - low->two;
    double least = 1e-5 * s->waved[s->b.n].square;
    double x0 = x[0] - center, x1 = x[1] - center, y0 = x[length - 2] - center, y1 = x[length - 1] - center, mean = sum / (double)length;
    double sum_a = sum - x0 - y1, sum_b = sum - y0 - y1, sum_y = sum - x0 - x1;
    double aa = square - x0 * x0 - y1 * y1, bb = square - y0 * y0 - y1 * y1;
    /* products whose second value lies before the window, or whose first does not belong */
    double ya = one - x0 * before - x1 * x0, ab = one - x0 * before - y1 * y0, yb = two - x0 * before_2 - x1 * before;
    double s11 = aa - 2 * mean * sum_a + m * mean * mean, s22 = bb - 2 * mean * sum_b + m * mean * mean;
    double s12 = ab - mean * (sum_a + sum_b) + m * mean * mean, y1s = ya - mean * (sum_y + sum_a) + m * mean * mean;
    double y2s = yb - mean * (sum_y + sum_b) + m * mean * mean, d = s11 * s22 - s12 * s12;
    if (s11 <= least || s22 <= least || s11 <= 1e-6 * square || s22 <= 1e-6 * square || d <= 1e-4 * s11 * s22)
        return true; /* too few digits left */
    return (y2s * s11 - y1s * s12) / d <= -0.9 + 1e-6;
}

void detect_waveform(struct detect_context *c, const struct table *t)
{
    struct blocks b = blocks_all(t);
    struct lags *lags = NEW_ARRAY(c->scratch, b.n + 1, struct lags);
    struct waved *waved = NEW_ARRAY(c->scratch, b.n + 1, struct waved);
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        /* few levels are no hindrance: what they round away counts as left over */
        if (!view_fit(v, 200) || v->step_mad <= 0 || v->equal >= 0.5 || v->factor->role != ROLE_POLLUTANT || v->c->group == COLUMN_TOTAL)
            continue;
        struct screen s = {.b = b, .v = v, .waved = waved};
        blocks_lags(v->x, v->median, b, lags);
        add_up_lags(lags, b.n, waved);
        for (int i = 0; i < LENGTHS; i++) {
            size_t length = window_length(t, i);
            if ((!i || length != window_length(t, i - 1)) && any_scores(c, t, &s, length, may_wave, wave_score, parameter(c, "score")))
                waves(c, t, v, length);
        }
    }
}
