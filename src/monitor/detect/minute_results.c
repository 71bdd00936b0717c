/*
 * A2, A4 and A18 for analysers that give a result now and then (every two hours, in water) and hold it in between. Their readings
 * are a staircase: what is looked at is its steps. Results are counted by time, so two equal ones in a row are two. How much one
 * result differs from the one before is compared with all such differences elsewhere, by rank alone: no distribution is assumed.
 */
#include "monitor/detect/detect_private.h"

#include <stdlib.h>
#include <string.h>

struct result { size_t slot, end; double x; };
struct results { struct result *p; size_t n, capacity; size_t cycle; };

bool view_steps(const struct table *t, const struct view *v)
{
    return minutes_table(t) && view_fit(v, 2000) && v->equal >= 0.9 && v->mad > 0 && v->c->group == COLUMN_VALUE && v->factor->role == ROLE_POLLUTANT;
}

static void results_of(struct detect_context *c, const struct table *t, const struct view *v, struct results *ret)
{
    struct results run = {0};
    for (size_t i = 0; i < t->n; i++) {
        if (isnan(v->x[i]))
            continue;
        struct result *last = run.n ? &run.p[run.n - 1] : NULL;
        if (last && last->x == v->x[i] && i - last->end < 60)
            last->end = i + 1;
        else
            vec_push(c->scratch, &run, ((struct result){i, i + 1, v->x[i]}));
    }
    double *length = NEW_ARRAY(c->scratch, run.n + 1, double);
    for (size_t i = 0; i < run.n; i++)
        length[i] = (double)(run.p[i].end - run.p[i].slot);
    ret->cycle = run.n ? (size_t)fmax(1, median_of(length, run.n)) : 1;
    for (size_t i = 0; i < run.n; i++) {
        size_t from = run.p[i].slot, end = run.p[i].end, n = (end - from + ret->cycle / 3) / ret->cycle;
        n = n ? n : 1;
        for (size_t k = 0; k < n; k++)
            vec_push(c->scratch, ret, ((struct result){from + k * (end - from) / n, from + (k + 1) * (end - from) / n, run.p[i].x}));
    }
}

/* ---- A2: results that hardly differ ---- */
static size_t rank_below(const double *sorted, size_t n, double x)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sorted[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static double relative_step(const struct view *v, double x, double before)
{
    return fabs(x - before) / fmax(fmin(fabs(x), fabs(before)), 5 * v->q);
}

/* Sum of -log of the ranks' shares over windows of so many results; a sum of n of them is gamma distributed. */
static void calm_results(struct detect_context *c, const struct table *t, const struct view *v, const struct results *r, size_t length)
{
    double *step = NEW_ARRAY(c->scratch, r->n, double), *sorted = NEW_ARRAY(c->scratch, r->n, double), *score = NEW_ARRAY(c->scratch, r->n, double);
    size_t n = r->n - 1, equal = 0;
    struct standout s[STANDOUTS];
    for (size_t i = 0; i < n; i++)
        step[i] = sorted[i] = relative_step(v, r->p[i + 1].x, r->p[i].x);
    sort_doubles(sorted, n);
    equal = rank_below(sorted, n, 0);
    for (size_t i = 0; i < n; i++)
        step[i] = -log((double)rank_below(sorted, n, step[i]) / ((double)n + 1));
    for (size_t i = 0; i < n; i++) {
        score[i] = NAN;
        if (i + length > n || r->p[i + length / 2].x <= v->p05 || r->p[i + length].end - r->p[i].slot > 2 * length * r->cycle)
            continue;
        score[i] = 0;
        for (size_t k = 0; k < length; k++)
            score[i] += step[i + k] / (double)length;
    }
    size_t found = standouts(c->scratch, score, n, length, 0.1, parameter(c, "chance"), s);
    for (size_t i = 0; i < found; i++) {
        double p = chi_square_tail(2 * s[i].score * (double)length, 2 * (int)length);
        /* ranks say little where many are tied: there equal results are counted, too, and the smaller chance is twice its size */
        size_t same = 0;
        for (size_t k = 0; k < length; k++)
            same += r->p[s[i].best + k + 1].x == r->p[s[i].best + k].x;
        double share = ((double)(equal - same) + 1) / ((double)(n - length) + 2);
        p = fmax(1e-300, 2 * (double)n * fmin(p, binomial_tail((int64_t)length, (int64_t)same, share)));
        size_t first = r->p[s[i].first].slot, end = r->p[s[i].end - 1 + length].end;
        if (p > 1e-4 || equal_around(t, v, first, end - first) > 0.999)
            continue;
        struct hit *h = hit_add(c, first, end - first, v);
        if (!h)
            return;
        h->score = s[i].score;
        h->p = p;
        h->hard = p <= parameter(c, "results") && s[i].p <= 1e-2;
        double *inside = NEW_ARRAY(c->scratch, length, double);
        for (size_t k = 0; k < length; k++)
            inside[k] = 100 * relative_step(v, r->p[s[i].best + k + 1].x, r->p[s[i].best + k].x);
        hit_number(h, 0, "相邻结果相差（%，中位数）", median_of(inside, length), 2);
        hit_number(h, 1, "平时相差（%，中位数）", 100 * sorted[n / 2], 2);
        hit_number(h, 2, "结果个数", (double)(s[i].end - s[i].first - 1 + length), 0);
        hit_sentence(c, h, "%.*s自%.*s起%.*s内各次分析结果几乎相同：相邻两次相差的中位数为%.2f%%，平时为%.2f%%", STR_ARG(factor_label(c->scratch, v->c)),
                     STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), median_of(inside, length),
                     100 * sorted[n / 2]);
    }
}

void detect_minute_calm(struct detect_context *c, const struct table *t)
{
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        struct results r = {0};
        if (!view_steps(t, v))
            continue;
        results_of(c, t, v, &r);
        if (r.n < 120)
            continue;
        calm_results(c, t, v, &r, 6);
        calm_results(c, t, v, &r, 12);
        calm_results(c, t, v, &r, 24);
        calm_results(c, t, v, &r, 48);
    }
}

/* ---- A4: results that stop at one value ---- */
void detect_minute_clip(struct detect_context *c, const struct table *t)
{
    static const size_t spans[] = {12, 24, 84};
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        struct results r = {0};
        if (!view_steps(t, v) || v->coarse)
            continue;
        results_of(c, t, v, &r);
        for (size_t j = 0; j < sizeof spans / sizeof *spans && r.n >= 120; j++)
            for (size_t from = 0, end = 0; from + spans[j] <= r.n; from += 6) {
                double top = -INFINITY, width = fmax(20 * v->grain, 0.2 * v->mad), near = 0;
                size_t count = 0, episodes = 0, first = 0, last = 0, n = spans[j];
                if (from < end)
                    continue;
                for (size_t i = from; i < from + n; i++)
                    top = fmax(top, r.p[i].x);
                for (size_t i = from; i < from + n; i++)
                    if (r.p[i].x == top) {
                        episodes += !count || i != last + 1;
                        first = count ? first : i;
                        last = i;
                        count++;
                    } else {
                        near += r.p[i].x >= top - width;
                    }
                double p = (double)(r.n / 6 + 1) * binomial_tail((int64_t)n, (int64_t)count - 1, fmin(0.5, (near + 2) * v->grain / width / (double)n));
                if (count < 4 || p > parameter(c, "chance") || top <= v->p05)
                    continue;
                end = last + 1;
                struct hit *h = hit_add(c, r.p[first].slot, r.p[last].end - r.p[first].slot, v);
                if (!h)
                    return;
                h->score = (double)count;
                h->p = p;
                h->hard = p <= parameter(c, "hard") && episodes >= 2;
                hit_number(h, 0, "封顶值", top, v->c->decimals);
                hit_number(h, 1, "正好等于该值的结果数", (double)count, 0);
                hit_number(h, 2, "分属几段", (double)episodes, 0);
                hit_sentence(c, h, "%.*s自%.*s起%.*s内先后%zu段共%zu次分析结果正好停在最高值%.*s，其上没有任何结果", STR_ARG(factor_label(c->scratch, v->c)),
                             STR_ARG(slot_text(c->scratch, t, h->first)), STR_ARG(span_text(c->scratch, t, h->n)), episodes, count,
                             STR_ARG(value_text(c->scratch, v, top)));
            }
    }
}

/* ---- A18: results where none can be ---- */
void detect_staircase(struct detect_context *c, const struct table *t)
{
    size_t length = slots_of(t, 2), hop = length / 4;
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        struct standout s[STANDOUTS];
        if (!view_steps(t, v))
            continue;
        double *score = NEW_ARRAY(c->scratch, t->n / hop + 1, double);
        size_t n = 0, begin = window_first(t, hop);
        for (size_t first = begin; first + length <= t->n; first += hop) {
            size_t changes = 0, used = 0;
            for (size_t i = first + 1; i < first + length; i++) {
                used += !isnan(v->x[i]);
                changes += !isnan(v->x[i]) && !isnan(v->x[i - 1]) && v->x[i] != v->x[i - 1];
            }
            score[n++] = used * 2 >= length ? (double)changes : NAN;
        }
        size_t found = standouts(c->scratch, score, n, 4, 1, parameter(c, "chance"), s);
        for (size_t i = 0; i < found; i++) {
            size_t first = begin + s[i].first * hop, end = begin + (s[i].end - 1) * hop + length;
            struct hit *h = s[i].score >= parameter(c, "least") ? hit_add(c, first, end - first, v) : NULL;
            if (!h)
                continue;
            h->score = s[i].score;
            h->p = s[i].p;
            h->hard = s[i].p <= parameter(c, "hard");
            hit_number(h, 0, "两小时内数值改变次数", s[i].score, 0);
            hit_number(h, 1, "平时相邻分钟相等的比例（%）", 100 * v->equal, 1);
            hit_number(h, 2, "首次的数值", v->x[first], v->c->decimals);
            hit_sentence(c, h, "%.*s平时每个分析周期才有一个结果，自%.*s起%.*s内两小时改变达%.0f次，不是该分析仪的结果", STR_ARG(factor_label(c->scratch, v->c)),
                         STR_ARG(slot_text(c->scratch, t, first)), STR_ARG(span_text(c->scratch, t, end - first)), s[i].score);
        }
    }
}
