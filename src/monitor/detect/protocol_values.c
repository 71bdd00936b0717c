/*
 * C1, C2, C4, C14: what one message says against what another says of the same time. All with intervals: a sum of n rounded
 * numbers is known to n halves of a step, and only disjoint intervals are a contradiction.
 */
#include "base/lanes.h"
#include "monitor/detect/detect_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- C1 ---- */
static bool out_of_order(const struct view *v, size_t i)
{
    int64_t x = v->c->value[i], low = v->c->low ? v->c->low[i] : VALUE_NONE, high = v->c->high ? v->c->high[i] : VALUE_NONE;
    if (x == VALUE_NONE || isnan(v->x[i]) || ((low == VALUE_NONE || low <= x) && (high == VALUE_NONE || x <= high)))
        return false;
    struct interval mean = value_interval(v, i, x);
    return (low != VALUE_NONE && value_interval(v, i, low).low > mean.high) || (high != VALUE_NONE && value_interval(v, i, high).high < mean.low) ||
           (low != VALUE_NONE && high != VALUE_NONE && low > high);
}

/* Whether any value that may be looked at is not between its extremes as these were printed, which rounding may still explain. */
LANES static bool any_outside(const int64_t *value, const double *x, const int64_t *low, const int64_t *high, size_t n)
{
    uint64_t any = 0;
    for (size_t i = 0; low && i < n; i++)
        any |= (uint64_t)((x[i] == x[i]) & (low[i] > value[i])); /* none is VALUE_NONE, the lowest */
    for (size_t i = 0; high && i < n; i++)
        any |= (uint64_t)((x[i] == x[i]) & (high[i] != VALUE_NONE) & (value[i] > high[i]));
    return any != 0;
}

void detect_order(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        if (v->c->unfit || !v->c->value || (!v->c->low && !v->c->high) || !any_outside(v->c->value, v->x, v->c->low, v->c->high, t->n))
            continue;
        size_t wrong_all = 0;
        for (size_t i = 0; i < t->n; i++)
            wrong_all += out_of_order(v, i);
        double often = ((double)wrong_all + 1) / ((double)v->used + 2);
        for (size_t i = 0; wrong_all > 0 && i < t->n; i++) {
            size_t first = i, gap = 0, n = 0, count = 0;
            if (!out_of_order(v, i))
                continue;
            for (; i < t->n && gap <= slots_of(t, 24); i++) {
                bool wrong = out_of_order(v, i);
                gap = wrong ? 0 : gap + 1;
                count += wrong;
                n = wrong ? i + 1 - first : n;
            }
            i = first + n - 1;
            struct hit *h = hit_add(c, first, n, v);
            if (!h)
                return;
            h->score = (double)count;
            h->p = fmin(1e-4, (double)v->used * pow(fmin(0.5, often), (double)count));
            /* a logger that keeps the order in nine of ten has no excuse of habit */
            h->hard = count >= 3 && often < 0.1;
            hit_amount(h, 0, "均值", v->x[first], v->c, 0);
            hit_amount(h, 1, "最小值", v->c->low && v->c->low[first] != VALUE_NONE ? (double)v->c->low[first] * v->unit : NAN, v->c, 0);
            hit_amount(h, 2, "最大值", v->c->high && v->c->high[first] != VALUE_NONE ? (double)v->c->high[first] * v->unit : NAN, v->c, 0);
            hit_sentence(c, h, "%.*s自%.*s起有%zu个时段的均值不在同一时段的最小值与最大值之间", STR_ARG(factor_label(c->scratch, v->c)),
                         STR_ARG(slot_text(c->scratch, t, first)), count);
        }
    }
}

/* ---- C2 ---- */
/* Whether the stamp of a finer value names its beginning or its end. */
enum habit { HABIT_BEGIN, HABIT_END, HABITS };
enum { SLOTS_MOST = 1440 /* finer values of a coarse one: the minutes of a day */ };
struct recomputed { struct interval mean; size_t n; };
/* Intervals of the finer values are made once for all means, when the first asks for them (`of` is NULL until then); `marked` is room for one of them. */
struct recompute {
    struct arena *arena;
    const struct table *coarse, *fine;
    const struct view *v, *flow; /* flow NULL: means are not weighted */
    struct interval range, *of, *marked;
};

static int by_low(const void *x, const void *y)
{
    double a = ((const struct interval *)x)->low, b = ((const struct interval *)y)->low;
    return (a > b) - (a < b);
}

/* The finer value that begins with a coarse one; may lie outside of the finer table. */
static usec first_of(const struct recompute *how, size_t slot)
{
    return (table_at(how->coarse, slot) - how->fine->from) / (how->fine->step_s * USEC_SECOND);
}

static void intervals_make(struct recompute *how)
{
    const struct view *v = how->v;
    struct interval range = {INFINITY, -INFINITY}, *of = how->of = NEW_ARRAY(how->arena, how->fine->n + 1, struct interval);
    for (size_t i = 0; i < how->fine->n; i++)
        if (v->c->value[i] != VALUE_NONE) {
            struct interval x = of[i] = value_interval(v, i, v->c->value[i]);
            range.low = x.low < range.low ? x.low : range.low, range.high = x.high > range.high ? x.high : range.high;
        }
    how->range = range.low <= range.high ? range : (struct interval){0, 0};
    how->marked = NEW_ARRAY(how->arena, SLOTS_MOST, struct interval);
}

/*
 * Every mean the finer values allow. A value we never got (a gap of the line, of ours too) was in the logger's mean and may be
 * anything this channel ever showed: `range`. A marked value may be in it or not: loggers differ in which marks they leave out
 * (maintenance, start-up, doubt), and one logger differs from itself. Taking the lowest of them while they lower the mean gives
 * its least, taking the highest its greatest. Concentrations in water are weighted by flow (HJ 353), or not: both are allowed,
 * and anything between the least and the greatest value where the weights are not all known.
 */
static struct recomputed recompute(struct recompute *how, size_t slot, enum habit habit)
{
    const struct table *fine = how->fine;
    const struct view *v = how->v, *flow = how->flow;
    if (!how->of)
        intervals_make(how);
    struct interval range = how->range;
    usec of = how->coarse->step_s / fine->step_s, first = first_of(how, slot) + (habit == HABIT_END);
    struct interval *marked = how->marked, sum = {0}, weighted = {0}, span = {INFINITY, -INFINITY};
    double weight = 0;
    size_t marked_n = 0, missing = 0, weighed = 0;
    struct recomputed r = {0};
    for (usec i = first; i < first + of && i < first + SLOTS_MOST; i++) {
        if (i < 0 || i >= (usec)fine->n || v->c->value[i] == VALUE_NONE) {
            missing++;
            continue;
        }
        struct interval x = how->of[i];
        span = (struct interval){x.low < span.low ? x.low : span.low, x.high > span.high ? x.high : span.high};
        if (isnan(v->x[i])) {
            marked[marked_n++] = x;
            continue;
        }
        sum.low += x.low, sum.high += x.high;
        r.n++;
        if (flow && !isnan(flow->x[i]) && flow->x[i] >= 0) {
            weighted.low += flow->x[i] * x.low, weighted.high += flow->x[i] * x.high;
            weight += flow->x[i];
            weighed++;
        }
    }
    if (!r.n)
        return r;
    double n = (double)(r.n + missing), low_n = n, high_n = n;
    double low = sum.low + (double)missing * range.low, high = sum.high + (double)missing * range.high;
    qsort(marked, marked_n, sizeof *marked, by_low);
    for (size_t i = 0; i < marked_n && marked[i].low < low / low_n; i++)
        low += marked[i].low, low_n++;
    for (size_t i = marked_n; i > 0 && marked[i - 1].high > high / high_n; i--)
        high += marked[i - 1].high, high_n++;
    r.mean = (struct interval){low / low_n, high / high_n};
    if (flow && weighed == r.n && !missing && !marked_n && weight > 0)
        r.mean = (struct interval){fmin(r.mean.low, weighted.low / weight), fmax(r.mean.high, weighted.high / weight)};
    else if (flow)
        r.mean = (struct interval){fmin(r.mean.low, span.low), fmax(r.mean.high, span.high)};
    return r;
}

/*
 * What nearly every slot needs no intervals for: whether what is said touches the mean of the values that may be looked at. Their sum is exact, as
 * integers; where the answer could turn on the rounding of doubles, or on values left out, it is UNCLEAR. LITTLE: too few of them may be
 * looked at for a mean.
 */
enum touch { TOUCH_UNCLEAR, TOUCH_YES, TOUCH_NO, TOUCH_LITTLE };
enum { SUMMED_BITS = 50 };

/* Of those that may be looked at; half: of the roundings of all, the finest and the coarsest. */
struct whole { int64_t sum, least, most; size_t n; double fine, coarse; };

static double half_rounding(const struct view *v, int places)
{
    return places < 0 ? v->q / 2 : at_least(half_of_places[places < LIMIT_TABLE_DECIMALS ? places : LIMIT_TABLE_DECIMALS], v->q / 2);
}

LANES static void places_of(const int8_t *places, size_t n, int *ret_least, int *ret_most)
{
    int8_t least = INT8_MAX, most = INT8_MIN;
    for (size_t i = 0; i < n; i++) {
        int8_t p = places[i] < 0 ? LIMIT_TABLE_DECIMALS : places[i]; /* unknown: the column's own step, which is no finer */
        least = p < least ? p : least;
        most = p > most ? p : most;
    }
    *ret_least = least, *ret_most = most;
}

LANES static struct whole whole_of(const int64_t *value, const double *x, size_t n)
{
    uint64_t sum = 0, there_n = 0;
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (size_t i = 0; i < n; i++) {
        bool there = x[i] == x[i];
        sum += there ? (uint64_t)value[i] : 0; /* where it wraps, most or least say so */
        there_n += there;
        least = there && value[i] < least ? value[i] : least;
        most = there && value[i] > most ? value[i] : most;
    }
    return (struct whole){.sum = (int64_t)sum, .least = least, .most = most, .n = (size_t)there_n};
}

static enum touch touch_of(const struct recompute *how, struct interval said, const struct whole *w, size_t of, size_t need)
{
    const struct view *v = how->v;
    if (w->n < need)
        return TOUCH_LITTLE;
    if (w->least < -(INT64_C(1) << SUMMED_BITS) || w->most > INT64_C(1) << SUMMED_BITS)
        return TOUCH_UNCLEAR;
    double least = (double)w->least * v->unit, most = (double)w->most * v->unit, mean = (double)w->sum * v->unit / (double)w->n,
           slack = 1e-11 * (at_least(fabs(least), fabs(most)) + w->coarse);
    if (said.high > mean - w->fine + slack && said.low < mean + w->fine - slack)
        return TOUCH_YES; /* what is missing or marked would only widen the mean */
    if (w->n < of)
        return TOUCH_UNCLEAR;
    if (!how->flow) /* weights move the mean, as far as to the least and to the most */
        least = most = mean;
    return said.high < least - w->coarse - slack || said.low > most + w->coarse + slack ? TOUCH_NO : TOUCH_UNCLEAR;
}

static void touches(const struct recompute *how, size_t slot, struct interval said, size_t of, size_t need, enum touch ret[HABITS])
{
    const struct view *v = how->v;
    usec first = first_of(how, slot);
    ret[HABIT_BEGIN] = ret[HABIT_END] = TOUCH_UNCLEAR;
    if (of == 0 || of > SLOTS_MOST || first < 0 || (size_t)first + of > how->fine->n)
        return;
    struct whole w = whole_of(v->c->value + first, v->x + first, of);
    size_t gone = (size_t)first, come = gone + of, last = come < how->fine->n ? of + 1 : of;
    int fine = 0, coarse = 0;
    w.fine = w.coarse = v->q / 2;
    if (v->c->places) {
        places_of(v->c->places + first, last, &coarse, &fine);
        w.fine = half_rounding(v, fine), w.coarse = half_rounding(v, coarse);
    }
    ret[HABIT_BEGIN] = touch_of(how, said, &w, of, need);
    if (come >= how->fine->n)
        return;
    /* least and most of one value more than the mean is of: a wider span, no false answer */
    if (!isnan(v->x[gone]))
        w.sum = (int64_t)((uint64_t)w.sum - (uint64_t)v->c->value[gone]), w.n--;
    if (!isnan(v->x[come])) {
        int64_t x = v->c->value[come];
        w.sum = (int64_t)((uint64_t)w.sum + (uint64_t)x), w.n++;
        w.least = x < w.least ? x : w.least, w.most = x > w.most ? x : w.most;
    }
    ret[HABIT_END] = touch_of(how, said, &w, of, need);
}

/* How far `said` lies from the mean: below 0 too low, above 0 too high, 0 they touch. */
static double gap_of(struct interval said, struct interval mean)
{
    return said.high < mean.low ? said.high - mean.low : said.low > mean.high ? said.low - mean.high : 0;
}

/* Of one slot of the coarser table that is asked for; the means where `touch` is unclear, made when they are asked for. */
struct known { struct interval said; bool asked; enum touch touch[HABITS]; struct recomputed mean[HABITS]; };

static bool agrees(struct recompute *how, size_t slot, enum habit h, size_t need, struct known *k)
{
    if (k->touch[h] != TOUCH_UNCLEAR)
        return k->touch[h] == TOUCH_YES;
    k->mean[h] = recompute(how, slot, h);
    return k->mean[h].n >= need && !disjoint(k->said, k->mean[h].mean);
}

/*
 * Which finer values would fit, where what is said touches less than half of the means: those of some hours before or behind, or in another
 * unit. Plain means: what is asked here is another hour or another unit, not a step of rounding.
 */
enum { HOURS_MOVED = 24, JUDGED_LEAST = 24 };
struct fit { int hours; double factor; size_t n; };
struct sums { double *sum, *said; uint32_t *there; size_t of; };

static bool said_at(const struct column *big, size_t i)
{
    return big->value[i] != VALUE_NONE && !(big->flag && big->flag[i] != 'N');
}

/* Of what is said where most of the finer values are there, how many are `factor` times their mean, so many of them moved. */
static size_t fitting(const struct recompute *how, const struct view *wide, const struct sums *s, usec moved, double factor)
{
    size_t n = 0;
    for (size_t i = 0; i < how->coarse->n; i++) {
        usec first = first_of(how, i) + moved;
        if (isnan(s->said[i]) || first < 0 || (size_t)first + s->of > how->fine->n)
            continue;
        size_t end = (size_t)first + s->of, many = s->there[end] - s->there[first];
        double mean = many ? factor * (s->sum[end] - s->sum[first]) / (double)many : (double)NAN;
        n += 4 * many >= 3 * s->of && fabs(s->said[i] - mean) <= fmax(wide->q + factor * how->v->q, 0.01 * fabs(mean));
    }
    return n;
}

/* The simplest that fits more than half: moved, in another unit, both. n 0: none does. */
static struct fit fit_of(const struct recompute *how, const struct view *wide, size_t of, size_t judged)
{
    static const double factors[] = {1, 1e-3, 1e3, 0.1, 10, 0.01, 100, 1e-4, 1e4, 3600, 1 / 3600.0};
    enum { FACTORS = sizeof factors / sizeof *factors };
    const struct view *v = how->v;
    usec hour = how->fine->step_s < 3600 ? 3600 / how->fine->step_s : 1;
    size_t n = how->fine->n;
    struct sums s = {NEW_ARRAY(how->arena, n + 1, double), NEW_ARRAY(how->arena, how->coarse->n + 1, double), NEW_ARRAY(how->arena, n + 1, uint32_t), of};
    struct fit best = {.factor = 1};
    for (size_t i = 0; i < n; i++) {
        bool is = !isnan(v->x[i]);
        s.sum[i + 1] = s.sum[i] + (is ? v->x[i] : 0), s.there[i + 1] = s.there[i] + is;
    }
    for (size_t i = 0; i < how->coarse->n; i++)
        s.said[i] = said_at(wide->c, i) ? (double)wide->c->value[i] * wide->unit : (double)NAN;
    for (int tried = 0; tried < 3 && !best.n; tried++)
        for (int k = tried == 1 ? 0 : -HOURS_MOVED; k <= (tried == 1 ? 0 : HOURS_MOVED); k++)
            for (size_t f = tried > 0; f < (tried > 0 ? FACTORS : 1); f++) {
                size_t many = fitting(how, wide, &s, k * hour, factors[f]);
                if (2 * many > judged && many > best.n)
                    best = (struct fit){k, factors[f], many};
            }
    return best;
}

/* Columns whose habit cannot be learned, so that nothing was checked: how many, and of the first what does not fit and what would. */
struct unfit { size_t n; str first; bool checked /* one column was */; };

static str unfit_text(struct detect_context *c, const struct recompute *how, const struct view *wide, size_t of, size_t judged, size_t agree, const char *unit)
{
    struct fit f = fit_of(how, wide, of, judged);
    const char *finer = how->fine->step_s < 3600 ? "分钟" : "小时";
    str text = arena_printf(c->a, "%s与%s对不上：%.*s的%zu个%s均值中%zu个相符", finer, unit, STR_ARG(factor_label(c->scratch, wide->c)), judged, unit, agree);
    if (!f.n)
        return arena_printf(c->a, "%.*s，平移时间、换算单位后也不相符", STR_ARG(text));
    str moved = f.hours ? arena_printf(c->scratch, "，像是%s数据的时间%s了%d小时", finer, f.hours > 0 ? "晚" : "早", abs(f.hours)) : S("");
    str times = f.factor < 0.99   ? arena_printf(c->scratch, "，%s数据约为其%.0f倍", finer, 1 / f.factor)
                : f.factor > 1.01 ? arena_printf(c->scratch, "，%s数据约为其%.0f分之一", finer, f.factor)
                                  : S("");
    return arena_printf(c->a, "%.*s%.*s%.*s（如此则有%zu个相符）", STR_ARG(text), STR_ARG(moved), STR_ARG(times), f.n);
}

/* How often what is said touches what the finer values say, and where it does not. */
struct tally { size_t judged, agree, off, lower, first, last; double worst; };

/* Kept in nine of ten; or where a stretch departs in nine of ten, kept in nine of ten outside of it: a habit that excuses nothing. */
static bool habit_kept(const struct tally *s, size_t judged_outside, size_t agree_outside)
{
    double most = 0.9, within = (double)(s->judged - judged_outside);
    return (double)s->agree >= most * (double)s->judged ||
           (judged_outside >= JUDGED_LEAST && (double)s->off >= most * within && (double)agree_outside >= most * (double)judged_outside);
}

static void say_means(struct detect_context *c, const struct table *t, const struct table *coarse, const struct column *big, const struct view *shown,
                      const char *unit, const struct tally *s, bool kept)
{
    usec step = t->step_s * USEC_SECOND, from = table_at(coarse, s->first), to = table_at(coarse, s->last + 1);
    size_t slot = from > t->from ? (size_t)((from - t->from) / step) : 0, end = (size_t)((to - t->from) / step);
    end = end > t->n ? t->n : end;
    struct hit *h = end > slot ? hit_add(c, slot, end - slot, shown) : NULL;
    if (!h)
        return;
    h->score = (double)s->off;
    h->p = fmin(1, binomial_tail((int64_t)s->off, (int64_t)s->lower, 0.5) * 1e-3);
    h->hard = s->lower == s->off && s->off >= 3 && kept;
    hit_number(h, 0, "不一致的时段数", (double)s->off, 0);
    hit_number(h, 1, "其中上报偏低的", (double)s->lower, 0);
    hit_apart(h, 2, "最大差", s->worst, big, 0);
    hit_sentence(c, h, "%.*s有%zu个%s上报的均值与由更细数据重新计算的均值不符（已计舍入），其中%zu个偏低，最大相差%.*f%s", STR_ARG(factor_label(c->scratch, big)), s->off,
                 unit, s->lower, big->decimals, fabs(s->worst), factor_unit_apart(big));
}

static void reaggregate(struct detect_context *c, const struct table *t, const struct table *coarse, const struct table *fine, const struct column *big,
                        const struct view *small, const struct view *flow, const struct view *shown, const char *unit, struct unfit *unfit)
{
    size_t of = (size_t)(coarse->step_s / fine->step_s), need = of * 3 / 4, agree[HABITS] = {0}, possible = 0, agree_outside = 0, judged_outside = 0;
    struct tally s = {.first = SIZE_MAX}, before = {0};
    struct view wide = {.c = big, .unit = pow(10, -big->decimals)};
    wide.q = (double)big->q * wide.unit;
    AUTO_ARENA(scratch);
    struct recompute how = {.arena = scratch, .coarse = coarse, .fine = fine, .v = small, .flow = flow};
    struct known *known = NEW_ARRAY(scratch, coarse->n + 1, struct known);
    for (size_t i = 0; i < coarse->n; i++) {
        if (!said_at(big, i))
            continue;
        struct interval said = value_interval(&wide, i, big->value[i]);
        known[i].said = said;
        known[i].asked = true;
        touches(&how, i, said, of, need, known[i].touch);
        agree[HABIT_BEGIN] += agrees(&how, i, HABIT_BEGIN, need, &known[i]);
        possible += known[i].touch[HABIT_END] == TOUCH_UNCLEAR || known[i].touch[HABIT_END] == TOUCH_YES;
    }
    /* the other habit is looked into as long as more slots could keep it */
    for (size_t i = 0; i < coarse->n && possible > agree[HABIT_BEGIN]; i++) {
        enum touch touch = known[i].touch[HABIT_END];
        bool open = known[i].asked && touch != TOUCH_NO && touch != TOUCH_LITTLE, is = open && agrees(&how, i, HABIT_END, need, &known[i]);
        agree[HABIT_END] += is;
        possible -= open && !is;
    }
    enum habit own = possible > agree[HABIT_BEGIN] && agree[HABIT_END] > agree[HABIT_BEGIN] ? HABIT_END : HABIT_BEGIN;
    for (size_t i = 0; i < coarse->n; i++) {
        if (!said_at(big, i) || known[i].touch[own] == TOUCH_LITTLE)
            continue;
        struct interval said = value_interval(&wide, i, big->value[i]);
        struct recomputed r = {0};
        double gap = 0, middle = 0;
        if (known[i].touch[own] != TOUCH_YES) {
            r = known[i].touch[own] == TOUCH_NO ? recompute(&how, i, own) : known[i].mean[own];
            if (r.n < need)
                continue;
            middle = (r.mean.low + r.mean.high) / 2;
            gap = gap_of(said, r.mean);
        }
        s.judged++, judged_outside++;
        s.agree += gap == 0, agree_outside += gap == 0;
        if (fabs(gap) <= parameter(c, "tolerance") * fabs(middle))
            continue;
        s.off++;
        s.lower += gap < 0;
        s.worst = fabs(gap) > fabs(s.worst) ? gap : s.worst;
        /* what was before the first is outside, and so will be what comes behind the last */
        if (s.first == SIZE_MAX)
            s.first = i, before = (struct tally){.judged = s.judged - 1, .agree = s.agree};
        s.last = i;
        judged_outside = before.judged, agree_outside = before.agree;
    }
    unfit->checked |= s.judged >= JUDGED_LEAST;
    if (s.judged < JUDGED_LEAST || s.off < (size_t)parameter(c, "least"))
        return;
    if (2 * s.agree >= s.judged)
        say_means(c, t, coarse, big, shown, unit, &s, habit_kept(&s, judged_outside, agree_outside));
    else if (!unfit->n++)
        unfit->first = unfit_text(c, &how, &wide, of, s.judged, s.agree, unit);
}

/* The view that weighs concentrations of this column; NULL: gases, the flow itself, what no flow belongs to. */
static const struct view *weights_of(const struct view *of, const struct view *views, size_t n)
{
    if (!of->c->factor.n || of->c->factor.p[0] != 'w' || of->factor->role == ROLE_FLOW)
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (views[i].c->group == COLUMN_VALUE && views[i].c->value && views[i].factor->role == ROLE_FLOW)
            return &views[i];
    return NULL;
}

void detect_reaggregation(struct detect_context *c, const struct table *t)
{
    const struct table *fine = t->finer;
    if (!fine && !t->daily)
        c->lacked = "分钟数据或日数据";
    const struct view *views = fine ? views_of_finer(c, t) : NULL;
    struct unfit unfit = {0};
    size_t pairs = 0;
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct column *col = &t->columns[k];
        if (col->group == COLUMN_TOTAL || col->unfit || !col->value)
            continue;
        for (size_t i = 0; fine && i < fine->columns_n; i++)
            if (views[i].c->value && fine->columns[i].group == col->group && str_eq(fine->columns[i].factor, col->factor))
                pairs++, reaggregate(c, t, t, fine, col, &views[i], weights_of(&c->views[k], views, fine->columns_n), &c->views[k], "小时", &unfit);
        for (size_t i = 0; t->daily && i < t->daily->columns_n; i++)
            if (t->daily->columns[i].value && t->daily->columns[i].group == col->group && str_eq(t->daily->columns[i].factor, col->factor))
                pairs++, reaggregate(c, t, t->daily, t, &t->daily->columns[i], &c->views[k], weights_of(&c->views[k], c->views, t->columns_n), &c->views[k],
                                     "日", &unfit);
    }
    if (unfit.n)
        c->lacked = arena_cstr(c->a, arena_printf(c->scratch, unfit.n > 1 ? "对得上的更细数据（%.*s；共%zu项）" : "对得上的更细数据（%.*s）", STR_ARG(unfit.first), unfit.n));
    else if ((fine || t->daily) && !unfit.checked)
        c->lacked = pairs ? "可重算的时段（至少24个）" : "同一因子的更细数据";
}

/* ---- C4 ---- */
void detect_totals(struct detect_context *c, const struct table *t)
{
    const struct table *d = t->daily;
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        const struct column *day_total = NULL;
        if (v->c->group != COLUMN_TOTAL || v->c->unfit || !v->c->value)
            continue;
        for (size_t i = 0; i < t->n; i++)
            if (v->c->value[i] != VALUE_NONE && v->c->value[i] < 0 && !isnan(v->x[i])) {
                struct hit *h = hit_add(c, i, 1, v);
                if (!h)
                    return;
                h->score = 1;
                h->p = 1e-4;
                hit_amount(h, 0, "排放量", v->x[i], v->c, 0);
                hit_sentence(c, h, "%.*s在%.*s为负数", STR_ARG(factor_label(c->scratch, v->c)), STR_ARG(slot_text(c->scratch, t, i)));
            }
        for (size_t i = 0; d && i < d->columns_n; i++)
            if (d->columns[i].value && d->columns[i].group == COLUMN_TOTAL && str_eq(d->columns[i].factor, v->c->factor))
                day_total = &d->columns[i];
        size_t of = d ? (size_t)(d->step_s / t->step_s) : 0, off = 0, lower = 0, judged = 0, first = 0, last = 0;
        for (size_t i = 0; day_total && i < d->n; i++) {
            struct interval sum = {0};
            size_t n = 0;
            usec slot = (table_at(d, i) - t->from) / (t->step_s * USEC_SECOND);
            for (usec s = slot; s < slot + (usec)of; s++)
                if (s >= 0 && s < (usec)t->n && v->c->value[s] != VALUE_NONE) {
                    struct interval x = value_interval(v, (size_t)s, v->c->value[s]);
                    sum.low += x.low, sum.high += x.high;
                    n++;
                }
            if (n < of || day_total->value[i] == VALUE_NONE)
                continue;
            struct view wide = {.c = day_total, .unit = pow(10, -day_total->decimals)};
            wide.q = (double)day_total->q * wide.unit;
            struct interval said = value_interval(&wide, i, day_total->value[i]);
            judged++;
            if (!disjoint(said, sum))
                continue;
            first = off ? first : (size_t)slot;
            last = (size_t)slot + of;
            off++;
            lower += said.high < sum.low;
        }
        if (judged < 7 || off < 2 || (double)off > 0.2 * (double)judged)
            continue;
        struct hit *h = hit_add(c, first, (last < t->n ? last : t->n) - first, v);
        if (!h)
            return;
        h->score = (double)off;
        h->p = fmin(1, binomial_tail((int64_t)off, (int64_t)lower, 0.5) * 1e-2);
        hit_number(h, 0, "不一致的天数", (double)off, 0);
        hit_number(h, 1, "其中日总量偏低的", (double)lower, 0);
        hit_sentence(c, h, "%.*s有%zu天的日排放量不等于24个小时排放量之和（已计舍入），其中%zu天偏低", STR_ARG(factor_label(c->scratch, v->c)), off, lower);
    }
}

/* ---- C14: the way numbers are printed changes while their grid does not ---- */
/* The last digit of each value as it was printed: a tenth are zero where zeros are kept, none where they are stripped or a program adds a
 * digit of its own. Numbers without a point have no ending of this kind. */
static uint8_t *printed_endings(struct detect_context *c, const struct table *t, const struct view *v, double *ret_one)
{
    uint8_t *digit = NEW_ARRAY(c->scratch, t->n + 1, uint8_t);
    int8_t most = 0;
    for (size_t i = 0; i < t->n; i++) {
        int8_t places = v->c->places[i];
        int64_t ten = 1;
        digit[i] = 10;
        if (isnan(v->x[i]) || places <= 0 || v->x[i] <= v->floor)
            continue;
        for (int d = places; d < v->c->decimals; d++)
            ten *= 10;
        most = places > most ? places : most;
        digit[i] = (uint8_t)(llabs(v->c->value[i]) / ten % 10);
    }
    *ret_one = pow(10, -most);
    return digit;
}

/* Chance that so few, or so many, of the window end in zero when the rest do with their share; the share is at least one in what was seen. */
static double ending_chance(size_t zeros, size_t n, size_t rest_zeros, size_t rest)
{
    double share = ((double)rest_zeros + 1) / ((double)rest + 2);
    return (double)zeros < share * (double)n ? binomial_tail((int64_t)n, (int64_t)(n - zeros), 1 - share) : binomial_tail((int64_t)n, (int64_t)zeros, share);
}

struct printed { size_t first, blocks; double p, is, was; };

static struct printed strangest(const struct endings *e, size_t least)
{
    struct printed best = {.p = 1};
    double windows = 0;
    for (size_t span = (least + ENDING_BLOCK - 1) / ENDING_BLOCK; span * 4 <= e->blocks * 3; span *= 2)
        for (size_t first = 0; first + span <= e->blocks; first += (span + 3) / 4) {
            uint32_t in[10], rest[10];
            size_t n, others;
            endings_within(e, first, span, in, rest, &n, &others);
            windows++;
            if (n < least || others < 2 * least)
                continue;
            double p = ending_chance(in[0], n, rest[0], others), is = (double)in[0] / (double)n, was = (double)rest[0] / (double)others;
            if (p < best.p && (is > 3 * was || was > 3 * is))
                best = (struct printed){first, span, p, is, was};
        }
    best.p *= windows;
    return best;
}

void detect_decimals(struct detect_context *c, const struct table *t)
{
    size_t block = (size_t)parameter(c, "block");
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        double one;
        enum role r = v->factor->role; /* weather has its own: air that is saturated is printed as 100 */
        if (!v->c->places || !view_fit(v, 4 * block) || (r != ROLE_POLLUTANT && r != ROLE_OXYGEN && r != ROLE_FLOW && r != ROLE_VELOCITY))
            continue;
        const uint8_t *digit = printed_endings(c, t, v, &one);
        struct endings e = endings_of(c->scratch, v, digit, t->n, one);
        struct printed best = strangest(&e, block);
        size_t from = best.first * ENDING_BLOCK, length = best.blocks * ENDING_BLOCK;
        struct hit *h = best.p < parameter(c, "chance") ? hit_add(c, from, length, v) : NULL;
        if (!h)
            continue;
        h->score = -log10(fmax(best.p, 1e-300));
        h->p = fmax(best.p, 1e-300);
        hit_number(h, 0, "其余时间以0结尾的比例（%）", 100 * best.was, 1);
        hit_number(h, 1, "此时以0结尾的比例（%）", 100 * best.is, 1);
        hit_sentence(c, h, "%.*s自%.*s起%.*s小数的写法不同：以0结尾的数值占%.1f%%，其余时间占%.1f%%", STR_ARG(factor_label(c->scratch, v->c)),
                     STR_ARG(slot_text(c->scratch, t, from)), STR_ARG(span_text(c->scratch, t, length)), 100 * best.is, 100 * best.was);
    }
}
