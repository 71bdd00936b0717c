/*
 * Scores. A clue is what is left of a competitor's intervals above its threshold when those less than a day apart are
 * one. A forgery is met when a clue overlaps its label and a twentieth of the clue lies in it: pointing at a whole
 * season meets nothing.
 */
#include "forgery.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { APART = 24 };

double interval_iou(size_t first_a, size_t n_a, size_t first_b, size_t n_b)
{
    size_t from = first_a > first_b ? first_a : first_b, end_a = first_a + n_a, end_b = first_b + n_b,
           to = end_a < end_b ? end_a : end_b;
    size_t both = to > from ? to - from : 0;
    return both ? (double)both / (double)(n_a + n_b - both) : 0;
}

static int by_first(const void *x, const void *y)
{
    const struct interval *a = x, *b = y;
    return (a->first > b->first) - (a->first < b->first);
}

/* Clues of one table above the threshold, in order of time. */
static size_t clues(struct arena *a, const struct interval *p, size_t n, double threshold, struct interval **ret)
{
    struct interval *v = NEW_ARRAY(a, n, struct interval);
    size_t k = 0, m = 0;
    for (size_t i = 0; i < n; i++)
        if (p[i].score >= threshold)
            v[k++] = p[i];
    if (k)
        qsort(v, k, sizeof *v, by_first);
    for (size_t i = 0; i < k; i++) {
        if (m && v[i].first < v[m - 1].first + v[m - 1].n + APART) {
            size_t end = v[i].first + v[i].n, before = v[m - 1].first + v[m - 1].n;
            v[m - 1].n = (end > before ? end : before) - v[m - 1].first;
            continue;
        }
        v[m++] = v[i];
    }
    *ret = v;
    return m;
}

static int up(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static double median(double *x, size_t n)
{
    if (n == 0)
        return NAN;
    qsort(x, n, sizeof *x, up);
    return x[n / 2];
}

static bool calibrates(const struct outcome *o)
{
    return o->attack < 0 && o->outlet % 2 == 0;
}

static bool measures(const struct outcome *o)
{
    return o->attack < 0 && o->outlet % 2 == 1;
}

static double false_clues(const struct outcomes *all, bool (*which)(const struct outcome *), double threshold,
                          int *ret_accused, int *ret_outlets)
{
    int n = 0, accused = 0;
    size_t sum = 0;
    for (size_t i = 0; i < all->n; i++) {
        if (!which(&all->p[i]))
            continue;
        AUTO_ARENA(a);
        struct interval *v;
        size_t k = clues(a, all->intervals[i], all->p[i].intervals, threshold, &v);
        sum += k;
        accused += k > 0;
        n++;
    }
    *ret_accused = accused;
    *ret_outlets = n;
    return n ? (double)sum / n : 0;
}

/* The lowest threshold that keeps the budget on the calibrating half. */
static double threshold_for(struct arena *a, const struct outcomes *all, double budget)
{
    VEC(double) scores = {0};
    for (size_t i = 0; i < all->n; i++)
        for (size_t k = 0; calibrates(&all->p[i]) && k < all->p[i].intervals; k++)
            vec_push(a, &scores, all->intervals[i][k].score);
    if (scores.n == 0)
        return -INFINITY;
    qsort(scores.p, scores.n, sizeof *scores.p, up);
    size_t low = 0, high = scores.n; /* keeps the budget from `high` on; index n: above all */
    int x, y;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (false_clues(all, calibrates, nextafter(scores.p[middle], INFINITY), &x, &y) <= budget)
            high = middle;
        else
            low = middle + 1;
    }
    return nextafter(scores.p[high < scores.n ? high : scores.n - 1], INFINITY);
}

struct meeting {
    bool met;
    double iou, hours;
};

static struct meeting meeting_of(const struct outcome *o, const struct interval *v, size_t n)
{
    struct meeting ret = {.hours = INFINITY};
    for (size_t i = 0; i < n; i++) {
        size_t from = v[i].first > o->first ? v[i].first : o->first, end = v[i].first + v[i].n,
               label_end = (size_t)o->first + o->n;
        size_t to = end < label_end ? end : label_end;
        if (to <= from || (to - from) * 20 < v[i].n)
            continue;
        double iou = interval_iou(v[i].first, v[i].n, o->first, o->n),
               hours = (double)(end < label_end ? end : label_end) - o->first;
        ret.met = true;
        ret.iou = iou > ret.iou ? iou : ret.iou;
        ret.hours = hours < ret.hours ? hours : ret.hours;
    }
    return ret;
}

struct share {
    int met, of;
};

static double share_of(struct share s)
{
    return s.of ? (double)s.met / s.of : NAN;
}

static void count(struct share *s, bool met)
{
    s->of++;
    s->met += met;
}

struct score score_of(struct arena *a, const struct outcomes *all, bool decides, double budget)
{
    struct score s = {.threshold = decides ? -INFINITY : threshold_for(a, all, budget)};
    s.false_per_quarter = false_clues(all, measures, s.threshold, &s.accused, &s.innocents);
    struct share attacks[ATTACKS] = {0}, strengths[FORGERY_STRENGTHS] = {0}, lengths[FORGERY_LENGTHS] = {0}, full = {0},
                 whole = {0};
    double *iou = NEW_ARRAY(a, all->n, double), *hours = NEW_ARRAY(a, all->n, double), seconds = 0;
    size_t met = 0;
    for (size_t i = 0; i < all->n; i++) {
        const struct outcome *o = &all->p[i];
        seconds += o->seconds;
        if (o->attack < 0)
            continue;
        AUTO_ARENA(b);
        struct interval *v;
        size_t n = clues(b, all->intervals[i], o->intervals, s.threshold, &v);
        struct meeting m = meeting_of(o, v, n);
        count(&whole, m.met);
        count(&attacks[o->attack], m.met);
        count(&strengths[o->strength - 1], m.met);
        count(&lengths[o->length], m.met);
        if (o->strength == 5 && forgery_lengths[o->length] >= 48)
            count(&full, m.met);
        if (m.met) {
            iou[met] = m.iou;
            hours[met++] = m.hours;
        }
    }
    s.cases = whole.of;
    s.met = whole.met;
    s.recall_full = share_of(full);
    s.iou = median(iou, met);
    s.hours_to_detect = median(hours, met);
    s.seconds = all->n ? seconds / (double)all->n : 0;
    for (int i = 0; i < ATTACKS; i++)
        s.recall[i] = share_of(attacks[i]);
    for (int i = 0; i < FORGERY_STRENGTHS; i++)
        s.by_strength[i] = share_of(strengths[i]);
    for (int i = 0; i < FORGERY_LENGTHS; i++)
        s.by_length[i] = share_of(lengths[i]);
    return s;
}
