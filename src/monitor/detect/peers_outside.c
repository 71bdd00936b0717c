/*
 * E1, E3, E4, E5: an outlet among others. That one plant is cleaner than the rest of its trade, or its keeper's plants are met more
 * often, says where to look first and nothing more: none of these is ever hard.
 */
#include "monitor/detect/detect_private.h"

#include <string.h>

/* Means of the days of which half is there, and which days they are. */
static size_t daily_means(struct detect_context *c, const struct table *t, const struct view *v, double **ret, size_t **ret_day)
{
    size_t per = slots_of(t, 24), days = t->n / per, n = 0, *which = NEW_ARRAY(c->scratch, days + 1, size_t);
    double *mean = NEW_ARRAY(c->scratch, days + 1, double);
    for (size_t d = 0; d < days; d++) {
        double sum = 0;
        size_t used = 0;
        for (size_t i = d * per; i < (d + 1) * per; i++)
            if (!isnan(v->x[i]))
                sum += v->x[i], used++;
        if (used * 2 >= per)
            which[n] = d, mean[n++] = sum / (double)used;
    }
    *ret = mean, *ret_day = which;
    return n;
}

void table_figure_of(double *x, size_t n, double *ret_median, double *ret_spread)
{
    *ret_median = median_of(x, n);
    *ret_spread = mad_of(x, n, *ret_median);
}

/* ---- E1 ---- */
enum { MONTH = 28 /* days */ };

/*
 * Of n others and this one, one is the lowest: that this one is, has chance 1/(n + 1) and says nothing. How far it lies below the lowest of the
 * others does: where the lower half of the logarithms falls off exponentially, the next is g further down with exp(-g / scale), whatever the scale. Both
 * together are the chance; 1 with fewer than `least` others.
 */
static double gap_chance(struct detect_context *c, const struct table *t, const struct view *v, double own, bool spread, size_t *ret_n, double *ret_lowest)
{
    double *other = NEW_ARRAY(c->scratch, t->figures_n + 1, double), scale = 0;
    size_t n = 0;
    for (size_t i = 0; i < t->figures_n; i++) {
        const struct table_figure *f = &t->figures[i];
        double x = spread ? f->spread / f->median : f->median;
        if (f->group == v->c->group && str_eq(f->factor, v->c->factor) && f->median > 0 && x > 0 && isfinite(x))
            other[n++] = log(x);
    }
    *ret_n = n;
    if (n < (size_t)parameter(c, "least") || own <= 0)
        return 1;
    sort_doubles(other, n);
    for (size_t i = 0; i < n / 2; i++)
        scale += (other[n / 2] - other[i]) / (double)(n / 2);
    *ret_lowest = exp(other[0]);
    double gap = other[0] - log(own);
    return gap > 0 ? exp(-gap / fmax(scale, 0.15)) / ((double)n + 1) : 1;
}

static void gap(struct detect_context *c, const struct table *t, const struct view *v, size_t first, size_t slots, double own, bool spread, double windows)
{
    size_t n;
    double lowest = 0, p = windows * gap_chance(c, t, v, own, spread, &n, &lowest);
    struct hit *h = p <= parameter(c, "chance") ? hit_add(c, first, slots, v) : NULL;
    if (!h)
        return;
    h->score = -log10(p);
    h->p = fmax(p, 1e-9); /* trades differ by more than their levels show */
    hit_number(h, 0, "同行业点位数", (double)n, 0);
    hit_number(h, 1, spread ? "本站日均值的相对波动（%）" : "本站日均值的中位数", spread ? 100 * own : own, spread ? 2 : v->c->decimals);
    hit_number(h, 2, spread ? "同行业的最小值（%）" : "同行业的最小值", spread ? 100 * lowest : lowest, spread ? 2 : v->c->decimals);
    hit_sentence(c, h, spread ? "%.*s的日均值波动远小于同行业%zu个点位中最小的一个" : "%.*s的日均值远低于同行业%zu个点位中最低的一个", STR_ARG(factor_label(c->scratch, v->c)), n);
}

/* The lowest four weeks, for a plant need not have been so all the time; the others' figures are of longer spans, which vary less. */
static void lowest_month(struct detect_context *c, const struct table *t, const struct view *v, const double *mean, const size_t *which, size_t n)
{
    double x[MONTH], best = INFINITY, windows = 0;
    size_t per = slots_of(t, 24), at = 0;
    for (size_t i = 0; i + MONTH <= n; i += MONTH / 4) {
        memcpy(x, mean + i, sizeof x);
        double middle = median_of(x, MONTH);
        windows++;
        if (middle < best)
            best = middle, at = i;
    }
    if (windows > 0)
        gap(c, t, v, which[at] * per, (which[at + MONTH - 1] + 1 - which[at]) * per, best, false, fmax(1, windows / 2));
}

void detect_peer_gap(struct detect_context *c, const struct table *t)
{
    if (!t->figures_n)
        c->lacked = "同行业其他点位的水平";
    for (size_t k = 0; k < t->columns_n && t->figures_n; k++) {
        const struct view *v = &c->views[k];
        double *mean, middle, mad;
        size_t *which;
        if (v->factor->role != ROLE_POLLUTANT || v->c->group == COLUMN_TOTAL || !view_fit(v, 200))
            continue;
        size_t n = daily_means(c, t, v, &mean, &which);
        if (n < MONTH)
            continue;
        lowest_month(c, t, v, mean, which, n);
        table_figure_of(mean, n, &middle, &mad);
        if (middle > 20 * v->q)
            gap(c, t, v, 0, t->n, fmax(mad, v->q / 4) / middle, true, 1);
    }
}

/* ---- E3 ---- */
enum { WEEK = 7, WORKING = 5 };

/* What each day of whole weeks leaves unexplained (`expected` NULL: the day itself), Monday first; NAN with fewer than six hours of it. */
static size_t weeks_of(struct detect_context *c, const struct table *t, const struct view *v, const double *expected, double (**ret)[WEEK])
{
    size_t per = slots_of(t, 24), days = t->n / per, weeks = 0;
    usec first = (t->from + 8 * USEC_HOUR) / USEC_DAY;
    size_t skip = (size_t)((WEEK - (first + 3) % WEEK) % WEEK); /* 1970-01-01 was a Thursday */
    double(*week)[WEEK] = arena_alloc(c->scratch, days / WEEK + 1, sizeof *week);
    for (size_t d = skip; d + WEEK <= days; d += WEEK, weeks++)
        for (size_t k = 0; k < WEEK; k++) {
            double sum = 0;
            size_t used = 0;
            for (size_t i = (d + k) * per; i < (d + k + 1) * per; i++)
                if (!isnan(v->x[i]) && (!expected || !isnan(expected[i])))
                    sum += v->x[i] - (expected ? expected[i] : 0), used++;
            week[weeks][k] = used * 4 >= per ? sum / (double)used : (double)NAN;
        }
    *ret = week;
    return weeks;
}

/* Five days in a row less the two others, which two begin at `shift`. */
static double contrast(const double *days, size_t shift)
{
    double sum[2] = {0};
    for (size_t k = 0; k < WEEK; k++)
        sum[k >= WORKING] += days[(k + shift) % WEEK];
    return sum[0] / WORKING - sum[1] / (WEEK - WORKING);
}

/* Against the six other ways to take two days together out of each week: what drifts from day to day drifts in those, too. */
static double week_z(double (*week)[WEEK], size_t weeks, size_t *ret_used, double *ret_usual, size_t *ret_one_way)
{
    double sum = 0, variance = 0;
    size_t n = 0, lower = 0;
    for (size_t w = 0; w < weeks; w++) {
        double own = contrast(week[w], 0), others = 0, squares = 0;
        if (isnan(own))
            continue;
        for (size_t s = 1; s < WEEK; s++) {
            double x = contrast(week[w], s);
            others += x, squares += x * x;
        }
        double mean = others / (WEEK - 1);
        variance += squares / (WEEK - 1) - mean * mean;
        sum += own;
        lower += own < 0;
        n++;
    }
    *ret_used = n;
    *ret_usual = n ? sum / (double)n : 0;
    *ret_one_way = lower * 2 > n ? lower : n - lower;
    return n >= 8 && variance > 0 ? sum / sqrt(variance) : 0;
}

/* How much otherwise the plant itself works at weekends: the largest such difference of what is no pollutant, as a part of its level. A level
 * nothing explains may follow it, and somewhat more. */
static double works_by_week(struct detect_context *c, const struct table *t)
{
    double most = 0;
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        double(*week)[WEEK], usual;
        size_t n, one_way;
        if (v->factor->role == ROLE_POLLUTANT || v->c->group != COLUMN_VALUE || !view_fit(v, 500) || v->mad <= 0 || v->median <= 0)
            continue;
        size_t weeks = weeks_of(c, t, v, NULL, &week);
        if (fabs(week_z(week, weeks, &n, &usual, &one_way)) > 3)
            most = fmax(most, fabs(usual) / v->median);
    }
    return most;
}

void detect_calendar(struct detect_context *c, const struct table *t)
{
    double most = fmax(parameter(c, "alone"), 4 * works_by_week(c, t));
    for (size_t k = 0; k < t->columns_n; k++) {
        const struct view *v = &c->views[k];
        const struct prediction *y = c->predictions ? &c->predictions[k] : NULL;
        bool explained = y && y->expected && y->skill >= parameter(c, "skill");
        if (v->factor->role != ROLE_POLLUTANT || v->c->group != COLUMN_VALUE || !view_fit(v, 500) || v->mad <= 0)
            continue;
        double(*week)[WEEK], usual;
        size_t n, one_way, weeks = weeks_of(c, t, v, explained ? y->expected : NULL, &week);
        double z = week_z(week, weeks, &n, &usual, &one_way);
        if (!explained && fabs(usual) < most * v->median)
            continue;
        /* the sum of so few weeks is only roughly normal: the count of weeks must say it, too */
        double p = n >= 8 ? fmax(2 * normal_tail(fabs(z)), 0.01 * fmin(1, 2 * binomial_tail((int64_t)n, (int64_t)one_way, 0.5))) : 1;
        struct hit *h = p <= parameter(c, "chance") && fabs(usual) > parameter(c, "off") * (explained ? y->rest_mad : v->mad) ? hit_add(c, 0, t->n, v) : NULL;
        if (!h)
            continue;
        h->score = fabs(z);
        h->p = p;
        hit_number(h, 0, "比较的周数", (double)n, 0);
        hit_number(h, 1, usual < 0 ? "工作日偏低的周数" : "周末偏低的周数", (double)one_way, 0);
        hit_number(h, 2, "相差", usual, v->c->decimals + 1);
        hit_sentence(c, h, "%s%.*s在%zu周中有%zu周%s较低", explained ? "扣除负荷、氧含量等的影响后，" : "负荷、氧含量等在周末与工作日相差很少，而",
                     STR_ARG(factor_label(c->scratch, v->c)), n, one_way, usual < 0 ? "工作日" : "周末");
    }
}

/* ---- E4 ---- */
void detect_keeper(struct detect_context *c, const struct table *t)
{
    const struct table_keeper *k = t->keeper;
    double often = ((double)k->others_suspect + 1) / ((double)k->others + 2);
    double p = k->suspect >= (int64_t)parameter(c, "least") && k->others >= 10 ? binomial_tail(k->outlets, k->suspect, fmin(0.9, often)) : 1;
    struct hit *h = p <= parameter(c, "chance") && t->columns_n && t->n ? hit_add(c, 0, t->n, &c->views[0]) : NULL;
    if (!h)
        return;
    h->score = (double)k->suspect;
    h->p = p;
    hit_number(h, 0, "该单位运维的点位", (double)k->outlets, 0);
    hit_number(h, 1, "其中有线索的", (double)k->suspect, 0);
    hit_number(h, 2, "其他单位运维的点位有线索的比例（%）", 100 * often, 1);
    hit_sentence(c, h, "本点位的运维单位运维的%lld个点位中有%lld个出现过线索，其他单位运维的点位只有%.1f%%", (long long)k->outlets,
                 (long long)k->suspect, 100 * often);
}

/* ---- E5 ---- */
void detect_declared(struct detect_context *c, const struct table *t)
{
    for (size_t i = 0; i < t->checks_n; i++) {
        const struct table_check *k = &t->checks[i];
        const struct view *v = k->kind == CHECK_TOTAL ? view_find(c, t, k->factor, COLUMN_TOTAL) : NULL;
        size_t from = v && k->seconds > 0 ? slot_at(t, k->at) : SIZE_MAX, n = k->seconds > 0 ? (size_t)(k->seconds / t->step_s) : 0, used = 0;
        double sum = 0, declared = (double)k->nominal * pow(10, -k->decimals);
        if (from == SIZE_MAX || !n || from + n > t->n || k->nominal == VALUE_NONE || declared <= 0)
            continue;
        for (size_t s = from; s < from + n; s++)
            if (v->c->value[s] != VALUE_NONE)
                sum += (double)v->c->value[s] * v->unit, used++;
        if (used * 10 < n * 9)
            continue;
        /* lost hours are replaced by what the operator has: by nothing, by half as much again */
        double least = sum, most = sum + 1.5 * sum / (double)used * (double)(n - used);
        sum *= (double)n / (double)used;
        double off = declared < least ? (least - declared) / declared : declared > most ? (most - declared) / declared : 0;
        struct hit *h = fabs(off) > parameter(c, "off") ? hit_add(c, from, n, v) : NULL;
        if (!h)
            continue;
        h->score = fabs(off);
        h->p = 1e-3;
        hit_number(h, 0, "自动监测的总量", sum, v->c->decimals);
        hit_number(h, 1, "申报的总量", declared, v->c->decimals);
        hit_number(h, 2, "相差（%）", 100 * off, 1);
        hit_sentence(c, h, "%.*s自%.*s起%.*s的自动监测总量为%.*f，申报的总量为%.*f，相差%.1f%%", STR_ARG(factor_label(c->scratch, v->c)),
                     STR_ARG(slot_text(c->scratch, t, from)), STR_ARG(span_text(c->scratch, t, n)), v->c->decimals, sum, v->c->decimals, declared, 100 * off);
    }
}
