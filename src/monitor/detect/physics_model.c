/*
 * B2, B5, B10, B11: a channel against what the others say (model.c). Process variables are never measured twice by accident,
 * so a pollutant that stops following its plant, or two unrelated channels that move as one, have left the process.
 */
#include "base/lanes.h"
#include "monitor/detect/blocks.h"

#include <string.h>

enum { LENGTHS = 3 };
struct window { size_t first; double score, p, shown[2]; };
struct windows { struct window *p; size_t n, capacity; };

static size_t window_length(const struct table *t, int k)
{
    static const double hours[LENGTHS] = {12, 24, 72}, minutes[LENGTHS] = {2, 6, 24};
    size_t n = slots_of(t, t->step_s <= 600 ? minutes[k] : hours[k]);
    return n < 12 ? 12 : n;
}

static bool judged(const struct view *v)
{
    enum role r = v->factor->role;
    return view_fit(v, 200) && v->mad > 0 && v->c->group == COLUMN_VALUE && r != ROLE_OTHER && r != ROLE_LOAD;
}

/* Sets p of every window: calibrated, times the independent windows there are. */
static void rank(struct detect_context *c, struct windows *w, double overlap, bool join)
{
    double *score = NEW_ARRAY(c->scratch, w->n + 1, double);
    for (size_t i = 0; i < w->n; i++)
        score[i] = w->p[i].score;
    struct calibration cal = calibrate(c->scratch, score, w->n);
    double *p = NEW_ARRAY(c->scratch, w->n + 1, double);
    for (size_t i = 0; i < w->n; i++)
        p[i] = fmin(1, calibrated_p(&cal, w->p[i].score) * fmax(1, (double)w->n / overlap));
    if (join) /* a stretch that is long against the table has widened its own tail */
        standouts_join(c->scratch, score, w->n, (size_t)overlap, 0.05, p);
    for (size_t i = 0; i < w->n; i++)
        w->p[i].p = p[i];
}

/* Neighbouring windows beyond the limit as one span. *i moves behind it; NULL at the end. */
static const struct window *next_span(const struct windows *w, size_t length, double limit, double least, size_t *i, size_t *ret_first, size_t *ret_end)
{
    while (*i < w->n && (w->p[*i].p > limit || w->p[*i].score < least))
        ++*i;
    if (*i == w->n)
        return NULL;
    const struct window *best = &w->p[*i];
    *ret_first = best->first;
    *ret_end = best->first + length;
    for (++*i; *i < w->n && w->p[*i].first <= *ret_end; ++*i)
        if (w->p[*i].p <= limit && w->p[*i].score >= least) {
            *ret_end = w->p[*i].first + length;
            best = w->p[*i].score > best->score ? &w->p[*i] : best;
        }
    return best;
}

/* ---- B10 ---- */
/* Scored by what is left unexplained within the window, its level aside: a series that lives by itself leaves both its own
 * movement and the plant's. */
static struct blocks blocks_all(const struct table *t)
{
    size_t length[LENGTHS];
    for (int k = 0; k < LENGTHS; k++)
        length[k] = window_length(t, k);
    return blocks_of_quarters(t, length, LENGTHS);
}

/* What a window's blocks sum up to, as means of products; where that leaves too few digits, of a standstill, slot by slot. */
struct followed { double n, r, var_x, var_e; };

static struct followed slot_by_slot(const struct view *v, const struct prediction *y, size_t first, size_t length, double *x, double *e)
{
    size_t n = 0;
    for (size_t i = first; i < first + length; i++)
        if (!isnan(v->x[i]) && !isnan(y->expected[i])) {
            x[n] = v->x[i];
            e[n++] = y->expected[i];
        }
    double r = correlation_of(x, e, n);
    return (struct followed){(double)n, isnan(r) ? 0 : r, variance_of(x, n), variance_of(e, n)};
}

static struct followed followed_of(const struct view *v, const struct prediction *y, const struct blocks *b, const struct tie_sums *sums, size_t first,
                                   size_t length, double *x, double *e)
{
    struct tie_sums s = {0};
    size_t from = (first - b->first) / b->size;
    for (size_t i = from; i < from + length / b->size; i++)
        s.x += sums[i].x, s.y += sums[i].y, s.xx += sums[i].xx, s.yy += sums[i].yy, s.xy += sums[i].xy, s.used += sums[i].used;
    double n = s.used, xx = s.xx - s.x * s.x / n, yy = s.yy - s.y * s.y / n;
    if (n < 10 || n * 4 < (double)length * 3)
        return (struct followed){0};
    if (xx <= 1e-9 * s.xx || yy <= 1e-9 * s.yy)
        return slot_by_slot(v, y, first, length, x, e);
    return (struct followed){n, (s.xy - s.x * s.y / n) / sqrt(xx * yy), xx / n, yy / n};
}

static bool follow(const struct view *v, const struct prediction *y, const struct blocks *b, const struct tie_sums *sums, size_t first, size_t length,
                   double *x, double *e, struct window *ret)
{
    struct followed f = followed_of(v, y, b, sums, first, length, x, e);
    double spread = sqrt(f.var_e), left = f.var_x + f.var_e - 2 * f.r * sqrt(f.var_x) * spread;
    if (f.n < 10)
        return false;
    *ret = (struct window){.first = first, .score = left, .shown = {f.r, spread}};
    return true;
}

static void independent(struct detect_context *c, const struct table *t, const struct view *v, const struct blocks *b, const struct tie_sums *sums,
                        size_t length)
{
    const struct prediction *y = &c->predictions[v->at];
    size_t hop = length / 4, i = 0, first, end, n = 0, low = 0;
    double *x = NEW_ARRAY(c->scratch, length, double), *e = NEW_ARRAY(c->scratch, length, double), r[VIEW_SAMPLE], least = y->rest_mad * y->rest_mad;
    double most = parameter(c, "window");
    struct windows w = {0};
    for (size_t at = window_first(t, hop); at + length <= t->n; at += hop) {
        struct window one;
        if (follow(v, y, b, sums, at, length, x, e, &one)) {
            low += one.shown[0] <= most;
            vec_push(c->scratch, &w, one);
        }
    }
    for (size_t k = 0; k < w.n && n < VIEW_SAMPLE; k++)
        r[n++] = w.p[k].shown[0];
    if (!low || w.n < 40 || median_of(r, n) < parameter(c, "history"))
        return;
    for (size_t k = 0; k < w.n; k++)
        w.p[k].score = 0.5 * log(fmax(w.p[k].score, 1e-4 * least) / least);
    rank(c, &w, 4, false);
    for (size_t k = 0; k < w.n; k++)
        if (w.p[k].shown[0] > most)
            w.p[k].p = 1; /* it follows, if badly */
    const struct window *best;
    while ((best = next_span(&w, length, parameter(c, "chance"), -INFINITY, &i, &first, &end))) {
        struct hit *h = hit_add(c, first, end - first, v);
        if (!h)
            return;
        h->score = best->score;
        h->p = best->p;
        hit_number(h, 0, "与其他通道推算值的相关系数", best->shown[0], 3);
        hit_number(h, 1, "平时的相关系数", median_of(r, n), 3);
        hit_apart(h, 2, "同期推算值的离散度", best->shown[1], v->c, 0);
        hit_sentence(c, h, "%.*s自%.*s起%.*s不再随其他通道变化：与由其他%u个通道推算的数值相关系数为%.2f，平时为%.2f", STR_ARG(factor_label(c->scratch, v->c)),
                     STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), y->drivers, best->shown[0], median_of(r, n));
    }
}

void detect_independent(struct detect_context *c, const struct table *t)
{
    struct blocks b = blocks_all(t);
    struct tie_sums *sums = NEW_ARRAY(c->scratch, b.n + 1, struct tie_sums);
    for (size_t k = 0; c->predictions && k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (!judged(v) || !c->predictions[k].expected || c->predictions[k].skill < parameter(c, "skill"))
            continue;
        blocks_tie(v->x, v->median, c->predictions[k].expected, v->median, b, sums);
        for (int i = 0; i < LENGTHS; i++)
            independent(c, t, v, &b, sums, window_length(t, i));
    }
}

/* ---- B11, B2: lower than the plant's state allows ---- */
/* x - expected, NAN where one of them is missing. */
LANES static void differences(const double *x, const double *y, size_t n, double *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = x[i] - y[i];
}

static bool rest_median(const double *rest, size_t first, size_t length, double *buffer, size_t stride, double *ret)
{
    size_t n = 0, looked = 0;
    for (size_t i = first; i < first + length; i += stride) {
        looked++;
        if (!isnan(rest[i]))
            buffer[n++] = rest[i];
    }
    if (n < 6 || n * 2 < looked)
        return false;
    *ret = median_of(buffer, n);
    return true;
}

/* The fortnight before and after is what this plant leaves unexplained anyhow: fuel, catalyst, season. */
struct around { size_t slots, stride; };

static struct around around_of(const struct table *t)
{
    size_t n = slots_of(t, t->step_s <= 600 ? 48 : 14 * 24);
    return (struct around){n, n / 64 + 1};
}

static void span_around(const struct table *t, const struct around *a, size_t at, size_t length, size_t *ret_from, size_t *ret_to)
{
    *ret_from = at > a->slots ? at - a->slots : 0;
    *ret_to = at + length + a->slots < t->n ? at + length + a->slots : t->n;
}

/*
 * Whether any window can lie `least` of the usual errors below what surrounds it. No: more than half of each window lies above a
 * bound, and more than half of what surrounds it at most so far above that bound. `low` counts the former in blocks, `high` the
 * latter, for each slot with those whole strides before it.
 */
struct lower { struct blocks b; struct below *low; uint32_t *used, *high; };

LANES static void count_strides(const double *x, size_t n, size_t stride, double bound, uint32_t *used, uint32_t *high)
{
    for (size_t from = 0; from < n; from += stride) {
        size_t many = n - from < stride ? n - from : stride;
        const double *at = x + from;
        uint32_t *to = used + from, *to_high = high + from;
        for (size_t i = 0; i < many; i++)
            to[i] = at[i] == at[i], to_high[i] = at[i] > bound;
        for (size_t i = 0; from && i < many; i++)
            to[i] += to[i - stride], to_high[i] += to_high[i - stride];
    }
}

/* A window in units of the usual error. False: too little is there. */
static bool lower_by(const struct table *t, const struct around *around, const double *rest, size_t at, size_t length, double *buffer, double *ret_here, double *ret_usual)
{
    size_t from, to;
    span_around(t, around, at, length, &from, &to);
    return rest_median(rest, at, length, buffer, 1, ret_here) && rest_median(rest, from, to - from, buffer, around->stride, ret_usual);
}

/* Where counts leave it open, that window is looked at itself. */
static bool any_lower(struct detect_context *c, const struct table *t, const struct lower *l, const struct around *around, const double *rest, double rest_mad,
                      size_t length)
{
    size_t hop = length / 4, blocks = length / l->b.size;
    double *buffer = NEW_ARRAY(c->scratch, 2 * around->slots + length, double), here, usual, least = parameter(c, "least");
    for (size_t at = window_first(t, hop); at + length <= t->n; at += hop) {
        size_t from, to, used = 0, low = 0, first = (at - l->b.first) / l->b.size;
        for (size_t i = first; i < first + blocks; i++)
            used += l->low[i].used, low += l->low[i].low;
        span_around(t, around, at, length, &from, &to);
        size_t last = from + (to - 1 - from) / around->stride * around->stride, before = from >= around->stride ? from - around->stride : SIZE_MAX;
        uint32_t many = l->used[last] - (before == SIZE_MAX ? 0 : l->used[before]), high = l->high[last] - (before == SIZE_MAX ? 0 : l->high[before]);
        if (used >= 6 && many >= 6 && (2 * low >= used || 2 * high >= many) && lower_by(t, around, rest, at, length, buffer, &here, &usual) &&
            (usual - here) / rest_mad >= least)
            return true;
    }
    return false;
}

/* Whether the rest is low from slot i on (or back): there, and in three of the five that are there. */
static bool low_from(const double *rest, size_t first, size_t end, size_t i, bool back, double bound)
{
    enum { LOOKED = 5, LEAST = 3 };
    size_t looked = 0, low = 0;
    if (!(rest[i] < bound))
        return false;
    for (size_t k = 0; looked < LOOKED && (back ? i >= first + k : i + k < end); k++) {
        double x = rest[back ? i - k : i + k];
        looked += !isnan(x);
        low += x < bound;
    }
    return low >= LEAST;
}

/* Windows reach beyond what departs: what is told is from where the rest is low to where it is low no more. */
static void trim(const double *rest, double bound, size_t *first, size_t *end)
{
    size_t from = *first, to = *end;
    while (from < to && !low_from(rest, from, to, from, false, bound))
        from++;
    while (to > from && !low_from(rest, from, to, to - 1, true, bound))
        to--;
    if (to > from)
        *first = from, *end = to;
}

static void below_expected(struct detect_context *c, const struct table *t, const struct view *v, const double *rest, size_t length)
{
    const struct prediction *y = &c->predictions[v->at];
    struct around around = around_of(t);
    size_t hop = length / 4, i = 0, first, end;
    double *buffer = NEW_ARRAY(c->scratch, 2 * around.slots + length, double);
    struct windows w = {0};
    for (size_t at = window_first(t, hop); at + length <= t->n; at += hop) {
        double here, usual;
        if (!lower_by(t, &around, rest, at, length, buffer, &here, &usual))
            continue;
        struct window one = {.first = at, .score = (usual - here) / y->rest_mad, .shown = {usual - here, here}};
        vec_push(c->scratch, &w, one);
    }
    if (w.n < 40)
        return;
    rank(c, &w, 4, v->factor->role == ROLE_OXYGEN);
    const struct window *best;
    while ((best = next_span(&w, length, parameter(c, "chance"), parameter(c, "least"), &i, &first, &end))) {
        trim(rest, best->shown[1] + best->shown[0] / 2, &first, &end);
        struct hit *h = hit_add(c, first, end - first, v);
        if (!h)
            return;
        h->score = best->score;
        h->p = best->p;
        hit_apart(h, 0, "低于推算值", best->shown[0], v->c, 0);
        hit_number(h, 1, "为平时误差的倍数", best->score, 1);
        hit_number(h, 2, "推算可解释的比例（%）", 100 * y->skill, 1);
        hit_sentence(c, h, "%.*s自%.*s起%.*s比按其他%u个通道推算的数值低%.*f%s，为平时误差的%.1f倍", STR_ARG(factor_label(c->scratch, v->c)),
                     STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), y->drivers, v->c->decimals, best->shown[0],
                     factor_unit_apart(v->c), best->score);
    }
}

static void residuals(struct detect_context *c, const struct table *t, bool oxygen)
{
    struct around around = around_of(t);
    struct lower l = {.b = blocks_all(t)};
    double *rest = NEW_ARRAY(c->scratch, t->n + 1, double), sample[VIEW_SAMPLE], least = parameter(c, "least");
    l.low = NEW_ARRAY(c->scratch, l.b.n + 1, struct below);
    l.used = NEW_ARRAY(c->scratch, t->n + 1, uint32_t);
    l.high = NEW_ARRAY(c->scratch, t->n + 1, uint32_t);
    for (size_t k = 0; c->predictions && k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        const struct prediction *y = &c->predictions[k];
        size_t n = 0;
        if (!judged(v) || (v->factor->role == ROLE_OXYGEN) != oxygen || !y->expected || y->skill < parameter(c, "skill") || y->rest_mad <= 0 ||
            (!oxygen && v->factor->role != ROLE_POLLUTANT && v->factor->role != ROLE_FLOW))
            continue;
        differences(v->x, y->expected, t->n, rest);
        for (size_t i = 0; i < t->n; i += stride_of(t->n, VIEW_SAMPLE))
            if (!isnan(rest[i]))
                sample[n++] = rest[i];
        double middle = n ? median_of(sample, n) : 0; /* any bound is sound; a third of the way up few surroundings reach it, and few windows its foot */
        blocks_below(rest, middle - (1 - 1e-9) * 2 * least / 3 * y->rest_mad, l.b, l.low);
        count_strides(rest, t->n, around.stride, middle + least / 3 * y->rest_mad, l.used, l.high);
        for (int i = 0; i < LENGTHS; i++)
            if (any_lower(c, t, &l, &around, rest, y->rest_mad, window_length(t, i)))
                below_expected(c, t, v, rest, window_length(t, i));
    }
}

void detect_residual(struct detect_context *c, const struct table *t)
{
    residuals(c, t, false);
}

void detect_oxygen(struct detect_context *c, const struct table *t)
{
    residuals(c, t, true);
}

/* ---- B5 ---- */
static bool may_not_move_together(const struct view *x, const struct view *y)
{
    enum role a = x->factor->role, b = y->factor->role;
    if (x->c->group != COLUMN_VALUE || y->c->group != COLUMN_VALUE || a == ROLE_OTHER || b == ROLE_OTHER || x->coarse || y->coarse || x->mad <= 0 ||
        y->mad <= 0 || x->equal > 0.3 || y->equal > 0.3)
        return false;
    if (x->factor->kin && x->factor->kin == y->factor->kin)
        return false;
    return !((a == ROLE_FLOW || a == ROLE_VELOCITY || a == ROLE_LOAD) && (b == ROLE_FLOW || b == ROLE_VELOCITY || b == ROLE_LOAD));
}

/* y over x as a line; what is left at worst, turns, r without the largest step, and r of the steps without the largest of either. */
struct tie { double r, slope, worst, without_step, steps; size_t turns, n; };

/* r of the n differences, but for those that are thrice the middle one or more, in either. */
static double calm_correlation(struct arena *scratch, double *x, double *y, size_t n)
{
    double *sorted = NEW_ARRAY(scratch, n + 1, double), most[2];
    size_t used = 0;
    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; i < n; i++)
            sorted[i] = fabs(k ? y[i] : x[i]);
        most[k] = n ? 3 * median_of(sorted, n) : 0;
    }
    for (size_t i = 0; i < n; i++)
        if (fabs(x[i]) < most[0] && fabs(y[i]) < most[1]) {
            x[used] = x[i];
            y[used++] = y[i];
        }
    return used >= 8 ? fabs(correlation_of(x, y, used)) : (double)NAN;
}

/* Two channels that stop and start together, or are switched together, share some steps, or a ramp of them, and no others: how the steps go together, and
 * how what each step differs from the one before, whichever is less. */
static double calm_steps(struct arena *scratch, const double *x, const double *y, size_t n)
{
    double *a = NEW_ARRAY(scratch, n, double), *b = NEW_ARRAY(scratch, n, double);
    for (size_t i = 1; i < n; i++)
        a[i - 1] = x[i] - x[i - 1], b[i - 1] = y[i] - y[i - 1];
    double r = calm_correlation(scratch, a, b, n - 1);
    for (size_t i = 2; i < n; i++)
        a[i - 2] = x[i] - 2 * x[i - 1] + x[i - 2], b[i - 2] = y[i] - 2 * y[i - 1] + y[i - 2];
    double bend = calm_correlation(scratch, a, b, n - 2);
    return r < bend ? r : bend;
}

static struct tie tie_of(struct detect_context *c, const struct view *x, const struct view *y, size_t first, size_t length)
{
    double *a = NEW_ARRAY(c->scratch, length, double), *b = NEW_ARRAY(c->scratch, length, double);
    struct tie tie = {0};
    size_t n = 0, step = 1;
    for (size_t i = first; i < first + length; i++)
        if (!isnan(x->x[i]) && !isnan(y->x[i])) {
            a[n] = x->x[i];
            b[n++] = y->x[i];
        }
    tie.n = n;
    if (n < 12 || n * 4 < length * 3)
        return tie;
    tie.r = correlation_of(a, b, n);
    if (isnan(tie.r) || fabs(tie.r) < 0.995)
        return tie;
    double mx = mean_of(a, n), my = mean_of(b, n);
    tie.slope = tie.r * sqrt(variance_of(b, n) / variance_of(a, n));
    for (size_t i = 0; i < n; i++) {
        tie.worst = fmax(tie.worst, fabs(b[i] - my - tie.slope * (a[i] - mx)));
        if (i && fabs(a[i] - a[i - 1]) > fabs(a[step] - a[step - 1]))
            step = i;
        tie.turns += i > 1 && (a[i] - a[i - 1]) * (a[i - 1] - a[i - 2]) < 0;
    }
    tie.steps = calm_steps(c->scratch, a, b, n);
    double da = a[step] - a[step - 1], db = b[step] - b[step - 1];
    for (size_t i = step; i < n; i++)
        a[i] -= da, b[i] -= db;
    tie.without_step = fabs(correlation_of(a, b, n));
    return tie;
}

/* How the two go together elsewhere: the median of |r| over windows outside. NAN: too few. */
static double usual_tie(struct detect_context *c, const struct table *t, const struct view *x, const struct view *y, size_t length, size_t first, size_t n)
{
    enum { WINDOWS = 32 };
    double r[WINDOWS], *a = NEW_ARRAY(c->scratch, length, double), *b = NEW_ARRAY(c->scratch, length, double);
    size_t got = 0, stride = (t->n > length ? t->n - length : 0) / WINDOWS + 1;
    for (size_t from = 0; from + length <= t->n && got < WINDOWS; from += stride) {
        size_t k = 0;
        for (size_t i = from; i < from + length && (from + length <= first || from >= first + n); i++)
            if (!isnan(x->x[i]) && !isnan(y->x[i])) {
                a[k] = x->x[i];
                b[k++] = y->x[i];
            }
        double one = k * 4 >= length * 3 ? correlation_of(a, b, k) : NAN;
        if (!isnan(one))
            r[got++] = fabs(one);
    }
    return got >= WINDOWS / 4 ? median_of(r, got) : NAN;
}

static void tied(struct detect_context *c, const struct table *t, const struct view *x, const struct view *y)
{
    size_t length = slots_of(t, t->step_s <= 600 ? 3 : 24), hop, end = 0;
    length = length < 24 ? 24 : length;
    hop = length / 2;
    for (size_t first = window_first(t, hop); first + length <= t->n; first += hop) {
        if (first < end)
            continue;
        struct tie tie = tie_of(c, x, y, first, length);
        if (fabs(tie.r) < parameter(c, "r") || tie.turns < 6 || tie.without_step < 0.995 || !(tie.steps >= parameter(c, "steps")))
            continue;
        size_t n = length;
        for (struct tie next; first + n + hop <= t->n; n += hop, tie = next) {
            next = tie_of(c, x, y, first, n + hop);
            if (fabs(next.r) < parameter(c, "r") || !(next.steps >= parameter(c, "steps")))
                break;
        }
        double share = fmin(0.5, 2 * fmax(tie.worst, y->q) / (2.5 * fmax(y->step_mad, y->q)));
        struct hit *h = hit_add(c, first, n, y);
        if (!h)
            return;
        hit_also(h, x);
        end = first + n;
        h->score = -log(1 - fmin(fabs(tie.r), 1 - 1e-12));
        h->p = fmax(1e-300, fmin(1e-4, (double)(t->n / hop) * pow(share, (double)tie.n - 4)));
        /* as one line, or so closely for so long as these two never go elsewhere */
        bool line = tie.worst <= y->q + fabs(tie.slope) * x->q;
        h->hard = h->p <= parameter(c, "hard") &&
                  (line || (h->p <= parameter(c, "close") && usual_tie(c, t, x, y, length, first, n) <= parameter(c, "apart")));
        hit_number(h, 0, "相关系数", tie.r, 6);
        hit_number(h, 1, "倍数", tie.slope, 4);
        hit_apart(h, 2, "与直线的最大偏差", tie.worst, y->c, 1);
        hit_sentence(c, h, "%.*s与%.*s自%.*s起%.*s同步变化（相关系数%.6f），两者的物理量并不相关", STR_ARG(factor_label(c->scratch, y->c)),
                     STR_ARG(factor_label(c->scratch, x->c)), STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, n)), tie.r);
    }
}

void detect_together(struct detect_context *c, const struct table *t)
{
    if (minutes_table(t)) {
        detect_minute_together(c, t);
        return;
    }
    for (size_t i = 0; i < t->columns_n; i++)
        for (size_t k = i + 1; k < t->columns_n; k++)
            if (view_fit(&c->views[i], 200) && view_fit(&c->views[k], 200) && may_not_move_together(&c->views[i], &c->views[k])) {
                /* the one that follows the rest of the plant less well is the one looked at */
                bool swap = c->predictions && c->predictions[i].skill < c->predictions[k].skill;
                tied(c, t, &c->views[swap ? k : i], &c->views[swap ? i : k]);
            }
}
